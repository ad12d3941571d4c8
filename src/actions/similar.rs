//! What earlier tickets teach about one: similar tickets, the labels and the hands they went to, the saved answers that fit.
//! How alike two tickets are is decided in `domain::insight::similar`.

mod fit;
mod near;

pub use fit::Fit;

use crate::domain::insight::similar::ALMOST_SAME;
use crate::domain::message::{Direction, Message};
use crate::domain::quote::new_text;
use crate::domain::ticket::{Reason, Status};
use crate::domain::time::Moment;
use crate::error::Result;
use crate::store::Reader;
use crate::store::similar::Saying;
use near::Near;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// So many similar tickets are told.
const TOLD: usize = 3;
/// So many of the most similar ones teach labels, assignee and answers.
const TAUGHT_BY: usize = 12;
/// So many of them agree at least.
const AGREE: usize = 2;
/// So many saved answers are suggested.
const ANSWERS: usize = 3;

/// A ticket that is like another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Its number.
    pub number: i64,
    /// Its subject.
    pub subject: String,
    /// Its status.
    pub status: Status,
    /// Why it was closed.
    pub reason: Option<Reason>,
    /// Since when it is closed.
    pub closed_at: Option<Moment>,
    /// How alike it is, 0 to 1000.
    pub likeness: u32,
}

/// What is suggested for a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advice {
    /// Labels that most of the similar closed tickets have and this one has not.
    pub tags: Vec<String>,
    /// The active agent who closed most of them.
    pub assignee: Option<String>,
    /// Three similar tickets at most, the most alike first.
    pub similar: Vec<Alike>,
    /// Names of saved answers, the best first.
    pub answers: Vec<String>,
}

/// What earlier tickets teach about this one.
///
/// # Errors
/// There is no such ticket, or the desk cannot be read.
pub fn advice(r: &mut Reader<'_>, ticket: i64) -> Result<Advice> {
    let near = Near::on_the_desk(r, ticket)?;
    let fits = fit::fits(r, &near)?;
    let closed: Vec<&Saying> =
        near.alike.iter().map(|(other, _)| other).filter(|other| other.closed_at.is_some()).take(TAUGHT_BY).collect();
    let numbers: Vec<i64> = closed.iter().map(|other| other.number).collect();
    Ok(Advice {
        tags: tags(r, near.ticket.number, &numbers)?,
        assignee: assignee(r, &closed, &numbers)?,
        similar: near.alike.iter().take(TOLD).map(|(other, likeness)| alike(other, *likeness)).collect(),
        answers: fits.into_iter().take(ANSWERS).map(|fit| fit.answer.name).collect(),
    })
}

/// Those of `among` that say nearly the same as `ticket`, in the order they came in.
///
/// # Errors
/// There is no such ticket, or the desk cannot be read.
pub fn more_like(r: &mut Reader<'_>, ticket: i64, among: &[i64]) -> Result<Vec<i64>> {
    Near::among(r, ticket, among, ALMOST_SAME)
}

/// How a similar ticket was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The ticket.
    pub ticket: Alike,
    /// Who answered.
    pub author: String,
    /// What is new in the first reply of a person.
    pub text: String,
}

/// The saved answers that fit a ticket, the best first, and how three similar closed tickets at most were answered.
///
/// # Errors
/// There is no such ticket, or the desk cannot be read.
pub fn answers(r: &mut Reader<'_>, ticket: i64) -> Result<(Vec<Fit>, Vec<Answered>)> {
    let near = Near::on_the_desk(r, ticket)?;
    let mut answered = Vec::new();
    for (other, likeness) in near.alike.iter().filter(|(other, _)| other.closed_at.is_some()) {
        let person = |m: &Message| m.direction == Direction::Out && m.automatic.is_none() && !m.text.trim().is_empty();
        let Some(reply) = r.messages(other.number)?.into_iter().find(person) else { continue };
        let agent = reply.agent.map(|id| r.agent(id)).transpose()?.flatten().map(|a| a.name);
        let author = agent.unwrap_or(if reply.author.is_empty() { reply.email } else { reply.author });
        answered.push(Answered { ticket: alike(other, *likeness), author, text: new_text(&reply.text) });
        if answered.len() == TOLD {
            break;
        }
    }
    Ok((fit::fits(r, &near)?, answered))
}

fn alike(other: &Saying, likeness: u32) -> Alike {
    Alike {
        number: other.number,
        subject: other.subject.clone(),
        status: other.status,
        reason: other.reason,
        closed_at: other.closed_at,
        likeness,
    }
}

fn tags(r: &mut Reader<'_>, ticket: i64, closed: &[i64]) -> Result<Vec<String>> {
    let own = r.tags(ticket)?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, tag) in r.tags_among(closed)? {
        *counts.entry(tag).or_insert(0) += 1;
    }
    counts.retain(|tag, count| *count >= AGREE && *count * 2 > closed.len() && !own.contains(tag));
    let mut tags: Vec<(String, usize)> = counts.into_iter().collect();
    tags.sort_by_key(|(_, count)| Reverse(*count));
    Ok(tags.into_iter().map(|(tag, _)| tag).collect())
}

/// The active agent who closed most; where a close is nobody's own deed (imported), it counts for whose ticket it was.
fn assignee(r: &mut Reader<'_>, closed: &[&Saying], numbers: &[i64]) -> Result<Option<String>> {
    let closers: BTreeMap<i64, i64> = r.closers(numbers)?.into_iter().collect();
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for agent in closed.iter().filter_map(|other| closers.get(&other.number).copied().or(other.assignee)) {
        *counts.entry(agent).or_insert(0) += 1;
    }
    let mut agents: Vec<(i64, usize)> = counts.into_iter().filter(|(_, count)| *count >= AGREE).collect();
    agents.sort_by_key(|(agent, count)| (Reverse(*count), *agent));
    for (agent, _) in agents {
        if let Some(known) = r.agent(agent)?.filter(|known| known.active) {
            return Ok(Some(known.name));
        }
    }
    Ok(None)
}
