//! Similar tickets and what they teach, as `desk show` tells it.

use super::stage::Stage;
use serde_json::{Value, json};

/// A desk of five tickets about printers, in two languages, and some about other things.
fn furnished() -> Stage {
    let stage = Stage::new();
    stage.all(&[
        "open 'Принтер не печатает' -f ann@acme.test -m 'Здравствуйте! Принтер на складе не печатает накладные.' +printer",
        "open 'Счёт за май' -f bob@acme.test -m 'Пришлите, пожалуйста, закрывающие документы за май.' +billing",
        "open 'Печать накладных' -f eve@other.test -m 'Накладные не печатаются: принтер на складе молчит.' +printer",
        "open 'The scanner hangs' -f joe@far.test -m 'Our flatbed scanner hangs after every page.'",
        "open 'Купите рекламу' -f spam@far.test -m 'Принтер на складе не печатает накладные? Купите рекламу!'",
        "take 1,3",
    ]);
    stage.as_agent("ana").all(&["close 1", "close 3"]);
    stage.ok("spam 5");
    stage.ok("open 'Не печатают принтеры' -f new@third.test -m 'Добрый день. Принтеры на складе перестали печатать накладную.'");
    stage
}

fn numbers(similar: &Value) -> Vec<i64> {
    similar.as_array().unwrap().iter().map(|s| s["number"].as_i64().unwrap()).collect()
}

#[test]
fn show_tells_the_tickets_that_say_the_same_and_no_spam() {
    let stage = furnished();
    let page = stage.json("show 6");
    let mut found = numbers(&page["similar"]);
    found.sort_unstable();
    assert_eq!(found, [1, 3], "{}", page["similar"]);
    let first = &page["similar"][0];
    let keys: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["closed_at", "likeness", "number", "status", "subject"]);
    assert_eq!((&first["status"], &first["closed_at"]), (&json!("closed"), &json!("2026-11-20T12:00:00Z")));
    assert!((300..=1000).contains(&first["likeness"].as_i64().unwrap()), "{first}");
    let text = stage.ok("show 6");
    assert!(text.contains("similar  ") && text.contains("Печать накладных (closed)"), "{text}");
}

#[test]
fn a_closed_ticket_a_first_ticket_and_one_about_something_else_have_none() {
    let stage = furnished();
    for ticket in [1, 2, 4] {
        let page = stage.json(&format!("show {ticket}"));
        assert_eq!((&page["similar"], &page["answers"]), (&json!([]), &json!([])), "{ticket}");
        assert!(!stage.ok(&format!("show {ticket}")).contains("similar"), "{ticket}");
    }
}

#[test]
fn english_words_meet_in_other_forms_too() {
    let stage = furnished();
    stage.ok("open 'Scanners hanging' -f zoe@far2.test -m 'All flatbed scanners hung after the first pages.'");
    assert_eq!(numbers(&stage.json("show 7")["similar"]), [4]);
}

#[test]
fn tickets_without_a_text_are_found_by_their_subjects() {
    let stage = Stage::new();
    stage.all(&["open 'Cannot export the ledger'", "open 'Holiday hours'", "open 'Ledger export fails'"]);
    assert_eq!(numbers(&stage.json("show 3")["similar"]), [1]);
}

#[test]
fn a_linked_ticket_stands_first_and_once() {
    let stage = furnished();
    stage.ok("note 6 'И сканер тоже'");
    let note = stage.of(6, "messages")[1]["id"].as_i64().unwrap();
    stage.ok(&format!("split 6 m{note}"));
    let similar = stage.of(6, "similar");
    let mut found = numbers(&similar);
    assert_eq!(found.remove(0), 7, "{similar}");
    found.sort_unstable();
    assert_eq!(found, [1, 3]);
}
