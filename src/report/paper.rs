//! Papers as programs read them. JSON: `number client period{from,to} sort issued_on due_on currency lines[{id ticket day agent
//! text activity contract actual_minutes billed_minutes covered_minutes overage_minutes flat_minutes free_minutes amount}]
//! fees[{contract kind minutes from to amount}] pools[…] estimates[…] net tax total balance`. People get the paper itself.

use super::figures::{data, period};
use super::{Audience, Cell, Column, Part, Report, Table};
use crate::domain::billing::paper::{Paper, Work};

/// A paper of the client with this handle, as data.
#[must_use]
pub fn paper(paper: &Paper, client: &str, draft: Option<&str>) -> Report {
    let p = paper;
    let day = |day: Option<crate::domain::time::Date>| day.map_or(Cell::Empty, Cell::Day);
    let head = data(vec![
        ("number", Cell::text(p.number.as_deref().or(draft))),
        ("client", Cell::Text(client.to_owned())),
        period(p.first, p.last),
        ("sort", Cell::Text(crate::domain::event::value(&p.sort).as_str().unwrap_or_default().to_owned())),
        ("issued_on", day(p.on)),
        ("due_on", day(p.due)),
        ("currency", Cell::Text(p.currency.to_string())),
    ]);
    let tax = p.tax.map_or(Cell::Empty, |tax| {
        let rate = format!("{}.{:03}", tax.rate / 1000, tax.rate % 1000);
        let rate = rate.trim_end_matches('0').trim_end_matches('.').to_owned();
        Cell::Record(vec![
            ("percent", Cell::Decimal(rate)),
            ("included", Cell::Flag(tax.included)),
            ("amount", Cell::Money(tax.amount)),
        ])
    });
    let sums = data(vec![
        ("actual_minutes", Cell::Minutes(p.time.actual_minutes)),
        ("billed_minutes", Cell::Minutes(p.time.billed_minutes)),
        ("covered_minutes", Cell::Minutes(p.time.covered_minutes)),
        ("overage_minutes", Cell::Minutes(p.time.overage_minutes)),
        ("flat_minutes", Cell::Minutes(p.time.flat_minutes)),
        ("free_minutes", Cell::Minutes(p.time.free_minutes)),
        ("net", Cell::Money(p.net)),
        ("tax", tax),
        ("total", Cell::Money(p.total)),
        ("balance", Cell::money(p.balance)),
    ]);
    let parts = vec![
        head,
        Part::Table(lines(&p.work)),
        Part::Table(fees(p)),
        Part::Table(pools(p)),
        Part::Table(estimates(p)),
        sums,
    ];
    Report { parts, ..Report::default() }
}

fn table(key: &'static str, columns: &[&'static str], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns.iter().map(|key| Column::data(key)).collect();
    Table { key, audience: Audience::Data, columns, rows, ..Table::default() }
}

fn lines(work: &[Work]) -> Table {
    let row = |w: &Work| {
        vec![
            Cell::Text(format!("t{}", w.entry)),
            w.ticket.map_or(Cell::Empty, Cell::Ticket),
            Cell::Text(w.subject.clone()),
            Cell::Day(w.day),
            Cell::Text(w.agent.clone()),
            Cell::Text(w.text.clone()),
            Cell::text(w.activity.as_deref()),
            Cell::text(w.contract.as_deref()),
            Cell::Minutes(w.actual_minutes),
            Cell::Minutes(w.billed_minutes),
            Cell::Minutes(w.covered_minutes),
            Cell::Minutes(w.overage_minutes),
            Cell::Minutes(w.flat_minutes),
            Cell::Minutes(w.free_minutes),
            Cell::money(w.rate),
            Cell::Money(w.amount),
        ]
    };
    let columns = [
        "id",
        "ticket",
        "subject",
        "day",
        "agent",
        "text",
        "activity",
        "contract",
        "actual_minutes",
        "billed_minutes",
        "covered_minutes",
        "overage_minutes",
        "flat_minutes",
        "free_minutes",
        "rate",
        "amount",
    ];
    table("lines", &columns, work.iter().map(row).collect())
}

fn fees(p: &Paper) -> Table {
    let rows = p.fees.iter().map(|fee| {
        vec![
            Cell::Text(fee.contract.clone()),
            Cell::Text(fee.kind.clone()),
            fee.minutes.map_or(Cell::Empty, Cell::Minutes),
            Cell::Day(fee.first),
            fee.last.map_or(Cell::Empty, Cell::Day),
            Cell::Money(fee.amount),
        ]
    });
    table("fees", &["contract", "kind", "minutes", "from", "to", "amount"], rows.collect())
}

fn pools(p: &Paper) -> Table {
    let rows = p.pools.iter().map(|pool| {
        vec![
            Cell::Text(pool.contract.clone()),
            Cell::Text(pool.kind.clone()),
            Cell::Day(pool.first),
            pool.last.map_or(Cell::Empty, Cell::Day),
            Cell::Minutes(pool.included_minutes),
            Cell::Minutes(pool.carried_minutes),
            Cell::Minutes(pool.used_minutes),
            Cell::Minutes(pool.left_minutes),
            Cell::Minutes(pool.overage_minutes),
            Cell::money(pool.money.map(|(held, _)| held)),
            Cell::money(pool.money.map(|(_, left)| left)),
        ]
    });
    let columns = [
        "contract",
        "kind",
        "from",
        "to",
        "included_minutes",
        "carried_minutes",
        "used_minutes",
        "left_minutes",
        "overage_minutes",
        "held",
        "left",
    ];
    table("pools", &columns, rows.collect())
}

fn estimates(p: &Paper) -> Table {
    let rows = p.estimates.iter().map(|e| {
        vec![
            Cell::Ticket(e.ticket),
            Cell::Text(e.subject.clone()),
            Cell::Minutes(e.estimate_minutes),
            Cell::Flag(e.approved),
            Cell::Minutes(e.billed_minutes),
        ]
    });
    table("estimates", &["ticket", "subject", "estimate_minutes", "approved", "billed_minutes"], rows.collect())
}
