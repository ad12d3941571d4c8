//! Many at once where there is no desk yet, where it is of an older edition, where it is copied, and where one holds it for long.

use super::{at_once, fares_well, noted};
use crate::deeds::named;
use crate::stage::{Fault, Stage};
use crate::{Outcome, Plan};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Many open a desk that is not there yet.
pub fn opening(plan: &Plan) -> Outcome {
    let (processes, rounds) = plan.pick((16, 20), (64, 100));
    let stage = plan.stage("play");
    let race = |round: usize| -> Result<(), Fault> {
        let desk = format!("desk-{round}/desk.db");
        at_once(processes, |n| {
            fares_well(&mut stage.command(&format!("--desk {desk} open 'by {n}' -f ann@x.test"))).map(drop)
        })?;
        let list = stage.json(&format!("--desk {desk} ls"))?;
        let list = list.as_array().ok_or("no list")?;
        let numbers: BTreeSet<i64> = list.iter().filter_map(|t| t["number"].as_i64()).collect();
        let subjects: BTreeSet<String> = list.iter().map(|t| t["subject"].to_string()).collect();
        let all: BTreeSet<i64> = (1..).take(processes).collect();
        if numbers != all || subjects.len() != processes {
            return Err(format!("round {round}: numbers {numbers:?}, {} subjects", subjects.len()));
        }
        let left = std::fs::read_dir(stage.path(&format!("desk-{round}"))).map_err(|e| e.to_string())?;
        let left = left.flatten().filter(|f| !f.file_name().to_string_lossy().starts_with("desk.db")).count();
        if left > 0 {
            return Err(format!("round {round}: {left} drafts are left over"));
        }
        stage.done(&format!("--desk {desk} doctor --deep")).map(drop)
    };
    let result = (0..rounds).try_for_each(race).map(|()| format!("{rounds} desks, each made once, 0 errors"));
    let seen = noted(plan, &stage, &format!("{processes} at once, {rounds} rounds"), result);
    Outcome { tried: processes * rounds, seen, left_out: None }
}

/// Many use a desk of an older edition.
pub fn edition(plan: &Plan) -> Outcome {
    let processes = plan.pick(8, 32);
    let (mut tried, mut all) = (0, Vec::new());
    for edition in ["edition-1", "edition-2", "edition-3"] {
        let stage = plan.stage(edition);
        (named(edition).furnish)(&stage, 0);
        let brought = AtomicUsize::new(0);
        let race = at_once(processes, |n| {
            let line = if n % 2 == 0 { "ls --count".to_owned() } else { format!("open 'by {n}' -f ann@x.test") };
            let said = fares_well(&mut stage.command(&line))?;
            brought.fetch_add(usize::from(said.talk.contains("was brought up")), Relaxed);
            Ok(())
        });
        let result = race.and_then(|()| stage.done("doctor --deep")).and_then(|_| {
            let copies = std::fs::read_dir(&stage.play).map_err(|e| e.to_string())?.flatten();
            let copies = copies.filter(|f| f.file_name().to_string_lossy().ends_with(".bak")).count();
            let once = (brought.into_inner(), copies);
            if once == (1, 1) {
                Ok("brought up once, one copy".to_owned())
            } else {
                Err(format!("brought up {} times, {} copies", once.0, once.1))
            }
        });
        all.push(noted(plan, &stage, &format!("{processes} at once on {edition}"), result));
        tried += processes;
    }
    all.dedup();
    Outcome { tried, seen: all.join("; "), left_out: None }
}

/// Backups while four write: each is whole, and holds what was acknowledged before it began.
pub fn backup(plan: &Plan) -> Outcome {
    let times = plan.pick(5, 200);
    let stage = plan.stage("play");
    let result = backups(&stage, times);
    let seen = noted(plan, &stage, "4 writers", result);
    Outcome { tried: times, seen, left_out: None }
}

fn backups(stage: &Stage, times: usize) -> Result<String, Fault> {
    (named("backup").furnish)(stage, 60);
    let before = 20;
    let (over, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(before));
    let writing = Mutex::new(None);
    let result = std::thread::scope(|scope| {
        for n in 0..4 {
            let (over, acknowledged, writing) = (&over, &acknowledged, &writing);
            scope.spawn(move || {
                while !over.load(Relaxed) {
                    match fares_well(&mut stage.command(&format!("open 'by {n}' -m text -f ann@x.test"))) {
                        Ok(_) => acknowledged.fetch_add(1, Relaxed),
                        Err(fault) => {
                            writing.lock().expect("a place for a fault").get_or_insert(fault);
                            return;
                        }
                    };
                }
            });
        }
        let result = (0..times).try_for_each(|n| {
            let least = acknowledged.load(Relaxed);
            fares_well(&mut stage.command(&format!("backup copy-{n}.db")))?;
            let copy = format!("--desk copy-{n}.db");
            stage.done(&format!("{copy} doctor --deep"))?;
            let count: usize = stage.done(&format!("{copy} ls status:all --count"))?.trim().parse().unwrap_or(0);
            stage.done(&format!("{copy} open 'on the copy'"))?;
            std::fs::remove_file(stage.path(&format!("copy-{n}.db"))).map_err(|e| e.to_string())?;
            if count < least { Err(format!("{least} were acknowledged, the copy holds {count}")) } else { Ok(()) }
        });
        over.store(true, Relaxed);
        result
    });
    result?;
    if let Some(fault) = writing.into_inner().expect("a place for a fault") {
        return Err(fault);
    }
    stage.done("doctor --deep")?;
    let written = acknowledged.into_inner() - before;
    Ok(format!("{times} backups while {written} tickets were opened, each whole"))
}

/// Another process holds the desk for 25 seconds: whoever comes waits, and then it is done. Held for longer, it is said.
pub fn lock(plan: &Plan) -> Outcome {
    if !plan.long {
        return Outcome { tried: 0, seen: "in the long run only".to_owned(), left_out: None };
    }
    let stage = plan.stage("play");
    let held = |stage: &Stage| -> Result<String, Fault> {
        stage.done("open one")?;
        let holder = rusqlite::Connection::open(stage.desk()).map_err(|e| e.to_string())?;
        holder.execute_batch("BEGIN IMMEDIATE").map_err(|e| e.to_string())?;
        let begun = Instant::now();
        let waiting = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| stage.done("log 1 5m"));
            std::thread::sleep(Duration::from_secs(25));
            let reads = stage.done("ls --count");
            drop(holder);
            waiting.join().expect("a thread ends").and(reads)
        });
        waiting?;
        if begun.elapsed() < Duration::from_secs(25) {
            return Err("it did not wait".to_owned());
        }
        for waits in ["fetch", "import"] {
            (named(waits).furnish)(stage, 3);
        }
        let holder = rusqlite::Connection::open(stage.desk()).map_err(|e| e.to_string())?;
        holder.execute_batch("BEGIN IMMEDIATE").map_err(|e| e.to_string())?;
        gives_up(stage, Duration::from_secs(120))?;
        drop(holder);
        stage.done("doctor --deep")?;
        Ok("waited for 25 s and was done; of a lock held for 120 s each command spoke after the 30 s it promises, and reads went on".to_owned())
    };
    let result = held(&stage);
    let seen = noted(plan, &stage, "held for 25 s and 120 s", result);
    Outcome { tried: 1 + REFUSED.len(), seen, left_out: None }
}

/// Commands that write, each of which finds the desk locked.
const REFUSED: [&str; 6] =
    ["log 1 5m", "close 1", "open two", "undo", "fetch", "import all.mbox --own support@acme.test"];

/// While the desk is held for so long, whoever wants to write says so after as long as the manual promises, and nothing is changed.
fn gives_up(stage: &Stage, held: Duration) -> Result<(), Fault> {
    let whole = || stage.done("export --format ndjson");
    let (begun, before) = (Instant::now(), whole()?);
    std::thread::scope(|scope| {
        let tried = REFUSED.map(|line| {
            scope.spawn(move || {
                let begun = Instant::now();
                let said = stage.run(line);
                let waited = begun.elapsed().as_secs();
                let told =
                    ["for more than 30 seconds", "nothing was changed"].iter().all(|word| said.talk.contains(word));
                // A fetch writes twice: what comes in, and what leaves.
                let in_time = (30..if line == "fetch" { 90 } else { 45 }).contains(&waited);
                let right = said.exit == Some(75) && said.out.is_empty() && told && in_time;
                if right { Ok(()) } else { Err(format!("desk {line}, after {waited} s of a lock: {said}")) }
            })
        });
        tried.into_iter().try_for_each(|tried| tried.join().expect("a thread ends"))
    })?;
    std::thread::sleep(held.saturating_sub(begun.elapsed()));
    let late = stage.run("log 1 5m");
    if late.exit != Some(75) {
        return Err(format!("after {held:?} of a lock: {late}"));
    }
    if whole()? == before { Ok(()) } else { Err("a desk that was locked changed".to_owned()) }
}
