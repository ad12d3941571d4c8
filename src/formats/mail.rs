//! One mail taken apart: bytes -> [`Mail`]. Hostile bytes give a worse mail or a reason, never a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::address;
use super::body;
use super::class;
use super::date;
use super::fields;
use super::head;
use super::ids;
use super::key;
use super::limits::Limits;
use super::mime;
use super::word;
use crate::domain::mail::Mail;

/// Reads one mail: an `.eml` file, or a mail of an mbox with or without its `From ` line. The error is the reason why it
/// cannot be taken, in plain words.
///
/// ```
/// use frontdesk::formats::{limits::Limits, mail::mail};
/// let raw = b"From: =?koi8-r?B?6dfBzg==?= <ivan@x.org>\r\nSubject: Hi\r\n\r\nHello\r\n";
/// let read = mail(raw, &Limits::default()).unwrap();
/// assert_eq!((read.from.unwrap().name.as_str(), read.subject.as_str(), read.text.as_str()), ("Иван", "Hi", "Hello"));
/// assert!(mail(b"no mail at all", &Limits::default()).is_err());
/// ```
///
/// # Errors
/// The mail or a part of it is larger than the limits, or it has no header.
pub fn mail(raw: &[u8], limits: &Limits) -> Result<Mail, String> {
    if u64::try_from(raw.len()).unwrap_or(u64::MAX) > limits.mail_bytes {
        return Err(format!("larger than {} MiB", limits.mail_bytes >> 20));
    }
    catch_unwind(AssertUnwindSafe(|| read(raw, limits))).unwrap_or_else(|_| Err("too broken to be read".to_owned()))
}

fn read(raw: &[u8], limits: &Limits) -> Result<Mail, String> {
    let raw = fields::with_line_feeds(raw);
    let raw = raw.as_ref();
    let start = fields::start(raw);
    let mut block = fields::block(raw, start, limits, |_| false);
    if let Some(excess) = block.excess.take() {
        return Err(excess);
    }
    if block.fields.is_empty() {
        return Err("no header field at the start: not a mail".to_owned());
    }
    let leaves = mime::leaves(raw, &block, limits);
    let declared = leaves.iter().find_map(|leaf| leaf.charset.clone());
    let declared = declared.as_deref();
    let ids = ids::of(&block, limits.references);
    let from = address::author(&block, declared);
    let email = from.as_ref().map(|a| a.email.as_str()).unwrap_or_default();
    let content_key = match &ids.own {
        Some(id) => key::of_mail(id, email, &block, &leaves),
        None => key::of_raw(raw, start, &block),
    };
    let subject = block.first("subject").map(|v| word::text(v, declared)).unwrap_or_default();
    let class = class::of(&block, email, &subject);
    let listed = |name| address::all(&block, name, declared, limits.addresses);
    let (to, cc, reply_to) = (listed("to"), listed("cc"), listed("reply-to"));
    let body = body::compose(leaves, limits)?;
    Ok(Mail {
        message_id: ids.own,
        in_reply_to: ids.in_reply_to,
        references: ids.references,
        from,
        to,
        cc,
        reply_to,
        date: block.first("date").and_then(date::of),
        subject,
        text: body.text,
        attachments: body.attachments,
        class,
        labels: head::labels(&block),
        content_key,
    })
}
