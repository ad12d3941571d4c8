//! A rule: what a ticket of another program is here, as it stands after its life there. Pure.

use crate::domain::incoming::{IncomingTicket, Way};
use crate::domain::mapping::{key, priority_of, status_of};
use crate::domain::message::Direction;
use crate::domain::ticket::{Priority, Reason, Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Timeline, What};
use crate::store::bulk::held_to;
use std::collections::{BTreeMap, HashSet};

/// Words of the source that somebody gave a meaning to, and what was made of those that nobody knows.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Statuses by their folded words.
    pub(super) statuses: BTreeMap<String, Standing>,
    /// Priorities likewise.
    pub(super) priorities: BTreeMap<String, Priority>,
    /// What was guessed: the word as written, what it was taken for, and how often.
    pub(super) guesses: BTreeMap<(&'static str, String, String), usize>,
    /// Of the words that somebody gave a meaning to, those that were met.
    pub(super) used: HashSet<(&'static str, String)>,
}

impl Words {
    fn guess(&mut self, field: &'static str, word: &str, taken_for: &str) {
        *self.guesses.entry((field, word.chars().take(60).collect(), taken_for.to_owned())).or_default() += 1;
    }

    /// What the word of a status means; of one that nobody knows, closed where the ticket has an end, else open.
    fn standing(&mut self, word: &str, ended: bool) -> Standing {
        if let Some(said) = self.statuses.get(&key(word)) {
            self.used.insert(("status", key(word)));
            return *said;
        }
        if let Some((status, reason)) = status_of(word) {
            return Standing { reason, ..Standing::of(status) };
        }
        let status = if ended { Status::Closed } else { Status::Open };
        self.guess("status", word, status.word());
        Standing::of(status)
    }

    fn priority(&mut self, word: &str) -> Priority {
        if let Some(said) = self.priorities.get(&key(word)) {
            self.used.insert(("priority", key(word)));
            return *said;
        }
        priority_of(word).unwrap_or_else(|| {
            self.guess("priority", word, Priority::Normal.word());
            Priority::Normal
        })
    }
}

/// How a ticket comes in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settled {
    pub(super) standing: Standing,
    pub(super) priority: Priority,
    pub(super) opened_at: Moment,
    /// When its end was, where it is closed.
    pub(super) closed_at: Option<Moment>,
    /// When anything happened to it last.
    pub(super) last_at: Moment,
    /// Closed because it was silent.
    pub(super) silent: bool,
}

/// When a message counts: never later than now; undated, with the ticket.
pub(super) fn said_at(at: Option<Moment>, opened_at: Moment, now: Moment) -> Moment {
    held_to(at.or(Some(opened_at)), now)
}

/// The ticket that `t` makes. A source that tells no status: the end decides, then the last word, ours leaving it pending.
/// Silence for longer than asked closes what is not closed, at the last thing that happened.
pub(super) fn settle(t: &IncomingTicket, words: &mut Words, close_older: Option<i64>, now: Moment) -> Settled {
    let said = || t.messages.iter().filter_map(|m| m.at);
    let first = t.opened_at.or_else(|| said().min()).or(t.updated_at).or(t.closed_at);
    let opened_at = held_to(first, now);
    let ended = t.closed_at.is_some();
    let mut counting: Vec<(Moment, Way)> =
        t.messages.iter().filter(|m| m.way != Way::Note).map(|m| (said_at(m.at, opened_at, now), m.way)).collect();
    counting.sort_by_key(|(at, _)| *at);
    let last_is_ours = counting.last().map_or(t.outbound, |(_, way)| *way == Way::Out);
    let answered = counting.iter().any(|(_, way)| *way == Way::Out);
    let mut standing = match (&t.status, ended, last_is_ours, answered) {
        (Some(word), ..) => words.standing(word, ended),
        (None, true, ..) => Standing::of(Status::Closed),
        (None, _, true, _) => Standing::of(Status::Pending),
        (None, _, false, true) => Standing::of(Status::Open),
        (None, ..) => Standing::of(Status::New),
    };
    if standing.status == Status::Closed && standing.reason.is_none() {
        standing.reason = Some(if t.merged_into.is_some() { Reason::Duplicate } else { Reason::Solved });
    }
    let past = |at: Option<Moment>| at.map(|at| held_to(Some(at), now));
    let spoken = t.messages.iter().map(|m| said_at(m.at, opened_at, now)).max();
    let last_at = [past(t.updated_at), past(t.closed_at), spoken].into_iter().flatten().max();
    let last_at = last_at.unwrap_or(opened_at).max(opened_at);
    let open = standing.status != Status::Closed;
    let silent = open && close_older.is_some_and(|limit| now.since(last_at) >= limit);
    if silent {
        let reason = if last_is_ours { Reason::Solved } else { Reason::NoReply };
        standing = Standing { reason: Some(reason), ..Standing::of(Status::Closed) };
    }
    let closed_at = (standing.status == Status::Closed).then(|| past(t.closed_at).unwrap_or(last_at).max(opened_at));
    let priority = t.priority.as_deref().map_or(Priority::Normal, |word| words.priority(word));
    Settled { standing, priority, opened_at, closed_at, last_at, silent }
}

/// Its life so far, as it is kept.
pub(super) fn life(t: &IncomingTicket, settled: &Settled, now: Moment, agents: &[Option<i64>]) -> Timeline {
    let deed = |(m, agent): (&crate::domain::incoming::IncomingMessage, &Option<i64>)| Deed {
        at: said_at(m.at, settled.opened_at, now),
        what: What::Message { direction: direction(m.way), counts: m.way != Way::Note },
        agent: *agent,
    };
    let mut deeds: Vec<Deed> = t.messages.iter().zip(agents).map(deed).collect();
    deeds.sort_by_key(|d| d.at);
    Timeline {
        opened_at: settled.opened_at,
        outbound: t.outbound,
        first: settled.standing,
        first_closed_at: settled.closed_at,
        deeds,
    }
}

/// Which way a message went, in the words of the desk.
pub(super) fn direction(way: Way) -> Direction {
    match way {
        Way::In => Direction::In,
        Way::Out => Direction::Out,
        Way::Note => Direction::Note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incoming::IncomingMessage;

    const DAY: i64 = 86_400;
    const NOW: Moment = Moment(1000 * DAY);

    fn message(way: Way, day: i64) -> IncomingMessage {
        let at = Some(Moment(day * DAY));
        IncomingMessage { external: None, way, author: None, at, text: "x".to_owned(), files: Vec::new() }
    }

    fn of(t: &IncomingTicket, close_older: Option<i64>) -> (Settled, Words) {
        let mut words = Words::default();
        let settled = settle(t, &mut words, close_older, NOW);
        (settled, words)
    }

    #[test]
    fn without_a_status_the_end_decides_then_the_last_word() {
        let talk = |ways: &[Way]| IncomingTicket {
            messages: ways.iter().zip(900..).map(|(way, day)| message(*way, day)).collect(),
            ..IncomingTicket::default()
        };
        let status = |t: &IncomingTicket| of(t, None).0.standing.status;
        assert_eq!(status(&talk(&[])), Status::New);
        assert_eq!(status(&talk(&[Way::In])), Status::New);
        assert_eq!(status(&talk(&[Way::In, Way::Out])), Status::Pending);
        assert_eq!(status(&talk(&[Way::In, Way::Out, Way::Note])), Status::Pending);
        assert_eq!(status(&talk(&[Way::In, Way::Out, Way::In])), Status::Open);
        let ended = IncomingTicket { closed_at: Some(Moment(950 * DAY)), ..talk(&[Way::In]) };
        let (settled, _) = of(&ended, None);
        assert_eq!((settled.standing.status, settled.closed_at), (Status::Closed, Some(Moment(950 * DAY))));
        assert_eq!((settled.opened_at, settled.last_at), (Moment(900 * DAY), Moment(950 * DAY)));
    }

    #[test]
    fn silence_closes_what_is_open_at_the_last_thing_that_happened_and_tells_whose_word_was_last() {
        let t = IncomingTicket { messages: vec![message(Way::In, 900)], ..IncomingTicket::default() };
        let (settled, _) = of(&t, Some(14 * DAY));
        assert!(settled.silent);
        assert_eq!(settled.standing.reason, Some(Reason::NoReply));
        assert_eq!(settled.closed_at, Some(Moment(900 * DAY)));
        let answered = IncomingTicket { messages: vec![message(Way::In, 900), message(Way::Out, 901)], ..t.clone() };
        assert_eq!(of(&answered, Some(14 * DAY)).0.standing.reason, Some(Reason::Solved));
        let lively = IncomingTicket { updated_at: Some(Moment(999 * DAY)), ..t.clone() };
        assert!(!of(&lively, Some(14 * DAY)).0.silent);
        let over = IncomingTicket { status: Some("solved".to_owned()), ..t };
        assert!(!of(&over, Some(14 * DAY)).0.silent);
    }

    #[test]
    fn a_word_that_nobody_knows_is_told_and_what_was_said_of_it_holds() {
        let t = |status: &str| IncomingTicket {
            status: Some(status.to_owned()),
            priority: Some("purple".to_owned()),
            ..IncomingTicket::default()
        };
        let mut words = Words::default();
        words.statuses.insert(key("Waits for Bob"), Standing::of(Status::Hold));
        assert_eq!(settle(&t("waits for BOB"), &mut words, None, NOW).standing.status, Status::Hold);
        assert_eq!(settle(&t("Frobnicated"), &mut words, None, NOW).standing.status, Status::Open);
        let ended = IncomingTicket { closed_at: Some(NOW), ..t("Frobnicated") };
        assert_eq!(settle(&ended, &mut words, None, NOW).standing.status, Status::Closed);
        let told: Vec<_> = words.guesses.iter().map(|((f, w, t), n)| format!("{f} {w} {t} {n}")).collect();
        assert_eq!(told, ["priority purple normal 3", "status Frobnicated closed 1", "status Frobnicated open 1"]);
    }

    #[test]
    fn nothing_happens_after_now_nor_before_the_ticket_was_opened() {
        let late = Moment(2000 * DAY);
        let t = IncomingTicket {
            opened_at: Some(late),
            closed_at: Some(Moment(3 * DAY)),
            updated_at: Some(late),
            messages: vec![message(Way::In, 2000)],
            ..IncomingTicket::default()
        };
        let (settled, _) = of(&t, None);
        assert_eq!((settled.opened_at, settled.closed_at, settled.last_at), (NOW, Some(NOW), NOW));
    }
}
