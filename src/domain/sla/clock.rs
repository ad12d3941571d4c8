//! The arithmetic of one clock: when it is due, what is used, in which state it is. What starts and stops it is in `life`.

use super::life::{Life, Spell, Stop, Wait};
use super::{Clock, Kind, Pause, Promise, State, Target};
use crate::domain::ticket::Status;
use crate::domain::time::Moment;

/// A stretch in which the clock does not run as usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) status: Status,
    pub(super) from: Moment,
    pub(super) to: Moment,
    /// Its time is left out; else it counts, and only the clock keeps quiet.
    pub(super) out: bool,
    /// It goes on.
    lasts: bool,
}

/// Everything that decides one clock.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    pub(super) kind: Kind,
    pub(super) promise: Promise<'a>,
    pub(super) target: Target,
    pub(super) started: Moment,
    /// It began with a message, not with the opening.
    pub(super) asked: bool,
    /// In order, none over another, each begins before `seen`.
    pub(super) gaps: Vec<Gap>,
    /// What stopped it; none: it runs.
    pub(super) stop: Option<(Moment, Stop)>,
    /// When it stopped, else now.
    pub(super) seen: Moment,
}

impl<'a> Run<'a> {
    /// The clock of a wait, where something is promised for it. An answer is waited for in every status.
    pub(super) fn of_wait(wait: Wait, now: Moment, promise: Option<Promise<'a>>) -> Option<Run<'a>> {
        let promise = promise?;
        let target = promise.target(wait.kind)?;
        let seen = wait.end.map_or(now, |(at, _)| at);
        let asked = wait.asked;
        Some(Run {
            kind: wait.kind,
            promise,
            target,
            started: wait.from,
            asked,
            gaps: Vec::new(),
            stop: wait.end,
            seen,
        })
    }

    /// The clock of a resolution that began with the ticket.
    pub(super) fn of_resolution(
        kind: Kind,
        (opened, life): (Moment, &Life),
        closed: Option<Moment>,
        now: Moment,
        promise: Option<Promise<'a>>,
    ) -> Option<Run<'a>> {
        let promise = promise?;
        let target = promise.target(kind)?;
        let seen = closed.unwrap_or(now).max(opened);
        let gaps = gaps(&life.spells, &promise, closed);
        let stop = closed.map(|_| (seen, Stop::Closed));
        Some(Run { kind, promise, target, started: opened, asked: false, gaps, stop, seen })
    }

    /// When it is due, and the length of the promise in seconds that count.
    fn due(&self) -> (Moment, i64) {
        let (target, calendar) = (self.target, self.promise.calendar);
        let base = target.end(self.started, calendar);
        let length = match target {
            Target::Business(seconds) | Target::Wall(seconds) => seconds,
            Target::Days(_) => calendar.between(self.started, base),
        };
        let mut due = base;
        let mut moved = 0;
        for gap in self.gaps.iter().filter(|gap| gap.out) {
            // What was late before the pause stays late.
            if gap.from > due {
                break;
            }
            moved += target.counted(gap.from, gap.to, calendar);
            // Not before the pause ends, where it began in the last moment.
            due = due.max(target.later(base, moved, calendar)).max(gap.to);
        }
        (due, length)
    }

    pub(super) fn clock(&self) -> Clock<'a> {
        let (due_at, length) = self.due();
        let calendar = self.promise.calendar;
        let out = self.gaps.iter().filter(|gap| gap.out);
        let out: i64 = out.map(|gap| self.target.counted(gap.from, gap.to.min(self.seen), calendar)).sum();
        let elapsed = (self.target.counted(self.started, self.seen, calendar) - out).max(0);
        let paused = self.gaps.last().filter(|gap| gap.lasts && self.stop.is_none());
        let late = match paused {
            Some(gap) => gap.from > due_at,
            None => self.seen > due_at,
        };
        let warns = elapsed.saturating_mul(100) >= length.saturating_mul(self.promise.policy.warn);
        let state = match (self.stop, late) {
            (Some(_), true) => State::Missed,
            (Some((_, Stop::Closed)), false) if self.kind.is_response() => State::Void,
            (Some(_), false) => State::Met,
            (None, true) => State::Breached,
            (None, false) if paused.is_some() => State::Paused,
            (None, false) if warns => State::Warning,
            (None, false) => State::Running,
        };
        Clock {
            kind: self.kind,
            policy: self.promise.policy,
            target: self.target,
            started_at: self.started,
            due_at,
            state,
            elapsed,
            left: length - elapsed,
            paused_since: paused.map(|gap| gap.from),
            stopped_at: self.stop.map(|(at, _)| at),
        }
    }
}

/// What the spells of a life are to a resolution that ended at `closed`, or goes on.
fn gaps(spells: &[Spell], promise: &Promise<'_>, closed: Option<Moment>) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    for spell in spells.iter().take_while(|spell| closed.is_none_or(|at| spell.from < at)) {
        let out = match promise.policy.pause(spell.status) {
            Pause::Counts => continue,
            Pause::LeftOut => true,
            Pause::Quiet => false,
        };
        let to = closed.map_or(spell.to, |at| spell.to.min(at));
        match gaps.last_mut() {
            Some(last) if last.to == spell.from && last.out == out => {
                (last.to, last.lasts, last.status) = (to, spell.lasts, spell.status);
            }
            _ => gaps.push(Gap { status: spell.status, from: spell.from, to, out, lasts: spell.lasts }),
        }
    }
    gaps
}
