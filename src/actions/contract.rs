//! Contracts: added, changed in the middle, ended, renewed. What of that would change days that a client has an invoice for
//! is refused by its number.

use super::books::Books;
use super::people::shell_word;
use crate::desk::House;
use crate::domain::billing::contract::words::currency_said;
use crate::domain::billing::contract::{
    Contract, Kept, Opening, Renew, Terms, Version, find_leftovers, go_together, in_order,
};
use crate::domain::billing::currency::Currency;
use crate::domain::client::Client;
use crate::domain::event::{Event, Noun};
use crate::domain::time::Date;
use crate::error::{Error, Result};
use crate::store::billing::Logged;
use crate::store::{Reader, Tx};
use chrono::Datelike;
use std::collections::BTreeMap;

/// A key of terms and its value.
pub type Pair = (String, String);

/// Keys that say nothing about hours or money: they may be changed for all days at once.
const WORDS_ONLY: [&str; 4] = ["name", "renew", "alert", "alert-days"];
/// What a block or a deposit holds and costs: it has one period, so that a later day changes nothing of it.
const FIRST_DAY: [&str; 4] = ["block", "deposit", "price", "bill"];
/// Keys of which `none` is a value.
const HAVE_NONE: [&str; 3] = ["round", "alert", "alert-days"];
/// The kinds of contract.
const KINDS: [&str; 5] = ["prepaid", "block", "deposit", "flat", "hourly"];

/// The terms that pairs say, whole in themselves: the desk's currency and rounding, and the first of this month, where they
/// say nothing.
///
/// # Errors
/// As [`Terms::read`], and where nobody says a currency.
pub fn terms(pairs: &[Pair], house: &House) -> Result<Terms> {
    let mut pairs = pairs.to_vec();
    if !pairs.iter().any(|(key, _)| key == "start") {
        pairs.push(("start".to_owned(), first_of_month(house.today).to_string()));
    }
    let currency = currency(&pairs, house)?;
    let mut terms = Terms::read(&pairs, currency)?;
    terms.rounding.get_or_insert(house.rounding);
    Ok(terms)
}

/// The first of the month that a day is in.
#[must_use]
pub fn first_of_month(day: Date) -> Date {
    day.with_day(1).unwrap_or(day)
}

fn currency(pairs: &[Pair], house: &House) -> Result<Currency> {
    currency_said(pairs)?.or(house.currency).ok_or_else(|| {
        Error::usage("nothing says what the money is in")
            .hint("add --currency RUB; for all contracts: desk config set currency RUB")
    })
}

/// The contracts of a client.
pub fn of(r: &mut Reader<'_>, client: &Client) -> Result<Vec<Contract>> {
    let kept = r.contracts(Some(client.id))?;
    Ok(kept.iter().map(Kept::contract).collect::<std::result::Result<_, _>>()?)
}

/// Adds a contract.
pub fn add(tx: &mut Tx<'_>, client: &Client, terms: Terms) -> Result<Contract> {
    let contract = Contract::unchanged(tx.next_ids(1)?, terms)?;
    let days = (contract.start(), contract.last_day().unwrap_or(Date::MAX));
    let next = free_day(tx, client, days, &format!("{} begins on {}", contract.terms().name, contract.start()))?;
    if let Some((no, free)) = next {
        return Err(no.hint(format!("let it begin after the invoice: --start {free}")));
    }
    keep(tx, client, None, &contract)?;
    Ok(contract)
}

/// Ends a contract with the last day `on`, or lets it go on to a later one.
pub fn end(tx: &mut Tx<'_>, client: &Client, contract: &Contract, on: Date) -> Result<Contract> {
    let name = &contract.terms().name;
    if on < contract.start() {
        return Err(Error::refused(format!("{name} begins on {} only", contract.start()))
            .hint("what was added by mistake goes away with desk undo"));
    }
    let last = contract.last_day();
    if last == Some(on) {
        return Err(Error::refused(format!("the last day of {name} is {on} already")));
    }
    let from = last.map_or(on, |last| last.min(on)).succ_opt().unwrap_or(on);
    let until = last.map_or(Date::MAX, |last| last.max(on));
    if let Some((no, free)) = free_day(tx, client, (from, until), &format!("{name} would end on {on}"))? {
        let hint = free.pred_opt().map(|day| format!("not before the end of the invoice: --on {day}"));
        return Err(no.hint(hint.unwrap_or_default()));
    }
    let mut versions: Vec<Version> = contract.versions().iter().filter(|v| v.from <= on).cloned().collect();
    if let Some(version) = versions.last_mut() {
        version.terms.end = Some(on);
    }
    let ended = Contract::of(contract.id, versions)?;
    if ended.last_day() != Some(on) {
        let gone = ended.last_day().map(|day| day.to_string()).unwrap_or_default();
        return Err(Error::refused(format!("what {name} holds is gone after {gone} already")).hint(format!(
            "desk contract edit {} {} --from … --expires {on}",
            client.handle,
            shell_word(name)
        )));
    }
    keep(tx, client, Some(contract), &ended)?;
    Ok(ended)
}

/// What a renewal came to.
#[derive(Debug, Clone)]
pub struct Renewed {
    /// The new contract.
    pub contract: Contract,
    /// What is left of the one before; none where nothing goes along, or where that one still runs.
    pub left: Option<Opening>,
}

/// Lets a contract follow the one that ends: the same again. `leftovers`: what is left goes along; none: as its terms say.
pub fn renew(
    tx: &mut Tx<'_>,
    client: &Client,
    contract: &Contract,
    leftovers: Option<bool>,
    house: &House,
) -> Result<Renewed> {
    let (terms, handle) = (contract.terms(), &client.handle);
    let (name, typed) = (&terms.name, shell_word(&terms.name));
    let last = contract.last_day().ok_or_else(|| {
        Error::refused(format!("{name} has no last day: it goes on by itself"))
            .hint(format!("to end it: desk contract end {handle} {typed} --on {}", house.today))
    })?;
    let renew = match (leftovers, terms.renew) {
        (Some(true), _) => Renew::WithLeftovers,
        (Some(false), _) => Renew::Fresh,
        (None, Renew::No) => {
            return Err(Error::usage(format!("nobody said what becomes of the leftovers of {name}"))
                .hint(format!("desk contract renew {handle} {typed} --leftovers yes, or no")));
        }
        (None, said) => said,
    };
    let mut next = Terms { renew, ..terms.clone() }.renewed(contract.id)?;
    next.renew = terms.renew;
    let goes_along = next.carry_in.is_some();
    let followed = of(tx, client)?.into_iter().find(|c| c.start() == next.start && c.terms().name == next.name);
    if followed.is_some() {
        return Err(Error::refused(format!("{name} was renewed already: it goes on from {}", next.start))
            .hint(format!("desk contract show {handle} {typed} --as-of {}", next.start)));
    }
    let left = if goes_along && last <= house.today { left_over(tx, client, contract, last, house)? } else { None };
    Ok(Renewed { contract: add(tx, client, next)?, left })
}

/// What is left of a contract after its last day.
fn left_over(
    tx: &mut Tx<'_>,
    client: &Client,
    contract: &Contract,
    last: Date,
    house: &House,
) -> Result<Option<Opening>> {
    let books = Books::of(tx, client.id, house, last)?;
    let account = books.ledger.account(contract.id, last);
    Ok(account.map(|account| match account.purse {
        Some(purse) => Opening::Money(purse.left),
        None => Opening::Minutes(account.left),
    }))
}

/// Changes terms from a day on; none: those that say nothing about hours and money, for all days. What is not said stays as
/// it is, also where it was to change on a later day. The value `none` takes a term away.
pub fn change(
    tx: &mut Tx<'_>,
    client: &Client,
    contract: &Contract,
    from: Option<Date>,
    said: &[Pair],
) -> Result<Contract> {
    let name = &contract.terms().name;
    if said.is_empty() {
        return Err(Error::usage("nothing to change is named").hint("--from 2026-12-01 --price 35000"));
    }
    if let Some((key, _)) =
        said.iter().find(|(key, _)| KINDS.contains(&key.as_str()) && key != contract.terms().kind.word())
    {
        return Err(Error::usage(format!(
            "{name} is --{}: the kind of a contract cannot change to --{key}",
            contract.terms().kind.word()
        ))
        .hint("end this contract and add another"));
    }
    let all_in = |keys: &[&str]| said.iter().all(|(key, _)| keys.contains(&key.as_str()));
    let (only_words, place) = (all_in(&WORDS_ONLY), said.iter().any(|(key, _)| key == "order"));
    let from = match from {
        Some(day) => day,
        None if only_words || all_in(&["name", "renew", "alert", "alert-days", "order"]) => contract.start(),
        None => {
            return Err(Error::usage("from which day on?").hint("the first day of the change: --from 2026-12-01"));
        }
    };
    if from < contract.start() {
        return Err(Error::usage(format!("{name} begins on {} only", contract.start()))
            .hint(format!("--from {}", contract.start())));
    }
    if from > contract.start() {
        if place {
            return Err(Error::usage("the place among contracts counts for all days at once")
                .hint("say --order alone, without --from"));
        }
        let single = contract.terms().kind.every().is_none() && !contract.terms().prorate;
        let late = |key: &str| key == "carry-in" || single && FIRST_DAY.contains(&key);
        if let Some((key, _)) = said.iter().find(|(key, _)| late(key)) {
            return Err(Error::usage(format!("--{key} of {name} was agreed for its first day, {}", contract.start()))
                .hint(format!("--from {}, or another contract: desk contract add", contract.start())));
        }
    }
    let days = (from, contract.last_day().unwrap_or(Date::MAX));
    let blocked =
        if only_words { None } else { free_day(tx, client, days, &format!("{name} would change on {from}"))? };
    if let Some((no, free)) = blocked {
        return Err(no.hint(format!("let the change begin after the invoice: --from {free}")));
    }
    let changed = changed(contract, from, said)?;
    if changed == *contract {
        return Err(Error::refused(format!("{name} is like that already")));
    }
    keep(tx, client, Some(contract), &changed)?;
    Ok(changed)
}

/// The contract with terms changed from a day on. A later change keeps what it changed itself.
fn changed(contract: &Contract, from: Date, said: &[Pair]) -> Result<Contract> {
    let new: Vec<(&str, Option<&str>)> = said.iter().map(|(key, value)| (key.as_str(), wanted(key, value))).collect();
    let all = contract.versions();
    let mut versions: Vec<Version> = all.iter().filter(|version| version.from < from).cloned().collect();
    let mut terms = with(contract.terms_on(from), &new)?;
    versions.push(Version { from, terms: terms.clone() });
    for (was, is) in all.iter().zip(all.iter().skip(1)).filter(|(_, is)| is.from > from) {
        let own = difference(&was.terms.pairs(), &is.terms.pairs());
        let own: Vec<(&str, Option<&str>)> = own.iter().map(|(key, value)| (*key, value.as_deref())).collect();
        terms = with(&terms, &own)?;
        versions.push(Version { from: is.from, terms: terms.clone() });
    }
    Ok(Contract::of(contract.id, versions)?)
}

fn wanted<'a>(key: &str, value: &'a str) -> Option<&'a str> {
    Some(value).filter(|value| *value != "none" || HAVE_NONE.contains(&key))
}

/// What has to be said to make the one of the other.
fn difference(was: &[(&'static str, String)], is: &[(&'static str, String)]) -> Vec<(&'static str, Option<String>)> {
    let of =
        |pairs: &[(&'static str, String)], key: &str| pairs.iter().find(|(k, _)| *k == key).map(|(_, v)| v.clone());
    let mut keys: Vec<&'static str> = was.iter().chain(is).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(|key| (key, of(is, key))).filter(|(key, value)| of(was, key) != *value).collect()
}

/// Terms with some of their keys said anew, or taken away.
fn with(terms: &Terms, said: &[(&str, Option<&str>)]) -> Result<Terms> {
    let mut pairs: BTreeMap<&str, String> = terms.pairs().into_iter().collect();
    for (key, value) in said {
        match value {
            Some(value) => drop(pairs.insert(key, (*value).to_owned())),
            None => drop(pairs.remove(key)),
        }
    }
    let pairs: Vec<(&str, String)> = pairs.into_iter().collect();
    Ok(Terms::read(&pairs, terms.currency)?)
}

/// Where days are on a standing invoice of a client: the error that names it, and the first day after all of these.
fn free_day(r: &mut Reader<'_>, client: &Client, days: (Date, Date), what: &str) -> Result<Option<(Error, Date)>> {
    let covered = r.covered(Some(client.id))?;
    let meets = |c: &&(i64, crate::domain::billing::invoice::Covered)| c.1.first <= days.1 && days.0 <= c.1.last;
    let Some((_, first)) = covered.iter().find(meets) else { return Ok(None) };
    let last = covered.iter().filter(meets).map(|(_, c)| c.last).max().unwrap_or(first.last);
    let (number, from, to) = (first.number, first.first, first.last);
    let handle = &client.handle;
    let error = Error::refused(format!("{what}, and {handle} has invoice {number} for {from} … {to}"));
    Ok(Some((error, last.succ_opt().unwrap_or(last))))
}

/// Writes a contract, if it goes together with the others of its client.
fn keep(tx: &mut Tx<'_>, client: &Client, was: Option<&Contract>, is: &Contract) -> Result<()> {
    let mut all = of(tx, client)?;
    all.retain(|contract| contract.id != is.id);
    // What is new comes last, so that it is what a refusal is about.
    all.push(is.clone());
    go_together(&all)?;
    find_leftovers(&all)?;
    in_order(all)?;
    let at = tx.at;
    let was = was.map(|contract| Kept::of(client.id, contract));
    tx.apply([Event::about(Noun::Contract, is.id, "", &was, &Kept::of(client.id, is), at)])
}

/// The contracts of a client become another's: where both are drawn as the same number at the same time, those that come get
/// the next one that is free. How many came.
///
/// # Errors
/// Two that hold at the same time in two currencies, or under one name.
pub fn hand_over(tx: &mut Tx<'_>, from: &Client, into: &Client) -> Result<usize> {
    let mut all = of(tx, into)?;
    let coming = of(tx, from)?;
    apart_on_invoices(tx, (from, &coming), (into, &all))?;
    let at = tx.at;
    for contract in &coming {
        let mut order = contract.terms().order;
        let meets =
            |order: u32| all.iter().any(|other| other.terms().order == order && other.overlap(contract).is_some());
        while meets(order) {
            order = order.saturating_add(1);
        }
        let mut versions = contract.versions().to_vec();
        if order != contract.terms().order {
            versions.iter_mut().for_each(|version| version.terms.order = order);
        }
        let moved = Contract::of(contract.id, versions)?;
        all.push(moved.clone());
        go_together(&all).map_err(|no| {
            Error::refused(format!("the contracts of {} and {} do not go together: {no}", from.handle, into.handle))
                .hint(format!(
                    "end one of them first: desk contract end {} {}",
                    from.handle,
                    shell_word(&contract.terms().name)
                ))
        })?;
        let (was, is) = (Kept::of(from.id, contract), Kept::of(into.id, &moved));
        tx.apply([Event::about(Noun::Contract, contract.id, "", &was, &is, at)])?;
    }
    Ok(coming.len())
}

/// Contracts of two clients that are to be one's: where either has an invoice for days on which both have a contract, its
/// entries say whose they are, or what was told would be drawn anew, by other contracts.
fn apart_on_invoices(
    r: &mut Reader<'_>,
    (from, coming): (&Client, &[Contract]),
    (into, own): (&Client, &[Contract]),
) -> Result<()> {
    let mut covered = r.covered(Some(from.id))?;
    covered.extend(r.covered(Some(into.id))?);
    for (client, c) in covered {
        let holds = |contract: &Contract, day: Date| contract.last_day().is_none_or(|last| day <= last);
        let meet = |one: &Contract, other: &Contract| {
            let day = one.start().max(other.start()).max(c.first);
            day <= c.last && holds(one, day) && holds(other, day)
        };
        if !coming.iter().any(|one| own.iter().any(|other| meet(one, other))) {
            continue;
        }
        let finds_its_own = |l: &Logged| l.invoice == Some(c.invoice) && l.work.billable && l.work.contract.is_none();
        if r.logged(Some(client))?.iter().any(finds_its_own) {
            return Err(Error::refused(format!(
                "invoice {} is issued for {} … {}, and both {} and {} had a contract then: their hours would be drawn anew",
                c.number, c.first, c.last, from.handle, into.handle
            ))
            .hint(format!("desk invoice credit {}, or leave them two", c.number)));
        }
    }
    Ok(())
}
