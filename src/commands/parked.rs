//! `desk parked`: mails that were put aside instead of becoming tickets, and what becomes of them.

use super::args::Answer;
use crate::actions::fetch;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::formats::limits::Limits;
use crate::formats::mail::mail;
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Style, Table};

/// Mails that were put aside: floods, mails too large or too broken
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "A parked mail is no ticket and asks nobody until somebody decides. A mail that was too large stays in its mailbox.

Examples:
  desk parked                 # what waits for a decision, and why
  desk parked show 812
  desk parked take 812        # makes it a ticket, or a message of the ticket it belongs to
  desk parked drop 812 813    # none of our business; desk undo brings them back")]
pub struct ParkedWord {
    #[command(subcommand)]
    deed: Option<ParkedDeed>,
}

/// What is done with parked mails.
#[derive(Debug, Clone, clap::Subcommand)]
enum ParkedDeed {
    /// List them
    Ls,
    /// Read one
    Show {
        /// Its number
        id: i64,
        /// The mail as it came
        #[arg(long)]
        raw: bool,
    },
    /// Make it a message after all
    Take {
        /// Its number
        id: i64,
    },
    /// It is nothing for us
    Drop {
        /// Numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<i64>,
    },
}

impl ParkedWord {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(ParkedDeed::Ls) {
            ParkedDeed::Ls => ls(desk),
            ParkedDeed::Show { id, raw } => show(desk, id, raw),
            ParkedDeed::Take { id } => {
                let (ticket, new, operation) = fetch::take_parked(desk, id)?;
                let subject = desk.read(|r| r.ticket(ticket))?.map(|t| t.subject).unwrap_or_default();
                let word = if new { "opened" } else { "added to" };
                Ok(Answer::from(Report::of_deed(&[format!("{word} {ticket}  {subject}")], operation)))
            }
            ParkedDeed::Drop { ids } => {
                let operation = fetch::drop_parked(desk, &ids)?;
                let lines: Vec<String> = ids.iter().map(|id| format!("dropped the mail {id}")).collect();
                Ok(Answer::from(Report::of_deed(&lines, operation)))
            }
        }
    }
}

fn ls(desk: &mut Desk) -> Result<Answer> {
    let parked = desk.read(|r| r.parked())?;
    let columns = vec![
        Column::new("id", "id", Style::Right),
        Column::new("at", "when", Style::Left),
        Column::new("from", "from", Style::Left),
        Column::new("subject", "subject", Style::Flex),
        Column::new("bytes", "size", Style::Right),
        Column::new("reason", "why", Style::Flex),
        Column::new("mailbox", "mailbox", Style::Left),
    ];
    let rows = parked.into_iter().map(|p| {
        vec![
            Cell::Count(p.id),
            Cell::At(p.at),
            Cell::Text(if p.email.is_empty() { p.author } else { p.email }),
            Cell::Text(p.subject),
            Cell::Bytes(p.bytes),
            Cell::Text(p.reason),
            Cell::Text(p.mailbox),
        ]
    });
    let table = Table { key: "parked", columns, rows: rows.collect(), empty: "no mail is parked", ..Table::default() };
    Ok(Answer::from(Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }))
}

fn show(desk: &mut Desk, id: i64, raw: bool) -> Result<Answer> {
    let missing = || Error::missing(format!("no mail is parked as {id}")).hint("desk parked");
    let parked = desk.read(|r| r.parked_mail(id))?.ok_or_else(missing)?;
    let bytes = desk.read(|r| r.parked_raw(id))?;
    if raw {
        let left = || Error::refused(format!("the mail {id} was left in its mailbox: {}", parked.reason));
        return Ok(Answer::bytes(bytes.ok_or_else(left)?));
    }
    let text = bytes.and_then(|b| mail(&b, &Limits::default()).ok()).map(|m| m.text);
    let rows = vec![
        Fact::new("id", "mail", Cell::Count(parked.id)),
        Fact::new("reason", "parked", Cell::Text(parked.reason)),
        Fact::new("at", "when", Cell::At(parked.at)),
        Fact::new("from", "from", Cell::Text(format!("{} {}", parked.author, parked.email).trim().to_owned())),
        Fact::new("subject", "subject", Cell::Text(parked.subject)),
        Fact::new("bytes", "size", Cell::Bytes(parked.bytes)),
        Fact::new("mailbox", "mailbox", Cell::Text(parked.mailbox)),
        Fact::new("state", "state", Cell::Text(parked.state)),
        Fact::data("text", Cell::text(text.clone())),
    ];
    let mut report = Report::default();
    report.parts.push(Part::Facts(Facts { rows, audience: Audience::All, ..Facts::default() }));
    report.parts.extend(text.map(Part::Prose));
    Ok(Answer::from(report).paged())
}
