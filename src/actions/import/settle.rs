//! A rule: what ticket a conversation of the past makes. Pure.

use super::gather::Prepared;
use super::survey::Own;
use crate::domain::message::Direction;
use crate::domain::ticket::{Reason, Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Timeline, What};
use crate::store::bulk::{held_to, only_machines};

/// What the rule looks at besides the conversation.
pub(super) struct Settling<'a> {
    pub(super) now: Moment,
    pub(super) own: &'a Own,
    pub(super) close_older: Option<i64>,
}

/// How a conversation comes in.
pub(super) struct Settled {
    pub(super) standing: Standing,
    pub(super) life: Timeline,
    pub(super) automatic: bool,
    /// Closed because it was silent.
    pub(super) closed: bool,
    /// Closed although the last word was the customer's.
    pub(super) unanswered: bool,
}

impl Settling<'_> {
    /// When a mail counts: never later than now, and not before the mail above it where it has no date.
    pub(super) fn at(&self, mail: &Prepared) -> Moment {
        held_to(mail.mail.date, self.now)
    }

    /// The ticket that the mails make. The last word decides: ours leaves it pending, the customer's new, or open where we
    /// had answered before; silence for longer than asked closes it at its last message.
    pub(super) fn settle(&self, mails: &[&Prepared]) -> Settled {
        let opened_at = mails.iter().map(|m| self.at(m)).min().unwrap_or(self.now);
        let last_at = mails.iter().map(|m| self.at(m)).max().unwrap_or(self.now);
        let mut deeds: Vec<Deed> = mails
            .iter()
            .map(|m| {
                let direction = if m.ours { Direction::Out } else { Direction::In };
                let agent = m.ours.then(|| self.agent(m)).flatten();
                Deed { at: self.at(m), what: What::Message { direction, counts: m.counts }, agent }
            })
            .collect();
        deeds.sort_by_key(|d| d.at);
        let said = |d: &&Deed| matches!(d.what, What::Message { counts: true, .. });
        let ours = |d: &Deed| matches!(d.what, What::Message { direction: Direction::Out, .. });
        let last_is_ours = deeds.iter().rev().find(said).is_some_and(ours);
        let answered = deeds.iter().filter(said).any(ours);
        let silent = self.close_older.is_some_and(|limit| self.now.since(last_at) >= limit);
        let standing = match (silent, last_is_ours, answered) {
            (true, true, _) => Standing { reason: Some(Reason::Solved), ..Standing::of(Status::Closed) },
            (true, false, _) => Standing { reason: Some(Reason::NoReply), ..Standing::of(Status::Closed) },
            (false, true, _) => Standing::of(Status::Pending),
            (false, false, true) => Standing::of(Status::Open),
            (false, false, false) => Standing::of(Status::New),
        };
        let outbound = deeds.iter().find(said).is_some_and(ours);
        Settled {
            standing,
            life: Timeline { opened_at, outbound, first: standing, first_closed_at: silent.then_some(last_at), deeds },
            automatic: only_machines(mails.iter().map(|m| m.mail.class.word())),
            closed: silent,
            unanswered: silent && !last_is_ours,
        }
    }

    /// Which of us wrote it.
    pub(super) fn agent(&self, m: &Prepared) -> Option<i64> {
        m.mail.from.as_ref().and_then(|f| self.own.agent(&f.email, &f.name))
    }
}
