//! `desk recap --handover`: gathers what is handed over.

use crate::commands::args::Answer;
use crate::commands::ls;
use crate::desk::Desk;
use crate::domain::listed::Listed;
use crate::domain::search::{StatusTest, Term, Test};
use crate::domain::ticket::Status;
use crate::domain::tongue::Tongue;
use crate::error::Result;
use crate::report::recap::handover::{HandoverFacts, handover};
use chrono::Days;

/// The note for whoever has duty next.
pub(super) fn run(desk: &mut Desk, words: &[String], tongue: Tongue) -> Result<Answer> {
    let mut query = ls::query(desk, words, false)?;
    let everything = query.is_empty();
    if !query.status_asked() {
        // Snoozed ones, too: they may wake.
        let open = [Status::New, Status::Open, Status::Pending, Status::Hold];
        let alternatives = open.into_iter().map(|status| Test::Status(StatusTest::Is(status))).collect();
        query.terms.push(Term { negated: false, alternatives });
    }
    let ask = ls::ask(desk, None)?;
    let (now, zone) = (desk.now, desk.zone()?);
    let today = zone.date(now);
    let after = today.checked_add_days(Days::new(2)).unwrap_or(today);
    let (tickets, untold) = if query.words.is_empty() {
        let queue = desk.queue(&query, &ask, &|_| true)?;
        (queue.rows, queue.untold)
    } else {
        let mut rows = crate::commands::find::search(desk, &query, None)?.rows;
        let untold = ls::pressed(desk, &mut rows);
        (rows, untold)
    };
    // Nobody waits behind a machine, and nobody wants to hear of the muted.
    let tickets: Vec<Listed> = tickets.into_iter().filter(|l| !l.automatic && !l.muted).collect();
    let begins = zone.start_of_day(today);
    let (notes, drafts, timers) = desk.read(|r| {
        let mut drafts = Vec::new();
        for (ticket, agent, at, _) in r.drafts()? {
            drafts.push((ticket, r.agent(agent)?.map(|agent| agent.name).unwrap_or_default(), at));
        }
        let timers = r.timers()?.into_iter().map(|t| (t.agent, t.timer.ticket, t.timer.since)).collect();
        Ok((r.notes_since(begins)?, drafts, timers))
    })?;
    let on_duty = desk.on_duty(today.succ_opt().unwrap_or(today))?;
    let meant = |ticket: i64| everything || tickets.iter().any(|l| l.ticket.id == ticket);
    let facts = HandoverFacts {
        tongue,
        now,
        label: format!("{}, {}", zone.local(now).format("%Y-%m-%d %H:%M"), zone.name()),
        until: zone.start_of_day(after).plus(-1),
        on_duty,
        notes: notes.into_iter().filter(|(ticket, ..)| meant(*ticket)).map(shortened).collect(),
        drafts: drafts.into_iter().filter(|(ticket, ..)| meant(*ticket)).collect(),
        timers,
        tickets,
    };
    let mut report = handover(&facts);
    report.notes.extend(untold);
    Ok(Answer::from(report).paged())
}

/// The first line of a note.
fn shortened(
    (ticket, agent, text, at): (i64, String, String, crate::domain::time::Moment),
) -> (i64, String, String, crate::domain::time::Moment) {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned();
    (ticket, agent, line, at)
}
