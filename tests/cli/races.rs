//! Many at once, and one that is killed.

use super::stage::{Stage, finish, said};
use std::collections::BTreeSet;
use std::io::Read;
use std::process::Stdio;

#[test]
fn sixteen_processes_write_at_once_and_none_is_locked_out() {
    let stage = Stage::new();
    stage.ok("open one");
    let script = |n: usize| {
        format!(
            "i=0; while [ $i -lt 10 ]; do $desk note 1 process {n} step $i || exit 1; $desk tag 1 p{n}-$i || exit 1; i=$((i+1)); done"
        )
    };
    let children: Vec<_> = (0..16).map(|n| stage.shell(&script(n)).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let (code, _, talk) = said(&output);
        assert_eq!(code, 0, "{talk}");
        assert!(!talk.contains("locked") && !talk.contains("busy"), "{talk}");
    }
    let t = stage.json("show 1");
    let texts: BTreeSet<&str> = t["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
    assert_eq!((texts.len(), t["tags"].as_array().unwrap().len()), (160, 160));
    assert_eq!(stage.json("history").as_array().unwrap().len(), 321);
}

#[test]
fn of_many_who_ask_what_is_new_at_once_one_is_told() {
    let stage = Stage::new();
    stage.all(&["config set sla.all.first_response '1h wall'", "open one -f ann@x.test --at 2026-11-20T08:00:00Z"]);
    stage.as_agent("bob").ok("note 1 seen");
    for line in ["news --since-last", "sla --check --since-last"] {
        let words: Vec<&str> = line.split(' ').collect();
        let bob = stage.as_agent("bob");
        let children: Vec<_> = (0..12).map(|_| bob.program(&words).spawn().unwrap()).collect();
        let told = children.into_iter().map(|c| said(&c.wait_with_output().unwrap()));
        let told: Vec<_> = told
            .filter(|(code, out, talk)| {
                assert!([0, 4].contains(code), "{line}: {talk}");
                !out.is_empty()
            })
            .collect();
        assert_eq!(told.len(), 1, "{line}: {told:?}");
    }
}

#[test]
fn a_desk_that_many_make_at_once_is_one_desk() {
    let stage = Stage::new();
    let children: Vec<_> = (0..12).map(|n| stage.program(&["open", &format!("first {n}")]).spawn().unwrap()).collect();
    let mut numbers = BTreeSet::new();
    for child in children {
        let (code, out, talk) = said(&child.wait_with_output().unwrap());
        assert_eq!(code, 0, "{talk}");
        numbers.insert(out.trim().parse::<i64>().unwrap());
    }
    assert_eq!(numbers, (1..=12).collect());
    assert_eq!(stage.numbers("ls").len(), 12);
}

#[test]
fn closing_at_once_closes_once() {
    let stage = Stage::new();
    stage.ok("open one");
    let children: Vec<_> = (0..8).map(|_| stage.program(&["close", "1", "-t", "5m"]).spawn().unwrap()).collect();
    let mut codes: Vec<i32> = children.into_iter().map(|c| said(&c.wait_with_output().unwrap()).0).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 1, 1, 1, 1, 1, 1, 1]);
    assert_eq!(stage.of(1, "logged_minutes"), 5);
}

#[test]
fn the_same_key_at_once_opens_one_ticket() {
    let stage = Stage::new();
    let children: Vec<_> =
        (0..8).map(|_| stage.program(&["open", "disk full", "--once", "k"]).spawn().unwrap()).collect();
    for child in children {
        let (code, out, talk) = said(&child.wait_with_output().unwrap());
        assert_eq!((code, out.as_str()), (0, "1\n"), "{talk}");
    }
    assert_eq!(stage.numbers("ls status:all"), [1]);
}

#[test]
fn whatever_is_killed_every_acknowledged_ticket_is_there_and_none_twice() {
    let stage = Stage::new();
    let mut acknowledged = Vec::new();
    for round in 0..12 {
        let script = format!(
            "i=0; while :; do $desk open round {round} step $i -m text +tag -f a{round}@x.test; i=$((i+1)); done"
        );
        let mut shell = stage.shell(&script);
        use std::os::unix::process::CommandExt;
        let mut child = shell.stderr(Stdio::null()).process_group(0).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        // Some answers are awaited, then a little more is done: the kill falls at another point every time.
        let mut read = Vec::new();
        let mut byte = [0];
        while read.iter().filter(|b| **b == b'\n').count() < 1 + round % 3 {
            assert_eq!(out.read(&mut byte).unwrap(), 1);
            read.push(byte[0]);
        }
        for _ in 0..round * 200_000 {
            std::hint::black_box(round);
        }
        rustix::process::kill_process_group(rustix::process::Pid::from_child(&child), rustix::process::Signal::KILL)
            .unwrap();
        child.wait().unwrap();
        out.read_to_end(&mut read).unwrap();
        let text = String::from_utf8(read).unwrap();
        acknowledged
            .extend(text.split_inclusive('\n').filter(|l| l.ends_with('\n')).map(|l| l.trim().parse::<i64>().unwrap()));
    }
    let list = stage.json("ls status:all");
    let tickets = list.as_array().unwrap();
    let there: BTreeSet<i64> = tickets.iter().map(|t| t["number"].as_i64().unwrap()).collect();
    let subjects: BTreeSet<&str> = tickets.iter().map(|t| t["subject"].as_str().unwrap()).collect();
    assert_eq!((there.len(), subjects.len()), (tickets.len(), tickets.len()), "none twice");
    assert!(
        acknowledged.len() >= 12 && acknowledged.iter().all(|n| there.contains(n)),
        "every acknowledged one is there"
    );
    for t in tickets {
        assert_eq!(t["tags"][0], "tag", "no half ticket: {t}");
    }
    let check = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
    let state: String = check.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(state, "ok");
    assert_eq!(finish(&mut stage.program(&["open", "after all that"])).status.code(), Some(0));
}

#[test]
fn hours_that_two_invoice_at_once_are_on_one_invoice() {
    let stage = Stage::new();
    stage.all(&[
        "client add acme Acme",
        "config set currency EUR",
        "contract add acme --hourly 60 --start 2026-09-01",
        "open One -c acme -f ann@acme.test",
        "log 1 9h first --on 2026-10-05",
    ]);
    let at_once = |words: &[&str]| -> Vec<(i32, String, String)> {
        let children: Vec<_> = (0..6).map(|_| stage.program(words).spawn().unwrap()).collect();
        children.into_iter().map(|child| said(&child.wait_with_output().unwrap())).collect()
    };
    for (code, _, talk) in at_once(&["invoice", "acme", "in:2026-10"]) {
        assert_eq!(code, 0, "{talk}");
    }
    let drafts = stage.json("invoice ls");
    assert_eq!(drafts.as_array().unwrap().len(), 1, "{drafts}");
    let issued = at_once(&["invoice", "issue", drafts[0]["id"].as_str().unwrap(), "-y"]);
    let (won, lost): (Vec<_>, Vec<_>) = issued.into_iter().partition(|(code, ..)| *code == 0);
    assert_eq!(won.len(), 1, "{won:?}");
    assert!(lost.iter().all(|(code, _, talk)| *code == 1 && talk.contains("invoice 1 is issued already")), "{lost:?}");
    assert_eq!(stage.json("invoice ls")[0]["number"], 1);
    assert_eq!(stage.desk("doctor --deep").exit, 0);
}
