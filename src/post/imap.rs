//! Reading a mailbox over IMAP: our own small client, each step within limits of bytes, answers and time. The parser of
//! single answers is `imap_proto`; what a mail says is not known here.

mod answer;
mod base64;
mod folders;
mod idle;
mod line;
mod login;
mod talk;
mod utf7;
mod wire;

#[cfg(test)]
mod tests;

pub use folders::Folder;

use crate::domain::account::Account;
use crate::domain::time::Moment;
use crate::error::{Error, Result};
use crate::post::{Bounds, Login};
use answer::Facts;
use imap_proto::{MailboxDatum, Response, ResponseCode};
use line::Caps;
use std::collections::{BTreeMap, BTreeSet};
use talk::Talk;

/// A connection to a mailbox, logged in.
pub struct Imap {
    talk: Talk,
    /// The server was seen not to keep to IDLE.
    polls: bool,
    /// The open folder may be changed.
    writing: bool,
}

/// What is known of a folder when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// The epoch of its numbers: where it changes, every number means another mail.
    pub uidvalidity: u32,
    /// How many mails it holds.
    pub exists: u32,
}

/// What is known of a mail before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Its number in this epoch.
    pub uid: u32,
    /// Its size as the server says; the largest number where it says none.
    pub bytes: u64,
    /// When the server took it in.
    pub arrived: Option<Moment>,
}

/// Mails asked for in one command.
const AT_ONCE: usize = 500;

/// A list of numbers may be long, but not longer: a million and a half of them.
const NUMBERS: Caps = Caps { text: 16 << 20, literal: None };

impl Imap {
    /// Connects, makes the line private, logs in.
    ///
    /// # Errors
    /// Temporary where the network or the server fails; refused where the certificate is not believed, the line cannot be
    /// made private, or the server does not accept the login.
    pub fn connect(account: &Account, login: &Login, bounds: &Bounds) -> Result<Imap> {
        Ok(Imap { talk: login::enter(account, login, bounds)?, polls: false, writing: false })
    }

    /// Opens a folder: for reading only unless `writing`, so that nothing in it can change.
    ///
    /// # Errors
    /// Refused where the server does not open it or gives no epoch, without which nothing could be read exactly once.
    pub fn open(&mut self, folder: &str, writing: bool) -> Result<Opened> {
        let command = format!("{} {}", if writing { "SELECT" } else { "EXAMINE" }, folders::wire_name(folder));
        let mut epoch = None;
        (self.talk.epoch, self.talk.exists, self.writing) = (None, 0, false);
        let ending = self.talk.ask(&[command.as_bytes()], Caps::SHORT, &mut |response, _| {
            if let Response::Data { outcome, .. } = response
                && let Some(ResponseCode::UidValidity(n)) = outcome.code
            {
                epoch = Some(n);
            }
            Ok(false)
        })?;
        let server = &self.talk.server;
        if !ending.fine {
            return Err(ending
                .refusal(format!("{server} does not open the folder {folder}"))
                .hint("write its whole name, with the folders above it, as in INBOX/Support"));
        }
        let uidvalidity = epoch.filter(|n| *n != 0).ok_or_else(|| {
            Error::refused(format!("{server} gives no UIDVALIDITY for the folder {folder}"))
                .because("without it nobody can tell which mails were read before")
        })?;
        (self.talk.epoch, self.talk.news, self.writing) = (Some(uidvalidity), false, writing);
        Ok(Opened { uidvalidity, exists: self.talk.exists })
    }

    /// The numbers of the mails after `last` (0: of all), ascending, each once.
    ///
    /// # Errors
    /// Refused where the server gives numbers that no mail can have; temporary where the connection breaks.
    pub fn uids_after(&mut self, last: u32) -> Result<Vec<u32>> {
        let Some(first) = last.checked_add(1) else { return Ok(Vec::new()) };
        self.talk.news = false;
        let mut uids = Vec::new();
        let command = format!("UID SEARCH UID {first}:*");
        let ending = self.talk.ask(&[command.as_bytes()], NUMBERS, &mut |response, _| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                if found.contains(&0) || uids.len() + found.len() > NUMBERS.text {
                    return Err(Error::refused("the server numbers its mails as none can be numbered"));
                }
                uids.extend(found);
            }
            Ok(false)
        })?;
        if !ending.fine {
            return Err(ending.refusal(format!("{} does not say what is new", self.talk.server)));
        }
        // `n:*` means the last mail, too, even when it comes before n.
        uids.retain(|uid| *uid > last);
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// Sizes and times of these mails, in the order asked for. What the server leaves out is gone.
    ///
    /// # Errors
    /// Temporary where the connection breaks, refused where the server does not understand.
    pub fn list(&mut self, uids: &[u32]) -> Result<Vec<Listed>> {
        let mut found: BTreeMap<u32, (Option<u64>, Option<Moment>)> = BTreeMap::new();
        self.fetch(uids, "UID RFC822.SIZE INTERNALDATE", Caps::SHORT, &mut |uid, facts| {
            let known = found.entry(uid).or_default();
            let fresh = known.0.is_none() && facts.bytes.is_some();
            *known = (known.0.or(facts.bytes), known.1.or(facts.arrived));
            Ok(fresh)
        })?;
        let listed = |uid: &u32| {
            let (bytes, arrived) = found.remove(uid)?;
            Some(Listed { uid: *uid, bytes: bytes.unwrap_or(u64::MAX), arrived })
        };
        Ok(uids.iter().filter_map(listed).collect())
    }

    /// The head of a mail, its first `cap` bytes where it is longer; none where the mail is gone. It stays unread.
    ///
    /// # Errors
    /// Temporary where the connection breaks, refused where the server does not understand.
    pub fn head(&mut self, uid: u32, cap: usize) -> Result<Option<Vec<u8>>> {
        let cap = u32::try_from(cap).unwrap_or(u32::MAX);
        let caps = Caps { literal: Some(cap.into()), ..Caps::SHORT };
        let mut head = None;
        self.fetch(&[uid], &format!("UID BODY.PEEK[HEADER]<0.{cap}>"), caps, &mut |_, facts| {
            head = head.take().or(facts.body);
            Ok(false)
        })?;
        Ok(head)
    }

    /// Reads these mails and hands each over as soon as it is whole: never is more than one in memory. They stay unread.
    /// What the server leaves out, or does not give however it is asked, is not handed over.
    ///
    /// # Errors
    /// What `each` says; temporary where the connection breaks, or where a mail is larger than `cap` bytes: look at
    /// [`Imap::list`] first. After an error the connection is of no more use.
    pub fn read(&mut self, uids: &[u32], cap: u64, each: &mut dyn FnMut(u32, Vec<u8>) -> Result<()>) -> Result<()> {
        let caps = Caps { literal: Some(cap), ..Caps::SHORT };
        let mut seen = BTreeSet::new();
        self.fetch(uids, "UID BODY.PEEK[]", caps, &mut |uid, facts| match facts.body {
            Some(mail) if seen.insert(uid) => each(uid, mail).map(|()| true),
            _ => Ok(false),
        })
    }

    /// Says goodbye.
    pub fn bye(self) {
        self.talk.leave();
    }

    /// Asks for these facts of these mails; others that the server speaks of are not listened to.
    fn fetch(
        &mut self,
        uids: &[u32],
        facts: &str,
        caps: Caps,
        take: &mut dyn FnMut(u32, Facts) -> Result<bool>,
    ) -> Result<()> {
        for some in uids.chunks(AT_ONCE) {
            let asked: BTreeSet<u32> = some.iter().copied().filter(|uid| *uid != 0).collect();
            if asked.is_empty() {
                continue;
            }
            let command = format!("UID FETCH {} ({facts})", set(&asked));
            let ending = self.talk.ask(&[command.as_bytes()], caps, &mut |response, literal| {
                let Response::Fetch(_, attributes) = response else { return Ok(false) };
                let facts = answer::facts(attributes, literal);
                match facts.uid.filter(|uid| asked.contains(uid)) {
                    Some(uid) => take(uid, facts),
                    None => Ok(false),
                }
            })?;
            if ending.bad || ending.passes() {
                return Err(ending.refusal(format!("{} does not give its mails", self.talk.server)));
            }
            // One mail that cannot be given, or is gone, must not hide the others.
            if !ending.fine && asked.len() > 1 {
                for uid in asked {
                    self.fetch(&[uid], facts, caps, take)?;
                }
            }
        }
        Ok(())
    }
}

/// Numbers as a command has them: `1:3,7`.
fn set(uids: &BTreeSet<u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    let run = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}:{last}") };
    runs.iter().map(run).collect::<Vec<_>>().join(",")
}
