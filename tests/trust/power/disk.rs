//! A disk that keeps what was synced, and of the rest what chance leaves.

use super::trace::Call;
use crate::stage::Dice;
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::rc::Rc;

/// What becomes of writes that were not synced.
#[derive(Debug, Clone, Copy)]
pub enum Loss {
    /// None of them arrived.
    All,
    /// Each of them arrived or did not.
    Some,
    /// Of each of them some sectors arrived.
    Torn,
    /// Those up to one arrived in their order, that one in part.
    Last,
}

impl Loss {
    pub const ALL: [Loss; 4] = [Loss::All, Loss::Some, Loss::Torn, Loss::Last];
}

/// The bytes that a disk never takes in part.
const SECTOR: usize = 512;

/// Names and files, with what of them is not synced.
#[derive(Clone, Default)]
pub struct Disk {
    files: Vec<Bytes>,
    names: BTreeMap<String, usize>,
    /// Names as they were synced, and what has changed since.
    synced_names: BTreeMap<String, usize>,
    loose_names: Vec<BTreeMap<String, usize>>,
}

#[derive(Clone, Default)]
struct Bytes {
    synced: Rc<Vec<u8>>,
    loose: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write(usize, Rc<Vec<u8>>),
    Length(usize),
}

impl Disk {
    /// The files of a folder, all of them synced; the shared memory of a desk is none.
    pub fn of(folder: &Path) -> Disk {
        let mut disk = Disk::default();
        disk.read(folder, "");
        disk.synced_names.clone_from(&disk.names);
        disk
    }

    fn read(&mut self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                self.read(&entry.path(), &format!("{name}/"));
            } else if !name.ends_with("-shm") {
                self.names.insert(name, self.files.len());
                let synced = Rc::new(fs::read(entry.path()).expect("a file"));
                self.files.push(Bytes { synced, loose: Vec::new() });
            }
        }
    }

    /// Does what was called.
    pub fn play(&mut self, calls: &[Call]) {
        for call in calls {
            match call {
                Call::Write(name, at, bytes) => {
                    let at = usize::try_from(*at).expect("a place in a file");
                    self.change(name, Change::Write(at, Rc::new(bytes.clone())));
                }
                Call::Truncate(name, length) => {
                    self.change(name, Change::Length(usize::try_from(*length).expect("a length")));
                }
                Call::Sync(name) => {
                    if let Some(file) = self.names.get(name) {
                        let file = &mut self.files[*file];
                        let mut bytes = (*file.synced).clone();
                        file.loose.drain(..).for_each(|change| change.apply(&mut bytes, |_| true));
                        file.synced = Rc::new(bytes);
                    }
                }
                Call::SyncFolder => {
                    self.synced_names.clone_from(&self.names);
                    self.loose_names.clear();
                }
                Call::Create(name) if self.names.contains_key(name) => {}
                Call::Create(name) => {
                    self.files.push(Bytes::default());
                    self.names.insert(name.clone(), self.files.len() - 1);
                    self.loose_names.push(self.names.clone());
                }
                Call::Rename(from, to) => {
                    if let Some(file) = self.names.remove(from) {
                        self.names.insert(to.clone(), file);
                    }
                    self.loose_names.push(self.names.clone());
                }
                Call::Link(from, to) => {
                    if let Some(file) = self.names.get(from).copied() {
                        self.names.insert(to.clone(), file);
                    }
                    self.loose_names.push(self.names.clone());
                }
                Call::Unlink(name) => {
                    self.names.remove(name);
                    self.loose_names.push(self.names.clone());
                }
                Call::Said | Call::Left => {}
            }
        }
    }

    fn change(&mut self, name: &str, change: Change) {
        if let Some(file) = self.names.get(name) {
            self.files[*file].loose.push(change);
        }
    }

    /// The power goes: what is not synced is what chance leaves of it. Names are kept in the order in which they changed.
    pub fn cut(mut self, loss: Loss, dice: &mut Dice) -> Disk {
        for file in &mut self.files {
            let mut bytes = (*file.synced).clone();
            let last = usize::try_from(dice.below(file.loose.len() as u64 + 1)).unwrap_or(0);
            for (n, change) in file.loose.drain(..).enumerate() {
                match loss {
                    Loss::All => {}
                    Loss::Some if dice.below(2) == 0 => {}
                    Loss::Some => change.apply(&mut bytes, |_| true),
                    Loss::Torn => change.apply(&mut bytes, |_| dice.below(2) == 0),
                    Loss::Last if n > last => {}
                    Loss::Last => change.apply(&mut bytes, |_| n < last || dice.below(2) == 0),
                }
            }
            file.synced = Rc::new(bytes);
        }
        let mut kept = usize::try_from(dice.below(self.loose_names.len() as u64 + 1)).unwrap_or(0);
        if matches!(loss, Loss::Some) {
            kept = self.loose_names.len();
        }
        if let Some(before) = kept.checked_sub(1) {
            self.synced_names.clone_from(&self.loose_names[before]);
        }
        self.names.clone_from(&self.synced_names);
        self
    }

    /// What tells it apart from other disks.
    pub fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (name, file) in &self.names {
            (name, &self.files[*file].synced).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Makes the folder what this disk holds.
    pub fn write(&self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let is_dir = entry.file_type().is_ok_and(|t| t.is_dir());
            if !is_dir && !self.names.contains_key(&*entry.file_name().to_string_lossy()) {
                fs::remove_file(entry.path()).expect("a file that is lost");
            }
        }
        for (name, file) in &self.names {
            let path = folder.join(name);
            let is_new = !path.exists();
            fs::write(&path, &*self.files[*file].synced).expect("a file");
            if is_new {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its rights");
            }
        }
    }
}

impl Change {
    /// Makes the change as far as its sectors arrive.
    fn apply(self, file: &mut Vec<u8>, mut arrives: impl FnMut(usize) -> bool) {
        match self {
            Change::Length(length) => {
                if arrives(0) {
                    file.resize(length, 0);
                }
            }
            Change::Write(at, bytes) => {
                let mut done = 0;
                while done < bytes.len() {
                    let begin = at + done;
                    let part = (SECTOR - begin % SECTOR).min(bytes.len() - done);
                    if arrives(begin / SECTOR) {
                        if file.len() < begin + part {
                            file.resize(begin + part, 0);
                        }
                        file[begin..begin + part].copy_from_slice(&bytes[done..done + part]);
                    }
                    done += part;
                }
            }
        }
    }
}
