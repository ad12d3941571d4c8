//! What the files of a program told so far: people and companies by their ids there, and conversations that come message by
//! message.

use crate::domain::incoming::{Incoming, IncomingPerson, What};
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
use sha2::{Digest as _, Sha256};
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
    /// How often a row without an id came in its file.
    rows: HashMap<String, usize>,
}

impl Shelf {
    /// An empty one.
    pub(super) fn new(dates: Dates) -> Shelf {
        let (people, companies, growing, places, rows) = Default::default();
        Shelf { dates, people, companies, growing, places, rows }
    }

    /// An id for a row that has none: what it tells, and of rows that tell the same in one file the how manieth it is. The
    /// same row gets the same id each time its file is read.
    pub(super) fn id_of_row(&mut self, record: &Record, told: &[&str]) -> String {
        let file = record.place.rsplit_once(':').map_or("", |(file, _)| file);
        let mut key = Sha256::new();
        for text in told {
            key.update(text.as_bytes());
            key.update([0]);
        }
        let key: String = key.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let times = self.rows.entry(format!("{file}\0{key}")).or_default();
        *times += 1;
        if *times == 1 { key } else { format!("{key}-{times}") }
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
