//! What people see of a report: its parts without what is for data only, every cell in words. Text, Markdown and HTML
//! print the same blocks, each in its own way.

use super::Dress;
use super::chart::{Drawn, drawn};
use super::guard;
use super::ink::{Ink, Tone, ink, ink_body};
use crate::domain::ticket::Status;
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Style, Table};

/// A piece of the page.
pub enum Block {
    /// A heading; level 0 is the title of the whole.
    Heading(usize, String),
    /// Named values one below the other.
    Facts(Vec<(&'static str, Ink)>),
    /// Named values on one line, after a title that may be empty.
    Inline(String, Vec<(&'static str, Ink)>),
    /// Rows under heads.
    Grid(Grid),
    /// Headings with bodies.
    Cards(Vec<Card>),
    /// A paragraph.
    Prose(String),
    /// What stands in the place of a table without rows.
    Nothing(&'static str),
    /// A picture of figures.
    Chart(Drawn),
}

/// A table as it is seen.
pub struct Grid {
    pub heads: Vec<(&'static str, Style)>,
    pub rows: Vec<Vec<Ink>>,
    pub total: Option<Vec<Ink>>,
}

/// A heading line, its mark first, and what is under it.
pub struct Card {
    pub head: Vec<Ink>,
    pub bodies: Vec<Ink>,
}

/// The blocks of the report in reading order.
pub fn blocks(report: &Report, dress: &Dress) -> Vec<Block> {
    let mut out = Vec::new();
    gather(report, 0, dress, &mut out);
    out
}

fn gather(report: &Report, level: usize, dress: &Dress, out: &mut Vec<Block>) {
    heading(&report.title, level, out);
    for part in &report.parts {
        match part {
            Part::Facts(f) if f.audience != Audience::Data => facts(f, level + 1, dress, out),
            Part::Table(t) if t.audience != Audience::Data => {
                table(t, level + 1, out, |t| Block::Grid(grid(t, dress)));
            }
            Part::Cards(t) if t.audience != Audience::Data => {
                table(t, level + 1, out, |t| Block::Cards(t.rows.iter().map(|row| card(t, row, dress)).collect()));
            }
            Part::Facts(_) | Part::Table(_) | Part::Cards(_) => {}
            Part::Prose(text) => out.push(Block::Prose(guard::body(text).trim_end().to_owned())),
            Part::Chart(chart) if chart.is_empty() => {}
            Part::Chart(chart) => {
                heading(&chart.title, level + 1, out);
                out.push(Block::Chart(drawn(chart, dress)));
            }
            Part::Section(section) => gather(section, level + 1, dress, out),
        }
    }
}

fn heading(title: &str, level: usize, out: &mut Vec<Block>) {
    if !title.is_empty() {
        out.push(Block::Heading(level, guard::line(title).into_owned()));
    }
}

fn facts(facts: &Facts, level: usize, dress: &Dress, out: &mut Vec<Block>) {
    let closed = is_closed(facts.rows.iter().map(|f| &f.cell));
    let said = |f: &Fact| {
        let value = match &f.cell {
            Cell::Text(t) | Cell::Marked(t, _) if !facts.inline && t.contains('\n') => ink_body(&f.cell, dress),
            cell => ink(f.key, cell, closed, dress),
        };
        (!value.text.is_empty()).then_some((f.head, value))
    };
    let rows: Vec<_> = facts.rows.iter().filter(|f| f.shown).filter_map(said).collect();
    if rows.is_empty() {
        return;
    }
    if facts.inline {
        out.push(Block::Inline(guard::line(&facts.title).into_owned(), rows));
    } else {
        heading(&facts.title, level, out);
        out.push(Block::Facts(rows));
    }
}

fn table(table: &Table, level: usize, out: &mut Vec<Block>, full: impl Fn(&Table) -> Block) {
    if table.rows.is_empty() && table.empty.is_empty() {
        return;
    }
    heading(&table.title, level, out);
    out.push(if table.rows.is_empty() { Block::Nothing(table.empty) } else { full(table) });
}

fn grid(table: &Table, dress: &Dress) -> Grid {
    let heads = table.columns.iter().filter(|c| c.shown).map(|c| (c.head, c.style)).collect();
    let line = |row: &Vec<Cell>| {
        let closed = is_closed(row.iter());
        shown(&table.columns, row).map(|(c, cell)| ink(c.key, cell, closed, dress)).collect()
    };
    Grid { heads, rows: table.rows.iter().map(line).collect(), total: table.total.as_ref().map(line) }
}

fn card(table: &Table, row: &[Cell], dress: &Dress) -> Card {
    let closed = is_closed(row.iter());
    let (mut head, mut bodies) = (Vec::new(), Vec::new());
    for (column, cell) in shown(&table.columns, row) {
        if column.style == Style::Body {
            bodies.push(ink_body(cell, dress));
        } else if column.key == "direction" {
            head.insert(0, direction(cell, dress));
        } else {
            let aside = matches!(
                cell,
                Cell::At(_) | Cell::Ago(_) | Cell::Due(_) | Cell::Day(_) | Cell::List(_) | Cell::Bytes(_)
            );
            let ink = ink(column.key, cell, closed, dress);
            let tone = if aside && ink.tone == Tone::Plain { Tone::Faint } else { ink.tone };
            head.push(Ink { tone, ..ink });
        }
    }
    head.retain(|i| !i.text.is_empty());
    bodies.retain(|i| !i.text.is_empty());
    if !bodies.is_empty()
        && let Some(name) = head.iter_mut().find(|i| i.tone == Tone::Plain)
    {
        name.tone = Tone::Strong;
    }
    Card { head, bodies }
}

/// Which way a message went, as an arrow and a word.
fn direction(cell: &Cell, dress: &Dress) -> Ink {
    let word = ink("direction", cell, false, dress).text;
    match word.as_str() {
        "in" => Ink::new("↓ in", Tone::Tag),
        "out" => Ink::new("↑ out", Tone::Good),
        "note" => Ink::new("• note", Tone::Warn),
        "draft" => Ink::new("… draft", Tone::Warn),
        _ => Ink::new(word, Tone::Faint),
    }
}

fn shown<'a>(columns: &'a [Column], row: &'a [Cell]) -> impl Iterator<Item = (&'a Column, &'a Cell)> {
    columns.iter().enumerate().filter(|(_, c)| c.shown).map(|(i, c)| (c, row.get(i).unwrap_or(&Cell::Empty)))
}

fn is_closed<'a>(mut cells: impl Iterator<Item = &'a Cell>) -> bool {
    cells.any(|c| matches!(c, Cell::Status(Status::Closed)))
}
