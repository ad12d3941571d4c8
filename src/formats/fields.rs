//! The header block of a mail or of a part: where it starts, its fields, where the body starts.
//! Nothing is decoded here.

use std::borrow::Cow;
use std::ops::Range;

use super::limits::Limits;

/// One header field as it stands in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// The name as written.
    pub(super) name: &'a [u8],
    /// What follows the colon, with its folding, without the last line end.
    pub(super) value: &'a [u8],
}

/// A header block.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    /// The fields in order.
    pub(super) fields: Vec<Field<'a>>,
    /// Where the body starts.
    pub(super) body: usize,
    /// Which bound the block breaks; the rest of it was not read.
    pub(super) excess: Option<String>,
}

impl<'a> Block<'a> {
    /// The values of every field called `name`, which is lower-case.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields.iter().filter(move |f| f.name.eq_ignore_ascii_case(name.as_bytes())).map(|f| f.value)
    }

    /// The value of the first field called `name` that says something.
    pub(super) fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).find(|v| !v.trim_ascii().is_empty())
    }
}

/// The index just after the line that `at` is in.
pub(super) fn line_end(raw: &[u8], at: usize) -> usize {
    let rest = raw.get(at..).unwrap_or_default();
    rest.iter().position(|&b| b == b'\n').map_or(raw.len(), |n| at + n + 1)
}

/// The line without its line end.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let mut line = line.strip_suffix(b"\n").unwrap_or(line);
    while let Some(shorter) = line.strip_suffix(b"\r") {
        line = shorter;
    }
    line
}

/// The length of the field name that the line starts with, and where its value starts; none when it is no header field.
pub(super) fn name_of(line: &[u8]) -> Option<(usize, usize)> {
    let name = line.iter().position(|&b| !(33..=126).contains(&b) || b == b':')?;
    let colon = name + line.get(name..)?.iter().position(|&b| b != b' ' && b != b'\t')?;
    (name > 0 && line.get(colon) == Some(&b':')).then_some((name, colon + 1))
}

/// Mails whose lines end with a lone CR get LF; all others are lent as they are.
pub(super) fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|&b| if b == b'\r' { b'\n' } else { b }).collect())
}

/// Where the first header field is: after a byte order mark, blank lines and an mbox `From ` line.
pub(super) fn start(raw: &[u8]) -> usize {
    let mut at = if raw.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    loop {
        let rest = raw.get(at..).unwrap_or_default();
        at += rest.iter().position(|&b| b != 0 && !b.is_ascii_whitespace()).unwrap_or(rest.len());
        let rest = raw.get(at..).unwrap_or_default();
        if !rest.starts_with(b"From ") || name_of(rest).is_some() {
            return at;
        }
        at = line_end(raw, at);
    }
}

/// A field whose folded lines are still coming.
struct Open {
    name: Range<usize>,
    value: Range<usize>,
}

/// Reads the header block that starts at `from`; a line that `stop` knows ends it. A line that is no field is passed
/// over when a field follows it, else the body starts with it.
pub(super) fn block<'a>(raw: &'a [u8], from: usize, limits: &Limits, stop: impl Fn(&[u8]) -> bool) -> Block<'a> {
    let mut block = Block { fields: Vec::with_capacity(24), body: raw.len(), excess: None };
    let mut at = from;
    let mut open: Option<Open> = None;
    while at < raw.len() {
        let end = line_end(raw, at);
        let line = bare(raw.get(at..end).unwrap_or_default());
        if line.is_empty() {
            block.body = end;
            break;
        }
        if at > from && matches!(line.first(), Some(b' ' | b'\t')) {
            if let Some(open) = &mut open {
                open.value.end = at + line.len();
            }
        } else {
            block.push(raw, open.take(), limits);
            let indent = at + line.len() - line.trim_ascii_start().len();
            let field = name_of(line.trim_ascii_start()).filter(|_| !stop(line));
            if let Some((name, value)) = field {
                open = Some(Open { name: indent..indent + name, value: indent + value..at + line.len() });
            } else if stop(line) || name_of(raw.get(end..).unwrap_or_default()).is_none() {
                block.body = at;
                break;
            }
        }
        at = end;
        block.excess = excess(at - from, block.fields.len(), limits);
        if block.excess.is_some() {
            block.body = at;
            break;
        }
    }
    block.push(raw, open, limits);
    block
}

impl<'a> Block<'a> {
    fn push(&mut self, raw: &'a [u8], open: Option<Open>, limits: &Limits) {
        let Some(Open { name, value }) = open else { return };
        let value = raw.get(value).unwrap_or_default();
        let value = cut(value, limits.header_line);
        self.fields.push(Field { name: raw.get(name).unwrap_or_default(), value });
    }
}

/// The first `most` bytes of a value, without a last word or address that would be cut in two.
fn cut(value: &[u8], most: usize) -> &[u8] {
    let Some(kept) = value.get(..most).filter(|kept| kept.len() < value.len()) else { return value };
    let end = kept.iter().rposition(|b| b.is_ascii_whitespace() || *b == b',').unwrap_or(most);
    kept.get(..end).unwrap_or(kept)
}

fn excess(bytes: usize, fields: usize, limits: &Limits) -> Option<String> {
    if bytes > limits.header_bytes {
        Some(format!("the header is longer than {} KiB", limits.header_bytes >> 10))
    } else if fields > limits.header_lines {
        Some(format!("the header has more than {} fields", limits.header_lines))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &[u8]) -> (Vec<(String, String)>, String) {
        let block = block(raw, start(raw), &Limits::default(), |_| false);
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let fields = block.fields.iter().map(|f| (text(f.name), text(f.value))).collect();
        (fields, text(&raw[block.body..]))
    }

    fn names(raw: &[u8]) -> Vec<String> {
        read(raw).0.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn folded_lines_belong_to_their_field_and_the_body_follows_the_blank_line() {
        let (fields, body) = read(b"Subject: a\r\n b\r\nTo : x\r\n\r\nbody\r\n");
        assert_eq!(fields, [("Subject".into(), " a\r\n b".into()), ("To".into(), " x".into())]);
        assert_eq!(body, "body\r\n");
    }

    #[test]
    fn a_mark_blank_lines_and_an_mbox_line_stand_before_the_first_field() {
        for front in
            ["\u{feff}", "\n\r\n ", "From joe@x Mon Jan  1 00:00:00 2024\n", "\u{feff}\nFrom joe\n\n", "\0\0\n"]
        {
            assert_eq!(names(format!("{front}From: a@b\nTo: c\n\n").as_bytes()), ["From", "To"], "{front:?}");
        }
    }

    #[test]
    fn a_line_that_is_no_field_is_passed_over_or_starts_the_body() {
        assert_eq!(names(b"A: 1\n>From joe@x Mon\nB: 2\n\n"), ["A", "B"]);
        let (fields, body) = read(b"A: 1\nHello, this is\nthe body.\n");
        assert_eq!((fields.len(), body.as_str()), (1, "Hello, this is\nthe body.\n"));
    }

    #[test]
    fn a_header_without_a_body_ends_with_the_mail() {
        assert_eq!(read(b"A: 1\nB: 2"), (vec![("A".into(), " 1".into()), ("B".into(), " 2".into())], String::new()));
    }

    #[test]
    fn lone_carriage_returns_are_line_ends_when_there_are_no_others() {
        assert_eq!(with_line_feeds(b"A: 1\rB: 2\r\rx").as_ref(), b"A: 1\nB: 2\n\nx");
        assert_eq!(with_line_feeds(b"A: 1\rB\n").as_ref(), b"A: 1\rB\n");
    }

    #[test]
    fn a_long_value_is_cut_between_words() {
        assert_eq!(cut(b"a@b, c@d, e@f", 12), b"a@b, c@d,");
        assert_eq!(cut(b"a@b, c@d", 8), b"a@b, c@d");
        assert_eq!(cut(b"aaaaaaaa", 4), b"aaaa");
    }

    #[test]
    fn too_many_fields_are_an_excess() {
        let limits = Limits { header_lines: 3, ..Limits::default() };
        assert!(block(b"A: 1\nA: 1\nA: 1\n\n", 0, &limits, |_| false).excess.is_none());
        assert!(block(&b"A: 1\n".repeat(5), 0, &limits, |_| false).excess.is_some());
    }
}
