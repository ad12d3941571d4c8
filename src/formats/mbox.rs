//! An mbox as a stream of mails. Memory is bounded by one mail and one line, however long the file or its lines are.

use std::io::{self, BufRead};

use super::date;
use super::fields::name_of;
use crate::domain::time::Moment;

/// A longer line is read in pieces.
const LONGEST_LINE: usize = 64 << 10;

/// Of a `From ` line so much is read.
const LONGEST_FROM: usize = 1_000;

/// So many NULs at the start of a line are a hole in the file; fewer may be UTF-16 text.
const HOLE: usize = 16;

/// Where a mail stands in its file, and its bytes without the `From ` line and the quoting of `From `.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// Where its `From ` line starts, from the start of the stream.
    pub(super) offset: u64,
    /// How many bytes of the stream are its own.
    pub(super) bytes: u64,
    /// Its `From ` line, 1,000 bytes at most; empty where the file starts without one.
    pub(super) from: &'a [u8],
    /// Its bytes, cut after the limit.
    pub(super) mail: &'a [u8],
    /// How long it is; more than `mail` holds when it was cut.
    pub(super) length: u64,
}

/// Calls `each` for every mail of an mbox; bytes of a mail after `limit` are counted, not kept.
///
/// A mail starts with a line `From … date` after a blank line (or at the start), or anywhere when the date has the exact
/// form and a header field follows: a line of prose that begins with "From " splits nothing. Runs of NUL are holes.
pub(super) fn split<E: From<io::Error>>(
    reader: impl BufRead,
    limit: u64,
    mut each: impl FnMut(Found<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut lines = Lines { reader, offset: 0, at_start: true };
    let mut line = Line::default();
    let mut next = Line::default();
    let mut mail = Mail { limit: usize::try_from(limit).unwrap_or(usize::MAX), ..Mail::default() };
    let mut after_blank = true;
    let mut more = lines.read(&mut line)?;
    while more {
        more = lines.read(&mut next)?;
        let first = !mail.open;
        if line.starts && starts_mail(line.text(), first, after_blank, next.text()) {
            let start = line.offset + line.skip();
            if let Some(found) = mail.end(line.offset) {
                each(found)?;
            }
            mail.begin(start);
            mail.from.extend(line.text().iter().take(LONGEST_FROM));
        } else {
            if !mail.open && !line.is_blank() {
                mail.begin(line.offset + line.skip());
            }
            mail.push(&line);
        }
        after_blank = line.starts && line.is_blank();
        std::mem::swap(&mut line, &mut next);
    }
    match mail.end(lines.offset) {
        Some(found) => each(found),
        None => Ok(()),
    }
}

/// A line, or a piece of a very long one.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    offset: u64,
    /// It is the start of a line, not a later piece.
    starts: bool,
    /// Bytes at its start that are no text: a byte order mark, the NULs of a hole.
    junk: usize,
}

impl Line {
    fn text(&self) -> &[u8] {
        self.bytes.get(self.junk..).unwrap_or_default()
    }

    fn skip(&self) -> u64 {
        u64::try_from(self.junk).unwrap_or_default()
    }

    fn is_blank(&self) -> bool {
        self.text().trim_ascii().is_empty()
    }
}

struct Lines<R> {
    reader: R,
    offset: u64,
    at_start: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line or piece; `line` is empty and the answer false at the end.
    fn read(&mut self, line: &mut Line) -> io::Result<bool> {
        line.bytes.clear();
        (line.offset, line.starts, line.junk) = (self.offset, self.at_start, 0);
        let mut ended = false;
        while !ended && line.bytes.len() < LONGEST_LINE {
            let ready = match self.reader.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if ready.is_empty() {
                break;
            }
            let ready = ready.get(..LONGEST_LINE - line.bytes.len()).unwrap_or(ready);
            let end = ready.iter().position(|&b| b == b'\n');
            let taken = end.map_or(ready.len(), |n| n + 1);
            line.bytes.extend_from_slice(ready.get(..taken).unwrap_or_default());
            ended = end.is_some();
            self.reader.consume(taken);
        }
        self.offset += u64::try_from(line.bytes.len()).unwrap_or_default();
        if line.starts {
            let mark = if line.offset == 0 && line.bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let rest = line.bytes.get(mark..).unwrap_or_default();
            let hole = rest.iter().take_while(|&&b| b == 0).count();
            let is_hole = hole >= HOLE || rest.get(hole..).is_some_and(|r| r.starts_with(b"From "));
            line.junk = if is_hole { mark + hole } else { mark };
        }
        self.at_start = ended || (line.starts && line.junk == line.bytes.len());
        Ok(!line.bytes.is_empty())
    }
}

/// The mail being collected.
#[derive(Default)]
struct Mail {
    open: bool,
    start: u64,
    from: Vec<u8>,
    bytes: Vec<u8>,
    length: u64,
    limit: usize,
}

impl Mail {
    fn begin(&mut self, start: u64) {
        self.bytes.clear();
        self.from.clear();
        (self.open, self.start, self.length) = (true, start, 0);
    }

    fn push(&mut self, line: &Line) {
        let text = line.text();
        let marks = text.iter().take_while(|&&b| b == b'>').count();
        let quoted = line.starts && marks > 0 && text.get(marks..).is_some_and(|t| t.starts_with(b"From "));
        let text = if quoted { text.get(1..).unwrap_or_default() } else { text };
        if self.open {
            self.length += u64::try_from(text.len()).unwrap_or_default();
            let room = self.limit.saturating_add(1).saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(text.get(..room).unwrap_or(text));
        }
    }

    /// The mail that ends before `end`, without the blank line that parts it from the next.
    fn end(&mut self, end: u64) -> Option<Found<'_>> {
        if !std::mem::take(&mut self.open) {
            return None;
        }
        let parted = [&b"\r\n\r\n"[..], b"\n\r\n", b"\n\n"].into_iter().find(|p| self.bytes.ends_with(p));
        let cut = parted.map_or(0, |p| if p.ends_with(b"\r\n") { 2 } else { 1 });
        if self.length <= u64::try_from(self.limit).unwrap_or(u64::MAX) {
            self.bytes.truncate(self.bytes.len() - cut);
            self.length -= u64::try_from(cut).unwrap_or_default();
        }
        Some(Found {
            offset: self.start,
            bytes: end.saturating_sub(self.start),
            from: &self.from,
            mail: &self.bytes,
            length: self.length,
        })
    }
}

/// Whether a mail starts with this line.
fn starts_mail(line: &[u8], first: bool, after_blank: bool, next: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    if name_of(line).is_some() {
        return false;
    }
    if first {
        return true;
    }
    let headed = name_of(next).is_some() || next.starts_with(b">From ");
    match dated(rest.get(..LONGEST_FROM).unwrap_or(rest)) {
        Dated::Exactly => after_blank || headed,
        Dated::Somehow => after_blank && headed,
        Dated::Not => false,
    }
}

/// When the mail arrived, as its `From ` line says; a line without a zone is taken for UTC.
pub(super) fn arrived(from: &[u8]) -> Option<Moment> {
    let rest = from.strip_prefix(b"From ")?;
    let words = || rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let starts = |word: &[u8]| {
        let week = word.get(..3).is_some_and(|w| DAYS.iter().any(|day| day.eq_ignore_ascii_case(w)));
        (week && word.len() <= 4) || word.get(..5).is_some_and(|y| y.ends_with(b"-") && is_year(&y[..4]))
    };
    let said: Vec<&[u8]> = words().skip_while(|word| !starts(word)).take(8).collect();
    let end = said.iter().position(|word| word.eq_ignore_ascii_case(b"remote")).unwrap_or(said.len());
    date::of(&said.get(..end)?.join(&b' '))
}

const DAYS: [&[u8]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && word.iter().all(u8::is_ascii_digit) && matches!(word.first(), Some(b'1' | b'2'))
}

#[derive(PartialEq, Eq)]
enum Dated {
    /// `Fri Nov 20 12:00:00 2026`, perhaps with a zone.
    Exactly,
    /// There is a time or a month, and a year.
    Somehow,
    Not,
}

/// Whether the rest of a `From ` line ends with a date.
fn dated(rest: &[u8]) -> Dated {
    const MONTHS: [&[u8]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let words: Vec<Vec<u8>> = rest
        .split(|b| b.is_ascii_whitespace() || *b == b',')
        .filter(|w| !w.is_empty())
        .take(60)
        .map(<[u8]>::to_ascii_lowercase)
        .collect();
    let is_time = |w: &[u8]| w.len() >= 4 && w.contains(&b':') && w.iter().all(|b| b.is_ascii_digit() || *b == b':');
    let is_day = |w: &[u8]| w.len() <= 2 && w.iter().all(u8::is_ascii_digit);
    let exact = words.windows(5).any(|w| match w {
        [week, month, day, time, tail @ ..] => {
            DAYS.contains(&week.as_slice())
                && MONTHS.contains(&month.as_slice())
                && is_day(day)
                && is_time(time)
                && tail.iter().all(|w| is_year(w) || w.starts_with(b"+") || w.starts_with(b"-") || w.len() <= 5)
        }
        _ => false,
    });
    let year = words
        .iter()
        .rev()
        .take(6)
        .any(|w| is_year(w) || w.get(..5).is_some_and(|y| y.ends_with(b"-") && is_year(&y[..4])));
    let time = words.iter().any(|w| is_time(w) || w.get(11..).is_some_and(is_time));
    match (exact && year, time && year) {
        (true, _) => Dated::Exactly,
        (_, true) => Dated::Somehow,
        _ => Dated::Not,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Read};

    fn read_within(mbox: &[u8], limit: u64) -> Vec<(u64, u64, Vec<u8>, u64)> {
        let mut found = Vec::new();
        let reader = BufReader::with_capacity(16, mbox);
        let done: io::Result<()> = split(reader, limit, |f| {
            found.push((f.offset, f.bytes, f.mail.to_vec(), f.length));
            Ok(())
        });
        done.unwrap();
        found
    }

    fn read(mbox: &str) -> Vec<String> {
        let found = read_within(mbox.as_bytes(), 1 << 20);
        found.into_iter().map(|(_, _, mail, _)| String::from_utf8_lossy(&mail).into_owned()).collect()
    }

    const FROM: &str = "From joe@x Mon Jan  1 00:00:00 2024\n";

    #[test]
    fn mails_are_parted_at_from_lines_with_either_line_end() {
        let mbox = format!("{FROM}A: 1\n\nx\n\n{FROM}A: 2\n\ny\n\n");
        assert_eq!(read(&mbox), ["A: 1\n\nx\n", "A: 2\n\ny\n"]);
        assert_eq!(read(&mbox.replace('\n', "\r\n")), ["A: 1\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n"]);
        assert!(read("").is_empty() && read("\n\n").is_empty());
    }

    #[test]
    fn prose_that_begins_with_from_parts_nothing() {
        let mbox =
            format!("{FROM}A: 1\n\nHello,\n\nFrom here on we\nFrom all of us in 2024\n\nFrom 2019 to 2024\nNote: x\n");
        assert_eq!(read(&mbox).len(), 1);
    }

    #[test]
    fn dates_come_in_many_forms() {
        for from in [
            "From - Mon Jan 01 00:00:00 1996",
            "From 1234@xxx Mon Jan 01 00:00:00 +0000 2024",
            "From ???@??? Mon Apr 05 12:00:00 1999",
            "From joe@x Mon Jan  1 00:00 2024 remote from host",
            "From joe@x Mon Jan  1 00:00:00 MSK 2024",
            "From joe@x 2024-01-01 12:00:00",
            "From joe@x 2024-01-01T12:00:00",
            "From \"joe doe\"@x Mon, 1 Jan 2024 00:00:00 +0300",
        ] {
            assert_eq!(read(&format!("{FROM}A: 1\n\nx\n\n{from}\nA: 2\n\ny\n")).len(), 2, "{from}");
        }
    }

    #[test]
    fn the_from_line_says_when_the_mail_arrived() {
        for (from, at) in [
            ("From joe@x Mon Jan  1 10:00:00 2024", Some("2024-01-01T10:00:00Z")),
            ("From 1234@xxx Mon Jan 01 10:00:00 +0300 2024", Some("2024-01-01T07:00:00Z")),
            ("From joe@x Mon Jan  1 10:00 2024 remote from host", Some("2024-01-01T10:00:00Z")),
            ("From joe@x Mon Jan  1 10:00:00 MSK 2024", Some("2024-01-01T07:00:00Z")),
            ("From joe@x 2024-01-01T10:00:00", Some("2024-01-01T10:00:00Z")),
            ("From \"monday joe\"@x Mon, 1 Jan 2024 10:00:00 +0300", Some("2024-01-01T07:00:00Z")),
            ("From - x", None),
            ("", None),
        ] {
            assert_eq!(arrived(from.as_bytes()).map(Moment::rfc3339).as_deref(), at, "{from}");
        }
        let mut lines = Vec::new();
        let mbox = format!("{FROM}A: 1\n\nx\n\n{FROM}A: 2\n\ny\n");
        let done: io::Result<()> = split(mbox.as_bytes(), 100, |f| {
            lines.push(f.from.to_vec());
            Ok(())
        });
        done.unwrap();
        assert_eq!(lines, [FROM.as_bytes(), FROM.as_bytes()]);
    }

    #[test]
    fn a_missing_blank_line_is_forgiven_when_a_header_follows() {
        assert_eq!(read(&format!("{FROM}A: 1\n\nx\n{FROM}A: 2\n\ny\n")), ["A: 1\n\nx\n", "A: 2\n\ny\n"]);
        assert_eq!(read(&format!("{FROM}A: 1\n\nx\n{FROM}no header\n")).len(), 1);
    }

    #[test]
    fn one_mark_is_taken_off_quoted_from_lines() {
        assert_eq!(
            read(&format!("{FROM}A: 1\n\n>From a\n>>From b\n> From c\n>Fromage\n")),
            ["A: 1\n\nFrom a\n>From b\n> From c\n>Fromage\n"]
        );
    }

    #[test]
    fn holes_and_marks_are_passed_over() {
        let hole = "\0".repeat(100_000);
        let mbox = format!("\u{feff}{FROM}A: 1\n\nx\n{hole}{FROM}A: 2\n\ny\n{hole}");
        assert_eq!(read(&mbox), ["A: 1\n\nx\n", "A: 2\n\ny\n"]);
    }

    #[test]
    fn a_file_without_a_first_from_line_is_a_mail_too() {
        assert_eq!(read(&format!("A: 0\n\nx\n\n{FROM}A: 1\n\ny\n")), ["A: 0\n\nx\n", "A: 1\n\ny\n"]);
    }

    #[test]
    fn one_endless_line_is_counted_but_not_held() {
        let front = format!("{FROM}A: 1\n\n");
        let endless = io::repeat(b'x').take(300 << 20);
        let mut seen = Vec::new();
        let done: io::Result<()> = split(BufReader::new(front.as_bytes().chain(endless)), 1 << 20, |f| {
            seen.push((f.mail.len(), f.length));
            Ok(())
        });
        done.unwrap();
        assert_eq!(seen, [((1 << 20) + 1, 6 + (300 << 20))]);
    }

    proptest! {
        #[test]
        fn a_mail_read_again_from_its_place_is_the_same(lines in prop::collection::vec(prop_oneof![
            Just(FROM.to_owned()), Just("\n".to_owned()), Just("\r\n".to_owned()), Just("A: 1\n".to_owned()), Just("\0\0".to_owned()),
            Just("From x at 10:00 2024\n".to_owned()), Just(">From x\n".to_owned()), Just("text\n".to_owned()), Just("From x\n".to_owned()),
        ], 0..30), limit in 5u64..200) {
            let mbox = lines.concat().into_bytes();
            let mut end = 0;
            for (offset, bytes, mail, length) in read_within(&mbox, limit) {
                prop_assert!(offset >= end);
                end = offset + bytes;
                let place = &mbox[usize::try_from(offset).unwrap()..usize::try_from(end).unwrap()];
                let again = read_within(place, limit);
                prop_assert_eq!(again.len(), 1);
                prop_assert_eq!((&again[0].2, again[0].3), (&mail, length));
            }
        }
    }
}
