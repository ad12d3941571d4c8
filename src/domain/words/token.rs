//! Where words begin and end in a text, and what a word is folded to: lower-case, ё as е, no accents.

use std::ops::Range;

/// The byte ranges of the words of a text: letters and digits of any script, and the marks that follow them.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Tokens<'a> {
        Tokens { text, at: 0 }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }
}

impl Iterator for Tokens<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut start = self.at;
        loop {
            match KINDS[usize::from(*bytes.get(start)?)] {
                Kind::Gap => start += 1,
                Kind::Letter | Kind::Cyrillic => break,
                Kind::Other => match self.char_at(start)? {
                    c if c.is_alphanumeric() && !is_mark(c) => break,
                    c => start += c.len_utf8(),
                },
            }
        }
        let mut end = start;
        while let Some(byte) = bytes.get(end) {
            match KINDS[usize::from(*byte)] {
                Kind::Gap => break,
                Kind::Letter => end += 1,
                Kind::Cyrillic => end += 2,
                Kind::Other => match self.char_at(end) {
                    Some(c) if c.is_alphanumeric() || is_mark(c) => end += c.len_utf8(),
                    _ => break,
                },
            }
        }
        self.at = end;
        Some(start..end)
    }
}

/// What the first byte of a character tells.
#[derive(Clone, Copy)]
enum Kind {
    /// An ASCII letter or digit.
    Letter,
    /// The first of the two bytes of U+0400 to U+047F: letters all of them.
    Cyrillic,
    /// ASCII and no word.
    Gap,
    /// The whole character has to be looked at.
    Other,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = if byte.is_ascii_alphanumeric() { Kind::Letter } else { Kind::Gap };
        byte += 1;
    }
    kinds[0xD0] = Kind::Cyrillic;
    kinds[0xD1] = Kind::Cyrillic;
    kinds
};

/// What stands on letters or joins them and is no letter itself: accents, soft hyphens, joiners.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}')
}

/// Writes the folded form of a word into `out`, at most [`LONGEST`] characters of it.
///
/// Composed and decomposed letters fold to the same: `é` to `e` both ways, й stays й both ways.
pub(super) fn fold(word: &str, out: &mut String) {
    out.clear();
    let mut length = 0;
    for c in word.chars() {
        if length == LONGEST {
            return;
        }
        match c {
            'a'..='z' | '0'..='9' | 'а'..='я' => {
                out.push(c);
                length += 1;
            }
            '\u{306}' if out.ends_with('и') => {
                out.pop();
                out.push('й');
            }
            c if is_mark(c) => {}
            c => {
                let room = LONGEST - length;
                for lower in c.to_lowercase().filter(|c| !is_mark(*c)).take(room) {
                    out.push(plain(lower));
                    length += 1;
                }
            }
        }
    }
}

/// Longer words are cut here: nobody types them.
pub(super) const LONGEST: usize = 64;

/// The letter without its accent.
fn plain(c: char) -> char {
    match c {
        'ё' => 'е',
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' => 's',
        'ţ' | 'ť' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<&str> {
        Tokens::of(text).map(|range| &text[range]).collect()
    }

    fn folded(word: &str) -> String {
        let mut out = String::new();
        fold(word, &mut out);
        out
    }

    #[test]
    fn words_are_letters_and_digits_of_any_script() {
        assert_eq!(
            tokens("Счёт №42 не пришёл, joe@x.io: 1с/v2_3"),
            ["Счёт", "42", "не", "пришёл", "joe", "x", "io", "1с", "v2", "3"]
        );
        assert_eq!(tokens("«印刷» ١٢ 👍 e\u{301}t\u{e9}"), ["印刷", "١٢", "e\u{301}t\u{e9}"]);
        assert!(tokens(" — … 👩\u{200D}💻 \u{301}").is_empty());
    }

    #[test]
    fn one_word_folds_to_one_form_however_it_is_written() {
        assert_eq!([folded("ЁЛКА"), folded("е\u{308}лка")], ["елка", "елка"]);
        assert_eq!([folded("Йод"), folded("и\u{306}од")], ["йод", "йод"]);
        assert_eq!(
            [folded("Café"), folded("cafe\u{301}"), folded("за\u{301}мок"), folded("прин\u{ad}тер")],
            ["cafe", "cafe", "замок", "принтер"]
        );
        assert_eq!([folded("İ"), folded("ẞ")], ["i", "ß"]);
        assert_eq!(folded(&"ж".repeat(100)).chars().count(), LONGEST);
    }

    proptest! {
        #[test]
        fn words_are_in_order_apart_and_whole(text in "(\\PC|[а-яё]|\u{301}|[\u{0}-\u{20}]){0,60}") {
            let mut end = 0;
            for range in Tokens::of(&text) {
                prop_assert!(range.start >= end && range.end > range.start);
                prop_assert!(text.get(range.clone()).is_some());
                end = range.end;
            }
            let mut left = text.clone();
            Tokens::of(&text).collect::<Vec<_>>().into_iter().rev().for_each(|range| left.replace_range(range, " "));
            prop_assert!(!left.contains(|c: char| c.is_alphanumeric() && !is_mark(c)));
        }

        #[test]
        fn folding_twice_changes_nothing(word in "\\PC*") {
            let once = folded(&word);
            prop_assert_eq!(folded(&once), once);
        }
    }
}
