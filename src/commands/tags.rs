//! `desk tags`: the labels in use. Putting them on tickets is `tag`.

use super::args::{self, Answer};
use super::client::counted;
use crate::actions::things as deeds;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::things;

/// Tags: the labels in use
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk tags                              # every tag: tickets, of them open, last used
  desk tags rename biling billing
  desk tags merge invoice счёт --into billing
  desk tags rm tmp
  desk tag 42 billing                    # puts a tag on a ticket

JSON: tag tickets open last_at")]
pub struct Tags {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// List the tags in use
    #[command(visible_alias = "list")]
    Ls,
    /// Give a tag another name, on every ticket
    #[command(after_help = "Example:\n  desk tags rename biling billing")]
    Rename {
        /// The tag as it is
        #[arg(value_name = "TAG")]
        tag: String,
        /// As it should be
        #[arg(value_name = "NEW")]
        new: String,
    },
    /// Make one tag of several
    #[command(after_help = "Example:\n  desk tags merge invoice счёт --into billing")]
    Merge {
        /// The tags that go away
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
        /// The tag they become
        #[arg(long, value_name = "TAG")]
        into: String,
    },
    /// Take tags off every ticket
    #[command(after_help = "Example:\n  desk tags rm tmp")]
    Rm {
        /// Which
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
    },
}

impl Tags {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls) {
            Deed::Ls => {
                let lines = desk.read(|r| r.all_tags())?;
                Ok(Answer::from(things::tags(&lines)).paged())
            }
            Deed::Rename { tag, new } => {
                let (from, to) = (args::tag(&tag)?, args::tag(&new)?);
                if from != to && !desk.read(|r| r.tickets_with_tag(&to))?.is_empty() {
                    return Err(Error::refused(format!("there is a tag +{to} already"))
                        .hint(format!("two tags become one with desk tags merge {from} --into {to}")));
                }
                relabel(desk, &[from], Some(&to), "rename")
            }
            Deed::Merge { tags, into } => relabel(desk, &all(&tags)?, Some(&args::tag(&into)?), "merge"),
            Deed::Rm { tags } => relabel(desk, &all(&tags)?, None, "take off"),
        }
    }
}

fn all(words: &[String]) -> Result<Vec<String>> {
    let mut tags = words.iter().map(|w| args::tag(w)).collect::<Result<Vec<_>>>()?;
    tags.sort_unstable();
    tags.dedup();
    Ok(tags)
}

fn relabel(desk: &mut Desk, from: &[String], to: Option<&str>, deed: &str) -> Result<Answer> {
    if to.is_some_and(|to| from.iter().all(|f| f == to)) {
        return Err(Error::refused("the tag is called so already"));
    }
    let tickets = desk.read(|r| {
        let mut tickets = std::collections::BTreeSet::new();
        for tag in from {
            tickets.extend(deeds::tagged(r, tag)?);
        }
        Ok(tickets.len())
    })?;
    let list = from.iter().map(|t| format!("+{t}")).collect::<Vec<_>>().join(" ");
    let becomes = to.map(|t| format!(" → +{t}")).unwrap_or_default();
    if tickets > 5 && !desk.sure(&format!("{deed} {list}{becomes} on {tickets} tickets?"))? {
        return Err(Error::refused("nothing was changed"));
    }
    let written = desk.write(|tx| deeds::relabel(tx, from, to))?;
    let on = counted(written.value, "ticket", "tickets");
    let line = match to {
        Some(to) => format!("{list} → +{to} on {on}"),
        None => format!("took {list} off {on}"),
    };
    Ok(things::done(&[line], written.operation).into())
}
