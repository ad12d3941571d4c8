//! Estimates as reports: how long a ticket will take, what the client agreed to, what is billed of it.

use super::{Audience, Cell, Fact, Facts, Part, Report};
use crate::domain::billing::duration::spoken;
use crate::domain::billing::invoice::Estimate;
use crate::domain::billing::money::Money;
use crate::domain::ticket::Ticket;
use crate::domain::time::Minutes;

/// An estimate and the minutes billed of it: `minutes approved_minutes billed_minutes percent`.
#[must_use]
pub fn data(estimate: Option<(Estimate, Minutes)>) -> Cell {
    let Some((estimate, billed)) = estimate else { return Cell::Empty };
    Cell::Record(vec![
        ("minutes", Cell::Minutes(estimate.minutes)),
        ("approved_minutes", estimate.approved.map_or(Cell::Empty, Cell::Minutes)),
        ("billed_minutes", Cell::Minutes(billed)),
        ("percent", Cell::Permille(permille(estimate, billed))),
    ])
}

fn permille(estimate: Estimate, billed: Minutes) -> i64 {
    (billed.saturating_mul(1000) + estimate.minutes / 2).checked_div(estimate.minutes).unwrap_or(0)
}

/// An estimate in a line.
///
/// ```
/// use frontdesk::domain::billing::invoice::Estimate;
/// use frontdesk::report::estimate::said;
/// let of = |approved| Estimate { minutes: 180, approved };
/// assert_eq!(said(of(None), 0), "3h, not approved");
/// assert_eq!(said(of(Some(180)), 80), "3h, approved; 1h 20m billed, 44 %");
/// assert_eq!(said(of(Some(120)), 200), "3h, 2h approved; 3h 20m billed, 111 %");
/// ```
#[must_use]
pub fn said(estimate: Estimate, billed: Minutes) -> String {
    let agreed = match estimate.approved {
        None => "not approved".to_owned(),
        Some(_) if estimate.is_approved() => "approved".to_owned(),
        Some(minutes) => format!("{} approved", spoken(minutes)),
    };
    let percent = (permille(estimate, billed) + 5) / 10;
    let done = if billed > 0 { format!("; {} billed, {percent} %", spoken(billed)) } else { String::new() };
    format!("{}, {agreed}{done}", spoken(estimate.minutes))
}

/// What a verdict says: in words, whether the client has to agree, and what would be due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// In words.
    pub said: String,
    /// Whether the client has to agree.
    pub needs_approval: bool,
    /// What would be due.
    pub cost: Option<Money>,
}

fn facts(ticket: i64, estimate: Option<(Estimate, Minutes)>, verdict: Option<&Verdict>) -> Part {
    let verdict = verdict.map_or(Cell::Empty, |v| {
        Cell::Record(vec![
            ("said", Cell::Text(v.said.clone())),
            ("needs_approval", Cell::Flag(v.needs_approval)),
            ("cost", Cell::money(v.cost)),
        ])
    });
    let rows = vec![
        Fact::data("number", Cell::Ticket(ticket)),
        Fact::data("estimate", data(estimate)),
        Fact::data("verdict", verdict),
    ];
    Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() })
}

/// What a change did.
#[must_use]
pub fn done(
    lines: &[String],
    ticket: i64,
    estimate: Option<(Estimate, Minutes)>,
    verdict: Option<&Verdict>,
    operation: Option<i64>,
) -> Report {
    let mut report = Report::of_deed(lines, operation);
    report.parts.push(facts(ticket, estimate, verdict));
    report
}

/// The estimate of a ticket.
#[must_use]
pub fn show(ticket: &Ticket, estimate: (Estimate, Minutes), verdict: &Verdict) -> Report {
    let lines = [format!("{}  {}", ticket.id, ticket.subject), said(estimate.0, estimate.1), verdict.said.clone()];
    let parts = vec![Part::lines(&lines), facts(ticket.id, Some(estimate), Some(verdict))];
    Report { parts, ..Report::default() }
}
