//! Who took part in a conversation: the people that its messages name.

use crate::domain::intake::Trust;
use crate::domain::mail::Address;
use crate::domain::message::Direction;
use crate::domain::recipients::{self, Parties};
use crate::domain::ticket::Ticket;
use crate::error::Result;
use crate::formats::limits::Limits;
use crate::formats::mail::mail;
use crate::store::Reader;
use crate::store::message::Named;

/// The people that a message names. Messages that came before the desk kept this are read again from their source.
pub fn of_message(r: &mut Reader<'_>, m: &Named) -> Result<Parties> {
    let from = Some(Address { name: m.author.clone(), email: m.email.clone() }).filter(|a| !a.email.is_empty());
    if let Some(addressed) = &m.addressed {
        let addressed = addressed.clone();
        return Ok(Parties { from, reply_to: addressed.reply_to, to: addressed.to, cc: addressed.cc });
    }
    let read = r.raw(m.id)?.and_then(|raw| mail(&raw, &Limits::default()).ok());
    Ok(match read {
        Some(mail) => Parties { from, reply_to: mail.reply_to, to: mail.to, cc: mail.cc },
        None => Parties { from, ..Parties::default() },
    })
}

/// The addresses of the requester as they stand in the desk, the one he uses first.
pub fn of_requester(r: &mut Reader<'_>, ticket: &Ticket) -> Result<Vec<Address>> {
    let Some(requester) = ticket.requester else { return Ok(Vec::new()) };
    let name = r.contact(requester)?.map(|c| c.name).unwrap_or_default();
    let points = r.points(requester)?.into_iter().filter(|p| p.kind == crate::domain::contact::PointKind::Email);
    Ok(points.map(|p| Address { name: name.clone(), email: p.value }).collect())
}

/// The message that came in and opened the ticket, if one did: the first that the desk wrote down. The order of dates is not
/// asked, for a date is its author's word, and who joined a conversation could stand at its head by an old one.
#[must_use]
pub fn opener(messages: &[Named]) -> Option<&Named> {
    let first = messages.iter().filter(|m| m.direction == Direction::In).min_by_key(|m| m.id)?;
    let joined = [Trust::Unverified, Trust::ThirdParty].iter().any(|trust| trust.word() == first.trust.as_deref());
    (!joined).then_some(first)
}

/// The folded addresses that take part in a ticket: who asked, whom the message that opened it named, whom we answered.
pub fn participants(r: &mut Reader<'_>, ticket: &Ticket, own: &[String]) -> Result<Vec<String>> {
    let requester = of_requester(r, ticket)?;
    let messages = r.named_in(ticket.id)?;
    let first = match opener(&messages) {
        Some(m) => Some(of_message(r, m)?),
        None => None,
    };
    let mut answered = Vec::new();
    for m in messages.iter().filter(|m| m.direction == Direction::Out && m.trust.is_none()) {
        answered.push(of_message(r, m)?);
    }
    Ok(recipients::participants(&requester, first.as_ref(), &answered, own))
}
