//! What came of promises by voice. Each ends with the first of these: a person answered or closed the ticket, and it was kept;
//! its instant passed, and it was late; it was moved or taken back, and another took its place, or none.

use crate::domain::insight::metrics::Period;
use crate::domain::time::Moment;

/// What happened on a ticket, as promises by voice see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Something was promised for an instant; none: the promise was taken back.
    Promised(Option<Moment>),
    /// A person answered, or the ticket was closed.
    Kept,
}

/// What was promised on one ticket, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its number.
    pub number: i64,
    /// In the order in which it happened.
    pub heard: Vec<(Moment, Voice)>,
}

/// Promises by voice that were due in a period: the tickets, a number for each promise, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ByVoice {
    /// An answer or a close came by the instant.
    pub kept: Vec<i64>,
    /// Nothing came by the instant.
    pub late: Vec<i64>,
}

impl ByVoice {
    /// How many there were.
    #[must_use]
    pub fn total(&self) -> usize {
        self.kept.len() + self.late.len()
    }
}

/// What came of the promises by voice that were due within `period`, as it is known at `as_of`. One that is neither kept nor past
/// is in no figure; one that was moved before it fell due counts where it was moved to. An answer keeps only what was
/// promised before it.
///
/// ```
/// use frontdesk::domain::{sla::{ByVoice, Spoken, Voice::*, by_voice}, time::Moment};
/// let spoken = |number, words: &[(i64, _)]| Spoken { number, heard: words.iter().map(|(at, word)| (Moment(*at), *word)).collect() };
/// let for_50 = Promised(Some(Moment(50)));
/// let all = [
///     spoken(1, &[(10, for_50), (50, Kept)]),
///     spoken(2, &[(10, for_50), (51, Kept)]),
///     spoken(3, &[(10, for_50), (20, Promised(Some(Moment(70)))), (60, Kept)]),
///     spoken(4, &[(10, for_50), (20, Promised(None))]),
/// ];
/// let week = (Moment(0), Moment(100));
/// assert_eq!(by_voice(&all, week, Moment(90)), ByVoice { kept: vec![1, 3], late: vec![2] });
/// assert_eq!(by_voice(&all, week, Moment(50)), ByVoice { kept: vec![1], late: vec![] });
/// ```
#[must_use]
pub fn by_voice(spoken: &[Spoken], period: Period, as_of: Moment) -> ByVoice {
    let mut sum = ByVoice::default();
    for one in spoken {
        let mut open: Option<Moment> = None;
        let mut end = |due: Moment, kept: bool| {
            if period.0 <= due && due < period.1 {
                if kept { &mut sum.kept } else { &mut sum.late }.push(one.number);
            }
        };
        for (at, word) in one.heard.iter().filter(|(at, _)| *at <= as_of) {
            if let Some(due) = open.take_if(|due| *due < *at) {
                end(due, false);
            }
            match word {
                Voice::Promised(due) => open = *due,
                Voice::Kept => {
                    if let Some(due) = open.take() {
                        end(due, true);
                    }
                }
            }
        }
        if let Some(due) = open.filter(|due| *due < as_of) {
            end(due, false);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::Voice::{Kept, Promised};
    use super::*;
    use proptest::prelude::*;

    fn told(words: &[(i64, Voice)], as_of: i64) -> (usize, usize) {
        let words = words.iter().map(|(at, word)| (Moment(*at), *word)).collect();
        let sum = by_voice(&[Spoken { number: 7, heard: words }], (Moment(0), Moment(1000)), Moment(as_of));
        (sum.kept.len(), sum.late.len())
    }

    fn by(at: i64) -> Voice {
        Promised(Some(Moment(at)))
    }

    #[test]
    fn an_answer_keeps_what_was_promised_before_it() {
        assert_eq!(told(&[(5, Kept), (10, by(50))], 60), (0, 1));
        assert_eq!(told(&[(10, by(50)), (50, Kept)], 60), (1, 0), "the last instant keeps it");
        assert_eq!(told(&[(10, by(50)), (20, Kept), (30, Kept), (60, Kept)], 70), (1, 0), "once");
    }

    #[test]
    fn what_is_not_due_yet_is_neither() {
        assert_eq!(told(&[(10, by(50))], 50), (0, 0));
        assert_eq!(told(&[(10, by(50))], 51), (0, 1));
        assert_eq!(told(&[(10, by(50)), (20, Kept)], 15), (0, 0), "nobody knows yet");
    }

    #[test]
    fn a_promise_that_was_moved_in_time_counts_where_it_was_moved_to() {
        assert_eq!(told(&[(10, by(50)), (40, by(80)), (70, Kept)], 90), (1, 0));
        assert_eq!(
            told(&[(10, by(50)), (60, by(80)), (70, Kept)], 90),
            (1, 1),
            "too late to move: late, and a new promise"
        );
        assert_eq!(told(&[(10, by(50)), (40, Promised(None))], 90), (0, 0));
        assert_eq!(told(&[(10, by(50)), (60, Promised(None))], 90), (0, 1));
        assert_eq!(told(&[(10, by(50)), (40, Kept), (45, by(80))], 90), (1, 1), "an answer, and another promise");
    }

    #[test]
    fn a_promise_belongs_to_the_period_in_which_it_was_due() {
        let words = vec![(Moment(10), by(50)), (Moment(20), Kept)];
        let of = |from, to| {
            by_voice(&[Spoken { number: 7, heard: words.clone() }], (Moment(from), Moment(to)), Moment(99)).total()
        };
        assert_eq!((of(0, 50), of(50, 51), of(51, 99)), (0, 1, 0));
    }

    fn voice() -> impl Strategy<Value = Voice> {
        prop_oneof![2 => (0_i64..100).prop_map(by), 1 => Just(Promised(None)), 2 => Just(Kept)]
    }

    proptest! {
        #[test]
        fn no_promise_counts_twice_and_what_is_known_stays_known(
            mut words in proptest::collection::vec((0_i64..100, voice()), 0..8), now in 0_i64..120, later in 0_i64..120,
        ) {
            words.sort_by_key(|(at, _)| *at);
            let promises = words.iter().filter(|(_, word)| matches!(word, Promised(Some(_)))).count();
            let (then, known) = (told(&words, now + later), told(&words, now));
            prop_assert!(then.0 + then.1 <= promises);
            prop_assert!(known.0 <= then.0 && known.1 <= then.1);
        }
    }
}
