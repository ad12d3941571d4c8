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

/// What a delivery report says of the mail that could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounce {
    /// The Message-ID of the mail that bounced, without `<>`: from the copy that the report carries, or its In-Reply-To.
    pub original: Option<String>,
    /// Who did not get it, lower-case; 100 at most.
    pub recipients: Vec<String>,
    /// The status of RFC 3463, such as `5.1.1`, the most telling one.
    pub status: Option<String>,
    /// Why, in one line for a person, 300 letters at most; may be empty.
    pub reason: String,
    /// It is still being tried: not the last word.
    pub delayed: bool,
}

/// What one server found out about the sender: an Authentication-Results field (RFC 8601). Anyone can write one, so only
/// the first field of a server that one trusts says anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results {
    /// Who judged (the authserv-id), lower-case.
    pub server: String,
    /// `pass`, `fail`, `none`…, lower-case. Of several the first that is no `pass`.
    pub dmarc: Option<String>,
    /// The domain in From that DMARC judged (`header.from`), lower-case.
    pub dmarc_domain: Option<String>,
    /// Of several signatures `pass` if one passed, else the first.
    pub dkim: Option<String>,
    /// Of several the first that is no `pass`.
    pub spf: Option<String>,
}

/// The media type that a file's name promises; plain bytes where it promises none.
///
/// ```
/// use frontdesk::domain::mail::media_type;
/// assert_eq!((media_type("Screen.PNG"), media_type("Счёт.pdf"), media_type("dump")), ("image/png", "application/pdf", "application/octet-stream"));
/// ```
#[must_use]
pub fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase());
    match ending.as_str() {
        "txt" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "json" => "application/json",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
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
    /// What a delivery report says; none for any other mail, and for a report of success.
    pub bounce: Option<Bounce>,
    /// The conversation in Outlook's Thread-Index: its first 22 bytes in hexadecimal.
    pub thread_index: Option<String>,
    /// The mailboxes it was delivered to (Delivered-To, X-Original-To, Envelope-To), lower-case; 20 at most.
    pub delivered_to: Vec<String>,
    /// Authentication-Results, the topmost first; 20 at most.
    pub results: Vec<Results>,
    /// The desk that sent it (`X-Desk-Instance`), as anyone may claim.
    pub instance: Option<String>,
    /// It came over a mailing list or a bulk sender: it has a `List-…` field.
    pub listed: bool,
    /// SHA-256 that two copies of the same mail share, whatever way they came (mbox, file, server).
    pub content_key: [u8; 32],
}
