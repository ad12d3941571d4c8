//! Bad records: all or nothing, what is left out, and what comes of it when it is mended.

use super::{adds_up, counts, lived_in, operations, put, seen, sound};
use crate::stage::Stage;
use serde_json::{Value, json};
use std::fs;

/// Good rows and every kind of bad one: a wrong date, a wrong time, no subject, too few fields, too many.
const TABLE: &str = "Id;Subject;Created;Time spent (min);Email\n\
    1;Login;2026-11-01;10;a@x.test\n\
    2;Invoice;soon;;a@x.test\n\
    3;=1+1;2026-11-01;-5;a@x.test\n\
    ;;2026-11-01;;\n\
    5;short\n\
    6;long;2026-11-01;;a@x.test;behind;it\n\
    7;\"two\nlines\";2026-11-02;;no address\n\
    8;Good;2026-11-03;;b@x.test\n";

const LINES: &str = "{\"id\":1,\"title\":\"Login\"}\n{\"id\":2,\"title\":\"x\",\"created_at\":\"soon\"}\n[1]\n{\"id\":3,\"title\":\n{\"id\":4,\"title\":\"y\"}\n";

fn summary(stage: &Stage, line: &str, exit: u8) -> Value {
    let said = stage.desk(&format!("{line} --json"));
    assert_eq!(said.exit, exit, "{line}: {said:?}");
    serde_json::from_str(&said.out).unwrap()
}

fn reasons(summary: &Value) -> Vec<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let place = |row: &Value| text(row, "place").rsplit('/').next().unwrap().to_owned();
    summary["rejected"].as_array().unwrap().iter().map(|row| (place(row), text(row, "reason"))).collect()
}

#[test]
fn one_bad_row_keeps_everything_out_and_all_of_them_are_named() {
    let stage = lived_in();
    let (before, done) = (seen(&stage), operations(&stage));
    let path = put(&stage, "t.csv", TABLE);
    let got = summary(&stage, &format!("import {}", path.display()), 1);
    adds_up(&got);
    assert_eq!(
        (counts(&got, "read rejected_count"), got["kept"].as_bool(), got["operation"].clone()),
        (vec![8, 6], Some(false), Value::Null)
    );
    let reasons = reasons(&got);
    for (n, (place, why)) in [
        ("t.csv:3", "Created: \"soon\" is no date"),
        ("t.csv:4", "Time spent (min): \"-5\" is less than nothing"),
        ("t.csv:5", "Subject: nothing in it"),
        ("t.csv:6", "2 fields, the head has 5"),
        ("t.csv:7", "7 fields, the head has 5"),
        ("t.csv:8", "Email: \"no address\" is no address"),
    ]
    .iter()
    .enumerate()
    {
        let (at, reason) = &reasons[n];
        assert!(at == place && reason.starts_with(why), "{:?} is not {place}: {why}", reasons[n]);
    }
    assert_eq!((seen(&stage), operations(&stage)), (before, done));
    sound(&stage);
}

#[test]
fn the_good_are_kept_and_the_bad_come_in_when_they_are_mended() {
    let stage = Stage::new();
    let (path, bad) = (put(&stage, "t.csv", TABLE), stage.path("bad.csv"));
    let line = format!("import {} --skip-bad --rejects {}", path.display(), bad.display());
    let got = summary(&stage, &line, 5);
    adds_up(&got);
    assert_eq!((counts(&got, "created tickets rejected_count"), got["kept"].as_bool()), (vec![2, 2, 6], Some(true)));
    let text = fs::read_to_string(&bad).unwrap();
    assert!(text.starts_with("Id,Subject,Created,Time spent (min),Email,desk_place,desk_reason\n"), "{text}");
    assert!(text.contains("'=1+1") && text.contains("behind the last column: behind | it"), "{text}");
    for (wrong, right) in [
        (",soon,", ",2026-11-04,"),
        (",'-5,", ",5,"),
        (",,2026-11-01,,,", "4,Lost,2026-11-01,,,"),
        ("no address", "c@x.test"),
    ] {
        assert!(text.contains(wrong), "{wrong}: {text}");
        let mended = fs::read_to_string(&bad).unwrap().replacen(wrong, right, 1);
        fs::write(&bad, mended).unwrap();
    }
    let got = summary(&stage, &format!("import {}", bad.display()), 0);
    adds_up(&got);
    assert_eq!((counts(&got, "read created"), got["unused"].clone()), (vec![6, 6], json!([])), "{got}");
    let mut subjects: Vec<String> = stage
        .json("ls status:all")
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["subject"].as_str().unwrap().to_owned())
        .collect();
    subjects.sort();
    assert_eq!(subjects, ["=1+1", "Good", "Invoice", "Login", "Lost", "long", "short", "two\nlines"]);
    let again = summary(&stage, &line, 5);
    assert_eq!(counts(&again, "created duplicates rejected_count"), [0, 2, 6]);
    // Mended in the table itself, the rows are those that came in from the file of the bad ones.
    let mended = TABLE.replace(";soon;", ";2026-11-04;").replace(";-5;", ";5;");
    fs::write(&path, mended).unwrap();
    let again = summary(&stage, &format!("import {} --skip-bad", path.display()), 5);
    assert_eq!(counts(&again, "created duplicates skipped rejected_count"), [0, 4, 0, 4], "{again}");
    sound(&stage);
}

#[test]
fn bad_records_of_json_are_lines_that_can_be_mended() {
    let stage = Stage::new();
    let (path, bad) = (put(&stage, "t.ndjson", LINES), stage.path("bad.ndjson"));
    let got = summary(&stage, &format!("import {} --skip-bad --rejects {}", path.display(), bad.display()), 5);
    adds_up(&got);
    assert_eq!(counts(&got, "read created rejected_count"), [5, 2, 3]);
    let places: Vec<String> = reasons(&got).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["t.ndjson:2", "t.ndjson:3:1", "t.ndjson:4:17"]);
    let text = fs::read_to_string(&bad).unwrap();
    let mended: Vec<&str> = text.lines().filter(|line| line.contains("soon")).collect();
    fs::write(&bad, mended.join("\n").replace("\"soon\"", "\"2026-11-01\"")).unwrap();
    let got = summary(&stage, &format!("import {}", bad.display()), 0);
    assert_eq!((counts(&got, "read created"), got["unused"].clone()), (vec![1, 1], json!([])));
    assert_eq!(stage.json("show json:2")["opened_at"], "2026-11-01T00:00:00Z");
    let got = summary(&stage, &format!("import {} --skip-bad", path.display()), 5);
    assert_eq!(counts(&got, "duplicates rejected_count"), [2, 3]);
}

#[test]
fn bad_records_go_where_they_can_be_read_and_overwrite_no_source() {
    let stage = Stage::new();
    let (table, lines) = (put(&stage, "t.csv", TABLE), put(&stage, "t.ndjson", LINES));
    for (sources, rejects, says) in [
        (vec![&table], "t.csv", "would overwrite what is imported"),
        (vec![&table], "./t.csv", "would overwrite what is imported"),
        (vec![&table], "bad.ndjson", "bad rows are written as csv"),
        (vec![&table], "bad.xlsx", "bad rows are written as csv"),
        (vec![&lines], "bad.csv", "bad records of JSON are written as ndjson"),
        (vec![&table, &lines], "bad.csv", "do not go into one file"),
    ] {
        let sources: Vec<String> = sources.iter().map(|path| path.display().to_string()).collect();
        let rejects = stage.path("").join(rejects);
        let talk =
            stage.refused(&format!("import {} --skip-bad --rejects {}", sources.join(" "), rejects.display()), 2);
        assert!(talk.contains(says), "{talk}");
    }
    stage.refused(&format!("import {} --skip-bad --rejects -", table.display()), 2);
    assert_eq!(fs::read_to_string(&table).unwrap(), TABLE);
}

#[test]
fn where_nothing_is_bad_no_file_is_made_and_an_older_one_is_emptied() {
    let stage = Stage::new();
    let (path, bad) = (put(&stage, "t.csv", "Id,Subject\n1,a\n"), stage.path("bad.csv"));
    let line = format!("import {} --skip-bad --rejects {}", path.display(), bad.display());
    summary(&stage, &line, 0);
    assert!(!bad.exists());
    fs::write(&bad, "old").unwrap();
    summary(&stage, &line, 0);
    assert_eq!(fs::read_to_string(&bad).unwrap(), "");
    let worse = put(&stage, "worse.csv", TABLE);
    fs::remove_file(&bad).unwrap();
    summary(&stage, &format!("import -n {} --skip-bad --rejects {}", worse.display(), bad.display()), 5);
    assert!(!bad.exists(), "a plan writes nothing");
}

#[test]
fn bad_rows_of_several_tables_are_one_table() {
    let stage = Stage::new();
    let one = put(&stage, "one.csv", "Id,Subject,Created\n1,a,soon\n");
    let two = put(&stage, "two.csv", "Subject,Id,Tags\nb,2,x,y,z\n");
    let bad = stage.path("bad.csv");
    let line = format!("import {} {} --skip-bad --rejects {}", one.display(), two.display(), bad.display());
    summary(&stage, &line, 5);
    let text = fs::read_to_string(&bad).unwrap();
    assert!(text.starts_with("Id,Subject,Created,Tags,desk_place,desk_reason\n1,a,soon,,"), "{text}");
    fs::write(&bad, text.replace(",soon,", ",2026-11-01,")).unwrap();
    assert_eq!(counts(&summary(&stage, &format!("import {}", bad.display()), 0), "created"), [2]);
    assert_eq!(stage.json("show csv:2")["tags"], json!(["x"]));
}

#[test]
fn a_record_that_brings_several_things_comes_whole_or_not_at_all() {
    let stage = Stage::new();
    let time = |minutes: &str| {
        format!(
            "{{\"id\":1,\"spent_time\":{minutes},\"logged_at\":\"2026-11-16T10:00:00+03:00\",\"employee\":{{\"id\":7,\"name\":\"Oleg\"}}}}"
        )
    };
    let issue = |times: &str| {
        format!(
            "[{{\"id\":5,\"title\":\"x\",\"status\":{{\"code\":\"opened\",\"name\":\"Open\"}},\"spent_time_total\":1,\"company_id\":null,\"created_at\":\"2026-11-16T10:00:00+03:00\",\"time_entries\":[{times}]}}]"
        )
    };
    let path = put(&stage, "t.json", issue(&[time("1"), time("9999")].join(",")));
    let got = summary(&stage, &format!("import {} --from okdesk --skip-bad", path.display()), 5);
    adds_up(&got);
    assert_eq!(counts(&got, "created tickets entries rejected_count"), [0, 0, 0, 1], "{got}");
}
