//! What is written before it is sent: a draft of an answer on a ticket, and answers that are saved to be used again.

use super::mail::Address;
use super::time::Moment;
use serde::{Deserialize, Serialize};

/// A saved answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its id in the store.
    pub id: i64,
    /// A short word.
    pub name: String,
    /// Its language, where it has one: `en`, `ru`.
    pub lang: Option<String>,
    /// What customers read above it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Its tags, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it is an article for customers, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub article: bool,
    /// The text with its fields.
    pub text: String,
}

/// An answer that waits for another's eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id: its files are kept under it.
    pub id: i64,
    /// Who wrote it.
    pub agent: i64,
    /// When.
    pub at: Moment,
    /// The text.
    pub text: String,
    /// Recipients that were named: To, as (name, address).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<(String, String)>,
    /// Recipients that were named: Cc.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<(String, String)>,
    /// Nobody but To gets it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// Whether it quotes the mail that it answers; none: as the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<bool>,
    /// The status the ticket gets when it is sent: `pending` or `closed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
}

/// Addresses as drafts keep them.
#[must_use]
pub fn pairs(list: &[Address]) -> Vec<(String, String)> {
    list.iter().map(|a| (a.name.clone(), a.email.clone())).collect()
}

/// Addresses as drafts keep them, back.
#[must_use]
pub fn addresses(list: &[(String, String)]) -> Vec<Address> {
    list.iter().map(|(name, email)| Address { name: name.clone(), email: email.clone() }).collect()
}
