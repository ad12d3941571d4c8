//! What of a ticket counts, how much, and how alike that makes two tickets.

#![expect(
    clippy::float_arithmetic,
    reason = "likeness is a share; every sum runs in the order of the tickets' numbers"
)]

use super::concepts::Concepts;
use super::matrix::Matrix;
use super::reading::{Vocabulary, Word};
use std::collections::{BTreeMap, HashMap};

/// What a ticket is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Feature {
    /// A word.
    Word(u32),
    /// Two words, one after the other.
    Pair(u32, u32),
    /// Four letters in a row of a word, with a space before and after it: catches misspellings and kin (монетизация,
    /// монетизировать).
    Gram([char; 4]),
    /// What a word means, see [`Concepts`].
    Concept(u32),
}

/// The sort of a feature: a view weighs each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Word,
    Common,
    Pair,
    CommonPair,
    Gram,
    Concept,
}

/// One way to look at tickets: what common words, pairs, letters and meanings weigh, a telling word weighing 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) common: f32,
    pub(super) pair: f32,
    pub(super) gram: f32,
    pub(super) concept: f32,
}

impl View {
    fn weight(&self, sort: Sort) -> f32 {
        match sort {
            Sort::Word => 1.0,
            Sort::Common => self.common,
            Sort::Pair => self.pair,
            Sort::CommonPair => self.pair * self.common,
            Sort::Gram => self.gram,
            Sort::Concept => self.concept,
        }
    }
}

/// So many words of a ticket weigh whole; those after them half.
const WHOLE: usize = 60;

/// The features of a window's tickets.
#[derive(Debug, Default)]
pub(super) struct Features {
    sorts: Vec<Sort>,
    /// In how many tickets a feature stands.
    spread: Vec<f32>,
    /// The number of tickets.
    count: f32,
    /// The features of each ticket in order, with what their place in the text makes them weigh.
    tickets: Vec<Vec<(usize, f32)>>,
}

impl Features {
    pub(super) fn of(tickets: &[&[Word<'_>]], vocabulary: &Vocabulary<'_>) -> Features {
        let mut collecting = Collecting {
            places: HashMap::new(),
            grams: HashMap::new(),
            concepts: Concepts::among(vocabulary),
            vocabulary,
            features: Features::default(),
        };
        for words in tickets {
            collecting.ticket(words);
        }
        let mut features = collecting.features;
        features.count = real(tickets.len());
        features.spread = vec![0.0; features.sorts.len()];
        for &(feature, _) in features.tickets.iter().flatten() {
            if let Some(spread) = features.spread.get_mut(feature) {
                *spread += 1.0;
            }
        }
        features
    }

    /// The tickets as directions: TF-IDF over the features that two tickets at least share.
    fn directions(&self, view: &View) -> Vec<Vec<(usize, f32)>> {
        let weights: Vec<f32> = self
            .sorts
            .iter()
            .zip(&self.spread)
            .map(|(sort, spread)| {
                let weight = if *spread >= 2.0 { view.weight(*sort) } else { 0.0 };
                weight * (1.0 + self.count / (1.0 + spread)).ln()
            })
            .collect();
        let weigh = |ticket: &Vec<(usize, f32)>| {
            let weight =
                |&(feature, place): &(usize, f32)| (feature, place * weights.get(feature).copied().unwrap_or(0.0));
            let mut direction: Vec<(usize, f32)> =
                ticket.iter().map(weight).filter(|(_, weight)| *weight > 0.0).collect();
            let length = direction.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
            direction.iter_mut().for_each(|(_, weight)| *weight /= length);
            direction
        };
        self.tickets.iter().map(weigh).collect()
    }

    /// How alike the tickets are in a view: the cosines of their directions.
    pub(super) fn likeness(&self, view: &View) -> Matrix {
        let directions = self.directions(view);
        let mut holders: Vec<Vec<(usize, f32)>> = vec![Vec::new(); self.sorts.len()];
        for (ticket, direction) in directions.iter().enumerate() {
            for &(feature, weight) in direction {
                if let Some(holders) = holders.get_mut(feature) {
                    holders.push((ticket, weight));
                }
            }
        }
        let mut likeness = Matrix::new(directions.len());
        for (direction, row) in directions.iter().zip(likeness.rows_mut()) {
            for &(feature, weight) in direction {
                for &(ticket, other) in holders.get(feature).into_iter().flatten() {
                    if let Some(cell) = row.get_mut(ticket) {
                        *cell += weight * other;
                    }
                }
            }
        }
        likeness
    }
}

/// A count as a number to reckon with.
pub(super) fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// The features while they are collected.
struct Collecting<'a> {
    places: HashMap<Feature, usize>,
    grams: HashMap<u32, Vec<usize>>,
    concepts: Concepts,
    vocabulary: &'a Vocabulary<'a>,
    features: Features,
}

impl Collecting<'_> {
    fn ticket(&mut self, words: &[Word<'_>]) {
        let mut found: BTreeMap<usize, f32> = BTreeMap::new();
        let terms: Vec<u32> = words.iter().map(|word| word.term).collect();
        for (at, &term) in terms.iter().enumerate() {
            let weight = if at < WHOLE { 1.0 } else { 0.5 };
            let mut add = |feature: usize| {
                let known = found.entry(feature).or_insert(0.0);
                *known = known.max(weight);
            };
            let common = self.vocabulary.is_common(term);
            add(self.place(Feature::Word(term), if common { Sort::Common } else { Sort::Word }));
            if let Some(&next) = terms.get(at + 1) {
                let sort = if common && self.vocabulary.is_common(next) { Sort::CommonPair } else { Sort::Pair };
                add(self.place(Feature::Pair(term, next), sort));
            }
            if !common {
                self.grams(term).into_iter().for_each(&mut add);
            }
            for concept in self.concepts.begun_by(terms.get(at..).unwrap_or_default()) {
                add(self.place(Feature::Concept(concept), Sort::Concept));
            }
        }
        self.features.tickets.push(found.into_iter().collect());
    }

    fn place(&mut self, feature: Feature, sort: Sort) -> usize {
        let next = self.features.sorts.len();
        let place = *self.places.entry(feature).or_insert(next);
        if place == next {
            self.features.sorts.push(sort);
        }
        place
    }

    fn grams(&mut self, term: u32) -> Vec<usize> {
        if let Some(grams) = self.grams.get(&term) {
            return grams.clone();
        }
        let letters: Vec<char> = [' '].into_iter().chain(self.vocabulary.term(term).chars()).chain([' ']).collect();
        let grams: Vec<usize> = if letters.len() < 4 {
            let mut short = [' '; 4];
            short.iter_mut().zip(&letters).for_each(|(to, from)| *to = *from);
            vec![self.place(Feature::Gram(short), Sort::Gram)]
        } else {
            letters
                .windows(4)
                .filter_map(|four| four.try_into().ok())
                .map(|four| self.place(Feature::Gram(four), Sort::Gram))
                .collect()
        };
        self.grams.insert(term, grams.clone());
        grams
    }
}
