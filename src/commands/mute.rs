//! `desk mute`: recorded, never in the queue nor in any figure.

use super::args::Answer;
use crate::actions::things as deeds;
use crate::desk::Desk;
use crate::domain::nearest::nearest;
use crate::error::{Error, Result};
use crate::report::things;
use crate::store::Tx;

/// Mute an address or a domain: what comes is kept, and out of the queue and every figure
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk mute robot@shop.test
  desk mute @shop.test          # everybody who writes from there
  desk mute                     # what is muted, and how many tickets that hides
  desk unmute @shop.test        # past tickets come back, too

JSON of the list: pattern tickets")]
pub struct Mute {
    /// An address, or @ and a domain; none: what is muted
    #[arg(value_name = "ADDRESS|@DOMAIN")]
    patterns: Vec<String>,
}

impl Mute {
    /// Mutes, or lists.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.patterns.is_empty() {
            let lines = desk.read(|r| r.muted_patterns())?;
            return Ok(Answer::from(things::mutes(&lines)).paged());
        }
        set(desk, &self.patterns, true)
    }
}

/// Mutes, or lets be heard again.
pub(super) fn set(desk: &mut Desk, words: &[String], on: bool) -> Result<Answer> {
    let patterns = words.iter().map(|w| deeds::pattern(w)).collect::<Result<Vec<_>>>()?;
    if on && desk.host.can_ask() && desk.exists()? {
        let tickets = desk.read(|r| {
            let mut tickets = std::collections::BTreeSet::new();
            for pattern in &patterns {
                tickets.extend(r.tickets_of_pattern(pattern)?);
            }
            Ok(tickets.len())
        })?;
        if tickets > 5 && !desk.sure(&format!("hide {tickets} tickets of {}?", patterns.join(", ")))? {
            return Err(Error::refused("nothing was changed"));
        }
    }
    let written = desk.write(|tx| patterns.iter().map(|p| one(tx, p, on)).collect::<Result<Vec<_>>>())?;
    Ok(things::done(&written.value, written.operation).into())
}

fn one(tx: &mut Tx<'_>, pattern: &str, on: bool) -> Result<String> {
    let before = tx.muted_tickets()?;
    if !deeds::mute(tx, pattern, on)? {
        if on {
            return Err(Error::refused(format!("{pattern} is muted already")).hint("desk mute"));
        }
        let muted = tx.mutes()?;
        let near = nearest(pattern, muted.iter().map(String::as_str));
        return Err(Error::missing(format!("{pattern} is not muted"))
            .hint(near.map_or_else(|| "desk mute".to_owned(), |n| format!("did you mean {n}?"))));
    }
    tx.bring_up_to_date()?;
    let tickets = match (tx.muted_tickets()? - before).abs() {
        1 => "1 ticket".to_owned(),
        n => format!("{n} tickets"),
    };
    Ok(if on { format!("muted {pattern}: {tickets} hidden") } else { format!("unmuted {pattern}: {tickets} back") })
}
