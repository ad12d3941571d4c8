//! Answers to customers: from a wish to a letter, and the one write that keeps it. It leaves through `outbox` afterwards.

pub mod survey;

use super::{hours, looked, parties, ticket};
use crate::desk::Desk;
use crate::domain::answer::Draft;
use crate::domain::attribution::{attribution, language_of};
use crate::domain::contact::Contact;
use crate::domain::event::{Event, Noun};
use crate::domain::mail::{Address, Part};
use crate::domain::message::{Addressed, Direction, Message};
use crate::domain::quote::new_text;
use crate::domain::recipients::{Conversation, Parties, Wishes, recipients};
use crate::domain::subject;
use crate::domain::ticket::{Reason, Standing, Status, Ticket};
use crate::domain::time::{Date, Minutes};
use crate::domain::token::{self, Token};
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::formats::head::head;
use crate::formats::limits::Limits;
use crate::formats::mail::mail;
use crate::post::compose::{Letter, Quote, compose, host_of, plain};
use crate::store::bulk::{is_machine, thread_key};
use crate::store::message::{Named, NewMessage};
use crate::store::outbox::State;
use crate::store::{Reader, Tx};

/// So many lines of a mail are quoted.
const MOST_QUOTED: usize = 200;

/// What becomes of the ticket when it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Then {
    /// A new one is open; any other stays what it is.
    #[default]
    Stays,
    /// We wait for the customer.
    Pending,
    /// It is closed.
    Closes(Reason),
}

/// Worked time to be logged with an answer.
#[derive(Debug, Clone, Copy)]
pub struct Worked {
    /// How long.
    pub minutes: Minutes,
    /// On which day.
    pub day: Date,
    /// More than a day has is meant.
    pub sure: bool,
}

/// An answer before it is written down.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The words.
    pub text: String,
    /// Files that go with it.
    pub files: Vec<Part>,
    /// What becomes of the ticket.
    pub then: Then,
    /// Worked time.
    pub worked: Option<Worked>,
    /// The draft it was made of.
    pub draft: Option<Draft>,
    /// The saved answer it was made of.
    pub saved: Option<i64>,
}

/// A letter before its number is known.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Who gets it.
    pub to: Vec<Address>,
    /// Who gets a copy.
    pub cc: Vec<Address>,
    /// What is to be known about the recipients.
    pub notes: Vec<String>,
    /// The subject.
    pub subject: String,
    /// Whom it comes from.
    pub from: Address,
    plus: bool,
    in_reply_to: Option<String>,
    references: Vec<String>,
    quote: Option<(String, String)>,
    signature: Option<String>,
    offset: i32,
    uid: String,
    secret: Vec<u8>,
}

/// What was written down.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The message.
    pub message: i64,
    /// Its mail in the outbox; none for what was only said.
    pub posting: Option<i64>,
    /// The letter in words.
    pub plain: String,
    /// The status the ticket has now.
    pub status: Status,
    /// The time that was logged with it: the number of its entry.
    pub entry: Option<i64>,
}

/// Decides who gets the answer, what it is about, what it quotes.
///
/// # Errors
/// Nothing says whom mail comes from; the requester has no address that takes answers.
pub fn plan(desk: &mut Desk, ticket: &Ticket, wishes: &Wishes, quote: Option<bool>) -> Result<Plan> {
    let smtp = desk.smtp()?;
    let smtp = smtp.ok_or_else(|| Error::refused("nothing says whom mail comes from").hint("desk init mail"))?;
    let (own, zone, lang) = (desk.own_addresses()?, desk.zone()?, desk.setting("lang")?);
    let quotes = quote.unwrap_or(desk.flag("quote")?);
    let (me, now) = (desk.me.clone(), desk.now);
    let signature = desk.signature(&me)?;
    desk.read(|r| {
        let requester = ticket.requester.map(|id| r.contact(id)).transpose()?.flatten();
        let client = ticket.client.map(|id| r.client(id)).transpose()?.flatten();
        let messages = r.messages(ticket.id)?;
        let talk = Talk::of(r, ticket, &messages)?;
        let answer = recipients(&talk.conversation(&own), wishes);
        if answer.to.is_empty() {
            return Err(nobody(ticket, requester.as_ref()));
        }
        let parent = parent(&messages);
        let quote = parent.filter(|m| quotes && m.direction == Direction::In).and_then(|m| {
            let lang = client.and_then(|c| c.lang).unwrap_or_else(|| {
                let speaks = m.text.chars().any(char::is_alphabetic);
                if speaks { language_of(&m.text) } else { lang.as_str().unwrap_or("en") }.to_owned()
            });
            quoted(m, &zone, &lang)
        });
        let agent = r.agent_named(&me)?.map_or(me, |a| a.name);
        Ok(Plan {
            to: answer.to,
            cc: answer.cc,
            notes: answer.notes,
            subject: subject::answered(&ticket.subject, ticket.id),
            from: Address { name: smtp.from.name.replace("{agent}", &agent), email: smtp.from.email },
            plus: smtp.plus,
            in_reply_to: parent.and_then(|m| m.message_id.clone()),
            references: parent.map(|m| references(r, m)).transpose()?.unwrap_or_default(),
            quote,
            signature,
            offset: i32::try_from(zone.offset(now)).unwrap_or(0),
            uid: r.uid()?,
            secret: r.secret()?,
        })
    })
}

/// Whom the conversation names so far.
struct Talk {
    requester: Vec<Address>,
    first: Option<Parties>,
    last: Option<Parties>,
    answered: Option<Parties>,
}

impl Talk {
    fn of(r: &mut Reader<'_>, ticket: &Ticket, messages: &[Message]) -> Result<Talk> {
        let requester = parties::of_requester(r, ticket)?;
        let his = |m: &&Message| ticket.requester.is_none_or(|id| m.contact == Some(id));
        let came = || messages.iter().filter(|m| m.direction == Direction::In && takes_part(m));
        let ours = |m: &&Message| m.direction == Direction::Out && m.automatic.is_none() && m.trust.is_none();
        let answered = messages.iter().filter(ours).rfind(|m| m.message_id.is_some());
        let all: Vec<Named> = messages.iter().map(named).collect();
        let first = parties::opener(&all).map(|m| parties::of_message(r, m)).transpose()?;
        let mut of = |m: Option<&Message>| m.map(|m| parties::of_message(r, &named(m))).transpose();
        Ok(Talk { first, last: of(came().rfind(his))?, answered: of(answered)?, requester })
    }

    fn conversation<'a>(&'a self, own: &'a [String]) -> Conversation<'a> {
        Conversation {
            requester: &self.requester,
            first: self.first.as_ref(),
            last: self.last.as_ref(),
            answered: self.answered.as_ref(),
            own,
        }
    }
}

fn named(m: &Message) -> Named {
    Named {
        id: m.id,
        direction: m.direction,
        author: m.author.clone(),
        email: m.email.clone(),
        addressed: m.addressed.clone(),
        trust: m.trust.clone(),
        at: m.at,
        message_id: m.message_id.clone(),
        automatic: m.automatic.clone(),
    }
}

/// Whether its author takes part in the conversation; others may have got hold of a mail of ours.
fn takes_part(m: &Message) -> bool {
    m.trust.as_deref() != Some("third-party")
}

fn nobody(ticket: &Ticket, requester: Option<&Contact>) -> Error {
    let who = match requester {
        None => format!("ticket {} has no requester", ticket.id),
        Some(c) if c.name.is_empty() => "the requester has no mail address that takes answers".to_owned(),
        Some(c) => format!("{} has no mail address that takes answers", c.name),
    };
    let (id, said) = (ticket.id, "what was said by phone or in a chat");
    Error::refused(who).hint(format!("desk reply {id} --to ADDRESS; {said}: desk reply {id} --said -m \"…\""))
}

/// The mail that is answered: the last one of a person who takes part; where none came, our own last one.
fn parent(messages: &[Message]) -> Option<&Message> {
    let person = |m: &&Message| !is_machine(m.automatic.as_deref()) && takes_part(m);
    let last = |direction| messages.iter().filter(person).rfind(move |m| m.direction == direction);
    let came = last(Direction::In);
    came.or_else(|| last(Direction::Out).filter(|m| m.message_id.is_some()))
}

/// The ids of the conversation up to this mail, oldest first.
fn references(r: &mut Reader<'_>, m: &Message) -> Result<Vec<String>> {
    let raw = r.raw(m.id)?;
    let mut ids = raw.map(|raw| head(&raw).references).unwrap_or_default();
    ids.extend(m.message_id.clone());
    Ok(ids)
}

/// The attribution line and what is new in the mail, as far as it is quoted.
fn quoted(m: &Message, zone: &Zone, lang: &str) -> Option<(String, String)> {
    let new = new_text(&m.text);
    let mut lines: Vec<&str> = new.lines().take(MOST_QUOTED).collect();
    if new.lines().nth(MOST_QUOTED).is_some() {
        lines.push("…");
    }
    let text = lines.join("\n");
    (!text.trim().is_empty()).then(|| (attribution(lang, &m.author, &m.email, zone.local(m.at)), text))
}

/// What the mail says to whom it answers, as the editor shows it: author, instant and new text of the last messages.
///
/// # Errors
/// Where the desk cannot be read.
pub fn lately(r: &mut Reader<'_>, ticket: i64, most: usize) -> Result<Vec<Message>> {
    let messages = r.messages(ticket)?;
    let left_out = messages.len().saturating_sub(most);
    Ok(messages.into_iter().skip(left_out).map(|m| Message { text: new_text(&m.text), ..m }).collect())
}

impl Plan {
    /// The letter of a message, as bytes and in words.
    fn letter(
        &self,
        token: Token,
        answer: &Answer,
        at: crate::domain::time::Moment,
    ) -> Result<(Vec<u8>, String, String)> {
        let recipient = self.to.first().map(|a| a.email.as_str()).unwrap_or_default();
        let host = host_of(&self.from.email);
        let message_id = token::message_id(&self.secret, &self.uid, token, recipient, &host);
        let plus =
            if self.plus { token::reply_address(&self.from.email, &self.secret, token, recipient) } else { None };
        let reply_to = plus.map(|email| Address { name: self.from.name.clone(), email });
        let letter = Letter {
            from: &self.from,
            to: &self.to,
            cc: &self.cc,
            reply_to: reply_to.as_ref(),
            subject: &self.subject,
            message_id: &message_id,
            in_reply_to: self.in_reply_to.as_deref(),
            references: &self.references,
            at,
            offset: self.offset,
            text: &answer.text,
            signature: self.signature.as_deref(),
            quote: self.quote.as_ref().map(|(attribution, text)| Quote { attribution, text }),
            attachments: &answer.files,
            automatic: None,
            instance: &self.uid,
        };
        Ok((compose(&letter)?, plain(&letter), message_id.clone()))
    }

    /// Everybody who gets it, as addresses.
    #[must_use]
    pub fn envelope(&self) -> Vec<String> {
        self.to.iter().chain(&self.cc).map(|a| a.email.clone()).collect()
    }
}

/// Writes the answer down: message, status, hours, the mail in the outbox. Without a plan it was given by other means, and
/// nothing is sent.
///
/// # Errors
/// The ticket was merged, the draft has changed, the mail would be too large, the day has too few hours.
pub fn write(tx: &mut Tx<'_>, ticket: i64, answer: &Answer, plan: Option<&Plan>) -> Result<Kept> {
    let kept = write_one_of_many(tx, ticket, answer, plan)?;
    draft_is_done(tx, ticket, answer.draft.as_ref())?;
    let (me, operation) = (tx.agent, tx.operation);
    tx.put_bookmark(me, &looked::bookmark(ticket), operation)?;
    Ok(kept)
}

/// As [`write`], one mail of many: a draft on the ticket is for another answer and stays, and whoever writes has not looked at it.
///
/// # Errors
/// As [`write`].
pub fn write_one_of_many(tx: &mut Tx<'_>, ticket: i64, answer: &Answer, plan: Option<&Plan>) -> Result<Kept> {
    let ticket = tx.ticket(ticket)?.ok_or_else(|| Error::missing(format!("ticket {ticket} is gone")))?;
    ticket::not_merged(&ticket)?;
    let (me, at) = (tx.agent, tx.at);
    let agent = tx.agent(me)?.ok_or_else(|| Error::bug("the agent who writes is not there"))?;
    let id = tx.next_ids(1)?;
    let token = Token { ticket: ticket.id, message: id };
    let message = NewMessage {
        id,
        direction: Some(Direction::Out),
        agent: Some(me),
        author: &agent.name,
        email: agent.email.as_deref().unwrap_or_default(),
        at,
        counts: true,
        text: &answer.text,
        attachments: &answer.files,
        ..NewMessage::default()
    };
    let (posting, plain) = match plan {
        None => {
            ticket::put(tx, &ticket, &message)?;
            (None, answer.text.clone())
        }
        Some(plan) => {
            let (raw, plain, message_id) = plan.letter(token, answer, at)?;
            let key = mail(&raw, &Limits::default()).map_err(|why| too_large(&why))?.content_key;
            let addressed = Addressed { to: plan.to.clone(), cc: plan.cc.clone(), reply_to: Vec::new() };
            let message = NewMessage {
                email: &plan.from.email,
                message_id: Some(&message_id),
                in_reply_to: plan.in_reply_to.as_deref(),
                content_key: Some(&key),
                raw: Some(&raw),
                addressed: Some(&addressed),
                ..message
            };
            ticket::put(tx, &ticket, &message)?;
            tx.put_thread(&thread_key(&message_id), ticket.id)?;
            (Some(tx.put_posting(id, ticket.id, false, &plan.from.email, &plan.envelope())?), plain)
        }
    };
    if let Some(saved) = answer.saved.or(answer.draft.as_ref().and_then(|d| d.answer)) {
        tx.note_answer_use(id, saved)?;
    }
    let status = becomes(tx, &ticket, answer.then)?;
    let entry = log(tx, &ticket, answer.worked)?;
    if let Some(posting) = posting {
        let waits = Event::about(Noun::Posting, posting, "state", &(), &State::Waiting.word(), at);
        tx.apply([waits.in_history_of(Some(ticket.id))])?;
    }
    Ok(Kept { message: id, posting, plain, status, entry })
}

fn too_large(why: &str) -> Error {
    Error::refused(format!("the mail is too large to be sent: {why}"))
        .hint("put large files somewhere, and send a link")
}

/// The status that an answer leads to.
fn becomes(tx: &mut Tx<'_>, ticket: &Ticket, then: Then) -> Result<Status> {
    match then {
        Then::Stays if ticket.standing.status == Status::New => {
            ticket::stand(tx, ticket, Standing::of(Status::Open))?;
            Ok(Status::Open)
        }
        Then::Stays => Ok(ticket.standing.status),
        Then::Pending => {
            ticket::stand(tx, ticket, Standing::of(Status::Pending))?;
            Ok(Status::Pending)
        }
        Then::Closes(reason) => {
            ticket::close(tx, ticket, reason)?;
            Ok(Status::Closed)
        }
    }
}

/// The draft that became the answer goes, and so does one of one's own that did not; a colleague's stays.
fn draft_is_done(tx: &mut Tx<'_>, ticket: i64, used: Option<&Draft>) -> Result<()> {
    let (there, me, at) = (tx.draft(ticket)?, tx.agent, tx.at);
    if used.is_some_and(|used| there.as_ref().is_none_or(|d| d.id != used.id)) {
        return Err(
            Error::refused(format!("the draft on {ticket} has changed meanwhile")).hint(format!("desk show {ticket}"))
        );
    }
    match there.filter(|d| used.is_some() || d.agent == me) {
        Some(d) => tx.apply([Event::about(Noun::Draft, ticket, "", &d, &(), at).in_history_of(Some(ticket))]),
        None => Ok(()),
    }
}

/// Logs what was worked on the answer: the number of the entry.
///
/// # Errors
/// The day has too few hours.
pub fn log(tx: &mut Tx<'_>, ticket: &Ticket, worked: Option<Worked>) -> Result<Option<i64>> {
    let Some(w) = worked else { return Ok(None) };
    let (id, client, text) = (Some(ticket.id), ticket.client, String::new());
    let work = hours::Work { ticket: id, client, text, ..hours::Work::of(w.day, w.minutes) };
    let entry = hours::log(tx, &work)?;
    hours::no_day_over(tx, w.sure, std::slice::from_ref(&entry))?;
    Ok(Some(entry.id))
}

/// Keeps a draft, in place of the one that is there.
///
/// # Errors
/// The ticket was merged.
pub fn draft(tx: &mut Tx<'_>, ticket: i64, draft: &Draft, files: &[Part]) -> Result<()> {
    let ticket = tx.ticket(ticket)?.ok_or_else(|| Error::missing(format!("ticket {ticket} is gone")))?;
    ticket::not_merged(&ticket)?;
    let (id, me, at) = (tx.next_ids(1)?, tx.agent, tx.at);
    let was = tx.draft(ticket.id)?;
    let is = Draft { id, agent: me, at, ..draft.clone() };
    tx.put_draft_files(id, files)?;
    tx.apply([Event::about(Noun::Draft, ticket.id, "", &was, &is, at).in_history_of(Some(ticket.id))])
}

/// Drops a draft.
///
/// # Errors
/// There is none.
pub fn discard(tx: &mut Tx<'_>, ticket: i64) -> Result<Draft> {
    let at = tx.at;
    let Some(d) = tx.draft(ticket)? else {
        return Err(Error::missing(format!("there is no draft on {ticket}")).hint("desk ls draft:any"));
    };
    tx.apply([Event::about(Noun::Draft, ticket, "", &d, &(), at).in_history_of(Some(ticket))])?;
    Ok(d)
}
