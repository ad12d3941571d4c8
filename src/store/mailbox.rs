//! Mailboxes that mail is fetched from: folders, what was seen in each of them and what became of it, who is at work on it
//! just now, and mails that were parked. None of this is anybody's deed: only the tickets and messages that come of it are.

use super::{Reader, Row, Tx, raw, sql, vals};
use crate::domain::time::Moment;
use crate::error::{Error, Result};

/// A folder that mail is fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Its id in the store.
    pub id: i64,
    /// What tells it apart: server, name and folder, or the path.
    pub place: String,
    /// The name of the mailbox in the settings.
    pub mailbox: String,
    /// The folder.
    pub folder: String,
    /// The epoch in which its marks count: the UIDVALIDITY of a server.
    pub epoch: i64,
    /// What it looked like when everything in it was seen: on a server the mark up to which that is so, else whatever a
    /// look tells.
    pub stamp: Option<String>,
    /// When everything in it was seen last.
    pub fetched_at: Option<Moment>,
    /// Why the last attempt failed.
    pub trouble: Option<String>,
    /// Who is fetching from it just now, and until when that is believed.
    pub held: Option<(String, Moment)>,
}

/// What became of a mail of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It stands in a ticket.
    Ticket,
    /// A machine wrote it: recorded, and nobody is asked.
    Automatic,
    /// The desk had it already.
    Duplicate,
    /// It was put aside, for a reason.
    Parked,
    /// Older than what the mailbox is read from.
    Skipped,
}

impl Outcome {
    /// The word kept with the mail.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Ticket => "ticket",
            Outcome::Automatic => "automatic",
            Outcome::Duplicate => "duplicate",
            Outcome::Parked => "parked",
            Outcome::Skipped => "skipped",
        }
    }

    fn of(word: &str) -> Outcome {
        match word {
            "ticket" => Outcome::Ticket,
            "automatic" => Outcome::Automatic,
            "duplicate" => Outcome::Duplicate,
            "parked" => Outcome::Parked,
            _ => Outcome::Skipped,
        }
    }
}

/// What was seen in a mailbox, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<'a> {
    /// The folder.
    pub source: i64,
    /// The epoch.
    pub epoch: i64,
    /// The mail in it. Marks of a server are UIDs of ten digits, so that they sort.
    pub mark: &'a str,
    /// What became of it.
    pub outcome: Outcome,
    /// The message it is, or is a copy of.
    pub message: Option<i64>,
    /// Where it was parked.
    pub parked: Option<i64>,
}

/// A mail that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Its number.
    pub id: i64,
    /// The mailbox it came from.
    pub mailbox: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
    /// The author's name.
    pub author: String,
    /// The author's address.
    pub email: String,
    /// The subject.
    pub subject: String,
    /// Its length in bytes.
    pub bytes: i64,
    /// `parked`, `taken` or `dropped`.
    pub state: String,
}

/// A mail to be put aside.
#[derive(Debug, Clone, Default)]
pub struct NewParked<'a> {
    /// The folder it came from.
    pub source: i64,
    /// Why.
    pub reason: &'a str,
    /// The author's name.
    pub author: &'a str,
    /// The author's address.
    pub email: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// Its length in bytes, also where it was left on the server.
    pub bytes: i64,
    /// The mail; none where it was too large to be taken.
    pub raw: Option<&'a [u8]>,
}

fn source_of(r: &Row<'_>) -> Result<Source> {
    Ok(Source {
        id: r.int(0)?,
        place: r.text(1)?,
        mailbox: r.text(2)?,
        folder: r.text(3)?,
        epoch: r.int(4)?,
        stamp: r.text_or(5)?,
        fetched_at: r.at_or(6)?,
        trouble: r.text_or(7)?,
        held: r.text_or(8)?.zip(r.at_or(9)?),
    })
}

fn parked_of(r: &Row<'_>) -> Result<Parked> {
    Ok(Parked {
        id: r.int(0)?,
        mailbox: r.text(1)?,
        at: r.at(2)?,
        reason: r.text(3)?,
        author: r.text(4)?,
        email: r.text(5)?,
        subject: r.text(6)?,
        bytes: r.int(7)?,
        state: r.text(8)?,
    })
}

impl Reader<'_> {
    /// The folder at a place.
    pub fn source(&mut self, place: &str) -> Result<Option<Source>> {
        self.first(sql::SOURCE_GET, vals![place], source_of)
    }

    /// Every folder that was ever fetched from.
    pub fn sources(&mut self) -> Result<Vec<Source>> {
        self.all(sql::SOURCES, &[], source_of)
    }

    /// What became of a mail of a folder; none where it was never seen.
    pub fn seen(&mut self, source: i64, epoch: i64, mark: &str) -> Result<Option<Outcome>> {
        self.first(sql::SEEN_GET, vals![source, epoch, mark], |r| Ok(Outcome::of(&r.text(0)?)))
    }

    /// Everything seen in an epoch of a folder after a mark: mark, what became of it, whether it was moved away.
    pub fn marks(&mut self, source: i64, epoch: i64, after: &str) -> Result<Vec<(String, Outcome, bool)>> {
        self.all(sql::SEEN_MARKS, vals![source, epoch, after], |r| {
            Ok((r.text(0)?, Outcome::of(&r.text(1)?), r.flag(2)?))
        })
    }

    /// What became of each mail of an epoch of a folder; those that are said to stand in a ticket do so.
    pub fn accounted(&mut self, source: i64, epoch: i64) -> Result<Vec<(String, Outcome)>> {
        self.all(sql::SEEN_ACCOUNTED, vals![source, epoch], |r| Ok((r.text(0)?, Outcome::of(&r.text(1)?))))
    }

    /// Mails that wait for a decision.
    pub fn parked(&mut self) -> Result<Vec<Parked>> {
        self.all(sql::PARKED_WAITING, &[], parked_of)
    }

    /// How many mails wait for a decision.
    pub fn parked_count(&mut self) -> Result<i64> {
        self.number(sql::PARKED_COUNT, &[])
    }

    /// A parked mail by its number.
    pub fn parked_mail(&mut self, id: i64) -> Result<Option<Parked>> {
        self.first(sql::PARKED_GET, vals![id], parked_of)
    }

    /// The bytes of a parked mail; none where it was left on the server.
    pub fn parked_raw(&mut self, id: i64) -> Result<Option<Vec<u8>>> {
        let Some((bytes, data)) = self.first(sql::PARKED_RAW, vals![id], |r| Ok((r.int(0)?, r.blob(1)?)))? else {
            return Ok(None);
        };
        let bytes = usize::try_from(bytes).map_err(|_| Error::refused("a parked mail in the store is damaged"))?;
        raw::inflate(&data, bytes).map(Some)
    }

    /// The subjects of the tickets that mail of an address has opened after one instant and up to another.
    pub fn opened_by_mail(&mut self, email: &str, after: Moment, up_to: Moment) -> Result<Vec<String>> {
        self.all(sql::NEW_FROM, vals![email, after, up_to], |r| r.text(0))
    }
}

impl Tx<'_> {
    /// The folder at a place, in this epoch; made where it is new. What was seen in an older epoch counts no more.
    pub fn source_in(&mut self, place: &str, mailbox: &str, folder: &str, epoch: i64) -> Result<Source> {
        let known = match self.source(place)? {
            Some(known) => known,
            None => {
                let id = self.next_ids(1)?;
                self.run(sql::SOURCE_ADD, vals![id, place, mailbox, folder, epoch])?;
                self.source(place)?.ok_or_else(|| Error::bug("a new source is not there"))?
            }
        };
        if (known.epoch, known.mailbox.as_str(), known.folder.as_str()) == (epoch, mailbox, folder) {
            return Ok(known);
        }
        self.run(sql::SOURCE_EPOCH, vals![known.id, epoch, mailbox, folder])?;
        let stamp = known.stamp.filter(|_| known.epoch == epoch);
        Ok(Source { epoch, mailbox: mailbox.to_owned(), folder: folder.to_owned(), stamp, ..known })
    }

    /// Makes the folder that a dry run looks at for the first time, under the id 0.
    pub fn imagine_source(&mut self, s: &Source) -> Result<()> {
        self.run(sql::SOURCE_ADD, vals![0_i64, &s.place, &s.mailbox, &s.folder, s.epoch]).map(drop)
    }

    /// Takes the folder for `holder` until an instant. False where somebody else has it whose time is not over; `dead` is
    /// a holder known to be gone.
    pub fn hold_source(&mut self, source: i64, holder: &str, until: Moment, dead: &str) -> Result<bool> {
        let now = self.at;
        Ok(self.run(sql::SOURCE_HOLD, vals![source, holder, until, dead, now])? > 0)
    }

    /// Lets the folder go.
    pub fn free_source(&mut self, source: i64, holder: &str) -> Result<()> {
        self.run(sql::SOURCE_FREE, vals![source, holder]).map(drop)
    }

    /// Everything in the folder has been seen.
    pub fn source_fetched(&mut self, source: i64, stamp: Option<&str>) -> Result<()> {
        let now = self.at;
        self.run(sql::SOURCE_FETCHED, vals![source, now, stamp]).map(drop)
    }

    /// The attempt to read the folder failed.
    pub fn source_trouble(&mut self, source: i64, trouble: &str) -> Result<()> {
        self.run(sql::SOURCE_TROUBLE, vals![source, trouble]).map(drop)
    }

    /// Notes what became of a mail. False where somebody was faster: then nothing of this write may be kept.
    pub fn see(&mut self, s: &Seen<'_>) -> Result<bool> {
        let now = self.at;
        let new = self.first(
            sql::SEEN_ADD,
            vals![s.source, s.epoch, s.mark, now, s.outcome.word(), s.message, s.parked],
            |r| r.int(0),
        )?;
        Ok(new.is_some())
    }

    /// The mail was moved away from the folder.
    pub fn seen_moved(&mut self, source: i64, epoch: i64, mark: &str) -> Result<()> {
        self.run(sql::SEEN_MOVED, vals![source, epoch, mark]).map(drop)
    }

    /// Puts a mail aside; its number.
    pub fn park(&mut self, p: &NewParked<'_>) -> Result<i64> {
        let (id, at) = (self.next_ids(1)?, self.at);
        let packed = p.raw.map(raw::deflate).transpose()?;
        self.run(
            sql::PARKED_ADD,
            vals![id, p.source, at, p.reason, p.author, p.email, p.subject, p.bytes, packed.as_deref()],
        )?;
        Ok(id)
    }

    /// A parked mail was taken after all: the message it became.
    pub fn parked_became(&mut self, id: i64, outcome: Outcome, message: i64) -> Result<()> {
        self.run(sql::SEEN_PARKED, vals![id, outcome.word(), message]).map(drop)
    }
}
