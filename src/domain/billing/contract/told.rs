//! Terms in a sentence, for the team.

use super::stretch::Every;
use super::{Bill, Carry, Kind, Opening, Renew, Terms};
use crate::domain::billing::duration::spoken;
use crate::domain::billing::rounding::{Factor, How, Rounding};

impl Terms {
    /// What is paid for, in a few words: `10h a month`, `a block of 40h`, `3 500.00 ₽ an hour`.
    #[must_use]
    pub fn what(&self) -> String {
        match self.kind {
            Kind::Prepaid { minutes, every } => format!("{} a {}", spoken(minutes), period(every)),
            Kind::Block { minutes, .. } => format!("a block of {}", spoken(minutes)),
            Kind::Deposit { money, rate, .. } => format!("{} at {} an hour", money.told(), rate.told()),
            Kind::Flat { cap: Some(cap), every, .. } => format!("up to {} a {}", spoken(cap), period(every)),
            Kind::Flat { cap: None, every, .. } => format!("all hours of a {}", period(every)),
            Kind::Hourly { rate, .. } => format!("{} an hour", rate.told()),
        }
    }

    /// All that was agreed, in a sentence.
    ///
    /// ```
    /// use frontdesk::domain::billing::{contract::Terms, currency::Currency};
    /// let said = [
    ///     ("prepaid", "10h"), ("every", "month"), ("price", "30000"), ("overage", "4000"), ("round", "15m up per entry"),
    ///     ("weekend", "2"), ("carry", "50%"), ("carry-expires", "1"), ("start", "2026-01-01"), ("name", "care"),
    /// ];
    /// let terms = Terms::read(&said, Currency::of("RUB").unwrap()).unwrap();
    /// assert_eq!(
    ///     terms.told().replace('\u{a0}', " "),
    ///     "10h a month for 30 000.00 ₽ in advance, beyond it 4 000.00 ₽ an hour, 15m up per entry, weekends ×2, \
    ///      50% carried over for 1 period, from 2026-01-01 on"
    /// );
    /// ```
    #[must_use]
    pub fn told(&self) -> String {
        let mut said = vec![self.paid_for()];
        match (self.kind, self.overage) {
            (_, Some(overage)) => said.push(format!("beyond it {} an hour", overage.told())),
            (Kind::Hourly { .. } | Kind::Flat { cap: None, .. }, None) => {}
            (_, None) => said.push("nothing is agreed beyond it".to_owned()),
        }
        said.extend(self.rounding.filter(|rounding| rounding.how != How::None).map(|r: Rounding| r.to_string()));
        if self.minimum > 0 {
            said.push(format!("{} at least", spoken(self.minimum)));
        }
        let factors = self.factors;
        for (what, factor) in
            [("off-hours", factors.off_hours), ("weekends", factors.weekend), ("holidays", factors.holiday)]
        {
            if factor != Factor::ONE {
                said.push(format!("{what} ×{factor}"));
            }
        }
        said.extend(self.carry.map(carried));
        said.extend(self.carry_in.map(|opening| match opening {
            Opening::Minutes(minutes) => format!("{} brought along", spoken(minutes)),
            Opening::Money(money) => format!("{} brought along", money.told()),
            Opening::Left(_) => "with what is left of the one before".to_owned(),
        }));
        said.push(match self.last_day() {
            Some(last) => format!("from {} to {last}", self.start),
            None => format!("from {} on", self.start),
        });
        match self.renew {
            Renew::No => {}
            Renew::Fresh => said.push("renewed without leftovers".to_owned()),
            Renew::WithLeftovers => said.push("renewed with leftovers".to_owned()),
        }
        said.join(", ")
    }

    fn paid_for(&self) -> String {
        let when = match self.bill {
            Bill::Advance => "in advance",
            Bill::Arrears => "afterwards",
        };
        match self.kind {
            Kind::Deposit { .. } => format!("a deposit of {}", self.what()),
            Kind::Hourly { .. } => self.what(),
            _ => match self.fee() {
                Some(fee) => format!("{} for {} {when}", self.what(), fee.told()),
                None => self.what(),
            },
        }
    }
}

fn period(every: Every) -> &'static str {
    match every {
        Every::Week => "week",
        Every::Month => "month",
        Every::Quarter => "quarter",
    }
}

fn carried(carry: Carry) -> String {
    let most = carry.most.map(|most| format!(", {} at most,", spoken(most))).unwrap_or_default();
    let periods = match carry.periods {
        Some(1) => " for 1 period".to_owned(),
        Some(n) => format!(" for {n} periods"),
        None => String::new(),
    };
    format!("{}% carried over{most}{periods}", carry.percent).trim_end_matches(',').to_owned()
}
