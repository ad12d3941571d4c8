//! Answers by mail: `reply`, `outbox`, drafts and what changed meanwhile, with a real server of the tests at the other end.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails there")]

#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "mail/certificate.rs"]
mod certificate;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "mail/dovecot.rs"]
mod dovecot;
#[path = "engines/mailboxes.rs"]
mod mailboxes;
#[path = "engines/sink.rs"]
mod sink;
#[path = "mail/smtp_server.rs"]
mod smtp_server;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "cli/stage.rs"]
mod stage;

#[path = "reply/announce.rs"]
mod announce;
#[path = "reply/drafts.rs"]
mod drafts;
#[path = "reply/letter.rs"]
mod letter;
#[path = "reply/meanwhile.rs"]
mod meanwhile;
#[path = "reply/outcomes.rs"]
mod outcomes;

use frontdesk::domain::mail::Mail;
use frontdesk::formats::limits::Limits;
use sink::Sink;
use stage::Stage;

/// Ann's question, with Bob in copy.
const QUESTION: &str = "From: Ann Smith <Ann@acme.test>\r\nTo: Support <support@desk.test>\r\nCc: Bob <bob@acme.test>\r\n\
    Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nSubject: Cannot log in\r\nMessage-ID: <q1@acme.test>\r\n\
    References: <q0@acme.test>\r\n\r\nIt says no.\r\nWhat now?\r\n\r\n> an old quote\r\n";

/// A desk that sends through a server of its own, and holds Ann's question as ticket 1.
fn desk() -> (Stage, Sink) {
    let server = Sink::start();
    let stage = Stage::new();
    set_up(&stage, &server);
    take_in(&stage, "1", QUESTION);
    (stage, server)
}

fn set_up(stage: &Stage, server: &Sink) {
    stage.ok("config set zone UTC");
    stage.ok("config set smtp.from 'Acme support <support@desk.test>'");
    stage.ok(&format!("config set smtp.url smtp://127.0.0.1:{}", server.port()));
}

/// A mail comes in.
fn take_in(stage: &Stage, name: &str, mail: &str) {
    let file = stage.path(&format!("{name}.eml"));
    std::fs::write(&file, mail).unwrap();
    stage.ok(&format!("import {} --own support@desk.test", file.display()));
}

/// The only mail that the server has.
fn the_mail(server: &Sink) -> Mail {
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    read(&mails[0].bytes)
}

fn read(bytes: &[u8]) -> Mail {
    frontdesk::formats::mail::mail(bytes, &Limits::default()).unwrap()
}

/// Where the mails of the outbox stand, oldest first.
fn states(stage: &Stage) -> Vec<String> {
    let all = stage.json("outbox --all");
    all.as_array().unwrap().iter().rev().map(|p| p["state"].as_str().unwrap().to_owned()).collect()
}
