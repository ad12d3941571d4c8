//! One contract on its way through the days: its periods open and close, its minutes and its money are drawn.

use super::{Account, Alert, Bucket, Part, Piece, Purse, Reached};
use crate::domain::billing::contract::stretch::Stretch;
use crate::domain::billing::contract::{Bill, Carry, Contract, Kind, Opening, Terms};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::money::Money;
use crate::domain::time::{Date, Minutes};
use chrono::Days;

/// Minutes of one origin, in the pool.
#[derive(Debug, Clone, Copy)]
struct Held {
    bucket: Bucket,
    left: Minutes,
    /// The last period that they live in, also as carried ones; none: no such period. The earlier, the sooner drawn.
    until: Option<u32>,
}

/// A contract, and where it stands on the day that the ledger has come to.
pub(super) struct Pool<'a> {
    contract: &'a Contract,
    /// The contract that begins with what is left of it.
    follower: Option<&'a Contract>,
    /// The terms of the day; none: it is not in force.
    today: Option<(Date, &'a Terms)>,
    /// The period of the day.
    open: Option<Account>,
    /// The terms on the first day of the period.
    agreed: &'a Terms,
    /// In the order in which they are drawn.
    held: Vec<Held>,
    closed: Vec<Account>,
    alerts: Vec<Alert>,
    /// How many of the agreed percentages have been reached in the period.
    reached: usize,
}

impl<'a> Pool<'a> {
    pub(super) fn of(contract: &'a Contract, follower: Option<&'a Contract>) -> Pool<'a> {
        Pool {
            contract,
            follower,
            today: None,
            open: None,
            agreed: contract.terms_on(contract.start()),
            held: Vec::new(),
            closed: Vec::new(),
            alerts: Vec::new(),
            reached: 0,
        }
    }

    pub(super) fn id(&self) -> i64 {
        self.contract.id
    }

    /// The currency, which no change of a contract changes.
    pub(super) fn currency(&self) -> Currency {
        self.contract.terms().currency
    }

    pub(super) fn in_force(&self) -> bool {
        self.today.is_some()
    }

    /// The terms of the day.
    fn terms(&self) -> Option<&'a Terms> {
        self.today.map(|(_, terms)| terms)
    }

    /// The terms of a worked day, where the contract takes hours today: what is drawn later is not paid otherwise.
    pub(super) fn terms_of(&self, worked: Date) -> Option<&'a Terms> {
        self.today.map(|_| self.contract.terms_on(worked))
    }

    /// The contract and the period of the day.
    pub(super) fn period(&self) -> Option<(i64, u32)> {
        self.open.as_ref().map(|account| (account.contract, account.stretch.number))
    }

    /// The price of an hour that no pool covers today.
    pub(super) fn hourly(&self) -> Option<Money> {
        self.terms()?.beyond()
    }

    /// The contract whose leftovers it will begin with; none: it has begun, or begins with none.
    pub(super) fn waits_for(&self) -> Option<i64> {
        self.contract.follows().filter(|_| self.open.is_none() && self.closed.is_empty())
    }

    /// What is left of it; none: it has not ended.
    pub(super) fn left(&self) -> Option<Opening> {
        let last = self.closed.last().filter(|_| self.open.is_none())?;
        Some(last.purse.map_or(Opening::Minutes(last.left), |purse| Opening::Money(purse.left)))
    }

    /// Goes on to `day`: periods that have ended are closed, the one it is in is opened; the first one with what is `left` of
    /// the contract that it waited for. None where money is beyond counting.
    pub(super) fn advance(&mut self, day: Date, left: Option<Opening>) -> Option<()> {
        while self.open.as_ref().is_none_or(|open| open.stretch.last < day) {
            let next = match self.open.take() {
                Some(open) => open.stretch.number.checked_add(1).and_then(|number| self.close(open, number)),
                None if self.closed.is_empty() => self.contract.stretch(0),
                None => None,
            };
            match next.filter(|next| next.first <= day) {
                Some(next) => self.begin(next, left)?,
                None => break,
            }
        }
        self.today = self.contract.in_force(day).then(|| (day, self.contract.terms_on(day)));
        Some(())
    }

    /// Opens a period; `left` is what is left of the contract that it follows.
    fn begin(&mut self, stretch: Stretch, left: Option<Opening>) -> Option<()> {
        let contract = self.contract;
        let agreed = contract.terms_on(stretch.first);
        let included = contract.over(stretch, |terms| match terms.kind {
            Kind::Prepaid { minutes, .. } | Kind::Block { minutes, .. } => minutes,
            Kind::Flat { cap, .. } => cap.unwrap_or(0),
            Kind::Deposit { .. } | Kind::Hourly { .. } => 0,
        });
        let opening = match agreed.carry_in.filter(|_| stretch.number == 0) {
            Some(Opening::Left(_)) => left,
            said => said,
        };
        if let Some(Opening::Minutes(minutes)) = opening {
            let until = agreed.carry.and_then(|carry| carry.periods).map(|periods| periods.saturating_sub(1));
            self.held.push(Held { bucket: Bucket::Opening, left: minutes, until });
        }
        let carried_in = self.held.iter().map(|held| held.left).sum();
        let (bucket, until) = match (agreed.kind, agreed.carry) {
            (Kind::Prepaid { .. }, Some(carry)) => (Bucket::Included, lives(carry, stretch.number)),
            (Kind::Prepaid { .. }, None) => (Bucket::Included, Some(stretch.number)),
            _ => (Bucket::Block, None),
        };
        if matches!(agreed.kind, Kind::Prepaid { .. } | Kind::Block { .. }) {
            self.held.push(Held { bucket, left: included, until });
        }
        // Stable: of those that live equally long the older one comes first.
        self.held.sort_by_key(|held| held.until.unwrap_or(u32::MAX));
        let fee = |terms: &Terms| terms.fee().map_or(0, |fee| fee.minor);
        let zero = Money::zero(self.currency());
        let purse = match (agreed.kind, opening) {
            (Kind::Deposit { money, .. }, opening) => {
                let opening = if let Some(Opening::Money(opening)) = opening { opening } else { zero };
                let held = money.plus(opening)?;
                Some(Purse { held, used: zero, left: held, expired: zero, minutes: 0 })
            }
            _ => None,
        };
        self.agreed = agreed;
        self.reached = 0;
        self.open = Some(Account {
            contract: contract.id,
            stretch,
            closed: false,
            included,
            carried_in,
            used: 0,
            left: included.saturating_add(carried_in),
            carried_out: 0,
            expired: 0,
            expires: Vec::new(),
            overage: 0,
            overage_amount: zero,
            flat: 0,
            purse,
            fee: agreed.fee().map(|_| Money::of(contract.over(stretch, fee), self.currency())),
            due: match agreed.bill {
                Bill::Advance => Some(stretch.first),
                Bill::Arrears => Some(stretch.last).filter(|last| *last < Date::MAX),
            },
        });
        Some(())
    }

    /// Closes a period; what goes on stays held. The next period, where there is one.
    fn close(&mut self, mut open: Account, next: u32) -> Option<Stretch> {
        let next = self.contract.stretch(next);
        self.held = self.settle(&mut open);
        open.closed = true;
        self.closed.push(open);
        next
    }

    /// Writes down what becomes of the minutes that are left at the end of a period, and answers those that go on.
    fn settle(&self, open: &mut Account) -> Vec<Held> {
        let number = open.stretch.number;
        let following = number.checked_add(1).is_some_and(|next| self.contract.stretch(next).is_some());
        let mut kept: Vec<Held> = Vec::new();
        for held in &self.held {
            let carried = match (held.bucket, self.agreed.carry) {
                (Bucket::Included, Some(carry)) => Some(Held {
                    bucket: Bucket::Carried(number),
                    left: carried(carry, held.left, open.included),
                    ..*held
                }),
                (Bucket::Included, None) => None,
                _ => Some(*held),
            };
            let lives = |held: &Held| held.left > 0 && held.until.is_none_or(|until| until > number);
            kept.extend(carried.filter(|held| following && lives(held)));
        }
        let handed_over = self.follower.filter(|_| !following);
        open.carried_out = if handed_over.is_some() { open.left } else { kept.iter().map(|held| held.left).sum() };
        open.expired = open.left.saturating_sub(open.carried_out);
        let gone = Some(open.stretch.last).filter(|last| *last < Date::MAX);
        open.expires = if open.expired > 0 { vec![(open.expired, gone)] } else { Vec::new() };
        if let Some(follower) = handed_over.filter(|_| open.left > 0) {
            open.expires.push((open.left, follower.last_day()));
        }
        for held in &kept {
            let last = held.until.and_then(|until| self.contract.stretch(until)).map(|stretch| stretch.last);
            let last = last.or(self.contract.last_day());
            match open.expires.iter_mut().find(|(_, known)| *known == last) {
                Some((minutes, _)) => *minutes += held.left,
                None => open.expires.push((held.left, last)),
            }
        }
        open.expires.sort_by_key(|(_, last)| last.unwrap_or(Date::MAX));
        if let (Some(purse), Some(_), None) = (&mut open.purse, gone, handed_over) {
            purse.expired = purse.left;
        }
        kept
    }

    /// Whether it takes a minute today without overage.
    pub(super) fn has_room(&self) -> bool {
        let (Some(terms), Some(open)) = (self.terms(), &self.open) else { return false };
        match terms.kind {
            Kind::Prepaid { .. } | Kind::Block { .. } => open.left > 0,
            Kind::Deposit { rate, .. } => open.purse.and_then(|purse| purse.left.pays(rate)).unwrap_or(0) > 0,
            Kind::Flat { .. } => self.uncapped() || open.left > 0,
            Kind::Hourly { .. } => true,
        }
    }

    /// Whether a fee of the period pays all minutes.
    fn uncapped(&self) -> bool {
        matches!(self.agreed.kind, Kind::Flat { cap: None, .. })
    }

    /// Takes as many of the minutes `left` of a worked day as it has room for. None where money is beyond counting.
    pub(super) fn take(&mut self, left: &mut Minutes, pieces: &mut Vec<Piece>, worked: Date) -> Option<()> {
        let uncapped = self.uncapped();
        let terms = self.terms_of(worked);
        let (Some((day, _)), Some(terms), Some(open)) = (self.today, terms, &mut self.open) else { return Some(()) };
        if *left <= 0 {
            return Some(());
        }
        let contract = Some((open.contract, open.stretch.number));
        let mut say = |part, minutes, amount| pieces.push(Piece { contract, part, minutes, amount });
        match terms.kind {
            Kind::Prepaid { .. } | Kind::Block { .. } => {
                for held in self.held.iter_mut().filter(|held| held.left > 0) {
                    let minutes = held.left.min(*left);
                    if minutes == 0 {
                        break;
                    }
                    held.left -= minutes;
                    *left -= minutes;
                    open.used += minutes;
                    open.left -= minutes;
                    say(Part::Covered(held.bucket), minutes, None);
                }
            }
            Kind::Deposit { rate, .. } => {
                let purse = open.purse.as_mut()?;
                let minutes = purse.left.pays(rate)?.min(*left);
                if minutes > 0 {
                    let amount = rate.for_minutes(minutes)?;
                    *left -= minutes;
                    purse.minutes += minutes;
                    purse.used = purse.used.plus(amount)?;
                    purse.left = purse.left.minus(amount)?;
                    say(Part::Covered(Bucket::Deposit), minutes, Some(amount));
                }
            }
            Kind::Flat { .. } => {
                let minutes = if uncapped { *left } else { open.left.min(*left) };
                if minutes > 0 {
                    *left -= minutes;
                    open.flat += minutes;
                    if !uncapped {
                        open.used += minutes;
                        open.left -= minutes;
                    }
                    say(Part::Flat, minutes, None);
                }
            }
            Kind::Hourly { .. } => return self.overage(left, pieces, worked),
        }
        self.tell(day);
        Some(())
    }

    /// Takes all the minutes `left` of a worked day, where it allows overage. None where money is beyond counting.
    pub(super) fn overage(&mut self, left: &mut Minutes, pieces: &mut Vec<Piece>, worked: Date) -> Option<()> {
        let hourly = self.terms_of(worked).and_then(Terms::beyond);
        let (Some(hourly), Some(open)) = (hourly, &mut self.open) else { return Some(()) };
        if *left > 0 {
            let amount = hourly.for_minutes(*left)?;
            open.overage += *left;
            open.overage_amount = open.overage_amount.plus(amount)?;
            let contract = Some((open.contract, open.stretch.number));
            pieces.push(Piece { contract, part: Part::Overage, minutes: *left, amount: Some(amount) });
            *left = 0;
        }
        Some(())
    }

    /// Notes the percentages that what is used today has reached; a deposit that pays no minute more is used up.
    fn tell(&mut self, day: Date) {
        let Some(open) = &self.open else { return };
        let (used, all) = match open.purse {
            Some(purse) => (purse.used.minor, purse.held.minor),
            None => (open.used, open.included.saturating_add(open.carried_in)),
        };
        let used = if self.has_room() { used } else { all };
        while let Some(percent) = self.agreed.alerts.percents.get(self.reached) {
            let due = all > 0 && i128::from(used) * 100 >= i128::from(*percent) * i128::from(all);
            if !due {
                break;
            }
            let number = open.stretch.number;
            self.alerts.push(Alert { contract: open.contract, number, what: Reached::Percent(*percent), on: day });
            self.reached += 1;
        }
    }

    /// The periods that have begun by the end of the day `as_of`, to which it has come, and what is to be told.
    pub(super) fn finish(mut self, as_of: Date) -> Option<(Vec<Account>, Vec<Alert>)> {
        let number = self.open.as_ref().map(|open| open.stretch.number);
        if let (Some(last), Some(number)) = (self.contract.last_day().filter(|last| as_of <= *last), number) {
            for days in &self.contract.terms().alerts.days {
                let on = last.checked_sub_days(Days::new(u64::from(*days))).unwrap_or(last).max(self.contract.start());
                if on <= as_of {
                    let what = Reached::Ends(*days, last);
                    self.alerts.push(Alert { contract: self.contract.id, number, what, on });
                }
            }
        }
        if let Some(mut open) = self.open.take() {
            self.settle(&mut open);
            self.closed.push(open);
        }
        Some((self.closed, self.alerts))
    }
}

/// The last period that the included minutes of the period `number` live in, carried or not; none: no such period.
fn lives(carry: Carry, number: u32) -> Option<u32> {
    carry.periods.map(|periods| number.saturating_add(periods))
}

/// What goes on of included minutes: the least of what is unused, of the agreed percentage, a fraction of a minute dropped,
/// and of the cap.
fn carried(carry: Carry, unused: Minutes, included: Minutes) -> Minutes {
    let share = i128::from(included) * i128::from(carry.percent) / 100;
    let share = Minutes::try_from(share).unwrap_or(Minutes::MAX);
    unused.min(share).min(carry.most.unwrap_or(Minutes::MAX))
}
