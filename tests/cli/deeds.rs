//! What changes a ticket: take release assign tag untag prio due edit note close spam reopen merge split.

use super::stage::Stage;
use serde_json::{Value, json};

fn two() -> Stage {
    let stage = Stage::new();
    stage.all(&["open 'Не печатает' -f ann@acme.test -m Помогите", "open Another -f joe@beta.test"]);
    stage
}

fn operations(stage: &Stage) -> usize {
    stage.json("history").as_array().unwrap().len()
}

#[test]
fn every_deed_says_what_was_done_and_how_to_take_it_back() {
    let stage = two();
    for (i, (line, out)) in [
        ("take 1", "took 1  Не печатает\n"),
        ("release 1", "released 1  Не печатает\n"),
        ("assign 1 mila", "assigned to mila: 1  Не печатает\n"),
        ("tag 1 +Оплата vip", "tagged +оплата +vip: 1  Не печатает\n"),
        ("untag 1 vip", "untagged +vip: 1  Не печатает\n"),
        ("prio 1 urgent", "urgent: 1  Не печатает\n"),
        ("due 1 tomorrow 15:00", "due Sat 2026-11-21 15:00: 1  Не печатает\n"),
        ("due 1 none", "no promise on 1  Не печатает\n"),
        ("edit 1 --subject 'Печатает криво'", "changed 1  Печатает криво\n"),
        ("note 1 позвонили в сервис", "noted on 1  Печатает криво\n"),
        ("pending 1", "pending: 1  Печатает криво\n"),
        ("hold 1 --until mon", "hold until Mon 2026-11-23 09:00: 1  Печатает криво\n"),
        ("snooze 1 in 2h", "snoozed until Fri 2026-11-20 14:00: 1  Печатает криво\n"),
        ("reopen 1", "reopened 1  Печатает криво\n"),
        ("close 1", "closed 1  Печатает криво\n"),
        ("reopen 1", "reopened 1  Печатает криво\n"),
        ("spam 1", "spam: 1  Печатает криво\n"),
        ("reopen 1", "reopened 1  Печатает криво\n"),
        ("merge 1 --into 2", "merged into 2: 1  Печатает криво\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let said = stage.desk(line);
        assert_eq!((said.exit, said.out.as_str()), (0, out), "{line}: {said:?}");
        let operation = i + 3;
        assert!(
            said.talk.ends_with(&format!("operation {operation}; to take it back: desk undo\n")),
            "{line}: {said:?}"
        );
    }
}

#[test]
fn new_before_somebody_takes_it_becomes_open() {
    let stage = two();
    assert_eq!((stage.of(1, "status"), stage.of(1, "assignee")), (json!("new"), Value::Null));
    stage.ok("take 1");
    assert_eq!((stage.of(1, "status"), stage.of(1, "assignee")), (json!("open"), json!("mila")));
    stage.ok("release 1");
    assert_eq!((stage.of(1, "status"), stage.of(1, "assignee")), (json!("open"), Value::Null), "never back to new");
}

#[test]
fn what_is_so_already_is_refused_and_no_operation() {
    let stage = two();
    stage.all(&["take 1", "tag 1 vip", "prio 1 high", "due 1 '2026-12-01'", "pending 1", "close 2"]);
    let before = operations(&stage);
    assert!(stage.refused("assign 1 none", 2).contains("desk release 1"));
    for line in [
        "take 1",
        "assign 1 me",
        "tag 1 vip",
        "untag 1 gone",
        "prio 1 high",
        "due 1 '2026-12-01'",
        "pending 1",
        "close 2",
        "edit 1 --subject 'Не печатает'",
        "release 2",
    ] {
        stage.refused(line, 1);
    }
    assert_eq!(operations(&stage), before);
}

#[test]
fn closing_twice_says_already_closed_and_leaves_one_entry() {
    let stage = two();
    stage.ok("close 1 -t 25m");
    let talk = stage.refused("close 1 -t 25m", 1);
    assert_eq!(talk, "error: ticket 1 is closed already: Не печатает\nhint: desk reopen 1\n");
    let closes = |e: &&Value| e["kind"] == "status";
    assert_eq!(stage.of(1, "events").as_array().unwrap().iter().filter(closes).count(), 1);
    assert_eq!(stage.of(1, "logged_minutes"), 25);
}

#[test]
fn what_is_partly_done_is_said_and_does_not_exit_0() {
    let stage = two();
    stage.ok("close 1");
    let said = stage.desk("close 1,2");
    assert_eq!((said.exit, said.out.as_str()), (1, "closed 2  Another\n"));
    assert!(said.talk.contains("ticket 1 is closed already"), "{said:?}");
}

#[test]
fn closing_takes_a_note_hours_and_a_reason() {
    let stage = two();
    let said = stage.desk("close 1 -m 'кэш очищен' -t 1h30 --reason workaround");
    assert_eq!(said.out, "closed as workaround, 1h 30m logged: 1  Не печатает\n");
    assert!(said.talk.contains("it was not sent"), "{said:?}");
    let t = stage.json("show 1");
    assert_eq!(
        (&t["status"], &t["closed_as"], &t["closed_at"]),
        (&json!("closed"), &json!("workaround"), &json!("2026-11-20T12:00:00Z"))
    );
    assert_eq!((&t["logged_minutes"], &t["waiting_since"]), (&json!(90), &Value::Null));
    assert_eq!(
        (&t["messages"][1]["direction"], &t["messages"][1]["text"], &t["replies"]),
        (&json!("note"), &json!("кэш очищен"), &json!(0))
    );
    assert_eq!(t["time"][0]["minutes"], 90);
    assert!(
        stage.refused("close 2 --reason done", 2).contains("solved, duplicate, spam, wontfix, workaround, no-reply")
    );
    for (minutes, exit) in [("45", 2), ("1d", 2), ("-5m", 2), ("0m", 2), ("x", 2), ("17h", 1)] {
        assert_eq!(stage.run(&["close", "2", &format!("-t={minutes}")]).exit, exit, "{minutes}");
    }
    assert_eq!(stage.of(2, "status"), "new");
    stage.ok("close 2 -t 17h -y");
}

#[test]
fn spam_leaves_the_queue_and_has_a_reason() {
    let stage = two();
    stage.ok("spam 1");
    assert_eq!((stage.of(1, "status"), stage.of(1, "closed_as")), (json!("closed"), json!("spam")));
    assert_eq!(stage.numbers("ls"), [2]);
    assert_eq!(stage.numbers("ls reason:spam"), [1]);
    stage.refused("spam 1", 1);
    stage.ok("close 2");
    assert_eq!(stage.ok("spam 2"), "spam: 2  Another\n", "a closed one can still be called spam");
}

#[test]
fn reopening_counts_and_the_customer_waits_again() {
    let stage = two();
    stage.ok("close 1");
    stage.at("2026-11-21T08:00:00Z").ok("reopen 1");
    let t = stage.json("show 1");
    assert_eq!(
        (&t["status"], &t["reopens"], &t["closed_at"], &t["closed_as"]),
        (&json!("open"), &json!(1), &Value::Null, &Value::Null)
    );
    assert_eq!(t["waiting_since"], "2026-11-21T08:00:00Z");
    stage.refused("reopen 1", 1);
}

#[test]
fn a_merged_ticket_points_to_its_target_and_undo_returns_what_came() {
    let stage = two();
    stage.all(&["note 1 моё", "close 1 -t 10m", "reopen 1"]);
    stage.ok("merge 1 --into 2");
    let (from, into) = (stage.json("show 1"), stage.json("show 2"));
    assert_eq!(
        (&from["merged_into"], &from["status"], &from["closed_as"]),
        (&json!(2), &json!("closed"), &json!("duplicate"))
    );
    assert_eq!((&from["messages"], &from["time"], &from["logged_minutes"]), (&json!([]), &json!([]), &json!(0)));
    let texts: Vec<_> = into["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Помогите", "моё"]);
    assert_eq!(into["logged_minutes"], 10);
    assert!(stage.ok("show 1").contains("merged into  2"));
    for line in [
        "close 1",
        "note 1 text",
        "take 1",
        "tag 1 x",
        "reopen 1",
        "prio 1 high",
        "merge 1 --into 2",
        "merge 2 --into 1",
    ] {
        let talk = stage.refused(line, 1);
        assert!(talk.contains("merged into 2"), "{line}: {talk}");
    }
    stage.ok("note 2 später");
    stage.ok("history");
    let merge = stage.json("history")[1]["operation"].as_i64().unwrap();
    stage.ok(&format!("undo {merge}"));
    assert_eq!(
        (stage.of(1, "merged_into"), stage.of(1, "status"), stage.of(1, "logged_minutes")),
        (Value::Null, json!("open"), json!(10))
    );
    assert_eq!(stage.of(1, "messages").as_array().unwrap().len(), 2);
    let stays = stage.of(2, "messages");
    assert_eq!((stays.as_array().unwrap().len(), &stays[0]["text"]), (1, &json!("später")), "later messages stay");
}

#[test]
fn what_is_not_done_is_not_done_in_a_closed_ticket_that_it_goes_into() {
    for (before, becomes) in [("take 1", "open"), ("hold 1 --until 2026-12-01", "hold"), ("pending 1", "pending")] {
        let stage = two();
        stage.all(&[before, "close 2"]);
        let said = stage.ok("merge 1 --into 2");
        assert!(said.starts_with(&format!("merged into 2, which is {becomes} now: ")), "{said}");
        assert_eq!((stage.of(1, "status"), stage.of(2, "status")), (json!("closed"), json!(becomes)));
        stage.ok("undo");
        assert_eq!((stage.of(1, "status"), stage.of(2, "status")), (json!(becomes), json!("closed")));
    }
    let stage = two();
    stage.all(&["close 1", "close 2"]);
    assert!(stage.ok("merge 1 --into 2").starts_with("merged into 2: "));
    assert_eq!(stage.of(2, "status"), "closed");
}

#[test]
fn merging_refuses_what_makes_no_sense() {
    let stage = two();
    stage.ok("open third");
    assert!(stage.refused("merge 1 --into 1", 1).contains("into itself"));
    let talk = stage.refused("merge 1-3 --into 2", 1);
    assert!(talk.contains("into itself"), "{talk}");
    assert_eq!(stage.of(1, "merged_into"), Value::Null, "all or nothing");
    stage.ok("merge 1,3 --into 2");
    assert_eq!(stage.numbers("ls"), [2]);
    assert_eq!(stage.json("history").as_array().unwrap().len(), 4, "one command is one operation");
}

#[test]
fn splitting_makes_a_ticket_of_one_message() {
    let stage = two();
    stage.ok("note 1 второе");
    let id = stage.of(1, "messages")[1]["id"].as_i64().unwrap();
    let said = stage.desk(&format!("split 1 m{id}"));
    assert_eq!(said.out, format!("split m{id} of 1 off as 3  Не печатает\n"));
    assert_eq!(stage.of(3, "messages")[0]["text"], "второе");
    assert_eq!(stage.of(1, "messages").as_array().unwrap().len(), 1);
    assert_eq!(stage.of(3, "similar")[0]["number"], 1);
    stage.ok("undo");
    assert_eq!(stage.of(1, "messages").as_array().unwrap().len(), 2);
    stage.refused("show 3", 3);
    stage.refused(&format!("split 2 m{id}"), 3);
    stage.refused("split 1 x", 2);
    stage.ok("undo");
    let only = stage.of(1, "messages")[0]["id"].as_i64().unwrap();
    assert!(stage.refused(&format!("split 1 m{only}"), 1).contains("only message"));
}

#[test]
fn a_note_is_internal_and_can_log_time() {
    let stage = two();
    stage.ok("note 1 спросили хостера -t 15m");
    let t = stage.json("show 1");
    assert_eq!((&t["messages"][1]["direction"], &t["messages"][1]["author"]), (&json!("note"), &json!("mila")));
    assert_eq!(
        (&t["status"], &t["logged_minutes"], &t["waiting_since"]),
        (&json!("new"), &json!(15), &json!("2026-11-20T12:00:00Z"))
    );
    stage.fed("из трубы\n").ok("note 1 -");
    assert_eq!(stage.of(1, "messages")[2]["text"], "из трубы");
    stage.ok("note 1 -- -t это не флаг");
    assert_eq!(stage.of(1, "messages")[3]["text"], "-t это не флаг");
    for line in ["note 1", "note 1 ''", "note 1 '  '"] {
        assert_eq!(stage.desk(line).exit, 2, "{line}");
    }
    assert_eq!(stage.fed(" \n").desk("note 1 -").exit, 2);
}

#[test]
fn a_text_may_begin_with_a_dash() {
    let stage = two();
    stage.all(&[
        "close 1 -m '- всё починили'",
        "hold 2 -m -5",
        "open three -m --help",
        "edit 2 --subject '-5 градусов'",
    ]);
    assert_eq!(stage.of(1, "messages")[1]["text"], "- всё починили");
    assert_eq!(
        (stage.of(2, "messages")[0]["text"].clone(), stage.of(2, "subject")),
        (json!("-5"), json!("-5 градусов"))
    );
    assert_eq!(stage.of(3, "messages")[0]["text"], "--help");
}

#[test]
fn editing_changes_subject_sender_client_and_channel() {
    let stage = two();
    stage.ok("edit 1 --subject Новое --from 'Joe <joe@beta.test>' --client beta.test --channel Phone");
    let t = stage.json("show 1");
    assert_eq!((&t["subject"], &t["client"], &t["channel"]), (&json!("Новое"), &json!("beta.test"), &json!("phone")));
    assert_eq!(t["requester"]["email"], "joe@beta.test");
    stage.ok("edit 1 --client none");
    assert_eq!(stage.of(1, "client"), Value::Null);
    assert_eq!(stage.numbers("find новое"), [1]);
    stage.refused("edit 1", 2);
    stage.refused("edit 1 --subject ' '", 2);
    stage.refused("edit 1 --client nobody", 3);
}

#[test]
fn next_is_the_agent_with_the_fewest_open_tickets() {
    let stage = Stage::new();
    stage.all(&["open one -a me", "open two", "open three", "open four", "open five"]);
    stage.as_agent("bob").ok("note 1 hello");
    stage.ok("assign 3-5 next");
    let who: Vec<Value> = (3..=5).map(|n| stage.of(n, "assignee")).collect();
    assert_eq!(who.iter().filter(|w| *w == "bob").count(), 2, "{who:?}");
}

#[test]
fn a_tag_is_lower_case_and_what_is_none_is_refused() {
    let stage = two();
    stage.ok("tag 1 БИЛЛИНГ a/b.c_d-e 2026");
    assert_eq!(stage.of(1, "tags"), json!(["2026", "a/b.c_d-e", "биллинг"]));
    assert_eq!(stage.numbers("ls +Биллинг"), [1]);
    for tag in ["", "+", "a b", "a,b", "a\u{202e}b", "a\nb", "c++", "🙂"] {
        let said = stage.run(&["tag", "1", tag]);
        assert_eq!((said.exit, said.out.as_str()), (2, ""), "{tag:?} {said:?}");
    }
}

#[test]
fn deeds_as_data_name_the_tickets_and_the_operation() {
    let stage = two();
    assert_eq!(
        stage.json("close 1,2"),
        json!({"operation": 3, "tickets": [{"number": 1, "done": "closed 1  Не печатает"}, {"number": 2, "done": "closed 2  Another"}], "entries": []})
    );
}

#[test]
fn quiet_says_the_answer_alone() {
    let stage = two();
    let said = stage.desk("close 1 -m note -q");
    assert_eq!((said.out.as_str(), said.talk.as_str()), ("closed 1  Не печатает\n", ""));
    assert!(stage.desk("close 1 -q").talk.starts_with("error: "), "errors are said all the same");
}

#[test]
fn a_note_keeps_the_files_that_belong_to_it() {
    let stage = Stage::new();
    stage.ok("open one -f ann@acme.test");
    let file = stage.path("снимок.txt");
    std::fs::write(&file, "what he sees").unwrap();
    stage.run(&["note", "1", "see this", "--attach", file.to_str().unwrap()]);
    let files = &stage.json("show 1")["messages"][0]["attachments"];
    assert_eq!((files[0]["name"].as_str(), files[0]["bytes"].as_i64()), (Some("снимок.txt"), Some(12)));
    assert!(stage.ok("show 1").contains("[1] снимок.txt 12 B"));
    stage.refused("note 1 x --attach /nowhere/at/all", 1);
    assert_eq!(stage.json("show 1")["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn a_note_on_a_client_is_no_flag_and_a_flag_no_note() {
    let stage = Stage::new();
    stage.ok("client add acme Acme");
    let note = || stage.json("client show acme")["note"].clone();
    stage.ok("client note acme pays late -n");
    assert_eq!(note(), Value::Null, "a dry run");
    stage.ok("client note acme -- -n is a flag");
    assert_eq!(note(), "-n is a flag");
    assert!(stage.refused("client note acme", 2).contains("the note is empty"));
}

#[test]
fn a_page_for_a_client_is_html_whatever_is_asked_for() {
    let stage = Stage::new();
    stage.ok("client add acme Acme");
    assert!(stage.ok("client page acme --format html").starts_with("<!doctype html>"));
    for format in ["json", "ndjson", "csv", "md"] {
        assert!(stage.refused(&format!("client page acme --format {format}"), 2).contains("HTML"), "{format}");
    }
}
