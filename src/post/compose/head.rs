//! The head of a mail, field by field. A field is made of words, a word holds neither blanks nor line ends, and only
//! between words a line may end: so nothing that is written in a field can become another one.

use crate::domain::mail::Address;
use crate::error::{Error, Result};
use crate::post::address::{is_invisible, wire};
use crate::post::base64::base64;

/// A line is ended before it gets longer than this, where it can.
const WIDTH: usize = 76;
/// A word that is longer than this goes out encoded, in pieces.
const LONGEST_WORD: usize = 70;
/// Bytes in one encoded word: with its frame it stays below 75.
const PIECE: usize = 45;
/// An id longer than this does not fit on a line of a mail.
const LONGEST_ID: usize = 900;

/// Header fields, written one after the other.
#[derive(Debug, Default)]
pub(super) struct Head {
    text: String,
}

impl Head {
    /// A field made of `words`. What a word must not hold is left out of it.
    pub(super) fn words(&mut self, name: &'static str, words: impl IntoIterator<Item = String>) {
        self.text.push_str(name);
        self.text.push(':');
        let mut width = name.len() + 1;
        for (n, word) in words.into_iter().enumerate() {
            let word: String = word.chars().filter(|&c| c == ' ' || !(c.is_control() || c.is_whitespace())).collect();
            if n > 0 && width + 1 + word.len() > WIDTH {
                self.text.push_str("\r\n");
                width = 0;
            }
            self.text.push(' ');
            self.text.push_str(&word);
            width += 1 + word.len();
        }
        self.text.push_str("\r\n");
    }

    /// A field of addresses; no field where there are none.
    pub(super) fn addresses(&mut self, name: &'static str, list: &[Address]) -> Result<()> {
        if list.is_empty() {
            return Ok(());
        }
        let mut words = Vec::new();
        for (n, address) in list.iter().enumerate() {
            words.extend(phrase(&address.name));
            let email = wire(&address.email).map_err(|why| {
                Error::refused(format!("no mail can go there: {why}")).hint("an address looks like joe@example.org")
            })?;
            let comma = if n + 1 < list.len() { "," } else { "" };
            words.push(if words_name(&address.name) { format!("<{email}>{comma}") } else { format!("{email}{comma}") });
        }
        self.words(name, words);
        Ok(())
    }

    /// A field of ids; what is no id is left out, and without any there is no field.
    pub(super) fn ids<'a>(&mut self, name: &'static str, ids: impl IntoIterator<Item = &'a str>) {
        let ids: Vec<String> = ids.into_iter().filter(|id| is_id(id)).map(|id| format!("<{id}>")).collect();
        if !ids.is_empty() {
            self.words(name, ids);
        }
    }

    /// A field of one plain word; no field where it is none.
    pub(super) fn token(&mut self, name: &'static str, token: &str) {
        let fine = |b: u8| b.is_ascii_alphanumeric() || b"-_.@".contains(&b);
        if (1..=LONGEST_WORD).contains(&token.len()) && token.bytes().all(fine) {
            self.words(name, [token.to_owned()]);
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Whether `id` may stand between `<` and `>`.
pub(super) fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>".contains(&b))
}

/// The text without anything that is not seen: line ends and tabs become one blank each, the rest is dropped.
pub(super) fn visible(text: &str) -> String {
    let blank = |c| matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let seen = text.chars().filter_map(|c| if blank(c) { Some(' ') } else { Some(c).filter(|&c| !is_invisible(c)) });
    seen.collect::<String>().trim().to_owned()
}

/// Free text as words: as it is where every reader sees the same in it, else encoded as a whole (RFC 2047).
pub(super) fn text(text: &str) -> Vec<String> {
    let text = visible(text);
    let simple = is_simple(&text) && text.split(' ').all(|w| (1..=LONGEST_WORD).contains(&w.len()));
    match simple {
        _ if text.is_empty() => Vec::new(),
        true => text.split(' ').map(str::to_owned).collect(),
        false => encoded(&text),
    }
}

/// The name before an address: in quotes or encoded.
fn phrase(name: &str) -> Vec<String> {
    let name = visible(name);
    let quoted = format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    match name.as_str() {
        "" => Vec::new(),
        _ if is_simple(&name) && quoted.len() <= LONGEST_WORD => vec![quoted],
        _ => encoded(&name),
    }
}

fn words_name(name: &str) -> bool {
    !visible(name).is_empty()
}

fn is_simple(text: &str) -> bool {
    text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) && !text.contains("=?") && !text.contains("  ")
}

fn encoded(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, after) = rest.split_at(end);
        words.push(format!("=?utf-8?B?{}?=", base64(piece.as_bytes())));
        rest = after;
    }
    words
}
