//! Which argument takes what: a slot is known by the name of its value in the help (`IDS`, `TAG`, `WHO`, …), so a new
//! command is completed as soon as it exists. The parser leaves a mark where a slot stands, and the desk fills it in.

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use std::collections::BTreeMap;
use std::ffi::OsStr;

/// Begins a mark and ends its parts: no argument of a program holds it.
const MARK: char = '\0';

/// The command line with marks in its slots, the user's own words, and `help`.
pub(super) fn furnished(command: Command, aliases: &BTreeMap<String, String>) -> Command {
    let words: Vec<String> =
        command.get_subcommands().map(|c| c.get_name().to_owned()).filter(|n| !n.starts_with('_')).collect();
    let topic = Arg::new("topic")
        .value_parser(clap::builder::PossibleValuesParser::new(words.into_iter().chain(["all".to_owned()])));
    let mut command =
        marked_up(command, "").subcommand(Command::new("help").about("Help on a command, or on all").arg(topic));
    for (word, meaning) in aliases {
        command = command.subcommand(Command::new(word.clone()).about(meaning.clone()));
    }
    command
}

/// `path` is the words that lead to the command: `agent` for `desk agent edit`.
fn marked_up(command: Command, path: &str) -> Command {
    let path = format!("{path} {}", command.get_name());
    let path = path.trim_start_matches(" desk").trim_start().to_owned();
    let command = command.mut_args(|arg| match slot(&path, &arg) {
        Some(slot) => arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
            vec![CompletionCandidate::new(format!("{MARK}{slot}{MARK}{}", typed.to_string_lossy()))]
        })),
        None => arg,
    });
    command.mut_subcommands(|inner| marked_up(inner, &path))
}

/// What a candidate marks: the text before it, the slot, what was typed there.
pub(super) fn marked(value: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = value.split_once(MARK)?;
    let (slot, typed) = rest.split_once(MARK)?;
    Some((before, slot, typed))
}

fn slot(command: &str, arg: &Arg) -> Option<&'static str> {
    if !arg.get_action().takes_values() {
        return None;
    }
    let name = arg.get_value_names()?.first()?.as_str();
    Some(match (name, arg.get_id().as_str()) {
        ("IDS" | "ID", _) if command == "reopen" => "closed",
        ("IDS" | "ID", _) => "ids",
        ("ID|CLIENT", _) => "ids-clients",
        ("OP", _) => "operations",
        ("tID", _) => "entries",
        ("QUERY", _) => "query",
        ("WORDS", _) if command == "find" => "query",
        ("TAG", _) => "tags",
        ("NAME", "name") if matches!(command, "agent edit" | "agent off" | "agent cost") => "agents",
        ("NAME", "answer") => "answers",
        ("NAME", "calendar") => "calendars",
        ("NAME", "name" | "names") if command.starts_with("answer ") => "answers",
        ("LANG", _) => "langs",
        ("AGENT", _) => "agents",
        ("WHO", _) => "who",
        ("CLIENT" | "CLIENTS" | "HANDLE", _) => "clients",
        ("CONTRACT", _) => "contracts",
        ("PERIODS", "every") => "every",
        ("FROM" | "CONTACT" | "ADDRESS" | "EMAIL", _) => "people",
        ("ADDRESS|@DOMAIN", _) => "people",
        ("WHAT", "by") if command == "time" => "groups",
        ("DAY", _) => "day",
        ("PRIO", _) => "prio",
        ("REASON", _) => "reason",
        ("CHANNEL", _) => "channel",
        ("SCORE", _) if command == "csat" => "scores",
        ("FORMAT", "format") => "format",
        ("FORMAT", "from") => "archives",
        ("KEYS", "json") | ("COLS", _) => "keys",
        ("KEY", "sort") => "sort",
        ("WHEN", "color") => "color",
        ("WHEN", _) => "when",
        ("PERIOD", _) => "period",
        ("SETTING", _) => "settings",
        ("NAME|PATH|URL", _) => "desks",
        ("DIR" | "FOLDER", _) => "folders",
        (file, _) if ["FILE", "PATH", "MAILBOX"].iter().any(|f| file.contains(f)) => "files",
        (subject, _) if subject.starts_with("SUBJECT") => "plus",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_numbers_of_the_program_is_a_slot() {
        for word in ["show", "close", "take", "note", "tag", "merge"] {
            let whole = crate::commands::whole();
            let command = whole.find_subcommand(word).unwrap();
            assert!(command.get_arguments().any(|a| slot(word, a) == Some("ids")), "{word}");
        }
    }

    #[test]
    fn a_mark_is_found_behind_what_stands_before_it() {
        assert_eq!(marked("--into=\0ids\x004"), Some(("--into=", "ids", "4")));
        assert_eq!(marked("plain"), None);
    }
}
