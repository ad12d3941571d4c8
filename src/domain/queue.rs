//! The order of the queue: which ticket next. Promises that are broken, the longest over first; promises that soon will be, the
//! next first; then who waits for us, more urgent before less, VIPs before others, the longest first; then the others. Which promise a ticket has is told elsewhere.

use super::calendar::Calendar;
use super::listed::{Listed, Pressing};
use super::sla::State;
use super::ticket::{Priority, Status};
use super::time::{Moment, minutes};
use super::timeline::rank;

/// What was promised by voice counts as near when it falls due within so many seconds.
pub const NEAR: i64 = 24 * 3600;

/// What decides the place of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Its number.
    pub number: i64,
    /// Its status as seen now.
    pub status: Status,
    /// How much it hurts.
    pub priority: Priority,
    /// Since when the customer waits; none: he does not.
    pub waiting_since: Option<Moment>,
    /// The last time anything happened.
    pub updated_at: Moment,
    /// What was promised by voice.
    pub due_at: Option<Moment>,
    /// The clock that presses most.
    pub sla: Option<Pressing>,
    /// The client goes before others at equal need.
    pub vip: bool,
}

/// A place in the queue, smaller first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When the promise is due that puts it in front; what has none of these comes after all that have.
    due: (bool, Moment),
    rank: i64,
    /// Whoever was answered stands behind those who wait.
    answered: bool,
    /// Whoever is no VIP stands behind those who are.
    common: bool,
    /// Whole minutes waited, the most first; in a queue without promises everybody has waited none.
    waited: std::cmp::Reverse<i64>,
    begun: bool,
    since: Moment,
    number: i64,
}

/// How long somebody has waited, where that decides.
#[derive(Debug, Clone, Copy)]
pub enum Waited<'a> {
    /// It does not: the earlier goes first, to the second.
    BySecond,
    /// Minutes of all time. Among equals new tickets go before those that somebody has seen.
    AllTime,
    /// Minutes of working time. Among equals, like all who wrote in one night, new tickets go before those that somebody has seen.
    WorkingTime(&'a Calendar),
}

impl Claim {
    /// Whether it is past a promise, by voice or of a policy. A clock that stands still presses nobody.
    #[must_use]
    pub fn is_late(&self, now: Moment) -> bool {
        let broken = |sla: Pressing| sla.state == State::Breached && !sla.paused;
        self.status != Status::Closed && (self.due_at.is_some_and(|due| due < now) || self.sla.is_some_and(broken))
    }

    /// When the promise is due that puts it in front of those without: the earliest of what is broken, warns, or was promised
    /// by voice within a day.
    #[must_use]
    pub fn pressing(&self, now: Moment) -> Option<Moment> {
        let clock = |sla: &Pressing| matches!(sla.state, State::Breached | State::Warning) && !sla.paused;
        let clock = self.sla.filter(clock).map(|sla| sla.due_at);
        let voice = self.due_at.filter(|due| *due <= now.plus(NEAR));
        let due = clock.into_iter().chain(voice).min();
        due.filter(|_| self.status != Status::Closed)
    }

    /// Its place at `now`.
    ///
    /// ```
    /// use frontdesk::domain::{queue::{Claim, Waited}, ticket::{Priority, Status}, time::Moment};
    /// let claim = Claim { number: 1, status: Status::Open, priority: Priority::Normal, waiting_since: Some(Moment(100)),
    ///     updated_at: Moment(100), due_at: None, sla: None, vip: false };
    /// let place = |claim: Claim| claim.place(Moment(7200), Waited::AllTime);
    /// let (late, urgent) = (Claim { due_at: Some(Moment(7000)), ..claim }, Claim { priority: Priority::Urgent, ..claim });
    /// assert!(place(late) < place(urgent) && place(urgent) < place(claim));
    /// assert!(place(Claim { number: 2, status: Status::New, ..claim }) < place(claim)); // new before old at equal need
    /// let vip = Claim { vip: true, waiting_since: Some(Moment(7000)), ..claim };
    /// assert!(place(vip) < place(claim) && place(urgent) < place(vip) && place(late) < place(vip));
    /// ```
    #[must_use]
    pub fn place(&self, now: Moment, waited: Waited<'_>) -> Place {
        let due = self.pressing(now);
        let minutes = |since: Moment| match waited {
            Waited::BySecond => 0,
            Waited::AllTime => minutes(now.since(since)),
            Waited::WorkingTime(calendar) => minutes(calendar.between(since, now)),
        };
        Place {
            due: (due.is_none(), due.unwrap_or(Moment::MAX)),
            rank: rank(self.status, self.priority),
            answered: self.waiting_since.is_none(),
            common: !self.vip,
            waited: std::cmp::Reverse(self.waiting_since.map_or(0, minutes)),
            begun: !matches!(waited, Waited::BySecond) && self.status != Status::New,
            since: self.waiting_since.unwrap_or(self.updated_at),
            number: self.number,
        }
    }
}

impl From<&Listed> for Claim {
    fn from(l: &Listed) -> Claim {
        Claim {
            number: l.ticket.id,
            status: l.ticket.standing.status,
            priority: l.ticket.priority,
            waiting_since: l.state.waiting_since,
            updated_at: l.state.updated_at,
            due_at: l.ticket.due_at,
            sla: l.sla,
            vip: l.vip,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::{Rules, read_hours};
    use crate::domain::sla::Kind;
    use crate::domain::zone::Zone;
    use proptest::prelude::*;
    use proptest::sample::select;

    const NOW: Moment = Moment(1_795_176_000);

    fn claims() -> impl Strategy<Value = Claim> {
        let since = || (0_i64..20 * 86_400).prop_map(|ago| NOW.plus(-ago));
        let clock = (
            select(&[State::Running, State::Warning, State::Breached, State::Paused][..]),
            any::<bool>(),
            0_i64..400_000,
        );
        let clock = clock.prop_map(|(state, paused, by)| Pressing {
            kind: Kind::FirstResponse,
            due_at: NOW.plus(if state == State::Breached { -1 - by } else { by }),
            state,
            paused: paused && state != State::Warning || state == State::Paused,
        });
        let fields = (1_i64..9, select(Status::ALL), select(Priority::ALL), proptest::option::of(since()), since());
        let promises = (proptest::option::of(clock), proptest::option::of(-400_000_i64..400_000));
        (fields, promises).prop_map(|((number, status, priority, waiting_since, updated_at), (sla, voice))| Claim {
            number,
            status,
            priority,
            waiting_since,
            updated_at,
            due_at: voice.map(|by| NOW.plus(by)),
            sla,
            vip: number % 3 == 0,
        })
    }

    fn office() -> Calendar {
        let mut rules = Rules::default();
        rules.week[..5].fill(read_hours(&["09:00-18:00"]).unwrap());
        Calendar::new("office", Zone::bundled("Europe/Moscow").unwrap(), &rules).unwrap()
    }

    proptest! {
        #[test]
        fn late_goes_before_soon_and_soon_before_all_others(a in claims(), b in claims(), by_calendar in any::<bool>()) {
            let office = office();
            let waited = if by_calendar { Waited::WorkingTime(&office) } else { Waited::AllTime };
            let (one, other) = (a.place(NOW, waited), b.place(NOW, waited));
            if a.is_late(NOW) && !b.is_late(NOW) {
                prop_assert!(one < other);
            }
            if a.pressing(NOW).is_some() && b.pressing(NOW).is_none() {
                prop_assert!(one < other);
            }
            prop_assert!(!a.is_late(NOW) || a.pressing(NOW).is_some_and(|due| due < NOW));
        }

        #[test]
        fn who_waits_longer_never_stands_behind_his_like(claim in claims(), longer in 0_i64..20 * 86_400, by_calendar in any::<bool>()) {
            let office = office();
            let waited = if by_calendar { Waited::WorkingTime(&office) } else { Waited::AllTime };
            let since = claim.waiting_since.unwrap_or(NOW);
            let one = Claim { waiting_since: Some(since), ..claim };
            let other = Claim { waiting_since: Some(since.plus(-longer)), ..claim };
            prop_assert!(other.place(NOW, waited) <= one.place(NOW, waited));
            let answered = Claim { waiting_since: None, ..claim };
            prop_assert!(other.place(NOW, waited) <= answered.place(NOW, waited));
        }
    }

    #[test]
    fn a_clock_that_stands_still_presses_nobody() {
        let paused =
            Pressing { kind: Kind::FullResolution, due_at: NOW.plus(-60), state: State::Breached, paused: true };
        let claim = Claim {
            number: 1,
            status: Status::Pending,
            priority: Priority::Normal,
            waiting_since: None,
            updated_at: NOW,
            due_at: None,
            sla: Some(paused),
            vip: false,
        };
        assert!(!claim.is_late(NOW) && claim.pressing(NOW).is_none());
        let running = Claim { sla: Some(Pressing { paused: false, ..paused }), ..claim };
        assert!(running.is_late(NOW) && running.pressing(NOW) == Some(NOW.plus(-60)));
        assert!(!Claim { status: Status::Closed, ..running }.is_late(NOW));
    }
}
