//! Where records go that are not taken: in a form that can be mended and imported again, with the place and the reason beside
//! them. What was added to them is taken off again when they come back.

use crate::domain::record::Record;
use crate::error::Result;
use serde_json::{Map, Value};
use std::io::Write;

/// The column that tells where a rejected record stood.
const PLACE: &str = "desk_place";
/// Why it was rejected.
const REASON: &str = "desk_reason";

/// Whether a column was added to rejected records.
pub(super) fn is_added(column: &str) -> bool {
    column == PLACE || column == REASON
}

/// The record as it was before it was rejected.
pub(super) fn bare(record: Record) -> Record {
    if !record.columns.iter().any(|column| is_added(column)) {
        return record;
    }
    let Record { place, mut members, mut columns, .. } = record;
    columns.retain(|column| !is_added(column));
    members.retain(|column, _| !is_added(column));
    let member = |name: &String| Some(format!("{}:{}", Value::from(name.as_str()), members.get(name)?));
    let raw = format!("{{{}}}", columns.iter().filter_map(member).collect::<Vec<_>>().join(","));
    Record { place, members, columns, raw }
}

/// Rejected records on their way out: of tables as one table with the columns of them all, of JSON as a record on each line.
pub(super) struct Rejects<'a> {
    to: Option<&'a mut dyn Write>,
    /// The columns of all tables; none where the records are JSON.
    head: Vec<String>,
    /// Those of the table that is read.
    columns: Vec<String>,
    begun: bool,
}

impl<'a> Rejects<'a> {
    /// Rejects of tables with these columns; none: JSON.
    pub(super) fn new<'c>(to: Option<&'a mut dyn Write>, tables: impl Iterator<Item = &'c [String]>) -> Rejects<'a> {
        let mut head: Vec<String> = Vec::new();
        for column in tables.flatten().filter(|column| !is_added(column)) {
            if !head.contains(column) {
                head.push(column.clone());
            }
        }
        Rejects { to, head, columns: Vec::new(), begun: false }
    }

    /// Those of a file with these columns follow.
    pub(super) fn of(&mut self, columns: &[String]) {
        self.columns = columns.to_vec();
    }

    /// Writes a record: an object, or the fields of a row that does not fit its head as an array.
    pub(super) fn put(&mut self, place: &str, why: &str, raw: &str) -> Result<()> {
        let Some(to) = &mut self.to else { return Ok(()) };
        let mut why = why.to_owned();
        let mut members = match serde_json::from_str(raw).unwrap_or_default() {
            Value::Object(members) => members,
            Value::Array(mut fields) => {
                let more = fields.split_off(fields.len().min(self.columns.len()));
                if more.iter().any(|field| *field != "") {
                    let more: Vec<String> = more.iter().map(|field| text(Some(field))).collect();
                    why = format!("{why}; behind the last column: {}", more.join(" | "));
                }
                self.columns.iter().cloned().zip(fields).collect()
            }
            _ => Map::new(),
        };
        members.insert(PLACE.to_owned(), place.into());
        members.insert(REASON.to_owned(), why.into());
        if self.head.is_empty() {
            return Ok(writeln!(to, "{}", Value::Object(members))?);
        }
        let columns = || self.head.iter().map(String::as_str).chain([PLACE, REASON]);
        let cells: Vec<String> = columns().map(|column| text(members.get(column))).collect();
        let mut out = String::new();
        if !self.begun {
            out.push_str(&crate::render::csv_line(columns())?);
            self.begun = true;
        }
        out.push_str(&crate::render::csv_line(cells.iter().map(String::as_str))?);
        Ok(to.write_all(out.as_bytes())?)
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(columns: &[&str], raw: &str) -> Record {
        let members = serde_json::from_str(raw).unwrap();
        let columns = columns.iter().map(|c| (*c).to_owned()).collect();
        Record { place: "bad.csv:2".to_owned(), members, columns, raw: raw.to_owned() }
    }

    #[test]
    fn a_mended_record_reads_as_if_it_had_never_been_rejected() {
        let raw = r#"{"b":"2","a":"1","desk_place":"t.csv:7","desk_reason":"why"}"#;
        let back = bare(record(&["b", "a", "desk_place", "desk_reason"], raw));
        assert_eq!((back.raw.as_str(), back.columns.join(" ").as_str()), (r#"{"b":"2","a":"1"}"#, "b a"));
        assert_eq!(back.members.len(), 2);
        let plain = record(&["a"], r#"{ "a" : 1 }"#);
        assert_eq!(bare(plain.clone()), plain);
    }

    #[test]
    fn rows_of_several_tables_are_one_table_and_what_stood_behind_the_last_column_is_told() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (first, second) = (names(&["a", "b", PLACE]), names(&["b", "c"]));
        let mut out = Vec::new();
        let mut rejects = Rejects::new(Some(&mut out), [&first[..], &second].into_iter());
        rejects.of(&first);
        rejects.put("t.csv:2", "4 fields, the head has 3", r#"["1","=2","p","3"]"#).unwrap();
        rejects.put("t.csv:3", "1 field, the head has 3", r#"["1"]"#).unwrap();
        rejects.of(&second);
        rejects.put("u.csv:9", "why", r#"{"c":"y","b":"x"}"#).unwrap();
        rejects.put("u.csv:9:4", "a quote (\") opens here", "").unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "a,b,c,desk_place,desk_reason",
                "1,'=2,,t.csv:2,\"4 fields, the head has 3; behind the last column: 3\"",
                "1,,,t.csv:3,\"1 field, the head has 3\"",
                ",x,y,u.csv:9,why",
                ",,,u.csv:9:4,\"a quote (\"\") opens here\"",
            ]
        );
    }

    #[test]
    fn records_of_json_are_lines() {
        let mut out = Vec::new();
        let mut rejects = Rejects::new(Some(&mut out), std::iter::empty());
        rejects.put("v.json: record 1", "why", r#"{"z":[1,{"y":null}]}"#).unwrap();
        rejects.put("v.json:7:1", "no end", "").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                r#"{"desk_place":"v.json: record 1","desk_reason":"why","z":[1,{"y":null}]}"#,
                r#"{"desk_place":"v.json:7:1","desk_reason":"no end"}"#
            ]
        );
    }
}
