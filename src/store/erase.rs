//! A person goes, the figures stay: his names, addresses and texts are taken out of every table, and what was freed by that is
//! scrubbed. Who he is: `gather`; his own rows: `rows`; what others wrote: `others`; what the history tells: `told`.
//!
//! It is no event that could be taken back: an operation is written down that names nobody, and what it emptied is marked, so
//! that an undo refuses it.

mod gather;
mod held;
mod others;
mod rows;
mod told;

use super::{Reader, Store, Tx, sql, vals};
use crate::domain::contact::Contact;
use crate::domain::event::{ERASED, Event, Noun};
use crate::error::{Error, Result};
use gather::Person;
pub use held::{Held, Record};
use std::collections::BTreeSet;

/// How much of a person is in the desk, or was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erased {
    /// The contact; it stays without a name.
    pub contact: i64,
    /// His tickets.
    pub tickets: i64,
    /// Messages whose texts went: his, and those to him.
    pub messages: i64,
    /// Files that came with them.
    pub files: i64,
    /// Mails as they came: his, and those of others that named him.
    pub mails: i64,
    /// Drafts of answers to him.
    pub drafts: i64,
    /// Texts of worked time and of ratings.
    pub texts: i64,
    /// Records of imports.
    pub records: i64,
    /// Parked mails.
    pub parked: i64,
    /// Texts of others in which he was named or quoted.
    pub others: i64,
    /// Events and commands of the history.
    pub told: i64,
    /// Files of others that name him: they stay.
    pub files_left: i64,
    /// Parked mails of others that name him and wait for a decision: they stay.
    pub parked_left: i64,
    /// The handle of his client, where nobody else belongs to it: it stays.
    pub client_left: Option<String>,
    /// Entries of his tickets on issued invoices, and the numbers of these: they stay.
    pub invoiced: Vec<(i64, i64)>,
}

/// The name of a contact that was erased.
#[must_use]
pub fn label(contact: i64) -> String {
    gather::label(contact)
}

impl Reader<'_> {
    /// What would go, as far as it is his own: tickets, messages, files.
    pub fn would_erase(&mut self, contact: &Contact, own: &[String]) -> Result<Erased> {
        let person = self.person(contact, own)?;
        let invoiced = self.invoiced(&person)?;
        Ok(Erased { contact: contact.id, invoiced, ..counted(&person) })
    }

    /// The entries of his tickets on the papers of issued invoices, also of those that were taken back, with the invoices' numbers.
    fn invoiced(&mut self, p: &Person) -> Result<Vec<(i64, i64)>> {
        let (mut all, mut his) = (Vec::new(), BTreeSet::new());
        for ticket in &p.tickets {
            all.extend(self.all(sql::ERASE_INVOICED, vals![*ticket], |r| Ok((r.int(0)?, r.int(1)?)))?);
            his.extend(self.all(sql::ERASE_ENTRY_IDS, vals![*ticket], |r| r.int(0))?);
        }
        // The paper of an invoice that was taken back is still with the client.
        for (number, entries) in self.all(sql::ERASE_TAKEN_BACK, &[], |r| Ok((r.int(0)?, r.text(1)?)))? {
            let on_it: Vec<i64> = serde_json::from_str(&entries)
                .map_err(|e| Error::bug("the entries of an invoice are unreadable").because(e))?;
            all.extend(on_it.into_iter().filter(|entry| his.contains(entry)).map(|entry| (entry, number)));
        }
        all.sort_unstable();
        Ok(all)
    }

    /// Whether a contact was erased, and nothing of a person came to it since.
    pub fn is_erased(&mut self, contact: i64) -> Result<bool> {
        Ok(self.number(sql::ERASED_CONTACT, vals![contact])? > 0 && self.points(contact)?.is_empty())
    }

    /// The operation that erased a person whose traces were not scrubbed yet, and the contact that he was.
    pub fn unscrubbed(&mut self) -> Result<Option<(i64, i64)>> {
        let operation = self.number(sql::UNSCRUBBED, &[])?;
        if operation == 0 {
            return Ok(None);
        }
        Ok(Some((operation, self.number(sql::ERASED_BY, vals![operation])?)))
    }

    /// Whether the text of a message went with a person.
    pub fn was_emptied(&mut self, message: i64) -> Result<bool> {
        let addressed = self.first(sql::MESSAGE_SENT, vals![message], |r| r.text_or(0))?.flatten();
        Ok(addressed.is_some_and(|text| rows::is_emptied(&text)))
    }
}

fn counted(p: &Person) -> Erased {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Erased {
        contact: p.id,
        tickets: count(p.tickets.len()),
        messages: count(p.messages.len()),
        files: p.files,
        ..Erased::default()
    }
}

impl Erased {
    /// The entries that stay on invoices, in words.
    #[must_use]
    pub fn invoiced_said(&self) -> String {
        const SHOWN: usize = 10;
        let said = |(entry, number): &(i64, i64)| format!("t{entry} (invoice {number})");
        let mut words: Vec<String> = self.invoiced.iter().take(SHOWN).map(said).collect();
        words.extend((self.invoiced.len() > SHOWN).then(|| format!("and {} more", self.invoiced.len() - SHOWN)));
        words.join(", ")
    }
}

impl Tx<'_> {
    /// Erases a person. `own` are the desk's own addresses, which are nobody's. What an issued invoice holds stays where
    /// `keep_invoiced` is set.
    ///
    /// # Errors
    /// Refused where a mail to him has not left yet, and where entries of his tickets are on issued invoices.
    pub fn erase(&mut self, contact: &Contact, own: &[String], keep_invoiced: bool) -> Result<Erased> {
        let person = self.person(contact, own)?;
        let mut done = Erased { invoiced: self.invoiced(&person)?, ..counted(&person) };
        self.nothing_leaves(&person)?;
        if !done.invoiced.is_empty() && !keep_invoiced {
            return Err(Error::refused(format!(
                "time entries of his tickets are on invoices that a client has: {}",
                done.invoiced_said()
            ))
            .hint("books have to be kept; to erase the rest and leave these as they are: --keep-invoiced"));
        }
        self.erase_told(&person, &mut done)?;
        self.erase_rows(&person, &mut done)?;
        self.erase_in_others(&person, &mut done)?;
        self.run(sql::IMPORT_DROP_BLOBS, &[])?;
        self.write_down(&done)?;
        if let Some(client) = contact.client
            && self.contacts_of(client)?.len() == 1
        {
            done.client_left = self.client(client)?.map(|c| c.handle);
        }
        Ok(done)
    }

    /// The operation names nobody.
    fn write_down(&mut self, done: &Erased) -> Result<()> {
        let s = |n: i64| if n == 1 { "" } else { "s" };
        let Erased { tickets, messages, files, .. } = done;
        let said =
            format!("{tickets} ticket{}, {messages} message{}, {files} file{}", s(*tickets), s(*messages), s(*files));
        self.command = format!("contact erased: {said}");
        let event = Event::about(Noun::Contact, done.contact, ERASED, &(), &said, self.at);
        self.enter(&event)?;
        let operation = self.operation;
        self.run(sql::UNSCRUBBED_ADD, vals![operation]).map(drop)
    }

    /// A mail that waits would leave without its text.
    fn nothing_leaves(&mut self, p: &Person) -> Result<()> {
        let his = |r: &String| p.traces.is_his(r);
        let unsent = self.unsent()?;
        let to_him = unsent.iter().filter(|m| p.messages.contains_key(&m.message) || m.recipients.iter().any(his));
        let ids: Vec<String> = to_him.map(|m| format!("o{}", m.id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        Err(Error::refused(format!("mail to him has not left yet: {}", ids.join(", ")))
            .hint("let it leave, or discard it: desk outbox"))
    }

    /// What was erased up to an operation is gone; what somebody else erased meanwhile is not.
    fn scrubbed(&mut self, last: i64) -> Result<()> {
        self.run(sql::UNSCRUBBED_DROP, vals![last]).map(drop)
    }
}

impl Store {
    /// Writes the whole desk anew, so that nothing of what was erased is left in freed places: of the tables, of the search
    /// index, of the log.
    ///
    /// # Errors
    /// Temporary where another program still looks at an older state; then it is to be done again.
    pub fn scrub(&mut self, at: crate::domain::time::Moment) -> Result<()> {
        let last = self.read(|r| r.number(sql::UNSCRUBBED, &[]))?;
        self.engine.scrub()?;
        if last > 0 {
            self.bookkeep(at, |tx| tx.scrubbed(last))?;
            // Only that is in the log now.
            drop(self.engine.empty_log());
        }
        Ok(())
    }
}
