//! The shape that most changes share: some tickets are named, the same is done to each under one operation, and it is said
//! of each what happened and how to take it back.

use super::args::{self, Answer, Named};
use crate::actions::echo::Echo;
use crate::desk::Desk;
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result};
use crate::report::ticket::done;
use crate::report::{Part, Report, pool, time};
use crate::store::Tx;

/// What became of one ticket.
pub(super) enum Outcome {
    /// Done; how it is said: the part before the number.
    Done(String),
    /// As done, and time was logged: the number of its entry.
    Logged(String, i64),
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
    each_of(desk, &named, false, &mut change)
}

/// As [`each`], where time may be logged: it is said what became of that.
pub(super) fn each_logging(
    desk: &mut Desk,
    ids: &[String],
    deed: &str,
    change: impl FnMut(&mut Tx<'_>, &Ticket) -> Result<Outcome>,
) -> Result<Answer> {
    let named = args::tickets(desk, ids)?;
    args::sure_of_many(desk, &named.tickets, deed)?;
    each_named(desk, &named, change)
}

/// As [`each_logging`], to tickets that were looked up and confirmed before.
pub(super) fn each_named(
    desk: &mut Desk,
    named: &Named,
    mut change: impl FnMut(&mut Tx<'_>, &Ticket) -> Result<Outcome>,
) -> Result<Answer> {
    each_of(desk, named, true, &mut change)
}

/// What was done, and to what.
#[derive(Default)]
struct Told {
    lines: Vec<(i64, String)>,
    nothing: Vec<String>,
    closed: Vec<String>,
    echo: Echo,
}

fn each_of(
    desk: &mut Desk,
    named: &Named,
    logs: bool,
    change: &mut dyn FnMut(&mut Tx<'_>, &Ticket) -> Result<Outcome>,
) -> Result<Answer> {
    let house = if logs { desk.house_for_hours().ok() } else { None };
    let written = desk.write(|tx| {
        let mut told = Told::default();
        let mut logged = Vec::new();
        for ticket in &named.tickets {
            // The ticket may have changed since its number was looked up.
            let ticket =
                tx.ticket(ticket.id)?.ok_or_else(|| Error::missing(format!("ticket {} is gone", ticket.id)))?;
            let said = match change(tx, &ticket)? {
                Outcome::Done(said) => said,
                Outcome::Logged(said, entry) => {
                    logged.push(entry);
                    said
                }
                Outcome::Nothing(why) => {
                    told.nothing.push(format!("ticket {} {why}: {}", ticket.id, ticket.subject));
                    continue;
                }
                Outcome::Closed(why) => {
                    told.nothing.push(format!("ticket {} {why}: {}", ticket.id, ticket.subject));
                    told.closed.push(ticket.id.to_string());
                    continue;
                }
            };
            let subject = tx.ticket(ticket.id)?.map_or(ticket.subject, |t| t.subject);
            told.lines.push((ticket.id, format!("{said} {}  {subject}", ticket.id)));
        }
        told.echo = Echo::of(tx, house.as_ref(), &logged)?;
        Ok(told)
    })?;
    let Told { lines, nothing, closed, echo } = written.value;
    if lines.is_empty() && !named.tickets.is_empty() {
        let refused = Error::refused(nothing.join("; "));
        return Err(if closed.is_empty() {
            refused
        } else {
            refused.hint(format!("desk reopen {}", closed.join(",")))
        });
    }
    let mut report = done(&lines, written.operation);
    if logs {
        say_hours(&mut report, &lines, echo);
    }
    let partly = !nothing.is_empty();
    report.notes.extend(nothing);
    let answer = Answer::from(report);
    Ok(if partly { answer.ending(crate::error::Kind::Refused) } else { answer })
}

/// Says below the line of each ticket what became of the time that was logged on it.
pub(super) fn say_hours(report: &mut Report, lines: &[(i64, String)], echo: Echo) {
    let mut said: Vec<String> = Vec::new();
    for (ticket, line) in lines {
        said.push(line.clone());
        said.extend(echo.entries.iter().filter(|w| w.entry.ticket == Some(*ticket)).filter_map(pool::became));
    }
    if let Some(first @ Part::Prose(_)) = report.parts.first_mut() {
        *first = Part::lines(&said);
    }
    report.parts.push(time::written(&echo.entries));
    report.notes.extend(echo.notes);
}
