//! Files that get their name when they are whole: until then they lie beside it, for their owner alone, under a name that
//! tells what they are. Who is ended while he makes one leaves it behind; whoever makes the next one there takes it away.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::{Builder, NamedTempFile, TempDir};

/// How the name of every draft begins.
const BEGIN: &str = ".desk-";
/// What stands behind it: what it is a draft of.
const KINDS: [&str; 7] = ["backup", "restore", "edition", "rescue", "file", "folder", "input"];
/// After so long nobody makes it any more.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// A draft in a folder (mode 0600), which goes with its value unless it is given a name.
///
/// # Errors
/// Where the folder is not there, may not be written, or the disk is full.
pub fn file(kind: &str, folder: &Path) -> io::Result<NamedTempFile> {
    debug_assert!(KINDS.contains(&kind), "{kind} is not tidied away");
    Builder::new().prefix(&format!("{BEGIN}{kind}.")).tempfile_in(folder)
}

/// The same as a folder (mode 0700).
///
/// # Errors
/// As for [`file`].
pub fn folder(around: &Path) -> io::Result<TempDir> {
    Builder::new().prefix(&format!("{BEGIN}folder.")).permissions(Permissions::from_mode(0o700)).tempdir_in(around)
}

/// Makes it last that files of a folder got their names: they are found after a power cut. Some file systems cannot promise it, and
/// some folders may be written but not read.
///
/// # Errors
/// Where the disk fails.
pub fn names_last(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.or_else(|e| if matches!(e.kind(), InvalidInput | PermissionDenied | Unsupported) { Ok(()) } else { Err(e) })
}

/// Removes what nobody makes any more from a folder: each may be a copy of all that a desk holds, and nobody knows of it.
pub fn tidy(folder: &Path) {
    for path in left_in(folder, None, ABANDONED) {
        if path.is_dir() { drop(std::fs::remove_dir_all(&path)) } else { drop(std::fs::remove_file(&path)) }
    }
}

/// The drafts in a folder that nobody has touched for so long; also what else begins like that.
#[must_use]
pub fn left_in(folder: &Path, also: Option<&str>, long: Duration) -> Vec<PathBuf> {
    let named = |name: &str| {
        let rest = name.strip_prefix(BEGIN).and_then(|rest| rest.split_once('.'));
        rest.is_some_and(|(kind, chance)| KINDS.contains(&kind) && chance.len() == 6)
            || also.is_some_and(|begin| name.starts_with(begin))
    };
    let is_left = |entry: &std::fs::DirEntry| {
        let touched = || entry.metadata().ok().filter(|m| m.is_file() || m.is_dir())?.modified().ok();
        entry.file_name().to_str().is_some_and(named)
            && touched().and_then(|at| at.elapsed().ok()).is_some_and(|age| age > long)
    };
    let mut left: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().filter(is_left).map(|entry| entry.path()).collect();
    left.sort_unstable();
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_nobody_makes_any_more_goes_and_all_else_stays() {
        let place = tempfile::tempdir().unwrap();
        let abandoned = file("file", place.path()).unwrap().keep().unwrap().1;
        let full = folder(place.path()).unwrap().keep();
        fs::write(full.join("42.md"), "x").unwrap();
        assert_eq!(fs::metadata(&abandoned).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&full).unwrap().permissions().mode() & 0o777, 0o700);
        for other in [".desk-file", ".desk-notes.abcdef", ".desk-file.too-long-a-name", "desk-file.abcdef"] {
            fs::write(place.path().join(other), "x").unwrap();
        }
        for entry in fs::read_dir(place.path()).unwrap().flatten() {
            File::open(entry.path()).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        }
        let made = file("backup", place.path()).unwrap();
        assert_eq!(left_in(place.path(), None, ABANDONED).len(), 2);
        tidy(place.path());
        assert!(!abandoned.exists() && !full.exists() && made.path().exists());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 5);
    }
}
