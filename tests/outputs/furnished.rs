//! A desk with every hostile text in every field. It is furnished with harmless words that are told apart, leaves as a whole
//! desk, and comes back with the texts in their places: so each of them is there as a stranger, a colleague or a file could
//! have brought it.

use crate::stage::Stage;
use crate::table::{self, count, mark, marks};
use crate::words::filled;
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::time::Moment;
use frontdesk::store::bulk::Came;
use frontdesk::store::mailbox::NewParked;
use frontdesk::store::{Deed, Place, Store};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::OnceLock;

/// A stage with the hostile desk on it.
pub fn hostile() -> Stage {
    back(&with_texts(whole()))
}

/// A stage with the same desk and no text on it: nothing but the marks.
pub fn harmless() -> Stage {
    back(whole())
}

/// The fields that are filled.
pub fn fields() -> Vec<String> {
    let found: BTreeSet<String> = marks(whole()).into_iter().map(|mark| mark.field.to_owned()).collect();
    found.into_iter().collect()
}

/// The lines of the desk with marks; it is furnished once.
fn whole() -> &'static str {
    static DESK: OnceLock<String> = OnceLock::new();
    DESK.get_or_init(|| {
        let stage = furnished();
        stage.ok(&format!("export -o {}", stage.path("whole.ndjson").display()));
        fs::read_to_string(stage.path("whole.ndjson")).unwrap()
    })
}

/// The desk is none that people made: names of things stand in its history in a place where a text was put, so it is not
/// `desk.db`, whose history has to add up.
fn back(lines: &str) -> Stage {
    let stage = Stage::new();
    let stage = stage.with("DESK_FILE", stage.path("back.db").to_str().unwrap());
    let file = stage.path("back.ndjson");
    fs::write(&file, lines).unwrap();
    stage.ok(&format!("import {}", file.display()));
    fs::remove_file(file).unwrap();
    stage
}

/// The lines of a whole desk with the texts in the places of their marks.
fn with_texts(lines: &str) -> String {
    let mut out = String::new();
    for line in lines.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        if record["kind"] == "end" {
            // It says that somebody changed the file on purpose.
            record.as_object_mut().unwrap().remove("sha256");
        }
        writeln!(out, "{}", placed(record)).unwrap();
    }
    out
}

fn placed(value: Value) -> Value {
    match value {
        Value::String(held) => Value::String(in_place(&held)),
        Value::Array(items) => items.into_iter().map(placed).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (in_place(&key), placed(value))).collect(),
        other => other,
    }
}

/// A text with each mark behind the text it stands for. What the desk keeps as JSON stays that.
fn in_place(held: &str) -> String {
    if !held.contains("zq") {
        return held.to_owned();
    }
    if held.starts_with(['"', '{', '['])
        && let Ok(within) = serde_json::from_str::<Value>(held)
    {
        return placed(within).to_string();
    }
    let mut out = String::new();
    let mut from = 0;
    for mark in marks(held) {
        out.push_str(&held[from..mark.at]);
        out.push_str(&table::written(mark.field, mark.n));
        from = mark.end();
    }
    out.push_str(&held[from..]);
    out
}

/// All marks of a field in one text.
fn joined(field: &str) -> String {
    (0..count()).map(|n| mark(field, n)).collect::<Vec<_>>().join(" ")
}

/// What happens to each ticket, in the order in which it happens.
const EACH: &[&str] = &[
    "client add %handle %client --domain %domain.test --plan %plan --note %cnote --detail inn=%detail --detail name=%legal",
    "contact add %contact %mail@%domain.test @%chat --client %handle",
    "agent add %agent",
    "open %subject +%tag -f %mail@%domain.test -m '%body\n> %quote' --channel %channel --once %once -a %agent --at '2026-11-10 09:00'",
    "note %n %note -t 15m -y",
    "log %n 25m %work --activity %act --on 2026-11-11 -y",
    "link %n http://%url.test/a?b=%path",
    "reply %n --said -m %reply",
    "csat %n 2 -m %csat",
    "nps %mail@%domain.test 3 -m %nps",
    "answer add %answer -m '%atext **bold** [a](http://%aurl.test)' --title %title --tag %atag --article",
    "contract add %handle --prepaid 1h --every month --price 100 --overage 10 --name %contract --start 2026-10-01",
    "log %handle 90m %deed --on 2026-10-11 -y",
    "estimate %n 3h %estimate",
    "mute %mute@mute.test",
    "agent cost %agent 10",
    "config set signatures.%agent %sign",
    "config set plan.%plan.about %about",
    "invoice %handle in:2026-10",
];

/// What happens once.
const ONCE: &[&str] = &[
    "client add x.test 'Another one' --domain x.test",
    "config set currency EUR",
    "config set smtp.from 'Support <support@desk.test>'",
    "config set calendar.office.mon 09:00-18:00",
    "config set invoice.due 10",
];

fn furnished() -> Stage {
    let stage = Stage::new();
    stage.all(ONCE);
    for n in 0..count() {
        for line in EACH {
            stage.ok(&filled(line, n, mark));
        }
        let draft = draft_of(&stage, &mark("handle", n));
        stage.all(&[
            &format!("invoice issue {draft} --on 2026-11-02"),
            &filled("invoice paid %n 1 -m %payment", n, mark),
            &filled("invoice %handle in:2026-11", n, mark),
        ]);
    }
    topics(&stage);
    mails(&stage);
    for n in 0..count() {
        let file = stage.path(&mark("file", n));
        fs::write(&file, "a file").unwrap();
        stage.ok(&filled(&format!("note %n see --attach {}", file.display()), n, mark));
        stage.ok(&filled(&format!("reply %n --draft -m %draft --attach {}", file.display()), n, mark));
    }
    stage.all(&["start 3", "open 'Closed again' -f joe@x.test", "close 46", "note 46 slip", "undo", "topic pin 2"]);
    for key in ["name", "details.account", "invoice.note", "invoice.tax_note", "signatures.default"] {
        let field = key.replace(['.', '_'], "");
        let field = if key.starts_with("signatures") { "sign" } else { &field };
        stage.ok(&format!("config set {key} '{}'", joined(field)));
    }
    stage
}

/// The draft of an invoice of a client.
fn draft_of(stage: &Stage, client: &str) -> String {
    let all = stage.json("invoice ls");
    let draft = |row: &&Value| row["number"].is_null() && row["client"] == *client;
    all.as_array().unwrap().iter().find(draft).unwrap()["id"].as_str().unwrap().to_owned()
}

/// Two topics with a name, a plan and a remedy.
fn topics(stage: &Stage) {
    for n in 0..6 {
        stage.ok(&format!(
            "open 'My card was declined in the shop {n}' -c x.test -m 'card declined' --at '2026-11-{} 10:00'",
            n + 10
        ));
        stage.ok(&format!(
            "open 'Where to download closing documents {n}' -c x.test -m 'download documents' --at '2026-11-{} 10:00'",
            n + 10
        ));
    }
    let all = stage.json("topics in:2026-11");
    let ids: Vec<i64> = all["topics"].as_array().unwrap().iter().map(|t| t["topic"].as_i64().unwrap()).collect();
    for (place, id) in ids.iter().take(2).enumerate() {
        let some =
            |field: &str| (0..count()).filter(|n| n % 2 == place).map(|n| mark(field, n)).collect::<Vec<_>>().join(" ");
        stage.ok(&format!("topic name {id} '{}' in:2026-11", some("topic")));
        stage.ok(&format!("topic plan {id} '{}' in:2026-11 --who mila --by 2026-11-27", some("todo")));
        stage.ok(&format!("topic fixed {id} in:2026-11 --in '{}'", some("release")));
        stage.ok(&format!("topic answer {id} {} in:2026-11", mark("answer", place)));
    }
}

/// Mails that were put aside, and one that waits to leave, with what a server said.
fn mails(stage: &Stage) {
    let place = Place::File(stage.path("desk.db"));
    let mut store = Store::open(&place, true, None).unwrap().unwrap();
    let (kind, at) = (OperationKind::Import, Moment::parse_rfc3339("2026-11-20T12:00:00Z").unwrap());
    let deed = Deed { agent: "mila", command: "fetch", kind, at, key: "parked".to_owned() };
    let written = store.write(&deed, false, |tx| {
        tx.apply([Event::about(Noun::Import, tx.operation, "", &(), &"mail", at)])?;
        let source = tx.source_in("maildir:/x", "support", &mark("folder", 8), 1)?.id;
        for n in 0..count() {
            let [reason, author, email, subject] =
                ["reason", "author", "sender", "psubject"].map(|field| mark(field, n));
            let raw = Some(&b"From: a@b.test\n\ntext"[..]);
            tx.park(&NewParked {
                source,
                reason: &reason,
                author: &author,
                email: &email,
                subject: &subject,
                bytes: 20,
                raw,
            })?;
            tx.put_origin(
                Came::Ticket,
                &mark("source", n),
                &mark("number", n),
                n as i64 + 1,
                Some(&format!("{{\"a\":\"{}\"}}", mark("record", n))),
            )?;
        }
        Ok(())
    });
    written.unwrap();
    drop(store);
    let sendmail = stage.path("sendmail");
    fs::write(&sendmail, format!("#!/bin/sh\ncat >/dev/null\necho {} >&2\nexit 75\n", joined("said"))).unwrap();
    fs::set_permissions(&sendmail, fs::Permissions::from_mode(0o755)).unwrap();
    stage.ok(&format!("config set sendmail {}", sendmail.display()));
    stage.desk("reply 34 -m hello --to joe@x.test -y");
    assert_eq!(stage.json("outbox")[0]["state"], "waiting", "{}", stage.ok("outbox --json"));
}
