//! An archive of mail comes in.

use super::{From, Import};
use crate::actions::import::{self, Options, Summary};
use crate::commands::args::Answer;
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::error::{Error, Kind, Result};
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Style, Table};

/// Imports mail.
pub(super) fn run(args: &Import, desk: &mut Desk, from: Option<From>) -> Result<Answer> {
    if args.is_of_tables() {
        return Err(Error::usage("mail has no columns: --map, --kind, --dates, --on-conflict, --rejects and --source are for tables"));
    }
    let [path] = args.paths.as_slice() else {
        return Err(Error::usage("one mailbox at a time").hint("a folder may hold several"));
    };
    let form = if let Some(From::Mail(form)) = from { form } else { None };
    if let Some(bad) = args.own.iter().find(|a| !crate::domain::contact::is_address(a) && !a.starts_with('@')) {
        return Err(Error::usage(format!("{bad} is no mail address")).hint("--own support@acme.test"));
    }
    let close_older = args.close_older.as_deref().map(duration::waited).transpose()?;
    let options =
        Options { form, own: args.own.clone(), close_older, strict: args.strict, everything: args.everything };
    let mut summary = import::mail(desk, path, &options)?;
    for (place, _) in &mut summary.rejected {
        *place = args.as_called(place);
    }
    let bad = !summary.rejected.is_empty();
    let answer = Answer::from(report(&summary, desk.dry));
    Ok(if bad { answer.ending(Kind::Rejected) } else { answer })
}

fn report(s: &Summary, dry: bool) -> Report {
    let n = |n: usize| Cell::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let mut report = Report::default();
    let rows = vec![
        Fact::data("format", Cell::Text("mail".to_owned())),
        Fact::data("read", n(s.read)),
        Fact::data("tickets", n(s.tickets)),
        Fact::data("messages", n(s.messages)),
        Fact::data("duplicates", n(s.duplicates)),
        Fact::data("skipped", n(s.skipped)),
        Fact::data("closed", n(s.closed)),
        Fact::data("automatic", n(s.automatic)),
        Fact::data("joined", n(s.joined)),
        Fact::data("own", Cell::List(s.guessed.iter().cloned().map(Cell::Text).collect())),
        Fact::data("operation", s.operation.map_or(Cell::Empty, Cell::Count)),
    ];
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    report.parts.push(Part::Prose(told(s, dry)));
    let columns = vec![Column::new("place", "place", Style::Left), Column::new("reason", "why it was left out", Style::Flex)];
    let rows: Vec<_> = s.rejected.iter().map(|(place, why)| vec![Cell::Text(place.clone()), Cell::Text(why.clone())]).collect();
    let audience = if rows.is_empty() { Audience::Data } else { Audience::All };
    report.parts.push(Part::Table(Table { key: "rejected", audience, columns, rows, ..Table::default() }));
    if s.nobody_is_ours && s.messages > 0 {
        report.notes.push(
            "no address is known as ours, so all mail counts as the customers'; if some of it is ours: desk undo, then desk import … --own ADDRESS"
                .to_owned(),
        );
    }
    if !s.guessed.is_empty() && s.messages > 0 {
        report.notes.push(format!(
            "taken as ours: {}; if that is wrong: desk undo, then desk import … --own ADDRESS",
            s.guessed.join(", ")
        ));
    }
    if let Some(operation) = s.operation {
        report.notes.push(format!("operation {operation}; to take the whole import back: desk undo"));
    }
    report
}

/// The summary in words, a line for each thing that is worth one.
fn told(s: &Summary, dry: bool) -> String {
    let would = if dry { "would become" } else { "became" };
    let mut lines = vec![match (s.messages, s.tickets) {
        (0, _) => format!("{} read, nothing new", mails(s.read)),
        (m, 0) => format!("{} read: {} for tickets that are here", mails(s.read), if m == 1 { "1 new message".to_owned() } else { format!("{m} new messages") }),
        (m, t) => format!("{} read: {m} {would} {}", mails(s.read), if t == 1 { "1 ticket".to_owned() } else { format!("{t} tickets") }),
    }];
    let mut say = |n: usize, text: &str| {
        if n > 0 {
            lines.push(format!("{n:>7} {text}"));
        }
    };
    say(s.waiting.0, "new: nobody has answered");
    say(s.waiting.1, "open: answered before, waiting again");
    say(s.waiting.2, "pending: the last word was ours");
    say(s.closed.saturating_sub(s.closed_unanswered), "closed: silent, the last word was ours");
    say(s.closed_unanswered, "closed: silent, the last word was the customer's");
    say(s.automatic, "from machines only: kept, out of the queue");
    if s.tickets > 0 {
        say(s.joined, "messages for tickets that were here before");
    }
    say(s.duplicates, "known already");
    say(s.skipped, "left out: spam, trash, drafts, chats (--everything takes them)");
    say(s.rejected.len(), "bad, left out:");
    lines.join("\n")
}

fn mails(n: usize) -> String {
    if n == 1 { "1 mail".to_owned() } else { format!("{n} mails") }
}
