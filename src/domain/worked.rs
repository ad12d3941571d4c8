//! Worked time with the names that reports show, and its sums: for each ticket, client, agent, tag or day. What an entry
//! is stands in `entry`.

use super::entry::{Entry, Timer};
use super::ticket::TicketId;
use super::time::{Date, Minutes};
use std::collections::BTreeMap;
use std::ops::{Add, Sub};

/// A time entry with the names that reports show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// The entry.
    pub entry: Entry,
    /// The ticket's subject.
    pub subject: Option<String>,
    /// The client's handle.
    pub client: Option<String>,
    /// The agent's name.
    pub agent: String,
    /// The ticket's tags, sorted.
    pub tags: Vec<String>,
}

/// A running timer with the names that reports show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The timer.
    pub timer: Timer,
    /// Whose it is.
    pub agent: String,
    /// The ticket's subject.
    pub subject: Option<String>,
}

/// Worked and billed minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Time {
    /// As logged.
    pub actual: Minutes,
    /// As the client pays for them; nothing of what was given away.
    pub billed: Minutes,
}

impl Time {
    /// What an entry counts: a struck out one nothing, a free one nothing that is billed.
    ///
    /// ```
    /// use frontdesk::domain::{entry::Entry, time::Date, worked::Time};
    /// let day = Date::from_ymd_opt(2026, 11, 20).unwrap();
    /// let e = Entry { ticket: Some(42), ..Entry::of(17, 1, day, 25) };
    /// assert_eq!(Time::of(&e), Time { actual: 25, billed: 25 });
    /// assert_eq!(Time::of(&Entry { billable: false, ..e.clone() }), Time { actual: 25, billed: 0 });
    /// assert_eq!(Time::of(&Entry { void: true, ..e }), Time::default());
    /// ```
    #[must_use]
    pub fn of(entry: &Entry) -> Time {
        let actual = if entry.void { 0 } else { entry.minutes };
        Time { actual, billed: if entry.billable { actual } else { 0 } }
    }

    /// What all of them count together.
    #[must_use]
    pub fn total<'a>(worked: impl IntoIterator<Item = &'a Worked>) -> Time {
        worked.into_iter().fold(Time::default(), |sum, w| sum + Time::of(&w.entry))
    }
}

impl Add for Time {
    type Output = Time;
    fn add(self, other: Time) -> Time {
        Time { actual: self.actual + other.actual, billed: self.billed + other.billed }
    }
}

impl Sub for Time {
    type Output = Time;
    fn sub(self, other: Time) -> Time {
        Time { actual: self.actual - other.actual, billed: self.billed - other.billed }
    }
}

/// What worked time is summed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Each ticket; work without one: each client.
    Ticket,
    /// Each client.
    Client,
    /// Each agent.
    Agent,
    /// Each tag of the tickets: an entry counts under all tags of its ticket, and a row of its own takes that off again.
    Tag,
    /// Each day.
    Day,
}

impl By {
    /// All there are.
    pub const ALL: &'static [By] = &[By::Ticket, By::Client, By::Agent, By::Tag, By::Day];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            By::Ticket => "ticket",
            By::Client => "client",
            By::Agent => "agent",
            By::Tag => "tag",
            By::Day => "day",
        }
    }

    /// What the word means.
    #[must_use]
    pub fn of(word: &str) -> Option<By> {
        By::ALL.iter().copied().find(|by| by.word() == word)
    }
}

/// What a sum is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// A ticket: its number, its subject, its client.
    Ticket(TicketId, String, Option<String>),
    /// A client.
    Client(String),
    /// An agent.
    Agent(String),
    /// A tag.
    Tag(String),
    /// A day.
    Day(Date),
    /// Work without a ticket, for this client or for none.
    NoTicket(Option<String>),
    /// Work for no client.
    NoClient,
    /// Work on what has no tag.
    NoTag,
    /// What other rows count more than once, to be taken off: below zero.
    Overlap,
}

impl Group {
    /// Named ones first, then those without a name, what is taken off at last.
    fn place(&self) -> (u8, i64, &str) {
        match self {
            Group::Ticket(number, ..) => (0, *number, ""),
            Group::Client(name) | Group::Agent(name) | Group::Tag(name) => (0, 0, name),
            Group::Day(day) => (0, (*day - Date::MIN).num_days(), ""),
            Group::NoTicket(client) => (1, 0, client.as_deref().unwrap_or_default()),
            Group::NoClient | Group::NoTag => (2, 0, ""),
            Group::Overlap => (3, 0, ""),
        }
    }

    fn of(worked: &Worked, by: By) -> Group {
        let client = || worked.client.clone();
        match by {
            By::Ticket => match worked.entry.ticket {
                Some(number) => Group::Ticket(number, worked.subject.clone().unwrap_or_default(), client()),
                None => Group::NoTicket(client()),
            },
            By::Client => client().map_or(Group::NoClient, Group::Client),
            By::Agent => Group::Agent(worked.agent.clone()),
            By::Tag => Group::NoTag,
            By::Day => Group::Day(worked.entry.day),
        }
    }
}

/// The sums of each group: days in order, all others the most time first. They add up to [`Time::total`].
#[must_use]
pub fn sums(worked: &[Worked], by: By) -> Vec<(Group, Time)> {
    let mut sums: BTreeMap<(u8, i64, String), (Group, Time)> = BTreeMap::new();
    let mut add = |group: Group, time: Time| {
        let (rank, number, name) = group.place();
        let sum = &mut sums.entry((rank, number, name.to_owned())).or_insert((group, Time::default())).1;
        *sum = *sum + time;
    };
    for w in worked.iter().filter(|w| !w.entry.void) {
        let time = Time::of(&w.entry);
        match (by, w.tags.as_slice()) {
            (By::Tag, [first, others @ ..]) => {
                add(Group::Tag(first.clone()), time);
                for tag in others {
                    add(Group::Tag(tag.clone()), time);
                    add(Group::Overlap, Time::default() - time);
                }
            }
            _ => add(Group::of(w, by), time),
        }
    }
    let mut rows: Vec<(Group, Time)> = sums.into_values().collect();
    if by != By::Day {
        rows.sort_by_key(|(group, time)| (group.place().0, -time.actual));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(d: u32) -> Date {
        Date::from_ymd_opt(2026, 11, d).unwrap()
    }

    fn worked(ticket: Option<i64>, minutes: Minutes, tags: &[&str]) -> Worked {
        Worked {
            entry: Entry { ticket, ..Entry::of(1, 1, day(20), minutes) },
            subject: ticket.map(|n| format!("ticket {n}")),
            client: None,
            agent: "mila".to_owned(),
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        }
    }

    #[test]
    fn the_most_time_comes_first_and_what_has_no_name_last() {
        let all = [worked(None, 300, &[]), worked(Some(7), 10, &[]), worked(Some(9), 50, &[]), worked(Some(7), 5, &[])];
        let rows = sums(&all, By::Ticket);
        let numbers: Vec<Option<i64>> =
            rows.iter().map(|(g, _)| if let Group::Ticket(n, ..) = g { Some(*n) } else { None }).collect();
        assert_eq!(numbers, [Some(9), Some(7), None]);
        assert_eq!(rows[1].1, Time { actual: 15, billed: 15 });
    }

    #[test]
    fn a_ticket_is_one_row_whatever_clients_its_entries_were_for() {
        let mut other = worked(Some(7), 5, &[]);
        other.client = Some("acme".to_owned());
        assert_eq!(sums(&[worked(Some(7), 10, &[]), other], By::Ticket).len(), 1);
    }

    #[test]
    fn days_stand_in_their_order() {
        let mut early = worked(Some(7), 5, &[]);
        early.entry.day = day(2);
        let rows = sums(&[worked(Some(7), 500, &[]), early], By::Day);
        assert_eq!(rows[0].0, Group::Day(day(2)));
    }

    #[test]
    fn time_under_two_tags_counts_under_both_and_is_taken_off_once() {
        let rows = sums(
            &[worked(Some(7), 30, &["billing", "vip"]), worked(Some(8), 10, &["vip"]), worked(None, 5, &[])],
            By::Tag,
        );
        let actual: Vec<(Group, Minutes)> = rows.into_iter().map(|(g, t)| (g, t.actual)).collect();
        let tag = |t: &str| Group::Tag(t.to_owned());
        assert_eq!(actual, [(tag("vip"), 40), (tag("billing"), 30), (Group::NoTag, 5), (Group::Overlap, -30)]);
    }

    fn any_worked() -> impl Strategy<Value = Worked> {
        let tags = proptest::sample::subsequence(vec!["a", "b", "c"], 0..=3);
        let who = (proptest::option::of(1..4_i64), proptest::option::of("[a-c]"), "[x-z]");
        (who, 1..2000_i64, 1..28_u32, any::<bool>(), any::<bool>(), tags).prop_map(
            |((ticket, client, agent), minutes, d, billable, void, tags)| {
                let w = worked(ticket, minutes, &tags);
                Worked { client, agent, entry: Entry { day: day(d), billable, void, ..w.entry }, ..w }
            },
        )
    }

    proptest! {
        #[test]
        fn the_rows_always_add_up_to_the_total(all in proptest::collection::vec(any_worked(), 0..30), by in proptest::sample::select(By::ALL)) {
            let rows = sums(&all, by);
            let sum = rows.iter().fold(Time::default(), |sum, (_, time)| sum + *time);
            prop_assert_eq!(sum, Time::total(&all));
            prop_assert!(sum.billed <= sum.actual);
        }
    }
}
