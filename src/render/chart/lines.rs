//! Charts in characters: bars of blocks, several series side by side, the week in shades. Nothing is wider than asked; where
//! the terminal knows ASCII only, so are the signs.

use super::super::columns::GAP;
use super::super::ink::{Ink, Tone};
use super::super::width::{fit, width};
use super::{DAYS, Form, Length, Row, Stick, is_compared, longest, shade, share};

/// The longest bar there is.
const BAR: usize = 40;

/// A line in pieces.
pub type Line = Vec<Ink>;

/// The chart as lines of at most `cells`, or as wide as it likes.
pub fn lines(form: &Form, cells: Option<usize>, ascii: bool) -> Vec<Line> {
    let signs = if ascii { &ASCII } else { &BLOCKS };
    let room = cells.unwrap_or(3 * BAR);
    let lines = match form {
        Form::Bars(bars) => sticks(bars, room, cells.is_none(), signs),
        Form::Series { labels, rows } => series(labels, rows, room, cells.is_none(), signs),
        Form::Week(hours) => week(hours, cells.unwrap_or(usize::MAX), signs),
    };
    lines.into_iter().map(|line| cut(line, cells.unwrap_or(usize::MAX))).collect()
}

/// What bars and shades are made of.
struct Signs {
    /// Parts of a cell, from none to all but one.
    parts: &'static [&'static str],
    full: &'static str,
    mark: &'static str,
    nothing: &'static str,
    shades: [&'static str; 5],
}

static BLOCKS: Signs = Signs {
    parts: &["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"],
    full: "█",
    mark: "│",
    nothing: "·",
    shades: [" ", "░", "▒", "▓", "█"],
};
static ASCII: Signs =
    Signs { parts: &["", "="], full: "=", mark: "|", nothing: ".", shades: [" ", ".", ":", "*", "#"] };

/// `label  12  ████▌`, or `label  12  9  ███│█▌` with a mark where the value before ended.
fn sticks(bars: &[Stick], cells: usize, natural: bool, signs: &Signs) -> Vec<Line> {
    let compared = is_compared(bars);
    let (now, before) = (format!("now {}", signs.full), format!("before {}", signs.mark));
    let widest = |head: &str, of: fn(&Stick) -> &Length| {
        let head = if compared { width(head) } else { 0 };
        bars.iter().map(|b| width(&of(b).words)).max().unwrap_or(0).max(head)
    };
    let nows = widest(&now, |b| &b.now);
    let befores = if compared { widest(&before, |b| &b.before) + GAP } else { 0 };
    let labels = bars.iter().map(|b| width(&b.label)).max().unwrap_or(0);
    let labels = if natural { labels } else { labels.min((cells / 2).saturating_sub(nows)).max(1) };
    let room = match natural {
        true => BAR,
        false => cells.saturating_sub(labels + nows + befores + 2 * GAP).clamp(1, BAR),
    };
    let top = longest(bars.iter().flat_map(|b| [&b.now, &b.before]));
    let head = compared.then(|| {
        let heads = format!("{}{}{}", pad(labels + GAP), right(&now, nows), right(&before, befores));
        vec![Ink::new(heads, Tone::Faint)]
    });
    let line = |b: &Stick| {
        let mut line = vec![
            Ink::new(left(&fit(&b.label, labels), labels + GAP), Tone::Plain),
            Ink::new(right(&b.now.words, nows), Tone::Plain),
            Ink::new(right(&b.before.words, befores), Tone::Faint),
            Ink::new(pad(GAP), Tone::Plain),
        ];
        let ended = (!b.before.words.is_empty()).then_some(b.before.size);
        line.extend(bar(b.now.size, ended, top, room, signs));
        line
    };
    head.into_iter().chain(bars.iter().map(line)).collect()
}

/// `W46  31  ██████  28  █████`: a column of bars for each series, on one scale.
fn series(labels: &[String], rows: &[Row], cells: usize, natural: bool, signs: &Signs) -> Vec<Line> {
    let widest = labels.iter().map(|l| width(l)).max().unwrap_or(0);
    let widest = if natural { widest } else { widest.min(cells / 3).max(1) };
    let values: Vec<usize> = rows.iter().map(|r| r.bars.iter().map(|b| width(&b.words)).max().unwrap_or(0)).collect();
    let fixed = widest + values.iter().map(|v| v + 2 * GAP).sum::<usize>();
    let room = (cells.saturating_sub(fixed) / rows.len().max(1)).clamp(1, BAR / 2);
    let top = longest(rows.iter().flat_map(|r| &r.bars));
    let heads = rows.iter().zip(&values).map(|(row, value)| {
        let cells = value + GAP + room;
        format!("{}{}", pad(GAP), left(&fit(&row.name, cells), cells))
    });
    let head = vec![Ink::new(format!("{}{}", pad(widest), heads.collect::<String>()), Tone::Faint)];
    let line = |(i, label): (usize, &String)| {
        let mut line = vec![Ink::new(left(&fit(label, widest), widest), Tone::Plain)];
        for (row, value) in rows.iter().zip(&values) {
            let Some(length) = row.bars.get(i) else { continue };
            line.push(Ink::new(format!("{}{}{}", pad(GAP), right(&length.words, *value), pad(GAP)), Tone::Plain));
            let bar = bar(length.size, None, top, room, signs);
            let drawn: usize = bar.iter().map(Ink::width).sum();
            line.extend(bar);
            line.push(Ink::new(pad(room.saturating_sub(drawn)), Tone::Plain));
        }
        line
    };
    std::iter::once(head).chain(labels.iter().enumerate().map(line)).collect()
}

/// A bar of `size` where `top` fills `room` cells, with a mark where another ended. Anything above nothing is seen.
fn bar(size: i64, ended: Option<i64>, top: i64, room: usize, signs: &Signs) -> Vec<Ink> {
    let in_cell = i64::try_from(signs.parts.len()).unwrap_or(1);
    let whole = i64::try_from(room).unwrap_or(0).saturating_mul(in_cell);
    let parts = share(size, top, whole).max(i64::from(size > 0));
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    let part = signs.parts.get(count(parts % in_cell)).copied().unwrap_or_default();
    let mut drawn: Vec<&str> = vec![signs.full; count(parts / in_cell)];
    drawn.extend(Some(part).filter(|p| !p.is_empty()));
    let Some(ended) = ended else { return vec![Ink::new(drawn.concat(), Tone::Tag)] };
    let at = count(share(ended, top, i64::try_from(room).unwrap_or(0))).min(room.saturating_sub(1));
    drawn.resize(drawn.len().max(at + 1), " ");
    let (first, rest) = drawn.split_at(at);
    vec![
        Ink::new(first.concat(), Tone::Tag),
        Ink::new(signs.mark, Tone::Strong),
        Ink::new(rest.get(1..).unwrap_or_default().concat(), Tone::Tag),
    ]
}

/// Weekdays below each other, hours beside each other, each number with its shade; several hours together where there is
/// no room for all.
fn week(hours: &[[i64; 24]; 7], cells: usize, signs: &Signs) -> Vec<Line> {
    let steps = [1_usize, 2, 3, 4, 6, 8, 12, 24].map(|step| Blocks::of(hours, step));
    let Some(blocks) = steps.iter().find(|b| b.cells() <= cells).or(steps.last()) else { return vec![] };
    let label = DAYS[0].len();
    let starts = (0..24).step_by(blocks.step).map(|hour| right(&format!("{hour:02}"), blocks.digits + GAP));
    let heads = format!("{}{}{}", pad(label), starts.collect::<String>(), right("all", blocks.sum + GAP));
    let mut lines = vec![vec![Ink::new(heads, Tone::Faint)]];
    for (day, row) in DAYS.iter().zip(&blocks.rows) {
        let mut line = vec![Ink::new(*day, Tone::Plain)];
        for n in row {
            let said = if *n == 0 { signs.nothing.to_owned() } else { n.to_string() };
            let tone = if *n == 0 { Tone::Faint } else { Tone::Plain };
            line.push(Ink::new(right(&said, blocks.digits + 1), tone));
            line.push(Ink::new(signs.shades.get(shade(*n, blocks.top)).copied().unwrap_or(" "), Tone::Tag));
        }
        line.push(Ink::new(right(&row.iter().sum::<i64>().to_string(), blocks.sum + GAP), Tone::Plain));
        lines.push(line);
    }
    lines
}

/// The hours of the week, so many of them together.
struct Blocks {
    step: usize,
    rows: Vec<Vec<i64>>,
    top: i64,
    digits: usize,
    sum: usize,
}

impl Blocks {
    fn of(hours: &[[i64; 24]; 7], step: usize) -> Blocks {
        let rows: Vec<Vec<i64>> = hours.iter().map(|day| day.chunks(step).map(|h| h.iter().sum()).collect()).collect();
        let top = rows.iter().flatten().copied().max().unwrap_or(0).max(1);
        let sum = rows.iter().map(|row| row.iter().sum::<i64>().to_string().len()).max().unwrap_or(0).max(3);
        Blocks { step, rows, top, digits: top.to_string().len().max(1), sum }
    }

    fn cells(&self) -> usize {
        DAYS[0].len() + 24 / self.step * (self.digits + GAP) + GAP + self.sum
    }
}

fn pad(cells: usize) -> String {
    " ".repeat(cells)
}

fn left(text: &str, cells: usize) -> String {
    format!("{text}{}", pad(cells.saturating_sub(width(text))))
}

fn right(text: &str, cells: usize) -> String {
    format!("{}{text}", pad(cells.saturating_sub(width(text))))
}

/// The beginning of a line that is too long.
fn cut(line: Line, cells: usize) -> Line {
    let mut used = 0;
    let fits = |ink: Ink| {
        let ink = ink.fit(cells - used);
        used += ink.width();
        ink
    };
    line.into_iter().map(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(n: i64) -> Length {
        Length { words: n.to_string(), size: n }
    }

    fn said(form: &Form, cells: Option<usize>, ascii: bool) -> String {
        let text = |line: Line| line.iter().map(|i| i.text.as_str()).collect::<String>();
        let lines: Vec<String> = lines(form, cells, ascii).into_iter().map(|l| text(l).trim_end().to_owned()).collect();
        lines.join("\n")
    }

    fn plain(size: i64, top: i64, room: usize) -> String {
        bar(size, None, top, room, &BLOCKS).iter().map(|i| i.text.as_str()).collect()
    }

    #[test]
    fn bars_are_drawn_to_an_eighth_of_a_cell() {
        assert_eq!(plain(10, 10, 4), "████");
        assert_eq!(plain(5, 8, 4), "██▌");
        assert_eq!((plain(1, 1_000, 4).as_str(), plain(0, 10, 4).as_str(), plain(-3, 10, 4).as_str()), ("▏", "", ""));
        assert_eq!(plain(i64::MAX, i64::MAX, 2), "██");
    }

    #[test]
    fn a_mark_stands_where_the_bar_before_ended() {
        let bars = [("vat", 8, 4), ("bug", 2, 6), ("api", 0, 0)].map(|(label, now, before)| Stick {
            label: label.into(),
            now: length(now),
            before: length(before),
        });
        let form = Form::Bars(bars.into());
        assert_eq!(
            said(&form, Some(33), false),
            "     now █  before │\nvat      8         4  █████│█████\nbug      2         6  ██▊     │\napi      0         0  │"
        );
        assert_eq!(said(&form, Some(33), true).lines().nth(1), Some("vat      8         4  =====|====="));
    }

    #[test]
    fn series_stand_side_by_side_on_one_scale() {
        let row = |name: &str, n: [i64; 2]| Row { name: name.into(), bars: n.map(length).into() };
        let form = Form::Series {
            labels: vec!["W45".into(), "W46".into()],
            rows: vec![row("opened", [4, 8]), row("closed", [8, 0])],
        };
        assert_eq!(
            said(&form, Some(30), false),
            "     opened       closed\nW45  4  ████      8  ████████\nW46  8  ████████  0"
        );
    }

    #[test]
    fn the_week_is_shaded_and_its_numbers_are_written() {
        let mut hours = [[0; 24]; 7];
        (hours[0][9], hours[0][10], hours[4][16]) = (8, 3, 12);
        let form = Form::Week(Box::new(hours));
        let wide = said(&form, None, false);
        let line = wide.lines().nth(1).unwrap();
        assert!(line.starts_with("Mon  ·   ·") && line.contains("·   8▓  3░  ·"), "{wide}");
        assert!(line.ends_with("11") && wide.lines().next().unwrap().ends_with("23  all"), "{wide}");
        let narrow = said(&form, Some(40), true);
        assert_eq!(narrow.lines().next(), Some("     00  03  06  09  12  15  18  21  all"));
        assert_eq!(narrow.lines().nth(1), Some("Mon  .   .   .  11#  .   .   .   .    11"));
    }
}
