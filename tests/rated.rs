//! How satisfied customers are: ratings written down by hand, the mail that asks after a close, and answers to it, with a real
//! mail server of the tests at one end and a Maildir at the other.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "engines/sink.rs"]
mod sink;
#[path = "mail/smtp_server.rs"]
mod smtp_server;
#[path = "cli/stage.rs"]
#[expect(dead_code, reason = "another crate uses the rest")]
mod stage;

#[path = "rated/answered.rs"]
mod answered;
#[path = "rated/asked.rs"]
mod asked;
#[path = "rated/by_hand.rs"]
mod by_hand;

use frontdesk::domain::mail::Mail;
use frontdesk::formats::limits::Limits;
use serde_json::Value;
use sink::Sink;
use stage::Stage;
use std::cell::Cell;
use std::fs;
use std::time::{Duration, SystemTime};

/// A desk that reads a Maildir and sends through a server.
struct Post {
    stage: Stage,
    server: Sink,
    letters: Cell<u32>,
}

impl Post {
    fn new() -> Post {
        let post = Post { stage: Stage::new(), server: Sink::start(), letters: Cell::new(0) };
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(post.stage.path("mail").join(part)).unwrap();
        }
        post.stage.all(&[
            &format!("config set mailbox.support.imap maildir:{}", post.stage.path("mail").display()),
            "config set addresses support@desk.test",
            "config set name Acme",
            "config set smtp.from 'Acme support <support@desk.test>'",
            &format!("config set smtp.url smtp://127.0.0.1:{}", post.server.port()),
        ]);
        post
    }

    /// With a question of Ann's, ticket 1, answered.
    fn answered() -> Post {
        let post = Post::new();
        post.comes("Ann Lee <ann@acme.test>", "q1@acme.test", "Cannot log in", &[], "It says no.");
        post.fetch();
        post.stage.ok("reply 1 -m 'Try again.'");
        post
    }

    /// With that ticket closed, and Ann asked how it was.
    fn asked() -> Post {
        let post = Post::answered();
        post.stage.ok("close 1 --ask");
        assert_eq!(post.server.mails().len(), 2);
        post
    }

    /// A mail lies in the Maildir.
    fn comes(&self, from: &str, id: &str, subject: &str, more: &[&str], text: &str) {
        let more: String = more.iter().map(|line| format!("{line}\n")).collect();
        let head = format!("From: {from}\nTo: support@desk.test\nMessage-ID: <{id}>\nSubject: {subject}\n{more}");
        let utf8 = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n";
        let utf8 = if more.contains("Content-Type:") { "" } else { utf8 };
        let n = self.letters.get() + 1;
        self.letters.set(n);
        let path = self.stage.path("mail/new").join(format!("{:010}.M{n}.test", 1_700_000_000 + n));
        fs::write(&path, format!("{head}{utf8}\n{text}\n")).unwrap();
        let now = u64::try_from(self.stage.line(&[]).host().now().unwrap().0).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
        fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
    }

    fn fetch(&self) -> Value {
        self.stage.json("fetch")["mailboxes"][0].clone()
    }

    /// An answer to the last mail that left, from Ann, fetched.
    fn ann_answers(&self, text: &str) -> Value {
        let id = self.last().message_id.unwrap();
        let reference = format!("In-Reply-To: <{id}>");
        let n = self.letters.get();
        self.comes(
            "Ann Lee <ann@acme.test>",
            &format!("a{n}@acme.test"),
            "Re: Cannot log in [#1]",
            &[&reference],
            text,
        );
        self.fetch()
    }

    /// The same desk at another time.
    fn at(self, now: &str) -> Post {
        Post { stage: self.stage.at(now), ..self }
    }

    /// The last mail that left.
    fn last(&self) -> Mail {
        read(&self.server.mails().last().unwrap().bytes)
    }

    /// Status of ticket 1, since when it waits, its scores.
    fn stands(&self) -> (String, Value, Vec<i64>) {
        let ticket = self.stage.json("show 1");
        let scores = ticket["ratings"].as_array().unwrap().iter().map(|r| r["score"].as_i64().unwrap()).collect();
        (ticket["status"].as_str().unwrap().to_owned(), ticket["waiting_since"].clone(), scores)
    }
}

fn read(bytes: &[u8]) -> Mail {
    frontdesk::formats::mail::mail(bytes, &Limits::default()).unwrap()
}
