//! A disk that fails at the N-th call, once or from then on: the command says so, and the desk is as before or as after.

use crate::deeds::{Kind, named};
use crate::judge::{Reached, Scene};
use crate::power::strace_is_there;
use crate::stage::{Fault, Said, exe, finish};
use crate::{Outcome, Plan};
use std::fs;

/// The short run has the first ones.
const DEEDS: &[&str] = &[
    "log",
    "close",
    "import",
    "table",
    "fetch",
    "undo",
    "invoice",
    "backup",
    "open",
    "erase",
    "reply",
    "restore",
    "post",
    "change",
    "edition-1",
    "timer",
    "spool",
    "moved",
    "export",
    "edition-2",
    "edition-3",
];

/// What fails, and how; the short run has the first ones.
const FAULTS: &[(&str, &str)] = &[
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("fsync,fdatasync", "EIO"),
    ("pwrite64", "EDQUOT"),
    ("ftruncate", "EIO"),
    ("openat", "EMFILE"),
    ("fcntl", "ENOLCK"),
    ("pread64", "EIO"),
];

/// The short run goes up to this call.
const LAST: usize = 60;

/// Lets every call of every deed fail.
pub fn fault(plan: &Plan) -> Outcome {
    if !strace_is_there() {
        return plan.leave_out("failing disks are left out: strace cannot be run here");
    }
    let faults = &FAULTS[..plan.pick(3, FAULTS.len())];
    let (mut tried, mut told) = (0, 0);
    for name in DEEDS[..plan.pick(13, DEEDS.len())].iter().filter(|name| plan.tries(name)) {
        let scene = Scene::new(named(name), plan.stage(name), 40);
        for (call, error) in faults {
            let mut seen = (0, 0);
            for step in 0..scene.steps.len() {
                let counted = count(&scene, step, call);
                for n in points(counted, plan) {
                    for from_then_on in [false, true] {
                        // Without locks for good, every try waits for long.
                        let some_only = *error == "ENOLCK" && from_then_on && n % 20 != 1;
                        if some_only || (!plan.long && (n % 2 == 1) == from_then_on) {
                            continue;
                        }
                        let fault = Injected { call, error, n, from_then_on };
                        let (said, fired) = fault.strikes(&scene, step);
                        if !fired {
                            continue;
                        }
                        seen = (seen.0 + 1, seen.1 + usize::from(said.exit != Some(0)));
                        if let Err(wrong) = judge(&scene, step, &said) {
                            let point = format!("{name}, {} with {}", scene.steps[step], fault.words());
                            plan.fault(&scene.stage, &point, &format!("{wrong}\n    it said {said}"));
                        }
                    }
                }
            }
            plan.tell(name, &format!("{error} on {call} {} times, told {} times", seen.0, seen.1));
            (tried, told) = (tried + seen.0, told + seen.1);
        }
    }
    Outcome { tried, seen: format!("{told} told as errors, the rest got over; 0 lost"), left_out: None }
}

/// A fault that strikes.
struct Injected<'a> {
    call: &'a str,
    error: &'a str,
    n: usize,
    from_then_on: bool,
}

impl Injected<'_> {
    fn words(&self) -> String {
        let then = if self.from_then_on { "+" } else { "" };
        format!("-e inject={}:error={}:when={}{then}", self.call, self.error, self.n)
    }

    /// Does one command; what it said, and whether the fault came about.
    fn strikes(&self, scene: &Scene, step: usize) -> (Said, bool) {
        let (said, told) = watched(scene, step, self.call, &self.words());
        (said, told.contains("(INJECTED)"))
    }
}

/// Does the commands before this one, and this one under observation.
fn watched(scene: &Scene, step: usize, call: &str, inject: &str) -> (Said, String) {
    let stage = &scene.stage;
    stage.thaw("before");
    for line in &scene.steps[..step] {
        stage.all(&[line]);
    }
    let told = stage.play.with_file_name("strace");
    let mut command = stage.program("/usr/bin/env");
    command.args(["strace", "-f", "-qq", "--seccomp-bpf", "-e", &format!("trace={call}"), "-e", "signal=none"]);
    command.args(inject.split(' ').filter(|word| !word.is_empty())).arg("-o").arg(&told).arg(exe());
    command.args(stage.command(&scene.steps[step]).get_args());
    let said = finish(&mut command);
    (said, fs::read_to_string(told).unwrap_or_default())
}

/// How often a command makes that call.
fn count(scene: &Scene, step: usize, call: &str) -> usize {
    let (_, told) = watched(scene, step, call, "");
    let is_one = |line: &&str| call.split(',').any(|call| line.contains(&format!(" {call}(")));
    told.lines().filter(is_one).count()
}

/// Every call in the long run; in the short one some, with the first and the last.
fn points(count: usize, plan: &Plan) -> Vec<usize> {
    let (count, some) = plan.pick((count.min(LAST), 5), (count, usize::MAX));
    let by = count.div_ceil(some).max(1);
    let mut points: Vec<usize> = (1..=count).step_by(by).collect();
    if count > 0 && points.last() != Some(&count) {
        points.push(count);
    }
    points
}

/// It succeeded, or it said in words that it did not; and the desk is what it was said to be.
fn judge(scene: &Scene, step: usize, said: &Said) -> Result<(), Fault> {
    if said.talk.contains("panicked") || said.exit.is_none() {
        return Err("it broke down".to_owned());
    }
    // Where not even the program could be loaded, its loader speaks.
    let in_words = ["error: ", "hint: ", "to finish: ", "do not repeat", "error while loading shared libraries"];
    let in_words = in_words.iter().any(|word| said.talk.contains(word))
        // What was left out of an import, and why, is its answer.
        || said.exit == Some(5) && said.out.contains("why it was left out");
    if said.exit != Some(0) && (!in_words || said.exit == Some(70)) {
        return Err("no clear words".to_owned());
    }
    // Of several mailboxes, each has its line, also one that could not be read; an answer that waits has one, too.
    let is_report = matches!(scene.deed.kind, Kind::Mails | Kind::Reply);
    let acknowledged = step + usize::from(said.exit == Some(0) || (said.out.ends_with('\n') && !is_report));
    scene.judge(Reached { acknowledged, begun: step + 1 })
}
