//! The days of contracts: how long periods are, where each begins and ends, when blocks are gone.

use super::{Contract, Kind, Opening, Terms, Version};
use crate::domain::billing::money::half_away;
use crate::domain::time::Date;
use chrono::{Datelike, Days, Months};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Every {
    /// Seven days.
    Week,
    /// A month from the day of the start.
    Month,
    /// Three months.
    Quarter,
}

impl Every {
    /// The first day of the period `number`, counted from 0 and from `start`; none beyond the calendar. A month that does
    /// not have the day of the start begins on its last day; the next one goes back to the day of the start.
    ///
    /// | start | period | begins |
    /// |---|---|---|
    /// | 2026-01-31 | 1 | 2026-02-28 |
    /// | 2026-01-31 | 2 | 2026-03-31 |
    /// | 2026-01-31 | 1, quarters | 2026-04-30 |
    /// | 2026-01-01 | 2, weeks | 2026-01-15 |
    ///
    /// ```
    /// use frontdesk::domain::billing::contract::stretch::Every;
    /// let begins = |every: Every, start: &str, number| every.begins(start.parse().unwrap(), number).unwrap().to_string();
    /// assert_eq!(begins(Every::Month, "2026-01-31", 1), "2026-02-28");
    /// assert_eq!(begins(Every::Month, "2026-01-31", 2), "2026-03-31");
    /// assert_eq!(begins(Every::Quarter, "2026-01-31", 1), "2026-04-30");
    /// assert_eq!(begins(Every::Week, "2026-01-01", 2), "2026-01-15");
    /// ```
    #[must_use]
    pub fn begins(self, start: Date, number: u32) -> Option<Date> {
        match self {
            Every::Week => start.checked_add_days(Days::new(7 * u64::from(number))),
            Every::Month => start.checked_add_months(Months::new(number)),
            Every::Quarter => start.checked_add_months(Months::new(number.checked_mul(3)?)),
        }
    }
}

/// When what is left of a block or deposit is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// After so many days, the first in.
    Days(u32),
    /// After so many months.
    Months(u32),
    /// After this day.
    On(Date),
}

impl Expiry {
    /// The last day on which it can be used: 6 months from 2026-07-10 on it is 2027-01-09.
    #[must_use]
    pub fn last_day(self, start: Date) -> Date {
        match self {
            Expiry::Days(days) => Length::Days(u64::from(days)).after(start),
            Expiry::Months(months) => Length::Months(months).after(start),
            Expiry::On(day) => day,
        }
    }
}

/// How long something lasts, its first and its last day in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Days(u64),
    Months(u32),
}

impl Length {
    /// From `first` to `last`: in months where it is whole ones.
    pub(super) fn between(first: Date, last: Date) -> Length {
        let after = last.succ_opt().unwrap_or(last);
        let months = (after.year() - first.year()) * 12 + month0(after) - month0(first);
        let months = u32::try_from(months).unwrap_or(0);
        if months > 0 && first.checked_add_months(Months::new(months)) == Some(after) {
            return Length::Months(months);
        }
        Length::Days(u64::try_from((after - first).num_days()).unwrap_or(0))
    }

    /// The last day, where `first` is the first.
    pub(super) fn after(self, first: Date) -> Date {
        let after = match self {
            Length::Days(days) => first.checked_add_days(Days::new(days)),
            Length::Months(months) => first.checked_add_months(Months::new(months)),
        };
        after.and_then(|after| after.pred_opt()).unwrap_or(Date::MAX)
    }
}

fn month0(date: Date) -> i32 {
    i32::try_from(date.month0()).unwrap_or(0)
}

/// One period of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// Counted from 0.
    pub number: u32,
    /// Its first day.
    pub first: Date,
    /// Its last day; cut where the contract ends in the middle.
    pub last: Date,
    /// Its last day if nothing cut it.
    pub whole: Date,
}

impl Contract {
    /// The period `number`, counted from 0; none where the contract has ended by then. Blocks and deposits have one period,
    /// from the first to the last day.
    #[must_use]
    pub fn stretch(&self, number: u32) -> Option<Stretch> {
        let (start, end) = (self.start(), self.last_day().unwrap_or(Date::MAX));
        let Some(every) = self.terms().kind.every() else {
            return (number == 0).then_some(Stretch { number, first: start, last: end, whole: end });
        };
        let first = every.begins(start, number).filter(|first| *first <= end)?;
        let next = number.checked_add(1).and_then(|next| every.begins(start, next));
        let whole = next.and_then(|next| next.pred_opt()).unwrap_or(Date::MAX);
        Some(Stretch { number, first, last: whole.min(end), whole })
    }

    /// What a period of the contract holds or costs, where `of` says it for whole ones: as agreed on its first day; where
    /// part periods are prorated, each version for its days, rounded once, half away from zero.
    #[must_use]
    pub fn over(&self, stretch: Stretch, of: impl Fn(&Terms) -> i64) -> i64 {
        let agreed = self.terms_on(stretch.first);
        if !agreed.prorate || stretch.whole == Date::MAX {
            return of(agreed);
        }
        let days = |from: Date, to: Date| i128::from((to - from).num_days() + 1);
        let mut sum = 0_i128;
        for (at, version) in self.versions().iter().enumerate() {
            let until = self.versions().get(at + 1).and_then(|next| next.from.pred_opt()).unwrap_or(Date::MAX);
            let (from, to) = (version.from.max(stretch.first), until.min(stretch.last));
            if from <= to {
                sum += days(from, to) * i128::from(of(&version.terms));
            }
        }
        half_away(sum, days(stretch.first, stretch.whole)).unwrap_or_else(|| of(agreed))
    }
}

/// From which day on hours must be known to tell what `contracts`, all those of a client, hold on `day`. Before it nothing
/// was left that counts on it: periods without carry-over begin anew, prices of an hour have no memory. None: none of them
/// is in force on `day`, or none of them holds anything.
///
/// ```
/// use frontdesk::domain::billing::contract::{Contract, Terms, stretch::hours_from};
/// use frontdesk::domain::billing::currency::Currency;
/// let contract = |more: &[(&str, &str)]| {
///     let said = [&[("prepaid", "10h"), ("every", "month"), ("start", "2026-01-01")], more].concat();
///     Contract::unchanged(1, Terms::read(&said, Currency::of("RUB").unwrap()).unwrap()).unwrap()
/// };
/// let from = |contract| hours_from(&[contract], "2026-09-20".parse().unwrap()).unwrap().to_string();
/// assert_eq!(from(contract(&[])), "2026-09-01");
/// assert_eq!(from(contract(&[("carry", "50%")])), "2026-01-01");
/// ```
#[must_use]
pub fn hours_from(contracts: &[Contract], day: Date) -> Option<Date> {
    let mut from = contracts.iter().filter(|contract| contract.in_force(day)).filter_map(|c| c.remembers(day)).min()?;
    loop {
        // What was in force meanwhile took hours, too, and may have left more of them to the others.
        let meanwhile = |c: &&Contract| c.start() <= day && c.last_day().is_none_or(|last| from <= last);
        let needed = contracts.iter().filter(meanwhile).filter_map(|c| c.remembers(from.max(c.start()))).min();
        // What one of these began with is left of another one.
        let begun = contracts.iter().filter(|c| c.start() <= day && from <= c.start()).filter_map(Contract::follows);
        let before = begun.filter_map(|id| contracts.iter().find(|c| c.id == id));
        let needed = before.filter_map(|c| c.remembers(c.last_day()?)).chain(needed).min();
        match needed.filter(|needed| *needed < from) {
            Some(earlier) => from = earlier,
            None => return Some(from),
        }
    }
}

impl Contract {
    /// The earliest day whose hours tell what it holds on `day`, on which it is in force; none: it holds nothing.
    fn remembers(&self, day: Date) -> Option<Date> {
        let any = |test: &dyn Fn(&Terms) -> bool| self.versions().iter().any(|version| test(&version.terms));
        match self.terms().kind {
            Kind::Hourly { .. } => None,
            Kind::Flat { .. } if !any(&|terms| matches!(terms.kind, Kind::Flat { cap: Some(_), .. })) => None,
            Kind::Block { .. } | Kind::Deposit { .. } => Some(self.start()),
            _ if any(&|terms| terms.carry.is_some() || terms.carry_in.is_some()) => Some(self.start()),
            _ => self.stretch_of(day).map(|stretch| stretch.first),
        }
    }

    /// The same contract, of which nothing goes on into a next period: its pools are never larger than they are, so what it
    /// has not used up it has not used up at all.
    #[must_use]
    pub fn without_carry(&self) -> Contract {
        let plain = |terms: &Terms| {
            let carry_in = terms.carry_in.filter(|opening| !matches!(opening, Opening::Left(_)));
            Terms { carry: None, carry_in, ..terms.clone() }
        };
        let version = |version: &Version| Version { from: version.from, terms: plain(&version.terms) };
        Contract { id: self.id, versions: self.versions.iter().map(version).collect(), first: plain(&self.first) }
    }

    /// The period that `day` is in.
    #[must_use]
    pub fn stretch_of(&self, day: Date) -> Option<Stretch> {
        let days = u32::try_from((day - self.start()).num_days()).ok()?;
        let number = match self.terms().kind.every() {
            None => 0,
            Some(Every::Week) => days / 7,
            Some(every) => {
                let months = (day.year() - self.start().year()) * 12 + month0(day) - month0(self.start());
                let number = u32::try_from(months).ok()? / if every == Every::Quarter { 3 } else { 1 };
                let begun = every.begins(self.start(), number).is_some_and(|first| first <= day);
                if begun { number } else { number.checked_sub(1)? }
            }
        };
        self.stretch(number).filter(|stretch| stretch.first <= day && day <= stretch.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::billing::currency::Currency;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn terms(pairs: &[(&str, &str)]) -> Terms {
        Terms::read(pairs, Currency::of("RUB").unwrap()).unwrap()
    }

    fn minutes(terms: &Terms) -> i64 {
        match terms.kind {
            Kind::Prepaid { minutes, .. } => minutes,
            _ => 0,
        }
    }

    #[test]
    fn periods_follow_each_other_without_a_gap() {
        let contract =
            Contract::unchanged(1, terms(&[("prepaid", "10h"), ("every", "month"), ("start", "2026-01-31")]));
        let contract = contract.unwrap();
        let firsts: Vec<String> = (0..4).map(|n| contract.stretch(n).unwrap().first.to_string()).collect();
        assert_eq!(firsts, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
        assert_eq!(contract.stretch(0).unwrap().last, day("2026-02-27"));
    }

    #[test]
    fn the_last_period_is_cut_and_none_follows() {
        let pairs = [("prepaid", "10h"), ("every", "month"), ("start", "2026-01-01"), ("end", "2026-02-14")];
        let contract = Contract::unchanged(1, terms(&pairs)).unwrap();
        let last = contract.stretch(1).unwrap();
        assert_eq!((last.last, last.whole), (day("2026-02-14"), day("2026-02-28")));
        assert_eq!(contract.stretch(2), None);
        assert_eq!(contract.over(last, minutes), 600);
        let prorated = [&pairs[..], &[("prorate", "yes")]].concat();
        let contract = Contract::unchanged(1, terms(&prorated)).unwrap();
        assert_eq!(contract.over(last, minutes), 300);
        assert_eq!(contract.over(contract.stretch(0).unwrap(), minutes), 600);
    }

    #[test]
    fn a_change_in_the_middle_holds_from_the_next_period_or_by_its_days() {
        let changed = |prorate| {
            let version = |from, hours| Version {
                from: day(from),
                terms: terms(&[("prepaid", hours), ("every", "month"), ("start", "2026-01-01"), ("prorate", prorate)]),
            };
            Contract::of(1, vec![version("2026-01-01", "10h"), version("2026-04-16", "20h")]).unwrap()
        };
        let held = |contract: &Contract| [3, 4].map(|n| contract.over(contract.stretch(n).unwrap(), minutes));
        assert_eq!(held(&changed("no")), [600, 1200]);
        assert_eq!(held(&changed("yes")), [900, 1200]);
    }

    #[test]
    fn a_change_cannot_make_another_contract() {
        let one = Version { from: day("2026-01-01"), terms: terms(&[("hourly", "5"), ("start", "2026-01-01")]) };
        let with = |from: &str, pairs: &[(&str, &str)]| {
            Contract::of(1, vec![one.clone(), Version { from: day(from), terms: terms(pairs) }])
        };
        assert!(with("2026-02-01", &[("hourly", "6"), ("start", "2026-01-01")]).is_ok());
        for (from, pairs, says) in [
            ("2026-02-01", vec![("block", "5h"), ("start", "2026-01-01")], "the kind"),
            ("2026-02-01", vec![("hourly", "6"), ("every", "week"), ("start", "2026-01-01")], "the length"),
            ("2026-02-01", vec![("hourly", "6 EUR"), ("start", "2026-01-01")], "the currency"),
            ("2026-02-01", vec![("hourly", "6"), ("start", "2026-02-01")], "the first day"),
            ("2026-01-01", vec![("hourly", "6"), ("start", "2026-01-01")], "follow each other"),
            ("2026-02-01", vec![("hourly", "6"), ("start", "2026-01-01"), ("end", "2026-01-31")], "has ended"),
        ] {
            let no = with(from, &pairs).expect_err(says);
            assert!(no.to_string().contains(says), "{no}");
        }
        assert!(Contract::of(1, Vec::new()).is_err());
    }

    #[test]
    fn a_renewed_contract_is_as_long_as_the_one_before() {
        let renewed = |pairs: &[(&str, &str)]| {
            let next = terms(&[&[("block", "40h")], pairs].concat()).renewed(1)?;
            Ok::<_, crate::domain::refusal::Refusal>(format!("{} … {}", next.start, next.last_day().unwrap()))
        };
        let again = ("renew", "without leftovers");
        assert_eq!(
            renewed(&[("start", "2026-01-01"), ("end", "2026-06-30"), again]).unwrap(),
            "2026-07-01 … 2026-12-31"
        );
        assert_eq!(
            renewed(&[("start", "2026-01-01"), ("expires", "2026-01-10"), again]).unwrap(),
            "2026-01-11 … 2026-01-20"
        );
        assert_eq!(renewed(&[("start", "2026-01-01"), ("expires", "30d"), again]).unwrap(), "2026-01-31 … 2026-03-01");
        assert!(renewed(&[("start", "2026-01-01"), ("end", "2026-06-30")]).is_err());
        assert!(terms(&[("block", "40h"), ("start", "2026-01-01")]).renewed(1).is_err());
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_period(start in 0_i64..4000, on in 0_i64..2000, every in prop::sample::select(vec!["week", "month", "quarter"])) {
            let start = day("2020-01-01") + chrono::TimeDelta::days(start);
            let on = start + chrono::TimeDelta::days(on);
            let pairs = [("prepaid", "1h"), ("every", every), ("start", &start.to_string()), ("prorate", "yes")];
            let contract = Contract::unchanged(1, terms(&pairs)).unwrap();
            let holding = (0..320).filter_map(|n| contract.stretch(n)).filter(|s| s.first <= on && on <= s.last);
            let holding: Vec<Stretch> = holding.collect();
            prop_assert_eq!(holding.len(), 1);
            prop_assert_eq!(contract.stretch_of(on), holding.first().copied());
            for n in 0..20 {
                let (one, next) = (contract.stretch(n).unwrap(), contract.stretch(n + 1).unwrap());
                prop_assert_eq!(one.last.succ_opt(), Some(next.first));
                prop_assert_eq!(contract.over(one, minutes), 60);
            }
        }
    }
}
