//! Tables and JSON of other programs come in, as a team that moves meets it: whole command lines, on desks of their own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[cfg(feature = "postgres")]
#[expect(clippy::expect_used, reason = "a test that cannot go on fails there")]
#[path = "../store/cluster.rs"]
mod cluster;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "../cli/stage.rs"]
mod stage;

mod again;
mod bad;
mod maps;
mod odd;
mod people;
mod plans;
mod programs;
mod together;
mod work;
mod written;

use serde_json::Value;
use stage::Stage;
use std::path::PathBuf;

/// A file that another program wrote.
fn fixture(name: &str) -> String {
    format!("{}/tests/foreign/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A desk in which something stands already.
fn lived_in() -> Stage {
    let stage = Stage::new();
    stage.all(&["open 'Here before' -f 'Eva <eva@here.test>' -m hello", "log 1 10m looked"]);
    stage
}

/// Writes a file on the stage.
fn put(stage: &Stage, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = stage.path(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Imports what stands in a file of this name, and gives the summary.
fn import(stage: &Stage, name: &str, text: impl AsRef<[u8]>, more: &str) -> Value {
    let path = put(stage, name, text);
    stage.json(&format!("import {} {more}", path.display()))
}

/// Everything that a person can see of a desk.
fn seen(stage: &Stage) -> String {
    let later = stage.at("2026-11-30T00:00:00Z");
    let mut all = String::new();
    for line in [
        "ls status:all --json",
        "client ls --json",
        "contact ls --json",
        "agent ls --json",
        "tags --json",
        "time ls in:2020-01-01..2030-01-01 --json",
        "mute --json",
        "outbox --json",
    ] {
        all.push_str(&format!("$ {line}\n{}", later.ok(line)));
    }
    for number in later.numbers("ls status:all") {
        all.push_str(&later.ok(&format!("show {number} --json")));
    }
    for client in later.json("client ls").as_array().unwrap() {
        all.push_str(&later.ok(&format!("client show {} --json", client["handle"].as_str().unwrap())));
    }
    all
}

/// The desk is sound, also where it is looked at closely.
fn sound(stage: &Stage) {
    let said = stage.desk("doctor --deep");
    assert_eq!(said.exit, 0, "{said:?}");
}

/// Each record that was read has one fate.
fn adds_up(summary: &Value) {
    let n = |key: &str| summary[key].as_i64().unwrap();
    let sum = n("created") + n("updated") + n("duplicates") + n("skipped") + n("rejected_count");
    assert_eq!(n("read"), sum, "{summary}");
}

/// The members of a summary in this order.
fn counts(summary: &Value, keys: &str) -> Vec<i64> {
    keys.split(' ').map(|key| summary[key].as_i64().unwrap_or_else(|| panic!("{key}: {summary}"))).collect()
}

/// How many operations there are.
fn operations(stage: &Stage) -> usize {
    stage.json("history -l 100000").as_array().unwrap().len()
}
