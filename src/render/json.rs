//! JSON and NDJSON: exact, in the report's own order of keys, with every character escaped that could steer a terminal
//! or hide. Rows stand one to a line.

use super::data::{Member, keys, members, pick, scalar, sections, table};
use crate::domain::hidden::is_hidden;
use crate::error::Result;
use crate::report::{Cell, Facts, Report, Shape, Table};
use std::fmt::Write;

/// The report as one JSON value and a newline.
pub fn json(report: &Report, fields: Option<&[String]>) -> Result<String> {
    let mut out = String::new();
    match report.shape {
        Shape::Object => object_page(report, fields, &mut out)?,
        Shape::List | Shape::Each => {
            let rows = lines(report, fields)?;
            array(rows.lines(), "", &mut out);
        }
    }
    out.push('\n');
    Ok(out)
}

/// The report as one JSON object on each line.
pub fn ndjson(report: &Report, fields: Option<&[String]>) -> Result<String> {
    lines(report, fields)
}

/// The members of the report one to a line between two lines `---`, as they stand at the head of a Markdown page. Each value
/// is JSON, which YAML understands.
///
/// ```
/// use frontdesk::{render::front_matter, report::*};
/// let rows = vec![Fact::data("number", Cell::Ticket(7)), Fact::data("subject", Cell::Text("a: \"b\"\n---".into()))];
/// let report = Report { parts: vec![Part::Facts(Facts { rows, ..Facts::default() })], ..Report::default() };
/// assert_eq!(front_matter(&report), "---\nnumber: 7\nsubject: \"a: \\\"b\\\"\\n---\"\n---\n");
/// ```
#[must_use]
pub fn front_matter(report: &Report) -> String {
    let mut out = "---\n".to_owned();
    for (key, member) in members(report) {
        out.push_str(key);
        out.push_str(": ");
        value(member, &mut out);
        out.push('\n');
    }
    out.push_str("---\n");
    out
}

/// An object for each row, section or report, each with its newline. No value has a newline in it: they are escaped.
fn lines(report: &Report, fields: Option<&[String]>) -> Result<String> {
    let mut out = String::new();
    match report.shape {
        Shape::List => {
            if let Some(table) = table(report) {
                let picked = pick(&keys(&table.columns), fields)?;
                for row in &table.rows {
                    record(table, row, &picked, &mut out);
                    out.push('\n');
                }
            }
        }
        Shape::Object => one_line(&members(report), fields, &mut out)?,
        Shape::Each => each(report, fields, &mut out)?,
    }
    Ok(out)
}

fn one_line(members: &[(&'static str, Member<'_>)], fields: Option<&[String]>, out: &mut String) -> Result<()> {
    let known: Vec<&str> = members.iter().map(|(k, _)| *k).collect();
    let picked = pick(&known, fields)?;
    out.push('{');
    for (i, (key, member)) in picked.iter().filter_map(|&i| members.get(i)).enumerate() {
        comma(i, out);
        name(key, out);
        value(*member, out);
    }
    out.push_str("}\n");
    Ok(())
}

/// The sections may differ in their members: with fields named, one that a section has not is null.
fn each(report: &Report, fields: Option<&[String]>, out: &mut String) -> Result<()> {
    let all: Vec<Vec<(&str, Member<'_>)>> = sections(report).map(members).collect();
    let mut known: Vec<&'static str> = Vec::new();
    for (key, _) in all.iter().flatten() {
        if !known.contains(key) {
            known.push(key);
        }
    }
    let picked = if known.is_empty() { Vec::new() } else { pick(&known, fields)? };
    for members in &all {
        let Some(_) = fields else {
            one_line(members, None, out)?;
            continue;
        };
        out.push('{');
        for (i, key) in picked.iter().filter_map(|&i| known.get(i)).enumerate() {
            comma(i, out);
            name(key, out);
            match members.iter().find(|(k, _)| k == key) {
                Some((_, member)) => value(*member, out),
                None => out.push_str("null"),
            }
        }
        out.push_str("}\n");
    }
    Ok(())
}

/// One member to a line; rows one to a line within.
fn object_page(report: &Report, fields: Option<&[String]>, out: &mut String) -> Result<()> {
    let members = members(report);
    let known: Vec<&str> = members.iter().map(|(k, _)| *k).collect();
    let picked = pick(&known, fields)?;
    if picked.is_empty() {
        out.push_str("{}");
        return Ok(());
    }
    out.push('{');
    for (i, (key, member)) in picked.iter().filter_map(|&i| members.get(i)).enumerate() {
        comma(i, out);
        out.push_str("\n  ");
        name(key, out);
        out.push(' ');
        if let Member::Rows(table) = member {
            let picked: Vec<usize> = (0..table.columns.len()).collect();
            let rows = table.rows.iter().map(|row| {
                let mut line = String::new();
                record(table, row, &picked, &mut line);
                line
            });
            array(rows, "  ", out);
        } else {
            value(*member, out);
        }
    }
    out.push_str("\n}");
    Ok(())
}

fn array(rows: impl Iterator<Item = impl AsRef<str>>, indent: &str, out: &mut String) {
    out.push('[');
    let mut any = false;
    for row in rows {
        comma(usize::from(any), out);
        out.push('\n');
        out.push_str(indent);
        out.push_str("  ");
        out.push_str(row.as_ref());
        any = true;
    }
    if any {
        out.push('\n');
        out.push_str(indent);
    }
    out.push(']');
}

fn value(member: Member<'_>, out: &mut String) {
    match member {
        Member::Cell(c) => cell(c, out),
        Member::Facts(facts) => named(facts, out),
        Member::Rows(table) => {
            let picked: Vec<usize> = (0..table.columns.len()).collect();
            out.push('[');
            for (i, row) in table.rows.iter().enumerate() {
                comma(i, out);
                record(table, row, &picked, out);
            }
            out.push(']');
        }
    }
}

fn named(facts: &Facts, out: &mut String) {
    out.push('{');
    for (i, fact) in facts.rows.iter().enumerate() {
        comma(i, out);
        name(fact.key, out);
        cell(&fact.cell, out);
    }
    out.push('}');
}

fn record(table: &Table, row: &[Cell], picked: &[usize], out: &mut String) {
    out.push('{');
    for (i, &at) in picked.iter().enumerate() {
        comma(i, out);
        name(table.columns.get(at).map_or("", |c| c.key), out);
        cell(row.get(at).unwrap_or(&Cell::Empty), out);
    }
    out.push('}');
}

fn cell(value: &Cell, out: &mut String) {
    match value {
        Cell::Empty => out.push_str("null"),
        Cell::Text(text) | Cell::Marked(text, _) => string(text, out),
        Cell::Tags(tags) => list(tags, |t, out| string(t, out), out),
        Cell::List(cells) => list(cells, cell, out),
        Cell::Spark(values) => list(values, |v, out| cell(&v.map_or(Cell::Empty, Cell::Count), out), out),
        Cell::Money(money) => {
            let code = money.currency;
            out.push_str(&format!(r#"{{"minor":{},"currency":"{code}"}}"#, money.minor));
        }
        Cell::Record(members) => {
            out.push('{');
            for (i, (key, member)) in members.iter().enumerate() {
                comma(i, out);
                name(key, out);
                cell(member, out);
            }
            out.push('}');
        }
        Cell::Pairs(pairs) => {
            out.push('{');
            for (i, (key, text)) in pairs.iter().enumerate() {
                comma(i, out);
                string(key, out);
                out.push(':');
                string(text, out);
            }
            out.push('}');
        }
        Cell::At(_) | Cell::Ago(_) | Cell::Due(_) | Cell::Day(_) | Cell::Status(_) | Cell::Priority(_) => {
            string(&scalar(value).unwrap_or_default(), out);
        }
        Cell::Ticket(_)
        | Cell::Count(_)
        | Cell::Minutes(_)
        | Cell::Elapsed(_)
        | Cell::Decimal(_)
        | Cell::Permille(_)
        | Cell::Flag(_)
        | Cell::Vip
        | Cell::Bytes(_) => {
            out.push_str(&scalar(value).unwrap_or_default());
        }
    }
}

fn list<T>(items: &[T], write: impl Fn(&T, &mut String), out: &mut String) {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        comma(i, out);
        write(item, out);
    }
    out.push(']');
}

fn comma(i: usize, out: &mut String) {
    if i > 0 {
        out.push(',');
    }
}

fn name(key: &str, out: &mut String) {
    string(key, out);
    out.push(':');
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|&(_, c)| matches!(c, '"' | '\\') || is_hidden(c)) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        escape(c, out);
        rest = after.get(c.len_utf8()..).unwrap_or_default();
    }
    out.push_str(rest);
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut out = String::new();
        string(text, &mut out);
        out
    }

    #[test]
    fn what_could_steer_a_terminal_is_escaped() {
        assert_eq!(
            written("\"\\\n\x1b\x7f\u{9b}\u{202e}\u{200d}\u{feff}\u{e0041}é👍"),
            r#""\"\\\n\u001b\u007f\u009b\u202e\u200d\ufeff\udb40\udc41é👍""#
        );
    }

    proptest! {
        #[test]
        fn every_text_comes_back_exactly(text in any::<String>(), odd in "[\\x00-\\x1f\\x7f-\\x9f\u{2028}\u{202e}\u{e0041}\\\\\"]*") {
            let text = text + &odd;
            let json = written(&text);
            prop_assert!(!json.chars().any(is_hidden));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
