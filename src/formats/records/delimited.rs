//! Rows of fields between delimiters (RFC 4180 and what programs make of it), limits held while reading. What a row means
//! is in `table`.

use super::bytes::{Bytes, Spot};

/// A record is no longer, in bytes.
pub(super) const LONGEST: usize = 1 << 20;
/// A record has no more fields.
pub(super) const FIELDS: usize = 1_000;

/// Why a record is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where.
    pub(super) spot: Spot,
    /// Why.
    pub(super) why: String,
    /// What follows cannot be trusted either.
    pub(super) last: bool,
}

/// The fields of a row, one after another.
#[derive(Debug, Default)]
pub(super) struct Row {
    text: Vec<u8>,
    ends: Vec<usize>,
    /// The line on which it begins.
    pub(super) line: u64,
}

impl Row {
    /// The fields as bytes.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(from, &to)| self.text.get(from..to).unwrap_or_default())
    }

    /// All fields as one run of bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.text
    }
}

/// Where the reader stands in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At its beginning: a quote here opens.
    Begin,
    Plain,
    Quoted,
    /// After a quote within a quoted field: another one is a quote, anything else goes on plainly.
    Closed,
}

/// Reads the next row into `row`; false at the end of the file. Empty lines are passed over.
pub(super) fn read(bytes: &mut Bytes, delimiter: u8, row: &mut Row) -> Result<bool, Fault> {
    while matches!(bytes.peek(), Some(b'\r' | b'\n')) {
        bytes.next();
    }
    row.text.clear();
    row.ends.clear();
    let begin = bytes.spot();
    row.line = begin.line;
    if bytes.peek().is_none() {
        return Ok(false);
    }
    let mut reading = Reading { row, begin, length: 0, quote: begin, quoted: 0, fault: None };
    let mut state = State::Begin;
    loop {
        let spot = bytes.spot();
        let Some(byte) = bytes.next() else {
            if state == State::Quoted {
                return Err(reading.unclosed("never closed"));
            }
            return reading.end();
        };
        state = match (state, byte) {
            (State::Begin, b'"') => {
                (reading.quote, reading.quoted) = (spot, 0);
                reading.count(true)?;
                State::Quoted
            }
            (State::Quoted, b'"') => {
                reading.count(true)?;
                State::Closed
            }
            (State::Quoted, _) => {
                reading.push(byte, spot, true)?;
                State::Quoted
            }
            (State::Closed, b'"') => {
                reading.push(byte, spot, true)?;
                State::Quoted
            }
            (_, b'\n') => return reading.end(),
            (_, b'\r') => {
                if bytes.peek() == Some(b'\n') {
                    bytes.next();
                }
                return reading.end();
            }
            (_, byte) if byte == delimiter => {
                reading.close(spot);
                reading.count(false)?;
                State::Begin
            }
            _ => {
                reading.push(byte, spot, false)?;
                State::Plain
            }
        };
    }
}

/// A row as far as it was read.
struct Reading<'a> {
    row: &'a mut Row,
    begin: Spot,
    length: usize,
    quote: Spot,
    quoted: usize,
    fault: Option<Fault>,
}

impl Reading<'_> {
    fn push(&mut self, byte: u8, spot: Spot, quoted: bool) -> Result<(), Fault> {
        self.count(quoted)?;
        if byte == 0 {
            self.note(spot, "a NUL byte, which no text has".to_owned());
        }
        if self.fault.is_none() {
            self.row.text.push(byte);
        }
        Ok(())
    }

    /// One byte more. Quotes that stay open too long end the reading: everything behind would be within them.
    fn count(&mut self, quoted: bool) -> Result<(), Fault> {
        self.length = self.length.saturating_add(1);
        if quoted {
            self.quoted += 1;
            if self.quoted > LONGEST {
                return Err(self.unclosed("not closed within 1 MiB"));
            }
        }
        if self.length > LONGEST {
            self.note(self.begin, "the record is longer than 1 MiB".to_owned());
        }
        Ok(())
    }

    fn close(&mut self, spot: Spot) {
        if self.row.ends.len() >= FIELDS {
            self.note(spot, "the record has more than 1,000 fields".to_owned());
        }
        if self.fault.is_none() {
            self.row.ends.push(self.row.text.len());
        }
    }

    fn end(mut self) -> Result<bool, Fault> {
        self.close(self.begin);
        self.fault.map_or(Ok(true), Err)
    }

    fn note(&mut self, spot: Spot, why: String) {
        self.fault.get_or_insert(Fault { spot, why, last: false });
    }

    fn unclosed(&self, how: &str) -> Fault {
        Fault { spot: self.quote, why: format!("a quote (\") opens here and is {how}"), last: true }
    }
}
