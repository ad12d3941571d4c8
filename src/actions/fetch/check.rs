//! `fetch --check`: every mail of a mailbox is accounted for, or named.

use super::{chosen, connect};
use crate::desk::Desk;
use crate::error::Result;
use crate::settings::mail::Mailbox;
use crate::store::mailbox::Outcome;
use std::collections::BTreeMap;

use super::line::{Folder, Line};

/// What became of the mails that lie in a folder now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// The mailbox.
    pub mailbox: String,
    /// The folder.
    pub folder: String,
    /// Mails in it.
    pub mails: usize,
    /// Of them, in tickets.
    pub tickets: usize,
    /// Written by machines.
    pub automatic: usize,
    /// Copies of what the desk has from elsewhere.
    pub duplicates: usize,
    /// Put aside.
    pub parked: usize,
    /// Older than what the mailbox is read from.
    pub skipped: usize,
    /// Never seen: not fetched yet, or lost.
    pub unaccounted: usize,
}

/// Compares mailboxes with what the desk has of them.
///
/// # Errors
/// No mailbox is set up, none is called so, or one cannot be reached.
pub fn check(desk: &mut Desk, names: &[String]) -> Result<Vec<Counted>> {
    let mut all = Vec::new();
    for mailbox in chosen(desk, names)? {
        let mut line = connect(desk, &mailbox)?;
        let counted = of_mailbox(desk, &mailbox, &mut line, &mut all);
        line.bye();
        counted?;
    }
    Ok(all)
}

fn of_mailbox(desk: &mut Desk, mailbox: &Mailbox, line: &mut Line, all: &mut Vec<Counted>) -> Result<()> {
    let folder = line.open_inbox(false)?;
    all.push(of_folder(desk, mailbox, line, &folder)?);
    if mailbox.reads_sent
        && let Some(folder) = line.open_sent(mailbox.sent.as_deref())?
    {
        all.push(of_folder(desk, mailbox, line, &folder)?);
    }
    Ok(())
}

fn of_folder(desk: &mut Desk, mailbox: &Mailbox, line: &mut Line, folder: &Folder) -> Result<Counted> {
    let there = line.marks_after(None)?;
    let known = if desk.exists()? { desk.read(|r| r.source(&folder.place))? } else { None };
    let seen: BTreeMap<String, Outcome> = match known.filter(|k| k.epoch == folder.epoch) {
        Some(source) => {
            let marks = desk.read(|r| r.accounted(source.id, source.epoch))?;
            marks.into_iter().collect()
        }
        None => BTreeMap::new(),
    };
    let mut counted = Counted {
        mailbox: mailbox.name.clone(),
        folder: folder.name.clone(),
        mails: there.len(),
        ..Counted::default()
    };
    for mark in &there {
        let count = match seen.get(mark) {
            Some(Outcome::Ticket) => &mut counted.tickets,
            Some(Outcome::Automatic) => &mut counted.automatic,
            Some(Outcome::Duplicate) => &mut counted.duplicates,
            Some(Outcome::Parked) => &mut counted.parked,
            Some(Outcome::Skipped) => &mut counted.skipped,
            None => &mut counted.unaccounted,
        };
        *count += 1;
    }
    Ok(counted)
}
