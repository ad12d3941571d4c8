//! What a client may see of his desk on a page of his own. Plain values; only what is public, and no money.

use super::paper::{Pool, Time, Work};
use crate::domain::ticket::{Status, TicketId};
use crate::domain::time::Date;
use serde::{Deserialize, Serialize};

/// A client's page: what is open, what was done, how many hours are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientPage {
    /// `en` or `ru`.
    pub lang: String,
    /// What the client is called.
    pub name: String,
    /// The day it tells of.
    pub made_on: Date,
    /// His open tickets, in the order of the page.
    pub open: Vec<PageTicket>,
    /// His tickets that were closed in the last 30 days.
    pub done: Vec<PageTicket>,
    /// The pools of his contracts in this period.
    pub pools: Vec<Pool>,
    /// Worked time of this period, by day. Its money is not shown.
    pub work: Vec<Work>,
    /// The sums of the minutes of `work`.
    pub time: Time,
}

/// A ticket as its client sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageTicket {
    /// Its number.
    pub number: TicketId,
    /// Its subject.
    pub subject: String,
    /// Where it stands on that day.
    pub status: Status,
    /// The day it was opened on.
    pub opened: Date,
    /// The day it was promised for.
    pub due: Option<Date>,
    /// We wait for the client.
    pub waiting: bool,
    /// The day it was closed on; none: it is open.
    pub closed: Option<Date>,
}
