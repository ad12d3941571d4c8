//! What is told of entries that have just been written: what became of them, what is left, and what may be a slip.

use super::books::Books;
use super::estimate;
use super::worth::{by_client, counted, last_day, take, without_contract};
use crate::desk::House;
use crate::domain::billing::ledger::{Line, Part};
use crate::domain::entry::{Entry, overlap};
use crate::domain::worked::{Counted, Left, Pool, Worked};
use crate::error::{Kind, Result};
use crate::store::Tx;

/// A worked day before so many days is told of.
const LONG_AGO: i64 = 366;

/// What is left of the contract that took a line last: of the pool that paid, else of whoever is owed for it.
fn pool(books: &Books, line: &Line) -> Option<Pool> {
    let pieces = books.ledger.pieces(line);
    let paid = pieces.iter().rev().find(|piece| matches!(piece.part, Part::Covered(_)));
    let owed = || pieces.iter().find(|piece| piece.contract.is_some());
    let account = match paid.or_else(owed).and_then(|piece| piece.contract) {
        Some((id, number)) => books.ledger.accounts.iter().find(|a| a.contract == id && a.stretch.number == number)?,
        // Nobody took it: what is left of the contract whose rules billed it.
        None => books.ledger.account(line.contract?, line.on)?,
    };
    let of = account.included + account.carried_in;
    let left = match account.purse {
        Some(purse) => Left::Money(purse.left, purse.held),
        None if of > 0 => Left::Minutes(account.left, of),
        None => Left::Nothing,
    };
    Some(Pool {
        contract: books.contract(account.contract)?.terms().name.clone(),
        only: books.contracts.len() == 1,
        until: account.closed.then_some(account.stretch.last),
        left,
    })
}

/// Entries that were just written, with what became of them, and what somebody should know.
#[derive(Debug, Default)]
pub struct Echo {
    /// The entries, by number.
    pub entries: Vec<Worked>,
    /// What to note besides.
    pub notes: Vec<String>,
}

impl Echo {
    /// Looks at entries that were just written. Books that cannot be counted stand in nobody's way: that is a note.
    ///
    /// # Errors
    /// Where the desk cannot be read.
    pub fn of(tx: &mut Tx<'_>, house: Option<&House>, ids: &[i64]) -> Result<Echo> {
        let mut echo = Echo { entries: tx.worked_in(ids)?, notes: Vec::new() };
        for (client, places) in by_client(&echo.entries) {
            let has = client.map(|id| tx.has_contract(id)).transpose()?.unwrap_or(false);
            match (client.filter(|_| has), house) {
                (Some(id), Some(house)) => {
                    let last = last_day(house, &echo.entries, &places);
                    let books = Books::whole(tx, id, house, last);
                    echo.told(books, &places)?;
                }
                (Some(_), None) => {
                    echo.notes.push("what became of it cannot be told without a calendar: desk calendar".to_owned());
                }
                (None, Some(house)) => without_contract(tx, house, client, &mut echo.entries, &places)?,
                (None, None) => {}
            }
        }
        for entry in echo.entries.iter().map(|w| w.entry.clone()).collect::<Vec<_>>() {
            echo.odd(tx, house, &entry)?;
        }
        if let Some(house) = house {
            let mut tickets: Vec<i64> = echo.entries.iter().filter_map(|w| w.entry.ticket).collect();
            tickets.dedup();
            for ticket in tickets {
                echo.notes.extend(estimate::exceeded(tx, house, ticket)?);
            }
        }
        Ok(echo)
    }

    fn told(&mut self, books: Result<Books>, places: &[usize]) -> Result<()> {
        let books = match books {
            Ok(books) => books,
            Err(e) if matches!(e.kind, Kind::Bug | Kind::Temporary) => return Err(e),
            Err(e) => {
                self.notes.push(format!("what became of it cannot be counted: {}", e.what));
                return Ok(());
            }
        };
        take(&mut self.entries, places, &books.ledger, |line| Counted {
            pool: pool(&books, line),
            refused: line.contract.is_none(),
            ..counted(&books, line)
        });
        Ok(())
    }

    /// Notes what may be a slip: a day long ago, two entries at one time.
    fn odd(&mut self, tx: &mut Tx<'_>, house: Option<&House>, entry: &Entry) -> Result<()> {
        let Some(house) = house.filter(|_| !entry.void) else { return Ok(()) };
        let (id, day) = (entry.id, entry.day);
        if (house.today - day).num_days() > LONG_AGO {
            self.notes.push(format!("{day} is more than a year ago; if that is a slip: desk time edit t{id} --on …"));
        }
        let Some(began) = entry.began else { return Ok(()) };
        let around = |days: i64| day.checked_add_signed(chrono::TimeDelta::days(days)).unwrap_or(day);
        let all = tx.stretches(entry.agent, around(-2), around(2))?;
        let others =
            all.iter().filter(|(other, at, minutes)| *other != id && overlap((began, entry.minutes), (*at, *minutes)));
        for (other, at, minutes) in others {
            let (from, until) = (house.calendar.zone().local(*at), house.calendar.zone().local(at.plus(minutes * 60)));
            let times = format!("{}–{}", from.format("%Y-%m-%d %H:%M"), until.format("%H:%M"));
            self.notes.push(format!("t{id} overlaps t{other} ({times}); if that is a slip: desk time edit t{id}"));
        }
        Ok(())
    }
}
