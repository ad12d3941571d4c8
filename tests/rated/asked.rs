//! The mail that asks how it was: who gets it, what it says, and that it counts nowhere.

use crate::smtp_server::Behaviour;
use crate::{Post, read};
use serde_json::{Value, json};

#[test]
fn a_close_with_ask_asks_in_the_thread_and_counts_nowhere() {
    let post = Post::answered();
    let before = (post.stage.of(1, "replies"), post.stage.json("stats in:2026-11-20"));
    let said = post.stage.desk("close 1 --ask");
    assert_eq!((said.exit, said.out.as_str()), (0, "closed 1  Cannot log in\n"), "{said:?}");
    assert!(said.talk.contains("1: ann@acme.test is asked how it was"), "{said:?}");
    let accepted = post.server.mails().pop().unwrap();
    assert_eq!(accepted.to, ["ann@acme.test"]);
    let text = read(&accepted.bytes).text;
    assert!(
        text.contains("Hello Ann Lee,") && text.contains("“Cannot log in”") && text.contains("\n5 — great\n4 — good\n"),
        "{text}"
    );
    assert!(!text.contains("mailto:") && text.contains("a digit from 1 to 5"), "{text}");
    let mail = post.last();
    assert_eq!((mail.subject.as_str(), mail.in_reply_to.as_deref()), ("Re: Cannot log in [#1]", Some("q1@acme.test")));
    let source = String::from_utf8(accepted.bytes).unwrap();
    assert!(source.contains("Auto-Submitted: auto-generated") && source.contains("X-Auto-Response-Suppress: All"));
    let links = links(source.as_bytes());
    let id = mail.message_id.unwrap();
    let best =
        "mailto:support@desk.test?subject=Re%3A%20%5B%231%5D%20Cannot%20log%20in&body=5%20%E2%80%94%20great%0D%0A";
    assert_eq!((links.len(), links[0].as_str()), (5, format!("{best}&In-Reply-To=%3C{id}%3E").as_str()));
    let ticket = post.stage.json("show 1");
    let last = ticket["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["direction"].clone(), last["automatic"].clone()), (json!("out"), json!("survey")));
    assert_eq!((ticket["status"].clone(), ticket["closed_as"].clone()), (json!("closed"), json!("solved")));
    assert_eq!((ticket["replies"].clone(), ticket["waiting_since"].clone()), (before.0, Value::Null));
    let after = post.stage.json("stats in:2026-11-20");
    assert_eq!(
        (&after["first_response"], &after["next_response"]),
        (&before.1["first_response"], &before.1["next_response"])
    );
    assert_eq!(post.stage.desk("doctor --deep").exit, 0);
}

#[test]
fn five_links_each_open_a_mail_that_is_an_answer() {
    let post = Post::answered();
    post.stage.all(&["config set smtp.plus true", "config set lang ru", "close 1 --ask"]);
    let mail = post.server.mails().pop().unwrap();
    let read = read(&mail.bytes);
    assert!(read.text.contains("Здравствуйте, Ann Lee!") && read.text.contains("5 — отлично"), "{}", read.text);
    let back = &read.reply_to[0].email;
    assert!(back.starts_with("support+t1-"), "{back}");
    let links = links(&mail.bytes);
    assert_eq!(links.len(), 5, "{links:?}");
    for (link, score) in links.iter().zip([5, 4, 3, 2, 1]) {
        assert!(link.starts_with(&format!("mailto:{back}?subject=Re%3A%20%5B%231%5D%20Cannot%20log%20in")), "{link}");
        assert!(link.contains(&format!("&body={score}%20%E2%80%94%20")), "{link}");
    }
}

/// Where the links of a mail lead, in its HTML as another reader sees it.
fn links(bytes: &[u8]) -> Vec<String> {
    let mail = mail_parser::MessageParser::default().parse(bytes).unwrap();
    let html = mail.body_html(0).unwrap().replace("&amp;", "&");
    html.split("<a href=\"").skip(1).map(|link| link.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn many_closes_ask_each_contact_once_and_not_again_for_two_weeks() {
    let post = Post::new();
    for n in 1..=6 {
        let from = if n % 2 == 0 { "Bob <bob@b.test>" } else { "Ann <ann@acme.test>" };
        post.comes(from, &format!("q{n}@x.test"), &format!("Question {n}"), &[], "How?");
    }
    post.fetch();
    let dry = post.stage.desk("close 1-6 --ask -n");
    assert!(dry.talk.contains("1: ann@acme.test would be asked how it was"), "{dry:?}");
    assert_eq!(post.server.mails().len(), 0);
    let said = post.stage.desk("close 1-4 --ask");
    assert_eq!((said.exit, post.server.mails().len()), (0, 2), "{said:?}");
    assert!(said.talk.contains("3 is not asked about: the same person is asked about 1"), "{said:?}");
    let next_day = post.at("2026-11-21T12:00:00Z");
    let said = next_day.stage.desk("close 5 --ask");
    assert_eq!((said.exit, next_day.server.mails().len()), (0, 2), "{said:?}");
    assert!(
        said.talk.contains(
            "5 is not asked about: ann@acme.test was asked about 1 a day ago, and is asked every 14 days at most"
        ),
        "{said:?}"
    );
    let json = next_day.stage.json("close 6 --ask");
    assert_eq!((&json["asked"][0]["number"], &json["asked"][0]["to"]), (&json!(6), &Value::Null), "{json}");
    let later = next_day.at("2026-12-05T12:00:00Z");
    later.stage.all(&["reopen 6", "close 6 --ask"]);
    assert_eq!(later.server.mails().len(), 3);
}

#[test]
fn machines_lists_the_muted_and_who_takes_no_answers_are_not_asked() {
    let post = Post::new();
    for (n, (from, more)) in [
        ("Shop <no-reply@shop.test>", &[][..]),
        ("Monitor <monitor@acme.test>", &["Auto-Submitted: auto-generated"][..]),
        ("Carl <carl@list.test>", &["List-Id: <l.list.test>"][..]),
        ("Dora <dora@d.test>", &[][..]),
    ]
    .into_iter()
    .enumerate()
    {
        post.comes(from, &format!("q{n}@x.test"), &format!("Question {n}"), more, "How?");
    }
    post.fetch();
    post.stage.all(&["open 'By phone' -f '+7 921 555-01-02'", "open Nobody", "mute dora@d.test"]);
    let said = post.stage.desk("close 1-6 --ask -y");
    assert_eq!((said.exit, post.server.mails().len()), (0, 0), "{said:?}");
    for why in ["machine", "mailing list", "muted", "has no mail address", "no requester"] {
        assert!(said.talk.contains(why), "{why}: {said:?}");
    }
    assert!(post.stage.refused("close 1 --ask --reason spam", 2).contains("spam"));
}

#[test]
fn a_setting_asks_after_each_close_that_solves() {
    let post = Post::new();
    for n in 1..=5 {
        post.comes(&format!("C{n} <c{n}@x{n}.test>"), &format!("q{n}@x.test"), &format!("Question {n}"), &[], "How?");
    }
    post.fetch();
    assert!(post.stage.refused("config set ask_after_close maybe", 2).contains("true or false"));
    post.stage.ok("config set ask_after_close true");
    let sent = |line: &str| {
        let before = post.server.mails().len();
        post.stage.ok(line);
        post.server.mails().len() - before
    };
    assert_eq!(sent("close 1 --reason duplicate"), 0);
    assert_eq!(sent("close 2 --no-ask"), 0);
    assert_eq!(sent("close 3 --reason workaround"), 1);
    assert_eq!(sent("close 4"), 1);
    assert_eq!(sent("reply 5 -m Done --close"), 2);
    assert_eq!((post.stage.of(5, "replies"), post.stage.of(5, "status")), (json!(1), json!("closed")));
}

#[test]
fn without_a_way_to_send_ask_is_refused_and_the_setting_only_says_so() {
    let post = Post::answered();
    post.stage.all(&["config set smtp --default", "config set ask_after_close true"]);
    assert!(post.stage.refused("close 1 --ask", 1).contains("nothing says how mail is sent"));
    let said = post.stage.desk("close 1");
    assert_eq!(said.exit, 0, "{said:?}");
    assert!(said.talk.contains("nobody was asked how it was: nothing says how mail is sent"), "{said:?}");
}

#[test]
fn a_question_that_waits_goes_with_the_undo_and_one_that_left_stays() {
    let post = Post::answered();
    post.server.behave(Behaviour::Answer { at: "MAIL", with: "451 4.3.0 busy" });
    let said = post.stage.desk("close 1 --ask");
    assert_eq!(said.exit, 75, "{said:?}");
    assert!(said.talk.contains("1: ann@acme.test is to be asked how it was") && said.talk.contains("451"), "{said:?}");
    post.stage.ok("undo");
    assert_eq!((post.stage.of(1, "status"), post.stage.json("outbox")), (json!("open"), json!([])));
    post.server.behave(Behaviour::Good);
    post.stage.at("2026-11-20T13:00:00Z").ok("outbox send");
    assert_eq!(post.server.mails().len(), 1, "only the answer has left");
    post.stage.ok("close 1 --ask");
    assert_eq!(post.server.mails().len(), 2, "what did not leave keeps nobody from being asked");
    let undone = post.stage.desk("undo");
    assert_eq!((undone.exit, post.stage.of(1, "status")), (0, json!("open")), "{undone:?}");
    assert!(undone.talk.contains("the mail to ann@acme.test has left: it stays"), "{undone:?}");
    assert_eq!(post.stage.of(1, "messages").as_array().unwrap().len(), 3);
    post.stage.ok("redo");
    assert_eq!((post.stage.of(1, "status"), post.server.mails().len()), (json!("closed"), 2));
    post.stage.at("2026-11-20T13:00:00Z").ok("outbox send");
    assert_eq!(post.server.mails().len(), 2, "it never leaves twice");
    assert_eq!(post.stage.desk("doctor --deep").exit, 0);
}

#[test]
fn the_team_words_it_itself_and_a_mistake_is_found_when_it_is_set() {
    let post = Post::answered();
    post.stage
        .ok("config set templates.survey-en 'Dear {{ name }}, no. {{ ticket }} of {{ desk }}?\n\n{{ scores }}\n'");
    post.stage.ok("close 1 --ask");
    assert!(post.last().text.starts_with("Dear Ann Lee, no. 1 of Acme?\n\n5 — great\n"), "{}", post.last().text);
    let post = Post::answered();
    let wrong = post.stage.refused("config set templates.survey 'Dear {{ name'", 1);
    assert!(wrong.contains("the template of the survey cannot be filled in, line 1"), "{wrong}");
    let wrong = post.stage.refused("config set templates.survey-ru 'Оценка?\n{{ scoers }}'", 1);
    assert!(wrong.contains("templates.survey-ru") && wrong.contains("line 2"), "{wrong}");
    assert!(post.stage.refused("config set templates.survey-de x", 2).contains("survey survey-en survey-ru"));
    let file = post.stage.path("shared.toml");
    std::fs::write(&file, "name = \"Acme\"\n[templates]\nsurvey-en = \"\"\"\nDear {{ name\n\"\"\"\n").unwrap();
    let wrong = post.stage.refused(&format!("config apply {}", file.display()), 1);
    assert!(wrong.contains("shared.toml:3:13: ") && wrong.contains("cannot be filled in, line 1"), "{wrong}");
    assert_eq!(post.stage.json("config get templates")["value"], Value::Null);
    post.stage.ok("close 1 --ask");
    assert!(post.stage.ok("csat template ru").contains("{{ scores }}"));
}

#[test]
fn reply_closes_and_asks_in_one_command() {
    let post = Post::answered();
    assert!(post.stage.refused("reply 1 -m x --ask", 2).contains("--ask goes with a close"));
    let said = post.stage.desk("reply 1 -m 'It is on again.' --close --ask");
    assert_eq!(said.exit, 0, "{said:?}");
    assert!(said.talk.contains("1: ann@acme.test is asked how it was"), "{said:?}");
    assert_eq!(post.server.mails().len(), 3);
    assert!(post.last().text.contains("5 — great"));
}

/// Ann is to be asked about ticket 1, and the server is busy.
fn waiting() -> Post {
    let post = Post::answered();
    post.comes("Bob <bob@b.test>", "q2@b.test", "Where is the menu?", &[], "Where?");
    post.fetch();
    post.server.behave(Behaviour::Answer { at: "MAIL", with: "451 4.3.0 busy" });
    assert_eq!(post.stage.desk("close 1 --ask").exit, 75);
    post.server.behave(Behaviour::Good);
    post.at("2026-11-20T13:00:00Z")
}

#[test]
fn a_question_that_waits_is_not_asked_of_a_ticket_that_has_gone_on() {
    for (deed, why) in [
        ("reopen 1", "the ticket was reopened meanwhile"),
        ("spam 1", "the ticket was marked as spam meanwhile"),
        ("merge 1 --into 2", "the ticket was merged into 2 meanwhile"),
        ("mute ann@acme.test", "its requester was muted meanwhile"),
    ] {
        let post = waiting();
        post.stage.ok(deed);
        let said = post.stage.desk("outbox send");
        assert_eq!((said.exit, post.server.mails().len()), (0, 1), "{deed}: {said:?}");
        assert!(said.talk.contains(&format!("the mail to ann@acme.test on 1 is not sent: {why}")), "{deed}: {said:?}");
        let all = post.stage.json("outbox --all");
        let dropped = all.as_array().unwrap().iter().find(|p| p["state"] == "discarded").unwrap();
        assert_eq!((&dropped["said"], &dropped["ticket"]), (&json!(why), &json!(1)), "{deed}");
        assert_eq!(post.stage.json("outbox"), json!([]));
        assert_eq!(post.stage.desk("doctor --deep").exit, 0);
    }
    let post = waiting();
    post.stage.ok("reopen 1");
    let fetched = post.stage.json("fetch");
    assert_eq!((&fetched["outbox"]["dropped"], &fetched["outbox"]["held"]), (&json!(1), &json!(0)), "{fetched}");
    let post = waiting();
    post.stage.all(&["reopen 1", "close 1", "outbox send"]);
    assert_eq!(post.server.mails().len(), 2, "it is closed again by now");
}

#[test]
fn only_who_was_asked_counts_as_asked() {
    let post = waiting();
    post.stage.all(&["undo", "redo"]);
    assert_eq!(post.stage.json("outbox")[0]["state"], "held", "the close is back, and its mail does not leave unasked");
    post.stage.ok("open 'Where is my invoice?' -f ann@acme.test -m 'Where?'");
    let said = post.stage.desk("close 3 --ask");
    assert!(said.talk.contains("the mail that asks ann@acme.test about 1 is in the outbox, held: o"), "{said:?}");
    post.stage.ok("undo");
    let id = post.stage.json("outbox")[0]["id"].clone();
    post.stage.all(&[&format!("outbox discard o{id}"), "close 3 --ask"]);
    assert!(post.last().subject.contains("invoice"), "who was never asked may be asked");
}
