//! `desk contract`: what was agreed with clients, and where it stands.

mod flags;
mod show;
mod tried;

use super::args::Answer;
use crate::actions::books::{Books, which};
use crate::actions::{contract, people};
use crate::desk::{Desk, House};
use crate::domain::billing::contract::{Contract, Opening};
use crate::domain::billing::duration::spoken;
use crate::domain::time::Date;
use crate::domain::when::{Lean, day};
use crate::error::Result;
use crate::report::contract::{self as report, Standing};
use flags::TermFlags;

/// Contracts: prepaid hours, blocks, deposits, fees, hours; what is left of them
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "A contract is one of five kinds; all its terms are flags, and it is shown back by them:
  --prepaid 10h --every month     hours that come anew each period, with or without carry-over
  --block 40h                     hours bought once, with or without an end
  --deposit 50000 --rate 3500     money paid once, drawn at a price of an hour
  --flat 50000 --every month      a fee, whatever is worked; --cap 20h limits it
  --hourly 3500                   each hour at its price
A client may have several; --order says which is drawn first. Nothing is stored but the terms:
what is left is counted from the hours at each look, so a corrected entry corrects it.

Examples:
  desk contract                              # all that run, nearly empty ones first
  desk contract add acme --prepaid 10h --every month --price 30000 --overage 4000
  desk contract show acme                    # the pool now, and the entries that explain it
  desk contract edit acme care --from 2026-12-01 --price 35000
  desk contract try --client acme --prepaid 20h --every month --price 50000 in:last-month
  desk contract end acme care --on 2026-12-31
  desk contract renew acme care --leftovers yes

JSON of ls: client contract kind every period{from,to} included_minutes carried_minutes used_minutes
left_minutes overage_minutes overage{minor,currency} flat_minutes money{held,used,left} fee due
expires[{minutes,at}] ends renew alerts[{percent,ends,since}]
JSON of show: the same, and terms{} versions[{from,terms}] entries[]; of several contracts an array")]
pub struct ContractWord {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// Write down what was agreed
    Add(Add),
    /// List contracts with what is left of them
    #[command(visible_alias = "list")]
    Ls(List),
    /// The pool now, and the entries that explain it
    Show(show::Show),
    /// Change terms from a day on
    Edit(Edit),
    /// Say which day is the last one
    End(End),
    /// The same again after the last day
    Renew(Renew),
    /// What other terms would have come to
    Try(tried::Try),
}

impl ContractWord {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls(List { client: None, all: false })) {
            Deed::Add(d) => d.run(desk),
            Deed::Ls(d) => d.run(desk),
            Deed::Show(d) => d.run(desk),
            Deed::Edit(d) => d.run(desk),
            Deed::End(d) => d.run(desk),
            Deed::Renew(d) => d.run(desk),
            Deed::Try(d) => d.run(desk),
        }
    }
}

/// What the desk itself says about hours and money; an error where there is no desk.
fn house(desk: &mut Desk) -> Result<House> {
    desk.read(|_| Ok(()))?;
    desk.house()
}

/// A day that lies ahead, as it was typed.
fn coming_day(desk: &mut Desk, text: &str) -> Result<Date> {
    let zone = desk.zone()?;
    Ok(day(text, Lean::Future, desk.now, &zone)?)
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "What is not said: it begins on the first of this month, is billed in advance (--hourly afterwards),
is in the currency that a sum names or the desk's, is rounded as the desk rounds (hours.round),
and is named after its kind. All of that is written into the contract and said back.

Examples:
  desk contract add acme --prepaid 10h --every month --price 30000 --overage 4000 \\
      --round \"15m up per entry\" --carry 50% --carry-expires 1 --name care
  desk contract add acme --block 40h --price 120000 --expires 6m --off-hours 1.5 --order 2
  desk contract add globex --deposit 50000 --rate 3500 --carry-in 1500
  desk contract add globex --flat 50000 --every month --cap 20h --overage 3000
  desk contract add shop --hourly \"90 EUR\" --min 15m --weekend 2 -n    # only shows it")]
struct Add {
    /// Whose it is: handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
    #[command(flatten)]
    terms: TermFlags,
}

impl Add {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let house = house(desk)?;
        let said = self.terms.days_read(desk)?;
        let dated = said.iter().any(|(key, _)| key == "start");
        let word = self.client;
        desk.read(|r| people::client(r, &word))?;
        let terms = contract::terms(&said, &house)?;
        let written = desk.write(|tx| {
            let client = people::client(tx, &word)?;
            let added = contract::add(tx, &client, terms)?;
            Ok((client.handle, added))
        })?;
        let (handle, added) = written.value;
        let by_default = if dated { "" } else { ", the first of this month, as nobody said when" };
        let line = format!("{} for {handle} begins on {}{by_default}", added.terms().name, added.start());
        Ok(report::done(&[line], &handle, &added, added.start(), written.operation).into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk contract ls\n  desk contract ls acme --all\n  desk contract ls --json=client,contract,left_minutes")]
struct List {
    /// Only his: handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: Option<String>,
    /// Those that have ended and those that have not begun, too
    #[arg(long)]
    all: bool,
}

impl List {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let house = house(desk)?;
        let today = house.today;
        let (books, handles) = desk.read(|r| {
            let books = match &self.client {
                Some(word) => {
                    let client = people::client(r, word)?;
                    vec![Books::of(r, client.id, &house, today)?]
                }
                None => Books::all(r, &house, today)?,
            };
            let mut handles = Vec::with_capacity(books.len());
            for own in &books {
                handles.push(r.client(own.client)?.map(|client| client.handle).unwrap_or_default());
            }
            Ok((books, handles))
        })?;
        let mut all = Vec::new();
        for (own, handle) in books.iter().zip(&handles) {
            let wanted = own.contracts.iter().filter(|contract| self.all || contract.in_force(today));
            all.extend(wanted.map(|contract| Standing::of(handle, contract, &own.ledger, today)));
        }
        let empty = if self.all { "no contracts yet: desk contract add" } else { "no contract runs: desk contract ls --all" };
        Ok(Answer::from(report::list(all, empty)).paged())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Only what is said changes; the value none takes a term away. Prices of an hour, rounding, minimum and
factors hold from the day itself; hours, price and carry-over of a period from its next first day
on, unless part periods are prorated. A later change stays. Name, renewal and alerts need no --from.

Examples:
  desk contract edit acme care --from 2026-12-01 --price 35000 --overage 4500
  desk contract edit acme --from \"1 dec\" --prepaid 15h --carry none
  desk contract edit acme prepaid --name care")]
struct Edit {
    /// Whose it is: handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Which one; the only one that runs where none is named
    #[arg(value_name = "CONTRACT")]
    contract: Option<String>,
    /// The first day of the change
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    #[command(flatten)]
    terms: TermFlags,
}

impl Edit {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let today = house(desk)?.today;
        let from = self.from.as_deref().map(|text| coming_day(desk, text)).transpose()?;
        let said = self.terms.days_read(desk)?;
        let written = desk.write(|tx| {
            let client = people::client(tx, &self.client)?;
            let all = contract::of(tx, &client)?;
            let one = which(&all, self.contract.as_deref(), &client, Some(today))?;
            let changed = contract::change(tx, &client, one, from, &said)?;
            Ok((client.handle, one.terms().name.clone(), changed))
        })?;
        let (handle, name, changed) = written.value;
        let line = match from {
            Some(from) => format!("{name} of {handle} from {from} on"),
            None => format!("{name} of {handle}"),
        };
        let shown = from.unwrap_or(today).max(changed.start());
        Ok(report::done(&[line], &handle, &changed, shown, written.operation).into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk contract end acme care --on 2026-12-31\n  desk contract end acme --on today")]
struct End {
    /// Whose it is: handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Which one; the only one that runs where none is named
    #[arg(value_name = "CONTRACT")]
    contract: Option<String>,
    /// Its last day
    #[arg(long, value_name = "DAY")]
    on: String,
}

impl End {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let today = house(desk)?.today;
        let on = coming_day(desk, &self.on)?;
        let written = desk.write(|tx| {
            let client = people::client(tx, &self.client)?;
            let all = contract::of(tx, &client)?;
            let one = which(&all, self.contract.as_deref(), &client, Some(today))?;
            Ok((client.handle.clone(), contract::end(tx, &client, one, on)?))
        })?;
        let (handle, ended) = written.value;
        let line = format!("the last day of {} of {handle} is {on}", ended.terms().name);
        Ok(report::done(&[line], &handle, &ended, on, written.operation).into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "The new contract is as long as the one before and begins on the day after its last one.

Examples:
  desk contract renew acme care
  desk contract renew acme block --leftovers yes     # what is left goes along")]
struct Renew {
    /// Whose it is: handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Which one; the only one that runs where none is named
    #[arg(value_name = "CONTRACT")]
    contract: Option<String>,
    /// Whether what is left goes along: yes or no; else as its terms say
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    leftovers: Option<bool>,
}

fn yes_or_no(text: &str) -> std::result::Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "да" => Ok(true),
        "no" | "n" | "нет" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

impl Renew {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let house = house(desk)?;
        let written = desk.write(|tx| {
            let client = people::client(tx, &self.client)?;
            let all = contract::of(tx, &client)?;
            let one = which(&all, self.contract.as_deref(), &client, Some(house.today))?;
            Ok((client.handle.clone(), contract::renew(tx, &client, one, self.leftovers, &house)?))
        })?;
        let (handle, renewed) = written.value;
        let new: &Contract = &renewed.contract;
        let left = match renewed.left {
            Some(Opening::Minutes(minutes)) if minutes > 0 => format!("; {} that were left go along", spoken(minutes)),
            Some(Opening::Money(money)) if money.minor > 0 => format!("; {} that were left go along", money.told()),
            Some(_) => "; nothing was left to go along".to_owned(),
            None if new.follows().is_some() => "; what is left then goes along".to_owned(),
            None => "; nothing goes along".to_owned(),
        };
        let line = format!("{} of {handle} goes on from {}{left}", new.terms().name, new.start());
        Ok(report::done(&[line], &handle, new, new.start(), written.operation).into())
    }
}
