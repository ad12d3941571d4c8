//! Titles («Original Message», «Пересылаемое сообщение») and header blocks (From, Sent, To, Subject) that stand
//! over a mail repeated below without quote marks.

use super::lines::Line;
use super::marks;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static ORIGINAL: LazyLock<HashSet<&str>> = LazyLock::new(|| marks::ORIGINAL.iter().copied().collect());
static FORWARDED: LazyLock<HashSet<&str>> = LazyLock::new(|| marks::FORWARDED.iter().copied().collect());
static HEADERS: LazyLock<HashMap<&str, u8>> = LazyLock::new(|| {
    marks::HEADERS.iter().flat_map(|(role, names)| names.iter().map(move |name| (*name, *role))).collect()
});

/// What a title announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Title {
    /// A mail that is answered.
    Original,
    /// A mail that is passed on.
    Forwarded,
}

const LONGEST_TITLE: usize = 200;

/// The title that `body` is; `below` is the next line that says something.
pub(super) fn title(body: &str, below: Option<&str>) -> Option<Title> {
    if body.len() > LONGEST_TITLE || body.len() < 6 {
        return None;
    }
    let ornament = |c: char| "-_=*#~<>[]|─—– ".contains(c);
    let inner = body.trim_matches(ornament);
    let ornate = body.len() >= inner.len() + 4;
    let named = inner.ends_with([':', '：']);
    let over_headers = below.is_some_and(|b| header(b).is_some());
    if !(ornate || named || over_headers) {
        return None;
    }
    let lower = inner.trim_end_matches([':', '：']).trim_end().to_lowercase();
    if FORWARDED.contains(lower.as_str()) {
        return Some(Title::Forwarded);
    }
    if ORIGINAL.contains(lower.as_str()) && (ornate || over_headers) {
        return Some(Title::Original);
    }
    if ornate && lower.starts_with("forwarded by ") {
        return Some(Title::Forwarded);
    }
    let asks = ornate && lower.len() >= 14 && marks::REPLY_ABOVE.iter().any(|phrase| lower.contains(phrase));
    asks.then_some(Title::Original)
}

/// The colon behind a header's name stands among the first so many characters.
const LONGEST_NAME: usize = 30;

/// What a header line says, as one of the roles of `marks`.
fn header(body: &str) -> Option<u8> {
    let bare = body.trim_start_matches(['*', '_', ' ']);
    // Most lines have no colon so early, which is seen without telling their characters apart.
    let early = bare.as_bytes().get(..4 * LONGEST_NAME).unwrap_or(bare.as_bytes());
    if !early.contains(&b':') && !early.contains(&b'\xef') {
        return None;
    }
    let colon = bare.char_indices().take(LONGEST_NAME).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    let name = bare.get(..colon)?.trim_end_matches(['*', '_', ' ', '\u{a0}']);
    HEADERS.get(name.to_lowercase().as_str()).copied()
}

/// True for the name of a header that names the author: «from», «от».
pub(super) fn names_author(word: &str) -> bool {
    HEADERS.get(word) == Some(&marks::FROM)
}

/// How many lines of a block are read, so that hostile input costs no more than honest one.
const LONGEST_BLOCK: usize = 24;

/// The line after the header lines that begin at `start`, and whether they are the head of a mail.
///
/// A head has an author, a date or a recipient and one more header, or an address or a date that shows what they are.
/// Long headers may go on in lines of their own, and blank lines may stand between headers.
pub(super) fn block(lines: &[Line<'_>], start: usize) -> Option<(usize, bool)> {
    let first = lines.get(start)?;
    header(first.body)?;
    let mut roles = 0_u8;
    let mut telling = false;
    let mut end = start;
    for (i, line) in lines.iter().enumerate().skip(start).take(LONGEST_BLOCK) {
        if line.depth != first.depth {
            break;
        }
        if line.body.is_empty() {
            continue;
        }
        if let Some(role) = header(line.body) {
            roles |= role;
            telling |=
                line.body.contains('@') || (role == marks::DATE && line.body.bytes().any(|b| b.is_ascii_digit()));
        } else if i != end || !goes_on(line, lines.get(i + 1)) {
            break;
        }
        end = i + 1;
    }
    let enough = match roles.count_ones() {
        0 | 1 => false,
        2 => telling,
        _ => true,
    };
    // A form on a site has an author and a subject too, but neither a date nor a recipient.
    let mail = roles & marks::FROM != 0 && roles & (marks::DATE | marks::TO) != 0;
    Some((end, mail && enough))
}

/// True for a line in which the header above goes on: indented, with more addresses, or with a header right below.
fn goes_on(line: &Line<'_>, below: Option<&Line<'_>>) -> bool {
    line.raw.starts_with([' ', '\t'])
        || line.body.contains(['@', ';'])
        || below.is_some_and(|below| below.depth == line.depth && header(below.body).is_some())
}
