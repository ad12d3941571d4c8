//! What happened since: operations of a window of time or after a number, with what they did to tickets.

use super::history::operation_of;
use super::{Reader, sql, vals};
use crate::domain::event::{Noun, Operation};
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::error::Result;

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
        self.all(sql::NEWS_OPERATIONS, vals![after, from, to], operation_of)
    }

    /// What operations from a number on did to tickets: begun, status, assignee, merged.
    pub fn ticket_deeds(&mut self, first: i64) -> Result<Vec<TicketDeed>> {
        self.all(sql::NEWS_DEEDS, vals![first], |r| {
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
        self.all(sql::NEWS_MAIL, vals![first], |r| {
            Ok(CameIn { operation: r.int(0)?, message: r.int(1)?, ticket: r.int(2)?, at: r.at(3)?, counts: r.flag(4)? })
        })
    }

    /// The tickets that operations from a number on made: operation and ticket.
    pub fn arrived(&mut self, first: i64) -> Result<Vec<(i64, i64)>> {
        self.all(sql::NEWS_TICKETS, vals![first], |r| Ok((r.int(0)?, r.int(1)?)))
    }

    /// The promises by voice that were broken after one instant and up to another, by when they were due: ticket and when. One
    /// that was moved or taken back once it was broken stays broken.
    pub fn broken_promises(&mut self, after: Moment, up_to: Moment) -> Result<Vec<(i64, Moment)>> {
        let mut broken = self.all(sql::NEWS_BROKEN, vals![after, up_to], |r| Ok((r.int(0)?, r.at(1)?)))?;
        let moved = self.all(sql::NEWS_MOVED, vals![after], |r| {
            let due: Option<Moment> = serde_json::from_str(&r.text(1)?).unwrap_or_default();
            Ok((r.int(0)?, due, r.at(2)?))
        })?;
        for (ticket, due, moved_at) in moved {
            let missed = due.filter(|due| after < *due && *due <= up_to && *due < moved_at);
            if let Some(due) = missed.filter(|due| !broken.contains(&(ticket, *due)))
                && !self.was_closed(ticket, due)?
            {
                broken.push((ticket, due));
            }
        }
        broken.sort_by_key(|(ticket, due)| (*due, *ticket));
        Ok(broken)
    }

    /// Whether a ticket was closed at an instant.
    fn was_closed(&mut self, ticket: i64, at: Moment) -> Result<bool> {
        let stood = self.events_of_ticket(ticket)?.into_iter().map(|happened| happened.event);
        let mut turned =
            stood.filter(|e| e.noun == Noun::Ticket && e.id == ticket && e.field == "status" && e.at <= at);
        let standing = turned.next_back().and_then(|e| serde_json::from_value::<Standing>(e.to).ok());
        Ok(standing.is_some_and(|standing| standing.status == Status::Closed))
    }

    /// The tickets that came back into sight after one instant and up to another: which, when, and what they were until then.
    pub fn woke(&mut self, after: Moment, up_to: Moment) -> Result<Vec<(i64, Moment, String)>> {
        self.all(sql::NEWS_WOKE, vals![after, up_to], |r| Ok((r.int(0)?, r.at(1)?, r.text(2)?)))
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
