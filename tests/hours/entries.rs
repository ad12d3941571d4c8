//! Entries put right, struck out, taken back, moved.

use super::stage::{Desk, entry};
use serde_json::{Value, json};

#[test]
fn every_write_can_be_taken_back_and_brought_back() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m"]);
    desk.ok(&["undo"]);
    assert!(desk.entries().is_empty());
    assert_eq!(desk.json(&["show", "1"])["logged_minutes"], 0);
    desk.ok(&["redo"]);
    assert_eq!(desk.json(&["show", "1"])["logged_minutes"], 25);

    desk.ok(&["time", "edit", "t1", "40m", "--ticket", "2", "--free"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-20", 2, 40)]);
    assert_eq!(
        (desk.json(&["show", "1"])["logged_minutes"].clone(), desk.json(&["show", "2"])["logged_minutes"].clone()),
        (json!(0), json!(40))
    );
    desk.no(1, &["undo", "3"], "take that back first");
    desk.ok(&["undo"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-20", 1, 25)]);
    assert_eq!(desk.total(&["time"]), (25, 25));

    desk.ok(&["time", "void", "t1"]);
    assert_eq!(desk.total(&["time"]), (0, 0));
    assert_eq!(desk.json(&["show", "1"])["logged_minutes"], 0);
    desk.ok(&["undo"]);
    assert_eq!(desk.total(&["time"]), (25, 25));

    desk.ok(&["start", "1"]);
    desk.ok(&["undo"]);
    assert_eq!(desk.json(&["timer"]), json!([]));
}

#[test]
fn struck_out_time_stays_and_is_in_no_figure() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m", "wrong", "ticket"]);
    desk.ok(&["log", "1", "5m"]);
    assert_eq!(desk.ok(&["time", "void", "t1"]), "struck out: 25m on 1  Cannot log in (mila, 2026-11-20), t1\n");
    for by in ["ticket", "client", "agent", "tag", "day"] {
        assert_eq!(desk.total(&["time", "--by", by]), (5, 5), "{by}");
    }
    assert_eq!(desk.entries().len(), 1);
    let all = desk.json(&["time", "ls", "--void"]);
    let of = |i: usize| (all[i]["id"].clone(), all[i]["void"].clone(), all[i]["actual_minutes"].clone());
    assert_eq!([of(0), of(1)], [(json!("t2"), json!(false), json!(5)), (json!("t1"), json!(true), json!(0))]);
    desk.no(1, &["time", "void", "t1"], "t1 is struck out");
    desk.no(1, &["time", "edit", "t1", "5m"], "t1 is struck out");
    desk.no(3, &["time", "void", "t9"], "there is no time entry t9");
    desk.no(1, &["time", "void", "t2", "t1"], "t1 is struck out");
    assert_eq!(desk.entries().len(), 1, "nothing is half done");
    desk.no(2, &["time", "void", "2"], "entries are written t2");
}

#[test]
fn an_entry_is_put_right() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m", "call"]);
    assert_eq!(
        desk.ok(&["time", "edit", "t1", "1h", "30m", "long", "call"]),
        "changed: 1h 30m on 1  Cannot log in (mila, 2026-11-20), t1\n"
    );
    desk.ok(&["time", "edit", "t1", "--text", "call with the bank", "--on", "вчера", "--free"]);
    let e = &desk.json(&["time", "ls"])[0];
    assert_eq!(
        (&e["text"], &e["day"], &e["billable"]),
        (&json!("call with the bank"), &json!("2026-11-19"), &json!(false))
    );
    desk.ok(&["time", "edit", "t1", "--billable"]);
    desk.no(1, &["time", "edit", "t1", "--billable"], "is like that already");
    desk.no(2, &["time", "edit", "t1"], "nothing to change is named");
    desk.no(2, &["time", "edit", "t1", "45"], "45m or 45h?");
    desk.no(2, &["time", "edit", "t1", "--on", "tomorrow"], "has not come yet");
    desk.no(1, &["time", "edit", "t1", "17h"], "-y");
    desk.no(1, &["time", "edit", "t1", "--client", "none"], "--ticket none --client none");
    desk.no(3, &["time", "edit", "t1", "--ticket", "none", "--client", "acme.tset"], "did you mean acme.test?");
    desk.ok(&["time", "edit", "t1", "--ticket", "none"]);
    let e = &desk.json(&["time", "ls"])[0];
    assert_eq!((&e["ticket"], &e["client"], &e["actual_minutes"]), (&Value::Null, &json!("acme.test"), &json!(90)));
}

#[test]
fn hours_follow_their_ticket_to_another_ticket_and_another_client() {
    let mut desk = Desk::new();
    desk.ok(&["log", "2", "25m"]);
    desk.ok(&["start", "2"]);
    desk.ok(&["edit", "2", "--client", "acme.test"]);
    assert_eq!(desk.total(&["time", "client:acme.test"]), (25, 25));
    desk.ok(&["undo"]);
    assert_eq!(desk.total(&["time", "client:acme.test"]), (0, 0));
    desk.ok(&["merge", "2", "--into", "1"]);
    desk.now = "2026-11-20T12:10:00+03:00";
    desk.no(1, &["log", "2", "5m"], "ticket 2 was merged into 1");
    desk.no(1, &["start", "2"], "already");
    desk.ok(&["stop"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-20", 1, 25), entry("t2", "2026-11-20", 1, 10)]);
    assert_eq!(desk.total(&["time", "client:acme.test"]), (35, 35));
}

#[test]
fn history_tells_what_was_logged_and_changed() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m", "call"]);
    desk.ok(&["time", "edit", "t1", "40m"]);
    desk.ok(&["time", "void", "t1"]);
    desk.ok(&["start", "1"]);
    let events = &desk.json(&["show", "1"])["events"];
    let told: Vec<String> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{}: {}", e["kind"].as_str().unwrap(), e["detail"].as_str().unwrap()))
        .collect();
    let hours: Vec<&str> = told.iter().map(String::as_str).skip_while(|t| !t.starts_with("entry")).collect();
    assert_eq!(hours, ["entry: t1 25m call", "entry: t1 minutes 25m → 40m", "entry: t1 struck out", "timer started: "]);
}
