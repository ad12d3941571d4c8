//! The lines of a mail: where each stands, how deep it is quoted, what it says without the quote marks.

/// One line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where the next one begins.
    pub to: usize,
    /// Without its end, otherwise as written.
    pub raw: &'a str,
    /// How many quote marks open it.
    pub depth: usize,
    /// Without quote marks and without space around.
    pub body: &'a str,
    /// Whether a digit stands in it.
    pub digit: bool,
    /// Whether an `@` does.
    pub at: bool,
}

/// Splits at LF, CR LF and CR; the lines cover the text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut from = 0;
    while from < bytes.len() {
        let rest = bytes.get(from..).unwrap_or_default();
        let length = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        let ending = match rest.get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        let raw = text.get(from..from + length).unwrap_or_default();
        let (depth, body) = unquote(raw);
        // All bytes are looked at, many at once.
        let digit = body.bytes().fold(false, |digit, b| digit | b.is_ascii_digit());
        let at = body.as_bytes().contains(&b'@');
        lines.push(Line { from, to: from + length + ending, raw, depth, body, digit, at });
        from += length + ending;
    }
    lines
}

/// Initials before a quote mark have at most so many bytes.
const LONGEST_INITIALS: usize = 12;

/// Space, or a mark that shows nothing; U+1427 is what mail trackers leave behind.
fn unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{1427}')
}

/// Without anything unseen at both ends.
pub(super) fn trim(s: &str) -> &str {
    s.trim_matches(unseen)
}

fn unquote(raw: &str) -> (usize, &str) {
    let mut rest = trim(raw);
    let mut depth = 0;
    while let Some(inner) = rest.strip_prefix('>').or_else(|| rest.strip_prefix("&gt;")) {
        depth += 1;
        rest = inner.trim_start_matches(unseen);
    }
    if depth == 0 {
        // Some programs put the initials of the author before the mark: `AB> text`, `МО> text`.
        let (initials, inner) = rest.split_at(rest.find('>').filter(|n| *n <= LONGEST_INITIALS).unwrap_or(0));
        let capitals =
            !initials.is_empty() && initials.chars().count() <= 3 && initials.chars().all(char::is_uppercase);
        let inner = inner.strip_prefix('>').filter(|_| capitals);
        if let Some(inner) = inner.filter(|inner| inner.is_empty() || inner.starts_with(' ')) {
            return (1, trim(inner));
        }
    }
    (depth, rest)
}

/// The character a line consists of, when it is a rule: three or more of the same, or two underscores.
pub(super) fn rule(body: &str) -> Option<char> {
    let mut chars = body.chars();
    let first = chars.next().filter(|c| "-_=*#~─━—–".contains(*c))?;
    let mut count = 1;
    for c in chars {
        if c != first {
            return None;
        }
        count += 1;
    }
    (count >= 3 || (count == 2 && first == '_')).then_some(first)
}

/// True for the line that parts the signature from the text: `-- ` and what programs made of it.
pub(super) fn parts_signature(body: &str) -> bool {
    matches!(body, "--" | "—" | "–" | "- -" | "––")
}
