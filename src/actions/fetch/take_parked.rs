//! A parked mail is taken after all, or dropped: both are a person's deed.

use super::take::{Read, keep};
use super::{ground, parsed};
use crate::desk::Desk;
use crate::domain::event::{Event, Noun};
use crate::error::{Error, Result};
use crate::settings::mail::Mailbox;
use crate::store::mailbox::Parked;

fn waiting(desk: &mut Desk, id: i64) -> Result<Parked> {
    let parked = desk.read(|r| r.parked_mail(id))?;
    let parked = parked.ok_or_else(|| Error::missing(format!("no mail is parked as {id}")).hint("desk parked"))?;
    match parked.state.as_str() {
        "parked" => Ok(parked),
        state => Err(Error::refused(format!("the mail {id} was {state} already")).hint("desk history")),
    }
}

/// Makes a parked mail a message after all: of the ticket it belongs to, or of a new one. The ticket, and whether it is new.
///
/// # Errors
/// There is no such mail, it was left on the server, or it cannot be read.
pub fn take_parked(desk: &mut Desk, id: i64) -> Result<(i64, bool, Option<i64>)> {
    let parked = waiting(desk, id)?;
    let raw = desk.read(|r| r.parked_raw(id))?.ok_or_else(|| {
        Error::refused(format!("the mail {id} was too large and lies on the server still: {}", parked.reason))
            .hint(format!("read it there; then: desk parked drop {id}"))
    })?;
    let mail = parsed(&raw).map_err(|why| {
        Error::refused(format!("the mail {id} cannot be read: {why}")).hint(format!("desk parked show {id} --raw"))
    })?;
    let known = desk.mailboxes()?.into_iter().find(|m| m.name == parked.mailbox);
    let mut ground = ground(desk, &known.unwrap_or_else(|| nowhere(&parked.mailbox)))?;
    ground.no_limits = true;
    let written = desk.write(|tx| {
        let taken = keep(tx, &ground, &Read { raw: &raw, mail: &mail, arrived: Some(parked.at) })?;
        let at = tx.at;
        tx.apply([Event::about(Noun::Parked, id, "state", &"parked", &"taken", at)])?;
        let message = taken.message.unwrap_or_default();
        tx.parked_became(id, taken.outcome, message)?;
        let shown = tx.message(message)?.and_then(|m| m.ticket);
        Ok(taken.ticket.or(shown.map(|ticket| (ticket, false))))
    })?;
    let (ticket, made) = written.value.ok_or_else(|| Error::bug("a mail that was taken stands nowhere"))?;
    Ok((ticket, made, written.operation))
}

/// Drops a parked mail: it makes no ticket. What was seen of it stays, so it does not come back.
///
/// # Errors
/// There is no such mail.
pub fn drop_parked(desk: &mut Desk, ids: &[i64]) -> Result<Option<i64>> {
    for id in ids {
        waiting(desk, *id)?;
    }
    let written = desk.write(|tx| {
        let at = tx.at;
        tx.apply(ids.iter().map(|id| Event::about(Noun::Parked, *id, "state", &"parked", &"dropped", at)))
    })?;
    Ok(written.operation)
}

/// A mailbox that the settings do not know any more.
fn nowhere(name: &str) -> Mailbox {
    Mailbox {
        name: name.to_owned(),
        spot: crate::domain::account::Spot::Mbox(std::path::PathBuf::new()),
        sent: None,
        reads_sent: false,
        done: None,
        authserv: None,
        strict: false,
        ca: None,
        since: None,
    }
}
