//! What `doctor` asks the store, and copies of the whole desk. What lies around the file is in `surroundings`.

use super::{Engine, Reader, Store, Tx, engine, sql, vals};
use crate::domain::words;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: a file, a ticket, a part of the desk.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// The next step.
    pub mend: String,
    /// What `doctor --mend` does about it.
    pub cure: Option<Cure>,
}

/// A repair that loses nothing: it touches only rights, and what is made from the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// The rights that a file or folder should have.
    Rights(PathBuf, u32),
    /// The kept figures of a ticket.
    Figures(i64),
    /// The search index.
    Index,
}

impl Finding {
    /// A finding that a person mends.
    #[must_use]
    pub fn new(place: impl Into<String>, what: impl Into<String>, mend: impl Into<String>) -> Finding {
        Finding { place: place.into(), what: what.into(), mend: mend.into(), cure: None }
    }

    /// A finding that `--mend` can mend.
    #[must_use]
    pub fn curable(place: impl Into<String>, what: impl Into<String>, cure: Cure) -> Finding {
        Finding { cure: Some(cure), ..Finding::new(place, what, "desk doctor --mend") }
    }

    /// What kept a check from being made.
    #[must_use]
    pub fn of(place: impl Into<String>, e: Error) -> Finding {
        let what = e.cause.map_or(e.what.clone(), |cause| format!("{} ({cause})", e.what));
        Finding::new(place, what, e.hint.unwrap_or_else(|| "look into it, and keep your last backup safe".to_owned()))
    }
}

/// The edition of the schema that this program reads and writes.
#[must_use]
pub fn edition() -> i64 {
    super::SCHEMA
}

/// The id of the desk in a file; none where there is none that can be read.
#[must_use]
pub fn uid_of(path: &Path) -> Option<String> {
    engine::uid_of(path)
}

/// The version of the SQLite library inside this program.
#[must_use]
pub fn library_version() -> &'static str {
    engine::library_version()
}

/// What a desk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Tickets.
    pub tickets: i64,
    /// Messages.
    pub messages: i64,
    /// Operations.
    pub operations: i64,
}

/// Checks a finished copy page by page and counts what it holds.
pub fn check_copy(path: &Path) -> Result<Copied> {
    let (tickets, messages, operations) = engine::check_copy(path)?;
    Ok(Copied { tickets, messages, operations })
}

impl Store {
    /// Writes a compact copy into a new file, while others go on writing.
    pub fn copy_into(&mut self, path: &Path) -> Result<()> {
        self.engine.copy_into(path)
    }

    /// Whether this desk is a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// Complaints of the engine itself: damaged pages, dangling references. Empty: none.
    pub fn complaints(&mut self, thorough: bool) -> Result<Vec<String>> {
        if !self.engine.is_file() {
            return Ok(Vec::new());
        }
        let mut reader = Reader { engine: &mut self.engine };
        let check = if thorough { "PRAGMA integrity_check(20)" } else { "PRAGMA quick_check(20)" };
        let mut found = reader.all(check, &[], |r| r.text(0))?;
        found.retain(|line| line != "ok");
        let dangling = reader.all("PRAGMA foreign_key_check", &[], |r| Ok((r.text(0)?, r.text(2)?)))?;
        found.extend(
            dangling.into_iter().map(|(table, parent)| format!("a row of {table} points at a missing {parent}")),
        );
        Ok(found)
    }

    /// What lies among the tables of the desk that no program of ours put there, or that is no more as it was put there.
    ///
    /// # Errors
    /// Where the catalogue cannot be read.
    pub fn foreign(&mut self) -> Result<Vec<String>> {
        self.engine.foreign()
    }
}

impl Reader<'_> {
    /// What the desk holds.
    pub fn holdings(&mut self) -> Result<Copied> {
        Ok(Copied {
            tickets: self.number(sql::COUNT_TICKETS, &[])?,
            messages: self.number(sql::COUNT_MESSAGES, &[])?,
            operations: self.number(sql::COUNT_OPERATIONS, &[])?,
        })
    }

    /// Counters that would give a number out a second time.
    pub fn stale_counters(&mut self) -> Result<Vec<&'static str>> {
        let mut found = Vec::new();
        for (what, sql) in COUNTERS {
            if self.number(sql, &[])? > 0 {
                found.push(*what);
            }
        }
        Ok(found)
    }

    /// Tickets whose kept figures differ from what their history says, checked in pages of numbers after `after`.
    pub fn drifted(&mut self, after: i64, page: i64) -> Result<(Vec<i64>, Option<i64>)> {
        let ids = self.all(sql::TICKET_IDS, vals![after, page], |r| r.int(0))?;
        let mut drifted = Vec::new();
        for id in &ids {
            let Some(ticket) = self.ticket(*id)? else { continue };
            if self.holds(*id)? != Some(self.should_hold(&ticket)?) {
                drifted.push(*id);
            }
        }
        Ok((drifted, ids.last().copied()))
    }

    /// Whether the search index was made by this edition of the stemmer.
    pub fn index_is_current(&mut self) -> Result<bool> {
        Ok(self.number(sql::DESK_ANALYSER, &[])? == words::ANALYSER)
    }

    /// Unreadable mails and attachments: every hash is computed again.
    pub fn rotten(&mut self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for id in self.all(RAW_IDS, &[], |r| r.int(0))? {
            if self.raw(id).is_err() {
                found.push(format!("the source of message {id}"));
            }
        }
        let mut bad = Vec::new();
        self.each(BLOBS, &[], |r| {
            let (sha, data) = (r.blob(0)?, r.blob(1)?);
            if super::raw::sha256(&data).as_slice() != sha {
                bad.push(sha);
            }
            Ok(())
        })?;
        for sha in bad {
            let of = self.first(sql::BLOB_OF, vals![sha.as_slice()], |r| {
                Ok(format!("attachment {} of message {}", r.int(1)? + 1, r.int(0)?))
            })?;
            found.push(of.unwrap_or_else(|| "an attachment of no message".to_owned()));
        }
        Ok(found)
    }
}

const RAW_IDS: &str = "SELECT message_id FROM raw ORDER BY message_id";
const BLOBS: &str = "SELECT sha256, data FROM blob";
const COUNTERS: &[(&str, &str)] = &[
    ("ticket numbers", sql::STALE_TICKETS),
    ("time entries", sql::STALE_ENTRIES),
    ("messages", sql::STALE_IDS),
    ("operations", sql::STALE_OPERATIONS),
];

impl Tx<'_> {
    /// Builds the search index anew from the facts.
    pub fn rebuild_index(&mut self) -> Result<()> {
        self.clear_index()?;
        let mut stemmer = words::Stemmer::new();
        let mut after = 0;
        loop {
            let page = self.all(sql::MESSAGE_PAGE, vals![after, 500_i64], |r| {
                Ok((r.int(0)?, r.text(1)?, r.text(2)?, r.text(3)?, r.text_or(4)?.unwrap_or_default()))
            })?;
            let Some(last) = page.last() else { break };
            after = last.0;
            for (id, author, email, text, subject) in page {
                let subject = distinct(&mut stemmer, &subject);
                let body = distinct(&mut stemmer, &format!("{text}\n{author} {email}"));
                self.index(id, &subject, &body, false)?;
            }
        }
        let mut after = 0;
        loop {
            let ids = self.all(sql::TICKET_IDS, vals![after, 500_i64], |r| r.int(0))?;
            let Some(last) = ids.last() else { break };
            after = *last;
            for id in ids {
                self.relist(id)?;
            }
        }
        self.run(sql::DESK_ANALYSER_SET, vals![words::ANALYSER])?;
        Ok(())
    }

    /// Writes the figures of a ticket anew from its history.
    pub fn mend(&mut self, ticket: i64) -> Result<()> {
        let Some(t) = self.ticket(ticket)? else {
            return Err(Error::missing(format!("ticket {ticket} does not exist")));
        };
        let kept = self.should_hold(&t)?;
        self.keep(ticket, &kept)
    }
}

fn distinct(stemmer: &mut words::Stemmer, text: &str) -> String {
    let mut out = String::new();
    stemmer.distinct(text, &mut out);
    out
}
