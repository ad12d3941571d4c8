//! What programs read: JSON, lines of it, tables.

use crate::table::damaged;
use serde_json::Value;

/// What is wrong with a text that should be JSON: that it is none, or that something in it steers the terminal it is looked
/// at on.
pub fn json(text: &str) -> Result<Value, String> {
    crate::people::harmful(text).map_or(Ok(()), |c| Err(format!("{c:?} stands in it")))?;
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// The same of lines.
pub fn lines(text: &str) -> Result<(), String> {
    text.lines().try_for_each(|line| json(line).map(drop))
}

/// Which text is not what somebody wrote.
pub fn exact(value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) => damaged(text).map_or(Ok(()), |mark| Err(format!("{mark} in {text:?}"))),
        Value::Array(items) => items.iter().try_for_each(exact),
        Value::Object(members) => {
            // What is made of a text: cut to a length, told in a sentence, without what was quoted.
            let cut = |key: &String| {
                ["snippet", "command", "detail", "events", "why", "new_text", "before", "after", "record"]
                    .contains(&key.as_str())
            };
            members.iter().filter(|(key, _)| !cut(key)).try_for_each(|(_, value)| exact(value))
        }
        _ => Ok(()),
    }
}

/// What is wrong with a table: a cell that a spreadsheet would run, rows of different length. The number of its rows.
pub fn csv(text: &str) -> Result<usize, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(text.as_bytes());
    let mut rows = 0;
    for record in reader.records() {
        rows += 1;
        for cell in record.map_err(|e| e.to_string())?.iter() {
            if runs(cell) {
                return Err(format!("a spreadsheet would run {cell:?}"));
            }
        }
    }
    Ok(rows)
}

/// Whether a spreadsheet could take a cell for a formula. Numbers are none.
fn runs(cell: &str) -> bool {
    let seen = cell.trim_start_matches([' ', '\u{200b}', '\u{2060}', '\u{feff}', '\u{a0}', '\u{202e}', '\u{200d}']);
    let number = cell
        .strip_prefix('-')
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !rest.is_empty());
    seen.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']) && !number && cell != "-"
}
