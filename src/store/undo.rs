//! Taking an operation back, and bringing it back again. One command is one step. Where somebody has since changed the
//! same field, the step is refused and names who and how; nothing is ever overwritten.

use super::apply::BEGAN_IN;
use super::{Reader, Tx, sql, vals};
use crate::domain::event::{ERASED, Event, Noun, Operation, OperationKind, value};
use crate::error::{Error, Result};
use crate::store::outbox::{Posting, State};
use serde_json::Value;
use std::collections::BTreeSet;

/// What came of an undo or redo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The operation that was taken or brought back.
    pub target: Operation,
    /// What stays although its operation was taken back, because others use it by now.
    pub kept: Vec<String>,
    /// The tickets it is about.
    pub tickets: Vec<i64>,
    /// To whom mails have left that no person wrote: they stay, and keep nothing else from being taken back.
    pub left: Vec<String>,
}

impl Tx<'_> {
    /// Takes the operation back.
    pub fn undo(&mut self, id: i64) -> Result<Step> {
        self.kind = OperationKind::Undo;
        let target = self
            .operation(id)?
            .ok_or_else(|| Error::missing(format!("there is no operation {id}")).hint("desk history"))?;
        match (target.kind, target.undone_by, target.target) {
            (_, Some(by), _) => {
                return Err(Error::refused(format!("operation {id} was taken back already, by operation {by}"))
                    .hint("desk redo"));
            }
            (OperationKind::Undo, None, Some(_)) => {
                self.kind = OperationKind::Redo;
                return self.redo(id);
            }
            (OperationKind::Redo, None, Some(undo)) => {
                let original =
                    self.operation(undo)?.and_then(|u| u.target).ok_or_else(|| Error::bug("a redo of nothing"))?;
                return self.undo(original);
            }
            (OperationKind::Fetch, ..) => return Err(came_in(id)),
            _ => {}
        }
        let events = self.events_of(id)?;
        not_erased(&events, id, "taken back")?;
        let begun = begun_in(&events);
        let left = self.left_by_itself(&events)?;
        let stays = |e: &Event| match e.noun {
            Noun::Posting => left.iter().any(|p| p.id == e.id),
            Noun::Message => left.iter().any(|p| p.message == e.id),
            _ => false,
        };
        let details = |e: &Event| stays(e) || (!e.begins() && begun.contains(&(e.noun, e.id)));
        for e in events.iter().filter(|e| !details(e)) {
            if let Some(by) = self.obstacle(e, id)? {
                return Err(self.conflict(e, by)?);
            }
        }
        // What was told of a new contact or client goes or stays with it.
        let mut back: Vec<Event> = events.iter().rev().filter(|e| !details(e)).map(Event::inverse).collect();
        // Agents go when nothing of the operation names them any more.
        back.sort_by_key(|e| e.noun == Noun::Agent);
        self.still_there(&back)?;
        self.set_target(id);
        self.record()?;
        let mut kept = Vec::new();
        for e in &back {
            if e.noun == Noun::Import {
                self.take_import_back(id)?;
            }
            if begun.contains(&(e.noun, e.id)) && self.in_use(e, id)? {
                kept.push(format!("the {} {}", e.noun.word(), self.name_of(e)?));
                continue;
            }
            self.bring_about(e)?;
            self.mark(e)?;
        }
        let by = self.operation;
        self.run(sql::OPERATION_UNDONE, vals![id, by])?;
        Ok(Step {
            tickets: tickets_of(&events),
            target,
            kept,
            left: left.into_iter().flat_map(|p| p.recipients).collect(),
        })
    }

    /// Brings back what the undo `id` took.
    pub fn redo(&mut self, id: i64) -> Result<Step> {
        self.kind = OperationKind::Redo;
        let undo = self.operation(id)?.filter(|o| o.kind == OperationKind::Undo && o.undone_by.is_none());
        let target = match undo.and_then(|u| u.target) {
            Some(t) => self.operation(t)?,
            None => None,
        };
        let target = target.ok_or_else(|| {
            Error::refused(format!("operation {id} is no undo that could be brought back")).hint("desk history")
        })?;
        if target.kind == OperationKind::Import {
            return Err(Error::refused("an import that was taken back is gone from the desk")
                .hint(format!("run it again: desk {}", target.command)));
        }
        let events = self.events_of(target.id)?;
        not_erased(&events, target.id, "brought back")?;
        for e in &events {
            if let Some(by) = self.later(e, target.id)? {
                return Err(self.conflict(e, by)?);
            }
        }
        self.has_its_ground(&events, target.id)?;
        self.still_there(&events)?;
        self.set_target(id);
        self.record()?;
        self.origin = target.id;
        self.run(sql::OPERATION_UNDONE, vals![target.id, Option::<i64>::None])?;
        for e in &events {
            self.bring_about(e)?;
            self.mark(e)?;
        }
        let by = self.operation;
        self.run(sql::OPERATION_UNDONE, vals![id, by])?;
        Ok(Step { tickets: tickets_of(&events), target, kept: Vec::new(), left: Vec::new() })
    }

    /// The mails of these events that no person wrote and that have left, or may have.
    fn left_by_itself(&mut self, events: &[Event]) -> Result<Vec<Posting>> {
        let mut left = Vec::new();
        for e in events.iter().filter(|e| e.noun == Noun::Posting && e.from.is_null()) {
            let gone = |p: &Posting| matches!(p.state, State::Sent | State::Sending | State::Unknown);
            left.extend(self.posting(e.id)?.filter(|p| p.automatic && gone(p)));
        }
        Ok(left)
    }

    /// Refuses to point at what is gone by now.
    fn still_there(&mut self, events: &[Event]) -> Result<()> {
        let begun: BTreeSet<(Noun, i64)> = events.iter().filter(|e| e.begins()).map(|e| (e.noun, e.id)).collect();
        let wanted: BTreeSet<(Noun, i64)> = events.iter().flat_map(points_at).collect();
        for (noun, id) in wanted.difference(&begun) {
            if !self.is_there(*noun, *id)? {
                let by = self.number(sql::EVENT_ENDED, vals![noun.word(), *id])?;
                if by == 0 {
                    return Err(Error::refused(format!("the {} it is about was taken back itself", noun.word()))
                        .hint("bring that back first: desk history"));
                }
                let event = Event::about(*noun, *id, "", &(), &(), self.at);
                return Err(self.conflict(&event, by)?);
            }
        }
        Ok(())
    }

    /// Refuses to build on what is not there: an operation comes back only onto the state that it changed.
    fn has_its_ground(&mut self, events: &[Event], target: i64) -> Result<()> {
        let begun: BTreeSet<(Noun, i64)> = events.iter().filter(|e| e.begins()).map(|e| (e.noun, e.id)).collect();
        let needed: BTreeSet<(Noun, i64)> = events
            .iter()
            .flat_map(|e| e.ticket.map(|t| (Noun::Ticket, t)).into_iter().chain([(e.noun, e.id)]))
            .collect();
        for (noun, id) in needed.difference(&begun) {
            if !self.is_there(*noun, *id)? {
                let beginning = Event::about(*noun, *id, "", &(), &(), self.at);
                return Err(self.without_ground(&beginning, target)?);
            }
        }
        let mut seen = BTreeSet::new();
        for e in events.iter().filter(|e| !begun.contains(&(e.noun, e.id))) {
            if seen.insert((e.noun, e.id, &e.field)) && !self.starts_from_what_is(e, target)? {
                return Err(self.without_ground(e, target)?);
            }
        }
        Ok(())
    }

    /// The error that names the operation which has to come back first, or which is in the way.
    fn without_ground(&mut self, e: &Event, target: i64) -> Result<Error> {
        let taken = self.number(sql::EVENT_TAKEN_BACK, vals![e.noun.word(), e.id, &e.field, target])?;
        let standing =
            self.first(sql::EVENT_BEFORE, vals![e.noun.word(), e.id, &e.field, target], |r| r.int(0))?.unwrap_or(0);
        let Some(o) = self.operation(taken)?.filter(|_| taken > standing) else { return self.conflict(e, standing) };
        let who = self.agent(o.agent)?.map_or_else(|| "somebody".to_owned(), |a| a.name);
        let error = Error::refused(format!(
            "operation {target} builds on operation {taken} by {who}, which was taken back: {}",
            o.command
        ));
        Ok(match o.undone_by {
            Some(undo) => error.hint(format!("bring that back first: desk undo {undo}")),
            None => error,
        })
    }

    /// The error that names who changed the same thing since.
    fn conflict(&mut self, e: &Event, by: i64) -> Result<Error> {
        let what = match (e.noun, e.ticket) {
            (Noun::Ticket, _) if e.field.is_empty() => format!("ticket {}", e.id),
            (Noun::Ticket, _) => format!("{} of ticket {}", e.field.replace("tag:", "tag "), e.id),
            (_, Some(t)) => format!("ticket {t}"),
            (Noun::Answer, None) => {
                let name = [&e.to, &e.from].into_iter().find_map(|a| a.get("name").and_then(Value::as_str));
                format!("the answer {}", name.unwrap_or_default())
            }
            (Noun::Contact | Noun::Client | Noun::Agent, None) => {
                let of = e
                    .field
                    .rsplit(':')
                    .next()
                    .filter(|f| !f.is_empty())
                    .map(|f| format!("{f} of "))
                    .unwrap_or_default();
                format!("{of}{} {}", e.noun.word(), self.name_of(e)?)
            }
            (noun, None) => {
                format!("{} {}", noun.word(), if e.field.is_empty() { e.id.to_string() } else { e.field.clone() })
            }
        };
        let Some(o) = self.operation(by)? else { return Ok(Error::refused(format!("{what} has changed since"))) };
        let who = self.agent(o.agent)?.map_or_else(|| "somebody".to_owned(), |a| a.name);
        Ok(Error::refused(format!("{what} has changed since: operation {by} by {who}: {}", o.command))
            .hint(format!("take that back first: desk undo {by}")))
    }
}

/// The contacts, clients, agents and tickets that must be there for the event.
fn points_at(e: &Event) -> Vec<(Noun, i64)> {
    let member = |noun: Noun, key: &str| e.to.get(key).and_then(Value::as_i64).map(|id| (noun, id));
    let whole = |noun: Noun| e.to.as_i64().map(|id| (noun, id));
    let found = match (e.noun, e.field.as_str()) {
        (Noun::Ticket, field) if !field.is_empty() => {
            let noun = match field {
                "client" => whole(Noun::Client),
                "requester" => whole(Noun::Contact),
                "assignee" => whole(Noun::Agent),
                _ => None,
            };
            vec![Some((Noun::Ticket, e.id)), noun]
        }
        (Noun::Contact, "client") => vec![whole(Noun::Client)],
        (Noun::Message, "contact") => vec![whole(Noun::Contact)],
        (Noun::Message, "ticket") => vec![member(Noun::Ticket, "ticket")],
        (Noun::Contact | Noun::Ticket | Noun::Entry | Noun::Contract | Noun::Invoice | Noun::Payment, "" | "entry") => {
            vec![
                member(Noun::Client, "client"),
                member(Noun::Contact, "requester"),
                member(Noun::Agent, "assignee"),
                member(Noun::Agent, "agent"),
                member(Noun::Ticket, "ticket"),
            ]
        }
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// A request is never taken back: somebody waits for an answer to it.
fn came_in(operation: i64) -> Error {
    Error::refused(format!("operation {operation} is a mail that came in: it is not taken back"))
        .hint("desk spam, desk merge or desk split put it where it belongs")
}

/// What was erased with a person is nowhere any more: neither the erasing is taken back, nor what wrote the erased.
fn not_erased(events: &[Event], operation: i64, how: &str) -> Result<()> {
    if events.iter().any(|e| e.noun == Noun::Contact && e.field == ERASED) {
        return Err(Error::refused(format!("operation {operation} erased a contact: that is not {how}"))
            .hint("what was before it: desk undo with its number from desk history"));
    }
    if events.iter().any(Event::is_erased) {
        return Err(Error::refused(format!(
            "operation {operation} cannot be {how}: what it wrote was erased with a contact"
        ))
        .hint("desk history"));
    }
    Ok(())
}

/// What an event tells of a thing, without what only an undo wants to know: the place of a way to reach somebody, the operation
/// in which something began.
pub(super) fn plain(told: &Value) -> Value {
    match (told.get("value"), told.get("n")) {
        (Some(way), Some(_)) => way.clone(),
        _ => {
            let mut thing = told.clone();
            thing.as_object_mut().and_then(|members| members.remove(BEGAN_IN));
            thing
        }
    }
}

/// The contacts, clients and agents that begin in these events.
fn begun_in(events: &[Event]) -> BTreeSet<(Noun, i64)> {
    let people = |e: &&Event| e.begins() && matches!(e.noun, Noun::Contact | Noun::Client | Noun::Agent);
    events.iter().filter(people).map(|e| (e.noun, e.id)).collect()
}

impl Reader<'_> {
    /// The latest standing operation after `after` with an event about the same field of the same thing.
    fn later(&mut self, e: &Event, after: i64) -> Result<Option<i64>> {
        if e.noun == Noun::Ticket && e.begins() {
            return Ok(Some(self.number(sql::EVENT_LATER_ON_TICKET, vals![e.id, after])?).filter(|n| *n > 0));
        }
        let found = self.number(sql::EVENT_LATER, vals![e.noun.word(), e.id, &e.field, after])?;
        Ok(Some(found).filter(|n| *n > 0))
    }

    /// Whether the thing is in the desk; what has no beginning of its own always is.
    fn is_there(&mut self, noun: Noun, id: i64) -> Result<bool> {
        Ok(match noun {
            Noun::Ticket => self.ticket(id)?.is_some(),
            Noun::Contact => self.contact(id)?.is_some(),
            Noun::Client => self.client(id)?.is_some(),
            Noun::Agent => self.agent(id)?.is_some(),
            Noun::Entry => self.entry(id)?.is_some(),
            Noun::Message | Noun::Timer | Noun::Setting | Noun::Mute | Noun::Link | Noun::Import => true,
            Noun::Posting | Noun::Draft | Noun::Answer | Noun::Parked | Noun::Topic | Noun::Rating => true,
            Noun::Contract | Noun::Cost | Noun::Estimate | Noun::Invoice | Noun::Payment => true,
        })
    }

    /// Whether the field is what it was before the event.
    fn starts_from_what_is(&mut self, e: &Event, operation: i64) -> Result<bool> {
        let is = match e.noun {
            Noun::Contact | Noun::Client | Noun::Agent => self.field_now(e)?,
            // Two links, one from each side, are one; where a mail stands changes on its way, without an event.
            Noun::Link | Noun::Posting => return Ok(true),
            _ => self.field_before(e, operation)?,
        };
        Ok(is == plain(&e.from))
    }

    /// What the standing operations before this one left in the field, or what it always was.
    fn field_before(&mut self, e: &Event, operation: i64) -> Result<Value> {
        let key = vals![e.noun.word(), e.id, &e.field, operation];
        let is = match self.first(sql::EVENT_BEFORE, key, |r| r.text(1))? {
            Some(after) => Some(after),
            None => self.first(sql::EVENT_FIRST, vals![e.noun.word(), e.id, &e.field], |r| r.text(0))?,
        };
        Ok(serde_json::from_str(&is.unwrap_or_default()).unwrap_or_default())
    }

    /// What a field of a contact, a client or an agent is; the empty field is the whole. They are looked at themselves, for they
    /// may stay when the operation that made them is taken back.
    pub(super) fn field_now(&mut self, e: &Event) -> Result<Value> {
        let whole = match e.noun {
            Noun::Contact => value(&self.contact(e.id)?),
            Noun::Client => value(&self.client(e.id)?),
            _ => value(&self.agent(e.id)?),
        };
        Ok(match e.field.split_once(':') {
            None if e.field.is_empty() => whole,
            None => whole.get(&e.field).cloned().unwrap_or_else(|| match e.field.as_str() {
                // What is empty or false is not said there.
                "details" => Value::Object(serde_json::Map::new()),
                "vip" => Value::Bool(false),
                _ => Value::Null,
            }),
            Some(("domain", domain)) => self.client_of_domain(domain)?.is_some_and(|c| c.id == e.id).into(),
            Some((kind, key)) => {
                let points = self.points(e.id)?;
                value(&points.into_iter().find(|p| p.kind.word() == kind && p.key() == key).map(|p| p.value))
            }
        })
    }

    /// The operation that stands in the way of taking the event back: it changed the same field, or ended the thing.
    fn obstacle(&mut self, e: &Event, operation: i64) -> Result<Option<i64>> {
        match e.noun {
            Noun::Contact | Noun::Client | Noun::Agent if e.begins() => {
                let ended = self.number(sql::EVENT_ENDED, vals![e.noun.word(), e.id])?;
                Ok(Some(ended).filter(|by| *by > operation))
            }
            Noun::Import => self.later_on_import(operation),
            _ => self.later(e, operation),
        }
    }

    /// Whether the thing that an operation made has to stay: others point at it by now, or have changed it.
    fn in_use(&mut self, e: &Event, operation: i64) -> Result<bool> {
        let text = match e.noun {
            Noun::Contact => sql::CONTACT_USED,
            Noun::Client => sql::CLIENT_USED,
            _ => sql::AGENT_USED,
        };
        Ok(self.number(text, vals![e.id])? > 0
            || self.number(sql::EVENT_LATER, vals![e.noun.word(), e.id, "", operation])? > 0)
    }

    /// A contact, a client or an agent as people know it; one that has ended, by its last name.
    fn name_of(&mut self, e: &Event) -> Result<String> {
        let known = match e.noun {
            Noun::Contact => self.contact(e.id)?.map(|c| c.name),
            Noun::Client => self.client(e.id)?.map(|c| c.handle),
            _ => self.agent(e.id)?.map(|a| a.name),
        };
        if let Some(name) = known {
            let first = if name.is_empty() { self.points(e.id)?.into_iter().next().map(|p| p.value) } else { None };
            return Ok(first.unwrap_or(name));
        }
        let key = if e.noun == Noun::Client { "handle" } else { "name" };
        let last = self.last_state(e.noun, e.id)?;
        Ok(last.as_ref().and_then(|v| v.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// What the latest end of a thing says it was.
    fn last_state(&mut self, noun: Noun, id: i64) -> Result<Option<Value>> {
        let by = self.number(sql::EVENT_ENDED, vals![noun.word(), id])?;
        let events = self.events_of(by)?;
        Ok(events.into_iter().find(|e| e.noun == noun && e.id == id && e.field.is_empty()).map(|e| e.from))
    }
}

fn tickets_of(events: &[Event]) -> Vec<i64> {
    let mut tickets: Vec<i64> = events.iter().filter_map(|e| e.ticket).collect();
    tickets.sort_unstable();
    tickets.dedup();
    tickets
}
