//! Tables and JSON files of other programs come in: tickets, clients, contacts, worked time. One transaction and one
//! operation: all of it or nothing, unless the bad records shall be left out. What came in before is known again by source
//! and number. Nothing is ever sent for what comes in.

mod again;
mod hours;
mod keep;
mod people;
mod rejects;
mod settle;
mod sources;
mod summary;

use crate::desk::Desk;
use crate::domain::event::OperationKind;
use crate::domain::incoming::What;
use crate::domain::mapping::{Dates, Kept, Kind, Order, key, priority_of, status_of};
use crate::domain::record::Record;
use crate::domain::search;
use crate::domain::ticket::Standing;
use crate::error::{Error, Result};
use crate::formats::foreign::{Program, Reader};
use crate::formats::records::{Bad, Form};
use crate::host::Progress;
use crate::store::list::Ask;
use crate::store::{Deed, Tx};
use keep::Keeper;
use rejects::Rejects;
use serde_json::Value;
use sources::{Files, How, Source};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use summary::Fate;

pub use sources::is_archive;
pub use summary::Summary;

/// So many tickets are shown by a plan.
pub const SHOWN: usize = 5;

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
    /// What files are called that were spooled: standard input.
    pub called: BTreeMap<PathBuf, String>,
    /// Where rejected records go.
    pub rejects: Option<PathBuf>,
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
    let own = desk.own_addresses()?;
    let key = desk.host.unique_word(12)?;
    let (me, command, now, dry) = (desk.me.clone(), desk.command.clone(), desk.now, desk.dry);
    let deed = Deed { agent: &me, command: &command, kind: OperationKind::Import, at: now, key };
    let progress = desk.host.progress(files.bytes, if dry { "planning" } else { "importing" });
    let mut refused = false;
    let written = {
        let mut keeper = Keeper::new(&files.source, &mut summary, &zone);
        keeper.on_conflict = options.on_conflict;
        keeper.close_older = options.close_older;
        keeper.own = own;
        say_words(&mut keeper, &options.map, &me)?;
        let store = desk.store()?;
        store.prepare_for_bulk()?;
        store.write(&deed, dry, |tx| {
            let out = Rejects::new(rejects, files.sources.iter().map(|source| source.records.columns()));
            let reader = files.program.map(|program| Reader::new(program, files.dates.clone()));
            Run { keeper: &mut keeper, reader, out, progress: &progress, done: 0 }.all(tx, files)?;
            keeper.summary.idle = idle_words(&keeper, &options.map);
            if dry {
                let ask = Ask { now, me: None, today_ends: now, week_ends: now, limit: None };
                let all = search::parse(&["status:all".to_owned()], false, now, &zone).unwrap_or_default();
                tx.bring_up_to_date()?;
                keeper.summary.shown = tx.listed_among(&keeper.summary.first, &all, &ask)?;
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

/// Files on their way in.
struct Run<'a, 'k, 'w> {
    keeper: &'a mut Keeper<'k>,
    /// Of the files of a program.
    reader: Option<Reader>,
    out: Rejects<'w>,
    progress: &'a Progress,
    /// Bytes read, about.
    done: u64,
}

impl Run<'_, '_, '_> {
    fn all(mut self, tx: &mut Tx<'_>, files: Files) -> Result<()> {
        if let Some(reader) = &mut self.reader {
            // Those of whom earlier imports told are named by their ids again.
            let people = &mut self.keeper.people;
            tx.people_told(&files.source, |raw| {
                for one in records_in(raw).iter().flat_map(|record| reader.recall(record)) {
                    if let What::Contact(person) = &one.what
                        && person.agent
                    {
                        people.know_agent(person);
                    }
                }
            })?;
        }
        for source in files.sources {
            self.file(tx, source)?;
        }
        self.gathered(tx)?;
        self.keeper.end(tx)
    }

    /// Takes the records of a file, one after another.
    fn file(&mut self, tx: &mut Tx<'_>, source: Source) -> Result<()> {
        self.out.of(source.records.columns());
        self.keeper.next_file();
        let Source { records, how, dates, .. } = source;
        for read in records {
            self.keeper.summary.read += 1;
            let record = match read {
                Ok(record) => rejects::bare(record),
                Err(Bad { place, why, raw }) => {
                    self.out.put(&place, &why, &raw)?;
                    self.keeper.summary.reject(place, why);
                    continue;
                }
            };
            self.done += size_of(&record);
            self.progress.at(self.done);
            match self.record(tx, &record, &how, &dates)? {
                Ok(fate) => self.keeper.summary.count(fate, 1),
                Err(why) => {
                    self.out.put(&record.place, &why, &record.raw)?;
                    self.keeper.summary.reject(record.place, why);
                }
            }
        }
        Ok(())
    }

    /// Takes a record: all that it brings, or nothing of it and why.
    fn record(
        &mut self,
        tx: &mut Tx<'_>,
        record: &Record,
        how: &How,
        dates: &Dates,
    ) -> Result<std::result::Result<Fate, String>> {
        let brought = match (how, &mut self.reader) {
            (How::Mapped(mapping), _) => mapping.apply(record, dates).map(|one| vec![one]),
            (How::Known, Some(reader)) => reader.read(record),
            (How::Known, None) => Ok(Vec::new()),
        };
        let brought = match brought.and_then(|all| all.iter().try_for_each(|one| keep::sound(&one.what)).map(|()| all))
        {
            Ok(brought) => brought,
            Err(why) => return Ok(Err(why)),
        };
        let mut fate = Fate::Told;
        for incoming in brought {
            let reader = &mut self.reader;
            let mut before = |raw: &str| before(&records_in(raw), Some(record), how, reader.as_mut(), dates);
            fate = fate.max(self.keeper.take(tx, incoming, &mut before)?);
        }
        Ok(Ok(fate))
    }

    /// Takes what was gathered over many records, which share its fate.
    fn gathered(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let gathered = self.reader.as_mut().map(Reader::end).unwrap_or_default();
        for incoming in gathered {
            let rows = records_in(&incoming.origin.raw);
            self.keeper.summary.told = self.keeper.summary.told.saturating_sub(rows.len());
            let place = incoming.origin.place.clone();
            if let Err(why) = keep::sound(&incoming.what) {
                for row in rows {
                    self.out.put(&place, &why, &Value::Object(row.members).to_string())?;
                    self.keeper.summary.reject(place.clone(), why.clone());
                }
                continue;
            }
            let reader = &mut self.reader;
            let mut before = |raw: &str| reader.as_mut().map(|r| r.aside(&records_in(raw), None)).unwrap_or_default();
            let fate = self.keeper.take(tx, incoming, &mut before)?;
            self.keeper.summary.count(fate, rows.len());
        }
        Ok(())
    }
}

/// What records that were kept had brought, where that can still be told.
fn before(kept: &[Record], now: Option<&Record>, how: &How, reader: Option<&mut Reader>, dates: &Dates) -> Vec<What> {
    match (how, reader) {
        (How::Mapped(mapping), _) => {
            kept.iter().filter_map(|old| mapping.apply(old, dates).ok()).map(|one| one.what).collect()
        }
        (How::Known, Some(reader)) => reader.aside(kept, now),
        (How::Known, None) => Vec::new(),
    }
}

/// The records of which something was kept: one, or many that were gathered.
fn records_in(raw: &str) -> Vec<Record> {
    let record = |value: Value| {
        let Value::Object(members) = value else { return None };
        Some(Record { place: String::new(), columns: members.keys().cloned().collect(), members, raw: String::new() })
    };
    match serde_json::from_str(raw) {
        Ok(Value::Array(rows)) => rows.into_iter().filter_map(record).collect(),
        Ok(one) => record(one).into_iter().collect(),
        Err(_) => Vec::new(),
    }
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

fn say_words(keeper: &mut Keeper<'_>, map: &[String], me: &str) -> Result<()> {
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
                let name = match value.trim() {
                    "none" => String::new(),
                    "me" => me.to_owned(),
                    name => crate::desk::agent_name(name)?,
                };
                keeper.people.said.insert(word.trim().to_lowercase(), name);
            }
        }
    }
    Ok(())
}

/// Words that were given a meaning, and that no record has.
fn idle_words(keeper: &Keeper<'_>, map: &[String]) -> Vec<String> {
    let idle = |text: &&String| {
        let (field, rest) = text.split_once(':').unwrap_or_default();
        let word = rest.rsplit_once('=').unwrap_or_default().0;
        match field {
            "status" => !keeper.words.used.contains(&("status", key(word))),
            "priority" => !keeper.words.used.contains(&("priority", key(word))),
            _ => !keeper.people.used.contains(&word.trim().to_lowercase()),
        }
    };
    map.iter().filter(|text| is_word(text)).filter(idle).cloned().collect()
}

/// The map that these files were read by, to be kept under a name.
///
/// # Errors
/// As [`take`].
pub fn map_of(desk: &mut Desk, paths: &[PathBuf], options: &Options) -> Result<Kept> {
    let zone = desk.zone()?;
    let files = sources::open(paths, options, &zone)?;
    let mapped = files.sources.iter().find_map(|source| match &source.how {
        How::Mapped(mapping) => Some(mapping.kept(&source.columns)),
        How::Known => None,
    });
    let mut kept = mapped.ok_or_else(|| {
        Error::usage(format!("the files of {} need no map", files.format)).hint("--save-map keeps what --map says")
    })?;
    kept.map.extend(options.map.iter().filter(|word| is_word(word)).cloned());
    Ok(kept)
}
