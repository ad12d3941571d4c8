//! What tells a topic: its words and their weights. By them it is recognised in another week, and tickets are ranked in it.

#![expect(clippy::float_arithmetic, reason = "weights are shares, rounded to thousandths before they are kept")]

use super::matrix::real;
use super::reading::{Vocabulary, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many words tell a topic.
const WORDS: usize = 24;

/// From so much likeness on, two topics are the same issue. Of neighbouring weeks that share few issues, eight of ten that
/// return are recognised, and one match in six is a cousin's (the limit of a card for its fee).
pub const SAME: u32 = 600;

/// The words of a topic with their weights, in thousandths of the whole's length; by word.
///
/// ```
/// use frontdesk::domain::insight::topics::{Signature, same};
/// let printer = Signature::of_weights([("printer".into(), 900), ("paper".into(), 436)]);
/// let queue = Signature::of_weights([("printer".into(), 600), ("queue".into(), 800)]);
/// assert_eq!((same(&printer, &printer), same(&printer, &queue)), (1000, 540));
/// assert_eq!(same(&printer, &Signature::default()), 0);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature {
    weights: BTreeMap<String, u32>,
}

impl Signature {
    /// The weights to keep.
    pub fn weights(&self) -> impl Iterator<Item = (&str, u32)> {
        self.weights.iter().map(|(term, weight)| (term.as_str(), *weight))
    }

    /// Its six heaviest words, as they were kept.
    #[must_use]
    pub fn heaviest(&self) -> Vec<String> {
        let mut all: Vec<(&str, u32)> = self.weights().collect();
        all.sort_by_key(|(term, weight)| (std::cmp::Reverse(*weight), *term));
        all.into_iter().take(6).map(|(term, _)| term.to_owned()).collect()
    }

    /// The words with their weights as shares of the whole's length.
    pub(super) fn shares(&self) -> impl Iterator<Item = (&str, f32)> {
        self.weights().map(|(term, weight)| (term, real(usize::try_from(weight).unwrap_or(0)) / 1000.0))
    }

    /// What was kept.
    #[must_use]
    pub fn of_weights(weights: impl IntoIterator<Item = (String, u32)>) -> Signature {
        Signature { weights: weights.into_iter().map(|(term, weight)| (term, weight.min(1000))).collect() }
    }
}

/// How much two topics are one: 0 (no word in common) to 1000. From [`SAME`] on they are taken for one.
#[must_use]
pub fn same(a: &Signature, b: &Signature) -> u32 {
    let length = |of: &Signature| of.weights.values().map(|weight| u64::from(*weight).pow(2)).sum::<u64>();
    let common =
        |(term, weight): (&String, &u32)| b.weights.get(term).map(|other| u64::from(*weight) * u64::from(*other));
    let product: u64 = a.weights.iter().filter_map(common).sum();
    let whole = length(a).saturating_mul(length(b)).isqrt();
    let thousandths = product.saturating_mul(1000).saturating_add(whole / 2).checked_div(whole).unwrap_or(0);
    u32::try_from(thousandths.min(1000)).unwrap_or(1000)
}

/// How rare each word is in the window.
pub(super) struct Spread {
    tickets: f32,
    /// By term: in how many tickets it stands.
    counts: Vec<usize>,
    /// By term.
    rarities: Vec<f32>,
}

impl Spread {
    /// Of what the tickets say: of each the terms, each once.
    pub(super) fn of(tickets: &[Vec<u32>]) -> Spread {
        let mut counts: Vec<usize> = Vec::new();
        for &term in tickets.iter().flatten() {
            let term = place(term);
            if counts.len() <= term {
                counts.resize(term + 1, 0);
            }
            counts.get_mut(term).into_iter().for_each(|count| *count += 1);
        }
        let tickets = real(tickets.len());
        let rarities = counts.iter().map(|count| (1.0 + tickets / real((*count).max(1))).ln()).collect();
        Spread { tickets, counts, rarities }
    }

    /// Whether more than three of four tickets say a term.
    pub(super) fn is_usual(&self, term: u32) -> bool {
        self.counts.get(place(term)).is_some_and(|count| real(*count) > self.tickets * 0.75)
    }

    pub(super) fn rarity(&self, term: u32) -> f32 {
        self.rarities.get(place(term)).copied().unwrap_or(0.0)
    }
}

/// Where a term, or a feature, stands in a list of all.
pub(super) fn place(term: u32) -> usize {
    usize::try_from(term).unwrap_or(usize::MAX)
}

/// The terms of words, each once, in order.
pub(super) fn distinct(words: &[Word<'_>]) -> Vec<u32> {
    let mut terms: Vec<u32> = words.iter().map(|word| word.term).collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// What the words of a group weigh, and how well a ticket fits them.
pub(super) struct Telling {
    /// The heaviest first; of equals in the order of the alphabet.
    weights: Vec<(u32, f32)>,
    /// The same by term.
    by_term: Vec<(u32, f32)>,
}

impl Telling {
    /// A word weighs the share of the group's other tickets that say it, too, times its rarity among all. `group` are the telling
    /// terms of its tickets, each once.
    pub(super) fn of<'a>(
        group: impl ExactSizeIterator<Item = &'a [u32]>,
        vocabulary: &Vocabulary<'_>,
        spread: &Spread,
    ) -> Telling {
        let size = real(group.len());
        let mut inside: Vec<u32> = group.flatten().copied().collect();
        inside.sort_unstable();
        let weigh = |same: &[u32]| {
            let term = same.first().filter(|_| same.len() > 1)?;
            Some((*term, real(same.len() - 1) / size * spread.rarity(*term)))
        };
        let by_term: Vec<(u32, f32)> = inside.chunk_by(|a, b| a == b).filter_map(weigh).collect();
        let mut weights = by_term.clone();
        weights.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| vocabulary.term(a.0).cmp(vocabulary.term(b.0))));
        Telling { weights, by_term }
    }

    /// The terms, the most telling first.
    pub(super) fn terms(&self) -> impl Iterator<Item = u32> {
        self.weights.iter().map(|(term, _)| *term)
    }

    pub(super) fn weight(&self, term: u32) -> f32 {
        let found = self.by_term.binary_search_by_key(&term, |(term, _)| *term);
        found.ok().and_then(|at| self.by_term.get(at)).map_or(0.0, |(_, weight)| *weight)
    }

    /// The terms with their weights, by term.
    pub(super) fn weights(&self) -> impl Iterator<Item = (u32, f32)> {
        self.by_term.iter().copied()
    }

    /// How well a ticket of these telling terms fits: the cosine of what it says and what the group says, 0 to 1.
    pub(super) fn fit(&self, terms: &[u32], spread: &Spread) -> f32 {
        let own = self.weights.iter().map(|(_, weight)| weight * weight).sum::<f32>();
        let (mut product, mut length) = (0.0, 0.0);
        for &term in terms {
            let rarity = spread.rarity(term);
            product += rarity * self.weight(term);
            length += rarity * rarity;
        }
        if own * length > 0.0 { product / (own * length).sqrt() } else { 0.0 }
    }

    pub(super) fn signature(&self, vocabulary: &Vocabulary<'_>) -> Signature {
        let heaviest = || self.weights.iter().take(WORDS);
        let length = heaviest().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        let thousandths = |weight: f32| {
            let reached = |step: &u16| f32::from(*step) <= weight / length * 1000.0 + 0.5;
            (1..=1000_u16).rev().find(reached).map(u32::from)
        };
        let kept =
            heaviest().filter_map(|(term, weight)| Some((vocabulary.term(*term).to_owned(), thousandths(*weight)?)));
        Signature { weights: kept.collect() }
    }
}
