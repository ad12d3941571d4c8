//! The ledger of a client: which worked minute is paid by what. It is counted anew at every reading, from the contracts and
//! the entries alone, so a corrected entry or contract corrects the past. The way through the days is in `walk`, one contract
//! on it in `pool`; how worked minutes become billed ones is in `rounding`.

mod account;
mod line;
mod pool;
#[cfg(test)]
mod tests;
mod walk;

pub use account::{Account, Alert, Purse, Reached};
pub use line::{Bucket, Line, Part, Piece, Totals, Work};

use super::contract::Contract;
use super::contract::stretch::Stretch;
use super::rounding::Rounding;
use crate::domain::entry::MOST;
use crate::domain::refusal::Refusal;
use crate::domain::time::Date;
use walk::Walk;

/// What the ledger is counted from: all that one client has.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The contracts, in the order that [`in_order`](super::contract::in_order) gives them.
    pub contracts: &'a [Contract],
    /// The entries in any order; those after `as_of` count for nothing.
    pub work: &'a [Work],
    /// How the desk rounds where a contract does not say.
    pub rounding: Rounding,
    /// The day at whose end the ledger is looked at.
    pub as_of: Date,
}

/// All lines of a client, and the periods of his contracts.
///
/// The order is: group, off-hours factor, minimum, rounding, pool. Entries are taken by the day they are drawn on and number, whatever order they
/// are given in; a group stands where its first entry does.
///
/// - An entry goes to the contract that somebody said. Else to the first in order that is in force on its day and has room;
///   where none has, to the first that allows overage, else to the first in force. By the rules of that contract it is
///   rounded, as they were on the worked day. A contract by the hour and a fee without a cap always have room.
/// - A pool is drawn oldest first: what expires earliest. The minutes of a period live as long as they may be carried.
/// - The boundary of a pool splits an entry. What is beyond goes to the next contracts that have room; what is still left is
///   overage of the first that allows it (of the said one before all others). What then remains is unassigned.
/// - At the end of a period the least of the unused included minutes, of `percent` of the included ones and of the cap goes
///   on; it is gone at the end of the N-th following period, and never carried again.
/// - A contract that begins with what is left of another one gets all that is left of its last period, as it is counted now.
/// - Entries that are given away touch no pool. Entries of no contract are rounded as the desk rounds and stay unassigned.
///
/// | pool left | entry, 15m up | covered | overage at 4 000 an hour |
/// |---|---|---|---|
/// | 2h | 25m → 30m | 30m | |
/// | 20m | 25m → 30m | 20m | 10m = 666,67 |
/// | none | 25m → 30m | | 30m = 2 000,00 |
///
/// ```
/// use frontdesk::domain::billing::contract::{Contract, Terms};
/// use frontdesk::domain::billing::{currency::Currency, ledger::{Facts, Ledger, Work}, rounding::{Rounding, Spread}};
/// let said = [
///     ("prepaid", "2h20m"), ("every", "month"), ("overage", "4000"), ("round", "15m up per entry"), ("start", "2026-01-01"),
/// ];
/// let terms = Terms::read(&said, Currency::of("RUB").unwrap()).unwrap();
/// let work = |id, minutes| Work {
///     id, minutes, ticket: Some(7), day: "2026-01-20".parse().unwrap(), posted: None, agent: 1, billable: true, contract: None,
///     spread: Spread::default(),
/// };
/// let ledger = Ledger::of(&Facts {
///     contracts: &[Contract::unchanged(1, terms).unwrap()],
///     work: &[work(1, 120), work(2, 25), work(3, 25)],
///     rounding: Rounding::NONE,
///     as_of: "2026-01-31".parse().unwrap(),
/// })
/// .unwrap();
/// let lines = ledger.lines.iter().map(|line| (line.billed, line.covered, line.overage, line.amount.unwrap().minor));
/// assert_eq!(lines.collect::<Vec<_>>(), [(120, 120, 0, 0), (30, 20, 10, 66_667), (30, 0, 30, 200_000)]);
/// assert_eq!((ledger.accounts[0].used, ledger.accounts[0].overage), (140, 40));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// One for each entry, by day and number.
    pub lines: Vec<Line>,
    /// One for each period that has begun: by contract in order, then by time.
    pub accounts: Vec<Account>,
    /// What somebody is to be told.
    pub alerts: Vec<Alert>,
    pieces: Vec<Piece>,
}

impl Ledger {
    /// Counts.
    ///
    /// # Errors
    /// An entry of no minute or of more than a year, one that is there twice, one with more off-hours than hours, or money
    /// beyond counting.
    pub fn of(facts: &Facts) -> Result<Ledger, Refusal> {
        let mut work: Vec<&Work> = facts.work.iter().filter(|work| work.on() <= facts.as_of).collect();
        work.sort_by_key(|work| (work.on(), work.id));
        check(&work)?;
        let mut walk = Walk::of(facts, &work);
        let mut begin = 0;
        for day in work.chunk_by(|a, b| a.on() == b.on()) {
            walk.day(begin, day).ok_or_else(beyond)?;
            begin += day.len();
        }
        walk.advance(facts.as_of).ok_or_else(beyond)?;
        let mut ledger = Ledger { lines: walk.lines, pieces: walk.pieces, accounts: Vec::new(), alerts: Vec::new() };
        for pool in walk.pools {
            let (accounts, alerts) = pool.finish(facts.as_of).ok_or_else(beyond)?;
            ledger.accounts.extend(accounts);
            ledger.alerts.extend(alerts);
        }
        Ok(ledger)
    }

    /// What pays for the minutes of a line of this ledger; their sum is what was billed, or what was free.
    #[must_use]
    pub fn pieces(&self, line: &Line) -> &[Piece] {
        self.pieces.get(line.pieces.clone()).unwrap_or_default()
    }

    /// The period of a contract that `day` is in; none where it is not in force then, or the day is after the ledger's.
    #[must_use]
    pub fn account(&self, contract: i64, day: Date) -> Option<&Account> {
        let holds = |stretch: &Stretch| stretch.first <= day && day <= stretch.last;
        self.accounts.iter().find(|account| account.contract == contract && holds(&account.stretch))
    }

    /// The lines drawn on the days from `first` to `last`, both in.
    #[must_use]
    pub fn between(&self, first: Date, last: Date) -> &[Line] {
        let begin = self.lines.partition_point(|line| line.on < first);
        let end = self.lines.partition_point(|line| line.on <= last);
        self.lines.get(begin..end).unwrap_or_default()
    }
}

fn beyond() -> Refusal {
    refused("the ledger", "its money is beyond counting")
}

fn refused(what: &str, why: &str) -> Refusal {
    Refusal::Impossible { text: what.to_owned(), why: why.to_owned(), hint: "look at: desk time ls".to_owned() }
}

/// Whether entries, in their order, can be counted.
fn check(work: &[&Work]) -> Result<(), Refusal> {
    for (at, entry) in work.iter().enumerate() {
        let number = || format!("t{}", entry.id);
        if !(1..=MOST).contains(&entry.minutes) {
            return Err(refused(&number(), &format!("{} minutes are no worked time", entry.minutes)));
        }
        if !entry.spread.fits(entry.minutes) {
            return Err(refused(&number(), "it has more off-hours than hours"));
        }
        if at.checked_sub(1).and_then(|before| work.get(before)).is_some_and(|before| before.id == entry.id) {
            return Err(refused(&number(), "it is there twice"));
        }
    }
    Ok(())
}
