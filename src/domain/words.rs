//! Search terms: what words of a text are indexed as, and where the words of a query stand in a text.
//! Russian and English word forms meet in one term by Snowball's stemmers, which no other room knows.

mod cache;
mod token;

use frostem::{Algorithm, Stemmer as Snowball};
use std::ops::Range;
use token::{Tokens, fold};

pub(in crate::domain) use cache::Seed;
pub use cache::Stemmer;

/// The version of the terms: an index made by another one is made again. It changes with these rules and with frostem.
pub const ANALYSER: i64 = 1;

/// The terms of a text in reading order, each as often as it stands there: lower-case, ё as е, accents gone, stemmed (Russian
/// where a word is all Cyrillic, English where it is all Latin, as it is where it is mixed), 64 characters at most.
///
/// ```
/// use frontdesk::domain::words::terms;
/// assert_eq!(terms("Принтеры не печатали: joe@printing.io"), ["принтер", "не", "печата", "joe", "print", "io"]);
/// assert_eq!(terms("1С v2 +7 921"), ["1с", "v2", "7", "921"]);
/// assert_eq!(terms("ошибок записи"), terms("ошибка запись"));
/// ```
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    for range in Tokens::of(text) {
        stem(text.get(range).unwrap_or_default(), &mut word);
        out.push(word.clone());
    }
    out
}

/// The words of a text as they are spelled.
pub(in crate::domain) fn spellings(text: &str) -> impl Iterator<Item = &str> {
    Tokens::of(text).filter_map(|range| text.get(range))
}

/// The terms of `text*`, a search for what begins so: those of all words but the last, and the last marked with a star, which
/// [`hits`] understands. Where the stem is a shorter beginning of the word, it is the stem: `отправлен*` finds «отправлял».
///
/// ```
/// use frontdesk::domain::words::prefix_terms;
/// assert_eq!(prefix_terms("прин"), ["прин*"]);
/// assert_eq!(prefix_terms("laser-printin"), ["laser", "printin*"]);
/// assert_eq!(prefix_terms("отправлен"), ["отправл*"]);
/// ```
#[must_use]
pub fn prefix_terms(text: &str) -> Vec<String> {
    let mut terms = terms(text);
    let last = Tokens::of(text).last().and_then(|range| text.get(range));
    if let (Some(spelling), Some(term)) = (last, terms.last_mut()) {
        let mut beginning = String::new();
        fold(spelling, &mut beginning);
        if !beginning.starts_with(term.as_str()) {
            *term = beginning;
        }
        term.push('*');
    }
    terms
}

/// Whether the terms stand in `text` one after the other, as a phrase.
///
/// ```
/// use frontdesk::domain::words::{has_phrase, terms};
/// assert!(has_phrase("Он снова не печатает!", &terms("не печатал")));
/// assert!(!has_phrase("печатает, а не сканирует", &terms("не печатал")));
/// ```
#[must_use]
pub fn has_phrase(text: &str, phrase: &[String]) -> bool {
    let words: Vec<Range<usize>> = Tokens::of(text).collect();
    let mut word = String::new();
    let mut is_term = |range: &Range<usize>, term: &String| {
        fold(text.get(range.clone()).unwrap_or_default(), &mut word);
        if word.chars().next() != term.chars().next() {
            return false;
        }
        stem_folded(&mut word);
        word == *term
    };
    words
        .windows(phrase.len().max(1))
        .any(|window| !phrase.is_empty() && window.iter().zip(phrase).all(|(range, term)| is_term(range, term)))
}

/// The byte ranges of the words of `text` whose term is one of `stems`, or begins with one that ends in a star.
///
/// ```
/// use frontdesk::domain::words::{hits, terms};
/// assert_eq!(hits("Two Printers, one printing", &terms("printer")), [(4, 12)]);
/// assert_eq!(hits("Two Printers, one printing", &["print*".to_string()]), [(4, 12), (18, 26)]);
/// ```
#[must_use]
pub fn hits(text: &str, stems: &[String]) -> Vec<(usize, usize)> {
    Hits::of(text, stems).map(|range| (range.start, range.end)).collect()
}

/// One line of about `width` characters around the first hit of `stems` in `text`, from its beginning when there is none, and
/// the hits in that line. White space and control characters become single spaces; `…` stands where text is left out.
///
/// ```
/// use frontdesk::domain::words::{snippet, terms};
/// let text = "Hello,\n\nsince Monday our printers on the second floor do not print any more.";
/// let (line, hits) = snippet(text, &terms("printer"), 30);
/// assert_eq!(line, "… our printers on the second …");
/// assert_eq!(hits.iter().map(|&(from, to)| &line[from..to]).collect::<Vec<_>>(), ["printers"]);
/// ```
#[must_use]
pub fn snippet(text: &str, stems: &[String], width: usize) -> (String, Vec<(usize, usize)>) {
    let first = Hits::of(text, stems).next();
    let start = first.as_ref().map_or(0, |range| range.start);
    let line = line_from(text, opening(text, start, width / 3), width);
    let found = hits(&line, stems);
    if found.is_empty() && first.is_some() {
        // The hit stands deep in something long without a space: begin with the hit itself.
        let line = line_from(text, start, width);
        let found = hits(&line, stems);
        return (line, found);
    }
    (line, found)
}

/// Where a snippet begins: at a word, at most `before` characters before `start`.
fn opening(text: &str, start: usize, before: usize) -> usize {
    let head = text.get(..start).unwrap_or_default();
    let begins_word = |at: usize| head.get(..at).and_then(|rest| rest.chars().next_back()).is_none_or(blank);
    let words = head.char_indices().rev().take(before).filter(|(at, c)| !blank(*c) && begins_word(*at));
    words.last().map_or(start, |(at, _)| at)
}

/// The words from `begin` on that fit into one line, at least the beginning of one.
fn line_from(text: &str, begin: usize, width: usize) -> String {
    let (head, tail) = text.split_at_checked(begin).unwrap_or(("", text));
    let mut room = width.saturating_sub(4).max(1);
    let mut line = String::new();
    let mut whole = true;
    for word in tail.split(blank).filter(|word| !word.is_empty()) {
        let gap = usize::from(!line.is_empty());
        let length = word.chars().take(room + 1).count() + gap;
        if length > room {
            if line.is_empty() {
                line.extend(word.chars().take(room));
            }
            whole = false;
            break;
        }
        if gap > 0 {
            line.push(' ');
        }
        line.push_str(word);
        room -= length;
    }
    let before = if head.chars().all(blank) { "" } else { "… " };
    let after = if whole { "" } else { " …" };
    format!("{before}{line}{after}")
}

fn blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The words of a text that a search found.
struct Hits<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    stems: &'a [String],
    word: String,
}

impl<'a> Hits<'a> {
    fn of(text: &'a str, stems: &'a [String]) -> Hits<'a> {
        Hits { text, tokens: Tokens::of(text), stems, word: String::new() }
    }

    fn is_hit(&mut self, spelling: &str) -> bool {
        fold(spelling, &mut self.word);
        // Stemming takes the time, and it never changes the first letter.
        let first = self.word.chars().next();
        if !self.stems.iter().any(|stem| stem.chars().next() == first) {
            return false;
        }
        stem_folded(&mut self.word);
        self.stems.iter().any(|stem| match stem.strip_suffix('*') {
            Some(beginning) => self.word.starts_with(beginning),
            None => *stem == self.word,
        })
    }
}

impl Iterator for Hits<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.stems.is_empty() {
            return None;
        }
        while let Some(range) = self.tokens.next() {
            let spelling = self.text.get(range.clone()).unwrap_or_default();
            if self.is_hit(spelling) {
                return Some(range);
            }
        }
        None
    }
}

/// Writes the term of one word into `out`.
fn stem(word: &str, out: &mut String) {
    fold(word, out);
    stem_folded(out);
}

/// Turns a folded word into its term.
fn stem_folded(word: &mut String) {
    let mut cyrillic = true;
    let mut latin = true;
    for c in word.chars() {
        cyrillic &= matches!(c, '\u{400}'..='\u{52F}');
        latin &= c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}');
    }
    let stemmed = match (cyrillic, latin) {
        (true, false) => russian(word),
        (false, true) => Snowball::new(Algorithm::English).stem(word).into_owned(),
        _ => return,
    };
    if !stemmed.is_empty() {
        *word = stemmed;
    }
}

/// Snowball's Russian stem, with its two faults mended: nouns in -пись lose the soft sign alone (подпись, подписи), and the
/// fleeting vowel before a last к or ц falls (ошибок, ошибка).
fn russian(word: &str) -> String {
    if let Some(hard) = word.strip_suffix('ь').filter(|hard| hard.ends_with("пис")) {
        return hard.to_owned();
    }
    let stem = Snowball::new(Algorithm::Russian).stem(word);
    let mut end = stem.chars().rev();
    let fleeting = matches!(
        (end.next(), end.next(), end.next()),
        (Some('к' | 'ц'), Some('о' | 'е'), Some(before)) if is_consonant(before)
    );
    if !fleeting || stem.chars().count() < 5 {
        return stem.into_owned();
    }
    let mut letters: Vec<char> = stem.chars().collect();
    letters.remove(letters.len() - 2);
    letters.into_iter().collect()
}

fn is_consonant(c: char) -> bool {
    matches!(c, 'б'..='д' | 'ж' | 'з' | 'к'..='н' | 'п'..='т' | 'ф'..='щ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(words: &[&str]) -> bool {
        let all: Vec<_> = words.iter().map(|word| terms(word)).collect();
        all.windows(2).all(|pair| pair[0] == pair[1])
    }

    #[test]
    fn the_forms_of_a_word_meet_in_one_term() {
        assert!(same(&["ошибка", "ошибок", "ошибки", "ОШИБКАМИ"]));
        assert!(same(&["подпись", "подписи", "подписью"]));
        assert!(same(&["запись", "записи", "записью"]));
        assert!(same(&["звонок", "звонки", "звонков"]));
        assert!(same(&["счёт", "счета", "счет"]));
        assert!(same(&["invoice", "Invoices", "invoiced"]));
        assert!(!same(&["срок", "сроки", "рок"]));
        assert!(same(&["человек", "человека", "человеку"]));
    }

    #[test]
    fn mixed_words_and_numbers_stay_as_they_are() {
        assert_eq!(terms("1С-Битрикс v2.0 ref1a3 №152"), ["1с", "битрикс", "v2", "0", "ref1a3", "152"]);
        assert_eq!(terms("+7 921 555-01-02"), ["7", "921", "555", "01", "02"]);
        assert_eq!(terms("pаypal"), ["pаypal"], "the second letter is Cyrillic");
    }

    #[test]
    fn hits_are_words_of_the_original_text() {
        let text = "Ошибок нет.\nОшибка\u{301}! ошибочно";
        let found: Vec<&str> = hits(text, &terms("ошибки")).iter().map(|&(from, to)| &text[from..to]).collect();
        assert_eq!(found, ["Ошибок", "Ошибка\u{301}"]);
        assert!(hits(text, &[]).is_empty() && hits(text, &["*".into()]).is_empty());
    }

    #[test]
    fn a_star_finds_what_begins_so() {
        let begun = |text: &str, word: &str| hits(text, &prefix_terms(word)).len();
        assert_eq!(begun("принтер, принести, прибор", "прин"), 2);
        assert_eq!(begun("отправлен отправлял отправка", "отправлен"), 2);
        assert!(prefix_terms("…").is_empty());
    }

    #[test]
    fn a_phrase_is_its_terms_in_a_row() {
        let found = |text: &str, phrase: &str| has_phrase(text, &terms(phrase));
        assert!(found("Мы не-печатаем счета", "не печатает счёт") && found("a b c", "a") && found("x x y", "x y"));
        assert!(
            !found("печатает не", "не печатает") && !found("не", "не печатает") && !found("", "x") && !found("x", "…")
        );
    }

    #[test]
    fn a_snippet_is_one_line_around_the_first_hit() {
        let lines = |text: &str, word: &str| snippet(text, &terms(word), 24);
        assert_eq!(lines("short\n\ttext", "none"), ("short text".into(), vec![]));
        assert_eq!(lines("", "none"), (String::new(), vec![]));
        assert_eq!(lines(" \u{1b}[31mred", "red"), ("[31mred".into(), vec![]));
        let (line, found) = lines("Один два три четыре пять шесть семь восемь девять", "шестью");
        assert_eq!((line.as_str(), &line[found[0].0..found[0].1]), ("… пять шесть семь …", "шесть"));
        let url = format!("see https://x.io/{}/printer/{}", "a".repeat(90), "b".repeat(90));
        let (line, found) = lines(&url, "printers");
        assert_eq!((line.as_str(), found), ("… printer/bbbbbbbbbbbb …", vec![(4, 11)]));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_range_is_a_word(text in "(\\PC|[а-яё ]|[a-z ]|\u{301}|\n){0,60}", word in "[а-я]{1,6}|[a-z]{1,6}|\\PC{0,4}", width in 0_usize..60) {
            for stems in [terms(&word), prefix_terms(&word)] {
                prop_assert!(hits(&text, &stems).iter().all(|&(from, to)| from < to && text.get(from..to).is_some()));
                let (line, found) = snippet(&text, &stems, width);
                prop_assert!(found.iter().all(|&(from, to)| line.get(from..to).is_some()));
                prop_assert!(line.chars().count() <= width.max(5) && !line.contains('\n'));
                let _ = has_phrase(&text, &stems);
            }
        }

        #[test]
        fn a_term_is_short_and_never_empty(text in "\\PC*", long in "[a-zа-я]{60,200}") {
            for term in terms(&text).iter().chain(&terms(&long)) {
                prop_assert!((1..=token::LONGEST).contains(&term.chars().count()) && !term.contains([' ', '"', '*', '\'']));
            }
        }

        #[test]
        fn a_word_is_found_in_its_text(before in "[a-zа-яё .,]{0,20}", word in "[a-z]{1,9}|[а-яё]{1,9}|[0-9]{1,5}", after in "[ .,][a-zа-яё .,]{0,20}") {
            let text = format!("{before} {word}{after}");
            prop_assert!(!hits(&text, &terms(&word)).is_empty());
            prop_assert!(has_phrase(&text, &terms(&word)));
            let (line, found) = snippet(&text, &terms(&word), 30);
            prop_assert!(!found.is_empty(), "{}", line);
        }
    }
}
