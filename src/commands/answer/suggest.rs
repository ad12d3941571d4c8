//! `desk answer suggest`: the saved answers that fit a ticket, and how similar ones were answered.

use crate::actions::similar::{self, Answered, Fit};
use crate::commands::args::{self, Answer};
use crate::desk::Desk;
use crate::error::Result;
use crate::report::answer::{Earlier, Suggested, suggested};

/// So many lines of an earlier reply are told.
const LINES: usize = 3;

/// Suggests.
pub(super) fn run(desk: &mut Desk, id: &str) -> Result<Answer> {
    let ticket = args::ticket(desk, id)?;
    let (fits, answered) = desk.read(|r| similar::answers(r, ticket.id))?;
    let answers: Vec<Suggested> = fits.into_iter().map(told).collect();
    let earlier: Vec<Earlier> = answered.into_iter().map(before).collect();
    Ok(Answer::from(suggested((ticket.id, &ticket.subject), &answers, &earlier)).paged())
}

fn told(fit: Fit) -> Suggested {
    Suggested { reason: fit.reason(), used: i64::try_from(fit.used).unwrap_or(i64::MAX), answer: fit.answer }
}

fn before(answered: Answered) -> Earlier {
    let Answered { ticket, author, text } = answered;
    let mut said = text.lines().filter(|line| !line.trim().is_empty());
    let mut lines: Vec<&str> = said.by_ref().take(LINES).collect();
    if said.next().is_some() {
        lines.push("…");
    }
    Earlier {
        number: ticket.number,
        subject: ticket.subject,
        status: ticket.status,
        closed_at: ticket.closed_at,
        likeness: ticket.likeness,
        author,
        text: lines.join("\n"),
    }
}
