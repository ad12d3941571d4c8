//! Mails that are too large, too deep or too many of anything: each is taken or refused in words, in little time and memory,
//! and the mail after it is taken. All of them are made up here. Linux only where memory is measured.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use frontdesk::domain::mail::Mail;
use frontdesk::domain::quote::{new_text, split};
use frontdesk::formats::head::head;
use frontdesk::formats::limits::Limits;
use frontdesk::formats::mail::mail;
use frontdesk::formats::mailbox::{Item, Mailbox};
use frontdesk::formats::spool::Spool;

/// No mail takes longer, in a debug build on a busy machine; a release build is some twenty times as fast.
const PATIENCE: Duration = Duration::from_secs(30);
/// The process never holds more, the mail that is made up here included.
const MEMORY: u64 = 256 << 10;

const HEAD: &str = "From: a@b.test\nTo: c@d.test\nSubject: s\nMessage-ID: <1@x>\n";

/// Packs bytes as base64 in lines.
fn packed(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 50 + 8);
    for (n, group) in bytes.chunks(3).enumerate() {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let held = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let six = usize::try_from(held >> (18 - 6 * place) & 63).unwrap();
            out.push(if place <= group.len() { char::from(LETTERS[six]) } else { '=' });
        }
        if n % 19 == 18 {
            out.push('\n');
        }
    }
    out
}

/// What taking a mail came to; a text of up to 2 MB is read for what is new in it, too.
fn taken(name: &str, raw: &[u8]) -> Result<Mail, String> {
    let began = Instant::now();
    let _ = head(raw);
    let read = mail(raw, &Limits::default());
    if let Some(read) = read.as_ref().ok().filter(|read| read.text.len() < 2 << 20) {
        assert_eq!(split(&read.text).last().map_or(0, |piece| piece.to), read.text.len(), "{name}");
        let _ = new_text(&read.text);
    }
    assert!(began.elapsed() < PATIENCE, "{name} took {:?}", began.elapsed());
    assert_eq!(mail(b"Subject: next\n\nx\n", &Limits::default()).unwrap().subject, "next", "after {name}");
    read
}

fn refused(name: &str, raw: &[u8], why: &str) {
    assert_eq!(taken(name, raw).err().as_deref(), Some(why), "{name}");
}

/// The most memory that the process has had, in KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}

/// Everything in one test: memory is measured for the whole process.
#[test]
fn whatever_arrives_is_taken_or_refused_in_little_time_and_memory() {
    headers();
    repeated_signs();
    nesting();
    bodies();
    files();
    if let Some(peak) = peak() {
        assert!(peak < MEMORY, "{} MiB", peak >> 10);
    }
}

fn headers() {
    let long = "the header is longer than 1024 KiB";
    let recipients: String = (0..100_000).map(|n| format!("Joe {n} <joe{n}@x.test>,\n ")).collect();
    refused("100,000 recipients", format!("{HEAD}Cc: {recipients}\n\nx").as_bytes(), long);
    let some: String = (0..4_000).map(|n| format!("j{n}@x.test, ")).collect();
    assert_eq!(taken("4,000 recipients", format!("{HEAD}Cc: {some}\n\nx").as_bytes()).unwrap().cc.len(), 1_000);
    let references: String = (0..100_000).map(|n| format!("<{n}@x>\n ")).collect();
    refused("100,000 references", format!("{HEAD}References: {references}\n\nx").as_bytes(), long);
    let some: String = (0..5_000).map(|n| format!("<{n}@x>\n ")).collect();
    assert_eq!(
        taken("5,000 references", format!("{HEAD}References: {some}\n\nx").as_bytes()).unwrap().references.len(),
        50
    );
    refused(
        "1 M headers",
        format!("{HEAD}{}\nx", "A: b\n".repeat(1_000_000)).as_bytes(),
        "the header has more than 2000 fields",
    );
    refused("20 MB header line", format!("{HEAD}X: {}\n\nx", "a".repeat(20_000_000)).as_bytes(), long);
    refused("50 MB header line", format!("{HEAD}X: {}\n\nx", "a".repeat(50_000_000)).as_bytes(), "larger than 25 MiB");
}

/// A sign a million times, in each field that is taken apart; and as often as the limits let through.
fn repeated_signs() {
    let fields = [
        "From",
        "Date",
        "Received",
        "To",
        "Subject",
        "References",
        "In-Reply-To",
        "Content-Type",
        "Message-ID",
        "Content-Disposition",
        "Authentication-Results",
        "Thread-Index",
        "Delivered-To",
        "X-Gmail-Labels",
        "X-Failed-Recipients",
        "Content-Transfer-Encoding",
    ];
    for sign in [";", "(", "\"", "<", ",", "@", "=?", "\\", "a@b,", "=?utf-8?Q?a?=", "é"] {
        for field in fields {
            let name = format!("{field}: {sign}…");
            let raw = format!("Subject: s\n{field}: {}\n\nx", sign.repeat(1_000_000 / sign.len()));
            assert!(taken(&name, raw.as_bytes()).is_ok(), "{name}");
        }
    }
}

fn nesting() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(200_000);
    assert_eq!(taken("200,000 mails in mails", nested.as_bytes()).unwrap().attachments.len(), 1);
    let parts: String =
        (0..200_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    assert_eq!(taken("200,000 nested parts", parts.as_bytes()).unwrap().attachments.len(), 1);
    let parts = format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--a\n\nx\n".repeat(1_000_000));
    assert_eq!(taken("1 M parts", parts.as_bytes()).unwrap().attachments.len(), 1);
    let mut inner = "Subject: core\n\nx".to_owned();
    for _ in 0..45 {
        let outer = format!(
            "{HEAD}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}",
            packed(inner.as_bytes())
        );
        if outer.len() > 24 << 20 {
            break;
        }
        inner = outer;
    }
    assert!(inner.len() > 15 << 20);
    assert_eq!(taken("mails in base64 in mails", inner.as_bytes()).unwrap().attachments.len(), 1);
    let mut inner = "Content-Type: text/plain\n\ncore".to_owned();
    while inner.len() < 15 << 20 {
        let part = packed(format!("--a\n{inner}\n--a--\n").as_bytes());
        inner = format!("Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n{part}");
    }
    assert!(taken("parts in base64 in parts", inner.as_bytes()).is_ok());
}

fn bodies() {
    let body = |kind: &str, text: &str| format!("{HEAD}Content-Type: {kind}\n\n{text}");
    for (name, kind, piece, megabytes) in [
        ("nested <div>", "text/html", "<div>", 1),
        ("24 MB of lines", "text/plain", "another line of the text, 12345\n", 24),
        ("24 MB in one line", "text/plain", "y", 24),
        ("dashes in one line", "multipart/mixed; boundary=\"-\"", "--", 10),
        ("lines of dashes", "multipart/mixed; boundary=x", "--\n", 10),
        ("quote marks", "text/plain", ">", 1),
        ("attribution lines", "text/plain", "On 1 Jan 2026 10:00 a <a@b> wrote:\n", 1),
        ("the word wrote", "text/plain", "wrote:\n", 1),
        ("marks of signatures", "text/plain", "--\n", 1),
        ("header lines", "text/plain", "From: a@b\n", 1),
        ("blank lines", "text/plain", "\n", 10),
    ] {
        let raw = body(kind, &piece.repeat(megabytes * 1_000_000 / piece.len()));
        let read = taken(name, raw.as_bytes());
        assert!(read.is_ok(), "{name}: {read:?}");
    }
    let wide: Vec<u8> = "Привет".chars().cycle().take(300_000).flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let raw = body("text/plain; charset=utf-32LE\nContent-Transfer-Encoding: base64", &packed(&wide));
    assert!(taken("utf-32LE in base64", raw.as_bytes()).is_ok());
    let odd = body("text/html; charset=utf-32LE\nContent-Transfer-Encoding: base64", "/////w==");
    assert!(taken("letters that are none", odd.as_bytes()).is_ok());
}

/// A mail of 200 MB as a file, in an mbox and in a Maildir; a small one follows each.
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let from = "From joe@x Mon Jan  1 00:00:00 2024\n";
    let next = format!("{from}Subject: next\n\nx\n");
    std::fs::create_dir_all(at("maildir/cur")).unwrap();
    large(&at("box.mbox"), from, &next);
    large(&at("maildir/cur/1:2,"), "", "");
    std::fs::write(at("maildir/cur/2:2,"), "Subject: next\n\nx\n").unwrap();
    for name in ["box.mbox", "maildir"] {
        let began = Instant::now();
        let mut seen = Vec::new();
        let mut each = |_: &_, item: Item<'_>| {
            seen.push(match item {
                Item::Mail(raw) => mail(raw, &Limits::default()).map(|read| read.subject),
                Item::Oversized { bytes, head } => Err(format!("{} of {bytes}", head.len())),
                Item::Unreadable(why) => Err(why),
            });
            Ok(())
        };
        Mailbox::open(&at(name), None).unwrap().scan(&Limits::default(), &mut each, &mut |_, _| {}).unwrap();
        assert!(matches!(&seen[0], Err(why) if why.starts_with("1048576 of 2000000")), "{name}: {:?}", seen[0]);
        assert_eq!(seen[1..], [Ok("next".to_owned())], "{name}");
        let mut spool = if name == "maildir" { Spool::maildir(&at(name)) } else { Spool::mbox(&at(name)) }.unwrap();
        let items = spool.list(&Limits::default()).unwrap();
        let read: Vec<_> = items.iter().map(|item| spool.read(item, 25 << 20).map(|raw| raw.len())).collect();
        assert!(read.contains(&Ok(17)) && read.contains(&Err("larger than 25 MiB: 190 MiB".to_owned())), "{read:?}");
        assert!(began.elapsed() < PATIENCE * 3, "{name} took {:?}", began.elapsed());
    }
}

/// Writes a mail of 200 MB between two pieces of text.
fn large(path: &Path, before: &str, after: &str) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(format!("{before}{HEAD}\n").as_bytes()).unwrap();
    let lines = [[b'x'; 99].as_slice(), b"\n"].concat().repeat(10_000);
    for _ in 0..200 {
        file.write_all(&lines).unwrap();
    }
    file.write_all(if after.is_empty() { "" } else { "\n" }.as_bytes()).unwrap();
    file.write_all(after.as_bytes()).unwrap();
    file.flush().unwrap();
}
