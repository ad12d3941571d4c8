//! The first look at a mail: its header only, and of that only what decides where the mail belongs.

use super::address;
use super::date;
use super::fields::{self, Block};
use super::ids;
use super::limits::Limits;
use super::trace;
use super::word;
use crate::domain::mail::Address;
use crate::domain::time::Moment;

/// What the first pass over an archive keeps of each mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// As in [`crate::domain::mail::Mail::message_id`].
    pub message_id: Option<String>,
    /// As in [`crate::domain::mail::Mail::references`]: the last 50.
    pub references: Vec<String>,
    /// Date, held to the years 0001 to 9999.
    pub date: Option<Moment>,
    /// The author's address, lower-case.
    pub from: Option<String>,
    /// Gmail's labels, decoded.
    pub labels: Vec<String>,
    /// The addresses the mail was delivered to, lower-case: as in [`crate::domain::mail::Mail::delivered_to`].
    pub delivered_to: Vec<String>,
}

/// Reads the header of a mail in one pass; never fails, what is not there is empty.
///
/// ```
/// use frontdesk::formats::head::head;
/// let head = head(b"From: Joe <Joe@X.org>\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\n\nHello");
/// assert_eq!(head.message_id.as_deref(), Some("2@x"));
/// assert_eq!(head.references, ["1@x"]);
/// assert_eq!(head.from.as_deref(), Some("joe@x.org"));
/// ```
#[must_use]
pub fn head(raw: &[u8]) -> Head {
    let limits = Limits::default();
    let raw = fields::with_line_feeds(raw);
    let block = fields::block(&raw, fields::start(&raw), &limits, |_| false);
    let ids = ids::of(&block, limits.references);
    Head {
        message_id: ids.own,
        references: ids.references,
        date: block.first("date").and_then(date::of),
        from: address::author(&block, None).map(|a| a.email.to_lowercase()).filter(|e| !e.is_empty()),
        labels: labels(&block),
        delivered_to: trace::delivered_to(&block),
    }
}

/// The author and the subject of a mail that is not read whole: empty where they are not there.
///
/// ```
/// use frontdesk::formats::head::who_and_what;
/// let (from, subject) = who_and_what(b"From: Joe <joe@x.org>\nSubject: Films\n\n");
/// assert_eq!((from.email.as_str(), subject.as_str()), ("joe@x.org", "Films"));
/// ```
#[must_use]
pub fn who_and_what(raw: &[u8]) -> (Address, String) {
    let raw = fields::with_line_feeds(raw);
    let block = fields::block(&raw, fields::start(&raw), &Limits::default(), |_| false);
    let subject = block.first("subject").map(|v| word::text(v, None)).unwrap_or_default();
    (address::author(&block, None).unwrap_or_default(), subject)
}

/// The labels in X-Gmail-Labels: a list with commas, each label perhaps in quotes.
pub(super) fn labels(block: &Block<'_>) -> Vec<String> {
    let mut labels = Vec::new();
    for value in block.all("x-gmail-labels").take(16) {
        let mut quoted = false;
        let text = word::text(value, None);
        let split = text.split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        labels.extend(split.map(|l| l.trim().trim_matches('"').to_owned()).filter(|l| !l.is_empty()).take(1_000));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_decoded_and_split() {
        let raw = b"X-Gmail-Labels: =?UTF-8?Q?=D0=92=D1=85=D0=BE=D0=B4=D1=8F=D1=89=D0=B8=D0=B5,?=\r\n =?UTF-8?Q?Sent?=,\"a, b\"\n\n";
        assert_eq!(head(raw).labels, ["Входящие", "Sent", "a, b"]);
    }

    #[test]
    fn deliveries_are_lower_case_addresses() {
        let raw = b"Delivered-To: Support@X.org\nX-Original-To: <info@x.org>\n\n";
        assert_eq!(head(raw).delivered_to, ["support@x.org", "info@x.org"]);
    }

    #[test]
    fn nothing_gives_an_empty_head() {
        assert_eq!(head(b""), Head::default());
        assert_eq!(head(b"\n\nno header here\n"), Head::default());
    }
}
