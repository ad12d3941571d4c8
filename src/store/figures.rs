//! What the reports are counted from: tickets with their lives, read in a few long walks. What a figure means is in
//! `domain::insight`.

use super::{Reader, Row, sql, vals};
use crate::domain::insight::metrics::Case;
use crate::domain::message::Direction;
use crate::domain::ticket::{Priority, Reason, Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Timeline, What, waiting_at};
use crate::error::Result;
use std::collections::{HashMap, HashSet};

const CASES: &str = "SELECT t.id, t.opened_at, t.opened_by, t.first_status, t.first_reason, t.first_closed_at, t.status, t.reason, \
     t.until, t.priority, t.client_id, t.assignee_id, t.channel, t.muted, t.automatic, t.merged_into FROM ticket AS t WHERE ";
/// Sorted by nothing, so that the index of the queue is enough.
const OF_QUEUE: &str = "t.queued = 1 AND t.opened_at < ?1";
const CASE_MESSAGES: &str = "SELECT m.ticket_id, m.at, m.joined_at, m.direction, m.counts, m.agent_id, \
     CAST(CASE WHEN m.operation_id = t.operation_id AND m.content_key IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) \
     FROM message AS m JOIN ticket AS t ON t.id = m.ticket_id WHERE m.direction <> 'note' AND ";
// The CASE keeps both engines off the index of deeds: few tickets are wanted, and those by number.
const CASE_EVENTS: &str = "SELECT e.noun_id, e.at, e.field, e.after, o.agent_id, e.before FROM event AS e JOIN operation AS o \
     ON o.id = e.operation_id WHERE CASE WHEN e.noun = 'ticket' AND e.field IN ('status', 'assignee') THEN 1 ELSE 0 END = 1 \
     AND o.undone_by IS NULL AND o.kind IN ('do', 'import', 'fetch') AND ";

const CASE_TAGS: &str = "SELECT g.ticket_id, g.tag FROM ticket_tag AS g WHERE ";
const BY_VOICE: &str =
    "SELECT t.id, t.due_at FROM ticket AS t WHERE t.queued = 1 AND t.due_at IS NOT NULL ORDER BY t.id";
const QUEUED: &str = "SELECT t.id FROM ticket AS t WHERE t.queued = 1";

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
        let names = self.names()?;
        // To which something happened that can show in a figure of this time.
        let active = self.all(sql::FIGURE_ACTIVE, vals![from, to], |r| r.int(0))?;
        let mut cases = Vec::with_capacity(active.len());
        for some in among("t.id", &active) {
            cases.append(&mut self.all(&format!("{CASES}{some} ORDER BY t.id"), &[], |r| case_of(r, &names))?);
        }
        let mut places = places(&cases);
        self.tell_lives(&active, &mut cases, &places)?;
        let still = self.all(&format!("{CASES}{OF_QUEUE}"), vals![to], |r| case_of(r, &names))?;
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
        let names = self.names()?;
        let mut cases = Vec::with_capacity(numbers.len());
        for some in among("t.id", numbers) {
            cases.append(&mut self.all(&format!("{CASES}{some} ORDER BY t.id"), &[], |r| case_of(r, &names))?);
        }
        cases.sort_unstable_by_key(|c| c.number);
        let places = places(&cases);
        self.tell_lives(numbers, &mut cases, &places)?;
        for some in among("g.ticket_id", numbers) {
            self.each(&format!("{CASE_TAGS}{some} ORDER BY g.tag, g.ticket_id"), &[], |r| {
                if let Some(case) = places.get(&r.int(0)?).and_then(|i| cases.get_mut(*i)) {
                    case.tags.push(r.text(1)?);
                }
                Ok(())
            })?;
        }
        Ok(cases)
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
        let numbers = self.all(QUEUED, &[], |r| r.int(0))?;
        self.cases_of(&numbers)
    }

    /// What was promised by voice on the tickets that are not closed: number and instant.
    pub fn promised_by_voice(&mut self) -> Result<Vec<(i64, Moment)>> {
        self.all(BY_VOICE, &[], |r| Ok((r.int(0)?, r.at(1)?)))
    }

    fn names(&mut self) -> Result<Names> {
        let clients = self.all(sql::FIGURE_CLIENTS, &[], |r| Ok((r.int(0)?, (r.text(1)?, r.text_or(2)?))))?;
        let agents = self.all(sql::FIGURE_AGENTS, &[], |r| Ok((r.int(0)?, r.text(1)?)))?;
        Ok(Names { clients: clients.into_iter().collect(), agents: agents.into_iter().collect() })
    }

    /// Puts what happened into the lives of the cases, in order.
    fn tell_lives(&mut self, active: &[i64], cases: &mut [Case], places: &HashMap<i64, usize>) -> Result<()> {
        let mut past = Past::default();
        let mut deed = |ticket: i64, deed: Deed| {
            if let Some(case) = places.get(&ticket).and_then(|i| cases.get_mut(*i)) {
                case.life.deeds.push(deed);
            }
        };
        for some in among("m.ticket_id", active) {
            self.each(&format!("{CASE_MESSAGES}{some} ORDER BY m.ticket_id, m.at, m.id"), &[], |r| {
                let at = r.at(1)?;
                let at = r.at_or(2)?.map_or(at, |joined| joined.max(at));
                let direction = Direction::of(&r.text(3)?).unwrap_or(Direction::Note);
                let (ticket, counts) = (r.int(0)?, r.flag(4)?);
                deed(ticket, Deed { at, what: What::Message { direction, counts }, agent: r.int_or(5)? });
                if counts && r.flag(6)? {
                    let turned = past.turned(ticket, direction);
                    turned.into_iter().for_each(|s| deed(ticket, Deed { at, what: What::Status(s), agent: None }));
                }
                Ok(())
            })?;
        }
        let mut held: HashSet<i64> = HashSet::new();
        for some in among("e.ticket_id", active) {
            self.each(&format!("{CASE_EVENTS}{some} ORDER BY e.operation_id, e.seq"), &[], |r| {
                let ticket = r.int(0)?;
                let what = if r.text(2)? == "status" {
                    What::Status(read_text(&r.text(3)?)?)
                } else {
                    // Whom it was given to first stands in no event but as the one who had it before the next.
                    let before: Option<i64> = read_text(&r.text(5)?)?;
                    if held.insert(ticket) && before.is_some() {
                        deed(ticket, Deed { at: Moment::MIN, what: What::Assigned(before), agent: None });
                    }
                    What::Assigned(read_text(&r.text(3)?)?)
                };
                deed(ticket, Deed { at: r.at(1)?, what, agent: r.int_or(4)? });
                Ok(())
            })?;
        }
        for case in cases {
            if past.turns.contains_key(&case.number) {
                begin_anew(case);
            }
            case.life.deeds.sort_by_key(|d| d.at);
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

/// Names by id.
struct Names {
    clients: HashMap<i64, (String, Option<String>)>,
    agents: HashMap<i64, String>,
}

/// The condition that a column is one of these numbers, in pieces that an engine can read.
fn among(column: &str, ids: &[i64]) -> impl Iterator<Item = String> {
    ids.chunks(5_000).map(move |some| {
        let list: Vec<String> = some.iter().map(i64::to_string).collect();
        format!("{column} IN ({})", list.join(","))
    })
}

fn places(cases: &[Case]) -> HashMap<i64, usize> {
    cases.iter().enumerate().map(|(i, c)| (c.number, i)).collect()
}

fn read_text<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    super::apply::read(&serde_json::from_str(text).unwrap_or_default())
}

fn case_of(r: &Row<'_>, names: &Names) -> Result<Case> {
    let standing = |status: usize, reason: usize| -> Result<Standing> {
        Ok(Standing {
            reason: r.text_or(reason)?.as_deref().and_then(Reason::of),
            ..Standing::of(Status::of(&r.text(status)?).unwrap_or(Status::Open))
        })
    };
    let priority = usize::try_from(r.int(9)?).ok().and_then(|n| Priority::ALL.get(n).copied());
    let client = r.int_or(10)?.and_then(|id| names.clients.get(&id));
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
        client: client.map(|(handle, _)| handle.clone()),
        assignee: r.int_or(11)?.and_then(|id| names.agents.get(&id)).cloned(),
        tags: Vec::new(),
        channel: r.text(12)?,
        plan: client.and_then(|(_, plan)| plan.clone()),
        out: r.flag(13)? || r.flag(14)? || r.int_or(15)?.is_some(),
    })
}
