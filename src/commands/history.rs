//! `desk history`: who did what.

use super::args::{self, Answer};
use super::told::Teller;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::{Audience, Cell, Column, Part, Report, Shape, Style, Table};

/// What happened: operations of the desk, or of one ticket
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk history          # what the desk did last
  desk history 42       # everything that happened to ticket 42
  desk undo 813         # takes operation 813 back")]
pub struct History {
    /// A ticket
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Rows at most (50 on a terminal, all in a pipe)
    #[arg(short, long, value_name = "N")]
    limit: Option<i64>,
}

impl History {
    /// Tells.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.limit.is_some_and(|n| n < 1) {
            return Err(Error::usage("-l takes a number of rows from 1"));
        }
        let ticket = self.id.as_deref().map(|id| args::ticket(desk, id)).transpose()?;
        let limit = self.limit.unwrap_or(if desk.host.stdout_is_terminal { 50 } else { i64::MAX });
        let mut teller = Teller::new(&desk.zone()?);
        let rows = desk.read(|r| {
            let operations = match &ticket {
                Some(t) => r.operations_of_ticket(t.id, limit)?,
                None => r.operations(i64::MAX, limit)?,
            };
            let mut rows = Vec::new();
            for o in operations {
                let mut details = Vec::new();
                let events = r.events_of(o.id)?;
                for e in events.iter().filter(|e| ticket.as_ref().is_none_or(|t| e.ticket == Some(t.id))).take(20) {
                    let (kind, detail) = teller.tell(r, e)?;
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
                    Cell::Text(teller.names.of(r, o.agent)?),
                    Cell::text(Some(state).filter(|s| !s.is_empty())),
                    Cell::Text(o.kind.word().to_owned()),
                    Cell::List(details.into_iter().map(Cell::Text).collect()),
                    Cell::Text(o.command.clone()),
                ]);
            }
            Ok(rows)
        })?;
        let shown = |shown, column| Column { shown, ..column };
        let columns = vec![
            Column::new("operation", "op", Style::Right),
            Column::new("at", "when", Style::Left),
            Column::new("agent", "who", Style::Left),
            Column::new("state", "", Style::Left),
            shown(false, Column::new("kind", "kind", Style::Left)),
            shown(ticket.is_some(), Column::new("events", "what", Style::Flex)),
            Column::new("command", "command", Style::Flex),
        ];
        let table = Table { key: "operations", audience: Audience::All, columns, rows, empty: "nothing has happened yet", ..Table::default() };
        Ok(Answer::from(Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }).paged())
    }
}
