//! Who a person is in the desk: the contacts he was, his names and ways to be reached, his tickets, the messages that are his
//! or were written to him, and what stands in them. Nothing is changed here.

use crate::domain::address::{fold, is_own};
use crate::domain::contact::{Contact, Point, PointKind, name_key};
use crate::domain::erasure::{Said, Traces};
use crate::domain::message::{Addressed, Direction};
use crate::error::Result;
use crate::store::apply::Reached;
use crate::store::{Reader, Shown, sql, vals};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// So many rows are looked at at once.
pub(super) const PAGE: i64 = 500;

/// A person, by everything that is his.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// The contact that he is.
    pub(super) id: i64,
    /// That one, and those that were merged into it.
    pub(super) ids: BTreeSet<i64>,
    /// What names him.
    pub(super) traces: Traces,
    /// What he said, and what was said to him.
    pub(super) said: Said,
    /// His tickets, also those that were taken back.
    pub(super) tickets: BTreeSet<i64>,
    /// Other tickets in which he wrote, or that hold messages of his tickets.
    pub(super) took_part: BTreeSet<i64>,
    /// The messages whose texts go, and whether he wrote them.
    pub(super) messages: BTreeMap<i64, bool>,
    /// The Message-IDs of his mails.
    pub(super) message_ids: HashSet<String>,
    /// How many files came with those messages.
    pub(super) files: i64,
}

/// A message without its text.
pub(super) struct Head {
    pub(super) id: i64,
    pub(super) ticket: Option<i64>,
    pub(super) direction: Direction,
    pub(super) contact: Option<i64>,
    pub(super) author: String,
    pub(super) email: String,
    pub(super) addressed: Option<Addressed>,
    pub(super) message_id: Option<String>,
    pub(super) files: i64,
    pub(super) automatic: Option<String>,
}

/// What stands in the place of his name.
pub(super) fn label(contact: i64) -> String {
    format!("erased-{contact}")
}

impl Person {
    /// Whether a ticket is one in which he took part.
    pub(super) fn is_in(&self, ticket: Option<i64>) -> bool {
        ticket.is_some_and(|t| self.tickets.contains(&t) || self.took_part.contains(&t))
    }
}

impl Reader<'_> {
    /// Everything that is known of a contact. `own` are the desk's own addresses, which are nobody's.
    pub(super) fn person(&mut self, contact: &Contact, own: &[String]) -> Result<Person> {
        let mut p = Person { id: contact.id, ids: self.merged_into_contact(contact.id)?, ..Person::default() };
        let (mut points, mut names) = self.told_of(&p.ids)?;
        points.extend(self.points(contact.id)?);
        names.push(contact.name.clone());
        self.walk_messages(|_, head| {
            if head.contact.is_some_and(|c| p.ids.contains(&c)) {
                names.push(head.author);
                points.extend(Point::read(&head.email));
            }
            Ok(())
        })?;
        let points = self.only_of(contact.id, points, own)?;
        let names: BTreeSet<String> = names.into_iter().filter(|n| !n.trim().is_empty()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let shared = self.shared_names(contact.id, &names)?;
        self.his_tickets(&mut p)?;
        // What others call him is known beside his address only.
        let called = self.his_messages(&mut p, &points, own)?;
        let only_his = |name: &str| !shared.contains(&name_key(name)) && names.iter().any(|n| n == name);
        let all: Vec<String> = names.iter().cloned().chain(called).collect();
        p.traces = Traces::of(&label(contact.id), &points, &all, only_his);
        self.what_was_said(&mut p)?;
        Ok(p)
    }

    /// The contact, and those that became it.
    pub(super) fn merged_into_contact(&mut self, contact: i64) -> Result<BTreeSet<i64>> {
        let mut ids = BTreeSet::from([contact]);
        let mut next = vec![contact];
        while let Some(id) = next.pop() {
            for merged in self.all(sql::ERASE_MERGED, vals![id, &id.to_string()], |r| r.int(0))? {
                if ids.insert(merged) {
                    next.push(merged);
                }
            }
        }
        Ok(ids)
    }

    /// Ways to be reached and names that events tell of.
    pub(super) fn told_of(&mut self, ids: &BTreeSet<i64>) -> Result<(Vec<Point>, Vec<String>)> {
        let (mut points, mut names) = (Vec::new(), Vec::new());
        for id in ids {
            let told = self.all(sql::ERASE_TOLD, vals![*id], |r| Ok((r.text(0)?, [r.text(1)?, r.text(2)?])))?;
            for (field, values) in told {
                for value in values {
                    let value: Value = serde_json::from_str(&value).unwrap_or_default();
                    match field.split_once(':') {
                        Some((kind, _)) => points.extend(PointKind::of(kind).zip(reached(&value)).map(point)),
                        None if field.is_empty() => names.extend(text(value.get("name"))),
                        None if field == "name" => names.extend(text(Some(&value))),
                        None => {}
                    }
                }
            }
        }
        Ok((points, names))
    }

    /// Those that are neither somebody else's by now nor ours.
    pub(super) fn only_of(&mut self, contact: i64, points: Vec<Point>, own: &[String]) -> Result<Vec<Point>> {
        let mut seen = HashSet::new();
        let mut his = Vec::new();
        for point in points {
            let ours = point.kind == PointKind::Email && is_own(&point.value, own);
            if ours || !seen.insert((point.kind, point.key())) {
                continue;
            }
            if self.contact_at(&point)?.is_none_or(|c| c.id == contact) {
                his.push(point);
            }
        }
        Ok(his)
    }

    /// Names that others have, too.
    fn shared_names(&mut self, contact: i64, names: &[String]) -> Result<HashSet<String>> {
        let mut shared: HashSet<String> = self.agents()?.iter().map(|a| name_key(&a.name)).collect();
        for name in names {
            let other = self.contacts_named(name)?.iter().any(|c| c.id != contact);
            if other || self.first(sql::CLIENT_BY_NAME, vals![&name_key(name)], |r| r.int(0))?.is_some() {
                shared.insert(name_key(name));
            }
        }
        Ok(shared)
    }

    fn his_tickets(&mut self, p: &mut Person) -> Result<()> {
        p.tickets.extend(self.tickets_of_contact(p.id)?);
        let dropped = self.all(sql::ERASE_DROPPED_TICKETS, &[], |r| Ok((r.int(0)?, r.text(1)?)))?;
        for (id, told) in dropped {
            let told: Value = serde_json::from_str(&told).unwrap_or_default();
            let requester = told.get("requester").and_then(Value::as_i64);
            if requester.is_some_and(|c| p.ids.contains(&c)) {
                p.tickets.insert(id);
            }
        }
        Ok(())
    }

    /// Finds the messages that are his or to him; what those call him whom he did not write to himself.
    fn his_messages(&mut self, p: &mut Person, points: &[Point], own: &[String]) -> Result<BTreeSet<String>> {
        let births = self.births()?;
        let emails: HashSet<String> = points.iter().map(|point| fold(&point.value)).collect();
        let mut messages = BTreeMap::new();
        let mut wrote_in = BTreeSet::new();
        let mut called = BTreeSet::new();
        self.walk_messages(|_, m| {
            let home = births.get(&m.id).copied().or(m.ticket);
            let named = m.addressed.iter().flat_map(|a| a.to.iter().chain(&a.cc).chain(&a.reply_to));
            called.extend(named.filter(|a| emails.contains(&fold(&a.email))).map(|a| a.name.clone()));
            let wrote = match m.contact {
                Some(contact) => p.ids.contains(&contact),
                None => emails.contains(&fold(&m.email)),
            };
            // What began in a ticket of his took its words along.
            wrote_in.extend(m.ticket.filter(|_| home.is_some_and(|t| p.tickets.contains(&t))));
            if wrote {
                wrote_in.extend(m.ticket.into_iter().chain(home));
                p.message_ids.extend(m.message_id.clone());
            }
            if wrote || is_to_him(p, &m, home, &emails, own) {
                messages.insert(m.id, wrote);
                p.files += m.files;
            }
            Ok(())
        })?;
        p.messages = messages;
        p.took_part = wrote_in.difference(&p.tickets).copied().collect();
        Ok(called)
    }

    /// The ticket in which each message was first shown, of those that events tell of.
    fn births(&mut self) -> Result<HashMap<i64, i64>> {
        let mut births = HashMap::new();
        self.each(sql::ERASE_BIRTHS, &[], |r| {
            let shown = |text: String| serde_json::from_str::<Option<Shown>>(&text).ok().flatten();
            let first = match shown(r.text(1)?) {
                Some(before) => Some(before),
                None => shown(r.text(2)?),
            };
            if let Some(first) = first {
                births.entry(r.int(0)?).or_insert(first.ticket);
            }
            Ok(())
        })?;
        Ok(births)
    }

    pub(super) fn walk_messages(&mut self, mut each: impl FnMut(&mut Self, Head) -> Result<()>) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_MESSAGES, vals![after, 4 * PAGE], |r| {
                Ok(Head {
                    id: r.int(0)?,
                    ticket: r.int_or(1)?,
                    direction: Direction::of(&r.text(2)?).unwrap_or(Direction::Note),
                    contact: r.int_or(3)?,
                    author: r.text(4)?,
                    email: r.text(5)?,
                    addressed: r.text_or(6)?.as_deref().map(Addressed::read),
                    message_id: r.text_or(7)?,
                    files: r.int(8)?,
                    automatic: r.text_or(9)?,
                })
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            for head in page {
                each(self, head)?;
            }
        }
    }

    /// Learns the texts that go, and the subjects of his tickets.
    fn what_was_said(&mut self, p: &mut Person) -> Result<()> {
        for id in p.messages.keys() {
            p.said.learn(&self.text(*id)?.unwrap_or_default());
        }
        for ticket in &p.tickets {
            if let Some(t) = self.ticket(*ticket)? {
                p.said.learn_subject(&t.subject);
            }
            for told in self.all(sql::ERASE_SUBJECTS, vals![*ticket], |r| Ok([r.text(0)?, r.text(1)?]))?.as_flattened()
            {
                let told: Value = serde_json::from_str(told).unwrap_or_default();
                let subject = told.get("subject").unwrap_or(&told);
                p.said.learn_subject(subject.as_str().unwrap_or_default());
            }
        }
        Ok(())
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// A way to reach him as an event tells it.
fn reached(value: &Value) -> Option<String> {
    match Reached::deserialize(value).ok()? {
        Reached::Last(value) | Reached::At { value, .. } => Some(value),
    }
}

fn point((kind, value): (PointKind, String)) -> Point {
    Point { kind, value }
}

/// Whether a message that he did not write is to him, or about his tickets: an answer or a note that was written in one, a mail
/// to nobody but him; in his tickets also what nobody is known to have written, and what came back with our letter in it.
fn is_to_him(p: &Person, m: &Head, home: Option<i64>, emails: &HashSet<String>, own: &[String]) -> bool {
    let his = |ticket: Option<i64>| ticket.is_some_and(|t| p.tickets.contains(&t));
    let mut named =
        m.addressed.iter().flat_map(|a| a.to.iter().chain(&a.cc)).map(|a| fold(&a.email)).filter(|a| !is_own(a, own));
    match m.direction {
        Direction::In => his(home) && (m.contact.is_none() || m.automatic.as_deref() == Some("bounce")),
        _ if his(home) => true,
        Direction::Note => false,
        Direction::Out => match named.next() {
            None => false,
            Some(first) => {
                let rest: Vec<String> = named.collect();
                let all = std::iter::once(&first).chain(&rest).all(|a| emails.contains(a));
                let one = std::iter::once(&first).chain(&rest).any(|a| emails.contains(a));
                all || (one && his(m.ticket))
            }
        },
    }
}
