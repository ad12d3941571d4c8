//! What comes in is kept, thing by thing, within the one write of an import.

use super::OnConflict;
use super::again::Again;
use super::people::{People, points};
use super::settle::{Settled, Words, direction, life, said_at, settle};
use super::summary::{Fate, Summary};
use crate::domain::contact::Point;
use crate::domain::entry::MOST;
use crate::domain::event::{Event, Noun};
use crate::domain::incoming::{Incoming, IncomingMessage, IncomingPerson, IncomingRating, IncomingTicket, Way, What};
use crate::domain::rating::Rating;
use crate::domain::tag::tag;
use crate::domain::ticket::{Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::words::Stemmer;
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::bulk::{Arrived, Came, Origin, held_to, thread_key};
use crate::store::message::NewMessage;
use serde_json::Value;
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
    /// Our own addresses, folded: what they wrote is ours.
    pub(super) own: Vec<String>,
    stemmer: Stemmer,
    /// How often a record without an id came with the same content.
    twins: HashMap<[u8; 16], usize>,
    /// Tickets to be linked when all are there: one of ours, and the number of the other there.
    pub(super) links: Vec<(i64, String)>,
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
            own: Vec::new(),
            stemmer: Stemmer::new(),
            twins: HashMap::new(),
            links: Vec::new(),
            muting: None,
        }
    }

    /// Keeps what a record brought. `before` gives all that the record as it was kept last had brought.
    pub(super) fn take(
        &mut self,
        tx: &mut Tx<'_>,
        incoming: Incoming,
        before: &mut dyn FnMut(&str) -> Vec<What>,
    ) -> Result<Fate> {
        let Incoming { origin, what } = incoming;
        let what = self.with_ours(what);
        let Some((kind, external)) = self.name_of(&what) else { return Ok(Fate::Told) };
        let (given, raw) = (external.clone(), &origin.raw);
        let number = external.unwrap_or_else(|| self.made_number(raw));
        let Some(known) = known(tx, kind, &self.source, &number)? else {
            self.begin(tx)?;
            let (fate, thing) = self.add(tx, &what, &number)?;
            if let Some(thing) = thing {
                tx.put_origin(kind, &self.source, &number, thing, Some(raw))?;
            }
            return Ok(fate);
        };
        let was = match &known.record {
            Some(kept) if same(kept, raw) => return self.met_again(tx, known.thing, &what),
            Some(kept) => {
                before(kept).into_iter().map(|was| self.with_ours(was)).find(|was| is_about(was, &what, given.as_ref()))
            }
            // Somebody who was only named so far. Of other things the record was taken away.
            None if matches!(kind, Came::Contact | Came::Client) => None,
            None => return Ok(Fate::Known),
        };
        if was.as_ref() == Some(&what) {
            return Ok(Fate::Known);
        }
        if known.record.is_some() && kind != Came::Agent {
            match self.on_conflict {
                OnConflict::Skip => {
                    self.summary.twice += usize::from(known.operation == tx.operation);
                    return Ok(Fate::Left);
                }
                OnConflict::Fail => return Err(self.conflict(&origin.place, &number)),
                OnConflict::Update => {}
            }
        }
        self.begin(tx)?;
        let changed = Again { keeper: self, was }.update(tx, &known, what)?;
        tx.put_origin(kind, &self.source, &number, known.thing, Some(raw))?;
        Ok(if kind == Came::Agent {
            Fate::Told
        } else if changed {
            Fate::Changed
        } else {
            Fate::Known
        })
    }

    /// What came in before just so: nothing is to be done, but that worked time may find its ticket by now.
    fn met_again(&mut self, tx: &mut Tx<'_>, thing: i64, what: &What) -> Result<Fate> {
        match what {
            What::Time(t) if self.on_conflict == OnConflict::Update && t.ticket.is_some() => self.reunite(tx, thing, t),
            _ => Ok(Fate::Known),
        }
    }

    fn conflict(&self, place: &str, number: &str) -> Error {
        Error::refused(format!(
            "{place}: {}:{number} came in before and reads differently now; nothing was imported",
            self.source
        ))
        .hint("--on-conflict update takes what has changed, --on-conflict skip leaves it")
    }

    /// What a thing is and its number there; none where it is nothing to keep.
    fn name_of(&mut self, what: &What) -> Option<(Came, Option<String>)> {
        Some(match what {
            What::Ticket(t) => (Came::Ticket, t.external.clone()),
            What::Client(c) => (Came::Client, c.external.clone()),
            What::Contact(p) if p.agent => {
                self.people.know_agent(p);
                (Came::Agent, Some(p.external.clone()?))
            }
            What::Contact(p) if self.is_own(p) => return None,
            What::Contact(p) => (Came::Contact, p.external.clone()),
            What::Time(t) => (Came::Time, t.external.clone()),
        })
    }

    /// Whether somebody is nobody but our own address.
    fn is_own(&self, p: &IncomingPerson) -> bool {
        !p.emails.is_empty() && p.emails.iter().all(|email| self.own.contains(&email.to_lowercase()))
    }

    /// A ticket that our own address asked is one that we opened, and what it wrote was an answer. A message in which nothing
    /// stands is none.
    fn with_ours(&self, what: What) -> What {
        let What::Ticket(mut t) = what else { return what };
        t.messages.retain(|m| !text_of(m).is_empty());
        if t.requester.as_ref().is_some_and(|p| self.is_own(p)) {
            t.requester = None;
            t.outbound = true;
        }
        for m in &mut t.messages {
            if m.author.as_ref().is_some_and(|p| self.is_own(p)) {
                m.author = None;
                if m.way == Way::In {
                    m.way = Way::Out;
                }
            }
        }
        What::Ticket(t)
    }

    /// The records of another file follow.
    pub(super) fn next_file(&mut self) {
        self.twins.clear();
    }

    /// The first event of an import tells that it is one: what came in goes with it when it is taken back.
    pub(super) fn begin(&self, tx: &mut Tx<'_>) -> Result<()> {
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
        self.people.tell(self.summary);
        let guesses = std::mem::take(&mut self.words.guesses);
        self.summary.guesses = guesses.into_iter().map(|((field, word, taken), n)| (field, word, taken, n)).collect();
        Ok(())
    }

    /// A number for a record that brings none: it follows from its content.
    fn made_number(&mut self, raw: &str) -> String {
        let key = thread_key(raw);
        let n = self.twins.entry(key).or_default();
        *n += 1;
        let hex: String = key.iter().take(8).map(|b| format!("{b:02x}")).collect();
        if *n == 1 { format!("row-{hex}") } else { format!("row-{hex}-{n}") }
    }

    /// Keeps what is new: what became of it, and its id here.
    fn add(&mut self, tx: &mut Tx<'_>, what: &What, number: &str) -> Result<(Fate, Option<i64>)> {
        Ok(match what {
            What::Ticket(t) => (Fate::Made, Some(self.add_ticket(tx, t)?)),
            What::Client(c) => {
                let (fate, id) = self.people.client_told(tx, c, number)?;
                (fate, Some(id))
            }
            What::Contact(p) if p.agent => (Fate::Told, Some(0)),
            What::Contact(p) => {
                let (fate, id) = self.people.contact_told(tx, p)?;
                (fate, id)
            }
            What::Time(t) => (Fate::Made, Some(self.add_time(tx, t)?)),
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
        let called = self.people.called(tx, ticket.client)?;
        self.stemmer.distinct(&about(called, t, &tags), &mut about_terms);
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
            self.put_minutes(tx, &ticket, minutes, settled.last_at)?;
        }
        self.links.extend(t.links.iter().chain(&t.merged_into).map(|number| (ticket.id, number.clone())));
        self.count(&ticket, &settled, now, t.external.is_none());
        Ok(ticket.id)
    }

    fn count(&mut self, ticket: &Ticket, settled: &Settled, now: Moment, numberless: bool) {
        let s = &mut self.summary;
        s.tickets += 1;
        s.numberless += usize::from(numberless);
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
            put_rating(tx, ticket, contact, r, at)?;
            self.summary.ratings += 1;
        }
        Ok(())
    }
}

/// Keeps what a customer said of how he was served in a ticket.
pub(super) fn put_rating(
    tx: &mut Tx<'_>,
    ticket: i64,
    contact: Option<i64>,
    r: &IncomingRating,
    at: Moment,
) -> Result<()> {
    let (id, comment) = (tx.next_ids(1)?, r.comment.clone());
    let ticket = Some(ticket);
    tx.put_rating(&Rating { id, ticket, contact, message: None, scale: r.scale, score: r.score, comment, at })
}

/// What came in under this number before. Whom another import had brought may have gone with it.
fn known(tx: &mut Tx<'_>, kind: Came, source: &str, number: &str) -> Result<Option<Origin>> {
    let Some(origin) = tx.origin(kind, source, number)? else { return Ok(None) };
    let there = match kind {
        Came::Contact => tx.contact(origin.thing)?.is_some(),
        Came::Client => tx.client(origin.thing)?.is_some(),
        Came::Ticket | Came::Agent | Came::Time => true,
    };
    Ok(there.then_some(origin))
}

/// Whether two records say the same, however they are written.
fn same(a: &str, b: &str) -> bool {
    a == b || serde_json::from_str::<Value>(a).is_ok_and(|a| serde_json::from_str::<Value>(b).is_ok_and(|b| a == b))
}

/// Whether what a record had brought is about the same thing.
fn is_about(was: &What, what: &What, external: Option<&String>) -> bool {
    let named = match (was, what) {
        (What::Ticket(was), What::Ticket(_)) => &was.external,
        (What::Client(was), What::Client(_)) => &was.external,
        (What::Contact(was), What::Contact(_)) => &was.external,
        (What::Time(was), What::Time(_)) => &was.external,
        _ => return false,
    };
    named.as_ref() == external
}

/// Whether a thing can be kept at all; why not.
pub(super) fn sound(what: &What) -> std::result::Result<(), Refusal> {
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
fn about(client: Option<&str>, t: &IncomingTicket, tags: &[String]) -> String {
    let mut about: Vec<String> = Vec::new();
    if let Some(person) = &t.requester {
        about.push(person.name.clone());
        let reach = |p: Point| p.endings().into_iter().chain([p.key(), p.value.clone()]).collect::<Vec<_>>();
        about.extend(points(person).into_iter().flat_map(reach));
    }
    about.extend(client.map(str::to_owned));
    about.extend_from_slice(tags);
    about.join(" ")
}
