//! Time entries and running timers.

use super::list::{Ask, Conditions, plan_test, vip_test};
use super::{Reader, Row, sql, vals};
use crate::domain::entry::{Entry, Timer};
use crate::domain::search::{Query, Test, Who};
use crate::domain::time::{Date, Minutes, Moment};
use crate::domain::worked::{Running, Worked};
use crate::error::{Error, Result};

fn entry_of(r: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        id: r.int(0)?,
        ticket: r.int_or(1)?,
        client: r.int_or(2)?,
        agent: r.int(3)?,
        day: r.day(4)?,
        minutes: r.int(5)?,
        billable: r.flag(6)?,
        text: r.text(7)?,
        void: r.flag(8)?,
        activity: r.text_or(9)?,
        began: r.at_or(10)?,
        contract: r.int_or(11)?,
        corrects: r.int_or(12)?,
    })
}

/// The columns of [`entry_of`], of the table called `e`, and the names that belong to them.
const WORKED: &str = "SELECT e.id, e.ticket_id, e.client_id, e.agent_id, e.day, e.minutes, e.billable, e.text, e.void, e.activity, e.began, e.contract_id, e.corrects, t.subject, k.handle, \
     a.name, (SELECT string_agg(g.tag, ' ' ORDER BY g.tag) FROM ticket_tag AS g WHERE g.ticket_id = e.ticket_id) \
     FROM entry AS e LEFT JOIN ticket AS t ON t.id = e.ticket_id LEFT JOIN client AS k ON k.id = e.client_id \
     JOIN agent AS a ON a.id = e.agent_id";

fn worked_of(r: &Row<'_>) -> Result<Worked> {
    Ok(Worked {
        entry: entry_of(r)?,
        subject: r.text_or(13)?,
        client: r.text_or(14)?,
        agent: r.text(15)?,
        tags: r.text_or(16)?.map(|t| t.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
        counted: None,
    })
}

impl Reader<'_> {
    /// The entry with this id.
    pub fn entry(&mut self, id: i64) -> Result<Option<Entry>> {
        self.first(sql::ENTRY_GET, vals![id], entry_of)
    }

    /// The entries of a ticket, struck out ones too.
    pub fn entries_of_ticket(&mut self, ticket: i64) -> Result<Vec<Entry>> {
        self.all(sql::ENTRIES_OF_TICKET, vals![ticket], entry_of)
    }

    /// A page of entries without a ticket in the order of their numbers, struck out ones too: those after one.
    pub fn entries_without_ticket(&mut self, after: i64, limit: i64) -> Result<Vec<Entry>> {
        self.all(sql::ENTRIES_WITHOUT_TICKET, vals![after, limit], entry_of)
    }

    /// The entries of the days from `first` to `last`, both in, that a query asks for, by day. `who:`, `client:` and `plan:`
    /// are those of the entry, all other terms those of its ticket; the words and the period of the query are not looked
    /// at. Struck out entries are left out.
    pub fn worked(&mut self, query: &Query, ask: &Ask, first: Date, last: Date) -> Result<Vec<Worked>> {
        self.worked_or_void(query, ask, first, last, false)
    }

    /// As [`Reader::worked`], the struck out entries alone.
    pub fn struck_out(&mut self, query: &Query, ask: &Ask, first: Date, last: Date) -> Result<Vec<Worked>> {
        self.worked_or_void(query, ask, first, last, true)
    }

    fn worked_or_void(&mut self, query: &Query, ask: &Ask, first: Date, last: Date, void: bool) -> Result<Vec<Worked>> {
        let mut c = Conditions::default();
        c.and(if void { "e.void = 1" } else { "e.void = 0" });
        let (first, last) = (c.word(first.to_string()), c.word(last.to_string()));
        c.and(&format!("e.day >= {first} AND e.day <= {last}"));
        for term in &query.terms {
            let tests =
                term.alternatives.iter().map(|t| self.entry_test(t, ask, &mut c)).collect::<Result<Vec<_>>>()?;
            let any = tests.join(" OR ");
            c.and(&if term.negated { format!("NOT COALESCE(({any}), 1 = 0)") } else { format!("({any})") });
        }
        self.all(&format!("{WORKED}{} ORDER BY e.day, e.id", c.text), &c.vals(), worked_of)
    }

    /// The condition of one test: of the entry where it can be, else of its ticket.
    fn entry_test(&mut self, test: &Test, ask: &Ask, c: &mut Conditions) -> Result<String> {
        Ok(match test {
            Test::Client(client) => self.client_test("e.client_id", client.as_deref(), c)?,
            Test::Who(Who::None) => {
                return Err(Error::usage("worked time is always somebody's: who:none finds none")
                    .hint("who:me, who:ana or --by agent"));
            }
            Test::Who(who) => self.who_test("e.agent_id", who, ask, c)?,
            Test::Plan(plan) => plan_test("e.client_id", plan, c),
            Test::Vip(yes) => vip_test("e.client_id", *yes),
            other => self.test(other, ask, c)?,
        })
    }

    /// These entries with their names, in the order of their numbers.
    pub fn worked_in(&mut self, ids: &[i64]) -> Result<Vec<Worked>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut c = Conditions::default();
        let list: Vec<String> = ids.iter().map(|id| c.int(*id)).collect();
        c.and(&format!("e.id IN ({})", list.join(", ")));
        self.all(&format!("{WORKED}{} ORDER BY e.id", c.text), &c.vals(), worked_of)
    }

    /// Minutes that an agent has on a day.
    pub fn minutes_on(&mut self, agent: i64, day: Date) -> Result<i64> {
        self.number(sql::ENTRY_DAY_MINUTES, vals![agent, &day.to_string()])
    }

    /// The stretches that an agent worked on the days from `first` to `last`, where it is known when they began: number,
    /// beginning and minutes of each, by beginning.
    pub fn stretches(&mut self, agent: i64, first: Date, last: Date) -> Result<Vec<(i64, Moment, Minutes)>> {
        let (first, last) = (first.to_string(), last.to_string());
        self.all(sql::ENTRY_STRETCHES, vals![agent, &first, &last], |r| Ok((r.int(0)?, r.at(1)?, r.int(2)?)))
    }

    /// When an agent last changed something on the desk after an instant.
    pub fn last_seen(&mut self, agent: i64, after: Moment) -> Result<Option<Moment>> {
        Ok(self.first(sql::AGENT_LAST_SEEN, vals![agent, after], |r| r.at_or(0))?.flatten())
    }

    /// The running timer of an agent.
    pub fn timer(&mut self, agent: i64) -> Result<Option<Timer>> {
        self.first(sql::TIMER_GET, vals![agent], |r| {
            Ok(Timer { agent: r.int(0)?, ticket: r.int_or(1)?, since: r.at(2)? })
        })
    }

    /// Every running timer, the longest running first.
    pub fn timers(&mut self) -> Result<Vec<Running>> {
        self.all(sql::TIMERS, &[], |r| {
            let timer = Timer { agent: r.int(0)?, ticket: r.int_or(1)?, since: r.at(2)? };
            Ok(Running { timer, agent: r.text(3)?, subject: r.text_or(4)? })
        })
    }
}
