//! `desk margin`: which client pays less than he costs.

use super::args::Answer;
use super::ls;
use crate::actions::books::Books;
use crate::desk::Desk;
use crate::domain::billing::margin::{Facts, Margin as Reckoned, Price};
use crate::domain::billing::money::Money;
use crate::domain::billing::currency::Currency;
use crate::domain::period::Period;
use crate::domain::search::Test;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use crate::report::margin::{self, ByAgent, Row};

/// What clients bring in and what they cost: the unprofitable first
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "due        fees that fell due in the period, and hours beyond the pools, without tax
received   money that came in (desk invoice paid)
cost       all real hours at what they cost (desk agent cost mila 1500)
result     due less cost
rate       received by real hour, given away hours too
break-even the price of a period at which the contract would have covered its cost
MRR        what running contracts bring in a month; LTV: all that ever came in

Without in:… it is last month; hours of the last six months stand beside it.

Examples:
  desk margin
  desk margin in:2026-07-01..2026-09-30 --by month
  desk margin client:acme in:2026
  desk margin --json | jq '.clients[] | select(.result.minor < 0).client'")]
pub struct Margin {
    /// in:2026-10, client:acme
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// client or month
    #[arg(long, value_name = "WHAT", default_value = "client")]
    by: String,
}

impl Margin {
    /// Reckons.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let monthly = match self.by.as_str() {
            "client" => false,
            "month" => true,
            other => return Err(Error::usage(format!("margin is not told by {other}")).hint("--by client, --by month")),
        };
        let query = ls::query_for_deeds(desk, &self.query)?;
        let wanted = wanted(&query)?;
        let period = match &query.period {
            Some((_, period)) => *period,
            None => Period::last_month(desk.now, &desk.zone()?),
        };
        let house = desk.house()?;
        let (rows, agents) = desk.read(|r| {
            let prices: Vec<Price> =
                r.costs()?.into_iter().map(|c| Price { agent: c.agent, from: c.from, hour: c.hour }).collect();
            let mut payments = r.payments(None)?;
            let mut wanted_ids = Vec::new();
            for word in &wanted {
                wanted_ids.push(crate::actions::people::client(r, word)?.id);
            }
            let mut rows = Vec::new();
            let mut books = match wanted_ids.as_slice() {
                [one] => vec![Books::of(r, *one, &house, period.last)?],
                _ => Books::all(r, &house, period.last)?,
            };
            for one in payments.iter().map(|p| p.client).collect::<std::collections::BTreeSet<_>>() {
                if wanted_ids.len() != 1 && !books.iter().any(|b| b.client == one) {
                    books.push(Books::of(r, one, &house, period.last)?);
                }
            }
            payments.sort_by_key(|p| p.client);
            for books in books.iter().filter(|b| wanted_ids.is_empty() || wanted_ids.contains(&b.client)) {
                let Some(client) = r.client(books.client)? else { continue };
                let own: Vec<(Date, Money)> =
                    payments.iter().filter(|p| p.client == client.id).map(|p| (p.day, p.money)).collect();
                let agreed = books.contracts.iter().rev().find(|c| c.start() <= period.last);
                let currency = agreed.map(|c| c.terms().currency).or(own.last().map(|(_, money)| money.currency));
                let currency = match currency.or(house.currency).or(prices.first().map(|p| p.hour.currency)) {
                    Some(currency) => currency,
                    None => Currency::of(if house.lang == "ru" { "RUB" } else { "EUR" })?,
                };
                let facts = Facts {
                    contracts: &books.contracts,
                    ledger: &books.ledger,
                    payments: &own,
                    prices: &prices,
                    currency,
                    first: period.first,
                    last: period.last,
                };
                let reckoned = Reckoned::of(&facts)
                    .ok_or_else(|| Error::refused(format!("the money of {} is beyond counting", client.handle)))?;
                let quiet = reckoned.all.minutes == 0 && reckoned.all.due.minor == 0 && reckoned.all.received.minor == 0;
                if !quiet || wanted_ids.contains(&client.id) {
                    rows.push(Row { client: client.handle, reckoned });
                }
            }
            let worked = r.agent_work(period.first, period.last)?;
            let round_the_clock = house.calendar.name() == "24x7";
            let available = crate::domain::time::minutes(house.calendar.between(period.from, period.to));
            let agents = worked.into_iter().map(|(name, minutes, billable)| ByAgent {
                name,
                minutes,
                billable,
                available: (!round_the_clock).then_some(available),
            });
            Ok((rows, agents.collect::<Vec<_>>()))
        })?;
        Ok(Answer::from(margin::report(&period, rows, if wanted.is_empty() { &agents } else { &[] }, monthly)).paged())
    }
}

/// The clients that the query names.
fn wanted(query: &crate::domain::search::Query) -> Result<Vec<String>> {
    let other = || {
        Error::usage("margin takes a period and clients").hint("desk margin in:2026-10 client:acme,globex")
    };
    if !query.words.is_empty() || query.sort.is_some() {
        return Err(other());
    }
    let mut all = Vec::new();
    for term in &query.terms {
        for test in &term.alternatives {
            match test {
                Test::Client(Some(client)) if !term.negated => all.push(client.clone()),
                _ => return Err(other()),
            }
        }
    }
    Ok(all)
}
