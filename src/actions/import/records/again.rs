//! A record that came in before and reads differently now. What has changed since there is taken over; what was changed here
//! and not there stays as it is.

use super::keep::{Keeper, Refusal, tags_of, text_of};
use super::settle::{direction, said_at, settle};
use crate::actions::ticket::{set, set_client, set_tag, stand};
use crate::actions::{hours, people};
use crate::domain::contact::Contact;
use crate::domain::entry::Entry;
use crate::domain::event::{Event, Noun};
use crate::domain::incoming::{IncomingClient, IncomingPerson, IncomingTicket, IncomingTime, What};
use crate::domain::ticket::Ticket;
use crate::error::Result;
use crate::store::Tx;

/// An update: what the record brought when it was taken last, where that can still be told.
pub(super) struct Again<'k, 'a> {
    pub(super) keeper: &'k mut Keeper<'a>,
    pub(super) before: Option<What>,
}

impl Again<'_, '_> {
    /// Takes over what has changed. Whether anything has, or why it cannot be.
    pub(super) fn update(
        &mut self,
        tx: &mut Tx<'_>,
        thing: i64,
        what: What,
    ) -> Result<std::result::Result<bool, Refusal>> {
        let done = match what {
            What::Ticket(t) => self.ticket(tx, thing, &t)?,
            What::Client(c) => self.client(tx, thing, &c)?,
            What::Contact(p) => match tx.contact(thing)? {
                Some(contact) => complete(tx, contact.id, &p)? | rename(tx, &contact, &p)?,
                None => false,
            },
            What::Time(t) => self.time(tx, thing, &t)?,
        };
        Ok(Ok(done))
    }

    fn ticket(&mut self, tx: &mut Tx<'_>, id: i64, t: &IncomingTicket) -> Result<bool> {
        let Some(mut ticket) = tx.ticket(id)? else { return Ok(false) };
        while let Some(other) = ticket.merged_into {
            match tx.ticket(other)? {
                Some(next) => ticket = next,
                None => return Ok(false),
            }
        }
        let was = match &self.before {
            Some(What::Ticket(was)) => (**was).clone(),
            _ => IncomingTicket::default(),
        };
        let now = tx.at;
        let mut changed = self.messages(tx, &ticket, t)?;
        if was.subject != t.subject && !t.subject.is_empty() {
            changed |= set(tx, &ticket, "subject", &ticket.subject, &t.subject)?;
        }
        let settled = settle(t, &mut self.keeper.words, None, now);
        if was.status != t.status || was.closed_at.is_some() != t.closed_at.is_some() {
            let to = settled.standing;
            if to.status != ticket.standing.status {
                let at = settled.closed_at.unwrap_or(settled.last_at).max(ticket.opened_at);
                tx.apply([Event { at, ..Event::ticket(ticket.id, "status", &ticket.standing, &to, at) }])?;
                changed = true;
            } else {
                changed |= stand(tx, &ticket, to)?;
            }
        }
        if was.priority != t.priority && t.priority.is_some() {
            changed |= set(tx, &ticket, "priority", &ticket.priority, &settled.priority)?;
        }
        if was.assignee != t.assignee && t.assignee.is_some() {
            let agent = self.keeper.assignee(tx, t)?;
            changed |= set(tx, &ticket, "assignee", &ticket.assignee, &agent)?;
        }
        if was.due_at != t.due_at {
            changed |= set(tx, &ticket, "due_at", &ticket.due_at, &t.due_at)?;
        }
        if was.client != t.client
            && let Some(word) = t.client.as_deref()
        {
            let client = self.keeper.people.client(tx, word)?;
            if client != ticket.client {
                changed |= set_client(tx, &ticket, client)?;
            }
        }
        changed |= self.tags(tx, &ticket, &was, t)?;
        Ok(changed)
    }

    fn tags(&mut self, tx: &mut Tx<'_>, ticket: &Ticket, was: &IncomingTicket, t: &IncomingTicket) -> Result<bool> {
        let (old, new) = (tags_of(was), tags_of(t));
        let here = tx.tags(ticket.id)?;
        let mut changed = false;
        for tag in new.iter().filter(|tag| !old.contains(tag) && !here.contains(tag)) {
            changed |= set_tag(tx, ticket, tag, true)?;
        }
        for tag in old.iter().filter(|tag| !new.contains(tag) && here.contains(tag)) {
            changed |= set_tag(tx, ticket, tag, false)?;
        }
        Ok(changed)
    }

    /// Messages that are not there yet: another text, or another instant.
    fn messages(&mut self, tx: &mut Tx<'_>, ticket: &Ticket, t: &IncomingTicket) -> Result<bool> {
        let there = tx.messages(ticket.id)?;
        let now = tx.at;
        let assignee = ticket.assignee;
        let agents = self.keeper.authors(tx, t, assignee)?;
        let mut terms = String::new();
        crate::domain::words::Stemmer::new().distinct(&ticket.subject, &mut terms);
        let mut changed = false;
        for (m, agent) in t.messages.iter().zip(agents) {
            let (at, text) = (said_at(m.at, ticket.opened_at, now), text_of(m));
            let known = there
                .iter()
                .any(|k| k.direction == direction(m.way) && k.text == text && (k.at == at || m.at.is_none()));
            if !known && !text.is_empty() {
                changed |= self.keeper.put_message(tx, ticket, m, agent, t.requester.as_ref(), &terms)?;
                tx.touch(ticket.id);
            }
        }
        Ok(changed)
    }

    fn client(&mut self, tx: &mut Tx<'_>, id: i64, c: &IncomingClient) -> Result<bool> {
        let Some(client) = tx.client(id)? else { return Ok(false) };
        let was = match &self.before {
            Some(What::Client(was)) => was.clone(),
            _ => IncomingClient::default(),
        };
        let at = tx.at;
        let mut events = Vec::new();
        let mut text = |field: &str, here: &str, was: &str, new: &str| {
            if was != new && !new.is_empty() && here != new {
                events.push(Event::about(Noun::Client, id, field, &here, &new, at));
            }
        };
        text("name", &client.name, &was.name, c.name.trim());
        text("note", &client.note, &was.note, &c.note);
        if was.plan != c.plan && c.plan != client.plan {
            events.push(Event::about(Noun::Client, id, "plan", &client.plan, &c.plan, at));
        }
        let mut changed = !events.is_empty();
        tx.apply(events)?;
        for domain in c.domains.iter().filter_map(|d| crate::actions::client::domain(d).ok()) {
            if tx.client_of_domain(&domain)?.is_none() {
                tx.apply([Event::about(Noun::Client, id, &format!("domain:{domain}"), &false, &true, at)])?;
                changed = true;
            }
        }
        Ok(changed)
    }

    fn time(&mut self, tx: &mut Tx<'_>, id: i64, t: &IncomingTime) -> Result<bool> {
        let Some(entry) = tx.entry(id)? else { return Ok(false) };
        let new = self.keeper.entry(tx, t)?;
        hours::revise(tx, &entry, &Entry { id: entry.id, void: entry.void, ..new })
    }
}

/// Gives a contact the addresses, phones and handles that nobody has yet, and a name where he has none.
pub(super) fn complete(tx: &mut Tx<'_>, id: i64, p: &IncomingPerson) -> Result<bool> {
    let mut changed = false;
    for point in super::people::points(p) {
        if tx.contact_at(&point)?.is_none() {
            people::add_point(tx, id, &point)?;
            changed = true;
        }
    }
    if let Some(contact) = tx.contact(id)?.filter(|c| c.name.is_empty()) {
        changed |= rename(tx, &contact, p)?;
    }
    Ok(changed)
}

fn rename(tx: &mut Tx<'_>, contact: &Contact, p: &IncomingPerson) -> Result<bool> {
    let name = p.name.trim();
    if name.is_empty() || name == contact.name {
        return Ok(false);
    }
    let at = tx.at;
    tx.apply([Event::about(Noun::Contact, contact.id, "name", &contact.name, &name, at)])?;
    Ok(true)
}
