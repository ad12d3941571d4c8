//! `desk why`: how a figure came about.

mod figure;

use super::args::{self, Answer};
use crate::actions::books::Books;
use crate::desk::{Desk, House, Promises};
use crate::domain::billing::because::Because;
use crate::domain::entry::number;
use crate::domain::insight::metrics::Case;
use crate::domain::insight::metrics::evidence::Figure;
use crate::domain::nearest::nearest;
use crate::domain::time::Moment;
use crate::domain::worked::Worked;
use crate::error::{Error, Kind, Result};
use crate::report::{Cell, Fact, Facts, Part, Report, time, why};
use crate::store::Reader;

/// How a figure came about: when a promise is due, the billed minutes of an entry, the tickets of a median
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Of a ticket, each clock: what began it, the working time day by day, days off, pauses, when it is due and what came of it.
Of a time entry: what was worked, off-hours, the minimum, the rounding, and which pool paid which part of it.
Of a figure of desk stats: what it means, the tickets that went in with their values, the largest first, and what was left out and why.
Figures: first_response next_response first_resolution full_resolution requester_wait agent_work one_touch_percent reopen_percent
sla csat nps opened closed reopened backlog. A query and in:PERIOD may follow; without one, the last 4 complete weeks.

Examples:
  desk why 42
  desk why t17
  desk why t17 t18 --json
  desk why first_response
  desk why sla in:last-month client:acme
  desk why full_resolution in:2026-W46 --business -l 5")]
pub struct Why {
    /// Tickets: 42; time entries: t17, from desk time ls or a statement; or a figure, and which tickets
    #[arg(required = true, value_name = "ID|FIGURE")]
    what: Vec<String>,
    /// Rows at most (20 on a terminal, all in a pipe)
    #[arg(short, long, value_name = "N")]
    limit: Option<usize>,
    /// As the figure was known at the end of this day
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Times in business time
    #[arg(long)]
    business: bool,
}

impl Why {
    /// Explains.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if let Some((first, query)) = self.what.split_first()
            && let Some(figure) = Figure::of(first)
        {
            let asked =
                figure::Asked { as_of: self.as_of.as_deref(), business: self.business, limit: self.limit };
            return figure::explain(desk, figure, query, asked);
        }
        if self.limit.is_some() || self.as_of.is_some() || self.business {
            return Err(Error::usage("-l, --as-of and --business are for figures: desk why first_response"));
        }
        self.of_things(desk)
    }

    fn of_things(self, desk: &mut Desk) -> Result<Answer> {
        let mut parts = Vec::new();
        for word in &self.what {
            // Quoted, it is as it stands in mails: #42.
            let word = word.strip_prefix('#').unwrap_or(word);
            let Some(id) = number(word).filter(|_| word.starts_with(['t', 'T'])) else {
                parts.extend(clocks(desk, word)?);
                continue;
            };
            let house = desk.house()?;
            let (worked, steps) = desk.read(|r| entry(r, id, &house))?;
            let mut section = Report { title: time::said(&worked), ..Report::default() };
            section.parts.push(Part::Prose(steps.iter().map(|s| format!("  {s}")).collect::<Vec<_>>().join("\n")));
            let cells = steps.into_iter().map(Cell::Text).collect();
            let rows = vec![Fact::data("id", Cell::Text(format!("t{id}"))), Fact::data("steps", Cell::List(cells))];
            section.parts.push(Part::Facts(Facts { rows, ..Facts::default() }));
            parts.push(Part::Section(section));
        }
        let shape = crate::report::Shape::Each;
        Ok(Answer::from(Report { shape, parts, ..Report::default() }).paged())
    }
}

/// Each clock of the tickets that a word names; where a ticket has none, a sentence says why.
fn clocks(desk: &mut Desk, word: &str) -> Result<Vec<Part>> {
    let named = args::tickets(desk, &[word.to_owned()]).map_err(|e| match e.kind {
        Kind::Usage => match nearest(word, Figure::ALL.iter().map(|figure| figure.word())) {
            Some(figure) => e.hint(format!("did you mean {figure}?")),
            None => e.hint(
                "a ticket: 42; a time entry: t17, from desk time ls; a figure: first_response; an invoice: desk invoice show 7",
            ),
        },
        _ => e,
    })?;
    let numbers: Vec<i64> = named.tickets.iter().map(|t| t.id).collect();
    let (promises, now) = (desk.promises()?, desk.now);
    let cases = desk.read(|r| r.cases_of(&numbers))?;
    let mut told = Vec::new();
    for case in &cases {
        let clocks = promises.why(case, now);
        if clocks.is_empty() {
            let into = named.tickets.iter().find(|t| t.id == case.number).and_then(|t| t.merged_into);
            told.push(Part::Prose(format!("{}  no clock has run\n  {}", case.number, none(&promises, case, into, now))));
        }
        told.extend(clocks.iter().map(|(clock, calendar)| Part::Section(why::clock(case.number, clock, calendar))));
    }
    Ok(told)
}

/// Why a ticket has no clock.
fn none(promises: &Promises, case: &Case, into: Option<i64>, now: Moment) -> String {
    if let Some(into) = into {
        return format!("it was merged into {into}, and what is promised is told there: desk why {into}");
    }
    match promises.to(case, now) {
        _ if promises.is_empty() => "nothing is promised to anybody: desk sla says how to begin".to_owned(),
        _ if !case.counts() => "nothing is promised on spam, to muted senders and to machines".to_owned(),
        None => "no policy matches it: desk config get sla".to_owned(),
        Some(promise) => format!("the policy {} promises nothing that began here", promise.policy.name),
    }
}

/// An entry and the steps from its worked minutes to what pays for them.
fn entry(r: &mut Reader<'_>, id: i64, house: &House) -> Result<(Worked, Vec<String>)> {
    let missing = || Error::missing(format!("there is no time entry t{id}")).hint("desk time ls");
    let worked = r.worked_in(&[id])?.pop().ok_or_else(missing)?;
    if worked.entry.void {
        return Ok((worked, vec!["it is struck out: in no figure".to_owned()]));
    }
    let Some(client) = worked.entry.client else {
        return Ok((worked, vec!["it is for no client, so nobody pays for it".to_owned()]));
    };
    // Not before the day it is drawn on: the first after all that is invoiced, at most.
    let invoiced = r.covered(Some(client))?.into_iter().filter_map(|(_, covered)| covered.last.succ_opt()).max();
    let last = house.today.max(worked.entry.day).max(invoiced.unwrap_or(house.today));
    let books = Books::of(r, client, house, last)?;
    let place = books.ledger.lines.iter().position(|line| line.entry == id).ok_or_else(missing)?;
    let Some(line) = books.ledger.lines.get(place) else { return Err(missing()) };
    let because =
        Because { ledger: &books.ledger, work: &books.work, contracts: &books.contracts, rounding: house.rounding };
    let mut steps = Vec::new();
    if let Some(contract) = line.contract.and_then(|id| books.contract(id)) {
        steps.push(format!("under {}: {}", contract.terms_on(line.day).name, contract.terms_on(line.day).flags()));
    }
    if line.on != line.day {
        steps.push(format!("{} was invoiced before it was logged, so it is drawn on {}", line.day, line.on));
    }
    steps.extend(because.steps(line));
    if let Some(invoice) = books.invoices.get(place).copied().flatten().map(|id| r.invoice(id)).transpose()?.flatten() {
        steps.push(format!("on invoice {}", invoice.called()));
    }
    Ok((worked, steps))
}
