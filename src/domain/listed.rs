//! Tickets, clients and contacts with everything a list shows of them.

use super::client::Client;
use super::contact::Point;
use super::sla::{Kind, State};
use super::ticket::Ticket;
use super::time::{Minutes, Moment};
use super::timeline::Projection;

/// A contact as lists show him.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// May be empty.
    pub name: String,
    /// The first address.
    pub email: Option<String>,
    /// The first phone.
    pub phone: Option<String>,
}

/// A ticket with everything a list shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The fields that people set.
    pub ticket: Ticket,
    /// What follows from its history.
    pub state: Projection,
    /// Who asked.
    pub requester: Option<Person>,
    /// The client's handle.
    pub client: Option<String>,
    /// The assignee's name.
    pub assignee: Option<String>,
    /// Sorted.
    pub tags: Vec<String>,
    /// Only machines wrote to it, and nobody of us has touched it.
    pub automatic: bool,
    /// Its requester is muted.
    pub muted: bool,
    /// Where it was imported from: source and number.
    pub external: Option<(String, String)>,
    /// The clock that presses most; none until somebody has looked at the promises.
    pub sla: Option<Pressing>,
    /// Whether the client goes before others at equal need.
    pub vip: bool,
    /// The plan of the client.
    pub plan: Option<String>,
    /// What of it is outside that plan; none until somebody has looked at its terms.
    pub outside: Option<String>,
}

/// The clock of a ticket that presses most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressing {
    /// What it measures.
    pub kind: Kind,
    /// When it is due.
    pub due_at: Moment,
    /// How it stands.
    pub state: State,
    /// Whether it stands still.
    pub paused: bool,
}

/// A client with what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLine {
    /// The client.
    pub client: Client,
    /// Its mail domains, sorted.
    pub domains: Vec<String>,
    /// How many contacts it has.
    pub contacts: i64,
    /// How many tickets ever.
    pub tickets: i64,
    /// How many of them are in the queue.
    pub queued: i64,
    /// Worked minutes ever.
    pub minutes: Minutes,
}

/// A contact with what hangs on him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine {
    /// His id.
    pub id: i64,
    /// His name.
    pub name: String,
    /// The handle of his client.
    pub client: Option<String>,
    /// How many tickets he asked.
    pub tickets: i64,
    /// When anything last happened on one of them.
    pub last_at: Option<Moment>,
    /// How to reach him.
    pub points: Vec<Point>,
}
