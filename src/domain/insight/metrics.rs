//! The figures of a period: how many came and went, how long they took, how often once was enough. Counted from the lives
//! of the tickets at every reading; nothing of it is kept. What one life says is in `course`, grouping in `groups`.
//!
//! A figure belongs to the period of the deed that stops it. All times are calendar time.

mod course;
mod groups;
mod past;

pub use groups::{By, groups};
pub use past::{Change, Was};

use crate::domain::ticket::{Priority, Standing, Status};
use crate::domain::time::{Minutes, Moment, minutes};
use crate::domain::timeline::{Timeline, What, leaves_figures};
use course::{Course, Point};
pub(in crate::domain) use course::{arrival, opened_by_machine};

/// A stretch of time: its first instant, and the first instant after it.
pub type Period = (Moment, Moment);

/// One ticket as the figures see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The number.
    pub number: i64,
    /// What happened to it.
    pub life: Timeline,
    /// Where it stands today.
    pub standing_now: Standing,
    /// How much it hurts.
    pub priority: Priority,
    /// The client's handle.
    pub client: Option<String>,
    /// The name of the agent who has it today. He is credited with everything where the life tells of no assignment;
    /// where it tells of some, they decide.
    pub assignee: Option<String>,
    /// Its tags, each once.
    pub tags: Vec<String>,
    /// The channel it came by.
    pub channel: String,
    /// The client's plan.
    pub plan: Option<String>,
    /// Spam, muted, merged or automatic: it leaves every figure.
    pub out: bool,
    /// What its fields were before they changed, oldest change first.
    pub changes: Vec<Change>,
}

impl Case {
    /// Whether any figure knows it: spam, muted, merged and automatic tickets are in none.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.out && !leaves_figures(self.standing_now)
    }
}

/// The figures of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Tickets opened in the period.
    pub opened: i64,
    /// Tickets closed in the period; one that was closed twice counts once.
    pub closed: i64,
    /// Tickets that went from closed to anything else in the period, each once.
    pub reopened: i64,
    /// Tickets not closed at the end of the period, snoozed ones too.
    pub backlog: i64,
    /// First inbound message, or opening → first reply by a human.
    pub first_response: Times,
    /// Oldest unanswered inbound message after that → next reply by a human.
    pub next_response: Times,
    /// Opened → first close, without pending time.
    pub first_resolution: Times,
    /// Opened → last close, without pending and closed time: how long the requester waited for us or a third party. A
    /// ticket that is open again has none yet.
    pub full_resolution: Times,
    /// Time in new and open up to the last close.
    pub agent_work: Times,
    /// Tickets closed in the period with exactly one reply and never reopened, among those closed in the period.
    pub one_touch: Rate,
    /// Tickets closed in the period and reopened at any time, among those closed in the period.
    pub reopen: Rate,
}

/// How long something took, over many tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// How many were measured.
    pub n: usize,
    /// Half took at most this many seconds; the mean of the middle two where n is even.
    pub median: Option<i64>,
    /// Nine in ten took at most this many seconds: the ⌈0.9 n⌉-th value.
    pub p90: Option<i64>,
}

impl Times {
    /// Fewer than these are shown, but judge nothing.
    pub const ENOUGH: usize = 5;

    /// The measures of `seconds`, in any order.
    ///
    /// ```
    /// use frontdesk::domain::insight::metrics::Times;
    /// let t = Times::of(vec![40, 10, 30, 20]);
    /// assert_eq!((t.n, t.median, t.p90), (4, Some(25), Some(40)));
    /// let t = Times::of((1..=11).collect());
    /// assert_eq!((t.median, t.p90), (Some(6), Some(10)));
    /// assert_eq!(Times::of(vec![]).median, None);
    /// ```
    #[must_use]
    pub fn of(mut seconds: Vec<i64>) -> Times {
        seconds.sort_unstable();
        let n = seconds.len();
        let nth = |i: Option<usize>| i.and_then(|i| seconds.get(i)).copied();
        // Half a second is dropped here: it cannot move a rounding to whole minutes.
        let median =
            nth(n.checked_sub(1).map(|last| last / 2)).zip(nth(Some(n / 2))).map(|(a, b)| (a + b).div_euclid(2));
        let p90 = nth((9 * n).div_ceil(10).checked_sub(1));
        Times { n, median, p90 }
    }

    /// The median in whole minutes, rounded half up.
    #[must_use]
    pub fn median_minutes(self) -> Option<Minutes> {
        self.median.map(minutes)
    }

    /// The 90th percentile in whole minutes, rounded half up.
    #[must_use]
    pub fn p90_minutes(self) -> Option<Minutes> {
        self.p90.map(minutes)
    }

    /// Whether there are too few to judge by.
    #[must_use]
    pub fn too_few(self) -> bool {
        self.n < Times::ENOUGH
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate {
    /// Those that did.
    pub hits: i64,
    /// All of them.
    pub n: i64,
}

impl Rate {
    /// Tenths of a percent, rounded half up; nothing of nothing is no rate.
    ///
    /// ```
    /// use frontdesk::domain::insight::metrics::Rate;
    /// assert_eq!(Rate { hits: 2, n: 3 }.permille(), Some(667));
    /// assert_eq!(Rate { hits: 0, n: 0 }.permille(), None);
    /// ```
    #[must_use]
    pub fn permille(self) -> Option<i64> {
        (self.n > 0).then(|| (2000 * self.hits + self.n).div_euclid(2 * self.n))
    }
}

/// The figures of `period` as they are known at `as_of`; what happened later is not seen.
///
/// ```
/// use frontdesk::domain::{insight::metrics::*, message::Direction::*, ticket::*, time::Moment, timeline::*};
/// let message = |at, direction| Deed { at: Moment(at), what: What::Message { direction, counts: true }, agent: None };
/// let life = Timeline { opened_at: Moment(0), outbound: false, first: Standing::of(Status::New), first_closed_at: None,
///     deeds: vec![message(0, In), message(600, Out)] };
/// let case = Case { number: 1, life, standing_now: Standing::of(Status::Open), priority: Priority::Normal, client: None,
///     assignee: None, tags: vec![], channel: "email".into(), plan: None, out: false, changes: vec![] };
/// let f = figures(&[case], (Moment(0), Moment(3600)), Moment(3600));
/// assert_eq!((f.opened, f.backlog, f.first_response.median_minutes()), (1, 1, Some(10)));
/// ```
#[must_use]
pub fn figures(cases: &[Case], period: Period, as_of: Moment) -> Figures {
    let mut tally = Tally::default();
    let mut course = Course::default();
    for case in cases.iter().filter(|c| c.counts()) {
        course.follow(case, as_of);
        course.points(case, period, as_of, &mut |_, point| tally.add(point));
    }
    tally.figures()
}

/// Whether the ticket was there and not closed at `at`, the deeds of that instant included. A pause is open, whenever it
/// ends.
#[must_use]
pub fn open_at(life: &Timeline, at: Moment) -> bool {
    let last = life.deeds.iter().rev().filter(|d| d.at <= at).find_map(|d| match d.what {
        What::Status(standing) => Some((d.at, standing.status)),
        What::Message { .. } | What::Assigned(_) => None,
    });
    let came_closed = closed_from(life).filter(|closed| *closed <= at && last.is_none_or(|(since, _)| since < *closed));
    at >= life.opened_at && came_closed.is_none() && last.is_none_or(|(_, status)| status != Status::Closed)
}

/// When it was closed, where it came in closed.
fn closed_from(life: &Timeline) -> Option<Moment> {
    (life.first.status == Status::Closed).then(|| life.first_closed_at.unwrap_or(life.opened_at))
}

/// Figures in the making.
#[derive(Debug, Default)]
struct Tally {
    opened: i64,
    closed: i64,
    reopened: i64,
    backlog: i64,
    one_touch: i64,
    came_back: i64,
    first_response: Vec<i64>,
    next_response: Vec<i64>,
    first_resolution: Vec<i64>,
    full_resolution: Vec<i64>,
    agent_work: Vec<i64>,
}

impl Tally {
    fn add(&mut self, point: Point) {
        match point {
            Point::Opened => self.opened += 1,
            Point::Closed { one_touch, came_back } => {
                self.closed += 1;
                self.one_touch += i64::from(one_touch);
                self.came_back += i64::from(came_back);
            }
            Point::Reopened => self.reopened += 1,
            Point::Backlog => self.backlog += 1,
            Point::FirstResponse(seconds) => self.first_response.push(seconds),
            Point::NextResponse(seconds) => self.next_response.push(seconds),
            Point::FirstResolution(seconds) => self.first_resolution.push(seconds),
            Point::FullResolution { served, worked } => {
                self.full_resolution.push(served);
                self.agent_work.push(worked);
            }
        }
    }

    fn figures(self) -> Figures {
        Figures {
            opened: self.opened,
            closed: self.closed,
            reopened: self.reopened,
            backlog: self.backlog,
            first_response: Times::of(self.first_response),
            next_response: Times::of(self.next_response),
            first_resolution: Times::of(self.first_resolution),
            full_resolution: Times::of(self.full_resolution),
            agent_work: Times::of(self.agent_work),
            one_touch: Rate { hits: self.one_touch, n: self.closed },
            reopen: Rate { hits: self.came_back, n: self.closed },
        }
    }

    fn absorb(&mut self, other: Tally) {
        self.opened += other.opened;
        self.closed += other.closed;
        self.reopened += other.reopened;
        self.backlog += other.backlog;
        self.one_touch += other.one_touch;
        self.came_back += other.came_back;
        self.first_response.extend(other.first_response);
        self.next_response.extend(other.next_response);
        self.first_resolution.extend(other.first_resolution);
        self.full_resolution.extend(other.full_resolution);
        self.agent_work.extend(other.agent_work);
    }
}

#[cfg(test)]
mod tests;
