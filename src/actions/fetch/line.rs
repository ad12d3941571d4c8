//! The line to a mailbox: a server's folder or a Maildir or mbox of this machine, read the same way. A mark names a mail in
//! its folder for good; marks sort in the order the mails came.

use crate::domain::account::{Account, Spot};
use crate::domain::time::Moment;
use crate::error::{Error, Result};
use crate::formats::limits::Limits;
use crate::formats::spool::{Item, Spool};
use crate::post::imap::Imap;
use crate::post::{Bounds, Login};
use std::collections::HashMap;
use std::path::Path;

/// A mail of a folder, not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) mark: String,
    pub(super) bytes: u64,
    pub(super) arrived: Option<Moment>,
}

/// An open folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    pub(super) name: String,
    /// What tells it apart from every other folder.
    pub(super) place: String,
    /// UIDVALIDITY.
    pub(super) epoch: i64,
}

/// Is given each mail, or why it cannot be read.
pub(super) type Each<'a> = &'a mut dyn FnMut(&Listed, std::result::Result<Vec<u8>, String>) -> Result<()>;

/// A line to a mailbox.
pub(super) enum Line {
    Server {
        imap: Box<Imap>,
        account: Account,
    },
    Local {
        spool: Spool,
        root: Spool,
        path: String,
        items: HashMap<String, Item>,
        /// What it looked like when news was last waited for.
        looked: Option<String>,
    },
}

/// Mails are read in groups of so many …
const MAILS: usize = 50;
/// … or so many bytes.
const BYTES: u64 = 4 << 20;
/// A header is read up to this length.
const HEAD: usize = 64 << 10;

impl Line {
    pub(super) fn to(spot: &Spot, login: &Login, bounds: &Bounds) -> Result<Line> {
        match spot {
            Spot::Imap(account) => {
                let imap = Box::new(Imap::connect(account, login, bounds)?);
                Ok(Line::Server { imap, account: account.clone() })
            }
            Spot::Maildir(path) => Line::here(path, Spool::maildir),
            Spot::Mbox(path) => Line::here(path, Spool::mbox),
            Spot::Smtp(account) => Err(Error::usage(format!("{} takes mail, it gives none", account.shown()))),
        }
    }

    fn here(path: &Path, open: impl Fn(&Path) -> std::result::Result<Spool, String>) -> Result<Line> {
        let spool = open(path).map_err(unreadable)?;
        let root = open(path).map_err(unreadable)?;
        Ok(Line::Local { spool, root, path: path.display().to_string(), items: HashMap::new(), looked: None })
    }

    /// The folder that the address names.
    pub(super) fn open_inbox(&mut self, writing: bool) -> Result<Folder> {
        match self {
            Line::Server { account, .. } => {
                let name = account.folder.clone();
                self.open_on_server(&name, writing)
            }
            Line::Local { spool, path, .. } => {
                Ok(Folder { name: "inbox".to_owned(), place: path.clone(), epoch: spool.epoch() })
            }
        }
    }

    /// The folder of sent mail: the one that is named, else the one that calls itself so; none where there is none.
    pub(super) fn open_sent(&mut self, named: Option<&str>) -> Result<Option<Folder>> {
        match self {
            Line::Server { imap, account } => {
                let name = match named {
                    Some(name) => name.to_owned(),
                    None => match imap.folders()?.into_iter().find(|f| f.sent && f.selectable) {
                        Some(folder) => folder.name,
                        None => return Ok(None),
                    },
                };
                if name == account.folder {
                    return Ok(None);
                }
                self.open_on_server(&name, false).map(Some)
            }
            Line::Local { spool, root, path, items, .. } => {
                let found = named.map_or_else(|| root.sent(), |name| root.folder(name));
                let Some(sent) = found else { return Ok(None) };
                items.clear();
                let name = named.unwrap_or("sent").to_owned();
                let folder = Folder { place: format!("{path}#{name}"), name, epoch: sent.epoch() };
                *spool = sent;
                Ok(Some(folder))
            }
        }
    }

    fn open_on_server(&mut self, name: &str, writing: bool) -> Result<Folder> {
        let Line::Server { imap, account } = self else { return Err(Error::bug("this mailbox has no server")) };
        let opened = imap.open(name, writing)?;
        let user = account.user.as_deref().unwrap_or_default();
        let place = format!("imap {user} {}:{} {name}", account.host, account.port);
        Ok(Folder { name: name.to_owned(), place, epoch: i64::from(opened.uidvalidity) })
    }

    /// What the folder looks like, where that tells at once that nothing is new.
    pub(super) fn stamp(&self) -> Option<String> {
        match self {
            Line::Server { .. } => None,
            Line::Local { spool, .. } => spool.stamp(),
        }
    }

    /// The marks of a server's folder after one of them, oldest first; the local folders are always listed whole.
    pub(super) fn marks_after(&mut self, last: Option<&str>) -> Result<Vec<String>> {
        match self {
            Line::Server { imap, .. } => {
                let last = last.and_then(uid).unwrap_or(0);
                Ok(imap.uids_after(last)?.into_iter().map(mark).collect())
            }
            Line::Local { spool, items, .. } => {
                let found = spool.list(&Limits::default()).map_err(unreadable)?;
                let marks = found.iter().map(|item| item.mark.clone()).collect();
                *items = found.into_iter().map(|item| (item.mark.clone(), item)).collect();
                Ok(marks)
            }
        }
    }

    /// Length and arrival of some mails; those that are gone meanwhile are left out.
    pub(super) fn list(&mut self, marks: &[String]) -> Result<Vec<Listed>> {
        match self {
            Line::Server { imap, .. } => {
                let uids: Vec<u32> = marks.iter().filter_map(|m| uid(m)).collect();
                let mut listed: Vec<Listed> = imap
                    .list(&uids)?
                    .into_iter()
                    .map(|l| Listed { mark: mark(l.uid), bytes: l.bytes, arrived: l.arrived })
                    .collect();
                listed.sort_by(|a, b| a.mark.cmp(&b.mark));
                Ok(listed)
            }
            Line::Local { items, .. } => Ok(marks
                .iter()
                .filter_map(|m| items.get(m))
                .map(|i| Listed { mark: i.mark.clone(), bytes: i.bytes, arrived: i.arrived })
                .collect()),
        }
    }

    /// The header of a mail that is too large to be read whole; none where it is gone.
    pub(super) fn head(&mut self, listed: &Listed) -> Result<Option<Vec<u8>>> {
        match self {
            Line::Server { imap, .. } => match uid(&listed.mark) {
                Some(uid) => imap.head(uid, HEAD),
                None => Ok(None),
            },
            Line::Local { spool, items, .. } => {
                Ok(items.get(&listed.mark).and_then(|item| spool.head(item, HEAD).ok()))
            }
        }
    }

    /// Reads mails, none larger than `cap`, and hands them over one by one. What is gone meanwhile is not handed over.
    pub(super) fn read(&mut self, listed: &[Listed], cap: u64, each: Each<'_>) -> Result<()> {
        match self {
            Line::Server { imap, .. } => {
                for group in groups(listed) {
                    let known: HashMap<u32, &Listed> =
                        group.iter().filter_map(|l| uid(&l.mark).map(|uid| (uid, l))).collect();
                    let uids: Vec<u32> = group.iter().filter_map(|l| uid(&l.mark)).collect();
                    imap.read(&uids, cap, &mut |uid, raw| match known.get(&uid) {
                        Some(listed) => each(listed, Ok(raw)),
                        None => Ok(()),
                    })?;
                }
                Ok(())
            }
            Line::Local { spool, items, .. } => {
                for l in listed {
                    if let Some(item) = items.get(&l.mark) {
                        each(l, spool.read(item, cap))?;
                    }
                }
                Ok(())
            }
        }
    }

    /// Moves a mail to another folder.
    pub(super) fn move_to(&mut self, mark: &str, folder: &str) -> Result<()> {
        match self {
            Line::Server { imap, .. } => match uid(mark) {
                Some(uid) => imap.move_to(uid, folder),
                None => Ok(()),
            },
            Line::Local { spool, items, .. } => match items.get(mark) {
                Some(item) => spool.move_to(item, folder).map_err(unreadable),
                None => Ok(()),
            },
        }
    }

    /// Waits for news, at most so long; whether there may be some.
    pub(super) fn wait(&mut self, at_most: std::time::Duration) -> Result<bool> {
        match self {
            Line::Server { imap, .. } => imap.wait(at_most),
            Line::Local { spool, items, looked, .. } => {
                std::thread::sleep(at_most);
                if let Some(stamp) = spool.stamp() {
                    let before = looked.replace(stamp);
                    return Ok(before != *looked);
                }
                let found = spool.list(&Limits::default()).map_err(unreadable)?;
                let news = found.iter().any(|item| !items.contains_key(&item.mark));
                *items = found.into_iter().map(|item| (item.mark.clone(), item)).collect();
                Ok(news)
            }
        }
    }

    pub(super) fn bye(self) {
        if let Line::Server { imap, .. } = self {
            imap.bye();
        }
    }
}

fn unreadable(why: String) -> Error {
    Error::refused(why).hint("look at its path and rights: desk config get mailbox")
}

/// A UID as a mark: ten digits, so that marks sort.
fn mark(uid: u32) -> String {
    format!("{uid:010}")
}

fn uid(mark: &str) -> Option<u32> {
    mark.parse().ok()
}

fn groups(listed: &[Listed]) -> Vec<&[Listed]> {
    let mut groups = Vec::new();
    let mut rest = listed;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take(MAILS).take_while(|l| {
            bytes = l.bytes.saturating_add(bytes);
            bytes <= BYTES
        });
        let (group, tail) = rest.split_at(fits.count().max(1));
        groups.push(group);
        rest = tail;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_a_server_sort_as_its_numbers_do() {
        let mut marks: Vec<String> = [4_294_967_295, 9, 10, 100].map(mark).to_vec();
        marks.sort();
        let uids: Vec<Option<u32>> = marks.iter().map(|m| uid(m)).collect();
        assert_eq!(uids, [Some(9), Some(10), Some(100), Some(u32::MAX)]);
    }

    #[test]
    fn mails_are_read_in_groups_that_fit_into_memory() {
        let listed: Vec<Listed> = [1, 3 << 20, 2 << 20, 9 << 20, 1, 1]
            .iter()
            .map(|bytes| Listed { mark: String::new(), bytes: *bytes, arrived: None })
            .collect();
        let sizes: Vec<usize> = groups(&listed).iter().map(|g| g.len()).collect();
        assert_eq!(sizes, [2, 1, 1, 2]);
        assert!(groups(&[]).is_empty());
    }
}
