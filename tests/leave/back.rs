//! A whole desk leaves and comes back: the same to the byte when it leaves again, the same in every table, and it goes on.

use super::past::past;
use super::stage::Stage;
use super::{HOSTILE, files};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Bytes that no text could hold.
fn octets(count: u32) -> Vec<u8> {
    (0..count).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect()
}

/// A mail with files: one that is cut out of it, a small one, one that is no base64, and one folded oddly.
fn with_files(n: usize) -> String {
    let packed = |bytes: &[u8], width: usize| {
        let letters = frontdesk::formats::leave::packed(bytes);
        letters.as_bytes().chunks(width).map(|l| String::from_utf8_lossy(l).into_owned() + "\r\n").collect::<String>()
    };
    let part = |kind: &str, name: &str, coding: &str, body: &str| {
        format!(
            "--b\r\nContent-Type: {kind}; name={name}\r\nContent-Disposition: attachment; filename={name}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n{body}\r\n"
        )
    };
    format!(
        "From: Ann <ann{n}@acme.test>\r\nTo: support@acme.test\r\nCc: Bob <bob@acme.test>\r\nMessage-ID: <files{n}@acme.test>\r\nSubject: Files {n}\r\n\
         Date: Fri, 20 Nov 2026 10:0{}:00 +0000\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nсмотрите {n}\r\n{}{}{}{}--b--\r\n",
        n % 10,
        part("image/png", "big.png", "base64", &packed(&octets(5_000), 76)),
        part("image/png", "small.png", "base64", &packed(&octets(100), 76)),
        part("text/csv", "table.csv", "8bit", &"a,b\r\n".repeat(500)),
        part("image/gif", "odd.gif", "base64", &packed(&octets(3_001), 70)),
    )
}

fn letter(n: usize, more: &str, text: &str) -> String {
    format!(
        "From: Eve <eve{n}@x.test>\nTo: support@acme.test\nMessage-ID: <m{n}@x.test>\nSubject: Question {n}\n{more}\n{text}\n"
    )
}

fn deliver(stage: &Stage, name: &str, mail: &str) {
    let folder = stage.path("mail");
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    fs::write(folder.join("new").join(name), mail).unwrap();
}

/// The draft gets its number, money comes in, another draft waits.
fn invoiced(stage: &Stage) {
    let draft = stage.json("invoice ls")[0]["id"].as_str().unwrap().to_owned();
    stage.all(&[&format!("invoice issue {draft}"), "invoice paid 1 100", "invoice acme in:2026-01"]);
}

/// Another mail under an id that was there before, a client marked, hours struck out and put right.
fn late(stage: &Stage) {
    deliver(stage, "9.again", &letter(9, "", "something else"));
    stage.desk("fetch");
    let billed = stage.json("time ls in:2026-10 client:pila-i-doloto.example")[0]["id"].as_str().unwrap().to_owned();
    stage.all(&[
        "client edit acme --vip",
        "log 36 5m slip",
        "time void t5",
        &format!("log pila-i-doloto.example 10m 'forgotten' --corrects {billed}"),
    ]);
}

/// A desk that has met with everything once.
fn lived() -> Stage {
    let stage = Stage::new();
    let mbox = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support.mbox");
    fs::write(stage.path("screen.png"), octets(4_000)).unwrap();
    fs::write(stage.path("empty.txt"), "").unwrap();
    let (screen, empty) = (stage.path("screen.png"), stage.path("empty.txt"));
    (0..3).for_each(|n| deliver(&stage, &format!("{n}.files"), &with_files(n)));
    deliver(&stage, "9.robot", &letter(9, "Auto-Submitted: auto-replied\n", "away"));
    for n in 0..22_u8 {
        let flood = letter(1, "", "text").replace("m1@", &format!("flood{n}@"));
        deliver(&stage, &format!("flood{n}"), &flood.replace("Question 1", &format!("About {}", char::from(b'a' + n))));
    }
    stage.ok(&format!("import {mbox} --own support@northlight.example --close-older 14d"));
    stage.all(&[
        "config set smtp.from 'Acme <support@acme.test>'",
        "config set smtp.url smtp://127.0.0.1:1",
        &format!("config set mailbox.support.imap maildir:{}", stage.path("mail").display()),
        "config set details.name 'Acme \"quoted\"'",
    ]);
    stage.desk("fetch");
    assert!(!stage.json("parked").as_array().unwrap().is_empty());
    stage.run(&["open", HOSTILE, "-f", "=Eve <b> <eve@x.test>", "-m", HOSTILE]);
    stage.all(&[
        "open 'Не открывается кабинет' +login -f '+7 921 555-01-02' -p high -m 'From here on' --once k1",
        &format!("note 36 'look' --attach {} --attach {}", screen.display(), empty.display()),
        &format!("note 37 'the same file' --attach {}", screen.display()),
        "log 36 25m fixed",
        "log pila-i-doloto.example 15m 'a call'",
        "tag 36 tls",
        "merge 26 --into 18",
        "merge 18 --into 17",
        "close 35",
        "undo",
        "close 33",
        "undo",
        "redo",
        "answer add refund -m 'Hello {{first_name}}' --lang en --title 'How to get a refund' --tag money --article",
        "agent add bob --email bob@northlight.example",
        "agent off bob",
        "mute @birchbooks.example",
        "client add acme 'Acme GmbH' --domain acme.example --lang en --plan pro",
        "client note acme 'pays late'",
        "contact add Anna anna@acme.example '+7 921 555-01-03' @anna --client acme",
        "config set currency EUR",
        "contract add pila-i-doloto.example --prepaid 2h --every month --price 300 --overage 60 --start 2026-01-01",
        "contract add acme --deposit 500 --rate 50 --start 2026-01-01",
        "client edit acme --detail 'inn=7701234567'",
        "agent cost bob 15 --from 2026-01-01",
        "log pila-i-doloto.example 3h 'a month ago' --on 2026-10-15 --activity design",
        "log acme 20m --from 08:00 --contract deposit",
        "estimate 37 3h",
        "approve 37",
        "invoice pila-i-doloto.example in:2026-10",
        "start 36",
        "pending 34 --until 2026-12-01",
        "snooze 32 2026-12-02",
        "due 31 2026-12-03",
        "assign 30 mila",
        "spam 29",
        &format!("reply 28 -m 'a draft' --draft --attach {}", screen.display()),
        "reply 27 -m 'another draft' --draft",
        "reply 27 --discard",
    ]);
    invoiced(&stage);
    stage.as_agent("anna").ok("show 36");
    stage.as_agent("anna").ok("take 36");
    for (n, line) in ["reply 36 -m 'try again' --force", "reply 25 -m 'and again' --close"].iter().enumerate() {
        let said = stage.desk(line);
        assert!([0, 75].contains(&said.exit), "{n}: {said:?}");
    }
    stage.desk("outbox discard o1");
    stage.all(&["note 5 'a slip'", "undo"]);
    let last = stage.json("show 17")["messages"].as_array().unwrap().last().unwrap()["id"].as_i64().unwrap();
    stage.ok(&format!("split 17 m{last}"));
    foreign(&stage);
    let taken = stage.json("parked")[0]["id"].as_i64().unwrap();
    stage.ok(&format!("parked take {taken}"));
    late(&stage);
    stage
}

/// A topic with all that can be decided about it.
fn touched(stage: &Stage) {
    for n in 0..6 {
        stage.ok(&format!("open 'Voucher {n} rejected at checkout' -m 'The checkout rejected my voucher'"));
    }
    let list = "in:2026-11-01..2026-11-30";
    let all = stage.json(&format!("topics {list}"));
    let ours = |t: &&Value| t["name"].as_str().unwrap().to_lowercase().contains("voucher");
    let id = all["topics"].as_array().unwrap().iter().find(ours).unwrap()["topic"].as_i64().unwrap();
    stage.ok(&format!("topic name {id} 'Voucher rejected' {list}"));
    stage.ok(&format!("topic plan {id} 'check the codes' --who mila --by 2026-12-01"));
    stage.ok(&format!("topic fixed {id} --in 2.4.1"));
    stage.ok(&format!("topic answer {id} refund"));
    stage.ok(&format!("topic pin {id}"));
}

/// What an import of another program leaves, and what was decided about a topic.
fn foreign(stage: &Stage) {
    use frontdesk::domain::event::{Event, Noun, OperationKind};
    use frontdesk::domain::incoming::Scale;
    use frontdesk::domain::rating::Rating;
    use frontdesk::domain::time::Moment;
    use frontdesk::store::bulk::Came;
    use frontdesk::store::{Deed, Tx};
    let at = Moment::parse_rfc3339("2026-11-20T12:30:00Z").unwrap();
    let deed = Deed { agent: "mila", command: "import", kind: OperationKind::Import, at, key: "foreign".to_owned() };
    let record = "{\"ID\":\"1834\",\"Тема\":\"кабинет\"}";
    let write = |tx: &mut Tx<'_>| {
        tx.apply([Event::about(Noun::Import, tx.operation, "", &(), &"okdesk", at)])?;
        tx.put_origin(Came::Ticket, "okdesk", "1834", 36, Some(record))?;
        tx.put_origin(Came::Time, "okdesk", "row-7", 1, None)?;
        let id = tx.next_ids(2)?;
        let message = tx.messages(36)?.first().map_or(1, |m| m.id);
        let contact = tx.ticket(36)?.and_then(|t| t.requester).unwrap_or(1);
        let (scale, comment) = (Scale::Nps, "schön".to_owned());
        tx.put_rating(&Rating { id, ticket: Some(36), contact: None, message: None, scale, score: 9, comment, at })?;
        tx.put_rating(&Rating {
            id: id + 1,
            ticket: None,
            contact: Some(contact),
            message: Some(message),
            scale: Scale::Csat,
            score: 4,
            comment: String::new(),
            at,
        })?;
        tx.note_answer_use(message, 1)?;
        tx.apply([
            Event::ticket(36, "url:https://git.test/acme/shop/issues/7", &false, &true, at),
            Event::about(Noun::Topic, 1, &format!("told:1@{}", at.0), &(), &message, at),
        ])
    };
    let file = stage.path("desk.db");
    assert!(past(&file, |store| store.write(&deed, false, write).unwrap()).operation.is_some());
    touched(stage);
}

/// One thing that somebody does: it may well be refused.
fn act() -> impl Strategy<Value = String> {
    let n = 1..64_u8;
    let word = "[a-zа-я]{1,6}";
    prop_oneof![
        (n.clone(), word).prop_map(|(n, w)| format!(
            "open 'Subject {w}' -f p{}@c{}.test -m '{w} {n}' +{w}",
            n % 9,
            n % 4
        )),
        (n.clone(), word).prop_map(|(n, w)| format!("note {n} '{w}'")),
        (n.clone(), word).prop_map(|(n, w)| format!("reply {n} -m '{w}' --said")),
        (n.clone(), word).prop_map(|(n, w)| format!("reply {n} -m '{w}' --force")),
        (n.clone(), word).prop_map(|(n, w)| format!("reply {n} -m '{w}' --draft")),
        n.clone().prop_map(|n| format!("close {n}")),
        n.clone().prop_map(|n| format!("reopen {n}")),
        n.clone().prop_map(|n| format!("pending {n} --until 2026-12-0{}", n % 9 + 1)),
        (n.clone(), word).prop_map(|(n, w)| format!("tag {n} {w}")),
        (n.clone(), n.clone()).prop_map(|(a, b)| format!("merge {a} --into {b}")),
        (n.clone(), 1..250_u16).prop_map(|(n, m)| format!("split {n} m{m}")),
        (n.clone(), 1..90_u8).prop_map(|(n, m)| format!("log {n} {m}m work")),
        n.clone().prop_map(|n| format!("start {n}")),
        Just("stop".to_owned()),
        Just("undo".to_owned()),
        Just("redo".to_owned()),
        (1..90_u8).prop_map(|n| format!("undo {n}")),
        (1..9_u8).prop_map(|n| format!("mute p{n}@c1.test")),
        word.prop_map(|w| format!("answer add {w} -m 'text of {w}'")),
        word.prop_map(|w| format!("config set name '{w}'")),
        (1..9_u8, word).prop_map(|(n, w)| format!("contact edit p{n}@c{}.test --name '{w}' --add {w}@z.test", n % 4)),
        (1..9_u8, 1..9_u8).prop_map(|(a, b)| format!("contact merge p{a}@c1.test --into p{b}@c2.test")),
        (0..4_u8, word).prop_map(|(n, w)| format!("client edit c{n}.test --handle {w} --plan {w}")),
        n.prop_map(|n| format!("spam {n}")),
    ]
}

/// The same folder, another desk.
fn other(stage: &Stage, name: &str) -> Stage {
    stage.with("DESK_FILE", stage.path(name).to_str().unwrap())
}

fn exported(stage: &Stage, name: &str) -> Vec<u8> {
    let file = stage.path(name);
    stage.ok(&format!("export -o {}", file.display()));
    fs::read(&file).unwrap()
}

/// Every row of every table of a desk in a file, but for what is the place's own.
fn rows(file: &Path) -> Vec<String> {
    use rusqlite::types::ValueRef;
    let c = rusqlite::Connection::open(file).unwrap();
    let text = |sql: &str| -> Vec<String> {
        let mut s = c.prepare(sql).unwrap();
        let all = s.query_map([], |r| r.get(0)).unwrap();
        all.map(Result::unwrap).collect()
    };
    let mut out = Vec::new();
    for table in text("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' ORDER BY name") {
        let own: &[&str] = match table.as_str() {
            "desk" => &["secret"],
            "source" => &["holder", "held_until"],
            "outbox" => &["holder", "state", "said"],
            _ => &[],
        };
        let columns = text(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let columns: Vec<_> = columns.into_iter().filter(|c| !own.contains(&c.as_str())).collect();
        // Bytes that nobody has any more do not leave.
        let used = "WHERE sha256 IN (SELECT sha256 FROM attachment UNION SELECT sha256 FROM draft_file)";
        let used = if table == "blob" { used } else { "" };
        let mut s = c.prepare(&format!("SELECT {} FROM {table} {used}", columns.join(", "))).unwrap();
        let row = |r: &rusqlite::Row<'_>| {
            let cell = |i| match r.get_ref_unwrap(i) {
                ValueRef::Text(t) => format!("{:?}", String::from_utf8_lossy(t)),
                other => format!("{other:?}"),
            };
            Ok(format!("{table}: {}", (0..columns.len()).map(cell).collect::<Vec<_>>().join(" ")))
        };
        out.extend(s.query_map([], row).unwrap().map(Result::unwrap));
    }
    out.sort();
    out
}

/// What every look at a desk tells.
fn looks(stage: &Stage) -> Vec<String> {
    let mut told: Vec<String> = [
        "ls --json",
        "ls status:all --json",
        "find кабинет --json",
        "find text --json",
        "history --json",
        "client --json",
        "contact --json",
        "agent --json",
        "answer --json",
        "parked --json",
        "time --json",
        "contract ls --json",
        "contract show acme --json",
        "statement pila-i-doloto.example in:2026-10",
        "invoice ls --json",
        "invoice show 1 --format html",
        "invoice payments --json",
        "margin in:2026-10 --json",
        "tags --json",
        "stats --json",
        "export --format mbox",
        "mute --json",
        "show 36 --json",
        "show 17",
        "history 36",
        "show m79 --raw",
    ]
    .iter()
    .map(|line| stage.ok(line))
    .collect();
    told.extend((1..45).map(|n| stage.desk(&format!("show {n}")).out));
    told
}

fn is_sound(stage: &Stage) {
    let said = stage.desk("doctor --deep");
    assert_eq!(said.exit, 0, "{said:?}");
}

/// The desk leaves in both forms, comes back from both, and goes on as it would have.
fn there_and_back(stage: &Stage) {
    let whole = exported(stage, "all.ndjson");
    stage.ok(&format!("export -o {}/", stage.path("pages").display()));
    let pages = files(&stage.path("pages"));
    assert_eq!(pages["desk.ndjson"], whole);
    let before = rows(&stage.path("desk.db"));
    let mut ends = Vec::new();
    for (source, name) in [("all.ndjson", "from-lines"), ("pages", "from-pages")] {
        let back = other(stage, &format!("{name}.db"));
        back.at("2027-03-04T05:06:07Z").as_agent("somebody").ok(&format!("import {}", stage.path(source).display()));
        assert!(exported(&back, &format!("{name}.ndjson")) == whole, "exported again it is another");
        let again = format!("{name}.again");
        back.ok(&format!("export -o {}/", stage.path(&again).display()));
        assert!(files(&stage.path(&again)) == pages);
        let after = rows(&stage.path(&format!("{name}.db")));
        for (here, there) in before.iter().zip(&after) {
            assert_eq!(here, there);
        }
        assert_eq!(before.len(), after.len());
        for (here, there) in looks(stage).into_iter().zip(looks(&back)) {
            // What waits here is held there.
            let held = |text: String| {
                text.replace("not sent yet, tried again next", "not sent, held").replace("waiting", "held")
            };
            assert_eq!(held(here), held(there));
        }
        is_sound(&back);
        ends.push(back);
    }
    let undone: Vec<_> = std::iter::once(stage).chain(&ends).map(|s| s.desk("undo")).collect();
    assert!(undone.windows(2).all(|two| two[0] == two[1]), "{undone:?}");
    let fetched = ends[0].desk("fetch --json");
    // Also the mailbox may have been taken back.
    if !fetched.talk.contains("no mailbox is set up") {
        let fetched: Value = serde_json::from_str(&fetched.out).unwrap();
        assert_eq!(fetched["mailboxes"][0]["read"], 0, "{fetched}");
    }
    let opened = |s: &Stage| s.json("open new -f new@new.test -m text")["number"].clone();
    assert_eq!(opened(stage), opened(&ends[0]), "the numbers go on");
    is_sound(&ends[0]);
}

#[test]
fn a_message_that_moved_is_found_by_the_subject_it_stands_under_now() {
    let stage = lived();
    let words =
        ["undo 51", "spam 2", "reply 17 -m 'г' --force", "merge 22 --into 40", "edit 30 --subject 'Zebra crossing'"];
    for line in words {
        let said = stage.desk(line);
        assert!(said.exit != 70, "{line}: {said:?}");
    }
    there_and_back(&stage.at("2026-11-22T12:00:00Z"));
}

/// Where the record that people read goes along, a column that nobody has filled would come back whether it left or not.
#[test]
fn a_desk_that_has_met_with_everything_has_something_in_every_column() {
    use frontdesk::store::whole::kinds::KINDS;
    let stage = lived();
    let c = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
    let mut bare = Vec::new();
    for kind in KINDS.iter().filter(|kind| kind.columns.iter().any(|column| column.told)) {
        for column in kind.columns {
            let name = column.name;
            let sql = format!(
                "SELECT count(*) FROM {} WHERE {name} IS NOT NULL AND {name} <> '' AND {name} <> 0",
                kind.table
            );
            let filled: i64 = c.query_row(&sql, [], |r| r.get(0)).unwrap();
            if filled == 0 {
                bare.push(format!("{}.{name}", kind.table));
            }
        }
    }
    assert!(bare.is_empty(), "{bare:?}");
}

#[test]
fn a_desk_that_has_met_with_everything_comes_back() {
    let stage = lived();
    there_and_back(&stage.at("2026-11-22T12:00:00Z"));
    // Of each kind of record there was at least one.
    let all = fs::read_to_string(stage.path("all.ndjson")).unwrap();
    let kinds: std::collections::BTreeSet<String> =
        all.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["kind"].as_str().unwrap().to_owned()).collect();
    let apart = ["text", "events"];
    for kind in frontdesk::store::whole::kinds::KINDS.iter().map(|k| k.word) {
        let within = ["domain", "point", "tag", "event"];
        assert!(
            kinds.contains(kind) || within.contains(&kind) || apart.contains(&kind),
            "there was no {kind}: {kinds:?}"
        );
    }
    assert!(kinds.contains("raw") && kinds.contains("file") && kinds.contains("end"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_done_comes_back(acts in proptest::collection::vec((any::<bool>(), act()), 4..28)) {
        let stage = lived();
        for (n, (first, line)) in acts.iter().enumerate() {
            let stage = stage.as_agent(if *first { "mila" } else { "anna" }).at(&format!("2026-11-21T12:{n:02}:00Z"));
            let said = stage.desk(line);
            prop_assert!(said.exit != 70, "{line}: {said:?}");
        }
        there_and_back(&stage.at("2026-11-22T12:00:00Z"));
    }
}

#[test]
fn a_mail_that_had_not_left_is_held() {
    let stage = lived();
    assert!(stage.json("outbox").as_array().unwrap().iter().any(|p| p["state"] == "waiting"));
    let said = String::from_utf8(exported(&stage, "all.ndjson")).unwrap();
    let sent: Vec<Value> =
        said.lines().filter(|l| l.contains("\"kind\":\"outbox\"")).map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(sent.iter().all(|p| p["state"] != "waiting") && sent.iter().any(|p| p["state"] == "held"));
    let back = other(&stage, "back.db");
    let said = back.desk(&format!("import {}", stage.path("all.ndjson").display()));
    assert!(said.talk.contains("held, lest they leave twice") || said.talk.contains("held, lest it"), "{said:?}");
    assert!(back.json("outbox").as_array().unwrap().iter().all(|p| p["state"] == "held"));
}

#[test]
fn long_texts_and_operations_come_back() {
    let stage = Stage::new();
    let mbox: String =
        (0..230).map(|n| format!("From a@b Fri Nov 20 12:00:00 2026\n{}\n", letter(n, "", "hi"))).collect();
    fs::write(stage.path("many.mbox"), mbox).unwrap();
    stage.ok(&format!("import {}", stage.path("many.mbox").display()));
    stage.ok("tag 1-229 many");
    fs::write(stage.path("long.txt"), "ёлка \u{1}\u{202e}\n".repeat(1 << 20)).unwrap();
    stage.ok(&format!("note 7 --file {}", stage.path("long.txt").display()));
    stage.ok("note 7 short");
    let whole = exported(&stage, "all.ndjson");
    let text = String::from_utf8_lossy(&whole);
    assert!(text.matches("{\"kind\":\"text\"").count() > 2 && text.contains("{\"kind\":\"events\""));
    let back = other(&stage, "back.db");
    back.ok(&format!("import {}", stage.path("all.ndjson").display()));
    assert!(exported(&back, "again.ndjson") == whole);
    is_sound(&back);
    assert!(back.ok("undo 2").len() > 100 || back.desk("undo").exit == 0);
}

#[test]
fn it_comes_back_into_an_empty_desk_only() {
    let stage = lived();
    exported(&stage, "all.ndjson");
    let line = format!("import {}", stage.path("all.ndjson").display());
    let talk = stage.refused(&line, 1);
    assert!(talk.contains("holds something already") && talk.contains("--desk NEW.db"), "{talk}");
    // One that was set up holds nothing yet.
    let set_up = other(&stage, "set-up.db");
    set_up.ok("init --name Other --zone Europe/Moscow --addresses a@b.test");
    set_up.ok(&line);
    assert!(exported(&set_up, "again.ndjson") == fs::read(stage.path("all.ndjson")).unwrap());
    let worked = other(&stage, "worked.db");
    worked.ok("open x");
    worked.ok("undo");
    worked.refused(&line, 1);
    let dry = other(&stage, "dry.db");
    let said = dry.desk(&format!("{line} -n"));
    assert!(said.exit == 0 && said.out.contains("would come back") && said.talk.contains("dry run"), "{said:?}");
    assert!(!stage.path("dry.db").exists());
    dry.ok("init");
    dry.ok(&format!("{line} -n"));
    assert_eq!(dry.json("ls status:all").as_array().unwrap().len(), 0);
    let json = dry.json(&line);
    assert_eq!((&json["format"], &json["operation"]), (&"desk".into(), &Value::Null));
    let all = fs::read_to_string(stage.path("all.ndjson")).unwrap();
    assert_eq!(json["tickets"], all.matches("{\"kind\":\"ticket\"").count());
    assert_eq!(json["read"], all.lines().count());
}

#[test]
fn a_file_that_was_cut_off_or_changed_leaves_the_desk_empty() {
    let stage = lived();
    let whole = exported(&stage, "all.ndjson");
    let back = other(&stage, "back.db");
    back.ok("init");
    let file = stage.path("bad.ndjson");
    let line = format!("import {}", file.display());
    let ends: Vec<usize> = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    let first = ends[0];
    let cuts = (1..40).map(|n| first + (whole.len() - first) * n / 40).chain(ends.iter().copied().step_by(37).skip(1));
    for cut in cuts {
        fs::write(&file, &whole[..cut]).unwrap();
        let talk = back.refused(&line, 1);
        assert!(talk.contains("cut off"), "{cut}: {talk}");
    }
    for n in 1..30 {
        let mut changed = whole.clone();
        changed[first + (whole.len() - first - 100) * n / 30] ^= 1;
        fs::write(&file, &changed).unwrap();
        back.refused(&line, 1);
    }
    // A line less, or a line twice.
    let lines: Vec<&[u8]> = whole.split_inclusive(|b| *b == b'\n').collect();
    for gone in (1..lines.len() - 1).step_by(23) {
        let mut less = lines.clone();
        less.remove(gone);
        fs::write(&file, less.concat()).unwrap();
        back.refused(&line, 1);
        less.insert(gone, lines[gone]);
        less.insert(gone, lines[gone]);
        fs::write(&file, less.concat()).unwrap();
        back.refused(&line, 1);
    }
    assert_eq!(back.json("ls status:all").as_array().unwrap().len(), 0);
    is_sound(&back);
    fs::write(&file, &whole).unwrap();
    back.ok(&line);
}

/// The file with a piece of it replaced, sealed by nobody.
fn bent(whole: &str, from: &str, to: &str) -> String {
    assert!(whole.contains(from), "{from}");
    let bent = whole.replacen(from, to, 1);
    let (lines, _) = bent.trim_end().rsplit_once('\n').unwrap();
    format!("{lines}\n{{\"kind\":\"end\",\"lines\":{}}}\n", lines.lines().count())
}

/// The record of a mute, and the mark of one that is nested too deep.
const MUTE: &str = "{\"kind\":\"mute\",\"pattern\":\"@birchbooks.example\"}";
const NESTED: &str = "nested";

/// What is bent in the file, how, and a word of what is said about it.
const BENT: &[(&str, &str, &str)] = &[
    ("\"uid\":\"", "\"uid\":\"\\r\\nBcc: x", "uid"),
    ("\"format\":1", "\"format\":2", "newer program"),
    ("\"edition\":4", "\"edition\":99", "newer program"),
    ("\"next_id\":", "\"next_id\":1,\"was\":", "do not fit together"),
    ("\"next_number\":", "\"next_number\":9223372036854775807,\"was\":", "next_number"),
    ("\"change_no\":", "\"change_no\":1,\"was\":", "do not fit together"),
    (MUTE, "{\"kind\":\"desk\",\"pattern\":\"x\"}", "no record of the kind desk"),
    (MUTE, "{\"kind\":\"sqlite_schema\",\"sql\":\"x\"}", "no record of the kind sqlite_schema"),
    (MUTE, "{\"kind\":\"mute\"}", "pattern is missing"),
    (MUTE, "{\"kind\":\"mute\",\"pattern\":7}", "pattern"),
    (MUTE, "{\"kind\":\"mute\",\"pattern\":[\"x\"]}", "pattern"),
    (MUTE, "{\"kind\":\"mute\",\"pattern\":\"x\",\"pattern\":\"y\"}", "twice"),
    (MUTE, "no json", "no record"),
    (MUTE, NESTED, "no record"),
    (MUTE, "{\"kind\":\"setting\",\"key\":\"zone\",\"value\":\"\\\"Mars\\\"\"}", "zone should be"),
    (
        "{\"kind\":\"client\"",
        "{\"kind\":\"setting\",\"key\":\"x\",\"value\":\"1\"}\n{\"kind\":\"client\"",
        "settings stand right behind",
    ),
    (
        "\"key\":\"zone\",\"value\":\"\\\"UTC\\\"\"",
        "\"key\":\"zone\",\"value\":\"\\\"Mars/Base\\\"\"",
        "zone should be",
    ),
    ("\"kind\":\"ticket\",\"number\":", "\"kind\":\"ticket\",\"number\":-", "number"),
    ("\"kind\":\"ticket\",\"number\":1,", "\"kind\":\"ticket\",\"number\":2,", "does not fit"),
    ("\"kind\":\"ticket\",\"number\":1,", "\"kind\":\"ticket\",\"number\":1.5,", "number"),
    ("\"status\":\"pending\"", "\"status\":\"vanished\"", "does not fit"),
    ("\"priority\":\"normal\"", "\"priority\":\"huge\"", "no priority"),
    ("\"opened_at\":\"2026", "\"opened_at\":\"99999", "no instant"),
    ("\"requester_id\":", "\"requester_id\":999999999", "does not fit"),
    ("\"direction\":\"in\"", "\"direction\":\"up\"", "does not fit"),
    ("\"joined_at\":null", "\"joined_at\":true", "joined_at"),
    ("\"counts\":true", "\"counts\":2", "counts"),
    ("\"merged_into\":17", "\"merged_into\":18", "do not fit together"),
    ("{\"kind\":\"raw\",\"message\":", "{\"kind\":\"raw\",\"message\":9", "does not fit"),
    ("{\"n\":0,\"at\":", "{\"n\":0,\"at\":18446744073709551615,\"was\":", "outside of the mail"),
    ("{\"n\":0,\"at\":", "{\"n\":7,\"at\":", "has no file 7"),
    ("\"n\":0,\"data\":\"", "\"n\":0,\"data\":\"?", "no base64"),
    ("\"n\":0,\"data\":\"", "\"n\":0,\"data\":\"AAAA", "bytes long"),
    ("\"noun\":\"ticket\"", "\"noun\":\"moon\"", "nothing happens to a moon"),
    ("\"field\":\"status\",\"from\":\"", "\"field\":\"status\",\"from\":\"{", "before"),
    ("\"field\":\"status\",\"from\":\"{", "\"field\":\"status\",\"to\":\"7\",\"from\":\"{", "twice"),
    ("\"type\":\"undo\",\"target\":", "\"type\":\"redo\",\"target\":99", "do not fit together"),
    ("\"kind\":\"time\",\"id\":\"t", "\"kind\":\"time\",\"id\":\"x", "id"),
    ("\"minutes\":25", "\"minutes\":99999999", "does not fit"),
    ("\"state\":\"held\"", "\"state\":\"gone\"", "does not fit"),
    ("\"kind\":\"draft\",\"ticket\":28", "\"kind\":\"draft\",\"ticket\":2800", "does not fit"),
    ("\"value\":\"{", "\"value\":\"{x", "value"),
    ("\\\"prepaid\\\":\\\"2h", "\\\"prepaid\\\":\\\"much", "cannot read"),
    ("\\\"prepaid\\\":", "\\\"name\\\":\\\"a\\\\nb\\\",\\\"prepaid\\\":", "a name has 1 to 60 letters"),
    ("\"scale\":\"nps\"", "\"scale\":\"stars\"", "does not fit"),
    ("\"signatures\":\"", "\"signatures\":\"{x", "does not fit"),
    ("{\"kind\":\"file\"", "{\"kind\":\"mute\",\"pattern\":\"z\"}\n{\"kind\":\"file\"", "missing before this line"),
    (
        "{\"kind\":\"file\"",
        "{\"kind\":\"text\",\"message\":1,\"text\":\"z\"}\n{\"kind\":\"file\"",
        "has its text already",
    ),
    (
        "{\"kind\":\"operation\",\"id\":2",
        "{\"kind\":\"events\",\"operation\":9,\"events\":[]}\n{\"kind\":\"operation\",\"id\":2",
        "right behind their operation",
    ),
];

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    let stage = lived();
    let whole = String::from_utf8(exported(&stage, "all.ndjson")).unwrap();
    let file = stage.path("bent.ndjson");
    let line = format!("import {}", file.display());
    fs::write(&file, bent(&whole, "\"kind\"", "\"kind\"")).unwrap();
    other(&stage, "unbent.db").ok(&line);
    let back = other(&stage, "back.db");
    back.ok("init");
    let nested = format!("{{\"kind\":\"mute\",\"pattern\":{}", "[".repeat(100_000));
    for (from, to, why) in BENT {
        let to = if *to == NESTED { &nested } else { *to };
        fs::write(&file, bent(&whole, from, to)).unwrap();
        let said = back.desk(&line);
        assert!(
            said.exit == 1 && said.talk.contains(why),
            "{from} -> {}: {said:?}",
            to.chars().take(80).collect::<String>()
        );
        assert!(said.talk.contains("bent.ndjson:") || why.contains("fit together"), "{said:?}");
    }
    assert_eq!(back.json("ls status:all").as_array().unwrap().len(), 0);
    // Asked to leave, a mail does not: whoever wrote the file.
    fs::write(&file, bent(&whole, "\"state\":\"held\"", "\"state\":\"waiting\"")).unwrap();
    back.ok(&line);
    assert!(back.json("outbox").as_array().unwrap().iter().all(|p| p["state"] != "waiting"));
}

#[test]
fn whatever_stands_in_the_file_it_comes_back_sound_or_not_at_all() {
    let stage = lived();
    let whole = String::from_utf8(exported(&stage, "all.ndjson")).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let back = other(&stage, "back.db");
    back.ok("init");
    let file = stage.path("odd.ndjson");
    let mut dice = 7_u32;
    let mut roll = |sides: usize| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(dice >> 8).unwrap() % sides
    };
    for _ in 0..60 {
        let mut odd: Vec<String> = lines[..lines.len() - 1].iter().map(|l| (*l).to_owned()).collect();
        let at = 1 + roll(odd.len() - 1);
        // Numbers and texts change places with others of the file; lines go elsewhere.
        let value = |line: &str, n: usize| -> Option<(usize, usize)> {
            let places: Vec<usize> = line.match_indices("\":").map(|(at, _)| at + 2).collect();
            let from = *places.get(n % places.len().max(1))?;
            Some((from, from + line[from..].find([',', '}', ']'])?))
        };
        match roll(4) {
            0 => {
                let to = 1 + roll(odd.len() - 1);
                odd.swap(at, to);
            }
            1 => {
                let huge = [
                    "-1",
                    "0",
                    "9007199254740992",
                    "9223372036854775807",
                    "1e999",
                    "null",
                    "\"\"",
                    "[]",
                    "{}",
                    "\"=x\"",
                ];
                if let Some((from, to)) = value(&odd[at], roll(500)) {
                    odd[at].replace_range(from..to, huge[roll(huge.len())]);
                }
            }
            2 => {
                let source = &lines[1 + roll(lines.len() - 2)];
                if let (Some((from, to)), Some((a, b))) = (value(&odd[at], roll(500)), value(source, roll(500))) {
                    odd[at].replace_range(from..to, &source[a..b]);
                }
            }
            _ => drop(odd.remove(at)),
        }
        let count = odd.len();
        fs::write(&file, format!("{}\n{{\"kind\":\"end\",\"lines\":{count}}}\n", odd.join("\n"))).unwrap();
        let tried = other(&stage, "tried.db");
        let said = tried.desk(&format!("import {}", file.display()));
        assert!([0, 1].contains(&said.exit), "line {at}: {}\n{said:?}", odd.get(at).map_or("", String::as_str));
        if said.exit == 0 {
            let said = tried.desk("doctor --deep");
            assert!(
                [0, 4].contains(&said.exit) && !said.out.contains("figures") && !said.out.contains("points at"),
                "{said:?}"
            );
            for line in ["ls status:all", "history", "undo", "undo", "redo", "stats", "export --format csv"] {
                let said = tried.desk(line);
                assert!(said.exit < 70, "{line}: {said:?} after {at}: {}", odd.get(at).map_or("", String::as_str));
            }
        }
        for name in ["tried.db", "tried.db-wal", "tried.db-shm"] {
            drop(fs::remove_file(stage.path(name)));
        }
    }
}

#[test]
fn every_column_of_the_tables_leaves_or_is_known_to_stay() {
    use frontdesk::store::whole::kinds::{KINDS, LEFT_OUT, MESSAGE_AROUND};
    let stage = Stage::new();
    stage.ok("open x");
    let c = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
    let mut s = c.prepare("SELECT m.name, p.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' AND m.name NOT LIKE 'search%'").unwrap();
    let all = s.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).unwrap();
    let mut count = 0;
    for (table, column) in all.map(Result::unwrap) {
        count += 1;
        let left = LEFT_OUT.iter().any(|(t, columns)| *t == table && columns.contains(&column.as_str()));
        let kept = KINDS.iter().filter(|k| k.table == table).any(|k| {
            k.columns.iter().any(|c| c.name == column)
                || k.derived.iter().any(|(name, ..)| *name == column)
                || k.made_anew.iter().any(|(name, _)| *name == column)
        });
        let around = table == "message" && MESSAGE_AROUND.contains(&column.as_str());
        assert!(left || kept || around, "{table}.{column} neither leaves nor is said to stay: store/whole/kinds.rs");
    }
    assert!(count > 150, "{count}");
}

#[cfg(feature = "postgres")]
#[test]
fn a_desk_moves_to_a_server_and_back_again() {
    let (Some(first), Some(second)) = (super::cluster::schema(), super::cluster::schema()) else { return };
    let stage = lived();
    let whole = exported(&stage, "all.ndjson");
    let line = format!("import {}", stage.path("all.ndjson").display());
    let server = stage.with("DESK_FILE", &first);
    server.ok(&format!("{line} -n"));
    server.ok(&line);
    assert!(exported(&server, "server.ndjson") == whole, "on the server it is another");
    is_sound(&server);
    assert_eq!(server.ok("find кабинет"), stage.ok("find кабинет"));
    server.refused(&line, 1);
    let again = stage.with("DESK_FILE", &second);
    again.ok(&format!("import {}", stage.path("server.ndjson").display()));
    assert!(exported(&again, "server-again.ndjson") == whole);
    let home = other(&stage, "home.db");
    home.ok(&format!("import {}", stage.path("server-again.ndjson").display()));
    assert!(exported(&home, "home.ndjson") == whole);
    assert_eq!(rows(&stage.path("home.db")), rows(&stage.path("desk.db")));
    is_sound(&home);
    assert_eq!(server.ok("undo"), stage.ok("undo"));
}

#[test]
fn a_table_of_texts_that_a_spreadsheet_would_run_comes_back_as_it_was() {
    let stage = Stage::new();
    let subjects = ["=1+1", "+7 921", "-2", "@sum", "'=quoted", "''=twice", "'tis", "＝1", "plain, \"x\"", "= 1"];
    for subject in subjects {
        assert_eq!(stage.run(&["open", "--from", "ann@acme.test", "--", subject]).exit, 0, "{subject}");
    }
    let file = stage.path("tickets.csv");
    stage.ok(&format!("export -o {}", file.display()));
    let back = frontdesk::formats::records::open(&file, None).unwrap();
    let back: Vec<String> = back.map(|r| r.unwrap().members["subject"].as_str().unwrap().to_owned()).collect();
    assert_eq!(back, subjects);
}
