//! Working time: how much of it lies between two instants, when so much of it has passed, and which hours a day has.
//! Time is real elapsed time: an instant is working time when the wall clock of the calendar's zone shows a reading that is
//! in the hours of the day it shows. So a night in which clocks are set has 23 or 25 hours of a round-the-clock calendar.
//! Nothing walks from day to day: a year away costs what a day away costs.

mod clock;
mod country;
mod holiday;
mod hours;
mod lapse;
mod year;

use super::time::{Date, Moment};
use super::zone::{Local, Zone};
use chrono::{NaiveTime, Weekday};
use clock::{Clock, Stretch};
use hours::DAY;
use year::Civil;

pub use country::{Country, Kind, Special};
pub use holiday::{Holidays, read_day};
pub use hours::{Span, read_hours};
pub use lapse::Lapse;
pub use year::{Rules, Why};

/// A working calendar. It always has working time to come.
///
/// ```
/// use frontdesk::domain::{calendar::{Calendar, Rules, Span}, time::Moment, zone::Zone};
/// let mut rules = Rules::default();
/// rules.week[..5].fill(vec![Span::read("09:00-18:00").unwrap()]);
/// let office = Calendar::new("office", Zone::bundled("Europe/Moscow").unwrap(), &rules).unwrap();
/// let at = |text: &str| Moment::parse_rfc3339(text).unwrap();
/// let friday = at("2026-11-20T17:00:00+03:00");
/// assert_eq!(office.between(friday, at("2026-11-23T10:00:00+03:00")), 2 * 3600);
/// assert_eq!(office.after(friday, 3600), at("2026-11-20T18:00:00+03:00")); // ends at closing time: closing time
/// assert_eq!(office.after(friday, 3601), at("2026-11-23T09:00:01+03:00"));
/// assert_eq!(office.days_after(friday, 1), at("2026-11-23T17:00:00+03:00"));
/// ```
#[derive(Debug, Clone)]
pub struct Calendar {
    name: String,
    zone: Zone,
    country: Option<Country>,
    civil: Civil,
    clock: Clock,
}

/// What a day is in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day<'a> {
    /// Its hours in order; none on a day off.
    pub hours: &'a [Span],
    /// Why they are not those of its weekday.
    pub why: Option<Why>,
}

impl Day<'_> {
    /// Its working time by the wall clock, in seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.hours.iter().map(|h| h.seconds()).sum()
    }
}

impl Calendar {
    /// The calendar of these rules; none where nobody ever works by them.
    #[must_use]
    pub fn new(name: &str, zone: Zone, rules: &Rules) -> Option<Calendar> {
        let civil = Civil::new(rules)?;
        let clock = Clock::new(&zone, &civil);
        Some(Calendar { name: name.to_owned(), zone, country: rules.country, civil, clock })
    }

    /// Round the clock, every day: what holds where no calendar is set. It is called `24x7`.
    #[must_use]
    pub fn always(zone: Zone) -> Option<Calendar> {
        let rules = Rules { week: std::array::from_fn(|_| vec![Span::WHOLE]), ..Rules::default() };
        Calendar::new("24x7", zone, &rules)
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its clock hangs.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The country whose production calendar is under it.
    #[must_use]
    pub fn country(&self) -> Option<Country> {
        self.country
    }

    /// Working seconds from `start` to `end`; none where `end` is the earlier one.
    #[must_use]
    pub fn between(&self, start: Moment, end: Moment) -> i64 {
        (self.worked(end) - self.worked(start)).max(0)
    }

    /// The first instant from `start` on at which `seconds` of working time have passed: at once for none, closing time where
    /// it ends there. Held at the end of the year 9999.
    #[must_use]
    pub fn after(&self, start: Moment, seconds: i64) -> Moment {
        let start = start.held();
        if seconds <= 0 {
            return start;
        }
        let goal = self.worked(start).saturating_add(seconds);
        let stretch = self.clock.reaching(goal, &self.zone, &self.civil);
        let day = stretch.wall(start.max(stretch.from)).div_euclid(DAY);
        let wall = self.civil.reaching(goal - stretch.shift, day);
        wall.map_or(Moment::MAX, |wall| Moment(wall - stretch.ahead).held())
    }

    /// `days` working days on: the same time of day on the `days`-th working day after that of `start`, at most its closing
    /// time. A day off lends no time of day: what begins on one is due at closing time. At once for none; held at the end of
    /// the year 9999. A time that the clocks skip is the end of the gap, one that comes twice the first.
    #[must_use]
    pub fn days_after(&self, start: Moment, days: i64) -> Moment {
        let start = start.held();
        if days <= 0 {
            return start;
        }
        let wall = self.stretch(start).wall(start);
        let day = wall.div_euclid(DAY);
        let time = if self.civil.hours(year::date(day)).0.is_empty() { DAY } else { wall.rem_euclid(DAY) };
        let Some(day) = self.civil.nth_after(day, days) else { return Moment::MAX };
        let closing = self.civil.hours(year::date(day)).0.last().map_or(DAY, |h| h.to);
        self.instant(year::date(day), time.min(closing))
    }

    /// The instant at which a length of working time has passed: [`Calendar::after`] or [`Calendar::days_after`].
    #[must_use]
    pub fn end(&self, start: Moment, lapse: Lapse) -> Moment {
        match lapse {
            Lapse::Seconds(seconds) => self.after(start, seconds),
            Lapse::Days(days) => self.days_after(start, days),
        }
    }

    /// Whether an instant is working time.
    #[must_use]
    pub fn is_open(&self, at: Moment) -> bool {
        let wall = self.stretch(at).wall(at.held());
        let (hours, _) = self.civil.hours(year::date(wall.div_euclid(DAY)));
        hours.iter().any(|h| (h.from..h.to).contains(&wall.rem_euclid(DAY)))
    }

    /// The first working instant from `at` on.
    #[must_use]
    pub fn opens(&self, at: Moment) -> Moment {
        self.after(at, 1).plus(-1)
    }

    /// The end of the working time that `at` is in; none where it is in none, or where no end comes within a year.
    #[must_use]
    pub fn closes(&self, at: Moment) -> Option<Moment> {
        const LONGEST: usize = 366;
        let wall = self.stretch(at).wall(at.held());
        let mut time = wall.rem_euclid(DAY);
        for date in year::date(wall.div_euclid(DAY)).iter_days().take(LONGEST) {
            let (hours, _) = self.civil.hours(date);
            let open = |time: i64| hours.iter().find(|h| (h.from..h.to).contains(&time));
            while let Some(here) = open(time) {
                time = here.to;
            }
            if time < DAY {
                return Some(self.instant(date, time)).filter(|end| *end > at);
            }
            time = 0;
        }
        None
    }

    /// What a day is here.
    #[must_use]
    pub fn day(&self, date: Date) -> Day<'_> {
        let (hours, why) = self.civil.hours(date);
        Day { hours, why }
    }

    /// What a weekday is here.
    #[must_use]
    pub fn weekday(&self, weekday: Weekday) -> Day<'_> {
        Day { hours: self.civil.weekday(weekday), why: None }
    }

    /// Whether the moved days of a year are unknown, so that its production calendar is provisional.
    #[must_use]
    pub fn is_provisional(&self, year: i32) -> bool {
        self.country.is_some_and(|country| country.is_provisional(year))
    }

    /// Working seconds before an instant, counted from long ago: what the wall clock shows, and what setting it took or gave.
    fn worked(&self, at: Moment) -> i64 {
        let at = at.held();
        self.stretch(at).worked(at, &self.civil)
    }

    fn stretch(&self, at: Moment) -> Stretch {
        self.clock.at(at.held(), &self.zone, &self.civil)
    }

    /// The first instant at which the wall clock has come to so many seconds of a day.
    fn instant(&self, date: Date, seconds: i64) -> Moment {
        let clock = u32::try_from(seconds).ok().and_then(|s| NaiveTime::from_num_seconds_from_midnight_opt(s, 0));
        let Some(time) = clock else { return self.zone.start_of_day(date.succ_opt().unwrap_or(date)) };
        match self.zone.moment(date.and_time(time)) {
            Local::One(at) | Local::Doubled { first: at, .. } => at,
            Local::Skipped { before, .. } => self.stretch(before).from,
        }
    }
}

/// The first number after `low` and up to `most` at which `reached` holds, where it holds from some number on and not yet at
/// `low`; none where that is after `most`. The search goes on from `step` beyond `low`.
fn first_reached(low: i64, step: i64, most: i64, reached: impl Fn(i64) -> bool) -> Option<i64> {
    let (mut low, mut step) = (low, step.max(1));
    let mut high = low.saturating_add(step).min(most);
    while !reached(high) {
        if high >= most {
            return None;
        }
        low = high;
        step = step.saturating_mul(2);
        high = high.saturating_add(step).min(most);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if reached(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests;
