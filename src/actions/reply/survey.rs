//! Asking how it was when a ticket is closed: who is asked and who is not, and the mail that does it. It is written down with
//! the close and leaves through `outbox`; what comes back is read in `fetch`.

use super::Plan;
use crate::actions::{parties, ticket as tickets};
use crate::desk::Desk;
use crate::domain::address::fold;
use crate::domain::event::{Event, Noun};
use crate::domain::mail::{Address, Class};
use crate::domain::message::{Addressed, Direction};
use crate::domain::recipients::Wishes;
use crate::domain::survey::link;
use crate::domain::ticket::{Reason, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::token::{self, Token};
use crate::error::{Error, Kind, Result};
use crate::formats::limits::Limits;
use crate::formats::mail::mail;
use crate::post::compose::{Automatic, Letter, compose_with, host_of};
use crate::render::paper::{Asking, Written, survey};
use crate::store::bulk::{SURVEY, thread_key};
use crate::store::message::NewMessage;
use crate::store::outbox::{Posting, State};
use crate::store::{Reader, Tx};
use std::collections::BTreeMap;

/// Between two questions to one contact are so many days.
pub const DAYS_APART: i64 = 14;
const DAY: i64 = 24 * 60 * 60;

/// Who is asked how it was, of tickets that are about to be closed.
#[derive(Debug, Clone, Default)]
pub struct Surveys {
    /// By ticket: who is asked, or why nobody is.
    by_ticket: BTreeMap<i64, std::result::Result<Question, String>>,
}

/// A question before it is written down.
#[derive(Debug, Clone)]
struct Question {
    plan: Plan,
    to: Address,
    /// All addresses of who is asked, folded.
    his: Vec<String>,
    lang: String,
    desk: String,
    own: Option<String>,
}

/// A question that was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// To whom it goes.
    pub to: String,
    /// Its mail in the outbox.
    pub posting: i64,
}

impl Surveys {
    /// The tickets whose requester is asked, with his address.
    pub fn asked(&self) -> impl Iterator<Item = (i64, &str)> {
        self.by_ticket.iter().filter_map(|(id, q)| q.as_ref().ok().map(|q| (*id, q.to.email.as_str())))
    }

    /// The tickets of which nobody is asked, and why.
    pub fn left_out(&self) -> impl Iterator<Item = (i64, &str)> {
        self.by_ticket.iter().filter_map(|(id, q)| q.as_ref().err().map(|why| (*id, why.as_str())))
    }

    /// Writes the question of a ticket that was just closed down; why there is none.
    ///
    /// # Errors
    /// Where the desk cannot be written.
    pub fn write(&self, tx: &mut Tx<'_>, ticket: i64) -> Result<std::result::Result<Asked, String>> {
        match self.by_ticket.get(&ticket) {
            None => Ok(Err("it was closed before".to_owned())),
            Some(Err(why)) => Ok(Err(why.clone())),
            Some(Ok(question)) => question.write(tx, ticket),
        }
    }
}

/// Decides who is asked. Nothing is written; whoever was asked lately, or is asked for another of the tickets, is not.
///
/// # Errors
/// Nothing says how mail is sent; the template of the team is wrong.
pub fn plan(desk: &mut Desk, tickets: &[Ticket]) -> Result<Surveys> {
    crate::actions::outbox::can_send(desk)?;
    let (lang, name, templates) = (desk.setting("lang")?, desk.setting("name")?, desk.setting("templates")?);
    let now = desk.now;
    let mut surveys = Surveys::default();
    let mut asked: Vec<(i64, Vec<String>)> = Vec::new();
    for ticket in tickets.iter().filter(|t| t.standing.status != Status::Closed && t.merged_into.is_none()) {
        let known = desk.read(|r| {
            let his = addresses(r, ticket)?;
            let why = reason_not_to(r, ticket)?.map_or_else(|| asked_since(r, &his, now), |why| Ok(Some(why)))?;
            let client = ticket.client.map(|id| r.client(id)).transpose()?.flatten();
            Ok((his, why, client.and_then(|c| c.lang)))
        })?;
        let (his, why, his_lang) = known;
        let other = asked.iter().find(|(_, there)| there.iter().any(|a| his.contains(a))).map(|(id, _)| *id);
        let why = why.or(other.map(|id| format!("the same person is asked about {id}")));
        let question = match why {
            Some(why) => Err(why),
            None => match super::plan(desk, ticket, &Wishes { only: true, ..Wishes::default() }, Some(false)) {
                Ok(plan) => {
                    let lang = his_lang.unwrap_or_else(|| lang.as_str().unwrap_or("en").to_owned());
                    let text = |key: &str| templates.get(key).and_then(|t| t.as_str()).map(str::to_owned);
                    let words = text(&format!("survey-{lang}")).or_else(|| text("survey"));
                    let desk = name.as_str().unwrap_or_default().to_owned();
                    plan.to.first().cloned().map_or_else(
                        || Err("its requester has no mail address".to_owned()),
                        |to| Ok(Question { plan, to, his, lang, desk, own: words }),
                    )
                }
                Err(e) if e.kind == Kind::Refused => Err(e.what),
                Err(e) => return Err(e),
            },
        };
        if let Ok(question) = &question {
            // What is wrong with a template is found before anything is closed.
            question.words(ticket, "support@desk.test", "0@desk.test")?;
            asked.push((ticket.id, question.his.clone()));
        }
        surveys.by_ticket.insert(ticket.id, question);
    }
    Ok(surveys)
}

/// The addresses of the requester, folded.
fn addresses(r: &mut Reader<'_>, ticket: &Ticket) -> Result<Vec<String>> {
    Ok(parties::of_requester(r, ticket)?.iter().map(|a| fold(&a.email)).collect())
}

/// Why nobody is asked about a ticket, whatever was asked before.
fn reason_not_to(r: &mut Reader<'_>, ticket: &Ticket) -> Result<Option<String>> {
    let Some(requester) = ticket.requester else { return Ok(Some("it has no requester".to_owned())) };
    if r.is_muted(requester)? {
        return Ok(Some("its requester is muted".to_owned()));
    }
    let messages = r.named_in(ticket.id)?;
    let kind =
        |word: Option<&str>| messages.iter().any(|m| m.direction == Direction::In && m.automatic.as_deref() == word);
    let came = messages.iter().any(|m| m.direction == Direction::In);
    Ok(if kind(Class::Bulk.word()) {
        Some("it came over a mailing list".to_owned())
    } else {
        (came && !kind(None)).then(|| "a machine wrote it".to_owned())
    })
}

/// Why nobody of these addresses is asked now: one of them was lately, or is about to be.
fn asked_since(r: &mut Reader<'_>, his: &[String], now: Moment) -> Result<Option<String>> {
    let mut before = r.questions(now.plus(-DAYS_APART * DAY))?;
    before.retain(|p| p.recipients.iter().any(|a| his.contains(&fold(a))));
    // What has left says more than what still lies here.
    let last = before.iter().rfind(|p| p.state.has_left()).or(before.last());
    Ok(last.map(|p| {
        let (to, ticket) = (p.recipients.join(", "), p.ticket);
        if !p.state.has_left() {
            return format!("the mail that asks {to} about {ticket} is in the outbox, {}: o{}", p.state.word(), p.id);
        }
        let days = now.since(p.made_at) / DAY;
        let when = match days {
            0 => "less than a day ago".to_owned(),
            1 => "a day ago".to_owned(),
            n => format!("{n} days ago"),
        };
        format!("{to} was asked about {ticket} {when}, and is asked every {DAYS_APART} days at most")
    }))
}

/// Why a mail that waits is not to be sent any more: it asks how a ticket was that has gone on since.
///
/// # Errors
/// Where the desk cannot be read.
pub fn no_more(r: &mut Reader<'_>, posting: &Posting) -> Result<Option<String>> {
    if !posting.automatic || !r.is_question(posting.message)? {
        return Ok(None);
    }
    let Some(ticket) = r.ticket(posting.ticket)? else { return Ok(Some(format!("ticket {} is gone", posting.ticket))) };
    let muted = ticket.requester.map(|id| r.is_muted(id)).transpose()?.unwrap_or(false);
    let standing = &ticket.standing;
    Ok(match (ticket.merged_into, standing.status, standing.reason) {
        (Some(into), ..) => Some(format!("the ticket was merged into {into} meanwhile")),
        (None, Status::Closed, Some(Reason::Spam)) => Some("the ticket was marked as spam meanwhile".to_owned()),
        _ if muted => Some("its requester was muted meanwhile".to_owned()),
        (None, Status::Closed, _) => None,
        _ => Some("the ticket was reopened meanwhile".to_owned()),
    })
}

impl Question {
    /// The words, where answers go to `back` and the mail has this id.
    fn words(&self, ticket: &Ticket, back: &str, message_id: &str) -> Result<Written> {
        let to = |score| link(back, ticket.id, &ticket.subject, &self.lang, score, message_id);
        let links: Vec<String> = (1..=5).map(to).collect();
        let asking = Asking {
            lang: &self.lang,
            name: &self.to.name,
            ticket: ticket.id,
            subject: &ticket.subject,
            desk: &self.desk,
            agent: &self.plan.from.name,
            links: &links,
        };
        survey(&asking, self.own.as_deref())
    }

    /// The question as a message that counts nowhere, and its mail; why there is none.
    fn write(&self, tx: &mut Tx<'_>, ticket: i64) -> Result<std::result::Result<Asked, String>> {
        let at = tx.at;
        if let Some(why) = asked_since(tx, &self.his, at)? {
            return Ok(Err(why));
        }
        let ticket = tx.ticket(ticket)?.ok_or_else(|| Error::missing(format!("ticket {ticket} is gone")))?;
        let (plan, id) = (&self.plan, tx.next_ids(1)?);
        let (token, recipient) = (Token { ticket: ticket.id, message: id }, self.to.email.as_str());
        let message_id = token::message_id(&plan.secret, &plan.uid, token, recipient, &host_of(&plan.from.email));
        let back = token::reply_address(&plan.from.email, &plan.secret, token, recipient).filter(|_| plan.plus);
        let words = self.words(&ticket, back.as_deref().unwrap_or(&plan.from.email), &message_id)?;
        let reply_to = back.map(|email| Address { name: plan.from.name.clone(), email });
        let letter = Letter {
            from: &plan.from,
            to: std::slice::from_ref(&self.to),
            cc: &[],
            reply_to: reply_to.as_ref(),
            subject: &plan.subject,
            message_id: &message_id,
            in_reply_to: plan.in_reply_to.as_deref(),
            references: &plan.references,
            at,
            offset: plan.offset,
            text: &words.text,
            signature: None,
            quote: None,
            attachments: &[],
            automatic: Some(Automatic::Generated),
            instance: &plan.uid,
        };
        let raw = compose_with(&letter, &words.html)?;
        let key = mail(&raw, &Limits::default()).ok().map(|mail| mail.content_key);
        let addressed = Addressed { to: vec![self.to.clone()], ..Addressed::default() };
        let message = NewMessage {
            id,
            direction: Some(Direction::Out),
            author: &plan.from.name,
            email: &plan.from.email,
            at,
            automatic: Some(SURVEY),
            message_id: Some(&message_id),
            in_reply_to: plan.in_reply_to.as_deref(),
            content_key: key.as_ref(),
            text: &words.text,
            raw: Some(&raw),
            addressed: Some(&addressed),
            ..NewMessage::default()
        };
        tickets::put(tx, &ticket, &message)?;
        tx.put_thread(&thread_key(&message_id), ticket.id)?;
        let posting = tx.put_posting(id, ticket.id, true, &plan.from.email, std::slice::from_ref(&self.to.email))?;
        let waits = Event::about(Noun::Posting, posting, "state", &(), &State::Waiting.word(), at);
        tx.apply([waits.in_history_of(Some(ticket.id))])?;
        Ok(Ok(Asked { to: self.to.email.clone(), posting }))
    }
}
