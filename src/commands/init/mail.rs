//! `desk init mail`: five questions, a look at the servers, and after a yes the settings of mail.

use super::plan::{Plan, Sent};
use super::place;
use super::servers::{self, Servers};
use super::trial::{self, Inside, Survey};
use super::{Answer, asked};
use crate::desk::{Desk, Secret};
use crate::domain::account::Spot;
use crate::domain::provider::{Provider, Server};
use crate::domain::time::Date;
use crate::domain::when::{Lean, day};
use crate::error::{Error, Result};
use crate::post::{Bounds, Login};
use crate::settings::mail::{at_home, read_sender};
use crate::settings::Source;
use chrono::{Datelike, Days};
use std::path::PathBuf;

/// Connect the desk with a mailbox: asks, tries the connection, shows what it would take in
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Nothing is kept before you say yes, and the mailbox stays as it is. A password is never kept in a file: you say where it comes
from, a command (pass, op, …), a variable of the environment, or the keyring of the system. Most providers want an app
password for this; the question says where theirs is made.

Examples:
  desk init mail                       # on a terminal: five questions
  desk init mail --address support@acme.test --password-command \"pass show support\" --from \"Acme support\" -y
  desk init mail --address support@acme.test --imap imap.acme.test --smtp smtp.acme.test:587 --password-env MAIL_PASSWORD -y
  desk init mail … -n                  # tries, shows, keeps nothing
  desk config apply team.toml          # the same from a file, without a look at the servers")]
pub(super) struct Mail {
    /// The address that mail comes to
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,
    /// Where mail is fetched: a provider (gmail, yandex…), a host, or imaps://…
    #[arg(long, value_name = "SERVER")]
    imap: Option<String>,
    /// Through what it is sent: a host, or smtps://…
    #[arg(long, value_name = "SERVER")]
    smtp: Option<String>,
    /// A command that prints the password
    #[arg(long, value_name = "COMMAND", group = "place")]
    password_command: Option<String>,
    /// A variable of the environment that holds it
    #[arg(long, value_name = "VARIABLE", group = "place")]
    password_env: Option<String>,
    /// The keyring of the system holds it
    #[arg(long, group = "place")]
    keyring: bool,
    /// A command that prints an access token (OAuth 2)
    #[arg(long, value_name = "COMMAND", group = "place")]
    token_command: Option<String>,
    /// The name on what you send, or name and address
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// What the mailbox is called at the desk
    #[arg(long, value_name = "WORD")]
    name: Option<String>,
    /// The folder of sent mail, from which answers written elsewhere come in; no: none is read
    #[arg(long, value_name = "FOLDER")]
    sent: Option<String>,
    /// Leave mail from before this day alone
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// A file of certificates (PEM) to trust besides those of the machine
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Mail {
    /// Asks, tries, shows, keeps.
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let asks = desk.host.can_ask() && !desk.yes;
        if !asks && self.address.is_none() {
            return Err(self.silence());
        }
        let since = self.since.as_deref().map(|text| Ok::<_, Error>(day(text, Lean::Past, desk.now, &desk.zone()?)?));
        let since = since.transpose()?;
        let mut plan = self.planned(desk, asks, since)?;
        let inside = self.tried(desk, asks, &mut plan)?;
        plan.from = self.sender(desk, asks, &plan.address)?;
        plan.sent = self.sent(desk, asks, &inside, plan.provider)?;
        let zone = desk.zone()?;
        let day = since.unwrap_or_else(|| month_of(zone.date(desk.now)));
        let survey = inside.survey(plan.sent.folder(), zone.start_of_day(day))?;
        self.agreed(desk, &plan, survey.as_ref(), day)?;
        let operation = plan.keep(desk)?;
        let mut report = plan.report(survey.as_ref(), day, operation);
        if operation.is_none() && !desk.dry {
            report.notes.push("the desk knew all of it already".to_owned());
        }
        Ok(report.into())
    }

    fn silence(&self) -> Error {
        let what = match self.address {
            None => "desk init mail asks on a terminal, and there is none",
            Some(_) => "it is not said where the password comes from, and there is no terminal to ask on",
        };
        Error::usage(what).hint("desk config apply FILE takes the settings from a file; or: desk init mail --address support@acme.test --password-command \"pass show support\" -y")
    }

    /// The password's place, where a flag names it.
    fn source(&self) -> Option<Source> {
        let command = self.password_command.clone().map(Source::Command);
        let keyring = self.keyring.then_some(Source::Keyring);
        command.or(self.password_env.clone().map(Source::Env)).or(keyring).or(self.token_command.clone().map(Source::Bearer))
    }

    /// What is known before the servers are looked at.
    fn planned(&self, desk: &mut Desk, asks: bool, since: Option<Date>) -> Result<Plan> {
        let address = self.address(desk, asks)?;
        let sends = desk.sender()?.is_none_or(|from| from.email.eq_ignore_ascii_case(&address));
        let smtp = (sends || self.smtp.is_some() || self.from.is_some()).then(String::new);
        let ca = self.ca.as_ref().map(|ca| std::path::absolute(ca).map_err(|e| Error::from(e).doing(ca.display())));
        let name = self.name(desk, &address)?;
        Ok(Plan {
            name,
            from: address.clone(),
            address,
            imap: String::new(),
            smtp,
            provider: None,
            source: self.source(),
            sent: Sent::Unsaid,
            since,
            ca: ca.transpose()?,
        })
    }

    fn address(&self, desk: &mut Desk, asks: bool) -> Result<String> {
        let check = |text: &str| match read_sender(text) {
            Some(found) if found.name.is_empty() => Ok(found.email),
            _ => Err(servers::no_address(text)),
        };
        match &self.address {
            Some(address) => check(address),
            None if asks => {
                let known = desk.own_addresses()?.into_iter().find(|a| !a.starts_with('@')).unwrap_or_default();
                asked(desk, "1/5 The address that mail comes to", &known, &check)
            }
            None => Err(self.silence()),
        }
    }

    /// The mailbox of this address, else a plain word for it.
    fn name(&self, desk: &mut Desk, address: &str) -> Result<String> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        let reads = |spot: &Spot| matches!(spot, Spot::Imap(a) if a.user.as_deref().is_some_and(|u| u.eq_ignore_ascii_case(address)));
        let mailboxes = desk.mailboxes()?;
        if let Some(known) = mailboxes.iter().find(|m| reads(&m.spot)) {
            return Ok(known.name.clone());
        }
        let plain = |t: &str| {
            let word: String = t.chars().filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).take(20).collect();
            word.trim_start_matches('-').to_lowercase()
        };
        let word = Some(plain(local)).filter(|w| !w.is_empty() && w != "smtp").unwrap_or_else(|| "support".to_owned());
        let free = |name: &String| !mailboxes.iter().any(|m| m.name.eq_ignore_ascii_case(name));
        let elsewhere = format!("{word}-{}", plain(domain.split('.').next().unwrap_or_default()));
        let others = (2..1000).map(|n| format!("{word}-{n}"));
        Ok([word.clone(), elsewhere].into_iter().chain(others).find(free).unwrap_or(word))
    }

    /// Asks for servers and password until they let us in, three times at most.
    fn tried(&self, desk: &mut Desk, asks: bool, plan: &mut Plan) -> Result<Inside> {
        let exists: &dyn Fn(&Server) -> bool = &trial::exists;
        let mut proposal = servers::of_flags(self.imap.as_deref(), self.smtp.as_deref(), &plan.address, exists)?;
        for left in (0..3).rev() {
            if asks && self.imap.is_none() {
                proposal = self.ask_servers(desk, &proposal, &plan.address)?;
            }
            place::explain(desk, proposal.provider);
            (plan.imap, plan.provider) = (proposal.imap.clone(), proposal.provider);
            plan.smtp = plan.smtp.take().map(|_| proposal.smtp.clone());
            if asks && self.source().is_none() && !plan.secrets().is_empty() {
                plan.source = Some(place::ask(desk, plan)?);
            }
            let placed = |name: &&str| plan.source.is_some() || desk.own.passwords.contains_key(*name);
            if !plan.secrets().iter().all(placed) {
                return Err(self.silence());
            }
            if asks && plan.source == Some(Source::Keyring) && !desk.dry {
                place::fill_keyring(desk, &plan.secrets(), left < 2)?;
            }
            match let_in(desk, plan) {
                Err(e) if asks && left > 0 && !(self.imap.is_some() && self.source().is_some()) => {
                    // What gave no password may be one that was typed in the wrong place: it is not shown again.
                    plan.source = plan.source.take().filter(|_| !e.what.starts_with("passwords."));
                    let more = [e.cause, e.hint].into_iter().flatten().collect::<Vec<_>>().join("; ");
                    desk.host.complain(&format!("{}: {more}. Once more, please:", e.what));
                }
                done => return done,
            }
        }
        Err(Error::refused("no server let us in; nothing was kept"))
    }

    fn ask_servers(&self, desk: &Desk, proposal: &Servers, address: &str) -> Result<Servers> {
        let usual = proposal.typed(address);
        let question = "2/5 A provider (gmail, yandex, mailru, fastmail…), or the servers for fetching and for sending";
        asked(desk, question, &usual, &|text| servers::read(text, address))
    }

    /// Whom mail comes from, with the name people see.
    fn sender(&self, desk: &mut Desk, asks: bool, address: &str) -> Result<String> {
        let whole = |text: &str| match text.contains('@') {
            true => text.to_owned(),
            false => format!("{text} <{address}>").trim_start().to_owned(),
        };
        let check = |text: &str| {
            let whole = whole(text.trim());
            read_sender(&whole).map(|_| whole).ok_or_else(|| {
                Error::usage(format!("{text:?} cannot be the name on a mail")).hint("Acme support")
            })
        };
        let set = desk.sender()?.map(|from| from.name).filter(|name| !name.is_empty());
        let desk_name = desk.setting("name")?.as_str().filter(|name| *name != "desk").map(str::to_owned);
        let usual = set.or(desk_name).unwrap_or_default();
        match &self.from {
            Some(from) => check(from),
            None if asks => asked(desk, "4/5 The name on what you send", &usual, &check),
            None => check(&usual),
        }
    }

    fn sent(&self, desk: &Desk, asks: bool, inside: &Inside, provider: Option<Provider>) -> Result<Sent> {
        let read = |text: &str| match text.to_lowercase().as_str() {
            "" | "no" | "none" | "false" | "нет" => Sent::Off,
            _ => Sent::Named(text.to_owned()),
        };
        if let Inside::Here = inside {
            return Ok(self.sent.as_deref().map_or(Sent::Off, read));
        }
        let usual = inside.sent().map(str::to_owned);
        match &self.sent {
            Some(folder) => Ok(read(folder)),
            None if asks => {
                let usual = usual.or(provider.map(|p| p.sent.to_owned())).unwrap_or_else(|| "no".to_owned());
                let question = "5/5 The folder of sent mail, to see answers written elsewhere (no: it is not read)";
                asked(desk, question, &usual, &|text| Ok(read(text)))
            }
            None => Ok(usual.map_or(Sent::Unsaid, Sent::Named)),
        }
    }

    /// Shows what is about to be kept, and asks.
    fn agreed(&self, desk: &mut Desk, plan: &Plan, survey: Option<&Survey>, day: Date) -> Result<()> {
        let set = if desk.exists()? { desk.read(|r| r.settings())? } else { Vec::new() };
        plan.wanted(&set)?;
        if desk.host.can_ask() {
            for line in plan.told(survey, day) {
                desk.host.talk(&line);
            }
        }
        if desk.sure("Keep this?")? { Ok(()) } else { Err(Error::refused("nothing was kept")) }
    }
}

/// Goes to both servers with the passwords from where they are said to come from.
fn let_in(desk: &mut Desk, plan: &Plan) -> Result<Inside> {
    let names: Vec<String> = plan.secrets().into_iter().map(str::to_owned).collect();
    if let Some(source) = &plan.source {
        desk.own.passwords.extend(names.iter().map(|name| (name.clone(), source.clone())));
    }
    let login = |desk: &Desk, name: &str| match names.iter().any(|n| n == name) {
        true => desk.secret(name).map(Login::from),
        false => Ok(Secret::None.into()),
    };
    let bounds = Bounds { ca: plan.ca.clone(), ..Bounds::default() };
    let odd = |why: String| Error::usage(why);
    let home = desk.host.variable("HOME");
    let spot = match Spot::read(&plan.imap).map_err(odd)? {
        Spot::Maildir(path) => Spot::Maildir(at_home(&path, home.as_deref())?),
        Spot::Mbox(path) => Spot::Mbox(at_home(&path, home.as_deref())?),
        server => server,
    };
    let inside = trial::enter(&spot, &login(desk, &plan.name)?, &bounds)?;
    if let Some(smtp) = &plan.smtp
        && let Spot::Smtp(account) = Spot::read(smtp).map_err(odd)?
    {
        trial::knock(&account, &login(desk, "smtp")?, &bounds)?;
    }
    Ok(inside)
}

/// The first day of this month, or in its first week of the one before.
fn month_of(today: Date) -> Date {
    let near = if today.day() <= 7 { today.checked_sub_days(Days::new(7)).unwrap_or(today) } else { today };
    near.with_day(1).unwrap_or(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_counted_since_the_month_began() {
        let first = |y, m, d| month_of(Date::from_ymd_opt(y, m, d).unwrap()).to_string();
        assert_eq!([first(2026, 11, 20), first(2026, 11, 3), first(2026, 1, 1)], ["2026-11-01", "2026-10-01", "2025-12-01"]);
    }
}
