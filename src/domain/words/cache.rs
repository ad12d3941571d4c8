//! Terms of many texts, fast: the stems of words seen before are remembered, each distinct term of a text is told once.

use super::stem;
use super::token::Tokens;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

/// So many spellings are remembered between two texts.
const SPELLINGS: usize = 100_000;
/// A text gives no more distinct terms than this.
const MOST_TERMS: usize = 20_000;
/// Longer spellings are not remembered: they do not come again.
const LONGEST_REMEMBERED: usize = 64;

/// Finds the distinct terms of texts, for indexing. It remembers stems, so one of them serves a whole import.
///
/// ```
/// use frontdesk::domain::words::Stemmer;
/// let mut stemmer = Stemmer::new();
/// let mut terms = String::new();
/// stemmer.distinct("Принтер не печатает. Принтеры не печатали!", &mut terms);
/// assert_eq!(terms, "принтер не печата");
/// ```
#[derive(Debug)]
pub struct Stemmer {
    /// Spelling, as it stands in texts → place of its term.
    spellings: HashMap<Box<str>, usize, Seed>,
    /// Term → its place.
    places: HashMap<Arc<str>, usize, Seed>,
    /// The terms by place, each with the number of the text that it was last told for.
    terms: Vec<(Arc<str>, u64)>,
    /// The number of the text, from 1.
    text: u64,
    /// Room to stem in.
    word: String,
}

impl Default for Stemmer {
    fn default() -> Stemmer {
        Stemmer::new()
    }
}

impl Stemmer {
    /// One that remembers nothing yet.
    #[must_use]
    pub fn new() -> Stemmer {
        let seed = Seed::new();
        Stemmer {
            spellings: HashMap::with_hasher(seed),
            places: HashMap::with_hasher(seed),
            terms: Vec::new(),
            text: 0,
            word: String::new(),
        }
    }

    /// Writes the distinct terms of `text` into `out`, separated by spaces, in the order of their first appearance; at most
    /// 20 000. What `out` held before is gone. The terms are those of [`terms`](super::terms).
    pub fn distinct(&mut self, text: &str, out: &mut String) {
        out.clear();
        if self.spellings.len() >= SPELLINGS || self.terms.len() >= SPELLINGS {
            self.forget();
        }
        self.text += 1;
        let mut count = 0;
        for range in Tokens::of(text) {
            let spelling = text.get(range).unwrap_or_default();
            let place = match self.spellings.get(spelling) {
                Some(place) => *place,
                None => self.learn(spelling),
            };
            let Some((term, told)) = self.terms.get_mut(place).filter(|(_, told)| *told != self.text) else { continue };
            *told = self.text;
            if count > 0 {
                out.push(' ');
            }
            out.push_str(term);
            count += 1;
            if count == MOST_TERMS {
                return;
            }
        }
    }

    /// The place of the term of a spelling that is not remembered.
    fn learn(&mut self, spelling: &str) -> usize {
        stem(spelling, &mut self.word);
        let place = match self.places.get(self.word.as_str()) {
            Some(place) => *place,
            None => {
                let term: Arc<str> = Arc::from(self.word.as_str());
                let place = self.terms.len();
                self.terms.push((Arc::clone(&term), 0));
                self.places.insert(term, place);
                place
            }
        };
        // Within one hostile text the spellings of one term are endless (aA, Aa, AA): past twice the measure none is kept.
        if spelling.len() <= LONGEST_REMEMBERED && self.spellings.len() < 2 * SPELLINGS {
            self.spellings.insert(Box::from(spelling), place);
        }
        place
    }

    fn forget(&mut self) {
        self.spellings.clear();
        self.places.clear();
        self.terms.clear();
    }
}

/// Makes the hashers of one collection of words: seeded, so that no mail can be written to make its words collide.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) struct Seed(u64);

impl Default for Seed {
    fn default() -> Seed {
        Seed::new()
    }
}

impl Seed {
    /// Another one each time.
    pub(in crate::domain) fn new() -> Seed {
        Seed(RandomState::new().hash_one(0_u8))
    }
}

impl BuildHasher for Seed {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding(self.0)
    }
}

/// A hash of short words: eight bytes at a time, multiplied and folded.
pub(in crate::domain) struct Folding(u64);

impl Folding {
    fn mix(&mut self, word: u64) {
        const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
        let product = u128::from(self.0 ^ word) * u128::from(ODD);
        let [low, high] = [product & u128::from(u64::MAX), product >> 64].map(|half| u64::try_from(half).unwrap_or(0));
        self.0 = low ^ high;
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            self.mix(u64::from_le_bytes(*chunk));
        }
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.mix(u64::from_le_bytes(last).wrapping_add(u64::try_from(bytes.len()).unwrap_or(0) << 56));
    }

    /// The mark that ends every string: its length is mixed in already.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::terms;
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn distinct(stemmer: &mut Stemmer, text: &str) -> Vec<String> {
        let mut out = String::from("left over");
        stemmer.distinct(text, &mut out);
        out.split(' ').filter(|term| !term.is_empty()).map(String::from).collect()
    }

    #[test]
    fn every_text_is_told_anew() {
        let mut stemmer = Stemmer::new();
        let first = distinct(&mut stemmer, "Оплата счетов, paid invoices: ОПЛАТА счета invoice");
        assert_eq!(first, ["оплат", "счет", "paid", "invoic"]);
        assert_eq!(distinct(&mut stemmer, "счета invoice"), ["счет", "invoic"]);
        assert!(distinct(&mut stemmer, " … \u{301} ").is_empty());
    }

    #[test]
    fn a_text_gives_twenty_thousand_terms_at_most() {
        let text: String = (0..30_000).map(|n| format!("{n} ")).collect();
        assert_eq!(distinct(&mut Stemmer::new(), &text).len(), MOST_TERMS);
    }

    #[test]
    fn memory_is_bounded_over_many_texts_and_within_one() {
        let mut stemmer = Stemmer::new();
        for text in 0..20 {
            let words: String = (0..10_000).map(|n| format!("w{text}x{n} ")).collect();
            assert_eq!(distinct(&mut stemmer, &words).len(), 10_000);
        }
        assert!(stemmer.spellings.len() <= SPELLINGS + MOST_TERMS && stemmer.terms.len() <= SPELLINGS + MOST_TERMS);
        let cases: String = (0..1_u32 << 17)
            .map(|n| (0..17).map(|bit| if n >> bit & 1 == 1 { 'A' } else { 'a' }).chain([' ']).collect::<String>())
            .collect();
        assert_eq!(distinct(&mut stemmer, &cases).len(), 1);
        assert!(stemmer.spellings.len() <= 2 * SPELLINGS);
    }

    proptest! {
        #[test]
        fn the_terms_are_those_of_the_slow_way(texts in proptest::collection::vec("([а-яА-ЯёЁ]{1,9}|[a-zA-Z]{1,9}|[0-9]{1,3}|\\PC)([ ,.]|\\PC){0,2}([а-я]{1,9}|[a-z]{1,9})", 1..5)) {
            let mut stemmer = Stemmer::new();
            for text in texts {
                let mut seen = HashSet::new();
                let slow: Vec<String> = terms(&text).into_iter().filter(|term| seen.insert(term.clone())).collect();
                prop_assert_eq!(distinct(&mut stemmer, &text), slow);
            }
        }
    }
}
