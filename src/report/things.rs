//! Clients, contacts, agents, tags and mutes as reports: lists, pages, and what a change did.

use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table, ticket};
use crate::domain::agent::Agent;
use crate::domain::billing::money::Money;
use crate::domain::contact::PointKind;
use crate::domain::listed::{ClientLine, ContactLine, Listed};
use crate::domain::plan::Plan;
use crate::domain::time::{Date, Minutes, Moment};

/// What a change did, line by line, and how to take it back. Data: `operation`, `done[]`.
#[must_use]
pub fn done(lines: &[String], operation: Option<i64>) -> Report {
    let mut report = Report::of_deed(lines, operation);
    let said = lines.iter().map(|l| Cell::Text(l.clone())).collect();
    let rows = vec![Fact::data("done", Cell::List(said))];
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    report
}

fn list(table: Table) -> Report {
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}

fn texts<'a>(all: impl Iterator<Item = &'a str>) -> Cell {
    Cell::List(all.map(|t| Cell::Text(t.to_owned())).collect())
}

fn some_text(text: &str) -> Cell {
    Cell::text(Some(text).filter(|t| !t.is_empty()))
}

fn hours(minutes: Minutes) -> Cell {
    Cell::Minutes(minutes)
}

/// Clients: `handle name domains[] lang plan note contacts tickets open minutes vip`.
#[must_use]
pub fn clients(lines: &[ClientLine]) -> Report {
    let marked = lines.iter().any(|l| l.client.vip);
    let columns = vec![
        Column::new("handle", "client", Style::Left),
        Column::new("name", "name", Style::Flex),
        Column::new("domains", "domains", Style::Flex),
        Column::data("lang"),
        Column::new("plan", "plan", Style::Left),
        Column::data("note"),
        Column::new("contacts", "contacts", Style::Right),
        Column::new("tickets", "tickets", Style::Right),
        Column::new("open", "open", Style::Right),
        Column::new("minutes", "hours", Style::Right),
        Column { shown: marked, ..Column::new("vip", "VIP", Style::Left) },
    ];
    let rows = lines.iter().map(client_cells).collect();
    list(Table {
        key: "clients",
        columns,
        rows,
        empty: "no clients yet: mail makes them, or desk client add",
        ..Table::default()
    })
}

fn client_cells(l: &ClientLine) -> Vec<Cell> {
    let c = &l.client;
    vec![
        Cell::Text(c.handle.clone()),
        Cell::Text(c.name.clone()),
        texts(l.domains.iter().map(String::as_str)),
        Cell::text(c.lang.as_deref()),
        Cell::text(c.plan.as_deref()),
        some_text(&c.note),
        Cell::Count(l.contacts),
        Cell::Count(l.tickets),
        Cell::Count(l.queued),
        hours(l.minutes),
        Cell::Flag(c.vip),
    ]
}

/// Everything the page of one client shows.
#[derive(Debug, Clone)]
pub struct ClientPage {
    /// The client as in lists.
    pub line: ClientLine,
    /// What its plan buys, where that is set.
    pub terms: Option<Plan>,
    /// Its contacts, by name.
    pub contacts: Vec<ContactLine>,
    /// Its tickets in the queue, most urgent first.
    pub open: Vec<Listed>,
    /// Those closed last.
    pub last: Vec<Listed>,
    /// Minutes worked this month.
    pub this_month: Minutes,
    /// Minutes worked last month.
    pub last_month: Minutes,
}

/// The page of one client, `contracts` being what [`of_client`](super::contract::of_client) says of them. Data: the keys of the
/// list, where `contacts` are the contacts themselves, and `details{} plan_terms{} this_month_minutes last_month_minutes contracts[]
/// open_tickets[] last_tickets[]`.
#[must_use]
pub fn client(p: &ClientPage, contracts: Vec<Part>) -> Report {
    let c = &p.line.client;
    let title = if c.name == c.handle { c.handle.clone() } else { format!("{}  {}", c.handle, c.name) };
    let mut report = Report { title, ..Report::default() };
    let domains = || texts(p.line.domains.iter().map(String::as_str));
    let rows = vec![
        Fact::data("handle", Cell::Text(c.handle.clone())),
        Fact::data("name", Cell::Text(c.name.clone())),
        Fact::new("domains", "domains", domains()),
        Fact::new("lang", "language", Cell::text(c.lang.as_deref())),
        Fact::new("plan", "plan", Cell::text(c.plan.as_deref())),
        Fact { shown: c.vip, ..Fact::new("vip", "VIP", Cell::Flag(c.vip)) },
        Fact::data("plan_terms", p.terms.as_ref().map_or(Cell::Empty, plan_terms)),
        Fact::new("details", "details", Cell::Pairs(c.details.clone().into_iter().collect())),
        Fact::new("note", "note", some_text(&c.note)),
        Fact::new("tickets", "tickets", Cell::Count(p.line.tickets)),
        Fact::new("open", "open", Cell::Count(p.line.queued)),
        Fact::new("minutes", "hours", hours(p.line.minutes)),
        Fact::new("this_month_minutes", "this month", hours(p.this_month)),
        Fact::new("last_month_minutes", "last month", hours(p.last_month)),
    ];
    report.parts.push(Part::Facts(Facts { rows, ..Facts::default() }));
    if let Some(plan) = &p.terms {
        let rows = vec![Fact::new("plan_terms", "buys", Cell::Text(plan.told()))];
        let title = format!("Plan {}", plan.name);
        report.parts.push(Part::Facts(Facts { audience: Audience::People, title, rows, ..Facts::default() }));
    }
    let contacts = Table { title: heading("Contacts", p.contacts.is_empty()), ..contact_table(&p.contacts, false) };
    report.parts.push(Part::Table(contacts));
    report.parts.extend(contracts);
    tickets(&mut report, &p.open, &p.last);
    report
}

/// `agents[] channels[] about`
fn plan_terms(plan: &Plan) -> Cell {
    Cell::Record(vec![
        ("agents", texts(plan.agents.iter().map(String::as_str))),
        ("channels", texts(plan.channels.iter().map(String::as_str))),
        ("about", Cell::text(plan.about.clone())),
    ])
}

fn heading(title: &str, empty: bool) -> String {
    if empty { String::new() } else { title.to_owned() }
}

fn tickets(report: &mut Report, open: &[Listed], last: &[Listed]) {
    for (key, title, empty, rows) in
        [("open_tickets", "Open", "nothing open", open), ("last_tickets", "Last closed", "", last)]
    {
        // That the client goes before others is said once, at the head of the page.
        let plain: Vec<Listed> = rows.iter().map(|l| Listed { vip: false, ..l.clone() }).collect();
        let people = ticket::for_people(&plain, None, empty);
        report.parts.push(Part::Table(Table { key, title: heading(title, rows.is_empty()), ..people }));
        report.parts.push(Part::Table(Table { key, ..ticket::for_data(rows, None) }));
    }
}

/// Contacts: `id name emails[] phones[] handles[] client tickets last_at`.
#[must_use]
pub fn contacts(lines: &[ContactLine]) -> Report {
    list(Table { empty: "no contacts: mail makes them, or desk contact add", ..contact_table(lines, true) })
}

fn contact_table(lines: &[ContactLine], with_client: bool) -> Table {
    let client = Column::new("client", "client", Style::Flex);
    let has = |kind| lines.iter().any(|l| l.points.iter().any(|p| p.kind == kind));
    let columns = vec![
        Column::data("id"),
        Column::new("name", "name", Style::Flex),
        Column::new("emails", "addresses", Style::Flex),
        Column { shown: with_client || has(PointKind::Phone), ..Column::new("phones", "phones", Style::Flex) },
        Column { shown: with_client || has(PointKind::Handle), ..Column::new("handles", "handles", Style::Flex) },
        Column { shown: with_client, ..client },
        Column::new("tickets", "tickets", Style::Right),
        Column::new("last_at", "last", Style::Right),
    ];
    let rows = lines
        .iter()
        .map(|l| {
            vec![
                Cell::Count(l.id),
                Cell::Text(l.name.clone()),
                points(l, PointKind::Email),
                points(l, PointKind::Phone),
                points(l, PointKind::Handle),
                Cell::text(l.client.as_deref()),
                Cell::Count(l.tickets),
                Cell::ago(l.last_at),
            ]
        })
        .collect();
    Table { key: "contacts", columns, rows, ..Table::default() }
}

fn points(l: &ContactLine, kind: PointKind) -> Cell {
    texts(l.points.iter().filter(|p| p.kind == kind).map(|p| p.value.as_str()))
}

/// The page of one contact. Data: the keys of the list, and `open_tickets[] last_tickets[]`.
#[must_use]
pub fn contact(l: &ContactLine, open: &[Listed], last: &[Listed]) -> Report {
    let name = if l.name.is_empty() { l.points.first().map_or("", |p| p.value.as_str()) } else { &l.name };
    let mut report = Report { title: name.to_owned(), ..Report::default() };
    let rows = vec![
        Fact::data("id", Cell::Count(l.id)),
        Fact::data("name", Cell::Text(l.name.clone())),
        Fact::new("emails", "addresses", points(l, PointKind::Email)),
        Fact::new("phones", "phones", points(l, PointKind::Phone)),
        Fact::new("handles", "handles", points(l, PointKind::Handle)),
        Fact::new("client", "client", Cell::text(l.client.as_deref())),
        Fact::new("tickets", "tickets", Cell::Count(l.tickets)),
        Fact::new("last_at", "last", Cell::at(l.last_at)),
    ];
    report.parts.push(Part::Facts(Facts { rows, ..Facts::default() }));
    tickets(&mut report, open, last);
    report
}

/// The team: `name email active open week_minutes cost`, the last what an hour costs today.
#[must_use]
pub fn agents(lines: &[(Agent, i64, Minutes, Option<Money>)], with_cost: bool) -> Report {
    let gone = lines.iter().any(|(a, ..)| !a.active);
    let columns = vec![
        Column::new("name", "agent", Style::Left),
        Column::new("email", "address", Style::Flex),
        Column { shown: gone, ..Column::new("active", "active", Style::Left) },
        Column::new("open", "open", Style::Right),
        Column::new("week_minutes", "this week", Style::Right),
        Column { shown: with_cost, ..Column::new("cost", "an hour", Style::Right) },
    ];
    let rows = lines
        .iter()
        .map(|(a, open, minutes, cost)| {
            vec![
                Cell::Text(a.name.clone()),
                Cell::text(a.email.as_deref()),
                Cell::Flag(a.active),
                Cell::Count(*open),
                hours(*minutes),
                Cell::money(*cost),
            ]
        })
        .collect();
    list(Table { key: "agents", columns, rows, empty: "nobody yet", ..Table::default() })
}

/// What an hour of an agent costs: `from cost`.
#[must_use]
pub fn costs(lines: &[(Date, Money)]) -> Report {
    let columns = vec![Column::new("from", "from", Style::Left), Column::new("cost", "an hour", Style::Right)];
    let rows = lines.iter().map(|(from, hour)| vec![Cell::Day(*from), Cell::Money(*hour)]).collect();
    list(Table { key: "costs", columns, rows, empty: "nobody has said: desk agent cost bob 1500", ..Table::default() })
}

/// Tags in use: `tag tickets open last_at`.
#[must_use]
pub fn tags(lines: &[(String, i64, i64, Moment)]) -> Report {
    let columns = vec![
        Column::new("tag", "tag", Style::Left),
        Column::new("tickets", "tickets", Style::Right),
        Column::new("open", "open", Style::Right),
        Column::new("last_at", "last used", Style::Right),
    ];
    let rows = lines
        .iter()
        .map(|(tag, tickets, open, at)| {
            vec![Cell::Text(tag.clone()), Cell::Count(*tickets), Cell::Count(*open), Cell::Ago(*at)]
        })
        .collect();
    list(Table { key: "tags", columns, rows, empty: "no tags: desk tag 42 billing", ..Table::default() })
}

/// What is muted: `pattern tickets`.
#[must_use]
pub fn mutes(lines: &[(String, i64)]) -> Report {
    let columns =
        vec![Column::new("pattern", "muted", Style::Left), Column::new("tickets", "tickets hidden", Style::Right)];
    let rows = lines.iter().map(|(p, n)| vec![Cell::Text(p.clone()), Cell::Count(*n)]).collect();
    list(Table { key: "mutes", columns, rows, empty: "nobody is muted: desk mute @shop.test", ..Table::default() })
}
