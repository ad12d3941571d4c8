//! A report becomes text, JSON, NDJSON, CSV, Markdown or HTML. Pure: what is now, how wide and in which zone is told in
//! [`Dress`]; printing, paging and files are not here.
//!
//! People's formats go through `view` (what is shown, as guarded words); data formats through `data` (typed cells under
//! their keys).

pub mod articles;
mod chart;
mod columns;
mod csv;
mod data;
pub mod guard;
mod html;
mod ink;
mod json;
mod markdown;
mod paint;
pub mod paper;
pub mod screen;
mod text;
mod view;
pub mod width;

#[cfg(test)]
mod tests;

pub use csv::csv_line;
pub use json::front_matter;

use crate::domain::time::Moment;
use crate::error::Result;
use crate::report::Report;
use chrono::NaiveDateTime;
use std::fmt;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// A JSON object on each line.
    Ndjson,
    /// One table, comma-separated, UTF-8.
    Csv,
    /// GitHub-flavoured Markdown.
    Md,
    /// A page that needs nothing else.
    Html,
}

impl Format {
    /// Every format, in the order of the help.
    pub const ALL: &'static [Format] =
        &[Format::Text, Format::Json, Format::Ndjson, Format::Csv, Format::Md, Format::Html];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Csv => "csv",
            Format::Md => "md",
            Format::Html => "html",
        }
    }

    /// The format that `word` names; exact, lower-case.
    ///
    /// ```
    /// use frontdesk::render::Format;
    /// assert_eq!(Format::of("md"), Some(Format::Md));
    /// assert_eq!(Format::of("pdf"), None);
    /// ```
    #[must_use]
    pub fn of(word: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| f.word() == word)
    }
}

/// What a report is dressed for.
pub struct Dress {
    /// Cells of the terminal; 0 and absurd widths count as 80. None: a pipe or a file, nothing is shortened or wrapped.
    pub width: Option<usize>,
    /// Whether text may be coloured.
    pub colour: bool,
    /// Whether the terminal knows ASCII only: charts are drawn with its signs.
    pub ascii: bool,
    /// What ages are counted from.
    pub now: Moment,
    /// The wall clock of the desk at an instant.
    pub local: Box<dyn Fn(Moment) -> NaiveDateTime>,
}

impl Dress {
    /// Nothing shortened, no colour, UTC.
    #[must_use]
    pub fn plain(now: Moment) -> Dress {
        Dress { width: None, colour: false, ascii: false, now, local: Box::new(Moment::utc) }
    }

    fn cells(&self) -> Option<usize> {
        self.width.map(|w| if (10..=10_000).contains(&w) { w } else { 80 })
    }
}

impl fmt::Debug for Dress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dress").field("width", &self.width).field("colour", &self.colour).finish_non_exhaustive()
    }
}

/// Writes the report. `fields` picks and orders the keys of JSON, NDJSON and CSV; people's formats show what they show.
///
/// # Errors
/// Usage, naming the known keys, where `fields` has a key that the report has not.
///
/// ```
/// use frontdesk::{domain::time::Moment, render::*, report::*};
/// let report = Report {
///     parts: vec![Part::Facts(Facts { rows: vec![Fact::new("open", "Open", Cell::Count(3))], ..Facts::default() })],
///     ..Report::default()
/// };
/// let dress = Dress::plain(Moment(0));
/// assert_eq!(render(&report, Format::Text, None, &dress).unwrap(), "Open  3\n");
/// assert_eq!(render(&report, Format::Json, None, &dress).unwrap(), "{\n  \"open\": 3\n}\n");
/// let hint = render(&report, Format::Json, Some(&["opn".into()]), &dress).unwrap_err().hint;
/// assert_eq!(hint.as_deref(), Some("known here: open"));
/// ```
pub fn render(report: &Report, format: Format, fields: Option<&[String]>, dress: &Dress) -> Result<String> {
    match format {
        Format::Text => Ok(text::page(&view::blocks(report, dress), dress)),
        Format::Json => json::json(report, fields),
        Format::Ndjson => json::ndjson(report, fields),
        Format::Csv => csv::csv(report, fields),
        Format::Md => Ok(markdown::page(&view::blocks(report, dress))),
        Format::Html => Ok(html::page(&view::blocks(report, dress))),
    }
}
