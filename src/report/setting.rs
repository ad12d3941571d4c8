//! Settings as reports: all of them with where they come from, one alone, what a change did.

use super::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};
use serde_json::Value;

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its key.
    pub key: String,
    /// Its value; `null` where it has none.
    pub value: Value,
    /// `shared` or `own`.
    pub scope: &'static str,
    /// Who says so: default, desk, file, environment or flag.
    pub origin: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// Every setting.
#[must_use]
pub fn list(settings: &[Setting]) -> Report {
    let columns = vec![
        Column::new("key", "key", Style::Left),
        Column::new("value", "value", Style::Flex),
        Column::new("scope", "scope", Style::Left),
        Column::new("origin", "origin", Style::Left),
        Column::new("about", "what for", Style::Flex),
    ];
    let row = |s: &Setting| {
        let text = |t: &str| Cell::Text(t.to_owned());
        vec![text(&s.key), cell(&s.value), text(s.scope), text(s.origin), text(s.about)]
    };
    let table = Table { key: "settings", columns, rows: settings.iter().map(row).collect(), ..Table::default() };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}

/// One setting: people and scripts get the bare value, a list one to a line.
#[must_use]
pub fn one(s: &Setting) -> Report {
    let rows = vec![
        Fact::data("key", Cell::Text(s.key.clone())),
        Fact::data("value", cell(&s.value)),
        Fact::data("scope", Cell::Text(s.scope.to_owned())),
        Fact::data("origin", Cell::Text(s.origin.to_owned())),
    ];
    let mut report = Report::default();
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    let line = |v: &Value| v.as_str().map_or_else(|| words(v), str::to_owned);
    let text = match &s.value {
        Value::Array(items) => items.iter().map(line).collect::<Vec<_>>().join("\n"),
        value => line(value),
    };
    if !text.is_empty() {
        report.parts.push(Part::Prose(text));
    }
    report
}

/// What a change did: key, before, after; and the operation, where it was one.
#[must_use]
pub fn changed(changes: &[(String, Value, Value)], operation: Option<i64>) -> Report {
    let said = |v: &Value| match words(v) {
        _ if v.is_null() => "(default)".to_owned(),
        empty if empty.is_empty() => "(none)".to_owned(),
        said => said,
    };
    let lines: Vec<String> =
        changes.iter().map(|(key, from, to)| format!("{key}: {} → {}", said(from), said(to))).collect();
    let mut report = Report::of_deed(&lines, operation);
    let columns = ["key", "from", "to"].map(Column::data).to_vec();
    let rows = changes.iter().map(|(key, from, to)| vec![Cell::Text(key.clone()), cell(from), cell(to)]).collect();
    report.parts.push(Part::Table(Table {
        key: "changes",
        audience: Audience::Data,
        columns,
        rows,
        ..Table::default()
    }));
    report
}

/// A value as a cell; a table of its own as people read it.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Bool(b) => Cell::Flag(*b),
        Value::Number(n) => n.as_i64().map_or_else(|| Cell::Text(n.to_string()), Cell::Count),
        Value::String(s) => Cell::Text(s.clone()),
        Value::Array(items) => Cell::List(items.iter().map(cell).collect()),
        Value::Object(_) => Cell::Text(words(value)),
    }
}

/// A value in words.
fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(table) => table.iter().map(|(k, v)| format!("{k}: {}", words(v))).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_says_what_was_and_what_is() {
        let report = changed(
            &[("zone".into(), Value::Null, json!("UTC")), ("addresses".into(), json!(["a@x", "b@x"]), json!([]))],
            Some(3),
        );
        assert_eq!(report.parts[0], Part::Prose("zone: (default) → UTC\naddresses: a@x, b@x → (none)".into()));
        assert_eq!(report.notes, ["operation 3; to take it back: desk undo"]);
    }

    #[test]
    fn one_value_stands_alone_a_list_one_to_a_line() {
        let setting = |value| Setting { key: "k".into(), value, scope: "shared", origin: "desk", about: "" };
        let prose = |value| {
            one(&setting(value)).parts.into_iter().find_map(|p| if let Part::Prose(t) = p { Some(t) } else { None })
        };
        assert_eq!(prose(json!(["a@x", "b@x"])).as_deref(), Some("a@x\nb@x"));
        assert_eq!(prose(json!(30)).as_deref(), Some("30"));
        assert_eq!(prose(Value::Null), None);
    }
}
