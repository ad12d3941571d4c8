//! Shared settings and muted addresses.

use super::{Reader, Tx, sql, vals};
use crate::error::{Error, Result};
use serde_json::Value;

impl Reader<'_> {
    /// Every shared setting: key and value.
    pub fn settings(&mut self) -> Result<Vec<(String, Value)>> {
        let rows = self.all(sql::SETTINGS, &[], |r| Ok((r.text(0)?, r.text(1)?)))?;
        rows.into_iter()
            .map(|(key, text)| {
                let value = serde_json::from_str(&text)
                    .map_err(|e| Error::bug(format!("the setting {key} is unreadable")).because(e))?;
                Ok((key, value))
            })
            .collect()
    }

    /// Muted addresses and domains.
    pub fn mutes(&mut self) -> Result<Vec<String>> {
        self.all(sql::MUTES, &[], |r| r.text(0))
    }

    /// A bookmark of an agent: how far he has read the news, up to where he has seen a ticket. What is nobody's is of agent 0.
    pub fn bookmark(&mut self, agent: i64, name: &str) -> Result<Option<i64>> {
        self.first(sql::BOOKMARK_GET, vals![agent, name], |r| r.int(0))
    }
}

impl Tx<'_> {
    /// Moves a bookmark together with what is written here.
    pub fn put_bookmark(&mut self, agent: i64, name: &str, place: i64) -> Result<()> {
        self.run(sql::BOOKMARK_PUT, vals![agent, name, place]).map(drop)
    }
}
