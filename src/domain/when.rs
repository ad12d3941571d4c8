//! Dates typed by people, in English and Russian: `2026-11-20 14:30`, `fri 10:00`, «завтра», `in 2h`.
//! What a phrase means depends on now, the zone, and whether the field looks back or ahead. Periods are in `period`.

mod said;

use super::amount::{Amount, Unit};
use super::refusal::Refusal;
use super::time::{Date, Moment, monday};
use super::zone::{Local, Zone};
use chrono::{Datelike, Days, Months, NaiveDateTime, NaiveTime};
use said::{Day, Odd, Said, Towards};

/// Which way a field looks: what is said without a year, a date or `ago` is resolved that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// The most recent match: worked on, happened at.
    Past,
    /// The next match: due, until.
    Future,
}

/// The instant that a phrase means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// The instant.
    pub at: Moment,
    /// Only a day was said: the time of day is the rule's, see [`when`].
    pub date_only: bool,
    /// What to tell the user: the clocks skip or double the time he said.
    pub note: Option<String>,
}

/// The instant that `text` means at `now`.
///
/// Without a time of day, a day is meant from its first instant in a field that looks back, and from 09:00 in one that looks
/// ahead; today is then meant to its end, 23:59, once it is 09:00. `fri` ahead is never today, back it may be. A time that the
/// clocks skip is taken by the old offset (02:30 becomes 03:30), one that comes twice the first time; both are noted.
///
/// ```
/// use frontdesk::domain::{time::Moment, when::{Lean, when}, zone::Zone};
/// let zone = Zone::bundled("Europe/Moscow").unwrap();
/// let now = Moment::parse_rfc3339("2026-11-20T12:00:00+03:00").unwrap(); // a Friday
/// let ahead = |text: &str| zone.local(when(text, Lean::Future, now, &zone).unwrap().at).to_string();
/// assert_eq!(ahead("fri 10:00"), "2026-11-27 10:00:00");
/// assert_eq!(ahead("завтра"), "2026-11-21 09:00:00");
/// assert_eq!(ahead("через 2 часа"), "2026-11-20 14:00:00");
/// assert_eq!(ahead("25.11 14:00"), "2026-11-25 14:00:00");
/// assert!(when("2026-02-30", Lean::Future, now, &zone).is_err());
/// ```
///
/// # Errors
/// A [`Refusal`] for what is no date, and for dates that do not exist.
pub fn when(text: &str, lean: Lean, now: Moment, zone: &Zone) -> Result<When, Refusal> {
    if let Some(at) = Moment::parse_rfc3339(text) {
        return Ok(When { at, date_only: false, note: None });
    }
    let asked = Asked { text, what: "date", lean, now, zone };
    match asked.read()? {
        Said::Now => Ok(When { at: now, date_only: false, note: None }),
        Said::Span { amounts, towards } => asked.away(&amounts, asked.sign(towards)),
        Said::Point { day, time: Some(time) } => {
            let date = match day {
                Some(day) => asked.date(day, Some(time))?,
                None => asked.first_fit((0..=1).map(|k| asked.step(k)), Some(time), true)?,
            };
            Ok(asked.settled(date.and_time(time), false))
        }
        Said::Point { day, time: None } => {
            let date = asked.date(day.unwrap_or(Day::Away(0)), None)?;
            Ok(asked.whole_day(date))
        }
    }
}

/// The day that `text` means at `now`: as [`when`], and a time of day is refused. `3d` counts from today.
///
/// ```
/// use frontdesk::domain::{time::Moment, when::{Lean, day}, zone::Zone};
/// let now = Moment::parse_rfc3339("2026-11-20T12:00:00Z").unwrap(); // a Friday
/// let back = |text: &str| day(text, Lean::Past, now, &Zone::utc()).unwrap().to_string();
/// assert_eq!([back("fri"), back("mon"), back("20.12"), back("вчера")], ["2026-11-20", "2026-11-16", "2025-12-20", "2026-11-19"]);
/// ```
///
/// # Errors
/// A [`Refusal`] for what is no day.
pub fn day(text: &str, lean: Lean, now: Moment, zone: &Zone) -> Result<Date, Refusal> {
    let asked = Asked { text, what: "day", lean, now, zone };
    match asked.read() {
        Ok(Said::Span { amounts, towards }) if amounts.iter().all(|a| a.unit >= Some(Unit::Day)) => {
            asked.away(&amounts, asked.sign(towards)).map(|away| zone.date(away.at))
        }
        _ => calendar_day(text, lean, now, zone),
    }
}

/// As [`day`], without `3d`: for periods, where that is a length.
pub(super) fn calendar_day(text: &str, lean: Lean, now: Moment, zone: &Zone) -> Result<Date, Refusal> {
    if let Some(at) = Moment::parse_rfc3339(text) {
        return Ok(zone.date(at));
    }
    let asked = Asked { text, what: "day", lean, now, zone };
    match asked.read()? {
        Said::Now => Ok(asked.today()),
        Said::Point { day: Some(day), time: None } => asked.date(day, None),
        Said::Point { .. } | Said::Span { .. } => {
            Err(asked.unreadable("a day without a time is wanted: 2026-11-20, fri, yesterday"))
        }
    }
}

/// A phrase with what decides its meaning.
struct Asked<'a> {
    text: &'a str,
    what: &'static str,
    lean: Lean,
    now: Moment,
    zone: &'a Zone,
}

impl Asked<'_> {
    fn read(&self) -> Result<Said, Refusal> {
        said::read(self.text).map_err(|odd| match odd {
            Odd::Form => self.unreadable("write 2026-11-20, \"20.11 14:30\", \"fri 10:00\", tomorrow or \"in 2h\""),
            Odd::Date => self.impossible("there is no such day from 0001-01-01 to 9999-12-31"),
            Odd::Time => self.impossible("a day goes from 00:00 to 23:59"),
        })
    }

    fn unreadable(&self, hint: &str) -> Refusal {
        Refusal::Unreadable { what: self.what, text: self.text.to_owned(), hint: hint.to_owned() }
    }

    fn impossible(&self, why: &str) -> Refusal {
        Refusal::Impossible {
            text: self.text.to_owned(),
            why: why.to_owned(),
            hint: "write 2026-11-20 14:30".to_owned(),
        }
    }

    fn today(&self) -> Date {
        self.zone.date(self.now)
    }

    fn sign(&self, towards: Option<Towards>) -> i64 {
        let lean = if self.lean == Lean::Future { Towards::Ahead } else { Towards::Back };
        if towards.unwrap_or(lean) == Towards::Ahead { 1 } else { -1 }
    }

    /// Today and the `k`-th day before or after it, the way the field leans.
    fn step(&self, k: i64) -> Option<Date> {
        days_on(self.today(), k * self.sign(None))
    }

    /// The date that a day means; `time` decides whether today still counts.
    fn date(&self, day: Day, time: Option<NaiveTime>) -> Result<Date, Refusal> {
        let today = self.today();
        let date = match day {
            Day::Date(date) => Some(date),
            Day::Away(days) => days_on(today, days),
            Day::Yearly(month, day) => {
                let years = (0..=8).map(|k| i32::try_from(k * self.sign(None)).map_or(0, |k| today.year() + k));
                return self.first_fit(years.map(|year| Date::from_ymd_opt(year, month, day)), time, true);
            }
            Day::Week(weekday, None) => {
                let that = |date: &Option<Date>| date.is_some_and(|date| date.weekday() == weekday);
                return self.first_fit((0..=7).map(|k| self.step(k)).filter(that), time, self.lean == Lean::Past);
            }
            Day::Week(weekday, towards @ Some(_)) => {
                (1..=7).filter_map(|k| days_on(today, k * self.sign(towards))).find(|date| date.weekday() == weekday)
            }
            Day::NextWeek => days_on(monday(today), 7),
            Day::NextMonth => today.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))),
        };
        date.filter(in_years).ok_or_else(|| self.impossible("it is outside the years 0001 to 9999"))
    }

    /// The first date on the right side of now; `today` says whether today counts when no time was said.
    fn first_fit(
        &self,
        mut dates: impl Iterator<Item = Option<Date>>,
        time: Option<NaiveTime>,
        today_counts: bool,
    ) -> Result<Date, Refusal> {
        let today = self.today();
        let fits = |date: Date| {
            let now_passed = |time: NaiveTime| self.instant(date.and_time(time)) <= self.now;
            let fits_today = match (time, self.lean) {
                (None, _) => today_counts,
                (Some(time), Lean::Past) => now_passed(time),
                (Some(time), Lean::Future) => !now_passed(time),
            };
            match self.lean {
                _ if date == today => fits_today,
                Lean::Past => date < today,
                Lean::Future => date > today,
            }
        };
        dates
            .find_map(|date| date.filter(|&date| fits(date) && in_years(&date)))
            .ok_or_else(|| self.impossible("there is no such day"))
    }

    /// A day with the time of day that the field gives it.
    fn whole_day(&self, date: Date) -> When {
        if self.lean == Lean::Past {
            return When { at: self.zone.start_of_day(date), date_only: true, note: None };
        }
        let clock =
            |hour: u32, minute: u32| date.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default());
        let morning = clock(9, 0);
        let gone = date == self.today() && self.instant(morning) <= self.now;
        self.settled(if gone { clock(23, 59) } else { morning }, true)
    }

    /// Now and `amounts` on, or back: days, weeks and months keep the time of day, the rest is elapsed time.
    fn away(&self, amounts: &[Amount], sign: i64) -> Result<When, Refusal> {
        let outside = || self.impossible("it is outside the years 0001 to 9999");
        let (mut days, mut months, mut seconds) = (0_i64, 0_i64, 0_i64);
        for amount in amounts {
            let whole = || amount.whole().ok_or_else(|| self.unreadable("write whole days: 3d, or hours: 36h"));
            match amount.unit {
                Some(Unit::Month) => months += whole()?,
                Some(Unit::Week) => days += whole()?.saturating_mul(7),
                Some(Unit::Day) => days += whole()?,
                _ => seconds = seconds.saturating_add(amount.micros().ok_or_else(outside)? / Amount::ONE),
            }
        }
        let from = if days == 0 && months == 0 {
            When { at: self.now, date_only: false, note: None }
        } else {
            let local = self.zone.local(self.now);
            let months = Months::new(u32::try_from(months).map_err(|_| outside())?);
            let date = if sign > 0 {
                local.date().checked_add_months(months)
            } else {
                local.date().checked_sub_months(months)
            };
            let date = date.and_then(|date| days_on(date, days * sign)).filter(in_years).ok_or_else(outside)?;
            self.settled(date.and_time(local.time()), false)
        };
        let at = Moment(from.at.0.saturating_add(seconds * sign));
        if at == at.held() { Ok(When { at, ..from }) } else { Err(outside()) }
    }

    /// The instant of a wall-clock reading, without a word about the clocks.
    fn instant(&self, wall: NaiveDateTime) -> Moment {
        self.settled(wall, false).at
    }

    /// The instant of a wall-clock reading; what the clocks do to it is noted.
    fn settled(&self, wall: NaiveDateTime, date_only: bool) -> When {
        let (at, note) = match self.zone.moment(wall) {
            Local::One(at) => (at, None),
            Local::Skipped { before, .. } => {
                let taken = self.zone.local(before).format("%H:%M");
                let (said, zone) = (wall.format("%Y-%m-%d %H:%M"), self.zone.name());
                (before, Some(format!("{said} does not exist in {zone}: the clocks skip it; taken as {taken}")))
            }
            Local::Doubled { first, second } => {
                let (said, zone) = (wall.format("%Y-%m-%d %H:%M"), self.zone.name());
                let other = second.rfc3339();
                (first, Some(format!("{said} comes twice in {zone}: the first is taken; the second is {other}")))
            }
        };
        When { at, date_only, note }
    }
}

fn days_on(date: Date, days: i64) -> Option<Date> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { date.checked_sub_days(count) } else { date.checked_add_days(count) }
}

fn in_years(date: &Date) -> bool {
    (1..=9999).contains(&date.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moscow() -> Zone {
        Zone::bundled("Europe/Moscow").unwrap()
    }

    /// A Friday noon in Moscow.
    fn now() -> Moment {
        Moment::parse_rfc3339("2026-11-20T12:00:00+03:00").unwrap()
    }

    fn said(text: &str, lean: Lean) -> String {
        match when(text, lean, now(), &moscow()) {
            Ok(when) => moscow().local(when.at).format("%Y-%m-%d %H:%M").to_string(),
            Err(no) => no.to_string(),
        }
    }

    #[test]
    fn whole_dates_mean_themselves_in_any_field() {
        for text in [
            "2026-11-25 14:30",
            "2026-11-25T14:30",
            "2026-11-25T14:30:00+03:00",
            "2026-11-25T11:30:00Z",
            "25.11.2026 14:30",
            "25.11.26 14:30",
            "25.11.2026, в 14:30",
            "14:30 25.11.2026",
            "25 ноября 2026 14:30",
            "nov 25 2026 2:30pm",
            "25 Nov 2026 at 2:30 pm",
        ] {
            assert_eq!(
                [said(text, Lean::Past), said(text, Lean::Future)],
                ["2026-11-25 14:30", "2026-11-25 14:30"],
                "{text}"
            );
        }
    }

    #[test]
    fn what_lacks_a_year_or_a_day_is_the_nearest_on_its_side() {
        let both = [
            ("14:30", "2026-11-19 14:30", "2026-11-20 14:30"),
            ("9:00", "2026-11-20 09:00", "2026-11-21 09:00"),
            ("12:00", "2026-11-20 12:00", "2026-11-21 12:00"),
            ("noon", "2026-11-20 12:00", "2026-11-21 12:00"),
            ("в 15", "2026-11-19 15:00", "2026-11-20 15:00"),
            ("25.11 14:00", "2025-11-25 14:00", "2026-11-25 14:00"),
            ("20.11", "2026-11-20 00:00", "2026-11-20 23:59"),
            ("20.11 10:00", "2026-11-20 10:00", "2027-11-20 10:00"),
            ("19.11.", "2026-11-19 00:00", "2027-11-19 09:00"),
            ("5 декабря", "2025-12-05 00:00", "2026-12-05 09:00"),
            ("29.02", "2024-02-29 00:00", "2028-02-29 09:00"),
            ("fri", "2026-11-20 00:00", "2026-11-27 09:00"),
            ("friday 10:00", "2026-11-20 10:00", "2026-11-27 10:00"),
            ("пт 15:00", "2026-11-13 15:00", "2026-11-20 15:00"),
            ("в пятницу", "2026-11-20 00:00", "2026-11-27 09:00"),
            ("во вторник в 10:00", "2026-11-17 10:00", "2026-11-24 10:00"),
            ("mon", "2026-11-16 00:00", "2026-11-23 09:00"),
            ("next mon", "2026-11-23 00:00", "2026-11-23 09:00"),
            ("next fri 10:00", "2026-11-27 10:00", "2026-11-27 10:00"),
            ("last fri", "2026-11-13 00:00", "2026-11-13 09:00"),
            ("в следующую среду", "2026-11-25 00:00", "2026-11-25 09:00"),
            ("next week", "2026-11-23 00:00", "2026-11-23 09:00"),
            ("в следующем месяце", "2026-12-01 00:00", "2026-12-01 09:00"),
        ];
        for (text, past, future) in both {
            assert_eq!((said(text, Lean::Past).as_str(), said(text, Lean::Future).as_str()), (past, future), "{text}");
        }
    }

    #[test]
    fn days_named_from_today_are_the_same_in_any_field() {
        let days = [
            ("today 15:00", "2026-11-20 15:00"),
            ("сегодня в 15:00", "2026-11-20 15:00"),
            ("tomorrow 8am", "2026-11-21 08:00"),
            ("завтра 10:00", "2026-11-21 10:00"),
            ("послезавтра 10:00", "2026-11-22 10:00"),
            ("yesterday 23:59", "2026-11-19 23:59"),
            ("вчера в 9:05", "2026-11-19 09:05"),
            ("позавчера 12:00", "2026-11-18 12:00"),
            ("now", "2026-11-20 12:00"),
        ];
        for (text, day) in days {
            assert_eq!([said(text, Lean::Past), said(text, Lean::Future)], [day, day], "{text}");
        }
        assert_eq!([said("today", Lean::Past), said("today", Lean::Future)], ["2026-11-20 00:00", "2026-11-20 23:59"]);
    }

    #[test]
    fn spans_go_the_way_they_say_or_the_field_leans() {
        let spans = [
            ("2h", "2026-11-20 10:00", "2026-11-20 14:00"),
            ("3d", "2026-11-17 12:00", "2026-11-23 12:00"),
            ("1w", "2026-11-13 12:00", "2026-11-27 12:00"),
            ("in 2h", "2026-11-20 14:00", "2026-11-20 14:00"),
            ("через 2 часа", "2026-11-20 14:00", "2026-11-20 14:00"),
            ("через 3 дня", "2026-11-23 12:00", "2026-11-23 12:00"),
            ("через час", "2026-11-20 13:00", "2026-11-20 13:00"),
            ("через полчаса", "2026-11-20 12:30", "2026-11-20 12:30"),
            ("через месяц", "2026-12-20 12:00", "2026-12-20 12:00"),
            ("in an hour", "2026-11-20 13:00", "2026-11-20 13:00"),
            ("2h ago", "2026-11-20 10:00", "2026-11-20 10:00"),
            ("2 часа назад", "2026-11-20 10:00", "2026-11-20 10:00"),
            ("неделю назад", "2026-11-13 12:00", "2026-11-13 12:00"),
            ("1d 2h 30m", "2026-11-19 09:30", "2026-11-21 14:30"),
        ];
        for (text, past, future) in spans {
            assert_eq!((said(text, Lean::Past).as_str(), said(text, Lean::Future).as_str()), (past, future), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            " ",
            "soon",
            "2026-02-30",
            "2026-13-01",
            "10000-01-01",
            "0000-01-01",
            "25:00",
            "24:00",
            "12:60",
            "1:5",
            "13pm",
            "0am",
            "31.02",
            "32.01",
            "99999999999.11",
            "20/11/2026",
            "11/20/2026",
            "fri sat",
            "10:00 11:00",
            "next",
            "next 10:00",
            "last week",
            "20",
            "in",
            "ago",
            "in soon",
            "in 1.5d",
            "in 5",
            "999999999d",
            "999999999mo",
            "999999999h",
            "٢٠٢٦-11-20",
            "2026-11-20T14:30Z",
            "-3d",
            "в",
            "в 25",
            "20.11.202",
            "1.5.6.7",
        ] {
            for lean in [Lean::Past, Lean::Future] {
                assert!(when(text, lean, now(), &moscow()).unwrap_err().hint().is_some(), "{text}");
            }
        }
        assert_eq!(
            said("2026-02-30", Lean::Past),
            r#""2026-02-30" is impossible: there is no such day from 0001-01-01 to 9999-12-31"#
        );
    }

    #[test]
    fn a_time_that_the_clocks_skip_or_double_is_noted() {
        let berlin = Zone::bundled("Europe/Berlin").unwrap();
        let said = |text: &str| when(text, Lean::Future, now(), &berlin).unwrap();
        let skipped = said("2027-03-28 02:30");
        assert_eq!(berlin.local(skipped.at).to_string(), "2027-03-28 03:30:00");
        assert!(skipped.note.unwrap().ends_with("the clocks skip it; taken as 03:30"));
        let doubled = said("2027-10-31 02:30");
        assert_eq!(doubled.at.rfc3339(), "2027-10-31T00:30:00Z");
        assert!(doubled.note.unwrap().ends_with("the second is 2027-10-31T01:30:00Z"));
        assert_eq!(said("2027-10-31 12:00").note, None);
    }

    #[test]
    fn days_away_keep_the_time_of_day_over_a_change_of_the_clocks() {
        let berlin = Zone::bundled("Europe/Berlin").unwrap();
        let before = Moment::parse_rfc3339("2026-10-24T12:00:00+02:00").unwrap();
        let at = |text: &str| when(text, Lean::Future, before, &berlin).unwrap().at.since(before);
        assert_eq!((at("1d"), at("24h")), (25 * 3600, 24 * 3600));
    }

    #[test]
    fn a_bare_day_says_that_it_is_one() {
        let only = |text: &str| when(text, Lean::Future, now(), &moscow()).unwrap().date_only;
        assert_eq!(
            [only("tomorrow"), only("25.11"), only("tomorrow 9:00"), only("3d"), only("2h")],
            [true, true, false, false, false]
        );
    }

    #[test]
    fn a_day_field_takes_days_only() {
        let on = |text: &str| day(text, Lean::Past, now(), &moscow()).map(|day| day.to_string());
        assert_eq!(on("3d").unwrap(), "2026-11-17");
        assert_eq!(on("2 дня назад").unwrap(), "2026-11-18");
        assert_eq!(on("2026-11-19T22:00:00Z").unwrap(), "2026-11-20");
        assert_eq!(on("пн").unwrap(), "2026-11-16");
        for text in ["14:30", "fri 10:00", "2h", "2026-02-30", ""] {
            assert!(on(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_written_minute_is_read_back(at in Moment::MIN.0..Moment::MAX.0) {
            let utc = Zone::utc();
            let minute = Moment(at - at.rem_euclid(60));
            for form in ["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"] {
                let text = utc.local(minute).format(form).to_string();
                prop_assert_eq!(when(&text, Lean::Past, now(), &utc).unwrap().at, minute);
            }
        }

        #[test]
        fn no_text_and_no_instant_panic(
            text in "\\PC*",
            words in proptest::collection::vec("[0-9]{1,4}|[0-9]{2}:[0-9]{2}|[0-9]{2}\\.[0-9]{2}|in|ago|next|last|через|назад|в|at|fri|пт|week|мая|may|3d|2h|час|am|pm|now|завтра|-|[.,:tт]", 0..5),
            at in any::<i64>(),
            ahead in any::<bool>(),
        ) {
            let lean = if ahead { Lean::Future } else { Lean::Past };
            for text in [text, words.join(" "), words.concat()] {
                if let Ok(when) = when(&text, lean, Moment(at), &moscow()) {
                    prop_assert!(when.at == when.at.held() || when.at == Moment(at));
                }
                let _ = day(&text, lean, Moment(at), &moscow());
            }
        }

        #[test]
        fn a_time_of_day_is_on_the_side_the_field_leans_to(hour in 0..24, minute in 0..60, at in 0_i64..4_000_000_000) {
            let text = format!("{hour}:{minute:02}");
            prop_assert!(when(&text, Lean::Past, Moment(at), &moscow()).unwrap().at.0 <= at);
            prop_assert!(when(&text, Lean::Future, Moment(at), &moscow()).unwrap().at.0 > at);
        }
    }
}
