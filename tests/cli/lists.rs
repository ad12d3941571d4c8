//! `desk ls`.

use super::stage::Stage;
use serde_json::{Value, json};

const KEYS: [&str; 23] = [
    "number",
    "subject",
    "status",
    "priority",
    "assignee",
    "requester",
    "client",
    "tags",
    "channel",
    "opened_at",
    "updated_at",
    "closed_at",
    "closed_as",
    "due_at",
    "snoozed_until",
    "waiting_since",
    "replies",
    "reopens",
    "logged_minutes",
    "sla",
    "merged_into",
    "automatic",
    "external",
];

/// The members of the first object of a JSON text at its outer depth, in the order of the text.
fn keys_in_order(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let (mut depth, mut inside, mut escaped, mut word) = (0, false, false, String::new());
    for c in text.trim_start().trim_start_matches('[').chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => {
                inside = !inside;
                if inside {
                    word.clear();
                }
            }
            _ if inside => word.push(c),
            '{' | '[' => depth += 1,
            '}' | ']' if depth == 1 => break,
            '}' | ']' => depth -= 1,
            ':' if depth == 1 => keys.push(word.clone()),
            _ => {}
        }
    }
    keys
}

#[test]
fn the_keys_of_a_ticket_are_those_of_the_contract_in_their_order() {
    let stage = Stage::new();
    stage.ok("open 'a \"b\": {c' -m text");
    assert_eq!(keys_in_order(&stage.ok("ls --json")), KEYS);
    let with = |more: &[&str]| KEYS.iter().chain(more).map(|k| (*k).to_owned()).collect::<Vec<_>>();
    assert_eq!(keys_in_order(&stage.ok("find text --json")), with(&["snippet"]));
    let shown = keys_in_order(&stage.ok("show 1 --json"));
    assert_eq!(shown[..KEYS.len()], KEYS);
    let mut rest = shown[KEYS.len()..].to_vec();
    rest.sort_unstable();
    let more = [
        "answers",
        "clocks",
        "draft",
        "estimate",
        "events",
        "links",
        "messages",
        "outside_plan",
        "ratings",
        "similar",
        "time",
        "vip",
    ];
    assert_eq!(rest, more);
}

#[test]
fn what_is_empty_is_null_or_an_empty_list_and_never_missing() {
    let stage = Stage::new();
    stage.ok("open one");
    assert_eq!(
        stage.json("ls"),
        json!([{
            "number": 1, "subject": "one", "status": "new", "priority": "normal", "assignee": null, "requester": null, "client": null,
            "tags": [], "channel": "other", "opened_at": "2026-11-20T12:00:00Z", "updated_at": "2026-11-20T12:00:00Z", "closed_at": null,
            "closed_as": null, "due_at": null, "snoozed_until": null, "waiting_since": "2026-11-20T12:00:00Z", "replies": 0, "reopens": 0,
            "logged_minutes": 0, "sla": null, "merged_into": null, "automatic": false, "external": null
        }])
    );
    stage.ok("close 1");
    assert_eq!(stage.ok("ls --json"), "[]\n");
    assert_eq!(stage.ok("find nothing --json"), "[]\n");
}

#[test]
fn members_of_show_have_the_keys_of_the_contract() {
    let stage = Stage::new();
    stage.all(&["open one -f ann@acme.test -m text", "close 1 -t 25m -m note"]);
    let t = stage.json("show 1");
    let keys = |v: &Value| {
        let mut keys: Vec<String> = v.as_object().unwrap().keys().cloned().collect();
        keys.sort_unstable();
        keys
    };
    let sorted = |words: &str| {
        let mut words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    assert_eq!(
        keys(&t["messages"][0]),
        sorted(
            "id direction author email at text new_text message_id in_reply_to automatic attachments to cc trust outbox"
        )
    );
    assert_eq!(keys(&t["events"][0]), sorted("op at agent kind detail"));
    assert!(keys(&t["time"][0]).contains(&"minutes".to_owned()));
    assert_eq!((&t["messages"][0]["attachments"], &t["messages"][0]["message_id"]), (&json!([]), &Value::Null));
}

#[test]
fn a_query_narrows_the_list_down() {
    let stage = Stage::new();
    stage.all(&[
        "open 'Не приходит счёт' +billing -f anna@acme.test -p high --at 2026-11-10",
        "open 'Printer on fire' +hardware -f joe@beta.test -a me --channel phone",
        "open 'Забыл пароль' +billing +login --due 2026-11-20",
        "open 'Spam offer'",
        "close 4 --reason spam",
    ]);
    for (query, numbers) in [
        ("+billing", &[1, 3][..]),
        ("+billing +login", &[3]),
        ("+login,hardware", &[2, 3]),
        ("@mila", &[2]),
        ("who:me", &[2]),
        ("who:none", &[1, 3]),
        ("from:anna@acme.test", &[1]),
        ("client:beta.test", &[2]),
        ("client:none", &[3]),
        ("status:open", &[2]),
        ("status:new,closed", &[1, 3, 4]),
        ("status:all", &[1, 2, 3, 4]),
        ("reason:spam", &[4]),
        ("prio:high", &[1]),
        ("channel:phone", &[2]),
        ("due:today", &[3]),
        ("older:3d", &[1]),
        ("waiting:4h", &[1]),
        ("opened:today", &[2, 3]),
        ("not:+billing", &[2]),
        ("счета", &[1]),
        ("пароли +billing", &[3]),
        ("in:2026-11-10", &[1]),
        ("closed:today", &[4]),
        ("updated:yesterday", &[]),
        ("nosuchword", &[]),
    ] {
        let mut found = stage.numbers(&format!("ls {query}"));
        found.sort_unstable();
        assert_eq!(found, numbers, "{query}");
    }
}

#[test]
fn nothing_found_is_no_failure_unless_it_is_asked_for() {
    let stage = Stage::new();
    stage.ok("open one");
    assert_eq!(stage.ok("ls +nothing"), "nothing found\n");
    assert_eq!(stage.desk("ls +nothing --exit-empty").exit, 4);
    assert_eq!(stage.desk("ls --exit-empty").exit, 0);
    assert_eq!(stage.ok("ls +nothing -i"), "");
    assert_eq!((stage.ok("ls +nothing --count"), stage.ok("ls --count")), ("0\n".into(), "1\n".into()));
    assert_eq!(stage.json("ls --count"), json!({"count": 1}));
    assert_eq!(stage.ok("find nothing"), "nothing found\n");
}

#[test]
fn numbers_alone_can_be_given_to_the_next_command() {
    let stage = Stage::new();
    stage.all(&["open one", "open two +x", "open three +x"]);
    let ids = stage.ok("ls -i +x");
    assert_eq!(ids, "2\n3\n");
    stage.fed(&ids).ok("close -");
    assert_eq!(stage.numbers("ls"), [1]);
    assert_eq!(stage.json("ls -i"), json!([{"number": 1}]));
}

#[test]
fn a_list_can_be_ordered_and_turned_round() {
    let stage = Stage::new();
    stage.all(&["open b --at 2026-11-03", "open a --at 2026-11-01 -p high", "open c --at 2026-11-02 --due 2026-12-01"]);
    for (key, numbers) in [
        ("number", [1, 2, 3]),
        ("-number", [3, 2, 1]),
        ("age", [1, 3, 2]),
        ("-age", [2, 3, 1]),
        ("opened", [2, 3, 1]),
        ("-opened", [1, 3, 2]),
        ("-priority", [2, 3, 1]),
        ("-prio", [2, 3, 1]),
        ("due", [3, 1, 2]),
        ("-due", [3, 2, 1]),
        ("urgency", [2, 3, 1]),
    ] {
        assert_eq!(stage.numbers(&format!("ls -s {key}")), numbers, "{key}");
        assert_eq!(stage.numbers(&format!("ls sort:{key}")), numbers, "{key}");
    }
    assert!(stage.refused("ls -s colour", 2).contains("urgency"));
    stage.refused("ls -s age sort:due", 2);
}

#[test]
fn what_was_searched_for_is_ordered_and_counted_too() {
    let stage = Stage::new();
    stage.all(&[
        "open printer --at 2026-11-03",
        "open two -m printer --at 2026-11-01",
        "open 'my printer' --at 2026-11-02 -p high",
    ]);
    assert_eq!(stage.numbers("ls printer"), [3, 1, 2]);
    assert_eq!(stage.numbers("ls printer sort:opened"), [2, 3, 1]);
    assert_eq!(stage.numbers("ls printer -s -opened -l 2"), [1, 3]);
    assert_eq!(stage.numbers("find printer sort:-prio"), [3, 2, 1]);
    assert_eq!(stage.ok("ls printer --count -l 1"), "3\n");
    let said = stage.desk("ls printer -l 2");
    assert!(said.talk.contains("the first 2; more with -l"), "{said:?}");
}

#[test]
fn open_tickets_of_a_status_come_most_urgent_first_and_closed_ones_newest_first() {
    let stage = Stage::new();
    stage.all(&["open low -p low", "open urgent -p urgent", "open late --at 2026-11-18 --due 2026-11-19"]);
    assert_eq!(stage.numbers("ls status:new"), [3, 2, 1]);
    stage.at("2026-11-20T12:01:00Z").ok("close 2");
    stage.at("2026-11-20T12:02:00Z").ok("close 1");
    assert_eq!(stage.numbers("ls status:all"), [3, 2, 1]);
    assert_eq!(stage.numbers("ls status:closed"), [2, 1]);
}

#[test]
fn columns_are_chosen_by_their_keys() {
    let stage = Stage::new();
    stage.ok("open 'Не приходит счёт' -f 'Анна <a@acme.test>'");
    assert_eq!(
        stage.ok("ls -c number,subject,client"),
        "number  subject           client\n     1  Не приходит счёт  acme.test\n"
    );
    assert_eq!(
        stage.ok("ls -c number,requester --format csv"),
        "number,requester_name,requester_email,requester_phone\n1,Анна,a@acme.test,\n"
    );
    assert_eq!(stage.json("ls -c subject,number"), json!([{"subject": "Не приходит счёт", "number": 1}]));
    let talk = stage.refused("ls -c number,subjekt", 2);
    assert!(talk.contains("subjekt") && talk.contains("subject"), "{talk}");
}

#[test]
fn a_terminal_shows_fifty_rows_and_says_how_many_there_are() {
    let stage = Stage::new();
    for n in 0..55 {
        stage.ok(&format!("open 'ticket {n}'"));
    }
    assert_eq!(stage.ok("ls").lines().count(), 56, "in a pipe every row");
    let said = stage.on_terminal(80).desk("ls");
    assert_eq!(said.out.lines().count(), 51);
    assert!(said.talk.contains("50 of 55"), "{said:?}");
    assert_eq!(stage.on_terminal(80).ok("ls -l 3").lines().count(), 4);
    assert_eq!(stage.ok("history").lines().count(), 56, "in a pipe every row");
    assert_eq!(stage.on_terminal(80).ok("history").lines().count(), 51);
    assert_eq!(stage.ok("history -l 2").lines().count(), 3);
    for line in ["ls -l 0", "ls -l -1", "ls -l x", "history -l 0", "find x -l 0"] {
        assert_eq!(stage.desk(line).exit, 2, "{line}");
    }
}

#[test]
fn what_a_query_names_must_exist_or_be_spelled_right() {
    let stage = Stage::new();
    stage.ok("open one");
    for (line, exit, hint) in [
        ("ls @mlia", 3, "mila"),
        ("ls client:nobody", 3, "desk client ls"),
        ("ls status:opne", 2, "open"),
        ("ls clinet:x", 2, "client"),
        ("ls +79215550102", 2, "desk find"),
        ("ls in:someday", 2, "last-week"),
        ("ls in:today in:yesterday", 2, ""),
    ] {
        let talk = stage.refused(line, exit);
        assert!(talk.contains(hint), "{line}: {talk}");
    }
}
