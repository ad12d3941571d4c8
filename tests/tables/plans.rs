//! What a plan shows, what silence closes, and what is told in JSON.

use super::{adds_up, counts, import, put, sound};
use crate::stage::Stage;
use serde_json::json;

const TEXT: &str = "Id,Subject,Status,Created,Updated,Requester\n\
    1,Old and open,open,2026-01-01,2026-01-02,a@x.test\n\
    2,Closed,closed,2026-11-01,2026-11-02,a@x.test\n\
    3,Fresh,open,2026-11-19,2026-11-19,b@x.test\n";

#[test]
fn a_plan_shows_the_first_tickets_as_they_would_look_closed_ones_too() {
    let stage = Stage::new();
    let path = put(&stage, "t.csv", TEXT);
    let plan = stage.ok(&format!("import -n {}", path.display()));
    for part in [
        "3 tickets read from csv; nothing was changed, this is the plan",
        "3 new",
        "2 tickets open",
        "1 ticket closed",
        "Old and open",
        "Closed",
        "Fresh",
    ] {
        assert!(plan.contains(part), "{part}: {plan}");
    }
    let many: String = (0..40).map(|n| format!("{n},Subject {n}\n")).collect();
    let path = put(&stage, "many.csv", format!("Id,Subject\n{many}"));
    let plan = stage.ok(&format!("import -n {}", path.display()));
    assert!(plan.contains("The first tickets") && plan.contains("Subject 4") && !plan.contains("Subject 5"), "{plan}");
}

#[test]
fn silence_closes_what_is_asked_and_the_plan_tells_how_much() {
    let stage = Stage::new();
    let path = put(&stage, "t.csv", TEXT);
    let said = stage.desk(&format!("import -n {}", path.display()));
    assert!(
        said.talk.contains("1 of the new tickets would wait for you although nothing happened for a month"),
        "{said:?}"
    );
    let plan = stage.ok(&format!("import -n {} --close-older 30d", path.display()));
    assert!(plan.contains("1 of them closed because of silence"), "{plan}");
    let got = stage.json(&format!("import {} --close-older 30d", path.display()));
    assert_eq!(counts(&got, "closed"), [1]);
    let t = stage.json("show 1");
    assert_eq!((t["status"].as_str(), t["closed_as"].as_str()), (Some("closed"), Some("no-reply")));
    assert_eq!(t["closed_at"], "2026-01-02T00:00:00Z", "at the last thing that happened");
    assert_eq!(stage.numbers("ls"), [3]);
    let again = stage.json(&format!("import {} --close-older 30d", path.display()));
    assert_eq!(counts(&again, "duplicates"), [3]);
    stage.refused(&format!("import {} --close-older soon", path.display()), 2);
    sound(&stage);
}

#[test]
fn the_summary_has_these_members_and_they_add_up() {
    let stage = Stage::new();
    let got = import(&stage, "t.csv", TEXT, "");
    adds_up(&got);
    let keys: Vec<&str> = got.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = vec![
        "format",
        "source",
        "kind",
        "read",
        "created",
        "updated",
        "duplicates",
        "skipped",
        "tickets",
        "messages",
        "entries",
        "ratings",
        "contacts",
        "clients",
        "agents",
        "closed",
        "found",
        "unused",
        "guesses",
        "rejected_count",
        "kept",
        "operation",
        "rejected",
    ];
    wanted.sort_unstable();
    assert_eq!(keys, wanted);
    assert_eq!(
        (got["format"].as_str(), got["source"].as_str(), got["kind"].as_str()),
        (Some("csv"), Some("csv"), Some("tickets"))
    );
    assert_eq!((got["operation"].as_i64(), got["rejected"].clone()), (Some(1), json!([])));
}

#[test]
fn a_refused_import_tells_only_what_is_to_be_mended() {
    let stage = Stage::new();
    let path = put(&stage, "t.csv", "Id,Subject,Created,Agent\n1,a,soon,Kim\n2,b,2026-01-01,Kim\n");
    let said = stage.desk(&format!("import {}", path.display()));
    assert_eq!(said.exit, 1);
    assert!(said.out.contains("2 tickets read from csv, nothing was imported: 1 bad"), "{said:?}");
    assert!(!said.talk.contains("new agents") && said.talk.contains("--skip-bad --rejects FILE"), "{said:?}");
    assert_eq!(stage.ok("agent ls --json=name").replace(char::is_whitespace, ""), "[]");
}

#[test]
fn the_help_is_no_wider_than_a_terminal() {
    let help = Stage::new().ok("import --help");
    let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 100).collect();
    assert_eq!(wide, [""; 0]);
    assert!(help.contains("  desk import november.csv --use-map old\n"), "no line is torn: {help}");
    for word in ["zendesk", "--rejects", "--use-map", "--on-conflict", "undo"] {
        assert!(help.contains(word), "{word}");
    }
}
