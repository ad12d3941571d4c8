//! The head of a table and its rows as records: names of columns, the delimiter, ragged rows. Nothing is read from files here.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::bytes::Bytes;
use super::delimited::{self, Row};
use crate::domain::formula::unguarded;
use crate::domain::record::Record;

/// A record's JSON is kept up to so many bytes.
pub(super) const RAW: usize = 1 << 20;
/// The names of all columns together are no longer, in bytes.
const HEAD: usize = 64 << 10;
/// So many rows are compared to find the delimiter.
const COMPARED: usize = 200;

/// The delimiter of a table by its beginning: of `,` `;` tab `|` the one that cuts most rows into as many fields as the
/// first; of equals the one that makes more fields, then the one that is rarer in texts.
pub(super) fn delimiter(sample: &[u8]) -> u8 {
    let mut best = (0, 0, b',');
    for candidate in *b"\t|;," {
        let counts = widths(sample, candidate);
        let Some(&head) = counts.first().filter(|head| **head > 1) else { continue };
        let agreeing = counts.iter().filter(|count| **count == head).count();
        if (agreeing, head) > (best.0, best.1) {
            best = (agreeing, head, candidate);
        }
    }
    best.2
}

/// How many fields each row of a sample has. The last row may be cut and counts only where it is the only one.
fn widths(sample: &[u8], delimiter: u8) -> Vec<usize> {
    let (mut widths, mut width, mut quoted, mut begin, mut empty) = (Vec::new(), 1, false, true, true);
    for &byte in sample {
        if byte == b'"' && (begin || quoted) {
            (quoted, empty) = (!quoted, false);
        } else if byte == b'"' && !begin {
            // A doubled quote opens the field again; a stray one in plain text does no harm before the next delimiter.
            empty = false;
        } else if !quoted && matches!(byte, b'\n' | b'\r') {
            if !empty {
                widths.push(width);
            }
            (width, begin, empty) = (1, true, true);
            if widths.len() == COMPARED {
                return widths;
            }
            continue;
        } else if !quoted && byte == delimiter {
            (width, begin, empty) = (width + 1, true, false);
            continue;
        } else {
            empty = false;
        }
        begin = false;
    }
    if widths.is_empty() && !empty {
        widths.push(width);
    }
    widths
}

/// The names of a table's columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    /// Trimmed, each once: `Name`, `Name 2`.
    pub(super) columns: Vec<String>,
    /// The same as JSON.
    quoted: Vec<String>,
}

impl Head {
    /// The head that the fields of the first row make.
    pub(super) fn new<'a>(fields: impl Iterator<Item = &'a str>) -> Result<Head, String> {
        let mut taken = HashSet::new();
        let mut columns = Vec::new();
        let mut length = 0;
        for (n, field) in (1..).zip(fields) {
            let field = unguarded(field.trim()).trim_start_matches('\u{feff}').trim();
            let name = if field.is_empty() { format!("Column {n}") } else { field.to_owned() };
            let more = (2..).map(|k| format!("{name} {k}"));
            let unique = std::iter::once(name.clone()).chain(more).find(|name| !taken.contains(name));
            let unique = unique.unwrap_or(name);
            length += unique.len();
            taken.insert(unique.clone());
            columns.push(unique);
        }
        if length > HEAD {
            return Err("the first row is longer than 64 KiB: it does not name the columns of a table".to_owned());
        }
        let quoted = columns.iter().map(|name| Value::from(name.as_str()).to_string()).collect();
        Ok(Head { columns, quoted })
    }

    /// The record of a row; none when all its fields are empty.
    ///
    /// # Errors
    /// Why the row does not fit the head. Empty fields too many are let pass.
    pub(super) fn record<'a>(
        &self,
        place: String,
        fields: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Option<Record>, String> {
        let filled = fields.clone().enumerate().filter(|(_, field)| !field.is_empty()).map(|(n, _)| n + 1).last();
        let Some(filled) = filled else { return Ok(None) };
        let (has, wanted) = (fields.clone().count(), self.columns.len());
        if has < wanted || filled > wanted {
            let s = if has == 1 { "" } else { "s" };
            return Err(format!("{has} field{s}, the head has {wanted}"));
        }
        let mut members = Map::new();
        let mut raw = String::from("{");
        for ((name, quoted), field) in self.columns.iter().zip(&self.quoted).zip(fields) {
            let value = Value::from(unguarded(field));
            member(&mut raw, quoted, &value);
            members.insert(name.clone(), value);
        }
        raw.push('}');
        Ok(Some(Record { place, members, columns: self.columns.clone(), raw }))
    }
}

/// Adds a member to the JSON of a record, where it still fits.
pub(super) fn member(raw: &mut String, key: &str, value: &Value) {
    let before = raw.len();
    if before > 1 {
        raw.push(',');
    }
    raw.push_str(key);
    raw.push(':');
    // A number or a text is written without fail.
    let _ = std::fmt::Write::write_fmt(raw, format_args!("{value}"));
    if raw.len() >= RAW {
        raw.truncate(before);
    }
}

/// Reads rows of fields as the records of a table.
pub(super) struct Rows {
    bytes: Bytes,
    delimiter: u8,
    row: Row,
    text: String,
    ends: Vec<usize>,
}

impl Rows {
    /// Finds the delimiter, unless a first line `sep=;` says it.
    pub(super) fn new(mut bytes: Bytes) -> Rows {
        let sample = bytes.ahead();
        let delimiter = match sample {
            [b's', b'e', b'p', b'=', said, b'\r' | b'\n', ..] if *said != b'"' => {
                let said = *said;
                bytes.rest_of_line();
                said
            }
            _ => delimiter(sample),
        };
        Rows { bytes, delimiter, row: Row::default(), text: String::new(), ends: Vec::new() }
    }

    /// The bytes that are read.
    pub(super) fn bytes(&mut self) -> &mut Bytes {
        &mut self.bytes
    }

    /// Reads the next row, and decodes it where it is not in the charset of its file; false at the end.
    pub(super) fn next(&mut self) -> Result<bool, delimited::Fault> {
        if !delimited::read(&mut self.bytes, self.delimiter, &mut self.row)? {
            return Ok(false);
        }
        self.text.clear();
        self.ends.clear();
        let whole = std::str::from_utf8(self.row.bytes()).is_ok();
        let other = if whole { None } else { Some(super::super::charset::of_line(self.row.bytes())) };
        for field in self.row.fields() {
            match (other, std::str::from_utf8(field)) {
                (Some(other), Err(_)) => self.text.push_str(&other.decode_without_bom_handling(field).0),
                (_, Ok(text)) => self.text.push_str(text),
                (None, Err(_)) => self.text.push_str(&String::from_utf8_lossy(field)),
            }
            self.ends.push(self.text.len());
        }
        Ok(true)
    }

    /// The line on which the row begins.
    pub(super) fn line(&self) -> u64 {
        self.row.line
    }

    /// The fields of the row.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> + Clone {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(from, &to)| self.text.get(from..to).unwrap_or_default())
    }

    /// The fields as a JSON array, to be shown beside why the row is not taken.
    pub(super) fn raw(&self) -> String {
        let fields: Vec<&str> = self.fields().collect();
        let raw = Value::from(fields).to_string();
        if raw.len() > RAW { String::new() } else { raw }
    }
}
