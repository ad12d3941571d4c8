//! Building a mail: the words of an agent become a well-formed letter that every program can read. Who gets it and how it
//! gets there is not here.
//!
//! Nothing that a stranger wrote can add a header field: whatever goes into the head passes [`head`], which knows only
//! words without line ends. Nothing can add a part either: bodies are quoted-printable or Base64, in which `=_`, with
//! which every boundary begins, does not occur.

mod head;
mod html;

use super::address;
use crate::domain::mail::{Address, Part};
use crate::domain::time::Moment;
use crate::error::{Error, Result};
use chrono::{DateTime, FixedOffset};
use head::Head;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{Body, MultiPart, SinglePart};

/// What a letter says about itself that was written by no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    /// An answer to one mail: an acknowledgement.
    Replied,
    /// Written of our own accord: a recap, a notice.
    Generated,
}

impl Automatic {
    fn word(self) -> &'static str {
        match self {
            Automatic::Replied => "auto-replied",
            Automatic::Generated => "auto-generated",
        }
    }
}

/// The mail that is answered, as far as it is repeated below the answer.
#[derive(Debug, Clone, Copy)]
pub struct Quote<'a> {
    /// Who wrote when: `On Friday … Joe wrote:`.
    pub attribution: &'a str,
    /// The words that are repeated.
    pub text: &'a str,
}

/// A mail before it is built. Line ends, control characters and the like in it are dealt with here.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The author.
    pub from: &'a Address,
    /// To.
    pub to: &'a [Address],
    /// Cc.
    pub cc: &'a [Address],
    /// Where answers go, if not to the author.
    pub reply_to: Option<&'a Address>,
    /// The subject as it shall read, with its `Re:`.
    pub subject: &'a str,
    /// The id of this letter, without `<>`.
    pub message_id: &'a str,
    /// The id of the mail that is answered, without `<>`.
    pub in_reply_to: Option<&'a str>,
    /// The ids of the conversation, oldest first, without `<>`.
    pub references: &'a [String],
    /// When it was written.
    pub at: Moment,
    /// The clock of the writer: seconds east of UTC.
    pub offset: i32,
    /// The words: plain, or light markdown.
    pub text: &'a str,
    /// The signature, without its `-- `.
    pub signature: Option<&'a str>,
    /// The mail that is answered.
    pub quote: Option<Quote<'a>>,
    /// Files that go with it.
    pub attachments: &'a [Part],
    /// Set where no person wrote it.
    pub automatic: Option<Automatic>,
    /// Which desk wrote it (`X-Desk-Instance`), by which it knows its own mail again.
    pub instance: &'a str,
}

/// Ids of a conversation that a letter names: the first and so many of the last.
const LAST_REFERENCES: usize = 20;

/// The letter as bytes with CRLF line ends: `text/plain` and `text/html` beside each other, with files around them.
/// The same letter always gives the same bytes.
///
/// ```
/// use frontdesk::domain::{mail::Address, time::Moment};
/// use frontdesk::post::compose::{Letter, compose};
/// let desk = Address { name: "Acme support".into(), email: "support@acme.test".into() };
/// let joe = Address { name: "Joe\r\nBcc: q@q.q".into(), email: "joe@x.org".into() };
/// let letter = Letter { from: &desk, to: &[joe], cc: &[], reply_to: None, subject: "Re: Счёт", message_id: "1@acme.test",
///     in_reply_to: Some("0@x.org"), references: &[], at: Moment(0), offset: 3 * 3600, text: "It is **paid**.",
///     signature: None, quote: None, attachments: &[], automatic: None, instance: "a1" };
/// let mail = String::from_utf8(compose(&letter).unwrap()).unwrap();
/// assert!(mail.contains("\r\nTo: \"Joe Bcc: q@q.q\" <joe@x.org>\r\n"));
/// assert!(mail.starts_with("Date: Thu, 01 Jan 1970 03:00:00 +0300\r\n"));
/// assert!(mail.contains("It is **paid**.") && mail.contains("<strong>paid</strong>"));
/// ```
///
/// # Errors
/// An address that no mail can go to, or nobody to send it to.
pub fn compose(letter: &Letter<'_>) -> Result<Vec<u8>> {
    compose_with(letter, letter.text)
}

/// The same with other words in its HTML than in its plain text: links, which plain text would show in full. Both are plain,
/// or light markdown.
///
/// # Errors
/// As [`compose`].
pub fn compose_with(letter: &Letter<'_>, html: &str) -> Result<Vec<u8>> {
    if letter.to.is_empty() && letter.cc.is_empty() {
        return Err(Error::refused("the letter is for nobody").hint("name a recipient: --to, --cc"));
    }
    let mut head = Head::default();
    head.words("Date", [date(letter.at, letter.offset)]);
    head.addresses("From", std::slice::from_ref(letter.from))?;
    head.addresses("To", letter.to)?;
    head.addresses("Cc", letter.cc)?;
    head.addresses("Reply-To", letter.reply_to.map(std::slice::from_ref).unwrap_or_default())?;
    head.words("Subject", head::text(letter.subject));
    head.ids("Message-ID", [letter.message_id]);
    head.ids("In-Reply-To", letter.in_reply_to);
    head.ids("References", references(letter));
    if let Some(automatic) = letter.automatic {
        head.words("Auto-Submitted", [automatic.word().to_owned()]);
        head.words("X-Auto-Response-Suppress", ["All".to_owned()]);
        head.words("Precedence", ["bulk".to_owned()]);
    }
    head.token("X-Desk-Instance", letter.instance);
    head.words("MIME-Version", ["1.0".to_owned()]);
    let mut mail = head.into_bytes();
    mail.extend(body(letter, html));
    Ok(mail)
}

/// What stands behind the `@` of an address, as a Message-ID may hold it: in ASCII.
///
/// ```
/// use frontdesk::post::compose::host_of;
/// assert_eq!((host_of("support@acme.test"), host_of("мила@почта.рф")), ("acme.test".to_owned(), "xn--80a1acny.xn--p1ai".to_owned()));
/// assert_eq!(host_of("support"), "localhost");
/// ```
#[must_use]
pub fn host_of(email: &str) -> String {
    let host = email.rsplit_once('@').and_then(|(_, host)| address::host(host));
    host.unwrap_or_else(|| "localhost".to_owned())
}

/// Markdown as HTML that loads nothing, runs nothing, and links to web pages and mail addresses only.
///
/// ```
/// use frontdesk::post::compose::harmless;
/// assert_eq!(harmless("**b** <i onclick=x>"), "<p><strong>b</strong> &lt;i onclick=x&gt;</p>\n");
/// ```
#[must_use]
pub fn harmless(markdown: &str) -> String {
    html::markdown(&lines(markdown))
}

/// What the letter says as plain text: the words, the signature, the mail that is answered. Lines end with `\n`.
///
/// ```
/// # use frontdesk::domain::{mail::Address, time::Moment};
/// # use frontdesk::post::compose::{Letter, Quote, plain};
/// # let joe = Address { name: String::new(), email: "joe@x.org".into() };
/// # let letter = |text, signature, quote| Letter { from: &joe, to: &[], cc: &[], reply_to: None, subject: "", message_id: "",
/// #     in_reply_to: None, references: &[], at: Moment(0), offset: 0, text, signature, quote, attachments: &[],
/// #     automatic: None, instance: "" };
/// let quote = Quote { attribution: "Joe wrote:", text: "Is it paid?\n> Yes\n" };
/// let letter = letter("It is.", Some("Mila"), Some(quote));
/// assert_eq!(plain(&letter), "It is.\n\n-- \nMila\n\nJoe wrote:\n> Is it paid?\n>> Yes\n");
/// ```
#[must_use]
pub fn plain(letter: &Letter<'_>) -> String {
    let mut out = lines(letter.text);
    out.truncate(out.trim_end().len());
    out.push('\n');
    if let Some(signature) = signature(letter) {
        out.push_str("\n-- \n");
        out.push_str(&signature);
        out.push('\n');
    }
    if let Some(quote) = letter.quote {
        out.push('\n');
        let attribution = head::visible(quote.attribution);
        if !attribution.is_empty() {
            out.push_str(&attribution);
            out.push('\n');
        }
        for line in lines(quote.text).trim_end().lines() {
            out.push_str(if line.is_empty() || line.starts_with('>') { ">" } else { "> " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn signature(letter: &Letter<'_>) -> Option<String> {
    letter.signature.map(|s| lines(s).trim().to_owned()).filter(|s| !s.is_empty())
}

/// The text with `\n` for every kind of line end, without control characters and byte order marks.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    text.chars().filter(|&c| c == '\n' || c == '\t' || !(c.is_control() || c == '\u{feff}')).collect()
}

fn body(letter: &Letter<'_>, html: &str) -> Vec<u8> {
    let shown = Letter { text: html, ..*letter };
    let boundary = |kind: &str| format!("=_{kind}_{}", name_of(letter.message_id));
    let alternative = MultiPart::alternative()
        .boundary(boundary("text"))
        .singlepart(text_part(ContentType::TEXT_PLAIN, &plain(letter)))
        .singlepart(text_part(ContentType::TEXT_HTML, &html::page(&shown)));
    if letter.attachments.is_empty() {
        return alternative.formatted();
    }
    let mixed = MultiPart::mixed().boundary(boundary("files")).multipart(alternative);
    letter.attachments.iter().fold(mixed, |mixed, part| mixed.singlepart(file(part))).formatted()
}

/// A word for boundaries that only this letter has.
fn name_of(message_id: &str) -> String {
    let id = message_id.bytes();
    let mixed = id.fold(0xcbf2_9ce4_8422_2325_u64, |s, b| (s ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{mixed:016x}")
}

fn text_part(content_type: ContentType, text: &str) -> SinglePart {
    let text = text.replace('\n', "\r\n");
    // A letter beyond ASCII takes three bytes for one in quoted-printable, and a third more in Base64.
    let foreign = text.bytes().filter(|b| !b.is_ascii()).count();
    let encoding = if foreign * 6 > text.len() {
        ContentTransferEncoding::Base64
    } else {
        ContentTransferEncoding::QuotedPrintable
    };
    let part = SinglePart::builder().header(content_type);
    match Body::new_with_encoding(text, encoding) {
        Ok(body) => part.body(body),
        Err(bytes) => part.body(bytes),
    }
}

fn file(part: &Part) -> SinglePart {
    let builder = SinglePart::builder()
        .header(media_type(&part.media_type))
        .header(ContentDisposition::attachment(&file_name(&part.name)));
    match Body::new_with_encoding(part.content.clone(), ContentTransferEncoding::Base64) {
        Ok(body) => builder.body(body),
        Err(bytes) => builder.body(bytes),
    }
}

/// The media type without parameters. A mail as a file goes as plain bytes: Base64, in which all files are sent, is
/// forbidden for `message/…` and `multipart/…`.
fn media_type(claimed: &str) -> ContentType {
    let claimed = claimed.split(';').next().unwrap_or_default().trim();
    let token =
        |t: &str| !t.is_empty() && t.len() < 64 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b));
    let fine = claimed.split_once('/').is_some_and(|(kind, sub)| {
        let container = ["message", "multipart"].iter().any(|c| kind.eq_ignore_ascii_case(c));
        token(kind) && token(sub) && !container
    });
    let known = if fine { ContentType::parse(claimed).ok() } else { None };
    known.or_else(|| ContentType::parse("application/octet-stream").ok()).unwrap_or(ContentType::TEXT_PLAIN)
}

/// The name of a file without folders, and without anything that a system or an eye could be deceived with.
fn file_name(name: &str) -> String {
    const LONGEST: usize = 100;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = last.chars().filter(|&c| !address::is_invisible(c));
    let harmless: String = seen.map(|c| if "\"*:<>?|%".contains(c) { '_' } else { c }).collect();
    let name = harmless.trim().trim_start_matches('.').trim();
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 10 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let stem: String = stem.chars().take(LONGEST).collect();
    if stem.is_empty() && ending.is_empty() { "file".to_owned() } else { format!("{stem}{ending}") }
}

/// The first id of the conversation and the last ones; the mail that is answered is always among them.
fn references<'a>(letter: &Letter<'a>) -> Vec<&'a str> {
    let mut ids: Vec<&str> = letter.references.iter().map(String::as_str).filter(|id| head::is_id(id)).collect();
    if let Some(parent) = letter.in_reply_to.filter(|p| head::is_id(p) && !ids.contains(p)) {
        ids.push(parent);
    }
    let left_out = ids.len().saturating_sub(LAST_REFERENCES).max(1);
    ids.iter().take(1).chain(ids.iter().skip(left_out)).copied().collect()
}

/// `Fri, 20 Nov 2026 12:00:00 +0300`. The offset is kept to whole minutes, and dropped where it is no clock of this earth.
fn date(at: Moment, offset: i32) -> String {
    let whole = if offset.abs() <= 14 * 3600 { offset / 60 * 60 } else { 0 };
    let here = FixedOffset::east_opt(whole).and_then(|zone| {
        let at = DateTime::from_timestamp(at.held().0, 0)?.with_timezone(&zone);
        (1..=9999).contains(&chrono::Datelike::year(&at)).then_some(at)
    });
    let utc = || at.utc().format("%a, %d %b %Y %H:%M:%S +0000").to_string();
    here.map_or_else(utc, |at| at.format("%a, %d %b %Y %H:%M:%S %z").to_string())
}

#[cfg(test)]
mod tests;
