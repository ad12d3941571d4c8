//! Message ids in Message-ID, References and In-Reply-To, as real mail writes them.

use super::fields::Block;

/// An id longer than this is no id.
const LONGEST: usize = 998;

/// What the threading fields of a mail say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ids {
    /// The mail's own id.
    pub(super) own: Option<String>,
    /// The first id of In-Reply-To.
    pub(super) in_reply_to: Option<String>,
    /// The ids of References, then of In-Reply-To; each once, the last `keep`.
    pub(super) references: Vec<String>,
}

/// Reads the ids of a header; `keep` bounds the references.
pub(super) fn of(block: &Block<'_>, keep: usize) -> Ids {
    let mut own: Vec<String> = Vec::new();
    for value in block.all("message-id").take(8) {
        let found = listed(value);
        let (ids, whole) = if found.bracketed { (found.ids, found.whole) } else { (bare_own(value), true) };
        if !whole {
            return Ids { own: None, ..with_parents(block, keep) };
        }
        own.extend(ids);
    }
    own.dedup();
    let own = if own.len() == 1 { own.pop() } else { None };
    Ids { own, ..with_parents(block, keep) }
}

fn with_parents(block: &Block<'_>, keep: usize) -> Ids {
    let mut references: Vec<String> = block.all("references").take(64).flat_map(|v| listed(v).ids).collect();
    let parents: Vec<String> = block.all("in-reply-to").take(64).flat_map(parents).collect();
    let in_reply_to = parents.first().cloned();
    references.drain(..references.len().saturating_sub(keep));
    let mut once: Vec<String> = Vec::with_capacity(references.len() + 1);
    for id in references.into_iter().chain(parents) {
        if !once.contains(&id) && once.len() < 2 * keep {
            once.push(id);
        }
    }
    once.drain(..once.len().saturating_sub(keep));
    Ids { own: None, in_reply_to, references: once }
}

/// The ids of one In-Reply-To. Where it is prose (`Message from Joe <joe@x> of Monday <id>`), the last one counts.
fn parents(value: &[u8]) -> Vec<String> {
    let mut found = listed(value);
    if found.prose && found.ids.len() > 1 {
        found.ids.drain(..found.ids.len() - 1);
    }
    found.ids
}

/// A Message-ID without brackets: its only word.
fn bare_own(value: &[u8]) -> Vec<String> {
    let mut words = value.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
    match (words.next(), words.next()) {
        (Some(word), None) => clean(word).into_iter().collect(),
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct Found {
    ids: Vec<String>,
    /// There were `<…>`.
    bracketed: bool,
    /// No id was too long or had control bytes.
    whole: bool,
    /// There were words beside the ids.
    prose: bool,
}

/// The ids in `value`: what stands in `<…>` outside comments and quotes, else the words with `@` if all have one.
fn listed(value: &[u8]) -> Found {
    let mut found = Found { whole: true, ..Found::default() };
    let mut words: Vec<&[u8]> = Vec::new();
    let (mut comments, mut quotes) = (true, true);
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        let rest = value.get(at + 1..).unwrap_or_default();
        at += 1;
        match byte {
            b'<' => {
                let end = rest.iter().position(|&b| b == b'>' || b == b'<');
                let inside = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                at += inside.len();
                if end.is_some_and(|n| rest.get(n) == Some(&b'<')) {
                    continue;
                }
                found.bracketed = true;
                match clean(inside) {
                    Some(id) => found.ids.push(id),
                    None => found.whole &= inside.trim_ascii().is_empty(),
                }
            }
            b'(' if comments => match comment(rest) {
                Some(n) => at += n,
                None => comments = false,
            },
            b'"' if quotes => match rest.iter().position(|&b| b == b'"') {
                Some(n) => at += n + 1,
                None => quotes = false,
            },
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' | b'>' => {}
            _ => {
                let word = rest.iter().position(|b| b" \t\r\n,;<>(\"".contains(b)).unwrap_or(rest.len());
                words.push(value.get(at - 1..at + word).unwrap_or_default());
                at += word;
            }
        }
    }
    found.prose = !words.is_empty();
    if !found.bracketed && words.iter().all(|w| w.contains(&b'@')) {
        found.ids = words.iter().filter_map(|w| clean(w)).collect();
        found.prose = false;
    }
    found
}

/// How long the comment is whose `(` stands before `rest`; none when it does not end.
fn comment(rest: &[u8]) -> Option<usize> {
    let mut depth = 1usize;
    let mut escaped = false;
    for (n, &byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(n + 1);
        }
    }
    None
}

/// The id without the whitespace of folding; none when it is empty, too long or has control bytes.
fn clean(id: &[u8]) -> Option<String> {
    let id: Vec<u8> = id.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let fine = !id.is_empty() && id.len() <= LONGEST && !id.iter().any(u8::is_ascii_control);
    fine.then(|| String::from_utf8_lossy(&id).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fields::block;
    use super::super::limits::Limits;
    use super::*;

    fn ids(header: &str) -> Ids {
        of(&block(header.as_bytes(), 0, &Limits::default(), |_| false), 50)
    }

    fn refs(header: &str) -> Vec<String> {
        ids(header).references
    }

    #[test]
    fn folded_and_glued_references_are_all_read_each_once() {
        assert_eq!(refs("References: <a@x>\r\n\t<b@x><c@\r\n x>,<a@x>\nIn-Reply-To: <c@x>\n"), ["a@x", "b@x", "c@x"]);
    }

    #[test]
    fn in_reply_to_may_be_prose() {
        for prose in [
            "Your message of \"Mon, 5 Aug 1996 <quoted@x>\" <id@x>",
            "Message from Joe <joe@x> of Monday <id@x>",
            "<id@x> (Joe <joe@x>'s message of (some) Monday)",
            "Joe's message of Monday <id@x>",
            "<id@x",
            "<<id@x>>",
            "id@x",
            "<id@x> from (unclosed",
        ] {
            let found = ids(&format!("In-Reply-To: {prose}\n"));
            assert_eq!(
                (found.references, found.in_reply_to.as_deref()),
                (vec!["id@x".into()], Some("id@x")),
                "{prose}"
            );
        }
        assert!(refs("In-Reply-To: Your mail of Monday\nReferences: none\n").is_empty());
        assert!(refs("In-Reply-To: mail from joe@x of Monday\n").is_empty());
    }

    #[test]
    fn the_last_fifty_references_are_kept() {
        let many: String = (0..200).map(|n| format!(" <{n}@x>")).collect();
        let kept = refs(&format!("References:{many}\nIn-Reply-To: <p@x>\n"));
        assert_eq!((kept.len(), kept[0].as_str(), kept[49].as_str()), (50, "151@x", "p@x"));
    }

    #[test]
    fn an_own_id_is_one_clean_id() {
        for (header, own) in [
            ("Message-ID: <a@b>\n", Some("a@b")),
            ("Message-ID: a@b\n", Some("a@b")),
            ("Message-Id: 20240101\n", Some("20240101")),
            ("Message-ID: <a@b> (added by x)\n", Some("a@b")),
            ("Message-ID: <a@b>\nMessage-ID: <a@b>\n", Some("a@b")),
            ("Message-ID:\n <A@b>\n", Some("A@b")),
            ("Message-ID: <a@b>\nMessage-ID: <c@b>\n", None),
            ("Message-ID: <a@b> <c@d>\n", None),
            ("Message-ID: <>\n", None),
            ("Message-ID:\n", None),
            ("Message-ID: <a\u{1}@b>\n", None),
            ("Message-ID: two words\n", None),
            ("Subject: x\n", None),
        ] {
            assert_eq!(ids(header).own.as_deref(), own, "{header:?}");
        }
        assert_eq!(ids(&format!("Message-ID: <{}@b>\n", "a".repeat(2000))).own, None);
    }

    #[test]
    fn hostile_brackets_take_linear_time() {
        for piece in ["<", "(", "\"", "<>", "((", "<a", "(<"] {
            let value = piece.repeat(60_000 / piece.len());
            assert!(refs(&format!("References: {value}\n")).len() <= 50);
        }
    }
}
