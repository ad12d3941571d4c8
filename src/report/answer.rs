//! Saved answers as reports: the list, and what is suggested for a ticket.

use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};
use crate::domain::answer::Answer;
use crate::domain::ticket::Status;
use crate::domain::time::Moment;

/// A saved answer, and how often it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The answer.
    pub answer: Answer,
    /// In how many replies that stand.
    pub uses: i64,
    /// When last.
    pub last_used: Option<Moment>,
}

/// Saved answers. JSON: `name lang title tags[] article uses last_used text`.
#[must_use]
pub fn answers(all: &[Listed], asked: bool) -> Report {
    let any = |has: fn(&Listed) -> bool| all.iter().any(has);
    let used = any(|l| l.uses > 0);
    let shown = |shown: bool, column: Column| Column { shown, ..column };
    let columns = vec![
        Column::new("name", "answer", Style::Left),
        Column::new("lang", "lang", Style::Left),
        shown(any(|l| !l.answer.title.is_empty()), Column::new("title", "title", Style::Flex)),
        shown(any(|l| !l.answer.tags.is_empty()), Column::new("tags", "tags", Style::Flex)),
        shown(any(|l| l.answer.article), Column::new("article", "article", Style::Left)),
        shown(used, Column::new("uses", "used", Style::Right)),
        shown(used, Column::new("last_used", "last", Style::Right)),
        Column::new("text", "text", Style::Flex),
    ];
    let rows = all.iter().map(|l| cells(l).to_vec()).collect();
    let empty = if asked {
        "no saved answer fits"
    } else {
        "no saved answers yet: desk answer add refund -m \"Hello {{first_name}}, …\""
    };
    let table = Table { key: "answers", columns, rows, empty, ..Table::default() };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}

/// One of them: its text. JSON: as of the list.
#[must_use]
pub fn answer(l: &Listed) -> Report {
    let keys = ["name", "lang", "title", "tags", "article", "uses", "last_used", "text"];
    let rows = keys.into_iter().zip(cells(l)).map(|(key, cell)| Fact::data(key, cell)).collect();
    let facts = Facts { rows, ..Facts::default() };
    Report { parts: vec![Part::Facts(facts), Part::Prose(l.answer.text.clone())], ..Report::default() }
}

fn cells(l: &Listed) -> [Cell; 8] {
    let a = &l.answer;
    [
        Cell::Text(a.name.clone()),
        Cell::text(a.lang.as_deref()),
        Cell::Text(a.title.clone()),
        Cell::Tags(a.tags.clone()),
        Cell::Flag(a.article),
        Cell::Count(l.uses),
        Cell::ago(l.last_used),
        Cell::Text(a.text.clone()),
    ]
}

/// A saved answer that fits a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// The answer.
    pub answer: Answer,
    /// Why it fits.
    pub reason: String,
    /// In how many similar tickets it was used.
    pub used: i64,
}

/// How a similar ticket was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its number.
    pub number: i64,
    /// Its subject.
    pub subject: String,
    /// Its status.
    pub status: Status,
    /// Since when it is closed.
    pub closed_at: Option<Moment>,
    /// How alike it is, 0 to 1000.
    pub likeness: u32,
    /// Who answered.
    pub author: String,
    /// The first lines of the first reply.
    pub text: String,
}

/// What is suggested for a ticket. JSON: `number subject answers[{name reason used lang text}] earlier[{number subject status
/// closed_at likeness author text}]`.
#[must_use]
pub fn suggested(ticket: (i64, &str), answers: &[Suggested], earlier: &[Earlier]) -> Report {
    let (number, subject) = (ticket.0, ticket.1.to_owned());
    let title = format!("{number}  {subject}");
    let mut parts = Vec::new();
    let about = vec![Fact::data("number", Cell::Ticket(number)), Fact::data("subject", Cell::Text(subject))];
    parts.push(Part::Facts(Facts { audience: Audience::Data, rows: about, ..Facts::default() }));
    parts.push(Part::Table(fitting(answers)));
    parts.push(Part::Cards(before(earlier)));
    if answers.is_empty() && earlier.is_empty() {
        parts.push(Part::Prose("Nothing like it was answered before.".to_owned()));
    } else if let Some(best) = answers.first() {
        parts.push(Part::Prose(format!("To use one: desk reply {number} --answer {} -e", best.answer.name)));
    } else if let Some(best) = earlier.first() {
        parts.push(Part::Prose(format!(
            "No saved answer fits; to save that one: desk answer add NAME --from {}",
            best.number
        )));
    }
    Report { title, parts, ..Report::default() }
}

fn fitting(answers: &[Suggested]) -> Table {
    let columns = vec![
        Column::new("name", "answer", Style::Left),
        Column::new("reason", "why", Style::Flex),
        Column::data("used"),
        Column::data("lang"),
        Column::new("text", "text", Style::Flex),
    ];
    let row = |s: &Suggested| {
        vec![
            Cell::Text(s.answer.name.clone()),
            Cell::Text(s.reason.clone()),
            Cell::Count(s.used),
            Cell::text(s.answer.lang.as_deref()),
            Cell::Text(s.answer.text.clone()),
        ]
    };
    let audience = if answers.is_empty() { Audience::Data } else { Audience::All };
    Table { key: "answers", audience, columns, rows: answers.iter().map(row).collect(), ..Table::default() }
}

fn before(earlier: &[Earlier]) -> Table {
    let columns = vec![
        Column::new("number", "№", Style::Right),
        Column::new("subject", "subject", Style::Left),
        Column::new("status", "status", Style::Left),
        Column::new("closed_at", "closed", Style::Left),
        Column::data("likeness"),
        Column::new("author", "who", Style::Left),
        Column::new("text", "text", Style::Body),
    ];
    let row = |e: &Earlier| {
        vec![
            Cell::Ticket(e.number),
            Cell::Text(e.subject.clone()),
            Cell::Status(e.status),
            Cell::at(e.closed_at),
            Cell::Count(e.likeness.into()),
            Cell::Text(e.author.clone()),
            Cell::Text(e.text.clone()),
        ]
    };
    let title = if earlier.is_empty() { "" } else { "How similar tickets were answered" }.to_owned();
    let audience = if earlier.is_empty() { Audience::Data } else { Audience::All };
    Table { key: "earlier", title, audience, columns, rows: earlier.iter().map(row).collect(), ..Table::default() }
}
