//! What a log says of the pool, and what may be a slip.

use super::stage::Desk;
use serde_json::json;

/// The second line of what was said.
fn second(desk: &Desk, words: &[&str]) -> String {
    desk.lines(words).get(1).cloned().unwrap_or_default()
}

#[test]
fn every_log_says_what_is_left() {
    let mut desk = Desk::new();
    desk.care();
    assert_eq!(second(&desk, &["log", "1", "25m"]), "25m, billed 30m, pool 9h 30m of 10h left");
    assert_eq!(second(&desk, &["log", "acme.test", "9h15m"]), "9h 15m, pool 15m of 10h left");
    assert_eq!(second(&desk, &["time", "edit", "t2", "9h"]), "9h, pool 30m of 10h left");
    assert_eq!(second(&desk, &["note", "1", "looked", "-t", "5m"]), "5m, billed 15m, pool 15m of 10h left");
    assert_eq!(
        second(&desk, &["reply", "1", "--said", "-m", "told her", "-t", "5m"]),
        "5m, billed 15m, pool 0m of 10h left"
    );
    let past = "20m, billed 30m, overage 30m = 2 000.00 ₽, pool 0m of 10h left";
    assert_eq!(second(&desk, &["close", "1", "-t", "20m"]), past);
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-20T12:20:00+03:00";
    assert_eq!(second(&desk, &["stop"]), past);
    desk.ok(&["start", "1"]);
    desk.now = "2026-11-20T12:40:00+03:00";
    assert_eq!(desk.lines(&["start", "2"])[1], past);
    assert_eq!(
        second(&desk, &["log", "1", "1h", "--on", "2026-10-05"]),
        "1h, pool 9h of 10h left (in the period to 2026-10-31)"
    );
}

#[test]
fn a_dry_run_says_it_too_and_the_data_hold_it() {
    let desk = Desk::new();
    desk.care();
    assert_eq!(second(&desk, &["log", "1", "25m", "-n"]), "25m, billed 30m, pool 9h 30m of 10h left");
    let entry = &desk.json(&["log", "1", "10h25m"])["entries"][0];
    assert_eq!((&entry["billed_minutes"], &entry["covered_minutes"]), (&json!(630), &json!(600)));
    assert_eq!(
        (&entry["overage_minutes"], &entry["amount"]),
        (&json!(30), &json!({"minor": 200_000, "currency": "RUB"}))
    );
    assert_eq!(
        entry["pool"],
        json!({"contract": "care", "left_minutes": 0, "of_minutes": 600, "left": null, "of": null})
    );
    let closed = desk.json(&["close", "1", "-t", "5m"]);
    assert_eq!((&closed["tickets"][0]["number"], &closed["entries"][0]["overage_minutes"]), (&json!(1), &json!(15)));
    assert_eq!(desk.json(&["note", "2", "x"])["entries"], json!([]));
    assert_eq!(desk.json(&["reply", "2", "--said", "-m", "x", "-t", "5m"])["entries"][0]["pool"], json!(null));
}

#[test]
fn without_a_contract_nothing_is_said_and_where_none_takes_it_that() {
    let desk = Desk::new();
    assert_eq!(desk.lines(&["log", "1", "25m"]).len(), 1);
    desk.contract(
        "acme.test",
        &[("hourly", "3500"), ("start", "2026-11-01"), ("end", "2026-11-19"), ("name", "hours")],
    );
    assert_eq!(second(&desk, &["log", "1", "25m"]), "25m, no contract takes it");
    assert_eq!(second(&desk, &["log", "1", "30m", "--on", "2026-11-19"]), "30m = 1 750.00 ₽");
    assert_eq!(desk.lines(&["log", "1", "30m", "--on", "2026-11-19", "--free"]).len(), 1);
    assert_eq!(desk.lines(&["log", "2", "25m"]).len(), 1);
}

#[test]
fn deposits_fees_and_several_contracts_are_told_apart() {
    let desk = Desk::new();
    desk.contract("acme.test", &[("deposit", "50000"), ("rate", "3500"), ("start", "2026-01-01"), ("name", "purse")]);
    assert_eq!(second(&desk, &["log", "1", "30m"]), "30m, 48 250.00 ₽ of 50 000.00 ₽ left");
    let flat = [("flat", "50000"), ("every", "month"), ("start", "2026-01-01"), ("name", "launch"), ("order", "2")];
    desk.contract("acme.test", &flat);
    assert_eq!(second(&desk, &["log", "1", "30m"]), "30m, purse: 46 500.00 ₽ of 50 000.00 ₽ left");
    assert_eq!(second(&desk, &["log", "1", "30m", "--contract", "Launch"]), "30m, in the fee of launch");
    assert_eq!(
        second(&desk, &["time", "edit", "t3", "--contract", "none"]),
        "30m, purse: 44 750.00 ₽ of 50 000.00 ₽ left"
    );
    desk.no(3, &["log", "1", "30m", "--contract", "lunch"], "did you mean launch");
    desk.no(1, &["log", "2", "30m", "--contract", "purse"], "work for no client is in no contract");
    assert!(desk.ok(&["history", "1"]).contains("contract launch → –"));
}

#[test]
fn a_contract_stays_behind_when_work_goes_to_another_client() {
    let desk = Desk::new();
    desk.care();
    desk.ok(&["open", "Night", "-f", "joe@zeta.test"]);
    desk.ok(&["log", "1", "30m", "--contract", "care"]);
    desk.ok(&["time", "edit", "t1", "--ticket", "3"]);
    assert_eq!(desk.lines(&["time", "edit", "t1", "35m"]).len(), 1, "zeta.test has no contract");
    let said = desk.run(&["time", "edit", "t1", "--contract", "care"]);
    assert!(said.talk.contains("zeta.test has no contract"), "{}", said.talk);
}

#[test]
fn the_beginning_of_work_is_a_time_on_its_day() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "1h", "--from", "9:30"]);
    desk.ok(&["log", "1", "1h", "--from", "21:30"]);
    desk.ok(&["log", "1", "1h", "--from", "23:00", "--on", "mon"]);
    let entries = desk.json(&["time", "ls"]);
    let of = |i: usize| (entries[i]["day"].as_str().unwrap(), entries[i]["began"].as_str().unwrap());
    assert_eq!(of(0), ("2026-11-16", "2026-11-16T20:00:00Z"));
    assert_eq!(of(1), ("2026-11-19", "2026-11-19T18:30:00Z"), "21:30 was yesterday");
    assert_eq!(of(2), ("2026-11-20", "2026-11-20T06:30:00Z"));
    desk.no(2, &["log", "1", "1h", "--from", "12:30", "--on", "today"], "2026-11-20 12:30 has not come yet");
    desk.no(2, &["log", "1", "1h", "--from", "yesterday"], "no time of day");
    desk.no(2, &["log", "1", "1h", "--from", "noonish"], "--from 21:30");
    desk.ok(&["time", "edit", "t3", "--on", "2026-11-17"]);
    assert_eq!(
        desk.json(&["time", "ls", "in:2026-11-17"])[0]["began"],
        "2026-11-17T20:00:00Z",
        "its time of day goes along"
    );
    desk.ok(&["time", "edit", "t3", "--from", "none"]);
    assert_eq!(desk.json(&["time", "ls", "in:2026-11-17"])[0]["began"], json!(null));
}

#[test]
fn nights_count_more_where_the_contract_says_so() {
    let desk = Desk::new();
    desk.ok(&["config", "set", "calendar.office.thu", "09:00-18:00"]);
    let night = [("hourly", "1000"), ("start", "2026-01-01"), ("off-hours", "1.5")];
    desk.contract("acme.test", &night);
    assert_eq!(
        second(&desk, &["log", "1", "1h", "--from", "17:30", "--on", "2026-11-19"]),
        "1h, billed 1h 15m = 1 250.00 ₽"
    );
}

#[test]
fn what_overlaps_is_told_by_number_and_what_only_touches_is_not() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "1h", "--from", "09:00"]);
    let said = desk.run(&["log", "2", "30m", "--from", "09:45"]);
    assert!(said.talk.contains("t2 overlaps t1 (2026-11-20 09:00–10:00)"), "{}", said.talk);
    for words in [&["log", "2", "15m", "--from", "10:15"][..], &["--as", "boris", "log", "2", "1h", "--from", "09:00"]]
    {
        assert!(!desk.run(words).talk.contains("overlaps"), "{words:?}");
    }
    let edited = desk.run(&["time", "edit", "t3", "--from", "10:05"]);
    assert!(edited.talk.contains("t3 overlaps t2"), "{}", edited.talk);
    let night = desk.run(&["log", "1", "2h", "--from", "23:30", "--on", "yesterday"]);
    assert!(!night.talk.contains("overlaps"), "{}", night.talk);
    let morning = desk.run(&["log", "1", "1h", "--from", "01:00"]);
    assert!(
        morning.talk.contains("t7 overlaps t6 (2026-11-20 00:00–01:30)"),
        "the part of the new day: {}",
        morning.talk
    );
}

#[test]
fn a_day_years_ago_is_kept_and_told_of() {
    let desk = Desk::new();
    let said = desk.run(&["log", "1", "25m", "--on", "2019-11-20"]);
    assert!(said.talk.contains("2019-11-20 is more than a year ago"), "{}", said.talk);
    assert!(!desk.run(&["log", "1", "25m", "--on", "2025-11-20"]).talk.contains("year ago"));
}

#[test]
fn a_calendar_that_cannot_be_told_stops_no_log() {
    let desk = Desk::new();
    desk.care();
    for name in ["a", "b"] {
        desk.ok(&["config", "set", &format!("calendar.{name}.thu"), "09:00-18:00"]);
    }
    assert_eq!(second(&desk, &["log", "1", "25m"]), "25m, billed 30m, pool 9h 30m of 10h left", "nobody asks for it");
    desk.ok(&["time"]);
    desk.contract(
        "acme.test",
        &[("hourly", "1000"), ("start", "2026-01-01"), ("weekend", "2"), ("order", "2"), ("name", "b")],
    );
    let said = desk.run(&["log", "1", "25m"]);
    assert_eq!((said.exit, said.out.lines().count()), (0, 1), "{}", said.talk);
    assert!(said.talk.contains("cannot be told without a calendar"), "{}", said.talk);
    desk.no(2, &["time"], "calendar");
}
