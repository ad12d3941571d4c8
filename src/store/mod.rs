//! The desk's store: the only SQL. One way to write, [`Store::write`]: one transaction, one operation, events applied in
//! one place. Reading needs no operation. Engines are behind `engine`; nobody else knows which one runs.

pub mod agent;
pub mod answer;
mod apply;
pub mod backup;
pub mod billing;
pub mod bookmark;
pub mod bulk;
pub mod client;
pub mod contact;
pub mod engine;
pub mod entry;
pub mod erase;
pub mod figures;
pub mod health;
pub mod history;
pub mod list;
pub mod mailbox;
pub mod mailroom;
pub mod message;
pub mod news;
pub mod outbox;
mod rating;
mod raw;
mod recap;
mod refresh;
pub mod replay;
pub mod rescue;
mod seal;
pub mod search;
pub mod setting;
pub mod similar;
pub mod sql;
pub mod suggest;
pub mod surroundings;
pub mod ticket;
pub mod topic;
pub mod undo;
pub mod views;
pub mod voice;
pub mod whole;

use crate::domain::event::{Event, OperationKind};
use crate::domain::time::Moment;
use crate::error::{Error, Result};
pub use apply::Shown;
use engine::Engine;
pub(crate) use engine::{Care, Row, Val, vals};
use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

/// The edition of the schema that this program writes.
pub(crate) const SCHEMA: i64 = 4;
/// The steps that lead to it, oldest first. They only add: older programs are refused by the door, not broken.
pub(crate) const SCHEMA_TEXTS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
];

/// Where a desk is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of PostgreSQL, and the password where it is not in the address.
    Server {
        /// `postgres://user@host/database`
        url: String,
        /// From the configuration; never shown.
        password: Option<String>,
    },
    /// In memory, gone at the end.
    Memory,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::File(path) => f.debug_tuple("File").field(path).finish(),
            Place::Server { .. } => f.write_str("Server(…)"),
            Place::Memory => f.write_str("Memory"),
        }
    }
}

/// What a new desk begins with.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// Now.
    pub now: Moment,
    /// Tells desks apart.
    pub uid: String,
    /// Signs what leaves the desk.
    pub secret: Vec<u8>,
    /// The edition of the search terms.
    pub analyser: i64,
    /// Shared settings: key and JSON value.
    pub settings: Vec<(String, String)>,
}

/// Who does what, for the record.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// The agent's name.
    pub agent: &'a str,
    /// The command as typed.
    pub command: &'a str,
    /// What sort of operation it is.
    pub kind: OperationKind,
    /// When.
    pub at: Moment,
    /// Random: a repeated attempt finds its own deed.
    pub key: String,
}

/// What came of a write.
#[derive(Debug)]
pub struct Written<T> {
    /// What the closure gave.
    pub value: T,
    /// The operation, unless nothing changed.
    pub operation: Option<i64>,
}

/// An open desk.
pub struct Store {
    engine: Engine,
    /// The copy of the older edition that this desk was just brought up from.
    pub brought_from: Option<PathBuf>,
}

/// One consistent look at the desk.
pub struct Reader<'a> {
    pub(crate) engine: &'a mut Engine,
}

/// A write in progress: it reads its own changes.
pub struct Tx<'a> {
    reader: Reader<'a>,
    /// The operation's number.
    pub operation: i64,
    /// When it happens.
    pub at: Moment,
    /// Who does it.
    pub agent: i64,
    kind: OperationKind,
    command: String,
    key: String,
    target: Option<i64>,
    /// The operation that new things belong to: this one, or the one that is brought back.
    origin: i64,
    seq: i64,
    /// Over the operation and its events so far; none where nothing was written down, or where it began without one.
    seal: Option<seal::Seal>,
    noted: bool,
    /// Something that an invoice may hold went to another client.
    regrouped: bool,
    touched: BTreeSet<i64>,
    relisted: BTreeSet<i64>,
    /// Messages that are found by another subject from now on.
    reindexed: BTreeSet<i64>,
    documents: search::Documents,
    packer: raw::Packer,
    numbers: Option<Numbers>,
}

/// The next numbers to be given out: read before the first, and written down after the last of a write.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    ticket: i64,
    entry: i64,
    id: i64,
}

impl<'a> Deref for Tx<'a> {
    type Target = Reader<'a>;
    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }
}

impl Store {
    /// Opens the desk; with `fresh`, an absent one is made. None where there is none and none may be made.
    pub fn open(place: &Place, care: bool, fresh: Option<&Fresh>) -> Result<Option<Store>> {
        let care = if care { Care::Usual } else { Care::Hasty };
        let opened = match place {
            Place::File(path) => Engine::open_file(path, care, fresh)?,
            Place::Server { url, password } => Engine::open_server(url, password.as_deref(), fresh)?.map(|e| (e, None)),
            Place::Memory => fresh.map(Engine::open_memory).transpose()?.map(|e| (e, None)),
        };
        Ok(opened.map(|(engine, brought_from)| Store { engine, brought_from }))
    }

    /// Several reads of one state of the desk.
    pub fn read<T>(&mut self, look: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        self.engine.begin_read()?;
        let seen = look(&mut Reader { engine: &mut self.engine });
        self.engine.rollback();
        seen
    }

    /// The only way to change something: one transaction under one operation. Nothing is kept when `change` fails, when
    /// nothing changed, or when `dry` is set.
    pub fn write<T>(
        &mut self,
        deed: &Deed<'_>,
        dry: bool,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<Written<T>> {
        self.engine.begin_write()?;
        let done = Self::inside(&mut self.engine, deed, change);
        let keep = !dry && done.as_ref().is_ok_and(|(written, noted)| *noted || written.operation.is_some());
        self.end(keep)
            .and(done)
            .map(|(written, _)| Written { operation: written.operation.filter(|_| keep), ..written })
    }

    /// What is nobody's deed: bookkeeping of mailboxes and the outbox, and mending what is made from the facts. No operation,
    /// nothing in the history, nothing to undo.
    pub fn bookkeep<T>(&mut self, at: Moment, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.engine.begin_write()?;
        let done = (|| {
            let mut reader = Reader { engine: &mut self.engine };
            let operation = reader.pass_the_door()?;
            let deed = Deed { agent: "", command: "", kind: OperationKind::Do, at, key: String::new() };
            let mut tx = Tx::of(reader, operation, &deed);
            let value = change(&mut tx)?;
            tx.index_all()?;
            tx.keep_numbers()?;
            Ok(value)
        })();
        self.end(done.is_ok()).and(done)
    }

    fn inside<T>(
        engine: &mut Engine,
        deed: &Deed<'_>,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<(Written<T>, bool)> {
        let mut reader = Reader { engine };
        let operation = reader.pass_the_door()?;
        let mut tx = Tx::of(reader, operation, deed);
        tx.agent = tx.agent_who_writes(deed.agent)?;
        let value = change(&mut tx)?;
        tx.nothing_torn()?;
        tx.refresh_touched()?;
        tx.index_all()?;
        tx.keep_numbers()?;
        tx.put_seal()?;
        let noted = tx.noted;
        Ok((Written { value, operation: (tx.seq > 0).then_some(operation) }, noted))
    }

    /// Continues an operation in a further transaction: the later batches of an import.
    pub fn continue_operation<T>(
        &mut self,
        first: &Deed<'_>,
        operation: i64,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.engine.begin_write()?;
        let done = (|| {
            let mut reader = Reader { engine: &mut self.engine };
            reader.pass_the_door()?;
            let seq = reader.number(sql::OPERATION_LAST_SEQ, vals![operation])?;
            let seal = reader.first(sql::SEAL_OF, vals![operation], |r| r.blob_or(0))?.flatten();
            let seal = seal.and_then(|seal| seal.try_into().ok());
            let mut tx = Tx { seq, seal, ..Tx::of(reader, operation, first) };
            tx.agent = tx.agent_who_writes(first.agent)?;
            let value = change(&mut tx)?;
            tx.refresh_touched()?;
            tx.index_all()?;
            tx.keep_numbers()?;
            tx.put_seal()?;
            Ok(value)
        })();
        self.end(done.is_ok()).and(done)
    }

    /// Ends the transaction; what cannot be kept is dropped, so that the next one finds no other open.
    fn end(&mut self, keep: bool) -> Result<()> {
        let kept = if keep { self.engine.commit() } else { Ok(()) };
        if !keep || kept.is_err() {
            self.engine.rollback();
        }
        kept
    }

    /// Gives a long import or a large report more memory.
    pub fn prepare_for_bulk(&mut self) -> Result<()> {
        self.engine.prepare_for_bulk()
    }
}

impl Reader<'_> {
    /// One writer at a time, numbered in the order of commits; an outdated program is told so.
    fn pass_the_door(&mut self) -> Result<i64> {
        self.at_the_door(sql::DOOR)
    }

    /// Keeps other writers out without writing anything that would have a number. Gives the number of the last write.
    fn hold_the_door(&mut self) -> Result<i64> {
        self.at_the_door(sql::DOOR_HOLD)
    }

    fn at_the_door(&mut self, how: &str) -> Result<i64> {
        let passed = self.first(how, vals![SCHEMA], |r| r.int(0))?;
        passed.ok_or_else(|| {
            Error::refused("this desk was written by a newer program").hint("update desk; nothing was changed")
        })
    }

    /// Every row of a query, made into a thing.
    pub(crate) fn all<T>(
        &mut self,
        sql: &str,
        vals: &[Val<'_>],
        make: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut out = Vec::new();
        self.engine.rows(sql, vals, &mut |row| {
            out.push(make(row)?);
            Ok(())
        })?;
        Ok(out)
    }

    /// The first row of a query, made into a thing.
    pub(crate) fn first<T>(
        &mut self,
        sql: &str,
        vals: &[Val<'_>],
        make: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut out = None;
        self.engine.rows(sql, vals, &mut |row| {
            if out.is_none() {
                out = Some(make(row)?);
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// The whole number that a query gives; 0 where it gives none.
    pub(crate) fn number(&mut self, sql: &str, vals: &[Val<'_>]) -> Result<i64> {
        Ok(self.first(sql, vals, |r| r.int_or(0))?.flatten().unwrap_or(0))
    }

    /// Calls `each` for every row.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        vals: &[Val<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.engine.rows(sql, vals, &mut each)
    }

    /// The desk's own id.
    pub fn uid(&mut self) -> Result<String> {
        Ok(self.first(sql::DESK_UID, &[], |r| r.text(0))?.unwrap_or_default())
    }

    /// The secret that signs what leaves the desk.
    pub fn secret(&mut self) -> Result<Vec<u8>> {
        Ok(self.first(sql::DESK_SECRET, &[], |r| r.blob(0))?.unwrap_or_default())
    }

    /// The number of the last write.
    pub fn change_no(&mut self) -> Result<i64> {
        self.number(sql::DESK_CHANGE, &[])
    }
}

impl<'a> Tx<'a> {
    fn of(reader: Reader<'a>, operation: i64, deed: &Deed<'_>) -> Tx<'a> {
        Tx {
            reader,
            operation,
            at: deed.at,
            agent: 0,
            kind: deed.kind,
            command: deed.command.to_owned(),
            key: deed.key.clone(),
            target: None,
            origin: operation,
            seq: 0,
            seal: None,
            noted: false,
            regrouped: false,
            touched: BTreeSet::new(),
            relisted: BTreeSet::new(),
            reindexed: BTreeSet::new(),
            documents: search::Documents::default(),
            packer: raw::Packer::default(),
            numbers: None,
        }
    }

    /// Runs a statement.
    pub(crate) fn run(&mut self, sql: &str, vals: &[Val<'_>]) -> Result<u64> {
        self.reader.engine.run(sql, vals)
    }

    /// The next ticket number: gapless, because the door lets one writer in at a time.
    pub fn next_ticket(&mut self) -> Result<i64> {
        let numbers = self.numbers()?;
        numbers.ticket += 1;
        Ok(numbers.ticket - 1)
    }

    /// The next number of a time entry.
    pub fn next_entry(&mut self) -> Result<i64> {
        let numbers = self.numbers()?;
        numbers.entry += 1;
        Ok(numbers.entry - 1)
    }

    /// The first of `count` new ids of things that are neither tickets nor entries.
    pub fn next_ids(&mut self, count: i64) -> Result<i64> {
        let numbers = self.numbers()?;
        numbers.id += count;
        Ok(numbers.id - count)
    }

    fn numbers(&mut self) -> Result<&mut Numbers> {
        if self.numbers.is_none() {
            let read = |r: &Row<'_>| Ok(Numbers { ticket: r.int(0)?, entry: r.int(1)?, id: r.int(2)? });
            self.numbers = self.first(sql::NUMBERS, &[], read)?;
        }
        self.numbers.as_mut().ok_or_else(|| Error::bug("the desk does not know its numbers"))
    }

    /// Writes down which numbers were given out.
    fn keep_numbers(&mut self) -> Result<()> {
        match self.numbers.take() {
            Some(n) => self.run(sql::NUMBERS_SET, vals![n.ticket, n.entry, n.id]).map(drop),
            None => Ok(()),
        }
    }

    /// Writes events down and brings the current state up to date with them. Events that change nothing are dropped.
    pub fn apply(&mut self, events: impl IntoIterator<Item = Event>) -> Result<()> {
        for event in events.into_iter().filter(|e| !e.is_void()) {
            let event = self.in_its_place(event)?;
            self.enter(&event)?;
            self.bring_about(&event)?;
            self.mark(&event)?;
        }
        Ok(())
    }

    /// Keeps this write also where no event comes of it: what was noted is bookkeeping.
    pub fn keep_notes(&mut self) {
        self.noted = true;
    }

    /// Whether this write begins its operation.
    #[must_use]
    pub fn is_first_batch(&self) -> bool {
        self.seq == 0
    }

    /// Brings every touched ticket up to date at once, where a later step of the same write looks at it.
    pub fn bring_up_to_date(&mut self) -> Result<()> {
        self.refresh_touched()
    }

    /// Notes that this operation takes back or brings back another.
    pub(crate) fn set_target(&mut self, target: i64) {
        self.target = Some(target);
    }

    /// Writes the operation down, before its first event.
    pub(crate) fn record(&mut self) -> Result<()> {
        if self.seq == 0 {
            let (operation, at, agent, target) = (self.operation, self.at, self.agent, self.target);
            let (command, kind, key) = (self.command.clone(), self.kind.word(), self.key.clone());
            self.run(sql::OPERATION_ADD, vals![operation, at, agent, &command, kind, target, &key])?;
            self.seq = 1;
            self.seal = Some(seal::of_operation(operation, at, agent, &command, self.kind, target));
        }
        Ok(())
    }

    fn enter(&mut self, e: &Event) -> Result<()> {
        self.record()?;
        let (from, to) = (e.from.to_string(), e.to.to_string());
        let (operation, seq) = (self.operation, self.seq);
        self.run(sql::EVENT_ADD, vals![operation, seq, e.noun.word(), e.id, &e.field, &from, &to, e.ticket, e.at])?;
        self.seal = self.seal.map(|seal| seal::with_event(&seal, seq, e, &from, &to));
        self.seq += 1;
        Ok(())
    }
}
