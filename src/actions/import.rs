//! An archive of mail becomes tickets. First its headers go by once (`survey`): which mails form a conversation, in what
//! order they came, which addresses are ours. Then conversation after conversation is read in the order they began
//! (`gather`), made into a ticket (`settle`) and kept in batches (`keep`), so that memory stays small, numbers follow time,
//! and what was kept stays kept when the rest fails; a second run adds what is missing.

pub mod back;
mod gather;
mod keep;
pub mod records;
mod settle;
mod survey;

use crate::desk::Desk;
use crate::domain::event::OperationKind;
use crate::error::{Error, Result};
use crate::formats::limits::Limits;
use crate::formats::mailbox::{Form, Mailbox};
use crate::store::Deed;
use std::path::Path;

/// How an archive is taken in.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the files are, where looking does not tell.
    pub form: Option<Form>,
    /// Addresses that are ours, besides those of the settings.
    pub own: Vec<String>,
    /// Conversations silent for so many seconds come in closed.
    pub close_older: Option<i64>,
    /// Nothing is kept where a single mail is bad.
    pub strict: bool,
    /// Mails that Gmail labelled spam, trash, draft or chat are taken too.
    pub everything: bool,
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Mails read.
    pub read: usize,
    /// New tickets.
    pub tickets: usize,
    /// Messages added.
    pub messages: usize,
    /// Mails whose content is known.
    pub duplicates: usize,
    /// Mails left out by their label.
    pub skipped: usize,
    /// Bad mails: where, and why.
    pub rejected: Vec<(String, String)>,
    /// The operation, unless nothing was added.
    pub operation: Option<i64>,
    /// Tickets that came in closed because they were silent.
    pub closed: usize,
    /// Of them, those whose last word was the customer's.
    pub closed_unanswered: usize,
    /// Tickets that only machines wrote to.
    pub automatic: usize,
    /// Messages that went to tickets which were there before.
    pub joined: usize,
    /// Addresses taken as ours because the archive says so.
    pub guessed: Vec<String>,
    /// Nobody has said which addresses are ours, and the archive does not tell.
    pub nobody_is_ours: bool,
    /// Our addresses that the settings do not know yet: they are remembered.
    pub remember: Vec<String>,
    /// Tickets by the status they came in with: new, open, pending.
    pub waiting: (usize, usize, usize),
}

/// Takes an archive in.
///
/// # Errors
/// There is no archive, nothing in it can be read, or with `strict` a mail is bad.
pub fn mail(desk: &mut Desk, path: &Path, options: &Options) -> Result<Summary> {
    let limits = Limits::default();
    let mut mailbox = Mailbox::open(path, options.form)?;
    let ours = survey::ours(desk, options)?;
    let progress = desk.host.progress(mailbox.total_bytes(), "reading");
    let mut survey = survey::survey(&mailbox, &limits, options, &mut |done| progress.at(done))?;
    progress.end();
    let mut summary = Summary { read: survey.read, skipped: survey.skipped, ..Summary::default() };
    summary.rejected.append(&mut survey.rejected);
    let own = survey::own_addresses(&ours, options, &survey, &mut summary);
    let known = survey::known_tickets(desk, &mut survey)?;
    let read = survey.read;
    let conversations = survey.conversations(&known);
    if options.strict && !desk.dry {
        let check = Summary { rejected: summary.rejected.clone(), ..Summary::default() };
        let checked = take(desk, &mut mailbox, &limits, &conversations, &own, options, check, true)?;
        if let Some((place, why)) = checked.rejected.first() {
            let count = checked.rejected.len();
            return Err(Error::refused(format!(
                "{count} of {read} mails are bad, nothing was imported; the first: {place}: {why}"
            ))
            .hint("without --strict the good ones are taken and the bad ones listed"));
        }
    }
    let dry = desk.dry;
    take(desk, &mut mailbox, &limits, &conversations, &own, options, summary, dry)
}

#[expect(clippy::too_many_arguments, reason = "the two passes of one import share everything")]
fn take(
    desk: &mut Desk,
    mailbox: &mut Mailbox,
    limits: &Limits,
    conversations: &[survey::Conversation],
    own: &survey::Own,
    options: &Options,
    summary: Summary,
    dry: bool,
) -> Result<Summary> {
    let bytes = conversations.iter().flat_map(|c| &c.mails).map(|m| m.place.bytes).sum();
    let progress = desk.host.progress(bytes, if dry { "planning" } else { "importing" });
    let key = desk.host.unique_word(12)?;
    let (me, command) = (desk.me.clone(), desk.command.clone());
    let deed = Deed { agent: &me, command: &command, kind: OperationKind::Import, at: desk.now, key };
    let settling = settle::Settling { now: desk.now, own, close_older: options.close_older };
    let done = std::thread::scope(|scope| {
        let (send, receive) = std::sync::mpsc::sync_channel(1);
        // Hostile mail can nest deeply: reading happens on a stack that is deep enough.
        let reader = std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, move || {
            gather::batches(mailbox, limits, conversations, own, &|batch| send.send(batch).is_ok());
        });
        let reader = reader.map_err(|e| Error::refused("no second thread could be started").because(e))?;
        let mut keeper = keep::Keeper::new(desk, &deed, settling, summary, dry)?;
        for batch in receive {
            let read = batch.bytes;
            keeper.take(batch)?;
            progress.at(read);
        }
        reader.join().map_err(|_| Error::bug("reading the mails stopped"))?;
        keeper.end()
    });
    progress.end();
    done
}
