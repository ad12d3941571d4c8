//! The working hours of one day: pieces between two readings of the wall clock, in order, none over another.

use crate::domain::refusal::Refusal;
use std::fmt;

/// Seconds of a day by the wall clock.
pub(super) const DAY: i64 = 86_400;

/// A piece of a day by the wall clock, at most to midnight.
///
/// ```
/// use frontdesk::domain::calendar::Span;
/// let late = Span::read("22:00-24:00").unwrap();
/// assert_eq!((late.from, late.to, late.to_string().as_str()), (79_200, 86_400, "22:00-24:00"));
/// assert!(Span::read("25:00-26:00").is_err() && Span::read("22:00-06:00").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Seconds from midnight to its beginning.
    pub from: i64,
    /// Seconds from midnight to its end, that one out; always later than `from`.
    pub to: i64,
}

impl Span {
    /// The whole day.
    pub const WHOLE: Span = Span { from: 0, to: DAY };

    /// Reads `09:00-18:00`; a day ends at `24:00`.
    ///
    /// # Errors
    /// A [`Refusal`] for what is no piece of a day, and for one that ends before it begins.
    pub fn read(text: &str) -> Result<Span, Refusal> {
        let unreadable = || Refusal::Unreadable {
            what: "piece of a day",
            text: text.to_owned(),
            hint: "write 09:00-18:00".to_owned(),
        };
        let impossible = |why: &str, hint: &str| {
            Err(Refusal::Impossible { text: text.to_owned(), why: why.to_owned(), hint: hint.to_owned() })
        };
        let (from, to) = text.split_once(['-', '–']).ok_or_else(unreadable)?;
        let (from, to) = (reading(from).ok_or_else(unreadable)?, reading(to).ok_or_else(unreadable)?);
        match (from, to) {
            (Some(from), Some(to)) if from < to => Ok(Span { from, to }),
            (Some(_), Some(0)) => impossible("it ends before it begins", "midnight at the end of a day is 24:00"),
            (Some(from), Some(to)) if from == to => impossible("it ends as it begins", "write 09:00-18:00"),
            (Some(_), Some(_)) => impossible(
                "it ends before it begins",
                "hours over midnight belong to two days: 22:00-24:00 to one, 00:00-06:00 to the next",
            ),
            _ => impossible("a day goes from 00:00 to 24:00", "write 09:00-18:00"),
        }
    }

    /// Its length in seconds by the wall clock.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.to - self.from
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |seconds: i64| (seconds / 3600, seconds / 60 % 60);
        let ((h, m), (end_h, end_m)) = (clock(self.from), clock(self.to));
        write!(f, "{h:02}:{m:02}-{end_h:02}:{end_m:02}")
    }
}

/// Seconds from midnight of `9:00`; the inner none where a day has no such reading.
fn reading(text: &str) -> Option<Option<i64>> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let seconds = hour * 3600 + minute * 60;
    Some((minute < 60 && seconds <= DAY).then_some(seconds))
}

/// The hours of a day from their pieces, in order; the number of the first that cannot be among them, and why.
///
/// ```
/// use frontdesk::domain::calendar::read_hours;
/// assert_eq!(read_hours(&["14:00-18:00", "09:00-13:00"]).unwrap()[0].to_string(), "09:00-13:00");
/// assert_eq!(read_hours(&["09:00-13:00", "12:00-18:00"]).unwrap_err().0, 1);
/// ```
///
/// # Errors
/// Where one cannot be read, or two share time.
pub fn read_hours(texts: &[&str]) -> Result<Vec<Span>, (usize, Refusal)> {
    let mut hours: Vec<Span> = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let span = Span::read(text).map_err(|refusal| (n, refusal))?;
        if let Some(other) = hours.iter().find(|h| h.from < span.to && span.from < h.to) {
            let (why, hint) = (format!("it shares time with {other}"), "each hour stands in one piece".to_owned());
            return Err((n, Refusal::Impossible { text: (*text).to_owned(), why, hint }));
        }
        hours.push(span);
    }
    hours.sort_unstable();
    Ok(hours)
}

/// Seconds of these hours before the reading `until` of the wall clock.
pub(super) fn seconds_until(hours: &[Span], until: i64) -> i64 {
    hours.iter().map(|h| (until.min(h.to) - h.from).max(0)).sum()
}

/// The hours without their last `seconds`.
pub(super) fn shortened(hours: &[Span], seconds: i64) -> Vec<Span> {
    let (mut hours, mut left) = (hours.to_vec(), seconds);
    while let Some(last) = hours.pop() {
        if last.seconds() > left {
            hours.push(Span { to: last.to - left, ..last });
            break;
        }
        left -= last.seconds();
    }
    hours
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hours(texts: &[&str]) -> Vec<Span> {
        read_hours(texts).unwrap()
    }

    #[test]
    fn what_is_no_piece_of_a_day_is_refused_with_the_way_out() {
        let no = |text: &str| {
            let refusal = Span::read(text).unwrap_err();
            format!("{refusal}; {}", refusal.hint().unwrap())
        };
        assert_eq!(
            no("25:00-26:00"),
            "\"25:00-26:00\" is impossible: a day goes from 00:00 to 24:00; write 09:00-18:00"
        );
        assert_eq!(
            no("18:00-00:00"),
            "\"18:00-00:00\" is impossible: it ends before it begins; midnight at the end of a day is 24:00"
        );
        assert!(no("22:00-06:00").contains("22:00-24:00 to one"));
        assert!(no("09:00-09:00").contains("it ends as it begins"));
        for text in ["", "9-18", "09:00", "09:00-18", "9:0-18:00", "09:60-18:00", "24:01-24:02", "+9:00-18:00"] {
            assert!(Span::read(text).is_err(), "{text}");
        }
        assert_eq!(Span::read("9:00 – 18:00").unwrap().to_string(), "09:00-18:00");
    }

    #[test]
    fn a_short_day_loses_its_end_and_with_it_pieces_that_are_shorter() {
        assert_eq!(shortened(&hours(&["09:00-18:00"]), 3600), hours(&["09:00-17:00"]));
        assert_eq!(shortened(&hours(&["09:00-13:00", "17:30-18:00"]), 3600), hours(&["09:00-12:30"]));
        assert_eq!(shortened(&hours(&["09:00-10:00"]), 3600), []);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_said_alike(text in "\\PC*", near in "[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}") {
            let _ = Span::read(&text);
            if let Ok(span) = Span::read(&near) {
                prop_assert_eq!(Span::read(&span.to_string()), Ok(span));
            }
        }
    }
}
