//! Files that leave the desk: saved under a name of their own, or shown by the program that the desktop has for them. What
//! they are called is decided by the caller.

use super::Host;
use crate::draft;
use crate::error::{Error, Result};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Writes a file of this user (mode 0600) whole under a new name. What has that name already, be it a link that points
/// nowhere, stays as it is, unless it is to be replaced; nothing is ever written through a link.
pub fn save_new(path: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => taken(path),
        _ => Error::from(e).doing(format!("writing {}", path.display())),
    };
    if replace {
        spare_desks(path)?;
    }
    draft::tidy(folder);
    let mut draft = draft::file("file", folder).map_err(failed)?;
    draft.write_all(bytes).map_err(failed)?;
    draft.as_file().sync_all().map_err(failed)?;
    let named = if replace { draft.persist(path) } else { draft.persist_noclobber(path) };
    named.map_err(|e| failed(e.error))?;
    draft::names_last(folder).map_err(failed)
}

/// Refuses to put another file in the place of a desk, of a backup, or of the log of one: a slip of the hand in `-o FILE`
/// shall not cost a desk.
///
/// # Errors
/// Where such a file is there.
pub fn spare_desks(path: &Path) -> Result<()> {
    let name = path.as_os_str().as_bytes();
    let of_a_log = ["-wal", "-shm", "-journal"].iter().find_map(|suffix| name.strip_suffix(suffix.as_bytes()));
    let whose = of_a_log.map_or(path, |desk| Path::new(OsStr::from_bytes(desk)));
    if !begins_as_a_database(path) && !begins_as_a_database(whose) {
        return Ok(());
    }
    Err(Error::refused(format!("{} is a desk, or belongs to one: nothing takes its place", path.display()))
        .hint("name another file"))
}

fn begins_as_a_database(path: &Path) -> bool {
    const HEAD: &[u8] = b"SQLite format 3\0";
    let mut head = Vec::with_capacity(HEAD.len());
    let plain = std::fs::metadata(path).is_ok_and(|m| m.is_file());
    plain && std::fs::File::open(path).is_ok_and(|f| f.take(16).read_to_end(&mut head).is_ok()) && head == HEAD
}

/// Makes a folder of this user alone (mode 0700, its files 0600, whatever the umask), whole or not at all: `fill` writes into
/// a draft of it. What is there already must be an empty folder.
pub fn save_folder<T>(path: &Path, fill: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let failed = |e: std::io::Error| Error::from(e).doing(format!("writing {}", path.display()));
    let rights =
        |place: &Path, mode| std::fs::set_permissions(place, std::fs::Permissions::from_mode(mode)).map_err(failed);
    empty_folder(path)?;
    let around = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !around.exists() {
        super::make_folder(around)?;
    }
    draft::tidy(around);
    let draft = draft::folder(around).map_err(failed)?;
    let filled = fill(draft.path())?;
    let mut folders = vec![draft.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            rights(&entry.path(), if is_folder { 0o700 } else { 0o600 })?;
            if is_folder {
                folders.push(entry.path());
            }
        }
    }
    // An empty folder of that name is replaced; one that somebody has filled meanwhile is not.
    std::fs::rename(draft.path(), path).map_err(failed)?;
    drop(draft.keep());
    // Thousands of files are not waited for one by one.
    let disk = std::fs::File::open(path).map_err(failed)?;
    rustix::fs::syncfs(disk).map_err(|e| failed(e.into()))?;
    Ok(filled)
}

/// Whether a folder may be made there: nothing is there, or an empty folder.
///
/// # Errors
/// Where anything else is.
pub fn empty_folder(path: &Path) -> Result<()> {
    match std::fs::symlink_metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::from(e).doing(path.display())),
        Ok(meta) if meta.is_dir() && std::fs::read_dir(path)?.next().is_none() => Ok(()),
        Ok(meta) if meta.is_dir() => {
            Err(Error::refused(format!("{} is not empty", path.display())).hint("name a new folder: -o FOLDER"))
        }
        Ok(_) => Err(Error::refused(format!("{} is there and is no folder", path.display()))
            .hint("name a new folder: -o FOLDER")),
    }
}

/// The error for a name that is taken.
#[must_use]
pub fn taken(path: &Path) -> Error {
    Error::refused(format!("{} is there already", path.display())).hint("-o another name or folder, or --force")
}

impl Host {
    /// Puts a file into a folder that only this user may look into and has a program show it: what `DESK_OPENER` names,
    /// else the desktop's own. Gives where it lies.
    pub fn show_file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let opener = self.opener()?;
        let begin = tempfile::Builder::new().prefix("desk-").permissions(PermissionsExt::from_mode(0o700)).tempdir();
        let folder = begin.map_err(|e| Error::from(e).doing("making a folder for it"))?;
        let path = folder.path().join(name);
        save_new(&path, bytes, false)?;
        let mut words = opener.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).arg(&path);
        if self.variable("DESK_OPENER").is_none() {
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        }
        let failed = |why: String| Error::refused(format!("{opener} does not open it")).because(why);
        let done = command.status().map_err(|e| failed(e.to_string()))?;
        if !done.success() {
            return Err(failed(done.to_string()));
        }
        // The program that shows it may still be reading: the folder stays until the machine tidies up.
        drop(folder.keep());
        Ok(path)
    }

    fn opener(&self) -> Result<String> {
        if let Some(named) = self.variable("DESK_OPENER") {
            return Ok(named);
        }
        let desktop = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|v| self.variable(v).is_some());
        match (cfg!(target_os = "macos"), desktop) {
            (true, _) => Ok("open".to_owned()),
            (false, true) => Ok("xdg-open".to_owned()),
            (false, false) => Err(Error::refused("there is no desktop here to open a file on")
                .hint("save it, or name a program for it: DESK_OPENER=less")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_name_that_is_taken_stays_and_a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        save_new(&at("new"), b"one", false).unwrap();
        assert_eq!(fs::metadata(at("new")).unwrap().permissions().mode() & 0o777, 0o600);
        let no = save_new(&at("new"), b"two", false).unwrap_err();
        assert!(no.what.contains("is there already"), "{no}");
        assert_eq!(fs::read(at("new")).unwrap(), b"one");
        std::os::unix::fs::symlink(at("elsewhere"), at("link")).unwrap();
        assert!(save_new(&at("link"), b"two", false).is_err() && !at("elsewhere").exists());
        save_new(&at("link"), b"two", true).unwrap();
        assert!(fs::symlink_metadata(at("link")).unwrap().is_file() && !at("elsewhere").exists());
        save_new(&at("new"), b"two", true).unwrap();
        assert_eq!(fs::read(at("new")).unwrap(), b"two");
        fs::write(at("new"), b"SQLite format 3\0...").unwrap();
        assert!(save_new(&at("new"), b"two", true).unwrap_err().what.contains("is a desk"));
        fs::create_dir(at("folder")).unwrap();
        assert!(save_new(&at("folder"), b"two", true).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "no draft is left over");
    }
}
