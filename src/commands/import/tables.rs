//! Tables and JSON files come in.

use super::{From, Import, conflict_of, kind_of, order_of};
use crate::actions::import::records::{self, Options, Summary, is_word};
use crate::actions::settings;
use crate::commands::args::Answer;
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::mapping::{Kept, Kind};
use crate::domain::nearest::nearest;
use crate::error::{Error, Kind as Failure, Result};
use crate::host;
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Style, Table, ticket};
use serde_json::{Map, Value};

/// Imports records.
pub(super) fn run(args: &Import, desk: &mut Desk, from: Option<From>) -> Result<Answer> {
    if args.is_of_mail() {
        return Err(Error::usage("--own, --strict and --everything are for mail"));
    }
    let options = options_of(args, desk, from)?;
    if let Some(name) = &args.save_map {
        let kept = records::map_of(desk, &args.paths, &options)?;
        keep_map(desk, name, &kept)?;
    }
    let taken = match &args.rejects {
        Some(file) => host::write_file_by(file, |out| records::take(desk, &args.paths, &options, Some(out)))?,
        None => records::take(desk, &args.paths, &options, None)?,
    };
    let mut report = report(&taken, desk.dry);
    if let (Some(file), true) = (&args.rejects, taken.bad() > 0) {
        report.notes.push(format!("bad records with their reasons: {}", file.display()));
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

fn report(s: &Summary, dry: bool) -> Report {
    let n = |n: usize| Cell::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let texts = |list: &[String]| Cell::List(list.iter().cloned().map(Cell::Text).collect());
    let found = |(column, field): &(String, &'static str)| {
        Cell::Record(vec![("column", Cell::Text(column.clone())), ("field", Cell::Text((*field).to_owned()))])
    };
    let guess = |(field, word, taken, count): &(&'static str, String, String, usize)| {
        Cell::Record(vec![
            ("field", Cell::Text((*field).to_owned())),
            ("word", Cell::Text(word.clone())),
            ("as", Cell::Text(taken.clone())),
            ("count", n(*count)),
        ])
    };
    let mut report = Report::default();
    let rows = vec![
        Fact::data("format", Cell::Text(s.format.clone())),
        Fact::data("source", Cell::Text(s.source.clone())),
        Fact::data("kind", Cell::text(s.kind.map(Kind::word))),
        Fact::data("read", n(s.read)),
        Fact::data("created", n(s.created)),
        Fact::data("updated", n(s.updated)),
        Fact::data("duplicates", n(s.duplicates)),
        Fact::data("skipped", n(s.differing + s.told)),
        Fact::data("tickets", n(s.tickets)),
        Fact::data("messages", n(s.messages)),
        Fact::data("entries", n(s.entries)),
        Fact::data("ratings", n(s.ratings)),
        Fact::data("contacts", n(s.contacts)),
        Fact::data("clients", n(s.clients)),
        Fact::data("agents", texts(&s.new_agents)),
        Fact::data("closed", n(s.closed_silent)),
        Fact::data("found", Cell::List(s.found.iter().map(found).collect())),
        Fact::data("unused", texts(&s.unused)),
        Fact::data("guesses", Cell::List(s.guesses.iter().map(guess).collect())),
        Fact::data("rejected_count", n(s.bad())),
        Fact::data("kept", Cell::Flag(!s.refused && !dry)),
        Fact::data("operation", s.operation.map_or(Cell::Empty, Cell::Count)),
    ];
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    report.parts.push(Part::Prose(told(s, dry)));
    if dry && !s.shown.is_empty() {
        let mut table = ticket::for_people(&s.shown, None, "");
        table.title = if s.tickets > s.shown.len() { "The first tickets" } else { "The tickets" }.to_owned();
        report.parts.push(Part::Table(table));
    }
    let columns =
        vec![Column::new("place", "place", Style::Left), Column::new("reason", "why it is bad", Style::Flex)];
    let rows: Vec<_> =
        s.rejected.iter().map(|(place, why)| vec![Cell::Text(place.clone()), Cell::Text(why.clone())]).collect();
    let audience = if rows.is_empty() { Audience::Data } else { Audience::All };
    report.parts.push(Part::Table(Table { key: "rejected", audience, columns, rows, ..Table::default() }));
    notes(&mut report, s, dry);
    report
}

/// The summary in words, a line for each thing that is worth one.
fn told(s: &Summary, dry: bool) -> String {
    let what = s.kind.map_or("records", Kind::word);
    let mut lines = Vec::new();
    lines.push(match (s.refused, dry) {
        (true, _) => format!("{} read from {}, nothing was imported: {} bad", counted(s.read, what), s.format, s.bad()),
        (false, true) => format!("{} read from {}; nothing was changed, this is the plan:", counted(s.read, what), s.format),
        (false, false) => format!("{} read from {}", counted(s.read, what), s.format),
    });
    if s.refused {
        return lines.join("\n");
    }
    let mut say = |n: usize, one: &str, more: &str| {
        if n > 0 {
            lines.push(format!("{n:>7} {}", if n == 1 { one } else { more }));
        }
    };
    let same = |say: &mut dyn FnMut(usize, &str, &str), n: usize, text: &str| say(n, text, text);
    same(&mut say, s.created, "new");
    same(&mut say, s.updated, "changed");
    same(&mut say, s.duplicates, "known already");
    let differing = "known, and different now: left as they are (--on-conflict update takes what has changed)";
    same(&mut say, s.differing, differing);
    say(s.told, "that tells only of others, or of nothing to keep", "that tell only of others, or of nothing to keep");
    for (status, count) in &s.statuses {
        let word = status.word();
        say(*count, &format!("ticket {word}"), &format!("tickets {word}"));
    }
    same(&mut say, s.closed_silent, "of them closed because of silence");
    say(s.messages, "message", "messages");
    say(s.entries, "time entry", "time entries");
    say(s.ratings, "rating", "ratings");
    say(s.contacts, "new contact", "new contacts");
    say(s.clients, "new client", "new clients");
    same(&mut say, s.bad(), "bad, left out:");
    lines.join("\n")
}

fn counted(n: usize, what: &str) -> String {
    match (n, what.strip_suffix('s')) {
        (1, Some(one)) => format!("1 {one}"),
        (_, None) => format!("{n} entries of {what}"),
        _ => format!("{n} {what}"),
    }
}

fn notes(report: &mut Report, s: &Summary, dry: bool) {
    let mut say = |text: String| report.notes.push(text);
    if !s.found.is_empty() {
        let pairs: Vec<String> = s.found.iter().map(|(column, field)| if column == field { column.clone() } else { format!("{column} → {field}") }).collect();
        say(format!("by their names: {}", pairs.join(", ")));
    }
    if !s.unused.is_empty() {
        say(format!("in no field (the row is kept): {}", s.unused.join(", ")));
    }
    for (field, word, taken, count) in &s.guesses {
        say(format!("{field} {word:?} was taken for {taken}, {count} times; to say otherwise: --map \"{field}:{word}=…\""));
    }
    if !s.new_agents.is_empty() {
        say(format!("new agents: {}; one who is here already: --map \"assignee:NAME THERE=name\"", s.new_agents.join(", ")));
    }
    if s.strays > 0 {
        say(format!("{} time entries name a ticket that is not here; its number stands before their text", s.strays));
    }
    if s.quiet > 0 {
        let would = if dry { "would wait" } else { "wait" };
        say(format!("{} of the new tickets {would} for you although nothing happened for a month: --close-older 30d closes such", s.quiet));
    }
    if s.more_rejected > 0 {
        say(format!("and {} more bad records", s.more_rejected));
    }
    if s.refused {
        say("mend them and import again, or keep the good ones: --skip-bad --rejects FILE".to_owned());
    }
    if let Some(operation) = s.operation {
        say(format!("operation {operation}; to take the whole import back: desk undo"));
    }
}
