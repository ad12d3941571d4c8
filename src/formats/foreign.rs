//! Records of other help desks, trackers and timesheets: what each of them means. A program has a file of its own here, which
//! knows how its files look (`looks`) and what a record of it brings (`read`); reading bytes, and what the desk does with what
//! comes in, stand elsewhere.

mod facts;
mod github;
mod harvest;
mod okdesk;
mod page;
mod shelf;
mod telegram;
mod toggl;

use crate::domain::incoming::Incoming;
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
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
}

/// The programs, those first whose files can be told apart best.
pub const PROGRAMS: &[Program] =
    &[okdesk::PROGRAM, github::PROGRAM, telegram::PROGRAM, toggl::PROGRAM, harvest::PROGRAM];

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

    /// What was gathered over many records: conversations of which each record is a message.
    #[must_use]
    pub fn end(self) -> Vec<Incoming> {
        self.shelf.end()
    }
}
