//! Mails that were made to break whoever reads them: each is put aside or taken, in little time, and the next mail comes in.

use crate::dovecot::{Dovecot, USER};
use crate::mailboxes::Mailboxes;
use crate::post::{Post, letter, numbered};
use crate::proxy::{Proxy, Side, Turn};
use std::fmt::Write;
use std::time::{Duration, Instant};

const EVE: &str = "Eve <eve@evil.test>";

/// Mails by name, none larger than what is read.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let with =
        |id: &str, more: &str, text: &str| letter(EVE, &format!("{id}@evil.test"), id, &[more], text).into_bytes();
    let mut recipients = String::from("Cc: a@x.test");
    (0..100_000).for_each(|n| write!(recipients, ",\n r{n}@x.test").unwrap());
    let mut nested = letter(EVE, "nested@evil.test", "nested", &["Content-Type: message/rfc822"], "");
    (0..200_000).for_each(|_| nested.push_str("Content-Type: message/rfc822\n\n"));
    let mut deep = letter(EVE, "deep@evil.test", "deep", &["Content-Type: multipart/mixed; boundary=b0"], "");
    (0..200_000).for_each(|n| write!(deep, "--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1).unwrap());
    let parts = format!("--b\n\na\n{}--b--\n", "--b\n\na\n".repeat(1_000_000));
    let references: String = (0..100_000).fold(String::from("References:"), |all, n| all + &format!("\n <{n}@x.test>"));
    vec![
        ("recipients", with("recipients", &recipients, "Hello")),
        ("parts", with("parts", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", &parts)),
        ("nested", nested.into_bytes()),
        ("deep", deep.into_bytes()),
        ("references", with("references", &references, "Hello")),
        ("headers", with("headers", &"X-A: b\n".repeat(1_000_000), "Hello")),
        ("header", with("header", &format!("X-A: {}", "b".repeat(20 << 20)), "Hello")),
        ("brackets", with("brackets", &format!("Date: {0}\nReceived: {0}\nReply-To: {0}", "(".repeat(1 << 20)), "Hello")),
        ("semicolons", format!("From: {}\nMessage-ID: <semicolons@evil.test>\n\nHello\n", ";".repeat(1 << 20)).into_bytes()),
        ("html", with("html", "Content-Type: text/html", &"<div>".repeat(200_000))),
        ("line", with("line", "X-A: b", &"a".repeat(5 << 20))),
        ("boundary", with("boundary", "Content-Type: multipart/mixed; boundary=\"\"", &"--\n".repeat(1 << 19))),
        ("charset", b"From: eve@evil.test\nSubject: =?utf-32le?b?AAAAAAAA?= =?x?q?=\nContent-Type: text/plain; charset=utf-32le\nContent-Transfer-Encoding: base64\n\n//4AAA==\n\0\x1b[2J\n".to_vec()),
        ("date", with("date", "Date: Mon, 99 Foo 9999 99:99:99 +9999", "Hello")),
        ("zero", b"From: \"E\0ve\" <e\0ve@evil.test>\nSubject: a\0b =?utf-8?q?=00?=\nMessage-ID: <z\0ero@evil.test>\nReferences: <\0@x.test>\n\nHel\0lo\n".to_vec()),
        ("files", b"From: eve@evil.test\nSubject: files\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/x; name=\"a\0/../b\"\nContent-Disposition: attachment; filename*=utf-8''%00%1b%5b2J..%2fx\n\n\0\n--b--\n".to_vec()),
        ("nothing", Vec::new()),
        ("blank", b"\n\n\n".to_vec()),
    ]
}

#[test]
fn each_is_taken_or_put_aside_and_the_next_mail_comes_in() {
    all_come_in(&Post::new(), hostile());
}

/// PostgreSQL cannot keep everything that a file can.
#[cfg(feature = "postgres")]
#[test]
fn on_a_server_too_each_is_taken_or_put_aside() {
    if let Some(url) = crate::cluster::schema() {
        let small = hostile().into_iter().filter(|(_, mail)| mail.len() < 2 << 20).collect();
        all_come_in(&Post::new().on_server(&url), small);
    }
}

fn all_come_in(post: &Post, hostile: Vec<(&'static str, Vec<u8>)>) {
    for (n, (name, mail)) in hostile.into_iter().enumerate() {
        post.deliver(&mail);
        post.deliver(numbered(n));
        let began = Instant::now();
        let fetched = post.fetch();
        // A program that was not made fast, on a machine that has other things to do.
        assert!(began.elapsed() < Duration::from_secs(20), "{name}: {:?}", began.elapsed());
        assert_eq!(fetched["read"], 2, "{name}: {fetched}");
        let next = post.stage.json(&format!("find \"Text {n}.\" from:ann{n}@x{n}.test"));
        assert_eq!(next.as_array().unwrap().len(), 1, "{name}: {fetched}");
    }
    let check = post.stage.ok("fetch --check");
    assert!(check.trim_end().ends_with(" 0 unaccounted"), "{check}");
    for line in ["ls", "parked", "ls status:all", "find Hello"] {
        let said = post.stage.desk(line);
        assert!(!said.out.contains(['\u{1b}', '\0']) && !said.talk.contains("panicked"), "{line}");
    }
}

#[test]
fn a_mail_too_large_stays_on_the_server() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    let mut large = letter(EVE, "large@evil.test", "Большой файл", &[], "").into_bytes();
    large.resize(30 << 20, b'\n');
    dovecot.deliver("INBOX", &large);
    dovecot.deliver("INBOX", numbered(0));
    let fetched = post.fetch();
    assert_eq!((fetched["parked"].as_array().unwrap().len(), fetched["opened"].as_array().unwrap().len()), (1, 1));
    let parked = post.stage.json("parked");
    assert_eq!((&parked[0]["from"], &parked[0]["subject"]), (&"eve@evil.test".into(), &"Большой файл".into()));
    assert!(parked[0]["reason"].as_str().unwrap().starts_with("larger than 25 MiB"), "{parked}");
    post.is_sound();
    assert_eq!((post.fetch()["read"].as_i64(), dovecot.count(USER, "INBOX")), (Some(0), (2, 0)));
}

#[test]
fn sizes_that_the_server_gets_wrong_hold_nothing_up() {
    let Some(dovecot) = Dovecot::start() else { return };
    let says = |size: &'static str| {
        Proxy::between(dovecot.plain_address(), move |side, _, line| {
            let text = String::from_utf8_lossy(line).into_owned();
            if let (Side::Server, Some(at)) = (side, text.find("RFC822.SIZE ")) {
                let digits = text[at + 12..].bytes().take_while(u8::is_ascii_digit).count();
                *line = format!("{}{size}{}", &text[..at], &text[at + 12 + digits..]).into_bytes();
            }
            Turn::Pass
        })
    };
    let mut large = letter(EVE, "large@evil.test", "A large file", &[], "").into_bytes();
    (0..28).for_each(|_| large.extend([vec![b'a'; (1 << 20) - 1], vec![b'\n']].concat()));
    dovecot.deliver("INBOX", &large);
    dovecot.deliver("INBOX", numbered(0));
    for size in ["RFC822.SIZE 100", "X-SIZE 5"] {
        let proxy = says(size);
        let post = Post::on(&proxy.url(USER));
        let fetched = post.fetch();
        assert_eq!(
            (fetched["parked"].as_array().unwrap().len(), fetched["opened"].as_array().unwrap().len()),
            (1, 1),
            "{size}: {fetched}"
        );
        assert_eq!(post.stage.json("parked")[0]["subject"], "A large file");
        post.is_sound();
    }
}
