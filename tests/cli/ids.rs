//! How tickets are named.

use super::stage::Stage;
use serde_json::json;

fn six() -> Stage {
    let stage = Stage::new();
    stage.all(&["open one", "open two", "open three", "open four", "open five", "open six"]);
    stage
}

fn shown(stage: &Stage, line: &str) -> Vec<i64> {
    match stage.json(line) {
        serde_json::Value::Array(pages) => pages.iter().map(|p| p["number"].as_i64().unwrap()).collect(),
        page => vec![page["number"].as_i64().unwrap()],
    }
}

#[test]
fn numbers_lists_and_ranges_name_tickets_in_their_order() {
    let stage = six();
    for (line, tickets) in [
        ("show 2", &[2][..]),
        ("show 2,5", &[2, 5]),
        ("show 5,2", &[5, 2]),
        ("show 2-4", &[2, 3, 4]),
        ("show 6 1-2,4", &[6, 1, 2, 4]),
        ("show 2,2,2-3", &[2, 3]),
        ("show 5-9", &[5, 6]),
        ("show 2,", &[2]),
        ("show '2, 4'", &[2, 4]),
    ] {
        assert_eq!(shown(&stage, line), tickets, "{line}");
    }
}

#[test]
fn one_ticket_is_an_object_and_several_an_array() {
    let stage = six();
    assert!(stage.json("show 2").is_object());
    assert!(stage.json("show .").is_object());
    for line in ["show 2,3", "show 2 3", "show 2-3", "show 6-9"] {
        assert!(stage.json(line).is_array(), "{line}");
    }
    assert!(stage.fed("2\n").json("show -").is_array());
}

#[test]
fn a_dash_reads_numbers_one_per_line() {
    let stage = six();
    assert_eq!(shown(&stage.fed("#3\n\n 1 \r\n5"), "show -"), [3, 1, 5]);
    let said = stage.fed("2\n4\n").desk("close - --reason no-reply");
    assert_eq!(said.out, "closed as no-reply: 2  two\nclosed as no-reply: 4  four\n");
    let said = stage.fed("").desk("close -");
    assert_eq!((said.exit, said.out.as_str()), (0, ""), "nothing matched, nothing to do: {said:?}");
    let said = stage.fed("1\nx\n").desk("close -");
    assert_eq!(said.exit, 2);
    assert_eq!(stage.of(1, "status"), "new", "all or nothing");
}

#[test]
fn the_dot_is_the_ticket_this_agent_touched_last() {
    let stage = six();
    stage.ok("tag 2 x");
    stage.as_agent("bob").ok("tag 5 x");
    assert_eq!(stage.ok("close ."), "closed 2  two\n");
    assert_eq!(stage.as_agent("bob").ok("close ."), "closed 5  five\n");
    let talk = stage.as_agent("eve").refused("close .", 3);
    assert!(talk.contains("eve has not changed any ticket yet"), "{talk}");
    let talk = stage.refused("close .", 1);
    assert!(talk.contains("ticket 2") && talk.contains("two"), "the dot is always said with its subject: {talk}");
}

#[test]
fn the_dot_passes_over_what_was_taken_back() {
    let stage = six();
    stage.all(&["tag 6 x", "close 2", "undo"]);
    assert_eq!(stage.ok("tag . again"), "tagged +again: 6  six\n");
    stage.all(&["open seven", "undo"]);
    assert_eq!(stage.ok("tag . more"), "tagged +more: 6  six\n", "a ticket that is gone is not named");
}

#[test]
fn a_hash_is_answered_with_the_hint_about_the_shell() {
    let stage = six();
    for line in ["show '#42'", "close '#42'", "note '#42' text"] {
        let talk = stage.refused(line, 2);
        assert!(talk.contains("write 42, not #42: # starts a shell comment"), "{talk}");
    }
    assert!(stage.refused("close ,", 2).contains("write 42, not #42: # starts a shell comment"));
    // `desk close #42` in a shell is `desk close`.
    for line in ["close", "show", "take", "note", "tag", "reopen", "spam", "due", "snooze", "prio", "merge", "split"] {
        let talk = stage.refused(line, 2);
        assert!(talk.contains("write 42, not #42: # starts a shell comment"), "{line}: {talk}");
    }
}

#[test]
fn the_hint_about_the_hash_is_for_missing_numbers_alone() {
    let stage = six();
    for line in ["snooze 1", "prio 1", "tag 1", "open"] {
        assert!(!stage.refused(line, 2).contains("shell comment"), "{line}");
    }
}

#[test]
fn what_does_not_exist_is_3_and_nothing_is_done() {
    let stage = six();
    for line in [
        "show 99",
        "close 2,99",
        "close 90-99",
        "close okdesk:1834",
        "note 99 text",
        "merge 2 --into 99",
        "history 99",
        "split 99 m1",
    ] {
        stage.refused(line, 3);
    }
    assert_eq!(stage.of(2, "status"), "new");
}

#[test]
fn what_is_no_number_is_2() {
    let stage = six();
    for word in [
        "x",
        "0",
        "-1",
        "1.5",
        "4-2",
        "1-",
        "9999999999999999999999",
        "1-999999999",
        "４２",
        "42x",
        ":",
        "a:",
        ":1",
        "1--2",
        "m",
        "№2",
    ] {
        let said = stage.run(&["close", "--", word]);
        assert_eq!((said.exit, said.out.as_str()), (2, ""), "{word}: {said:?}");
    }
    assert!(stage.refused("show 4-2", 2).contains("hint: 2-4"));
}

#[test]
fn where_a_text_follows_ids_are_one_word() {
    let stage = six();
    stage.ok("note 1,2 500 on checkout");
    assert_eq!(stage.of(1, "messages")[0]["text"], "500 on checkout");
    assert_eq!(stage.of(2, "messages")[0]["text"], "500 on checkout");
    stage.ok("tag 3-4 +vip срочно");
    assert_eq!(stage.of(4, "tags"), json!(["vip", "срочно"]));
}

#[test]
fn one_ticket_is_one_ticket() {
    let stage = six();
    for line in ["merge 3 --into 1,2", "split 1,2 m1", "history 1-3"] {
        assert_eq!(stage.desk(line).exit, 2, "{line}");
    }
}
