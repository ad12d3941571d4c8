//! `desk news`: what others did, one line each.

use super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::time::Moment;

/// What sort of news it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Given to whoever asks.
    Assigned,
    /// A new ticket.
    New,
    /// A customer wrote again.
    Answered,
    /// Closed.
    Closed,
    /// Opened again.
    Reopened,
    /// Merged into another.
    Merged,
    /// A customer rated it 1 or 2.
    Rated,
    /// A promise was broken.
    Breached,
    /// What was put off came back into sight.
    Woke,
    /// A contract is nearly used up, or ends soon.
    Contract,
    /// An archive came in.
    Import,
}

impl Kind {
    /// Its word in every format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Assigned => "assigned",
            Kind::New => "new",
            Kind::Answered => "answered",
            Kind::Closed => "closed",
            Kind::Reopened => "reopened",
            Kind::Merged => "merged",
            Kind::Rated => "rated",
            Kind::Breached => "breached",
            Kind::Woke => "woke",
            Kind::Contract => "contract",
            Kind::Import => "import",
        }
    }
}

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// When it happened.
    pub at: Moment,
    /// What.
    pub kind: Kind,
    /// The ticket; none for an import and a contract.
    pub number: Option<i64>,
    /// Its subject; of a contract, whose and which.
    pub subject: Option<String>,
    /// Who did it; for a broken promise, who has the ticket; for a bad rating, who is credited; none for customers.
    pub agent: Option<String>,
    /// What else there is to say.
    pub detail: Option<String>,
}

/// The report of `news`, oldest first. Without news there is nothing to print: `since` is said to whoever listens.
///
/// ```
/// use frontdesk::report::news::news;
/// let report = news(vec![], "since 2026-11-20 12:00");
/// assert_eq!((report.title.as_str(), report.notes.as_slice()), ("", ["no news since 2026-11-20 12:00".to_owned()].as_slice()));
/// ```
#[must_use]
pub fn news(mut items: Vec<Item>, since: &str) -> Report {
    items.sort_by_key(|i| (i.at, i.number, i.kind));
    let (title, notes) = match items.is_empty() {
        true => (String::new(), vec![format!("no news {since}")]),
        false => (format!("News {since}"), vec![]),
    };
    let parts = vec![Part::Table(for_people(&items)), Part::Table(data(items))];
    Report { title, shape: Shape::List, parts, notes }
}

/// Who did it and what else there is to say stand together: few of the news have both, and both are short.
fn for_people(items: &[Item]) -> Table {
    let row = |i: &Item| {
        let more: Vec<&str> = [&i.agent, &i.detail].into_iter().flatten().map(String::as_str).collect();
        vec![
            Cell::At(i.at),
            Cell::Text(i.kind.word().to_owned()),
            i.number.map_or(Cell::Empty, Cell::Ticket),
            Cell::text(i.subject.clone()),
            Cell::text(Some(more.join(", ")).filter(|more| !more.is_empty())),
        ]
    };
    let columns = vec![
        Column::new("at", "when", Style::Left),
        Column::new("kind", "what", Style::Left),
        Column::new("number", "№", Style::Right),
        Column::new("subject", "subject", Style::Flex),
        Column::new("more", "who, what more", Style::Flex),
    ];
    let rows = items.iter().map(row).collect();
    Table { key: "news", audience: Audience::People, columns, rows, ..Table::default() }
}

fn data(items: Vec<Item>) -> Table {
    let row = |i: Item| {
        vec![
            Cell::At(i.at),
            Cell::Text(i.kind.word().to_owned()),
            i.number.map_or(Cell::Empty, Cell::Ticket),
            Cell::text(i.subject),
            Cell::text(i.agent),
            Cell::text(i.detail),
        ]
    };
    let columns = ["at", "kind", "number", "subject", "agent", "detail"].map(Column::data).to_vec();
    let rows = items.into_iter().map(row).collect();
    Table { key: "news", audience: Audience::Data, columns, rows, ..Table::default() }
}
