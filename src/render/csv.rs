//! One table as CSV: RFC 4180 quoting, UTF-8, lines ended by LF, keys as heads. Numbers stay numbers; a text that a
//! spreadsheet would take for a formula gets `'` before it.

use super::data::{Member, keys, members, pick, scalar, sections, table};
use super::guard;
use crate::domain::formula::is_formula;
use crate::error::{Error, Result};
use crate::report::{Cell, Report, Shape};
use std::borrow::Cow;

/// The report's first table; the members of a report without one as `key,value` lines; a report of sections with a line
/// for each.
pub fn csv(report: &Report, fields: Option<&[String]>) -> Result<String> {
    if report.shape == Shape::Each {
        return each(report, fields);
    }
    if let Some(table) = table(report) {
        let picked = pick(&keys(&table.columns), fields)?;
        let columns = picked.iter().filter_map(|&i| Some((i, table.columns.get(i)?.key)));
        let columns: Vec<Flat> = columns
            .map(|(i, key)| Flat::new(key, table.rows.iter().map(|row| row.get(i).unwrap_or(&Cell::Empty)).collect()))
            .collect();
        return grid(&columns, table.rows.len());
    }
    let facts = singles(report);
    let known: Vec<&str> = facts.iter().map(|(k, _)| *k).collect();
    let mut sheet = Sheet::new();
    sheet.line(["key", "value"])?;
    for (key, cell) in pick(&known, fields)?.into_iter().filter_map(|i| facts.get(i)) {
        let flat = Flat::new(key, vec![cell]);
        for column in 0..flat.width() {
            sheet.line([flat.head(column).as_str(), &flat.value(column, 0)])?;
        }
    }
    sheet.end()
}

/// A line for each section: its single values under their keys.
fn each(report: &Report, fields: Option<&[String]>) -> Result<String> {
    let rows: Vec<Vec<(&str, &Cell)>> = sections(report).map(singles).collect();
    let mut known: Vec<&str> = Vec::new();
    for (key, _) in rows.iter().flatten() {
        if !known.contains(key) {
            known.push(key);
        }
    }
    let picked = if known.is_empty() { Vec::new() } else { pick(&known, fields)? };
    let cell = |row: &[(&str, &'_ Cell)], key: &str| row.iter().position(|(k, _)| *k == key);
    let columns: Vec<Flat> = picked
        .iter()
        .filter_map(|&i| known.get(i))
        .map(|key| {
            let of = |row: &Vec<(&str, _)>| cell(row, key).and_then(|at| row.get(at)).map_or(&Cell::Empty, |(_, c)| *c);
            Flat::new(key, rows.iter().map(of).collect())
        })
        .collect();
    grid(&columns, rows.len())
}

/// The members that are no tables; those of named facts as `name_key`… are under their own keys.
fn singles(report: &Report) -> Vec<(&'static str, &Cell)> {
    let mut out = Vec::new();
    for (key, member) in members(report) {
        match member {
            Member::Cell(cell) => out.push((key, cell)),
            Member::Facts(facts) => out.extend(facts.rows.iter().map(|f| (f.key, &f.cell))),
            Member::Rows(_) => {}
        }
    }
    out
}

fn grid(columns: &[Flat<'_>], rows: usize) -> Result<String> {
    let mut sheet = Sheet::new();
    sheet.line(columns.iter().flat_map(|c| (0..c.width()).map(|i| c.head(i))))?;
    for row in 0..rows {
        sheet.line(columns.iter().flat_map(|c| (0..c.width()).map(move |i| c.value(i, row))))?;
    }
    sheet.end()
}

/// A column that is one column, or one for each member of its records, and of those within them.
struct Flat<'a> {
    key: &'a str,
    cells: Vec<&'a Cell>,
    members: Vec<Vec<&'static str>>,
}

impl<'a> Flat<'a> {
    fn new(key: &'a str, cells: Vec<&'a Cell>) -> Flat<'a> {
        let mut members = Vec::new();
        for cell in &cells {
            gather(cell, &mut Vec::new(), &mut members);
        }
        Flat { key, cells, members }
    }

    fn width(&self) -> usize {
        self.members.len().max(1)
    }

    fn head(&self, column: usize) -> String {
        self.members.get(column).map_or_else(|| self.key.to_owned(), |path| format!("{}_{}", self.key, path.join("_")))
    }

    fn value(&self, column: usize, row: usize) -> String {
        let cell = self.cells.get(row).copied().unwrap_or(&Cell::Empty);
        match (cell, self.members.get(column)) {
            (Cell::Record(_), Some(path)) => within(cell, path).map_or_else(String::new, value),
            (cell, _) if column == 0 => value(cell),
            _ => String::new(),
        }
    }
}

/// The ways to the members of a record, those of records within it too.
fn gather(cell: &Cell, way: &mut Vec<&'static str>, ways: &mut Vec<Vec<&'static str>>) {
    let Cell::Record(members) = cell else {
        if !way.is_empty() && !ways.contains(way) {
            ways.push(way.clone());
        }
        return;
    };
    for (name, member) in members {
        way.push(name);
        gather(member, way, ways);
        way.pop();
    }
}

fn within<'a>(cell: &'a Cell, path: &[&str]) -> Option<&'a Cell> {
    path.iter().try_fold(cell, |cell, name| match cell {
        Cell::Record(members) => members.iter().find(|(key, _)| key == name).map(|(_, member)| member),
        _ => None,
    })
}

fn value(cell: &Cell) -> String {
    match scalar(cell) {
        Some(word) => word,
        None => disarm(&words(cell)),
    }
}

fn words(cell: &Cell) -> String {
    let joined =
        |parts: Vec<String>, between| parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(between);
    match cell {
        Cell::Text(text) | Cell::Marked(text, _) => text.clone(),
        Cell::Tags(tags) => tags.join(" "),
        Cell::Spark(values) => {
            joined(values.iter().map(|v| v.map_or("-".to_owned(), |v| v.to_string())).collect(), " ")
        }
        Cell::List(cells) => joined(cells.iter().map(words).collect(), "; "),
        Cell::Record(members) => joined(members.iter().map(|(_, c)| words(c)).collect(), " "),
        Cell::Pairs(pairs) => joined(pairs.iter().map(|(key, text)| format!("{key} {text}")).collect(), "; "),
        _ => scalar(cell).unwrap_or_default(),
    }
}

/// The text guarded, with `'` before what a spreadsheet would run.
fn disarm(text: &str) -> String {
    let written = lines_kept(text);
    if is_formula(text) { format!("'{written}") } else { written.into_owned() }
}

/// Data keeps its tabs and lines; the rest is guarded.
fn lines_kept(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\t']) {
        return guard::line(text);
    }
    let lines: Vec<String> = text
        .replace("\r\n", "\n")
        .split('\n')
        .map(|line| line.split('\t').map(guard::line).collect::<Vec<_>>().join("\t"))
        .collect();
    Cow::Owned(lines.join("\n"))
}

struct Sheet(::csv::Writer<Vec<u8>>);

impl Sheet {
    fn new() -> Sheet {
        Sheet(::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new()))
    }

    fn line(&mut self, values: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        let values: Vec<_> = values.into_iter().collect();
        self.0.write_record(values.iter().map(|v| v.as_ref().as_bytes())).map_err(|e| Error::bug(e.to_string()))
    }

    fn end(self) -> Result<String> {
        let bytes = self.0.into_inner().map_err(|e| Error::bug(e.to_string()))?;
        String::from_utf8(bytes).map_err(|e| Error::bug(e.to_string()))
    }
}

/// Texts as one line of a table, each guarded where a spreadsheet would run it.
pub fn csv_line<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<String> {
    let guarded = |text: &'a str| if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    let mut sheet = Sheet::new();
    sheet.line(texts.into_iter().map(guarded))?;
    sheet.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_is_disarmed_and_a_number_is_not() {
        for text in [
            "=1+1",
            "+79161234567",
            "-x",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
            "\u{200b}=1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            "'=1",
        ] {
            assert!(value(&Cell::Text(text.into())).starts_with('\''), "{text:?}");
        }
        assert_eq!(value(&Cell::Text("\0=1".into())), "'␀=1");
        assert_eq!(value(&Cell::Count(-5)), "-5");
        assert_eq!(value(&Cell::Tags(vec!["-a".into(), "b".into()])), "'-a b");
        for text in ["a=1", "1-2", "'quoted'", "", "счёт"] {
            assert_eq!(value(&Cell::Text(text.into())), text);
        }
    }

    #[test]
    fn records_within_records_are_columns_of_their_own() {
        let inner = |n| Cell::Record(vec![("a", Cell::Count(n)), ("b", Cell::Record(vec![("c", Cell::Count(n + 1))]))]);
        let (one, other, none) = (inner(1), inner(5), Cell::Empty);
        let flat = Flat::new("k", vec![&one, &other, &none]);
        assert_eq!((0..flat.width()).map(|i| flat.head(i)).collect::<Vec<_>>(), ["k_a", "k_b_c"]);
        assert_eq!((flat.value(1, 0), flat.value(1, 1), flat.value(0, 2)), ("2".into(), "6".into(), String::new()));
    }

    #[test]
    fn lines_and_tabs_stay_and_controls_are_seen() {
        assert_eq!(value(&Cell::Text("a\r\nb\tc\x1b[2J\rd\n".into())), "a\nb\tc␛[2J␍d\n");
    }

    proptest! {
        #[test]
        fn taking_one_apostrophe_away_gives_the_text(text in "['=+@ a\n\t-]{0,8}") {
            let written = value(&Cell::Text(text.clone()));
            let back = match written.strip_prefix('\'') {
                Some(rest) if disarm(rest) == written => rest,
                _ => written.as_str(),
            };
            prop_assert_eq!(back, text.as_str());
        }
    }
}
