//! A period of a contract as the ledger leaves it: what came in, what was drawn, what goes on; and what to tell of it.

use crate::domain::billing::contract::stretch::Stretch;
use crate::domain::billing::money::Money;
use crate::domain::time::{Date, Minutes};

/// A period of a contract. `included + carried_in = used + left` and `left = carried_out + expired`, in minutes; a deposit
/// tells of its money in `purse` instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The contract.
    pub contract: i64,
    /// The days; the last is `Date::MAX` where nothing ends it.
    pub stretch: Stretch,
    /// Its last day is over; before, `carried_out` and `expired` are what they come to if nothing more is worked.
    pub closed: bool,
    /// Minutes that came with the period: prepaid, a block, the cap of a fee.
    pub included: Minutes,
    /// Minutes from before: carried over, or the opening balance.
    pub carried_in: Minutes,
    /// Minutes drawn from these.
    pub used: Minutes,
    /// Minutes that are left of these.
    pub left: Minutes,
    /// Minutes that go on into the next period.
    pub carried_out: Minutes,
    /// Minutes that are gone with its last day.
    pub expired: Minutes,
    /// What is left, by the last day it can be used on; none: no such day. The earliest first.
    pub expires: Vec<(Minutes, Option<Date>)>,
    /// Minutes paid by the hour, and what they cost.
    pub overage: Minutes,
    /// What the overage costs: the sum of its lines.
    pub overage_amount: Money,
    /// Minutes that the fee paid.
    pub flat: Minutes,
    /// The money of a deposit.
    pub purse: Option<Purse>,
    /// The price of the period.
    pub fee: Option<Money>,
    /// When that price is due; none: not before the contract ends.
    pub due: Option<Date>,
}

/// The money of a deposit. `held = used + left`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purse {
    /// The deposit and its opening balance.
    pub held: Money,
    /// Drawn by lines.
    pub used: Money,
    /// Not yet drawn.
    pub left: Money,
    /// Gone with the last day.
    pub expired: Money,
    /// Minutes that it paid.
    pub minutes: Minutes,
}

/// Something that somebody wanted to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// About which contract.
    pub contract: i64,
    /// About which of its periods.
    pub number: u32,
    /// What it is.
    pub what: Reached,
    /// Since which day it is so.
    pub on: Date,
}

/// What an alert tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// So many percent of the pool, cap or deposit are used.
    Percent(i64),
    /// The contract ends in so many days, on this one.
    Ends(u32, Date),
}
