//! What is asked to find tickets that are like another one: what they say, who closed them, their labels. How alike they are
//! is decided in `domain::insight::similar`; the words are looked up in `search`.

use super::{Reader, sql, vals};
use crate::domain::insight::topics;
use crate::domain::quote::new_text;
use crate::domain::ticket::{Reason, Status};
use crate::domain::time::Moment;
use crate::error::Result;

/// So many bytes of what a customer wrote are compared; what hurts has been said by then.
const READ: usize = 1_200;

/// A ticket, what its customer wrote, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// Its number.
    pub number: i64,
    /// Its subject.
    pub subject: String,
    /// Its status.
    pub status: Status,
    /// Why it was closed.
    pub reason: Option<Reason>,
    /// Since when it is closed.
    pub closed_at: Option<Moment>,
    /// The agent whose it is.
    pub assignee: Option<i64>,
    /// Who asked.
    pub requester: Option<i64>,
    /// Whether it stands apart: merged, spam, muted, or written by a machine.
    pub apart: bool,
    /// What is new in the customer's messages, the beginning.
    pub text: String,
}

impl Saying {
    /// As it is compared.
    #[must_use]
    pub fn read(&self) -> topics::Ticket<'_> {
        topics::Ticket { id: self.number, subject: &self.subject, text: &self.text }
    }
}

const SAYING: &str = "SELECT t.id, t.subject, t.status, t.reason, t.closed_at, t.assignee_id, t.requester_id, t.merged_into, t.muted, \
     t.automatic, substr(b.text, 1, 1200) FROM ticket AS t LEFT JOIN message AS m ON m.ticket_id = t.id AND m.direction = 'in' \
     AND m.automatic IS NULL LEFT JOIN body AS b ON b.message_id = m.id WHERE ";
const CLOSERS: &str = "SELECT e.noun_id, o.agent_id, e.after FROM event AS e JOIN operation AS o ON o.id = e.operation_id \
     WHERE e.noun = 'ticket' AND e.field = 'status' AND o.kind = 'do' AND o.undone_by IS NULL AND ";
const USED: &str =
    "SELECT DISTINCT m.ticket_id, u.answer_id FROM message AS m JOIN answer_use AS u ON u.message_id = m.id WHERE ";

impl Reader<'_> {
    /// What these tickets say, by number.
    pub fn sayings(&mut self, tickets: &[i64]) -> Result<Vec<Saying>> {
        let mut all: Vec<Saying> = Vec::with_capacity(tickets.len());
        for some in among("t.id", tickets) {
            self.each(&format!("{SAYING}{some} ORDER BY t.id, m.at, m.id"), &[], |r| {
                let number = r.int(0)?;
                if all.last().is_none_or(|last| last.number != number) {
                    let (status, reason) = (r.text(2)?, r.text_or(3)?);
                    let reason = reason.as_deref().and_then(Reason::of);
                    all.push(Saying {
                        number,
                        subject: r.text(1)?,
                        status: Status::of(&status).unwrap_or(Status::Open),
                        reason,
                        closed_at: r.at_or(4)?.filter(|_| status == Status::Closed.word()),
                        assignee: r.int_or(5)?,
                        requester: r.int_or(6)?,
                        apart: r.int_or(7)?.is_some() || reason == Some(Reason::Spam) || r.flag(8)? || r.flag(9)?,
                        text: String::new(),
                    });
                }
                let (Some(said), Some(text)) = (all.last_mut(), r.text_or(10)?) else { return Ok(()) };
                if said.text.len() < READ {
                    said.text.push_str(&new_text(&text));
                    said.text.push('\n');
                    said.text.truncate(said.text.floor_char_boundary(READ));
                }
                Ok(())
            })?;
        }
        Ok(all)
    }

    /// The tickets of a requester that were opened last, the newest first.
    pub fn tickets_lately_of(&mut self, requester: i64, most: i64) -> Result<Vec<i64>> {
        self.all(sql::REQUESTER_LATELY, vals![requester, most], |r| r.int(0))
    }

    /// Who closed these tickets with a command of his own: ticket and agent, the last close last.
    pub fn closers(&mut self, tickets: &[i64]) -> Result<Vec<(i64, i64)>> {
        let mut all = Vec::new();
        for some in among("e.noun_id", tickets) {
            let text = format!("{CLOSERS}{some} ORDER BY e.noun_id, e.operation_id, e.seq");
            let rows = self.all(&text, &[], |r| Ok((r.int(0)?, r.int(1)?, r.text(2)?)))?;
            let closed = rows.into_iter().filter(|(_, _, after)| after.contains("\"closed\""));
            all.extend(closed.map(|(ticket, agent, _)| (ticket, agent)));
        }
        Ok(all)
    }

    /// The labels of these tickets: ticket and label.
    pub fn tags_among(&mut self, tickets: &[i64]) -> Result<Vec<(i64, String)>> {
        let mut all = Vec::new();
        for some in among("ticket_id", tickets) {
            let text = format!("SELECT ticket_id, tag FROM ticket_tag WHERE {some} ORDER BY ticket_id, tag");
            all.append(&mut self.all(&text, &[], |r| Ok((r.int(0)?, r.text(1)?)))?);
        }
        Ok(all)
    }

    /// The saved answers that were used in replies to these tickets, each pair once: ticket and answer.
    pub fn answers_used_among(&mut self, tickets: &[i64]) -> Result<Vec<(i64, i64)>> {
        let mut all = Vec::new();
        for some in among("m.ticket_id", tickets) {
            let text = format!("{USED}{some} ORDER BY m.ticket_id, u.answer_id");
            all.append(&mut self.all(&text, &[], |r| Ok((r.int(0)?, r.int(1)?)))?);
        }
        Ok(all)
    }

    /// The id of the newest message: how far the index goes.
    pub fn last_message(&mut self) -> Result<i64> {
        self.number(sql::MESSAGE_LAST, &[])
    }
}

/// The condition that a column is one of these numbers, in pieces that an engine can read.
fn among(column: &str, ids: &[i64]) -> impl Iterator<Item = String> {
    ids.chunks(400).map(move |some| {
        let list: Vec<String> = some.iter().map(i64::to_string).collect();
        format!("{column} IN ({})", list.join(","))
    })
}
