//! The page as a terminal shows it: no boxes, two spaces between columns, nothing wider than the terminal. In a pipe
//! every row whole, aligned, without colour. The only file that knows comfy-table.

use super::Dress;
use super::chart::Drawn;
use super::chart::lines::lines;
use super::columns::{GAP, Want, plan};
use super::ink::{Ink, Tone, clip};
use super::paint::Paint;
use super::view::{Block, Card, Grid};
use super::width::{fit, pieces, width};
use crate::report::Style;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, TableStyle, Width};

/// Lines of running text are easier to read when they are no longer than this, however wide the terminal.
const MEASURE: usize = 100;
/// Tables with more rows are set without comfy-table.
const LONG: usize = 1_000;

/// The page, each line ended.
pub fn page(blocks: &[Block], dress: &Dress) -> String {
    let paint = Paint { colour: dress.colour };
    let mut page = Page { out: String::new(), cells: dress.cells(), ascii: dress.ascii, paint };
    let mut after_heading = false;
    for run in blocks.chunk_by(|a, b| matches!((a, b), (Block::Inline(..), Block::Inline(..)))) {
        let is_heading = matches!(run, [Block::Heading(..)]);
        if !page.out.is_empty() && (is_heading || !after_heading) {
            page.out.push('\n');
        }
        page.run(run);
        after_heading = is_heading;
    }
    page.out
}

struct Page {
    out: String,
    cells: Option<usize>,
    ascii: bool,
    paint: Paint,
}

impl Page {
    /// Writes one block, or several lines of inline facts with their titles aligned.
    fn run(&mut self, run: &[Block]) {
        let titles = |b: &Block| if let Block::Inline(title, _) = b { width(title) } else { 0 };
        let title_cells = run.iter().map(titles).max().unwrap_or(0);
        for block in run {
            match block {
                Block::Heading(_, text) => self.wrapped(&Ink::new(text.as_str(), Tone::Strong), 0),
                Block::Facts(rows) => self.facts(rows),
                Block::Inline(title, rows) => self.inline(title, title_cells, rows),
                Block::Grid(grid) => self.grid(grid),
                Block::Cards(cards) => self.cards(cards),
                Block::Prose(text) => self.wrapped(&Ink::new(text.as_str(), Tone::Plain), 0),
                Block::Nothing(sentence) => self.wrapped(&Ink::new(*sentence, Tone::Faint), 0),
                Block::Chart(drawn) => self.chart(drawn),
            }
        }
    }

    fn end_line(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push('\n');
    }

    fn pad(&mut self, cells: usize) {
        self.out.extend(std::iter::repeat_n(' ', cells));
    }

    /// The text in lines, all but the first indented; quoted lines are faint.
    fn wrapped(&mut self, ink: &Ink, indent: usize) {
        let room = self.cells.map_or(usize::MAX, |c| c.min(MEASURE).saturating_sub(indent));
        for (i, piece) in pieces(&ink.text, room).into_iter().enumerate() {
            if i > 0 {
                self.pad(indent);
            }
            let lead = piece.indent.len();
            let mut marks = clip(&ink.marks, piece.range.start, piece.range.end);
            for mark in &mut marks {
                *mark = (mark.0 + lead, mark.1 + lead);
            }
            let text = piece.text(&ink.text);
            let quoted = text.trim_start().starts_with('>');
            let tone = if quoted && ink.tone == Tone::Plain { Tone::Faint } else { ink.tone };
            self.paint.ink(&Ink { text, tone, marks }, &mut self.out);
            self.end_line();
        }
    }

    fn facts(&mut self, rows: &[(&'static str, Ink)]) {
        let natural = rows.iter().map(|(head, _)| width(head)).max().unwrap_or(0);
        let heads = self.cells.map_or(natural, |c| natural.min(c / 2).min(c - GAP - 4));
        for (head, value) in rows {
            let head = fit(head, heads);
            self.paint.text(&head, Tone::Faint, &mut self.out);
            self.pad(heads - width(&head) + GAP);
            self.wrapped(value, heads + GAP);
        }
    }

    /// `Title  new 3 · open 5`, continued under its first value.
    fn inline(&mut self, title: &str, title_cells: usize, rows: &[(&'static str, Ink)]) {
        let cells = self.cells.unwrap_or(usize::MAX);
        let mut indent = if title_cells == 0 { 0 } else { title_cells + GAP };
        let title = fit(title, cells);
        self.paint.text(&title, Tone::Strong, &mut self.out);
        if indent > cells / 2 {
            indent = GAP;
            self.end_line();
            self.pad(indent);
        } else {
            self.pad(indent - width(&title));
        }
        let mut used = indent;
        for (i, (head, value)) in rows.iter().enumerate() {
            let head = if head.is_empty() { String::new() } else { format!("{head} ") };
            let head = fit(&head, (cells - indent) / 2);
            let value = value.clone().fit(cells - indent - width(&head));
            let item = width(&head) + value.width();
            if i > 0 && used + 3 + item > cells {
                self.end_line();
                self.pad(indent);
                used = indent;
            } else if i > 0 {
                self.paint.text(" · ", Tone::Faint, &mut self.out);
                used += 3;
            }
            self.paint.text(&head, Tone::Faint, &mut self.out);
            self.paint.ink(&value, &mut self.out);
            used += item;
        }
        self.end_line();
    }

    fn cards(&mut self, cards: &[Card]) {
        let airy = cards.iter().any(|c| !c.bodies.is_empty());
        for (i, card) in cards.iter().enumerate() {
            if airy && i > 0 {
                self.out.push('\n');
            }
            self.card_head(&card.head);
            for body in &card.bodies {
                self.pad(GAP);
                self.wrapped(body, GAP);
            }
        }
    }

    /// The mark and the values of a card, two spaces apart, on as few lines as they need.
    fn card_head(&mut self, head: &[Ink]) {
        let cells = self.cells.unwrap_or(usize::MAX);
        let mut used = 0;
        for (i, ink) in head.iter().enumerate() {
            let ink = ink.clone().fit(cells - GAP);
            if i > 0 && used + GAP + ink.width() > cells {
                self.end_line();
                self.pad(GAP);
                used = GAP;
            } else if i > 0 {
                self.pad(GAP);
                used += GAP;
            }
            self.paint.ink(&ink, &mut self.out);
            used += ink.width();
        }
        self.end_line();
    }

    fn chart(&mut self, drawn: &Drawn) {
        for line in lines(&drawn.form, self.cells, self.ascii) {
            for ink in &line {
                self.paint.ink(ink, &mut self.out);
            }
            self.end_line();
        }
    }

    fn grid(&mut self, grid: &Grid) {
        let natural = naturals(grid);
        let widths: Vec<Option<usize>> = match self.cells {
            Some(cells) => plan(&natural, cells),
            None => natural.iter().map(|w| Some(w.natural)).collect(),
        };
        let columns: Vec<(usize, Style)> =
            widths.iter().zip(&grid.heads).filter_map(|(w, (_, style))| w.map(|w| (w, *style))).collect();
        let total = grid.total.as_deref().unwrap_or_default();
        let rule = total.iter().zip(&widths).map(|(ink, w)| {
            let cells = if ink.text.is_empty() { 0 } else { w.unwrap_or(0) };
            Ink::new("─".repeat(cells), Tone::Faint)
        });
        let heads = grid.heads.iter().map(|(h, _)| Ink::new(*h, Tone::Faint)).collect();
        let closing = [rule.collect(), total.iter().map(|i| Ink { tone: Tone::Strong, ..i.clone() }).collect()];
        let closing = closing.into_iter().filter(|_| grid.total.is_some());
        let rows = std::iter::once(heads).chain(grid.rows.iter().cloned()).chain(closing).map(|row: Vec<Ink>| {
            row.into_iter().zip(&widths).filter_map(|(ink, w)| w.map(|w| ink.fit(w))).collect::<Vec<Ink>>()
        });
        let wide = columns.iter().any(|(w, _)| *w > usize::from(u16::MAX) / 2);
        if grid.rows.len() > LONG || wide {
            self.set_fast(rows, &columns);
        } else {
            self.set(rows, &columns);
        }
    }

    fn set(&mut self, rows: impl Iterator<Item = Vec<Ink>>, columns: &[(usize, Style)]) {
        let mut table = Table::new();
        table.force_no_tty().load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Disabled);
        for row in rows {
            table.add_row(row.into_iter().map(|ink| self.paint.string(ink)).collect::<Vec<String>>());
        }
        let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        for (column, (cells, style)) in table.column_iter_mut().zip(columns) {
            column.set_padding((0, narrow(GAP)));
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(narrow(cells + GAP))));
            let right = *style == Style::Right;
            column.set_cell_alignment(if right { CellAlignment::Right } else { CellAlignment::Left });
        }
        for line in table.lines() {
            self.out.push_str(&line);
            self.end_line();
        }
    }

    /// The same lines, for tables of thousands of rows, where comfy-table would measure each cell three times more.
    fn set_fast(&mut self, rows: impl Iterator<Item = Vec<Ink>>, columns: &[(usize, Style)]) {
        for row in rows {
            for (ink, (cells, style)) in row.iter().zip(columns) {
                let gap = cells.saturating_sub(ink.width());
                let (before, after) = if *style == Style::Right { (gap, 0) } else { (0, gap) };
                self.pad(before);
                self.paint.ink(ink, &mut self.out);
                self.pad(after + GAP);
            }
            self.end_line();
        }
    }
}

fn naturals(grid: &Grid) -> Vec<Want> {
    let mut wants: Vec<Want> = grid
        .heads
        .iter()
        .map(|(head, style)| Want { natural: width(head).max(1), flex: *style == Style::Flex, blank: true })
        .collect();
    for row in grid.rows.iter().chain(&grid.total) {
        for (want, ink) in wants.iter_mut().zip(row) {
            want.natural = want.natural.max(ink.width());
            want.blank &= ink.text.is_empty();
        }
    }
    wants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_looks_as_a_short_one() {
        let ink = |text: &str, tone| Ink { text: text.into(), tone, marks: Vec::new() };
        let marked =
            Ink { marks: vec![(2, 4)], ..ink("請求 é́ 👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}", Tone::Tag) };
        let rows = vec![
            vec![ink("7", Tone::Strong), marked, ink("", Tone::Plain)],
            vec![ink("1042", Tone::Plain), ink("счёт", Tone::Alarm), ink("in 6h", Tone::Faint)],
        ];
        let columns = [(5, Style::Right), (20, Style::Flex), (6, Style::Right)];
        for colour in [false, true] {
            let page = || Page { out: String::new(), cells: None, ascii: false, paint: Paint { colour } };
            let (mut one, mut other) = (page(), page());
            one.set(rows.clone().into_iter(), &columns);
            other.set_fast(rows.clone().into_iter(), &columns);
            assert_eq!(one.out, other.out);
        }
    }
}
