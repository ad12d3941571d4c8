//! What clients bring in and cost. JSON: `period{from,to} clients[{client currency received due actual_minutes cost result rate
//! given_away_minutes trend[] break_even over{contract,periods} mrr ltv months[{month …}]}] totals[{currency …}] agents[{agent
//! actual_minutes billable_minutes available_minutes utilisation_percent}]`; the unprofitable first.

use super::figures::{data, period};
use super::{Audience, Cell, Column, Part, Report, Style, Table};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::effective::{effective_rate, utilisation};
use crate::domain::billing::margin::{Figures, Margin};
use crate::domain::billing::money::Money;
use crate::domain::period::Period;
use crate::domain::time::Minutes;

/// A client and what he brings in.
#[derive(Debug, Clone)]
pub struct Row {
    /// His handle.
    pub client: String,
    /// His figures.
    pub reckoned: Margin,
}

/// The hours of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByAgent {
    /// His name.
    pub name: String,
    /// All his minutes.
    pub minutes: Minutes,
    /// The billable ones.
    pub billable: Minutes,
    /// Working minutes of the period; none: the desk has no working hours.
    pub available: Option<Minutes>,
}

/// The report.
#[must_use]
pub fn report(of: &Period, mut rows: Vec<Row>, agents: &[ByAgent], monthly: bool) -> Report {
    let worst = |row: &Row| (row.reckoned.all.result.is_none(), row.reckoned.all.result.map_or(0, |m| m.minor));
    rows.sort_by(|a, b| worst(a).cmp(&worst(b)).then_with(|| a.client.cmp(&b.client)));
    let totals = totals(&rows);
    let mut parts = vec![
        data(vec![period(of.first, of.last)]),
        Part::Table(clients_for_data(&rows)),
        Part::Table(if monthly { months(&rows) } else { clients(&rows, &totals) }),
        Part::Table(totals_for_data(&totals)),
        Part::Table(team_for_data(agents)),
    ];
    let lasting = lasting(&rows);
    if !lasting.is_empty() {
        parts.push(Part::Prose(lasting.join("\n")));
    }
    let advice: Vec<String> = rows.iter().filter_map(advice).collect();
    if !advice.is_empty() {
        parts.push(Part::Prose(advice.join("\n")));
    }
    if !agents.is_empty() {
        parts.push(Part::Table(team(agents)));
    }
    let mut notes = Vec::new();
    if rows.iter().any(|row| row.reckoned.all.minutes > 0 && row.reckoned.all.cost.is_none()) {
        notes.push("some hours have no price, so their cost is open: desk agent cost NAME 1500".to_owned());
    }
    if agents.iter().any(|agent| agent.available.is_none()) {
        notes.push("utilisation needs working hours: a [calendar] in the shared settings".to_owned());
    }
    Report { title: format!("What clients bring in and cost, {}", of.label()), parts, notes, ..Report::default() }
}

/// What contracts bring in a month, and what all these clients ever paid, by currency.
fn lasting(rows: &[Row]) -> Vec<String> {
    let mut sums: Vec<(Money, Money)> = Vec::new();
    for m in rows.iter().map(|row| &row.reckoned) {
        match sums.iter_mut().find(|(mrr, _)| mrr.currency == m.mrr.currency) {
            Some((mrr, ltv)) => {
                (*mrr, *ltv) = (mrr.plus(m.mrr).unwrap_or(*mrr), ltv.plus(m.lifetime).unwrap_or(*ltv));
            }
            None => sums.push((m.mrr, m.lifetime)),
        }
    }
    let said = |(mrr, ltv): &(Money, Money)| format!("MRR {} · ever received {}", mrr.told(), ltv.told());
    sums.iter().filter(|(mrr, ltv)| mrr.minor != 0 || ltv.minor != 0).map(said).collect()
}

/// What to do about a client, in a line.
fn advice(row: &Row) -> Option<String> {
    let m = &row.reckoned;
    let mut said = Vec::new();
    if m.is_loss() {
        let price =
            m.break_even.map(|price| format!("; the price of a period at which he would not: {}", price.told()));
        let lost = m.all.result.map(|result| Money::of(-result.minor, result.currency).told()).unwrap_or_default();
        said.push(format!("costs {lost} more than he pays{}", price.unwrap_or_default()));
    }
    if let Some((contract, periods)) = &m.over {
        said.push(format!("over the pool of {contract} {periods} periods running: offer the next plan"));
    }
    (!said.is_empty()).then(|| format!("{}: {}", row.client, said.join("; ")))
}

fn about(money: Option<Money>) -> Cell {
    money.map_or(Cell::Empty, |money| Cell::Text(money.about()))
}

fn columns(first: Vec<Column>, last: Vec<Column>) -> Vec<Column> {
    let middle = [
        Column::new("actual_minutes", "hours", Style::Right),
        Column::new("received", "received", Style::Right),
        Column::new("due", "due", Style::Right),
        Column::new("cost", "cost", Style::Right),
        Column::new("result", "result", Style::Right),
        Column::new("rate", "rate/h", Style::Right),
    ];
    first.into_iter().chain(middle).chain(last).collect()
}

fn figures(f: &Figures) -> [Cell; 6] {
    [
        Cell::Minutes(f.minutes),
        about(Some(f.received)),
        about(Some(f.due)),
        about(f.cost),
        about(f.result),
        about(f.rate),
    ]
}

fn clients(rows: &[Row], totals: &[(Currency, Figures)]) -> Table {
    let cells = |row: &Row| {
        let m = &row.reckoned;
        let mut cells = vec![Cell::Text(row.client.clone())];
        cells.extend(figures(&m.all));
        cells.push(Cell::Minutes(m.all.given_away));
        cells.push(Cell::Spark(m.trend.iter().copied().map(Some).collect()));
        cells
    };
    let last =
        vec![Column::new("given_away_minutes", "free", Style::Right), Column::new("trend", "6 months", Style::Left)];
    let total = match totals {
        [(_, f)] if rows.len() > 1 => {
            let mut cells = vec![Cell::Text("total".to_owned())];
            cells.extend(figures(f));
            cells.extend([Cell::Minutes(f.given_away), Cell::Empty]);
            Some(cells)
        }
        _ => None,
    };
    Table {
        key: "rows",
        audience: Audience::People,
        columns: columns(vec![Column::new("client", "client", Style::Flex)], last),
        rows: rows.iter().map(cells).collect(),
        total,
        empty: "nothing was worked, due or paid",
        ..Table::default()
    }
}

fn months(rows: &[Row]) -> Table {
    let cells = rows.iter().flat_map(|row| {
        row.reckoned.months.iter().map(|(month, f)| {
            let mut cells = vec![Cell::Text(row.client.clone()), Cell::Text(month.format("%Y-%m").to_string())];
            cells.extend(figures(f));
            cells
        })
    });
    let first = vec![Column::new("client", "client", Style::Flex), Column::new("month", "month", Style::Left)];
    Table {
        key: "rows",
        audience: Audience::People,
        columns: columns(first, Vec::new()),
        rows: cells.collect(),
        empty: "nothing was worked, due or paid",
        ..Table::default()
    }
}

/// The sums of all clients in each currency.
fn totals(rows: &[Row]) -> Vec<(Currency, Figures)> {
    let mut sums: Vec<(Currency, Figures)> = Vec::new();
    for row in rows {
        let f = row.reckoned.all;
        let currency = f.due.currency;
        match sums.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, sum)) => *sum = plus(*sum, f),
            None => sums.push((currency, f)),
        }
    }
    sums
}

/// Two figures of one currency together; where a cost is open, so is the sum.
fn plus(a: Figures, b: Figures) -> Figures {
    let add = |a: Money, b: Money| a.plus(b).unwrap_or(a);
    let both = |a: Option<Money>, b: Option<Money>| a.zip(b).map(|(a, b)| add(a, b));
    let (received, minutes) = (add(a.received, b.received), a.minutes + b.minutes);
    Figures {
        received,
        due: add(a.due, b.due),
        minutes,
        cost: both(a.cost, b.cost),
        result: both(a.result, b.result),
        rate: effective_rate(received, minutes),
        given_away: a.given_away + b.given_away,
    }
}

fn record(f: &Figures) -> Vec<(&'static str, Cell)> {
    vec![
        ("currency", Cell::Text(f.due.currency.to_string())),
        ("actual_minutes", Cell::Minutes(f.minutes)),
        ("received", Cell::Money(f.received)),
        ("due", Cell::Money(f.due)),
        ("cost", Cell::money(f.cost)),
        ("result", Cell::money(f.result)),
        ("rate", Cell::money(f.rate)),
        ("given_away_minutes", Cell::Minutes(f.given_away)),
    ]
}

fn of_records(key: &'static str, rows: Vec<Vec<(&'static str, Cell)>>) -> Table {
    let columns = rows.first().map(|row| row.iter().map(|(key, _)| Column::data(key)).collect()).unwrap_or_default();
    let rows = rows.into_iter().map(|row| row.into_iter().map(|(_, cell)| cell).collect()).collect();
    Table { key, audience: Audience::Data, columns, rows, ..Table::default() }
}

fn clients_for_data(rows: &[Row]) -> Table {
    let row = |row: &Row| {
        let m = &row.reckoned;
        let mut cells = vec![("client", Cell::Text(row.client.clone()))];
        cells.extend(record(&m.all));
        let month = |(month, f): &(crate::domain::time::Date, Figures)| {
            let mut cells = vec![("month", Cell::Text(month.format("%Y-%m").to_string()))];
            cells.extend(record(f));
            Cell::Record(cells)
        };
        let over = m.over.as_ref().map(|(contract, periods)| {
            let periods = i64::try_from(*periods).unwrap_or(i64::MAX);
            Cell::Record(vec![("contract", Cell::Text(contract.clone())), ("periods", Cell::Count(periods))])
        });
        cells.extend([
            ("trend", Cell::Spark(m.trend.iter().copied().map(Some).collect())),
            ("break_even", Cell::money(m.break_even)),
            ("over", over.unwrap_or_default()),
            ("mrr", Cell::Money(m.mrr)),
            ("ltv", Cell::Money(m.lifetime)),
            ("months", Cell::List(m.months.iter().map(month).collect())),
        ]);
        cells
    };
    of_records("clients", rows.iter().map(row).collect())
}

fn totals_for_data(totals: &[(Currency, Figures)]) -> Table {
    of_records("totals", totals.iter().map(|(_, f)| record(f)).collect())
}

fn share(agent: &ByAgent) -> Cell {
    let share = agent.available.and_then(|available| utilisation(agent.billable, available));
    share.map_or(Cell::Empty, Cell::Permille)
}

fn team_row(agent: &ByAgent) -> Vec<(&'static str, Cell)> {
    vec![
        ("agent", Cell::Text(agent.name.clone())),
        ("actual_minutes", Cell::Minutes(agent.minutes)),
        ("billable_minutes", Cell::Minutes(agent.billable)),
        ("available_minutes", agent.available.map_or(Cell::Empty, Cell::Minutes)),
        ("utilisation_percent", share(agent)),
    ]
}

fn team_for_data(agents: &[ByAgent]) -> Table {
    of_records("agents", agents.iter().map(team_row).collect())
}

fn team(agents: &[ByAgent]) -> Table {
    let columns = vec![
        Column::new("agent", "who", Style::Flex),
        Column::new("actual_minutes", "worked", Style::Right),
        Column::new("billable_minutes", "billable", Style::Right),
        Column::new("available_minutes", "available", Style::Right),
        Column::new("utilisation_percent", "utilisation", Style::Right),
    ];
    let rows = agents.iter().map(|agent| team_row(agent).into_iter().map(|(_, cell)| cell).collect()).collect();
    Table {
        key: "team",
        title: "Utilisation".to_owned(),
        audience: Audience::People,
        columns,
        rows,
        ..Table::default()
    }
}
