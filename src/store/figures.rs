//! What the reports are counted from: tickets with their lives, read in a few long walks. What a figure means is in
//! `domain::insight`.

use super::engine::Val;
use super::list::Ask;
use super::{Reader, Row, sql, vals};
use crate::domain::insight::metrics::{Case, Change, Was};
use crate::domain::message::Direction;
use crate::domain::search::Query;
use crate::domain::ticket::{Priority, Reason, Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Timeline, What, waiting_at};
use crate::error::Result;
use std::collections::{HashMap, HashSet};

const CASES: &str = "SELECT t.id, t.opened_at, t.opened_by, t.first_status, t.first_reason, t.first_closed_at, t.status, t.reason, \
     t.until, t.priority, k.handle, t.assignee_id, t.channel, t.muted, t.automatic, t.merged_into, k.plan, t.operation_id \
     FROM ticket AS t LEFT JOIN client AS k ON k.id = t.client_id WHERE ";
/// Sorted by nothing, so that the index of the queue is enough.
const OF_QUEUE: &str = "t.queued = 1 AND t.opened_at < ?1";
const CASE_MESSAGES: &str = "SELECT m.ticket_id, m.at, m.joined_at, \
     CAST(CASE WHEN m.direction = 'out' THEN 1 ELSE 0 END AS BIGINT), m.counts, m.agent_id, m.operation_id, \
     CAST(CASE WHEN m.content_key IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) \
     FROM message AS m WHERE m.direction <> 'note' AND m.ticket_id ";
// The CASE keeps both engines off the index of deeds: few tickets are wanted, and those by number.
const CASE_EVENTS: &str = "SELECT e.noun_id, e.at, e.field, e.after, o.agent_id, e.before, e.operation_id FROM event AS e \
     JOIN operation AS o ON o.id = e.operation_id WHERE CASE WHEN e.noun = 'ticket' AND (e.field IN ('status', 'assignee', 'priority', \
     'client', 'channel') OR substr(e.field, 1, 4) = 'tag:') THEN 1 ELSE 0 END = 1 \
     AND o.undone_by IS NULL AND o.kind IN ('do', 'import', 'fetch') AND e.ticket_id ";

const CASE_TAGS: &str = "SELECT g.ticket_id, g.tag FROM ticket_tag AS g WHERE g.ticket_id ";
const BY_VOICE: &str = "SELECT t.id, t.due_at FROM ticket AS t WHERE t.queued = 1 AND t.due_at IS NOT NULL";
// Every rank is one: it shows the engine the way to the index of the queue, which holds what is queued and nothing else.
const QUEUED: &str = "IN (SELECT q.id FROM ticket AS q WHERE q.queued = 1 AND q.rank >= 0)";
const CLIENTS: &str = "SELECT q.id, q.handle, q.plan FROM client AS q WHERE q.id ";

/// Why a ticket is in no figure; each has one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It was merged into another.
    Merged,
    /// It was closed as spam.
    Spam,
    /// Its requester is muted.
    Muted,
    /// Only machines wrote to it.
    Automatic,
}

/// An archive tells who wrote when, but no statuses: they are taken to have followed the mails, pending with each answer of
/// ours and open with the next mail of the customer, so that his time to think counts as his.
#[derive(Default)]
struct Past {
    /// By ticket: whether the last mail so far was ours.
    turns: HashMap<i64, bool>,
}

impl Past {
    /// The status that a mail of the archive brought, where it changed.
    fn turned(&mut self, ticket: i64, direction: Direction) -> Option<Standing> {
        let ours = direction == Direction::Out;
        let was_ours = self.turns.insert(ticket, ours).unwrap_or(false);
        match (was_ours, ours) {
            (false, true) => Some(Standing::of(Status::Pending)),
            (true, false) => Some(Standing::of(Status::Open)),
            _ => None,
        }
    }
}

/// A ticket whose statuses follow from its mails began new, and was closed when it is said to have been.
fn begin_anew(case: &mut Case) {
    if let (Status::Closed, Some(at)) = (case.life.first.status, case.life.first_closed_at.take()) {
        case.life.deeds.push(Deed { at, what: What::Status(case.life.first), agent: None });
    }
    case.life.first = Standing::of(Status::New);
}

/// A ticket that waits for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// Its number.
    pub number: i64,
    /// Its subject.
    pub subject: String,
    /// The client's handle.
    pub client: Option<String>,
    /// Since when the customer waits.
    pub since: Moment,
}

impl Reader<'_> {
    /// Every ticket that can matter to the figures between two instants. Those to which something happened since `from`
    /// come with their whole lives; of the others that are not closed it is enough that they stand where they stand. By number.
    pub fn cases(&mut self, from: Moment, to: Moment) -> Result<Vec<Case>> {
        // To which something happened that can show in a figure of this time.
        let active = pieces(&self.all(sql::FIGURE_ACTIVE, vals![from, to], |r| r.int(0))?);
        let mut cases = self.lives(&active, &[])?;
        let mut places = places(&cases);
        let agents = self.agent_names()?;
        let still = self.all(&format!("{CASES}{OF_QUEUE}"), vals![to], |r| case_of(r, &agents))?;
        for mut case in still.into_iter().filter(|c| !places.contains_key(&c.number)) {
            // Nothing that is counted happened to it since: so it has been open since before.
            case.life.first = Standing::of(Status::Open);
            cases.push(case);
        }
        cases.sort_unstable_by_key(|c| c.number);
        places = self::places(&cases);
        self.each(sql::FIGURE_TAGS, &[], |r| {
            if let Some(case) = places.get(&r.int(0)?).and_then(|i| cases.get_mut(*i)) {
                case.tags.push(r.text(1)?);
            }
            Ok(())
        })?;
        Ok(cases)
    }

    /// The whole lives of these tickets, by number.
    pub fn cases_of(&mut self, numbers: &[i64]) -> Result<Vec<Case>> {
        self.tagged(&pieces(numbers), &[])
    }

    /// The whole lives of the tickets that a query without full text asks for, closed ones left out, by number.
    pub fn cases_running(&mut self, query: &Query, ask: &Ask) -> Result<Vec<Case>> {
        let mut conditions = self.conditions(query, ask)?;
        if query.status_asked() {
            conditions.and("t.status <> 'closed'");
        }
        self.tagged(&[format!("IN (SELECT t.id FROM ticket AS t{})", conditions.text)], &conditions.vals())
    }

    /// Makes whole the lives of those to which nothing happened lately: clocks are counted from the beginning.
    pub fn complete(&mut self, cases: &mut [Case]) -> Result<()> {
        let bare: Vec<i64> = cases.iter().filter(|c| c.life.deeds.is_empty()).map(|c| c.number).collect();
        let whole = self.cases_of(&bare)?;
        let places = places(cases);
        for case in whole {
            if let Some(place) = places.get(&case.number).and_then(|i| cases.get_mut(*i)) {
                *place = case;
            }
        }
        Ok(())
    }

    /// The whole lives of all tickets that are not closed, snoozed ones too, by number. Muted, merged and automatic ones are
    /// not among them.
    pub fn cases_not_closed(&mut self) -> Result<Vec<Case>> {
        self.tagged(&[QUEUED.to_owned()], &[])
    }

    /// What was promised by voice on the tickets that are not closed: number and instant, in no order.
    pub fn promised_by_voice(&mut self) -> Result<Vec<(i64, Moment)>> {
        self.all(BY_VOICE, &[], |r| Ok((r.int(0)?, r.at(1)?)))
    }

    /// What the tickets that are not closed are called, by number.
    pub fn subjects_not_closed(&mut self) -> Result<HashMap<i64, String>> {
        Ok(self.all(sql::CLOCK_SUBJECTS, &[], |r| Ok((r.int(0)?, r.text(1)?)))?.into_iter().collect())
    }

    fn agent_names(&mut self) -> Result<HashMap<i64, String>> {
        Ok(self.all(sql::FIGURE_AGENTS, &[], |r| Ok((r.int(0)?, r.text(1)?)))?.into_iter().collect())
    }

    /// The lives of some tickets, and their tags.
    fn tagged(&mut self, which: &[String], with: &[Val<'_>]) -> Result<Vec<Case>> {
        let mut cases = self.lives(which, with)?;
        let places = places(&cases);
        for some in which {
            self.each(&format!("{CASE_TAGS}{some} ORDER BY g.tag, g.ticket_id"), with, |r| {
                if let Some(case) = places.get(&r.int(0)?).and_then(|i| cases.get_mut(*i)) {
                    case.tags.push(r.text(1)?);
                }
                Ok(())
            })?;
        }
        Ok(cases)
    }

    /// Some tickets with everything that happened to them, in order, by number.
    fn lives(&mut self, which: &[String], with: &[Val<'_>]) -> Result<Vec<Case>> {
        let agents = self.agent_names()?;
        let mut cases = Vec::new();
        let mut births = HashMap::new();
        for some in which {
            self.each(&format!("{CASES}t.id {some} ORDER BY t.id"), with, |r| {
                births.insert(r.int(0)?, r.int(17)?);
                cases.push(case_of(r, &agents)?);
                Ok(())
            })?;
        }
        cases.sort_unstable_by_key(|c| c.number);
        let places = places(&cases);
        let past = self.tell_messages(which, with, (&mut cases, &places, &births))?;
        let mut clients = Vec::new();
        let mut held: HashSet<i64> = HashSet::new();
        for some in which {
            self.each(&format!("{CASE_EVENTS}{some} ORDER BY e.ticket_id, e.operation_id, e.seq"), with, |r| {
                let Some(case) = places.get(&r.int(0)?).and_then(|i| cases.get_mut(*i)) else { return Ok(()) };
                let (at, field, agent) = (r.at(1)?, r.text(2)?, r.int_or(4)?);
                if field == "status" {
                    case.life.deeds.push(Deed { at, what: What::Status(read_text(&r.text(3)?)?), agent });
                    return Ok(());
                }
                let before = r.text(5)?;
                if field == "assignee" {
                    // Whom it was given to first stands in no event but as the one who had it before the next.
                    let before: Option<i64> = read_text(&before)?;
                    if held.insert(case.number) && before.is_some() {
                        case.life.deeds.push(Deed { at: Moment::MIN, what: What::Assigned(before), agent: None });
                    }
                    case.life.deeds.push(Deed { at, what: What::Assigned(read_text(&r.text(3)?)?), agent });
                }
                // What it was opened with is no change.
                if births.get(&case.number) != Some(&r.int(6)?) {
                    let (was, client) = was(&field, &before, &agents)?;
                    clients.extend(client.map(|client| (case.number, case.changes.len(), client)));
                    case.changes.push(Change { at, was });
                }
                Ok(())
            })?;
        }
        self.tell_clients(&clients, &mut cases, &places)?;
        for case in &mut cases {
            if past.turns.contains_key(&case.number) {
                begin_anew(case);
            }
            case.life.deeds.sort_by_key(|d| d.at);
            case.changes.sort_by_key(|c| c.at);
        }
        Ok(cases)
    }

    /// Puts the messages into the lives, and the statuses that followed from them in an archive.
    fn tell_messages(
        &mut self,
        which: &[String],
        with: &[Val<'_>],
        (cases, places, births): (&mut [Case], &HashMap<i64, usize>, &HashMap<i64, i64>),
    ) -> Result<Past> {
        let mut past = Past::default();
        for some in which {
            self.each(&format!("{CASE_MESSAGES}{some} ORDER BY m.ticket_id, m.at, m.id"), with, |r| {
                let ticket = r.int(0)?;
                let Some(case) = places.get(&ticket).and_then(|i| cases.get_mut(*i)) else { return Ok(()) };
                let at = r.at(1)?;
                let at = r.at_or(2)?.map_or(at, |joined| joined.max(at));
                let direction = if r.flag(3)? { Direction::Out } else { Direction::In };
                let counts = r.flag(4)?;
                case.life.deeds.push(Deed { at, what: What::Message { direction, counts }, agent: r.int_or(5)? });
                // Mail that made the ticket, out of an archive.
                if counts && r.flag(7)? && births.get(&ticket) == Some(&r.int(6)?) {
                    let turned = past.turned(ticket, direction);
                    case.life.deeds.extend(turned.map(|s| Deed { at, what: What::Status(s), agent: None }));
                }
                Ok(())
            })?;
        }
        Ok(past)
    }

    /// Puts the names of clients into changes: ticket, place of the change, client.
    fn tell_clients(
        &mut self,
        clients: &[(i64, usize, i64)],
        cases: &mut [Case],
        places: &HashMap<i64, usize>,
    ) -> Result<()> {
        let ids: Vec<i64> = clients.iter().map(|(.., client)| *client).collect();
        let mut names: HashMap<i64, (String, Option<String>)> = HashMap::new();
        for some in pieces(&ids) {
            names.extend(self.all(&format!("{CLIENTS}{some}"), &[], |r| Ok((r.int(0)?, (r.text(1)?, r.text_or(2)?))))?);
        }
        for (ticket, place, client) in clients {
            let case = places.get(ticket).and_then(|i| cases.get_mut(*i));
            if let Some(change) = case.and_then(|case| case.changes.get_mut(*place)) {
                change.was = Was::Client(names.get(client).cloned());
            }
        }
        Ok(())
    }

    /// The tickets opened between two instants that are in no figure, and why.
    pub fn left_out(&mut self, from: Moment, to: Moment) -> Result<Vec<(i64, LeftOut)>> {
        self.all(sql::FIGURE_LEFT_OUT, vals![from, to], |r| {
            let why = match (r.int_or(1)?, r.text_or(2)?.as_deref(), r.flag(3)?) {
                (Some(_), ..) => LeftOut::Merged,
                (None, Some("spam"), _) => LeftOut::Spam,
                (None, _, true) => LeftOut::Muted,
                (None, _, false) => LeftOut::Automatic,
            };
            Ok((r.int(0)?, why))
        })
    }

    /// Every ticket in the queue, not snoozed, whose requester waits for us.
    pub fn waiting(&mut self, now: Moment) -> Result<Vec<Waits>> {
        let rows = self.all(sql::FIGURE_WAITING, vals![now], |r| {
            let status = Status::of(&r.text(3)?).unwrap_or(Status::Open);
            let standing = Standing { until: r.at_or(4)?, ..Standing::of(status) };
            let since = waiting_at(standing, r.at_or(5)?, r.at_or(6)?, now);
            Ok(since.map(|since| -> Result<Waits> {
                Ok(Waits { number: r.int(0)?, subject: r.text(1)?, client: r.text_or(2)?, since })
            }))
        })?;
        rows.into_iter().flatten().collect()
    }
}

/// The condition that a number is one of these, in pieces that an engine can read.
fn pieces(ids: &[i64]) -> Vec<String> {
    let piece = |some: &[i64]| {
        let list: Vec<String> = some.iter().map(i64::to_string).collect();
        format!("IN ({})", list.join(","))
    };
    ids.chunks(5_000).map(piece).collect()
}

/// What a field was before it changed; of a client, his number.
fn was(field: &str, before: &str, agents: &HashMap<i64, String>) -> Result<(Was, Option<i64>)> {
    Ok(match field {
        "priority" => (Was::Priority(read_text(before)?), None),
        "assignee" => (Was::Assignee(read_text::<Option<i64>>(before)?.and_then(|id| agents.get(&id).cloned())), None),
        "client" => (Was::Client(None), read_text(before)?),
        "channel" => (Was::Channel(read_text(before)?), None),
        tag => (Was::Tag(tag.trim_start_matches("tag:").to_owned(), read_text(before)?), None),
    })
}

fn places(cases: &[Case]) -> HashMap<i64, usize> {
    cases.iter().enumerate().map(|(i, c)| (c.number, i)).collect()
}

fn read_text<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).or_else(|_| super::apply::read(&serde_json::from_str(text).unwrap_or_default()))
}

fn case_of(r: &Row<'_>, agents: &HashMap<i64, String>) -> Result<Case> {
    let standing = |status: usize, reason: usize| -> Result<Standing> {
        Ok(Standing {
            reason: r.text_or(reason)?.as_deref().and_then(Reason::of),
            ..Standing::of(Status::of(&r.text(status)?).unwrap_or(Status::Open))
        })
    };
    let priority = usize::try_from(r.int(9)?).ok().and_then(|n| Priority::ALL.get(n).copied());
    Ok(Case {
        number: r.int(0)?,
        life: Timeline {
            opened_at: r.at(1)?,
            outbound: r.int_or(2)?.is_some(),
            first: standing(3, 4)?,
            first_closed_at: r.at_or(5)?,
            deeds: Vec::new(),
        },
        standing_now: Standing { until: r.at_or(8)?, ..standing(6, 7)? },
        priority: priority.unwrap_or(Priority::Normal),
        client: r.text_or(10)?,
        assignee: r.int_or(11)?.and_then(|id| agents.get(&id)).cloned(),
        tags: Vec::new(),
        channel: r.text(12)?,
        plan: r.text_or(16)?,
        out: r.flag(13)? || r.flag(14)? || r.int_or(15)?.is_some(),
        changes: Vec::new(),
    })
}
