//! From the bytes of one answer to what it says: the parser, kept away from what would break it, and the few readings of
//! its results that several commands need.

use crate::domain::time::Moment;
use imap_proto::{AttributeValue, Response};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// So many opening parentheses an answer may have: the parser goes down into each.
const DEPTH: usize = 64;

/// What an answer says; none where it says nothing that can be read.
pub(super) fn read(text: &mut Vec<u8>) -> Option<Response<'_>> {
    if text.iter().filter(|&&b| b == b'(').count() > DEPTH {
        return None;
    }
    mend(text);
    let text: &[u8] = text;
    match catch_unwind(AssertUnwindSafe(|| Response::parse(text))) {
        Ok(Ok(([], response))) => Some(response),
        _ => None,
    }
}

/// Two things that servers say and the parser stumbles over: a code right before a letter beyond ASCII, and a mail
/// without the time of its arrival.
fn mend(text: &mut Vec<u8>) {
    if let Some(end) = text.iter().position(|&b| b == b']')
        && text.get(end + 1).is_some_and(|&b| b >= 0x80)
    {
        text.insert(end + 1, b' ');
    }
    const NIL: &[u8] = b" INTERNALDATE NIL";
    if let Some(at) = text.windows(NIL.len()).position(|w| w.eq_ignore_ascii_case(NIL))
        && let Some(letter) = text.get_mut(at + 1)
    {
        // An attribute of a name that nobody knows is passed over.
        *letter = b'X';
    }
}

/// Whether an answer that cannot be read may be passed over: extensions say what they like, but mails, lists and endings
/// must not be lost.
pub(super) fn may_be_skipped(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"* ") else { return false };
    let mut words = rest.split(|b| !b.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let first = words.next().unwrap_or_default();
    let word = if first.iter().all(u8::is_ascii_digit) { words.next().unwrap_or_default() } else { first };
    let needed: [&[u8]; 12] = [
        b"",
        b"FETCH",
        b"SEARCH",
        b"LIST",
        b"EXISTS",
        b"EXPUNGE",
        b"CAPABILITY",
        b"OK",
        b"NO",
        b"BAD",
        b"BYE",
        b"PREAUTH",
    ];
    !needed.iter().any(|n| word.eq_ignore_ascii_case(n)) && text.is_ascii()
}

/// What a mail's answer says about it.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) uid: Option<u32>,
    pub(super) bytes: Option<u64>,
    pub(super) arrived: Option<Moment>,
    pub(super) body: Option<Vec<u8>>,
}

/// Gathers what is said about one mail; `literal` is what the answer carried beside its text.
pub(super) fn facts(attributes: Vec<AttributeValue<'_>>, literal: Option<Vec<u8>>) -> Facts {
    let (mut facts, mut literal) = (Facts::default(), literal);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => facts.uid = Some(uid),
            AttributeValue::Rfc822Size(bytes) => facts.bytes = Some(bytes.into()),
            AttributeValue::InternalDate(date) => facts.arrived = arrival(&date),
            AttributeValue::BodySection { data: Some(data), .. } => {
                facts.body = Some(literal.take().filter(|_| data.is_empty()).unwrap_or_else(|| unquoted(&data)));
            }
            _ => {}
        }
    }
    facts
}

/// The parser leaves quoted text as it was quoted.
pub(super) fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        out.push(if byte == b'\\' { bytes.next().copied().unwrap_or(byte) } else { byte });
    }
    out
}

/// ` 5-Nov-2026 12:00:00 +0300`
fn arrival(text: &str) -> Option<Moment> {
    let read = chrono::DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok()?;
    Some(Moment(read.timestamp())).filter(|m| *m == m.held())
}

/// The server's words, fit to be shown: on one line and not long.
pub(super) fn shown(words: &str) -> String {
    let plain: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fetched(text: &str, literal: Option<&[u8]>) -> Facts {
        let mut text = text.as_bytes().to_vec();
        match read(&mut text) {
            Some(Response::Fetch(_, attributes)) => facts(attributes, literal.map(<[u8]>::to_vec)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_mail_is_read_from_its_answer() {
        let said = "* 7 FETCH (UID 9 FLAGS (\\Seen) RFC822.SIZE 12 INTERNALDATE \" 5-Nov-2026 12:00:00 +0300\" BODY[] {0}\r\n)\r\n";
        let facts = fetched(said, Some(b"Subject: a\r\n"));
        assert_eq!((facts.uid, facts.bytes, facts.body.as_deref()), (Some(9), Some(12), Some(&b"Subject: a\r\n"[..])));
        assert_eq!(facts.arrived.map(Moment::rfc3339).as_deref(), Some("2026-11-05T09:00:00Z"));
    }

    #[test]
    fn a_short_mail_may_be_quoted_or_absent() {
        assert_eq!(fetched("* 7 FETCH (BODY[] \"a\\\"b\\\\\" UID 9)\r\n", None).body.unwrap(), b"a\"b\\");
        assert_eq!(fetched("* 7 FETCH (BODY[] \"\" UID 9)\r\n", None).body.unwrap(), b"");
        assert_eq!(fetched("* 7 FETCH (BODY[] NIL UID 9)\r\n", None).body, None);
    }

    #[test]
    fn what_makes_the_parser_stumble_is_mended() {
        let facts = fetched("* 7 FETCH (UID 9 INTERNALDATE NIL RFC822.SIZE 4294967296)\r\n", None);
        assert_eq!((facts.uid, facts.arrived, facts.bytes), (Some(9), None, None));
        let mut said = "* NO [ALERT]Ящик полон\r\n".as_bytes().to_vec();
        assert!(matches!(read(&mut said), Some(Response::Data { .. })));
    }

    #[test]
    fn deep_nesting_never_reaches_the_parser() {
        let mut deep = format!("* 1 FETCH (BODY {}\r\n", "(".repeat(60_000)).into_bytes();
        assert!(read(&mut deep).is_none());
        let mut allowed = format!("* 1 FETCH (BODY {}\r\n", "(".repeat(DEPTH - 1)).into_bytes();
        assert!(read(&mut allowed).is_none());
    }

    #[test]
    fn only_what_nobody_asked_for_may_be_passed_over() {
        for said in ["* NAMESPACE ((\r\n", "* 12 WEIRD\r\n", "* ESEARCH x\r\n"] {
            assert!(may_be_skipped(said.as_bytes()), "{said}");
        }
        for said in
            ["* 1 FETCH (\r\n", "* SEARCH 0x\r\n", "A1 OK\r\n", "* \r\n", "garbage\r\n", "* OK\u{1}\r\n", "* 5\r\n"]
        {
            assert!(!may_be_skipped(said.as_bytes()), "{said}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(said in "[*] ([0-9]{1,11} )?(FETCH|LIST|SEARCH|OK|\\PC{0,9})( |[(){}\\[\\]\"\\\\<>]|UID|BODY|[0-9]|NIL|[^\n]){0,60}") {
            let mut said = format!("{said}\r\n").into_bytes();
            if let Some(Response::Fetch(_, attributes)) = read(&mut said) {
                let _ = facts(attributes, None);
            }
        }
    }
}
