//! `desk take`: the ticket is mine.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::error::Result;

/// Take tickets: they are yours
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk take 42\n  desk take 42,45-47")]
pub struct Take {
    /// Numbers: 42 · 42,45 · 40-45 · . (the last one you changed) · - (from standard input)
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
}

impl Take {
    /// Takes.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        each(desk, &self.ids, "take", |tx, t| {
            let me = tx.agent;
            Ok(Outcome::of(ticket::assign(tx, t, Some(me))?, "took", "is yours already"))
        })
    }
}
