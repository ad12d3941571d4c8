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
