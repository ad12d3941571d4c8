//! Periods of whole local days, as queries and reports name them: `last-week`, `2026-W47`, `2026-11-02..2026-11-08`.
//! Half-open in instants, both days in for people. ISO weeks, from Monday.

use super::amount::{Unit, amounts};
use super::refusal::Refusal;
use super::time::{Date, Moment, monday};
use super::when::{Lean, calendar_day};
use super::zone::Zone;
use chrono::{Datelike, Days, Months, Weekday};

/// Whole days of a zone, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first instant of the first day.
    pub from: Moment,
    /// The first instant after the last day.
    pub to: Moment,
    /// The first day.
    pub first: Date,
    /// The last day, in the period.
    pub last: Date,
}

/// `30d` and the like reach back at most a hundred years.
const MOST_DAYS: i64 = 36_525;

impl Period {
    /// The days from `first` to `last`, both in; a `last` before `first` is taken as `first`.
    #[must_use]
    pub fn of(first: Date, last: Date, zone: &Zone) -> Period {
        let last = last.max(first);
        let after = last.succ_opt().unwrap_or(last);
        Period { from: zone.start_of_day(first), to: zone.start_of_day(after), first, last }
    }

    /// The period that `text` names at `now`: `last-week` `this-week` `last-month` `this-month` `2026-W47` `W47` (the latest
    /// that has begun) `2026-10` `2026` `30d` (the last 30 days, today in) `2026-11-02..2026-11-08` (both days in), or any day
    /// that [`day`](super::when::day) reads, the most recent of that name.
    ///
    /// ```
    /// use frontdesk::domain::{period::Period, time::Moment, zone::Zone};
    /// let now = Moment::parse_rfc3339("2026-11-20T12:00:00Z").unwrap();
    /// let label = |text: &str| Period::parse(text, now, &Zone::utc()).unwrap().label();
    /// assert_eq!(label("last-week"), "2026-11-09 … 2026-11-15 (W46)");
    /// assert_eq!(label("2026-10"), "2026-10-01 … 2026-10-31");
    /// assert_eq!(label("30d"), "2026-10-22 … 2026-11-20");
    /// assert_eq!(label("yesterday"), "2026-11-19");
    /// ```
    ///
    /// # Errors
    /// A [`Refusal`] for what is no period, and for one that ends before it begins.
    pub fn parse(text: &str, now: Moment, zone: &Zone) -> Result<Period, Refusal> {
        let said = text.trim().to_lowercase().replace('ё', "е");
        match said.as_str() {
            "last-week" | "прошлая-неделя" => return Ok(Period::last_week(now, zone)),
            "this-week" | "эта-неделя" => return Ok(Period::this_week(now, zone)),
            "last-month" | "прошлый-месяц" => return Ok(Period::last_month(now, zone)),
            "this-month" | "этот-месяц" => return Ok(month_of(zone.date(now), 0, zone)),
            _ => {}
        }
        let shaped = week(&said, zone.date(now)).or_else(|| month(&said)).or_else(|| year(&said));
        if let Some(days) = shaped {
            let impossible = || impossible(text, "the calendar has no such week, month or year");
            let (first, last) = days.ok_or_else(impossible)?;
            return Ok(Period::of(first, last, zone));
        }
        if let Some(read) = amounts(&said).filter(|read| read.iter().all(|a| a.unit.is_some())) {
            return match read.as_slice() {
                [one] if one.unit == Some(Unit::Day) => last_days(one.whole(), text, now, zone),
                _ => Err(unreadable(text)),
            };
        }
        let day = |said: &str| calendar_day(said, Lean::Past, now, zone).map_err(|refusal| about(refusal, text));
        let (first, last) = match said.split_once("..") {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(&said)?, day(&said)?),
        };
        if last < first {
            return Err(impossible(text, "it ends before it begins"));
        }
        Ok(Period::of(first, last, zone))
    }

    /// The last complete week.
    #[must_use]
    pub fn last_week(now: Moment, zone: &Zone) -> Period {
        Period::last_weeks(1, now, zone)
    }

    /// The week that now is in, to its Sunday.
    #[must_use]
    pub fn this_week(now: Moment, zone: &Zone) -> Period {
        let first = monday(zone.date(now));
        Period::of(first, days_on(first, 6), zone)
    }

    /// The last complete month.
    #[must_use]
    pub fn last_month(now: Moment, zone: &Zone) -> Period {
        month_of(zone.date(now), 1, zone)
    }

    /// The last `n` complete weeks; one at least.
    #[must_use]
    pub fn last_weeks(n: u32, now: Moment, zone: &Zone) -> Period {
        let this = monday(zone.date(now));
        let first = this.checked_sub_days(Days::new(7 * u64::from(n.max(1)))).unwrap_or(this);
        Period::of(first, this.pred_opt().unwrap_or(this), zone)
    }

    /// The period directly before, to compare with: as many days; for whole calendar months as many months.
    ///
    /// ```
    /// use frontdesk::domain::{period::Period, zone::Zone};
    /// let utc = Zone::utc();
    /// let before = |first: &str, last: &str| Period::of(first.parse().unwrap(), last.parse().unwrap(), &utc).previous(&utc).label();
    /// assert_eq!(before("2026-11-09", "2026-11-15"), "2026-11-02 … 2026-11-08 (W45)");
    /// assert_eq!(before("2026-03-01", "2026-03-31"), "2026-02-01 … 2026-02-28");
    /// ```
    #[must_use]
    pub fn previous(&self, zone: &Zone) -> Period {
        let last = self.first.pred_opt().unwrap_or(self.first);
        let after = self.last.succ_opt().unwrap_or(self.last);
        if self.first.day() == 1 && after.day() == 1 {
            let months = (after.year() - self.first.year()) * 12 + month0(after) - month0(self.first);
            let months = Months::new(u32::try_from(months).unwrap_or(1));
            return Period::of(self.first.checked_sub_months(months).unwrap_or(last), last, zone);
        }
        let first = self.first.checked_sub_days(Days::new(u64::try_from(self.days()).unwrap_or(1)));
        Period::of(first.unwrap_or(last), last, zone)
    }

    /// Whether `moment` is in the period.
    #[must_use]
    pub fn contains(&self, moment: Moment) -> bool {
        (self.from..self.to).contains(&moment)
    }

    /// How many days it has.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    /// The days for people, the weeks too where it is made of weeks: `2026-11-09 … 2026-11-15 (W46)`.
    #[must_use]
    pub fn label(&self) -> String {
        let (first, last) = (self.first, self.last);
        if first == last {
            return first.to_string();
        }
        if first.weekday() != Weekday::Mon || last.weekday() != Weekday::Sun {
            return format!("{first} … {last}");
        }
        match (first.iso_week().week(), last.iso_week().week()) {
            _ if self.days() == 7 => format!("{first} … {last} (W{:02})", first.iso_week().week()),
            (from, to) => format!("{first} … {last} (W{from:02}–W{to:02})"),
        }
    }
}

/// The first and last day that a text has the shape of; the inner none where the calendar has no such days.
type Shaped = Option<Option<(Date, Date)>>;

/// `2026-w47`, `w47`
fn week(said: &str, today: Date) -> Shaped {
    let (year, week) = said.split_once('w')?;
    let week = two_digits(week)?;
    let monday_in = |year: i32| Date::from_isoywd_opt(year, week, Weekday::Mon);
    let first = if year.is_empty() {
        let this = today.iso_week().year();
        monday_in(this).filter(|first| *first <= today).or_else(|| monday_in(this - 1))
    } else {
        monday_in(four_digits(year.strip_suffix('-')?)?)
    };
    Some(first.map(|first| (first, days_on(first, 6))))
}

/// `2026-10`
fn month(said: &str) -> Shaped {
    let (year, month) = said.split_once('-')?;
    let (year, month) = (four_digits(year)?, two_digits(month)?);
    let first = Date::from_ymd_opt(year, month, 1);
    Some(first.map(|first| (first, end_of_months(first, 1))))
}

/// `2026`
fn year(said: &str) -> Shaped {
    let year = four_digits(said)?;
    let first = Date::from_ymd_opt(year, 1, 1);
    Some(first.map(|first| (first, end_of_months(first, 12))))
}

fn last_days(count: Option<i64>, text: &str, now: Moment, zone: &Zone) -> Result<Period, Refusal> {
    let count =
        count.filter(|n| (1..=MOST_DAYS).contains(n)).ok_or_else(|| impossible(text, "it may be 1d to 36525d"))?;
    let today = zone.date(now);
    let back = Days::new(u64::try_from(count - 1).unwrap_or(0));
    Ok(Period::of(today.checked_sub_days(back).unwrap_or(today), today, zone))
}

/// The calendar month `back` months before the one that `day` is in.
fn month_of(day: Date, back: u32, zone: &Zone) -> Period {
    let first = day.with_day(1).unwrap_or(day);
    let first = first.checked_sub_months(Months::new(back)).unwrap_or(first);
    Period::of(first, end_of_months(first, 1), zone)
}

fn end_of_months(first: Date, months: u32) -> Date {
    first.checked_add_months(Months::new(months)).and_then(|after| after.pred_opt()).unwrap_or(first)
}

fn days_on(date: Date, days: u64) -> Date {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

fn month0(date: Date) -> i32 {
    i32::try_from(date.month0()).unwrap_or(0)
}

fn four_digits(text: &str) -> Option<i32> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?.filter(|year| *year > 0)
}

fn two_digits(text: &str) -> Option<u32> {
    ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

const FORMS: &str = "write last-week, this-month, 2026-W47, 2026-10, 30d, 2026-11-20 or 2026-11-02..2026-11-08";

fn unreadable(text: &str) -> Refusal {
    Refusal::Unreadable { what: "period", text: text.to_owned(), hint: FORMS.to_owned() }
}

fn impossible(text: &str, why: &str) -> Refusal {
    Refusal::Impossible { text: text.to_owned(), why: why.to_owned(), hint: FORMS.to_owned() }
}

/// A refusal of one day of a period, told about the whole.
fn about(refusal: Refusal, text: &str) -> Refusal {
    match refusal {
        Refusal::Impossible { text: day, why, .. } if day != text => {
            Refusal::Impossible { text: text.to_owned(), why: format!("{day}: {why}"), hint: FORMS.to_owned() }
        }
        Refusal::Impossible { why, .. } => impossible(text, &why),
        _ => unreadable(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A Friday, 02:00 in Moscow and still Thursday in UTC.
    fn now() -> Moment {
        Moment::parse_rfc3339("2026-11-20T02:00:00+03:00").unwrap()
    }

    fn zone() -> Zone {
        Zone::bundled("Europe/Moscow").unwrap()
    }

    fn label(text: &str) -> String {
        Period::parse(text, now(), &zone()).map_or_else(|no| no.to_string(), |period| period.label())
    }

    #[test]
    fn every_form_names_its_days() {
        let forms = [
            ("this-week", "2026-11-16 … 2026-11-22 (W47)"),
            ("last-week", "2026-11-09 … 2026-11-15 (W46)"),
            ("прошлая-неделя", "2026-11-09 … 2026-11-15 (W46)"),
            ("this-month", "2026-11-01 … 2026-11-30"),
            ("last-month", "2026-10-01 … 2026-10-31"),
            ("2026-W47", "2026-11-16 … 2026-11-22 (W47)"),
            ("2026-w01", "2025-12-29 … 2026-01-04 (W01)"),
            ("2026-W53", "2026-12-28 … 2027-01-03 (W53)"),
            ("W47", "2026-11-16 … 2026-11-22 (W47)"),
            ("w48", "2025-11-24 … 2025-11-30 (W48)"),
            ("2026-10", "2026-10-01 … 2026-10-31"),
            ("2024-02", "2024-02-01 … 2024-02-29"),
            ("2026", "2026-01-01 … 2026-12-31"),
            ("30d", "2026-10-22 … 2026-11-20"),
            ("30д", "2026-10-22 … 2026-11-20"),
            ("1d", "2026-11-20"),
            ("today", "2026-11-20"),
            ("вчера", "2026-11-19"),
            ("fri", "2026-11-20"),
            ("20.12", "2025-12-20"),
            ("2026-11-20", "2026-11-20"),
            ("2026-11-02..2026-11-08", "2026-11-02 … 2026-11-08 (W45)"),
            ("2026-10-19..2026-11-15", "2026-10-19 … 2026-11-15 (W43–W46)"),
            ("2026-11-20..2026-11-20", "2026-11-20"),
        ];
        for (text, days) in forms {
            assert_eq!(label(text), days, "{text}");
        }
    }

    #[test]
    fn days_begin_and_end_at_local_midnight() {
        let day = Period::parse("today", now(), &zone()).unwrap();
        assert_eq!(
            (day.from.rfc3339(), day.to.rfc3339()),
            ("2026-11-19T21:00:00Z".into(), "2026-11-20T21:00:00Z".into())
        );
        assert!(day.contains(day.from) && !day.contains(day.to) && day.contains(now()));
    }

    #[test]
    fn the_day_of_the_change_has_twenty_five_hours() {
        let berlin = Zone::bundled("Europe/Berlin").unwrap();
        let day = Period::parse("2026-10-25", now(), &berlin).unwrap();
        assert_eq!((day.to.since(day.from), day.days()), (25 * 3600, 1));
    }

    #[test]
    fn what_is_no_period_is_refused_with_the_forms() {
        for text in [
            "",
            "last-wek",
            "2026-W54",
            "2025-W53",
            "2026-13",
            "0000",
            "10000",
            "2w",
            "0d",
            "1.5d",
            "40000d",
            "30",
            "2026-02-30",
        ] {
            assert!(Period::parse(text, now(), &zone()).unwrap_err().hint().unwrap().contains("last-week"), "{text}");
        }
        assert_eq!(
            label("2026-11-08..2026-11-02"),
            r#""2026-11-08..2026-11-02" is impossible: it ends before it begins"#
        );
        assert!(label("2026-11-01..2026-11-31").contains("2026-11-31: there is no such day"));
        for text in ["2026-11-01..", "..2026-11-01", "..", "2026-11-01..2026-11-02..2026-11-03", "14:30", "2h ago"] {
            assert!(Period::parse(text, now(), &zone()).is_err(), "{text}");
        }
    }

    #[test]
    fn before_whole_months_are_as_many_months() {
        let before = |text: &str| Period::parse(text, now(), &zone()).unwrap().previous(&zone()).label();
        assert_eq!(before("2026-10"), "2026-09-01 … 2026-09-30");
        assert_eq!(before("2024"), "2023-01-01 … 2023-12-31");
        assert_eq!(before("2026-07-01..2026-09-30"), "2026-04-01 … 2026-06-30");
        assert_eq!(before("30d"), "2026-09-22 … 2026-10-21");
        assert_eq!(Period::last_weeks(4, now(), &zone()).label(), "2026-10-19 … 2026-11-15 (W43–W46)");
    }

    proptest! {
        #[test]
        fn previous_ends_where_the_period_begins(start in 0_i64..20_000, days in 0_u64..800) {
            let first = Moment(start * 86_400).utc().date();
            let period = Period::of(first, days_on(first, days), &zone());
            prop_assert_eq!(period.previous(&zone()).to, period.from);
        }

        #[test]
        fn a_range_is_read_back(start in 0_i64..20_000, days in 0_u64..800) {
            let first = Moment(start * 86_400).utc().date();
            let period = Period::of(first, days_on(first, days), &zone());
            let text = format!("{}..{}", period.first, period.last);
            prop_assert_eq!(Period::parse(&text, now(), &zone()), Ok(period));
        }

        #[test]
        fn no_text_and_no_instant_panic(text in "\\PC*", near in "[0-9w.d-]{0,24}", at in any::<i64>()) {
            for text in [text, near] {
                if let Ok(period) = Period::parse(&text, Moment(at), &zone()) {
                    prop_assert!(period.first <= period.last && period.from <= period.to);
                    let _ = (period.previous(&zone()), period.label());
                }
            }
            let _ = (Period::last_weeks(u32::MAX, Moment(at), &zone()), Period::last_month(Moment(at), &zone()));
        }
    }
}
