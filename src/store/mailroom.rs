//! How mail stands, for whoever looks at the desk: one statement says whether there is anything to tell, and only then it
//! is looked up.

use super::mailbox::Source;
use super::outbox::{Counts, Posting};
use super::{Reader, sql};
use crate::domain::time::Moment;
use crate::error::Result;

/// How mail stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mailroom {
    /// The folders that were ever fetched from.
    pub sources: Vec<Source>,
    /// Mails that have not left.
    pub unsent: Counts,
    /// Since when the oldest mail waits that leaves at the next occasion.
    pub waits_since: Option<Moment>,
    /// Mails that came back, on tickets that are not closed and were not written to since.
    pub bounced: Vec<Posting>,
    /// Mails that wait for a decision.
    pub parked: i64,
    /// Mails of people who take no part, in tickets that are closed: ticket, who, when; the latest first.
    pub third_parties: Vec<(i64, String, Moment)>,
    /// Drafts: ticket, agent, when, the ticket's subject; oldest first.
    pub drafts: Vec<(i64, i64, Moment, String)>,
}

impl Reader<'_> {
    /// How mail stands.
    pub fn mailroom(&mut self) -> Result<Mailroom> {
        let there =
            self.first(sql::MAILROOM, &[], |r| Ok([r.int(0)?, r.int(1)?, r.int(2)?, r.int(3)?, r.int(4)?, r.int(5)?]))?;
        let [sources, unsent, bounced, parked, drafts, third_parties] = there.unwrap_or_default();
        let mut mailroom = Mailroom { parked, ..Mailroom::default() };
        if sources > 0 {
            mailroom.sources = self.sources()?;
        }
        if unsent > 0 {
            mailroom.unsent = self.outbox_counts()?;
            mailroom.waits_since = self.first(sql::POSTING_OLDEST, &[], |r| r.at_or(0))?.flatten();
        }
        if bounced > 0 {
            mailroom.bounced = self.bounced()?;
        }
        if drafts > 0 {
            mailroom.drafts = self.drafts()?;
        }
        if third_parties > 0 {
            mailroom.third_parties = self.all(sql::THIRD_PARTIES, &[], |r| {
                let (name, email) = (r.text(1)?, r.text(2)?);
                Ok((r.int(0)?, if email.is_empty() { name } else { email }, r.at(3)?))
            })?;
        }
        Ok(mailroom)
    }
}
