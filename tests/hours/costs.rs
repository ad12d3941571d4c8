//! What an hour of an agent costs.

use super::stage::Desk;
use serde_json::json;

#[test]
fn what_an_hour_costs_has_a_history_and_shows_where_it_is_asked_for() {
    let desk = Desk::new();
    desk.no(2, &["agent", "cost", "mila", "1500"], "in which currency is 1500?");
    desk.ok(&["config", "set", "currency", "RUB"]);
    let said = desk.run(&["agent", "cost", "mila", "1500"]);
    assert_eq!(said.out.replace('\u{a0}', " "), "an hour of mila costs 1 500.00 ₽ from 2026-11-20 on\n");
    assert!(said.talk.contains("hours before 2026-11-20 have no cost"), "{}", said.talk);
    desk.ok(&["agent", "cost", "mila", "25 EUR", "--from", "2026-01-01"]);
    assert_eq!(
        desk.json(&["agent", "cost", "mila"]),
        json!([
            {"from": "2026-01-01", "cost": {"minor": 2500, "currency": "EUR"}},
            {"from": "2026-11-20", "cost": {"minor": 150_000, "currency": "RUB"}},
        ])
    );
    assert_eq!(desk.json(&["agent", "ls"])[0]["cost"], json!({"minor": 150_000, "currency": "RUB"}));
    assert!(!desk.ok(&["agent", "ls"]).contains("500"), "a cost is not for everybody's eyes");
    assert!(desk.ok(&["agent", "ls", "--cost"]).contains("1\u{a0}500.00"));
    desk.no(1, &["agent", "cost", "mila", "1500"], "already");
    desk.no(3, &["agent", "cost", "mlia", "1500"], "did you mean mila?");
    desk.no(3, &["agent", "cost", "mlia"], "did you mean mila?");
    desk.no(2, &["agent", "cost", "mila", "1500", "XXZ"], "currency");
    desk.no(2, &["agent", "cost", "mila", "0"], "more than nothing");
    desk.no(2, &["agent", "cost", "mila", "--from", "2026-01-01"], "what does an hour cost");
}

#[test]
fn a_cost_is_taken_back_and_away() {
    let desk = Desk::new();
    desk.ok(&["agent", "cost", "mila", "1500 RUB", "--from", "2026-01-01"]);
    desk.ok(&["agent", "cost", "mila", "1600 RUB", "--from", "2026-01-01"]);
    assert!(desk.ok(&["history", "-l", "1"]).contains("agent cost mila"));
    desk.ok(&["undo"]);
    assert_eq!(desk.json(&["agent", "ls"])[0]["cost"]["minor"], 150_000);
    desk.ok(&["agent", "cost", "me", "none", "--from", "2026-01-01"]);
    assert_eq!(desk.json(&["agent", "cost", "me"]), json!([]));
    desk.ok(&["undo"]);
    assert_eq!(desk.json(&["agent", "cost", "mila"])[0]["cost"]["minor"], 150_000);
    desk.no(1, &["agent", "cost", "mila", "none"], "has no price");
}
