//! Zones whose clocks are set twice a year or otherwise, and clocks that are set while work goes on: every instant comes back
//! from its reading, hours are the time that went by, nothing comes out negative.

mod stepped;

use crate::file::ended;
use crate::stage::{Fault, Stage, finish};
use crate::{Outcome, Plan};
use frontdesk::domain::time::Moment;
use frontdesk::domain::zone::{Local, Zone};

/// The short run has these: an hour, half an hour, by the moon, a day that is left out.
const SOME: [&str; 5] =
    ["Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"];

/// The years whose changes are looked at.
const YEARS: [&str; 2] = ["2000-01-01T00:00:00Z", "2040-01-01T00:00:00Z"];

/// A part of the trial: how often it was tried, and what was seen.
type Part = fn(&Plan) -> Result<(usize, String), Fault>;

const PARTS: &[(&str, Part)] = &[
    ("there and back", there_and_back),
    ("worked across", worked_across),
    ("a clock that goes back", stepped::clock),
    ("a clock that jumps", stepped::jumps),
];

/// Every part.
pub fn time(plan: &Plan) -> Outcome {
    let (mut tried, mut all) = (0, Vec::new());
    for (name, part) in PARTS {
        match part(plan) {
            Ok((times, seen)) => {
                tried += times;
                plan.tell(name, &format!("{times} tried, {seen}"));
                all.push(seen);
            }
            Err(fault) => plan.fault(&plan.stage(&name.replace(' ', "-")), name, &fault),
        }
    }
    Outcome { tried, seen: all[..all.len().min(1)].join("") + "; nothing negative, nothing lost", left_out: None }
}

fn zones(plan: &Plan) -> Vec<Zone> {
    let every = || jiff::tz::TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect();
    let names: Vec<String> = if plan.long { every() } else { SOME.map(str::to_owned).to_vec() };
    names.iter().filter_map(|name| Zone::bundled(name)).collect()
}

fn moment(text: &str) -> Moment {
    Moment::parse_rfc3339(text).expect("an instant")
}

/// The instants at which clocks are set, each with by how many seconds.
fn edges(zone: &Zone, from: Moment, to: Moment) -> Vec<(Moment, i64)> {
    let changes = zone.changes(from).take_while(|(at, _)| *at < to);
    changes.map(|(at, ahead)| (at, ahead - zone.offset(at.plus(-1)))).filter(|(_, by)| *by != 0).collect()
}

/// Every instant around a change comes back from what the clock reads; readings that are left out or come twice are known.
fn there_and_back(plan: &Plan) -> Result<(usize, String), Fault> {
    let [from, to] = YEARS.map(moment);
    let zones = zones(plan);
    let mut count = 0;
    for zone in &zones {
        for (edge, by) in edges(zone, from, to) {
            count += 1;
            around(zone, edge, by).map_err(|e| format!("{}, {}: {e}", zone.name(), edge.rfc3339()))?;
        }
    }
    if count == 0 {
        return Err("no clock is ever set".to_owned());
    }
    Ok((count, format!("{} zones, {count} changes, each instant comes back", zones.len())))
}

fn around(zone: &Zone, edge: Moment, by: i64) -> Result<(), Fault> {
    for step in [-86_400, -3_601, -3_600, -1_801, -1_800, -1, 0, 1, 1_799, 1_800, 3_599, 3_600, 3_601, 86_400] {
        let (at, wall) = (edge.plus(step), zone.local(edge.plus(step)));
        let comes_back = match zone.moment(wall) {
            Local::One(is) => is == at,
            Local::Doubled { first, second } => first < second && (first == at || second == at),
            Local::Skipped { .. } => false,
        };
        if !comes_back {
            return Err(format!("{wall} at {} is {:?}", at.rfc3339(), zone.moment(wall)));
        }
        let (day, begin) = (zone.date(at), zone.start_of_day(zone.date(at)));
        if begin > at || zone.date(begin) != day || zone.date(begin.plus(-1)) >= day {
            return Err(format!("{day} begins at {}", begin.rfc3339()));
        }
    }
    let ahead = zone.offset(edge);
    // What the clock would read by its old setting, or reads for the second time.
    for k in [0, by.abs() / 2, by.abs() - 1] {
        let wall = Moment(edge.0 + ahead + k - by.max(0)).utc();
        let fits = match zone.moment(wall) {
            Local::Skipped { before, after } => by > 0 && before == edge.plus(k) && after < edge,
            Local::Doubled { first, second } => by < 0 && second == edge.plus(k) && first == edge.plus(k + by),
            Local::One(_) => false,
        };
        if !fits {
            return Err(format!("{wall} is {:?}", zone.moment(wall)));
        }
    }
    Ok(())
}

/// A timer over a change, and work that is said to have begun at a reading that never was, or was twice.
fn worked_across(plan: &Plan) -> Result<(usize, String), Fault> {
    let stage = plan.stage("worked");
    stage.all(&["init", "open One -f ann@x.test"]);
    stage.freeze("before");
    let [from, to] = ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"].map(moment);
    let mut count = 0;
    for zone in zones(plan) {
        // The program takes what the machine knows of it, which may be older than what is bundled.
        let file = std::path::Path::new("/usr/share/zoneinfo").join(zone.name());
        let known = std::fs::read(file).ok().and_then(|bytes| Zone::from_tzif(zone.name(), &bytes));
        let zone = known.unwrap_or(zone);
        let set = edges(&zone, from, to);
        if set.is_empty() {
            continue;
        }
        stage.thaw("before");
        for (n, (edge, by)) in (1..).zip(set) {
            worked(&stage, &zone, edge, by, n).map_err(|e| format!("{}, {}: {e}", zone.name(), edge.rfc3339()))?;
            count += 1;
        }
    }
    Ok((count, "minutes exact".to_owned()))
}

/// The n-th time on this desk.
fn worked(stage: &Stage, zone: &Zone, edge: Moment, by: i64, n: i64) -> Result<(), Fault> {
    let at = |after: i64, line: &str| {
        let now = edge.plus(after).rfc3339();
        let said = finish(stage.command(line).env("DESK_NOW", now).env("DESK_ZONE", zone.name()));
        ended(line, &said).map(|()| said)
    };
    at(-1_800, "start 1")?;
    at(2_700, "stop")?;
    let odd = Moment(edge.0 + zone.offset(edge) - by.max(0) + by.abs() / 2).utc();
    let said = at(90_000, &format!("log 1 30m --from {} --on {}", odd.format("%H:%M"), odd.date()))?;
    if said.exit == Some(0) && !["does not exist", "comes twice"].iter().any(|why| said.talk.contains(why)) {
        return Err(format!("{odd} was taken without a word: {said}"));
    }
    let listed = at(90_000, "time ls in:2025-01-01..2028-12-31 --json")?;
    let entries: serde_json::Value = serde_json::from_str(&listed.out).map_err(|e| e.to_string())?;
    let minutes = entries.as_array().into_iter().flatten().filter_map(|entry| entry["actual_minutes"].as_i64());
    let (is, should) = (minutes.sum::<i64>(), n * (75 + if said.exit == Some(0) { 30 } else { 0 }));
    if is == should { Ok(()) } else { Err(format!("{is} minutes instead of {should}: {listed}")) }
}
