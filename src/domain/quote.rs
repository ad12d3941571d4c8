//! What is new in a mail: its text told apart from quotes, attribution lines, signatures, notices and forwards.
//! Nothing is thrown away here: the pieces cover the whole text, and who shows it may fold what is not new.
//! Works on plain text; where a mail is read and its HTML turned into text is the business of `formats`.
//!
//! The rules look at lines, not at languages: a rule asks for a *shape* (a quote mark, a date with an author and a
//! verb before a colon, a block of headers) and the words of some thirty languages fill it, see `marks`.

mod attribution;
mod headers;
mod kinds;
mod lines;
mod marks;
mod reading;
mod signature;
mod thanks;

use reading::Reading;
pub use thanks::{only_closing, only_thanks};

/// What a piece of a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Written now.
    New,
    /// A quote with an answer below it: repeated, but the answer needs it.
    Context,
    /// Repeated.
    Quote,
    /// The line that says who wrote the quote below it.
    Attribution,
    /// A signature or the line of a phone.
    Signature,
    /// A legal notice, the mark of a virus filter.
    Disclaimer,
    /// A mail passed on, with its headers.
    Forward,
}

/// A stretch of whole lines of the same kind: the bytes `from..to` of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Piece {
    /// The first byte.
    pub from: usize,
    /// The byte after the last.
    pub to: usize,
    /// What it is.
    pub kind: Kind,
}

/// The text split into what its author wrote now and what he repeats. The pieces cover the text in order.
///
/// ```
/// use frontdesk::domain::quote::{Kind, split};
/// let text = "It prints again.\n\nOn Fri, 20 Nov 2026 at 10:00, Ann <ann@a.test> wrote:\n> Is it plugged in?\n";
/// let kinds: Vec<Kind> = split(text).iter().map(|piece| piece.kind).collect();
/// assert_eq!(kinds, [Kind::New, Kind::Attribution, Kind::Quote]);
/// ```
#[must_use]
pub fn split(text: &str) -> Vec<Piece> {
    pieces(&Reading::of(text))
}

/// Only what is new, with the quotes that are answered line by line, trimmed; lines end in LF.
///
/// A mail that only repeats (a forward without a word, a quote alone) says what it repeats, without the title and the
/// headers over it; empty is the text of a mail without text, or with nothing but attribution lines.
///
/// ```
/// use frontdesk::domain::quote::new_text;
/// assert_eq!(new_text("Да, всё верно.\n\nпт, 20 нояб. 2026 г. в 10:12, Анна <a@a.test>:\n> Верно ли?"), "Да, всё верно.");
/// assert_eq!(new_text("> Верно ли?\n\nДа."), "> Верно ли?\n\nДа.");
/// assert_eq!(new_text("> Верно ли?"), "> Верно ли?");
/// ```
#[must_use]
pub fn new_text(text: &str) -> String {
    let reading = Reading::of(text);
    let shown = |i: &usize| matches!(reading.kind(*i), Kind::New | Kind::Context);
    let says = |i: &usize| !reading.body(*i).is_empty();
    let lines: Vec<usize> = if (0..reading.count()).any(|i| shown(&i) && says(&i)) {
        (0..reading.count()).filter(shown).collect()
    } else if reading.names_only_authors() {
        Vec::new()
    } else {
        let body = reading.repeated_body();
        (body..reading.count()).collect()
    };
    let mut new = String::with_capacity(text.len());
    for line in lines.into_iter().filter_map(|i| reading.lines.get(i)) {
        new.push_str(line.raw);
        new.push('\n');
    }
    lines::trim(&new).to_owned()
}

fn pieces(reading: &Reading<'_>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (line, kind) in reading.lines.iter().zip(&reading.kinds) {
        match pieces.last_mut() {
            Some(piece) if piece.kind == *kind || line.body.is_empty() && line.depth == 0 => piece.to = line.to,
            _ => pieces.push(Piece { from: line.from, to: line.to, kind: *kind }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests;
