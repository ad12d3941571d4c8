//! The books of a client: his contracts, his hours, and the ledger that says which minute is paid by what. Counted anew at
//! each look; so a command that writes looks inside its transaction.

use crate::desk::House;
use crate::domain::billing::contract::stretch::hours_from;
use crate::domain::billing::contract::{Contract, Kept, Terms, in_order};
use crate::domain::billing::invoice::{Covered, posted};
use crate::domain::billing::ledger::{Facts, Ledger, Work};
use crate::domain::billing::rounding::{Factors, Spread};
use crate::domain::calendar::Calendar;
use crate::domain::client::Client;
use crate::domain::nearest::nearest;
use crate::domain::time::{Date, Minutes, Moment};
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::billing::Logged;

/// All that was agreed with a client and worked for him.
#[derive(Debug, Clone)]
pub struct Books {
    /// His id.
    pub client: i64,
    /// His contracts, in the order in which they are drawn.
    pub contracts: Vec<Contract>,
    /// His entries as the ledger saw them, in the order of its lines; none after its last day.
    pub work: Vec<Work>,
    /// The ids of the standing invoices that hold them, in the same order.
    pub invoices: Vec<Option<i64>>,
    /// The days that his standing invoices are for.
    pub covered: Vec<Covered>,
    /// Which minute is paid by what.
    pub ledger: Ledger,
}

impl Books {
    /// The books of a client up to the end of a day.
    ///
    /// # Errors
    /// Contracts that do not go together, entries that cannot be counted.
    pub fn of(r: &mut Reader<'_>, client: i64, house: &House, as_of: Date) -> Result<Books> {
        let kept = r.contracts(Some(client))?;
        let covered = r.covered(Some(client))?.into_iter().map(|(_, covered)| covered).collect();
        let logged = r.logged(Some(client))?;
        Books::counted(client, &kept, covered, logged, house, as_of)
    }

    /// The books of a client with every entry that he has, also one that is drawn on a day still to come, and his periods up to
    /// `as_of` at least.
    ///
    /// # Errors
    /// As [`Books::of`].
    pub fn whole(r: &mut Reader<'_>, client: i64, house: &House, as_of: Date) -> Result<Books> {
        let last = r.covered(Some(client))?.into_iter().filter_map(|(_, covered)| covered.last.succ_opt()).max();
        Books::of(r, client, house, last.map_or(as_of, |last| last.max(as_of)))
    }

    /// The books of every client who has a contract or hours, by the client's id.
    ///
    /// # Errors
    /// As [`Books::of`].
    pub fn all(r: &mut Reader<'_>, house: &House, as_of: Date) -> Result<Vec<Books>> {
        let (kept, covered, logged) = (r.contracts(None)?, r.covered(None)?, r.logged(None)?);
        let mut clients: Vec<i64> = kept.iter().map(|c| c.client).chain(logged.iter().map(|l| l.client)).collect();
        clients.sort_unstable();
        clients.dedup();
        let mut logged = logged.into_iter().peekable();
        let mut all = Vec::with_capacity(clients.len());
        for client in clients {
            let own: Vec<Kept> = kept.iter().filter(|c| c.client == client).cloned().collect();
            let days = covered.iter().filter(|(whose, _)| *whose == client).map(|(_, covered)| *covered).collect();
            let hours = std::iter::from_fn(|| logged.next_if(|l| l.client == client)).collect();
            all.push(Books::counted(client, &own, days, hours, house, as_of)?);
        }
        Ok(all)
    }

    /// The books of every client of whose contracts something is to be told on `day`, by the client's id. Their hours are read
    /// from as late a day as the contracts allow: what is held on `day` is told rightly, what was before may not be.
    ///
    /// # Errors
    /// As [`Books::of`].
    pub fn alerted(r: &mut Reader<'_>, house: &House, day: Date) -> Result<Vec<Books>> {
        let (kept, covered) = (r.contracts(None)?, r.covered(None)?);
        let mut all = Vec::new();
        for own in kept.chunk_by(|a, b| a.client == b.client) {
            let Some(client) = own.first().map(|contract| contract.client) else { continue };
            let contracts = own.iter().map(Kept::contract).collect::<std::result::Result<Vec<_>, _>>()?;
            if !contracts.iter().any(|contract| contract.in_force(day)) {
                continue;
            }
            let days: Vec<Covered> = covered.iter().filter(|(whose, _)| *whose == client).map(|(_, c)| *c).collect();
            let contracts = in_order(contracts)?;
            let mut under = |contracts: &[Contract]| {
                let logged = match hours_from(contracts, day) {
                    Some(since) => r.logged_since(client, since, !days.is_empty())?,
                    None => Vec::new(),
                };
                Books::with(client, contracts.to_vec(), days.clone(), logged, house, day)
            };
            // Where not even smaller pools are nearly empty, nobody has to look at all the hours before.
            let smaller: Vec<Contract> = contracts.iter().map(Contract::without_carry).collect();
            let books = under(&smaller)?;
            if books.ledger.alerts.is_empty() {
                continue;
            }
            all.push(if smaller == contracts { books } else { under(&contracts)? });
        }
        Ok(all)
    }

    /// The books under these contracts instead of his own, as if nothing had been invoiced.
    ///
    /// # Errors
    /// As [`Books::of`].
    pub fn under(
        r: &mut Reader<'_>,
        client: i64,
        contracts: Vec<Contract>,
        house: &House,
        as_of: Date,
    ) -> Result<Books> {
        let mut logged = r.logged(Some(client))?;
        for entry in &mut logged {
            entry.work.contract = None;
            entry.invoice = None;
        }
        Books::with(client, in_order(contracts)?, Vec::new(), logged, house, as_of)
    }

    fn counted(
        client: i64,
        kept: &[Kept],
        covered: Vec<Covered>,
        logged: Vec<Logged>,
        house: &House,
        as_of: Date,
    ) -> Result<Books> {
        let contracts = kept.iter().map(Kept::contract).collect::<std::result::Result<Vec<_>, _>>()?;
        Books::with(client, in_order(contracts)?, covered, logged, house, as_of)
    }

    fn with(
        client: i64,
        contracts: Vec<Contract>,
        covered: Vec<Covered>,
        mut logged: Vec<Logged>,
        house: &House,
        as_of: Date,
    ) -> Result<Books> {
        let uneven = contracts.iter().flat_map(Contract::versions).any(|v| v.terms.factors != Factors::NONE);
        for entry in &mut logged {
            entry.work.posted = match entry.invoice {
                None => posted(entry.work.day, &covered),
                // It was posted to the first day of the invoice that took it along.
                Some(id) => covered.iter().find(|c| c.invoice == id).and_then(|c| {
                    let own = c.first <= entry.work.day && entry.work.day <= c.last;
                    (!own).then_some(c.first)
                }),
            };
            if uneven {
                entry.work.spread = spread(&house.calendar, &entry.work, entry.began);
            }
        }
        logged.retain(|entry| entry.work.on() <= as_of);
        logged.sort_by_key(|entry| (entry.work.on(), entry.work.id));
        let work: Vec<Work> = logged.iter().map(|entry| entry.work).collect();
        let facts = Facts { contracts: &contracts, work: &work, rounding: house.rounding, as_of };
        let ledger = Ledger::of(&facts)?;
        Ok(Books { client, contracts, work, invoices: logged.iter().map(|l| l.invoice).collect(), covered, ledger })
    }

    /// Contracts alone, of which nothing is counted.
    #[must_use]
    pub fn bare(client: i64, contracts: Vec<Contract>) -> Books {
        let (work, invoices, covered) = (Vec::new(), Vec::new(), Vec::new());
        Books { client, contracts, work, invoices, covered, ledger: Ledger::default() }
    }

    /// The contract with this id.
    #[must_use]
    pub fn contract(&self, id: i64) -> Option<&Contract> {
        self.contracts.iter().find(|contract| contract.id == id)
    }

    /// The contract that a word means: its name as it is now, or the only one there is where none is named.
    ///
    /// # Errors
    /// As [`which`].
    pub fn named(&self, word: Option<&str>, client: &Client) -> Result<&Contract> {
        which(&self.contracts, word, client, None)
    }

    /// The terms under which a line was reckoned.
    #[must_use]
    pub fn terms(&self, line: &crate::domain::billing::ledger::Line) -> Option<&Terms> {
        Some(self.contract(line.contract?)?.terms_on(line.day))
    }
}

/// The contract that a word means: its name as it is now. Without one it is the only one there is, or the only one in force on
/// `day`. Of several that followed each other under one name it is the one in force on `day`, else the last.
///
/// # Errors
/// None of that name, or several, by name.
pub fn which<'a>(
    contracts: &'a [Contract],
    word: Option<&str>,
    client: &Client,
    day: Option<Date>,
) -> Result<&'a Contract> {
    let handle = &client.handle;
    let names = || {
        let mut names: Vec<&str> = contracts.iter().map(|c| c.terms().name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    };
    let found: Vec<&Contract> = match word {
        Some(word) => {
            let called = |c: &&Contract| c.terms().name.to_lowercase() == word.to_lowercase();
            contracts.iter().filter(called).collect()
        }
        None => contracts.iter().collect(),
    };
    let now: Vec<&Contract> = found.iter().copied().filter(|c| day.is_some_and(|day| c.in_force(day))).collect();
    match (found.as_slice(), now.as_slice(), word) {
        ([one], _, _) | (_, [one], _) => Ok(one),
        ([], ..) if contracts.is_empty() => {
            Err(Error::missing(format!("{handle} has no contract")).hint(format!("desk contract add {handle} …")))
        }
        ([], _, word) => {
            let name = word.unwrap_or_default();
            let near = nearest(name, contracts.iter().map(|c| c.terms().name.as_str()));
            let hint = near.map_or_else(|| format!("there are: {}", names()), |near| format!("did you mean {near}?"));
            Err(Error::missing(format!("{handle} has no contract {name}")).hint(hint))
        }
        (several, _, Some(_)) => several
            .iter()
            .max_by_key(|contract| (contract.start(), contract.id))
            .copied()
            .ok_or_else(|| Error::bug("several contracts and none")),
        _ => Err(Error::usage(format!("{handle} has several contracts")).hint(format!("name one: {}", names()))),
    }
}

/// How much of an entry fell outside working hours, on weekends and on holidays. Of an entry whose beginning nobody knows only
/// its day is looked at.
fn spread(calendar: &Calendar, work: &Work, began: Option<Moment>) -> Spread {
    let mut spread = Spread::default();
    let mut add = |day: Date, minutes: Minutes, open: Minutes| {
        let of = calendar.day(day);
        match (of.hours.is_empty(), of.why) {
            (true, None) => spread.weekend += minutes,
            (true, Some(_)) => spread.holiday += minutes,
            (false, _) => spread.off_hours += (minutes - open).max(0),
        }
    };
    let Some(began) = began else {
        add(work.day, work.minutes, work.minutes);
        return spread;
    };
    let (mut from, end) = (began, began.plus(work.minutes.saturating_mul(60)));
    let mut left = work.minutes;
    while from < end && left > 0 {
        let day = calendar.zone().date(from);
        let midnight = day.succ_opt().map_or(end, |next| calendar.zone().start_of_day(next));
        let until = midnight.min(end);
        let minutes = if until == end { left } else { (until.since(from) / 60).min(left) };
        let open = crate::domain::time::minutes(calendar.between(from, until)).min(minutes);
        add(day, minutes, open);
        left -= minutes;
        from = until;
    }
    spread
}
