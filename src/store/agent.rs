//! The team.

use super::{Reader, Row, Tx, sql, vals};
use crate::domain::agent::Agent;
use crate::domain::event::{Event, Noun};
use crate::domain::time::Date;
use crate::error::{Error, Result};

fn agent_of(r: &Row<'_>) -> Result<Agent> {
    Ok(Agent { id: r.int(0)?, name: r.text(1)?, email: r.text_or(2)?, active: r.flag(3)? })
}

impl Reader<'_> {
    /// The agent of this name, whatever its case.
    pub fn agent_named(&mut self, name: &str) -> Result<Option<Agent>> {
        self.first(sql::AGENT_BY_KEY, vals![&name.to_lowercase()], agent_of)
    }

    /// The agent with this id.
    pub fn agent(&mut self, id: i64) -> Result<Option<Agent>> {
        self.first(sql::AGENT_BY_ID, vals![id], agent_of)
    }

    /// Everybody, by name.
    pub fn agents(&mut self) -> Result<Vec<Agent>> {
        self.all(sql::AGENTS, &[], agent_of)
    }

    /// Whether a deed, a ticket, a message or time is this agent's.
    pub fn has_done_anything(&mut self, agent: i64) -> Result<bool> {
        Ok(self.number(sql::AGENT_USED, vals![agent])? > 0)
    }

    /// Everybody with the number of tickets he has in the queue.
    pub fn agent_loads(&mut self) -> Result<Vec<(Agent, i64)>> {
        self.all(sql::AGENT_LOADS, &[], |r| Ok((agent_of(r)?, r.int(4)?)))
    }
}

impl Reader<'_> {
    /// Minutes that agents worked on the days from `first` to `last`, both included: agent and minutes.
    pub fn agent_minutes(&mut self, first: Date, last: Date) -> Result<Vec<(i64, i64)>> {
        self.all(sql::AGENT_MINUTES, vals![&first.to_string(), &last.to_string()], |r| Ok((r.int(0)?, r.int(1)?)))
    }
}

impl Tx<'_> {
    /// The agent who writes: made by his own first write.
    pub(super) fn agent_who_writes(&mut self, name: &str) -> Result<i64> {
        if let Some(agent) = self.agent_named(name)? {
            return Ok(agent.id);
        }
        let id = self.next_ids(1)?;
        self.run(sql::AGENT_ADD, vals![id, name, &name.to_lowercase(), Option::<&str>::None, true])?;
        Ok(id)
    }

    /// Adds a member of the team.
    pub fn add_agent(&mut self, name: &str, email: Option<String>) -> Result<Agent> {
        if self.agent_named(name)?.is_some() {
            return Err(Error::refused(format!("there is an agent {name} already")).hint("desk agent ls"));
        }
        let agent = Agent { id: self.next_ids(1)?, name: name.to_owned(), email, active: true };
        let at = self.at;
        self.apply([Event::about(Noun::Agent, agent.id, "", &(), &agent, at)])?;
        Ok(agent)
    }
}
