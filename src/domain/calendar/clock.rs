//! The wall clock of a zone as a calendar needs it: which reading it shows at an instant, and how much working time was
//! skipped or came twice when the clocks were set, summed up to there.

use super::year::Civil;
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use std::sync::OnceLock;

/// 2050-01-01T00:00:00Z: what is after it is asked for rarely, and counted when it is.
const HORIZON: Moment = Moment(2_524_608_000);

/// A time in which the clocks were not set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// When it begins.
    pub(super) from: Moment,
    /// Seconds that the clock is ahead of UTC.
    pub(super) ahead: i64,
    /// Working seconds that came twice up to here, less those that were skipped.
    pub(super) shift: i64,
    /// Working seconds before it.
    worked: i64,
}

impl Stretch {
    /// What the wall clock shows at an instant of this stretch, in seconds from 1970-01-01T00:00.
    pub(super) fn wall(&self, at: Moment) -> i64 {
        at.0 + self.ahead
    }

    /// Working seconds before an instant of this stretch.
    pub(super) fn worked(&self, at: Moment, civil: &Civil) -> i64 {
        civil.worked(self.wall(at)) + self.shift
    }
}

/// All stretches of a zone.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    first: Stretch,
    /// Those that begin before the horizon.
    near: Vec<Stretch>,
    /// Working seconds before the horizon.
    until_horizon: i64,
    /// The last of those, and all after it.
    far: OnceLock<Vec<Stretch>>,
}

impl Clock {
    pub(super) fn new(zone: &Zone, civil: &Civil) -> Clock {
        let ahead = zone.offset(Moment::MIN);
        let worked = civil.worked(Moment::MIN.0 + ahead);
        let first = Stretch { from: Moment::MIN, ahead, shift: 0, worked };
        let near = stretches(zone, civil, first, HORIZON);
        let until_horizon = near.last().map_or(0, |last| last.worked(HORIZON, civil));
        Clock { first, near, until_horizon, far: OnceLock::new() }
    }

    /// The stretch that an instant is in.
    pub(super) fn at(&self, at: Moment, zone: &Zone, civil: &Civil) -> Stretch {
        let known = if at < HORIZON { &self.near } else { self.far(zone, civil) };
        self.last(known, |s| s.from <= at)
    }

    /// The stretch in which so many working seconds are reached, if they ever are.
    pub(super) fn reaching(&self, worked: i64, zone: &Zone, civil: &Civil) -> Stretch {
        let known = if worked <= self.until_horizon { &self.near } else { self.far(zone, civil) };
        self.last(known, |s| s.worked < worked)
    }

    fn last(&self, known: &[Stretch], before: impl Fn(&Stretch) -> bool) -> Stretch {
        let n = known.partition_point(before);
        n.checked_sub(1).and_then(|n| known.get(n)).copied().unwrap_or(self.first)
    }

    fn far(&self, zone: &Zone, civil: &Civil) -> &[Stretch] {
        let last = self.near.last().copied().unwrap_or(self.first);
        self.far.get_or_init(|| stretches(zone, civil, last, Moment(i64::MAX)))
    }
}

/// The stretches from `first` on that begin before `end`; at least that one.
fn stretches(zone: &Zone, civil: &Civil, first: Stretch, end: Moment) -> Vec<Stretch> {
    let mut all = vec![first];
    let mut last = first;
    for (from, ahead) in zone.changes(first.from).take_while(|(at, _)| *at < end) {
        if ahead != last.ahead {
            let worked = last.worked(from, civil);
            last = Stretch { from, ahead, shift: worked - civil.worked(from.0 + ahead), worked };
            all.push(last);
        }
    }
    all
}
