//! The recipes in `examples/` play themselves to their end with the program as it was just built, in an empty home; given
//! files, they ask before they import. Without jq the recipe that needs it is left out, in one line; with
//! `DESK_TEST_SERVERS=required` that is a failure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![expect(clippy::disallowed_methods, reason = "the tests are told by the environment what must be there")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Each recipe that brings something along, and lines that it shows on its way.
const RECIPES: [(&str, &[&str]); 11] = [
    ("zendesk", &["imported as  zendesk:1834", "1 of them closed because of silence", "↑ out  Mila.Stone"]),
    ("freshdesk", &["imported as  freshdesk:401", "client       kettle", "• note  Oleg"]),
    ("helpscout", &["imported as  helpscout:501", "Fonts embedded: please try again."]),
    ("okdesk", &["imported as  okdesk:1834", "client       пила-и-долото", "hours        30m"]),
    ("github", &["Crash on an empty order  +bug", "2 messages"]),
    ("telegram", &["Добрый день! Не открывается кабинет", "3 messages"]),
    ("osticket", &["imported as  osticket:000801", "who          mila"]),
    ("intercom", &["imported as  intercom:601", "1 rating"]),
    ("toggl", &["birch-books  1h 50m  1h 30m", "hours     1h 30m"]),
    ("harvest", &["birch-books  1h 45m  1h 30m", "hours     1h 30m"]),
    (
        "table",
        &["imported as  table:1002", "Дата: \"32.10.2026\" is no date", "status       pending", "hours        15m"],
    ),
];

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// A recipe with the program first in the path, in an empty home, with these words and this to read.
fn run(script: &str, home: &Path, words: &[&str], input: &str) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_desk")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
    let mut command = Command::new("sh");
    command.arg(examples().join(script)).args(words).current_dir(home).env_clear();
    command.env("PATH", path).env("HOME", home).env("LANG", "C.UTF-8").env("NO_COLOR", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A recipe that asks nothing may be gone before it is answered.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What it said: output and talk; the exit was this.
fn said(done: &Output, exit: i32) -> String {
    let all = [&done.stdout, &done.stderr].map(|text| String::from_utf8_lossy(text)).join("\n");
    assert_eq!(done.status.code(), Some(exit), "{all}");
    all
}

/// That nothing is left behind in the home.
fn empty(home: &Path) {
    let left: Vec<_> = fs::read_dir(home).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn each_recipe_plays_itself_and_leaves_nothing_behind() {
    for (source, lines) in RECIPES {
        let home = tempfile::tempdir().unwrap();
        let all = said(&run(&format!("import-{source}.sh"), home.path(), &[], ""), 0);
        for line in lines.iter().copied().chain(["nothing was changed, this is the plan:"]) {
            assert!(all.contains(line), "{source}: {line:?} is not in\n{all}");
        }
        assert!(source == "table" || all.contains("took back operation"), "{source}: {all}");
        empty(home.path());
    }
}

#[test]
fn a_recipe_with_files_shows_the_plan_and_asks() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("t.csv"), "Ticket Number,Date Created,Subject,From,From Email,Priority,Department,Help Topic,Source,Current Status,Last Updated\n7,2026-11-20 10:00:00,Login,Ann,ann@acme.test,Low,Support,,Web,Open,2026-11-20 10:00:00\n").unwrap();
    let desk = home.path().join(".local/share/desk/desk.db");
    for (answer, kept) in [("n\n", false), ("", false), ("y\n", true)] {
        let all = said(&run("import-osticket.sh", home.path(), &["t.csv"], answer), 0);
        assert!(all.contains("1 ticket open") && all.contains("Import this? [y/N]"), "{all}");
        assert_eq!(all.contains("Nothing was imported."), !kept, "{all}");
        assert_eq!(desk.exists(), kept, "{all}");
        assert!(!all.contains("took back"), "{all}");
    }
}

#[test]
fn a_table_with_bad_rows_says_how_to_go_on() {
    let home = tempfile::tempdir().unwrap();
    let head = "№;Тема;Дата;Кто взял;Состояние\n";
    fs::write(
        home.path().join("one.csv"),
        format!("{head}1;Вход;19.11.2026;Олег;Открыта\n2;Чек;40.11.2026;Олег;Сделано\n"),
    )
    .unwrap();
    fs::write(home.path().join("two.csv"), format!("{head}3;Касса;20.11.2026;Олег;Ждём Петю\n")).unwrap();
    let all = said(&run("import-table.sh", home.path(), &["one.csv", "two.csv"], "y\n"), 0);
    assert!(all.contains("desk import ./mend-these.csv --source table --use-map table"), "{all}");
    assert!(all.ends_with("\n") && all.contains("$ desk ls status:all --count\n2\n"), "{all}");
    let rejects = fs::read_to_string(home.path().join("mend-these.csv")).unwrap();
    assert!(rejects.contains("40.11.2026") && rejects.contains("is no date"), "{rejects}");
}

#[test]
fn a_form_is_taken_in_hour_by_hour() {
    let home = tempfile::tempdir().unwrap();
    if Command::new("jq").arg("--version").output().is_err() {
        assert!(std::env::var("DESK_TEST_SERVERS").is_err(), "jq not found");
        eprintln!("jq not found, the test of examples/form-every-hour.sh is left out");
        return;
    }
    let all = said(&run("form-every-hour.sh", home.path(), &[], ""), 0);
    assert!(all.contains("form: 1 new, 0 changed") && all.contains("form: 1 new, 1 changed"), "{all}");
    assert!(all.contains("Cannot pay by card"), "{all}");
    empty(home.path());
    let form = home.path().join("form.csv");
    fs::write(&form, "ID,Created at,Name,Email,Subject,Message\n1,2026-11-20 10:00,Ann,ann@acme.test,Login,Help\n2,never,Bob,bob@acme.test,Login,Help\n")
        .unwrap();
    for new in [true, false] {
        let all = said(&run("form-every-hour.sh", home.path(), &["form.csv"], ""), 5);
        assert!(all.contains(":3: Created at: \"never\" is no date"), "{all}");
        assert_eq!(all.contains("form: 1 new"), new, "{all}");
    }
    let all = said(&run("form-every-hour.sh", home.path(), &["absent.csv"], ""), 1);
    assert!(all.contains("absent.csv"), "{all}");
}

#[test]
fn every_recipe_is_listed_and_played() {
    let page = fs::read_to_string(examples().join("README.md")).unwrap();
    for entry in fs::read_dir(examples()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || page.contains(&format!("`{name}`")), "{name} is not in examples/README.md");
        if let Some(source) = name.strip_prefix("import-").and_then(|name| name.strip_suffix(".sh")) {
            assert!(RECIPES.iter().any(|(known, _)| *known == source), "{name} is not played");
        }
    }
}
