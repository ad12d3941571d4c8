//! `desk open`: a new ticket.

use super::args::{self, Answer, TextFrom};
use crate::actions::ticket::{self, NewTicket};
use crate::desk::Desk;
use crate::domain::ticket::Priority;
use crate::domain::when::{Lean, when};
use crate::error::{Error, Result};
use crate::report::{Audience, Cell, Fact, Facts, Part, Report};

/// Open a ticket
#[derive(Debug, Clone, clap::Args)]
#[command(override_usage = "desk open [OPTIONS] <SUBJECT> [+TAG…]", after_help = "Examples:
  desk open \"Cannot log in\" +login -f ann@acme.test -m \"It says wrong password\"
  desk open \"Не приходит счёт\" -f \"+7 921 555-01-02\" -p high --due tomorrow
  desk open \"Disk almost full\" --once disk-2026-11 --channel form   # from cron: never twice

The number is printed; in a pipe nothing else is.")]
pub struct Open {
    /// The subject, and +tags
    #[arg(required_unless_present = "rest", value_name = "SUBJECT [+TAG…]")]
    words: Vec<String>,
    /// Who asks: an address, phone, handle or name
    #[arg(short, long, value_name = "FROM")]
    from: Option<String>,
    /// Who takes care of it
    #[arg(short, long, value_name = "AGENT")]
    assign: Option<String>,
    /// low, normal, high or urgent
    #[arg(short, long, value_name = "PRIO")]
    prio: Option<String>,
    /// The client, where the sender does not tell
    #[arg(short, long)]
    client: Option<String>,
    /// What the customer said
    #[arg(short, long = "message", value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// What the customer said, from a file
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Write what the customer said in your editor
    #[arg(short, long)]
    edit: bool,
    /// How it came: email, phone, chat, …
    #[arg(long)]
    channel: Option<String>,
    /// What you promised: "tomorrow 12:00", "fri", "in 2h"
    #[arg(long, value_name = "WHEN")]
    due: Option<String>,
    /// When it came, where that was not now
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// Open nothing where a ticket with this key exists
    #[arg(long, value_name = "KEY")]
    once: Option<String>,
    /// Words that are text whatever they begin with
    #[arg(last = true, value_name = "TEXT")]
    rest: Vec<String>,
}

impl Open {
    /// Opens the ticket.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (tags, mut subject) = args::tags_and_text(&self.words, &self.rest)?;
        let stdin = subject.len() > 1 && subject.last().is_some_and(|w| w == "-");
        if stdin {
            subject.pop();
        }
        let subject = subject.join(" ").trim().to_owned();
        if subject.is_empty() {
            return Err(Error::usage("the subject is empty").hint("desk open \"Cannot log in\" -f ann@acme.test"));
        }
        if subject.bytes().all(|b| b.is_ascii_digit()) && self.rest.is_empty() {
            return Err(Error::usage(format!("a ticket needs more of a subject than {subject}"))
                .hint(format!("to see it: desk show {subject}; to open it again: desk reopen {subject}")));
        }
        if self.once.as_deref().is_some_and(|key| key.trim().is_empty()) {
            return Err(Error::usage("the key of --once is empty").hint("--once disk-2026-11"));
        }
        let text = TextFrom { flag: self.message.as_deref(), file: self.file.as_deref(), editor: self.edit, stdin };
        let text = text.read(desk, "what the customer said")?.filter(|t| !t.trim().is_empty());
        let zone = desk.zone()?;
        let due = self.due.as_deref().map(|d| when(d, Lean::Future, desk.now, &zone)).transpose()?;
        let at = self.at.as_deref().map(|d| when(d, Lean::Past, desk.now, &zone)).transpose()?;
        if at.as_ref().is_some_and(|a| a.at > desk.now) {
            return Err(Error::usage("--at lies in the future").hint("for a promise, use --due"));
        }
        let new = NewTicket {
            subject: subject.clone(),
            from: self.from,
            text,
            tags,
            assignee: self.assign,
            priority: self.prio.as_deref().map(priority).transpose()?,
            client: self.client,
            channel: self.channel.map(|c| c.to_lowercase()),
            due_at: due.as_ref().map(|d| d.at),
            at: at.as_ref().map(|a| a.at),
            once: self.once,
        };
        let written = desk.write(|tx| ticket::open(tx, &new))?;
        let (number, opened) = written.value;
        let mut report = Report::default();
        let rows = vec![
            Fact::data("number", Cell::Ticket(number)),
            Fact::data("opened", Cell::Flag(opened)),
            Fact::data("operation", written.operation.map_or(Cell::Empty, Cell::Count)),
        ];
        report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
        let line = if desk.host.stdout_is_terminal { format!("{number}  {subject}") } else { number.to_string() };
        report.parts.push(Part::lines(&[line]));
        for said in [&due, &at].into_iter().flatten() {
            report.notes.extend(said.note.clone());
        }
        if let Some(due) = &due {
            report.notes.push(format!("promised for {}", zone.local(due.at).format("%a %Y-%m-%d %H:%M")));
        }
        if !opened {
            report.notes.push(format!("ticket {number} was opened with this key before; nothing was opened"));
        } else if desk.host.stdout_is_terminal {
            report.notes.push("to take it back: desk undo".to_owned());
        }
        Ok(report.into())
    }
}

/// A priority as typed.
pub(super) fn priority(word: &str) -> Result<Priority> {
    Priority::of(&word.to_lowercase()).ok_or_else(|| {
        let known: Vec<&str> = Priority::ALL.iter().map(|p| p.word()).collect();
        Error::usage(format!("there is no priority {word}")).hint(known.join(", "))
    })
}
