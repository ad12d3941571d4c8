//! The life of an invoice: counted while it is a draft, a fact with its number, taken back by a credit note.

use super::{Desk, minor};
use serde_json::Value;

/// Nine hours, eight, and a call: 17h 30m billed, ten of them prepaid.
fn october() -> Desk {
    let desk = Desk::prepaid();
    desk.ok("log 1 9h чинил --on 2026-10-05");
    desk.ok("log 1 8h 'ещё раз' --on 2026-10-20");
    desk.ok("log acme 25m звонок --on 2026-10-21");
    desk
}

fn sum(lines: &Value, key: &str) -> i64 {
    lines.as_array().unwrap().iter().map(|l| l[key].as_i64().unwrap()).sum()
}

#[test]
fn a_statement_says_what_became_of_each_minute() {
    let desk = october();
    let s = desk.json("statement acme in:2026-10");
    assert_eq!(sum(&s["lines"], "billed_minutes"), 540 + 480 + 30);
    assert_eq!(sum(&s["lines"], "covered_minutes"), 600);
    assert_eq!(sum(&s["lines"], "overage_minutes"), 450);
    let lines: i64 = s["lines"].as_array().unwrap().iter().map(|l| minor(&l["amount"])).sum();
    assert_eq!(lines, 450 * 400_000 / 60);
    assert_eq!(minor(&s["fees"][0]["amount"]), 3_000_000);
    assert_eq!(minor(&s["total"]), lines + 3_000_000);
    assert_eq!((s["billed_minutes"].as_i64(), s["balance"].is_null()), (Some(1050), true));
    let text = desk.ok("statement acme in:2026-10");
    for part in ["Отчёт по часам", "ООО «Акме»", "Не печатает счёт", "60\u{a0}000,00\u{a0}₽"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(desk.ok("statement acme in:2026-10 --format html").starts_with("<!doctype html>\n<html lang=\"ru\">"));
    assert!(desk.ok("statement acme in:2026-10 --format csv").contains("t1,1,Не печатает счёт,2026-10-05"));
}

#[test]
fn a_draft_follows_the_hours_and_an_issued_invoice_does_not() {
    let desk = october();
    let draft = desk.draft("invoice acme in:2026-10");
    assert_eq!(desk.draft("invoice acme in:2026-10"), draft, "the same draft again");
    desk.ok("log 1 1h 'забыли' --on 2026-10-22");
    assert_eq!(minor(&desk.json(&format!("invoice show {draft}"))["total"]), 6_000_000 + 400_000);
    let issued = desk.json(&format!("invoice issue {draft}"));
    assert_eq!(
        (issued["invoices"][0]["number"].as_i64(), minor(&issued["invoices"][0]["total"])),
        (Some(1), 6_400_000)
    );
    let paper = desk.ok("invoice show 1");
    desk.ok("log 1 2h 'ещё позже' --on 2026-10-23");
    desk.ok("client edit acme --name 'Другое имя'");
    assert_eq!(desk.ok("invoice show 1"), paper);
    // What came late is drawn in November, and is on its invoice.
    let november = desk.json("statement acme in:2026-11");
    assert_eq!(
        (november["lines"][0]["day"].as_str(), november["lines"][0]["covered_minutes"].as_i64()),
        (Some("2026-10-23"), Some(120))
    );
    let again = desk.json("statement acme in:2026-10");
    assert_eq!(minor(&again["total"]), 6_400_000);
    let draft = desk.draft("invoice acme in:2026-11");
    let issued = desk.json(&format!("invoice issue {draft}"));
    assert_eq!(
        (issued["invoices"][0]["number"].as_i64(), minor(&issued["invoices"][0]["total"])),
        (Some(2), 3_000_000)
    );
    // With November invoiced, too, the late entry stays where it was drawn.
    assert_eq!(desk.json("statement acme in:2026-11")["lines"][0]["covered_minutes"], 120);
    assert_eq!(minor(&desk.json("statement acme in:2026-10")["total"]), 6_400_000);
}

#[test]
fn what_is_invoiced_is_locked_by_name() {
    let desk = october();
    let logged = desk.json("history")[0]["operation"].as_i64().unwrap();
    let draft = desk.draft("invoice acme in:2026-10");
    desk.ok(&format!("invoice issue {draft}"));
    let says = ["t1 is on invoice 1", "desk invoice credit 1"];
    desk.no(1, "time edit t1 8h", &says);
    desk.no(1, "time edit t1 --free", &says);
    desk.no(1, "time void t1", &says);
    desk.no(1, &format!("undo {logged}"), &["t3 is on invoice 1"]);
    desk.no(1, "undo", &["invoice 1 is issued", "desk invoice credit 1"]);
    desk.no(1, "invoice acme in:2026-10", &["is on invoice 1 already"]);
    desk.no(1, "invoice acme in:2026-10-15..2026-11-05", &["2026-10-15 to 2026-10-31", "invoice 1"]);
    desk.no(1, &format!("invoice issue {draft}"), &[]);
    desk.no(2, "invoice issue 1 --on 2027-11-10", &["has not come yet"]);
    desk.no(1, "invoice issue 1", &["issued already"]);
    desk.no(1, "invoice drop 1", &["issued already"]);
    desk.no(1, "contract add acme --hourly 5000 --start 2026-10-15 --name more --order 2", &["invoice 1"]);
    desk.no(1, "contact erase ann@acme.test -y", &["t1 (invoice 1)", "--keep-invoiced"]);
    desk.ok("contact erase ann@acme.test -y --keep-invoiced");
    let lines = desk.json("statement acme in:2026-10")["lines"].clone();
    assert_eq!((lines[0]["text"].as_str(), lines[2]["text"].as_str()), (Some("чинил"), Some("звонок")));
    assert!(desk.ok("invoice show 1").contains("чинил"));
}

#[test]
fn a_credit_note_takes_an_invoice_back_and_frees_its_hours() {
    let desk = october();
    let draft = desk.draft("invoice acme in:2026-10");
    desk.ok(&format!("invoice issue {draft}"));
    desk.ok("invoice paid 1 10000");
    let note = desk.json("invoice credit 1");
    assert_eq!((note["invoices"][0]["number"].as_i64(), minor(&note["invoices"][0]["total"])), (Some(2), -6_000_000));
    assert!(desk.ok("invoice show 2").contains("-30\u{a0}000,00\u{a0}₽"));
    desk.no(1, "undo", &["invoice 1 was taken back"]);
    desk.no(1, "invoice credit 1", &["taken back already"]);
    desk.no(1, "invoice credit 2", &["credit note itself"]);
    desk.no(1, "invoice paid 1", &["no invoice that stands"]);
    desk.no(1, "act 1", &["taken back"]);
    desk.ok("time edit t1 8h");
    let draft = desk.draft("invoice acme in:2026-10");
    let issued = desk.json(&format!("invoice issue {draft}"));
    assert_eq!(
        (issued["invoices"][0]["number"].as_i64(), minor(&issued["invoices"][0]["total"])),
        (Some(3), 5_600_000)
    );
    // What he paid is his: 56 000 less 10 000.
    assert_eq!(minor(&desk.json("statement acme in:2026-10")["balance"]), 4_600_000);
    let numbers: Vec<i64> =
        desk.json("invoice ls").as_array().unwrap().iter().map(|i| i["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3], "without a gap");
}

#[test]
fn payments_are_noted_and_can_be_taken_back() {
    let desk = october();
    let draft = desk.draft("invoice acme in:2026-10");
    desk.ok(&format!("invoice issue {draft} --due 2026-11-20"));
    assert_eq!(desk.open("1"), 6_000_000);
    desk.ok("invoice paid 1 '20 000' --on 2026-11-05 -m 'первая часть'");
    assert_eq!(desk.open("1"), 4_000_000);
    assert!(desk.ok("invoice paid 1").contains("it is paid"));
    assert_eq!(desk.open("1"), 0);
    desk.no(1, "invoice paid 1", &["is paid"]);
    desk.ok("undo");
    assert_eq!(desk.open("1"), 4_000_000);
    desk.ok("invoice paid acme 500");
    desk.ok("invoice paid acme -- -100,50");
    let paid = desk.json("invoice payments acme");
    let sums: Vec<i64> = paid.as_array().unwrap().iter().map(|p| minor(&p["amount"])).collect();
    assert_eq!(sums, [2_000_000, 50_000, -10_050]);
    desk.no(1, "invoice paid 1 10 EUR", &["invoice 1 is in RUB"]);
    desk.no(2, "invoice paid 1 10,555", &["RUB has 2 decimals"]);
    desk.no(2, "invoice paid 1 0", &["nothing is no payment"]);
    desk.no(2, "invoice paid 1 --on 2026-12-01", &[]);
    desk.no(2, "invoice paid acme", &["how much"]);
    desk.no(3, "invoice paid 9", &["no invoice 9"]);
}

#[test]
fn numbers_begin_where_they_are_told_and_look_as_they_are_told() {
    let desk = october();
    desk.ok("config set invoice.first 118");
    desk.ok("config set invoice.prefix А-");
    desk.ok("config set invoice.tax '20% included'");
    desk.ok("config set invoice.due 10");
    desk.ok("config set details.inn 7701234567");
    desk.ok("client edit acme --detail inn=5001234567");
    let draft = desk.draft("invoice acme in:2026-10");
    let due = desk.json(&format!("invoice issue {draft}"))["invoices"][0]["due_on"].clone();
    assert_eq!(due, "2026-11-20");
    let paper = desk.json("invoice show 118");
    assert_eq!(
        (paper["number"].as_str(), minor(&paper["total"]), minor(&paper["tax"]["amount"])),
        (Some("А-118"), 6_000_000, 1_000_000)
    );
    let text = desk.ok("invoice show А-118");
    for part in ["А-118", "7701234567", "5001234567", "НДС", "Шестьдесят тысяч рублей 00 копеек"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(desk.ok("act 118 --format html").contains("Акт"));
    desk.ok("config set invoice.tax 20%");
    assert_eq!(desk.ok("invoice show 118"), text, "what is issued stays as it is");
    assert_eq!(minor(&desk.json("statement acme in:2026-10")["total"]), 7_200_000);
}

#[test]
fn own_templates_are_used_and_bad_ones_are_told() {
    let desk = october();
    assert!(desk.ok("invoice template statement text").len() > 10);
    desk.ok("config set templates.statement-text-ru 'Итого {{ total|money }}'");
    assert_eq!(desk.ok("statement acme in:2026-10").trim(), "Итого 60\u{a0}000,00\u{a0}₽");
    desk.ok("config set templates.statement-text-ru '{% for x in work %}'");
    desk.no(1, "statement acme in:2026-10", &["template"]);
}

#[test]
fn the_history_tells_of_money_in_words() {
    let desk = october();
    let draft = desk.draft("invoice acme in:2026-10");
    desk.ok(&format!("invoice issue {draft}"));
    desk.ok("invoice paid 1 500");
    desk.ok("invoice credit 1");
    let told: Vec<String> = desk
        .json("history -l 4")
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["events"].to_string().replace('\u{a0}', " "))
        .collect();
    assert!(
        told[0].contains("2 for acme, 2026-10-01 to 2026-10-31: -60 000.00 ₽") && told[0].contains("was taken back"),
        "{told:?}"
    );
    assert!(told[1].contains("500.00 ₽ from acme"), "{told:?}");
    assert!(told[2].contains("1 for acme, 2026-10-01 to 2026-10-31: 60 000.00 ₽"), "{told:?}");
    assert!(desk.json("history").to_string().contains("care of acme: --prepaid 10h --every month"));
}

#[test]
fn work_over_midnight_belongs_to_both_days() {
    let desk = Desk::prepaid();
    let said = desk.ok("log acme 3h перенос --on 2026-10-31 --from 22:30");
    assert!(
        said.contains("1h 30m for acme (mila, 2026-10-31)") && said.contains("1h 30m for acme (mila, 2026-11-01)"),
        "{said}"
    );
    let of = |month: &str| desk.json(&format!("statement acme in:2026-{month}"))["billed_minutes"].clone();
    assert_eq!((of("10"), of("11")), (90.into(), 90.into()));
    assert_eq!(desk.json("time ls in:2026-10-31..2026-11-01").as_array().unwrap().len(), 2);
}

#[test]
fn why_explains_a_line_step_by_step() {
    let desk = october();
    let said = desk.ok("why t2").replace('\u{a0}', " ");
    for part in [
        "8h worked",
        "15m up per entry: 8h billed",
        "1h from the hours of 2026-10-01",
        "7h beyond the pool at 4 000.00 ₽ an hour: 28 000.00 ₽",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert_eq!(desk.json("why t3")[0]["id"], "t3");
    desk.no(3, "why t9", &["no time entry t9"]);
    desk.no(3, "why 42", &["ticket 42"]);
}

#[test]
fn nothing_to_invoice_is_said() {
    let desk = Desk::new();
    desk.no(1, "invoice acme in:2026-10", &["there is nothing to invoice"]);
    desk.no(1, "invoice all in:2026-10", &["there is nothing to invoice"]);
    desk.no(3, "invoice nobody", &["no client nobody"]);
    desk.no(2, "invoice acme +tag", &["name the period alone"]);
    desk.no(3, "invoice show 7", &["no invoice 7"]);
    desk.no(2, "invoice show seven", &["no invoice"]);
    assert_eq!(desk.json("invoice ls"), serde_json::json!([]));
}

#[test]
fn two_currencies_in_one_period_are_refused_by_name() {
    let desk = Desk::prepaid();
    desk.ok("contract end acme --on 2026-10-15");
    desk.ok("contract add acme --hourly '50 EUR' --start 2026-10-16 --name new");
    desk.ok("log 1 1h --on 2026-10-20");
    desk.no(1, "invoice acme in:2026-10", &["RUB", "EUR"]);
    let euros = desk.json("invoice acme in:2026-10-16..2026-10-31");
    assert_eq!(euros["invoices"][0]["total"]["currency"], "EUR");
}

#[test]
fn margin_puts_the_unprofitable_first() {
    let desk = october();
    desk.ok("client add small 'Small Ltd'");
    desk.ok("contract add small --flat 5000 --every month --start 2026-08-01");
    for month in ["08", "09", "10"] {
        desk.ok(&format!("log small 8h --on 2026-{month}-07"));
    }
    let open = desk.json("margin in:2026-10");
    assert!(open["clients"][0]["cost"].is_null(), "nobody has said what an hour costs");
    desk.ok("agent cost mila 1500 --from 2026-01-01");
    desk.ok("invoice paid small 5000 --on 2026-10-02");
    let m = desk.json("margin in:2026-10");
    let (small, acme) = (&m["clients"][0], &m["clients"][1]);
    assert_eq!((small["client"].as_str(), acme["client"].as_str()), (Some("small"), Some("acme")));
    assert_eq!((minor(&small["due"]), minor(&small["cost"]), minor(&small["result"])), (500_000, 1_200_000, -700_000));
    assert_eq!(
        (minor(&small["rate"]), minor(&small["break_even"]), minor(&small["mrr"])),
        (62_500, 1_200_000, 500_000)
    );
    assert_eq!((minor(&acme["due"]), minor(&acme["cost"])), (6_000_000, 2_612_500));
    assert_eq!(small["trend"], serde_json::json!([0, 0, 0, 480, 480, 480]));
    assert_eq!(minor(&m["totals"][0]["due"]), 6_500_000);
    let text = desk.ok("margin in:2026-10");
    assert!(text.contains("MRR 35\u{a0}000.00\u{a0}₽ · ever received 5\u{a0}000.00\u{a0}₽"), "{text}");
    assert!(text.contains("small: costs 7\u{a0}000.00\u{a0}₽ more than he pays"), "{text}");
    assert_eq!(desk.json("margin in:2026-08-01..2026-10-31")["clients"][0]["months"].as_array().unwrap().len(), 3);
    desk.no(2, "margin +tag", &["a period and clients"]);
}

#[test]
fn a_client_page_holds_what_is_his_and_nothing_else() {
    let desk = october();
    desk.ok("note 1 'тайная заметка'");
    desk.ok("open 'Чужая заявка' -f bob@other.test");
    desk.ok("open 'Реклама' -c acme -f eve@acme.test");
    desk.ok("spam 3");
    desk.ok("log 1 30m 'сделано в ноябре' --on 2026-11-03");
    let folder = desk.home.path().join("page");
    desk.ok(&format!("client page acme -o {}", folder.display()));
    let html = std::fs::read_to_string(folder.join("index.html")).unwrap();
    for part in ["Не печатает счёт", "сделано в ноябре", "ООО «Акме»", "lang=\"ru\""]
    {
        assert!(html.contains(part), "{part} is not there");
    }
    for part in ["тайная", "Чужая", "Реклама", "4\u{a0}000", "30\u{a0}000", "<script", "http://", "https://"]
    {
        assert!(!html.contains(part), "{part} is there");
    }
    assert!(desk.ok("client page acme").starts_with("<!doctype html>"));
    desk.no(2, "client page all", &["a folder"]);
}
