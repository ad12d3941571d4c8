//! A mail taken apart: what `formats` reads and the desk keeps. No bytes of MIME here.

use super::time::Moment;

/// A name and an address as a header gave them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The display name, decoded; empty when there is none.
    pub name: String,
    /// The address as written.
    pub email: String,
}

/// Who or what wrote a mail, by its headers (RFC 3834, RFC 2919, RFC 3462 and common practice).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A person.
    Person,
    /// A list or a bulk sender: a normal message that is never acknowledged and never reopens.
    Bulk,
    /// A machine that answers or reports by itself: `Auto-Submitted`, vacation notes, monitoring.
    AutoReply,
    /// A delivery report.
    Bounce,
}

impl Class {
    /// The word kept with the message; none for a person.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Class::Person => None,
            Class::Bulk => Some("bulk"),
            Class::AutoReply => Some("auto-reply"),
            Class::Bounce => Some("bounce"),
        }
    }
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The name the sender gave it, decoded; may be empty or hostile.
    pub name: String,
    /// The media type the sender claims, lower-case.
    pub media_type: String,
    /// The decoded bytes.
    pub content: Vec<u8>,
}

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Message-ID without `<>`; none when missing, empty, too long, several or with control bytes.
    pub message_id: Option<String>,
    /// The first id of In-Reply-To, without `<>`.
    pub in_reply_to: Option<String>,
    /// Every id of References and In-Reply-To, without `<>`, the last 50 at most.
    pub references: Vec<String>,
    /// The author.
    pub from: Option<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Reply-To.
    pub reply_to: Vec<Address>,
    /// Date, held to the years 0001–9999; none when missing or not a date.
    pub date: Option<Moment>,
    /// Decoded subject, as it arrived.
    pub subject: String,
    /// The text a person reads: the plain part, else the HTML part as text.
    pub text: String,
    /// Everything that is not the text: files, the HTML source excluded where a plain text stands beside it.
    pub attachments: Vec<Part>,
    /// Who or what wrote it.
    pub class: Class,
    /// Gmail's labels (`X-Gmail-Labels`), decoded.
    pub labels: Vec<String>,
    /// SHA-256 that two copies of the same mail share, whatever way they came (mbox, file, server).
    pub content_key: [u8; 32],
}
