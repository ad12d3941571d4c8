//! `desk undo`: one step back.

use super::args::Answer;
use crate::desk::Desk;
use crate::domain::event::OperationKind;
use crate::error::{Error, Result};
use crate::report::Part;
use crate::report::ticket::done;
use crate::store::undo::Step;

/// Take your last command back, or another operation by its number
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk undo            # my last change; again: the one before
  desk undo 813        # that operation, also a colleague's (asked)
  desk redo            # brings it back

A command is one step, however many tickets it changed. Where somebody has changed the same thing since, the step is
refused and the change is named; nothing is overwritten.")]
pub struct Undo {
    /// The operation, from desk history
    #[arg(value_name = "OP")]
    operation: Option<i64>,
}

impl Undo {
    /// Takes it back.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let me = desk.me.clone();
        let (id, others) = desk.read(|r| {
            let agent = r.agent_named(&me)?.map(|a| a.id);
            let last = || Error::refused(format!("{me} has changed nothing that could be taken back")).hint("desk history");
            let id = match (self.operation, agent) {
                (Some(id), _) => id,
                (None, Some(agent)) => r.last_done(agent)?.ok_or_else(last)?,
                (None, None) => return Err(last()),
            };
            let operation = r.operation(id)?.ok_or_else(|| Error::missing(format!("there is no operation {id}")).hint("desk history"))?;
            let name = r.agent(operation.agent)?.map(|a| a.name).unwrap_or_default();
            let import = operation.kind == OperationKind::Import;
            let asks = Some(operation.agent) != agent || import;
            Ok((id, asks.then_some((if import { "an import".to_owned() } else { format!("{name}'s") }, operation.command))))
        })?;
        if let Some((name, command)) = others
            && !desk.sure(&format!("operation {id} is {name}: {command}. Take it back?"))?
        {
            return Err(Error::refused("nothing was changed"));
        }
        let written = desk.write_as(OperationKind::Undo, |tx| tx.undo(id))?;
        Ok(said("took back", &written.value, written.operation, "desk redo"))
    }
}

/// What a step did, in words.
pub(super) fn said(verb: &str, step: &Step, operation: Option<i64>, back: &str) -> Answer {
    let target = &step.target;
    let line = format!("{verb} operation {}: {}", target.id, target.command);
    let lines: Vec<(i64, String)> = step.tickets.iter().map(|t| (*t, line.clone())).collect();
    let mut report = done(&lines, operation);
    report.parts.retain(|part| !matches!(part, Part::Prose(_)));
    report.parts.insert(0, Part::Prose(line));
    report.notes.clear();
    report.notes.extend(step.left.iter().map(|to| format!("the mail to {to} has left: it stays")));
    report.notes.extend(step.kept.iter().filter(|k| !k.is_empty()).map(|k| format!("{k} stays: others use it by now")));
    if target.kind == OperationKind::Import && verb == "took back" {
        report.notes.push(format!("an import cannot be redone; to have it again: desk {}", target.command));
    } else if operation.is_some() {
        report.notes.push(format!("to turn that round: {back}"));
    }
    report.into()
}
