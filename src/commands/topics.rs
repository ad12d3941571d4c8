//! `desk topics`: the issues that many tickets of a period share.

use super::args::Answer;
use super::chosen::{Chosen, unfinished};
use crate::actions::topics::{Seen, look};
use crate::desk::Desk;
use crate::domain::period::Period;
use crate::error::Result;
use crate::report::topics::topics;

/// What customers write about: the issues that many tickets share
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Found in subjects and in what customers wrote, without tags: tickets opened in the period, beside the period before.
Without in:PERIOD, the last 4 complete weeks. A query chooses tickets as they are today; the words are those of desk ls.
Spam, muted, merged and automatic tickets are left out. Time and cost are all that was spent on a topic's tickets.

rising, falling: by half, and by three tickets at least

Examples:
  desk topics
  desk topics in:2026-W46
  desk topics in:last-month client:acme --all
  desk topics --json | jq -r '.topics[] | \"\\(.count)\\t\\(.name)\"'

JSON: period{from,to} tickets_total topics[{topic name count previous terms[] tickets[] minutes cost}] other[]")]
pub struct Topics {
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Every topic
    #[arg(long)]
    all: bool,
}

impl Topics {
    /// Mines.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let seen = seen(desk, &self.query)?;
        Ok(Answer::from(topics(&seen.facts, self.all)).paged())
    }
}

/// The topics of the tickets that a query chooses.
pub(super) fn seen(desk: &mut Desk, words: &[String]) -> Result<Seen> {
    let now = desk.now;
    let chosen = Chosen::read(desk, words, now)?;
    let period = chosen.period.unwrap_or_else(|| Period::last_weeks(4, now, &chosen.zone));
    let before = period.previous(&chosen.zone);
    desk.store_of_existing()?.prepare_for_bulk()?;
    let mut seen = desk.read(|r| look(r, &period, &before, |ticket| chosen.has(ticket)))?;
    seen.facts.label = chosen.label(&period);
    seen.facts.before_label = before.label();
    seen.facts.unfinished = unfinished(&period, now, &chosen.zone);
    Ok(seen)
}
