//! Asking a customer how he was served, and what his answer means. Who is asked, and how the mail leaves, is not known here;
//! which ticket an answer belongs to is decided in `intake`.
//!
//! An answer is a rating where its new text begins with a digit from 1 to 5 that stands for itself: alone on its line, as
//! `5/5`, followed by a mark (`5!`, `5 - …`, `5, …`), by the word of a score (`5 отлично`) or by thanks; or where it is the
//! word of a score and nothing else. A digit that counts something (`5 users`), belongs to a number or a date (`5.12`), or
//! begins a list (`1. First…`) is none. What is in doubt is a message, for a request that is lost is worse than a rating
//! that is.
//!
//! | he writes | then |
//! |---|---|
//! | a rating, alone or with a comment | kept; the ticket stays as it is, and no clock starts |
//! | 1 or 2 with words of his own | a complaint: kept, and the ticket opens as by any message |
//! | a rating whose comment has a question, or more than 200 characters | the same |
//! | anything else | a message as any other |

use super::quote::{Kind, only_closing, only_thanks, split};

/// Nothing that is longer is looked through, in bytes.
const LONGEST: usize = 1 << 20;
/// Words beside this score or a lower one are a complaint.
const LOW: i64 = 2;
/// A comment of more characters wants an answer.
const LONG_COMMENT: usize = 200;
/// So many characters of a comment are kept; the message has them all.
const MOST_COMMENT: usize = 2000;
/// A closing and a name take no more lines.
const CLOSING_LINES: usize = 5;
/// So many characters of a subject stand in a link.
const MOST_SUBJECT: usize = 60;

/// The words of the scores, from 1 to 5, in English and Russian.
const WORDS: [(&str, &str); 5] =
    [("bad", "ужасно"), ("poor", "плохо"), ("okay", "нормально"), ("good", "хорошо"), ("great", "отлично")];
/// What a score may be counted in: the beginnings of the words.
const UNITS: [&str; 7] = ["star", "point", "балл", "звезд", "звёзд", "из пяти", "out of five"];
/// What divides a score from what is said beside it.
const MARKS: &[char] = &['.', '!', ',', ';', ':', '-', '–', '—', '…', ')', '(', '+', '*', '_', '"', '»', '”'];
/// What may stand before a score.
const BEFORE: &[char] = &['*', '_', '"', '\'', '«', '“', '„', '(', '[', '\u{feff}', '\u{200b}'];

/// A rating as a customer wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// From 1 to 5.
    pub score: i64,
    /// What he wrote beside it.
    pub comment: String,
}

impl Said {
    /// Whether the comment wants an answer: it complains, has a question, or is long.
    ///
    /// ```
    /// use frontdesk::domain::survey::Said;
    /// let asks = |score, comment: &str| Said { score, comment: comment.to_owned() }.asks();
    /// assert_eq!([asks(2, "Nobody called."), asks(3, "Nobody called."), asks(1, ""), asks(1, "Thanks!")], [true, false, false, false]);
    /// ```
    #[must_use]
    pub fn asks(&self) -> bool {
        let mut next = self.comment.chars().skip(1).map(Some).chain([None]);
        // The mark in an address of the web asks nothing.
        let question = |c: char| {
            let after = next.next().flatten();
            matches!(c, '?' | '？') && after.is_none_or(|a| !a.is_alphanumeric() && !"=&%/".contains(a))
        };
        let complains = || {
            let words = self.comment.chars().any(char::is_alphabetic);
            self.score <= LOW && words && !only_thanks(&self.comment)
        };
        self.comment.chars().any(question) || self.comment.chars().count() > LONG_COMMENT || complains()
    }
}

/// The word of a score in a language; English wherever it is not Russian.
///
/// ```
/// use frontdesk::domain::survey::word;
/// assert_eq!((word("en", 5), word("ru", 1), word("de", 3), word("en", 6)), ("great", "ужасно", "okay", ""));
/// ```
#[must_use]
pub fn word(lang: &str, score: i64) -> &'static str {
    let of = usize::try_from(score - 1).ok().and_then(|n| WORDS.get(n));
    of.map_or("", |(en, ru)| if lang == "ru" { ru } else { en })
}

/// The rating that the text of a mail is; none where it is a message as any other. Quotes and signatures are left out here.
///
/// ```
/// use frontdesk::domain::survey::rating;
/// let said = rating("5 — отлично\n\nБыстро помогли.\n\nпт, 20 нояб. 2026 г. в 10:12, Acme <a@a.test>:\n> Как мы справились?").unwrap();
/// assert_eq!((said.score, said.comment.as_str()), (5, "Быстро помогли."));
/// assert!(rating("5 users cannot log in").is_none() && rating("2 days later it broke again").is_none());
/// ```
#[must_use]
pub fn rating(text: &str) -> Option<Said> {
    if text.len() > LONGEST {
        return None;
    }
    let new = newly_written(text);
    let mut lines = new.lines();
    let first = lines.by_ref().find(|line| !line.trim().is_empty())?.trim();
    let below: Vec<&str> = lines.map(str::trim).collect();
    if below.iter().any(|line| is_item(line)) {
        return None;
    }
    let below = below.join("\n");
    let bare = first.trim_start_matches(BEFORE).trim_start();
    let Some(score) = bare.chars().next().and_then(|c| c.to_digit(10)).map(i64::from) else {
        return by_word(&format!("{bare}\n{below}"));
    };
    if !(1..=5).contains(&score) {
        return None;
    }
    let beside = beside(score, bare.get(1..).unwrap_or_default())?;
    Some(Said { score, comment: comment(&format!("{beside}\n{}", below.trim())) })
}

/// What was written for this mail, without what is answered line by line.
fn newly_written(text: &str) -> String {
    let new = split(text).into_iter().filter(|piece| piece.kind == Kind::New);
    new.filter_map(|piece| text.get(piece.from..piece.to)).collect()
}

/// Whether a line is one of a list: `2. …`, `2) …`.
fn is_item(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mark = line.get(digits..).and_then(|rest| rest.strip_prefix(['.', ')']));
    (1..=2).contains(&digits) && mark.is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// The score whose word the text is, with nothing beside it but marks.
fn by_word(text: &str) -> Option<Said> {
    let alone = text.trim_matches(|c: char| c.is_whitespace() || is_mark(c)).to_lowercase();
    let place = WORDS.iter().position(|(en, ru)| alone == *en || alone == *ru)?;
    let score = i64::try_from(place).ok()? + 1;
    Some(Said { score, comment: String::new() })
}

/// What stands behind the digit on its line, as far as it says something; none where the digit is no score.
fn beside(score: i64, after: &str) -> Option<&str> {
    let after = of_five(after)?;
    let open = after.trim_start();
    let Some(next) = open.chars().next() else { return Some("") };
    if next.is_alphanumeric() {
        // A word that follows at once belongs to the digit, unless it is known not to.
        return if open.len() < after.len() { known(open) } else { None };
    }
    if !is_mark(next) {
        return None;
    }
    let said = open.trim_start_matches(|c: char| c.is_whitespace() || is_mark(c));
    let marks = open.get(..open.len() - said.len()).unwrap_or_default();
    let list = matches!(marks.trim_end(), "." | ")" | ":");
    match said.chars().next() {
        None => Some(""),
        Some(first) if first.is_numeric() => None,
        // `2-й`, `3-step`; but `5-отлично`.
        Some(_) if !marks.ends_with(char::is_whitespace) && (marks.ends_with(['-', '–', '.', ':', '+'])) => {
            known(said)
        }
        // A list begins with its first items.
        Some(_) if list && score <= 3 => known(said),
        Some(_) => known(said).or(Some(said)),
    }
}

/// The text behind `/5`, `из 5`, `of 5`, where one of them stands here; none where it is a part of something else.
fn of_five(after: &str) -> Option<&str> {
    let open = after.trim_start();
    if let Some(of) = open.strip_prefix('/') {
        return of.trim_start().strip_prefix('5').filter(|rest| !rest.starts_with(char::is_alphanumeric));
    }
    let spelled = ["из 5", "of 5", "out of 5"].iter().find_map(|of| open.strip_prefix(of));
    match spelled {
        Some(rest) if rest.starts_with(char::is_alphanumeric) => None,
        Some(rest) => Some(rest),
        None => Some(after),
    }
}

/// What is said behind a word that goes with a score: that of one, what it is counted in; thanks go with it whole.
fn known(said: &str) -> Option<&str> {
    let lower = said.to_lowercase();
    if only_thanks(said) {
        return Some(said);
    }
    let words = WORDS.iter().flat_map(|(en, ru)| [*en, *ru]);
    let scored = words.chain(UNITS).find(|word| lower.starts_with(word))?;
    let is_unit = UNITS.contains(&scored);
    // Capitals may be of another length in bytes.
    let rest = said.char_indices().nth(scored.chars().count()).map_or("", |(at, _)| said.get(at..).unwrap_or_default());
    let rest = if is_unit { rest.trim_start_matches(char::is_alphanumeric) } else { rest };
    let ends = rest.chars().next().is_none_or(is_mark);
    let said_more = rest.trim_start_matches(|c: char| c.is_whitespace() || is_mark(c));
    (ends || only_thanks(said_more)).then_some(said_more)
}

/// A mark between a score and a comment: of a sentence, or a little picture.
fn is_mark(c: char) -> bool {
    // Arrows, stars, faces; no sign of a currency and no letter stands behind the first of them.
    MARKS.contains(&c) || (c >= '\u{2190}' && !c.is_alphanumeric() && !c.is_whitespace()) || c == '\u{200d}'
}

/// The comment as it is kept: a closing and a name are none.
fn comment(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len().saturating_sub(CLOSING_LINES);
    let end = (last..lines.len()).find(|from| only_closing(&lines.get(*from..).unwrap_or_default().join("\n")));
    let said = lines.get(..end.unwrap_or(lines.len())).unwrap_or_default().join("\n");
    said.trim().chars().take(MOST_COMMENT).collect()
}

/// The link by which a customer gives a score: a mail to `to` that is recognized as his answer.
///
/// ```
/// use frontdesk::domain::survey::link;
/// assert_eq!(
///     link("support+t42@acme.test", 42, "Не входит", "ru", 5, "7@acme.test"),
///     "mailto:support+t42@acme.test?subject=Re%3A%20%5B%2342%5D%20%D0%9D%D0%B5%20%D0%B2%D1%85%D0%BE%D0%B4%D0%B8%D1%82\
///      &body=5%20%E2%80%94%20%D0%BE%D1%82%D0%BB%D0%B8%D1%87%D0%BD%D0%BE%0D%0A&In-Reply-To=%3C7@acme.test%3E"
/// );
/// ```
#[must_use]
pub fn link(to: &str, ticket: i64, subject: &str, lang: &str, score: i64, message_id: &str) -> String {
    let line = super::hidden::one_line(subject);
    let mut short: String = line.chars().take(MOST_SUBJECT).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    let subject = format!("Re: [#{ticket}] {short}");
    let body = format!("{score} — {}\r\n", word(lang, score));
    format!(
        "mailto:{}?subject={}&body={}&In-Reply-To={}",
        encoded(to),
        encoded(subject.trim_end()),
        encoded(&body),
        encoded(&format!("<{message_id}>"))
    )
}

/// The text with everything encoded that means something in a link (RFC 6068).
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~@+".contains(&b);
    let mut out = String::with_capacity(text.len() * 2);
    for b in text.bytes() {
        if plain(b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests;
