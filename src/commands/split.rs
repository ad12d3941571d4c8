//! `desk split`: one message is a ticket of its own.

use super::args::{self, Answer};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::ticket::done;

/// Make a new ticket of one message
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk split 42 m118   # the message's number is in desk show 42")]
pub struct Split {
    /// The ticket
    #[arg(value_name = "ID")]
    id: String,
    /// The message: m118
    #[arg(value_name = "MESSAGE")]
    message: String,
}

impl Split {
    /// Splits.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let from = args::ticket(desk, &self.id)?;
        let number = self.message.strip_prefix('m').unwrap_or(&self.message).parse::<i64>();
        let message = number.map_err(|_| Error::usage(format!("{:?} is no message", self.message)).hint(format!("m118: desk show {}", from.id)))?;
        let written = desk.write(|tx| ticket::split(tx, &from, message))?;
        let line = format!("split m{message} of {} off as {}  {}", from.id, written.value, from.subject);
        Ok(done(&[(written.value, line)], written.operation).into())
    }
}
