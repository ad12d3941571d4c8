//! What completion asks, under the finger of somebody who waits: each question is a few steps in an index, however large
//! the desk is. What begins with a prefix, and a word about it.

use super::{Reader, sql, vals};
use crate::error::Result;

/// Rows of an answer at most.
const MOST: i64 = 60;
/// Digits of the largest ticket number that anybody types.
const DIGITS: u32 = 12;

/// Something to choose, and a word about it.
pub type Choice = (String, String);

impl Reader<'_> {
    /// Tickets whose number begins with these digits, closed ones too, the newest first; without digits the queue.
    pub fn tickets_beginning(&mut self, digits: &str) -> Result<Vec<Choice>> {
        if digits.is_empty() {
            return Ok(self.subjects(MOST)?.into_iter().map(told).collect());
        }
        let Ok(number) = digits.parse::<i64>() else { return Ok(Vec::new()) };
        if number <= 0 || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for power in 0..DIGITS {
            let ten = 10_i64.pow(power);
            let (Some(first), Some(last)) =
                (number.checked_mul(ten), number.checked_add(1).and_then(|n| n.checked_mul(ten)))
            else {
                break;
            };
            let rows =
                self.all(sql::TICKETS_NUMBERED, vals![first, last - 1, MOST], |r| Ok((r.int(0)?, r.text(1)?)))?;
            found.extend(rows.into_iter().map(told));
        }
        found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// The tickets that were closed last.
    pub fn tickets_closed_lately(&mut self) -> Result<Vec<Choice>> {
        Ok(self
            .all(sql::TICKETS_CLOSED_LATELY, vals![MOST], |r| Ok((r.int(0)?, r.text(1)?)))?
            .into_iter()
            .map(told)
            .collect())
    }

    /// The time entries that were made last.
    pub fn entries_lately(&mut self) -> Result<Vec<Choice>> {
        self.all(sql::ENTRIES_LATELY, vals![MOST], |r| {
            Ok((format!("t{}", r.int(0)?), format!("{}, {} min {}", r.text(1)?, r.int(2)?, r.text(3)?)))
        })
    }

    /// Tags that begin so, by letter.
    pub fn tags_beginning(&mut self, prefix: &str) -> Result<Vec<Choice>> {
        let mut found: Vec<Choice> = Vec::new();
        // A tag is its own first successor where it is the prefix itself.
        if self.first(sql::TAG_USED, vals![prefix], |r| r.text(0))?.is_some() {
            found.push((prefix.to_owned(), String::new()));
        }
        let mut after = prefix.to_owned();
        for _ in 0..MOST {
            let next = self.first(sql::TAG_NEXT, vals![&after], |r| r.text_or(0))?.flatten();
            let Some(tag) = next.filter(|tag| tag.starts_with(prefix)) else { break };
            found.push((tag.clone(), String::new()));
            after = tag;
        }
        Ok(found)
    }

    /// Clients whose handle begins so.
    pub fn clients_beginning(&mut self, prefix: &str) -> Result<Vec<Choice>> {
        let key = prefix.to_lowercase();
        let rows = self.all(sql::CLIENTS_FROM, vals![&key, MOST], |r| Ok((r.text(0)?, r.text(1)?)))?;
        Ok(rows.into_iter().take_while(|(handle, _)| handle.to_lowercase().starts_with(&key)).collect())
    }

    /// Contacts whose address begins so.
    pub fn addresses_beginning(&mut self, prefix: &str) -> Result<Vec<Choice>> {
        let key = prefix.to_lowercase();
        let rows = self.all(sql::CONTACTS_FROM, vals![&key, MOST], |r| Ok((r.text(0)?, r.text(1)?)))?;
        Ok(rows.into_iter().take_while(|(address, _)| address.starts_with(&key)).collect())
    }
}

fn told((number, subject): (i64, String)) -> Choice {
    (number.to_string(), subject)
}
