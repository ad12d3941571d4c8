//! What others have done to a ticket since an agent looked at it last: messages that came, answers, a close, a merge, an
//! assignment. Asked before an answer leaves, so that two people do not answer past each other.

use crate::domain::event::{Event, Noun, OperationKind};
use crate::domain::message::Direction;
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::error::Result;
use crate::store::Reader;
use crate::store::bulk::is_machine;
use std::collections::BTreeMap;

/// How long a colleague's answer is news to somebody who never looked at the ticket, in seconds.
const LATELY: i64 = 600;
/// Nobody looks at more tickets at once.
const MOST: usize = 20;

/// Something that somebody else did to the ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// Who.
    pub who: String,
    /// What, in words that follow the name: `answered`, `closed it as solved`.
    pub deed: String,
    /// The first line of what was written, shortened; empty where nothing was.
    pub line: String,
}

/// The name of the bookmark that says up to where an agent has seen a ticket.
#[must_use]
pub fn bookmark(ticket: i64) -> String {
    format!("ticket:{ticket}")
}

/// The bookmarks that move when an agent, who is known by now, looks at these tickets: of those on which something is new.
/// Who takes out very many at once looks at none.
pub fn looks(r: &mut Reader<'_>, agent: &str, tickets: &[i64]) -> Result<Vec<(String, i64)>> {
    let Some(me) = r.agent_named(agent)?.filter(|_| tickets.len() <= MOST) else { return Ok(Vec::new()) };
    let now = r.change_no()?;
    let mut marks = Vec::new();
    for ticket in tickets {
        let mark = bookmark(*ticket);
        let changed = r.last_change_of(*ticket)?;
        if r.bookmark(me.id, &mark)?.is_none_or(|seen| seen < changed) {
            marks.push((mark, now));
        }
    }
    Ok(marks)
}

/// What is new to the agent on the ticket. Who never looked at it begins with his last own deed on it; who has none is told
/// of colleagues' answers of the last ten minutes only.
pub fn unseen(r: &mut Reader<'_>, ticket: i64, me: Option<i64>, now: Moment) -> Result<Vec<Change>> {
    let looked = match me {
        Some(me) => r.bookmark(me, &bookmark(ticket))?,
        None => None,
    };
    let mark = match (looked, me) {
        (None, Some(me)) => last_deed(r, ticket, me)?,
        (looked, _) => looked,
    };
    if let Some(mark) = mark {
        return after(r, ticket, me, mark);
    }
    let answers = r.messages(ticket)?.into_iter().filter(|m| {
        let theirs = m.agent.is_some() && m.agent != me && m.automatic.is_none();
        m.direction == Direction::Out && theirs && m.at > now.plus(-LATELY)
    });
    answers
        .map(|m| m.id)
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(|id| written(r, id, None, me).transpose())
        .collect()
}

/// The last operation by which the agent did something to the ticket himself; that mail came in by his hand is no deed of his.
fn last_deed(r: &mut Reader<'_>, ticket: i64, me: i64) -> Result<Option<i64>> {
    let mut last = None;
    for h in r.events_of_ticket(ticket)?.into_iter().rev().filter(|h| h.agent == me) {
        if last.is_none() && r.operation(h.operation)?.is_some_and(|o| o.kind == OperationKind::Do) {
            last = Some(h.operation);
        }
    }
    Ok(last)
}

/// What others did to the ticket in operations after a number, oldest first.
pub fn after(r: &mut Reader<'_>, ticket: i64, me: Option<i64>, mark: i64) -> Result<Vec<Change>> {
    let mut messages: BTreeMap<i64, i64> = r.messages_after(ticket, mark)?.into_iter().collect();
    let mut merged: BTreeMap<i64, (i64, Moment, usize)> = BTreeMap::new();
    let mut changes = Vec::new();
    for h in r.events_of_ticket(ticket)?.into_iter().filter(|h| h.operation > mark) {
        if h.event.noun == Noun::Message && !h.event.to.is_null() {
            if h.event.from.is_null() {
                messages.insert(h.event.id, h.operation);
            } else if h.event.to.get("ticket").and_then(serde_json::Value::as_i64) == Some(ticket) {
                merged.entry(h.operation).or_insert((h.agent, h.event.at, 0)).2 += 1;
            }
        } else if let Some(deed) = deed_of(r, &h.event, h.agent, me)?.filter(|_| Some(h.agent) != me) {
            changes.push(Change { at: h.event.at, who: name(r, h.agent)?, deed, line: String::new() });
        }
    }
    for (agent, at, count) in merged.into_values().filter(|(agent, ..)| Some(*agent) != me) {
        let deed = format!("merged {count} message{} into it", if count == 1 { "" } else { "s" });
        changes.push(Change { at, who: name(r, agent)?, deed, line: String::new() });
    }
    for (id, operation) in messages {
        changes.extend(written(r, id, Some(operation), me)?);
    }
    changes.sort_by_key(|c| c.at);
    Ok(changes)
}

/// What counts of the deeds on a ticket itself: that it was closed, merged away or given to somebody.
fn deed_of(r: &mut Reader<'_>, e: &Event, by: i64, me: Option<i64>) -> Result<Option<String>> {
    if e.noun != Noun::Ticket {
        return Ok(None);
    }
    Ok(match e.field.as_str() {
        "status" => {
            serde_json::from_value::<Standing>(e.to.clone()).ok().filter(|s| s.status == Status::Closed).map(|s| {
                s.reason.map_or_else(|| "closed it".to_owned(), |reason| format!("closed it as {}", reason.word()))
            })
        }
        "merged_into" => e.to.as_i64().map(|into| format!("merged it into {into}")),
        "assignee" => match e.to.as_i64() {
            Some(agent) if agent == by => Some("took it".to_owned()),
            Some(agent) if Some(agent) == me => Some("gave it to you".to_owned()),
            Some(agent) => Some(format!("gave it to {}", name(r, agent)?)),
            None => None,
        },
        _ => None,
    })
}

/// A message as a change; none where the agent wrote it himself or typed it in, or a machine did.
fn written(r: &mut Reader<'_>, id: i64, operation: Option<i64>, me: Option<i64>) -> Result<Option<Change>> {
    let Some(m) = r.message(id)?.filter(|m| !is_machine(m.automatic.as_deref())) else {
        return Ok(None);
    };
    let own = match (m.agent, operation) {
        (Some(agent), _) => Some(agent) == me,
        (None, Some(operation)) => {
            r.operation(operation)?.is_some_and(|o| o.kind == OperationKind::Do && Some(o.agent) == me)
        }
        (None, None) => false,
    };
    if own {
        return Ok(None);
    }
    let who = match m.agent {
        Some(agent) => name(r, agent)?,
        None if m.author.is_empty() => m.email.clone(),
        None => m.author.clone(),
    };
    let deed = match m.direction {
        Direction::In => "wrote",
        Direction::Out => "answered",
        Direction::Note => "noted",
    };
    Ok(Some(Change { at: m.at, who, deed: deed.to_owned(), line: r.beginning(id, 70)?.unwrap_or_default() }))
}

fn name(r: &mut Reader<'_>, agent: i64) -> Result<String> {
    Ok(r.agent(agent)?.map_or_else(|| "somebody".to_owned(), |a| a.name))
}
