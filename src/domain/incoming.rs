//! What comes from elsewhere, in the words of the desk: tickets with their conversation, clients, contacts and worked time,
//! as a reader of some format found them. Nothing is decided here: values that need a decision (statuses, priorities, names
//! of agents) stay as the source wrote them.

pub use super::rating::Scale;
use super::time::{Date, Minutes, Moment};

/// Where a record stands, for messages: `tickets.csv:17`, `export.json: ticket 4`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// File and line, or number, as a person finds it.
    pub place: String,
    /// The record as it stood in the source, to be kept; JSON, or the row as JSON.
    pub raw: String,
}

/// One record.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// Where it stands.
    pub origin: Origin,
    /// What it is.
    pub what: What,
}

/// What a record is.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A ticket.
    Ticket(Box<IncomingTicket>),
    /// A client.
    Client(IncomingClient),
    /// A contact.
    Contact(IncomingPerson),
    /// Worked time.
    Time(IncomingTime),
}

/// A ticket of another program. What the source does not tell is absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncomingTicket {
    /// Its number or id there: with the name of the source, what it is known by for good.
    pub external: Option<String>,
    /// Its subject.
    pub subject: String,
    /// Its status as written there.
    pub status: Option<String>,
    /// Its priority as written there.
    pub priority: Option<String>,
    /// The agent it is given to: name or address, as written there.
    pub assignee: Option<String>,
    /// Who asked.
    pub requester: Option<IncomingPerson>,
    /// Whose it is, as written there.
    pub client: Option<String>,
    /// Labels as written there.
    pub tags: Vec<String>,
    /// How it came.
    pub channel: Option<String>,
    /// When it came.
    pub opened_at: Option<Moment>,
    /// When anything happened to it last.
    pub updated_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// What was promised.
    pub due_at: Option<Moment>,
    /// An agent opened it towards a customer.
    pub outbound: bool,
    /// Its conversation, oldest first; the description is the first message.
    pub messages: Vec<IncomingMessage>,
    /// Minutes worked on it in all, where the source knows no more.
    pub minutes: Option<Minutes>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// What the customer said of how he was served, oldest first.
    pub ratings: Vec<IncomingRating>,
    /// Other tickets it belongs with, by their numbers there.
    pub links: Vec<String>,
    /// The ticket it was merged into, by its number there.
    pub merged_into: Option<String>,
}

/// What a customer said of how he was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingRating {
    /// On which scale.
    pub scale: Scale,
    /// The score on it.
    pub score: i64,
    /// What he wrote with it.
    pub comment: String,
    /// When; unknown: when the ticket was closed or changed last.
    pub at: Option<Moment>,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the customer.
    In,
    /// To the customer.
    Out,
    /// Among us.
    Note,
}

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingMessage {
    /// Its id there.
    pub external: Option<String>,
    /// Which way it went.
    pub way: Way,
    /// Who wrote it.
    pub author: Option<IncomingPerson>,
    /// When.
    pub at: Option<Moment>,
    /// The text, turned from HTML where it was that.
    pub text: String,
    /// Names and sizes of files that the source mentions; their bytes are not there.
    pub files: Vec<(String, Option<i64>)>,
}

/// A person: any part may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncomingPerson {
    /// His id there.
    pub external: Option<String>,
    /// His name.
    pub name: String,
    /// His addresses.
    pub emails: Vec<String>,
    /// His phones.
    pub phones: Vec<String>,
    /// His messenger handles: `telegram:anna`.
    pub handles: Vec<String>,
    /// Whose he is, as written there.
    pub client: Option<String>,
    /// He is one of the team.
    pub agent: bool,
}

/// A company.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncomingClient {
    /// Its id there.
    pub external: Option<String>,
    /// A short handle; none: made of domain or name.
    pub handle: Option<String>,
    /// Its full name.
    pub name: String,
    /// Its mail domains.
    pub domains: Vec<String>,
    /// Its language: `en`, `ru`.
    pub lang: Option<String>,
    /// What it has bought.
    pub plan: Option<String>,
    /// What is to be known of it.
    pub note: String,
}

/// Worked time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingTime {
    /// Its id there.
    pub external: Option<String>,
    /// The ticket it was worked on, as written there.
    pub ticket: Option<String>,
    /// The client it was worked for, as written there.
    pub client: Option<String>,
    /// Who worked: name or address, as written there.
    pub agent: Option<String>,
    /// On which day.
    pub day: Date,
    /// How long: seconds inside, minutes rounded half up at the end, at least 1.
    pub minutes: Minutes,
    /// Whether it is billed.
    pub billable: Option<bool>,
    /// What was done.
    pub text: String,
}
