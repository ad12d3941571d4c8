//! What became of worked time, in a sentence and as data: how much of it is billed, what pays for it, what is left.

use super::Cell;
use crate::domain::billing::duration::spoken;
use crate::domain::billing::money::Money;
use crate::domain::worked::{Counted, Left, Pool, Worked};

/// What became of an entry for a client with contracts; none where there is nothing to say: it is given away, struck out, or
/// nobody looked.
///
/// | contract | before | logged | sentence |
/// |---|---|---|---|
/// | 10h a month, 15m up | 4h 10m left | 25m | `25m, billed 30m, pool 3h 40m of 10h left` |
/// | the same, 4 000 ₽ beyond | 20m left | 25m | `25m, billed 30m, overage 10m = 666.67 ₽, pool 0m of 10h left` |
/// | the same, nothing agreed beyond | 20m left | 25m | `25m, billed 30m, no contract takes 10m, pool 0m of 10h left` |
/// | one of several | 4h 10m left | 30m | `30m, care: 3h 40m of 10h left` |
/// | a deposit of 50 000 ₽ | all of it | 30m | `30m, 48 250.00 ₽ of 50 000.00 ₽ left` |
/// | a fee without a cap | | 25m | `25m, in the fee` |
/// | 3 500 ₽ an hour | | 30m | `30m = 1 750.00 ₽` |
/// | ended, or not begun | | 25m | `25m, no contract takes it` |
///
/// ```
/// use frontdesk::domain::billing::{currency::Currency, money::Money};
/// use frontdesk::domain::worked::{Counted, Left, Pool};
/// use frontdesk::report::pool::sentence;
/// let rub = |minor| Money::of(minor, Currency::of("RUB").unwrap());
/// let pool = |left| Some(Pool { contract: "care".into(), only: true, until: None, left });
/// let said = |minutes, counted: Counted| sentence(minutes, &counted).replace('\u{a0}', " ");
/// let care = Counted { contract: Some("care".into()), billed: 30, ..Counted::default() };
/// let within = Counted { covered: 30, pool: pool(Left::Minutes(220, 600)), ..care.clone() };
/// assert_eq!(said(25, within.clone()), "25m, billed 30m, pool 3h 40m of 10h left");
/// let beyond = Counted { covered: 20, overage: 10, amount: Some(rub(66_667)), pool: pool(Left::Minutes(0, 600)), ..care.clone() };
/// assert_eq!(said(25, beyond), "25m, billed 30m, overage 10m = 666.67 ₽, pool 0m of 10h left");
/// let lost = Counted { covered: 20, unassigned: 10, pool: pool(Left::Minutes(0, 600)), ..care.clone() };
/// assert_eq!(said(25, lost), "25m, billed 30m, no contract takes 10m, pool 0m of 10h left");
/// let several = Pool { only: false, ..within.pool.clone().unwrap() };
/// assert_eq!(said(30, Counted { pool: Some(several), ..within }), "30m, care: 3h 40m of 10h left");
/// let deposit = Counted { covered: 30, pool: pool(Left::Money(rub(4_825_000), rub(5_000_000))), ..care.clone() };
/// assert_eq!(said(30, deposit), "30m, 48 250.00 ₽ of 50 000.00 ₽ left");
/// let flat = Counted { billed: 25, flat: 25, pool: pool(Left::Nothing), ..care.clone() };
/// assert_eq!(said(25, flat), "25m, in the fee");
/// let hourly = Counted { overage: 30, amount: Some(rub(175_000)), pool: pool(Left::Nothing), ..care };
/// assert_eq!(said(30, hourly), "30m = 1 750.00 ₽");
/// assert_eq!(said(25, Counted { billed: 25, unassigned: 25, ..Counted::default() }), "25m, no contract takes it");
/// ```
#[must_use]
pub fn sentence(minutes: i64, counted: &Counted) -> String {
    let mut parts = vec![spoken(minutes)];
    if counted.billed != minutes {
        parts.push(format!("billed {}", spoken(counted.billed)));
    }
    let pool = counted.pool.as_ref();
    let by_the_hour = counted.overage == counted.billed && pool.is_some_and(|p| p.left == Left::Nothing);
    let cost = counted.amount.map(Money::told).unwrap_or_default();
    match counted.overage {
        0 => {}
        _ if by_the_hour => {
            if let Some(last) = parts.last_mut() {
                last.push_str(&format!(" = {cost}"));
            }
        }
        minutes => parts.push(format!("overage {} = {cost}", spoken(minutes))),
    }
    match counted.unassigned {
        0 => {}
        all if all == counted.billed => parts.push("no contract takes it".to_owned()),
        some => parts.push(format!("no contract takes {}", spoken(some))),
    }
    parts.extend(pool.and_then(|pool| left(pool, counted.flat > 0)));
    parts.join(", ")
}

/// What is left of a pool, as in the sentence.
fn left(pool: &Pool, in_the_fee: bool) -> Option<String> {
    let name = |alone: &str| if pool.only { alone.to_owned() } else { format!("{}: ", pool.contract) };
    let said = match pool.left {
        Left::Minutes(left, of) => format!("{}{} of {} left", name("pool "), spoken(left), spoken(of)),
        Left::Money(left, of) => format!("{}{} of {} left", name(""), left.told(), of.told()),
        Left::Nothing if in_the_fee && pool.only => "in the fee".to_owned(),
        Left::Nothing if in_the_fee => format!("in the fee of {}", pool.contract),
        Left::Nothing if pool.only => return None,
        Left::Nothing => pool.contract.clone(),
    };
    let over = pool.until.map_or_else(String::new, |day| format!(" (in the period to {day})"));
    Some(format!("{said}{over}"))
}

/// The sentence of an entry, where there is one.
#[must_use]
pub fn became(w: &Worked) -> Option<String> {
    let counted =
        w.counted.as_ref().filter(|c| w.entry.billable && !w.entry.void && (c.pool.is_some() || c.refused))?;
    Some(sentence(w.entry.minutes, counted))
}

/// `pool{contract left_minutes of_minutes left of}`: minutes of a pool, money of a deposit.
pub(super) fn data(pool: Option<&Pool>) -> Cell {
    let Some(pool) = pool else { return Cell::Empty };
    let (minutes, money) = match pool.left {
        Left::Minutes(left, of) => (Some((left, of)), None),
        Left::Money(left, of) => (None, Some((left, of))),
        Left::Nothing => (None, None),
    };
    let whole = |pick: fn((i64, i64)) -> i64| minutes.map_or(Cell::Empty, |both| Cell::Minutes(pick(both)));
    Cell::Record(vec![
        ("contract", Cell::Text(pool.contract.clone())),
        ("left_minutes", whole(|(left, _)| left)),
        ("of_minutes", whole(|(_, of)| of)),
        ("left", Cell::money(money.map(|(left, _)| left))),
        ("of", Cell::money(money.map(|(_, of)| of))),
    ])
}
