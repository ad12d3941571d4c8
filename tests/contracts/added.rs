//! What is agreed is written down whole, and said back; what makes no sense is refused by name.

use super::Desk;
use serde_json::json;

#[test]
fn a_contract_is_said_back_by_the_flags_that_make_it_again() {
    let desk = Desk::new();
    desk.ok("config set hours.round '15m up per entry'");
    let said = desk.ok("contract add acme --prepaid 10h --every month --price 30000 --overage 4000 --name care");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "care for acme begins on 2026-09-01, the first of this month, as nobody said when");
    assert!(lines[1].starts_with("10h a month for 30 000.00 ₽ in advance, beyond it 4 000.00 ₽ an hour, 15m up per"));
    let flags = lines[2].trim().replace('"', "'");
    assert!(flags.contains("--round '15m up per entry'") && flags.contains("--currency RUB"), "{flags}");
    desk.ok("undo");
    assert_eq!(desk.json("contract ls"), json!([]));
    let again = desk.ok(&format!("contract add acme {flags}"));
    assert_eq!(again.lines().skip(1).collect::<Vec<_>>(), lines[1..]);
    // The desk rounds otherwise from now on; the contract stays as it was agreed.
    desk.ok("config set hours.round none");
    desk.ok("log 1 20m");
    assert_eq!(desk.json("contract show acme")["used_minutes"], 30);
}

#[test]
fn all_kinds_are_added_and_listed_the_emptiest_first() {
    let desk = Desk::new();
    desk.ok("contract add acme --hourly 3500 --order 9 --name rest");
    desk.ok("contract add acme --flat 50000 --every month --cap 20h --order 2");
    desk.ok("contract add рога --block 40h --expires 6m --price 120000");
    desk.ok("contract add рога --deposit 50000 --rate 3500 --carry-in 1500 --order 2");
    desk.ok("log 1 15h");
    desk.ok("log 2 2h");
    let list = desk.json("contract ls");
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|c| c["contract"].as_str().unwrap()).collect();
    assert_eq!(names, ["flat", "block", "deposit", "rest"]);
    assert_eq!((&list[0]["flat_minutes"], &list[0]["left_minutes"]), (&json!(900), &json!(300)));
    assert_eq!(list[1]["expires"], json!([{"minutes": 2280, "at": "2027-02-28"}]));
    assert_eq!(list[2]["money"]["held"], json!({"minor": 5_150_000, "currency": "RUB"}));
    assert_eq!(desk.json("contract ls рога").as_array().unwrap().len(), 2);
    let text = desk.ok("contract");
    assert!(text.contains("block         2h          38h  2027-02-28     120 000.00 ₽  a block of 40h\n"), "{text}");
}

#[test]
fn a_currency_is_named_by_somebody() {
    let desk = Desk::new();
    desk.ok("contract add acme --hourly '90 EUR'");
    assert_eq!(desk.json("contract show acme")["terms"]["currency"], "EUR");
    desk.ok("config set currency --default");
    desk.no(2, "contract add рога --block 40h", "desk config set currency RUB");
    desk.ok("contract add рога --block 40h --currency usd");
    desk.no(2, "contract add acme --hourly '1.234 EUR' --order 2", "EUR has 2 decimals");
    desk.no(2, "contract add acme --hourly '5 XYZ' --order 2", "currency");
}

#[test]
fn what_does_not_go_together_is_refused_by_name() {
    let desk = Desk::new();
    desk.ok("contract add acme --prepaid 10h --every month --name care");
    for (exit, line, says) in [
        (2, "contract add acme --hourly 5 --name rest", "it overlaps care from 2026-09-01 on"),
        (2, "contract add acme --hourly '5 EUR' --name rest --order 2", "which is in RUB"),
        (2, "contract add acme --hourly 5 --name Care --order 2", "--name"),
        (2, "contract add рога --prepaid -10h --every month", "hours are not below zero"),
        (2, "contract add рога --hourly -5", "--hourly -5"),
        (2, "contract add рога --prepaid 10h", "it needs --every"),
        (2, "contract add рога --prepaid 10h --every month --block 4h", "the contract is --"),
        (2, "contract add рога", "nothing says what is paid for"),
        (2, "contract add рога --hourly 5 --start 2026-02-30", "2026-02-30"),
        (3, "contract add acmee --hourly 5", "did you mean Acme?"),
        (3, "contract show рога", "desk contract add рога"),
        (3, "contract show acme caree", "did you mean care?"),
    ] {
        desk.no(exit, line, says);
    }
    assert_eq!(desk.json("contract ls --all").as_array().unwrap().len(), 1);
}

#[test]
fn a_dry_run_shows_and_keeps_nothing() {
    let desk = Desk::new();
    let said = desk.run("contract add acme --block 40h -n");
    assert!(said.out.contains("--block 40h") && said.talk.contains("dry run"), "{}{}", said.out, said.talk);
    assert_eq!(desk.json("contract ls --all"), json!([]));
}

#[test]
fn details_of_a_client_are_kept_shown_and_taken_away() {
    let desk = Desk::new();
    desk.ok("client edit рога --detail inn=7701234567 --detail 'Address=ул. Мира, 1'");
    assert_eq!(desk.json("client show рога")["details"], json!({"address": "ул. Мира, 1", "inn": "7701234567"}));
    assert!(desk.ok("client show рога").contains("details     address ул. Мира, 1, inn 7701234567"));
    desk.ok("client edit рога --detail inn=");
    assert_eq!(desk.json("client show рога")["details"], json!({"address": "ул. Мира, 1"}));
    desk.ok("undo");
    assert_eq!(desk.json("client show рога")["details"]["inn"], "7701234567");
    desk.no(2, "client edit рога --detail 7701234567", "it has no =");
}
