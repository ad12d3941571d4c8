//! The figures of a period as parts of a report, shared by `stats` and `recap`: the same names, the same warning where
//! there are too few to judge. What a figure means is in `domain::insight::metrics`.

use super::{Audience, Cell, Column, Fact, Facts, Part, Style, Table};
use crate::domain::insight::metrics::{Figures, Rate, Times};
use crate::domain::time::{Date, Minutes};

type Of<T> = fn(&Figures) -> T;

/// The four times of the data formats: key, name for people, where to find it.
pub(super) const TIMES: [(&str, &str, Of<Times>); 4] = [
    ("first_response", "first response", |f| f.first_response),
    ("next_response", "next response", |f| f.next_response),
    ("first_resolution", "first resolution", |f| f.first_resolution),
    ("full_resolution", "full resolution", |f| f.full_resolution),
];

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

/// A column of warnings that has none is not shown.
fn drop_last_if_empty(columns: &mut Vec<Column>, rows: &mut [Vec<Cell>]) {
    if rows.iter().all(|row| row.last() == Some(&Cell::Empty)) {
        columns.pop();
        for row in rows {
            row.pop();
        }
    }
}
