//! Labels, muted addresses, and the team.

use crate::domain::agent::Agent;
use crate::domain::billing::money::Money;
use crate::domain::contact::is_address;
use crate::domain::event::{Event, Noun};
use crate::domain::nearest::nearest;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use crate::store::{Reader, Tx};

/// The tickets that carry a tag.
///
/// # Errors
/// Missing where none does, with the nearest tag.
pub fn tagged(r: &mut Reader<'_>, tag: &str) -> Result<Vec<i64>> {
    let tickets = r.tickets_with_tag(tag)?;
    if !tickets.is_empty() {
        return Ok(tickets);
    }
    let tags = r.all_tags()?;
    let near = nearest(tag, tags.iter().map(|(tag, ..)| tag.as_str()));
    Err(Error::missing(format!("no ticket is tagged +{tag}"))
        .hint(near.map_or_else(|| "desk tags".to_owned(), |n| format!("did you mean {n}?"))))
}

/// Takes tags off every ticket, and puts another in their place where one is given. How many tickets that changed.
pub fn relabel(tx: &mut Tx<'_>, from: &[String], to: Option<&str>) -> Result<usize> {
    let at = tx.at;
    let mut changed = std::collections::BTreeSet::new();
    for old in from.iter().filter(|t| Some(t.as_str()) != to) {
        for id in tagged(tx, old)? {
            let gone = Event::ticket(id, &format!("tag:{old}"), &true, &false, at).following();
            tx.apply([gone])?;
            if let Some(new) = to {
                let has = tx.tags(id)?.iter().any(|t| t == new);
                tx.apply([Event::ticket(id, &format!("tag:{new}"), &has, &true, at).following()])?;
            }
            changed.insert(id);
        }
    }
    Ok(changed.len())
}

/// What is muted, as it is kept: an address, or `@` and a mail domain.
///
/// ```
/// use frontdesk::actions::things::pattern;
/// assert_eq!(pattern("Robot@Shop.TEST").unwrap(), "robot@shop.test");
/// assert_eq!(pattern("@Shop.TEST").unwrap(), "@shop.test");
/// assert!(pattern("shop.test").is_err() && pattern("@anna").is_err());
/// ```
///
/// # Errors
/// For what is neither.
pub fn pattern(text: &str) -> Result<String> {
    let folded = text.trim().to_lowercase();
    let bad = |hint: String| Err(Error::usage(format!("{text:?} is neither an address nor @domain")).hint(hint));
    if folded.strip_prefix("id:").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
        return Ok(folded);
    }
    match folded.strip_prefix('@') {
        Some(domain) if domain.contains('.') && is_address(&format!("x@{domain}")) && !domain.contains('@') => {
            Ok(folded)
        }
        Some(_) => bad("@shop.test: everybody who writes from there".to_owned()),
        None if is_address(&folded) => Ok(folded),
        None if folded.contains('.') && is_address(&format!("x@{folded}")) => bad(format!("@{folded}")),
        None => bad("robot@shop.test or @shop.test".to_owned()),
    }
}

/// Mutes an address or a domain, or lets it be heard again. Whether anything changed.
pub fn mute(tx: &mut Tx<'_>, pattern: &str, on: bool) -> Result<bool> {
    let muted = tx.mutes()?.iter().any(|p| p == pattern);
    let at = tx.at;
    tx.apply([Event::about(Noun::Mute, 0, pattern, &muted, &on, at)])?;
    Ok(muted != on)
}

/// The member of the team with this name, also one who has left.
///
/// # Errors
/// Missing, with the nearest name.
pub fn member(tx: &mut Tx<'_>, word: &str) -> Result<Agent> {
    let me = tx.agent;
    let me = tx.agent(me)?.map(|a| a.name).unwrap_or_default();
    called(tx, word, &me)
}

/// As [`member`], for who only looks; `me` is his name.
///
/// # Errors
/// As [`member`].
pub fn called(r: &mut Reader<'_>, word: &str, me: &str) -> Result<Agent> {
    let name = word.trim_start_matches('@');
    if let Some(agent) = r.agent_named(if name == "me" { me } else { name })? {
        return Ok(agent);
    }
    let agents = r.agents()?;
    let near = nearest(name, agents.iter().map(|a| a.name.as_str()));
    Err(Error::missing(format!("there is no agent {name}"))
        .hint(near.map_or_else(|| "desk agent ls".to_owned(), |n| format!("did you mean {n}?"))))
}

/// Says what an hour of an agent costs from a day on; none: as if that had not been said. Whether anything changed.
///
/// # Errors
/// Where the desk cannot be written.
pub fn set_cost(tx: &mut Tx<'_>, agent: i64, from: Date, hour: Option<Money>) -> Result<bool> {
    let was = tx.costs()?.into_iter().find(|c| c.agent == agent && c.from == from).map(|c| c.hour);
    let at = tx.at;
    tx.apply([Event::about(Noun::Cost, agent, &from.to_string(), &was, &hour, at)])?;
    Ok(was != hour)
}

/// Adds a member of the team. Who adds himself before his first deed is added, too; who is there without an address gets it.
pub fn add_agent(tx: &mut Tx<'_>, name: &str, email: Option<&str>) -> Result<Agent> {
    let me = tx.agent;
    let name = if name == "me" { tx.agent(me)?.map(|a| a.name).unwrap_or_default() } else { name.to_owned() };
    let Some(known) = tx.agent_named(&name)? else {
        email_is_free(tx, email, None)?;
        return tx.add_agent(&name, email.map(str::to_owned));
    };
    if known.id == me && !tx.has_done_anything(me)? {
        email_is_free(tx, email, Some(me))?;
        let agent = Agent { email: email.map(str::to_owned), ..known };
        let at = tx.at;
        tx.apply([Event::about(Noun::Agent, me, "", &(), &agent, at)])?;
        set_email(tx, &Agent { email: None, ..agent.clone() }, email)?;
        return Ok(agent);
    }
    if known.active && known.email.is_none() && email.is_some() {
        set_email(tx, &known, email)?;
        return Ok(Agent { email: email.map(str::to_owned), ..known });
    }
    let hint =
        if known.active { format!("desk agent edit {name} --email …") } else { format!("desk agent on {name}") };
    Err(Error::refused(format!("there is an agent {} already", known.name)).hint(hint))
}

/// Gives an agent an address, or takes it. Whether anything changed.
pub fn set_email(tx: &mut Tx<'_>, agent: &Agent, email: Option<&str>) -> Result<bool> {
    email_is_free(tx, email, Some(agent.id))?;
    let at = tx.at;
    tx.apply([Event::about(Noun::Agent, agent.id, "email", &agent.email, &email, at)])?;
    Ok(agent.email.as_deref() != email)
}

/// Lets an agent leave the team, or come back. Whether anything changed.
pub fn set_active(tx: &mut Tx<'_>, agent: &Agent, active: bool) -> Result<bool> {
    let at = tx.at;
    tx.apply([Event::about(Noun::Agent, agent.id, "active", &agent.active, &active, at)])?;
    Ok(agent.active != active)
}

fn email_is_free(tx: &mut Tx<'_>, email: Option<&str>, but: Option<i64>) -> Result<()> {
    let Some(email) = email else { return Ok(()) };
    if !is_address(email) {
        return Err(Error::usage(format!("{email:?} is no mail address")).hint("--email ana@support.test"));
    }
    let same =
        |a: &Agent| Some(a.id) != but && a.email.as_ref().is_some_and(|e| e.to_lowercase() == email.to_lowercase());
    match tx.agents()?.into_iter().find(same) {
        Some(other) => Err(Error::refused(format!("{email} is the address of {}", other.name)).hint("desk agent ls")),
        None => Ok(()),
    }
}
