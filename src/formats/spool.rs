//! A mailbox of this machine that keeps filling: a Maildir or an mbox, read again and again. Here is what the two have in
//! common: each mail has a mark, a name that stays the same while the mailbox lives, so that whoever reads it can tell
//! what is new. An archive that is read once is a `mailbox`.

mod file;
mod maildir;
mod name;

use std::path::Path;

use super::limits::Limits;
use crate::domain::time::Moment;
use file::File;
use maildir::{Found, Maildir};

/// A mailbox of this machine.
///
/// Several processes may read one, and programs may deliver to it and change it meanwhile. Flags are never changed, and
/// nothing is deleted. The errors are sentences for the one who set it up.
#[derive(Debug)]
pub struct Spool {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Maildir(Maildir),
    Mbox(File),
}

/// A mail in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The name of the mail in this mailbox: another mail never has it, and neither flags nor other mails change it.
    pub mark: String,
    /// How many bytes the mail has.
    pub bytes: u64,
    /// When it was delivered: the time of the file, or of the `From ` line (in UTC where that names no zone).
    pub arrived: Option<Moment>,
    place: Place,
}

/// Where the mail was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Found(Found),
    Stretch { offset: u64, bytes: u64 },
}

impl Spool {
    /// The Maildir at `path`: a folder with `cur` and `new`.
    ///
    /// # Errors
    /// There is no such folder, or it is no Maildir.
    pub fn maildir(path: &Path) -> Result<Spool, String> {
        Maildir::open(path).map(|maildir| Spool { kind: Kind::Maildir(maildir) })
    }

    /// The mbox at `path`. It may be empty.
    ///
    /// # Errors
    /// There is no such file, it cannot be read, or it is something else.
    pub fn mbox(path: &Path) -> Result<Spool, String> {
        File::open(path).map(|file| Spool { kind: Kind::Mbox(file) })
    }

    /// The folder of sent mail of a Maildir, known by its name (`.Sent`, `.Отправленные`). An mbox has none: name its file
    /// to [`Spool::folder`].
    #[must_use]
    pub fn sent(&self) -> Option<Spool> {
        match &self.kind {
            Kind::Maildir(maildir) => maildir.sent().map(|sent| Spool { kind: Kind::Maildir(sent) }),
            Kind::Mbox(_) => None,
        }
    }

    /// The folder `name` (`Done`, `Clients/Done`) of a Maildir, or the mbox of that name beside this one.
    #[must_use]
    pub fn folder(&self, name: &str) -> Option<Spool> {
        match &self.kind {
            Kind::Maildir(maildir) => maildir.folder(name).map(|folder| Spool { kind: Kind::Maildir(folder) }),
            Kind::Mbox(file) => file.beside(name).map(|file| Spool { kind: Kind::Mbox(file) }),
        }
    }

    /// Marks of one epoch are of one kind. It is always 1: the marks of both kinds of mailbox stay.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        1
    }

    /// Changes whenever the mailbox does, and costs nearly nothing; ask before [`Spool::list`]. None where only listing
    /// tells: for a Maildir, and for an mbox that is being written or was so a moment ago.
    #[must_use]
    pub fn stamp(&self) -> Option<String> {
        match &self.kind {
            Kind::Maildir(_) => None,
            Kind::Mbox(file) => file.stamp(),
        }
    }

    /// Every mail, the oldest first. Mails larger than the limit are listed too. The last mail of an mbox waits for the
    /// next time while it is still being written.
    ///
    /// ```
    /// use frontdesk::formats::{limits::Limits, spool::Spool};
    /// let folder = tempfile::tempdir().unwrap();
    /// let path = folder.path().join("support");
    /// std::fs::write(&path, "From a@b Fri Nov 20 12:00:00 2026\nSubject: Hi\n\nHello\n").unwrap();
    /// let mut spool = Spool::mbox(&path).unwrap();
    /// let items = spool.list(&Limits::default()).unwrap();
    /// assert_eq!(items[0].arrived.unwrap().rfc3339(), "2026-11-20T12:00:00Z");
    /// assert_eq!(spool.read(&items[0], 1000).unwrap(), b"Subject: Hi\n\nHello\n");
    /// ```
    ///
    /// # Errors
    /// The mailbox cannot be read.
    pub fn list(&mut self, limits: &Limits) -> Result<Vec<Item>, String> {
        match &mut self.kind {
            Kind::Maildir(maildir) => maildir.list(),
            Kind::Mbox(file) => file.list(limits),
        }
    }

    /// The whole mail, without mbox quoting. A mail that moved from `new` to `cur`, got other flags or stands elsewhere
    /// in the mbox by now is found again.
    ///
    /// # Errors
    /// It is larger than `cap` bytes, gone, or cannot be read.
    pub fn read(&mut self, item: &Item, cap: u64) -> Result<Vec<u8>, String> {
        if item.bytes > cap {
            return Err(too_large(item.bytes, cap));
        }
        match (&mut self.kind, &item.place) {
            (Kind::Maildir(maildir), Place::Found(found)) => maildir.read(&item.mark, found, cap),
            (Kind::Mbox(file), Place::Stretch { offset, bytes }) => file.read(&item.mark, *offset, *bytes, cap),
            _ => Err("this mail is of another mailbox".to_owned()),
        }
    }

    /// The beginning of a mail that is too large to be read whole: its header, as far as `most` bytes reach.
    ///
    /// # Errors
    /// It is gone, or cannot be read.
    pub fn head(&mut self, item: &Item, most: usize) -> Result<Vec<u8>, String> {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        match (&mut self.kind, &item.place) {
            (Kind::Maildir(maildir), Place::Found(found)) => maildir.beginning(&item.mark, found, most),
            (Kind::Mbox(file), Place::Stretch { offset, bytes }) => file.beginning(*offset, most.min(*bytes)),
            _ => Err("this mail is of another mailbox".to_owned()),
        }
    }

    /// Moves a mail of a Maildir into its folder, which is made where there is none; its flags stay. A mail that is there
    /// already is fine.
    ///
    /// # Errors
    /// The mailbox is an mbox, the name is none for a folder, the mail is gone, or the folder cannot be written.
    pub fn move_to(&mut self, item: &Item, folder: &str) -> Result<(), String> {
        match (&mut self.kind, &item.place) {
            (Kind::Maildir(maildir), Place::Found(found)) => maildir.move_to(&item.mark, found, folder),
            (Kind::Mbox(_), _) => {
                Err("a mail cannot be moved out of an mbox: use a Maildir or IMAP for that".to_owned())
            }
            _ => Err("this mail is of another mailbox".to_owned()),
        }
    }
}

fn too_large(bytes: u64, cap: u64) -> String {
    format!("larger than {} MiB: {} MiB", cap >> 20, bytes >> 20)
}

#[cfg(test)]
mod tests;
