//! Whom to call this week: clients who said that they are not content, who have much more trouble than usual, or who have
//! fallen silent although they used to write. Reasons come from what they did and said alone; none is guessed.

use crate::domain::rating::{Rated, Scale};
use crate::domain::time::Moment;
use std::cmp::Reverse;

const WEEK: i64 = 7 * 24 * 3600;
/// A rating speaks for so long.
const LOUD: i64 = 14 * 24 * 3600;
/// So many weeks before the period tell what is usual.
const USUAL: i64 = 12;
/// A client who is silent for so many weeks …
const SILENT: i64 = 4;
/// … had written in so many of the weeks before that, at least.
const WROTE: usize = 4;
/// So many tickets in the period are much, where they are twice as many as usual.
const MUCH: usize = 3;
/// So many reopened tickets are too many.
const REOPENED: usize = 2;

/// What is known of a client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The handle.
    pub client: String,
    /// Whether it goes before others.
    pub vip: bool,
    /// When its tickets were opened, oldest first: those of the period and of [`since`] before it.
    pub opened: Vec<Moment>,
    /// Its tickets that were reopened in the period.
    pub reopened: Vec<i64>,
    /// What it said, oldest first.
    pub said: Vec<Rated>,
}

/// Why somebody should be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// He said that he is not content.
    Unhappy(Box<Rated>),
    /// He has much more trouble than usual: tickets in the period, and in as long a time before, in tenths.
    Struggling {
        /// Tickets opened in the period.
        now: usize,
        /// Tenths of tickets opened in as long a time, on the average of the weeks before.
        usual: usize,
    },
    /// These tickets of his came back after they were closed.
    CameBack(Vec<i64>),
    /// He used to write, and has not since.
    Silent {
        /// His last ticket.
        since: Moment,
        /// In how many of the weeks before that he wrote, of how many.
        wrote: (usize, usize),
    },
}

/// A client to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The handle.
    pub client: String,
    /// Whether it goes before others.
    pub vip: bool,
    /// Why, the strongest first.
    pub reasons: Vec<Reason>,
}

/// From which instant on openings are asked for, to tell what is usual before a period.
#[must_use]
pub fn since(from: Moment) -> Moment {
    from.plus(-USUAL * WEEK)
}

/// Whom to call after a period: the unhappy first, then those with trouble, then the silent; marked clients first among
/// equals, then by handle.
///
/// ```
/// use frontdesk::domain::{insight::calls::{Known, Reason, whom}, time::Moment};
/// const WEEK: i64 = 7 * 24 * 3600;
/// let acme = Known { client: "acme".into(), opened: (0..8).map(|n| Moment(n * WEEK)).collect(), ..Known::default() };
/// let calls = whom(&[acme], (Moment(12 * WEEK), Moment(13 * WEEK)));
/// assert_eq!(calls[0].reasons, [Reason::Silent { since: Moment(7 * WEEK), wrote: (8, 9) }]);
/// ```
#[must_use]
pub fn whom(clients: &[Known], period: (Moment, Moment)) -> Vec<Call> {
    let mut calls: Vec<Call> = clients
        .iter()
        .map(|known| Call { client: known.client.clone(), vip: known.vip, reasons: reasons(known, period) })
        .filter(|call| !call.reasons.is_empty())
        .collect();
    calls.sort_by_key(|call| (call.reasons.first().map(weight), Reverse(call.vip), call.client.clone()));
    calls
}

fn reasons(known: &Known, (from, to): (Moment, Moment)) -> Vec<Reason> {
    let unhappy = unhappy(known, to).cloned().map(|said| Reason::Unhappy(Box::new(said)));
    let back = (known.reopened.len() >= REOPENED).then(|| Reason::CameBack(known.reopened.clone()));
    [unhappy, struggling(known, (from, to)), back, silent(known, to)].into_iter().flatten().collect()
}

/// Smaller first: the worse a rating is, the sooner; then trouble, then silence.
fn weight(reason: &Reason) -> (u8, i64) {
    match reason {
        Reason::Unhappy(said) if said.rating.scale == Scale::Csat => (0, 2 * said.rating.score),
        Reason::Unhappy(said) => (0, said.rating.score),
        Reason::Struggling { now, .. } => (1, -i64::try_from(*now).unwrap_or(i64::MAX)),
        Reason::CameBack(_) => (2, 0),
        Reason::Silent { .. } => (3, 0),
    }
}

/// The last thing he said lately, where that was no praise: 1 to 3 of 5, 0 to 6 of 10.
fn unhappy(known: &Known, to: Moment) -> Option<&Rated> {
    let lately = |said: &&Rated| (to.plus(-LOUD)..to).contains(&said.rating.at);
    let last = known.said.iter().filter(lately).max_by_key(|said| (said.rating.at, said.rating.id))?;
    let low = match last.rating.scale {
        Scale::Csat => last.rating.score <= 3,
        Scale::Nps => last.rating.score <= 6,
    };
    low.then_some(last)
}

/// Twice as many as usual, and three at least. Of a client who is new nothing is usual.
fn struggling(known: &Known, (from, to): (Moment, Moment)) -> Option<Reason> {
    let now = known.opened.iter().filter(|at| (from..to).contains(at)).count();
    let before = known.opened.iter().filter(|at| (since(from)..from).contains(at)).count();
    let length = usize::try_from(to.since(from)).ok().filter(|length| *length > 0)?;
    let usual = (before * 10 * length).div_ceil(usize::try_from(USUAL * WEEK).unwrap_or(1));
    (now >= MUCH && before > 0 && now * 10 >= 2 * usual).then_some(Reason::Struggling { now, usual })
}

fn silent(known: &Known, to: Moment) -> Option<Reason> {
    let quiet = to.plus(-SILENT * WEEK);
    let last = *known.opened.iter().filter(|at| **at < to).max()?;
    let weeks = usize::try_from(USUAL - SILENT + 1).unwrap_or(0);
    let wrote = (1..=USUAL - SILENT + 1)
        .filter(|n| {
            let week = quiet.plus(-n * WEEK)..quiet.plus((1 - n) * WEEK);
            known.opened.iter().any(|at| week.contains(at))
        })
        .count();
    (last < quiet && wrote >= WROTE).then_some(Reason::Silent { since: last, wrote: (wrote, weeks) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rating::Rating;

    const PERIOD: (Moment, Moment) = (Moment(12 * WEEK), Moment(13 * WEEK));

    fn client(name: &str, weeks: &[i64]) -> Known {
        let opened = weeks.iter().map(|n| Moment(n * WEEK + 3600)).collect();
        Known { client: name.to_owned(), opened, ..Known::default() }
    }

    fn rated(scale: Scale, score: i64, days_before_end: i64) -> Rated {
        let at = PERIOD.1.plus(-days_before_end * 24 * 3600);
        let rating =
            Rating { id: 1, ticket: None, contact: None, message: None, scale, score, comment: String::new(), at };
        Rated { rating, client: None, name: None, subject: None }
    }

    fn names(clients: &[Known]) -> Vec<String> {
        whom(clients, PERIOD).into_iter().map(|call| call.client).collect()
    }

    #[test]
    fn what_he_said_last_counts_and_not_for_ever() {
        let said = |all: Vec<Rated>| whom(&[Known { said: all, ..client("acme", &[12]) }], PERIOD);
        assert_eq!(said(vec![rated(Scale::Csat, 3, 2)]).len(), 1);
        assert_eq!(said(vec![rated(Scale::Nps, 6, 13)]).len(), 1);
        assert_eq!(said(vec![rated(Scale::Csat, 1, 15)]), []);
        assert_eq!(said(vec![rated(Scale::Csat, 4, 2)]), []);
        assert_eq!(said(vec![rated(Scale::Csat, 1, 5), rated(Scale::Csat, 5, 2)]), [], "he is content by now");
    }

    #[test]
    fn twice_as_many_as_usual_is_trouble() {
        let reasons = |weeks: &[i64]| whom(&[client("acme", weeks)], PERIOD).pop().map(|call| call.reasons);
        assert_eq!(reasons(&[3, 12, 12, 12]), Some(vec![Reason::Struggling { now: 3, usual: 1 }]));
        assert_eq!(reasons(&[3, 12, 12]), None, "two are not much");
        assert_eq!(reasons(&[12, 12, 12, 12]), None, "of somebody new nothing is usual");
        let usual: Vec<i64> = (0..12).flat_map(|n| [n, n]).chain([12, 12, 12]).collect();
        assert_eq!(reasons(&usual), None, "three where two are usual");
    }

    #[test]
    fn who_never_wrote_much_is_not_missed() {
        assert_eq!(
            names(&[client("rare", &[1, 5]), client("gone", &[1, 3, 5, 7]), client("here", &[1, 3, 5, 7, 9])]),
            ["gone"]
        );
    }

    #[test]
    fn the_unhappy_come_first_the_worst_of_them_before_others_and_marked_ones_before_equals() {
        let low =
            |name: &str, score, vip| Known { said: vec![rated(Scale::Csat, score, 1)], vip, ..client(name, &[12]) };
        let all = [
            client("gone", &[1, 3, 5, 7]),
            low("b", 2, false),
            low("c", 2, true),
            low("a", 1, false),
            Known { reopened: vec![4, 9], ..client("back", &[12]) },
        ];
        assert_eq!(names(&all), ["a", "c", "b", "back", "gone"]);
    }
}
