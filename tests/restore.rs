//! The way back: a backup takes the desk's place, a damaged desk gives what can still be read, and a digit that changed on the
//! disk is found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "cli/stage.rs"]
#[expect(dead_code, reason = "each suite uses other parts of the stage")]
mod stage;

use rusqlite::Connection;
use stage::mirror::{MIRRORS, stamps_of};
use stage::{Said, Stage};
use std::os::unix::fs::PermissionsExt;

/// A desk with a bit of everything; its history is longer than its first backup.
fn lived() -> Desk {
    let stage = Desk(Stage::new());
    stage.all(&[
        "open 'Не печатает' -f ann@acme.test -m 'The printer is on fire.'",
        "open Login -f joe@beta.test -m 'No way in.'",
        "note 1 'Called her: 25 pages'",
        "log 1 1h30 'looked at it'",
        "contract add acme.test --prepaid 10h --every month --price 30000 --currency RUB --start 2026-11-01 --name care",
        "backup @b.db",
        "close 1",
        "log 2 20m",
    ]);
    stage
}

/// A desk on which ` @name` in a line is a file beside it.
struct Desk(Stage);

impl Desk {
    fn line(&self, line: &str) -> String {
        line.replace(" @", &format!(" {}/", self.0.path("").display()))
    }
    fn desk(&self, line: &str) -> Said {
        self.0.desk(&self.line(line))
    }
    fn ok(&self, line: &str) -> String {
        self.0.ok(&self.line(line))
    }
    fn all(&self, lines: &[&str]) {
        lines.iter().for_each(|line| drop(self.ok(line)));
    }
    fn refused(&self, line: &str, exit: u8) -> String {
        self.0.refused(&self.line(line), exit)
    }
    fn json(&self, line: &str) -> serde_json::Value {
        self.0.json(&self.line(line))
    }
    fn numbers(&self, line: &str) -> Vec<i64> {
        self.0.numbers(&self.line(line))
    }
}

impl std::ops::Deref for Desk {
    type Target = Stage;
    fn deref(&self) -> &Stage {
        &self.0
    }
}

/// Changes the desk past the program, on both engines where both are asked for.
fn sql(stage: &Desk, text: &str) {
    let file = stage.path("desk.db");
    let mirror = MIRRORS.with_borrow_mut(|all| all.remove(&file)).filter(|it| it.file == Some(stamps_of(&file)));
    Connection::open(&file).unwrap().execute_batch(text).unwrap();
    if let Some(mut mirror) = mirror {
        #[cfg(feature = "postgres")]
        postgres::Client::connect(&mirror.address, postgres::NoTls).unwrap().batch_execute(text).unwrap();
        mirror.file = Some(stamps_of(&file));
        MIRRORS.with_borrow_mut(|all| all.insert(file, mirror));
    }
}

fn findings(stage: &Desk) -> Vec<(String, String)> {
    let said: serde_json::Value = serde_json::from_str(&stage.desk("doctor --deep --json").out).unwrap();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    said["findings"].as_array().unwrap().iter().map(|f| (text(&f["place"]), text(&f["what"]))).collect()
}

/// What `export` says of a desk, without the desk's own row.
fn whole(stage: &Desk, desk: &str) -> Vec<String> {
    let all = stage.ok(&format!("--desk @{desk} export --format ndjson"));
    let around = |line: &str| ["desk", "end"].iter().any(|kind| line.contains(&format!("\"kind\":\"{kind}\"")));
    all.lines().filter(|line| !around(line)).map(str::to_owned).collect()
}

#[test]
fn a_backup_takes_the_place_of_the_desk_and_what_was_there_is_kept() {
    let stage = lived();
    let before = stage.ok("ls status:all --format json");
    let told = stage.json("restore @b.db");
    assert_eq!((&told["tickets"], &told["operations"]), (&2.into(), &5.into()), "{told}");
    let kept = told["kept"].as_str().unwrap().to_owned();
    let kept = kept.strip_prefix(&format!("{}/", stage.path("").canonicalize().unwrap().display())).unwrap();
    assert_eq!(kept, "desk.db.before-restore.bak");
    assert_eq!(whole(&stage, "desk.db"), whole(&stage, "b.db"), "the desk is the backup");
    assert_eq!(stage.ok(&format!("--desk @{kept} ls status:all --format json")), before, "what was there is whole");
    for file in ["desk.db", "desk.db.before-restore.bak"] {
        let mode = std::fs::metadata(stage.path(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file}");
    }
    let doctor = stage.desk("doctor --deep");
    assert_eq!(doctor.exit, 0, "{doctor:?}");
    stage.ok("close 1");
    // A backup may have a second name, as tools that keep many of them give it.
    std::fs::hard_link(stage.path("b.db"), stage.path("b2.db")).unwrap();
    assert!(stage.desk("restore @b.db").talk.contains("is not in the backup"), "what is lost is named");
    assert!(stage.path("desk.db.before-restore.2.bak").exists(), "nothing kept is written over");
    assert_eq!(
        std::fs::read_dir(stage.path("."))
            .unwrap()
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().starts_with(".desk-"))
            .count(),
        0
    );
}

#[test]
fn a_dry_run_checks_and_says_what_would_be_lost() {
    let stage = lived();
    let bytes = std::fs::read(stage.path("desk.db")).unwrap();
    let said = stage.desk("restore @b.db -n");
    assert!(said.exit == 0 && said.talk.contains("from operation 6 to 7"), "{said:?}");
    assert_eq!(std::fs::read(stage.path("desk.db")).unwrap(), bytes);
    assert!(!stage.path("desk.db.before-restore.bak").exists());
}

#[test]
fn only_a_sound_backup_of_a_known_edition_is_taken() {
    let stage = lived();
    std::fs::write(stage.path("letter"), "this is a letter, and no desk at all").unwrap();
    std::fs::write(stage.path("empty"), "").unwrap();
    Connection::open(stage.path("other.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    std::fs::copy(stage.path("b.db"), stage.path("newer.db")).unwrap();
    Connection::open(stage.path("newer.db")).unwrap().execute_batch("PRAGMA user_version=999").unwrap();
    let mut bytes = std::fs::read(stage.path("b.db")).unwrap();
    let from = bytes.len() / 3;
    bytes[from..from * 2].fill(0xAA);
    std::fs::write(stage.path("torn.db"), &bytes).unwrap();
    std::fs::write(stage.path("short.db"), &bytes[..9000]).unwrap();
    let before = std::fs::read(stage.path("desk.db")).unwrap();
    for (file, exit) in [
        ("letter", 1),
        ("empty", 1),
        ("other.db", 1),
        ("newer.db", 1),
        ("torn.db", 1),
        ("short.db", 1),
        ("absent.db", 3),
        ("desk.db", 2),
        (".", 2),
    ] {
        let why = stage.refused(&format!("restore @{file}"), exit);
        assert!(!why.contains("panicked"), "{file}: {why}");
        assert_eq!(std::fs::read(stage.path("desk.db")).unwrap(), before, "{file}");
    }
    assert!(stage.refused("restore @newer.db", 1).contains("edition 999"));
}

#[test]
fn a_desk_that_cannot_be_read_is_moved_away_as_it_is() {
    let stage = lived();
    let torn = vec![0xAA_u8; 40_000];
    std::fs::write(stage.path("desk.db"), &torn).unwrap();
    let told = stage.json("restore @b.db");
    assert_eq!(std::fs::read(stage.path("desk.db.before-restore.bak")).unwrap(), torn, "{told}");
    assert_eq!(stage.numbers("ls status:all"), [2, 1]);
    // And where there is nothing any more but a log that somebody left behind.
    std::fs::remove_file(stage.path("desk.db")).unwrap();
    std::fs::write(stage.path("desk.db-wal"), &torn).unwrap();
    stage.ok("restore @b.db");
    assert_eq!(stage.numbers("ls status:all"), [2, 1]);
    assert_eq!(stage.desk("doctor --deep").exit, 0);
}

#[test]
fn who_has_the_desk_open_goes_on_with_the_restored_one() {
    let stage = lived();
    let open = Connection::open(stage.path("desk.db")).unwrap();
    let count = |c: &Connection| c.query_row("SELECT count(*) FROM operation", [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!(count(&open), 7);
    stage.ok("restore @b.db");
    assert_eq!(count(&open), 5);
    open.execute_batch("UPDATE desk SET change_no = change_no + 1").unwrap();
    drop(open);
    stage.ok("open third");
    assert_eq!(stage.numbers("ls status:all"), [3, 2, 1]);
}

#[test]
fn nobody_writes_between_the_keeping_and_the_replacing() {
    let stage = lived();
    let mut writer = stage
        .shell("i=0; while [ $i -lt 40 ]; do \"$desk\" open \"no $i\" || exit 9; i=$((i+1)); done")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut kept = Vec::new();
    for _ in 0..6 {
        std::thread::sleep(std::time::Duration::from_millis(120));
        let told = stage.json("restore @b.db");
        kept.push(told["kept"].as_str().unwrap().rsplit('/').next().unwrap().to_owned());
    }
    assert!(writer.wait().unwrap().success(), "a restore is no reason for a writer to fail");
    let subjects = |desk: &str| -> Vec<String> {
        let all = stage.json(&format!("--desk @{desk} ls status:all -l 1000"));
        let rows = all.as_array().unwrap().iter().map(|t| t["subject"].as_str().unwrap().to_owned());
        rows.filter(|s| s.starts_with("no ")).collect()
    };
    let mut seen: Vec<String> = kept.iter().flat_map(|desk| subjects(desk)).chain(subjects("desk.db")).collect();
    seen.sort_unstable();
    let all: std::collections::BTreeSet<String> = (0..40).map(|i| format!("no {i}")).collect();
    assert_eq!(
        seen,
        all.into_iter().collect::<Vec<_>>(),
        "each is in one of the kept desks or in the last, and none twice"
    );
}

#[test]
fn a_backup_of_an_older_edition_is_brought_up_and_stays_as_it_is() {
    let stage = Desk(Stage::new());
    let packed = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/store/editions/3.db.zst")).unwrap();
    let old = zstd::decode_all(packed.as_slice()).unwrap();
    std::fs::write(stage.path("old.db"), &old).unwrap();
    stage.ok("open x");
    stage.ok("restore @old.db");
    assert_eq!(std::fs::read(stage.path("old.db")).unwrap(), old);
    assert_eq!(stage.json("doctor --deep")["findings"], serde_json::json!([]));
}

#[test]
fn what_waited_in_a_backup_is_held() {
    let stage = lived();
    sql(
        &stage,
        "INSERT INTO outbox (id, message_id, ticket_id, state, automatic, sender, recipients, made_at, changed_at, next_at,
           attempts, copied) SELECT 900 + id, id, ticket_id, 'waiting', 0, 'a@b.test', '[]', 1, 1, 1, 0, 0 FROM message",
    );
    sql(&stage, "UPDATE outbox SET state = 'sending', holder = 'x' WHERE id = (SELECT max(id) FROM outbox)");
    stage.all(&["backup @c.db", "restore @c.db"]);
    let states: Vec<String> = {
        let c = Connection::open(stage.path("desk.db")).unwrap();
        let mut all = c.prepare("SELECT DISTINCT state FROM outbox ORDER BY state").unwrap();
        all.query_map([], |r| r.get(0)).unwrap().map(|r| r.unwrap()).collect()
    };
    assert_eq!(states, ["held", "unknown"]);
}

#[test]
fn one_digit_that_changed_is_found_wherever_it_stands() {
    for (change, place, what) in [
        ("UPDATE operation SET command = replace(command, '1h30', '1h31')", "operation 4", "as it was written down"),
        ("UPDATE operation SET at = at + 1 WHERE id = 2", "operation 2", "as it was written down"),
        (
            "UPDATE event SET after = replace(after, '90', '91') WHERE noun = 'entry'",
            "operation 4",
            "as it was written down",
        ),
        ("DELETE FROM event WHERE noun = 'entry' AND operation_id = 4", "operation 4", "as it was written down"),
        ("UPDATE body SET text = replace(text, '25', '26')", "message", "its text is not as it was written down"),
        ("UPDATE entry SET minutes = 91 WHERE minutes = 90", "entry 1", "its history says"),
        (
            "UPDATE ticket SET subject = 'Login!' WHERE id = 2",
            "ticket 2",
            "subject is \"Login!\", and its history says \"Login\"",
        ),
        ("UPDATE contract SET versions = replace(versions, '30000', '31000')", "contract", "its history says"),
        ("UPDATE contact SET name = 'Eve' WHERE id = (SELECT min(id) FROM contact)", "contact", "its history says"),
        ("DELETE FROM entry WHERE id = 1", "entry 1", "is null"),
    ] {
        let stage = lived();
        assert_eq!(findings(&stage), []);
        sql(&stage, change);
        let found = findings(&stage);
        assert!(found.iter().any(|(at, why)| at.starts_with(place) && why.contains(what)), "{change}: {found:?}");
        stage.ok("restore @b.db");
    }
}

#[test]
fn of_a_damaged_desk_what_can_be_read_goes_into_a_new_one() {
    let stage = Desk(Stage::new());
    let lines: String = (1..=300)
        .map(|n| format!("\"$desk\" open 'no {n}' -f c{n}@x{n}.test -m 'text {n} {}'\n", "word ".repeat(40)))
        .collect();
    assert!(
        stage
            .shell(&format!("i=0; {lines}"))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    sql(&stage, "PRAGMA wal_checkpoint(TRUNCATE)");
    let sound = stage.json("doctor --rescue @sound.db");
    assert_eq!(
        (&sound["tickets"], &sound["messages"], &sound["missing"]),
        (&300.into(), &300.into(), &serde_json::json!([]))
    );
    assert_eq!(stage.desk("--desk @sound.db doctor --deep").exit, 0, "of a sound desk nothing is lost");
    assert_eq!(whole(&stage, "sound.db"), whole(&stage, "desk.db"));
    let bytes = std::fs::read(stage.path("desk.db")).unwrap();
    let pages = bytes.len() / 4096;
    let mut rescued = 0;
    // Not the first page: without it the file is none.
    for (round, page) in (2..pages).step_by(pages / 12).enumerate() {
        let mut torn = bytes.clone();
        torn[page * 4096..(page + 1) * 4096].fill(0);
        std::fs::write(stage.path("desk.db"), &torn).unwrap();
        let name = format!("r{round}.db");
        let said = stage.desk(&format!("doctor --rescue @{name} --json"));
        assert!([0, 4].contains(&said.exit) && !said.talk.contains("panicked"), "page {page}: {said:?}");
        assert_eq!(std::fs::read(stage.path("desk.db")).unwrap(), torn, "it is only read");
        let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let tickets = found["tickets"].as_i64().unwrap();
        assert!(tickets > 150, "page {page}: {found}");
        rescued += tickets;
        let (look, doctor) = (
            stage.desk(&format!("--desk @{name} ls status:all -l 1000")),
            stage.desk(&format!("--desk @{name} doctor")),
        );
        assert!(look.exit == 0 && doctor.exit == 0, "page {page}: {look:?} {doctor:?}");
        stage.ok(&format!("--desk @{name} open after"));
        let taken = stage.refused(&format!("doctor --rescue @{name}"), 1);
        assert!(taken.contains("is there already"), "{taken}");
    }
    assert!(rescued > 12 * 280, "{rescued}");
    std::fs::write(stage.path("desk.db"), "this is a letter, and no desk at all").unwrap();
    assert!(stage.refused("doctor --rescue @none.db", 1).contains("not even the head"));
    assert!(!stage.path("none.db").exists());
    std::fs::write(stage.path("desk.db"), &bytes).unwrap();
}
