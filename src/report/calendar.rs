//! Working calendars as reports.
//!
//! JSON of `between`: `business_minutes business_seconds calendar from to`; of `after`: `at calendar from`; of `show`:
//! `calendar zone country open changes_at week[] exceptions[] period{from,to} days[] business_minutes provisional_years[]`.

use super::figures::{data, period as from_to};
use super::{Audience, Cell, Column, Part, Report, Style, Table};
use crate::domain::calendar::{Calendar, Day, Lapse, Why};
use crate::domain::period::Period;
use crate::domain::time::{Date, Moment, minutes, monday};
use crate::domain::zone::Zone;
use chrono::{Datelike, Timelike, Weekday};

/// Lines of exceptions that people see.
const MOST_LINES: usize = 12;
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// How much working time lies between two instants, told in `zone`.
#[must_use]
pub fn between(calendar: &Calendar, zone: &Zone, from: Moment, to: Moment) -> Report {
    let seconds = calendar.between(from, to);
    let length = if seconds == 0 { "no".to_owned() } else { Lapse::Seconds(seconds).to_string() };
    let lines = format!("{length} of working time in {}\n{} … {}", called(calendar), said(from, zone), said(to, zone));
    let cells = vec![
        ("business_minutes", Cell::Count(minutes(seconds))),
        ("business_seconds", Cell::Count(seconds)),
        ("calendar", Cell::Text(calendar.name().to_owned())),
        ("from", Cell::At(from)),
        ("to", Cell::At(to)),
    ];
    let notes = provisional(calendar, from, to).into_iter().collect();
    Report { parts: vec![data(cells), Part::Prose(lines)], notes, ..Report::default() }
}

/// When a length of working time has passed, told in `zone`.
#[must_use]
pub fn after(calendar: &Calendar, zone: &Zone, from: Moment, lapse: Lapse, at: Moment) -> Report {
    let length = match lapse {
        Lapse::Days(1) => "1 working day".to_owned(),
        Lapse::Days(n) => format!("{n} working days"),
        Lapse::Seconds(_) => format!("{lapse} of working time"),
    };
    let lines = format!("{}\n{length} in {} after {}", said(at, zone), called(calendar), said(from, zone));
    let cells =
        vec![("at", Cell::At(at)), ("calendar", Cell::Text(calendar.name().to_owned())), ("from", Cell::At(from))];
    let notes = provisional(calendar, from, at).into_iter().collect();
    Report { parts: vec![data(cells), Part::Prose(lines)], notes, ..Report::default() }
}

/// What is shown of a calendar.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The calendar.
    pub calendar: &'a Calendar,
    /// Now.
    pub now: Moment,
    /// Its days are shown.
    pub period: &'a Period,
    /// Exceptions are listed from the one day to the other, both in.
    pub exceptions: (Date, Date),
}

/// A calendar: whether it is open, its week, its exceptions, the days of a period.
#[must_use]
pub fn show(shown: &Shown<'_>) -> Report {
    let Shown { calendar, now, period, exceptions } = *shown;
    let (changes, open) = open_now(calendar, now);
    let seconds = calendar.between(period.from, period.to);
    let cells = vec![
        ("calendar", Cell::Text(calendar.name().to_owned())),
        ("zone", Cell::Text(calendar.zone().name().to_owned())),
        ("country", Cell::text(calendar.country().map(|c| c.code()))),
        ("open", Cell::Flag(calendar.is_open(now))),
        ("changes_at", Cell::at(changes)),
        from_to(period.first, period.last),
        ("business_minutes", Cell::Count(minutes(seconds))),
    ];
    let listed: Vec<(Date, Day<'_>)> = days(calendar, exceptions).filter(|(_, day)| day.why.is_some()).collect();
    let years = (period.first.year().min(exceptions.0.year()), period.last.year().max(exceptions.1.year()));
    let provisional: Vec<i32> = (years.0..=years.1).filter(|year| calendar.is_provisional(*year)).collect();
    let mut parts = vec![data(cells), Part::Prose(open), Part::Table(week(calendar)), Part::Table(week_data(calendar))];
    parts.extend([Part::Table(exceptions_for_people(&listed)), Part::Table(days_data("exceptions", &listed))]);
    parts.extend([
        Part::Table(weeks(calendar, period)),
        Part::Table(days_data("days", &days(calendar, (period.first, period.last)).collect::<Vec<_>>())),
    ]);
    if days(calendar, (period.first, period.last)).any(|(_, day)| day.why.is_some()) {
        parts.push(Part::Prose("* is not as its weekday".to_owned()));
    }
    parts.extend(in_words(calendar, &provisional).map(Part::Prose));
    let years = provisional.iter().map(|year| Cell::Count(i64::from(*year))).collect();
    parts.push(data(vec![("provisional_years", Cell::List(years))]));
    Report { title: format!("Calendar {}", called(calendar)), parts, ..Report::default() }
}

/// When it opens or closes next, and that in words.
fn open_now(calendar: &Calendar, now: Moment) -> (Option<Moment>, String) {
    let zone = calendar.zone();
    match (calendar.is_open(now), calendar.closes(now)) {
        (true, None) => (None, "open, without an end".to_owned()),
        (true, Some(closes)) => (Some(closes), format!("open now, closes {}", said(closes, zone))),
        (false, _) => {
            let opens = calendar.opens(now);
            (Some(opens), format!("closed now, opens {}", said(opens, zone)))
        }
    }
}

fn called(calendar: &Calendar) -> String {
    format!("{} ({})", calendar.name(), calendar.zone().name())
}

/// `Fri 2026-11-20 17:00`, with seconds where there are some.
fn said(at: Moment, zone: &Zone) -> String {
    let local = zone.local(at);
    local.format(if local.second() == 0 { "%a %Y-%m-%d %H:%M" } else { "%a %Y-%m-%d %H:%M:%S" }).to_string()
}

/// What is not certain of the years from one instant to another.
fn provisional(calendar: &Calendar, from: Moment, to: Moment) -> Option<String> {
    let year = |at: Moment| calendar.zone().date(at).year();
    let years: Vec<i32> = (year(from)..=year(to)).filter(|year| calendar.is_provisional(*year)).collect();
    in_words(calendar, &years)
}

fn in_words(calendar: &Calendar, years: &[i32]) -> Option<String> {
    let country = calendar.country()?.name();
    let list = match years {
        [] => return None,
        [first, .., last] if years.len() > 3 => format!("{first} to {last}"),
        few => few.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    Some(format!(
        "the production calendar of {country} is provisional for {list}: which days are moved is not known here"
    ))
}

fn days<'a>(calendar: &'a Calendar, (first, last): (Date, Date)) -> impl Iterator<Item = (Date, Day<'a>)> {
    first.iter_days().take_while(move |day| *day <= last).map(|day| (day, calendar.day(day)))
}

fn hours(day: &Day<'_>) -> String {
    if day.hours.is_empty() {
        return "off".to_owned();
    }
    day.hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn hours_data(day: &Day<'_>) -> Cell {
    Cell::List(day.hours.iter().map(|span| Cell::Text(span.to_string())).collect())
}

fn length(day: &Day<'_>) -> Cell {
    if day.hours.is_empty() { Cell::Empty } else { Cell::Minutes(minutes(day.seconds())) }
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

/// `mon – thu  09:00-18:00  9h`
fn week(calendar: &Calendar) -> Table {
    let days: Vec<(Weekday, Day<'_>)> = WEEK.iter().map(|weekday| (*weekday, calendar.weekday(*weekday))).collect();
    let row = |alike: &[(Weekday, Day<'_>)]| {
        let [(first, day), .., (last, _)] = alike else {
            let (weekday, day) = alike.first()?;
            return Some(vec![text(short(*weekday)), text(hours(day)), length(day)]);
        };
        Some(vec![text(format!("{} – {}", short(*first), short(*last))), text(hours(day)), length(day)])
    };
    let columns = vec![
        Column::new("day", "week", Style::Left),
        Column::new("hours", "hours", Style::Flex),
        Column::new("minutes", "length", Style::Right),
    ];
    let rows = days.chunk_by(|(_, a), (_, b)| a.hours == b.hours).filter_map(row).collect();
    Table { key: "week", audience: Audience::People, columns, rows, ..Table::default() }
}

fn week_data(calendar: &Calendar) -> Table {
    let row = |weekday: &Weekday| {
        let day = calendar.weekday(*weekday);
        vec![text(short(*weekday)), hours_data(&day), Cell::Count(minutes(day.seconds()))]
    };
    let columns = ["day", "hours", "minutes"].map(Column::data).to_vec();
    Table { key: "week", audience: Audience::Data, columns, rows: WEEK.iter().map(row).collect(), ..Table::default() }
}

fn short(weekday: Weekday) -> String {
    weekday.to_string().to_lowercase()
}

fn what(why: Option<Why>) -> String {
    match why {
        None => String::new(),
        Some(Why::Named) => "hours of its own".to_owned(),
        Some(Why::Holiday) => "holiday".to_owned(),
        Some(Why::Country(kind)) => kind.to_string(),
    }
}

/// Exceptions in a row that say the same are one line; days off between them, as at a weekend, belong to the row.
fn exceptions_for_people(listed: &[(Date, Day<'_>)]) -> Table {
    let next = |a: &(Date, Day<'_>), b: &(Date, Day<'_>)| {
        let weekend = a.0.weekday() == Weekday::Fri && (b.0 - a.0).num_days() == 3;
        let row = (b.0 - a.0).num_days() == 1 || (weekend && a.1.hours.is_empty());
        row && a.1.hours == b.1.hours && what(a.1.why) == what(b.1.why)
    };
    let named = |day: Date| day.format("%a %Y-%m-%d").to_string();
    let row = |alike: &[(Date, Day<'_>)]| {
        let ((first, day), (last, _)) = (alike.first()?, alike.last()?);
        let days = if first == last { named(*first) } else { format!("{} – {}", named(*first), named(*last)) };
        Some(vec![text(days), text(hours(day)), text(what(day.why))])
    };
    let columns = vec![
        Column::new("day", "exceptions", Style::Left),
        Column::new("hours", "hours", Style::Left),
        Column::new("what", "why", Style::Flex),
    ];
    let mut rows: Vec<Vec<Cell>> = listed.chunk_by(next).filter_map(row).collect();
    let left_out = rows.len().saturating_sub(MOST_LINES);
    rows.truncate(MOST_LINES);
    if left_out > 0 {
        rows.push(vec![text(format!("and {left_out} more")), Cell::Empty, Cell::Empty]);
    }
    let empty = "no exceptions";
    Table { key: "exceptions", audience: Audience::People, columns, rows, empty, ..Table::default() }
}

fn days_data(key: &'static str, days: &[(Date, Day<'_>)]) -> Table {
    let row = |(date, day): &(Date, Day<'_>)| {
        let why = Some(what(day.why)).filter(|w| !w.is_empty());
        vec![
            Cell::Day(*date),
            text(short(date.weekday())),
            hours_data(day),
            Cell::Count(minutes(day.seconds())),
            Cell::text(why),
        ]
    };
    let columns = ["day", "weekday", "hours", "minutes", "what"].map(Column::data).to_vec();
    Table { key, audience: Audience::Data, columns, rows: days.iter().map(row).collect(), ..Table::default() }
}

/// The days of a period, a line for each week: `2 8h`, `4 off*`.
fn weeks(calendar: &Calendar, period: &Period) -> Table {
    let heads = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let mut columns = vec![Column::new("week", "week", Style::Left)];
    columns.extend(heads.map(|head| Column::new(head, head, Style::Right)));
    columns.push(Column::new("minutes", "hours", Style::Right));
    let mondays = monday(period.first).iter_weeks().take_while(|day| *day <= period.last);
    let row = |first: Date| {
        let mut seconds = 0;
        let inside = |day: &Date| (period.first..=period.last).contains(day);
        let mut cells = vec![text(format!("W{:02}", first.iso_week().week()))];
        for date in first.iter_days().take(7) {
            let day = calendar.day(date);
            seconds += if inside(&date) { day.seconds() } else { 0 };
            cells.push(if inside(&date) { text(one_day(date, &day, period)) } else { Cell::Empty });
        }
        cells.push(Cell::Minutes(minutes(seconds)));
        cells
    };
    let rows: Vec<Vec<Cell>> = mondays.map(row).collect();
    Table { key: "weeks", title: period.label(), audience: Audience::People, columns, rows, ..Table::default() }
}

fn one_day(date: Date, day: &Day<'_>, period: &Period) -> String {
    let several = period.first.month() != period.last.month() || period.first.year() != period.last.year();
    let number = if several { date.format("%d.%m").to_string() } else { date.day().to_string() };
    let length = match minutes(day.seconds()) {
        0 => "–".to_owned(),
        whole if whole % 60 == 0 => format!("{}h", whole / 60),
        part => format!("{}:{:02}", part / 60, part % 60),
    };
    let mark = if day.why.is_some() { "*" } else { "" };
    format!("{number} {length}{mark}")
}
