//! `desk contract try`: past hours under other terms. Nothing is written.

use super::super::args::Answer;
use super::super::chosen::unfinished;
use super::flags::TermFlags;
use super::house;
use crate::actions::books::Books;
use crate::actions::{contract, people};
use crate::desk::{Desk, House};
use crate::domain::billing::contract::{Contract, Terms};
use crate::domain::billing::ledger::Account;
use crate::domain::period::Period;
use crate::error::{Error, Result};
use crate::report::contract::{self as report, Sums, Tried};
use crate::settings::contract::{LARGEST, read_contracts};

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "The terms are flags, or keys of a TOML file: one table of them, or several under [[contract]].
They begin with the period unless they say when; hours from their beginning on count.
All hours of the client go through them as if nothing else had been agreed and nothing invoiced.
A fee counts where it is due in the period.

Examples:
  desk contract try plus.toml --client acme in:last-month
  desk contract try --client acme --hourly 3500 in:2026
  printf 'prepaid = \"20h\"\\nevery = \"month\"\\nprice = 50000\\nname = \"plus\"\\n' | desk contract try - --client acme")]
pub(super) struct Try {
    /// A file with the terms, - for standard input; in:PERIOD, else last month
    #[arg(value_name = "FILE|in:PERIOD")]
    words: Vec<String>,
    /// Whose hours: handle, domain or name
    #[arg(long, value_name = "CLIENT")]
    client: String,
    #[command(flatten)]
    terms: TermFlags,
}

impl Try {
    pub(super) fn run(mut self, desk: &mut Desk) -> Result<Answer> {
        let house = house(desk)?;
        let zone = desk.zone()?;
        let flags = std::mem::take(&mut self.terms);
        let (file, period) = self.words()?;
        let period = Period::parse(period.unwrap_or("last-month"), desk.now, &zone)?;
        let terms = terms(desk, file, flags, &period, &house)?;
        let contracts = (1..).zip(&terms).map(|(id, terms)| Contract::unchanged(id, terms.clone()));
        let contracts = contracts.collect::<std::result::Result<Vec<_>, _>>()?;
        let (handle, now, tried) = desk.read(|r| {
            let client = people::client(r, &self.client)?;
            let now = Books::of(r, client.id, &house, period.last)?;
            let tried = Books::under(r, client.id, contracts, &house, period.last)?;
            Ok((client.handle, now, tried))
        })?;
        let sums = |books: &Books| {
            let lines = books.ledger.between(period.first, period.last);
            Sums::of(lines, &books.ledger.accounts, period.first, period.last)
                .ok_or_else(|| Error::refused("its money is beyond counting"))
        };
        let within = |account: &&Account| account.stretch.last >= period.first;
        let named = |account: &Account| {
            let contract = tried.contract(account.contract).filter(|_| terms.len() > 1);
            contract.map_or("", |contract| contract.terms().name.as_str())
        };
        let told = Tried {
            client: &handle,
            name: terms.iter().map(|terms| terms.name.as_str()).collect::<Vec<_>>().join(" and "),
            terms: terms.iter().map(|terms| format!("{}: {}", terms.name, terms.told())).collect(),
            period: &period,
            now: sums(&now)?,
            tried: sums(&tried)?,
            periods: tried.ledger.accounts.iter().filter(within).map(|account| (named(account), account)).collect(),
        };
        let mut report = report::tried(&told);
        report.notes.extend(unfinished(&period, desk.now, &zone));
        Ok(report.into())
    }

    /// The file and the period.
    fn words(&self) -> Result<(Option<&str>, Option<&str>)> {
        let (mut file, mut period) = (None, None);
        for word in &self.words {
            let (place, value) = match word.strip_prefix("in:") {
                Some(value) => (&mut period, value),
                None => (&mut file, word.as_str()),
            };
            if place.replace(value).is_some() {
                return Err(Error::usage(format!("{word} is one too many")).hint("one FILE and one in:PERIOD"));
            }
        }
        Ok((file, period))
    }
}

fn terms(desk: &mut Desk, file: Option<&str>, flags: TermFlags, period: &Period, house: &House) -> Result<Vec<Terms>> {
    let Some(file) = file else {
        if flags.is_empty() {
            return Err(Error::usage("no terms to try")
                .hint("name a file, or say them: --prepaid 20h --every month --price 50000"));
        }
        let mut said = flags.days_read(desk)?;
        if !said.iter().any(|(key, _)| key == "start") {
            said.push(("start".to_owned(), period.first.to_string()));
        }
        return Ok(vec![contract::terms(&said, house)?]);
    };
    if !flags.is_empty() {
        return Err(Error::usage("terms come from the file or from flags").hint("leave the one or the other out"));
    }
    let bytes = if file == "-" {
        desk.host.input("the terms")?
    } else {
        let failed = |e: std::io::Error| {
            let missing = e.kind() == std::io::ErrorKind::NotFound;
            let error = Error::from(e).doing(format!("reading {file}"));
            if missing { Error { kind: crate::error::Kind::Missing, ..error } } else { error }
        };
        if std::fs::metadata(file).map_err(failed)?.len() > LARGEST {
            return Err(Error::usage(format!("{file}:1:1: contracts of more than 1 MiB are none")));
        }
        std::fs::read(file).map_err(failed)?
    };
    let name = if file == "-" { "standard input" } else { file };
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("{name}: this is not UTF-8 text")))?;
    let mut all = read_contracts(&text, name, period.first, house.currency)?;
    for terms in &mut all {
        terms.rounding.get_or_insert(house.rounding);
    }
    Ok(all)
}
