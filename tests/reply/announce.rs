//! The remedy of a topic is announced: one mail to each who asked, and never a second one.

use super::{set_up, states};
use crate::sink::Sink;
use crate::smtp_server::Behaviour;
use crate::stage::{Stage, finish, said};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CARD: [&str; 6] = [
    "My card was declined in the shop",
    "Card declined again",
    "Why was my card declined?",
    "The terminal declined my card",
    "card got declined, twice",
    "Declined card at the counter",
];

/// Six tickets about declined cards: two of Ann, one each of Bob, Carl, Dora (muted) and Eve (by phone); one about nothing of it.
fn desk() -> (Stage, Sink) {
    let server = Sink::start();
    let stage = Stage::new().at("2026-11-20T12:00:00Z");
    set_up(&stage, &server);
    let from = ["ann@acme.test", "bob@acme.test", "ann@acme.test", "carl@shop.test", "dora@shop.test", "+79215550102"];
    for (text, from) in CARD.iter().zip(from) {
        stage.ok(&format!("open '{text}' -f {from} -m 'Hello,\n{text}'"));
    }
    stage.ok("open 'Where is the menu?' -f zoe@acme.test -m 'Where is the menu?'");
    stage.ok("close 2");
    stage.ok("mute dora@shop.test");
    stage.ok("answer add fixed -m 'Dear {{name}},\n{{topic}}: it works since {{release}}. Ticket {{ticket}}.'");
    stage.ok("topic name 1 'Card declined' in:2026-11-20");
    (stage, server)
}

fn told(report: &Value) -> BTreeMap<String, i64> {
    let told = report["told"].as_array().unwrap();
    told.iter().map(|t| (t["email"].as_str().unwrap().to_owned(), t["ticket"].as_i64().unwrap())).collect()
}

const ANNOUNCE: &str = "topic fixed 1 --in 2.4.1 --announce fixed";

#[test]
fn everybody_who_asked_gets_one_mail_in_his_latest_ticket() {
    let (stage, server) = desk();
    let asked = stage.desk(ANNOUNCE);
    assert_eq!(asked.exit, 2, "{asked:?}");
    assert!(asked.talk.contains("3 people would get a mail") && asked.talk.contains("-y writes"), "{asked:?}");
    let dry = stage.json(&format!("{ANNOUNCE} -n"));
    assert!(dry["mail"].as_str().unwrap().contains("Card declined: it works since 2.4.1."), "{dry}");
    assert_eq!((server.mails().len(), stage.json("outbox --all")), (0, json!([])));
    let report = stage.json(&format!("{ANNOUNCE} -y"));
    let expected = [("ann@acme.test", 3), ("bob@acme.test", 2), ("carl@shop.test", 4)];
    assert_eq!(told(&report), expected.map(|(who, ticket)| (who.to_owned(), ticket)).into());
    let why: Vec<&str> = report["left_out"].as_array().unwrap().iter().map(|l| l["why"].as_str().unwrap()).collect();
    assert_eq!(why, ["has no address that takes answers"], "the muted one is in no figure and in no list: {report}");
    let mails: Vec<_> = server.mails().iter().map(|mail| super::read(&mail.bytes)).collect();
    assert_eq!(mails.len(), 3);
    let ann = mails.iter().find(|m| m.to[0].email == "ann@acme.test").unwrap();
    assert!(ann.subject.contains("[#3]") && ann.text.contains("Ticket 3."), "{ann:?}");
    assert_eq!((stage.of(2, "status"), stage.of(3, "status")), (json!("closed"), json!("open")));
    let again = stage.json(&format!("{ANNOUNCE} -y"));
    assert_eq!((&again["told"], server.mails().len()), (&json!([]), 3));
    let page = stage.json("topic show 1 in:2026-11-20");
    assert_eq!(page["told"].as_array().unwrap().len(), 3);
    assert_eq!(page["fixed_in"], "2.4.1");
    assert!(stage.ok("topic show 1 in:2026-11-20").contains("Told that it is fixed"));
    let undone = stage.desk("undo");
    assert_eq!(undone.exit, 1, "what has left cannot be taken back: {undone:?}");
    assert_eq!(told(&stage.json("topic fixed 1 --in 2.5 --announce fixed -y")).len(), 3, "another remedy");
}

#[test]
fn what_has_not_left_is_taken_back_and_open_tickets_are_closed_when_asked() {
    let (stage, server) = desk();
    server.behave(Behaviour::Answer { at: "MAIL", with: "451 4.3.0 busy" });
    let said = stage.desk(&format!("{ANNOUNCE} --close -y"));
    assert_eq!(said.exit, 75, "{said:?}");
    assert_eq!((states(&stage).len(), stage.of(3, "status")), (3, json!("closed")));
    stage.ok("undo");
    assert_eq!((stage.json("outbox"), stage.of(3, "status")), (json!([]), json!("new")));
    assert_eq!(stage.json("topic ls")[0]["fixed_at"], Value::Null);
    server.behave(Behaviour::Good);
    assert_eq!(told(&stage.json(&format!("{ANNOUNCE} -y"))).len(), 3);
    stage.ok("topic fixed 1 --not");
    assert_eq!(stage.json("topic show 1 in:2026-11-20")["told"], json!([]));
}

#[test]
fn two_who_announce_at_once_write_to_nobody_twice() {
    let (stage, server) = desk();
    let words = ["topic", "fixed", "1", "--in", "2.4.1", "--announce", "fixed", "-y"];
    let runs: Vec<_> = ["mila", "ivan", "olga"]
        .into_iter()
        .map(|agent| {
            let mut command = stage.as_agent(agent).program(&words);
            std::thread::spawn(move || finish(&mut command))
        })
        .collect();
    for run in runs {
        let (exit, out, talk) = said(&run.join().unwrap());
        assert_eq!(exit, 0, "{out}{talk}");
    }
    assert_eq!(server.mails().len(), 3, "three people, three mails");
    let page = stage.json("topic show 1 in:2026-11-20");
    assert_eq!(page["told"].as_array().unwrap().len(), 3);
}

#[test]
fn an_answer_that_names_a_release_wants_one_and_a_draft_of_mine_stays() {
    let (stage, server) = desk();
    let no = stage.refused("topic fixed 1 --announce fixed -y", 1);
    assert!(no.contains("--in 2.4.1"), "{no}");
    stage.refused("topic fixed 1 --announce nothing -y", 3);
    stage.ok("reply 3 -m 'Wait' --draft");
    stage.ok(&format!("{ANNOUNCE} -y"));
    assert_eq!((server.mails().len(), stage.of(3, "draft")["text"].clone()), (3, json!("Wait")));
    let page = stage.on_terminal(80).desk(&format!("{ANNOUNCE} -n")).out;
    assert!(page.contains("nobody is told") && page.contains("was told already"), "{page}");
}

#[test]
fn who_asked_in_a_ticket_that_was_merged_gets_his_one_mail_too() {
    let (stage, server) = desk();
    stage.all(&["merge 4 --into 2", "merge 1 --into 2"]);
    let report = stage.json(&format!("{ANNOUNCE} -y"));
    let expected = [("ann@acme.test", 3), ("bob@acme.test", 2), ("carl@shop.test", 2)];
    assert_eq!(told(&report), expected.map(|(who, ticket)| (who.to_owned(), ticket)).into(), "{report}");
    let mails: Vec<_> = server.mails().iter().map(|mail| super::read(&mail.bytes)).collect();
    assert_eq!(mails.len(), 3, "Ann's merged ticket is older than her other one: one mail to her");
    let carl = mails.iter().find(|m| m.to[0].email == "carl@shop.test").unwrap();
    assert!(carl.subject.contains("[#2]") && carl.cc.is_empty() && !carl.text.contains("wrote:"), "{carl:?}");
    let again = stage.json(&format!("{ANNOUNCE} -y"));
    assert_eq!((&again["told"], server.mails().len()), (&json!([]), 3));
}

#[test]
fn what_was_discarded_told_nobody_and_what_waits_is_counted_apart() {
    let (stage, server) = desk();
    server.behave(Behaviour::Answer { at: "MAIL", with: "451 4.3.0 busy" });
    assert_eq!(stage.desk(&format!("{ANNOUNCE} -y")).exit, 75);
    let page = stage.json("topic show 1 in:2026-11-20");
    assert_eq!((&page["told"], page["untold"].as_array().unwrap().len()), (&json!([]), 3), "{page}");
    assert!(stage.ok("topic show 1 in:2026-11-20").contains("Not told yet"));
    let again = stage.json(&format!("{ANNOUNCE} -y"));
    let why = again["left_out"][0]["why"].as_str().unwrap();
    assert!(why.starts_with("has a mail in the outbox, waiting: o"), "{again}");
    let of_bob =
        stage.json("outbox").as_array().unwrap().iter().find(|p| p["recipients"][0] == "bob@acme.test").unwrap()["id"]
            .clone();
    stage.ok(&format!("outbox discard o{of_bob}"));
    assert_eq!(stage.json("topic show 1 in:2026-11-20")["untold"].as_array().unwrap().len(), 2);
    server.behave(Behaviour::Good);
    let report = stage.json(&format!("{ANNOUNCE} -y"));
    assert_eq!(told(&report), [("bob@acme.test".to_owned(), 2)].into(), "{report}");
    stage.at("2026-11-20T13:00:00Z").ok("outbox send");
    assert_eq!(server.mails().len(), 3);
    let page = stage.json("topic show 1 in:2026-11-20");
    assert_eq!((page["told"].as_array().unwrap().len(), &page["untold"]), (3, &json!([])));
}

#[test]
fn a_corrected_release_is_announced_with_a_warning_to_those_who_were_told_before() {
    let (stage, _server) = desk();
    stage.ok(&format!("{ANNOUNCE} -y"));
    let later = stage.at("2026-11-21T12:00:00Z");
    let line = "topic fixed 1 --in 2.4.2 --announce fixed";
    let asked = later.desk(line);
    assert_eq!(asked.exit, 2, "{asked:?}");
    let warning = "3 of them were told before, on 2026-11-20, that it is fixed in 2.4.1";
    assert!(asked.talk.contains(warning), "{asked:?}");
    let done = later.desk(&format!("{line} -y"));
    assert!(done.exit == 0 && done.talk.contains(warning), "{done:?}");
}
