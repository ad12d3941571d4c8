//! `desk due`: what was promised by voice.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::domain::when::{Lean, when};
use crate::error::Result;

/// Note what you promised by voice: past it the ticket is late
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk due 42 tomorrow 15:00\n  desk due 42 пт\n  desk due 42 none")]
pub struct Due {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// tomorrow, fri 12:00, in 2h, 25.11, 2026-11-25 14:00, or none
    #[arg(required = true, value_name = "WHEN")]
    when: Vec<String>,
}

impl Due {
    /// Sets it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let text = self.when.join(" ");
        let zone = desk.zone()?;
        let at = if text == "none" { None } else { Some(when(&text, Lean::Future, desk.now, &zone)?) };
        let said = match &at {
            Some(at) => format!("due {}:", zone.local(at.at).format("%a %Y-%m-%d %H:%M")),
            None => "no promise on".to_owned(),
        };
        desk.notes.extend(at.as_ref().and_then(|a| a.note.clone()));
        let to = at.map(|a| a.at);
        each(desk, &[self.ids], "promise", |tx, t| {
            Ok(Outcome::of(ticket::set(tx, t, "due_at", &t.due_at, &to)?, said.clone(), "has that promise already"))
        })
    }
}
