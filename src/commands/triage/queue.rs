//! Which ticket is next: mine and nobody's before colleagues', those skipped earlier today last. Each step asks the desk for
//! one ticket, so that a long queue costs no more than a short one, and what has just come in is seen.

use crate::commands::{find, ls};
use crate::desk::Desk;
use crate::domain::search::{Query, Term, Test, Who};
use crate::domain::time::{Moment, elapsed};
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The tickets of a session.
pub(super) struct Queue {
    /// Each asks for some of the tickets, those of the first before those of the next.
    parts: Vec<Query>,
    /// The tickets that were seen, in order; one of them is shown.
    trail: Vec<i64>,
    at: usize,
    /// Changed by a deed that stands.
    pub(super) done: BTreeSet<i64>,
    /// Passed over in this session.
    passed: BTreeSet<i64>,
    /// Skipped in an earlier session of this day.
    earlier: Vec<i64>,
    skips: Skips,
    /// Seconds that each ticket took.
    took: Vec<i64>,
    since: Moment,
}

/// What is left of the list.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Left {
    /// Tickets that are in it and were not seen yet.
    pub(super) unseen: i64,
    /// Tickets that had the same done to them as another, and left it by that without being seen.
    gone: i64,
}

impl Queue {
    /// The tickets that the words ask for; without any, those that wait for us.
    pub(super) fn of(desk: &mut Desk, words: &[String]) -> Result<Queue> {
        let mut query = ls::query(desk, words, false)?;
        let ordered = query.sort.is_some();
        if query.is_empty() {
            query.terms.push(one(Test::Ours));
        } else if !query.words.is_empty() {
            let found = find::search(desk, &query, None)?.rows;
            query.words.clear();
            query.terms.push(one(Test::Among(found.into_iter().map(|l| l.ticket.id).collect())));
        }
        let ours = vec![Test::Who(Who::Me), Test::Who(Who::None)];
        let part = |negated| {
            let mut part = query.clone();
            part.terms.push(Term { negated, alternatives: ours.clone() });
            part
        };
        let parts = if ordered { vec![query] } else { vec![part(false), part(true)] };
        let skips = Skips::of(desk)?;
        let earlier = skips.still(desk)?;
        let (done, passed, took, since) = (BTreeSet::new(), BTreeSet::new(), Vec::new(), desk.now);
        let mut queue = Queue { parts, trail: Vec::new(), at: 0, done, passed, earlier, skips, took, since };
        queue.earlier = queue.among(desk, &queue.earlier.clone())?;
        Ok(queue)
    }

    /// How many were skipped earlier today and come last.
    pub(super) fn skipped_earlier(&self) -> usize {
        self.earlier.len()
    }

    /// The ticket that is shown.
    pub(super) fn shown(&self) -> Option<i64> {
        self.trail.get(self.at).copied()
    }

    /// Goes to the next ticket that is not done yet; none at the end.
    pub(super) fn next(&mut self, desk: &mut Desk) -> Result<Option<i64>> {
        while self.at + 1 < self.trail.len() {
            self.at += 1;
            if let Some(id) = self.shown().filter(|id| !self.done.contains(id)) {
                return Ok(Some(id));
            }
        }
        if !self.trail.is_empty() {
            self.took.push(desk.now.since(self.since));
        }
        self.since = desk.now;
        let fresh = self.fresh(desk)?;
        self.trail.extend(fresh);
        self.at = self.trail.len().saturating_sub(if fresh.is_some() { 1 } else { 0 });
        Ok(fresh)
    }

    /// The first ticket that was not seen yet.
    fn fresh(&mut self, desk: &mut Desk) -> Result<Option<i64>> {
        let ask = ls::ask(desk, Some(1))?;
        for part in self.unseen(true) {
            let found = desk.queue(&part, &ask, &|_| true)?.rows;
            if let Some(row) = found.first() {
                return Ok(Some(row.ticket.id));
            }
        }
        let left: Vec<i64> = self.earlier.iter().copied().filter(|id| !self.trail.contains(id)).collect();
        Ok(self.among(desk, &left)?.first().copied())
    }

    /// Those of the tickets that are asked for, in their order.
    fn among(&self, desk: &mut Desk, tickets: &[i64]) -> Result<Vec<i64>> {
        if tickets.is_empty() {
            return Ok(Vec::new());
        }
        let ask = ls::ask(desk, None)?;
        let mut found = Vec::new();
        for part in &self.parts {
            let mut part = part.clone();
            part.terms.push(one(Test::Among(tickets.to_vec())));
            found.extend(desk.read(|r| r.numbers(&part, &ask))?);
        }
        Ok(tickets.iter().copied().filter(|id| found.contains(id)).collect())
    }

    /// The parts without what was seen; and without what was skipped earlier.
    fn unseen(&self, nor_skipped: bool) -> Vec<Query> {
        let mut seen = self.trail.clone();
        if nor_skipped {
            seen.extend(&self.earlier);
        }
        let mut parts = self.parts.clone();
        for part in parts.iter_mut().filter(|_| !seen.is_empty()) {
            part.terms.push(Term { negated: true, alternatives: vec![Test::Among(seen.clone())] });
        }
        parts
    }

    /// Goes to the ticket before; none at the first.
    pub(super) fn back(&mut self) -> Option<i64> {
        self.at = self.at.checked_sub(1)?;
        self.shown()
    }

    /// Goes to a ticket that was seen.
    pub(super) fn go_to(&mut self, ticket: i64) {
        if let Some(at) = self.trail.iter().position(|id| *id == ticket) {
            self.at = at;
        }
    }

    /// What is there that was not seen yet.
    pub(super) fn left(&self, desk: &mut Desk) -> Result<Left> {
        let unseen: Vec<i64> = self.done.iter().copied().filter(|id| !self.trail.contains(id)).collect();
        let still = self.among(desk, &unseen)?.len();
        let gone = i64::try_from(unseen.len().saturating_sub(still)).unwrap_or(i64::MAX);
        Ok(Left { unseen: self.count(desk, &self.unseen(false))?, gone })
    }

    /// How many of the tickets that were asked for are there still, seen or not.
    pub(super) fn remain(&self, desk: &mut Desk) -> Result<i64> {
        self.count(desk, &self.parts)
    }

    fn count(&self, desk: &mut Desk, parts: &[Query]) -> Result<i64> {
        let ask = ls::ask(desk, None)?;
        desk.read(|r| parts.iter().map(|part| r.count(part, &ask)).sum())
    }

    /// `7 of 31, about 6 min left`: of how many this is which, and how long the rest takes at the pace so far.
    pub(super) fn progress(&self, left: Left) -> String {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let again = self.trail.iter().skip(self.at + 1).filter(|id| !self.done.contains(id)).count();
        let (all, rest) = (count(self.trail.len()) + left.gone + left.unseen, 1 + count(again) + left.unseen);
        let minutes = pace(&self.took).map(|seconds| ((seconds * rest + 59) / 60).max(1));
        let about = minutes.map(|m| if m < 60 { format!("{m} min") } else { elapsed(m) });
        format!("{} of {all}{}", all - rest + 1, about.map(|about| format!(", about {about} left")).unwrap_or_default())
    }

    /// The ticket is passed over: it comes last for the rest of the day.
    pub(super) fn skip(&mut self, desk: &mut Desk) -> Result<()> {
        let Some(ticket) = self.shown().filter(|id| !self.done.contains(id)) else { return Ok(()) };
        let change = desk.read(|r| r.last_change_of(ticket))?;
        self.passed.insert(ticket);
        self.skips.put(ticket, change);
        Ok(())
    }

    /// How many were passed over in this session, and nothing was done to them later.
    pub(super) fn skipped(&self) -> usize {
        self.passed.difference(&self.done).count()
    }
}

fn one(test: Test) -> Term {
    Term { negated: false, alternatives: vec![test] }
}

/// The middle of what tickets took, so that a pause counts once; none before there are two.
fn pace(took: &[i64]) -> Option<i64> {
    let mut took = took.to_vec();
    took.sort_unstable();
    took.get(took.len() / 2).copied().filter(|seconds| took.len() > 1 && *seconds > 0)
}

/// What was skipped on this day: a small file that may be lost, each ticket with the number of its last change then.
struct Skips {
    file: Option<PathBuf>,
    day: String,
    tickets: BTreeMap<i64, i64>,
}

impl Skips {
    fn of(desk: &mut Desk) -> Result<Skips> {
        let day = desk.zone()?.date(desk.now).to_string();
        let uid = desk.read(|r| r.uid())?;
        let file = desk.host.state_folder().ok().map(|f| f.join(format!("triage-{uid}-{}", desk.me)));
        let text = file.as_ref().and_then(|f| std::fs::read_to_string(f).ok()).unwrap_or_default();
        Ok(Skips { file, tickets: read(&text, &day), day })
    }

    /// Those on which nothing has happened since.
    fn still(&self, desk: &mut Desk) -> Result<Vec<i64>> {
        desk.read(|r| {
            let mut still = Vec::new();
            for (ticket, change) in &self.tickets {
                if r.last_change_of(*ticket)? <= *change {
                    still.push(*ticket);
                }
            }
            Ok(still)
        })
    }

    fn put(&mut self, ticket: i64, change: i64) {
        self.tickets.insert(ticket, change);
        let Some(file) = &self.file else { return };
        let lines: String = self.tickets.iter().map(|(ticket, change)| format!("{ticket} {change}\n")).collect();
        // Nothing depends on it: where it cannot be kept, the tickets come in their usual order.
        let folder = file.parent().map_or(Ok(()), crate::host::make_folder);
        drop(folder.and_then(|()| crate::host::keep_file(file, format!("{}\n{lines}", self.day).as_bytes())));
    }
}

/// What the file says of a day.
fn read(text: &str, day: &str) -> BTreeMap<i64, i64> {
    let mut lines = text.lines();
    if lines.next() != Some(day) {
        return BTreeMap::new();
    }
    let pair = |line: &str| line.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    lines.filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_the_middle_ticket() {
        assert_eq!(pace(&[10]), None);
        assert_eq!(pace(&[10, 30, 3600]), Some(30));
        assert_eq!(pace(&[0, 0, 0]), None);
    }

    #[test]
    fn what_was_skipped_on_another_day_is_forgotten() {
        let kept = "2026-11-20\n42 813\nnonsense\n7 12\n";
        assert_eq!(read(kept, "2026-11-20"), BTreeMap::from([(7, 12), (42, 813)]));
        assert_eq!(read(kept, "2026-11-21"), BTreeMap::new());
        assert_eq!(read("", "2026-11-20"), BTreeMap::new());
    }
}
