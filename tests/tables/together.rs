//! Both engines, many at once, and one that is killed.

use super::{adds_up, counts, fixture, put, sound};
use crate::stage::{Stage, finish, said};
use std::time::{Duration, Instant};

/// A table of so many tickets.
fn table(rows: usize) -> String {
    let row = |n: usize| format!("{n},Subject {n},open,user{}@client{}.test,2026-11-01,text of {n}\n", n % 997, n % 97);
    format!("Id,Subject,Status,Email,Created,Body\n{}", (1..=rows).map(row).collect::<String>())
}

#[test]
fn an_import_that_is_killed_has_done_nothing_or_all() {
    const ROWS: usize = 20_000;
    let stage = Stage::new();
    stage.ok("open 'Here before'");
    let path = put(&stage, "t.csv", table(ROWS));
    let line = ["import", path.to_str().unwrap(), "--json"];
    let began = Instant::now();
    let whole = Stage::new();
    let (code, _, talk) = run(&whole, &line);
    assert_eq!(code, 0, "{talk}");
    let took = began.elapsed();
    for part in [5, 50, 85, 99] {
        let mut child = stage.program(&line).spawn().unwrap();
        std::thread::sleep(took * part / 100);
        child.kill().unwrap();
        let ended = child.wait_with_output().unwrap();
        let there = stage.ok("ls --count status:all").trim().parse::<usize>().unwrap();
        let kept = if ended.status.success() { ROWS } else { 0 };
        // The last word may be lost where the deed is done: then all of it is.
        assert!(there == kept + 1 || there == ROWS + 1, "{part}%: {there}");
        stage.ok("doctor");
        if there > 1 {
            stage.ok("undo");
        }
    }
    let (code, out, talk) = run(&stage, &line);
    assert_eq!(code, 0, "{talk}");
    let got: serde_json::Value = serde_json::from_str(&out).unwrap();
    adds_up(&got);
    assert_eq!(counts(&got, "read created"), [20_000, 20_000]);
    sound(&stage);
}

fn run(stage: &Stage, line: &[&str]) -> (i32, String, String) {
    said(&stage.program(line).spawn().unwrap().wait_with_output().unwrap())
}

#[test]
fn two_imports_of_one_file_at_once_bring_nothing_twice_and_nobody_waits_to_read() {
    let stage = Stage::new();
    stage.ok("open 'Here before'");
    let path = put(&stage, "t.csv", table(3_000));
    let line = ["import", path.to_str().unwrap(), "--json"];
    let children = [stage.program(&line).spawn().unwrap(), stage.program(&line).spawn().unwrap()];
    let mut longest = Duration::ZERO;
    for _ in 0..5 {
        let begun = Instant::now();
        let (code, out, talk) = said(&finish(&mut stage.program(&["ls", "--count", "status:all"])));
        assert_eq!(code, 0, "{talk}");
        assert!(["1", "3001"].contains(&out.trim()), "half an import is seen: {out}");
        longest = longest.max(begun.elapsed());
    }
    assert!(longest < Duration::from_secs(8), "{longest:?}");
    let created: Vec<i64> = children
        .into_iter()
        .map(|child| {
            let (code, out, talk) = said(&child.wait_with_output().unwrap());
            assert_eq!(code, 0, "{talk}");
            serde_json::from_str::<serde_json::Value>(&out).unwrap()["created"].as_i64().unwrap()
        })
        .collect();
    assert_eq!(created.iter().sum::<i64>(), 3_000, "{created:?}");
    assert_eq!(stage.ok("ls --count status:all").trim(), "3001");
    sound(&stage);
}

/// What a desk answers to a whole move: in, again, changed, back.
#[cfg(feature = "postgres")]
fn moved(stage: &Stage) -> String {
    let mut all = String::new();
    let folder = ["zendesk.ndjson", "zendesk-users.ndjson", "zendesk-organizations.ndjson"].map(fixture).join(" ");
    let changed = std::fs::read_to_string(fixture("zendesk.ndjson"))
        .unwrap()
        .replace("Login fails", "Login fails again")
        .replace("\"open\"", "\"solved\"");
    let changed = put(stage, "changed.ndjson", changed);
    let table = put(
        stage,
        "t.csv",
        "Номер;Тема;Статус;Компания;Часы;Дата\n1;Вход;Открыта;ООО «Ромашка»;1,5;20.11.2026 10:00\n2;x;Закрыта;;;скоро\n",
    );
    let lines = [
        "open 'Here before' -f 'Eva <eva@here.test>'".to_owned(),
        format!("import -n {folder} --json"),
        format!("import {folder} --json"),
        format!("import {folder} --json"),
        format!("import {} --on-conflict fail", changed.display()),
        format!("import {} --on-conflict update --json", changed.display()),
        "show zendesk:201 --json".to_owned(),
        format!("import {} --json", table.display()),
        format!("import {} --skip-bad --rejects {} --json", table.display(), stage.path("bad.csv").display()),
        format!("import {} --skip-bad", fixture("toggl.csv")),
        "time in:2026-01-01..2026-12-31 --json".to_owned(),
        "contact ls --json".to_owned(),
        "client ls --json".to_owned(),
        "agent ls --json".to_owned(),
        "undo".to_owned(),
        "undo".to_owned(),
        "undo".to_owned(),
        format!("import {} --on-conflict update --json", changed.display()),
        "undo".to_owned(),
        "undo".to_owned(),
        "ls status:all --json".to_owned(),
        "contact ls --json".to_owned(),
        "agent ls --json".to_owned(),
        "doctor --deep --json=findings".to_owned(),
    ];
    for line in lines {
        let said = stage.desk(&line);
        let told = format!("$ {line}\n{} {}{}\n", said.exit, said.out, said.talk);
        all.push_str(&told.replace(&stage.path("").display().to_string(), ""));
    }
    all
}

#[cfg(feature = "postgres")]
#[test]
fn both_engines_answer_a_whole_move_alike() {
    let Some(url) = super::cluster::schema() else { return };
    let (file, server) = (Stage::new(), Stage::new());
    let on_server = server.with("DESK_FILE", &url);
    let (one, other) = (moved(&file), moved(&on_server));
    let bare =
        |text: &str| text.lines().filter(|line| !line.contains("made a new desk")).collect::<Vec<_>>().join("\n");
    let (one, other) = (bare(&one), bare(&other));
    for (a, b) in one.lines().zip(other.lines()) {
        assert_eq!(a, b);
    }
    assert_eq!(one, other);
    assert!(one.contains("Login fails again") && one.matches("\n0 ").count() > 15, "{one}");
}
