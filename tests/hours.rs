//! Worked time, as people use it: `log`, `start`, `stop`, `timer`, `time`. In process, on a desk of its own each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::collections::BTreeMap;

use frontdesk::host::Host;
use serde_json::{Value, json};

/// A desk in an empty home, and a clock that the test sets.
struct Desk {
    home: tempfile::TempDir,
    zone: &'static str,
    now: &'static str,
    agent: &'static str,
}

/// What a command line came to.
struct Said {
    exit: u8,
    out: String,
    talk: String,
}

impl Desk {
    /// A desk in Moscow on a Friday noon with two tickets: 1 of acme.test, tagged +billing +vip, and 2 of nobody.
    fn new() -> Desk {
        let desk = Desk {
            home: tempfile::tempdir().unwrap(),
            zone: "Europe/Moscow",
            now: "2026-11-20T12:00:00+03:00",
            agent: "mila",
        };
        desk.ok(&["open", "Cannot log in", "+billing", "+vip", "-f", "ann@acme.test"]);
        desk.ok(&["open", "Printer", "-f", "Bob"]);
        desk
    }

    fn at(zone: &'static str, now: &'static str) -> Desk {
        Desk { zone, now, ..Desk::new() }
    }

    fn run(&self, words: &[&str]) -> Said {
        let home = self.home.path().to_str().unwrap();
        let set = [("HOME", home), ("DESK_AGENT", self.agent), ("DESK_NOW", self.now), ("DESK_ZONE", self.zone)];
        let environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let mut host = Host::staged(environment, b"");
        let exit = frontdesk::run(words.iter().map(|w| (*w).to_owned()).collect(), &mut host);
        let (out, talk) = host.said();
        Said { exit, out, talk }
    }

    fn ok(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.exit, 0, "desk {}: {}", words.join(" "), said.talk);
        said.out
    }

    /// The command fails with this exit, and says this in its error or its way out.
    fn no(&self, exit: u8, words: &[&str], says: &str) {
        let said = self.run(words);
        let (line, talk) = (words.join(" "), said.talk);
        assert_eq!(said.exit, exit, "desk {line}: {}{talk}", said.out);
        assert!(talk.contains(says), "desk {line}: {talk}");
        assert!(said.out.is_empty(), "desk {line}: {}", said.out);
    }

    fn json(&self, words: &[&str]) -> Value {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.ok(&words)).unwrap()
    }

    /// Every entry of the year: its id, day, ticket, minutes.
    fn entries(&self) -> Vec<(String, String, Option<i64>, i64)> {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let row =
            |e: &Value| (text(&e["id"]), text(&e["day"]), e["ticket"].as_i64(), e["actual_minutes"].as_i64().unwrap());
        self.json(&["time", "ls", "in:2026"]).as_array().unwrap().iter().map(row).collect()
    }

    fn total(&self, words: &[&str]) -> (i64, i64) {
        let total = &self.json(words)["total"];
        assert_eq!(total["amount"], Value::Null);
        (total["actual_minutes"].as_i64().unwrap(), total["billed_minutes"].as_i64().unwrap())
    }
}

fn entry(id: &str, day: &str, ticket: i64, minutes: i64) -> (String, String, Option<i64>, i64) {
    (id.to_owned(), day.to_owned(), Some(ticket), minutes)
}

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
fn a_timer_that_would_fill_a_day_over_24_hours_runs_on_until_somebody_says_yes() {
    let mut desk = Desk::new();
    desk.ok(&["log", "2", "16h"]);
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-20T20:01:00+03:00";
    desk.no(1, &["stop"], "mila would have 24h 1m on 2026-11-20");
    desk.no(1, &["start", "2"], "-y");
    assert_eq!(desk.json(&["timer"])[0]["ticket"], 1);
    desk.ok(&["start", "2", "-y"]);
    assert_eq!(desk.entries()[1], entry("t2", "2026-11-20", 1, 481));
}

#[test]
fn a_timer_is_stopped_and_its_seconds_are_rounded_once() {
    let mut desk = Desk::new();
    assert_eq!(desk.ok(&["timer"]), "no timer is running\n");
    assert_eq!(desk.json(&["timer"]), json!([]));
    assert_eq!(desk.ok(&["start", "1"]), "started on 1  Cannot log in (mila, 2026-11-20 12:00)\n");
    desk.now = "2026-11-20T12:24:30+03:00";
    assert!(desk.ok(&["timer"]).contains("mila   25m  2026-11-20 12:00  1  Cannot log in"));
    assert_eq!(desk.ok(&["stop", "cache", "cleared"]), "25m on 1  Cannot log in (mila, 2026-11-20), t1\n");
    desk.no(1, &["stop"], "no timer of yours is running");
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-20T12:24:31+03:00";
    desk.ok(&["stop"]);
    assert_eq!(desk.entries()[1], entry("t2", "2026-11-20", 1, 1));
    assert_eq!(desk.json(&["time", "ls"])[0]["text"], "cache cleared");
}

#[test]
fn starting_while_a_timer_runs_switches() {
    let mut desk = Desk::new();
    desk.ok(&["start"]);
    desk.now = "2026-11-20T12:20:00+03:00";
    desk.ok(&["start", "1"]);
    desk.no(1, &["start", "1"], "your timer runs on 1 already, since 2026-11-20 12:20");
    desk.now = "2026-11-20T13:25:00+03:00";
    let said = desk.ok(&["start", "2"]);
    assert_eq!(
        said,
        "stopped: 1h 5m on 1  Cannot log in (mila, 2026-11-20), t2\nstarted on 2  Printer (mila, 2026-11-20 13:25)\n"
    );
    assert_eq!(desk.entries()[0], ("t1".to_owned(), "2026-11-20".to_owned(), None, 20));
    let timers = desk.json(&["timer"]);
    assert_eq!((timers.as_array().unwrap().len(), &timers[0]["ticket"]), (1, &json!(2)));

    assert!(desk.ok(&["undo"]).contains("start 2"));
    assert_eq!(desk.json(&["timer"])[0]["ticket"], 1, "the timer before runs on");
    assert_eq!(desk.entries().len(), 1);
    desk.ok(&["redo"]);
    assert_eq!((desk.json(&["timer"])[0]["ticket"].clone(), desk.entries().len()), (json!(2), 2));
}

#[test]
fn work_without_a_ticket_is_put_on_one_later() {
    let mut desk = Desk::new();
    desk.ok(&["start"]);
    desk.now = "2026-11-20T12:20:00+03:00";
    let said = desk.run(&["stop", "call"]);
    assert_eq!(said.out, "20m without a ticket (mila, 2026-11-20), t1\n");
    assert!(said.talk.contains("desk time edit t1 --ticket 42"), "{}", said.talk);
    desk.ok(&["time", "edit", "t1", "--ticket", "1"]);
    assert_eq!(desk.json(&["time", "ls"])[0]["client"], "acme.test");
    assert_eq!(desk.json(&["show", "1"])["logged_minutes"], 20);
}

#[test]
fn each_agent_has_a_timer_of_his_own_and_sees_it_first() {
    let mila = Desk::new();
    mila.ok(&["start", "1"]);
    let mut boris = Desk { agent: "boris", now: "2026-11-20T12:30:00+03:00", ..mila };
    boris.no(1, &["stop"], "no timer of yours is running");
    boris.ok(&["start", "2"]);
    boris.now = "2026-11-20T12:40:00+03:00";
    let timers = boris.json(&["timer"]);
    let whose = |i: usize| (timers[i]["agent"].as_str().unwrap(), timers[i]["minutes"].as_i64().unwrap());
    assert_eq!([whose(0), whose(1)], [("boris", 10), ("mila", 40)]);
    boris.ok(&["stop"]);
    let mila = Desk { agent: "mila", ..boris };
    mila.ok(&["stop"]);
    assert_eq!(mila.entries(), [entry("t1", "2026-11-20", 2, 10), entry("t2", "2026-11-20", 1, 40)]);
    assert_eq!(mila.total(&["time", "who:me"]), (40, 40));
    assert_eq!(mila.total(&["time", "@boris"]), (10, 10));
    assert_eq!(mila.total(&["time", "who:boris,me"]), (50, 50));
    mila.no(3, &["time", "who:nina"], "there is no agent nina");
}

#[test]
fn a_timer_over_midnight_gives_each_day_its_part() {
    let mut desk = Desk::new();
    desk.now = "2026-11-20T23:30:00+03:00";
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-21T01:00:00+03:00";
    assert_eq!(
        desk.ok(&["stop", "night"]),
        "30m on 1  Cannot log in (mila, 2026-11-20), t1\n1h on 1  Cannot log in (mila, 2026-11-21), t2\n"
    );
    desk.ok(&["undo"]);
    assert!(desk.entries().is_empty());
    assert_eq!(desk.json(&["timer"])[0]["minutes"], 90, "it runs on since it was started");
}

#[test]
fn only_a_part_of_a_forgotten_timer_is_kept() {
    let mut desk = Desk::new();
    desk.now = "2026-11-20T23:30:00+03:00";
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-21T15:31:00+03:00";
    desk.no(2, &["stop"], "desk stop --keep 45m");
    desk.no(2, &["start", "2"], "the timer on 1 ran 16h 1m, since 2026-11-20 23:30");
    desk.no(2, &["stop", "--keep", "45"], "45m or 45h?");
    desk.no(2, &["stop", "--keep", "45m", "--at", "17:30"], "--keep");
    desk.ok(&["stop", "--keep", "45m"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-20", 1, 30), entry("t2", "2026-11-21", 1, 15)]);
    desk.ok(&["undo"]);
    desk.ok(&["stop", "-y"]);
    assert_eq!(desk.entries(), [entry("t3", "2026-11-20", 1, 30), entry("t4", "2026-11-21", 1, 931)]);
    assert_eq!(desk.json(&["timer"]), json!([]));
}

#[test]
fn more_may_be_kept_than_the_timer_ran_but_never_in_the_future() {
    let mut desk = Desk::new();
    desk.now = "2026-11-21T00:20:00+03:00";
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-21T00:30:00+03:00";
    desk.ok(&["stop", "--keep", "1h"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-20", 1, 30), entry("t2", "2026-11-21", 1, 30)]);
}

#[test]
fn a_timer_ends_when_it_is_said_to_have_ended() {
    let mut desk = Desk::new();
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-20T20:00:00+03:00";
    for wrong in ["11:30", "12:00", "20:01", "2026-11-20 20:01"] {
        desk.no(1, &["stop", "--at", wrong], "is not between the start of the timer, 2026-11-20 12:00, and now");
    }
    desk.no(2, &["stop", "--at", "yesterday"], "no time of day");
    desk.no(2, &["stop", "--at", "25:00"], "25:00");
    assert!(desk.entries().is_empty());
    desk.ok(&["stop", "left", "at", "half", "past", "five", "--at", "17:30"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-20", 1, 330)]);
}

#[test]
fn a_clock_that_was_put_back_logs_nothing_by_itself() {
    let mut desk = Desk::new();
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-19T12:00:00+03:00";
    desk.no(1, &["stop"], "the clock was put back");
    desk.no(1, &["start", "2"], "desk stop --keep 45m");
    assert_eq!(desk.json(&["timer"])[0]["minutes"], 0);
    desk.ok(&["stop", "--keep", "45m"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-19", 1, 45)]);
}

#[test]
fn the_night_when_the_clocks_go_forward_is_an_hour_shorter() {
    let mut desk = Desk::at("Europe/Berlin", "2026-03-28T23:00:00+01:00");
    desk.ok(&["start", "1"]);
    desk.now = "2026-03-29T04:00:00+02:00";
    desk.ok(&["stop"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-03-28", 1, 60), entry("t2", "2026-03-29", 1, 180)]);

    desk.now = "2026-03-29T01:30:00+01:00";
    desk.ok(&["start", "2"]);
    desk.now = "2026-03-29T05:00:00+02:00";
    let said = desk.run(&["stop", "--at", "02:30"]);
    assert!(said.talk.contains("2026-03-29 02:30 does not exist in Europe/Berlin"), "{}", said.talk);
    assert_eq!(desk.entries()[2], entry("t3", "2026-03-29", 2, 60));
}

#[test]
fn the_night_when_the_clocks_go_back_is_an_hour_longer() {
    let mut desk = Desk::at("Europe/Berlin", "2026-10-24T23:00:00+02:00");
    desk.ok(&["start", "1"]);
    desk.now = "2026-10-25T04:00:00+01:00";
    desk.ok(&["stop"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-10-24", 1, 60), entry("t2", "2026-10-25", 1, 300)]);

    desk.now = "2026-10-25T02:00:00+02:00";
    desk.ok(&["start", "2"]);
    desk.now = "2026-10-25T05:00:00+01:00";
    let said = desk.run(&["stop", "--at", "02:30"]);
    assert!(said.talk.contains("2026-10-25 02:30 comes twice in Europe/Berlin"), "{}", said.talk);
    assert_eq!(desk.entries()[2], entry("t3", "2026-10-25", 2, 30));

    desk.now = "2026-10-25T02:50:00+02:00";
    desk.ok(&["start", "2"]);
    desk.now = "2026-10-25T05:00:00+01:00";
    desk.ok(&["stop", "--at", "02:30"]);
    assert_eq!(desk.entries()[3], entry("t4", "2026-10-25", 2, 40), "only the second half past two is after the start");
}

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
fn the_rows_add_up_to_the_total_however_they_are_grouped() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m"]);
    desk.ok(&["log", "2", "1h", "--free"]);
    desk.ok(&["log", "acme.test", "2h", "--on", "mon"]);
    desk.ok(&["--as", "boris", "log", "2", "10m"]);
    desk.ok(&["log", "2", "7h", "--on", "2026-11-15"]);
    for by in ["ticket", "client", "agent", "tag", "day"] {
        let said = desk.json(&["time", "--by", by]);
        assert_eq!(said["period"], json!({"from": "2026-11-16", "to": "2026-11-22"}));
        let sum = |key: &str| said["rows"].as_array().unwrap().iter().map(|r| r[key].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("actual_minutes"), sum("billed_minutes")), (215, 155), "{by}");
        assert_eq!(said["total"], json!({"actual_minutes": 215, "billed_minutes": 155, "amount": null}), "{by}");
        let rows = said["rows"].as_array().unwrap().len();
        assert_eq!(
            rows,
            if by == "ticket" {
                3
            } else if by == "tag" {
                4
            } else {
                2
            },
            "{by}"
        );
    }
    let text = desk.ok(&["time", "--by", "day"]);
    assert!(text.starts_with("Worked time, 2026-11-16 … 2026-11-22 (W47)\n"), "{text}");
    assert_eq!(
        desk.json(&["time", "in:last-week", "--by", "client"])["rows"],
        json!([{"client": null, "actual_minutes": 420, "billed_minutes": 420}])
    );
    desk.no(2, &["time", "--by", "clients"], "--by client?");
    desk.no(2, &["time", "sort:age"], "sort:");
    desk.no(2, &["time", "who:none"], "always somebody's");
    desk.no(2, &["time", "clinet:acme"], "client:acme?");
}

#[test]
fn a_query_asks_for_the_work_of_an_agent_for_a_client_on_tickets() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m", "cache", "cleared"]);
    desk.ok(&["log", "acme.test", "2h", "report"]);
    desk.ok(&["log", "2", "10m"]);
    desk.ok(&["close", "1"]);
    let actual = |words: &[&str]| desk.total(&[&["time"], words].concat()).0;
    assert_eq!(actual(&["client:acme.test"]), 145, "of closed tickets and without a ticket, too");
    assert_eq!(actual(&["client:none"]), 10);
    assert_eq!(actual(&["not:client:acme.test"]), 10);
    assert_eq!(actual(&["+billing"]), 25);
    assert_eq!(actual(&["not:+billing"]), 130, "work without a ticket has no tag");
    assert_eq!(actual(&["status:closed"]), 25);
    assert_eq!(actual(&["client:acme.test", "status:closed,open"]), 25);
    assert_eq!(actual(&["from:ann@acme.test"]), 25);
    assert_eq!(actual(&["printer"]), 10, "words of the ticket");
    assert_eq!(actual(&["reports"]), 120, "words of the entry");
    assert_eq!(actual(&["cached", "printer"]), 0);
    assert_eq!(actual(&["in:yesterday"]), 0);
    assert_eq!(desk.json(&["time", "ls", "client:acme.test", "in:today"]).as_array().unwrap().len(), 2);
    desk.no(3, &["time", "client:acme.tset"], "did you mean acme.test?");
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
fn a_dry_run_logs_nothing() {
    let desk = Desk::new();
    let said = desk.run(&["log", "1", "25m", "-n"]);
    assert_eq!((said.exit, said.out.as_str()), (0, "25m on 1  Cannot log in (mila, 2026-11-20), t1\n"));
    desk.ok(&["start", "1", "-n"]);
    assert!(desk.entries().is_empty());
    assert_eq!(desk.json(&["timer"]), json!([]));
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

#[test]
fn a_text_from_anywhere_steers_no_terminal() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m", "\u{1b}[2J\u{202e}evil"]);
    for words in [&["time", "ls"][..], &["show", "1"], &["history"], &["time", "ls", "--json"]] {
        let out = desk.ok(words);
        assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{words:?}: {out:?}");
    }
}
