//! One mail of a mailbox comes into the desk: which ticket it belongs to is decided by `domain::intake` on the facts that
//! are gathered in `evidence`; here the verdict is carried out. One mail, one write: the mail, what was seen of it, and all
//! that follows are kept together or not at all.

use super::evidence::{Facts, ticket_named};
use crate::actions::{people, ticket};
use crate::domain::address;
use crate::domain::contact::{Contact, Point, PointKind};
use crate::domain::event::{Event, Noun};
use crate::domain::flood;
use crate::domain::intake::{Ours, Place, Trust, Verdict};
use crate::domain::mail::{Address, Class, Mail};
use crate::domain::message::{Addressed, Direction};
use crate::domain::rating::{Rating, Scale};
use crate::domain::survey::Said;
use crate::domain::ticket::{Priority, Reason, Standing, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::{subject, words};
use crate::error::Result;
use crate::store::bulk::{held_to, thread_key};
use crate::store::mailbox::{NewParked, Outcome, Seen};
use crate::store::message::NewMessage;
use crate::store::outbox::State;
use crate::store::{Shown, Tx};

/// An hour, in seconds.
pub(super) const HOUR: i64 = 3600;
/// A day, in seconds.
pub(super) const DAY: i64 = 24 * HOUR;

/// What is the same for all mails of a folder.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// The folder in the store.
    pub(super) source: i64,
    pub(super) epoch: i64,
    /// It is our folder of sent mail.
    pub(super) sent: bool,
    /// What was there before the desk first looked: conversations that are over come in closed.
    pub(super) first_look: bool,
    pub(super) reopen_days: i64,
    pub(super) strict: bool,
    /// The server whose word on senders is taken.
    pub(super) authserv: Option<String>,
    /// Our own addresses, folded; `@acme.test` stands for all of a domain.
    pub(super) own: Vec<String>,
    /// Agents by folded address.
    pub(super) agents: Vec<(String, i64)>,
    pub(super) uid: String,
    pub(super) secret: Vec<u8>,
    /// Parked mails that a person takes are not parked again.
    pub(super) no_limits: bool,
}

/// A mail as it was read.
pub(super) struct Read<'a> {
    pub(super) raw: &'a [u8],
    pub(super) mail: &'a Mail,
    pub(super) arrived: Option<Moment>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) outcome: Outcome,
    /// The ticket it stands in, and whether it made it.
    pub(super) ticket: Option<(i64, bool)>,
    pub(super) direction: Direction,
    /// It waits to be acknowledged.
    pub(super) receipt: bool,
    /// Another desk sent it in our name.
    pub(super) other_desk: Option<String>,
    pub(super) message: Option<i64>,
    /// The ticket that it rates, the score, and whether somebody has to look at it all the same.
    pub(super) rated: Option<(i64, i64, bool)>,
    /// Somebody wrote it who takes no part in the ticket.
    pub(super) stranger: bool,
    pub(super) parked: Option<(i64, String)>,
}

impl Taken {
    fn nothing(outcome: Outcome) -> Taken {
        Taken {
            outcome,
            ticket: None,
            direction: Direction::In,
            receipt: false,
            other_desk: None,
            message: None,
            rated: None,
            stranger: false,
            parked: None,
        }
    }
}

/// Takes a mail of a folder, unless its mark was seen.
pub(super) fn take(tx: &mut Tx<'_>, ground: &Ground, mark: &str, read: &Read<'_>) -> Result<Option<Taken>> {
    if tx.seen(ground.source, ground.epoch, mark)?.is_some() {
        return Ok(None);
    }
    let taken = keep(tx, ground, read)?;
    let seen = Seen {
        source: ground.source,
        epoch: ground.epoch,
        mark,
        outcome: taken.outcome,
        message: taken.message,
        parked: taken.parked.as_ref().map(|(id, _)| *id),
    };
    tx.see(&seen)?;
    tx.keep_notes();
    Ok(Some(taken))
}

/// Puts aside what could not be read, with what is known of it.
pub(super) fn park(tx: &mut Tx<'_>, ground: &Ground, mark: &str, parked: &NewParked<'_>) -> Result<Option<Taken>> {
    if tx.seen(ground.source, ground.epoch, mark)?.is_some() {
        return Ok(None);
    }
    let id = tx.park(parked)?;
    let (source, epoch) = (ground.source, ground.epoch);
    tx.see(&Seen { source, epoch, mark, outcome: Outcome::Parked, message: None, parked: Some(id) })?;
    tx.keep_notes();
    Ok(Some(Taken { parked: Some((id, parked.reason.to_owned())), ..Taken::nothing(Outcome::Parked) }))
}

/// Notes a mail that is older than what the mailbox is read from.
pub(super) fn skip(tx: &mut Tx<'_>, ground: &Ground, mark: &str) -> Result<()> {
    let (source, epoch) = (ground.source, ground.epoch);
    tx.see(&Seen { source, epoch, mark, outcome: Outcome::Skipped, message: None, parked: None })?;
    tx.keep_notes();
    Ok(())
}

/// Takes a mail, wherever it comes from.
pub(super) fn keep(tx: &mut Tx<'_>, ground: &Ground, read: &Read<'_>) -> Result<Taken> {
    let mail = read.mail;
    let facts = Facts::gather(tx, ground, read)?;
    if let Some(message) = facts.known {
        // A copy of a mail of ours proves that it left.
        if let Some(posting) = tx.posting_of_message(message)?.filter(|p| p.state == State::Unknown) {
            tx.posting_seen(posting.id)?;
        }
        return Ok(Taken { message: Some(message), ..Taken::nothing(Outcome::Duplicate) });
    }
    let verdict = facts.evidence.verdict();
    let other_desk = facts.other_desk.clone();
    if let Some(reason) = flooded(tx, ground, read, &verdict)? {
        let (author, email) = mail.from.as_ref().map_or(("", ""), |f| (f.name.as_str(), f.email.as_str()));
        let parked = NewParked {
            source: ground.source,
            reason: &reason,
            author,
            email,
            subject: &mail.subject,
            bytes: i64::try_from(read.raw.len()).unwrap_or(i64::MAX),
            raw: Some(read.raw),
        };
        let id = tx.park(&parked)?;
        return Ok(Taken { parked: Some((id, reason)), other_desk, ..Taken::nothing(Outcome::Parked) });
    }
    let at = written(ground, mail, read.arrived.unwrap_or(tx.at));
    let machine = matches!(mail.class, Class::AutoReply | Class::Bounce);
    let (ticket, made) = match verdict.place {
        Place::Join(id) => (join(tx, id, &verdict, &facts, at)?, false),
        Place::Open { related } => (open(tx, ground, read, &verdict, &facts, related, at)?, true),
    };
    let message = put(tx, ground, read, &verdict, &facts, &ticket, at)?;
    if let Some((rated, said)) = &facts.rating {
        // What opens a ticket of its own, long after the close, is said of the one it was asked about.
        let rated = ticket_named(tx, *rated)?;
        rate(tx, &rated, message, said, &facts.sender, at)?;
    }
    if verdict.wakes || (verdict.direction == Direction::Out && verdict.counts) {
        turn(tx, &ticket, &verdict, &facts, at)?;
    }
    if let Some((bounced, bounce)) = facts.bounced.zip(mail.bounce.as_ref()).filter(|(_, b)| !b.delayed) {
        tx.posting_bounced(bounced, &bounce.reason, at)?;
    }
    Ok(Taken {
        outcome: if machine { Outcome::Automatic } else { Outcome::Ticket },
        ticket: Some((ticket.id, made)),
        direction: verdict.direction,
        receipt: made && verdict.receipt && !ground.first_look,
        other_desk,
        message: Some(message),
        rated: facts.rating.as_ref().map(|(rated, said)| (*rated, said.score, verdict.wakes || made)),
        stranger: verdict.trust == Trust::ThirdParty,
        parked: None,
    })
}

/// When a mail was written, as far as its author is believed: who dates his back by days would stand first in the queue. What
/// was there before the first look is as old as it says.
fn written(ground: &Ground, mail: &Mail, arrived: Moment) -> Moment {
    let at = held_to(mail.date, arrived);
    if !ground.first_look && arrived.since(at) > DAY { arrived } else { at }
}

/// Why a mail that would open a ticket is put aside: its sender has opened too many lately.
fn flooded(tx: &mut Tx<'_>, ground: &Ground, read: &Read<'_>, verdict: &Verdict) -> Result<Option<String>> {
    let opens = matches!(verdict.place, Place::Open { .. }) && verdict.direction == Direction::In;
    let machine = matches!(read.mail.class, Class::AutoReply | Class::Bounce);
    let Some(from) = read.mail.from.as_ref().filter(|_| opens && !machine && !ground.no_limits) else {
        return Ok(None);
    };
    let at = read.arrived.unwrap_or(tx.at);
    let lately = tx.opened_by_mail(&from.email.to_lowercase(), at.plus(-HOUR), at)?;
    let normal = subject::normal(&read.mail.subject);
    let same = lately.iter().filter(|s| subject::normal(s) == normal).count();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(flood::parked(count(lately.len()), count(same)))
}

/// The ticket that a mail joins, as it stands.
fn join(tx: &mut Tx<'_>, id: i64, verdict: &Verdict, facts: &Facts, at: Moment) -> Result<Ticket> {
    let ticket = ticket_named(tx, id)?;
    if verdict.forged {
        note_forged(tx, &ticket, facts, at)?;
    }
    Ok(ticket)
}

/// A mail with a forged mark of ours is a fact worth keeping.
fn note_forged(tx: &mut Tx<'_>, ticket: &Ticket, facts: &Facts, at: Moment) -> Result<()> {
    let text = format!("A mail from {} names a mark that this desk never gave.", facts.sender);
    ticket::write(tx, ticket, Direction::Note, &ticket::Author { name: "desk", ..ticket::Author::default() }, &text, at)
        .map(drop)
}

fn open(
    tx: &mut Tx<'_>,
    ground: &Ground,
    read: &Read<'_>,
    verdict: &Verdict,
    facts: &Facts,
    related: Option<i64>,
    at: Moment,
) -> Result<Ticket> {
    let asked = requester(ground, read.mail, verdict.direction, facts.evidence.ours);
    let requester = asked.map(|a| contact(tx, a)).transpose()?;
    let now = tx.at;
    let outbound = verdict.direction == Direction::Out;
    let over = ground.first_look && now.since(read.arrived.unwrap_or(at)) > ground.reopen_days * DAY;
    let standing = match (over, outbound) {
        (true, out) => {
            let reason = if out { Reason::Solved } else { Reason::NoReply };
            Standing { reason: Some(reason), ..Standing::of(Status::Closed) }
        }
        (false, true) => Standing::of(Status::Pending),
        (false, false) => Standing::of(Status::New),
    };
    let ticket = Ticket {
        id: tx.next_ticket()?,
        subject: read.mail.subject.clone(),
        standing,
        priority: Priority::Normal,
        assignee: None,
        requester: requester.as_ref().map(|c| c.id),
        client: requester.as_ref().and_then(|c| c.client),
        channel: "email".to_owned(),
        opened_at: at,
        opened_by: outbound.then(|| facts.agent.unwrap_or(tx.agent)),
        due_at: None,
        snoozed_until: None,
        merged_into: None,
        once: None,
    };
    let begin = Event::about(Noun::Ticket, ticket.id, "", &(), &ticket, now).in_history_of(Some(ticket.id));
    let link = related.map(|other| {
        Event::about(Noun::Link, other, &ticket.id.to_string(), &false, &true, now).in_history_of(Some(ticket.id))
    });
    tx.apply(std::iter::once(begin).chain(link))?;
    if verdict.forged {
        note_forged(tx, &ticket, facts, at)?;
    }
    Ok(ticket)
}

/// Who asks: the author; the one we wrote to; for a form on our own site, whom it wants answered.
fn requester<'m>(ground: &Ground, mail: &'m Mail, direction: Direction, ours: Ours) -> Option<&'m Address> {
    let foreign = |a: &&Address| !ground.is_own(&a.email) && !a.email.is_empty();
    match (direction, ours) {
        (Direction::Out, _) => mail.to.iter().chain(&mail.cc).find(foreign).or(mail.to.first()),
        (_, Ours::Claimed) => mail.reply_to.iter().find(foreign).or(mail.from.as_ref()),
        _ => mail.from.as_ref(),
    }
}

/// The contact at an address: known, or made with the client of its domain.
fn contact(tx: &mut Tx<'_>, from: &Address) -> Result<Contact> {
    let point = Point { kind: PointKind::Email, value: from.email.clone() };
    match tx.contact_at(&point)? {
        Some(known) => Ok(known),
        None => people::add(tx, &from.name, std::slice::from_ref(&point), None),
    }
}

fn put(
    tx: &mut Tx<'_>,
    ground: &Ground,
    read: &Read<'_>,
    verdict: &Verdict,
    facts: &Facts,
    ticket: &Ticket,
    at: Moment,
) -> Result<i64> {
    let mail = read.mail;
    let (name, email) = mail.from.as_ref().map_or(("", ""), |f| (f.name.as_str(), f.email.as_str()));
    let out = verdict.direction == Direction::Out;
    let contact = match mail.from.as_ref().filter(|_| !out) {
        Some(from) if verdict.trust != Trust::ThirdParty && !ground.is_own(&from.email) => Some(contact(tx, from)?.id),
        _ => None,
    };
    let distinct = |text: &str| {
        let mut out = String::new();
        words::Stemmer::new().distinct(text, &mut out);
        out
    };
    let (subject_terms, text_terms) = (distinct(&mail.subject), distinct(&format!("{}\n{name} {email}", mail.text)));
    let addressed = Addressed { to: mail.to.clone(), cc: mail.cc.clone(), reply_to: mail.reply_to.clone() };
    let message = NewMessage {
        id: facts.hidden.map_or_else(|| tx.next_ids(1), Ok)?,
        direction: Some(verdict.direction),
        agent: facts.agent.filter(|_| out),
        contact,
        author: name,
        email,
        at,
        counts: verdict.counts,
        automatic: mail.class.word(),
        message_id: mail.message_id.as_deref(),
        in_reply_to: mail.in_reply_to.as_deref(),
        content_key: Some(&mail.content_key),
        text: &mail.text,
        raw: Some(read.raw),
        attachments: &mail.attachments,
        addressed: Some(&addressed),
        trust: verdict.trust.word(),
        subject_terms: &subject_terms,
        text_terms: &text_terms,
        ..NewMessage::default()
    };
    if facts.hidden.is_none() {
        tx.put_message(&message)?;
    }
    let id = message.id;
    let shown = Shown { ticket: ticket.id, joined: crossed(tx, verdict, facts, at) };
    let now = tx.at;
    tx.apply([Event::about(Noun::Message, id, "ticket", &(), &shown, now).in_history_of(Some(ticket.id))])?;
    // Ids of its own and those that it names lead here from now on, unless they lead elsewhere; what a stranger names does not.
    if verdict.trust != Trust::IdReused {
        let own = mail.message_id.iter();
        let opens = matches!(verdict.place, Place::Open { related: None });
        let named = mail.references.iter().filter(|_| opens || facts.evidence.named.is_some_and(|k| k.participant));
        for id in own.chain(named) {
            tx.put_thread(&thread_key(id), ticket.id)?;
        }
        if let Some(index) = mail.thread_index.as_ref().filter(|_| opens) {
            tx.put_thread(&thread_key(&format!("thread-index:{index}")), ticket.id)?;
        }
    }
    Ok(id)
}

/// Keeps the rating that a mail is.
fn rate(tx: &mut Tx<'_>, ticket: &Ticket, message: i64, said: &Said, sender: &str, at: Moment) -> Result<()> {
    let point = Point { kind: PointKind::Email, value: sender.to_owned() };
    let contact = tx.contact_at(&point)?.map(|c| c.id).or(ticket.requester);
    let rating = Rating {
        id: tx.next_ids(1)?,
        ticket: Some(ticket.id),
        contact,
        message: Some(message),
        scale: Scale::Csat,
        score: said.score,
        comment: said.comment.clone(),
        at,
    };
    let now = tx.at;
    tx.apply([Event::about(Noun::Rating, rating.id, "", &(), &rating, now).in_history_of(Some(ticket.id))])
}

/// What a mail does to the status: the customer's opens the ticket again, also one that was put off; ours leaves it waiting
/// for him. A mail that was written before the last word changes nothing, unless it crossed that.
fn turn(tx: &mut Tx<'_>, ticket: &Ticket, verdict: &Verdict, facts: &Facts, at: Moment) -> Result<()> {
    let crossed = crossed(tx, verdict, facts, at);
    if facts.last_word.is_some_and(|last| last > at) && crossed.is_none() {
        return Ok(());
    }
    let at = crossed.unwrap_or(at);
    let out = verdict.direction == Direction::Out;
    let to = match (out, ticket.standing.status) {
        (true, Status::New | Status::Open) => Some(Status::Pending),
        (false, Status::Pending | Status::Hold | Status::Closed) if verdict.wakes && !facts.long_ago => {
            Some(Status::Open)
        }
        _ => None,
    };
    let status = to.map(|to| Event::ticket(ticket.id, "status", &ticket.standing, &Standing::of(to), at));
    let put_off = ticket.snoozed_until.filter(|until| !out && verdict.wakes && *until > tx.at);
    let back = put_off.map(|until| Event::ticket(ticket.id, "snoozed_until", &until, &(), at));
    tx.apply(status.into_iter().chain(back).map(|e| Event { at, ..e }))
}

/// A mail that was on its way, or lay in the mailbox, while somebody in the desk answered or closed the ticket: nobody has
/// seen it, so it counts from now on. None where it did not cross anything.
fn crossed(tx: &Tx<'_>, verdict: &Verdict, facts: &Facts, at: Moment) -> Option<Moment> {
    (verdict.wakes && facts.unaware.is_some_and(|deed| deed >= at)).then_some(tx.at)
}

impl Ground {
    /// Whether an address is ours, or an agent's.
    pub(super) fn is_own(&self, address: &str) -> bool {
        let folded = address::fold(address);
        self.agents.iter().any(|(a, _)| *a == folded) || address::is_own(address, &self.own)
    }
}
