//! Letters as they go out, read back by the reader of incoming mail.

use frontdesk::domain::mail::{Address, Class, Mail, Part};
use frontdesk::domain::time::Moment;
use frontdesk::formats::limits::Limits;
use frontdesk::post::compose::{Automatic, Letter, Quote, compose, plain};
use proptest::prelude::*;

fn address(name: &str, email: &str) -> Address {
    Address { name: name.to_owned(), email: email.to_owned() }
}

/// A letter that a test changes where it matters.
fn letter<'a>(from: &'a Address, to: &'a [Address]) -> Letter<'a> {
    Letter {
        from,
        to,
        cc: &[],
        reply_to: None,
        subject: "Re: Hi",
        message_id: "desk.1@acme.test",
        in_reply_to: None,
        references: &[],
        at: Moment(1_795_176_000),
        offset: 3 * 3600,
        text: "Hello",
        signature: None,
        quote: None,
        attachments: &[],
        automatic: None,
        instance: "a1b2",
    }
}

fn read(mail: &[u8]) -> Mail {
    frontdesk::formats::mail::mail(mail, &Limits::default()).unwrap()
}

/// The names of the fields, in their order; the lines of the head are checked on the way.
fn names(mail: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(mail).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "a bare line end: {text:?}");
    assert!(text.split("\r\n").all(|l| l.len() <= 998), "a line too long");
    let head = text.split("\r\n\r\n").next().unwrap();
    let fields = head.split("\r\n").filter(|l| !l.starts_with(' '));
    fields.map(|l| l.split(':').next().unwrap().to_owned()).collect()
}

#[test]
fn a_letter_is_read_as_it_was_written() {
    let (from, to) = (
        address("Поддержка Acme", "support@acme.test"),
        [address("Doe, \"Joe\" \\", "joe@x.org"), address("", "b@x.org")],
    );
    let references: Vec<String> = (0..40).map(|n| format!("{n}@x.org")).collect();
    let files = [
        Part {
            name: "../../Счёт 5.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: vec![0, 13, 10, 255],
        },
        Part {
            name: String::new(),
            media_type: "message/rfc822\r\nX: y".to_owned(),
            content: b"From: x\n\n.\n".to_vec(),
        },
    ];
    let letter = Letter {
        cc: &[address("Mila", "mila@почта.рф")],
        reply_to: Some(&from),
        subject: "Re: Счёт №5 не оплачен, и довольно длинная тема, чтобы она не поместилась в одну строку",
        in_reply_to: Some("parent@x.org"),
        references: &references,
        text: "Здравствуйте!\r\n\r\nОплачен **вчера**.\n.\nFrom here\n",
        signature: Some("Мила\nAcme"),
        quote: Some(Quote { attribution: "Joe wrote:", text: "Оплачен?\n\n> да" }),
        attachments: &files,
        ..letter(&from, &to)
    };
    let bytes = compose(&letter).unwrap();
    assert_eq!(bytes, compose(&letter).unwrap());
    assert_eq!(
        names(&bytes).join(" "),
        "Date From To Cc Reply-To Subject Message-ID In-Reply-To References X-Desk-Instance MIME-Version Content-Type"
    );
    let mail = read(&bytes);
    assert_eq!((mail.from.as_ref(), mail.to.as_slice()), (Some(&from), to.as_slice()));
    assert_eq!(mail.cc, [address("Mila", "mila@xn--80a1acny.xn--p1ai")]);
    assert_eq!((mail.subject.as_str(), mail.date), (letter.subject, Some(letter.at)));
    assert_eq!(
        (mail.message_id.as_deref(), mail.in_reply_to.as_deref()),
        (Some("desk.1@acme.test"), Some("parent@x.org"))
    );
    assert_eq!(
        (mail.references.len(), mail.references[0].as_str(), mail.references[20].as_str()),
        (21, "0@x.org", "parent@x.org")
    );
    assert_eq!(mail.text.trim_end(), plain(&letter).trim_end());
    assert_eq!(mail.class, Class::Person);
    let files: Vec<_> =
        mail.attachments.iter().map(|f| (f.name.as_str(), f.media_type.as_str(), f.content.len())).collect();
    assert_eq!(files, [("Счёт 5.pdf", "application/pdf", 4), ("file", "application/octet-stream", 11)]);
}

#[test]
fn an_automatic_letter_says_so() {
    let (from, to) = (address("", "support@acme.test"), [address("", "joe@x.org")]);
    for (automatic, word) in [(Automatic::Replied, "auto-replied"), (Automatic::Generated, "auto-generated")] {
        let bytes = compose(&Letter { automatic: Some(automatic), ..letter(&from, &to) }).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(
            text.contains(&format!(
                "\r\nAuto-Submitted: {word}\r\nX-Auto-Response-Suppress: All\r\nPrecedence: bulk\r\n"
            ))
        );
        assert_eq!(read(&bytes).class, Class::AutoReply);
    }
}

#[test]
fn a_name_with_line_ends_adds_no_field() {
    let raw =
        b"From: =?utf-8?q?E=0D=0ABcc:_q=40q.q?= <a@b.c>\r\nSubject: =?utf-8?q?x=0D=0ABcc:_q=40q.q?=\r\n\r\nHi\r\n";
    let hostile = read(raw);
    let (from, to) = (address("", "support@acme.test"), [hostile.from.unwrap()]);
    let bytes = compose(&Letter { subject: &hostile.subject, ..letter(&from, &to) }).unwrap();
    assert_eq!(names(&bytes).join(" "), "Date From To Subject Message-ID X-Desk-Instance MIME-Version Content-Type");
    assert_eq!(read(&bytes).to, [address("E Bcc: q@q.q", "a@b.c")]);
}

#[test]
fn a_letter_needs_somebody_to_go_to() {
    let from = address("", "support@acme.test");
    assert!(compose(&letter(&from, &[])).is_err());
    for bad in ["", "joe", "a@b\r\nBcc: q@q.q", "a@b, q@q.q", "<a@b>", "a b@c"] {
        let error = compose(&letter(&from, &[address("Joe", bad)])).unwrap_err();
        assert!(error.what.starts_with("no mail can go there"), "{}", error.what);
    }
}

#[test]
fn the_words_stay_as_they_were_typed_and_long_lines_survive() {
    let (from, to) = (address("", "support@acme.test"), [address("", "joe@x.org")]);
    let long = "x=".repeat(5000);
    for text in [long.as_str(), "a\rb\r\n.\r\n..\n=_text_", "тест \u{1f600}\ttab", "", "-- \n\nFrom x\n"] {
        let letter = Letter { text, ..letter(&from, &to) };
        let bytes = compose(&letter).unwrap();
        names(&bytes);
        assert_eq!(read(&bytes).text.trim_end(), plain(&letter).trim_end(), "{text:?}");
    }
}

/// What a field may be filled with: anything, and what has bitten others.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        proptest::collection::vec(any::<char>(), 0..30).prop_map(String::from_iter),
        "[\r\n\t\0 -~]{0,120}",
        "(\r\n|\r|\n|Bcc: |q@q.q|,|<|>|\"|\\\\|=\\?utf-8\\?q\\?=0D=0A\\?=|--=_text|[а-я]{1,40}| ){0,12}",
    ]
}

fn mailbox() -> impl Strategy<Value = Address> {
    (anything(), "[a-z][a-z0-9+._-]{0,20}@[a-z]{1,9}\\.(org|рф)").prop_map(|(name, email)| Address { name, email })
}

/// What is left of a text on its way into a head.
fn seen(text: &str) -> String {
    let blank = |c| matches!(c, '\t'..='\u{d}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let text = text.replace("\r\n", "\n");
    let left = text.chars().filter_map(|c| if blank(c) { Some(' ') } else { Some(c).filter(|&c| !unseen(c)) });
    left.collect::<String>().trim().to_owned()
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>')
}

fn sent(address: &Address) -> Address {
    Address { name: seen(&address.name), email: address.email.replace("рф", "xn--p1ai") }
}

proptest! {
    #[test]
    fn whatever_is_written_the_letter_has_its_fields_and_no_others(
        from in mailbox(), to in proptest::collection::vec(mailbox(), 1..4), cc in proptest::collection::vec(mailbox(), 0..3),
        subject in anything(), message_id in anything(), parent in proptest::option::of(anything()),
        references in proptest::collection::vec(prop_oneof![anything(), "[a-z]{1,9}@[a-z]{1,9}"], 0..30),
        at in any::<i64>(), offset in any::<i32>(), text in anything(), signature in proptest::option::of(anything()),
        quoted in proptest::option::of((anything(), anything())), instance in anything(),
        files in proptest::collection::vec((anything(), anything(), proptest::collection::vec(any::<u8>(), 0..60)), 0..3),
    ) {
        let attachments: Vec<Part> =
            files.into_iter().map(|(name, media_type, content)| Part { name, media_type, content }).collect();
        let letter = Letter {
            from: &from, to: &to, cc: &cc, reply_to: None, subject: &subject, message_id: &message_id,
            in_reply_to: parent.as_deref(), references: &references, at: Moment(at), offset, text: &text,
            signature: signature.as_deref(), quote: quoted.as_ref().map(|(a, t)| Quote { attribution: a, text: t }),
            attachments: &attachments, automatic: None, instance: &instance,
        };
        let bytes = compose(&letter).unwrap();
        prop_assert_eq!(&bytes, &compose(&letter).unwrap());
        let optional = ["Cc", "Message-ID", "In-Reply-To", "References", "X-Desk-Instance"];
        let found: Vec<String> = names(&bytes).into_iter().filter(|n| !optional.contains(&n.as_str())).collect();
        prop_assert_eq!(found.join(" "), "Date From To Subject MIME-Version Content-Type");
        let mail = read(&bytes);
        prop_assert_eq!(mail.from, Some(sent(&from)));
        prop_assert_eq!(mail.to, to.iter().map(sent).collect::<Vec<_>>());
        prop_assert_eq!(mail.cc, cc.iter().map(sent).collect::<Vec<_>>());
        prop_assert_eq!(mail.subject, seen(&subject));
        prop_assert_eq!(mail.date, Some(Moment(at).held()));
        prop_assert_eq!(mail.message_id.as_deref(), Some(message_id.as_str()).filter(|id| is_id(id)));
        prop_assert_eq!(mail.attachments.len(), attachments.len());
        for (sent, read) in attachments.iter().zip(&mail.attachments) {
            prop_assert!(!read.name.is_empty() && !read.name.contains(['/', '\\', '\n']), "{}", read.name);
            prop_assert_eq!(&sent.content, &read.content);
        }
        let words = plain(&letter);
        prop_assert_eq!(mail.text.trim_end(), words.trim_end());
    }

    #[test]
    fn no_string_makes_the_sender_panic(email in anything(), name in anything()) {
        let from = address("", "support@acme.test");
        if let Ok(bytes) = compose(&letter(&from, &[address(&name, &email)])) {
            prop_assert_eq!(names(&bytes).join(" "), "Date From To Subject Message-ID X-Desk-Instance MIME-Version Content-Type");
        }
    }
}
