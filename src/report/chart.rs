//! Charts: pictures of figures, for people alone. What is drawn stands in the data parts of the report as well.
//! How it is drawn, in blocks or in SVG, is in `render::chart`.

use super::Cell;

/// A picture of figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Heading.
    pub title: String,
    /// What is drawn.
    pub plot: Plot,
}

/// What is drawn. Figures that stand in one picture are of one unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Plot {
    /// A bar for each thing, in order.
    Bars(Vec<Bar>),
    /// Several series over the same stretches of time, oldest first.
    Series {
        /// What the stretches are called.
        labels: Vec<String>,
        /// At most three, to be told apart at a glance.
        series: Vec<Series>,
    },
    /// How many fell on each hour of each weekday, Monday first, midnight first.
    Week(Box<[[i64; 24]; 7]>),
}

/// A figure as a bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// What it is the figure of.
    pub label: String,
    /// A count, minutes, a share or money; of anything else no bar is drawn.
    pub value: Cell,
    /// The same in the period before; empty: not compared.
    pub before: Cell,
}

/// A figure over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// One for each label; empty: there is none.
    pub values: Vec<Cell>,
}

impl Chart {
    /// A bar for each label, without a comparison.
    ///
    /// ```
    /// use frontdesk::report::{Cell, chart::{Chart, Plot}};
    /// let chart = Chart::bars("By tag", [("vat".to_owned(), Cell::Count(3))]);
    /// assert!(matches!(chart.plot, Plot::Bars(bars) if bars[0].before == Cell::Empty));
    /// ```
    #[must_use]
    pub fn bars(title: &str, bars: impl IntoIterator<Item = (String, Cell)>) -> Chart {
        let bars = bars.into_iter().map(|(label, value)| Bar { label, value, before: Cell::Empty }).collect();
        Chart { title: title.to_owned(), plot: Plot::Bars(bars) }
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.plot {
            Plot::Bars(bars) => bars.is_empty(),
            Plot::Series { labels, series } => labels.is_empty() || series.is_empty(),
            Plot::Week(hours) => hours.iter().flatten().all(|n| *n == 0),
        }
    }
}

impl Cell {
    /// How long the bar of a figure is, in its own unit; none for what is no figure.
    #[must_use]
    pub fn size(&self) -> Option<i64> {
        match self {
            Cell::Count(n) | Cell::Minutes(n) | Cell::Elapsed(n) | Cell::Permille(n) | Cell::Bytes(n) => Some(*n),
            Cell::Money(money) => Some(money.minor),
            _ => None,
        }
    }
}
