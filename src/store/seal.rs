//! Seals: a sum over what an operation did, and over the text of a message, written down with it. `desk doctor --deep` takes them
//! again, and so finds the one digit that changed on the disk or by somebody's hand. They guard against decay and slips, not
//! against somebody who may write the file and knows how they are made.

use super::{Reader, Tx, sql, vals};
use crate::domain::event::{Event, OperationKind};
use crate::domain::time::Moment;
use crate::error::Result;
use sha2::{Digest, Sha256};

/// The sum over an operation and its events so far.
pub(super) type Seal = [u8; 32];

/// How many operations or texts are looked at at once.
const PAGE: i64 = 500;

/// Fields one behind the other, each with its length, so that nothing can move from one into the next.
struct Sum(Sha256);

impl Sum {
    fn behind(before: &[u8]) -> Sum {
        let mut sum = Sha256::new();
        sum.update(before);
        Sum(sum)
    }

    fn text(mut self, text: &str) -> Sum {
        // No table holds a NUL.
        let kept: Vec<u8> = text.bytes().filter(|b| *b != 0).collect();
        self.0.update(u64::try_from(kept.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(kept);
        self
    }

    fn number(mut self, n: Option<i64>) -> Sum {
        self.0.update([u8::from(n.is_some())]);
        self.0.update(n.unwrap_or_default().to_le_bytes());
        self
    }

    fn taken(self) -> Seal {
        self.0.finalize().into()
    }
}

/// The seal of an operation before its first event.
pub(super) fn of_operation(
    id: i64,
    at: Moment,
    agent: i64,
    command: &str,
    kind: OperationKind,
    target: Option<i64>,
) -> Seal {
    Sum::behind(b"operation")
        .number(Some(id))
        .number(Some(at.0))
        .number(Some(agent))
        .text(command)
        .text(kind.word())
        .number(target)
        .taken()
}

/// The seal after one more event, whose values are given as they are written down.
pub(super) fn with_event(seal: &Seal, seq: i64, e: &Event, from: &str, to: &str) -> Seal {
    Sum::behind(seal)
        .number(Some(seq))
        .text(e.noun.word())
        .number(Some(e.id))
        .text(&e.field)
        .text(from)
        .text(to)
        .number(e.ticket)
        .number(Some(e.at.0))
        .taken()
}

/// The sum over the text of a message.
pub(super) fn of_text(text: &str) -> i64 {
    let sum = Sum::behind(b"text").text(text).taken();
    sum.iter().take(8).fold(0, |n, byte| n << 8 | i64::from(*byte))
}

/// An operation as it is written down, with the seal that it has.
struct Sealed {
    id: i64,
    first: Seal,
    kept: Option<Vec<u8>>,
}

impl Reader<'_> {
    /// Operations after a number with the seal that each should have, at most a page of them.
    fn seals(&mut self, after: i64, last: i64) -> Result<Vec<(Sealed, Seal)>> {
        let operations = self.all(sql::SEALED, vals![after, last, PAGE], |r| {
            let kind = OperationKind::of(&r.text(4)?);
            let first = of_operation(r.int(0)?, r.at(1)?, r.int(2)?, &r.text(3)?, kind, r.int_or(5)?);
            Ok(Sealed { id: r.int(0)?, first, kept: r.blob_or(6)? })
        })?;
        let Some(last) = operations.last().map(|o| o.id) else { return Ok(Vec::new()) };
        let mut seals: std::collections::HashMap<i64, Seal> = operations.iter().map(|o| (o.id, o.first)).collect();
        self.each(sql::SEALED_EVENTS, vals![after, last], |r| {
            if let Some(seal) = seals.get_mut(&r.int(7)?) {
                *seal = with_event(seal, r.int(8)?, &super::history::event_of(r)?, &r.text(3)?, &r.text(4)?);
            }
            Ok(())
        })?;
        Ok(operations.into_iter().filter_map(|o| Some((seals.get(&o.id).copied()?, o)).map(|(s, o)| (o, s))).collect())
    }

    /// Operations that are not as they were written down. Those of programs that made no seals are passed over.
    pub fn broken_seals(&mut self) -> Result<Vec<i64>> {
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let page = self.seals(after, i64::MAX)?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after = last.id;
            let broken = |(o, seal): &(Sealed, Seal)| o.kept.as_ref().is_some_and(|kept| kept.as_slice() != seal);
            found.extend(page.iter().filter(|sealed| broken(sealed)).map(|(o, _)| o.id));
        }
    }

    /// Messages whose text is not as it was written down.
    pub fn altered_texts(&mut self) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        self.each(sql::TEXT_SUMS, &[], |r| {
            if r.int_or(2)?.is_some_and(|sum| r.text(1).is_ok_and(|text| of_text(&text) != sum)) {
                found.push(r.int(0)?);
            }
            Ok(())
        })?;
        Ok(found)
    }
}

impl Tx<'_> {
    /// The operation as it stands in the tables by now; the rest of this write builds on that.
    pub(super) fn seal_anew(&mut self, operation: i64) -> Result<()> {
        let Some((_, seal)) = self.seals(operation - 1, operation)?.pop() else { return Ok(()) };
        if operation == self.operation {
            self.seal = Some(seal);
        }
        self.run(sql::SEAL, vals![operation, seal.as_slice()]).map(drop)
    }

    /// Writes down the seal of this write's operation.
    pub(super) fn put_seal(&mut self) -> Result<()> {
        match self.seal {
            Some(seal) => self.run(sql::SEAL, vals![self.operation, seal.as_slice()]).map(drop),
            None => Ok(()),
        }
    }

    /// Seals everything that has come back from a file.
    pub(super) fn seal_all(&mut self) -> Result<()> {
        let mut after = 0;
        loop {
            let page = self.seals(after, i64::MAX)?;
            let Some((last, _)) = page.last() else { break };
            after = last.id;
            for (o, seal) in page {
                self.run(sql::SEAL, vals![o.id, seal.as_slice()])?;
            }
        }
        let mut after = 0;
        loop {
            let page = self.all(sql::TEXTS, vals![after, PAGE], |r| Ok((r.int(0)?, of_text(&r.text(1)?))))?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = *last;
            for (message, sum) in page {
                self.run(sql::TEXT_SUM, vals![message, sum])?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Noun;

    #[test]
    fn nothing_moves_from_one_field_into_the_next() {
        let seal = |command: &str, kind| of_operation(1, Moment(0), 1, command, kind, None);
        assert_ne!(seal("ab", OperationKind::Do), seal("a", OperationKind::Do));
        assert_ne!(seal("a", OperationKind::Do), seal("a", OperationKind::Undo));
        let first = seal("a", OperationKind::Do);
        let event = |field: &str| Event::about(Noun::Setting, 0, field, &(), &1, Moment(5));
        let with = |field: &str, from: &str, to: &str| with_event(&first, 1, &event(field), from, to);
        assert_ne!(with("a", "b", "c"), with("ab", "", "c"));
        assert_ne!(with("a", "b", "c"), with("a", "bc", ""));
        assert_ne!(with_event(&first, 2, &event("a"), "b", "c"), with("a", "b", "c"));
    }

    #[test]
    fn a_nul_that_no_table_holds_is_not_in_the_sum() {
        assert_eq!(of_text("a\0b"), of_text("ab"));
        assert_ne!(of_text("ab"), of_text("ba"));
    }
}
