//! `desk import` of a whole desk that was exported: what came back, in words and figures.

use crate::actions::import::back::{self, Back};
use crate::commands::args::Answer;
use crate::desk::Desk;
use crate::error::Result;
use crate::report::{Audience, Cell, Fact, Facts, Part, Report};
use std::path::Path;

/// Lets the desk in a file come back, where the path names one.
pub(super) fn run(desk: &mut Desk, path: &Path) -> Result<Option<Answer>> {
    let Some(file) = back::found(path) else { return Ok(None) };
    let back = back::whole(desk, &file)?;
    Ok(Some(report(&back, desk.dry).into()))
}

fn report(b: &Back, dry: bool) -> Report {
    let n = |n: u64| Cell::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let rows = vec![
        Fact::data("format", Cell::Text("desk".to_owned())),
        Fact::data("read", n(b.read)),
        Fact::data("tickets", n(b.tickets)),
        Fact::data("messages", n(b.messages)),
        Fact::data("mails", n(b.mails)),
        Fact::data("files", n(b.files)),
        Fact::data("clients", n(b.clients)),
        Fact::data("contacts", n(b.contacts)),
        Fact::data("time", n(b.time)),
        Fact::data("operations", n(b.operations)),
        Fact::data("held", n(b.held)),
        Fact::data("operation", Cell::Empty),
    ];
    let facts = Facts { audience: Audience::Data, rows, ..Facts::default() };
    let mut report = Report { parts: vec![Part::Facts(facts), Part::Prose(told(b, dry))], ..Report::default() };
    if !dry {
        report.notes.push("the desk goes on where it left off: its history came with it, and this is no operation to undo".to_owned());
        report.notes.push("what it sends is signed anew: answers to mails from before are found by their Message-IDs".to_owned());
    }
    if b.held > 0 {
        let mails = if b.held == 1 { "1 mail that had not left is".to_owned() } else { format!("{} mails that had not left are", b.held) };
        report.notes.push(format!("{mails} held, lest they leave twice: desk outbox"));
    }
    report
}

fn told(b: &Back, dry: bool) -> String {
    let of = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    format!(
        "{}: {} with {}, {}, {}, {}, {}",
        if dry { "the whole desk would come back" } else { "the whole desk is back" },
        of(b.tickets, "ticket", "tickets"),
        of(b.messages, "message", "messages"),
        of(b.contacts, "contact", "contacts"),
        of(b.clients, "client", "clients"),
        of(b.time, "time entry", "time entries"),
        of(b.operations, "operation", "operations"),
    )
}
