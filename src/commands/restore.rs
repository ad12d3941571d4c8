//! `desk restore`: the desk as a backup has it.

use super::args::Answer;
use crate::desk::Desk;
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::report::{Cell, Fact, Facts, Part, Report};
use crate::store::Place;
use crate::store::backup::{self, Replaced, Seen};
use crate::store::health::Copied;
use std::path::Path;

/// Put a backup in the place of the desk; what was there is kept beside it
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "The backup is read whole and checked before anything is touched. Then it takes the desk's place in one step: others
who have the desk open go on with it as it is then. The desk that was there is kept in a file beside it, also
where it is damaged. Mails that waited in the backup are held, for they may have left since: desk outbox.
What came by mail since then comes again with the next desk fetch, as far as the mailbox still has it.

Examples:
  desk restore ~/backups/desk-2026-11-20-183000.db
  desk restore ~/backups/desk-2026-11-20-183000.db -n      # only check it, and say what would be lost
  desk --desk ~/new.db restore ~/backups/desk-2026-11-20-183000.db"
)]
pub struct Restore {
    /// A file that desk backup made
    #[arg(value_name = "PATH")]
    path: String,
}

impl Restore {
    /// Checks, asks, replaces.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let backup = Path::new(&self.path);
        let Place::File(place) = desk.place.clone() else {
            return Err(Error::refused("this desk lives on a PostgreSQL server")
                .hint("restore it there: pg_restore; or into a file: desk --desk FILE restore BACKUP"));
        };
        let same = |a: &Path, b: &Path| std::fs::canonicalize(a).is_ok_and(|a| std::fs::canonicalize(b).is_ok_and(|b| a == b));
        if same(backup, &place) {
            return Err(Error::usage(format!("{} is the desk itself", self.path)).hint("desk restore BACKUP"));
        }
        match std::fs::metadata(backup) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::missing(format!("there is no backup {}", self.path)));
            }
            Ok(m) if m.is_dir() => {
                return Err(Error::usage(format!("{} is a folder", self.path)).hint("name one of the backups in it"));
            }
            _ => {}
        }
        if !desk.dry {
            crate::host::make_folder(place.parent().unwrap_or(Path::new(".")))?;
        }
        let drawn = backup::draw(backup, &place)?;
        let (holds, seen) = (drawn.holds, drawn.seen.clone());
        let zone = desk.host.zone(&desk.host.zone_name()).unwrap_or_else(Zone::utc);
        if desk.dry {
            let lost = lost(&seen, backup::seen(&place).as_ref(), &zone);
            return Ok(told("would be restored", &self.path, holds, None, lost).into());
        }
        if place.exists() && desk.host.can_ask() && !desk.yes {
            let lost = lost(&seen, backup::seen(&place).as_ref(), &zone).map_or(String::new(), |l| format!("{l}; "));
            if !desk.host.confirm(&format!("{lost}put {} in the place of {}?", self.path, place.display()))? {
                return Err(Error::refused("nothing was changed"));
            }
        }
        let replaced = drawn.replace(&place).map_err(|e| e.doing(format!("the desk {}", place.display())))?;
        let lost = lost(&seen, replaced.as_ref().and_then(|r| r.was.as_ref()), &zone);
        Ok(told("restored", &self.path, holds, replaced.as_ref(), lost).into())
    }
}

/// What is done in the desk that is not in the backup, in words.
fn lost(backup: &Seen, is: Option<&Seen>, zone: &Zone) -> Option<String> {
    let is = is?;
    if is.uid != backup.uid {
        return Some("the backup is of another desk".to_owned());
    }
    let (last, at) = is.last?;
    let first = backup.last.map_or(0, |(id, _)| id);
    let at = zone.local(at).format("%Y-%m-%d %H:%M");
    match last - first {
        ..=0 => None,
        1 => Some(format!("the operation of {at} is not in the backup")),
        _ => Some(format!("what was done from operation {} to {last} ({at}) is not in the backup", first + 1)),
    }
}

fn told(how: &'static str, backup: &str, holds: Copied, replaced: Option<&Replaced>, lost: Option<String>) -> Report {
    let mut rows = vec![
        Fact::new("backup", how, Cell::Text(backup.to_owned())),
        Fact::new("tickets", "tickets", Cell::Count(holds.tickets)),
        Fact::new("messages", "messages", Cell::Count(holds.messages)),
        Fact::new("operations", "operations", Cell::Count(holds.operations)),
    ];
    let mut notes: Vec<String> = lost.into_iter().collect();
    if let Some(Replaced { kept, was }) = replaced {
        let kept = kept.display().to_string();
        rows.push(Fact::new("kept", "what was there", Cell::Text(kept.clone())));
        notes.push(match was {
            Some(_) => format!("to look into what was there: desk --desk {kept} history"),
            None => "what was there could not be read; it was moved away as it is".to_owned(),
        });
    }
    Report { parts: vec![Part::Facts(Facts { rows, ..Facts::default() })], notes, ..Report::default() }
}
