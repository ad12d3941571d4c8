//! Worked time: entries, and the timer.

use crate::domain::billing::duration::over_limit;
use crate::domain::entry::{Entry, Timer, split_at_midnights};
use crate::domain::event::{Event, Noun};
use crate::domain::time::{Date, Minutes, Moment};
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::store::Tx;

/// Work to be logged.
#[derive(Debug, Clone)]
pub struct Work {
    /// On which ticket.
    pub ticket: Option<i64>,
    /// For which client, where there is no ticket.
    pub client: Option<i64>,
    /// How long.
    pub minutes: Minutes,
    /// On which day.
    pub day: Date,
    /// False: given away.
    pub billable: bool,
    /// What was done.
    pub text: String,
}

/// Refuses more than sixteen hours in one go unless somebody said `-y`.
pub fn within_a_day(yes: bool, minutes: Option<Minutes>) -> Result<()> {
    if minutes.is_some_and(over_limit) && !yes {
        return Err(Error::refused("that is more than 16 hours").hint("if it is right, say so with -y"));
    }
    Ok(())
}

/// Logs work as a new entry.
pub fn log(tx: &mut Tx<'_>, work: &Work) -> Result<Entry> {
    let entry = Entry {
        id: tx.next_entry()?,
        ticket: work.ticket,
        client: work.client,
        agent: tx.agent,
        day: work.day,
        minutes: work.minutes,
        billable: work.billable,
        text: work.text.clone(),
        void: false,
    };
    let at = tx.at;
    tx.apply([Event::about(Noun::Entry, entry.id, "", &(), &entry, at).in_history_of(work.ticket)])?;
    Ok(entry)
}

/// Starts the timer of the agent who writes.
pub fn start(tx: &mut Tx<'_>, ticket: Option<i64>, since: Moment) -> Result<()> {
    let timer = Timer { agent: tx.agent, ticket, since };
    let (me, at) = (tx.agent, tx.at);
    let was = tx.timer(me)?;
    tx.apply([Event::about(Noun::Timer, timer.agent, "timer", &was, &timer, at).in_history_of(ticket)])
}

/// Ends the agent's timer and logs what it ran: over midnight, each day gets its part. `ran` is where it ended.
pub fn stop(tx: &mut Tx<'_>, timer: &Timer, until: Moment, zone: &Zone, text: &str) -> Result<Vec<Entry>> {
    let at = tx.at;
    tx.apply([Event::about(Noun::Timer, timer.agent, "timer", &Some(timer), &(), at).in_history_of(timer.ticket)])?;
    let client = match timer.ticket {
        Some(id) => tx.ticket(id)?.and_then(|t| t.client),
        None => None,
    };
    let mut cuts = Vec::new();
    let mut day = zone.date(timer.since);
    while let Some(next) = day.succ_opt() {
        day = next;
        let midnight = zone.start_of_day(day);
        if midnight >= until || cuts.len() > 400 {
            break;
        }
        cuts.push(midnight);
    }
    let mut entries = Vec::new();
    for (from, minutes) in split_at_midnights(timer.since, until, &cuts) {
        let work =
            Work { ticket: timer.ticket, client, minutes, day: zone.date(from), billable: true, text: text.to_owned() };
        entries.push(log(tx, &work)?);
    }
    Ok(entries)
}
