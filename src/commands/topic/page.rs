//! `desk topic show`: one topic on a page; and which tickets are its own.

use super::one;
use crate::actions::topics::taken;
use crate::commands::args::Answer;
use crate::commands::chosen::Chosen;
use crate::commands::{ls, show as ticket};
use crate::desk::{Desk, Span, tickets_of};
use crate::domain::listed::Listed;
use crate::domain::period::Period;
use crate::domain::time::{Date, Moment};
use crate::domain::topic::Known;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::report::topic::{Told, TopicPage, page};
use crate::store::Reader;
use crate::store::list::Ask;
use crate::store::outbox::State;
use chrono::Days;
use std::collections::BTreeMap;

/// So many complete weeks are counted, and this one.
const WEEKS: u32 = 8;
/// So many are the period where none is named, and this one.
const PERIOD: u32 = 4;

/// Shows.
pub(super) fn show(desk: &mut Desk, id: i64, query: &[String]) -> Result<Answer> {
    let topic = one(desk, id, query)?;
    let chosen = Chosen::read(desk, query, desk.now)?;
    let (now, zone) = (desk.now, chosen.zone.clone());
    let period = chosen.period.unwrap_or_else(|| until_today(PERIOD, now, &zone));
    let counted = match chosen.period {
        Some(named) => Period::of(weeks_before(&named, &zone).first, named.last, &zone),
        None => until_today(WEEKS, now, &zone),
    };
    let span = Span { from: counted.from.min(period.from), grouped: period.from, to: period.to };
    let rows = tickets(desk, &topic, &chosen, span)?;
    let weeks = by_week(&rows, &counted, &zone);
    let rows: Vec<Listed> = rows.into_iter().filter(|l| period.contains(l.ticket.opened_at)).collect();
    let numbers: Vec<i64> = rows.iter().map(|l| l.ticket.id).collect();
    let (taken, answer, told) = desk.read(|r| {
        let answer = topic.answer.as_deref().map(|name| r.answer(name)).transpose()?.flatten();
        Ok((taken(r, &period, &numbers)?, answer, told(r, &topic)?))
    })?;
    let returned = topic.fixed.as_ref().map_or(0, |f| rows.iter().filter(|l| l.ticket.opened_at > f.at).count());
    let facts = TopicPage {
        label: chosen.label(&period),
        from: period.first,
        to: period.last,
        topic,
        weeks,
        rows,
        minutes: taken.minutes,
        cost: taken.cost,
        links: taken.links,
        answer: answer.map(|answer| answer.text),
        told,
        returned,
    };
    Ok(Answer::from(page(&facts)).paged())
}

/// The tickets of a topic that a query chooses, by number; a topic that nobody has touched yet is taken for a known one.
pub(super) fn tickets(desk: &mut Desk, topic: &Known, chosen: &Chosen, span: Span) -> Result<Vec<Listed>> {
    let ask = ls::ask(desk, None)?;
    desk.store_of_existing()?.prepare_for_bulk()?;
    desk.read(|r| {
        let mut known = r.topics()?;
        if !known.iter().any(|known| known.id == topic.id) {
            known.push(topic.clone());
        }
        let mut numbers = tickets_of(r, &known, span)?.remove(&topic.id).unwrap_or_default();
        numbers.retain(|number| chosen.has(*number));
        r.listed_among(&numbers, &ticket::every(), &Ask { limit: None, ..ask })
    })
}

/// So many complete weeks, and the current one up to today.
fn until_today(weeks: u32, now: Moment, zone: &Zone) -> Period {
    Period::of(Period::last_weeks(weeks, now, zone).first, zone.date(now), zone)
}

/// The eight weeks that end with a period.
fn weeks_before(period: &Period, zone: &Zone) -> Period {
    Period::last_weeks(WEEKS, period.to.plus(6 * 24 * 3600), zone)
}

/// How many tickets were opened in each week, by its Monday.
fn by_week(rows: &[Listed], counted: &Period, zone: &Zone) -> Vec<(Date, i64)> {
    let mut weeks: BTreeMap<Date, i64> = BTreeMap::new();
    let mut monday = crate::domain::time::monday(counted.first);
    while monday <= counted.last {
        weeks.insert(monday, 0);
        let Some(next) = monday.checked_add_days(Days::new(7)) else { break };
        monday = next;
    }
    for row in rows {
        let week = weeks.get_mut(&crate::domain::time::monday(zone.date(row.ticket.opened_at)));
        week.into_iter().for_each(|count| *count += 1);
    }
    weeks.into_iter().collect()
}

/// Who was told of the remedy, and who will be when his mail leaves; what was discarded told nobody.
fn told(r: &mut Reader<'_>, topic: &Known) -> Result<Vec<Told>> {
    let Some(fixed) = &topic.fixed else { return Ok(Vec::new()) };
    let mut told = Vec::new();
    for (contact, message) in r.announced(topic.id, fixed.at)? {
        let posting = r.posting_of_message(message)?.filter(|p| p.state != State::Discarded);
        let Some(posting) = posting else { continue };
        let name = r.contact(contact)?.map(|c| c.name).unwrap_or_default();
        let message = r.message(message)?;
        let address = posting.recipients.first().cloned().unwrap_or_default();
        let name = if name.trim().is_empty() { address } else { name };
        let (ticket, at) = message.map_or((None, None), |m| (m.ticket, Some(m.at)));
        let waits = (!posting.state.has_left()).then(|| (posting.id, posting.state.word()));
        told.push(Told { name, ticket, at, waits });
    }
    told.sort_by_key(|told| (told.at, told.ticket));
    Ok(told)
}
