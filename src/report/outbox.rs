//! The outbox as a report: mails that have not left, or the latest ones, and what became of those that were tried.
//!
//! JSON: `id ticket subject state recipients[] made_at next_at attempts said bounced`; `next_at` is that of waiting mails.

use super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::time::Moment;

/// A mail of the outbox, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub id: i64,
    /// The ticket it was written on.
    pub ticket: i64,
    /// The subject of that.
    pub subject: String,
    /// Where it stands: `waiting`, `sending`, `sent`, `unknown`, `held` or `discarded`.
    pub state: &'static str,
    /// Who gets it.
    pub recipients: Vec<String>,
    /// When it was written.
    pub made_at: Moment,
    /// When it is tried next.
    pub next_at: Option<Moment>,
    /// How often it was tried.
    pub attempts: i64,
    /// What the server said last, or why it failed.
    pub said: Option<String>,
    /// Why it came back.
    pub bounced: Option<String>,
}

/// The mails as a list.
#[must_use]
pub fn list(lines: &[Line], empty: &'static str) -> Report {
    let parts = vec![Part::Table(for_people(lines, empty)), Part::Table(for_data(lines))];
    Report { shape: Shape::List, parts, ..Report::default() }
}

fn for_people(lines: &[Line], empty: &'static str) -> Table {
    let columns = vec![
        Column::new("id", "mail", Style::Left),
        Column::new("ticket", "№", Style::Right),
        Column::new("subject", "subject", Style::Flex),
        Column::new("state", "state", Style::Left),
        Column::new("recipients", "to", Style::Flex),
        Column::new("made_at", "written", Style::Right),
        Column::new("next_at", "again", Style::Right),
        Column::new("attempts", "tries", Style::Right),
        Column::new("said", "what was said", Style::Flex),
    ];
    let cells = |l: &Line| {
        let (state, said) = match &l.bounced {
            Some(why) => ("came back", Some(why)),
            None => (l.state, l.said.as_ref()),
        };
        vec![
            Cell::Text(format!("o{}", l.id)),
            Cell::Ticket(l.ticket),
            Cell::Text(l.subject.clone()),
            Cell::Text(state.to_owned()),
            Cell::Text(l.recipients.join(", ")),
            Cell::Ago(l.made_at),
            Cell::ago(l.next_at),
            Cell::Count(l.attempts),
            Cell::text(said.cloned()),
        ]
    };
    let rows = lines.iter().map(cells).collect();
    Table { key: "outbox", audience: Audience::People, columns, rows, empty, ..Table::default() }
}

fn for_data(lines: &[Line]) -> Table {
    let keys = ["id", "ticket", "subject", "state", "recipients", "made_at", "next_at", "attempts", "said", "bounced"];
    let cells = |l: &Line| {
        vec![
            Cell::Count(l.id),
            Cell::Ticket(l.ticket),
            Cell::Text(l.subject.clone()),
            Cell::Text(l.state.to_owned()),
            Cell::List(l.recipients.iter().map(|r| Cell::Text(r.clone())).collect()),
            Cell::At(l.made_at),
            Cell::at(l.next_at),
            Cell::Count(l.attempts),
            Cell::text(l.said.clone()),
            Cell::text(l.bounced.clone()),
        ]
    };
    let columns = keys.into_iter().map(Column::data).collect();
    Table {
        key: "outbox",
        audience: Audience::Data,
        columns,
        rows: lines.iter().map(cells).collect(),
        ..Table::default()
    }
}
