//! What is left of somebody who was erased: nothing, and every figure.

use crate::furnished::{ANNA, HERS, OTHERS, figures, furnish};
use crate::search::{of_hers, values};
use crate::stage::Stage;
use serde_json::json;
use std::fs;

pub(crate) fn is_sound(stage: &Stage) {
    let said = stage.desk("doctor --deep");
    assert_eq!(said.exit, 0, "{said:?}");
}

/// Texts that stay stand somewhere in the desk.
fn others_are_there(stage: &Stage) {
    let all = values(stage);
    for text in OTHERS {
        let is_there = all.iter().any(|(_, bytes)| bytes.windows(text.len()).any(|w| w == text.as_bytes()));
        assert!(is_there, "{text}");
    }
}

#[test]
fn every_byte_of_her_is_gone_and_every_figure_stays() {
    let stage = Stage::new();
    furnish(&stage);
    let before = of_hers(&stage);
    let absent = |her: &&&str| !before.iter().any(|f| f.starts_with(**her));
    assert_eq!(HERS.iter().filter(absent).collect::<Vec<_>>(), [&""; 0], "never were there");
    others_are_there(&stage);
    is_sound(&stage);
    let was = figures(&stage);
    let said = stage.desk(&format!("contact erase {ANNA} -y --json"));
    assert_eq!(said.exit, 0, "{said:?}");
    assert_eq!(of_hers(&stage), [""; 0], "{said:?}");
    others_are_there(&stage);
    is_sound(&stage);
    let is = figures(&stage);
    for (line, value) in &was {
        assert_eq!(&is[line], value, "{line}");
    }
    for line in [
        "history",
        "history 1",
        "show 1",
        "show 2",
        "show 4",
        "contact ls",
        "news",
        "outbox --all",
        "export --format ndjson",
        "parked",
    ] {
        let said = stage.ok(line);
        let mut found = Vec::new();
        crate::search::found_in(said.as_bytes(), line, &mut found);
        assert_eq!(found, [""; 0], "{said}");
    }
}

#[test]
fn what_quoted_her_is_without_her_and_otherwise_whole() {
    let stage = Stage::new();
    furnish(&stage);
    stage.ok(&format!("contact erase {ANNA} -y"));
    let contact = stage.json("contact ls erased")[0]["id"].as_i64().unwrap();
    let texts: Vec<String> = stage
        .of(2, "messages")
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["text"].as_str().unwrap().trim().to_owned())
        .collect();
    assert!(texts[0].contains(&format!("Ask erased-{contact} (erased-{contact}) for the key.")), "{texts:?}");
    assert_eq!(texts[1], "");
    assert_eq!(texts[2], format!("So did I, on Friday.\n\nOn Wed, erased-{contact} wrote:\n> (erased)"), "{texts:?}");
    assert_eq!(texts[3], "Thank you, we look at the gamma conveyor.\n\n> (erased).");
    assert!(
        texts
            .iter()
            .any(|t| t == &format!("Boris has the only key to the hall; erased-{contact}, erased-{contact}, has none")),
        "{texts:?}"
    );
    assert_eq!(stage.of(1, "subject"), "(erased)");
    assert_eq!(stage.json("client show acme.test")["note"], format!("erased-{contact} звонить после шести"));
    let files: Vec<String> = stage
        .of(2, "messages")
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|m| m["attachments"].as_array().unwrap())
        .map(|f| f["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, ["boris.txt"]);
    assert!(stage.ok("find conveyor").contains("Conveyor") && stage.desk("find hippopotamus").out.lines().count() <= 1);
}

#[test]
fn it_is_written_down_without_a_name_and_not_taken_back() {
    let stage = Stage::new();
    furnish(&stage);
    let last = stage.json("history -l 1")[0]["operation"].as_i64().unwrap();
    let all = stage.json("history");
    let of = |word: &str| {
        let is = |o: &&serde_json::Value| o["command"].as_str().unwrap().starts_with(word) && o["state"].is_null();
        all.as_array().unwrap().iter().rev().find(is).unwrap()["operation"].as_i64().unwrap()
    };
    let (merge, log, open, take, subject, due) =
        (of("contact merge"), of("log"), of("open"), of("take"), of("edit 4"), of("due"));
    let said = stage.json(&format!("contact erase {ANNA} -y"));
    assert_eq!(said["operation"], last + 1);
    assert_eq!((&said["scrubbed"], &said["copies"]), (&json!(true), &json!([])));
    let written = stage.json("history -l 1")[0]["command"].clone();
    let counts = ["tickets", "messages", "files"].map(|k| said[k].as_i64().unwrap());
    assert_eq!(written, format!("contact erased: {} tickets, {} messages, {} files", counts[0], counts[1], counts[2]));
    assert!(stage.refused("undo", 1).contains("erased a contact"));
    for operation in [merge, log, open, subject] {
        let said = stage.refused(&format!("undo {operation} -y"), 1);
        assert!(said.contains("was erased with a contact"), "{operation}: {said}");
    }
    // What lost nothing is still taken back.
    let before = figures(&stage);
    stage.all(&[&format!("undo {take}"), "redo", &format!("undo {due}"), "redo"]);
    is_sound(&stage);
    assert_eq!(
        figures(&stage)["ls status:all --sort number"][0]["status"],
        before["ls status:all --sort number"][0]["status"]
    );
    stage.ok(&format!("undo {last} -y"));
    is_sound(&stage);
}

#[test]
fn later_mail_makes_a_new_contact_and_a_new_ticket_and_old_mail_comes_not_back() {
    let stage = Stage::new();
    furnish(&stage);
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(stage.path("mail").join(part)).unwrap();
    }
    stage.ok(&format!("config set mailbox.support.imap maildir:{}", stage.path("mail").display()));
    stage.ok("fetch");
    let answer =
        stage.of(1, "messages").as_array().unwrap().iter().rfind(|m| m["direction"] == "out").unwrap()["message_id"]
            .clone();
    let tickets = stage.numbers("ls status:all").len();
    stage.ok(&format!("contact erase {ANNA} -y"));
    let shell = stage.json("contact ls erased")[0]["id"].as_i64().unwrap();
    assert_eq!(
        stage.json(&format!("import {}", stage.path("all.mbox").display()))["messages"],
        0,
        "an archive brings nothing back"
    );
    assert_eq!(stage.numbers("ls status:all").len(), tickets);
    let mail = format!(
        "From: Anna <{ANNA}>\nTo: support@desk.test\nMessage-ID: <new1@x.test>\nIn-Reply-To: <{0}>\nReferences: <a2@mail.acme.test> <{0}>\nSubject: Re: [#1] hello\n\nI am here again.\n",
        answer.as_str().unwrap()
    );
    fs::write(stage.path("mail/new/1.x"), mail).unwrap();
    let fetched = stage.json("fetch");
    assert_eq!(
        fetched["mailboxes"][0]["opened"]
            .as_array()
            .map_or_else(|| fetched["opened"].as_array().unwrap().len(), Vec::len),
        1,
        "{fetched}"
    );
    let new = stage.numbers("ls status:all").into_iter().max().unwrap();
    let page = stage.json(&format!("show {new}"));
    assert_eq!(
        (page["requester"]["email"].clone(), page["messages"].as_array().unwrap().len()),
        (json!(ANNA), 1),
        "{page}"
    );
    assert_eq!(
        (&page["similar"], &page["messages"][0]["direction"]),
        (&json!([]), &json!("in")),
        "it is related to nothing: {page}"
    );
    assert_ne!(stage.json(&format!("contact show {ANNA}"))["id"], shell);
    assert_eq!(stage.json(&format!("contact show id:{shell}"))["emails"], json!([]));
    is_sound(&stage);
}

#[test]
fn who_was_muted_stays_out_of_every_figure() {
    let stage = Stage::new();
    furnish(&stage);
    stage.all(&["mute @acme.test", &format!("mute {ANNA}")]);
    let was = figures(&stage);
    stage.ok(&format!("contact erase {ANNA} -y"));
    let shell = stage.json("contact ls erased")[0]["id"].as_i64().unwrap();
    assert_eq!(of_hers(&stage), [""; 0]);
    is_sound(&stage);
    let is = figures(&stage);
    for line in was.keys().filter(|l| *l != "mute") {
        assert_eq!(is[line], was[line], "{line}");
    }
    let patterns: Vec<String> =
        stage.json("mute").as_array().unwrap().iter().map(|m| m["pattern"].as_str().unwrap().to_owned()).collect();
    assert_eq!(patterns, ["@acme.test".to_owned(), format!("id:{shell}")]);
    stage.all(&["unmute @acme.test", &format!("unmute id:{shell}")]);
    is_sound(&stage);
    assert_eq!(stage.json("sql 'SELECT sum(muted) AS n FROM tickets'")[0]["n"], 0);
}

#[test]
fn two_persons_go_one_after_the_other() {
    let stage = Stage::new();
    furnish(&stage);
    stage.all(&[&format!("contact erase {ANNA} -y"), "contact erase boris@acme.test -y"]);
    is_sound(&stage);
    assert_eq!(stage.json("contact ls erased").as_array().unwrap().len(), 2);
    let all = values(&stage);
    for gone in ["boris@acme.test", "Sokol", "FILE OF BORIS", "gamma conveyor is stuck"] {
        assert!(!all.iter().any(|(_, b)| b.windows(gone.len()).any(|w| w == gone.as_bytes())), "{gone}");
    }
    assert!(all.iter().any(|(_, b)| String::from_utf8_lossy(b).contains("Good morning from Carla")));
}
