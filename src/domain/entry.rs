//! Worked time: an entry of whole minutes on a day, and the running timer.

use super::ticket::TicketId;
use super::time::{Date, Minutes, Moment};
use serde::{Deserialize, Serialize};

/// Minutes worked on a ticket or for a client, on a day, by an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Shown as `t17`.
    pub id: i64,
    /// The ticket worked on.
    pub ticket: Option<TicketId>,
    /// The client worked for; the ticket's own when there is a ticket.
    pub client: Option<i64>,
    /// Who worked.
    pub agent: i64,
    /// The worked day in the desk's zone.
    pub day: Date,
    /// Raw minutes, never rounded.
    pub minutes: Minutes,
    /// False: given away.
    pub billable: bool,
    /// What was done.
    pub text: String,
    /// True: struck out, kept for the record, in no figure.
    pub void: bool,
}

/// A running timer: one per agent at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Whose it is.
    pub agent: i64,
    /// What it runs on.
    pub ticket: Option<TicketId>,
    /// When it was started.
    pub since: Moment,
}

/// Splits a stretch of seconds, rounded once to whole minutes (at least 1), over the local days it touches. `cuts` are the
/// instants of local midnight inside the stretch, in order. The rounding remainder goes to the longest part; a part that
/// is left without a minute is dropped.
///
/// ```
/// use frontdesk::domain::{entry::split_at_midnights, time::Moment};
/// let parts = |a, b, cuts: &[i64]| split_at_midnights(Moment(a), Moment(b), &cuts.iter().map(|c| Moment(*c)).collect::<Vec<_>>());
/// assert_eq!(parts(0, 20, &[]), [(Moment(0), 1)]);
/// assert_eq!(parts(-1800, 3600, &[0]), [(Moment(-1800), 30), (Moment(0), 60)]);
/// assert_eq!(parts(-29, 90, &[0]), [(Moment(0), 2)]);
/// ```
#[must_use]
pub fn split_at_midnights(from: Moment, to: Moment, cuts: &[Moment]) -> Vec<(Moment, Minutes)> {
    let total = super::time::minutes(to.since(from)).max(1);
    let mut edges = vec![from];
    edges.extend(cuts.iter().filter(|c| **c > from && **c < to));
    edges.push(to);
    let mut parts: Vec<(Moment, i64, Minutes)> =
        edges.windows(2).map(|w| (w[0], w[1].since(w[0]), w[1].since(w[0]).div_euclid(60))).collect();
    let rest = total - parts.iter().map(|p| p.2).sum::<i64>();
    if let Some(longest) = parts.iter_mut().max_by_key(|p| p.1) {
        longest.2 += rest;
    }
    parts.into_iter().filter(|p| p.2 > 0).map(|(at, _, m)| (at, m)).collect()
}
