//! An open file of SQLite, and whether it still is the one of its name: what is written to a file that was moved or removed
//! in the meantime would be acknowledged and, with its log beside the old name, not be found again.

use super::sqlite::{batch, empty_log};
use crate::error::{Error, Result};
use rusqlite::Connection;
use std::ops::Deref;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// An open file, or a desk in memory.
pub(crate) struct File {
    connection: Connection,
    /// Its path, device and number; none in memory.
    opened: Option<(PathBuf, (u64, u64))>,
}

impl Deref for File {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl File {
    /// What was just opened.
    pub(super) fn new(connection: Connection) -> File {
        let path = connection.path().filter(|path| !path.is_empty()).map(PathBuf::from);
        let opened = path.and_then(|path| which(&path).map(|file| (path, file)));
        File { connection, opened }
    }

    /// Makes the transaction last, unless the file is elsewhere by now: then nothing of it is kept, and what was kept before
    /// goes out of the log into the file, wherever that is.
    pub(super) fn commit(&self) -> Result<()> {
        match &self.opened {
            Some((path, file)) if which(path) != Some(*file) => {
                batch(self, "ROLLBACK")?;
                drop(empty_log(self));
                let what = format!("{} was moved, removed or replaced by another file in the meantime", path.display());
                Err(Error::refused(what)
                    .hint("this was not kept: bring the file back, or name it with --desk, and run the command again"))
            }
            _ => batch(self, "COMMIT"),
        }
    }
}

fn which(path: &std::path::Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()))
}
