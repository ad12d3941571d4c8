//! What the files of a program told so far: people and companies by their ids there, and conversations that come message by
//! message.

use super::page::{id, text, texts};
use super::talk;
use crate::domain::incoming::{Incoming, IncomingClient, IncomingPerson, IncomingTicket, Origin, What};
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
use serde_json::{Map, Value};
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
    growing: Vec<Incoming>,
    /// Where each of them stands.
    places: HashMap<String, usize>,
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

    /// The person of an id; of somebody unknown, the id alone.
    pub(super) fn person(&self, id: String) -> IncomingPerson {
        self.people.get(&id).cloned().unwrap_or_else(|| IncomingPerson { external: Some(id), ..Default::default() })
    }

    /// Who is meant by an id, by what stands here of him, or by both: by what his own file told, else by what stands here.
    pub(super) fn who(&self, id: Option<String>, here: Option<&Map<String, Value>>) -> Option<IncomingPerson> {
        let here = here.map(talk::person);
        let Some(known) = id.or_else(|| here.as_ref()?.external.clone()).map(|id| self.person(id)) else { return here };
        match here {
            Some(here) if talk::called(&known).is_none() => Some(IncomingPerson { external: known.external, ..here }),
            _ => Some(known),
        }
    }

    /// The company of an id; of one that no file told of, the name that stands here.
    pub(super) fn company(&self, id: Option<String>, here: Option<&Map<String, Value>>) -> Option<String> {
        let known = id.and_then(|id| self.companies.get(&id).cloned());
        known.or_else(|| text(here?, "name"))
    }

    /// Notes a company that was told of, with what stands in these members of it; one without a name is none.
    pub(super) fn found(
        &mut self,
        members: &Map<String, Value>,
        domains: &str,
        notes: &[&str],
    ) -> Option<IncomingClient> {
        let name = text(members, "name")?;
        let external = id(members, "id");
        if let Some(id) = &external {
            self.companies.insert(id.clone(), name.clone());
        }
        let note = notes.iter().filter_map(|note| text(members, note)).collect::<Vec<_>>().join("\n");
        let domains = texts(members, domains, &["name"]);
        Some(IncomingClient { external, name, domains, note, ..Default::default() })
    }

    /// How the agent of an id is called; none where no file told of him.
    pub(super) fn agent(&self, id: &str) -> Option<String> {
        self.people.get(id).and_then(talk::called)
    }

    /// Notes a person who was told of; his record comes in where there is something to call or to reach him by.
    pub(super) fn meet(&mut self, person: IncomingPerson) -> Option<What> {
        if let Some(id) = &person.external {
            self.people.insert(id.clone(), person.clone());
        }
        let told = talk::called(&person).is_some() || !person.phones.is_empty() || !person.handles.is_empty();
        told.then_some(What::Contact(person))
    }

    /// The conversation of an id that this record belongs to, begun by `begin` where it is the first of it.
    pub(super) fn gather(
        &mut self,
        id: String,
        record: &Record,
        begin: impl FnOnce(String) -> IncomingTicket,
    ) -> Option<&mut IncomingTicket> {
        let place = match self.places.get(&id) {
            Some(place) => *place,
            None => {
                let begun = talk::incoming(record, What::Ticket(Box::new(begin(id.clone()))));
                let origin = Origin { raw: "[]".to_owned(), ..begun.origin };
                self.growing.push(Incoming { origin, what: begun.what });
                self.places.insert(id, self.growing.len() - 1);
                self.growing.len() - 1
            }
        };
        let one = self.growing.get_mut(place)?;
        one.origin.raw.pop();
        let comma = if one.origin.raw.len() > 1 { "," } else { "" };
        one.origin.raw.extend([comma, record.raw.as_str(), "]"]);
        if let What::Ticket(ticket) = &mut one.what { Some(ticket) } else { None }
    }

    /// What was gathered: each conversation with its messages in order of time.
    pub(super) fn end(&mut self) -> Vec<Incoming> {
        self.places.clear();
        let mut grown = std::mem::take(&mut self.growing);
        for one in &mut grown {
            if let What::Ticket(ticket) = &mut one.what {
                talk::finish(ticket);
            }
        }
        grown
    }

    /// Lays aside what is counted and gathered, so that something else can be read in between.
    pub(super) fn hold(&mut self) -> Held {
        Held {
            growing: std::mem::take(&mut self.growing),
            places: std::mem::take(&mut self.places),
            rows: std::mem::take(&mut self.rows),
        }
    }

    /// Goes on with what was laid aside.
    pub(super) fn release(&mut self, held: Held) {
        (self.growing, self.places, self.rows) = (held.growing, held.places, held.rows);
    }
}

/// What is counted and gathered.
pub(super) struct Held {
    growing: Vec<Incoming>,
    places: HashMap<String, usize>,
    rows: HashMap<String, usize>,
}
