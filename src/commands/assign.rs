//! `desk assign`: the ticket is a colleague's. Who is next, is decided in `domain::rota`.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::{people, ticket};
use crate::desk::Desk;
use crate::domain::agent::Agent;
use crate::domain::plan::Plan;
use crate::domain::rota::{Next, Rota, Why};
use crate::domain::ticket::Ticket;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use crate::store::Tx;

/// Give tickets to an agent
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "next is whoever has duty today (desk agent rota), of several the one with the fewest open tickets; where nobody on duty
can take more, or there is no rota, the agent with the fewest. Nobody who is away, has left, or has as many as his limit: where all have,
the ticket stays as it is. Of a client whose plan names agents, they go first. Several tickets are spread.

Examples:
  desk assign 42 mila
  desk assign 42,45 next
  desk config set rota.limit 15            # nobody gets more than 15 open tickets so
  desk config set rota.limit.mila 10")]
pub struct Assign {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// Who: a name, me, or next (who has duty, then the agent with the fewest open tickets)
    #[arg(value_name = "WHO")]
    who: String,
}

impl Assign {
    /// Assigns.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.who == "none" {
            return Err(Error::usage("nobody is called none").hint(format!("desk release {}", self.ids)));
        }
        let deed = format!("assign to {}", self.who);
        if self.who == "next" {
            let turn = Turn { rota: desk.rota()?, plans: desk.plans()?, day: desk.zone()?.date(desk.now) };
            return each(desk, &[self.ids], &deed, |tx, t| turn.give(tx, t));
        }
        each(desk, &[self.ids], &deed, |tx, t| {
            let agent = people::agent(tx, &self.who)?;
            let changed = ticket::assign(tx, t, Some(agent.id))?;
            Ok(Outcome::of(changed, format!("assigned to {}:", agent.name), format!("is {}'s already", agent.name)))
        })
    }
}

/// Whose turn it is today.
struct Turn {
    rota: Rota,
    plans: Vec<Plan>,
    day: Date,
}

impl Turn {
    fn give(&self, tx: &mut Tx<'_>, t: &Ticket) -> Result<Outcome> {
        // The load counts what this command has given away so far.
        let team = tx.agent_loads()?;
        if !team.iter().any(|(agent, _)| agent.active) {
            return Err(Error::missing("there is no agent to assign to").hint("desk agent add mila"));
        }
        let client = t.client.map(|id| tx.client(id)).transpose()?.flatten();
        let plan = client.and_then(|c| c.plan).and_then(|name| self.plans.iter().find(|plan| plan.name == name));
        let Some(next) = self.rota.next(self.day, &team, plan) else {
            let whose = team.iter().find(|(agent, _)| Some(agent.id) == t.assignee).map(|(agent, _)| agent.name.as_str());
            let whose = whose.map_or_else(|| "nobody's".to_owned(), |name| format!("{name}'s"));
            return Ok(Outcome::Nothing(format!("stays {whose}: {}", self.why_nobody(&team))));
        };
        let changed = ticket::assign(tx, t, Some(next.agent.id))?;
        tx.bring_up_to_date()?;
        let name = &next.agent.name;
        Ok(Outcome::of(changed, format!("assigned to {name} ({}):", why(&next, plan)), format!("is {name}'s already")))
    }

    /// Why nobody can take a ticket: `mila has 10 of 10, oleg is away until 2026-12-14`.
    fn why_nobody(&self, team: &[(Agent, i64)]) -> String {
        let why = |(agent, open): &(Agent, i64)| match (self.rota.absence(&agent.name, self.day), self.rota.limit_of(&agent.name)) {
            (Some(days), _) => format!("{} is away until {}", agent.name, days.last),
            (None, Some(most)) => format!("{} has {open} of {most}", agent.name),
            (None, None) => agent.name.clone(),
        };
        team.iter().filter(|(agent, _)| agent.active).map(why).collect::<Vec<_>>().join(", ")
    }
}

/// Why somebody is next: `on duty, 3 open`.
fn why(next: &Next<'_>, plan: Option<&Plan>) -> String {
    let duty = match next.why {
        Why::OnDuty => Some("on duty".to_owned()),
        Why::StandsIn => Some("standing in".to_owned()),
        Why::Fewest => None,
    };
    let named = plan.filter(|plan| !plan.agents.is_empty());
    let plan = named.map(|plan| match plan.has_agent(&next.agent.name) {
        true => format!("of the plan {}", plan.name),
        false => format!("outside the plan {}", plan.name),
    });
    let open = format!("{} open", next.open);
    duty.into_iter().chain(plan).chain([open]).collect::<Vec<_>>().join(", ")
}
