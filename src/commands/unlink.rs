//! `desk unlink`: a ticket is no longer worked on elsewhere.

use super::args::Answer;
use super::link::set;
use crate::desk::Desk;
use crate::error::Result;

/// Take a link off tickets
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk unlink 42 https://tracker.test/shop/issues/7")]
pub struct Unlink {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// The link, as desk show shows it
    #[arg(value_name = "URL")]
    url: String,
}

impl Unlink {
    /// Takes it off.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        set(desk, &self.ids, &self.url, false)
    }
}
