//! The facts on which `domain::intake` decides where a mail belongs, looked up in the desk.

use super::take::{DAY, Ground, Read};
use crate::actions::parties;
use crate::domain::address;
use crate::domain::contact::{Point, PointKind};
use crate::domain::copies;
use crate::domain::event::{Event, Noun};
use crate::domain::intake::{Evidence, Known, Ours, Place, Reused, Signed, Trust};
use crate::domain::mail::{Class, Mail};
use crate::domain::message::Direction;
use crate::domain::quote;
use crate::domain::subject;
use crate::domain::survey::{self, Said};
use crate::domain::ticket::{Reason, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::token::{self, Mark, Token};
use crate::error::{Error, Result};
use crate::store::bulk::{SURVEY, thread_key};
use crate::store::{Reader, Tx};

/// A text of more bytes is no word of thanks.
const LONG: usize = 1 << 20;

/// What the desk knows of a mail that comes in.
pub(super) struct Facts {
    pub(super) evidence: Evidence,
    /// The message that it is a copy of.
    pub(super) known: Option<i64>,
    /// The message that it is, taken back meanwhile: it is shown again.
    pub(super) hidden: Option<i64>,
    /// The author's address, as written.
    pub(super) sender: String,
    /// The agent who wrote it.
    pub(super) agent: Option<i64>,
    /// Another desk sent it, or a mail that it answers.
    pub(super) other_desk: Option<String>,
    /// The message of ours that came back with it.
    pub(super) bounced: Option<i64>,
    /// The rating that it is, in answer to our question, and of which ticket.
    pub(super) rating: Option<(i64, Said)>,
    /// The last word in the ticket it joins.
    pub(super) last_word: Option<Moment>,
    /// Up to when nobody who did something to that ticket can have seen it: their last deed.
    pub(super) unaware: Option<Moment>,
    /// It was over before the desk first looked at the mailbox.
    pub(super) long_ago: bool,
}

impl Facts {
    /// Looks everything up.
    pub(super) fn gather(tx: &mut Tx<'_>, ground: &Ground, read: &Read<'_>) -> Result<Facts> {
        let mail = read.mail;
        let sender = mail.from.as_ref().map(|f| f.email.clone()).unwrap_or_default();
        let own = ground.is_own(&sender);
        let ours = match (ground.sent, own) {
            (true, _) => Ours::Sent,
            (false, true) => Ours::Claimed,
            (false, false) => Ours::No,
        };
        let stored = tx.message_of_key(&mail.content_key)?;
        let hidden = match stored {
            Some(id) => tx.message(id)?.is_some_and(|m| m.ticket.is_none()).then_some(id),
            None => None,
        };
        let mut known = stored.filter(|_| hidden.is_none());
        let mut reused = None;
        if let (None, Some(id)) = (stored, &mail.message_id) {
            known = own_copy(tx, ground, mail, id, own || ground.sent)?;
            if known.is_none() {
                (known, reused) = same_id(tx, ground, mail, id, &sender)?;
            }
        }
        let original = mail.bounce.as_ref().and_then(|b| b.original.as_deref());
        let (signed, answered) = signed(tx, ground, mail, original, &sender)?;
        let bounced = answered.filter(|_| mail.bounce.is_some());
        let named = named(tx, ground, mail, original, &sender)?;
        let in_subject = match subject::number_in(&mail.subject) {
            Some(number) => known_ticket(tx, ground, number, &sender)?,
            None => None,
        };
        let at = read.arrived.unwrap_or(tx.at);
        let mut evidence = Evidence {
            signed,
            named,
            in_subject,
            reused,
            class: mail.class,
            thanks: mail.class == Class::Person && is_thanks(&mail.text),
            rated: false,
            ours,
            verified: verified(ground, mail, &sender),
            at,
            reopen_days: ground.reopen_days,
            strict: ground.strict,
        };
        let rating = rating(tx, mail, &evidence, answered, &sender)?;
        evidence.rated = rating.as_ref().is_some_and(|(_, said)| !said.asks());
        let (last_word, unaware) = match evidence.verdict().place {
            Place::Join(ticket) => last_deeds(tx, ground, ticket)?,
            Place::Open { .. } => (None, None),
        };
        let folded = sender.to_lowercase();
        Ok(Facts {
            known,
            hidden,
            agent: ground.agents.iter().find(|(address, _)| *address == folded).map(|(_, id)| *id),
            other_desk: other_desk(ground, mail, own || ground.sent),
            bounced,
            rating,
            last_word,
            unaware,
            long_ago: ground.first_look && tx.at.since(at) > ground.reopen_days * DAY,
            sender,
            evidence,
        })
    }
}

/// Whether a mail says no more than thanks. What is longer than any conversation is not looked through.
fn is_thanks(text: &str) -> bool {
    text.len() <= LONG && quote::only_thanks(&quote::new_text(text))
}

/// The rating that a person's mail is: it answers our question, and who was asked wrote it. By a mark it is known which message
/// of ours is answered; without one the last must be the question, for a link opens a mail of its own.
fn rating(
    tx: &mut Tx<'_>,
    mail: &Mail,
    evidence: &Evidence,
    answered: Option<i64>,
    sender: &str,
) -> Result<Option<(i64, Said)>> {
    let by_person = mail.class == Class::Person && !mail.listed && evidence.ours == Ours::No;
    let said = if by_person { survey::rating(&mail.text) } else { None };
    let Some(said) = said else { return Ok(None) };
    // A rating is taken however long the ticket is closed.
    let verdict = Evidence { rated: true, ..*evidence }.verdict();
    let Place::Join(ticket) = verdict.place else { return Ok(None) };
    if verdict.direction != Direction::In || !matches!(verdict.trust, Trust::Plain | Trust::Unverified) {
        return Ok(None);
    }
    let sent: Vec<_> = tx.named_in(ticket)?.into_iter().filter(|m| m.direction == Direction::Out).collect();
    let meant = match answered {
        Some(message) => sent.iter().find(|m| m.id == message),
        None => sent.last(),
    };
    let asked = meant.filter(|m| m.automatic.as_deref() == Some(SURVEY)).and_then(|m| m.addressed.as_ref()?.to.first());
    let Some(asked) = asked else { return Ok(None) };
    let same = address::fold(&asked.email) == address::fold(sender) || is_one(tx, &asked.email, sender)?;
    Ok(same.then_some((ticket, said)))
}

/// Whether two addresses are of one contact.
fn is_one(tx: &mut Tx<'_>, one: &str, other: &str) -> Result<bool> {
    let mut at = |value: &str| tx.contact_at(&Point { kind: PointKind::Email, value: value.to_owned() });
    let (one, other) = (at(one)?, at(other)?);
    Ok(one.is_some() && one.map(|c| c.id) == other.map(|c| c.id))
}

/// The last word in a ticket, and the last deed of somebody who looked at the desk, where the mail was not yet. Who answers
/// outside of it has the mailbox before him; and a first look brings what is over.
fn last_deeds(tx: &mut Tx<'_>, ground: &Ground, ticket: i64) -> Result<(Option<Moment>, Option<Moment>)> {
    let word = tx.last_word_and_whence(ticket)?;
    if ground.first_look {
        return Ok((word.map(|(at, _)| at), None));
    }
    let status = |e: &Event| e.noun == Noun::Ticket && e.field == "status" && e.id == ticket;
    let turned = tx.events_of_ticket(ticket)?.into_iter().filter(|h| status(&h.event)).map(|h| h.event.at).max();
    Ok(match word {
        Some((at, true)) => (Some(at), turned.filter(|turned| *turned > at)),
        _ => (word.map(|(at, _)| at), word.map(|(at, _)| at).max(turned)),
    })
}

/// The message of ours whose Message-ID this is: the mail is a copy of it, whatever was done to it on its way. A stranger's
/// mail may carry our id, too; it is a copy only where it says the same.
fn own_copy(tx: &mut Tx<'_>, ground: &Ground, mail: &Mail, id: &str, from_us: bool) -> Result<Option<i64>> {
    // To whom an erased message went is known from the copy alone, and its mark tells whether that is true.
    let to = mail.to.first().map(|a| a.email.as_str());
    let Mark::Ours(token) = mark_in(tx, to, |of| token::in_message_id(id, &ground.secret, &ground.uid, of))? else {
        return Ok(None);
    };
    let same = from_us || tx.text(token.message)?.is_some_and(|text| copies::is_copy(&text, &mail.text));
    Ok(same.then_some(token.message))
}

/// A stored message has the same Message-ID: either this is what a list made of it, or somebody uses the id again.
fn same_id(
    tx: &mut Tx<'_>,
    ground: &Ground,
    mail: &Mail,
    id: &str,
    sender: &str,
) -> Result<(Option<i64>, Option<Reused>)> {
    let Some(ticket) = tx.ticket_of_thread(&thread_key(id))? else { return Ok((None, None)) };
    let Some(known) = known_ticket(tx, ground, ticket, sender)? else { return Ok((None, None)) };
    let stored = tx.messages_named(known.ticket, id)?;
    let Some(first) = stored.first() else { return Ok((None, None)) };
    let same_sender = first.email.eq_ignore_ascii_case(sender);
    if same_sender
        && let Some(twin) = stored.iter().find(|m| copies::is_copy(&m.text, &mail.text))
        && twin.attachments.len() == mail.attachments.len()
    {
        return Ok((Some(twin.id), None));
    }
    Ok((None, Some(Reused { known, same_sender })))
}

/// Which ticket a mark of ours in the mail is for, and the message that it answers or brings back.
fn signed(
    tx: &mut Tx<'_>,
    ground: &Ground,
    mail: &Mail,
    original: Option<&str>,
    sender: &str,
) -> Result<(Signed, Option<i64>)> {
    let mut mark = Mark::Nothing;
    for id in original.into_iter().chain(mail.references.iter().rev().map(String::as_str)) {
        mark = mark.or(mark_in(tx, None, |of| token::in_message_id(id, &ground.secret, &ground.uid, of))?);
    }
    let addresses = mail.to.iter().chain(&mail.cc).map(|a| a.email.as_str());
    for address in mail.delivered_to.iter().map(String::as_str).chain(addresses) {
        mark = mark.or(mark_in(tx, None, |of| token::in_address(address, &ground.secret, &ground.own, of))?);
    }
    match mark {
        Mark::Ours(token) => {
            let ticket = tx.message(token.message)?.and_then(|m| m.ticket).unwrap_or(token.ticket);
            Ok((known_ticket(tx, ground, ticket, sender)?.map_or(Signed::No, Signed::By), Some(token.message)))
        }
        Mark::Forged => Ok((Signed::Forged, None)),
        Mark::Nothing | Mark::Other { .. } => Ok((Signed::No, None)),
    }
}

/// Reads a mark; the recipient that it was made for is asked of the desk. Of a message that was erased with him only `erased_to`
/// can say it: its mark is no forgery, and leads nowhere.
fn mark_in(
    tx: &mut Tx<'_>,
    erased_to: Option<&str>,
    read: impl FnOnce(token::RecipientOf<'_>) -> Mark,
) -> Result<Mark> {
    let mut failed = None;
    let mut erased = false;
    let mut recipient = |token: Token| {
        let sent = tx.sent_message(token.message).and_then(|sent| Ok((sent, tx.was_emptied(token.message)?)));
        match sent {
            Ok((sent, emptied)) => {
                let to = sent.and_then(|addressed| addressed.to.into_iter().next()).map(|a| a.email);
                erased = emptied && to.is_none();
                to.or_else(|| erased_to.filter(|_| erased).map(str::to_owned))
            }
            Err(e) => {
                failed = Some(e);
                None
            }
        }
    };
    let mark = read(&mut recipient);
    if let Some(e) = failed {
        return Err(e);
    }
    Ok(if erased && mark == Mark::Forged { Mark::Nothing } else { mark })
}

/// The ticket that the newest known reference leads to. Ids that several mails have lead nowhere.
fn named(tx: &mut Tx<'_>, ground: &Ground, mail: &Mail, original: Option<&str>, sender: &str) -> Result<Option<Known>> {
    let mut stranger = None;
    for id in original.into_iter().chain(mail.references.iter().rev().map(String::as_str)) {
        let Some(ticket) = tx.ticket_of_thread(&thread_key(id))? else { continue };
        let Some(known) = known_ticket(tx, ground, ticket, sender)? else { continue };
        if tx.messages_named(known.ticket, id)?.iter().any(|m| m.trust.as_deref() == Some("id-reused")) {
            continue;
        }
        if known.participant {
            return Ok(Some(known));
        }
        stranger = stranger.or(Some(known));
    }
    if let Some(index) = &mail.thread_index
        && let Some(ticket) = tx.ticket_of_thread(&thread_key(&format!("thread-index:{index}")))?
        && let Some(known) = known_ticket(tx, ground, ticket, sender)?.filter(|k| k.participant)
    {
        return Ok(Some(known));
    }
    Ok(stranger)
}

/// What is known of a ticket, or of the one it was merged into.
fn known_ticket(tx: &mut Tx<'_>, ground: &Ground, id: i64, sender: &str) -> Result<Option<Known>> {
    let Some(ticket) = followed(tx, id)? else { return Ok(None) };
    let participant = takes_part(tx, ground, &ticket, sender)?;
    // A ticket of somebody who was erased is shown to no stranger as related: he may be the same.
    if let (false, Some(requester)) = (participant, ticket.requester)
        && tx.is_erased(requester)?
    {
        return Ok(None);
    }
    let closed_since = match ticket.standing.status {
        Status::Closed => tx.closed_at(ticket.id)?.or(Some(ticket.opened_at)),
        _ => None,
    };
    // What came in closed at this first look was closed by nobody: the conversation goes on there.
    let closed_since = closed_since.filter(|since| !ground.first_look || *since != ticket.opened_at);
    Ok(Some(Known { ticket: ticket.id, participant, closed_since, spam: ticket.standing.reason == Some(Reason::Spam) }))
}

/// Whether an address takes part in a ticket: who asked, whom he wrote to first, whom we answered.
fn takes_part(r: &mut Reader<'_>, ground: &Ground, ticket: &Ticket, sender: &str) -> Result<bool> {
    if sender.is_empty() {
        return Ok(false);
    }
    Ok(parties::participants(r, ticket, &ground.own)?.contains(&address::fold(sender)))
}

/// The ticket, or the one it was merged into in the end.
fn followed(r: &mut Reader<'_>, id: i64) -> Result<Option<Ticket>> {
    let mut ticket = r.ticket(id)?;
    while let Some(into) = ticket.as_ref().and_then(|t| t.merged_into) {
        ticket = r.ticket(into)?;
    }
    Ok(ticket)
}

/// The ticket of a number that is known to be there.
pub(super) fn ticket_named(r: &mut Reader<'_>, id: i64) -> Result<Ticket> {
    r.ticket(id)?.ok_or_else(|| Error::bug(format!("ticket {id} is gone")))
}

/// Whether a server of ours vouches for the author's address.
fn verified(ground: &Ground, mail: &Mail, sender: &str) -> bool {
    let Some(server) = ground.authserv.as_deref() else { return false };
    let domain = sender.rsplit('@').next().unwrap_or_default().to_lowercase();
    let judged = mail.results.iter().find(|r| r.server.eq_ignore_ascii_case(server));
    judged.is_some_and(|r| {
        r.dmarc.as_deref() == Some("pass") && r.dmarc_domain.as_ref().is_none_or(|d| d.eq_ignore_ascii_case(&domain))
    })
}

/// The other desk that wrote this mail in our name.
fn other_desk(ground: &Ground, mail: &Mail, from_us: bool) -> Option<String> {
    if !from_us {
        return None;
    }
    let by_id = mail.message_id.as_deref().and_then(|id| {
        match token::in_message_id(id, &ground.secret, &ground.uid, &mut |_| None) {
            Mark::Other { desk } => Some(desk),
            _ => None,
        }
    });
    by_id.or_else(|| mail.instance.clone().filter(|i| *i != ground.uid))
}
