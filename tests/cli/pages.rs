//! `desk show`, `desk find`, `desk history`: what a person reads.

use super::stage::Stage;
use serde_json::json;

#[test]
fn a_page_shows_what_matters_and_the_conversation() {
    let stage = Stage::new();
    stage.all(&[
        "open 'Не приходит счёт' +billing -f 'Анна Петрова <anna@acme.test>' -m 'Жду с понедельника' -p high --due 2026-11-21",
        "note 1 спросили бухгалтерию -t 15m",
        "take 1",
    ]);
    let page = stage.at("2026-11-20T15:30:00Z").ok("show 1");
    assert_eq!(
        page.replace(|c: char| c.is_ascii_digit(), "0").replace("m0\n", "m\n").replace("m00\n", "m\n"),
        "\
0  Не приходит счёт
status    open
priority  high
who       mila
from      Анна Петрова <anna@acme.test>
client    acme.test
tags      +billing
opened    0000-00-00 00:00
channel   email
waits     0h
due       0000-00-00 00:00
hours     00m

↓ in  Анна Петрова  0000-00-00 00:00  m
  Жду с понедельника

• note  mila  0000-00-00 00:00  m
  спросили бухгалтерию

Hours
entry  day         who   time  billable  what
t0     0000-00-00  mila   00m  yes       спросили бухгалтерию
"
    );
}

#[test]
fn quoted_text_is_folded_and_said_so() {
    let stage = Stage::new();
    let mail = "Всё ещё не работает\n\n> было\n> давно\n";
    stage.fed(mail).ok("open one -");
    let page = stage.ok("show 1");
    assert!(page.contains("[2 folded lines: desk show 1 --raw]") && !page.contains("> давно"), "{page}");
    assert!(stage.ok("show 1 --raw").contains("> давно"));
    let m = &stage.json("show 1")["messages"][0];
    assert_eq!(m["text"], mail.trim_end());
    assert_eq!(m["new_text"], "Всё ещё не работает");
}

#[test]
fn a_lone_carriage_return_hides_nothing() {
    let stage = Stage::new();
    stage.run(&["open", "one", "-m", "a\rb\n\nc"]);
    assert!(!stage.ok("show 1").contains("quoted"));
}

#[test]
fn a_message_is_shown_by_its_number() {
    let stage = Stage::new();
    stage.ok("open one -m text");
    let id = stage.of(1, "messages")[0]["id"].as_i64().unwrap();
    assert_eq!(stage.ok(&format!("show m{id}")), stage.ok("show 1"));
    let talk = stage.refused(&format!("show m{id} --raw"), 3);
    assert!(talk.contains("was not a mail"), "{talk}");
    stage.refused("show m999", 3);
}

#[test]
fn find_knows_word_forms_phrases_and_beginnings() {
    let stage = Stage::new();
    stage.all(&[
        "open 'Не приходит счёт' -m 'Бухгалтерия ждёт оплату'",
        "open 'Cannot reset passwords' -f '+7 921 555-01-02'",
        "open 'Connection refused' -m 'error: connection refused by the printer'",
        "close 3",
    ]);
    for (words, numbers) in [
        ("счета", &[1][..]),
        ("СЧЕТ", &[1]),
        ("оплата бухгалтерии", &[1]),
        ("password", &[2]),
        ("'connection refused'", &[3]),
        ("'refused connection'", &[]),
        ("connection refused", &[3]),
        ("conn*", &[3]),
        ("+79215550102", &[2]),
        ("'921 555-01-02'", &[2]),
        ("unknown:key", &[]),
        ("printer status:open", &[]),
        ("printer status:closed", &[3]),
    ] {
        assert_eq!(stage.numbers(&format!("find {words}")), numbers, "{words}");
    }
    let found = stage.json("find оплата");
    assert_eq!(found[0]["snippet"], "Бухгалтерия ждёт оплату");
    assert!(stage.refused("find ''", 2).contains("nothing to look for"));
    stage.refused("find +billing", 2);
    assert_eq!(stage.ok("find -- status:open"), "nothing found\n");
}

#[test]
fn hits_in_the_subject_come_before_the_newest_of_the_others() {
    let stage = Stage::new();
    stage.all(&["open 'printer' ", "open two -m printer", "open three -m printer", "open 'the printer again'"]);
    assert_eq!(stage.numbers("find printer"), [4, 1, 3, 2]);
    let said = stage.desk("find printer -l 2");
    assert_eq!(said.out.lines().count(), 3);
    assert!(said.talk.contains("the first 2"), "{said:?}");
    assert!(!stage.desk("find printer -l 4").talk.contains("first"), "nothing was left out");
}

#[test]
fn history_tells_who_did_what_in_words_of_the_desk() {
    let stage = Stage::new();
    stage.all(&[
        "open 'Не печатает' -f ann@acme.test",
        "take 1",
        "pending 1 --until '2026-11-23 09:00'",
        "due 1 '2026-11-24 10:00'",
    ]);
    stage.as_agent("bob").all(&[
        "close 1 -t 25m --reason workaround",
        "edit 1 --from '+7 921 555-01-02' --client none",
        "prio 1 high",
    ]);
    stage.as_agent("bob").ok("undo");
    let told: Vec<(String, String)> =
        stage.of(1, "events").as_array().unwrap().iter().map(|e| (text(&e["kind"]), text(&e["detail"]))).collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(k, d)| (k.as_str(), d.as_str())).collect();
    assert_eq!(
        told,
        [
            ("opened", "Не печатает"),
            ("assignee", "mila"),
            ("status", "new → open"),
            ("status", "open → pending until 2026-11-23 09:00"),
            ("due", "2026-11-24 10:00"),
            ("status", "pending until 2026-11-23 09:00 → closed as workaround"),
            ("entry", "t1 25m"),
            ("requester", "ann@acme.test → +7 921 555-01-02"),
            ("client", "acme.test → –"),
        ]
    );
    let history = stage.json("history 1");
    assert_eq!(history[0]["command"], "undo");
    assert_eq!((&history[1]["state"], &history[1]["agent"]), (&json!("taken back by 8"), &json!("bob")));
    let narrow = stage.on_terminal(80).ok("history 1");
    assert!(narrow.contains("assignee mila, status new → open"), "what happened is seen at 80 cells: {narrow}");
    let lines = stage.ok("history");
    assert!(lines.contains("undo of 7\n") && lines.contains("bob   taken back by 8: prio 1 high\n"), "{lines}");
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn the_record_keeps_the_command_as_it_would_be_typed() {
    let stage = Stage::new();
    stage.ok("open \"it's \\\"here\\\"\" -f 'Анна <a@acme.test>' +vip");
    let command = text(&stage.json("history")[0]["command"]);
    assert_eq!(command, r#"open "it's \"here\"" -f "Анна <a@acme.test>" +vip"#);
}
