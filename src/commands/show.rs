//! `desk show`: everything about a ticket.

use super::args::{self, Answer};
use super::ls;
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::event::{Noun, OperationKind};
use crate::domain::search::{Query, StatusTest, Term, Test};
use crate::error::{Error, Result};
use crate::report::ticket::{Page, show};
use crate::report::{Part, Report, Shape};
use crate::store::Reader;
use crate::store::history::Happened;
use crate::store::list::Ask;

/// Show a ticket: its conversation, hours and relations
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk show 42
  desk show .            # the one you changed last
  desk show 42 --raw     # whole messages, quotes unfolded
  desk show m118 --raw   # the mail of that message, byte for byte")]
pub struct Show {
    /// Numbers: 42 · 42,45 · 40-45 · . · - · okdesk:1834
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
    /// Whole messages, quotes unfolded; of a message m118, the mail as it came
    #[arg(long)]
    raw: bool,
}

impl Show {
    /// Shows.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if let [word] = self.ids.as_slice()
            && let Some(message) = word.strip_prefix('m').and_then(|n| n.parse::<i64>().ok())
        {
            return source(desk, message, self.raw);
        }
        let named = args::tickets(desk, &self.ids)?;
        let ask = ls::ask(desk, None)?;
        let ids: Vec<i64> = named.tickets.iter().map(|t| t.id).collect();
        let pages = desk.read(|r| pages(r, &ids, &ask, self.raw))?;
        let mut reports: Vec<Report> = pages.iter().map(show).collect();
        let one = self.ids.len() == 1 && !self.ids.iter().any(|w| w.contains([',', '-'])) && reports.len() == 1;
        let report = match (one, reports.pop()) {
            (true, Some(report)) => report,
            (_, last) => {
                reports.extend(last);
                Report { shape: Shape::Each, parts: reports.into_iter().map(Part::Section).collect(), ..Report::default() }
            }
        };
        Ok(Answer::from(report).paged())
    }
}

/// The mail of a message: its readable form, or as it came.
fn source(desk: &mut Desk, message: i64, raw: bool) -> Result<Answer> {
    let found = desk.read(|r| Ok((r.message(message)?, if raw { r.raw(message)? } else { None })))?;
    let (m, source) = found;
    let m = m.ok_or_else(|| Error::missing(format!("there is no message m{message}")))?;
    match (raw, source, m.ticket) {
        (true, Some(bytes), _) => Ok(Answer::bytes(bytes)),
        (true, None, _) => Err(Error::missing(format!("m{message} was not a mail: there is no source")).hint("desk show without --raw")),
        (false, _, Some(ticket)) => Show { ids: vec![ticket.to_string()], raw: true }.run(desk),
        (false, _, None) => Err(Error::missing(format!("m{message} is shown in no ticket"))),
    }
}

fn pages(r: &mut Reader<'_>, ids: &[i64], ask: &Ask, unfolded: bool) -> Result<Vec<Page>> {
    let all = Query { terms: vec![Term { negated: false, alternatives: vec![Test::Status(StatusTest::All)] }], ..Query::default() };
    let mut pages = Vec::with_capacity(ids.len());
    for listed in r.listed_among(ids, &all, ask)? {
        let id = listed.ticket.id;
        let mut names = Names::default();
        let mut messages = Vec::new();
        for m in r.messages(id)? {
            let author = match (m.agent, m.author.is_empty()) {
                (Some(agent), _) => names.of(r, agent)?,
                (None, false) => m.author.clone(),
                (None, true) => m.email.clone(),
            };
            messages.push((m, author));
        }
        let mut time = Vec::new();
        for e in r.entries_of_ticket(id)? {
            let agent = names.of(r, e.agent)?;
            time.push((e, agent));
        }
        let mut events = Vec::new();
        for h in r.events_of_ticket(id)? {
            let agent = names.of(r, h.agent)?;
            let (kind, detail) = told(&h);
            events.push((h.operation, h.event.at, agent, kind, detail));
        }
        let mut similar = Vec::new();
        for other in r.links(id)? {
            similar.extend(r.ticket(other)?.map(|t| (other, t.subject)));
        }
        let merged = r.merged_into(id)?;
        pages.push(Page { listed, messages, time, events, similar, merged, unfolded });
    }
    Ok(pages)
}

/// Names of agents, looked up once.
#[derive(Default)]
pub(super) struct Names(std::collections::HashMap<i64, String>);

impl Names {
    /// The name of an agent.
    pub(super) fn of(&mut self, r: &mut Reader<'_>, agent: i64) -> Result<String> {
        if let Some(name) = self.0.get(&agent) {
            return Ok(name.clone());
        }
        let name = r.agent(agent)?.map_or_else(|| format!("agent {agent}"), |a| a.name);
        self.0.insert(agent, name.clone());
        Ok(name)
    }
}

/// An event in words: its kind, and from what to what.
pub(super) fn told(h: &Happened) -> (String, String) {
    let e = &h.event;
    let kind = match (e.noun, e.field.as_str()) {
        (Noun::Ticket, "") if e.from.is_null() => "opened".to_owned(),
        (Noun::Ticket, field) if field.starts_with("tag:") => if e.to == true { "tagged" } else { "untagged" }.to_owned(),
        (Noun::Ticket, field) => field.to_owned(),
        (Noun::Timer, _) => if e.to.is_null() { "timer stopped" } else { "timer started" }.to_owned(),
        (noun, "" | "ticket" | "entry") => noun.word().to_owned(),
        (noun, field) => format!("{} {field}", noun.word()),
    };
    let detail = match (e.noun, e.field.as_str()) {
        (Noun::Ticket, "") => plain(e.to.get("subject").unwrap_or(&serde_json::Value::Null)),
        (Noun::Ticket, field) if field.starts_with("tag:") => field.replacen("tag:", "+", 1),
        (Noun::Message, _) => format!("m{}", e.id),
        (Noun::Entry, _) => format!("t{} {}", e.id, entry_told(&e.from, &e.to)),
        (Noun::Timer, _) => String::new(),
        _ if e.from.is_null() => plain(&e.to),
        _ => format!("{} → {}", plain(&e.from), plain(&e.to)),
    };
    (kind, detail)
}

/// A time entry that was logged, struck out or changed: what of it.
fn entry_told(from: &serde_json::Value, to: &serde_json::Value) -> String {
    let said = |entry: &serde_json::Value, key: &str| match entry.get(key) {
        Some(serde_json::Value::Number(n)) if key == "minutes" => duration::spoken(n.as_i64().unwrap_or_default()),
        value => plain(value.unwrap_or(&serde_json::Value::Null)),
    };
    if from.is_null() {
        return format!("{} {}", said(to, "minutes"), said(to, "text")).trim_end().to_owned();
    }
    if to.get("void") == Some(&true.into()) {
        return "struck out".to_owned();
    }
    let keys = ["minutes", "day", "text", "ticket", "client", "billable"];
    let changed = keys.iter().filter(|key| from.get(key) != to.get(key));
    let one = |key: &&str| match *key {
        "client" => "another client".to_owned(),
        key => format!("{key} {} → {}", said(from, key), said(to, key)),
    };
    changed.map(one).collect::<Vec<_>>().join(", ")
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "–".to_owned(),
        serde_json::Value::String(s) => s.clone(),
        serde_json::Value::Object(o) if o.contains_key("value") => o.get("value").map(plain).unwrap_or_default(),
        serde_json::Value::Object(o) => o.values().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The word that history uses for a kind of operation.
pub(super) fn kind_word(kind: OperationKind) -> &'static str {
    kind.word()
}
