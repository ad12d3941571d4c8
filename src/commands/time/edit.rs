//! `desk time edit`: an entry put right.

use super::super::args::{self, Answer};
use super::super::log::{leading_duration, past_day};
use super::{entry_number, mine_or_sure, standing};
use crate::actions::{hours, people};
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::entry::Entry;
use crate::domain::time::{Date, Minutes};
use crate::error::{Error, Result};
use crate::report::time;
use crate::store::Tx;

/// Correct an entry
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk time edit t17 40m
  desk time edit t17 40m call with the bank
  desk time edit t17 --text \"call with the bank\" --free
  desk time edit t17 --on yesterday --ticket 45
  desk time edit t17 --ticket none --client acme")]
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
    /// It is given away
    #[arg(long, conflicts_with = "billable")]
    free: bool,
    /// It is billed
    #[arg(long)]
    billable: bool,
}

/// What is to become different; none: stays as it is.
#[derive(Debug, PartialEq, Eq)]
struct Changes {
    minutes: Option<Minutes>,
    text: Option<String>,
    day: Option<Date>,
    ticket: Option<Option<i64>>,
    /// As typed; `none` is no client.
    client: Option<String>,
    billable: Option<bool>,
}

impl Edit {
    /// Corrects.
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let id = entry_number(&self.id)?;
        let changes = self.changes(desk)?;
        hours::within_a_day(desk.yes, changes.minutes)?;
        mine_or_sure(desk, &[id], "Change it?")?;
        let yes = desk.yes;
        let written = desk.write(|tx| {
            let was = standing(tx, id)?;
            let entry = changes.of(tx, &was)?;
            if !hours::revise(tx, &was, &entry)? {
                return Err(Error::refused(format!("t{id} is like that already")));
            }
            if (was.minutes, was.day) != (entry.minutes, entry.day) {
                hours::no_day_over(tx, yes, std::slice::from_ref(&entry))?;
            }
            tx.worked_in(&[id])
        })?;
        let lines: Vec<String> = written.value.iter().map(|w| format!("changed: {}", time::said(w))).collect();
        Ok(time::done(&lines, &written.value, written.operation).into())
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
            billable: (self.free || self.billable).then_some(self.billable),
        };
        if changes == (Changes { minutes: None, text: None, day: None, ticket: None, client: None, billable: None }) {
            let way = "desk time edit t17 40m, or --text, --on, --ticket, --client, --free, --billable";
            return Err(Error::usage("nothing to change is named").hint(way));
        }
        Ok(changes)
    }
}

impl Changes {
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
        Ok(Entry {
            ticket,
            client,
            minutes: self.minutes.unwrap_or(was.minutes),
            day: self.day.unwrap_or(was.day),
            text: self.text.clone().unwrap_or_else(|| was.text.clone()),
            billable: self.billable.unwrap_or(was.billable),
            ..was.clone()
        })
    }
}
