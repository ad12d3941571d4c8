//! The rows that are a person's own: himself, his tickets, the messages that are his or to him with their files and sources,
//! drafts, hours, ratings, records of imports, parked mails, the outbox. The rows stay where a figure counts them.

use super::Erased;
use super::gather::{PAGE, Person};
use crate::domain::contact::name_key;
use crate::domain::erasure::GONE;
use crate::domain::event::ERASED;
use crate::domain::message::Addressed;
use crate::error::Result;
use crate::store::bulk::Came;
use crate::store::{Tx, raw, sql, vals};
use serde_json::Value;

/// Whether the list of those whom a message names says that its text went.
pub(super) fn is_emptied(addressed: &str) -> bool {
    serde_json::from_str::<Value>(addressed).is_ok_and(|v| v.get(ERASED).is_some_and(|mark| *mark == true))
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Tx<'_> {
    pub(super) fn erase_rows(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        self.erase_himself(p, done)?;
        for ticket in &p.tickets {
            self.erase_ticket(p, *ticket, done)?;
        }
        for (message, wrote) in &p.messages {
            self.erase_message(p, *message, *wrote, done)?;
        }
        for id in &p.ids {
            done.texts += count(self.run(sql::ERASE_RATINGS, vals![0_i64, *id])?);
        }
        for ticket in &p.took_part {
            done.records += count(self.run(sql::ERASE_ORIGIN, vals![Came::Ticket.word(), *ticket])?);
        }
        self.erase_parked(p, done)?;
        self.erase_postings(p)
    }

    /// The contact stays as a shell without a name. What was muted because of his address stays out of every figure.
    fn erase_himself(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        if self.is_muted(p.id)? {
            self.run(sql::MUTE_ADD, vals![&format!("id:{}", p.id)])?;
        }
        for pattern in self.mutes()? {
            if p.traces.is_his(&pattern) {
                self.run(sql::MUTE_DROP, vals![&pattern])?;
            }
        }
        self.run(sql::POINTS_DROP, vals![p.id])?;
        let label = p.traces.label();
        self.run(sql::CONTACT_NAME, vals![p.id, label, &name_key(label)])?;
        for id in &p.ids {
            // What comes from there again is somebody new.
            done.records += count(self.run(sql::ERASE_ORIGINS_DROP, vals![Came::Contact.word(), *id])?);
        }
        Ok(())
    }

    fn erase_message(&mut self, p: &Person, id: i64, wrote: bool, done: &mut Erased) -> Result<()> {
        let Some(m) = self.message(id)? else { return Ok(()) };
        self.run(sql::ERASE_BODY, vals![id, "", super::super::seal::of_text("")])?;
        done.mails += count(self.run(sql::ERASE_RAW, vals![id])?);
        self.run(sql::ERASE_FILES, vals![id])?;
        let label = p.traces.label();
        let without = |text: &str| p.traces.without(text).unwrap_or_else(|| text.to_owned());
        let (author, email) = if wrote {
            (label.to_owned(), String::new())
        } else {
            (without(&m.author), if p.traces.is_his(&m.email) { String::new() } else { without(&m.email) })
        };
        // Those who were written to beside him go on taking part; whom he named himself is his own word.
        let left = |list: Vec<crate::domain::mail::Address>| {
            list.into_iter().filter(|a| !wrote && !p.traces.is_his(&a.email)).collect::<Vec<_>>()
        };
        let addressed = m.addressed.map(|a| Addressed { to: left(a.to), cc: left(a.cc), reply_to: left(a.reply_to) });
        let mut addressed: Value = serde_json::from_str(&addressed.unwrap_or_default().text()).unwrap_or_default();
        p.traces.without_in(&mut addressed);
        if let Some(members) = addressed.as_object_mut() {
            members.insert(ERASED.to_owned(), true.into());
        }
        let ours = m.message_id.filter(|own| !wrote && !p.traces.is_named_in(own));
        let nothing = Option::<&str>::None;
        self.run(sql::ERASE_MESSAGE, vals![id, &author, &email, &addressed.to_string(), &ours, nothing])?;
        self.index_anew(id)
    }

    fn erase_ticket(&mut self, p: &Person, id: i64, done: &mut Erased) -> Result<()> {
        self.run(sql::TICKET_SUBJECT, vals![id, GONE])?;
        self.run(sql::ERASE_THREADS, vals![id])?;
        done.texts += count(self.run(sql::ERASE_ENTRIES, vals![id])?);
        done.texts += count(self.run(sql::ERASE_RATINGS, vals![id, p.id])?);
        if let Some(draft) = self.draft(id)? {
            self.run(sql::ERASE_DRAFT_FILES, vals![draft.id])?;
            done.drafts += count(self.run(sql::DRAFT_DROP, vals![id])?);
        }
        done.records += count(self.run(sql::ERASE_ORIGIN, vals![Came::Ticket.word(), id])?);
        for entry in self.all(sql::ERASE_ENTRY_IDS, vals![id], |r| r.int(0))? {
            done.records += count(self.run(sql::ERASE_ORIGIN, vals![Came::Time.word(), entry])?);
        }
        self.relist(id)
    }

    /// Parked mails: his own go, also where nobody has decided about them; those of others that are decided do not need their
    /// source any more.
    fn erase_parked(&mut self, p: &Person, done: &mut Erased) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_PARKED, vals![after, 20_i64], |r| {
                let texts = [r.text(1)?, r.text(2)?, r.text(3)?, r.text(4)?];
                let data = if r.flag(8)? { None } else { Some(r.blob(7)?) };
                Ok((r.int(0)?, texts, r.text(5)?, r.int(6)?, data))
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0;
            for (id, [author, email, subject, reason], state, bytes, data) in page {
                let his = p.traces.is_his(&email);
                let nothing = Option::<&[u8]>::None;
                if his {
                    let state = if state == "parked" { "dropped" } else { &state };
                    self.run(sql::ERASE_PARKED_SET, vals![id, p.traces.label(), "", GONE, GONE, nothing, state])?;
                    done.parked += 1;
                    continue;
                }
                let source = match (&data, usize::try_from(bytes)) {
                    (Some(data), Ok(bytes)) => raw::inflate(data, bytes).unwrap_or_default(),
                    _ => Vec::new(),
                };
                let texts = [&author, &email, &subject, &reason];
                let named = texts.iter().any(|t| p.traces.is_named_in(t))
                    || p.traces.is_named_in(&String::from_utf8_lossy(&source));
                match (named, state.as_str()) {
                    (false, _) => {}
                    (true, "parked") => done.parked_left += 1,
                    (true, state) => {
                        let [author, email, subject, reason] =
                            texts.map(|t| p.traces.without(t).unwrap_or_else(|| t.clone()));
                        self.run(sql::ERASE_PARKED_SET, vals![id, &author, &email, &subject, &reason, nothing, state])?;
                        done.parked += 1;
                    }
                }
            }
        }
    }

    /// The outbox: to whom, and what servers said about it.
    fn erase_postings(&mut self, p: &Person) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::ERASE_POSTINGS, vals![after, PAGE], |r| {
                Ok((r.int(0)?, r.int(1)?, r.text(2)?, [r.text_or(3)?, r.text_or(4)?, r.text_or(5)?]))
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.0;
            for (id, message, recipients, said) in page {
                let to_him = p.messages.contains_key(&message);
                if !to_him
                    && !p.traces.is_named_in(&recipients)
                    && !said.iter().flatten().any(|t| p.traces.is_named_in(t))
                {
                    continue;
                }
                let label = p.traces.label();
                let line = |r: &str| if p.traces.is_his(r) { label.to_owned() } else { r.to_owned() };
                let recipients = recipients.lines().map(line).collect::<Vec<_>>().join("\n");
                let [said, refused, bounced] =
                    said.map(|t| t.map(|t| if to_him { String::new() } else { p.traces.without(&t).unwrap_or(t) }));
                self.run(sql::ERASE_POSTING, vals![id, &recipients, &said, &refused, &bounced])?;
            }
        }
    }
}
