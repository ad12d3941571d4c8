//! Tones become terminal colours here and nowhere else.

use super::ink::{Ink, Tone};
use anstyle::{AnsiColor, Style};

/// Puts colours on words, or leaves them bare.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    pub colour: bool,
}

impl Paint {
    /// Adds the words to `out`.
    pub fn ink(self, ink: &Ink, out: &mut String) {
        let base = style(ink.tone);
        if !self.colour || (ink.marks.is_empty() && base == Style::new()) {
            out.push_str(&ink.text);
            return;
        }
        for (part, marked) in ink.stretches() {
            put(part, if marked { base.bold().underline() } else { base }, out);
        }
    }

    /// Adds a plain text in a tone.
    pub fn text(self, text: &str, tone: Tone, out: &mut String) {
        if self.colour { put(text, style(tone), out) } else { out.push_str(text) }
    }

    /// The words as a string of their own.
    pub fn string(self, ink: Ink) -> String {
        if !self.colour {
            return ink.text;
        }
        let mut out = String::new();
        self.ink(&ink, &mut out);
        out
    }
}

fn put(text: &str, style: Style, out: &mut String) {
    if text.is_empty() || style == Style::new() {
        out.push_str(text);
    } else {
        out.push_str(&format!("{style}{text}{style:#}"));
    }
}

fn style(tone: Tone) -> Style {
    let colour = |c: AnsiColor| Style::new().fg_color(Some(c.into()));
    match tone {
        Tone::Plain => Style::new(),
        Tone::Strong => Style::new().bold(),
        Tone::Faint => Style::new().dimmed(),
        Tone::Alarm => colour(AnsiColor::Red),
        Tone::Warn => colour(AnsiColor::Yellow),
        Tone::Good => colour(AnsiColor::Green),
        Tone::Tag => colour(AnsiColor::Cyan),
    }
}
