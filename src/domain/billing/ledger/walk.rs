//! The way of the ledger through the days: entries become groups, groups become billed minutes, and these are drawn.

use super::pool::Pool;
use super::{Facts, Line, Part, Piece, Work};
use crate::domain::billing::contract::Contract;
use crate::domain::billing::money::Money;
use crate::domain::billing::rounding::{Charge, Factors, Per, Rounding, Spread};
use crate::domain::ticket::TicketId;
use crate::domain::time::{Date, Minutes};

/// The ledger while it walks through the days.
pub(super) struct Walk<'a> {
    rounding: Rounding,
    pub(super) pools: Vec<Pool<'a>>,
    pub(super) lines: Vec<Line>,
    pub(super) pieces: Vec<Piece>,
    groups: usize,
    /// The pools by the first day of their contracts: none begins before the one whose leftovers it takes.
    by_start: Vec<usize>,
}

impl<'a> Walk<'a> {
    /// Before the first day; `work` is in its order.
    pub(super) fn of(facts: &Facts<'a>, work: &[&Work]) -> Walk<'a> {
        let mut by_start: Vec<usize> = (0..facts.contracts.len()).collect();
        by_start.sort_by_key(|at| facts.contracts.get(*at).map(Contract::start));
        let follower = |of: &Contract| facts.contracts.iter().find(|contract| contract.follows() == Some(of.id));
        Walk {
            rounding: facts.rounding,
            pools: facts.contracts.iter().map(|contract| Pool::of(contract, follower(contract))).collect(),
            by_start,
            lines: work.iter().map(|work| Line::of(work)).collect(),
            pieces: Vec::with_capacity(work.len() + work.len() / 8),
            groups: 0,
        }
    }

    /// The entries of a day; the line of the first is `begin`. None where money is beyond counting.
    pub(super) fn day(&mut self, begin: usize, work: &[&Work]) -> Option<()> {
        let date = work.first()?.on();
        self.advance(date)?;
        let mut day = Day::of(begin, work);
        let mut group: Vec<usize> = Vec::new();
        for (at, entry) in work.iter().enumerate() {
            if day.done.get(at) != Some(&false) {
                continue;
            }
            let natural = self.home();
            let home = self.home_of(entry, natural);
            if !entry.billable {
                self.free(begin + at, entry, home);
                continue;
            }
            let charge = self.charge(home, entry.day);
            group.clear();
            match entry.ticket.filter(|_| charge.rounding.per == Per::TicketDay) {
                Some(ticket) => group.extend(day.open((ticket, entry.day)).filter(|other| {
                    work.get(*other).is_some_and(|other| other.billable && self.home_of(other, natural) == home)
                })),
                None => group.push(at),
            }
            day.close(&group);
            self.group(&day, &group, &charge, home)?;
        }
        Some(())
    }

    /// Goes on to a day with all pools. None where money is beyond counting.
    pub(super) fn advance(&mut self, day: Date) -> Option<()> {
        for at in &self.by_start {
            let before = self.pools.get(*at).and_then(Pool::waits_for);
            let left = before.and_then(|id| self.pools.iter().find(|pool| pool.id() == id)).and_then(Pool::left);
            self.pools.get_mut(*at)?.advance(day, left)?;
        }
        Some(())
    }

    /// One group: rounded together, then drawn entry by entry.
    fn group(&mut self, day: &Day, group: &[usize], charge: &Charge, home: Option<usize>) -> Option<()> {
        self.groups += 1;
        let entries = || group.iter().filter_map(|at| Some((*at, *day.work.get(*at)?)));
        if let (Some((at, alone)), 1) = (entries().next(), group.len()) {
            let billed = charge.billed(charge.weighted(alone.minutes, alone.spread));
            return self.draw(day.begin + at, billed, home, alone);
        }
        let worked: Vec<(Minutes, Spread)> = entries().map(|(_, entry)| (entry.minutes, entry.spread)).collect();
        for ((at, entry), billed) in entries().zip(charge.reckon(&worked).shares) {
            self.draw(day.begin + at, billed, home, entry)?;
        }
        Some(())
    }

    /// The first pool that has room today, else the first that allows overage, else the first in force.
    fn home(&self) -> Option<usize> {
        let mut candidates = [None; 3];
        for (at, pool) in self.pools.iter().enumerate().filter(|(_, pool)| pool.in_force()) {
            let [room, overage, force] = &mut candidates;
            for (first, fits) in [(room, pool.has_room()), (overage, pool.hourly().is_some()), (force, true)] {
                if fits && first.is_none() {
                    *first = Some(at);
                }
            }
        }
        candidates.into_iter().flatten().next()
    }

    /// The pool of an entry: the said one if it is in force, else the natural one.
    fn home_of(&self, work: &Work, natural: Option<usize>) -> Option<usize> {
        match work.contract {
            Some(said) => self.pools.iter().position(|pool| pool.id() == said && pool.in_force()),
            None => natural,
        }
    }

    fn charge(&self, home: Option<usize>, worked: Date) -> Charge {
        let usual = Charge { rounding: self.rounding, minimum: 0, factors: Factors::NONE };
        let terms = home.and_then(|at| self.pools.get(at)).and_then(|pool| pool.terms_of(worked));
        terms.map_or(usual, |terms| terms.charge(self.rounding))
    }

    /// An entry that is given away.
    fn free(&mut self, at: usize, work: &Work, home: Option<usize>) {
        self.groups += 1;
        let begin = self.pieces.len();
        let pool = home.and_then(|at| self.pools.get(at));
        self.pieces.push(Piece {
            contract: pool.and_then(Pool::period),
            part: Part::Free,
            minutes: work.minutes,
            amount: None,
        });
        self.settle(at, 0, begin, home);
    }

    /// Billed minutes of a line, drawn from its home, then from the others, then as overage.
    fn draw(&mut self, at: usize, billed: Minutes, home: Option<usize>, work: &Work) -> Option<()> {
        let begin = self.pieces.len();
        let mut left = billed;
        if let Some(own) = home {
            if let Some(pool) = self.pools.get_mut(own) {
                pool.take(&mut left, &mut self.pieces, work.day)?;
                if work.contract.is_some() {
                    pool.overage(&mut left, &mut self.pieces, work.day)?;
                }
            }
            let others = self.pools.iter_mut().enumerate().filter(|(other, pool)| *other != own && pool.in_force());
            for (_, pool) in others {
                pool.take(&mut left, &mut self.pieces, work.day)?;
            }
            for pool in self.pools.iter_mut().filter(|pool| pool.in_force()) {
                pool.overage(&mut left, &mut self.pieces, work.day)?;
            }
        }
        if left > 0 {
            self.pieces.push(Piece { contract: None, part: Part::Unassigned, minutes: left, amount: None });
        }
        self.settle(at, billed, begin, home);
        Some(())
    }

    /// Enters the pieces from `begin` on into the line.
    fn settle(&mut self, at: usize, billed: Minutes, begin: usize, home: Option<usize>) {
        let pool = home.and_then(|at| self.pools.get(at));
        let Some(line) = self.lines.get_mut(at) else { return };
        line.contract = pool.map(Pool::id);
        line.amount = pool.map(|pool| Money::zero(pool.currency()));
        line.group = self.groups;
        line.billed = billed;
        line.pieces = begin..self.pieces.len();
        for piece in self.pieces.get(begin..).unwrap_or_default() {
            line.take(piece);
        }
    }
}

/// The entries of a day, and which of them have found their group.
struct Day<'a> {
    begin: usize,
    work: &'a [&'a Work],
    by_ticket: Vec<((TicketId, Date), usize)>,
    done: Vec<bool>,
}

impl<'a> Day<'a> {
    fn of(begin: usize, work: &'a [&'a Work]) -> Day<'a> {
        let mut by_ticket: Vec<((TicketId, Date), usize)> =
            work.iter().enumerate().filter_map(|(at, work)| Some(((work.ticket?, work.day), at))).collect();
        by_ticket.sort_unstable();
        Day { begin, work, by_ticket, done: vec![false; work.len()] }
    }

    /// The entries of a ticket and worked day that have not found theirs.
    fn open(&self, ticket: (TicketId, Date)) -> impl Iterator<Item = usize> {
        let from = self.by_ticket.partition_point(|(other, _)| *other < ticket);
        let same = self.by_ticket.iter().skip(from).take_while(move |(other, _)| *other == ticket);
        same.map(|(_, at)| *at).filter(|at| self.done.get(*at) == Some(&false))
    }

    fn close(&mut self, group: &[usize]) {
        for at in group {
            if let Some(done) = self.done.get_mut(*at) {
                *done = true;
            }
        }
    }
}
