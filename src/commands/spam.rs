//! `desk spam`: closed as spam, out of every figure.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::domain::ticket::{Reason, Standing, Status};
use crate::error::Result;

/// Close tickets as spam: they leave every figure and never reopen
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk spam 42\n  desk mute @spammer.example   # nothing from there comes into the queue any more")]
pub struct Spam {
    /// Numbers
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
}

impl Spam {
    /// Closes as spam.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let spam = Standing { reason: Some(Reason::Spam), ..Standing::of(Status::Closed) };
        each(desk, &self.ids, "close as spam", |tx, t| Ok(Outcome::of(ticket::stand(tx, t, spam)?, "spam:", "is spam already")))
    }
}
