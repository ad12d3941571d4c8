//! `desk agent`: the team.

use super::args::Answer;
use crate::actions::things as deeds;
use crate::desk::{Desk, agent_name};
use crate::domain::period::Period;
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

JSON of ls: name email active open week_minutes")]
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
    Ls,
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
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls) {
            Deed::Ls => list(desk),
            Deed::Add { name, email } => add(desk, &name, email.as_deref()),
            Deed::Edit { name, email } => edit(desk, &name, Some(email.as_str()).filter(|e| *e != "none")),
            Deed::Off { name } => stands(desk, &name, false),
            Deed::On { name } => stands(desk, &name, true),
        }
    }
}

fn list(desk: &mut Desk) -> Result<Answer> {
    let zone = desk.zone()?;
    let week = Period::this_week(desk.now, &zone);
    let lines = desk.read(|r| {
        let worked: std::collections::HashMap<i64, i64> = r.agent_minutes(week.first, week.last)?.into_iter().collect();
        let minutes = |id| worked.get(&id).copied().unwrap_or(0);
        Ok(r.agent_loads()?.into_iter().map(|(a, open)| (a.clone(), open, minutes(a.id))).collect::<Vec<_>>())
    })?;
    Ok(things::agents(&lines).into())
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
    if !active && open > 0 {
        let tickets =
            if open == 1 { "1 ticket of the queue is".to_owned() } else { format!("{open} tickets of the queue are") };
        report.notes.push(format!("{tickets} still his: desk ls who:{name}"));
    }
    Ok(report.into())
}
