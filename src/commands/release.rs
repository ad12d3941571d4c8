//! `desk release`: the ticket is nobody's again.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::error::Result;

/// Give tickets back: they are nobody's
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk release 42")]
pub struct Release {
    /// Numbers
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
}

impl Release {
    /// Releases.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        each(desk, &self.ids, "release", |tx, t| Ok(Outcome::of(ticket::assign(tx, t, None)?, "released", "is nobody's already")))
    }
}
