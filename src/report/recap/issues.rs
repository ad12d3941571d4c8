//! The issues that hurt most, at the head of the page, and the decisions about them: whether they worked.

use super::super::figures::{count, named};
use super::super::topics::{Row, standing};
use super::super::{Audience, Cell, Column, Part, Style, Table};
use super::words::{self, Span, TICKETS};
use super::{Decision, RecapFacts};
use crate::domain::tongue::Tongue;
use crate::domain::topic::Trend;

/// What was decided, and what came of it; nothing where nothing was.
pub(super) fn decisions(facts: &RecapFacts) -> Vec<Part> {
    let tongue = facts.tongue;
    let mut parts = Vec::new();
    if !facts.decisions.is_empty() {
        let columns = vec![
            Column::new("topic", tongue.of("topic", "тема"), Style::Right),
            Column::new("name", "", Style::Flex),
            Column::new("decided", tongue.of("decided", "решено"), Style::Flex),
            Column::new("count", tongue.of("tickets", "заявок"), Style::Right),
            Column::new("before", tongue.of("before", "раньше"), Style::Right),
            Column::new("outcome", tongue.of("so far", "что вышло"), Style::Left),
        ];
        let rows = facts.decisions.iter().map(|d| {
            let (now, before) = (Cell::Count(count(d.tickets)), Cell::Count(count(d.before)));
            vec![
                Cell::Count(d.topic),
                named(&d.name),
                named(&standing(&d.decided, tongue)),
                now,
                before,
                named(&outcome(d, tongue)),
            ]
        });
        let title = tongue.of("What was decided", "Что решили").to_owned();
        let rows = rows.collect();
        parts.push(Part::Table(Table { title, audience: Audience::People, columns, rows, ..Table::default() }));
    }
    let keys = ["topic", "name", "decided", "count", "before", "outcome"];
    let rows = facts.decisions.iter().map(|d| {
        let (now, before) = (Cell::Count(count(d.tickets)), Cell::Count(count(d.before)));
        vec![
            Cell::Count(d.topic),
            named(&d.name),
            named(&standing(&d.decided, Tongue::En)),
            now,
            before,
            named(&outcome(d, Tongue::En)),
        ]
    });
    let (columns, rows) = (keys.map(Column::data).to_vec(), rows.collect());
    parts.push(Part::Table(Table { key: "decisions", audience: Audience::Data, columns, rows, ..Table::default() }));
    parts
}

/// Of fewer tickets before, none now says little.
const ENOUGH: usize = 3;

/// Whether a decision worked, in a word or two.
fn outcome(d: &Decision, tongue: Tongue) -> String {
    let came = match (d.returned, Trend::of(d.tickets, d.before)) {
        (n @ 1.., _) => tongue.of(format!("back: {n} since it was fixed"), format!("вернулась: {n} после исправления")),
        (0, _) if d.early => tongue.of("too early", "рано судить").to_owned(),
        (0, _) if d.tickets == 0 && d.before < ENOUGH => {
            tongue.of("none, and too few before", "ни одной, но и раньше было мало").to_owned()
        }
        (0, _) if d.tickets == 0 => tongue.of("it works: none", "помогло: ни одной").to_owned(),
        (0, Trend::Falling | Trend::Gone) => tongue.of("it works: fewer", "помогает: меньше").to_owned(),
        (0, Trend::Rising | Trend::New) => tongue.of("not yet: more", "пока нет: больше").to_owned(),
        (0, Trend::AsBefore) => tongue.of("no change yet", "пока без перемен").to_owned(),
    };
    match d.overdue {
        Some(day) => tongue.of(format!("{came}; was to be done by {day}"), format!("{came}; срок был {day}")),
        None => came,
    }
}

/// The biggest issues for people, and those that are back although they were fixed; nothing where there are none.
pub(super) fn parts(facts: &RecapFacts, most: usize) -> Vec<Part> {
    let (all, tongue) = (&facts.topics, facts.tongue);
    let mut parts = Vec::new();
    if all.iter().any(|row| !row.tickets.is_empty()) {
        parts.push(Part::Table(shown(all, facts.span, most, tongue)));
        parts.extend(all.iter().filter(|row| row.returned > 0).map(|row| Part::Prose(returned(row, tongue))));
    }
    parts
}

/// A fixed topic is there again.
fn returned(row: &Row, tongue: Tongue) -> String {
    let n = tongue.counted(count(row.returned), TICKETS);
    let (name, number) = (&row.name, row.number);
    tongue.of(
        format!("Back: {name} (topic {number}) was fixed, and {n} came since."),
        format!("Вернулась: {name} (тема {number}) считалась исправленной, с тех пор {n}."),
    )
}

/// All of them for scripts.
pub(super) fn data(all: &[Row]) -> Part {
    let keys = ["topic", "name", "count", "before", "minutes"];
    let rows = all.iter().map(|row| {
        let mut cells = figures(row);
        cells.push(Cell::Minutes(row.minutes));
        cells
    });
    let rows = rows.collect();
    let columns = keys.map(Column::data).to_vec();
    Part::Table(Table { key: "topics", audience: Audience::Data, columns, rows, ..Table::default() })
}

fn figures(row: &Row) -> Vec<Cell> {
    let (now, before) = (Cell::Count(count(row.tickets.len())), Cell::Count(count(row.previous)));
    vec![Cell::Count(row.number), named(&row.name), now, before]
}

fn shown(all: &[Row], span: Span, most: usize, tongue: Tongue) -> Table {
    let rows: Vec<&Row> = all.iter().take(most).collect();
    let with = |has: fn(&Row) -> bool| rows.iter().any(|row| has(row));
    let wanted = [
        true,
        true,
        true,
        true,
        true,
        with(|row| row.minutes > 0),
        with(|row| row.cost.is_some()),
        with(|row| !row.clients.is_empty()),
        true,
        with(|row| !row.told(Tongue::En).is_empty()),
    ];
    let columns = [
        Column::new("topic", tongue.of("topic", "тема"), Style::Right),
        Column::new("name", "", Style::Flex),
        Column::new("count", tongue.of("tickets", "заявок"), Style::Right),
        Column::new("before", tongue.of("before", "раньше"), Style::Right),
        Column::new("trend", tongue.of("trend", "ход"), Style::Left),
        Column::new("minutes", tongue.of("time", "время"), Style::Right),
        Column::new("cost", tongue.of("cost", "стоило"), Style::Right),
        Column::new("clients", tongue.of("clients", "клиентов"), Style::Right),
        Column::new("examples", tongue.of("such as", "например"), Style::Left),
        Column::new("decided", tongue.of("decided", "решено"), Style::Flex),
    ];
    let cells = |row: &&Row| -> Vec<Cell> {
        let quiet = row.tickets.is_empty() && row.previous == 0;
        let mut cells = figures(row);
        cells.extend([
            named(if quiet { "" } else { words::trend(row.trend, tongue) }),
            if row.minutes > 0 { Cell::Minutes(row.minutes) } else { Cell::Empty },
            Cell::money(row.cost),
            Cell::Count(count(row.clients.len())),
            Cell::List(row.examples.iter().map(|n| Cell::Ticket(*n)).collect()),
            named(&row.told(tongue)),
        ]);
        kept(cells, &wanted)
    };
    let title =
        tongue.of(format!("The issues of {}", span.of(tongue)), format!("Главные проблемы {}", span.of(tongue)));
    let title =
        if all.len() > most { format!("{title} ({most} {} {})", tongue.of("of", "из"), all.len()) } else { title };
    let rows = rows.iter().map(cells).collect();
    Table { title, audience: Audience::People, columns: kept(columns.to_vec(), &wanted), rows, ..Table::default() }
}

fn kept<T>(all: Vec<T>, wanted: &[bool]) -> Vec<T> {
    all.into_iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(one, _)| one).collect()
}
