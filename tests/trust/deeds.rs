//! The commands that are cut off in trials, each with the desk on which it is done.

use crate::smtp_server::{Setup, SmtpServer};
use crate::stage::Stage;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Commands that are done one after the other.
pub struct Deed {
    pub name: &'static str,
    /// Makes the desk, as large as said.
    pub furnish: fn(&Stage, usize),
    /// The commands; some name what the desk holds.
    pub steps: fn(&Stage) -> Vec<String>,
    pub kind: Kind,
}

/// What may be seen when a deed was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Each command is done wholly or not at all.
    Whole,
    /// Mails come in bit by bit, each of them wholly, once; the same command brings the rest.
    Mails,
    /// A mail leaves at most once, and the desk knows what became of it.
    Reply,
    /// A file `copy.db` is there, whole, or it is not.
    Backup,
    /// A file `copy.ndjson` is there, whole, or it is not.
    Export,
    /// Done or not; freed places may still have to be written over, which `doctor` says.
    Erase,
    /// A desk of an older edition is old or brought up.
    Edition(u8),
}

const fn deed(name: &'static str, kind: Kind, furnish: fn(&Stage, usize), steps: fn(&Stage) -> Vec<String>) -> Deed {
    Deed { name, furnish, steps, kind }
}

/// Every deed.
pub const DEEDS: &[Deed] = &[
    deed("table", Kind::Whole, table, |_| lines(&["import all.csv"])),
    deed("fetch", Kind::Mails, maildir, |_| lines(&["fetch"])),
    deed("spool", Kind::Mails, spool, |_| lines(&["fetch"])),
    deed("reply", Kind::Reply, asked, |_| lines(&["reply 1 -m Hello --close -t 5m -y"])),
    deed("post", Kind::Reply, posted, |_| lines(&["reply 1 -m Hello --close -t 5m -y"])),
    deed("open", Kind::Whole, |_, _| {}, |_| lines(&["open one -f ann@x.test -m text", "open two -f ann@x.test"])),
    deed("close", Kind::Whole, tickets, |_| lines(&["close 1-50 -y"])),
    deed("change", Kind::Whole, tickets, |_| {
        lines(&["assign 1-20 mila", "tag 1-50 x", "snooze 3 mon", "merge 2 --into 1", "reopen 3"])
    }),
    deed("log", Kind::Whole, client, |_| lines(&["log 1 25m first", "log 1 10m second", "log 1 5m third"])),
    deed("timer", Kind::Whole, client, |_| {
        lines(&["start 1", "stop --keep 5m", "start 2", "start 1", "stop --keep 10m"])
    }),
    deed("invoice", Kind::Whole, client, invoice),
    deed("undo", Kind::Whole, closed, |_| lines(&["undo", "redo"])),
    deed("backup", Kind::Backup, mails, |_| lines(&["backup copy.db"])),
    deed("restore", Kind::Whole, gone_on, |_| lines(&["restore copy.db -y"])),
    deed("moved", Kind::Whole, exported, |_| lines(&["import all.ndjson"])),
    deed("export", Kind::Export, mails, |_| lines(&["export --format ndjson -o copy.ndjson"])),
    deed("erase", Kind::Erase, mails, |_| lines(&["contact erase eve0@x.test -y"])),
    deed("edition-1", Kind::Edition(1), |s, _| edition(s, 1), |_| lines(&["ls --count"])),
    deed("edition-2", Kind::Edition(2), |s, _| edition(s, 2), |_| lines(&["ls --count"])),
    deed("edition-3", Kind::Edition(3), |s, _| edition(s, 3), |_| lines(&["ls --count"])),
    deed("import", Kind::Mails, mailbox_file, |_| lines(&["import all.mbox --own support@acme.test"])),
];

/// The deed of that name.
pub fn named(name: &str) -> &'static Deed {
    DEEDS.iter().find(|deed| deed.name == name).expect("a deed of that name")
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

/// The draft has its number at every run: the same desk gives the same.
fn invoice(stage: &Stage) -> Vec<String> {
    let draft = "invoice acme in:2026-10";
    stage.all(&[draft]);
    let made = stage.json("invoice ls").expect("a draft");
    let id = made[0]["id"].as_str().expect("its number").to_owned();
    vec![draft.to_owned(), format!("invoice issue {id} -y"), "invoice paid 1".to_owned()]
}

/// A mail; every third answers the one before.
fn letter(n: usize) -> String {
    let first = n - n % 3;
    let more = if n == first { String::new() } else { format!("In-Reply-To: <m{first}@x.test>\n") };
    let text = format!("Question {n}: it does not work, вот что пишет.\n").repeat(1 + n % 40);
    format!(
        "From: Eve <eve{first}@x.test>\nTo: support@acme.test\nDate: Thu, 19 Nov 2026 {:02}:{:02}:{:02} +0000\n\
         Message-ID: <m{n}@x.test>\nSubject: Question {first}\n{more}Content-Type: text/plain; charset=utf-8\n\n{text}",
        n / 3600 % 24,
        n / 60 % 60,
        n % 60
    )
}

fn write_mailbox(path: &Path, count: usize) {
    let mails = (0..count).map(|n| format!("From x@y Thu Nov 19 09:00:00 2026\n{}\n", letter(n)));
    fs::write(path, mails.collect::<String>()).expect("a mailbox is written");
}

fn mailbox_file(stage: &Stage, count: usize) {
    write_mailbox(&stage.path("all.mbox"), count);
}

fn table(stage: &Stage, count: usize) {
    let mut text = "number,subject,status,email,created,description\n".to_owned();
    for n in 1..=count {
        writeln!(text, "{n},Question {n},open,eve{n}@x.test,2026-10-01,It is number {n}").expect("a text");
    }
    fs::write(stage.path("all.csv"), text).expect("a table is written");
}

/// Mails that wait in a Maildir.
fn maildir(stage: &Stage, count: usize) {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(stage.path("mail").join(part)).expect("a mailbox");
    }
    for n in 0..count {
        fs::write(stage.path("mail/new").join(format!("{n:05}.x")), letter(n)).expect("a mail");
    }
    from_mailbox(stage, &format!("maildir:{}", stage.path("mail").display()));
}

/// Mails that wait in one file.
fn spool(stage: &Stage, count: usize) {
    write_mailbox(&stage.path("spool"), count);
    from_mailbox(stage, &format!("mbox:{}", stage.path("spool").display()));
}

fn from_mailbox(stage: &Stage, url: &str) {
    stage.all(&["config set addresses support@acme.test", &format!("config set mailbox.support.imap {url}")]);
}

/// A question waits for an answer; what leaves lies in `sent/`, a file a mail.
fn asked(stage: &Stage, _: usize) {
    fs::create_dir_all(stage.path("sent")).expect("a folder");
    let program = stage.path("sendmail");
    let sent = stage.path("sent");
    let text = format!("#!/bin/sh\ncat > {0}/part.$$ && mv {0}/part.$$ {0}/mail.$$\n", sent.display());
    fs::write(&program, text).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("its rights");
    waits(stage, &format!("config set sendmail {}", program.display()));
}

/// The same, and a server takes what leaves. It stays as long as the trials do.
fn posted(stage: &Stage, _: usize) {
    fs::create_dir_all(stage.path("sent")).expect("a folder");
    let server = SmtpServer::start_as(Setup { keeps_in: Some(stage.path("sent")), ..Setup::default() });
    waits(stage, &format!("config set smtp.url smtp://127.0.0.1:{}", server.port()));
    std::mem::forget(server);
}

fn waits(stage: &Stage, way: &str) {
    write_mailbox(&stage.path("all.mbox"), 1);
    let from = "config set smtp.from 'Support <support@acme.test>'";
    stage.all(&[from, way, "import all.mbox --own support@acme.test"]);
}

/// Another desk was exported, and there is none here.
fn exported(stage: &Stage, count: usize) {
    mailbox_file(stage, count);
    for line in ["import all.mbox --own support@acme.test", "close 1-10 -y", "export --format ndjson -o all.ndjson"] {
        stage.all(&[&format!("--desk other/desk.db {line}")]);
    }
    fs::remove_dir_all(stage.path("other")).expect("the other desk");
}

/// Fifty tickets.
fn tickets(stage: &Stage, _: usize) {
    table(stage, 50);
    stage.all(&["import all.csv"]);
}

fn closed(stage: &Stage, count: usize) {
    tickets(stage, count);
    stage.all(&["close 1-50 -y"]);
}

/// Mails that came in.
fn mails(stage: &Stage, count: usize) {
    mailbox_file(stage, count);
    stage.all(&["import all.mbox --own support@acme.test"]);
}

/// A backup, and what was done since.
fn gone_on(stage: &Stage, count: usize) {
    mails(stage, count);
    stage.all(&["backup copy.db", "close 1-10 -y", "log 1 25m since"]);
}

/// A client who pays by the hour, two tickets and October's hours.
fn client(stage: &Stage, _: usize) {
    stage.all(&[
        "client add acme 'Acme'",
        "config set currency EUR",
        "config set details.name Northlight",
        "contract add acme --hourly 60 --start 2026-09-01",
        "open 'One' -c acme -f ann@acme.test",
        "open 'Two' -c acme -f ann@acme.test",
        "log 1 9h first --on 2026-10-05",
        "log 2 3h second --on 2026-10-06",
    ]);
}

/// A desk as an older program wrote it.
fn edition(stage: &Stage, edition: u8) {
    let packed = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/store/editions/{edition}.db.zst"));
    let bytes = zstd::stream::decode_all(fs::File::open(packed).expect("an old desk")).expect("it is whole");
    fs::write(stage.desk(), bytes).expect("it is written");
    fs::set_permissions(stage.desk(), fs::Permissions::from_mode(0o600)).expect("its rights");
    let desk = rusqlite::Connection::open(stage.desk()).expect("it opens");
    desk.pragma_update(None, "journal_mode", "wal").expect("its journal");
}
