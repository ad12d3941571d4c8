//! What customers said of how they were served: which of it counts, and in which period.
//!
//! CSAT is the share of 4 and 5 among ratings of 1 to 5, by the date of the rating; of a ticket that was rated more than once
//! the latest rating counts. NPS is the share of 9 and 10 less that of 0 to 6; of a contact who answered more than once in
//! the period the latest answer counts.

use super::course::{Course, Mark, Point, Told, Who};
use super::{Case, Period, Timing};
use crate::domain::rating::{Rated, Scale};
use crate::domain::time::Moment;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The answers of a scale that count in a period, and how many were followed by later ones and do not.
///
/// ```
/// use frontdesk::domain::{insight::metrics::heard::that_count, rating::{Rated, Rating, Scale}, time::Moment};
/// let rated = |id, ticket, score, at| Rated { client: None, name: None, subject: None, rating: Rating { id, ticket: Some(ticket),
///     contact: None, message: None, scale: Scale::Csat, score, comment: String::new(), at: Moment(at) } };
/// let all = [rated(1, 7, 2, 10), rated(2, 8, 5, 20), rated(3, 7, 4, 90)];
/// let count = |to, as_of| that_count(&all, Scale::Csat, (Moment(0), Moment(to)), Moment(as_of)).0.len();
/// assert_eq!((count(50, 50), count(50, 99), count(100, 99)), (2, 1, 2));
/// ```
#[must_use]
pub fn that_count(all: &[Rated], scale: Scale, (from, to): Period, as_of: Moment) -> (Vec<&Rated>, usize) {
    let inside = |h: &&Rated| from <= h.rating.at && h.rating.at < to;
    let known: Vec<&Rated> = all.iter().filter(|h| h.rating.scale == scale && h.rating.at <= as_of).collect();
    let counting = match scale {
        // A rating is corrected by a later one, whenever that comes.
        Scale::Csat => latest(known.iter().copied(), |h| h.rating.ticket),
        Scale::Nps => latest(known.iter().copied().filter(inside), |h| h.rating.contact),
    };
    let counting: Vec<&Rated> = counting.into_iter().filter(inside).collect();
    let left = known.iter().copied().filter(inside).count() - counting.len();
    (counting, left)
}

/// The latest of each key; all of those without one.
fn latest<'a, K: Eq + Hash>(all: impl Iterator<Item = &'a Rated>, key: impl Fn(&Rated) -> Option<K>) -> Vec<&'a Rated> {
    let mut all: Vec<&Rated> = all.collect();
    all.sort_by_key(|h| (h.rating.at, h.rating.id));
    let mut met = HashSet::new();
    let mut kept: Vec<&Rated> = all.into_iter().rev().filter(|h| key(h).is_none_or(|k| met.insert(k))).collect();
    kept.reverse();
    kept
}

/// What was said in each period of a count; what was said of tickets that are in no figure is in none either.
pub(super) fn tell<'a>(
    (cases, heard): (&'a [Case], &'a [Rated]),
    periods: &[Period],
    as_of: Moment,
    emit: &mut impl FnMut(usize, Told<'a>),
) {
    if heard.is_empty() {
        return;
    }
    let cases: HashMap<i64, &Case> = cases.iter().map(|c| (c.number, c)).collect();
    let mut course = Course::default();
    for (i, period) in periods.iter().enumerate() {
        for scale in [Scale::Csat, Scale::Nps] {
            for rated in that_count(heard, scale, *period, as_of).0 {
                let (ticket, score, at) = (rated.rating.ticket, rated.rating.score, rated.rating.at);
                let case = ticket.and_then(|ticket| cases.get(&ticket).copied());
                if ticket.is_some() && case.is_none_or(|c| !c.counts_at(as_of)) {
                    continue;
                }
                let point = match scale {
                    Scale::Csat => Point::Rated(score),
                    Scale::Nps => Point::Recommends(score),
                };
                let who = case.map_or(Who::Nobody, |case| {
                    course.follow(case, as_of, Timing::default());
                    course.holder_at(at)
                });
                emit(i, Told { case, heard: Some(rated), mark: Mark { at, who }, point });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rating::Rating;

    fn said(id: i64, scale: Scale, who: i64, score: i64, at: i64) -> Rated {
        let (ticket, contact) = if scale == Scale::Csat { (Some(who), None) } else { (None, Some(who)) };
        let rating =
            Rating { id, ticket, contact, message: None, scale, score, comment: String::new(), at: Moment(at) };
        Rated { rating, client: None, name: None, subject: None }
    }

    fn scores(all: &[Rated], scale: Scale, from: i64, to: i64, as_of: i64) -> Vec<i64> {
        let (counting, _) = that_count(all, scale, (Moment(from), Moment(to)), Moment(as_of));
        counting.iter().map(|h| h.rating.score).collect()
    }

    #[test]
    fn the_latest_rating_of_a_ticket_counts_in_its_own_period() {
        let all = [said(1, Scale::Csat, 7, 1, 10), said(2, Scale::Csat, 8, 5, 20), said(3, Scale::Csat, 7, 4, 110)];
        assert_eq!(scores(&all, Scale::Csat, 0, 100, 999), [5]);
        assert_eq!(scores(&all, Scale::Csat, 100, 200, 999), [4]);
        assert_eq!(scores(&all, Scale::Csat, 0, 100, 99), [1, 5]);
        assert_eq!(that_count(&all, Scale::Csat, (Moment(0), Moment(100)), Moment(999)).1, 1);
    }

    #[test]
    fn the_latest_answer_of_a_contact_in_the_period_counts_whatever_he_says_later() {
        let all = [said(1, Scale::Nps, 7, 3, 10), said(2, Scale::Nps, 7, 9, 10), said(3, Scale::Nps, 7, 0, 110)];
        assert_eq!(scores(&all, Scale::Nps, 0, 100, 999), [9]);
        assert_eq!(scores(&all, Scale::Nps, 0, 200, 999), [0]);
    }

    #[test]
    fn answers_of_nobody_known_all_count() {
        let nobody = |id| {
            let said = said(id, Scale::Nps, 0, 8, 10);
            Rated { rating: Rating { contact: None, ..said.rating }, ..said }
        };
        assert_eq!(scores(&[nobody(1), nobody(2)], Scale::Nps, 0, 100, 999), [8, 8]);
    }
}
