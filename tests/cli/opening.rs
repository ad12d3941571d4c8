//! `desk open`.

use super::stage::{Stage, is_there};
use serde_json::json;

#[test]
fn opening_prints_the_bare_number_in_a_pipe() {
    let stage = Stage::new();
    assert_eq!(stage.ok("open 'Cannot log in' -f ann@acme.test"), "1\n");
    assert_eq!(stage.desk("open 'Не приходит счёт'").out, "2\n");
    assert_eq!(stage.desk("open 'Не приходит счёт'").talk, "");
}

#[test]
fn on_a_terminal_the_subject_is_said_and_how_to_take_it_back() {
    let stage = Stage::new();
    let said = stage.on_terminal(80).desk("open Не приходит счёт");
    assert_eq!(said.out, "1  Не приходит счёт\n");
    assert!(said.talk.contains("to take it back: desk undo"), "{said:?}");
}

#[test]
fn the_first_write_makes_the_desk_and_says_where() {
    let stage = Stage::new();
    let said = stage.desk("open first");
    let file = stage.path("desk.db");
    assert_eq!(said.talk, format!("made a new desk: {}\n", file.display()));
    assert!(is_there(&file));
    assert_eq!(stage.desk("open second").talk, "");
}

#[test]
fn without_a_desk_file_it_lies_in_the_data_folder() {
    let stage = Stage::new().with("DESK_FILE", "");
    stage.ok("open first");
    assert!(is_there(&stage.path("data/desk/desk.db")));
}

#[test]
fn numbers_are_never_used_again() {
    let stage = Stage::new();
    stage.all(&["open one", "open two", "undo"]);
    assert_eq!(stage.ok("open three"), "3\n");
    assert_eq!(stage.numbers("ls status:all"), [3, 1]);
}

#[test]
fn a_number_is_no_subject_and_the_way_to_the_ticket_is_told() {
    let stage = Stage::new();
    let talk = stage.refused("open 42", 2);
    assert!(talk.contains("to see it: desk show 42"), "{talk}");
    assert!(!is_there(&stage.path("desk.db")));
    assert_eq!(stage.ok("open -- 42"), "1\n", "after -- it is a text");
}

#[test]
fn a_subject_is_needed() {
    let stage = Stage::new();
    for line in ["open ''", "open '  '", "open +tag", "open -- ''", "open"] {
        let talk = stage.refused(line, 2);
        assert!(talk.contains("SUBJECT") || talk.contains("subject"), "{talk}");
    }
}

#[test]
fn the_same_key_opens_nothing_twice() {
    let stage = Stage::new();
    assert_eq!(stage.ok("open 'Disk almost full' --once disk-2026-11"), "1\n");
    let again = stage.desk("open 'Disk is full' --once disk-2026-11");
    assert_eq!((again.exit, again.out.as_str()), (0, "1\n"));
    assert!(again.talk.contains("nothing was opened"), "{again:?}");
    stage.ok("close 1");
    assert_eq!(stage.ok("open 'Disk is full' --once disk-2026-11"), "1\n", "a closed one counts too");
    assert_eq!(stage.ok("open 'Disk is full' --once disk-2026-12"), "2\n");
    assert_eq!(stage.json("history").as_array().unwrap().len(), 3, "a repeated open is no operation");
}

#[test]
fn the_text_given_is_the_customers() {
    let stage = Stage::new();
    stage.ok("open 'Не печатает' +Печать +office/2 -f 'Анна Петрова <anna@acme.test>' -m 'Принтер молчит' -p high -a me --due '2026-11-21 15:00' --at '2026-11-20 09:30'");
    let t = stage.json("show 1");
    assert_eq!(t["messages"][0]["direction"], "in");
    assert_eq!(
        (&t["messages"][0]["author"], &t["messages"][0]["text"]),
        (&json!("Анна Петрова"), &json!("Принтер молчит"))
    );
    assert_eq!(t["messages"][0]["at"], "2026-11-20T09:30:00Z");
    assert_eq!(t["requester"], json!({"name": "Анна Петрова", "email": "anna@acme.test", "phone": null}));
    assert_eq!(
        (&t["tags"], &t["client"], &t["channel"]),
        (&json!(["office/2", "печать"]), &json!("acme.test"), &json!("email"))
    );
    assert_eq!((&t["priority"], &t["assignee"], &t["status"]), (&json!("high"), &json!("mila"), &json!("open")));
    assert_eq!((&t["opened_at"], &t["due_at"]), (&json!("2026-11-20T09:30:00Z"), &json!("2026-11-21T15:00:00Z")));
}

#[test]
fn a_text_comes_from_a_flag_a_file_or_standard_input() {
    let stage = Stage::new();
    std::fs::write(stage.path("text"), "из файла\n").unwrap();
    let file = stage.path("text").display().to_string();
    stage.run(&["open", "one", "--file", &file]);
    stage.fed("line one\r\nстрока два\n").ok("open two -");
    stage.ok("open three -m ''");
    assert_eq!(stage.of(1, "messages")[0]["text"], "из файла");
    stage.fed("из трубы").ok("open five --file -");
    assert_eq!(stage.of(4, "messages")[0]["text"], "из трубы");
    assert_eq!(stage.of(2, "messages")[0]["text"], "line one\r\nстрока два");
    assert_eq!(stage.of(2, "subject"), "two");
    assert_eq!(stage.of(3, "messages"), json!([]), "an empty text is none");
    let talk = stage.refused("open four -m a --file b", 2);
    assert!(talk.contains("one place"), "{talk}");
    assert_eq!(stage.desk("open four --file /nowhere/at/all").exit, 1);
}

#[test]
fn text_that_is_not_utf_8_is_refused_by_its_place() {
    let stage = Stage::new();
    std::fs::write(stage.path("text"), b"ok\xff").unwrap();
    let file = stage.path("text").display().to_string();
    let said = stage.run(&["open", "one", "--file", &file]);
    assert_eq!(said.exit, 2);
    assert!(said.talk.contains(&format!("{file}:2")) && said.talk.contains("UTF-8"), "{said:?}");
}

#[test]
fn who_asks_is_found_again_however_he_is_written() {
    let stage = Stage::new();
    stage.all(&[
        "open one -f '+7 921 555-01-02'",
        "open two -f +79215550102",
        "open three -f 'Ann <ann@acme.test>'",
        "open four -f ANN@ACME.TEST",
        "open five -f Ann",
        "open six -f @ann_tg",
    ]);
    assert_eq!(stage.of(1, "channel"), "phone");
    assert_eq!(stage.of(6, "channel"), "chat");
    assert_eq!(stage.numbers("ls from:+79215550102"), [1, 2]);
    assert_eq!(stage.numbers("ls from:ann@acme.test"), [3, 4, 5]);
    assert_eq!(stage.numbers("ls from:@ann_tg"), [6]);
}

#[test]
fn somebody_elses_name_must_be_known() {
    let stage = Stage::new();
    stage.ok("open one");
    let talk = stage.refused("open two -a mlia", 3);
    assert!(talk.contains("did you mean mila?"), "{talk}");
    assert!(stage.refused("open two -c acme", 3).contains("no client acme"));
    assert_eq!(stage.numbers("ls"), [1]);
    stage.as_agent("bob").ok("open two");
    assert_eq!(stage.ok("open three -a bob"), "3\n");
}

#[test]
fn wrong_words_are_refused_with_the_right_ones() {
    let stage = Stage::new();
    assert!(stage.refused("open x -p most", 2).contains("low, normal, high, urgent"));
    assert!(stage.refused("open x --at tomorrow", 2).contains("--due"));
    assert!(stage.refused("open x --due never-ever", 2).contains("never-ever"));
    assert!(stage.refused("open x '+не тег'", 2).contains("tag"));
    assert!(!is_there(&stage.path("desk.db")), "nothing was made for a refused word");
}

#[test]
fn a_dry_run_keeps_nothing_and_makes_no_desk() {
    let stage = Stage::new();
    let said = stage.desk("open one -n");
    assert_eq!((said.exit, said.out.as_str()), (0, "1\n"));
    assert!(said.talk.contains("nothing was kept"), "{said:?}");
    assert!(!is_there(&stage.path("desk.db")));
    assert_eq!(stage.desk("ls").exit, 3);
    stage.ok("open one");
    stage.all(&["open two --dry-run", "close 1 -n", "note 1 x -n", "tag 1 x -n", "assign 1 me -n"]);
    assert_eq!(stage.numbers("ls status:all"), [1]);
    assert_eq!(
        (stage.of(1, "status"), stage.of(1, "tags"), stage.of(1, "messages")),
        (json!("new"), json!([]), json!([]))
    );
    assert_eq!(stage.json("history").as_array().unwrap().len(), 1);
}

#[test]
fn tags_stand_before_and_behind_the_subject() {
    let stage = Stage::new();
    stage.all(&["open +a Cannot log in +b", "open +a -- +b is text", "open 'Price +20 percent'"]);
    assert_eq!((stage.of(1, "subject"), stage.of(1, "tags")), (json!("Cannot log in"), json!(["a", "b"])));
    assert_eq!((stage.of(2, "subject"), stage.of(2, "tags")), (json!("+b is text"), json!(["a"])));
    assert_eq!((stage.of(3, "subject"), stage.of(3, "tags")), (json!("Price +20 percent"), json!([])));
}

#[test]
fn an_answer_as_data_has_number_and_operation() {
    let stage = Stage::new();
    assert_eq!(stage.json("open one --once k"), json!({"number": 1, "opened": true, "operation": 1}));
    assert_eq!(stage.json("open one --once k"), json!({"number": 1, "opened": false, "operation": null}));
}
