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
