//! Hostile and broken files, through the whole program: nothing hangs, nothing grows without end, nothing is kept, and what is
//! wrong is said.

use super::{adds_up, counts, fixture, import, put, sound};
use crate::stage::{Stage, finish, said};
use serde_json::json;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// Writes a large file piece by piece.
fn large(path: &Path, head: &str, piece: &[u8], times: usize) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    out.write_all(head.as_bytes()).unwrap();
    for _ in 0..times {
        out.write_all(piece).unwrap();
    }
    out.flush().unwrap();
}

/// What the program says of a file, how long it took, and the most memory it held, in MiB.
fn run(stage: &Stage, words: &[&str]) -> ((i32, String, String), Duration, u64) {
    let mut child = stage.program(words).spawn().unwrap();
    let (begun, status) = (Instant::now(), format!("/proc/{}/status", child.id()));
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let held =
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
        most = most.max(held.unwrap_or(0) / 1024);
        assert!(begun.elapsed() < Duration::from_secs(300), "it hangs: {words:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = begun.elapsed();
    (said(&child.wait_with_output().unwrap()), took, most)
}

#[test]
fn an_endless_quote_and_an_endless_row_are_refused_in_little_memory() {
    let stage = Stage::new();
    let (quote, commas, columns, row) =
        (stage.path("quote.csv"), stage.path("commas.csv"), stage.path("columns.csv"), stage.path("row.csv"));
    large(&quote, "Id,Subject\n1,\"", &[b'x'; 1 << 20], 200);
    large(&commas, "", &[b','; 1_000_000], 50);
    large(&columns, "", b"c,", 1_000_000);
    large(&row, "Id,Subject\n1,", &[b'y'; 1 << 20], 50);
    for (path, says) in [
        (&quote, "quote.csv:2:3"),
        (&commas, "more than 1,000 fields"),
        (&columns, "more than 1,000 fields"),
        (&row, "the record is longer than 1 MiB"),
    ] {
        let ((code, out, talk), took, most) = run(&stage, &["import", path.to_str().unwrap()]);
        assert!((out.clone() + &talk).contains(says) && code == 1, "{code} {out} {talk}");
        // A build for tests is slow; what counts is that it does not grow with the file.
        assert!(most < 120, "{}: {most} MiB in {took:?}", path.display());
    }
    assert!(!stage.path("desk.db").exists() || stage.ok("ls status:all --json").trim() == "[]");
}

#[test]
fn json_that_never_ends_or_goes_too_deep_is_refused_in_little_memory() {
    let stage = Stage::new();
    let (deep, text, array) = (stage.path("deep.json"), stage.path("text.ndjson"), stage.path("array.json"));
    std::fs::write(
        &deep,
        format!("[{{\"id\":1,\"title\":\"x\",\"a\":{}1{}}}]", "[".repeat(100_000), "]".repeat(100_000)),
    )
    .unwrap();
    large(&text, "{\"id\":1,\"title\":\"", &[b'x'; 1 << 20], 65);
    large(&array, "[{\"id\":1,\"title\":[", b"0,", 300_000);
    for (path, end) in [(&text, "\"}\n"), (&array, "0]}]")] {
        std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(end.as_bytes()).unwrap();
    }
    for (path, says) in
        [(&deep, "nested deeper than 64"), (&text, "longer than 64 MiB"), (&array, "more than 250,000 values")]
    {
        let ((code, out, talk), took, most) = run(&stage, &["import", path.to_str().unwrap()]);
        assert!((out.clone() + &talk).contains(says) && code != 0, "{says}: {code} {out} {talk}");
        assert!(most < 400, "{}: {most} MiB in {took:?}", path.display());
    }
}

#[test]
fn what_is_no_table_is_told_what_it_is() {
    let stage = Stage::new();
    let zip = {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("tickets.csv", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"Id,Subject\n1,a\n").unwrap();
        zip.finish().unwrap().into_inner()
    };
    for (name, bytes, says) in [
        ("a.csv", zip, "a zip archive and no .xlsx spreadsheet: unpack it first"),
        ("b.csv", b"%PDF-1.7 x".to_vec(), "a PDF document and no table"),
        ("c.csv", b"\x1f\x8b\x08\x00".to_vec(), "a gzip archive: unpack it first"),
        ("d.xlsx", b"\xd0\xcf\x11\xe0x".to_vec(), "an old spreadsheet (.xls): save it as .xlsx or CSV"),
        ("d.csv", b"\xd0\xcf\x11\xe0x".to_vec(), "an old spreadsheet (.xls): save it as .xlsx or CSV"),
        ("e.csv", Vec::new(), "nothing in it"),
        ("e.json", Vec::new(), "nothing in it"),
        ("f.xlsx", b"PK\x03\x04nonsense".to_vec(), "no readable spreadsheet"),
    ] {
        let path = put(&stage, name, bytes);
        let talk = stage.refused(&format!("import {}", path.display()), 1);
        assert!(talk.contains(says), "{name}: {talk}");
    }
    assert!(!stage.path("desk.db").exists());
}

#[test]
fn devices_folders_and_files_without_rights_are_told_apart() {
    let stage = Stage::new();
    let talk = stage.refused("import /dev/null", 1);
    assert!(talk.contains("/dev/null: nothing in it"), "{talk}");
    stage.refused(&format!("import {}", stage.path("absent.csv").display()), 3);
    let folder = stage.path("folder.csv");
    std::fs::create_dir(&folder).unwrap();
    let talk = stage.refused(&format!("import {} --kind tickets", folder.display()), 1);
    assert!(talk.contains("no files with records"), "{talk}");
    let secret = put(&stage, "secret.csv", "Id,Subject\n1,a\n");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&secret).is_err() {
        let talk = stage.refused(&format!("import {}", secret.display()), 1);
        assert!(talk.contains("secret.csv") && talk.contains("ermission denied"), "{talk}");
    }
}

#[test]
fn only_a_head_is_a_table_of_nothing() {
    let stage = Stage::new();
    let got = import(&stage, "t.csv", "Id,Subject\n", "");
    adds_up(&got);
    assert_eq!((counts(&got, "read created"), got["operation"].clone()), (vec![0, 0], serde_json::Value::Null));
    let got = import(&stage, "t.json", "[]", "");
    assert_eq!(counts(&got, "read created"), [0, 0]);
    assert!(stage.ok(&format!("import {}", stage.path("t.csv").display())).contains("0 tickets read from csv"));
}

#[test]
fn odd_texts_stay_what_they_are_and_never_reach_the_terminal() {
    let stage = Stage::new();
    let subjects = [
        "\u{1b}[2J\u{1b}]0;x\u{7}",
        "\u{202e}evil\u{2066}",
        "__proto__",
        "'; DROP TABLE ticket; --",
        "\u{feff}x",
        "😀\u{200d}👩",
        "a\u{0}b",
    ];
    let rows: String =
        subjects.iter().enumerate().map(|(n, s)| format!("{n},\"{}\"\n", s.replace('"', "\"\""))).collect();
    let path = put(&stage, "t.csv", format!("__proto__,Subject\n{rows}"));
    let said = stage.desk(&format!("import {} --map __proto__=number --skip-bad", path.display()));
    assert_eq!(said.exit, 5, "a NUL is in no text: {said:?}");
    let shown = stage.ok("ls")
        + &stage.desk(&format!("import -n {} --map __proto__=number --skip-bad --source x", path.display())).out;
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}', '\0']), "{shown:?}");
    let mut all: Vec<(String, String)> = stage
        .json("ls")
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["external"]["id"].as_str().unwrap().to_owned(), t["subject"].as_str().unwrap().to_owned()))
        .collect();
    all.sort();
    assert_eq!(all.len(), 6);
    assert_eq!(all[3].1, "'; DROP TABLE ticket; --");
    let bad = put(&stage, "bad.csv", "Id,Subject,Created\n1,a,\u{1b}[31mred\n");
    let said = stage.desk(&format!("import {}", bad.display()));
    assert!(!(said.out.clone() + &said.talk).contains('\u{1b}'), "{said:?}");
    sound(&stage);
}

#[test]
fn numbers_and_dates_beyond_measure_are_kept_as_text_or_refused() {
    let stage = Stage::new();
    let long = "9".repeat(300);
    let text = format!("Id,Subject\n99999999999999999999999999,a\n-1,b\n1e400,c\n0x1F,d\n{long},e\n007,f\n7,g\n");
    let got = import(&stage, "t.csv", &text, "");
    assert_eq!(counts(&got, "created"), [7]);
    assert_eq!(stage.json("show csv:99999999999999999999999999")["subject"], "a");
    assert_eq!(
        (stage.json("show csv:007")["subject"].clone(), stage.json("show csv:7")["subject"].clone()),
        (json!("f"), json!("g"))
    );
    for (date, bad) in [
        ("0000-01-01", true),
        ("0001-01-01", false),
        ("9999-12-31 23:59", false),
        ("10000-01-01", true),
        ("2026-02-30", true),
        ("2026-11-20T25:00:00Z", true),
        ("1969-12-31", false),
        ("-1", true),
        ("99999999999999999999", true),
    ] {
        let path = put(&stage, "d.csv", format!("Id,Subject,Created\n1,x,{date}\n"));
        let said = stage.desk(&format!("import -n {} --source s", path.display()));
        assert_eq!(said.exit, u8::from(bad), "{date}: {said:?}");
    }
    let got = import(&stage, "f.csv", "Id,Subject,Created\n1,x,9999-12-31\n", "--source future");
    assert_eq!(counts(&got, "created"), [1]);
    assert_eq!(stage.json("show future:1")["opened_at"], "2026-11-20T12:00:00Z", "nothing comes from the future");
    sound(&stage);
}

#[test]
fn large_cells_and_long_rows_meet_their_bounds() {
    let stage = Stage::new();
    let cell = |n: usize| format!("Id,Subject,Body\n1,a,{}\n", "ж".repeat(n / 2));
    let got = import(&stage, "fits.csv", cell(1_000_000), "");
    assert_eq!(counts(&got, "created messages"), [1, 1]);
    assert_eq!(stage.of(1, "messages")[0]["text"].as_str().unwrap().chars().count(), 500_000);
    let path = put(&stage, "long.csv", cell(1_100_000));
    let said = stage.desk(&format!("import {}", path.display()));
    assert!(
        said.exit == 1 && said.out.contains("long.csv:2") && said.out.contains("longer than 1 MiB"),
        "{}",
        said.exit
    );
    let row = |n: usize| format!("Id,Subject\n1,a{}\n", ",x".repeat(n));
    let path = put(&stage, "row.csv", row(2_000));
    let said = stage.desk(&format!("import {}", path.display()));
    assert!(said.exit == 1 && said.out.contains("more than 1,000 fields"), "{said:?}");
    let subject = put(&stage, "s.csv", format!("Id,Subject\n1,{}\n", "x".repeat(2_000)));
    let said = stage.desk(&format!("import {} --source s", subject.display()));
    assert!(said.exit == 1 && said.out.contains("subject: 2000 characters, of at most 1000"), "{said:?}");
    sound(&stage);
}

#[test]
fn a_thousand_words_that_nobody_knows_do_not_flood_the_terminal() {
    let stage = Stage::new();
    let rows: String = (0..3_000).map(|n| format!("{n},s{n},word {n},agent {n}\n")).collect();
    let path = put(&stage, "t.csv", format!("Id,Subject,Status,Agent\n{rows}"));
    let said = stage.desk(&format!("import -n {}", path.display()));
    assert!(said.talk.lines().count() < 40 && said.talk.contains("more such words"), "{}", said.talk.lines().count());
    let bad: String = (0..3_000).map(|n| format!("{n},s{n},soon\n")).collect();
    let path = put(&stage, "bad.csv", format!("Id,Subject,Created\n{bad}"));
    let said = stage.desk(&format!("import {}", path.display()));
    assert!(said.talk.contains("and 2000 more bad records"), "{}", said.talk);
    let (code, _, talk) = self::said(&finish(
        stage.shell(&format!("$desk import {} | head -1", path.display())).stdin(std::process::Stdio::null()),
    ));
    assert!(code == 0 && !talk.contains("panicked"), "{talk}");
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let stage = Stage::new();
    let path = fixture("zendesk.csv");
    for (more, says) in [
        ("--own a@x.test", "are for mail"),
        ("--from docx", "there is no format docx"),
        ("--kind humans", "there are no humans"),
        ("--from zendesk --kind time", "are known"),
        ("--from mbox --map a=b", "mail has no columns"),
        ("--strict --skip-bad", "cannot be used with"),
    ] {
        let talk = stage.refused(&format!("import {path} {more}"), 2);
        assert!(talk.contains(says), "{more}: {talk}");
    }
    let talk = stage.refused(&format!("import {path} {}", fixture("toggl.csv")), 2);
    assert!(talk.contains("does not look like a file of zendesk"), "{talk}");
}
