//! What a ticket is like: similar tickets, and what became of them. Whose words are alike is told by their subjects.

use crate::domain::ticket::{Reason, Status};
use crate::domain::time::Moment;
use crate::domain::words::terms;
use crate::error::Result;
use crate::store::Reader;
use std::collections::BTreeSet;

/// A ticket that is like another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Its number.
    pub number: i64,
    /// Its subject.
    pub subject: String,
    /// Its status.
    pub status: Status,
    /// As what it was closed.
    pub reason: Option<Reason>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// How alike they are, 0 to 1000.
    pub likeness: u32,
}

/// What to do with a ticket, from what was done with others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice {
    /// Tags, best first.
    pub tags: Vec<String>,
    /// Who should have it.
    pub assignee: Option<String>,
    /// At most three similar tickets.
    pub similar: Vec<Alike>,
    /// Names of saved answers, best first.
    pub answers: Vec<String>,
}

/// What others like it suggest for a ticket.
///
/// # Errors
/// Where the desk cannot be read.
pub fn advice(r: &mut Reader<'_>, ticket: i64) -> Result<Advice> {
    let Some(own) = r.ticket(ticket)? else { return Ok(Advice::default()) };
    let words = of(&own.subject);
    let mut advice = Advice::default();
    for (number, subject) in r.tickets_closed_lately()? {
        let (Ok(number), likeness) = (number.parse::<i64>(), likeness(&words, &of(&subject))) else { continue };
        let Some(t) = r.ticket(number)?.filter(|t| t.id != ticket && likeness >= 500) else { continue };
        let (status, reason, closed_at) = (t.standing.status, t.standing.reason, r.closed_at(number)?);
        advice.similar.push(Alike { number, subject, status, reason, closed_at, likeness });
    }
    advice.similar.sort_by_key(|a| (std::cmp::Reverse(a.likeness), a.number));
    advice.similar.truncate(3);
    if let Some(best) = advice.similar.first().map(|a| a.number) {
        advice.tags = r.tags(best)?;
        let agent = r.ticket(best)?.and_then(|t| t.assignee);
        advice.assignee = agent.map(|id| r.agent(id)).transpose()?.flatten().map(|a| a.name);
    }
    let near = |name: &str| !of(name).is_disjoint(&words);
    advice.answers = r.answers()?.into_iter().filter(|a| near(&a.name)).map(|a| a.name).collect();
    Ok(advice)
}

/// Those of `among` that say nearly the same as `ticket`.
///
/// # Errors
/// Where the desk cannot be read.
pub fn more_like(r: &mut Reader<'_>, ticket: i64, among: &[i64]) -> Result<Vec<i64>> {
    let Some(own) = r.ticket(ticket)? else { return Ok(Vec::new()) };
    let words = of(&own.subject);
    let mut more = Vec::new();
    for other in among.iter().filter(|other| **other != ticket) {
        let subject = r.ticket(*other)?.map(|t| t.subject).unwrap_or_default();
        if likeness(&words, &of(&subject)) >= 800 {
            more.push(*other);
        }
    }
    Ok(more)
}

fn of(text: &str) -> BTreeSet<String> {
    terms(text).into_iter().collect()
}

fn likeness(a: &BTreeSet<String>, b: &BTreeSet<String>) -> u32 {
    let (both, all) = (a.intersection(b).count(), a.union(b).count());
    (both * 1000).checked_div(all).and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_in_another_form_are_alike() {
        assert_eq!(likeness(&of("Cannot log in"), &of("cannot LOG in")), 1000);
        assert_eq!(likeness(&of("Cannot log in"), &of("Invoice wanted")), 0);
        assert_eq!(likeness(&of(""), &of("")), 0);
    }
}
