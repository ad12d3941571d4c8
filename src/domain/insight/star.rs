//! The star: the one figure that a team has chosen to watch. What the figures mean stands in `metrics`.

use super::metrics::evidence::Figure;
use super::metrics::{Figures, Rate, Times};

/// Which figure is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Star {
    /// Tickets whose requesters wait for us at the end of the period.
    Waiting,
    /// Worked minutes.
    Hours,
    /// A figure of the period.
    Of(Figure),
}

/// What a star is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Tickets.
    Count,
    /// Minutes that passed.
    Elapsed,
    /// Minutes worked.
    Worked,
    /// Tenths of a percent.
    Permille,
    /// Tenths of points, from -1000 to 1000.
    Points,
}

/// A star's value in a stretch of time, and of how many it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// In the star's unit; none: there is nothing to tell of.
    pub value: Option<i64>,
    /// So many it is made of; none: a plain count.
    pub n: Option<usize>,
}

impl Star {
    /// Every word that names one.
    #[must_use]
    pub fn words() -> Vec<&'static str> {
        ["waiting", "hours"].into_iter().chain(Figure::ALL.iter().map(|figure| figure.word())).collect()
    }

    /// The star that a word names.
    ///
    /// ```
    /// use frontdesk::domain::insight::{metrics::evidence::Figure, star::Star};
    /// assert_eq!(Star::named("waiting"), Some(Star::Waiting));
    /// assert_eq!(Star::named("csat"), Some(Star::Of(Figure::Csat)));
    /// assert_eq!(Star::named("luck"), None);
    /// assert!(Star::words().into_iter().all(|word| Star::named(word).is_some_and(|star| star.word() == word)));
    /// ```
    #[must_use]
    pub fn named(word: &str) -> Option<Star> {
        match word {
            "waiting" => Some(Star::Waiting),
            "hours" => Some(Star::Hours),
            word => Figure::of(word).map(Star::Of),
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Star::Waiting => "waiting",
            Star::Hours => "hours",
            Star::Of(figure) => figure.word(),
        }
    }

    /// What it is counted in.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Star::Waiting => Unit::Count,
            Star::Hours => Unit::Worked,
            Star::Of(figure) => match figure {
                Figure::Opened | Figure::Closed | Figure::Reopened | Figure::Backlog => Unit::Count,
                Figure::FirstResponse
                | Figure::NextResponse
                | Figure::FirstResolution
                | Figure::FullResolution
                | Figure::RequesterWait
                | Figure::AgentWork => Unit::Elapsed,
                Figure::OneTouch | Figure::Reopen | Figure::Sla | Figure::Csat => Unit::Permille,
                Figure::Nps => Unit::Points,
            },
        }
    }

    /// Whether more of it is better; none: neither is.
    #[must_use]
    pub fn more_is_better(self) -> Option<bool> {
        match self {
            Star::Hours | Star::Of(Figure::Opened | Figure::Closed) => None,
            Star::Of(Figure::OneTouch | Figure::Sla | Figure::Csat | Figure::Nps) => Some(true),
            Star::Waiting | Star::Of(_) => Some(false),
        }
    }

    /// What it is in a stretch of time with these figures; none where figures do not tell it: who waits, hours, promises.
    #[must_use]
    pub fn read(self, f: &Figures) -> Option<Reading> {
        let Star::Of(figure) = self else { return None };
        let count = |n: i64| Reading { value: Some(n), n: None };
        Some(match figure {
            Figure::Opened => count(f.opened),
            Figure::Closed => count(f.closed),
            Figure::Reopened => count(f.reopened),
            Figure::Backlog => count(f.backlog),
            Figure::FirstResponse => took(f.first_response),
            Figure::NextResponse => took(f.next_response),
            Figure::FirstResolution => took(f.first_resolution),
            Figure::FullResolution => took(f.full_resolution),
            Figure::RequesterWait => took(f.requester_wait),
            Figure::AgentWork => took(f.agent_work),
            Figure::OneTouch => Reading::of(f.one_touch),
            Figure::Reopen => Reading::of(f.reopen),
            Figure::Csat => Reading::of(f.csat),
            Figure::Nps => Reading { value: f.nps.score(), n: usize::try_from(f.nps.n).ok() },
            Figure::Sla => return None,
        })
    }
}

impl Reading {
    /// So many of so many.
    #[must_use]
    pub fn of(rate: Rate) -> Reading {
        Reading { value: rate.permille(), n: usize::try_from(rate.n).ok() }
    }
}

fn took(times: Times) -> Reading {
    Reading { value: times.median_minutes(), n: Some(times.n) }
}
