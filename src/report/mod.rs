//! What a command answers: a report of typed cells. One report becomes text, JSON, CSV, Markdown or HTML in `render`.
//! Keys are the contract with scripts; heads are for people. Nothing here knows about widths, colours or files.

pub mod answer;
pub mod attachment;
pub mod calendar;
pub mod chart;
pub mod client;
pub mod contract;
pub mod estimate;
mod figures;
pub mod invoice;
pub mod leave;
pub mod mailroom;
pub mod margin;
pub mod news;
pub mod outbox;
pub mod paper;
pub mod pool;
pub mod rating;
pub mod recap;
pub mod rota;
pub mod setting;
pub mod sla;
pub mod stats;
pub mod things;
pub mod ticket;
pub mod time;
pub mod topic;
pub mod topics;
pub mod triage;
pub mod why;

use crate::domain::billing::money::Money;
use crate::domain::ticket::{Priority, Status};
use crate::domain::time::{Date, Minutes, Moment};
pub use chart::{Bar, Chart, Plot, Series};

/// The answer of a command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Heading of Markdown and HTML pages, and of a text report where it is not empty.
    pub title: String,
    /// What the JSON form looks like.
    pub shape: Shape,
    /// The parts in reading order.
    pub parts: Vec<Part>,
    /// Talk: printed on stderr in text; never in the data.
    pub notes: Vec<String>,
}

/// The form of the report in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// One object: keyless facts are its members, keyed parts its named members.
    #[default]
    Object,
    /// A bare array: the rows of the first table or cards.
    List,
    /// An array with one object for each [`Part::Section`].
    Each,
}

/// Who a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// In every format.
    #[default]
    All,
    /// Text, Markdown and HTML only.
    People,
    /// JSON, NDJSON and CSV only.
    Data,
}

/// A piece of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Named values.
    Facts(Facts),
    /// Rows under heads.
    Table(Table),
    /// Rows shown one below the other with a heading line and a body each (messages, events): the columns marked
    /// [`Style::Body`] are the body, the others the heading line.
    Cards(Table),
    /// A paragraph; its newlines are kept.
    Prose(String),
    /// A picture of figures: people only.
    Chart(Chart),
    /// A report within the report.
    Section(Report),
}

/// Named values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// The JSON member that holds them; empty: they are members of the report itself.
    pub key: &'static str,
    /// Heading for people; may be empty.
    pub title: String,
    /// Who sees them.
    pub audience: Audience,
    /// One below the other (false) or joined in a single line after the title (true).
    pub inline: bool,
    /// The values.
    pub rows: Vec<Fact>,
}

/// One named value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// JSON and CSV name.
    pub key: &'static str,
    /// Name for people.
    pub head: &'static str,
    /// The value.
    pub cell: Cell,
    /// False: in the data only.
    pub shown: bool,
}

/// Rows under heads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The JSON member that holds the rows.
    pub key: &'static str,
    /// Heading for people; may be empty.
    pub title: String,
    /// Who sees it.
    pub audience: Audience,
    /// The columns; a row has one cell for each.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// A last line of totals.
    pub total: Option<Vec<Cell>>,
    /// What people read when there are no rows.
    pub empty: &'static str,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// JSON and CSV name.
    pub key: &'static str,
    /// Name for people.
    pub head: &'static str,
    /// How it is set.
    pub style: Style,
    /// False: in the data only.
    pub shown: bool,
}

/// How a column is set in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Left, never shortened.
    Left,
    /// Right, never shortened: numbers.
    Right,
    /// Left, gives way first where the terminal is narrow.
    Flex,
    /// A text of several lines (in cards).
    Body,
}

/// A value that keeps its type until it is rendered.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing: `null`.
    #[default]
    Empty,
    /// A text from anywhere: every format guards it in its own way.
    Text(String),
    /// A text in which the given byte ranges are to be highlighted; data formats give the text alone.
    Marked(String, Vec<(usize, usize)>),
    /// A ticket's number.
    Ticket(i64),
    /// A number of things.
    Count(i64),
    /// A number with a fraction, as it was written: `2.5`. It must be a number in JSON.
    Decimal(String),
    /// Worked time: `1h 30m` for people, whole minutes for data.
    Minutes(Minutes),
    /// Money: `30 000.00 ₽` for people, `{minor,currency}` in JSON, the number alone in CSV.
    Money(Money),
    /// Elapsed calendar time: `14d 18h` for people, whole minutes for data.
    Elapsed(Minutes),
    /// An instant: local date and time for people, RFC 3339 `Z` for data.
    At(Moment),
    /// An instant shown to people as its distance from now: `3h`, `in 2d`; RFC 3339 `Z` for data.
    Ago(Moment),
    /// A promise shown to people as its distance from now: `in 3h`, `1h late`; RFC 3339 `Z` for data.
    Due(Moment),
    /// A calendar day.
    Day(Date),
    /// A status.
    Status(Status),
    /// A priority; `normal` is blank for people.
    Priority(Priority),
    /// Tags: `+a +b` for people, an array for data.
    Tags(Vec<String>),
    /// Tenths of a percent: 125 is 12.5 %.
    Permille(i64),
    /// Yes or no.
    Flag(bool),
    /// Goes before others: `★` for people, `VIP` where the terminal knows ASCII only; true for data.
    Vip,
    /// Bytes: `12 kB` for people, the number for data.
    Bytes(i64),
    /// A short series, oldest first: a sparkline for people, an array for data; none: there is no value.
    Spark(Vec<Option<i64>>),
    /// Named cells: an object in JSON; `key_name` columns in CSV; its first non-empty cell for people.
    Record(Vec<(&'static str, Cell)>),
    /// Several cells: an array in JSON; joined for people.
    List(Vec<Cell>),
    /// Texts under free keys: an object in JSON; `key value` for people.
    Pairs(Vec<(String, String)>),
}

impl Report {
    /// What a change did: a line for each thing, the number of the operation in the data, and how to take it back. Further
    /// data is for the caller to add.
    #[must_use]
    pub fn of_deed(lines: &[String], operation: Option<i64>) -> Report {
        let mut report = Report::default();
        if !lines.is_empty() {
            report.parts.push(Part::lines(lines));
        }
        let rows = vec![Fact::data("operation", operation.map_or(Cell::Empty, Cell::Count))];
        report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
        report.notes.extend(operation.map(|n| format!("operation {n}; to take it back: desk undo")));
        report
    }
}

impl Part {
    /// One line below the other: no subject and no name in a line makes a second one of it.
    ///
    /// ```
    /// use frontdesk::report::Part;
    /// assert_eq!(Part::lines(&["closed 1  Help\r\nclosed 2", "closed 3"]), Part::Prose("closed 1  Help closed 2\nclosed 3".into()));
    /// ```
    #[must_use]
    pub fn lines<T: AsRef<str>>(lines: &[T]) -> Part {
        let one = |line: &T| line.as_ref().replace("\r\n", " ").replace('\n', " ");
        Part::Prose(lines.iter().map(one).collect::<Vec<_>>().join("\n"))
    }
}

impl Cell {
    /// A text, or nothing where there is none.
    #[must_use]
    pub fn text(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Empty, |t| Cell::Text(t.into()))
    }

    /// An instant, or nothing.
    #[must_use]
    pub fn at(at: Option<Moment>) -> Cell {
        at.map_or(Cell::Empty, Cell::At)
    }

    /// Money, or nothing.
    #[must_use]
    pub fn money(money: Option<Money>) -> Cell {
        money.map_or(Cell::Empty, Cell::Money)
    }

    /// An instant as its distance from now, or nothing.
    #[must_use]
    pub fn ago(at: Option<Moment>) -> Cell {
        at.map_or(Cell::Empty, Cell::Ago)
    }
}

impl Column {
    /// A column that people see.
    #[must_use]
    pub const fn new(key: &'static str, head: &'static str, style: Style) -> Column {
        Column { key, head, style, shown: true }
    }

    /// A column that only data formats carry.
    #[must_use]
    pub const fn data(key: &'static str) -> Column {
        Column { key, head: key, style: Style::Left, shown: false }
    }
}

impl Fact {
    /// A value that people see.
    #[must_use]
    pub fn new(key: &'static str, head: &'static str, cell: Cell) -> Fact {
        Fact { key, head, cell, shown: true }
    }

    /// A value that only data formats carry.
    #[must_use]
    pub fn data(key: &'static str, cell: Cell) -> Fact {
        Fact { key, head: key, cell, shown: false }
    }
}
