//! Days as an iCalendar file (RFC 5545) that calendars subscribe to: events of whole days, which make nobody busy.

use crate::domain::hidden::is_hidden;
use crate::domain::time::{Date, Moment};

/// So many bytes a line may have before its end.
const LINE: usize = 75;

/// Something on whole days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Tells it apart, the same each time it is written.
    pub uid: String,
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// What it is.
    pub summary: String,
    /// What else there is to say.
    pub description: Option<String>,
}

/// The file: `name` is what a calendar program calls it, `at` when it was made.
///
/// ```
/// use frontdesk::formats::ics::write::{Event, calendar};
/// let day = "2026-11-23".parse().unwrap();
/// let event = Event { uid: "duty-2026-11-23-mila@desk".into(), first: day, last: day, summary: "duty: mila, oleg".into(), description: None };
/// let text = calendar("Acme duty", frontdesk::domain::time::Moment(0), &[event]);
/// assert!(text.contains("DTSTART;VALUE=DATE:20261123\r\nDTEND;VALUE=DATE:20261124\r\nSUMMARY:duty: mila\\, oleg\r\n"));
/// ```
#[must_use]
pub fn calendar(name: &str, at: Moment, events: &[Event]) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(text, &mut out);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//frontdesk//duty//EN");
    line("CALSCALE:GREGORIAN");
    line("METHOD:PUBLISH");
    line(&format!("X-WR-CALNAME:{}", escaped(name)));
    let stamp = at.utc().format("%Y%m%dT%H%M%SZ");
    for event in events {
        let after = event.last.succ_opt().unwrap_or(event.last);
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escaped(&event.uid)));
        line(&format!("DTSTAMP:{stamp}"));
        line(&format!("DTSTART;VALUE=DATE:{}", event.first.format("%Y%m%d")));
        line(&format!("DTEND;VALUE=DATE:{}", after.format("%Y%m%d")));
        line(&format!("SUMMARY:{}", escaped(&event.summary)));
        if let Some(text) = &event.description {
            line(&format!("DESCRIPTION:{}", escaped(text)));
        }
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

/// A text as a value: what means something else there is escaped, what could steer a terminal or deceive the eye is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if is_hidden(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line with its end; a long one goes on in the next, after a blank. No character is torn.
fn fold(text: &str, out: &mut String) {
    let mut used = 0;
    for c in text.chars() {
        if used + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::super::holidays;
    use super::*;
    use proptest::prelude::*;

    fn day(n: u64) -> Date {
        Date::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n)
    }

    #[test]
    fn what_means_something_else_in_a_value_is_escaped() {
        assert_eq!(escaped("a;b, c\\d\r\ne\u{7}"), "a\\;b\\, c\\\\d\\ne");
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_the_days_are_read_back(
            all in proptest::collection::vec((0_u64..2000, 0_u64..9, "\\PC{0,120}"), 0..12),
            name in any::<String>(),
        ) {
            let event = |(n, (first, more, text)): (usize, &(u64, u64, String))| Event {
                uid: format!("{n}-{text}"),
                first: day(*first),
                last: day(first + more),
                summary: text.clone(),
                description: Some(format!("{text}\n{text}")),
            };
            let events: Vec<Event> = all.iter().enumerate().map(event).collect();
            let text = calendar(&name, Moment(0), &events);
            prop_assert!(text.split_inclusive("\r\n").all(|line| line.ends_with("\r\n") && line.len() <= LINE + 2));
            prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            let read = holidays(&text, "x.ics").unwrap();
            let wanted = events.iter().flat_map(|e| e.first.iter_days().take_while(|d| *d <= e.last)).collect();
            prop_assert_eq!(read.once, wanted);
        }
    }
}
