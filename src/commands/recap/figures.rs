//! The lists of the recap: who asked most, by tag and client, where the hours went, what is in no figure.

use crate::domain::insight::metrics::Case;
use crate::domain::period::Period;
use crate::domain::time::Minutes;
use crate::domain::worked::Worked;
use crate::report::recap::{BusyClient, BusyTag, Hours, LeftOut, Waiting};
use crate::store::figures::{LeftOut as Why, Waits};
use std::collections::{BTreeMap, HashMap};

pub(super) fn waiting(w: Waits) -> Waiting {
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

pub(super) fn tags(
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

pub(super) fn clients(cases: &[Case], period: &Period, before: &Period, entries: &[Worked]) -> Vec<BusyClient> {
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
pub(super) fn hours(entries: &[Worked]) -> Vec<Hours> {
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

pub(super) fn count_left_out(all: impl Iterator<Item = Why>) -> LeftOut {
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
