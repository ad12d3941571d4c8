//! From which day on two states of one contract count hours or money otherwise.

use super::{Contract, Terms};
use crate::domain::time::Date;

/// Keys that say nothing about hours and money, and those whose days are looked at on their own.
const ASIDE: [&str; 7] = ["name", "renew", "alert", "alert-days", "end", "expires", "order"];

impl Contract {
    /// The first day on which hours or money may count otherwise than under `other`, another state of the same contract;
    /// none: they count alike. The place among contracts counts for all days. Where part periods are prorated, a change in the
    /// middle of a period changes all of it.
    ///
    /// ```
    /// use frontdesk::domain::billing::contract::{Contract, Terms, Version};
    /// use frontdesk::domain::billing::currency::Currency;
    /// let state = |changed: &[(&str, &str)]| {
    ///     let said = [("prepaid", "10h"), ("every", "month"), ("start", "2026-01-01")];
    ///     let read = |said: &[(&str, &str)]| Terms::read(said, Currency::of("RUB").unwrap()).unwrap();
    ///     let version = |from: &str, terms| Version { from: from.parse().unwrap(), terms };
    ///     let all = vec![version("2026-01-01", read(&said)), version("2026-03-10", read(&[&said, changed].concat()))];
    ///     Contract::of(1, all).unwrap()
    /// };
    /// let differs = |changed: &[(&str, &str)]| state(changed).differs_from(&state(&[])).map(|day| day.to_string());
    /// assert_eq!(differs(&[("name", "care")]), None);
    /// assert_eq!(differs(&[("overage", "5000")]).unwrap(), "2026-03-10");
    /// assert_eq!(differs(&[("end", "2026-05-31")]).unwrap(), "2026-06-01");
    /// assert_eq!(differs(&[("order", "2")]).unwrap(), "2026-01-01");
    /// assert_eq!(differs(&[("prorate", "yes"), ("price", "9")]).unwrap(), "2026-03-01");
    /// ```
    #[must_use]
    pub fn differs_from(&self, other: &Contract) -> Option<Date> {
        if self.terms().order != other.terms().order || self.start() != other.start() {
            return Some(self.start().min(other.start()));
        }
        let mut days: Vec<Date> = self.versions().iter().chain(other.versions()).map(|version| version.from).collect();
        days.sort_unstable();
        let changed = days.into_iter().find(|day| counting(self.terms_on(*day)) != counting(other.terms_on(*day)));
        let ended = match (self.last_day(), other.last_day()) {
            (mine, its) if mine == its => None,
            (mine, its) => mine.into_iter().chain(its).min().and_then(|last| last.succ_opt()),
        };
        let first = changed.into_iter().chain(ended).min()?;
        let prorated = |contract: &Contract| contract.versions().iter().any(|version| version.terms.prorate);
        let begun = |contract: &Contract| contract.stretch_of(first).map(|stretch| stretch.first);
        let whole = [self, other].into_iter().filter_map(begun).min();
        Some(whole.filter(|_| prorated(self) || prorated(other)).unwrap_or(first))
    }
}

/// What of terms hours and money are counted by.
fn counting(terms: &Terms) -> Vec<(&'static str, String)> {
    terms.pairs().into_iter().filter(|(key, _)| !ASIDE.contains(key)).collect()
}
