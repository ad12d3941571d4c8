//! What the history tells of a person: the values of events, and commands as they were typed. Times, numbers and who did it
//! stay. What an event lost is marked in it, so that an undo refuses it; what only names him is told with the label.

use super::Erased;
use super::gather::{PAGE, Person};
use crate::domain::erasure::GONE;
use crate::domain::event::{ERASED, Noun, OperationKind, erased};
use crate::error::Result;
use crate::store::{Tx, sql, vals};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    place: (i64, i64),
    noun: Noun,
    id: i64,
    field: String,
    before: Value,
    after: Value,
    ticket: Option<i64>,
}

impl Tx<'_> {
    pub(super) fn erase_told(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        // The tickets that an operation touched, of operations that did something to him or his.
        let mut about: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        let parked = self.his_parked(p)?;
        let mut rewritten = BTreeSet::new();
        let mut after = (i64::MIN, 0);
        loop {
            let page = self.all(sql::ERASE_EVENTS, vals![after.0, after.1, 4 * PAGE], |r| {
                let json = |i| -> Result<Value> { Ok(serde_json::from_str(&r.text(i)?).unwrap_or_default()) };
                let noun = Noun::of(&r.text(2)?).unwrap_or(Noun::Import);
                let (place, ticket) = ((r.int(0)?, r.int(1)?), r.int_or(7)?);
                Ok(Told { place, noun, id: r.int(3)?, field: r.text(4)?, before: json(5)?, after: json(6)?, ticket })
            })?;
            let Some(last) = page.last() else { break };
            after = last.place;
            for told in page {
                let mut now = told.clone();
                let his = is_his(p, &parked, &told);
                now.forget(p, his);
                if his || touches(p, &told) {
                    let tickets = about.entry(told.place.0).or_default();
                    tickets.extend(told.ticket.or((told.noun == Noun::Ticket).then_some(told.id)));
                }
                if told.noun == Noun::Draft && his {
                    for draft in
                        [&told.before, &told.after].into_iter().filter_map(|v| v.get("id").and_then(Value::as_i64))
                    {
                        self.run(sql::ERASE_DRAFT_FILES, vals![draft])?;
                    }
                }
                if now != told {
                    let (before, after) = (now.before.to_string(), now.after.to_string());
                    self.run(sql::ERASE_EVENT, vals![told.place.0, told.place.1, &now.field, &before, &after])?;
                    rewritten.insert(told.place.0);
                    done.told += 1;
                }
            }
        }
        self.erase_commands(p, &about, &mut rewritten, done)?;
        rewritten.into_iter().try_for_each(|operation| self.seal_anew(operation))
    }

    fn his_parked(&mut self, p: &Person) -> Result<BTreeSet<i64>> {
        let mut his = BTreeSet::new();
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::PARKED_SENDERS, vals![after, PAGE], |r| Ok((r.int(0)?, r.text(1)?)))?;
            let Some(last) = page.last() else { return Ok(his) };
            after = last.0;
            his.extend(page.into_iter().filter(|(_, email)| p.traces.is_his(email)).map(|(id, _)| id));
        }
    }

    /// Of commands that did something to him or his, the word and the numbers of tickets stay; elsewhere only he goes.
    fn erase_commands(
        &mut self,
        p: &Person,
        about: &BTreeMap<i64, BTreeSet<i64>>,
        rewritten: &mut BTreeSet<i64>,
        done: &mut Erased,
    ) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_COMMANDS, vals![after, PAGE], |r| {
                Ok((r.int(0)?, r.text(1)?, OperationKind::of(&r.text(2)?)))
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0;
            for (id, command, kind) in page {
                let now = match about
                    .get(&id)
                    .filter(|_| kind == OperationKind::Do && !command.starts_with("contact erased: "))
                {
                    Some(tickets) => bare(&command, tickets),
                    None => p.traces.without(&command).unwrap_or_else(|| command.clone()),
                };
                if now != command {
                    self.run(sql::ERASE_COMMAND, vals![id, &now])?;
                    rewritten.insert(id);
                    done.told += 1;
                }
            }
        }
    }
}

/// Whether what the event tells is his own.
fn is_his(p: &Person, parked: &BTreeSet<i64>, told: &Told) -> bool {
    let entry_of = |v: &Value| v.get("ticket").and_then(Value::as_i64).is_some_and(|t| p.tickets.contains(&t));
    let said = |v: &Value| v.get("contact").and_then(Value::as_i64).is_some_and(|c| p.ids.contains(&c));
    match told.noun {
        Noun::Contact => {
            let way = told.field.split_once(':').map(|(_, key)| key);
            let whole = way.is_none() && (told.field.is_empty() || told.field == "name");
            (p.ids.contains(&told.id) && (whole || way.is_some())) || way.is_some_and(|key| p.traces.is_his(key))
        }
        Noun::Ticket => p.tickets.contains(&told.id) && matches!(told.field.as_str(), "" | "subject"),
        Noun::Entry => entry_of(&told.before) || entry_of(&told.after),
        Noun::Draft => p.tickets.contains(&told.id),
        Noun::Rating => entry_of(&told.before) || entry_of(&told.after) || said(&told.before) || said(&told.after),
        Noun::Message => told.field == "ticket" && told.before.is_null() && p.messages.contains_key(&told.id),
        Noun::Mute => p.traces.is_his(&told.field),
        Noun::Parked => parked.contains(&told.id),
        _ => false,
    }
}

/// Whether the event is about him or a ticket of his, so that the command behind it may hold his words.
fn touches(p: &Person, told: &Told) -> bool {
    let ticket = told.ticket.or((told.noun == Noun::Ticket).then_some(told.id));
    ticket.is_some_and(|t| p.tickets.contains(&t))
        || (told.noun == Noun::Contact && p.ids.contains(&told.id))
        || (told.noun == Noun::Message && p.messages.contains_key(&told.id))
}

impl Told {
    /// Takes him out of what is told; what is his own goes whole, but numbers and times that figures come from.
    fn forget(&mut self, p: &Person, his: bool) {
        if self.field == ERASED {
            return;
        }
        if !his {
            for value in [&mut self.before, &mut self.after] {
                p.traces.without_in(value);
                if p.is_in(self.ticket) {
                    quoted(p, value);
                }
            }
            if let Some(field) = p.traces.without(&self.field) {
                // A place elsewhere that names him is not kept with the ticket, either.
                if self.noun == Noun::Ticket && field.starts_with("url:") {
                    [&mut self.before, &mut self.after].into_iter().filter(|v| **v == true).for_each(|v| *v = erased());
                }
                self.field = field;
            }
            return;
        }
        if let (Noun::Contact, Some((kind, _))) = (self.noun, self.field.split_once(':')) {
            self.field = format!("{kind}:{ERASED}");
        }
        if self.noun == Noun::Mute {
            self.field = ERASED.to_owned();
        }
        let noun = self.noun;
        for value in [&mut self.before, &mut self.after].into_iter().filter(|v| !v.is_null()) {
            let Some(members) = value.as_object_mut() else {
                *value = erased();
                continue;
            };
            let (key, text) = match noun {
                Noun::Ticket => ("subject", GONE),
                Noun::Contact => ("name", p.traces.label()),
                Noun::Entry => ("text", ""),
                Noun::Rating => ("comment", ""),
                Noun::Message => ("", ""),
                _ => {
                    *value = erased();
                    continue;
                }
            };
            let way = noun == Noun::Contact && members.contains_key("value");
            if way {
                *value = erased();
                continue;
            }
            if let Some(told) = members.get_mut(key) {
                // Worked time without a text has lost nothing.
                if matches!(noun, Noun::Entry | Noun::Rating) && *told == text {
                    continue;
                }
                *told = text.into();
            }
            members.insert(ERASED.to_owned(), true.into());
            p.traces.without_in(value);
        }
    }
}

/// His words in what is told of others' tickets: their subjects, drafts, texts of hours.
fn quoted(p: &Person, value: &mut Value) {
    let texts: Vec<&mut Value> = match value {
        Value::String(_) => vec![value],
        Value::Object(members) => members.values_mut().filter(|v| v.is_string()).collect(),
        _ => Vec::new(),
    };
    for text in texts {
        if let Some(new) = text.as_str().and_then(|t| p.said.without(t)) {
            *text = new.into();
        }
    }
}

/// A command without its texts: its first word, and numbers of tickets that it touched.
fn bare(command: &str, tickets: &BTreeSet<i64>) -> String {
    let is_number = |word: &str| word.parse().is_ok_and(|n| tickets.contains(&n));
    let plain = |word: &str| word.chars().all(|c| c.is_ascii_lowercase());
    let mut kept: Vec<&str> = Vec::new();
    for (at, word) in command.split_whitespace().enumerate() {
        if (at == 0 && plain(word)) || is_number(word) {
            kept.push(word);
        } else if kept.last() != Some(&"…") {
            kept.push("…");
        }
    }
    kept.join(" ")
}
