//! Two people at one ticket: what came in since somebody looked is shown before an answer leaves.

use super::{QUESTION, desk, take_in};
use serde_json::json;

/// What came in, as the error says it.
fn collides(stage: &crate::stage::Stage, line: &str) -> String {
    let said = stage.refused(line, 1);
    assert!(said.contains("ticket 1 has changed since you looked") && said.contains("--force"), "{said}");
    assert!(said.contains("desk show 1"), "{said}");
    said
}

#[test]
fn a_colleagues_answer_since_the_look_stands_in_the_way() {
    let (stage, server) = desk();
    let oleg = stage.as_agent("oleg");
    stage.ok("show 1");
    oleg.at("2026-11-20T12:03:00Z").ok("reply 1 -m 'I have it.' --force");
    let said = collides(&stage, "reply 1 -m 'No, I have it.'");
    assert!(said.contains("12:03 oleg answered: I have it."), "{said}");
    assert_eq!(server.mails().len(), 1);
    stage.ok("show 1");
    stage.ok("reply 1 -m 'As Oleg says.'");
    assert_eq!(server.mails().len(), 2);
    stage.ok("reply 1 -m 'One more.'");
}

#[test]
fn force_goes_on() {
    let (stage, server) = desk();
    stage.ok("show 1");
    stage.as_agent("oleg").ok("reply 1 -m 'I have it.'");
    stage.ok("reply 1 -m 'Both of us.' --force");
    assert_eq!(server.mails().len(), 2);
}

#[test]
fn a_mail_a_note_a_close_a_merge_and_an_assignment_count_and_small_things_do_not() {
    let (stage, _server) = desk();
    let oleg = stage.as_agent("oleg");
    oleg.ok("agent add oleg");
    stage.ok("show 1");
    for line in ["tag 1 vip", "prio 1 high", "due 1 tomorrow", "log 1 5m", "pending 1"] {
        oleg.ok(line);
    }
    stage.ok("-n reply 1 -m x");
    let looks = |deed: &str, said: &str| {
        stage.ok("show 1");
        oleg.ok(deed);
        let refused = collides(&stage, "reply 1 -m x");
        assert!(refused.contains(said), "{deed}: {refused}");
    };
    looks("note 1 'called her'", "oleg noted: called her");
    looks("assign 1 oleg", "oleg took it");
    looks("assign 1 mila", "oleg gave it to you");
    looks("close 1 --reason workaround", "oleg closed it as workaround");
    oleg.ok("open Twin -f ann@acme.test -m 'the same'");
    looks("merge 2 --into 1", "oleg merged 1 message into it");
    stage.ok("show 1");
    let again = QUESTION
        .replace("q1@", "q2@")
        .replace("q0@", "q1@")
        .replace("It says no.", "Still no.")
        .replace("10:00:00", "11:59:00");
    take_in(&stage, "2", &again);
    let refused = collides(&stage, "reply 1 -m x");
    assert!(refused.contains("11:59 Ann Smith wrote: Still no."), "{refused}");
}

#[test]
fn a_look_sees_only_what_was_there_and_own_deeds_hide_nothing() {
    let (stage, _server) = desk();
    let oleg = stage.as_agent("oleg");
    stage.all(&["show 1", "note 1 mine"]);
    stage.ok("-n reply 1 -m x");
    oleg.ok("note 1 'his words'");
    stage.ok("tag 1 mine");
    assert!(collides(&stage, "reply 1 -m x").contains("his words"));
    oleg.ok("show 1");
    assert!(collides(&stage, "reply 1 -m x").contains("his words"), "another's look is not mine");
}

#[test]
fn who_never_looked_is_told_of_an_answer_of_the_last_minutes_only() {
    let (stage, server) = desk();
    let oleg = stage.as_agent("oleg");
    oleg.all(&["note 1 'some note'", "reply 1 -m 'His answer'"]);
    let ivan = stage.as_agent("ivan");
    let said = collides(&ivan.at("2026-11-20T12:05:00Z"), "reply 1 -m x");
    assert!(said.contains("His answer") && !said.contains("some note"), "{said}");
    ivan.at("2026-11-20T12:11:00Z").ok("reply 1 -m 'An hour later'");
    assert_eq!(server.mails().len(), 2);
}

#[test]
fn who_worked_on_it_is_told_from_his_last_deed_on() {
    let (stage, _server) = desk();
    let ivan = stage.as_agent("ivan");
    stage.as_agent("oleg").ok("note 1 'before'");
    ivan.ok("take 1");
    ivan.ok("-n reply 1 -m x");
    stage.as_agent("oleg").ok("note 1 'after'");
    let said = collides(&ivan.at("2026-11-20T15:00:00Z"), "reply 1 -m x");
    assert!(said.contains("after") && !said.contains("before"), "{said}");
}

#[test]
fn mail_that_came_in_by_ones_own_hand_is_no_look_at_it() {
    let (stage, _server) = desk();
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(stage.path("mail").join(folder)).unwrap();
    }
    let ivan = stage.as_agent("ivan");
    ivan.ok(&format!("config set mailbox.support.imap maildir:{}", stage.path("mail").display()));
    let deliver = |name: &str, mail: &str| std::fs::write(stage.path("mail/new").join(name), mail).unwrap();
    deliver("1", &QUESTION.replace("q1@", "f1@").replace("q0@", "f0@").replace("Cannot log in", "Fetched"));
    ivan.ok("fetch");
    stage.ok("note 2 'a note'");
    ivan.ok("-n reply 2 -m x");
    ivan.ok("show 2");
    let again = QUESTION
        .replace("q1@", "f2@")
        .replace("q0@", "f1@")
        .replace("It says no.", "Still no.")
        .replace("10:00", "11:00");
    deliver("2", &again);
    ivan.ok("fetch");
    let said = ivan.refused("reply 2 -m x", 1);
    assert!(said.contains("Ann Smith wrote: Still no."), "{said}");
}

#[test]
fn a_look_writes_once_and_only_where_something_is_new() {
    let (stage, _server) = desk();
    let change = |stage: &crate::stage::Stage| stage.json("history")[0]["operation"].clone();
    let before = change(&stage);
    stage.all(&["show 1", "show 1"]);
    assert_eq!(change(&stage), before, "a look is nobody's deed");
    stage.as_agent("nobody").ok("show 1");
    let agents = stage.json("agent ls");
    assert!(agents.as_array().unwrap().iter().all(|a| a["name"] != json!("nobody")), "a look makes no agent");
}

#[test]
fn a_draft_may_be_written_whatever_came_and_sending_it_asks() {
    let (stage, _server) = desk();
    stage.ok("show 1");
    stage.as_agent("oleg").ok("note 1 'wait!'");
    stage.ok("reply 1 -m 'So it is.' --draft");
    assert!(collides(&stage, "reply 1 --send").contains("wait!"));
}
