//! Every outcome of sending, and where the mail stands afterwards.

use super::{desk, set_up, states, take_in};
use crate::dovecot::{PASSWORD, USER};
use crate::mailboxes::Mailboxes;
use crate::sink::Sink;
use crate::smtp_server::Behaviour;
use crate::stage::{Stage, finish, said};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

const LATER: &str = "2026-11-20T12:02:00Z";

fn only(stage: &Stage) -> Value {
    stage.json("outbox --all")[0].clone()
}

#[test]
fn a_server_that_is_busy_gets_it_later() {
    let (stage, server) = desk();
    server.behave(Behaviour::Answer { at: "MAIL", with: "451 4.3.0 busy" });
    let said = stage.desk("reply 1 -m Hello --close");
    assert_eq!(
        (said.exit, said.out.as_str()),
        (75, "replied to 1  Cannot log in — not sent yet; closed\n"),
        "{said:?}"
    );
    assert!(said.talk.contains(
        "kept in the outbox, tried again in 1 min by desk fetch or desk outbox send; do not repeat the command"
    ));
    assert!(said.talk.contains("451 4.3.0 busy") && said.talk.contains("desk undo"), "{said:?}");
    let p = only(&stage);
    assert_eq!(
        (p["state"].clone(), p["attempts"].clone(), p["ticket"].clone()),
        (json!("waiting"), json!(1), json!(1))
    );
    assert_eq!(
        (p["next_at"].clone(), p["recipients"].clone()),
        (json!("2026-11-20T12:01:00Z"), json!(["Ann@acme.test", "bob@acme.test"]))
    );
    assert!(p["said"].as_str().unwrap().contains("451 4.3.0 busy"));
    server.behave(Behaviour::Good);
    let early = stage.desk("outbox send");
    assert_eq!((early.exit, server.mails().len()), (0, 0), "{early:?}");
    assert!(early.talk.contains("nothing is due"));
    stage.at(LATER).ok("outbox send");
    assert_eq!((states(&stage), server.mails().len()), (vec!["sent".to_owned()], 1));
    stage.at(LATER).ok("outbox send");
    assert_eq!(server.mails().len(), 1);
    assert_eq!(stage.json("outbox"), json!([]));
}

#[test]
fn no_server_at_all_is_later_and_after_five_tries_it_is_held() {
    let (stage, server) = desk();
    server.behave(Behaviour::HangUp { at: "" });
    assert_eq!(stage.desk("reply 1 -m Hello").exit, 75);
    for hour in 13..17 {
        let said = stage.at(&format!("2026-11-20T{}:30:00Z", hour + (hour - 13) * 2)).desk("outbox send");
        assert_eq!(said.exit, if hour < 16 { 75 } else { 1 }, "{hour}: {said:?}");
    }
    let p = only(&stage);
    assert_eq!(
        (p["state"].clone(), p["attempts"].clone(), p["next_at"].clone()),
        (json!("held"), json!(5), Value::Null)
    );
    assert!(p["said"].as_str().unwrap().contains("tried 5 times"), "{p}");
    server.behave(Behaviour::Good);
    let next_day = stage.at("2026-11-21T12:00:00Z");
    next_day.ok("outbox send");
    assert_eq!(server.mails().len(), 0, "a held mail does not leave by itself");
    next_day.ok(&format!("outbox send o{}", p["id"]));
    assert_eq!((server.mails().len(), states(&stage)), (1, vec!["sent".to_owned()]));
}

#[test]
fn a_refusal_holds_it_with_the_words_of_the_server() {
    let (stage, server) = desk();
    server.behave(Behaviour::Answer { at: "MAIL", with: "550 5.7.1 not from here" });
    let said = stage.desk("reply 1 -m Hello");
    assert_eq!((said.exit, said.out.as_str()), (1, "replied to 1  Cannot log in — not sent: held\n"), "{said:?}");
    assert!(said.talk.contains("550 5.7.1 not from here") && said.talk.contains("desk outbox discard o"), "{said:?}");
    assert_eq!(states(&stage), ["held"]);
    let listed = stage.ok("outbox");
    assert!(listed.contains("held") && listed.contains("550 5.7.1"), "{listed}");
}

#[test]
fn a_refused_recipient_among_others_is_said() {
    let (stage, server) = desk();
    server.behave(Behaviour::RefuseRecipients(vec![("bob@acme.test".to_owned(), "550 5.1.1 no Bob here".to_owned())]));
    let said = stage.desk("reply 1 -m Hello");
    assert_eq!(
        (said.exit, said.out.as_str()),
        (1, "replied to 1  Cannot log in — sent to Ann@acme.test\n"),
        "{said:?}"
    );
    assert!(said.talk.contains("bob@acme.test does not get it: 550 5.1.1 no Bob here"), "{said:?}");
    assert_eq!(
        (states(&stage), server.mails()[0].to.clone()),
        (vec!["sent".to_owned()], vec!["Ann@acme.test".to_owned()])
    );
    assert!(stage.ok("outbox --all").contains("not to "), "it is seen afterwards, too");
}

#[test]
fn a_line_that_breaks_after_the_mail_leaves_it_unknown_and_it_is_never_sent_unasked() {
    let (stage, server) = desk();
    server.behave(Behaviour::HangUp { at: "." });
    let said = stage.desk("reply 1 -m Hello");
    assert_eq!((said.exit, said.out.as_str()), (1, "replied to 1  Cannot log in — it may have left\n"), "{said:?}");
    assert_eq!((states(&stage), server.mails().len()), (vec!["unknown".to_owned()], 1));
    server.behave(Behaviour::Good);
    let next_day = stage.at("2026-11-21T12:00:00Z");
    next_day.ok("outbox send");
    assert_eq!(server.mails().len(), 1);
    let id = only(&stage)["id"].clone();
    let asked = next_day.refused(&format!("outbox send o{id}"), 2);
    assert!(asked.contains("may have left already") && asked.contains("--force"), "{asked}");
    next_day.ok(&format!("outbox send o{id} --force"));
    assert_eq!((server.mails().len(), states(&stage)), (2, vec!["sent".to_owned()]));
    assert_eq!(server.mails()[0].bytes, server.mails()[1].bytes, "the same mail, with the same Message-ID");
}

#[test]
fn one_mail_that_breaks_the_line_does_not_harm_the_next() {
    let (stage, server) = desk();
    stage.ok("open Other -f joe@x.test");
    server.behave(Behaviour::Answer { at: "MAIL", with: "451 busy" });
    assert_eq!((stage.desk("reply 1 -m one").exit, stage.desk("reply 2 -m two").exit), (75, 75));
    server.behave(Behaviour::RefuseRecipients(vec![("Ann@acme.test".to_owned(), "421 go away".to_owned())]));
    let said = stage.at(LATER).desk("outbox send");
    assert_eq!((said.exit, states(&stage)), (75, vec!["waiting".to_owned(), "sent".to_owned()]), "{said:?}");
}

#[test]
fn what_has_left_cannot_be_taken_back_and_what_waits_can() {
    let (stage, server) = desk();
    stage.ok("reply 1 -m sent");
    assert!(stage.refused("undo", 1).contains("has left: it cannot be called back"));
    assert_eq!(stage.of(1, "replies"), json!(1));
    server.behave(Behaviour::HangUp { at: "" });
    assert_eq!(stage.desk("reply 1 -m waiting --pending").exit, 75);
    stage.ok("undo");
    assert_eq!((stage.of(1, "replies"), stage.of(1, "status")), (json!(1), json!("open")));
    assert_eq!(states(&stage), ["sent", "discarded"]);
    server.behave(Behaviour::Good);
    stage.at(LATER).ok("outbox send");
    assert_eq!(server.mails().len(), 1);
    stage.ok("redo");
    assert_eq!((states(&stage), stage.of(1, "replies")), (vec!["sent".to_owned(), "held".to_owned()], json!(2)));
    assert_eq!(server.mails().len(), 1, "nothing leaves unasked");
}

#[test]
fn a_mail_is_discarded_and_brought_back() {
    let (stage, server) = desk();
    server.behave(Behaviour::HangUp { at: "" });
    stage.desk("reply 1 -m Hello");
    let id = only(&stage)["id"].clone();
    let said = stage.desk(&format!("outbox discard o{id}"));
    assert_eq!((said.exit, states(&stage)), (0, vec!["discarded".to_owned()]), "{said:?}");
    assert!(said.out.contains("not sent: the answer to 1"), "{said:?}");
    assert!(stage.refused(&format!("outbox discard {id}"), 1).contains("discarded already"));
    assert!(stage.refused(&format!("outbox send {id}"), 1).contains("was discarded"));
    stage.ok("undo");
    assert_eq!(states(&stage), ["held"]);
    server.behave(Behaviour::Good);
    stage.ok(&format!("outbox send {id}"));
    assert_eq!(states(&stage), ["sent"]);
    assert!(stage.refused(&format!("outbox discard {id}"), 1).contains("has left"));
    assert!(stage.refused(&format!("outbox send {id}"), 1).contains("has left already"));
    let hint = stage.refused("outbox send 9999", 3);
    assert!(hint.contains("there is no mail o9999"), "{hint}");
    assert!(stage.refused("outbox send x", 2).contains("o318"));
}

#[test]
fn who_got_no_answer_still_waits() {
    let (stage, server) = desk();
    let since = stage.of(1, "waiting_since");
    assert!(since.is_string());
    server.behave(Behaviour::HangUp { at: "" });
    stage.desk("reply 1 -m Hello");
    assert_eq!((stage.of(1, "replies"), stage.of(1, "waiting_since")), (json!(1), Value::Null));
    stage.ok(&format!("outbox discard {}", only(&stage)["id"]));
    assert_eq!((stage.of(1, "replies"), stage.of(1, "waiting_since")), (json!(0), since));
    stage.ok("undo");
    assert_eq!((stage.of(1, "replies"), stage.of(1, "waiting_since")), (json!(1), Value::Null));
}

#[test]
fn what_may_have_left_is_brought_back_as_that() {
    let (stage, server) = desk();
    server.behave(Behaviour::HangUp { at: "." });
    stage.desk("reply 1 -m Hello");
    assert_eq!(states(&stage), ["unknown"]);
    let id = only(&stage)["id"].clone();
    stage.ok(&format!("outbox discard {id}"));
    assert_eq!(stage.of(1, "replies"), json!(1), "it may well have been read");
    stage.ok("undo");
    assert_eq!(states(&stage), ["unknown"]);
    server.behave(Behaviour::Good);
    assert!(stage.refused(&format!("outbox send {id}"), 2).contains("may have left already"));
}

#[test]
fn the_number_of_a_ticket_is_no_number_of_a_mail() {
    let (stage, server) = desk();
    server.behave(Behaviour::HangUp { at: "" });
    stage.desk("reply 1 -m Hello");
    let id = only(&stage)["id"].clone();
    assert!(stage.refused("outbox discard 1", 3).contains(&format!("of ticket 1 there is o{id}")));
}

#[test]
fn a_program_of_this_machine_takes_it_too() {
    let (stage, server) = desk();
    let program = stage.path("sendmail");
    let write = |script: &str| {
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    let kept = stage.path("given");
    write(&format!("printf '%s\\n' \"$*\" > {0}; cat >> {0}", kept.display()));
    stage.ok(&format!("config set sendmail {}", program.display()));
    let said = stage.desk("reply 1 -m Hello");
    assert_eq!(said.exit, 0, "{said:?}");
    let given = std::fs::read_to_string(&kept).unwrap();
    assert!(given.starts_with("-i -f support@desk.test -- Ann@acme.test bob@acme.test\n"), "{given}");
    assert!(given.contains("\nSubject: Re: Cannot log in [#1]\n") && server.mails().is_empty());
    write("echo 'mailbox full' >&2; exit 75");
    let said = stage.desk("reply 1 -m again");
    assert_eq!(said.exit, 75, "{said:?}");
    write("echo 'no such user' >&2; exit 67");
    let said = stage.desk("reply 1 -m 'and again'");
    assert_eq!((said.exit, said.talk.contains("no such user")), (1, true), "{said:?}");
    std::fs::remove_file(&program).unwrap();
    let said = stage.desk("reply 1 -m 'once more'");
    assert_eq!((said.exit, said.talk.contains("cannot be run")), (75, true), "{said:?}");
    assert_eq!(states(&stage), ["sent", "waiting", "held", "waiting"]);
}

#[test]
fn a_password_that_cannot_be_had_keeps_the_answer() {
    let (stage, _server) = desk();
    stage.ok("config set passwords.smtp.command false");
    let said = stage.desk("reply 1 -m Hello");
    assert_eq!((said.exit, states(&stage)), (75, vec!["waiting".to_owned()]), "{said:?}");
    assert!(said.talk.contains("passwords.smtp.command"), "{said:?}");
}

/// Waits until a look at the desk says so.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn killed_between_the_mail_and_its_note_it_is_unknown_and_never_twice() {
    let (stage, server) = desk();
    server.behave(Behaviour::Drip { at: "." });
    let mut child = stage.program(&["reply", "1", "-m", "Hello"]).spawn().unwrap();
    until("the server has the mail", || server.mails().len() == 1);
    assert_eq!(states(&stage), ["sending"], "claimed before it left");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    child.wait().unwrap();
    server.behave(Behaviour::Good);
    assert_eq!(stage.json("outbox")[0]["state"], "unknown", "a look sees that its sender is gone");
    for line in ["outbox send", "outbox send"] {
        let (exit, _, talk) =
            said(&finish(&mut stage.at("2026-11-21T12:00:00Z").program(&line.split(' ').collect::<Vec<_>>())));
        assert_eq!(exit, 0, "{talk}");
    }
    assert_eq!((states(&stage), server.mails().len()), (vec!["unknown".to_owned()], 1));
    assert_eq!(stage.of(1, "replies"), json!(1));
    assert!(stage.refused("undo", 1).contains("may have left"));
}

#[test]
fn killed_anywhere_no_answer_leaves_twice_and_what_is_written_stays_whole() {
    let (stage, server) = desk();
    stage.ok("note 1 'the desk is there'");
    for n in 0..24_u64 {
        let text = format!("answer {n}.");
        let mut child = stage.program(&["reply", "1", "-m", &text, "--no-quote", "--force"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(n * 4));
        let pid = rustix::process::Pid::from_child(&child);
        // It may be done by then.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        child.wait().unwrap();
    }
    for _ in 0..2 {
        stage.at(LATER).desk("outbox send");
    }
    let written: Vec<String> =
        stage.of(1, "messages").as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect();
    let left: Vec<String> = server.mails().iter().map(|m| super::read(&m.bytes).text.trim().to_owned()).collect();
    for n in 0..24 {
        let text = format!("answer {n}.");
        let (kept, sent) =
            (written.iter().filter(|w| **w == text).count(), left.iter().filter(|l| **l == text).count());
        assert!(kept <= 1 && sent <= kept, "{text}: written {kept} times, sent {sent} times");
    }
    let states = states(&stage);
    assert!(states.iter().all(|s| s == "sent" || s == "unknown"), "{states:?}");
    assert_eq!(states.len() + 2, written.len(), "each answer has its mail");
    assert!(states.iter().filter(|s| *s == "sent").count() <= left.len());
    stage.ok("doctor");
}

#[test]
fn two_who_send_at_once_send_once() {
    let (stage, server) = desk();
    server.behave(Behaviour::Answer { at: "MAIL", with: "451 busy" });
    assert_eq!(stage.desk("reply 1 -m Hello").exit, 75);
    server.behave(Behaviour::Good);
    let later = stage.at(LATER);
    let mut all: Vec<_> = (0..6).map(|_| later.program(&["outbox", "send"]).spawn().unwrap()).collect();
    for child in &mut all {
        child.wait().unwrap();
    }
    assert_eq!((states(&stage), server.mails().len()), (vec!["sent".to_owned()], 1));
}

#[test]
fn a_dry_run_of_the_outbox_sends_nothing() {
    let (stage, server) = desk();
    server.behave(Behaviour::HangUp { at: "" });
    stage.desk("reply 1 -m Hello");
    server.behave(Behaviour::Good);
    let said = stage.at(LATER).desk("-n outbox send");
    assert_eq!((said.exit, server.mails().len(), states(&stage)), (0, 0, vec!["waiting".to_owned()]), "{said:?}");
    stage.ok("outbox resume");
}

#[test]
fn a_copy_lies_in_the_sent_folder_and_is_known_when_it_is_read() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let (stage, server) = desk();
    let stage = stage.with("SESAME", PASSWORD);
    stage.all(&[
        &format!("config set mailbox.support.imap {}", dovecot.url(USER)),
        "config set mailbox.support.sent Sent",
        "config set passwords.support.env SESAME",
        "config set smtp.sent_copy true",
    ]);
    let said = stage.desk("reply 1 -m Hello");
    assert_eq!((said.exit, said.talk.as_str()), (0, ""), "{said:?}");
    assert_eq!((dovecot.count(USER, "Sent"), server.mails().len()), ((1, 1), 1), "as read");
    stage.ok("fetch");
    assert_eq!(stage.of(1, "messages").as_array().unwrap().len(), 2, "the copy adds nothing");
    drop(dovecot);
    let said = stage.desk("reply 1 -m 'Once more'");
    assert_eq!((said.exit, said.talk.contains("no copy in the Sent folder")), (0, true), "{said:?}");
    assert_eq!(server.mails().len(), 2);
}

#[test]
fn a_damaged_mail_keeps_none_of_the_others_back() {
    let (stage, server) = desk();
    stage.ok("open Other -f joe@x.test");
    server.behave(Behaviour::HangUp { at: "" });
    assert_eq!((stage.desk("reply 1 -m one").exit, stage.desk("reply 2 -m two").exit), (75, 75));
    server.behave(Behaviour::Good);
    let eye = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
    eye.execute("DELETE FROM raw WHERE message_id = (SELECT min(message_id) FROM outbox)", []).unwrap();
    drop(eye);
    let said = stage.at(LATER).desk("outbox send");
    assert_eq!((said.exit, said.talk.contains("its source is not in the desk")), (1, true), "{said:?}");
    assert_eq!((states(&stage), server.mails().len()), (vec!["held".to_owned(), "sent".to_owned()], 1));
}

#[test]
fn a_fetch_sends_what_is_due() {
    let (stage, server) = desk();
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(stage.path("mail").join(folder)).unwrap();
    }
    stage.ok(&format!("config set mailbox.support.imap maildir:{}", stage.path("mail").display()));
    server.behave(Behaviour::Answer { at: "MAIL", with: "451 busy" });
    assert_eq!(stage.desk("reply 1 -m Hello").exit, 75);
    let said = stage.at(LATER).desk("fetch");
    assert_eq!((said.exit, said.talk.contains("is tried again in 5 min: 451 busy")), (75, true), "{said:?}");
    server.behave(Behaviour::Good);
    let fetched = stage.at("2026-11-20T12:10:00Z").json("fetch");
    assert_eq!(fetched["outbox"], json!({ "sent": 1, "later": 0, "held": 0, "unknown": 0, "dropped": 0 }));
    assert_eq!((states(&stage), server.mails().len()), (vec!["sent".to_owned()], 1));
}

#[test]
fn what_came_in_meanwhile_does_not_hide_what_waits() {
    let server = Sink::start();
    let stage = Stage::new();
    set_up(&stage, &server);
    take_in(&stage, "1", super::QUESTION);
    drop(server);
    assert_eq!(stage.desk("reply 1 -m Hello").exit, 75);
    let listed = stage.json("outbox ls");
    let keys: Vec<&str> = listed[0].as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["id", "ticket", "subject", "state", "recipients", "made_at", "next_at", "attempts", "said", "bounced"];
    assert!(expected.iter().all(|k| keys.contains(k)) && keys.len() == expected.len(), "{keys:?}");
}
