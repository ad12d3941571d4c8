//! Worked time: an entry of whole minutes on a day, and the running timer.

use super::ticket::TicketId;
use super::time::{Date, Minutes, Moment};
use serde::{Deserialize, Serialize};

/// Minutes worked on a ticket or for a client, on a day, by an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Shown as `t17`.
    pub id: i64,
    /// The ticket worked on.
    pub ticket: Option<TicketId>,
    /// The client worked for; the ticket's own when there is a ticket.
    pub client: Option<i64>,
    /// Who worked.
    pub agent: i64,
    /// The worked day in the desk's zone.
    pub day: Date,
    /// Raw minutes, never rounded.
    pub minutes: Minutes,
    /// False: given away.
    pub billable: bool,
    /// What was done.
    pub text: String,
    /// True: struck out, kept for the record, in no figure.
    pub void: bool,
    /// What sort of work it was: a free word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// When the work began; none: only its day is known. It decides about off-hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Moment>,
    /// The contract that somebody said it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<i64>,
    /// The invoiced entry that it puts right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<i64>,
}

impl Entry {
    /// So many minutes of an agent on a day, billed, about nothing yet.
    #[must_use]
    pub fn of(id: i64, agent: i64, day: Date, minutes: Minutes) -> Entry {
        Entry {
            id,
            ticket: None,
            client: None,
            agent,
            day,
            minutes,
            billable: true,
            text: String::new(),
            void: false,
            activity: None,
            began: None,
            contract: None,
            corrects: None,
        }
    }

    /// The same work for another client. The contract it was said to belong to is the old client's: it stays behind.
    ///
    /// ```
    /// use frontdesk::domain::{entry::Entry, time::Date};
    /// let mine = Entry { client: Some(3), contract: Some(7), ..Entry::of(17, 1, Date::default(), 25) };
    /// assert_eq!(mine.clone().for_client(Some(3)), mine);
    /// assert_eq!(mine.for_client(Some(4)).contract, None);
    /// ```
    #[must_use]
    pub fn for_client(self, client: Option<i64>) -> Entry {
        let contract = self.contract.filter(|_| self.client == client);
        Entry { client, contract, ..self }
    }
}

/// A running timer: one per agent at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Whose it is.
    pub agent: i64,
    /// What it runs on.
    pub ticket: Option<TicketId>,
    /// When it was started.
    pub since: Moment,
}

/// An entry holds no more: the minutes of a leap year.
pub const MOST: Minutes = 366 * 24 * 60;
/// Nobody works more on a day.
pub const DAY: Minutes = 24 * 60;

/// The number of an entry as people write it: `t17`, with the Latin or the Russian letter.
///
/// ```
/// use frontdesk::domain::entry::number;
/// assert_eq!([number("t17"), number("T17"), number("т17")], [Some(17); 3]);
/// assert_eq!([number("17"), number("t"), number("t0"), number("t+1"), number("t١")], [None; 5]);
/// ```
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['t', 'T', 'т', 'Т'])?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|n| plain && *n > 0)
}

/// A sort of work as it is kept: one word of at most 40 characters, in small letters.
///
/// ```
/// use frontdesk::domain::entry::activity;
/// assert_eq!(activity(" Support ").as_deref(), Some("support"));
/// assert_eq!([activity(""), activity("deep work"), activity("none")], [None, None, None]);
/// ```
#[must_use]
pub fn activity(text: &str) -> Option<String> {
    let word = text.trim().to_lowercase();
    let one = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c.is_control());
    Some(word).filter(|w| one && w != "none" && w.chars().count() <= 40)
}

/// The stretch that so many minutes of a timer's run were: from its start on, or, where it did not run that long, up to
/// now. It is never still to come.
///
/// ```
/// use frontdesk::domain::{entry::kept, time::Moment};
/// assert_eq!(kept(Moment(0), Moment(36_000), 45), (Moment(0), Moment(2700)));
/// assert_eq!(kept(Moment(0), Moment(600), 45), (Moment(-2100), Moment(600)));
/// ```
#[must_use]
pub fn kept(since: Moment, now: Moment, minutes: Minutes) -> (Moment, Moment) {
    let seconds = minutes.saturating_mul(60);
    let until = since.plus(seconds);
    if until <= now { (since, until) } else { (now.plus(-seconds), now) }
}

/// Whether two stretches of work, each from its beginning on, have an instant in common. One may begin when the other ends.
///
/// ```
/// use frontdesk::domain::{entry::overlap, time::Moment};
/// let at = |minute: i64| Moment(minute * 60);
/// assert!(overlap((at(0), 30), (at(29), 5)) && overlap((at(29), 5), (at(0), 30)));
/// assert!(!overlap((at(0), 30), (at(30), 5)));
/// ```
#[must_use]
pub fn overlap(one: (Moment, Minutes), other: (Moment, Minutes)) -> bool {
    let end = |(begin, minutes): (Moment, Minutes)| begin.plus(minutes.saturating_mul(60));
    one.0 < end(other) && other.0 < end(one)
}

/// Splits a stretch of seconds, rounded once to whole minutes (at least 1), over the local days it touches. `cuts` are the
/// instants of local midnight inside the stretch, in order. The rounding remainder goes to the longest part; a part that
/// is left without a minute is dropped.
///
/// ```
/// use frontdesk::domain::{entry::split_at_midnights, time::Moment};
/// let parts = |a, b, cuts: &[i64]| split_at_midnights(Moment(a), Moment(b), &cuts.iter().map(|c| Moment(*c)).collect::<Vec<_>>());
/// assert_eq!(parts(0, 20, &[]), [(Moment(0), 1)]);
/// assert_eq!(parts(-1800, 3600, &[0]), [(Moment(-1800), 30), (Moment(0), 60)]);
/// assert_eq!(parts(-29, 90, &[0]), [(Moment(0), 2)]);
/// ```
#[must_use]
pub fn split_at_midnights(from: Moment, to: Moment, cuts: &[Moment]) -> Vec<(Moment, Minutes)> {
    let total = super::time::minutes(to.since(from)).max(1);
    let mut edges = vec![from];
    edges.extend(cuts.iter().filter(|c| **c > from && **c < to));
    edges.push(to);
    let mut parts: Vec<(Moment, i64, Minutes)> =
        edges.windows(2).map(|w| (w[0], w[1].since(w[0]), w[1].since(w[0]).div_euclid(60))).collect();
    let rest = total - parts.iter().map(|p| p.2).sum::<i64>();
    if let Some(longest) = parts.iter_mut().max_by_key(|p| p.1) {
        longest.2 += rest;
    }
    parts.into_iter().filter(|p| p.2 > 0).map(|(at, _, m)| (at, m)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_of_a_stretch_add_up_to_its_rounded_minutes(
            from in -1_000_000_i64..1_000_000, seconds in 0_i64..1_000_000, cuts in proptest::collection::btree_set(-1_000_000_i64..2_000_000, 0..5),
        ) {
            let cuts: Vec<Moment> = cuts.into_iter().map(Moment).collect();
            let parts = split_at_midnights(Moment(from), Moment(from + seconds), &cuts);
            let sum: Minutes = parts.iter().map(|p| p.1).sum();
            prop_assert_eq!(sum, crate::domain::time::minutes(seconds).max(1));
            prop_assert!(parts.iter().all(|p| p.1 > 0 && p.0 >= Moment(from) && p.0 <= Moment(from + seconds)));
        }

        #[test]
        fn what_is_kept_of_a_timer_is_as_long_as_said_and_over(since in -1_000_000_i64..1_000_000, ran in -5000_i64..1_000_000, minutes in 1_i64..MOST) {
            let now = Moment(since + ran);
            let (from, until) = kept(Moment(since), now, minutes);
            prop_assert_eq!(until.since(from), minutes * 60);
            prop_assert!(until <= now);
        }

        #[test]
        fn no_text_is_a_wrong_number(text in "\\PC*", n in 1_i64..) {
            prop_assert!(number(&text).is_none_or(|n| n > 0));
            prop_assert_eq!(number(&format!("t{n}")), Some(n));
        }
    }
}
