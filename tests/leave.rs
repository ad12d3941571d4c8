//! Everything can be taken away: tables, records, mails, pages; and asked in SQL.

#![cfg_attr(feature = "postgres", expect(clippy::expect_used, reason = "a test that cannot go on fails there"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "cli/stage.rs"]
mod stage;

#[path = "engines/past.rs"]
mod past;

#[path = "leave/back.rs"]
mod back;
#[cfg(feature = "postgres")]
#[path = "store/cluster.rs"]
mod cluster;

use serde_json::Value;
use stage::mirror;
use stage::{Stage, finish, is_there, said};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

const HOSTILE: &str =
    "=cmd|'/c calc'!A0 <script>x</script> `c` [a](http://e.test) | \u{1b}[2J\u{202e}../../etc --- \nnumber: 1";

/// The first week of a small team.
fn desk() -> Stage {
    let stage = Stage::new();
    let mbox = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support.mbox");
    stage.ok(&format!("import {mbox} --own support@northlight.example --close-older 14d"));
    stage.all(&[
        "open 'Не открывается кабинет' +login -f '+7 921 555-01-02' -p high -m 'From here on\nnothing works'",
        "note 36 'ask Наталья'",
        "log 36 25m fixed",
        "tag 36 tls",
        "close 35",
        "merge 26 --into 18",
        "log pila-i-doloto.example 15m 'a call'",
    ]);
    stage
}

fn hostile() -> Stage {
    let stage = Stage::new();
    let said = stage.run(&["open", HOSTILE, "-f", "=Eve <b> <eve@x.test>", "-m", HOSTILE]);
    assert_eq!(said.exit, 0, "{said:?}");
    stage
}

/// The files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&p).unwrap())).collect()
}

/// Records of an export.
fn records(stage: &Stage, line: &str) -> Vec<Value> {
    stage.ok(line).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Every conversation of a desk as its texts.
fn conversations(stage: &Stage) -> Vec<Vec<String>> {
    let bare = |m: &Value| m["text"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let texts = |t: &Value| t["messages"].as_array().unwrap().iter().map(bare).collect::<Vec<_>>();
    let all = records(stage, "export --format ndjson");
    let mut all: Vec<_> = all.iter().filter(|r| r["kind"] == "ticket").map(texts).filter(|t| !t.is_empty()).collect();
    all.sort();
    all
}

#[test]
fn a_second_export_is_the_same_to_the_byte() {
    let stage = desk();
    for form in ["csv", "ndjson", "mbox"] {
        let first = stage.ok(&format!("export --format {form}"));
        assert!(first.len() > 2000, "{form}");
        assert_eq!(first, stage.at("2027-01-01T00:00:00Z").ok(&format!("export --format {form}")), "{form}");
        let file = stage.path(&format!("all.{form}"));
        stage.ok(&format!("export -o {}", file.display()));
        assert_eq!(String::from_utf8_lossy(&fs::read(&file).unwrap()), first, "{form}");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        stage.ok(&format!("export -o {}", file.display()));
    }
}

#[test]
fn one_ticket_changed_is_one_page_changed() {
    let stage = desk();
    let folder = stage.path("pages");
    let line = format!("export -o {}/", folder.display());
    let out = stage.ok(&line);
    assert!(out.contains("39 tickets") && out.contains("39 written"), "{out}");
    let before = files(&folder);
    let inodes = |name: &str| fs::metadata(folder.join(name)).unwrap().ino();
    let first = before.keys().find(|name| name.ends_with(".md")).unwrap();
    let kept = inodes(first);
    assert!(stage.at("2027-02-01T00:00:00Z").ok(&line).contains("0 written"));
    assert_eq!(files(&folder), before);
    assert_eq!(inodes(first), kept, "not even written");
    stage.ok("note 37 'called back'");
    assert!(stage.ok(&line).contains(": 1 written"));
    let after = files(&folder);
    let changed: Vec<_> =
        after.iter().filter(|(name, text)| before.get(*name) != Some(text)).map(|(name, _)| name).collect();
    assert_eq!(changed, ["0037-statement-for-october.md", "desk.ndjson"]);
    assert_eq!(after[".gitattributes"], b"desk.ndjson -diff -merge -text\n");
    assert!(before.keys().any(|n| n.starts_with("0039-не-открывается")), "{:?}", before.keys());
}

#[test]
fn a_ticket_has_one_page_and_other_files_are_left_alone() {
    let stage = desk();
    let folder = stage.path("pages");
    let line = format!("export -o {}/", folder.display());
    stage.ok(&line);
    fs::write(folder.join("0036-my-notes.md"), "mine").unwrap();
    fs::write(folder.join("README.md"), "mine").unwrap();
    stage.ok("edit 36 --subject 'A new name'");
    assert!(stage.ok(&line).contains("1 written, the others as they were, 1 removed"));
    let now = files(&folder);
    assert!(
        now.contains_key("0036-a-new-name.md") && now.contains_key("0036-my-notes.md") && now.contains_key("README.md")
    );
    assert_eq!(now.keys().filter(|n| n.starts_with("0036")).count(), 2);
    stage.ok(&format!("export status:closed -o {}/", folder.display()));
    assert_eq!(files(&folder), now, "those that left the query stay");
    stage.ok(&format!("export +tls -o {}/ --prune", folder.display()));
    let left: Vec<_> = files(&folder).into_keys().collect();
    assert_eq!(left, [".gitattributes", "0036-a-new-name.md", "0036-my-notes.md", "README.md", "desk.ndjson"]);
}

#[test]
fn mails_that_left_come_in_as_the_same_conversations() {
    let stage = desk();
    // Two threads of mails alone come apart again; what was written here names both.
    stage.ok("note 18 'the same trouble'");
    let file = stage.path("all.mbox");
    stage.ok(&format!("export -o {}", file.display()));
    let other = stage.with("DESK_FILE", stage.path("other.db").to_str().unwrap());
    other.ok(&format!("import {} --own support@northlight.example", file.display()));
    assert_eq!(conversations(&other), conversations(&stage));
    assert!(other.ok("find кабинет").contains("From here on"), "a line of a text is no mail");
    let mbox = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
    assert!(mbox.contains("X-Desk-Direction: note") && mbox.contains("\n>From here on"));
    let source = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support.mbox")).unwrap();
    let raw = stage.ok("show m79 --raw");
    assert!(mbox.contains(&raw) && String::from_utf8_lossy(&source).contains(&raw), "mails leave as they came");
}

#[test]
fn records_are_complete() {
    let stage = desk();
    let all = records(&stage, "export --format ndjson");
    let kinds: Vec<&str> = all.iter().map(|r| r["kind"].as_str().unwrap()).collect();
    let mut order: Vec<&str> = kinds.iter().copied().filter(|k| !["raw", "file"].contains(k)).collect();
    order.dedup();
    assert_eq!(
        order,
        ["desk", "setting", "agent", "client", "contact", "ticket", "thread", "time", "operation", "end"],
        "what others point at comes first"
    );
    assert_eq!(kinds.iter().filter(|k| **k == "ticket").count(), 39);
    let of = |n: i64| all.iter().find(|r| r["number"] == n).unwrap();
    let t = of(36);
    assert_eq!(
        (&t["tags"][0], &t["time"][0]["minutes"], &t["subject"]),
        (&"tls".into(), &25.into(), &"Сертификат сайта истекает через 3 дня!".into())
    );
    let note = &t["messages"][1];
    assert_eq!(
        (&note["direction"], &note["text"], &note["agent"]),
        (&"note".into(), &"ask Наталья".into(), &"mila".into())
    );
    let did: Vec<&str> = t["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(did, ["message", "entry", "tagged"]);
    assert_eq!((&of(26)["merged_into"], &of(18)["merged"][0]), (&18.into(), &26.into()));
    assert!(
        stage.ok("export status:all --format ndjson").starts_with("{\"kind\":\"ticket\",\"number\":1,\"subject\":")
    );
    let some = records(&stage, "export +tls --format ndjson");
    let kinds: Vec<&str> = some.iter().map(|r| r["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ticket", "client", "contact", "agent"], "with a query only whom it names");
    assert_eq!(records(&stage, "export 'не открывается кабинет' --format ndjson")[0]["number"], 39);
}

#[test]
fn a_table_is_a_row_for_each_ticket_and_runs_nothing() {
    let stage = desk();
    let csv = stage.ok("export --format csv");
    assert!(csv.starts_with("number,subject,status,priority,assignee,requester_name,requester_email,"), "{csv}");
    assert!(csv.contains("'+7 921 555-01-02"));
    assert_eq!(stage.ok("export +nothing --format csv").lines().count(), 1, "the columns are always there");
    assert!(
        hostile().ok("export --format csv").contains("\"'=cmd|'/c calc'!A0")
            || hostile().ok("export --format csv").contains(",'=cmd|")
    );
}

#[test]
fn hostile_texts_are_inert_in_every_form() {
    let stage = hostile();
    let folder = stage.path("pages");
    stage.ok(&format!("export -o {}/", folder.display()));
    let pages = files(&folder);
    let (name, page) = pages.iter().find(|(name, _)| name.ends_with(".md")).unwrap();
    assert_eq!(pages.len(), 3);
    assert!(
        name.starts_with("0001-cmd-c-calc-a0") && name.chars().all(|c| c.is_alphanumeric() || "-.".contains(c)),
        "{name}"
    );
    let page = String::from_utf8(page.clone()).unwrap();
    let bare = page.split("---\n").nth(2).unwrap();
    let bare = ["\\<", "\\`", "\\["].iter().fold(bare.to_owned(), |text, inert| text.replace(inert, ""));
    for live in ["<script>", " `c`", " [a](", "\u{1b}", "\u{202e}", "http://"] {
        assert!(!bare.contains(live), "{live:?} in {bare}");
    }
    assert!(!page.contains(['\u{1b}', '\u{202e}']));
    assert_eq!(page.matches("\nnumber: ").count(), 1, "nothing gets into the head: {page}");
    assert!(!stage.ok("export --format ndjson").contains(['\u{1b}', '\u{202e}']));
    let line = stage.ok("export status:all --format ndjson");
    assert!(!line.contains(['\u{1b}', '\u{202e}']));
    let record: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert!(record["messages"][0]["text"].as_str().unwrap().contains("\u{1b}[2J\u{202e}"), "exact in records");
    let mbox = stage.ok("export --format mbox");
    let head = mbox.split("\n\n").next().unwrap();
    assert!(head.lines().all(|l| l.starts_with(' ') || l.starts_with("From ") || l.contains(": ")), "{head}");
    assert!(!mbox.contains(['\u{1b}', '\u{202e}']) && !mbox.contains("\nnumber: 1\nX-"));
}

#[test]
fn what_cannot_be_is_said() {
    let stage = desk();
    for (line, exit, why) in [
        ("export", 2, "where to"),
        ("export -o pages.txt", 2, "does not follow"),
        ("export --format pdf", 2, "nothing is exported as pdf"),
        ("export --format folder", 2, "needs a place"),
        ("export --format csv --prune", 2, "--prune"),
        ("export who:nobodyknows --format csv", 3, "no agent"),
    ] {
        let talk = stage.refused(line, exit);
        assert!(talk.contains(why), "{line}: {talk}");
    }
    let talk = stage.refused(&format!("export -o {}", stage.path("nowhere/x.csv").display()), 1);
    assert!(talk.contains("nowhere/x.csv"), "{talk}");
    let folder = stage.path("folder");
    fs::create_dir(&folder).unwrap();
    let talk = stage.refused(&format!("export --format csv -o {}", folder.display()), 2);
    assert!(talk.contains("is a folder"), "{talk}");
    assert!(stage.ok(&format!("export -n -o {}", stage.path("x.csv").display())).contains("39 tickets"));
    assert!(!is_there(&stage.path("x.csv")));
    let empty = Stage::new();
    empty.refused("export --format csv", 3);
}

#[test]
fn a_closed_pipe_is_no_failure_and_a_full_disk_is() {
    let stage = desk();
    for form in ["csv", "ndjson", "mbox"] {
        let script = format!("{{ $desk export --format {form}; echo exit $? >&2; }} | head -1 >/dev/null");
        let (_, _, talk) = said(&finish(&mut stage.shell(&script)));
        assert_eq!(talk, "exit 0\n", "{form}");
    }
    let (code, _, talk) = said(&finish(&mut stage.shell("$desk export --format ndjson > /dev/full")));
    assert!(code == 1 && talk.contains("full"), "{code} {talk}");
    let (code, out, _) = said(&finish(&mut stage.program(&["export", "--format", "ndjson"])));
    assert_eq!((code, out), (0, stage.ok("export --format ndjson")));
    let (code, out, _) = said(&finish(&mut stage.program(&["export", "--format", "csv", "-o", "/dev/stdout"])));
    assert!(code == 0 && out.starts_with("number,subject,"), "{out}");
}

#[test]
fn questions_in_sql_are_answered_in_every_format() {
    let stage = desk();
    let ask = "SELECT status, count(*) AS n, avg(logged_minutes) AS mean FROM tickets GROUP BY status ORDER BY status";
    let json = stage.json(&format!("sql \"{ask}\""));
    assert_eq!(json[0]["status"], "closed");
    assert!(json[0]["mean"].is_number(), "{json}");
    let csv = stage.ok(&format!("sql \"{ask}\" --format csv"));
    assert!(csv.starts_with("status,n,mean\nclosed,"), "{csv}");
    assert!(stage.ok(&format!("sql \"{ask}\"")).contains("status"));
    assert!(stage.fed("SELECT 1 AS a, 2 AS a").ok("sql - --format ndjson").contains("{\"a\":1,\"a_2\":2}"));
    assert_eq!(stage.ok("sql \"SELECT 1 AS one WHERE 1 = 0\" --json").split_whitespace().collect::<String>(), "[]");
    let talk = stage.refused("sql \"DELETE FROM ticket\"", 2);
    assert!(talk.contains("only reads"), "{talk}");
    let talk = stage.refused("sql \"SELECT secret FROM desk\"", 2);
    assert!(talk.contains("not desk") && talk.contains("tickets messages"), "{talk}");
    let help = stage.ok("sql --help");
    for word in ["tickets ", "snoozed_until", "in_reply_to", "field before after ticket"] {
        assert!(help.contains(word), "{word}");
    }
    let out = hostile().ok("sql \"SELECT subject FROM tickets\"");
    assert!(!out.contains(['\u{1b}', '\u{202e}']));
    let csv = hostile().ok("sql \"SELECT subject FROM tickets\" --format csv");
    assert!(csv.contains("'=cmd"), "{csv}");
    let table = stage.on_terminal(60).ok("sql \"SELECT ticket, text FROM messages ORDER BY id\"");
    assert!(table.lines().all(|l| l.chars().count() <= 60));
}
