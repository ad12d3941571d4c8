//! `desk sql`: questions that no command answers, over documented views. Only reading, and nothing else is in reach: see
//! `store/views.rs`.

use super::args::Answer;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::render::guard;
use crate::report::{Cell, Column, Part, Report, Shape, Style, Table};
use crate::store::views::{Answered, LONGEST, VIEWS, Value};

/// Ask the desk in SQL: read-only, over documented views
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = help())]
pub struct Sql {
    /// One SELECT, WITH or VALUES; - reads it from standard input
    #[arg(value_name = "SQL")]
    text: String,
}

fn help() -> String {
    let views = VIEWS.iter().map(|v| wrapped(v.name, v.columns)).collect::<Vec<_>>().join("\n");
    format!(
        "Views and their columns:\n{views}

Instants are texts in UTC (2026-11-20T12:00:00Z), so they compare and sort as they are; a day is
2026-11-20; minutes are whole numbers; billable, automatic, muted and active are 0 or 1; tags and
domains have a blank between them. status is the one that somebody set, until the end of a pause.
time is without what was struck out, events without what was undone; before and after are JSON.
The dialect is that of the desk: SQLite, or PostgreSQL.

Nothing can be changed, and only the views are in reach. A query is ended after {LONGEST} seconds. On
PostgreSQL the views are a fence: what may be read there by other programs, the server decides.

Examples:
  desk sql \"SELECT client, count(*) AS n FROM tickets GROUP BY client ORDER BY n DESC\"
  desk sql \"SELECT agent, sum(minutes) FROM time WHERE day >= '2026-11-01' GROUP BY agent\"
  desk sql \"SELECT ticket, at FROM messages WHERE text LIKE '%refund%'\" --format csv
  desk sql - < report.sql"
    )
}

/// A view with its columns in lines of a page's width.
fn wrapped(name: &str, columns: &str) -> String {
    const WIDTH: usize = 96;
    let mut lines = vec![format!("  {name:<9}")];
    for word in columns.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < WIDTH => line.push_str(&format!(" {word}")),
            _ => lines.push(format!("{:11} {word}", "")),
        }
    }
    lines.join("\n")
}

impl Sql {
    /// Asks.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let text = if self.text == "-" {
            let bytes = desk.host.input("a query")?;
            String::from_utf8(bytes).map_err(|_| Error::usage("the query is not UTF-8 text"))?
        } else {
            self.text
        };
        Ok(report(desk.store_of_existing()?.question(&text, LONGEST)?).into())
    }
}

fn report(answered: Answered) -> Report {
    let is_number = |v: &Value| matches!(v, Value::Null | Value::Whole(_) | Value::Number(_));
    let mut keys: Vec<&'static str> = Vec::new();
    for name in &answered.columns {
        keys.push(key(name, &keys));
    }
    let column = |(n, key): (usize, &&'static str)| {
        let numbers = answered.rows.iter().all(|row| row.get(n).is_none_or(is_number));
        Column::new(key, key, if numbers && !answered.rows.is_empty() { Style::Right } else { Style::Flex })
    };
    let columns = keys.iter().enumerate().map(column).collect();
    let rows = answered.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    let table = Table { key: "rows", columns, rows, empty: "no rows", ..Table::default() };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}

/// The name of a column as a key: no two are the same. The keys of reports are the program's own words and last as long as it
/// does; so do these few.
fn key(name: &str, taken: &[&'static str]) -> &'static str {
    let name = guard::line(name).into_owned();
    let free = |name: &String| !taken.contains(&name.as_str());
    let numbered = || (2..).map(|n| format!("{name}_{n}")).find(free).unwrap_or_default();
    String::leak(if free(&name) { name } else { numbered() })
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Whole(n) => Cell::Count(n),
        Value::Number(text) => Cell::Decimal(text),
        Value::Flag(yes) => Cell::Flag(yes),
        Value::Text(text) => Cell::Text(text),
    }
}
