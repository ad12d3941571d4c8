//! What customers said of how they were served, as lists and in a line.
//!
//! JSON: `at score ticket contact client agent comment`; with the figure an object `period{from,to} csat{n percent}` or
//! `nps{n score}` and `ratings[]`.

use super::figures::{percent, score};
use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};
use crate::domain::insight::metrics::{Nps, Rate, Times};
use crate::domain::rating::Scale;
use crate::domain::time::{Date, Moment};

/// A rating as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it was said.
    pub at: Moment,
    /// On which scale.
    pub scale: Scale,
    /// The score.
    pub score: i64,
    /// Of which ticket.
    pub ticket: Option<i64>,
    /// Who said it.
    pub contact: Option<String>,
    /// His client.
    pub client: Option<String>,
    /// The agent who is credited with it.
    pub agent: Option<String>,
    /// What he said with it.
    pub comment: String,
}

/// The figure over a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Satisfaction with tickets.
    Csat(Rate),
    /// Whether they would recommend us.
    Nps(Nps),
}

/// The list of ratings, newest first.
#[must_use]
pub fn list(lines: &[Line]) -> Report {
    Report { shape: Shape::List, parts: vec![Part::Table(table(lines))], ..Report::default() }
}

/// The list with the figure that it makes; `period` are its days, `label` says what it is about.
#[must_use]
pub fn page(lines: &[Line], figure: Figure, (first, last): (Date, Date), label: &str) -> Report {
    let days = Cell::Record(vec![("from", Cell::Day(first)), ("to", Cell::Day(last))]);
    let facts = |key, cells: Vec<(&'static str, Cell)>| {
        let rows = cells.into_iter().map(|(key, cell)| Fact::data(key, cell)).collect();
        Part::Facts(Facts { key, audience: Audience::Data, rows, ..Facts::default() })
    };
    let data = match figure {
        Figure::Csat(f) => facts("csat", vec![("n", Cell::Count(f.n)), ("percent", percent(f))]),
        Figure::Nps(f) => facts("nps", vec![("n", Cell::Count(f.n)), ("score", score(f))]),
    };
    let period =
        Part::Facts(Facts { audience: Audience::Data, rows: vec![Fact::data("period", days)], ..Facts::default() });
    let parts = vec![period, data, Part::Prose(said(figure)), Part::Table(table(lines))];
    let title = match figure {
        Figure::Csat(_) => format!("Satisfaction {label}"),
        Figure::Nps(_) => format!("Would they recommend us? {label}"),
    };
    Report { title, parts, ..Report::default() }
}

/// The figure in a sentence; too few are said.
///
/// ```
/// use frontdesk::{domain::insight::metrics::{Nps, Rate}, report::rating::{Figure, said}};
/// assert_eq!(said(Figure::Csat(Rate { hits: 6, n: 8 })), "75.0 % of 8 tickets were rated 4 or 5");
/// assert_eq!(said(Figure::Nps(Nps { n: 3, promoters: 1, detractors: 2 })),
///     "NPS −33.3: 1 of 3 would recommend us, 2 would not (n = 3, too few to judge)");
/// ```
#[must_use]
pub fn said(figure: Figure) -> String {
    let tenths = |f: i64| format!("{}{}.{}", if f < 0 { "−" } else { "" }, f.abs() / 10, f.abs() % 10);
    let (n, text) = match figure {
        Figure::Csat(f) => (
            f.n,
            f.permille().map(|percent| {
                let tickets = if f.n == 1 { "ticket was" } else { "tickets were" };
                format!("{} % of {} {tickets} rated 4 or 5", tenths(percent), f.n)
            }),
        ),
        Figure::Nps(f) => (
            f.n,
            f.score().map(|score| {
                let (n, yes, no) = (f.n, f.promoters, f.detractors);
                format!("NPS {}: {yes} of {n} would recommend us, {no} would not", tenths(score))
            }),
        ),
    };
    match text {
        None => "nobody has said anything".to_owned(),
        Some(text) if usize::try_from(n).is_ok_and(|n| n < Times::ENOUGH) => {
            format!("{text} (n = {n}, too few to judge)")
        }
        Some(text) => text,
    }
}

/// A score in words: `4 of 5`.
#[must_use]
pub fn of_scale(scale: Scale, score: i64) -> String {
    match scale {
        Scale::Csat => format!("{score} of 5"),
        Scale::Nps => format!("{score} of 10"),
    }
}

fn table(lines: &[Line]) -> Table {
    let columns = vec![
        Column::new("at", "when", Style::Left),
        Column::new("score", "score", Style::Right),
        Column::new("ticket", "№", Style::Right),
        Column::new("contact", "contact", Style::Left),
        Column::new("client", "client", Style::Left),
        Column::new("agent", "who", Style::Left),
        Column::new("comment", "comment", Style::Flex),
    ];
    let rows = lines.iter().map(row).collect();
    Table { key: "ratings", columns, rows, empty: "nobody has said anything", ..Table::default() }
}

fn row(l: &Line) -> Vec<Cell> {
    vec![
        Cell::At(l.at),
        Cell::Count(l.score),
        l.ticket.map_or(Cell::Empty, Cell::Ticket),
        Cell::text(l.contact.as_deref()),
        Cell::text(l.client.as_deref()),
        Cell::text(l.agent.as_deref()),
        Cell::Text(l.comment.clone()),
    ]
}

/// The ratings of a ticket as data.
#[must_use]
pub fn of_ticket(lines: &[Line]) -> Table {
    Table { audience: Audience::Data, ..table(lines) }
}

/// The latest rating of a ticket in a line, with how many were before; `day` is when it was given.
#[must_use]
pub fn latest(lines: &[Line], day: &str) -> Option<String> {
    let (last, before) = lines.split_last()?;
    let by = last.contact.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
    let more = match before.len() {
        0 => String::new(),
        1 => " (before: 1 more)".to_owned(),
        n => format!(" (before: {n} more)"),
    };
    let comment = last.comment.split_whitespace().collect::<Vec<_>>().join(" ");
    let comment = if comment.is_empty() { comment } else { format!(": {comment}") };
    Some(format!("{} on {day}{by}{more}{comment}", of_scale(last.scale, last.score)))
}
