//! `desk export`: everything leaves, in formats that others read: rows, records, mails, pages. Where it goes and in which form
//! is decided here; the walk over the tickets is in `walk`, a folder of pages in `folder`.

mod folder;
mod walk;
mod whole;

use super::args::Answer;
use super::ls;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::host;
use crate::report::{Audience, Cell, Fact, Facts, Part, Report};
use std::path::Path;
use walk::{Scope, Walk};

/// Take tickets out: a table, records, mails, or a folder of pages
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "The form follows from the name of PATH, or from --format:
  csv      a row for each ticket, as in desk ls; texts that a spreadsheet would run begin with '
  ndjson   a line for each ticket with everything that hangs on it, and for each client, contact, agent…: {\"kind\":…};
           without a query the whole desk, byte for byte: mails, files, history, what was fetched; never a password
  mbox     every mail as it came; what never was a mail as a small mail with X-Desk- fields, in the thread (threads
           of mails alone that were merged come apart again)
  folder   a Markdown page for each ticket (PATH/): what nobody changed stays as it was, so git diff shows what support
           did; without a query also desk.ndjson, the whole desk

A query is that of desk ls; without a word about the status it means all tickets, and without a query everything.
A file is there whole or not at all, for you alone (0600), and replaces the one before. A status is the one that somebody
set, beside the end of a pause (until); in csv, as in desk ls, a pause that is over counts as open.

The way back: a whole desk (ndjson or folder) comes back with desk import into a desk that is new or empty, a file or a
PostgreSQL server: the same numbers, history and undo; exported again it is the same to the byte. Its last line counts and
seals the file. A mail that has not left yet is written as held (one that is being sent as unknown), so that none leaves
twice. The secret that signs what leaves stays behind: the new desk has its own.

Examples:
  desk export -o tickets.csv
  desk export client:acme in:2026-10 -o acme.ndjson
  desk export -o all.ndjson && desk --desk new.db import all.ndjson      # the whole desk, there and back
  desk export -o support.mbox                # desk import support.mbox reads it, and so does a mail program
  desk export -o pages/ && git -C pages add -A
  desk export --format ndjson | jq -r 'select(.kind == \"contact\") | .emails[]'"
)]
pub struct Export {
    /// Which tickets; all of them where nothing is said
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// In a folder: remove the pages of tickets that the query does not name
    #[arg(long)]
    prune: bool,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Ndjson,
    Mbox,
    Folder,
}

impl Form {
    fn of(word: &str) -> Option<Form> {
        match word {
            "csv" => Some(Form::Csv),
            "ndjson" | "jsonl" => Some(Form::Ndjson),
            "mbox" | "mbx" => Some(Form::Mbox),
            "folder" | "md" => Some(Form::Folder),
            _ => None,
        }
    }

    /// What is meant by `--format` and the name of the place.
    fn meant(format: Option<&str>, place: Option<&str>) -> Result<Form> {
        let known = "csv, ndjson, mbox, or folder";
        if let Some(word) = format {
            return Form::of(word)
                .ok_or_else(|| Error::usage(format!("nothing is exported as {word}")).hint(format!("--format {known}")));
        }
        let Some(place) = place else {
            return Err(Error::usage("where to, and in which form?").hint("desk export -o tickets.csv, .ndjson, .mbox or pages/"));
        };
        if place.ends_with('/') || Path::new(place).is_dir() {
            return Ok(Form::Folder);
        }
        let ending = Path::new(place).extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        // A page is one of many: a file of that name is not what a folder means.
        Form::of(&ending).filter(|form| *form != Form::Folder).ok_or_else(|| {
            Error::usage(format!("the form does not follow from the name {place}"))
                .hint(format!("--format {known}; a folder is named with its slash: pages/"))
        })
    }
}

impl Export {
    /// Exports.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let place = desk.output.take().filter(|place| place != "-");
        let form = Form::meant(desk.format.as_deref(), place.as_deref())?;
        if self.prune && form != Form::Folder {
            return Err(Error::usage("--prune is about the pages of a folder").hint("desk export -o pages/ --prune"));
        }
        let mut query = ls::query(desk, &self.query, false)?;
        let whole = query.is_empty();
        if !query.status_asked() {
            query.terms.extend(super::show::every().terms);
        }
        let scope = Scope { query, ask: ls::ask(desk, None)?, whole };
        match (form, place) {
            (Form::Folder, None) => Err(Error::usage("a folder of pages needs a place").hint("desk export -o pages/")),
            (Form::Folder, Some(place)) => folder::export(desk, &scope, Path::new(&place), self.prune),
            (form, Some(place)) => to_file(desk, form, &scope, &place),
            (_, None) if desk.dry => Ok(told(desk.read(|r| walk::count(r, &scope))?, "standard output").into()),
            (form, None) => Ok(Answer::stream(move |desk, out| write(desk, form, &scope, out).map(drop))),
        }
    }
}

fn to_file(desk: &mut Desk, form: Form, scope: &Scope, place: &str) -> Result<Answer> {
    if place.ends_with('/') || Path::new(place).is_dir() {
        return Err(Error::usage(format!("{place} is a folder")).hint(format!("{place}/tickets.csv")));
    }
    if desk.dry {
        return Ok(told(desk.read(|r| walk::count(r, scope))?, place).into());
    }
    let done = host::write_file_by(Path::new(place), |out| write(desk, form, scope, out))?;
    Ok(told(done, place).into())
}

/// Writes everything as one stream; the number of tickets.
fn write(desk: &mut Desk, form: Form, scope: &Scope, out: &mut dyn std::io::Write) -> Result<i64> {
    let total = desk.read(|r| walk::count(r, scope))?;
    let progress = desk.host.progress_of(total.unsigned_abs(), "exporting");
    let done = desk.read(|r| {
        let mut walk = Walk::new(scope, &progress);
        match form {
            Form::Csv => walk.csv(r, out)?,
            Form::Ndjson if scope.whole => whole::write(&mut walk, r, out)?,
            Form::Ndjson => walk.ndjson(r, out)?,
            Form::Mbox => walk.mbox(r, out)?,
            Form::Folder => return Err(Error::bug("a folder is no stream")),
        }
        Ok(walk.tickets)
    });
    progress.end();
    done
}

fn told(tickets: i64, place: &str) -> Report {
    let what = if tickets == 1 { "1 ticket".to_owned() } else { format!("{tickets} tickets") };
    let rows = vec![Fact::data("tickets", Cell::Count(tickets)), Fact::data("path", Cell::Text(place.to_owned()))];
    let facts = Facts { audience: Audience::Data, rows, ..Facts::default() };
    Report { parts: vec![Part::Facts(facts), Part::Prose(format!("{what} to {place}"))], ..Report::default() }
}
