//! Messages, their texts, files and sources. They are written once and never changed; only the ticket that shows them is.

use super::raw::{self, Packed};
use super::{Reader, Row, Tx, sql, vals};
use crate::domain::event::OperationKind;
use crate::domain::mail::Part;
use crate::domain::message::{Addressed, Attachment, Direction, Message};
use crate::domain::time::Moment;
use crate::error::{Error, Result};

/// A message to be kept.
#[derive(Debug, Clone, Default)]
pub struct NewMessage<'a> {
    /// Its id, from [`Tx::next_ids`].
    pub id: i64,
    /// The ticket that shows it at once; none where an event will say so.
    pub ticket: Option<i64>,
    /// Which way it went.
    pub direction: Option<Direction>,
    /// The agent who wrote it.
    pub agent: Option<i64>,
    /// The contact who wrote it.
    pub contact: Option<i64>,
    /// The author's name as it stands in the message.
    pub author: &'a str,
    /// The author's address as it stands in the message.
    pub email: &'a str,
    /// When it was written.
    pub at: Moment,
    /// Whether it starts or stops a clock.
    pub counts: bool,
    /// What kind of machine wrote it.
    pub automatic: Option<&'a str>,
    /// Message-ID without `<>`.
    pub message_id: Option<&'a str>,
    /// In-Reply-To without `<>`.
    pub in_reply_to: Option<&'a str>,
    /// What two copies of the same mail share.
    pub content_key: Option<&'a [u8; 32]>,
    /// The text.
    pub text: &'a str,
    /// The mail as it came.
    pub raw: Option<&'a [u8]>,
    /// What came with it.
    pub attachments: &'a [Part],
    /// To whom it was addressed.
    pub addressed: Option<&'a Addressed>,
    /// What is to be known of its sender.
    pub trust: Option<&'a str>,
    /// Distinct terms of the subject, with blanks between.
    pub subject_terms: &'a str,
    /// Distinct terms of the text and the author, with blanks between.
    pub text_terms: &'a str,
}

/// Whom a message names, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: i64,
    /// Which way it went.
    pub direction: Direction,
    /// The author's name.
    pub author: String,
    /// The author's address.
    pub email: String,
    /// To whom it was addressed; none where that was not kept.
    pub addressed: Option<Addressed>,
    /// What is to be known of its sender.
    pub trust: Option<String>,
    /// When it was written.
    pub at: Moment,
    /// Its Message-ID without `<>`.
    pub message_id: Option<String>,
    /// What kind of machine wrote it.
    pub automatic: Option<String>,
}

fn message_of(r: &Row<'_>) -> Result<(Message, i64)> {
    let message = Message {
        id: r.int(0)?,
        ticket: r.int_or(1)?,
        direction: Direction::of(&r.text(2)?).unwrap_or(Direction::Note),
        agent: r.int_or(3)?,
        contact: r.int_or(4)?,
        author: r.text(5)?,
        email: r.text(6)?,
        at: r.at(7)?,
        text: r.text(8)?,
        message_id: r.text_or(9)?,
        in_reply_to: r.text_or(10)?,
        automatic: r.text_or(11)?,
        attachments: Vec::new(),
        addressed: r.text_or(13)?.as_deref().map(Addressed::read),
        trust: r.text_or(14)?,
    };
    Ok((message, r.int(12)?))
}

/// A file with its bytes.
pub(super) fn part_of(r: &Row<'_>) -> Result<Part> {
    Ok(Part { name: r.text(0)?, media_type: r.text(1)?, content: r.blob(2)? })
}

impl Reader<'_> {
    /// The messages that a ticket shows, oldest first.
    pub fn messages(&mut self, ticket: i64) -> Result<Vec<Message>> {
        let rows = self.all(sql::MESSAGES_OF, vals![ticket], message_of)?;
        rows.into_iter().map(|(m, files)| self.with_files(m, files)).collect()
    }

    /// The message of an id.
    pub fn message(&mut self, id: i64) -> Result<Option<Message>> {
        match self.first(sql::MESSAGE_GET, vals![id], message_of)? {
            Some((m, files)) => self.with_files(m, files).map(Some),
            None => Ok(None),
        }
    }

    fn with_files(&mut self, mut m: Message, files: i64) -> Result<Message> {
        if files > 0 {
            m.attachments = self.all(sql::ATTACHMENTS_OF, vals![m.id], |r| {
                Ok(Attachment { name: r.text(1)?, media_type: r.text(2)?, bytes: r.int(3)? })
            })?;
        }
        Ok(m)
    }

    /// The mail as it came; none for what never was a mail.
    pub fn raw(&mut self, message: i64) -> Result<Option<Vec<u8>>> {
        let row = self.first(sql::RAW_GET, vals![message], |r| Ok((r.int(0)?, r.blob(1)?, r.text(2)?, r.blob(3)?)))?;
        let Some((bytes, sha, cuts, data)) = row else { return Ok(None) };
        let sha256: [u8; 32] = sha.try_into().map_err(|_| Error::refused("a mail in the store is damaged"))?;
        let bytes = usize::try_from(bytes).map_err(|_| Error::refused("a mail in the store is damaged"))?;
        let names = self.all(sql::ATTACHMENTS_OF, vals![message], |r| Ok((r.int(0)?, r.blob(4)?)))?;
        let packed = Packed { cuts, data, sha256 };
        raw::unpack(&packed, bytes, |n| {
            let sha = names.iter().find(|(i, _)| *i == n).map(|(_, sha)| sha.clone()).unwrap_or_default();
            Ok(self.first(sql::BLOB_GET, vals![sha.as_slice()], |r| r.blob(0))?.unwrap_or_default())
        })
        .map(Some)
    }

    /// Whether this mail is in the desk already.
    pub fn knows(&mut self, content_key: &[u8; 32]) -> Result<bool> {
        Ok(self.first(sql::MESSAGE_KNOWN, vals![content_key], |r| r.int(0))?.is_some())
    }

    /// The messages of a ticket that are no notes, oldest first, without their texts.
    pub fn named_in(&mut self, ticket: i64) -> Result<Vec<Named>> {
        self.all(sql::MESSAGES_NAMING, vals![ticket], |r| {
            Ok(Named {
                id: r.int(0)?,
                direction: Direction::of(&r.text(1)?).unwrap_or(Direction::Note),
                author: r.text(2)?,
                email: r.text(3)?,
                addressed: r.text_or(4)?.as_deref().map(Addressed::read),
                trust: r.text_or(5)?,
                at: r.at(6)?,
                message_id: r.text_or(7)?,
                automatic: r.text_or(8)?,
            })
        })
    }

    /// The message that this mail is.
    pub fn message_of_key(&mut self, content_key: &[u8; 32]) -> Result<Option<i64>> {
        self.first(sql::MESSAGE_KNOWN, vals![content_key], |r| r.int(0))
    }

    /// The messages of a ticket that have this Message-ID, the first one first.
    pub fn messages_named(&mut self, ticket: i64, message_id: &str) -> Result<Vec<Message>> {
        let rows = self.all(sql::MESSAGES_NAMED, vals![ticket, message_id], message_of)?;
        rows.into_iter().map(|(m, files)| self.with_files(m, files)).collect()
    }

    /// To whom a message of ours went; none where there is no such message.
    pub fn sent_message(&mut self, id: i64) -> Result<Option<Addressed>> {
        let row = self.first(sql::MESSAGE_SENT, vals![id], |r| r.text_or(0))?;
        Ok(row.map(|text| text.as_deref().map(Addressed::read).unwrap_or_default()))
    }

    /// The tickets that show these messages: message and ticket, in the order given.
    pub fn tickets_of_messages(&mut self, messages: &[i64]) -> Result<Vec<(i64, i64)>> {
        let mut pairs = Vec::with_capacity(messages.len());
        for part in messages.chunks(400) {
            let marks: Vec<String> = (1..=part.len()).map(|n| format!("?{n}")).collect();
            let text = format!(
                "SELECT id, ticket_id FROM message WHERE ticket_id IS NOT NULL AND id IN ({})",
                marks.join(", ")
            );
            let vals: Vec<super::Val<'_>> = part.iter().map(|id| (*id).into()).collect();
            let found: std::collections::HashMap<i64, i64> =
                self.all(&text, &vals, |r| Ok((r.int(0)?, r.int(1)?)))?.into_iter().collect();
            pairs.extend(part.iter().filter_map(|id| found.get(id).map(|ticket| (*id, *ticket))));
        }
        Ok(pairs)
    }

    /// When a ticket was last spoken to or answered, the given mails left aside.
    pub fn last_word(&mut self, ticket: i64, but: &[&str]) -> Result<Option<Moment>> {
        let said = self.all(sql::LAST_WORDS, vals![ticket], |r| Ok((r.at(0)?, r.text_or(1)?)))?;
        Ok(said.into_iter().find(|(_, id)| !id.as_deref().is_some_and(|id| but.contains(&id))).map(|(at, _)| at))
    }

    /// The last word in a ticket: when, and whether it is an answer of ours that was written outside of the desk.
    pub fn last_word_and_whence(&mut self, ticket: i64) -> Result<Option<(Moment, bool)>> {
        self.first(sql::LAST_WORD, vals![ticket], |r| {
            let outside = r.text(1)? == Direction::Out.word() && r.text(2)? != OperationKind::Do.word();
            Ok((r.at(0)?, outside))
        })
    }

    /// A file of a message: its name, its media type and its bytes. Files are counted from 0.
    pub fn attachment(&mut self, message: i64, n: i64) -> Result<Option<Part>> {
        self.first(sql::ATTACHMENT_GET, vals![message, n], part_of)
    }

    /// The text of a message.
    pub fn text(&mut self, message: i64) -> Result<Option<String>> {
        self.first(sql::BODY_GET, vals![message], |r| r.text(0))
    }

    /// The text of a ticket's first message.
    pub fn first_text(&mut self, ticket: i64) -> Result<Option<String>> {
        self.first(sql::FIRST_TEXT, vals![ticket], |r| r.text(0))
    }

    /// The ids of a ticket's messages in the order they are shown.
    pub fn message_ids(&mut self, ticket: i64) -> Result<Vec<i64>> {
        self.all(sql::MESSAGE_IDS, vals![ticket], |r| r.int(0))
    }
}

impl Tx<'_> {
    /// Keeps a message with everything that came with it.
    pub fn put_message(&mut self, m: &NewMessage<'_>) -> Result<()> {
        let direction = m.direction.unwrap_or(Direction::Note).word();
        let operation = self.operation;
        let files = i64::try_from(m.attachments.len()).unwrap_or(i64::MAX);
        let addressed = m.addressed.map(Addressed::text);
        self.run(
            sql::MESSAGE_ADD,
            vals![
                m.id,
                m.ticket,
                operation,
                direction,
                m.agent,
                m.contact,
                m.author,
                m.email,
                m.at,
                m.counts,
                m.automatic,
                files,
                m.message_id,
                m.in_reply_to,
                m.content_key.map(<[u8; 32]>::as_slice),
                &addressed,
                m.trust
            ],
        )?;
        self.run(sql::BODY_ADD, vals![m.id, m.text, super::seal::of_text(m.text)])?;
        for (n, part) in (0_i64..).zip(m.attachments) {
            let sha = raw::sha256(&part.content);
            let bytes = i64::try_from(part.content.len()).unwrap_or(i64::MAX);
            self.run(sql::BLOB_ADD, vals![&sha, bytes, part.content.as_slice()])?;
            self.run(sql::ATTACHMENT_ADD, vals![m.id, n, &part.name, &part.media_type, bytes, &sha])?;
        }
        if let Some(source) = m.raw {
            let contents: Vec<&[u8]> = m.attachments.iter().map(|p| p.content.as_slice()).collect();
            let packed = self.packer.pack(source, &contents)?;
            let bytes = i64::try_from(source.len()).unwrap_or(i64::MAX);
            self.run(sql::RAW_ADD, vals![m.id, bytes, &packed.sha256, &packed.cuts, packed.data.as_slice()])?;
        }
        self.index(m.id, m.subject_terms, m.text_terms, false)
    }
}
