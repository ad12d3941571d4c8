//! The page of one ticket: header, conversation, hours, relations. How messages look stands in `conversation`.

use super::conversation::{as_data, cards, draft_as_data};
use super::{KEYS, cell};
use crate::domain::answer::Draft;
use crate::domain::billing::invoice::Estimate;
use crate::domain::entry::Entry;
use crate::domain::listed::Listed;
use crate::domain::message::{Attachment, Message};
use crate::domain::ticket::Status;
use crate::domain::time::{Minutes, Moment};
use crate::report::estimate;
use crate::report::rating::{self, Line as Said};
use crate::report::sla::{self, Line};
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Style, Table};
use std::collections::HashMap;

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
    /// Tickets that it was linked with: number, subject, status, since when it is closed.
    pub related: Vec<(i64, String, Status, Option<Moment>)>,
    /// Tickets that say the same, the most alike first.
    pub similar: Vec<Similar>,
    /// Names of saved answers that fit.
    pub answers: Vec<String>,
    /// Numbers of tickets that were merged into this one.
    pub merged: Vec<i64>,
    /// The whole of every message, quotes unfolded.
    pub unfolded: bool,
    /// Where the answers are that left through the outbox, by message.
    pub ways: HashMap<i64, Way>,
    /// What is written and not sent.
    pub draft: Option<Drafted>,
    /// How long it will take, and the minutes billed of that.
    pub estimate: Option<(Estimate, Minutes)>,
    /// What customers said of it, oldest first, and the latest in a line.
    pub ratings: (Vec<Said>, Option<String>),
    /// Its clocks.
    pub clocks: Vec<Line>,
    /// Where else it is worked on.
    pub links: Vec<String>,
    /// Now.
    pub now: Moment,
}

/// A ticket that says much the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// Its number.
    pub number: i64,
    /// Its subject.
    pub subject: String,
    /// Its status.
    pub status: Status,
    /// Since when it is closed.
    pub closed_at: Option<Moment>,
    /// How alike it is, 0 to 1000.
    pub likeness: u32,
}

/// Where an answer is on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// `waiting`, `sending`, `sent`, `unknown`, `held` or `discarded`.
    pub state: &'static str,
    /// What the server said last, or why it failed.
    pub said: Option<String>,
    /// Recipients that the server refused, one a line.
    pub refused: Option<String>,
    /// When it is tried next.
    pub next_at: Moment,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it came back, and when.
    pub bounced: Option<(String, Moment)>,
}

/// A draft with its author's name and its files.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// The draft.
    pub draft: Draft,
    /// Who wrote it.
    pub agent: String,
    /// What goes with it.
    pub files: Vec<Attachment>,
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
    report.parts.push(Part::Cards(cards(p)));
    report.parts.push(Part::Table(as_data(p)));
    report.parts.push(Part::Table(time(p)));
    report.parts.push(Part::Table(events(p)));
    let links = Cell::List(p.links.iter().map(|url| Cell::Text(url.clone())).collect());
    let draft = vec![
        Fact::data("draft", draft(p)),
        Fact::data("estimate", estimate::data(p.estimate)),
        Fact::data("links", links),
        Fact::data("vip", Cell::Flag(l.vip)),
        Fact::data("outside_plan", Cell::text(l.outside.clone())),
    ];
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows: draft, ..Facts::default() }));
    report.parts.push(Part::Table(sla::clocks(&p.clocks)));
    report.parts.push(Part::Table(rating::of_ticket(&p.ratings.0)));
    report.parts.push(Part::Table(related(p)));
    report.parts.extend(suggested(p).map(Part::Facts));
    let names = p.answers.iter().map(|name| Cell::Text(name.clone())).collect();
    let data = vec![Fact::data("answers", Cell::List(names)), Fact::data("similar", similar(p))];
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows: data, ..Facts::default() }));
    report
}

/// The tickets that it was linked with, for people.
fn related(p: &Page) -> Table {
    let columns = vec![Column::new("number", "№", Style::Right), Column::new("subject", "subject", Style::Flex)];
    let row =
        |(n, subject, ..): &(i64, String, Status, Option<Moment>)| vec![Cell::Ticket(*n), Cell::Text(subject.clone())];
    let rows: Vec<_> = p.related.iter().map(row).collect();
    let (title, audience) = (if rows.is_empty() { "" } else { "Related" }.to_owned(), Audience::People);
    Table { title, audience, columns, rows, ..Table::default() }
}

/// What earlier tickets teach, a line each.
fn suggested(p: &Page) -> Option<Facts> {
    let one = |s: &Similar| format!("{} {} ({})", s.number, s.subject, s.status.word());
    let similar = p.similar.iter().map(one).collect::<Vec<_>>().join(" · ");
    let lines = [("similar", similar), ("answers", p.answers.join(", "))];
    let said = lines.into_iter().filter(|(_, line)| !line.is_empty());
    let rows: Vec<Fact> = said.map(|(head, line)| Fact::new(head, head, Cell::Text(line))).collect();
    (!rows.is_empty()).then(|| Facts { audience: Audience::People, rows, ..Facts::default() })
}

/// Linked tickets first, then those that say the same: how alike linked ones are nobody has looked.
fn similar(p: &Page) -> Cell {
    let record = |n: i64, subject: &str, status: Status, closed_at: Option<Moment>, likeness: Option<u32>| {
        Cell::Record(vec![
            ("number", Cell::Ticket(n)),
            ("subject", Cell::Text(subject.to_owned())),
            ("status", Cell::Status(status)),
            ("closed_at", Cell::at(closed_at)),
            ("likeness", likeness.map_or(Cell::Empty, |n| Cell::Count(n.into()))),
        ])
    };
    let related = p.related.iter().map(|(n, subject, status, closed_at)| {
        let likeness = p.similar.iter().find(|s| s.number == *n).map(|s| s.likeness);
        record(*n, subject, *status, *closed_at, likeness)
    });
    let others = p.similar.iter().filter(|s| p.related.iter().all(|(n, ..)| *n != s.number));
    let others = others.map(|s| record(s.number, &s.subject, s.status, s.closed_at, Some(s.likeness)));
    Cell::List(related.chain(others).collect())
}

/// The draft as data.
pub(in crate::report) fn draft(p: &Page) -> Cell {
    p.draft.as_ref().map_or(Cell::Empty, draft_as_data)
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
    let mark = if l.vip { "  ★ VIP" } else { "" };
    say("client", Cell::text(l.client.as_ref().map(|client| format!("{client}{mark}"))));
    let plan = l.plan.as_deref().unwrap_or_default();
    say("plan", Cell::text(l.outside.as_ref().map(|what| format!("outside the plan {plan}: {what}"))));
    say("tags", if l.tags.is_empty() { Cell::Empty } else { Cell::Tags(l.tags.clone()) });
    say("opened", Cell::At(t.opened_at));
    say("channel", Cell::Text(t.channel.clone()));
    say("waits", Cell::ago(l.state.waiting_since));
    say("due", Cell::at(t.due_at));
    for line in p.clocks.iter().filter(|line| line.state.goes_on()) {
        if let Some(kind) = line.kind {
            say(sla::head(kind), Cell::Text(line.told(p.now)));
        }
    }
    say("snoozed", Cell::at(t.snoozed_until));
    say("closed", Cell::at(l.state.closed_at.filter(|_| t.standing.status == Status::Closed)));
    say("rated", Cell::text(p.ratings.1.as_deref()));
    say("hours", if l.state.logged_minutes > 0 { Cell::Minutes(l.state.logged_minutes) } else { Cell::Empty });
    say("estimate", Cell::text(p.estimate.map(|(estimate, billed)| estimate::said(estimate, billed))));
    for url in &p.links {
        say("link", Cell::Text(url.clone()));
    }
    let came = l.external.as_ref().map(|(source, id)| format!("{source}:{id}"));
    say("imported as", Cell::text(came));
    say(
        "merged",
        if p.merged.is_empty() { Cell::Empty } else { Cell::List(p.merged.iter().map(|n| Cell::Ticket(*n)).collect()) },
    );
    Facts { audience: Audience::People, rows, ..Facts::default() }
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
