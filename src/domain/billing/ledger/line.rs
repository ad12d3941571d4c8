//! What goes into the ledger and what comes out of it: an entry, its line, the pieces of the line, the sums.

use crate::domain::billing::money::Money;
use crate::domain::billing::rounding::Spread;
use crate::domain::ticket::TicketId;
use crate::domain::time::{Date, Minutes};
use std::ops::Range;

/// An entry as the ledger sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Shown as `t17`.
    pub id: i64,
    /// The ticket worked on.
    pub ticket: Option<TicketId>,
    /// The worked day.
    pub day: Date,
    /// The day it is drawn on; none: the worked one. See [`posted`](crate::domain::billing::invoice::posted).
    pub posted: Option<Date>,
    /// Who worked.
    pub agent: i64,
    /// Raw minutes.
    pub minutes: Minutes,
    /// False: given away.
    pub billable: bool,
    /// The contract that somebody said it belongs to.
    pub contract: Option<i64>,
    /// How much of it fell into hours that may count more, by the calendar.
    pub spread: Spread,
}

impl Work {
    /// The day it is drawn on.
    #[must_use]
    pub fn on(&self) -> Date {
        self.posted.unwrap_or(self.day)
    }
}

/// Where a covered minute was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// What was there before the contract began.
    Opening,
    /// What was left of the period of this number.
    Carried(u32),
    /// What the period itself holds.
    Included,
    /// A block of hours.
    Block,
    /// A deposit.
    Deposit,
}

/// What pays for a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// It was paid before.
    Covered(Bucket),
    /// It is paid by the hour: beyond a pool, or in a contract by the hour.
    Overage,
    /// The fee of the period pays it.
    Flat,
    /// Nobody: it is given away.
    Free,
    /// No contract takes it.
    Unassigned,
}

/// A part of a line that one thing pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Whose period and which it is; none: no contract's.
    pub contract: Option<(i64, u32)>,
    /// What pays.
    pub part: Part,
    /// How many minutes.
    pub minutes: Minutes,
    /// What they cost: due for overage, drawn from a deposit; none where a pool or a fee pays.
    pub amount: Option<Money>,
}

/// An entry and what became of it. `covered + overage + flat + unassigned` is `billed`; of a free entry nothing is billed,
/// and `free` is what was worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The entry.
    pub entry: i64,
    /// Its ticket.
    pub ticket: Option<TicketId>,
    /// The worked day.
    pub day: Date,
    /// The day it was drawn on.
    pub on: Date,
    /// Who worked.
    pub agent: i64,
    /// The contract whose rules made billed minutes of it; none: no contract was in force.
    pub contract: Option<i64>,
    /// Lines of the same number were rounded together.
    pub group: usize,
    /// Minutes worked.
    pub actual: Minutes,
    /// Minutes billed: its share of the group's.
    pub billed: Minutes,
    /// Billed minutes that a pool or deposit paid.
    pub covered: Minutes,
    /// Billed minutes that are paid by the hour.
    pub overage: Minutes,
    /// Billed minutes that a fee paid.
    pub flat: Minutes,
    /// Worked minutes that are given away.
    pub free: Minutes,
    /// Billed minutes that no contract takes.
    pub unassigned: Minutes,
    /// What is due for it, rounded once, half away from zero; none where no contract tells of a currency.
    pub amount: Option<Money>,
    pub(super) pieces: Range<usize>,
}

/// The sum of lines: of each column, as printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Minutes worked.
    pub actual: Minutes,
    /// Minutes billed.
    pub billed: Minutes,
    /// Minutes that a pool or deposit paid.
    pub covered: Minutes,
    /// Minutes paid by the hour.
    pub overage: Minutes,
    /// Minutes that a fee paid.
    pub flat: Minutes,
    /// Minutes given away.
    pub free: Minutes,
    /// Minutes that no contract takes.
    pub unassigned: Minutes,
    /// What is due, one sum for each currency.
    pub amounts: Vec<Money>,
}

impl Totals {
    /// Adds lines up; none where money is beyond counting.
    #[must_use]
    pub fn of(lines: &[Line]) -> Option<Totals> {
        let mut totals = Totals::default();
        for line in lines {
            totals.actual += line.actual;
            totals.billed += line.billed;
            totals.covered += line.covered;
            totals.overage += line.overage;
            totals.flat += line.flat;
            totals.free += line.free;
            totals.unassigned += line.unassigned;
            let Some(amount) = line.amount else { continue };
            match totals.amounts.iter_mut().find(|sum| sum.currency == amount.currency) {
                Some(sum) => *sum = sum.plus(amount)?,
                None => totals.amounts.push(amount),
            }
        }
        Some(totals)
    }
}

impl Line {
    /// An entry of which nothing is known yet.
    pub(super) fn of(work: &Work) -> Line {
        Line {
            entry: work.id,
            ticket: work.ticket,
            day: work.day,
            on: work.on(),
            agent: work.agent,
            contract: None,
            group: 0,
            actual: work.minutes,
            billed: 0,
            covered: 0,
            overage: 0,
            flat: 0,
            free: 0,
            unassigned: 0,
            amount: None,
            pieces: 0..0,
        }
    }

    /// Enters a piece into the sums.
    pub(super) fn take(&mut self, piece: &Piece) {
        let sum = match piece.part {
            Part::Covered(_) => &mut self.covered,
            Part::Overage => &mut self.overage,
            Part::Flat => &mut self.flat,
            Part::Free => &mut self.free,
            Part::Unassigned => &mut self.unassigned,
        };
        *sum += piece.minutes;
        if piece.part == Part::Overage {
            self.amount = piece.amount;
        }
    }
}
