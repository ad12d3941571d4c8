//! `desk triage`: the queue, one ticket at a time, single keys. Each deed is the command that somebody would have typed.

mod deeds;
mod keys;
mod line;
mod page;
mod queue;
mod screen;
mod session;

use super::args::Answer;
use crate::desk::Desk;
use crate::error::{Error, Kind, Result};
use crate::report::triage::{Round, ended, nothing};
use queue::Queue;
use session::{End, Session};

/// Go through what waits, one ticket at a time, by single keys
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without a query: what waits for us, the most urgent first, yours and nobody's before your colleagues'.
With one: what desk ls shows for it.

Keys, in English or Russian layout:
  t take       a assign      + tag        p priority (l n h u)
  r reply      n note        l log time   d due
  c close      C with a reason            s spam       m merge      M mute
  w wait for the customer    W until      h hold       H until      z snooze
  space skip   k back        u undo       v everything, in the pager
  ? help       q quit        arrows, PgUp, PgDn: the conversation

Each deed is written at once, as the command of that name: desk history shows it, desk undo takes it back. After close, spam,
tag, assign and merge, tickets that say the same may have the same done to them. What a colleague does to the ticket meanwhile is shown,
and nothing is done to a ticket that has changed since you saw it. What you skip comes last for the rest of the day.

Examples:
  desk triage
  desk triage who:none
  desk triage +billing older:3d
In scripts: desk ls -i older:30d status:pending | desk close - --reason no-reply")]
pub struct Triage {
    /// Which tickets, in the words of desk ls
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

impl Triage {
    /// Goes through them.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        by_hand(desk)?;
        let began = desk.now;
        let mut queue = Queue::of(desk, &self.query)?;
        if queue.left(desk)?.unseen == 0 {
            return Ok(nothing(!self.query.is_empty()).into());
        }
        desk.host.take_terminal()?;
        let command = desk.command.clone();
        let end = Session::new(desk, &mut queue).run();
        desk.host.give_terminal();
        desk.command = command;
        let end = end?;
        desk.now = desk.host.now()?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let round = Round {
            done: count(queue.done.len()),
            skipped: count(queue.skipped()),
            left: queue.remain(desk)?,
            seconds: desk.now.since(began),
        };
        let answer = Answer::from(ended(&round));
        Ok(if end == End::Interrupted { answer.ending(Kind::Interrupted) } else { answer })
    }
}

/// Refuses where nobody sees the screen or presses keys.
fn by_hand(desk: &Desk) -> Result<()> {
    const INSTEAD: &str = "in scripts: desk ls -i older:30d status:pending | desk close - --reason no-reply";
    if desk.format.as_deref().is_some_and(|f| f != "text") || desk.output.is_some() {
        return Err(Error::usage("triage is a screen and keys: it has no other format").hint(INSTEAD));
    }
    if !desk.host.has_keys() {
        return Err(Error::usage("triage needs a terminal that it can paint on").hint(INSTEAD));
    }
    if desk.dry {
        return Err(Error::usage("triage writes each deed at once: -n would keep none").hint("desk ls"));
    }
    Ok(())
}
