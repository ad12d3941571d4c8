//! The one place where an event becomes the current state. Undo is the same road taken backwards.

use super::client::{kept_details, kept_vip};
use super::outbox::State;
use super::refresh::Kept;
use super::{Tx, sql, vals};
use crate::domain::agent::Agent;
use crate::domain::answer::{Answer, Draft};
use crate::domain::client::Client;
use crate::domain::contact::{Contact, Point, PointKind, name_key};
use crate::domain::entry::{Entry, Timer};
use crate::domain::event::{Event, Noun, value};
use crate::domain::rating::Rating;
use crate::domain::ticket::{Priority, Standing, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::timeline::Projection;
use crate::domain::topic::Known;
use crate::error::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A message's place: the ticket that shows it, and since when it counts there.
#[derive(serde::Serialize, serde::Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The ticket.
    pub ticket: i64,
    /// Where it came by a merge or a split: the instant of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Moment>,
}

/// The key under which the end of a thing keeps the operation it began in, so that an undo gives it back whole.
pub(super) const BEGAN_IN: &str = "operation";

/// An address, phone or handle in an event: behind the others, or at the place it had.
#[derive(serde::Serialize, serde::Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(untagged)]
pub(super) enum Reached {
    /// Behind the others.
    Last(String),
    /// Where it was.
    At {
        /// As written.
        value: String,
        /// Its place.
        n: i64,
    },
}

impl Tx<'_> {
    /// A new way to reach a contact keeps the place that it gets, so that it comes back to it.
    pub(super) fn in_its_place(&mut self, mut e: Event) -> Result<Event> {
        if let (Noun::Contact, true, Value::String(text)) = (e.noun, e.field.contains(':'), &e.to) {
            let n = self.number(sql::POINT_NEXT, vals![e.id])?;
            e.to = value(&Reached::At { value: text.clone(), n });
        }
        Ok(e)
    }

    /// Makes the current state what the event says.
    pub(super) fn bring_about(&mut self, e: &Event) -> Result<()> {
        match e.noun {
            Noun::Ticket => self.ticket_becomes(e),
            Noun::Message if e.field == "contact" => {
                self.run(sql::MESSAGE_CONTACT, vals![e.id, read::<Option<i64>>(&e.to)?]).map(drop)
            }
            Noun::Message => {
                let shown: Option<Shown> = read(&e.to)?;
                self.run(sql::MESSAGE_TICKET, vals![e.id, shown.map(|s| s.ticket), shown.and_then(|s| s.joined)])
                    .map(drop)
            }
            Noun::Contact => self.contact_becomes(e),
            Noun::Client => self.client_becomes(e),
            Noun::Agent => self.agent_becomes(e),
            Noun::Entry => self.entry_becomes(e),
            Noun::Contract | Noun::Cost | Noun::Estimate | Noun::Invoice | Noun::Payment => self.billing_becomes(e),
            Noun::Topic => match e.field.strip_prefix("told:") {
                Some(field) => self.announced_becomes(e.id, field, read(&e.to)?),
                None => self.topic_becomes(e.id, read::<Option<Known>>(&e.to)?.as_ref()),
            },
            Noun::Rating => self.rating_becomes(e.id, read::<Option<Rating>>(&e.to)?.as_ref()),
            Noun::Timer => match read::<Option<Timer>>(&e.to)? {
                Some(t) => self.run(sql::TIMER_PUT, vals![t.agent, t.ticket, t.since]).map(drop),
                None => self.run(sql::TIMER_DROP, vals![e.id]).map(drop),
            },
            Noun::Setting if e.to.is_null() => self.run(sql::SETTING_DROP, vals![&e.field]).map(drop),
            Noun::Setting => self.run(sql::SETTING_PUT, vals![&e.field, &e.to.to_string()]).map(drop),
            Noun::Mute if e.to == true => self.run(sql::MUTE_ADD, vals![&e.field]).map(drop),
            Noun::Mute => self.run(sql::MUTE_DROP, vals![&e.field]).map(drop),
            Noun::Link => {
                let other: i64 = e.field.parse().map_err(|_| unreadable(&e.to))?;
                self.run(if e.to == true { sql::LINK_ADD } else { sql::LINK_DROP }, vals![e.id, other]).map(drop)
            }
            Noun::Import => Ok(()),
            Noun::Posting => {
                let state = |v: &Value| v.as_str().map_or(State::Discarded, State::of);
                if e.to.is_null() && self.posting(e.id)?.is_some_and(|p| p.state == State::Unknown) {
                    return Err(Error::refused("the mail may have left: it cannot be called back").hint("desk outbox"));
                }
                self.posting_becomes(e.id, state(&e.from), state(&e.to))
            }
            Noun::Draft => self.draft_becomes(e.id, read::<Option<Draft>>(&e.to)?.as_ref()),
            Noun::Answer => self.answer_becomes(e.id, read::<Option<Answer>>(&e.to)?.as_ref()),
            Noun::Parked => {
                let state: String = read(&e.to)?;
                if state == "parked" {
                    self.run(sql::SEEN_PARKED, vals![e.id, &state, Option::<i64>::None])?;
                }
                self.run(sql::PARKED_SET, vals![e.id, &state]).map(drop)
            }
        }
    }

    fn ticket_becomes(&mut self, e: &Event) -> Result<()> {
        let id = e.id;
        match e.field.as_str() {
            "" => match read::<Option<Ticket>>(&e.to)? {
                Some(ticket) => self.put_ticket(&ticket),
                None => self.drop_ticket(id),
            },
            "subject" => self.run(sql::TICKET_SUBJECT, vals![id, &read::<String>(&e.to)?]).map(drop),
            "status" => {
                let s: Standing = read(&e.to)?;
                self.run(sql::TICKET_STATUS, vals![id, s.status.word(), s.reason.map(|r| r.word()), s.until]).map(drop)
            }
            "priority" => self.run(sql::TICKET_PRIORITY, vals![id, read::<Priority>(&e.to)? as i64]).map(drop),
            "assignee" => self.run(sql::TICKET_ASSIGNEE, vals![id, read::<Option<i64>>(&e.to)?]).map(drop),
            "requester" => self.run(sql::TICKET_REQUESTER, vals![id, read::<Option<i64>>(&e.to)?]).map(drop),
            "client" => self.run(sql::TICKET_CLIENT, vals![id, read::<Option<i64>>(&e.to)?]).map(drop),
            "channel" => self.run(sql::TICKET_CHANNEL, vals![id, &read::<String>(&e.to)?]).map(drop),
            "due_at" => self.run(sql::TICKET_DUE, vals![id, read::<Option<Moment>>(&e.to)?]).map(drop),
            "snoozed_until" => self.run(sql::TICKET_SNOOZE, vals![id, read::<Option<Moment>>(&e.to)?]).map(drop),
            "merged_into" => self.run(sql::TICKET_MERGED, vals![id, read::<Option<i64>>(&e.to)?]).map(drop),
            field => match field.split_once(':') {
                Some(("tag", tag)) => {
                    self.run(if e.to == true { sql::TAG_ADD } else { sql::TAG_DROP }, vals![tag, id]).map(drop)
                }
                Some(("url", url)) => {
                    let text = if e.to == true { sql::TICKET_URL_ADD } else { sql::TICKET_URL_DROP };
                    self.run(text, vals![id, url]).map(drop)
                }
                _ => Err(Error::bug(format!("a ticket has no field {field}"))),
            },
        }
    }

    fn put_ticket(&mut self, t: &Ticket) -> Result<()> {
        let twin = t.once.as_deref().map(|key| self.ticket_by_once(key)).transpose()?.flatten();
        if let (Some(twin), Some(key)) = (twin, &t.once) {
            return Err(Error::refused(format!("ticket {twin} was opened with --once {key} by now"))
                .hint(format!("desk show {twin}")));
        }
        let closed_at = (t.standing.status == Status::Closed).then_some(t.opened_at);
        // What follows from its history is made at the end of the write.
        let state = Projection { updated_at: t.opened_at, ..Projection::default() };
        let origin = self.origin;
        self.add_ticket(t, origin, closed_at, &Kept::of(t, state, false, false))
    }

    fn drop_ticket(&mut self, id: i64) -> Result<()> {
        self.run(sql::TAGS_DROP, vals![id])?;
        self.run(sql::TICKET_URLS_DROP, vals![id])?;
        self.run(sql::MESSAGES_DROP_TICKET, vals![id])?;
        self.unindex(-id)?;
        self.run(sql::TICKET_DROP, vals![id]).map(drop)
    }

    fn contact_becomes(&mut self, e: &Event) -> Result<()> {
        let id = e.id;
        match e.field.as_str() {
            "" => match read::<Option<Contact>>(&e.to)? {
                Some(c) => {
                    let operation = self.began_in(&e.to);
                    self.run(sql::CONTACT_ADD, vals![id, operation, &c.name, &name_key(&c.name), c.client]).map(drop)
                }
                None => {
                    if self.number(sql::CONTACT_USED, vals![id])? > 0 {
                        let name = self.contact(id)?.map(|c| c.name).unwrap_or_default();
                        return Err(Error::refused(format!(
                            "the contact {name} has tickets or messages of his own by now"
                        ))
                        .hint("desk contact ls"));
                    }
                    self.run(sql::POINTS_DROP, vals![id])?;
                    self.run(sql::CONTACT_DROP, vals![id]).map(drop)
                }
            },
            "name" => {
                let name: String = read(&e.to)?;
                self.run(sql::CONTACT_NAME, vals![id, &name, &name_key(&name)]).map(drop)
            }
            "client" => self.run(sql::CONTACT_CLIENT, vals![id, read::<Option<i64>>(&e.to)?]).map(drop),
            field => {
                let (kind, key) = field.split_once(':').ok_or_else(|| unreadable(&e.to))?;
                let kind = PointKind::of(kind).ok_or_else(|| unreadable(&e.to))?;
                match read::<Option<Reached>>(&e.to)? {
                    Some(reached) => self.put_point(id, kind, reached),
                    None => self.run(sql::POINT_DROP, vals![kind.word(), key, id]).map(drop),
                }
            }
        }
    }

    /// A point goes where the event says, or behind the others; never away from somebody else.
    fn put_point(&mut self, contact: i64, kind: PointKind, reached: Reached) -> Result<()> {
        let (value, place) = match reached {
            Reached::Last(value) => (value, None),
            Reached::At { value, n } => (value, Some(n)),
        };
        let point = Point { kind, value };
        if let Some(other) = self.contact_at(&point)?.filter(|c| c.id != contact) {
            return Err(Error::refused(format!("{} belongs to somebody else by now: {}", point.value, other.name))
                .hint(format!("desk contact show {}", point.value)));
        }
        match place {
            Some(n) => self.run(sql::POINT_PUT, vals![kind.word(), &point.key(), &point.value, contact, n]).map(drop),
            None => self.run(sql::POINT_ADD, vals![kind.word(), &point.key(), &point.value, contact]).map(drop),
        }
    }

    fn client_becomes(&mut self, e: &Event) -> Result<()> {
        let id = e.id;
        if e.field.is_empty() {
            return match read::<Option<Client>>(&e.to)? {
                Some(c) => {
                    self.handle_is_free(&c)?;
                    let operation = self.began_in(&e.to);
                    self.add_client(&c, operation)
                }
                None => {
                    if self.number(sql::CLIENT_USED, vals![id])? > 0 {
                        let handle = self.client(id)?.map(|c| c.handle).unwrap_or_default();
                        return Err(Error::refused(format!(
                            "the client {handle} has contacts, tickets or hours by now"
                        ))
                        .hint(format!("desk client show {handle}")));
                    }
                    self.run(sql::DOMAINS_DROP, vals![id])?;
                    self.run(sql::CLIENT_DROP, vals![id]).map(drop)
                }
            };
        }
        if let Some(domain) = e.field.strip_prefix("domain:") {
            if e.to != true {
                return self.run(sql::DOMAIN_DROP, vals![domain, id]).map(drop);
            }
            if let Some(other) = self.client_of_domain(domain)?.filter(|c| c.id != id) {
                return Err(Error::refused(format!("mail from {domain} belongs to {} by now", other.handle))
                    .hint(format!("desk client show {}", other.handle)));
            }
            return self.run(sql::DOMAIN_ADD, vals![domain, id]).map(drop);
        }
        let mut c = self.client(id)?.ok_or_else(|| Error::bug(format!("client {id} is gone")))?;
        match e.field.as_str() {
            "handle" => c.handle = read(&e.to)?,
            "name" => c.name = read(&e.to)?,
            "lang" => c.lang = read(&e.to)?,
            "plan" => c.plan = read(&e.to)?,
            "note" => c.note = read(&e.to)?,
            "details" => c.details = read(&e.to)?,
            "vip" => c.vip = read(&e.to)?,
            field => return Err(Error::bug(format!("a client has no field {field}"))),
        }
        self.handle_is_free(&c)?;
        let (key, name_key) = (c.handle.to_lowercase(), name_key(&c.name));
        self.run(
            sql::CLIENT_SET,
            vals![id, &c.handle, &key, &c.name, &name_key, &c.lang, &c.plan, &c.note, &kept_details(&c), kept_vip(&c)],
        )
        .map(drop)
    }

    fn handle_is_free(&mut self, client: &Client) -> Result<()> {
        match self.client_of_handle(&client.handle)?.filter(|c| c.id != client.id) {
            Some(other) => {
                Err(Error::refused(format!("another client is called {} by now: {}", other.handle, other.name))
                    .hint(format!("desk client edit {} --handle …", other.handle)))
            }
            None => Ok(()),
        }
    }

    /// The operation a thing began in: the one its end has kept, or the one that is being brought about.
    fn began_in(&self, thing: &Value) -> i64 {
        thing.get(BEGAN_IN).and_then(Value::as_i64).unwrap_or(self.origin)
    }

    fn agent_becomes(&mut self, e: &Event) -> Result<()> {
        match e.field.as_str() {
            "email" => self.run(sql::AGENT_EMAIL, vals![e.id, &read::<Option<String>>(&e.to)?]).map(drop),
            "active" => self.run(sql::AGENT_ACTIVE, vals![e.id, read::<bool>(&e.to)?]).map(drop),
            _ => match read::<Option<Agent>>(&e.to)? {
                Some(a) if e.begins() => {
                    if self.agent_named(&a.name)?.is_some_and(|other| other.id != e.id) {
                        return Err(
                            Error::refused(format!("another agent is called {} by now", a.name)).hint("desk agent ls")
                        );
                    }
                    self.run(sql::AGENT_ADD, vals![e.id, &a.name, &a.name.to_lowercase(), &a.email, a.active]).map(drop)
                }
                Some(a) => {
                    self.run(sql::AGENT_SET, vals![e.id, &a.name, &a.name.to_lowercase(), &a.email, a.active]).map(drop)
                }
                None => self.run(sql::AGENT_DROP, vals![e.id]).map(drop),
            },
        }
    }

    fn entry_becomes(&mut self, e: &Event) -> Result<()> {
        let becomes: Option<Entry> = read(&e.to)?;
        if !e.from.is_null() {
            self.may_change(&read(&e.from)?, becomes.as_ref())?;
        }
        let Some(t) = becomes else {
            return self.run(sql::ENTRY_DROP, vals![e.id]).map(drop);
        };
        let text = if e.from.is_null() { sql::ENTRY_ADD } else { sql::ENTRY_SET };
        let day = t.day.to_string();
        self.run(
            text,
            vals![
                e.id,
                t.ticket,
                t.client,
                t.agent,
                &day,
                t.minutes,
                t.billable,
                &t.text,
                t.void,
                &t.activity,
                t.began,
                t.contract,
                t.corrects
            ],
        )
        .map(drop)
    }

    /// Notes which tickets the event touches, so that what follows from their history is made anew at the end.
    pub(super) fn mark(&mut self, e: &Event) -> Result<()> {
        let of = |v: &Value| read::<Option<Shown>>(v).ok().flatten().map(|s| s.ticket);
        self.touched.extend(e.ticket);
        match e.noun {
            Noun::Ticket => {
                self.touched.insert(e.id);
                if e.field.is_empty()
                    || ["subject", "requester", "client"].contains(&e.field.as_str())
                    || e.field.starts_with("tag:")
                {
                    self.relisted.insert(e.id);
                }
                if e.field == "subject" {
                    let messages = self.message_ids(e.id)?;
                    self.reindexed.extend(messages);
                }
            }
            Noun::Message => {
                self.touched.extend(of(&e.from).into_iter().chain(of(&e.to)));
                // It is found by the subject of the ticket that shows it, and by that ticket alone.
                if e.field == "ticket" && !e.from.is_null() {
                    self.reindexed.insert(e.id);
                }
            }
            Noun::Entry => {
                let ticket = |v: &Value| read::<Option<Entry>>(v).ok().flatten().and_then(|t| t.ticket);
                self.touched.extend(ticket(&e.from).into_iter().chain(ticket(&e.to)));
            }
            Noun::Contact if !e.begins() => {
                let tickets = self.all(sql::CONTACT_TICKETS, vals![e.id], |r| r.int(0))?;
                self.touched.extend(&tickets);
                self.relisted.extend(tickets);
            }
            Noun::Client if matches!(e.field.as_str(), "handle" | "name") => {
                let tickets = self.all(sql::CLIENT_TICKETS, vals![e.id], |r| r.int(0))?;
                self.relisted.extend(tickets);
            }
            Noun::Mute => {
                let tickets = self.tickets_of_pattern(&e.field)?;
                self.touched.extend(tickets);
            }
            Noun::Contact | Noun::Client | Noun::Agent | Noun::Timer | Noun::Setting | Noun::Link | Noun::Import => {}
            Noun::Posting | Noun::Draft | Noun::Answer | Noun::Parked | Noun::Topic | Noun::Rating => {}
            Noun::Contract | Noun::Cost | Noun::Estimate | Noun::Invoice | Noun::Payment => {}
        }
        Ok(())
    }
}

/// Reads what an event holds.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> Result<T> {
    T::deserialize(value).map_err(|e| unreadable(value).because(e))
}

fn unreadable(value: &Value) -> Error {
    Error::bug(format!("an event holds something unreadable: {value}"))
}
