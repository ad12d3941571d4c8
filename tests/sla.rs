//! Promises as people look at them: the clocks, why they are due, what was kept, and what another promise would have meant.
//! In process, on a desk of its own each.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "engines/mirror.rs"]
mod mirror;

use mirror::Line;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A desk in Moscow with office hours, and a clock that the test sets.
struct Desk {
    home: tempfile::TempDir,
    now: String,
}

struct Said {
    exit: u8,
    out: String,
    talk: String,
}

const OFFICE: &str = r#"
zone = "Europe/Moscow"

[calendar.office]
mon = ["09:00-18:00"]
tue = ["09:00-18:00"]
wed = ["09:00-18:00"]
thu = ["09:00-18:00"]
fri = ["09:00-18:00"]
"#;

const POLICIES: &str = r#"
[[sla]]
name = "pro"
match = "client:acme.test prio:high,urgent"
first_response = "4h"
next_response = "8h"
full_resolution = "3 days"

[[sla]]
name = "all"
match = "not:+internal"
first_response = "72h wall"
"#;

impl Desk {
    fn bare() -> Desk {
        let desk = Desk { home: tempfile::tempdir().unwrap(), now: "2026-11-20T17:00:00+03:00".to_owned() };
        desk.apply(OFFICE);
        desk.ok("client add acme --domain acme.test --plan pro");
        desk
    }

    /// Friday at five: a request of acme, one of somebody else, one of the team.
    fn new() -> Desk {
        let desk = Desk::bare();
        desk.apply(POLICIES);
        desk.ok("open 'Cannot log in' -f ann@acme.test -p high -m 'It says no.'");
        desk.ok("open 'A question' -f joe@x.test");
        desk.ok("open 'Our printer' +internal -f joe@x.test");
        desk
    }

    fn apply(&self, settings: &str) {
        let file = self.write("team.toml", settings);
        self.ok(&format!("config apply {file}"));
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn at(&mut self, time: &str) {
        self.now = format!("{time}:00+03:00");
    }

    fn run(&self, line: &str) -> Said {
        let home = self.home.path().to_str().unwrap();
        let set = [("HOME", home), ("DESK_AGENT", "mila"), ("DESK_NOW", &self.now)];
        let environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let (exit, out, talk) = mirror::run(Line::new(words(line), environment));
        Said { exit, out, talk }
    }

    fn ok(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.exit, 0, "desk {line}: {}", said.talk);
        said.out
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --json"))).unwrap()
    }
}

/// The words of a line; what stands between single quotes is one.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    let words = pieces.flat_map(|(n, piece)| match n % 2 {
        0 => piece.split_whitespace().map(str::to_owned).collect(),
        _ => vec![piece.to_owned()],
    });
    words.collect()
}

#[test]
fn every_running_clock_most_urgent_first() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T11:30");
    let rows = desk.json("sla");
    assert_eq!(
        rows[0],
        json!({ "ticket": 1, "subject": "Cannot log in", "client": "acme", "kind": "first_response", "policy": "pro",
            "due_at": "2026-11-23T09:00:00Z", "state": "warning", "elapsed_minutes": 210, "left_minutes": 30, "paused": false })
    );
    let told: Vec<(i64, &str, &str)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["ticket"].as_i64().unwrap(), r["kind"].as_str().unwrap(), r["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [(1, "first_response", "warning"), (2, "first_response", "warning"), (1, "full_resolution", "running")]
    );
    let text = desk.ok("sla");
    assert!(text.contains("30m") && text.contains("first response"), "{text}");
    assert_eq!(desk.json("sla client:acme").as_array().unwrap().len(), 2);
    assert_eq!(desk.json("sla +internal"), json!([]));
    assert_eq!(desk.run("sla in:last-week").exit, 2);
}

#[test]
fn without_a_policy_it_says_how_to_begin() {
    let desk = Desk::bare();
    desk.ok("open 'A question' -f joe@x.test");
    let said = desk.run("sla");
    assert!(said.exit == 0 && said.out.contains("desk config apply FILE:"), "{}", said.out);
    assert_eq!(desk.json("sla"), json!([]));
    assert_eq!(desk.run("sla --check").exit, 0);
    let lines = said.out.split_once("FILE:").unwrap().1;
    desk.apply(lines);
    assert_eq!(desk.json("sla").as_array().unwrap().len(), 2);
}

#[test]
fn what_was_promised_by_voice_is_among_the_clocks() {
    let mut desk = Desk::new();
    desk.ok("due 3 '2026-11-23 10:00'");
    desk.at("2026-11-23T11:00");
    let rows = desk.json("sla");
    assert_eq!(
        (&rows[0]["ticket"], &rows[0]["kind"], &rows[0]["state"]),
        (&json!(3), &json!("due"), &json!("breached"))
    );
    assert_eq!((&rows[0]["policy"], &rows[0]["left_minutes"]), (&Value::Null, &Value::Null));
    let said = desk.run("sla --check");
    assert_eq!((said.exit, said.out.trim()), (4, "3  promised by voice 1h late  x.test, nobody's  Our printer"));
}

#[test]
fn a_check_finds_what_is_broken_and_tells_it_once_to_each() {
    let mut desk = Desk::new();
    assert_eq!(desk.run("sla --check").exit, 0);
    assert!(desk.run("sla --check --since-last").out.is_empty());
    desk.at("2026-11-23T13:00");
    let said = desk.run("sla --check --since-last");
    assert_eq!((said.exit, said.out.trim()), (4, "1  first response 1h late (pro)  acme, nobody's  Cannot log in"));
    let again = desk.run("sla --check --since-last");
    assert_eq!((again.exit, again.out.as_str()), (0, ""));
    assert_eq!(desk.run("sla --check").exit, 4, "without --since-last it is told every time");
    assert_eq!(desk.run("sla --check --since-last --as bob").exit, 4, "another was not told yet");
    desk.at("2026-11-23T17:30");
    let next = desk.run("sla --check --since-last --json");
    let rows: Value = serde_json::from_str(&next.out).unwrap();
    assert_eq!((next.exit, &rows[0]["ticket"], rows.as_array().unwrap().len()), (4, &json!(2), 1));
    assert_eq!(desk.run("sla --since-last").exit, 2);
}

#[test]
fn each_question_remembers_what_it_told_and_an_answer_that_was_not_given_is_told_again() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T18:30");
    let told =
        |line: &str| desk.run(line).out.lines().map(|l| l.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(told("sla --check --since-last client:acme"), ["1"]);
    assert_eq!(desk.run("sla --check --since-last -o /nowhere/x.txt").exit, 1);
    assert_eq!(told("sla --check --since-last"), ["1", "2"], "the narrower question took nothing away");
    assert!(told("sla --check --since-last").is_empty() && told("sla --check --since-last client:acme").is_empty());
}

#[test]
fn a_promise_by_voice_that_was_missed_is_told_although_it_was_moved_or_taken_back() {
    let mut desk = Desk::bare();
    for n in 1..=4 {
        desk.ok(&format!("open 'Request {n}' -f joe@x.test"));
    }
    desk.ok("due 1,2,3,4 '2026-11-23 10:00'");
    desk.at("2026-11-23T09:30");
    assert_eq!(desk.run("sla --check --since-last").exit, 0);
    desk.at("2026-11-23T10:30");
    desk.ok("due 1 '2026-11-23 10:45'");
    desk.ok("due 2 none");
    desk.ok("close 3");
    desk.at("2026-11-23T11:00");
    let said = desk.run("sla --check --since-last --json");
    let rows: Value = serde_json::from_str(&said.out).unwrap();
    let told = |rows: &Value| {
        let row = |r: &Value| (r["ticket"].as_i64().unwrap(), r["due_at"].as_str().unwrap()[11..16].to_owned());
        rows.as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    let piece = |n: i64, at: &str| (n, at.to_owned());
    assert_eq!(
        (said.exit, told(&rows)),
        (4, vec![piece(1, "07:00"), piece(2, "07:00"), piece(3, "07:00"), piece(4, "07:00"), piece(1, "07:45")])
    );
    assert_eq!(desk.run("sla --check --since-last").out, "", "once");
    assert_eq!(told(&serde_json::from_str(&desk.run("sla --check --json").out).unwrap()).len(), 2, "as it stands now");
}

#[test]
fn a_broken_promise_that_came_to_light_late_is_told_all_the_same() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T13:00");
    desk.run("sla --check --since-last");
    desk.at("2026-11-23T13:10");
    desk.ok("open 'Typed in late' -f ann@acme.test -p high --at '2026-11-20 12:00'");
    let said = desk.run("sla --check --since-last");
    assert!(said.exit == 4 && said.out.starts_with("4  first response"), "{}", said.out);
}

#[test]
fn lists_show_the_clock_that_presses_most() {
    let mut desk = Desk::new();
    assert_eq!(
        desk.json("ls client:acme")[0]["sla"],
        json!({ "kind": "first_response", "due_at": "2026-11-23T09:00:00Z", "state": "running" })
    );
    assert_eq!(desk.json("ls +internal")[0]["sla"], Value::Null);
    desk.at("2026-11-23T13:00");
    let text = desk.ok("ls");
    assert!(text.contains("1h late") && text.contains("in 4h"), "{text}");
    let screen = desk.json("");
    assert_eq!(screen["tickets"][0]["sla"]["state"], "breached");
    assert_eq!(desk.json("find log")[0]["sla"]["state"], "breached");
    desk.ok("close 1");
    assert_eq!(desk.json("ls status:closed")[0]["sla"], Value::Null);
}

#[test]
fn a_query_can_ask_for_clocks() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T13:00");
    let ids =
        |query: &str| desk.ok(&format!("ls -i {query}")).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((ids("sla:breached"), ids("sla:warning")), (vec!["1".to_owned()], vec!["2".to_owned()]));
    assert_eq!(ids("sla:breached,warning").len(), 2);
    assert_eq!(ids("not:sla:breached not:sla:warning"), ["3"]);
    assert!(ids("sla:breached -- client:none").is_empty());
    assert_eq!(desk.run("ls sla:late").exit, 2);
    assert_eq!(desk.json("sla sla:warning").as_array().unwrap().len(), 1);
    assert!(Desk::bare().ok("ls sla:breached -i").is_empty(), "without a policy nothing is broken");
}

#[test]
fn a_ticket_shows_its_clocks() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T10:00");
    desk.ok("note 1 'looked at it'");
    let shown = desk.json("show 1");
    assert_eq!(shown["sla"]["kind"], "first_response");
    assert_eq!(
        shown["clocks"][0],
        json!({ "kind": "first_response", "policy": "pro", "due_at": "2026-11-23T09:00:00Z", "state": "running",
            "elapsed_minutes": 120, "left_minutes": 120, "paused": false })
    );
    let text = desk.ok("show 1");
    assert!(text.contains("in 2h, 2h left (pro)") && text.contains("full resolution"), "{text}");
    desk.ok("close 1");
    assert_eq!(desk.json("show 1")["clocks"][1]["state"], "met");
    assert!(!desk.ok("show 1").contains("full resolution"), "what is over is no line for people");
    assert_eq!(desk.json("show 3")["clocks"], json!([]));
}

#[test]
fn the_words_of_a_match_are_those_of_a_list() {
    let desk = Desk::bare();
    let policy =
        |name: &str, query: &str| format!("[[sla]]\nname = \"{name}\"\nmatch = \"{query}\"\nfirst_response = \"4h\"\n");
    let names = [
        "client:acme.test +vip",
        "from:joe@x.test",
        "who:Mila",
        "channel:phone",
        "plan:pro",
        "from:nobody@y.test,none@y.test",
    ];
    let all: String = names.iter().enumerate().map(|(n, query)| policy(&format!("p{n}"), query)).collect();
    desk.apply(&all);
    let holds = |line: &str| {
        let number = desk.ok(&format!("open {line}")).trim().to_owned();
        let clocks = desk.json(&format!("show {number}"))["clocks"].clone();
        clocks[0]["policy"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(holds("a +vip -f ann@acme.test"), "p0");
    assert_eq!(holds("b -f joe@x.test"), "p1");
    assert_eq!(holds("c -f jim@x.test -a mila"), "p2");
    assert_eq!(holds("d -f jim@x.test --channel phone"), "p3");
    assert_eq!(holds("e -f ann@acme.test"), "p4");
    assert_eq!(holds("f -f jim@x.test"), "none");
}

#[test]
fn why_tells_each_step_to_the_due_time() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T10:00");
    let told = desk.ok("why 1");
    for line in [
        "1  first response within 4h, promised by pro, in the working time of office, Europe/Moscow: in time so far\n",
        "  Fri 20 Nov 2026 17:00 your message came in\n  Fri 20 Nov 17:00–18:00: 1h, until closing\n",
        "  Sat 21 Nov – Sun 22 Nov: days off\n  Mon 23 Nov 09:00–12:00: 3h\n  due Mon 23 Nov 12:00\n  now Mon 23 Nov 10:00: 2h used, 2h left",
        "full resolution within 3 days",
        "  Wed 25 Nov: working day 3\n  due Wed 25 Nov 17:00\n",
    ] {
        assert!(told.contains(line), "no {line:?} in\n{told}");
    }
    let data = desk.json("why 1");
    assert_eq!((&data[0]["kind"], &data[0]["due_at"]), (&json!("first_response"), &json!("2026-11-23T09:00:00Z")));
    assert_eq!(data[0]["steps"][2], "Sat 21 Nov – Sun 22 Nov: days off");
    assert_eq!(data.as_array().unwrap().len(), 2);
}

#[test]
fn why_tells_pauses_and_why_there_is_no_clock() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T10:00");
    desk.ok("pending 1");
    desk.at("2026-11-23T12:00");
    desk.ok("reopen 1");
    let told = desk.ok("why 1");
    assert!(
        told.contains("Mon 23 Nov 10:00 to 12:00: waiting for you; 2h of it would have counted and do not"),
        "{told}"
    );
    assert!(told.contains("due Thu 26 Nov 10:00"), "{told}");
    assert!(desk.ok("why 2").contains("to Mon 23 Nov 17:00: 3d, nights and days off too"), "{}", desk.ok("why 2"));
    assert!(desk.ok("why 3").contains("no policy matches it"));
    assert_eq!((desk.ok("why 3 --json"), desk.ok("why 3 --format ndjson")), ("[]\n".to_owned(), String::new()));
    assert_eq!(desk.json("why 1,3").as_array().unwrap().len(), 2, "the clocks of 1, and nothing of 3");
    assert_eq!(desk.ok("why #1"), desk.ok("why 1"));
    desk.ok("spam 1");
    assert!(desk.ok("why 1").contains("nothing is promised on spam, to muted senders and to machines"));
    desk.ok("merge 2 --into 3");
    assert!(desk.ok("why 2").contains("it was merged into 3, and what is promised is told there: desk why 3"));
    assert_eq!((desk.run("why 99").exit, desk.run("why word").exit), (3, 2));
}

#[test]
fn why_names_the_hours_on_both_sides_of_a_break() {
    let mut desk = Desk::bare();
    desk.apply(
        "[calendar.office]\nmon = [\"09:00-13:00\", \"14:00-18:00\"]\ntue = [\"09:00-13:00\", \"14:00-18:00\"]\n",
    );
    desk.apply("[[sla]]\nname = \"all\"\nfirst_response = \"10h\"\n");
    desk.at("2026-11-23T09:00");
    desk.ok("open 'Cannot log in' -f joe@x.test -m hello");
    let told = desk.ok("why 1");
    assert!(told.contains("Mon 23 Nov 09:00–13:00 and 14:00–18:00: 8h, until closing\n"), "{told}");
    assert!(told.contains("Tue 24 Nov 09:00–11:00: 2h\n"), "{told}");
}

#[test]
fn a_number_in_a_query_is_a_word_and_what_was_meant_is_said() {
    let desk = Desk::new();
    for (line, way) in [("sla 1", "desk why 1"), ("ls 1", "desk show 1")] {
        let said = desk.run(line);
        assert_eq!(said.exit, 0);
        assert!(said.out.starts_with("nothing found"), "{line}: {}", said.out);
        assert!(said.talk.contains(&format!("for the ticket of that number: {way}")), "{line}: {}", said.talk);
    }
    desk.ok("open 'Error 1 in the log' -f joe@x.test");
    assert_eq!((desk.json("ls 1")[0]["number"].clone(), desk.run("ls 1").talk), (json!(4), String::new()));
    assert_eq!(desk.ok("sla +nothing").trim(), "nothing found on which a clock runs");
    assert_eq!(Desk::bare().ok("sla").lines().next().unwrap(), "no clock runs");
}

#[test]
fn a_target_that_can_never_apply_is_refused_with_its_place() {
    let desk = Desk::bare();
    let refused = |text: &str, what: &str| {
        let said = desk.run(&format!("config apply {}", desk.write("other.toml", text)));
        assert!(said.exit == 2 && said.talk.contains(what), "{text}: {} {}", said.exit, said.talk);
    };
    refused(
        "[[sla]]\nname = \"pro\"\nmatch = \"prio:high,urgent\"\nfirst_response = { urgent = \"1h\", low = \"2 days\" }\n",
        "other.toml:4:35: sla.pro.first_response.low can never apply: the match of the policy pro leaves out prio:low",
    );
    refused(
        "[[sla]]\nname = \"pro\"\nmatch = \"not:prio:urgent\"\n[sla.full_resolution]\nurgent = \"1h\"\n",
        "other.toml:5:1: sla.pro.full_resolution.urgent can never apply",
    );
    desk.apply("[[sla]]\nname = \"pro\"\nmatch = \"prio:high,urgent\"\nfirst_response = \"4h\"\n");
    desk.ok("config set sla.pro.first_response.urgent 1h");
    assert_eq!(desk.json("config get sla.pro.first_response")["value"], json!("high: 4h, urgent: 1h"));
    assert_eq!(desk.run("config set sla.pro.first_response.low 9h").exit, 2);
}

#[test]
fn stats_tell_which_promises_were_kept() {
    let mut desk = Desk::new();
    desk.at("2026-11-23T11:00");
    desk.ok("open 'Later' -f ann@acme.test -p high -m 'And this.'");
    desk.at("2026-11-23T12:30");
    desk.ok("close 1 --reason spam");
    desk.ok("undo");
    desk.at("2026-11-23T14:00");
    desk.ok("close 4");
    desk.at("2026-11-24T10:00");
    let stats = desk.json("stats in:2026-11-23");
    assert_eq!(
        stats["sla"],
        json!([{ "kind": "first_response", "met": 0, "missed": 2, "percent": 0.0 },
            { "kind": "next_response", "met": 0, "missed": 0, "percent": null },
            { "kind": "full_resolution", "met": 0, "missed": 0, "percent": null }]),
        "one of acme and one of somebody else; what was closed before it was due is in no figure"
    );
    assert_eq!(desk.json("stats in:2026-11-23 client:acme")["sla"][0]["missed"], 1);
    assert_eq!(desk.json("stats in:2026-11-26")["sla"][2]["met"], 1, "it belongs to the day on which it was due");
    let text = desk.ok("stats in:2026-11-23");
    assert!(text.contains("promises due") && text.contains("first response"), "{text}");
    assert_eq!(Desk::bare().json("stats")["sla"], json!([]));
    assert!(!Desk::bare().ok("stats").contains("promises due"));
}

#[test]
fn another_promise_is_tried_on_past_tickets() {
    let mut desk = Desk::new();
    desk.at("2026-11-24T10:00");
    let file = desk.write("faster.toml", "[[sla]]\nname = \"all\"\nfirst_response = \"4h\"\n");
    let told = desk.ok(&format!("sla simulate {file} in:2026-11-23"));
    let sentence = "With 4h for the first response you would have missed 3 of 3, 2 of them of x.test. Today: 2 of 2.";
    assert!(told.contains(sentence), "{told}");
    let data = desk.json(&format!("sla simulate {file} in:2026-11-23"));
    assert_eq!(data["simulated"], json!([{ "kind": "first_response", "met": 0, "missed": 3, "percent": 0.0 }]));
    assert_eq!(
        (&data["sla"][0]["missed"], &data["missed"][2]),
        (&json!(2), &json!({ "ticket": 3, "kind": "first_response" }))
    );
    assert_eq!(data["clients"][0], json!({ "client": "x.test", "met": 0, "missed": 2, "percent": 0.0 }));
    assert!(
        desk.ok(&format!("sla simulate {file} in:2026-11-23 client:acme"))
            .contains("missed 1 of 1, all of acme. Today: 1 of 1.")
    );
    assert_eq!(desk.json("sla")[0]["policy"], "pro", "nothing was changed");
    let same = desk.write("same.toml", POLICIES);
    let told = desk.ok(&format!("sla simulate {same} in:2026-11-23"));
    assert!(told.contains("= as today") && !told.contains("as before"), "{told}");
}

#[test]
fn what_cannot_be_tried_is_said_with_its_place() {
    let desk = Desk::new();
    let refused = |text: &str, exit: u8, says: &str| {
        let file = desk.write("other.toml", text);
        let said = desk.run(&format!("sla simulate {file}"));
        assert!(said.exit == exit && said.talk.contains(says), "{text}: {} {}", said.exit, said.talk);
    };
    refused("[[sla]]\nname = \"a\"\nfirst_response = \"4 parsecs\"\n", 2, "other.toml:3:18: ");
    refused("[[sla]]\nname = \"a\"\ncalendar = \"night\"\nfirst_response = \"4h\"\n", 2, "other.toml:3:12: ");
    refused("zone = \"UTC\"\n", 2, "zone is no promise");
    refused("", 2, "there is no [[sla]] in it");
    assert_eq!(desk.run("sla simulate absent.toml").exit, 3);
    assert_eq!(desk.run("sla simulate").exit, 2);
}

/// The numbers of a list, in its order.
fn order(desk: &Desk, line: &str) -> Vec<i64> {
    desk.ok(line).split_whitespace().map(|n| n.parse().unwrap()).collect()
}

#[test]
fn the_queue_begins_with_what_is_late_and_then_with_what_soon_will_be() {
    let mut desk = Desk::bare();
    desk.apply("[[sla]]\nname = \"all\"\nmatch = \"not:+internal\"\nfirst_response = { urgent = \"1h\", high = \"4h\", normal = \"8h\" }\n");
    for (time, line) in [
        ("2026-11-19T09:00", "open 'waits for long' +internal -f a@x.test"),
        ("2026-11-19T15:00", "open 'breached on Friday at 14' -f b@x.test"),
        ("2026-11-20T09:00", "open 'breached on Friday at 13' -p high -f c@x.test"),
        ("2026-11-20T10:00", "open 'breached on Friday at 11' -p urgent -f d@x.test"),
        ("2026-11-20T16:00", "open 'urgent and promised to nobody' +internal -p urgent -f e@x.test"),
        ("2026-11-20T16:30", "open 'late by voice since 15:30' +internal -f f@x.test"),
        ("2026-11-20T11:00", "open 'warns until Monday' -f g@x.test"),
        ("2026-11-20T16:50", "open 'answered' -p urgent -f h@x.test"),
        ("2026-11-20T16:55", "open 'low and late' -p low +internal -f i@x.test"),
    ] {
        desk.at(time);
        desk.ok(line);
    }
    desk.ok("due 6 '2026-11-20 17:00'");
    desk.ok("due 1 '2026-11-21 09:30'");
    desk.ok("pending 8");
    desk.at("2026-11-20T17:45");
    assert_eq!(
        order(&desk, "ls -i"),
        [4, 3, 2, 6, 8, 1, 7, 5, 9],
        "8 is pending, but nobody has answered: 1h is nearly over"
    );
    desk.at("2026-11-20T18:00");
    assert_eq!(order(&desk, "ls -i sort:urgency"), [4, 3, 2, 6, 8, 1, 7, 5, 9]);
    assert_eq!(order(&desk, "ls -i -l 3"), [4, 3, 2]);
    assert_eq!(order(&desk, "ls -i -s=-urgency"), [9, 5, 7, 1, 8, 6, 2, 3, 4]);
    assert_eq!(order(&desk, "ls -i -s=-urgency -l 2"), [9, 5]);
    assert_eq!(order(&desk, "ls -i +internal"), [6, 1, 5, 9]);
    assert_eq!(order(&desk, "ls -i status:pending"), [8]);
    let screen = desk.json("");
    assert_eq!(
        (&screen["breached"], &screen["warning"], &screen["late"], &screen["waiting"]),
        (&json!(4), &json!(1), &json!(1), &json!(8))
    );
    assert_eq!(desk.json("ls sla:breached --count")["count"], 4);
    assert_eq!(screen["tickets"].as_array().unwrap().len(), 9, "what is pending and late is shown, too");
    desk.at("2026-11-23T09:20");
    assert_eq!(order(&desk, "ls -i")[..6], [4, 3, 2, 6, 8, 1], "the voice of the weekend is late by now");
    assert_eq!(desk.json("")["tickets"][4]["number"], 8, "late, whoever waits");
    assert!(desk.ok("").contains("breached 4"), "{}", desk.ok(""));
}

#[test]
fn who_wrote_in_one_night_waited_equally_long_and_new_goes_before_old() {
    let mut desk = Desk::bare();
    for (time, line) in [
        ("2026-11-20T19:00", "open 'Friday evening' -f a@x.test"),
        ("2026-11-21T12:00", "open 'Saturday' -f b@x.test"),
        ("2026-11-20T18:30", "open 'Friday, a little earlier' -f c@x.test"),
        ("2026-11-20T17:00", "open 'Friday in working time' -f d@x.test"),
    ] {
        desk.at(time);
        desk.ok(line);
    }
    desk.ok("take 1,3,4");
    desk.at("2026-11-23T10:00");
    assert_eq!(order(&desk, "ls -i"), [4, 2, 3, 1], "new before old at equal need, then the longest of all time");
    assert_eq!(order(&desk, "ls -i -s=-urgency"), [1, 3, 2, 4]);
    desk.apply("zone = \"UTC\"\n");
    desk.ok("config set calendar.office --default");
    assert_eq!(order(&desk, "ls -i"), [4, 3, 1, 2], "without a calendar nobody's night is left out");
}

#[test]
fn however_few_are_shown_all_are_counted() {
    let desk = Desk::bare();
    desk.apply("[[sla]]\nname = \"all\"\nfirst_response = \"1h\"\n");
    for n in 0..17 {
        desk.ok(&format!("open 'number {n}' -f a@x.test"));
    }
    let said = desk.run("");
    assert!(said.talk.contains("15 of 17; all: desk ls"), "{}", said.talk);
    assert_eq!(desk.json("ls").as_array().unwrap().len(), 17);
    assert_eq!(desk.json("ls -l 2")[1]["sla"]["state"], "running");
}

/// What a ticket's clocks are, with the policies they are promised by.
fn clocks(desk: &Desk, ticket: i64) -> Vec<String> {
    let shown = desk.json(&format!("show {ticket}"));
    let clocks = shown["clocks"].as_array().unwrap().clone();
    clocks
        .iter()
        .map(|c| {
            format!(
                "{} {} {}",
                c["kind"].as_str().unwrap(),
                c["policy"].as_str().unwrap(),
                c["state"].as_str().unwrap()
            )
        })
        .collect()
}

const FIELDS: &str = r#"
[[sla]]
name = "vip"
match = "+vip"
first_resolution = "1h"

[[sla]]
name = "ana"
match = "who:ana"
first_resolution = "1h"

[[sla]]
name = "phone"
match = "channel:phone"
first_resolution = "1h"

[[sla]]
name = "urgent"
match = "prio:urgent"
first_resolution = "1h"

[[sla]]
name = "pro"
match = "plan:pro"
first_resolution = "1h"

[[sla]]
name = "umbra"
match = "client:umbra"
first_resolution = "1h"

[[sla]]
name = "all"
first_resolution = { low = "1h", normal = "16h", high = "16h" }
"#;

#[test]
fn the_policy_is_the_one_that_matched_when_the_clock_stopped() {
    let mut desk = Desk::bare();
    desk.ok("client add umbra");
    desk.ok("agent add ana");
    desk.apply(FIELDS);
    desk.at("2026-11-18T10:00");
    for n in 1..=8 {
        desk.ok(&format!("open 'number {n}' -f p{n}@x.test"));
    }
    desk.ok("open 'born so' +vip -a ana -c umbra -p urgent --channel phone --at '2026-11-18 09:30' -f q@x.test");
    desk.at("2026-11-19T11:00");
    desk.ok("tag 7 vip");
    desk.ok("close 1-7,9");
    assert_eq!(clocks(&desk, 1), ["first_resolution all met"]);
    desk.at("2026-11-20T12:00");
    let changes = [
        "tag 1 vip",
        "assign 2 ana",
        "edit 3 --channel phone",
        "prio 4 urgent",
        "edit 5 --client acme",
        "edit 6 --client umbra",
    ];
    changes.iter().for_each(|line| drop(desk.ok(line)));
    desk.ok("untag 7 vip");
    desk.ok("tag 8 vip");
    for n in 1..=6 {
        assert_eq!(clocks(&desk, n), ["first_resolution all met"], "{n}: what came later changes nothing");
    }
    assert_eq!(clocks(&desk, 7), ["first_resolution vip missed"], "it was so when it was closed");
    assert_eq!(clocks(&desk, 8), ["first_resolution vip breached"], "and so it is now, while it runs");
    assert_eq!(clocks(&desk, 9), ["first_resolution vip missed"], "what it was opened with is no change");
    assert!(desk.ok("why 1").contains("promised by all") && desk.ok("why 7").contains("promised by vip"));
    assert_eq!(
        desk.json("stats in:2026-11-18..2026-11-20")["sla"],
        json!([{ "kind": "first_resolution", "met": 6, "missed": 3, "percent": 66.7 }])
    );
    let file = desk.write("same.toml", FIELDS);
    let tried = desk.json(&format!("sla simulate {file} in:2026-11-18..2026-11-20"));
    assert_eq!(tried["simulated"], tried["sla"]);
    assert_eq!(tried["sla"][0]["missed"], 3);
    let shown = |n: i64| desk.json(&format!("show {n}"))["clocks"][0]["due_at"].clone();
    assert_eq!(shown(4), "2026-11-19T14:00:00Z", "sixteen hours, as a normal one has");
    desk.ok("undo");
    assert_eq!(clocks(&desk, 8), ["first_resolution all breached"], "what is undone never was");
    desk.ok("untag 1 vip");
    desk.ok("tag 1 vip");
    assert_eq!(clocks(&desk, 1), ["first_resolution all met"]);
}

/// Everything that promises decide: every running clock, those of two tickets, and the order.
fn clocks_and_order(desk: &Desk) -> Vec<Value> {
    let of = |n: i64| desk.json(&format!("show {n}"))["clocks"].clone();
    let order = desk.ok("ls -i status:all sort:urgency");
    vec![desk.json("sla"), of(1), of(2), order.into()]
}

/// What moves clocks.
const DEEDS: [&str; 13] = [
    "pending 1",
    "hold 1 --until 2026-11-24",
    "close 1",
    "spam 1",
    "prio 1 low",
    "prio 2 urgent",
    "tag 2 internal",
    "edit 2 --client acme",
    "snooze 1 2026-11-25",
    "due 2 '2026-11-23 09:00'",
    "merge 2 --into 1",
    "mute joe@x.test",
    "assign 1 mila",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// However many deeds, at whatever times: taken back in reverse they leave the clocks as if they had never been.
    #[test]
    fn undo_restores_every_clock_after_any_deeds(deeds in prop::collection::vec((0..DEEDS.len(), 1..240_u32), 1..5), rest in 0..600_u32) {
        let mut desk = Desk::new();
        desk.apply(&POLICIES.replace("\"72h wall\"", "\"6h\"\nfirst_resolution = \"2 days\"\nfull_resolution = \"72h wall\""));
        let at = |minutes: u32| format!("2026-11-{:02}T{:02}:{:02}", 23 + minutes / 1440, minutes / 60 % 24, minutes % 60);
        let mut now = 600;
        let end = now + deeds.iter().map(|(_, wait)| wait).sum::<u32>() + rest;
        desk.at(&at(end));
        let never = clocks_and_order(&desk);
        let mut done = 0;
        for (n, wait) in deeds {
            now += wait;
            desk.at(&at(now));
            // What the deeds before leave no room for is refused.
            done += usize::from(desk.run(DEEDS[n]).exit == 0);
        }
        desk.at(&at(end));
        for _ in 0..done {
            desk.ok("undo");
        }
        prop_assert_eq!(clocks_and_order(&desk), never);
    }
}

#[test]
fn undo_restores_every_clock() {
    let mut desk = Desk::new();
    let every = "\"6h\"\nfirst_resolution = \"2 days\"\nfull_resolution = \"72h wall\"";
    desk.apply(&POLICIES.replace("\"72h wall\"", every));
    desk.at("2026-11-23T15:00");
    let later = clocks_and_order(&desk);
    desk.at("2026-11-23T10:00");
    let before = clocks_and_order(&desk);
    for line in DEEDS {
        desk.at("2026-11-23T10:00");
        desk.ok(line);
        desk.ok("undo");
        assert_eq!(clocks_and_order(&desk), before, "{line}, undone at once");
        desk.ok(line);
        desk.at("2026-11-23T15:00");
        desk.ok("undo");
        assert_eq!(clocks_and_order(&desk), later, "{line}, undone five hours later");
    }
}

#[test]
fn promises_by_voice_are_kept_or_late() {
    use frontdesk::domain::sla::by_voice;
    use frontdesk::domain::time::Moment;
    let mut desk = Desk::bare();
    desk.at("2026-11-16T10:00");
    for n in 1..=9 {
        desk.ok(&format!("open 'number {n}' -f p{n}@x.test"));
    }
    desk.ok("open 'promised at once' -f p@x.test --due '2026-11-17 12:00'");
    desk.ok("due 1-5,8,9 '2026-11-18 12:00'");
    desk.ok("due 6,7 '2026-11-25 12:00'");
    desk.at("2026-11-18T11:00");
    desk.ok("close 1");
    desk.ok("due 2 '2026-11-19 12:00'");
    desk.ok("due 3 none");
    desk.ok("close 4");
    desk.ok("undo");
    desk.ok("due 5 '2026-11-30 12:00'");
    desk.ok("undo");
    desk.ok("spam 8");
    desk.at("2026-11-18T12:00");
    desk.ok("close 9");
    desk.at("2026-11-19T11:00");
    desk.ok("close 2,10");
    desk.at("2026-11-20T12:00");
    let place = frontdesk::store::Place::File(desk.home.path().join("desk/desk.db"));
    let mut store = frontdesk::store::Store::open(&place, true, None).unwrap().unwrap();
    let spoken = store.read(|r| r.spoken()).unwrap();
    let at = |text: &str| Moment::parse_rfc3339(text).unwrap();
    let week = (at("2026-11-16T00:00:00+03:00"), at("2026-11-23T00:00:00+03:00"));
    let sum = by_voice(&spoken, week, at("2026-11-20T12:00:00+03:00"));
    assert_eq!((sum.kept.as_slice(), sum.late.as_slice(), sum.total()), (&[1, 2, 9][..], &[4, 5, 10][..], 6));
    let said = desk.run("sla --check");
    assert_eq!(said.exit, 4);
    assert!(said.out.contains("4  promised by voice 2d late") && !said.out.contains("\n1  "), "{}", said.out);
}
