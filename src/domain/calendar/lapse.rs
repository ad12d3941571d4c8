//! How long a promise lasts in working time: so many hours of it, or so many working days.

use crate::domain::amount::{Unit, amounts};
use crate::domain::billing::duration::waited;
use crate::domain::refusal::Refusal;
use std::fmt;

/// More than this no promise lasts.
const MOST_DAYS: i64 = 36_525;

/// A length of working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Working seconds.
    Seconds(i64),
    /// Working days: the same time of day, so many working days on.
    Days(i64),
}

impl Lapse {
    /// Reads `90s`, `4h`, `1h30m`, or working days: `3 days`, `3d`, «3 дня».
    ///
    /// ```
    /// use frontdesk::domain::calendar::Lapse;
    /// assert_eq!(Lapse::read("4h").unwrap(), Lapse::Seconds(4 * 3600));
    /// assert_eq!(Lapse::read("3 days").unwrap(), Lapse::Days(3));
    /// assert_eq!(Lapse::read("1 week").unwrap_err().hint().unwrap(), "write working days: 5 days, or hours: 40h");
    /// ```
    ///
    /// # Errors
    /// A [`Refusal`] for what is neither.
    pub fn read(text: &str) -> Result<Lapse, Refusal> {
        let no =
            |hint: &str| Refusal::Unreadable { what: "working time", text: text.to_owned(), hint: hint.to_owned() };
        let read = amounts(text).ok_or_else(|| no("write 90s, 30m, 4h, 1h30m or 3 days"))?;
        match read.as_slice() {
            [one] if one.unit.is_none() => Err(no(&format!("{0}h or {0} days?", text.trim()))),
            [one] if one.unit == Some(Unit::Day) => match one.whole() {
                Some(days) if days <= MOST_DAYS => Ok(Lapse::Days(days)),
                Some(_) => Err(no("the longest is a hundred years")),
                None => Err(no("write whole days: 3 days, or hours: 4h")),
            },
            more if more.iter().any(|a| a.unit >= Some(Unit::Day)) => {
                Err(no("write working days: 5 days, or hours: 40h"))
            }
            _ => waited(text).map(Lapse::Seconds),
        }
    }
}

impl fmt::Display for Lapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Lapse::Days(1) => f.write_str("1 day"),
            Lapse::Days(n) => write!(f, "{n} days"),
            Lapse::Seconds(0) => f.write_str("0s"),
            Lapse::Seconds(n) => {
                let parts = [(n / 3600, "h"), (n / 60 % 60, "m"), (n % 60, "s")];
                let said = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}"));
                f.write_str(&said.collect::<Vec<_>>().join(" "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn working_days_stand_alone() {
        for text in ["1 day 4h", "1.5 days", "2w", "1mo", "40000 days", "", "soon", "-4h", "4"] {
            assert!(Lapse::read(text).unwrap_err().hint().is_some(), "{text}");
        }
        assert_eq!(Lapse::read("3 дня"), Ok(Lapse::Days(3)));
        assert_eq!(Lapse::read("1h30"), Ok(Lapse::Seconds(5400)));
        assert_eq!(Lapse::Seconds(5_405).to_string(), "1h 30m 5s");
    }

    proptest! {
        #[test]
        fn what_is_said_is_read_back(seconds in 0_i64..1_000_000_000, days in 0..MOST_DAYS) {
            prop_assert_eq!(Lapse::read(&Lapse::Seconds(seconds).to_string()), Ok(Lapse::Seconds(seconds)));
            prop_assert_eq!(Lapse::read(&Lapse::Days(days).to_string()), Ok(Lapse::Days(days)));
        }
    }
}
