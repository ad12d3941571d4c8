//! What the figures of `recap`, `stats` and `news` are about: the words of a query become a period and a set of tickets,
//! as they are today.

use super::{find, ls};
use crate::desk::Desk;
use crate::domain::entry::Entry;
use crate::domain::period::Period;
use crate::domain::search::{Query, StatusTest, Term, Test, parse};
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::store::bookmark;
use std::collections::HashSet;

/// What was asked for.
pub(super) struct Chosen {
    /// `in:`
    pub(super) period: Option<Period>,
    /// The desk's zone.
    pub(super) zone: Zone,
    /// The other words, as typed.
    said: String,
    /// The tickets; none: all of them.
    numbers: Option<HashSet<i64>>,
    /// Whose work without a ticket is meant.
    work: Work,
}

/// Which work that has no ticket is meant.
enum Work {
    Everybodys,
    /// Each group has one condition: whether it is turned round, and the clients it names.
    OfClients(Vec<(bool, Vec<Option<i64>>)>),
    None,
}

impl Chosen {
    /// Reads the words; relative dates in them are seen from `now`.
    pub(super) fn read(desk: &mut Desk, words: &[String], now: Moment) -> Result<Chosen> {
        let zone = desk.zone()?;
        let mut query = parse(words, false, now, &zone)?;
        if query.sort.is_some() {
            return Err(
                Error::usage("figures have an order of their own").hint("leave sort: out, or list tickets: desk ls")
            );
        }
        desk.resolve_for_deeds(&mut query)?;
        let period = query.period.take().map(|(_, period)| period);
        let others: Vec<&str> =
            words.iter().map(|w| w.trim()).filter(|w| !w.is_empty() && !w.starts_with("in:")).collect();
        let said = others.join(" ");
        if query.is_empty() {
            return Ok(Chosen { period, zone, said, numbers: None, work: Work::Everybodys });
        }
        let work = work(desk, &query)?;
        if !query.status_asked() {
            query.terms.push(Term { negated: false, alternatives: vec![Test::Status(StatusTest::All)] });
        }
        let numbers = if query.words.is_empty() {
            let ask = ls::ask(desk, None)?;
            desk.read(|r| r.numbers(&query, &ask))?
        } else {
            find::search(desk, &query, None)?.rows.into_iter().map(|l| l.ticket.id).collect()
        };
        Ok(Chosen { period, zone, said, numbers: Some(numbers.into_iter().collect()), work })
    }

    /// Whether the ticket is meant.
    pub(super) fn has(&self, ticket: i64) -> bool {
        self.numbers.as_ref().is_none_or(|n| n.contains(&ticket))
    }

    /// Whether the work is meant: that on a meant ticket; without a ticket, that for a client where clients are all that
    /// was asked for.
    pub(super) fn has_work(&self, entry: &Entry) -> bool {
        self.has_of(entry.ticket, entry.client)
    }

    /// Whether what belongs to this ticket, or without one to this client, is meant: as with work.
    pub(super) fn has_of(&self, ticket: Option<i64>, client: Option<i64>) -> bool {
        match ticket {
            Some(ticket) => self.has(ticket),
            None => self.has_client(client),
        }
    }

    /// Whether what belongs to a client and to no ticket is meant.
    pub(super) fn has_client(&self, client: Option<i64>) -> bool {
        match &self.work {
            Work::Everybodys => true,
            Work::OfClients(terms) => terms.iter().all(|(not, clients)| clients.contains(&client) != *not),
            Work::None => false,
        }
    }

    /// Whether nothing was left out by any word.
    pub(super) fn is_everything(&self) -> bool {
        self.numbers.is_none()
    }

    /// The period with its zone and the other words: what the page is about.
    pub(super) fn label(&self, period: &Period) -> String {
        let about = if self.said.is_empty() { String::new() } else { format!(", {}", self.said) };
        format!("{}, {}{about}", period.label(), self.zone.name())
    }
}

/// What tells the bookmarks of one question from those of another: nothing for the bare one. The order of its words is none.
pub(super) fn mark_of(words: &[String], mine: bool) -> String {
    let mut words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    words.extend(mine.then_some("--mine"));
    words.sort_unstable();
    if words.is_empty() { String::new() } else { format!("?{}", bookmark::mark_of(&words.join(" "))) }
}

/// Nothing was found, and a word of the query is a number: it was looked for in texts, which may not have been meant.
pub(super) fn number_as_word(words: &[String], instead: &str) -> Option<String> {
    let digits = |word: &&String| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let number = words.iter().find(digits)?;
    Some(format!(
        "{number} was looked for in texts, as every word; for the ticket of that number: desk {instead} {number}"
    ))
}

fn work(desk: &mut Desk, query: &Query) -> Result<Work> {
    let only_clients = |t: &Term| t.alternatives.iter().all(|a| matches!(a, Test::Client(_)));
    if !query.words.is_empty() || !query.terms.iter().all(only_clients) {
        return Ok(Work::None);
    }
    desk.read(|r| {
        let mut terms = Vec::new();
        for term in &query.terms {
            let mut clients = Vec::new();
            for alternative in &term.alternatives {
                match alternative {
                    Test::Client(Some(word)) => clients.extend(r.client_called(word)?.map(|c| Some(c.id))),
                    _ => clients.push(None),
                }
            }
            terms.push((term.negated, clients));
        }
        Ok(Work::OfClients(terms))
    })
}

/// Says that a period is not over; none where it is.
pub(super) fn unfinished(period: &Period, seen: Moment, zone: &Zone) -> Option<String> {
    let until = zone.local(seen).format("%Y-%m-%d %H:%M");
    (seen < period.to).then(|| format!("The period is not over: counted up to {until}."))
}
