//! The page of a contract: what was agreed and when, where its period stands, and the entries that explain it.

use super::super::figures::data;
use super::{Standing, pairs, period_of};
use crate::domain::billing::contract::Terms;
use crate::domain::billing::duration::spoken;
use crate::domain::billing::ledger::{Account, Bucket, Line, Part as Paid, Piece};
use crate::domain::billing::money::Money;
use crate::domain::time::Date;
use crate::domain::worked::Worked;
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};
use chrono::Datelike;

/// What the page of a contract shows.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// Where it stands.
    pub standing: Standing<'a>,
    /// The entries of its period.
    pub rows: Vec<Row<'a>>,
    /// Its periods up to the day, where they are asked for.
    pub periods: Option<Vec<&'a Account>>,
    /// Whether the way of each entry is told.
    pub ledger: bool,
}

/// An entry on the page of a contract.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// The entry.
    pub worked: Worked,
    /// Its line.
    pub line: &'a Line,
    /// What pays for it, in all contracts.
    pub pieces: &'a [Piece],
    /// How it came about.
    pub because: String,
}

/// What is left of a period after each of its entries.
enum Balance {
    Minutes(i64),
    Money(Money),
    None,
}

/// An entry with what the contract has to do with it.
struct Reckoned<'a> {
    row: &'a Row<'a>,
    overage: i64,
    amount: Option<Money>,
    balance: Cell,
}

/// The page of one contract.
#[must_use]
pub fn page(p: &Page<'_>) -> Report {
    let s = &p.standing;
    let terms = s.terms();
    let mut parts = vec![data(s.cells()), data(vec![("terms", pairs(terms))]), Part::Prose(terms.told())];
    match s.account {
        Some(account) => parts.push(Part::Facts(facts(s, account))),
        None => parts.push(Part::Prose(format!("begins on {}", s.contract.start()))),
    }
    parts.push(Part::Prose(versions(s)));
    let reckoned = reckoned(p);
    if let Some(periods) = &p.periods {
        let named: Vec<(&str, &Account)> = periods.iter().map(|account| ("", *account)).collect();
        parts.push(Part::Table(periods_table(&named)));
    } else if p.ledger {
        parts.push(Part::Cards(cards(&reckoned)));
    } else {
        parts.push(Part::Table(entries(&reckoned)));
    }
    // The first table is what CSV gives.
    parts.extend([Part::Table(entries_data(&reckoned)), Part::Table(versions_data(s))]);
    Report { title: format!("{}  {}", s.client, terms.name), parts, ..Report::default() }
}

/// The pages of several, one after the other.
#[must_use]
pub fn several(pages: &[Page<'_>]) -> Report {
    let parts = pages.iter().map(|p| Part::Section(page(p))).collect();
    Report { shape: Shape::Each, parts, ..Report::default() }
}

fn facts(s: &Standing<'_>, account: &Account) -> Facts {
    let text = |text: String| Cell::text(Some(text).filter(|text| !text.is_empty()));
    let money = account.overage_amount.told();
    let overage = match account.overage {
        0 => String::new(),
        minutes => format!("{}: {money}", spoken(minutes)),
    };
    let due = account.due.map(|due| format!(", due {due}")).unwrap_or_default();
    let fee = account.fee.map(|fee| format!("{}{due}", fee.told())).unwrap_or_default();
    let beyond = if s.left().is_some() { "beyond it" } else { "by the hour" };
    let rows = vec![
        Fact::new("span", "period", text(days(account))),
        Fact::new("pool", "pool", text(pool(s, account))),
        Fact::new("until", "left", text(left(account))),
        Fact::new("flat", "by the fee", text(if account.flat > 0 { spoken(account.flat) } else { String::new() })),
        Fact::new("beyond", beyond, text(overage)),
        Fact::new("price", "price", text(fee)),
        Fact::new("told", "note", text(s.alerts_said().join(", "))),
    ];
    Facts { audience: Audience::People, rows, ..Facts::default() }
}

fn days(account: &Account) -> String {
    match account.stretch.last {
        Date::MAX => format!("from {} on", account.stretch.first),
        last => format!("{} … {last}", account.stretch.first),
    }
}

/// `10h + 2h carried in = 9h 35m used + 2h 25m left`
fn pool(s: &Standing<'_>, account: &Account) -> String {
    if let Some(purse) = account.purse {
        return format!("{} = {} used + {} left", purse.held.told(), purse.used.told(), purse.left.told());
    }
    if s.left().is_none() {
        return String::new();
    }
    let carried = match account.carried_in {
        0 => String::new(),
        minutes => format!(" + {} carried in", spoken(minutes)),
    };
    format!("{}{carried} = {} used + {} left", spoken(account.included), spoken(account.used), spoken(account.left))
}

/// `25m until 2026-10-31, 2h until 2026-11-30`
fn left(account: &Account) -> String {
    let one = |(minutes, last): &(i64, Option<Date>)| match last {
        Some(last) => format!("{} until {last}", spoken(*minutes)),
        None => format!("{} without an end", spoken(*minutes)),
    };
    account.expires.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What was agreed from which day on, as flags; of a change, what it changed.
fn versions(s: &Standing<'_>) -> String {
    let mut lines = vec!["agreed".to_owned()];
    let mut before: Option<&Terms> = None;
    for version in s.contract.versions() {
        let flags = before.map_or_else(|| version.terms.flags(), |before| version.terms.flags_after(before));
        lines.push(format!("  from {}: {flags}", version.from));
        before = Some(&version.terms);
    }
    lines.join("\n")
}

fn versions_data(s: &Standing<'_>) -> Table {
    let rows = s.contract.versions().iter().map(|version| vec![Cell::Day(version.from), pairs(&version.terms)]);
    let columns = ["from", "terms"].map(Column::data).to_vec();
    Table { key: "versions", audience: Audience::Data, columns, rows: rows.collect(), ..Table::default() }
}

/// The entries with the balance after each.
fn reckoned<'a>(p: &'a Page<'_>) -> Vec<Reckoned<'a>> {
    let s = &p.standing;
    let Some(account) = s.account else { return Vec::new() };
    let mut balance = match (account.purse, s.left()) {
        (Some(purse), _) => Balance::Money(purse.held),
        (None, Some((_, all))) => Balance::Minutes(all),
        (None, None) => Balance::None,
    };
    let own = |piece: &&Piece| piece.contract == Some((account.contract, account.stretch.number));
    let mut all = Vec::with_capacity(p.rows.len());
    for row in &p.rows {
        let (mut overage, mut amount) = (0, None);
        for piece in row.pieces.iter().filter(own) {
            match (piece.part, &mut balance) {
                (Paid::Overage, _) => {
                    overage += piece.minutes;
                    amount = piece.amount;
                }
                (Paid::Covered(_) | Paid::Flat, Balance::Minutes(left)) => *left -= piece.minutes,
                (Paid::Covered(_), Balance::Money(left)) => {
                    *left = piece.amount.and_then(|drawn| left.minus(drawn)).unwrap_or(*left);
                }
                _ => {}
            }
        }
        let balance = match balance {
            Balance::Minutes(left) => Cell::Minutes(left),
            Balance::Money(left) => Cell::Money(left),
            Balance::None => Cell::Empty,
        };
        all.push(Reckoned { row, overage, amount, balance });
    }
    all
}

fn origin(piece: &Piece) -> &'static str {
    match piece.part {
        Paid::Covered(Bucket::Opening) => "opening",
        Paid::Covered(Bucket::Carried(_)) => "carried",
        Paid::Covered(Bucket::Included) => "included",
        Paid::Covered(Bucket::Block) => "block",
        Paid::Covered(Bucket::Deposit) => "deposit",
        Paid::Overage => "overage",
        Paid::Flat => "flat",
        Paid::Free => "free",
        Paid::Unassigned => "unassigned",
    }
}

/// `20m carried + 10m for 666.67 ₽`: what is not worth a word is the hours of the period themselves.
fn paid_by(row: &Row<'_>) -> String {
    let one = |piece: &Piece| match (piece.part, piece.amount) {
        (Paid::Covered(Bucket::Included | Bucket::Block | Bucket::Deposit) | Paid::Flat, _) => spoken(piece.minutes),
        (Paid::Overage, Some(amount)) => format!("{} for {}", spoken(piece.minutes), amount.told()),
        (Paid::Free, _) => "free".to_owned(),
        (Paid::Unassigned, _) => format!("{} nobody", spoken(piece.minutes)),
        _ => format!("{} {}", spoken(piece.minutes), origin(piece)),
    };
    row.pieces.iter().map(one).collect::<Vec<_>>().join(" + ")
}

/// `25m → 30m`, where more or less is billed than was worked.
fn worked(line: &Line) -> String {
    match line.free > 0 || line.actual == line.billed {
        true => spoken(line.actual),
        false => format!("{} → {}", spoken(line.actual), spoken(line.billed)),
    }
}

/// `42  Cannot log in: cache cleared`
fn what(w: &Worked) -> String {
    let said = [w.subject.as_deref().unwrap_or_default(), w.entry.text.as_str()];
    let text = said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    w.entry.ticket.map_or(text.clone(), |number| format!("{number}  {text}"))
}

fn minutes_or_none(minutes: i64) -> Cell {
    if minutes == 0 { Cell::Empty } else { Cell::Minutes(minutes) }
}

fn entries(all: &[Reckoned<'_>]) -> Table {
    let columns = vec![
        Column::new("day", "day", Style::Left),
        Column::new("worked", "worked", Style::Right),
        Column::new("paid", "paid by", Style::Right),
        Column::new("balance", "left", Style::Right),
        Column::new("what", "what", Style::Flex),
        Column::new("agent", "who", Style::Left),
    ];
    let years = all.iter().map(|r| r.row.line.day.year());
    let one_year = years.clone().min() == years.max();
    let row = |r: &Reckoned<'_>| {
        let line = r.row.line;
        vec![
            if one_year { Cell::Text(line.day.format("%m-%d").to_string()) } else { Cell::Day(line.day) },
            Cell::Text(worked(line)),
            Cell::Text(paid_by(r.row)),
            r.balance.clone(),
            Cell::Text(what(&r.row.worked)),
            Cell::Text(r.row.worked.agent.clone()),
        ]
    };
    Table {
        key: "entries",
        audience: Audience::People,
        columns,
        rows: all.iter().map(row).collect(),
        empty: "nothing was worked in this period",
        ..Table::default()
    }
}

fn cards(all: &[Reckoned<'_>]) -> Table {
    let columns = vec![
        Column::new("id", "", Style::Left),
        Column::new("day", "", Style::Left),
        Column::new("what", "", Style::Left),
        Column::new("agent", "", Style::Left),
        Column::new("left", "", Style::Left),
        Column::new("because", "", Style::Body),
    ];
    let row = |r: &Reckoned<'_>| {
        let w = &r.row.worked;
        let left = match &r.balance {
            Cell::Minutes(minutes) => format!("{} left", spoken(*minutes)),
            Cell::Money(money) => format!("{} left", money.told()),
            _ => String::new(),
        };
        vec![
            Cell::Text(format!("t{}", w.entry.id)),
            Cell::Day(r.row.line.day),
            Cell::Text(what(w)),
            Cell::Text(w.agent.clone()),
            Cell::Text(left),
            Cell::Text(r.row.because.clone()),
        ]
    };
    let empty = "nothing was worked in this period";
    Table {
        key: "entries",
        audience: Audience::People,
        columns,
        rows: all.iter().map(row).collect(),
        empty,
        ..Table::default()
    }
}

fn entries_data(all: &[Reckoned<'_>]) -> Table {
    let columns = [
        "id",
        "day",
        "drawn_on",
        "ticket",
        "subject",
        "text",
        "agent",
        "actual_minutes",
        "billed_minutes",
        "covered_minutes",
        "overage_minutes",
        "amount",
        "parts",
        "balance",
        "because",
    ];
    let row = |r: &Reckoned<'_>| {
        let (w, line) = (&r.row.worked, r.row.line);
        let parts = r.row.pieces.iter().map(|piece| {
            Cell::Record(vec![
                ("from", Cell::Text(origin(piece).to_owned())),
                ("minutes", Cell::Minutes(piece.minutes)),
                ("amount", Cell::money(piece.amount)),
            ])
        });
        vec![
            Cell::Text(format!("t{}", w.entry.id)),
            Cell::Day(line.day),
            Cell::Day(line.on),
            line.ticket.map_or(Cell::Empty, Cell::Ticket),
            Cell::text(w.subject.as_deref()),
            Cell::Text(w.entry.text.clone()),
            Cell::Text(w.agent.clone()),
            Cell::Minutes(line.actual),
            Cell::Minutes(line.billed),
            Cell::Minutes(line.covered + line.flat),
            Cell::Minutes(r.overage),
            Cell::money(r.amount),
            Cell::List(parts.collect()),
            r.balance.clone(),
            Cell::Text(r.row.because.clone()),
        ]
    };
    let rows = all.iter().map(row).collect();
    Table {
        key: "entries",
        audience: Audience::Data,
        columns: columns.map(Column::data).to_vec(),
        rows,
        ..Table::default()
    }
}

/// One line for each period, with the name of its contract where there are several.
pub(super) fn periods_table(accounts: &[(&str, &Account)]) -> Table {
    let several = accounts.iter().any(|(name, _)| !name.is_empty());
    let mut columns = vec![
        Column::new("period", "period", Style::Left),
        Column::new("included_minutes", "included", Style::Right),
        Column::new("carried_minutes", "carried", Style::Right),
        Column::new("used_minutes", "used", Style::Right),
        Column::new("carried_out_minutes", "goes on", Style::Right),
        Column::new("expired_minutes", "lost", Style::Right),
        Column::new("left_minutes", "left", Style::Right),
        Column::new("overage_minutes", "beyond", Style::Right),
        Column::new("overage", "amount", Style::Right),
        Column::new("fee", "price", Style::Right),
    ];
    if several {
        columns.insert(0, Column::new("contract", "contract", Style::Flex));
    }
    let row = |(name, account): &(&str, &Account)| {
        let closed = |minutes| if account.closed { Cell::Minutes(minutes) } else { Cell::Empty };
        let used = if account.purse.is_some() {
            account.purse.map_or(0, |p| p.minutes)
        } else {
            account.used.max(account.flat)
        };
        let mut cells = vec![
            period_of(account).1,
            Cell::Minutes(account.included),
            Cell::Minutes(account.carried_in),
            Cell::Minutes(used),
            closed(account.carried_out),
            closed(account.expired),
            if account.closed { Cell::Empty } else { Cell::Minutes(account.left) },
            minutes_or_none(account.overage),
            if account.overage > 0 { Cell::Money(account.overage_amount) } else { Cell::Empty },
            Cell::money(account.fee),
        ];
        if several {
            cells.insert(0, Cell::Text((*name).to_owned()));
        }
        cells
    };
    let mut table = Table { key: "periods", columns, rows: accounts.iter().map(row).collect(), ..Table::default() };
    let zero = |at: usize| table.rows.iter().all(|row| matches!(row.get(at), Some(Cell::Minutes(0) | Cell::Empty)));
    let hidden: Vec<bool> = (0..table.columns.len()).map(zero).collect();
    for (column, hidden) in table.columns.iter_mut().zip(hidden) {
        column.shown &= !hidden;
    }
    table
}
