//! One fact that happened: a field of a thing went from one value to another. What a command does is a list of these;
//! history, undo and every figure come from them.

use super::ticket::TicketId;
use super::time::Moment;
use serde::Serialize;
use serde_json::Value;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Noun {
    /// A ticket; fields are those of [`super::ticket::Ticket`], `status` with reason and end, `tag:WORD` and `url:URL`.
    Ticket,
    /// A message; its field `ticket` says where it is shown, `contact` who wrote it.
    Message,
    /// A contact; fields `name`, `client`, and `email:KEY`, `phone:KEY`, `handle:KEY`.
    Contact,
    /// A client; its own fields and `domain:NAME`.
    Client,
    /// An agent; fields `email` and `active`.
    Agent,
    /// A time entry.
    Entry,
    /// The timer of the agent with that id.
    Timer,
    /// A shared setting; the field is its key.
    Setting,
    /// A muted address or domain; the field is the pattern.
    Mute,
    /// A link between two tickets; the field is the other's number.
    Link,
    /// An import; its rows carry its operation.
    Import,
    /// A mail in the outbox; its field `state` says where it stands. What has left cannot be taken back.
    Posting,
    /// The draft of an answer to the ticket with that id.
    Draft,
    /// A saved answer.
    Answer,
    /// A mail that was parked; its field `state` says what became of it.
    Parked,
    /// A contract with a client, whole.
    Contract,
    /// What an hour of the agent with that id costs; the field is the day it holds from.
    Cost,
    /// The estimate of the ticket with that id.
    Estimate,
    /// An invoice or credit note, whole. What is issued cannot be taken back.
    Invoice,
    /// A payment, whole.
    Payment,
    /// A topic that somebody has touched, whole; `told:CONTACT@INSTANT` is the message that told him of the remedy since then.
    Topic,
    /// What a customer said of how he was served, whole.
    Rating,
}

macro_rules! nouns {
    ($($variant:ident = $word:literal),+) => {
        impl Noun {
            /// The word kept with the event.
            #[must_use]
            pub fn word(self) -> &'static str { match self { $(Noun::$variant => $word),+ } }
            /// The noun that `word` stands for.
            #[must_use]
            pub fn of(word: &str) -> Option<Noun> { match word { $($word => Some(Noun::$variant),)+ _ => None } }
        }
    };
}
nouns! {
    Ticket = "ticket", Message = "message", Contact = "contact", Client = "client", Agent = "agent", Entry = "entry",
    Timer = "timer", Setting = "setting", Mute = "mute", Link = "link", Import = "import", Posting = "posting", Draft = "draft",
    Answer = "answer", Parked = "parked", Contract = "contract", Cost = "cost", Estimate = "estimate", Invoice = "invoice",
    Payment = "payment", Topic = "topic", Rating = "rating"
}

/// A field of a thing went from one value to another. `null` on the left is a beginning, on the right an end; the empty
/// field is the whole thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What it is about.
    pub noun: Noun,
    /// Which one.
    pub id: i64,
    /// Which field of it.
    pub field: String,
    /// What it was.
    pub from: Value,
    /// What it is now.
    pub to: Value,
    /// The ticket in whose history it stands as a deed; see [`Event::following`].
    pub ticket: Option<TicketId>,
    /// When it happened: the source's date for imported facts.
    pub at: Moment,
}

impl Event {
    /// The event that takes this one back.
    ///
    /// ```
    /// use frontdesk::domain::{event::Event, time::Moment};
    /// let e = Event::ticket(42, "subject", &"old", &"new", Moment(0));
    /// assert_eq!(e.inverse().to, "old");
    /// assert_eq!(e.inverse().inverse(), e);
    /// ```
    #[must_use]
    pub fn inverse(&self) -> Event {
        Event { from: self.to.clone(), to: self.from.clone(), ..self.clone() }
    }

    /// An event about a field of a ticket.
    #[must_use]
    pub fn ticket(id: TicketId, field: &str, from: &impl Serialize, to: &impl Serialize, at: Moment) -> Event {
        Event {
            noun: Noun::Ticket,
            id,
            field: field.to_owned(),
            from: value(from),
            to: value(to),
            ticket: Some(id),
            at,
        }
    }

    /// An event about anything else.
    #[must_use]
    pub fn about(noun: Noun, id: i64, field: &str, from: &impl Serialize, to: &impl Serialize, at: Moment) -> Event {
        Event { noun, id, field: field.to_owned(), from: value(from), to: value(to), ticket: None, at }
    }

    /// The same event, shown in the history of `ticket`.
    #[must_use]
    pub fn in_history_of(mut self, ticket: Option<TicketId>) -> Event {
        self.ticket = ticket;
        self
    }

    /// The same event as a mere consequence: the ticket follows its contact, client or label, and nobody has touched it.
    ///
    /// ```
    /// use frontdesk::domain::{event::Event, time::Moment};
    /// let e = Event::ticket(42, "client", &1, &2, Moment(0));
    /// assert!(!e.follows() && e.following().follows());
    /// ```
    #[must_use]
    pub fn following(mut self) -> Event {
        self.ticket = None;
        self
    }

    /// Whether a ticket only follows something else here: no deed on it, and no news of it.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.noun == Noun::Ticket && self.ticket.is_none()
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_void(&self) -> bool {
        self.from == self.to
    }

    /// Whether what it told was erased with a person.
    ///
    /// ```
    /// use frontdesk::domain::{event::{Event, erased}, time::Moment};
    /// assert!(Event::ticket(42, "subject", &"old", &erased(), Moment(0)).is_erased());
    /// assert!(!Event::ticket(42, "subject", &"old", &"new", Moment(0)).is_erased());
    /// ```
    #[must_use]
    pub fn is_erased(&self) -> bool {
        let marked = |v: &Value| v.get(ERASED).is_some_and(|mark| *mark == true);
        self.field == ERASED || marked(&self.from) || marked(&self.to)
    }

    /// A thing that begins.
    #[must_use]
    pub fn begins(&self) -> bool {
        self.field.is_empty() && self.from.is_null()
    }
}

/// The mark in what was told by an event and then erased with a person; the field of the event that erased him.
pub const ERASED: &str = "erased";

/// What stands in the place of an erased value.
#[must_use]
pub fn erased() -> Value {
    serde_json::json!({ ERASED: true })
}

/// Any serialisable value as JSON; these types cannot fail to serialise. Without NUL, which no text of a desk keeps: else the
/// history would tell of another text than the desk holds.
///
/// ```
/// use frontdesk::domain::event::value;
/// assert_eq!(value(&["a\0b"]), serde_json::json!(["ab"]));
/// ```
#[must_use]
pub fn value(x: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(x).unwrap_or(Value::Null);
    drop_nul(&mut value);
    value
}

fn drop_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => text.retain(|c| c != '\0'),
        Value::Array(items) => items.iter_mut().for_each(drop_nul),
        Value::Object(members) => members.values_mut().for_each(drop_nul),
        _ => {}
    }
}

/// An operation: the events of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its number, in the order of commits.
    pub id: i64,
    /// When the command ran.
    pub at: Moment,
    /// Who ran it.
    pub agent: i64,
    /// The command as typed, without the program's name.
    pub command: String,
    /// What sort of operation it is.
    pub kind: OperationKind,
    /// The operation that an undo or redo is about.
    pub target: Option<i64>,
    /// The undo that took it back.
    pub undone_by: Option<i64>,
}

/// What sort of operation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// A command of a person.
    Do,
    /// An import.
    Import,
    /// A mail came in from a mailbox; nobody's own deed, so never taken back.
    Fetch,
    /// Took another operation back.
    Undo,
    /// Brought one back.
    Redo,
}

impl OperationKind {
    /// The word kept with the operation.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OperationKind::Do => "do",
            OperationKind::Import => "import",
            OperationKind::Fetch => "fetch",
            OperationKind::Undo => "undo",
            OperationKind::Redo => "redo",
        }
    }

    /// The kind that `word` stands for.
    #[must_use]
    pub fn of(word: &str) -> OperationKind {
        match word {
            "import" => OperationKind::Import,
            "fetch" => OperationKind::Fetch,
            "undo" => OperationKind::Undo,
            "redo" => OperationKind::Redo,
            _ => OperationKind::Do,
        }
    }
}
