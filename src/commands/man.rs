//! `desk man`: manual pages, made from the same words as `--help`. One page for each command and subcommand.

use super::args::Answer;
use super::{Group, WORDS, whole};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::host;
use crate::report::{Cell, Column, Part, Report, Shape, Style, Table};
use clap::Command;
use clap_mangen::Man as Page;
use clap_mangen::roff::{Roff, bold, roman};
use std::path::Path;

/// Write the manual pages into a folder
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk man ~/.local/share/man/man1      # then: man desk-show\n  desk man /tmp/man && man -l /tmp/man/desk-show.1"
)]
pub struct Man {
    /// The folder; it is made where it is not there
    #[arg(value_name = "DIR")]
    folder: String,
}

impl Man {
    /// Writes them.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let folder = Path::new(&self.folder);
        let pages = pages()?;
        if !desk.dry {
            std::fs::create_dir_all(folder)
                .map_err(|e| Error::from(e).doing(format!("making the folder {}", folder.display())))?;
            for (name, text) in &pages {
                write(&folder.join(name), text)?;
            }
        }
        let rows = pages.iter().map(|(name, _)| vec![Cell::Text(folder.join(name).display().to_string())]).collect();
        let table =
            Table { key: "pages", columns: vec![Column::new("path", "page", Style::Left)], rows, ..Table::default() };
        Ok(Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }.into())
    }
}

/// Manual pages are for everybody: they get the rights that the user's other files get.
fn write(path: &Path, text: &str) -> Result<()> {
    host::write_file(path, text.as_bytes())?;
    use std::os::unix::fs::PermissionsExt;
    let readable = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(path, readable).map_err(|e| Error::from(e).doing(format!("writing {}", path.display())))
}

/// Every page: its name and its text, in the order of the names.
///
/// # Errors
/// Never in practice: pages are written into memory.
pub fn pages() -> Result<Vec<(String, String)>> {
    let whole = whole();
    let mut pages = vec![("desk.1".to_owned(), overview(&whole)?)];
    for command in whole.get_subcommands().filter(|c| !c.is_hide_set()) {
        of_command(command, "desk", &mut pages)?;
    }
    pages.sort();
    Ok(pages)
}

fn of_command(command: &Command, parent: &str, pages: &mut Vec<(String, String)>) -> Result<()> {
    let path = format!("{parent} {}", command.get_name());
    let name = path.replace(' ', "-");
    let inner: Vec<&Command> = command.get_subcommands().filter(|c| !c.is_hide_set()).collect();
    let called = command.clone().disable_help_subcommand(true).bin_name(path.clone()).display_name(name.clone());
    let man = Page::new(called);
    let mut text = title(&name);
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        let mut roff = Roff::new();
        roff.control("PP", []);
        roff.text([roman("Also called "), bold(aliases.join(", ")), roman(".")]);
        roff.to_writer(&mut text)?;
    }
    man.render_options_section(&mut text)?;
    if !inner.is_empty() {
        man.render_subcommands_section(&mut text)?;
    }
    let mut also = vec![parent.replace(' ', "-")];
    also.extend(inner.iter().map(|c| format!("{name}-{}", c.get_name())));
    after_help(command).to_writer(&mut text)?;
    see_also(&also).to_writer(&mut text)?;
    pages.push((format!("{name}.1"), of_bytes(text)?));
    inner.iter().try_for_each(|c| of_command(c, &path, pages))
}

/// The heading of a page. It has no date: the same words give the same page.
fn title(name: &str) -> Vec<u8> {
    format!(".TH \"{}\" \"1\" \"\" \"frontdesk {}\" \"Frontdesk\"\n", name.to_uppercase(), env!("CARGO_PKG_VERSION"))
        .into_bytes()
}

/// The text of a page; what each section declares anew is declared once.
fn of_bytes(text: Vec<u8>) -> Result<String> {
    let text = String::from_utf8(text).map_err(|e| Error::bug("a manual page is no text").because(e))?;
    let declared = |line: &str| line.starts_with(".ie \\n(.g .ds Aq") || line.starts_with(".el .ds Aq");
    let lines = text.lines().filter(|l| !declared(l)).map(|l| format!("{}\n", l.trim_end()));
    Ok(text.lines().filter(|l| declared(l)).take(2).map(|l| format!("{l}\n")).chain(lines).collect())
}

/// `desk.1`: what there is, and what holds for all of it.
fn overview(whole: &Command) -> Result<String> {
    // The pages of the commands say what each does; here the global options are enough.
    let alone =
        Command::new("desk").about(whole.get_about().cloned().unwrap_or_default()).args(whole.get_arguments().cloned());
    let man = Page::new(alone.version(env!("CARGO_PKG_VERSION")));
    let mut text = title("desk");
    man.render_name_section(&mut text)?;
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text([bold("desk"), roman(" [COMMAND] [OPTIONS]")]);
    roff.control("SH", ["DESCRIPTION"]);
    roff.text([roman("Tickets, a shared mailbox, hours and a weekly recap in one file, or in PostgreSQL where a team shares them. Without a command it shows what waits for you.")]);
    for (group, heading) in Group::SHOWN {
        let words: Vec<_> = WORDS.iter().filter(|w| w.group == *group).collect();
        if words.is_empty() {
            continue;
        }
        roff.control("SH", [heading.to_uppercase().as_str()]);
        for word in words {
            let about = whole
                .find_subcommand(word.name)
                .and_then(Command::get_about)
                .map(ToString::to_string)
                .unwrap_or_default();
            roff.control("TP", []);
            roff.text([bold(format!("desk-{}", word.name)), roman("(1)")]);
            roff.text([roman(about)]);
        }
    }
    roff.to_writer(&mut text)?;
    man.render_options_section(&mut text)?;
    let mut roff = Roff::new();
    for (heading, rows) in [("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES), ("EXIT STATUS", EXITS)] {
        roff.control("SH", [heading]);
        for (word, about) in rows {
            roff.control("TP", []);
            roff.text([bold(*word)]);
            roff.text([roman(*about)]);
        }
    }
    roff.to_writer(&mut text)?;
    of_bytes(text)
}

const ENVIRONMENT: &[(&str, &str)] = &[
    ("DESK_FILE", "which desk, as --desk"),
    ("DESK_AGENT", "who you are, as --as"),
    ("NO_COLOR, CLICOLOR_FORCE, COLUMNS", "how it looks"),
    ("VISUAL, EDITOR", "writes texts"),
    ("DESK_PAGER, PAGER", "shows long ones"),
];

const FILES: &[(&str, &str)] = &[
    ("$XDG_DATA_HOME/desk/desk.db", "the desk, where no other is named"),
    ("$XDG_CONFIG_HOME/desk/config.toml", "your own settings; desk config path says where that is"),
    ("$XDG_STATE_HOME/desk", "texts that were typed and could not be used"),
];

const EXITS: &[(&str, &str)] = &[
    ("0", "done, also where nothing matched"),
    ("1", "failed or refused"),
    ("2", "wrong words, or an answer is needed and there is no terminal"),
    ("3", "the named thing does not exist"),
    ("4", "a check found its condition; doctor found something"),
    ("5", "an import finished with rejected rows"),
    ("75", "try again later: no network, or another program wrote to the desk for more than 30 seconds (60 on a server)"),
    ("130", "interrupted"),
];

/// What `--help` says at its end: the examples under a heading of their own, the rest as notes before them.
fn after_help(command: &Command) -> Roff {
    let help = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string).unwrap_or_default();
    let (mut notes, mut examples) = (Vec::new(), Vec::new());
    let mut in_examples = false;
    for line in help.lines() {
        match line {
            "Examples:" => in_examples = true,
            line if in_examples && line.starts_with(' ') => examples.push(line.strip_prefix("  ").unwrap_or(line)),
            line => {
                in_examples = false;
                notes.push(line);
            }
        }
    }
    let mut roff = Roff::new();
    if notes.iter().any(|l| !l.trim().is_empty()) {
        roff.control("SH", ["NOTES"]);
        flow(&notes, false, &mut roff);
    }
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
        flow(&examples, true, &mut roff);
    }
    roff
}

/// Lines of code, and among others those that begin with a blank, stand as they are; the rest flows into paragraphs.
fn flow(lines: &[&str], code: bool, roff: &mut Roff) {
    let mut as_is = false;
    let (mut begun, mut gap) = (false, false);
    for line in lines {
        if line.trim().is_empty() {
            gap = begun;
            continue;
        }
        if (code || line.starts_with(' ')) != as_is {
            as_is = !as_is;
            roff.control(if as_is { "nf" } else { "fi" }, []);
        }
        if std::mem::take(&mut gap) {
            roff.control("PP", []);
        }
        roff.text([roman(*line)]);
        begun = true;
    }
    if as_is {
        roff.control("fi", []);
    }
}

fn see_also(names: &[String]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let last = names.len().saturating_sub(1);
    for (i, name) in names.iter().enumerate() {
        roff.text([bold(name.clone()), roman(if i == last { "(1)" } else { "(1)," })]);
    }
    roff
}
