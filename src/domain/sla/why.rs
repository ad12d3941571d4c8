//! Why a clock is due when it is due: what happened, which hours counted, what was passed over. Plain data in the order of
//! reading; the sentences are made where it is shown, in the zone of the calendar.

use super::clock::Run;
use super::life::Stop;
use super::{Clock, Promise, Target, runs};
use crate::domain::calendar;
use crate::domain::insight::metrics::Case;
use crate::domain::ticket::Status;
use crate::domain::time::{Date, Moment};

/// What began a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// The ticket was opened.
    Opened,
    /// The customer wrote.
    Asked,
}

/// What ended a clock, or that nothing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A person answered.
    Answered,
    /// The ticket was closed.
    Closed,
    /// It goes on: this is now.
    Now,
}

/// One step of the explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The clock starts.
    Began {
        /// When.
        at: Moment,
        /// With what.
        by: Beginning,
    },
    /// Working hours of one day that count, without a break; a day with a break has several.
    Worked {
        /// The day in the zone of the calendar; of the first hour where they go on over midnight.
        day: Date,
        /// The first instant that counts.
        from: Moment,
        /// The end of what counts.
        to: Moment,
        /// How much of it was working time.
        seconds: i64,
        /// Whether it ends because the day closes.
        closing: bool,
        /// Why the day is not as its weekday.
        why: Option<calendar::Why>,
    },
    /// What is too long to be told day by day.
    AndSoOn {
        /// The first instant that counts.
        from: Moment,
        /// The end of what counts.
        to: Moment,
        /// How much of it was working time.
        seconds: i64,
    },
    /// A working day of a promise in days.
    Day {
        /// The day.
        day: Date,
        /// Which of them it is, from 1.
        n: i64,
        /// Why the day is not as its weekday.
        why: Option<calendar::Why>,
    },
    /// Real time, nights and holidays too.
    Elapsed {
        /// From.
        from: Moment,
        /// To.
        to: Moment,
        /// The seconds between.
        seconds: i64,
    },
    /// Days without working hours that were passed over, all for the same reason.
    Off {
        /// The first.
        from: Date,
        /// The last.
        to: Date,
        /// Why; none: they are days off every week.
        why: Option<calendar::Why>,
    },
    /// The ticket was pending, on hold or closed: the clock stood still, and what was due came later by `seconds`.
    Paused {
        /// In which status.
        status: Status,
        /// From.
        from: Moment,
        /// To; where it goes on: when it is to end, else now.
        to: Moment,
        /// How much of it would have counted.
        seconds: i64,
    },
    /// The clock was silent, and its time counted.
    Quiet {
        /// In which status.
        status: Status,
        /// From.
        from: Moment,
        /// To; where it goes on: when it is to end, else now.
        to: Moment,
    },
    /// The last instant at which the promise is kept.
    Due {
        /// When.
        at: Moment,
    },
    /// What came of it.
    Ended {
        /// When.
        at: Moment,
        /// How.
        by: End,
        /// Seconds that were used.
        elapsed: i64,
        /// Seconds that were left; negative: so much too late by working time.
        left: i64,
    },
}

/// A clock and its explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why<'a> {
    /// The clock.
    pub clock: Clock<'a>,
    /// From its beginning over the due time to what came of it.
    pub steps: Vec<Step>,
}

/// Why each clock of a ticket is due when it is due; the clocks are those of [`super::clocks`].
///
/// ```text
/// Fri 17:00       came in                      Began
/// Fri 17:00-18:00 1h, until closing            Worked { closing: true }
/// Sat-Sun         days off                     Off
/// Mon 09:00-12:00 3h                           Worked
/// Mon 12:00       due                          Due
/// Mon 10:00       2h used, 2h left             Ended { by: Now }
/// ```
#[must_use]
pub fn why<'a>(case: &Case, now: Moment, promised: &dyn Fn(Moment) -> Option<Promise<'a>>) -> Vec<Why<'a>> {
    let explained = |run: &Run<'a>| {
        let clock = run.clock();
        Why { steps: steps(run, &clock), clock }
    };
    runs(case, now, promised).iter().map(explained).collect()
}

/// Days that are told one by one.
const TOLD: usize = 31;
/// Days that are looked at for why nobody works on them.
const LOOKED_AT: usize = 400;

struct Telling<'a, 'r> {
    run: &'r Run<'a>,
    steps: Vec<Step>,
    days: usize,
}

fn steps(run: &Run<'_>, clock: &Clock<'_>) -> Vec<Step> {
    let by = if run.asked { Beginning::Asked } else { Beginning::Opened };
    let mut telling = Telling { run, steps: vec![Step::Began { at: run.started, by }], days: 0 };
    match run.target {
        Target::Business(seconds) | Target::Wall(seconds) => telling.spend(seconds, clock.due_at),
        Target::Days(days) => telling.count(days, clock.due_at),
    }
    let mut steps = telling.steps;
    steps.push(Step::Due { at: clock.due_at });
    let by = match run.stop {
        Some((_, Stop::Answered)) => End::Answered,
        Some((_, Stop::Closed)) => End::Closed,
        None => End::Now,
    };
    steps.push(Step::Ended { at: run.seen, by, elapsed: clock.elapsed, left: clock.left });
    steps
}

impl Telling<'_, '_> {
    /// Tells how so many seconds pass, and what lies between.
    fn spend(&mut self, seconds: i64, due: Moment) {
        let (mut left, mut at) = (seconds, self.run.started);
        for gap in self.run.gaps.iter().filter(|gap| gap.from <= due) {
            if gap.out {
                left -= self.run_on(at, gap.from, left);
                at = gap.to;
            }
            self.pause(gap);
        }
        self.run_on(at, Moment::MAX, left);
    }

    /// Tells how the clock runs from `at` until `limit`, at most so many seconds; how many they were.
    fn run_on(&mut self, at: Moment, limit: Moment, most: i64) -> i64 {
        if matches!(self.run.target, Target::Wall(_)) {
            let seconds = limit.since(at).clamp(0, most);
            if seconds > 0 {
                self.steps.push(Step::Elapsed { from: at, to: at.plus(seconds), seconds });
            }
            return seconds;
        }
        let calendar = self.run.promise.calendar;
        let (mut here, mut spent) = (at, 0);
        while spent < most {
            let from = calendar.opens(here);
            if from >= limit {
                break;
            }
            self.off(here, from);
            let enough = calendar.after(from, most - spent);
            let closes = calendar.closes(from).unwrap_or(Moment::MAX);
            let to = enough.min(limit).min(if self.days < TOLD { closes } else { Moment::MAX });
            let seconds = calendar.between(from, to);
            if seconds <= 0 {
                break;
            }
            self.worked(from, to, seconds, to == closes);
            spent += seconds;
            here = to;
        }
        spent
    }

    fn worked(&mut self, from: Moment, to: Moment, seconds: i64, closes: bool) {
        let calendar = self.run.promise.calendar;
        let day = calendar.zone().date(from);
        let hours = calendar.day(day);
        let closing = closes && calendar.opens(to) >= calendar.zone().start_of_day(day.succ_opt().unwrap_or(day));
        let told = self.days >= TOLD;
        match self.steps.last_mut() {
            _ if told => self.steps.push(Step::AndSoOn { from, to, seconds }),
            last => {
                let again = matches!(last, Some(Step::Worked { day: same, .. }) if *same == day);
                self.days += usize::from(!again);
                self.steps.push(Step::Worked { day, from, to, seconds, closing, why: hours.why });
            }
        }
    }

    /// Tells the days without hours from that of `from` to the one before that of `to`.
    fn off(&mut self, from: Moment, to: Moment) {
        let calendar = self.run.promise.calendar;
        let (first, last) = (calendar.zone().date(from), calendar.zone().date(to));
        for date in first.iter_days().take_while(|date| *date < last).take(LOOKED_AT) {
            let day = calendar.day(date);
            if !day.hours.is_empty() {
                continue;
            }
            match self.steps.last_mut() {
                Some(Step::Off { to, why, .. }) if to.succ_opt() == Some(date) && *why == day.why => *to = date,
                _ => self.steps.push(Step::Off { from: date, to: date, why: day.why }),
            }
        }
    }

    /// Tells working days, and then what moves the last of them.
    fn count(&mut self, days: i64, due: Moment) {
        let calendar = self.run.promise.calendar;
        let zone = calendar.zone();
        let start = zone.date(self.run.started);
        let mut n = 0;
        for date in start.iter_days().skip(1).take(LOOKED_AT) {
            if n == days {
                break;
            }
            let (moment, day) = (zone.start_of_day(date), calendar.day(date));
            if day.hours.is_empty() {
                self.off(moment, zone.start_of_day(date.succ_opt().unwrap_or(date)));
            } else {
                n += 1;
                self.steps.push(Step::Day { day: date, n, why: day.why });
            }
        }
        for gap in self.run.gaps.iter().filter(|gap| gap.from <= due) {
            self.pause(gap);
        }
    }

    fn pause(&mut self, gap: &super::clock::Gap) {
        let (status, from, to) = (gap.status, gap.from, gap.to);
        self.steps.push(if gap.out {
            let seconds = self.run.target.counted(from, to, self.run.promise.calendar);
            Step::Paused { status, from, to, seconds }
        } else {
            Step::Quiet { status, from, to }
        });
    }
}
