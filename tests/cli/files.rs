//! What is no desk is refused in plain words and left as it was.

use super::stage::{Said, Stage, finish, is_there, said};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

pub fn with_file(stage: &Stage, file: &Path, line: &str) -> Said {
    stage.with("DESK_FILE", file.to_str().unwrap()).desk(line)
}

/// Tries to read and to write; both must be refused with words, and the file must stay as it was.
fn refused_and_unchanged(stage: &Stage, file: &Path, why: &str) {
    let before = fs::read(file).unwrap();
    for line in ["ls", "", "open one", "show 1", "undo", "open one -n"] {
        let said = with_file(stage, file, line);
        assert_eq!(said.exit, 1, "{}: {line}: {said:?}", file.display());
        assert!(said.talk.contains(why) && said.talk.contains("hint: "), "{line}: {said:?}");
        assert!(said.talk.contains(file.file_name().unwrap().to_str().unwrap()), "the file is named: {said:?}");
    }
    assert!(fs::read(file).unwrap() == before, "{} was changed", file.display());
    for suffix in ["-wal", "-shm", "-journal"] {
        let beside = format!("{}{suffix}", file.display());
        assert!(!is_there(Path::new(&beside)), "{beside} was left behind");
    }
}

#[test]
fn what_sqlite_would_take_for_an_address_is_refused() {
    let stage = Stage::new();
    for name in ["file:x.db", "file:x?mode=memory", ":memory:", ""] {
        let said = stage.run(&["--desk", name, "open", "one"]);
        assert_eq!(said.exit, 2, "{name:?}: {said:?}");
        assert!(said.talk.contains("hint: name a file"), "{said:?}");
    }
}

#[test]
fn a_desk_that_a_service_copies_says_so_on_the_first_screen() {
    let stage = Stage::new();
    let folder = stage.path("Dropbox");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("desk.db");
    assert_eq!(with_file(&stage, &file, "open one").exit, 0);
    let said = with_file(&stage, &file, "");
    assert!(said.exit == 0 && said.talk.contains("Dropbox copies this folder"), "{said:?}");
    assert!(said.talk.contains("desk backup FOLDER"), "{said:?}");
    fs::write(folder.join("desk (conflicted copy 2026-11-20).db"), "x").unwrap();
    assert!(with_file(&stage, &file, "").talk.contains("somebody's work may be only there"));
    assert_eq!(with_file(&stage, &file, "ls").talk, "");
    let elsewhere = stage.path("other.db");
    assert_eq!(with_file(&stage, &elsewhere, "open one").exit, 0);
    assert_eq!(with_file(&stage, &elsewhere, "").talk, "");
}

#[test]
fn a_folder_a_pipe_and_a_device_are_no_desks() {
    let stage = Stage::new();
    let folder = stage.path("folder");
    fs::create_dir(&folder).unwrap();
    let fifo = stage.path("fifo");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .unwrap();
    for (path, why) in [
        (folder.as_path(), "is a folder"),
        (&fifo, "is no plain file"),
        (Path::new("/dev/null"), "is no plain file"),
        (Path::new("/dev/zero"), "is no plain file"),
    ] {
        for line in ["ls", "open one", ""] {
            let said = with_file(&stage, path, line);
            assert_eq!(said.exit, 1, "{}: {said:?}", path.display());
            assert!(said.talk.contains(why), "{said:?}");
        }
    }
}

#[test]
fn a_text_file_an_empty_file_and_a_byte_are_no_desks() {
    let stage = Stage::new();
    for (name, bytes, why) in [
        ("text", &b"Dear diary, this is not a database at all.\n".repeat(200)[..], "not a desk"),
        ("short", b"x", "not a desk"),
        ("empty", b"", "empty file, not a desk"),
        ("zeros", &[0; 8192], "not a desk"),
        ("head", b"SQLite format 3\0", "not a desk"),
    ] {
        let file = stage.path(name);
        fs::write(&file, bytes).unwrap();
        refused_and_unchanged(&stage, &file, why);
    }
}

#[test]
fn an_sqlite_file_of_another_program_is_left_as_it_is() {
    let stage = Stage::new();
    for (name, mode) in [("wal.db", "WAL"), ("delete.db", "DELETE")] {
        let file = stage.path(name);
        let c = rusqlite::Connection::open(&file).unwrap();
        c.execute_batch(&format!("PRAGMA journal_mode={mode}; CREATE TABLE ticket(id INTEGER, subject TEXT); INSERT INTO ticket VALUES (1, 'mine')")).unwrap();
        drop(c);
        refused_and_unchanged(&stage, &file, "another program");
    }
}

#[test]
fn a_desk_of_a_newer_program_is_left_as_it_is() {
    let stage = Stage::new();
    stage.ok("open one");
    let file = stage.path("desk.db");
    let c = rusqlite::Connection::open(&file).unwrap();
    c.execute_batch("PRAGMA user_version=999; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(c);
    refused_and_unchanged(&stage, &file, "newer program");
}

#[test]
fn a_head_that_cannot_be_is_damage_and_no_fault_of_the_program() {
    let stage = Stage::new();
    stage.ok("open one");
    let whole = fs::read(stage.path("desk.db")).unwrap();
    // A form of files to come; no edition; one below it.
    for (at, byte) in [(47, 9), (63, 0), (60, 0xff)] {
        let file = stage.path(&format!("head-{at}.db"));
        let mut bytes = whole.clone();
        bytes[at] = byte;
        fs::write(&file, bytes).unwrap();
        refused_and_unchanged(&stage, &file, "the file is damaged");
    }
}

#[test]
fn a_truncated_desk_is_reported_and_not_written_to() {
    let stage = Stage::new();
    stage.all(&["open one -m text", "open two"]);
    let whole = fs::read(stage.path("desk.db")).unwrap();
    for part in [100, 1000, 4096, 8192, whole.len() / 2, whole.len() - 1] {
        let file = stage.path("part.db");
        fs::write(&file, &whole[..part]).unwrap();
        for line in ["open three", "ls", "show 1", "", "find one", "history", "undo"] {
            let said = with_file(&stage, &file, line);
            assert_eq!(said.exit, 1, "{part} bytes: {line}: {said:?}");
            assert!(said.talk.starts_with("error: ") && !said.talk.contains("panicked"), "{said:?}");
        }
        assert!(fs::read(&file).unwrap() == whole[..part], "{part} bytes: it was changed");
    }
}

#[test]
fn a_second_name_of_the_file_is_refused() {
    let stage = Stage::new();
    stage.ok("open one");
    fs::hard_link(stage.path("desk.db"), stage.path("other.db")).unwrap();
    for line in ["ls", "open two"] {
        let talk = stage.refused(line, 1);
        assert!(talk.contains("hard link"), "{talk}");
    }
    fs::remove_file(stage.path("other.db")).unwrap();
    assert_eq!(stage.ok("open two"), "2\n");
}

#[test]
fn a_symbolic_link_is_another_name_of_the_same_desk() {
    let stage = Stage::new();
    fs::create_dir(stage.path("real")).unwrap();
    std::os::unix::fs::symlink("real/the.db", stage.path("link.db")).unwrap();
    assert_eq!(with_file(&stage, &stage.path("link.db"), "open one").exit, 0);
    assert!(is_there(&stage.path("real/the.db")), "the desk is made where the link points");
    assert_eq!(with_file(&stage, &stage.path("real/the.db"), "open two").out, "2\n");
    assert_eq!(with_file(&stage, &stage.path("link.db"), "ls --count").out, "2\n");
    assert!(!is_there(&stage.path("link.db-wal")), "the log lies beside the real file");
}

#[test]
fn a_path_may_hold_any_character() {
    let stage = Stage::new();
    for name in [
        "with space.db",
        "100%25.db",
        "what?.db",
        "a#b.db",
        "line\nbreak.db",
        "счёт.db",
        "-n.db",
        "'quote\".db",
        "a:b.db",
        "~tilde.db",
        "请求.db",
        &"x".repeat(200),
    ] {
        let file = stage.path(name);
        let said = with_file(&stage, &file, "open one");
        assert_eq!((said.exit, said.out.as_str()), (0, "1\n"), "{name}: {said:?}");
        assert_eq!(with_file(&stage, &file, "ls --count").out, "1\n");
        assert!(is_there(&file), "{name}");
    }
    let file = stage.path(&"x".repeat(300));
    let said = with_file(&stage, &file, "open one");
    assert_eq!(said.exit, 1, "a name too long for the disk: {said:?}");
}

#[test]
fn files_and_folders_are_for_this_user_alone() {
    let stage = Stage::new();
    let file = stage.path("new/folder/desk.db");
    assert_eq!(with_file(&stage, &file, "open one").exit, 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&stage.path("new/folder")), mode(&stage.path("new"))), (0o600, 0o700, 0o700));
    let left: Vec<_> = fs::read_dir(stage.path("new/folder")).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(left, ["desk.db"], "no draft stays behind");
}

#[test]
fn a_home_that_is_missing_is_told() {
    let stage = Stage::new().with("DESK_FILE", "").with("HOME", "").with("XDG_DATA_HOME", "");
    assert!(stage.refused("ls", 2).contains("HOME"));
}

#[test]
fn a_desk_is_read_where_nothing_may_grow_any_more() {
    let stage = Stage::new();
    stage.all(&["open One -f ann@acme.test -m text", "log 1 25m"]);
    let full = |line: &str| said(&finish(&mut stage.shell(&format!("ulimit -f 0; exec \"$desk\" {line}"))));
    for (line, shows) in [("ls", "One"), ("show 1", "text"), ("time ls in:2026-11", "25m"), ("doctor --deep", "sound")]
    {
        let (exit, out, talk) = full(line);
        assert!(exit == 0 && out.contains(shows), "{line}: {out}{talk}");
    }
    let (exit, out, talk) = full("log 1 5m");
    assert!(exit == 1 && out.is_empty() && talk.contains("the disk") && talk.contains("hint: "), "{out}{talk}");
    stage.all(&["log 1 5m", "doctor --deep"]);
}

#[test]
fn no_answer_takes_the_place_of_a_desk_of_its_log_or_of_a_backup() {
    let stage = Stage::new();
    stage.all(&["open one -f anna@acme.test", "open two"]);
    let backup = stage.path("kept.db");
    stage.ok(&format!("backup {}", backup.display()));
    let reader = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").unwrap();
    stage.ok("open three");
    let files = ["desk.db", "desk.db-wal", "desk.db-shm", "kept.db"].map(|name| stage.path(name));
    let before = files.clone().map(|file| fs::read(file).unwrap());
    for line in
        ["ls", "ls --format csv", "export --format csv", "export --format ndjson", "recap --format html", "log 1 5m"]
    {
        for file in &files {
            let said = stage.desk(&format!("{line} -o {}", file.display()));
            assert_eq!(said.exit, 1, "{line}: {said:?}");
            assert!(said.talk.contains("nothing takes its place"), "{line}: {said:?}");
        }
    }
    for (file, before) in files.iter().zip(before).filter(|(file, _)| !file.ends_with("desk.db-shm")) {
        assert!(fs::read(file).unwrap().starts_with(&before), "{} was changed", file.display());
    }
    drop(reader);
    stage.ok("doctor --deep");
}

#[test]
fn a_desk_that_was_for_reading_only_can_be_written_again() {
    let stage = Stage::new();
    stage.ok("open one");
    let reader = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").unwrap();
    // As a read of a desk with 0444 leaves them.
    for name in ["desk.db-wal", "desk.db-shm"] {
        fs::set_permissions(stage.path(name), fs::Permissions::from_mode(0o444)).unwrap();
    }
    stage.ok("open two");
    for name in ["desk.db-wal", "desk.db-shm"] {
        assert_eq!(fs::metadata(stage.path(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}
