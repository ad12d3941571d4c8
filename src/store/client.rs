//! Clients and their domains.

use super::{Reader, Row, Tx, apply, sql, vals};
use crate::domain::client::Client;
use crate::domain::contact::name_key;
use crate::domain::event::{Event, Noun, value};
use crate::domain::listed::ClientLine;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, HashMap};

fn client_of(r: &Row<'_>) -> Result<Client> {
    Ok(Client {
        id: r.int(0)?,
        handle: r.text(1)?,
        name: r.text(2)?,
        lang: r.text_or(3)?,
        plan: r.text_or(4)?,
        note: r.text(5)?,
        details: r.text_or(6)?.map(|text| json(&text)).transpose()?.unwrap_or_default(),
        vip: r.int_or(7)? == Some(1),
    })
}

fn json(text: &str) -> Result<BTreeMap<String, String>> {
    serde_json::from_str(text).map_err(|e| Error::bug("the details of a client are unreadable").because(e))
}

/// The details of a client as they are kept; nothing where there are none.
pub(super) fn kept_details(client: &Client) -> Option<String> {
    (!client.details.is_empty()).then(|| value(&client.details).to_string())
}

/// The mark of a client as it is kept; nothing where it has none.
pub(super) fn kept_vip(client: &Client) -> Option<i64> {
    client.vip.then_some(1)
}

/// A line without the tickets in the queue and the hours, which are walked apart.
fn line_of(r: &Row<'_>) -> Result<ClientLine> {
    Ok(ClientLine {
        client: client_of(r)?,
        contacts: r.int(8)?,
        tickets: r.int(9)?,
        domains: r.text_or(10)?.map(|d| d.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
        queued: 0,
        minutes: 0,
    })
}

impl Reader<'_> {
    /// The client with this id.
    pub fn client(&mut self, id: i64) -> Result<Option<Client>> {
        self.first(sql::CLIENT_BY_ID, vals![id], client_of)
    }

    /// The client that a word means: its handle, else one of its domains, else its full name when only one has it.
    pub fn client_called(&mut self, word: &str) -> Result<Option<Client>> {
        let key = word.to_lowercase();
        if let Some(c) = self.first(sql::CLIENT_BY_KEY, vals![&key], client_of)? {
            return Ok(Some(c));
        }
        if let Some(c) = self.client_of_domain(&key)? {
            return Ok(Some(c));
        }
        let mut named = self.all(sql::CLIENT_BY_NAME, vals![&name_key(word)], client_of)?;
        Ok(if named.len() == 1 { named.pop() } else { None })
    }

    /// The client that a mail domain belongs to.
    pub fn client_of_domain(&mut self, domain: &str) -> Result<Option<Client>> {
        self.first(sql::CLIENT_BY_DOMAIN, vals![domain], client_of)
    }

    /// Every client with what hangs on it, by handle.
    pub fn clients(&mut self) -> Result<Vec<ClientLine>> {
        let queues = self.by_client(sql::CLIENT_QUEUES)?;
        let hours = self.by_client(sql::CLIENT_HOURS)?;
        let mut lines = self.all(sql::CLIENTS, &[], line_of)?;
        for line in &mut lines {
            line.queued = queues.get(&line.client.id).copied().unwrap_or(0);
            line.minutes = hours.get(&line.client.id).copied().unwrap_or(0);
        }
        Ok(lines)
    }

    fn by_client(&mut self, text: &str) -> Result<HashMap<i64, i64>> {
        Ok(self.all(text, &[], |r| Ok((r.int(0)?, r.int(1)?)))?.into_iter().collect())
    }

    /// A client with what hangs on it.
    pub fn client_line(&mut self, id: i64) -> Result<Option<ClientLine>> {
        let queued = self.number(sql::CLIENT_QUEUE, vals![id])?;
        let minutes = self.number(sql::CLIENT_HOUR, vals![id])?;
        let line = self.first(sql::CLIENT_LINE, vals![id], line_of)?;
        Ok(line.map(|line| ClientLine { queued, minutes, ..line }))
    }

    /// The client of this handle, whatever its case.
    pub fn client_of_handle(&mut self, handle: &str) -> Result<Option<Client>> {
        self.first(sql::CLIENT_BY_KEY, vals![&handle.to_lowercase()], client_of)
    }

    /// Minutes worked for a client on the days from `first` to `last`, both included.
    pub fn client_minutes(&mut self, client: i64, first: Date, last: Date) -> Result<i64> {
        self.number(sql::CLIENT_MINUTES, vals![client, &first.to_string(), &last.to_string()])
    }

    /// Every word that finds a client: handles, names, domains.
    pub fn client_words(&mut self) -> Result<Vec<String>> {
        let rows = self.all(sql::CLIENT_WORDS, &[], |r| Ok([Some(r.text(0)?), Some(r.text(1)?), r.text_or(2)?]))?;
        let mut words: Vec<String> = rows.into_iter().flatten().flatten().filter(|w| !w.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        Ok(words)
    }

    /// The handles of all clients.
    pub fn client_handles(&mut self) -> Result<Vec<String>> {
        self.all(sql::CLIENT_KEYS, &[], |r| r.text(0))
    }

    /// The clients who go before others at equal need.
    pub fn vips(&mut self) -> Result<Vec<i64>> {
        self.all(sql::CLIENT_VIPS, &[], |r| r.int(0))
    }

    /// The domains of a client.
    pub fn domains(&mut self, client: i64) -> Result<Vec<String>> {
        self.all(sql::DOMAINS, vals![client], |r| r.text(0))
    }

    /// The tickets of a client.
    pub fn tickets_of_client(&mut self, client: i64) -> Result<Vec<i64>> {
        self.all(sql::CLIENT_TICKETS, vals![client], |r| r.int(0))
    }

    /// The time entries of a client.
    pub fn entries_of_client(&mut self, client: i64) -> Result<Vec<i64>> {
        self.all(sql::CLIENT_ENTRIES, vals![client], |r| r.int(0))
    }
}

impl Tx<'_> {
    /// Keeps a new client that began in an operation.
    pub(super) fn add_client(&mut self, c: &Client, operation: i64) -> Result<()> {
        let (key, name_key) = (c.handle.to_lowercase(), name_key(&c.name));
        let (details, vip) = (kept_details(c), kept_vip(c));
        let vals =
            vals![c.id, operation, &c.handle, &key, &c.name, &name_key, &c.lang, &c.plan, &c.note, &details, vip];
        self.run(sql::CLIENT_ADD, vals).map(drop)
    }

    /// The event that ends a client on which nothing hangs any more.
    pub fn end_of_client(&mut self, client: &Client) -> Result<Event> {
        let operation = self.number(sql::CLIENT_OPERATION, vals![client.id])?;
        let mut was = value(client);
        if let Some(members) = was.as_object_mut() {
            members.insert(apply::BEGAN_IN.to_owned(), operation.into());
        }
        Ok(Event::about(Noun::Client, client.id, "", &was, &(), self.at))
    }
}
