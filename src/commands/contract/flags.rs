//! The terms of a contract as flags: one for each key that terms have, made from the list of keys itself.

use crate::actions::contract::Pair;
use crate::desk::Desk;
use crate::domain::billing::contract::words::KEYS;
use crate::error::Result;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

const WHAT: &str = "What is paid for: one of them";
const MONEY: &str = "Price";
const HOURS: &str = "How hours count";
const LEFT: &str = "What is left over";
const TIME: &str = "From when to when";
const MORE: &str = "More";

/// Key, value, help, group of each flag.
const ABOUT: [(&str, &str, &str, &str); 30] = [
    ("prepaid", "DUR", "Hours that come anew each period: 10h", WHAT),
    ("block", "DUR", "Hours bought once: 40h", WHAT),
    ("deposit", "SUM", "Money paid once, drawn by the hour: 50000", WHAT),
    ("flat", "SUM", "A fee of each period, whatever is worked: 50000", WHAT),
    ("hourly", "SUM", "The price of each hour: 3500", WHAT),
    ("rate", "SUM", "The price of an hour that a deposit is drawn at", MONEY),
    ("every", "PERIODS", "How long a period is: week, month or quarter", TIME),
    ("cap", "DUR", "The hours of a period that a flat fee is for", HOURS),
    ("expires", "TIME", "When a block or deposit is gone: 6m, 90d, 1y, 2026-12-31", TIME),
    ("price", "SUM", "The price of a period of prepaid hours, or of the block", MONEY),
    ("overage", "SUM", "The price of an hour beyond the pool", MONEY),
    ("round", "HOW", "none, \"15m up per entry\", \"6m nearest per ticket-day\"", HOURS),
    ("min", "DUR", "No entry is billed less: 15m", HOURS),
    ("off-hours", "FACTOR", "What hours outside of working time count: 1.5", HOURS),
    ("weekend", "FACTOR", "What hours on a weekend count", HOURS),
    ("holiday", "FACTOR", "What hours on a holiday count", HOURS),
    ("carry", "PERCENT", "How much of the hours of a period may go on into the next: 50%", LEFT),
    ("carry-max", "DUR", "No more than that goes on", LEFT),
    ("carry-expires", "NUMBER", "It is gone with the N-th following period", LEFT),
    ("carry-in", "DUR|SUM", "What was there before the first day: 3h20m, 1500", LEFT),
    ("bill", "ADVANCE", "When the price is due: advance or arrears", MONEY),
    ("start", "DAY", "The first day; else the first of this month", TIME),
    ("end", "DAY", "The last day; else it goes on", TIME),
    ("currency", "CODE", "What its money is in: RUB, EUR", MONEY),
    ("name", "WORD", "What it is called; else as its kind", MORE),
    ("order", "NUMBER", "Its place among those of the client: 1 is drawn first", MORE),
    ("renew", "HOW", "What follows the last day: no, \"without leftovers\", \"with leftovers\"", TIME),
    ("alert", "PERCENTS", "Tell when so much is used: 80%,100%, or none", MORE),
    ("alert-days", "DAYS", "Tell so many days before the end: 30,7, or none", MORE),
    ("prorate", "YES|NO", "Whether part periods are charged by their days", TIME),
];

/// What was said about a contract, in the order of the keys.
#[derive(Debug, Clone, Default)]
pub(super) struct TermFlags(Vec<Pair>);

impl Args for TermFlags {
    fn augment_args(command: Command) -> Command {
        KEYS.into_iter().fold(command, |command, (key, _)| command.arg(flag(key)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(key: &'static str) -> Arg {
    let (_, value, help, group) =
        ABOUT.into_iter().find(|(known, ..)| *known == key).unwrap_or((key, "VALUE", "", MORE));
    // Hours and sums below zero are refused by name, not taken for flags.
    Arg::new(key).long(key).value_name(value).help(help).help_heading(group).allow_hyphen_values(true)
}

impl FromArgMatches for TermFlags {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<TermFlags, clap::Error> {
        let said = |key: &str| matches.get_one::<String>(key).map(|value| (key.to_owned(), value.clone()));
        Ok(TermFlags(KEYS.into_iter().filter_map(|(key, _)| said(key)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = TermFlags::from_arg_matches(matches)?;
        Ok(())
    }
}

impl TermFlags {
    /// Whether nothing was said.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was said, its days as dates: `--start today` is one, too.
    pub(super) fn days_read(self, desk: &mut Desk) -> Result<Vec<Pair>> {
        let mut pairs = self.0;
        for (key, value) in &mut pairs {
            if matches!(key.as_str(), "start" | "end") && value != "none" {
                *value = super::coming_day(desk, value)?.to_string();
            }
        }
        Ok(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_a_flag_with_its_help() {
        let keys: Vec<&str> = KEYS.into_iter().map(|(key, _)| key).collect();
        assert_eq!(ABOUT.map(|(key, ..)| key).to_vec(), keys);
        let command = TermFlags::augment_args(Command::new("x"));
        let line = keys.iter().flat_map(|key| [format!("--{key}"), format!("-{key}")]);
        let matches = command.try_get_matches_from(std::iter::once("x".to_owned()).chain(line)).unwrap();
        assert_eq!(TermFlags::from_arg_matches(&matches).unwrap().0.len(), keys.len());
    }
}
