//! Durations typed by people: worked time, and the waiting times of queries. How they are spoken.

use crate::domain::amount::{Amount, Unit, amounts};
use crate::domain::refusal::Refusal;
use crate::domain::time::Minutes;

/// More than this in one entry is asked about: 16 hours.
const LONG: Minutes = 16 * 60;
/// More than this is no worked time of anybody: 10 000 hours.
const LONGEST: Minutes = 10_000 * 60;
/// More than this no query waits: a hundred years.
const LONGEST_WAIT: i64 = 36_525 * 86_400;

const FORMS: &str = "write 45m, 1h30m, 1.5h, 1:30 or 1ч 30мин";

/// Worked time in whole minutes: `45m`, `1h30m`, `1h30`, `1.5h`, `1,5ч`, `1:30`, `2 ч 15 м`.
/// A fraction is rounded half up to the minute, and what comes to no minute at all is refused; so are bare numbers, days,
/// weeks and months, which no worked time is counted in.
///
/// ```
/// use frontdesk::domain::billing::duration::worked;
/// assert_eq!(worked("1h30m").unwrap(), 90);
/// assert_eq!(worked("1,5ч").unwrap(), 90);
/// assert_eq!(worked("1:30").unwrap(), 90);
/// assert_eq!(worked("1.33h").unwrap(), 80);
/// assert_eq!(worked("45").unwrap_err().hint().unwrap(), "45m or 45h?");
/// ```
///
/// # Errors
/// A [`Refusal`] that says what to write.
pub fn worked(text: &str) -> Result<Minutes, Refusal> {
    let refuse = |hint: &str| Err(unreadable(text, hint.to_owned()));
    let trimmed = text.trim();
    if trimmed.starts_with(['-', '−', '–']) {
        return refuse("time is taken back with: desk time void");
    }
    let minutes = match clock(trimmed) {
        Some(minutes) => minutes,
        None => match amounts(trimmed) {
            None => return refuse(FORMS),
            Some(amounts) => match counted(&amounts) {
                Ok(minutes) => minutes,
                Err(Odd::Bare) => return Err(unreadable(text, format!("{trimmed}m or {trimmed}h?"))),
                Err(Odd::Long) => return refuse("a worked day has no fixed length: write hours, 8h"),
                Err(Odd::Form) => return refuse(FORMS),
            },
        },
    };
    match minutes {
        0 => refuse("it comes to no minute; the shortest is 1m"),
        1..=LONGEST => Ok(minutes),
        _ => refuse("the longest is 10000h"),
    }
}

/// Whether worked time is so long that a slip of the finger is likelier: over 16 hours.
///
/// ```
/// use frontdesk::domain::billing::duration::over_limit;
/// assert!(!over_limit(16 * 60) && over_limit(16 * 60 + 1));
/// ```
#[must_use]
pub fn over_limit(minutes: Minutes) -> bool {
    minutes > LONG
}

/// Elapsed time in whole seconds, as queries say it: `4h`, `3d`, `2w`, `30m`, `90s`, `1h30m`, «3 дня». A day is 24 hours.
///
/// ```
/// use frontdesk::domain::billing::duration::waited;
/// assert_eq!(waited("4h").unwrap(), 4 * 3600);
/// assert_eq!(waited("2 недели").unwrap(), 14 * 86_400);
/// assert_eq!(waited("4").unwrap_err().hint().unwrap(), "4h or 4d?");
/// ```
///
/// # Errors
/// A [`Refusal`] that says what to write: bare numbers, months, negative and endless times.
pub fn waited(text: &str) -> Result<i64, Refusal> {
    let refuse = || unreadable(text, "write 30m, 4h, 3d or 2w".to_owned());
    let amounts = amounts(text).ok_or_else(refuse)?;
    if let [Amount { unit: None, .. }] = amounts.as_slice() {
        let number = text.trim();
        return Err(unreadable(text, format!("{number}h or {number}d?")));
    }
    let mut micros: i64 = 0;
    for amount in descending(&amounts).ok_or_else(refuse)? {
        micros = amount.micros().and_then(|more| micros.checked_add(more)).ok_or_else(refuse)?;
    }
    let seconds = (micros + Amount::ONE / 2) / Amount::ONE;
    if seconds > LONGEST_WAIT {
        return Err(unreadable(text, "the longest is a hundred years".to_owned()));
    }
    Ok(seconds)
}

/// Minutes for people: `1h 30m`, `2h`, `45m`, `0m`, `-1h 5m`. What it says, [`worked`] reads back.
///
/// ```
/// use frontdesk::domain::billing::duration::spoken;
/// assert_eq!([spoken(90), spoken(120), spoken(45), spoken(0), spoken(-65)], ["1h 30m", "2h", "45m", "0m", "-1h 5m"]);
/// ```
#[must_use]
pub fn spoken(minutes: Minutes) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    match (hours, rest) {
        (0, _) => format!("{sign}{rest}m"),
        (_, 0) => format!("{sign}{hours}h"),
        _ => format!("{sign}{hours}h {rest}m"),
    }
}

/// What is wrong with amounts that were to be worked time.
enum Odd {
    Bare,
    Long,
    Form,
}

/// Worked minutes out of amounts: descending units, a fraction in the last only, up to 59 minutes beside hours.
fn counted(amounts: &[Amount]) -> Result<Minutes, Odd> {
    if let [Amount { unit: None, .. }] = amounts {
        return Err(Odd::Bare);
    }
    if amounts.iter().any(|a| matches!(a.unit, Some(Unit::Day | Unit::Week | Unit::Month))) {
        return Err(Odd::Long);
    }
    let (hours, minutes) =
        match descending(amounts).as_deref() {
            Some([one @ Amount { unit: Some(Unit::Hour), .. }]) => (one.millionths, 0),
            Some([one @ Amount { unit: Some(Unit::Minute), .. }]) => (0, one.millionths),
            Some(
                [hours @ Amount { unit: Some(Unit::Hour), .. }, minutes @ Amount { unit: Some(Unit::Minute), .. }],
            ) if minutes.millionths < 60 * Amount::ONE => (hours.millionths, minutes.millionths),
            _ => return Err(Odd::Form),
        };
    Ok((hours * 60 + minutes + Amount::ONE / 2) / Amount::ONE)
}

/// The amounts where each has a smaller unit than the one before and only the last has a fraction. A bare number after
/// hours is minutes: `1h30`.
fn descending(amounts: &[Amount]) -> Option<Vec<Amount>> {
    let mut read: Vec<Amount> = Vec::new();
    for amount in amounts {
        let unit = match (amount.unit, read.last()) {
            (Some(unit), _) => unit,
            (None, Some(Amount { unit: Some(Unit::Hour), .. })) if !amount.fraction => Unit::Minute,
            (None, _) => return None,
        };
        if read.last().is_some_and(|last| last.fraction || last.unit <= Some(unit)) {
            return None;
        }
        read.push(Amount { unit: Some(unit), ..*amount });
    }
    Some(read)
}

/// `1:30`: hours and two digits of minutes.
fn clock(text: &str) -> Option<Minutes> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours, 6) || !digits(minutes, 2) || minutes.len() != 2 {
        return None;
    }
    let minutes: Minutes = minutes.parse().ok()?;
    (minutes < 60).then_some(hours.parse::<Minutes>().ok()? * 60 + minutes)
}

fn unreadable(text: &str, hint: String) -> Refusal {
    Refusal::Unreadable { what: "duration", text: text.to_owned(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn worked_time_is_read_in_every_usual_form() {
        let forms = [
            ("45m", 45),
            ("1h30", 90),
            ("1ч30", 90),
            ("1.5h", 90),
            ("1,5h", 90),
            ("2ч", 120),
            ("30мин", 30),
            ("90min", 90),
            ("90 мин.", 90),
            ("1h", 60),
            (" 2 ч 15 м ", 135),
            ("2 часа 15 минут", 135),
            ("1H 05M", 65),
            ("0h48m", 48),
            ("0:05", 5),
            ("100:00", 6000),
            (".25h", 15),
            ("13h0m", 780),
            ("120m", 120),
            ("10000h", 600_000),
        ];
        for (text, minutes) in forms {
            assert_eq!(worked(text), Ok(minutes), "{text}");
        }
    }

    #[test]
    fn fractions_are_rounded_half_up_to_the_minute() {
        assert_eq!([worked("0.01h"), worked("2.5m"), worked("1.4m"), worked("0.025h")], [Ok(1), Ok(3), Ok(1), Ok(2)]);
        assert!(worked("0.001h").is_err() && worked("0.4m").is_err());
    }

    #[test]
    fn what_is_no_worked_time_is_refused() {
        let odd = [
            "",
            " ",
            "45",
            "1.5",
            "1d",
            "1mo",
            "1w",
            "2 дня",
            "-1h",
            "+1h",
            "0",
            "0h",
            "0m",
            "0:00",
            "1:75",
            "1:5",
            "1:30:00",
            "1e9h",
            "1e3h",
            "٤٥m",
            "٤٥",
            "１h",
            "1h60m",
            "0h90m",
            "1h 75",
            "30m1h",
            "1h1h",
            "1.5h30m",
            "1h30.5",
            "asdf",
            "6h asdf",
            "10001h",
            "111111111111111111111h",
            "999999999h",
            "90s",
            "32ms",
            "1 30",
            "h",
            "1:",
            ":30",
            "1h:30m",
            "NaN",
            "inf",
            "0x10m",
            "1/2h",
        ];
        for text in odd {
            let no = worked(text).expect_err(text);
            assert!(no.hint().is_some(), "{text}");
            assert!(no.to_string().contains(text), "{no}");
        }
    }

    #[test]
    fn the_way_out_fits_the_mistake() {
        let hint = |text: &str| worked(text).unwrap_err().hint().unwrap();
        assert_eq!(hint("1,5"), "1,5m or 1,5h?");
        assert!(hint("1d").contains("8h") && hint("1mo").contains("8h"));
        assert!(hint("-1h").contains("void"));
    }

    #[test]
    fn waiting_time_has_days_and_weeks_and_no_months() {
        assert_eq!(
            [waited("90s"), waited("30м"), waited("1d12h"), waited("1.5d")],
            [Ok(90), Ok(1800), Ok(129_600), Ok(129_600)]
        );
        assert_eq!([waited("1w"), waited("0d"), waited("1h30")], [Ok(604_800), Ok(0), Ok(5400)]);
        for text in ["1mo", "3", "-3d", "", "soon", "999999999w", "36526d", "1h1d", "1d 3"] {
            assert!(waited(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_longest_and_shortest_numbers_are_spoken() {
        assert_eq!(spoken(Minutes::MIN), "-153722867280912930h 8m");
        assert_eq!(spoken(-5), "-5m");
    }

    proptest! {
        #[test]
        fn what_is_spoken_is_read_back(minutes in 1..=LONGEST) {
            prop_assert_eq!(worked(&spoken(minutes)), Ok(minutes));
            prop_assert_eq!(worked(&format!("{}:{:02}", minutes / 60, minutes % 60)), Ok(minutes));
        }

        #[test]
        fn no_text_panics(text in "\\PC*", near in "[-+]?[0-9]{0,22}[:.,]?[0-9]{0,3} ?(h|m|ч|d|mo|мин)?[0-9]{0,2}m?") {
            for text in [text, near] {
                if let Ok(minutes) = worked(&text) {
                    prop_assert!((1..=LONGEST).contains(&minutes));
                }
                if let Ok(seconds) = waited(&text) {
                    prop_assert!((0..=LONGEST_WAIT).contains(&seconds));
                }
            }
        }
    }
}
