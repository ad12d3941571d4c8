//! What the figures of `stats` and `why` are counted from: the tickets of a period and the one before, what customers said,
//! whose hours are business time.

use super::chosen::Chosen;
use crate::desk::{Desk, Promises};
use crate::domain::calendar::Calendar;
use crate::domain::insight::metrics::{self, Case, Count, Timing, Who};
use crate::domain::period::Period;
use crate::domain::rating::Rated;
use crate::domain::sla::Pause;
use crate::domain::ticket::Status;
use crate::domain::time::{Date, Moment};
use crate::domain::when::{Lean, day};
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::store::Reader;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// How far a count reaches.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// The period where none is asked for.
    pub(super) period: fn(Moment, &Zone) -> Period,
    /// From when on, beside the period before.
    pub(super) since: fn(&Period, &Zone) -> Moment,
}

/// What is to be counted.
pub(super) struct Asked {
    pub(super) chosen: Chosen,
    zone: Zone,
    pub(super) period: Period,
    pub(super) before: Period,
    /// From when on, beside the period before.
    since: Moment,
    as_of: Moment,
}

impl Asked {
    /// What the words of a query choose, which may be from further back than the period before.
    pub(super) fn read(desk: &mut Desk, words: &[String], as_of: Moment, reach: Reach) -> Result<Asked> {
        let zone = desk.zone()?;
        let chosen = Chosen::read(desk, words, as_of)?;
        let period = chosen.period.unwrap_or_else(|| (reach.period)(as_of, &zone));
        let before = period.previous(&zone);
        desk.store_of_existing()?.prepare_for_bulk()?;
        Ok(Asked { since: (reach.since)(&period, &zone), chosen, zone, period, before, as_of })
    }
}

/// Everything that is counted.
pub(super) struct Counted {
    pub(super) chosen: Chosen,
    pub(super) zone: Zone,
    pub(super) period: Period,
    pub(super) before: Period,
    pub(super) as_of: Moment,
    /// The end of which day was asked for.
    seen: Option<Date>,
    pub(super) cases: Vec<Case>,
    heard: Vec<Rated>,
    pub(super) promises: Promises,
    hours: Hours,
    agents: HashMap<i64, String>,
}

/// Whose working time is business time where no promise says otherwise.
enum Hours {
    /// None is set: round the clock.
    Always,
    /// This one.
    Of(Box<Calendar>),
    /// There are several, and none is the desk's.
    Unknown,
}

impl Counted {
    /// Reads what the words of a query and the end of a day choose. `business`: business time is asked for, so that it must be
    /// clear whose.
    pub(super) fn read(desk: &mut Desk, words: &[String], as_of: Option<&str>, business: bool) -> Result<Counted> {
        let zone = desk.zone()?;
        let seen = as_of.map(|text| day(text, Lean::Past, desk.now, &zone)).transpose()?;
        let as_of = seen.map_or(desk.now, |day| end_of(day, &zone).min(desk.now));
        let reach = Reach { period: |now, zone| Period::last_weeks(4, now, zone), since: |_, _| Moment::MAX };
        let hours = hours(desk, business)?;
        let asked = Asked::read(desk, words, as_of, reach)?;
        Ok(Counted { seen, hours, ..Counted::of(desk, asked)? })
    }

    /// Reads what was asked for.
    pub(super) fn of(desk: &mut Desk, asked: Asked) -> Result<Counted> {
        let Asked { chosen, zone, period, before, since, as_of } = asked;
        let promises = desk.promises()?;
        let hours = hours(desk, false)?;
        let (cases, heard, agents) = desk.read(|r| {
            let agents: HashMap<i64, String> = r.agents()?.into_iter().map(|a| (a.id, a.name)).collect();
            let first = before.from.min(since);
            let from = promises.reach(before.from).min(first).min(as_of);
            let mut cases = r.cases(from, period.to.min(as_of.plus(1)))?;
            cases.retain(|c| chosen.has(c.number));
            // A rating is corrected by a later one, so those after the period matter too.
            let mut heard = said(r, first, as_of.plus(1), &chosen)?;
            add_rated(r, &mut cases, &heard)?;
            let spam: HashSet<i64> = cases.iter().filter(|c| !c.counts_at(as_of)).map(|c| c.number).collect();
            heard.retain(|h| h.rating.ticket.is_none_or(|ticket| !spam.contains(&ticket)));
            Ok((cases, heard, agents))
        })?;
        Ok(Counted { chosen, zone, period, before, as_of, seen: None, cases, heard, promises, hours, agents })
    }

    /// What customers said in both periods and after them.
    pub(super) fn heard(&self) -> &[Rated] {
        &self.heard
    }

    /// Both periods, the one that is asked about first.
    pub(super) fn periods(&self) -> [metrics::Period; 2] {
        [(self.period.from, self.period.to), (self.before.from, self.before.to)]
    }

    /// What is counted in these periods.
    pub(super) fn count<'a>(
        &'a self,
        periods: &'a [metrics::Period],
        timing: &'a dyn Fn(&Case) -> Timing<'a>,
    ) -> Count<'a> {
        Count { cases: &self.cases, heard: &self.heard, periods, as_of: self.as_of, timing }
    }

    /// How the time of a ticket is counted: by the promise that holds for it, else by what the desk says.
    pub(super) fn timing(&self, case: &Case) -> Timing<'_> {
        let desks = if let Hours::Of(calendar) = &self.hours { Some(calendar.as_ref()) } else { None };
        let Some(promise) = self.promises.to(case, self.as_of) else {
            return Timing { calendar: desks, ..Timing::default() };
        };
        Timing {
            calendar: Some(promise.calendar),
            pending_counts: promise.policy.pause(Status::Pending) != Pause::LeftOut,
            hold_left_out: promise.policy.pause(Status::Hold) == Pause::LeftOut,
        }
    }

    /// Whose hours business time goes by; none where that is not clear.
    pub(super) fn whose_hours(&self) -> Option<String> {
        let called = |c: &Calendar| format!("{}, {}", c.name(), c.zone().name());
        let (desks, name) = match &self.hours {
            Hours::Always => ("24x7: no calendar is set".to_owned(), "24x7"),
            Hours::Of(calendar) => (called(calendar), calendar.name()),
            Hours::Unknown => return None,
        };
        let others = self.promises.calendars().into_iter().filter(|c| c.name() != name).map(called);
        let others: Vec<String> = others.collect();
        Some(match others.as_slice() {
            [] => desks,
            _ => format!("{desks}; for tickets with a promise that of their policy ({})", others.join("; ")),
        })
    }

    /// What the page is about.
    pub(super) fn label(&self) -> String {
        let seen = self.seen.map_or_else(String::new, |_| format!(", as of {}", self.zone.date(self.as_of)));
        format!("{}{seen}", self.chosen.label(&self.period))
    }

    /// The name of an agent.
    pub(super) fn agent(&self, id: i64) -> String {
        self.agents.get(&id).cloned().unwrap_or_else(|| format!("agent {id}"))
    }

    /// Who is credited; none for nobody.
    pub(super) fn credited(&self, who: Who<'_>) -> Option<String> {
        match who {
            Who::Nobody => None,
            Who::Agent(id) => Some(self.agent(id)),
            Who::Named(name) => Some(name.to_owned()),
        }
    }
}

fn hours(desk: &mut Desk, needed: bool) -> Result<Hours> {
    let none = |set: &Value| set.is_null() || set.as_object().is_some_and(serde_json::Map::is_empty);
    if none(&desk.setting("calendar")?) {
        return Ok(Hours::Always);
    }
    match desk.calendar(None) {
        Ok(calendar) => Ok(Hours::Of(Box::new(calendar))),
        Err(e) if needed => Err(e),
        Err(_) => Ok(Hours::Unknown),
    }
}

/// What customers said of the tickets that are meant, and without a ticket of the clients that are.
fn said(r: &mut Reader<'_>, from: Moment, to: Moment, chosen: &Chosen) -> Result<Vec<Rated>> {
    let mut all = r.ratings_ever_in(from, to)?;
    if chosen.is_everything() {
        return Ok(all);
    }
    let without = all.iter().filter(|h| h.rating.ticket.is_none());
    let handles: HashSet<String> = without.filter_map(|h| h.client.clone()).collect();
    let mut clients: HashMap<String, i64> = HashMap::new();
    for handle in handles {
        if let Some(client) = r.client_called(&handle)? {
            clients.insert(handle, client.id);
        }
    }
    let client = |h: &Rated| h.client.as_ref().and_then(|handle| clients.get(handle).copied());
    all.retain(|h| chosen.has_of(h.rating.ticket, client(h)));
    Ok(all)
}

/// The tickets of ratings that are not there because nothing else happened to them.
fn add_rated(r: &mut Reader<'_>, cases: &mut Vec<Case>, heard: &[Rated]) -> Result<()> {
    let rated: HashSet<i64> = heard.iter().filter_map(|h| h.rating.ticket).collect();
    if rated.is_empty() {
        return Ok(());
    }
    let there: HashSet<i64> = cases.iter().map(|c| c.number).collect();
    let mut others: Vec<i64> = rated.difference(&there).copied().collect();
    others.sort_unstable();
    cases.append(&mut r.cases_of(&others)?);
    cases.sort_unstable_by_key(|c| c.number);
    Ok(())
}

/// The last instant of a day.
fn end_of(day: Date, zone: &Zone) -> Moment {
    day.succ_opt().map_or(Moment::MAX, |next| zone.start_of_day(next).plus(-1))
}
