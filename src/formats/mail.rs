//! One mail taken apart: bytes -> [`Mail`]. Hostile bytes give a worse mail or a reason, never a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::address;
use super::body;
use super::bounce;
use super::class;
use super::date;
use super::fields;
use super::head;
use super::ids;
use super::key;
use super::limits::Limits;
use super::mime;
use super::results;
use super::trace;
use super::word;
use crate::domain::mail::{Class, Mail};

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
    let author = from.as_ref().map(|a| if email.is_empty() { a.name.as_str() } else { email });
    let class = class::of(&block, author.unwrap_or_default(), &subject);
    let listed = |name| address::all(&block, name, declared, limits.addresses);
    let (to, cc, reply_to) = (listed("to"), listed("cc"), listed("reply-to"));
    let report = (class == Class::Bounce).then(|| bounce::Report::of(&leaves, limits));
    let body = body::compose(leaves, limits)?;
    let bounce = report.and_then(|report| report.bounce(&block, &ids, &body.text));
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
        bounce,
        thread_index: trace::thread_index(&block),
        delivered_to: trace::delivered_to(&block),
        results: results::of(&block),
        instance: trace::instance(&block),
        listed: class::is_listed(&block),
        content_key,
    })
}

#[cfg(test)]
mod tests {
    use super::super::head::head;
    use super::*;
    use crate::domain::mail::Address;
    use proptest::prelude::*;

    fn read(raw: impl AsRef<[u8]>) -> Mail {
        mail(raw.as_ref(), &Limits::default()).unwrap()
    }

    fn refused(raw: &[u8]) -> String {
        mail(raw, &Limits::default()).unwrap_err()
    }

    #[test]
    fn a_mail_is_taken_apart() {
        let read = read(
            "From: \"Петров, Иван\" <Ivan@X.org>\r\nTo: a@b, C <c@d>\r\nCc: e@f\r\nReply-To: g@h\r\n\
             Date: Fri, 20 Nov 2026 12:00:00 +0300\r\nSubject: =?utf-8?Q?=D0=A1=D1=87=D1=91=D1=82?=\r\n\
             Message-ID: <3@x>\r\nReferences: <1@x>\r\nIn-Reply-To: <2@x>\r\nX-Gmail-Labels: Inbox,Sent\r\n\
             Auto-Submitted: auto-replied\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nHello\r\n\r\n--a\r\n\
             Content-Type: IMAGE/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--a--\r\n",
        );
        let address = |name: &str, email: &str| Address { name: name.into(), email: email.into() };
        assert_eq!(read.from, Some(address("Петров, Иван", "Ivan@X.org")));
        assert_eq!(read.to, [address("", "a@b"), address("C", "c@d")]);
        assert_eq!((read.cc, read.reply_to), (vec![address("", "e@f")], vec![address("", "g@h")]));
        assert_eq!(read.date.map(|d| d.rfc3339()).as_deref(), Some("2026-11-20T09:00:00Z"));
        assert_eq!((read.subject.as_str(), read.text.as_str()), ("Счёт", "Hello"));
        assert_eq!((read.message_id.as_deref(), read.in_reply_to.as_deref()), (Some("3@x"), Some("2@x")));
        assert_eq!(
            (read.references, read.labels),
            (vec!["1@x".into(), "2@x".into()], vec!["Inbox".into(), "Sent".to_owned()])
        );
        assert_eq!(read.class, Class::AutoReply);
        let part = &read.attachments[0];
        assert_eq!(
            (part.name.as_str(), part.media_type.as_str(), part.content.as_slice()),
            ("x.png", "image/png", &b"hello"[..])
        );
    }

    #[test]
    fn what_servers_wrote_is_kept_apart_from_what_people_wrote() {
        let read = read(
            "Delivered-To: Support@desk.test\nAuthentication-Results: mx.desk.test; dmarc=pass header.from=x.org\n\
             From: a@x.org\nX-Desk-Instance: k3\nList-Id: <lamps.x.org>\nX-Desk-Ticket: 1\n\nHello\n",
        );
        assert_eq!(read.delivered_to, ["support@desk.test"]);
        assert_eq!((read.results[0].server.as_str(), read.results[0].dmarc.as_deref()), ("mx.desk.test", Some("pass")));
        assert_eq!((read.instance.as_deref(), read.listed, read.class), (Some("k3"), true, Class::Bulk));
        assert_eq!((read.bounce, read.thread_index), (None, None));
    }

    #[test]
    fn raw_cyrillic_headers_and_bodies_are_read_in_any_charset() {
        let text =
            "From: Иван Петров <ivan@x.org>\nSubject: Не работает вход\n\nЗдравствуйте! Не могу войти в кабинет.\n";
        for encoding in [encoding_rs::WINDOWS_1251, encoding_rs::KOI8_R, encoding_rs::IBM866, encoding_rs::ISO_8859_5] {
            let read = read(encoding.encode(text).0);
            assert_eq!(read.from.unwrap().name, "Иван Петров", "{}", encoding.name());
            assert_eq!(read.subject, "Не работает вход");
            assert_eq!(read.text, "Здравствуйте! Не могу войти в кабинет.");
        }
    }

    #[test]
    fn what_is_no_mail_or_too_much_is_refused_in_words() {
        assert_eq!(refused(b""), "no header field at the start: not a mail");
        assert_eq!(refused(b"\x89PNG\r\n\x1a\n"), "no header field at the start: not a mail");
        assert_eq!(refused(&vec![b'a'; (25 << 20) + 1]), "larger than 25 MiB");
        assert_eq!(refused(&b"A: b\n".repeat(2_002)), "the header has more than 2000 fields");
        let long = format!("A: {}\n\n", "a\n ".repeat(400_000));
        assert_eq!(refused(long.as_bytes()), "the header is longer than 1024 KiB");
        let limits = Limits { attachment: 10, ..Limits::default() };
        let file = b"Content-Type: x/y\n\nmore than ten bytes";
        assert_eq!(mail(file, &limits).unwrap_err(), "an attachment is larger than 0 MiB");
    }

    #[test]
    fn every_kind_of_nesting_ends_well() {
        let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
        assert_eq!(read(nested).attachments.len(), 1);
        let deep: String =
            (0..100_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        assert_eq!(read(deep).attachments.len(), 1);
        let packed = (0..25).fold(String::from("Subject: core\n\nx"), |inner, _| {
            let mut packed =
                String::from("Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n");
            super::super::transfer::push_base64(&mut packed, format!("--a\n{inner}\n--a--\n").as_bytes());
            packed
        });
        assert_eq!(read(packed).attachments.len(), 1);
    }

    #[test]
    fn control_characters_stay_in_the_subject_and_nul_does_not() {
        assert_eq!(read("Subject: a\u{1b}[2J\0b\n\n").subject, "a\u{1b}[2Jb");
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        let names = ["From", "To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Content-Type", "X"];
        let values = [
            "<a@b>",
            "<c@d> <e@f",
            "x@y (z",
            "=?utf-8?B?0J8=?=",
            "multipart/mixed; boundary=a",
            "text/html; charset=koi8-r",
            "Fri, 20 Nov 2026 12:00:00 +0300",
            "\"q",
            "",
        ];
        prop_oneof![
            (
                prop::sample::select(names.to_vec()),
                prop::sample::select(values.to_vec()),
                prop::collection::vec(any::<u8>(), 0..8)
            )
                .prop_map(|(name, value, tail)| [name.as_bytes(), b": ", value.as_bytes(), &tail, b"\n"].concat()),
            prop::sample::select(vec!["\n", "--a\n", "--a--\n", " folded\n", "\r\n", "From x\n", "=\n", "<p>"])
                .prop_map(|l| l.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..30),
        ]
    }

    proptest! {
        #[test]
        fn the_head_says_what_the_mail_says(lines in prop::collection::vec(line(), 0..20)) {
            let raw = lines.concat();
            let head = head(&raw);
            if let Ok(read) = mail(&raw, &Limits::default()) {
                prop_assert_eq!((head.message_id, head.references, head.date), (read.message_id, read.references, read.date));
                prop_assert_eq!(head.labels, read.labels);
                prop_assert!(!read.text.contains('\0') && !read.subject.contains('\0'));
            }
        }
    }
}
