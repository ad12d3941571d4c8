//! The promises of the desk: its policies with their calendars, and which of them holds for a ticket. What becomes of the
//! clocks is in `domain::sla`; which policies there may be, in `settings::sla`.

use super::{Desk, Span};
use crate::domain::calendar::Calendar;
use crate::domain::insight::metrics::Case;
use crate::domain::listed::{Listed, Pressing};
use crate::domain::search::{Query, SlaTest, StatusTest, Term, Test, Who, fits};
use crate::domain::sla::{self, Clock, Policy, Promise, State, Why};
use crate::domain::ticket::{Priority, Status};
use crate::domain::time::Moment;
use crate::error::{Kind, Result};
use crate::settings::sla::policies;
use crate::store::Reader;
use crate::store::list::Ask;
use std::collections::{HashMap, HashSet};

/// Policies in their order, ready to be asked about any ticket.
#[derive(Debug, Clone, Default)]
pub struct Promises {
    policies: Vec<Policy>,
    /// By the name that policies give them.
    calendars: HashMap<Option<String>, Calendar>,
    /// The tickets that meet a condition which their fields do not tell.
    others: Vec<(Test, HashSet<i64>)>,
}

impl Promises {
    /// Whether nothing is promised to anybody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// The policies, in their order.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The calendars of the policies, each once, by name.
    #[must_use]
    pub fn calendars(&self) -> Vec<&Calendar> {
        let mut all: Vec<&Calendar> = self.calendars.values().collect();
        all.sort_by_key(|calendar| calendar.name());
        all.dedup_by_key(|calendar| calendar.name());
        all
    }

    /// What is promised to a ticket with the fields that it had at an instant: priority, assignee, tags, channel and client. The
    /// plan of the client, and who asked, are those of today.
    #[must_use]
    pub fn to(&self, case: &Case, at: Moment) -> Option<Promise<'_>> {
        let case = case.then(at);
        let other = |test: &Test| self.others.iter().any(|(t, tickets)| t == test && tickets.contains(&case.number));
        let policy = sla::first_match(&self.policies, |policy| fits(&policy.matches, &case, &other))?;
        let calendar = self.calendars.get(&policy.calendar)?;
        Some(Promise { policy, calendar, priority: case.priority })
    }

    /// The earliest instant at which a clock can have been stopped that was due at `from` or later.
    #[must_use]
    pub fn reach(&self, from: Moment) -> Moment {
        const DAY: i64 = 24 * 3600;
        const MOST: i64 = 1 << 12;
        let mut reach = from;
        for policy in &self.policies {
            let Some(calendar) = self.calendars.get(&policy.calendar) else { continue };
            let targets = sla::Kind::ALL
                .into_iter()
                .flat_map(|kind| Priority::ALL.iter().filter_map(move |priority| policy.targets.of(kind, *priority)));
            for target in targets {
                let mut days = 1;
                while days < MOST && target.end(from.plus(-days * DAY), calendar) >= from {
                    days *= 2;
                }
                reach = reach.min(from.plus(-days * DAY));
            }
        }
        reach
    }

    /// Every clock of a ticket.
    #[must_use]
    pub fn clocks(&self, case: &Case, now: Moment) -> Vec<Clock<'_>> {
        sla::clocks(case, now, &|at| self.to(case, at))
    }

    /// The clocks of a ticket that go on.
    #[must_use]
    pub fn running(&self, case: &Case, now: Moment) -> Vec<Clock<'_>> {
        let promise = self.to(case, now);
        promise.map(|_| sla::running(case, now, &|_| promise)).unwrap_or_default()
    }

    /// Why each clock of a ticket is due when it is due, with the calendar that it is told by.
    #[must_use]
    pub fn why(&self, case: &Case, now: Moment) -> Vec<(Why<'_>, &Calendar)> {
        let why = sla::why(case, now, &|at| self.to(case, at));
        why.into_iter()
            .filter_map(|why| self.calendars.get(&why.clock.policy.calendar).map(|calendar| (why, calendar)))
            .collect()
    }

    /// Names in the conditions become what the desk writes in their place; what no field tells is looked up.
    fn look_up(&mut self, r: &mut Reader<'_>, ask: &Ask) -> Result<()> {
        let tests = self.policies.iter_mut().flat_map(|policy| &mut policy.matches.terms);
        for test in tests.flat_map(|term| &mut term.alternatives) {
            match test {
                Test::Client(Some(word)) => {
                    if let Some(client) = r.client_called(word)? {
                        *word = client.handle;
                    }
                }
                Test::Who(Who::Name(name)) => {
                    if let Some(agent) = r.agent_named(name)? {
                        *name = agent.name;
                    }
                }
                Test::From(_) | Test::External(_) | Test::Vip(_) => {
                    let term = |test| Term { negated: false, alternatives: vec![test] };
                    let terms = vec![term(test.clone()), term(Test::Status(StatusTest::All))];
                    let found = r.numbers(&Query { terms, ..Query::default() }, ask);
                    // Whom nobody knows has no tickets.
                    let found = found.or_else(|e| if e.kind == Kind::Missing { Ok(Vec::new()) } else { Err(e) })?;
                    self.others.push((test.clone(), found.into_iter().collect()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Desk {
    /// The promises of the desk; nothing is looked up where there are none.
    ///
    /// # Errors
    /// Where a policy or its calendar cannot be understood.
    pub fn promises(&mut self) -> Result<Promises> {
        let set = self.setting("sla")?;
        self.promises_of(policies(&set)?)
    }

    /// Other policies, as if they were those of the desk.
    ///
    /// # Errors
    /// Where a calendar is not there or cannot be understood.
    pub fn promises_of(&mut self, policies: Vec<Policy>) -> Result<Promises> {
        let mut promises = Promises { policies, ..Promises::default() };
        if promises.is_empty() {
            return Ok(promises);
        }
        for policy in &promises.policies {
            if !promises.calendars.contains_key(&policy.calendar) {
                let calendar = self.calendar(policy.calendar.as_deref())?;
                promises.calendars.insert(policy.calendar.clone(), calendar);
            }
        }
        let ask = Ask { now: self.now, ..Ask::default() };
        self.read(|r| promises.look_up(r, &ask))?;
        Ok(promises)
    }

    /// Fills in what presses most on each ticket of a page.
    ///
    /// # Errors
    /// As [`Desk::promises`].
    pub fn press(&mut self, rows: &mut [Listed]) -> Result<()> {
        let goes_on = |l: &&mut Listed| l.ticket.standing.status != Status::Closed && l.ticket.merged_into.is_none();
        let numbers: Vec<i64> = rows.iter_mut().filter(goes_on).map(|l| l.ticket.id).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let promises = self.promises()?;
        if promises.is_empty() {
            return Ok(());
        }
        let now = self.now;
        let cases = self.read(|r| r.cases_of(&numbers))?;
        let pressing: HashMap<i64, Pressing> =
            cases.iter().filter_map(|case| Some((case.number, pressing(&promises.running(case, now))?))).collect();
        for row in rows {
            row.sla = pressing.get(&row.ticket.id).copied();
        }
        Ok(())
    }

    /// Conditions on clocks and topics become conditions on numbers, which the tables can answer. Topics are looked for in the
    /// tickets of the period that the query names, else of the last twelve months.
    ///
    /// # Errors
    /// As [`Desk::promises`]; a topic that nobody has touched.
    pub fn resolve(&mut self, query: &mut Query) -> Result<()> {
        let named = query.period.as_ref().map(|(_, period)| Span::of(period.from, period.to));
        let span = named.unwrap_or_else(|| Span::year_to(self.now.plus(1)));
        self.resolve_topics(query, span)?;
        self.resolve_clocks(query)
    }

    /// As [`Desk::resolve`], where the period of the query is not that in which tickets were opened: topics are looked for in
    /// its tickets and those of the twelve months before its end.
    ///
    /// # Errors
    /// As [`Desk::resolve`].
    pub fn resolve_for_deeds(&mut self, query: &mut Query) -> Result<()> {
        let now = self.now.plus(1);
        let ends = query.period.as_ref().map_or(now, |(_, period)| period.to.min(now).max(period.from));
        let year = Span::year_to(ends);
        let span = query.period.as_ref().map_or(year, |(_, period)| year.and_from(period.from));
        self.resolve_topics(query, span)?;
        self.resolve_clocks(query)
    }

    fn resolve_clocks(&mut self, query: &mut Query) -> Result<()> {
        let tests =
            |query: &mut Query| query.terms.iter().flat_map(|t| &t.alternatives).any(|t| matches!(t, Test::Sla(_)));
        if !tests(query) {
            return Ok(());
        }
        let (promises, now) = (self.promises()?, self.now);
        let cases = if promises.is_empty() { Vec::new() } else { self.read(|r| r.cases_not_closed())? };
        let states: Vec<(i64, State)> = cases
            .iter()
            .flat_map(|case| promises.running(case, now).into_iter().map(|clock| (case.number, clock.state)))
            .collect();
        for test in query.terms.iter_mut().flat_map(|term| &mut term.alternatives) {
            if let Test::Sla(asked) = test {
                let state = match asked {
                    SlaTest::Breached => State::Breached,
                    SlaTest::Warning => State::Warning,
                };
                let found: HashSet<i64> = states.iter().filter(|(_, s)| *s == state).map(|(n, _)| *n).collect();
                let mut found: Vec<i64> = found.into_iter().collect();
                found.sort_unstable();
                *test = Test::Among(found);
            }
        }
        Ok(())
    }
}

/// The clock that presses most; none where none goes on.
#[must_use]
pub fn pressing(clocks: &[Clock<'_>]) -> Option<Pressing> {
    let clock = sla::urgent(clocks)?;
    Some(Pressing { kind: clock.kind, due_at: clock.due_at, state: clock.state, paused: clock.paused_since.is_some() })
}
