//! Shared settings and muted addresses.

use super::{Reader, sql};
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
}
