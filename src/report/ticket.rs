//! Tickets as reports: lists, and what a change did. The page of one ticket is `ticket::page`.

mod conversation;
pub mod page;

use super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::listed::{Listed, Person};
use crate::domain::sla::State;
use crate::domain::ticket::Status;
pub(super) use page::draft;
pub use page::{Page, show};

/// The keys of a ticket in every data format, in their order.
pub const KEYS: &[&str] = &[
    "number",
    "subject",
    "status",
    "priority",
    "assignee",
    "requester",
    "client",
    "tags",
    "channel",
    "opened_at",
    "updated_at",
    "closed_at",
    "closed_as",
    "due_at",
    "snoozed_until",
    "waiting_since",
    "replies",
    "reopens",
    "logged_minutes",
    "sla",
    "merged_into",
    "automatic",
    "external",
];

/// A list of tickets. `snippets` are those of a search, in step with the rows; `columns` the ones people asked for.
#[must_use]
pub fn list(rows: &[Listed], snippets: Option<&[Cell]>, columns: Option<&[String]>, empty: &'static str) -> Report {
    let mut report = Report { shape: Shape::List, ..Report::default() };
    let tables = match columns {
        Some(keys) => {
            let chosen = chosen(rows, keys, empty);
            let data = Table { audience: Audience::Data, ..chosen.clone() };
            [chosen, data]
        }
        None => [for_people(rows, snippets, empty), for_data(rows, snippets)],
    };
    report.parts.extend(tables.map(Part::Table));
    report
}

/// The table that people see: what matters at a glance.
#[must_use]
pub fn for_people(rows: &[Listed], snippets: Option<&[Cell]>, empty: &'static str) -> Table {
    let mut columns = vec![
        Column::new("number", "№", Style::Right),
        Column::new("waiting_since", "waits", Style::Right),
        Column::new("status", "status", Style::Left),
        Column::new("priority", "prio", Style::Left),
        Column::new("assignee", "who", Style::Left),
        Column::new("requester", "from", Style::Flex),
        Column::new("subject", "subject", Style::Flex),
    ];
    if snippets.is_some() {
        columns.retain(|c| matches!(c.key, "number" | "status" | "requester" | "subject"));
    }
    let promised = snippets.is_none() && rows.iter().any(|l| due(l) != Cell::Empty);
    let tagged = snippets.is_none() && rows.iter().any(|l| !l.tags.is_empty());
    if promised {
        columns.insert(2, Column::new("due_at", "due", Style::Right));
    }
    // A mark is a word, or stands under one; where no ticket has it, there is no column for it.
    let before_from = columns.iter().position(|c| c.key == "requester").unwrap_or(columns.len());
    if snippets.is_none() && rows.iter().any(|l| l.outside.is_some()) {
        columns.insert(before_from, Column::new("outside_plan", "plan", Style::Left));
    }
    if snippets.is_none() && rows.iter().any(|l| l.vip) {
        columns.insert(1, Column::new("vip", "VIP", Style::Left));
    }
    if tagged {
        columns.push(Column::new("tags", "tags", Style::Flex));
    }
    if snippets.is_some() {
        columns.push(Column::new("snippet", "found", Style::Flex));
    }
    let cells = |(i, l): (usize, &Listed)| {
        let data = |key| cell(l, key);
        let mut row = Vec::with_capacity(columns.len());
        for column in &columns {
            row.push(match column.key {
                "waiting_since" => Cell::ago(l.state.waiting_since),
                "due_at" => due(l),
                "vip" if l.vip => Cell::Vip,
                "vip" => Cell::Empty,
                "outside_plan" => Cell::text(l.outside.as_ref().map(|_| "outside")),
                "requester" => Cell::text(l.requester.as_ref().map(short_name)),
                "assignee" => Cell::text(l.assignee.as_deref().or(Some("–"))),
                "snippet" => snippets.and_then(|s| s.get(i)).cloned().unwrap_or_default(),
                key => data(key),
            });
        }
        row
    };
    let rows = rows.iter().enumerate().map(cells).collect();
    Table { key: "tickets", audience: Audience::People, columns, rows, empty, ..Table::default() }
}

/// What presses most of what was promised by voice and the clock of a policy: the next of them. Soon is said in a word, lest
/// colour alone tell it.
fn due(l: &Listed) -> Cell {
    let voice = l.ticket.due_at.filter(|_| l.ticket.standing.status != Status::Closed);
    let clock = l.sla.filter(|sla| sla.state != State::Paused);
    match (voice, clock) {
        (Some(voice), Some(clock)) if voice < clock.due_at => Cell::Due(voice),
        (_, Some(clock)) if clock.state == State::Warning => {
            Cell::List(vec![Cell::Due(clock.due_at), Cell::Text("soon".to_owned())])
        }
        (_, Some(clock)) => Cell::Due(clock.due_at),
        (Some(voice), None) => Cell::Due(voice),
        (None, None) => l.sla.map_or(Cell::Empty, |_| Cell::Text("paused".to_owned())),
    }
}

/// Whom to show for a requester: his name, else his address, else his phone.
#[must_use]
pub fn short_name(p: &Person) -> String {
    let reach = || p.email.clone().or_else(|| p.phone.clone()).unwrap_or_default();
    if p.name.trim().is_empty() { reach() } else { p.name.clone() }
}

fn chosen(rows: &[Listed], keys: &[String], empty: &'static str) -> Table {
    let keys: Vec<&'static str> = keys.iter().filter_map(|k| KEYS.iter().copied().find(|known| known == k)).collect();
    let style = |key: &str| match key {
        "number" | "replies" | "reopens" | "logged_minutes" => Style::Right,
        "subject" | "requester" | "tags" => Style::Flex,
        _ => Style::Left,
    };
    Table {
        key: "tickets",
        audience: Audience::People,
        columns: keys.iter().map(|k| Column::new(k, k, style(k))).collect(),
        rows: rows.iter().map(|l| keys.iter().map(|k| cell(l, k)).collect()).collect(),
        empty,
        ..Table::default()
    }
}

/// The table that data formats carry: every key, always.
#[must_use]
pub fn for_data(rows: &[Listed], snippets: Option<&[Cell]>) -> Table {
    let mut columns: Vec<Column> = KEYS.iter().map(|k| Column::data(k)).collect();
    let mut cells: Vec<Vec<Cell>> = rows.iter().map(|l| KEYS.iter().map(|k| cell(l, k)).collect()).collect();
    if let Some(snippets) = snippets {
        columns.push(Column::data("snippet"));
        for (row, snippet) in cells.iter_mut().zip(snippets) {
            row.push(snippet.clone());
        }
    }
    Table { key: "tickets", audience: Audience::Data, columns, rows: cells, ..Table::default() }
}

fn person(p: &Person) -> Cell {
    Cell::Record(vec![
        ("name", Cell::Text(p.name.clone())),
        ("email", Cell::text(p.email.as_deref())),
        ("phone", Cell::text(p.phone.as_deref())),
    ])
}

/// The value of a ticket under one of [`KEYS`].
pub(super) fn cell(l: &Listed, key: &str) -> Cell {
    let t = &l.ticket;
    match key {
        "number" => Cell::Ticket(t.id),
        "subject" => Cell::Text(t.subject.clone()),
        "status" => Cell::Status(t.standing.status),
        "priority" => Cell::Priority(t.priority),
        "assignee" => Cell::text(l.assignee.as_deref()),
        "requester" => l.requester.as_ref().map_or(Cell::Empty, person),
        "client" => Cell::text(l.client.as_deref()),
        "tags" => Cell::Tags(l.tags.clone()),
        "channel" => Cell::Text(t.channel.clone()),
        "opened_at" => Cell::At(t.opened_at),
        "updated_at" => Cell::At(l.state.updated_at),
        "closed_at" => Cell::at(l.state.closed_at.filter(|_| t.standing.status == Status::Closed)),
        "closed_as" => Cell::text(t.standing.reason.map(|r| r.word())),
        "due_at" => Cell::at(t.due_at),
        "snoozed_until" => Cell::at(t.snoozed_until),
        "waiting_since" => Cell::at(l.state.waiting_since),
        "replies" => Cell::Count(l.state.replies),
        "reopens" => Cell::Count(l.state.reopens),
        "logged_minutes" => Cell::Minutes(l.state.logged_minutes),
        "sla" => l.sla.map_or(Cell::Empty, |sla| {
            Cell::Record(vec![
                ("kind", Cell::Text(sla.kind.word().to_owned())),
                ("due_at", Cell::At(sla.due_at)),
                ("state", Cell::Text(sla.state.word().to_owned())),
            ])
        }),
        "merged_into" => t.merged_into.map_or(Cell::Empty, Cell::Ticket),
        "automatic" => Cell::Flag(l.automatic),
        "external" => l.external.as_ref().map_or(Cell::Empty, |(source, id)| {
            Cell::Record(vec![("source", Cell::Text(source.clone())), ("id", Cell::Text(id.clone()))])
        }),
        _ => Cell::Empty,
    }
}

/// What a change did: one line for each ticket, and how to take it back.
#[must_use]
pub fn done(lines: &[(i64, String)], operation: Option<i64>) -> Report {
    let said: Vec<String> = lines.iter().map(|(_, line)| line.clone()).collect();
    let mut report = Report::of_deed(&said, operation);
    let rows = lines.iter().map(|(n, line)| vec![Cell::Ticket(*n), Cell::Text(line.clone())]).collect();
    let columns = vec![Column::data("number"), Column::data("done")];
    report.parts.push(Part::Table(Table {
        key: "tickets",
        audience: Audience::Data,
        columns,
        rows,
        ..Table::default()
    }));
    report
}
