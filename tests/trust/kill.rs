//! kill -9 at moments spread over the time that a command takes; and the signals by which a person, a machine that is shut
//! down or a line that breaks off ends it.

use crate::deeds::{DEEDS, Deed, Kind};
use crate::judge::{Reached, Scene};
use crate::stage::{Dice, Fault, until};
use crate::{Outcome, Plan};
use rustix::process::Signal;
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

/// Kills every deed so and so often.
pub fn kill(plan: &Plan) -> Outcome {
    ended_by(plan, &[Signal::KILL], plan.pick(3, 200))
}

/// The same by Ctrl-C, by a machine that is shut down, by a line that breaks off.
pub fn signal(plan: &Plan) -> Outcome {
    ended_by(plan, &[Signal::INT, Signal::TERM, Signal::HUP], plan.pick(3, 60))
}

/// Ends every deed so and so often, by each of the signals in turn.
fn ended_by(plan: &Plan, signals: &[Signal], times: usize) -> Outcome {
    let (mut tried, mut cut, mut acknowledged) = (0, 0, 0);
    for deed in DEEDS.iter().filter(|deed| plan.tries(deed.name)) {
        let scene = Scene::new(deed, plan.stage(deed.name), size(deed, plan));
        let mut dice = plan.dice(deed.name);
        let whole = duration(&scene);
        let mut seen = (0, 0);
        for n in 0..times {
            let at = moment(&mut dice, whole, n, times);
            scene.stage.thaw("before");
            let signal = signals[n % signals.len()];
            let judged = done_until(&scene, at, signal).and_then(|(reached, killed)| {
                seen = (seen.0 + usize::from(killed), seen.1 + reached.acknowledged);
                only_drafts_are_left(&scene)?;
                scene.judge(reached)
            });
            if let Err(fault) = judged {
                let point = format!("{}, {signal:?} {n} after {at:?} of {whole:?}", deed.name);
                plan.fault(&scene.stage, &point, &fault);
            }
        }
        plan.tell(deed.name, &format!("{times} times, {} cut off, {} acknowledged, of {whole:?}", seen.0, seen.1));
        (tried, cut, acknowledged) = (tried + times, cut + seen.0, acknowledged + seen.1);
    }
    Outcome { tried, seen: format!("{cut} cut off, {acknowledged} acknowledged, all there once"), left_out: None }
}

/// Enough mails that several batches are written.
fn size(deed: &Deed, plan: &Plan) -> usize {
    match deed.kind {
        Kind::Mails if deed.name == "import" => 1_200,
        Kind::Mails => 60,
        _ => plan.pick(100, 300),
    }
}

/// How long the whole deed takes: the middle one of three.
fn duration(scene: &Scene) -> Duration {
    let mut all: Vec<Duration> = (0..3)
        .map(|_| {
            scene.stage.thaw("before");
            let begun = Instant::now();
            done_until(scene, Duration::from_secs(100), Signal::KILL).expect("it was done before");
            begun.elapsed()
        })
        .collect();
    all.sort();
    all[1]
}

/// Anywhere in the n-th part of a little more than the whole.
fn moment(dice: &mut Dice, whole: Duration, n: usize, times: usize) -> Duration {
    let parts = u32::try_from(times).unwrap_or(u32::MAX);
    let part = (whole * 13 / 10) / parts;
    let within = u64::try_from(part.as_nanos()).unwrap_or(0);
    part * u32::try_from(n).unwrap_or(0) + Duration::from_nanos(dice.below(within))
}

/// Does the commands one after the other; after this time the one that runs is ended. How far they came, and whether one was.
fn done_until(scene: &Scene, at: Duration, signal: Signal) -> Result<(Reached, bool), Fault> {
    let end = Instant::now() + at;
    let mut reached = Reached { acknowledged: 0, begun: 0 };
    for step in &scene.steps {
        reached.begun += 1;
        let child = scene.stage.command(step).process_group(0).spawn().expect("a process is started");
        let group = rustix::process::Pid::from_child(&child);
        let (said, killed) = until(child, end, signal);
        wait_for_the_rest(group);
        // A command has acknowledged what it did when it said so, even if it is killed after that.
        reached.acknowledged += usize::from(said.out.ends_with('\n') || said.exit == Some(0));
        match said.exit {
            // Who has just ended by himself cannot be killed.
            Some(0) if !killed => {}
            Some(0) => return Ok((reached, false)),
            None if said.signal == Some(signal.as_raw()) => return Ok((reached, true)),
            None => return Err(format!("{signal:?} did not end desk {step}: {said}")),
            Some(_) => return Err(format!("nobody hindered desk {step}: {said}")),
        }
    }
    Ok((reached, false))
}

/// Whatever hidden file is there is a draft that `doctor` knows and the next one tidies away.
fn only_drafts_are_left(scene: &Scene) -> Result<(), Fault> {
    let names = std::fs::read_dir(&scene.stage.play).map_err(|e| e.to_string())?.flatten();
    let mut names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let strange = names.find(|name| name.starts_with('.') && !name.starts_with(".desk") && name != ".config");
    strange.map_or(Ok(()), |name| Err(format!("{name} is left over, and nobody would know whose it is")))
}

/// What a command has started goes on when it is killed: until nothing of it is left.
fn wait_for_the_rest(group: rustix::process::Pid) {
    let begun = Instant::now();
    while rustix::process::test_kill_process_group(group).is_ok() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(2));
    }
}
