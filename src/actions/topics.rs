//! The topics of a period: read, mined, set beside what is known, and what they took.

mod listening;

use crate::domain::billing::money::Money;
use crate::domain::event::{Event, Noun};
use crate::domain::insight::topics::Signature;
use crate::domain::period::Period;
use crate::domain::time::{Minutes, Moment};
use crate::domain::topic::{Found, Issue, Issues, Known, issues};
use crate::error::{Error, Result};
use crate::report::topics::{Row, TopicsFacts};
use crate::store::billing::Cost;
use crate::store::topic::{Said, Spent};
use crate::store::{Reader, Tx};
use listening::{Listening, found};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A period of so many tickets is mined in a thread of its own where something else is done meanwhile, and where nothing is: two
/// threads at once take more of the processors than one after the other.
const BESIDE: usize = 50;
const ALONE: usize = 600;

/// The issues of a period, and what is told of them.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The issues.
    pub issues: Issues,
    /// What a report tells.
    pub facts: TopicsFacts,
    /// By the number of a known topic: when its tickets of both periods were opened.
    pub opened: BTreeMap<i64, Vec<Moment>>,
}

/// The tickets of a period and of the one before, while their topics are looked for.
#[derive(Debug)]
pub struct Looking {
    period: Period,
    known: Arc<Vec<Known>>,
    now: Listening,
    then: Listening,
}

/// Begins to look through the tickets of a period that `has` chooses, beside those of the period before: in threads, so that
/// something else can be read before [`Looking::seen`].
///
/// # Errors
/// Where the desk cannot be read.
pub fn begin(r: &mut Reader<'_>, period: &Period, before: &Period, has: impl Fn(i64) -> bool) -> Result<Looking> {
    begin_from(r, period, before, has, BESIDE)
}

fn begin_from(
    r: &mut Reader<'_>,
    period: &Period,
    before: &Period,
    has: impl Fn(i64) -> bool,
    worth_a_thread: usize,
) -> Result<Looking> {
    let known = Arc::new(r.topics()?);
    let mut listen = |period: &Period| -> Result<Listening> {
        let mut told = r.told(period.from, period.to)?;
        told.retain(|t| has(t.number));
        Ok(Listening::to(told, &known, worth_a_thread))
    };
    let (now, then) = (listen(period)?, listen(before)?);
    Ok(Looking { period: *period, known, now, then })
}

/// The same, and waits for what is found.
///
/// # Errors
/// Where the desk cannot be read.
pub fn look(r: &mut Reader<'_>, period: &Period, before: &Period, has: impl Fn(i64) -> bool) -> Result<Seen> {
    begin_from(r, period, before, has, ALONE)?.seen(r)
}

impl Looking {
    /// What was found, and what is told of it.
    ///
    /// # Errors
    /// Where the desk cannot be read.
    pub fn seen(self, r: &mut Reader<'_>) -> Result<Seen> {
        let Looking { period, known, now, then } = self;
        // The threads need nothing of the desk: meanwhile the rest is read.
        let spent = by_ticket(r.spent(period.from, period.to)?);
        let costs = r.costs()?;
        let links = r.urls_opened(period.from, period.to)?;
        let saved: BTreeSet<String> = r.answers()?.into_iter().map(|answer| answer.name.to_lowercase()).collect();
        let ((said, now), (said_before, then)) = (now.heard(), then.heard());
        let issues = issues(&now, &then, &known);
        let tickets: HashMap<i64, &Said> = said.iter().map(|t| (t.number, t)).collect();
        let mut rows: Vec<Row> = issues.topics.iter().map(|issue| row(issue, &tickets, &spent, &costs)).collect();
        for row in &mut rows {
            // An answer that was taken away helps nobody.
            row.answer = row.answer.take().filter(|name| saved.contains(&name.to_lowercase()));
            row.links = linked(&links, &row.tickets);
        }
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
        let when: HashMap<i64, Moment> = said.iter().chain(&said_before).map(|t| (t.number, t.opened_at)).collect();
        let mut opened: BTreeMap<i64, Vec<Moment>> = BTreeMap::new();
        let of_period = issues.topics.iter().filter(|issue| issue.known.is_some()).map(|i| (i.number, &i.tickets));
        for (number, tickets) in of_period.chain(issues.before.iter().map(|(number, tickets)| (*number, tickets))) {
            opened.entry(number).or_default().extend(tickets.iter().filter_map(|ticket| when.get(ticket)));
        }
        Ok(Seen { issues, facts, opened })
    }
}

/// The issues of these tickets, those that were opened from an instant on.
///
/// # Errors
/// Where the desk cannot be read.
pub fn about(r: &mut Reader<'_>, numbers: &[i64], from: Moment) -> Result<Issues> {
    let known = r.topics()?;
    let mut said = r.said_of(numbers)?;
    said.retain(|said| said.opened_at >= from);
    Ok(issues(&found(&said, &known), &Found::default(), &known))
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
        // The answer is told apart.
        decided: issue.known.clone().map(|topic| Known { answer: None, ..topic }),
        returned: returned(issue, tickets),
        answer: issue.known.as_ref().and_then(|topic| topic.answer.clone()),
        terms: issue.terms.clone(),
        examples: issue.examples.clone(),
        clients: clients.into_iter().map(str::to_owned).collect(),
        minutes: own.iter().map(|s| s.minutes).sum(),
        cost: cost(&own, costs),
        links: Vec::new(),
    }
}

/// Where else these tickets are worked on, and how many of them; the place of most of them first.
fn linked(links: &[(i64, String)], tickets: &[i64]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let own = links.iter().filter(|(ticket, _)| tickets.binary_search(ticket).is_ok());
    own.for_each(|(_, url)| *counts.entry(url).or_default() += 1);
    let mut links: Vec<(String, usize)> = counts.into_iter().map(|(url, count)| (url.to_owned(), count)).collect();
    links.sort_by_key(|(_, count)| Reverse(*count));
    links
}

/// What a topic took in a period: the minutes on these tickets, opened in it, and their cost; and where else they are worked on.
///
/// # Errors
/// Where the desk cannot be read.
pub fn taken(r: &mut Reader<'_>, period: &Period, tickets: &[i64]) -> Result<Taken> {
    let spent = by_ticket(r.spent(period.from, period.to)?);
    let own: Vec<&Spent> = tickets.iter().filter_map(|ticket| spent.get(ticket)).flatten().collect();
    let links = linked(&r.urls_opened(period.from, period.to)?, tickets);
    Ok(Taken { minutes: own.iter().map(|s| s.minutes).sum(), cost: cost(&own, &r.costs()?), links })
}

/// See [`taken`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// Minutes worked.
    pub minutes: Minutes,
    /// What they cost.
    pub cost: Option<Money>,
    /// Where else, and how many of the tickets.
    pub links: Vec<(String, usize)>,
}

/// How many of its tickets were opened after it was said to be fixed.
fn returned(issue: &Issue, tickets: &HashMap<i64, &Said>) -> usize {
    let Some(fixed) = issue.known.as_ref().and_then(|topic| topic.fixed.as_ref()) else { return 0 };
    let later = |number: &&i64| tickets.get(number).is_some_and(|ticket| ticket.opened_at > fixed.at);
    issue.tickets.iter().filter(later).count()
}

/// The known topic of a number.
///
/// # Errors
/// Missing where nobody has touched a topic of that number.
pub fn known(r: &mut Reader<'_>, number: i64) -> Result<Known> {
    let found = r.topics()?.into_iter().find(|topic| topic.id == number);
    found.ok_or_else(|| {
        Error::missing(format!("nobody has touched a topic {number}")).hint("desk topics, then desk topic name")
    })
}

/// The topic of a number, to be touched: a known one, else that of the list.
///
/// # Errors
/// Missing where neither has it.
pub fn of_number(known: Option<Known>, seen: Option<&Seen>, number: i64) -> Result<Known> {
    let listed = seen.and_then(|seen| seen.issues.topics.iter().find(|issue| issue.number == number));
    let found = known.or_else(|| {
        listed.map(|issue| Known {
            id: number,
            name: issue.name.clone(),
            signatures: vec![issue.signature.clone()],
            whole: Vec::new(),
            pinned: false,
            fixed: None,
            plan: None,
            answer: None,
        })
    });
    found.ok_or_else(|| {
        Error::missing(format!("there is no topic {number} in these weeks"))
            .hint("desk topics; say the same query with both: desk topic name 3 \"Card declined\" in:last-month")
    })
}

/// Makes a topic what `change` makes of it. Whether anything changed, and what it is now.
///
/// # Errors
/// Somebody else has touched it meanwhile.
pub fn touch(tx: &mut Tx<'_>, seen: &Known, change: impl FnOnce(&mut Known)) -> Result<(Known, bool)> {
    let was = tx.topics()?.into_iter().find(|topic| topic.id == seen.id);
    if was.as_ref().is_some_and(|was| was.signatures != seen.signatures) {
        return Err(Error::refused(format!("topic {} is another one by now", seen.id)).hint("desk topics"));
    }
    let mut becomes = was.clone().unwrap_or_else(|| seen.clone());
    change(&mut becomes);
    let (changed, at) = (was.as_ref() != Some(&becomes), tx.at);
    tx.apply([Event::about(Noun::Topic, seen.id, "", &was, &becomes, at)])?;
    Ok((becomes, changed))
}

/// Makes topics one: what says any of them is the first of them from now on. What it is now.
///
/// # Errors
/// Where the desk cannot be written.
pub fn merge(tx: &mut Tx<'_>, into: &Known, others: &[Known]) -> Result<Known> {
    let at = tx.at;
    for other in others {
        let was = tx.topics()?.into_iter().find(|topic| topic.id == other.id);
        tx.apply([Event::about(Noun::Topic, other.id, "", &was, &(), at)])?;
    }
    let more: Vec<Signature> = others.iter().flat_map(|other| other.signatures.clone()).collect();
    let rest = tx.topics()?;
    let parts =
        |whole: &Vec<Vec<Signature>>| rest.iter().filter(|topic| topic.id != into.id && topic.whole == *whole).count();
    touch(tx, into, |topic| {
        let all = !topic.whole.is_empty() && others.iter().all(|other| other.whole == topic.whole);
        match topic.whole.pop().filter(|_| all && parts(&into.whole) == 0) {
            // The last part is back: it is what it was before it was split.
            Some(whole) => topic.signatures = whole,
            None => {
                topic.whole.clone_from(&into.whole);
                topic.signatures.extend(more);
            }
        }
    })
    .map(|(topic, _)| topic)
}

/// A part of a topic that is split: its name, where it gets another, and by what it is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its name; the first part may keep that of the topic.
    pub name: Option<String>,
    /// By what it is recognised.
    pub signature: Signature,
}

/// Makes several topics of one: the first keeps the number and what was decided, the others get numbers of their own. What they
/// are now.
///
/// # Errors
/// The topic is another one by now.
pub fn split(tx: &mut Tx<'_>, topic: &Known, pieces: &[Piece]) -> Result<Vec<Known>> {
    let at = tx.at;
    let Some((first, others)) = pieces.split_first() else { return Ok(Vec::new()) };
    let mut whole = topic.whole.clone();
    whole.push(topic.signatures.clone());
    let (stays, _) = touch(tx, topic, |topic| {
        topic.name = first.name.clone().unwrap_or_else(|| topic.name.clone());
        topic.signatures = vec![first.signature.clone()];
        topic.whole.clone_from(&whole);
    })?;
    let taken: BTreeSet<i64> = tx.topics()?.iter().map(|topic| topic.id).collect();
    let mut parts = vec![stays];
    for (id, piece) in (1..).filter(|id| !taken.contains(id)).zip(others) {
        let part = Known {
            id,
            name: piece.name.clone().unwrap_or_else(|| topic.name.clone()),
            signatures: vec![piece.signature.clone()],
            whole: whole.clone(),
            pinned: false,
            fixed: None,
            plan: None,
            answer: None,
        };
        tx.apply([Event::about(Noun::Topic, id, "", &(), &part, at)])?;
        parts.push(part);
    }
    Ok(parts)
}

/// Forgets a topic: it is mined like any other again.
///
/// # Errors
/// Where the desk cannot be written.
pub fn forget(tx: &mut Tx<'_>, topic: &Known) -> Result<()> {
    let at = tx.at;
    tx.apply([Event::about(Noun::Topic, topic.id, "", topic, &(), at)])
}

/// What work cost; none where there is none, somebody's hour has no price, or the prices are of two currencies.
fn cost(spent: &[&Spent], costs: &[Cost]) -> Option<Money> {
    // Minutes at one price are put together before they are rounded.
    let mut paid: Vec<(Money, Minutes)> = Vec::new();
    for one in spent {
        let hour = costs.iter().rev().find(|cost| cost.agent == one.agent && cost.from <= one.day)?.hour;
        match paid.iter_mut().find(|(known, _)| *known == hour) {
            Some((_, sum)) => *sum += one.minutes,
            None => paid.push((hour, one.minutes)),
        }
    }
    let currency = paid.first()?.0.currency;
    let sums: Option<Vec<Money>> = paid.into_iter().map(|(hour, minutes)| hour.for_minutes(minutes)).collect();
    Money::sum(sums?, currency)
}
