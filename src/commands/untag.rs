//! `desk untag`: labels off tickets.

use super::args::Answer;
use super::tag::label;
use crate::desk::Desk;
use crate::error::Result;

/// Take tags off tickets
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk untag 42 billing")]
pub struct Untag {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// Tags, with or without +
    #[arg(required = true, value_name = "TAG")]
    tags: Vec<String>,
}

impl Untag {
    /// Untags.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        label(desk, &self.ids, &self.tags, false)
    }
}
