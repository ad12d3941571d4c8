//! The outbox: mails that leave the desk. A mail is put into it by the same write that makes its message; what happens on the
//! way is bookkeeping. A mail is claimed before it leaves, so a crash in between is seen and never a second mail.

use super::{Reader, Row, Tx, sql, vals};
use crate::domain::time::Moment;
use crate::error::{Error, Result};

/// Where a mail of the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It leaves at the next occasion.
    Waiting,
    /// Somebody is sending it just now.
    Sending,
    /// The server has taken it.
    Sent,
    /// It may have left: the connection or the program broke while it was being sent.
    Unknown,
    /// It did not leave, and is not tried again by itself.
    Held,
    /// It does not leave.
    Discarded,
}

impl State {
    /// Whether the mail has left, or may have.
    #[must_use]
    pub fn has_left(self) -> bool {
        matches!(self, State::Sent | State::Unknown | State::Sending)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sending => "sending",
            State::Sent => "sent",
            State::Unknown => "unknown",
            State::Held => "held",
            State::Discarded => "discarded",
        }
    }

    /// The state of a word.
    pub(super) fn of(word: &str) -> State {
        match word {
            "waiting" => State::Waiting,
            "sending" => State::Sending,
            "sent" => State::Sent,
            "unknown" => State::Unknown,
            "held" => State::Held,
            _ => State::Discarded,
        }
    }
}

/// A mail of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its number.
    pub id: i64,
    /// The message that it is.
    pub message: i64,
    /// The ticket it was written on.
    pub ticket: i64,
    /// Where it stands.
    pub state: State,
    /// A receipt or another mail that no person wrote.
    pub automatic: bool,
    /// The sender of the envelope.
    pub sender: String,
    /// The recipients of the envelope.
    pub recipients: Vec<String>,
    /// When it was written.
    pub made_at: Moment,
    /// When its state changed last.
    pub changed_at: Moment,
    /// When it is tried next.
    pub next_at: Moment,
    /// How often it was tried.
    pub attempts: i64,
    /// What the server said last, or why it failed.
    pub said: Option<String>,
    /// Recipients that the server refused, and why, one a line.
    pub refused: Option<String>,
    /// A copy lies in the Sent folder.
    pub copied: bool,
    /// Why it came back, and when.
    pub bounced: Option<(String, Moment)>,
    /// Who wrote it.
    pub author: String,
    /// Its Message-ID without `<>`.
    pub message_id: Option<String>,
    /// The subject of the ticket.
    pub subject: Option<String>,
}

/// What becomes of a mail after an attempt.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    /// Where it stands now.
    pub state: State,
    /// When it is tried next.
    pub next_at: Moment,
    /// What the server said, or why it failed.
    pub said: &'a str,
    /// Recipients that the server refused, one a line.
    pub refused: Option<&'a str>,
}

/// How many mails stand where: waiting, being sent, unknown, held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// They leave at the next occasion.
    pub waiting: i64,
    /// Being sent just now.
    pub sending: i64,
    /// They may have left.
    pub unknown: i64,
    /// Not tried again by themselves.
    pub held: i64,
}

fn posting_of(r: &Row<'_>) -> Result<Posting> {
    Ok(Posting {
        id: r.int(0)?,
        message: r.int(1)?,
        ticket: r.int(2)?,
        state: State::of(&r.text(3)?),
        automatic: r.flag(4)?,
        sender: r.text(5)?,
        recipients: lines(&r.text(6)?),
        made_at: r.at(7)?,
        changed_at: r.at(8)?,
        next_at: r.at(9)?,
        attempts: r.int(10)?,
        said: r.text_or(11)?,
        refused: r.text_or(12)?,
        copied: r.flag(13)?,
        bounced: r.text_or(14)?.zip(r.at_or(15)?),
        author: r.text(16)?,
        message_id: r.text_or(17)?,
        subject: r.text_or(18)?,
    })
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

impl Reader<'_> {
    /// A mail of the outbox by its number.
    pub fn posting(&mut self, id: i64) -> Result<Option<Posting>> {
        self.first(sql::POSTING_GET, vals![id], posting_of)
    }

    /// The mail that a message is.
    pub fn posting_of_message(&mut self, message: i64) -> Result<Option<Posting>> {
        self.first(sql::POSTING_OF_MESSAGE, vals![message], posting_of)
    }

    /// Every mail that has neither left nor been discarded, oldest first.
    pub fn unsent(&mut self) -> Result<Vec<Posting>> {
        self.all(sql::POSTINGS_UNSENT, &[], posting_of)
    }

    /// The mails written on a ticket.
    pub fn postings_of_ticket(&mut self, ticket: i64) -> Result<Vec<Posting>> {
        self.all(sql::POSTINGS_OF_TICKET, vals![ticket], posting_of)
    }

    /// The mails among the messages that a ticket shows.
    pub fn postings_shown(&mut self, ticket: i64) -> Result<Vec<Posting>> {
        self.all(sql::POSTINGS_SHOWN, vals![ticket], posting_of)
    }

    /// The latest mails, whatever became of them, newest first.
    pub fn postings_lately(&mut self, most: i64) -> Result<Vec<Posting>> {
        self.all(sql::POSTINGS_LATELY, vals![most], posting_of)
    }

    /// Mails that came back, on tickets that are not closed and were not answered since.
    pub fn bounced(&mut self) -> Result<Vec<Posting>> {
        self.all(sql::POSTINGS_BOUNCED, &[], posting_of)
    }

    /// How many mails stand where.
    pub fn outbox_counts(&mut self) -> Result<Counts> {
        let mut counts = Counts::default();
        for (state, n) in self.all(sql::POSTING_COUNTS, &[], |r| Ok((State::of(&r.text(0)?), r.int(1)?)))? {
            match state {
                State::Waiting => counts.waiting = n,
                State::Sending => counts.sending = n,
                State::Unknown => counts.unknown = n,
                State::Held => counts.held = n,
                State::Sent | State::Discarded => {}
            }
        }
        Ok(counts)
    }

    /// Mails that somebody is sending just now: number, who, since when.
    pub fn being_sent(&mut self) -> Result<Vec<(i64, String, Moment)>> {
        self.all(sql::POSTING_HOLDERS, &[], |r| Ok((r.int(0)?, r.text_or(1)?.unwrap_or_default(), r.at(2)?)))
    }

    /// Automatic mails made after an instant, questions for a rating left out: ticket, recipients, when.
    pub fn automatic_postings(&mut self, after: Moment) -> Result<Vec<(i64, Vec<String>, Moment)>> {
        self.all(sql::POSTINGS_AUTOMATIC, vals![after], |r| Ok((r.int(0)?, lines(&r.text(1)?), r.at(2)?)))
    }
}

impl Reader<'_> {
    /// Questions for a rating made after an instant, those left out that did not leave and will not.
    pub fn questions(&mut self, after: Moment) -> Result<Vec<Posting>> {
        self.all(sql::POSTINGS_ASKING, vals![after], posting_of)
    }

    /// Whether a message is a question for a rating.
    pub fn is_question(&mut self, message: i64) -> Result<bool> {
        Ok(self.number(sql::MESSAGE_ASKS, vals![message])? > 0)
    }
}

impl Tx<'_> {
    /// Puts the mail that a message is into the outbox; its number. An event about its `state` makes it a deed.
    pub fn put_posting(
        &mut self,
        message: i64,
        ticket: i64,
        automatic: bool,
        sender: &str,
        recipients: &[String],
    ) -> Result<i64> {
        let (id, now) = (self.next_ids(1)?, self.at);
        let recipients = recipients.join("\n");
        self.run(sql::POSTING_ADD, vals![id, message, ticket, automatic, sender, &recipients, now])?;
        Ok(id)
    }

    /// Takes a mail for sending, before anything leaves. False where it is not there to be sent.
    pub fn claim_posting(&mut self, id: i64, holder: &str) -> Result<bool> {
        let now = self.at;
        Ok(self.run(sql::POSTING_CLAIM, vals![id, holder, now])? > 0)
    }

    /// Puts a mail away that is not to leave any more, and says why.
    pub fn drop_posting(&mut self, id: i64, why: &str) -> Result<()> {
        let now = self.at;
        self.run(sql::POSTING_DROP, vals![id, now, why]).map(drop)
    }

    /// Notes what became of a mail that `holder` has claimed.
    pub fn settle_posting(&mut self, id: i64, holder: &str, s: &Settled<'_>) -> Result<()> {
        let now = self.at;
        self.run(sql::POSTING_SETTLE, vals![id, s.state.word(), now, s.next_at, s.said, s.refused, holder]).map(drop)
    }

    /// A mail whose sender is gone may have left.
    pub fn posting_lost(&mut self, id: i64, holder: &str, why: &str) -> Result<()> {
        let now = self.at;
        self.run(sql::POSTING_LOST, vals![id, now, holder, why]).map(drop)
    }

    /// A copy of a mail that may have left was found: it has left.
    pub fn posting_seen(&mut self, id: i64) -> Result<()> {
        let now = self.at;
        self.run(sql::POSTING_SEEN, vals![id, now]).map(drop)
    }

    /// A copy lies in the Sent folder.
    pub fn posting_copied(&mut self, id: i64) -> Result<()> {
        self.run(sql::POSTING_COPIED, vals![id]).map(drop)
    }

    /// The mail that a message is came back.
    pub fn posting_bounced(&mut self, message: i64, why: &str, at: Moment) -> Result<()> {
        self.run(sql::POSTING_BOUNCED, vals![message, why, at]).map(drop)
    }

    /// What an event says of a mail: discarded, or back and held, so that nothing leaves unasked; what may have left stays
    /// unknown. An answer that surely never left answers nobody, so it stops no clock.
    pub(super) fn posting_becomes(&mut self, id: i64, was: State, is: State) -> Result<()> {
        let now = self.at;
        let back = if is == State::Unknown { State::Unknown } else { State::Held };
        let changed = match is {
            State::Discarded => self.run(sql::POSTING_DISCARD, vals![id, now])?,
            _ => self.run(sql::POSTING_BACK, vals![id, now, back.word()])?,
        };
        if is == State::Discarded && changed == 0 {
            let ticket = self.posting(id)?.map_or(0, |p| p.ticket);
            return Err(Error::refused(format!("the mail to ticket {ticket} has left: it cannot be called back"))
                .hint(format!("desk reply {ticket} sends another")));
        }
        if changed > 0 && was != State::Unknown {
            self.run(sql::POSTING_ANSWERS, vals![id, is != State::Discarded])?;
        }
        if let Some(message) = self.posting(id)?.map(|p| p.message) {
            let shown_in = self.message(message)?.and_then(|m| m.ticket);
            self.touched.extend(shown_in);
        }
        Ok(())
    }
}
