//! Files that are damaged, may not be written, have odd names or odd files beside them: it is said in words, with a documented
//! exit, and nothing is made worse.

use crate::deeds::named;
use crate::full::Mounted;
use crate::stage::{Fault, Said, Stage, finish};
use crate::{Outcome, Plan};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

/// A part of the trial: how often it was tried, and what was seen.
type Part = fn(&Plan, &Stage) -> Result<(usize, String), Fault>;

const PARTS: &[(&str, Part)] = &[
    ("zeroed pages", zeroed_pages),
    ("flipped bytes in the head", flipped_head),
    ("a disk for reading only", read_only),
    ("names of files", names),
    ("logs beside it", logs),
    ("moved while it is written", moved),
];

/// Every part.
pub fn file(plan: &Plan) -> Outcome {
    let mut tried = 0;
    for (name, part) in PARTS {
        let stage = plan.stage(&name.replace(' ', "-"));
        match part(plan, &stage) {
            Ok((times, seen)) => {
                tried += times;
                plan.tell(name, &format!("{times} tried, {seen}"));
            }
            Err(fault) => plan.fault(&stage, name, &fault),
        }
    }
    Outcome { tried, seen: "each told, none broke down, none made worse".to_owned(), left_out: None }
}

/// It ended as it says it may, in words.
pub fn ended(what: &str, said: &Said) -> Result<(), Fault> {
    let documented = matches!(said.exit, Some(0..=5 | 75));
    let in_words = said.exit == Some(0) || said.exit == Some(4) || said.talk.contains("error: ");
    let broke = [&said.out, &said.talk].iter().any(|text| text.contains("panicked"));
    if documented && in_words && !broke { Ok(()) } else { Err(format!("{what}: {said}")) }
}

/// A desk with mails, in one file and nothing beside it.
fn furnished(stage: &Stage) -> Vec<u8> {
    (named("import").furnish)(stage, 60);
    stage.all(&["import all.mbox --own support@acme.test", "close 1-10 -y", "log 1 25m"]);
    fs::read(stage.desk()).expect("the desk")
}

/// Nothing changed, or a file that said it was kept without a write-ahead log has been given one: the formats of reading and
/// writing (bytes 18 and 19) are 2, and the change is counted (24 to 27, 92 to 95).
fn only_got_its_log(before: &[u8], after: &[u8]) -> bool {
    let mut bytes = before.iter().zip(after).enumerate();
    let without_log = before.len() == after.len() && before[19] < 2 && after[18..20] == [2, 2];
    before == after
        || without_log && bytes.all(|(at, (old, new))| old == new || matches!(at, 18 | 19 | 24..=27 | 92..=95))
}

/// Reads leave every byte; writes succeed or say why not. What `doctor` ends with.
fn withstands(stage: &Stage, bytes: &[u8], what: &str) -> Result<Option<i32>, Fault> {
    for beside in ["desk.db-wal", "desk.db-shm"] {
        drop(fs::remove_file(stage.path(beside)));
    }
    fs::write(stage.desk(), bytes).expect("a damaged desk");
    for line in ["ls", "why 1", "find works"] {
        ended(&format!("{what}: desk {line}"), &stage.run(line))?;
    }
    let doctor = stage.run("doctor --deep");
    ended(&format!("{what}: desk doctor --deep"), &doctor)?;
    if !only_got_its_log(bytes, &fs::read(stage.desk()).expect("the desk")) {
        return Err(format!("{what}: reading changed the file"));
    }
    for line in ["show 1", "log 2 5m", "undo"] {
        ended(&format!("{what}: desk {line}"), &stage.run(line))?;
    }
    Ok(doctor.exit)
}

fn zeroed_pages(plan: &Plan, stage: &Stage) -> Result<(usize, String), Fault> {
    const PAGE: usize = 4096;
    let whole = furnished(stage);
    let (mut tried, mut found) = (0, 0);
    for page in (0..whole.len() / PAGE).step_by(plan.pick(7, 1)) {
        let mut bytes = whole.clone();
        bytes[page * PAGE..(page + 1) * PAGE].fill(0);
        if bytes == whole {
            continue;
        }
        tried += 1;
        if withstands(stage, &bytes, &format!("page {} zeroed", page + 1))? == Some(0) {
            return Err(format!("page {} is zeroed, and desk doctor --deep finds nothing", page + 1));
        }
        found += 1;
    }
    Ok((tried, format!("{found} found by doctor")))
}

fn flipped_head(plan: &Plan, stage: &Stage) -> Result<(usize, String), Fault> {
    let whole = furnished(stage);
    let (mut tried, mut found) = (0, 0);
    for at in 0..100 {
        for bits in plan.pick(&[0xff_u8][..], &[0xff, 0x80, 0x40, 0x20, 0x10, 8, 4, 2, 1]) {
            let mut bytes = whole.clone();
            bytes[at] ^= bits;
            tried += 1;
            found +=
                usize::from(withstands(stage, &bytes, &format!("byte {at} of the head xor {bits:#x}"))? != Some(0));
        }
    }
    Ok((tried, format!("{found} found by doctor, the others do not matter")))
}

fn read_only(_: &Plan, stage: &Stage) -> Result<(usize, String), Fault> {
    let Some(disk) = Mounted::new(stage) else { return Ok((0, "left out: nothing may be mounted here".to_owned())) };
    const HERE: &str = "--desk disk/desk.db";
    for line in ["open one", "log 1 5m"] {
        stage.done(&format!("{HERE} {line}"))?;
    }
    let bytes = fs::read(stage.path("disk/desk.db")).expect("the desk");
    disk.remount("ro")?;
    let mut seen = Vec::new();
    for line in ["ls", "show 1", "doctor", "", "backup copy.db", "open two", "log 1 5m", "undo", "close 1", "fetch"] {
        let said = stage.run(&format!("{HERE} {line}"));
        ended(&format!("read only: desk {line}"), &said)?;
        let writes = ["open two", "log 1 5m", "undo", "close 1"].contains(&line);
        let why = ["may not be written", "cannot be opened", "Read-only"].iter().any(|why| said.talk.contains(why));
        if writes && (said.exit == Some(0) || !said.out.is_empty() || !why) {
            return Err(format!("read only: desk {line}: {said}"));
        }
        seen.push(line);
    }
    if fs::read(stage.path("disk/desk.db")).expect("the desk") != bytes {
        return Err("a file on a disk for reading only changed".to_owned());
    }
    let new = stage.run("--desk disk/new.db open one");
    ended("read only: a new desk", &new)?;
    disk.remount("rw")?;
    stage.done(&format!("{HERE} log 1 5m"))?;
    stage.done(&format!("{HERE} doctor --deep"))?;
    Ok((seen.len() + 1, "said, and unchanged".to_owned()))
}

/// Names that are no text, and the longest ones.
fn names(_: &Plan, stage: &Stage) -> Result<(usize, String), Fault> {
    let long = |n: usize| "x".repeat(n).into_bytes();
    let all = [
        b"\xff\xfe.db".to_vec(),
        b"caf\xe9/\xf1.db".to_vec(),
        long(255),
        long(251),
        long(250),
        b"tab\t\x07.db".to_vec(),
    ];
    let mut works = 0;
    for name in &all {
        let path = stage.play.join(OsStr::from_bytes(name));
        let shown = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for by_environment in [true, false] {
            let run = |line: &str| {
                let mut command = stage.command("");
                if by_environment {
                    command.env("DESK_FILE", &path);
                } else {
                    command.arg("--desk").arg(&path);
                }
                finish(command.args(line.split(' ')))
            };
            let said = run("open one");
            ended(&format!("{shown}: desk open"), &said)?;
            if said.exit != Some(0) {
                continue;
            }
            works += 1;
            for line in ["log 1 5m", "doctor --deep", "undo"] {
                let said = run(line);
                if said.exit != Some(0) {
                    return Err(format!("{shown}: desk {line}: {said}"));
                }
            }
            if !path.exists() {
                return Err(format!("{shown}: acknowledged, and no such file is there"));
            }
        }
    }
    Ok((all.len() * 2, format!("{works} work, the others are refused")))
}

/// Moved away, removed, replaced in the middle of an import: it says so, and the file holds what was acknowledged, wherever it is.
fn moved(plan: &Plan, stage: &Stage) -> Result<(usize, String), Fault> {
    (named("import").furnish)(stage, 3_000);
    let (times, mut told) = (plan.pick(6, 60), 0);
    for n in 0..times {
        for file in ["desk.db", "elsewhere.db", "desk.db-wal", "desk.db-shm"] {
            drop(fs::remove_file(stage.path(file)));
        }
        stage.all(&["open one", "log 1 5m"]);
        fs::copy(stage.desk(), stage.path("other.db")).expect("another desk");
        let import = stage.command("import all.mbox --own support@acme.test").spawn().expect("it is started");
        std::thread::sleep(std::time::Duration::from_millis(u64::try_from(n * 600 / times).unwrap_or(0)));
        let way = ["moved", "replaced", "removed"][n % 3];
        match way {
            "removed" => fs::remove_file(stage.desk()),
            _ => fs::rename(stage.desk(), stage.path("elsewhere.db")),
        }
        .expect("it is there");
        if way == "replaced" {
            fs::rename(stage.path("other.db"), stage.desk()).expect("another desk");
        }
        let said = Said::from(import.wait_with_output().expect("it ends"));
        ended(&format!("{way} while it is written"), &said)?;
        told += usize::from(said.exit == Some(1));
        if said.exit == Some(0) && way != "replaced" {
            // It came too early, and a new desk was made, or the import was over.
            let at = if stage.desk().exists() { "desk.db" } else { "elsewhere.db" };
            let count = stage.run(&format!("--desk {at} ls --count"));
            if at == "elsewhere.db" && way == "moved" && count.out.trim() != "1001" {
                return Err(format!("{way}: acknowledged, and {at} holds {count}"));
            }
        }
        if way == "moved" && !stage.desk().exists() {
            fs::rename(stage.path("elsewhere.db"), stage.desk()).expect("it is brought back");
            stage.done("import all.mbox --own support@acme.test")?;
            stage.done("doctor --deep")?;
            let count = stage.done("ls --count")?;
            if count.trim() != "1001" {
                return Err(format!("brought back and completed, it holds {} tickets", count.trim()));
            }
        }
    }
    if told == 0 {
        return Err("nobody noticed".to_owned());
    }
    Ok((times, format!("{told} told")))
}

/// Its own log taken away, another's put there, and garbage.
fn logs(plan: &Plan, stage: &Stage) -> Result<(usize, String), Fault> {
    let of = |name: &str, stage: &Stage| {
        stage.all(&["open one", "open two", "close 1"]);
        // While somebody reads, the log stays.
        let reader = rusqlite::Connection::open(stage.desk()).expect("the desk");
        reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").expect("it is read");
        stage.all(&[&format!("open {name}"), "close 2"]);
        ["desk.db", "desk.db-wal", "desk.db-shm"].map(|file| fs::read(stage.path(file)).expect("a file"))
    };
    let other = plan.stage("logs-of-another");
    (named("import").furnish)(&other, 300);
    other.all(&["import all.mbox --own support@acme.test"]);
    let ([_, foreign, _], [desk, own, index]) = (of("another", &other), of("three", stage));
    let garbage: Vec<u8> = (0..own.len()).map(|n| n.to_le_bytes()[0].wrapping_mul(151)).collect();
    let cut = own[..own.len() / 2].to_vec();
    let mut seen = Vec::new();
    // With the index that a killed program left, and without: then whatever is no log of a desk is as none.
    for (what, log, with_index) in [
        ("none", None, false),
        ("garbage", Some(&garbage), false),
        ("half", Some(&cut), false),
        ("another's", Some(&foreign), false),
        ("none, missed", None, true),
        ("garbage, missed", Some(&garbage), true),
        ("half, missed", Some(&cut), true),
        ("another's, missed", Some(&foreign), true),
    ] {
        for beside in ["desk.db-wal", "desk.db-shm"] {
            drop(fs::remove_file(stage.path(beside)));
        }
        fs::write(stage.desk(), &desk).expect("the desk");
        for (name, bytes) in [("desk.db-wal", log), ("desk.db-shm", with_index.then_some(&index))] {
            let Some(bytes) = bytes else { continue };
            fs::write(stage.path(name), bytes).expect("a file beside it");
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(stage.path(name), fs::Permissions::from_mode(0o600)).expect("its rights");
        }
        let listed = stage.run("ls status:all --ids");
        ended(&format!("a log of {what}: desk ls"), &listed)?;
        let doctor = stage.run("doctor --deep");
        ended(&format!("a log of {what}: desk doctor"), &doctor)?;
        if (with_index || what == "another's") && [listed.exit, doctor.exit] != [Some(1), Some(4)] {
            return Err(format!("a log of {what} is not told: {listed}{doctor}"));
        }
        // An older desk that is whole, or a finding.
        let is_whole = listed.exit == Some(0) && [2, 3].contains(&listed.out.lines().count());
        if doctor.exit == Some(0) && !is_whole {
            return Err(format!("a log of {what} makes another desk, and doctor finds nothing: {listed}"));
        }
        seen.push(format!("{what}: {}", if doctor.exit == Some(0) { "whole" } else { "found" }));
    }
    Ok((seen.len(), seen.join(", ")))
}
