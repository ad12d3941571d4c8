//! What comes in is kept, thing by thing, within the one write of an import.

use super::again::{self, Again};
use super::people::{People, points};
use super::settle::{Settled, Words, direction, life, said_at, settle};
use super::{OnConflict, Summary};
use crate::domain::contact::Point;
use crate::domain::entry::{Entry, MOST};
use crate::domain::event::{Event, Noun};
use crate::domain::incoming::{Incoming, IncomingMessage, IncomingPerson, IncomingTicket, IncomingTime, Way, What};
use crate::domain::tag::tag;
use crate::domain::ticket::{Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::words::Stemmer;
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::bulk::{Arrived, Came, Origin, Rating, held_to, thread_key};
use crate::store::message::NewMessage;
use std::collections::HashMap;

/// Why a record is not taken; the import goes on.
pub(super) type Refusal = String;

/// What keeps.
pub(super) struct Keeper<'a> {
    pub(super) source: String,
    pub(super) people: People,
    pub(super) words: Words,
    pub(super) summary: &'a mut Summary,
    pub(super) on_conflict: OnConflict,
    pub(super) close_older: Option<i64>,
    pub(super) zone: &'a Zone,
    stemmer: Stemmer,
    /// How often a record without an id came with the same content.
    twins: HashMap<[u8; 16], usize>,
    /// Tickets to be linked when all are there: one of ours, and the number of the other there.
    links: Vec<(i64, String)>,
    muting: Option<bool>,
}

/// Records that were quiet for so long are worth a word, in seconds.
pub(super) const QUIET: i64 = 30 * 86_400;

impl<'a> Keeper<'a> {
    pub(super) fn new(source: &str, summary: &'a mut Summary, zone: &'a Zone) -> Keeper<'a> {
        Keeper {
            source: source.to_owned(),
            people: People::of(source),
            words: Words::default(),
            summary,
            on_conflict: OnConflict::Skip,
            close_older: None,
            zone,
            stemmer: Stemmer::new(),
            twins: HashMap::new(),
            links: Vec::new(),
            muting: None,
        }
    }

    /// Keeps what a record brought. `before` gives what the record that was kept last would have brought.
    pub(super) fn take(
        &mut self,
        tx: &mut Tx<'_>,
        incoming: Incoming,
        before: &mut dyn FnMut(&str) -> Option<What>,
    ) -> Result<std::result::Result<(), Refusal>> {
        let (kind, external) = match &incoming.what {
            What::Ticket(t) => (Came::Ticket, t.external.clone()),
            What::Client(c) => (Came::Client, c.external.clone()),
            What::Contact(p) if p.agent => {
                self.know_agent(p);
                return Ok(Ok(()));
            }
            What::Contact(p) => (Came::Contact, p.external.clone()),
            What::Time(t) => (Came::Time, t.external.clone()),
        };
        if let Err(why) = sound(&incoming.what) {
            return Ok(Err(why));
        }
        let number = match external {
            Some(id) => id,
            None => self.made_number(&incoming.origin.raw),
        };
        let raw = &incoming.origin.raw;
        match tx.origin(kind, &self.source, &number)? {
            Some(known) if known.record.as_deref() == Some(raw) => self.summary.duplicates += 1,
            Some(known) => match self.on_conflict {
                OnConflict::Skip => self.summary.differing += 1,
                OnConflict::Fail => {
                    return Err(Error::refused(format!(
                        "{}: {}:{number} came in before and reads differently now; nothing was imported",
                        incoming.origin.place, self.source
                    ))
                    .hint("--on-conflict update takes what has changed, --on-conflict skip leaves it"));
                }
                OnConflict::Update => {
                    self.begin(tx)?;
                    if let Err(why) = self.update(tx, &known, incoming.what, before)? {
                        return Ok(Err(why));
                    }
                    tx.put_origin(kind, &self.source, &number, known.thing, Some(raw))?;
                }
            },
            None => {
                self.begin(tx)?;
                if let Some(thing) = self.add(tx, incoming.what)? {
                    tx.put_origin(kind, &self.source, &number, thing, Some(raw))?;
                }
            }
        }
        Ok(Ok(()))
    }

    /// The first event of an import tells that it is one: what came in goes with it when it is taken back.
    fn begin(&self, tx: &mut Tx<'_>) -> Result<()> {
        if tx.is_first_batch() {
            let (operation, at) = (tx.operation, tx.at);
            tx.apply([Event::about(Noun::Import, operation, "", &(), &self.source, at)])?;
        }
        Ok(())
    }

    /// What is left to do when all records are there.
    pub(super) fn end(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let at = tx.at;
        for (ticket, number) in std::mem::take(&mut self.links) {
            let other = tx.ticket_by_external(&self.source, &number)?.filter(|other| *other != ticket);
            let Some(other) = other else { continue };
            if !tx.links(ticket)?.contains(&other) {
                let (a, b) = (ticket.min(other), ticket.max(other));
                tx.apply([Event::about(Noun::Link, a, &b.to_string(), &false, &true, at).in_history_of(Some(ticket))])?;
            }
        }
        Ok(())
    }

    /// An agent of the source: under which word he is known where he is named later.
    fn know_agent(&mut self, p: &IncomingPerson) {
        let email = p.emails.first().map(String::as_str);
        let word = super::people::agent_word(email.filter(|_| p.name.is_empty()).unwrap_or(&p.name));
        for name in p.emails.iter().chain(std::iter::once(&p.name)).filter(|n| !n.is_empty()) {
            self.people.said.entry(name.to_lowercase()).or_insert_with(|| word.clone());
        }
        self.summary.agents += 1;
    }

    /// A number for a record that brings none: it follows from its content.
    fn made_number(&mut self, raw: &str) -> String {
        let key = thread_key(raw);
        let n = self.twins.entry(key).or_default();
        *n += 1;
        let hex: String = key.iter().take(8).map(|b| format!("{b:02x}")).collect();
        if *n == 1 { format!("row-{hex}") } else { format!("row-{hex}-{n}") }
    }

    fn add(&mut self, tx: &mut Tx<'_>, what: What) -> Result<Option<i64>> {
        self.summary.created += 1;
        Ok(match what {
            What::Ticket(t) => Some(self.add_ticket(tx, &t)?),
            What::Client(c) => Some(self.people.client_of(tx, &c)?),
            What::Contact(p) => {
                let contact = self.people.contact(tx, &p, None)?.map(|(id, _)| id);
                if let Some(id) = contact {
                    again::complete(tx, id, &p)?;
                }
                contact
            }
            What::Time(t) => {
                let entry = self.entry(tx, &t)?;
                let (home, at) = (entry.ticket, tx.at);
                tx.apply([Event::about(Noun::Entry, entry.id, "", &(), &entry, at).in_history_of(home)])?;
                self.summary.entries += 1;
                Some(entry.id)
            }
        })
    }

    fn add_ticket(&mut self, tx: &mut Tx<'_>, t: &IncomingTicket) -> Result<i64> {
        let now = tx.at;
        let settled = settle(t, &mut self.words, self.close_older, now);
        let client = t.client.as_deref().map(|word| self.people.client(tx, word)).transpose()?.flatten();
        let requester = match &t.requester {
            Some(person) => self.people.contact(tx, person, client)?,
            None => None,
        };
        let assignee = self.assignee(tx, t)?;
        let agents = self.authors(tx, t, assignee)?;
        let outbound = t.outbound.then(|| agents.iter().flatten().next().copied().or(assignee).unwrap_or(tx.agent));
        let ticket = Ticket {
            id: tx.next_ticket()?,
            subject: t.subject.clone(),
            standing: settled.standing,
            priority: settled.priority,
            assignee,
            requester: requester.map(|(id, _)| id),
            client: client.or(requester.and_then(|(_, client)| client)),
            channel: t.channel.as_deref().map_or_else(|| channel_of(t), str::to_lowercase),
            opened_at: settled.opened_at,
            opened_by: outbound,
            due_at: t.due_at,
            snoozed_until: None,
            merged_into: None,
            once: None,
        };
        let tags = tags_of(t);
        let (mut subject_terms, mut about_terms) = (String::new(), String::new());
        self.stemmer.distinct(&ticket.subject, &mut subject_terms);
        self.stemmer.distinct(&about(tx, &ticket, t, &tags)?, &mut about_terms);
        let muted = match (ticket.requester, self.muting(tx)?) {
            (Some(contact), true) => tx.is_muted(contact)?,
            _ => false,
        };
        tx.put_arrived(&Arrived {
            ticket: &ticket,
            life: &life(t, &settled, now, &agents),
            automatic: false,
            muted,
            subject_terms: &subject_terms,
            about_terms: &about_terms,
        })?;
        for tag in &tags {
            tx.put_tag(ticket.id, tag)?;
        }
        for (message, agent) in t.messages.iter().zip(&agents) {
            self.put_message(tx, &ticket, message, *agent, t.requester.as_ref(), &subject_terms)?;
        }
        self.put_ratings(tx, ticket.id, t, &settled, ticket.requester)?;
        if let Some(minutes) = t.minutes {
            self.put_minutes(tx, &ticket, minutes, &settled)?;
        }
        self.links.extend(t.links.iter().chain(&t.merged_into).map(|number| (ticket.id, number.clone())));
        self.count(&ticket, &settled, now);
        Ok(ticket.id)
    }

    fn count(&mut self, ticket: &Ticket, settled: &Settled, now: Moment) {
        let s = &mut self.summary;
        s.tickets += 1;
        *s.statuses.entry(ticket.standing.status).or_default() += 1;
        s.closed_silent += usize::from(settled.silent);
        let waits = matches!(ticket.standing.status, Status::New | Status::Open);
        s.quiet += usize::from(waits && now.since(settled.last_at) >= QUIET);
        if s.first.len() < super::SHOWN {
            s.first.push(ticket.id);
        }
    }

    fn muting(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        if self.muting.is_none() {
            self.muting = Some(!tx.mutes()?.is_empty());
        }
        Ok(self.muting.unwrap_or(true))
    }

    /// The agent a ticket is given to.
    pub(super) fn assignee(&mut self, tx: &mut Tx<'_>, t: &IncomingTicket) -> Result<Option<i64>> {
        match t.assignee.as_deref() {
            Some(name) => self.people.agent(tx, name, None),
            None => Ok(None),
        }
    }

    /// The agent who wrote each message; what nobody of us wrote has none.
    pub(super) fn authors(
        &mut self,
        tx: &mut Tx<'_>,
        t: &IncomingTicket,
        assignee: Option<i64>,
    ) -> Result<Vec<Option<i64>>> {
        let mut agents = Vec::with_capacity(t.messages.len());
        for m in &t.messages {
            agents.push(match (&m.author, m.way) {
                (_, Way::In) => None,
                (Some(a), Way::Note) if !a.agent => None,
                (Some(a), _) => self.people.agent(tx, &a.name, a.emails.first().map(String::as_str))?.or(assignee),
                (None, Way::Out) => assignee,
                (None, Way::Note) => None,
            });
        }
        Ok(agents)
    }

    /// Keeps a message, unless nothing stands in it.
    pub(super) fn put_message(
        &mut self,
        tx: &mut Tx<'_>,
        ticket: &Ticket,
        m: &IncomingMessage,
        agent: Option<i64>,
        requester: Option<&IncomingPerson>,
        subject_terms: &str,
    ) -> Result<bool> {
        let text = text_of(m);
        if text.is_empty() {
            return Ok(false);
        }
        let author = m.author.as_ref().or(requester.filter(|_| m.way == Way::In));
        let contact = match (m.way, &m.author) {
            (Way::In, Some(person)) => self.people.contact(tx, person, None)?.map(|(id, _)| id),
            (Way::In, None) => ticket.requester,
            _ => None,
        };
        let name = author.map_or("", |a| a.name.as_str());
        let email = author.and_then(|a| a.emails.first()).map_or("", String::as_str);
        let mut text_terms = String::new();
        self.stemmer.distinct(&format!("{text}\n{name} {email}"), &mut text_terms);
        let id = tx.next_ids(1)?;
        tx.put_message(&NewMessage {
            id,
            ticket: Some(ticket.id),
            direction: Some(direction(m.way)),
            agent,
            contact,
            author: name,
            email,
            at: said_at(m.at, ticket.opened_at, tx.at),
            counts: m.way != Way::Note,
            text: &text,
            subject_terms,
            text_terms: &text_terms,
            ..NewMessage::default()
        })?;
        self.summary.messages += 1;
        Ok(true)
    }

    fn put_ratings(
        &mut self,
        tx: &mut Tx<'_>,
        ticket: i64,
        t: &IncomingTicket,
        settled: &Settled,
        contact: Option<i64>,
    ) -> Result<()> {
        for r in t.ratings.iter().filter(|r| r.scale.holds(r.score)) {
            let at = held_to(r.at.or(settled.closed_at).or(Some(settled.last_at)), tx.at);
            let rating = Rating { scale: r.scale, score: r.score, comment: r.comment.clone(), at };
            tx.put_rating(ticket, contact, &rating)?;
            self.summary.ratings += 1;
        }
        Ok(())
    }

    /// The minutes that a source tells of a ticket as a whole.
    fn put_minutes(&mut self, tx: &mut Tx<'_>, ticket: &Ticket, minutes: i64, settled: &Settled) -> Result<()> {
        let entry = Entry {
            id: tx.next_entry()?,
            ticket: Some(ticket.id),
            client: ticket.client,
            agent: ticket.assignee.unwrap_or(tx.agent),
            day: self.zone.date(settled.last_at),
            minutes,
            billable: true,
            text: String::new(),
            void: false,
        };
        let at = tx.at;
        tx.apply([Event::about(Noun::Entry, entry.id, "", &(), &entry, at).in_history_of(Some(ticket.id))])?;
        self.summary.entries += 1;
        Ok(())
    }

    /// The entry that worked time makes.
    pub(super) fn entry(&mut self, tx: &mut Tx<'_>, t: &IncomingTime) -> Result<Entry> {
        let ticket = match &t.ticket {
            Some(number) => self.ticket_called(tx, number)?,
            None => None,
        };
        let text = match (&t.ticket, &ticket) {
            (Some(number), None) => {
                self.summary.strays += 1;
                format!("[{number}] {}", t.text).trim().to_owned()
            }
            _ => t.text.clone(),
        };
        let client = match (&ticket, t.client.as_deref()) {
            (Some(ticket), _) => ticket.client,
            (None, Some(word)) => self.people.client(tx, word)?,
            (None, None) => None,
        };
        let agent = match t.agent.as_deref() {
            Some(name) => self.people.agent(tx, name, None)?,
            None => None,
        };
        Ok(Entry {
            id: tx.next_entry()?,
            ticket: ticket.map(|t| t.id),
            client,
            agent: agent.unwrap_or(tx.agent),
            day: t.day,
            minutes: t.minutes,
            billable: t.billable.unwrap_or(true),
            text,
            void: false,
        })
    }

    /// The ticket that a timesheet calls so: by this source, by any other, by its number here.
    fn ticket_called(&mut self, tx: &mut Tx<'_>, number: &str) -> Result<Option<Ticket>> {
        let id = match tx.ticket_by_external(&self.source, number)? {
            Some(id) => Some(id),
            None => match tx.tickets_by_number_elsewhere(number)?.as_slice() {
                [one] => Some(*one),
                _ => number.parse().ok(),
            },
        };
        id.map_or(Ok(None), |id| tx.ticket(id))
    }

    fn update(
        &mut self,
        tx: &mut Tx<'_>,
        known: &Origin,
        what: What,
        before: &mut dyn FnMut(&str) -> Option<What>,
    ) -> Result<std::result::Result<(), Refusal>> {
        let before = known.record.as_deref().and_then(before);
        let changed = Again { keeper: self, before }.update(tx, known.thing, what)?;
        match changed {
            Ok(true) => self.summary.updated += 1,
            Ok(false) => self.summary.duplicates += 1,
            Err(why) => return Ok(Err(why)),
        }
        Ok(Ok(()))
    }
}

/// Whether a thing can be kept at all; why not.
fn sound(what: &What) -> std::result::Result<(), Refusal> {
    const LONGEST: usize = 1000;
    match what {
        What::Ticket(t) if t.subject.chars().count() > LONGEST => {
            Err(format!("subject: {} characters, of at most {LONGEST}", t.subject.chars().count()))
        }
        What::Ticket(t) if t.minutes.is_some_and(|m| !(1..=MOST).contains(&m)) => {
            Err(format!("minutes: {} are not between 1 and {MOST}", t.minutes.unwrap_or_default()))
        }
        What::Time(t) if !(1..=MOST).contains(&t.minutes) => {
            Err(format!("minutes: {} are not between 1 and {MOST}", t.minutes))
        }
        What::Contact(p) if p.name.trim().is_empty() && points(p).is_empty() => {
            Err("nothing is known of this contact".to_owned())
        }
        What::Client(c) if c.name.trim().is_empty() => Err("name: nothing in it".to_owned()),
        _ => Ok(()),
    }
}

/// The text of a message, with the files that were left behind named below it.
pub(super) fn text_of(m: &IncomingMessage) -> String {
    let mut text = m.text.trim_end().to_owned();
    for (n, (name, bytes)) in m.files.iter().enumerate() {
        text.push_str(if n == 0 && !text.is_empty() {
            "\n\n"
        } else if n > 0 {
            "\n"
        } else {
            ""
        });
        let size = bytes.map(|bytes| format!(", {bytes} bytes")).unwrap_or_default();
        text.push_str(&format!("[{name}{size}]"));
    }
    text
}

/// Its labels as the desk writes them; what can be none is left out.
pub(super) fn tags_of(t: &IncomingTicket) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for text in &t.tags {
        let joined = text.split_whitespace().collect::<Vec<_>>().join("-");
        let kept: String = joined.chars().filter(|c| c.is_alphanumeric() || "-_./".contains(*c)).take(64).collect();
        if let Ok(tag) = tag(&kept)
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    }
    tags.sort();
    tags
}

fn channel_of(t: &IncomingTicket) -> String {
    let person = t.requester.as_ref();
    let has = |list: fn(&IncomingPerson) -> &Vec<String>| person.is_some_and(|p| !list(p).is_empty());
    let word = if has(|p| &p.emails) {
        "email"
    } else if has(|p| &p.phones) {
        "phone"
    } else if has(|p| &p.handles) {
        "chat"
    } else {
        "other"
    };
    word.to_owned()
}

/// What a ticket is found by besides its subject and texts: as when its line in the index is made anew.
fn about(tx: &mut Tx<'_>, ticket: &Ticket, t: &IncomingTicket, tags: &[String]) -> Result<String> {
    let mut about: Vec<String> = Vec::new();
    if let Some(person) = &t.requester {
        about.push(person.name.clone());
        let reach = |p: Point| p.endings().into_iter().chain([p.key(), p.value.clone()]).collect::<Vec<_>>();
        about.extend(points(person).into_iter().flat_map(reach));
    }
    if let Some(id) = ticket.client {
        about.extend(tx.client(id)?.map(|c| format!("{} {}", c.handle, c.name)));
    }
    about.extend_from_slice(tags);
    Ok(about.join(" "))
}
