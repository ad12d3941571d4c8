//! A worked year of one client, reckoned by hand below, as statements, invoices and the contract tell it.

use super::{Desk, minor};

/// What was worked: day, minutes. The contract: 5h a month for 20 000, beyond it 4 000 an hour, 15m up per entry, half of the
/// included hours carried over (2h 30m at most), gone with the next month; from July on 8h for 30 000.
const WORKED: &[(&str, &str)] = &[
    ("2026-01-12", "2h10m"), // 2h 15m
    ("2026-01-20", "50m"),   // 1h
    ("2026-02-03", "4h"),
    ("2026-02-17", "2h40m"), // 2h 45m
    ("2026-02-25", "1h"),
    ("2026-03-10", "20m"), // 30m
    ("2026-05-05", "6h"),
    ("2026-05-29", "3h5m"), // 3h 15m
    ("2026-06-30", "5h"),
    ("2026-07-01", "7h55m"), // 8h
    ("2026-08-14", "10m"),   // 15m
    ("2026-09-15", "12h"),
    ("2026-12-31", "1m"), // 15m
];

/// By hand, month by month, in minutes: carried in, used of the pool, beyond it, carried out.
///
/// | month | billed | pool | used | beyond | unused of the included | carried out |
/// |---|---|---|---|---|---|---|
/// | 1 | 195 | 300 | 195 | 0 | 105 | 105 |
/// | 2 | 465 | 105 + 300 | 405 | 60 | 0 | 0 |
/// | 3 | 30 | 300 | 30 | 0 | 270 | 150 |
/// | 4 | 0 | 150 + 300 | 0 | 0 | 300 | 150, the 150 of March are gone |
/// | 5 | 555 | 150 + 300 | 450 | 105 | 0 | 0 |
/// | 6 | 300 | 300 | 300 | 0 | 0 | 0 |
/// | 7 | 480 | 480 | 480 | 0 | 0 | 0 |
/// | 8 | 15 | 480 | 15 | 0 | 465 | 150: 50 % are 240, at most 150 |
/// | 9 | 720 | 150 + 480 | 630 | 90 | 0 | 0 |
/// | 10 | 0 | 480 | 0 | 0 | 480 | 150 |
/// | 11 | 0 | 150 + 480 | 0 | 0 | 480 | 150 |
/// | 12 | 15 | 150 + 480 | 15 | 0 | 480 | 150: the carried ones went first |
const BY_HAND: [(i64, i64, i64, i64); 12] = [
    (0, 195, 0, 105),
    (105, 405, 60, 0),
    (0, 30, 0, 150),
    (150, 0, 0, 150),
    (150, 450, 105, 0),
    (0, 300, 0, 0),
    (0, 480, 0, 0),
    (0, 15, 0, 150),
    (150, 630, 90, 0),
    (0, 0, 0, 150),
    (150, 0, 0, 150),
    (150, 15, 0, 150),
];

fn year() -> Desk {
    let mut desk = Desk::new();
    desk.at("2027-01-08");
    desk.ok(
        "contract add acme --prepaid 5h --every month --price 20000 --overage 4000 --round '15m up per entry' --carry 50% \
         --carry-max 2h30m --carry-expires 1 --start 2026-01-01 --name care",
    );
    desk.ok("contract edit acme --from 2026-07-01 --prepaid 8h --price 30000");
    // Logged in another order than worked: the ledger does not mind.
    for (n, (day, time)) in WORKED.iter().enumerate().rev() {
        desk.ok(&format!("log 1 {time} 'работа {n}' --on {day}"));
    }
    desk
}

#[test]
fn a_worked_year_comes_out_as_by_hand() {
    let desk = year();
    for (month, (carried, used, beyond, out)) in (1..).zip(BY_HAND) {
        let s = desk.json(&format!("statement acme in:2026-{month:02}"));
        let pool = &s["pools"][0];
        let told = ["carried_minutes", "used_minutes", "overage_minutes"].map(|key| pool[key].as_i64().unwrap());
        assert_eq!(told, [carried, used, beyond], "month {month}");
        let fee = if month < 7 { 2_000_000 } else { 3_000_000 };
        assert_eq!(minor(&s["total"]), fee + beyond * 400_000 / 60, "month {month}");
        let included = if month < 7 { 300 } else { 480 };
        assert_eq!(pool["left_minutes"].as_i64().unwrap(), included + carried - used, "month {month}");
        let next = desk.json(&format!("contract show acme --as-of 2026-{month:02}-28"));
        assert_eq!(next["carried_minutes"].as_i64().unwrap(), carried, "month {month}");
        if let Some((next, ..)) = BY_HAND.get(month) {
            assert_eq!(*next, out, "month {month}");
        }
    }
}

#[test]
fn twelve_invoices_hold_the_year_once() {
    let desk = year();
    let mut total = 0;
    for month in 1..=12 {
        let draft = desk.draft(&format!("invoice acme in:2026-{month:02}"));
        let issued = desk.json(&format!("invoice issue {draft}"));
        assert_eq!(issued["invoices"][0]["number"], month);
        total += minor(&issued["invoices"][0]["total"]);
    }
    // 6 × 20 000 + 6 × 30 000, and 60 + 105 + 90 minutes at 4 000 an hour.
    assert_eq!(total, 6 * 2_000_000 + 6 * 3_000_000 + 255 * 400_000 / 60);
    let year = desk.json("statement acme in:2026");
    assert_eq!(minor(&year["total"]), total);
    assert_eq!(year["lines"].as_array().unwrap().len(), WORKED.len());
    desk.no(1, "invoice acme in:2026", &["is on invoice 1 already"]);
    for number in 1..=12 {
        desk.ok(&format!("invoice paid {number}"));
    }
    assert_eq!(minor(&desk.json("statement acme in:2026")["balance"]), 0);
    assert_eq!(minor(&desk.json("margin in:2026")["clients"][0]["due"]), total);
}
