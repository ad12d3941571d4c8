//! Contracts of one client beside each other: their order, what sets them apart, and who begins with what is left of whom.

use super::{Contract, Kind, refused};
use crate::domain::refusal::Refusal;

/// Whether the contracts of one client can stand beside each other, and the order in which they are drawn.
///
/// ```
/// use frontdesk::domain::billing::{contract::{Contract, Terms, in_order}, currency::Currency};
/// let contract = |id, name, order| {
///     let terms = [("hourly", "3500"), ("start", "2026-01-01"), ("name", name), ("order", order)];
///     Contract::unchanged(id, Terms::read(&terms, Currency::of("RUB").unwrap()).unwrap()).unwrap()
/// };
/// let sorted = in_order(vec![contract(1, "care", "2"), contract(2, "launch", "1")]).unwrap();
/// assert_eq!(sorted.iter().map(|contract| contract.id).collect::<Vec<_>>(), [2, 1]);
/// let no = in_order(vec![contract(1, "care", "1"), contract(2, "launch", "1")]).unwrap_err();
/// assert_eq!(no.to_string(), r#""launch" is impossible: it overlaps care from 2026-01-01 on, and both are drawn as number 1"#);
/// assert_eq!(no.hint().unwrap(), "say which is drawn first: --order 2");
/// ```
///
/// # Errors
/// Two that overlap and have the same place, by name.
pub fn in_order(mut contracts: Vec<Contract>) -> Result<Vec<Contract>, Refusal> {
    contracts.sort_by_key(|contract| (contract.terms().order, contract.start(), contract.id));
    for (at, one) in contracts.iter().enumerate() {
        for other in contracts.iter().skip(at + 1).filter(|other| other.terms().order == one.terms().order) {
            if let Some(first) = one.overlap(other) {
                let (name, order) = (&one.terms().name, one.terms().order);
                let why = format!("it overlaps {name} from {first} on, and both are drawn as number {order}");
                let hint = format!("say which is drawn first: --order {}", order.saturating_add(1));
                return Err(refused(&other.terms().name, &why, &hint));
            }
        }
    }
    Ok(contracts)
}

/// Whether contracts of one client that hold at the same time are in one currency and can be told apart by name.
///
/// # Errors
/// Two that overlap and are in two currencies, or have one name, by name.
pub fn go_together(contracts: &[Contract]) -> Result<(), Refusal> {
    for (at, one) in contracts.iter().enumerate() {
        for other in contracts.iter().skip(at + 1) {
            let (mine, its) = (one.terms(), other.terms());
            let Some(from) = one.overlap(other) else { continue };
            if mine.currency != its.currency {
                let why = format!("it overlaps {} from {from} on, which is in {}", mine.name, mine.currency);
                let hint = format!("a client is billed in one currency at a time: end {} first", mine.name);
                return Err(refused(&format!("{} in {}", its.name, its.currency), &why, &hint));
            }
            if mine.name.to_lowercase() == its.name.to_lowercase() {
                let why = format!("another contract of that name is in force from {from} on");
                return Err(refused(&its.name, &why, "give it a name of its own: --name"));
            }
        }
    }
    Ok(())
}

/// Whether each contract that begins with what is left of another one finds it among those of its client: of hours if it is of
/// hours, of its money if it is a deposit, ended before it begins, and asked by nobody else.
///
/// ```
/// use frontdesk::domain::billing::{contract::{Contract, Terms, find_leftovers}, currency::Currency};
/// let block = |id, more: [(&str, &str); 2]| {
///     let terms = [&[("block", "40h"), ("name", "block")], more.as_slice()].concat();
///     Contract::unchanged(id, Terms::read(&terms, Currency::of("RUB").unwrap()).unwrap()).unwrap()
/// };
/// let next = block(2, [("start", "2026-07-01"), ("carry-in", "leftovers of 1")]);
/// let found = |end| find_leftovers(&[block(1, [("start", "2026-01-01"), ("end", end)]), next.clone()]);
/// assert!(found("2026-06-30").is_ok());
/// let no = found("2026-07-31").unwrap_err();
/// assert_eq!(no.to_string(), r#""block from 2026-07-01" is impossible: it begins with what is left of block, which has not ended by then"#);
/// ```
///
/// # Errors
/// One that does not, by name.
pub fn find_leftovers(contracts: &[Contract]) -> Result<(), Refusal> {
    for one in contracts {
        let Some(id) = one.follows() else { continue };
        let no = |why: &str, hint: &str| Err(refused(&format!("{} from {}", one.terms().name, one.start()), why, hint));
        let Some(before) = contracts.iter().find(|contract| contract.id == id) else {
            return no(
                "it begins with what is left of a contract that the client does not have",
                "say how much that is: --carry-in 3h20m",
            );
        };
        let (mine, its) = (one.terms(), before.terms());
        if before.last_day().is_none_or(|last| one.start() <= last) {
            let why = format!("it begins with what is left of {}, which has not ended by then", its.name);
            return no(&why, &format!("end {} before {}", its.name, one.start()));
        }
        let deposits = [mine, its].map(|terms| matches!(terms.kind, Kind::Deposit { .. }));
        if !its.kind.holds() || deposits[0] != deposits[1] || deposits[0] && mine.currency != its.currency {
            let why = format!("what is left of {} is nothing that it can hold", its.name);
            return no(&why, "say how much it begins with: --carry-in");
        }
        if contracts.iter().any(|other| other.id != one.id && other.follows() == Some(id)) {
            return no(&format!("another contract begins with what is left of {}", its.name), "one of them can");
        }
    }
    Ok(())
}
