//! What came in before and reads differently now: left, taken over, or refused.

use super::{adds_up, counts, import, operations, put, seen, sound};
use crate::stage::Stage;
use serde_json::{Value, json};

fn ticket(subject: &str, status: &str, more: &str, comments: &[(i64, &str, &str)]) -> String {
    let comments: Vec<Value> = comments
        .iter()
        .map(|(id, day, body)| json!({"id": id, "author_id": 9, "body": body, "public": true, "created_at": format!("{day}T10:00:00Z")}))
        .collect();
    let mut whole = json!({"ticket": {
        "id": 7, "subject": subject, "status": status, "priority": "normal", "requester_id": 9,
        "requester": {"id": 9, "name": "Ann", "email": "ann@acme.test"}, "tags": ["a", "b"], "created_at": "2026-11-01T10:00:00Z",
        "updated_at": "2026-11-10T10:00:00Z", "comments": comments
    }});
    let more: Value = serde_json::from_str(more).unwrap();
    for (key, value) in more.as_object().unwrap() {
        whole["ticket"][key] = value.clone();
    }
    format!("{whole}\n")
}

fn first() -> String {
    ticket("Login", "open", "{}", &[(1, "2026-11-01", "It says 500.")])
}

fn second() -> String {
    let more = r#"{"priority":"urgent","tags":["b","c"],"updated_at":"2026-11-15T10:00:00Z","solved_at":"2026-11-15T09:00:00Z",
        "satisfaction_rating":{"score":"good","comment":"Quick"}}"#;
    ticket("Login fails", "solved", more, &[(1, "2026-11-01", "It says 500."), (2, "2026-11-12", "Still")])
}

fn texts(stage: &Stage) -> Vec<String> {
    stage.of(1, "messages").as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn by_default_what_is_known_stays_and_is_counted() {
    let stage = Stage::new();
    import(&stage, "z.ndjson", first(), "");
    let (before, done) = (seen(&stage), operations(&stage));
    let path = put(&stage, "z.ndjson", second());
    let said = stage.desk(&format!("import {}", path.display()));
    assert!(said.out.contains("1 known, and different now") && said.talk.contains("--source NAME"), "{said:?}");
    let got = stage.json(&format!("import {}", path.display()));
    adds_up(&got);
    assert_eq!(counts(&got, "read skipped created updated"), [1, 1, 0, 0]);
    assert_eq!((seen(&stage), operations(&stage)), (before, done));
}

#[test]
fn what_changed_there_is_taken_and_what_was_changed_here_stays() {
    let stage = Stage::new();
    import(&stage, "z.ndjson", first(), "");
    stage.all(&[
        "agent add kim",
        "assign 1 kim",
        "tag 1 mine",
        "untag 1 b",
        "edit 1 --channel phone",
        "note 1 ours",
        "due 1 2026-12-01",
    ]);
    let before = seen(&stage);
    let got = import(&stage, "z.ndjson", second(), "--on-conflict update");
    adds_up(&got);
    assert_eq!(counts(&got, "read updated messages ratings tickets"), [1, 1, 1, 1, 0]);
    let t = stage.json("show 1");
    for (key, value) in [
        ("subject", json!("Login fails")),
        ("status", json!("closed")),
        ("closed_as", json!("solved")),
        ("closed_at", json!("2026-11-15T09:00:00Z")),
        ("priority", json!("urgent")),
        ("assignee", json!("kim")),
        ("channel", json!("phone")),
        ("tags", json!(["c", "mine"])),
    ] {
        assert_eq!(t[key], value, "{key}");
    }
    assert!(t["due_at"].as_str().unwrap().starts_with("2026-12-01"));
    assert_eq!(texts(&stage), ["It says 500.", "Still", "ours"]);
    sound(&stage);
    let again = stage.json(&format!("import {} --on-conflict update", stage.path("z.ndjson").display()));
    assert_eq!((counts(&again, "duplicates"), again["operation"].clone()), (vec![1], Value::Null));
    stage.ok("undo");
    assert_eq!(seen(&stage), before);
    sound(&stage);
    let got = import(&stage, "z.ndjson", second(), "--on-conflict update");
    assert_eq!(counts(&got, "updated messages ratings"), [1, 1, 1], "the same update works again");
    assert_eq!(stage.of(1, "subject"), "Login fails");
    sound(&stage);
}

#[test]
fn a_change_of_status_has_the_date_of_the_source() {
    let stage = Stage::new();
    import(&stage, "z.ndjson", first(), "");
    import(&stage, "z.ndjson", second(), "--on-conflict update");
    let t = stage.json("show 1");
    assert_eq!(
        (t["closed_at"].as_str(), t["opened_at"].as_str()),
        (Some("2026-11-15T09:00:00Z"), Some("2026-11-01T10:00:00Z"))
    );
    assert_eq!(t["messages"][1]["at"], "2026-11-12T10:00:00Z");
    assert_eq!(stage.json("stats in:2026-11-15..2026-11-15")["tickets"]["closed"], 1);
    sound(&stage);
}

#[test]
fn a_status_that_was_set_here_later_is_not_changed_before_it_was_set() {
    let stage = Stage::new();
    import(&stage, "z.ndjson", first(), "");
    stage.all(&["pending 1"]);
    import(&stage, "z.ndjson", second(), "--on-conflict update");
    assert_eq!((stage.of(1, "status"), stage.of(1, "closed_at")), ("closed".into(), "2026-11-20T12:00:00Z".into()));
    sound(&stage);
    stage.ok("undo");
    assert_eq!(stage.of(1, "status"), "pending");
    sound(&stage);
}

#[test]
fn a_conflict_that_shall_not_be_keeps_everything_out() {
    let stage = Stage::new();
    import(&stage, "z.ndjson", first(), "");
    let before = seen(&stage);
    let other = first().replace("\"id\":7", "\"id\":8");
    let path = put(&stage, "z.ndjson", other + &second());
    let talk = stage.refused(&format!("import {} --on-conflict fail", path.display()), 1);
    assert!(talk.contains("z.ndjson:2: zendesk:7 came in before and reads differently now"), "{talk}");
    assert_eq!(seen(&stage), before);
    let talk = stage.refused(&format!("import {} --on-conflict wipe", path.display()), 2);
    assert!(talk.contains("skip, update or fail"), "{talk}");
}

#[test]
fn the_same_in_another_dress_is_the_same() {
    let stage = Stage::new();
    import(&stage, "t.csv", "Id;Subject;Status;Other\n1;a;open;x\n", "");
    for (name, text) in [
        ("again.csv", "Id,Subject,Status,Other\n1,a,open,x\n"),
        ("more.csv", "Id,Subject,Status,Other,New\n1,a,open,y,z\n"),
        ("turned.csv", "Status,Subject,Id\nopen,a,1\n"),
    ] {
        let got = import(&stage, name, text, "--on-conflict fail");
        assert_eq!(counts(&got, "duplicates skipped"), [1, 0], "{name}: {got}");
    }
    import(&stage, "j.json", r#"[{"id":1,"title":"a","status":"open"}]"#, "");
    let got =
        import(&stage, "k.json", "[ {\"title\" : \"a\", \"status\":\"open\",\n \"id\": 1} ]", "--on-conflict fail");
    assert_eq!(counts(&got, "duplicates"), [1]);
}

#[test]
fn a_comment_that_was_edited_there_or_moved_away_here_does_not_come_twice() {
    let stage = Stage::new();
    let comments = [(1, "2026-11-01", "It says 500."), (2, "2026-11-02", "My card is 4111")];
    import(&stage, "z.ndjson", ticket("Login", "open", "{}", &comments), "");
    let message = stage.of(1, "messages")[1]["id"].as_i64().unwrap();
    stage.ok(&format!("split 1 {message}"));
    let comments =
        [(1, "2026-11-01", "It says 500, edited"), (2, "2026-11-02", "My card is ****"), (3, "2026-11-03", "New")];
    let got = import(&stage, "z.ndjson", ticket("Login", "open", "{}", &comments), "--on-conflict update");
    assert_eq!(counts(&got, "updated messages"), [1, 1]);
    assert_eq!(texts(&stage), ["It says 500.", "New"]);
    sound(&stage);
}

#[test]
fn what_was_merged_here_gets_its_new_comments_where_it_went() {
    let stage = Stage::new();
    import(&stage, "z.ndjson", first(), "");
    stage.all(&["open 'The same' -f ann@acme.test", "merge 1 --into 2"]);
    let got = import(&stage, "z.ndjson", second(), "--on-conflict update");
    assert_eq!(counts(&got, "updated messages"), [1, 1]);
    assert_eq!(stage.of(1, "merged_into"), 2);
    let there: Vec<Value> = stage.of(2, "messages").as_array().unwrap().iter().map(|m| m["text"].clone()).collect();
    assert!(there.contains(&json!("Still")), "{there:?}");
    assert_eq!(stage.of(2, "status"), "new", "that it was solved there is no word about the other");
    sound(&stage);
}

#[test]
fn closed_here_and_still_open_there_stays_closed() {
    let stage = Stage::new();
    import(&stage, "z.ndjson", first(), "");
    stage.ok("close 1");
    let more = ticket("Login fails", "open", "{}", &[(1, "2026-11-01", "It says 500.")]);
    import(&stage, "z.ndjson", more, "--on-conflict update");
    assert_eq!((stage.of(1, "status"), stage.of(1, "subject")), ("closed".into(), "Login fails".into()));
    sound(&stage);
}

#[test]
fn messages_that_come_in_rows_are_added_when_there_are_more_rows() {
    let stage = Stage::new();
    let head = "message_id,message_body,message_type,message_created_at,message_author_type,message_author_email,message_author_name,conversation_id,conversation_state,conversation_created_at\n";
    let row = |n: u32, day: u32, state: &str| {
        format!("m{n},text {n},comment,2026-11-0{day} 06:00:00,user,ann@acme.test,Ann,7,{state},2026-11-01 06:00:00\n")
    };
    let got = import(&stage, "i.csv", format!("{head}{}{}", row(1, 1, "open"), row(2, 2, "open")), "");
    adds_up(&got);
    assert_eq!(counts(&got, "read created tickets messages"), [2, 2, 1, 2]);
    let longer = format!("{head}{}{}{}", row(1, 1, "open"), row(2, 2, "open"), row(3, 3, "open"));
    let got = import(&stage, "i.csv", &longer, "");
    adds_up(&got);
    assert_eq!(counts(&got, "read skipped messages"), [3, 3, 0], "left, but seen");
    let got = import(&stage, "i.csv", &longer, "--on-conflict update");
    adds_up(&got);
    assert_eq!(counts(&got, "read updated messages"), [3, 3, 1]);
    assert_eq!(texts(&stage), ["text 1", "text 2", "text 3"]);
    sound(&stage);
}

#[test]
fn a_long_record_that_changed_beyond_what_is_kept_is_seen_to_have() {
    let stage = Stage::new();
    let long = "x".repeat(700_000);
    let comments = |last: &str| {
        ticket("Login", "open", "{}", &[(1, "2026-11-01", &long), (2, "2026-11-02", &format!("{long}{last}"))])
    };
    import(&stage, "z.ndjson", comments("1"), "");
    let got = import(&stage, "z.ndjson", comments("1"), "--on-conflict fail");
    assert_eq!(counts(&got, "duplicates"), [1]);
    let path = put(&stage, "z.ndjson", comments("2"));
    stage.refused(&format!("import {} --on-conflict fail", path.display()), 1);
}

#[test]
fn numbers_of_two_sources_are_two_things() {
    let stage = Stage::new();
    import(&stage, "t.csv", "Id,Subject\n1,a\n", "--source old");
    let got = import(&stage, "t.csv", "Id,Subject\n1,b\n", "--source older");
    assert_eq!(counts(&got, "created"), [1]);
    assert_eq!(stage.numbers("ls ext:1").len(), 2);
    assert_eq!(stage.json("show older:1")["subject"], "b");
    for odd in ["a:b", "''", "ext", "'a b'"] {
        stage.refused(&format!("import {} --source {odd}", stage.path("t.csv").display()), 2);
    }
}
