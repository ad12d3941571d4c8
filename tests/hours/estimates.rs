//! Estimates: what they come to, what the client agreed to, what is told when more is worked.

use super::stage::Desk;
use serde_json::json;

#[test]
fn an_estimate_fits_or_needs_approval() {
    let desk = Desk::new();
    desk.care();
    desk.ok(&["log", "acme.test", "4h"]);
    assert_eq!(
        desk.lines(&["estimate", "1", "3h"]),
        ["estimated 3h: 1  Cannot log in", "fits: 6h left of care, 3h after it"]
    );
    desk.ok(&["log", "1", "1h"]);
    let said = desk.json(&["estimate", "1", "6h30m"]);
    assert_eq!(
        said["verdict"],
        json!({
            "said": "needs approval: 2\u{a0}000.00\u{a0}₽ beyond care", "needs_approval": true,
            "cost": {"minor": 200_000, "currency": "RUB"},
        })
    );
    assert_eq!(
        said["estimate"],
        json!({"minutes": 390, "approved_minutes": null, "billed_minutes": 60, "percent": 15.4})
    );
    desk.no(1, &["estimate", "1", "6h30m"], "estimated at 6h 30m already");
    assert_eq!(desk.lines(&["estimate", "1", "30m"])[1], "worked already: 1h billed");
}

#[test]
fn other_contracts_say_it_in_their_own_words() {
    let last = |desk: &Desk, words: &[&str]| desk.lines(words).pop().unwrap();
    let with = |terms: &[(&str, &str)]| {
        let desk = Desk::new();
        desk.contract("acme.test", &[terms, &[("start", "2026-01-01"), ("name", "care")]].concat());
        last(&desk, &["estimate", "1", "2h"])
    };
    assert_eq!(with(&[("hourly", "3500")]), "needs approval: 7 000.00 ₽ by the hour (care)");
    assert_eq!(with(&[("flat", "50000"), ("every", "month")]), "fits: in the fee of care");
    assert_eq!(with(&[("deposit", "50000"), ("rate", "3500")]), "fits: 50 000.00 ₽ left of care, 43 000.00 ₽ after it");
    assert_eq!(with(&[("block", "1h")]), "needs approval: 1h that no contract takes");
    assert_eq!(with(&[("block", "1h"), ("overage", "100")]), "needs approval: 100.00 ₽ beyond care");
    assert_eq!(with(&[("hourly", "3500"), ("end", "2026-02-01")]), "no contract: at nobody's price");
    assert_eq!(last(&Desk::new(), &["estimate", "2", "2h"]), "no contract: at nobody's price");
}

#[test]
fn who_logs_more_than_was_agreed_to_is_told_so() {
    let desk = Desk::new();
    desk.ok(&["estimate", "1", "2h", "new", "page"]);
    assert!(desk.json(&["show", "1"])["messages"].to_string().contains("new page"), "the text is a note");
    desk.ok(&["approve", "1", "1h"]);
    assert!(!desk.run(&["log", "1", "1h"]).talk.contains("agreed"));
    let said = desk.run(&["log", "1", "5m"]);
    assert!(said.talk.contains("1h 5m billed on 1 by now, the client agreed to 1h"), "{}", said.talk);
    desk.ok(&["approve", "1", "none"]);
    let said = desk.run(&["note", "1", "x", "-t", "1h"]);
    assert!(said.talk.contains("2h 5m billed on 1 by now, the estimate was 2h"), "{}", said.talk);
    desk.ok(&["estimate", "1", "3h"]);
    assert_eq!(desk.lines(&["approve", "1"]), ["approved 3h: 1  Cannot log in"]);
    desk.no(1, &["approve", "1"], "approved up to 3h already");
    let page = desk.ok(&["show", "1"]);
    assert!(page.contains("estimate  3h, approved; 2h 5m billed, 69 %"), "{page}");
    assert_eq!(
        desk.json(&["show", "1"])["estimate"],
        json!({"minutes": 180, "approved_minutes": 180, "billed_minutes": 125, "percent": 69.4})
    );
    assert_eq!(desk.json(&["show", "2"])["estimate"], json!(null));
}

#[test]
fn estimates_and_approvals_are_taken_back_and_told_in_the_history() {
    let desk = Desk::new();
    desk.ok(&["estimate", "1", "2h"]);
    desk.ok(&["estimate", "1", "3h"]);
    desk.ok(&["approve", "1"]);
    let events = desk.json(&["show", "1"])["events"].clone();
    let told: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["kind"] == "estimate")
        .map(|e| e["detail"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["2h", "2h → 3h", "approved 3h"]);
    desk.ok(&["undo"]);
    assert_eq!(desk.json(&["estimate", "1"])["estimate"]["approved_minutes"], json!(null));
    desk.ok(&["undo"]);
    assert_eq!(desk.json(&["estimate", "1"])["estimate"]["minutes"], 120);
    desk.ok(&["redo"]);
    desk.ok(&["estimate", "1", "none"]);
    desk.no(3, &["estimate", "1"], "1 has no estimate");
    desk.no(1, &["estimate", "1", "none"], "1 has no estimate");
    desk.no(1, &["approve", "1"], "desk estimate 1 3h");
    desk.ok(&["undo"]);
    assert_eq!(desk.json(&["estimate", "1"])["estimate"]["minutes"], 180);
    desk.no(2, &["estimate", "1", "3"], "3m or 3h?");
    desk.no(3, &["estimate", "9", "3h"], "ticket 9 does not exist");
    desk.ok(&["approve", "2", "2h"]);
    assert_eq!(desk.json(&["estimate", "2"])["estimate"]["approved_minutes"], 120);
}
