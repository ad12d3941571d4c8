//! `desk prio`: how much it hurts.

use super::args::Answer;
use super::deed::{Outcome, each};
use super::open::priority;
use crate::actions::ticket;
use crate::desk::Desk;
use crate::error::Result;

/// Set the priority: low, normal, high or urgent
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk prio 42 urgent")]
pub struct Prio {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// low, normal, high or urgent
    #[arg(value_name = "PRIO")]
    prio: String,
}

impl Prio {
    /// Sets it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let to = priority(&self.prio)?;
        each(desk, &[self.ids], "set the priority of", |tx, t| {
            Ok(Outcome::of(ticket::set(tx, t, "priority", &t.priority, &to)?, format!("{}:", to.word()), format!("is {} already", to.word())))
        })
    }
}
