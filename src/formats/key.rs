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
