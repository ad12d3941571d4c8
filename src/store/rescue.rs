//! What can still be read of a damaged desk, in a new one.

use super::engine::{self, Salvaged};
use super::health::Copied;
use super::{Fresh, Place, Store};
use crate::error::{Error, Result};
use std::path::Path;

/// What came out of a damaged desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// What the new desk holds.
    pub holds: Copied,
    /// Table by table.
    pub tables: Vec<Salvaged>,
    /// Numbers of tickets that were given out and are not there: from, to.
    pub lost: Vec<(i64, i64)>,
}

/// Reads what can be read of the desk in `from` into the new file `target`. `from` stays as it is.
///
/// # Errors
/// Where nothing can be read, `target` is there already, or the disk is full: then nothing is left behind.
pub fn rescue(from: &Path, target: &Path, fresh: &Fresh) -> Result<Rescued> {
    super::backup::free(target)?;
    let folder = super::backup::folder_of(target);
    let failed = |e: std::io::Error| Error::from(e).doing(format!("writing into {}", folder.display()));
    let draft = crate::draft::file("rescue", folder).map_err(failed)?;
    let tables = engine::salvage(from, draft.path(), fresh)?;
    let mut store = Store::open(&Place::File(draft.path().to_owned()), true, None)?
        .ok_or_else(|| Error::bug("a new desk is not there"))?;
    store.bookkeep(fresh.now, |tx| tx.make_anew())?;
    let (holds, lost) = store.read(|r| Ok((r.holdings()?, r.lost_tickets()?)))?;
    drop(store);
    std::fs::File::open(draft.path()).and_then(|f| f.sync_all()).map_err(failed)?;
    draft.persist_noclobber(target).map_err(|e| failed(e.error))?;
    std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(failed)?;
    Ok(Rescued { holds, tables, lost })
}

impl super::Reader<'_> {
    /// Numbers of tickets that were given out, and no ticket has them: what an undo of an opening took, and what is lost.
    fn lost_tickets(&mut self) -> Result<Vec<(i64, i64)>> {
        let last = self.number(super::sql::NUMBERS, &[])?;
        let (mut found, mut next) = (Vec::new(), 1);
        self.each(super::sql::ALL_TICKETS, &[], |r| {
            let id = r.int(0)?;
            if id > next {
                found.push((next, id - 1));
            }
            next = id + 1;
            Ok(())
        })?;
        if last > next {
            found.push((next, last - 1));
        }
        Ok(found)
    }
}
