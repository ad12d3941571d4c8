//! What leaves the desk: a ticket with everything that hangs on it, as one record and as a page of its own; clients,
//! contacts, agents and answers as records. Where the whole desk leaves, each record also has what only its way back needs,
//! behind what people read. Nothing here depends on now: what nobody changed comes out the same.

use super::ticket::{KEYS, Page, cell};
use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};
use crate::domain::agent::Agent;
use crate::domain::answer::Answer;
use crate::domain::contact::{Contact, Point, PointKind};
use crate::domain::entry::Entry;
use crate::domain::listed::{ClientLine, Listed};
use crate::domain::mail::Address;
use crate::domain::message::{Attachment, Message};
use std::collections::{BTreeSet, HashMap};

/// A value and its key.
pub type Named = (&'static str, Cell);

/// A ticket as it leaves.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// What its page shows; the status as somebody set it.
    pub page: Page,
    /// Every source and number that it was imported from.
    pub externals: Vec<(String, String)>,
    /// The agent who opened it towards a customer.
    pub opened_by: Option<String>,
    /// What only its way back needs; none where it leaves for people.
    pub kept: Option<Kept>,
}

/// What the way back of a ticket needs besides what people read.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Of the ticket.
    pub ticket: Vec<Named>,
    /// Of each message.
    pub messages: HashMap<i64, Vec<Named>>,
    /// Of each time entry.
    pub time: HashMap<i64, Vec<Named>>,
    /// Messages whose texts have lines of their own.
    pub apart: BTreeSet<i64>,
}

/// The columns of a ticket in a table: the keys of `desk ls`, those of records each in columns of their own.
const COLUMNS: &[(&str, &str)] = &[
    ("requester_name", "name"),
    ("requester_email", "email"),
    ("requester_phone", "phone"),
    ("external_source", "source"),
    ("external_id", "id"),
];

/// Tickets as rows; the columns are always the same.
#[must_use]
pub fn table(rows: &[Listed]) -> Report {
    let flat = |key: &'static str| -> Vec<(&'static str, &'static str, &'static str)> {
        let parts = COLUMNS.iter().filter(|(name, _)| name.split('_').next() == Some(key));
        let parts: Vec<_> = parts.map(|(name, member)| (key, *name, *member)).collect();
        if parts.is_empty() { vec![(key, key, "")] } else { parts }
    };
    let wanted: Vec<_> = KEYS.iter().flat_map(|key| flat(key)).collect();
    let value = |l: &Listed, key: &str, member: &str| match (cell(l, key), member) {
        (whole, "") => whole,
        (Cell::Record(members), member) => {
            members.into_iter().find(|(name, _)| *name == member).map_or(Cell::Empty, |(_, c)| c)
        }
        _ => Cell::Empty,
    };
    let columns = wanted.iter().map(|(_, name, _)| Column::data(name)).collect();
    let rows = rows.iter().map(|l| wanted.iter().map(|(key, _, member)| value(l, key, member)).collect()).collect();
    let table = Table { key: "tickets", audience: Audience::Data, columns, rows, ..Table::default() };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}

/// A ticket as one record.
#[must_use]
pub fn ticket(t: &Leaving) -> Report {
    let nothing = Kept::default();
    let kept = t.kept.as_ref().unwrap_or(&nothing);
    let mut report = record("ticket", fields(t));
    report.parts.push(Part::Table(messages(&t.page, kept)));
    report.parts.push(Part::Table(time(&t.page, kept)));
    report.parts.push(Part::Table(history(&t.page, Audience::Data)));
    report.parts.push(Part::Facts(facts(kept.ticket.clone())));
    report
}

fn facts(fields: Vec<Named>) -> Facts {
    let rows = fields.into_iter().map(|(key, cell)| Fact::data(key, cell)).collect();
    Facts { audience: Audience::Data, rows, ..Facts::default() }
}

/// A table whose rows go on with what was kept of each, under keys of its own.
fn with_kept(mut table: Table, ids: impl Iterator<Item = i64>, kept: &HashMap<i64, Vec<Named>>) -> Table {
    let all: Vec<_> = ids.map(|id| kept.get(&id)).collect();
    if let Some(Some(first)) = all.first() {
        table.columns.extend(first.iter().map(|(key, _)| Column::data(key)));
    }
    for (row, kept) in table.rows.iter_mut().zip(all) {
        row.extend(kept.into_iter().flatten().map(|(_, cell)| cell.clone()));
    }
    table
}

/// Everything about a ticket that is one value.
fn fields(t: &Leaving) -> Vec<(&'static str, Cell)> {
    let l = &t.page.listed;
    let numbers = |list: Vec<i64>| Cell::List(list.into_iter().map(Cell::Ticket).collect());
    let mut all: Vec<_> = KEYS.iter().map(|key| (*key, cell(l, key))).collect();
    let source = |(source, number): &(String, String)| {
        Cell::Record(vec![("source", Cell::Text(source.clone())), ("id", Cell::Text(number.clone()))])
    };
    all.extend([
        ("until", Cell::at(l.ticket.standing.until)),
        ("opened_by", Cell::text(t.opened_by.as_deref())),
        ("muted", Cell::Flag(l.muted)),
        ("once", Cell::text(l.ticket.once.as_deref())),
        ("externals", Cell::List(t.externals.iter().map(source).collect())),
        ("links", numbers(t.page.related.iter().map(|(n, ..)| *n).collect())),
        ("merged", numbers(t.page.merged.clone())),
        ("draft", super::ticket::draft(&t.page)),
    ]);
    all
}

/// The keys of a message.
const MESSAGE: [&str; 16] = [
    "id",
    "direction",
    "agent",
    "author",
    "email",
    "at",
    "text",
    "message_id",
    "in_reply_to",
    "automatic",
    "trust",
    "to",
    "cc",
    "reply_to",
    "attachments",
    "outbox",
];

fn message_cells(m: &Message, name: &str, way: Option<&str>, apart: bool) -> Vec<Cell> {
    let to = m.addressed.as_ref();
    vec![
        Cell::Count(m.id),
        Cell::Text(m.direction.word().to_owned()),
        Cell::text(m.agent.map(|_| name)),
        Cell::Text(m.author.clone()),
        Cell::Text(m.email.clone()),
        Cell::At(m.at),
        if apart { Cell::Empty } else { Cell::Text(m.text.clone()) },
        Cell::text(m.message_id.as_deref()),
        Cell::text(m.in_reply_to.as_deref()),
        Cell::text(m.automatic.as_deref()),
        Cell::text(m.trust.as_deref()),
        to.map_or(Cell::Empty, |a| people(&a.to)),
        to.map_or(Cell::Empty, |a| people(&a.cc)),
        to.map_or(Cell::Empty, |a| people(&a.reply_to)),
        Cell::List(m.attachments.iter().map(file).collect()),
        Cell::text(way),
    ]
}

fn messages(p: &Page, kept: &Kept) -> Table {
    let row = |(m, name): &(Message, String)| {
        message_cells(m, name, p.ways.get(&m.id).map(|w| w.state), kept.apart.contains(&m.id))
    };
    let columns = MESSAGE.map(Column::data).to_vec();
    let rows = p.messages.iter().map(row).collect();
    let table = Table { key: "messages", audience: Audience::Data, columns, rows, ..Table::default() };
    with_kept(table, p.messages.iter().map(|(m, _)| m.id), &kept.messages)
}

/// A message that no ticket shows as a record; `apart`: its text has lines of its own.
#[must_use]
pub fn message(m: &Message, author: &str, apart: bool, kept: Vec<Named>) -> Report {
    let cells = message_cells(m, author, None, apart);
    record("message", MESSAGE.into_iter().zip(cells).chain(kept).collect())
}

fn people(list: &[Address]) -> Cell {
    let one =
        |a: &Address| Cell::Record(vec![("name", Cell::Text(a.name.clone())), ("email", Cell::Text(a.email.clone()))]);
    Cell::List(list.iter().map(one).collect())
}

fn file(a: &Attachment) -> Cell {
    Cell::Record(vec![
        ("name", Cell::Text(a.name.clone())),
        ("type", Cell::Text(a.media_type.clone())),
        ("bytes", Cell::Bytes(a.bytes)),
    ])
}

fn time(p: &Page, kept: &Kept) -> Table {
    let columns = ["id", "day", "agent", "minutes", "billable", "text", "void"].map(Column::data).to_vec();
    let rows = p.time.iter().map(|(e, agent)| entry_cells(e, agent)).collect();
    let table = Table { key: "time", audience: Audience::Data, columns, rows, ..Table::default() };
    with_kept(table, p.time.iter().map(|(e, _)| e.id), &kept.time)
}

fn entry_cells(e: &Entry, agent: &str) -> Vec<Cell> {
    vec![
        Cell::Text(format!("t{}", e.id)),
        Cell::Day(e.day),
        Cell::Text(agent.to_owned()),
        Cell::Minutes(e.minutes),
        Cell::Flag(e.billable),
        Cell::Text(e.text.clone()),
        Cell::Flag(e.void),
    ]
}

fn history(p: &Page, audience: Audience) -> Table {
    let (key, title) = if audience == Audience::Data { ("history", "") } else { ("", "History") };
    let columns = ["op", "at", "agent", "kind", "detail"].map(|k| Column::new(k, k, Style::Left)).to_vec();
    let rows = p.events.iter().map(|(op, at, agent, kind, detail)| {
        vec![
            Cell::Count(*op),
            // In the same words for whoever reads it, wherever he is.
            Cell::Text(at.rfc3339()),
            Cell::Text(agent.clone()),
            Cell::Text(kind.clone()),
            Cell::Text(detail.clone()),
        ]
    });
    Table { key, title: title.to_owned(), audience, columns, rows: rows.collect(), ..Table::default() }
}

/// What stands at the head of a ticket's page.
#[must_use]
pub fn head(t: &Leaving) -> Report {
    let kept =
        |(key, cell): &(&str, Cell)| *key != "draft" && !matches!(cell, Cell::Empty) && *cell != Cell::List(vec![]);
    let rows = fields(t).into_iter().filter(kept).map(|(key, cell)| Fact::data(key, cell)).collect();
    Report {
        parts: vec![Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() })],
        ..Report::default()
    }
}

/// What stands below the head of a ticket's page: the conversation, hours and history.
#[must_use]
pub fn conversation(t: &Leaving) -> Report {
    let p = &t.page;
    let columns = vec![
        Column::new("direction", "", Style::Left),
        Column::new("author", "author", Style::Left),
        Column::new("at", "at", Style::Left),
        Column::new("id", "message", Style::Left),
        Column::new("to", "to", Style::Left),
        Column::new("automatic", "", Style::Left),
        Column::new("trust", "", Style::Left),
        Column::new("text", "text", Style::Body),
        Column::new("attachments", "files", Style::Body),
    ];
    let cards = p.messages.iter().map(|(m, author)| card(m, author)).collect();
    let cards = Table { audience: Audience::People, columns, rows: cards, ..Table::default() };
    let hours = ["id", "day", "agent", "minutes", "billable", "text"].map(|k| Column::new(k, k, Style::Left)).to_vec();
    let rows = p.time.iter().filter(|(e, _)| !e.void).map(|(e, agent)| {
        let mut cells = entry_cells(e, agent);
        cells.truncate(hours.len());
        cells
    });
    let rows = rows.collect();
    let hours = Table { title: "Hours".into(), audience: Audience::People, columns: hours, rows, ..Table::default() };
    let history = history(p, Audience::People);
    let parts = vec![Part::Cards(cards), Part::Table(hours), Part::Table(history)];
    Report { title: p.listed.ticket.subject.clone(), parts, ..Report::default() }
}

fn card(m: &Message, author: &str) -> Vec<Cell> {
    let named: Vec<&str> =
        m.attachments.iter().map(|a| if a.name.is_empty() { &a.media_type } else { &a.name }.as_str()).collect();
    let files = m.attachments.iter().zip(named).map(|(a, name)| format!("[{name}] {} bytes", a.bytes));
    let files: Vec<String> = files.collect();
    let whom = |a: &crate::domain::message::Addressed| {
        Cell::List(a.to.iter().chain(&a.cc).map(|one| Cell::Text(one.email.clone())).collect())
    };
    vec![
        Cell::Text(m.direction.word().to_owned()),
        Cell::Text(author.to_owned()),
        Cell::Text(m.at.rfc3339()),
        Cell::Text(format!("m{}", m.id)),
        m.addressed.as_ref().map_or(Cell::Empty, whom),
        Cell::text(m.automatic.as_deref()),
        Cell::text(m.trust.as_deref()),
        Cell::Text(m.text.clone()),
        Cell::text((!files.is_empty()).then(|| files.join("\n"))),
    ]
}

/// Worked time without a ticket as a record.
#[must_use]
pub fn entry(e: &Entry, agent: &str, client: Option<&str>, kept: Vec<Named>) -> Report {
    let keys = ["id", "day", "agent", "minutes", "billable", "text", "void"];
    let mut fields: Vec<_> = keys.into_iter().zip(entry_cells(e, agent)).collect();
    fields.push(("client", Cell::text(client)));
    record("time", fields.into_iter().chain(kept).collect())
}

/// A client as a record.
#[must_use]
pub fn client(line: &ClientLine, kept: Vec<Named>) -> Report {
    let c = &line.client;
    let texts = |list: &[String]| Cell::List(list.iter().cloned().map(Cell::Text).collect());
    let fields = vec![
        ("id", Cell::Count(c.id)),
        ("handle", Cell::Text(c.handle.clone())),
        ("name", Cell::Text(c.name.clone())),
        ("domains", texts(&line.domains)),
        ("lang", Cell::text(c.lang.as_deref())),
        ("plan", Cell::text(c.plan.as_deref())),
        ("note", Cell::Text(c.note.clone())),
    ];
    record("client", fields.into_iter().chain(kept).collect())
}

/// A contact as a record; `client` is the handle of his client.
#[must_use]
pub fn contact(c: &Contact, client: Option<&str>, points: &[Point], kept: Vec<Named>) -> Report {
    let of = |kind| {
        let all = points.iter().filter(|p| p.kind == kind);
        Cell::List(all.map(|p| Cell::Text(p.value.clone())).collect())
    };
    let fields = vec![
        ("id", Cell::Count(c.id)),
        ("name", Cell::Text(c.name.clone())),
        ("client", Cell::text(client)),
        ("emails", of(PointKind::Email)),
        ("phones", of(PointKind::Phone)),
        ("handles", of(PointKind::Handle)),
    ];
    record("contact", fields.into_iter().chain(kept).collect())
}

/// An agent as a record.
#[must_use]
pub fn agent(a: &Agent) -> Report {
    let fields = vec![
        ("id", Cell::Count(a.id)),
        ("name", Cell::Text(a.name.clone())),
        ("email", Cell::text(a.email.as_deref())),
        ("active", Cell::Flag(a.active)),
    ];
    record("agent", fields)
}

/// A saved answer as a record.
#[must_use]
pub fn answer(a: &Answer, kept: Vec<Named>) -> Report {
    let fields = vec![
        ("id", Cell::Count(a.id)),
        ("name", Cell::Text(a.name.clone())),
        ("lang", Cell::text(a.lang.as_deref())),
        ("text", Cell::Text(a.text.clone())),
    ];
    record("answer", fields.into_iter().chain(kept).collect())
}

/// Named values as the record of a kind.
#[must_use]
pub fn record(kind: &str, fields: Vec<Named>) -> Report {
    let kind = ("kind", Cell::Text(kind.to_owned()));
    let parts = vec![Part::Facts(facts(std::iter::once(kind).chain(fields).collect()))];
    Report { parts, ..Report::default() }
}
