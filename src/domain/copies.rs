//! Whether a mail with the Message-ID, author and date of one that is known is that mail, changed by a mailing list on its
//! way. Who asks compares the headers; here are only the texts.

/// A foot that a list adds has at most so many letters, space not counted.
const FOOT: usize = 600;
/// So many a note above the text: a list has less to say there.
const NOTE: usize = 200;

/// Words of the notes that lists and gateways add, lower-case.
const WORDS: [&str; 12] = [
    "unsubscribe",
    "mailing list",
    "listinfo",
    "subscribed to",
    "groups.google",
    "external e",
    "external s",
    "outside the organi",
    "рассылк",
    "отписаться",
    "внешн",
    "listenserver",
];

/// True where `came` says what `stored` says and no more than a mailing list adds: `[list]` before the first word, a note
/// above or a foot below that a rule parts or that speaks of the list; lines may be wrapped and space changed. True also
/// where `came` is what stood in `stored` before a list added to it. Linear in the length of both.
///
/// Anything else that `came` says besides makes it another mail: nobody loses a sentence because somebody sent its first
/// half under the same Message-ID before.
///
/// ```
/// use frontdesk::domain::copies::is_copy;
/// let stored = "The lamp on the third floor is red.\nPlease look.";
/// let came = "The lamp on the third\nfloor is red. Please look.\n\n_______\nlamps mailing list\nlamps@a.test";
/// assert!(is_copy(stored, came) && is_copy(came, stored));
/// assert!(!is_copy(stored, "The lamp on the third floor is red.\nPlease look. It smokes."));
/// ```
#[must_use]
pub fn is_copy(stored: &str, came: &str) -> bool {
    let (known, new) = (plain(stored), plain(came));
    if known == new {
        return true;
    }
    match parts(&new, &known) {
        Some((note, foot)) => {
            let (above, below) = around(came, note, foot);
            (note == 0 || is_added(above, true)) && (foot == 0 || is_added(below, false))
        }
        None => parts(&known, &new).is_some(),
    }
}

/// How many letters `long` has above and below `short`, when it holds it whole and the rest is short enough.
fn parts(long: &str, short: &str) -> Option<(usize, usize)> {
    if short.is_empty() || long.len() < short.len() {
        return None;
    }
    let last = long.char_indices().nth(NOTE).map_or(long.len(), |(at, _)| at);
    let window = long.get(..long.ceil_char_boundary(last.saturating_add(short.len()))).unwrap_or(long);
    let from = if long.starts_with(short) { 0 } else { window.find(short)? };
    let letters = |part: Option<&str>| part.map_or(0, |p| p.chars().count());
    let (note, foot) = (letters(long.get(..from)), letters(long.get(from + short.len()..)));
    (note <= NOTE && foot <= FOOT).then_some((note, foot))
}

/// The text above and below, as written: the first `note` and the last `foot` letters.
fn around(text: &str, note: usize, foot: usize) -> (&str, &str) {
    let text = untagged(text);
    let mut letters = text.char_indices().filter(|(_, c)| is_letter(*c));
    let above = letters.nth(note).map_or(text.len(), |(at, _)| at);
    let mut letters = text.char_indices().rev().filter(|(_, c)| is_letter(*c));
    let below = letters.nth(foot).map_or(0, |(at, c)| at + c.len_utf8());
    (text.get(..above).unwrap_or_default(), text.get(below..).unwrap_or_default())
}

/// Whether lines look like what a list adds: the one beside the text is a rule, or some word tells.
fn is_added(lines: &str, above: bool) -> bool {
    let mut said = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let beside = if above { said.next_back() } else { said.next() }.unwrap_or_default();
    let apart = if above {
        lines.trim_end_matches([' ', '\t']).ends_with('\n')
    } else {
        lines.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
    };
    let rule = beside.chars().count() >= 2 && beside.chars().all(|c| "-_=*~#+—–─".contains(c));
    let lower = lines.to_lowercase();
    apart && (rule || WORDS.iter().any(|word| lower.contains(word)))
}

/// The letters of a text without space and without `[list]` before the first word; quote marks count.
fn plain(text: &str) -> String {
    untagged(text).chars().filter(|c| is_letter(*c)).collect()
}

fn untagged(text: &str) -> &str {
    let tag = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    tag.filter(|(name, _)| name.len() <= 60 && !name.contains(['\n', '['])).map_or(text, |(_, rest)| rest)
}

fn is_letter(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "Dear all,\n\nthe lamp on the third floor is red since Monday.\n\n> Is it?\n\nAnn";

    #[test]
    fn what_lists_do_to_a_mail_leaves_it_the_same() {
        let foot =
            "\n\n-- \nYou received this message because you are subscribed to lamps.\nTo leave write to x@a.test\n";
        for came in [
            TEXT.to_owned(),
            TEXT.replace('\n', "\r\n"),
            TEXT.replace("third floor is", "third\nfloor is"),
            format!("{TEXT}{foot}"),
            format!("{TEXT}\r\n\r\nTo unsubscribe write to x@a.test"),
            format!("[lamps] {TEXT}"),
            format!("This mail came over the mailing list lamps.\n\n{TEXT}{foot}"),
            format!("----\nlamps, 20.11.2026\n----\n{TEXT}"),
            format!("  {TEXT}\u{200b}\n\n\n"),
        ] {
            assert!(is_copy(TEXT, &came) && is_copy(&came, TEXT), "{came}");
        }
        assert!(is_copy("", "") && is_copy(" \n", "") && is_copy("ok", "ok"));
        assert!(is_copy("ok", "ok\n\n-- \nlamps mailing list") && is_copy("[lamps] ok\n____\nx", "ok"));
    }

    #[test]
    fn another_mail_is_no_copy() {
        for came in [
            String::new(),
            TEXT.replace("red", "green"),
            TEXT.replace("\n\nAnn", "\n\nIt is urgent!\n\nAnn"),
            format!("{TEXT}\n\nIt is urgent!"),
            format!("{TEXT} -- and it smokes."),
            format!("It is urgent!\n\n{TEXT}"),
            format!("{TEXT}\n\n---\n{}", "and one more thing ".repeat(40)),
            format!("{}\n---\n{TEXT}", "Before I come to the lamp. ".repeat(12)),
            TEXT.replace("> Is it?", "Is it?"),
        ] {
            assert!(!is_copy(TEXT, &came), "{came}");
        }
        assert!(!is_copy("", "x") && !is_copy("x", "") && !is_copy("Hello,", "Hello,\nthe lamp is red."));
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        let began = std::time::Instant::now();
        let long = "ab".repeat(1 << 20);
        assert!(!is_copy(&format!("{long}c"), &format!("{long}{long}")));
        assert!(!is_copy(&"a".repeat(2 << 20), &format!("{}b", "a".repeat((2 << 20) - 1))));
        assert!(is_copy(&format!("{long}ab"), &long));
        assert!(!is_copy(&"[".repeat(2 << 20), &"]".repeat(2 << 20)));
        assert!(began.elapsed() < std::time::Duration::from_secs(20));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(a in ".{0,40}", b in ".{0,40}") {
            let _ = (is_copy(&a, &b), is_copy(&a, &format!("{a}{b}")), is_copy(&format!("{b}{a}"), &a));
            prop_assert!(is_copy(&a, &a));
        }
    }
}
