//! `desk close`: done, with a reason.

use super::args::{self, Answer};
use super::asking::{self, Asking};
use super::deed::{Outcome, each_named};
use crate::actions::{hours, ticket};
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::ticket::Reason;
use crate::error::{Error, Result};

/// Close tickets
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk close 42
  desk close 42 -t 25m -m \"cache cleared\"      # logs 25 minutes, and a note
  desk close 42,45 --reason workaround
  desk close 42 --ask                            # a mail asks the customer how it was: 1 to 5
  desk ls -i older:30d status:pending | desk close - --reason no-reply

The note of -m is internal: it is not sent. With --ask nobody is asked more often than every 14 days;
what they answer: desk csat. To ask after each close that solves: desk config set ask_after_close true")]
pub struct Close {
    /// Numbers
    #[arg(required = true, value_name = "IDS")]
    ids: Vec<String>,
    /// A note (internal, not sent)
    #[arg(short, long = "message", value_name = "NOTE", allow_hyphen_values = true)]
    message: Option<String>,
    /// Worked time to log on it
    #[arg(short, long, value_name = "DUR")]
    time: Option<String>,
    /// solved, duplicate, spam, wontfix, workaround or no-reply
    #[arg(long, value_name = "REASON", default_value = "solved")]
    reason: String,
    #[command(flatten)]
    asking: Asking,
}

impl Close {
    /// Closes.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let reason = Reason::of(&self.reason).ok_or_else(|| {
            let known: Vec<&str> = Reason::ALL.iter().map(|r| r.word()).collect();
            Error::usage(format!("there is no reason {}", self.reason)).hint(known.join(", "))
        })?;
        let minutes = self.time.as_deref().map(duration::worked).transpose()?;
        hours::within_a_day(desk.yes, minutes)?;
        let day = desk.zone()?.date(desk.now);
        if self.message.is_some() {
            desk.notes.push("the note is internal: it was not sent".to_owned());
        }
        let yes = desk.yes;
        let named = args::tickets(desk, &self.ids)?;
        args::sure_of_many(desk, &named.tickets, "close")?;
        let surveys = self.asking.planned(desk, &named.tickets, reason)?;
        let mut asked = asking::Written::new();
        let answer = each_named(desk, &named, |tx, t| {
            asked.remove(&t.id);
            if !ticket::close(tx, t, reason)? {
                return Ok(Outcome::Closed("is closed already"));
            }
            if let Some(surveys) = &surveys {
                asked.insert(t.id, surveys.write(tx, t.id)?);
            }
            if let Some(text) = &self.message {
                ticket::note(tx, t, text)?;
            }
            let how = if reason == Reason::Solved { String::new() } else { format!(" as {}", reason.word()) };
            let Some(minutes) = minutes else {
                let colon = if how.is_empty() { "" } else { ":" };
                return Ok(Outcome::Done(format!("closed{how}{colon}")));
            };
            let text = self.message.clone().unwrap_or_default();
            let work = hours::Work { ticket: Some(t.id), client: t.client, text, ..hours::Work::of(day, minutes) };
            let entry = hours::log(tx, &work)?;
            hours::no_day_over(tx, yes, std::slice::from_ref(&entry))?;
            Ok(Outcome::Logged(format!("closed{how}, {} logged:", duration::spoken(minutes)), entry.id))
        })?;
        asking::sent(desk, &asked, answer)
    }
}
