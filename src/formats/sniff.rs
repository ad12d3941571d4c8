//! What a file is, by its first bytes: a mailbox, a mail, or something that has to be unpacked or converted first.

use super::fields;

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing in it.
    Empty,
    /// It starts with an mbox `From ` line.
    Mbox,
    /// It starts with a header field.
    Mail,
    /// Something known that is no mail: what it is, and the way out.
    Other(&'static str, &'static str),
    /// Anything else.
    Unknown,
}

/// How many bytes of a file decide.
pub(super) const SAMPLE: usize = 16 << 10;

const UNPACK: &str = "unpack it first, then give the unpacked file or folder";
const CONVERT: &str = "convert it to mbox first, for example with readpst";
const EXPORT: &str = "save or export the mails as .eml files or as an mbox";

const KNOWN: [(&[u8], &str, &str); 13] = [
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
    (b"PK\x03\x04", "a zip archive", UNPACK),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!", "a rar archive", UNPACK),
    (b"!BDN", "an Outlook data file", CONVERT),
    (b"\xd0\xcf\x11\xe0", "an Outlook message or an Office document", EXPORT),
    (b"%PDF", "a PDF document", EXPORT),
    (b"{", "a JSON file", EXPORT),
    (b"<", "an HTML or XML file", EXPORT),
];

/// Judges the first [`SAMPLE`] bytes of a file.
pub(super) fn look(start: &[u8]) -> Look {
    if let Some((_, what, out)) = KNOWN.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Look::Other(what, out);
    }
    if start.get(257..262) == Some(b"ustar") {
        return Look::Other("a tar archive", UNPACK);
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let at = text.iter().position(|&b| b != 0 && !b.is_ascii_whitespace()).unwrap_or(text.len());
    let text = text.get(at..).unwrap_or_default();
    let text = fields::with_line_feeds(text);
    if text.is_empty() {
        Look::Empty
    } else if text.starts_with(b"From ") && fields::name_of(&text).is_none() {
        Look::Mbox
    } else if fields::name_of(&text).is_some() && has_a_mail_field(&text) {
        Look::Mail
    } else {
        Look::Unknown
    }
}

/// Fields of which every mail has one; many other files begin with a word and a colon.
const FIELDS: &[&str] = &[
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "delivered-to",
    "reply-to",
    "sender",
    "mime-version",
    "content-type",
    "dkim-signature",
    "x-gm-thrid",
    "x-mozilla-status",
    "envelope-to",
];

/// Whether one of the first lines is a field of a mail.
fn has_a_mail_field(text: &[u8]) -> bool {
    let lines = text.split(|&b| b == b'\n').take_while(|line| !line.trim_ascii().is_empty());
    let names = lines.filter_map(|line| fields::name_of(line).and_then(|(end, _)| line.get(..end)));
    names.take(200).any(|name| FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart() {
        for (start, expected) in [
            (&b""[..], Look::Empty),
            (b"\n\0\n", Look::Empty),
            (b"From joe@x Mon Jan  1 00:00:00 2024\nFrom: a@b\n", Look::Mbox),
            (b"\xef\xbb\xbf\r\nFrom - x\n", Look::Mbox),
            (b"From : a@b\n", Look::Mail),
            (b"Received: by x\n", Look::Mail),
            (b"X-Odd: 1\nsubject: hi\n\n", Look::Mail),
            (b"root:x:0:0:root:/root:/bin/bash\n", Look::Unknown),
            (b"version: 3\nservices:\n  web: x\n", Look::Unknown),
            (b"Hello, world\n", Look::Unknown),
            (b"\x89PNG\r\n", Look::Unknown),
        ] {
            assert_eq!(look(start), expected, "{start:?}");
        }
        assert!(matches!(look(b"SQLite format 3\0...."), Look::Other("an SQLite database", _)));
        assert!(matches!(look(b"PK\x03\x04...."), Look::Other("a zip archive", _)));
    }
}
