//! The shape that most changes share: some tickets are named, the same is done to each under one operation, and it is said
//! of each what happened and how to take it back.

use super::args::{self, Answer, Named};
use crate::desk::Desk;
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result};
use crate::report::ticket::done;
use crate::store::Tx;

/// What became of one ticket.
pub(super) enum Outcome {
    /// Done; how it is said: the part before the number.
    Done(String),
    /// There was nothing to do; why.
    Nothing(String),
    /// There was nothing to do, because the ticket is closed; how that is said.
    Closed(&'static str),
}

impl Outcome {
    /// Done where something changed, else nothing to do.
    pub(super) fn of(changed: bool, done: impl Into<String>, nothing: impl Into<String>) -> Outcome {
        if changed { Outcome::Done(done.into()) } else { Outcome::Nothing(nothing.into()) }
    }
}

/// Does the same to every ticket that the words name.
pub(super) fn each(
    desk: &mut Desk,
    ids: &[String],
    deed: &str,
    mut change: impl FnMut(&mut Tx<'_>, &Ticket) -> Result<Outcome>,
) -> Result<Answer> {
    let named = args::tickets(desk, ids)?;
    args::sure_of_many(desk, &named.tickets, deed)?;
    each_of(desk, &named, &mut change)
}

fn each_of(
    desk: &mut Desk,
    named: &Named,
    change: &mut dyn FnMut(&mut Tx<'_>, &Ticket) -> Result<Outcome>,
) -> Result<Answer> {
    let written = desk.write(|tx| {
        let mut lines = Vec::new();
        let mut nothing = Vec::new();
        let mut closed = Vec::new();
        for ticket in &named.tickets {
            // The ticket may have changed since its number was looked up.
            let ticket =
                tx.ticket(ticket.id)?.ok_or_else(|| Error::missing(format!("ticket {} is gone", ticket.id)))?;
            match change(tx, &ticket)? {
                Outcome::Done(said) => {
                    let subject = tx.ticket(ticket.id)?.map_or(ticket.subject, |t| t.subject);
                    lines.push((ticket.id, format!("{said} {}  {subject}", ticket.id)));
                }
                Outcome::Nothing(why) => nothing.push(format!("ticket {} {why}: {}", ticket.id, ticket.subject)),
                Outcome::Closed(why) => {
                    nothing.push(format!("ticket {} {why}: {}", ticket.id, ticket.subject));
                    closed.push(ticket.id.to_string());
                }
            }
        }
        Ok((lines, nothing, closed))
    })?;
    let (lines, nothing, closed) = written.value;
    if lines.is_empty() && !named.tickets.is_empty() {
        let refused = Error::refused(nothing.join("; "));
        return Err(if closed.is_empty() {
            refused
        } else {
            refused.hint(format!("desk reopen {}", closed.join(",")))
        });
    }
    let mut report = done(&lines, written.operation);
    let partly = !nothing.is_empty();
    report.notes.extend(nothing);
    let answer = Answer::from(report);
    Ok(if partly { answer.ending(crate::error::Kind::Refused) } else { answer })
}
