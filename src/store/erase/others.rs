//! What others wrote stays; where it names the person, a label takes his place, and where it quotes him in a conversation in
//! which he took part, the quotation goes. A mail as it came cannot be altered so: where it names him it is dropped, and its
//! text stays. Files of others stay as they are.

use super::Erased;
use super::gather::{PAGE, Person};
use crate::domain::contact::name_key;
use crate::domain::event::value;
use crate::domain::insight::topics::Signature;
use crate::error::Result;
use crate::store::{Tx, raw, sql, vals};
use serde_json::Value;

/// Mails and files are large: so many are looked at at once.
const FEW: i64 = 20;

/// A message of somebody else.
struct Other {
    id: i64,
    ticket: Option<i64>,
    author: String,
    email: String,
    addressed: Option<String>,
    message_id: Option<String>,
    in_reply_to: Option<String>,
    text: String,
}

impl Tx<'_> {
    pub(super) fn erase_in_others(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        self.in_messages(p, done)?;
        self.in_sources(p, done)?;
        self.in_file_names(p)?;
        self.in_tickets(p, done)?;
        self.in_drafts(p, done)?;
        for (texts, set) in [
            (sql::ERASE_ENTRY_TEXTS, sql::ERASE_ENTRY_TEXT),
            (sql::ERASE_RATING_TEXTS, sql::ERASE_RATING_TEXT),
            (sql::ERASE_ANSWER_TEXTS, sql::ERASE_ANSWER_TEXT),
            (sql::ERASE_ANSWER_TITLES, sql::ERASE_ANSWER_TITLE),
            (sql::ERASE_TOPIC_NAMES, sql::ERASE_TOPIC_NAME),
            (sql::ERASE_TOPIC_PLANS, sql::ERASE_TOPIC_PLAN),
            (sql::ERASE_TOPIC_FIXES, sql::ERASE_TOPIC_FIX),
            (sql::ERASE_SOURCE_TEXTS, sql::SOURCE_TROUBLE),
        ] {
            self.in_texts(p, done, texts, |tx, id, new| tx.run(set, vals![id, new]).map(drop))?;
        }
        self.in_texts(p, done, sql::ERASE_CONTACT_TEXTS, |tx, id, new| {
            tx.run(sql::CONTACT_NAME, vals![id, new, &name_key(new)])?;
            tx.tickets_of_contact(id)?.into_iter().try_for_each(|ticket| tx.relist(ticket))
        })?;
        self.in_topics(p)?;
        self.in_urls(p)?;
        self.in_clients(p, done)?;
        self.in_origins(p, done)?;
        self.in_files(p, done)
    }

    /// A place elsewhere whose address names him is forgotten.
    fn in_urls(&mut self, p: &Person) -> Result<()> {
        let all = self.all(sql::ERASE_URLS, &[], |r| Ok((r.int(0)?, r.text(1)?)))?;
        let named = all.into_iter().filter(|(_, url)| p.traces.without(url).is_some());
        named.into_iter().try_for_each(|(ticket, url)| self.run(sql::TICKET_URL_DROP, vals![ticket, &url]).map(drop))
    }

    /// A topic is not recognised by his name.
    fn in_topics(&mut self, p: &Person) -> Result<()> {
        for topic in self.topics()? {
            let named = |(word, _): &(&str, u32)| p.traces.without(word).is_some();
            if topic
                .signatures
                .iter()
                .chain(topic.whole.iter().flatten())
                .any(|signature| signature.weights().any(|weight| named(&weight)))
            {
                let others = |signature: &Signature| {
                    let kept = signature.weights().filter(|weight| !named(weight));
                    Signature::of_weights(kept.map(|(word, weight)| (word.to_owned(), weight)))
                };
                let kept: Vec<Signature> = topic.signatures.iter().map(others).collect();
                let whole: Vec<Vec<Signature>> =
                    topic.whole.iter().map(|whole| whole.iter().map(others).collect()).collect();
                let whole = (!whole.is_empty()).then(|| value(&whole).to_string());
                self.run(sql::ERASE_TOPIC_WORDS, vals![topic.id, &value(&kept).to_string(), &whole])?;
            }
        }
        Ok(())
    }

    fn in_messages(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_TEXTS, vals![after, PAGE], |r| {
                Ok(Other {
                    id: r.int(0)?,
                    ticket: r.int_or(1)?,
                    author: r.text(2)?,
                    email: r.text(3)?,
                    addressed: r.text_or(4)?,
                    message_id: r.text_or(5)?,
                    in_reply_to: r.text_or(6)?,
                    text: r.text(7)?,
                })
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            for m in page.iter().filter(|m| !p.messages.contains_key(&m.id)) {
                self.in_message(p, m, done)?;
            }
        }
    }

    fn in_message(&mut self, p: &Person, m: &Other, done: &mut Erased) -> Result<()> {
        let without = |text: &str| p.traces.without(text);
        let answers = m.in_reply_to.as_ref().is_some_and(|id| p.message_ids.contains(id));
        let author = without(&m.author);
        let email = if p.traces.is_his(&m.email) { Some(String::new()) } else { without(&m.email) };
        let addressed = m.addressed.as_deref().and_then(|text| in_json(p, text));
        let named = without(&m.text);
        let near = p.is_in(m.ticket) || answers || named.is_some() || author.is_some() || addressed.is_some();
        let quoted = if near { p.said.without(named.as_deref().unwrap_or(&m.text)) } else { None };
        let text = quoted.or(named);
        let id = |id: &Option<String>| id.clone().filter(|id| !p.message_ids.contains(id) && !p.traces.is_named_in(id));
        let (message_id, in_reply_to) = (id(&m.message_id), id(&m.in_reply_to));
        let others = author.is_some() || email.is_some() || addressed.is_some() || text.is_some();
        if near {
            done.mails += i64::try_from(self.run(sql::ERASE_RAW, vals![m.id])?).unwrap_or(0);
        }
        if others || message_id != m.message_id || in_reply_to != m.in_reply_to {
            let author = author.as_ref().unwrap_or(&m.author);
            let email = email.as_ref().unwrap_or(&m.email);
            let addressed = addressed.as_ref().or(m.addressed.as_ref());
            self.run(sql::ERASE_MESSAGE, vals![m.id, author, email, addressed, &message_id, &in_reply_to])?;
        }
        if let Some(text) = &text {
            self.run(sql::ERASE_BODY, vals![m.id, text, super::super::seal::of_text(text)])?;
        }
        done.others += i64::from(others);
        // The index knows the words of the subject, too.
        if others || p.is_in(m.ticket) { self.index_anew(m.id) } else { Ok(()) }
    }

    /// Mails as they came whose head or parts name him although their text does not.
    fn in_sources(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_RAWS, vals![after, FEW], |r| Ok((r.int(0)?, r.int(1)?, r.blob(2)?)))?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0;
            for (id, bytes, data) in page {
                let source = raw::inflate_up_to(&data, usize::try_from(bytes).unwrap_or(0))?;
                if p.traces.is_named_in(&String::from_utf8_lossy(&source)) {
                    done.mails += i64::try_from(self.run(sql::ERASE_RAW, vals![id])?).unwrap_or(0);
                }
            }
        }
    }

    fn in_file_names(&mut self, p: &Person) -> Result<()> {
        let mut after = (i64::MIN, 0);
        loop {
            let page = self.all(sql::ERASE_FILE_NAMES, vals![after.0, after.1, PAGE], |r| {
                Ok((r.int(0)?, r.int(1)?, r.text(2)?))
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.0, last.1);
            for (message, n, name) in page {
                if let Some(new) = p.traces.without(&name) {
                    self.run(sql::ERASE_FILE_NAME, vals![message, n, &new])?;
                }
            }
        }
    }

    /// Subjects, and what else is free text of tickets.
    fn in_tickets(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_TICKETS, vals![after, PAGE], |r| {
                Ok((r.int(0)?, r.text(1)?, r.text(2)?, r.text_or(3)?))
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0;
            for (id, was, channel, once) in page {
                let named = p.traces.without(&was);
                let quoted =
                    if p.took_part.contains(&id) { p.said.without(named.as_ref().unwrap_or(&was)) } else { None };
                let subject = quoted.or(named);
                let ways = (p.traces.without(&channel), once.as_deref().filter(|k| p.traces.is_named_in(k)));
                if subject.is_none() && ways == (None, None) {
                    continue;
                }
                let key = ways.1.map(|_| format!("{}-{id}", p.traces.label())).or(once.clone());
                let (now, channel) = (subject.as_ref().unwrap_or(&was), ways.0.as_ref().unwrap_or(&channel));
                self.run(sql::ERASE_TICKET, vals![id, now, channel, &key])?;
                done.others += i64::from(subject.is_some());
                self.relist(id)?;
                for message in self.message_ids(id)? {
                    self.index_anew(message)?;
                }
            }
        }
    }

    fn in_drafts(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        self.in_texts_by(
            done,
            sql::ERASE_DRAFT_TEXTS,
            |ticket, text| {
                let mut value: Value = serde_json::from_str(text).ok()?;
                let mut changed = p.traces.without_in(&mut value);
                if p.is_in(Some(ticket)) {
                    let quoted = value.get("text").and_then(Value::as_str).and_then(|t| p.said.without(t));
                    if let (Some(quoted), Some(members)) = (quoted, value.as_object_mut()) {
                        members.insert("text".to_owned(), quoted.into());
                        changed = true;
                    }
                }
                changed.then(|| value.to_string())
            },
            |tx, ticket, new| tx.run(sql::ERASE_DRAFT_TEXT, vals![ticket, new]).map(drop),
        )
    }

    /// Texts of one column.
    fn in_texts(
        &mut self,
        p: &Person,
        done: &mut Erased,
        texts: &str,
        set: impl Fn(&mut Self, i64, &str) -> Result<()>,
    ) -> Result<()> {
        self.in_texts_by(done, texts, |_, text| p.traces.without(text), set)
    }

    fn in_texts_by(
        &mut self,
        done: &mut Erased,
        texts: &str,
        without: impl Fn(i64, &str) -> Option<String>,
        set: impl Fn(&mut Self, i64, &str) -> Result<()>,
    ) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(texts, vals![after, PAGE], |r| Ok((r.int(0)?, r.text(1)?)))?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0;
            for (id, text) in page {
                if let Some(new) = without(id, &text) {
                    set(self, id, &new)?;
                    done.others += 1;
                }
            }
        }
    }

    fn in_clients(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_CLIENT_TEXTS, vals![after, PAGE], |r| {
                Ok((r.int(0)?, r.text(1)?, r.text_or(2)?, r.text(3)?))
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0;
            for (id, name, plan, note) in page {
                let new = |text: &str| p.traces.without(text).unwrap_or_else(|| text.to_owned());
                let now = (new(&name), plan.as_deref().map(new), new(&note));
                if (&now.0, &now.1, &now.2) != (&name, &plan, &note) {
                    self.run(sql::ERASE_CLIENT_TEXT, vals![id, &now.0, &name_key(&now.0), &now.1, &now.2])?;
                    done.others += 1;
                    for ticket in self.all(sql::CLIENT_TICKETS, vals![id], |r| r.int(0))? {
                        self.relist(ticket)?;
                    }
                }
            }
        }
    }

    /// Records of imports that are about others.
    fn in_origins(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        let mut after = (String::new(), String::new(), String::new(), 0);
        loop {
            let key = vals![&after.0, &after.1, &after.2, after.3, PAGE];
            let page = self.all(sql::ERASE_ORIGINS, key, |r| {
                Ok(((r.text(0)?, r.text(1)?, r.text(2)?, r.int(3)?), r.text_or(4)?, r.int(5)?))
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0.clone();
            for ((kind, source, number, operation), record, thing) in page {
                let new = record.as_deref().and_then(|text| in_json(p, text).or_else(|| p.traces.without(text)));
                let numbered = if p.traces.is_named_in(&number) {
                    format!("{}-{thing}", p.traces.label())
                } else {
                    number.clone()
                };
                if new.is_some() || numbered != number {
                    let kept = new.as_ref().or(record.as_ref());
                    self.run(sql::ERASE_ORIGIN_SET, vals![&kind, &source, &number, operation, kept, &numbered])?;
                    done.records += 1;
                }
            }
        }
    }

    /// Files of others that name him are counted: they stay, but for those of mails that came back.
    fn in_files(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        let mut after: Vec<u8> = Vec::new();
        loop {
            let page = self.all(sql::ERASE_BLOBS, vals![after.as_slice(), FEW], |r| Ok((r.blob(0)?, r.blob(1)?)))?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.0);
            for (sha, _) in page.iter().filter(|(_, data)| p.traces.is_named_in(&String::from_utf8_lossy(data))) {
                // What came back from a mail server is our own letter to him.
                self.run(sql::ERASE_BOUNCED_FILES, vals![sha.as_slice()])?;
                let stays = self.first(sql::BLOB_OF, vals![sha.as_slice()], |r| r.int(0))?.is_some();
                done.files_left += i64::from(stays);
            }
        }
    }
}

/// A JSON text without him; none where it does not name him, or is no JSON.
fn in_json(p: &Person, text: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok().filter(|v: &Value| !v.is_string())?;
    p.traces.without_in(&mut value).then(|| value.to_string())
}
