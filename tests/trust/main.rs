//! Shows by trials of the real program that its promises hold: it is killed, its disk fails, fills up or loses what was not
//! synced, its files are damaged, many run at once. Each promise stands in a table beside what was seen.
//!
//! `cargo test --test trust` is the short run; `cargo test --release --test trust -- --long` the one before a release;
//! `-- kill power` runs some, `-- --list` names them, `-- --seed 7` throws other dice, `-- power --deeds log,import` tries it
//! on some commands only.

#![expect(clippy::print_stdout, reason = "a table is printed")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a trial that cannot go on fails there")]
#![expect(clippy::disallowed_methods, reason = "a program of its own has an environment of its own")]

mod bomb;
mod crowd;
mod deeds;
mod fault;
mod file;
mod full;
mod imap;
mod judge;
mod kill;
mod mails;
mod measured;
mod model;
mod power;
mod stage;
mod team;
mod time;

#[cfg(feature = "postgres")]
#[path = "../store/cluster.rs"]
mod cluster;
#[path = "../store/property.rs"]
#[cfg_attr(feature = "postgres", expect(unused_imports, reason = "its tests are not run here"))]
mod property;
#[path = "../store/stand.rs"]
#[expect(dead_code, reason = "not everything of a desk is looked at here")]
mod stand;

#[path = "../cli/stage.rs"]
#[expect(dead_code, reason = "not everything that a stage can do is needed here")]
mod staged;

#[path = "../mail/certificate.rs"]
#[expect(dead_code, reason = "not every kind of certificate is needed here")]
mod certificate;
#[path = "../mail/dovecot.rs"]
#[expect(dead_code, reason = "not every way to a server is needed here")]
mod dovecot;
#[path = "../mail/proxy.rs"]
#[expect(dead_code, reason = "not every way to break a line is needed here")]
mod proxy;
#[path = "../mail/smtp_server.rs"]
#[expect(dead_code, reason = "it only takes mails here")]
mod smtp_server;

use stage::{Dice, Fault, Stage};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

/// What is to be shown, how, and what is promised.
struct Trial {
    name: &'static str,
    property: &'static str,
    /// What the short run and the long run must show.
    promised: [&'static str; 2],
    run: fn(&Plan) -> Outcome,
}

const fn trial(
    name: &'static str,
    property: &'static str,
    promised: [&'static str; 2],
    run: fn(&Plan) -> Outcome,
) -> Trial {
    Trial { name, property, promised, run }
}

const TRIALS: &[Trial] = &[
    trial(
        "kill",
        "kill -9 at any moment",
        ["50 kills: 0 lost, 0 twice", "2,000 kills, 200 a command: 0 lost, 0 twice"],
        kill::kill,
    ),
    trial(
        "signal",
        "Ctrl-C, an end asked for, a hang-up",
        ["60 signals: 0 lost, 0 twice, no file nobody knows", "1,200 signals: 0 lost, 0 twice, no file nobody knows"],
        kill::signal,
    ),
    trial(
        "power",
        "power cut, torn sectors",
        ["100 points a command: 0 corrupt, 0 lost", "2,000 points a command: 0 corrupt, 0 lost"],
        power::power,
    ),
    trial(
        "fault",
        "the disk fails at the N-th call",
        ["3 faults, N up to 60: before or after", "8 faults, every N, once and for good: before or after"],
        fault::fault,
    ),
    trial(
        "imap",
        "a mail server that misbehaves",
        ["12 scripts, kills: each mail once", "40 scripts × 25, kills at every line: each mail once"],
        imap::imap,
    ),
    trial(
        "model",
        "random commands beside a model",
        ["1,000 sequences: as the model says", "100,000 sequences: as the model says"],
        model::model,
    ),
    trial(
        "full",
        "the disk is full, then has room",
        ["1 MB: told, readable, goes on", "1 MB and limits of files: told, readable, goes on"],
        full::full,
    ),
    trial(
        "full-output",
        "the output takes nothing",
        ["done once, exit says so", "done once, exit says so"],
        full::output,
    ),
    trial(
        "file",
        "odd and damaged files",
        ["said in words, made no worse", "said in words, made no worse"],
        file::file,
    ),
    trial(
        "team",
        "a folder of a group, two users",
        ["5 turns: nobody is kept out", "50 turns: nobody is kept out"],
        team::team,
    ),
    trial(
        "time",
        "zones, clocks that are set",
        ["5 zones: exact, nothing lost", "all zones, 2000-2040: exact, nothing lost"],
        time::time,
    ),
    trial(
        "mails",
        "mails made to break the reader",
        ["500: each once, 2 s, 256 MiB", "10,000: each once, 2 s, 256 MiB"],
        mails::mails,
    ),
    trial(
        "bomb",
        "mails too large, too deep, too many",
        ["64 MiB: refused early, 114 MiB of memory", "1 GiB, 1 M of anything: refused early, 114 MiB"],
        bomb::bomb,
    ),
    trial(
        "crowd",
        "many write, undo, reply at once",
        ["8 × 50: no lock shown, 0 lost", "16 × 200 and 50 × 20: no lock shown, 0 lost"],
        crowd::crowd,
    ),
    trial(
        "crowd-opening",
        "many open a desk that is not there",
        ["16, 20 times: 0 errors, one desk", "64, 100 times: 0 errors, one desk"],
        crowd::opening,
    ),
    trial(
        "crowd-edition",
        "many open a desk of an older edition",
        ["8: brought up once", "32: brought up once"],
        crowd::edition,
    ),
    trial("crowd-backup", "backups under 4 writers", ["5, each whole", "200, each whole"], crowd::backup),
    trial(
        "crowd-lock",
        "a lock is held for 25 s, for 120 s",
        ["(long run)", "waits, then is done; gives up after 30 s, exit 75"],
        crowd::lock,
    ),
];

/// Trials that damage files or play a disk of their own: a real one below would only cost time.
const PLAYED: [&str; 3] = ["power", "fault", "file"];

/// How far a run goes.
pub struct Plan {
    /// The run before a release.
    pub long: bool,
    seed: u64,
    /// The commands that it is tried on; none: on all.
    deeds: Vec<String>,
    trial: &'static str,
    root: PathBuf,
    faults: AtomicUsize,
}

/// What a trial came to.
#[derive(Default)]
pub struct Outcome {
    /// How often it was tried.
    pub tried: usize,
    /// What was seen, in a few words.
    pub seen: String,
    /// What was left out, and why.
    pub left_out: Option<String>,
}

impl Plan {
    /// The one for the short run, the other for the long one.
    pub fn pick<T>(&self, short: T, long: T) -> T {
        if self.long { long } else { short }
    }

    /// Whether it is tried on this command.
    pub fn tries(&self, deed: &str) -> bool {
        self.deeds.is_empty() || self.deeds.iter().any(|name| name == deed)
    }

    /// Dice for a purpose.
    pub fn dice(&self, purpose: &str) -> Dice {
        Dice::new(self.seed, purpose)
    }

    /// A stage for a part of this trial.
    pub fn stage(&self, part: &str) -> Stage {
        Stage::new(&self.root.join(self.trial), part)
    }

    /// Tells that a part is done.
    pub fn tell(&self, part: &str, seen: &str) {
        println!("  {}: {part}: {seen}", self.trial);
    }

    /// Tells of a promise that is broken, and keeps the folder where it was seen.
    pub fn fault(&self, stage: &Stage, point: &str, fault: &Fault) {
        let n = self.faults.fetch_add(1, Relaxed);
        let kept = if n < 20 { stage.keep(n).display().to_string() } else { "not kept, there are too many".to_owned() };
        println!("  {}: FAILED: seed {}, {point}: {fault}\n    the folder: {kept}", self.trial, self.seed);
    }

    /// What cannot be tried here: told in one line, and a fault where everything must be there.
    pub fn leave_out(&self, what: &str) -> Outcome {
        if std::env::var_os("DESK_TEST_SERVERS").is_some_and(|v| v == "required") {
            self.faults.fetch_add(1, Relaxed);
            println!("  {}: FAILED: {what}, and DESK_TEST_SERVERS=required", self.trial);
        }
        Outcome { left_out: Some(what.to_owned()), ..Outcome::default() }
    }
}

/// What the command line asks for.
struct Asked {
    long: bool,
    list: bool,
    seed: u64,
    deeds: Vec<String>,
    names: Vec<String>,
}

/// Reads the words of the command line; those of the usual test runner mean nothing here.
fn asked(words: impl Iterator<Item = String>) -> Result<Asked, Fault> {
    let mut asked = Asked { long: false, list: false, seed: 20_261_120, deeds: Vec::new(), names: Vec::new() };
    let mut words = words;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--long" => asked.long = true,
            "--list" => asked.list = true,
            "--seed" => {
                let seed = words.next().and_then(|w| w.parse().ok());
                asked.seed = seed.ok_or("--seed needs a number")?;
            }
            "--deeds" => {
                asked.deeds = words.next().unwrap_or_default().split(',').map(str::to_owned).collect();
                if let Some(odd) = asked.deeds.iter().find(|name| !deeds::DEEDS.iter().any(|deed| deed.name == **name))
                {
                    return Err(format!("there is no command {odd} that anything is tried on; see deeds.rs"));
                }
            }
            "--test-threads" | "--color" | "--format" => drop(words.next()),
            "--nocapture" | "--no-capture" | "--quiet" | "-q" | "--show-output" | "--include-ignored" | "--ignored"
            | "--exact" => {}
            w if w.starts_with("--test-threads=") || w.starts_with("--color=") || w.starts_with("--format=") => {}
            w if TRIALS.iter().any(|t| is_named(t, w)) => asked.names.push(word),
            w => return Err(format!("there is no trial and no option {w}; --list names them")),
        }
    }
    Ok(asked)
}

/// `crowd` names `crowd` and `crowd-backup`.
fn is_named(trial: &Trial, name: &str) -> bool {
    trial.name == name || trial.name.split('-').next() == Some(name)
}

fn main() -> ExitCode {
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(fault) => {
            println!("error: {fault}");
            return ExitCode::from(2);
        }
    };
    if asked.list {
        for trial in TRIALS {
            println!("{}: {}", trial.name, trial.property);
        }
        return ExitCode::SUCCESS;
    }
    let new = |place: &str| tempfile::Builder::new().prefix("trust-").tempdir_in(place);
    let disk = new(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let memory = new("/dev/shm").or_else(|_| new(env!("CARGO_TARGET_TMPDIR"))).expect("a folder");
    // Desks that others make and nobody cuts off cost less there.
    drop(tempfile::env::override_temp_dir(memory.path()));
    println!("{} run, seed {}", if asked.long { "long" } else { "short" }, asked.seed);
    let wanted = |trial: &&Trial| asked.names.is_empty() || asked.names.iter().any(|name| is_named(trial, name));
    let folder = |trial: &Trial| if PLAYED.contains(&trial.name) { memory.path() } else { disk.path() };
    let tried = |trial: &Trial| row(trial, &asked, folder(trial).to_owned());
    let rows = at_once(&TRIALS.iter().filter(wanted).collect::<Vec<_>>(), tried);
    print_table(&rows);
    if rows.iter().any(|row| row[4] == "FAILED") {
        println!("\nFAILED; what was seen is kept in {} and {}", disk.keep().display(), memory.keep().display());
        return ExitCode::from(101);
    }
    ExitCode::SUCCESS
}

/// Runs the trials, so many at once as there are processors, but two at most; their lines in the order of the table.
fn at_once(trials: &[&Trial], row: impl Fn(&Trial) -> [String; 5] + Sync) -> Vec<[String; 5]> {
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get().min(2));
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(vec![Default::default(); trials.len()]));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((n, trial)) = Some(next.fetch_add(1, Relaxed)).and_then(|n| Some((n, trials.get(n)?))) {
                    let line = row(trial);
                    rows.lock().expect("a place for a line")[n] = line;
                }
            });
        }
    });
    rows.into_inner().expect("the lines")
}

/// Runs a trial; its line of the table.
fn row(trial: &Trial, asked: &Asked, root: PathBuf) -> [String; 5] {
    let (begun, faults) = (Instant::now(), AtomicUsize::new(0));
    let plan = Plan { long: asked.long, seed: asked.seed, deeds: asked.deeds.clone(), trial: trial.name, root, faults };
    let outcome = catch_unwind(AssertUnwindSafe(|| (trial.run)(&plan)));
    let stopped = outcome.is_err();
    let outcome =
        outcome.unwrap_or_else(|_| Outcome { seen: "the trial itself broke off".into(), ..Outcome::default() });
    let faults = plan.faults.into_inner();
    let failed = stopped || faults > 0;
    let seen = if faults > 0 { format!("{faults} broken, as told above") } else { outcome.seen };
    let word = match &outcome.left_out {
        _ if failed => "FAILED",
        Some(_) => "left out",
        None => "ok",
    };
    let seen = outcome.left_out.unwrap_or(seen);
    println!("{} {word} after {} s: {seen}", trial.name, begun.elapsed().as_secs());
    let promised = trial.promised[usize::from(asked.long)].to_owned();
    [trial.property.to_owned(), outcome.tried.to_string(), promised, seen, word.to_owned()]
}

fn print_table(rows: &[[String; 5]]) {
    let head = ["property", "tried", "promised", "seen", ""].map(str::to_owned);
    let all: Vec<&[String; 5]> = std::iter::once(&head).chain(rows).collect();
    let width = |n: usize| all.iter().map(|row| row[n].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    println!();
    for row in all {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        println!("{}", cells.join("  ").trim_end());
    }
}
