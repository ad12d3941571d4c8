//! `desk assign`: the ticket is a colleague's.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::{people, ticket};
use crate::desk::Desk;
use crate::error::{Error, Result};

/// Give tickets to an agent
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk assign 42 mila\n  desk assign 42,45 next   # whoever has the fewest open tickets")]
pub struct Assign {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// Who: a name, me, or next (the agent with the fewest open tickets)
    #[arg(value_name = "WHO")]
    who: String,
}

impl Assign {
    /// Assigns.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.who == "none" {
            return Err(Error::usage("nobody is called none").hint(format!("desk release {}", self.ids)));
        }
        each(desk, &[self.ids], &format!("assign to {}", self.who), |tx, t| {
            let agent = if self.who == "next" {
                let loads = tx.agent_loads()?;
                let free = loads.into_iter().filter(|(a, _)| a.active).min_by_key(|(_, load)| *load);
                free.ok_or_else(|| Error::missing("there is no agent to assign to").hint("desk agent add mila"))?.0
            } else {
                people::agent(tx, &self.who)?
            };
            // The load of `next` counts what this command has given away so far.
            let changed = ticket::assign(tx, t, Some(agent.id))?;
            tx.bring_up_to_date()?;
            Ok(Outcome::of(changed, format!("assigned to {}:", agent.name), format!("is {}'s already", agent.name)))
        })
    }
}
