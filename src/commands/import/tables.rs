//! Tables and JSON files come in.

use super::{From, Import, conflict_of, kind_of, order_of};
use super::told::report;
use crate::actions::import::records::{self, Options, is_word};
use crate::actions::settings;
use crate::commands::args::Answer;
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::mapping::{Kept, Kind};
use crate::domain::nearest::nearest;
use crate::error::{Error, Kind as Failure, Result};
use crate::host;
use serde_json::{Map, Value};
use std::path::Path;

/// Imports records.
pub(super) fn run(args: &Import, desk: &mut Desk, from: Option<From>) -> Result<Answer> {
    if args.is_of_mail() {
        return Err(Error::usage("--own, --strict and --everything are for mail"));
    }
    if args.rejects.as_deref() == Some(Path::new("-")) {
        return Err(Error::usage("--rejects needs a file: standard output is for the summary").hint("--rejects bad.csv"));
    }
    let options = options_of(args, desk, from)?;
    if let Some(name) = &args.save_map {
        let kept = records::map_of(desk, &args.paths, &options)?;
        keep_map(desk, name, &kept)?;
    }
    let taken = match &args.rejects {
        Some(file) if !desk.dry => {
            let there = file.exists();
            let taken = host::write_file_by(file, |out| records::take(desk, &args.paths, &options, Some(out)))?;
            // Nothing is bad: an older file of that name says so by being empty, a new one is not needed.
            if taken.bad() == 0 && !there {
                std::fs::remove_file(file)?;
            }
            taken
        }
        _ => records::take(desk, &args.paths, &options, None)?,
    };
    let mut report = report(&taken, desk.dry, &desk.me);
    if let (Some(file), true, false) = (&args.rejects, taken.bad() > 0, desk.dry) {
        report.notes.push(format!("bad records with their reasons: {}", file.display()));
    }
    if let (Some(name), false) = (&args.save_map, desk.dry) {
        report.notes.push(format!("the map is kept, whatever becomes of the import: --use-map {name}"));
    }
    let answer = Answer::from(report);
    Ok(match (taken.refused, taken.bad()) {
        (true, _) => answer.ending(Failure::Refused),
        (false, 0) => answer,
        (false, _) => answer.ending(Failure::Rejected),
    })
}

fn options_of(args: &Import, desk: &mut Desk, from: Option<From>) -> Result<Options> {
    let mut map = args.map.clone();
    let mut kind = args.kind.as_deref().map(kind_of).transpose()?;
    let columns = |map: &[String]| map.iter().any(|word| !is_word(word));
    let mut mapped = columns(&map);
    if let Some(name) = &args.use_map {
        let kept = kept_map(desk, name)?;
        kind = kind.or_else(|| Kind::of(&kept.kind));
        mapped = true;
        map.splice(0..0, kept.map);
    }
    let (form, program) = match from {
        Some(From::Records(form)) => (Some(form), None),
        Some(From::Program(program)) => (None, Some(program)),
        _ => (None, None),
    };
    if let (Some(program), true) = (program, mapped || kind.is_some()) {
        return Err(Error::usage(format!("the columns of {} are known", program.word))
            .hint("leave out --from to say with --map where each column goes; words go along: --map status:WORD=open"));
    }
    if let Some(source) = args.source.as_deref()
        && (source.is_empty() || source.contains(|c: char| c == ':' || c.is_whitespace()) || source == "ext")
    {
        return Err(Error::usage(format!("--source {source:?} cannot stand before a number")).hint("--source okdesk"));
    }
    Ok(Options {
        form,
        program,
        kind,
        map,
        // A form that was named means its columns, whosever the file is.
        mapped: mapped || form.is_some() || args.save_map.is_some(),
        order: args.dates.as_deref().map(order_of).transpose()?,
        on_conflict: args.on_conflict.as_deref().map(conflict_of).transpose()?.unwrap_or_default(),
        skip_bad: args.skip_bad,
        close_older: args.close_older.as_deref().map(duration::waited).transpose()?,
        source: args.source.clone(),
        called: args.called.clone(),
        rejects: args.rejects.clone(),
    })
}

fn maps(desk: &mut Desk) -> Result<Map<String, Value>> {
    Ok(match desk.setting("maps")? {
        Value::Object(maps) => maps,
        _ => Map::new(),
    })
}

/// The map of that name: the kind on its first line, then what `--map` would say.
fn kept_map(desk: &mut Desk, name: &str) -> Result<Kept> {
    let maps = maps(desk)?;
    let Some(text) = maps.get(name).and_then(Value::as_str) else {
        let near = nearest(name, maps.keys().map(String::as_str)).map(|near| format!("did you mean {near}?"));
        let all = || format!("kept are: {}", maps.keys().cloned().collect::<Vec<_>>().join(", "));
        let hint = if maps.is_empty() { "--save-map keeps one".to_owned() } else { near.unwrap_or_else(all) };
        return Err(Error::missing(format!("no map is called {name}")).hint(hint));
    };
    let mut lines = text.lines().map(str::to_owned).filter(|line| !line.is_empty());
    Ok(Kept { kind: lines.next().unwrap_or_default(), map: lines.collect() })
}

/// Keeps a map, in a step of its own: an import that is taken back leaves it.
fn keep_map(desk: &mut Desk, name: &str, kept: &Kept) -> Result<()> {
    let fine = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    if !fine {
        return Err(Error::usage(format!("{name:?} cannot be the name of a map")).hint("letters, digits, - and _"));
    }
    let mut all = maps(desk)?;
    let text = format!("{}\n{}\n", kept.kind, kept.map.join("\n"));
    all.insert(name.to_owned(), Value::String(text));
    desk.write(|tx| settings::put(tx, &[("maps".to_owned(), Value::Object(all))])).map(drop)
}
