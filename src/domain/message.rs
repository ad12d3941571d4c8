//! One piece of a ticket's conversation. Its text never changes; only the ticket it is shown in may.

use super::mail::Address;
use super::ticket::TicketId;
use super::time::Moment;
use serde_json::Value;

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
    /// To whom it was addressed; none where it was never a mail, or came before that was kept.
    pub addressed: Option<Addressed>,
    /// What is to be known of its sender: `unverified`, `third-party`, `id-reused`; none where there is nothing to say.
    pub trust: Option<String>,
}

/// To whom a mail was addressed, as its header said.
///
/// ```
/// use frontdesk::domain::{mail::Address, message::Addressed};
/// let ann = Address { name: "Ann".into(), email: "ann@acme.test".into() };
/// let addressed = Addressed { to: vec![ann.clone()], ..Addressed::default() };
/// assert_eq!(addressed.text(), r#"{"to":[["Ann","ann@acme.test"]]}"#);
/// assert_eq!(Addressed::read(&addressed.text()), addressed);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Addressed {
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Reply-To.
    pub reply_to: Vec<Address>,
}

impl Addressed {
    /// As the store keeps it.
    #[must_use]
    pub fn text(&self) -> String {
        let pairs = |list: &[Address]| list.iter().map(|a| serde_json::json!([a.name, a.email])).collect::<Value>();
        let lists = [("to", &self.to), ("cc", &self.cc), ("reply_to", &self.reply_to)];
        let kept =
            lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| (key.to_owned(), pairs(list)));
        Value::Object(kept.collect()).to_string()
    }

    /// From the text that the store keeps; what is unreadable is left out.
    #[must_use]
    pub fn read(text: &str) -> Addressed {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let list = |key: &str| {
            let word = |pair: &Value, n: usize| pair.get(n).and_then(Value::as_str).unwrap_or_default().to_owned();
            let pairs = value.get(key).and_then(Value::as_array).into_iter().flatten();
            pairs.map(|pair| Address { name: word(pair, 0), email: word(pair, 1) }).collect()
        };
        Addressed { to: list("to"), cc: list("cc"), reply_to: list("reply_to") }
    }
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
