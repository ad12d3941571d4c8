//! Production calendars of countries: which days the law takes off, moves or shortens. A year for which the moves are not
//! known follows from the law alone and is provisional.

use crate::domain::time::Date;
use chrono::{Datelike, Days, Weekday};
use std::fmt;

/// A country whose production calendar is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    /// `ru`
    Russia,
}

/// A day that is not as its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special {
    /// The day.
    pub day: Date,
    /// What it is instead.
    pub kind: Kind,
}

/// What a special day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Off: the holiday of this name.
    Holiday(&'static str),
    /// Off instead of this day.
    OffFor(Date),
    /// Worked instead of this day, with the hours of its weekday.
    WorksFor {
        /// The day that is off for it.
        day: Date,
        /// Whether it ends an hour earlier, as that day would have.
        short: bool,
    },
    /// An hour shorter: the day before the holiday of this name.
    Eve(&'static str),
}

impl Kind {
    /// The same in another year: days are moved within theirs.
    pub(super) fn in_year(self, year: i32) -> Kind {
        let there = |day: Date| day.with_year(year).unwrap_or(day);
        match self {
            Kind::OffFor(day) => Kind::OffFor(there(day)),
            Kind::WorksFor { day, short } => Kind::WorksFor { day: there(day), short },
            same => same,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Holiday(name) => f.write_str(name),
            Kind::OffFor(day) => write!(f, "day off moved from {}", day.format("%a %Y-%m-%d")),
            Kind::WorksFor { day, short: false } => write!(f, "worked for {}", day.format("%a %Y-%m-%d")),
            Kind::WorksFor { day, short: true } => {
                write!(f, "worked for {}, an hour shorter", day.format("%a %Y-%m-%d"))
            }
            Kind::Eve(name) => write!(f, "an hour shorter before {name}"),
        }
    }
}

impl Country {
    /// Every country there is.
    pub const ALL: &'static [Country] = &[Country::Russia];

    /// The country of a code: `ru`.
    #[must_use]
    pub fn of(code: &str) -> Option<Country> {
        Country::ALL.iter().copied().find(|c| c.code().eq_ignore_ascii_case(code))
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Country::Russia => "ru",
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Country::Russia => "Russia",
        }
    }

    /// Years whose moved days are known.
    pub fn decided(self) -> impl Iterator<Item = i32> {
        MOVED.iter().map(|(year, _)| *year)
    }

    /// Whether the moved days of a year are unknown.
    #[must_use]
    pub fn is_provisional(self, year: i32) -> bool {
        self.decided().all(|known| known != year)
    }

    /// The special days of a year, in order.
    ///
    /// ```
    /// use frontdesk::domain::calendar::Country;
    /// let said = |year: i32, day: &str| {
    ///     Country::Russia.special(year).iter().find(|s| s.day.to_string() == day).map(|s| s.kind.to_string()).unwrap_or_default()
    /// };
    /// assert_eq!(said(2026, "2026-01-09"), "day off moved from Sat 2026-01-03");
    /// assert_eq!(said(2026, "2026-04-30"), "an hour shorter before Spring and Labour Day");
    /// assert_eq!(said(2024, "2024-11-02"), "worked for Tue 2024-04-30, an hour shorter");
    /// ```
    #[must_use]
    pub fn special(self, year: i32) -> Vec<Special> {
        let mut days: Vec<Special> = Vec::new();
        let moved: Vec<(Date, Date)> = moved(year).collect();
        let off = |kind: Kind| move |day: Date| Special { day, kind };
        days.extend(
            HOLIDAYS.iter().filter_map(|(m, d, name)| Date::from_ymd_opt(year, *m, *d).map(off(Kind::Holiday(name)))),
        );
        days.extend(moved.iter().map(|(from, to)| Special { day: *to, kind: Kind::OffFor(*from) }));
        for holiday in days.clone() {
            let rests = holiday.day.month() > 1
                && is_weekend(holiday.day)
                && !moved.iter().any(|(from, _)| *from == holiday.day);
            if rests && matches!(holiday.kind, Kind::Holiday(_)) {
                let free = |day: &Date| !is_weekend(*day) && !days.iter().any(|s| s.day == *day);
                let next = holiday.day.iter_days().find(free);
                days.extend(next.map(off(Kind::OffFor(holiday.day))));
            }
        }
        for (from, to) in moved.iter().filter(|(from, _)| name_of(*from).is_none()) {
            days.push(Special { day: *from, kind: Kind::WorksFor { day: *to, short: eve(*to).is_some() } });
        }
        let eves = HOLIDAYS.iter().filter_map(|(m, d, _)| Date::from_ymd_opt(year, *m, *d)?.pred_opt());
        let eves: Vec<Date> = eves.chain(Date::from_ymd_opt(year, 12, 31)).collect();
        for day in eves.into_iter().filter(|day| day.year() == year && !is_weekend(*day)) {
            if let (Some(name), false) = (eve(day), days.iter().any(|s| s.day == day)) {
                days.push(Special { day, kind: Kind::Eve(name) });
            }
        }
        days.sort_unstable_by_key(|s| s.day);
        days
    }
}

/// Days off by article 112 of the Labour Code: month, day, name.
const HOLIDAYS: &[(u32, u32, &str)] = &[
    (1, 1, "New Year and Christmas holidays"),
    (1, 2, "New Year and Christmas holidays"),
    (1, 3, "New Year and Christmas holidays"),
    (1, 4, "New Year and Christmas holidays"),
    (1, 5, "New Year and Christmas holidays"),
    (1, 6, "New Year and Christmas holidays"),
    (1, 7, "New Year and Christmas holidays"),
    (1, 8, "New Year and Christmas holidays"),
    (2, 23, "Defender of the Fatherland Day"),
    (3, 8, "International Women's Day"),
    (5, 1, "Spring and Labour Day"),
    (5, 9, "Victory Day"),
    (6, 12, "Russia Day"),
    (11, 4, "Unity Day"),
];

/// Month and day.
type Day = (u32, u32);

/// What the government moved, year by year: the day off that goes, and the day that is off for it.
const MOVED: &[(i32, &[(Day, Day)])] = &[
    (2022, &[((1, 1), (5, 3)), ((1, 2), (5, 10)), ((3, 5), (3, 7))]),
    (2023, &[((1, 1), (2, 24)), ((1, 8), (5, 8))]),
    (2024, &[((1, 6), (5, 10)), ((1, 7), (12, 31)), ((4, 27), (4, 29)), ((11, 2), (4, 30)), ((12, 28), (12, 30))]),
    (2025, &[((1, 4), (5, 2)), ((1, 5), (12, 31)), ((2, 23), (5, 8)), ((3, 8), (6, 13)), ((11, 1), (11, 3))]),
    (2026, &[((1, 3), (1, 9)), ((1, 4), (12, 31))]),
];

fn moved(year: i32) -> impl Iterator<Item = (Date, Date)> {
    let known = MOVED.iter().find(|(known, _)| *known == year).map_or(&[][..], |(_, moves)| moves);
    let date = move |(month, day): Day| Date::from_ymd_opt(year, month, day);
    known.iter().filter_map(move |(from, to)| Some((date(*from)?, date(*to)?)))
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn name_of(day: Date) -> Option<&'static str> {
    HOLIDAYS.iter().find(|(m, d, _)| (*m, *d) == (day.month(), day.day())).map(|(_, _, name)| *name)
}

/// The holiday that is on the next day.
fn eve(day: Date) -> Option<&'static str> {
    day.checked_add_days(Days::new(1)).and_then(name_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Working days and working hours of a week of 40 hours.
    fn sums(year: i32) -> (i64, i64) {
        let special = Country::Russia.special(year);
        let first = Date::from_ymd_opt(year, 1, 1).unwrap();
        let hours = |day: Date| match special.iter().find(|s| s.day == day).map(|s| s.kind) {
            Some(Kind::Holiday(_) | Kind::OffFor(_)) => 0,
            Some(Kind::Eve(_) | Kind::WorksFor { short: true, .. }) => 7,
            Some(Kind::WorksFor { short: false, .. }) => 8,
            None if is_weekend(day) => 0,
            None => 8,
        };
        let days = first.iter_days().take_while(|day| day.year() == year).map(hours).filter(|h| *h > 0);
        days.fold((0, 0), |(n, sum), h| (n + 1, sum + h))
    }

    #[test]
    fn the_years_come_to_their_published_sums() {
        assert_eq!(sums(2022), (247, 1973));
        assert_eq!(sums(2023), (247, 1973));
        assert_eq!(sums(2024), (248, 1979));
        assert_eq!(sums(2025), (247, 1972));
        assert_eq!(sums(2026), (247, 1972));
    }

    #[test]
    fn a_holiday_on_a_weekend_moves_to_the_next_working_day() {
        let off = |year: i32| -> Vec<String> {
            let moved = Country::Russia.special(year).into_iter().filter(|s| matches!(s.kind, Kind::OffFor(_)));
            moved.map(|s| s.day.format("%m-%d").to_string()).collect()
        };
        assert_eq!(off(2026), ["01-09", "03-09", "05-11", "12-31"]);
        assert_eq!(off(2027), ["05-03", "05-10", "06-14"]);
        assert!(Country::Russia.is_provisional(2027) && !Country::Russia.is_provisional(2026));
    }

    #[test]
    fn no_day_is_special_twice() {
        for year in [1, 4, 1999, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 9999, 10_000] {
            let days = Country::Russia.special(year);
            assert!(days.windows(2).all(|two| two[0].day < two[1].day), "{year}");
        }
    }
}
