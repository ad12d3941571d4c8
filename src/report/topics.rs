//! The topics of a period as a report. JSON: `period{from,to} tickets_total topics[{topic name count previous terms[] tickets[]
//! minutes cost}] other[]`, the biggest topic first; both days of the period are in.

use super::figures::{count, data, named, period};
use super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::billing::duration::spoken;
use crate::domain::billing::money::Money;
use crate::domain::time::{Date, Minutes};
use crate::domain::tongue::Tongue;
use crate::domain::topic::{ENOUGH, Known, Plan, Trend};

/// What is told of the topics of a period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TopicsFacts {
    /// The period as people read it, with its zone and the query.
    pub label: String,
    /// The period before, as people read it.
    pub before_label: String,
    /// Where the period is not over yet, the sentence that says so.
    pub unfinished: Option<String>,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// How many tickets were looked at.
    pub tickets: usize,
    /// How many in the period before.
    pub before: usize,
    /// The topics, the biggest first.
    pub rows: Vec<Row>,
    /// Name and tickets of topics that are not there any more.
    pub gone: Vec<(String, usize)>,
    /// The tickets in no topic.
    pub other: Vec<i64>,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its tickets.
    pub tickets: Vec<i64>,
    /// How many there were before.
    pub previous: usize,
    /// How that went.
    pub trend: Trend,
    /// The topic as somebody has touched it, but for the answer.
    pub decided: Option<Known>,
    /// How many of its tickets came after it was said to be fixed.
    pub returned: usize,
    /// The saved answer that helps.
    pub answer: Option<String>,
    /// The words that tell it best.
    pub terms: Vec<String>,
    /// Tickets that tell it best.
    pub examples: Vec<i64>,
    /// The clients who wrote, by handle.
    pub clients: Vec<String>,
    /// Minutes worked on its tickets.
    pub minutes: Minutes,
    /// What they cost.
    pub cost: Option<Money>,
    /// Where else they are worked on, and how many of them.
    pub links: Vec<(String, usize)>,
}

impl Row {
    /// What was decided about it; empty: nothing.
    #[must_use]
    pub fn told(&self, tongue: Tongue) -> String {
        self.decided.as_ref().map(|topic| standing(topic, tongue)).unwrap_or_default()
    }
}

/// How many topics, and how many words of each, people see.
const SHOWN: usize = 10;
const WORDS: usize = 4;
/// So many links of each.
const LINKS: usize = 3;

/// The report of `topics`; with `all`, people too see every topic.
#[must_use]
pub fn topics(facts: &TopicsFacts, all: bool) -> Report {
    let mut parts = vec![Part::Prose(lead(facts))];
    parts.extend(facts.unfinished.clone().map(Part::Prose));
    parts.push(data(vec![period(facts.from, facts.to), ("tickets_total", Cell::Count(count(facts.tickets)))]));
    let most = if all { usize::MAX } else { SHOWN };
    if !facts.rows.is_empty() {
        parts.push(Part::Table(for_people(facts, most)));
    }
    parts.push(Part::Table(rows(&facts.rows)));
    parts.push(data(vec![("other", Cell::List(facts.other.iter().map(|n| Cell::Ticket(*n)).collect()))]));
    let hidden = facts.rows.len().saturating_sub(most);
    if hidden > 0 {
        parts.push(Part::Prose(format!("{hidden} more: --all.")));
    }
    parts.extend(facts.rows.iter().filter(|row| row.returned > 0).map(|row| Part::Prose(returned(row))));
    parts.extend(
        facts.rows.iter().take(most).flat_map(|row| row.links.iter().take(LINKS).map(|link| linked(row, link))),
    );
    parts.extend(gone(&facts.gone, most).map(Part::Prose));
    parts.extend(unanswered(&facts.rows).map(Part::Prose));
    Report { title: format!("Topics: {}", facts.label), shape: Shape::Object, parts, notes: vec![] }
}

/// One sentence: how many tickets are in how many topics, or why there are none.
fn lead(facts: &TopicsFacts) -> String {
    let total = facts.tickets;
    let tickets = if total == 1 { "1 ticket".to_owned() } else { format!("{total} tickets") };
    let told: usize = facts.rows.iter().map(|row| row.tickets.len()).sum();
    match (total, told) {
        (0, _) => "No ticket was opened in this period.".to_owned(),
        (_, 0) if total < ENOUGH => format!("{tickets}: too few to tell what they share."),
        (_, 0) => format!("{tickets}, and no three of them share an issue."),
        _ => {
            let with = facts.rows.iter().filter(|row| !row.tickets.is_empty()).count();
            let topics = if with == 1 { "1 topic".to_owned() } else { format!("{with} topics") };
            let compared = match facts.before {
                0 => "The period before has no tickets to compare with.".to_owned(),
                n => format!("Compared with {}: {n}.", facts.before_label),
            };
            format!("{told} of {tickets} in {topics}. {compared}")
        }
    }
}

fn for_people(facts: &TopicsFacts, most: usize) -> Table {
    let with_before = facts.before > 0;
    let with_cost = facts.rows.iter().any(|row| row.cost.is_some());
    let with_time = facts.rows.iter().any(|row| row.minutes > 0);
    let with_clients = facts.rows.iter().any(|row| !row.clients.is_empty());
    let with_answer = facts.rows.iter().any(|row| row.answer.is_some());
    let with_decided = facts.rows.iter().any(|row| !row.told(Tongue::En).is_empty());
    let mut columns = vec![
        (true, Column::new("topic", "topic", Style::Right)),
        (true, Column::new("name", "", Style::Flex)),
        (true, Column::new("count", "tickets", Style::Right)),
        (with_before, Column::new("previous", "before", Style::Right)),
        (with_before, Column::new("trend", "trend", Style::Left)),
        (with_time, Column::new("minutes", "time", Style::Right)),
        (with_cost, Column::new("cost", "cost", Style::Right)),
        (with_clients, Column::new("clients", "clients", Style::Right)),
        (true, Column::new("examples", "such as", Style::Left)),
        (with_answer, Column::new("answer", "answer", Style::Left)),
        (with_decided, Column::new("decided", "decided", Style::Flex)),
        (true, Column::new("terms", "words", Style::Flex)),
    ];
    let rows = facts.rows.iter().take(most).map(|row| {
        let trend = row.trend.word();
        let cells = [
            Cell::Count(row.number),
            Cell::Text(row.name.clone()),
            Cell::Count(count(row.tickets.len())),
            Cell::Count(count(row.previous)),
            named(if row.tickets.is_empty() && row.previous == 0 { "" } else { trend }),
            if row.minutes > 0 { Cell::Minutes(row.minutes) } else { Cell::Empty },
            Cell::money(row.cost),
            Cell::Count(count(row.clients.len())),
            Cell::List(row.examples.iter().map(|n| Cell::Ticket(*n)).collect()),
            named(row.answer.as_deref().unwrap_or("–")),
            named(&row.told(Tongue::En)),
            Cell::Text(row.terms.iter().take(WORDS).map(String::as_str).collect::<Vec<_>>().join(" ")),
        ];
        cells.into_iter().zip(&columns).filter(|(_, (shown, _))| *shown).map(|(cell, _)| cell).collect()
    });
    let rows = rows.collect();
    columns.retain(|(shown, _)| *shown);
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    Table { audience: Audience::People, columns, rows, ..Table::default() }
}

fn rows(all: &[Row]) -> Table {
    let keys = ["topic", "name", "count", "previous", "terms", "tickets", "minutes", "cost"];
    let row = |row: &Row| {
        vec![
            Cell::Count(row.number),
            Cell::Text(row.name.clone()),
            Cell::Count(count(row.tickets.len())),
            Cell::Count(count(row.previous)),
            Cell::List(row.terms.iter().map(|term| named(term)).collect()),
            Cell::List(row.tickets.iter().map(|n| Cell::Ticket(*n)).collect()),
            Cell::Minutes(row.minutes),
            Cell::money(row.cost),
        ]
    };
    Table {
        key: "topics",
        audience: Audience::Data,
        columns: keys.map(Column::data).to_vec(),
        rows: all.iter().map(row).collect(),
        ..Table::default()
    }
}

/// What was there before and is not any more.
fn gone(gone: &[(String, usize)], most: usize) -> Option<String> {
    let told: Vec<String> = gone.iter().take(most).map(|(name, count)| format!("{name} ({count})")).collect();
    (!told.is_empty()).then(|| format!("Gone since the period before: {}.", told.join("; ")))
}

/// So many topics without an answer are told.
const UNANSWERED: usize = 5;

/// The topics that no saved answer helps with, what costs most first: where writing one pays.
fn unanswered(rows: &[Row]) -> Option<String> {
    let mut open: Vec<&Row> = rows.iter().filter(|row| row.answer.is_none() && !row.tickets.is_empty()).collect();
    open.sort_by_key(|row| std::cmp::Reverse((row.cost.map(|cost| cost.minor), row.minutes, row.tickets.len())));
    let took = |row: &Row| match row.minutes {
        0 if row.tickets.len() == 1 => "1 ticket".to_owned(),
        0 => format!("{} tickets", row.tickets.len()),
        minutes => spoken(minutes),
    };
    let told: Vec<String> = open.iter().take(UNANSWERED).map(|row| format!("{} ({})", row.name, took(row))).collect();
    let first = open.first()?.number;
    Some(format!("Without an answer: {}. To name one: desk topic answer {first} NAME.", told.join("; ")))
}

fn linked(row: &Row, (url, count): &(String, usize)) -> Part {
    Part::Prose(format!("{} (topic {}): {count} linked to {url}", row.name, row.number))
}

/// A fixed topic is there again.
pub(super) fn returned(row: &Row) -> String {
    let n = row.returned;
    let tickets = if n == 1 { "1 ticket".to_owned() } else { format!("{n} tickets") };
    format!("Back: {} (topic {}) was fixed, and {tickets} came since.", row.name, row.number)
}

/// What was decided about a topic, in a few words; empty where nothing was.
#[must_use]
pub fn standing(topic: &Known, tongue: Tongue) -> String {
    let fixed = topic.fixed.as_ref().map(|f| match &f.release {
        None => tongue.of("fixed", "исправлено").to_owned(),
        Some(release) => tongue.of(format!("fixed in {release}"), format!("исправлено в {release}")),
    });
    let plan = topic.plan.as_ref().map(|plan| planned(plan, tongue));
    let answer = topic.answer.as_ref().map(|name| tongue.of(format!("answer {name}"), format!("ответ {name}")));
    let pinned = topic.pinned.then(|| tongue.of("pinned", "закреплена").to_owned());
    [fixed, plan, answer, pinned].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn planned(plan: &Plan, tongue: Tongue) -> String {
    let who = plan.who.clone();
    let by = plan.by.map(|day| tongue.of(format!("by {day}"), format!("до {day}")));
    let around: Vec<String> = who.into_iter().chain(by).collect();
    if around.is_empty() { plan.text.clone() } else { format!("{} ({})", plan.text, around.join(", ")) }
}

/// What became of a topic, for a history.
#[must_use]
pub fn decided(id: i64, from: Option<&Known>, to: Option<&Known>) -> String {
    let Some(to) = to else { return format!("{id} forgotten") };
    let told = standing(to, Tongue::En);
    let name = from.filter(|from| from.name != to.name).map(|from| format!("{} → ", from.name)).unwrap_or_default();
    format!("{id} {name}{}{}{told}", to.name, if told.is_empty() { "" } else { ": " })
}

/// The topics that somebody has touched. JSON: `topic name pinned fixed_at fixed_in plan plan_who plan_by plan_at answer words[]`.
#[must_use]
pub fn known(all: &[Known]) -> Report {
    let columns = known_columns();
    let empty = "no topic has been touched yet: desk topics, then desk topic name 3 \"Card declined\"";
    let table =
        Table { key: "topics", columns, rows: all.iter().map(known_cells).collect(), empty, ..Table::default() };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}

/// What is told of a known topic.
pub(super) fn known_columns() -> Vec<Column> {
    vec![
        Column::new("topic", "topic", Style::Right),
        Column::new("name", "name", Style::Flex),
        Column { key: "decided", head: "decided", style: Style::Flex, shown: true },
        Column::data("pinned"),
        Column::data("fixed_at"),
        Column::data("fixed_in"),
        Column::data("plan"),
        Column::data("plan_who"),
        Column::data("plan_by"),
        Column::data("plan_at"),
        Column::data("answer"),
        Column::new("words", "words", Style::Flex),
    ]
}

pub(super) fn known_cells(topic: &Known) -> Vec<Cell> {
    let (fixed, plan) = (topic.fixed.as_ref(), topic.plan.as_ref());
    let words = topic.signatures.first().map(|s| s.heaviest()).unwrap_or_default();
    vec![
        Cell::Count(topic.id),
        Cell::Text(topic.name.clone()),
        Cell::text(Some(standing(topic, Tongue::En)).filter(|told| !told.is_empty())),
        Cell::Flag(topic.pinned),
        Cell::at(fixed.map(|f| f.at)),
        Cell::text(fixed.and_then(|f| f.release.as_deref())),
        Cell::text(plan.map(|p| p.text.as_str())),
        Cell::text(plan.and_then(|p| p.who.as_deref())),
        plan.and_then(|p| p.by).map_or(Cell::Empty, Cell::Day),
        Cell::at(plan.map(|p| p.at)),
        Cell::text(topic.answer.as_deref()),
        Cell::List(words.into_iter().map(Cell::Text).collect()),
    ]
}
