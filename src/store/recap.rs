//! What only the page for the meeting asks: who used to write, what was only worked around, who is marked.

use super::{Reader, sql, vals};
use crate::domain::time::{Minutes, Moment};
use crate::error::Result;
use std::collections::BTreeSet;

impl Reader<'_> {
    /// The clients' tickets in figures that were opened between two instants: handle, number and instant, by client, oldest
    /// first.
    pub fn openings(&mut self, from: Moment, to: Moment) -> Result<Vec<(String, i64, Moment)>> {
        self.all(sql::RECAP_OPENINGS, vals![from, to], |r| Ok((r.text(0)?, r.int(1)?, r.at(2)?)))
    }

    /// The tickets that were closed with a workaround between two instants, and still are: number, close, minutes worked.
    pub fn workarounds(&mut self, from: Moment, to: Moment) -> Result<Vec<(i64, Moment, Minutes)>> {
        self.all(sql::RECAP_WORKAROUNDS, vals![from, to], |r| Ok((r.int(0)?, r.at(1)?, r.int(2)?)))
    }

    /// The handles of the clients that go before others.
    pub fn marked_clients(&mut self) -> Result<BTreeSet<String>> {
        Ok(self.all(sql::RECAP_MARKED, &[], |r| r.text(0))?.into_iter().collect())
    }

    /// The beginnings of notes on tickets that are not closed, written from an instant on: ticket, agent, text, when; oldest
    /// first.
    pub fn notes_since(&mut self, at: Moment) -> Result<Vec<(i64, String, String, Moment)>> {
        self.all(sql::HANDOVER_NOTES, vals![at], |r| Ok((r.int(0)?, r.text(1)?, r.text(2)?, r.at(3)?)))
    }
}
