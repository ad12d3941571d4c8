//! One life as the clocks see it: which answers were waited for, when work on the ticket stood still, when it was closed.
//! It begins, and orders what happens at one instant, as the figures do. No policy and no calendar is known here.

use super::Kind;
use crate::domain::insight::metrics::{arrival, opened_by_machine};
use crate::domain::message::Direction;
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Timeline, What};

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Answered,
    Closed,
}

/// The customer waits, or waited, for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    /// First or next response.
    pub(super) kind: Kind,
    pub(super) from: Moment,
    /// It began with a message, not with the opening.
    pub(super) asked: bool,
    /// None: he still waits.
    pub(super) end: Option<(Moment, Stop)>,
}

/// A stretch in which the ticket was not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spell {
    /// Pending, hold or closed.
    pub(super) status: Status,
    pub(super) from: Moment,
    /// Where it goes on: when it is said to end, else the instant it is looked at.
    pub(super) to: Moment,
    /// It goes on.
    pub(super) lasts: bool,
}

/// A life up to an instant.
#[derive(Debug, Default)]
pub(super) struct Life {
    pub(super) waits: Vec<Wait>,
    pub(super) spells: Vec<Spell>,
    pub(super) first_close: Option<Moment>,
    /// Only while it is closed.
    pub(super) last_close: Option<Moment>,
    standing: Option<Standing>,
    since: Moment,
    first: First,
    asked: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum First {
    /// Nobody waits yet: a machine opened the ticket.
    Idle,
    Running {
        from: Moment,
        asked: bool,
    },
    #[default]
    Over,
}

impl Life {
    /// The life up to `now`, that instant included. Of the deeds of one instant the messages come first: an answer that
    /// closes is an answer.
    pub(super) fn of(life: &Timeline, now: Moment) -> Life {
        let known = life.deeds.get(..life.deeds.partition_point(|d| d.at <= now)).unwrap_or_default();
        let mut arrival = arrival(life, known);
        let standing = if arrival.is_some() { Standing::of(Status::Open) } else { life.first };
        let first = match () {
            () if life.outbound => First::Over,
            () if opened_by_machine(life) => First::Idle,
            () => First::Running { from: life.opened_at, asked: opened_by_message(life) },
        };
        let mut course = Life { standing: Some(standing), since: life.opened_at, first, ..Life::default() };
        for together in known.chunk_by(|a, b| a.at == b.at) {
            let at = together.first().map_or(life.opened_at, |d| d.at);
            course.arrive(arrival.take_if(|(then, _)| *then < at));
            for deed in together {
                if let What::Message { direction, counts: true } = deed.what {
                    course.message(direction, deed.at);
                }
            }
            course.arrive(arrival.take_if(|(then, _)| *then <= at));
            for deed in together {
                if let What::Status(next) = deed.what {
                    course.turn(next, deed.at);
                }
            }
        }
        course.arrive(arrival.filter(|(then, _)| *then <= now));
        course.rest(now);
        course
    }

    fn arrive(&mut self, arrival: Option<(Moment, Standing)>) {
        if let Some((at, standing)) = arrival {
            self.turn(standing, at);
        }
    }

    fn is_closed(&self) -> bool {
        self.standing.is_some_and(|s| s.status == Status::Closed)
    }

    fn message(&mut self, direction: Direction, at: Moment) {
        match direction {
            Direction::Note => {}
            Direction::In => match self.first {
                First::Idle => self.first = First::Running { from: at, asked: true },
                First::Running { .. } => {}
                First::Over => self.asked = self.asked.or(Some(at)),
            },
            Direction::Out if self.is_closed() => self.asked = None,
            Direction::Out => self.waited(Some((at, Stop::Answered))),
        }
    }

    /// The wait that goes on, if one does, ends so; or it is written down as going on.
    fn waited(&mut self, end: Option<(Moment, Stop)>) {
        let asked = self.asked.take();
        let wait = match std::mem::take(&mut self.first) {
            First::Running { from, asked } => Some((Kind::FirstResponse, from, asked)),
            First::Idle | First::Over => asked.map(|from| (Kind::NextResponse, from, true)),
        };
        if let Some((kind, from, asked)) = wait {
            self.waits.push(Wait { kind, from, asked, end: end.map(|(at, stop)| (at.max(from), stop)) });
        }
    }

    fn turn(&mut self, next: Standing, at: Moment) {
        let was_closed = self.is_closed();
        let at = at.max(self.since);
        self.settle(at);
        if next.status == Status::Closed && !was_closed {
            self.waited(Some((at, Stop::Closed)));
            self.first_close = self.first_close.or(Some(at));
            self.last_close = Some(at);
        } else if next.status != Status::Closed {
            self.last_close = None;
        }
        self.standing = Some(next);
        self.since = at;
    }

    /// Writes down the stretch that ends at `at`.
    fn settle(&mut self, at: Moment) {
        let Some((status, until)) = self.still() else { return };
        let to = until.map_or(at, |until| until.min(at));
        if to > self.since {
            self.spells.push(Spell { status, from: self.since, to, lasts: false });
        }
    }

    /// Writes down what goes on at `now`.
    fn rest(&mut self, now: Moment) {
        if let Some((status, until)) = self.still() {
            match until {
                Some(until) if until <= now => self.settle(now),
                _ => {
                    let to = until.unwrap_or(now).max(self.since);
                    self.spells.push(Spell { status, from: self.since, to, lasts: true });
                }
            }
        }
        if !self.is_closed() {
            self.waited(None);
        }
    }

    /// The status in which it stands still, and when that is to end.
    fn still(&self) -> Option<(Status, Option<Moment>)> {
        let standing = self.standing?;
        match standing.status {
            Status::New | Status::Open => None,
            Status::Pending | Status::Hold => Some((standing.status, standing.until)),
            Status::Closed => Some((Status::Closed, None)),
        }
    }
}

/// Whether it was opened by a message of the customer, which came at that instant.
fn opened_by_message(life: &Timeline) -> bool {
    let message = |what: What| matches!(what, What::Message { direction: Direction::In, .. });
    life.deeds.iter().take_while(|d| d.at <= life.opened_at).any(|d| message(d.what))
}
