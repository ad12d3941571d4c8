//! `desk sla`: clocks, one line each; and which words stand for them. What a clock is stands in `domain::sla`.

pub mod kept;

use super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::queue::NEAR;
use crate::domain::sla::{Clock, Kind, State};
use crate::domain::time::{Moment, elapsed, minutes};

/// A clock as it is shown: of a policy, or what was promised by voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it measures; none: what was promised by voice.
    pub kind: Option<Kind>,
    /// Whose promise it is; none: by voice.
    pub policy: Option<String>,
    /// When it is due.
    pub due_at: Moment,
    /// How it stands.
    pub state: State,
    /// Seconds used and left, of the time that the promise is in; none by voice.
    pub used: Option<(i64, i64)>,
    /// Whether it stands still.
    pub paused: bool,
    /// How much it presses, see [`crate::domain::sla::Urgency`].
    pub heat: u8,
}

impl Line {
    /// A clock of a policy.
    #[must_use]
    pub fn of(clock: &Clock<'_>) -> Line {
        Line {
            kind: Some(clock.kind),
            policy: Some(clock.policy.name.clone()),
            due_at: clock.due_at,
            state: clock.state,
            used: Some((clock.elapsed, clock.left)),
            paused: clock.paused_since.is_some(),
            heat: clock.urgency().map_or(u8::MAX, |urgency| urgency.heat),
        }
    }

    /// What was promised by voice. It stands still for nothing, and warns a day before.
    #[must_use]
    pub fn by_voice(due_at: Moment, now: Moment) -> Line {
        let (state, heat) = match () {
            () if due_at < now => (State::Breached, 0),
            () if due_at <= now.plus(NEAR) => (State::Warning, 1),
            () => (State::Running, 2),
        };
        Line { kind: None, policy: None, due_at, state, used: None, paused: false, heat }
    }

    /// The word for it in the data.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.kind.map_or("due", Kind::word)
    }

    /// What it is, for people.
    #[must_use]
    pub fn said(&self) -> String {
        self.kind.map_or_else(|| "promised by voice".to_owned(), name)
    }

    /// How it stands, for people.
    #[must_use]
    pub fn stands(&self) -> &'static str {
        match (self.state, self.paused) {
            (State::Breached, true) => "breached, paused",
            (state, _) => state.word(),
        }
    }

    /// What is left of the promise, in the time that it is in: `2h`, `1h over`.
    #[must_use]
    pub fn left(&self) -> Option<String> {
        let left = self.used.map(|(_, left)| left)?;
        let length = length(left.abs());
        Some(if left < 0 { format!("{length} over") } else { length })
    }

    /// The clock in a few words: `in 3h, 2h left (pro)`, `1h late (pro)`, `paused, 5h left (pro)`.
    #[must_use]
    pub fn told(&self, now: Moment) -> String {
        let distance = elapsed(minutes(now.since(self.due_at).abs()));
        let left = self.left().map(|left| format!("{left} left"));
        let mut said = match self.state {
            State::Breached => vec![format!("{distance} late")],
            State::Paused => vec!["paused".to_owned()],
            State::Warning => vec![format!("in {distance}, soon")],
            _ => vec![format!("in {distance}")],
        };
        said.extend(left.filter(|_| self.state != State::Breached));
        said.extend((self.state == State::Breached && self.paused).then(|| "paused".to_owned()));
        let policy = self.policy.as_ref().map(|policy| format!(" ({policy})")).unwrap_or_default();
        format!("{}{policy}", said.join(", "))
    }

    fn cell(&self, key: &str) -> Cell {
        let count = |seconds: i64| Cell::Count(minutes(seconds));
        match key {
            "kind" => Cell::Text(self.word().to_owned()),
            "policy" => Cell::text(self.policy.clone()),
            "due_at" => Cell::At(self.due_at),
            "state" => Cell::Text(self.state.word().to_owned()),
            "elapsed_minutes" => self.used.map_or(Cell::Empty, |(used, _)| count(used)),
            "left_minutes" => self.used.map_or(Cell::Empty, |(_, left)| count(left)),
            "paused" => Cell::Flag(self.paused),
            _ => Cell::Empty,
        }
    }
}

/// Working time has no days: `27h 30m`.
#[must_use]
pub fn length(seconds: i64) -> String {
    match (minutes(seconds) / 60, minutes(seconds) % 60) {
        (0, part) => format!("{part}m"),
        (whole, 0) => format!("{whole}h"),
        (whole, part) => format!("{whole}h {part}m"),
    }
}

/// What a clock measures, for people: `first response`.
#[must_use]
pub fn name(kind: Kind) -> String {
    head(kind).to_owned()
}

/// The same as a heading.
pub(super) fn head(kind: Kind) -> &'static str {
    match kind {
        Kind::FirstResponse => "first response",
        Kind::NextResponse => "next response",
        Kind::FirstResolution => "first resolution",
        Kind::FullResolution => "full resolution",
    }
}

/// The keys of a clock in every data format.
const KEYS: [&str; 7] = ["kind", "policy", "due_at", "state", "elapsed_minutes", "left_minutes", "paused"];

/// The clocks of one ticket as data.
#[must_use]
pub fn clocks(lines: &[Line]) -> Table {
    let rows = lines.iter().map(|line| KEYS.iter().map(|key| line.cell(key)).collect()).collect();
    Table {
        key: "clocks",
        audience: Audience::Data,
        columns: KEYS.map(Column::data).to_vec(),
        rows,
        ..Table::default()
    }
}

/// A clock and the ticket it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub ticket: i64,
    /// Its subject.
    pub subject: String,
    /// The client's handle.
    pub client: Option<String>,
    /// Who has it.
    pub assignee: Option<String>,
    /// The clock.
    pub line: Line,
}

/// The clocks of many tickets, in the order that is given, for this reader; `asked`: somebody asked for some of them.
#[must_use]
pub fn running(rows: Vec<Row>, asked: bool, reader: Audience) -> Report {
    let tables = match reader {
        Audience::People => vec![for_people(rows, asked)],
        Audience::Data => vec![data(rows)],
        Audience::All => vec![for_people(rows.clone(), asked), data(rows)],
    };
    Report { shape: Shape::List, parts: tables.into_iter().map(Part::Table).collect(), ..Report::default() }
}

fn for_people(rows: Vec<Row>, asked: bool) -> Table {
    let columns = vec![
        Column::new("ticket", "№", Style::Right),
        Column::new("due_at", "due", Style::Right),
        Column::new("state", "state", Style::Left),
        Column::new("left", "left", Style::Right),
        Column::new("kind", "clock", Style::Left),
        Column::new("policy", "policy", Style::Left),
        Column::new("client", "client", Style::Flex),
        Column::new("subject", "subject", Style::Flex),
    ];
    let cells = |row: Row| {
        vec![
            Cell::Ticket(row.ticket),
            Cell::Due(row.line.due_at),
            Cell::Text(row.line.stands().to_owned()),
            Cell::text(row.line.left()),
            Cell::Text(row.line.said()),
            Cell::text(row.line.policy),
            Cell::text(row.client),
            Cell::Text(row.subject),
        ]
    };
    let (key, empty) = ("clocks", if asked { "nothing found on which a clock runs" } else { "no clock runs" });
    Table {
        key,
        audience: Audience::People,
        columns,
        rows: rows.into_iter().map(cells).collect(),
        empty,
        ..Table::default()
    }
}

/// A line for each promise that is broken; nothing where none is.
#[must_use]
pub fn broken(rows: &[Row], now: Moment) -> Report {
    let told = |row: &Row| {
        let late = elapsed(minutes(now.since(row.line.due_at)));
        let policy = row.line.policy.as_ref().map(|policy| format!(" ({policy})")).unwrap_or_default();
        let whom = [row.client.as_deref(), row.assignee.as_deref().or(Some("nobody's"))];
        let whom: Vec<&str> = whom.into_iter().flatten().collect();
        format!(
            "{}  {} {late} late{policy}  {}  {}",
            row.ticket,
            row.line.said(),
            whom.join(", "),
            one_line(&row.subject)
        )
    };
    let mut report = Report { shape: Shape::List, parts: vec![Part::Table(data(rows.to_vec()))], ..Report::default() };
    if !rows.is_empty() {
        report.parts.push(Part::Prose(rows.iter().map(told).collect::<Vec<_>>().join("\n")));
    }
    report
}

/// A subject that keeps to its line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn data(rows: Vec<Row>) -> Table {
    let mut columns = ["ticket", "subject", "client"].map(Column::data).to_vec();
    columns.extend(KEYS.map(Column::data));
    let cells = |row: Row| {
        let mut cells = vec![Cell::Ticket(row.ticket), Cell::Text(row.subject), Cell::text(row.client)];
        cells.extend(KEYS.iter().map(|key| row.line.cell(key)));
        cells
    };
    Table {
        key: "clocks",
        audience: Audience::Data,
        columns,
        rows: rows.into_iter().map(cells).collect(),
        ..Table::default()
    }
}

/// How to begin where nothing is promised to anybody.
pub const HOW_TO_BEGIN: &str =
    "nothing is promised: there is no policy. To begin, put this into a file and run desk config apply FILE:

  [[sla]]
  name = \"all\"
  first_response = \"4h\"        # working time; \"72h wall\" counts nights, too
  full_resolution = \"3 days\"   # the same time of day, three working days on

  [calendar.office]            # without a calendar every hour counts
  mon = [\"09:00-18:00\"]        # and so on for tue wed thu fri";
