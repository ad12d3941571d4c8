//! The doors of `fuzz/` with a few thousand changed seeds: always the same ones, so that a failure can be seen again. With
//! `DESK_FUZZ_SECONDS=5` each goes on for so long.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![expect(clippy::disallowed_methods, reason = "the tests are told by the environment how long they go on")]

#[path = "../fuzz/entries.rs"]
mod entries;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Changed inputs of each target, at least.
const ROUNDS: u64 = 1_000;
/// No input takes longer, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pieces that mean something to some reader.
const PIECES: [&[u8]; 56] = [
    b"\x1e",
    b"\xe2\x80\xae",
    b"](javascript:x)",
    b"\x1b[2J",
    b"\n",
    b"\r\n",
    b"\n\n",
    b" ",
    b"\t",
    b"\0",
    b">",
    b"> ",
    b"--",
    b"--a\n",
    b"--a--\n",
    b"-- \n",
    b"<",
    b"@",
    b"(",
    b")",
    b"\"",
    b"\\",
    b";",
    b":",
    b"=",
    b"=?",
    b"?=",
    b"=?utf-8?B?",
    b"*0*=",
    b"%D0",
    b"\xff",
    b"\xd0",
    b"&#x0;",
    b"<div>",
    b"boundary=a",
    b"base64",
    b"Content-Type: ",
    b"From: ",
    b"From x Fri Nov 20 12:00:00 2026\n",
    b" wrote:\n",
    b"20.11.2026, 10:12",
    b"5.1.1",
    b"Message-ID: <a@b>\n",
    b"utf-16",
    b",",
    b"|",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\ud83d",
    b"1e999",
    b"12345678901234567890123",
    b"\"a\":1,",
    b"\xff\xfe",
    b"'=",
];

/// A small generator of numbers (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}

/// The seeds of a target, in the order of their names.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A seed with a few changes: bytes turned, stretches taken out, doubled, or brought in from another seed.
fn changed(seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut data = seeds[dice.roll(seeds.len())].clone();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(data.len() + 1);
        let end = (at + dice.roll(24)).min(data.len());
        match dice.roll(6) {
            0 if at < data.len() => data[at] ^= 1 << dice.roll(8),
            1 => drop(data.drain(at..end)),
            2 => drop(data.splice(at..at, PIECES[dice.roll(PIECES.len())].iter().copied())),
            3 => drop(data.splice(at..end, PIECES[dice.roll(PIECES.len())].repeat(1 + dice.roll(40)))),
            4 => {
                let other = &seeds[dice.roll(seeds.len())];
                let from = dice.roll(other.len() + 1);
                let to = (from + dice.roll(120)).min(other.len());
                drop(data.splice(at..end, other[from..to].iter().copied()));
            }
            _ => {
                let twice = data[at..end].to_vec();
                drop(data.splice(at..at, twice));
            }
        }
    }
    data
}

fn run(target: &str, door: fn(&[u8])) {
    run_rounds(target, door, ROUNDS);
}

fn run_rounds(target: &str, door: fn(&[u8]), rounds: u64) {
    let seeds = seeds(target);
    let seconds = std::env::var("DESK_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let longer = Instant::now() + Duration::from_secs(seconds);
    for (n, seed) in seeds.iter().enumerate() {
        assert!(catch_unwind(AssertUnwindSafe(|| door(seed))).is_ok(), "{target}: seed {n}");
    }
    for round in (0..).take_while(|round| *round < rounds || Instant::now() < longer) {
        let data = changed(&seeds, &mut Dice(round));
        let began = Instant::now();
        let passed = catch_unwind(AssertUnwindSafe(|| door(&data)));
        assert!(passed.is_ok(), "{target}, round {round}: {}", data.escape_ascii());
        assert!(began.elapsed() < PATIENCE, "{target}, round {round} took {:?}", began.elapsed());
    }
}

#[test]
fn headers_hold_what_they_promise() {
    run("header", entries::header);
}

#[test]
fn parts_hold_what_they_promise() {
    run("mime", entries::mime);
}

#[test]
fn conversations_hold_what_they_promise() {
    run("thread", entries::thread);
}

#[test]
fn quotes_hold_what_they_promise() {
    run("quote", entries::quote);
}

#[test]
fn delivery_reports_hold_what_they_promise() {
    run("bounce", entries::bounce);
}

#[test]
fn records_hold_what_they_promise() {
    run("records", entries::tables::records);
}

#[test]
fn mailboxes_hold_what_they_promise() {
    run("spool", entries::spool);
}

#[test]
fn spreadsheets_hold_what_they_promise() {
    run("sheet", entries::tables::sheet);
}

#[test]
fn files_of_other_programs_hold_what_they_promise() {
    run("foreign", entries::tables::foreign);
}

#[test]
fn maps_hold_what_they_promise() {
    run("mapping", entries::tables::mapping);
}

#[test]
fn dates_and_lengths_of_time_hold_what_they_promise() {
    run("words", entries::typed::words);
}

#[test]
fn queries_hold_what_they_promise() {
    run("query", entries::typed::query);
}

#[test]
fn settings_hold_what_they_promise() {
    run("settings", entries::typed::settings);
}

#[test]
fn lines_of_others_hold_what_they_promise() {
    run("token", entries::typed::token);
}

#[test]
fn calendars_hold_what_they_promise() {
    run("ics", entries::typed::ics);
}

#[test]
fn letters_hold_what_they_promise() {
    run("letter", entries::leaving::letter);
}

#[test]
fn reports_hold_what_they_promise() {
    run("sinks", entries::leaving::sinks);
}

#[test]
fn whole_desks_hold_what_they_promise() {
    // Each makes desks on disk.
    run_rounds("back", entries::back::back, ROUNDS / 5);
}
