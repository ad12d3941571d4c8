//! A screen that is painted over and over: rows of words in tones become lines that fit, guarded and coloured; and the bytes
//! that make one screen out of the one before, few of them, for slow lines. Pure; who writes them is `host`.

use super::guard;
use super::paint::Paint;
use super::width::{fit, width};

pub use super::ink::Tone;

/// A row of the screen: words from its left end, and at its right end where there is room for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// From the left.
    pub left: Vec<(String, Tone)>,
    /// At the right end.
    pub right: String,
}

impl Row {
    /// A row of one text.
    #[must_use]
    pub fn of(text: impl Into<String>, tone: Tone) -> Row {
        Row { left: vec![(text.into(), tone)], right: String::new() }
    }

    /// The same with more words after it.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>, tone: Tone) -> Row {
        self.left.push((text.into(), tone));
        self
    }
}

/// The rows as lines of no more than `cells`: what could steer a terminal is shown instead.
///
/// ```
/// use frontdesk::render::screen::{Row, Tone, lines};
/// let row = Row { left: vec![("42 \x1b[2J".into(), Tone::Plain), (" Cannot log in".into(), Tone::Plain)], right: "7 of 31".into() };
/// assert_eq!(lines(&[row.clone()], 30, false), ["42 ␛[2J Cannot log in  7 of 31"]);
/// assert_eq!(lines(&[row], 12, false), ["42 ␛[2J Can…"]);
/// ```
#[must_use]
pub fn lines(rows: &[Row], cells: usize, colour: bool) -> Vec<String> {
    rows.iter().map(|row| line(row, cells, Paint { colour })).collect()
}

fn line(row: &Row, cells: usize, paint: Paint) -> String {
    let right = guard::line(&row.right);
    let taken = if right.is_empty() { 0 } else { width(&right) + 2 };
    // Where half of the row would go to its right end, that is left out.
    let taken = if taken * 2 > cells { 0 } else { taken };
    let mut out = String::new();
    let mut room = cells.saturating_sub(taken);
    for (text, tone) in &row.left {
        let text = fit(&guard::line(text), room);
        room -= width(&text).min(room);
        let cut = text.ends_with('…') && room == 0;
        paint.text(&text, *tone, &mut out);
        if cut {
            break;
        }
    }
    if taken > 0 {
        out.push_str(&" ".repeat(room + 2));
        paint.text(&right, Tone::Faint, &mut out);
    }
    out
}

/// What is on the screen now.
#[derive(Debug, Default)]
pub struct Screen {
    lines: Vec<String>,
    size: (usize, usize),
}

impl Screen {
    /// Nothing is known of the screen any more: the next painting is whole.
    pub fn forget(&mut self) {
        *self = Screen::default();
    }

    /// The bytes that make the screen show these lines, and the cursor at a place of its own, counted from 0, or none. Only
    /// lines that changed are written; all of them where the size did.
    ///
    /// ```
    /// use frontdesk::render::screen::Screen;
    /// let mut screen = Screen::default();
    /// let show = |screen: &mut Screen, all: &[&str]| screen.show(all.iter().map(|l| (*l).to_owned()).collect(), (80, 24), None);
    /// assert_eq!(show(&mut screen, &["a", "b"]), "\x1b[2J\x1b[1;1Ha\x1b[2;1Hb\x1b[?25l");
    /// assert_eq!(show(&mut screen, &["a", "c"]), "\x1b[?25l\x1b[2;1H\x1b[Kc");
    /// assert_eq!(show(&mut screen, &["a"]), "\x1b[?25l\x1b[2;1H\x1b[K");
    /// assert_eq!(show(&mut screen, &["a"]), "");
    /// ```
    pub fn show(&mut self, mut lines: Vec<String>, size: (usize, usize), cursor: Option<(usize, usize)>) -> String {
        lines.truncate(size.1);
        let whole = self.size != size;
        let mut out = String::new();
        if whole {
            out.push_str("\x1b[2J");
            self.lines.clear();
        }
        let empty = String::new();
        for n in 0..lines.len().max(self.lines.len()) {
            let (is, was) = (lines.get(n).unwrap_or(&empty), self.lines.get(n).unwrap_or(&empty));
            if is != was {
                if !whole && out.is_empty() {
                    out.push_str("\x1b[?25l");
                }
                let clear = if whole { "" } else { "\x1b[K" };
                out.push_str(&format!("\x1b[{};1H{clear}{is}", n + 1));
            }
        }
        match cursor {
            Some((column, row)) => out.push_str(&format!("\x1b[{};{}H\x1b[?25h", row + 1, column + 1)),
            None if whole => out.push_str("\x1b[?25l"),
            None => {}
        }
        (self.lines, self.size) = (lines, size);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_that_do_not_fit_are_cut_and_the_rest_left_out() {
        let row = Row::of("請求書が", Tone::Plain).and("届き", Tone::Plain).and("ません", Tone::Plain);
        assert_eq!(lines(&[row], 11, false), ["請求書が届…"]);
    }

    #[test]
    fn colour_takes_no_cells() {
        let row = Row::of("late", Tone::Alarm).and(" today", Tone::Plain);
        assert_eq!(lines(&[row], 10, true), ["\x1b[31mlate\x1b[0m today"]);
    }

    #[test]
    fn another_size_is_painted_whole() {
        let mut screen = Screen::default();
        screen.show(vec!["a".into(), "b".into()], (80, 24), None);
        assert_eq!(
            screen.show(vec!["a".into(), "b".into()], (80, 1), Some((2, 0))),
            "\x1b[2J\x1b[1;1Ha\x1b[1;3H\x1b[?25h"
        );
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen(left in prop::collection::vec(any::<String>(), 0..4), right in any::<String>(), cells in 0_usize..60) {
            let row = Row { left: left.into_iter().map(|t| (t, Tone::Plain)).collect(), right };
            for line in lines(&[row], cells, false) {
                prop_assert!(width(&line) <= cells, "{line:?}");
                prop_assert!(!line.contains('\x1b'));
            }
        }
    }
}
