//! Numbers with units of time, as people write them in English and Russian: `1h 30m`, `1,5ч`, `2 недели`.
//! Only read here; what an amount may be is decided by who asks: worked time, a query, a date.

/// A unit of time. Months have no fixed length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// `s`, с
    Second,
    /// `m`, м
    Minute,
    /// `h`, ч
    Hour,
    /// `d`, д
    Day,
    /// `w`, н
    Week,
    /// `mo`, мес
    Month,
}

impl Unit {
    /// The unit that a lower-case word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Unit> {
        Some(match word {
            "s" | "sec" | "secs" | "second" | "seconds" | "с" | "сек" | "секунда" | "секунду" | "секунды"
            | "секунд" => Unit::Second,
            "m" | "min" | "mins" | "minute" | "minutes" | "м" | "мин" | "минута" | "минуту" | "минуты" | "минут" => {
                Unit::Minute
            }
            "h" | "hr" | "hrs" | "hour" | "hours" | "ч" | "час" | "часа" | "часов" => Unit::Hour,
            "d" | "day" | "days" | "д" | "дн" | "день" | "дня" | "дней" | "сутки" | "суток" => {
                Unit::Day
            }
            "w" | "wk" | "week" | "weeks" | "н" | "нед" | "неделя" | "неделю" | "недели" | "недель" => {
                Unit::Week
            }
            "mo" | "month" | "months" | "мес" | "месяц" | "месяца" | "месяцев" => Unit::Month,
            _ => return None,
        })
    }

    /// Its length in seconds, a day taken as 24 hours; none for a month.
    #[must_use]
    pub fn seconds(self) -> Option<i64> {
        match self {
            Unit::Second => Some(1),
            Unit::Minute => Some(60),
            Unit::Hour => Some(3_600),
            Unit::Day => Some(86_400),
            Unit::Week => Some(604_800),
            Unit::Month => None,
        }
    }
}

/// A number and perhaps its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The number in millionths; never negative. Digits beyond the sixth after the comma are dropped.
    pub millionths: i64,
    /// It was written with a comma or a point.
    pub fraction: bool,
    /// None: a bare number.
    pub unit: Option<Unit>,
}

impl Amount {
    /// One, in millionths.
    pub const ONE: i64 = 1_000_000;

    /// The number, when it was written whole.
    #[must_use]
    pub fn whole(self) -> Option<i64> {
        (!self.fraction).then_some(self.millionths / Amount::ONE)
    }

    /// The length in millionths of a second; none for months, bare numbers and what is beyond counting.
    #[must_use]
    pub fn micros(self) -> Option<i64> {
        self.millionths.checked_mul(self.unit?.seconds()?)
    }
}

/// The amounts that `text` consists of, nothing else beside them; none when it is anything else or empty.
/// A number has up to nine digits before the comma, ASCII ones only.
///
/// ```
/// use frontdesk::domain::amount::{Unit, amounts};
/// let read = amounts("1ч 30").unwrap();
/// assert_eq!((read[0].unit, read[0].whole()), (Some(Unit::Hour), Some(1)));
/// assert_eq!((read[1].unit, read[1].whole()), (None, Some(30)));
/// assert_eq!(amounts("1,5h").unwrap()[0].millionths, 1_500_000);
/// assert_eq!((amounts("soon"), amounts("-1h"), amounts("1e9h")), (None, None, None));
/// ```
#[must_use]
pub fn amounts(text: &str) -> Option<Vec<Amount>> {
    const MOST: usize = 6;
    let text = text.to_lowercase();
    let mut rest = text.trim();
    let mut read = Vec::new();
    while !rest.is_empty() {
        let (millionths, fraction, after) = number(rest)?;
        let word_on = after.trim_start();
        let end = word_on.find(|c: char| !c.is_alphabetic()).unwrap_or(word_on.len());
        let (word, after) = word_on.split_at_checked(end)?;
        let unit = if word.is_empty() { None } else { Some(Unit::of(word)?) };
        let after = if unit.is_some() { after.strip_prefix('.').unwrap_or(after) } else { after };
        read.push(Amount { millionths, fraction, unit });
        if read.len() > MOST {
            return None;
        }
        rest = after.trim_start();
    }
    (!read.is_empty()).then_some(read)
}

/// The number at the start: its millionths, whether it was written with a fraction, what follows.
fn number(text: &str) -> Option<(i64, bool, &str)> {
    const DIGITS: usize = 9;
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest.strip_prefix(['.', ',']) {
        Some(after) => {
            let (fraction, rest) = digits(after);
            if fraction.is_empty() {
                return None;
            }
            (Some(fraction), rest)
        }
        None => (None, rest),
    };
    if whole.len() > DIGITS || (whole.is_empty() && fraction.is_none()) {
        return None;
    }
    let units: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let parts: i64 = match fraction {
        Some(f) => format!("{:0<6}", f.get(..6).unwrap_or(f)).parse().ok()?,
        None => 0,
    };
    Some((units * Amount::ONE + parts, fraction.is_some(), rest))
}

/// The ASCII digits at the start, and what follows.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_are_known_in_both_languages_with_or_without_a_full_stop() {
        let units = |text: &str| amounts(text).unwrap().iter().map(|a| a.unit.unwrap()).collect::<Vec<_>>();
        assert_eq!(units("2 ч. 15 мин."), [Unit::Hour, Unit::Minute]);
        assert_eq!(units("1W 2Days3HRS"), [Unit::Week, Unit::Day, Unit::Hour]);
        assert_eq!(units("1 мес 2 недели 3 дня 4 часа 5 минут 6 секунд").len(), 6);
    }

    #[test]
    fn a_number_keeps_six_digits_after_the_comma() {
        let one = |text: &str| amounts(text).unwrap()[0].millionths;
        assert_eq!([one(".5h"), one("0,05h"), one("1.3333339h")], [500_000, 50_000, 1_333_333]);
        assert_eq!(one("999999999w"), 999_999_999_000_000);
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in
            ["", " ", "h", "1.h", "1..5h", "1h,", "1,h", "٤٥m", "1 lightyear", "1000000000h", "1m1m1m1m1m1m1m", "½h"]
        {
            assert_eq!(amounts(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*", parts in "([0-9]{0,10}[.,]?[0-9]{0,8} ?(h|ч|мин|mo|w)?\\.? ?){0,4}") {
            let _ = amounts(&text);
            for amount in amounts(&parts).unwrap_or_default() {
                prop_assert!(amount.millionths >= 0);
                let _ = amount.micros();
            }
        }
    }
}
