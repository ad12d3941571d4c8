//! `desk reopen`: it waits for us again.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::error::Result;

/// Open closed, pending, held or snoozed tickets again
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk reopen 42")]
pub struct Reopen {
    /// Numbers
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
}

impl Reopen {
    /// Opens again.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        each(desk, &self.ids, "reopen", |tx, t| Ok(Outcome::of(ticket::reopen(tx, t)?, "reopened", "is open already")))
    }
}
