//! What was promised by voice, and what happened after it. What came of it is counted in `domain::sla`.

use super::{Reader, sql};
use crate::domain::sla::{Spoken, Voice};
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};

/// The instant, the operation and the place in it: what happened first.
type Order = (Moment, i64, i64);

impl Reader<'_> {
    /// Every ticket on which something was promised by voice, with what happened on it that matters to it, by number.
    /// Spam, muted, merged and automatic tickets are not among them; what was undone is in none.
    pub fn spoken(&mut self) -> Result<Vec<Spoken>> {
        let mut found: BTreeMap<i64, Vec<(Order, Voice)>> = BTreeMap::new();
        self.each(sql::VOICE_TICKETS, &[], |r| {
            // What nobody changed was promised when the ticket was opened, after everything else that was said then.
            let begun = (r.at(1)?, r.int(2)?, i64::MAX);
            found.insert(r.int(0)?, vec![(begun, Voice::Promised(r.at_or(3)?))]);
            Ok(())
        })?;
        let mut moved = BTreeSet::new();
        self.each(sql::VOICE_EVENTS, &[], |r| {
            let (ticket, order) = (r.int(0)?, (r.at(1)?, r.int(2)?, r.int(3)?));
            let Some(words) = found.get_mut(&ticket) else { return Ok(()) };
            if r.text(4)? == "status" {
                let standing: Standing = read_text(&r.text(6)?)?;
                words.extend((standing.status == Status::Closed).then_some((order, Voice::Kept)));
                return Ok(());
            }
            if let (true, Some(first)) = (moved.insert(ticket), words.first_mut()) {
                first.1 = Voice::Promised(read_text(&r.text(5)?)?);
            }
            words.push((order, Voice::Promised(read_text(&r.text(6)?)?)));
            Ok(())
        })?;
        self.each(sql::VOICE_ANSWERS, &[], |r| {
            if let Some(words) = found.get_mut(&r.int(0)?) {
                let at = r.at(1)?;
                let at = r.at_or(2)?.map_or(at, |joined| joined.max(at));
                words.push(((at, r.int(3)?, 0), Voice::Kept));
            }
            Ok(())
        })?;
        let spoken = found.into_iter().map(|(number, mut words)| {
            words.sort_by_key(|(order, _)| *order);
            Spoken { number, heard: words.into_iter().map(|((at, ..), word)| (at, word)).collect() }
        });
        Ok(spoken.collect())
    }
}

fn read_text<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    super::apply::read(&serde_json::from_str(text).unwrap_or_default())
}
