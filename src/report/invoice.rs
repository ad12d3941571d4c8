//! Invoices and payments in lists. JSON of an invoice: `number draft client period{from,to} state issued_on due_on total open
//! credits`; `number` is none for a draft, `draft` for the others.

use super::figures::data;
use super::{Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::billing::invoice::{Invoice, Payment};
use crate::domain::billing::money::Money;
use crate::domain::client::Client;
use crate::domain::time::Date;

/// Where an invoice stands, in a word.
fn state(of: &Invoice, open: Option<Money>, today: Date) -> &'static str {
    let left = open.map_or(0, |open| open.minor);
    match (of.number, of.credits, of.credited_by) {
        (None, ..) => "draft",
        (_, Some(_), _) => "credit note",
        (_, _, Some(_)) => "taken back",
        _ if left <= 0 => "paid",
        _ if of.due_on.is_some_and(|due| due < today) => "overdue",
        _ if left < of.total => "part paid",
        _ => "open",
    }
}

/// An invoice as a row.
#[must_use]
pub fn row(of: &Invoice, client: &Client, total: Option<Money>, open: Option<Money>, today: Date) -> Vec<Cell> {
    let day = |day: Option<Date>| day.map_or(Cell::Empty, Cell::Day);
    vec![
        Cell::Text(of.called()),
        of.number.map_or(Cell::Empty, Cell::Count),
        Cell::Text(client.handle.clone()),
        Cell::Text(state(of, open, today).to_owned()),
        Cell::money(total),
        Cell::money(open.filter(|_| of.stands())),
        day(of.due_on),
        Cell::Day(of.first),
        Cell::Day(of.last),
        day(of.issued_on),
    ]
}

fn table(rows: Vec<Vec<Cell>>, shown: bool) -> Table {
    let columns = vec![
        Column::new("id", "invoice", Style::Left),
        Column::data("number"),
        Column::new("client", "client", Style::Flex),
        Column::new("state", "state", Style::Left),
        Column::new("total", "total", Style::Right),
        Column::new("open", "open", Style::Right),
        Column::new("due_on", "due", Style::Left),
        Column::new("from", "from", Style::Left),
        Column::new("to", "to", Style::Left),
        Column::new("issued_on", "issued", Style::Left),
    ];
    let audience = if shown { super::Audience::All } else { super::Audience::Data };
    Table { key: "invoices", audience, columns, rows, empty: "no invoices: desk invoice CLIENT", ..Table::default() }
}

/// The list of invoices.
#[must_use]
pub fn list(rows: Vec<Vec<Cell>>) -> Report {
    Report { shape: Shape::List, parts: vec![Part::Table(table(rows, true))], ..Report::default() }
}

/// What a deed did to invoices.
#[must_use]
pub fn done(lines: &[String], rows: Vec<Vec<Cell>>, operation: Option<i64>) -> Report {
    let mut report = Report::of_deed(lines, operation);
    report.parts.push(Part::Table(table(rows, false)));
    report
}

fn payment(p: &Payment, client: &Client, number: Option<i64>) -> Vec<(&'static str, Cell)> {
    vec![
        ("id", Cell::Text(format!("p{}", p.id))),
        ("day", Cell::Day(p.day)),
        ("client", Cell::Text(client.handle.clone())),
        ("invoice", number.map_or(Cell::Empty, Cell::Count)),
        ("amount", Cell::Money(p.money)),
        ("text", Cell::Text(p.text.clone())),
    ]
}

/// A payment that was noted.
#[must_use]
pub fn paid(line: &str, p: &Payment, client: &Client, number: Option<i64>, operation: Option<i64>) -> Report {
    let mut report = Report::of_deed(&[line.to_owned()], operation);
    report.parts.push(data(vec![("payment", Cell::Record(payment(p, client, number)))]));
    report
}

/// Payments by day.
#[must_use]
pub fn payments(rows: &[(Payment, Client, Option<i64>)]) -> Report {
    let columns = vec![
        Column::data("id"),
        Column::new("day", "day", Style::Left),
        Column::new("client", "client", Style::Flex),
        Column::new("invoice", "invoice", Style::Right),
        Column::new("amount", "amount", Style::Right),
        Column::new("text", "what", Style::Flex),
    ];
    let cells = |(p, client, number): &(Payment, Client, Option<i64>)| {
        payment(p, client, *number).into_iter().map(|(_, cell)| cell).collect()
    };
    let table = Table {
        key: "payments",
        columns,
        rows: rows.iter().map(cells).collect(),
        empty: "no payments: desk invoice paid N",
        ..Table::default()
    };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}
