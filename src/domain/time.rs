//! Instants and days. A [`Moment`] is a whole UTC second; a [`Date`] is a calendar day without a zone.
//! Zones live in `zone`, words like «завтра» in `when`.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

/// A calendar day of the proleptic Gregorian calendar.
pub type Date = NaiveDate;

/// An instant: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// ```
/// use frontdesk::domain::time::Moment;
/// let m = Moment::parse_rfc3339("2026-11-20T12:00:00+03:00").unwrap();
/// assert_eq!(m.rfc3339(), "2026-11-20T09:00:00Z");
/// assert_eq!(m.plus(90).rfc3339(), "2026-11-20T09:01:30Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The earliest and the latest instant that this program writes down: years 0001 to 9999.
    pub const MIN: Moment = Moment(-62_135_596_800);
    /// See [`Moment::MIN`].
    pub const MAX: Moment = Moment(253_402_300_799);

    /// The instant `seconds` later (earlier when negative), held within the years 0001 to 9999.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Moment {
        Moment(self.0.saturating_add(seconds)).held()
    }

    /// This instant, held within the years 0001 to 9999.
    #[must_use]
    pub fn held(self) -> Moment {
        self.clamp(Moment::MIN, Moment::MAX)
    }

    /// Whole seconds from `earlier` to this instant; negative when `earlier` is the later one.
    #[must_use]
    pub fn since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// RFC 3339 in UTC with a trailing `Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        match DateTime::from_timestamp(self.held().0, 0) {
            Some(t) => t.to_rfc3339_opts(SecondsFormat::Secs, true),
            None => String::new(),
        }
    }

    /// Reads an RFC 3339 instant (`2026-11-20T12:00:00Z`, `2026-11-20 12:00:00+03:00`); fractions are dropped.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Moment> {
        let t = DateTime::parse_from_rfc3339(text.trim()).ok()?;
        let m = Moment(t.timestamp());
        (m == m.held()).then_some(m)
    }

    /// The wall-clock reading of this instant in UTC.
    #[must_use]
    pub fn utc(self) -> NaiveDateTime {
        DateTime::from_timestamp(self.held().0, 0).map_or(NaiveDateTime::MIN, |t| t.naive_utc())
    }

    /// The instant at which a clock in UTC reads `wall`.
    #[must_use]
    pub fn of_utc(wall: NaiveDateTime) -> Moment {
        Moment(wall.and_utc().timestamp())
    }
}

/// Whole minutes of worked or elapsed time.
pub type Minutes = i64;

/// Seconds rounded half up to whole minutes, the one rounding that figures get at their end.
///
/// ```
/// use frontdesk::domain::time::minutes;
/// assert_eq!((minutes(29), minutes(30), minutes(90), minutes(89)), (0, 1, 2, 1));
/// ```
#[must_use]
pub fn minutes(seconds: i64) -> Minutes {
    (seconds + 30).div_euclid(60)
}

/// Elapsed calendar time in words: from two days on in days and hours, rounded down.
///
/// ```
/// use frontdesk::domain::time::elapsed;
/// assert_eq!([0, 42, 90, 47 * 60, 21_278].map(elapsed), ["0m", "42m", "1h 30m", "47h", "14d 18h"]);
/// ```
#[must_use]
pub fn elapsed(minutes: Minutes) -> String {
    let two = |big: i64, unit: &str, small: i64, part: &str| match (big, small) {
        (0, _) => format!("{small}{part}"),
        (_, 0) => format!("{big}{unit}"),
        _ => format!("{big}{unit} {small}{part}"),
    };
    let n = minutes.max(0);
    if n < 2 * 24 * 60 { two(n / 60, "h", n % 60, "m") } else { two(n / (24 * 60), "d", n / 60 % 24, "h") }
}

/// The Monday of the ISO week that `day` is in.
#[must_use]
pub fn monday(day: Date) -> Date {
    day - chrono::Days::new(u64::from(day.weekday().num_days_from_monday()))
}
