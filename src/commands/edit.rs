//! `desk edit`: subject, sender, client, channel.

use super::args::Answer;
use super::deed::{Outcome, each};
use crate::actions::{hours, people, ticket};
use crate::desk::Desk;
use crate::error::{Error, Result};

/// Change the subject, the sender, the client or the channel
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk edit 42 --subject \"Cannot pay by card\"\n  desk edit 42 --client acme\n  desk edit 42 --client none --from \"+7 921 555-01-02\""
)]
pub struct Edit {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// A better subject
    #[arg(long, allow_hyphen_values = true)]
    subject: Option<String>,
    /// Who asks: an address, phone, handle or name
    #[arg(long, value_name = "FROM")]
    from: Option<String>,
    /// Whose ticket it is, or none
    #[arg(long)]
    client: Option<String>,
    /// How it came
    #[arg(long)]
    channel: Option<String>,
}

impl Edit {
    /// Changes.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.subject.is_none() && self.from.is_none() && self.client.is_none() && self.channel.is_none() {
            return Err(Error::usage("nothing to change is named").hint("--subject, --from, --client or --channel"));
        }
        if self.subject.as_ref().is_some_and(|s| s.trim().is_empty()) {
            return Err(Error::usage("the subject is empty"));
        }
        each(desk, &[self.ids], "edit", |tx, t| {
            let mut changed = false;
            if let Some(subject) = &self.subject {
                changed |= ticket::set(tx, t, "subject", &t.subject, subject)?;
            }
            if let Some(from) = &self.from {
                let contact = people::requester(tx, from, None)?;
                changed |= ticket::set(tx, t, "requester", &t.requester, &Some(contact.id))?;
                if self.client.is_none() && t.client.is_none() {
                    changed |= ticket::set_client(tx, t, contact.client)?;
                }
            }
            match self.client.as_deref() {
                Some("none") => changed |= ticket::set_client(tx, t, None)?,
                Some(word) => {
                    let client = people::client(tx, word)?;
                    changed |= ticket::set_client(tx, t, Some(client.id))?;
                }
                None => {}
            }
            if tx.ticket(t.id)?.is_some_and(|now| now.client != t.client) {
                hours::follow_client(tx, t.id)?;
            }
            if let Some(channel) = &self.channel {
                changed |= ticket::set(tx, t, "channel", &t.channel, &channel.to_lowercase())?;
            }
            Ok(Outcome::of(changed, "changed", "is like that already"))
        })
    }
}
