//! The first sheet of a spreadsheet that has a head, as rows of texts. What the file unpacks to is measured before it is read.

use std::io::{self, Read, SeekFrom};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx};

use super::bytes::Source;
use super::delimited::{FIELDS, LONGEST};

/// A spreadsheet unpacks to no more bytes.
const UNPACKED: u64 = 256 << 20;
/// Its table of texts unpacks to no more.
const TEXTS: u64 = 64 << 20;
/// It has no more parts.
const PARTS: usize = 10_000;
/// Its cells take no more memory.
const HELD: usize = 256 << 20;
/// A head is looked for in so many rows; titles may stand above it.
const TITLES: usize = 20;

/// A row: its number in the sheet, and its texts or why there are none.
pub(super) type Line = (u64, Result<Vec<String>, String>);

/// The rows of the first visible sheet with a head, which is the first of them.
///
/// # Errors
/// Why there is no table in the file, as the end of a sentence that begins with its name.
pub(super) fn rows(mut source: Box<dyn Source>) -> Result<Vec<Line>, String> {
    measure(source.as_mut())?;
    source.seek(SeekFrom::Start(0)).map_err(|e| e.to_string())?;
    let mut book = Xlsx::new(source).map_err(|e| format!("no readable spreadsheet: {e}"))?;
    let sheets = book.sheets_metadata().iter();
    let shown = sheets.filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
    let mut narrow = None;
    for name in names {
        let mut lines = sheet(&mut book, &name)?;
        let width = |(_, row): &Line| row.as_ref().map_or(0, |row| row.iter().filter(|t| !t.trim().is_empty()).count());
        if let Some(head) = lines.iter().take(TITLES).position(|line| width(line) > 1) {
            lines.drain(..head);
            return Ok(lines);
        }
        if narrow.is_none() && lines.iter().any(|line| width(line) > 0) {
            narrow = Some(lines);
        }
    }
    narrow.ok_or_else(|| "no sheet has a row in it".to_owned())
}

/// Unpacks every part once, to nowhere: what a part claims to be is not believed.
fn measure(source: &mut dyn Source) -> Result<(), String> {
    let mut parts = zip::ZipArchive::new(source).map_err(|e| format!("no readable spreadsheet: {e}"))?;
    if parts.len() > PARTS {
        return Err("the spreadsheet has more than 10,000 parts".to_owned());
    }
    if !parts.file_names().any(|name| name.is_ok_and(|name| name.eq_ignore_ascii_case("xl/workbook.xml"))) {
        return Err("a zip archive and no .xlsx spreadsheet: unpack it first".to_owned());
    }
    let mut left = UNPACKED;
    for n in 0..parts.len() {
        let part = parts.by_index(n).map_err(|e| format!("the spreadsheet cannot be unpacked: {e}"))?;
        let texts = part.name().is_ok_and(|name| name.eq_ignore_ascii_case("xl/sharedStrings.xml"));
        let most = if texts { left.min(TEXTS) } else { left };
        let size = io::copy(&mut part.take(most + 1), &mut io::sink())
            .map_err(|e| format!("the spreadsheet cannot be unpacked: {e}"))?;
        if size > most {
            return Err("the spreadsheet unpacks to more than 256 MiB (texts: 64 MiB); save it as CSV".to_owned());
        }
        left -= size;
    }
    Ok(())
}

/// The rows of a sheet in which something stands.
fn sheet(book: &mut Xlsx<Box<dyn Source>>, name: &str) -> Result<Vec<Line>, String> {
    let broken = |e: calamine::XlsxError| format!("the sheet \"{name}\" cannot be read: {e}");
    let mut cells = book.worksheet_cells_reader(name).map_err(broken)?;
    let mut lines: Vec<Line> = Vec::new();
    let mut held = 0;
    let mut length = 0;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (line, column) = (u64::from(row) + 1, usize::try_from(column).unwrap_or(usize::MAX));
        if lines.last().is_none_or(|(last, _)| *last != line) {
            lines.push((line, Ok(Vec::new())));
            length = 0;
        }
        let Some((_, row)) = lines.last_mut() else { continue };
        length += text.len();
        if column >= FIELDS {
            *row = Err("the record has more than 1,000 fields".to_owned());
        } else if length > LONGEST {
            *row = Err("the record is longer than 1 MiB".to_owned());
        } else if let Ok(fields) = row {
            let wider = (column + 1).saturating_sub(fields.len());
            held += text.len() + (wider + 1) * size_of::<String>();
            fields.resize(fields.len().max(column + 1), String::new());
            if let Some(field) = fields.get_mut(column) {
                *field = text;
            }
        }
        if held > HELD {
            return Err(format!("the sheet \"{name}\" holds more than 256 MiB; save it as CSV"));
        }
    }
    Ok(lines)
}

/// What stands in a cell: dates in ISO form, whole numbers without a fraction.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => date(at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(odd) => odd.to_string(),
    }
}

/// A number with the fifteen digits that a spreadsheet shows.
fn number(n: f64) -> String {
    format!("{n:.14e}").parse::<f64>().unwrap_or(n).to_string()
}

/// A day, a day with a time, a time of day, or a length of time as `26:30:00`.
fn date(at: &ExcelDateTime) -> String {
    let value = at.as_f64();
    if at.is_duration() {
        return length(value);
    }
    if !(0.0..2_958_466.0).contains(&value) {
        return number(value);
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let day = chrono::NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
    let wall = day.and_then(|day| day.and_hms_opt(u32::from(hour), u32::from(minute), u32::from(second)));
    // A time is a fraction of a day there, half a millisecond beside what was typed.
    let wall = wall.map(|wall| wall + chrono::TimeDelta::seconds(i64::from(milli >= 500)));
    match wall {
        None => number(value),
        Some(wall) if value < 1.0 => wall.format("%H:%M:%S").to_string(),
        Some(wall) if wall.time() == chrono::NaiveTime::MIN => wall.format("%Y-%m-%d").to_string(),
        Some(wall) => wall.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

#[expect(clippy::float_arithmetic, reason = "a spreadsheet holds time as fractions of a day")]
fn length(days: f64) -> String {
    let Ok(seconds) = format!("{:.0}", days * 86_400.0).parse::<i64>() else { return number(days) };
    let (sign, seconds) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs());
    format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
