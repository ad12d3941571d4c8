//! The figures of a period as parts of a report, shared by `stats`, `why` and `recap`: the same names, the same warning where
//! there are too few to judge, the same words for what went up and down. What a figure means is in `domain::insight::metrics`.

use super::sla::length;
use super::{Audience, Cell, Column, Fact, Facts, Part, Style, Table};
use crate::domain::insight::metrics::{Figures, Nps, Rate, Spread, Times};
use crate::domain::time::{Date, Minutes, elapsed, minutes as whole};

pub(super) type Of<T> = fn(&Figures) -> T;

/// The four times of the data formats: key, name for people, where to find it.
pub(super) const TIMES: [(&str, &str, Of<Times>); 4] = [
    ("first_response", "first response", |f| f.first_response),
    ("next_response", "next response", |f| f.next_response),
    ("first_resolution", "first resolution", |f| f.first_resolution),
    ("full_resolution", "full resolution", |f| f.full_resolution),
];

/// What is told of waiting and working besides.
pub(super) const EFFORTS: [(&str, &str, Of<Times>); 2] =
    [("requester_wait", "requester wait", |f| f.requester_wait), ("agent_work", "agent work", |f| f.agent_work)];

/// `period{from,to}`, both days in.
pub(super) fn period(from: Date, to: Date) -> (&'static str, Cell) {
    ("period", Cell::Record(vec![("from", Cell::Day(from)), ("to", Cell::Day(to))]))
}

/// Members of the report that only data formats carry.
pub(super) fn data(cells: Vec<(&'static str, Cell)>) -> Part {
    let rows = cells.into_iter().map(|(key, cell)| Fact::data(key, cell)).collect();
    Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() })
}

/// `opened closed reopened backlog`.
pub(super) fn tickets(f: &Figures) -> Vec<(&'static str, Cell)> {
    vec![
        ("opened", Cell::Count(f.opened)),
        ("closed", Cell::Count(f.closed)),
        ("reopened", Cell::Count(f.reopened)),
        ("backlog", Cell::Count(f.backlog)),
    ]
}

/// `n median_minutes p90_minutes`.
pub(super) fn measures(times: Times) -> Vec<(&'static str, Cell)> {
    vec![
        ("n", Cell::Count(count(times.n))),
        ("median_minutes", minutes(times.median_minutes())),
        ("p90_minutes", minutes(times.p90_minutes())),
    ]
}

/// `n median_minutes p90_minutes business{median_minutes p90_minutes}`, with `mean_minutes` where it is asked for. Business
/// time is null where it is not clear whose.
pub(super) fn measured(times: Times, mean: bool, business: bool) -> Vec<(&'static str, Cell)> {
    let spread = |spread: Spread| {
        let seconds = |s: Option<i64>| minutes(s.map(whole));
        let mut cells = vec![("median_minutes", seconds(spread.median)), ("p90_minutes", seconds(spread.p90))];
        cells.extend(mean.then(|| ("mean_minutes", seconds(spread.mean))));
        cells
    };
    let mut cells = vec![("n", Cell::Count(count(times.n)))];
    cells.extend(spread(times.spread(false)));
    cells.push(("business", if business { Cell::Record(spread(times.business)) } else { Cell::Empty }));
    cells
}

/// `csat{n percent} nps{n score}`.
pub(super) fn satisfaction(f: &Figures) -> Vec<(&'static str, Cell)> {
    vec![
        ("csat", Cell::Record(vec![("n", Cell::Count(f.csat.n)), ("percent", percent(f.csat))])),
        ("nps", Cell::Record(vec![("n", Cell::Count(f.nps.n)), ("score", score(f.nps))])),
    ]
}

/// `one_touch_percent reopen_percent`.
pub(super) fn rates(f: &Figures) -> Vec<(&'static str, Cell)> {
    vec![("one_touch_percent", percent(f.one_touch)), ("reopen_percent", percent(f.reopen))]
}

pub(super) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) fn minutes(minutes: Option<Minutes>) -> Cell {
    minutes.map_or(Cell::Empty, Cell::Elapsed)
}

pub(super) fn percent(rate: Rate) -> Cell {
    rate.permille().map_or(Cell::Empty, Cell::Permille)
}

/// A score between −100 and 100.
pub(super) fn score(nps: Nps) -> Cell {
    nps.score().map_or(Cell::Empty, |tenths| Cell::Decimal(decimal(tenths)))
}

/// Tenths as a decimal.
pub(super) fn decimal(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}

/// What went up or down, and by how much, in words; nothing where there is nothing to compare.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moved {
    /// Things.
    Count(Option<i64>, Option<i64>),
    /// Seconds of calendar time.
    Time(Option<i64>, Option<i64>),
    /// Seconds of business time.
    Business(Option<i64>, Option<i64>),
    /// Tenths of a percent, or of a point.
    Points(Option<i64>, Option<i64>),
}

impl Moved {
    /// `↑ 9 more`, `↓ 23m shorter`, `↑ 4.0 points up`, `= as before`.
    pub(super) fn told(self) -> Cell {
        let by = |now: Option<i64>, before: Option<i64>| Some(now? - before?);
        let (by, up, down, said): (_, _, _, fn(i64) -> String) = match self {
            Moved::Count(now, before) => (by(now, before), "more", "fewer", |n| n.to_string()),
            Moved::Time(now, before) => (by(now.map(whole), before.map(whole)), "longer", "shorter", elapsed),
            Moved::Business(now, before) => {
                (by(now.map(whole), before.map(whole)), "longer", "shorter", |n| length(n.saturating_mul(60)))
            }
            Moved::Points(now, before) => (by(now, before), "points up", "points down", decimal),
        };
        Cell::text(by.map(|by| match by {
            0 => "= as before".to_owned(),
            1.. => format!("↑ {} {up}", said(by)),
            _ => format!("↓ {} {down}", said(by.saturating_neg())),
        }))
    }
}

/// Seconds for people: calendar time in days and hours, business time in hours, since its days are of no certain length.
pub(super) fn took(seconds: Option<i64>, business: bool) -> Cell {
    let cell = if business { Cell::Minutes } else { Cell::Elapsed };
    seconds.map_or(Cell::Empty, |seconds| cell(whole(seconds)))
}

/// How times are shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown {
    /// In business time.
    pub(super) business: bool,
    /// With the mean.
    pub(super) mean: bool,
}

/// The times for people beside those of the period before, with what changed.
pub(super) fn times_compared(now: &Figures, before: &Figures, shown: Shown) -> Table {
    let seconds = |s: Option<i64>| took(s, shown.business);
    let moved = if shown.business { Moved::Business } else { Moved::Time };
    let rows = TIMES.iter().chain(&EFFORTS).map(|(_, name, of)| {
        let (times, then) = (of(now), of(before));
        let (spread, was) = (times.spread(shown.business), then.spread(shown.business));
        let mut cells = vec![named(name), seconds(spread.median), seconds(spread.p90)];
        cells.extend(shown.mean.then(|| seconds(spread.mean)));
        changed(cells, (times.n, then.n), seconds(was.median), moved(spread.median, was.median))
    });
    let head = if shown.business { "business time" } else { "calendar time" };
    let mut columns = vec![
        Column::new("figure", head, Style::Left),
        Column::new("median_minutes", "median", Style::Right),
        Column::new("p90_minutes", "p90", Style::Right),
    ];
    columns.extend(shown.mean.then(|| Column::new("mean_minutes", "mean", Style::Right)));
    with_change(columns, rows.collect())
}

/// The shares of the closed tickets for people, beside those of the period before, with what changed.
pub(super) fn rates_compared(now: &Figures, before: &Figures) -> Table {
    let names: [(&str, Of<Rate>); 2] = [("one-touch", |f| f.one_touch), ("reopened", |f| f.reopen)];
    let rows = names.iter().map(|(name, of)| rate_row(name, of(now), of(before)));
    let columns =
        vec![Column::new("figure", "of those closed", Style::Left), Column::new("percent", "share", Style::Right)];
    with_change(columns, rows.collect())
}

/// What customers said, for people; nothing where nobody said anything.
pub(super) fn said_compared(now: &Figures, before: &Figures) -> Option<Table> {
    if now.csat.n + before.csat.n + now.nps.n + before.nps.n == 0 {
        return None;
    }
    let (nps, was) = (now.nps, before.nps);
    let cells = vec![named("NPS: 9–10 less 0–6"), score(nps)];
    let rows = vec![
        rate_row("CSAT: 4 and 5 of 1–5", now.csat, before.csat),
        changed(cells, (many(nps.n), many(was.n)), score(was), Moved::Points(nps.score(), was.score())),
    ];
    let columns =
        vec![Column::new("figure", "customers say", Style::Left), Column::new("percent", "share", Style::Right)];
    Some(with_change(columns, rows))
}

fn rate_row(name: &str, rate: Rate, then: Rate) -> Vec<Cell> {
    let moved = Moved::Points(rate.permille(), then.permille());
    changed(vec![named(name), percent(rate)], (many(rate.n), many(then.n)), percent(then), moved)
}

fn many(n: i64) -> usize {
    usize::try_from(n).unwrap_or_default()
}

/// Ends a row: n, the value of the period before, what changed, and the warning.
fn changed(cells: Vec<Cell>, (n, before): (usize, usize), was: Cell, moved: Moved) -> Vec<Cell> {
    let mut cells = compared(cells, n, Some((was, before)));
    let warning = cells.pop().unwrap_or_default();
    cells.extend([moved.told(), warning]);
    cells
}

fn with_change(mut columns: Vec<Column>, mut rows: Vec<Vec<Cell>>) -> Table {
    columns.extend([
        Column::new("n", "n", Style::Right),
        Column::new("before", "before", Style::Right),
        Column::new("change", "change", Style::Left),
        Column::new("judge", "", Style::Flex),
    ]);
    drop_last_if_empty(&mut columns, &mut rows);
    if columns.last().is_some_and(|c| c.key == "change") {
        drop_last_if_empty(&mut columns, &mut rows);
    }
    Table { audience: Audience::People, columns, rows, ..Table::default() }
}

/// The times for people, beside those of the period before where there is one to compare with.
pub(super) fn times_table(now: &Figures, before: Option<&Figures>) -> Table {
    let work: (&str, &str, Of<Times>) = ("agent_work", "agent work", |f| f.agent_work);
    let rows = TIMES.iter().chain([&work]).map(|(_, name, of)| {
        let (times, then) = (of(now), before.map(of));
        let cells = vec![named(name), minutes(times.median_minutes()), minutes(times.p90_minutes())];
        compared(cells, times.n, then.map(|t| (minutes(t.median_minutes()), t.n)))
    });
    let columns = vec![
        Column::new("figure", "calendar time", Style::Left),
        Column::new("median_minutes", "median", Style::Right),
        Column::new("p90_minutes", "p90", Style::Right),
    ];
    for_people(columns, rows.collect(), before.is_some())
}

/// The shares of the closed tickets for people.
pub(super) fn rates_table(now: &Figures, before: Option<&Figures>) -> Table {
    let names: [(&str, Of<Rate>); 2] = [("one-touch", |f| f.one_touch), ("reopened", |f| f.reopen)];
    let rows = names.iter().map(|(name, of)| {
        let (rate, then) = (of(now), before.map(of));
        let n = |r: Rate| usize::try_from(r.n).unwrap_or_default();
        compared(vec![named(name), percent(rate)], n(rate), then.map(|t| (percent(t), n(t))))
    });
    let columns =
        vec![Column::new("figure", "of those closed", Style::Left), Column::new("percent", "share", Style::Right)];
    for_people(columns, rows.collect(), before.is_some())
}

/// Whether a figure is there, but stands on too few cases.
pub(super) fn is_few(n: usize) -> bool {
    (1..Times::ENOUGH).contains(&n)
}

pub(super) fn named(name: &str) -> Cell {
    Cell::Text(name.to_owned())
}

/// Ends a row: n, the value of the period before, and the warning.
fn compared(mut cells: Vec<Cell>, n: usize, then: Option<(Cell, usize)>) -> Vec<Cell> {
    let few_before = then.as_ref().map(|(_, n)| *n).filter(|n| is_few(*n)).map(|n| format!("before: n = {n}"));
    cells.push(Cell::Count(count(n)));
    cells.extend(then.map(|(cell, _)| cell));
    let few = is_few(n).then(|| format!("n = {n}, too few to judge"));
    cells.push(Cell::text(few.or(few_before)));
    cells
}

fn for_people(mut columns: Vec<Column>, mut rows: Vec<Vec<Cell>>, with_before: bool) -> Table {
    columns.push(Column::new("n", "n", Style::Right));
    if with_before {
        columns.push(Column::new("before", "before", Style::Right));
    }
    columns.push(Column::new("judge", "", Style::Flex));
    drop_last_if_empty(&mut columns, &mut rows);
    Table { audience: Audience::People, columns, rows, ..Table::default() }
}

/// A column of warnings that has none is not shown; of changes neither.
fn drop_last_if_empty(columns: &mut Vec<Column>, rows: &mut [Vec<Cell>]) {
    if rows.iter().all(|row| row.last() == Some(&Cell::Empty)) {
        columns.pop();
        for row in rows {
            row.pop();
        }
    }
}
