//! Taking an operation back, and bringing it back again. One command is one step. Where somebody has since changed the
//! same field, the step is refused and names who and how; nothing is ever overwritten.

use super::apply::BEGAN_IN;
use super::{Reader, Tx, sql, vals};
use crate::domain::event::{Event, Noun, Operation, OperationKind, value};
use crate::error::{Error, Result};
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
            (OperationKind::Undo, None, Some(_)) => return self.redo(id),
            (OperationKind::Redo, None, Some(undo)) => {
                let original =
                    self.operation(undo)?.and_then(|u| u.target).ok_or_else(|| Error::bug("a redo of nothing"))?;
                return self.undo(original);
            }
            _ => {}
        }
        let events = self.events_of(id)?;
        let mut kept = Vec::new();
        let mut back = Vec::new();
        for e in events.iter().rev() {
            match self.obstacle(e, id)? {
                Obstacle::None => back.push(e.inverse()),
                Obstacle::InUse(what) => kept.push(what),
                Obstacle::Changed(by) => return Err(self.conflict(e, by)?),
            }
        }
        self.still_there(&back)?;
        self.set_target(id);
        self.record()?;
        for e in &back {
            if e.noun == Noun::Import {
                self.take_import_back(id)?;
            }
            self.bring_about(e)?;
            self.mark(e)?;
        }
        let by = self.operation;
        self.run(sql::OPERATION_UNDONE, vals![id, by])?;
        Ok(Step { tickets: tickets_of(&events), target, kept })
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
        Ok(Step { tickets: tickets_of(&events), target, kept: Vec::new() })
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
        for e in events {
            if seen.insert((e.noun, e.id, &e.field)) && !self.starts_from_what_is(e, target)? {
                return Err(self.without_ground(e, target)?);
            }
        }
        Ok(())
    }

    /// Refuses to point at a contact or a client that is gone by now.
    fn still_there(&mut self, events: &[Event]) -> Result<()> {
        let begun: BTreeSet<(Noun, i64)> = events.iter().filter(|e| e.begins()).map(|e| (e.noun, e.id)).collect();
        let wanted: BTreeSet<(Noun, i64)> = events.iter().flat_map(points_at).collect();
        for (noun, id) in wanted.difference(&begun) {
            let there = match noun {
                Noun::Contact => self.contact(*id)?.is_some(),
                _ => self.client(*id)?.is_some(),
            };
            if !there {
                let by = self.number(sql::EVENT_ENDED, vals![noun.word(), *id])?;
                let event = Event::about(*noun, *id, "", &(), &(), self.at);
                return Err(self.conflict(&event, by)?);
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
            (Noun::Contact | Noun::Client, None) => self.name_of(e)?,
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

/// The contacts and clients that a thing points at after the event.
fn points_at(e: &Event) -> Vec<(Noun, i64)> {
    let contact = |v: &Value| v.as_i64().map(|id| (Noun::Contact, id));
    let client = |v: &Value| v.as_i64().map(|id| (Noun::Client, id));
    let found = match (e.noun, e.field.as_str()) {
        (Noun::Contact | Noun::Ticket, "client") => [client(&e.to), None],
        (Noun::Ticket, "requester") | (Noun::Message, "contact") => [contact(&e.to), None],
        (Noun::Contact | Noun::Ticket | Noun::Entry, "" | "entry") => {
            [e.to.get("client").and_then(client), e.to.get("requester").and_then(contact)]
        }
        _ => [None, None],
    };
    found.into_iter().flatten().collect()
}

/// A way to reach a contact by itself, wherever among the others it stood.
fn without_place(v: &Value) -> &Value {
    v.get("value").filter(|_| v.get("n").is_some()).unwrap_or(v)
}

enum Obstacle {
    None,
    /// Others use the thing by now: it stays.
    InUse(String),
    /// This operation changed the same field.
    Changed(i64),
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
        })
    }

    /// Whether the field is what it was before the event: what the operation before it left, or what it always was.
    fn starts_from_what_is(&mut self, e: &Event, operation: i64) -> Result<bool> {
        if e.field.is_empty() && e.to.is_null() {
            let mut was = e.from.clone();
            was.as_object_mut().and_then(|members| members.remove(BEGAN_IN));
            return Ok(match e.noun {
                Noun::Contact => was == value(&self.contact(e.id)?),
                Noun::Client => was == value(&self.client(e.id)?),
                _ => true,
            });
        }
        let key = vals![e.noun.word(), e.id, &e.field, operation];
        let is = match self.first(sql::EVENT_BEFORE, key, |r| r.text(1))? {
            Some(after) => Some(after),
            None => self.first(sql::EVENT_FIRST, vals![e.noun.word(), e.id, &e.field], |r| r.text(0))?,
        };
        let is: Value = serde_json::from_str(&is.unwrap_or_default()).unwrap_or_default();
        Ok(without_place(&is) == without_place(&e.from))
    }

    fn obstacle(&mut self, e: &Event, operation: i64) -> Result<Obstacle> {
        if e.noun == Noun::Agent && e.begins() {
            let used = self.number(sql::AGENT_USED, vals![e.id])? > 0;
            let changed = self.later(e, operation)?.is_some();
            return Ok(if used || changed { Obstacle::InUse("the agent".to_owned()) } else { Obstacle::None });
        }
        if e.begins() && matches!(e.noun, Noun::Contact | Noun::Client) {
            let ended = self.number(sql::EVENT_ENDED, vals![e.noun.word(), e.id])?;
            if ended > operation {
                return Ok(Obstacle::Changed(ended));
            }
            let used = self.used_elsewhere(e, operation)?;
            return Ok(if used { Obstacle::InUse(format!("the {}", e.noun.word())) } else { Obstacle::None });
        }
        let added = e.from.is_null() || e.from == false;
        if matches!(e.noun, Noun::Contact | Noun::Client) && added && self.thing_was_kept(e, operation)? {
            return Ok(Obstacle::InUse(String::new()));
        }
        if e.noun == Noun::Import {
            return Ok(match self.later_on_import(operation)? {
                Some(by) => Obstacle::Changed(by),
                None => Obstacle::None,
            });
        }
        Ok(self.later(e, operation)?.map_or(Obstacle::None, Obstacle::Changed))
    }

    /// Whether tickets, messages or hours of other operations point at the thing that this operation made.
    fn used_elsewhere(&mut self, e: &Event, operation: i64) -> Result<bool> {
        let text = if e.noun == Noun::Contact { sql::CONTACT_USED_ELSEWHERE } else { sql::CLIENT_USED_ELSEWHERE };
        if self.number(text, vals![e.id, operation])? > 0
            || self.number(sql::EVENT_LATER, vals![e.noun.word(), e.id, "", operation])? > 0
        {
            return Ok(true);
        }
        // A client stays with a contact who stays, although one operation made them both.
        let contacts = if e.noun == Noun::Client { self.contacts_of(e.id)? } else { Vec::new() };
        for contact in contacts {
            let begun = Event::about(Noun::Contact, contact.id, "", &(), &contact, e.at);
            if self.used_elsewhere(&begun, operation)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A contact or a client as people know it; the one that ended, by its last name.
    fn name_of(&mut self, e: &Event) -> Result<String> {
        let known = match e.noun {
            Noun::Contact => self.contact(e.id)?.map(|c| c.name),
            _ => self.client(e.id)?.map(|c| c.handle),
        };
        let ended = match known {
            Some(_) => None,
            None => self.last_state(e.noun, e.id)?,
        };
        let key = if e.noun == Noun::Contact { "name" } else { "handle" };
        let last = ended.as_ref().and_then(|v| v.get(key)).and_then(Value::as_str).map(str::to_owned);
        let name = known.or(last).filter(|n| !n.is_empty()).unwrap_or_else(|| e.id.to_string());
        Ok(match e.field.split_once(':') {
            Some((_, value)) => format!("{value} of {} {name}", e.noun.word()),
            None if e.field.is_empty() => format!("{} {name}", e.noun.word()),
            None => format!("{} of {} {name}", e.field, e.noun.word()),
        })
    }

    /// What the latest end of a thing says it was.
    fn last_state(&mut self, noun: Noun, id: i64) -> Result<Option<Value>> {
        let by = self.number(sql::EVENT_ENDED, vals![noun.word(), id])?;
        let events = self.events_of(by)?;
        Ok(events.into_iter().find(|e| e.noun == noun && e.id == id && e.field.is_empty()).map(|e| e.from))
    }

    /// An address or domain that came with a thing which stays, stays too.
    fn thing_was_kept(&mut self, e: &Event, operation: i64) -> Result<bool> {
        let begun_here = self.number(sql::EVENT_BEGUN_HERE, vals![e.noun.word(), e.id, operation])? > 0;
        Ok(begun_here && self.used_elsewhere(e, operation)?)
    }
}

fn tickets_of(events: &[Event]) -> Vec<i64> {
    let mut tickets: Vec<i64> = events.iter().filter_map(|e| e.ticket).collect();
    tickets.sort_unstable();
    tickets.dedup();
    tickets
}
