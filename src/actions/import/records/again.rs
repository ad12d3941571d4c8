//! A record that came in before and reads differently now. What has changed since there is taken over; what was changed here
//! and not there stays as it is.

use super::hours::Place;
use super::keep::{Keeper, tags_of, text_of};
use super::people::{complete, complete_client, rename};
use super::settle::{Settled, direction, said_at, settle};
use crate::actions::hours;
use crate::actions::ticket::{set, set_client, set_tag};
use crate::domain::entry::Entry;
use crate::domain::event::{Event, Noun};
use crate::domain::incoming::{IncomingClient, IncomingMessage, IncomingTicket, IncomingTime, What};
use crate::domain::rating::Rating;
use crate::domain::ticket::{Standing, Ticket};
use crate::domain::timeline;
use crate::domain::words::Stemmer;
use crate::error::Result;
use crate::store::Tx;
use crate::store::bulk::{Origin, held_to};

/// An update: what the record brought when it was taken last, where that can still be told.
pub(super) struct Again<'k, 'a> {
    pub(super) keeper: &'k mut Keeper<'a>,
    pub(super) was: Option<What>,
}

impl Again<'_, '_> {
    /// Takes over what has changed. Whether anything has.
    pub(super) fn update(&mut self, tx: &mut Tx<'_>, known: &Origin, what: What) -> Result<bool> {
        match what {
            What::Ticket(t) => self.ticket(tx, known.thing, &t),
            What::Client(c) => self.client(tx, known.thing, &c),
            What::Contact(p) => match tx.contact(known.thing)? {
                Some(contact) => {
                    let renamed = match &self.was {
                        Some(What::Contact(was)) => was.name != p.name && rename(tx, &contact, &p.name)?,
                        _ => false,
                    };
                    Ok(complete(tx, contact.id, &p)? | renamed)
                }
                None => Ok(false),
            },
            What::Time(t) => self.time(tx, known.thing, &t),
        }
    }

    fn ticket(&mut self, tx: &mut Tx<'_>, id: i64, t: &IncomingTicket) -> Result<bool> {
        let Some(mut ticket) = tx.ticket(id)? else { return Ok(false) };
        while let Some(other) = ticket.merged_into {
            match tx.ticket(other)? {
                Some(next) => ticket = next,
                None => return Ok(false),
            }
        }
        let (was, told) = match self.was.take() {
            Some(What::Ticket(was)) => (*was, true),
            _ => (IncomingTicket::default(), false),
        };
        let settled = settle(t, &mut self.keeper.words, None, tx.at);
        let mut changed = self.messages(tx, &ticket, &was, t)?;
        if was.subject != t.subject && !t.subject.is_empty() {
            changed |= set(tx, &ticket, "subject", &ticket.subject, &t.subject)?;
        }
        // A ticket that was merged here stands as the other does.
        if ticket.id == id && (was.status != t.status || was.closed_at.is_some() != t.closed_at.is_some()) {
            changed |= stand(tx, &ticket, &settled)?;
        }
        if was.priority != t.priority && t.priority.is_some() {
            changed |= set(tx, &ticket, "priority", &ticket.priority, &settled.priority)?;
        }
        if was.due_at != t.due_at {
            changed |= set(tx, &ticket, "due_at", &ticket.due_at, &t.due_at)?;
        }
        changed |= self.people(tx, &ticket, &was, t)?;
        changed |= self.tags(tx, &ticket, &was, t)?;
        changed |= self.ratings(tx, &ticket, &was, t, &settled)?;
        // Only what came on top: how the minutes were told before is not known of a record that cannot be read any more.
        let more = t.minutes.unwrap_or_default() - was.minutes.unwrap_or_default();
        if told && more > 0 {
            self.keeper.put_minutes(tx, &ticket, more, settled.last_at)?;
            changed = true;
        }
        let numbers = t.links.iter().chain(&t.merged_into);
        self.keeper.links.extend(numbers.map(|number| (ticket.id, number.clone())));
        Ok(changed)
    }

    fn people(&mut self, tx: &mut Tx<'_>, ticket: &Ticket, was: &IncomingTicket, t: &IncomingTicket) -> Result<bool> {
        let mut changed = false;
        if was.assignee != t.assignee && t.assignee.is_some() {
            let agent = self.keeper.assignee(tx, t)?;
            changed |= set(tx, ticket, "assignee", &ticket.assignee, &agent)?;
        }
        if was.client != t.client
            && let Some(word) = t.client.as_deref()
        {
            let client = self.keeper.people.client(tx, word)?;
            changed |= client != ticket.client && set_client(tx, ticket, client)?;
        }
        if was.requester != t.requester
            && let Some(person) = &t.requester
            && let Some((contact, _)) = self.keeper.people.contact(tx, person, ticket.client)?
        {
            changed |= set(tx, ticket, "requester", &ticket.requester, &Some(contact))?;
        }
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

    fn ratings(
        &mut self,
        tx: &mut Tx<'_>,
        ticket: &Ticket,
        was: &IncomingTicket,
        t: &IncomingTicket,
        settled: &Settled,
    ) -> Result<bool> {
        let mut changed = false;
        let there = tx.ratings(ticket.id)?;
        for r in t.ratings.iter().filter(|r| r.scale.holds(r.score) && !was.ratings.contains(r)) {
            let at = held_to(r.at.or(settled.closed_at).or(Some(settled.last_at)), tx.at);
            let same = |g: &Rating| (g.scale, g.score, &g.comment, g.at) == (r.scale, r.score, &r.comment, at);
            if !there.iter().any(same) {
                super::keep::put_rating(tx, ticket.id, ticket.requester, r, at)?;
                self.keeper.summary.ratings += 1;
                changed = true;
            }
        }
        Ok(changed)
    }

    /// Messages that did not come in before and are not here either.
    fn messages(&mut self, tx: &mut Tx<'_>, ticket: &Ticket, was: &IncomingTicket, t: &IncomingTicket) -> Result<bool> {
        let there = tx.messages(ticket.id)?;
        let now = tx.at;
        let here = |m: &IncomingMessage| {
            let (at, text) = (said_at(m.at, ticket.opened_at, now), text_of(m));
            let same = |at_there| at_there == at || m.at.is_none();
            there.iter().any(|k| k.direction == direction(m.way) && k.text == text && same(k.at))
        };
        // The same one, also where its text was edited there since: what was said stays as it was read.
        let came = |m: &IncomingMessage| {
            was.messages.iter().any(|w| match (&w.external, &m.external) {
                (Some(w), Some(m)) => w == m,
                _ => (w.way, w.at, &w.text) == (m.way, m.at, &m.text),
            })
        };
        let agents = self.keeper.authors(tx, t, ticket.assignee)?;
        let mut terms = String::new();
        Stemmer::new().distinct(&ticket.subject, &mut terms);
        let mut changed = false;
        for (m, agent) in t.messages.iter().zip(agents).filter(|(m, _)| !came(m) && !here(m)) {
            changed |= self.keeper.put_message(tx, ticket, m, agent, t.requester.as_ref(), &terms)?;
            tx.touch(ticket.id);
        }
        Ok(changed)
    }

    fn client(&mut self, tx: &mut Tx<'_>, id: i64, c: &IncomingClient) -> Result<bool> {
        let Some(client) = tx.client(id)? else { return Ok(false) };
        self.keeper.people.renamed(id);
        let Some(What::Client(was)) = &self.was else { return complete_client(tx, &client, c) };
        let at = tx.at;
        let mut events = Vec::new();
        for (field, here, was, new) in [
            ("name", &client.name, was.name.trim(), c.name.trim()),
            ("note", &client.note, was.note.as_str(), c.note.as_str()),
        ] {
            if was != new && !new.is_empty() {
                events.push(Event::about(Noun::Client, id, field, here, &new, at));
            }
        }
        if was.plan != c.plan {
            events.push(Event::about(Noun::Client, id, "plan", &client.plan, &c.plan, at));
        }
        events.retain(|event| !event.is_void());
        let changed = !events.is_empty();
        tx.apply(events)?;
        Ok(super::people::add_domains(tx, id, c)? | changed)
    }

    fn time(&mut self, tx: &mut Tx<'_>, id: i64, t: &IncomingTime) -> Result<bool> {
        let Some(entry) = tx.entry(id)? else { return Ok(false) };
        let was = match self.was.take() {
            Some(What::Time(was)) => Some(was),
            _ => None,
        };
        let mut to = entry.clone();
        let moved = |of: fn(&IncomingTime) -> String| was.as_ref().is_none_or(|was| of(was) != of(t));
        if moved(|t| t.day.to_string()) {
            to.day = t.day;
        }
        if moved(|t| t.minutes.to_string()) {
            to.minutes = t.minutes;
        }
        if moved(|t| format!("{:?}", t.billable)) {
            to.billable = t.billable.unwrap_or(true);
        }
        if moved(|t| format!("{:?}", (&t.ticket, &t.client, &t.text))) {
            let Place { ticket, client, text } = self.keeper.place(tx, t)?;
            to = Entry { ticket, client, text, ..to };
        }
        if moved(|t| t.agent.clone().unwrap_or_default()) {
            to.agent = self.keeper.agent_of(tx, t)?.unwrap_or(to.agent);
        }
        Ok(to != entry && hours::revise(tx, &entry, &to)?)
    }
}

/// Sets the status that a ticket has there by now, at the instant it got it there, or after what happened here since.
fn stand(tx: &mut Tx<'_>, ticket: &Ticket, settled: &Settled) -> Result<bool> {
    let to: Standing = settled.standing;
    if to.status == ticket.standing.status && (to.reason == ticket.standing.reason || to.reason.is_none()) {
        return Ok(false);
    }
    let turned = |deed: &timeline::Deed| matches!(deed.what, timeline::What::Status(_)).then_some(deed.at);
    let (life, _) = tx.timeline(ticket)?;
    let last = life.deeds.iter().filter_map(turned).chain(life.first_closed_at).max();
    let at = settled.closed_at.unwrap_or(settled.last_at).max(ticket.opened_at).max(last.unwrap_or(ticket.opened_at));
    let mut events = vec![Event { at, ..Event::ticket(ticket.id, "status", &ticket.standing, &to, at) }];
    if settled.closed_at.is_some() && ticket.snoozed_until.is_some() {
        events.push(Event::ticket(ticket.id, "snoozed_until", &ticket.snoozed_until, &(), tx.at));
    }
    tx.apply(events)?;
    Ok(true)
}
