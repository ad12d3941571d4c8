//! The content key: the same for two copies of one mail, whatever way they came.
//!
//! Fixed for ever: keys are kept in desks. Version 1, SHA-256 over
//! - with one clean Message-ID: `mail 1`, then each with its length before it (8 bytes, little-endian): the lower-cased id,
//!   the lower-cased From address, the Date and the Subject as written but unfolded and trimmed, and the content of every
//!   leaf part unpacked from its transfer encoding. Parts that came as base64 and are no text count byte by byte; of all
//!   others lines end with LF, whitespace at the end of lines and blank lines at the end do not count, and neither do
//!   `>` marks before `From ` at the start of a line.
//! - without one: `raw 1`, then the lines of the whole mail in the same form, without a leading mbox `From ` line and
//!   without the fields that mailbox programs add (`Status`, `X-UID`, …) in the header.

use sha2::{Digest, Sha256};

use super::fields::{self, Block};
use super::mime::Leaf;
use super::word;

/// Fields that mailbox programs write into a mail they keep.
const KEPT_BY_MAILBOXES: [&str; 14] = [
    "status",
    "x-status",
    "x-uid",
    "x-uidl",
    "x-keywords",
    "x-imap",
    "x-imapbase",
    "content-length",
    "lines",
    "x-mozilla-status",
    "x-mozilla-status2",
    "x-mozilla-keys",
    "x-gmail-labels",
    "x-gm-thrid",
];

/// The key of a mail with a clean Message-ID.
pub(super) fn of_mail(id: &str, from: &str, block: &Block<'_>, leaves: &[Leaf<'_>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"mail 1");
    let mut add = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(bytes);
    };
    add(id.to_lowercase().as_bytes());
    add(from.to_lowercase().as_bytes());
    for name in ["date", "subject"] {
        add(word::unfold(block.first(name).unwrap_or_default()).trim_ascii());
    }
    for leaf in leaves {
        if leaf.exact && !leaf.media_type.starts_with("text/") {
            add(&leaf.content);
        } else {
            let mut lines = Vec::with_capacity(leaf.content.len());
            push_lines(&mut lines, &leaf.content);
            add(&lines);
        }
    }
    hash.finalize().into()
}

/// The key of a mail without a usable Message-ID.
pub(super) fn of_raw(raw: &[u8], start: usize, block: &Block<'_>) -> [u8; 32] {
    let mut lines = Vec::with_capacity(raw.len());
    let header = raw.get(start..block.body.max(start)).unwrap_or_default();
    let mut dropped = false;
    for line in header.split_inclusive(|&b| b == b'\n') {
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if !folded {
            let name = fields::name_of(line).and_then(|(end, _)| line.get(..end)).unwrap_or_default();
            dropped = KEPT_BY_MAILBOXES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        }
        if !dropped {
            lines.extend_from_slice(line.trim_ascii_end());
            lines.push(b'\n');
        }
    }
    push_lines(&mut lines, raw.get(block.body..).unwrap_or_default());
    lines.truncate(lines.trim_ascii_end().len());
    let mut hash = Sha256::new();
    hash.update(b"raw 1");
    hash.update(&lines);
    hash.finalize().into()
}

/// Appends the lines of `content` in the form that copies share.
fn push_lines(out: &mut Vec<u8>, content: &[u8]) {
    let start = out.len();
    for line in content.split(|&b| b == b'\n') {
        let line = line.trim_ascii_end();
        let quoted = line.iter().position(|&b| b != b'>').unwrap_or_default();
        let line = match line.get(quoted..) {
            Some(rest) if quoted > 0 && rest.starts_with(b"From ") => rest,
            _ => line,
        };
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    while out.len() > start && out.last() == Some(&b'\n') {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::super::mail::mail;

    const MAIL: &str = "Received: by x\nFrom: Joe <Joe@X.org>\nDate: Fri, 20 Nov 2026 12:00:00 +0300\nSubject: Hi\n there\n\
        Message-ID: <1@X>\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nFrom here on\nthe text \n\n--a\n\
        Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\naGVsbG8gDQo=\n--a--\n";

    fn key(raw: &str) -> String {
        mail(raw.as_bytes(), &Limits::default()).unwrap().content_key.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn copies_of_a_mail_share_the_key() {
        let anonymous = MAIL.replace("Message-ID: <1@X>\n", "");
        for mail in [MAIL, &anonymous] {
            for (way, copy) in [
                ("crlf", mail.replace('\n', "\r\n")),
                ("mbox", format!("From joe@x Mon Jan  1 00:00:00 2024\n{mail}\n")),
                ("quoted", mail.replace("\nFrom here", "\n>From here")),
                ("status", format!("Status: RO\nX-Keywords: a\n b\nContent-Length: 5\n{mail}")),
                ("mark", format!("\u{feff}{mail}")),
                ("spaces", mail.replace("text \n", "text\n")),
                ("end", mail.trim_end().to_owned()),
            ] {
                assert_eq!(key(&copy), key(mail), "{way}");
            }
        }
        assert_eq!(key("A: 1\nB: 2"), key("A: 1\r\nB: 2\r\n\r\n"));
        assert_eq!(key(&MAIL.replace("by x", "by y")), key(MAIL));
        assert_eq!(key(&MAIL.replace("<1@X>", "<1@x>").replace("Joe@X", "joe@x")), key(MAIL));
    }

    #[test]
    fn other_mails_have_other_keys() {
        let anonymous = MAIL.replace("Message-ID: <1@X>\n", "");
        let others = [
            MAIL.replace("<1@X>", "<2@X>"),
            MAIL.replace("Joe@X", "ann@X"),
            MAIL.replace("20 Nov", "21 Nov"),
            MAIL.replace("there", "their"),
            MAIL.replace("the text", "this text"),
            MAIL.replace("aGVsbG8gDQo=", "aGVsbG8="),
            MAIL.replace("<1@X>", "<1@X> <2@X>"),
            anonymous.replace("by x", "by y"),
            anonymous,
        ];
        let mut keys: Vec<String> = others.iter().map(|m| key(m)).chain([key(MAIL)]).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), others.len() + 1);
    }

    #[test]
    fn keys_are_fixed_for_ever() {
        assert_eq!(key(MAIL), "a45ae1eb852875cb0fb49f37bd2f0a8c3681674b31f2636d7931652465bff6c4");
        assert_eq!(
            key(&MAIL.replace("Message-ID: <1@X>\n", "")),
            "68fbf48b7c22aec3bded33605d324897c0ae736a128ff449f92548188d8777d2"
        );
    }
}
