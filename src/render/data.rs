//! What scripts see of a report: typed cells under their keys, and which of them are asked for. JSON and CSV write it.

use super::ink::tenths;
use crate::error::{Error, Result};
use crate::report::{Audience, Cell, Column, Facts, Part, Report, Table};

/// A named value of an object.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    Cell(&'a Cell),
    Facts(&'a Facts),
    Rows(&'a Table),
}

/// The members of the report as an object, in order. A section adds its own where its first part has a key.
pub fn members(report: &Report) -> Vec<(&'static str, Member<'_>)> {
    let mut out = Vec::new();
    for part in &report.parts {
        match part {
            Part::Facts(f) if f.audience != Audience::People => {
                if f.key.is_empty() {
                    out.extend(f.rows.iter().map(|fact| (fact.key, Member::Cell(&fact.cell))));
                } else {
                    out.push((f.key, Member::Facts(f)));
                }
            }
            Part::Table(t) | Part::Cards(t) if t.audience != Audience::People && !t.key.is_empty() => {
                out.push((t.key, Member::Rows(t)));
            }
            Part::Section(section) if section.parts.first().is_some_and(has_key) => out.extend(members(section)),
            _ => {}
        }
    }
    out
}

fn has_key(part: &Part) -> bool {
    match part {
        Part::Facts(f) => !f.key.is_empty(),
        Part::Table(t) | Part::Cards(t) => !t.key.is_empty(),
        Part::Prose(_) | Part::Chart(_) | Part::Section(_) => false,
    }
}

/// The first table for data.
pub fn table(report: &Report) -> Option<&Table> {
    report.parts.iter().find_map(|part| match part {
        Part::Table(t) | Part::Cards(t) if t.audience != Audience::People => Some(t),
        _ => None,
    })
}

/// The sections of a report that is one object for each.
pub fn sections(report: &Report) -> impl Iterator<Item = &Report> {
    report.parts.iter().filter_map(|part| if let Part::Section(s) = part { Some(s) } else { None })
}

/// The keys of columns.
pub fn keys(columns: &[Column]) -> Vec<&'static str> {
    columns.iter().map(|c| c.key).collect()
}

/// Where the wanted fields stand among the known ones, in the order in which they are wanted; all where none is named.
pub fn pick(known: &[&str], wanted: Option<&[String]>) -> Result<Vec<usize>> {
    let Some(wanted) = wanted else { return Ok((0..known.len()).collect()) };
    let mut out = Vec::new();
    for name in wanted {
        let Some(at) = known.iter().position(|k| k == name) else {
            return Err(
                Error::usage(format!("there is no field {name:?}")).hint(format!("known here: {}", known.join(" ")))
            );
        };
        if !out.contains(&at) {
            out.push(at);
        }
    }
    Ok(out)
}

/// A cell that is a bare word or number in every data format; none for the others.
pub fn scalar(cell: &Cell) -> Option<String> {
    Some(match cell {
        Cell::Ticket(n) | Cell::Count(n) | Cell::Minutes(n) | Cell::Elapsed(n) | Cell::Bytes(n) => n.to_string(),
        Cell::Money(money) => money.plain(),
        Cell::Decimal(text) => text.clone(),
        Cell::Permille(n) => tenths(*n),
        Cell::Flag(yes) => yes.to_string(),
        Cell::Vip => true.to_string(),
        Cell::At(at) | Cell::Ago(at) | Cell::Due(at) => at.rfc3339(),
        Cell::Day(day) => day.to_string(),
        Cell::Status(s) => s.word().to_owned(),
        Cell::Priority(p) => p.word().to_owned(),
        _ => return None,
    })
}
