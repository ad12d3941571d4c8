//! A ticket with everything a list shows of it.

use super::ticket::Ticket;
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
}
