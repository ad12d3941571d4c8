//! Whatever is logged, changed, invoiced, paid and taken back: what was told stays, nothing is paid twice, sums are the sums of
//! their lines.

use super::{Desk, minor};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A client's contracts: each kind, alone and after another.
const AGREED: [&[&str]; 6] = [
    &[
        "--prepaid 3h --every month --price 9000 --overage 3333.33 --round '15m up per entry' --carry 50% --carry-expires 1",
    ],
    &[
        "--prepaid 2h --every week --price 1000 --overage 1999.99 --round '6m nearest per ticket-day' --min 10m",
        "--hourly 777.77 --order 2 --name more",
    ],
    &[
        "--block 6h --price 5000 --overage 4000 --expires 2m",
        "--flat 7000 --every month --cap 2h --overage 1234.56 --order 2 --bill arrears",
    ],
    &["--deposit 9000 --rate 3500 --overage 3600 --round '7m up per entry'", "--block 2h --price 100 --order 2"],
    &["--hourly 1000.01 --round '10m nearest per ticket-day' --min 7m"],
    &[
        "--prepaid 4h --every quarter --price 100 --prorate yes --end 2026-10-20 --carry-in 1h",
        "--hourly 99.99 --order 2",
    ],
];

#[derive(Debug, Clone)]
enum Deed {
    Log { day: u32, minutes: u32, on: u32, free: bool },
    Edit { entry: usize, minutes: u32 },
    Void { entry: usize },
    Issue { days: u32 },
    Credit { invoice: usize },
    Pay { invoice: usize, minor: i64 },
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0_u32..70, 1_u32..200, 0_u32..3, prop::bool::weighted(0.1))
            .prop_map(|(day, minutes, on, free)| Deed::Log { day, minutes, on, free }),
        1 => (0_usize..20, 1_u32..200).prop_map(|(entry, minutes)| Deed::Edit { entry, minutes }),
        1 => (0_usize..20).prop_map(|entry| Deed::Void { entry }),
        3 => (5_u32..40).prop_map(|days| Deed::Issue { days }),
        1 => (0_usize..6).prop_map(|invoice| Deed::Credit { invoice }),
        1 => (0_usize..6, -500_000_i64..500_000).prop_map(|(invoice, minor)| Deed::Pay { invoice, minor }),
    ]
}

fn date(day: u32) -> String {
    (chrono::NaiveDate::from_ymd_opt(2026, 9, 1).unwrap() + chrono::Days::new(day.into())).to_string()
}

/// What was told so far: the papers by number, and the first day that is on none.
#[derive(Default)]
struct Told {
    papers: BTreeMap<i64, String>,
    free: u32,
}

fn standing(desk: &Desk) -> Vec<Value> {
    let all = desk.json("invoice ls");
    let stands = |i: &&Value| !["draft", "credit note", "taken back"].contains(&i["state"].as_str().unwrap());
    all.as_array().unwrap().iter().filter(stands).cloned().collect()
}

fn act(desk: &Desk, deed: &Deed, told: &mut Told) {
    let numbers: Vec<i64> = standing(desk).iter().map(|i| i["number"].as_i64().unwrap()).collect();
    match deed {
        Deed::Log { day, minutes, on, free } => {
            let on = if *on == 0 { "acme".to_owned() } else { on.to_string() };
            let free = if *free { " --free" } else { "" };
            desk.ok(&format!("log {on} {minutes}m --on {}{free} -y", date(*day)));
        }
        Deed::Edit { entry, minutes } => drop(desk.run(&format!("time edit t{entry} {minutes}m -y"))),
        Deed::Void { entry } => drop(desk.run(&format!("time void t{entry}"))),
        Deed::Issue { days } => {
            let last = told.free + days;
            let made = desk.run(&format!("invoice acme in:{}..{} --json", date(told.free), date(last)));
            if made.exit != 0 {
                assert!(made.talk.contains("nothing to invoice"), "{made:?}");
                return;
            }
            let made: Value = serde_json::from_str(&made.out).unwrap();
            let draft = made["invoices"][0]["id"].as_str().unwrap().to_owned();
            let before = desk.json(&format!("invoice show {draft}"));
            let number = desk.json(&format!("invoice issue {draft}"))["invoices"][0]["number"].as_i64().unwrap();
            let paper = desk.json(&format!("invoice show {number}"));
            for key in ["lines", "fees", "pools", "net", "total"] {
                assert_eq!(before[key], paper[key], "what was seen is what was issued: {key}");
            }
            told.papers.insert(number, desk.ok(&format!("invoice show {number}")));
            told.free = last + 1;
            desk.no(1, "undo", &["is issued"]);
        }
        // Only the last: crediting one in the middle has its own test.
        Deed::Credit { invoice } if *invoice == 0 => {
            let Some(last) = numbers.last() else { return };
            let first = desk.json(&format!("invoice show {last}"))["period"]["from"].as_str().unwrap().to_owned();
            let note = desk.json(&format!("invoice credit {last}"))["invoices"][0]["number"].as_i64().unwrap();
            told.papers.insert(note, desk.ok(&format!("invoice show {note}")));
            told.free = (0..).find(|day| date(*day) == first).unwrap();
        }
        Deed::Credit { .. } => {}
        Deed::Pay { invoice, minor } => {
            let Some(number) = numbers.get(*invoice) else { return };
            desk.run(&format!("invoice paid {number} -- {}.{:02}", minor / 100, minor.abs() % 100));
        }
    }
}

fn look(desk: &Desk) -> Vec<String> {
    [
        "contract ls --all --json",
        "statement acme in:2026-09-01..2026-12-31 --json",
        "contract show acme --ledger --json",
    ]
    .map(|line| desk.ok(line))
    .into()
}

/// What a deed did is taken back and brought back whole; what has left is not.
fn back_and_forth(desk: &Desk, before: &[String]) {
    let after = look(desk);
    if after != before && desk.run("undo").exit == 0 {
        assert_eq!(look(desk), before, "undo");
        desk.ok("redo");
        assert_eq!(look(desk), after, "redo");
    }
}

fn sum(rows: &Value) -> i64 {
    rows.as_array().unwrap().iter().map(|row| minor(&row["amount"])).sum()
}

fn each_line_is_whole(paper: &Value) {
    let of = |line: &Value, key: &str| line[key].as_i64().unwrap();
    for line in paper["lines"].as_array().unwrap() {
        let parts = ["covered_minutes", "overage_minutes", "flat_minutes"].map(|key| of(line, key)).iter().sum::<i64>();
        assert!(parts <= of(line, "billed_minutes"), "{line}");
        let free = of(line, "free_minutes");
        assert!(free == 0 || (free == of(line, "actual_minutes") && of(line, "billed_minutes") == 0), "{line}");
        assert_eq!(of(line, "overage_minutes") > 0, minor(&line["amount"]) > 0, "{line}");
    }
    assert_eq!(sum(&paper["lines"]) + sum(&paper["fees"]), minor(&paper["net"]));
    let tax = if paper["tax"].is_null() { 0 } else { minor(&paper["tax"]["amount"]) };
    assert_eq!(minor(&paper["net"]) + tax, minor(&paper["total"]));
}

fn holds(desk: &Desk, told: &Told) {
    let all = desk.json("invoice ls");
    let numbers: Vec<i64> = all.as_array().unwrap().iter().filter_map(|i| i["number"].as_i64()).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<i64>>(), "no gap");
    for (number, paper) in &told.papers {
        assert_eq!(&desk.ok(&format!("invoice show {number}")), paper, "invoice {number} stays");
    }
    let (mut entries, mut fees, mut net) = (BTreeSet::new(), BTreeSet::new(), 0);
    for invoice in standing(desk) {
        let paper = desk.json(&format!("invoice show {}", invoice["number"]));
        each_line_is_whole(&paper);
        net += minor(&paper["net"]);
        for line in paper["lines"].as_array().unwrap() {
            assert!(entries.insert(line["id"].to_string()), "{} twice", line["id"]);
        }
        for fee in paper["fees"].as_array().unwrap() {
            assert!(fees.insert((fee["contract"].to_string(), fee["from"].to_string())), "{fee} twice");
        }
    }
    if told.free > 0 {
        let statement = desk.json(&format!("statement acme in:2026-09-01..{}", date(told.free - 1)));
        each_line_is_whole(&statement);
        assert_eq!(minor(&statement["net"]), net, "the invoices are what the ledger says of their days");
    }
    let statement = desk.json("statement acme in:2026-09-01..2026-12-31");
    each_line_is_whole(&statement);
    let invoiced: i64 =
        all.as_array().unwrap().iter().filter(|i| !i["number"].is_null()).map(|i| minor(&i["total"])).sum();
    let paid: i64 = sum(&desk.json("invoice payments"));
    assert_eq!(statement["balance"]["minor"].as_i64().unwrap_or(0), invoiced - paid);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_was_told_stays_and_nothing_is_paid_twice(
        agreed in prop::sample::select(AGREED.to_vec()),
        tax in prop::bool::ANY,
        deeds in prop::collection::vec(deed(), 4..18),
        looked in 0_usize..18,
    ) {
        let mut desk = Desk::new();
        desk.at("2026-11-20");
        desk.ok("open Второе -c acme");
        for terms in agreed {
            desk.ok(&format!("contract add acme {terms} --start 2026-09-01"));
        }
        if tax {
            desk.ok("config set invoice.tax 7.7%");
        }
        let mut told = Told::default();
        for (at, deed) in deeds.iter().enumerate() {
            let before = (at == looked).then(|| look(&desk));
            act(&desk, deed, &mut told);
            if let Some(before) = before {
                back_and_forth(&desk, &before);
            }
        }
        holds(&desk, &told);
    }
}
