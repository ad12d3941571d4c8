//! Events in words: what happened, and from what to what, with names and local times instead of numbers.

use super::show::Names;
use crate::domain::billing::contract::Kept;
use crate::domain::billing::duration::spoken;
use crate::domain::billing::invoice::{Estimate, Invoice, Payment};
use crate::domain::billing::money::Money;
use crate::domain::entry::Entry;
use crate::domain::event::{ERASED, Event, Noun};
use crate::domain::rating::Rating;
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::domain::topic::Known;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::store::Reader;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Tells events; names are looked up once.
pub(super) struct Teller {
    zone: Zone,
    /// Who is who.
    pub(super) names: Names,
}

impl Teller {
    /// The day of an instant.
    pub(super) fn day(&self, at: Moment) -> String {
        self.zone.date(at).to_string()
    }

    /// Tells in the times of this zone.
    pub(super) fn new(zone: &Zone) -> Teller {
        Teller { zone: zone.clone(), names: Names::default() }
    }

    /// The kind of an event, and its details.
    pub(super) fn tell(&mut self, r: &mut Reader<'_>, e: &Event) -> Result<(String, String)> {
        let kind = match (e.noun, e.field.as_str()) {
            (Noun::Ticket, "") => if e.begins() { "opened" } else { "ticket" }.to_owned(),
            (Noun::Ticket, "due_at") => "due".to_owned(),
            (Noun::Ticket, "snoozed_until") => "snoozed".to_owned(),
            (Noun::Ticket, "merged_into") => "merged".to_owned(),
            (Noun::Ticket, field) if field.starts_with("tag:") => {
                if e.to == true { "tagged" } else { "untagged" }.to_owned()
            }
            (Noun::Ticket, field) if field.starts_with("url:") => {
                if e.to == true { "linked" } else { "unlinked" }.to_owned()
            }
            (Noun::Ticket, field) => field.to_owned(),
            (Noun::Timer, _) => if e.to.is_null() { "timer stopped" } else { "timer started" }.to_owned(),
            (Noun::Posting, _) => "mail".to_owned(),
            (Noun::Estimate, _) => "estimate".to_owned(),
            (Noun::Cost, day) => format!("{} from {day}", self.names.of(r, e.id)?),
            (Noun::Contract | Noun::Invoice | Noun::Payment, _) => e.noun.word().to_owned(),
            (noun, "" | "ticket" | "entry") => noun.word().to_owned(),
            (noun, field) => format!("{} {field}", noun.word()),
        };
        let detail = match (e.noun, e.field.as_str()) {
            (Noun::Ticket, "") => plain(e.to.get("subject").unwrap_or(&Value::Null)),
            (Noun::Ticket, field) if field.starts_with("tag:") => field.replacen("tag:", "+", 1),
            (Noun::Ticket, field) if field.starts_with("url:") => field.replacen("url:", "", 1),
            (Noun::Rating, _) => rated(read(&e.from), read(&e.to)),
            (Noun::Topic, field) if field.starts_with("told:") => format!("topic {} announced", e.id),
            (Noun::Message, _) => format!("m{}", e.id),
            (Noun::Entry, _) => format!("t{} {}", e.id, self.entry(r, read(&e.from), read(&e.to))?),
            (Noun::Timer, _) => String::new(),
            (Noun::Estimate, _) => estimate(read(&e.from), read(&e.to)),
            (Noun::Cost, _) => match (read::<Option<Money>>(&e.from).flatten(), read::<Option<Money>>(&e.to).flatten())
            {
                (_, None) => "no cost".to_owned(),
                (None, Some(hour)) => format!("{} an hour", hour.told()),
                (Some(was), Some(hour)) => format!("{} → {} an hour", was.told(), hour.told()),
            },
            (Noun::Contract, _) => self.agreed(r, read(&e.from).as_ref(), read(&e.to).as_ref())?,
            (Noun::Invoice, _) => self.invoiced(r, read(&e.from).as_ref(), read(&e.to).as_ref())?,
            (Noun::Payment, _) => {
                let (from, to) = (read::<Option<Payment>>(&e.from).flatten(), read::<Option<Payment>>(&e.to).flatten());
                let Some(p) = to.or(from) else { return Ok((kind, String::new())) };
                format!("{} from {}", p.money.told(), self.client(r, Some(p.client))?)
            }
            (Noun::Posting, _) if e.from.is_null() => format!("o{} written", e.id),
            (Noun::Posting, _) => format!("o{} {}", e.id, plain(&e.to)),
            (Noun::Topic, _) => {
                let (from, to) = (read::<Option<Known>>(&e.from).flatten(), read::<Option<Known>>(&e.to).flatten());
                crate::report::topics::decided(e.id, from.as_ref(), to.as_ref())
            }
            (Noun::Draft | Noun::Answer, "") if e.to.is_null() => "gone".to_owned(),
            (Noun::Draft | Noun::Answer, "") => {
                let text = e.to.get("text").map(plain).unwrap_or_default();
                text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default().chars().take(70).collect()
            }
            (Noun::Ticket, "merged_into") if e.from.is_null() => format!("into {}", plain(&e.to)),
            (Noun::Ticket, _) => {
                let (from, to) = (self.value(r, e, &e.from)?, self.value(r, e, &e.to)?);
                if e.from.is_null() { to } else { format!("{from} → {to}") }
            }
            _ if e.from.is_null() => plain(&e.to),
            _ => format!("{} → {}", plain(&e.from), plain(&e.to)),
        };
        Ok((kind, detail))
    }

    /// The value of a ticket's field.
    fn value(&mut self, r: &mut Reader<'_>, e: &Event, value: &Value) -> Result<String> {
        Ok(match (e.field.as_str(), value.as_i64()) {
            ("status", _) => read::<Standing>(value).map_or_else(|| plain(value), |s| self.standing(s)),
            ("due_at" | "snoozed_until", Some(_)) => {
                read::<Moment>(value).map_or_else(|| plain(value), |at| self.local(at))
            }
            ("assignee", Some(id)) => self.names.of(r, id)?,
            ("client", Some(id)) => self.client(r, Some(id))?,
            ("requester", Some(id)) => {
                let name = r.contact(id)?.map(|c| c.name).filter(|n| !n.trim().is_empty());
                let reach = r.points(id)?.into_iter().next().map(|p| p.value);
                name.or(reach).unwrap_or_else(|| plain(value))
            }
            _ => plain(value),
        })
    }

    /// A time entry that was logged, changed or struck out: what of it.
    fn entry(&mut self, r: &mut Reader<'_>, from: Option<Entry>, to: Option<Entry>) -> Result<String> {
        let (Some(to), from) = (to, from) else { return Ok("gone".to_owned()) };
        let Some(from) = from else { return Ok(format!("{} {}", spoken(to.minutes), to.text).trim_end().to_owned()) };
        if to.void {
            return Ok("struck out".to_owned());
        }
        let ticket = |e: &Entry| e.ticket.map_or_else(|| "–".to_owned(), |t| t.to_string());
        let (was, is) = (self.client(r, from.client)?, self.client(r, to.client)?);
        let changed = [
            ("minutes", spoken(from.minutes), spoken(to.minutes)),
            ("day", from.day.to_string(), to.day.to_string()),
            ("text", from.text.clone(), to.text.clone()),
            ("ticket", ticket(&from), ticket(&to)),
            ("client", was, is),
            ("billable", from.billable.to_string(), to.billable.to_string()),
            ("activity", word(&from.activity), word(&to.activity)),
            ("began", self.began(&from), self.began(&to)),
            ("contract", self.contract(r, from.contract)?, self.contract(r, to.contract)?),
            ("corrects", corrected(&from), corrected(&to)),
        ];
        let told = changed.iter().filter(|(_, was, is)| was != is).map(|(key, was, is)| format!("{key} {was} → {is}"));
        Ok(told.collect::<Vec<_>>().join(", "))
    }

    fn began(&self, entry: &Entry) -> String {
        entry.began.map_or_else(|| "–".to_owned(), |at| self.local(at))
    }

    fn contract(&self, r: &mut Reader<'_>, id: Option<i64>) -> Result<String> {
        let kept = id.map(|id| r.contract(id)).transpose()?.flatten();
        let name = kept.and_then(|kept| kept.versions.last()?.terms.get("name").cloned());
        Ok(name.unwrap_or_else(|| "–".to_owned()))
    }

    /// A contract that was made, changed or ended: whose, and its last terms.
    fn agreed(&mut self, r: &mut Reader<'_>, from: Option<&Kept>, to: Option<&Kept>) -> Result<String> {
        let (Some(kept), gone) = (to.or(from), to.is_none()) else { return Ok(String::new()) };
        let of = self.client(r, Some(kept.client))?;
        let name = kept.versions.last().and_then(|v| v.terms.get("name").cloned()).unwrap_or_default();
        if gone {
            return Ok(format!("{name} of {of} is gone"));
        }
        let flags = kept.contract().map(|contract| contract.terms().flags()).unwrap_or_default();
        Ok(format!("{name} of {of}: {flags}"))
    }

    /// An invoice that was drafted, issued, taken back or dropped.
    fn invoiced(&mut self, r: &mut Reader<'_>, from: Option<&Invoice>, to: Option<&Invoice>) -> Result<String> {
        let Some(of) = to.or(from) else { return Ok(String::new()) };
        let client = self.client(r, Some(of.client))?;
        let days = format!("{client}, {} to {}", of.first, of.last);
        Ok(match to {
            None => format!("{} for {days} is gone", of.called()),
            Some(to) if to.number.is_none() => format!("{} for {days}", to.called()),
            Some(to) if to.credited_by.is_some() => format!("{} for {days} was taken back", to.called()),
            Some(to) => format!("{} for {days}: {}", to.called(), to.total().told()),
        })
    }

    fn client(&mut self, r: &mut Reader<'_>, id: Option<i64>) -> Result<String> {
        let client = id.map(|id| r.client(id)).transpose()?.flatten();
        Ok(client.map_or_else(|| "–".to_owned(), |c| c.handle))
    }

    fn standing(&self, s: Standing) -> String {
        match (s.status, s.reason, s.until) {
            (Status::Closed, Some(reason), _) => format!("closed as {}", reason.word()),
            (status, _, Some(until)) => format!("{} until {}", status.word(), self.local(until)),
            (status, ..) => status.word().to_owned(),
        }
    }

    fn local(&self, at: Moment) -> String {
        self.zone.local(at).format("%Y-%m-%d %H:%M").to_string()
    }
}

fn word(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "–".to_owned())
}

fn corrected(entry: &Entry) -> String {
    entry.corrects.map_or_else(|| "–".to_owned(), |id| format!("t{id}"))
}

/// What a customer said: `csat 4`; taken back: what it was.
fn rated(from: Option<Rating>, to: Option<Rating>) -> String {
    match (from, to) {
        (_, Some(g)) => format!("{} {}", g.scale.word(), g.score),
        (Some(g), None) => format!("{} {} taken back", g.scale.word(), g.score),
        (None, None) => String::new(),
    }
}

/// What became of an estimate.
fn estimate(from: Option<Estimate>, to: Option<Estimate>) -> String {
    let agreed =
        |e: &Estimate| e.approved.map_or_else(|| "not approved".to_owned(), |m| format!("approved {}", spoken(m)));
    match (from, to) {
        (_, None) => "gone".to_owned(),
        (Some(was), Some(is)) if was.minutes == is.minutes => agreed(&is),
        (Some(was), Some(is)) => format!("{} → {}", spoken(was.minutes), spoken(is.minutes)),
        (None, Some(is)) if is.approved.is_some() => format!("{}, {}", spoken(is.minutes), agreed(&is)),
        (None, Some(is)) => spoken(is.minutes),
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(s) => s.clone(),
        Value::Object(o) if o.len() == 1 && o.get(ERASED).is_some() => ERASED.to_owned(),
        Value::Object(o) => {
            o.iter().filter(|(key, _)| *key != ERASED).map(|(_, value)| value).map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
