//! Erasing a person: who is none, and what is left beside the desk.

use crate::domain::address::{fold, is_own};
use crate::domain::contact::{Contact, Point, PointKind};
use crate::domain::erasure::Traces;
use crate::error::{Error, Result};
use crate::store::Reader;

/// Whether a contact may be erased.
///
/// # Errors
/// Refused where an address of his is the desk's own or an agent's, or a shared setting names one.
pub fn may_erase(r: &mut Reader<'_>, contact: &Contact, own: &[String]) -> Result<()> {
    let points = r.points(contact.id)?;
    let agents = r.agents()?;
    for email in points.iter().filter(|p| p.kind == PointKind::Email) {
        let address = &email.value;
        if is_own(address, own) {
            return Err(Error::refused(format!("{address} is an address of ours, and nobody's own"))
                .hint("desk config get addresses"));
        }
        let agent = agents.iter().find(|a| a.email.as_deref().is_some_and(|known| fold(known) == fold(address)));
        if let Some(agent) = agent {
            return Err(Error::refused(format!("{address} is the address of the agent {}", agent.name))
                .hint(format!("if that is over: desk agent edit {} --email none", agent.name)));
        }
    }
    in_no_setting(r, &points)
}

/// A setting is nobody's text: it is changed by whoever set it.
fn in_no_setting(r: &mut Reader<'_>, points: &[Point]) -> Result<()> {
    let traces = Traces::of("", points, &[], |_| false);
    let named = r.settings()?.into_iter().find(|(_, value)| traces.is_named_in(&value.to_string()));
    match named {
        Some((key, _)) => Err(Error::refused(format!("the setting {key} names him"))
            .hint(format!("change it first: desk config set {key} …"))),
        None => Ok(()),
    }
}
