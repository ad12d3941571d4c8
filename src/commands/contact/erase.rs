//! `desk contact erase`: a person goes for good, the figures stay.

use crate::actions::contact::{find, shown};
use crate::actions::erase::may_erase;
use crate::commands::args::Answer;
use crate::desk::Desk;
use crate::domain::contact::Contact;
use crate::error::{Error, Kind, Result};
use crate::render::guard;
use crate::report::{Cell, Fact, Facts, Part, Report};
use crate::store::erase::{Erased, label};
use crate::store::{Place, surroundings};
use std::path::PathBuf;

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "This cannot be undone. What goes: names, addresses, phones and handles; the texts, files and sources of his messages and of
those to him; subjects, notes, drafts and texts of hours on his tickets; comments of ratings, records of imports, parked
mails; what the history tells of all this. In what others wrote a label takes the place of his name and addresses, what
they quote of him goes, and so do the sources of their mails that name him. Then the file is written anew, so that nothing
is left in freed places.

What stays: the tickets with their numbers, status, times, hours and client, directions and times of messages, scores: every
figure is the same as before. The contact stays without a name (erased-17). A later mail from him makes a new contact and a
new ticket, also where it answers an old one; an archive that is imported again brings nothing back.

Books have to be kept: where hours of his tickets are on an issued invoice, erasing is refused, unless --keep-invoiced says that
these entries and papers stay as they are.

Not touched, and told where seen: first names in others' texts, others' attached files, the client and its domain, tags,
backups, exports, the mailboxes themselves. An operation that wrote what is gone cannot be undone any more.

Where the scrubbing was interrupted, desk doctor says so, and the same command with id:17 finishes it.

Examples:
  desk contact export anna@acme.test -o anna/      # first, what he may ask for
  desk contact erase anna@acme.test -n             # what would go
  desk contact erase anna@acme.test                # asks; without a terminal it wants -y
  desk contact erase id:17 --copies                # and the copies of older editions beside the desk"
)]
pub(super) struct Erase {
    /// An address, a phone, a handle, a name or id:17
    #[arg(required = true, value_name = "CONTACT")]
    contact: Vec<String>,
    /// Remove the copies of older editions beside the desk, too (desk.db.edition-1.bak)
    #[arg(long)]
    copies: bool,
    /// Leave entries that are on issued invoices, and those papers, as they are
    #[arg(long)]
    keep_invoiced: bool,
}

impl Erase {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let word = self.contact.join(" ");
        let own = desk.own_addresses()?;
        let (contact, who, over, plan) = desk.read(|r| {
            let contact = find(r, &word)?;
            if r.is_erased(contact.id)? {
                return Ok((contact, String::new(), true, Erased::default()));
            }
            may_erase(r, &contact, &own)?;
            let (who, plan) = (shown(r, &contact)?, r.would_erase(&contact, &own)?);
            Ok((contact, who, false, plan))
        })?;
        if over {
            return self.again(desk, &contact);
        }
        sure(desk, &word, &who, &plan)?;
        let id = contact.id;
        let written = desk.write(|tx| {
            let contact = tx.contact(id)?.ok_or_else(|| Error::missing(format!("{who} is gone")))?;
            may_erase(tx, &contact, &own)?;
            tx.erase(&contact, &own, self.keep_invoiced)
        })?;
        if desk.dry {
            return Ok(told(&written.value, None, false, &[]).into());
        }
        self.scrub(desk, &written.value, written.operation)
    }

    /// Whoever is erased already is scrubbed once more.
    fn again(self, desk: &mut Desk, contact: &Contact) -> Result<Answer> {
        let erased = Erased { contact: contact.id, ..Erased::default() };
        if desk.dry {
            let said = format!("{} is erased already; the file would be written anew", label(contact.id));
            return Ok(Report { parts: vec![Part::Prose(said)], ..Report::default() }.into());
        }
        self.scrub(desk, &erased, None)
    }

    fn scrub(self, desk: &mut Desk, erased: &Erased, operation: Option<i64>) -> Result<Answer> {
        let now = desk.now;
        let scrubbed = desk.store_of_existing()?.scrub(now);
        let copies = beside(desk, self.copies)?;
        let mut report = told(erased, operation, scrubbed.is_ok(), &copies);
        if !desk.store_of_existing()?.is_file() {
            report.notes.push(
                "the server's own log (WAL), backups and replicas keep older pages for a while: ask whoever runs it"
                    .to_owned(),
            );
        }
        let Err(e) = scrubbed else { return Ok(report.into()) };
        let why = e.cause.map_or(e.what.clone(), |cause| format!("{}: {cause}", e.what));
        report.notes.push(format!(
            "freed places may still hold what was in them ({why}); to finish: desk contact erase id:{}",
            erased.contact
        ));
        let kind = if e.kind == Kind::Bug { Kind::Refused } else { e.kind };
        Ok(Answer::from(report).ending(kind))
    }
}

/// Asks for the address once more. Without a terminal only `-y` will do.
fn sure(desk: &mut Desk, word: &str, who: &str, plan: &Erased) -> Result<()> {
    if desk.yes || desk.dry {
        return Ok(());
    }
    if !desk.host.can_ask() {
        return Err(Error::usage("erasing cannot be undone, and there is nobody to ask")
            .hint("look first with -n; then say it with -y"));
    }
    let count = |n: i64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let (tickets, messages) = (count(plan.tickets, "ticket"), count(plan.messages, "message"));
    let line = format!("{who}: the texts of {tickets}, {messages} and {} go for good", count(plan.files, "file"));
    desk.host.talk(&format!("{}\nThis cannot be undone.", guard::line(&line)));
    let typed = desk.host.ask(&format!("To erase, type {word} again, or yes"), "")?;
    let typed = typed.trim();
    if typed == "yes" || typed.eq_ignore_ascii_case(word) { Ok(()) } else { Err(Error::refused("nothing was erased")) }
}

/// Copies of the desk beside it that still hold him. Those of older editions are removed where that is wanted.
fn beside(desk: &mut Desk, remove: bool) -> Result<Vec<PathBuf>> {
    let Place::File(path) = desk.place.clone() else { return Ok(Vec::new()) };
    let uid = desk.read(|r| r.uid())?;
    let mut copies = surroundings::copies(&path, &uid);
    if remove {
        let (old, others): (Vec<_>, Vec<_>) =
            copies.into_iter().partition(|c| surroundings::is_of_older_edition(&path, c));
        for copy in &old {
            std::fs::remove_file(copy).map_err(|e| Error::from(e).doing(format!("removing {}", copy.display())))?;
        }
        copies = others;
    }
    Ok(copies)
}

fn told(e: &Erased, operation: Option<i64>, scrubbed: bool, copies: &[PathBuf]) -> Report {
    let counts = [
        ("tickets", "tickets", e.tickets),
        ("messages", "messages", e.messages),
        ("files", "files", e.files),
        ("mails", "mails as they came", e.mails),
        ("drafts", "drafts", e.drafts),
        ("texts", "texts of hours, ratings", e.texts),
        ("records", "records of imports", e.records),
        ("parked", "parked mails", e.parked),
        ("others", "texts of others", e.others),
        ("told", "events, commands", e.told),
    ];
    let mut rows = vec![Fact::new("contact", "erased", Cell::Text(label(e.contact)))];
    rows.extend(counts.map(|(key, head, n)| Fact::new(key, head, Cell::Count(n))));
    rows.push(Fact::data("operation", operation.map_or(Cell::Empty, Cell::Count)));
    rows.push(Fact::data("scrubbed", Cell::Flag(scrubbed)));
    let left = copies.iter().map(|c| Cell::Text(c.display().to_string())).collect();
    rows.push(Fact::data("copies", Cell::List(left)));
    let mut notes = Vec::new();
    for copy in copies {
        notes.push(format!("{} is an older copy of the desk and still holds him: remove it", copy.display()));
    }
    if !e.invoiced.is_empty() {
        notes.push(format!("{} and the papers they stand on stay as the client has them", e.invoiced_said()));
    }
    if e.files_left > 0 {
        notes.push(format!(
            "{} of others name him and stay",
            if e.files_left == 1 { "1 file".to_owned() } else { format!("{} files", e.files_left) }
        ));
    }
    if let Some(client) = &e.client_left {
        notes.push(format!(
            "the client {client} had no other contact, and stays with its mail domains: desk client show {client}"
        ));
    }
    if e.parked_left > 0 {
        notes.push("parked mails of others name him: take or drop them, then erase once more: desk parked".to_owned());
    }
    if operation.is_some() {
        notes.push("backups, exports and mailboxes elsewhere are not reached from here".to_owned());
    }
    Report { parts: vec![Part::Facts(Facts { rows, ..Facts::default() })], notes, ..Report::default() }
}
