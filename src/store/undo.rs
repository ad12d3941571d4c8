//! Taking an operation back, and bringing it back again. One command is one step. Where somebody has since changed the
//! same field, the step is refused and names who and how; nothing is ever overwritten.

use super::{Reader, Tx, sql, vals};
use crate::domain::event::{Event, Noun, Operation, OperationKind};
use crate::error::{Error, Result};

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
            _ => {}
        }
        let events = self.events_of(id)?;
        let mut kept = Vec::new();
        self.set_target(id);
        self.record()?;
        // One after the other, so that what this operation itself pointed at is free again when it is asked who uses it.
        for e in events.iter().rev() {
            match self.obstacle(e, id)? {
                Obstacle::None => {}
                Obstacle::InUse(what) => {
                    kept.push(what);
                    continue;
                }
                Obstacle::Changed(by) => return Err(self.conflict(e, by)?),
            }
            if e.noun == Noun::Import {
                self.take_import_back(id)?;
            }
            let back = e.inverse();
            self.bring_about(&back)?;
            self.mark(&back)?;
        }
        let by = self.operation;
        self.run(sql::OPERATION_UNDONE, vals![id, by])?;
        Ok(Step { tickets: tickets_of(&events), target, kept })
    }

    /// Brings back what the undo `id` took.
    pub fn redo(&mut self, id: i64) -> Result<Step> {
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
        self.set_target(id);
        self.record()?;
        self.run(sql::OPERATION_UNDONE, vals![target.id, Option::<i64>::None])?;
        for e in &events {
            self.bring_about(e)?;
            self.mark(e)?;
        }
        let by = self.operation;
        self.run(sql::OPERATION_UNDONE, vals![id, by])?;
        Ok(Step { tickets: tickets_of(&events), target, kept: Vec::new() })
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

    fn obstacle(&mut self, e: &Event, operation: i64) -> Result<Obstacle> {
        if e.noun == Noun::Agent && e.begins() {
            return Ok(Obstacle::InUse("the agent".to_owned()));
        }
        if e.begins() && matches!(e.noun, Noun::Contact | Noun::Client) {
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
        let text = if e.noun == Noun::Contact { sql::CONTACT_USED } else { sql::CLIENT_USED };
        Ok(self.number(text, vals![e.id])? > 0
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
