//! What a client gets on paper: a statement, an invoice, a credit note, an act. Plain values, which a template makes words
//! of in his language; an issued invoice keeps it as it was. How the lines come about is in `statement`.

use super::currency::Currency;
use super::ledger::{Account, Totals};
use super::money::Money;
use crate::domain::time::{Date, Minutes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which paper it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Hours and what they come to, for the client to check.
    Statement,
    /// What he is to pay.
    Invoice,
    /// Takes an invoice back.
    Credit,
    /// That the work was done and taken; both sign it.
    Act,
}

/// A paper for a client. Money is in one currency; all amounts add up: `fees + work = net`, `net + tax = total`, where the tax
/// is not already in the prices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// Which it is.
    pub sort: Sort,
    /// Its number as printed; none: a draft, or a statement.
    pub number: Option<String>,
    /// `en` or `ru`.
    pub lang: String,
    /// The day it was issued on.
    pub on: Option<Date>,
    /// The day it is to be paid by.
    pub due: Option<Date>,
    /// The first day of its period.
    pub first: Date,
    /// The last day of its period.
    pub last: Date,
    /// What all its money is in.
    pub currency: Currency,
    /// Our own details, by their free keys; `name` is always there.
    pub ours: BTreeMap<String, String>,
    /// The client's details, by their free keys; `name` is always there.
    pub theirs: BTreeMap<String, String>,
    /// Of a credit note: number and day of the invoice that it takes back. Of an act: those of its invoice.
    pub of: Option<(String, Date)>,
    /// Prices of periods, blocks and deposits.
    pub fees: Vec<Fee>,
    /// Worked time, by day.
    pub work: Vec<Work>,
    /// The pools of the contracts in the period.
    pub pools: Vec<Pool>,
    /// Tickets of the period that had an estimate.
    pub estimates: Vec<Estimated>,
    /// The sums of the minutes of `work`.
    pub time: Time,
    /// The sum of all lines.
    pub net: Money,
    /// The tax; none: «Без НДС», no tax.
    pub tax: Option<Tax>,
    /// What is said where there is no tax: «Без НДС», or a law.
    pub tax_note: String,
    /// What is to be paid.
    pub total: Money,
    /// What the client owes after this paper, with earlier ones and payments; below zero: he has paid ahead.
    pub balance: Option<Money>,
    /// What else is said to the client.
    pub note: String,
}

/// The price of a period of a contract, or of a block or deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// The contract's name.
    pub contract: String,
    /// `prepaid`, `block`, `deposit` or `flat`.
    pub kind: String,
    /// The hours that come with it; none: without a limit, or it is money.
    pub minutes: Option<Minutes>,
    /// The first day of what it is for.
    pub first: Date,
    /// The last day; none: nothing ends it.
    pub last: Option<Date>,
    /// What it comes to.
    pub amount: Money,
}

/// A time entry and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The entry, shown as `t17`.
    pub entry: i64,
    /// The ticket.
    pub ticket: Option<i64>,
    /// Its subject.
    pub subject: String,
    /// The worked day.
    pub day: Date,
    /// Who worked.
    pub agent: String,
    /// What was done.
    pub text: String,
    /// What sort of work it was.
    pub activity: Option<String>,
    /// The contract's name.
    pub contract: Option<String>,
    /// Minutes worked.
    pub actual_minutes: Minutes,
    /// Minutes billed.
    pub billed_minutes: Minutes,
    /// Of these, paid out of a pool or a deposit.
    pub covered_minutes: Minutes,
    /// Of these, paid by the hour.
    pub overage_minutes: Minutes,
    /// Of these, paid by a fee.
    pub flat_minutes: Minutes,
    /// Worked and given away.
    pub free_minutes: Minutes,
    /// The price of an hour paid by the hour.
    pub rate: Option<Money>,
    /// What is due for it.
    pub amount: Money,
}

/// A contract in the period: what its pool held, and what is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The contract's name.
    pub contract: String,
    /// `prepaid`, `block`, `deposit`, `flat` or `hourly`.
    pub kind: String,
    /// The first day of its period.
    pub first: Date,
    /// The last day; none: nothing ends it.
    pub last: Option<Date>,
    /// Minutes that came with the period.
    pub included_minutes: Minutes,
    /// Minutes from before.
    pub carried_minutes: Minutes,
    /// Minutes drawn.
    pub used_minutes: Minutes,
    /// Minutes left.
    pub left_minutes: Minutes,
    /// Minutes paid by the hour.
    pub overage_minutes: Minutes,
    /// Minutes that go on into the next period; none: it is not over.
    pub carried_out_minutes: Option<Minutes>,
    /// Of a deposit: what it held and what is left.
    pub money: Option<(Money, Money)>,
}

/// A ticket with an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimated {
    /// The ticket.
    pub ticket: i64,
    /// Its subject.
    pub subject: String,
    /// Minutes that were estimated.
    pub estimate_minutes: Minutes,
    /// Whether the client agreed.
    pub approved: bool,
    /// Billed minutes of it in all, up to the end of the period.
    pub billed_minutes: Minutes,
}

/// Sums of minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Time {
    /// Minutes worked.
    pub actual_minutes: Minutes,
    /// Minutes billed.
    pub billed_minutes: Minutes,
    /// Of these, paid out of a pool or a deposit.
    pub covered_minutes: Minutes,
    /// Of these, paid by the hour.
    pub overage_minutes: Minutes,
    /// Of these, paid by a fee.
    pub flat_minutes: Minutes,
    /// Worked and given away.
    pub free_minutes: Minutes,
}

/// The tax on the sum of all lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// Its rate in thousandths of a percent: 20 % is 20 000.
    pub rate: i64,
    /// Whether the prices hold it already: then `total` is `net`.
    pub included: bool,
    /// What it comes to, rounded once.
    pub amount: Money,
}

impl Time {
    /// The minutes of sums.
    #[must_use]
    pub fn of(totals: &Totals) -> Time {
        Time {
            actual_minutes: totals.actual,
            billed_minutes: totals.billed,
            covered_minutes: totals.covered,
            overage_minutes: totals.overage,
            flat_minutes: totals.flat,
            free_minutes: totals.free,
        }
    }
}

impl Pool {
    /// A period of the contract `name` of that `kind`.
    #[must_use]
    pub fn of(name: &str, kind: &str, account: &Account) -> Pool {
        Pool {
            contract: name.to_owned(),
            kind: kind.to_owned(),
            first: account.stretch.first,
            last: Some(account.stretch.last).filter(|last| *last != Date::MAX),
            included_minutes: account.included,
            carried_minutes: account.carried_in,
            used_minutes: account.used,
            left_minutes: account.left,
            overage_minutes: account.overage,
            carried_out_minutes: account.closed.then_some(account.carried_out),
            money: account.purse.map(|purse| (purse.held, purse.left)),
        }
    }
}

impl Tax {
    /// The tax of `rate` thousandths of a percent on `net`, on top or already in it, rounded once, half away from zero; none
    /// where it is beyond counting.
    ///
    /// | net | rate | on top | already in it |
    /// |---|---|---|---|
    /// | 30 000,00 | 20 % | 6 000,00 | 5 000,00 |
    /// | 100,00 | 7,7 % | 7,70 | 7,15 |
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money, paper::Tax};
    /// let rub = |minor| Money::of(minor, Currency::of("RUB").unwrap());
    /// let tax = |minor, rate, included| Tax::on(rub(minor), rate, included).unwrap().amount.minor;
    /// assert_eq!([tax(3_000_000, 20_000, false), tax(3_000_000, 20_000, true)], [600_000, 500_000]);
    /// assert_eq!([tax(10_000, 7_700, false), tax(10_000, 7_700, true)], [770, 715]);
    /// ```
    #[must_use]
    pub fn on(net: Money, rate: i64, included: bool) -> Option<Tax> {
        let by = if included { rate.checked_add(100_000)? } else { 100_000 };
        Some(Tax { rate, included, amount: net.scaled(rate, by)? })
    }

    /// What is to be paid for `net`; none where it is beyond counting.
    #[must_use]
    pub fn total(&self, net: Money) -> Option<Money> {
        if self.included { Some(net) } else { net.plus(self.amount) }
    }
}
