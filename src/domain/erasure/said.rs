//! What a person said, found again where others quote it: five words of his in a row, a quoted line of his, one of his
//! subjects. It is asked only of conversations in which he took part: elsewhere the same words are somebody else's own.

use super::{GONE, apart, replaced};
use std::collections::HashSet;
use std::ops::Range;

/// So many words in a row are a quotation.
const ROW: usize = 5;
/// Words that stand before a subject.
const HEADS: [&str; 8] = ["", "subject", "re", "subject re", "тема", "тема re", "fwd", "subject fwd"];

/// Texts of a person, as they are looked for.
#[derive(Debug, Clone, Default)]
pub struct Said {
    rows: HashSet<u64>,
    quoted: HashSet<u64>,
    lines: HashSet<u64>,
    phrases: Vec<Vec<u64>>,
}

impl Said {
    /// Learns a text.
    pub fn learn(&mut self, text: &str) {
        let hashes: Vec<u64> = words(text).map(|(_, h)| h).collect();
        self.rows.extend(hashes.windows(ROW).map(together));
        self.quoted.extend(text.lines().filter_map(line));
    }

    /// Learns a subject.
    pub fn learn_subject(&mut self, subject: &str) {
        let hashes: Vec<u64> = words(subject).map(|(_, h)| h).collect();
        if hashes.is_empty() {
            return;
        }
        self.lines.extend(HEADS.iter().filter_map(|head| line(&format!("{head} {subject}"))));
        if hashes.len() > 1 {
            self.phrases.push(hashes);
        }
    }

    /// The text without what he said; none where nothing of it is in it.
    ///
    /// ```
    /// use frontdesk::domain::erasure::Said;
    /// let mut said = Said::default();
    /// said.learn("Hello,\nthe printer on the second floor eats paper.\nAnna");
    /// let text = "We look at it.\n> Hello,\n> the printer on the second\n> floor eats paper.\n> Anna\nHello to all!";
    /// let without = said.without(text).unwrap();
    /// assert!(without.starts_with("We look at it.\n> ") && without.ends_with("\nHello to all!"));
    /// assert!(!without.contains("printer") && !without.contains("Anna") && !without.contains("> Hello"));
    /// assert_eq!(said.without("the printer on the third floor"), None);
    /// ```
    #[must_use]
    pub fn without(&self, text: &str) -> Option<String> {
        let words: Vec<(Range<usize>, u64)> = words(text).collect();
        let hashes: Vec<u64> = words.iter().map(|(_, h)| *h).collect();
        let mut spans: Vec<Range<usize>> = Vec::new();
        let mut found = |from: usize, to: usize| {
            if let (Some((first, _)), Some((last, _))) = (words.get(from), words.get(to)) {
                spans.push(first.start..last.end);
            }
        };
        for (at, row) in hashes.windows(ROW).enumerate() {
            if self.rows.contains(&together(row)) {
                found(at, at + ROW - 1);
            }
        }
        for phrase in &self.phrases {
            for (at, row) in hashes.windows(phrase.len()).enumerate() {
                if row == phrase.as_slice() {
                    found(at, at + phrase.len() - 1);
                }
            }
        }
        spans.extend(self.whole_lines(text));
        let spans = apart(spans);
        (!spans.is_empty()).then(|| replaced(text, &spans, GONE))
    }

    /// Quoted lines of his, and lines that give one of his subjects.
    fn whole_lines(&self, text: &str) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut from = 0;
        for whole in text.split_inclusive('\n') {
            let bare = whole.trim_start_matches(|c: char| c == '>' || c == '|' || c.is_whitespace());
            let start = from + (whole.len() - bare.len());
            let end = start + bare.trim_end().len();
            let is_quoted = whole.trim_start().starts_with(['>', '|']);
            let known = |h: u64| self.lines.contains(&h) || (is_quoted && self.quoted.contains(&h));
            if line(bare).is_some_and(known) {
                spans.push(start..end);
            }
            from += whole.len();
        }
        spans
    }
}

/// The words of a text and where they stand, each as a number: whatever case it is in.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, u64)> {
    let mut rest = text.char_indices().chain([(text.len(), ' ')]);
    std::iter::from_fn(move || {
        let mut word: Option<(usize, u64)> = None;
        for (at, c) in rest.by_ref() {
            if c.is_alphanumeric() {
                let (start, mut hash) = word.unwrap_or((at, BASIS));
                for lower in c.to_lowercase() {
                    hash = mixed(hash, u64::from(u32::from(if lower == 'ё' { 'е' } else { lower })));
                }
                word = Some((start, hash));
            } else if let Some((start, hash)) = word {
                return Some((start..at, hash));
            }
        }
        None
    })
}

/// The words of a line as one number; none where it has none.
fn line(text: &str) -> Option<u64> {
    let hashes: Vec<u64> = words(text).map(|(_, h)| h).collect();
    (!hashes.is_empty()).then(|| together(&hashes))
}

/// FNV-1a (Fowler, Noll, Vo).
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

fn mixed(hash: u64, with: u64) -> u64 {
    (hash ^ with).wrapping_mul(0x0100_0000_01b3)
}

fn together(hashes: &[u64]) -> u64 {
    hashes.iter().fold(BASIS, |all, one| mixed(all, *one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn subjects_are_found_in_heads_and_in_sentences() {
        let mut said = Said::default();
        said.learn_subject("Принтер");
        said.learn_subject("Не печатает счёт");
        assert_eq!(said.without("Тема: Re: Принтер\nда").as_deref(), Some("(erased)\nда"));
        assert_eq!(said.without("пишет, что не печатает счет.").as_deref(), Some("пишет, что (erased)."));
        assert_eq!(said.without("Принтер сломан"), None);
    }

    proptest! {
        #[test]
        fn a_quotation_goes_whole(text in "[a-z]{1,8}( [a-z]{1,8}){6,20}", width in 10_usize..40) {
            let mut said = Said::default();
            said.learn(&text);
            let mut quoted = String::from(">");
            let mut column = 0;
            for word in text.split(' ') {
                if column > width {
                    quoted.push_str("\n>");
                    column = 0;
                }
                quoted.push(' ');
                quoted.push_str(word);
                column += word.len() + 1;
            }
            let without = said.without(&format!("mine before\n{quoted}\nmine after")).unwrap();
            prop_assert!(without.starts_with("mine before\n>") && without.ends_with("mine after"), "{}", without);
            prop_assert_eq!(without.matches(char::is_alphabetic).count(), "mine before mine after erased".replace(' ', "").len());
        }

        #[test]
        fn any_text_is_looked_through(text in "\\PC*", other in "\\PC*") {
            let mut said = Said::default();
            said.learn(&text);
            said.learn_subject(&text);
            let _ = said.without(&other);
        }
    }
}
