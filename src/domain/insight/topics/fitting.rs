//! Which topic a single ticket belongs to: the one whose words it says best. Finding topics is for `grouping`.

#![expect(clippy::float_arithmetic, reason = "likeness is a share; every sum runs in the order of the terms")]

use super::signature::Signature;

/// How well a single ticket fits a topic of another period, at least.
const FITS: f32 = 0.35;

/// The words of topics, as the terms of one reading.
pub(super) struct Wanted {
    /// By term: the topics that have it, by their place, and what it weighs there.
    weights: Vec<Vec<(usize, f32)>>,
    /// By topic: the sum of the squares of its weights.
    squares: Vec<f32>,
}

impl Wanted {
    /// `place` gives the term of a word, where the reading has it.
    pub(super) fn of(topics: &[&Signature], place: impl Fn(&str) -> Option<u32>) -> Wanted {
        Wanted::weighing(topics.iter().map(|topic| topic.shares().map(|(term, weight)| (place(term), weight))))
    }

    /// Topics with the terms that tell them and what each weighs; a term that no ticket has is none.
    pub(super) fn weighing(topics: impl Iterator<Item = impl Iterator<Item = (Option<u32>, f32)>>) -> Wanted {
        let mut wanted = Wanted { weights: Vec::new(), squares: Vec::new() };
        for (at, topic) in topics.enumerate() {
            let mut square = 0.0;
            for (term, weight) in topic {
                square += weight * weight;
                let Some(place) = term.and_then(|place| usize::try_from(place).ok()) else { continue };
                if wanted.weights.len() <= place {
                    wanted.weights.resize_with(place + 1, Vec::new);
                }
                wanted.weights.get_mut(place).into_iter().for_each(|topics| topics.push((at, weight)));
            }
            wanted.squares.push(square);
        }
        wanted
    }

    /// As [`Wanted::best`], by the first so many terms if these fit any: a ticket is of what it was opened for, whatever is said
    /// in it later.
    pub(super) fn best_of(&self, terms: &[u32], opening: usize, rarity: impl Fn(u32) -> f32) -> Option<usize> {
        let first = terms.get(..opening).unwrap_or(terms);
        let all = || (first.len() < terms.len()).then(|| self.best(terms, FITS, &rarity)).flatten();
        self.best(first, FITS, &rarity).or_else(all)
    }

    /// The place of the topic that a ticket of these terms fits best, the first of equals; none where it fits none by more than
    /// `least`. The fit is the cosine of what the ticket says and what the topic is known by; no term stands there twice.
    pub(super) fn best(&self, terms: &[u32], least: f32, rarity: impl Fn(u32) -> f32) -> Option<usize> {
        let mut products: Vec<f32> = Vec::new();
        let mut length = 0.0;
        for &term in terms {
            let rarity = rarity(term);
            length += rarity * rarity;
            let topics = usize::try_from(term).ok().and_then(|term| self.weights.get(term));
            for (at, weight) in topics.into_iter().flatten() {
                products.resize(self.squares.len(), 0.0);
                products.get_mut(*at).into_iter().for_each(|product| *product += rarity * weight);
            }
        }
        let fit = |(product, square): (f32, &f32)| if product > 0.0 { product / (square * length).sqrt() } else { 0.0 };
        let fits = products.into_iter().zip(&self.squares).map(fit).enumerate();
        let best = fits.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        best.filter(|(_, fit)| *fit > least).map(|(at, _)| at)
    }
}
