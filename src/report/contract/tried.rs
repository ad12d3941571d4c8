//! What other terms would have come to, beside what was.

use super::super::figures::{data, period};
use super::page::periods_table;
use crate::domain::billing::duration::spoken;
use crate::domain::billing::effective::effective_rate;
use crate::domain::billing::ledger::{Account, Line, Totals};
use crate::domain::billing::money::Money;
use crate::domain::period::Period;
use crate::domain::time::Date;
use crate::report::{Audience, Cell, Column, Part, Report, Style, Table};

/// What some days came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// What of prices of periods was due; none where nothing tells a currency.
    pub fees: Option<Money>,
    /// What hours cost beyond them.
    pub hours: Option<Money>,
    /// All of it; none where that is in several currencies.
    pub total: Option<Money>,
    /// The minutes.
    pub minutes: Totals,
}

impl Sums {
    /// What the lines and the periods of a client come to on the days from `first` to `last`: fees on the day they are due.
    #[must_use]
    pub fn of(lines: &[Line], accounts: &[Account], first: Date, last: Date) -> Option<Sums> {
        let minutes = Totals::of(lines)?;
        let due = accounts.iter().filter(|account| account.due.is_some_and(|due| first <= due && due <= last));
        let mut fees: Vec<Money> = Vec::new();
        for fee in due.filter_map(|account| account.fee) {
            match fees.iter_mut().find(|sum| sum.currency == fee.currency) {
                Some(sum) => *sum = sum.plus(fee)?,
                None => fees.push(fee),
            }
        }
        let currencies: Vec<_> = fees.iter().chain(&minutes.amounts).map(|money| money.currency).collect();
        let currency = currencies.first().copied().filter(|first| currencies.iter().all(|one| one == first));
        let sum = |all: &[Money]| currency.and_then(|currency| Money::sum(all.iter().copied(), currency));
        let (fees, hours) = (sum(&fees), sum(&minutes.amounts));
        let total = fees.zip(hours).and_then(|(fees, hours)| fees.plus(hours));
        Some(Sums { fees, hours, total, minutes })
    }

    fn rate(&self) -> Option<Money> {
        effective_rate(self.total?, self.minutes.actual)
    }

    fn cells(&self) -> Cell {
        let m = &self.minutes;
        Cell::Record(vec![
            ("fee", Cell::money(self.fees)),
            ("overage", Cell::money(self.hours)),
            ("total", Cell::money(self.total)),
            ("actual_minutes", Cell::Minutes(m.actual)),
            ("billed_minutes", Cell::Minutes(m.billed)),
            ("covered_minutes", Cell::Minutes(m.covered)),
            ("overage_minutes", Cell::Minutes(m.overage)),
            ("flat_minutes", Cell::Minutes(m.flat)),
            ("free_minutes", Cell::Minutes(m.free)),
            ("unassigned_minutes", Cell::Minutes(m.unassigned)),
            ("effective_rate", Cell::money(self.rate())),
        ])
    }
}

/// Terms that were tried on past hours.
#[derive(Debug)]
pub struct Tried<'a> {
    /// The client's handle.
    pub client: &'a str,
    /// What the contracts are called.
    pub name: String,
    /// What they say, one sentence each.
    pub terms: Vec<String>,
    /// The days.
    pub period: &'a Period,
    /// What they came to.
    pub now: Sums,
    /// What they would have come to.
    pub tried: Sums,
    /// The periods of what was tried, each with the name of its contract where several are tried.
    pub periods: Vec<(&'a str, &'a Account)>,
}

/// What was beside what would have been.
#[must_use]
pub fn tried(t: &Tried<'_>) -> Report {
    let (first, last) = (t.period.first, t.period.last);
    let cells = vec![
        ("client", Cell::Text(t.client.to_owned())),
        ("contract", Cell::Text(t.name.clone())),
        period(first, last),
        ("now", t.now.cells()),
        ("tried", t.tried.cells()),
        ("difference", Cell::money(difference(t))),
    ];
    let parts = vec![
        data(cells),
        Part::Prose(t.terms.join("\n")),
        Part::Table(compared(t)),
        Part::Table(Table { title: format!("Under {}", t.name), ..periods_table(&t.periods) }),
        Part::Prose(sentence(t)),
    ];
    Report { title: format!("{}  {}, tried on {}", t.client, t.name, t.period.label()), parts, ..Report::default() }
}

fn difference(t: &Tried<'_>) -> Option<Money> {
    // Nothing was agreed: that is nothing in the other's currency.
    let now =
        t.now.total.or_else(|| Some(Money::zero(t.tried.total?.currency)).filter(|_| t.now.minutes.amounts.is_empty()));
    t.tried.total?.minus(now?)
}

fn compared(t: &Tried<'_>) -> Table {
    let columns = vec![
        Column::new("figure", "", Style::Left),
        Column::new("now", "now", Style::Right),
        Column::new("tried", "tried", Style::Right),
        Column::new("difference", "difference", Style::Right),
    ];
    let money = |what: &str, of: &dyn Fn(&Sums) -> Option<Money>| {
        let (now, tried) = (of(&t.now), of(&t.tried));
        let difference = now.zip(tried).and_then(|(now, tried)| tried.minus(now));
        vec![Cell::Text(what.to_owned()), Cell::money(now), Cell::money(tried), Cell::money(difference)]
    };
    let minutes = |what: &str, of: fn(&Totals) -> i64| {
        let (now, tried) = (of(&t.now.minutes), of(&t.tried.minutes));
        let cells = vec![Cell::Minutes(now), Cell::Minutes(tried), Cell::Minutes(tried - now)];
        (now != 0 || tried != 0).then(|| [vec![Cell::Text(what.to_owned())], cells].concat())
    };
    let mut rows = vec![
        money("fees", &|sums| sums.fees),
        money("hours paid singly", &|sums| sums.hours),
        money("total", &|sums| sums.total),
        money("a worked hour brings", &Sums::rate),
    ];
    rows.extend(
        [
            minutes("worked", |m| m.actual),
            minutes("billed", |m| m.billed),
            minutes("covered by a pool", |m| m.covered),
            minutes("covered by a fee", |m| m.flat),
            minutes("paid singly", |m| m.overage),
            minutes("given away", |m| m.free),
            minutes("that nobody pays", |m| m.unassigned),
        ]
        .into_iter()
        .flatten(),
    );
    Table { key: "compared", audience: Audience::People, columns, rows, ..Table::default() }
}

/// `under care-plus acme would have paid 12 000.00 ₽ more`
fn sentence(t: &Tried<'_>) -> String {
    let (client, name) = (t.client, &t.name);
    let paid = match difference(t) {
        None => match (t.tried.total, t.now.total) {
            (Some(tried), Some(now)) => {
                format!("under {name} {client} would have paid {} instead of {}", tried.told(), now.told())
            }
            (Some(tried), None) => format!("under {name} {client} would have paid {}", tried.told()),
            (None, _) => format!("under {name} {client} would have paid nothing"),
        },
        Some(more) if more.minor > 0 => format!("under {name} {client} would have paid {} more", more.told()),
        Some(less) if less.minor < 0 => {
            format!("under {name} {client} would have paid {} less", Money::of(-less.minor, less.currency).told())
        }
        Some(_) => format!("under {name} {client} would have paid the same"),
    };
    match t.tried.minutes.unassigned {
        0 => paid,
        minutes => format!("{paid}, and nobody would have paid {}", spoken(minutes)),
    }
}
