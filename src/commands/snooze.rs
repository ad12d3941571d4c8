//! `desk snooze`: out of the queue until then.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::domain::when::{Lean, when};
use crate::error::{Error, Result};

/// Hide tickets from the queue until then; their clocks run on
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk snooze 42 mon\n  desk snooze 42 через 2 часа\n  desk reopen 42   # wakes it now")]
pub struct Snooze {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// mon, tomorrow 9:00, in 2h, 2026-12-01
    #[arg(required = true, value_name = "WHEN")]
    when: Vec<String>,
}

impl Snooze {
    /// Snoozes.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let zone = desk.zone()?;
        let at = when(&self.when.join(" "), Lean::Future, desk.now, &zone)?;
        if at.at <= desk.now {
            return Err(Error::usage("that moment is over").hint("desk snooze 42 tomorrow"));
        }
        desk.notes.extend(at.note.clone());
        let said = format!("snoozed until {}:", zone.local(at.at).format("%a %Y-%m-%d %H:%M"));
        each(desk, &[self.ids], "snooze", |tx, t| {
            if t.standing.status == crate::domain::ticket::Status::Closed {
                return Ok(Outcome::Closed("is closed"));
            }
            Ok(Outcome::of(ticket::set(tx, t, "snoozed_until", &t.snoozed_until, &Some(at.at))?, said.clone(), "sleeps until then already"))
        })
    }
}
