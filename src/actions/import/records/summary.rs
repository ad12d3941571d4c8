//! What came of an import of records: how many there were and what became of each, what they brought, what was guessed.

use super::sources::{How, Source};
use crate::domain::listed::Listed;
use crate::domain::mapping::Kind;
use crate::domain::ticket::Status;
use std::collections::BTreeMap;

/// So many rejected records are told; the others are counted.
const TOLD: usize = 1000;

/// What became of a record; of one that brings several things, the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// It told only of others, or of nothing to keep.
    Told,
    /// It came in before and means the same.
    Known,
    /// It came in before, means something else now, and was left.
    Left,
    /// What it is about is here, and was changed.
    Changed,
    /// What it is about is new here.
    Made,
}

/// What came of an import. Of the records that were read each is either created, updated, one of the duplicates, differing,
/// told or bad.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Whose files, or in which form.
    pub format: String,
    /// What numbers are known by.
    pub source: String,
    /// What the records are; none for the files of a program.
    pub kind: Option<Kind>,
    /// Records read.
    pub read: usize,
    /// Those that brought something new.
    pub created: usize,
    /// Those that changed what was here.
    pub updated: usize,
    /// Those that came in before and mean the same.
    pub duplicates: usize,
    /// Those that came in before, mean something else now, and were left.
    pub differing: usize,
    /// Those that only told of others, or of nothing to keep.
    pub told: usize,
    /// New tickets.
    pub tickets: usize,
    /// Messages added.
    pub messages: usize,
    /// Time entries added.
    pub entries: usize,
    /// Entries whose ticket is not here.
    pub strays: usize,
    /// Entries that name nobody who worked.
    pub nobodys: usize,
    /// Ratings added.
    pub ratings: usize,
    /// New contacts.
    pub contacts: usize,
    /// New contacts of whom nothing but their number there is known.
    pub nameless: usize,
    /// New clients.
    pub clients: usize,
    /// New agents.
    pub new_agents: Vec<String>,
    /// New tickets by the status they came in with.
    pub statuses: BTreeMap<Status, usize>,
    /// Of them, closed because they were silent.
    pub closed_silent: usize,
    /// New tickets that wait for us and were quiet for a month.
    pub quiet: usize,
    /// New tickets without a number of their own.
    pub numberless: usize,
    /// The first new tickets.
    pub(super) first: Vec<i64>,
    /// The same as they would look; only of a plan.
    pub shown: Vec<Listed>,
    /// Columns that found their field by their names.
    pub found: Vec<(String, &'static str)>,
    /// Columns that went nowhere.
    pub unused: Vec<String>,
    /// What was guessed of words: field, word, what it was taken for, how often.
    pub guesses: Vec<(&'static str, String, String, usize)>,
    /// What `--map` said of words that no record has.
    pub idle: Vec<String>,
    /// Rejected records: where, and why.
    pub rejected: Vec<(String, String)>,
    /// How many more were rejected.
    pub more_rejected: usize,
    /// Nothing was kept because records were bad.
    pub refused: bool,
    /// The operation, unless nothing was added.
    pub operation: Option<i64>,
}

impl Summary {
    /// How many records were rejected.
    #[must_use]
    pub fn bad(&self) -> usize {
        self.rejected.len() + self.more_rejected
    }

    /// So many records met this fate.
    pub(super) fn count(&mut self, fate: Fate, records: usize) {
        *match fate {
            Fate::Told => &mut self.told,
            Fate::Known => &mut self.duplicates,
            Fate::Left => &mut self.differing,
            Fate::Changed => &mut self.updated,
            Fate::Made => &mut self.created,
        } += records;
    }

    pub(super) fn reject(&mut self, place: String, why: String) {
        if self.rejected.len() < TOLD {
            self.rejected.push((place, why));
        } else {
            self.more_rejected += 1;
        }
    }

    /// What was made of the columns of the files.
    pub(super) fn told_by(&mut self, sources: &[Source]) {
        for source in sources {
            let How::Mapped(mapping) = &source.how else { continue };
            self.kind = Some(mapping.kind());
            for pair in mapping.guesses(&source.columns) {
                if !self.found.contains(&pair) {
                    self.found.push(pair);
                }
            }
            for column in mapping.unused(&source.columns) {
                if !self.unused.iter().any(|known| known == column) {
                    self.unused.push(column.to_owned());
                }
            }
        }
    }
}
