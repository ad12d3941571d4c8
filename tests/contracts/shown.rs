//! What is left, and the entries that explain it.

use super::Desk;
use serde_json::json;

fn autumn() -> Desk {
    let desk = Desk::new();
    desk.ok("contract add acme --prepaid 10h --every month --price 30000 --overage 4000 --round '15m up per entry' --carry 50% --carry-expires 1 --name care");
    desk.at("2026-09-10T09:00:00Z").ok("log 1 3h10m deployed");
    desk.at("2026-10-05T09:00:00Z").ok("log 1 9h migration");
    desk.at("2026-10-12T09:00:00Z").ok("log 1 7h rest");
    desk.ok("log acme 25m call --free");
    desk
}

#[test]
fn the_running_balance_explains_what_is_left() {
    let desk = autumn();
    let shown = desk.json("contract show acme");
    assert_eq!(shown["period"], json!({"from": "2026-10-01", "to": "2026-10-31"}));
    let minutes =
        ["included", "carried", "used", "left", "overage"].map(|key| shown[format!("{key}_minutes")].as_i64().unwrap());
    assert_eq!(minutes, [600, 300, 900, 0, 60]);
    assert_eq!(shown["overage"], json!({"minor": 400_000, "currency": "RUB"}));
    let entries = shown["entries"].as_array().unwrap();
    let balance: Vec<i64> = entries.iter().map(|e| e["balance"].as_i64().unwrap()).collect();
    assert_eq!(balance, [360, 0, 0]);
    assert_eq!(entries[0]["parts"][0], json!({"from": "carried", "minutes": 300, "amount": null}));
    let text = desk.ok("contract show acme care");
    assert!(text.contains("pool       10h + 5h carried in = 15h used + 0m left\n"), "{text}");
    assert!(text.contains("5h carried + 4h"), "{text}");
    assert!(text.contains("price      30 000.00 ₽, due 2026-10-01\n"), "{text}");
}

#[test]
fn the_ledger_tells_of_each_entry_how_its_minutes_came_about() {
    let text = autumn().ok("contract show acme --ledger");
    assert!(text.contains("t3  2026-10-12  1  Cannot log in: rest  mila  0m left\n"), "{text}");
    let why = "7h worked → 15m up per entry: 7h billed → 6h from the hours of 2026-10-01 … 2026-10-31 → \
               1h beyond the pool at 4 000.00 ₽ an hour: 4 000.00 ₽";
    assert!(text.contains(why), "{text}");
}

#[test]
fn an_earlier_day_and_all_periods_can_be_looked_at() {
    let desk = autumn();
    let then = desk.json("contract show acme --as-of 2026-09-30");
    assert_eq!((&then["used_minutes"], &then["left_minutes"]), (&json!(195), &json!(405)));
    assert_eq!(then["expires"], json!([{"minutes": 105, "at": "2026-09-30"}, {"minutes": 300, "at": "2026-10-31"}]));
    let periods = &desk.json("contract show acme --periods")["periods"];
    assert_eq!(periods[0]["carried_out_minutes"], 300);
    assert_eq!(periods[0]["expired_minutes"], 105);
    assert_eq!(periods[1]["overage"], json!({"minor": 400_000, "currency": "RUB"}));
    assert_eq!(desk.json("contract show acme --as-of 2026-08-31")["period"], json!(null));
}

#[test]
fn several_contracts_are_shown_one_after_the_other() {
    let desk = autumn();
    desk.ok("contract add acme --block 5h --order 2");
    let both = desk.json("contract show acme");
    assert_eq!([&both[0]["contract"], &both[1]["contract"]], ["care", "block"]);
    assert_eq!(both[1]["used_minutes"], 60, "what is beyond the first goes to the next");
    assert_eq!(desk.json("contract show acme block")["left_minutes"], 240);
}

#[test]
fn the_first_screen_and_the_client_tell_of_pools_that_are_nearly_empty() {
    let desk = autumn();
    assert!(desk.ok("").ends_with("\nacme care: all 15h used, 1h beyond it\n"), "{}", desk.ok(""));
    desk.ok("contract add рога --block 10h --expires 2m --name пакет --start 2026-08-25 --alert-days 14");
    desk.ok("log 2 9h35m");
    let screen = desk.ok("");
    assert!(screen.contains("рога пакет: 25m of 10h left; ends in 12 days\n"), "{screen}");
    assert_eq!(desk.json("")["contracts"][1]["left_minutes"], 25);
    let client = desk.ok("client show рога");
    assert!(client.contains("пакет     a block of 10h  25m of 10h left; ends in 12 days\n"), "{client}");
    assert_eq!(desk.json("client show рога")["contracts"][0]["left_minutes"], 25);
    let quiet = Desk::new();
    assert!(!quiet.ok("").contains("left"));
    assert_eq!(quiet.json("")["contracts"], json!([]));
}
