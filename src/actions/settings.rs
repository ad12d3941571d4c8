//! Changing what all of a desk share: each setting that becomes another is one event. What keys there are and what they
//! may hold is in `settings`.

use crate::domain::event::{Event, Noun};
use crate::error::Result;
use crate::store::Tx;
use serde_json::Value;

/// A setting that became another.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its key.
    pub key: String,
    /// What was set; `null` where nothing was.
    pub from: Value,
    /// What is set; `null` brings the default back.
    pub to: Value,
}

/// Brings shared settings, checked before, to these values; settings that are not named stay.
///
/// # Errors
/// Where the desk cannot be read or written.
pub fn put(tx: &mut Tx<'_>, wanted: &[(String, Value)]) -> Result<Vec<Change>> {
    let set = tx.settings()?;
    let at = tx.at;
    let mut changes = Vec::new();
    for (key, to) in wanted {
        let from = set.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
        if from != *to {
            tx.apply([Event::about(Noun::Setting, 0, key, &from, to, at)])?;
            changes.push(Change { key: key.clone(), from, to: to.clone() });
        }
    }
    Ok(changes)
}
