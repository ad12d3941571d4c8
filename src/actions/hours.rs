//! Worked time: entries, and the timer.

use super::ticket::not_merged;
use crate::domain::billing::duration::{over_limit, spoken};
use crate::domain::entry::{DAY, Entry, MOST, Timer, split_at_midnights};
use crate::domain::event::{Event, Noun};
use crate::domain::ticket::Ticket;
use crate::domain::time::{Date, Minutes, Moment};
use crate::domain::zone::Zone;
use crate::error::{Error, Kind, Result};
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
    /// What sort of work it was.
    pub activity: Option<String>,
    /// When it began, where that is known.
    pub began: Option<Moment>,
    /// The contract that it is said to belong to.
    pub contract: Option<i64>,
    /// The invoiced entry that it puts right.
    pub corrects: Option<i64>,
}

impl Work {
    /// So many minutes on a day, billed, about nothing yet.
    #[must_use]
    pub fn of(day: Date, minutes: Minutes) -> Work {
        Work {
            ticket: None,
            client: None,
            minutes,
            day,
            billable: true,
            text: String::new(),
            activity: None,
            began: None,
            contract: None,
            corrects: None,
        }
    }
}

/// The end of a way out that is there: somebody may mean it.
pub const IF_RIGHT: &str = "if it is right, say so with -y";

/// Refuses more than sixteen hours in one go unless somebody said `-y`.
pub fn within_a_day(yes: bool, minutes: Option<Minutes>) -> Result<()> {
    if minutes.is_some_and(over_limit) && !yes {
        return Err(Error::refused("that is more than 16 hours").hint(IF_RIGHT));
    }
    Ok(())
}

/// Refuses days on which an agent has now worked more than a day has, unless somebody said `-y`. To be asked after the
/// entries were written: the write is taken back with the refusal.
pub fn no_day_over(tx: &mut Tx<'_>, yes: bool, entries: &[Entry]) -> Result<()> {
    for entry in entries.iter().filter(|e| !yes && !e.void) {
        let minutes = tx.minutes_on(entry.agent, entry.day)?;
        if minutes > DAY {
            let who = tx.agent(entry.agent)?.map_or_else(|| "somebody".to_owned(), |a| a.name);
            return Err(Error::refused(format!("{who} would have {} on {}", spoken(minutes), entry.day))
                .hint(format!("what is there: desk time ls who:{who} in:{}; {IF_RIGHT}", entry.day)));
        }
    }
    Ok(())
}

/// The ticket that work is logged on, as it is now; one that was merged into another is refused.
pub fn ticket(tx: &mut Tx<'_>, id: i64) -> Result<Ticket> {
    let ticket = tx.ticket(id)?.ok_or_else(|| Error::missing(format!("ticket {id} is gone")))?;
    not_merged(&ticket)?;
    Ok(ticket)
}

/// Logs work as a new entry.
pub fn log(tx: &mut Tx<'_>, work: &Work) -> Result<Entry> {
    fits_an_entry(work.minutes)?;
    let entry = Entry {
        ticket: work.ticket,
        client: work.client,
        billable: work.billable,
        text: work.text.clone(),
        activity: work.activity.clone(),
        began: work.began,
        contract: work.contract,
        corrects: work.corrects,
        ..Entry::of(tx.next_entry()?, tx.agent, work.day, work.minutes)
    };
    let at = tx.at;
    tx.apply([Event::about(Noun::Entry, entry.id, "", &(), &entry, at).in_history_of(work.ticket)])?;
    Ok(entry)
}

/// Makes an entry what `to` says. Whether anything changed.
pub fn revise(tx: &mut Tx<'_>, entry: &Entry, to: &Entry) -> Result<bool> {
    fits_an_entry(to.minutes)?;
    let at = tx.at;
    let home = to.ticket.or(entry.ticket);
    tx.apply([Event::about(Noun::Entry, entry.id, "entry", entry, to, at).in_history_of(home)])?;
    Ok(entry != to)
}

/// Strikes an entry out: it stays, and is in no figure. Whether anything changed.
pub fn strike_out(tx: &mut Tx<'_>, entry: &Entry) -> Result<bool> {
    revise(tx, entry, &Entry { void: true, ..entry.clone() })
}

/// Takes the hours of a ticket along to the client that it has now. What is on an invoice stays with whom it was invoiced to.
pub fn follow_client(tx: &mut Tx<'_>, ticket: i64) -> Result<()> {
    let client = tx.ticket(ticket)?.and_then(|t| t.client);
    for entry in tx.entries_of_ticket(ticket)? {
        if tx.invoice_of_entry(entry.id)?.is_none() {
            revise(tx, &entry, &entry.clone().for_client(client))?;
        }
    }
    Ok(())
}

fn fits_an_entry(minutes: Minutes) -> Result<()> {
    if (1..=MOST).contains(&minutes) {
        return Ok(());
    }
    Err(Error::refused(format!("an entry holds {} at most", spoken(MOST))).hint("log it in several entries"))
}

/// Starts the timer of the agent who writes.
pub fn start(tx: &mut Tx<'_>, ticket: Option<i64>, since: Moment) -> Result<()> {
    let timer = Timer { agent: tx.agent, ticket, since };
    let (me, at) = (tx.agent, tx.at);
    let was = tx.timer(me)?;
    tx.apply([Event::about(Noun::Timer, timer.agent, "timer", &was, &timer, at).in_history_of(ticket)])
}

/// Ends a timer and logs the stretch of it that was work: over midnight, each day gets its part. Work on a ticket that was
/// merged meanwhile goes to the one it became part of.
pub fn stop(tx: &mut Tx<'_>, timer: &Timer, stretch: (Moment, Moment), zone: &Zone, text: &str) -> Result<Vec<Entry>> {
    let me = tx.agent;
    if tx.timer(me)?.as_ref() != Some(timer) {
        return Err(Error::new(Kind::Temporary, "the timer has changed meanwhile").hint("desk timer"));
    }
    let at = tx.at;
    tx.apply([Event::about(Noun::Timer, timer.agent, "timer", &Some(timer), &(), at).in_history_of(timer.ticket)])?;
    let home = match timer.ticket {
        Some(id) => where_it_went(tx, id)?,
        None => None,
    };
    let (ticket, client) = (home.as_ref().map(|t| t.id), home.as_ref().and_then(|t| t.client));
    let work = Work { ticket, client, text: text.to_owned(), ..Work::of(zone.date(stretch.0), 1) };
    log_stretch(tx, &work, stretch, zone)
}

/// Logs work of which begin and end are known, whatever day and minutes it names: over midnight, each day gets its part.
pub fn log_stretch(tx: &mut Tx<'_>, work: &Work, (from, until): (Moment, Moment), zone: &Zone) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (from, minutes) in split_at_midnights(from, until, &midnights(from, until, zone)) {
        entries.push(log(tx, &Work { day: zone.date(from), minutes, began: Some(from), ..work.clone() })?);
    }
    Ok(entries)
}

/// The ticket, or the one it was merged into.
fn where_it_went(tx: &mut Tx<'_>, id: i64) -> Result<Option<Ticket>> {
    let mut found = tx.ticket(id)?;
    for _ in 0..100 {
        match found.as_ref().and_then(|t| t.merged_into) {
            Some(into) => found = tx.ticket(into)?,
            None => break,
        }
    }
    Ok(found)
}

/// The local midnights between two instants. A timer that ran for years is cut short: its last part is no entry then.
fn midnights(from: Moment, until: Moment, zone: &Zone) -> Vec<Moment> {
    let days = zone.date(from).iter_days().skip(1).take(400);
    days.map(|day| zone.start_of_day(day)).take_while(|midnight| *midnight < until).collect()
}
