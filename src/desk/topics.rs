//! Which tickets belong to the topics that people have touched. How issues are found stands in `domain::topic`, what a ticket
//! says of a topic in `domain::insight::topics`.

use super::Desk;
use crate::domain::insight::topics::{Ticket, Walk};
use crate::domain::search::{Query, Test};
use crate::domain::time::Moment;
use crate::domain::topic::{Found, Known, members};
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::topic::Said;
use std::collections::BTreeMap;

/// A topic is asked for in the last so many days.
const YEAR: i64 = 365;
/// In the last so many days tickets are grouped; of older ones it is only asked what they say.
const RECENT: i64 = 28;
/// More tickets than these are not grouped, either.
const GROUPED: i64 = 2_000;
const DAY: i64 = 24 * 3600;

/// In which tickets topics are looked for: those opened from an instant on and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: Moment,
    /// Those opened from here on are grouped as `desk topics` groups them.
    pub grouped: Moment,
    /// The instant after the last.
    pub to: Moment,
}

impl Span {
    /// The tickets of a period, as `desk topics` sees them.
    ///
    /// ```
    /// use frontdesk::{desk::Span, domain::time::Moment};
    /// let span = Span::of(Moment(5), Moment(9));
    /// assert_eq!((span.from, span.grouped), (Moment(5), Moment(5)));
    /// ```
    #[must_use]
    pub fn of(from: Moment, to: Moment) -> Span {
        Span { from, grouped: from, to }
    }

    /// The twelve months before an instant.
    #[must_use]
    pub fn year_to(to: Moment) -> Span {
        Span { from: to.plus(-YEAR * DAY), grouped: to.plus(-RECENT * DAY), to }
    }

    /// This, and whatever else there is from an instant on.
    #[must_use]
    pub fn and_from(self, from: Moment) -> Span {
        Span { from: self.from.min(from), grouped: self.grouped.min(from), ..self }
    }
}

/// The tickets of each known topic that has any, by number: the recent ones as they are grouped, the older ones where they say
/// what the topic says and no other topic's words better. Texts are read once.
///
/// # Errors
/// Where the desk cannot be read.
pub fn tickets_of(r: &mut Reader<'_>, known: &[Known], span: Span) -> Result<BTreeMap<i64, Vec<i64>>> {
    let recent = r.said_count(span.grouped, span.to)?;
    let grouped = if recent > GROUPED { span.to } else { span.grouped };
    let mut walk = Walk::default();
    let mut recent: Vec<Said> = Vec::new();
    r.each_said(span.from, span.to, grouped, |said| {
        if said.opened_at < grouped { walk.add(&said.mined()) } else { recent.push(said) }
    })?;
    let tickets: Vec<Ticket<'_>> = recent.iter().map(Said::mined).collect();
    Ok(members(&walk, &Found::of(&tickets, known), known))
}

impl Desk {
    /// Conditions on topics become conditions on numbers, which the tables can answer.
    ///
    /// # Errors
    /// Missing where nobody has touched a topic of that number.
    pub(super) fn resolve_topics(&mut self, query: &mut Query, span: Span) -> Result<()> {
        let asked = |test: &Test| matches!(test, Test::Topic(_));
        if !query.terms.iter().flat_map(|term| &term.alternatives).any(asked) {
            return Ok(());
        }
        let known = self.read(|r| r.topics())?;
        for test in query.terms.iter().flat_map(|term| &term.alternatives) {
            if let Test::Topic(number) = test
                && !known.iter().any(|topic| topic.id == *number)
            {
                return Err(Error::missing(format!("nobody has touched a topic {number}"))
                    .hint("desk topic ls; a topic of a list is known once it has a name: desk topic name"));
            }
        }
        self.store_of_existing()?.prepare_for_bulk()?;
        let found = self.read(|r| tickets_of(r, &known, span))?;
        for test in query.terms.iter_mut().flat_map(|term| &mut term.alternatives) {
            if let Test::Topic(number) = test {
                *test = Test::Among(found.get(number).cloned().unwrap_or_default());
            }
        }
        Ok(())
    }
}
