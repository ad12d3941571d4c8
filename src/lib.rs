#![doc = include_str!("README.md")]

pub mod actions;
pub mod commands;
pub mod desk;
pub mod domain;
pub mod draft;
pub mod error;
pub mod formats;
pub mod host;
pub mod post;
pub mod render;
pub mod report;
pub mod settings;
pub mod store;
pub mod tls;

use commands::args::{Answer, Body, Globals};
use desk::{Desk, Wanted};
use error::{Error, Kind, Result};
use host::Host;
use render::{Dress, Format, guard};
use report::Audience;

/// Runs one command line as the system gave it; one that is not text is refused rather than guessed.
pub fn run_typed(arguments: std::result::Result<Vec<String>, std::ffi::OsString>, host: &mut Host) -> u8 {
    let odd = match arguments {
        Ok(arguments) => return run(arguments, host),
        Err(odd) => Error::usage(format!("an argument is not UTF-8 text: {}", odd.to_string_lossy())),
    };
    complain(host, &odd.hint("rename the file, or set the terminal to UTF-8"));
    Kind::Usage.exit_code()
}

/// Runs one command line (without the program's name) on this machine; gives the exit code. The only place that prints.
pub fn run(arguments: Vec<String>, host: &mut Host) -> u8 {
    match attempt(arguments, host) {
        Ok(code) => code,
        Err(e) => {
            complain(host, &e);
            e.kind.exit_code()
        }
    }
}

fn attempt(arguments: Vec<String>, host: &mut Host) -> Result<u8> {
    let arguments = without_alias(arguments, host)?;
    if let [help, rest @ ..] = arguments.as_slice()
        && help == "help"
    {
        return help_on(rest, host);
    }
    let (globals, command) = match commands::parse(&arguments) {
        Ok(parsed) => parsed,
        Err(e) => return parser_says(&e, host),
    };
    let own = command.as_ref().is_some_and(|c| c.has_own_formats(globals.format.as_deref()));
    let format = format_of(&globals, own)?;
    host.silent = globals.no_input;
    let wanted = Wanted {
        desk: globals.desk.clone(),
        agent: globals.agent.clone(),
        dry: globals.dry_run,
        yes: globals.yes,
        bare: command.as_ref().is_some_and(commands::Command::works_without_settings),
    };
    let mut desk = match Desk::new(std::mem::replace(host, Host::real()), wanted, commands::for_the_record(&arguments))
    {
        Ok(desk) => desk,
        Err(failed) => {
            *host = failed.0;
            return Err(failed.1);
        }
    };
    if globals.color.is_some() {
        desk.own.color.clone_from(&globals.color);
    }
    desk.output = globals.output.clone();
    desk.format = globals.format.clone();
    desk.reader = if to_people(format) { Audience::People } else { Audience::Data };
    let done = match command {
        Some(command) => command.run(&mut desk),
        None => commands::screen::run(&mut desk),
    };
    let said = done.and_then(|mut answer| {
        let told = std::mem::take(&mut answer.told);
        let said = deliver(&mut desk, answer, &globals, format);
        said.map_err(|e| {
            untold(&mut desk, &told);
            unheard(e, &desk)
        })
    });
    *host = desk.host;
    said
}

/// The answer could not be given: what is told once is told again next time. Where the desk is gone, too, nothing can be done.
fn untold(desk: &mut Desk, told: &store::bookmark::Before) {
    if !told.is_empty() {
        let me = desk.me.clone();
        drop(desk.store_of_existing().and_then(|store| store.unclaim(&me, told)));
    }
}

/// The answer could not be given: says so, and that the deed is done all the same, lest it be done twice.
fn unheard(e: Error, desk: &Desk) -> Error {
    match desk.done() {
        _ if e.kind == Kind::ClosedPipe => e,
        Some(operation) => Error::refused(format!("operation {operation} is done, but its output failed: {}", e.what))
            .hint("do not repeat it; to see it: desk history; to take it back: desk undo"),
        None => e,
    }
}

/// Prints the answer: data to where it was asked for, then notes to whoever listens.
fn deliver(desk: &mut Desk, answer: Answer, globals: &Globals, format: Format) -> Result<u8> {
    let mut notes = std::mem::take(&mut desk.notes);
    let body = match answer.body {
        Body::Paper(report, words) if to_people(format) => {
            notes.extend(report.notes);
            (words.0)(format)?.into_bytes()
        }
        Body::Bytes(bytes) => bytes,
        Body::Stream(stream) => {
            let mut out = desk.host.out();
            (stream.0)(desk, &mut out)?;
            desk.host.end(out)?;
            Vec::new()
        }
        Body::Report(report) | Body::Paper(report, _) => {
            let keys: Option<Vec<String>> = globals
                .json
                .as_deref()
                .filter(|k| !k.is_empty())
                .map(|k| k.split(',').map(|k| k.trim().to_owned()).collect());
            let zone = desk.zone().unwrap_or_else(|_| domain::zone::Zone::utc());
            let to_terminal = desk.output.is_none();
            let dress = Dress {
                width: if to_terminal { desk.host.width() } else { None },
                colour: to_terminal && coloured(desk, globals),
                ascii: to_terminal && format == Format::Text && desk.host.is_ascii(),
                now: desk.now,
                local: Box::new(move |m| zone.local(m)),
            };
            notes.extend(report.notes.iter().cloned());
            notes.extend(desk.dry.then(|| "nothing was kept: this was a dry run".to_owned()));
            render::render(&report, format, keys.as_deref(), &dress)?.into_bytes()
        }
    };
    match &desk.output {
        Some(file) if file != "-" => host::write_file(std::path::Path::new(file), &body)?,
        _ => {
            let paged = answer.page && format == Format::Text && desk.host.page(&String::from_utf8_lossy(&body));
            if !paged {
                desk.host.say(&body)?;
            }
        }
    }
    for note in notes.iter().filter(|_| !globals.quiet) {
        desk.host.talk(&guard::line(note));
    }
    if !answer.seen.is_empty() {
        let me = desk.me.clone();
        let marks: Vec<(&str, i64)> = answer.seen.iter().map(|(name, place)| (name.as_str(), *place)).collect();
        drop(desk.store_of_existing().and_then(|store| store.bookmark(&me, &marks)));
    }
    Ok(answer.exit)
}

fn coloured(desk: &Desk, globals: &Globals) -> bool {
    match globals.color.as_deref().or(desk.own.color.as_deref()) {
        Some("always") => true,
        Some("never") => false,
        _ => desk.host.colour(desk.host.stdout_is_terminal),
    }
}

/// Whether a format is read by people, not by programs.
fn to_people(format: Format) -> bool {
    matches!(format, Format::Text | Format::Md | Format::Html)
}

/// The format of the report; a command with formats of its own reads `--format` itself.
fn format_of(globals: &Globals, own: bool) -> Result<Format> {
    if !matches!(globals.color.as_deref(), None | Some("auto" | "always" | "never")) {
        return Err(Error::usage("--color is auto, always or never"));
    }
    match (globals.json.is_some(), globals.format.as_deref().filter(|_| !own)) {
        (true, None | Some("json")) => Ok(Format::Json),
        (true, Some(_)) => Err(Error::usage("--json and --format ask for two formats").hint("give one of them")),
        (false, None) => Ok(Format::Text),
        (false, Some(word)) => Format::of(word).ok_or_else(|| {
            let known: Vec<&str> = Format::ALL.iter().map(|f| f.word()).collect();
            Error::usage(format!("there is no format {word}")).hint(known.join(", "))
        }),
    }
}

/// Replaces a first word that the own settings define; never one of the program's own.
fn without_alias(arguments: Vec<String>, host: &Host) -> Result<Vec<String>> {
    let Some(first) = arguments.first().filter(|a| !a.starts_with('-')) else { return Ok(arguments) };
    if commands::is_word(first) {
        return Ok(arguments);
    }
    let own = desk::read_own(host)?;
    let Some(meaning) = own.alias.get(first) else { return Ok(arguments) };
    Ok(meaning.split_whitespace().map(str::to_owned).chain(arguments.iter().skip(1).cloned()).collect())
}

fn help_on(words: &[String], host: &mut Host) -> Result<u8> {
    match words {
        [] => parser_says(&help_of(&["--help".to_owned()]), host),
        [all] if all == "all" => {
            host.say(commands::help_all().as_bytes())?;
            Ok(0)
        }
        [word, ..] => parser_says(&help_of(&[word.clone(), "--help".to_owned()]), host),
    }
}

fn help_of(arguments: &[String]) -> clap::Error {
    match commands::parse(arguments) {
        Err(e) => e,
        Ok(_) => clap::Error::new(clap::error::ErrorKind::InvalidSubcommand),
    }
}

/// Help and version go to the output, complaints about the words to the talk.
fn parser_says(e: &clap::Error, host: &mut Host) -> Result<u8> {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let asked = matches!(
        e.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let terminal = if asked { host.stdout_is_terminal } else { host.stderr_is_terminal };
    let colour = host.colour(terminal);
    // A complaint repeats what was typed: it is never obeyed by the terminal.
    let text = if asked && colour { e.render().ansi().to_string() } else { guard::body(&e.render().to_string()) };
    if asked {
        host.say(text.trim_end().as_bytes())?;
        host.say(b"\n")?;
        return Ok(0);
    }
    host.talk(text.trim_end());
    let lacks_number = text.split("Usage:").next().is_some_and(|lacking| lacking.contains("<ID"));
    if e.kind() == ErrorKind::MissingRequiredArgument && lacks_number {
        host.talk("hint: write 42, not #42: # starts a shell comment");
    }
    if let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) =
        (e.kind(), e.get(ContextKind::InvalidSubcommand))
        && (word == "." || word.bytes().all(|b| b.is_ascii_digit()))
    {
        host.talk(&format!("hint: to see it: desk show {word}"));
    }
    Ok(Kind::Usage.exit_code())
}

fn complain(host: &mut Host, e: &Error) {
    if e.kind == Kind::ClosedPipe {
        return;
    }
    let mut lines = vec![format!("error: {}", guard::line(&e.what))];
    lines.extend(e.cause.as_ref().map(|c| format!("cause: {}", guard::line(c))));
    lines.extend(e.hint.as_ref().map(|h| format!("hint: {}", guard::line(h))));
    host.talk(&lines.join("\n"));
}
