//! Lists in the order of the queue: which ticket next. The rule is in `domain::queue`; where nobody is promised anything and
//! no calendar is set, the tables keep the order.

use super::{Desk, Promises, pressing};
use crate::domain::calendar::Calendar;
use crate::domain::listed::{Listed, Pressing};
use crate::domain::queue::{Claim, Place, Waited};
use crate::domain::search::{Query, Sort, SortKey};
use crate::domain::sla::State;
use crate::error::Result;
use crate::store::Reader;
use crate::store::list::Ask;
use std::collections::HashMap;

/// A list of tickets, and how promises stand among all that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// The rows that were asked for.
    pub rows: Vec<Listed>,
    /// How many match in all.
    pub total: i64,
    /// Tickets with a clock that is past its promise. Counted where the order is that of the queue.
    pub breached: i64,
    /// Tickets with a clock that warns. Counted where the order is that of the queue.
    pub warning: i64,
    /// Why promises could not be told; the list is in the order that it has without them.
    pub untold: Option<String>,
}

/// What the order of the queue is made from.
struct Ranking {
    promises: Promises,
    calendar: Option<Calendar>,
    /// The clients who go before others.
    vips: Vec<i64>,
}

impl Ranking {
    fn waited(&self) -> Waited<'_> {
        match &self.calendar {
            Some(calendar) => Waited::WorkingTime(calendar),
            None if self.promises.is_empty() => Waited::BySecond,
            None => Waited::AllTime,
        }
    }
}

impl Desk {
    /// The tickets that a query without full text asks for, with what presses most on each. Without a word about the order:
    /// the most urgent first; where closed ones are asked for, the newest. Of all that match, those are left out that `keep`
    /// does not want; they count in the total.
    ///
    /// # Errors
    /// As [`Reader::list`].
    pub fn queue(&mut self, query: &Query, ask: &Ask, keep: &dyn Fn(&Claim) -> bool) -> Result<Queue> {
        let descending = match query.sort {
            Some(Sort { key: SortKey::Urgency, descending }) => Some(descending),
            Some(_) => None,
            None => Some(false).filter(|_| !query.closed_asked()),
        };
        let (ranking, mut untold) = match self.ranking() {
            Ok(ranking) => (ranking, None),
            Err(e) => (Ranking { promises: Promises::default(), calendar: None, vips: Vec::new() }, Some(e)),
        };
        let plain = matches!(ranking.waited(), Waited::BySecond) && ranking.vips.is_empty();
        let kept_order = plain && !query.closed_asked();
        let mut queue = match descending {
            Some(descending) if descending || !kept_order => {
                self.read(|r| ranked(r, (query, ask), &ranking, descending, keep))?
            }
            _ => {
                let listing = self.read(|r| r.list(query, ask))?;
                let rows = listing.rows.into_iter().filter(|l| keep(&Claim::from(l))).collect();
                Queue { rows, total: listing.total, ..Queue::default() }
            }
        };
        if descending.is_none() && untold.is_none() {
            untold = self.press(&mut queue.rows).err();
        }
        queue.untold = untold.map(|e| format!("promises cannot be told: {e}"));
        if let Err(e) = self.mark_outside(&mut queue.rows) {
            queue.untold.get_or_insert_with(|| format!("plans cannot be told: {e}"));
        }
        Ok(queue)
    }

    /// The places of rows in the queue, in step with them; what presses most on each is filled in.
    ///
    /// # Errors
    /// As [`Desk::promises`].
    pub fn places(&mut self, rows: &mut [Listed]) -> Result<Vec<Place>> {
        self.press(rows)?;
        let (now, ranking) = (self.now, self.ranking()?);
        Ok(rows.iter().map(|l| Claim::from(l).place(now, ranking.waited())).collect())
    }

    fn ranking(&mut self) -> Result<Ranking> {
        let promises = self.promises()?;
        // Of several calendars none may be the desk's: then nobody's night is left out.
        let calendar = if self.setting("calendar")?.is_null() { None } else { self.calendar(None).ok() };
        let vips = self.read(|r| r.vips())?;
        Ok(Ranking { promises, calendar, vips })
    }
}

/// All that match find their places; the rows are read of those alone that are wanted.
fn ranked(
    r: &mut Reader<'_>,
    (query, ask): (&Query, &Ask),
    ranking: &Ranking,
    descending: bool,
    keep: &dyn Fn(&Claim) -> bool,
) -> Result<Queue> {
    let mut claims = r.claims(query, ask, &ranking.vips)?;
    let mut queue = Queue { total: i64::try_from(claims.len()).unwrap_or(i64::MAX), ..Queue::default() };
    let mut presses: HashMap<i64, Pressing> = HashMap::new();
    if !ranking.promises.is_empty() {
        for case in r.cases_running(query, ask)? {
            let clocks = ranking.promises.running(&case, ask.now);
            let any = |state: State| i64::from(clocks.iter().any(|clock| clock.state == state));
            queue.breached += any(State::Breached);
            queue.warning += any(State::Warning);
            presses.extend(pressing(&clocks).map(|most| (case.number, most)));
        }
    }
    for claim in &mut claims {
        claim.sla = presses.get(&claim.number).copied();
    }
    claims.retain(keep);
    let waited = ranking.waited();
    let mut places: Vec<(Place, i64)> = claims.iter().map(|c| (c.place(ask.now, waited), c.number)).collect();
    places.sort_unstable();
    if descending {
        places.reverse();
    }
    let limit = ask.limit.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let numbers: Vec<i64> = places.into_iter().take(limit).map(|(_, number)| number).collect();
    queue.rows = r.listed_among(&numbers, query, ask)?;
    for row in &mut queue.rows {
        row.sla = presses.get(&row.ticket.id).copied();
    }
    Ok(queue)
}
