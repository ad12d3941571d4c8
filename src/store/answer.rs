//! Drafts of answers, one a ticket, and saved answers.

use super::message::part_of;
use super::{Reader, Row, Tx, raw, sql, vals};
use crate::domain::answer::{Answer, Draft};
use crate::domain::mail::Part;
use crate::domain::time::Moment;
use crate::error::{Error, Result};

fn answer_of(r: &Row<'_>) -> Result<Answer> {
    Ok(Answer {
        id: r.int(0)?,
        name: r.text(1)?,
        lang: r.text_or(2)?,
        title: r.text_or(4)?.unwrap_or_default(),
        tags: r.text_or(5)?.map(|tags| tags.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
        article: r.int_or(6)? == Some(1),
        text: r.text(3)?,
    })
}

impl Reader<'_> {
    /// The draft on a ticket.
    pub fn draft(&mut self, ticket: i64) -> Result<Option<Draft>> {
        let Some(text) = self.first(sql::DRAFT_GET, vals![ticket], |r| r.text(0))? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|e| Error::bug("a draft is unreadable").because(e))
    }

    /// Every draft: ticket, agent, when, the ticket's subject; oldest first.
    pub fn drafts(&mut self) -> Result<Vec<(i64, i64, Moment, String)>> {
        self.all(sql::DRAFTS, &[], |r| Ok((r.int(0)?, r.int(1)?, r.at(2)?, r.text(3)?)))
    }

    /// The files of a draft.
    pub fn draft_files(&mut self, draft: i64) -> Result<Vec<Part>> {
        self.all(sql::DRAFT_FILES, vals![draft], part_of)
    }

    /// The saved answer of a name, however it is capitalised.
    pub fn answer(&mut self, name: &str) -> Result<Option<Answer>> {
        self.first(sql::ANSWER_BY_KEY, vals![&name.to_lowercase()], answer_of)
    }

    /// Every saved answer, by name.
    pub fn answers(&mut self) -> Result<Vec<Answer>> {
        self.all(sql::ANSWERS, &[], answer_of)
    }

    /// How often saved answers were used in replies that stand, and when last: id, number, instant.
    pub fn answer_uses(&mut self) -> Result<Vec<(i64, i64, Moment)>> {
        self.all(sql::ANSWER_USES, &[], |r| Ok((r.int(0)?, r.int(1)?, r.at(2)?)))
    }

    /// The saved answers that were used in replies to a ticket, oldest first.
    pub fn answers_used(&mut self, ticket: i64) -> Result<Vec<i64>> {
        self.all(sql::ANSWER_USES_OF, vals![ticket], |r| r.int(0))
    }
}

impl Tx<'_> {
    /// Notes which saved answer a message was made of.
    pub fn note_answer_use(&mut self, message: i64, answer: i64) -> Result<()> {
        self.run(sql::ANSWER_USE_ADD, vals![message, answer]).map(drop)
    }

    /// Keeps the files of a draft; they stay, so that a draft that was taken back can return.
    pub fn put_draft_files(&mut self, draft: i64, files: &[Part]) -> Result<()> {
        for (n, part) in (0_i64..).zip(files) {
            let sha = raw::sha256(&part.content);
            let bytes = i64::try_from(part.content.len()).unwrap_or(i64::MAX);
            self.run(sql::BLOB_ADD, vals![&sha, bytes, part.content.as_slice()])?;
            self.run(sql::DRAFT_FILE_ADD, vals![draft, n, &part.name, &part.media_type, bytes, &sha])?;
        }
        Ok(())
    }

    pub(super) fn draft_becomes(&mut self, ticket: i64, draft: Option<&Draft>) -> Result<()> {
        match draft {
            Some(d) => {
                let value = crate::domain::event::value(d).to_string();
                self.run(sql::DRAFT_PUT, vals![ticket, d.id, d.agent, d.at, &value]).map(drop)
            }
            None => self.run(sql::DRAFT_DROP, vals![ticket]).map(drop),
        }
    }

    pub(super) fn answer_becomes(&mut self, id: i64, answer: Option<&Answer>) -> Result<()> {
        let Some(a) = answer else { return self.run(sql::ANSWER_DROP, vals![id]).map(drop) };
        if self.answer(&a.name)?.is_some_and(|other| other.id != id) {
            return Err(Error::refused(format!("another answer is called {} by now", a.name)).hint("desk answer ls"));
        }
        let title = Some(a.title.as_str()).filter(|title| !title.is_empty());
        let tags = (!a.tags.is_empty()).then(|| a.tags.join(" "));
        let article = a.article.then_some(1_i64);
        let key = a.name.to_lowercase();
        self.run(sql::ANSWER_PUT, vals![id, &a.name, &key, &a.lang, &a.text, title, &tags, article]).map(drop)
    }
}
