//! The figures of a period: how many came and went, how long they took, how often once was enough. Counted from the lives
//! of the tickets at every reading; nothing of it is kept. What one life says is in `course`, what is counted together in
//! `count`, grouping in `groups`, what customers said in `heard`, and which tickets stand behind a figure in `evidence`.
//!
//! A figure belongs to the period of the deed that stops it. Times are calendar time, and business time beside it.

mod count;
mod course;
pub mod evidence;
pub mod figure;
mod groups;
pub mod heard;
mod past;

pub use count::{Count, figures};
pub use course::{Absence, Mark, Point, Told, Took, Who};
pub use groups::{By, groups};
pub use past::{Change, Was};

use crate::domain::calendar::Calendar;
use crate::domain::ticket::{Priority, Standing, Status};
use crate::domain::time::{Minutes, Moment, minutes};
use crate::domain::timeline::{Deed, Timeline, What, leaves_figures};
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

    /// Whether any figure knew it at an instant: what was closed as spam later was not spam yet. Muted, merged and automatic
    /// are those that are so today.
    #[must_use]
    pub fn counts_at(&self, as_of: Moment) -> bool {
        let status = |deed: &Deed| if let What::Status(standing) = deed.what { Some(standing) } else { None };
        let (known, later) = self.life.deeds.split_at(self.life.deeds.partition_point(|d| d.at <= as_of));
        if !later.iter().any(|d| status(d).is_some()) {
            return self.counts();
        }
        !self.out && !leaves_figures(known.iter().rev().find_map(status).unwrap_or(self.life.first))
    }
}

/// How the time of a ticket is counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timing<'a> {
    /// In whose hours business time goes; none: round the clock.
    pub calendar: Option<&'a Calendar>,
    /// Whether waiting for the customer is time to a resolution.
    pub pending_counts: bool,
    /// Whether waiting for a third party is no time to a resolution.
    pub hold_left_out: bool,
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
    /// Opened → first close, without pending time unless the policy counts it.
    pub first_resolution: Times,
    /// Opened → last close, without closed time, and without pending time unless the policy counts it. A ticket that is open
    /// again has none yet.
    pub full_resolution: Times,
    /// Time in new, open and hold up to the last close: how long the requester waited for us or a third party.
    pub requester_wait: Times,
    /// Time in new and open up to the last close.
    pub agent_work: Times,
    /// Tickets closed in the period with exactly one reply and never reopened, among those closed in the period.
    pub one_touch: Rate,
    /// Tickets closed in the period and reopened at any time, among those closed in the period.
    pub reopen: Rate,
    /// Ratings of 4 and 5 among all of the period; the latest of a ticket counts.
    pub csat: Rate,
    /// Whether contacts would recommend us; the latest answer of each in the period counts.
    pub nps: Nps,
}

/// Would they recommend us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nps {
    /// Answers of 9 and 10.
    pub promoters: i64,
    /// Answers of 0 to 6.
    pub detractors: i64,
    /// All answers, those of 7 and 8 too.
    pub n: i64,
}

impl Nps {
    /// The share of promoters less that of detractors, in tenths of a percent, rounded half up; none without answers.
    ///
    /// ```
    /// use frontdesk::domain::insight::metrics::Nps;
    /// assert_eq!(Nps { promoters: 3, detractors: 1, n: 7 }.score(), Some(286));
    /// assert_eq!(Nps { promoters: 0, detractors: 1, n: 3 }.score(), Some(-333));
    /// ```
    #[must_use]
    pub fn score(self) -> Option<i64> {
        let more = self.promoters - self.detractors;
        (self.n > 0).then(|| (2000 * more + self.n).div_euclid(2 * self.n))
    }
}

/// The measures of many lengths of time, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// Half took at most this; the mean of the middle two where their number is even.
    pub median: Option<i64>,
    /// Nine in ten took at most this: the ⌈0.9 n⌉-th value.
    pub p90: Option<i64>,
    /// Their sum divided by their number.
    pub mean: Option<i64>,
}

impl Spread {
    /// The measures of `seconds`, in any order.
    #[must_use]
    pub fn of(seconds: &mut [i64]) -> Spread {
        seconds.sort_unstable();
        let n = seconds.len();
        let nth = |i: Option<usize>| i.and_then(|i| seconds.get(i)).copied();
        // Half a second is dropped here: it cannot move a rounding to whole minutes.
        let median =
            nth(n.checked_sub(1).map(|last| last / 2)).zip(nth(Some(n / 2))).map(|(a, b)| (a + b).div_euclid(2));
        let p90 = nth((9 * n).div_ceil(10).checked_sub(1));
        let sum: i128 = seconds.iter().map(|s| i128::from(*s)).sum();
        let many = i128::try_from(n).ok().filter(|n| *n > 0);
        let mean = many.and_then(|n| i64::try_from((2 * sum + n).div_euclid(2 * n)).ok());
        Spread { median, p90, mean }
    }
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
    /// Their sum divided by n, in seconds.
    pub mean: Option<i64>,
    /// The same in the business time of each ticket.
    pub business: Spread,
}

impl Times {
    /// Fewer than these are shown, but judge nothing.
    pub const ENOUGH: usize = 5;

    /// The measures of `seconds`, in any order, round the clock.
    ///
    /// ```
    /// use frontdesk::domain::insight::metrics::Times;
    /// let t = Times::of(vec![40, 10, 30, 20]);
    /// assert_eq!((t.n, t.median, t.p90, t.mean), (4, Some(25), Some(40), Some(25)));
    /// let t = Times::of((1..=11).collect());
    /// assert_eq!((t.median, t.p90), (Some(6), Some(10)));
    /// assert_eq!(Times::of(vec![]).median, None);
    /// ```
    #[must_use]
    pub fn of(mut seconds: Vec<i64>) -> Times {
        let all = Spread::of(&mut seconds);
        Times { n: seconds.len(), median: all.median, p90: all.p90, mean: all.mean, business: all }
    }

    /// The measures of calendar time, and of business time where it differs from it.
    #[must_use]
    pub fn with_business(seconds: Vec<i64>, mut business: Vec<i64>) -> Times {
        let times = Times::of(seconds);
        if business.is_empty() { times } else { Times { business: Spread::of(&mut business), ..times } }
    }

    /// The measures of one of the two kinds of time.
    #[must_use]
    pub fn spread(self, business: bool) -> Spread {
        let calendar = Spread { median: self.median, p90: self.p90, mean: self.mean };
        if business { self.business } else { calendar }
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

#[cfg(test)]
mod tests;
