//! What a desk's history teaches about its words: in how many tickets each stands. Counts only; they add up in any order.

use super::Ticket;
use crate::domain::words::terms;
use std::collections::{BTreeMap, BTreeSet};

/// So many counters: terms share them by a hash, so that what is learnt never grows.
const COUNTERS: u64 = 1 << 16;

/// In how many tickets of the whole history the terms stand.
///
/// ```
/// use frontdesk::domain::insight::topics::{Learned, Ticket};
/// let ticket = |id, text| Ticket { id, subject: "", text };
/// let (mut a, mut b) = (Learned::default(), Learned::default());
/// a.add(&ticket(1, "The printer is dead"));
/// b.add(&ticket(2, "Printers print nothing"));
/// a.merge(&b);
/// assert_eq!((a.tickets(), a.count("printer"), a.count("dead")), (2, 2, 1));
/// assert_eq!(Learned::from_counts(a.tickets(), a.counts()), a);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    tickets: u64,
    counts: BTreeMap<u64, u64>,
}

impl Learned {
    /// Learns one ticket.
    pub fn add(&mut self, ticket: &Ticket<'_>) {
        self.tickets += 1;
        let head =
            |text: &'_ str, most: usize| text.get(..text.floor_char_boundary(most)).map(terms).unwrap_or_default();
        let distinct: BTreeSet<String> =
            head(ticket.subject, 400).into_iter().chain(head(ticket.text, 8_000)).collect();
        let counters: BTreeSet<u64> = distinct.iter().map(|term| counter(term)).collect();
        counters.into_iter().for_each(|counter| *self.counts.entry(counter).or_default() += 1);
    }

    /// Learns what another one learnt, of other tickets.
    pub fn merge(&mut self, other: &Learned) {
        self.tickets += other.tickets;
        other.counts.iter().for_each(|(counter, count)| *self.counts.entry(*counter).or_default() += count);
    }

    /// How many tickets were learnt.
    #[must_use]
    pub fn tickets(&self) -> u64 {
        self.tickets
    }

    /// In how many of them a term stands (or one that shares its counter), see [`terms`].
    #[must_use]
    pub fn count(&self, term: &str) -> u64 {
        self.counts.get(&counter(term)).copied().unwrap_or(0)
    }

    /// The share of the tickets in which a term stands, to a ten-thousandth.
    #[expect(clippy::float_arithmetic, reason = "a share of integers, exact before it is divided")]
    pub(super) fn share(&self, term: &str) -> f32 {
        let parts = self.count(term).saturating_mul(10_000).checked_div(self.tickets).unwrap_or(0);
        f32::from(u16::try_from(parts.min(10_000)).unwrap_or(10_000)) / 10_000.0
    }

    /// The counters that are not zero, to keep: number and count.
    pub fn counts(&self) -> impl Iterator<Item = (u64, u64)> {
        self.counts.iter().map(|(counter, count)| (*counter, *count))
    }

    /// What was kept.
    pub fn from_counts(tickets: u64, counts: impl Iterator<Item = (u64, u64)>) -> Learned {
        let counts = counts.filter(|(counter, count)| *counter < COUNTERS && *count > 0).collect();
        Learned { tickets, counts }
    }
}

/// The counter of a term (FNV-1a).
fn counter(term: &str) -> u64 {
    let hash = term
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    (hash >> 32 ^ hash) % COUNTERS
}
