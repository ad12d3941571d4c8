//! News that nobody made, only time: promises broken, tickets that woke, contracts nearly used up.

use super::Window;
use crate::actions::books::Books;
use crate::commands::chosen::Chosen;
use crate::desk::{House, Promises};
use crate::domain::billing::ledger::{Alert, Reached};
use crate::domain::sla::{Clock, State};
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::report::contract::Standing;
use crate::report::news::{Item, Kind as What};
use crate::report::sla::name;
use crate::store::Reader;
use chrono::Datelike;

/// A promise that was broken.
pub(super) struct Broken {
    pub(super) ticket: i64,
    /// When it was due.
    pub(super) at: Moment,
    /// Which one.
    pub(super) what: String,
}

/// Everything that the passing of time made happen.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) broken: Vec<Broken>,
    /// Ticket, when, and what it had waited for.
    pub(super) woke: Vec<(i64, Moment, String)>,
    pub(super) contracts: Vec<Item>,
    /// What says that somebody was told of a contract.
    pub(super) marks: Vec<(String, i64)>,
}

impl Passed {
    /// Looks for it; `promises` are those of the desk, `house` what it says of hours, where anything is agreed at all. Without
    /// `me` nobody was told of anything before.
    pub(super) fn of(
        r: &mut Reader<'_>,
        window: &Window,
        chosen: &Chosen,
        promises: &Promises,
        (house, me): (Option<&House>, Option<i64>),
    ) -> Result<Passed> {
        let mut passed = Passed { broken: by_policy(r, window, chosen, promises)?, ..Passed::default() };
        let voiced = r.broken_promises(window.promised_after, window.promised_to)?.into_iter();
        let by_voice = |(ticket, at)| Broken { ticket, at, what: "promised by voice".to_owned() };
        passed.broken.extend(voiced.filter(|(ticket, _)| chosen.has(*ticket)).map(by_voice));
        passed.woke = r.woke(window.promised_after, window.promised_to)?;
        passed.woke.retain(|(ticket, ..)| chosen.has(*ticket));
        if let Some(house) = house {
            passed.contracts(r, window, chosen, house, me)?;
        }
        Ok(passed)
    }

    /// The tickets it is about.
    pub(super) fn tickets(&self) -> impl Iterator<Item = i64> {
        self.broken.iter().map(|b| b.ticket).chain(self.woke.iter().map(|w| w.0))
    }

    /// Contracts of which somebody wanted to be told: each thing reached once, where `me` asks for what is new.
    fn contracts(
        &mut self,
        r: &mut Reader<'_>,
        window: &Window,
        chosen: &Chosen,
        house: &House,
        me: Option<i64>,
    ) -> Result<()> {
        let zone = &chosen.zone;
        let asked = window.question.as_deref();
        let since = format!("news{}:contracts", asked.unwrap_or_default());
        let mark = |alert: &Alert| mark(alert, asked.unwrap_or_default());
        let told_before = me.filter(|_| asked.is_some());
        let begun = told_before.map_or(Ok(None), |me| r.bookmark(me, &since))?.is_some();
        for books in Books::alerted(r, house, house.today)? {
            let handle = r.client(books.client)?.map(|client| client.handle).unwrap_or_default();
            if !chosen.has_client(Some(books.client)) {
                continue;
            }
            for contract in books.contracts.iter().filter(|contract| contract.in_force(house.today)) {
                let standing = Standing::of(&handle, contract, &books.ledger, house.today);
                let mut news = Vec::new();
                for alert in &standing.alerts {
                    let known = told_before.map_or(Ok(None), |me| r.bookmark(me, &mark(alert).0))?.is_some();
                    let fresh = if begun { !known } else { within(alert, window, zone) };
                    news.extend(fresh.then_some(alert.on));
                }
                self.marks.extend(standing.alerts.iter().map(mark).filter(|_| asked.is_some()));
                if let Some(on) = news.into_iter().max() {
                    self.contracts.push(told(&standing, zone.start_of_day(on)));
                }
            }
        }
        self.marks.extend(asked.map(|_| (since, window.promised_to.0)));
        Ok(())
    }
}

/// Whether it is so since a day of the window.
fn within(alert: &Alert, window: &Window, zone: &Zone) -> bool {
    (zone.date(window.promised_after)..=zone.date(window.promised_to)).contains(&alert.on)
}

/// What says that somebody was told of it: of the same period and the same percentage no question is answered
/// twice.
fn mark(alert: &Alert, question: &str) -> (String, i64) {
    let what = match alert.what {
        Reached::Percent(percent) => percent.to_string(),
        Reached::Ends(days, last) => format!("ends{days}:{last}"),
    };
    let name = format!("news{question}:contract:{}:{}:{what}", alert.contract, alert.number);
    (name, i64::from(alert.on.num_days_from_ce()))
}

fn told(standing: &Standing<'_>, at: Moment) -> Item {
    let subject = format!("{} {}", standing.client, standing.terms().name);
    let said = standing.said();
    let detail = said.strip_prefix(&subject).unwrap_or(&said).trim_start_matches(": ").to_owned();
    Item { at, kind: What::Contract, number: None, subject: Some(subject), agent: None, detail: Some(detail) }
}

/// The clocks of policies that are late at the end of the window and were not at its beginning. Both are told by the lives of the
/// tickets; so a priority that was raised, or a pause that has ended, may break a promise that was due before.
fn by_policy(r: &mut Reader<'_>, window: &Window, chosen: &Chosen, promises: &Promises) -> Result<Vec<Broken>> {
    if promises.is_empty() {
        return Ok(Vec::new());
    }
    let (after, to) = (window.promised_after, window.promised_to);
    let mut cases = r.cases(after, to.plus(1))?;
    cases.retain(|case| chosen.has(case.number));
    r.complete(&mut cases)?;
    let late = |clock: &Clock<'_>| matches!(clock.state, State::Breached | State::Missed);
    let mut broken = Vec::new();
    for case in &cases {
        let now: Vec<Clock<'_>> = promises.clocks(case, to).into_iter().filter(late).collect();
        if now.is_empty() {
            continue;
        }
        let before = promises.clocks(case, after);
        let known = |clock: &Clock<'_>| {
            before.iter().any(|b| b.kind == clock.kind && b.started_at == clock.started_at && late(b))
        };
        broken.extend(now.iter().filter(|clock| !known(clock)).map(|clock| Broken {
            ticket: case.number,
            at: clock.due_at,
            what: format!("{} ({})", name(clock.kind), clock.policy.name),
        }));
    }
    Ok(broken)
}
