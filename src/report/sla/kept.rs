//! What came of promises: kept and missed by kind, of a period beside another, and under other policies.

use super::head;
use crate::domain::sla::{Attainment, Kind, Policy, Tally, Target};
use crate::domain::ticket::Priority;
use crate::domain::time::Date;
use crate::report::figures::{Moved, data, is_few, named, percent, period};
use crate::report::{Audience, Cell, Column, Part, Report, Style, Table};
use std::collections::BTreeSet;

/// What came of the promises of a period, and of the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The kinds that are promised.
    pub kinds: Vec<Kind>,
    /// Those due in the period.
    pub period: Attainment,
    /// Those due in the period before.
    pub before: Attainment,
}

/// The kinds for which policies promise anything.
#[must_use]
pub fn promised(policies: &[Policy]) -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|kind| !targets(policies, *kind).is_empty()).collect()
}

/// Every target for a kind, as it is written.
fn targets(policies: &[Policy], kind: Kind) -> BTreeSet<String> {
    let of = |policy: &Policy| -> Vec<Target> {
        Priority::ALL.iter().filter_map(|priority| policy.targets.of(kind, *priority)).collect()
    };
    policies.iter().flat_map(of).map(|target| target.to_string()).collect()
}

/// `[{kind met missed percent}]`.
pub(in crate::report) fn cells(kinds: &[Kind], attained: &Attainment) -> Cell {
    let record = |kind: &Kind| {
        let tally = attained.all.of(*kind);
        let mut cells = vec![("kind", Cell::Text(kind.word().to_owned()))];
        cells.extend(tallied(tally));
        Cell::Record(cells)
    };
    Cell::List(kinds.iter().map(record).collect())
}

fn tallied(tally: Tally) -> [(&'static str, Cell); 3] {
    [("met", Cell::Count(tally.met)), ("missed", Cell::Count(tally.missed)), ("percent", percent(tally.rate()))]
}

/// The promises that were due in a period beside others, for people.
pub(in crate::report) fn table(kinds: &[Kind], attained: &Attainment, other: (&'static str, &Attainment)) -> Table {
    let row = |kind: &Kind| {
        let (tally, then) = (attained.all.of(*kind), other.1.all.of(*kind));
        let n = usize::try_from(tally.rate().n).unwrap_or_default();
        let mut cells = vec![named(head(*kind))];
        cells.extend(tallied(tally).map(|(_, cell)| cell));
        cells.push(percent(then.rate()));
        cells.push(match (tally.rate().permille(), then.rate().permille()) {
            (Some(now), Some(then)) if now == then => Cell::Text(format!("= as {}", other.0)),
            (now, then) => Moved::Points(now, then).told(),
        });
        cells.push(if is_few(n) { Cell::Text(format!("n = {n}, too few to judge")) } else { Cell::Empty });
        cells
    };
    let rows: Vec<Vec<Cell>> = kinds.iter().map(row).collect();
    let mut columns = vec![
        Column::new("kind", "promises due", Style::Left),
        Column::new("met", "kept", Style::Right),
        Column::new("missed", "missed", Style::Right),
        Column::new("percent", "share", Style::Right),
        Column::new("before", other.0, Style::Right),
        Column::new("change", "change", Style::Left),
        Column::new("judge", "", Style::Flex),
    ];
    let few = rows.iter().any(|row| row.last() != Some(&Cell::Empty));
    let width = if few { columns.len() } else { columns.len() - 1 };
    columns.truncate(width);
    let rows = rows.into_iter().map(|mut row| {
        row.truncate(width);
        row
    });
    Table { audience: Audience::People, columns, rows: rows.collect(), ..Table::default() }
}

/// Past tickets under other policies.
#[derive(Debug)]
pub struct Simulated<'a> {
    /// The period as people read it.
    pub label: String,
    /// Its first and last day.
    pub days: (Date, Date),
    /// The other policies.
    pub policies: &'a [Policy],
    /// What would have come of them.
    pub then: Attainment,
    /// The kinds that are promised today.
    pub kinds_now: Vec<Kind>,
    /// What came of the promises of today.
    pub now: Attainment,
}

/// What other policies would have meant.
#[must_use]
pub fn simulated(s: &Simulated<'_>) -> Report {
    let kinds = promised(s.policies);
    let mut parts = vec![data(vec![
        period(s.days.0, s.days.1),
        ("sla", cells(&s.kinds_now, &s.now)),
        ("simulated", cells(&kinds, &s.then)),
        ("clients", clients(&s.then)),
        ("missed", missed(&s.then)),
    ])];
    parts.push(Part::Prose(kinds.iter().map(|kind| sentence(s, *kind)).collect::<Vec<_>>().join("\n")));
    if s.kinds_now.is_empty() {
        parts.push(Part::Prose("Today nothing is promised.".to_owned()));
    }
    parts.push(Part::Table(table(&kinds, &s.then, ("today", &s.now))));
    parts.push(Part::Table(let_down(&s.then)));
    Report { title: format!("Other promises: {}", s.label), parts, ..Report::default() }
}

/// `With 4h for the first response you would have missed 11 of 140, 9 of them acme's.`
fn sentence(s: &Simulated<'_>, kind: Kind) -> String {
    let said = targets(s.policies, kind).into_iter().collect::<Vec<_>>().join(" or ");
    let tally = s.then.all.of(kind);
    let due = tally.met + tally.missed;
    let what = head(kind);
    if due == 0 {
        return format!("With {said} for the {what} nothing would have been due.");
    }
    let worst = s.then.clients.iter().map(|(name, score)| (name.as_deref(), score.of(kind).missed));
    let worst = worst.filter(|(_, missed)| *missed > 0).reduce(|a, b| if b.1 > a.1 { b } else { a });
    let whose = match worst {
        Some((Some(name), n)) if n == tally.missed => format!(", all of {name}"),
        Some((Some(name), n)) => format!(", {n} of them of {name}"),
        Some((None, n)) if n == tally.missed => ", all without a client".to_owned(),
        Some((None, n)) => format!(", {n} of them without a client"),
        None => String::new(),
    };
    let today = if s.kinds_now.contains(&kind) {
        let now = s.now.all.of(kind);
        format!(" Today: {} of {}.", now.missed, now.met + now.missed)
    } else {
        String::new()
    };
    format!("With {said} for the {what} you would have missed {} of {due}{whose}.{today}", tally.missed)
}

fn clients(attained: &Attainment) -> Cell {
    let record = |(name, score): &(Option<String>, crate::domain::sla::Score)| {
        let mut cells = vec![("client", Cell::text(name.clone()))];
        cells.extend(tallied(score.total()));
        Cell::Record(cells)
    };
    Cell::List(attained.clients.iter().map(record).collect())
}

fn missed(attained: &Attainment) -> Cell {
    let record = |(ticket, kind): &(i64, Kind)| {
        Cell::Record(vec![("ticket", Cell::Ticket(*ticket)), ("kind", Cell::Text(kind.word().to_owned()))])
    };
    Cell::List(attained.missed.iter().map(record).collect())
}

/// Clients that are shown: those whose promises would have been missed most.
const SHOWN: usize = 10;

fn let_down(attained: &Attainment) -> Table {
    let hurt = attained.clients.iter().filter(|(_, score)| score.total().missed > 0).take(SHOWN);
    let row = |(name, score): &(Option<String>, crate::domain::sla::Score)| {
        let mut cells = vec![named(name.as_deref().unwrap_or("no client"))];
        cells.extend(tallied(score.total()).map(|(_, cell)| cell));
        cells
    };
    let columns = vec![
        Column::new("client", "who is let down", Style::Flex),
        Column::new("met", "kept", Style::Right),
        Column::new("missed", "missed", Style::Right),
        Column::new("percent", "share", Style::Right),
    ];
    let rows = hurt.map(row).collect();
    Table { audience: Audience::People, columns, rows, empty: "nobody would have been let down", ..Table::default() }
}
