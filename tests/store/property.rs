//! Any sequence of deeds by two agents: taken back in reverse it leaves the first state, brought back the last one; and
//! whatever is taken and brought back in whatever order is refused or exact, and never gets stuck.

use super::stand::{NOON, Stand, of};
use frontdesk::actions::ticket::{self, Author, NewTicket};
use frontdesk::actions::{client, contact, hours, people, things};
use frontdesk::domain::contact::Point;
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::message::Direction;
use frontdesk::domain::ticket::{Priority, Reason, Standing, Status};
use frontdesk::domain::zone::Zone;
use frontdesk::error::{Error, Kind, Result};
use frontdesk::store::Tx;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::Value;

/// One thing that somebody does; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Act {
    Open { from: u8, to_me: bool, tagged: bool },
    Close(u8),
    Reopen(u8),
    Pause(u8, bool, Option<u8>),
    Assign(u8, Option<bool>),
    Tag(u8, u8, bool),
    Rank(u8, u8),
    Rename(u8, u8),
    Promise(u8, Option<u8>),
    Snooze(u8, Option<u8>),
    Move(u8, Option<u8>),
    Write(u8, u8),
    Merge(u8, u8),
    Split(u8, u8),
    Log(u8, u8),
    Strike(u8),
    Timer(u8),
    Mute(u8, bool),
    Set(u8, Option<u8>),
    NameContact(u8, u8),
    Reach(u8, u8),
    Plan(u8, Option<u8>),
    Link(u8, u8),
    MergeContacts(u8, u8),
    Unreach(u8, u8),
    MergeClients(bool),
    Call(u8, u8),
    Relabel(u8, Option<u8>),
    Leave(bool),
}

const PEOPLE: [&str; 3] = ["Anna <anna@acme.test>", "Bob <bob@other.test>", "Пётр <+7 921 555-01-02>"];
const AGENTS: [&str; 2] = ["mila", "boris"];

fn act() -> impl Strategy<Value = Act> {
    let n = 0..8_u8;
    let some = || proptest::option::of(0..4_u8);
    prop_oneof![
        (0..3_u8, any::<bool>(), any::<bool>()).prop_map(|(from, to_me, tagged)| Act::Open { from, to_me, tagged }),
        n.clone().prop_map(Act::Close),
        n.clone().prop_map(Act::Reopen),
        (n.clone(), any::<bool>(), some()).prop_map(|(t, hold, until)| Act::Pause(t, hold, until)),
        (n.clone(), proptest::option::of(any::<bool>())).prop_map(|(t, who)| Act::Assign(t, who)),
        (n.clone(), 0..3_u8, any::<bool>()).prop_map(|(t, tag, on)| Act::Tag(t, tag, on)),
        (n.clone(), 0..4_u8).prop_map(|(t, to)| Act::Rank(t, to)),
        (n.clone(), 0..4_u8).prop_map(|(t, to)| Act::Rename(t, to)),
        (n.clone(), some()).prop_map(|(t, to)| Act::Promise(t, to)),
        (n.clone(), some()).prop_map(|(t, to)| Act::Snooze(t, to)),
        (n.clone(), proptest::option::of(0..3_u8)).prop_map(|(t, to)| Act::Move(t, to)),
        (n.clone(), 0..3_u8).prop_map(|(t, way)| Act::Write(t, way)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Act::Merge(a, b)),
        (n.clone(), n.clone()).prop_map(|(t, m)| Act::Split(t, m)),
        (n.clone(), 1..90_u8).prop_map(|(t, m)| Act::Log(t, m)),
        n.clone().prop_map(Act::Strike),
        n.clone().prop_map(Act::Timer),
        (0..3_u8, any::<bool>()).prop_map(|(who, on)| Act::Mute(who, on)),
        (0..2_u8, some()).prop_map(|(key, to)| Act::Set(key, to)),
        (0..3_u8, 0..3_u8).prop_map(|(who, to)| Act::NameContact(who, to)),
        (0..3_u8, 0..3_u8).prop_map(|(who, to)| Act::Reach(who, to)),
        (0..2_u8, some()).prop_map(|(client, to)| Act::Plan(client, to)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Act::Link(a, b)),
        (0..3_u8, 0..3_u8).prop_map(|(a, b)| Act::MergeContacts(a, b)),
        (0..3_u8, n).prop_map(|(who, which)| Act::Unreach(who, which)),
        any::<bool>().prop_map(Act::MergeClients),
        (0..2_u8, 0..3_u8).prop_map(|(client, to)| Act::Call(client, to)),
        (0..3_u8, proptest::option::of(0..3_u8)).prop_map(|(from, to)| Act::Relabel(from, to)),
        any::<bool>().prop_map(Act::Leave),
    ]
}

/// One of the things that are there.
fn chosen<T: Clone>(all: &[T], n: u8) -> Result<T> {
    let none = || Error::refused("there is none");
    let place = usize::from(n).checked_rem(all.len()).ok_or_else(none)?;
    all.get(place).cloned().ok_or_else(none)
}

fn numbers(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    for id in 1..40 {
        ids.extend(tx.ticket(id)?.map(|t| t.id));
    }
    Ok(ids)
}

fn someone(tx: &mut Tx<'_>, n: u8) -> Result<frontdesk::domain::contact::Contact> {
    let (_, point) = frontdesk::domain::contact::read_person(PEOPLE[usize::from(n) % 3]);
    Ok(tx.contact_at(&point.unwrap())?.unwrap())
}

/// Does it. What makes no sense just now is refused, which changes nothing.
#[expect(clippy::too_many_lines, reason = "a line or two for each act")]
fn perform(tx: &mut Tx<'_>, act: &Act) -> Result<()> {
    let (at, me) = (tx.at, tx.agent);
    let pick = |tx: &mut Tx<'_>, n: u8| -> Result<frontdesk::domain::ticket::Ticket> {
        let ids = numbers(tx)?;
        let id = chosen(&ids, n)?;
        of(tx, id)
    };
    let later = |n: Option<u8>| n.map(|n| NOON.plus(i64::from(n) * 40_000));
    match *act {
        Act::Open { from, to_me, tagged } => {
            let new = NewTicket {
                subject: format!("problem of {from}"),
                from: Some(PEOPLE[usize::from(from)].to_owned()),
                text: Some("please help".to_owned()),
                assignee: to_me.then(|| "me".to_owned()),
                tags: if tagged { vec!["t0".to_owned()] } else { Vec::new() },
                ..NewTicket::default()
            };
            ticket::open(tx, &new)?;
        }
        Act::Close(n) => drop(pick(tx, n).and_then(|t| ticket::close(tx, &t, Reason::Solved))?),
        Act::Reopen(n) => drop(pick(tx, n).and_then(|t| ticket::reopen(tx, &t))?),
        Act::Pause(n, hold, until) => {
            let status = if hold { Status::Hold } else { Status::Pending };
            let t = pick(tx, n)?;
            ticket::stand(tx, &t, Standing { until: later(until), ..Standing::of(status) })?;
        }
        Act::Assign(n, who) => {
            let agents = tx.agents()?;
            let who = who.map(|first| agents[usize::from(!first) % agents.len()].id);
            let t = pick(tx, n)?;
            ticket::assign(tx, &t, who)?;
        }
        Act::Tag(n, tag, on) => drop(pick(tx, n).and_then(|t| ticket::set_tag(tx, &t, &format!("t{tag}"), on))?),
        Act::Rank(n, to) => {
            let t = pick(tx, n)?;
            ticket::set(tx, &t, "priority", &t.priority, &Priority::ALL[usize::from(to)])?;
        }
        Act::Rename(n, to) => {
            let t = pick(tx, n)?;
            ticket::set(tx, &t, "subject", &t.subject, &format!("subject {to}"))?;
        }
        Act::Promise(n, to) => {
            let t = pick(tx, n)?;
            ticket::set(tx, &t, "due_at", &t.due_at, &later(to))?;
        }
        Act::Snooze(n, to) => {
            let t = pick(tx, n)?;
            ticket::set(tx, &t, "snoozed_until", &t.snoozed_until, &later(to))?;
        }
        Act::Move(n, to) => {
            let t = pick(tx, n)?;
            let to = to.map(|who| someone(tx, who)).transpose()?;
            ticket::set(tx, &t, "requester", &t.requester, &to.as_ref().map(|c| c.id))?;
            ticket::set(tx, &t, "client", &t.client, &to.and_then(|c| c.client))?;
        }
        Act::Write(n, way) => {
            let t = pick(tx, n)?;
            let (direction, agent) =
                [(Direction::In, None), (Direction::Out, Some(me)), (Direction::Note, Some(me))][usize::from(way)];
            let author =
                Author { agent, contact: t.requester.filter(|_| agent.is_none()), name: "somebody", email: "" };
            ticket::write(tx, &t, direction, &author, "a message", at)?;
        }
        Act::Merge(a, b) => {
            let (a, b) = (pick(tx, a)?, pick(tx, b)?);
            ticket::merge(tx, &a, &b)?;
        }
        Act::Split(n, m) => {
            let t = pick(tx, n)?;
            let messages = tx.message_ids(t.id)?;
            let message = chosen(&messages, m)?;
            ticket::split(tx, &t, message)?;
        }
        Act::Log(n, minutes) => {
            let t = pick(tx, n)?;
            hours::log(
                tx,
                &hours::Work {
                    ticket: Some(t.id),
                    client: t.client,
                    minutes: minutes.into(),
                    day: "2026-11-20".parse().unwrap(),
                    billable: true,
                    text: String::new(),
                    activity: None,
                    began: None,
                    contract: None,
                    corrects: None,
                },
            )?;
        }
        Act::Strike(n) => {
            let mut entries = Vec::new();
            for id in 1..40 {
                entries.extend(tx.entry(id)?);
            }
            let entry = chosen(&entries, n)?;
            let void = frontdesk::domain::entry::Entry { void: !entry.void, ..entry.clone() };
            tx.apply([Event::about(Noun::Entry, entry.id, "entry", &entry, &void, at).in_history_of(entry.ticket)])?;
        }
        Act::Timer(n) => match tx.timer(me)? {
            Some(timer) => drop(hours::stop(tx, &timer, (timer.since, at), &Zone::utc(), "")?),
            None => {
                let t = pick(tx, n)?;
                hours::start(tx, Some(t.id), at.plus(-600))?;
            }
        },
        Act::Mute(who, on) => {
            let pattern = ["anna@acme.test", "@acme.test", "@other.test"][usize::from(who)];
            let is = tx.mutes()?.iter().any(|m| m == pattern);
            tx.apply([Event::about(Noun::Mute, 0, pattern, &is, &on, at)])?;
        }
        Act::Set(key, to) => {
            let key = format!("key{key}");
            let from = tx.settings()?.into_iter().find(|(k, _)| *k == key).map_or(Value::Null, |(_, v)| v);
            tx.apply([Event::about(Noun::Setting, 0, &key, &from, &to, at)])?;
        }
        Act::NameContact(who, to) => {
            let c = someone(tx, who)?;
            tx.apply([Event::about(Noun::Contact, c.id, "name", &c.name, &format!("Name {to}"), at)])?;
        }
        Act::Reach(who, to) => {
            let c = someone(tx, who)?;
            let point = Point::read(["+49 30 901820", "telegram:one", "second@acme.test"][usize::from(to)]).unwrap();
            people::add_point(tx, c.id, &point)?;
        }
        Act::Plan(client, to) => {
            let client = people::client(tx, ["acme.test", "other.test"][usize::from(client)])?;
            let to = to.map(|n| format!("plan{n}"));
            tx.apply([Event::about(Noun::Client, client.id, "plan", &client.plan, &to, at)])?;
        }
        Act::Link(a, b) => {
            let (a, b) = (pick(tx, a)?.id, pick(tx, b)?.id);
            let is = tx.links(a)?.contains(&b);
            tx.apply([Event::about(Noun::Link, a, &b.to_string(), &is, &true, at).in_history_of(Some(a))])?;
        }
        Act::MergeContacts(a, b) => {
            let (a, b) = (someone(tx, a)?, someone(tx, b)?);
            contact::merge(tx, &a, &b)?;
        }
        Act::Unreach(who, which) => {
            let c = someone(tx, who)?;
            let points = tx.points(c.id)?;
            let gone = chosen(&points, which)?;
            if points.len() > 1 && PEOPLE.iter().all(|p| !p.contains(&gone.value)) {
                contact::edit(tx, &c, &contact::Change { remove: vec![gone], ..contact::Change::default() })?;
            }
        }
        Act::MergeClients(first) => {
            let both = [people::client(tx, "acme.test")?, people::client(tx, "other.test")?];
            client::merge(tx, &both[usize::from(first)], &both[usize::from(!first)])?;
        }
        Act::Call(which, to) => {
            let c = people::client(tx, ["acme.test", "other.test"][usize::from(which)])?;
            let change = client::Change {
                handle: Some(format!("client{to}")),
                note: Some(format!("note {to}")),
                ..client::Change::default()
            };
            client::edit(tx, &c, &change)?;
        }
        Act::Relabel(from, to) => {
            let to = to.map(|n| format!("t{n}"));
            things::relabel(tx, &[format!("t{from}")], to.as_deref())?;
        }
        Act::Leave(active) => {
            let boris = tx.agent_named("boris")?.unwrap();
            things::set_active(tx, &boris, active)?;
        }
    }
    Ok(())
}

/// A desk where both agents and all three people are known already: they stay whatever is taken back.
fn furnish(stand: &mut Stand) {
    for (agent, who) in [("mila", 0), ("boris", 1), ("mila", 2)] {
        stand.by(agent, |tx| perform(tx, &Act::Open { from: who, to_me: false, tagged: false })).unwrap();
    }
}

/// Performs the acts; gives each operation with the states before and after it.
fn perform_all(stand: &mut Stand, acts: &[(bool, Act)]) -> Vec<(i64, Vec<String>, Vec<String>)> {
    let mut done = Vec::new();
    let mut before = stand.state();
    for (first, act) in acts {
        let written = stand.by(AGENTS[usize::from(*first)], |tx| perform(tx, act));
        let after = stand.state();
        stand.has_not_drifted();
        match written.map(|w| w.operation) {
            Ok(Some(operation)) => done.push((operation, before, after.clone())),
            Ok(None) => assert_eq!(before, after, "{act:?} changed something and told nobody"),
            Err(no) => {
                assert_ne!(no.kind, Kind::Bug, "{act:?}: {no:?}");
                assert_eq!(before, after, "{act:?} was refused and changed something");
            }
        }
        before = after;
    }
    done
}

fn back_and_forth(stand: &mut Stand, acts: &[(bool, Act)]) -> Vec<String> {
    furnish(stand);
    let done = perform_all(stand, acts);
    for (operation, before, _) in done.iter().rev() {
        stand.undo(*operation).unwrap();
        assert_eq!(&stand.state(), before, "undo of operation {operation}");
        stand.has_not_drifted();
    }
    for (operation, _, after) in &done {
        stand.redo(*operation).unwrap();
        assert_eq!(&stand.state(), after, "redo of operation {operation}");
        stand.has_not_drifted();
    }
    stand.state()
}

/// Takes an operation back, or brings it back where it was taken.
fn turn(stand: &mut Stand, operation: i64) -> Result<()> {
    let was_taken = stand.sees(|r| r.operation(operation)).unwrap().undone_by.is_some();
    let done = if was_taken { stand.redo(operation) } else { stand.undo(operation) };
    stand.has_not_drifted();
    done.map(drop)
}

fn in_any_order(stand: &mut Stand, acts: &[(bool, Act)], turns: &[u8]) {
    furnish(stand);
    let first = stand.state();
    let done: Vec<i64> = perform_all(stand, acts).into_iter().map(|(operation, ..)| operation).collect();
    for n in turns {
        let Ok(operation) = chosen(&done, *n) else { return };
        let before = stand.state();
        match turn(stand, operation) {
            Ok(()) => {
                let after = stand.state();
                turn(stand, operation).unwrap();
                assert_eq!(stand.state(), before, "operation {operation} there and back");
                turn(stand, operation).unwrap();
                assert_eq!(stand.state(), after, "operation {operation} there again");
            }
            Err(no) => {
                assert_eq!((no.kind, no.hint.is_some()), (Kind::Refused, true), "{no:?}");
                assert_eq!(stand.state(), before, "operation {operation} was refused and changed something: {no}");
            }
        }
    }
    // Whatever was turned, the way back to the first state is open.
    for operation in done.iter().rev() {
        if stand.sees(|r| r.operation(*operation)).unwrap().undone_by.is_none() {
            stand.undo(*operation).unwrap();
        }
    }
    assert_eq!(stand.state(), first);
}

/// Sequences below that length that are taken back in reverse and brought back, so many times.
pub(crate) fn back_and_forth_on_files(cases: u32, length: usize) {
    holds(cases, &acts(length), |acts| drop(back_and_forth(&mut Stand::on_file(), &acts)));
}

/// Sequences of which each step is taken and brought back in any order, so many times.
pub(crate) fn in_any_order_on_files(cases: u32) {
    holds(cases, &acts_and_turns(), |(acts, turns)| in_any_order(&mut Stand::on_file(), &acts, &turns));
}

/// Runs a property on new desks; `cases` times, as the environment of proptest says where it does.
fn holds<T: std::fmt::Debug>(cases: u32, sequences: &impl Strategy<Value = T>, property: impl Fn(T)) {
    let wanted = Config::default().cases;
    let cases = if wanted == 256 { cases } else { wanted };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let outcome = TestRunner::new(config).run(sequences, |sequence| {
        property(sequence);
        Ok(())
    });
    if let Err(TestError::Fail(why, smallest)) = outcome {
        panic!("{why}\nthe smallest case: {smallest:#?}");
    }
    outcome.unwrap();
}

fn acts(most: usize) -> impl Strategy<Value = Vec<(bool, Act)>> {
    proptest::collection::vec((any::<bool>(), act()), 1..most)
}

fn acts_and_turns() -> impl Strategy<Value = (Vec<(bool, Act)>, Vec<u8>)> {
    (acts(10), proptest::collection::vec(any::<u8>(), 1..16))
}

mod everything_can_be_taken_back_and_brought_back {
    use super::*;

    #[test]
    fn sqlite() {
        back_and_forth_on_files(48, 24);
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn postgres() {
        holds(8, &acts(24), |acts| {
            if let Some(mut stand) = Stand::on_server() {
                let there = back_and_forth(&mut stand, &acts);
                assert_eq!(there, back_and_forth(&mut Stand::on_file(), &acts), "the two engines hold the same");
            }
        });
    }
}

mod every_turn_is_exact_or_refused {
    use super::*;

    #[test]
    fn sqlite() {
        in_any_order_on_files(48);
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn postgres() {
        holds(8, &acts_and_turns(), |(acts, turns)| {
            if let Some(mut stand) = Stand::on_server() {
                in_any_order(&mut stand, &acts, &turns);
            }
        });
    }
}

/// Kinds of operations follow what they do, not what the caller calls them.
#[test]
fn an_undo_that_undoes_an_undo_is_a_redo() {
    let mut stand = Stand::on_file();
    furnish(&mut stand);
    let operation = stand.last();
    stand.undo(operation).unwrap();
    let undo = stand.last();
    stand.undo(undo).unwrap();
    let last = stand.last();
    assert_eq!(stand.sees(|r| r.operation(last)).unwrap().kind, OperationKind::Redo);
}
