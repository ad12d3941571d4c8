//! `desk agent rota`: who has duty day by day, who is away, who can take no more. The rule is in `domain::rota`.

use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Style, Table};
use crate::domain::rota::{Days, Duty};
use crate::domain::time::Date;

/// Everything the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The days, one after the other.
    pub days: Vec<(Date, Duty)>,
    /// Absences that these days meet: who and when, by their beginning.
    pub away: Vec<(String, Days)>,
    /// Who has as many open tickets as he gets at most: who, how many, his limit.
    pub full: Vec<(String, i64, i64)>,
    /// The period with its zone.
    pub label: String,
    /// Whether anybody ever has duty.
    pub set: bool,
}

/// How to begin where no rota is set.
const HOW_TO_BEGIN: &str = "nobody has duty: no rota is set. To begin, by weekday:

  desk config set rota.mon mila
  desk config set rota.tue oleg,mila

or week by week in turn:

  desk config set rota.from 2026-11-02       # the Monday of the first name's week
  desk config set rota.weeks mila,oleg";

/// The page. Data: `from to days[{day,weekday,duty[],away[],stands_in}] absences[{agent,first,last}] full[{agent,open,limit}]`.
#[must_use]
pub fn page(p: &Page) -> Report {
    let ends = [p.days.first(), p.days.last()].map(|day| day.map_or(Cell::Empty, |(day, _)| Cell::Day(*day)));
    let [from, to] = ends;
    let rows = vec![Fact::data("from", from), Fact::data("to", to)];
    let mut report = Report { title: format!("Duty {}", p.label), ..Report::default() };
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    report.parts.extend([Part::Table(for_people(p)), Part::Table(for_data(p))]);
    if !p.set {
        report.parts.push(Part::Prose(HOW_TO_BEGIN.to_owned()));
    }
    report.parts.extend([Part::Table(absences(p)), Part::Table(full(p))]);
    report
}

fn names(names: &[String]) -> Cell {
    Cell::List(names.iter().map(|name| Cell::Text(name.clone())).collect())
}

fn for_data(p: &Page) -> Table {
    let cells = |(day, duty): &(Date, Duty)| {
        let weekday = Cell::Text(day.format("%a").to_string().to_lowercase());
        vec![Cell::Day(*day), weekday, names(&duty.on), names(&duty.away), Cell::Flag(duty.stands_in)]
    };
    Table {
        key: "days",
        audience: Audience::Data,
        columns: ["day", "weekday", "duty", "away", "stands_in"].map(Column::data).to_vec(),
        rows: p.days.iter().map(cells).collect(),
        ..Table::default()
    }
}

fn for_people(p: &Page) -> Table {
    let columns = vec![
        Column::new("day", "day", Style::Left),
        Column::new("weekday", "", Style::Left),
        Column::new("duty", "duty", Style::Flex),
        Column::new("away", "", Style::Flex),
    ];
    let cells = |(day, duty): &(Date, Duty)| {
        let on = if duty.on.is_empty() { "–".to_owned() } else { duty.on.join(", ") };
        vec![Cell::Day(*day), Cell::Text(day.format("%a").to_string()), Cell::Text(on), Cell::text(why(duty))]
    };
    let rows = if p.set { p.days.iter().map(cells).collect() } else { Vec::new() };
    Table { key: "days", audience: Audience::People, columns, rows, ..Table::default() }
}

/// Why it is not those whose turn it is: `mila is away, oleg stands in`.
#[must_use]
pub fn why(duty: &Duty) -> Option<String> {
    if duty.away.is_empty() {
        return None;
    }
    let verb = if duty.away.len() == 1 { "is" } else { "are" };
    let away = format!("{} {verb} away", duty.away.join(", "));
    Some(match duty.on.as_slice() {
        [] => format!("{away}, nobody is left"),
        [one] if duty.stands_in => format!("{away}, {one} stands in"),
        _ => away,
    })
}

fn titled(title: &str, empty: bool) -> String {
    if empty { String::new() } else { title.to_owned() }
}

fn absences(p: &Page) -> Table {
    let columns = vec![
        Column::new("agent", "agent", Style::Left),
        Column::new("first", "from", Style::Left),
        Column::new("last", "to", Style::Left),
    ];
    let cells =
        |(who, days): &(String, Days)| vec![Cell::Text(who.clone()), Cell::Day(days.first), Cell::Day(days.last)];
    let rows = p.away.iter().map(cells).collect();
    Table { key: "absences", title: titled("Away", p.away.is_empty()), columns, rows, ..Table::default() }
}

fn full(p: &Page) -> Table {
    let columns = vec![
        Column::new("agent", "agent", Style::Left),
        Column::new("open", "open", Style::Right),
        Column::new("limit", "limit", Style::Right),
    ];
    let cells =
        |(who, open, most): &(String, i64, i64)| vec![Cell::Text(who.clone()), Cell::Count(*open), Cell::Count(*most)];
    let rows = p.full.iter().map(cells).collect();
    Table { key: "full", title: titled("Limit reached", p.full.is_empty()), columns, rows, ..Table::default() }
}
