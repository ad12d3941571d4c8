//! A chart as people see it: guarded labels, values in words, and how long each bar is. In blocks of characters it stands
//! in `lines`, as a picture of a page in `svg`. No picture says anything by colour alone.

pub mod lines;
pub mod svg;

use super::Dress;
use super::guard;
use super::ink::words;
use crate::report::{Bar, Cell, Chart, Plot, Series};

/// A chart, ready to be drawn.
pub struct Drawn {
    pub title: String,
    pub form: Form,
}

/// What is to be drawn.
pub enum Form {
    Bars(Vec<Stick>),
    Series { labels: Vec<String>, rows: Vec<Row> },
    Week(Box<[[i64; 24]; 7]>),
}

/// A bar with its label, and the value of the period before.
pub struct Stick {
    pub label: String,
    pub now: Length,
    pub before: Length,
}

/// A named row of bars.
pub struct Row {
    pub name: String,
    pub bars: Vec<Length>,
}

/// A value in words, empty where there is none, and how long it is.
#[derive(Default)]
pub struct Length {
    pub words: String,
    pub size: i64,
}

/// The weekdays as they are written beside a picture.
pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The chart in words.
pub fn drawn(chart: &Chart, dress: &Dress) -> Drawn {
    let length = |cell: &Cell| Length { words: words(cell, dress), size: cell.size().unwrap_or(0).max(0) };
    let form = match &chart.plot {
        Plot::Bars(bars) => {
            let stick = |b: &Bar| Stick { label: line(&b.label), now: length(&b.value), before: length(&b.before) };
            Form::Bars(bars.iter().map(stick).collect())
        }
        Plot::Series { labels, series } => {
            let bars = |s: &Series| labels.iter().zip(&s.values).map(|(_, cell)| length(cell)).collect();
            let rows = series.iter().map(|s| Row { name: line(&s.name), bars: bars(s) });
            Form::Series { labels: labels.iter().map(|l| line(l)).collect(), rows: rows.collect() }
        }
        Plot::Week(hours) => Form::Week(hours.clone()),
    };
    Drawn { title: line(&chart.title), form }
}

fn line(text: &str) -> String {
    guard::line(text).into_owned()
}

/// Whether any bar is compared with one before.
pub fn is_compared(bars: &[Stick]) -> bool {
    bars.iter().any(|b| !b.before.words.is_empty())
}

/// The longest of them; at least 1, so that it divides.
pub fn longest<'a>(lengths: impl Iterator<Item = &'a Length>) -> i64 {
    lengths.map(|l| l.size).max().unwrap_or(0).max(1)
}

/// How many of `whole` parts `size` is where `top` is all of them, rounded down.
pub fn share(size: i64, top: i64, whole: i64) -> i64 {
    let parts = i128::from(size.clamp(0, top)) * i128::from(whole) / i128::from(top.max(1));
    i64::try_from(parts).unwrap_or(whole)
}

/// The shade of a number among others up to `top`: 0 for nothing, else 1–4.
pub fn shade(n: i64, top: i64) -> usize {
    let step = |quarter: i64| i128::from(n) * 4 > i128::from(top) * i128::from(quarter);
    usize::from(n > 0) + (1..4).filter(|quarter| step(*quarter)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shade_is_a_quarter_of_the_largest_and_nothing_is_none() {
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 8].map(|n| shade(n, 8)), [0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!((shade(i64::MAX, i64::MAX), shade(1, i64::MAX), shade(0, 0)), (4, 1, 0));
    }

    #[test]
    fn a_share_neither_overflows_nor_leaves_its_whole() {
        assert_eq!((share(i64::MAX, i64::MAX, 320), share(5, 8, 320), share(-3, 8, 320)), (320, 200, 0));
        assert_eq!(share(9, 8, 320), 320);
    }
}
