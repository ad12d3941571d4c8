//! `undo` and `redo`, alone and between agents.

use super::stage::Stage;
use serde_json::{Value, json};

/// The tickets without what an undo cannot take back: when they were last touched.
fn state(stage: &Stage) -> Value {
    let mut tickets = stage.json("ls status:all sort:number");
    for t in tickets.as_array_mut().unwrap() {
        t.as_object_mut().unwrap().remove("updated_at");
    }
    tickets
}

#[test]
fn every_deed_can_be_taken_back_and_brought_again() {
    for line in [
        "open Новое +a -f new@new.test -m text --due 2026-12-01",
        "take 1",
        "assign 1,2 bob",
        "release 3",
        "tag 1-3 срочно",
        "untag 3 vip",
        "prio 1 urgent",
        "due 1 tomorrow",
        "edit 1 --subject Другое --from joe@beta.test --channel phone",
        "note 1 текст -t 15m",
        "pending 1 --until tomorrow",
        "hold 1 -m note",
        "snooze 1 tomorrow",
        "close 1-3 -t 5m -m ok",
        "spam 2",
        "merge 1,2 --into 3",
    ] {
        let stage = Stage::new();
        stage.as_agent("bob").ok("open zero -f zero@zero.test -m x");
        stage.all(&["open two -m y", "open three +vip -a me"]);
        let before = state(&stage);
        stage.ok(line);
        let after = state(&stage);
        assert_ne!(before, after, "{line}");
        stage.ok("undo");
        assert_eq!(state(&stage), before, "after undo of {line}");
        stage.ok("redo");
        assert_eq!(state(&stage), after, "after redo of {line}");
        stage.ok("undo");
        assert_eq!(state(&stage), before, "after the second undo of {line}");
    }
}

#[test]
fn a_step_over_many_tickets_is_said_once_and_names_them_as_data() {
    let stage = Stage::new();
    stage.all(&["open one", "open two", "open three", "close 1-3"]);
    assert_eq!(stage.ok("undo"), "took back operation 4: close 1-3\n");
    assert_eq!(stage.ok("redo"), "brought back operation 4: close 1-3\n");
    let data = stage.json("undo");
    let numbers: Vec<_> = data["tickets"].as_array().unwrap().iter().map(|t| t["number"].as_i64().unwrap()).collect();
    assert_eq!((numbers, &data["operation"]), (vec![1, 2, 3], &json!(7)));
}

#[test]
fn undo_walks_back_step_by_step_and_stops_at_the_beginning() {
    let stage = Stage::new();
    stage.all(&["open one", "tag 1 a", "tag 1 b", "close 1"]);
    for _ in 0..4 {
        stage.ok("undo");
    }
    assert_eq!(stage.numbers("ls status:all"), [] as [i64; 0]);
    let talk = stage.refused("undo", 1);
    assert!(talk.contains("mila has changed nothing that could be taken back"), "{talk}");
    for _ in 0..4 {
        stage.ok("redo");
    }
    assert_eq!((stage.of(1, "status"), stage.of(1, "tags")), (json!("closed"), json!(["a", "b"])));
    assert!(stage.refused("redo", 1).contains("mila"));
}

#[test]
fn undo_takes_my_own_deed_not_a_colleagues() {
    let stage = Stage::new();
    stage.ok("open one");
    stage.as_agent("bob").ok("tag 1 bobs");
    stage.ok("tag 1 milas");
    stage.as_agent("bob").ok("undo");
    assert_eq!(stage.of(1, "tags"), json!(["milas"]));
    assert!(stage.as_agent("eve").refused("undo", 1).contains("eve has changed nothing"));
}

#[test]
fn another_ones_operation_is_taken_back_by_its_number() {
    let stage = Stage::new();
    stage.ok("open one");
    stage.as_agent("bob").ok("close 1");
    assert!(stage.ok("undo 2").starts_with("took back operation 2: close 1"));
    assert_eq!(stage.of(1, "status"), "new");
    assert!(stage.refused("undo 2", 1).contains("taken back already, by operation 3"));
    stage.refused("undo 99", 3);
    stage.refused("undo x", 2);
}

#[test]
fn a_conflict_names_the_field_the_colleague_and_the_way_out() {
    let stage = Stage::new();
    stage.all(&["open one", "prio 1 high"]);
    stage.as_agent("bob").ok("prio 1 urgent");
    let talk = stage.refused("undo", 1);
    assert_eq!(
        talk,
        "error: priority of ticket 1 has changed since: operation 3 by bob: prio 1 urgent\nhint: take that back first: desk undo 3\n"
    );
    assert_eq!(stage.of(1, "priority"), "urgent", "nothing was overwritten");
    stage.as_agent("bob").ok("tag 1 other");
    stage.as_agent("bob").ok("undo 3");
    stage.ok("undo");
    assert_eq!(stage.of(1, "priority"), "normal");
}

#[test]
fn what_others_did_beside_it_stands_in_no_ones_way() {
    let stage = Stage::new();
    stage.all(&["open one -f ann@acme.test", "tag 1 vip"]);
    stage.as_agent("bob").all(&["note 1 text", "prio 1 high", "tag 1 other", "open two -f ann@acme.test"]);
    stage.ok("undo");
    assert_eq!((stage.of(1, "tags"), stage.of(1, "priority")), (json!(["other"]), json!("high")));
    let talk = stage.refused("undo", 1);
    assert!(talk.contains("ticket 1 has changed since") && talk.contains("bob"), "{talk}");
}

#[test]
fn a_contact_that_others_use_by_now_stays() {
    let stage = Stage::new();
    stage.ok("open one -f 'Ann <ann@acme.test>'");
    stage.as_agent("bob").ok("open two -f ann@acme.test");
    let said = stage.desk("undo");
    assert_eq!(said.exit, 0);
    assert!(said.talk.contains("the contact Ann stays: others use it by now"), "{said:?}");
    assert_eq!(stage.numbers("ls from:ann@acme.test"), [2]);
    assert_eq!(stage.of(2, "client"), "acme.test");
    stage.ok("open three -f new@acme.test");
    assert_eq!(stage.of(3, "client"), "acme.test", "its domain stays with the client");
}

#[test]
fn a_client_stays_with_the_contact_who_stays() {
    let stage = Stage::new();
    stage.ok("open zero -f zero@zero.test");
    stage.ok("open one -f ann@acme.test");
    stage.as_agent("bob").ok("open two -f ann@acme.test -c zero.test");
    let said = stage.desk("undo");
    assert_eq!(said.exit, 0, "{said:?}");
    assert_eq!(stage.numbers("ls from:ann@acme.test"), [3]);
    stage.ok("open three -f ann@acme.test");
    assert_eq!(stage.of(4, "client"), "acme.test");
}

#[test]
fn what_this_command_alone_made_goes_with_it() {
    let stage = Stage::new();
    stage.all(&["open one -f ann@acme.test", "edit 1 --from 'Joe <joe@beta.test>'"]);
    for _ in 0..2 {
        let said = stage.desk("undo");
        assert!(!said.talk.contains("stays"), "{said:?}");
        stage.refused("ls client:beta.test", 3);
        stage.ok("redo");
        assert_eq!(stage.numbers("ls from:joe@beta.test"), [1]);
    }
}

#[test]
fn a_dry_undo_changes_nothing() {
    let stage = Stage::new();
    stage.all(&["open one", "close 1"]);
    let said = stage.desk("undo -n");
    assert!(said.out.starts_with("took back operation 2") && said.talk.contains("nothing was kept"), "{said:?}");
    assert_eq!(stage.of(1, "status"), "closed");
}

#[test]
fn redo_is_refused_where_something_new_was_done_meanwhile() {
    let stage = Stage::new();
    stage.all(&["open one", "prio 1 high", "undo", "prio 1 low"]);
    let talk = stage.refused("redo", 1);
    assert!(talk.contains("priority of ticket 1 has changed since"), "{talk}");
    assert_eq!(stage.of(1, "priority"), "low");
}

#[test]
fn an_undo_can_itself_be_undone_by_its_number() {
    let stage = Stage::new();
    stage.all(&["open one", "close 1", "undo", "undo 3"]);
    assert_eq!(stage.of(1, "status"), "closed");
    stage.ok("undo 4");
    assert_eq!(stage.of(1, "status"), "new");
}

#[test]
fn nothing_counts_twice_however_often_it_is_turned() {
    let stage = Stage::new();
    stage.all(&["open one -m hi", "close 1 -t 20m", "reopen 1"]);
    for _ in 0..3 {
        stage.all(&["undo", "undo", "redo", "redo"]);
    }
    let t = stage.json("show 1");
    assert_eq!((&t["reopens"], &t["logged_minutes"], &t["status"]), (&json!(1), &json!(20), &json!("open")));
    assert_eq!((t["messages"].as_array().unwrap().len(), t["time"].as_array().unwrap().len()), (1, 1));
}
