//! Holidays as they are written: one day, a range, a day of every year.

use crate::domain::refusal::Refusal;
use crate::domain::time::Date;
use chrono::Datelike;
use std::collections::BTreeSet;

/// Days that a range may have: a year.
const LONGEST: usize = 366;

/// Days without work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    /// Days of one year.
    pub once: BTreeSet<Date>,
    /// Month and day of every year; the 29th of February in leap years.
    pub yearly: BTreeSet<(u32, u32)>,
}

impl Holidays {
    /// Adds what is written: `2026-06-12`, `2026-01-01..2026-01-08`, every year `05-09` or `01-01..01-08`.
    ///
    /// ```
    /// use frontdesk::domain::calendar::Holidays;
    /// let mut holidays = Holidays::default();
    /// for text in ["2026-12-30..2027-01-08", "05-09", "12-31..01-01"] {
    ///     holidays.add(text).unwrap();
    /// }
    /// assert_eq!((holidays.once.len(), holidays.yearly.len()), (10, 3));
    /// assert!(holidays.add("2026-02-30").is_err() && holidays.add("2026-01-08..2026-01-01").is_err());
    /// ```
    ///
    /// # Errors
    /// A [`Refusal`] for what is no day, for a range that ends before it begins or that is longer than a year.
    pub fn add(&mut self, text: &str) -> Result<(), Refusal> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        match (read(first.trim(), text)?, read(last.trim(), text)?) {
            (Day::Once(first), Day::Once(last)) => {
                let days: Vec<Date> = first.iter_days().take_while(|day| *day <= last).take(LONGEST + 1).collect();
                match days.len() {
                    0 => return Err(impossible(text, "it ends before it begins", "write 2026-01-01..2026-01-08")),
                    1..=LONGEST => self.once.extend(days),
                    _ => return Err(impossible(text, "it is longer than a year", "a holiday has an end")),
                }
            }
            (Day::Yearly(first), Day::Yearly(last)) => {
                // From a leap year on: every day that a year may have.
                let from = Date::from_ymd_opt(2000, first.0, first.1).unwrap_or_default();
                let all = from.iter_days().take(LONGEST).map(|day| (day.month(), day.day()));
                let before_last = all.take_while(|day| *day != last);
                self.yearly.extend(before_last.chain([last]));
            }
            _ => return Err(impossible(text, "one end has a year and the other has none", "write both alike")),
        }
        Ok(())
    }

    /// All of them as [`Holidays::add`] reads them; days in a row as a range.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let days: Vec<Date> = self.once.iter().copied().collect();
        let in_a_row = |a: &Date, b: &Date| a.succ_opt() == Some(*b);
        let ranges = days.chunk_by(in_a_row).flat_map(|row| row.chunks(LONGEST)).filter_map(|row| {
            let (first, last) = (row.first()?, row.last()?);
            Some(if first == last { first.to_string() } else { format!("{first}..{last}") })
        });
        ranges.chain(self.yearly.iter().map(|(month, day)| format!("{month:02}-{day:02}"))).collect()
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        self.once.contains(&day) || self.yearly.contains(&(day.month(), day.day()))
    }
}

enum Day {
    Once(Date),
    Yearly((u32, u32)),
}

fn read(text: &str, whole: &str) -> Result<Day, Refusal> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let parts: Vec<&str> = text.split('-').collect();
    let nowhere = || impossible(whole, "there is no such day", "write 2026-01-01, or 05-09 for every year");
    match parts.as_slice() {
        [year, month, day] if plain && year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            read_day(text).map(Day::Once).ok_or_else(nowhere)
        }
        [month, day] if plain && month.len() == 2 && day.len() == 2 => {
            let (month, day) = (month.parse().unwrap_or(0), day.parse().unwrap_or(0));
            Date::from_ymd_opt(2000, month, day).map(|_| Day::Yearly((month, day))).ok_or_else(nowhere)
        }
        _ => Err(Refusal::Unreadable {
            what: "holiday",
            text: whole.to_owned(),
            hint: "write 2026-01-01, 2026-01-01..2026-01-08, or 05-09 for every year".to_owned(),
        }),
    }
}

/// A day written `2026-11-07`, of the years 0001 to 9999; nothing else.
#[must_use]
pub fn read_day(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse().ok().filter(|day: &Date| plain && (1..=9999).contains(&day.year()))
}

fn impossible(text: &str, why: &str, hint: &str) -> Refusal {
    Refusal::Impossible { text: text.to_owned(), why: why.to_owned(), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_holiday_is_refused() {
        let no = |text: &str| Holidays::default().add(text).unwrap_err().to_string();
        assert!(no("2026-02-29").contains("there is no such day"));
        assert!(no("02-30").contains("there is no such day"));
        assert!(no("2026-01-01..2027-01-02").contains("longer than a year"));
        assert!(no("2026-01-01..01-08").contains("one end has a year"));
        for text in ["", "x", "2026-1-1", "9 May", "05-09-", "2026-01-01..", "..", "0000-01-01", "2026-01-01T00:00"] {
            assert!(Holidays::default().add(text).is_err(), "{text}");
        }
        assert!(Holidays::default().add("02-29").is_ok());
    }

    #[test]
    fn a_yearly_range_may_go_over_the_end_of_the_year() {
        let mut holidays = Holidays::default();
        holidays.add("12-30..01-02").unwrap();
        assert_eq!(holidays.yearly.into_iter().collect::<Vec<_>>(), [(1, 1), (1, 2), (12, 30), (12, 31)]);
    }

    proptest! {
        #[test]
        fn what_is_said_is_read_back(days in proptest::collection::btree_set(0_u64..3000, 0..900)) {
            let once = days.into_iter().map(|n| Date::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(n)).collect();
            let holidays = Holidays { once, yearly: [(2, 29), (12, 31)].into() };
            let mut again = Holidays::default();
            holidays.texts().iter().for_each(|text| again.add(text).unwrap());
            prop_assert_eq!(again, holidays);
        }

        #[test]
        fn no_text_panics(text in "\\PC*", near in "[0-9]{2,4}-[0-9]{2}(-[0-9]{2})?(\\.\\.[0-9]{2,4}-[0-9]{2}(-[0-9]{2})?)?") {
            let _ = Holidays::default().add(&text);
            let _ = Holidays::default().add(&near);
        }
    }
}
