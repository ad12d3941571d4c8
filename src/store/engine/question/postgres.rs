//! A question to a server: in a transaction that can only read, with the views named before it, and refused where the plan
//! reads a table that stands behind none of them, or where it calls a function by which more could be read. That is
//! a fence, not a wall: whoever has the desk's address can ask the server directly, with the rights that it gives him.

use super::{Answered, Gathered, Value, forbidden, mistaken, only_reads, too_long};
use crate::error::{Error, Result};
use crate::store::engine::postgres::{batch, begin_read, error};
use crate::store::views::VIEWS;
use postgres::types::Type;
use postgres::{Client, SimpleQueryMessage};

/// So many rows are fetched at once.
const PAGE: usize = 1000;

/// Tables behind the views.
const BEHIND: &[&str] = &[
    "agent",
    "body",
    "client",
    "client_domain",
    "contact",
    "contact_point",
    "entry",
    "event",
    "message",
    "operation",
    "origin",
    "rating",
    "ticket",
    "ticket_tag",
    "invoice",
    "payment",
];

/// Functions that give rows of what they are given, and of nothing else.
const ROWS: &[&str] = &[
    "generate_series",
    "json_array_elements",
    "json_array_elements_text",
    "json_each",
    "json_each_text",
    "jsonb_array_elements",
    "jsonb_array_elements_text",
    "jsonb_each",
    "jsonb_each_text",
    "regexp_matches",
    "regexp_split_to_table",
    "string_to_table",
    "unnest",
];

/// Answers a question.
pub(super) fn ask(client: &mut Client, text: &str, seconds: u32) -> Result<Answered> {
    if let Some(word) = reaching(text) {
        return Err(forbidden(&word));
    }
    begin_read(client)?;
    let answered = inside(client, text, seconds);
    drop(batch(client, "ROLLBACK"));
    answered
}

fn inside(client: &mut Client, text: &str, seconds: u32) -> Result<Answered> {
    batch(client, &format!("SET LOCAL statement_timeout = '{seconds}s'; SET LOCAL standard_conforming_strings = on"))?;
    let before = views();
    let whole = format!("{before}{text}\n) AS answer");
    let said = |e: &postgres::Error| in_words(e, text, before.chars().count(), seconds);
    // The server takes one statement here and no more.
    let statement = client.prepare(&whole).map_err(|e| said(&e))?;
    let kinds: Vec<Type> = statement.columns().iter().map(|c| c.type_().clone()).collect();
    let columns = statement.columns().iter().map(|c| c.name().to_owned()).collect();
    let plan = lines(&client.simple_query(&format!("EXPLAIN (FORMAT JSON, VERBOSE) {whole}")).map_err(|e| said(&e))?);
    let home = lines(&client.simple_query("SELECT current_schema()").map_err(|e| error(&e))?);
    let plan = serde_json::from_str(&plan).map_err(|e| Error::bug("a plan is unreadable").because(e))?;
    if let Some(what) = beyond(&plan, home.trim()) {
        return Err(forbidden(&what));
    }
    client.simple_query(&format!("DECLARE answer NO SCROLL CURSOR FOR {whole}")).map_err(|e| said(&e))?;
    let mut gathered = Gathered::default();
    loop {
        let page = client.simple_query(&format!("FETCH {PAGE} FROM answer")).map_err(|e| said(&e))?;
        let mut fetched = 0;
        for message in &page {
            let SimpleQueryMessage::Row(row) = message else { continue };
            fetched += 1;
            gathered.push(kinds.iter().enumerate().map(|(n, kind)| value(kind, row.get(n))).collect())?;
        }
        if fetched < PAGE {
            return Ok(Answered { columns, rows: gathered.rows });
        }
    }
}

/// The views as the beginning of a query that has the user's own inside.
fn views() -> String {
    let instant =
        |column: &str| format!("to_char(to_timestamp({column}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    let named = VIEWS.iter().map(|v| format!("{} AS NOT MATERIALIZED ({})", v.name, v.text(instant)));
    format!("WITH {} SELECT * FROM (", named.collect::<Vec<_>>().join(", "))
}

fn lines(messages: &[SimpleQueryMessage]) -> String {
    let row = |m: &SimpleQueryMessage| {
        if let SimpleQueryMessage::Row(r) = m { r.get(0).map(|t| format!("{t}\n")) } else { None }
    };
    messages.iter().filter_map(row).collect()
}

/// What a plan reads beyond the views.
fn beyond(plan: &serde_json::Value, home: &str) -> Option<String> {
    match plan {
        serde_json::Value::Array(all) => all.iter().find_map(|p| beyond(p, home)),
        serde_json::Value::Object(node) => {
            let word = |key: &str| node.get(key).and_then(serde_json::Value::as_str);
            let table = word("Relation Name").filter(|t| !BEHIND.contains(t) || word("Schema") != Some(home));
            let function = word("Function Name").filter(|f| !ROWS.contains(f));
            let here = table.or(function).map(str::to_owned);
            here.or_else(|| node.values().find_map(|p| beyond(p, home)))
        }
        _ => None,
    }
}

/// A function by which a query could read what its plan does not show, or set something.
fn reaching(text: &str) -> Option<String> {
    let mut outside = String::new();
    for (n, piece) in text.split('\'').enumerate() {
        outside.push_str(if n % 2 == 0 { piece } else { " " });
    }
    let words = outside.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_lowercase);
    let reaches = |w: &String| {
        ["pg_", "lo_", "dblink"].iter().any(|p| w.starts_with(p))
            || w.contains("_to_xml")
            || w == "set_config"
            || w == "nextval"
    };
    words.into_iter().find(reaches)
}

fn value(kind: &Type, text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::Null };
    match *kind {
        Type::INT2 | Type::INT4 | Type::INT8 => {
            text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Whole)
        }
        // A sum of whole numbers has this type, too, and so has their mean, with many a zero behind the point.
        Type::NUMERIC if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
            text.parse().map_or_else(|_| Value::Number(text.to_owned()), Value::Whole)
        }
        Type::NUMERIC | Type::FLOAT4 | Type::FLOAT8 => {
            text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::of_real)
        }
        Type::BOOL => Value::Flag(text == "t"),
        _ => Value::Text(text.to_owned()),
    }
}

fn in_words(e: &postgres::Error, text: &str, before: usize, seconds: u32) -> Error {
    let Some(said) = e.as_db_error() else { return error(e) };
    match said.code().code() {
        "57014" => too_long(seconds),
        "25006" => only_reads(),
        "53100" | "53200" | "40001" | "40P01" => error(e),
        code if code.starts_with("57P") || code.starts_with("08") => error(e),
        _ => {
            let place = match said.position() {
                Some(postgres::error::ErrorPosition::Original(at)) => usize::try_from(*at).ok(),
                _ => None,
            };
            let at = place.and_then(|at| at.checked_sub(before + 1));
            let offset = at.and_then(|n| text.char_indices().map(|(i, _)| i).chain([text.len()]).nth(n));
            mistaken(text, offset, said.message())
        }
    }
}
