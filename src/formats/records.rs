//! Tables and JSON files of other programs as a stream of records, each with its place. What a column means is in
//! `domain/mapping`; what a program means by its members is in `foreign`. Files are only read, and only so much of them is
//! held as one record takes.

mod bytes;
mod delimited;
mod json;
mod shape;
mod sheet;
mod table;

use std::fs::File;
use std::io::{Read as _, SeekFrom};
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use crate::domain::record::Record;
pub use bytes::Source;

use bytes::{Bytes, Spot};
use delimited::Fault;
use shape::Shape;
use table::{Head, Rows};

/// The form of a file with records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text with delimiters: `,` `;` tab `|`.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// An array of records, an object with a member that holds them, or one record.
    Json,
    /// Records one after another, usually one on each line.
    Ndjson,
}

impl Form {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Xlsx => "xlsx",
            Form::Json => "json",
            Form::Ndjson => "ndjson",
        }
    }

    /// The form that a word stands for; `tsv` and `jsonl` too.
    #[must_use]
    pub fn of(word: &str) -> Option<Form> {
        Some(match word {
            "csv" | "tsv" => Form::Csv,
            "xlsx" => Form::Xlsx,
            "json" => Form::Json,
            "ndjson" | "jsonl" => Form::Ndjson,
            _ => return None,
        })
    }
}

/// A record that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Where: `tickets.csv:17`, with the column (counted in characters) where that helps: `tickets.csv:17:5`.
    pub place: String,
    /// Why.
    pub why: String,
    /// What stood there, to be mended: the fields of a row as a JSON array. Empty where it was not read to its end.
    pub raw: String,
}

/// The records of a file in its order, one read at a time. Rows with nothing in them are passed over. After a fault that
/// leaves no telling where the next record begins there is no further record.
pub struct Records {
    name: String,
    form: Form,
    columns: Vec<String>,
    holder: Option<String>,
    inside: Inside,
}

/// What is read.
enum Inside {
    Table { head: Head, rows: Box<Rows> },
    Sheet { head: Head, lines: std::vec::IntoIter<sheet::Line> },
    Array { bytes: Bytes, read: u64, ends: bool },
    Lines { bytes: Bytes, one_line: bool },
    Done,
}

/// Opens the file at `path`. Without a hint its form is told by what stands in it, then by the ending of its name.
///
/// # Errors
/// `path: why` where there are no records to be read: no such file, another kind of file, no head.
pub fn open(path: &Path, hint: Option<Form>) -> Result<Records, String> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|e| format!("{name}: {e}"))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(format!("{name}: a folder; give the files in it"));
    }
    read(&name, Box::new(file), hint)
}

/// Reads what was opened elsewhere, under the name that places begin with.
///
/// ```
/// use frontdesk::formats::records::{Form, read};
/// let text = "Id;Тема\n7;\"Вход\nне работает\"\n8\n";
/// let mut records = read("t.csv", Box::new(std::io::Cursor::new(text)), None).unwrap();
/// assert_eq!((records.form(), records.columns()), (Form::Csv, &["Id".to_owned(), "Тема".to_owned()][..]));
/// assert_eq!(records.next().unwrap().unwrap().members["Тема"], "Вход\nне работает");
/// let bad = records.next().unwrap().unwrap_err();
/// assert_eq!((bad.place.as_str(), bad.why.as_str()), ("t.csv:4", "1 field, the head has 2"));
/// ```
///
/// # Errors
/// As [`open`].
pub fn read(name: &str, mut source: Box<dyn Source>, hint: Option<Form>) -> Result<Records, String> {
    let named = |e: std::io::Error| format!("{name}: {e}");
    let mut start = Vec::new();
    source.seek(SeekFrom::Start(0)).map_err(named)?;
    source.by_ref().take(16).read_to_end(&mut start).map_err(named)?;
    if hint == Some(Form::Xlsx) || start.starts_with(b"PK\x03\x04") {
        return of_sheet(name, source);
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(format!("{name}: {what}"));
    }
    let mut bytes = Bytes::open(source).map_err(named)?;
    match hint.unwrap_or_else(|| guess(name, bytes.ahead())) {
        Form::Csv => of_table(name, bytes),
        form => of_json(name, bytes, form),
    }
}

/// Files that are often given and cannot be read here: how they begin, what they are, and the way out.
const OTHERS: [(&[u8], &str); 8] = [
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ\0", "an xz archive: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls): save it as .xlsx or CSV"),
    (b"SQLite format 3\0", "a database and no table: export it as CSV"),
    (b"%PDF", "a PDF document and no table"),
];

/// The form of a text by its beginning, and where that does not tell by the ending of its name.
fn guess(name: &str, start: &[u8]) -> Form {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let named = ending.as_deref().and_then(Form::of);
    let mut marks = start.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (marks.next(), marks.next()) {
        _ if named == Some(Form::Csv) => Form::Csv,
        (Some(b'['), Some(b'{' | b']' | b'[' | b'"')) => Form::Json,
        (Some(b'{'), Some(b'"' | b'}')) if named == Some(Form::Ndjson) => Form::Ndjson,
        (Some(b'{'), Some(b'"' | b'}')) => Form::Json,
        _ => named.filter(|form| *form != Form::Xlsx).unwrap_or(Form::Csv),
    }
}

fn of_table(name: &str, bytes: Bytes) -> Result<Records, String> {
    let mut rows = Box::new(Rows::new(bytes));
    let found = rows.next().map_err(|fault| format!("{}: {}", at(name, fault.spot), fault.why))?;
    if let Some(e) = rows.bytes().failure() {
        return Err(format!("{name}: {e}"));
    }
    if !found {
        return Err(format!("{name}: nothing in it"));
    }
    let head = Head::new(rows.fields()).map_err(|why| format!("{name}:{}: {why}", rows.line()))?;
    Ok(Records {
        name: name.to_owned(),
        form: Form::Csv,
        columns: head.columns.clone(),
        holder: None,
        inside: Inside::Table { head, rows },
    })
}

fn of_sheet(name: &str, source: Box<dyn Source>) -> Result<Records, String> {
    let mut lines = sheet::rows(source).map_err(|why| format!("{name}: {why}"))?.into_iter();
    let Some((line, first)) = lines.next() else { return Err(format!("{name}: nothing in it")) };
    let placed = |why: String| format!("{name}:{line}: {why}");
    let head = Head::new(first.map_err(placed)?.iter().map(String::as_str)).map_err(placed)?;
    Ok(Records {
        name: name.to_owned(),
        form: Form::Xlsx,
        columns: head.columns.clone(),
        holder: None,
        inside: Inside::Sheet { head, lines },
    })
}

fn of_json(name: &str, mut bytes: Bytes, form: Form) -> Result<Records, String> {
    bytes.blanks();
    let shape = match bytes.peek() {
        None => return Err(bytes.failure().map_or(format!("{name}: nothing in it"), |e| format!("{name}: {e}"))),
        Some(b'[') if form == Form::Json => Shape::Array,
        Some(b'{') => {
            let again = bytes.spot();
            let shape = shape::shape(&mut bytes);
            if let Some(e) = bytes.failure() {
                return Err(format!("{name}: {e}"));
            }
            bytes = bytes.again().map_err(|e| format!("{name}: {e}"))?;
            while bytes.spot() != again && bytes.next().is_some() {}
            if form == Form::Ndjson && shape != (Shape::Lines { one_line: false }) {
                Shape::Lines { one_line: true }
            } else {
                shape
            }
        }
        _ => Shape::Lines { one_line: true },
    };
    let mut records =
        Records { name: name.to_owned(), form: Form::Json, columns: Vec::new(), holder: None, inside: Inside::Done };
    records.inside = match shape {
        Shape::Lines { one_line } => {
            records.form = Form::Ndjson;
            Inside::Lines { bytes, one_line }
        }
        Shape::One => Inside::Lines { bytes, one_line: false },
        Shape::Array => {
            bytes.next();
            Inside::Array { bytes, read: 0, ends: true }
        }
        Shape::Holder(path) => {
            shape::enter(&mut bytes, &path).map_err(|fault| format!("{}: {}", at(name, fault.spot), fault.why))?;
            records.holder = Some(path);
            Inside::Array { bytes, read: 0, ends: false }
        }
    };
    Ok(records)
}

impl Records {
    /// The form of the file.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// The columns of a table; of JSON none, each record has its own.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The member that holds the records of a JSON object: `tickets`, `chats.list`.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        self.holder.as_deref()
    }

    /// A failure to read the file is the last thing that is told of it.
    fn failed(&mut self, failure: Option<std::io::Error>) -> Option<Result<Record, Bad>> {
        let why = failure?.to_string();
        self.inside = Inside::Done;
        Some(Err(Bad { place: self.name.clone(), why, raw: String::new() }))
    }

    fn row(&mut self) -> Option<Result<Record, Bad>> {
        loop {
            let Inside::Table { head, rows } = &mut self.inside else { return None };
            let read = rows.next();
            if let Some(failure) = rows.bytes().failure() {
                return self.failed(Some(failure));
            }
            match read {
                Ok(false) => return None,
                Ok(true) => {}
                Err(fault) => {
                    if fault.last {
                        self.inside = Inside::Done;
                    }
                    return Some(Err(bad(&self.name, fault)));
                }
            }
            let place = format!("{}:{}", self.name, rows.line());
            match head.record(place.clone(), rows.fields()) {
                Ok(None) => {}
                Ok(Some(record)) => return Some(Ok(record)),
                Err(why) => return Some(Err(Bad { place, why, raw: rows.raw() })),
            }
        }
    }

    fn line(&mut self) -> Option<Result<Record, Bad>> {
        let Inside::Sheet { head, lines } = &mut self.inside else { return None };
        for (line, fields) in lines {
            let place = format!("{}:{line}", self.name);
            let mut fields = match fields {
                Ok(fields) => fields,
                Err(why) => return Some(Err(Bad { place, why, raw: String::new() })),
            };
            // Cells behind the last filled one are not in the file.
            fields.resize(fields.len().max(head.columns.len()), String::new());
            match head.record(place.clone(), fields.iter().map(String::as_str)) {
                Ok(None) => {}
                Ok(Some(record)) => return Some(Ok(record)),
                Err(why) => return Some(Err(Bad { place, why, raw: Value::from(fields).to_string() })),
            }
        }
        None
    }

    fn element(&mut self) -> Option<Result<Record, Bad>> {
        let Inside::Array { bytes, read, ends } = &mut self.inside else { return None };
        let first = *read == 0;
        let more = if first { shape::element(bytes) } else { shape::comma(bytes) };
        let fault = match more {
            Ok(true) => {
                *read += 1;
                let place = format!("{}: record {read}", self.name);
                let spot = bytes.spot();
                match json::Reader::new(bytes, false).value() {
                    Ok(read) => return Some(record(&self.name, place, spot, read)),
                    Err(fault) => fault,
                }
            }
            Ok(false) => {
                bytes.blanks();
                let stray = *ends && bytes.peek().is_some();
                let spot = bytes.spot();
                self.inside = Inside::Done;
                let why = "something stands behind the end of the array".to_owned();
                return stray.then(|| Err(bad(&self.name, Fault { spot, why, last: true })));
            }
            Err(fault) => fault,
        };
        let failure = bytes.failure();
        if fault.last || failure.is_some() {
            self.inside = Inside::Done;
        }
        self.failed(failure).or_else(|| Some(Err(bad(&self.name, fault))))
    }

    fn value(&mut self) -> Option<Result<Record, Bad>> {
        let Inside::Lines { bytes, one_line } = &mut self.inside else { return None };
        bytes.blanks();
        if bytes.peek().is_none() {
            let failure = bytes.failure();
            return self.failed(failure);
        }
        let spot = bytes.spot();
        match json::Reader::new(bytes, *one_line).value() {
            Ok(read) => {
                let place = format!("{}:{}", self.name, spot.line);
                Some(record(&self.name, place, spot, read))
            }
            Err(fault) => {
                let failure = bytes.failure();
                if fault.last && *one_line {
                    bytes.rest_of_line();
                } else if fault.last {
                    self.inside = Inside::Done;
                }
                self.failed(failure).or_else(|| Some(Err(bad(&self.name, fault))))
            }
        }
    }
}

impl Iterator for Records {
    type Item = Result<Record, Bad>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match self.inside {
            Inside::Table { .. } => self.row(),
            Inside::Sheet { .. } => self.line(),
            Inside::Array { .. } => self.element(),
            Inside::Lines { .. } => self.value(),
            Inside::Done => None,
        };
        if next.is_none() {
            self.inside = Inside::Done;
        }
        next
    }
}

/// The record that a JSON value is.
fn record(name: &str, place: String, spot: Spot, read: json::Read) -> Result<Record, Bad> {
    let json::Read { value, keys: columns, raw } = read;
    let Value::Object(members) = value else {
        let what = match value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            _ => "an array",
        };
        return Err(Bad { place: at(name, spot), why: format!("a record is an object; here is {what}"), raw });
    };
    let raw = if raw.is_empty() { shortened(&members) } else { raw };
    Ok(Record { place, members, columns, raw })
}

/// The members of a long record that fit, the shortest first; of the others how long they are and a digest, so that a change
/// in them is seen.
fn shortened(members: &serde_json::Map<String, Value>) -> String {
    const SPARE: usize = 64 << 10;
    let mut written: Vec<(String, &String, &Value)> =
        members.iter().map(|(key, value)| (value.to_string(), key, value)).collect();
    written.sort_by_key(|(text, ..)| text.len());
    let mut raw = String::from("{");
    for (text, key, value) in written {
        let quoted = Value::from(key.as_str()).to_string();
        if raw.len() + quoted.len() + text.len() + SPARE < table::RAW {
            table::member(&mut raw, &quoted, value);
        } else {
            let digest: String = Sha256::digest(&text).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            table::member(&mut raw, &quoted, &format!("{} bytes, sha256 {digest}", text.len()).into());
        }
    }
    raw.push('}');
    raw
}

fn bad(name: &str, fault: Fault) -> Bad {
    Bad { place: at(name, fault.spot), why: fault.why, raw: String::new() }
}

fn at(name: &str, spot: Spot) -> String {
    format!("{name}:{}:{}", spot.line, spot.column)
}

#[cfg(test)]
mod tests;
