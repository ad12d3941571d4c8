//! Past hours under other terms.

use super::Desk;
use serde_json::json;

fn september() -> Desk {
    let desk = Desk::new();
    desk.ok("contract add acme --prepaid 10h --every month --price 30000 --overage 4000 --name care");
    desk.ok("log 1 12h");
    desk.at("2026-10-12T09:00:00Z");
    desk
}

#[test]
fn last_months_hours_are_put_under_other_terms_and_nothing_is_written() {
    let desk = september();
    let before = desk.seen();
    let said = desk.ok("contract try --client acme --prepaid 20h --every month --price 50000 --name care-plus");
    assert!(said.starts_with("acme  care-plus, tried on 2026-09-01 … 2026-09-30\n"), "{said}");
    assert!(said.ends_with("\nunder care-plus acme would have paid 12 000.00 ₽ more\n"), "{said}");
    let tried = desk.json("contract try --client acme --hourly 3000 in:2026-09");
    assert_eq!(tried["now"]["total"], json!({"minor": 3_800_000, "currency": "RUB"}));
    assert_eq!(tried["tried"]["effective_rate"], json!({"minor": 300_000, "currency": "RUB"}));
    assert_eq!(tried["difference"], json!({"minor": -200_000, "currency": "RUB"}));
    assert_eq!(desk.seen(), before);
}

#[test]
fn a_file_holds_one_contract_or_several() {
    let desk = september();
    let one = desk.file("one.toml", "prepaid = \"5h\"\nevery = \"month\"\nprice = 15000\n");
    let said = desk.ok(&format!("contract try {one} --client acme in:last-month"));
    assert!(said.ends_with("would have paid 23 000.00 ₽ less, and nobody would have paid 7h\n"), "{said}");
    let two = desk.file(
        "two.toml",
        "[[contract]]\nprepaid = \"5h\"\nevery = \"month\"\nprice = 15000\nname = \"small\"\n\n[[contract]]\nhourly = 4500\norder = 2\n",
    );
    let tried = desk.json(&format!("contract try {two} --client acme"));
    assert_eq!(tried["tried"]["total"], json!({"minor": 4_650_000, "currency": "RUB"}));
    assert_eq!(tried["periods"][1]["contract"], "hourly");
}

#[test]
fn mistakes_in_a_file_are_told_with_their_place() {
    let desk = september();
    let file = desk.file("bad.toml", "prepaid = \"5h\"\nevry = \"month\"\n");
    desk.no(2, &format!("contract try {file} --client acme"), "bad.toml:2:1: no contract has the key evry");
    let file = desk.file("order.toml", "[[contract]]\nhourly = 5\n[[contract]]\nhourly = 6\nname = \"b\"\n");
    desk.no(2, &format!("contract try {file} --client acme"), "both are drawn as number 1");
    desk.no(3, "contract try nowhere.toml --client acme", "nowhere.toml");
    desk.no(2, "contract try --client acme", "--prepaid 20h");
    desk.no(2, &format!("contract try {file} --hourly 5 --client acme"), "from the file or from flags");
    desk.no(3, "contract try --client acmee --hourly 5", "did you mean Acme?");
}
