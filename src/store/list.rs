//! Lists of tickets: a query's conditions become SQL here, the order of the queue too.

use super::engine::Val;
use super::ticket::{TICKET_COLUMNS, ticket_of};
use super::{Reader, Row, sql, vals};
use crate::domain::agent::Agent;
use crate::domain::contact::Point;
use crate::domain::listed::{Listed, Person};
use crate::domain::queue::{Claim, NEAR, Place, Waited};
use crate::domain::search::{DueTest, Query, Sort, SortKey, StatusTest, Test, Who};
use crate::domain::ticket::{Priority, Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Projection, waiting_at};
use crate::error::{Error, Result};
use std::cmp::Ordering;

/// What a list looks at besides its query.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask {
    /// Now.
    pub now: Moment,
    /// Who `me` is.
    pub me: Option<i64>,
    /// The last instant that counts as due today.
    pub today_ends: Moment,
    /// The last instant that counts as due this week.
    pub week_ends: Moment,
    /// Rows at most; none: all.
    pub limit: Option<i64>,
}

/// Rows and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The rows that were asked for.
    pub rows: Vec<Listed>,
    /// How many match in all.
    pub total: i64,
}

/// Conditions and their values, in step.
#[derive(Default)]
pub(crate) struct Conditions {
    pub(super) text: String,
    ints: Vec<Held>,
}

enum Held {
    Int(i64),
    Text(String),
}

impl Conditions {
    pub(crate) fn and(&mut self, condition: &str) {
        self.text.push_str(if self.text.is_empty() { " WHERE " } else { " AND " });
        self.text.push_str(condition);
    }

    pub(super) fn int(&mut self, n: i64) -> String {
        self.ints.push(Held::Int(n));
        format!("?{}", self.ints.len())
    }

    pub(super) fn word(&mut self, text: String) -> String {
        self.ints.push(Held::Text(text));
        format!("?{}", self.ints.len())
    }

    pub(super) fn vals(&self) -> Vec<Val<'_>> {
        self.ints
            .iter()
            .map(|h| match h {
                Held::Int(n) => Val::from(*n),
                Held::Text(t) => Val::from(t),
            })
            .collect()
    }
}

const LISTED_TAIL: &str = ", t.updated_at, t.closed_at, t.waiting_since, t.replies, t.reopens, t.logged_minutes, t.automatic, t.muted, \
     c.id, c.name, \
     (SELECT p.value FROM contact_point AS p WHERE p.contact_id = t.requester_id AND p.kind = 'email' ORDER BY p.n, p.key LIMIT 1), \
     (SELECT p.value FROM contact_point AS p WHERE p.contact_id = t.requester_id AND p.kind = 'phone' ORDER BY p.n, p.key LIMIT 1), \
     k.handle, a.name, \
     (SELECT string_agg(g.tag, ' ' ORDER BY g.tag) FROM ticket_tag AS g WHERE g.ticket_id = t.id), \
     (SELECT x.source FROM origin AS x WHERE x.kind = 'ticket' AND x.thing_id = t.id AND substr(x.number, 1, 4) <> 'row-' ORDER BY x.source, x.number LIMIT 1), \
     (SELECT x.number FROM origin AS x WHERE x.kind = 'ticket' AND x.thing_id = t.id AND substr(x.number, 1, 4) <> 'row-' ORDER BY x.source, x.number LIMIT 1), \
     k.vip, k.plan \
     FROM ticket AS t LEFT JOIN contact AS c ON c.id = t.requester_id LEFT JOIN client AS k ON k.id = t.client_id \
     LEFT JOIN agent AS a ON a.id = t.assignee_id";

const CLAIMS: &str = "SELECT t.id, t.status, t.until, t.snoozed_until, t.priority, t.waiting_since, t.updated_at, t.due_at, t.client_id FROM ticket AS t";

fn listed_of(r: &Row<'_>, now: Moment) -> Result<Listed> {
    let mut ticket = ticket_of(r)?;
    let mut state = Projection {
        updated_at: r.at(16)?,
        closed_at: r.at_or(17)?,
        waiting_since: r.at_or(18)?,
        replies: r.int(19)?,
        reopens: r.int(20)?,
        logged_minutes: r.int(21)?,
    };
    state.waiting_since = waiting_at(ticket.standing, state.waiting_since, ticket.snoozed_until, now);
    ticket.standing.status = ticket.standing.at(now);
    let requester = r.int_or(24)?.map(|_| -> Result<Person> {
        Ok(Person { name: r.text_or(25)?.unwrap_or_default(), email: r.text_or(26)?, phone: r.text_or(27)? })
    });
    Ok(Listed {
        ticket,
        state,
        requester: requester.transpose()?,
        client: r.text_or(28)?,
        assignee: r.text_or(29)?,
        tags: r.text_or(30)?.map(|t| t.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
        automatic: r.flag(22)?,
        muted: r.flag(23)?,
        external: r.text_or(31)?.zip(r.text_or(32)?),
        sla: None,
        vip: r.int_or(33)? == Some(1),
        plan: r.text_or(34)?,
        outside: None,
    })
}

/// The place in the queue as seen at `now`, where nobody goes before others: the order that the tables keep.
fn urgency(l: &Listed, now: Moment) -> Place {
    Claim { vip: false, ..Claim::from(l) }.place(now, Waited::BySecond)
}

impl Reader<'_> {
    /// The tickets that a query without full text asks for. Without a word about the status: those that are not closed,
    /// not snoozed, not merged, not muted and not of machines only. Without a word about the order: the most urgent first;
    /// where closed ones are asked for, the newest.
    pub fn list(&mut self, query: &Query, ask: &Ask) -> Result<Listing> {
        let conditions = self.conditions(query, ask)?;
        let total = self.number(&format!("SELECT count(*) FROM ticket AS t{}", conditions.text), &conditions.vals())?;
        let rows = match query.sort {
            None | Some(Sort { key: SortKey::Urgency, descending: false }) if !query.closed_asked() => {
                self.most_urgent(&conditions, ask)?
            }
            sort => {
                let sort = sort.unwrap_or(Sort { key: SortKey::Number, descending: true });
                let order = format!(" ORDER BY {}", order_of(sort));
                self.listed(&conditions, &order, ask)?
            }
        };
        Ok(Listing { rows, total })
    }

    /// What decides the places of the tickets that a query without full text asks for, in no order; `vips` are the clients who
    /// go before others. Nobody has looked at the promises yet.
    pub fn claims(&mut self, query: &Query, ask: &Ask, vips: &[i64]) -> Result<Vec<Claim>> {
        let conditions = self.conditions(query, ask)?;
        self.all(&format!("{CLAIMS}{}", conditions.text), &conditions.vals(), |r| {
            let status = Status::of(&r.text(1)?).unwrap_or(Status::Open);
            let standing = Standing { until: r.at_or(2)?, ..Standing::of(status) };
            let priority = usize::try_from(r.int(4)?).ok().and_then(|n| Priority::ALL.get(n).copied());
            Ok(Claim {
                number: r.int(0)?,
                status: standing.at(ask.now),
                priority: priority.unwrap_or(Priority::Normal),
                waiting_since: waiting_at(standing, r.at_or(5)?, r.at_or(3)?, ask.now),
                updated_at: r.at(6)?,
                due_at: r.at_or(7)?,
                sla: None,
                vip: !vips.is_empty() && r.int_or(8)?.is_some_and(|client| vips.contains(&client)),
            })
        })
    }

    /// How many tickets a query asks for.
    pub fn count(&mut self, query: &Query, ask: &Ask) -> Result<i64> {
        let conditions = self.conditions(query, ask)?;
        self.number(&format!("SELECT count(*) FROM ticket AS t{}", conditions.text), &conditions.vals())
    }

    /// The numbers of all tickets that a query without full text asks for, in order.
    pub fn numbers(&mut self, query: &Query, ask: &Ask) -> Result<Vec<i64>> {
        let conditions = self.conditions(query, ask)?;
        self.all(&format!("SELECT t.id FROM ticket AS t{} ORDER BY t.id", conditions.text), &conditions.vals(), |r| {
            r.int(0)
        })
    }

    /// A page of the numbers that a query without full text asks for, in order: those after one.
    pub fn numbers_after(&mut self, query: &Query, ask: &Ask, after: i64, limit: i64) -> Result<Vec<i64>> {
        let mut conditions = self.conditions(query, ask)?;
        let after = conditions.int(after);
        conditions.and(&format!("t.id > {after}"));
        let text = format!("SELECT t.id FROM ticket AS t{} ORDER BY t.id LIMIT {limit}", conditions.text);
        self.all(&text, &conditions.vals(), |r| r.int(0))
    }

    /// The tickets of these numbers that also meet the query, in the order of the numbers.
    pub fn listed_among(&mut self, ids: &[i64], query: &Query, ask: &Ask) -> Result<Vec<Listed>> {
        let mut found = Vec::with_capacity(ids.len());
        for part in ids.chunks(400) {
            let mut conditions = self.conditions(query, ask)?;
            let list: Vec<String> = part.iter().map(|id| conditions.int(*id)).collect();
            conditions.and(&format!("t.id IN ({})", list.join(", ")));
            let mut rows = self.listed(&conditions, " ORDER BY t.id", &Ask { limit: None, ..*ask })?;
            let place = |l: &Listed| part.iter().position(|id| *id == l.ticket.id);
            rows.sort_by_key(place);
            found.append(&mut rows);
        }
        Ok(found)
    }

    fn listed(&mut self, conditions: &Conditions, order: &str, ask: &Ask) -> Result<Vec<Listed>> {
        let limit = ask.limit.map(|n| format!(" LIMIT {n}")).unwrap_or_default();
        let text = format!("SELECT {TICKET_COLUMNS}{LISTED_TAIL}{}{order}{limit}", conditions.text);
        self.all(&text, &conditions.vals(), |r| listed_of(r, ask.now))
    }

    /// Two short walks instead of one long sort: the queue in its kept order, and the few tickets that the time of day
    /// moves (promises, ends of pauses, snoozes that are over).
    fn most_urgent(&mut self, conditions: &Conditions, ask: &Ask) -> Result<Vec<Listed>> {
        let now = ask.now.0;
        let by = |column: &str, until: i64| format!("SELECT m.id FROM ticket AS m WHERE m.{column} <= {until}");
        let moved = [by("due_at", now + NEAR), by("until", now), by("snoozed_until", now)].join(" UNION ALL ");
        let moved = format!("t.id IN ({moved})");
        let with = |extra: &str| Conditions {
            text: format!("{}{}{extra}", conditions.text, if conditions.text.is_empty() { " WHERE " } else { " AND " }),
            ints: conditions.ints.iter().map(Held::copy).collect(),
        };
        let mut rows = self.listed(&with(&moved), " ORDER BY t.id", &Ask { limit: None, ..*ask })?;
        let special: std::collections::HashSet<i64> = rows.iter().map(|l| l.ticket.id).collect();
        let plain = Ask { limit: ask.limit.map(|n| n + i64::try_from(special.len()).unwrap_or(0)), ..*ask };
        let rest = self.listed(conditions, " ORDER BY t.rank, t.queue_at, t.id", &plain)?;
        rows.extend(rest.into_iter().filter(|l| !special.contains(&l.ticket.id)));
        rows.sort_by_cached_key(|l| urgency(l, ask.now));
        if let Some(limit) = ask.limit.and_then(|n| usize::try_from(n).ok()) {
            rows.truncate(limit);
        }
        Ok(rows)
    }

    /// The conditions of a query: its terms, and what a list leaves out by itself.
    pub(crate) fn conditions(&mut self, query: &Query, ask: &Ask) -> Result<Conditions> {
        let mut c = Conditions::default();
        for term in &query.terms {
            let tests = term.alternatives.iter().map(|t| self.test(t, ask, &mut c)).collect::<Result<Vec<_>>>()?;
            let any = tests.join(" OR ");
            c.and(&if term.negated { format!("NOT COALESCE(({any}), 1 = 0)") } else { format!("({any})") });
        }
        if let Some((_, period)) = &query.period {
            let (from, to) = (c.int(period.from.0), c.int(period.to.0));
            c.and(&format!("t.opened_at >= {from} AND t.opened_at < {to}"));
        }
        let all = query.terms.iter().flat_map(|t| &t.alternatives).any(|t| matches!(t, Test::Status(StatusTest::All)));
        if !query.status_asked() {
            c.and("t.queued = 1");
            let now = c.int(ask.now.0);
            c.and(&format!("(t.snoozed_until IS NULL OR t.snoozed_until <= {now})"));
        } else if !all {
            c.and("t.merged_into IS NULL AND t.muted = 0");
        }
        Ok(c)
    }

    /// The condition of one test on the ticket called `t`.
    pub(super) fn test(&mut self, test: &Test, ask: &Ask, c: &mut Conditions) -> Result<String> {
        let now = ask.now.0;
        let open = format!("(t.status = 'open' OR (t.status IN ('pending', 'hold') AND t.until <= {now}))");
        Ok(match test {
            Test::Tag(tag) => {
                format!("t.id IN (SELECT g.ticket_id FROM ticket_tag AS g WHERE g.tag = {})", c.word(tag.clone()))
            }
            Test::Who(who) => self.who_test("t.assignee_id", who, ask, c)?,
            Test::From(text) => self.sender_test(text, c)?,
            Test::Client(client) => self.client_test("t.client_id", client.as_deref(), c)?,
            Test::Status(StatusTest::All) => "1 = 1".to_owned(),
            Test::Status(StatusTest::Is(Status::Open)) => open,
            Test::Status(StatusTest::Is(status @ (Status::Pending | Status::Hold))) => {
                format!("(t.status = '{}' AND (t.until IS NULL OR t.until > {now}))", status.word())
            }
            Test::Status(StatusTest::Is(status)) => format!("t.status = '{}'", status.word()),
            Test::Reason(reason) => format!("(t.status = 'closed' AND t.reason = '{}')", reason.word()),
            Test::Priority(p) => format!("t.priority = {}", *p as i64),
            Test::Channel(channel) => format!("t.channel = {}", c.word(channel.clone())),
            Test::Due(due) => match due {
                DueTest::None => "t.due_at IS NULL".to_owned(),
                DueTest::Late => format!("(t.due_at < {now} AND t.status <> 'closed')"),
                DueTest::Today => format!("t.due_at < {}", ask.today_ends.0),
                DueTest::Week => format!("t.due_at < {}", ask.week_ends.0),
            },
            Test::Waiting(seconds) => format!("t.waiting_since <= {}", ask.now.plus(-seconds).0),
            Test::Older(seconds) => format!("t.opened_at <= {}", ask.now.plus(-seconds).0),
            Test::Opened(p) => format!("(t.opened_at >= {} AND t.opened_at < {})", p.from.0, p.to.0),
            Test::Updated(p) => format!("(t.updated_at >= {} AND t.updated_at < {})", p.from.0, p.to.0),
            Test::Closed(p) => format!("(t.closed_at >= {} AND t.closed_at < {})", p.from.0, p.to.0),
            Test::Plan(plan) => plan_test("t.client_id", plan, c),
            Test::Vip(yes) => vip_test("t.client_id", *yes),
            Test::External(number) => {
                format!(
                    "t.id IN (SELECT x.thing_id FROM origin AS x WHERE x.kind = 'ticket' AND x.number = {})",
                    c.word(number.clone())
                )
            }
            Test::Among(numbers) if numbers.is_empty() => "1 = 0".to_owned(),
            Test::Among(numbers) => {
                let list: Vec<String> = numbers.iter().map(i64::to_string).collect();
                format!("t.id IN ({})", list.join(","))
            }
            Test::Ours => format!("(t.status = 'new' OR {open} OR (t.due_at < {now} AND t.status <> 'closed'))"),
            Test::Topic(_) => return Err(Error::bug("a topic was asked of the tables")),
            Test::Sla(_) => return Err(Error::bug("a clock was asked of the tables")),
            Test::Draft(None) => "t.id IN (SELECT d.ticket_id FROM draft AS d)".to_owned(),
            Test::Draft(Some(Who::None)) => "t.id NOT IN (SELECT d.ticket_id FROM draft AS d)".to_owned(),
            Test::Draft(Some(who)) => {
                let his = self.who_test("d.agent_id", who, ask, c)?;
                format!("t.id IN (SELECT d.ticket_id FROM draft AS d WHERE {his})")
            }
        })
    }

    /// `who:` of a column with agents.
    pub(super) fn who_test(&mut self, column: &str, who: &Who, ask: &Ask, c: &mut Conditions) -> Result<String> {
        let id = match who {
            Who::None => return Ok(format!("{column} IS NULL")),
            Who::Me => ask.me.unwrap_or(-1),
            Who::Name(name) => match self.agent_named(name)? {
                Some(agent) => agent.id,
                None => return Err(no_agent(name, &self.agents()?)),
            },
        };
        Ok(format!("{column} = {}", c.int(id)))
    }

    /// `client:` of a column with clients.
    pub(super) fn client_test(&mut self, column: &str, client: Option<&str>, c: &mut Conditions) -> Result<String> {
        let Some(word) = client else { return Ok(format!("{column} IS NULL")) };
        match self.client_called(word)? {
            Some(client) => Ok(format!("{column} = {}", c.int(client.id))),
            None => Err(no_client(word, &self.client_handles()?)),
        }
    }

    /// `from:` an address, a phone, a handle, or a whole name.
    fn sender_test(&mut self, text: &str, c: &mut Conditions) -> Result<String> {
        let contacts = match Point::read(text) {
            Some(point) => self.contact_at(&point)?.into_iter().collect(),
            None => self.contacts_named(text)?,
        };
        if contacts.is_empty() {
            return Ok("1 = 0".to_owned());
        }
        let ids: Vec<String> = contacts.iter().map(|p| c.int(p.id)).collect();
        Ok(format!("t.requester_id IN ({})", ids.join(", ")))
    }

    /// The sizes of the queue.
    pub fn queue_counts(&mut self, me: Option<i64>, now: Moment) -> Result<Counts> {
        let counts = self.first(sql::COUNT_QUEUE, vals![me.unwrap_or(-1), now], |r| {
            let woke = r.int(7)?;
            Ok(Counts {
                waiting: r.int(0)? - r.int(4)? + woke,
                paused: r.int(1)? - woke,
                unassigned: r.int(2)?,
                mine: r.int(3)?,
                snoozed: r.int(4)?,
                automatic: r.int(5)?,
                late: r.int(6)?,
            })
        })?;
        Ok(counts.unwrap_or_default())
    }
}

/// Sizes of the queue. Closed, merged, muted and automatic tickets are in none of them but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// They wait for us, and are in sight.
    pub waiting: i64,
    /// They wait for the customer or a third party.
    pub paused: i64,
    /// Of those that wait for us: nobody's.
    pub unassigned: i64,
    /// Of those that wait for us: of the agent who asks.
    pub mine: i64,
    /// Of those that wait for us: out of sight for now.
    pub snoozed: i64,
    /// Promised and past.
    pub late: i64,
    /// Not closed, but only machines wrote to them.
    pub automatic: i64,
}

/// `plan:` of a column with clients.
pub(super) fn plan_test(column: &str, plan: &str, c: &mut Conditions) -> String {
    format!("{column} IN (SELECT q.id FROM client AS q WHERE q.plan = {})", c.word(plan.to_owned()))
}

/// `vip:` of a column with clients.
pub(super) fn vip_test(column: &str, yes: bool) -> String {
    const VIPS: &str = "(SELECT q.id FROM client AS q WHERE q.vip = 1)";
    if yes { format!("{column} IN {VIPS}") } else { format!("({column} IS NULL OR {column} NOT IN {VIPS})") }
}

impl Held {
    fn copy(&self) -> Held {
        match self {
            Held::Int(n) => Held::Int(*n),
            Held::Text(t) => Held::Text(t.clone()),
        }
    }
}

/// The error that names the agent nobody knows, and the nearest one.
#[must_use]
pub fn no_agent(name: &str, agents: &[Agent]) -> Error {
    let near = crate::domain::nearest::nearest(name, agents.iter().map(|a| a.name.as_str()));
    Error::missing(format!("there is no agent {name}"))
        .hint(near.map_or_else(|| "desk agent ls".to_owned(), |n| format!("did you mean {n}?")))
}

/// The error that names the client nobody knows, and the nearest one.
#[must_use]
pub fn no_client(word: &str, handles: &[String]) -> Error {
    let near = crate::domain::nearest::nearest(word, handles.iter().map(String::as_str));
    Error::missing(format!("there is no client {word}"))
        .hint(near.map_or_else(|| "desk client ls".to_owned(), |n| format!("did you mean {n}?")))
}

/// The order of two tickets, for rows that no statement has ordered: the same as in a list.
#[must_use]
pub fn compare(a: &Listed, b: &Listed, sort: Sort, now: Moment) -> Ordering {
    let number = |l: &Listed| match sort.key {
        SortKey::Age | SortKey::Opened => Some(l.ticket.opened_at.0),
        SortKey::Updated => Some(l.state.updated_at.0),
        SortKey::Closed => l.state.closed_at.map(|at| at.0),
        SortKey::Due => l.ticket.due_at.map(|at| at.0),
        SortKey::Priority => Some(l.ticket.priority as i64),
        SortKey::Waiting => l.state.waiting_since.map(|at| at.0),
        SortKey::Replies => Some(l.state.replies),
        SortKey::Number | SortKey::Client | SortKey::Urgency => Some(l.ticket.id),
    };
    let client = |l: &Listed| l.client.as_ref().map(|c| c.to_lowercase());
    let (absent, values) = match sort.key {
        SortKey::Client => (client(a).is_none().cmp(&client(b).is_none()), client(a).cmp(&client(b))),
        SortKey::Urgency => (Ordering::Equal, urgency(a, now).cmp(&urgency(b, now))),
        _ => (number(a).is_none().cmp(&number(b).is_none()), number(a).cmp(&number(b))),
    };
    let forwards = values.then(a.ticket.id.cmp(&b.ticket.id));
    absent.then(if sort.descending ^ is_backwards(sort.key) { forwards.reverse() } else { forwards })
}

/// The older a ticket, the earlier it was opened; the longer it waits, the earlier that began.
fn is_backwards(key: SortKey) -> bool {
    matches!(key, SortKey::Age | SortKey::Waiting)
}

fn order_of(sort: Sort) -> String {
    let (first, nulls) = match sort.key {
        SortKey::Urgency => ("t.rank", false),
        SortKey::Age | SortKey::Opened => ("t.opened_at", false),
        SortKey::Updated => ("t.updated_at", false),
        SortKey::Closed => ("t.closed_at", true),
        SortKey::Due => ("t.due_at", true),
        SortKey::Priority => ("t.priority", false),
        SortKey::Waiting => ("t.waiting_since", true),
        SortKey::Number => ("t.id", false),
        SortKey::Client => ("k.key", true),
        SortKey::Replies => ("t.replies", false),
    };
    let direction = if sort.descending ^ is_backwards(sort.key) { "DESC" } else { "ASC" };
    format!("{first} {direction}{}, t.id {direction}", if nulls { " NULLS LAST" } else { "" })
}
