//! What worked time is worth: entries with what the books of their clients make of them. What the books are stands in `books`.

use super::books::Books;
use crate::desk::House;
use crate::domain::billing::contract::Kept;
use crate::domain::billing::ledger::{Facts, Ledger, Line};
use crate::domain::billing::rounding::{Charge, Factors, Per};
use crate::domain::time::Date;
use crate::domain::worked::{Counted, Worked};
use crate::error::{Error, Result};
use crate::store::Reader;
use std::collections::{BTreeMap, HashMap};

/// Tells each entry what the books of its client make of it: those of a client without a contract, and of no client, are
/// rounded as the desk rounds and taken by nobody. Struck out entries are left alone.
///
/// # Errors
/// Books that cannot be counted, see [`Books::of`].
pub fn count(r: &mut Reader<'_>, house: &House, worked: &mut [Worked]) -> Result<()> {
    let with_contract = r.clients_with_contract()?;
    for (client, places) in by_client(worked) {
        match client.filter(|id| with_contract.binary_search(id).is_ok()) {
            Some(id) => {
                let books = Books::whole(r, id, house, last_day(house, worked, &places))?;
                take(worked, &places, &books.ledger, |line| counted(&books, line));
            }
            None => without_contract(r, house, client, worked, &places)?,
        }
    }
    Ok(())
}

/// Tells the entries at these places, of a client without a contract or of none, how the desk rounds them.
///
/// # Errors
/// As [`count`].
pub(super) fn without_contract(
    r: &mut Reader<'_>,
    house: &House,
    client: Option<i64>,
    worked: &mut [Worked],
    places: &[usize],
) -> Result<()> {
    let days = || places.iter().filter_map(|at| worked.get(*at)).map(|w| w.entry.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(()) };
    if house.rounding.per == Per::Entry {
        alone(house, worked, places);
        return Ok(());
    }
    // What is rounded together with an entry may not have been asked for.
    let work = match client {
        Some(id) => r.logged(Some(id))?.into_iter().map(|logged| logged.work).collect(),
        None => r.logged_for_nobody(first, last)?,
    };
    let facts = Facts { contracts: &[], work: &work, rounding: house.rounding, as_of: last };
    take(worked, places, &Ledger::of(&facts)?, nobodys);
    Ok(())
}

/// Where the entries of each client stand.
pub(super) fn by_client(worked: &[Worked]) -> BTreeMap<Option<i64>, Vec<usize>> {
    let mut places: BTreeMap<Option<i64>, Vec<usize>> = BTreeMap::new();
    for (at, w) in worked.iter().enumerate().filter(|(_, w)| !w.entry.void) {
        places.entry(w.entry.client).or_default().push(at);
    }
    places
}

/// Up to which day the books have to be looked at.
pub(super) fn last_day(house: &House, worked: &[Worked], places: &[usize]) -> Date {
    let days = places.iter().filter_map(|at| worked.get(*at)).map(|w| w.entry.day);
    days.fold(house.today, Date::max)
}

/// Gives entries what the lines of a ledger say.
pub(super) fn take(worked: &mut [Worked], places: &[usize], ledger: &Ledger, says: impl Fn(&Line) -> Counted) {
    let wanted: HashMap<i64, usize> = places.iter().filter_map(|at| Some((worked.get(*at)?.entry.id, *at))).collect();
    for line in &ledger.lines {
        if let Some(w) = wanted.get(&line.entry).and_then(|at| worked.get_mut(*at)) {
            w.counted = Some(says(line));
        }
    }
}

/// Entries that no contract takes and that are rounded each for itself.
fn alone(house: &House, worked: &mut [Worked], places: &[usize]) {
    let charge = Charge { rounding: house.rounding, minimum: 0, factors: Factors::NONE };
    for at in places {
        if let Some(w) = worked.get_mut(*at) {
            let billed = if w.entry.billable { charge.billed(w.entry.minutes.saturating_mul(1000)) } else { 0 };
            w.counted = Some(Counted { billed, unassigned: billed, ..Counted::default() });
        }
    }
}

fn nobodys(line: &Line) -> Counted {
    Counted {
        billed: line.billed,
        covered: line.covered,
        overage: line.overage,
        flat: line.flat,
        unassigned: line.unassigned,
        amount: line.amount,
        ..Counted::default()
    }
}

/// What the books make of a line.
pub(super) fn counted(books: &Books, line: &Line) -> Counted {
    let name = |id| books.contract(id).map(|contract| contract.terms().name.clone());
    Counted { contract: line.contract.and_then(name), ..nobodys(line) }
}

/// The contract of a client that a word names.
///
/// # Errors
/// He has none of that name; the work is nobody's.
pub fn contract_called(r: &mut Reader<'_>, client: Option<i64>, word: &str) -> Result<i64> {
    let client = client.map(|id| r.client(id)).transpose()?.flatten();
    let client = client.ok_or_else(|| Error::refused("work for no client is in no contract").hint("--client first"))?;
    let kept = r.contracts(Some(client.id))?;
    let contracts = kept.iter().map(Kept::contract).collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(Books::bare(client.id, contracts).named(Some(word), &client)?.id)
}

/// The invoiced entry that new work of a client puts right.
///
/// # Errors
/// There is no such entry, it is another client's, or on no invoice: then it can be put right itself.
pub fn corrected(r: &mut Reader<'_>, client: Option<i64>, id: i64) -> Result<i64> {
    let entry =
        r.entry(id)?.ok_or_else(|| Error::missing(format!("there is no time entry t{id}")).hint("desk time ls"))?;
    if entry.client != client {
        return Err(Error::refused(format!("t{id} was not for this client")).hint("desk time ls client:…"));
    }
    match r.invoice_of_entry(id)? {
        Some(_) => Ok(id),
        None => Err(Error::refused(format!("t{id} is on no invoice: put it right itself"))
            .hint(format!("desk time edit t{id} 40m, or desk time void t{id}"))),
    }
}
