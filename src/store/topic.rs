//! What topics are made from: the tickets of a period with what their customers wrote, and the work on them.

use super::{Reader, sql, vals};
use crate::domain::insight::topics;
use crate::domain::quote::new_text;
use crate::domain::time::{Minutes, Moment};
use crate::error::Result;

/// So many bytes of what a customer wrote are read; the issue has been named by then.
const READ: usize = 4_000;

/// A ticket, and what its customer wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its number.
    pub number: i64,
    /// When it was opened.
    pub opened_at: Moment,
    /// Its subject.
    pub subject: String,
    /// The client's handle.
    pub client: Option<String>,
    /// What is new in the customer's messages, the first kilobytes.
    pub text: String,
}

impl Said {
    /// As it is mined.
    #[must_use]
    pub fn mined(&self) -> topics::Ticket<'_> {
        topics::Ticket { id: self.number, subject: &self.subject, text: &self.text }
    }
}

/// Minutes of an agent on a ticket on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The ticket.
    pub ticket: i64,
    /// The agent.
    pub agent: i64,
    /// The day, as it is written.
    pub day: String,
    /// Actual minutes.
    pub minutes: Minutes,
}

impl Reader<'_> {
    /// The tickets that were opened between two instants and are in figures, with their texts; by number.
    pub fn said(&mut self, from: Moment, to: Moment) -> Result<Vec<Said>> {
        let mut all: Vec<Said> = Vec::new();
        self.each(sql::TOPIC_TICKETS, vals![from, to], |r| {
            let number = r.int(0)?;
            if all.last().is_none_or(|last| last.number != number) {
                let (opened_at, subject, client) = (r.at(1)?, r.text(2)?, r.text_or(3)?);
                all.push(Said { number, opened_at, subject, client, text: String::new() });
            }
            let (Some(said), Some(text)) = (all.last_mut(), r.text_or(4)?) else { return Ok(()) };
            if said.text.len() < READ {
                said.text.push_str(&new_text(&text));
                said.text.push('\n');
                said.text.truncate(said.text.floor_char_boundary(READ));
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// The work on the tickets that were opened between two instants, whenever it was done; by ticket.
    pub fn spent(&mut self, from: Moment, to: Moment) -> Result<Vec<Spent>> {
        self.all(sql::TOPIC_WORK, vals![from, to], |r| {
            Ok(Spent { ticket: r.int(0)?, agent: r.int(1)?, day: r.text(2)?, minutes: r.int(3)? })
        })
    }
}
