//! The queue as time goes by: promises, pauses, snoozes, urgency.

use super::stage::Stage;
use serde_json::{Value, json};

#[test]
fn pending_until_lapses_by_itself() {
    let stage = Stage::new();
    stage.all(&["open one", "pending 1 --until '2026-11-21 10:00'"]);
    assert_eq!(stage.of(1, "status"), "pending");
    assert_eq!(stage.of(1, "waiting_since"), Value::Null);
    assert_eq!(stage.numbers("ls status:pending"), [1]);
    let later = stage.at("2026-11-21T10:00:00Z");
    assert_eq!(later.of(1, "status"), "open");
    assert_eq!(later.of(1, "waiting_since"), "2026-11-21T10:00:00Z");
    assert_eq!((later.numbers("ls status:pending"), later.numbers("ls status:open")), (vec![], vec![1]));
    assert_eq!(stage.at("2026-11-21T09:59:59Z").of(1, "status"), "pending");
    assert_eq!(later.json("history").as_array().unwrap().len(), 2, "nobody ran anything");
}

#[test]
fn what_lapsed_can_be_closed_paused_and_taken_as_if_it_were_open() {
    let stage = Stage::new();
    stage.all(&["open one", "hold 1 --until '2026-11-21 10:00'"]);
    let later = stage.at("2026-11-22T10:00:00Z");
    later.ok("pending 1");
    assert_eq!(later.of(1, "status"), "pending");
    later.ok("undo");
    assert_eq!(later.ok("hold 1 --until '2026-11-25'"), "hold until Wed 2026-11-25 09:00: 1  one\n");
    later.ok("undo");
    later.ok("hold 1");
    assert_eq!(later.of(1, "status"), "hold");
    later.ok("undo");
    later.ok("close 1");
    assert_eq!(later.of(1, "status"), "closed");
}

#[test]
fn a_snoozed_ticket_leaves_the_queue_and_wakes() {
    let stage = Stage::new();
    stage.all(&["open one", "open two", "snooze 1 '2026-11-23 09:00'"]);
    assert_eq!(stage.numbers("ls"), [2]);
    assert_eq!((stage.of(1, "status"), stage.of(1, "snoozed_until")), (json!("new"), json!("2026-11-23T09:00:00Z")));
    assert_eq!(stage.numbers("ls status:new"), [1, 2]);
    let counts = stage.json("");
    assert_eq!((&counts["waiting"], &counts["snoozed"]), (&json!(1), &json!(1)));
    let monday = stage.at("2026-11-23T09:00:00Z");
    assert_eq!(monday.numbers("ls"), [2, 1], "the one that waited on goes before the one that woke");
    assert_eq!(monday.of(1, "waiting_since"), "2026-11-23T09:00:00Z");
    let counts = monday.json("");
    assert_eq!((&counts["waiting"], &counts["snoozed"]), (&json!(2), &json!(0)));
    stage.ok("reopen 1");
    assert_eq!(stage.of(1, "snoozed_until"), Value::Null);
}

#[test]
fn a_moment_that_is_over_is_no_end() {
    let stage = Stage::new();
    stage.ok("open one");
    for line in [
        "snooze 1 '2026-11-20 11:59'",
        "snooze 1 now",
        "pending 1 --until 2026-11-19",
        "hold 1 --until '2026-11-20 12:00'",
    ] {
        assert!(stage.refused(line, 2).contains("over"), "{line}");
    }
    stage.ok("close 1");
    for line in ["snooze 1 tomorrow", "pending 1", "hold 1"] {
        assert!(stage.refused(line, 1).contains("desk reopen"), "{line}");
    }
}

#[test]
fn broken_promises_come_first_then_near_ones_then_urgency_then_age() {
    let stage = Stage::new();
    for (minute, line) in [
        (0, "open 'old and normal'"),
        (1, "open 'urgent' -p urgent"),
        (2, "open 'low' -p low"),
        (3, "open 'promised for next week' --due 2026-11-27"),
        (4, "open 'promised for tonight' --due '2026-11-20 20:00'"),
        (5, "open 'late since yesterday' --at 2026-11-18 --due 2026-11-19"),
        (6, "open 'late for an hour' --due '2026-11-20 11:00'"),
        (7, "open 'paused' -p urgent"),
        (8, "open 'high' -p high"),
    ] {
        stage.at(&format!("2026-11-20T08:{minute:02}:00Z")).ok(line);
    }
    stage.ok("pending 8");
    assert_eq!(stage.numbers("ls"), [6, 7, 5, 2, 9, 1, 4, 3, 8]);
    assert_eq!(stage.numbers("ls -l 3"), [6, 7, 5]);
    assert_eq!(stage.numbers("ls due:late"), [6, 7]);
    assert_eq!(stage.json("")["late"], 2);
    let table = stage.ok("");
    assert!(table.starts_with("waiting 8 · late 2 · nobody's 8 · waiting for others 1\n"), "{table}");
    assert!(!table.contains("paused"), "who waits for others is counted, not shown: {table}");
    stage.ok("due 8 '2026-11-20 11:30'");
    assert!(stage.ok("").contains("paused"), "unless we promised and are late");
}

#[test]
fn all_late_promises_are_counted_however_few_are_shown() {
    let stage = Stage::new();
    for n in 0..18 {
        stage.ok(&format!("open 'promise {n}' --due '2026-11-20 13:00'"));
    }
    let later = stage.at("2026-11-20T14:00:00Z");
    assert_eq!(later.json("")["late"], 18);
    assert!(later.desk("").talk.contains("15 of 18; all: desk ls"));
}

#[test]
fn a_promise_on_a_closed_ticket_is_neither_late_nor_first() {
    let stage = Stage::new();
    stage.all(&["open one --due '2026-11-20 13:00'", "open two", "close 1"]);
    let later = stage.at("2026-11-21T12:00:00Z");
    assert_eq!(later.numbers("ls"), [2]);
    assert_eq!(later.numbers("ls due:late status:all"), [] as [i64; 0]);
    assert!(!later.ok("ls status:all").contains("due"), "what is done is due no more");
    assert_eq!(later.of(1, "due_at"), "2026-11-20T13:00:00Z");
}

#[test]
fn the_bare_word_shows_how_to_begin_and_then_who_waits() {
    let stage = Stage::new();
    let said = stage.desk("");
    assert_eq!(said.exit, 0);
    assert!(said.out.contains("There is no desk yet") && said.out.contains("desk open"), "{said:?}");
    stage.all(&["open 'Не приходит счёт' -f 'Анна <anna@acme.test>'", "open two -a me"]);
    let out = stage.ok("");
    assert_eq!(
        out,
        "waiting 2 · mine 1 · nobody's 1\n\n\
         №  waits  status  prio  who   from  subject\n\
         1    now  new           –     Анна  Не приходит счёт\n\
         2    now  open          mila        two\n"
    );
    let data = stage.json("");
    for key in ["waiting", "late", "mine", "unassigned", "snoozed", "automatic", "tickets", "timer"] {
        assert!(data.get(key).is_some(), "{key} in {data}");
    }
    stage.all(&["close 1,2"]);
    assert!(stage.ok("").contains("nobody waits"));
}
