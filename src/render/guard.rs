//! The encoder between texts of strangers and every reader: controls, bidi overrides and invisible characters become
//! visible marks. Pure; JSON does not pass here (it escapes the same characters, exactly).

use crate::domain::hidden::is_hidden;
use std::borrow::Cow;

/// The text on one line: newlines and tabs become a space, everything that could steer a terminal or deceive the eye
/// becomes a visible mark.
///
/// ```
/// use frontdesk::render::guard::line;
/// assert_eq!(line("Не платит\r\n\tникто"), "Не платит никто");
/// assert_eq!(line("A\x1b[2J\u{202e}B"), "A␛[2J<U+202E>B");
/// assert_eq!(line("👩\u{200d}💻"), "👩\u{200d}💻");
/// ```
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if is_plain(text) { Cow::Borrowed(text) } else { Cow::Owned(encode(text, Breaks::Space)) }
}

/// The text with its lines kept: CR LF becomes LF, tabs become spaces up to the next fourth column; the rest as in
/// [`line()`].
///
/// ```
/// use frontdesk::render::guard::body;
/// assert_eq!(body("one\r\n\ttwo\rthree"), "one\n    two␍three");
/// ```
#[must_use]
pub fn body(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { encode(text, Breaks::Keep) }
}

const TAB: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Space,
    Keep,
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (0x20..0x7f).contains(&b)) || !text.chars().any(is_hidden)
}

fn encode(text: &str, breaks: Breaks) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0;
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match (c, breaks) {
            ('\r', _) if next == Some('\n') => {}
            ('\n' | '\t', Breaks::Space) => {
                while rest.next_if(|&n| matches!(n, '\n' | '\t' | ' ')).is_some() {}
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            ('\n', Breaks::Keep) => {
                out.push('\n');
                column = 0;
            }
            ('\t', Breaks::Keep) => {
                let gap = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', gap));
                column += gap;
            }
            _ => {
                if is_hidden(c) && !is_needed_joiner(before, c, next) {
                    out.push_str(&mark(c));
                } else {
                    out.push(c);
                }
                column += 1;
            }
        }
        before = Some(c);
    }
    out
}

/// The visible stand-in: `␛` for ASCII controls, `<U+202E>` for the others.
fn mark(c: char) -> String {
    let code = u32::from(c);
    let picture = match code {
        0..=0x1f => char::from_u32(0x2400 + code),
        0x7f => Some('␡'),
        _ => None,
    };
    picture.map_or_else(|| format!("<U+{code:04X}>"), String::from)
}

/// ZWJ and ZWNJ are part of emoji, and of words in Arabic and Indic scripts; anywhere else they only hide things.
fn is_needed_joiner(before: Option<char>, c: char, next: Option<char>) -> bool {
    let (Some(a), Some(b)) = (before, next) else { return false };
    match c {
        '\u{200d}' => (ends_emoji(a) && is_pictograph(b)) || (joins_letters(a) && joins_letters(b)),
        '\u{200c}' => joins_letters(a) && joins_letters(b),
        _ => false,
    }
}

fn ends_emoji(c: char) -> bool {
    c == '\u{fe0f}' || is_pictograph(c)
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}')
}

fn joins_letters(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn controls_are_seen_and_not_obeyed() {
        assert_eq!(line("\x1b]52;c;ZXZpbA==\x07\u{9b}31m\x7f\0"), "␛]52;c;ZXZpbA==␇<U+009B>31m␡␀");
        assert_eq!(line("a\rOVER"), "a␍OVER");
    }

    #[test]
    fn bidi_zero_width_and_tag_characters_are_named() {
        assert_eq!(
            line("\u{202e}x\u{2066}\u{200b}\u{2060}\u{61c}\u{feff}\u{e0041}\u{2028}"),
            "<U+202E>x<U+2066><U+200B><U+2060><U+061C><U+FEFF><U+E0041><U+2028>"
        );
    }

    #[test]
    fn a_joiner_stays_only_where_a_script_or_an_emoji_needs_it() {
        for kept in ["👨\u{200d}👩\u{200d}👧", "❤\u{fe0f}\u{200d}🔥", "می\u{200c}خواهم", "क्\u{200d}ष"]
        {
            assert_eq!(line(kept), kept);
        }
        assert_eq!(line("pay\u{200d}pal"), "pay<U+200D>pal");
        assert_eq!(line("\u{200c}a"), "<U+200C>a");
        assert_eq!(line("👨\u{200d}"), "👨<U+200D>");
    }

    #[test]
    fn white_space_around_a_break_is_one_space_on_a_line() {
        assert_eq!(line("a \n\n  b\tc  d"), "a b c  d");
    }

    #[test]
    fn tabs_reach_the_next_stop_in_a_body() {
        assert_eq!(body("ab\tc\n\td"), "ab  c\n    d");
    }

    #[test]
    fn a_harmless_text_is_not_copied() {
        assert!(matches!(line("Оплата 每月 👍🏽 e\u{301}"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_unsafe_leaves_the_guard(text in any::<String>(), tail in "[\\x00-\\x20\\x7f-\\x9f\u{200b}-\u{202f}\u{feff}👍a]*") {
            let text = text + &tail;
            let joiner = |c| matches!(c, '\u{200c}' | '\u{200d}');
            prop_assert!(!line(&text).chars().any(|c| is_hidden(c) && !joiner(c)));
            prop_assert!(!body(&text).chars().any(|c| is_hidden(c) && !joiner(c) && c != '\n'));
        }

        #[test]
        fn guarding_twice_changes_nothing_more(text in any::<String>()) {
            let once = body(&text);
            prop_assert_eq!(body(&once), once.clone());
            let once = line(&text).into_owned();
            prop_assert_eq!(line(&once).into_owned(), once.clone());
        }
    }
}
