//! A backup of a desk: a compact copy made while others go on writing, checked page by page, and published whole or not
//! at all. Which of several backups are old enough to go is decided here, too.

use super::health::{Copied, check_copy, uid_of};
use super::{Place, Store};
use crate::draft;
use crate::error::{Error, Kind, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A finished, verified backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its length in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// What it holds.
    pub holds: Copied,
}

impl Store {
    /// Writes a backup to `target`, which must not be there yet.
    ///
    /// # Errors
    /// Where `target` is there, its folder is not, the disk is full, or the copy is not sound: then nothing is left behind.
    pub fn back_up(&mut self, target: &Path) -> Result<Backup> {
        free(target)?;
        let folder = folder_of(target);
        let failed = |e: std::io::Error| Error::from(e).doing(format!("writing a backup into {}", folder.display()));
        // Made by its owner alone from the first byte on: SQLite keeps the rights of an empty file that it fills.
        draft::tidy(folder);
        let draft = draft::file("backup", folder).map_err(failed)?;
        self.copy_into(draft.path())?;
        let holds = check_copy(draft.path())?;
        let file = File::open(draft.path()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let (bytes, sha256) = summed(file).map_err(failed)?;
        draft.persist_noclobber(target).map_err(|e| match e.error.kind() {
            std::io::ErrorKind::AlreadyExists => taken(target),
            _ => failed(e.error),
        })?;
        File::open(folder).and_then(|f| f.sync_all()).map_err(failed)?;
        Ok(Backup { bytes, sha256, holds })
    }
}

/// The length of a file and its SHA-256 in hexadecimal digits.
fn summed(mut file: File) -> std::io::Result<(u64, String)> {
    let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut piece)?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        bytes += u64::try_from(read.len()).unwrap_or(u64::MAX);
    }
    Ok((bytes, hash.finalize().iter().map(|b| format!("{b:02x}")).collect()))
}

/// What a desk in a file is, besides what it holds.
pub use super::engine::Seen;

/// A backup that was read whole and found sound: a desk of today's edition in a file of its own, which goes with this value.
#[derive(Debug)]
pub struct Drawn {
    draft: tempfile::NamedTempFile,
    /// What it holds.
    pub holds: Copied,
    /// Which desk it is.
    pub seen: Seen,
}

/// What became of the desk that a backup replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Where it is kept.
    pub kept: PathBuf,
    /// Which desk it was; none where it could not be read.
    pub was: Option<Seen>,
}

/// Reads a backup whole and checks it, beside the desk `path` that it is to replace. Nothing is changed.
///
/// # Errors
/// Where it is no desk, not sound, of a newer program, or the disk is full.
pub fn draw(backup: &Path, path: &Path) -> Result<Drawn> {
    let folder = folder_of(path);
    draft::tidy(folder);
    let draft = draft::file("restore", folder)
        .map_err(|e| Error::from(e).doing(format!("writing into {}", folder.display())))?;
    let drawn = || -> Result<(Seen, Copied)> {
        let seen = super::engine::draw(backup, draft.path())?;
        Ok((seen, check_copy(draft.path())?))
    };
    let (seen, holds) = drawn().map_err(|e| e.doing(format!("the backup {}", backup.display())))?;
    Ok(Drawn { draft, holds, seen })
}

impl Drawn {
    /// Puts it in the place of the desk `path`, in one step; the desk that is there goes into a new file beside it, and one that
    /// cannot be read is moved away as it is.
    ///
    /// # Errors
    /// Where the desk is written to all the time, or the disk is full: then the desk is as it was.
    pub fn replace(self, path: &Path) -> Result<Option<Replaced>> {
        if std::fs::symlink_metadata(path).is_err() {
            // A log that was left behind would be taken for the new desk's own.
            move_away(path, &aside(path))?;
            super::engine::put_in_place(self.draft.path(), path)?;
            return Ok(None);
        }
        let path = &std::fs::canonicalize(path)?;
        let kept = aside(path);
        match super::engine::replace(path, self.draft.path(), &kept) {
            Ok(was) => Ok(Some(Replaced { kept, was: Some(was) })),
            Err(e) => {
                drop(std::fs::remove_file(&kept));
                if e.kind == Kind::Temporary || super::engine::is_sound(path) {
                    return Err(e);
                }
                // Whoever cannot read it cannot write to it either.
                move_away(path, &kept)?;
                super::engine::put_in_place(self.draft.path(), path)?;
                Ok(Some(Replaced { kept, was: None }))
            }
        }
    }
}

/// Which desk is in a file, and how far its history goes; none where it cannot be read.
#[must_use]
pub fn seen(path: &Path) -> Option<Seen> {
    super::engine::seen(path).ok()
}

/// Gives a file and what SQLite keeps beside it another name.
fn move_away(path: &Path, to: &Path) -> Result<()> {
    for suffix in ["-wal", "-shm", ""] {
        let with = |path: &Path| -> PathBuf {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            name.into()
        };
        match std::fs::rename(with(path), with(to)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    Ok(())
}

/// A free name beside the desk for what it was before: `desk.db.before-restore.bak`, then `.before-restore.2.bak` …
fn aside(path: &Path) -> PathBuf {
    let name = |n: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(if n == 1 { ".before-restore.bak".to_owned() } else { format!(".before-restore.{n}.bak") });
        PathBuf::from(name)
    };
    (1..).map(name).find(|p| std::fs::symlink_metadata(p).is_err()).unwrap_or_else(|| name(1))
}

/// Whether a backup may be written there.
///
/// # Errors
/// Where something is there already, or its folder is not.
pub fn free(target: &Path) -> Result<()> {
    if std::fs::symlink_metadata(target).is_ok() {
        return Err(taken(target));
    }
    let folder = folder_of(target);
    if folder.is_dir() {
        return Ok(());
    }
    let folder = folder.display();
    Err(Error::missing(format!("there is no folder {folder}")).hint(format!("mkdir -p {folder}")))
}

fn taken(target: &Path) -> Error {
    Error::refused(format!("{} is there already: a backup replaces nothing", target.display()))
        .hint("name a new file, or a folder: each backup gets a name of its own there")
}

pub(super) fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The backups of the desk `uid` beside the one just `made` that are more than `keep` with it, oldest last. Only files
/// named by `desk backup FOLDER` count, only backups of this very desk, never the one just made (a clock may have gone
/// back), and never the desk itself.
pub fn outdated(made: &Path, uid: &str, keep: usize, desk: &Place) -> Result<Vec<PathBuf>> {
    let folder = folder_of(made);
    let own = match desk {
        Place::File(path) => std::fs::canonicalize(path).ok(),
        _ => None,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| Error::from(e).doing(format!("reading {}", folder.display())))? {
        let entry = entry?;
        let path = entry.path();
        let ours = entry.file_name().to_str().is_some_and(is_backup_name)
            && entry.file_type().is_ok_and(|t| t.is_file())
            && path != made
            && std::fs::canonicalize(&path).ok() != own
            && uid_of(&path).is_some_and(|found| found == uid);
        if ours {
            found.push(path);
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found.split_off(keep.saturating_sub(1).min(found.len())))
}

/// `desk-2026-11-20-120000.db`
fn is_backup_name(name: &str) -> bool {
    const SHAPE: &str = "desk-0000-00-00-000000.db";
    let digits: String = name.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    digits == SHAPE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_backup_gets_are_backups() {
        assert!(is_backup_name("desk-2026-11-20-120000.db"));
        for other in [
            "desk.db",
            "desk-2026-11-20.db",
            "my-desk-2026-11-20-120000.db",
            "desk-2026-11-20-120000.db-wal",
            "desk-٢026-11-20-120000.db",
        ] {
            assert!(!is_backup_name(other), "{other}");
        }
    }

    #[test]
    fn a_target_that_is_there_or_has_no_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/nowhere", folder.path().join("link")).unwrap();
        assert!(free(&folder.path().join("link")).unwrap_err().what.contains("is there already"));
        assert!(free(&folder.path().join("no/x.db")).unwrap_err().what.starts_with("there is no folder"));
        assert!(free(&folder.path().join("x.db")).is_ok());
    }
}
