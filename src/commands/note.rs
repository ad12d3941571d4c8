//! `desk note`: an internal note.

use super::args::{Answer, TextFrom};
use super::deed::{Outcome, each_logging};
use crate::actions::{hours, ticket};
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::error::{Error, Result};

/// Write an internal note: nothing is sent
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk note 42 asked the hoster, case 8812
  desk note 42,45 500 on checkout since 14:00 -t 15m
  dmesg | desk note 42 -
  desk note 42 \"what he sees\" --attach screen.png")]
pub struct Note {
    /// Numbers
    #[arg(value_name = "IDS")]
    ids: String,
    /// The text; - reads standard input
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Write it in your editor
    #[arg(short, long)]
    edit: bool,
    /// Worked time to log on it
    #[arg(short, long, value_name = "DUR")]
    time: Option<String>,
    /// The text from a file
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// A file that belongs to it; may be given several times
    #[arg(long, value_name = "FILE")]
    attach: Vec<String>,
    /// Words that are text whatever they begin with
    #[arg(last = true, value_name = "TEXT")]
    rest: Vec<String>,
}

impl Note {
    /// Writes it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let mut words = self.text;
        let stdin = words == ["-"];
        words.extend(self.rest);
        let typed = words.join(" ");
        let flag = Some(typed.as_str()).filter(|t| !t.is_empty() && !stdin);
        let bare = flag.is_none() && self.file.is_none() && !stdin;
        let from = TextFrom { flag, file: self.file.as_deref(), editor: self.edit || (bare && desk.host.can_ask()), stdin };
        let text = from.read(desk, "the note")?.filter(|t| !t.trim().is_empty());
        let text = text.ok_or_else(|| Error::usage("the note is empty").hint("desk note 42 asked the hoster"))?;
        let files = self.attach.iter().map(|path| super::args::attached(path)).collect::<Result<Vec<_>>>()?;
        let minutes = self.time.as_deref().map(duration::worked).transpose()?;
        hours::within_a_day(desk.yes, minutes)?;
        let day = desk.zone()?.date(desk.now);
        let (kept, yes) = (text.clone(), desk.yes);
        let done = each_logging(desk, &[self.ids], "note on", |tx, t| {
            ticket::note_with(tx, t, &text, &files)?;
            let Some(minutes) = minutes else { return Ok(Outcome::Done("noted on".to_owned())) };
            let text = text.lines().next().unwrap_or_default().to_owned();
            let work = hours::Work { ticket: Some(t.id), client: t.client, text, ..hours::Work::of(day, minutes) };
            let entry = hours::log(tx, &work)?;
            hours::no_day_over(tx, yes, std::slice::from_ref(&entry))?;
            Ok(Outcome::Logged("noted on".to_owned(), entry.id))
        });
        done.map_err(|e| if self.edit || bare { super::args::keep_draft(desk, &kept, e) } else { e })
    }
}
