//! What of a ticket counts, how much, and how alike that makes two tickets.

#![expect(
    clippy::float_arithmetic,
    reason = "likeness is a share; every sum runs in the order of the tickets' numbers"
)]

use super::concepts::Concepts;
use super::matrix::{Matrix, real};
use super::reading::{Vocabulary, Word};
use super::signature::place;
use crate::domain::words::Seed;
use std::collections::HashMap;
use std::rc::Rc;

/// What a ticket is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Feature {
    /// A word.
    Word(u32),
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

impl Sort {
    /// All of them, the one first by which the others are measured.
    const ALL: [Sort; 6] = [Sort::Word, Sort::Common, Sort::Pair, Sort::CommonPair, Sort::Gram, Sort::Concept];
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
    spread: Vec<usize>,
    /// The number of tickets.
    count: f32,
    /// The features of each ticket in order, with what their place in the text makes them weigh.
    tickets: Vec<Vec<(u32, f32)>>,
}

impl Features {
    pub(super) fn of(tickets: &[&[Word<'_>]], vocabulary: &Vocabulary<'_>) -> Features {
        let mut collecting = Collecting {
            places: HashMap::default(),
            pairs: HashMap::with_capacity_and_hasher(
                tickets.iter().map(|words| words.len()).sum::<usize>() / 2,
                Seed::new(),
            ),
            terms: HashMap::default(),
            met: Vec::new(),
            found: Vec::new(),
            concepts: Concepts::among(vocabulary),
            vocabulary,
            features: Features::default(),
        };
        for words in tickets {
            collecting.ticket(words);
        }
        let mut features = collecting.features;
        features.count = real(tickets.len());
        features.spread = vec![0; features.sorts.len()];
        for &(feature, _) in features.tickets.iter().flatten() {
            if let Some(spread) = features.spread.get_mut(place(feature)) {
                *spread += 1;
            }
        }
        features
    }

    /// What every two tickets have in common, by the sorts of features: TF-IDF over the features that two at least share. A
    /// view is a sum of these, so each feature is looked at once.
    pub(super) fn in_common(&self) -> InCommon {
        let rarity = |spread: &usize| if *spread >= 2 { (1.0 + self.count / (1.0 + real(*spread))).ln() } else { 0.0 };
        let rarities: Vec<f32> = self.spread.iter().map(rarity).collect();
        let weigh = |&(feature, weight): &(u32, f32)| {
            let rarity = rarities.get(place(feature)).copied().filter(|rarity| *rarity > 0.0)?;
            Some((place(feature), weight * rarity))
        };
        let mut holders = self.holders(weigh);
        let mut by_sort = Sort::ALL.map(|sort| (sort, Matrix::new(self.tickets.len())));
        for (ticket, features) in self.tickets.iter().enumerate() {
            for (feature, weight) in features.iter().filter_map(weigh) {
                let (Some(sort), Some(holders)) = (self.sorts.get(feature), holders.get_mut(feature)) else { continue };
                let Some((_, products)) = by_sort.iter_mut().find(|(known, _)| known == sort) else { continue };
                holders.add_from(ticket, weight, products.row_mut(ticket));
            }
        }
        by_sort.iter_mut().for_each(|(_, products)| products.mirror());
        InCommon { by_sort }
    }

    /// Who holds each feature.
    fn holders(&self, weigh: impl Fn(&(u32, f32)) -> Option<(usize, f32)>) -> Vec<Holders> {
        let tickets = self.tickets.len();
        let of = |spread: &usize| {
            let many = spread * MANY > tickets;
            // What one alone holds, nobody shares.
            let few = || Vec::with_capacity(if *spread > 1 { *spread } else { 0 });
            if many { Holders::Many(vec![0.0; tickets]) } else { Holders::Few(few(), 0) }
        };
        let mut all: Vec<Holders> = self.spread.iter().map(of).collect();
        for (ticket, features) in self.tickets.iter().enumerate() {
            for (feature, weight) in features.iter().filter_map(&weigh) {
                match all.get_mut(feature) {
                    Some(Holders::Few(holders, _)) => holders.push((u32::try_from(ticket).unwrap_or(u32::MAX), weight)),
                    Some(Holders::Many(weights)) => weights.get_mut(ticket).into_iter().for_each(|own| *own = weight),
                    None => {}
                }
            }
        }
        all
    }
}

/// Of so many tickets one holds what many hold.
const MANY: usize = 6;

/// Who holds a feature, and what it weighs there.
enum Holders {
    /// A few: the tickets in order, and how many of them are done. Those who hold a feature are met in order: before the one
    /// whose turn it is, all are done.
    Few(Vec<(u32, f32)>, usize),
    /// So many that the weight in every ticket, mostly nothing, is added faster than it is picked out.
    Many(Vec<f32>),
}

impl Holders {
    /// Adds what a ticket shares with itself and those behind it to its row.
    fn add_from(&mut self, ticket: usize, weight: f32, row: &mut [f32]) {
        match self {
            Holders::Few(holders, done) => {
                for &(other, shares) in holders.get(*done..).unwrap_or_default() {
                    let cell = usize::try_from(other).ok().and_then(|other| row.get_mut(other));
                    cell.into_iter().for_each(|cell| *cell += weight * shares);
                }
                *done += 1;
            }
            Holders::Many(weights) => {
                let cells = row.get_mut(ticket..).unwrap_or_default();
                let behind = weights.get(ticket..).unwrap_or_default();
                cells.iter_mut().zip(behind).for_each(|(cell, shares)| *cell += weight * shares);
            }
        }
    }
}

/// What the tickets of a window have in common, by the sorts of features.
#[derive(Debug)]
pub(super) struct InCommon {
    by_sort: [(Sort, Matrix); Sort::ALL.len()],
}

impl InCommon {
    /// Puts down how alike the tickets are in a view: the cosines of their directions.
    pub(super) fn likeness(&self, view: &View, likeness: &mut Matrix) {
        let [(_, words), others @ ..] = &self.by_sort;
        likeness.copy(words);
        for (sort, products) in others {
            let weight = view.weight(*sort);
            if weight > 0.0 {
                likeness.add(weight * weight, products);
            }
        }
        likeness.cosines();
    }
}

/// The features while they are collected.
struct Collecting<'a> {
    places: HashMap<Feature, u32, Seed>,
    /// The places of two words, one after the other.
    pairs: HashMap<u64, u32, Seed>,
    /// The places of a term's word and of its pieces.
    terms: HashMap<u32, Rc<[u32]>, Seed>,
    /// In which ticket a feature was met last, counted from 1.
    met: Vec<u32>,
    /// What was found in a ticket.
    found: Vec<(u32, f32)>,
    concepts: Concepts,
    vocabulary: &'a Vocabulary<'a>,
    features: Features,
}

impl Collecting<'_> {
    fn ticket(&mut self, words: &[Word<'_>]) {
        let terms: Vec<u32> = words.iter().map(|word| word.term).collect();
        for (at, &term) in terms.iter().enumerate() {
            // What is said twice weighs what it weighs where it is said first.
            let weight = if at < WHOLE { 1.0 } else { 0.5 };
            self.of_term(term).iter().for_each(|place| self.add(*place, weight));
            if let Some(&next) = terms.get(at + 1) {
                let common = self.vocabulary.is_common(term) && self.vocabulary.is_common(next);
                let next_place = self.next_place();
                let pair = *self.pairs.entry(u64::from(term) << 32 | u64::from(next)).or_insert(next_place);
                if pair == next_place {
                    self.features.sorts.push(if common { Sort::CommonPair } else { Sort::Pair });
                }
                self.add(pair, weight);
            }
            for concept in self.concepts.begun_by(terms.get(at..).unwrap_or_default()) {
                let concept = self.place(Feature::Concept(concept), Sort::Concept);
                self.add(concept, weight);
            }
        }
        self.found.sort_unstable_by_key(|(feature, _)| *feature);
        self.features.tickets.push(self.found.as_slice().to_vec());
        self.found.clear();
    }

    /// Adds what the ticket has not shown before.
    fn add(&mut self, feature: u32, weight: f32) {
        let (at, ticket) = (place(feature), u32::try_from(self.features.tickets.len() + 1).unwrap_or(u32::MAX));
        if self.met.len() <= at {
            self.met.resize(at + 1, 0);
        }
        if let Some(met) = self.met.get_mut(at).filter(|met| **met != ticket) {
            *met = ticket;
            self.found.push((feature, weight));
        }
    }

    fn next_place(&self) -> u32 {
        u32::try_from(self.features.sorts.len()).unwrap_or(u32::MAX)
    }

    fn place(&mut self, feature: Feature, sort: Sort) -> u32 {
        let next = self.next_place();
        let place = *self.places.entry(feature).or_insert(next);
        if place == next {
            self.features.sorts.push(sort);
        }
        place
    }

    /// The word and, of one that tells something, its pieces of four letters.
    fn of_term(&mut self, term: u32) -> Rc<[u32]> {
        if let Some(known) = self.terms.get(&term) {
            return Rc::clone(known);
        }
        let common = self.vocabulary.is_common(term);
        let mut own = vec![self.place(Feature::Word(term), if common { Sort::Common } else { Sort::Word })];
        if !common {
            own.extend(
                fours(self.vocabulary.term(term)).into_iter().map(|four| self.place(Feature::Gram(four), Sort::Gram)),
            );
        }
        let own: Rc<[u32]> = own.into();
        self.terms.insert(term, Rc::clone(&own));
        own
    }
}

/// The pieces of four letters of a word with a space before and after it; a shorter one is a piece itself.
fn fours(word: &str) -> Vec<[char; 4]> {
    let letters: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
    if letters.len() < 4 {
        let mut short = [' '; 4];
        short.iter_mut().zip(&letters).for_each(|(to, from)| *to = *from);
        return vec![short];
    }
    letters.windows(4).filter_map(|four| four.try_into().ok()).collect()
}
