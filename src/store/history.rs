//! What happened: operations and their events.

use super::{Reader, Row, apply, sql, vals};
use crate::domain::event::{Event, Noun, Operation, OperationKind, value};
use crate::error::{Error, Result};

/// An event with the operation and the agent behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// What happened.
    pub event: Event,
    /// In which operation.
    pub operation: i64,
    /// Who did it.
    pub agent: i64,
}

pub(super) fn operation_of(r: &Row<'_>) -> Result<Operation> {
    Ok(Operation {
        id: r.int(0)?,
        at: r.at(1)?,
        agent: r.int(2)?,
        command: r.text(3)?,
        kind: OperationKind::of(&r.text(4)?),
        target: r.int_or(5)?,
        undone_by: r.int_or(6)?,
    })
}

pub(super) fn event_of(r: &Row<'_>) -> Result<Event> {
    let json = |i: usize| -> Result<serde_json::Value> {
        let kept = r.text(i)?;
        let read: serde_json::Value =
            serde_json::from_str(&kept).map_err(|e| Error::bug("an event is unreadable").because(e))?;
        // Desks of before, and files of strangers, may tell of a NUL that nothing else kept.
        Ok(if kept.contains("\\u0000") { value(&read) } else { read })
    };
    let noun = r.text(0)?;
    Ok(Event {
        noun: Noun::of(&noun).ok_or_else(|| Error::bug(format!("an event is about a {noun}")))?,
        id: r.int(1)?,
        field: r.text(2)?,
        from: json(3)?,
        to: json(4)?,
        ticket: r.int_or(5)?,
        at: r.at(6)?,
    })
}

impl Reader<'_> {
    /// The operation of this number.
    pub fn operation(&mut self, id: i64) -> Result<Option<Operation>> {
        self.first(sql::OPERATION_GET, vals![id], operation_of)
    }

    /// The latest operations, newest first, from `from` down.
    pub fn operations(&mut self, from: i64, limit: i64) -> Result<Vec<Operation>> {
        self.all(sql::OPERATIONS, vals![from, limit], operation_of)
    }

    /// The operations that touched a ticket, newest first.
    pub fn operations_of_ticket(&mut self, ticket: i64, limit: i64) -> Result<Vec<Operation>> {
        self.all(sql::OPERATIONS_OF_TICKET, vals![ticket, limit], operation_of)
    }

    /// The operations after a number, oldest first.
    pub fn operations_since(&mut self, after: i64) -> Result<Vec<Operation>> {
        self.all(sql::OPERATIONS_SINCE, vals![after], operation_of)
    }

    /// The events of an operation, in order.
    pub fn events_of(&mut self, operation: i64) -> Result<Vec<Event>> {
        self.all(sql::EVENTS_OF, vals![operation], event_of)
    }

    /// The events that stand in a ticket's history and were not taken back, in order.
    pub fn events_of_ticket(&mut self, ticket: i64) -> Result<Vec<Happened>> {
        self.all(sql::EVENTS_OF_TICKET, vals![ticket], |r| {
            Ok(Happened { event: event_of(r)?, operation: r.int(7)?, agent: r.int(8)? })
        })
    }

    /// Everything that happened to a contact, in order.
    pub fn events_of_contact(&mut self, contact: i64) -> Result<Vec<Happened>> {
        self.all(sql::EVENTS_OF_CONTACT, vals![contact], |r| {
            Ok(Happened { event: event_of(r)?, operation: r.int(7)?, agent: r.int(8)? })
        })
    }

    /// The last operation that touched a ticket or brought a message to it; 0 where there is none.
    pub fn last_change_of(&mut self, ticket: i64) -> Result<i64> {
        self.number(sql::TICKET_CHANGED, vals![ticket])
    }

    /// The messages of a ticket that came in operations after a number, each with its operation.
    pub fn messages_after(&mut self, ticket: i64, after: i64) -> Result<Vec<(i64, i64)>> {
        self.all(sql::MESSAGES_AFTER, vals![ticket, after], |r| Ok((r.int(0)?, r.int(1)?)))
    }

    /// The agent's last operation that still stands.
    pub fn last_done(&mut self, agent: i64) -> Result<Option<i64>> {
        Ok(Some(self.number(sql::OPERATION_LAST_DONE, vals![agent])?).filter(|n| *n > 0))
    }

    /// The agent's last undo that still stands.
    pub fn last_undo(&mut self, agent: i64) -> Result<Option<i64>> {
        Ok(Some(self.number(sql::OPERATION_LAST_UNDO, vals![agent])?).filter(|n| *n > 0))
    }

    /// The contact who wrote a message.
    pub(crate) fn author_of(&mut self, message: i64) -> Result<Option<i64>> {
        Ok(self.first(sql::MESSAGE_AUTHOR, vals![message], |r| r.int_or(0))?.flatten())
    }

    /// Where a message is shown.
    pub(crate) fn shown(&mut self, message: i64) -> Result<Option<apply::Shown>> {
        let row = self.first(sql::MESSAGE_JOINED, vals![message], |r| Ok((r.int_or(0)?, r.at_or(1)?)))?;
        Ok(row.and_then(|(ticket, joined)| ticket.map(|ticket| apply::Shown { ticket, joined })))
    }
}
