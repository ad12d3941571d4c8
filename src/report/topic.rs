//! One topic: its page, and the announcement of its remedy. The topics of a period are in `topics`.

use super::figures::{count, data, named, period};
use super::topics::{known_cells, known_columns, standing};
use super::{Audience, Cell, Column, Fact, Facts, Part as Piece, Report, Style, Table, ticket};
use crate::domain::billing::money::Money;
use crate::domain::listed::Listed;
use crate::domain::time::{Date, Minutes, Moment};
use crate::domain::tongue::Tongue;
use crate::domain::topic::Known;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// So many words, clients and links people see.
const SHOWN: usize = 6;

/// What the page of a topic shows.
#[derive(Debug, Clone)]
pub struct TopicPage {
    /// The period as people read it, with its zone and the query.
    pub label: String,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The topic.
    pub topic: Known,
    /// How many tickets were opened in each week, by its Monday.
    pub weeks: Vec<(Date, i64)>,
    /// Its tickets of the period.
    pub rows: Vec<Listed>,
    /// Minutes worked on them.
    pub minutes: Minutes,
    /// What they cost.
    pub cost: Option<Money>,
    /// Where else they are worked on, and how many of them.
    pub links: Vec<(String, usize)>,
    /// The text of the saved answer that helps.
    pub answer: Option<String>,
    /// Who was told of the remedy.
    pub told: Vec<Told>,
    /// How many of the tickets came after it was said to be fixed.
    pub returned: usize,
}

/// Somebody who was told of a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub name: String,
    /// In which ticket.
    pub ticket: Option<i64>,
    /// When.
    pub at: Option<Moment>,
    /// His mail has not left yet: its number in the outbox, and where it stands.
    pub waits: Option<(i64, &'static str)>,
}

/// The page of a topic.
#[must_use]
pub fn page(p: &TopicPage) -> Report {
    let clients = clients(&p.rows);
    let mut parts = vec![Piece::Facts(head(p, &clients))];
    let known = known_columns().into_iter().zip(known_cells(&p.topic));
    let rows = known.map(|(column, cell)| Fact::data(column.key, cell)).collect();
    parts.push(Piece::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    parts.push(data(vec![period(p.from, p.to), ("count", Cell::Count(count(p.rows.len())))]));
    let week = |(day, n): &(Date, i64)| vec![Cell::Day(*day), Cell::Count(*n)];
    parts.push(Piece::Table(rows_of("weeks", &["from", "count"], p.weeks.iter().map(week).collect())));
    let client = |(handle, n): &(String, usize)| vec![Cell::Text(handle.clone()), Cell::Count(count(*n))];
    parts.push(Piece::Table(rows_of("clients", &["client", "tickets"], clients.iter().map(client).collect())));
    parts.push(data(vec![("minutes", Cell::Minutes(p.minutes)), ("cost", Cell::money(p.cost))]));
    parts.push(Piece::Table(rows_of("links", &["url", "tickets"], p.links.iter().map(client).collect())));
    let told = |t: &Told| vec![Cell::Text(t.name.clone()), t.ticket.map_or(Cell::Empty, Cell::Ticket), Cell::at(t.at)];
    let (waits, sent): (Vec<&Told>, Vec<&Told>) = p.told.iter().partition(|t| t.waits.is_some());
    let told: Vec<Vec<Cell>> = sent.into_iter().map(told).collect();
    parts.push(data(vec![("returned", Cell::Count(count(p.returned)))]));
    parts.push(Piece::Table(tickets(&p.rows)));
    parts.push(Piece::Table(Table { key: "tickets", ..ticket::for_data(&p.rows, None) }));
    if !told.is_empty() {
        let columns = vec![
            Column::new("name", "who", Style::Flex),
            Column::new("ticket", "ticket", Style::Right),
            Column::new("at", "when", Style::Left),
        ];
        let (title, audience) = ("Told that it is fixed".to_owned(), Audience::People);
        parts.push(Piece::Table(Table { title, audience, columns, rows: told.clone(), ..Table::default() }));
    }
    parts.push(Piece::Table(rows_of("told", &["name", "ticket", "at"], told)));
    parts.extend(not_told(&waits));
    if let Some(text) = &p.answer {
        let name = p.topic.answer.as_deref().unwrap_or_default();
        parts.push(Piece::Prose(format!("The answer {name}:\n{}", text.trim())));
    }
    Report { title: format!("Topic {}  {}", p.topic.id, p.topic.name), parts, ..Report::default() }
}

/// Who is told when his mail leaves.
fn not_told(waits: &[&Told]) -> Vec<Piece> {
    let row = |t: &&Told| {
        let (mail, state) = t.waits.unzip();
        let mail = Cell::text(mail.map(|id| format!("o{id}")));
        vec![Cell::Text(t.name.clone()), t.ticket.map_or(Cell::Empty, Cell::Ticket), mail, Cell::text(state)]
    };
    let rows: Vec<Vec<Cell>> = waits.iter().map(row).collect();
    let columns = vec![
        Column::new("name", "who", Style::Flex),
        Column::new("ticket", "ticket", Style::Right),
        Column::new("mail", "mail", Style::Left),
        Column::new("state", "state", Style::Left),
    ];
    let title = "Not told yet: the mail is in the outbox".to_owned();
    let people = (!rows.is_empty()).then(|| Table {
        title,
        audience: Audience::People,
        columns,
        rows: rows.clone(),
        ..Table::default()
    });
    let data = rows_of("untold", &["name", "ticket", "mail", "state"], rows);
    people.into_iter().chain([data]).map(Piece::Table).collect()
}

fn head(p: &TopicPage, clients: &[(String, usize)]) -> Facts {
    let mut rows = Vec::new();
    let mut say = |head, cell: Cell| {
        if cell != Cell::Empty {
            rows.push(Fact::new(head, head, cell));
        }
    };
    say("decided", named(&standing(&p.topic, Tongue::En)));
    if p.returned > 0 {
        say("back", Cell::Text(format!("{} since it was fixed", tickets_said(p.returned))));
    }
    say("period", Cell::Text(p.label.clone()));
    let of = match clients.len() {
        0 => String::new(),
        1 => " of 1 client".to_owned(),
        n => format!(" of {n} clients"),
    };
    say("tickets", Cell::Text(format!("{}{of}", p.rows.len())));
    let counts: Vec<i64> = p.weeks.iter().map(|(_, n)| *n).collect();
    if counts.iter().any(|n| *n > 0) {
        let since = p.weeks.first().map(|(day, _)| format!(" (weeks from {day})")).unwrap_or_default();
        let told: Vec<String> = counts.iter().map(i64::to_string).collect();
        say("weekly", Cell::Spark(counts.iter().copied().map(Some).collect()));
        say("", Cell::Text(format!("{}{since}", told.join(" "))));
    }
    let shown: Vec<String> = clients.iter().take(SHOWN).map(|(handle, n)| format!("{handle} {n}")).collect();
    let more = clients.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(", {more} more") } else { String::new() };
    say("clients", named(&format!("{}{more}", shown.join(", "))));
    say("time", if p.minutes > 0 { Cell::Minutes(p.minutes) } else { Cell::Empty });
    say("cost", Cell::money(p.cost));
    let words = p.topic.signatures.first().map(|s| s.heaviest()).unwrap_or_default();
    say("words", named(&words.join(" ")));
    for (url, n) in p.links.iter().take(SHOWN) {
        say("link", Cell::Text(format!("{n} linked to {url}")));
    }
    Facts { audience: Audience::People, rows, ..Facts::default() }
}

/// The clients who wrote, with how many of the tickets; most first.
fn clients(rows: &[Listed]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    rows.iter().filter_map(|l| l.client.as_deref()).for_each(|client| *counts.entry(client).or_default() += 1);
    let mut all: Vec<(String, usize)> = counts.into_iter().map(|(client, n)| (client.to_owned(), n)).collect();
    all.sort_by_key(|(_, n)| Reverse(*n));
    all
}

fn tickets(rows: &[Listed]) -> Table {
    let columns = vec![
        Column::new("number", "№", Style::Right),
        Column::new("opened_at", "opened", Style::Left),
        Column::new("status", "status", Style::Left),
        Column::new("client", "client", Style::Left),
        Column::new("subject", "subject", Style::Flex),
    ];
    let row = |l: &Listed| {
        vec![
            Cell::Ticket(l.ticket.id),
            Cell::At(l.ticket.opened_at),
            Cell::Status(l.ticket.standing.status),
            Cell::text(l.client.as_deref()),
            Cell::Text(l.ticket.subject.clone()),
        ]
    };
    let empty = "no tickets in this period";
    let rows = rows.iter().rev().map(row).collect();
    Table { key: "tickets", audience: Audience::People, columns, rows, empty, ..Table::default() }
}

fn rows_of(key: &'static str, keys: &[&'static str], rows: Vec<Vec<Cell>>) -> Table {
    let columns = keys.iter().copied().map(Column::data).collect();
    Table { key, audience: Audience::Data, columns, rows, ..Table::default() }
}

fn tickets_said(n: usize) -> String {
    if n == 1 { "1 ticket".to_owned() } else { format!("{n} tickets") }
}

/// A mail of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailed {
    /// Who gets it.
    pub name: String,
    /// Where.
    pub email: String,
    /// In which ticket.
    pub ticket: i64,
    /// Its subject.
    pub subject: String,
    /// The message.
    pub message: i64,
    /// Where the mail stands.
    pub state: &'static str,
}

/// What an announcement came to: who was told, who was left out (name, ticket, why), and the first mail where nothing was sent.
/// JSON: `operation topic name fixed_at fixed_in told[{name email ticket subject message state}] left_out[{name ticket why}] mail`.
#[must_use]
pub fn announced(
    topic: &Known,
    mails: &[Mailed],
    left_out: &[(String, i64, String)],
    preview: Option<String>,
    operation: Option<i64>,
) -> Report {
    let many = match mails.len() {
        0 => "nobody is told".to_owned(),
        1 => "1 person is told".to_owned(),
        n => format!("{n} people are told"),
    };
    let line = format!("topic {}: {}; {}; {many}", topic.id, topic.name, standing(topic, Tongue::En));
    let mut report = Report::of_deed(&[line], operation);
    let fixed = topic.fixed.as_ref();
    report.parts.push(data(vec![
        ("topic", Cell::Count(topic.id)),
        ("name", Cell::Text(topic.name.clone())),
        ("fixed_at", Cell::at(fixed.map(|f| f.at))),
        ("fixed_in", Cell::text(fixed.and_then(|f| f.release.as_deref()))),
    ]));
    let columns = vec![
        Column::new("name", "who", Style::Flex),
        Column::new("email", "address", Style::Left),
        Column::new("ticket", "ticket", Style::Right),
        Column::new("subject", "subject", Style::Flex),
        Column::data("message"),
        Column::new("state", "mail", Style::Left),
    ];
    let row = |m: &Mailed| {
        vec![
            Cell::Text(m.name.clone()),
            Cell::Text(m.email.clone()),
            Cell::Ticket(m.ticket),
            Cell::Text(m.subject.clone()),
            Cell::Count(m.message),
            Cell::Text(m.state.to_owned()),
        ]
    };
    report.parts.push(Piece::Table(Table {
        key: "told",
        audience: if mails.is_empty() { Audience::Data } else { Audience::All },
        columns,
        rows: mails.iter().map(row).collect(),
        ..Table::default()
    }));
    let columns = vec![
        Column::new("name", "who", Style::Flex),
        Column::new("ticket", "ticket", Style::Right),
        Column::new("why", "why", Style::Left),
    ];
    let row = |(name, ticket, why): &(String, i64, String)| {
        vec![Cell::Text(name.clone()), Cell::Ticket(*ticket), Cell::Text(why.clone())]
    };
    report.parts.push(Piece::Table(Table {
        key: "left_out",
        title: "Not written to".to_owned(),
        audience: if left_out.is_empty() { Audience::Data } else { Audience::All },
        columns,
        rows: left_out.iter().map(row).collect(),
        ..Table::default()
    }));
    report.parts.push(data(vec![("mail", Cell::text(preview.as_deref()))]));
    report.parts.extend(preview.map(Piece::Prose));
    report
}

/// A part of a topic that was split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its tickets.
    pub tickets: Vec<i64>,
    /// Those that tell it best.
    pub examples: Vec<i64>,
    /// The words that tell it best.
    pub terms: Vec<String>,
}

/// What a split came to. JSON: `operation parts[{topic name count terms[] tickets[]}]`.
#[must_use]
pub fn parts(all: &[Part], operation: Option<i64>) -> Report {
    let number = |part: &Part| format!("topic {}: {}", part.number, part.name);
    let line = all.iter().map(number).collect::<Vec<_>>().join("; ");
    let mut report = Report::of_deed(&[line], operation);
    let columns = vec![
        Column::new("topic", "topic", Style::Right),
        Column::new("name", "", Style::Flex),
        Column::new("count", "tickets", Style::Right),
        Column::new("examples", "such as", Style::Left),
        Column::new("terms", "words", Style::Flex),
    ];
    let tickets = |all: &[i64]| Cell::List(all.iter().map(|n| Cell::Ticket(*n)).collect());
    let people = |part: &Part| {
        vec![
            Cell::Count(part.number),
            Cell::Text(part.name.clone()),
            Cell::Count(count(part.tickets.len())),
            tickets(&part.examples),
            Cell::Text(part.terms.join(" ")),
        ]
    };
    let rows = all.iter().map(people).collect();
    report.parts.push(Piece::Table(Table { audience: Audience::People, columns, rows, ..Table::default() }));
    let data = |part: &Part| {
        vec![
            Cell::Count(part.number),
            Cell::Text(part.name.clone()),
            Cell::Count(count(part.tickets.len())),
            Cell::List(part.terms.iter().map(|term| named(term)).collect()),
            tickets(&part.tickets),
        ]
    };
    let keys = ["topic", "name", "count", "terms", "tickets"];
    report.parts.push(Piece::Table(rows_of("parts", &keys, all.iter().map(data).collect())));
    report
}
