//! A whole desk comes back: the file that `desk export` writes of one, into a desk that holds nothing yet. Line by line, each
//! of them checked, in one transaction: all of it or nothing. It is no operation: the desk goes on where it left off.

mod keep;
mod record;

use crate::desk::Desk;
use crate::domain::words;
use crate::error::{Error, Kind, Result};
use crate::formats::leave::{Lines, has_an_end};
use crate::settings;
use crate::store::{Fresh, Store, health};
use keep::Keeper;
use serde::Deserialize;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The file of a whole desk in a folder of pages.
pub const IN_FOLDER: &str = "desk.ndjson";

/// The form of the lines that this program reads.
const FORMAT: i64 = 1;

/// What has come back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Back {
    /// Lines read.
    pub read: u64,
    /// Tickets.
    pub tickets: u64,
    /// Messages, also those that no ticket shows.
    pub messages: u64,
    /// Mails as they came.
    pub mails: u64,
    /// Files that are in no mail.
    pub files: u64,
    /// Clients.
    pub clients: u64,
    /// Contacts.
    pub contacts: u64,
    /// Time entries.
    pub time: u64,
    /// Operations.
    pub operations: u64,
    /// Mails that had not left, and do not leave by themselves now.
    pub held: u64,
}

/// The first line, as far as it says what the file is.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    format: i64,
    edition: i64,
    #[serde(borrow)]
    uid: Cow<'a, str>,
}

/// Whether a file that begins with this line is a whole desk.
///
/// ```
/// use frontdesk::actions::import::back::is_whole;
/// assert!(is_whole(r#"{"kind":"desk","format":1,"edition":2,"uid":"1f"}"#));
/// assert!(!is_whole(r#"{"kind":"ticket","number":1}"#) && !is_whole("number,subject"));
/// ```
#[must_use]
pub fn is_whole(first_line: &str) -> bool {
    serde_json::from_str::<Head<'_>>(first_line).is_ok_and(|head| head.kind == "desk")
}

/// The file of a whole desk that a path names: itself, or the one in the folder; none where it is something else.
#[must_use]
pub fn found(path: &Path) -> Option<PathBuf> {
    let file = if path.is_dir() { path.join(IN_FOLDER) } else { path.to_owned() };
    let plain = std::fs::metadata(&file).is_ok_and(|m| m.is_file());
    let mut first = Vec::new();
    let read = || BufReader::new(File::open(&file).ok()?.take(64 << 10)).read_until(b'\n', &mut first).ok();
    (plain && { read }().is_some() && std::str::from_utf8(&first).is_ok_and(is_whole)).then_some(file)
}

/// Lets the desk in the file, or in the `desk.ndjson` of the folder, come back.
///
/// # Errors
/// Where the desk holds something already; where the file is cut off, damaged or says what cannot be: then nothing is kept.
pub fn whole(desk: &mut Desk, path: &Path) -> Result<Back> {
    let path = if path.is_dir() { path.join(IN_FOLDER) } else { path.to_owned() };
    let name = path.display().to_string();
    let failed = |e: std::io::Error| Error::from(e).doing(format!("reading {name}"));
    let mut file = File::open(&path).map_err(failed)?;
    if !has_an_end(&mut file).map_err(failed)? {
        return Err(Error::refused(format!("{name} has no last line: it was cut off")).hint("export the desk again"));
    }
    let settings = settings(desk, &name, &path)?;
    let exists = desk.exists()?;
    if exists && !desk.read(|r| r.holds_nothing())? {
        let what =
            format!("{} holds something already: a whole desk comes back into an empty one only", desk.where_it_is());
        return Err(Error::refused(what)
            .hint("desk import … --desk NEW.db makes a new one of it; --from desk takes its tickets into this one"));
    }
    let progress =
        desk.host.progress(file.metadata().map_err(failed)?.len(), if desk.dry { "checking" } else { "bringing back" });
    let (now, dry) = (desk.now, desk.dry);
    let mut lines = Lines::new(BufReader::with_capacity(1 << 20, File::open(&path).map_err(failed)?));
    let mut each = |store: &mut Store| {
        store.come_back(now, dry, |tx| {
            let mut keeper = Keeper::new(tx, &settings);
            let mut last = 0;
            loop {
                let number = lines.read + 1;
                let line = lines.line().map_err(|why| misfit(&name, number, why))?;
                let Some(line) = line else { return Err(misfit(&name, number, "the file ends before its last line")) };
                let end = keeper.take(line).map_err(|e| at(&name, number, e))?;
                if let Some(end) = end {
                    lines.ends(&end).map_err(|why| misfit(&name, number, why))?;
                    return keeper.end(lines.read).map_err(|e| at(&name, number, e));
                }
                if lines.bytes - last > 1 << 20 {
                    last = lines.bytes;
                    progress.at(last);
                }
            }
        })
    };
    let back = if dry && !exists {
        let fresh = fresh(desk)?;
        let (mut store, _folder) = Store::scratch(&fresh)?;
        each(&mut store)
    } else {
        each(desk.store()?)
    };
    progress.end();
    back
}

/// What a desk begins with that is made to try a file.
fn fresh(desk: &Desk) -> Result<Fresh> {
    let (uid, secret) = (desk.host.random_word(8)?, desk.host.dice(32)?);
    Ok(Fresh { now: desk.now, uid, secret, analyser: words::ANALYSER, settings: Vec::new() })
}

/// The settings at the beginning of the file, checked as if somebody set them now: a desk with others could not be opened.
fn settings(desk: &Desk, name: &str, path: &Path) -> Result<Vec<(String, String)>> {
    #[derive(Deserialize)]
    struct Setting {
        key: String,
        value: String,
    }
    let mut lines = Lines::new(BufReader::new(File::open(path)?));
    let mut found = Vec::new();
    loop {
        let number = lines.read + 1;
        let Some(line) = lines.line().map_err(|why| misfit(name, number, why))? else { return Ok(found) };
        if number == 1 {
            head(line).map_err(|e| at(name, number, e))?;
            continue;
        }
        if kind(line).as_deref() != Some("setting") {
            return Ok(found);
        }
        let set: Setting = serde_json::from_slice(line).map_err(|e| at(name, number, unfit(&e)))?;
        let value = serde_json::from_str(&set.value).map_err(|e| at(name, number, unfit(&e).doing("value")))?;
        if settings::shared(&set.key).is_some() {
            settings::check(&set.key, value, &|zone| desk.host.zone(zone).is_some())
                .map_err(|e| at(name, number, e))?;
        }
        found.push((set.key, set.value));
    }
}

/// Whether the first line is that of a desk that this program can hold.
fn head(line: &[u8]) -> Result<()> {
    let head: Head<'_> =
        serde_json::from_slice(line).map_err(|_| Error::refused("this is no whole desk").hint("desk import --help"))?;
    if head.kind != "desk" {
        return Err(Error::refused("this is no whole desk").hint("desk import --help"));
    }
    if head.format > FORMAT || head.edition > health::edition() {
        let (edition, known) = (head.edition, health::edition());
        let what = format!(
            "this desk was exported by a newer program (format {}, edition {edition}; this one knows {FORMAT} and {known})",
            head.format
        );
        return Err(Error::refused(what).hint("update desk; nothing was changed"));
    }
    // It stands in the ids of what the desk sends.
    if !(1..=64).contains(&head.uid.len()) || !head.uid.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::refused("the uid of a desk is letters and digits, 64 at most"));
    }
    Ok(())
}

/// The kind of a record.
fn kind(line: &[u8]) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Sort<'a> {
        #[serde(borrow)]
        kind: Cow<'a, str>,
    }
    serde_json::from_slice::<Sort<'_>>(line).ok().map(|sort| sort.kind)
}

/// What happens to a desk when a line of the file cannot be.
const NOTHING_KEPT: &str = "nothing was kept";

/// A line that cannot be.
fn misfit(name: &str, line: u64, why: impl std::fmt::Display) -> Error {
    Error::refused(format!("{name}:{line}: {why}")).hint(NOTHING_KEPT)
}

/// What is wrong with a record. The line of the file is known better than the place within it.
fn unfit(e: &serde_json::Error) -> Error {
    let said = e.to_string();
    Error::refused(said.rsplit_once(" at line ").map_or(said.as_str(), |(why, _)| why))
}

/// Where in the file it failed. What the store refuses is a fault of the file.
fn at(name: &str, line: u64, e: Error) -> Error {
    let place = format!("{name}:{line}");
    match e.kind {
        Kind::Bug => {
            let cause = e.cause.map_or(e.what.clone(), |cause| format!("{}: {cause}", e.what));
            Error::refused(format!("{place}: the record does not fit the desk")).because(cause).hint(NOTHING_KEPT)
        }
        Kind::Usage | Kind::Refused => {
            let hint = e.hint.clone().or_else(|| Some(NOTHING_KEPT.to_owned()));
            Error { kind: Kind::Refused, hint, ..e }.doing(place)
        }
        _ => e,
    }
}
