//! The members of a record as texts, numbers and instants, by name; ids as texts, so that none is rounded.

use crate::domain::record::Record;
use serde_json::{Map, Value};

/// The text of a member: of a string or a number; none where it is empty or nothing.
pub(super) fn text(members: &Map<String, Value>, name: &str) -> Option<String> {
    let text = match members.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The objects of a list.
pub(super) fn list<'a>(members: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    members.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// An object in the record.
pub(super) fn object<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    members.get(name).and_then(Value::as_object)
}

/// The cell of a table whose columns somebody may have written in other letters: `ID`, `Id`.
pub(super) fn cell(record: &Record, name: &str) -> Option<String> {
    text(&record.members, name).or_else(|| {
        let alike = record.columns.iter().find(|column| column.eq_ignore_ascii_case(name))?;
        text(&record.members, alike)
    })
}
