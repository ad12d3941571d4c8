//! Hostile text in every field through every output. A desk holds each text of a table in each field that somebody else can
//! fill; every command that puts something out is asked in every form it has. A new command has to be named in `words.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "outputs/data.rs"]
mod data;
#[path = "outputs/furnished.rs"]
mod furnished;
#[path = "outputs/html.rs"]
mod html;
#[path = "outputs/people.rs"]
mod people;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "cli/stage.rs"]
mod stage;
#[path = "outputs/table.rs"]
mod table;
#[path = "outputs/words.rs"]
mod words;

use stage::{Said, Stage};
use std::collections::BTreeSet;

/// Asks every line of every word with these flags; what it says is judged, and what it says about it always is.
fn every_line(stage: &Stage, flags: &[&str], mut judge: impl FnMut(&str, &Said) -> Result<(), String>) {
    std::fs::write(stage.path("policy.toml"), "[[sla]]\nname = \"fast\"\nfirst_response = \"1h\"\n").unwrap();
    let draft = furnished::draft_of(stage, &table::held("handle", 3));
    let places = [("FOLDER", stage.path("").display().to_string()), ("DRAFT", draft)];
    let mut faults = Vec::new();
    for (path, way) in words::WORDS {
        for line in words::lines(*way, &places) {
            let own = line.iter().any(|word| word == "--format");
            let asked: Vec<&str> = line.iter().map(String::as_str).chain(flags.iter().copied().filter(|_| !own)).collect();
            let said = stage.run(&asked);
            let mut fault = |what: String| faults.push((*path, format!("desk {}: {what}", asked.join(" ").escape_debug())));
            if said.exit > 5 || said.talk.contains("panicked") {
                fault(format!("exit {}: {}", said.exit, said.talk));
            }
            // A name that begins with a dash is no name on the command line.
            let plain = !line.iter().any(|word| word.contains("zq"));
            if plain && ![0, 4].contains(&said.exit) && !flags.contains(&"csv") {
                fault(format!("exit {}: {}", said.exit, said.talk));
            }
            if let Some(c) = people::harmful(&said.talk) {
                fault(format!("{c:?} in what is said: {:?}", said.talk));
            }
            if let Err(what) = judge(path, &said) {
                fault(what);
            }
        }
    }
    let count = faults.len();
    faults.dedup_by_key(|(path, _)| *path);
    let first: Vec<String> = faults.into_iter().map(|(_, fault)| fault.chars().take(1_000).collect()).collect();
    assert!(count == 0, "{count} faults, of each word the first:\n{}", first.join("\n"));
}

fn no_harm(out: &str) -> Result<(), String> {
    people::harmful(out).map_or(Ok(()), |c| {
        let at = out.find(c).unwrap_or(0);
        let near: String = out[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        Err(format!("{c:?} behind {near:?}"))
    })
}

#[test]
fn a_pipe_gets_nothing_that_steers_or_deceives() {
    every_line(&furnished::hostile(), &[], |path, said| if path == "export" { Ok(()) } else { no_harm(&said.out) });
}
