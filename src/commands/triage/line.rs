//! A line that is typed at the bottom of the screen: its text, its cursor, what Tab makes of it. Pure; keys come from whoever
//! waits for them.

use crate::domain::hidden::one_line;
use crate::host::keys::Key;

/// Longer than this nobody types a line.
const MOST: usize = 2000;

/// A line being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    text: Vec<char>,
    cursor: usize,
    /// What Tab completes to.
    words: Vec<String>,
}

/// What a key made of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    /// It goes on.
    Goes,
    /// It is finished.
    Done,
    /// It is given up.
    Left,
}

impl Line {
    /// An empty line; Tab completes to these words.
    pub(super) fn completing(words: Vec<String>) -> Line {
        Line { words, ..Line::default() }
    }

    /// What was typed.
    pub(super) fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// What was typed before the cursor.
    pub(super) fn before(&self) -> String {
        self.text.iter().take(self.cursor).collect()
    }

    /// The words that begin as what is typed.
    pub(super) fn proposals(&self) -> Vec<&str> {
        let typed = self.text().to_lowercase();
        let typed = typed.trim_start_matches(['+', '@']);
        self.words.iter().map(String::as_str).filter(|w| w.to_lowercase().starts_with(typed)).collect()
    }

    /// Takes a key.
    pub(super) fn take(&mut self, key: &Key) -> Typed {
        match key {
            Key::Enter => return Typed::Done,
            Key::Esc => return Typed::Left,
            Key::Ctrl('d') if self.text.is_empty() => return Typed::Left,
            Key::Char(c) => self.put(&c.to_string()),
            Key::Paste(text) => self.put(&one_line(text)),
            Key::Tab => self.complete(),
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.text.remove(self.cursor);
            }
            Key::Delete | Key::Ctrl('d') if self.cursor < self.text.len() => {
                self.text.remove(self.cursor);
            }
            Key::Left | Key::Ctrl('b') => self.cursor = self.cursor.saturating_sub(1),
            Key::Right | Key::Ctrl('f') => self.cursor = (self.cursor + 1).min(self.text.len()),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = self.text.len(),
            Key::Ctrl('u') => self.cut(0),
            Key::Ctrl('w') => {
                let kept = self.before();
                let kept = kept.trim_end().rfind(' ').map_or(0, |at| kept.get(..=at).unwrap_or_default().chars().count());
                self.cut(kept);
            }
            Key::Ctrl('k') => self.text.truncate(self.cursor),
            _ => {}
        }
        Typed::Goes
    }

    fn put(&mut self, text: &str) {
        for c in text.chars().take(MOST.saturating_sub(self.text.len())) {
            self.text.insert(self.cursor, c);
            self.cursor += 1;
        }
    }

    /// Takes away what stands between a place and the cursor.
    fn cut(&mut self, from: usize) {
        self.text.drain(from.min(self.cursor)..self.cursor);
        self.cursor = from.min(self.cursor);
    }

    /// As far as all the words go together that begin as what is typed.
    fn complete(&mut self) {
        let proposals: Vec<Vec<char>> = self.proposals().into_iter().map(|w| w.chars().collect()).collect();
        let Some(first) = proposals.first() else { return };
        let alike = |n: &usize| proposals.iter().all(|w| w.get(..*n) == first.get(..*n));
        let common = (0..=first.len()).rev().find(alike).unwrap_or(0);
        if common >= self.text.len() {
            self.text = first.iter().take(common).copied().collect();
            self.cursor = self.text.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(words: &[&str], keys: &[Key]) -> (String, Typed) {
        let mut line = Line::completing(words.iter().map(|w| (*w).to_owned()).collect());
        let last = keys.iter().map(|key| line.take(key)).last().unwrap();
        (line.text(), last)
    }

    fn letters(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    #[test]
    fn a_line_is_edited_letter_by_letter_in_any_script() {
        let keys = [letters("оплада"), vec![Key::Left, Key::Backspace, Key::Char('т'), Key::End, Key::Enter]].concat();
        assert_eq!(typed(&[], &keys), ("оплата".to_owned(), Typed::Done));
        let keys = [letters("ask the hoster"), vec![Key::Ctrl('w'), Key::Ctrl('w')]].concat();
        assert_eq!(typed(&[], &keys).0, "ask ");
        assert_eq!(typed(&[], &[letters("ab"), vec![Key::Ctrl('u'), Key::Ctrl('d')]].concat()), (String::new(), Typed::Left));
    }

    #[test]
    fn tab_completes_as_far_as_it_is_certain() {
        let words = ["billing", "bills", "оплата"];
        assert_eq!(typed(&words, &[Key::Char('b'), Key::Tab]).0, "bill");
        assert_eq!(typed(&words, &[Key::Char('О'), Key::Tab]).0, "оплата");
        assert_eq!(typed(&words, &[Key::Char('x'), Key::Tab]).0, "x");
        assert_eq!(typed(&words, &[Key::Tab]).0, "");
    }

    #[test]
    fn a_pasted_text_is_one_line() {
        assert_eq!(typed(&[], &[Key::Paste("one\r\ntwo\x1b[2J".into())]).0, "one two[2J");
    }

    proptest! {
        #[test]
        fn no_keys_break_it(keys in prop::collection::vec((0_u8..14, any::<char>()), 0..60)) {
            let mut line = Line::completing(vec!["аб".into(), "a".into()]);
            for (which, c) in keys {
                let key = match which {
                    0..4 => Key::Char(c),
                    4 => Key::Backspace,
                    5 => Key::Delete,
                    6 => Key::Left,
                    7 => Key::Right,
                    8 => Key::Ctrl('w'),
                    9 => Key::Ctrl('u'),
                    10 => Key::Ctrl('k'),
                    11 => Key::Home,
                    12 => Key::Tab,
                    _ => Key::Paste(c.to_string()),
                };
                line.take(&key);
                prop_assert!(line.cursor <= line.text.len());
            }
        }
    }
}
