//! A desk out of a backup: drawn up beside the one that it replaces, and put in its place in one transaction.

use super::sqlite::{
    Care, batch, bring_inside, check_copy, error, furnish, has_one_name, inspect, known_edition, look_into, publish,
    resolve, run, vacuum_into,
};
use crate::domain::time::Moment;
use crate::error::{Error, Kind, Result};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

const OPENED: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// What a backup is: its desk, how far its history goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The id of the desk.
    pub uid: String,
    /// Its last operation, and when that was.
    pub last: Option<(i64, Moment)>,
}

/// Writes the desk in `from`, brought up to today's edition, into the empty file `draft`: what waited there to be sent is held,
/// for it may have left since. `from` stays as it is.
pub(crate) fn draw(from: &Path, draft: &Path) -> Result<Seen> {
    let from = &resolve(from)?;
    inspect(from)?;
    let c = look_into(from)?;
    furnish(&c, Care::Usual)?;
    known_edition(&c)?;
    vacuum_into(&c, draft)?;
    drop(c);
    let c = Connection::open_with_flags(draft, OPENED).map_err(error)?;
    furnish(&c, Care::Usual)?;
    batch(&c, "PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE")?;
    bring_inside(&c)?;
    run(&c, crate::store::sql::OUTBOX_RESTORED, &[])?;
    batch(&c, "COMMIT")?;
    seen_in(&c)
}

fn seen_in(c: &Connection) -> Result<Seen> {
    let uid = c.query_row(crate::store::sql::DESK_UID, [], |r| r.get(0)).map_err(error)?;
    let mut found = c.prepare("SELECT id, at FROM operation ORDER BY id DESC LIMIT 1").map_err(error)?;
    let mut rows = found.query([]).map_err(error)?;
    let last = match rows.next().map_err(error)? {
        Some(r) => Some((r.get(0).map_err(error)?, Moment(r.get(1).map_err(error)?))),
        None => None,
    };
    Ok(Seen { uid, last })
}

/// Puts the desk of `draft` in the place of the one in `path`, in one transaction: whoever has it open goes on with the new
/// one. While nobody can write, the desk that was there goes into the new file `aside`. Gives what it was.
pub(crate) fn replace(path: &Path, draft: &Path, aside: &Path) -> Result<Seen> {
    let path = &resolve(path)?;
    inspect(path)?;
    has_one_name(path)?;
    let open = |path: &Path| Connection::open_with_flags(path, OPENED).map_err(error);
    let (mut c, reader, source) = (open(path)?, open(path)?, open(draft)?);
    for c in [&c, &reader] {
        furnish(c, Care::Usual)?;
        known_edition(c)?;
    }
    let backup = Backup::new(&source, &mut c).map_err(error)?;
    let step = |pages: i32| -> Result<bool> {
        let begun = Instant::now();
        loop {
            match backup.step(pages).map_err(error)? {
                StepResult::Done => return Ok(true),
                StepResult::More => return Ok(false),
                _ if begun.elapsed() < Duration::from_secs(30) => std::thread::sleep(Duration::from_millis(20)),
                _ => {
                    return Err(Error::new(
                        Kind::Temporary,
                        "another program has been writing to this desk for too long",
                    )
                    .hint("try again; nothing was changed"));
                }
            }
        }
    };
    // From the first page on nobody else can write; readers see the old desk until the last one is there.
    let done = step(1)?;
    // Made by its owner alone from the first byte on: SQLite keeps the rights of an empty file that it fills.
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(aside)?;
    vacuum_into(&reader, aside)?;
    let was = seen_in(&reader)?;
    check_copy(aside)?;
    fs::File::open(aside)?.sync_all()?;
    if !done {
        step(-1)?;
    }
    drop(backup);
    Ok(was)
}

/// Which desk is in a file, and how far its history goes.
pub(crate) fn seen(path: &Path) -> Result<Seen> {
    let path = &resolve(path)?;
    inspect(path)?;
    let c = Connection::open_with_flags(path, OPENED).map_err(error)?;
    furnish(&c, Care::Usual)?;
    known_edition(&c)?;
    seen_in(&c)
}

/// Whether a file can be read whole.
pub(crate) fn is_sound(path: &Path) -> bool {
    let read = || -> Result<String> {
        super::log::is_its_own(path)?;
        let c = Connection::open_with_flags(path, OPENED).map_err(error)?;
        furnish(&c, Care::Usual)?;
        known_edition(&c)?;
        c.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0)).map_err(error)
    };
    read().is_ok_and(|said| said == "ok")
}

/// Gives a finished desk the name `path`, which must not be there.
pub(crate) fn put_in_place(draft: &Path, path: &Path) -> Result<()> {
    fs::File::open(draft)?.sync_all()?;
    publish(draft, path)
}
