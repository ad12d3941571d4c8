//! What the meeting talks about: decisions, the star, whom to call, workarounds, what was said.

use crate::actions::topics::Seen;
use crate::commands::counted::Counted;
use crate::desk::{Desk, Span, tickets_of};
use crate::domain::insight::calls::{self, Call, Known};
use crate::domain::insight::metrics::evidence::Figure;
use crate::domain::insight::metrics::{Case, Count, Figures, Rate};
use crate::domain::insight::star::{Reading, Star};
use crate::domain::rating::{Rated, Scale};
use crate::domain::time::Moment;
use crate::domain::timeline::Timeline;
use crate::domain::worked::Worked;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::domain::sla::{ByVoice, by_voice};
use crate::report::recap::{Debt, Decision, StarFacts};
use crate::report::sla::kept::Kept;
use crate::store::Reader;
use std::collections::{BTreeMap, HashMap};

/// So long a workaround is remembered.
const REMEMBERED: i64 = 90 * 24 * 3600;
/// A decision is not judged before so long.
const EARLY: i64 = 5 * 24 * 3600;
/// So many topics of workarounds are named.
const NAMED: usize = 3;

/// The figure that was chosen.
pub(super) fn star(desk: &mut Desk) -> Result<Star> {
    Ok(desk.setting("star")?.as_str().and_then(Star::named).unwrap_or(Star::Waiting))
}

/// What was decided about topics up to the end of the period, and what came of it: plans that stand, and remedies of the last
/// 90 days. Tickets are counted from the decision on, beside as long a time just before it.
pub(super) fn decisions(r: &mut Reader<'_>, seen: &Seen, counted: &Counted, now: Moment) -> Result<Vec<Decision>> {
    let period = &counted.period;
    let today = counted.zone.date(now);
    let known = r.topics()?;
    let mut all: Vec<(Moment, Decision)> = Vec::new();
    for topic in &known {
        let planned = topic.plan.as_ref().map(|plan| plan.at).filter(|at| *at < period.to);
        let fixed = topic.fixed.as_ref().map(|fixed| fixed.at);
        let fixed = fixed.filter(|at| *at < period.to && *at >= period.from.plus(-REMEMBERED));
        let Some(at) = planned.max(fixed) else { continue };
        let until = period.to.min(now);
        let from = at.max(period.from).min(until);
        let back = (at.plus(from.since(until)), at);
        let of = |span: (Moment, Moment)| {
            let opened = seen.opened.get(&topic.id).into_iter().flatten();
            opened.filter(|opened| (span.0..span.1).contains(opened)).count()
        };
        let before = if back.0 >= counted.before.from {
            of(back)
        } else {
            // Older than what the page has read.
            let tickets = tickets_of(r, &known, Span::of(back.0, back.1))?.remove(&topic.id).unwrap_or_default();
            tickets.into_iter().filter(|ticket| counted.chosen.has(*ticket)).count()
        };
        let row = seen.facts.rows.iter().find(|row| row.number == topic.id);
        let by = topic.plan.as_ref().filter(|_| topic.fixed.is_none()).and_then(|plan| plan.by);
        all.push((
            at,
            Decision {
                topic: topic.id,
                decided: topic.clone(),
                tickets: of((from, until)),
                before,
                early: until.since(at) < EARLY,
                returned: row.map_or(0, |row| row.returned),
                overdue: by.filter(|day| *day < today),
                name: topic.name.clone(),
            },
        ));
    }
    all.sort_by_key(|(at, decision)| (std::cmp::Reverse(*at), decision.topic));
    Ok(all.into_iter().map(|(_, decision)| decision).collect())
}

/// What is known of each client who wrote lately or said something.
pub(super) fn activity(r: &mut Reader<'_>, counted: &Counted) -> Result<Vec<Known>> {
    let (from, to) = (counted.period.from, counted.period.to);
    let marked = r.marked_clients()?;
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let mut of = |handle: &str, change: &mut dyn FnMut(&mut Known)| {
        let vip = marked.contains(handle);
        let fresh = || Known { client: handle.to_owned(), vip, ..Known::default() };
        change(known.entry(handle.to_owned()).or_insert_with(fresh));
    };
    for (handle, ticket, at) in r.openings(calls::since(from), to)? {
        if counted.chosen.has(ticket) {
            of(&handle, &mut |known| known.opened.push(at));
        }
    }
    for said in counted.heard() {
        if let Some(handle) = &said.client {
            of(handle, &mut |known| known.said.push(said.clone()));
        }
    }
    Ok(known.into_values().collect())
}

/// Whom to call.
pub(super) fn calls(activity: &[Known], counted: &Counted, count: &Count<'_>) -> Vec<Call> {
    let mut reopened: HashMap<&str, Vec<i64>> = HashMap::new();
    for case in count.evidence(Figure::Reopened).items.iter().filter_map(|item| item.told.case) {
        if let Some(client) = case.client.as_deref() {
            reopened.entry(client).or_default().push(case.number);
        }
    }
    let with = |known: &Known| {
        let mut tickets = reopened.get(known.client.as_str()).cloned().unwrap_or_default();
        tickets.sort_unstable();
        tickets.dedup();
        Known { reopened: tickets, ..known.clone() }
    };
    let known: Vec<Known> = activity.iter().map(with).collect();
    // A day that has not come is no day of silence.
    calls::whom(&known, (counted.period.from, counted.period.to.min(counted.as_of.plus(1))))
}

/// What was closed with a workaround in the 90 days up to the end of the period.
pub(super) fn debt(r: &mut Reader<'_>, counted: &Counted, seen: &Seen) -> Result<Debt> {
    let period = &counted.period;
    let all = r.workarounds(period.to.plus(-REMEMBERED).min(period.from), period.to)?;
    let all: Vec<_> = all.into_iter().filter(|(ticket, ..)| counted.chosen.has(*ticket)).collect();
    let mut topics: Vec<(String, usize)> = seen
        .facts
        .rows
        .iter()
        .map(|row| (row.name.clone(), all.iter().filter(|(ticket, ..)| row.tickets.contains(ticket)).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    topics.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    topics.truncate(NAMED);
    Ok(Debt {
        now: all.iter().filter(|(_, closed, _)| *closed >= period.from).count(),
        standing: all.len(),
        minutes: all.iter().map(|(.., minutes)| minutes).sum(),
        topics,
    })
}

/// What customers said in the period, the worst first; what was said later in its place is left out.
pub(super) fn said(counted: &Counted) -> Vec<Rated> {
    let (from, to) = (counted.period.from, counted.period.to);
    let mut said: Vec<Rated> =
        counted.heard().iter().filter(|said| (from..to).contains(&said.rating.at)).cloned().collect();
    // Both scales beside each other: of ten.
    let tenth = |said: &Rated| said.rating.score * if said.rating.scale == Scale::Csat { 2 } else { 1 };
    said.sort_by_key(|said| (tenth(said), std::cmp::Reverse(said.rating.at), said.rating.id));
    said
}

/// What came of promises by voice.
pub(super) fn voice(r: &mut Reader<'_>, counted: &Counted) -> Result<ByVoice> {
    let mut spoken = r.spoken()?;
    spoken.retain(|one| counted.chosen.has(one.number));
    Ok(by_voice(&spoken, (counted.period.from, counted.period.to), counted.as_of))
}

/// The star in the period, in the one before, and week by week.
pub(super) fn star_facts(
    star: Star,
    counted: &Counted,
    count: &Count<'_>,
    (weeks, by_week): (&[(Moment, Moment)], &[Figures]),
    entries: &[Worked],
    kept: &Option<Kept>,
) -> StarFacts {
    let both = count.figures();
    let read = |span: (Moment, Moment), figures: Option<&Figures>| match star {
        Star::Waiting => waiting(&counted.cases, span.1.min(counted.as_of)),
        Star::Hours => worked(entries, span, &counted.zone),
        Star::Of(_) => figures.and_then(|figures| star.read(figures)).unwrap_or_default(),
    };
    let mut facts = StarFacts {
        star,
        now: read((counted.period.from, counted.period.to), both.first()),
        before: read((counted.before.from, counted.before.to), both.get(1)),
        weeks: weeks.iter().enumerate().map(|(at, span)| read(*span, by_week.get(at))).collect(),
    };
    if let (Star::Of(Figure::Sla), Some(kept)) = (star, kept) {
        let rate = |rate: Rate| Reading::of(rate);
        facts.now = rate(kept.period.all.total().rate());
        facts.before = rate(kept.before.all.total().rate());
        facts.weeks = Vec::new();
    }
    facts
}

/// How many tickets waited for us at an instant.
fn waiting(cases: &[Case], at: Moment) -> Reading {
    let waited = |case: &&Case| {
        case.counts() && case.life.opened_at <= at && {
            let deeds = case.life.deeds.iter().take_while(|deed| deed.at <= at).copied().collect();
            Timeline { deeds, ..case.life.clone() }.projection().waiting_since.is_some()
        }
    };
    Reading { value: i64::try_from(cases.iter().filter(waited).count()).ok(), n: None }
}

/// Minutes worked on the days of a stretch of time.
fn worked(entries: &[Worked], (from, to): (Moment, Moment), zone: &Zone) -> Reading {
    let (first, last) = (zone.date(from), zone.date(to.plus(-1)));
    let of = entries.iter().filter(|e| first <= e.entry.day && e.entry.day <= last);
    Reading { value: Some(of.map(|e| e.entry.minutes).sum()), n: None }
}
