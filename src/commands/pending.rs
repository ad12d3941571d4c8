//! `desk pending`: we wait for the customer.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::domain::ticket::{Standing, Status};
use crate::domain::when::{Lean, when};
use crate::error::{Error, Result};

/// Wait for the customer; his next message opens the ticket again
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk pending 42\n  desk pending 42 --until \"in 5 days\"   # then it counts as open by itself")]
pub struct Pending {
    /// Numbers
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
    /// Until then; afterwards the ticket counts as open
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
}

impl Pending {
    /// Sets it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        pause(desk, &self.ids, Status::Pending, self.until.as_deref(), None)
    }
}

/// Sets pending or hold, with an end and a note.
pub(super) fn pause(desk: &mut Desk, ids: &[String], status: Status, until: Option<&str>, note: Option<&str>) -> Result<Answer> {
    let zone = desk.zone()?;
    let until = until.map(|u| when(u, Lean::Future, desk.now, &zone)).transpose()?;
    if until.as_ref().is_some_and(|u| u.at <= desk.now) {
        return Err(Error::usage("that moment is over").hint("--until tomorrow"));
    }
    desk.notes.extend(until.as_ref().and_then(|u| u.note.clone()));
    let to = Standing { until: until.as_ref().map(|u| u.at), ..Standing::of(status) };
    let said = match &until {
        Some(u) => format!("{} until {}:", status.word(), zone.local(u.at).format("%a %Y-%m-%d %H:%M")),
        None => format!("{}:", status.word()),
    };
    if note.is_some() {
        desk.notes.push("the note is internal: it was not sent".to_owned());
    }
    each(desk, ids, &format!("set to {}", status.word()), |tx, t| {
        if t.standing.status == Status::Closed {
            return Ok(Outcome::Closed("is closed"));
        }
        let changed = ticket::stand(tx, t, to)?;
        if let (true, Some(text)) = (changed, note) {
            ticket::note(tx, t, text)?;
        }
        Ok(Outcome::of(changed, said.clone(), format!("is {} already", status.word())))
    })
}
