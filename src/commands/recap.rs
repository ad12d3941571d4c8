//! `desk recap`: the weekly page.

use super::args::Answer;
use super::chosen::{Chosen, unfinished};
use super::stats::weeks;
use crate::actions::topics::look;
use crate::desk::Desk;
use crate::domain::insight::metrics::{By, Case, figures, groups};
use crate::domain::period::Period;
use crate::domain::search::Query;
use crate::domain::time::Minutes;
use crate::domain::worked::Worked;
use crate::error::Result;
use crate::report::recap::{BusyClient, BusyTag, Hours, LeftOut, RecapFacts, Waiting, Week, recap};
use crate::store::figures::{LeftOut as Why, Waits};
use chrono::{Datelike, Days, Weekday};
use std::collections::{BTreeMap, HashMap};

/// The weekly page: the issues that hurt most, what came and went, who waits, who asked most, where the hours went
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without in:PERIOD, the last complete week (Monday to Sunday, in the desk's zone), beside the period before it. A query
chooses tickets as they are today; the words are those of desk ls.

Examples:
  desk recap
  desk recap in:2026-W46 client:acme
  desk recap in:last-month --all
  desk recap --format html -o recap.html
  desk recap --format md | mail -s \"Support last week\" founders@acme.test")]
pub struct Recap {
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Every row of every list
    #[arg(long)]
    all: bool,
}

/// How many weeks of volume are shown.
const WEEKS: u64 = 8;

impl Recap {
    /// Counts and tells.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let now = desk.now;
        let chosen = Chosen::read(desk, &self.query, now)?;
        let zone = chosen.zone.clone();
        let period = chosen.period.unwrap_or_else(|| Period::last_week(now, &zone));
        let before = period.previous(&zone);
        let volume = last_weeks(&period, &chosen);
        let ask = super::ls::ask(desk, None)?;
        desk.store_of_existing()?.prepare_for_bulk()?;
        let facts = desk.read(|r| {
            let from = before.from.min(volume.first().map_or(before.from, |w| w.1)).min(now);
            let mut cases = r.cases(from, period.to.min(now.plus(1)))?;
            cases.retain(|c| chosen.has(c.number));
            let mut entries = r.worked(&Query::default(), &ask, period.first, period.last)?;
            entries.retain(|e| chosen.has_work(&e.entry));
            let left_out = r.left_out(period.from, period.to)?;
            let span = (period.from, period.to);
            Ok(RecapFacts {
                label: chosen.label(&period),
                before_label: before.label(),
                span: span_word(&period),
                unfinished: unfinished(&period, now, &zone),
                from: period.first,
                to: period.last,
                figures: figures(&cases, span, now),
                before: figures(&cases, (before.from, before.to), now),
                topics: look(r, &period, &before, |ticket| chosen.has(ticket))?.facts.rows,
                tags: tags(&cases, &period, &before, &entries),
                clients: clients(&cases, &period, &before, &entries),
                hours: hours(&entries),
                waiting: r.waiting(now)?.into_iter().filter(|w| chosen.has(w.number)).map(waiting).collect(),
                weeks: groups(&cases, span, now, By::Week(&volume))
                    .into_iter()
                    .map(|(label, f)| Week { label, opened: f.opened, closed: f.closed })
                    .collect(),
                left_out: count_left_out(left_out.iter().filter(|(id, _)| chosen.has(*id)).map(|(_, why)| *why)),
            })
        })?;
        Ok(Answer::from(recap(&facts, self.all)).paged())
    }
}

/// The whole weeks up to the end of the period.
fn last_weeks(period: &Period, chosen: &Chosen) -> Vec<(String, crate::domain::time::Moment, crate::domain::time::Moment)> {
    let last = crate::domain::time::monday(period.last);
    let first = last.checked_sub_days(Days::new(7 * (WEEKS - 1))).unwrap_or(last);
    let sunday = last.checked_add_days(Days::new(6)).unwrap_or(last);
    weeks(&Period::of(first, sunday, &chosen.zone), &chosen.zone)
}

/// What people call a period of this length.
fn span_word(period: &Period) -> &'static str {
    let after = period.last.succ_opt().unwrap_or(period.last);
    match period.days() {
        1 => "day",
        7 if period.first.weekday() == Weekday::Mon => "week",
        28..=31 if period.first.day() == 1 && after.day() == 1 => "month",
        _ => "period",
    }
}

fn waiting(w: Waits) -> Waiting {
    Waiting { number: w.number, subject: w.subject, client: w.client, since: w.since }
}

/// How often something was met in the period and in the one before, and the minutes worked for it.
type Busy<K> = BTreeMap<K, (i64, i64, Minutes)>;

fn opened<'a, K: Ord>(
    cases: &'a [Case],
    period: &Period,
    before: &Period,
    busy: &mut Busy<K>,
    keys: impl Fn(&'a Case) -> Vec<K>,
) {
    for case in cases.iter().filter(|c| c.counts()) {
        let at = case.life.opened_at;
        let (now, then) = (i64::from(period.contains(at)), i64::from(before.contains(at)));
        if now + then > 0 {
            for key in keys(case) {
                let row = busy.entry(key).or_default();
                row.0 += now;
                row.1 += then;
            }
        }
    }
}

fn tags(
    cases: &[Case],
    period: &Period,
    before: &Period,
    entries: &[Worked],
) -> Vec<BusyTag> {
    let mut busy: Busy<&str> = BTreeMap::new();
    opened(cases, period, before, &mut busy, |c| c.tags.iter().map(String::as_str).collect());
    for e in entries {
        for tag in &e.tags {
            busy.entry(tag).or_default().2 += e.entry.minutes;
        }
    }
    let row = |(tag, (now, before, minutes)): (&str, _)| BusyTag { tag: tag.to_owned(), now, before, minutes };
    busy.into_iter().map(row).collect()
}

fn clients(cases: &[Case], period: &Period, before: &Period, entries: &[Worked]) -> Vec<BusyClient> {
    let mut busy: Busy<Option<&str>> = BTreeMap::new();
    opened(cases, period, before, &mut busy, |c| vec![c.client.as_deref()]);
    for e in entries {
        busy.entry(e.client.as_deref()).or_default().2 += e.entry.minutes;
    }
    let row = |(client, (now, before, minutes)): (Option<&str>, _)| BusyClient {
        client: client.map(str::to_owned),
        now,
        before,
        minutes,
    };
    busy.into_iter().map(row).collect()
}

/// Worked time by client and agent: the client with the most of it first, work without a client last.
fn hours(entries: &[Worked]) -> Vec<Hours> {
    let mut rows: BTreeMap<(Option<&str>, &str), (Minutes, Minutes)> = BTreeMap::new();
    let mut whole: HashMap<Option<&str>, Minutes> = HashMap::new();
    for e in entries {
        let client = e.client.as_deref();
        let row = rows.entry((client, &e.agent)).or_default();
        row.0 += e.entry.minutes;
        row.1 += if e.entry.billable { e.entry.minutes } else { 0 };
        *whole.entry(client).or_default() += e.entry.minutes;
    }
    let mut rows: Vec<Hours> = rows
        .into_iter()
        .map(|((client, agent), (minutes, billable_minutes))| Hours {
            client: client.map(str::to_owned),
            agent: agent.to_owned(),
            minutes,
            billable_minutes,
        })
        .collect();
    rows.sort_by_key(|h| {
        let of_client = whole.get(&h.client.as_deref()).copied().unwrap_or_default();
        (h.client.is_none(), -of_client, h.client.clone(), -h.minutes)
    });
    rows
}

fn count_left_out(all: impl Iterator<Item = Why>) -> LeftOut {
    let mut out = LeftOut::default();
    for why in all {
        match why {
            Why::Merged => out.merged += 1,
            Why::Spam => out.spam += 1,
            Why::Muted => out.muted += 1,
            Why::Automatic => out.automatic += 1,
        }
    }
    out
}
