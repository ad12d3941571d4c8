//! What the files of a program told so far: people and companies by their ids there, and conversations that come message by
//! message.

use crate::domain::incoming::{Incoming, IncomingPerson, What};
use crate::domain::mapping::Dates;
use std::collections::HashMap;

/// What is known so far.
pub(super) struct Shelf {
    /// How dates are read that do not tell their zone or order.
    pub(super) dates: Dates,
    /// People by id.
    pub(super) people: HashMap<String, IncomingPerson>,
    /// The names of companies by id.
    pub(super) companies: HashMap<String, String>,
    /// Conversations that grow, in the order in which they began, with the place of each by its id.
    pub(super) growing: Vec<Incoming>,
    /// Where each of them stands.
    pub(super) places: HashMap<String, usize>,
}

impl Shelf {
    /// An empty one.
    pub(super) fn new(dates: Dates) -> Shelf {
        let (people, companies, growing, places) = Default::default();
        Shelf { dates, people, companies, growing, places }
    }

    /// What was gathered: each conversation with its messages in order of time.
    pub(super) fn end(mut self) -> Vec<Incoming> {
        for one in &mut self.growing {
            if let What::Ticket(ticket) = &mut one.what {
                ticket.messages.sort_by_key(|message| message.at);
            }
        }
        self.growing
    }
}
