//! `desk init`: a desk made on purpose. Nobody needs it: the first write makes a desk, too.

mod mail;
mod place;
mod plan;
mod servers;
mod trial;

use super::args::Answer;
use super::config;
use crate::actions;
use crate::desk::{Desk, agent_name};
use crate::error::{Error, Result};
use crate::report::{Audience, Cell, Fact, Facts, Part, Report};
use crate::settings::{self, Origin};
use serde_json::Value;

/// Make a desk and say what it is called (the first write makes one, too)
#[derive(Debug, Clone, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "On a terminal it asks for what no flag says; Enter takes what is proposed.

Examples:
  desk init
  desk init ~/support/desk.db --name \"Acme support\" --zone Europe/Moscow --addresses support@acme.test --me mila
  desk init postgres://mila@db.acme.test/desk
  desk init mail                # then: where its mail comes from and goes through"
)]
pub struct Init {
    #[command(subcommand)]
    word: Option<Word>,
    /// Where: a file, a name from your settings, or postgres://…
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// What the desk is called
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Time zone of its days, weeks and reports
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Mail addresses of the team, with commas between
    #[arg(long, value_name = "ADDRESSES")]
    addresses: Option<String>,
    /// Who you are: kept in your own settings
    #[arg(long, value_name = "AGENT")]
    me: Option<String>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// Connect the desk with a mailbox: asks, tries the connection, shows what it would take in
    Mail(Box<mail::Mail>),
}

impl Init {
    /// Makes the desk, or connects it with a mailbox.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if let Some(Word::Mail(mail)) = self.word {
            return mail.run(desk);
        }
        if let Some(path) = &self.path {
            desk.go_to(path)?;
        }
        if desk.exists()? {
            return Err(Error::refused(format!("there is a desk already: {}", desk.where_it_is()))
                .hint("its settings: desk config ls; another desk: desk init PATH"));
        }
        let wanted = self.shared(desk)?;
        let me = self.me(desk)?;
        if let Some(me) = &me {
            me.clone_into(&mut desk.me);
        }
        let written = desk.write(|tx| actions::settings::put(tx, &wanted))?;
        let mut report = made(desk, &wanted, written.operation)?;
        if let Some(me) = &me {
            report.notes.push(format!("you are {me}"));
            report.notes.extend(config::set_own(desk, "me", Some(me))?.notes);
        }
        if desk.place_from == Origin::Flag {
            report.notes.push(format!("to use it without --desk: desk config set desk {}", desk.where_it_is()));
        }
        Ok(report.into())
    }

    /// The shared settings that were named or asked for, checked; those that stay at their default are left out.
    fn shared(&self, desk: &Desk) -> Result<Vec<(String, Value)>> {
        let machine = desk.host.zone_name();
        let mut wanted = Vec::new();
        for (key, flag, question, proposal) in [
            ("name", &self.name, "What is the desk called", "desk"),
            ("zone", &self.zone, "Time zone of its days and weeks", machine.as_str()),
            ("addresses", &self.addresses, "Mail addresses of the team, with commas between (may be empty)", ""),
        ] {
            let check = |text: &str| settings::read_value(key, text, &|zone| desk.host.zone(zone).is_some());
            let value = match flag {
                Some(text) => Some(check(text)?),
                None if desk.host.can_ask() && !desk.yes => Some(asked(desk, question, proposal, &check)?),
                None => None,
            };
            let proposed = check(proposal).ok();
            wanted
                .extend(value.filter(|v| flag.is_some() || Some(v) != proposed.as_ref()).map(|v| (key.to_owned(), v)));
        }
        Ok(wanted)
    }

    /// Who I am, where that is to be kept.
    fn me(&self, desk: &Desk) -> Result<Option<String>> {
        if let Some(name) = &self.me {
            return agent_name(name).map(Some);
        }
        if !desk.host.can_ask() || desk.yes || desk.me_from != Origin::Default {
            return Ok(None);
        }
        let name = asked(desk, "Your own name at the desk", &desk.me, &agent_name)?;
        Ok(Some(name).filter(|name| *name != desk.me))
    }
}

/// Asks until the answer can be read.
fn asked<T>(desk: &Desk, question: &str, proposal: &str, read: &dyn Fn(&str) -> Result<T>) -> Result<T> {
    for _ in 0..3 {
        let answer = desk.host.ask(question, proposal)?;
        match read(answer.trim()) {
            Ok(value) => return Ok(value),
            Err(e) => desk.host.complain(&e.what),
        }
    }
    Err(Error::usage(format!("{question}: no answer could be read")))
}

fn made(desk: &mut Desk, wanted: &[(String, Value)], operation: Option<i64>) -> Result<Report> {
    let place = desk.where_it_is();
    let text = |value: Value| value.as_str().map_or(Cell::Empty, |t| Cell::Text(t.to_owned()));
    let set = desk.read(|r| r.settings())?;
    let now = |key: &str| {
        wanted.iter().chain(&set).find(|(k, _)| k == key).map_or_else(|| settings::default_of(key), |(_, v)| v.clone())
    };
    let addresses = now("addresses").as_array().into_iter().flatten().map(|a| text(a.clone())).collect();
    let rows = vec![
        Fact::new("path", "desk", Cell::Text(place)),
        Fact::new("name", "name", text(now("name"))),
        Fact::new("zone", "zone", text(now("zone"))),
        Fact::new("addresses", "addresses", Cell::List(addresses)),
        Fact::new("me", "you", Cell::Text(desk.me.clone())),
        Fact::data("operation", operation.map_or(Cell::Empty, Cell::Count)),
    ];
    let next = "Next:\n  desk import ~/Mail/support.mbox     a mailbox: mbox, Maildir, .eml files\n  desk init mail                       a mailbox on a server\n  desk open \"Cannot log in\" -f ann@acme.test\n  desk help all";
    let facts = Facts { audience: Audience::All, rows, ..Facts::default() };
    Ok(Report { parts: vec![Part::Facts(facts), Part::Prose(next.to_owned())], ..Report::default() })
}
