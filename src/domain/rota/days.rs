//! Days in a row, as absences are written: `2026-12-24`, `2026-12-01..2026-12-14`, both ends in.

use crate::domain::calendar::read_day;
use crate::domain::refusal::Refusal;
use crate::domain::time::Date;
use std::fmt;

/// Days in a row, both ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last; never before the first.
    pub last: Date,
}

impl Days {
    /// Reads `2026-12-24` and `2026-12-01..2026-12-14`.
    ///
    /// ```
    /// use frontdesk::domain::rota::Days;
    /// let days = Days::read("2026-12-01..2026-12-14").unwrap();
    /// assert!(days.has("2026-12-14".parse().unwrap()) && !days.has("2026-12-15".parse().unwrap()));
    /// assert_eq!(Days::read("2026-12-14..2026-12-01").unwrap_err().to_string(),
    ///     r#""2026-12-14..2026-12-01" is impossible: it ends before it begins"#);
    /// ```
    ///
    /// # Errors
    /// A [`Refusal`] for what is no day, and for a range that ends before it begins.
    pub fn read(text: &str) -> Result<Days, Refusal> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (day(first.trim(), text)?, day(last.trim(), text)?);
        Days::of(first, last)
            .ok_or_else(|| impossible(text, "it ends before it begins", "write 2026-12-01..2026-12-14"))
    }

    /// The days from one to another; none where they are turned round.
    #[must_use]
    pub fn of(first: Date, last: Date) -> Option<Days> {
        (first <= last).then_some(Days { first, last })
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn has(self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Whether a day is among both.
    #[must_use]
    pub fn meets(self, other: Days) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}..{}", self.first, self.last),
        }
    }
}

fn day(text: &str, whole: &str) -> Result<Date, Refusal> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .zip(b"0000-00-00")
            .all(|(is, like)| if *like == b'-' { is == b'-' } else { is.is_ascii_digit() });
    match read_day(text) {
        Some(day) => Ok(day),
        None if shaped => Err(impossible(whole, "there is no such day", "write 2026-12-24")),
        None => Err(Refusal::Unreadable {
            what: "day",
            text: whole.to_owned(),
            hint: "write 2026-12-24 or 2026-12-01..2026-12-14".to_owned(),
        }),
    }
}

fn impossible(text: &str, why: &str, hint: &str) -> Refusal {
    Refusal::Impossible { text: text.to_owned(), why: why.to_owned(), hint: hint.to_owned() }
}

/// The same days in order; those that touch are one.
///
/// ```
/// use frontdesk::domain::rota::{Days, joined};
/// let days: Vec<Days> = ["2026-12-24", "2026-12-01..2026-12-14", "2026-12-15"].iter().map(|d| Days::read(d).unwrap()).collect();
/// assert_eq!(joined(&days).iter().map(Days::to_string).collect::<Vec<_>>(), ["2026-12-01..2026-12-15", "2026-12-24"]);
/// ```
#[must_use]
pub fn joined(days: &[Days]) -> Vec<Days> {
    let mut all = days.to_vec();
    all.sort_unstable();
    let mut whole: Vec<Days> = Vec::with_capacity(all.len());
    for days in all {
        match whole.last_mut() {
            Some(before) if before.last.succ_opt().is_none_or(|next| days.first <= next) => {
                before.last = before.last.max(days.last);
            }
            _ => whole.push(days),
        }
    }
    whole
}

/// The days without some of them.
///
/// ```
/// use frontdesk::domain::rota::{Days, without};
/// let away = [Days::read("2026-12-01..2026-12-14").unwrap()];
/// let left = without(&away, Days::read("2026-12-07..2026-12-08").unwrap());
/// assert_eq!(left.iter().map(Days::to_string).collect::<Vec<_>>(), ["2026-12-01..2026-12-06", "2026-12-09..2026-12-14"]);
/// ```
#[must_use]
pub fn without(days: &[Days], gone: Days) -> Vec<Days> {
    let cut = |days: &Days| {
        let before = gone.first.pred_opt().and_then(|end| Days::of(days.first, days.last.min(end)));
        let after = gone.last.succ_opt().and_then(|start| Days::of(days.first.max(start), days.last));
        [before, after].into_iter().flatten().collect::<Vec<_>>()
    };
    joined(&days.iter().flat_map(cut).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_day_is_refused() {
        let no = |text: &str| Days::read(text).unwrap_err().to_string();
        assert!(no("2026-02-30").contains("there is no such day"));
        assert!(no("2026-02-01..2026-02-30").contains("there is no such day"));
        for text in
            ["", "12-24", "2026-12", "2026-12-01..", "..", "24 Dec", "2026-12-24T00:00", "0000-01-01", "2026-1-01"]
        {
            assert!(Days::read(text).is_err(), "{text}");
        }
    }

    fn some() -> impl Strategy<Value = Days> {
        (0_u64..200, 0_u64..20).prop_map(|(from, more)| {
            let first = Date::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(from);
            Days { first, last: first + chrono::Days::new(more) }
        })
    }

    proptest! {
        #[test]
        fn joining_and_taking_out_keep_every_other_day(all in proptest::collection::vec(some(), 0..8), gone in some()) {
            let (whole, less) = (joined(&all), without(&all, gone));
            let has = |days: &[Days], day| days.iter().any(|d| d.has(day));
            for day in Date::from_ymd_opt(2025, 12, 31).unwrap().iter_days().take(225) {
                prop_assert_eq!(has(&whole, day), has(&all, day));
                prop_assert_eq!(has(&less, day), has(&all, day) && !gone.has(day));
            }
            prop_assert!(whole.is_sorted() && less.is_sorted());
            for days in &whole {
                prop_assert_eq!(Days::read(&days.to_string()), Ok(*days));
            }
        }
    }
}
