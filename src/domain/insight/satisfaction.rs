//! How satisfied customers are, from a list of what they said, and to whose credit it is. Which of it counts stands in
//! `metrics::heard`, what many tickets make of it in `metrics`.

use super::metrics::{Nps, Rate, heard::that_count};
use crate::domain::rating::{Rated, Scale};
use crate::domain::time::Moment;
use crate::domain::timeline::{Timeline, What};

/// Satisfaction with tickets: those whose latest rating is 4 or 5, among those that were rated.
///
/// ```
/// use frontdesk::domain::{insight::{metrics::Rate, satisfaction::csat}, rating::{Rated, Rating, Scale}, time::Moment};
/// let rated = |id, ticket, score| Rated { client: None, name: None, subject: None, rating: Rating { id, ticket: Some(ticket),
///     contact: None, message: None, scale: Scale::Csat, score, comment: String::new(), at: Moment(id) } };
/// assert_eq!(csat(&[rated(1, 7, 2), rated(2, 8, 3), rated(3, 7, 4)]), Rate { hits: 1, n: 2 });
/// ```
#[must_use]
pub fn csat(all: &[Rated]) -> Rate {
    let scores = scores(all, Scale::Csat);
    Rate { hits: among(&scores, |score| score >= 4), n: among(&scores, |_| true) }
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
    let scores = scores(all, Scale::Nps);
    Nps {
        promoters: among(&scores, |score| score >= 9),
        detractors: among(&scores, |score| score <= 6),
        n: among(&scores, |_| true),
    }
}

fn scores(all: &[Rated], scale: Scale) -> Vec<i64> {
    let (counting, _) = that_count(all, scale, (Moment::MIN, Moment::MAX), Moment::MAX);
    counting.into_iter().map(|rated| rated.rating.score).collect()
}

fn among(scores: &[i64], fits: impl Fn(i64) -> bool) -> i64 {
    i64::try_from(scores.iter().filter(|score| fits(**score)).count()).unwrap_or(i64::MAX)
}

/// Who is credited with a rating of a ticket at an instant: its assignee at that moment. Where its life tells of no assignment,
/// today's assignee was always the one.
///
/// ```
/// use frontdesk::domain::{insight::satisfaction::credited, ticket::*, time::Moment, timeline::*};
/// let given = |at, to| Deed { at: Moment(at), what: What::Assigned(Some(to)), agent: Some(3) };
/// let life = Timeline { opened_at: Moment(0), outbound: false, first: Standing::of(Status::New), first_closed_at: None,
///     deeds: vec![given(2, 4), given(9, 5)] };
/// assert_eq!([0, 3, 9].map(|at| credited(&life, Some(5), Moment(at))), [None, Some(4), Some(5)]);
/// ```
#[must_use]
pub fn credited(life: &Timeline, assignee_now: Option<i64>, at: Moment) -> Option<i64> {
    let given = |what: What| if let What::Assigned(to) = what { Some(to) } else { None };
    if !life.deeds.iter().any(|deed| given(deed.what).is_some()) {
        return assignee_now;
    }
    life.deeds.iter().filter(|deed| deed.at <= at).filter_map(|deed| given(deed.what)).next_back().flatten()
}
