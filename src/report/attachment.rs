//! Files that were saved or opened, as a report.

use super::{Audience, Cell, Column, Part, Report, Shape, Table};
use crate::domain::message::Attachment;

/// A file of a ticket and where it lies now.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Its number across the ticket.
    pub number: usize,
    /// What its sender said of it.
    pub file: Attachment,
    /// Where it lies.
    pub path: String,
}

/// What became of files: a line for each.
#[must_use]
pub fn saved(files: &[Saved], done: &str) -> Report {
    let lines: Vec<String> = files.iter().map(|f| format!("{done} {}", f.path)).collect();
    let row = |f: &Saved| {
        vec![
            Cell::Count(i64::try_from(f.number).unwrap_or(i64::MAX)),
            Cell::Text(f.file.name.clone()),
            Cell::Text(f.path.clone()),
            Cell::Text(f.file.media_type.clone()),
            Cell::Bytes(f.file.bytes),
        ]
    };
    let columns = ["number", "name", "path", "type", "bytes"].map(Column::data).to_vec();
    let rows = files.iter().map(row).collect();
    let table = Table { key: "files", audience: Audience::Data, columns, rows, ..Table::default() };
    let parts = vec![Part::lines(&lines), Part::Table(table)];
    Report { shape: Shape::List, parts, ..Report::default() }
}
