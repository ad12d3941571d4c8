//! What is counted, and the counting: the lives of tickets and what customers said become figures, of several periods in one
//! walk.

use super::course::{Course, Point, Told, Took};
use super::{Case, Figures, Nps, Period, Rate, Times, Timing, heard};
use crate::domain::rating::Rated;
use crate::domain::time::Moment;

/// What is counted.
#[derive(Clone, Copy)]
pub struct Count<'a> {
    /// The tickets.
    pub cases: &'a [Case],
    /// What customers said, those of all periods and later, oldest first.
    pub heard: &'a [Rated],
    /// The periods: that which is asked about, and those beside it.
    pub periods: &'a [Period],
    /// What happened later is not seen.
    pub as_of: Moment,
    /// How the time of a ticket is counted.
    pub timing: &'a dyn Fn(&Case) -> Timing<'a>,
}

/// Round the clock, without pending time.
pub(super) fn plainly<'a>(_: &Case) -> Timing<'a> {
    Timing::default()
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
    let count = Count { cases, heard: &[], periods: &[period], as_of, timing: &plainly };
    count.figures().pop().unwrap_or_default()
}

impl<'a> Count<'a> {
    /// The figures of each period.
    #[must_use]
    pub fn figures(&self) -> Vec<Figures> {
        self.figures_of(self.periods)
    }

    /// The figures of other periods.
    #[must_use]
    pub fn figures_of(&self, periods: &[Period]) -> Vec<Figures> {
        let mut tallies: Vec<Tally> = periods.iter().map(|_| Tally::default()).collect();
        self.tell(periods, &mut |at, told| {
            if let Some(tally) = tallies.get_mut(at) {
                tally.add(told.point);
            }
        });
        tallies.into_iter().map(Tally::figures).collect()
    }

    /// Everything that adds to a figure of these periods, with the place of its period.
    pub fn tell(&self, periods: &[Period], emit: &mut impl FnMut(usize, Told<'a>)) {
        let mut course = Course::default();
        for case in self.cases.iter().filter(|c| c.counts_at(self.as_of)) {
            course.follow(case, self.as_of, (self.timing)(case));
            for (i, period) in periods.iter().enumerate() {
                course.points(case, *period, self.as_of, &mut |mark, point| {
                    emit(i, Told { case: Some(case), heard: None, mark, point });
                });
            }
        }
        heard::tell((self.cases, self.heard), periods, self.as_of, emit);
    }

    /// How many tickets were opened in each hour of each weekday of the first period; `local` tells weekday and hour.
    #[must_use]
    pub fn opened_by_hour(&self, local: &dyn Fn(Moment) -> (usize, usize)) -> [[i64; 24]; 7] {
        let mut hours = [[0; 24]; 7];
        let Some((from, to)) = self.periods.first() else { return hours };
        for case in self.cases.iter().filter(|c| c.counts_at(self.as_of)) {
            let at = case.life.opened_at;
            if *from <= at && at < *to && at <= self.as_of {
                let (day, hour) = local(at);
                if let Some(n) = hours.get_mut(day).and_then(|day| day.get_mut(hour)) {
                    *n += 1;
                }
            }
        }
        hours
    }
}

/// Lengths of time in the making.
#[derive(Debug, Default)]
struct Lengths {
    calendar: Vec<i64>,
    business: Vec<i64>,
    /// Whether any of them is of another length in business time.
    differs: bool,
}

impl Lengths {
    fn push(&mut self, took: Took) {
        self.calendar.push(took.seconds);
        self.business.push(took.business);
        self.differs |= took.seconds != took.business;
    }

    fn times(self) -> Times {
        Times::with_business(self.calendar, if self.differs { self.business } else { Vec::new() })
    }

    fn absorb(&mut self, other: Lengths) {
        self.calendar.extend(other.calendar);
        self.business.extend(other.business);
        self.differs |= other.differs;
    }
}

/// Figures in the making.
#[derive(Debug, Default)]
pub(super) struct Tally {
    opened: i64,
    closed: i64,
    reopened: i64,
    backlog: i64,
    one_touch: i64,
    came_back: i64,
    first_response: Lengths,
    next_response: Lengths,
    first_resolution: Lengths,
    full_resolution: Lengths,
    requester_wait: Lengths,
    agent_work: Lengths,
    csat: Rate,
    nps: Nps,
}

impl Tally {
    pub(super) fn add(&mut self, point: Point) {
        match point {
            Point::Opened => self.opened += 1,
            Point::Closed { one_touch, came_back } => {
                self.closed += 1;
                self.one_touch += i64::from(one_touch);
                self.came_back += i64::from(came_back);
            }
            Point::Reopened => self.reopened += 1,
            Point::Backlog => self.backlog += 1,
            Point::FirstResponse(took) => self.first_response.push(took),
            Point::NextResponse(took) => self.next_response.push(took),
            Point::FirstResolution(took) => self.first_resolution.push(took),
            Point::FullResolution { served, waited, worked } => {
                self.full_resolution.push(served);
                self.requester_wait.push(waited);
                self.agent_work.push(worked);
            }
            Point::Rated(score) => {
                self.csat.hits += i64::from(score >= 4);
                self.csat.n += 1;
            }
            Point::Recommends(score) => {
                self.nps.promoters += i64::from(score >= 9);
                self.nps.detractors += i64::from(score <= 6);
                self.nps.n += 1;
            }
        }
    }

    pub(super) fn figures(self) -> Figures {
        Figures {
            opened: self.opened,
            closed: self.closed,
            reopened: self.reopened,
            backlog: self.backlog,
            first_response: self.first_response.times(),
            next_response: self.next_response.times(),
            first_resolution: self.first_resolution.times(),
            full_resolution: self.full_resolution.times(),
            requester_wait: self.requester_wait.times(),
            agent_work: self.agent_work.times(),
            one_touch: Rate { hits: self.one_touch, n: self.closed },
            reopen: Rate { hits: self.came_back, n: self.closed },
            csat: self.csat,
            nps: self.nps,
        }
    }

    pub(super) fn absorb(&mut self, other: Tally) {
        self.opened += other.opened;
        self.closed += other.closed;
        self.reopened += other.reopened;
        self.backlog += other.backlog;
        self.one_touch += other.one_touch;
        self.came_back += other.came_back;
        self.first_response.absorb(other.first_response);
        self.next_response.absorb(other.next_response);
        self.first_resolution.absorb(other.first_resolution);
        self.full_resolution.absorb(other.full_resolution);
        self.requester_wait.absorb(other.requester_wait);
        self.agent_work.absorb(other.agent_work);
        self.csat = Rate { hits: self.csat.hits + other.csat.hits, n: self.csat.n + other.csat.n };
        self.nps.promoters += other.nps.promoters;
        self.nps.detractors += other.nps.detractors;
        self.nps.n += other.nps.n;
    }
}
