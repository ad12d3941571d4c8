//! `desk why first_response`: what a figure means, how it is computed, the tickets that went in, the largest first, and what was
//! left out and why.
//!
//! JSON: `figure period{from,to} definition`, then the figure as in `stats` (`n median_minutes p90_minutes business{…}`, `n percent`,
//! `n score`, `met missed percent`, or `n`), `items[{ticket subject client agent at …}]` with `minutes business_minutes`, `counts`,
//! `score contact`, or `kind policy kept late_minutes`, and `left_out[{reason n}]`.

use super::super::figures::{EFFORTS, TIMES, count, data, decimal, is_few, measured, named, percent, period, score};
use super::super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use super::{length, name};
use crate::domain::insight::metrics::evidence::Figure;
use crate::domain::insight::metrics::{Absence, Figures, Rate, Times};
use crate::domain::sla::{Kind, Tally};
use crate::domain::time::{Date, Moment, elapsed, minutes};

/// What is told of a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureFacts {
    /// Which.
    pub figure: Figure,
    /// What it is about, as people read it.
    pub label: String,
    /// The first day of the period.
    pub from: Date,
    /// The last.
    pub to: Date,
    /// Where the period is not over yet, the sentence that says so.
    pub unfinished: Option<String>,
    /// People are told business time.
    pub business: bool,
    /// Whose hours business time goes by; none: that is not clear.
    pub hours: Option<String>,
    /// All figures of the period.
    pub figures: Figures,
    /// What came of promises, where they are asked about.
    pub kept: Option<Tally>,
    /// What went in, the largest first.
    pub items: Vec<Item>,
    /// What did not, and how often.
    pub left_out: Vec<(Absent, usize)>,
    /// How many rows people see.
    pub shown: usize,
}

/// Something that went into a figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    /// The ticket.
    pub ticket: Option<i64>,
    /// Its subject.
    pub subject: Option<String>,
    /// Who answered, of satisfaction.
    pub who: Option<String>,
    /// The client.
    pub client: Option<String>,
    /// Who is credited.
    pub agent: Option<String>,
    /// When the deed was done, or the promise was due.
    pub at: Moment,
    /// What it added.
    pub made: Made,
}

/// What something adds to a figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Made {
    /// Itself.
    #[default]
    Itself,
    /// Whether it is one of those whose share is told.
    Is(bool),
    /// A score.
    Score(i64),
    /// Seconds.
    Took {
        /// Of calendar time.
        seconds: i64,
        /// Of business time.
        business: i64,
    },
    /// A promise.
    Promise {
        /// Of what.
        kind: Kind,
        /// Whose.
        policy: String,
        /// Whether it was kept.
        kept: bool,
        /// Seconds that were left of the time that is promised; negative: too late.
        left: i64,
    },
}

/// Why something is not in a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It lacks the deed.
    Deed(Absence),
    /// A later answer counts in its place.
    Later,
    /// It is of a ticket that is in no figure.
    OfNoFigure,
    /// A promise ended by the close of the ticket before it was due.
    Void,
    /// A promise that is not due yet.
    NotDue,
    /// A ticket that is in no figure, by this word.
    Ticket(&'static str),
}

/// The explanation.
#[must_use]
pub fn figure(facts: &FigureFacts) -> Report {
    let definition = definition(facts.figure);
    let mut cells =
        vec![("figure", named(facts.figure.word())), period(facts.from, facts.to), ("definition", named(definition))];
    cells.extend(value(facts));
    let mut parts = vec![data(cells), Part::Prose(definition.to_owned())];
    parts.extend(facts.unfinished.clone().map(Part::Prose));
    parts.push(Part::Prose(formula(facts)));
    if let (Some(hours), Some(_)) = (facts.hours.as_ref().filter(|_| facts.business), times(facts)) {
        parts.push(Part::Prose(format!("Business time is that of the calendar {hours}.")));
    }
    let all = table(facts);
    let shown = all.rows.len().min(facts.shown);
    let of = if shown < all.rows.len() { format!(" ({shown} of {})", all.rows.len()) } else { String::new() };
    parts.push(Part::Table(Table {
        key: "",
        title: format!("What went in{}{of}", order(facts.figure)),
        audience: Audience::People,
        rows: all.rows.iter().take(shown).cloned().collect(),
        empty: "Nothing.",
        ..all.clone()
    }));
    parts.push(Part::Table(Table { key: "items", audience: Audience::Data, ..all }));
    parts.extend(left_out(facts));
    let title = format!("{}: {}", head(facts.figure), facts.label);
    Report { title, shape: Shape::Object, parts, notes: vec![] }
}

fn head(figure: Figure) -> &'static str {
    match figure {
        Figure::Opened => "Opened",
        Figure::Closed => "Closed",
        Figure::Reopened => "Reopened",
        Figure::Backlog => "Backlog",
        Figure::FirstResponse => "First response",
        Figure::NextResponse => "Next response",
        Figure::FirstResolution => "First resolution",
        Figure::FullResolution => "Full resolution",
        Figure::RequesterWait => "Requester wait",
        Figure::AgentWork => "Agent work",
        Figure::OneTouch => "One-touch",
        Figure::Reopen => "Reopened of those closed",
        Figure::Sla => "Promises kept",
        Figure::Csat => "CSAT",
        Figure::Nps => "NPS",
    }
}

fn definition(figure: Figure) -> &'static str {
    match figure {
        Figure::Opened => "Tickets opened in the period.",
        Figure::Closed => "Tickets closed in the period; one that was closed twice counts once.",
        Figure::Reopened => {
            "Tickets that went from closed to anything else in the period, each once; a reopen by hand counts."
        }
        Figure::Backlog => "Tickets not closed at the end of the period, snoozed ones too.",
        Figure::FirstResponse => {
            "From the first message of the requester, or the opening where there is none, to the first answer by one of us. \
             Automatic answers never count. It belongs to the period of the answer."
        }
        Figure::NextResponse => {
            "From the oldest unanswered message of the requester to the next answer by one of us; what he writes while he waits \
             begins nothing anew. It belongs to the period of the answer."
        }
        Figure::FirstResolution => {
            "From the opening to the first close; pending time is left out and hold time counted, unless the policy says otherwise. \
             It belongs to the period of that close."
        }
        Figure::FullResolution => {
            "From the opening to the last close, without the time it was closed; pending time is left out and hold time counted, \
             unless the policy says otherwise. A ticket that is open again has none. It belongs to the period of that close."
        }
        Figure::RequesterWait => {
            "Time in new, open and hold up to the last close: how long the requester waited for us or for a third party. It \
             belongs to the period of that close."
        }
        Figure::AgentWork => "Time in new and open up to the last close. It belongs to the period of that close.",
        Figure::OneTouch => {
            "Tickets closed in the period with exactly one answer by one of us and never reopened, among all closed in the period."
        }
        Figure::Reopen => {
            "Tickets closed in the period that were reopened at any time, up to now or the day asked about, among all closed in \
             the period."
        }
        Figure::Sla => {
            "Promises that were due in the period: kept, or missed, which is stopped too late or not at all. One that is not due \
             yet is neither."
        }
        Figure::Csat => {
            "Ratings of 4 and 5 among all ratings of 1 to 5, by the date of the rating; of a ticket that was rated more than once \
             the latest rating counts."
        }
        Figure::Nps => {
            "The share of 9 and 10 less the share of 0 to 6 among all answers of 0 to 10; of a contact who answered more than once \
             in the period the latest answer counts."
        }
    }
}

fn times(facts: &FigureFacts) -> Option<Times> {
    let all = TIMES.iter().chain(&EFFORTS);
    all.into_iter().find(|(key, ..)| *key == facts.figure.word()).map(|(_, _, of)| of(&facts.figures))
}

fn rate(facts: &FigureFacts) -> Option<Rate> {
    match facts.figure {
        Figure::OneTouch => Some(facts.figures.one_touch),
        Figure::Reopen => Some(facts.figures.reopen),
        Figure::Csat => Some(facts.figures.csat),
        _ => None,
    }
}

/// The figure itself, as in `stats`.
fn value(facts: &FigureFacts) -> Vec<(&'static str, Cell)> {
    if let Some(times) = times(facts) {
        return measured(times, true, facts.hours.is_some());
    }
    if let Some(rate) = rate(facts) {
        return vec![("n", Cell::Count(rate.n)), ("percent", percent(rate))];
    }
    if let Some(tally) = facts.kept {
        let (met, missed) = (Cell::Count(tally.met), Cell::Count(tally.missed));
        return vec![("met", met), ("missed", missed), ("percent", percent(tally.rate()))];
    }
    match facts.figure {
        Figure::Nps => vec![("n", Cell::Count(facts.figures.nps.n)), ("score", score(facts.figures.nps))],
        _ => vec![("n", Cell::Count(count(facts.items.len())))],
    }
}

/// The figure and how it comes out of what went in, in a sentence.
fn formula(facts: &FigureFacts) -> String {
    let few = |n: usize| if is_few(n) { format!(" n = {n}, too few to judge.") } else { String::new() };
    let many = |n: i64| usize::try_from(n).unwrap_or_default();
    if let Some(times) = times(facts) {
        let spread = times.spread(facts.business);
        let (Some(median), Some(p90)) = (spread.median, spread.p90) else {
            return "n = 0: nothing was measured.".to_owned();
        };
        let said = |seconds| if facts.business { length(seconds) } else { elapsed(minutes(seconds)) };
        let (time, nth) = (if facts.business { "business" } else { "calendar" }, (9 * times.n).div_ceil(10));
        return format!(
            "In {time} time: median {} (the middle of {} values), p90 {} (value {nth} of {} in order).{}",
            said(median),
            times.n,
            said(p90),
            times.n,
            few(times.n)
        );
    }
    if let Some(rate) = rate(facts).or(facts.kept.map(Tally::rate)) {
        return match rate.permille() {
            Some(tenths) => format!("{} of {}: {} %.{}", rate.hits, rate.n, decimal(tenths), few(many(rate.n))),
            None => "n = 0: there is no share of nothing.".to_owned(),
        };
    }
    let nps = facts.figures.nps;
    match (facts.figure, nps.score()) {
        (Figure::Nps, Some(tenths)) => format!(
            "({} of 9–10 − {} of 0–6) ÷ {} answers: {}.{}",
            nps.promoters,
            nps.detractors,
            nps.n,
            decimal(tenths),
            few(many(nps.n))
        ),
        (Figure::Nps, None) => "n = 0: nobody answered.".to_owned(),
        _ => format!("{}.", facts.items.len()),
    }
}

fn order(figure: Figure) -> &'static str {
    match figure {
        Figure::Opened | Figure::Closed | Figure::Reopened | Figure::Backlog => ", the oldest first",
        Figure::OneTouch | Figure::Reopen => ", those that count first",
        Figure::Sla => ", the most overdue first",
        Figure::Csat | Figure::Nps => ", the best first",
        _ => ", the largest first",
    }
}

fn table(facts: &FigureFacts) -> Table {
    let satisfaction = matches!(facts.figure, Figure::Csat | Figure::Nps);
    let mut columns = vec![
        Column::new("ticket", "№", Style::Right),
        Column::new("subject", "subject", Style::Flex),
        Column::new("client", "client", Style::Left),
        Column {
            shown: facts.items.iter().any(|item| item.agent.is_some()),
            ..Column::new("agent", "credited", Style::Left)
        },
        Column::new("at", if facts.figure == Figure::Sla { "due" } else { "at" }, Style::Left),
    ];
    let hidden = |key, head, shown| Column { shown, ..Column::new(key, head, Style::Right) };
    match facts.figure {
        Figure::OneTouch | Figure::Reopen => columns.push(Column::new("counts", "counts", Style::Left)),
        Figure::Csat | Figure::Nps => {
            columns.extend([Column::new("contact", "who", Style::Left), Column::new("score", "score", Style::Right)]);
        }
        Figure::Sla => columns.extend([
            Column::new("kind", "promise", Style::Left),
            Column::new("policy", "policy", Style::Left),
            Column::new("kept", "kept", Style::Left),
            Column::data("late_minutes"),
            Column::new("left", "left", Style::Right),
        ]),
        _ if times(facts).is_some() => columns.extend([
            hidden("minutes", "took", !facts.business),
            hidden("business_minutes", "business time", facts.business),
        ]),
        _ => {}
    }
    let rows = facts.items.iter().map(|item| {
        let mut cells = vec![
            item.ticket.map_or(Cell::Empty, Cell::Ticket),
            Cell::text(item.subject.clone()),
            Cell::text(item.client.clone()),
            Cell::text(item.agent.clone()),
            Cell::At(item.at),
        ];
        cells.extend(satisfaction.then(|| Cell::text(item.who.clone())));
        cells.extend(made(&item.made));
        cells
    });
    Table { columns, rows: rows.collect(), ..Table::default() }
}

fn made(made: &Made) -> Vec<Cell> {
    match made {
        Made::Itself => vec![],
        Made::Is(is) => vec![Cell::Flag(*is)],
        Made::Score(score) => vec![Cell::Count(*score)],
        Made::Took { seconds, business } => vec![Cell::Elapsed(minutes(*seconds)), Cell::Minutes(minutes(*business))],
        Made::Promise { kind, policy, kept, left } => {
            let said = match left {
                0.. => format!("{} left", length(*left)),
                _ => format!("{} late", length(left.saturating_neg())),
            };
            vec![
                Cell::Text(name(*kind)),
                named(policy),
                Cell::Flag(*kept),
                Cell::Count(minutes(left.saturating_neg().max(0))),
                Cell::Text(said),
            ]
        }
    }
}

fn left_out(facts: &FigureFacts) -> Vec<Part> {
    let said = |absent: Absent| reason(facts.figure, absent);
    let rows = facts.left_out.iter().map(|(absent, n)| vec![named(said(*absent)), Cell::Count(count(*n))]);
    let rows: Vec<Vec<Cell>> = rows.collect();
    let columns = ["reason", "n"].map(Column::data).to_vec();
    let mut parts =
        vec![Part::Table(Table { key: "left_out", audience: Audience::Data, columns, rows, ..Table::default() })];
    let sentences: Vec<String> = facts.left_out.iter().map(|(absent, n)| format!("{n} {}", said(*absent))).collect();
    if !sentences.is_empty() {
        parts.push(Part::Prose(format!("Left out: {}.", sentences.join(", "))));
    }
    parts
}

fn reason(figure: Figure, absent: Absent) -> &'static str {
    let answers = matches!(figure, Figure::FirstResponse | Figure::NextResponse);
    match absent {
        Absent::Deed(Absence::NotYet) if answers => "not answered yet",
        Absent::Deed(Absence::NotYet) => "not closed yet",
        Absent::Deed(Absence::Elsewhere) if answers => "answered in another period",
        Absent::Deed(Absence::Elsewhere) => "closed in another period",
        Absent::Deed(Absence::Ours) => "opened by us towards the customer",
        Absent::Deed(Absence::NobodyAsked) => "opened by automatic mail without a question",
        Absent::Deed(Absence::ClosedUnanswered) => "closed before an answer",
        Absent::Deed(Absence::OpenAgain) => "open again",
        Absent::Deed(Absence::ClosedElsewhere) => "closed in another period too, where it counts",
        Absent::Later if figure == Figure::Nps => "answered again later in the period",
        Absent::Later => "rated again later",
        Absent::OfNoFigure => "of tickets that are in no figure",
        Absent::Void => "closed before it was due",
        Absent::NotDue => "not due yet",
        Absent::Ticket(word) => word,
    }
}
