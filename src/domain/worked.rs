//! Worked time with the names that reports show, and its sums: for each ticket, client, agent, tag, activity or day. What an
//! entry is stands in `entry`, what it costs in `billing`.

use super::billing::money::Money;
use super::entry::{Entry, Timer};
use super::ticket::TicketId;
use super::time::{Date, Minutes};
use std::collections::BTreeMap;

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
    /// What the books of its client make of it; none: they were not asked, or it is struck out.
    pub counted: Option<Counted>,
}

/// What the books of a client make of an entry. `covered + overage + flat + unassigned` is `billed`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// The name of the contract whose rules made billed minutes of it; none: no contract was in force.
    pub contract: Option<String>,
    /// Minutes billed; nothing of what was given away.
    pub billed: Minutes,
    /// Billed minutes that a pool or a deposit paid.
    pub covered: Minutes,
    /// Billed minutes that are paid by the hour.
    pub overage: Minutes,
    /// Billed minutes that a fee paid.
    pub flat: Minutes,
    /// Billed minutes that no client and no contract takes.
    pub unassigned: Minutes,
    /// What is due for it; none where no contract tells of a currency.
    pub amount: Option<Money>,
    /// What is left of the contract that took it; looked at only for what has just been logged.
    pub pool: Option<Pool>,
    /// Its client has contracts, and none of them was in force.
    pub refused: bool,
}

/// What is left in the period of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The contract's name.
    pub contract: String,
    /// Whether it is the only one of its client.
    pub only: bool,
    /// The last day of the period, where that is over.
    pub until: Option<Date>,
    /// What is left.
    pub left: Left,
}

/// What is left, in the unit of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// So many minutes of so many.
    Minutes(Minutes, Minutes),
    /// So much money of so much.
    Money(Money, Money),
    /// There is no pool: a fee without a cap, or each hour at its price.
    Nothing,
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

/// Worked and billed minutes, and what is due for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Time {
    /// As logged.
    pub actual: Minutes,
    /// As the client pays for them; nothing of what was given away.
    pub billed: Minutes,
    /// What is due, one sum for each currency, by its letters.
    pub amounts: Vec<Money>,
}

impl Time {
    /// What an entry counts: a struck out one nothing, a free one nothing that is billed. What the books did not count is
    /// billed as it was worked.
    ///
    /// ```
    /// use frontdesk::domain::{entry::Entry, time::Date, worked::{Counted, Time, Worked}};
    /// let day = Date::from_ymd_opt(2026, 11, 20).unwrap();
    /// let entry = Entry { ticket: Some(42), ..Entry::of(17, 1, day, 25) };
    /// let w = Worked { entry, subject: None, client: None, agent: "mila".into(), tags: vec![], counted: None };
    /// let minutes = |w: &Worked| (Time::of(w).actual, Time::of(w).billed);
    /// assert_eq!(minutes(&w), (25, 25));
    /// assert_eq!(minutes(&Worked { counted: Some(Counted { billed: 30, ..Counted::default() }), ..w.clone() }), (25, 30));
    /// assert_eq!(minutes(&Worked { entry: Entry { billable: false, ..w.entry.clone() }, ..w.clone() }), (25, 0));
    /// assert_eq!(minutes(&Worked { entry: Entry { void: true, ..w.entry.clone() }, ..w }), (0, 0));
    /// ```
    #[must_use]
    pub fn of(worked: &Worked) -> Time {
        let entry = &worked.entry;
        if entry.void {
            return Time::default();
        }
        match &worked.counted {
            Some(counted) => {
                let amounts = counted.amount.into_iter().collect();
                Time { actual: entry.minutes, billed: counted.billed, amounts }
            }
            None => {
                let billed = if entry.billable { entry.minutes } else { 0 };
                Time { actual: entry.minutes, billed, amounts: Vec::new() }
            }
        }
    }

    /// What all of them count together.
    #[must_use]
    pub fn total<'a>(worked: impl IntoIterator<Item = &'a Worked>) -> Time {
        let mut sum = Time::default();
        worked.into_iter().for_each(|w| sum.add(&Time::of(w), 1));
        sum
    }

    /// Adds `other` `times` times: -1 takes it off.
    fn add(&mut self, other: &Time, times: i64) {
        self.actual += other.actual * times;
        self.billed += other.billed * times;
        for amount in &other.amounts {
            let more = amount.minor.saturating_mul(times);
            match self.amounts.binary_search_by_key(&amount.currency, |sum| sum.currency) {
                Ok(at) => {
                    if let Some(sum) = self.amounts.get_mut(at) {
                        sum.minor = sum.minor.saturating_add(more);
                    }
                }
                Err(at) => self.amounts.insert(at, Money { minor: more, ..*amount }),
            }
        }
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
    /// Each sort of work.
    Activity,
    /// Each day.
    Day,
}

impl By {
    /// All there are.
    pub const ALL: &'static [By] = &[By::Ticket, By::Client, By::Agent, By::Tag, By::Activity, By::Day];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            By::Ticket => "ticket",
            By::Client => "client",
            By::Agent => "agent",
            By::Tag => "tag",
            By::Activity => "activity",
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
    /// A sort of work.
    Activity(String),
    /// A day.
    Day(Date),
    /// Work without a ticket, for this client or for none.
    NoTicket(Option<String>),
    /// Work for no client.
    NoClient,
    /// Work on what has no tag.
    NoTag,
    /// Work of no named sort.
    NoActivity,
    /// What other rows count more than once, to be taken off: below zero.
    Overlap,
}

impl Group {
    /// Named ones first, then those without a name, what is taken off at last.
    fn place(&self) -> (u8, i64, &str) {
        match self {
            Group::Ticket(number, ..) => (0, *number, ""),
            Group::Client(name) | Group::Agent(name) | Group::Tag(name) | Group::Activity(name) => (0, 0, name),
            Group::Day(day) => (0, (*day - Date::MIN).num_days(), ""),
            Group::NoTicket(client) => (1, 0, client.as_deref().unwrap_or_default()),
            Group::NoClient | Group::NoTag | Group::NoActivity => (2, 0, ""),
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
            By::Activity => worked.entry.activity.clone().map_or(Group::NoActivity, Group::Activity),
            By::Day => Group::Day(worked.entry.day),
        }
    }
}

/// The sums of each group: days in order, all others the most time first. They add up to [`Time::total`].
#[must_use]
pub fn sums(worked: &[Worked], by: By) -> Vec<(Group, Time)> {
    let mut sums: BTreeMap<(u8, i64, String), (Group, Time)> = BTreeMap::new();
    let mut add = |group: Group, time: &Time, times: i64| {
        let (rank, number, name) = group.place();
        sums.entry((rank, number, name.to_owned())).or_insert((group, Time::default())).1.add(time, times);
    };
    for w in worked.iter().filter(|w| !w.entry.void) {
        let time = Time::of(w);
        match (by, w.tags.as_slice()) {
            (By::Tag, [first, others @ ..]) => {
                add(Group::Tag(first.clone()), &time, 1);
                for tag in others {
                    add(Group::Tag(tag.clone()), &time, 1);
                    add(Group::Overlap, &time, -1);
                }
            }
            _ => add(Group::of(w, by), &time, 1),
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
    use crate::domain::billing::currency::Currency;
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
            counted: None,
        }
    }

    #[test]
    fn the_most_time_comes_first_and_what_has_no_name_last() {
        let all = [worked(None, 300, &[]), worked(Some(7), 10, &[]), worked(Some(9), 50, &[]), worked(Some(7), 5, &[])];
        let rows = sums(&all, By::Ticket);
        let numbers: Vec<Option<i64>> =
            rows.iter().map(|(g, _)| if let Group::Ticket(n, ..) = g { Some(*n) } else { None }).collect();
        assert_eq!(numbers, [Some(9), Some(7), None]);
        assert_eq!((rows[1].1.actual, rows[1].1.billed), (15, 15));
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
        let money = (proptest::option::of(0..100_000_i64), proptest::sample::select(vec!["RUB", "EUR"]));
        let work = (1..2000_i64, 1..28_u32, any::<bool>(), any::<bool>(), proptest::option::of("[u-w]"));
        (who, work, tags, money).prop_map(
            |((ticket, client, agent), (minutes, d, billable, void, activity), tags, (minor, code))| {
                let w = worked(ticket, minutes, &tags);
                let amount = |minor| Money::of(minor, Currency::of(code).unwrap());
                let counted =
                    minor.map(|m| Counted { billed: minutes / 2, amount: Some(amount(m)), ..Counted::default() });
                Worked {
                    client,
                    agent,
                    counted,
                    entry: Entry { day: day(d), billable, void, activity, ..w.entry },
                    ..w
                }
            },
        )
    }

    proptest! {
        #[test]
        fn the_rows_always_add_up_to_the_total(all in proptest::collection::vec(any_worked(), 0..30), by in proptest::sample::select(By::ALL)) {
            let rows = sums(&all, by);
            let mut sum = Time::default();
            rows.iter().for_each(|(_, time)| sum.add(time, 1));
            prop_assert_eq!(&sum, &Time::total(&all));
            prop_assert!(sum.billed <= sum.actual);
        }
    }
}
