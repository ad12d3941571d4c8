//! Mails that were made to break whoever reads them: each is put aside or taken, in little time, and the next mail comes in.

use crate::dovecot::{Dovecot, USER};
use crate::post::{Post, letter, numbered};
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
        ("line", with("line", "X-A: b", &"a".repeat(20 << 20))),
        ("boundary", with("boundary", "Content-Type: multipart/mixed; boundary=\"\"", &"--\n".repeat(1 << 20))),
        ("charset", b"From: eve@evil.test\nSubject: =?utf-32le?b?AAAAAAAA?= =?x?q?=\nContent-Type: text/plain; charset=utf-32le\nContent-Transfer-Encoding: base64\n\n//4AAA==\n\0\x1b[2J\n".to_vec()),
        ("date", with("date", "Date: Mon, 99 Foo 9999 99:99:99 +9999", "Hello")),
        ("nothing", Vec::new()),
        ("blank", b"\n\n\n".to_vec()),
    ]
}

#[test]
fn each_is_taken_or_put_aside_and_the_next_mail_comes_in() {
    let post = Post::new();
    for (n, (name, mail)) in hostile().into_iter().enumerate() {
        post.deliver(&mail);
        post.deliver(numbered(n));
        let began = Instant::now();
        let fetched = post.fetch();
        // A program that was not made fast, on a machine that has other things to do.
        assert!(began.elapsed() < Duration::from_secs(20), "{name}: {:?}", began.elapsed());
        assert_eq!(fetched["read"], 2, "{name}: {fetched}");
        assert_eq!(post.mails().get(&format!("m{n}@x.test")), Some(&1), "{name}: {fetched}");
    }
    post.is_sound();
    for line in ["ls", "parked", "ls status:all", "find Hello"] {
        let said = post.stage.desk(line);
        assert!(!said.out.contains(['\u{1b}', '\0']) && !said.talk.contains("panicked"), "{line}");
    }
}

#[test]
fn a_mail_too_large_stays_on_the_server() {
    let Some(dovecot) = Dovecot::start() else { return };
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
