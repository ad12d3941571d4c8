//! Which texts a spreadsheet would run as a formula, and how one that was written with a guard is read again.

use super::hidden::is_hidden;

/// Whether a spreadsheet would take the text for a formula. A text that already looks guarded counts too, so that taking
/// one guard away always gives the original.
///
/// ```
/// use frontdesk::domain::formula::is_formula;
/// assert!(is_formula("=1+1") && is_formula(" +79161234567") && is_formula("'=1"));
/// assert!(!is_formula("a=1") && !is_formula("'quoted'"));
/// ```
#[must_use]
pub fn is_formula(text: &str) -> bool {
    let seen = text.trim_start_matches(|c: char| matches!(c, ' ' | '\'') || (is_hidden(c) && !c.is_ascii()));
    seen.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

/// The text without the `'` that guards a formula; any other text as it is.
///
/// ```
/// use frontdesk::domain::formula::unguarded;
/// assert_eq!([unguarded("'=1+1"), unguarded("'quoted'"), unguarded("=1")], ["=1+1", "'quoted'", "=1"]);
/// ```
#[must_use]
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}
