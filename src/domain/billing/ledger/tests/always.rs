//! What holds whatever was agreed and whatever is worked.

use super::*;
use crate::domain::billing::contract::stretch::hours_from;
use crate::domain::billing::contract::{Kind, Renew};
use crate::domain::billing::rounding::Per;
use chrono::TimeDelta;
use proptest::prelude::*;
use std::collections::{BTreeMap, HashSet};

const KINDS: [&str; 8] = [
    "prepaid 5h; every month; carry 50%; carry-max 2h; carry-expires 1; overage 4000; carry-in 1h",
    "prepaid 3h; every week; carry 30%; carry-expires 3",
    "prepaid 10h; every quarter; carry-max 1h; overage 3333.33; prorate yes; end 2026-05-05",
    "block 7h; expires 2m; overage 1",
    "block 2h; carry-in 30m",
    "deposit 5000; rate 1234.56; overage 2000; expires 90d",
    "flat 9000; every month; cap 4h; overage 777.77",
    "hourly 3501.01",
];
const ROUNDS: [&str; 5] =
    ["none", "15m up per entry", "15m up per ticket-day", "6m nearest per ticket-day", "10m down per entry"];

fn any_contracts(
    kinds: &'static [&'static str],
    rounds: &'static [&'static str],
) -> impl Strategy<Value = Vec<Contract>> {
    let one = (prop::sample::select(kinds), prop::sample::select(rounds), 0_i64..60, prop::bool::ANY);
    prop::collection::vec(one, 0..4).prop_map(|chosen| {
        let texts: Vec<String> = (1..)
            .zip(chosen)
            .map(|(order, (kind, round, start, dear))| {
                let start = day("2026-01-01") + TimeDelta::days(start);
                let dear = if dear { "; min 12m; off-hours 1.5; weekend 2" } else { "" };
                format!("{kind}; round {round}; start {start}; order {order}{dear}")
            })
            .collect();
        let mut all = contracts(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let next = |contract: &Contract| {
            let terms = Terms { renew: Renew::WithLeftovers, ..contract.terms().clone() };
            Contract::unchanged(contract.id + 10, terms.renewed(contract.id).ok()?).ok()
        };
        let followers: Vec<Contract> = all.iter().filter_map(next).collect();
        all.extend(followers);
        all
    })
}

fn any_work() -> impl Strategy<Value = Vec<Work>> {
    let one = (0_i64..150, 0_i64..4, 1_i64..400, 0_u8..10, prop_oneof![8 => Just(0_i64), 1 => 1_i64..4], 0_i64..100);
    prop::collection::vec(one, 0..60).prop_map(|entries| {
        (1..)
            .zip(entries)
            .map(|(id, (on, ticket, minutes, free, contract, night))| Work {
                day: day("2026-01-01") + TimeDelta::days(on),
                billable: free > 0,
                contract: (contract > 0).then_some(contract),
                spread: Spread { off_hours: minutes * night / 200, weekend: minutes * (99 - night) / 200, holiday: 0 },
                ..work(id, ticket, "2026-01-01", minutes)
            })
            .collect()
    })
}

/// Contracts of which some remember nothing.
const LATELY: [&str; 6] = [
    "prepaid 5h; every month; overage 4000",
    "prepaid 3h; every week",
    "prepaid 4h; every month; carry 50%",
    "flat 9000; every month; cap 4h; overage 777.77; end 2026-04-20",
    "block 7h; expires 2m; overage 1",
    "hourly 3501.01",
];

/// Whether an alert is about the period of a day.
fn is_now(alert: &Alert, ledger: &Ledger, day: Date) -> bool {
    ledger.account(alert.contract, day).is_some_and(|account| account.stretch.number == alert.number)
}

const LAST: &str = "2026-06-30";

/// Sums of one contract's period, counted from the pieces.
#[derive(Default)]
struct Sums {
    pool: Minutes,
    flat: Minutes,
    overage: Minutes,
    due: i64,
    drawn: i64,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_minute_is_paid_once(contracts in any_contracts(&KINDS, &ROUNDS), work in any_work()) {
        let ledger = ledger(&contracts, &work, LAST);
        prop_assert_eq!(ledger.lines.len(), work.len());
        let mut seen = HashSet::new();
        let mut sums: BTreeMap<(i64, u32), Sums> = BTreeMap::new();
        for line in &ledger.lines {
            let entry = work.iter().find(|work| work.id == line.entry).unwrap();
            prop_assert!(seen.insert(line.entry));
            prop_assert_eq!(line.actual, entry.minutes);
            prop_assert_eq!(line.free, if entry.billable { 0 } else { entry.minutes });
            prop_assert_eq!(line.covered + line.overage + line.flat + line.unassigned, line.billed);
            let pieces = ledger.pieces(line);
            prop_assert!(pieces.iter().all(|piece| piece.minutes > 0));
            prop_assert_eq!(pieces.iter().map(|piece| piece.minutes).sum::<Minutes>(), line.billed + line.free);
            for piece in pieces {
                let Some(key) = piece.contract else { continue };
                let contract = contracts.iter().find(|contract| contract.id == key.0).unwrap();
                prop_assert!(contract.in_force(line.day));
                let sums = sums.entry(key).or_default();
                let amount = piece.amount.map_or(0, |amount| amount.minor);
                match piece.part {
                    Part::Covered(Bucket::Deposit) => sums.drawn += amount,
                    Part::Covered(_) => sums.pool += piece.minutes,
                    Part::Flat => sums.flat += piece.minutes,
                    Part::Overage => {
                        let hourly = contract.terms_on(line.day).beyond().unwrap();
                        prop_assert_eq!(piece.amount, hourly.for_minutes(piece.minutes));
                        prop_assert_eq!(piece.amount, line.amount);
                        sums.overage += piece.minutes;
                        sums.due += amount;
                    }
                    Part::Free | Part::Unassigned => {}
                }
            }
        }
        for account in &ledger.accounts {
            let sums = sums.remove(&(account.contract, account.stretch.number)).unwrap_or_default();
            prop_assert_eq!((account.overage, account.overage_amount.minor), (sums.overage, sums.due));
            prop_assert_eq!(account.flat, sums.flat);
            let capped = account.included > 0 && account.flat > 0;
            prop_assert_eq!(account.used, if capped { sums.flat } else { sums.pool });
            if let Some(purse) = account.purse {
                prop_assert_eq!(purse.used.minor, sums.drawn);
                prop_assert_eq!(purse.used.plus(purse.left), Some(purse.held));
                prop_assert!(purse.left.minor >= 0);
            }
        }
        prop_assert!(sums.is_empty());
    }

    #[test]
    fn hours_from_a_late_day_on_tell_what_is_held_on_a_day(
        contracts in any_contracts(&LATELY, &ROUNDS), work in any_work(), on in 60_i64..170,
    ) {
        let day = day("2026-01-01") + TimeDelta::days(on);
        let last = day.to_string();
        let whole = ledger(&contracts, &work, &last);
        let from = hours_from(&contracts, day);
        let some: Vec<Work> = work.iter().filter(|work| from.is_some_and(|from| from <= work.day)).copied().collect();
        let late = ledger(&contracts, &some, &last);
        for contract in contracts.iter().filter(|contract| contract.in_force(day) && contract.terms().kind.word() != "hourly") {
            let (one, other) = (whole.account(contract.id, day).unwrap(), late.account(contract.id, day).unwrap());
            prop_assert_eq!((one.left, one.used, &one.expires, one.purse), (other.left, other.used, &other.expires, other.purse));
        }
        // What is given to a contract by name may be beyond its pool and is no sign of it.
        prop_assert_eq!(whole.alerts.iter().filter(|alert| is_now(alert, &whole, day)).collect::<Vec<_>>(),
            late.alerts.iter().filter(|alert| is_now(alert, &late, day)).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_alert_without_carried_hours_is_none_with_them(
        contracts in any_contracts(&LATELY, &ROUNDS), work in any_work(), on in 60_i64..170,
    ) {
        let day = day("2026-01-01") + TimeDelta::days(on);
        let smaller: Vec<Contract> = contracts.iter().map(Contract::without_carry).collect();
        let from = hours_from(&smaller, day);
        let some: Vec<Work> = work.iter().filter(|work| from.is_some_and(|from| from <= work.day)).copied().collect();
        if ledger(&smaller, &some, &day.to_string()).alerts.is_empty() {
            let whole = ledger(&contracts, &work, &day.to_string());
            let now: Vec<&Alert> = whole.alerts.iter().filter(|alert| is_now(alert, &whole, day)).collect();
            prop_assert!(now.is_empty(), "{:?}", now);
        }
    }

    #[test]
    fn what_comes_into_a_period_goes_out_of_it(contracts in any_contracts(&KINDS, &ROUNDS), work in any_work()) {
        let ledger = ledger(&contracts, &work, LAST);
        for account in &ledger.accounts {
            prop_assert_eq!(account.included + account.carried_in, account.used + account.left);
            prop_assert_eq!(account.left, account.carried_out + account.expired);
            prop_assert_eq!(account.left, account.expires.iter().map(|(minutes, _)| *minutes).sum::<Minutes>());
            for amount in [account.left, account.carried_out, account.expired] {
                prop_assert!(amount >= 0);
            }
            let next = account.stretch.number + 1;
            let next = ledger.accounts.iter().find(|other| other.contract == account.contract && other.stretch.number == next);
            if let Some(next) = next {
                prop_assert_eq!(next.carried_in, account.carried_out);
                prop_assert!(account.closed);
            }
        }
        for contract in &contracts {
            let Some(before) = contract.follows() else { continue };
            let of = |id| ledger.accounts.iter().filter(move |account| account.contract == id);
            let (Some(first), Some(last)) = (of(contract.id).next(), of(before).next_back()) else { continue };
            prop_assert_eq!(first.carried_in, last.carried_out);
            if let (Some(first), Some(last)) = (first.purse, last.purse) {
                let own = contract.terms().fee().unwrap();
                prop_assert_eq!(own.plus(last.left), Some(first.held));
                prop_assert_eq!(last.expired.minor, 0);
            }
        }
    }

    #[test]
    fn nothing_is_carried_beyond_its_bounds(contracts in any_contracts(&KINDS, &ROUNDS), work in any_work()) {
        let ledger = ledger(&contracts, &work, LAST);
        for line in &ledger.lines {
            for piece in ledger.pieces(line) {
                let (Part::Covered(Bucket::Carried(from)), Some((id, number))) = (piece.part, piece.contract) else { continue };
                let carry = contracts.iter().find(|contract| contract.id == id).unwrap().terms().carry.unwrap();
                prop_assert!(from < number && carry.periods.is_none_or(|periods| number - from <= periods));
            }
        }
        for account in &ledger.accounts {
            let contract = contracts.iter().find(|contract| contract.id == account.contract).unwrap();
            let is_last = contract.stretch(account.stretch.number + 1).is_none();
            if is_last && contracts.iter().any(|other| other.follows() == Some(contract.id)) {
                prop_assert_eq!(account.carried_out, account.left);
                continue;
            }
            let terms = contract.terms();
            let Some(carry) = terms.carry.filter(|carry| carry.periods == Some(1)) else {
                prop_assert!(terms.carry.is_some() || account.carried_out == 0);
                continue;
            };
            prop_assert!(account.carried_out * 100 <= account.included * carry.percent);
            prop_assert!(carry.most.is_none_or(|most| account.carried_out <= most));
            prop_assert!(account.carried_out <= account.left);
        }
    }

    #[test]
    fn the_order_of_entering_does_not_matter(contracts in any_contracts(&KINDS, &ROUNDS), work in any_work(), seed in any::<u64>()) {
        let mut other = work.clone();
        other.sort_by_key(|work| seed.rotate_left(u32::try_from(work.id).unwrap()).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        prop_assert_eq!(ledger(&contracts, &work, LAST), ledger(&contracts, &other, LAST));
    }

    #[test]
    fn a_later_day_never_changes_an_earlier_line(contracts in any_contracts(&KINDS, &ROUNDS), work in any_work(), cut in 0_i64..150) {
        let cut = day("2026-01-01") + TimeDelta::days(cut);
        let whole = ledger(&contracts, &work, LAST);
        let then = ledger(&contracts, &work, &cut.to_string());
        let before: Vec<Work> = work.into_iter().filter(|work| work.day <= cut).collect();
        prop_assert_eq!(&then, &ledger(&contracts, &before, &cut.to_string()));
        prop_assert_eq!(&then.lines[..], whole.between(Date::MIN, cut));
        for line in &then.lines {
            prop_assert_eq!(then.pieces(line), whole.pieces(line));
        }
        for account in then.accounts.iter().filter(|account| account.closed) {
            prop_assert!(whole.accounts.contains(account));
        }
    }

    #[test]
    fn an_entry_split_inside_its_group_keeps_all_totals(
        contracts in any_contracts(&[KINDS[0], KINDS[1], KINDS[2], KINDS[3], KINDS[6], KINDS[7]], &["15m up per ticket-day", "none per ticket-day", "7m nearest per ticket-day"]),
        work in any_work(),
        which in any::<prop::sample::Index>(),
        at in 1_i64..400,
    ) {
        let plain: Vec<Work> = work.iter().map(|work| Work { contract: None, spread: Spread::default(), ..*work }).collect();
        let usual = Rounding { per: Per::TicketDay, ..Rounding::NONE };
        let counted = |work: &[Work]| Ledger::of(&Facts { contracts: &contracts, work, rounding: usual, as_of: day(LAST) }).unwrap();
        let candidates: Vec<usize> = (0..plain.len()).filter(|at| plain[*at].ticket.is_some() && plain[*at].minutes > 1).collect();
        prop_assume!(!candidates.is_empty());
        let chosen = candidates[which.index(candidates.len())];
        let mut split = plain.clone();
        let first = at.min(plain[chosen].minutes - 1);
        split[chosen].minutes = first;
        split.push(Work { id: 10_000, minutes: plain[chosen].minutes - first, ..plain[chosen] });
        let (one, two) = (counted(&plain), counted(&split));
        let minutes = |ledger: &Ledger| {
            let sums = |account: &Account| (account.used, account.left, account.overage, account.flat, account.carried_out, account.expired);
            (Totals { amounts: Vec::new(), ..Totals::of(&ledger.lines).unwrap() }, ledger.accounts.iter().map(sums).collect::<Vec<_>>())
        };
        prop_assert_eq!(minutes(&one), minutes(&two));
        for (a, b) in one.accounts.iter().zip(&two.accounts) {
            prop_assert!((a.overage_amount.minor - b.overage_amount.minor).abs() <= 60, "a line more is a rounding more");
        }
    }

    #[test]
    fn a_group_is_rounded_as_a_whole(contracts in any_contracts(&KINDS, &ROUNDS), work in any_work()) {
        let ledger = ledger(&contracts, &work, LAST);
        let mut groups: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
        for line in ledger.lines.iter().filter(|line| line.free == 0) {
            groups.entry(line.group).or_default().push(line);
        }
        for lines in groups.values() {
            let home = lines[0].contract.and_then(|id| contracts.iter().find(|contract| contract.id == id));
            let Some(home) = home else { continue };
            let charge = home.terms_on(lines[0].day).charge(Rounding::NONE);
            let entries: Vec<(Minutes, Spread)> = lines
                .iter()
                .map(|line| (line.actual, work.iter().find(|work| work.id == line.entry).unwrap().spread))
                .collect();
            prop_assert_eq!(charge.reckon(&entries).shares, lines.iter().map(|line| line.billed).collect::<Vec<_>>());
            prop_assert!(lines.iter().all(|line| (line.day, line.contract) == (lines[0].day, lines[0].contract)));
            prop_assert!(lines.len() == 1 || charge.rounding.per == Per::TicketDay);
        }
    }
}

/// How long 60,000 entries of 20 clients take; run on purpose, in a build that is optimised.
#[test]
#[ignore = "measures, judges nothing"]
fn the_ledgers_of_twenty_clients_over_a_year() {
    let contracts = contracts(&[
        "prepaid 60h; every month; price 30000; overage 4000; round 15m up per ticket-day; carry 50%; carry-max 5h; \
         carry-expires 1; start 2026-01-01",
        "block 20h; start 2026-07-10; expires 3m; order 2",
    ]);
    assert!(matches!(contracts[0].terms().kind, Kind::Prepaid { .. }));
    let entry = |id: i64| Work {
        day: day("2026-01-01") + TimeDelta::days(id * 7919 % 365),
        billable: id % 10 > 0,
        spread: Spread { off_hours: id % 5, ..Spread::default() },
        ..work(id, id * 31 % 400 + 1, "2026-01-01", id * 17 % 90 + 5)
    };
    let clients: Vec<Vec<Work>> = (0..20).map(|_| (1..=3000).map(entry).collect()).collect();
    let sorted: Vec<Vec<Work>> = clients
        .iter()
        .map(|work| {
            let mut work = work.clone();
            work.sort_by_key(|work| (work.day, work.id));
            work
        })
        .collect();
    for (name, clients) in [("in any order", &clients), ("in their order", &sorted)] {
        let times: Vec<u128> = (0..21)
            .map(|_| {
                let begin = std::time::Instant::now();
                let lines: usize = clients.iter().map(|work| ledger(&contracts, work, "2026-12-31").lines.len()).sum();
                assert_eq!(lines, 60_000);
                begin.elapsed().as_micros()
            })
            .collect();
        let (least, median) = {
            let mut times = times;
            times.sort_unstable();
            (times[0], times[10])
        };
        println!("60,000 entries of 20 clients, {name}: {least} µs at best, {median} µs in the middle");
    }
}
