//! Whether the history adds up to what the desk holds. The events of each thing are followed in their order: each has to begin
//! where the one before it ended (what was taken back is as if it had not been), and what the last ones say has to be what is there. Figures that follow from a ticket's
//! history are compared elsewhere (`health`).

use super::{Reader, sql, vals};
use crate::domain::answer::{Answer, Draft};
use crate::domain::billing::invoice::{Invoice, Payment};
use crate::domain::entry::{Entry, Timer};
use crate::domain::event::{Event, Noun, value};
use crate::domain::rating::Rating;
use crate::domain::topic::Known;
use crate::error::Result;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// A place where the history and the desk disagree, or the history with itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The noun and its number: `ticket 42`, `entry 7`.
    pub thing: String,
    /// What does not fit, in words.
    pub what: String,
}

/// How many things are followed at once.
const PAGE: i64 = 500;

/// What is looked up by number, and only told whole: read once, where it is first asked for.
#[derive(Default)]
struct Whole {
    answers: Option<HashMap<i64, Answer>>,
    topics: Option<HashMap<i64, Known>>,
    settings: Option<BTreeMap<String, Value>>,
    mutes: Option<Vec<String>>,
}

impl Reader<'_> {
    /// Follows the whole history.
    ///
    /// # Errors
    /// Where the desk cannot be read.
    pub fn gaps(&mut self) -> Result<Vec<Gap>> {
        let (mut found, mut known) = (Vec::new(), Whole::default());
        let mut after = (String::new(), 0);
        loop {
            let things =
                self.all(sql::EVENT_THINGS, vals![&after.0, after.1, PAGE], |r| Ok((r.text(0)?, r.int(1)?)))?;
            let Some(last) = things.last().cloned() else { return Ok(found) };
            let events = self.all(sql::EVENTS_AMONG, vals![&after.0, after.1, &last.0, last.1], |r| {
                Ok((super::history::event_of(r)?, r.int(7)?))
            })?;
            for of_one in events.chunk_by(|(a, _), (b, _)| (a.noun, a.id) == (b.noun, b.id)) {
                found.extend(self.follow(of_one, &mut known)?);
            }
            after = last;
        }
    }

    /// Follows one thing from its first event to what is there now.
    fn follow(&mut self, events: &[(Event, i64)], known: &mut Whole) -> Result<Vec<Gap>> {
        let Some((first, _)) = events.first() else { return Ok(Vec::new()) };
        let (noun, id) = (first.noun, first.id);
        let thing = format!("{} {id}", noun.word());
        let gap = |what: String| Gap { thing: thing.clone(), what };
        let mut told: BTreeMap<String, Value> = BTreeMap::new();
        let mut found = Vec::new();
        for (e, operation) in events {
            if e.is_erased() {
                fields(e, &e.to).into_iter().for_each(|(field, _)| drop(told.remove(&field)));
                continue;
            }
            for (field, was) in fields(e, &e.from) {
                if let Some(before) = told.get(&field).filter(|before| !same(noun, before, &was)) {
                    let what =
                        format!("operation {operation} changed {} from {was}, and it was {before}", named(&field));
                    found.push(gap(what));
                }
            }
            if e.field.is_empty() {
                told.clear();
            }
            told.extend(fields(e, &e.to));
        }
        let short = |v: &Value| -> String {
            let text = v.to_string();
            text.char_indices()
                .nth(80)
                .map_or(text.clone(), |(end, _)| format!("{}…", text.get(..end).unwrap_or_default()))
        };
        for (field, says) in told {
            let Some(is) = self.now(noun, id, &field, known)? else { continue };
            if !same(noun, &says, &is) {
                found.push(gap(format!("{} is {}, and its history says {}", named(&field), short(&is), short(&says))));
            }
        }
        Ok(found)
    }

    /// What a field is now; none for what changes without an event.
    fn now(&mut self, noun: Noun, id: i64, field: &str, known: &mut Whole) -> Result<Option<Value>> {
        Ok(Some(match noun {
            Noun::Ticket => return self.ticket_field(id, field).map(Some),
            Noun::Contact | Noun::Client | Noun::Agent => self.field_now(&Event {
                field: field.to_owned(),
                ..Event::about(noun, id, "", &(), &(), crate::domain::time::Moment(0))
            })?,
            Noun::Message if field == "contact" => value(&self.author_of(id)?),
            Noun::Message => value(&self.shown(id)?),
            Noun::Entry => value(&self.entry(id)?),
            Noun::Timer => value(&self.timer(id)?),
            Noun::Setting => {
                if known.settings.is_none() {
                    known.settings = Some(self.settings()?.into_iter().collect());
                }
                known.settings.as_ref().and_then(|all| all.get(field)).cloned().unwrap_or_default()
            }
            Noun::Mute => {
                if known.mutes.is_none() {
                    known.mutes = Some(self.mutes()?);
                }
                known.mutes.as_ref().is_some_and(|all| all.iter().any(|pattern| pattern == field)).into()
            }
            Noun::Draft => value(&self.draft(id)?),
            Noun::Answer => {
                if known.answers.is_none() {
                    known.answers = Some(self.answers()?.into_iter().map(|a| (a.id, a)).collect());
                }
                value(&known.answers.as_ref().and_then(|all| all.get(&id)))
            }
            Noun::Contract => value(&self.contract(id)?),
            Noun::Cost => {
                value(&self.costs()?.into_iter().find(|c| c.agent == id && c.from.to_string() == field).map(|c| c.hour))
            }
            Noun::Estimate => value(&self.estimate(id)?),
            Noun::Invoice => value(&self.invoice(id)?),
            Noun::Payment => value(&self.payment(id)?),
            Noun::Topic if field.is_empty() => {
                if known.topics.is_none() {
                    known.topics = Some(self.topics()?.into_iter().map(|t| (t.id, t)).collect());
                }
                value(&known.topics.as_ref().and_then(|all| all.get(&id)))
            }
            Noun::Rating => value(&self.rating(id)?),
            // Two links, one from each side, are one; an import's rows carry its number; a mail's way is no deed.
            Noun::Link | Noun::Import | Noun::Posting | Noun::Parked | Noun::Topic => return Ok(None),
        }))
    }

    fn ticket_field(&mut self, id: i64, field: &str) -> Result<Value> {
        let Some(ticket) = self.ticket(id)? else { return Ok(Value::Null) };
        Ok(match field.split_once(':') {
            Some(("tag", tag)) => self.tags(id)?.iter().any(|t| t == tag).into(),
            Some(("url", url)) => self.urls(id)?.iter().any(|u| u == url).into(),
            _ => spread(&value(&ticket)).remove(field).unwrap_or_default(),
        })
    }
}

/// What an event tells of which fields: of one, or of all of them. What is always told whole is whole, whatever the field is called.
fn fields(e: &Event, told: &Value) -> Vec<(String, Value)> {
    match e.noun {
        Noun::Ticket | Noun::Contact | Noun::Client | Noun::Agent if e.field.is_empty() => {
            if told.is_object() {
                spread(told).into_iter().collect()
            } else {
                Vec::new()
            }
        }
        Noun::Entry | Noun::Timer | Noun::Draft | Noun::Answer | Noun::Contract | Noun::Estimate | Noun::Invoice => {
            vec![(String::new(), told.clone())]
        }
        _ => vec![(e.field.clone(), super::undo::plain(told))],
    }
}

/// The fields of a thing that is told whole. A ticket's status goes together with its reason and its end.
fn spread(whole: &Value) -> BTreeMap<String, Value> {
    let mut fields: BTreeMap<String, Value> =
        whole.as_object().into_iter().flatten().map(|(key, v)| (key.clone(), v.clone())).collect();
    fields.remove(super::apply::BEGAN_IN);
    if let Some(status) = fields.remove("status") {
        let mut standing = serde_json::Map::from_iter([("status".to_owned(), status)]);
        standing.extend(["reason", "until"].into_iter().filter_map(|key| Some((key.to_owned(), fields.remove(key)?))));
        fields.insert("status".into(), Value::Object(standing));
    }
    fields
}

fn named(field: &str) -> &str {
    if field.is_empty() { "it" } else { field }
}

/// Whether two values are the same, whichever edition wrote them: what is empty may not be said.
fn same(noun: Noun, a: &Value, b: &Value) -> bool {
    fn alike<T: DeserializeOwned + Serialize>(a: &Value, b: &Value) -> bool {
        let read = |v: &Value| Option::<T>::deserialize(v).ok().map(|thing| value(&thing));
        read(a).is_some_and(|a| read(b) == Some(a))
    }
    let empty = |v: &Value| v.is_null() || *v == false || v.as_object().is_some_and(serde_json::Map::is_empty);
    if a == b || empty(a) && empty(b) {
        return true;
    }
    match noun {
        Noun::Entry => alike::<Entry>(a, b),
        Noun::Timer => alike::<Timer>(a, b),
        Noun::Draft => alike::<Draft>(a, b),
        Noun::Answer => alike::<Answer>(a, b),
        Noun::Invoice => alike::<Invoice>(a, b),
        Noun::Payment => alike::<Payment>(a, b),
        Noun::Contract => alike::<crate::domain::billing::contract::Kept>(a, b),
        Noun::Topic => alike::<Known>(a, b),
        Noun::Rating => alike::<Rating>(a, b),
        _ => false,
    }
}
