//! What came of many promises: kept and missed, by kind and client; and which clock of a ticket presses most.

use super::{Clock, Kind, Promise, State, clocks};
use crate::domain::insight::metrics::{Case, Period, Rate};
use crate::domain::time::Moment;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Promises that came due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Kept.
    pub met: i64,
    /// Not kept: stopped too late, or still running although it was due.
    pub missed: i64,
}

impl Tally {
    /// Kept ones of all.
    #[must_use]
    pub fn rate(self) -> Rate {
        Rate { hits: self.met, n: self.met + self.missed }
    }
}

/// Promises that came due, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score([Tally; 4]);

impl Score {
    /// Those of a kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Tally {
        self.0.get(kind as usize).copied().unwrap_or_default()
    }

    /// Those of all kinds.
    #[must_use]
    pub fn total(&self) -> Tally {
        let sum = |sum: Tally, t: &Tally| Tally { met: sum.met + t.met, missed: sum.missed + t.missed };
        self.0.iter().fold(Tally::default(), sum)
    }

    fn add(&mut self, kind: Kind, kept: bool) {
        if let Some(tally) = self.0.get_mut(kind as usize) {
            *(if kept { &mut tally.met } else { &mut tally.missed }) += 1;
        }
    }
}

/// What came of the promises of many tickets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attainment {
    /// All together.
    pub all: Score,
    /// By the handle of the client, without one `None`: who was let down most comes first.
    pub clients: Vec<(Option<String>, Score)>,
    /// Each miss: the number of the ticket and what was missed, in the order of the tickets.
    pub missed: Vec<(i64, Kind)>,
}

/// What came of the promises that were due within `period`, as it is known at `as_of`. A clock that is not yet due is neither
/// met nor missed, however it stands; one that was closed before its answer was due is in no figure.
///
/// `promised` says what is promised to a ticket at an instant; other policies there tell what would have come of them.
///
/// | `period` is Monday | due | counts as |
/// |---|---|---|
/// | answered Monday | Monday | met, or missed where it was late |
/// | answered Monday | Tuesday | nothing: it belongs to Tuesday |
/// | not answered | Monday | missed from that instant on |
/// | closed without an answer | later on Monday | nothing |
#[must_use]
pub fn attainment<'a>(
    cases: &[Case],
    period: Period,
    as_of: Moment,
    promised: &dyn Fn(&Case, Moment) -> Option<Promise<'a>>,
) -> Attainment {
    let mut attained = Attainment::default();
    let mut clients: BTreeMap<Option<&str>, Score> = BTreeMap::new();
    for case in cases {
        for clock in clocks(case, as_of, &|at| promised(case, at)) {
            let Some(kept) = clock.kept().filter(|_| period.0 <= clock.due_at && clock.due_at < period.1) else {
                continue;
            };
            attained.all.add(clock.kind, kept);
            clients.entry(case.client.as_deref()).or_default().add(clock.kind, kept);
            if !kept {
                attained.missed.push((case.number, clock.kind));
            }
        }
    }
    let mut clients: Vec<_> = clients.into_iter().map(|(name, score)| (name.map(str::to_owned), score)).collect();
    clients.sort_by_key(|(name, score)| {
        let Tally { met, missed } = score.total();
        (Reverse(missed), Reverse(met), name.is_none())
    });
    attained.clients = clients;
    attained
}

/// How much a clock presses, the most pressing first: late ones, those that warn, those that run, those that stand still;
/// among equals the earlier due.
///
/// ```
/// use frontdesk::domain::{sla::{Kind, Urgency}, time::Moment};
/// let late = Urgency { heat: 0, due_at: Moment(90), kind: Kind::FullResolution };
/// let soon = Urgency { heat: 1, due_at: Moment(20), kind: Kind::FirstResponse };
/// assert!(late < soon);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urgency {
    /// 0 late, 1 warning, 2 running, 3 late and standing still, 4 standing still.
    pub heat: u8,
    /// When it is due.
    pub due_at: Moment,
    /// What is due.
    pub kind: Kind,
}

impl Clock<'_> {
    /// How much it presses; none where it was stopped.
    #[must_use]
    pub fn urgency(&self) -> Option<Urgency> {
        let heat = match (self.state, self.paused_since) {
            (State::Breached, None) => 0,
            (State::Warning, _) => 1,
            (State::Running, _) => 2,
            (State::Breached, Some(_)) => 3,
            (State::Paused, _) => 4,
            (State::Met | State::Missed | State::Void, _) => return None,
        };
        Some(Urgency { heat, due_at: self.due_at, kind: self.kind })
    }

    /// Whether the promise was kept; none where that is open, or never will be known.
    #[must_use]
    pub fn kept(&self) -> Option<bool> {
        match self.state {
            State::Met => Some(true),
            State::Missed | State::Breached => Some(false),
            State::Running | State::Warning | State::Paused | State::Void => None,
        }
    }
}

/// The clock of a ticket that presses most; none where none goes on.
#[must_use]
pub fn urgent<'c, 'a>(clocks: &'c [Clock<'a>]) -> Option<&'c Clock<'a>> {
    clocks
        .iter()
        .filter_map(|clock| Some((clock.urgency()?, clock)))
        .min_by_key(|(urgency, _)| *urgency)
        .map(|(_, c)| c)
}
