//! From worked minutes to billed minutes: what is rounded together, off-hours factors, the minimum charge, the rounding.
//! Raw minutes are never changed: all of this is done at reading. Pools and prices are in `ledger`.

use super::allot::allot;
use super::duration::worked;
use super::money::half_away;
use crate::domain::refusal::Refusal;
use crate::domain::time::Minutes;

/// Which way billed minutes are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// To the whole minute that factors leave a fraction of.
    None,
    /// To the next whole step.
    Up,
    /// To the nearest whole step; from the middle up.
    Nearest,
    /// To the last whole step.
    Down,
}

/// What is rounded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Per {
    /// Each entry alone.
    Entry,
    /// The entries of a ticket on a worked day in a contract; an entry without a ticket alone.
    TicketDay,
}

/// How billed minutes are rounded: `none`, `15m up per entry`, `6m nearest per ticket-day`.
///
/// ```
/// use frontdesk::domain::billing::rounding::{How, Per, Rounding};
/// let rounding = Rounding::parse("15m up per ticket-day").unwrap();
/// assert_eq!(rounding, Rounding { step: 15, how: How::Up, per: Per::TicketDay });
/// assert_eq!(rounding.to_string(), "15m up per ticket-day");
/// assert_eq!(Rounding::parse("15m up").unwrap().per, Per::Entry);
/// assert_eq!(Rounding::parse("90m up").unwrap_err().to_string(), r#""90m up" is impossible: a step is 1m to 60m"#);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rounding {
    /// The step in minutes, 1 to 60; 1 where nothing is rounded.
    pub step: Minutes,
    /// Which way.
    pub how: How,
    /// What together.
    pub per: Per,
}

const FORMS: &str = "write none, 15m up per entry, 6m nearest per ticket-day or 15m down";

impl Rounding {
    /// Nothing is rounded, each entry stands alone.
    pub const NONE: Rounding = Rounding { step: 1, how: How::None, per: Per::Entry };

    /// Reads the words; `per entry` is meant where neither is said.
    ///
    /// # Errors
    /// Other words, or a step that is not 1 to 60 minutes.
    pub fn parse(text: &str) -> Result<Rounding, Refusal> {
        let unreadable = || Refusal::Unreadable { what: "rounding", text: text.to_owned(), hint: FORMS.to_owned() };
        let said = text.to_lowercase();
        let words: Vec<&str> = said.split_whitespace().collect();
        let (words, per) = match words.as_slice() {
            [words @ .., "per", "entry"] => (words, Per::Entry),
            [words @ .., "per", "ticket-day"] => (words, Per::TicketDay),
            words => (words, Per::Entry),
        };
        let (step, how) = match words {
            ["none"] => return Ok(Rounding { per, ..Rounding::NONE }),
            [step @ .., "up"] => (step, How::Up),
            [step @ .., "nearest"] => (step, How::Nearest),
            [step @ .., "down"] => (step, How::Down),
            _ => return Err(unreadable()),
        };
        let minutes = worked(&step.join(" ")).map_err(|_| unreadable())?;
        if !(1..=60).contains(&minutes) {
            let why = "a step is 1m to 60m".to_owned();
            return Err(Refusal::Impossible { text: text.to_owned(), why, hint: FORMS.to_owned() });
        }
        Ok(Rounding { step: minutes, how, per })
    }

    /// Thousandths of a minute to whole minutes.
    fn round(self, thousandths: i64) -> Minutes {
        let step = self.step.max(1).saturating_mul(1000);
        let steps = match self.how {
            How::None => return half_away(i128::from(thousandths), 1000).unwrap_or(Minutes::MAX),
            How::Up => thousandths.div_euclid(step) + i64::from(thousandths.rem_euclid(step) > 0),
            How::Nearest => half_away(i128::from(thousandths), i128::from(step)).unwrap_or(0),
            How::Down => thousandths.div_euclid(step),
        };
        steps.saturating_mul(self.step.max(1))
    }
}

impl std::fmt::Display for Rounding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let how = match self.how {
            How::None => "none",
            How::Up => "up",
            How::Nearest => "nearest",
            How::Down => "down",
        };
        match (self.how, self.per) {
            (How::None, Per::Entry) => f.write_str(how),
            (How::None, Per::TicketDay) => f.write_str("none per ticket-day"),
            (_, Per::Entry) => write!(f, "{}m {how} per entry", self.step),
            (_, Per::TicketDay) => write!(f, "{}m {how} per ticket-day", self.step),
        }
    }
}

/// By how much minutes of certain hours count more, in thousandths: ×1.5 is 1500.
///
/// ```
/// use frontdesk::domain::billing::rounding::Factor;
/// assert_eq!(Factor::parse("1.5").unwrap(), Factor(1500));
/// assert_eq!(["×2", "x1,25", "150%"].map(|text| Factor::parse(text).unwrap().to_string()), ["2", "1.25", "1.5"]);
/// assert!(Factor::parse("0").is_err() && Factor::parse("-1.5").is_err() && Factor::parse("11").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Factor(pub i64);

impl Factor {
    /// Minutes count as they are.
    pub const ONE: Factor = Factor(1000);

    /// Reads `1.5`, `×1,5`, `x2`, `150%`: above 0, at most 10, three decimals.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Factor, Refusal> {
        const FORMS: &str = "write 1.5, x2 or 150%: above 0, at most 10";
        let unreadable = || Refusal::Unreadable { what: "factor", text: text.to_owned(), hint: FORMS.to_owned() };
        let said = text.trim().trim_start_matches(['×', 'x', 'X', '*']).trim_start();
        let (number, percent) = match said.strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (said, false),
        };
        let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, "0"));
        let digits = |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole, 4) || !digits(decimals, if percent { 1 } else { 3 }) {
            return Err(unreadable());
        }
        let thousandths: i64 = format!("{whole}{decimals:0<3}").parse().map_err(|_| unreadable())?;
        let thousandths = if percent { thousandths / 100 } else { thousandths };
        (1..=10_000).contains(&thousandths).then_some(Factor(thousandths)).ok_or_else(unreadable)
    }
}

impl std::fmt::Display for Factor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// The factors of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Factors {
    /// Outside the working hours of a working day.
    pub off_hours: Factor,
    /// On a day of the week without working hours.
    pub weekend: Factor,
    /// On a holiday.
    pub holiday: Factor,
}

impl Factors {
    /// Every hour counts the same.
    pub const NONE: Factors = Factors { off_hours: Factor::ONE, weekend: Factor::ONE, holiday: Factor::ONE };
}

/// How many minutes of an entry fell into hours that may count more. A minute is in one of them at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Spread {
    /// Outside the working hours of a working day.
    pub off_hours: Minutes,
    /// On a day of the week without working hours.
    pub weekend: Minutes,
    /// On a holiday.
    pub holiday: Minutes,
}

impl Spread {
    /// Whether the parts are not below zero and together not more than `minutes`.
    #[must_use]
    pub fn fits(self, minutes: Minutes) -> bool {
        let parts = [self.off_hours, self.weekend, self.holiday];
        parts.iter().all(|part| (0..=minutes).contains(part)) && parts.iter().sum::<Minutes>() <= minutes
    }
}

/// What makes billed minutes out of worked ones. The order is: group, factor, minimum, rounding; then comes the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Charge {
    /// The rounding.
    pub rounding: Rounding,
    /// No group is billed less than this.
    pub minimum: Minutes,
    /// What some hours count more.
    pub factors: Factors,
}

/// How the billed minutes of a group came about, for whoever asks why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoning {
    /// Worked minutes of the group.
    pub worked: Minutes,
    /// After the factors, in thousandths of a minute.
    pub weighted: i64,
    /// After the minimum charge, in thousandths of a minute.
    pub charged: i64,
    /// After the rounding: the billed minutes of the group.
    pub billed: Minutes,
    /// The billed minutes of each entry, in the order given; they add up to `billed`.
    pub shares: Vec<Minutes>,
}

impl Charge {
    /// Worked minutes with their factors, in thousandths of a minute.
    #[must_use]
    pub fn weighted(&self, minutes: Minutes, spread: Spread) -> i64 {
        let more = |part: Minutes, factor: Factor| part.saturating_mul(factor.0 - Factor::ONE.0);
        let Factors { off_hours, weekend, holiday } = self.factors;
        let parts = [(spread.off_hours, off_hours), (spread.weekend, weekend), (spread.holiday, holiday)];
        let plain = minutes.saturating_mul(Factor::ONE.0);
        parts.iter().fold(plain, |sum, (part, factor)| sum.saturating_add(more(*part, *factor)))
    }

    /// Billed minutes out of weighted ones: the minimum, then the rounding. Nothing worked is nothing billed.
    #[must_use]
    pub fn billed(&self, weighted: i64) -> Minutes {
        if weighted <= 0 { 0 } else { self.rounding.round(self.charged(weighted)) }
    }

    fn charged(&self, weighted: i64) -> i64 {
        if weighted <= 0 { 0 } else { weighted.max(self.minimum.saturating_mul(1000)) }
    }

    /// The billed minutes of a group, and of each of its entries: the group is rounded once, and what came out is divided
    /// among the entries in the ratio of their weighted minutes, to whole minutes, the missing ones to those that lost most.
    ///
    /// | worked | terms | billed | why |
    /// |---|---|---|---|
    /// | 20m | 15m up | 30m | two steps begun |
    /// | 20m | 15m nearest | 15m | nearer than 30m |
    /// | 20m | 15m down | 15m | one step full |
    /// | 7m | min 15m | 15m | the minimum charge |
    /// | 20m, 10m of them off-hours ×1.5 | 15m up | 30m | 10 + 15 = 25m, two steps begun |
    /// | 20m and 20m on one ticket and day | 15m up per ticket-day | 23m + 22m | 40m make 45m |
    ///
    /// ```
    /// use frontdesk::domain::billing::rounding::{Charge, Factor, Factors, Rounding, Spread};
    /// let none = Spread::default();
    /// let charge = |round: &str| Charge { rounding: Rounding::parse(round).unwrap(), minimum: 0, factors: Factors::NONE };
    /// let billed = |round: &str| charge(round).reckon(&[(20, none)]).billed;
    /// assert_eq!(["15m up", "15m nearest", "15m down"].map(billed), [30, 15, 15]);
    /// assert_eq!(Charge { minimum: 15, ..charge("none") }.reckon(&[(7, none)]).billed, 15);
    /// let factors = Factors { off_hours: Factor(1500), ..Factors::NONE };
    /// let night = Charge { factors, ..charge("15m up") }.reckon(&[(20, Spread { off_hours: 10, ..none })]);
    /// assert_eq!((night.weighted, night.billed), (25_000, 30));
    /// assert_eq!(charge("15m up per ticket-day").reckon(&[(20, none), (20, none)]).shares, [23, 22]);
    /// ```
    #[must_use]
    pub fn reckon(&self, entries: &[(Minutes, Spread)]) -> Reckoning {
        let each: Vec<i64> = entries.iter().map(|(minutes, spread)| self.weighted(*minutes, *spread)).collect();
        let weighted = each.iter().fold(0_i64, |sum, one| sum.saturating_add(*one));
        let billed = self.billed(weighted);
        Reckoning {
            worked: entries.iter().map(|(minutes, _)| *minutes).sum(),
            weighted,
            charged: self.charged(weighted),
            billed,
            shares: allot(billed, &each),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn charge(round: &str, minimum: Minutes) -> Charge {
        Charge { rounding: Rounding::parse(round).unwrap(), minimum, factors: Factors::NONE }
    }

    #[test]
    fn words_of_rounding_are_read_and_written() {
        for text in
            ["none", "none per ticket-day", "15m up per entry", "1m down per ticket-day", "60m nearest per entry"]
        {
            assert_eq!(Rounding::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Rounding::parse("1h UP").unwrap().step, 60);
        assert_eq!(Rounding::parse("15 m up").unwrap().step, 15);
        for text in [
            "",
            "up",
            "15 up",
            "15m",
            "0m up",
            "-15m up",
            "15m up per ticket",
            "15m up per day",
            "61m up",
            "none up",
            "15m none",
        ] {
            assert!(Rounding::parse(text).unwrap_err().hint().is_some(), "{text}");
        }
    }

    #[test]
    fn a_middle_is_rounded_up_and_a_step_stays() {
        let nearest = |minutes| charge("10m nearest", 0).reckon(&[(minutes, Spread::default())]).billed;
        assert_eq!([nearest(4), nearest(5), nearest(10), nearest(14), nearest(15)], [0, 10, 10, 10, 20]);
        let up = |minutes| charge("15m up", 0).reckon(&[(minutes, Spread::default())]).billed;
        assert_eq!([up(0), up(1), up(15), up(16)], [0, 15, 15, 30]);
    }

    #[test]
    fn the_minimum_comes_before_the_rounding() {
        let one = [(5, Spread::default())];
        assert_eq!(charge("15m up", 20).reckon(&one).billed, 30);
        assert_eq!(charge("15m down", 20).reckon(&one).billed, 15);
        assert_eq!(charge("none per ticket-day", 15).reckon(&[one[0], one[0]]).shares, [8, 7]);
        assert_eq!(charge("none", 15).reckon(&[(0, Spread::default())]).billed, 0);
    }

    #[test]
    fn factors_leave_fractions_only_until_the_rounding() {
        let factors = Factors { off_hours: Factor(1500), weekend: Factor(2000), holiday: Factor(3000) };
        let charge = Charge { factors, ..charge("none", 0) };
        assert_eq!(charge.reckon(&[(1, Spread { off_hours: 1, ..Spread::default() })]).billed, 2);
        let all = Spread { off_hours: 10, weekend: 10, holiday: 10 };
        assert_eq!(charge.reckon(&[(40, all)]).billed, 10 + 15 + 20 + 30);
        assert_eq!(
            charge.reckon(&[(10, Spread { weekend: 10, ..Spread::default() }), (10, Spread::default())]).shares,
            [20, 10]
        );
    }

    #[test]
    fn factors_are_read_with_three_decimals() {
        for text in ["", "x", "1.", ".5", "1.2345", "10.001", "0.000", "1e1", "1,5,5", "1000.5%", "1.55%", "½"] {
            assert!(Factor::parse(text).is_err(), "{text}");
        }
        assert_eq!(Factor::parse("100%"), Ok(Factor::ONE));
        assert_eq!(Factor::parse("12.5%"), Ok(Factor(125)));
    }

    fn any_charge() -> impl Strategy<Value = Charge> {
        let how = prop::sample::select(vec![How::None, How::Up, How::Nearest, How::Down]);
        let per = prop::sample::select(vec![Per::Entry, Per::TicketDay]);
        let factor = || (1_i64..=10_000).prop_map(Factor);
        (1_i64..=60, how, per, 0_i64..60, factor(), factor(), factor()).prop_map(
            |(step, how, per, minimum, a, b, c)| {
                let step = if how == How::None { 1 } else { step };
                let factors = Factors { off_hours: a, weekend: b, holiday: c };
                Charge { rounding: Rounding { step, how, per }, minimum, factors }
            },
        )
    }

    proptest! {
        #[test]
        fn shares_add_up_to_a_whole_number_of_steps(charge in any_charge(), entries in prop::collection::vec((0_i64..600, 0_i64..=100), 0..8)) {
            let entries: Vec<(Minutes, Spread)> =
                entries.iter().map(|(m, p)| (*m, Spread { off_hours: m * p / 100, ..Spread::default() })).collect();
            let reckoning = charge.reckon(&entries);
            prop_assert_eq!(reckoning.shares.iter().sum::<Minutes>(), reckoning.billed);
            prop_assert!(reckoning.shares.iter().all(|share| *share >= 0));
            prop_assert_eq!(reckoning.billed % charge.rounding.step, 0);
            let off = reckoning.billed * 1000 - reckoning.charged;
            let step = charge.rounding.step * 1000;
            match charge.rounding.how {
                How::None => prop_assert!(off.abs() <= 500),
                How::Up => prop_assert!((0..step).contains(&off)),
                How::Nearest => prop_assert!(off.abs() * 2 <= step),
                How::Down => prop_assert!((0..step).contains(&-off)),
            }
        }

        #[test]
        fn an_entry_may_be_split_inside_its_group(charge in any_charge(), minutes in 2_i64..600, at in 1_i64..600) {
            let at = at.min(minutes - 1);
            let none = Spread::default();
            prop_assert_eq!(charge.reckon(&[(minutes, none)]).billed, charge.reckon(&[(at, none), (minutes - at, none)]).billed);
        }

        #[test]
        fn words_and_factors_are_read_back(charge in any_charge()) {
            prop_assert_eq!(Rounding::parse(&charge.rounding.to_string()), Ok(charge.rounding));
            prop_assert_eq!(Factor::parse(&charge.factors.weekend.to_string()), Ok(charge.factors.weekend));
        }

        #[test]
        fn no_text_panics(text in "\\PC*", near in "(none|[0-9]{0,4}m?) ?(up|down)? ?(per (entry|ticket-day))?%?") {
            for text in [text, near] {
                let _ = (Rounding::parse(&text), Factor::parse(&text));
            }
        }
    }
}
