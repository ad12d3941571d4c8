//! The topics of a period: read, mined, set beside what is known, and what they took.

use crate::domain::billing::money::Money;
use crate::domain::insight::topics::Ticket;
use crate::domain::period::Period;
use crate::domain::time::{Date, Minutes};
use crate::domain::topic::{Found, Issue, Issues, Known, issues};
use crate::error::Result;
use crate::report::topics::{Row, TopicsFacts};
use crate::store::Reader;
use crate::store::billing::Cost;
use crate::store::topic::{Said, Spent};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The issues of a period, and what is told of them.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The issues.
    pub issues: Issues,
    /// What a report tells.
    pub facts: TopicsFacts,
}

/// Looks through the tickets of a period that `has` chooses, beside those of the period before.
///
/// # Errors
/// Where the desk cannot be read.
pub fn look(r: &mut Reader<'_>, period: &Period, before: &Period, has: impl Fn(i64) -> bool) -> Result<Seen> {
    let known: Vec<Known> = Vec::new();
    let mut said = r.said(period.from, period.to)?;
    let mut said_before = r.said(before.from, before.to)?;
    said.retain(|t| has(t.number));
    said_before.retain(|t| has(t.number));
    let (now, then) = (found(&said, &known), found(&said_before, &known));
    let issues = issues(&now, &then, &known);
    let spent = by_ticket(r.spent(period.from, period.to)?);
    let costs = r.costs()?;
    let tickets: HashMap<i64, &Said> = said.iter().map(|t| (t.number, t)).collect();
    let rows = issues.topics.iter().map(|issue| row(issue, &tickets, &spent, &costs)).collect();
    let facts = TopicsFacts {
        from: period.first,
        to: period.last,
        tickets: now.tickets,
        before: then.tickets,
        rows,
        gone: issues.gone.clone(),
        other: issues.other.clone(),
        ..TopicsFacts::default()
    };
    Ok(Seen { issues, facts })
}

fn found(said: &[Said], known: &[Known]) -> Found {
    let tickets: Vec<Ticket<'_>> = said.iter().map(Said::mined).collect();
    Found::of(&tickets, known)
}

fn by_ticket(all: Vec<Spent>) -> BTreeMap<i64, Vec<Spent>> {
    let mut spent: BTreeMap<i64, Vec<Spent>> = BTreeMap::new();
    for one in all {
        spent.entry(one.ticket).or_default().push(one);
    }
    spent
}

fn row(issue: &Issue, tickets: &HashMap<i64, &Said>, spent: &BTreeMap<i64, Vec<Spent>>, costs: &[Cost]) -> Row {
    let own: Vec<&Spent> = issue.tickets.iter().filter_map(|ticket| spent.get(ticket)).flatten().collect();
    let clients: BTreeSet<&str> = issue.tickets.iter().filter_map(|t| tickets.get(t)?.client.as_deref()).collect();
    Row {
        number: issue.number,
        name: issue.name.clone(),
        tickets: issue.tickets.clone(),
        previous: issue.previous,
        trend: issue.trend(),
        terms: issue.terms.clone(),
        examples: issue.examples.clone(),
        clients: clients.into_iter().map(str::to_owned).collect(),
        minutes: own.iter().map(|s| s.minutes).sum(),
        cost: cost(&own, costs),
    }
}

/// What work cost; none where there is none, somebody's hour has no price, or the prices are of two currencies.
fn cost(spent: &[&Spent], costs: &[Cost]) -> Option<Money> {
    // Minutes at one price are put together before they are rounded.
    let mut paid: Vec<(Money, Minutes)> = Vec::new();
    for one in spent {
        let day: Date = one.day.parse().ok()?;
        let hour = costs.iter().rev().find(|cost| cost.agent == one.agent && cost.from <= day)?.hour;
        match paid.iter_mut().find(|(known, _)| *known == hour) {
            Some((_, sum)) => *sum += one.minutes,
            None => paid.push((hour, one.minutes)),
        }
    }
    let currency = paid.first()?.0.currency;
    let sums: Option<Vec<Money>> = paid.into_iter().map(|(hour, minutes)| hour.for_minutes(minutes)).collect();
    Money::sum(sums?, currency)
}
