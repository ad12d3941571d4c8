//! Saved answers as reports.

use super::{Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::answer::Answer;

/// Saved answers: `name lang text`.
#[must_use]
pub fn answers(all: &[Answer]) -> Report {
    let columns = vec![
        Column::new("name", "answer", Style::Left),
        Column::new("lang", "lang", Style::Left),
        Column::new("text", "text", Style::Flex),
    ];
    let row = |a: &Answer| vec![Cell::Text(a.name.clone()), Cell::text(a.lang.as_deref()), Cell::Text(a.text.clone())];
    let rows = all.iter().map(row).collect();
    let empty = "no saved answers yet: desk answer add refund -m \"Hello {{first_name}}, …\"";
    let table = Table { key: "answers", columns, rows, empty, ..Table::default() };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}
