//! Tables and JSON files of other programs come in: tickets, clients, contacts, worked time. One transaction and one
//! operation: all of it or nothing, unless the bad records shall be left out. What came in before is known again by source
//! and number. Nothing is ever sent for what comes in.

mod again;
mod keep;
mod people;
mod settle;
mod sources;

use crate::desk::Desk;
use crate::domain::event::OperationKind;
use crate::domain::incoming::{Incoming, What};
use crate::domain::listed::Listed;
use crate::domain::mapping::{Dates, Kept, Kind, Order, key, priority_of, status_of};
use crate::domain::record::Record;
use crate::domain::search::Query;
use crate::domain::ticket::{Standing, Status};
use crate::error::{Error, Result};
use crate::formats::foreign::{Program, Reader};
use crate::formats::records::{Bad, Form};
use crate::store::list::Ask;
use crate::store::{Deed, Tx};
use keep::Keeper;
use serde_json::{Map, Value};
use sources::{How, Source};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

pub use sources::is_archive;

/// So many tickets are shown by a plan.
pub const SHOWN: usize = 5;

/// So many rejected records are told; the others are counted.
const TOLD: usize = 1000;

/// What happens to a record that came in before and reads differently now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// It is left as it is.
    #[default]
    Skip,
    /// What has changed there is taken over.
    Update,
    /// Nothing is imported.
    Fail,
}

/// How files are taken in.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the files are, where looking does not tell.
    pub form: Option<Form>,
    /// Whose files they are, where looking does not tell.
    pub program: Option<&'static Program>,
    /// What the records are, where the columns do not tell.
    pub kind: Option<Kind>,
    /// Which column goes where, and what words mean: `Column=field`, `status:Word=open`.
    pub map: Vec<String>,
    /// Whether a map was given or kept: then the columns decide and not the program.
    pub mapped: bool,
    /// Which comes first in dates with `/`.
    pub order: Option<Order>,
    /// What happens to what came in before.
    pub on_conflict: OnConflict,
    /// Bad records are left out, the others kept.
    pub skip_bad: bool,
    /// Tickets silent for so many seconds come in closed.
    pub close_older: Option<i64>,
    /// What numbers are known by: `okdesk` in `okdesk:1834`.
    pub source: Option<String>,
}

/// What came of an import.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Whose files, or in which form.
    pub format: String,
    /// What numbers are known by.
    pub source: String,
    /// What the records are; none for the files of a program.
    pub kind: Option<Kind>,
    /// Records read.
    pub read: usize,
    /// Things made.
    pub created: usize,
    /// Things changed.
    pub updated: usize,
    /// Records that came in before and read the same.
    pub duplicates: usize,
    /// Records that came in before, read differently, and were left.
    pub differing: usize,
    /// Records that only told of others.
    pub told: usize,
    /// Members of the team that the files tell of.
    pub agents: usize,
    /// New tickets.
    pub tickets: usize,
    /// Messages added.
    pub messages: usize,
    /// Time entries added.
    pub entries: usize,
    /// Entries whose ticket is not here.
    pub strays: usize,
    /// Ratings added.
    pub ratings: usize,
    /// New contacts.
    pub contacts: usize,
    /// New clients.
    pub clients: usize,
    /// New agents.
    pub new_agents: Vec<String>,
    /// New tickets by the status they came in with.
    pub statuses: BTreeMap<Status, usize>,
    /// Of them, closed because they were silent.
    pub closed_silent: usize,
    /// New tickets that wait for us and were quiet for a month.
    pub quiet: usize,
    /// The first new tickets.
    first: Vec<i64>,
    /// The same as they would look; only of a plan.
    pub shown: Vec<Listed>,
    /// Columns that found their field by their names.
    pub found: Vec<(String, &'static str)>,
    /// Columns that went nowhere.
    pub unused: Vec<String>,
    /// What was guessed of words: field, word, what it was taken for, how often.
    pub guesses: Vec<(&'static str, String, String, usize)>,
    /// Rejected records: where, and why.
    pub rejected: Vec<(String, String)>,
    /// How many more were rejected.
    pub more_rejected: usize,
    /// Nothing was kept because records were bad.
    pub refused: bool,
    /// The operation, unless nothing was added.
    pub operation: Option<i64>,
}

impl Summary {
    /// How many records were rejected.
    #[must_use]
    pub fn bad(&self) -> usize {
        self.rejected.len() + self.more_rejected
    }
}

/// Takes files in. Rejected records are also written to `rejects`, in a form that can be mended and imported again.
///
/// # Errors
/// A file cannot be read or its columns tell nothing; a record came in before where that shall not be.
pub fn take(desk: &mut Desk, paths: &[PathBuf], options: &Options, rejects: Option<&mut dyn Write>) -> Result<Summary> {
    let zone = desk.zone()?;
    let files = sources::open(paths, options, &zone)?;
    let mut summary = Summary { format: files.format.clone(), source: files.source.clone(), ..Summary::default() };
    summary.told_by(&files.sources);
    let key = desk.host.unique_word(12)?;
    let (me, command, now) = (desk.me.clone(), desk.command.clone(), desk.now);
    let deed = Deed { agent: &me, command: &command, kind: OperationKind::Import, at: now, key };
    let progress = desk.host.progress(files.bytes, if desk.dry { "planning" } else { "importing" });
    let dry = desk.dry;
    let mut refused = false;
    let mut out = Rejects { to: rejects, columns: Vec::new(), begun: false };
    let written = {
        let mut keeper = Keeper::new(&files.source, &mut summary, &zone);
        keeper.on_conflict = options.on_conflict;
        keeper.close_older = options.close_older;
        say_words(&mut keeper, &options.map)?;
        let store = desk.store()?;
        store.prepare_for_bulk()?;
        store.write(&deed, dry, |tx| {
            let mut reader = files.program.map(|program| Reader::new(program, files.dates.clone()));
            for source in files.sources {
                out.of(source.records.columns());
                run(tx, &mut keeper, source, reader.as_mut(), &mut out, &|done| progress.at(done))?;
            }
            for incoming in reader.map(Reader::end).into_iter().flatten() {
                let place = incoming.origin.place.clone();
                if let Err(why) = keeper.take(tx, incoming, &mut |_| None)? {
                    keeper.summary.reject(place, why);
                }
            }
            keeper.end(tx)?;
            keeper.people.tell(keeper.summary);
            keeper.summary.guesses = keeper
                .words
                .guesses
                .iter()
                .map(|((field, word, taken), n)| (*field, word.clone(), taken.clone(), *n))
                .collect();
            if dry {
                let ask = Ask { now, me: None, today_ends: now, week_ends: now, limit: None };
                tx.bring_up_to_date()?;
                keeper.summary.shown = tx.listed_among(&keeper.summary.first, &Query::default(), &ask)?;
            }
            refused = keeper.summary.bad() > 0 && !options.skip_bad;
            if refused { Err(Error::refused("records are bad")) } else { Ok(()) }
        })
    };
    progress.end();
    match written {
        Ok(written) => summary.operation = written.operation,
        Err(_) if refused => summary.refused = true,
        Err(e) => return Err(e),
    }
    Ok(summary)
}

/// Takes the records of a file, one after another.
fn run(
    tx: &mut Tx<'_>,
    keeper: &mut Keeper<'_>,
    source: Source,
    mut reader: Option<&mut Reader>,
    rejects: &mut Rejects<'_>,
    progress: &dyn Fn(u64),
) -> Result<()> {
    let Source { records, how, dates } = source;
    for read in records {
        keeper.summary.read += 1;
        let record = match read {
            Ok(record) => record,
            Err(Bad { place, why, raw }) => {
                rejects.put(&place, &why, &raw)?;
                keeper.summary.reject(place, why);
                continue;
            }
        };
        progress(size_of(&record));
        let brought = match (&how, reader.as_deref_mut()) {
            (How::Mapped(mapping), _) => mapping.apply(&record, &dates).map(|one| vec![one]),
            (How::Known, Some(reader)) => reader.read(&record),
            (How::Known, None) => Ok(Vec::new()),
        };
        let mut wrong = None;
        match brought {
            Err(why) => wrong = Some(why),
            Ok(brought) if brought.is_empty() => keeper.summary.told += 1,
            Ok(brought) => {
                for incoming in brought {
                    let mut before = |raw: &str| brought_before(raw, &how, reader.as_deref_mut(), &dates);
                    if let Err(why) = keeper.take(tx, incoming, &mut before)? {
                        wrong = wrong.or(Some(why));
                    }
                }
            }
        }
        if let Some(why) = wrong {
            rejects.put(&record.place, &why, &record.raw)?;
            keeper.summary.reject(record.place, why);
        }
    }
    Ok(())
}

/// What a record that was kept had brought; none where that cannot be told any more.
fn brought_before(raw: &str, how: &How, reader: Option<&mut Reader>, dates: &Dates) -> Option<What> {
    let members: Map<String, Value> = serde_json::from_str(raw).ok()?;
    let columns = members.keys().cloned().collect();
    let record = Record { place: String::new(), members, columns, raw: String::new() };
    let brought: Vec<Incoming> = match how {
        How::Mapped(mapping) => mapping.apply(&record, dates).ok().into_iter().collect(),
        How::Known => reader?.read(&record).ok()?,
    };
    brought.into_iter().next().map(|one| one.what)
}

/// How many bytes a record took in its file, about.
fn size_of(record: &Record) -> u64 {
    let texts = record.members.values().map(|v| v.as_str().map_or(4, str::len) + 1);
    texts.sum::<usize>() as u64
}

/// The words of a map that say what words of the source mean: `status:Waiting=pending`, `assignee:Jane Doe=jane`.
#[must_use]
pub fn is_word(text: &str) -> bool {
    let said = |field: &str| text.strip_prefix(field).is_some_and(|rest| rest.starts_with(':') && rest.contains('='));
    ["status", "priority", "assignee"].into_iter().any(said)
}

fn say_words(keeper: &mut Keeper<'_>, map: &[String]) -> Result<()> {
    for text in map.iter().filter(|text| is_word(text)) {
        let (field, rest) = text.split_once(':').unwrap_or_default();
        let (word, value) = rest.rsplit_once('=').unwrap_or_default();
        let bad = |hint: &str| Error::usage(format!("--map {text}: {value:?} is no {field}")).hint(hint);
        match field {
            "status" => {
                let (status, reason) =
                    status_of(value).ok_or_else(|| bad("new, open, pending, hold, closed, solved, spam…"))?;
                keeper.words.statuses.insert(key(word), Standing { reason, ..Standing::of(status) });
            }
            "priority" => {
                let priority = priority_of(value).ok_or_else(|| bad("low, normal, high, urgent"))?;
                keeper.words.priorities.insert(key(word), priority);
            }
            _ => {
                let name = crate::desk::agent_name(value)?;
                keeper.people.said.insert(word.trim().to_lowercase(), name);
            }
        }
    }
    Ok(())
}

impl Summary {
    fn reject(&mut self, place: String, why: String) {
        if self.rejected.len() < TOLD {
            self.rejected.push((place, why));
        } else {
            self.more_rejected += 1;
        }
    }

    /// What was made of the columns of the files.
    fn told_by(&mut self, sources: &[Source]) {
        for source in sources {
            let How::Mapped(mapping) = &source.how else { continue };
            self.kind = Some(mapping.kind());
            let columns = source.records.columns();
            for pair in mapping.guesses(columns) {
                if !self.found.contains(&pair) {
                    self.found.push(pair);
                }
            }
            for column in mapping.unused(columns) {
                if !self.unused.iter().any(|known| known == column) {
                    self.unused.push(column.to_owned());
                }
            }
        }
    }
}

/// The map that these files were read by, to be kept under a name.
///
/// # Errors
/// As [`take`].
pub fn map_of(desk: &mut Desk, paths: &[PathBuf], options: &Options) -> Result<Kept> {
    let zone = desk.zone()?;
    let files = sources::open(paths, options, &zone)?;
    let mapped = files.sources.iter().find_map(|source| match &source.how {
        How::Mapped(mapping) => Some(mapping.kept(source.records.columns())),
        How::Known => None,
    });
    let mut kept = mapped.ok_or_else(|| {
        Error::usage(format!("the files of {} need no map", files.format)).hint("--save-map keeps what --map says")
    })?;
    kept.map.extend(options.map.iter().filter(|word| is_word(word)).cloned());
    Ok(kept)
}

/// Where bad records go.
struct Rejects<'a> {
    to: Option<&'a mut dyn Write>,
    /// The columns of the table they stood in; none for JSON.
    columns: Vec<String>,
    begun: bool,
}

/// The columns that tell of a rejected record what was wrong with it.
const PLACE: &str = "desk_place";
/// Why it was rejected.
const REASON: &str = "desk_reason";

impl Rejects<'_> {
    /// Those of a file with these columns follow.
    fn of(&mut self, columns: &[String]) {
        self.begun &= self.columns == columns;
        self.columns = columns.to_vec();
    }

    fn put(&mut self, place: &str, why: &str, raw: &str) -> Result<()> {
        let Some(to) = &mut self.to else { return Ok(()) };
        let read: Value = serde_json::from_str(raw).unwrap_or_default();
        if self.columns.is_empty() {
            let mut members = match read {
                Value::Object(members) => members,
                _ => Map::new(),
            };
            members.insert(PLACE.to_owned(), place.into());
            members.insert(REASON.to_owned(), why.into());
            return Ok(writeln!(to, "{}", Value::Object(members))?);
        }
        let known = |name: &&String| *name != PLACE && *name != REASON;
        let columns: Vec<&String> = self.columns.iter().filter(known).collect();
        let mut cells: Vec<String> = match &read {
            Value::Object(members) => columns.iter().map(|c| text(members.get(*c))).collect(),
            Value::Array(fields) => fields.iter().map(|field| text(Some(field))).collect(),
            _ => Vec::new(),
        };
        let more = cells.split_off(cells.len().min(columns.len()));
        cells.resize(columns.len(), String::new());
        let why = if more.is_empty() {
            why.to_owned()
        } else {
            format!("{why}; behind the last column: {}", more.join(" | "))
        };
        cells.extend([place.to_owned(), why]);
        let mut out = String::new();
        if !self.begun {
            let head = columns.into_iter().map(String::as_str).chain([PLACE, REASON]);
            out.push_str(&crate::render::csv_line(head)?);
            self.begun = true;
        }
        out.push_str(&crate::render::csv_line(cells.iter().map(String::as_str))?);
        Ok(to.write_all(out.as_bytes())?)
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}
