//! `desk sla`: the clocks that run, and the promises that are broken.

mod simulate;

use super::args::{Answer, Seen};
use super::chosen::Chosen;
use crate::desk::{Desk, Promises};
use crate::domain::insight::metrics::Case;
use crate::domain::sla::State;
use crate::error::{Error, Kind, Result};
use crate::report::Part;
use crate::report::sla::{HOW_TO_BEGIN, Line, Row, broken, running};
use std::collections::HashMap;

/// Promises to customers: every running clock, most urgent first; --check for cron
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "A policy is a section [[sla]] of the shared settings; the first that matches a ticket holds for it. Clocks of snoozed tickets run on.
What is left is in the time of the promise: working time, or all time where it says wall. What was promised by voice (desk due) is among the clocks.

Examples:
  desk sla
  desk sla client:acme
  desk sla --check || notify                # exit 4 and a line for each broken promise
  desk sla --check --since-last             # cron: each broken promise once
  desk sla simulate faster.toml in:last-month   # what another promise would have meant
  desk sla --json | jq '.[] | select(.left_minutes < 60)'")]
pub struct Sla {
    #[command(subcommand)]
    word: Option<Word>,
    /// Which tickets
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Only what is broken, a line each; exit 4 when there is any
    #[arg(long)]
    check: bool,
    /// Of what is broken, what I was not told of before (with --check)
    #[arg(long, requires = "check")]
    since_last: bool,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// Past tickets under another promise
    Simulate(simulate::Simulate),
}

impl Sla {
    /// Tells.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if let Some(Word::Simulate(simulate)) = self.word {
            return simulate.run(desk);
        }
        let now = desk.now;
        let chosen = Chosen::read(desk, &self.query, now)?;
        if chosen.period.is_some() {
            return Err(Error::usage("clocks are told as they stand now").hint("leave in: out; past promises: desk stats in:last-month"));
        }
        let promises = desk.promises()?;
        let mut rows = rows(desk, &promises, &chosen)?;
        if !self.check {
            let mut report = running(rows, desk.reader);
            report.parts.extend(promises.is_empty().then(|| Part::Prose(HOW_TO_BEGIN.to_owned())));
            return Ok(Answer::from(report).paged());
        }
        rows.retain(|row| row.line.state == State::Breached);
        let mut marks = Vec::new();
        if self.since_last {
            marks = self::marks(&rows);
            let told = told_before(desk, &marks)?;
            let news: Vec<bool> = marks.iter().map(|mark| !told.contains(mark)).collect();
            let mut kept = news.iter();
            rows.retain(|_| kept.next().copied().unwrap_or(true));
            marks.retain(|mark| !told.contains(mark));
        }
        let mut answer = Answer::from(broken(&rows, now));
        if !marks.is_empty() && !desk.dry {
            answer = answer.seen(Seen { marks, if_possible: false });
        }
        Ok(if rows.is_empty() { answer } else { answer.ending(Kind::Found) })
    }
}

/// Every running clock of the tickets that are not closed, and what was promised by voice, most urgent first.
fn rows(desk: &mut Desk, promises: &Promises, chosen: &Chosen) -> Result<Vec<Row>> {
    let now = desk.now;
    let (cases, voiced, subjects) = desk.read(|r| {
        let voiced = r.promised_by_voice()?;
        let cases = if promises.is_empty() {
            r.cases_of(&voiced.iter().map(|(number, _)| *number).collect::<Vec<_>>())?
        } else {
            r.cases_not_closed()?
        };
        Ok((cases, voiced, r.subjects_not_closed()?))
    })?;
    let cases: HashMap<i64, &Case> =
        cases.iter().filter(|case| chosen.has(case.number)).map(|case| (case.number, case)).collect();
    let mut lines: Vec<(i64, Line)> = Vec::new();
    for case in cases.values() {
        lines.extend(promises.running(case, now).iter().map(|clock| (case.number, Line::of(clock))));
    }
    lines.extend(voiced.into_iter().map(|(number, due_at)| (number, Line::by_voice(due_at, now))));
    lines.sort_by_key(|(number, line)| (line.heat, line.due_at, *number, line.kind));
    let row = |(number, line): (i64, Line)| {
        let (case, subject) = (cases.get(&number)?, subjects.get(&number)?.clone());
        Some(Row { ticket: number, subject, client: case.client.clone(), assignee: case.assignee.clone(), line })
    };
    Ok(lines.into_iter().filter_map(row).collect())
}

/// What says that somebody was told of a broken promise: which it was, and when it was due. One that is broken again later
/// is told again.
fn marks(rows: &[Row]) -> Vec<(String, i64)> {
    rows.iter().map(|row| (format!("sla:{}:{}", row.ticket, row.line.word()), row.line.due_at.0)).collect()
}

/// Those of the marks that I have set already.
fn told_before(desk: &mut Desk, marks: &[(String, i64)]) -> Result<Vec<(String, i64)>> {
    let me = desk.me.clone();
    desk.read(|r| {
        let Some(me) = r.agent_named(&me)? else { return Ok(Vec::new()) };
        let mut told = Vec::new();
        for (name, due_at) in marks {
            told.extend(r.bookmark(me.id, name)?.filter(|at| at == due_at).map(|at| (name.clone(), at)));
        }
        Ok(told)
    })
}
