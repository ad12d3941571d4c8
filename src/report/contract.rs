//! Contracts as reports: the list, what a change came to, where one stands. The page of one is in `page`, what other terms
//! would have come to in `tried`.
//!
//! JSON of a contract: `client contract kind every period{from,to} included_minutes carried_minutes used_minutes left_minutes
//! overage_minutes overage{minor,currency} flat_minutes money{held,used,left} fee{minor,currency} due expires[{minutes,at}]
//! ends renew alerts[]`; `show` adds `terms{} versions[{from,terms{}}] entries[]`.

mod page;
mod tried;

pub use crate::domain::billing::because::Because;
pub use page::{Page, Row, page, several};
pub use tried::{Sums, Tried, tried};

use super::figures::period;
use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};
use crate::domain::billing::contract::{Contract, Kind, Renew, Terms};
use crate::domain::billing::duration::spoken;
use crate::domain::billing::ledger::{Account, Alert, Ledger, Line, Reached};
use crate::domain::time::Date;

/// So many contracts are named on the first screen.
const SINGLY: usize = 5;

/// A contract and where it stands on a day.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    /// The client's handle.
    pub client: &'a str,
    /// The contract.
    pub contract: &'a Contract,
    /// Its period on the day, its last where it has ended; none: it has not begun.
    pub account: Option<&'a Account>,
    /// What is to be told of that period.
    pub alerts: Vec<Alert>,
    /// The day.
    pub day: Date,
}

impl<'a> Standing<'a> {
    /// Where a contract stands, as its client's ledger says.
    #[must_use]
    pub fn of(client: &'a str, contract: &'a Contract, ledger: &'a Ledger, day: Date) -> Standing<'a> {
        let own = |account: &&Account| account.contract == contract.id;
        let account = ledger.account(contract.id, day).or_else(|| ledger.accounts.iter().rfind(own));
        let number = account.map(|account| account.stretch.number);
        let told = |alert: &&Alert| alert.contract == contract.id && Some(alert.number) == number;
        let alerts = ledger.alerts.iter().filter(told).copied().collect();
        Standing { client, contract, account, alerts, day }
    }

    /// The terms of the day.
    #[must_use]
    pub fn terms(&self) -> &'a Terms {
        self.contract.terms_on(self.day)
    }

    /// What is left and what there was, in minutes or in minor units; none where it holds nothing.
    #[must_use]
    pub fn left(&self) -> Option<(i64, i64)> {
        let account = self.account?;
        if let Some(purse) = account.purse {
            return Some((purse.left.minor, purse.held.minor));
        }
        let all = account.included.saturating_add(account.carried_in);
        (all > 0).then_some((account.left, all))
    }

    /// Whether it is time to talk about it: the last agreed percentage below 100 is used, or it ends within the agreed days.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        let percents = &self.terms().alerts.percents;
        let last = percents.iter().copied().filter(|percent| *percent < 100).max();
        let reached = last.or(percents.first().copied());
        self.contract.in_force(self.day)
            && self.alerts.iter().any(|alert| match alert.what {
                Reached::Percent(percent) => reached.is_some_and(|reached| percent >= reached),
                Reached::Ends(..) => true,
            })
    }

    /// `acme care: 25m of 10h left; ends in 5 days`
    #[must_use]
    pub fn said(&self) -> String {
        let said: Vec<String> = [self.left_said(), self.ends_soon()].into_iter().flatten().collect();
        format!("{} {}: {}", self.client, self.terms().name, said.join("; "))
    }

    /// `25m of 10h left`, or what is beyond it.
    #[must_use]
    pub fn left_said(&self) -> Option<String> {
        let (account, (left, all)) = (self.account?, self.left()?);
        if let Some(purse) = account.purse {
            return Some(format!("{} of {} left", purse.left.told(), purse.held.told()));
        }
        let beyond =
            if account.overage > 0 { format!(", {} beyond it", spoken(account.overage)) } else { String::new() };
        Some(match left {
            0 => format!("all {} used{beyond}", spoken(all)),
            left => format!("{} of {} left{beyond}", spoken(left), spoken(all)),
        })
    }

    /// `ends in 5 days`
    fn ends_soon(&self) -> Option<String> {
        self.alerts.iter().find_map(|alert| match alert.what {
            Reached::Ends(_, last) => Some(days_to(self.day, last)),
            Reached::Percent(_) => None,
        })
    }

    /// What was reached, in words.
    fn alerts_said(&self) -> Vec<String> {
        let percent = self.alerts.iter().rev().find_map(|alert| match alert.what {
            Reached::Percent(percent) => Some(format!("{percent}% used")),
            Reached::Ends(..) => None,
        });
        percent.into_iter().chain(self.ends_soon()).collect()
    }

    /// Its members in data formats.
    fn cells(&self) -> Vec<(&'static str, Cell)> {
        let terms = self.terms();
        let account = self.account;
        let minutes = |of: fn(&Account) -> i64| account.map_or(Cell::Empty, |account| Cell::Minutes(of(account)));
        let money = |purse: crate::domain::billing::ledger::Purse| {
            Cell::Record(vec![
                ("held", Cell::Money(purse.held)),
                ("used", Cell::Money(purse.used)),
                ("left", Cell::Money(purse.left)),
            ])
        };
        let expires = account.into_iter().flat_map(|account| &account.expires).map(|(minutes, at)| {
            Cell::Record(vec![("minutes", Cell::Minutes(*minutes)), ("at", at.map_or(Cell::Empty, Cell::Day))])
        });
        let alerts = self.alerts.iter().map(|alert| {
            let (percent, ends) = match alert.what {
                Reached::Percent(percent) => (Cell::Count(percent), Cell::Empty),
                Reached::Ends(_, last) => (Cell::Empty, Cell::Day(last)),
            };
            Cell::Record(vec![("percent", percent), ("ends", ends), ("since", Cell::Day(alert.on))])
        });
        vec![
            ("client", Cell::Text(self.client.to_owned())),
            ("contract", Cell::Text(terms.name.clone())),
            ("kind", Cell::Text(terms.kind.word().to_owned())),
            ("every", Cell::text(terms.pairs().into_iter().find(|(key, _)| *key == "every").map(|(_, every)| every))),
            account.map_or(("period", Cell::Empty), period_of),
            ("included_minutes", minutes(|account| account.included)),
            ("carried_minutes", minutes(|account| account.carried_in)),
            ("used_minutes", minutes(|account| account.used)),
            ("left_minutes", minutes(|account| account.left)),
            ("overage_minutes", minutes(|account| account.overage)),
            ("overage", Cell::money(account.map(|account| account.overage_amount))),
            ("flat_minutes", minutes(|account| account.flat)),
            ("money", account.and_then(|account| account.purse).map_or(Cell::Empty, money)),
            ("fee", Cell::money(account.map_or_else(|| terms.fee(), |account| account.fee))),
            ("due", account.and_then(|account| account.due).map_or(Cell::Empty, Cell::Day)),
            ("expires", Cell::List(expires.collect())),
            ("ends", self.contract.last_day().map_or(Cell::Empty, Cell::Day)),
            ("renew", Cell::Text(renewed(terms.renew).to_owned())),
            ("alerts", Cell::List(alerts.collect())),
        ]
    }
}

/// `period{from,to}`; the last day of what never ends is none.
fn period_of(account: &Account) -> (&'static str, Cell) {
    let (first, last) = (account.stretch.first, account.stretch.last);
    if last == Date::MAX {
        return ("period", Cell::Record(vec![("from", Cell::Day(first)), ("to", Cell::Empty)]));
    }
    period(first, last)
}

fn renewed(renew: Renew) -> &'static str {
    match renew {
        Renew::No => "no",
        Renew::Fresh => "without leftovers",
        Renew::WithLeftovers => "with leftovers",
    }
}

/// `ends in 5 days`, `ends today`, `ended 2 days ago`
fn days_to(day: Date, last: Date) -> String {
    match (last - day).num_days() {
        0 => "ends today".to_owned(),
        1 => "ends tomorrow".to_owned(),
        -1 => "ended yesterday".to_owned(),
        n if n < 0 => format!("ended {} days ago", -n),
        n => format!("ends in {n} days"),
    }
}

/// Contracts in a list: those that run, nearly empty ones first; what holds nothing after them; what has ended last.
#[must_use]
pub fn list(mut all: Vec<Standing<'_>>, empty: &'static str) -> Report {
    all.sort_by_key(|s| {
        let share = s.left().map_or(i128::MAX, |(left, all)| i128::from(left) * 1_000_000 / i128::from(all.max(1)));
        (!s.contract.in_force(s.day), share, s.contract.last_day(), s.client.to_owned(), s.contract.id)
    });
    let columns = vec![
        Column::new("client", "client", Style::Left),
        Column::new("contract", "contract", Style::Flex),
        Column::new("used", "used", Style::Right),
        Column::new("left", "left", Style::Right),
        Column::new("ends", "ends", Style::Left),
        Column::new("alerts", "", Style::Flex),
        Column::new("fee", "price", Style::Right),
        Column::new("what", "what", Style::Left),
    ];
    let people = Table {
        key: "contracts",
        audience: Audience::People,
        columns,
        rows: all.iter().map(row_for_people).collect(),
        empty,
        ..Table::default()
    };
    Report { shape: Shape::List, parts: vec![Part::Table(people), Part::Table(for_data(&all))], ..Report::default() }
}

fn for_data(all: &[Standing<'_>]) -> Table {
    let rows: Vec<Vec<(&'static str, Cell)>> = all.iter().map(Standing::cells).collect();
    let keys = [
        "client",
        "contract",
        "kind",
        "every",
        "period",
        "included_minutes",
        "carried_minutes",
        "used_minutes",
        "left_minutes",
        "overage_minutes",
        "overage",
        "flat_minutes",
        "money",
        "fee",
        "due",
        "expires",
        "ends",
        "renew",
        "alerts",
    ];
    Table {
        key: "contracts",
        audience: Audience::Data,
        columns: keys.map(Column::data).to_vec(),
        rows: rows.into_iter().map(|row| row.into_iter().map(|(_, cell)| cell).collect()).collect(),
        ..Table::default()
    }
}

fn row_for_people(s: &Standing<'_>) -> Vec<Cell> {
    let terms = s.terms();
    let (used, left) = match s.account {
        None => (Cell::Text("not begun".to_owned()), Cell::Empty),
        Some(account) => match (account.purse, s.left()) {
            (Some(purse), _) => (Cell::Money(purse.used), Cell::Money(purse.left)),
            (None, Some((left, _))) => {
                (Cell::Minutes(account.used.saturating_add(account.overage)), Cell::Minutes(left))
            }
            (None, None) => (Cell::Minutes(account.flat.saturating_add(account.overage)), Cell::Empty),
        },
    };
    let what = match terms.kind {
        Kind::Deposit { rate, .. } => format!("at {} an hour", rate.told()),
        _ => terms.what(),
    };
    let mut said = s.alerts_said();
    if !s.contract.in_force(s.day) {
        let begins = s.contract.start();
        said = if begins > s.day { vec![format!("begins {begins}")] } else { vec!["ended".to_owned()] };
    }
    vec![
        Cell::Text(s.client.to_owned()),
        Cell::Text(terms.name.clone()),
        used,
        left,
        s.contract.last_day().map_or(Cell::Empty, Cell::Day),
        Cell::Text(said.join(", ")),
        Cell::money(terms.fee()),
        Cell::Text(what),
    ]
}

/// The running contracts of a client, for his own page.
#[must_use]
pub fn of_client(all: &[Standing<'_>]) -> Vec<Part> {
    let mut lines = Vec::new();
    for s in all {
        let left = [s.left_said(), s.ends_soon()].into_iter().flatten().collect::<Vec<_>>().join("; ");
        let what = s.terms().what();
        lines.push(vec![Cell::Text(s.terms().name.clone()), Cell::Text(what), Cell::Text(left)]);
    }
    let columns = vec![
        Column::new("contract", "contract", Style::Left),
        Column::new("what", "what", Style::Flex),
        Column::new("left", "now", Style::Flex),
    ];
    let title = if all.is_empty() { String::new() } else { "Contracts".to_owned() };
    let people =
        Table { key: "contracts", title, audience: Audience::People, columns, rows: lines, ..Table::default() };
    vec![Part::Table(people), Part::Table(for_data(all))]
}

/// The contracts that somebody should talk about, for the first screen.
#[must_use]
pub fn urgent(all: &[Standing<'_>]) -> Vec<Part> {
    let urgent: Vec<Standing<'_>> = all.iter().filter(|s| s.is_urgent()).cloned().collect();
    let mut lines: Vec<String> = urgent.iter().take(SINGLY).map(Standing::said).collect();
    if urgent.len() > SINGLY {
        lines.push(format!(
            "and {} more contracts that are nearly used up or end soon: desk contract",
            urgent.len() - SINGLY
        ));
    }
    let mut parts = vec![Part::Table(for_data(&urgent))];
    if !lines.is_empty() {
        parts.insert(0, Part::lines(&lines));
    }
    parts
}

/// What a change of a contract came to: the sentence, what is agreed now, and the flags that say it.
#[must_use]
pub fn done(lines: &[String], client: &str, contract: &Contract, from: Date, operation: Option<i64>) -> Report {
    let terms = contract.terms_on(from);
    let mut said = lines.to_vec();
    said.push(terms.told());
    said.push(format!("  {}", terms.flags()));
    let mut report = Report::of_deed(&said, operation);
    let rows = vec![
        Fact::data("client", Cell::Text(client.to_owned())),
        Fact::data("contract", Cell::Text(terms.name.clone())),
        Fact::data("from", Cell::Day(from)),
        Fact::data("terms", pairs(terms)),
    ];
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    report
}

/// Terms as keys and values.
fn pairs(terms: &Terms) -> Cell {
    Cell::Pairs(terms.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// How a line of a ledger came about, in words.
#[must_use]
pub fn explain(because: &Because<'_>, line: &Line) -> String {
    because.steps(line).join(" → ")
}
