//! The real program: pipes, closed outputs, no terminal, odd arguments.

use super::stage::{Stage, finish, is_there, said};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

fn many() -> Stage {
    let stage = Stage::new();
    stage.all(&["open 'Не приходит счёт' -m text", "open two"]);
    // More than a pipe holds.
    let text = "длинная строка текста, чтобы заполнить трубу целиком\n".repeat(4000);
    stage.fed(&text).ok("note 2 -");
    stage
}

#[test]
fn the_program_answers_as_the_stage_does() {
    let stage = many();
    for line in [
        &["ls"][..],
        &["show", "1"],
        &["find", "счета"],
        &[],
        &["history", "1"],
        &["--help"],
        &["nosuch"],
        &["show", "99"],
    ] {
        let (code, out, talk) = said(&finish(&mut stage.program(line)));
        let staged = stage.run(line);
        assert_eq!((code, out, talk), (i32::from(staged.exit), staged.out, staged.talk), "{line:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let stage = many();
    for command in ["show 2", "show 2 --json", "ls", "history", "help all", "note 2 more text"] {
        let script = format!("{{ $desk {command}; echo exit $? >&2; }} | head -1 >/dev/null");
        let (_, _, talk) = said(&finish(&mut stage.shell(&script)));
        let talk = talk.replace("operation 4; to take it back: desk undo\n", "");
        assert_eq!(talk, "exit 0\n", "{command}");
        let script = format!("{{ $desk {command}; echo exit $? >&2; }} | true");
        let (_, _, talk) = said(&finish(&mut stage.shell(&script)));
        assert!(
            talk.ends_with("exit 0\n") && !talk.contains("error") && !talk.contains("panicked"),
            "{command}: {talk}"
        );
    }
}

#[test]
fn a_full_output_says_that_the_deed_is_done_and_fails() {
    let stage = many();
    let (code, _, talk) = said(&finish(&mut stage.shell("$desk open three >/dev/full")));
    assert_eq!(code, 1, "{talk}");
    assert!(talk.contains("output") && talk.contains("operation 4"), "{talk}");
    assert!(!talk.contains("run the command again"), "it would be done twice: {talk}");
    assert_eq!(stage.numbers("ls sort:number"), [1, 2, 3], "it was done once");
    let (code, _, talk) = said(&finish(&mut stage.shell("$desk ls >/dev/full")));
    assert_eq!(code, 1, "{talk}");
    assert!(talk.contains("output") && !talk.contains("operation"), "{talk}");
    let (code, ..) = said(&finish(&mut stage.shell("$desk --help >/dev/full")));
    assert_eq!(code, 1);
}

#[test]
fn where_a_file_may_not_grow_the_disk_is_named_and_nothing_is_half_done() {
    let stage = many();
    let mails: String = (0..300)
        .map(|n| {
            format!(
                "From x@y Thu Nov 19 09:00:00 2026\nFrom: a{n}@x.test\nSubject: Q {n}\n\n{}\n\n",
                "text ".repeat(900)
            )
        })
        .collect();
    std::fs::write(stage.path("all.mbox"), mails).unwrap();
    let (code, out, talk) = said(&finish(&mut stage.shell("ulimit -f 1300; $desk import all.mbox --own s@x.test")));
    assert_eq!((code, out.as_str()), (1, ""), "{talk}");
    assert!(talk.contains("the disk") && talk.contains("hint: "), "{talk}");
    assert_eq!(stage.numbers("ls sort:number"), [1, 2]);
    stage.ok(&format!("import {} --own s@x.test", stage.path("all.mbox").display()));
    assert_eq!(stage.numbers("ls status:all").len(), 302);
}

#[test]
fn a_closed_output_harms_nothing() {
    let stage = many();
    let (_, _, talk) = said(&finish(
        &mut stage.shell("$desk open three >&-; $desk note 3 text 2>&- >&-; $desk note 3 more <&- >&- 2>&-"),
    ));
    assert!(!talk.contains("panicked"), "{talk}");
    assert_eq!(stage.numbers("ls sort:number"), [1, 2, 3], "it was done once");
    assert_eq!(stage.of(3, "messages").as_array().unwrap().len(), 2);
}

#[test]
fn without_a_terminal_nothing_hangs_and_the_flag_is_named() {
    let stage = many();
    for words in [&["note", "1", "-e"][..], &["open", "x", "-e"], &["note", "1"]] {
        for stdin in [Stdio::null(), Stdio::piped()] {
            let (code, out, talk) = said(&finish(stage.program(words).stdin(stdin).env("EDITOR", "vi")));
            assert_eq!((code, out.as_str()), (2, ""), "{words:?}: {talk}");
            assert!(
                talk.contains("-m TEXT") || talk.contains("--file") || talk.contains("desk note 42"),
                "{words:?}: {talk}"
            );
        }
    }
    let numbers: Vec<String> = (0..8).map(|n| stage.ok(&format!("open 'bulk {n}'")).trim().to_owned()).collect();
    let (code, ..) = said(&finish(&mut stage.program(&["close", &numbers.join(",")])));
    assert_eq!(code, 0, "more than five without a terminal are not asked about");
}

#[test]
fn a_dash_reads_what_is_piped_in() {
    let stage = many();
    let (code, out, talk) = said(&finish(
        &mut stage.shell("$desk ls -i | $desk close - && $desk ls --count && printf 'из трубы' | $desk note 1 - "),
    ));
    assert_eq!(code, 0, "{talk}");
    assert_eq!(out, "closed 1  Не приходит счёт\nclosed 2  two\n0\nnoted on 1  Не приходит счёт\n");
    assert_eq!(stage.of(1, "messages")[1]["text"], "из трубы");
    let (code, out, _) = said(&finish(&mut stage.shell("$desk open с файлом - </dev/null")));
    assert_eq!((code, out.as_str()), (0, "3\n"));
}

#[test]
fn what_is_piped_in_is_called_standard_input() {
    let stage = many();
    let mail =
        format!("From x@y Fri Nov 20 09:00:00 2026\nFrom: ann@acme.test\n{}\ntext\n", "X-Field: x\n".repeat(3_000));
    std::fs::write(stage.path("bad.mbox"), mail).unwrap();
    std::fs::write(stage.path("bad.csv"), "number,subject\n1\n").unwrap();
    for (line, code) in [
        ("import - --own s@x.test <bad.mbox", 5),
        ("import - --own s@x.test --strict <bad.mbox", 1),
        ("import - <bad.csv", 1),
    ] {
        let (found, out, talk) =
            said(&finish(&mut stage.shell(&format!("cd {}; $desk {line}", stage.path("").display()))));
        assert_eq!(found, code, "{line}: {talk}");
        assert!([&out, &talk].iter().any(|text| text.contains("standard input:")), "{line}: {out}{talk}");
        assert!(!out.contains(".desk-input") && !talk.contains(".desk-input"), "{line}: {out}{talk}");
    }
}

#[test]
fn files_are_for_this_user_alone_whatever_the_umask() {
    for umask in ["022", "000"] {
        let stage = Stage::new();
        let script = format!("umask {umask}; $desk open one && $desk note 1 text && $desk ls --json -o list.json");
        assert_eq!(said(&finish(&mut stage.shell(&script))).0, 0);
        for name in ["desk.db", "list.json"] {
            let mode = std::fs::metadata(stage.path(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name} under umask {umask}");
        }
        for entry in std::fs::read_dir(stage.path("")).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(
                entry.metadata().unwrap().permissions().mode() & 0o077,
                0,
                "{:?} under umask {umask}",
                entry.file_name()
            );
        }
    }
}

#[test]
fn arguments_that_are_no_text_are_refused_and_make_nothing() {
    let stage = Stage::new();
    let odd = OsStr::from_bytes(b"caf\xe9.db");
    let (code, _, talk) = said(&finish(stage.program(&["open"]).arg(odd)));
    assert_eq!(code, 2, "{talk}");
    assert!(talk.contains("UTF-8"), "{talk}");
    let (code, _, talk) = said(&finish(stage.program(&["open", "one", "--desk"]).arg(odd)));
    assert_eq!(code, 2, "{talk}");
    let (code, _, talk) = said(&finish(stage.program(&["open", "one"]).env("DESK_FILE", odd)));
    assert_eq!(code, 2, "a desk of another name must not be used instead: {talk}");
    assert!(talk.contains("UTF-8"), "{talk}");
    assert!(!is_there(&stage.path("data")) && !is_there(&stage.path("desk.db")));
    assert_eq!(std::fs::read_dir(stage.path("")).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_file_that_may_not_be_written_can_be_read_or_says_why() {
    let stage = many();
    let somebody = 65_534;
    let as_somebody = |words: &[&str]| {
        let mut command = stage.program(words);
        if rustix::process::geteuid().is_root() {
            std::os::unix::process::CommandExt::uid(&mut command, somebody);
        }
        said(&finish(&mut command))
    };
    let file = stage.path("desk.db");
    let before = std::fs::read(&file).unwrap();
    for (mode, folder) in [(0o444, 0o777), (0o666, 0o555), (0o444, 0o555), (0o000, 0o777)] {
        // What a reader who cannot write leaves: with it, a desk that may be written could be, also in such a folder.
        for beside in ["desk.db-wal", "desk.db-shm"] {
            drop(std::fs::remove_file(stage.path(beside)));
        }
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        std::fs::set_permissions(stage.path(""), std::fs::Permissions::from_mode(folder)).unwrap();
        for words in [&["ls", "--count"][..], &["open", "three"]] {
            let (code, out, talk) = as_somebody(words);
            let reads = (code, out.as_str()) == (0, "2\n") && words[0] == "ls";
            assert!(
                reads || code == 1 && talk.contains("error: ") && talk.contains("hint: "),
                "{mode:o} {folder:o} {words:?}: {code} {talk}"
            );
        }
        assert!(std::fs::read(&file).unwrap() == before, "{mode:o} {folder:o}: it was changed");
    }
    std::fs::set_permissions(stage.path(""), std::fs::Permissions::from_mode(0o700)).unwrap();
}
