//! `desk unmute`: heard again.

use super::args::Answer;
use super::mute::set;
use crate::desk::Desk;
use crate::error::Result;

/// Let a muted address or domain be heard again; past tickets come back, too
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk unmute robot@shop.test\n  desk unmute @shop.test")]
pub struct Unmute {
    /// An address, or @ and a domain
    #[arg(required = true, value_name = "ADDRESS|@DOMAIN")]
    patterns: Vec<String>,
}

impl Unmute {
    /// Lets be heard again.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        set(desk, &self.patterns, false)
    }
}
