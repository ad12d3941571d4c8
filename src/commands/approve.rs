//! `desk approve`: the client has agreed to an estimate.

use super::args::{self, Answer};
use crate::actions::{estimate, hours};
use crate::desk::Desk;
use crate::domain::billing::duration::{spoken, worked};
use crate::domain::billing::invoice::Estimate;
use crate::domain::entry::MOST;
use crate::error::{Error, Result};
use crate::report::estimate::done;

/// Record that the client agreed to an estimate
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Whoever logs more than was agreed to is told so.

Examples:
  desk approve 42          # all of the estimate
  desk approve 42 2h       # that much
  desk approve 42 none     # he has not")]
pub struct Approve {
    /// A number
    #[arg(value_name = "ID")]
    id: String,
    /// How much of it; without, all
    #[arg(value_name = "DUR")]
    how_much: Option<String>,
}

impl Approve {
    /// Records it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let id = args::ticket(desk, &self.id)?.id;
        let said = match self.how_much.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(text) => Some(Some(worked(text)?)),
        };
        let house = desk.house_for_hours()?;
        let written = desk.write(|tx| {
            let ticket = hours::ticket(tx, id)?;
            let there = tx.estimate(id)?;
            let Some(minutes) = there.map(|e| e.minutes).or(said.flatten()) else {
                return Err(Error::refused(format!("{id} has no estimate")).hint(format!("desk estimate {id} 3h")));
            };
            if minutes > MOST || said.flatten().is_some_and(|m| m > MOST) {
                return Err(Error::refused(format!("an estimate holds {} at most", spoken(MOST))));
            }
            let approved = said.unwrap_or(Some(minutes));
            if !estimate::set(tx, id, Some(Estimate { minutes, approved }))? {
                let how = approved.map_or_else(|| "not approved".to_owned(), |m| format!("approved up to {}", spoken(m)));
                return Err(Error::refused(format!("{id} is {how} already")));
            }
            Ok((ticket, approved, estimate::progress(tx, &house, id)?))
        })?;
        let (ticket, approved, progress) = written.value;
        let how = match (approved, progress) {
            (None, _) => "not approved any more".to_owned(),
            (Some(m), Some((estimate, _))) if m < estimate.minutes => {
                format!("approved {} of {}", spoken(m), spoken(estimate.minutes))
            }
            (Some(m), _) => format!("approved {}", spoken(m)),
        };
        let line = format!("{how}: {}  {}", ticket.id, ticket.subject);
        Ok(done(&[line], ticket.id, progress, None, written.operation).into())
    }
}
