//! A long period read once, ticket by ticket, for nothing but which known topics its tickets belong to. What is kept of a ticket
//! is its terms, so that a year of texts fits into memory.

#![expect(clippy::float_arithmetic, reason = "rarity is a weight")]

use super::Ticket;
use super::fitting::Wanted;
use super::matrix::real;
use super::reading::{
    COMMON_TERMS, LATER, LONGEST_COURTESY, LONGEST_SUBJECT, LONGEST_TEXT, MOST_WORDS, each_word, is_courtesy, plain,
    term_of,
};
use super::signature::Signature;
use crate::domain::words::{Seed, spellings};
use std::collections::HashMap;
use std::hash::BuildHasher;

/// A line of more bytes is no greeting and no farewell.
const LONG: usize = 120;
/// So many more words than count are read.
const SPARE: usize = 40;
/// The terms of so many spellings are remembered.
const REMEMBERED: usize = 400_000;

/// Tickets as they were read.
///
/// ```
/// use frontdesk::domain::insight::topics::{Signature, Ticket, Walk};
/// let mut walk = Walk::default();
/// for (id, text) in [(1, "The printer eats paper"), (2, "Where is my invoice?")] {
///     walk.add(&Ticket { id, subject: "Help", text });
/// }
/// let printer = Signature::of_weights([("printer".into(), 900), ("paper".into(), 436)]);
/// assert_eq!(walk.fitting(&[&Signature::default(), &printer]), [(1, 1)]);
/// ```
#[derive(Debug)]
pub struct Walk {
    /// By spelling: the term, unless every text is full of it.
    spellings: HashMap<Box<str>, Option<u32>, Seed>,
    places: HashMap<String, u32, Seed>,
    terms: Vec<u32>,
    lines: Vec<Line>,
    tickets: Vec<Read>,
    seed: Seed,
}

/// A line: what it is told by, how many words it has, the end of its terms.
#[derive(Debug)]
struct Line {
    key: u64,
    words: usize,
    end: usize,
    /// It was not in the message that opened the ticket.
    later: bool,
}

/// A ticket, and the end of its lines.
#[derive(Debug)]
struct Read {
    id: i64,
    end: usize,
}

impl Default for Walk {
    fn default() -> Walk {
        let seed = Seed::new();
        Walk {
            spellings: HashMap::with_hasher(seed),
            places: HashMap::with_hasher(seed),
            terms: Vec::new(),
            lines: Vec::new(),
            tickets: Vec::new(),
            seed,
        }
    }
}

impl Walk {
    /// Reads one more ticket: its subject, and its text without quotes, greetings and what stands below a farewell.
    pub fn add(&mut self, ticket: &Ticket<'_>) {
        let mut words = 0;
        let head = |text: &'_ str, most: usize| text.floor_char_boundary(most);
        let subject = ticket.subject.get(..head(ticket.subject, LONGEST_SUBJECT)).unwrap_or_default();
        let text = ticket.text.get(..head(ticket.text, LONGEST_TEXT)).unwrap_or_default();
        let mut messages = text.split(LATER);
        let opening = messages.next().unwrap_or_default();
        self.message(subject.lines().take(1).chain(opening.lines()), false, &mut words);
        messages.for_each(|later| self.message(later.lines(), true, &mut words));
        self.tickets.push(Read { id: ticket.id, end: self.lines.len() });
    }

    /// Reads the lines of a message, and counts their words.
    fn message<'t>(&mut self, lines: impl Iterator<Item = &'t str>, later: bool, words: &mut usize) {
        let mut left = false;
        for line in lines {
            let line = line.trim();
            // A part of what is read may turn out to be shared by many.
            if line == "--" || *words >= MOST_WORDS + SPARE {
                break;
            }
            let spaces = || line.bytes().filter(|byte| *byte == b' ').count();
            let short = || spaces() < LONGEST_COURTESY;
            if line.starts_with('>') || line.len() <= LONG && short() && is_courtesy(&plain(line), &mut left) {
                continue;
            }
            *words += self.line(line, later);
        }
    }

    /// Reads a line: how many words it has.
    fn line(&mut self, line: &str, later: bool) -> usize {
        let mut words = 0;
        if line.bytes().any(|byte| matches!(byte, b'@' | b'/')) || line.contains("www.") {
            each_word(line, |from, to, _| {
                words += usize::from(line.get(from..to).is_some_and(|spelling| self.word(spelling)));
                true
            });
        } else {
            words = spellings(line).filter(|spelling| self.word(spelling)).count();
        }
        if words > 0 {
            self.lines.push(Line { key: self.seed.hash_one(line), words, end: self.terms.len(), later });
        }
        words
    }

    /// Reads a word; no number is one.
    fn word(&mut self, spelling: &str) -> bool {
        if spelling.bytes().any(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let term = match self.spellings.get(spelling) {
            Some(known) => *known,
            None => self.learn(spelling),
        };
        self.terms.extend(term);
        true
    }

    fn learn(&mut self, spelling: &str) -> Option<u32> {
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let telling = term_of(spelling).filter(|term| !COMMON_TERMS.contains(term));
        let term = telling.map(|term| *self.places.entry(term).or_insert(next));
        if self.spellings.len() >= REMEMBERED {
            self.spellings.clear();
        }
        self.spellings.insert(spelling.into(), term);
        term
    }

    /// The tickets that say what one of these topics says, in the order of reading, and the place of the one they say best.
    #[must_use]
    pub fn fitting(&self, topics: &[&Signature]) -> Vec<(i64, usize)> {
        let wanted = Wanted::of(topics, |term| self.places.get(term).copied());
        let rare = self.rare();
        let mut counts = vec![0_usize; self.places.len()];
        self.each_told(&rare, |_, terms, _| {
            let places = terms.iter().filter_map(|term| place_of(*term));
            places.for_each(|at| counts.get_mut(at).into_iter().for_each(|count| *count += 1));
        });
        let all = real(self.tickets.len());
        let rarities: Vec<f32> = counts.iter().map(|count| (1.0 + all / real((*count).max(1))).ln()).collect();
        let rarity = |term: u32| place_of(term).and_then(|at| rarities.get(at)).copied().unwrap_or(0.0);
        let mut found = Vec::new();
        self.each_told(&rare, |id, terms, opening| {
            found.extend(wanted.best_of(terms, opening, rarity).map(|topic| (id, topic)));
        });
        found
    }

    /// Of each line whether it is one that only few tickets have.
    fn rare(&self) -> Vec<bool> {
        let many = (self.tickets.len() / 50).max(3);
        let mut counts: HashMap<u64, usize, Seed> = HashMap::with_capacity_and_hasher(self.lines.len(), self.seed);
        self.lines.iter().for_each(|line| *counts.entry(line.key).or_default() += 1);
        self.lines.iter().map(|line| counts.get(&line.key).is_none_or(|count| *count < many)).collect()
    }

    /// Calls `each` with every ticket, its terms, none twice, without lines that many tickets share where something else is left,
    /// and how many of the terms are of the message that opened it: they come first.
    fn each_told(&self, rare: &[bool], mut each: impl FnMut(i64, &[u32], usize)) {
        let mut all_terms: Vec<u32> = Vec::new();
        let mut told = vec![0_usize; self.places.len()];
        let mut begin = 0;
        for (at, ticket) in (1..).zip(&self.tickets) {
            let lines = begin..ticket.end;
            begin = ticket.end;
            let own = self.lines.get(lines.clone()).unwrap_or_default();
            let rare = rare.get(lines.clone()).unwrap_or_default();
            // What the ticket is about is told by the message that opened it.
            let all = !own.iter().zip(rare).any(|(line, rare)| *rare && !line.later);
            let kept = own.iter().zip(rare).zip(lines).filter(|((line, rare), _)| **rare || all && !line.later);
            let mut words = 0;
            let read = kept.take_while(|((line, _), _)| {
                words += line.words;
                words - line.words < MOST_WORDS
            });
            all_terms.clear();
            let mut opening = 0;
            for ((line, _), place) in read {
                let from = place.checked_sub(1).and_then(|before| self.lines.get(before)).map_or(0, |line| line.end);
                for term in self.terms.get(from..line.end).unwrap_or_default() {
                    let last = place_of(*term).and_then(|place| told.get_mut(place));
                    if last.is_some_and(|last| std::mem::replace(last, at) != at) {
                        all_terms.push(*term);
                    }
                }
                opening = if line.later { opening } else { all_terms.len() };
            }
            each(ticket.id, &all_terms, opening);
        }
    }
}

fn place_of(term: u32) -> Option<usize> {
    usize::try_from(term).ok()
}
