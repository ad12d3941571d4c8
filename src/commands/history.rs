//! `desk history`: who did what.

use super::args::{self, Answer};
use super::show::{Names, kind_word, told};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::{Audience, Cell, Column, Part, Report, Shape, Style, Table};

/// What happened: operations of the desk, or of one ticket
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk history          # the desk's last 50 operations
  desk history 42       # everything that happened to ticket 42
  desk undo 813         # takes operation 813 back")]
pub struct History {
    /// A ticket
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Rows at most
    #[arg(short, long, value_name = "N", default_value_t = 50)]
    limit: i64,
}

impl History {
    /// Tells.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.limit < 1 {
            return Err(Error::usage("-l takes a number of rows from 1"));
        }
        let ticket = self.id.as_deref().map(|id| args::ticket(desk, id)).transpose()?;
        let rows = desk.read(|r| {
            let operations = match &ticket {
                Some(t) => r.operations_of_ticket(t.id, self.limit)?,
                None => r.operations(i64::MAX, self.limit)?,
            };
            let mut names = Names::default();
            let mut rows = Vec::new();
            for o in operations {
                let mut details = Vec::new();
                let events = r.events_of(o.id)?;
                for e in events.iter().filter(|e| ticket.as_ref().is_none_or(|t| e.ticket == Some(t.id))).take(20) {
                    let happened = crate::store::history::Happened { event: e.clone(), operation: o.id, agent: o.agent };
                    let (kind, detail) = told(&happened);
                    let on = e.ticket.filter(|_| ticket.is_none()).map(|t| format!("{t}: ")).unwrap_or_default();
                    details.push(format!("{on}{kind} {detail}"));
                }
                if events.len() > 20 {
                    details.push(format!("and {} more", events.len() - 20));
                }
                let state = match (o.undone_by, o.target) {
                    (Some(by), _) => format!("taken back by {by}"),
                    (None, Some(target)) => format!("of {target}"),
                    (None, None) => String::new(),
                };
                rows.push(vec![
                    Cell::Count(o.id),
                    Cell::At(o.at),
                    Cell::Text(names.of(r, o.agent)?),
                    Cell::Text(o.command.clone()),
                    Cell::text(Some(state).filter(|s| !s.is_empty())),
                    Cell::Text(kind_word(o.kind).to_owned()),
                    Cell::List(details.into_iter().map(Cell::Text).collect()),
                ]);
            }
            Ok(rows)
        })?;
        let columns = vec![
            Column::new("operation", "op", Style::Right),
            Column::new("at", "when", Style::Left),
            Column::new("agent", "who", Style::Left),
            Column::new("command", "command", Style::Flex),
            Column::new("state", "", Style::Left),
            Column { shown: false, ..Column::new("kind", "kind", Style::Left) },
            Column { shown: ticket.is_some(), ..Column::new("events", "what", Style::Flex) },
        ];
        let table = Table { key: "operations", audience: Audience::All, columns, rows, empty: "nothing has happened yet", ..Table::default() };
        Ok(Answer::from(Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }).paged())
    }
}
