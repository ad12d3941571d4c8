//! `desk history`: who did what.

use super::args::{self, Answer};
use super::told::Teller;
use crate::desk::Desk;
use crate::domain::event::Operation;
use crate::error::{Error, Result};
use crate::report::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::store::Reader;

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
        let done = desk.read(|r| {
            let operations = match &ticket {
                Some(t) => r.operations_of_ticket(t.id, limit)?,
                None => r.operations(i64::MAX, limit)?,
            };
            operations.into_iter().map(|o| Done::read(r, &mut teller, o, ticket.as_ref().map(|t| t.id))).collect::<Result<Vec<_>>>()
        })?;
        let parts = vec![Part::Table(for_people(&done, ticket.is_some())), Part::Table(for_data(&done))];
        Ok(Answer::from(Report { shape: Shape::List, parts, ..Report::default() }).paged())
    }
}

/// An operation, and what it did in words.
struct Done {
    operation: Operation,
    agent: String,
    events: Vec<String>,
}

impl Done {
    fn read(r: &mut Reader<'_>, teller: &mut Teller, operation: Operation, ticket: Option<i64>) -> Result<Done> {
        let mut events = Vec::new();
        let all = r.events_of(operation.id)?;
        for e in all.iter().filter(|e| ticket.is_none() || e.ticket == ticket).take(20) {
            let (kind, detail) = teller.tell(r, e)?;
            let on = e.ticket.filter(|_| ticket.is_none()).map(|t| format!("{t}: ")).unwrap_or_default();
            events.push(format!("{on}{kind} {detail}"));
        }
        if all.len() > 20 {
            events.push(format!("and {} more", all.len() - 20));
        }
        Ok(Done { agent: teller.names.of(r, operation.agent)?, operation, events })
    }

    fn state(&self) -> Option<String> {
        match (self.operation.undone_by, self.operation.target) {
            (Some(by), _) => Some(format!("taken back by {by}")),
            (None, target) => target.map(|t| format!("of {t}")),
        }
    }

    /// What people read: what happened to the ticket they asked about, else what was typed.
    fn line(&self, about_ticket: bool) -> String {
        let o = &self.operation;
        let what = match o.target {
            Some(target) => format!("{} of {target}", o.kind.word()),
            None if about_ticket && !self.events.is_empty() => self.events.join(", "),
            None => o.command.clone(),
        };
        o.undone_by.map_or(what.clone(), |by| format!("taken back by {by}: {what}"))
    }
}

fn for_people(done: &[Done], about_ticket: bool) -> Table {
    let columns = vec![
        Column::new("operation", "op", Style::Right),
        Column::new("at", "when", Style::Left),
        Column::new("agent", "who", Style::Left),
        Column::new("what", if about_ticket { "what" } else { "command" }, Style::Flex),
    ];
    let row = |d: &Done| {
        vec![Cell::Count(d.operation.id), Cell::At(d.operation.at), Cell::Text(d.agent.clone()), Cell::Text(d.line(about_ticket))]
    };
    let rows = done.iter().map(row).collect();
    Table { key: "operations", audience: Audience::People, columns, rows, empty: "nothing has happened yet", ..Table::default() }
}

fn for_data(done: &[Done]) -> Table {
    let keys = ["operation", "at", "agent", "command", "state", "kind", "events"];
    let row = |d: &Done| {
        vec![
            Cell::Count(d.operation.id),
            Cell::At(d.operation.at),
            Cell::Text(d.agent.clone()),
            Cell::Text(d.operation.command.clone()),
            Cell::text(d.state()),
            Cell::Text(d.operation.kind.word().to_owned()),
            Cell::List(d.events.iter().cloned().map(Cell::Text).collect()),
        ]
    };
    let columns = keys.iter().map(|k| Column::data(k)).collect();
    Table { key: "operations", audience: Audience::Data, columns, rows: done.iter().map(row).collect(), ..Table::default() }
}
