//! Many facts at once: what an import writes, and the set deletion that takes it back.

use super::refresh::Kept;
pub use super::refresh::{SURVEY, is_machine};
use super::{Reader, Tx, raw, sql, vals};
use crate::domain::client::Client;
use crate::domain::contact::{Contact, Point, name_key};
use crate::domain::ticket::{Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::timeline::Timeline;
use crate::error::Result;

/// The key under which a Message-ID is known to belong to a ticket.
#[must_use]
pub fn thread_key(id: &str) -> [u8; 16] {
    let mut key = [0; 16];
    for (to, from) in key.iter_mut().zip(raw::sha256(id.as_bytes())) {
        *to = from;
    }
    key
}

/// A ticket as an import brings it, with its life so far.
#[derive(Debug, Clone)]
pub struct Arrived<'a> {
    /// Its fields.
    pub ticket: &'a Ticket,
    /// Its messages as deeds, and how it begins.
    pub life: &'a Timeline,
    /// Only machines wrote to it.
    pub automatic: bool,
    /// Its requester is muted.
    pub muted: bool,
    /// Distinct terms of the subject.
    pub subject_terms: &'a str,
    /// Distinct terms of the requester's names and addresses.
    pub about_terms: &'a str,
}

/// What came from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Came {
    /// A ticket.
    Ticket,
    /// A client.
    Client,
    /// A contact.
    Contact,
    /// Somebody of the team; of him only what his source told is kept, under the id 0.
    Agent,
    /// Worked time.
    Time,
}

impl Came {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Came::Ticket => "ticket",
            Came::Client => "client",
            Came::Contact => "contact",
            Came::Agent => "agent",
            Came::Time => "time",
        }
    }
}

/// A thing that came from elsewhere, and the record it was made of last; none where that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its id here.
    pub thing: i64,
    /// The record.
    pub record: Option<String>,
    /// The operation that read it.
    pub operation: i64,
}

impl Reader<'_> {
    /// What a source calls so.
    pub fn origin(&mut self, kind: Came, source: &str, number: &str) -> Result<Option<Origin>> {
        let read = |r: &super::Row<'_>| Ok(Origin { thing: r.int(0)?, record: r.text_or(1)?, operation: r.int(2)? });
        self.first(sql::ORIGIN_GET, vals![kind.word(), source, number], read)
    }

    /// Calls `each` with the records that told of companies and people of a source, as they read last, companies first.
    pub fn people_told(&mut self, source: &str, mut each: impl FnMut(&str)) -> Result<()> {
        self.each(sql::ORIGIN_PEOPLE, vals![source], |r| {
            each(&r.text(0)?);
            Ok(())
        })
    }

    /// Whether a thing has another number at a source than this one.
    pub fn has_other_origin(&mut self, kind: Came, source: &str, thing: i64, number: &str) -> Result<bool> {
        Ok(self.number(sql::ORIGIN_OTHER, vals![kind.word(), source, thing, number])? > 0)
    }

    /// The tickets that any source calls by this number, two at most.
    pub fn tickets_by_number_elsewhere(&mut self, number: &str) -> Result<Vec<i64>> {
        self.all(sql::EXTERNAL_ANY, vals![number], |r| r.int(0))
    }

    /// The ticket to which a Message-ID belongs.
    pub fn ticket_of_thread(&mut self, key: &[u8; 16]) -> Result<Option<i64>> {
        self.first(sql::THREAD_GET, vals![key], |r| r.int(0))
    }

    /// Whether any Message-ID is known at all.
    pub fn has_threads(&mut self) -> Result<bool> {
        Ok(self.first(sql::THREAD_ANY, &[], |r| r.int(0))?.is_some())
    }

    /// The latest operation that stands on the tickets of an import.
    pub(super) fn later_on_import(&mut self, operation: i64) -> Result<Option<i64>> {
        let events = self.number(sql::IMPORT_EVENT_LATER, vals![operation])?;
        let messages = self.number(sql::IMPORT_MESSAGE_LATER, vals![operation])?;
        Ok(Some(events.max(messages)).filter(|n| *n > 0))
    }
}

impl Tx<'_> {
    /// Keeps a ticket that an import brings, whole.
    pub fn put_arrived(&mut self, a: &Arrived<'_>) -> Result<()> {
        let t = a.ticket;
        let state = a.life.projection();
        let closed_at = state.closed_at.filter(|_| t.standing.status == Status::Closed);
        let operation = self.operation;
        self.add_ticket(t, operation, closed_at, &Kept::of(t, state, a.automatic, a.muted))?;
        self.index(-t.id, a.subject_terms, a.about_terms, false)
    }

    /// Keeps a contact that an import brings.
    pub fn put_contact(&mut self, contact: &Contact, points: &[Point]) -> Result<()> {
        let operation = self.operation;
        self.run(
            sql::CONTACT_ADD,
            vals![contact.id, operation, &contact.name, &name_key(&contact.name), contact.client],
        )?;
        for p in points {
            self.run(sql::POINT_ADD, vals![p.kind.word(), &p.key(), &p.value, contact.id])?;
        }
        Ok(())
    }

    /// Keeps a client that an import brings, with its domains.
    pub fn put_client(&mut self, client: &Client, domains: &[String]) -> Result<()> {
        let operation = self.operation;
        self.add_client(client, operation)?;
        domains.iter().try_for_each(|domain| self.run(sql::DOMAIN_ADD, vals![domain, client.id]).map(drop))
    }

    /// Remembers that a Message-ID belongs to a ticket.
    pub fn put_thread(&mut self, key: &[u8; 16], ticket: i64) -> Result<()> {
        self.run(sql::THREAD_ADD, vals![key, ticket]).map(drop)
    }

    /// Remembers where a thing came from, and the record it was made of.
    pub fn put_origin(
        &mut self,
        kind: Came,
        source: &str,
        number: &str,
        thing: i64,
        record: Option<&str>,
    ) -> Result<()> {
        let operation = self.operation;
        self.run(sql::ORIGIN_ADD, vals![kind.word(), source, number, operation, thing, record]).map(drop)
    }

    /// Labels a ticket that an import brings.
    pub fn put_tag(&mut self, ticket: i64, tag: &str) -> Result<()> {
        self.run(sql::TAG_ADD, vals![tag, ticket]).map(drop)
    }

    /// Has this ticket brought up to date at the end of the write.
    pub fn touch(&mut self, ticket: i64) {
        self.touched.insert(ticket);
    }

    /// The set deletion that takes an import back: its messages, tickets, and the contacts and clients that nobody else uses.
    pub(super) fn take_import_back(&mut self, operation: i64) -> Result<()> {
        for (message, ticket) in self.all(sql::IMPORT_MESSAGES, vals![operation], |r| Ok((r.int(0)?, r.int_or(1)?)))? {
            self.unindex(message)?;
            self.touched.extend(ticket);
        }
        for ticket in self.all(sql::TICKETS_OF_OPERATION, vals![operation], |r| r.int(0))? {
            self.unindex(-ticket)?;
        }
        for text in [
            sql::IMPORT_DROP_ATTACHMENTS,
            sql::IMPORT_DROP_RAW,
            sql::IMPORT_DROP_BODIES,
            // A mailbox that holds the same mails gives them at its next turn.
            sql::IMPORT_LOOK_AGAIN,
            sql::IMPORT_DROP_SEEN,
            sql::IMPORT_DROP_MESSAGES,
            sql::IMPORT_DROP_THREADS,
            sql::IMPORT_DROP_ORIGINS,
            sql::IMPORT_DROP_RATINGS,
            sql::IMPORT_DROP_URLS,
            sql::IMPORT_DROP_TAGS,
            sql::IMPORT_DROP_TICKETS,
            sql::IMPORT_DROP_POINTS,
            sql::IMPORT_DROP_CONTACTS,
            sql::IMPORT_DROP_DOMAINS,
            sql::IMPORT_DROP_CLIENTS,
        ] {
            self.run(text, vals![operation])?;
        }
        self.run(sql::IMPORT_DROP_BLOBS, &[]).map(drop)
    }
}

/// Whether nobody but machines wrote: what each message says of its author.
#[must_use]
pub fn only_machines<'a>(mut automatic: impl Iterator<Item = Option<&'a str>>) -> bool {
    let mut any = false;
    automatic.all(|a| {
        any = true;
        is_machine(a)
    }) && any
}

/// The instant a message counts at: never later than now.
#[must_use]
pub fn held_to(at: Option<Moment>, now: Moment) -> Moment {
    at.map_or(now, |at| at.min(now))
}
