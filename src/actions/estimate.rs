//! Estimates: how long a ticket will take, what of it the client has agreed to, and what the rest would cost him now.

use super::books::Books;
use super::worth;
use crate::desk::House;
use crate::domain::billing::duration::spoken;
use crate::domain::billing::invoice::{Estimate, posted};
use crate::domain::billing::ledger::{Facts, Ledger, Line, Part, Work};
use crate::domain::billing::money::Money;
use crate::domain::billing::rounding::Spread;
use crate::domain::event::{Event, Noun};
use crate::domain::ticket::Ticket;
use crate::domain::time::Minutes;
use crate::error::Result;
use crate::report::estimate as report;
use crate::store::{Reader, Tx};

/// Makes the estimate of a ticket what `to` says; none: it has none. Whether anything changed.
///
/// # Errors
/// Where the desk cannot be written.
pub fn set(tx: &mut Tx<'_>, ticket: i64, to: Option<Estimate>) -> Result<bool> {
    let (was, at) = (tx.estimate(ticket)?, tx.at);
    tx.apply([Event::about(Noun::Estimate, ticket, "estimate", &was, &to, at).in_history_of(Some(ticket))])?;
    Ok(was != to)
}

/// The estimate of a ticket and the minutes billed on it so far; none: nobody has estimated it.
///
/// # Errors
/// Books that cannot be counted.
pub fn progress(r: &mut Reader<'_>, house: &House, ticket: i64) -> Result<Option<(Estimate, Minutes)>> {
    let Some(estimate) = r.estimate(ticket)? else { return Ok(None) };
    Ok(Some((estimate, billed(r, house, ticket)?)))
}

/// Minutes billed on a ticket so far.
fn billed(r: &mut Reader<'_>, house: &House, ticket: i64) -> Result<Minutes> {
    let ids: Vec<i64> = r.entries_of_ticket(ticket)?.iter().filter(|e| !e.void).map(|e| e.id).collect();
    let mut worked = r.worked_in(&ids)?;
    worth::count(r, house, &mut worked)?;
    Ok(worked.iter().filter_map(|w| w.counted.as_ref()).map(|c| c.billed).sum())
}

/// The note where more is billed than the client agreed to, or than was estimated.
///
/// # Errors
/// Where the desk cannot be read; books that cannot be counted are no obstacle.
pub fn exceeded(r: &mut Reader<'_>, house: &House, ticket: i64) -> Result<Option<String>> {
    if r.estimate(ticket)?.is_none() {
        return Ok(None);
    }
    let Ok(Some((estimate, done))) = progress(r, house, ticket) else { return Ok(None) };
    let (limit, whose) = match estimate.approved {
        Some(approved) => (approved, "the client agreed to"),
        None => (estimate.minutes, "the estimate was"),
    };
    Ok((done > limit).then(|| {
        format!("{} billed on {ticket} by now, {whose} {}: desk estimate {ticket} …", spoken(done), spoken(limit))
    }))
}

/// What the rest of an estimate would cost now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is worked already.
    Worked(Minutes),
    /// The ticket's client has no contract, or there is no client.
    Nobodys,
    /// The contracts take it: minutes left of the pool of this name, and after it.
    Fits(String, Minutes, Minutes),
    /// A deposit pays it: money left of it, and after it.
    Paid(String, Money, Money),
    /// A fee pays it.
    InTheFee(String),
    /// It is paid by the hour: so much, of the contract of this name; whether that has a pool that is used up.
    Costs(Money, String, bool),
    /// No contract takes so many minutes.
    Unpriced(Minutes),
}

impl Verdict {
    /// Whether the client has to agree first.
    #[must_use]
    pub fn needs_approval(&self) -> bool {
        matches!(self, Verdict::Costs(..) | Verdict::Unpriced(_))
    }

    /// The verdict for a report.
    #[must_use]
    pub fn told(&self) -> report::Verdict {
        report::Verdict { said: self.said(), needs_approval: self.needs_approval(), cost: self.cost() }
    }

    /// What would be due; nothing where a pool or a fee pays.
    #[must_use]
    pub fn cost(&self) -> Option<Money> {
        match self {
            Verdict::Costs(money, ..) => Some(*money),
            Verdict::Paid(_, left, _) => Some(Money::zero(left.currency)),
            _ => None,
        }
    }

    /// The verdict in words.
    ///
    /// ```
    /// use frontdesk::actions::estimate::Verdict;
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let rub = |minor| Money::of(minor, Currency::of("RUB").unwrap());
    /// let said = |verdict: Verdict| verdict.said().replace('\u{a0}', " ");
    /// assert_eq!(said(Verdict::Fits("care".into(), 360, 180)), "fits: 6h left of care, 3h after it");
    /// assert_eq!(said(Verdict::Costs(rub(200_000), "care".into(), true)), "needs approval: 2 000.00 ₽ beyond care");
    /// assert_eq!(said(Verdict::Costs(rub(200_000), "hours".into(), false)), "needs approval: 2 000.00 ₽ by the hour (hours)");
    /// assert_eq!(said(Verdict::InTheFee("care".into())), "fits: in the fee of care");
    /// assert_eq!(said(Verdict::Nobodys), "no contract: at nobody's price");
    /// ```
    #[must_use]
    pub fn said(&self) -> String {
        match self {
            Verdict::Worked(billed) => format!("worked already: {} billed", spoken(*billed)),
            Verdict::Nobodys => "no contract: at nobody's price".to_owned(),
            Verdict::Fits(name, left, after) => {
                format!("fits: {} left of {name}, {} after it", spoken(*left), spoken(*after))
            }
            Verdict::Paid(name, left, after) => {
                format!("fits: {} left of {name}, {} after it", left.told(), after.told())
            }
            Verdict::InTheFee(name) => format!("fits: in the fee of {name}"),
            Verdict::Costs(money, name, true) => format!("needs approval: {} beyond {name}", money.told()),
            Verdict::Costs(money, name, false) => format!("needs approval: {} by the hour ({name})", money.told()),
            Verdict::Unpriced(minutes) => format!("needs approval: {} that no contract takes", spoken(*minutes)),
        }
    }
}

/// What an estimate of `minutes` for a ticket comes to today: what is not yet billed of it, drawn as if it were worked now,
/// within working hours.
///
/// # Errors
/// Books that cannot be counted.
pub fn weigh(r: &mut Reader<'_>, house: &House, ticket: &Ticket, minutes: Minutes) -> Result<Verdict> {
    let done = billed(r, house, ticket.id)?;
    let rest = minutes - done;
    if rest <= 0 {
        return Ok(Verdict::Worked(done));
    }
    let Some(client) = ticket.client else { return Ok(Verdict::Nobodys) };
    if !r.has_contract(client)? {
        return Ok(Verdict::Nobodys);
    }
    let books = Books::of(r, client, house, house.today)?;
    let day = posted(house.today, &books.covered).unwrap_or(house.today);
    let books = if day > house.today { Books::of(r, client, house, day)? } else { books };
    let mut work = books.work.clone();
    work.push(Work {
        id: i64::MAX,
        ticket: Some(ticket.id),
        day: house.today,
        posted: Some(day),
        agent: 0,
        minutes: rest,
        billable: true,
        contract: None,
        spread: Spread::default(),
    });
    let facts = Facts { contracts: &books.contracts, work: &work, rounding: house.rounding, as_of: day };
    let after = Ledger::of(&facts)?;
    let Some(line) = after.lines.iter().find(|line| line.entry == i64::MAX) else { return Ok(Verdict::Nobodys) };
    Ok(verdict(&books, &after, line))
}

fn verdict(books: &Books, after: &Ledger, line: &Line) -> Verdict {
    if line.contract.is_none() {
        return Verdict::Nobodys;
    }
    if line.unassigned > 0 {
        return Verdict::Unpriced(line.unassigned);
    }
    let name = |id| books.contract(id).map(|c| c.terms().name.clone()).unwrap_or_default();
    let pieces = after.pieces(line);
    let of = |part: fn(Part) -> bool| pieces.iter().find(|p| part(p.part)).and_then(|p| p.contract);
    let account = |ledger: &Ledger, (id, number): (i64, u32)| {
        ledger.accounts.iter().find(|a| a.contract == id && a.stretch.number == number).cloned()
    };
    if let (Some((id, number)), Some(amount)) = (of(|p| p == Part::Overage), line.amount) {
        let pooled = account(after, (id, number)).is_some_and(|a| a.purse.is_some() || a.included + a.carried_in > 0);
        return Verdict::Costs(amount, name(id), pooled);
    }
    let Some(period) = of(|p| matches!(p, Part::Covered(_))).or_else(|| of(|p| p == Part::Flat)) else {
        return Verdict::Nobodys;
    };
    match (account(&books.ledger, period), account(after, period)) {
        (Some(before), Some(now)) => match (before.purse, now.purse) {
            (Some(was), Some(is)) => Verdict::Paid(name(period.0), was.left, is.left),
            _ if now.included + now.carried_in > 0 => Verdict::Fits(name(period.0), before.left, now.left),
            _ => Verdict::InTheFee(name(period.0)),
        },
        (_, Some(now)) if now.included + now.carried_in > 0 => {
            Verdict::Fits(name(period.0), now.left + line.covered, now.left)
        }
        _ => Verdict::InTheFee(name(period.0)),
    }
}
