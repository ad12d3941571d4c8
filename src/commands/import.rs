//! `desk import`: an archive of mail comes in, or what another program has written down.

mod back;
mod mail;
mod tables;
mod told;

use super::args::Answer;
use crate::actions::import::records::{OnConflict, is_archive};
use crate::desk::Desk;
use crate::domain::mapping::{Kind, Order};
use crate::error::{Error, Result};
use crate::formats::foreign::{self, Program};
use crate::formats::mailbox;
use crate::formats::records::Form;
use crate::host::Spool;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Take in mail (mbox, Maildir, .eml) or the tickets, clients, contacts and hours of another program
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Mail: a conversation becomes a ticket, senders become contacts, their domains clients. A second
run adds only what is new. Mail from your own addresses is an answer: name them once with --own
(or desk config set addresses …).

Tables (CSV, TSV, XLSX) and JSON: columns find their fields by their names, --map says the rest.
Files of Zendesk, Freshdesk, Help Scout, Okdesk, GitHub, Telegram, osTicket, Intercom, Toggl and
Harvest are known by how they look, or by --from; the files that tell of people and companies
belong beside those with tickets, in a folder or on the same line. All comes in, or nothing when a
record is bad, unless --skip-bad. What came in before is known again by its number there
(desk show okdesk:1834) and left as it is, unless --on-conflict says otherwise. Nothing is ever
sent for what is imported. Every import is one step: desk undo.

--map, as often as needed, or once kept by --save-map:
  COLUMN=FIELD           number subject status priority assignee requester requester_name
                         requester_email requester_phone client tags channel opened_at updated_at
                         closed_at due_at body note minutes url; -COLUMN goes nowhere
  FIELD=VALUE            the same for all: tag=migrated
  FIELD='{COLUMN} text'  put together: subject='{Area}: {Title}'
  status:WORD=pending    what a word there means; so priority:WORD=high, assignee:NAME=mila

Examples:
  desk import ~/Mail/support.mbox --own support@acme.test
  desk import -n ~/Takeout/Mail --close-older 14d   # shows what would come, does nothing
  desk import -n tickets.csv                        # the plan: what is found, guessed, new, bad
  desk import tickets.csv --map Case=number --map 'status:Waiting for Bob=pending' --source old
  desk import october.csv --map Case=number --save-map old
  desk import november.csv --use-map old
  desk import zendesk/ --close-older 30d            # tickets, users and organizations
  desk import tickets.csv --skip-bad --rejects bad.csv
  $EDITOR bad.csv; desk import bad.csv              # what was bad, mended
  desk import hours.csv --kind time --dates dmy
  gh issue list --json number,title,body,state,author,comments,createdAt | desk import -
  desk undo                                         # takes the whole import back

Exit 5: finished, and some records were bad; they are listed. Exit 1: nothing was kept.")]
pub struct Import {
    /// Files, a mailbox, a folder, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// What the files are, where looking does not tell: mbox, maildir, eml, csv, xlsx, json, ndjson, or the program they are from
    #[arg(long, value_name = "FORMAT")]
    from: Option<String>,
    /// An address of ours: mail from it is an answer; may be given several times
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    own: Vec<String>,
    /// Conversations silent for so long come in closed, at their last message
    #[arg(long, value_name = "14d")]
    close_older: Option<String>,
    /// Keep nothing when a single mail is bad
    #[arg(long, conflicts_with = "skip_bad")]
    strict: bool,
    /// Keep the good ones when some are bad (mail does so by itself)
    #[arg(long)]
    skip_bad: bool,
    /// Also what Gmail labelled spam, trash, draft or chat
    #[arg(long)]
    everything: bool,
    /// What the records are: tickets, clients, contacts or time
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// COLUMN=FIELD, FIELD=VALUE, FIELD={COLUMN} text, -COLUMN for none, or status:WORD=open; may be given several times
    #[arg(long, value_name = "COLUMN=FIELD", allow_hyphen_values = true)]
    map: Vec<String>,
    /// Keep the map in the desk under this name
    #[arg(long, value_name = "NAME")]
    save_map: Option<String>,
    /// Use the map that was kept under this name
    #[arg(long, value_name = "NAME")]
    use_map: Option<String>,
    /// Which comes first in dates like 11/12/2026: dmy or mdy
    #[arg(long, value_name = "ORDER")]
    dates: Option<String>,
    /// What came in before and reads differently now: skip, update or fail
    #[arg(long, value_name = "WAY")]
    on_conflict: Option<String>,
    /// Write bad records there, with the reason, to be mended and imported again
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The name before their numbers, where the file does not tell: okdesk in okdesk:1834
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// What files are called that were spooled.
    #[arg(skip)]
    called: BTreeMap<PathBuf, String>,
}

/// What `--from` names.
#[derive(Debug, Clone, Copy)]
enum From {
    Mail(Option<mailbox::Form>),
    Records(Form),
    Program(&'static Program),
}

impl Import {
    /// Imports.
    pub fn run(mut self, desk: &mut Desk) -> Result<Answer> {
        let from = self.from.as_deref().map(from_of).transpose()?;
        if self.paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
            return Err(Error::usage("- stands for standard input, which is one file"));
        }
        let missing = self.paths.iter().find(|path| path.as_os_str() != "-" && !path.exists());
        if let Some(missing) = missing {
            return Err(Error::missing(format!("there is no file or folder {}", missing.display())));
        }
        let _spools = self.spool(desk, from.is_some())?;
        self.take(desk, from).map_err(|e| Error {
            what: self.as_called(&e.what),
            hint: e.hint.map(|hint| self.as_called(&hint)),
            cause: e.cause.map(|cause| self.as_called(&cause)),
            ..e
        })
    }

    fn take(&self, desk: &mut Desk, from: Option<From>) -> Result<Answer> {
        if let (None, false, [path]) = (from, self.is_of_tables(), self.paths.as_slice())
            && let Some(answer) = back::run(desk, path)?
        {
            return Ok(answer);
        }
        let mail = match from {
            Some(From::Mail(_)) => true,
            Some(_) => false,
            None => !self.is_of_tables() && self.paths.iter().all(|path| is_archive(path)),
        };
        if mail { mail::run(self, desk, from) } else { tables::run(self, desk, from) }
    }

    /// Puts aside what can be read only once: standard input, pipes and devices. It is there as long as what is given back.
    fn spool(&mut self, desk: &mut Desk, told: bool) -> Result<Vec<Spool>> {
        let mut spools = Vec::new();
        for path in &mut self.paths {
            let (name, spool) = if path.as_os_str() == "-" {
                ("standard input".to_owned(), desk.host.spool("a mailbox or a table")?)
            } else if path.is_file() || path.is_dir() {
                continue;
            } else {
                (path.display().to_string(), desk.host.spool_of(path)?)
            };
            if !told && spool.as_file().metadata().is_ok_and(|about| about.len() == 0) {
                return Err(Error::refused(format!("{name}: nothing in it")));
            }
            *path = spool.path().to_owned();
            self.called.insert(path.clone(), name);
            spools.push(spool);
        }
        Ok(spools)
    }

    /// A text in which a file that was spooled is called as the user knows it.
    fn as_called(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (path, name) in &self.called {
            text = text.replace(&*path.to_string_lossy(), name);
        }
        text
    }

    /// Whether something was said that only tables know.
    fn is_of_tables(&self) -> bool {
        self.kind.is_some()
            || !self.map.is_empty()
            || self.use_map.is_some()
            || self.save_map.is_some()
            || self.dates.is_some()
            || self.on_conflict.is_some()
            || self.rejects.is_some()
            || self.source.is_some()
    }

    /// Whether something was said that only mail knows.
    fn is_of_mail(&self) -> bool {
        !self.own.is_empty() || self.strict || self.everything
    }
}

fn from_of(word: &str) -> Result<From> {
    let word = word.to_lowercase();
    Ok(match word.as_str() {
        "maildir" => From::Mail(None),
        "mbox" => From::Mail(Some(mailbox::Form::Mbox)),
        "eml" => From::Mail(Some(mailbox::Form::Eml)),
        word => match (Form::of(word), foreign::called(word)) {
            (Some(form), _) => From::Records(form),
            (None, Some(program)) => From::Program(program),
            (None, None) => {
                let programs: Vec<&str> = foreign::PROGRAMS.iter().map(|p| p.word).collect();
                return Err(Error::usage(format!("there is no format {word}"))
                    .hint(format!("mbox, maildir, eml, csv, xlsx, json, ndjson, {}", programs.join(", "))));
            }
        },
    })
}

fn order_of(word: &str) -> Result<Order> {
    Order::of(word).ok_or_else(|| Error::usage(format!("{word:?} is no order of a date")).hint("--dates dmy or --dates mdy"))
}

fn kind_of(word: &str) -> Result<Kind> {
    let word = word.to_lowercase();
    Kind::of(&word)
        .or_else(|| Kind::of(&format!("{word}s")))
        .ok_or_else(|| Error::usage(format!("there are no {word}")).hint("--kind tickets, clients, contacts or time"))
}

fn conflict_of(word: &str) -> Result<OnConflict> {
    Ok(match word {
        "skip" => OnConflict::Skip,
        "update" => OnConflict::Update,
        "fail" => OnConflict::Fail,
        _ => return Err(Error::usage(format!("--on-conflict {word:?} is unknown")).hint("skip, update or fail")),
    })
}
