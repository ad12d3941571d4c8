//! Random commands beside a small model of a desk: what the model says is what the desk says; taken back, everything is as it
//! was before; brought back, as it was after; exported and imported, the same; sums are the sums of their lines.

mod small;

use crate::staged::Stage;
use crate::stand::Stand;
use crate::{Outcome, Plan, property};
use frontdesk::store::Place;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::Value;
use small::{Desk, Told};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

/// A command: which, and what it is about.
type Act = (u8, u8, u8);

/// Sequences of lines against the model, and of deeds of two agents against what was there before.
pub fn model(plan: &Plan) -> Outcome {
    let (lines, deeds, length) = plan.pick((500, 250, 8), (50_000, 25_000, 24));
    let base = base(plan);
    let (said, begun) = (AtomicUsize::new(0), Instant::now());
    let part = |name: &str, result: std::thread::Result<Result<(), String>>| {
        let fault = match result {
            Ok(Ok(())) => return plan.tell(name, &format!("done after {} s", begun.elapsed().as_secs())),
            Ok(Err(fault)) => fault,
            Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "it broke off".to_owned()),
        };
        plan.fault(&plan.stage(name), name, &fault);
    };
    std::thread::scope(|scope| {
        let run = |half: u8| sequences(plan, &base, (lines / 2, length), half, &said);
        let parts = [("lines", scope.spawn(move || run(0))), ("more-lines", scope.spawn(move || run(1)))];
        for (name, running) in parts {
            part(name, running.join());
        }
        let deeds = [
            (
                "back-and-forth",
                scope.spawn(move || {
                    property::back_and_forth_on_files(deeds, length);
                    Ok(())
                }),
            ),
            (
                "any-order",
                scope.spawn(move || {
                    property::in_any_order_on_files(deeds);
                    Ok(())
                }),
            ),
        ];
        for (name, running) in deeds {
            part(name, running.join());
        }
    });
    let cases = usize::try_from(lines + 2 * deeds).unwrap_or(0);
    let seen = format!("{} command lines as the model says, all back, all again", said.into_inner());
    Outcome { tried: cases, seen, left_out: None }
}

/// A desk with a client who pays by the hour.
fn base(plan: &Plan) -> PathBuf {
    let stage = plan.stage("base");
    stage.all(&[
        "init",
        "client add acme 'Acme'",
        "config set currency EUR",
        "contract add acme --hourly 77.77 --start 2026-09-01",
        "agent add boris",
        "open 'Number 1' -c acme -f ann@acme.test -m text",
        "open 'Number 2' -c acme -f ann@acme.test -m text",
    ]);
    stage.desk()
}

/// Sequences on desks of their own.
fn sequences(
    plan: &Plan,
    base: &Path,
    (cases, length): (u32, usize),
    half: u8,
    said: &AtomicUsize,
) -> Result<(), String> {
    let mut dice = plan.dice(if half == 0 { "lines" } else { "more lines" });
    let mut seed = [half; 32];
    seed[..8].copy_from_slice(&dice.below(u64::MAX).to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let acts = proptest::collection::vec((0..small::KINDS, any::<u8>(), any::<u8>()), 1..length);
    let outcome = runner.run(&acts, |acts| {
        said.fetch_add(acts.len(), Relaxed);
        sequence(base, &acts, said.load(Relaxed).is_multiple_of(5)).map_err(TestCaseError::fail)
    });
    match outcome {
        Err(TestError::Fail(why, smallest)) => Err(format!("{why}\n    the smallest case: {smallest:?}")),
        other => other.map_err(|e| e.to_string()),
    }
}

/// One sequence, there, back and there again.
fn sequence(base: &Path, acts: &[Act], exports: bool) -> Result<(), String> {
    let stage = Stage::new();
    std::fs::copy(base, stage.path("desk.db")).map_err(|e| e.to_string())?;
    let mut eye = Stand::at(Place::File(stage.path("desk.db")), None);
    let mut told = Told::new(Desk::furnished());
    // What the desk held after each command that was done and stands.
    let mut states = vec![eye.state()];
    let mut lines = Vec::new();
    for act in acts {
        let Some((line, expected)) = told.meet(*act) else { continue };
        let said = stage.desk(&line);
        lines.push(format!("{line} → {}", said.exit));
        let wrong = |what: &str| Err(format!("{what}: {said:?} after {lines:#?}"));
        let state = eye.state();
        let now = states.get(told.at).cloned().unwrap_or_default();
        match (said.exit, expected) {
            (0, Some(next)) => match line.as_str() {
                "undo" | "redo" => {
                    told.at = if line == "undo" { told.at - 1 } else { told.at + 1 };
                    if states[told.at] != state {
                        return wrong("it is not as it was");
                    }
                }
                _ => {
                    told.goes_on(next);
                    states.truncate(told.at);
                    states.push(state);
                }
            },
            (1, None) if state == now => {}
            (1, None) => return wrong("refused, and something changed"),
            (_, Some(_)) => return wrong("it should have been done"),
            (_, None) => return wrong("it should have been refused"),
        }
    }
    agrees(&stage, told.desk()).map_err(|e| format!("{e} after {lines:#?}"))?;
    back_and_again(&stage, &mut eye, &states, told.at).map_err(|e| format!("{e} after {lines:#?}"))?;
    if exports { comes_back(&stage) } else { Ok(()) }
}

/// Takes back everything, one by one, and brings it back.
fn back_and_again(stage: &Stage, eye: &mut Stand, states: &[Vec<String>], at: usize) -> Result<(), String> {
    let steps = (0..at).rev().map(|n| ("undo", n)).chain((1..=at).map(|n| ("redo", n)));
    for (line, n) in steps {
        let said = stage.desk(line);
        if said.exit != 0 || eye.state() != states[n] {
            return Err(format!("{line}, to state {n}: {said:?}"));
        }
    }
    Ok(())
}

/// What the desk shows is what the model holds.
fn agrees(stage: &Stage, desk: &Desk) -> Result<(), String> {
    let json = |line: &str| -> Result<Value, String> {
        let said = stage.desk(&format!("{line} --json"));
        serde_json::from_str(&said.out).map_err(|e| format!("{line}: {e}: {said:?}"))
    };
    let mut shown: Vec<String> = json("ls status:all")?.as_array().ok_or("no list")?.iter().map(small::shown).collect();
    shown.sort();
    let mut held = desk.shown();
    held.sort();
    if let Some((a, b)) = shown.iter().zip(&held).find(|(a, b)| a != b) {
        return Err(format!("the desk shows {a}, the model {b}"));
    }
    if shown.len() != held.len() {
        return Err(format!("the desk shows {} tickets, the model {}", shown.len(), held.len()));
    }
    let listed = json("time ls in:2026-11")?;
    let listed = listed.as_array().ok_or("no list")?;
    let mut entries: Vec<String> = listed.iter().map(small::entry_shown).collect();
    let mut model = desk.entries_shown();
    entries.sort();
    model.sort();
    if entries != model {
        return Err(format!("the desk lists {entries:?}, the model {model:?}"));
    }
    let total = json("time in:2026-11 --by client")?["total"].clone();
    let sums = (total["actual_minutes"].as_i64().unwrap_or(0), total["amount"]["minor"].as_i64().unwrap_or(0));
    if sums == desk.sums() { Ok(()) } else { Err(format!("the desk sums up {sums:?}, the model {:?}", desk.sums())) }
}

/// Exported and imported, it is the same.
fn comes_back(stage: &Stage) -> Result<(), String> {
    let export = |stage: &Stage| stage.desk("export --format ndjson");
    let whole = export(stage);
    std::fs::write(stage.path("all.ndjson"), &whole.out).map_err(|e| e.to_string())?;
    let other = stage.with("DESK_FILE", &stage.path("other.db").display().to_string());
    let said = other.desk(&format!("import {}", stage.path("all.ndjson").display()));
    if said.exit != 0 {
        return Err(format!("what was exported does not come in: {said:?}"));
    }
    let again = export(&other);
    if again.out == whole.out { Ok(()) } else { Err("exported again, it is another".to_owned()) }
}
