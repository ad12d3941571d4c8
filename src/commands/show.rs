//! `desk show`: everything about a ticket.

use super::args::{self, Answer};
use super::csat::listed::of_ticket as ratings_of_ticket;
use super::ls;
use super::told::Teller;
use crate::actions::{estimate, looked, similar};
use crate::desk::{Desk, pressing};
use crate::domain::listed::Listed;
use crate::domain::message::Attachment;
use crate::domain::ticket::Status;
use crate::domain::search::{Query, StatusTest, Term, Test};
use crate::error::{Error, Result};
use crate::report::rating::latest;
use crate::report::sla::Line;
use crate::report::ticket::page::{Drafted, Similar, Way};
use crate::report::ticket::{Page, show};
use crate::report::{Part, Report, Shape};
use crate::store::Reader;
use crate::store::list::Ask;
use crate::store::outbox::Posting;
use std::collections::{BTreeSet, HashMap};

/// Show a ticket: its conversation, hours and relations
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk show 42
  desk show .            # the one you changed last
  desk show 42 --raw     # whole messages, quotes unfolded
  desk show m118 --raw   # the mail of that message, byte for byte")]
pub struct Show {
    /// Numbers: 42 · 42,45 · 40-45 · . · - · okdesk:1834
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
    /// Whole messages, quotes unfolded; of a message m118, the mail as it came
    #[arg(long)]
    raw: bool,
}

impl Show {
    /// Shows.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if let [word] = self.ids.as_slice()
            && let Some(message) = word.strip_prefix('m').and_then(|n| n.parse::<i64>().ok())
        {
            return source(desk, message, self.raw);
        }
        let named = args::tickets(desk, &self.ids)?;
        let ask = ls::ask(desk, None)?;
        let ids: Vec<i64> = named.tickets.iter().map(|t| t.id).collect();
        let mut teller = Teller::new(&desk.zone()?);
        let me = desk.me.clone();
        let (mut pages, marks) =
            desk.read(|r| Ok((pages(r, &ids, &ask, self.raw, &mut teller)?, looked::looks(r, &me, &ids)?)))?;
        estimated(desk, &mut pages)?;
        promised(desk, &mut pages)?;
        advised(desk, &mut pages)?;
        for page in &mut pages {
            desk.mark_outside(std::slice::from_mut(&mut page.listed))?;
        }
        let mut reports: Vec<Report> = pages.iter().map(show).collect();
        let one = self.ids.len() == 1 && !self.ids.iter().any(|w| w.contains([',', '-'])) && reports.len() == 1;
        let report = match (one, reports.pop()) {
            (true, Some(report)) => report,
            (_, last) => {
                reports.extend(last);
                Report { shape: Shape::Each, parts: reports.into_iter().map(Part::Section).collect(), ..Report::default() }
            }
        };
        let answer = Answer::from(report).paged();
        Ok(if marks.is_empty() || desk.dry { answer } else { answer.seen(marks) })
    }
}

/// Adds the clocks, and which of them presses most.
fn promised(desk: &mut Desk, pages: &mut [Page]) -> Result<()> {
    let promises = desk.promises()?;
    if promises.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = pages.iter().map(|p| p.listed.ticket.id).collect();
    let (now, cases) = (desk.now, desk.read(|r| r.cases_of(&numbers))?);
    for page in pages {
        let Some(case) = cases.iter().find(|case| case.number == page.listed.ticket.id) else { continue };
        let clocks = promises.clocks(case, now);
        page.listed.sla = pressing(&clocks);
        page.clocks = clocks.iter().map(Line::of).collect();
    }
    Ok(())
}

/// Adds what earlier tickets teach, where that still helps.
fn advised(desk: &mut Desk, pages: &mut [Page]) -> Result<()> {
    desk.read(|r| {
        let waits = |page: &&mut Page| page.listed.ticket.standing.status != Status::Closed;
        for page in pages.iter_mut().filter(waits) {
            let advice = similar::advice(r, page.listed.ticket.id)?;
            page.answers = advice.answers;
            page.similar = advice.similar.into_iter().map(told).collect();
        }
        Ok(())
    })
}

fn told(alike: similar::Alike) -> Similar {
    let similar::Alike { number, subject, status, closed_at, likeness, .. } = alike;
    Similar { number, subject, status, closed_at, likeness }
}

/// Adds the estimates, with what is billed of them by now.
fn estimated(desk: &mut Desk, pages: &mut [Page]) -> Result<()> {
    let ids: Vec<i64> = pages.iter().map(|p| p.listed.ticket.id).collect();
    let which = desk.read(|r| ids.iter().map(|id| r.estimate(*id)).collect::<Result<Vec<_>>>())?;
    if which.iter().all(Option::is_none) {
        return Ok(());
    }
    let house = desk.house_for_hours()?;
    desk.read(|r| {
        for page in pages.iter_mut() {
            page.estimate = estimate::progress(r, &house, page.listed.ticket.id)?;
        }
        Ok(())
    })
}

/// The mail of a message: its readable form, or as it came.
fn source(desk: &mut Desk, message: i64, raw: bool) -> Result<Answer> {
    let found = desk.read(|r| Ok((r.message(message)?, if raw { r.raw(message)? } else { None })))?;
    let (m, source) = found;
    let m = m.ok_or_else(|| Error::missing(format!("there is no message m{message}")))?;
    match (raw, source, m.ticket) {
        (true, Some(bytes), _) => Ok(Answer::bytes(bytes)),
        (true, None, _) => Err(Error::missing(format!("m{message} was not a mail: there is no source")).hint("desk show without --raw")),
        (false, _, Some(ticket)) => Show { ids: vec![ticket.to_string()], raw: true }.run(desk),
        (false, _, None) => Err(Error::missing(format!("m{message} is shown in no ticket"))),
    }
}

fn pages(r: &mut Reader<'_>, ids: &[i64], ask: &Ask, unfolded: bool, teller: &mut Teller) -> Result<Vec<Page>> {
    let mut pages = Vec::with_capacity(ids.len());
    for listed in r.listed_among(ids, &every(), ask)? {
        pages.push(page(r, listed, ask, unfolded, teller)?);
    }
    Ok(pages)
}

/// The query that every ticket meets.
pub(super) fn every() -> Query {
    Query { terms: vec![Term { negated: false, alternatives: vec![Test::Status(StatusTest::All)] }], ..Query::default() }
}

/// Everything about one ticket.
pub(super) fn page(r: &mut Reader<'_>, listed: Listed, ask: &Ask, unfolded: bool, teller: &mut Teller) -> Result<Page> {
        let (id, client) = (listed.ticket.id, listed.client.clone());
        let mut messages = Vec::new();
        for m in r.messages(id)? {
            let author = match (m.agent, m.author.is_empty()) {
                (Some(agent), _) => teller.names.of(r, agent)?,
                (None, false) => m.author.clone(),
                (None, true) => m.email.clone(),
            };
            messages.push((m, author));
        }
        let mut time = Vec::new();
        for e in r.entries_of_ticket(id)? {
            let agent = teller.names.of(r, e.agent)?;
            time.push((e, agent));
        }
        let mut events = Vec::new();
        for h in r.events_of_ticket(id)? {
            let agent = teller.names.of(r, h.agent)?;
            let (kind, detail) = teller.tell(r, &h.event)?;
            events.push((h.operation, h.event.at, agent, kind, detail));
        }
        let mut related = Vec::new();
        for other in r.links(id)? {
            let Some(t) = r.ticket(other)? else { continue };
            let status = t.standing.status;
            related.push((other, t.subject, status, r.closed_at(other)?.filter(|_| status == Status::Closed)));
        }
        let (ways, draft, merged) = (ways(r, id)?, draft(r, id, teller)?, r.merged_into(id)?);
        let links = links(r, id, &merged)?;
        let said = ratings_of_ticket(r, id, client.as_deref(), &mut teller.names)?;
        let day = said.last().map(|last| teller.day(last.at)).unwrap_or_default();
        let rated = latest(&said, &day);
        let ratings = (said, rated);
        Ok(Page { links, listed, messages, time, events, related, similar: Vec::new(), answers: Vec::new(), merged, unfolded, ways, draft, estimate: None, ratings, clocks: Vec::new(), now: ask.now })
}

/// Where else a ticket is worked on, and those that were merged into it.
fn links(r: &mut Reader<'_>, ticket: i64, merged: &[i64]) -> Result<Vec<String>> {
    let mut links = BTreeSet::new();
    for id in [ticket].iter().chain(merged) {
        links.extend(r.urls(*id)?);
    }
    Ok(links.into_iter().collect())
}

/// Where the answers are that left through the outbox.
fn ways(r: &mut Reader<'_>, ticket: i64) -> Result<HashMap<i64, Way>> {
    let way = |p: Posting| {
        let way = Way {
            state: p.state.word(),
            said: p.said,
            refused: p.refused,
            next_at: p.next_at,
            attempts: p.attempts,
            bounced: p.bounced,
        };
        (p.message, way)
    };
    Ok(r.postings_shown(ticket)?.into_iter().map(way).collect())
}

fn draft(r: &mut Reader<'_>, ticket: i64, teller: &mut Teller) -> Result<Option<Drafted>> {
    let Some(draft) = r.draft(ticket)? else { return Ok(None) };
    let file = |p: crate::domain::mail::Part| Attachment {
        name: p.name,
        media_type: p.media_type,
        bytes: i64::try_from(p.content.len()).unwrap_or(i64::MAX),
    };
    let files = r.draft_files(draft.id)?.into_iter().map(file).collect();
    Ok(Some(Drafted { agent: teller.names.of(r, draft.agent)?, draft, files }))
}

/// Names of agents, looked up once.
#[derive(Default)]
pub(super) struct Names(HashMap<i64, String>);

impl Names {
    /// The name of an agent who was looked up before.
    pub(super) fn known(&self, agent: i64) -> String {
        self.0.get(&agent).cloned().unwrap_or_default()
    }

    /// The name of an agent.
    pub(super) fn of(&mut self, r: &mut Reader<'_>, agent: i64) -> Result<String> {
        if let Some(name) = self.0.get(&agent) {
            return Ok(name.clone());
        }
        let name = r.agent(agent)?.map_or_else(|| format!("agent {agent}"), |a| a.name);
        self.0.insert(agent, name.clone());
        Ok(name)
    }
}
