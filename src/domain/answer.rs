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
    /// The saved answer that it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<i64>,
}

impl Answer {
    /// What it is headed with: its title, else its name.
    #[must_use]
    pub fn heading(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }
}

/// A reply as a saved answer: where the customer is called by name stands a field again, where the ticket is called by its
/// number, too. What would be read as a field is kept as it was written.
///
/// ```
/// use frontdesk::domain::answer::with_fields;
/// let text = "Здравствуйте, Анна!\nПо заявке #42 возврат 42 рубля. Annabel, {{x}}";
/// assert_eq!(
///     with_fields(text, "Анна Петрова", 42),
///     "Здравствуйте, {{first_name}}!\nПо заявке #{{ticket}} возврат 42 рубля. Annabel, {{ '{{' }}x}}"
/// );
/// assert_eq!(with_fields("Dear Ann Smith, ticket 7:", "Ann Smith", 7), "Dear {{name}}, ticket {{ticket}}:");
/// ```
#[must_use]
pub fn with_fields(text: &str, name: &str, ticket: i64) -> String {
    let literal = |mark: &str| format!("{{{{ '{mark}' }}}}");
    let mut text = text.to_owned();
    // One pass, so that what stands for a mark is not taken for one.
    let mut kept = String::with_capacity(text.len());
    while let Some((at, mark)) = ["{{", "{%", "{#"].iter().filter_map(|m| Some((text.find(m)?, *m))).min() {
        kept.push_str(text.get(..at).unwrap_or_default());
        kept.push_str(&literal(mark));
        text = text.get(at + mark.len()..).unwrap_or_default().to_owned();
    }
    kept.push_str(&text);
    let first = name.split_whitespace().next().unwrap_or_default();
    let named = whole_words(&kept, name.trim(), "{{name}}", |_| true);
    let named = if first.chars().count() > 1 { whole_words(&named, first, "{{first_name}}", |_| true) } else { named };
    whole_words(&named, &ticket.to_string(), "{{ticket}}", calls_a_ticket)
}

/// The text with `field` wherever `word` stands alone and `fits` says yes to what stands before it.
fn whole_words(text: &str, word: &str, field: &str, fits: impl Fn(&str) -> bool) -> String {
    if word.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let after = from.get(word.len()..).unwrap_or_default();
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let alone = !joins(out.chars().next_back()) && !joins(after.chars().next());
        let put = if alone && !out.ends_with("{{") && fits(&out) { field } else { word };
        out.push_str(put);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a number after these words is that of a ticket.
fn calls_a_ticket(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\u{a0}']);
    if before.ends_with(['#', '№']) {
        return true;
    }
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    ["ticket", "request", "case", "тикет", "заявк", "обращени", "запрос"].iter().any(|known| word.starts_with(known))
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
