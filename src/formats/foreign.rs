//! Records of other help desks, trackers and timesheets: what each of them means. A program has a file of its own here, which
//! knows how its files look (`looks`) and what a record of it brings (`read`); reading bytes, and what the desk does with what
//! comes in, stand elsewhere.

mod facts;
mod freshdesk;
mod github;
mod harvest;
mod helpscout;
mod intercom;
mod okdesk;
mod osticket;
mod own;
mod page;
mod shelf;
mod talk;
mod telegram;
mod toggl;
mod words;
mod zendesk;

use crate::domain::incoming::{Incoming, What};
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
use serde_json::Value;
use shelf::Shelf;

/// A program whose files are known.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its name after `--from`, and before the numbers it gave: `okdesk:1834`.
    pub word: &'static str,
    /// Which of its files are read, in a few words.
    pub files: &'static str,
    /// Whether a file looks like its own: the columns or members of its first record, the record, and the member that holds
    /// the records.
    looks: fn(&Sample<'_>) -> bool,
    /// What a record brings; none where it only tells of others.
    read: fn(&mut Shelf, &Record) -> Result<Vec<Incoming>, String>,
}

/// What is known of a file before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The columns of a table, the members of the first record.
    pub columns: &'a [String],
    /// The first record.
    pub first: &'a Record,
    /// The member that holds the records of a JSON object: `issues`.
    pub holder: Option<&'a str>,
    /// It is JSON and no table.
    pub json: bool,
}

impl Sample<'_> {
    /// Whether all of these columns are there.
    fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.columns.iter().any(|column| column == name))
    }

    /// How many of these columns are there, also in other letters.
    fn among(&self, names: &[&str]) -> usize {
        page::among(self.columns, names)
    }
}

/// What the records of a file tell of. Files are read in this order: the later name by their ids those whom the earlier tell
/// of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tells {
    /// Companies.
    Companies,
    /// People.
    People,
    /// Tickets, time and what is not known.
    Rest,
}

impl Sample<'_> {
    /// What the file tells of, by the member that holds the records or in which the first of them stands, else by what the
    /// first has; a table always comes last.
    #[must_use]
    pub fn tells(&self) -> Tells {
        const COMPANIES: [&str; 4] = ["organizations", "companies", "organization", "company"];
        const PEOPLE: [&str; 12] = [
            "users",
            "contacts",
            "customers",
            "agents",
            "employees",
            "admins",
            "user",
            "contact",
            "customer",
            "agent",
            "employee",
            "admin",
        ];
        const TICKET: [&str; 10] = [
            "subject",
            "title",
            "status",
            "state",
            "priority",
            "comments",
            "threads",
            "conversation_parts",
            "messages",
            "body",
        ];
        let members = &self.first.members;
        let named = |name: &str| match name {
            _ if COMPANIES.contains(&name) => Some(Tells::Companies),
            _ if PEOPLE.contains(&name) => Some(Tells::People),
            _ => None,
        };
        let has = |name: &&str| members.contains_key(*name);
        let alone = members.keys().next().filter(|_| members.len() == 1);
        let kind = members.get("type").and_then(Value::as_str);
        let held = self.holder.and_then(|holder| holder.rsplit('.').next());
        let said = held.and_then(named).or_else(|| named(alone?)).or_else(|| named(kind?));
        match said {
            _ if !self.json => Tells::Rest,
            Some(told) => told,
            None if TICKET.iter().any(has) => Tells::Rest,
            None if ["domain_names", "domains", "additional_name"].iter().any(has) => Tells::Companies,
            None if ["email", "emails", "contact", "firstName", "first_name", "role"].iter().any(has) => Tells::People,
            None => Tells::Rest,
        }
    }
}

/// The programs, those first whose files can be told apart best.
pub const PROGRAMS: &[Program] = &[
    own::PROGRAM,
    zendesk::PROGRAM,
    freshdesk::PROGRAM,
    helpscout::PROGRAM,
    intercom::PROGRAM,
    osticket::PROGRAM,
    okdesk::PROGRAM,
    github::PROGRAM,
    telegram::PROGRAM,
    toggl::PROGRAM,
    harvest::PROGRAM,
];

/// The program of that name.
#[must_use]
pub fn called(word: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.word == word)
}

/// The program whose file this looks like.
#[must_use]
pub fn sniff(sample: &Sample<'_>) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| (program.looks)(sample))
}

/// Reads the records of a program. Files that tell of people and companies go first: what follows names them by their ids.
pub struct Reader {
    program: &'static Program,
    shelf: Shelf,
}

impl Reader {
    /// A reader that knows nobody yet.
    #[must_use]
    pub fn new(program: &'static Program, dates: Dates) -> Reader {
        Reader { program, shelf: Shelf::new(dates) }
    }

    /// What a record brings: often one thing, none where it only tells of others or belongs to what comes at the end.
    ///
    /// # Errors
    /// `member: why` for what cannot be read.
    pub fn read(&mut self, record: &Record) -> Result<Vec<Incoming>, String> {
        (self.program.read)(&mut self.shelf, record)
    }

    /// What was gathered over many records: conversations of which each record is a message. The record of each is the array
    /// of those that it was gathered from.
    pub fn end(&mut self) -> Vec<Incoming> {
        self.shelf.end()
    }

    /// Knows again whom a record told of that was kept from another time.
    pub fn recall(&mut self, record: &Record) -> Vec<Incoming> {
        // What could not be read would not have been kept.
        self.read(record).unwrap_or_default()
    }

    /// What records had brought as they were kept. `now` is how the one reads that is being taken: what is known of people
    /// stays as it tells it, and nothing is counted or gathered.
    pub fn aside(&mut self, kept: &[Record], now: Option<&Record>) -> Vec<What> {
        let held = self.shelf.hold();
        let read: Vec<Incoming> = kept.iter().filter_map(|record| self.read(record).ok()).flatten().collect();
        let gathered = self.shelf.end();
        if let Some(record) = now {
            self.recall(record);
        }
        self.shelf.release(held);
        read.into_iter().chain(gathered).map(|one| one.what).collect()
    }
}

#[cfg(test)]
mod tests;
