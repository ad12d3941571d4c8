//! What a client's page tells of his last ninety days. The rest of the page is in `things`.

use super::figures::{count, data, is_few, percent, score};
use super::rating::of_scale;
use super::{Audience, Cell, Column, Fact, Facts, Part, Style, Table};
use crate::domain::insight::metrics::{Nps, Rate};
use crate::domain::rating::Scale;
use crate::domain::time::Moment;

/// So many comments and topics people see.
const SHOWN: usize = 5;

/// A client's last ninety days.
#[derive(Debug, Clone, Default)]
pub struct Lately {
    /// Promises that were due: those kept. None where nothing is promised.
    pub promises: Option<Rate>,
    /// How many clocks are late now.
    pub late: usize,
    /// How satisfied he was with tickets.
    pub csat: Rate,
    /// Whether he would recommend us.
    pub nps: Nps,
    /// What he said, the newest first.
    pub voices: Vec<Voice>,
    /// What he wrote about, most tickets first.
    pub about: Vec<About>,
}

/// What somebody said of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// When.
    pub at: Moment,
    /// `csat` or `nps`.
    pub scale: &'static str,
    /// How many points.
    pub score: i64,
    /// Who.
    pub who: Option<String>,
    /// Of which ticket.
    pub ticket: Option<i64>,
    /// In his words.
    pub comment: String,
}

/// A topic that he wrote about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its number, where somebody has touched it.
    pub number: Option<i64>,
    /// Its name.
    pub name: String,
    /// His tickets.
    pub tickets: Vec<i64>,
}

/// The parts of the page. Data: `last_90_days{sla{met missed percent late} csat{n percent} nps{n score}} ratings[{at scale score who ticket
/// comment}] topics[{topic name count tickets[]}]`.
#[must_use]
pub fn lately(l: &Lately) -> Vec<Part> {
    let mut rows = Vec::new();
    let mut say = |head, text: String| rows.push(Fact::new(head, head, Cell::Text(text)));
    let share = |rate: Rate| rate.permille().map(|p| format!(" ({}.{} %)", p / 10, p % 10)).unwrap_or_default();
    let few = |n: i64| if usize::try_from(n).is_ok_and(is_few) { ", too few to judge" } else { "" };
    let late = if l.late > 0 { format!("; {} late now", l.late) } else { String::new() };
    if let Some(rate) = l.promises.filter(|rate| rate.n > 0 || l.late > 0) {
        say("promises", format!("{} of {} kept{}{late}", rate.hits, rate.n, share(rate)));
    }
    if l.csat.n > 0 {
        say("satisfied", format!("{} of {}{}{}", l.csat.hits, l.csat.n, share(l.csat), few(l.csat.n)));
    }
    if let Some(points) = l.nps.score() {
        let sign = if points < 0 { "−" } else { "" };
        let (whole, tenth) = (points.abs() / 10, points.abs() % 10);
        let answers = if l.nps.n == 1 { "answer" } else { "answers" };
        say("recommends", format!("{sign}{whole}.{tenth} ({} {answers}){}", l.nps.n, few(l.nps.n)));
    }
    let title = "Last 90 days".to_owned();
    let mut parts = Vec::new();
    if !rows.is_empty() {
        parts.push(Part::Facts(Facts { title, audience: Audience::People, rows, ..Facts::default() }));
    }
    let promises = l.promises.map_or(Cell::Empty, |rate| {
        Cell::Record(vec![
            ("met", Cell::Count(rate.hits)),
            ("missed", Cell::Count(rate.n - rate.hits)),
            ("percent", percent(rate)),
            ("late", Cell::Count(count(l.late))),
        ])
    });
    let csat = Cell::Record(vec![("n", Cell::Count(l.csat.n)), ("percent", percent(l.csat))]);
    let nps = Cell::Record(vec![("n", Cell::Count(l.nps.n)), ("score", score(l.nps))]);
    parts.push(data(vec![("last_90_days", Cell::Record(vec![("sla", promises), ("csat", csat), ("nps", nps)]))]));
    parts.extend(topics(&l.about));
    parts.extend(voices(&l.voices));
    parts
}

fn topics(about: &[About]) -> Vec<Part> {
    let numbered = about.iter().any(|topic| topic.number.is_some());
    let columns = vec![
        Column { shown: numbered, ..Column::new("topic", "topic", Style::Right) },
        Column::new("name", "writes about", Style::Flex),
        Column::new("count", "tickets", Style::Right),
        Column::new("tickets", "such as", Style::Left),
    ];
    let numbers =
        |all: &[i64], most: usize| Cell::List(all.iter().rev().take(most).map(|n| Cell::Ticket(*n)).collect());
    let row = |topic: &About, most: usize| {
        vec![
            topic.number.map_or(Cell::Empty, Cell::Count),
            Cell::Text(topic.name.clone()),
            Cell::Count(count(topic.tickets.len())),
            numbers(&topic.tickets, most),
        ]
    };
    let shown = about.iter().take(SHOWN).map(|topic| row(topic, 3)).collect();
    let data = about.iter().map(|topic| row(topic, usize::MAX)).collect();
    both("topics", (columns.clone(), shown), (columns, data))
}

fn voices(voices: &[Voice]) -> Vec<Part> {
    let columns = vec![
        Column::new("at", "said", Style::Left),
        Column::new("score", "", Style::Left),
        Column::new("who", "who", Style::Flex),
        Column::new("ticket", "ticket", Style::Right),
        Column::new("comment", "", Style::Flex),
    ];
    let about = |voice: &Voice| {
        let ticket = voice.ticket.map_or(Cell::Empty, Cell::Ticket);
        [Cell::text(voice.who.as_deref()), ticket, Cell::Text(voice.comment.clone())]
    };
    let shown = voices.iter().take(SHOWN).map(|voice| {
        let score = Scale::of(voice.scale).map_or(voice.score.to_string(), |scale| of_scale(scale, voice.score));
        [Cell::Ago(voice.at), Cell::Text(score)].into_iter().chain(about(voice)).collect()
    });
    let keys = ["at", "scale", "score", "who", "ticket", "comment"].map(Column::data).to_vec();
    let data = voices.iter().map(|voice| {
        let said = [Cell::At(voice.at), Cell::Text(voice.scale.to_owned()), Cell::Count(voice.score)];
        said.into_iter().chain(about(voice)).collect()
    });
    both("ratings", (columns, shown.collect()), (keys, data.collect()))
}

/// Columns, and the rows below them.
type Sheet = (Vec<Column>, Vec<Vec<Cell>>);

/// A table for people, which is left out where it is empty, and one for data.
fn both(key: &'static str, (columns, rows): Sheet, (keys, data): Sheet) -> Vec<Part> {
    let people = Table { key, audience: Audience::People, columns, rows, ..Table::default() };
    let people = (!people.rows.is_empty()).then_some(Part::Table(people));
    let data = Table { key, audience: Audience::Data, columns: keys, rows: data, ..Table::default() };
    people.into_iter().chain([Part::Table(data)]).collect()
}
