//! `desk contact`: people outside the team. What is held of one leaves in `export`, one goes for good in `erase`.

mod erase;
mod export;

use super::args::Answer;
use super::client::counted;
use super::ls;
use crate::actions::contact::{self, Change};
use crate::actions::people::{self, named};
use crate::desk::Desk;
use crate::domain::contact::{Contact, Point, name_key};
use crate::domain::listed::{ContactLine, Listed};
use crate::domain::search::{Query, StatusTest, Term, Test};
use crate::domain::ticket::Status;
use crate::error::{Error, Result};
use crate::report::things;
use crate::store::Reader;

/// Contacts: people who ask
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "A contact has a name and any of addresses, phones and messenger handles; none is required. He is
named by one of these (a phone however it is spaced), by his name, or by a part of it that only he
has.

Examples:
  desk contact                                  # all of them
  desk contact add \"Anna Petrova\" anna@acme.test \"+7 921 555-01-02\" @anna --client acme
  desk contact edit anna@acme.test --add \"8 812 555 01 03\" --name \"Anna Ivanova\"
  desk contact edit Anna --client globex        # his past tickets go along
  desk contact merge \"+7 921 555-01-02\" --into anna@acme.test
  desk contact show 89215550102
  desk contact export anna@acme.test -o anna/   # all that is held of her, to be given to her
  desk contact erase anna@acme.test             # for good; every figure stays

JSON of ls: id name emails[] phones[] handles[] client tickets last_at
JSON of show: the same, and open_tickets[] last_tickets[]
JSON of export: path tickets messages mails files
JSON of erase: contact tickets messages files mails drafts texts records parked others told operation scrubbed copies[]"
)]
pub struct ContactWord {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// Add a contact
    Add(Add),
    /// List contacts
    #[command(visible_alias = "list")]
    Ls(List),
    /// One page about a contact
    Show(Show),
    /// Change the name, the client, the addresses, phones and handles
    Edit(Edit),
    /// Make one contact of two
    Merge(Merge),
    /// All that is held of a person, as a folder
    Export(export::Export),
    /// Erase a person for good: texts, names, addresses; every figure stays
    Erase(erase::Erase),
}

impl ContactWord {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls(List { words: Vec::new(), client: None })) {
            Deed::Add(d) => d.run(desk),
            Deed::Ls(d) => d.run(desk),
            Deed::Show(d) => d.run(desk),
            Deed::Edit(d) => d.run(desk),
            Deed::Merge(d) => d.run(desk),
            Deed::Export(d) => d.run(desk),
            Deed::Erase(d) => d.run(desk),
        }
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk contact add \"Anna Petrova\" anna@acme.test \"+7 921 555-01-02\" @anna --client acme
  desk contact add \"Дежурный, склад\" \"8 812 555-01-03\" --client none

Without --client, the mail domain says whose contact he is.")]
struct Add {
    /// His name and any of addresses, phones, handles
    #[arg(required = true, value_name = "NAME|POINT")]
    words: Vec<String>,
    /// Whose contact he is, or none
    #[arg(long)]
    client: Option<String>,
}

impl Add {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (name, points) = contact::described(&self.words)?;
        let written = desk.write(|tx| {
            let same = if name.is_empty() { Vec::new() } else { tx.contacts_named(&name)? };
            let contact = match self.client.as_deref() {
                None => people::add(tx, &name, &points, None)?,
                Some("none") => people::add_to(tx, &name, &points, None)?,
                Some(word) => {
                    let client = people::client(tx, word)?;
                    people::add_to(tx, &name, &points, Some(client.id))?
                }
            };
            let client = contact.client.map(|id| tx.client(id)).transpose()?.flatten().map(|c| c.handle);
            let twin = same.first().map(|c| contact::way_to(tx, c)).transpose()?;
            Ok((client, twin))
        })?;
        let (client, twin) = written.value;
        let mut said: Vec<&str> = Vec::new();
        said.extend(Some(name.as_str()).filter(|n| !n.is_empty()));
        said.extend(points.iter().map(|p| p.value.as_str()));
        let of = client.map(|c| format!(", client {c}")).unwrap_or_default();
        let mut report = things::done(&[format!("added the contact {}{of}", said.join(", "))], written.operation);
        if let Some(twin) = twin {
            report
                .notes
                .push(format!("another contact is called {name}; if they are one: desk contact merge … --into {twin}"));
        }
        Ok(report.into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk contact ls\n  desk contact ls petrova\n  desk contact ls --client acme --json"
)]
struct List {
    /// Only those with these words in name, address, phone or handle
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Only those of a client, or of none
    #[arg(long)]
    client: Option<String>,
}

impl List {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let mut lines = desk.read(|r| match self.client.as_deref() {
            None => r.contacts(),
            Some("none") => Ok(r.contacts()?.into_iter().filter(|l| l.client.is_none()).collect()),
            Some(word) => {
                let client = people::client(r, word)?;
                r.contact_lines_of(client.id)
            }
        })?;
        lines.retain(|l| self.words.iter().all(|w| has(l, w)));
        Ok(Answer::from(things::contacts(&lines)).paged())
    }
}

fn has(l: &ContactLine, word: &str) -> bool {
    let (folded, point) = (name_key(word), Point::read(word).map(|p| p.key()));
    name_key(&l.name).contains(&folded)
        || l.points.iter().any(|p| {
            let key = p.key();
            key.contains(&folded) || point.as_ref().is_some_and(|wanted| key.contains(wanted.as_str()))
        })
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk contact show anna@acme.test\n  desk contact show \"8 (921) 555-01-02\"\n  desk contact show Петрова"
)]
struct Show {
    /// An address, a phone, a handle or a name
    #[arg(required = true, value_name = "CONTACT")]
    contact: Vec<String>,
}

impl Show {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let word = self.contact.join(" ");
        let ask = ls::ask(desk, None)?;
        let report = desk.read(|r| {
            let contact = contact::find(r, &word)?;
            let line =
                r.contact_line(contact.id)?.ok_or_else(|| Error::missing(format!("{} is gone", named(&contact))))?;
            let (open, last) = tickets(r, &contact, &ask)?;
            Ok(things::contact(&line, &open, &last))
        })?;
        Ok(Answer::from(report).paged())
    }
}

/// The tickets of a contact that are not closed, and the ten closed last.
fn tickets(r: &mut Reader<'_>, contact: &Contact, ask: &crate::store::list::Ask) -> Result<(Vec<Listed>, Vec<Listed>)> {
    let all = Term { negated: false, alternatives: vec![Test::Status(StatusTest::All)] };
    let query = Query { terms: vec![all], ..Query::default() };
    let ids = r.tickets_of_contact(contact.id)?;
    let mut rows = r.listed_among(&ids, &query, ask)?;
    rows.retain(|l| l.ticket.merged_into.is_none());
    let (mut last, open): (Vec<_>, Vec<_>) = rows.into_iter().partition(|l| l.ticket.standing.status == Status::Closed);
    last.sort_by_key(|l| std::cmp::Reverse((l.state.closed_at, l.ticket.id)));
    last.truncate(10);
    Ok((open, last))
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk contact edit anna@acme.test --name \"Anna Ivanova\"
  desk contact edit Anna --add anna@home.test --add \"+7 921 555-01-02\" --remove @anna
  desk contact edit Anna --client acme      # his past tickets go along; those given elsewhere by hand stay
  desk contact edit Anna --client none")]
struct Edit {
    /// An address, a phone, a handle or a name
    #[arg(value_name = "CONTACT")]
    contact: String,
    /// Another name
    #[arg(long)]
    name: Option<String>,
    /// Another client, or none
    #[arg(long)]
    client: Option<String>,
    /// A further address, phone or handle; may be given several times
    #[arg(long, value_name = "POINT")]
    add: Vec<String>,
    /// One that is no longer his
    #[arg(long, value_name = "POINT")]
    remove: Vec<String>,
}

impl Edit {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.name.is_none() && self.client.is_none() && self.add.is_empty() && self.remove.is_empty() {
            return Err(Error::usage("nothing to change is named").hint("--name, --client, --add or --remove"));
        }
        let points = |words: &[String]| words.iter().map(|w| contact::point(w)).collect::<Result<Vec<_>>>();
        let (add, remove) = (points(&self.add)?, points(&self.remove)?);
        let moves = self.client.is_some() && desk.host.can_ask();
        if moves {
            let (who, tickets) = desk.read(|r| {
                let c = contact::find(r, &self.contact)?;
                Ok((named(&c), r.tickets_of_contact(c.id)?.len()))
            })?;
            if tickets > 5 && !desk.sure(&format!("move {who} with up to {tickets} past tickets?"))? {
                return Err(Error::refused("nothing was changed"));
            }
        }
        let written = desk.write(|tx| {
            let known = contact::find(tx, &self.contact)?;
            let client = match self.client.as_deref() {
                None => None,
                Some("none") => Some(None),
                Some(word) => Some(Some(people::client(tx, word)?.id)),
            };
            let change = Change { name: self.name.as_ref().map(|n| n.trim().to_owned()), client, add, remove };
            let who = contact::shown(tx, &known)?;
            let said = contact::edit(tx, &known, &change)?;
            if said.is_empty() {
                return Err(Error::refused(format!("{who} is like that already")));
            }
            Ok(format!("changed {who}: {}", said.join(", ")))
        })?;
        Ok(things::done(&[written.value], written.operation).into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  desk contact merge \"+7 921 555-01-02\" --into anna@acme.test   # one person, two ways to write"
)]
struct Merge {
    /// The contact that goes away
    #[arg(value_name = "CONTACT")]
    contact: String,
    /// The contact he becomes
    #[arg(long, value_name = "CONTACT")]
    into: String,
}

impl Merge {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        if desk.host.can_ask() {
            let (who, tickets) = desk.read(|r| {
                let c = contact::find(r, &self.contact)?;
                Ok((named(&c), r.tickets_of_contact(c.id)?.len()))
            })?;
            if tickets > 5 && !desk.sure(&format!("move {tickets} tickets of {who} to {}?", self.into))? {
                return Err(Error::refused("nothing was changed"));
            }
        }
        let written = desk.write(|tx| {
            let from = contact::find(tx, &self.contact)?;
            let into = contact::find(tx, &self.into)?;
            let (away, stays) = (contact::shown(tx, &from)?, contact::shown(tx, &into)?);
            let tickets = contact::merge(tx, &from, &into)?;
            Ok(format!("merged {away} into {stays}: {} moved", counted(tickets, "ticket", "tickets")))
        })?;
        Ok(things::done(&[written.value], written.operation).into())
    }
}
