//! The members of a record as columns of texts: what is nested one step deep gets the name of its way, `requester_email`.

use serde_json::{Map, Value};

use crate::domain::record::Record;

/// What names a thing that is an object, the likeliest first: `{"id":3,"name":"Anna"}`.
const NAMES: [&str; 7] = ["name", "title", "login", "email", "value", "label", "code"];

/// The columns of a record: those of a table; of JSON its members with what is nested in them, `requester_name`.
#[must_use]
pub fn columns(record: &Record) -> Vec<String> {
    let mut columns = Vec::new();
    for name in &record.columns {
        columns.push(name.clone());
        if let Some(Value::Object(inner)) = record.members.get(name) {
            columns.extend(inner.keys().map(|key| format!("{name}_{key}")));
        }
    }
    columns
}

/// The texts of a record by its columns.
pub(super) struct Cells<'a>(&'a Map<String, Value>);

impl<'a> Cells<'a> {
    pub(super) fn new(record: &'a Record) -> Cells<'a> {
        Cells(&record.members)
    }

    /// The texts in a column, trimmed: one, those of a list, or none.
    pub(super) fn get(&self, column: &str) -> Vec<String> {
        let whole = self.0.get(column);
        let value = whole.or_else(|| {
            let ways =
                column.match_indices(['_', '.']).filter_map(|(at, _)| Some((column.get(..at)?, column.get(at + 1..)?)));
            ways.filter_map(|(name, key)| self.0.get(name)?.get(key)).next()
        });
        match value {
            Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
            Some(value) => text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

/// The text of a value; of an object, what names it.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.replace('\0', ""),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Object(members) => {
            return NAMES.iter().find_map(|name| members.get(*name).filter(|v| !v.is_object()).and_then(text));
        }
        Value::Null | Value::Array(_) => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
