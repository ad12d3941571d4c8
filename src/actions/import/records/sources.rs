//! Which files are read, whose they are, and how: by a program that is known, or by a map of their columns.

use super::rejects::{bare, is_added};
use super::{Options, is_word};
use crate::domain::mapping::{Dates, Kind, Mapping, columns};
use crate::domain::record::Record;
use crate::domain::zone::Zone;
use crate::error::{Error, Kind as Failure, Result};
use crate::formats::foreign::{self, Program, Sample, Tells};
use crate::formats::records::{self, Form, Records};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file, opened.
pub(super) struct Source {
    pub(super) records: Records,
    /// Those of the table, or of the first record.
    pub(super) columns: Vec<String>,
    pub(super) how: How,
    pub(super) dates: Dates,
}

/// How its records are read.
pub(super) enum How {
    /// By its columns.
    Mapped(Mapping),
    /// As the files of a program.
    Known,
}

/// The files of an import.
pub(super) struct Files {
    /// Whose they are, or in which form.
    pub(super) format: String,
    /// What numbers are known by.
    pub(super) source: String,
    pub(super) program: Option<&'static Program>,
    pub(super) dates: Dates,
    /// Those first that tell of people and companies.
    pub(super) sources: Vec<Source>,
    pub(super) bytes: u64,
}

/// The endings of files with records.
const ENDINGS: [&str; 6] = ["csv", "tsv", "xlsx", "json", "ndjson", "jsonl"];

/// Whether there is mail at a path and no table: by its ending, and by how it begins. A folder holds mail unless all that is
/// in it are files with records.
#[must_use]
pub fn is_archive(path: &Path) -> bool {
    if path.is_dir() {
        return files_in(path).is_none_or(|files| files.is_empty());
    }
    let ending = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
    match ending.as_deref() {
        Some(ending) if ENDINGS.contains(&ending) => return false,
        Some("mbox" | "eml" | "mbx") => return true,
        _ => {}
    }
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut start));
    read.is_err() || begins_as_mail(&start)
}

/// An mbox begins with `From `, a mail with the line of a header.
fn begins_as_mail(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    if start.is_empty() || start.starts_with(b"From ") {
        // A table may have a column called so.
        return !line.iter().any(|b| b";,\t|".contains(b));
    }
    let name: Vec<u8> = line.iter().copied().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').collect();
    !name.is_empty() && line.get(name.len()) == Some(&b':') && !line.contains(&b';') && !line.contains(&b'\t')
}

/// The files with records in a folder, by name; none where there is anything else in it.
fn files_in(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).ok()? {
        let path = entry.ok()?.path();
        if path.file_name()?.to_str()?.starts_with('.') {
            continue;
        }
        if !path.is_file() || !has_records(&path) {
            return None;
        }
        files.push(path);
    }
    Some(files)
}

/// Opens the files.
pub(super) fn open(paths: &[PathBuf], options: &Options, zone: &Zone) -> Result<Files> {
    let all = listed(paths)?;
    let opened = all.iter().map(|path| Opened::new(path, options)).collect::<Result<Vec<Opened>>>()?;
    if let Some(rejects) = &options.rejects {
        fit_for_rejects(rejects, &all, &opened)?;
    }
    let program = whose(&opened, options)?;
    let dates = |form: Form| Dates { zone: zone.clone(), order: options.order, serials: form == Form::Xlsx };
    let mut sources = Vec::new();
    let form = opened.first().map_or(Form::Csv, |o| o.records.form());
    for one in opened {
        let dates = dates(one.records.form());
        let (tells, mut columns) = (one.tells(), one.columns());
        columns.retain(|column| !is_added(column));
        let how = match program {
            Some(_) => How::Known,
            None => How::Mapped(one.mapping(options)?),
        };
        sources.push((tells, Source { records: one.records, columns, how, dates }));
    }
    sources.sort_by_key(|(tells, _)| *tells);
    let bytes = all.iter().filter_map(|path| std::fs::metadata(path).ok()).map(|about| about.len()).sum();
    let format = program.map_or_else(|| form.word().to_owned(), |p| p.word.to_owned());
    let source = options.source.clone().unwrap_or_else(|| match (program, form) {
        (Some(program), _) => program.word.to_owned(),
        (None, Form::Csv | Form::Xlsx) => "csv".to_owned(),
        (None, Form::Json | Form::Ndjson) => "json".to_owned(),
    });
    Ok(Files {
        format,
        source,
        program,
        dates: dates(form),
        sources: sources.into_iter().map(|(_, s)| s).collect(),
        bytes,
    })
}

/// The files themselves: of a folder those with records, by name.
fn listed(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> = Vec::new();
    for path in paths {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let folder =
            std::fs::read_dir(path).map_err(|e| Error::from(e).doing(format!("reading {}", path.display())))?;
        let mut files: Vec<PathBuf> = folder.filter_map(|e| e.ok().map(|e| e.path())).collect();
        files.retain(|file| file.is_file() && has_records(file));
        if files.is_empty() {
            return Err(Error::refused(format!("there are no files with records in {}", path.display()))
                .hint(format!("they end in {}", ENDINGS.join(", "))));
        }
        files.sort();
        all.append(&mut files);
    }
    Ok(all)
}

/// Whether the name of a file ends as those of files with records do.
fn has_records(file: &Path) -> bool {
    let ending = file.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
    ending.is_some_and(|e| ENDINGS.contains(&e.as_str()))
}

/// Bad records go to a file of their own, whose ending does not deny what will stand in it.
fn fit_for_rejects(file: &Path, sources: &[PathBuf], opened: &[Opened]) -> Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    if let Some(source) = sources.iter().find(|source| real(source).is_some_and(|source| real(file) == Some(source))) {
        return Err(Error::usage(format!("--rejects {} would overwrite what is imported", source.display()))
            .hint("name another file"));
    }
    let json = |one: &Opened| matches!(one.records.form(), Form::Json | Form::Ndjson);
    let ending = file.extension().and_then(|e| e.to_str()).map(str::to_lowercase).unwrap_or_default();
    let (json, tables) = (opened.iter().any(json), !opened.iter().all(json));
    let other = match ending.as_str() {
        _ if json && tables => {
            return Err(Error::usage("bad rows and bad records of JSON do not go into one file")
                .hint("import the tables and the JSON files one after another"));
        }
        "csv" | "tsv" | "xlsx" if json => "ndjson",
        "json" | "ndjson" | "jsonl" | "xlsx" if tables => "csv",
        _ => return Ok(()),
    };
    let (name, what) = (file.display(), if json { "records of JSON" } else { "rows" });
    Err(Error::usage(format!("--rejects {name}: bad {what} are written as {other}"))
        .hint(format!("--rejects {}", file.with_extension(other).display())))
}

/// A file with its first record.
struct Opened {
    records: Records,
    first: Option<Record>,
    name: String,
}

impl Opened {
    fn new(path: &Path, options: &Options) -> Result<Opened> {
        let name = options.called.get(path).cloned().unwrap_or_else(|| path.display().to_string());
        if !path.exists() {
            return Err(Error::new(Failure::Missing, format!("there is no file or folder {name}")));
        }
        let open = || match std::fs::File::open(path) {
            Ok(file) => records::read(&name, Box::new(file), options.form).map_err(Error::refused),
            Err(e) => Err(Error::from(e).doing(format!("reading {name}"))),
        };
        // The first record that can be read tells whose file it is.
        let first = open()?.take(100).find_map(std::result::Result::ok).map(bare);
        Ok(Opened { records: open()?, first, name })
    }

    fn columns(&self) -> Vec<String> {
        match &self.first {
            Some(_) if !self.records.columns().is_empty() => self.records.columns().to_vec(),
            Some(first) => first.columns.clone(),
            None => self.records.columns().to_vec(),
        }
    }

    fn program(&self) -> Option<&'static Program> {
        self.sampled(&foreign::sniff).flatten()
    }

    /// What it tells of: what comes later names it.
    fn tells(&self) -> Tells {
        self.sampled(&|sample: &Sample<'_>| sample.tells()).unwrap_or(Tells::Rest)
    }

    fn sampled<T>(&self, look: &dyn Fn(&Sample<'_>) -> T) -> Option<T> {
        let first = self.first.as_ref()?;
        let (columns, form) = (self.columns(), self.records.form());
        let json = matches!(form, Form::Json | Form::Ndjson);
        Some(look(&Sample { columns: &columns, first, holder: self.records.holder(), json }))
    }

    /// The map of its columns: what was said, and what their names say.
    fn mapping(&self, options: &Options) -> Result<Mapping> {
        let words: Vec<String> = options.map.iter().filter(|word| !is_word(word)).cloned().collect();
        let table = self.records.columns();
        let table = (!table.is_empty()).then_some(table);
        let known = match &self.first {
            Some(first) => columns(first),
            None => self.records.columns().to_vec(),
        };
        let kind = options.kind.unwrap_or_else(|| kind_of(&known, &words));
        let mapping = Mapping::new(kind, &words, table).map_err(|why| Error::usage(format!("{}: {why}", self.name)))?;
        let listed = || known.iter().take(20).cloned().collect::<Vec<_>>().join(", ");
        if mapping.guesses(&known).is_empty() && words.is_empty() && !known.is_empty() {
            return Err(Error::usage(format!("{}: no column is called like a field of {}", self.name, kind.word()))
                .hint(format!("say what they are: --map COLUMN=subject …; the columns are {}", listed())));
        }
        if kind == Kind::Tickets
            && !known.is_empty()
            && !mapping.fills("subject", &known)
            && !mapping.fills("body", &known)
        {
            return Err(Error::usage(format!("{}: no column is the subject of a ticket", self.name))
                .hint(format!("say which one: --map COLUMN=subject; the columns are {}", listed())));
        }
        Ok(mapping)
    }
}

/// The program whose files these are; all of them, or none.
fn whose(opened: &[Opened], options: &Options) -> Result<Option<&'static Program>> {
    if options.program.is_some() || options.mapped || options.kind.is_some() {
        return Ok(options.program);
    }
    let found: Vec<Option<&'static Program>> = opened.iter().map(Opened::program).collect();
    let Some(first) = found.iter().flatten().next() else { return Ok(None) };
    let other = found.iter().zip(opened).find(|(program, _)| program.is_none_or(|p| p.word != first.word));
    match other {
        Some((_, file)) if file.first.is_some() => {
            Err(Error::usage(format!("{} does not look like a file of {}, as another one does", file.name, first.word))
                .hint(format!("import them one after another, or say it: --from {}", first.word)))
        }
        _ => Ok(Some(first)),
    }
}

/// What the records are that have these columns.
fn kind_of(columns: &[String], words: &[String]) -> Kind {
    let finds = |kind: Kind, fields: &[&str]| {
        let said = |field: &&str| {
            words.iter().any(|w| w.ends_with(&format!("={field}")) || w.starts_with(&format!("{field}=")))
        };
        let guessed = Mapping::new(kind, &[], Some(columns)).map(|m| m.guesses(columns)).unwrap_or_default();
        fields.iter().all(|field| said(field) || guessed.iter().any(|(_, found)| found == field))
    };
    if finds(Kind::Tickets, &["subject"]) || finds(Kind::Tickets, &["status"]) {
        Kind::Tickets
    } else if finds(Kind::Time, &["day", "minutes"]) {
        Kind::Time
    } else if finds(Kind::Tickets, &["body", "opened_at"]) {
        Kind::Tickets
    } else if finds(Kind::Contacts, &["emails"]) || finds(Kind::Contacts, &["phones"]) {
        Kind::Contacts
    } else if finds(Kind::Clients, &["name", "domains"]) {
        Kind::Clients
    } else {
        Kind::Tickets
    }
}
