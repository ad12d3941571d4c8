//! What customers say of how they were served. Which of it makes a figure stands in `insight::metrics`.

use super::time::Moment;
use serde::{Deserialize, Serialize};

/// On which scale a customer rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Satisfaction, 1 to 5; where a source knows only good and bad: 5 and 1.
    Csat,
    /// Would he recommend us, 0 to 10.
    Nps,
}

impl Scale {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Scale::Csat => "csat",
            Scale::Nps => "nps",
        }
    }

    /// The scale that a word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Scale> {
        [Scale::Csat, Scale::Nps].into_iter().find(|scale| scale.word() == word)
    }

    /// Whether a score is on it.
    ///
    /// ```
    /// use frontdesk::domain::rating::Scale;
    /// assert!(Scale::Csat.holds(5) && Scale::Nps.holds(0) && !Scale::Csat.holds(0));
    /// ```
    #[must_use]
    pub fn holds(self, score: i64) -> bool {
        match self {
            Scale::Csat => (1..=5).contains(&score),
            Scale::Nps => (0..=10).contains(&score),
        }
    }
}

/// What a customer said of how he was served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Its id in the store.
    pub id: i64,
    /// Of which ticket; none: of everything.
    pub ticket: Option<i64>,
    /// Who; nobody knows: none.
    pub contact: Option<i64>,
    /// The message in which he said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<i64>,
    /// On which scale.
    pub scale: Scale,
    /// The score on it.
    pub score: i64,
    /// What he wrote with it.
    pub comment: String,
    /// When.
    pub at: Moment,
}

/// A rating with the names that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// What was said.
    pub rating: Rating,
    /// The client's handle: of the ticket, else of who said it.
    pub client: Option<String>,
    /// Who said it.
    pub name: Option<String>,
    /// The subject of the ticket.
    pub subject: Option<String>,
}
