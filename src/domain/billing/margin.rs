//! What a client brings in and what he costs: by month and in all. The formulas are in `effective`; which hours are paid by
//! what is in `ledger`.

use super::contract::{Contract, Kind, stretch::Every};
use super::currency::Currency;
use super::effective::{break_even, effective_rate, running_over};
use super::ledger::{Account, Ledger};
use super::money::Money;
use crate::domain::time::{Date, Minutes};
use chrono::{Datelike, Months};

/// What an hour of somebody costs from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Whose hour.
    pub agent: i64,
    /// The first day.
    pub from: Date,
    /// What it costs.
    pub hour: Money,
}

/// What is known of a client.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// His contracts.
    pub contracts: &'a [Contract],
    /// His ledger, up to the last day or later.
    pub ledger: &'a Ledger,
    /// What came in from him, ever: day and money.
    pub payments: &'a [(Date, Money)],
    /// What hours cost.
    pub prices: &'a [Price],
    /// What he is billed in.
    pub currency: Currency,
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

/// Figures of some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Money that came in.
    pub received: Money,
    /// Fees that fell due, and hours beyond the pools: without tax.
    pub due: Money,
    /// All real minutes.
    pub minutes: Minutes,
    /// What these cost; none: somebody's hour has no price in this currency.
    pub cost: Option<Money>,
    /// `due − cost`.
    pub result: Option<Money>,
    /// Money received by real hour.
    pub rate: Option<Money>,
    /// Minutes that nobody pays: given away, or of no contract.
    pub given_away: Minutes,
}

/// What a client brings in and costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Margin {
    /// Of all the days.
    pub all: Figures,
    /// Of each month that the days touch; the first day of it stands for it.
    pub months: Vec<(Date, Figures)>,
    /// Real minutes of the last six months, the last day's month at the end.
    pub trend: Vec<Minutes>,
    /// The price of a period at which his contract would have covered its cost; none: he has no fee, or a cost is unknown.
    pub break_even: Option<Money>,
    /// The contract that is over its pool, and for how many periods running, from three on.
    pub over: Option<(String, usize)>,
    /// What his running contracts bring in a month, at the end of the days.
    pub mrr: Money,
    /// All that ever came in.
    pub lifetime: Money,
}

/// How many periods running over a pool are time for the next plan.
const TOO_OFTEN: usize = 3;
/// How many months a trend shows.
const TREND: u32 = 6;

impl Margin {
    /// Counts; none where money is beyond counting.
    ///
    /// | | |
    /// |---|---|
    /// | due | 30 000,00 of October's fee + 6 000,00 of hours beyond |
    /// | real hours | 12h, at a cost of 1 500,00 |
    /// | result | 36 000,00 − 18 000,00 = 18 000,00 |
    /// | received | 30 000,00: effective rate 2 500,00 |
    /// | break-even | (18 000,00 − 6 000,00) / 1 period = 12 000,00 |
    #[must_use]
    pub fn of(f: &Facts<'_>) -> Option<Margin> {
        let all = figures(f, f.first, f.last)?;
        let mut months = Vec::new();
        let mut month = f.first.with_day(1)?;
        while month <= f.last {
            let next = month.checked_add_months(Months::new(1))?;
            let (first, last) = (month.max(f.first), next.pred_opt()?.min(f.last));
            months.push((month, figures(f, first, last)?));
            month = next;
        }
        let mut sums = std::collections::HashMap::new();
        for line in &f.ledger.lines {
            *sums.entry((line.day.year(), line.day.month())).or_insert(0) += line.actual;
        }
        let trend = (0..TREND).rev().filter_map(|ago| f.last.with_day(1)?.checked_sub_months(Months::new(ago)));
        let trend = trend.map(|m| sums.get(&(m.year(), m.month())).copied().unwrap_or(0)).collect();
        let fees = f.ledger.accounts.iter().filter(|a| a.fee.is_some() && within(a.due, f.first, f.last));
        let periods = i64::try_from(fees.clone().count()).ok()?;
        let fees = Money::sum(fees.filter_map(|a| a.fee).filter(|fee| fee.currency == f.currency), f.currency)?;
        let besides = all.due.minus(fees)?;
        Some(Margin {
            break_even: all.cost.and_then(|cost| break_even(cost, besides, periods)),
            all,
            months,
            trend,
            over: over(f),
            mrr: mrr(f.contracts, f.last, f.currency)?,
            lifetime: received(f, Date::MIN, Date::MAX)?,
        })
    }

    /// Whether he costs more than he pays.
    #[must_use]
    pub fn is_loss(&self) -> bool {
        self.all.result.is_some_and(|result| result.minor < 0)
    }
}

fn within(day: Option<Date>, first: Date, last: Date) -> bool {
    day.is_some_and(|day| first <= day && day <= last)
}

fn received(f: &Facts<'_>, first: Date, last: Date) -> Option<Money> {
    let own = |(day, money): &&(Date, Money)| within(Some(*day), first, last) && money.currency == f.currency;
    Money::sum(f.payments.iter().filter(own).map(|(_, money)| *money), f.currency)
}

fn figures(f: &Facts<'_>, first: Date, last: Date) -> Option<Figures> {
    let fees = f.ledger.accounts.iter().filter(|a| within(a.due, first, last)).filter_map(|a| a.fee);
    let hours = f.ledger.between(first, last).iter().filter_map(|line| line.amount);
    let due = Money::sum(fees.chain(hours).filter(|money| money.currency == f.currency), f.currency)?;
    let (mut minutes, mut given_away) = (0, 0);
    // Minutes of an agent at one price are put together before they are rounded, so that many short entries cost what they do.
    let mut paid: Vec<(Money, Minutes)> = Vec::new();
    let mut known = true;
    for line in f.ledger.lines.iter().filter(|line| first <= line.day && line.day <= last) {
        minutes += line.actual;
        given_away += line.free + line.unassigned;
        match price(f, line.agent, line.day) {
            Some(hour) => match paid.iter_mut().find(|(known, _)| *known == hour) {
                Some((_, sum)) => *sum += line.actual,
                None => paid.push((hour, line.actual)),
            },
            None => known = false,
        }
    }
    let cost = Money::sum(
        paid.into_iter().map(|(hour, minutes)| hour.for_minutes(minutes)).collect::<Option<Vec<_>>>()?,
        f.currency,
    )?;
    let cost = known.then_some(cost);
    let received = received(f, first, last)?;
    let result = match cost {
        Some(cost) => Some(due.minus(cost)?),
        None => None,
    };
    Some(Figures { received, due, minutes, cost, result, rate: effective_rate(received, minutes), given_away })
}

/// What an hour of an agent cost on a day; prices stand by agent and day.
fn price(f: &Facts<'_>, agent: i64, day: Date) -> Option<Money> {
    let own = f.prices.iter().rev().find(|price| price.agent == agent && price.from <= day)?;
    (own.hour.currency == f.currency).then_some(own.hour)
}

fn over(f: &Facts<'_>) -> Option<(String, usize)> {
    let running = |contract: &Contract| {
        let own = f.ledger.accounts.iter().filter(|a| a.contract == contract.id).cloned();
        // The ledger ends with the last day: a period that ends on it is over.
        let own: Vec<_> = own.map(|a| Account { closed: a.closed || a.stretch.last <= f.last, ..a }).collect();
        let pool = matches!(contract.terms().kind, Kind::Prepaid { .. } | Kind::Flat { cap: Some(_), .. });
        (contract.terms().name.clone(), if pool { running_over(&own) } else { 0 })
    };
    f.contracts.iter().map(running).filter(|(_, n)| *n >= TOO_OFTEN).max_by_key(|(_, n)| *n)
}

/// What contracts in force on a day bring in a month, hours by the hour left aside: a week counts 52/12, a quarter 1/3.
#[must_use]
pub fn mrr(contracts: &[Contract], on: Date, currency: Currency) -> Option<Money> {
    let monthly = |contract: &Contract| {
        let terms = contract.terms_on(on);
        let fee = terms.fee().filter(|fee| contract.in_force(on) && fee.currency == currency)?;
        match terms.kind.every()? {
            Every::Week => fee.scaled(52, 12),
            Every::Month => Some(fee),
            Every::Quarter => fee.scaled(1, 3),
        }
    };
    Money::sum(contracts.iter().filter_map(monthly), currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::billing::contract::Terms;
    use crate::domain::billing::ledger::{Facts as Books, Work};
    use crate::domain::billing::rounding::{Rounding, Spread};

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn rub(units: i64) -> Money {
        Money::of(units * 100, Currency::of("RUB").unwrap())
    }

    fn contract() -> Contract {
        let said =
            [("prepaid", "10h"), ("every", "month"), ("price", "30000"), ("overage", "3000"), ("start", "2026-08-01")];
        Contract::unchanged(1, Terms::read(&said, rub(0).currency).unwrap()).unwrap()
    }

    fn work(id: i64, on: &str, minutes: Minutes, billable: bool) -> Work {
        let (posted, contract, spread) = (None, None, Spread::default());
        Work { id, ticket: None, day: day(on), posted, agent: 1, minutes, billable, contract, spread }
    }

    fn margin(work: &[Work], prices: &[Price]) -> Margin {
        let contracts = [contract()];
        let books = Books { contracts: &contracts, work, rounding: Rounding::NONE, as_of: day("2026-10-31") };
        let ledger = Ledger::of(&books).unwrap();
        let payments = [(day("2026-10-05"), rub(30_000)), (day("2026-09-05"), rub(30_000))];
        let (first, last, currency) = (day("2026-10-01"), day("2026-10-31"), rub(0).currency);
        Margin::of(&Facts {
            contracts: &contracts,
            ledger: &ledger,
            payments: &payments,
            prices,
            currency,
            first,
            last,
        })
        .unwrap()
    }

    #[test]
    fn a_month_is_reckoned_as_in_the_table() {
        let prices = [Price { agent: 1, from: day("2026-01-01"), hour: rub(1_500) }];
        let all = margin(&[work(1, "2026-10-02", 600, true), work(2, "2026-10-20", 120, true)], &prices);
        assert_eq!((all.all.due, all.all.cost, all.all.result), (rub(36_000), Some(rub(18_000)), Some(rub(18_000))));
        assert_eq!((all.all.rate, all.break_even), (Some(rub(2_500)), Some(rub(12_000))));
        assert_eq!((all.mrr, all.lifetime, all.is_loss()), (rub(30_000), rub(60_000), false));
        assert_eq!(all.trend, [0, 0, 0, 0, 0, 720]);
        assert_eq!(all.months.len(), 1);
    }

    #[test]
    fn hours_without_a_price_leave_the_cost_open() {
        let all = margin(&[work(1, "2026-10-02", 60, true)], &[]);
        assert_eq!((all.all.cost, all.all.result, all.break_even), (None, None, None));
        let later = [Price { agent: 1, from: day("2026-10-03"), hour: rub(1_500) }];
        assert_eq!(margin(&[work(1, "2026-10-02", 60, true)], &later).all.cost, None);
    }

    #[test]
    fn short_entries_cost_together_what_one_long_one_does() {
        let prices = [Price { agent: 1, from: day("2026-01-01"), hour: rub(1_000) }];
        let short: Vec<Work> = (1..=60).map(|id| work(id, "2026-10-02", 1, true)).collect();
        assert_eq!(margin(&short, &prices).all.cost, Some(rub(1_000)));
    }

    #[test]
    fn what_is_given_away_is_real_time_too() {
        let all = margin(&[work(1, "2026-10-02", 60, true), work(2, "2026-10-02", 30, false)], &[]);
        assert_eq!((all.all.minutes, all.all.given_away), (90, 30));
    }

    #[test]
    fn three_months_over_the_pool_are_told() {
        let months = ["2026-08-10", "2026-09-10", "2026-10-10"];
        let work: Vec<Work> = (1..).zip(months).map(|(id, on)| work(id, on, 660, true)).collect();
        assert_eq!(margin(&work, &[]).over, Some(("prepaid".to_owned(), 3)));
        assert_eq!(margin(&work[1..], &[]).over, None);
    }
}
