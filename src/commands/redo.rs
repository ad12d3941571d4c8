//! `desk redo`: brings back what undo took.

use super::args::Answer;
use super::undo::said;
use crate::desk::Desk;
use crate::domain::event::OperationKind;
use crate::error::{Error, Result};

/// Bring back what your last undo took
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk undo && desk redo")]
pub struct Redo {}

impl Redo {
    /// Brings it back.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let me = desk.me.clone();
        let nothing = || Error::refused(format!("{me} has taken nothing back that could be redone")).hint("desk history");
        let undo = desk.read(|r| match r.agent_named(&me)? {
            Some(agent) => r.last_undo(agent.id)?.ok_or_else(nothing),
            None => Err(nothing()),
        })?;
        let written = desk.write_as(OperationKind::Redo, |tx| tx.redo(undo))?;
        Ok(said("brought back", &written.value, written.operation, "desk undo"))
    }
}
