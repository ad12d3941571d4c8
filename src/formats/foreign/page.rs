//! The members of a record as texts, ids, numbers and instants, by name; ids as texts, so that none is rounded. What is
//! missing is none and never a fault.

use crate::domain::mapping::{Dates, Stamp};
use crate::domain::record::Record;
use crate::domain::time::Moment;
use serde_json::{Map, Value};

/// The text of a member: of a string or a number; none where it is empty or nothing.
pub(super) fn text(members: &Map<String, Value>, name: &str) -> Option<String> {
    let text = match members.get(name)? {
        Value::String(text) => text.replace('\0', "").trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The first of these members that has a text.
pub(super) fn first(members: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(members, name))
}

/// An id: a whole number however it was written, without `#` before it.
pub(super) fn id(members: &Map<String, Value>, name: &str) -> Option<String> {
    if let Some(number) = members.get(name).filter(|value| value.is_f64()).and_then(Value::as_f64) {
        return Some(format!("{number}"));
    }
    text(members, name).and_then(|text| unmarked(&text))
}

/// An id without `#` before it.
pub(super) fn unmarked(text: &str) -> Option<String> {
    let id = text.trim_start_matches(['#', '№']).trim();
    (!id.is_empty()).then(|| id.to_owned())
}

/// A whole number.
pub(super) fn whole(members: &Map<String, Value>, name: &str) -> Option<i64> {
    text(members, name)?.parse().ok()
}

/// Yes or no.
pub(super) fn flag(members: &Map<String, Value>, name: &str) -> Option<bool> {
    match members.get(name)? {
        Value::Bool(yes) => Some(*yes),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The objects of a list.
pub(super) fn list<'a>(members: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    members.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// The objects of a list that may stand one step deeper: `tags: […]` or `tags: {tags: […]}`.
pub(super) fn deeper<'a>(members: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    list(object(members, name).unwrap_or(members), name)
}

/// The texts of a list; of objects in it the first of these members.
pub(super) fn texts(members: &Map<String, Value>, name: &str, names: &[&str]) -> Vec<String> {
    let said = |value: &Value| match value {
        Value::Object(inner) => first(inner, names),
        Value::Array(_) => None,
        other => text(&Map::from_iter([(String::new(), other.clone())]), ""),
    };
    members.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(said).collect()
}

/// An object in the record.
pub(super) fn object<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    members.get(name).and_then(Value::as_object)
}

/// How many of these members there are, also in other letters.
pub(super) fn among<'a>(members: impl IntoIterator<Item = &'a String>, names: &[&str]) -> usize {
    let members: Vec<&String> = members.into_iter().collect();
    names.iter().filter(|name| members.iter().any(|member| member.eq_ignore_ascii_case(name))).count()
}

/// Whether the record is a row of a table: texts alone, under names that people read.
pub(super) fn is_row(record: &Record) -> bool {
    let read = |name: &String| name.contains(|c: char| c.is_uppercase() || c.is_whitespace());
    record.members.keys().any(read) && record.members.values().all(Value::is_string)
}

/// The name of a column that somebody may have written in other letters: `ID`, `Id`.
fn column<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    if let Some((own, _)) = record.members.get_key_value(name) {
        return Some(own);
    }
    record.columns.iter().find(|column| column.eq_ignore_ascii_case(name)).map(String::as_str)
}

/// The cell of a table whose columns somebody may have written in other letters; none where only a dash stands.
pub(super) fn cell(record: &Record, name: &str) -> Option<String> {
    text(&record.members, column(record, name)?).filter(|text| !is_nothing(text))
}

fn is_nothing(text: &str) -> bool {
    matches!(text, "-" | "--" | "–" | "—" | "NULL" | "null" | "N/A" | "n/a")
}

/// The instant in a member.
///
/// # Errors
/// `member: why` where something stands there that is none.
pub(super) fn instant(members: &Map<String, Value>, name: &str, dates: &Dates) -> Result<Option<Moment>, String> {
    Ok(stamp(members, name, dates)?.map(|stamp| stamp.at))
}

/// The instant in a cell, in any letters of its column.
///
/// # Errors
/// As [`instant`].
pub(super) fn cell_instant(record: &Record, name: &str, dates: &Dates) -> Result<Option<Moment>, String> {
    column(record, name).map_or(Ok(None), |column| instant(&record.members, column, dates))
}

/// Until when, in a member; of a day alone its last minute.
///
/// # Errors
/// As [`instant`].
pub(super) fn due(members: &Map<String, Value>, name: &str, dates: &Dates) -> Result<Option<Moment>, String> {
    let end = |stamp: Stamp| if stamp.date_only { dates.end_of_day(stamp.at) } else { stamp.at };
    Ok(stamp(members, name, dates)?.map(end))
}

/// Until when, in a cell.
///
/// # Errors
/// As [`instant`].
pub(super) fn cell_due(record: &Record, name: &str, dates: &Dates) -> Result<Option<Moment>, String> {
    column(record, name).map_or(Ok(None), |column| due(&record.members, column, dates))
}

/// A nought is what some programs write for never; `11/20/26, 2:30 PM` has a comma, and a narrow blank in it.
fn stamp(members: &Map<String, Value>, name: &str, dates: &Dates) -> Result<Option<Stamp>, String> {
    let Some(text) = text(members, name).filter(|text| !is_nothing(text) && text != "0") else { return Ok(None) };
    let plain = text.replace(", ", " ").replace(['\u{202f}', '\u{a0}'], " ");
    dates.stamp(&plain).map(Some).map_err(|why| format!("{name}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::foreign::tests::dates;
    use serde_json::json;

    fn members(value: Value) -> Map<String, Value> {
        if let Value::Object(members) = value { members } else { panic!("{value} is no object") }
    }

    #[test]
    fn ids_are_texts_and_never_floats() {
        let all =
            members(json!({"a": 12, "b": "#0012", "c": 12.0, "d": "12345678901234567890123", "e": "№ ", "f": null,
            "g": u64::MAX, "h": {}}));
        let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(|name| id(&all, name));
        let ids: Vec<&str> = ids.iter().map(|id| id.as_deref().unwrap_or("-")).collect();
        let long = "12345678901234567890123";
        assert_eq!(ids, ["12", "0012", "12", long, "-", "-", "18446744073709551615", "-", "-"]);
    }

    #[test]
    fn what_programs_write_for_nothing_is_none() {
        let all =
            members(json!({"a": "-", "b": 0, "c": "", "d": null, "e": "null", "f": 1_772_344_920, "g": "01.03.2026"}));
        let read = |name| instant(&all, name, &dates()).unwrap();
        assert_eq!(["a", "b", "c", "d", "e", "h"].map(read), [None; 6]);
        assert_eq!(read("f").unwrap().rfc3339(), "2026-03-01T06:02:00Z");
        assert_eq!(due(&all, "g", &dates()).unwrap().unwrap().rfc3339(), "2026-03-01T20:59:00Z");
        assert_eq!(text(&members(json!({"a": " x\u{0}y "})), "a").as_deref(), Some("xy"));
    }

    #[test]
    fn lists_of_texts_and_of_objects_are_read_alike() {
        let all =
            members(json!({"tags": {"tags": [{"name": "a"}, {"x": 1}]}, "list": ["a", 2, null, {"name": "b"}, []]}));
        assert_eq!(deeper(&all, "tags").count(), 2);
        assert_eq!(texts(&all, "list", &["name"]), ["a", "2", "b"]);
    }
}
