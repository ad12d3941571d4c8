//! The way of the ledger through the days: entries become groups, groups become billed minutes, and these are drawn.

use super::pool::Pool;
use super::{Facts, Line, Part, Piece, Work};
use crate::domain::billing::money::Money;
use crate::domain::billing::rounding::{Charge, Factors, Per, Rounding, Spread};
use crate::domain::ticket::TicketId;
use crate::domain::time::Minutes;

/// The ledger while it walks through the days.
pub(super) struct Walk<'a> {
    rounding: Rounding,
    pub(super) pools: Vec<Pool<'a>>,
    pub(super) lines: Vec<Line>,
    pub(super) pieces: Vec<Piece>,
    groups: usize,
}

impl<'a> Walk<'a> {
    /// Before the first day; `work` is in its order.
    pub(super) fn of(facts: &Facts<'a>, work: &[&Work]) -> Walk<'a> {
        Walk {
            rounding: facts.rounding,
            pools: facts.contracts.iter().map(Pool::of).collect(),
            lines: work.iter().map(|work| Line::of(work)).collect(),
            pieces: Vec::with_capacity(work.len() + work.len() / 8),
            groups: 0,
        }
    }

    /// The entries of a day; the line of the first is `begin`. None where money is beyond counting.
    pub(super) fn day(&mut self, begin: usize, day: &[&Work]) -> Option<()> {
        let date = day.first()?.day;
        for pool in &mut self.pools {
            pool.advance(date)?;
        }
        let mut by_ticket: Vec<(TicketId, usize)> = Vec::new();
        if day.len() > 1 {
            by_ticket.extend(day.iter().enumerate().filter_map(|(at, work)| Some((work.ticket?, at))));
            by_ticket.sort_unstable();
        }
        let mut done = vec![false; day.len()];
        for (at, work) in day.iter().enumerate() {
            if done.get(at).copied().unwrap_or(true) {
                continue;
            }
            let natural = self.home();
            let home = self.home_of(work, natural);
            if !work.billable {
                self.free(begin + at, work, home);
                continue;
            }
            let charge = self.charge(home);
            let members = match work.ticket {
                Some(ticket) if charge.rounding.per == Per::TicketDay && day.len() > 1 => {
                    let from = by_ticket.partition_point(|(other, at)| (*other, *at) < (ticket, 0));
                    let same = by_ticket.iter().skip(from).take_while(|(other, _)| *other == ticket).map(|(_, at)| *at);
                    let joins = |at: &usize| {
                        let open = done.get(*at) == Some(&false);
                        open && day.get(*at).is_some_and(|w| w.billable && self.home_of(w, natural) == home)
                    };
                    same.filter(joins).collect()
                }
                _ => vec![at],
            };
            for member in &members {
                if let Some(done) = done.get_mut(*member) {
                    *done = true;
                }
            }
            self.group(begin, day, &members, &charge, home)?;
        }
        Some(())
    }

    /// One group: rounded together, then drawn entry by entry.
    fn group(
        &mut self,
        begin: usize,
        day: &[&Work],
        members: &[usize],
        charge: &Charge,
        home: Option<usize>,
    ) -> Option<()> {
        self.groups += 1;
        let work = |at: &usize| day.get(*at).copied();
        let alone = match members {
            [one] => work(one).map(|work| charge.billed(charge.weighted(work.minutes, work.spread))),
            _ => None,
        };
        let shares = match alone {
            Some(billed) => vec![billed],
            None => {
                let entries: Vec<(Minutes, Spread)> =
                    members.iter().filter_map(work).map(|work| (work.minutes, work.spread)).collect();
                charge.reckon(&entries).shares
            }
        };
        for (member, billed) in members.iter().zip(shares) {
            let said = work(member).is_some_and(|work| work.contract.is_some());
            self.draw(begin + member, billed, home, said)?;
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

    fn charge(&self, home: Option<usize>) -> Charge {
        let usual = Charge { rounding: self.rounding, minimum: 0, factors: Factors::NONE };
        let terms = home.and_then(|at| self.pools.get(at)).and_then(|pool| pool.terms());
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
    fn draw(&mut self, at: usize, billed: Minutes, home: Option<usize>, said: bool) -> Option<()> {
        let begin = self.pieces.len();
        let mut left = billed;
        if let Some(own) = home {
            if let Some(pool) = self.pools.get_mut(own) {
                pool.take(&mut left, &mut self.pieces)?;
                if said {
                    pool.overage(&mut left, &mut self.pieces)?;
                }
            }
            let others = self.pools.iter_mut().enumerate().filter(|(other, pool)| *other != own && pool.in_force());
            for (_, pool) in others {
                pool.take(&mut left, &mut self.pieces)?;
            }
            for pool in self.pools.iter_mut().filter(|pool| pool.in_force()) {
                pool.overage(&mut left, &mut self.pieces)?;
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
