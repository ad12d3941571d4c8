//! Time entries and running timers.

use super::{Reader, Row, sql, vals};
use crate::domain::entry::{Entry, Timer};
use crate::domain::time::{Date, Moment};
use crate::error::{Error, Result};

fn entry_of(r: &Row<'_>) -> Result<Entry> {
    let day = r.text(4)?;
    Ok(Entry {
        id: r.int(0)?,
        ticket: r.int_or(1)?,
        client: r.int_or(2)?,
        agent: r.int(3)?,
        day: day.parse().map_err(|_| Error::bug(format!("a time entry has the day {day}")))?,
        minutes: r.int(5)?,
        billable: r.flag(6)?,
        text: r.text(7)?,
        void: r.flag(8)?,
    })
}

/// A time entry with the names a report shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLine {
    /// The entry.
    pub entry: Entry,
    /// The ticket's subject.
    pub subject: Option<String>,
    /// The client's handle.
    pub client: Option<String>,
    /// The agent's name.
    pub agent: String,
}

impl Reader<'_> {
    /// The entry with this id.
    pub fn entry(&mut self, id: i64) -> Result<Option<Entry>> {
        self.first(sql::ENTRY_GET, vals![id], entry_of)
    }

    /// The entries of a ticket, struck out ones too.
    pub fn entries_of_ticket(&mut self, ticket: i64) -> Result<Vec<Entry>> {
        self.all(sql::ENTRIES_OF_TICKET, vals![ticket], entry_of)
    }

    /// The entries of the days from `first` to `last`, both included, without struck out ones.
    pub fn entries_between(&mut self, first: Date, last: Date) -> Result<Vec<EntryLine>> {
        self.all(sql::ENTRIES_BETWEEN, vals![&first.to_string(), &last.to_string()], |r| {
            Ok(EntryLine { entry: entry_of(r)?, subject: r.text_or(9)?, client: r.text_or(10)?, agent: r.text(11)? })
        })
    }

    /// Minutes that an agent has on a day.
    pub fn minutes_on(&mut self, agent: i64, day: Date) -> Result<i64> {
        self.number(sql::ENTRY_DAY_MINUTES, vals![agent, &day.to_string()])
    }

    /// The running timer of an agent.
    pub fn timer(&mut self, agent: i64) -> Result<Option<Timer>> {
        self.first(sql::TIMER_GET, vals![agent], |r| {
            Ok(Timer { agent: r.int(0)?, ticket: r.int_or(1)?, since: r.at(2)? })
        })
    }

    /// Every running timer with its agent's name.
    pub fn timers(&mut self) -> Result<Vec<(Timer, String)>> {
        self.all(sql::TIMERS, &[], |r| {
            Ok((Timer { agent: r.int(0)?, ticket: r.int_or(1)?, since: Moment(r.int(2)?) }, r.text(3)?))
        })
    }
}
