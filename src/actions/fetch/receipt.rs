//! Acknowledgements of new requests: off unless the team switches them on, one an address and day, never to a machine, with a
//! subject of our own and no word of the sender's. The team may word them itself: saved answers called `receipt`, `receipt-ru`.

use super::take::{DAY, Ground, HOUR, Taken};
use crate::actions::answer::{Fields, fill};
use crate::actions::outbox::RESUMED;
use crate::actions::ticket;
use crate::desk::Desk;
use crate::domain::address::{fold, takes_no_answers};
use crate::domain::attribution::language_of;
use crate::domain::event::{Event, Noun, OperationKind};
use crate::domain::flood::{Limit, Sent};
use crate::domain::mail::{Address, Class, Mail};
use crate::domain::message::{Addressed, Direction};
use crate::domain::ticket::Ticket;
use crate::domain::time::Moment;
use crate::domain::token::{self, Token};
use crate::error::Result;
use crate::formats::limits::Limits;
use crate::formats::mail::mail as read;
use crate::post::compose::{Automatic, Letter, compose, host_of};
use crate::store::bulk::thread_key;
use crate::store::message::NewMessage;
use crate::store::outbox::State;
use crate::store::{Reader, Tx};

/// The bookmark of nobody (agent 0) that says when automatic mail was stopped, in seconds.
const STOPPED: &str = "outbox:stopped";

/// Puts an acknowledgement of a new ticket into the outbox; false where there is to be none.
pub(super) fn acknowledge(desk: &mut Desk, ground: &Ground, taken: &Taken, mail: &Mail) -> Result<bool> {
    let (Some((number, true)), Some(to)) = (taken.ticket, &mail.from) else { return Ok(false) };
    let wanted = desk.flag("receipts")? && mail.class == Class::Person && !mail.listed;
    if !wanted || ground.is_own(&to.email) || takes_no_answers(&to.email) {
        return Ok(false);
    }
    let Some(from) = desk.sender()? else { return Ok(false) };
    let lang = language_of(&format!("{}\n{}", mail.subject, mail.text));
    let name = desk.setting("name")?.as_str().unwrap_or_default().to_owned();
    let offset = i32::try_from(desk.zone()?.offset(desk.now)).unwrap_or(0);
    let written = desk.write_as(OperationKind::Fetch, |tx| {
        if let Some(limit) = sent(tx, number, &to.email)?.limit() {
            if limit == Limit::Stopped && !is_stopped(tx)? {
                let now = tx.at;
                tx.put_bookmark(0, STOPPED, now.0)?;
                tx.keep_notes();
            }
            return Ok(false);
        }
        let Some(ticket) = tx.ticket(number)? else { return Ok(false) };
        let fields = Fields {
            name: to.name.clone(),
            first_name: to.name.split_whitespace().next().unwrap_or_default().to_owned(),
            ticket: number,
            desk: name,
            ..Fields::default()
        };
        let text = match tx.answer(&format!("receipt-{lang}"))?.or(tx.answer("receipt")?) {
            Some(answer) => fill(&answer.text, &fields)?,
            None => fill(if lang == "ru" { TEXT_RU } else { TEXT_EN }, &fields)?,
        };
        let subject =
            if lang == "ru" { "Ваше обращение получено" } else { "We have your request" };
        put(
            tx,
            ground,
            &ticket,
            &Mailing { from: &from, to, subject: &format!("{subject} [#{number}]"), text: &text, offset, mail },
        )?;
        Ok(true)
    })?;
    Ok(written.value)
}

const TEXT_EN: &str = "Hello,\n\nwe have your request; its number is {{ticket}}. A person will answer it.\n";
const TEXT_RU: &str = "Здравствуйте!\n\nМы получили ваше обращение, его номер — {{ticket}}. Вам ответит человек.\n";

/// What is mailed.
struct Mailing<'a> {
    from: &'a Address,
    to: &'a Address,
    subject: &'a str,
    text: &'a str,
    offset: i32,
    mail: &'a Mail,
}

/// The receipt as a message that counts nowhere, and its mail.
fn put(tx: &mut Tx<'_>, ground: &Ground, ticket: &Ticket, m: &Mailing<'_>) -> Result<()> {
    let (id, at) = (tx.next_ids(1)?, tx.at);
    let token = Token { ticket: ticket.id, message: id };
    let message_id = token::message_id(&ground.secret, &ground.uid, token, &m.to.email, &host_of(&m.from.email));
    let references: Vec<String> = m.mail.message_id.iter().cloned().collect();
    let raw = compose(&Letter {
        from: m.from,
        to: std::slice::from_ref(m.to),
        cc: &[],
        reply_to: None,
        subject: m.subject,
        message_id: &message_id,
        in_reply_to: m.mail.message_id.as_deref(),
        references: &references,
        at,
        offset: m.offset,
        text: m.text,
        signature: None,
        quote: None,
        attachments: &[],
        automatic: Some(Automatic::Replied),
        instance: &ground.uid,
    })?;
    let key = read(&raw, &Limits::default()).ok().map(|mail| mail.content_key);
    let addressed = Addressed { to: vec![m.to.clone()], ..Addressed::default() };
    let message = NewMessage {
        id,
        direction: Some(Direction::Out),
        author: &m.from.name,
        email: &m.from.email,
        at,
        automatic: Class::AutoReply.word(),
        message_id: Some(&message_id),
        in_reply_to: m.mail.message_id.as_deref(),
        content_key: key.as_ref(),
        text: m.text,
        raw: Some(&raw),
        addressed: Some(&addressed),
        ..NewMessage::default()
    };
    ticket::put(tx, ticket, &message)?;
    tx.put_thread(&thread_key(&message_id), ticket.id)?;
    let posting = tx.put_posting(id, ticket.id, true, &m.from.email, std::slice::from_ref(&m.to.email))?;
    let waits = Event::about(Noun::Posting, posting, "state", &(), &State::Waiting.word(), at);
    tx.apply([waits.in_history_of(Some(ticket.id))])
}

/// What was mailed by itself so far.
fn sent(r: &mut Tx<'_>, ticket: i64, address: &str) -> Result<Sent> {
    let now = r.at;
    let resumed = r.bookmark(0, RESUMED)?.map_or(Moment::MIN, Moment);
    let to = fold(address);
    let mut sent = Sent { stopped: is_stopped(r)?, ..Sent::default() };
    for (of, recipients, at) in r.automatic_postings(now.plus(-DAY))? {
        let his = recipients.iter().any(|a| fold(a) == to);
        let lately = now.since(at) < HOUR;
        sent.receipts += i64::from(his);
        sent.for_ticket += i64::from(his && lately && of == ticket);
        sent.hour += i64::from(lately);
        sent.day += i64::from(at > resumed);
    }
    Ok(sent)
}

/// Whether automatic mail was stopped, and nobody has let it go again.
fn is_stopped(r: &mut Reader<'_>) -> Result<bool> {
    let stopped = r.bookmark(0, STOPPED)?;
    let resumed = r.bookmark(0, RESUMED)?;
    Ok(stopped.is_some_and(|stopped| resumed.is_none_or(|resumed| resumed < stopped)))
}
