//! The command line: one file per word, arguments and help, `run` -> an answer. The table below is all there is to add for
//! a new word. Only the words that the command line names are built: parsing costs the same however many there are.

pub mod args;
mod asking;
mod chosen;
mod counted;
mod deed;
mod told;

use crate::desk::Desk;
use crate::error::Result;
use args::{Answer, Globals};
use clap::{Args, FromArgMatches};

/// Where a word stands in `desk help all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The dozen that `desk --help` shows.
    Daily,
    /// The rest of the work with tickets.
    Tickets,
    /// Figures.
    Numbers,
    /// Clients, contacts, agents, tags.
    Things,
    /// Everything around.
    Plumbing,
    /// Not shown.
    Hidden,
}

impl Group {
    /// Those that are shown, in order, with their headings.
    pub const SHOWN: &'static [(Group, &'static str)] = &[
        (Group::Daily, "Daily"),
        (Group::Tickets, "Tickets"),
        (Group::Numbers, "Hours and numbers"),
        (Group::Things, "Things"),
        (Group::Plumbing, "Plumbing"),
    ];
}

/// A word of the command line.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// Other words for the same.
    pub aliases: &'static [&'static str],
    /// Where help shows it.
    pub group: Group,
    build: fn(clap::Command) -> clap::Command,
}

macro_rules! commands {
    ($($group:ident $module:ident :: $kind:ident = $name:literal $([$($alias:literal),+])?;)+) => {
        $(pub mod $module;)+

        /// What was asked for.
        #[derive(Debug)]
        pub enum Command { $(
            #[doc = concat!("`desk ", $name, "`")]
            $kind($module::$kind)
        ),+ }

        /// Every word there is.
        pub const WORDS: &[Word] = &[$(Word {
            name: $name, aliases: &[$($($alias),+)?], group: Group::$group, build: <$module::$kind as Args>::augment_args,
        }),+];

        impl Command {
            fn of(name: &str, matches: &clap::ArgMatches) -> std::result::Result<Option<Command>, clap::Error> {
                Ok(match name {
                    $($name => Some(Command::$kind($module::$kind::from_arg_matches(matches)?)),)+
                    _ => None,
                })
            }

            /// Does what was asked for.
            pub fn run(self, desk: &mut Desk) -> Result<Answer> {
                match self { $(Command::$kind(c) => c.run(desk)),+ }
            }
        }
    };
}

commands! {
    Daily open::Open = "open" ["new"];
    Daily ls::Ls = "ls" ["list"];
    Daily show::Show = "show" ["view"];
    Daily find::Find = "find" ["search"];
    Daily fetch::Fetch = "fetch";
    Daily take::Take = "take";
    Daily reply::Reply = "reply";
    Daily note::Note = "note" ["comment"];
    Daily close::Close = "close" ["done"];
    Daily log::Log = "log";
    Daily triage::Triage = "triage";
    Daily recap::Recap = "recap";
    Daily undo::Undo = "undo";
    Tickets release::Release = "release";
    Tickets assign::Assign = "assign";
    Tickets tag::Tag = "tag";
    Tickets untag::Untag = "untag";
    Tickets link::Link = "link";
    Tickets unlink::Unlink = "unlink";
    Tickets prio::Prio = "prio";
    Tickets due::Due = "due";
    Tickets edit::Edit = "edit";
    Tickets pending::Pending = "pending";
    Tickets hold::Hold = "hold";
    Tickets snooze::Snooze = "snooze";
    Tickets spam::Spam = "spam";
    Tickets reopen::Reopen = "reopen";
    Tickets merge::Merge = "merge";
    Tickets split::Split = "split";
    Tickets mute::Mute = "mute";
    Tickets unmute::Unmute = "unmute";
    Tickets redo::Redo = "redo";
    Tickets outbox::Outbox = "outbox";
    Tickets history::History = "history";
    Tickets news::News = "news";
    Tickets watch::Watch = "watch";
    Numbers start::Start = "start";
    Numbers stop::Stop = "stop";
    Numbers timer::TimerWord = "timer";
    Numbers time::Time = "time";
    Numbers statement::Statement = "statement";
    Numbers invoice::Invoice = "invoice";
    Numbers act::Act = "act";
    Numbers margin::Margin = "margin";
    Numbers why::Why = "why";
    Numbers estimate::Estimate = "estimate";
    Numbers approve::Approve = "approve";
    Numbers sla::Sla = "sla";
    Numbers stats::Stats = "stats";
    Numbers csat::Csat = "csat";
    Numbers nps::Nps = "nps";
    Numbers topics::Topics = "topics";
    Numbers topic::TopicWord = "topic";
    Numbers contract::ContractWord = "contract";
    Numbers calendar::CalendarWord = "calendar";
    Things client::ClientWord = "client";
    Things contact::ContactWord = "contact";
    Things agent::AgentWord = "agent";
    Things tags::Tags = "tags";
    Things answer::AnswerWord = "answer";
    Things attachment::AttachmentWord = "attachment";
    Plumbing parked::ParkedWord = "parked";
    Plumbing import::Import = "import";
    Plumbing export::Export = "export";
    Plumbing sql::Sql = "sql";
    Plumbing backup::Backup = "backup";
    Plumbing restore::Restore = "restore";
    Plumbing doctor::Doctor = "doctor";
    Plumbing config::Config = "config";
    Plumbing init::Init = "init";
    Plumbing completions::Completions = "completions";
    Plumbing man::Man = "man";
    Hidden complete::Complete = "__complete";
}

pub mod screen;

impl Command {
    /// Whether it must work although the own settings cannot be read, and must not ask for a password.
    #[must_use]
    pub fn works_without_settings(&self) -> bool {
        match self {
            Command::Config(c) => c.mends_own_file(),
            Command::Completions(_) | Command::Man(_) | Command::Complete(_) => true,
            _ => false,
        }
    }
}

impl Command {
    /// Whether `--format` means formats of the command's own.
    #[must_use]
    pub fn has_own_formats(&self, format: Option<&str>) -> bool {
        match self {
            Command::Export(_) => true,
            Command::AgentWord(agent) => agent.has_own_format(format),
            _ => false,
        }
    }
}

/// Whether it is a word of the program itself, or an alias of one.
#[must_use]
pub fn is_word(word: &str) -> bool {
    word == "help" || WORDS.iter().any(|w| w.name == word || w.aliases.contains(&word))
}

/// The command line, with every word.
#[must_use]
pub fn whole() -> clap::Command {
    root().subcommands(WORDS.iter().map(built))
}

/// The command line with the words that these arguments name; with every word where they name none.
#[must_use]
pub fn for_arguments(arguments: &[String]) -> clap::Command {
    let named = |w: &&Word| arguments.iter().any(|a| a == w.name || w.aliases.contains(&a.as_str()));
    let mut words = WORDS.iter().filter(named).peekable();
    let help = arguments.iter().any(|a| a == "help");
    if words.peek().is_none() || help { whole() } else { root().subcommands(words.map(built)) }
}

fn built(word: &Word) -> clap::Command {
    let command = (word.build)(clap::Command::new(word.name)).visible_aliases(word.aliases.iter().copied());
    command.hide(word.group == Group::Hidden).allow_negative_numbers(false)
}

fn root() -> clap::Command {
    let command = Globals::augment_args(clap::Command::new("desk"));
    command
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .subcommand_required(false)
        .about("The help desk that lives in a terminal")
        .help_template("{about}\n\n{usage-heading} desk [COMMAND]{after-help}\n\nGlobal options:\n{options}")
        .after_help(daily_help())
}

/// The dozen daily words, each with its first line of help.
fn daily_help() -> String {
    let mut text = "Without a command: what waits for you.\n\nEvery day:\n".to_owned();
    for word in WORDS.iter().filter(|w| w.group == Group::Daily) {
        text.push_str(&line_of_help(word));
    }
    text.push_str("\nAll commands: desk help all. One command with examples: desk COMMAND --help");
    text
}

fn line_of_help(word: &Word) -> String {
    let about = (word.build)(clap::Command::new(word.name)).get_about().map(ToString::to_string).unwrap_or_default();
    format!("  {:<9} {about}\n", word.name)
}

/// `desk help all`: every word by group.
#[must_use]
pub fn help_all() -> String {
    let mut text = String::new();
    for (group, heading) in Group::SHOWN {
        text.push_str(&format!("{heading}:\n"));
        WORDS.iter().filter(|w| w.group == *group).for_each(|w| text.push_str(&line_of_help(w)));
        text.push('\n');
    }
    text.push_str("One command with examples: desk COMMAND --help\n");
    text
}

/// The command as history shows it: quoted where the shell would need it, and without a password in an address.
///
/// ```
/// use frontdesk::commands::for_the_record;
/// let typed = ["--desk=postgres://mila:s3cret@db/desk", "open", "two words"].map(str::to_owned);
/// assert_eq!(for_the_record(&typed), r#""--desk=postgres://mila:…@db/desk" open "two words""#);
/// ```
#[must_use]
pub fn for_the_record(arguments: &[String]) -> String {
    let quoted = |a: &String| {
        let a = &crate::settings::without_password(a);
        let plain = !a.is_empty() && a.chars().all(|c| c.is_alphanumeric() || "-_./,:+@=".contains(c));
        if plain { a.clone() } else { format!("\"{}\"", a.replace('"', "\\\"")) }
    };
    let line = arguments.iter().map(quoted).collect::<Vec<_>>().join(" ");
    if line.chars().count() > 200 { line.chars().take(199).chain(['…']).collect() } else { line }
}

/// Reads the arguments: the global flags, and the command where one is named.
pub fn parse(arguments: &[String]) -> std::result::Result<(Globals, Option<Command>), clap::Error> {
    let line = std::iter::once("desk".to_owned()).chain(arguments.iter().cloned());
    let matches = for_arguments(arguments).try_get_matches_from(line)?;
    let globals = Globals::from_arg_matches(&matches)?;
    match matches.subcommand() {
        Some((name, inner)) => {
            // A global flag may stand on either side of the word.
            let globals = Globals::from_arg_matches(inner).unwrap_or(globals);
            Ok((globals, Command::of(name, inner)?))
        }
        None => Ok((globals, None)),
    }
}
