//! How many terminal cells a text takes, and shortening and wrapping by cells without tearing what is seen as one
//! character. Texts come guarded; colours are not known here.

use std::ops::Range;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The cells that a guarded text takes in a terminal.
///
/// ```
/// use frontdesk::render::width::width;
/// assert_eq!((width("счёт"), width("請求"), width("👨\u{200d}👩\u{200d}👧"), width("❤\u{fe0f}"), width("e\u{301}")), (4, 4, 2, 2, 1));
/// ```
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The text if it takes no more than `cells`, else its beginning and `…`.
///
/// ```
/// use frontdesk::render::width::fit;
/// assert_eq!(fit("Не приходит счёт", 12), "Не приходит…");
/// assert_eq!(fit("ab👨\u{200d}👩\u{200d}👧cd", 4), "ab…");
/// ```
#[must_use]
pub fn fit(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    if cells == 0 {
        return String::new();
    }
    let mut end = 0;
    let mut used = 1;
    for cluster in clusters(text) {
        used += width(cluster);
        if used > cells {
            break;
        }
        end += cluster.len();
    }
    let kept = text.get(..end).unwrap_or_default();
    format!("{}…", kept.trim_end())
}

/// The text in lines of at most `cells` (never fewer than 4), broken at spaces and around wide characters; a continued
/// line repeats the indentation and the quote marks (`> `) of its line.
///
/// ```
/// use frontdesk::render::width::wrap;
/// assert_eq!(wrap("> the printer is on fire\nhelp", 16), ["> the printer is", "> on fire", "help"]);
/// ```
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    pieces(text, cells).into_iter().map(|p| p.text(text)).collect()
}

/// A line of a wrapped text: what is repeated before it, and where in the text it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub indent: Range<usize>,
    pub range: Range<usize>,
}

impl Piece {
    pub(super) fn text(&self, whole: &str) -> String {
        let part = |r: &Range<usize>| whole.get(r.clone()).unwrap_or_default();
        format!("{}{}", part(&self.indent), part(&self.range))
    }
}

/// [`wrap`] as ranges of the text, so that highlights inside it can follow.
pub(super) fn pieces(text: &str, cells: usize) -> Vec<Piece> {
    let cells = cells.max(4);
    let mut out = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        wrap_line(line, start, cells, &mut out);
        start += line.len() + 1;
    }
    out
}

fn wrap_line(line: &str, start: usize, cells: usize, out: &mut Vec<Piece>) {
    let line = line.trim_end_matches(' ');
    if width(line) <= cells {
        out.push(Piece { indent: start..start, range: start..start + line.len() });
        return;
    }
    let mut lead = line.len() - line.trim_start_matches([' ', '>']).len();
    if width(line.get(..lead).unwrap_or_default()) * 2 > cells {
        lead = 0;
    }
    let room = cells - lead;
    let indent = start..start + lead;
    let mut from = lead;
    let mut used = 0;
    for word in words(line, lead) {
        let text = line.get(word.clone()).unwrap_or_default();
        if used + width(text.trim_end_matches(' ')) > room && used > 0 {
            push_trimmed(line, from..word.start, &indent, start, out);
            from = word.start;
            used = 0;
        }
        if width(text.trim_end_matches(' ')) > room {
            let mut at = word.start;
            for cluster in clusters(text) {
                let cell = width(cluster);
                if used + cell > room && used > 0 {
                    push_trimmed(line, from..at, &indent, start, out);
                    from = at;
                    used = 0;
                }
                used += cell;
                at += cluster.len();
            }
        } else {
            used += width(text);
        }
    }
    push_trimmed(line, from..line.len(), &indent, start, out);
}

fn push_trimmed(line: &str, range: Range<usize>, indent: &Range<usize>, start: usize, out: &mut Vec<Piece>) {
    let text = line.get(range.clone()).unwrap_or_default();
    let end = range.start + text.trim_end_matches(' ').len();
    out.push(Piece { indent: indent.clone(), range: start + range.start..start + end });
}

/// The stretches of `line` after `from` between which it may be broken: after spaces, before and after wide characters.
fn words(line: &str, from: usize) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = from;
    let mut at = from;
    let (mut spaced, mut wide) = (false, false);
    for cluster in clusters(line.get(from..).unwrap_or_default()) {
        let space = cluster == " ";
        let is_wide = width(cluster) > 1;
        if at > start && !space && (spaced || wide || is_wide) {
            out.push(start..at);
            start = at;
        }
        at += cluster.len();
        (spaced, wide) = (space, is_wide);
    }
    out.push(start..at);
    out
}

/// What is seen as single characters: a base with its marks, an emoji sequence, a flag.
pub(super) fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        let (_, first) = chars.next()?;
        let mut before = first;
        let mut flags = usize::from(is_regional(first));
        let mut end = rest.len();
        for (i, c) in chars {
            let paired = is_regional(c) && flags == 1 && is_regional(before);
            if !(extends(c) || before == '\u{200d}' || paired) {
                end = i;
                break;
            }
            flags += usize::from(is_regional(c));
            before = c;
        }
        let (cluster, tail) = rest.split_at(end);
        rest = tail;
        Some(cluster)
    })
}

fn extends(c: char) -> bool {
    !c.is_ascii() && (c.width().unwrap_or(0) == 0 || matches!(c, '\u{1f3fb}'..='\u{1f3ff}'))
}

fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FAMILY: &str = "👨\u{200d}👩\u{200d}👧";

    #[test]
    fn what_is_seen_as_one_character_is_one_cluster() {
        let text = format!("e\u{301}{FAMILY}🇷🇺🇩🇪👍🏽❤\u{fe0f}1\u{fe0f}\u{20e3}я");
        let seen: Vec<&str> = clusters(&text).collect();
        assert_eq!(seen, ["e\u{301}", FAMILY, "🇷🇺", "🇩🇪", "👍🏽", "❤\u{fe0f}", "1\u{fe0f}\u{20e3}", "я"]);
    }

    #[test]
    fn shortening_never_tears_a_sequence() {
        let text = format!("a{FAMILY}e\u{301}z");
        let seen: Vec<String> = (0..=6).map(|n| fit(&text, n)).collect();
        let whole = format!("a{FAMILY}e\u{301}z");
        assert_eq!(seen, ["", "…", "a…", "a…", &format!("a{FAMILY}…"), &whole, &whole].map(str::to_owned));
    }

    #[test]
    fn a_wide_character_that_does_not_fit_leaves_a_cell_free() {
        assert_eq!(fit("請求書", 4), "請…");
    }

    #[test]
    fn a_long_word_is_broken_and_a_short_one_is_not() {
        assert_eq!(wrap("see https://a.test/long now", 10), ["see", "https://a.", "test/long", "now"]);
    }

    #[test]
    fn wide_text_breaks_between_characters() {
        assert_eq!(wrap("請求書が届きません", 9), ["請求書が", "届きませ", "ん"]);
    }

    #[test]
    fn empty_lines_and_indentation_are_kept() {
        assert_eq!(wrap("a\n\n  one two three\n", 10), ["a", "", "  one two", "  three", ""]);
        assert_eq!(wrap("> > deep quote here", 12), ["> > deep", "> > quote", "> > here"]);
    }

    #[test]
    fn an_indentation_as_wide_as_the_page_is_given_up() {
        assert_eq!(wrap(">>>>>>>> a b", 8), [">>>>>>>>", "a b"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "([a-zа-я 請👍\u{301}\u{200d}> ]|\n){0,80}", cells in 4usize..30) {
            let text = super::super::guard::body(&text);
            for line in wrap(&text, cells) {
                prop_assert!(width(&line) <= cells, "{line:?}");
            }
            for line in text.split('\n') {
                prop_assert!(width(&fit(line, cells)) <= cells);
            }
        }

        #[test]
        fn wrapping_loses_nothing_but_spaces(text in "[a-zа-я 請👍]{0,80}", cells in 4usize..30) {
            let bare = |t: &str| t.replace(' ', "");
            prop_assert_eq!(bare(&wrap(&text, cells).concat()), bare(&text));
        }

        #[test]
        fn clusters_add_up_to_the_text(text in any::<String>()) {
            prop_assert_eq!(clusters(&text).collect::<String>(), text);
        }
    }
}
