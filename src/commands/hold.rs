//! `desk hold`: we wait for a third party.

use super::args::Answer;
use super::pending::pause;
use crate::desk::Desk;
use crate::domain::ticket::Status;
use crate::error::Result;

/// Wait for a third party
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk hold 42 --until mon -m \"asked the hoster, case 8812\"")]
pub struct Hold {
    /// Numbers
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
    /// Until then; afterwards the ticket counts as open
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// A note (internal, not sent)
    #[arg(short, long = "message", value_name = "NOTE", allow_hyphen_values = true)]
    message: Option<String>,
}

impl Hold {
    /// Sets it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        pause(desk, &self.ids, Status::Hold, self.until.as_deref(), self.message.as_deref())
    }
}
