//! `desk merge`: two tickets are one.

use super::args::{self, Answer};
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::error::{Error, Result};

/// Merge tickets into another: messages and hours go there
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk merge 45,47 --into 42")]
pub struct Merge {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// The ticket they become part of
    #[arg(long, value_name = "ID")]
    into: String,
}

impl Merge {
    /// Merges.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let into = args::ticket(desk, &self.into)?.id;
        each(desk, &[self.ids], "merge", |tx, t| {
            let into = tx.ticket(into)?.ok_or_else(|| Error::missing(format!("ticket {into} is gone")))?;
            let goes_on = ticket::merge(tx, t, &into)?;
            let is_now = goes_on.map(|status| format!(", which is {} now", status.word())).unwrap_or_default();
            Ok(Outcome::Done(format!("merged into {}{is_now}:", into.id)))
        })
    }
}
