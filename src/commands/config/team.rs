//! Settings that name agents. Nobody is given duty whom the team does not know; a new desk has no team yet, so there it is no
//! mistake, but it is said.

use crate::desk::Desk;
use crate::domain::agent::same;
use crate::domain::nearest::nearest;
use crate::error::{Error, Result};
use crate::settings;
use serde_json::Value;

/// What is wrong with giving duty to somebody: nothing where he is in the team, where the rota that is set names him already,
/// and where there is no team.
pub(super) fn stranger(desk: &mut Desk) -> Result<impl Fn(&str) -> Option<Error> + use<>> {
    let (mut team, mut known) = (Vec::new(), Vec::new());
    if desk.exists()? {
        team = desk.read(|r| r.agents())?;
        known = named("rota", &desk.setting("rota")?);
    }
    known.extend(team.iter().map(|agent| agent.name.clone()));
    Ok(move |name: &str| {
        if team.is_empty() || known.iter().any(|known| same(known, name)) {
            return None;
        }
        let near = nearest(name, team.iter().filter(|agent| agent.active).map(|agent| agent.name.as_str()));
        let way = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
        let error = Error::missing(format!("nobody in the team is called {name}"));
        Some(error.hint(format!("{way}to take him in: desk agent add {name}")))
    })
}

/// The agents that a setting names.
pub(super) fn named(key: &str, value: &Value) -> Vec<String> {
    match key {
        "rota" => {
            let rota = settings::rota::rota(value).unwrap_or_default();
            rota.names().into_iter().map(str::to_owned).collect()
        }
        "plan" => settings::plan::plans(value).unwrap_or_default().into_iter().flat_map(|plan| plan.agents).collect(),
        _ => Vec::new(),
    }
}

/// A line for each of them who is not in the team.
pub(super) fn unknown(desk: &mut Desk, names: &[String]) -> Result<Vec<String>> {
    if names.is_empty() || !desk.exists()? {
        return Ok(Vec::new());
    }
    let team = desk.read(|r| r.agents())?;
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        let line = match team.iter().find(|agent| same(&agent.name, name)) {
            Some(agent) if agent.active => continue,
            Some(agent) => format!("{} has left the team: he gets no duty", agent.name),
            None => {
                let near = nearest(name, team.iter().filter(|agent| agent.active).map(|agent| agent.name.as_str()));
                let meant = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                format!("nobody in the team is called {name}: desk agent add {name}{meant}")
            }
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Ok(lines)
}
