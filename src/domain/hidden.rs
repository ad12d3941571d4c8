//! Characters that are not seen and yet do something: controls, turns of the direction of reading, blanks without width.

/// Whether the character can steer a terminal, turn the direction of reading or is not seen at all.
///
/// ```
/// use frontdesk::domain::hidden::is_hidden;
/// assert!(['\n', '\u{1b}', '\u{9b}', '\u{202e}', '\u{200b}', '\u{feff}'].into_iter().all(is_hidden));
/// assert!(!['a', 'ё', ' ', '\u{a0}', '…', '👩'].into_iter().any(is_hidden));
/// ```
#[must_use]
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// The text on one line, without what is hidden in it, with single blanks between words and none around.
///
/// ```
/// use frontdesk::domain::hidden::one_line;
/// assert_eq!(one_line(" Ann\r\nBcc:\tx\u{202e} \u{1b}[2J"), "Ann Bcc: x [2J");
/// ```
#[must_use]
pub fn one_line(text: &str) -> String {
    let seen: String = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}
