//! Holidays out of an iCalendar file (`.ics`): its events of whole days, those of every year too. Events with a time of day
//! are no holidays and are left out; a rule that is not understood is refused, for a calendar with days missing is wrong.

pub mod write;

use crate::domain::calendar::Holidays;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use chrono::{Datelike, Weekday};
use std::collections::{BTreeSet, HashMap};

/// Bytes that a file may have.
pub const LARGEST: u64 = 4 << 20;
/// Days that a file may name.
const MOST_DAYS: usize = 20_000;
/// Days that one event may have.
const LONGEST: i64 = 366;
/// Rules that name other days every year are followed to the end of this one.
const LAST_YEAR: i32 = 2060;

/// The holidays of a file; `file` is what it is called.
///
/// ```
/// use frontdesk::formats::ics::holidays;
/// let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261230\r\nDTEND;VALUE=DATE:20270102\r\nEND:VEVENT\r\n\
///     BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200509\r\nRRULE:FREQ=YEA\r\n RLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// assert_eq!(holidays(text, "x.ics").unwrap().texts(), ["2026-12-30..2027-01-01", "05-09"]);
/// ```
///
/// # Errors
/// Where it is no calendar, or holds a date or rule that cannot be followed: with its line.
pub fn holidays(text: &str, file: &str) -> Result<Holidays> {
    let wrong = |(line, why): (usize, String)| {
        Error::usage(format!("{file}:{line}: {why}")).hint("list such days in holidays = [\"2026-01-01\", …]")
    };
    let lines = unfolded(text);
    let begins = |l: &Line| l.name == "BEGIN" && l.value.eq_ignore_ascii_case("VCALENDAR");
    if !lines.iter().any(begins) {
        return Err(Error::usage(format!("{file}:1: this is no calendar file: it has no BEGIN:VCALENDAR")));
    }
    let events = events(&lines).map_err(wrong)?;
    let mut replaced: HashMap<&str, BTreeSet<Date>> = HashMap::new();
    for event in &events {
        replaced.entry(event.uid).or_default().extend(event.replaces);
    }
    let mut found = Holidays::default();
    for event in &events {
        let gone = replaced.get(event.uid).filter(|_| event.replaces.is_none());
        event.add_to(&mut found, gone).map_err(wrong)?;
        if found.once.len() > MOST_DAYS {
            return Err(wrong((event.line, format!("it names more than {MOST_DAYS} days"))));
        }
    }
    Ok(found)
}

/// A line number and what is wrong there.
type Wrong = (usize, String);

/// A line of content, joined where it was folded.
struct Line {
    number: usize,
    name: String,
    value: String,
}

/// The lines of content: what follows a line and begins with a blank belongs to it.
fn unfolded(text: &str) -> Vec<Line> {
    let mut whole: Vec<(usize, String)> = Vec::new();
    for (n, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            _ => whole.push((n + 1, line.to_owned())),
        }
    }
    whole.iter().filter_map(|(number, line)| content(*number, line)).collect()
}

/// `NAME;PARAMETER="a:b":VALUE`; parameters decide nothing here.
fn content(number: usize, line: &str) -> Option<Line> {
    let mut quoted = false;
    let colon = line.find(|c: char| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (head, value) = line.split_at_checked(colon)?;
    let name = head.split(';').next().unwrap_or_default().trim().to_ascii_uppercase();
    Some(Line { number, name, value: value.get(1..).unwrap_or_default().trim().to_owned() })
}

/// An event of whole days.
#[derive(Default)]
struct Event<'a> {
    line: usize,
    uid: &'a str,
    first: Date,
    /// How many days; 1 at least.
    days: i64,
    rule: Option<Rule>,
    /// Beginnings that do not happen.
    without: BTreeSet<Date>,
    /// Beginnings besides.
    more: Vec<Date>,
    /// The beginning of a series that it stands for.
    replaces: Option<Date>,
}

fn events(lines: &[Line]) -> std::result::Result<Vec<Event<'_>>, Wrong> {
    let mut all = Vec::new();
    let mut open: Option<Vec<&Line>> = None;
    let mut inside = 0_usize;
    for line in lines {
        let event = line.value.eq_ignore_ascii_case("VEVENT");
        match (line.name.as_str(), &mut open) {
            ("BEGIN", None) if event => open = Some(Vec::new()),
            ("END", Some(fields)) if event && inside == 0 => {
                all.extend(read_event(fields, line.number)?);
                open = None;
            }
            ("BEGIN", Some(_)) => inside += 1,
            ("END", Some(_)) => inside = inside.saturating_sub(1),
            (_, Some(fields)) if inside == 0 => fields.push(line),
            _ => {}
        }
    }
    match open.and_then(|fields| fields.last().map(|l| l.number)) {
        Some(line) => Err((line, "the event has no end: the file is cut off".to_owned())),
        None => Ok(all),
    }
}

/// The event of these fields; none where it has a time of day or was called off.
fn read_event<'a>(fields: &[&'a Line], end: usize) -> std::result::Result<Option<Event<'a>>, Wrong> {
    let field = |name: &str| fields.iter().find(|f| f.name == name).copied();
    let dates = |name: &str| -> std::result::Result<Vec<Date>, Wrong> {
        let all = fields.iter().filter(|f| f.name == name);
        let days = all.flat_map(|f| f.value.split(',').map(|value| (f.number, value)));
        days.map(|(number, value)| day(value).map_err(|why| (number, why))).collect()
    };
    let start = field("DTSTART").ok_or_else(|| (end, "the event has no DTSTART".to_owned()))?;
    let called_off = field("STATUS").is_some_and(|f| f.value.eq_ignore_ascii_case("CANCELLED"));
    if start.value.contains('T') || (called_off && field("RECURRENCE-ID").is_none()) {
        return Ok(None);
    }
    let first = day(&start.value).map_err(|why| (start.number, why))?;
    let days = match (field("DTEND"), field("DURATION")) {
        (Some(end), _) => (day(&end.value).map_err(|why| (end.number, why))? - first).num_days().max(1),
        (None, Some(length)) => {
            whole_days(&length.value).ok_or_else(|| (length.number, odd("length", &length.value)))?
        }
        (None, None) => 1,
    };
    if days > LONGEST {
        return Err((start.number, "the event is longer than a year".to_owned()));
    }
    let rule = field("RRULE").map(|f| Rule::read(&f.value, first).map_err(|why| (f.number, why))).transpose()?;
    Ok(Some(Event {
        line: start.number,
        uid: field("UID").map_or("", |f| f.value.as_str()),
        first,
        days: if called_off { 0 } else { days },
        rule,
        without: dates("EXDATE")?.into_iter().collect(),
        more: dates("RDATE")?,
        replaces: dates("RECURRENCE-ID")?.first().copied(),
    }))
}

impl Event<'_> {
    fn add_to(&self, found: &mut Holidays, gone: Option<&BTreeSet<Date>>) -> std::result::Result<(), Wrong> {
        let nowhere = BTreeSet::new();
        let gone = gone.unwrap_or(&nowhere);
        let days = |first: Date| first.iter_days().take(usize::try_from(self.days).unwrap_or(0));
        let happens = |first: &Date| !self.without.contains(first) && !gone.contains(first);
        let beginnings = match &self.rule {
            None => vec![self.first],
            Some(rule) if rule.is_plain() && self.without.is_empty() && gone.is_empty() => {
                found.yearly.extend(days(self.first).map(|day| (day.month(), day.day())));
                Vec::new()
            }
            Some(rule) => rule.beginnings(self.first),
        };
        for first in beginnings.into_iter().chain(self.more.iter().copied()).filter(happens) {
            found.once.extend(days(first));
            if found.once.len() > 2 * MOST_DAYS {
                return Err((self.line, format!("it names more than {MOST_DAYS} days")));
            }
        }
        Ok(())
    }
}

/// A rule by which an event comes again.
struct Rule {
    every: Every,
    interval: i32,
    count: Option<usize>,
    until: Option<Date>,
    months: Vec<u32>,
    /// Days of a month, from its end where negative.
    month_days: Vec<i64>,
    /// Weekdays, and the how-manieth of the month; 0 is each.
    weekdays: Vec<(i64, Weekday)>,
}

#[derive(PartialEq)]
enum Every {
    Day,
    Year,
}

impl Rule {
    fn read(text: &str, first: Date) -> std::result::Result<Rule, String> {
        let mut rule = Rule {
            every: Every::Year,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
        };
        let unknown = || odd("rule", text);
        let mut known = false;
        for part in text.split(';').filter(|p| !p.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(unknown)?;
            let list = || value.split(',');
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => {
                    known = true;
                    rule.every = match value.to_ascii_uppercase().as_str() {
                        "YEARLY" => Every::Year,
                        "DAILY" => Every::Day,
                        _ => return Err(format!("holidays come again every year, not by {}", short(text))),
                    };
                }
                "INTERVAL" => {
                    rule.interval = value.parse().ok().filter(|n| (1..=1000).contains(n)).ok_or_else(unknown)?;
                }
                "COUNT" => rule.count = Some(value.parse().map_err(|_| unknown())?),
                "UNTIL" => rule.until = Some(day(value.get(..8).unwrap_or(value))?),
                "BYMONTH" => rule.months = list().map(|m| m.parse().ok()).collect::<Option<_>>().ok_or_else(unknown)?,
                "BYMONTHDAY" => {
                    rule.month_days = list().map(|d| d.parse().ok()).collect::<Option<_>>().ok_or_else(unknown)?;
                }
                "BYDAY" => rule.weekdays = list().map(weekday).collect::<Option<_>>().ok_or_else(unknown)?,
                "WKST" => {}
                _ => return Err(unknown()),
            }
        }
        let by_days = !rule.month_days.is_empty() || !rule.weekdays.is_empty();
        let endless = rule.count.is_none() && rule.until.is_none();
        if !known || (rule.every == Every::Day && (endless || by_days)) || (by_days && rule.months.is_empty()) {
            return Err(unknown());
        }
        if rule.months == [first.month()] && rule.weekdays.is_empty() && rule.month_days == [i64::from(first.day())] {
            (rule.months, rule.month_days) = (Vec::new(), Vec::new());
        }
        Ok(rule)
    }

    /// Whether it is the same day every year, without an end.
    fn is_plain(&self) -> bool {
        let by_nothing = self.months.is_empty() && self.month_days.is_empty() && self.weekdays.is_empty();
        self.every == Every::Year && self.interval == 1 && self.count.is_none() && self.until.is_none() && by_nothing
    }

    /// The days on which it begins, from the first on.
    fn beginnings(&self, first: Date) -> Vec<Date> {
        let last = self.until.unwrap_or(Date::MAX);
        let most = self.count.unwrap_or(MOST_DAYS).min(MOST_DAYS);
        let step = usize::try_from(self.interval).unwrap_or(usize::MAX);
        let fits = |day: &Date| *day >= first && *day <= last;
        if self.every == Every::Day {
            return first.iter_days().step_by(step).take_while(|day| *day <= last).take(most).collect();
        }
        let years = (first.year()..=LAST_YEAR.max(first.year())).step_by(step);
        years.flat_map(|year| self.days_of(year, first)).filter(fits).take(most).collect()
    }

    fn days_of(&self, year: i32, first: Date) -> Vec<Date> {
        if self.months.is_empty() {
            return Date::from_ymd_opt(year, first.month(), first.day()).into_iter().collect();
        }
        let all = Date::from_ymd_opt(year, 1, 1).into_iter().flat_map(|new_year| new_year.iter_days());
        let all = all.take_while(|day| day.year() == year);
        all.filter(|day| self.months.contains(&day.month()) && self.names(*day, first)).collect()
    }

    /// Whether it names this day of one of its months.
    fn names(&self, day: Date, first: Date) -> bool {
        let n = i64::from(day.day());
        let from_end = n - i64::from(day.num_days_in_month()) - 1;
        let by_month_day = self.month_days.iter().any(|d| *d == n || *d == from_end);
        let week = |(nth, weekday): &(i64, Weekday)| {
            *weekday == day.weekday()
                && matches!(*nth, nth if nth == 0 || nth == (n + 6) / 7 || nth == (from_end - 6) / 7)
        };
        match (self.month_days.is_empty(), self.weekdays.is_empty()) {
            (true, true) => day.day() == first.day(),
            (false, true) => by_month_day,
            (true, false) => self.weekdays.iter().any(week),
            (false, false) => by_month_day && self.weekdays.iter().any(week),
        }
    }
}

/// `20261231`
fn day(text: &str) -> std::result::Result<Date, String> {
    let text = text.trim();
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let part = |range: std::ops::Range<usize>| text.get(range).filter(|_| digits).and_then(|t| t.parse::<u32>().ok());
    let date = || {
        let year = i32::try_from(part(0..4)?).ok().filter(|year| *year > 0)?;
        Date::from_ymd_opt(year, part(4..6)?, part(6..8)?)
    };
    date().ok_or_else(|| odd("day", text))
}

/// `P3D`, `P1W`
fn whole_days(text: &str) -> Option<i64> {
    let number = |t: &str| t.parse::<i64>().ok().filter(|n| (1..=LONGEST).contains(n));
    let rest = text.trim().trim_start_matches('+').strip_prefix('P')?;
    rest.strip_suffix('D').and_then(number).or_else(|| rest.strip_suffix('W').and_then(number).map(|n| n * 7))
}

/// `MO`, `4TH`, `-1MO`
fn weekday(text: &str) -> Option<(i64, Weekday)> {
    let (nth, name) = text.trim().split_at_checked(text.trim().len().checked_sub(2)?)?;
    let weekday = match name.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok().filter(|n| *n != 0)? };
    Some((nth, weekday))
}

fn odd(what: &str, text: &str) -> String {
    format!("cannot follow the {what} {}", short(text))
}

fn short(text: &str) -> String {
    if text.chars().count() > 80 {
        format!("{}…", text.chars().take(79).collect::<String>())
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(events: &[&str]) -> Result<Vec<String>> {
        let events: String = events.iter().map(|e| format!("BEGIN:VEVENT\n{e}\nEND:VEVENT\n")).collect();
        holidays(&format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n"), "x.ics").map(|h| h.texts())
    }

    #[test]
    fn an_event_of_whole_days_ends_before_its_end() {
        assert_eq!(read(&["DTSTART;VALUE=DATE:20260612"]).unwrap(), ["2026-06-12"]);
        assert_eq!(read(&["DTSTART;VALUE=DATE:20260612\nDTEND;VALUE=DATE:20260613"]).unwrap(), ["2026-06-12"]);
        assert_eq!(read(&["DTSTART:20260101\nDTEND:20260109"]).unwrap(), ["2026-01-01..2026-01-08"]);
        assert_eq!(read(&["DTSTART:20260101\nDURATION:P1W"]).unwrap(), ["2026-01-01..2026-01-07"]);
        let none: [&str; 0] = [];
        assert_eq!(read(&["DTSTART:20260101T100000Z\nDTEND:20260101T110000Z"]).unwrap(), none);
        assert_eq!(read(&["DTSTART:20260101\nSTATUS:CANCELLED"]).unwrap(), none);
        assert_eq!(read(&["DTSTART:20260101\nBEGIN:VALARM\nDTSTART:20270101\nEND:VALARM"]).unwrap(), ["2026-01-01"]);
    }

    #[test]
    fn what_comes_every_year_comes_every_year() {
        assert_eq!(read(&["DTSTART:20200101\nDTEND:20200103\nRRULE:FREQ=YEARLY"]).unwrap(), ["01-01", "01-02"]);
        assert_eq!(read(&["DTSTART:20200509\nRRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=9"]).unwrap(), ["05-09"]);
        assert_eq!(
            read(&["DTSTART:20240509\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE:20250509"]).unwrap(),
            ["2024-05-09", "2026-05-09"]
        );
        assert_eq!(
            read(&["DTSTART:20240509\nRRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20290101T000000Z"]).unwrap(),
            ["2024-05-09", "2026-05-09", "2028-05-09"]
        );
        let thanks = read(&["DTSTART:20251127\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"]).unwrap();
        assert_eq!((thanks.len(), thanks[0].as_str(), thanks[1].as_str()), (36, "2025-11-27", "2026-11-26"));
        let may = read(&["DTSTART:20250526\nRRULE:FREQ=YEARLY;COUNT=2;BYMONTH=5;BYDAY=-1MO"]).unwrap();
        assert_eq!(may, ["2025-05-26", "2026-05-25"]);
        assert_eq!(read(&["DTSTART:20260101\nRRULE:FREQ=DAILY;COUNT=8"]).unwrap(), ["2026-01-01..2026-01-08"]);
    }

    #[test]
    fn one_of_a_series_may_be_moved() {
        let series = "UID:a\nDTSTART:20240509\nRRULE:FREQ=YEARLY;COUNT=3";
        let moved = "UID:a\nRECURRENCE-ID:20250509\nDTSTART:20250512";
        assert_eq!(read(&[series, moved]).unwrap(), ["2024-05-09", "2025-05-12", "2026-05-09"]);
    }

    #[test]
    fn what_cannot_be_followed_is_refused_with_its_line() {
        let no = |event: &str| read(&[event]).unwrap_err().what;
        assert_eq!(no("DTSTART:20260230"), "x.ics:3: cannot follow the day 20260230");
        assert_eq!(
            no("DTSTART:20260101\nRRULE:FREQ=WEEKLY;BYDAY=FR"),
            "x.ics:4: holidays come again every year, not by FREQ=WEEKLY;BYDAY=FR"
        );
        assert!(no("DTSTART:20260101\nRRULE:FREQ=YEARLY;BYWEEKNO=20").starts_with("x.ics:4: cannot follow the rule"));
        assert!(no("SUMMARY:x").starts_with("x.ics:4: the event has no DTSTART"));
        assert!(no("DTSTART:20260101\nDTEND:20280101").contains("longer than a year"));
        assert!(holidays("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101", "x").unwrap_err().what.contains("cut off"));
        assert!(holidays("<html>", "x").unwrap_err().what.contains("no calendar file"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*", rule in "[A-Z0-9=;,-]{0,60}", day in "[0-9T]{0,10}") {
            let _ = holidays(&text, "x");
            let _ = read(&[&format!("DTSTART:{day}\nRRULE:FREQ=YEARLY;{rule}")]);
            let _ = read(&[&format!("DTSTART:20260101\nDTEND:{day}\nRRULE:{rule}\nRDATE:{day}")]);
        }

        #[test]
        fn hostile_rules_end(interval in 0_i64..i64::MAX, count in any::<u64>(), month in any::<u32>(), nth in any::<i64>()) {
            let _ = read(&[&format!("DTSTART:00010101\nRRULE:FREQ=DAILY;INTERVAL={interval};COUNT={count}")]);
            let _ = read(&[&format!("DTSTART:99991231\nDTEND:99991231\nRRULE:FREQ=YEARLY;COUNT={count};BYMONTH={month};BYDAY={nth}MO")]);
        }
    }
}
