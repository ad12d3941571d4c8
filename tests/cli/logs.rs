//! The log beside a desk: one that is missing, of another desk or of another time is never taken for its own.

use super::files::with_file;
use super::stage::{Stage, finish};
use std::fs;
use std::path::{Path, PathBuf};

const KEPT: [&str; 3] = ["", "-wal", "-shm"];

fn beside(desk: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", desk.display()))
}

fn copy(from: &Path, to: &Path, suffixes: &[&str]) {
    for suffix in suffixes {
        drop(fs::remove_file(beside(to, suffix)));
        fs::copy(beside(from, suffix), beside(to, suffix)).unwrap();
    }
}

fn open(stage: &Stage, desk: &Path, times: usize) {
    for _ in 0..times {
        assert_eq!(with_file(stage, desk, "open one -f ann@acme.test -m text").exit, 0);
    }
}

/// A desk as one finds it after a crash: so many tickets in the file, and more of them in the log alone.
fn crashed(stage: &Stage, name: &str, tickets: usize) -> PathBuf {
    let stage = &stage.with("DESK_SEED", name);
    let (lived, desk) = (stage.path(&format!("{name}.lived")), stage.path(name));
    open(stage, &lived, tickets);
    let reader = rusqlite::Connection::open(&lived).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").unwrap();
    open(stage, &lived, 3);
    copy(&lived, &desk, &KEPT);
    desk
}

/// What the program itself says, in a process of its own: exit code, output, talk.
fn said(stage: &Stage, desk: &Path, line: &str) -> (i32, String, String) {
    let mut command = stage.program(&line.split_whitespace().collect::<Vec<_>>());
    super::stage::said(&finish(command.env("DESK_FILE", desk)))
}

/// Nobody reads or writes it, `doctor` says why, and every byte stays.
fn is_told(stage: &Stage, desk: &Path, why: &str) {
    let bytes = || KEPT.map(|suffix| fs::read(beside(desk, suffix)).ok());
    let before = bytes();
    for line in ["ls", "open two", "undo", "", "backup copy.db"] {
        let (exit, out, talk) = said(stage, desk, line);
        assert!(exit == 1 && out.is_empty() && talk.contains(why) && talk.contains("hint: "), "{line}: {out}{talk}");
    }
    let (exit, out, talk) = said(stage, desk, "doctor");
    assert!(exit == 4 && out.contains(why), "doctor: {out}{talk}");
    assert!(bytes() == before, "something was changed");
}

fn holds(stage: &Stage, desk: &Path, tickets: usize) {
    let (exit, out, talk) = said(stage, desk, "ls status:all --ids");
    assert!(exit == 0 && out.lines().count() == tickets, "{out}{talk}");
    let (exit, out, talk) = said(stage, desk, "doctor --deep");
    assert!(exit == 0, "{out}{talk}");
}

#[test]
fn a_log_that_was_left_by_a_crash_is_used_also_where_its_index_is_gone() {
    let stage = Stage::new();
    let desk = crashed(&stage, "a.db", 4);
    let copied = stage.path("b.db");
    copy(&desk, &copied, &["", "-wal"]);
    holds(&stage, &desk, 7);
    holds(&stage, &copied, 7);
}

#[test]
fn a_log_that_was_taken_away_cut_or_emptied_is_missed() {
    const WHY: &str = "was taken away or replaced";
    let stage = Stage::new();
    let desk = crashed(&stage, "a.db", 4);
    let log = fs::read(beside(&desk, "-wal")).unwrap();
    fs::remove_file(beside(&desk, "-wal")).unwrap();
    is_told(&stage, &desk, WHY);
    for rest in [0, log.len() / 2, log.len() - 1] {
        fs::write(beside(&desk, "-wal"), &log[..rest]).unwrap();
        is_told(&stage, &desk, WHY);
    }
    fs::write(beside(&desk, "-wal"), &log).unwrap();
    holds(&stage, &desk, 7);
}

#[test]
fn a_desk_goes_on_without_its_log_where_somebody_says_so() {
    let stage = Stage::new();
    let desk = crashed(&stage, "a.db", 4);
    fs::remove_file(beside(&desk, "-wal")).unwrap();
    fs::remove_file(beside(&desk, "-shm")).unwrap();
    holds(&stage, &desk, 4);
}

#[test]
fn the_log_of_another_desk_is_not_taken_for_its_own() {
    let stage = Stage::new();
    let (desk, other) = (crashed(&stage, "a.db", 4), crashed(&stage, "b.db", 6));
    copy(&other, &desk, &["-wal"]);
    is_told(&stage, &desk, "was taken away or replaced");
    fs::remove_file(beside(&desk, "-shm")).unwrap();
    is_told(&stage, &desk, "is of another desk");
    let (exit, out, talk) = said(&stage, &desk, &format!("doctor --rescue {}", stage.path("rescued.db").display()));
    assert!(exit == 0 && out.contains("tickets     4"), "the file alone is rescued: {out}{talk}");
    fs::remove_file(beside(&desk, "-wal")).unwrap();
    holds(&stage, &desk, 4);
}

#[test]
fn a_log_of_another_time_is_not_taken_for_its_own() {
    let stage = Stage::new();
    let desk = crashed(&stage, "a.db", 4);
    let (older, newer) = (stage.path("older.db"), stage.path("newer.db"));
    copy(&desk, &newer, &["", "-wal"]);
    open(&stage, &newer, 1);
    copy(&desk, &newer, &["-wal"]);
    is_told(&stage, &newer, "is of another time");
    // As one does who puts an old copy of the file back, and not its log.
    let lived = stage.path("c.db.lived");
    open(&stage, &lived, 2);
    copy(&lived, &older, &[""]);
    open(&stage, &lived, 4);
    let reader = rusqlite::Connection::open(&lived).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").unwrap();
    open(&stage, &lived, 1);
    copy(&lived, &older, &["-wal"]);
    is_told(&stage, &older, "is of another time");
}

#[test]
fn a_backup_that_took_the_place_and_is_still_in_the_log_alone_stays() {
    let stage = Stage::new();
    let lived = stage.path("a.db.lived");
    open(&stage, &lived, 2);
    let backup = stage.path("kept.db");
    let of_another = stage.path("another.db");
    assert_eq!(with_file(&stage, &lived, &format!("backup {}", backup.display())).exit, 0);
    open(&stage.with("DESK_SEED", "another"), &of_another, 3);
    open(&stage, &lived, 3);
    for (restored, tickets) in [(backup, 2), (of_another, 3)] {
        let reader = rusqlite::Connection::open(&lived).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").unwrap();
        assert_eq!(with_file(&stage, &lived, &format!("restore {} -y", restored.display())).exit, 0);
        let crashed = stage.path(&format!("crashed-{tickets}.db"));
        copy(&lived, &crashed, &["", "-wal"]);
        copy(&beside(&lived, ".before-restore.bak"), &beside(&crashed, ".before-restore.bak"), &[""]);
        holds(&stage, &crashed, tickets);
        drop(reader);
        drop(fs::remove_file(beside(&lived, ".before-restore.bak")));
    }
}
