//! The line over a quote that says who wrote what follows and when; it may be wrapped over several lines.

use super::lines::Line;
use super::{headers, marks};
use std::collections::HashSet;
use std::sync::LazyLock;

static WROTE: LazyLock<HashSet<&str>> = LazyLock::new(|| marks::WROTE.iter().copied().collect());

/// An attribution is at most so many lines and bytes.
const MOST_LINES: usize = 5;
const MOST_BYTES: usize = 600;

/// What stands below a line that may be an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    /// A quoted line, maybe after blank ones.
    Quote,
    /// Anything else, after a blank line.
    Gap,
    /// Anything else.
    Text,
}

/// The first line of the attribution whose last line is `end`.
///
/// Of all beginnings with which the text reads as an attribution the nearest that opens with a date wins, else the
/// nearest.
pub(super) fn start(lines: &[Line<'_>], end: usize, below: Below) -> Option<usize> {
    let last = lines.get(end)?;
    // Most lines are none, which is seen without reading them: without a digit, an address or a quote below. What ends with a
    // verb needs an address or a quote.
    let near = || lines.get(..=end).unwrap_or_default().iter().rev().take(MOST_LINES);
    let near = || near().filter(|line| line.body.len() <= MOST_BYTES);
    let addressed = below == Below::Quote || near().any(|line| line.at);
    if !addressed && !near().any(|line| line.digit) {
        return None;
    }
    let ending = Ending::of(last.body, addressed)?;
    let torn = is_torn(lines, end);
    let depth = if torn { last.depth.saturating_sub(1) } else { last.depth };
    let mut joined = String::new();
    let mut best: Option<(Opening, usize)> = None;
    // What the nearest beginning found so far leaves out.
    let mut above = String::new();
    for i in (0..=end).rev().take(MOST_LINES) {
        let line = lines.get(i)?;
        if line.body.is_empty() && line.depth == depth && joined.starts_with('<') {
            // Between the name and the address HTML turned into text may leave a gap.
            continue;
        }
        let apart = i != end && (line.depth != depth || closes(line.body));
        if apart || line.body.is_empty() || joined.len() + line.body.len() > MOST_BYTES {
            break;
        }
        let lower = if torn && i == end { format!(">{}", line.body.to_lowercase()) } else { line.body.to_lowercase() };
        let opening = Opening::of(&lower);
        if best.is_some() {
            above = format!("{lower} {above}");
        }
        joined = if joined.is_empty() { lower } else { format!("{lower} {joined}") };
        let goes_on = opening == Opening::Words && line.body.ends_with(',');
        let better = best.is_none_or(|(rank, _)| {
            (opening > rank || (opening == rank && goes_on)) && (has_date(&above) || opening == Opening::Day)
        });
        if better && !(torn && i == end) && reads_as_attribution(&joined, ending, opening, below) {
            best = Some((opening, i));
            above.clear();
        }
        if matches!(best, Some((Opening::Day, _))) {
            break;
        }
    }
    best.map(|(_, i)| i)
}

/// A program that wraps `<address>` may leave its `>` at the head of the last line, where it looks like a quote.
pub(super) fn is_torn(lines: &[Line<'_>], end: usize) -> bool {
    let (Some(last), Some(above)) = (lines.get(end), end.checked_sub(1).and_then(|i| lines.get(i))) else {
        return false;
    };
    let open = || above.body.rfind('<') > above.body.rfind('>');
    let says_who = |body: &str| body.ends_with([':', '：']) && verb(&body.to_lowercase()).is_some();
    last.depth == above.depth + 1
        && !above.body.is_empty()
        && last.body.len() < 40
        && (open() || (last.body.starts_with(char::is_lowercase) && says_who(last.body)))
}

/// True for a line that ends a sentence or an attribution of its own.
fn closes(body: &str) -> bool {
    body.ends_with([':', '：', '!', '?', '…']) || body.ends_with("...")
}

/// How the last line closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Colon,
    /// `wrote ----`
    Ornament,
    /// `<address>`
    Address,
    Word,
}

impl Ending {
    /// That of a line; `verb`: it may be one.
    fn of(body: &str, verb: bool) -> Option<Ending> {
        if body.len() > MOST_BYTES {
            return None;
        }
        let bare = body.trim_end_matches(['*', '_', '-', ' ', '\u{a0}']);
        let last = bare.chars().next_back()?;
        match last {
            ':' | '：' => Some(Ending::Colon),
            _ if body.ends_with("--") => Some(Ending::Ornament),
            '>' | ')' | ']' if bare.contains('@') => Some(Ending::Address),
            _ if bare.contains("GMT") || (verb && ends_with_verb(bare)) => Some(Ending::Word),
            _ => None,
        }
    }
}

fn ends_with_verb(bare: &str) -> bool {
    bare.split_whitespace().next_back().is_some_and(|word| word.len() < 40 && verb(&word.to_lowercase()).is_some())
}

/// How a line opens, the surest sign of an attribution last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Opening {
    Other,
    /// With a figure.
    Digits,
    /// With a word that leads a date, a figure somewhere behind it: «On 20 Nov».
    Words,
    /// With a day of the week: «On Tue», «пт, 20».
    Day,
}

impl Opening {
    fn of(lower: &str) -> Opening {
        let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
        if bare.starts_with(|c: char| c.is_ascii_digit()) {
            return Opening::Digits;
        }
        let mut words = bare.split_whitespace();
        let (Some(first), second) = (words.next(), words.next().unwrap_or_default()) else { return Opening::Other };
        let digits = bare.bytes().any(|b| b.is_ascii_digit());
        let short = |word: &str| marks::SHORT_DAYS.contains(&word.trim_end_matches(['.', ',']));
        let full = |word: &str| marks::DAYS.iter().any(|day| word.starts_with(day));
        let figure = second.starts_with(|c: char| c.is_ascii_digit());
        // Scripts without spaces write the lead and the date as one word.
        let lead = marks::DATE_LEADS.contains(&first) || (digits && first.starts_with(['在', '於', '于', 'ב']));
        match () {
            () if lead && (short(second) || full(second)) => Opening::Day,
            () if (digits && full(first)) || (figure && short(first)) => Opening::Day,
            () if digits && lead => Opening::Words,
            () => Opening::Other,
        }
    }
}

/// What stands before and after the last "wrote".
fn verb(lower: &str) -> Option<(&str, &str)> {
    let mut found = None;
    let mut from = None;
    let ends = lower.char_indices().map(|(i, c)| (i, c.is_alphabetic())).chain([(lower.len(), false)]);
    for (i, letter) in ends {
        match (letter, from) {
            (true, None) => from = Some(i),
            (false, Some(start)) => {
                if lower.get(start..i).is_some_and(|word| WROTE.contains(word)) {
                    found = Some((start, i));
                }
                from = None;
            }
            _ => {}
        }
    }
    let within = || {
        let hit = |phrase: &&str| lower.rfind(*phrase).map(|i| (i, i + phrase.len()));
        marks::WROTE_WITHIN.iter().filter_map(hit).max()
    };
    // None of them is written in Latin, Greek or Cyrillic letters.
    let (start, end) = found.or_else(|| if lower.chars().all(|c| c < '\u{900}') { None } else { within() })?;
    Some((lower.get(..start)?, lower.get(end..)?))
}

fn reads_as_attribution(lower: &str, ending: Ending, opening: Opening, below: Below) -> bool {
    let dated = has_date(lower);
    let address = has_address(lower);
    let Some((before, after)) = verb(lower) else {
        let closed = match ending {
            Ending::Colon => address || below == Below::Quote || (below == Below::Gap && ends_with_author(lower)),
            Ending::Address => address && below == Below::Quote,
            Ending::Word => lower.contains("gmt") && below != Below::Text && lower.split_whitespace().count() <= 9,
            Ending::Ornament => false,
        };
        return closed && dated && opening != Opening::Other;
    };
    let full = dated && address && opening >= Opening::Words;
    let closed = matches!(ending, Ending::Colon | Ending::Ornament) || below == Below::Quote || full;
    let by_author = before.split_whitespace().next_back().is_some_and(|word| marks::MYSELF.contains(&word));
    if !closed || by_author {
        return false;
    }
    // What may follow the verb: nothing, «(а)», a date, a name, an address.
    let words = after.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    let last = words == 0 || (words == 1 && after.chars().filter(|c| c.is_alphabetic()).count() <= 2);
    let date_after = words <= 9 && after.bytes().any(|b| b.is_ascii_digit());
    if address {
        return last || has_address(after) || (dated && (date_after || words <= 4)) || below == Below::Quote;
    }
    if dated {
        return last || date_after || (words <= 4 && opening != Opening::Other);
    }
    let name = before.split_whitespace().count();
    ending == Ending::Colon && last && below == Below::Quote && (1..=6).contains(&name)
}

/// True with an address without brackets at the end, set off from what stands before it: `… от a@b:`, `…, a@b:`.
fn ends_with_author(lower: &str) -> bool {
    let mut words = lower.trim_end_matches([':', '：', ' ']).rsplit(char::is_whitespace);
    let address = words.next().is_some_and(|word| {
        word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'))
    });
    address && words.next().is_some_and(|word| word.ends_with(',') || headers::names_author(word))
}

/// True with `<a@b>`, `[mailto:a@b]`, `(a@b)`, `&lt;a@b&gt;`.
fn has_address(s: &str) -> bool {
    s.match_indices('@').any(|(i, _)| {
        let opened = s.get(..i).is_some_and(|before| before.contains(['<', '(', '[']) || before.contains("&lt;"));
        let closed = s.get(i..).is_some_and(|after| after.contains(['>', ')', ']']) || after.contains("&gt;"));
        opened && closed
    })
}

/// True with a time of day, a day in figures, or a year beside another number.
fn has_date(s: &str) -> bool {
    let bytes = s.as_bytes();
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (i, b) in bytes.iter().enumerate() {
        match (b.is_ascii_digit(), groups.last_mut()) {
            (true, Some((_, end))) if *end == i => *end = i + 1,
            (true, _) => groups.push((i, i + 1)),
            (false, _) => {}
        }
    }
    let size = |&(from, to): &(usize, usize)| to - from;
    let joint = |a: &(usize, usize), b: &(usize, usize), marks: &[u8]| {
        a.1 + 1 == b.0 && bytes.get(a.1).is_some_and(|between| marks.contains(between))
    };
    let time = groups.windows(2).any(|w| matches!(w, [a, b] if size(a) <= 2 && size(b) == 2 && joint(a, b, b":.h")));
    let day = groups.windows(3).any(|w| {
        matches!(w, [a, b, c] if size(a) <= 4 && size(b) <= 2 && size(c) <= 4 && joint(a, b, b"-./") && joint(b, c, b"-./"))
    });
    let year = |group: &(usize, usize)| {
        s.get(group.0..group.1).is_some_and(|y| size(group) == 4 && (y.starts_with("20") || y.starts_with("19")))
    };
    let full = groups.iter().any(year) && groups.iter().any(|group| size(group) <= 2);
    time || day || full
}
