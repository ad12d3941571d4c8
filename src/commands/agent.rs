//! `desk agent`: the team.

mod rota;

use super::args::Answer;
use crate::actions::things as deeds;
use crate::desk::{Desk, agent_name};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::money::Money;
use crate::domain::period::Period;
use crate::domain::when::{self, Lean};
use crate::error::{Error, Result};
use crate::report::things;

/// Agents: the members of the team
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Whoever runs a command is an agent from his first change on; others are added. Mail that is
imported from the address of an agent is his reply.

Examples:
  desk agent                                   # everybody, with open tickets and the hours of this week
  desk agent add bob --email bob@support.test
  desk agent edit bob --email none
  desk agent off bob                           # has left: gets no tickets any more, his deeds stay his
  desk agent on bob
  desk agent cost bob 1500                     # what an hour of his costs the team
  desk agent ls --cost
  desk agent rota                              # who has duty in the next 14 days
  desk agent away bob 2026-12-01..2026-12-14   # no duty and no new tickets then
  desk agent back bob

JSON of ls: name email active open week_minutes cost{minor,currency}")]
pub struct AgentWord {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// Add a member of the team
    #[command(after_help = "Example:\n  desk agent add bob --email bob@support.test")]
    Add {
        /// Letters, digits and - _ .
        name: String,
        /// Imported mail from this address is his reply
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
    },
    /// List the team: addresses, tickets in the queue, hours of this week
    #[command(visible_alias = "list")]
    Ls {
        /// What an hour costs today, too
        #[arg(long)]
        cost: bool,
    },
    /// What an hour of his costs the team
    #[command(after_help = "Without a price, what it was from which day on.

Examples:
  desk agent cost bob 1500                    # from today on
  desk agent cost bob 25 EUR --from 2026-01-01
  desk agent cost bob
  desk agent cost bob none --from 2026-01-01  # as if that had not been said

JSON of the list: from cost{minor,currency}")]
    Cost {
        /// Who
        name: String,
        /// The price of an hour, in the desk's currency or with one; none takes away what holds from a day on
        #[arg(value_name = "MONEY")]
        price: Vec<String>,
        /// The first day
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
    },
    /// Change the address
    #[command(
        after_help = "Examples:\n  desk agent edit bob --email bob@support.test\n  desk agent edit bob --email none"
    )]
    Edit {
        /// Who
        name: String,
        /// His address, or none
        #[arg(long, value_name = "ADDRESS")]
        email: String,
    },
    /// Who has duty when
    Rota(rota::Duty),
    /// He is not there on some days
    Away(rota::Away),
    /// He is there again
    Back(rota::Back),
    /// He has left the team
    #[command(after_help = "Example:\n  desk agent off bob && desk assign $(desk ls who:bob -i | paste -sd,) ana")]
    Off {
        /// Who
        name: String,
    },
    /// He is back
    On {
        /// Who
        name: String,
    },
}

impl AgentWord {
    /// Whether it writes a format that no report has.
    pub(super) fn has_own_format(&self, format: Option<&str>) -> bool {
        matches!(self.deed, Some(Deed::Rota(_))) && format == Some(rota::ICS)
    }

    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls { cost: false }) {
            Deed::Ls { cost } => list(desk, cost),
            Deed::Cost { name, price, from } => cost(desk, &name, &price.join(" "), from.as_deref()),
            Deed::Add { name, email } => add(desk, &name, email.as_deref()),
            Deed::Edit { name, email } => edit(desk, &name, Some(email.as_str()).filter(|e| *e != "none")),
            Deed::Rota(duty) => duty.run(desk),
            Deed::Away(away) => away.run(desk),
            Deed::Back(back) => back.run(desk),
            Deed::Off { name } => stands(desk, &name, false),
            Deed::On { name } => stands(desk, &name, true),
        }
    }
}

fn list(desk: &mut Desk, with_cost: bool) -> Result<Answer> {
    let zone = desk.zone()?;
    let today = zone.date(desk.now);
    let week = Period::this_week(desk.now, &zone);
    let lines = desk.read(|r| {
        let worked: std::collections::HashMap<i64, i64> = r.agent_minutes(week.first, week.last)?.into_iter().collect();
        let costs = r.costs()?;
        let minutes = |id| worked.get(&id).copied().unwrap_or(0);
        let hour = |id| costs.iter().rev().find(|c| c.agent == id && c.from <= today).map(|c| c.hour);
        Ok(r.agent_loads()?.into_iter().map(|(a, open)| (a.clone(), open, minutes(a.id), hour(a.id))).collect::<Vec<_>>())
    })?;
    Ok(things::agents(&lines, with_cost).into())
}

/// Sets what an hour of an agent costs, or shows what it was.
fn cost(desk: &mut Desk, name: &str, price: &str, from: Option<&str>) -> Result<Answer> {
    let zone = desk.zone()?;
    let today = zone.date(desk.now);
    let day = from.map(|text| when::day(text, Lean::Past, desk.now, &zone)).transpose()?;
    if price.is_empty() {
        if day.is_some() {
            return Err(Error::usage("what does an hour cost from then on?").hint(format!("desk agent cost {name} 1500 --from …")));
        }
        let me = desk.me.clone();
        let costs = desk.read(|r| {
            let agent = deeds::called(r, name, &me)?;
            Ok(r.costs()?.into_iter().filter(|c| c.agent == agent.id).map(|c| (c.from, c.hour)).collect::<Vec<_>>())
        })?;
        return Ok(things::costs(&costs).into());
    }
    let hour = if price == "none" { None } else { Some(price_of(desk, price)?) };
    let day = day.unwrap_or(today);
    let written = desk.write(|tx| {
        let agent = deeds::member(tx, name)?;
        let first = !tx.costs()?.iter().any(|c| c.agent == agent.id);
        if !deeds::set_cost(tx, agent.id, day, hour)? {
            let is = hour.map_or_else(|| "has no price".to_owned(), |hour| format!("costs {}", hour.told()));
            return Err(Error::refused(format!("an hour of {} {is} from {day} on already", agent.name))
                .hint(format!("desk agent cost {name}")));
        }
        Ok((agent.name, first))
    })?;
    let (name, first) = written.value;
    let line = match hour {
        Some(hour) => format!("an hour of {name} costs {} from {day} on", hour.told()),
        None => format!("what an hour of {name} costs from {day} on is taken back"),
    };
    let mut report = things::done(&[line], written.operation);
    if first && day == today && hour.is_some() {
        report.notes.push(format!("hours before {day} have no cost; to price them: --from 2026-01-01"));
    }
    Ok(report.into())
}

/// A price above zero, in the desk's currency unless it names its own.
fn price_of(desk: &mut Desk, text: &str) -> Result<Money> {
    let usual = desk.setting("currency")?.as_str().map(Currency::of).transpose()?;
    let currency = Money::named(text)?.or(usual).ok_or_else(|| {
        Error::usage(format!("in which currency is {text}?")).hint("1500 RUB, or once for all: desk config set currency RUB")
    })?;
    let price = Money::parse(text, currency)?;
    if price.minor <= 0 {
        return Err(Error::usage("an hour costs more than nothing").hint("desk agent cost bob 1500; none takes it away"));
    }
    Ok(price)
}

fn add(desk: &mut Desk, name: &str, email: Option<&str>) -> Result<Answer> {
    let name = agent_name(name)?;
    let written = desk.write(|tx| deeds::add_agent(tx, &name, email))?;
    let agent = written.value;
    let at = agent.email.map(|e| format!(", mail from {e} is his")).unwrap_or_default();
    Ok(things::done(&[format!("added {} to the team{at}", agent.name)], written.operation).into())
}

fn edit(desk: &mut Desk, name: &str, email: Option<&str>) -> Result<Answer> {
    let written = desk.write(|tx| {
        let agent = deeds::member(tx, name)?;
        if !deeds::set_email(tx, &agent, email)? {
            return Err(Error::refused(format!("{} is like that already", agent.name)));
        }
        Ok(format!("changed {}: email {}", agent.name, email.unwrap_or("none")))
    })?;
    Ok(things::done(&[written.value], written.operation).into())
}

fn stands(desk: &mut Desk, name: &str, active: bool) -> Result<Answer> {
    let written = desk.write(|tx| {
        let agent = deeds::member(tx, name)?;
        if !deeds::set_active(tx, &agent, active)? {
            let is = if active { "is in the team" } else { "has left" };
            return Err(Error::refused(format!("{} {is} already", agent.name)));
        }
        let open = tx.agent_loads()?.into_iter().find(|(a, _)| a.id == agent.id).map_or(0, |(_, open)| open);
        Ok((agent.name, open))
    })?;
    let (name, open) = written.value;
    let line = if active { format!("{name} is back in the team") } else { format!("{name} has left the team") };
    let mut report = things::done(&[line], written.operation);
    report.notes.extend((!active).then(|| still_his(&name, open)).flatten());
    Ok(report.into())
}

/// That somebody who is not there has tickets.
fn still_his(name: &str, open: i64) -> Option<String> {
    let tickets = match open {
        0 => return None,
        1 => "1 ticket of the queue is".to_owned(),
        more => format!("{more} tickets of the queue are"),
    };
    Some(format!("{tickets} still his: desk ls who:{name}"))
}
