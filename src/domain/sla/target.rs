//! What is promised: how soon, in which kind of time, for which priority.

use super::Kind;
use crate::domain::amount::Unit;
use crate::domain::billing::duration::waited;
use crate::domain::calendar::{Calendar, Lapse};
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Priority;
use crate::domain::time::Moment;
use std::fmt;

/// How soon something is promised.
///
/// | written | is | received Friday 17:00 where Monday to Friday are 09:00-18:00 |
/// |---|---|---|
/// | `4h` `90m` `1h30m` | working time | `4h`: Monday 12:00 |
/// | `1 day` `3 days` | the same time of day so many working days on, at most closing time | `1 day`: Monday 17:00 |
/// | `72h wall` `2 days wall` | time by the clock on the wall, nights and holidays too | `72h wall`: Monday 17:00 |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Seconds of working time.
    Business(i64),
    /// Seconds of real time.
    Wall(i64),
    /// Working days.
    Days(i64),
}

/// What a target is written like.
const FORM: &str = "write 4h, 90m, 3 days or 72h wall";

impl Target {
    /// Reads a target as it is written in the settings.
    ///
    /// ```
    /// use frontdesk::domain::sla::Target;
    /// assert_eq!(Target::read("90m"), Ok(Target::Business(5400)));
    /// assert_eq!(Target::read("72h wall"), Ok(Target::Wall(72 * 3600)));
    /// assert_eq!(Target::read("3 days"), Ok(Target::Days(3)));
    /// assert_eq!(Target::read("4 fortnights").unwrap_err().to_string(), r#""fortnights" is no unit of time"#);
    /// assert_eq!(Target::read("4").unwrap_err().hint().as_deref(), Some("4h or 4 days?"));
    /// ```
    ///
    /// # Errors
    /// A [`Refusal`] that names an unknown unit, and what to write instead.
    pub fn read(text: &str) -> Result<Target, Refusal> {
        let said = text.trim().to_lowercase();
        let (length, wall) = match said.strip_suffix("wall") {
            Some(length) if !length.ends_with(char::is_alphabetic) => (length.trim_end(), true),
            _ => (said.as_str(), false),
        };
        let words = length.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        if let Some(word) = words.filter(|_| length.starts_with(|c: char| c.is_ascii_digit())).find(|w| unknown(w)) {
            return Err(Refusal::Misused { word: word.to_owned(), why: "is no unit of time", hint: FORM.to_owned() });
        }
        let target = match wall {
            true => Target::Wall(waited(length)?),
            false => match Lapse::read(length)? {
                Lapse::Seconds(seconds) => Target::Business(seconds),
                Lapse::Days(days) => Target::Days(days),
            },
        };
        match target {
            Target::Business(1..) | Target::Wall(1..) | Target::Days(1..) => Ok(target),
            _ => Err(Refusal::Impossible {
                text: text.to_owned(),
                why: "nothing is done in no time".to_owned(),
                hint: FORM.to_owned(),
            }),
        }
    }

    /// When it ends that begins at `start` and is never paused.
    #[must_use]
    pub fn end(self, start: Moment, calendar: &Calendar) -> Moment {
        match self {
            Target::Business(seconds) => calendar.after(start, seconds),
            Target::Wall(seconds) => start.plus(seconds),
            Target::Days(days) => calendar.days_after(start, days),
        }
    }

    /// The seconds from `from` to `to` that it counts: real ones, or working time. Never negative.
    #[must_use]
    pub fn counted(self, from: Moment, to: Moment, calendar: &Calendar) -> i64 {
        match self {
            Target::Wall(_) => to.since(from).max(0),
            Target::Business(_) | Target::Days(_) => calendar.between(from, to),
        }
    }

    /// The instant at which `seconds` that it counts have passed since `from`.
    pub(super) fn later(self, from: Moment, seconds: i64, calendar: &Calendar) -> Moment {
        match self {
            Target::Wall(_) => from.plus(seconds),
            Target::Business(_) | Target::Days(_) => calendar.after(from, seconds),
        }
    }
}

fn unknown(word: &str) -> bool {
    Unit::of(word).is_none()
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Target::Business(seconds) => Lapse::Seconds(seconds).fmt(f),
            Target::Days(days) => Lapse::Days(days).fmt(f),
            Target::Wall(seconds) => write!(f, "{} wall", Lapse::Seconds(seconds)),
        }
    }
}

/// The targets of a policy: for each kind and priority one, or none.
///
/// ```
/// use frontdesk::domain::{sla::{Kind, Target, Targets}, ticket::Priority};
/// let mut targets = Targets::default();
/// targets.set(Kind::FirstResponse, Target::Business(4 * 3600), Priority::ALL);
/// targets.set(Kind::FirstResolution, Target::Days(3), &[Priority::High]);
/// assert_eq!(targets.of(Kind::FirstResponse, Priority::Low), Some(Target::Business(4 * 3600)));
/// assert_eq!(targets.of(Kind::FirstResolution, Priority::Low), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Targets([[Option<Target>; 4]; 4]);

impl Targets {
    /// What is promised for a priority.
    #[must_use]
    pub fn of(&self, kind: Kind, priority: Priority) -> Option<Target> {
        self.0.get(kind as usize)?.get(priority as usize).copied().flatten()
    }

    /// Promises the same for these priorities.
    pub fn set(&mut self, kind: Kind, target: Target, priorities: &[Priority]) {
        let Some(row) = self.0.get_mut(kind as usize) else { return };
        for priority in priorities {
            if let Some(place) = row.get_mut(*priority as usize) {
                *place = Some(target);
            }
        }
    }

    /// Whether nothing is promised at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Targets::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn targets_are_read_in_three_kinds_of_time() {
        for (text, target) in [
            ("4h", Target::Business(14_400)),
            (" 1h 30m ", Target::Business(5400)),
            ("1,5ч", Target::Business(5400)),
            ("1 day", Target::Days(1)),
            ("3 дня", Target::Days(3)),
            ("72h wall", Target::Wall(259_200)),
            ("72H WALL", Target::Wall(259_200)),
            ("2 days wall", Target::Wall(172_800)),
        ] {
            assert_eq!(Target::read(text), Ok(target), "{text}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused_with_a_way_out() {
        for text in [
            "", "4", "soon", "wall", "4 wall", "-4h", "0h", "0 days", "1 week", "1mo", "1 day 4h", "4hwall", "9999999h",
        ] {
            let no = Target::read(text).expect_err(text);
            assert!(no.hint().is_some(), "{text}: {no}");
        }
        for (text, word) in
            [("4 parsecs", "parsecs"), ("4x", "x"), ("4h 3 jiffies", "jiffies"), ("72 hourz wall", "hourz")]
        {
            assert_eq!(Target::read(text).unwrap_err().to_string(), format!("\"{word}\" is no unit of time"));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 1_i64..100_000_000, days in 1_i64..3000) {
            for target in [Target::Business(seconds), Target::Wall(seconds), Target::Days(days)] {
                prop_assert_eq!(Target::read(&target.to_string()), Ok(target));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}", near in "[0-9]{1,10} ?[a-zа-я]{0,6} ?(wall)?") {
            let _ = (Target::read(&text), Target::read(&near));
        }
    }
}
