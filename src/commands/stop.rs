//! `desk stop`: the timer ends, and what it ran is logged. What of it was work is settled here for `start` too.

use super::args::Answer;
use super::log::said;
use crate::actions::echo::Echo;
use crate::actions::hours;
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::entry::{MOST, Timer, kept};
use crate::domain::time::{Minutes, Moment, minutes};
use crate::domain::when::{self, Lean};
use crate::domain::zone::{Local, Zone};
use crate::error::{Error, Result};

/// Stop your timer and log what it ran
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Over midnight, each day gets its part. Seconds are rounded to minutes once; the shortest is 1m.
After more than 16 hours it asks how much was work, and proposes what you did on the desk last.

Examples:
  desk stop moved the domain
  desk stop --at 17:30           # it ended then: you forgot to stop it
  desk stop --keep 45m           # that much of it was work"
)]
pub struct Stop {
    /// What was done
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// When the work ended: between its start and now
    #[arg(long, value_name = "WHEN", conflicts_with = "keep")]
    at: Option<String>,
    /// How much of it was work
    #[arg(long, value_name = "DUR")]
    keep: Option<String>,
    /// Words that are text whatever they begin with
    #[arg(last = true, value_name = "TEXT")]
    rest: Vec<String>,
}

impl Stop {
    /// Stops.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let timer = running(desk)?.ok_or_else(|| {
            Error::refused("no timer of yours is running").hint("desk start 42; later: desk log 42 25m")
        })?;
        let stretch = match (&self.keep, &self.at) {
            (Some(keep), _) => what_is_kept(desk, &timer, keep)?,
            (None, Some(at)) => up_to(desk, &timer, at)?,
            (None, None) => up_to_now(desk, &timer)?,
        };
        let text = self.text.iter().chain(&self.rest).map(String::as_str).collect::<Vec<_>>().join(" ");
        let (zone, yes, house) = (desk.zone()?, desk.yes, desk.house_for_hours().ok());
        let written = desk.write(|tx| {
            let entries = hours::stop(tx, &timer, stretch, &zone, &text)?;
            hours::no_day_over(tx, yes, &entries)?;
            Echo::of(tx, house.as_ref(), &entries.iter().map(|e| e.id).collect::<Vec<_>>())
        })?;
        let homeless = written.value.entries.first().filter(|w| w.entry.ticket.is_none()).map(|w| w.entry.id);
        let mut report = said("", written.value, written.operation);
        report.notes.extend(
            homeless.map(|id| format!("it is on no ticket; to put it on one: desk time edit t{id} --ticket 42")),
        );
        Ok(report.into())
    }
}

/// The timer of the agent who runs the command.
pub(super) fn running(desk: &mut Desk) -> Result<Option<Timer>> {
    let me = desk.me.clone();
    desk.read(|r| match r.agent_named(&me)? {
        Some(agent) => r.timer(agent.id),
        None => Ok(None),
    })
}

/// All that the timer ran, up to now. Where that is too long to be work, it is asked how much was.
pub(super) fn up_to_now(desk: &mut Desk, timer: &Timer) -> Result<(Moment, Moment)> {
    if desk.now < timer.since {
        let since = local(&desk.zone()?, timer.since);
        return Err(Error::refused(format!(
            "the timer was started at {since}, which is still to come: the clock was put back"
        ))
        .hint("desk stop --keep 45m says how much was work"));
    }
    believable(desk, timer, desk.now)
}

/// `--at`: up to an instant while it ran.
fn up_to(desk: &mut Desk, timer: &Timer, text: &str) -> Result<(Moment, Moment)> {
    let zone = desk.zone()?;
    let said = when::when(text, Lean::Past, desk.now, &zone)?;
    if said.date_only {
        return Err(
            Error::usage(format!("{text:?} has no time of day")).hint("--at 17:30, or --at \"yesterday 17:30\"")
        );
    }
    let ran = |at: Moment| at > timer.since && at <= desk.now;
    // A time that comes twice is the one at which the timer ran.
    let second = match zone.moment(zone.local(said.at)) {
        Local::Doubled { first, second } if first == said.at && !ran(first) && ran(second) => Some(second),
        _ => None,
    };
    let at = second.unwrap_or(said.at);
    if !ran(at) {
        let (at, since, now) = (local(&zone, at), local(&zone, timer.since), local(&zone, desk.now));
        return Err(Error::refused(format!("{at} is not between the start of the timer, {since}, and now, {now}"))
            .hint("desk stop --keep 45m says how much was work"));
    }
    desk.notes.extend(said.note.filter(|_| second.is_none()));
    believable(desk, timer, at)
}

/// `--keep`: so much of it.
fn what_is_kept(desk: &Desk, timer: &Timer, text: &str) -> Result<(Moment, Moment)> {
    let minutes = duration::worked(text)?;
    hours::within_a_day(desk.yes, Some(minutes))?;
    Ok(kept(timer.since, desk.now, minutes))
}

fn believable(desk: &mut Desk, timer: &Timer, until: Moment) -> Result<(Moment, Moment)> {
    let ran = minutes(until.since(timer.since));
    let sure = desk.yes && ran <= MOST;
    if sure || !duration::over_limit(ran) {
        return Ok((timer.since, until));
    }
    let on = timer.ticket.map_or_else(String::new, |n| format!(" on {n}"));
    let zone = desk.zone()?;
    let seen = last_seen(desk, timer, until)?;
    let last = seen.map_or_else(String::new, |(at, _)| format!("; you were last seen on the desk at {}", local(&zone, at)));
    let since = local(&zone, timer.since);
    let what = format!("the timer{on} ran {}, since {since}{last}", duration::spoken(ran));
    if desk.dry || !desk.host.can_ask() {
        let all = if ran <= MOST { "; all of it: -y" } else { "" };
        let (keep, at) = match seen {
            Some((at, minutes)) => (duration::spoken(minutes).replace(' ', ""), at_words(&zone, at, desk.now)),
            None => ("45m".to_owned(), "17:30".to_owned()),
        };
        return Err(Error::usage(what)
            .hint(format!("how much was work: desk stop --keep {keep}, or until when: --at {at}{all}")));
    }
    let (how, proposal) = match seen {
        Some((_, minutes)) => ("no: the timer runs on", duration::spoken(minutes)),
        None => ("Enter: the timer runs on", String::new()),
    };
    let answer = desk.host.ask(&format!("{what}. How much of it was work? ({how})"), &proposal)?;
    if matches!(answer.trim().to_lowercase().as_str(), "" | "no" | "n" | "нет" | "н") {
        return Err(Error::refused("the timer runs on; nothing was changed"));
    }
    let minutes = duration::worked(&answer)?;
    Ok(kept(timer.since, desk.now, minutes))
}

/// When the agent last changed something on the desk while his timer ran, and how long it had run by then.
fn last_seen(desk: &mut Desk, timer: &Timer, until: Moment) -> Result<Option<(Moment, Minutes)>> {
    let seen = desk.read(|r| r.last_seen(timer.agent, timer.since))?;
    Ok(seen.map(|at| at.min(until)).map(|at| (at, minutes(at.since(timer.since)))).filter(|(_, minutes)| *minutes > 0))
}

/// An instant as `--at` takes it.
fn at_words(zone: &Zone, at: Moment, now: Moment) -> String {
    if zone.date(at) == zone.date(now) {
        zone.local(at).format("%H:%M").to_string()
    } else {
        format!("\"{}\"", local(zone, at))
    }
}

/// An instant as the desk's clocks show it.
pub(super) fn local(zone: &Zone, at: Moment) -> String {
    zone.local(at).format("%Y-%m-%d %H:%M").to_string()
}
