//! Taking an operation back, and bringing it back again. One command is one step. Where somebody has since changed the
//! same field, the step is refused and names who and how; nothing is ever overwritten.

use super::{Reader, Tx, sql, vals};
use crate::domain::event::{Event, Noun, Operation, OperationKind};
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
        self.has_its_ground(&events, target.id)?;
        for e in &events {
            if let Some(by) = self.later(e, target.id)? {
                return Err(self.conflict(e, by)?);
            }
        }
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
        let of_ticket = |e: &Event| (e.noun == Noun::Ticket).then_some(e.id);
        let begun: BTreeSet<i64> = events.iter().filter(|e| e.begins()).filter_map(of_ticket).collect();
        let needed: BTreeSet<i64> = events.iter().flat_map(|e| e.ticket.into_iter().chain(of_ticket(e))).collect();
        for ticket in needed.difference(&begun) {
            if self.ticket(*ticket)?.is_none() {
                let beginning = Event::ticket(*ticket, "", &(), &(), self.at);
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

    /// Whether the field is what it was before the event: what the operation before it left, or what it always was.
    fn starts_from_what_is(&mut self, e: &Event, operation: i64) -> Result<bool> {
        let key = vals![e.noun.word(), e.id, &e.field, operation];
        let is = match self.first(sql::EVENT_BEFORE, key, |r| r.text(1))? {
            Some(after) => Some(after),
            None => self.first(sql::EVENT_FIRST, vals![e.noun.word(), e.id, &e.field], |r| r.text(0))?,
        };
        Ok(is.is_none_or(|json| serde_json::from_str(&json).is_ok_and(|value: Value| value == e.from)))
    }

    fn obstacle(&mut self, e: &Event, operation: i64) -> Result<Obstacle> {
        if e.noun == Noun::Agent && e.begins() {
            return Ok(Obstacle::InUse("the agent".to_owned()));
        }
        if e.begins() && matches!(e.noun, Noun::Contact | Noun::Client) {
            let used = self.used_elsewhere(e, operation)?;
            return Ok(if used { Obstacle::InUse(format!("the {}", e.noun.word())) } else { Obstacle::None });
        }
        if matches!(e.noun, Noun::Contact | Noun::Client) && e.from.is_null() && self.thing_was_kept(e, operation)? {
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
        Ok(self.number(text, vals![e.id, operation])? > 0
            || self.number(sql::EVENT_LATER, vals![e.noun.word(), e.id, "", operation])? > 0)
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
