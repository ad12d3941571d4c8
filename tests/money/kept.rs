//! What a client was told stays so, whatever is changed, undone or merged later; and whoever issues is told what would cost
//! money.

use super::{Desk, minor};

/// Ten prepaid hours a month, changed on the first of October; October is invoice 1. The operation that changed it.
fn changed_and_invoiced() -> (Desk, i64) {
    let desk = Desk::prepaid();
    desk.ok("contract edit acme --from 2026-10-01 --overage 5000 --price 40000");
    let change = desk.json("history")[0]["operation"].as_i64().unwrap();
    desk.ok("log 1 12h --on 2026-10-05");
    desk.issue("acme in:2026-10");
    (desk, change)
}

#[test]
fn a_change_of_invoiced_days_is_not_undone_until_the_invoice_is_taken_back() {
    let (desk, change) = changed_and_invoiced();
    desk.no(1, &format!("undo {change}"), &["care would count otherwise from 2026-10-01 on", "invoice 1", "credit 1"]);
    assert_eq!(minor(&desk.json("statement acme in:2026-10")["total"]), 5_000_000);
    desk.ok("invoice credit 1");
    desk.ok(&format!("undo {change}"));
    assert_eq!(minor(&desk.json("statement acme in:2026-10")["total"]), 3_800_000);
    desk.issue("acme in:2026-10");
    desk.no(1, "redo", &["care would count otherwise", "invoice 3"]);
}

#[test]
fn a_contract_whose_hours_are_invoiced_is_not_undone_and_one_is_not_brought_back_into_invoiced_days() {
    let desk = Desk::new();
    desk.ok("contract add acme --hourly 4000 --start 2026-09-01 --name h");
    let added = desk.json("history")[0]["operation"].as_i64().unwrap();
    desk.ok("contract add acme --block 1h --start 2026-09-01 --name b --order 2");
    desk.ok("undo");
    desk.ok("log 1 12h --on 2026-10-05");
    desk.issue("acme in:2026-10");
    desk.no(1, &format!("undo {added}"), &["h would count otherwise from 2026-09-01 on", "invoice 1"]);
    let undone =
        desk.json("history").as_array().unwrap().iter().find(|o| o["kind"] == "undo").unwrap()["operation"].clone();
    desk.no(1, &format!("undo {undone}"), &["b would count otherwise", "invoice 1"]);
    assert_eq!(minor(&desk.json("statement acme in:2026-10")["total"]), 4_800_000);
    desk.ok("contract edit acme h --name hours");
    desk.ok("undo");
}

#[test]
fn the_place_of_a_contract_counts_for_all_days() {
    let desk = Desk::prepaid();
    desk.ok("contract add acme --block 5h --start 2026-09-01 --name b --order 2");
    desk.no(2, "contract edit acme b --from 2026-11-01 --order 3", &["counts for all days"]);
    desk.ok("contract edit acme care --order 3");
    desk.ok("contract edit acme care --order 1");
    desk.ok("log 1 12h --on 2026-10-05");
    desk.issue("acme in:2026-10");
    desk.no(1, "contract edit acme care --order 3", &["invoice 1"]);
    assert_eq!(desk.json("contract show acme care --as-of 2026-10-31")["used_minutes"], 600);
}

#[test]
fn what_a_block_holds_is_not_changed_from_a_later_day_on() {
    let desk = Desk::new();
    desk.ok("contract add acme --block 5h --start 2026-09-01 --name b --price 100");
    let says = ["was agreed for its first day, 2026-09-01", "--from 2026-09-01"];
    desk.no(2, "contract edit acme b --from 2026-10-01 --block 9h", &says);
    desk.no(2, "contract edit acme b --from 2026-10-01 --price 900", &says);
    desk.no(2, "contract edit acme b --from 2026-10-01 --carry-in 1h", &says);
    desk.ok("contract edit acme b --from 2026-10-01 --overage 900");
    desk.ok("contract edit acme b --from 2026-09-01 --block 9h");
    assert_eq!(desk.json("contract show acme")["left_minutes"], 540);
}

#[test]
fn a_prorated_period_of_which_days_are_invoiced_does_not_change() {
    let desk = Desk::new();
    desk.ok("contract add acme --prepaid 10h --every quarter --price 90000 --prorate yes --start 2026-10-01 --name q");
    desk.issue("acme in:2026-10");
    assert_eq!(minor(&desk.json("invoice show 1")["total"]), 9_000_000);
    desk.no(1, "contract end acme q --on 2026-11-15", &["invoice 1"]);
    desk.no(1, "contract edit acme q --from 2026-12-01 --price 1000", &["invoice 1"]);
    desk.ok("contract edit acme q --from 2027-01-01 --price 1000");
    assert_eq!(minor(&desk.json("statement acme in:2026-10")["total"]), 9_000_000);
}

#[test]
fn two_who_were_both_invoiced_are_not_merged_so_that_hours_are_drawn_anew() {
    let desk = Desk::prepaid();
    desk.ok("client add other Other --domain other.test");
    desk.ok("open x -c other -f bob@other.test");
    desk.ok("contract add other --hourly 5000 --start 2026-09-01 --name h");
    desk.ok("log 2 2h --on 2026-10-05");
    desk.ok("log 1 10h --on 2026-10-06");
    desk.issue("other in:2026-10");
    desk.no(1, "client merge other --into acme", &["invoice 1", "other and acme"]);
    desk.ok("invoice credit 1");
    desk.ok("client merge other --into acme");
}

#[test]
fn a_merge_is_not_undone_once_the_one_client_has_an_invoice_of_what_the_other_brought() {
    let desk = Desk::prepaid();
    desk.ok("client add other Other --domain other.test");
    desk.ok("open x -c other -f bob@other.test");
    desk.ok("log 2 2h --on 2026-10-05");
    desk.ok("client merge other --into acme");
    let merged = desk.json("history")[0]["operation"].as_i64().unwrap();
    let draft = desk.draft("invoice acme in:2026-10");
    desk.ok(&format!("undo {merged}"));
    desk.ok("redo");
    desk.ok(&format!("invoice issue {draft}"));
    assert_eq!(desk.json("invoice show 1")["lines"].as_array().unwrap().len(), 1);
    desk.no(1, &format!("undo {merged}"), &["invoice 1 holds something of it", "credit 1"]);
}

#[test]
fn numbers_have_no_gap_whatever_the_first_one_is_said_to_be_later() {
    let desk = Desk::prepaid();
    desk.ok("config set invoice.first 5");
    desk.issue("acme in:2026-09");
    desk.ok("config set invoice.first 500");
    desk.issue("acme in:2026-10");
    let numbers: Vec<i64> =
        desk.json("invoice ls").as_array().unwrap().iter().map(|i| i["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [5, 6]);
}

#[test]
fn a_credit_note_is_not_older_than_its_invoice() {
    let desk = Desk::prepaid();
    desk.issue("acme in:2026-10");
    desk.no(2, "invoice credit 1 --on 2026-11-09", &["of 2026-11-10", "--on 2026-11-10"]);
    desk.ok("invoice credit 1 --on 2026-11-10");
}

#[test]
fn whoever_invoices_days_to_come_is_told_where_their_hours_go() {
    let desk = Desk::prepaid();
    assert!(desk.ok("invoice acme in:2026-11").contains("its days are not over"));
    assert!(!desk.ok("invoice acme in:2026-10").contains("its days are not over"));
}

#[test]
fn an_invoice_that_hours_logged_before_it_changed_is_told_with_the_next_one() {
    let desk = Desk::new();
    desk.ok("contract add acme --block 10h --price 10000 --overage 4000 --start 2026-07-01");
    desk.ok("log 1 8h --on 2026-07-06");
    desk.issue("acme in:2026-07");
    desk.ok("log 1 5h --on 2026-09-06");
    desk.issue("acme in:2026-09");
    desk.ok("log 1 1h --on 2026-10-06");
    assert!(!desk.ok("invoice acme in:2026-10 -n").contains("by what was logged"));
    desk.ok("log 1 2h late --on 2026-08-06");
    let said = desk.ok("invoice acme in:2026-10 -n").replace('\u{a0}', " ");
    assert!(
        said.contains("invoice 2 says 12 000.00 ₽, by what was logged or changed since it would say 20 000.00 ₽"),
        "{said}"
    );
    assert!(!said.contains("invoice 1 says"), "{said}");
}

#[test]
fn who_is_on_the_paper_of_an_invoice_that_was_taken_back_is_not_erased_unsaid() {
    let desk = Desk::prepaid();
    desk.ok("log 1 1h 'пароль Анны' --on 2026-10-05");
    desk.issue("acme in:2026-10");
    desk.ok("invoice credit 1");
    desk.no(1, "contact erase ann@acme.test -y", &["t1 (invoice 1)", "--keep-invoiced"]);
    let said = desk.run("contact erase ann@acme.test -y --keep-invoiced");
    assert!(said.exit == 0 && said.talk.contains("t1 (invoice 1) and the papers they stand on stay"), "{said:?}");
    assert!(desk.ok("invoice show 1").contains("пароль Анны"));
    assert!(!desk.ok("time ls in:2026-10").contains("пароль Анны"));
}

#[test]
fn money_for_a_number_is_an_invoices_and_for_a_name_with_a_digit_a_clients() {
    let desk = Desk::prepaid();
    desk.ok("client add 1c '1C' --domain 1c.test");
    desk.ok("client add d3labs 'D3 Labs'");
    desk.run("client add 1 Number");
    desk.issue("acme in:2026-10");
    for client in ["1c", "1c.test", "d3labs"] {
        assert!(desk.ok(&format!("invoice paid {client} 5")).contains("on account"), "{client}");
    }
    for invoice in ["1", "№1", "#1"] {
        assert!(desk.ok(&format!("invoice paid {invoice} 5")).contains("for invoice 1 of acme"), "{invoice}");
    }
    desk.ok("config set invoice.prefix А-");
    assert!(desk.ok("invoice paid А-1 5").contains("for invoice 1 of acme"));
    desk.no(3, "invoice paid d99 5", &["no invoice d99"]);
}

#[test]
fn what_comes_late_is_paid_at_the_price_and_by_the_rounding_of_its_day() {
    let desk = Desk::new();
    desk.ok("contract add acme --hourly 4000 --round '15m up per entry' --start 2026-09-01 --name h");
    desk.ok("contract edit acme h --from 2026-10-01 --hourly 5000 --round none");
    desk.ok("log 1 1h --on 2026-09-10");
    desk.issue("acme in:2026-09");
    desk.ok("log 1 50m late --on 2026-09-20");
    desk.ok("log 1 50m own --on 2026-10-20");
    let paper = desk.json("statement acme in:2026-10");
    let line = |at: usize| {
        let line = &paper["lines"][at];
        (line["billed_minutes"].as_i64().unwrap(), minor(&line["rate"]), minor(&line["amount"]))
    };
    assert_eq!((line(0), line(1)), ((60, 400_000, 400_000), (50, 500_000, 416_667)));
    let why = desk.ok("contract show acme --ledger --as-of 2026-10-31").replace('\u{a0}', " ");
    assert!(why.contains("15m up per entry: 1h billed → 1h by the hour at 4 000.00 ₽"), "{why}");
}
