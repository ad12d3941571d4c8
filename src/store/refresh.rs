//! What follows from a ticket's history is made anew, whole, for every ticket that a write touched; nothing is counted
//! up or down, so doing and undoing cannot drift apart.

use super::{Reader, Tx, sql, vals};
use crate::domain::message::Direction;
use crate::domain::ticket::{Reason, Standing, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Projection, Timeline, What, rank};
use crate::domain::words;
use crate::error::Result;
use std::collections::{BTreeSet, HashMap};

/// The kind of machine that asks how it was: a mail that no person wrote, and that answers nothing.
pub const SURVEY: &str = "survey";
/// A hundred years, in seconds.
const CENTURY: i64 = 3_155_760_000;

/// Everything a ticket's row holds beyond what people set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) state: Projection,
    pub(crate) automatic: bool,
    pub(crate) muted: bool,
    pub(crate) queued: bool,
    pub(crate) rank: i64,
    pub(crate) queue_at: i64,
}

impl Kept {
    /// Puts the pieces together: what is queued, and where.
    pub(crate) fn of(ticket: &Ticket, state: Projection, automatic: bool, muted: bool) -> Kept {
        let queued = ticket.standing.status != Status::Closed && ticket.merged_into.is_none() && !automatic && !muted;
        // Whoever was answered stands behind those who wait.
        let queue_at = state.waiting_since.map_or(state.updated_at.0.saturating_add(CENTURY), |since| since.0);
        Kept { state, automatic, muted, queued, rank: rank(ticket.standing.status, ticket.priority), queue_at }
    }
}

/// What machines write by themselves, our own questions for a rating among it; lists are people.
#[must_use]
pub fn is_machine(automatic: Option<&str>) -> bool {
    matches!(automatic, Some("auto-reply" | "bounce" | SURVEY))
}

impl Reader<'_> {
    /// The life of a ticket, and whether only machines took part in it.
    pub fn timeline(&mut self, ticket: &Ticket) -> Result<(Timeline, bool)> {
        let birth =
            self.first(sql::TICKET_BIRTH, vals![ticket.id], |r| Ok((r.text(0)?, r.text_or(1)?, r.at_or(2)?)))?;
        let (status, reason, first_closed_at) = birth.unwrap_or_default();
        let first = Standing {
            reason: reason.as_deref().and_then(Reason::of),
            ..Standing::of(Status::of(&status).unwrap_or(Status::New))
        };
        let mut messages = 0_u32;
        let mut people = false;
        let mut deeds = Vec::new();
        self.each(sql::MESSAGE_DEEDS, vals![ticket.id], |r| {
            messages += 1;
            people |= !is_machine(r.text_or(5)?.as_deref());
            let direction = Direction::of(&r.text(2)?).unwrap_or(Direction::Note);
            let at = r.at_or(1)?.map_or(r.at(0)?, |joined| joined.max(Moment(r.int(0).unwrap_or_default())));
            deeds.push(Deed { at, what: What::Message { direction, counts: r.flag(3)? }, agent: r.int_or(4)? });
            Ok(())
        })?;
        let mut touched = false;
        for e in self.events_of_ticket(ticket.id)? {
            if e.event.noun != crate::domain::event::Noun::Ticket || e.event.field.is_empty() || e.event.follows() {
                continue;
            }
            touched = true;
            let what = match e.event.field.as_str() {
                "status" => What::Status(super::apply::read(&e.event.to)?),
                "assignee" => What::Assigned(super::apply::read(&e.event.to)?),
                _ => continue,
            };
            deeds.push(Deed { at: e.event.at, what, agent: Some(e.agent) });
        }
        deeds.sort_by_key(|d| d.at);
        let life = Timeline {
            opened_at: ticket.opened_at,
            outbound: ticket.opened_by.is_some(),
            first,
            first_closed_at,
            deeds,
        };
        Ok((life, messages > 0 && !people && !touched))
    }

    /// What the row of a ticket should hold, from its history.
    pub(crate) fn should_hold(&mut self, ticket: &Ticket) -> Result<Kept> {
        let (life, automatic) = self.timeline(ticket)?;
        let mut state = life.projection();
        for e in self.events_of_ticket(ticket.id)?.iter().filter(|e| !e.event.follows()) {
            state.updated_at = state.updated_at.max(e.event.at);
        }
        state.logged_minutes = self.number(sql::ENTRY_MINUTES, vals![ticket.id])?;
        let muted = match ticket.requester {
            Some(contact) => self.is_muted(contact)?,
            None => false,
        };
        Ok(Kept::of(ticket, state, automatic, muted))
    }

    /// What the row of a ticket holds.
    pub(crate) fn holds(&mut self, ticket: i64) -> Result<Option<Kept>> {
        self.first(sql::TICKET_KEPT, vals![ticket], |r| {
            let state = Projection {
                updated_at: r.at(0)?,
                closed_at: r.at_or(1)?,
                waiting_since: r.at_or(2)?,
                replies: r.int(3)?,
                reopens: r.int(4)?,
                logged_minutes: r.int(5)?,
            };
            Ok(Kept {
                state,
                automatic: r.flag(6)?,
                muted: r.flag(7)?,
                queued: r.flag(8)?,
                rank: r.int(9)?,
                queue_at: r.int(10)?,
            })
        })
    }

    /// Whether the contact or his domain is muted.
    pub fn is_muted(&mut self, contact: i64) -> Result<bool> {
        let addresses = self.all(sql::POINTS, vals![contact], |r| Ok((r.text(0)?, r.text(1)?)))?;
        if addresses.is_empty() {
            // Whoever was muted and is erased stays muted by his number.
            let number = format!("id:{contact}");
            return Ok(self.number(sql::MUTE_HITS, vals![&number, &number])? > 0);
        }
        for (_, key) in addresses.iter().filter(|(kind, _)| kind == "email") {
            let domain = key.rfind('@').map_or("", |at| key.get(at..).unwrap_or_default());
            if self.number(sql::MUTE_HITS, vals![key, domain])? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The tickets whose requester a mute pattern is about, each once.
    pub fn tickets_of_pattern(&mut self, pattern: &str) -> Result<Vec<i64>> {
        if let Some(contact) = pattern.strip_prefix("id:").and_then(|n| n.parse().ok()) {
            return self.tickets_of_contact(contact);
        }
        if !pattern.starts_with('@') {
            return self.all(sql::POINT_TICKETS, vals![pattern], |r| r.int(0));
        }
        let all = self.all(sql::POINTS_LIKE_MUTE, &[], |r| Ok((r.text(0)?, r.int(1)?)))?;
        let mut ids: Vec<i64> = all.into_iter().filter(|(key, _)| key.ends_with(pattern)).map(|(_, id)| id).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// What is muted: each pattern with the number of tickets it hides.
    pub fn muted_patterns(&mut self) -> Result<Vec<(String, i64)>> {
        let patterns = self.all(sql::MUTES, &[], |r| r.text(0))?;
        let hidden = self.all(sql::MUTED_ADDRESSES, &[], |r| Ok((r.text(0)?, r.int(1)?)))?;
        let mut tickets: HashMap<&str, BTreeSet<i64>> = HashMap::new();
        for (key, id) in &hidden {
            let domain = key.rfind('@').and_then(|at| key.get(at..)).unwrap_or_default();
            tickets.entry(key).or_default().insert(*id);
            tickets.entry(domain).or_default().insert(*id);
        }
        let mut lines = Vec::with_capacity(patterns.len());
        for pattern in &patterns {
            let hidden = match tickets.get(pattern.as_str()) {
                Some(ids) => ids.len(),
                None if pattern.starts_with("id:") => self.tickets_of_pattern(pattern)?.len(),
                None => 0,
            };
            lines.push((pattern.clone(), i64::try_from(hidden).unwrap_or(i64::MAX)));
        }
        Ok(lines)
    }

    /// How many tickets muting hides.
    pub fn muted_tickets(&mut self) -> Result<i64> {
        self.number(sql::MUTED_COUNT, &[])
    }
}

impl Tx<'_> {
    /// Brings every touched ticket up to date, and its line in the search index where names or labels changed.
    pub(super) fn refresh_touched(&mut self) -> Result<()> {
        for id in std::mem::take(&mut self.touched) {
            let Some(ticket) = self.ticket(id)? else { continue };
            let kept = self.should_hold(&ticket)?;
            if self.holds(id)? != Some(kept) {
                self.keep(id, &kept)?;
            }
        }
        for id in std::mem::take(&mut self.relisted) {
            self.relist(id)?;
        }
        for message in std::mem::take(&mut self.reindexed) {
            self.index_anew(message)?;
        }
        Ok(())
    }

    /// Writes the row of a new ticket, whole: what people set, how it began, and what follows from its history.
    pub(super) fn add_ticket(
        &mut self,
        t: &Ticket,
        operation: i64,
        first_closed_at: Option<Moment>,
        k: &Kept,
    ) -> Result<()> {
        let (s, state) = (t.standing, k.state);
        let (status, reason) = (s.status.word(), s.reason.map(|r| r.word()));
        self.run(
            sql::TICKET_ADD,
            vals![
                t.id,
                &t.subject,
                status,
                reason,
                s.until,
                t.priority as i64,
                t.assignee,
                t.requester,
                t.client,
                &t.channel,
                t.opened_at,
                t.opened_by,
                t.due_at,
                t.snoozed_until,
                t.merged_into,
                &t.once,
                operation,
                status,
                reason,
                first_closed_at,
                state.updated_at,
                state.closed_at,
                state.waiting_since,
                state.replies,
                state.reopens,
                state.logged_minutes,
                k.automatic,
                k.muted,
                k.queued,
                k.rank,
                k.queue_at,
            ],
        )
        .map(drop)
    }

    pub(crate) fn keep(&mut self, id: i64, k: &Kept) -> Result<()> {
        let s = k.state;
        self.run(
            sql::TICKET_PROJECTION,
            vals![
                id,
                s.updated_at,
                s.closed_at,
                s.waiting_since,
                s.replies,
                s.reopens,
                s.logged_minutes,
                k.automatic,
                k.muted,
                k.queued,
                k.rank,
                k.queue_at
            ],
        )
        .map(drop)
    }

    /// Puts the ticket's line into the search index: subject; names, addresses, phones, client, tags.
    pub(crate) fn relist(&mut self, id: i64) -> Result<()> {
        let Some(ticket) = self.ticket(id)? else { return Ok(()) };
        let mut about = Vec::new();
        if let Some(contact) = ticket.requester {
            about.extend(self.contact(contact)?.map(|c| c.name));
            for p in self.points(contact)? {
                about.extend(p.endings());
                about.push(p.key());
                about.push(p.value);
            }
        }
        if let Some(client) = ticket.client {
            about.extend(self.client(client)?.map(|c| format!("{} {}", c.handle, c.name)));
        }
        about.extend(self.all(sql::TAGS_OF, vals![id], |r| r.text(0))?);
        let distinct = |text: &str| {
            let mut terms = words::terms(text);
            terms.sort_unstable();
            terms.dedup();
            terms.join(" ")
        };
        let (subject, about) = (distinct(&ticket.subject), distinct(&about.join(" ")));
        self.index(-id, &subject, &about, true)
    }
}
