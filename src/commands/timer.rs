//! `desk timer`: whose timer runs on what.

use super::args::Answer;
use crate::desk::Desk;
use crate::error::Result;
use crate::report::time;

/// Show the running timers, yours first
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk timer
  desk timer --json=ticket,minutes")]
pub struct TimerWord {}

impl TimerWord {
    /// Shows.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (me, now) = (desk.me.to_lowercase(), desk.now);
        let mut rows = desk.read(|r| r.timers())?;
        rows.sort_by_key(|t| t.agent.to_lowercase() != me);
        Ok(time::timers(&rows, now).into())
    }
}
