//! `desk stats`: the figures of a period.

use super::args::Answer;
use super::chosen::{Chosen, unfinished};
use crate::desk::Desk;
use crate::domain::insight::metrics::{By, figures, groups};
use crate::domain::period::Period;
use crate::domain::sla::attainment;
use crate::domain::time::Moment;
use crate::domain::when::{Lean, day};
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::report::sla::kept::{Kept, promised};
use crate::report::stats::{StatsFacts, stats};
use chrono::{Days, Timelike};
use std::collections::HashMap;

/// The figures of a period: volume, response and resolution times, one-touch, reopened, promises kept
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without in:PERIOD, the last 4 complete weeks. Beside each figure stands that of the period before. A query chooses
tickets as they are today; the words are those of desk ls. Spam, muted, merged and automatic tickets are in no figure.
Times are calendar time; a figure belongs to the period of the deed that stops its clock, a promise to that in which it was due.

Examples:
  desk stats
  desk stats in:last-month client:acme
  desk stats in:2026-W46 --by agent
  desk stats --by week --format csv -o weeks.csv
  desk stats in:2026-10 --as-of 2026-11-01   # as it was known at the end of that day")]
pub struct Stats {
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Apart for each of these
    #[arg(long, value_name = "WHAT")]
    by: Option<Split>,
    /// As the figures were known at the end of this day
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
}

/// What figures are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Split {
    /// Who had the ticket at the moment of the deed
    Agent,
    /// The client
    Client,
    /// Each tag; a ticket with two is in both
    Tag,
    /// How it came
    Channel,
    /// The client's plan
    Plan,
    /// The weeks of the period
    Week,
    /// The hour of the day
    Hour,
}

impl Split {
    fn word(self) -> &'static str {
        match self {
            Split::Agent => "agent",
            Split::Client => "client",
            Split::Tag => "tag",
            Split::Channel => "channel",
            Split::Plan => "plan",
            Split::Week => "week",
            Split::Hour => "hour",
        }
    }
}

impl Stats {
    /// Counts.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let zone = desk.zone()?;
        let as_of = match &self.as_of {
            Some(text) => end_of(day(text, Lean::Past, desk.now, &zone)?, &zone).min(desk.now),
            None => desk.now,
        };
        let chosen = Chosen::read(desk, &self.query, as_of)?;
        let period = chosen.period.unwrap_or_else(|| Period::last_weeks(4, as_of, &zone));
        let before = period.previous(&zone);
        desk.store_of_existing()?.prepare_for_bulk()?;
        let promises = desk.promises()?;
        let (mut cases, agents) = desk.read(|r| {
            let agents: HashMap<i64, String> = r.agents()?.into_iter().map(|a| (a.id, a.name)).collect();
            let from = promises.reach(before.from).min(as_of);
            Ok((r.cases(from, period.to.min(as_of.plus(1)))?, agents))
        })?;
        cases.retain(|c| chosen.has(c.number));
        let span = (period.from, period.to);
        let by = self.by.map(|split| {
            let agent = |id: i64| agents.get(&id).cloned().unwrap_or_else(|| format!("agent {id}"));
            let hour = |at: Moment| u8::try_from(zone.local(at).hour()).unwrap_or_default();
            let weeks = weeks(&period, &zone);
            let by = match split {
                Split::Agent => By::Agent(&agent),
                Split::Client => By::Client,
                Split::Tag => By::Tag,
                Split::Channel => By::Channel,
                Split::Plan => By::Plan,
                Split::Week => By::Week(&weeks),
                Split::Hour => By::Hour(&hour),
            };
            (split.word(), groups(&cases, span, as_of, by))
        });
        let seen = self.as_of.as_ref().map_or_else(String::new, |_| format!(", as of {}", zone.date(as_of)));
        let (now, then) = (figures(&cases, span, as_of), figures(&cases, (before.from, before.to), as_of));
        // Groups and figures need no more than is there; clocks are counted from the beginning of each ticket.
        let kept = match promises.is_empty() {
            true => None,
            false => {
                desk.read(|r| r.complete(&mut cases))?;
                let attained = |span| attainment(&cases, span, as_of, &|case, at| promises.to(case, at));
                let (period, before) = (attained(span), attained((before.from, before.to)));
                Some(Kept { kinds: promised(promises.policies()), period, before })
            }
        };
        let report = stats(&StatsFacts {
            period_label: format!("{}{seen}", chosen.label(&period)),
            before_label: before.label(),
            unfinished: unfinished(&period, as_of, &zone),
            from: period.first,
            to: period.last,
            figures: now,
            before: then,
            by,
            kept,
        });
        Ok(report.into())
    }
}

/// The last instant of a day.
fn end_of(day: crate::domain::time::Date, zone: &Zone) -> Moment {
    day.succ_opt().map_or(Moment::MAX, |next| zone.start_of_day(next).plus(-1))
}

/// The ISO weeks that a period touches, each as far as it is inside.
pub(super) fn weeks(period: &Period, zone: &Zone) -> Vec<(String, Moment, Moment)> {
    let mut weeks = Vec::new();
    let mut first = crate::domain::time::monday(period.first);
    while first <= period.last {
        let next = first.checked_add_days(Days::new(7)).unwrap_or(period.last);
        let (from, to) = (zone.start_of_day(first).max(period.from), zone.start_of_day(next).min(period.to));
        weeks.push((first.format("%G-W%V").to_string(), from, to));
        if next <= first {
            break;
        }
        first = next;
    }
    weeks
}
