//! What a client's hours come to: the rate that was really paid, the price that would cover the cost, how long he has been
//! beyond his pool, how much of an agent's time is billable.

use super::ledger::Account;
use super::money::{Money, half_away};
use crate::domain::time::Minutes;

/// Money received for an hour of ALL real work, billable or not; none where nobody worked or it is beyond counting.
///
/// | received | worked | an hour |
/// |---|---|---|
/// | 30 000,00 | 10h | 3 000,00 |
/// | 30 000,00 | 25h | 1 200,00 |
/// | 30 000,00 | nothing | none |
///
/// ```
/// use frontdesk::domain::billing::{currency::Currency, effective::effective_rate, money::Money};
/// let rub = |units: i64| Money::of(units * 100, Currency::of("RUB").unwrap());
/// assert_eq!(effective_rate(rub(30_000), 10 * 60), Some(rub(3000)));
/// assert_eq!(effective_rate(rub(30_000), 25 * 60), Some(rub(1200)));
/// assert_eq!(effective_rate(rub(30_000), 0), None);
/// ```
#[must_use]
pub fn effective_rate(received: Money, worked: Minutes) -> Option<Money> {
    if worked > 0 { received.scaled(60, worked) } else { None }
}

/// The price of a period at which so many of them cover their cost, `besides` being what else came in for them: rounded up
/// to a minor unit, never below zero. None for no period, two currencies, or what is beyond counting.
///
/// | cost | besides | periods | price |
/// |---|---|---|---|
/// | 100 000,00 | 8 000,00 | 3 | 30 666,67 |
/// | 5 000,00 | 8 000,00 | 1 | 0,00 |
///
/// ```
/// use frontdesk::domain::billing::{currency::Currency, effective::break_even, money::Money};
/// let rub = |units: i64| Money::of(units * 100, Currency::of("RUB").unwrap());
/// assert_eq!(break_even(rub(100_000), rub(8000), 3).unwrap().minor, 3_066_667);
/// assert_eq!(break_even(rub(5000), rub(8000), 1), Some(rub(0)));
/// ```
#[must_use]
pub fn break_even(cost: Money, besides: Money, periods: i64) -> Option<Money> {
    let missing = cost.minus(besides)?.minor.max(0);
    if periods <= 0 {
        return None;
    }
    let price = missing / periods + i64::from(missing % periods > 0);
    Some(Money::of(price, cost.currency))
}

/// Billable hours among the available ones, in thousandths, rounded half away from zero; none where none were available.
///
/// ```
/// use frontdesk::domain::billing::effective::utilisation;
/// assert_eq!(utilisation(120 * 60, 160 * 60), Some(750));
/// assert_eq!(utilisation(60, 0), None);
/// ```
#[must_use]
pub fn utilisation(billable: Minutes, available: Minutes) -> Option<i64> {
    if available > 0 { half_away(i128::from(billable) * 1000, i128::from(available)) } else { None }
}

/// How many periods running, up to the last that is over, had overage: from three on it is time for the next plan. The
/// accounts are those of one contract, in their order; a period that still runs does not count.
///
/// ```
/// use frontdesk::domain::billing::contract::{Contract, Terms};
/// use frontdesk::domain::billing::{currency::Currency, effective::running_over, ledger::*, rounding::*};
/// let said = [("prepaid", "1h"), ("every", "month"), ("overage", "4000"), ("start", "2026-01-01")];
/// let contract = Contract::unchanged(1, Terms::read(&said, Currency::of("RUB").unwrap()).unwrap()).unwrap();
/// let work: Vec<Work> = [("2026-01-20", 60), ("2026-02-20", 70), ("2026-03-20", 90)]
///     .into_iter()
///     .zip(1..)
///     .map(|((day, minutes), id)| Work {
///         id, minutes, ticket: None, day: day.parse().unwrap(), posted: None, agent: 1, billable: true, contract: None,
///         spread: Spread::default(),
///     })
///     .collect();
/// let as_of = "2026-04-02".parse().unwrap();
/// let facts = Facts { contracts: &[contract], work: &work, rounding: Rounding::NONE, as_of };
/// assert_eq!(running_over(&Ledger::of(&facts).unwrap().accounts), 2);
/// ```
#[must_use]
pub fn running_over(accounts: &[Account]) -> usize {
    accounts.iter().rev().filter(|account| account.closed).take_while(|account| account.overage > 0).count()
}
