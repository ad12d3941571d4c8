//! What never was a mail (a note, a phone call, an answer given elsewhere) as a small, well-formed one.

use crate::domain::contact::is_address;
use crate::domain::mail::{Address, Part};
use crate::domain::time::Moment;
use std::fmt::Write;

/// A line of an encoded text is at most so long.
const WIDTH: usize = 76;

/// What a letter says.
#[derive(Debug, Clone, Default)]
pub struct Letter<'a> {
    /// Who wrote it; an address that is none is replaced.
    pub from: Address,
    /// To whom.
    pub to: &'a [Address],
    /// Who else.
    pub cc: &'a [Address],
    /// The subject.
    pub subject: &'a str,
    /// When it was written.
    pub at: Moment,
    /// Its Message-ID without `<>`.
    pub message_id: &'a str,
    /// The Message-IDs that it follows, the nearest last.
    pub references: &'a [String],
    /// Further fields: name and value.
    pub marks: &'a [(&'static str, String)],
    /// The text.
    pub text: &'a str,
    /// What came with it.
    pub files: &'a [Part],
}

/// The letter as bytes. No text in it, whatever it holds, becomes a field or a part of its own.
///
/// ```
/// use frontdesk::formats::leave::{Letter, letter};
/// let bytes = letter(&Letter { subject: "Счёт\nBcc: x@y.test", message_id: "m7@desk.invalid", text: "a = b\n", ..Letter::default() });
/// let text = String::from_utf8(bytes).unwrap();
/// assert!(text.contains("\nSubject: =?utf-8?B?") && !text.contains("Bcc"));
/// assert!(text.ends_with("\n\na =3D b\n"));
/// ```
#[must_use]
pub fn letter(l: &Letter<'_>) -> Vec<u8> {
    let mut out = String::new();
    let mut field = |name: &str, value: &str| out.push_str(&format!("{name}: {value}\n"));
    field("From", &mailbox(&l.from));
    field("To", &if l.to.is_empty() { "undisclosed-recipients:;".to_owned() } else { mailboxes(l.to) });
    if !l.cc.is_empty() {
        field("Cc", &mailboxes(l.cc));
    }
    field("Subject", &words(l.subject));
    field("Date", &l.at.utc().format("%a, %d %b %Y %H:%M:%S +0000").to_string());
    field("Message-ID", &format!("<{}>", l.message_id));
    let known: Vec<String> = l.references.iter().filter(|id| is_id(id)).map(|id| format!("<{id}>")).collect();
    if let Some(last) = known.last() {
        field("In-Reply-To", last);
        field("References", &known.join("\n "));
    }
    l.marks.iter().for_each(|(name, value)| field(name, &words(value)));
    field("MIME-Version", "1.0");
    if l.files.is_empty() {
        text_part(l.text, &mut out);
        return out.into_bytes();
    }
    // Neither of the two encodings can hold the mark.
    let mark = "=_desk";
    out.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{mark}\"\n\n--{mark}\n"));
    text_part(l.text, &mut out);
    for file in l.files {
        out.push_str(&format!("\n--{mark}\n"));
        file_part(file, &mut out);
    }
    out.push_str(&format!("\n--{mark}--\n"));
    out.into_bytes()
}

/// Whether a Message-ID can stand in a field as it is.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 900 && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>')
}

fn mailboxes(list: &[Address]) -> String {
    list.iter().map(mailbox).collect::<Vec<_>>().join(",\n ")
}

fn mailbox(a: &Address) -> String {
    let email = if is_address(&a.email) { a.email.as_str() } else { "unknown@desk.invalid" };
    if a.name.trim().is_empty() { format!("<{email}>") } else { format!("{} <{email}>", phrase(&a.name)) }
}

/// A name: as it is where it is plain words, else encoded.
fn phrase(name: &str) -> String {
    let plain = name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
    if plain { name.trim().to_owned() } else { encoded_words(name) }
}

/// A text in a field: as it is where it is plain and short, else encoded (RFC 2047).
fn words(text: &str) -> String {
    let plain = text.len() <= 200 && text.bytes().all(|b| (0x20..0x7f).contains(&b)) && !text.contains("=?");
    let trimmed = text.trim() == text;
    if plain && trimmed { text.to_owned() } else { encoded_words(text) }
}

fn encoded_words(text: &str) -> String {
    let mut words = Vec::new();
    let mut piece = String::new();
    for c in text.chars() {
        if piece.len() + c.len_utf8() > 45 {
            words.push(std::mem::take(&mut piece));
        }
        piece.push(c);
    }
    words.push(piece);
    let word = |piece: String| format!("=?utf-8?B?{}?=", base64(piece.as_bytes(), usize::MAX));
    words.into_iter().map(word).collect::<Vec<_>>().join("\n ")
}

fn text_part(text: &str, out: &mut String) {
    out.push_str("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n");
    for line in text.replace("\r\n", "\n").lines() {
        quoted_printable(line, out);
        out.push('\n');
    }
}

fn quoted_printable(line: &str, out: &mut String) {
    let mut width = 0;
    let last = line.len().saturating_sub(1);
    for (i, byte) in line.bytes().enumerate() {
        let blank = matches!(byte, b' ' | b'\t') && i != last;
        let plain = blank || (byte.is_ascii_graphic() && byte != b'=');
        let cost = if plain { 1 } else { 3 };
        if width + cost >= WIDTH {
            out.push_str("=\n");
            width = 0;
        }
        if plain {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "={byte:02X}");
        }
        width += cost;
    }
}

fn file_part(file: &Part, out: &mut String) {
    let kind = file.media_type.as_str();
    let fine = kind.split_once('/').is_some_and(|(a, b)| token(a) && token(b));
    // A mail within may not be in base64: it goes as bytes.
    let within =
        kind.to_ascii_lowercase().starts_with("message/") || kind.to_ascii_lowercase().starts_with("multipart/");
    let kind = if fine && !within { kind } else { "application/octet-stream" };
    let mut name = String::new();
    for byte in file.name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "%{byte:02X}");
        }
    }
    out.push_str(&format!("Content-Type: {kind}\nContent-Disposition: attachment; filename*=utf-8''{name}\n"));
    out.push_str("Content-Transfer-Encoding: base64\n\n");
    out.push_str(&base64(&file.content, WIDTH));
}

fn token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b))
}

/// Base64 (RFC 4648) in lines of `width`.
fn base64(bytes: &[u8], width: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |n: u32| LETTERS.get((n & 63) as usize).map_or('=', |b| char::from(*b));
    let mut out = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 50 + 8);
    let mut column = 0;
    for chunk in bytes.chunks(3) {
        if column >= width {
            out.push('\n');
            column = 0;
        }
        let at = |i: usize| chunk.get(i).copied().map_or(0, u32::from);
        let n = at(0) << 16 | at(1) << 8 | at(2);
        out.push(letter(n >> 18));
        out.push(letter(n >> 12));
        out.push(if chunk.len() > 1 { letter(n >> 6) } else { '=' });
        out.push(if chunk.len() > 2 { letter(n) } else { '=' });
        column += 4;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::limits::Limits;
    use crate::formats::mail::mail;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_letter_is_read_as_it_was_written(
            subject in "[ -~а-я\n\r\t=?]{0,80}", name in "\\PC{0,30}", text in "([ -~ё\t=\n]{0,90}\n){0,6}", content in proptest::collection::vec(any::<u8>(), 1..300),
        ) {
            let files = [Part { name: "От чёт.pdf".into(), media_type: "application/pdf".into(), content: content.clone() }];
            let from = Address { name, email: "ann@acme.test".into() };
            let l = Letter { from, subject: &subject, message_id: "m1@desk.invalid", text: &text, files: &files, ..Letter::default() };
            let read = mail(&letter(&l), &Limits::default()).unwrap();
            prop_assert_eq!(read.message_id.as_deref(), Some("m1@desk.invalid"));
            prop_assert_eq!(read.from.unwrap().email, "ann@acme.test");
            prop_assert_eq!(&read.attachments[0].content, &content);
            prop_assert_eq!(&read.attachments[0].name, "От чёт.pdf");
            let bare = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(bare(&read.text), bare(&text));
            prop_assert_eq!(bare(&read.subject), bare(&subject));
        }
    }
}
