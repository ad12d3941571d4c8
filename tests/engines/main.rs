//! Both engines give the same output: the tests of the commands are run once more, and what they say to a desk in a file is
//! said to a desk of PostgreSQL, too (`mirror.rs`).
//!
//! `cargo test --test engines` is the short run, about four minutes on two cores; `-- --long` the whole, `-- NAME` runs the
//! target of that name, or else the tests whose name contains it; `-- --list` names the targets.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails there")]
#![expect(clippy::print_stdout, reason = "a table is printed")]

#[path = "../store/cluster.rs"]
mod cluster;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// A test target that speaks through the mirror.
struct Suite {
    name: &'static str,
    /// How many of its commands both engines are told at least.
    least: usize,
    /// Tests that start the real program or are about the file, by how their names begin.
    others: &'static [&'static str],
    /// Whether it is in the short run.
    short: bool,
    /// Tests that the short run leaves out, in the same way.
    slow: &'static [&'static str],
}

const fn suite(name: &'static str, least: usize, others: &'static [&'static str]) -> Suite {
    Suite { name, least, others, short: true, slow: &[] }
}

const SUITES: [Suite; 20] = [
    suite("calendar", 40, &[]),
    suite("cli", 2000, &["binary::", "files::", "races::"]),
    suite("contracts", 240, &[]),
    // A line that breaks breaks once, and a program that is started fetches by itself: there one desk alone is asked.
    Suite {
        slow: &["hostile::each", "parked::a_mail_that_is_too_large"],
        ..suite("fetch", 420, &["cuts::", "together::", "watching::", "hostile::sizes", "::on_a_server_too"])
    },
    suite("hours", 480, &[]),
    suite("init_mail", 20, &["smtp_server::"]),
    suite("insight", 770, &[]),
    Suite { short: false, ..suite("leave", 5000, &["a_closed_pipe"]) },
    suite("money", 550, &["engines::"]),
    Suite { short: false, ..suite("privacy", 580, &["crash::", "server::", "refused::copies_of_the_desk"]) },
    suite("rated", 500, &[]),
    suite("recap", 220, &[]),
    suite("reply", 540, &["outcomes::killed", "outcomes::two_who_send", "announce::two_who_announce", "smtp_server::"]),
    // On PostgreSQL restoring is refused: what it does is asked of the file alone. What doctor finds is asked of both.
    suite(
        "restore",
        85,
        &["a_backup", "a_desk_that_cannot", "nobody_writes", "of_a_damaged", "only_a_sound", "who_has"],
    ),
    suite("rota", 160, &["wire::"]),
    suite("sla", 480, &[]),
    Suite { short: false, ..suite("tables", 2200, &["together::"]) },
    suite("things", 2200, &[]),
    suite("topics", 320, &[]),
    Suite { short: false, ..suite("triage", 50, &[]) },
];

fn main() -> ExitCode {
    let (flags, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--l"));
    if flags.iter().any(|flag| flag == "--list") {
        SUITES.iter().for_each(|suite| println!("{}: test", suite.name));
        return ExitCode::SUCCESS;
    }
    let long = flags.iter().any(|flag| flag == "--long");
    let Some(address) = cluster::schema() else { return ExitCode::SUCCESS };
    let server = address.split('?').next().unwrap();
    let (targets, words): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| SUITES.iter().any(|suite| suite.name == word));
    let wanted = |suite: &&Suite| {
        let named = targets.iter().any(|name| name == suite.name);
        named || targets.is_empty() && (long || suite.short)
    };
    let suites: Vec<&Suite> = SUITES.iter().filter(wanted).collect();
    let programs = programs(&suites);
    println!("\nsaid to both engines, commands of      both    alone  seconds");
    let failed = suites.into_iter().filter(|suite| !holds(suite, &programs[suite.name], server, &words, long)).count();
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a suite with a mirror; whether all its tests hold, and enough was said.
fn holds(suite: &Suite, program: &Path, server: &str, words: &[String], long: bool) -> bool {
    let (name, began, folder) = (suite.name, Instant::now(), tempfile::tempdir().unwrap());
    let tally = folder.path().join("tally");
    let cases = if long { "12" } else { "4" };
    let slow = if long { &[] } else { suite.slow };
    let done = Command::new(program)
        .args(suite.others.iter().chain(slow).flat_map(|name| ["--skip", name]))
        .args(words)
        .env("DESK_TEST_ENGINES", database(server, name))
        .env("DESK_TEST_TALLY", &tally)
        .env("PROPTEST_CASES", cases)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let seconds = began.elapsed().as_secs();
    cluster::connect(server).unwrap().batch_execute(&format!("DROP DATABASE of_{name} WITH (FORCE)")).unwrap();
    let told = std::fs::read_to_string(&tally).unwrap_or_default();
    let count = |what: &str| told.lines().filter(|line| *line == what).count();
    let (both, alone) = (count("both"), count("alone"));
    println!("{name:<34} {both:>8} {alone:>8} {seconds:>8}");
    if !done.status.success() {
        println!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    }
    let enough = both >= suite.least || !words.is_empty();
    if !enough {
        println!("only {both} commands of {name} were said to both engines, at least {} have to be", suite.least);
    }
    done.status.success() && enough
}

/// The address of a new database with an order of letters that is not that of their bytes, as people have it.
fn database(server: &str, name: &str) -> String {
    let mut client = cluster::connect(server).unwrap();
    let plain = format!("CREATE DATABASE of_{name} TEMPLATE template0");
    // Built without ICU, or before PostgreSQL 15, it has only the orders of the machine.
    let icu = format!("{plain} LOCALE_PROVIDER icu ICU_LOCALE 'ru'");
    client.batch_execute(&icu).or_else(|_| client.batch_execute(&plain)).unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/of_{name}")
}

/// The test programs as cargo has built them, by their target.
fn programs(suites: &[&Suite]) -> BTreeMap<String, PathBuf> {
    // target/debug/desk: the same folder and the same profile.
    let target = Path::new(env!("CARGO_BIN_EXE_desk")).ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--no-run", "--locked", "--quiet", "--message-format=json", "--target-dir"]).arg(target);
    cargo.args(suites.iter().flat_map(|suite| ["--test", suite.name]));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).output().unwrap();
    assert!(built.status.success(), "cargo: {}", String::from_utf8_lossy(&built.stderr));
    let text = String::from_utf8(built.stdout).unwrap();
    let found = text.lines().filter_map(|line| {
        let told: Value = serde_json::from_str(line).ok()?;
        let program = told["executable"].as_str().filter(|_| told["profile"]["test"] == true)?;
        Some((told["target"]["name"].as_str()?.to_owned(), PathBuf::from(program)))
    });
    found.collect()
}
