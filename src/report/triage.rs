//! How a round through the queue ended.

use super::{Cell, Fact, Facts, Part, Report};
use crate::domain::time::minutes;

/// What came of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Tickets that were changed.
    pub done: i64,
    /// Tickets that were seen and left as they were.
    pub skipped: i64,
    /// Tickets that are there still.
    pub left: i64,
    /// How long it took, in seconds.
    pub seconds: i64,
}

/// The round in a line.
///
/// ```
/// use frontdesk::{domain::time::Moment, render::*, report::triage::*};
/// let report = ended(&Round { done: 12, skipped: 3, left: 16, seconds: 541 });
/// let text = render(&report, Format::Text, None, &Dress::plain(Moment(0))).unwrap();
/// assert_eq!(text, "done 12 · skipped 3 · left 16 · minutes 9\n");
/// ```
#[must_use]
pub fn ended(round: &Round) -> Report {
    let fact = |key, n| Fact::new(key, key, Cell::Count(n));
    let rows = vec![
        fact("done", round.done),
        fact("skipped", round.skipped),
        fact("left", round.left),
        fact("minutes", minutes(round.seconds)),
    ];
    let facts = Facts { inline: true, rows, ..Facts::default() };
    Report { parts: vec![Part::Facts(facts)], ..Report::default() }
}

/// There was nothing to do.
#[must_use]
pub fn nothing(asked: bool) -> Report {
    let text = if asked { "nothing found" } else { "nobody waits: well done" };
    Report { parts: vec![Part::Prose(text.to_owned())], ..Report::default() }
}
