//! How satisfied customers are, from what they said: which of it counts, what figure it makes, and to whose credit it is.
//!
//! CSAT is the share of 4 and 5 among ratings from 1 to 5; of a ticket that was rated more than once the latest counts. NPS is
//! the share of 9 and 10 less that of 0 to 6; of a contact who answered more than once the latest counts.

use crate::domain::message::Direction;
use crate::domain::rating::{Rated, Rating, Scale};
use crate::domain::time::Moment;
use crate::domain::timeline::{Timeline, What};
use std::collections::HashMap;

/// Fewer are shown, but judge nothing.
pub const ENOUGH: i64 = 5;

/// Satisfaction with tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Csat {
    /// Tickets that were rated.
    pub n: i64,
    /// Those rated 4 or 5.
    pub good: i64,
}

impl Csat {
    /// The share of good ones in tenths of a percent, rounded half up; none of nothing.
    #[must_use]
    pub fn permille(self) -> Option<i64> {
        (self.n > 0).then(|| (2000 * self.good + self.n).div_euclid(2 * self.n))
    }
}

/// Whether customers would recommend us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nps {
    /// Who answered.
    pub n: i64,
    /// Those with 9 or 10.
    pub promoters: i64,
    /// Those with 0 to 6.
    pub detractors: i64,
}

impl Nps {
    /// The score in tenths, from -1000 to 1000, rounded half up; none of nothing.
    #[must_use]
    pub fn score(self) -> Option<i64> {
        let more = self.promoters - self.detractors;
        (self.n > 0).then(|| (2000 * more + self.n).div_euclid(2 * self.n))
    }
}

/// Satisfaction with tickets, by the latest rating of each.
///
/// ```
/// use frontdesk::domain::{insight::satisfaction::{Csat, csat}, rating::{Rated, Rating, Scale}, time::Moment};
/// let rated = |id, ticket, score| Rated { client: None, name: None, subject: None, rating: Rating { id, ticket: Some(ticket),
///     contact: None, message: None, scale: Scale::Csat, score, comment: String::new(), at: Moment(id) } };
/// let figure = csat(&[rated(1, 7, 2), rated(2, 8, 3), rated(3, 7, 4)]);
/// assert_eq!((figure, figure.permille()), (Csat { n: 2, good: 1 }, Some(500)));
/// ```
#[must_use]
pub fn csat(all: &[Rated]) -> Csat {
    let counted = latest(all, Scale::Csat, |rating| rating.ticket);
    let good = counted.iter().filter(|rating| rating.score >= 4).count();
    Csat { n: many(counted.len()), good: many(good) }
}

/// Whether customers would recommend us, by the latest answer of each; answers of nobody known all count.
///
/// ```
/// use frontdesk::domain::{insight::satisfaction::nps, rating::{Rated, Rating, Scale}, time::Moment};
/// let said = |id, contact, score| Rated { client: None, name: None, subject: None, rating: Rating { id, ticket: None, contact,
///     message: None, scale: Scale::Nps, score, comment: String::new(), at: Moment(id) } };
/// let figure = nps(&[said(1, Some(7), 0), said(2, None, 9), said(3, None, 7), said(4, Some(7), 10)]);
/// assert_eq!((figure.n, figure.promoters, figure.detractors, figure.score()), (3, 2, 0, Some(667)));
/// ```
#[must_use]
pub fn nps(all: &[Rated]) -> Nps {
    let counted = latest(all, Scale::Nps, |rating| rating.contact);
    let among = |fits: &dyn Fn(i64) -> bool| many(counted.iter().filter(|rating| fits(rating.score)).count());
    Nps { n: many(counted.len()), promoters: among(&|score| score >= 9), detractors: among(&|score| score <= 6) }
}

fn many(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Of each key the latest rating on the scale; all of those without a key.
fn latest(all: &[Rated], scale: Scale, key: impl Fn(&Rating) -> Option<i64>) -> Vec<&Rating> {
    let mut free = Vec::new();
    let mut last: HashMap<i64, &Rating> = HashMap::new();
    for rating in all.iter().map(|rated| &rated.rating).filter(|rating| rating.scale == scale) {
        let Some(key) = key(rating) else {
            free.push(rating);
            continue;
        };
        let kept = last.entry(key).or_insert(rating);
        if (rating.at, rating.id) > (kept.at, kept.id) {
            *kept = rating;
        }
    }
    free.extend(last.into_values());
    free
}

/// Who is credited with a rating of a ticket at an instant: its assignee at that moment, else who had answered last. Where its
/// life tells of no assignment, today's assignee was always the one.
///
/// ```
/// use frontdesk::domain::{insight::satisfaction::credited, message::Direction::Out, ticket::*, time::Moment, timeline::*};
/// let deed = |at, what, agent| Deed { at: Moment(at), what, agent };
/// let reply = What::Message { direction: Out, counts: true };
/// let life = Timeline { opened_at: Moment(0), outbound: false, first: Standing::of(Status::New), first_closed_at: None,
///     deeds: vec![deed(1, reply, Some(3)), deed(2, What::Assigned(Some(4)), Some(3)), deed(9, What::Assigned(Some(5)), Some(3))] };
/// let at = |at| credited(&life, Some(5), Moment(at));
/// assert_eq!((at(0), at(1), at(3), at(9)), (None, Some(3), Some(4), Some(5)));
/// ```
#[must_use]
pub fn credited(life: &Timeline, assignee_now: Option<i64>, at: Moment) -> Option<i64> {
    let mut holder = assignee_now.filter(|_| !life.deeds.iter().any(|d| matches!(d.what, What::Assigned(_))));
    let mut answered = None;
    for deed in life.deeds.iter().filter(|d| d.at <= at) {
        match deed.what {
            What::Assigned(to) => holder = to,
            What::Message { direction: Direction::Out, counts: true } => answered = deed.agent.or(answered),
            _ => {}
        }
    }
    holder.or(answered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_figure_and_three_is_not_good() {
        assert_eq!((csat(&[]).permille(), nps(&[]).score()), (None, None));
        assert_eq!(
            (Csat { n: 3, good: 2 }.permille(), Nps { n: 3, promoters: 0, detractors: 1 }.score()),
            (Some(667), Some(-333))
        );
    }
}
