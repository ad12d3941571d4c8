//! A clock that is set a day or more ahead or back while work goes on: nothing comes out negative, nothing is lost.

use crate::Plan;
use crate::deeds::named;
use crate::file::ended;
use crate::judge::{Reached, Scene};
use crate::stage::{Fault, Said, Stage, finish};
use frontdesk::domain::time::Moment;
use serde_json::Value;

/// A timer is started, and the clock is put back, or far ahead.
pub fn clock(plan: &Plan) -> Result<(usize, String), Fault> {
    let scene = Scene::new(named("timer"), plan.stage("clock"), 0);
    scene.stage.thaw("before");
    scene.stage.all(&["start 1"]);
    scene.stage.freeze("started");
    let at = |now: &str, line: &str| finish(scene.stage.command(line).env("DESK_NOW", now));
    let minutes = || -> Result<i64, Fault> {
        let all = scene.stage.json("time ls in:2025-01-01..2027-12-31")?;
        Ok(all.as_array().ok_or("no list")?.iter().filter_map(|entry| entry["actual_minutes"].as_i64()).sum())
    };
    let logged = 12 * 60;
    let times = ["2026-11-20T11:59:59Z", "2026-11-20T11:00:00Z", "2026-11-19T12:00:00Z", "2025-11-20T12:00:00Z"];
    for now in times.into_iter().chain(["2026-11-21T12:00:00Z", "2027-11-20T12:00:00Z"]) {
        scene.stage.thaw("started");
        let said = at(now, "stop");
        ended(&format!("stop at {now}"), &said)?;
        let is = minutes()?;
        if said.exit == Some(0) && is - logged > 1 || is < logged || (said.exit != Some(0) && is != logged) {
            return Err(format!("stopped at {now}: {is} minutes instead of {logged}: {said}"));
        }
        if said.exit != Some(0) {
            let kept = at(now, "stop --keep 5m");
            if kept.exit != Some(0) || minutes()? != logged + 5 {
                return Err(format!("at {now}, stop --keep 5m: {kept}; {} minutes", minutes()?));
            }
        }
    }
    // Back again, everything goes on; what was written meanwhile is in its order.
    scene.stage.thaw("before");
    for now in ["2026-11-20T12:00:00Z", "2026-11-20T10:00:00Z", "2026-11-20T12:30:00Z"] {
        let said = at(now, "log 1 5m");
        ended("log", &said)?;
        let undone = at(now, "undo");
        if said.exit != Some(0) || undone.exit != Some(0) {
            return Err(format!("at {now}: {said}; {undone}"));
        }
    }
    scene.stage.thaw("before");
    scene.judge(Reached { acknowledged: 0, begun: 0 })?;
    Ok((9, "exact, or asked how much was work".to_owned()))
}

/// Policies with a calendar, so that clocks run against customers' promises.
const PROMISES: &str = r#"
[calendar.office]
mon = ["09:00-18:00"]
tue = ["09:00-18:00"]
wed = ["09:00-18:00"]
thu = ["09:00-18:00"]
fri = ["09:00-18:00"]

[[sla]]
name = "work"
match = "+work"
first_response = "4h"
next_response = "8h"
full_resolution = "3 days"

[[sla]]
name = "wall"
match = "not:+work"
first_response = "30h wall"
full_resolution = "72h wall"
"#;

/// Friday noon.
const NOON: Moment = Moment(1_795_176_000);

/// Work of all sorts, by a clock that jumps.
pub fn jumps(plan: &Plan) -> Result<(usize, String), Fault> {
    let (sequences, length) = plan.pick((3, 10), (100, 30));
    let stage = plan.stage("jumps");
    std::fs::write(stage.path("team.toml"), PROMISES).map_err(|e| e.to_string())?;
    stage.all(&["init", "config apply team.toml -y", "open 'Number 1' +work -f ann@x.test -m text"]);
    stage.freeze("before");
    let mut dice = plan.dice("jumps");
    let mut tried = 0;
    for n in 0..sequences {
        stage.thaw("before");
        let mut desk = Jumping { stage: &stage, now: NOON, opened: 1, minutes: 0, runs: false, lines: Vec::new() };
        for _ in 0..length {
            let step = [0, 600, 3_600, -3_600, 86_400, -86_400, -86_400, 3 * 86_400];
            desk.now = desk.now.plus(step[usize::try_from(dice.below(8)).unwrap_or(0)]);
            let ticket = 1 + dice.below(desk.opened as u64);
            let done = desk.work(dice.below(9), ticket).and_then(|()| desk.looks_right());
            done.map_err(|e| format!("sequence {n}: {e} after {:#?}", desk.lines))?;
            tried += 1;
        }
        // At a time when all of it is past, everybody is content.
        desk.now = NOON.plus(400 * 86_400);
        let said = desk.at("doctor --deep");
        if said.exit != Some(0) {
            return Err(format!("sequence {n}: doctor --deep: {said} after {:#?}", desk.lines));
        }
    }
    Ok((tried, "nothing negative, nothing lost".to_owned()))
}

/// A desk whose clock jumps, and what was acknowledged there.
struct Jumping<'a> {
    stage: &'a Stage,
    now: Moment,
    opened: usize,
    minutes: i64,
    /// A timer runs; starting another would stop it.
    runs: bool,
    lines: Vec<String>,
}

impl Jumping<'_> {
    fn at(&self, line: &str) -> Said {
        finish(self.stage.command(line).env("DESK_NOW", self.now.rfc3339()))
    }

    /// Does a line, which succeeds or is refused in words.
    fn does(&mut self, line: &str) -> Result<bool, Fault> {
        let said = self.at(line);
        self.lines.push(format!("{} {line}: {:?}", self.now.rfc3339(), said.exit));
        ended(line, &said)?;
        Ok(said.exit == Some(0))
    }

    fn work(&mut self, what: u64, ticket: u64) -> Result<(), Fault> {
        match what {
            0 => {
                let tag = if self.opened.is_multiple_of(2) { " +work" } else { "" };
                let opened = self.does(&format!("open 'Number {}'{tag} -f ann@x.test -m text", self.opened + 1))?;
                self.opened += usize::from(opened);
            }
            1 => self.minutes += i64::from(self.does(&format!("log {ticket} 25m"))?) * 25,
            2 if !self.runs => self.runs = self.does(&format!("start {ticket}"))?,
            // Where a clock was put back it must be said how much was work.
            2 | 3 => {
                self.minutes += i64::from(self.does("stop --keep 10m")?) * 10;
                self.runs = false;
            }
            4 => drop(self.does(&format!("close {ticket}"))?),
            5 => drop(self.does(&format!("reopen {ticket}"))?),
            6 => drop(self.does(&format!("snooze {ticket} 'in 2h'"))?),
            7 => drop(self.does(&format!("note {ticket} seen"))?),
            _ => {
                if self.does(&format!("log {ticket} 15m"))? && !self.does("undo")? {
                    return Err("what was just done cannot be taken back".to_owned());
                }
            }
        }
        Ok(())
    }

    /// All that was acknowledged is there, and no figure is negative but what is left of a promise.
    fn looks_right(&self) -> Result<(), Fault> {
        let json = |line: &str| -> Result<Value, Fault> {
            let said = self.at(&format!("{line} --json"));
            ended(line, &said)?;
            let value = serde_json::from_str(&said.out).map_err(|e| format!("{line}: {e}: {said}"))?;
            negative(&value, "").map_or(Ok(value), |what| Err(format!("{line}: {what} is negative")))
        };
        let tickets = json("ls status:all")?;
        let entries = json("time ls in:2025-01-01..2028-12-31")?;
        for line in ["sla", "timer", "stats in:2026-11", "show 1", "time in:2025-01-01..2028-12-31"] {
            json(line)?;
        }
        let minutes: i64 =
            entries.as_array().into_iter().flatten().filter_map(|entry| entry["actual_minutes"].as_i64()).sum();
        let count = tickets.as_array().map_or(0, Vec::len);
        if (count, minutes) == (self.opened, self.minutes) {
            Ok(())
        } else {
            Err(format!("{count} tickets and {minutes} minutes instead of {} and {}", self.opened, self.minutes))
        }
    }
}

/// Where a number is below nothing.
fn negative(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::Number(n) if n.as_f64().is_some_and(|n| n < 0.0) && !path.ends_with("left_minutes") => {
            Some(format!("{path} {n}"))
        }
        Value::Array(all) => all.iter().find_map(|value| negative(value, path)),
        Value::Object(all) => all.iter().find_map(|(key, value)| negative(value, &format!("{path}.{key}"))),
        _ => None,
    }
}
