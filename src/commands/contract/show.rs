//! `desk contract show`: one contract or all of a client, with the entries that explain what is left.

use super::super::args::Answer;
use super::house;
use crate::actions::books::{Books, which};
use crate::actions::people;
use crate::desk::Desk;
use crate::domain::billing::contract::Contract;
use crate::domain::billing::ledger::{Account, Line};
use crate::domain::time::Date;
use crate::domain::when::{Lean, day};
use crate::domain::worked::Worked;
use crate::error::{Error, Result};
use crate::report::contract::{self as report, Because, Page, Row, Standing};
use crate::store::Reader;
use std::collections::BTreeMap;

/// Entries that are asked for at once.
const AT_ONCE: usize = 5000;

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without a name, all contracts of the client that have not ended.
The balance behind each entry is what was left after it.

Examples:
  desk contract show acme
  desk contract show acme care --ledger          # how each billed minute came about
  desk contract show acme care --as-of 2026-09-30
  desk contract show acme care --periods         # one line for each period so far")]
pub(super) struct Show {
    /// Whose it is: handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Which one
    #[arg(value_name = "CONTRACT")]
    contract: Option<String>,
    /// As it stood at the end of a day
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Tell of each entry how its minutes came about
    #[arg(long)]
    ledger: bool,
    /// One line for each period so far
    #[arg(long, conflicts_with = "ledger")]
    periods: bool,
}

impl Show {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let house = house(desk)?;
        let zone = desk.zone()?;
        let on = match &self.as_of {
            Some(text) => day(text, Lean::Past, desk.now, &zone)?,
            None => house.today,
        };
        let report = desk.read(|r| {
            let client = people::client(r, &self.client)?;
            let books = Books::of(r, client.id, &house, on)?;
            let chosen = self.chosen(&books, &client, on)?;
            let because = Because {
                ledger: &books.ledger,
                work: &books.work,
                contracts: &books.contracts,
                rounding: house.rounding,
            };
            let mut pages = Vec::with_capacity(chosen.len());
            for contract in chosen {
                let standing = Standing::of(&client.handle, contract, &books.ledger, on);
                let rows = rows(r, &because, contract, standing.account)?;
                let own = |account: &&Account| account.contract == contract.id;
                let periods = self.periods.then(|| books.ledger.accounts.iter().filter(own).collect());
                pages.push(Page { standing, rows, periods, ledger: self.ledger });
            }
            Ok(match pages.as_slice() {
                [one] => report::page(one),
                several => report::several(several),
            })
        })?;
        Ok(Answer::from(report).paged())
    }

    /// The named one; else those that have not ended by the day, else all.
    fn chosen<'a>(
        &self,
        books: &'a Books,
        client: &crate::domain::client::Client,
        on: Date,
    ) -> Result<Vec<&'a Contract>> {
        if self.contract.is_some() || books.contracts.is_empty() {
            return Ok(vec![which(&books.contracts, self.contract.as_deref(), client, Some(on))?]);
        }
        let alive = |contract: &&Contract| contract.last_day().is_none_or(|last| on <= last);
        let chosen: Vec<&Contract> = books.contracts.iter().filter(alive).collect();
        Ok(if chosen.is_empty() { books.contracts.iter().collect() } else { chosen })
    }
}

/// The entries of a period that a contract has to do with.
fn rows<'a>(
    r: &mut Reader<'_>,
    because: &Because<'a>,
    contract: &Contract,
    account: Option<&Account>,
) -> Result<Vec<Row<'a>>> {
    let Some(account) = account else { return Ok(Vec::new()) };
    let number = account.stretch.number;
    let ledger = because.ledger;
    let concerns = |line: &&'a Line| {
        let paid = ledger.pieces(line).iter().any(|piece| piece.contract == Some((contract.id, number)));
        paid || line.contract == Some(contract.id)
    };
    let lines: Vec<&'a Line> =
        ledger.between(account.stretch.first, account.stretch.last).iter().filter(concerns).collect();
    let mut known: BTreeMap<i64, Worked> = BTreeMap::new();
    for some in lines.chunks(AT_ONCE) {
        let ids: Vec<i64> = some.iter().map(|line| line.entry).collect();
        known.extend(r.worked_in(&ids)?.into_iter().map(|worked| (worked.entry.id, worked)));
    }
    let row = |line: &'a Line| {
        let worked = known.remove(&line.entry).ok_or_else(|| Error::bug(format!("t{} is gone", line.entry)))?;
        Ok(Row { worked, line, pieces: ledger.pieces(line), because: report::explain(because, line) })
    };
    lines.into_iter().map(row).collect()
}
