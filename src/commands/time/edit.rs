//! `desk time edit`: an entry put right.

use super::super::args::{self, Answer};
use super::super::log::{activity_of, beginning, leading_duration, past_day, said};
use super::{entry_number, mine_or_sure, standing};
use crate::actions::echo::Echo;
use crate::actions::{hours, people, worth};
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::entry::Entry;
use crate::domain::time::{Date, Minutes, Moment};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::billing::on_invoice;

/// Correct an entry
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk time edit t17 40m
  desk time edit t17 40m call with the bank
  desk time edit t17 --text \"call with the bank\" --free
  desk time edit t17 --on yesterday --ticket 45
  desk time edit t17 --ticket none --client acme
  desk time edit t17 --from 21:30 --activity call
  desk time edit t17 --contract none           # whichever contract has room")]
pub(super) struct Edit {
    /// The entry: t17
    #[arg(value_name = "tID")]
    id: String,
    /// How long it took, and what was done
    #[arg(value_name = "DUR [TEXT]")]
    words: Vec<String>,
    /// How long it took
    #[arg(short, long, value_name = "DUR", conflicts_with = "words")]
    time: Option<String>,
    /// What was done
    #[arg(short = 'm', long, value_name = "TEXT")]
    text: Option<String>,
    /// When it was worked
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// On which ticket, or none
    #[arg(long, value_name = "ID")]
    ticket: Option<String>,
    /// For which client, or none: of work without a ticket
    #[arg(short, long, value_name = "CLIENT")]
    client: Option<String>,
    /// When it began: 21:30, or none
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// What sort of work it was, or none
    #[arg(long, value_name = "WORD")]
    activity: Option<String>,
    /// The contract of the client that it belongs to, or none
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
    /// The invoiced entry that it puts right, or none
    #[arg(long, value_name = "tID")]
    corrects: Option<String>,
    /// It is given away
    #[arg(long, conflicts_with = "billable")]
    free: bool,
    /// It is billed
    #[arg(long)]
    billable: bool,
}

/// What is to become different; none: stays as it is.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    minutes: Option<Minutes>,
    text: Option<String>,
    day: Option<Date>,
    ticket: Option<Option<i64>>,
    /// As typed; `none` is no client.
    client: Option<String>,
    /// As typed: it is on the day that the entry will be on.
    from: Option<String>,
    activity: Option<Option<String>>,
    /// As typed; `none` is no contract.
    contract: Option<String>,
    corrects: Option<Option<i64>>,
    billable: Option<bool>,
}

impl Edit {
    /// Corrects.
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let id = entry_number(&self.id)?;
        let changes = self.changes(desk)?;
        hours::within_a_day(desk.yes, changes.minutes)?;
        mine_or_sure(desk, &[id], "Change it?")?;
        let began = changes.began(desk, id)?;
        let (yes, house) = (desk.yes, desk.house_for_hours().ok());
        let written = desk.write(|tx| {
            let was = standing(tx, id)?;
            let entry = Entry { began, ..changes.of(tx, &was)? };
            stays_on_invoice(tx, &was, &entry)?;
            if !hours::revise(tx, &was, &entry)? {
                return Err(Error::refused(format!("t{id} is like that already")));
            }
            if (was.minutes, was.day) != (entry.minutes, entry.day) {
                hours::no_day_over(tx, yes, std::slice::from_ref(&entry))?;
            }
            Echo::of(tx, house.as_ref(), &[id])
        })?;
        Ok(said("changed: ", written.value, written.operation).into())
    }

    fn changes(&self, desk: &mut Desk) -> Result<Changes> {
        let (minutes, typed) = match (&self.time, self.words.is_empty()) {
            (Some(time), _) => (Some(duration::worked(time)?), String::new()),
            (None, true) => (None, String::new()),
            (None, false) => leading_duration(&self.words).map(|(minutes, rest)| (Some(minutes), rest.join(" ")))?,
        };
        if self.text.is_some() && !typed.is_empty() {
            return Err(Error::usage("two texts are given").hint("one of --text and the words after the duration"));
        }
        let changes = Changes {
            minutes,
            text: self.text.clone().or_else(|| Some(typed).filter(|t| !t.is_empty())),
            day: self.on.as_deref().map(|text| past_day(desk, text)).transpose()?,
            ticket: match self.ticket.as_deref() {
                None => None,
                Some("none") => Some(None),
                Some(word) => Some(Some(args::ticket(desk, word)?.id)),
            },
            client: self.client.clone(),
            from: self.from.clone(),
            activity: not_none(self.activity.as_deref(), activity_of)?,
            contract: self.contract.clone(),
            corrects: not_none(self.corrects.as_deref(), entry_number)?,
            billable: (self.free || self.billable).then_some(self.billable),
        };
        if changes == Changes::default() {
            let way = "desk time edit t17 40m, or --text, --on, --from, --ticket, --client, --activity, --free …";
            return Err(Error::usage("nothing to change is named").hint(way));
        }
        Ok(changes)
    }
}

/// A value, or none where `none` was written.
fn not_none<T>(said: Option<&str>, read: fn(&str) -> Result<T>) -> Result<Option<Option<T>>> {
    match said {
        None => Ok(None),
        Some("none") => Ok(Some(None)),
        Some(text) => Ok(Some(Some(read(text)?))),
    }
}

/// What an invoice tells stays where it was told, on its ticket and for its client.
fn stays_on_invoice(tx: &mut Tx<'_>, was: &Entry, is: &Entry) -> Result<()> {
    match tx.invoice_of_entry(was.id)? {
        Some(number) if (was.ticket, was.client) != (is.ticket, is.client) => Err(on_invoice(was.id, number)),
        _ => Ok(()),
    }
}

impl Changes {
    /// When the work will have begun: as said, else at the same time of day if the day changes.
    fn began(&self, desk: &mut Desk, id: i64) -> Result<Option<Moment>> {
        let Some(was) = desk.read(|r| r.entry(id))? else { return Ok(None) };
        let day = self.day.unwrap_or(was.day);
        match (self.from.as_deref(), was.began) {
            (Some("none"), _) | (None, None) => Ok(None),
            (Some(text), _) => beginning(desk, Some(day), text).map(Some),
            (None, Some(began)) if day == was.day => Ok(Some(began)),
            (None, Some(began)) => {
                let time = desk.zone()?.local(began).format("%H:%M:%S").to_string();
                // A time that has not come yet on the new day was not that of the work.
                Ok(beginning(desk, Some(day), &time).ok())
            }
        }
    }

    /// The entry as it should be. On a ticket, its client is the ticket's.
    fn of(&self, tx: &mut Tx<'_>, was: &Entry) -> Result<Entry> {
        let ticket = self.ticket.unwrap_or(was.ticket);
        let of_ticket = match (self.ticket, ticket) {
            (Some(_), Some(id)) => hours::ticket(tx, id)?.client,
            _ => was.client,
        };
        let client = match self.client.as_deref() {
            None => of_ticket,
            Some("none") => None,
            Some(word) => Some(people::client(tx, word)?.id),
        };
        if let (Some(id), Some(word)) = (ticket, &self.client)
            && client != of_ticket
        {
            return Err(Error::refused(format!("t{} is on ticket {id}: its client is the ticket's", was.id))
                .hint(format!("desk edit {id} --client {word}; or off the ticket: --ticket none --client {word}")));
        }
        let moved = was.clone().for_client(client);
        let contract = match self.contract.as_deref() {
            None => moved.contract,
            Some("none") => None,
            Some(word) => Some(worth::contract_called(tx, client, word)?),
        };
        let corrects = match self.corrects {
            Some(Some(id)) => Some(worth::corrected(tx, client, id)?),
            Some(None) => None,
            None => was.corrects,
        };
        Ok(Entry {
            ticket,
            minutes: self.minutes.unwrap_or(was.minutes),
            day: self.day.unwrap_or(was.day),
            text: self.text.clone().unwrap_or_else(|| was.text.clone()),
            billable: self.billable.unwrap_or(was.billable),
            activity: self.activity.clone().unwrap_or_else(|| was.activity.clone()),
            contract,
            corrects,
            ..moved
        })
    }
}
