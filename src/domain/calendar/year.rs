//! Working time by the wall clock alone, without a zone: what was worked before any day of any year, at once. Days are as
//! their weekday but for the exceptions of their year. Years without a date of their own repeat every four hundred years, and
//! there are fourteen of them: leap or not, and the weekday they begin with.

use super::country::{Country, Kind};
use super::first_reached;
use super::holiday::Holidays;
use super::hours::{DAY, Span, seconds_until, shortened};
use crate::domain::time::Date;
use chrono::{Datelike, Weekday};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Add, Sub};

/// Days from 0001-01-01, the first, to 1970-01-01.
const EPOCH: i64 = 719_163;
/// Years after which the calendar repeats itself, weekdays too.
const CYCLE: i32 = 400;
/// A year after all that can be named, and the first of a cycle.
const BEYOND: i32 = 10_000;
/// By how much a short day is shorter.
const SHORTER: i64 = 3600;

/// What working hours are made of. What is named first wins: days, holidays, the country, the week.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Days with hours of their own; without any they are off.
    pub days: BTreeMap<Date, Vec<Span>>,
    /// Days off.
    pub holidays: Holidays,
    /// The country whose production calendar is under it.
    pub country: Option<Country>,
    /// The hours of each weekday, from Monday.
    pub week: [Vec<Span>; 7],
}

/// Why a day is not as its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is named with hours of its own.
    Named,
    /// It is a holiday of the team.
    Holiday,
    /// By the production calendar of the country.
    Country(Kind),
}

/// Working seconds and working days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) seconds: i64,
    pub(super) days: i64,
}

impl Sum {
    fn of(hours: &[Span]) -> Sum {
        Sum { seconds: hours.iter().map(|h| h.seconds()).sum(), days: i64::from(!hours.is_empty()) }
    }

    fn times(self, n: i64) -> Sum {
        Sum { seconds: self.seconds * n, days: self.days * n }
    }
}

impl Add for Sum {
    type Output = Sum;
    fn add(self, other: Sum) -> Sum {
        Sum { seconds: self.seconds + other.seconds, days: self.days + other.days }
    }
}

impl Sub for Sum {
    type Output = Sum;
    fn sub(self, other: Sum) -> Sum {
        self + other.times(-1)
    }
}

/// A day that is not as its weekday.
#[derive(Debug, Clone)]
struct Exception {
    /// Its number in the year, from 1.
    ordinal: u32,
    hours: Vec<Span>,
    why: Why,
    /// By how much the exceptions before it in its year change the year.
    before: Sum,
}

/// The exceptions of a year.
#[derive(Debug, Clone, Default)]
struct Year {
    exceptions: Vec<Exception>,
    /// By how much they change the year.
    total: Sum,
}

/// A year with dates of its own.
#[derive(Debug, Clone)]
struct Own {
    number: i32,
    year: Year,
    /// By how much it and those before it change what the cycle gives.
    shift: Sum,
}

/// Rules, counted.
#[derive(Debug, Clone)]
pub(super) struct Civil {
    week: [Vec<Span>; 7],
    /// What a week holds before each weekday.
    week_before: [Sum; 7],
    whole_week: Sum,
    usual: [Year; 14],
    /// By how much exceptions change a cycle before each of its years.
    cycle: Vec<Sum>,
    whole_cycle: Sum,
    /// In order.
    own: Vec<Own>,
}

impl Civil {
    /// None where nobody ever works in a year without dates of its own.
    pub(super) fn new(rules: &Rules) -> Option<Civil> {
        let mut whole_week = Sum::default();
        let week_before = rules.week.each_ref().map(|hours| {
            let before = whole_week;
            whole_week = before + Sum::of(hours);
            before
        });
        let kinds: Vec<usize> = (BEYOND..BEYOND + CYCLE).map(kind_of).collect();
        let usual = std::array::from_fn(|kind| {
            let with = (BEYOND..).zip(&kinds).find(|(_, known)| **known == kind);
            with.map(|(number, _)| year(rules, number)).unwrap_or_default()
        });
        let mut whole_cycle = Sum::default();
        let cycle = kinds.iter().map(|kind| {
            let before = whole_cycle;
            whole_cycle = before + usual.get(*kind).map(|y: &Year| y.total).unwrap_or_default();
            before
        });
        let cycle: Vec<Sum> = cycle.collect();
        if (whole_week.times(CYCLE_WEEKS) + whole_cycle).seconds == 0 {
            return None;
        }
        let week = rules.week.clone();
        let mut civil = Civil { week, week_before, whole_week, usual, cycle, whole_cycle, own: Vec::new() };
        let mut shift = Sum::default();
        for number in years_named(rules) {
            let year = year(rules, number);
            shift = shift + year.total - civil.usual_year(number).map_or_else(Sum::default, |usual| usual.total);
            civil.own.push(Own { number, year, shift });
        }
        Some(civil)
    }

    fn usual_year(&self, number: i32) -> Option<&Year> {
        self.usual.get(kind_of(number))
    }

    /// By how much the exceptions of all years before this one change things.
    fn changed_before(&self, number: i32) -> Sum {
        let in_cycle = usize::try_from(number.rem_euclid(CYCLE)).ok().and_then(|n| self.cycle.get(n));
        let usual = self.whole_cycle.times(i64::from(number.div_euclid(CYCLE))) + in_cycle.copied().unwrap_or_default();
        let own = self.own.partition_point(|own| own.number < number);
        let shift = own.checked_sub(1).and_then(|last| self.own.get(last)).map(|own| own.shift);
        usual + shift.unwrap_or_default()
    }

    /// The exception that a day is, and by how much all those before it change things.
    fn exception(&self, date: Date) -> (Option<&Exception>, Sum) {
        let before = self.changed_before(date.year());
        let own = self.own.binary_search_by_key(&date.year(), |own| own.number).ok().and_then(|n| self.own.get(n));
        let Some(year) = own.map(|own| &own.year).or_else(|| self.usual_year(date.year())) else {
            return (None, before);
        };
        let n = year.exceptions.partition_point(|e| e.ordinal < date.ordinal());
        let here = year.exceptions.get(n);
        let within = here.map_or(year.total, |e| e.before);
        (here.filter(|e| e.ordinal == date.ordinal()), before + within)
    }

    /// The hours of a weekday.
    pub(super) fn weekday(&self, weekday: Weekday) -> &[Span] {
        on(&self.week, weekday).map_or(&[], Vec::as_slice)
    }

    /// The hours of a day, and why they are not those of its weekday.
    pub(super) fn hours(&self, date: Date) -> (&[Span], Option<Why>) {
        let (exception, _) = self.exception(date);
        // Of a year that stands for many, only the month and the day are true.
        let why = |e: &Exception| match e.why {
            Why::Country(kind) => Why::Country(kind.in_year(date.year())),
            why => why,
        };
        exception.map_or_else(|| (self.weekday(date.weekday()), None), |e| (&e.hours[..], Some(why(e))))
    }

    /// What is worked before a day, counted from a day long ago; days from 1970-01-01.
    pub(super) fn before(&self, day: i64) -> Sum {
        self.before_and_on(day).0
    }

    fn before_and_on(&self, day: i64) -> (Sum, &[Span]) {
        let date = date(day);
        let (exception, changed) = self.exception(date);
        let weeks = self.whole_week.times((day + EPOCH - 1).div_euclid(7));
        let usual = weeks + on(&self.week_before, date.weekday()).copied().unwrap_or_default();
        (usual + changed, exception.map_or_else(|| self.weekday(date.weekday()), |e| &e.hours))
    }

    /// Seconds worked before a reading of the wall clock, in seconds from 1970-01-01T00:00.
    pub(super) fn worked(&self, wall: i64) -> i64 {
        let (before, hours) = self.before_and_on(wall.div_euclid(DAY));
        before.seconds + seconds_until(hours, wall.rem_euclid(DAY))
    }

    /// The first reading at which so many seconds are worked, on `day` or later; before that day fewer are.
    pub(super) fn reaching(&self, worked: i64, day: i64) -> Option<i64> {
        let day = first_reached(day - 1, 1, BEYOND_DAY, |day| self.before(day + 1).seconds >= worked)?;
        let (before, hours) = self.before_and_on(day);
        let mut left = worked - before.seconds;
        for span in hours {
            if left <= span.seconds() {
                return Some(day * DAY + span.from + left);
            }
            left -= span.seconds();
        }
        None
    }

    /// The `n`-th working day after a day, from 1; none where there are not as many before the year 10000.
    pub(super) fn nth_after(&self, day: i64, n: i64) -> Option<i64> {
        let goal = self.before(day + 1).days.saturating_add(n);
        first_reached(day, n.saturating_mul(2), BEYOND_DAY - 1, |day| self.before(day + 1).days >= goal)
    }
}

/// 10000-01-01 in days from 1970-01-01.
const BEYOND_DAY: i64 = 2_932_897;
/// Weeks of a cycle: it ends on the weekday it began with.
const CYCLE_WEEKS: i64 = 20_871;

/// The date of a day counted from 1970-01-01.
pub(super) fn date(day: i64) -> Date {
    let number = i32::try_from(day.saturating_add(EPOCH)).unwrap_or(i32::MAX);
    Date::from_num_days_from_ce_opt(number).unwrap_or(Date::MAX)
}

/// What a week has for a weekday.
fn on<T>(week: &[T; 7], weekday: Weekday) -> Option<&T> {
    usize::try_from(weekday.num_days_from_monday()).ok().and_then(|n| week.get(n))
}

fn week_of(rules: &Rules, date: Date) -> &[Span] {
    on(&rules.week, date.weekday()).map_or(&[], Vec::as_slice)
}

/// Which of the fourteen years it is.
fn kind_of(number: i32) -> usize {
    let first = Date::from_ymd_opt(number, 1, 1).unwrap_or_default();
    let weekday = usize::try_from(first.weekday().num_days_from_monday()).unwrap_or(0);
    weekday + if first.leap_year() { 7 } else { 0 }
}

/// Years that are not as the cycle has them.
fn years_named(rules: &Rules) -> BTreeSet<i32> {
    let dates = rules.days.keys().chain(&rules.holidays.once);
    let decided = rules.country.into_iter().flat_map(Country::decided);
    dates.map(Datelike::year).chain(decided).collect()
}

/// The exceptions of one year.
fn year(rules: &Rules, number: i32) -> Year {
    let day = |month: u32, day: u32| Date::from_ymd_opt(number, month, day);
    let (Some(first), Some(last)) = (day(1, 1), day(12, 31)) else { return Year::default() };
    let special = rules.country.map(|c| c.special(number)).unwrap_or_default();
    let mut candidates: BTreeSet<Date> = special.iter().map(|s| s.day).collect();
    candidates.extend(rules.holidays.yearly.iter().filter_map(|(m, d)| day(*m, *d)));
    candidates.extend(rules.holidays.once.range(first..=last));
    candidates.extend(rules.days.range(first..=last).map(|(day, _)| *day));
    let mut made = Year::default();
    for date in candidates {
        let week = week_of(rules, date);
        let by_country =
            || special.iter().find(|s| s.day == date).map(|s| (by_law(rules, date, s.kind), Why::Country(s.kind)));
        let named = rules.days.get(&date).map(|hours| (hours.clone(), Why::Named));
        let holiday = rules.holidays.has(date).then_some((Vec::new(), Why::Holiday));
        if let Some((hours, why)) = named.or(holiday).or_else(by_country)
            && hours != week
        {
            let before = made.total;
            made.total = before + Sum::of(&hours) - Sum::of(week);
            made.exceptions.push(Exception { ordinal: date.ordinal(), hours, why, before });
        }
    }
    made
}

/// The hours of a day that the country makes special.
fn by_law(rules: &Rules, date: Date, kind: Kind) -> Vec<Span> {
    match kind {
        Kind::Holiday(_) | Kind::OffFor(_) => Vec::new(),
        Kind::Eve(_) => shortened(week_of(rules, date), SHORTER),
        Kind::WorksFor { day, short } => shortened(week_of(rules, day), if short { SHORTER } else { 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::hours::read_hours;
    use super::*;

    fn office() -> Rules {
        let hours = read_hours(&["09:00-18:00"]).unwrap();
        let mut rules = Rules::default();
        rules.week[..5].fill(hours);
        rules
    }

    fn day(text: &str) -> i64 {
        let date: Date = text.parse().unwrap();
        i64::from(date.num_days_from_ce()) - EPOCH
    }

    #[test]
    fn the_sums_are_those_of_a_walk_from_day_to_day_over_a_thousand_years() {
        let mut rules = office();
        rules.country = Some(Country::Russia);
        rules.week[5] = read_hours(&["10:00-14:00"]).unwrap();
        for text in ["02-29", "12-24", "2026-07-01..2026-07-20", "1999-12-31", "2160-02-29"] {
            rules.holidays.add(text).unwrap();
        }
        rules.days.insert("2026-07-04".parse().unwrap(), read_hours(&["12:00-13:00"]).unwrap());
        rules.days.insert("2300-01-01".parse().unwrap(), read_hours(&["00:00-24:00"]).unwrap());
        let civil = Civil::new(&rules).unwrap();
        let mut sum = civil.before(day("1600-01-01"));
        for d in day("1600-01-01")..day("2601-01-01") {
            assert_eq!(civil.before(d), sum, "{}", date(d));
            sum = sum + Sum::of(civil.hours(date(d)).0);
        }
    }

    #[test]
    fn what_is_named_first_wins() {
        let mut rules = office();
        rules.country = Some(Country::Russia);
        rules.holidays.add("2026-04-30").unwrap();
        rules.holidays.add("2026-04-29").unwrap();
        rules.days.insert("2026-04-29".parse().unwrap(), read_hours(&["10:00-11:00"]).unwrap());
        rules.days.insert("2026-11-04".parse().unwrap(), Vec::new());
        let civil = Civil::new(&rules).unwrap();
        let said = |text: &str| {
            let (hours, why) = civil.hours(text.parse().unwrap());
            let hours: Vec<String> = hours.iter().map(ToString::to_string).collect();
            (hours.join(" "), why)
        };
        assert_eq!(said("2026-04-29"), ("10:00-11:00".into(), Some(Why::Named)));
        assert_eq!(said("2026-04-30"), (String::new(), Some(Why::Holiday)));
        assert_eq!(said("2026-11-03").0, "09:00-17:00");
        assert_eq!(said("2026-11-04").1, Some(Why::Named));
        assert_eq!(said("2024-11-02").0, "09:00-17:00");
        assert_eq!(said("2024-04-27").0, "09:00-18:00");
        let moved = "2027-05-01".parse().unwrap();
        assert_eq!(said("2027-05-03").1, Some(Why::Country(Kind::OffFor(moved))));
        assert_eq!(said("2026-05-09"), (String::new(), None), "a Saturday anyway");
    }

    #[test]
    fn no_working_time_is_no_calendar() {
        assert!(Civil::new(&Rules::default()).is_none());
        let mut rules = office();
        rules.holidays.add("01-01..12-31").unwrap();
        assert!(Civil::new(&rules).is_none());
        let mut only_named = Rules::default();
        only_named.days.insert("2026-07-04".parse().unwrap(), vec![Span::WHOLE]);
        assert!(Civil::new(&only_named).is_none());
    }
}
