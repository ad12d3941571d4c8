//! The issues that hurt most, at the head of the page.

use super::super::figures::{count, named};
use super::super::topics::{Row, returned};
use super::super::{Audience, Cell, Column, Part, Style, Table};

/// The biggest issues for people, and those that are back although they were fixed; nothing where there are none.
pub(super) fn parts(all: &[Row], span: &str, most: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    if all.iter().any(|row| !row.tickets.is_empty()) {
        parts.push(Part::Table(shown(all, span, most)));
        parts.extend(all.iter().filter(|row| row.returned > 0).map(|row| Part::Prose(returned(row))));
    }
    parts
}

/// All of them for scripts.
pub(super) fn data(all: &[Row]) -> Part {
    let keys = ["topic", "name", "count", "before", "minutes"];
    let rows = all.iter().map(|row| {
        let mut cells = figures(row);
        cells.push(Cell::Minutes(row.minutes));
        cells
    });
    let rows = rows.collect();
    let columns = keys.map(Column::data).to_vec();
    Part::Table(Table { key: "topics", audience: Audience::Data, columns, rows, ..Table::default() })
}

fn figures(row: &Row) -> Vec<Cell> {
    let (now, before) = (Cell::Count(count(row.tickets.len())), Cell::Count(count(row.previous)));
    vec![Cell::Count(row.number), named(&row.name), now, before]
}

fn shown(all: &[Row], span: &str, most: usize) -> Table {
    let with_decided = all.iter().take(most).any(|row| !row.decided.is_empty());
    let mut columns = vec![
        Column::new("topic", "topic", Style::Right),
        Column::new("name", "", Style::Flex),
        Column::new("count", "tickets", Style::Right),
        Column::new("before", "before", Style::Right),
        Column::new("trend", "trend", Style::Left),
        Column::new("minutes", "time", Style::Right),
    ];
    if with_decided {
        columns.push(Column::new("decided", "decided", Style::Flex));
    }
    let rows = all.iter().take(most).map(|row| {
        let mut cells = figures(row);
        let trend = if row.tickets.is_empty() && row.previous == 0 { "" } else { row.trend.word() };
        cells.push(named(trend));
        cells.push(if row.minutes > 0 { Cell::Minutes(row.minutes) } else { Cell::Empty });
        if with_decided {
            cells.push(named(&row.decided));
        }
        cells
    });
    let rows = rows.collect();
    let title = if all.len() > most {
        format!("The issues of the {span} ({most} of {})", all.len())
    } else {
        format!("The issues of the {span}")
    };
    Table { title, audience: Audience::People, columns, rows, ..Table::default() }
}
