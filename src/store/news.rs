//! What happened since: operations of a window of time or after a number, with what they did to tickets.

use super::{Reader, sql, vals};
use crate::domain::event::{Operation, OperationKind};
use crate::domain::time::Moment;
use crate::error::Result;

const OPERATIONS_OF_WINDOW: &str = "SELECT id, at, agent_id, command, kind, target, undone_by FROM operation \
     WHERE id > ?1 AND at >= ?2 AND at < ?3 AND undone_by IS NULL AND kind IN ('do', 'import') ORDER BY id";
const DEEDS: &str = "SELECT operation_id, noun_id, field, before, after, at FROM event WHERE operation_id >= ?1 \
     AND noun = 'ticket' AND field IN ('', 'status', 'assignee', 'merged_into') ORDER BY operation_id, seq";
const MAIL: &str = "SELECT operation_id, id, ticket_id, at, counts FROM message WHERE operation_id >= ?1 AND direction = 'in' \
     AND ticket_id IS NOT NULL ORDER BY operation_id, at, id";
const ARRIVED: &str = "SELECT operation_id, id FROM ticket WHERE operation_id >= ?1 ORDER BY operation_id, id";
const BROKEN: &str = "SELECT id, due_at FROM ticket WHERE due_at > ?1 AND due_at <= ?2 AND merged_into IS NULL AND muted = 0 \
     AND automatic = 0 AND (closed_at IS NULL OR closed_at > due_at) ORDER BY due_at, id";

/// Something an operation did to a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketDeed {
    /// In which operation.
    pub operation: i64,
    /// To which ticket.
    pub ticket: i64,
    /// The field; empty: the ticket itself began.
    pub field: String,
    /// What it was.
    pub from: serde_json::Value,
    /// What it became.
    pub to: serde_json::Value,
    /// When.
    pub at: Moment,
}

/// A message of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CameIn {
    /// In which operation.
    pub operation: i64,
    /// Its id.
    pub message: i64,
    /// The ticket that shows it.
    pub ticket: i64,
    /// When it was written.
    pub at: Moment,
    /// Whether it asks something: neither a machine's nor a bare thanks.
    pub counts: bool,
}

impl Reader<'_> {
    /// The operations after a number, between two instants, that stand; undos are not among them.
    pub fn operations_of_window(&mut self, after: i64, from: Moment, to: Moment) -> Result<Vec<Operation>> {
        self.all(OPERATIONS_OF_WINDOW, vals![after, from, to], |r| {
            Ok(Operation {
                id: r.int(0)?,
                at: r.at(1)?,
                agent: r.int(2)?,
                command: r.text(3)?,
                kind: OperationKind::of(&r.text(4)?),
                target: r.int_or(5)?,
                undone_by: r.int_or(6)?,
            })
        })
    }

    /// What operations from a number on did to tickets: begun, status, assignee, merged.
    pub fn ticket_deeds(&mut self, first: i64) -> Result<Vec<TicketDeed>> {
        self.all(DEEDS, vals![first], |r| {
            let json = |i| -> Result<serde_json::Value> { Ok(serde_json::from_str(&r.text(i)?).unwrap_or_default()) };
            Ok(TicketDeed {
                operation: r.int(0)?,
                ticket: r.int(1)?,
                field: r.text(2)?,
                from: json(3)?,
                to: json(4)?,
                at: r.at(5)?,
            })
        })
    }

    /// The messages of customers that operations from a number on brought.
    pub fn came_in(&mut self, first: i64) -> Result<Vec<CameIn>> {
        self.all(MAIL, vals![first], |r| {
            Ok(CameIn { operation: r.int(0)?, message: r.int(1)?, ticket: r.int(2)?, at: r.at(3)?, counts: r.flag(4)? })
        })
    }

    /// The tickets that operations from a number on made: operation and ticket.
    pub fn arrived(&mut self, first: i64) -> Result<Vec<(i64, i64)>> {
        self.all(ARRIVED, vals![first], |r| Ok((r.int(0)?, r.int(1)?)))
    }

    /// The promises that were broken after one instant and up to another: ticket and when.
    pub fn broken_promises(&mut self, after: Moment, up_to: Moment) -> Result<Vec<(i64, Moment)>> {
        self.all(BROKEN, vals![after, up_to], |r| Ok((r.int(0)?, r.at(1)?)))
    }

    /// The first line with text of a message, shortened.
    pub fn beginning(&mut self, message: i64, most: usize) -> Result<Option<String>> {
        let text = self.first(sql::BODY_GET, vals![message], |r| r.text(0))?;
        let line =
            text.as_deref().and_then(|t| t.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('>')));
        Ok(line.map(|l| {
            if l.chars().count() > most { l.chars().take(most - 1).chain(['…']).collect() } else { l.to_owned() }
        }))
    }
}
