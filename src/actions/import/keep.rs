//! Batches are kept: one transaction each, all under one operation.

use super::Summary;
use super::gather::{Batch, Gathered, Prepared};
use super::settle::Settling;
use crate::actions::ticket;
use crate::desk::Desk;
use crate::domain::client::{Client, domain_of};
use crate::domain::contact::{Contact, Point, PointKind};
use crate::domain::event::{Event, Noun};
use crate::domain::mail::Address;
use crate::domain::message::{Addressed, Direction};
use crate::domain::ticket::{Priority, Reason, Standing, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::words::Stemmer;
use crate::error::Result;
use crate::store::bulk::{Arrived, is_machine};
use crate::store::message::NewMessage;
use crate::store::{Deed, Reader, Tx};
use std::collections::{HashMap, HashSet};

/// Keeps batches, and counts.
pub(super) struct Keeper<'a> {
    desk: &'a mut Desk,
    deed: &'a Deed<'a>,
    settling: Settling<'a>,
    summary: Summary,
    dry: bool,
    people: People,
    /// Keys of this run, where nothing is kept.
    seen: HashSet<[u8; 32]>,
}

/// Contacts by folded address: id and client. Clients by domain.
#[derive(Default)]
struct People {
    contacts: HashMap<String, (i64, Option<i64>)>,
    clients: HashMap<String, i64>,
    stemmer: Stemmer,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(
        desk: &'a mut Desk,
        deed: &'a Deed<'a>,
        settling: Settling<'a>,
        summary: Summary,
        dry: bool,
    ) -> Result<Keeper<'a>> {
        if !dry {
            desk.store()?.prepare_for_bulk()?;
        }
        Ok(Keeper { desk, deed, settling, summary, dry, people: People::default(), seen: HashSet::new() })
    }

    /// Keeps a batch, or counts what it would be.
    pub(super) fn take(&mut self, mut batch: Batch) -> Result<()> {
        self.summary.rejected.append(&mut batch.rejected);
        let Keeper { desk, deed, settling, summary, dry, people, seen } = self;
        if *dry {
            if desk.exists()? {
                return desk.read(|r| plan(r, &batch, settling, summary, seen));
            }
            batch.conversations.iter().for_each(|c| count(&fresh(c, seen), &c.tickets, settling, summary));
            return Ok(());
        }
        let own: Vec<String> = if summary.operation.is_none() { summary.remember.clone() } else { Vec::new() };
        let begun = summary.operation;
        let mut change = |tx: &mut Tx<'_>| keep(tx, &batch, settling, summary, people, &own);
        match begun {
            None => summary.operation = desk.store()?.write(deed, false, &mut change)?.operation,
            Some(operation) => desk.store()?.continue_operation(deed, operation, &mut change)?,
        }
        Ok(())
    }

    pub(super) fn end(self) -> Result<Summary> {
        Ok(self.summary)
    }
}

/// The mails of a conversation that were not seen in this run.
fn fresh<'c>(c: &'c Gathered, seen: &mut HashSet<[u8; 32]>) -> (Vec<&'c Prepared>, usize) {
    let fresh: Vec<&Prepared> = c.mails.iter().filter(|m| seen.insert(m.mail.content_key)).collect();
    let known = c.mails.len() - fresh.len();
    (fresh, known)
}

fn plan(
    r: &mut Reader<'_>,
    batch: &Batch,
    settling: &Settling<'_>,
    summary: &mut Summary,
    seen: &mut HashSet<[u8; 32]>,
) -> Result<()> {
    for c in &batch.conversations {
        let (mut new, mut known) = fresh(c, seen);
        let all = new.len();
        let mut kept = Vec::with_capacity(all);
        for m in new.drain(..) {
            if !r.knows(&m.mail.content_key)? {
                kept.push(m);
            }
        }
        known += all - kept.len();
        count(&(kept, known), &c.tickets, settling, summary);
    }
    Ok(())
}

/// Adds a conversation to the summary: its new mails, how many were known, and the tickets it belongs to.
fn count((new, known): &(Vec<&Prepared>, usize), tickets: &[i64], settling: &Settling<'_>, summary: &mut Summary) {
    summary.duplicates += known;
    summary.messages += new.len();
    if new.is_empty() {
        return;
    }
    if !tickets.is_empty() {
        summary.joined += new.len();
        return;
    }
    let settled = settling.settle(new);
    summary.tickets += 1;
    summary.automatic += usize::from(settled.automatic);
    if !settled.automatic {
        summary.closed += usize::from(settled.closed);
        summary.closed_unanswered += usize::from(settled.unanswered);
    }
    match settled.standing.status {
        _ if settled.automatic => {}
        Status::New => summary.waiting.0 += 1,
        Status::Open => summary.waiting.1 += 1,
        Status::Pending => summary.waiting.2 += 1,
        Status::Hold | Status::Closed => {}
    }
}

fn keep(
    tx: &mut Tx<'_>,
    batch: &Batch,
    settling: &Settling<'_>,
    summary: &mut Summary,
    people: &mut People,
    own: &[String],
) -> Result<()> {
    let mut seen = HashSet::new();
    let mut work: Vec<(&Gathered, Vec<&Prepared>)> = Vec::with_capacity(batch.conversations.len());
    for c in &batch.conversations {
        let mut new = Vec::with_capacity(c.mails.len());
        for m in &c.mails {
            if !tx.knows(&m.mail.content_key)? && seen.insert(m.mail.content_key) {
                new.push(m);
            }
        }
        let known = c.mails.len() - new.len();
        let counted = (new, known);
        count(&counted, &c.tickets, settling, summary);
        if !counted.0.is_empty() {
            work.push((c, counted.0));
        }
    }
    if work.is_empty() {
        return Ok(());
    }
    begin(tx, own)?;
    let mut ids = message_ids(tx, &work, settling)?;
    for (conversation, mails) in work {
        match conversation.tickets.as_slice() {
            [] => new_ticket(tx, &mails, settling, people, &mut ids)?,
            [ticket] => join(tx, *ticket, &mails, settling, people, &mut ids)?,
            [oldest, younger @ ..] => {
                for other in younger {
                    merge(tx, *other, *oldest)?;
                }
                join(tx, *oldest, &mails, settling, people, &mut ids)?;
            }
        }
    }
    Ok(())
}

/// The one event of an import, and our own addresses where the archive told them.
fn begin(tx: &mut Tx<'_>, own: &[String]) -> Result<()> {
    let (operation, at) = (tx.operation, tx.at);
    if tx.is_first_batch() {
        tx.apply([Event::about(Noun::Import, operation, "", &(), &"mail", at)])?;
        let was = tx.settings()?.into_iter().find(|(key, _)| key == "addresses").map(|(_, value)| value);
        if !own.is_empty() {
            tx.apply([Event::about(Noun::Setting, 0, "addresses", &was, &own, at)])?;
        }
    }
    Ok(())
}

/// Ids of messages follow time, so that "newest first" is the order of ids.
fn message_ids(
    tx: &mut Tx<'_>,
    work: &[(&Gathered, Vec<&Prepared>)],
    settling: &Settling<'_>,
) -> Result<HashMap<[u8; 32], i64>> {
    let mut order: Vec<(Moment, [u8; 32])> =
        work.iter().flat_map(|(_, mails)| mails).map(|m| (settling.at(m), m.mail.content_key)).collect();
    order.sort_unstable();
    let first = tx.next_ids(i64::try_from(order.len()).unwrap_or(0))?;
    Ok((first..).zip(order).map(|(id, (_, key))| (key, id)).collect())
}

fn new_ticket(
    tx: &mut Tx<'_>,
    mails: &[&Prepared],
    settling: &Settling<'_>,
    people: &mut People,
    ids: &mut HashMap<[u8; 32], i64>,
) -> Result<()> {
    let settled = settling.settle(mails);
    let asked = requester(mails);
    let requester = asked.map(|a| people.contact(tx, a)).transpose()?;
    let subject = mails.first().map(|m| m.mail.subject.clone()).unwrap_or_default();
    let outbound = settled
        .life
        .outbound
        .then(|| mails.iter().find(|m| m.ours).and_then(|m| settling.agent(m)).unwrap_or(tx.agent));
    let ticket = Ticket {
        id: tx.next_ticket()?,
        subject,
        standing: settled.standing,
        priority: Priority::Normal,
        assignee: None,
        requester: requester.map(|(id, _)| id),
        client: requester.and_then(|(_, client)| client),
        channel: "email".to_owned(),
        opened_at: settled.life.opened_at,
        opened_by: outbound,
        due_at: None,
        snoozed_until: None,
        merged_into: None,
        once: None,
    };
    let about = asked
        .map(|a| format!("{} {} {}", a.name, a.email, domain_of(&a.email).unwrap_or_default()))
        .unwrap_or_default();
    let mut about_terms = String::new();
    people.stemmer.distinct(&about, &mut about_terms);
    let subject_terms = mails.first().map_or("", |m| m.subject_terms.as_str());
    let muted = match ticket.requester {
        Some(contact) => tx.is_muted(contact)?,
        None => false,
    };
    tx.put_arrived(&Arrived {
        muted,
        ticket: &ticket,
        life: &settled.life,
        automatic: settled.automatic,
        subject_terms,
        about_terms: &about_terms,
    })?;
    put_messages(tx, ticket.id, mails, settling, people, ids)
}

/// Who asked: the first person who wrote to us, else the first we wrote to, else the machine that wrote.
fn requester<'m>(mails: &[&'m Prepared]) -> Option<&'m Address> {
    let theirs = |machines: bool| {
        let wrote = mails.iter().filter(|m| !m.ours && is_machine(m.mail.class.word()) == machines);
        wrote.filter_map(|m| m.mail.from.as_ref()).next()
    };
    let ours_went_to = || mails.iter().find(|m| m.ours).and_then(|m| m.mail.to.first());
    theirs(false).or_else(ours_went_to).or_else(|| theirs(true))
}

fn put_messages(
    tx: &mut Tx<'_>,
    ticket: i64,
    mails: &[&Prepared],
    settling: &Settling<'_>,
    people: &mut People,
    ids: &mut HashMap<[u8; 32], i64>,
) -> Result<()> {
    for m in mails {
        let from = m.mail.from.as_ref();
        let contact = match from {
            Some(f) if !m.ours => Some(people.contact(tx, f)?.0),
            _ => None,
        };
        let (name, email) = from.map_or(("", ""), |f| (f.name.as_str(), f.email.as_str()));
        let message = NewMessage {
            id: ids.remove(&m.mail.content_key).unwrap_or_default(),
            ticket: Some(ticket),
            direction: Some(if m.ours { Direction::Out } else { Direction::In }),
            agent: m.ours.then(|| settling.agent(m)).flatten(),
            contact,
            author: name,
            email,
            at: settling.at(m),
            counts: m.counts,
            automatic: m.mail.class.word(),
            message_id: m.mail.message_id.as_deref(),
            in_reply_to: m.mail.in_reply_to.as_deref(),
            content_key: Some(&m.mail.content_key),
            text: &m.mail.text,
            raw: Some(&m.raw),
            attachments: &m.mail.attachments,
            addressed: Some(&Addressed {
                to: m.mail.to.clone(),
                cc: m.mail.cc.clone(),
                reply_to: m.mail.reply_to.clone(),
            }),
            trust: None,
            subject_terms: &m.subject_terms,
            text_terms: &m.text_terms,
        };
        tx.put_message(&message)?;
        for key in &m.keys {
            tx.put_thread(key, ticket)?;
        }
    }
    Ok(())
}

/// Further mails of a ticket that is there: they stand in it, and each moves its status as it would have then.
fn join(
    tx: &mut Tx<'_>,
    id: i64,
    mails: &[&Prepared],
    settling: &Settling<'_>,
    people: &mut People,
    ids: &mut HashMap<[u8; 32], i64>,
) -> Result<()> {
    put_messages(tx, id, mails, settling, people, ids)?;
    tx.touch(id);
    let Some(ticket) = tx.ticket(id)? else { return Ok(()) };
    let these: Vec<&str> = mails.iter().filter_map(|m| m.mail.message_id.as_deref()).collect();
    let before = tx.last_word(id, &these)?;
    let mut said: Vec<&&Prepared> = mails.iter().filter(|m| m.counts).collect();
    said.sort_by_key(|m| settling.at(m));
    let mut standing = ticket.standing;
    for m in said {
        let at = settling.at(m);
        if before.is_some_and(|b| b > at) {
            continue;
        }
        let wakes = m.mail.class.word().is_none() && standing.reason != Some(Reason::Spam);
        let to = match (m.ours, standing.status) {
            (true, Status::New | Status::Open) => Status::Pending,
            (false, Status::Pending | Status::Hold | Status::Closed) if wakes => Status::Open,
            _ => continue,
        };
        tx.apply([Event { at, ..Event::ticket(id, "status", &standing, &Standing::of(to), at) }])?;
        standing = Standing::of(to);
    }
    Ok(())
}

/// A mail that names two tickets makes them one: the younger goes into the older.
fn merge(tx: &mut Tx<'_>, younger: i64, older: i64) -> Result<()> {
    if let (Some(a), Some(b)) = (tx.ticket(younger)?, tx.ticket(older)?) {
        ticket::merge(tx, &a, &b)?;
    }
    Ok(())
}

impl People {
    /// The contact at an address: known, or made with the client of its domain.
    fn contact(&mut self, tx: &mut Tx<'_>, from: &Address) -> Result<(i64, Option<i64>)> {
        let key = from.email.to_lowercase();
        if let Some(known) = self.contacts.get(&key) {
            return Ok(*known);
        }
        let point = Point { kind: PointKind::Email, value: from.email.clone() };
        let found = match tx.contact_at(&point)? {
            Some(c) => (c.id, c.client),
            None => {
                let client = self.client(tx, &from.email)?;
                let contact = Contact { id: tx.next_ids(1)?, name: from.name.trim().to_owned(), client };
                tx.put_contact(&contact, std::slice::from_ref(&point))?;
                (contact.id, client)
            }
        };
        self.contacts.insert(key, found);
        Ok(found)
    }

    fn client(&mut self, tx: &mut Tx<'_>, address: &str) -> Result<Option<i64>> {
        let Some(domain) = domain_of(address) else { return Ok(None) };
        if let Some(known) = self.clients.get(&domain) {
            return Ok(Some(*known));
        }
        let id = match tx.client_called(&domain)? {
            Some(client) => client.id,
            None => {
                let id = tx.next_ids(1)?;
                let client = Client {
                    id,
                    handle: domain.clone(),
                    name: domain.clone(),
                    lang: None,
                    plan: None,
                    note: String::new(),
                    details: Default::default(),
                    vip: false,
                };
                tx.put_client(&client, std::slice::from_ref(&domain))?;
                id
            }
        };
        self.clients.insert(domain, id);
        Ok(Some(id))
    }
}
