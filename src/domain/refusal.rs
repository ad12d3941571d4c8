//! What the desk refuses, and the way out of it. Display is one lower-case sentence that quotes the user's own word;
//! exit codes are in `error`.

use std::fmt;

/// A refusal.
///
/// ```
/// use frontdesk::domain::billing::duration::worked;
/// let no = worked("45").unwrap_err();
/// assert_eq!(no.to_string(), r#"cannot read "45" as a duration"#);
/// assert_eq!(no.hint().as_deref(), Some("45m or 45h?"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A text that is not what was asked for.
    Unreadable {
        /// The noun it should have been: `duration`, `date`, `period`.
        what: &'static str,
        /// As typed.
        text: String,
        /// What to write instead.
        hint: String,
    },
    /// A text that reads well and means nothing: 2026-02-30, 25:00, a period that ends before it begins.
    Impossible {
        /// As typed.
        text: String,
        /// Why: the end of the sentence `"2026-02-30" is impossible: …`.
        why: String,
        /// What to write instead.
        hint: String,
    },
    /// A `key:` that no query has.
    UnknownKey {
        /// The whole word as typed.
        word: String,
        /// The key, without the colon.
        key: String,
        /// The known key it looks like.
        near: Option<&'static str>,
        /// Every known key, for the hint.
        known: &'static [&'static str],
    },
    /// A `key:value` whose value is none of the few that exist.
    UnknownValue {
        /// The key, without the colon.
        key: String,
        /// The value as typed.
        value: String,
        /// The values that exist.
        known: Vec<&'static str>,
    },
    /// A word of a query that cannot be used like this.
    Misused {
        /// As typed.
        word: String,
        /// Why: the end of the sentence `"not:" …`.
        why: &'static str,
        /// What to write instead.
        hint: String,
    },
}

impl Refusal {
    /// The way out: what to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Refusal::Unreadable { hint, .. } | Refusal::Impossible { hint, .. } | Refusal::Misused { hint, .. } => {
                hint.clone()
            }
            Refusal::UnknownKey { near: Some(near), word, key, .. } => {
                let value = word.split_once(':').map_or("", |(_, value)| value);
                let value = if word.starts_with(key.as_str()) { value } else { "…" };
                format!("{near}:{}? To look for it as text: desk find", short(value))
            }
            Refusal::UnknownKey { near: None, known, .. } => {
                format!("known keys: {}. To look for it as text: desk find", known.join(" "))
            }
            Refusal::UnknownValue { key, value, known } => {
                let list = known.join(", ");
                match super::nearest::nearest(value, known.iter().copied()) {
                    Some(near) => format!("{key}:{near}? It may be: {list}"),
                    None => format!("it may be: {list}"),
                }
            }
        };
        (!hint.is_empty()).then_some(hint)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Unreadable { what, text, .. } => write!(f, "cannot read \"{}\" as a {what}", short(text)),
            Refusal::Impossible { text, why, .. } => write!(f, "\"{}\" is impossible: {why}", short(text)),
            Refusal::UnknownKey { word, key, .. } if word.len() > key.len() + 1 => {
                write!(f, "unknown key \"{}:\" in \"{}\"", short(key), short(word))
            }
            Refusal::UnknownKey { key, .. } => write!(f, "unknown key \"{}:\"", short(key)),
            Refusal::UnknownValue { key, value, .. } => {
                write!(f, "unknown value \"{}\" of \"{}:\"", short(value), short(key))
            }
            Refusal::Misused { word, why, .. } => write!(f, "\"{}\" {why}", short(word)),
        }
    }
}

impl std::error::Error for Refusal {}

/// The user's word, held to a length that fits into a sentence.
fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_is_quoted_short() {
        let text = "ж".repeat(5000);
        let no = Refusal::Unreadable { what: "date", text, hint: String::new() };
        assert!(no.to_string().chars().count() < 120);
        assert_eq!(no.hint(), None);
    }

    #[test]
    fn an_unknown_value_names_the_nearest_and_all_known_ones() {
        let no = Refusal::UnknownValue { key: "prio".into(), value: "hihg".into(), known: vec!["low", "high"] };
        assert_eq!(no.to_string(), r#"unknown value "hihg" of "prio:""#);
        assert_eq!(no.hint().as_deref(), Some("prio:high? It may be: low, high"));
    }
}
