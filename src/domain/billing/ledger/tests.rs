//! The ledger over a worked year, case by case, and what holds whatever is worked.

mod always;
mod year;

use super::*;
use crate::domain::billing::contract::{Terms, Version, in_order};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::money::Money;
use crate::domain::billing::rounding::Spread;
use crate::domain::time::Minutes;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// `prepaid 10h; every month; start 2026-01-01`
fn terms(text: &str) -> Terms {
    let pairs: Vec<(&str, &str)> = text.split(';').filter_map(|pair| pair.trim().split_once(' ')).collect();
    Terms::read(&pairs, Currency::of("RUB").unwrap()).unwrap()
}

/// Contracts numbered from 1.
fn contracts(texts: &[&str]) -> Vec<Contract> {
    let one = |(at, text): (usize, &&str)| Contract::unchanged(i64::try_from(at).unwrap() + 1, terms(text)).unwrap();
    in_order(texts.iter().enumerate().map(one).collect()).unwrap()
}

fn work(id: i64, ticket: i64, on: &str, minutes: Minutes) -> Work {
    let ticket = (ticket > 0).then_some(ticket);
    Work {
        id,
        ticket,
        day: day(on),
        posted: None,
        agent: 1,
        minutes,
        billable: true,
        contract: None,
        spread: Spread::default(),
    }
}

fn ledger(contracts: &[Contract], work: &[Work], as_of: &str) -> Ledger {
    Ledger::of(&Facts { contracts, work, rounding: Rounding::NONE, as_of: day(as_of) }).unwrap()
}

/// What became of the minutes of each line: the part, the contract, how many.
fn parts(ledger: &Ledger) -> Vec<Vec<(Part, i64, Minutes)>> {
    let said = |piece: &Piece| (piece.part, piece.contract.map_or(0, |(id, _)| id), piece.minutes);
    ledger.lines.iter().map(|line| ledger.pieces(line).iter().map(said).collect()).collect()
}

const CARE: &str = "prepaid 10h; every month; start 2026-01-01";

#[test]
fn hours_of_no_contract_are_listed_and_rounded_as_the_desk_rounds() {
    let rounding = Rounding::parse("15m up per ticket-day").unwrap();
    let entries = [work(1, 7, "2026-01-10", 20), work(2, 7, "2026-01-10", 20), work(3, 0, "2026-01-10", 20)];
    let facts = Facts { contracts: &[], work: &entries, rounding, as_of: day("2026-01-31") };
    let ledger = Ledger::of(&facts).unwrap();
    assert_eq!(parts(&ledger), [[(Part::Unassigned, 0, 23)], [(Part::Unassigned, 0, 22)], [(Part::Unassigned, 0, 30)]]);
    assert_eq!(ledger.lines[0].amount, None);
    assert_eq!((ledger.lines[0].group, ledger.lines[1].group, ledger.lines[2].group), (1, 1, 2));
}

#[test]
fn hours_beyond_a_pool_without_overage_are_listed() {
    let ledger =
        ledger(&contracts(&[CARE]), &[work(1, 7, "2026-01-10", 610), work(2, 7, "2026-01-11", 5)], "2026-01-31");
    let included = Part::Covered(Bucket::Included);
    assert_eq!(parts(&ledger), [vec![(included, 1, 600), (Part::Unassigned, 0, 10)], vec![(Part::Unassigned, 0, 5)]]);
    assert_eq!(ledger.accounts[0].overage, 0);
}

#[test]
fn days_before_the_start_and_after_the_end_belong_to_no_contract() {
    let contracts = contracts(&["prepaid 10h; every month; start 2026-01-10; end 2026-01-20; overage 1"]);
    let on = |day: &str| parts(&ledger(&contracts, &[work(1, 7, day, 5)], "2026-03-31"))[0][0].0;
    assert_eq!(["2026-01-09", "2026-01-21"].map(on), [Part::Unassigned; 2]);
    assert_eq!(["2026-01-10", "2026-01-20"].map(on), [Part::Covered(Bucket::Included); 2]);
}

#[test]
fn what_is_logged_late_takes_from_the_leftovers_that_the_next_contract_began_with() {
    let contracts = contracts(&[
        "block 10h; start 2026-01-01; expires 1m; overage 1",
        "block 10h; start 2026-02-01; expires 1m; carry-in leftovers of 1",
        "block 10h; start 2026-03-01; expires 1m; carry-in leftovers of 2",
    ]);
    let in_time = [work(1, 7, "2026-01-10", 240), work(2, 7, "2026-02-10", 60)];
    let late = [in_time[0], in_time[1], work(3, 7, "2026-01-31", 90), work(4, 7, "2026-01-31", 400)];
    let held = |work: &[Work]| {
        let ledger = ledger(&contracts, work, "2026-03-01");
        ledger.accounts.iter().map(|a| (a.carried_in, a.left, a.carried_out, a.expired)).collect::<Vec<_>>()
    };
    assert_eq!(held(&in_time), [(0, 360, 360, 0), (360, 900, 900, 0), (900, 1500, 0, 1500)]);
    assert_eq!(held(&late[..3]), [(0, 270, 270, 0), (270, 810, 810, 0), (810, 1410, 0, 1410)]);
    assert_eq!(held(&late), [(0, 0, 0, 0), (0, 540, 540, 0), (540, 1140, 0, 1140)]);
    let parts = parts(&ledger(&contracts, &late, "2026-03-01"));
    assert_eq!(parts[2], [(Part::Covered(Bucket::Block), 1, 270), (Part::Overage, 1, 130)]);
    assert_eq!(parts[3], [(Part::Covered(Bucket::Block), 2, 60)], "nothing came along");
}

#[test]
fn the_money_left_of_a_deposit_goes_on_into_the_next() {
    let contracts = contracts(&[
        "deposit 1000; rate 60; start 2026-01-01; expires 1m",
        "deposit 1000; rate 60; start 2026-02-01; expires 1m; carry-in leftovers of 1",
    ]);
    let held = |work: &[Work]| {
        let ledger = ledger(&contracts, work, "2026-02-10");
        ledger
            .accounts
            .iter()
            .filter_map(|a| a.purse)
            .map(|p| (p.held.minor, p.left.minor, p.expired.minor))
            .collect::<Vec<_>>()
    };
    assert_eq!(held(&[work(1, 7, "2026-01-10", 60)]), [(100_000, 94_000, 0), (194_000, 194_000, 194_000)]);
    assert_eq!(held(&[work(1, 7, "2026-01-10", 60), work(2, 7, "2026-01-31", 30)])[1], (191_000, 191_000, 191_000));
}

#[test]
fn free_minutes_touch_no_pool_and_join_no_group() {
    let contracts = contracts(&["prepaid 10h; every month; start 2026-01-01; round 15m up per ticket-day"]);
    let free = Work { billable: false, ..work(1, 7, "2026-01-10", 20) };
    let ledger = ledger(&contracts, &[free, work(2, 7, "2026-01-10", 20)], "2026-01-31");
    assert_eq!(parts(&ledger), [[(Part::Free, 1, 20)], [(Part::Covered(Bucket::Included), 1, 30)]]);
    assert_eq!((ledger.lines[0].billed, ledger.lines[0].free), (0, 20));
}

#[test]
fn what_one_contract_has_no_room_for_falls_to_the_next_and_then_to_the_first_with_overage() {
    let contracts = contracts(&[
        "prepaid 1h; every month; start 2026-01-01; order 1",
        "block 30m; start 2026-01-01; order 2; overage 2000",
        "prepaid 1h; every month; start 2026-01-01; order 3; overage 3000",
    ]);
    let entries = [work(1, 7, "2026-01-10", 75), work(2, 7, "2026-01-11", 60), work(3, 7, "2026-01-12", 60)];
    let ledger = ledger(&contracts, &entries, "2026-01-31");
    let (included, block) = (Part::Covered(Bucket::Included), Part::Covered(Bucket::Block));
    assert_eq!(
        parts(&ledger),
        [
            vec![(included, 1, 60), (block, 2, 15)],
            vec![(block, 2, 15), (included, 3, 45)],
            vec![(included, 3, 15), (Part::Overage, 2, 45)]
        ]
    );
    assert_eq!(ledger.lines.iter().map(|line| line.contract).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
    assert_eq!(ledger.lines[2].amount.unwrap().minor, 150_000);
}

#[test]
fn the_said_contract_comes_first_with_its_own_overage() {
    let contracts = contracts(&[
        "prepaid 1h; every month; start 2026-01-01; order 1",
        "prepaid 1h; every month; start 2026-02-01; order 2; overage 3000",
    ]);
    let said = |id, contract, on| Work { contract: Some(contract), ..work(id, 7, on, 70) };
    let entries =
        [said(1, 2, "2026-02-10"), said(2, 2, "2026-01-10"), said(3, 9, "2026-02-10"), said(4, 1, "2026-02-10")];
    let ledger = ledger(&contracts, &entries, "2026-02-28");
    let included = Part::Covered(Bucket::Included);
    assert_eq!(
        parts(&ledger),
        [
            vec![(Part::Unassigned, 0, 70)],
            vec![(included, 2, 60), (Part::Overage, 2, 10)],
            vec![(Part::Unassigned, 0, 70)],
            vec![(included, 1, 60), (Part::Overage, 2, 10)]
        ]
    );
}

#[test]
fn entries_join_a_group_only_in_the_same_contract() {
    let contracts = contracts(&[
        "prepaid 9h; every month; start 2026-01-01; order 1; round 15m up per ticket-day",
        "block 9h; start 2026-01-01; order 2; round 15m up per ticket-day",
    ]);
    let said = |contract, entry: Work| Work { contract: Some(contract), ..entry };
    let entries = [
        said(2, work(1, 7, "2026-01-10", 5)),
        work(2, 7, "2026-01-10", 5),
        said(1, work(3, 7, "2026-01-10", 5)),
        said(2, work(4, 7, "2026-01-10", 5)),
        work(5, 8, "2026-01-10", 5),
    ];
    let ledger = ledger(&contracts, &entries, "2026-01-31");
    assert_eq!(ledger.lines.iter().map(|line| line.group).collect::<Vec<_>>(), [1, 2, 2, 1, 3]);
    assert_eq!(ledger.lines.iter().map(|line| line.billed).collect::<Vec<_>>(), [8, 8, 7, 7, 15]);
}

#[test]
fn a_deposit_is_drawn_in_money_and_an_odd_rest_stays() {
    let contracts = contracts(&["deposit 100; rate 35; start 2026-01-01; carry-in 1; overage 70; expires 1m"]);
    let ledger = ledger(&contracts, &[work(1, 7, "2026-01-10", 60), work(2, 7, "2026-01-11", 120)], "2026-02-28");
    let deposit = Part::Covered(Bucket::Deposit);
    // 66,00 ₽ are left after the first: 113 minutes cost 65,9167, rounded 65,92; 114 would cost 66,50.
    assert_eq!(parts(&ledger), [vec![(deposit, 1, 60)], vec![(deposit, 1, 113), (Part::Overage, 1, 7)]]);
    let purse = ledger.accounts[0].purse.unwrap();
    assert_eq!([purse.held.minor, purse.used.minor, purse.left.minor, purse.expired.minor], [10_100, 10_092, 8, 8]);
    assert_eq!((purse.minutes, ledger.lines[1].amount.unwrap().minor), (173, 817));
    assert_eq!(
        ledger.alerts.iter().map(|alert| alert.what).collect::<Vec<_>>(),
        [Reached::Percent(80), Reached::Percent(100)]
    );
}

#[test]
fn a_fee_pays_up_to_its_cap_or_everything() {
    let entries = [work(1, 7, "2026-01-10", 100), work(2, 7, "2026-02-10", 100)];
    let capped =
        ledger(&contracts(&["flat 500; every month; cap 1h; overage 60; start 2026-01-01"]), &entries, "2026-02-28");
    assert_eq!(
        parts(&capped),
        [[(Part::Flat, 1, 60), (Part::Overage, 1, 40)], [(Part::Flat, 1, 60), (Part::Overage, 1, 40)]]
    );
    assert_eq!((capped.accounts[1].included, capped.accounts[1].used, capped.accounts[1].left), (60, 60, 0));
    let open = ledger(&contracts(&["flat 500; every month; start 2026-01-01"]), &entries, "2026-02-28");
    assert_eq!(parts(&open), [[(Part::Flat, 1, 100)], [(Part::Flat, 1, 100)]]);
    assert_eq!((open.accounts[1].included, open.accounts[1].flat, open.accounts[1].left), (0, 100, 0));
}

#[test]
fn hours_by_the_hour_are_priced_as_they_come() {
    let contracts = contracts(&["hourly 27.50 EUR; start 2026-01-01"]);
    let ledger = ledger(&contracts, &[work(1, 7, "2026-01-10", 30), work(2, 7, "2026-01-10", 15)], "2026-02-10");
    assert_eq!(ledger.lines.iter().map(|line| line.amount.unwrap().minor).collect::<Vec<_>>(), [1375, 688]);
    assert_eq!(ledger.accounts[0].overage_amount.english(), "€20.63");
    assert_eq!(ledger.accounts.len(), 2);
}

#[test]
fn an_opening_balance_goes_first_and_is_gone_in_time() {
    let with = |carry: &str| contracts(&[&format!("{CARE}; carry-in 2h; {carry}")]);
    let entries = [work(1, 7, "2026-01-10", 30), work(2, 7, "2026-02-10", 30)];
    let buckets = |contracts: &[Contract]| {
        let ledger = ledger(contracts, &entries, "2026-02-28");
        let account = &ledger.accounts[0];
        (parts(&ledger)[1][0].0, account.carried_in, account.expired)
    };
    // Gone with the first period, where carried hours live one: 90m of it, and 300m of the included ones.
    let (second, carried_in, expired) = buckets(&with("carry 50%; carry-expires 1"));
    assert_eq!((second, carried_in, expired), (Part::Covered(Bucket::Carried(0)), 120, 390));
    // Lives through the second, where carried hours live two.
    assert_eq!(buckets(&with("carry 50%; carry-expires 2")), (Part::Covered(Bucket::Opening), 120, 300));
    // Where nothing is carried it never ends, so the hours of the period end sooner and go first.
    assert_eq!(buckets(&with("bill advance")), (Part::Covered(Bucket::Included), 120, 570));
}

#[test]
fn carried_hours_live_as_long_as_said_and_the_oldest_go_first() {
    let contracts = contracts(&[&format!("{CARE}; carry 10%; carry-expires 2")]);
    let ledger = ledger(&contracts, &[work(1, 7, "2026-03-10", 130)], "2026-04-10");
    assert_eq!(
        parts(&ledger)[0],
        [
            (Part::Covered(Bucket::Carried(0)), 1, 60),
            (Part::Covered(Bucket::Carried(1)), 1, 60),
            (Part::Covered(Bucket::Included), 1, 10)
        ]
    );
    let march = &ledger.accounts[2];
    assert_eq!((march.carried_in, march.used, march.carried_out, march.expired), (120, 130, 60, 530));
    assert_eq!(march.expires, [(530, Some(day("2026-03-31"))), (60, Some(day("2026-05-31")))]);
}

#[test]
fn a_change_in_the_middle_holds_from_its_day_for_prices_and_from_the_next_period_for_hours() {
    let version = |from: &str, text: &str| Version { from: day(from), terms: terms(text) };
    let contract = Contract::of(
        1,
        vec![
            version("2026-01-01", "prepaid 1h; every month; start 2026-01-01; overage 60"),
            version("2026-01-15", "prepaid 2h; every month; start 2026-01-01; overage 120; round 30m up"),
        ],
    );
    let on = |id, day: &str| work(id, 7, day, 70);
    let ledger =
        ledger(&[contract.unwrap()], &[on(1, "2026-01-10"), on(2, "2026-01-20"), on(3, "2026-02-10")], "2026-02-28");
    let lines: Vec<_> =
        ledger.lines.iter().map(|l| (l.billed, l.covered, l.overage, l.amount.unwrap().minor)).collect();
    assert_eq!(lines, [(70, 60, 10, 1000), (90, 0, 90, 18_000), (90, 90, 0, 0)]);
    assert_eq!(ledger.accounts.iter().map(|account| account.included).collect::<Vec<_>>(), [60, 120]);
}

#[test]
fn prices_are_due_on_the_first_or_the_last_day() {
    let due = |text: &str| {
        let ledger = ledger(&contracts(&[text]), &[], "2026-01-31");
        (ledger.accounts[0].fee.map(|fee| fee.minor), ledger.accounts[0].due.map(|due| due.to_string()))
    };
    assert_eq!(due(&format!("{CARE}; price 300")), (Some(30_000), Some("2026-01-01".to_owned())));
    assert_eq!(due(&format!("{CARE}; price 300; bill arrears")), (Some(30_000), Some("2026-01-31".to_owned())));
    assert_eq!(due("block 9h; start 2026-01-01; bill arrears"), (None, None));
    assert_eq!(due("deposit 500; rate 5; start 2026-01-01"), (Some(50_000), Some("2026-01-01".to_owned())));
    let part = ledger(&contracts(&[&format!("{CARE}; price 300; prorate yes; end 2026-04-10")]), &[], "2026-04-30");
    let last = part.accounts.last().unwrap();
    assert_eq!((last.fee.unwrap().minor, last.included, last.closed), (10_000, 200, true));
}

#[test]
fn the_end_of_a_contract_is_told_before_it_comes() {
    let contracts = contracts(&["block 9h; start 2026-01-01; end 2026-01-31; alert-days 30, 7"]);
    let told = |as_of: &str| {
        ledger(&contracts, &[], as_of).alerts.iter().map(|alert| alert.on.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(told("2026-01-23"), ["2026-01-01"]);
    assert_eq!(told("2026-01-24"), ["2026-01-01", "2026-01-24"]);
    assert!(told("2026-02-01").is_empty());
}

#[test]
fn what_cannot_be_counted_is_refused_by_the_number_of_the_entry() {
    let refused = |entries: &[Work]| {
        let facts = Facts { contracts: &[], work: entries, rounding: Rounding::NONE, as_of: day("2026-01-31") };
        Ledger::of(&facts).unwrap_err().to_string()
    };
    let one = work(17, 7, "2026-01-10", 30);
    assert!(refused(&[Work { minutes: -5, ..one }]).contains("t17"));
    assert!(refused(&[Work { minutes: 0, ..one }]).contains("t17"));
    assert!(refused(&[Work { minutes: i64::MAX, ..one }]).contains("t17"));
    assert!(
        refused(&[Work { spread: Spread { weekend: 20, holiday: 20, ..Spread::default() }, ..one }]).contains("t17")
    );
    assert!(refused(&[one, one]).contains("twice"));
    let dear = contracts(&["hourly 9000000000000; start 2026-01-01"]);
    let year: Vec<Work> = (0..20).map(|id| work(id, 7, "2026-01-10", 366 * 24 * 60)).collect();
    let facts = Facts { contracts: &dear, work: &year, rounding: Rounding::NONE, as_of: day("2026-01-31") };
    assert!(Ledger::of(&facts).unwrap_err().to_string().contains("beyond counting"));
}
