//! Many processes at once: nobody is shown a lock, nothing is lost, no number is given twice, and the history adds up.

mod openings;

pub use openings::{backup, edition, lock, opening};

use crate::deeds::named;
use crate::stage::{Fault, Said, Stage, finish};
use crate::{Outcome, Plan};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

/// The longest that anybody may wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// A command that many run at once succeeds, at once, and speaks of no lock.
fn fares_well(command: &mut Command) -> Result<Said, Fault> {
    let begun = Instant::now();
    let said = finish(command);
    let line: Vec<_> = command.get_args().map(|a| a.to_string_lossy().into_owned()).collect();
    let line = line.join(" ");
    if said.exit != Some(0) {
        return Err(format!("desk {line}: {said}"));
    }
    if ["locked", "busy", "another program"].iter().any(|word| said.talk.contains(word)) {
        return Err(format!("desk {line} speaks of a lock: {said}"));
    }
    if begun.elapsed() > PATIENCE {
        return Err(format!("desk {line} waited {:?}", begun.elapsed()));
    }
    Ok(said)
}

/// As many at once as said, each given its number; their first fault.
fn at_once(count: usize, deed: impl Fn(usize) -> Result<(), Fault> + Sync) -> Result<(), Fault> {
    let (gate, first) = (Barrier::new(count), Mutex::new(None));
    std::thread::scope(|scope| {
        for n in 0..count {
            let (gate, first, deed) = (&gate, &first, &deed);
            scope.spawn(move || {
                gate.wait();
                if let Err(fault) = deed(n) {
                    first.lock().expect("a place for a fault").get_or_insert(fault);
                }
            });
        }
    });
    first.into_inner().expect("a place for a fault").map_or(Ok(()), Err)
}

/// Counts what went wrong on a stage.
fn noted(plan: &Plan, stage: &Stage, what: &str, result: Result<String, Fault>) -> String {
    match result {
        Ok(seen) => {
            plan.tell(what, &seen);
            seen
        }
        Err(fault) => {
            plan.fault(stage, what, &fault);
            format!("{what}: broken")
        }
    }
}

/// Writers of all sorts, and readers beside them.
pub fn crowd(plan: &Plan) -> Outcome {
    let mut outcome = Outcome::default();
    let mut all = Vec::new();
    for (processes, each) in plan.pick(&[(8, 50)][..], &[(16, 200), (50, 20)]) {
        let what = format!("{processes} × {each}");
        let stage = plan.stage(&what.replace(" × ", "-times-"));
        all.push(noted(plan, &stage, &what, writers(&stage, *processes, *each)));
        outcome.tried += processes * each;
    }
    outcome.seen = all.join("; ");
    outcome
}

/// Each writer has tickets of his own and all share one; the k-th of his commands follows from k.
fn writers(stage: &Stage, processes: usize, each: usize) -> Result<String, Fault> {
    (named("reply").furnish)(stage, 1);
    stage.done("outbox")?;
    let (over, reads, longest) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::new(Duration::ZERO));
    let result = std::thread::scope(|scope| {
        for line in ["ls status:all --json", "show 1", "history -l 5"] {
            let (over, reads) = (&over, &reads);
            scope.spawn(move || -> Result<(), Fault> {
                while !over.load(Relaxed) {
                    fares_well(&mut stage.command(line))?;
                    reads.fetch_add(1, Relaxed);
                    std::thread::sleep(Duration::from_millis(20));
                }
                Ok(())
            });
        }
        let result = at_once(processes, |n| {
            let mut own = String::new();
            for k in 0..each {
                let line = match k % 5 {
                    0 => format!("open 'by {n} at {k}' -f a{n}@x.test"),
                    1 => format!("log {own} 3m -y"),
                    2 => format!("close {own}"),
                    3 => "undo".to_owned(),
                    _ if k % 20 == 4 => format!("reply 1 -m 'by {n} at {k}' --force -y"),
                    _ => format!("log 1 1m 'by {n} at {k}' -y"),
                };
                let begun = Instant::now();
                let said = fares_well(stage.command(&line).env("DESK_AGENT", format!("agent{n}")))?;
                let mut longest = longest.lock().expect("the longest");
                *longest = (*longest).max(begun.elapsed());
                if k % 5 == 0 {
                    said.out.trim().clone_into(&mut own);
                }
            }
            Ok(())
        });
        over.store(true, Relaxed);
        result
    });
    result?;
    adds_up(stage, processes, each)?;
    let longest = longest.into_inner().expect("the longest").as_millis();
    Ok(format!("{} writes, {} reads, the longest took {longest} ms", processes * each, reads.into_inner()))
}

/// Everything is there once.
fn adds_up(stage: &Stage, processes: usize, each: usize) -> Result<(), Fault> {
    let of = |wanted: &dyn Fn(usize) -> bool| processes * (0..each).filter(|k| wanted(*k)).count();
    let (opened, replies) = (of(&|k| k % 5 == 0), of(&|k| k % 20 == 4));
    let shared = of(&|k| k % 5 == 4) - replies;
    let tickets = stage.json("ls status:all")?;
    let tickets = tickets.as_array().ok_or("no list")?;
    let numbers: BTreeSet<i64> = tickets.iter().filter_map(|t| t["number"].as_i64()).collect();
    let subjects: BTreeSet<String> = tickets.iter().map(|t| t["subject"].to_string()).collect();
    let should = |what: &str, is: usize, should: usize| {
        if is == should { Ok(()) } else { Err(format!("{is} {what} instead of {should}")) }
    };
    should("tickets", tickets.len(), opened + 1)?;
    should("numbers", numbers.len(), opened + 1)?;
    should("subjects", subjects.len(), opened + 1)?;
    // Every close was taken back.
    let closed = tickets.iter().filter(|t| t["status"] == "closed").count();
    should("closed tickets", closed, of(&|k| k % 5 == 2) - of(&|k| k % 5 == 3))?;
    let entries = stage.json("time ls in:2026-11")?;
    let entries = entries.as_array().ok_or("no list")?;
    let ids: BTreeSet<String> = entries.iter().map(|entry| entry["id"].to_string()).collect();
    should("time entries", entries.len(), of(&|k| k % 5 == 1) + shared)?;
    should("numbers of entries", ids.len(), entries.len())?;
    let one = stage.json("show 1")?;
    should("messages in ticket 1", one["messages"].as_array().map_or(0, Vec::len), replies + 1)?;
    should("mails that left", std::fs::read_dir(stage.path("sent")).map_or(0, |dir| dir.flatten().count()), replies)?;
    stage.done("doctor --deep").map(drop)
}
