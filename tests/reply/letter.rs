//! The letter as the customer's mail program sees it, and who gets it.

use super::{QUESTION, desk, read, set_up, take_in, the_mail};
use crate::sink::Sink;
use crate::stage::Stage;
use serde_json::{Value, json};

fn emails(list: &[frontdesk::domain::mail::Address]) -> Vec<&str> {
    list.iter().map(|a| a.email.as_str()).collect()
}

#[test]
fn an_answer_stands_in_the_thread_and_reaches_everybody() {
    let (stage, server) = desk();
    let said = stage.desk("reply 1 -m 'It is **fixed**.' -t 15m --close");
    assert_eq!(said.exit, 0, "{said:?}");
    assert_eq!(said.out, "replied to 1  Cannot log in — sent to Ann@acme.test, bob@acme.test; 15m logged, closed\n");
    assert!(!said.talk.contains("undo"), "{said:?}");
    let accepted = &server.mails()[0];
    assert_eq!((accepted.from.as_str(), accepted.to.len()), ("support@desk.test", 2));
    let mail = the_mail(&server);
    assert_eq!(mail.subject, "Re: Cannot log in [#1]");
    assert_eq!((emails(&mail.to), emails(&mail.cc)), (vec!["Ann@acme.test"], vec!["bob@acme.test"]));
    assert_eq!(mail.in_reply_to.as_deref(), Some("q1@acme.test"));
    assert_eq!(mail.references, ["q0@acme.test", "q1@acme.test"]);
    assert_eq!(mail.from.as_ref().map(|a| a.name.as_str()), Some("Acme support"));
    assert_eq!(
        mail.text.trim_end(),
        "It is **fixed**.\n\nOn Fri, 20 Nov 2026 at 10:00, Ann Smith <Ann@acme.test> wrote:\n> It says no.\n> What now?"
    );
    let id = mail.message_id.unwrap();
    assert!(id.starts_with("desk1.1.") && id.ends_with("@desk.test"), "{id}");
    assert_eq!((stage.of(1, "status"), stage.of(1, "closed_as")), (json!("closed"), json!("solved")));
    assert_eq!((stage.of(1, "logged_minutes"), stage.of(1, "replies")), (json!(15), json!(1)));
    let messages = stage.of(1, "messages");
    let last = messages.as_array().unwrap().last().unwrap();
    assert_eq!((last["direction"].as_str(), last["text"].as_str()), (Some("out"), Some("It is **fixed**.")));
    assert_eq!(last["message_id"].as_str(), Some(id.as_str()));
}

#[test]
fn the_copy_that_comes_back_is_known_and_her_answer_finds_its_ticket() {
    let (stage, server) = desk();
    stage.ok("reply 1 -m 'Try again.'");
    let sent = String::from_utf8(server.mails()[0].bytes.clone()).unwrap();
    take_in(&stage, "sent", &sent);
    assert_eq!(stage.of(1, "messages").as_array().unwrap().len(), 2, "the copy adds nothing");
    let id = the_mail(&server).message_id.unwrap();
    let again = QUESTION.replace("q1@", "q2@").replace("<q0@acme.test>", &format!("<q1@acme.test> <{id}>"));
    take_in(&stage, "2", &again);
    assert_eq!(stage.of(1, "messages").as_array().unwrap().len(), 3);
    assert_eq!(stage.json("ls status:all").as_array().unwrap().len(), 1);
    stage.ok("reply 1 -m 'And now?' --force");
    let second = read(&server.mails()[1].bytes);
    assert_eq!(second.in_reply_to.as_deref(), Some("q2@acme.test"));
    assert_eq!(second.references, ["q1@acme.test", id.as_str(), "q2@acme.test"]);
    assert_eq!(second.subject, "Re: Cannot log in [#1]");
}

#[test]
fn a_new_ticket_opens_and_pending_waits() {
    let (stage, _server) = desk();
    stage.ok("open Other -f joe@x.test -m Hi");
    assert_eq!(stage.of(2, "status"), json!("new"));
    stage.ok("reply 2 -m Hello");
    assert_eq!((stage.of(2, "status"), stage.of(2, "waiting_since")), (json!("open"), Value::Null));
    stage.ok("reply 2 -m 'And you?' --pending");
    assert_eq!(stage.of(2, "status"), json!("pending"));
    stage.ok("close 2");
    assert!(stage.refused("reply 2 -m x --pending", 1).contains("desk reopen 2"));
    stage.ok("reply 2 -m 'One more thing'");
    assert_eq!(stage.of(2, "status"), json!("closed"), "a closed ticket stays closed");
}

#[test]
fn recipients_are_named_left_out_and_said() {
    let (stage, server) = desk();
    stage.ok("reply 1 -m one --only");
    assert_eq!(server.mails()[0].to, ["Ann@acme.test"]);
    let said = stage.desk("reply 1 -m two --cc 'Carl <carl@acme.test>,dan@acme.test'");
    assert_eq!(server.mails()[1].to, ["Ann@acme.test", "carl@acme.test", "dan@acme.test"], "{said:?}");
    assert!(said.talk.contains("differs from last time: now also carl@acme.test, dan@acme.test"), "{said:?}");
    let said = stage.desk("reply 1 -m three --to eve@acme.test");
    assert_eq!(server.mails()[2].to, ["eve@acme.test", "carl@acme.test", "dan@acme.test"]);
    assert!(said.talk.contains("no longer ann@acme.test"), "{said:?}");
    let report = stage.json("reply 1 -m four --to ann@acme.test --only");
    assert_eq!(
        (report["to"].clone(), report["cc"].clone(), report["state"].clone()),
        (json!(["ann@acme.test"]), json!([]), json!("sent"))
    );
    for wrong in ["--to nobody", "--cc 'Ann <>'", "--to +79215550102"] {
        assert!(stage.refused(&format!("reply 1 -m x {wrong}"), 2).contains("is no mail address"), "{wrong}");
    }
}

#[test]
fn quote_signature_agent_and_plus_are_settings() {
    let (stage, server) = desk();
    stage.all(&[
        "config set quote false",
        "config set smtp.from '{agent} of Acme <support@desk.test>'",
        "config set smtp.plus true",
        "config set signatures.default '{agent}, {desk}'",
        "config set name Acme",
    ]);
    stage.ok("reply 1 -m Hello");
    let mail = the_mail(&server);
    assert_eq!(mail.text.trim_end(), "Hello\n\n-- \nmila, Acme");
    assert_eq!(mail.from.unwrap().name, "mila of Acme");
    let back = &mail.reply_to[0].email;
    assert!(back.starts_with("support+t1-") && back.ends_with("@desk.test"), "{back}");
    stage.ok("reply 1 -m Hello --quote");
    assert!(read(&server.mails()[1].bytes).text.contains("> It says no."));
    stage.ok("config set quote true");
    stage.ok("reply 1 -m Hello --no-quote");
    assert!(!read(&server.mails()[2].bytes).text.contains('>'));
}

#[test]
fn a_russian_is_quoted_in_russian() {
    let (stage, server) = desk();
    let mail = "From: =?utf-8?B?0JDQvdC90LA=?= <anna@b.test>\r\nTo: support@desk.test\r\nSubject: =?utf-8?B?0JLRhdC+0LQ=?=\r\n\
        Date: Fri, 20 Nov 2026 10:12:00 +0000\r\nMessage-ID: <r1@b.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nНе входит.\r\n";
    take_in(&stage, "2", mail);
    stage.ok("reply 2 -m 'Попробуйте ещё раз.'");
    let text = the_mail(&server).text;
    assert!(text.contains("пт, 20 нояб. 2026 г. в 10:12, Анна <anna@b.test>:\n> Не входит."), "{text}");
}

#[test]
fn files_go_with_it_and_are_kept_with_it() {
    let (stage, server) = desk();
    std::fs::write(stage.path("счёт.pdf"), b"%PDF\0\r\n").unwrap();
    stage.ok(&format!("reply 1 -m 'See the file.' --attach {}", stage.path("счёт.pdf").display()));
    let mail = the_mail(&server);
    let file = &mail.attachments[0];
    assert_eq!(
        (file.name.as_str(), file.media_type.as_str(), file.content.as_slice()),
        ("счёт.pdf", "application/pdf", &b"%PDF\0\r\n"[..])
    );
    let messages = stage.of(1, "messages");
    assert_eq!(messages[1]["attachments"][0]["name"], "счёт.pdf");
    let raw = stage.run(&["show", &format!("m{}", messages[1]["id"]), "--raw"]);
    assert_eq!(raw.out.as_bytes(), server.mails()[0].bytes, "the source is what was sent");
    assert!(stage.refused("reply 1 -m x --attach /absent", 1).contains("/absent"));
}

#[test]
fn a_dry_run_shows_the_whole_mail_and_keeps_nothing() {
    let (stage, server) = desk();
    let said = stage.desk("-n reply 1 -m 'It is fixed.' --close");
    assert_eq!(said.exit, 0, "{said:?}");
    for part in [
        "To",
        "Ann Smith <Ann@acme.test>",
        "bob@acme.test",
        "Re: Cannot log in [#1]",
        "It is fixed.\n\nOn Fri",
        "> What now?",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert!(server.mails().is_empty() && super::states(&stage).is_empty());
    assert_eq!(stage.of(1, "status"), json!("new"));
    let report = stage.json("-n reply 1 -m x");
    assert_eq!(
        (report["to"].clone(), report["subject"].clone()),
        (json!(["Ann@acme.test"]), json!("Re: Cannot log in [#1]"))
    );
}

#[test]
fn a_name_with_line_ends_writes_no_header() {
    let (stage, server) = desk();
    let hostile = QUESTION
        .replace("Ann Smith", "=?utf-8?q?E=0D=0ABcc:_q=40q.q?=")
        .replace("Cannot log in", "=?utf-8?q?x=0D=0ABcc:_all=40q.q?=")
        .replace("q1@", "h1@")
        .replace("q0@", "h0@");
    take_in(&stage, "h", &hostile);
    let listing = stage.ok("ls");
    assert!(!listing.contains('\r'), "{listing:?}");
    stage.ok("reply 2 -m Hello");
    assert_eq!(server.mails()[0].to, ["Ann@acme.test", "bob@acme.test"]);
    let sent = String::from_utf8(server.mails()[0].bytes.clone()).unwrap();
    let head = sent.split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(!head.contains("\r\nbcc"), "{head}");
    assert!(sent.contains("<Ann@acme.test>"));
}

#[test]
fn who_has_no_address_gets_what_was_said() {
    let (stage, server) = desk();
    stage.ok("open 'Called us' -f '+7 921 555-01-02' -m 'Is it on?'");
    let said = stage.refused("reply 2 -m Yes", 1);
    assert!(said.contains("no mail address that takes answers") && said.contains("--said"), "{said}");
    let said = stage.desk("reply 2 --said -m 'Told him: yes' -t 5m --close");
    assert_eq!(
        (said.exit, said.out.as_str()),
        (0, "recorded an answer to 2  Called us; 5m logged, closed\n"),
        "{said:?}"
    );
    assert!(said.talk.contains("desk undo"));
    assert_eq!((stage.of(2, "replies"), stage.of(2, "status")), (json!(1), json!("closed")));
    assert!(server.mails().is_empty() && super::states(&stage).is_empty());
    stage.ok("undo");
    assert_eq!((stage.of(2, "replies"), stage.of(2, "status")), (json!(0), json!("new")));
    stage.ok("reply 2 -m Yes --to him@x.test");
    assert_eq!(server.mails()[0].to, ["him@x.test"]);
}

#[test]
fn the_text_comes_from_a_file_or_standard_input() {
    let (stage, server) = desk();
    std::fs::write(stage.path("answer.md"), "from a file\n").unwrap();
    stage.ok(&format!("reply 1 --no-quote --file {}", stage.path("answer.md").display()));
    let said = stage.fed("from a pipe\n").desk("reply 1 - --no-quote");
    assert_eq!(said.exit, 0, "{said:?}");
    let texts: Vec<String> = server.mails().iter().map(|m| read(&m.bytes).text.trim().to_owned()).collect();
    assert_eq!(texts, ["from a file", "from a pipe"]);
    assert!(stage.refused("reply 1 Hello there", 2).contains("desk reply 1 -m"));
    assert!(stage.refused("reply 1 Hello", 2).contains("desk reply 1 -m"));
    assert!(stage.refused("reply 1", 2).contains("-m TEXT"));
    assert!(stage.refused("reply 1 -m ' '", 2).contains("empty"));
    assert!(stage.refused("reply 1 -m x --file y", 2).contains("one place"));
    assert!(stage.refused("reply 9 -m x", 3).contains("ticket 9"));
}

#[test]
fn nothing_is_written_where_nothing_says_how_mail_is_sent() {
    let stage = Stage::new();
    take_in(&stage, "1", QUESTION);
    let said = stage.refused("reply 1 -m x", 1);
    assert!(said.contains("desk init mail"), "{said}");
    assert_eq!(stage.of(1, "messages").as_array().unwrap().len(), 1);
    stage.ok("reply 1 -m later --draft");
    stage.ok("reply 1 --said -m 'by phone'");
    let server = Sink::start();
    set_up(&stage, &server);
    stage.ok("reply 1 -m now");
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn a_domain_beyond_ascii_has_a_message_id_too() {
    let (stage, server) = desk();
    stage.ok("config set smtp.from 'Почта <support@почта.рф>'");
    stage.ok("reply 1 -m Hello");
    let id = the_mail(&server).message_id.unwrap();
    assert!(id.ends_with("@xn--80a1acny.xn--p1ai"), "{id}");
    assert_eq!(server.mails()[0].from, "support@xn--80a1acny.xn--p1ai");
}

#[test]
fn a_merged_ticket_is_answered_where_it_went() {
    let (stage, _server) = desk();
    stage.all(&["open Twin -f ann@acme.test", "merge 2 --into 1"]);
    assert!(stage.refused("reply 2 -m x", 1).contains("merged into 1"));
}
