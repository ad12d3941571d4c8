//! The timer: over midnight, over the nights when clocks are set, over a closed laptop.

use super::stage::{Desk, entry};
use serde_json::json;

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
fn who_forgot_his_timer_is_told_when_he_was_last_seen() {
    let mut desk = Desk::new();
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-20T14:10:00+03:00";
    desk.ok(&["note", "2", "asked"]);
    desk.now = "2026-11-20T15:00:00+03:00";
    desk.ok(&["--as", "boris", "note", "2", "answered"]);
    desk.now = "2026-11-21T09:00:00+03:00";
    desk.no(2, &["stop"], "ran 21h, since 2026-11-20 12:00; you were last seen on the desk at 2026-11-20 14:10");
    desk.no(2, &["stop"], "desk stop --keep 2h10m, or until when: --at \"2026-11-20 14:10\"; all of it: -y");
    desk.no(2, &["start", "2"], "desk stop --keep 2h10m");
    desk.ok(&["stop", "--at", "2026-11-20 14:10"]);
    assert_eq!(desk.entries(), [entry("t1", "2026-11-20", 1, 130)]);
}

#[test]
fn a_timer_left_over_a_night_when_clocks_are_set_is_split_rightly() {
    for (since, now, parts) in [
        ("2026-03-28T22:00:00+01:00", "2026-03-29T10:00:00+02:00", [("2026-03-28", 120), ("2026-03-29", 540)]),
        ("2026-10-24T22:00:00+02:00", "2026-10-25T08:00:00+01:00", [("2026-10-24", 120), ("2026-10-25", 540)]),
    ] {
        let mut desk = Desk::at("Europe/Berlin", since);
        desk.ok(&["start", "1"]);
        desk.now = now;
        desk.ok(&["stop"]);
        let expected = [entry("t1", parts[0].0, 1, parts[0].1), entry("t2", parts[1].0, 1, parts[1].1)];
        assert_eq!(desk.entries(), expected);
        let began = &desk.json(&["time", "ls", "in:2026"])[1]["began"];
        assert_eq!(
            began.as_str().unwrap(),
            if since.contains("-03-") { "2026-03-28T23:00:00Z" } else { "2026-10-24T22:00:00Z" }
        );
    }
}
