//! What a plan buys: by which channels a client may ask, and which agents answer him. Which promise it chooses is in `sla`.

use super::agent::same;

/// The terms of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// As it stands on clients.
    pub name: String,
    /// Who answers; none: anybody.
    pub agents: Vec<String>,
    /// How he may ask; none: however he likes.
    pub channels: Vec<String>,
    /// What else he has bought, in words.
    pub about: Option<String>,
}

impl Plan {
    /// Whether this agent answers clients with the plan.
    #[must_use]
    pub fn has_agent(&self, name: &str) -> bool {
        self.agents.is_empty() || self.agents.iter().any(|agent| same(agent, name))
    }

    /// What about a ticket is not bought with the plan: the channel it came by, the agent who has it. None where all of it is.
    ///
    /// ```
    /// use frontdesk::domain::plan::Plan;
    /// let pro = Plan { name: "pro".into(), agents: vec!["mila".into()], channels: vec!["email".into()], about: None };
    /// assert_eq!(pro.outside("email", None), None);
    /// assert_eq!(pro.outside("phone", Some("Mila")).as_deref(), Some("channel phone"));
    /// assert_eq!(pro.outside("phone", Some("oleg")).as_deref(), Some("channel phone, agent oleg"));
    /// ```
    #[must_use]
    pub fn outside(&self, channel: &str, assignee: Option<&str>) -> Option<String> {
        let bought =
            self.channels.is_empty() || self.channels.iter().any(|c| c.to_lowercase() == channel.to_lowercase());
        let channel = (!bought).then(|| format!("channel {channel}"));
        let agent = assignee.filter(|name| !self.has_agent(name)).map(|name| format!("agent {name}"));
        let both: Vec<String> = [channel, agent].into_iter().flatten().collect();
        (!both.is_empty()).then(|| both.join(", "))
    }

    /// The terms in a line: `by email or phone, mila answers, 4 h a month`.
    #[must_use]
    pub fn told(&self) -> String {
        let channels = (!self.channels.is_empty()).then(|| format!("by {}", self.channels.join(" or ")));
        let verb = if self.agents.len() == 1 { "answers" } else { "answer" };
        let agents = (!self.agents.is_empty()).then(|| format!("{} {verb}", self.agents.join(" and ")));
        [channels, agents, self.about.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
