//! `desk estimate`: how long a ticket will take, and what that would cost its client now.

use super::args::{self, Answer};
use super::log::leading_duration;
use crate::actions::estimate::{self, Verdict};
use crate::actions::{hours, ticket};
use crate::desk::Desk;
use crate::domain::billing::duration::spoken;
use crate::domain::billing::invoice::Estimate as Estimated;
use crate::domain::entry::MOST;
use crate::domain::ticket::Ticket;
use crate::domain::time::Minutes;
use crate::error::{Error, Result};
use crate::report::estimate::{done, show};

/// Say how long a ticket will take, and see whether its client's hours are enough
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "What is billed on the ticket already is taken off; the rest is drawn from the client's contracts as if it
were worked now. What needs approval: ask, then desk approve 42.

Examples:
  desk estimate 42 3h                      # fits: 6h left of care, 3h after it
  desk estimate 42 3h new payment page     # the text becomes a note
  desk estimate 42                         # the estimate, and what is billed of it
  desk estimate 42 none                    # takes it away

JSON: number estimate{minutes approved_minutes billed_minutes percent} verdict{said needs_approval cost}"
)]
pub struct Estimate {
    /// A number
    #[arg(value_name = "ID")]
    id: String,
    /// How long, and why; none takes the estimate away
    #[arg(value_name = "DUR [TEXT]")]
    words: Vec<String>,
    /// Words that are text whatever they begin with
    #[arg(last = true, value_name = "TEXT")]
    rest: Vec<String>,
}

impl Estimate {
    /// Estimates, or shows the estimate.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let ticket = args::ticket(desk, &self.id)?;
        if self.words.is_empty() {
            return look(desk, &ticket);
        }
        if self.words == ["none"] && self.rest.is_empty() {
            return none(desk, &ticket);
        }
        let (minutes, rest) = leading_duration(&self.words)?;
        if minutes > MOST {
            return Err(Error::refused(format!("an estimate holds {} at most", spoken(MOST))));
        }
        let text = rest.iter().chain(&self.rest).map(String::as_str).collect::<Vec<_>>().join(" ");
        let house = desk.house_for_hours()?;
        let written = desk.write(|tx| {
            let ticket = hours::ticket(tx, ticket.id)?;
            let approved = tx.estimate(ticket.id)?.and_then(|e| e.approved);
            let changed = estimate::set(tx, ticket.id, Some(Estimated { minutes, approved }))?;
            if !changed && text.is_empty() {
                let verdict = estimate::weigh(tx, &house, &ticket, minutes)?;
                return Err(Error::refused(format!("{} is estimated at {} already: {}", ticket.id, spoken(minutes), verdict.said())));
            }
            if !text.is_empty() {
                ticket::note(tx, &ticket, &text)?;
            }
            let verdict = estimate::weigh(tx, &house, &ticket, minutes)?;
            Ok((ticket.clone(), estimate::progress(tx, &house, ticket.id)?, verdict))
        })?;
        let (ticket, progress, verdict) = written.value;
        let line = format!("estimated {}: {}  {}", spoken(minutes), ticket.id, ticket.subject);
        let mut report = done(&[line, verdict.said()], ticket.id, progress, Some(&verdict.told()), written.operation);
        report.notes.extend(to_be_asked(&ticket, progress, &verdict));
        Ok(report.into())
    }
}

/// How to go on where the client has to agree.
fn to_be_asked(ticket: &Ticket, progress: Option<(Estimated, Minutes)>, verdict: &Verdict) -> Option<String> {
    let agreed = progress.is_some_and(|(estimate, _)| estimate.is_approved());
    (verdict.needs_approval() && !agreed).then(|| format!("when the client has agreed: desk approve {}", ticket.id))
}

fn look(desk: &mut Desk, ticket: &Ticket) -> Result<Answer> {
    let house = desk.house_for_hours()?;
    let (progress, verdict) = desk.read(|r| {
        let Some(progress) = estimate::progress(r, &house, ticket.id)? else { return Ok((None, None)) };
        Ok((Some(progress), Some(estimate::weigh(r, &house, ticket, progress.0.minutes)?)))
    })?;
    let Some((progress, verdict)) = progress.zip(verdict) else {
        return Err(Error::missing(format!("{} has no estimate", ticket.id))
            .hint(format!("desk estimate {} 3h", ticket.id)));
    };
    let mut report = show(ticket, progress, &verdict.told());
    report.notes.extend(to_be_asked(ticket, Some(progress), &verdict));
    Ok(report.into())
}

fn none(desk: &mut Desk, ticket: &Ticket) -> Result<Answer> {
    let written = desk.write(|tx| {
        if estimate::set(tx, ticket.id, None)? {
            return Ok(());
        }
        Err(Error::refused(format!("{} has no estimate", ticket.id)))
    })?;
    let line = format!("not estimated any more: {}  {}", ticket.id, ticket.subject);
    Ok(done(&[line], ticket.id, None, None, written.operation).into())
}
