//! What is logged: read, said, kept.

use super::stage::Desk;
use serde_json::json;

#[test]
fn logged_time_is_echoed_with_its_ticket_its_day_and_its_number() {
    let desk = Desk::new();
    let said = desk.run(&["log", "1", "25m", "cache", "cleared"]);
    assert_eq!(said.out, "25m on 1  Cannot log in (mila, 2026-11-20), t1\n");
    assert_eq!(said.talk, "operation 3; to take it back: desk undo\n");
    assert_eq!(desk.ok(&["log", ".", "1:30", "--free"]), "1h 30m on 1  Cannot log in (mila, 2026-11-20, free), t2\n");
    let entries = desk.json(&["time", "ls"]);
    assert_eq!(entries[0]["text"], "cache cleared");
    assert_eq!((&entries[0]["agent"], &entries[0]["client"]), (&json!("mila"), &json!("acme.test")));
    assert_eq!((&entries[1]["actual_minutes"], &entries[1]["billed_minutes"]), (&json!(90), &json!(0)));
    assert_eq!(desk.json(&["show", "1"])["logged_minutes"], 115);
}

#[test]
fn time_is_logged_in_russian() {
    let desk = Desk::new();
    assert_eq!(desk.ok(&["log", "2", "1,5ч", "звонок"]), "1h 30m on 2  Printer (mila, 2026-11-20), t1\n");
    desk.ok(&["log", "2", "2ч", "30мин", "разбор", "с", "банком", "--on", "вчера"]);
    desk.ok(&["log", "2", "2 ч 15 м", "--on", "пт"]);
    desk.ok(&["log", "2", "45", "минут", "--on", "19.11"]);
    let entries = desk.json(&["time", "ls"]);
    let of = |i: usize| {
        (
            entries[i]["id"].as_str().unwrap(),
            entries[i]["day"].as_str().unwrap(),
            entries[i]["actual_minutes"].as_i64().unwrap(),
        )
    };
    assert_eq!([of(0), of(1)], [("t2", "2026-11-19", 150), ("t4", "2026-11-19", 45)]);
    assert_eq!([of(2), of(3)], [("t1", "2026-11-20", 90), ("t3", "2026-11-20", 135)]);
    assert_eq!(entries[0]["text"], "разбор с банком");
    assert_eq!(desk.total(&["time", "звонки"]), (90, 90), "another form of the word is found");
    desk.ok(&["time", "edit", "т1", "2ч"]);
    assert_eq!(desk.total(&["time", "звонки"]), (120, 120));
}

#[test]
fn time_is_logged_for_a_client_by_handle_and_domain_and_the_nearest_is_named() {
    let desk = Desk::new();
    assert_eq!(desk.ok(&["log", "acme.test", "2h", "monthly", "report"]), "2h for acme.test (mila, 2026-11-20), t1\n");
    desk.ok(&["log", "ACME.test", "5m"]);
    assert_eq!(desk.entries()[0].2, None);
    desk.no(3, &["log", "acme.tset", "2h"], "did you mean acme.test?");
    desk.no(3, &["log", "7", "2h"], "ticket 7 does not exist");
    desk.no(3, &["log", "okdesk:7", "2h"], "okdesk:7");
    assert_eq!(desk.entries().len(), 2);
}

#[test]
fn a_wrong_log_says_what_to_write() {
    let desk = Desk::new();
    desk.no(2, &["log"], "desk history");
    desk.no(2, &["log", "1"], "desk history 1");
    desk.no(2, &["log", "25m"], "desk log 42 25m");
    desk.no(2, &["log", "25m", "1"], "desk log 1 25m");
    desk.no(2, &["log", "1", "45"], "45m or 45h?");
    desk.no(2, &["log", "1", "1d"], "8h");
    desk.no(2, &["log", "1", "call"], "cannot read \"call\" as a duration");
    desk.no(2, &["log", "#1", "25m"], "write 1, not #1");
    desk.no(2, &["log", "1,2", "25m"], "should name one ticket");
    desk.no(2, &["log", "1", "25m", "--on", "2026-02-30"], "2026-02-30");
    desk.no(2, &["log", "1", "25m", "--on", "tomorrow"], "2026-11-21 has not come yet");
    desk.no(2, &["log", "1", "25m", "--on", "2026-12-01"], "has not come yet");
    assert!(desk.entries().is_empty());
    let empty = Desk { home: tempfile::tempdir().unwrap(), zone: "UTC", now: "2026-11-20T12:00:00Z", agent: "mila" };
    for words in [&["log", "1", "25m"][..], &["log", "acme", "25m"], &["time"], &["time", "ls"], &["timer"], &["stop"]]
    {
        empty.no(3, words, "there is no desk yet");
    }
}

#[test]
fn more_than_sixteen_hours_want_a_yes_and_so_does_a_day_of_more_than_24() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "16h"]);
    desk.no(1, &["log", "1", "16h1m", "--on", "yesterday"], "-y");
    desk.ok(&["log", "1", "17h", "--on", "yesterday", "-y"]);
    desk.ok(&["log", "2", "8h"]);
    desk.no(1, &["log", "2", "1m"], "mila would have 24h 1m on 2026-11-20");
    desk.no(1, &["note", "2", "text", "-t", "1h"], "mila would have 25h on 2026-11-20");
    desk.no(1, &["close", "2", "-t", "1h"], "-y");
    desk.no(1, &["time", "edit", "t2", "--on", "today"], "-y");
    assert_eq!(desk.entries().len(), 3);
    let boris = Desk { agent: "boris", ..desk };
    boris.ok(&["log", "2", "1h"]);
    boris.ok(&["--as", "mila", "-y", "log", "2", "1h"]);
    boris.ok(&["--as", "mila", "time", "edit", "t1", "--text", "long"]);
}

#[test]
fn a_dry_run_logs_nothing() {
    let desk = Desk::new();
    let said = desk.run(&["log", "1", "25m", "-n"]);
    assert_eq!((said.exit, said.out.as_str()), (0, "25m on 1  Cannot log in (mila, 2026-11-20), t1\n"));
    desk.ok(&["start", "1", "-n"]);
    assert!(desk.entries().is_empty());
    assert_eq!(desk.json(&["timer"]), json!([]));
}

#[test]
fn a_text_from_anywhere_steers_no_terminal() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m", "\u{1b}[2J\u{202e}evil"]);
    for words in [&["time", "ls"][..], &["show", "1"], &["history"], &["time", "ls", "--json"]] {
        let out = desk.ok(words);
        assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{words:?}: {out:?}");
    }
}
