//! `desk sla`: the clocks that run, and the promises that are broken.

mod simulate;

use super::args::Answer;
use super::chosen::{Chosen, mark_of, number_as_word};
use crate::desk::{Desk, Promises};
use crate::domain::insight::metrics::Case;
use crate::domain::sla::State;
use crate::domain::time::Moment;
use crate::error::{Error, Kind, Result};
use crate::report::Part;
use crate::report::sla::{HOW_TO_BEGIN, Line, Row, broken, running};
use crate::store::Reader;
use crate::store::bookmark::Before;
use std::collections::HashMap;

/// Promises to customers: every running clock, most urgent first; --check for cron
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "A policy is a section [[sla]] of the shared settings; the first that matches a ticket holds for it. Clocks of snoozed tickets run on.
What is left is in the time of the promise: working time, or all time where it says wall. What was promised by voice (desk due) is among the clocks.
With --since-last each broken promise is told once, also where two ask at once, and what was promised by voice also where it was moved, taken back or
closed after it was broken. Each question, by its words, remembers for itself what it has told to whom.

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
    /// Of what is broken, what I was not told of before when I asked the same (with --check)
    #[arg(long, requires = "check")]
    since_last: bool,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// Past tickets under another promise
    Simulate(simulate::Simulate),
}

/// Clocks of two who ask may differ by so much, in seconds.
const CLOCKS: i64 = 60;

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
            let asked = !chosen.is_everything();
            let number = rows.is_empty().then(|| number_as_word(&self.query, "why")).flatten();
            let mut report = running(rows, asked, desk.reader);
            report.notes.extend(number);
            report.parts.extend(promises.is_empty().then(|| Part::Prose(HOW_TO_BEGIN.to_owned())));
            return Ok(Answer::from(report).paged());
        }
        rows.retain(|row| row.line.state == State::Breached);
        let (rows, before) = if self.since_last { self.fresh(desk, rows, &chosen)? } else { (rows, Vec::new()) };
        let answer = Answer::from(broken(&rows, now)).told(before);
        Ok(if rows.is_empty() { answer } else { answer.ending(Kind::Found) })
    }

    /// What of it I was not told of yet, and what was broken since and is no clock any more; from now on I was.
    fn fresh(&self, desk: &mut Desk, rows: Vec<Row>, chosen: &Chosen) -> Result<(Vec<Row>, Before)> {
        let now = desk.now;
        let question = mark_of(&self.query, false);
        let asked_at = format!("sla_at{question}");
        let find = |r: &mut Reader<'_>, me: Option<i64>| {
            let mark = |r: &mut Reader<'_>, name: &str| me.map_or(Ok(None), |me| r.bookmark(me, name));
            let asked = mark(r, &asked_at)?.map(Moment);
            let mut all = match asked {
                Some(asked) => past(r, &rows, chosen, (asked, now))?,
                None => Vec::new(),
            };
            all.extend(rows);
            let mut marks = vec![(asked_at.clone(), asked.map_or(now.0, |asked| asked.0.clamp(now.0, now.0 + CLOCKS)))];
            let mut fresh = Vec::new();
            for row in all {
                let (name, due_at) = mark_for(&row, &question);
                if mark(r, &name)? != Some(due_at) {
                    marks.push((name, due_at));
                    fresh.push(row);
                }
            }
            Ok((fresh, marks))
        };
        let me = desk.me.clone();
        if !desk.dry {
            return desk.store_of_existing()?.claim(&me, |r, me| find(r, Some(me)));
        }
        let (fresh, _) = desk.read(|r| {
            let me = r.agent_named(&me)?.map(|a| a.id);
            find(r, me)
        })?;
        Ok((fresh, Vec::new()))
    }
}

/// What was promised by voice and broken between two instants, and stands on no ticket any more: it is not among `rows`.
fn past(r: &mut Reader<'_>, rows: &[Row], chosen: &Chosen, (after, up_to): (Moment, Moment)) -> Result<Vec<Row>> {
    let mut gone = r.broken_promises(after, up_to)?;
    gone.retain(|(ticket, due)| {
        let stands = |row: &Row| row.ticket == *ticket && row.line.kind.is_none() && row.line.due_at == *due;
        chosen.has(*ticket) && !rows.iter().any(stands)
    });
    let cases = r.cases_of(&gone.iter().map(|(ticket, _)| *ticket).collect::<Vec<_>>())?;
    let mut past = Vec::new();
    for (number, due_at) in gone {
        let Some(case) = cases.iter().find(|case| case.number == number) else { continue };
        let subject = r.ticket(number)?.map(|ticket| ticket.subject).unwrap_or_default();
        let (client, assignee) = (case.client.clone(), case.assignee.clone());
        past.push(Row { ticket: number, subject, client, assignee, line: Line::by_voice(due_at, up_to) });
    }
    Ok(past)
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
fn mark_for(row: &Row, question: &str) -> (String, i64) {
    (format!("sla{question}:{}:{}", row.ticket, row.line.word()), row.line.due_at.0)
}
