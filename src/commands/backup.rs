//! `desk backup`: a verified copy of the desk.

use super::args::Answer;
use crate::desk::Desk;
use crate::error::{Error, Kind, Result};
use crate::report::{Cell, Fact, Facts, Part, Report};
use crate::store::backup;
use std::path::{Path, PathBuf};

/// Copy the desk into a new file, checked, while others go on working
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "A backup is a desk itself: desk --desk FILE ls looks into it. Nothing is ever replaced; in a folder each
backup gets a name with the time of day.

Examples:
  desk backup ~/backups/before-the-move.db
  desk backup ~/backups                 # ~/backups/desk-2026-11-20-183000.db
  desk backup ~/backups --keep 14 -q    # for cron: the newest 14 stay"
)]
pub struct Backup {
    /// A new file, or a folder
    #[arg(value_name = "PATH")]
    path: String,
    /// In a folder: keep so many backups of this desk, remove the older ones
    #[arg(long, value_name = "N")]
    keep: Option<usize>,
}

impl Backup {
    /// Copies.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.keep == Some(0) {
            return Err(Error::usage("--keep takes a number from 1: the last backup is never removed"));
        }
        let folder = PathBuf::from(&self.path);
        let into_folder = folder.is_dir();
        if self.keep.is_some() && !into_folder && !Path::new(&self.path).exists() && !desk.dry {
            crate::host::make_folder(Path::new(&self.path))?;
            return self.run(desk);
        }
        if self.keep.is_some() && !into_folder {
            return Err(Error::usage(format!("--keep needs a folder, and {} is none", self.path))
                .hint("desk backup FOLDER --keep 14"));
        }
        let target = if into_folder {
            let now = desk.now;
            folder.join(format!("desk-{}.db", desk.zone()?.local(now).format("%Y-%m-%d-%H%M%S")))
        } else if self.path.ends_with('/') {
            return Err(
                Error::missing(format!("there is no folder {}", self.path)).hint(format!("mkdir -p {}", self.path))
            );
        } else {
            folder.clone()
        };
        let uid = desk.read(|r| r.uid())?;
        if desk.dry {
            backup::free(&target)?;
            return Ok(Report {
                parts: vec![Part::Prose(format!("would write {}", target.display()))],
                ..Report::default()
            }
            .into());
        }
        let done = desk.store_of_existing()?.back_up(&target)?;
        let (removed, left) = match self.keep {
            Some(keep) => remove(&backup::outdated(&target, &uid, keep, &desk.place)?),
            None => (Vec::new(), Vec::new()),
        };
        let partly = !left.is_empty();
        let mut report = told(&target, &done, &removed);
        report.notes.extend(left);
        let answer = Answer::from(report);
        Ok(if partly { answer.ending(Kind::Refused) } else { answer })
    }
}

/// Removes old backups with what SQLite may have put beside them: those that went, and why others did not.
fn remove(old: &[PathBuf]) -> (Vec<String>, Vec<String>) {
    let (mut removed, mut left) = (Vec::new(), Vec::new());
    for path in old {
        match std::fs::remove_file(path) {
            Ok(()) => removed.push(path.display().to_string()),
            Err(e) => left.push(format!("{} could not be removed: {e}", path.display())),
        }
        for suffix in ["-wal", "-shm"] {
            let mut beside = path.clone().into_os_string();
            beside.push(suffix);
            drop(std::fs::remove_file(beside));
        }
    }
    (removed, left)
}

fn told(target: &Path, done: &backup::Backup, removed: &[String]) -> Report {
    let rows = vec![
        Fact::new("path", "backup", Cell::Text(target.display().to_string())),
        Fact::new("bytes", "size", Cell::Bytes(i64::try_from(done.bytes).unwrap_or(i64::MAX))),
        Fact::new("tickets", "tickets", Cell::Count(done.holds.tickets)),
        Fact::new("messages", "messages", Cell::Count(done.holds.messages)),
        Fact::new("operations", "operations", Cell::Count(done.holds.operations)),
        Fact::new("sha256", "SHA-256", Cell::Text(done.sha256.clone())),
        Fact::new("removed", "removed", Cell::List(removed.iter().cloned().map(Cell::Text).collect())),
    ];
    let facts = Facts { rows, ..Facts::default() };
    let notes = vec!["checked page by page: it is sound".to_owned()];
    Report { parts: vec![Part::Facts(facts)], notes, ..Report::default() }
}
