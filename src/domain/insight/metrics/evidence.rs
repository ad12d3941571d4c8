//! Which tickets stand behind a figure, with what each adds to it, and what was left out for which reason.

use super::count::Count;
use super::course::{Absence, Course, Point, Told};
pub use super::figure::Figure;
use super::{Case, heard};
use crate::domain::rating::Scale;
use crate::domain::time::Moment;
use std::collections::BTreeMap;

fn value(figure: Figure, point: Point) -> Option<Value> {
    Some(match (figure, point) {
        (Figure::Opened, Point::Opened)
        | (Figure::Closed, Point::Closed { .. })
        | (Figure::Reopened, Point::Reopened)
        | (Figure::Backlog, Point::Backlog) => Value::One,
        (Figure::FirstResponse, Point::FirstResponse(took))
        | (Figure::NextResponse, Point::NextResponse(took))
        | (Figure::FirstResolution, Point::FirstResolution(took))
        | (Figure::FullResolution, Point::FullResolution { served: took, .. })
        | (Figure::RequesterWait, Point::FullResolution { waited: took, .. })
        | (Figure::AgentWork, Point::FullResolution { worked: took, .. }) => Value::Took(took.seconds, took.business),
        (Figure::OneTouch, Point::Closed { one_touch, .. }) => Value::Is(one_touch),
        (Figure::Reopen, Point::Closed { came_back, .. }) => Value::Is(came_back),
        (Figure::Csat, Point::Rated(score)) | (Figure::Nps, Point::Recommends(score)) => Value::Score(score),
        _ => return None,
    })
}

/// What one ticket or answer adds to a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Itself.
    One,
    /// Whether it is one of those whose share is told.
    Is(bool),
    /// A score.
    Score(i64),
    /// Seconds of calendar time and of business time.
    Took(i64, i64),
}

/// Something that went into a figure.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// What it was, when, and to whose credit.
    pub told: Told<'a>,
    /// What it added.
    pub value: Value,
}

/// Why something is not in a figure in which one might look for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It lacks the deed that stops the clock in the period.
    Absent(Absence),
    /// A later answer of the same ticket, or of the same contact, counts in its place.
    Later,
    /// It is of a ticket that is in no figure.
    OfNoFigure,
}

/// What stands behind a figure.
#[derive(Debug, Clone, Default)]
pub struct Evidence<'a> {
    /// What went in, the largest first; of equals the earlier.
    pub items: Vec<Item<'a>>,
    /// What did not, though it belongs to the period: how often for each reason.
    pub left_out: Vec<(Reason, usize)>,
}

impl<'a> Count<'a> {
    /// What stands behind a figure of the first period.
    #[must_use]
    pub fn evidence(&self, figure: Figure) -> Evidence<'a> {
        let mut items = Vec::new();
        self.tell(self.periods, &mut |at, told| {
            if let Some(value) = value(figure, told.point).filter(|_| at == 0) {
                items.push(Item { told, value });
            }
        });
        items.sort_by_key(|item| {
            let number = item.told.case.map_or(i64::MAX, |c| c.number);
            (std::cmp::Reverse(item.value), item.told.mark.at, number)
        });
        let mut left_out: BTreeMap<Reason, usize> = BTreeMap::new();
        match figure {
            Figure::Csat => self.unheard(Scale::Csat, items.len(), &mut left_out),
            Figure::Nps => self.unheard(Scale::Nps, items.len(), &mut left_out),
            _ => self.absent(figure, &mut left_out),
        }
        Evidence { items, left_out: left_out.into_iter().collect() }
    }

    fn unheard(&self, scale: Scale, counted: usize, left_out: &mut BTreeMap<Reason, usize>) {
        let Some(period) = self.periods.first() else { return };
        let (counting, later) = heard::that_count(self.heard, scale, *period, self.as_of);
        for (reason, n) in [(Reason::Later, later), (Reason::OfNoFigure, counting.len().saturating_sub(counted))] {
            if n > 0 {
                left_out.insert(reason, n);
            }
        }
    }

    fn absent(&self, figure: Figure, left_out: &mut BTreeMap<Reason, usize>) {
        let Some(period) = self.periods.first() else { return };
        let mut course = Course::default();
        let counted = |case: &&Case| case.counts_at(self.as_of) && case.life.opened_at <= self.as_of;
        for case in self.cases.iter().filter(counted) {
            course.follow(case, self.as_of, (self.timing)(case));
            course.absences(figure, case, *period, &mut |absence| {
                *left_out.entry(Reason::Absent(absence)).or_default() += 1;
            });
        }
    }
}

/// The instant of something that went in.
impl Item<'_> {
    /// When the deed was done that brought it into the period.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.told.mark.at
    }
}
