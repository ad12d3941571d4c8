//! English or Russian: the languages of what customers get, and of a page for the meeting.

use super::billing::spelled::plural;
use super::time::Minutes;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tongue {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Tongue {
    /// The language of a word of the settings; none where it is neither.
    ///
    /// ```
    /// use frontdesk::domain::tongue::Tongue;
    /// assert_eq!((Tongue::named("ru"), Tongue::named("EN"), Tongue::named("de")), (Some(Tongue::Ru), Some(Tongue::En), None));
    /// ```
    #[must_use]
    pub fn named(word: &str) -> Option<Tongue> {
        match word.to_lowercase().as_str() {
            "en" => Some(Tongue::En),
            "ru" => Some(Tongue::Ru),
            _ => None,
        }
    }

    /// What is said in this language.
    #[must_use]
    pub fn of<T>(self, en: T, ru: T) -> T {
        match self {
            Tongue::En => en,
            Tongue::Ru => ru,
        }
    }

    /// A number with the form of a noun that stands beside it.
    ///
    /// ```
    /// use frontdesk::domain::tongue::Tongue::{En, Ru};
    /// let tickets = (["ticket", "tickets"], ["заявка", "заявки", "заявок"]);
    /// assert_eq!([En.counted(1, tickets), En.counted(4, tickets)], ["1 ticket", "4 tickets"]);
    /// assert_eq!([Ru.counted(1, tickets), Ru.counted(4, tickets), Ru.counted(11, tickets)], ["1 заявка", "4 заявки", "11 заявок"]);
    /// ```
    #[must_use]
    pub fn counted(self, n: i64, (en, ru): ([&str; 2], [&str; 3])) -> String {
        format!("{n} {}", self.of(plural(n, &en), plural(n, &ru)))
    }

    /// Tenths as a number: `12.5`, `12,5`.
    ///
    /// ```
    /// use frontdesk::domain::tongue::Tongue::{En, Ru};
    /// assert_eq!((En.tenths(125), Ru.tenths(-5), Ru.tenths(1_000)), ("12.5".into(), "-0,5".into(), "100,0".into()));
    /// ```
    #[must_use]
    pub fn tenths(self, value: i64) -> String {
        let sign = if value < 0 { "-" } else { "" };
        let (whole, tenth) = (value.unsigned_abs() / 10, value.unsigned_abs() % 10);
        format!("{sign}{whole}{}{tenth}", self.of('.', ','))
    }

    /// Elapsed or worked time, rounded down to hours from two days on.
    ///
    /// ```
    /// use frontdesk::domain::tongue::Tongue::{En, Ru};
    /// assert_eq!([0, 42, 90, 21_278].map(|n| En.time(n)), ["0m", "42m", "1h 30m", "14d 18h"]);
    /// assert_eq!([0, 42, 90, 21_278].map(|n| Ru.time(n)), ["0 мин", "42 мин", "1 ч 30 мин", "14 дн 18 ч"]);
    /// ```
    #[must_use]
    pub fn time(self, minutes: Minutes) -> String {
        self.units(super::time::elapsed(minutes))
    }

    /// Worked time: `41h 20m`, `41 ч 20 мин`.
    ///
    /// ```
    /// use frontdesk::domain::tongue::Tongue::{En, Ru};
    /// assert_eq!((En.worked(4_900), Ru.worked(4_900), Ru.worked(0)), ("81h 40m".into(), "81 ч 40 мин".into(), "0 мин".into()));
    /// ```
    #[must_use]
    pub fn worked(self, minutes: Minutes) -> String {
        self.units(super::billing::duration::spoken(minutes))
    }

    fn units(self, text: String) -> String {
        match self {
            Tongue::En => text,
            Tongue::Ru => text.replace('d', " дн").replace('h', " ч").replace('m', " мин"),
        }
    }
}
