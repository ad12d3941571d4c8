//! A member of the team.

use serde::{Deserialize, Serialize};

/// A member of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The id in the store.
    pub id: i64,
    /// The name on the command line, unique whatever its case.
    pub name: String,
    /// Mail from this address is his reply.
    pub email: Option<String>,
    /// False: no longer in the team; his deeds stay his.
    pub active: bool,
}

/// Whether two words name the same agent: case does not matter.
///
/// ```
/// assert!(frontdesk::domain::agent::same("Mila", "mila"));
/// ```
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether an agent may have this name. Words that mean somebody else for each are none: `me`, `none`, `next`.
///
/// ```
/// use frontdesk::domain::agent::is_name;
/// assert!(is_name("mila") && is_name("Мила-2"));
/// assert!(!is_name("mila p") && !is_name("me") && !is_name(""));
/// ```
#[must_use]
pub fn is_name(word: &str) -> bool {
    let letters = word.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    let short = (1..=40).contains(&word.chars().count());
    letters && short && !matches!(word, "me" | "none" | "next")
}
