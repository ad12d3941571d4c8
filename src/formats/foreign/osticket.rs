//! osTicket: the table of tickets that a queue exports, with the English names of its columns. Conversations are not in it.

use super::page::{cell, cell_due, cell_instant};
use super::shelf::Shelf;
use super::{Program, Sample, page, talk, words};
use crate::domain::incoming::{Incoming, IncomingTicket, What};
use crate::domain::record::Record;

/// See [`super::PROGRAMS`].
pub(super) const PROGRAM: Program =
    Program { word: "osticket", files: "tickets as CSV, with columns in English", looks, read };

/// Columns that other tables hardly have.
const COLUMNS: [&str; 8] = [
    "Current Status",
    "Help Topic",
    "SLA Due Date",
    "SLA Plan",
    "Agent Assigned",
    "Team Assigned",
    "Thread Count",
    "Reopen Count",
];

fn looks(sample: &Sample<'_>) -> bool {
    !sample.json && sample.has(&["Ticket Number"]) && sample.among(&COLUMNS) >= 2
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let cell = |name| cell(record, name);
    let instant = |name| cell_instant(record, name, &shelf.dates);
    let due = |name| cell_due(record, name, &shelf.dates);
    let status = cell("Current Status");
    if status.as_ref().is_some_and(|status| status.eq_ignore_ascii_case("deleted")) {
        return Ok(Vec::new());
    }
    let mut ticket = IncomingTicket {
        external: cell("Ticket Number").and_then(|number| page::unmarked(&number)),
        subject: cell("Subject").unwrap_or_default(),
        status,
        priority: cell("Priority"),
        assignee: cell("Agent Assigned"),
        requester: talk::in_cells(None, cell("From"), cell("From Email")),
        channel: cell("Source").map(|source| words::channel(&source)),
        opened_at: instant("Date Created")?,
        updated_at: instant("Last Updated")?,
        closed_at: instant("Closed Date")?,
        due_at: due("Due Date")?.or(due("SLA Due Date")?),
        ..Default::default()
    };
    talk::finish(&mut ticket);
    Ok(vec![talk::incoming(record, What::Ticket(Box::new(ticket)))])
}

#[cfg(test)]
mod tests {
    use crate::formats::foreign::tests::{brought, of_texts, tickets, when};

    #[test]
    fn the_table_gives_what_it_has() {
        let all = brought("osticket", &["osticket.csv"]);
        let all = tickets(&all);
        let [a, b] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("000801"), "Login fails"));
        assert_eq!((a.status.as_deref(), a.priority.as_deref()), (Some("Resolved"), Some("Emergency")));
        let anna = a.requester.as_ref().unwrap();
        assert_eq!((anna.name.as_str(), anna.emails.join(",").as_str()), ("Anna Petrova", "anna@acme.test"));
        assert_eq!((a.assignee.as_deref(), a.channel.as_deref()), (Some("Kim Lee"), Some("email")));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.updated_at).as_deref(), Some("2026-03-02T15:00:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!(when(a.due_at).as_deref(), Some("2026-03-03T06:02:00Z"));
        assert_eq!(when(b.due_at).as_deref(), Some("2026-03-04T07:00:00Z"), "its own before that of its plan");
        assert_eq!((b.channel.as_deref(), b.closed_at, b.assignee.as_deref()), (Some("web"), None, None));
        assert_eq!((b.client.as_deref(), b.messages.len(), b.tags.len()), (None, 0, 0));
    }

    #[test]
    fn dates_as_people_see_them_are_read_where_the_order_is_known() {
        let text = "Ticket Number,Date Created,Current Status\n1,\"3/4/26, 11:15\u{202f}AM\",Open\n";
        let why = of_texts("osticket", &[("t.csv", text)]).unwrap_err();
        assert!(why.starts_with("Date Created: ") && why.contains("--dates"), "{why}");
    }
}
