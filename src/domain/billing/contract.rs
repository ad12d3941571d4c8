//! What was agreed with a client: the terms of a contract, what a change in the middle leaves alone. Which go together is in
//! `beside`. How terms are written is in `words`, the days of the periods in `stretch`; what the terms do is in `ledger`.

mod beside;
mod differs;
pub mod stretch;
mod told;
pub mod words;

pub use beside::{find_leftovers, go_together, in_order};

use super::currency::Currency;
use super::money::Money;
use super::rounding::{Charge, Factors, Rounding};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Date, Minutes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stretch::{Every, Expiry, Length};

/// What a client pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Hours that come anew each period.
    Prepaid {
        /// Minutes of a period.
        minutes: Minutes,
        /// How long a period is.
        every: Every,
    },
    /// Hours bought once.
    Block {
        /// All its minutes.
        minutes: Minutes,
        /// When what is left is gone; none: never.
        expires: Option<Expiry>,
    },
    /// Money paid once, drawn at a price of an hour.
    Deposit {
        /// All of it.
        money: Money,
        /// The price of an hour.
        rate: Money,
        /// When what is left is gone; none: never.
        expires: Option<Expiry>,
    },
    /// A fee of each period, whatever is worked.
    Flat {
        /// The fee.
        price: Money,
        /// How long a period is.
        every: Every,
        /// The minutes of a period that the fee is for; none: all.
        cap: Option<Minutes>,
    },
    /// Each hour at its price.
    Hourly {
        /// The price of an hour.
        rate: Money,
        /// How long a period of account is.
        every: Every,
    },
}

impl Kind {
    /// The word for it: `prepaid`, `block`, `deposit`, `flat`, `hourly`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Prepaid { .. } => "prepaid",
            Kind::Block { .. } => "block",
            Kind::Deposit { .. } => "deposit",
            Kind::Flat { .. } => "flat",
            Kind::Hourly { .. } => "hourly",
        }
    }

    /// How long its periods are; none: it has one, from its start to its end.
    #[must_use]
    pub fn every(&self) -> Option<Every> {
        match self {
            Kind::Prepaid { every, .. } | Kind::Flat { every, .. } | Kind::Hourly { every, .. } => Some(*every),
            Kind::Block { .. } | Kind::Deposit { .. } => None,
        }
    }

    /// Whether it holds hours or money that can be left over.
    #[must_use]
    pub fn holds(&self) -> bool {
        matches!(self, Kind::Prepaid { .. } | Kind::Block { .. } | Kind::Deposit { .. })
    }

    fn expires(&self) -> Option<Expiry> {
        match self {
            Kind::Block { expires, .. } | Kind::Deposit { expires, .. } => *expires,
            Kind::Prepaid { .. } | Kind::Flat { .. } | Kind::Hourly { .. } => None,
        }
    }
}

/// When the price of a period is due. Overage is always due after the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bill {
    /// On its first day.
    Advance,
    /// On its last day.
    Arrears,
}

/// What is left of a period and goes on into the next: the least of what is unused, of `percent` of the included minutes
/// (a fraction of a minute is dropped) and of `most`. It is never carried a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// 1 to 100 percent of the included minutes.
    pub percent: i64,
    /// No more than this; none: no such limit.
    pub most: Option<Minutes>,
    /// At the end of which following period it is gone: 1 is the next one; none: not before the contract ends.
    pub periods: Option<u32>,
}

/// What was there before the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Minutes of a pool.
    Minutes(Minutes),
    /// Money of a deposit.
    Money(Money),
    /// What is left of another contract of the client, by its id, when that one has ended: whatever is logged late or struck
    /// out there counts.
    Left(i64),
}

/// What follows the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renew {
    /// Nothing.
    No,
    /// The same again; what is left is gone.
    Fresh,
    /// The same again; what is left goes along.
    WithLeftovers,
}

/// When somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    /// So many percent of a pool are used; ascending.
    pub percents: Vec<i64>,
    /// So many days before the last day; descending.
    pub days: Vec<u32>,
}

/// The terms of a contract, as they stand from some day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What it is called.
    pub name: String,
    /// What is paid for.
    pub kind: Kind,
    /// All its money is in this.
    pub currency: Currency,
    /// The price of a period of prepaid hours, or of the block; none: not told. The other kinds have it in themselves.
    pub price: Option<Money>,
    /// The price of an hour beyond the pool; none: no hour beyond it was agreed.
    pub overage: Option<Money>,
    /// When the price is due.
    pub bill: Bill,
    /// How minutes are rounded; none: as everywhere in the desk.
    pub rounding: Option<Rounding>,
    /// No group is billed less.
    pub minimum: Minutes,
    /// What some hours count more.
    pub factors: Factors,
    /// What goes on into the next period; none: nothing.
    pub carry: Option<Carry>,
    /// What was there before the first day.
    pub carry_in: Option<Opening>,
    /// The first day; periods are counted from it.
    pub start: Date,
    /// The last day; none: open.
    pub end: Option<Date>,
    /// Its place among the contracts of its client, from 1; the first is drawn first.
    pub order: u32,
    /// What follows the last day.
    pub renew: Renew,
    /// When somebody is told.
    pub alerts: Alerts,
    /// Part periods are charged and filled by their days; else they count as whole ones.
    pub prorate: bool,
}

impl Terms {
    /// What is due for one whole period, or for the block or deposit; none for hours that have their own price.
    #[must_use]
    pub fn fee(&self) -> Option<Money> {
        match self.kind {
            Kind::Prepaid { .. } | Kind::Block { .. } => self.price,
            Kind::Deposit { money, .. } => Some(money),
            Kind::Flat { price, .. } => Some(price),
            Kind::Hourly { .. } => None,
        }
    }

    /// The price of an hour that no pool covers; none: no such hour was agreed.
    #[must_use]
    pub fn beyond(&self) -> Option<Money> {
        match self.kind {
            Kind::Hourly { rate, .. } => Some(rate),
            _ => self.overage,
        }
    }

    /// The last day on which it takes hours: its end, or the last day before its hours or money are gone.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        let gone = self.kind.expires().map(|expiry| expiry.last_day(self.start));
        match (self.end, gone) {
            (Some(end), Some(gone)) => Some(end.min(gone)),
            (end, gone) => end.or(gone),
        }
    }

    /// How its minutes are charged, where the desk rounds in `usual` way.
    #[must_use]
    pub fn charge(&self, usual: Rounding) -> Charge {
        let rounding = self.rounding.unwrap_or(usual);
        Charge { rounding, minimum: self.minimum, factors: self.factors }
    }

    /// The terms that follow these, which are those of the contract `id`: as long as they, from the day after their last, with
    /// what is left of them where leftovers go along.
    ///
    /// ```
    /// use frontdesk::domain::billing::{contract::{Opening, Terms}, currency::Currency};
    /// let rub = Currency::of("RUB").unwrap();
    /// let terms = [("block", "40h"), ("start", "2026-01-15"), ("expires", "6m"), ("renew", "with leftovers")];
    /// let next = Terms::read(&terms, rub).unwrap().renewed(12).unwrap();
    /// assert_eq!((next.start.to_string(), next.carry_in), ("2026-07-15".to_owned(), Some(Opening::Left(12))));
    /// assert_eq!(next.last_day().unwrap().to_string(), "2027-01-14");
    /// ```
    ///
    /// # Errors
    /// They have no last day, or nothing was said to follow it.
    pub fn renewed(&self, id: i64) -> Result<Terms, Refusal> {
        let about = |why: &str, hint: &str| refused(&self.name, why, hint);
        let last = self.last_day().ok_or_else(|| about("it has no last day", "end it first: --end"))?;
        let carry_in = match self.renew {
            Renew::No => return Err(about("it is not renewed", "say so: --renew \"with leftovers\"")),
            Renew::Fresh => None,
            Renew::WithLeftovers => self.kind.holds().then_some(Opening::Left(id)),
        };
        let beyond = || about("its last day is beyond the calendar", "give an earlier one");
        let start = last.succ_opt().ok_or_else(beyond)?;
        let again = |day: Date| Length::between(self.start, day).after(start);
        let mut next = Terms { start, carry_in, ..self.clone() };
        next.end = self.end.map(again);
        if let Kind::Block { expires: Some(Expiry::On(day)), .. }
        | Kind::Deposit { expires: Some(Expiry::On(day)), .. } = &mut next.kind
        {
            *day = again(*day);
        }
        next.check()?;
        Ok(next)
    }

    /// Whether the terms make sense together.
    ///
    /// # Errors
    /// A sentence that names the term: an end before the start, nothing in a pool, money in two currencies …
    pub fn check(&self) -> Result<(), Refusal> {
        let said = |key: &str| {
            let pairs = self.pairs();
            let value = pairs.iter().find(|(known, _)| *known == key).map_or("", |(_, value)| value.as_str());
            format!("--{key} {value}")
        };
        for (key, money) in self.sums() {
            if money.currency != self.currency {
                let why = format!("the contract is in {}", self.currency);
                return Err(refused(
                    &said(key),
                    &why,
                    &format!("one contract has one currency: --currency {}", money.currency),
                ));
            }
            if money.minor <= 0 {
                return Err(refused(&said(key), "it is not above zero", "leave it out where there is none"));
            }
        }
        for (key, minutes) in self.stretches_of_work() {
            if minutes <= 0 {
                return Err(refused(&said(key), "it is not above zero", "leave it out where there is none"));
            }
        }
        if self.end.is_some_and(|end| end < self.start) {
            return Err(refused(&said("end"), &format!("it starts on {}", self.start), "end it on a later day"));
        }
        if self.last_day().is_some_and(|last| last < self.start) {
            let why = format!("it starts on {}", self.start);
            return Err(refused(&said("expires"), &why, "let it expire on a later day"));
        }
        if self.renew != Renew::No && self.last_day().is_none() {
            return Err(refused(&said("renew"), "it has no last day", "say --end or --expires"));
        }
        self.fits_kind(&said)
    }

    /// What one kind has and another cannot have.
    fn fits_kind(&self, said: &dyn Fn(&str) -> String) -> Result<(), Refusal> {
        match (self.kind, self.carry_in) {
            (Kind::Deposit { .. }, Some(Opening::Minutes(_))) => {
                return Err(refused(&said("carry-in"), "a deposit is money", "write an amount: 1500"));
            }
            (Kind::Prepaid { .. } | Kind::Block { .. }, Some(Opening::Money(_))) => {
                return Err(refused(&said("carry-in"), "a pool is hours", "write a duration: 3h20m"));
            }
            (Kind::Flat { .. } | Kind::Hourly { .. }, Some(_)) => {
                return Err(refused(&said("carry-in"), "there is no pool", "only pools and deposits have a balance"));
            }
            _ => {}
        }
        if let (Kind::Flat { cap: None, .. }, Some(_)) = (self.kind, self.overage) {
            return Err(refused(&said("overage"), "a flat fee without a cap has none", "add --cap 20h"));
        }
        if let (Kind::Hourly { .. }, Bill::Advance) = (self.kind, self.bill) {
            return Err(refused(&said("bill"), "hours are not known in advance", "--bill arrears"));
        }
        Ok(())
    }

    /// All its money, by the key that says it.
    fn sums(&self) -> Vec<(&'static str, Money)> {
        let mut sums = match self.kind {
            Kind::Deposit { money, rate, .. } => vec![("deposit", money), ("rate", rate)],
            Kind::Flat { price, .. } => vec![("flat", price)],
            Kind::Hourly { rate, .. } => vec![("hourly", rate)],
            Kind::Prepaid { .. } | Kind::Block { .. } => Vec::new(),
        };
        sums.extend(self.price.map(|money| ("price", money)));
        sums.extend(self.overage.map(|money| ("overage", money)));
        if let Some(Opening::Money(money)) = self.carry_in {
            sums.push(("carry-in", money));
        }
        sums
    }

    /// All its minutes, by the key that says them.
    fn stretches_of_work(&self) -> Vec<(&'static str, Minutes)> {
        let mut all = match self.kind {
            Kind::Prepaid { minutes, .. } => vec![("prepaid", minutes)],
            Kind::Block { minutes, .. } => vec![("block", minutes)],
            Kind::Flat { cap: Some(cap), .. } => vec![("cap", cap)],
            _ => Vec::new(),
        };
        all.extend(self.carry.and_then(|carry| carry.most).map(|most| ("carry-max", most)));
        if let Some(Opening::Minutes(minutes)) = self.carry_in {
            all.push(("carry-in", minutes));
        }
        all
    }
}

/// Terms and the day they hold from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The first day.
    pub from: Date,
    /// What holds from then on.
    pub terms: Terms,
}

/// A contract: its terms from its start on, and what was changed later.
///
/// Prices of an hour, rounding, minimum and factors are those of the day worked. What a period holds, costs and carries is
/// what the terms say on its first day; a change in the middle of a period changes them from the next one on, unless part
/// periods are prorated: then each version counts for its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Which one it is in the desk.
    pub id: i64,
    /// In the order of their days, at least one.
    versions: Vec<Version>,
    /// The terms it began with.
    first: Terms,
}

impl Contract {
    /// A contract that began with the first of `versions`.
    ///
    /// # Errors
    /// No version, days that do not follow each other, or a change of what a contract cannot change: its kind, the length of
    /// its periods, its currency, its first day.
    pub fn of(id: i64, versions: Vec<Version>) -> Result<Contract, Refusal> {
        let Some(first) = versions.first().map(|version| version.terms.clone()) else {
            return Err(refused("contract", "it has no terms", ""));
        };
        let new = "end this contract and add another";
        for (at, version) in versions.iter().enumerate() {
            let Version { from, terms } = version;
            terms.check()?;
            let about = format!("{} from {from}", terms.name);
            let same = |same: bool, what: &str| {
                if same { Ok(()) } else { Err(refused(&about, &format!("{what} of a contract cannot change"), new)) }
            };
            same(terms.kind.word() == first.kind.word(), "the kind")?;
            same(terms.kind.every() == first.kind.every(), "the length of the periods")?;
            same(terms.currency == first.currency, "the currency")?;
            same(terms.start == first.start, "the first day")?;
            let before = at.checked_sub(1).and_then(|before| versions.get(before));
            let follows = before.map_or(*from == terms.start, |before| before.from < *from);
            if !follows {
                return Err(refused(
                    &about,
                    "changes follow each other, the first on the first day",
                    "give a later day",
                ));
            }
            if terms.last_day().is_some_and(|last| last < *from) {
                return Err(refused(&about, "the contract has ended by then", "give an earlier day"));
            }
        }
        Ok(Contract { id, versions, first })
    }

    /// A contract that was never changed.
    ///
    /// # Errors
    /// Terms that make no sense, see [`Terms::check`].
    pub fn unchanged(id: i64, terms: Terms) -> Result<Contract, Refusal> {
        Contract::of(id, vec![Version { from: terms.start, terms }])
    }

    /// All its versions, in the order of their days.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The terms that hold on `day`; before its start the first ones.
    #[must_use]
    pub fn terms_on(&self, day: Date) -> &Terms {
        let version = self.versions.iter().rev().find(|version| version.from <= day);
        version.map_or(&self.first, |version| &version.terms)
    }

    /// The terms as they were agreed last.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        self.versions.last().map_or(&self.first, |version| &version.terms)
    }

    /// The id of the contract whose leftovers it begins with.
    #[must_use]
    pub fn follows(&self) -> Option<i64> {
        match self.first.carry_in {
            Some(Opening::Left(id)) => Some(id),
            _ => None,
        }
    }

    /// Its first day.
    #[must_use]
    pub fn start(&self) -> Date {
        self.first.start
    }

    /// The last day on which it takes hours; none: open.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        self.terms().last_day()
    }

    /// The first day on which both are in force; none: they never are.
    #[must_use]
    pub fn overlap(&self, other: &Contract) -> Option<Date> {
        let first = self.start().max(other.start());
        [self.last_day(), other.last_day()].into_iter().flatten().all(|last| first <= last).then_some(first)
    }

    /// Whether it takes hours of `day`.
    #[must_use]
    pub fn in_force(&self, day: Date) -> bool {
        self.start() <= day && self.last_day().is_none_or(|last| day <= last)
    }
}

/// A contract as it is kept: whose it is, and the terms of each version in the words of [`words`].
///
/// ```
/// use frontdesk::domain::billing::{contract::{Contract, Kept, Terms}, currency::Currency};
/// let terms = Terms::read(&[("hourly", "3500"), ("start", "2026-01-01")], Currency::of("RUB").unwrap()).unwrap();
/// let contract = Contract::unchanged(7, terms).unwrap();
/// let kept = Kept::of(3, &contract);
/// assert_eq!((kept.client, kept.contract().unwrap()), (3, contract));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Which contract it is.
    pub id: i64,
    /// The client's id.
    pub client: i64,
    /// Its versions, the first first.
    pub versions: Vec<KeptVersion>,
}

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptVersion {
    /// The first day.
    pub from: Date,
    /// Its keys and values.
    pub terms: BTreeMap<String, String>,
}

impl Kept {
    /// A contract of a client.
    #[must_use]
    pub fn of(client: i64, contract: &Contract) -> Kept {
        let words = |terms: &Terms| terms.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let version = |version: &Version| KeptVersion { from: version.from, terms: words(&version.terms) };
        Kept { id: contract.id, client, versions: contract.versions.iter().map(version).collect() }
    }

    /// What is kept.
    ///
    /// # Errors
    /// Terms that make no sense, see [`Contract::of`].
    pub fn contract(&self) -> Result<Contract, Refusal> {
        let version = |kept: &KeptVersion| {
            let pairs: Vec<(&String, &String)> = kept.terms.iter().collect();
            let currency = Currency::of(kept.terms.get("currency").map_or("", String::as_str))?;
            Ok(Version { from: kept.from, terms: Terms::read(&pairs, currency)? })
        };
        Contract::of(self.id, self.versions.iter().map(version).collect::<Result<_, Refusal>>()?)
    }
}

/// What is refused about a term or a contract, as one sentence.
pub(super) fn refused(what: &str, why: &str, hint: &str) -> Refusal {
    Refusal::Impossible { text: what.trim().to_owned(), why: why.to_owned(), hint: hint.to_owned() }
}
