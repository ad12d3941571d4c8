//! Dates of other programs: written by machines, so strictly read. What is ambiguous is refused and never guessed. Dates
//! that people type are in `when`.

use chrono::{DateTime, NaiveDateTime, NaiveTime};

use crate::domain::time::{Date, Moment};
use crate::domain::zone::{Local, Zone};

/// What `11/20/2026` begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The month: `mdy`.
    MonthFirst,
    /// The day: `dmy`.
    DayFirst,
}

impl Order {
    /// The order that a word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Order> {
        match word {
            "mdy" => Some(Order::MonthFirst),
            "dmy" => Some(Order::DayFirst),
            _ => None,
        }
    }
}

/// How the dates of a file are read.
#[derive(Debug, Clone)]
pub struct Dates {
    /// Where its clocks stand, unless a date says it.
    pub zone: Zone,
    /// What dates with slashes begin with, where somebody said it.
    pub order: Option<Order>,
    /// A bare number is a day since 1899-12-30, as in spreadsheets.
    pub serials: bool,
}

/// An instant as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The instant; of a whole day its beginning.
    pub at: Moment,
    /// Only a day was written.
    pub date_only: bool,
}

/// What a date was written as.
enum Written {
    At(Moment),
    Wall(NaiveDateTime),
    Day(Date),
}

const FORMS: &str = "write 2026-11-20 14:30 or 20.11.2026 14:30";

impl Dates {
    /// The instant that a text means: RFC 3339, `2026-11-20 14:30[:05]` with or without `UTC` or `+03:00`,
    /// `20.11.2026 14:30`, `20.11.26`, `2026-11-20`, Unix seconds or milliseconds; `11/20/2026 2:30 PM` where the order is
    /// known; a spreadsheet's number where those are.
    ///
    /// ```
    /// use frontdesk::domain::{mapping::{Dates, Order}, zone::Zone};
    /// let mut dates = Dates { zone: Zone::bundled("Europe/Moscow").unwrap(), order: None, serials: false };
    /// let read = |dates: &Dates, text: &str| dates.stamp(text).map(|stamp| stamp.at.rfc3339());
    /// assert_eq!(read(&dates, "20.11.2026 14:30").unwrap(), "2026-11-20T11:30:00Z");
    /// assert_eq!(read(&dates, "2026-11-20T14:30:05+01:00").unwrap(), "2026-11-20T13:30:05Z");
    /// assert!(read(&dates, "11/20/2026 2:30 PM").unwrap_err().contains("--dates"));
    /// dates.order = Some(Order::MonthFirst);
    /// assert_eq!(read(&dates, "11/20/2026 2:30 PM").unwrap(), "2026-11-20T11:30:00Z");
    /// ```
    ///
    /// # Errors
    /// The sentence that says why it is none.
    pub fn stamp(&self, text: &str) -> Result<Stamp, String> {
        let stamp = match self.read(text.trim())? {
            Written::At(at) => Stamp { at, date_only: false },
            Written::Wall(wall) => Stamp { at: self.instant(wall), date_only: false },
            Written::Day(day) => Stamp { at: self.zone.start_of_day(day), date_only: true },
        };
        Ok(stamp)
    }

    /// The day that a text means, in the zone of the file; a time of day is let pass.
    ///
    /// # Errors
    /// As [`Dates::stamp`].
    pub fn day(&self, text: &str) -> Result<Date, String> {
        Ok(match self.read(text.trim())? {
            Written::At(at) => self.zone.date(at),
            Written::Wall(wall) => wall.date(),
            Written::Day(day) => day,
        })
    }

    /// The last minute of the day on which a moment is.
    #[must_use]
    pub fn end_of_day(&self, at: Moment) -> Moment {
        let last = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
        self.instant(self.zone.date(at).and_time(last))
    }

    /// A reading that the clocks skip is taken by the old offset, one that comes twice the first time.
    fn instant(&self, wall: NaiveDateTime) -> Moment {
        match self.zone.moment(wall) {
            Local::One(at) | Local::Skipped { before: at, .. } | Local::Doubled { first: at, .. } => at,
        }
    }

    fn read(&self, text: &str) -> Result<Written, String> {
        let no = |why: &str| Err(format!("\"{}\" is no date: {why}", short(text)));
        if !text.is_ascii() {
            return no(FORMS);
        }
        if let Some(at) = Moment::parse_rfc3339(text) {
            return Ok(Written::At(at));
        }
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.matches('.').count() < 2 {
            return self.number(text).map_or_else(|| no(FORMS), Ok);
        }
        let (day, time) = text.split_once(['T', ' ']).map_or((text, ""), |(day, time)| (day, time.trim()));
        let day = match self.calendar(day) {
            Ok(day) => day,
            Err(Odd::Form) => return no(FORMS),
            Err(Odd::None) => return no("there is no such day"),
            Err(Odd::Order) => return no("say which comes first, --dates mdy or --dates dmy"),
        };
        if time.is_empty() {
            return Ok(Written::Day(day));
        }
        match clock(time) {
            None => no("a day goes from 00:00 to 23:59"),
            Some((time, None)) => Ok(Written::Wall(day.and_time(time))),
            Some((time, Some(offset))) => {
                let at = Moment(Moment::of_utc(day.and_time(time)).0 - offset);
                if at == at.held() { Ok(Written::At(at)) } else { no("there is no such day") }
            }
        }
    }

    /// Seconds or milliseconds since 1970 (the years 1973 to 2286), or a spreadsheet's days.
    fn number(&self, text: &str) -> Option<Written> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let n: i64 = whole.parse().ok()?;
        match whole.len() {
            9 | 10 => Some(Written::At(Moment(n))),
            12 | 13 if part.is_empty() => Some(Written::At(Moment(n.div_euclid(1_000)))),
            // The years 1927 to 2173.
            5 if self.serials && n >= 10_000 => {
                let part: i64 = format!("{part:0<9.9}").parse().ok()?;
                // A time is a fraction of a day there, a little beside the second that was typed.
                let seconds = (part * 86_400 + 500_000_000) / 1_000_000_000;
                let wall = DateTime::from_timestamp((n - 25_569) * 86_400 + seconds, 0)?.naive_utc();
                Some(if seconds == 0 { Written::Day(wall.date()) } else { Written::Wall(wall) })
            }
            _ => None,
        }
    }

    fn calendar(&self, text: &str) -> Result<Date, Odd> {
        let mark = text.chars().find(|c| !c.is_ascii_digit()).ok_or(Odd::Form)?;
        let parts: Vec<&str> = text.split(mark).collect();
        let [a, b, c] = parts.as_slice() else { return Err(Odd::Form) };
        let number = |text: &str, lengths: &[usize]| -> Result<u32, Odd> {
            let fits = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            if fits { text.parse().map_err(|_| Odd::Form) } else { Err(Odd::Form) }
        };
        let (year, month, day) = match (mark, self.order) {
            ('-' | '/', _) if a.len() == 4 => (number(a, &[4])?, number(b, &[1, 2])?, number(c, &[1, 2])?),
            ('.', _) | ('-' | '/', Some(Order::DayFirst)) => {
                (number(c, &[2, 4])?, number(b, &[1, 2])?, number(a, &[1, 2])?)
            }
            ('-' | '/', Some(Order::MonthFirst)) => (number(c, &[2, 4])?, number(a, &[1, 2])?, number(b, &[1, 2])?),
            ('-' | '/', None) => {
                number(a, &[1, 2]).and(number(b, &[1, 2])).and(number(c, &[2, 4]))?;
                return Err(Odd::Order);
            }
            _ => return Err(Odd::Form),
        };
        // Two digits are a year of this century up to 2069.
        let short = c.len() == 2 && a.len() != 4;
        let year = if !short { year } else { year + if year < 70 { 2000 } else { 1900 } };
        let year = i32::try_from(year).ok().filter(|year| (1..=9999).contains(year)).ok_or(Odd::None)?;
        Date::from_ymd_opt(year, month, day).ok_or(Odd::None)
    }
}

/// What is wrong with a day.
enum Odd {
    Form,
    None,
    Order,
}

/// A time of day, and its seconds ahead of UTC where they are written.
fn clock(text: &str) -> Option<(NaiveTime, Option<i64>)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let mut parts = digits.split(':');
    let mut part = |least: usize| -> Option<u32> {
        let part = parts.next()?;
        if (least..=2).contains(&part.len()) { part.parse().ok() } else { None }
    };
    let (hour, minute) = (part(1)?, part(2)?);
    let second = if digits.matches(':').count() == 2 { part(2)? } else { 0 };
    if parts.next().is_some() {
        return None;
    }
    // Fractions of a second are dropped.
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(part) => part.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let rest = rest.trim().to_ascii_uppercase();
    let (hour, rest) = match rest.as_str() {
        "AM" | "PM" if !(1..=12).contains(&hour) => return None,
        "AM" => (hour % 12, ""),
        "PM" => (hour % 12 + 12, ""),
        rest => (hour, rest),
    };
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, if rest.is_empty() { None } else { Some(offset(rest)?) }))
}

/// `UTC`, `Z`, `+0300`, `+03:00`, `UTC+3` in seconds.
fn offset(text: &str) -> Option<i64> {
    let text = ["UTC", "GMT", "Z"].iter().find_map(|zone| text.strip_prefix(zone)).unwrap_or(text).trim();
    if text.is_empty() {
        return Some(0);
    }
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str, most: i64| -> Option<i64> {
        let fits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|n| fits && *n <= most)
    };
    Some(sign * (number(hours, 15)? * 3_600 + number(minutes, 59)? * 60))
}

/// A value as messages quote it.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dates(order: Option<Order>, serials: bool) -> Dates {
        Dates { zone: Zone::bundled("Europe/Moscow").unwrap(), order, serials }
    }

    fn read(dates: &Dates, text: &str) -> String {
        dates.stamp(text).map_or_else(|why| why, |s| dates.zone.local(s.at).format("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn the_dates_of_all_programs_are_read() {
        let plain = dates(None, false);
        for text in [
            "2026-11-20T11:30:05Z",
            "2026-11-20T14:30:05+03:00",
            "2026-11-20T11:30:05.123Z",
            "2026-11-20 14:30:05",
            "2026-11-20T14:30:05",
            "2026-11-20 14:30:05.999",
            "2026-11-20 11:30:05 UTC",
            "2026-11-20 14:30:05 +0300",
            "2026-11-20 11:30:05 GMT",
            "2026/11/20 14:30:05",
            "20.11.2026 14:30:05",
            "20.11.26 14:30:05",
            "1795174205",
            "1795174205000",
            " 2026-11-20 14:30:05 ",
            "1795174205.5",
        ] {
            assert_eq!(read(&plain, text), "2026-11-20 14:30:05", "{text}");
        }
        assert_eq!(read(&plain, "20.11.2026"), "2026-11-20 00:00:00");
        assert!(plain.stamp("2026-11-20").unwrap().date_only);
        assert_eq!(read(&plain, "20.11.2026 9:05"), "2026-11-20 09:05:00");
        assert_eq!(plain.day("2026-11-20T22:30:00Z").unwrap().to_string(), "2026-11-21");
    }

    #[test]
    fn dates_with_slashes_need_their_order() {
        let (us, eu) = (dates(Some(Order::MonthFirst), false), dates(Some(Order::DayFirst), false));
        assert_eq!(read(&us, "11/20/2026 2:30 PM"), "2026-11-20 14:30:00");
        assert_eq!(read(&us, "11/20/26 12:05 am"), "2026-11-20 00:05:00");
        assert_eq!(read(&eu, "20/11/2026 14:30"), "2026-11-20 14:30:00");
        assert_eq!(read(&eu, "20-11-2026"), "2026-11-20 00:00:00");
        assert!(read(&us, "20/11/2026").contains("no such day"));
        for text in ["11/20/2026", "1/2/26 3:00 PM", "01-02-2026"] {
            assert!(read(&dates(None, false), text).contains("--dates mdy"), "{text}");
        }
        assert_eq!(read(&us, "20.11.2026"), "2026-11-20 00:00:00");
    }

    #[test]
    fn numbers_of_days_are_dates_in_spreadsheets_only() {
        let sheet = dates(None, true);
        assert_eq!(read(&sheet, "46346.604166666664"), "2026-11-20 14:30:00");
        assert_eq!(read(&sheet, "46346"), "2026-11-20 00:00:00");
        assert!(read(&sheet, "1").contains("no date"));
        assert!(read(&dates(None, false), "46346").contains("no date"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "soon",
            "2026-02-30",
            "31.04.2026",
            "2026-11-20 25:00",
            "2026-11-20 14:60",
            "2026-11-20 1430",
            "10000-01-01",
            "0000-01-01",
            "20.11",
            "20.11.026",
            "2026-11",
            "14:30",
            "٢٠٢٦-١١-٢٠",
            "99999999999999999999999",
            "2026-11-20 14:30 PST",
            "2026-11-20 14:30:05:06",
            "0.5",
            "20261120",
            "2026-11-20 +",
            "9999-12-31T23:59:59-15:00",
            "20 ноября 2026",
        ] {
            assert!(
                read(&dates(None, true), text).contains("is no date"),
                "{text}: {}",
                read(&dates(None, true), text)
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*", near in "[0-9]{0,5}[./ -][0-9]{0,3}[./ -][0-9]{0,5}[T ]?[0-9]{0,3}:?[0-9]{0,3}[ +-]?(AM|UTC|03:00)?") {
            for dates in [dates(None, true), dates(Some(Order::MonthFirst), false), dates(Some(Order::DayFirst), true)] {
                for text in [&text, &near] {
                    let _ = dates.day(text);
                    if let Ok(stamp) = dates.stamp(text) {
                        prop_assert_eq!(stamp.at, stamp.at.held());
                    }
                }
            }
        }

        #[test]
        fn what_is_written_is_read(seconds in 0i64..4_000_000_000) {
            let dates = dates(None, false);
            let at = Moment(seconds);
            let wall = dates.zone.local(at);
            prop_assume!(matches!(dates.zone.moment(wall), Local::One(_)));
            prop_assert_eq!(dates.stamp(&at.rfc3339()).unwrap().at, at);
            for form in ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"] {
                prop_assert_eq!(dates.stamp(&wall.format(form).to_string()).unwrap().at, at);
            }
        }
    }
}
