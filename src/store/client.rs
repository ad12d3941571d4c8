//! Clients and their domains.

use super::{Reader, Row, sql, vals};
use crate::domain::client::Client;
use crate::domain::contact::name_key;
use crate::error::Result;

fn client_of(r: &Row<'_>) -> Result<Client> {
    Ok(Client {
        id: r.int(0)?,
        handle: r.text(1)?,
        name: r.text(2)?,
        lang: r.text_or(3)?,
        plan: r.text_or(4)?,
        note: r.text(5)?,
    })
}

/// A client with what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLine {
    /// The client.
    pub client: Client,
    /// How many contacts it has.
    pub contacts: i64,
    /// How many tickets ever.
    pub tickets: i64,
    /// How many of them are in the queue.
    pub queued: i64,
    /// Worked minutes ever.
    pub minutes: i64,
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
        self.all(sql::CLIENTS, &[], |r| {
            Ok(ClientLine {
                client: client_of(r)?,
                contacts: r.int(6)?,
                tickets: r.int(7)?,
                queued: r.int(8)?,
                minutes: r.int_or(9)?.unwrap_or(0),
            })
        })
    }

    /// The handles of all clients.
    pub fn client_handles(&mut self) -> Result<Vec<String>> {
        self.all(sql::CLIENT_KEYS, &[], |r| r.text(0))
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
