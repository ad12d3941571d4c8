//! A year of one client, reckoned by hand.

use super::*;

/// The contracts: 10h a month for 30 000 ₽, an hour beyond for 4 000 ₽, in steps of 15 minutes up per ticket and day, half
/// of the hours carried for one month, 5h at most; and in July a block of 20h for three months, drawn second.
///
/// Included are 600m each month. "in" is what was carried in, "lost" what expired at the end of the month.
///
/// - January. 50+25=75 → 75, 130 → 135, 185 → 195: 405. in 0, left 195. Carried min(195, 300, 300) = 195, lost 0.
/// - February. 100 → 105, 20+20=40 → 45 (23 and 22), 120 → 120: 270. in 195, all of it used: 105, 45, and 45 of the 120; 75
///   of the included ones. left 525, carried 300, lost 225.
/// - March. 480 → 480, 400 → 405, 70 → 75: 960. in 300, so 900 are there: 300 carried and 180; 405; then 15 are left for the
///   75, and 60 are overage: 4 000 ₽. Carried 0.
/// - April. 1 → 15; 90m are given away. left 585, carried 300, lost 285.
/// - May. Nothing. in 300, left 900: the 300 carried in are not carried again, of the 600 half goes on. lost 600.
/// - June. 700 → 705, 200 → 210: 915. in 300: 900 are covered, 15 are overage: 1 000 ₽.
/// - July. On the 5th 610 → 615: 600 covered, 15 overage: 1 000 ₽, the block begins on the 10th. 95 → 105 and 7+6=13 → 15
///   (8 and 7) come out of it: 1200 − 120 = 1080.
/// - August. 580 → 585, 110 → 120: the last 15 of the month, then 105 of the block: 975.
/// - September. 300 → 300. left 300, carried 300, lost 0.
/// - October. On the 6th 905 → 915: 300 carried, 600 included, 15 of the block: 960. On the 9th, its last day, 20 → 30: 930,
///   and these are lost. On the 10th 20 → 30 are overage: 2 000 ₽.
/// - November. 355 → 360. left 240, carried min(240, 300, 300) = 240, lost 0.
/// - December. 100 → 105, 44 → 45: both out of the 240 carried in, 90 of them are left. left 690: if nothing more is worked
///   300 go on, and 90 + 300 are lost.
///
/// Over the year: worked 390+260+950+91+0+900+718+690+300+945+355+144 = 5743, 90 of them free; billed
/// 405+270+960+15+0+915+735+705+300+975+360+150 = 5790; overage 60+15+15+30 = 120, 8 000 ₽; the block paid
/// 105+15+105+15+30 = 270; the months 405+270+900+15+0+900+600+600+300+900+360+150 = 5400; 5400+270+120 = 5790. Of the 7200
/// included 5400 were used, 225+285+600 = 1110 lost and 690 are left.
fn year() -> (Vec<Contract>, Vec<Work>) {
    let contracts = contracts(&[
        "prepaid 10h; every month; price 30000; overage 4000; round 15m up per ticket-day; carry 50%; carry-max 5h; \
         carry-expires 1; start 2026-01-01; name care",
        "block 20h; price 60000; expires 3m; start 2026-07-10; round 15m up per ticket-day; order 2; name july",
    ]);
    let worked = [
        (1, "2026-01-12", 50),
        (1, "2026-01-12", 25),
        (2, "2026-01-20", 130),
        (3, "2026-01-28", 185),
        (4, "2026-02-03", 100),
        (4, "2026-02-04", 20),
        (4, "2026-02-04", 20),
        (5, "2026-02-17", 120),
        (6, "2026-03-02", 480),
        (7, "2026-03-10", 400),
        (8, "2026-03-25", 70),
        (9, "2026-04-15", 1),
        (9, "2026-04-16", 90),
        (10, "2026-06-05", 700),
        (11, "2026-06-30", 200),
        (12, "2026-07-05", 610),
        (12, "2026-07-15", 95),
        (13, "2026-07-16", 7),
        (13, "2026-07-16", 6),
        (14, "2026-08-11", 580),
        (15, "2026-08-20", 110),
        (16, "2026-09-08", 300),
        (17, "2026-10-06", 905),
        (18, "2026-10-09", 20),
        (19, "2026-10-10", 20),
        (20, "2026-11-16", 355),
        (21, "2026-12-01", 100),
        (22, "2026-12-31", 44),
    ];
    let entry = |(id, (ticket, on, minutes)): (i64, (i64, &str, Minutes))| Work {
        billable: minutes != 90,
        ..work(id, ticket, on, minutes)
    };
    (contracts, (1..).zip(worked).map(entry).collect())
}

#[test]
fn a_year_of_a_client_comes_out_as_by_hand() {
    let (contracts, work) = year();
    let ledger = ledger(&contracts, &work, "2026-12-31");
    let care = ledger.accounts.iter().filter(|account| account.contract == 1);
    let months: Vec<_> = care
        .map(|month| {
            let Account { carried_in, used, left, carried_out, expired, overage, .. } = *month;
            (carried_in, used, left, carried_out, expired, overage, month.overage_amount.minor / 100)
        })
        .collect();
    let by_hand = [
        (0, 405, 195, 195, 0, 0, 0),
        (195, 270, 525, 300, 225, 0, 0),
        (300, 900, 0, 0, 0, 60, 4000),
        (0, 15, 585, 300, 285, 0, 0),
        (300, 0, 900, 300, 600, 0, 0),
        (300, 900, 0, 0, 0, 15, 1000),
        (0, 600, 0, 0, 0, 15, 1000),
        (0, 600, 0, 0, 0, 0, 0),
        (0, 300, 300, 300, 0, 0, 0),
        (300, 900, 0, 0, 0, 30, 2000),
        (0, 360, 240, 240, 0, 0, 0),
        (240, 150, 690, 300, 390, 0, 0),
    ];
    for (month, (reckoned, by_hand)) in (1..).zip(months.iter().zip(by_hand)) {
        assert_eq!(*reckoned, by_hand, "month {month}");
    }
    assert_eq!(months.len(), 12);

    let block = ledger.account(2, day("2026-08-01")).unwrap();
    assert_eq!((block.used, block.left, block.expired, block.closed), (270, 930, 930, true));
    assert_eq!(block.stretch.last, day("2026-10-09"));

    let december = ledger.account(1, day("2026-12-31")).unwrap();
    assert!(!december.closed);
    assert_eq!(december.expires, [(390, Some(day("2026-12-31"))), (300, Some(day("2027-01-31")))]);
    let fees = ledger.accounts.iter().filter_map(|account| account.fee);
    assert_eq!(Money::sum(fees, december.overage_amount.currency).unwrap().minor, (12 * 30_000 + 60_000) * 100);

    let Totals { actual, billed, covered, overage, flat, free, unassigned, amounts } =
        Totals::of(&ledger.lines).unwrap();
    assert_eq!((actual, billed, covered, overage), (5743, 5790, 5670, 120));
    assert_eq!((flat, free, unassigned), (0, 90, 0));
    assert_eq!(amounts.iter().map(|sum| sum.russian()).collect::<Vec<_>>(), ["8\u{a0}000,00\u{a0}₽"]);
}

#[test]
fn the_lines_of_a_year_say_what_paid_for_them() {
    let (contracts, work) = year();
    let ledger = ledger(&contracts, &work, "2026-12-31");
    let parts = parts(&ledger);
    let (included, block) = (Part::Covered(Bucket::Included), Part::Covered(Bucket::Block));
    let carried = |number| Part::Covered(Bucket::Carried(number));
    let of = |entry: usize| parts[entry - 1].as_slice();
    assert_eq!([of(6), of(7)], [[(carried(0), 1, 23)], [(carried(0), 1, 22)]]);
    assert_eq!(of(8), [(carried(0), 1, 45), (included, 1, 75)]);
    assert_eq!(of(11), [(included, 1, 15), (Part::Overage, 1, 60)]);
    assert_eq!(of(13), [(Part::Free, 1, 90)]);
    assert_eq!(of(14), [(carried(4), 1, 300), (included, 1, 405)]);
    assert_eq!(of(16), [(included, 1, 600), (Part::Overage, 1, 15)]);
    assert_eq!([of(17), of(18), of(19)], [[(block, 2, 105)], [(block, 2, 8)], [(block, 2, 7)]]);
    assert_eq!(of(21), [(included, 1, 15), (block, 2, 105)]);
    assert_eq!(of(23), [(carried(8), 1, 300), (included, 1, 600), (block, 2, 15)]);
    assert_eq!([of(24), of(25)], [[(block, 2, 30)], [(Part::Overage, 1, 30)]]);
    assert_eq!([of(27), of(28)], [[(carried(10), 1, 105)], [(carried(10), 1, 45)]]);
}

#[test]
fn a_year_tells_in_time_that_the_pool_runs_out() {
    let (contracts, work) = year();
    let told: Vec<_> = ledger(&contracts, &work, "2026-12-31")
        .alerts
        .iter()
        .map(|alert| match alert.what {
            Reached::Percent(percent) => (alert.contract, percent, alert.on.format("%m-%d").to_string()),
            Reached::Ends(..) => (alert.contract, 0, alert.on.to_string()),
        })
        .collect();
    let percent = |on: &str, percent| (1, percent, on.to_owned());
    assert_eq!(
        told,
        [
            percent("03-10", 80),
            percent("03-25", 100),
            percent("06-30", 80),
            percent("06-30", 100),
            percent("07-05", 80),
            percent("07-05", 100),
            percent("08-11", 80),
            percent("08-20", 100),
            percent("10-06", 80),
            percent("10-06", 100),
        ]
    );
}
