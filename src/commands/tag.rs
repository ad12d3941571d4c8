//! `desk tag`: labels on tickets.

use super::args::{self, Answer};
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::error::Result;

/// Put tags on tickets
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk tag 42 billing\n  desk tag 42,45 +login +оплата")]
pub struct Tag {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// Tags, with or without +
    #[arg(required = true, value_name = "TAG")]
    tags: Vec<String>,
}

impl Tag {
    /// Tags.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        label(desk, &self.ids, &self.tags, true)
    }
}

/// Puts tags on tickets, or takes them off.
pub(super) fn label(desk: &mut Desk, ids: &str, tags: &[String], on: bool) -> Result<Answer> {
    let tags = tags.iter().map(|t| args::tag(t)).collect::<Result<Vec<_>>>()?;
    let list = tags.iter().map(|t| format!("+{t}")).collect::<Vec<_>>().join(" ");
    let (deed, done, nothing) = if on { ("tag", "tagged", "has") } else { ("untag", "untagged", "does not have") };
    each(desk, &[ids.to_owned()], deed, |tx, t| {
        let mut changed = false;
        for tag in &tags {
            changed |= ticket::set_tag(tx, t, tag, on)?;
        }
        Ok(Outcome::of(changed, format!("{done} {list}:"), format!("{nothing} {list}{}", if on { " already" } else { "" })))
    })
}
