//! A Maildir that mail is delivered to while it is read. Only real files in real folders count: a link leads nowhere.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::super::mailbox::is_sent_name;
use super::{Item, Place, name, too_large};
use crate::domain::time::Moment;

/// A mail that moves under the reader's hands is looked for so often.
const TRIES: usize = 4;

#[derive(Debug)]
pub(super) struct Maildir {
    path: PathBuf,
}

/// The file of a mail, where it was last seen.
pub(super) type Found = PathBuf;

impl Maildir {
    pub(super) fn open(path: &Path) -> Result<Maildir, String> {
        let shown = path.display();
        let facts = fs::metadata(path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => format!("there is no folder {shown}"),
            _ => format!("{shown} cannot be read: {e}"),
        })?;
        if !facts.is_dir() {
            return Err(format!("{shown} is no folder, and so no Maildir"));
        }
        let maildir = Maildir { path: path.to_owned() };
        if maildir.is_one() {
            Ok(maildir)
        } else {
            Err(format!("{shown} is no Maildir: it has neither `cur` nor `new`"))
        }
    }

    fn is_one(&self) -> bool {
        is_folder(&self.path.join("cur")) || is_folder(&self.path.join("new"))
    }

    /// Where the folders of this Maildir are: in it, or beside it where it is a folder itself.
    fn root(&self) -> &Path {
        let above = self.path.parent().filter(|_| self.path.join("maildirfolder").exists());
        above.unwrap_or(&self.path)
    }

    /// The first folder, in the order of names, that is called as folders of sent mail are.
    pub(super) fn sent(&self) -> Option<Maildir> {
        let entries = fs::read_dir(self.root()).ok()?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
        paths.sort();
        let named = |path: &PathBuf| path.file_name().is_some_and(|name| is_sent_name(&name.to_string_lossy()));
        let folders = paths.into_iter().filter(|path| named(path) && is_folder(path));
        folders.map(|path| Maildir { path }).find(Maildir::is_one)
    }

    pub(super) fn folder(&self, folder: &str) -> Option<Maildir> {
        if folder.eq_ignore_ascii_case("inbox") {
            return Some(Maildir { path: self.root().to_owned() }).filter(Maildir::is_one);
        }
        let paths = name::on_disk(folder).into_iter().map(|name| self.root().join(name));
        paths.filter(|path| is_folder(path)).map(|path| Maildir { path }).find(Maildir::is_one)
    }

    /// `new` is read before `cur`: a mail that moves meanwhile is seen at least once.
    pub(super) fn list(&self) -> Result<Vec<Item>, String> {
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        self.each(|mark, path| {
            if let Some(facts) = facts(&path) {
                let arrived = Some(Moment(facts.mtime()).held());
                items.insert(mark.clone(), Item { mark, bytes: facts.len(), arrived, place: Place::Found(path) });
            }
            false
        })?;
        let mut items: Vec<Item> = items.into_values().collect();
        items.sort_by_key(|item| item.arrived);
        Ok(items)
    }

    /// Gives each file of `new` and `cur` with its mark, until `done`.
    fn each(&self, mut done: impl FnMut(String, PathBuf) -> bool) -> Result<(), String> {
        for part in ["new", "cur"] {
            let folder = self.path.join(part);
            if !is_folder(&folder) {
                continue;
            }
            let failed = |e| format!("{} cannot be read: {e}", folder.display());
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let mark = mark_of(&entry.file_name().to_string_lossy());
                if !mark.is_empty() && done(mark, entry.path()) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Where the mail is now.
    fn find(&self, mark: &str, seen: &Found) -> Result<Option<PathBuf>, String> {
        if facts(seen).is_some() {
            return Ok(Some(seen.clone()));
        }
        let mut now = None;
        self.each(|found, path| {
            if found == mark && facts(&path).is_some() {
                now = Some(path);
            }
            now.is_some()
        })?;
        Ok(now)
    }

    /// Does something with the file of a mail; once more where it moved meanwhile.
    fn with<T>(&self, mark: &str, seen: &Found, deed: impl Fn(&Path) -> Attempt<T>) -> Result<Option<T>, String> {
        for _ in 0..TRIES {
            let Some(path) = self.find(mark, seen)? else { continue };
            match deed(&path) {
                Attempt::Done(done) => return Ok(Some(done)),
                Attempt::Failed(why) => return Err(why),
                Attempt::Moved => {}
            }
        }
        Ok(None)
    }

    pub(super) fn read(&self, mark: &str, seen: &Found, cap: u64) -> Result<Vec<u8>, String> {
        let bytes = self.beginning(mark, seen, cap.saturating_add(1))?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > cap { Err(too_large(length, cap)) } else { Ok(bytes) }
    }

    /// The first bytes of a mail, at most so many.
    pub(super) fn beginning(&self, mark: &str, seen: &Found, most: u64) -> Result<Vec<u8>, String> {
        let read = self.with(mark, seen, |path| {
            let opened = File::open(path);
            let mail = opened.and_then(|file| {
                let mut bytes = Vec::new();
                let real = same(&file.metadata()?, facts(path).as_ref());
                if real {
                    file.take(most).read_to_end(&mut bytes)?;
                }
                Ok(real.then_some(bytes))
            });
            match mail {
                Ok(Some(bytes)) => Attempt::Done(bytes),
                Ok(None) => Attempt::Moved,
                Err(e) if e.kind() == ErrorKind::NotFound => Attempt::Moved,
                Err(e) => Attempt::Failed(format!("{} cannot be read: {e}", path.display())),
            }
        })?;
        read.ok_or_else(|| self.gone(mark))
    }

    pub(super) fn move_to(&self, mark: &str, seen: &Found, folder: &str) -> Result<(), String> {
        let target = match self.folder(folder) {
            Some(target) => target,
            None => self.make(folder)?,
        };
        let failed = |e| format!("the mail cannot be moved to {folder}: {e}");
        let into = target.path.join("cur");
        make_folder(&into).map_err(failed)?;
        let moved = self.with(mark, seen, |path| {
            let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
                return Attempt::Moved;
            };
            let fresh = path.parent().is_some_and(|part| part.ends_with("new")) && !name.contains(':');
            let to =
                if fresh { into.join(format!("{name}:2,")) } else { into.join(path.file_name().unwrap_or_default()) };
            if to == path {
                return Attempt::Done(());
            }
            if fs::symlink_metadata(&to).is_ok() {
                return Attempt::Failed(format!("{} is there already", to.display()));
            }
            match fs::rename(path, &to) {
                Ok(()) => Attempt::Done(()),
                Err(e) if e.kind() == ErrorKind::NotFound => Attempt::Moved,
                Err(e) => Attempt::Failed(failed(e)),
            }
        })?;
        let there = || target.find(mark, &into.join(mark)).map(|found| found.is_some());
        if moved.is_some() || there()? { Ok(()) } else { Err(self.gone(mark)) }
    }

    /// Makes a folder as Maildir++ has them.
    fn make(&self, folder: &str) -> Result<Maildir, String> {
        let name = name::on_disk(folder).into_iter().next();
        let name = name.ok_or_else(|| format!("`{folder}` is no name for a mail folder"))?;
        let path = self.root().join(name);
        let made = make_folder(&path)
            .and_then(|()| ["tmp", "new", "cur"].iter().try_for_each(|part| make_folder(&path.join(part))))
            .and_then(|()| File::options().append(true).create(true).open(path.join("maildirfolder")).map(drop));
        made.map_err(|e| format!("the folder {} cannot be made: {e}", path.display()))?;
        Ok(Maildir { path })
    }

    fn gone(&self, mark: &str) -> String {
        format!("the mail {mark} is no longer in {}", self.path.display())
    }
}

/// How trying something with a file that others may move came out.
enum Attempt<T> {
    Done(T),
    Moved,
    Failed(String),
}

/// What stays of a file's name when flags change: all before `:2,`. Empty for a hidden file, which is no mail.
fn mark_of(name: &str) -> String {
    if name.starts_with('.') { String::new() } else { name.split(':').next().unwrap_or_default().to_owned() }
}

/// What is known of a regular file; none for anything else, links too.
fn facts(path: &Path) -> Option<Metadata> {
    fs::symlink_metadata(path).ok().filter(Metadata::is_file)
}

/// The opened file is the one that the folder names, not one that a link leads to.
fn same(opened: &Metadata, named: Option<&Metadata>) -> bool {
    named.is_some_and(|named| (opened.dev(), opened.ino()) == (named.dev(), named.ino()))
}

/// A real folder, no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|facts| facts.is_dir())
}

/// Makes a folder that only its owner may enter, where there is none.
fn make_folder(path: &Path) -> std::io::Result<()> {
    if is_folder(path) {
        return Ok(());
    }
    DirBuilder::new().mode(0o700).create(path)
}
