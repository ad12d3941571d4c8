//! What fills a slot: words that are fixed, and what this desk holds. The desk is opened once, when a slot first asks.

use super::{Candidate, Found};
use crate::desk::Desk;
use crate::domain::billing::contract::Kept;
use crate::domain::search::{KEYS, SortKey};
use crate::domain::survey::word;
use crate::domain::ticket::{Priority, Reason, Status};
use crate::error::Result;
use crate::report::ticket;
use crate::settings::{calendar, OWN_KEYS, OWN_TABLES, SHARED};
use crate::store::suggest::Choice;
use crate::store::{Place, Reader, Store};

const CHANNELS: &[&str] = &["email", "phone", "chat", "telegram", "form"];
const PERIODS: &[&str] =
    &["today", "yesterday", "this-week", "last-week", "this-month", "last-month", "7d", "30d", "90d"];
const FORMATS: &[&str] = &["text", "json", "ndjson", "csv", "md", "html"];

/// Fills slots.
pub(super) struct Answers<'a> {
    desk: &'a Desk,
    store: Option<Option<Store>>,
}

impl<'a> Answers<'a> {
    /// Nothing is opened yet.
    pub(super) fn new(desk: &'a Desk) -> Answers<'a> {
        Answers { desk, store: None }
    }

    /// What may stand in the slot where this much is typed.
    pub(super) fn to(&mut self, slot: &str, typed: &str) -> Result<Found> {
        match slot {
            "files" => return Ok(Found::Files),
            "folders" => return Ok(Found::Folders),
            "desks" if typed.contains(['/', '.', '~']) || self.desk.own.desks.is_empty() => return Ok(Found::Files),
            _ => {}
        }
        // Of a list, its last piece is being typed.
        let listed = matches!(slot, "ids" | "closed" | "ids-clients" | "entries" | "keys");
        let cut = if listed { typed.rfind([',', '-']).map_or(0, |at| at + 1) } else { 0 };
        let (before, piece) = typed.split_at(cut);
        let mut found = match slot {
            "ids" => self.ids(piece)?,
            "closed" if piece.is_empty() => self.ask(|r| r.tickets_closed_lately())?,
            "closed" => self.ids(piece)?,
            "ids-clients" => {
                let mut both = self.ids(piece)?;
                both.extend(self.clients(piece)?);
                both
            }
            "operations" => self.operations()?,
            "query" => self.query(typed)?,
            "plus" if typed.starts_with('+') => self.tags(typed)?,
            "tags" => self.tags(typed)?,
            "agents" => self.agents(&[])?,
            "answers" => self.ask(|r| Ok(r.answers()?.into_iter().map(|a| (a.name, a.text)).collect()))?,
            "calendars" => self.ask(|r| {
                let set = r.settings()?.into_iter().find(|(key, _)| key == "calendar").map(|(_, value)| value);
                Ok(set.iter().flat_map(calendar::names).map(|name| (name.to_owned(), String::new())).collect())
            })?,
            "scores" => (1..=5).rev().map(|n: i64| Candidate::new(n.to_string(), word("en", n))).collect(),
            "langs" => words(["en", "ru"].into_iter()),
            "who" => self.agents(&[("me", "you"), ("none", "nobody"), ("next", "who has the fewest")])?,
            "clients" => self.clients(typed)?,
            "contracts" => self.ask(|r| {
                let now = |kept: &Kept| kept.versions.last().and_then(|v| v.terms.get("name").cloned());
                let mut names: Vec<String> = r.contracts(None)?.iter().filter_map(now).collect();
                names.sort_unstable();
                names.dedup();
                Ok(names.into_iter().map(|name| (name, String::new())).collect())
            })?,
            "every" => words(["week", "month", "quarter"].into_iter()),
            "people" => self.ask(|r| r.addresses_beginning(typed))?,
            "prio" => words(Priority::ALL.iter().map(|p| p.word())),
            "reason" => words(Reason::ALL.iter().map(|r| r.word())),
            "channel" => words(CHANNELS.iter().copied()),
            "format" => words(FORMATS.iter().copied()),
            "archives" => words(["mbox", "maildir", "eml"].into_iter()),
            "keys" => words(ticket::KEYS.iter().copied()),
            "sort" => sorts(),
            "color" => words(["auto", "always", "never"].into_iter()),
            "when" => words(["today", "tomorrow", "mon", "fri", "none"].into_iter()),
            "day" => words(["today", "yesterday", "mon", "tue", "wed", "thu", "fri"].into_iter()),
            "groups" => words(["ticket", "client", "agent", "tag", "day"].into_iter()),
            "entries" => self.ask(|r| r.entries_lately())?,
            "period" => words(PERIODS.iter().copied()),
            "settings" => self.settings(),
            "desks" => self.desk.own.desks.iter().map(|(name, place)| Candidate::new(name, place)).collect(),
            _ => Vec::new(),
        };
        found.retain(|c| c.value.starts_with(piece) || c.value.to_lowercase().starts_with(&piece.to_lowercase()));
        found.iter_mut().for_each(|c| c.value.insert_str(0, before));
        Ok(Found::Words(found))
    }

    /// Asks the desk: nothing where there is none, and nothing over a network under somebody's finger.
    fn ask(&mut self, question: impl FnOnce(&mut Reader<'_>) -> Result<Vec<Choice>>) -> Result<Vec<Candidate>> {
        if self.store.is_none() {
            let local = matches!(self.desk.place, Place::File(_));
            self.store = Some(if local { Store::open(&self.desk.place, false, None)? } else { None });
        }
        let Some(Some(store)) = &mut self.store else { return Ok(Vec::new()) };
        Ok(store.read(question)?.into_iter().map(|(value, about)| Candidate::new(value, about)).collect())
    }

    fn ids(&mut self, digits: &str) -> Result<Vec<Candidate>> {
        self.ask(|r| r.tickets_beginning(digits))
    }

    fn clients(&mut self, typed: &str) -> Result<Vec<Candidate>> {
        self.ask(|r| r.clients_beginning(typed))
    }

    fn agents(&mut self, also: &[(&str, &str)]) -> Result<Vec<Candidate>> {
        let mut found = self.ask(|r| {
            Ok(r.agents()?.into_iter().filter(|a| a.active).map(|a| (a.name, a.email.unwrap_or_default())).collect())
        })?;
        found.extend(also.iter().map(|(word, about)| Candidate::new(*word, *about)));
        Ok(found)
    }

    fn operations(&mut self) -> Result<Vec<Candidate>> {
        self.ask(|r| {
            let last = r.operations(i64::MAX, 20)?.into_iter().filter(|o| o.undone_by.is_none());
            Ok(last.map(|o| (o.id.to_string(), o.command)).collect())
        })
    }

    /// Tags, with the plus where one was typed.
    fn tags(&mut self, typed: &str) -> Result<Vec<Candidate>> {
        let (plus, prefix) = typed.strip_prefix('+').map_or(("", typed), |rest| ("+", rest));
        let prefix = prefix.to_lowercase();
        let found = self.ask(|r| r.tags_beginning(&prefix))?;
        Ok(found.into_iter().map(|c| Candidate { value: format!("{plus}{}", c.value), ..c }).collect())
    }

    /// A word of a query: tags, agents, keys and, behind a key, its values; behind commas the last piece.
    fn query(&mut self, typed: &str) -> Result<Vec<Candidate>> {
        if let Some(rest) = typed.strip_prefix("not:") {
            return Ok(before("not:", self.query(rest)?));
        }
        let cut = typed.rfind(',').map(|at| at + 1);
        if let Some(rest) = typed.strip_prefix('+') {
            let done = cut.map_or("+", |at| typed.get(..at).unwrap_or("+"));
            let prefix = rest.rsplit(',').next().unwrap_or(rest).to_lowercase();
            return Ok(before(done, self.ask(|r| r.tags_beginning(&prefix))?));
        }
        if typed.starts_with('@') {
            return Ok(before("@", self.agents(&[("me", "you")])?));
        }
        let Some((key, values)) = typed.split_once(':') else { return Ok(keys()) };
        let typing = values.rsplit(',').next().unwrap_or(values).to_owned();
        let done = typed.get(..typed.len() - typing.len()).unwrap_or_default();
        Ok(before(done, self.values(key, &typing)?))
    }

    fn values(&mut self, key: &str, typed: &str) -> Result<Vec<Candidate>> {
        Ok(match key {
            "who" => self.agents(&[("me", "you"), ("none", "nobody")])?,
            "draft" => self.agents(&[("any", "of anybody"), ("me", "yours"), ("none", "without one")])?,
            "from" => self.ask(|r| r.addresses_beginning(typed))?,
            "client" => {
                let mut found = self.clients(typed)?;
                found.push(Candidate::new("none", "without a client"));
                found
            }
            "status" => words(Status::ALL.iter().map(|s| s.word()).chain(["all"])),
            "reason" => words(Reason::ALL.iter().map(|r| r.word())),
            "prio" => words(Priority::ALL.iter().map(|p| p.word())),
            "channel" => words(CHANNELS.iter().copied()),
            "due" => words(["today", "week", "late", "none"].into_iter()),
            "vip" => words(["yes", "no"].into_iter()),
            "waiting" | "older" => words(["1h", "4h", "8h", "1d", "3d", "7d", "30d"].into_iter()),
            "opened" | "updated" | "closed" | "in" => words(PERIODS.iter().copied()),
            "sort" => sorts(),
            _ => Vec::new(),
        })
    }

    fn settings(&self) -> Vec<Candidate> {
        let own = OWN_KEYS.iter().map(|key| Candidate::new(*key, "your own"));
        let named = |table: &'static str, names: Vec<&String>| -> Vec<Candidate> {
            names.into_iter().map(|n| Candidate::new(format!("{table}.{n}"), "your own")).collect()
        };
        let mut found: Vec<Candidate> = SHARED.iter().map(|s| Candidate::new(s.key, s.about)).chain(own).collect();
        found.extend(named("desks", self.desk.own.desks.keys().collect()));
        found.extend(named("alias", self.desk.own.alias.keys().collect()));
        found.extend(OWN_TABLES.iter().map(|t| Candidate::new(format!("{t}."), "your own")));
        found
    }
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Candidate> {
    words.map(|w| Candidate::new(w, "")).collect()
}

fn before(text: &str, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.iter_mut().for_each(|c| c.value.insert_str(0, text));
    candidates
}

fn sorts() -> Vec<Candidate> {
    let both = |word: &&str| [Candidate::new(*word, ""), Candidate::new(format!("-{word}"), "the other way round")];
    SortKey::WORDS.iter().flat_map(both).collect()
}

fn keys() -> Vec<Candidate> {
    let about = |key: &str| match key {
        "who" => "me, none or an agent",
        "from" => "who asks: address, phone, handle or name",
        "client" => "handle, name or domain",
        "status" => "new, open, pending, hold, closed or all",
        "reason" => "why it was closed",
        "prio" => "low, normal, high or urgent",
        "channel" => "how it came",
        "due" => "today, week or late",
        "waiting" => "waits for us at least so long",
        "older" => "opened at least so long ago",
        "opened" | "updated" | "closed" | "in" => "a period: last-week, 2026-11, 30d",
        "plan" => "of the client",
        "vip" => "yes or no",
        "draft" => "any, me, none or an agent",
        "ext" => "its number where it was imported from",
        "sort" => "an order; -age turns it round",
        "not" => "none of it",
        _ => "",
    };
    KEYS.iter().map(|key| Candidate::new(format!("{key}:"), about(key))).collect()
}
