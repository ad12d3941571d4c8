//! The ticket: one customer problem, its status, priority and fields. What happened to it over time is in `timeline`.

use super::time::Moment;
use serde::{Deserialize, Serialize};

/// A ticket's number: 1, 2, 3… per desk, never reused.
pub type TicketId = i64;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[doc = concat!("`", $word, "`")] #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The word that stands for the value in every output, table and file.
            #[must_use]
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// The value that `word` stands for; exact, lower-case.
            #[must_use]
            pub fn of(word: &str) -> Option<$name> { match word { $($word => Some($name::$variant),)+ _ => None } }
        }
    };
}

words! {
    /// Where a ticket stands. `New`: nobody has answered or taken it. `Open`: it waits for us.
    Status { New = "new", Open = "open", Pending = "pending", Hold = "hold", Closed = "closed" }
}
words! {
    /// Why a ticket was closed.
    Reason { Solved = "solved", Duplicate = "duplicate", Spam = "spam", Wontfix = "wontfix", Workaround = "workaround", NoReply = "no-reply" }
}
words! {
    /// How much it hurts the customer.
    Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" }
}

/// A status with what belongs to it: the reason of a close, the end of a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The status as somebody set it.
    pub status: Status,
    /// Set on closed tickets only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// On pending and hold: from this instant the ticket counts as open, with nobody running anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
}

impl Standing {
    /// A status without reason or end.
    #[must_use]
    pub fn of(status: Status) -> Standing {
        Standing { status, reason: None, until: None }
    }

    /// The status at `now`: a pause whose end has come counts as open.
    ///
    /// ```
    /// use frontdesk::domain::{ticket::{Standing, Status}, time::Moment};
    /// let s = Standing { until: Some(Moment(100)), ..Standing::of(Status::Pending) };
    /// assert_eq!((s.at(Moment(99)), s.at(Moment(100))), (Status::Pending, Status::Open));
    /// ```
    #[must_use]
    pub fn at(self, now: Moment) -> Status {
        match (self.status, self.until) {
            (Status::Pending | Status::Hold, Some(until)) if until <= now => Status::Open,
            (status, _) => status,
        }
    }
}

/// The fields of a ticket that people set. What follows from its history is [`super::timeline::Projection`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The number.
    pub id: TicketId,
    /// As it arrived, byte for byte.
    pub subject: String,
    /// Status, reason, end of a pause.
    #[serde(flatten)]
    pub standing: Standing,
    /// How much it hurts.
    pub priority: Priority,
    /// The agent who has it.
    pub assignee: Option<i64>,
    /// The contact who asked.
    pub requester: Option<i64>,
    /// The client it is billed and counted for.
    pub client: Option<i64>,
    /// email, phone, chat, telegram, form, … (a free word)
    pub channel: String,
    /// When the customer's problem reached us.
    pub opened_at: Moment,
    /// The agent who opened it towards a customer; none when the customer came to us.
    pub opened_by: Option<i64>,
    /// What was promised by voice.
    pub due_at: Option<Moment>,
    /// Out of the queue until then; the clocks run on.
    pub snoozed_until: Option<Moment>,
    /// The ticket whose thread shows this one's messages.
    pub merged_into: Option<TicketId>,
    /// The key of `--once`: a second opening with the same key opens nothing.
    pub once: Option<String>,
}
