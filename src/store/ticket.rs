//! Tickets one by one.

use super::{Reader, Row, sql, vals};
use crate::domain::ticket::{Priority, Reason, Standing, Status, Ticket};
use crate::domain::time::Moment;
use crate::error::Result;

/// The columns of [`ticket_of`], of the table called `t`.
pub(crate) const TICKET_COLUMNS: &str = "t.id, t.subject, t.status, t.reason, t.until, t.priority, t.assignee_id, t.requester_id, \
     t.client_id, t.channel, t.opened_at, t.opened_by, t.due_at, t.snoozed_until, t.merged_into, t.once_key";

pub(crate) fn ticket_of(r: &Row<'_>) -> Result<Ticket> {
    Ok(Ticket {
        id: r.int(0)?,
        subject: r.text(1)?,
        standing: Standing {
            status: Status::of(&r.text(2)?).unwrap_or(Status::Open),
            reason: r.text_or(3)?.as_deref().and_then(Reason::of),
            until: r.at_or(4)?,
        },
        priority: priority_of(r.int(5)?),
        assignee: r.int_or(6)?,
        requester: r.int_or(7)?,
        client: r.int_or(8)?,
        channel: r.text(9)?,
        opened_at: r.at(10)?,
        opened_by: r.int_or(11)?,
        due_at: r.at_or(12)?,
        snoozed_until: r.at_or(13)?,
        merged_into: r.int_or(14)?,
        once: r.text_or(15)?,
    })
}

fn priority_of(n: i64) -> Priority {
    usize::try_from(n).ok().and_then(|n| Priority::ALL.get(n).copied()).unwrap_or(Priority::Normal)
}

impl Reader<'_> {
    /// Since when a ticket is closed.
    pub fn closed_at(&mut self, id: i64) -> Result<Option<Moment>> {
        Ok(self.first(sql::CLOSED_AT, vals![id], |r| r.at_or(0))?.flatten())
    }

    /// The ticket with this number.
    pub fn ticket(&mut self, id: i64) -> Result<Option<Ticket>> {
        let text = const_format(TICKET_GET);
        self.first(&text, vals![id], ticket_of)
    }

    /// The tags of a ticket, sorted.
    pub fn tags(&mut self, id: i64) -> Result<Vec<String>> {
        self.all(sql::TAGS_OF, vals![id], |r| r.text(0))
    }

    /// The ticket that an import or `--once` knows under another name.
    pub fn ticket_by_external(&mut self, source: &str, number: &str) -> Result<Option<i64>> {
        self.first(sql::EXTERNAL_GET, vals![source, number], |r| r.int(0))
    }

    /// Every source and number that a ticket was imported from.
    pub fn externals(&mut self, id: i64) -> Result<Vec<(String, String)>> {
        self.all(sql::EXTERNALS_OF, vals![id], |r| Ok((r.text(0)?, r.text(1)?)))
    }

    /// The ticket opened with this `--once` key.
    pub fn ticket_by_once(&mut self, key: &str) -> Result<Option<i64>> {
        self.first(sql::TICKET_BY_ONCE, vals![key], |r| r.int(0))
    }

    /// The ticket that this agent last changed.
    pub fn last_touched(&mut self, agent: i64) -> Result<Option<i64>> {
        self.first(sql::TICKET_LAST_TOUCHED, vals![agent], |r| r.int(0))
    }

    /// Every label in use: tag, tickets, of them in the queue, last used.
    pub fn all_tags(&mut self) -> Result<Vec<(String, i64, i64, Moment)>> {
        self.all(sql::TAGS, &[], |r| Ok((r.text(0)?, r.int(1)?, r.int(2)?, r.at(3)?)))
    }

    /// The tickets that carry a tag.
    pub fn tickets_with_tag(&mut self, tag: &str) -> Result<Vec<i64>> {
        self.all(sql::TAG_TICKETS, vals![tag], |r| r.int(0))
    }

    /// Tickets that were linked to this one.
    pub fn links(&mut self, id: i64) -> Result<Vec<i64>> {
        self.all(sql::LINKS_OF, vals![id], |r| r.int(0))
    }

    /// The tickets that were merged into this one.
    pub fn merged_into(&mut self, id: i64) -> Result<Vec<i64>> {
        self.all(sql::TICKETS_MERGED_INTO, vals![id], |r| r.int(0))
    }

    /// The most urgent tickets with their subjects: for completion.
    pub fn subjects(&mut self, limit: i64) -> Result<Vec<(i64, String)>> {
        self.all(sql::TICKETS_WITH_SUBJECTS, vals![limit], |r| Ok((r.int(0)?, r.text(1)?)))
    }
}

const TICKET_GET: &str = "FROM ticket AS t WHERE t.id = ?1";

fn const_format(tail: &str) -> String {
    format!("SELECT {TICKET_COLUMNS} {tail}")
}
