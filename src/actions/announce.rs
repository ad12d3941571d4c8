//! The remedy of a topic is announced to those who asked: one mail to each, an answer to his latest ticket of the topic. How an
//! answer becomes a letter stands in `reply`, which tickets are of a topic in `desk::topics`.

use super::answer::{Fields, fill};
use super::reply::{self, Kept, Plan, Then};
use super::{parties, topics};
use crate::desk::Desk;
use crate::domain::address::fold;
use crate::domain::answer::Answer as Saved;
use crate::domain::event::{Event, Noun};
use crate::domain::listed::Listed;
use crate::domain::recipients::Wishes;
use crate::domain::ticket::{Reason, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::topic::{Fixed, Known};
use crate::error::{Kind, Result};
use crate::store::outbox::State;
use crate::store::{Reader, Tx};
use std::collections::{BTreeMap, BTreeSet};

/// Of closed tickets, those of the last so many seconds.
const LATELY: i64 = 90 * 24 * 3600;

/// One mail before it is written.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Who asked.
    pub contact: i64,
    /// His name; his address where he has none.
    pub name: String,
    /// His latest ticket of the topic.
    pub ticket: Ticket,
    /// Who gets it, and how.
    pub plan: Plan,
    /// The words.
    pub text: String,
    /// When he was told before that the topic is fixed, by another remedy.
    pub before: Option<Moment>,
}

/// Somebody who asked, and gets none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Who.
    pub name: String,
    /// His latest ticket of the topic.
    pub ticket: i64,
    /// Why.
    pub why: String,
}

/// The mails of an announcement.
#[derive(Debug, Clone, Default)]
pub struct Letters {
    /// Those to be written, by the number of the ticket.
    pub letters: Vec<Letter>,
    /// Those who get none.
    pub left_out: Vec<LeftOut>,
}

/// What is announced.
#[derive(Debug, Clone)]
pub struct Remedy<'a> {
    /// The topic.
    pub topic: &'a Known,
    /// The release that has the remedy.
    pub release: Option<&'a str>,
    /// The words.
    pub answer: &'a Saved,
}

/// Since when a topic is fixed if that is said now: a remedy that was told before, of the same release or without a word of
/// one, stays what it is.
///
/// ```
/// use frontdesk::{actions::announce::fixed, domain::{time::Moment, topic::Fixed}};
/// let was = Fixed { at: Moment(5), release: Some("2.4".into()) };
/// assert_eq!(fixed(Some(&was), None, Moment(9)), was);
/// assert_eq!(fixed(Some(&was), Some("2.4"), Moment(9)), was);
/// assert_eq!(fixed(Some(&was), Some("2.5"), Moment(9)).at, Moment(9));
/// ```
#[must_use]
pub fn fixed(was: Option<&Fixed>, release: Option<&str>, at: Moment) -> Fixed {
    let same = |was: &&Fixed| release.is_none_or(|release| was.release.as_deref() == Some(release));
    // Remedies are told apart by their instants.
    let later = was.map_or(at, |was| at.max(was.at.plus(1)));
    was.filter(same).cloned().unwrap_or_else(|| Fixed { at: later, release: release.map(str::to_owned) })
}

/// The mails to those who asked in these tickets, open or closed lately, and in those that were merged into them. Nothing is
/// written.
///
/// # Errors
/// Nothing says whom mail comes from; the answer names a field that is not known.
pub fn letters(desk: &mut Desk, remedy: &Remedy<'_>, tickets: Vec<Listed>) -> Result<Letters> {
    let (now, me) = (desk.now, desk.me.clone());
    let called = desk.setting("name")?.as_str().unwrap_or_default().to_owned();
    let since = fixed(remedy.topic.fixed.as_ref(), remedy.release, now);
    let lately = |l: &Listed| l.state.closed_at.is_none_or(|at| now.since(at) <= LATELY);
    let open = |l: &Listed| l.ticket.standing.status != Status::Closed;
    let tickets: Vec<Ticket> = tickets.into_iter().filter(|l| open(l) || lately(l)).map(|l| l.ticket).collect();
    let asked = desk.read(|r| who_asked(r, tickets))?;
    let mut told = desk.read(|r| Told::of(r, remedy.topic.id, since.at))?;
    let mut out = Letters::default();
    for Asked { contact, own, ticket } in asked {
        let (name, muted) = desk.read(|r| Ok((name_of(r, &own)?, r.is_muted(contact)?)))?;
        let why = if muted { Some("is muted".to_owned()) } else { told.contacts.get(&contact).cloned() };
        if let Some(why) = why {
            out.left_out.push(LeftOut { name, ticket: ticket.id, why });
            continue;
        }
        // Who asked in a ticket that was merged is not the requester of the one that is answered.
        let to = if own.id == ticket.id { Vec::new() } else { desk.read(|r| parties::of_requester(r, &own))? };
        let nobody = own.id != ticket.id && to.is_empty();
        let wishes = Wishes { to: to.into_iter().take(1).collect(), only: true, ..Wishes::default() };
        // Nor is what that one wrote quoted to him.
        let quote = (own.id != ticket.id).then_some(false);
        let planned = if nobody { None } else { Some(reply::plan(desk, &ticket, &wishes, quote)) };
        match planned {
            Some(Ok(plan)) if plan.envelope().iter().any(|to| !told.addresses.insert(fold(to))) => {
                let why = "has the address of somebody who is told".to_owned();
                out.left_out.push(LeftOut { name, ticket: ticket.id, why });
            }
            Some(Ok(plan)) => {
                let fields = desk.read(|r| Fields::of(r, &Ticket { id: ticket.id, ..own.clone() }, &me, &called))?;
                let fields =
                    Fields { topic: Some(remedy.topic.name.clone()), release: since.release.clone(), ..fields };
                let text = fill(&remedy.answer.text, &fields)
                    .map_err(|e| e.doing(format!("the saved answer {}", remedy.answer.name)))?;
                let (text, before) = (text.trim_end().to_owned(), told.before.get(&contact).copied());
                out.letters.push(Letter { contact, name, ticket, plan, text, before });
            }
            Some(Err(e)) if e.kind != Kind::Refused || !reaches_nobody(desk, &ticket)? => return Err(e),
            None | Some(Err(_)) => {
                let why = "has no address that takes answers".to_owned();
                out.left_out.push(LeftOut { name, ticket: ticket.id, why });
            }
        }
    }
    Ok(out)
}

/// Somebody who asked.
struct Asked {
    contact: i64,
    /// His latest ticket, as he opened it.
    own: Ticket,
    /// The one in which he is answered: the same, or what that was merged into.
    ticket: Ticket,
}

/// Everybody who asked in these tickets or in one that was merged into them, each once with his latest, by number.
fn who_asked(r: &mut Reader<'_>, tickets: Vec<Ticket>) -> Result<Vec<Asked>> {
    let mut latest: BTreeMap<i64, Asked> = BTreeMap::new();
    for ticket in tickets {
        let mut merged = vec![ticket.clone()];
        while let Some(own) = merged.pop() {
            for id in r.merged_into(own.id)? {
                merged.extend(r.ticket(id)?);
            }
            let Some(contact) = own.requester else { continue };
            let key = |asked: &Asked| (asked.own.opened_at, asked.own.id);
            let asked = Asked { contact, own, ticket: ticket.clone() };
            if latest.get(&contact).is_none_or(|known| key(known) < key(&asked)) {
                latest.insert(contact, asked);
            }
        }
    }
    let mut asked: Vec<Asked> = latest.into_values().collect();
    asked.sort_by_key(|asked| (asked.ticket.id, asked.own.id));
    Ok(asked)
}

/// Who was told that a topic is fixed.
struct Told {
    /// Of this remedy: why he is not written to.
    contacts: BTreeMap<i64, String>,
    /// Folded addresses of these.
    addresses: BTreeSet<String>,
    /// Of another remedy: when, the last time.
    before: BTreeMap<i64, Moment>,
}

impl Told {
    /// A mail that was discarded told nobody; one that still lies in the outbox will.
    fn of(r: &mut Reader<'_>, topic: i64, fixed_at: Moment) -> Result<Told> {
        let mut told = Told { contacts: BTreeMap::new(), addresses: BTreeSet::new(), before: BTreeMap::new() };
        for (contact, message, of) in r.announced_ever(topic)? {
            let Some(posting) = r.posting_of_message(message)? else { continue };
            if posting.state == State::Discarded {
                continue;
            }
            if of != fixed_at {
                if posting.state.has_left() {
                    let last = told.before.entry(contact).or_insert(posting.made_at);
                    *last = posting.made_at.max(*last);
                }
                continue;
            }
            let why = if posting.state.has_left() {
                "was told already".to_owned()
            } else {
                format!("has a mail in the outbox, {}: o{}", posting.state.word(), posting.id)
            };
            told.contacts.insert(contact, why);
            told.addresses.extend(posting.recipients.iter().map(|to| fold(to)));
        }
        Ok(told)
    }
}

fn name_of(r: &mut Reader<'_>, ticket: &Ticket) -> Result<String> {
    let name = ticket.requester.map(|id| r.contact(id)).transpose()?.flatten().map(|c| c.name).unwrap_or_default();
    let address = parties::of_requester(r, ticket)?.into_iter().next().map(|a| a.email);
    Ok(if name.trim().is_empty() { address.unwrap_or_else(|| format!("the requester of {}", ticket.id)) } else { name })
}

/// Whether it is for want of an address that an answer cannot be planned.
fn reaches_nobody(desk: &mut Desk, ticket: &Ticket) -> Result<bool> {
    Ok(desk.smtp()?.is_some() && ticket.requester.is_some())
}

/// What was written down.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The topic, as it is now.
    pub topic: Known,
    /// The mails, by the place of their letters.
    pub kept: Vec<(usize, Kept)>,
    /// Those who were told meanwhile by somebody else, by the place of their letters.
    pub late: Vec<usize>,
}

/// Says that the topic is fixed, and writes the letters down: nobody gets two of one remedy, whoever announces it at the same
/// time. With `close`, tickets that are not closed are.
///
/// # Errors
/// As [`reply::write`]; the topic is another one by now.
pub fn write(tx: &mut Tx<'_>, remedy: &Remedy<'_>, letters: &[Letter], close: bool) -> Result<Announced> {
    let at = tx.at;
    let becomes = |topic: &mut Known| topic.fixed = Some(fixed(topic.fixed.as_ref(), remedy.release, at));
    let (topic, _) = topics::touch(tx, remedy.topic, becomes)?;
    let since = topic.fixed.as_ref().map_or(at, |fixed| fixed.at);
    let told = Told::of(tx, topic.id, since)?;
    let mails: BTreeMap<i64, i64> = tx.announced(topic.id, since)?.into_iter().collect();
    let mut announced = Announced { topic, kept: Vec::new(), late: Vec::new() };
    for (place, letter) in letters.iter().enumerate() {
        let again = |to: &String| told.addresses.contains(&fold(to));
        if told.contacts.contains_key(&letter.contact) || letter.plan.envelope().iter().any(again) {
            announced.late.push(place);
            continue;
        }
        let open = tx.ticket(letter.ticket.id)?.is_some_and(|t| t.standing.status != Status::Closed);
        let then = if close && open { Then::Closes(Reason::Solved) } else { Then::Stays };
        let answer = reply::Answer { text: letter.text.clone(), then, ..reply::Answer::default() };
        let kept = reply::write_one_of_many(tx, letter.ticket.id, &answer, Some(&letter.plan))?;
        let field = format!("told:{}@{}", letter.contact, since.0);
        let before = mails.get(&letter.contact).copied();
        let event = Event::about(Noun::Topic, announced.topic.id, &field, &before, &kept.message, at);
        tx.apply([event.in_history_of(Some(letter.ticket.id))])?;
        announced.kept.push((place, kept));
    }
    Ok(announced)
}
