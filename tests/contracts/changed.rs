//! Changes in the middle, ends, renewals, merged clients; each is taken back whole.

use super::Desk;
use serde_json::{Value, json};

fn care() -> Desk {
    let desk = Desk::new();
    desk.ok("contract add acme --prepaid 10h --every month --price 30000 --overage 4000 --name care");
    desk
}

fn versions(desk: &Desk) -> Vec<(String, String, Value)> {
    let shown = desk.json("contract show acme care");
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let version = |v: &Value| (text(&v["from"]), text(&v["terms"]["price"]), v["terms"]["overage"].clone());
    shown["versions"].as_array().unwrap().iter().map(version).collect()
}

#[test]
fn a_change_holds_from_its_day_and_a_later_one_keeps_what_it_changed() {
    let desk = care();
    desk.ok("contract edit acme care --from 2026-12-01 --price 40000");
    desk.ok("contract edit acme care --from 2026-11-01 --price 35000 --overage 5000");
    let version = |from: &str, price: &str, overage: Value| (from.to_owned(), price.to_owned(), overage);
    assert_eq!(
        versions(&desk),
        [
            version("2026-09-01", "30000", json!("4000")),
            version("2026-11-01", "35000", json!("5000")),
            version("2026-12-01", "40000", json!("5000"))
        ]
    );
    desk.ok("contract edit acme care --from 2026-11-01 --overage none");
    assert_eq!(versions(&desk)[2], version("2026-12-01", "40000", Value::Null));
    assert!(desk.ok("contract show acme").contains("  from 2026-12-01: --price 40000\n"));
    for _ in 0..3 {
        desk.ok("undo");
    }
    assert_eq!(versions(&desk).len(), 1);
}

#[test]
fn what_a_change_cannot_change_is_refused_by_name() {
    let desk = care();
    for (line, says) in [
        ("--price 5", "--from"),
        ("--from 2026-11-01", "nothing to change"),
        ("--from 2026-11-01 --block 5h", "the kind of a contract cannot change"),
        ("--from 2026-11-01 --every week", "the length of the periods of a contract cannot change"),
        ("--from 2026-11-01 --currency EUR", "the currency of a contract cannot change"),
        ("--from 2026-11-01 --start 2026-11-01", "the first day of a contract cannot change"),
        ("--from 2026-08-01 --price 5", "begins on 2026-09-01 only"),
        ("--from 2026-11-01 --price 0", "--price 0"),
    ] {
        desk.no(2, &format!("contract edit acme care {line}"), says);
    }
    desk.no(1, "contract edit acme care --from 2026-09-01 --price 30000", "like that already");
    desk.ok("contract edit acme care --name 'Care plus'");
    assert_eq!(desk.json("contract show acme 'care PLUS'")["versions"].as_array().unwrap().len(), 1);
}

#[test]
fn an_ended_contract_takes_no_more_hours_and_is_listed_with_all() {
    let desk = care();
    desk.ok("contract end acme --on 2026-09-20");
    desk.ok("log 1 1h --on 2026-09-01");
    desk.at("2026-09-25T09:00:00Z").ok("log 1 2h");
    assert_eq!(desk.json("contract ls"), json!([]));
    let ended = &desk.json("contract ls --all")[0];
    assert_eq!((&ended["used_minutes"], &ended["ends"]), (&json!(60), &json!("2026-09-20")));
    desk.no(1, "contract end acme --on 2026-09-20", "already");
    desk.no(1, "contract end acme --on 2026-08-01", "begins on 2026-09-01 only");
    desk.ok("contract end acme --on 2026-10-31");
    assert_eq!(desk.json("contract show acme")["used_minutes"], 180);
}

#[test]
fn a_renewal_takes_along_what_is_left() {
    let desk = Desk::new();
    desk.ok("contract add acme --block 10h --expires 1m --price 30000");
    desk.ok("log 1 4h");
    desk.no(2, "contract renew acme", "--leftovers yes");
    let said = desk.ok("contract renew acme --leftovers yes");
    assert!(said.starts_with("block of acme goes on from 2026-10-01; what is left then goes along\n"), "{said}");
    desk.ok("undo");
    desk.at("2026-10-01T09:00:00Z");
    let said = desk.ok("contract renew acme block --leftovers yes");
    assert!(said.starts_with("block of acme goes on from 2026-10-01; 6h that were left go along\n"), "{said}");
    desk.ok("undo");
    assert_eq!(desk.json("contract ls --all").as_array().unwrap().len(), 1);
    desk.ok("redo");
    let shown = desk.json("contract show acme");
    assert_eq!((&shown["carried_minutes"], &shown["left_minutes"]), (&json!(360), &json!(960)));
    let before = desk.json("contract show acme block --as-of 2026-09-30");
    assert_eq!((&before["left_minutes"], &before["expires"][0]["at"]), (&json!(360), &json!("2026-10-31")));
}

#[test]
fn what_is_logged_late_takes_from_what_went_along() {
    let desk = Desk::new();
    desk.ok("contract add acme --block 10h --expires 1m --price 30000");
    desk.ok("log 1 4h");
    desk.at("2026-10-01T09:00:00Z").ok("contract renew acme --leftovers yes");
    let left = |day: &str| desk.json(&format!("contract show acme block --as-of {day}"))["left_minutes"].clone();
    assert_eq!([left("2026-09-30"), left("2026-10-01")], [json!(360), json!(960)]);
    desk.ok("log 1 2h30m --on 2026-09-30");
    assert_eq!([left("2026-09-30"), left("2026-10-01")], [json!(210), json!(810)], "each minute is paid once");
    desk.ok("undo");
    assert_eq!(left("2026-10-01"), json!(960));
    let shown = desk.ok("contract show acme");
    assert!(shown.contains("with what is left of the one before"), "{shown}");
}

#[test]
fn a_contract_that_another_one_follows_keeps_its_end() {
    let desk = Desk::new();
    desk.ok("contract add acme --block 10h --expires 1m --price 30000");
    desk.at("2026-10-01T09:00:00Z").ok("contract renew acme --leftovers yes");
    let next = "contract edit acme --from 2026-10-01";
    let same = desk.json("contract show acme")["terms"]["carry-in"].as_str().unwrap().to_owned();
    let other = format!("contract add acme --block 5h --start 2026-10-01 --name other --order 2 --carry-in '{same}'");
    desk.no(2, &other, "another contract begins with what is left of block");
    desk.ok("contract edit acme --name hours");
    let held = || desk.json("contract show acme")["carried_minutes"].clone();
    assert_eq!(held(), json!(600), "whatever it is called");
    desk.no(2, &format!("{next} --carry-in 'leftovers of 99'"), "a contract that the client does not have");
    desk.no(2, &format!("{next} --carry-in 'leftovers of x'"), "it is no contract");
    desk.ok(&format!("{next} --carry-in 90m"));
    assert_eq!(held(), json!(90), "a number stands for itself");
}

#[test]
fn a_renewal_without_leftovers_or_without_an_end() {
    let desk = care();
    desk.no(1, "contract renew acme", "it goes on by itself");
    desk.ok("contract edit acme care --from 2026-09-01 --end 2026-09-30 --renew 'without leftovers'");
    let said = desk.ok("contract renew acme");
    assert!(said.contains("goes on from 2026-10-01; nothing goes along"), "{said}");
    desk.at("2026-10-10T09:00:00Z").ok("log 1 1h");
    assert_eq!(desk.json("contract show acme")["used_minutes"], 60, "the one that runs now");
    assert_eq!(desk.json("contract show acme care --as-of 2026-09-30")["used_minutes"], 0);
}

#[test]
fn a_merge_takes_contracts_along_and_undo_gives_them_back() {
    let desk = care();
    desk.ok("contract add рога --block 5h --name пакет");
    desk.ok("log 1 2h");
    let before = desk.seen();
    let said = desk.ok("client merge acme --into рога");
    assert_eq!(said, "merged acme into рога: 1 contact, 1 ticket, 1 time entry, 1 contract moved\n");
    let list = desk.json("contract ls");
    assert_eq!(list[0]["contract"], "пакет", "it is drawn first: 2 of 5 hours");
    assert_eq!(desk.json("contract show рога care")["terms"]["order"], "2");
    assert_eq!(list[0]["used_minutes"], 120);
    let after = desk.seen();
    desk.ok("undo");
    assert_eq!(desk.seen(), before);
    desk.ok("redo");
    assert_eq!(desk.seen(), after);
}

#[test]
fn a_merge_of_two_currencies_is_refused_by_name() {
    let desk = care();
    desk.ok("contract add рога --hourly '90 EUR' --name часы");
    desk.no(1, "client merge acme --into рога", "do not go together");
    desk.ok("contract end рога --on 2026-09-01");
    desk.ok("contract edit acme care --name часы");
    desk.no(1, "client merge acme --into рога", "which is in EUR");
}
