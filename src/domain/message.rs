//! One piece of a ticket's conversation. Its text never changes; only the ticket it is shown in may.

use super::ticket::TicketId;
use super::time::Moment;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the customer.
    In,
    /// A public reply by an agent.
    Out,
    /// Internal.
    Note,
}

impl Direction {
    /// `in`, `out` or `note`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Note => "note",
        }
    }

    /// The direction that `word` stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Direction> {
        match word {
            "in" => Some(Direction::In),
            "out" => Some(Direction::Out),
            "note" => Some(Direction::Note),
            _ => None,
        }
    }
}

/// A message as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id in the store.
    pub id: i64,
    /// The ticket that shows it; none after its writing was undone.
    pub ticket: Option<TicketId>,
    /// Which way it went.
    pub direction: Direction,
    /// The agent who wrote it.
    pub agent: Option<i64>,
    /// The contact who wrote it.
    pub contact: Option<i64>,
    /// The author's name as it stood in the message.
    pub author: String,
    /// The author's address as it stood in the message.
    pub email: String,
    /// When it was written (the sender's date, held to when it arrived).
    pub at: Moment,
    /// The whole text.
    pub text: String,
    /// The mail's Message-ID without `<>`.
    pub message_id: Option<String>,
    /// The mail's In-Reply-To without `<>`.
    pub in_reply_to: Option<String>,
    /// What kind of machine wrote it: `auto-reply`, `bounce`, `bulk`; none for people.
    pub automatic: Option<String>,
    /// What came with it.
    pub attachments: Vec<Attachment>,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The name the sender gave it: data, never a path.
    pub name: String,
    /// The media type the sender claims.
    pub media_type: String,
    /// Length in bytes.
    pub bytes: i64,
}
