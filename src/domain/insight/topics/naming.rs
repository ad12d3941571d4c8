//! What a topic is called: a few words in a row that a customer wrote.

#![expect(clippy::float_arithmetic, reason = "weights are shares")]

use super::matrix::real;
use super::reading::{Vocabulary, Word};
use super::signature::Telling;
use crate::domain::words::Seed;
use std::collections::HashMap;

/// A name has so many words.
const FEWEST: usize = 2;
const MOST: usize = 8;
/// A name is no longer than so many bytes.
const LONGEST: usize = 120;
/// Names come from so many tickets, the most central ones.
const TICKETS: usize = 24;
/// What a word must add to be worth saying.
const WORTH: f32 = 0.25;

/// A stretch of a ticket's words and how well it tells the group.
struct Span<'a> {
    text: &'a str,
    value: f32,
}

/// The most telling span of two to eight words in the tickets of a group, the most central first; the beginning of a line
/// where nobody wrote two telling words in a row.
pub(super) fn name(central: &[&[Word<'_>]], telling: &Telling, vocabulary: &Vocabulary<'_>) -> String {
    let pairs = pairs(central);
    let mut best: Option<Span<'_>> = None;
    for words in central.iter().take(TICKETS) {
        for from in 0..words.len() {
            for span in spans(words.get(from..).unwrap_or_default(), telling, &pairs, vocabulary) {
                if best.as_ref().is_none_or(|best| span.value > best.value) {
                    best = Some(span);
                }
            }
        }
    }
    let opening = || central.iter().find_map(|words| opening(words));
    best.map(|span| span.text).or_else(opening).unwrap_or_default().to_owned()
}

/// The words that follow another in the tickets that names come from, and in how many of the group's other tickets they do, too.
fn pairs(group: &[&[Word<'_>]]) -> Pairs {
    let mut pairs = Pairs { told: HashMap::default(), size: real(group.len().max(1)) };
    pairs.told.extend(group.iter().take(TICKETS).flat_map(|words| neighbours(words)).map(|pair| (pair, (0, 0))));
    for (ticket, words) in (1..).zip(group) {
        for pair in neighbours(words) {
            if let Some((last, count)) = pairs.told.get_mut(&pair).filter(|(last, _)| *last != ticket) {
                *last = ticket;
                *count += 1;
            }
        }
    }
    pairs
}

/// Every two words in a row of one phrase.
fn neighbours(words: &[Word<'_>]) -> impl Iterator<Item = (u32, u32)> {
    words.iter().zip(words.iter().skip(1)).filter(|(_, b)| !b.opens).map(|(a, b)| (a.term, b.term))
}

/// See [`pairs`].
struct Pairs {
    /// In which ticket, counted from 1, a pair was met last, and in how many.
    told: HashMap<(u32, u32), (usize, usize), Seed>,
    size: f32,
}

impl Pairs {
    fn share(&self, a: u32, b: u32) -> f32 {
        self.told.get(&(a, b)).map_or(0.0, |(_, count)| real(count.saturating_sub(1)) / self.size)
    }
}

/// The spans that begin with the first of `words`, within its sentence.
fn spans<'a>(words: &[Word<'a>], telling: &Telling, pairs: &Pairs, vocabulary: &Vocabulary<'_>) -> Vec<Span<'a>> {
    let mut out = Vec::new();
    let Some(first) = words.first() else { return out };
    let may_begin = |word: &Word<'_>| !vocabulary.is_common(word.term) || is_negation(vocabulary.term(word.term));
    if !may_begin(first) {
        return out;
    }
    let mut value = 0.0;
    let mut said: Vec<u32> = Vec::new();
    let mut before: Option<&Word<'_>> = None;
    for (at, word) in words.iter().take(MOST).enumerate() {
        if at > 0 && (word.opens || !std::ptr::eq(word.line, first.line)) {
            break;
        }
        if !said.contains(&word.term) {
            value += telling.weight(word.term);
            said.push(word.term);
        }
        value += before.map_or(0.0, |before| pairs.share(before.term, word.term));
        value -= WORTH;
        before = Some(word);
        let text = first.line.get(first.from..word.to).filter(|text| text.len() <= LONGEST);
        if let Some(text) = text.filter(|_| at + 1 >= FEWEST && !vocabulary.is_common(word.term)) {
            out.push(Span { text, value });
        }
    }
    out
}

/// The first words of a ticket's first line.
fn opening<'a>(words: &[Word<'a>]) -> Option<&'a str> {
    let first = words.first()?;
    let last = words.iter().take(MOST).take_while(|word| std::ptr::eq(word.line, first.line)).last()?;
    let text = first.line.get(first.from..last.to)?;
    text.get(..text.floor_char_boundary(LONGEST))
}

fn is_negation(term: &str) -> bool {
    matches!(term, "not" | "no" | "cannot" | "не" | "нет" | "без" | "нельзя")
}
