//! `desk start`: the timer runs.

use super::args::{self, Answer};
use super::stop::{local, running, up_to_now};
use crate::actions::echo::Echo;
use crate::actions::hours;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::time;

/// Start your timer; one that runs is stopped and logged
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk start 42
  desk start 45     # the time on 42 is logged, the timer runs on 45
  desk start        # on no ticket yet
  desk stop         # logs it")]
pub struct Start {
    /// The ticket you work on
    #[arg(value_name = "ID")]
    id: Option<String>,
}

impl Start {
    /// Starts.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let ticket = self.id.map(|word| args::ticket(desk, &word)).transpose()?.map(|t| t.id);
        let before = if desk.exists()? { running(desk)? } else { None };
        if let Some(timer) = before.as_ref().filter(|t| t.ticket == ticket) {
            let on = ticket.map_or_else(String::new, |n| format!(" on {n}"));
            let since = local(&desk.zone()?, timer.since);
            return Err(Error::refused(format!("your timer runs{on} already, since {since}")).hint("desk stop logs it"));
        }
        let stretch = before.as_ref().map(|timer| up_to_now(desk, timer)).transpose()?;
        let (zone, yes, house) = (desk.zone()?, desk.yes, desk.house_for_hours().ok());
        let written = desk.write(|tx| {
            let ticket = ticket.map(|id| hours::ticket(tx, id)).transpose()?;
            let mut ids = Vec::new();
            if let Some((timer, stretch)) = before.as_ref().zip(stretch) {
                let entries = hours::stop(tx, timer, stretch, &zone, "")?;
                hours::no_day_over(tx, yes, &entries)?;
                ids.extend(entries.iter().map(|e| e.id));
            }
            let at = tx.at;
            hours::start(tx, ticket.as_ref().map(|t| t.id), at)?;
            Ok((ticket, Echo::of(tx, house.as_ref(), &ids)?))
        })?;
        let (ticket, Echo { entries, notes }) = written.value;
        let since = desk.now;
        let on =
            ticket.as_ref().map_or_else(|| "without a ticket".to_owned(), |t| format!("on {}  {}", t.id, t.subject));
        let mut lines: Vec<String> = entries.iter().flat_map(|w| time::told("stopped: ", w)).collect();
        lines.push(format!("started {on} ({}, {})", desk.me, local(&zone, since)));
        let mut report = time::started(&lines, &entries, (ticket.map(|t| t.id), since), written.operation);
        report.notes.extend(notes);
        Ok(report.into())
    }
}
