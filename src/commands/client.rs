//! `desk client`: companies and accounts.

mod lately;
mod page;

use super::args::{Answer, TextFrom};
use super::ls;
use crate::actions::books::Books;
use crate::actions::client::{self, Change};
use crate::actions::people;
use crate::desk::Desk;
use crate::domain::contact::name_key;
use crate::domain::period::Period;
use crate::domain::search::{Query, Sort, SortKey, StatusTest, Term, Test};
use crate::domain::ticket::Status;
use crate::error::{Error, Result};
use crate::report::contract::{self, Standing};
use crate::report::things::{self, ClientPage};
use crate::store::list::Ask;

/// Clients: companies and accounts that contacts belong to
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Mail from a new domain makes a client that has the domain as its handle; give it
a shorter one with edit.
A client is named by its handle, one of its domains, or its full name.

Examples:
  desk client                                   # all of them
  desk client add acme \"Acme GmbH\" --domain acme.test --lang en --plan pro
  desk client edit acme.test --handle acme --name \"Acme GmbH\"
  desk client merge acme.example --into acme    # contacts, tickets, hours, contracts go there
  desk client note acme \"pays late, calls first\"
  desk client show acme

JSON of ls: handle name domains[] lang plan note contacts tickets open minutes vip
JSON of show: the same, with the contacts themselves, and details{} plan_terms{agents[] channels[] about}
this_month_minutes last_month_minutes contracts[] (as in contract ls) last_90_days{sla{met missed percent late} csat{n percent}
nps{n score}} topics[{topic name count tickets[]}] ratings[{at scale score who ticket comment}] open_tickets[] last_tickets[]")]
pub struct ClientWord {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// Add a client
    Add(Add),
    /// List clients with their tickets and hours
    #[command(visible_alias = "list")]
    Ls(List),
    /// One page about a client
    Show(Show),
    /// Change the handle, the name, the plan, the language, the domains
    Edit(Edit),
    /// Make one client of two
    Merge(Merge),
    /// Write down what is worth knowing about a client
    Note(Note),
    /// A page for the client himself
    Page(page::Page),
}

impl ClientWord {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls(List { words: Vec::new() })) {
            Deed::Add(d) => d.run(desk),
            Deed::Ls(d) => d.run(desk),
            Deed::Show(d) => d.run(desk),
            Deed::Edit(d) => d.run(desk),
            Deed::Merge(d) => d.run(desk),
            Deed::Note(d) => d.run(desk),
            Deed::Page(d) => d.run(desk),
        }
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  desk client add acme \"Acme GmbH\" --domain acme.test,acme.example --plan pro --lang en"
)]
struct Add {
    /// A short word for it
    handle: String,
    /// The full name
    #[arg(value_name = "NAME")]
    name: Vec<String>,
    /// Its mail domains; may be given several times
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',')]
    domain: Vec<String>,
    /// What it has bought: a free word
    #[arg(long)]
    plan: Option<String>,
    /// The language of what it gets: ru or en
    #[arg(long)]
    lang: Option<String>,
    /// What else is worth knowing
    #[arg(long)]
    note: Option<String>,
    /// What stands on its papers: inn=7701234567; may be given several times
    #[arg(long, value_name = "KEY=TEXT")]
    detail: Vec<String>,
    /// It goes before others at equal need
    #[arg(long)]
    vip: bool,
}

impl Add {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let handle = client::handle(&self.handle)?;
        let name = self.name.join(" ").trim().to_owned();
        let change = Change {
            name: Some(name).filter(|n| !n.is_empty()),
            plan: self.plan.as_deref().map(or_none),
            lang: self.lang.as_deref().map(language).transpose()?,
            note: self.note,
            domains: self.domain.iter().map(|d| client::domain(d)).collect::<Result<_>>()?,
            details: self.detail.iter().map(|d| client::detail(d)).collect::<Result<_>>()?,
            vip: self.vip.then_some(true),
            ..Change::default()
        };
        let written = desk.write(|tx| client::add(tx, &handle, &change))?;
        let c = written.value;
        let domains = if change.domains.is_empty() {
            String::new()
        } else {
            format!(", mail from {}", change.domains.join(", "))
        };
        let vip = if self.vip { ", VIP" } else { "" };
        let line = format!("added the client {}: {}{domains}{vip}", c.handle, c.name);
        Ok(things::done(&[line], written.operation).into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk client ls\n  desk client ls shop                    # those whose handle, name or domain has the word\n  desk client ls --json=handle,tickets"
)]
struct List {
    /// Only those with these words in handle, name, domain, plan or note
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
}

impl List {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let mut lines = desk.read(|r| r.clients())?;
        let wanted: Vec<String> = self.words.iter().map(|w| name_key(w)).collect();
        if !wanted.is_empty() {
            lines.retain(|l| {
                let c = &l.client;
                let plan = c.plan.as_deref().unwrap_or_default();
                let all = name_key(&format!("{} {} {} {plan} {}", c.handle, c.name, l.domains.join(" "), c.note));
                wanted.iter().all(|w| all.contains(w.as_str()))
            });
        }
        Ok(Answer::from(things::clients(&lines)).paged())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk client show acme\n  desk client show acme.test       # by domain\n  desk client show \"Рога и копыта\"  # by name"
)]
struct Show {
    /// Handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
}

impl Show {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let ask = ls::ask(desk, None)?;
        let zone = desk.zone()?;
        let this = Period::parse("this-month", desk.now, &zone)?;
        let before = Period::last_month(desk.now, &zone);
        desk.read(|_| Ok(()))?;
        let house = desk.house()?;
        let plans = desk.plans()?;
        let (mut page, books) = desk.read(|r| {
            let client = people::client(r, &self.client)?;
            let line = r.client_line(client.id)?.ok_or_else(|| Error::missing(format!("{} is gone", client.handle)))?;
            let of = |test| Term { negated: false, alternatives: vec![test] };
            let mine = of(Test::Client(Some(client.handle.clone())));
            let open = Query { terms: vec![mine.clone()], ..Query::default() };
            let closed = Query {
                terms: vec![mine, of(Test::Status(StatusTest::Is(Status::Closed)))],
                sort: Some(Sort { key: SortKey::Closed, descending: true }),
                ..Query::default()
            };
            let agreed = !r.contracts(Some(client.id))?.is_empty();
            let books = if agreed { Some(Books::of(r, client.id, &house, house.today)?) } else { None };
            let terms = plans.into_iter().find(|plan| Some(&plan.name) == line.client.plan.as_ref());
            let page = ClientPage {
                line,
                terms,
                contacts: r.contact_lines_of(client.id)?,
                open: r.list(&open, &ask)?.rows,
                last: r.list(&closed, &Ask { limit: Some(10), ..ask })?.rows,
                this_month: r.client_minutes(client.id, this.first, this.last)?,
                last_month: r.client_minutes(client.id, before.first, before.last)?,
            };
            Ok((page, books))
        })?;
        let untold = ls::pressed(desk, &mut page.open);
        let handle = &page.line.client.handle;
        let running: Vec<Standing<'_>> = books.iter().flat_map(|books| {
            let running = books.contracts.iter().filter(|contract| contract.in_force(house.today));
            running.map(|contract| Standing::of(handle, contract, &books.ledger, house.today))
        }).collect();
        let mut parts = contract::of_client(&running);
        parts.extend(crate::report::client::lately(&lately::lately(desk, handle, &ask)?));
        let mut report = things::client(&page, parts);
        report.notes.extend(untold);
        Ok(Answer::from(report).paged())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk client edit acme.test --handle acme --name \"Acme GmbH\"
  desk client edit acme --plan pro --lang ru --domain acme.example
  desk client edit acme --plan none --no-domain acme.example
  desk client edit acme --detail inn=7701234567 --detail \"address=Москва, ул. Мира, 1\"
  desk client edit acme --vip                # before others at equal need; --no-vip takes it back
  desk client edit acme --note none          # forgets the notes")]
struct Edit {
    /// Handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Another short word for it
    #[arg(long)]
    handle: Option<String>,
    /// Another full name
    #[arg(long)]
    name: Option<String>,
    /// Another plan, or none
    #[arg(long)]
    plan: Option<String>,
    /// ru, en or none
    #[arg(long)]
    lang: Option<String>,
    /// Other notes, or none (to add one: desk client note)
    #[arg(long)]
    note: Option<String>,
    /// A further mail domain; may be given several times
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',')]
    domain: Vec<String>,
    /// A mail domain that is no longer its own
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',')]
    no_domain: Vec<String>,
    /// What stands on its papers: inn=7701234567; an empty value takes it away; may be given several times
    #[arg(long, value_name = "KEY=TEXT")]
    detail: Vec<String>,
    /// It goes before others at equal need
    #[arg(long, overrides_with = "no_vip")]
    vip: bool,
    /// It goes before others no more
    #[arg(long, overrides_with = "vip")]
    no_vip: bool,
}

impl Edit {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let change = Change {
            handle: self.handle.as_deref().map(client::handle).transpose()?,
            name: self.name.map(|n| n.trim().to_owned()),
            plan: self.plan.as_deref().map(or_none),
            lang: self.lang.as_deref().map(language).transpose()?,
            note: self.note.as_deref().map(|n| or_none(n).unwrap_or_default()),
            domains: self.domain.iter().map(|d| client::domain(d)).collect::<Result<_>>()?,
            details: self.detail.iter().map(|d| client::detail(d)).collect::<Result<_>>()?,
            no_domains: self.no_domain.iter().map(|d| d.trim_start_matches('@').to_lowercase()).collect(),
            vip: if self.vip { Some(true) } else { self.no_vip.then_some(false) },
        };
        if change.name.as_deref() == Some("") {
            return Err(Error::usage("the name is empty"));
        }
        let asked = [change.handle.is_some(), change.name.is_some(), change.plan.is_some(), change.lang.is_some()];
        let asked = [asked.contains(&true), change.vip.is_some()];
        let lists = [change.domains.is_empty(), change.no_domains.is_empty(), change.details.is_empty()];
        if !asked.contains(&true) && change.note.is_none() && !lists.contains(&false) {
            return Err(Error::usage("nothing to change is named")
                .hint("--handle, --name, --plan, --lang, --domain, --no-domain, --detail, --vip or --note"));
        }
        let written = desk.write(|tx| {
            let client = people::client(tx, &self.client)?;
            let said = client::edit(tx, &client, &change)?;
            if said.is_empty() {
                return Err(Error::refused(format!("{} is like that already", client.handle)));
            }
            Ok(format!("changed {}: {}", client.handle, said.join(", ")))
        })?;
        Ok(things::done(&[written.value], written.operation).into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  desk client merge acme.example --into acme")]
struct Merge {
    /// The client that goes away
    #[arg(value_name = "CLIENT")]
    client: String,
    /// The client it becomes part of
    #[arg(long, value_name = "CLIENT")]
    into: String,
}

impl Merge {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        if desk.host.can_ask() {
            let line = desk.read(|r| {
                let from = people::client(r, &self.client)?;
                r.client_line(from.id)
            })?;
            let many = line.filter(|l| l.tickets > 5);
            if let Some(l) = many
                && !desk.sure(&format!("move {} tickets of {} to {}?", l.tickets, l.client.handle, self.into))?
            {
                return Err(Error::refused("nothing was changed"));
            }
        }
        let written = desk.write(|tx| {
            let from = people::client(tx, &self.client)?;
            let into = people::client(tx, &self.into)?;
            let moved = client::merge(tx, &from, &into)?;
            let mut parts = vec![
                counted(moved.contacts, "contact", "contacts"),
                counted(moved.tickets, "ticket", "tickets"),
                counted(moved.entries, "time entry", "time entries"),
            ];
            for (n, one, many) in [
                (moved.contracts, "contract", "contracts"),
                (moved.invoices, "invoice", "invoices"),
                (moved.payments, "payment", "payments"),
            ] {
                parts.extend((n > 0).then(|| counted(n, one, many)));
            }
            Ok(format!("merged {} into {}: {} moved", from.handle, into.handle, parts.join(", ")))
        })?;
        Ok(things::done(&[written.value], written.operation).into())
    }
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk client note acme pays late, calls first
  desk client note acme -              # from standard input

A note is added below the others; desk client edit acme --note … writes them anew.")]
struct Note {
    /// Handle, domain or name
    #[arg(value_name = "CLIENT")]
    client: String,
    /// The text; - reads standard input
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Words that are text whatever they begin with
    #[arg(last = true, value_name = "TEXT")]
    rest: Vec<String>,
}

impl Note {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let stdin = self.text == ["-"];
        let typed = [self.text, self.rest].concat().join(" ");
        let from = TextFrom { flag: Some(typed.as_str()).filter(|_| !stdin), stdin, ..TextFrom::default() };
        let text = from.read(desk, "the note")?.unwrap_or_default().trim().to_owned();
        if text.is_empty() {
            return Err(Error::usage("the note is empty").hint("desk client note acme pays late"));
        }
        let written = desk.write(|tx| {
            let client = people::client(tx, &self.client)?;
            let note =
                [client.note.as_str(), &text].into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>().join("\n");
            client::edit(tx, &client, &Change { note: Some(note), ..Change::default() })?;
            Ok(format!("noted on {}: {text}", client.handle))
        })?;
        Ok(things::done(&[written.value], written.operation).into())
    }
}

/// The word `none` takes a thing away.
fn or_none(word: &str) -> Option<String> {
    Some(word.trim().to_owned()).filter(|w| !w.is_empty() && w != "none")
}

fn language(word: &str) -> Result<Option<String>> {
    match or_none(&word.to_lowercase()) {
        Some(lang) if lang != "ru" && lang != "en" => {
            Err(Error::usage(format!("there are no texts in {lang}")).hint("--lang ru, en or none"))
        }
        lang => Ok(lang),
    }
}

/// `1 ticket`, `3 tickets`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
