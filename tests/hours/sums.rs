//! Time summed and asked for.

use super::stage::Desk;
use serde_json::json;

#[test]
fn the_rows_add_up_to_the_total_however_they_are_grouped() {
    let desk = Desk::new();
    desk.ok(&["log", "1", "25m"]);
    desk.ok(&["log", "2", "1h", "--free"]);
    desk.ok(&["log", "acme.test", "2h", "--on", "mon"]);
    desk.ok(&["--as", "boris", "log", "2", "10m"]);
    desk.ok(&["log", "2", "7h", "--on", "2026-11-15"]);
    for by in ["ticket", "client", "agent", "tag", "activity", "day"] {
        let said = desk.json(&["time", "--by", by]);
        assert_eq!(said["period"], json!({"from": "2026-11-16", "to": "2026-11-22"}));
        let sum = |key: &str| said["rows"].as_array().unwrap().iter().map(|r| r[key].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("actual_minutes"), sum("billed_minutes")), (215, 155), "{by}");
        assert_eq!(
            said["total"],
            json!({"actual_minutes": 215, "billed_minutes": 155, "amount": null, "amounts": []}),
            "{by}"
        );
        let rows = said["rows"].as_array().unwrap().len();
        assert_eq!(
            rows,
            match by {
                "ticket" => 3,
                "tag" => 4,
                "activity" => 1,
                _ => 2,
            },
            "{by}"
        );
    }
    let text = desk.ok(&["time", "--by", "day"]);
    assert!(text.starts_with("Worked time, 2026-11-16 … 2026-11-22 (W47)\n"), "{text}");
    assert_eq!(
        desk.json(&["time", "in:last-week", "--by", "client"])["rows"],
        json!([{"client": null, "actual_minutes": 420, "billed_minutes": 420, "amount": null, "amounts": []}])
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
fn an_activity_is_a_word_of_ones_own() {
    let desk = Desk::new();
    assert_eq!(
        desk.ok(&["log", "1", "25m", "--activity", "Звонок"]),
        "25m on 1  Cannot log in (mila, 2026-11-20, звонок), t1\n"
    );
    desk.ok(&["log", "1", "1h", "--activity", "call"]);
    desk.ok(&["log", "1", "5m"]);
    let rows = desk.json(&["time", "--by", "activity"])["rows"].clone();
    let of = |i: usize| (rows[i]["activity"].clone(), rows[i]["actual_minutes"].clone());
    assert_eq!(
        [of(0), of(1), of(2)],
        [(json!("call"), json!(60)), (json!("звонок"), json!(25)), (json!(null), json!(5))]
    );
    desk.ok(&["time", "edit", "t2", "--activity", "support"]);
    desk.ok(&["time", "edit", "t1", "--activity", "none"]);
    let entries = desk.json(&["time", "ls"]);
    assert_eq!((&entries[0]["activity"], &entries[1]["activity"]), (&json!(null), &json!("support")));
    desk.no(2, &["log", "1", "5m", "--activity", "deep work"], "one word");
}

#[test]
fn billed_minutes_are_the_contract_s_and_what_is_due_is_summed() {
    let desk = Desk::new();
    desk.care();
    desk.ok(&["log", "1", "9h50m"]);
    desk.ok(&["log", "acme.test", "20m"]);
    desk.ok(&["log", "1", "10m", "--free"]);
    desk.ok(&["log", "2", "20m"]);
    for by in ["ticket", "client", "agent", "tag", "activity", "day"] {
        let said = desk.json(&["time", "--by", by]);
        let sum = |of: &dyn Fn(&serde_json::Value) -> i64| said["rows"].as_array().unwrap().iter().map(of).sum::<i64>();
        assert_eq!(sum(&|row| row["billed_minutes"].as_i64().unwrap()), 600 + 30 + 20, "{by}");
        let due = sum(&|row| row["amounts"].as_array().unwrap().iter().map(|m| m["minor"].as_i64().unwrap()).sum());
        assert_eq!(due, 200_000, "{by}");
        assert_eq!(said["total"]["amount"], json!({"minor": 200_000, "currency": "RUB"}), "{by}");
    }
    let text = desk.lines(&["time", "--by", "client"]);
    assert_eq!(text[2], "acme.test    10h 20m  10h 30m  2 000.00 ₽", "{text:?}");
    let entries = desk.json(&["time", "ls"]);
    assert_eq!(entries[1]["overage_minutes"], 30);
    assert_eq!(entries[2]["billed_minutes"], 0);
    assert_eq!((&entries[0]["contract"], &entries[3]["contract"]), (&json!("care"), &json!(null)));
}

#[test]
fn without_a_contract_the_desk_rounds_and_a_ticket_s_day_is_rounded_together() {
    let desk = Desk::new();
    desk.ok(&["config", "set", "hours.round", "15m up"]);
    desk.ok(&["log", "1", "20m"]);
    desk.ok(&["--as", "boris", "log", "1", "20m"]);
    desk.ok(&["log", "2", "5m"]);
    assert_eq!(desk.total(&["time"]), (45, 30 + 30 + 15));
    desk.ok(&["config", "set", "hours.round", "15m up per ticket-day"]);
    assert_eq!(desk.total(&["time"]), (45, 45 + 15));
    assert_eq!(desk.total(&["time", "who:mila"]), (25, 23 + 15), "its share, although the other is not asked for");
}

#[test]
fn hours_that_nobody_takes_are_listed_not_lost() {
    let desk = Desk::new();
    desk.ok(&["log", "2", "20m"]);
    assert!(!desk.run(&["time"]).talk.contains("no contract takes"), "there are no contracts at all");
    desk.contract("acme.test", &[("prepaid", "1h"), ("every", "month"), ("round", "15m up"), ("start", "2026-11-01")]);
    desk.ok(&["log", "1", "1h10m"]);
    desk.ok(&["log", "1", "30m", "--on", "2026-10-31"]);
    desk.ok(&["log", "1", "30m", "--free"]);
    let said = desk.run(&["time", "in:2026"]);
    assert!(said.talk.contains("no contract takes 1h 5m of it: desk time ls --unassigned in:2026"), "{}", said.talk);
    let rows = desk.json(&["time", "ls", "in:2026", "--unassigned"]);
    let told: Vec<(&str, i64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["id"].as_str().unwrap(), e["unassigned_minutes"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("t3", 30), ("t1", 20), ("t2", 15)]);
    assert!(!desk.run(&["time", "in:2026-12"]).talk.contains("no contract takes"));
}
