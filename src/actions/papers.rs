//! What goes on a client's papers: fees and worked time of a period, his pools, estimates, sums and tax. How papers look is
//! in `render/paper`.

use super::books::Books;
use crate::desk::House;
use crate::domain::billing::contract::Contract;
use crate::domain::billing::currency::Currency;
use crate::domain::billing::invoice::Invoice;
use crate::domain::billing::ledger::{Line, Part, Totals};
use crate::domain::billing::money::Money;
use crate::domain::billing::paper::{Estimated, Fee, Paper, Pool, Sort, Tax, Time, Work};
use crate::domain::client::Client;
use crate::domain::time::{Date, Minutes};
use crate::domain::worked::Worked;
use crate::error::{Error, Result};
use crate::store::Reader;
use std::collections::{BTreeMap, HashMap};

/// Entries that are looked up at once.
const AT_ONCE: usize = 500;

/// A paper and what stands behind it.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The paper.
    pub paper: Paper,
    /// The entries on it.
    pub entries: Vec<i64>,
    /// The fees on it: contract and number of the period.
    pub fees: Vec<(i64, u32)>,
    /// Minutes of its entries that nobody pays: no contract has a price for them.
    pub unpaid: Minutes,
    /// Minutes of the period that no contract takes; they are not on it.
    pub unassigned: Minutes,
}

/// What a paper takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// All of the period.
    All,
    /// What is on no invoice yet and has a contract.
    Open,
}

/// The statement of a period: every entry and fee of it, whether invoiced or not.
///
/// # Errors
/// Two currencies in one period, or money beyond counting.
pub fn statement(
    r: &mut Reader<'_>,
    books: &Books,
    client: &Client,
    house: &House,
    days: (Date, Date),
) -> Result<Drawn> {
    drawn(r, books, client, house, days, Scope::All)
}

/// What an invoice of a period comes to now: what is on no other invoice.
///
/// # Errors
/// As [`statement`].
pub fn invoice(r: &mut Reader<'_>, books: &Books, client: &Client, house: &House, days: (Date, Date)) -> Result<Drawn> {
    drawn(r, books, client, house, days, Scope::Open)
}

/// The paper that takes an invoice back: the same lines below zero.
#[must_use]
pub fn credit(of: &Paper, number: String, on: Date) -> Paper {
    let back = |money: Money| Money::of(money.minor.saturating_neg(), money.currency);
    let mut paper = of.clone();
    paper.sort = Sort::Credit;
    paper.of = of.number.clone().zip(of.on);
    (paper.number, paper.on, paper.due, paper.balance) = (Some(number), Some(on), None, None);
    for fee in &mut paper.fees {
        fee.amount = back(fee.amount);
    }
    for work in &mut paper.work {
        work.amount = back(work.amount);
    }
    paper.net = back(paper.net);
    paper.tax = paper.tax.map(|tax| Tax { amount: back(tax.amount), ..tax });
    paper.total = back(paper.total);
    paper
}

/// The act of an issued invoice: what was done and is taken.
#[must_use]
pub fn act(of: &Paper) -> Paper {
    Paper { sort: Sort::Act, of: of.number.clone().zip(of.on), due: None, balance: None, ..of.clone() }
}

/// What a client owes now: what was invoiced less what came in; below zero: he has paid ahead. None: nothing was ever
/// invoiced or paid in this currency.
pub fn owed(r: &mut Reader<'_>, client: i64, currency: Currency) -> Result<Option<Money>> {
    let invoiced = r.invoices(Some(client))?.into_iter().filter(|i| i.number.is_some()).map(|i| i.total());
    let paid =
        r.payments(Some(client))?.into_iter().map(|p| Money::of(p.money.minor.saturating_neg(), p.money.currency));
    let all: Vec<Money> = invoiced.chain(paid).filter(|money| money.currency == currency).collect();
    if all.is_empty() {
        return Ok(None);
    }
    Money::sum(all, currency).map(Some).ok_or_else(beyond)
}

/// What is open of an invoice: its total less what came in for it.
pub fn open_of(r: &mut Reader<'_>, invoice: &Invoice) -> Result<Money> {
    if !invoice.stands() {
        return Ok(Money::zero(invoice.currency));
    }
    let paid = r.payments(Some(invoice.client))?;
    let paid = paid.into_iter().filter(|p| p.invoice == Some(invoice.id)).map(|p| p.money);
    let paid = Money::sum(paid, invoice.currency).ok_or_else(beyond)?;
    invoice.total().minus(paid).ok_or_else(beyond)
}

/// How an invoice's number is printed.
#[must_use]
pub fn printed(house: &House, number: i64) -> String {
    format!("{}{number}", house.invoicing.prefix)
}

fn drawn(
    r: &mut Reader<'_>,
    books: &Books,
    client: &Client,
    house: &House,
    (first, last): (Date, Date),
    scope: Scope,
) -> Result<Drawn> {
    let taken = r.invoiced_fees(Some(client.id))?;
    let due = |day: Option<Date>| day.is_some_and(|day| first <= day && day <= last);
    let accounts: Vec<_> = books
        .ledger
        .accounts
        .iter()
        .filter(|a| due(a.due))
        .filter(|a| scope == Scope::All || !taken.contains(&(a.contract, a.stretch.number)))
        .filter_map(|a| Some((a, books.contract(a.contract)?, a.fee?)))
        .collect();
    let from = books.ledger.lines.partition_point(|line| line.on < first);
    let rows = books.ledger.between(first, last).iter().zip(books.invoices.get(from..).unwrap_or_default());
    let open =
        |(line, invoice): &(&Line, &Option<i64>)| scope == Scope::All || (invoice.is_none() && line.contract.is_some());
    let lines: Vec<&Line> = rows.clone().filter(open).map(|(line, _)| line).collect();
    let strays = rows.filter(|(line, invoice)| line.contract.is_none() && invoice.is_none()).map(|(line, _)| line);
    let unassigned = strays.map(|line| line.unassigned).sum();
    let currency = one_currency(books, client, house, &lines, accounts.iter().map(|(.., fee)| fee.currency))?;

    let names = Names::of(r, &lines)?;
    let work: Vec<Work> = lines.iter().map(|line| names.work(books, line, currency)).collect();
    let fees: Vec<Fee> = accounts.iter().map(|(account, contract, fee)| fee_of(account, contract, *fee)).collect();
    let sum = fees.iter().map(|fee| fee.amount).chain(work.iter().map(|work| work.amount));
    let net = Money::sum(sum, currency).ok_or_else(beyond)?;
    let tax =
        house.invoicing.tax.map(|(rate, included)| Tax::on(net, rate, included).ok_or_else(beyond)).transpose()?;
    let total = tax.map_or(Some(net), |tax| tax.total(net)).ok_or_else(beyond)?;
    let totals = Totals::of(&lines.iter().map(|line| (*line).clone()).collect::<Vec<_>>()).ok_or_else(beyond)?;
    let lang = client.lang.clone().unwrap_or_else(|| house.lang.clone());
    let note = house.invoicing.tax_note.clone();
    let paper = Paper {
        sort: if scope == Scope::All { Sort::Statement } else { Sort::Invoice },
        number: None,
        tax_note: note.unwrap_or_else(|| if lang == "ru" { "Без НДС" } else { "No tax" }.to_owned()),
        lang,
        on: None,
        due: None,
        first,
        last,
        currency,
        ours: house.details.clone(),
        theirs: theirs(client),
        of: None,
        pools: pools(books, first, last),
        estimates: estimates(r, books, client, &lines, last)?,
        time: Time::of(&totals),
        fees,
        work,
        net,
        tax,
        total,
        balance: owed(r, client.id, currency)?,
        note: house.invoicing.note.clone(),
    };
    Ok(Drawn {
        paper,
        entries: lines.iter().map(|line| line.entry).collect(),
        fees: accounts.iter().map(|(account, ..)| (account.contract, account.stretch.number)).collect(),
        unpaid: if scope == Scope::Open { totals.unassigned } else { 0 },
        unassigned,
    })
}

/// The one currency of a period.
fn one_currency(
    books: &Books,
    client: &Client,
    house: &House,
    lines: &[&Line],
    fees: impl Iterator<Item = Currency>,
) -> Result<Currency> {
    let due = lines.iter().filter_map(|line| line.amount).filter(|amount| amount.minor != 0).map(|a| a.currency);
    let mut all: Vec<Currency> = Vec::new();
    for currency in fees.chain(due) {
        if !all.contains(&currency) {
            all.push(currency);
        }
    }
    match all.as_slice() {
        [one] => Ok(*one),
        [] => {
            let agreed = books.contracts.last().map(|contract| contract.terms().currency).or(house.currency);
            agreed.map_or_else(|| Ok(Currency::of(if house.lang == "ru" { "RUB" } else { "EUR" })?), Ok)
        }
        [one, other, ..] => {
            Err(Error::refused(format!("{} was billed in {one} and in {other} in this period", client.handle))
                .hint("ask for a shorter period: in:2026-11-01..2026-11-15"))
        }
    }
}

fn theirs(client: &Client) -> BTreeMap<String, String> {
    let mut all = client.details.clone();
    all.entry("name".to_owned()).or_insert_with(|| client.name.clone());
    all
}

fn fee_of(account: &crate::domain::billing::ledger::Account, contract: &Contract, amount: Money) -> Fee {
    let terms = contract.terms_on(account.stretch.first);
    let hours = matches!(terms.kind.word(), "prepaid" | "block") || account.included > 0;
    Fee {
        contract: terms.name.clone(),
        kind: terms.kind.word().to_owned(),
        minutes: hours.then_some(account.included),
        first: account.stretch.first,
        last: Some(account.stretch.last).filter(|last| *last != Date::MAX),
        amount,
    }
}

/// The pools that a period touches.
fn pools(books: &Books, first: Date, last: Date) -> Vec<Pool> {
    let touched = books.ledger.accounts.iter().filter(|a| a.stretch.first <= last && first <= a.stretch.last);
    let pool = |a| {
        let a: &crate::domain::billing::ledger::Account = a;
        let terms = books.contract(a.contract)?.terms_on(a.stretch.first);
        Some(Pool::of(&terms.name, terms.kind.word(), a))
    };
    touched.filter_map(pool).collect()
}

/// The tickets of these lines that have an estimate, and what has been billed for them up to the last day.
fn estimates(
    r: &mut Reader<'_>,
    books: &Books,
    client: &Client,
    lines: &[&Line],
    last: Date,
) -> Result<Vec<Estimated>> {
    let here: std::collections::HashSet<i64> = lines.iter().filter_map(|line| line.ticket).collect();
    let mut all = Vec::new();
    for (ticket, estimate, subject) in r.estimates(client.id)? {
        if here.contains(&ticket) {
            let so_far = books.ledger.lines.iter().filter(|line| line.ticket == Some(ticket) && line.on <= last);
            all.push(Estimated {
                ticket,
                subject,
                estimate_minutes: estimate.minutes,
                approved: estimate.is_approved(),
                billed_minutes: so_far.map(|line| line.billed).sum(),
            });
        }
    }
    Ok(all)
}

/// The names that lines are shown with.
struct Names {
    worked: HashMap<i64, Worked>,
}

impl Names {
    fn of(r: &mut Reader<'_>, lines: &[&Line]) -> Result<Names> {
        let mut worked = HashMap::with_capacity(lines.len());
        for some in lines.chunks(AT_ONCE) {
            let ids: Vec<i64> = some.iter().map(|line| line.entry).collect();
            worked.extend(r.worked_in(&ids)?.into_iter().map(|w| (w.entry.id, w)));
        }
        Ok(Names { worked })
    }

    fn work(&self, books: &Books, line: &Line, currency: Currency) -> Work {
        let known = self.worked.get(&line.entry);
        let by_the_hour = books.ledger.pieces(line).iter().find(|piece| piece.part == Part::Overage);
        let payer = by_the_hour.and_then(|piece| books.contract(piece.contract?.0));
        let contract = payer.or_else(|| books.contract(line.contract?));
        Work {
            entry: line.entry,
            ticket: line.ticket,
            subject: known.and_then(|w| w.subject.clone()).unwrap_or_default(),
            day: line.day,
            agent: known.map(|w| w.agent.clone()).unwrap_or_default(),
            text: known.map(|w| w.entry.text.clone()).unwrap_or_default(),
            activity: known.and_then(|w| w.entry.activity.clone()),
            contract: contract.map(|contract| contract.terms_on(line.on).name.clone()),
            actual_minutes: line.actual,
            billed_minutes: line.billed,
            covered_minutes: line.covered,
            overage_minutes: line.overage,
            flat_minutes: line.flat,
            free_minutes: line.free,
            rate: payer.and_then(|contract| contract.terms_on(line.day).beyond()),
            amount: line.amount.filter(|amount| amount.minor != 0).unwrap_or(Money::zero(currency)),
        }
    }
}

fn beyond() -> Error {
    Error::refused("the sum is beyond counting").hint("ask for a shorter period")
}
