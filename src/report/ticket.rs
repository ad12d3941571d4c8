//! Tickets as reports: lists, the page of one ticket, what a change did.

use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};
use crate::domain::entry::Entry;
use crate::domain::listed::{Listed, Person};
use crate::domain::message::Message;
use crate::domain::quote;
use crate::domain::ticket::Status;
use crate::domain::time::Moment;

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
    let promise = |l: &Listed| l.ticket.due_at.filter(|_| l.ticket.standing.status != Status::Closed);
    if snippets.is_some() {
        columns.retain(|c| matches!(c.key, "number" | "status" | "requester" | "subject"));
    }
    let promised = snippets.is_none() && rows.iter().any(|l| promise(l).is_some());
    let tagged = snippets.is_none() && rows.iter().any(|l| !l.tags.is_empty());
    if promised {
        columns.insert(2, Column::new("due_at", "due", Style::Right));
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
                "due_at" => promise(l).map_or(Cell::Empty, Cell::Due),
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

fn cell(l: &Listed, key: &str) -> Cell {
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
        "merged_into" => t.merged_into.map_or(Cell::Empty, Cell::Ticket),
        "automatic" => Cell::Flag(l.automatic),
        "external" => l.external.as_ref().map_or(Cell::Empty, |(source, id)| {
            Cell::Record(vec![("source", Cell::Text(source.clone())), ("id", Cell::Text(id.clone()))])
        }),
        _ => Cell::Empty,
    }
}

/// Everything the page of one ticket shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// The ticket as in lists.
    pub listed: Listed,
    /// Its conversation, with the authors' names as the desk knows them.
    pub messages: Vec<(Message, String)>,
    /// Worked time with the agents' names.
    pub time: Vec<(Entry, String)>,
    /// What happened: operation, instant, agent, what, details.
    pub events: Vec<(i64, Moment, String, String, String)>,
    /// Related and similar tickets: number and subject.
    pub similar: Vec<(i64, String)>,
    /// Numbers of tickets that were merged into this one.
    pub merged: Vec<i64>,
    /// The whole of every message, quotes unfolded.
    pub unfolded: bool,
}

/// The page of one ticket.
#[must_use]
pub fn show(p: &Page) -> Report {
    let l = &p.listed;
    let t = &l.ticket;
    let mut report = Report { title: format!("{}  {}", t.id, t.subject), ..Report::default() };
    report.parts.push(Part::Facts(header(p)));
    let data = KEYS.iter().map(|key| Fact::data(key, cell(l, key))).collect();
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows: data, ..Facts::default() }));
    report.parts.push(Part::Cards(conversation(p)));
    report.parts.push(Part::Table(messages_as_data(p)));
    report.parts.push(Part::Table(time(p)));
    report.parts.push(Part::Table(events(p)));
    for key in ["clocks", "answers"] {
        report.parts.push(Part::Table(Table { key, audience: Audience::Data, ..Table::default() }));
    }
    let columns = vec![Column::new("number", "№", Style::Right), Column::new("subject", "subject", Style::Flex)];
    let rows: Vec<_> = p.similar.iter().map(|(n, s)| vec![Cell::Ticket(*n), Cell::Text(s.clone())]).collect();
    let audience = if rows.is_empty() { Audience::Data } else { Audience::All };
    report.parts.push(Part::Table(Table {
        key: "similar",
        title: "Related".into(),
        audience,
        columns,
        rows,
        ..Table::default()
    }));
    report
}

fn header(p: &Page) -> Facts {
    let l = &p.listed;
    let t = &l.ticket;
    let mut rows = Vec::new();
    let mut say = |head, cell: Cell| {
        if cell != Cell::Empty {
            rows.push(Fact::new(head, head, cell));
        }
    };
    let status = match (t.standing.status, t.standing.reason, t.standing.until) {
        (s, Some(reason), _) => Cell::Text(format!("{}, {}", s.word(), reason.word())),
        (s, None, _) => Cell::Status(s),
    };
    say("status", status);
    say("until", Cell::at(t.standing.until));
    say("merged into", t.merged_into.map_or(Cell::Empty, Cell::Ticket));
    say("priority", Cell::Text(t.priority.word().to_owned()));
    say("who", Cell::text(l.assignee.as_deref()));
    let from = l.requester.as_ref().map(|r| {
        let reach: Vec<&str> = [r.email.as_deref(), r.phone.as_deref()].into_iter().flatten().collect();
        if r.name.is_empty() {
            reach.join(", ")
        } else {
            format!("{} <{}>", r.name, reach.join(", ")).replace(" <>", "")
        }
    });
    say("from", Cell::text(from));
    say("client", Cell::text(l.client.as_deref()));
    say("tags", if l.tags.is_empty() { Cell::Empty } else { Cell::Tags(l.tags.clone()) });
    say("opened", Cell::At(t.opened_at));
    say("channel", Cell::Text(t.channel.clone()));
    say("waits", Cell::ago(l.state.waiting_since));
    say("due", Cell::at(t.due_at));
    say("snoozed", Cell::at(t.snoozed_until));
    say("closed", Cell::at(l.state.closed_at.filter(|_| t.standing.status == Status::Closed)));
    say("hours", if l.state.logged_minutes > 0 { Cell::Minutes(l.state.logged_minutes) } else { Cell::Empty });
    let came = l.external.as_ref().map(|(source, id)| format!("{source}:{id}"));
    say("imported as", Cell::text(came));
    say(
        "merged",
        if p.merged.is_empty() { Cell::Empty } else { Cell::List(p.merged.iter().map(|n| Cell::Ticket(*n)).collect()) },
    );
    Facts { audience: Audience::People, rows, ..Facts::default() }
}

fn conversation(p: &Page) -> Table {
    let columns = vec![
        Column::new("direction", "", Style::Left),
        Column::new("author", "author", Style::Left),
        Column::new("at", "at", Style::Left),
        Column::new("id", "message", Style::Left),
        Column::new("automatic", "", Style::Left),
        Column::new("text", "text", Style::Body),
        Column::new("attachments", "files", Style::Body),
    ];
    let rows = p
        .messages
        .iter()
        .map(|(m, author)| {
            vec![
                Cell::Text(m.direction.word().to_owned()),
                Cell::Text(author.clone()),
                Cell::At(m.at),
                Cell::Text(format!("m{}", m.id)),
                Cell::text(m.automatic.as_deref()),
                Cell::Text(if p.unfolded { m.text.clone() } else { folded(&m.text, p.listed.ticket.id) }),
                Cell::text(files(m)),
            ]
        })
        .collect();
    Table { key: "conversation", audience: Audience::People, columns, rows, ..Table::default() }
}

/// The text with what it only repeats folded away, and said so.
fn folded(text: &str, ticket: i64) -> String {
    let new = quote::new_text(text);
    let written = |text: &str| text.lines().filter(|l| !l.trim().is_empty()).count();
    // A lone carriage return ends a line of the new text, though not of the old one.
    let hidden = written(text).saturating_sub(written(&new));
    if hidden == 0 { new } else { format!("{new}\n[{hidden} quoted lines: desk show {ticket} --raw]") }
}

fn files(m: &Message) -> Option<String> {
    let one = |(i, a): (usize, &crate::domain::message::Attachment)| {
        let name = if a.name.is_empty() { &a.media_type } else { &a.name };
        format!("{}. {name} ({})", i + 1, size(a.bytes))
    };
    let all: Vec<String> = m.attachments.iter().enumerate().map(one).collect();
    (!all.is_empty()).then(|| format!("files: {}", all.join(", ")))
}

/// `12 kB` (thousands, as disks are sold).
fn size(bytes: i64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn messages_as_data(p: &Page) -> Table {
    let keys = [
        "id",
        "direction",
        "author",
        "email",
        "at",
        "text",
        "new_text",
        "message_id",
        "in_reply_to",
        "automatic",
        "attachments",
    ];
    let rows = p
        .messages
        .iter()
        .map(|(m, author)| {
            let attachment = |a: &crate::domain::message::Attachment| {
                Cell::Record(vec![
                    ("name", Cell::Text(a.name.clone())),
                    ("type", Cell::Text(a.media_type.clone())),
                    ("bytes", Cell::Bytes(a.bytes)),
                ])
            };
            vec![
                Cell::Count(m.id),
                Cell::Text(m.direction.word().to_owned()),
                Cell::Text(author.clone()),
                Cell::Text(m.email.clone()),
                Cell::At(m.at),
                Cell::Text(m.text.clone()),
                Cell::Text(quote::new_text(&m.text)),
                Cell::text(m.message_id.as_deref()),
                Cell::text(m.in_reply_to.as_deref()),
                Cell::text(m.automatic.as_deref()),
                Cell::List(m.attachments.iter().map(attachment).collect()),
            ]
        })
        .collect();
    Table {
        key: "messages",
        audience: Audience::Data,
        columns: keys.iter().map(|k| Column::data(k)).collect(),
        rows,
        ..Table::default()
    }
}

fn time(p: &Page) -> Table {
    let columns = vec![
        Column::new("id", "entry", Style::Left),
        Column::new("day", "day", Style::Left),
        Column::new("agent", "who", Style::Left),
        Column::new("minutes", "time", Style::Right),
        Column::new("billable", "billable", Style::Left),
        Column::new("text", "what", Style::Flex),
    ];
    let rows: Vec<_> = p
        .time
        .iter()
        .filter(|(e, _)| !e.void)
        .map(|(e, agent)| {
            vec![
                Cell::Text(format!("t{}", e.id)),
                Cell::Day(e.day),
                Cell::Text(agent.clone()),
                Cell::Minutes(e.minutes),
                Cell::Flag(e.billable),
                Cell::Text(e.text.clone()),
            ]
        })
        .collect();
    let audience = if rows.is_empty() { Audience::Data } else { Audience::All };
    Table { key: "time", title: "Hours".into(), audience, columns, rows, ..Table::default() }
}

fn events(p: &Page) -> Table {
    let columns = ["op", "at", "agent", "kind", "detail"].map(Column::data).to_vec();
    let rows = p
        .events
        .iter()
        .map(|(op, at, agent, kind, detail)| {
            vec![
                Cell::Count(*op),
                Cell::At(*at),
                Cell::Text(agent.clone()),
                Cell::Text(kind.clone()),
                Cell::Text(detail.clone()),
            ]
        })
        .collect();
    Table { key: "events", audience: Audience::Data, columns, rows, ..Table::default() }
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
