//! Both engines give the same output: the tests of the commands are run once more, and what they say to a desk in a file is
//! said to a desk of PostgreSQL, too (`mirror.rs`).
//!
//! `cargo test --test engines` runs them all; `-- NAME` those whose name contains it, `-- --list` names what is run.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails there")]
#![expect(clippy::print_stdout, reason = "a table is printed")]
#![expect(clippy::disallowed_methods, reason = "a program of its own has an environment of its own")]

#[cfg(feature = "postgres")]
#[path = "../store/cluster.rs"]
mod cluster;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// The targets that speak through the mirror, and how many commands of each both engines are told at least.
const SUITES: [(&str, usize); 14] = [
    ("calendar", 1),
    ("cli", 1),
    ("contracts", 1),
    ("hours", 1),
    ("insight", 1),
    ("money", 1),
    ("rated", 1),
    ("recap", 1),
    ("rota", 1),
    ("sla", 1),
    ("tables", 1),
    ("things", 1),
    ("topics", 1),
    ("triage", 1),
];

#[cfg(feature = "postgres")]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--list") {
        SUITES.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let Some(address) = cluster::schema() else { return ExitCode::SUCCESS };
    let server = address.split('?').next().unwrap();
    let programs = programs();
    let folder = tempfile::tempdir().unwrap();
    println!("\nboth engines: {:<12} {:>8} {:>8} {:>8}", "commands of", "both", "alone", "seconds");
    let mut failed = false;
    for (name, least) in SUITES {
        let began = Instant::now();
        let tally = folder.path().join(name);
        let done = Command::new(&programs[name])
            .args(&words)
            .env("DESK_TEST_ENGINES", database(server, name))
            .env("DESK_TEST_TALLY", &tally)
            .env("PROPTEST_CASES", "4")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let ran = began.elapsed().as_secs();
        cluster::connect(server).unwrap().batch_execute(&format!("DROP DATABASE of_{name} WITH (FORCE)")).unwrap();
        let told = std::fs::read_to_string(&tally).unwrap_or_default();
        let count = |what: &str| told.lines().filter(|line| *line == what).count();
        let (both, alone) = (count("both"), count("alone"));
        println!("both engines: {name:<12} {both:>8} {alone:>8} {ran:>8} {:>8}", began.elapsed().as_secs());
        if !done.status.success() {
            println!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
            failed = true;
        }
        if words.is_empty() && both < least {
            println!("only {both} commands of {name} were said to both engines, at least {least} have to be");
            failed = true;
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[cfg(not(feature = "postgres"))]
fn main() {}

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
fn programs() -> BTreeMap<String, PathBuf> {
    // target/debug/desk: the same folder and the same profile.
    let target = Path::new(env!("CARGO_BIN_EXE_desk")).ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--no-run", "--locked", "--quiet", "--message-format=json", "--target-dir"]).arg(target);
    cargo.args(SUITES.iter().flat_map(|(name, _)| ["--test", name]));
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
