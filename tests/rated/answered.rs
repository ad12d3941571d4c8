//! Answers to the question how it was: which of them is a rating, and what it sets going.

use crate::Post;
use serde_json::{Value, json};

const CLOSED: &str = "closed";

#[test]
fn a_digit_is_a_rating_and_opens_nothing() {
    let post = Post::asked();
    let fetched = post.ann_answers(
        "5\n\nOn Fri, 20 Nov 2026 at 12:00, Acme support <support@desk.test> wrote:\n> How did we do?\n> 5 — great",
    );
    assert_eq!(
        (&fetched["rated"], &fetched["answered"]),
        (&json!([{ "ticket": 1, "score": 5 }]), &json!([])),
        "{fetched}"
    );
    assert_eq!(post.stands(), (CLOSED.to_owned(), Value::Null, vec![5]));
    let list = post.stage.json("csat ls");
    assert_eq!(
        (&list[0]["contact"], &list[0]["ticket"], &list[0]["comment"]),
        (&json!("Ann Lee"), &json!(1), &json!(""))
    );
    let history = post.stage.ok("history 1");
    assert!(history.contains("csat 5"), "{history}");
    assert_eq!(post.stage.of(1, "reopens"), json!(0));
    assert_eq!(post.stage.desk("doctor --deep").exit, 0);
}

#[test]
fn a_comment_is_kept_and_a_second_answer_replaces_the_first() {
    let post = Post::asked();
    let fetched = post.ann_answers("2 — плохо\n\nНикто не перезвонил.\n\n-- \nAnn\n");
    assert_eq!(
        post.stands(),
        ("open".to_owned(), json!("2026-11-20T12:00:00Z"), vec![2]),
        "a complaint wants an answer"
    );
    assert_eq!((&fetched["answered"], &fetched["rated"][0]["score"]), (&json!([1]), &json!(2)), "{fetched}");
    assert!(post.stage.ok("show 1").contains("2 of 5 on 2026-11-20 by Ann Lee: Никто не перезвонил."));
    let news = post.stage.json("news");
    assert!(
        news.as_array().unwrap().iter().any(|n| n["kind"] == "rated" && n["detail"] == "2 of 5: Никто не перезвонил."),
        "{news}"
    );
    let post = post.at("2026-11-21T12:00:00Z");
    post.ann_answers("4, спасибо, перезвонили");
    assert_eq!(post.stands().2, [2, 4]);
    assert_eq!(post.stage.json("csat")["csat"], json!({ "n": 1, "percent": 100.0 }));
}

#[test]
fn a_link_opens_a_mail_without_reference_that_is_known_by_its_subject() {
    let post = Post::asked();
    post.comes("ann@acme.test", "new@acme.test", "Re: [#1] Cannot log in", &[], "5 — great\n");
    post.fetch();
    assert_eq!(post.stands(), (CLOSED.to_owned(), Value::Null, vec![5]));
}

#[test]
fn an_html_answer_is_read_without_what_it_repeats() {
    let post = Post::asked();
    let id = post.last().message_id.unwrap();
    let html = "<div dir=\"ltr\">4 <b>good</b></div><br><div class=\"gmail_quote\"><div>On Fri, Nov 20, 2026 at 12:00 PM Acme support \
        &lt;<a href=\"mailto:support@desk.test\">support@desk.test</a>&gt; wrote:<br></div><blockquote><p>How did we do?</p>\
        <p>5 — great<br>1 — bad</p></blockquote></div>";
    let more = [&format!("In-Reply-To: <{id}>"), "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8"];
    post.comes("Ann Lee <ann@acme.test>", "h@acme.test", "Re: Cannot log in [#1]", &more, html);
    post.fetch();
    assert_eq!(post.stands(), (CLOSED.to_owned(), Value::Null, vec![4]));
}

#[test]
fn a_comment_that_asks_is_kept_and_opens_the_ticket() {
    let post = Post::asked();
    let fetched = post.ann_answers("2\n\nIt fails on my phone still. When will it be fixed?");
    let (status, waiting, scores) = post.stands();
    assert_eq!((status.as_str(), waiting, scores), ("open", json!("2026-11-20T12:00:00Z"), vec![2]));
    assert_eq!(fetched["answered"], json!([1]), "{fetched}");
}

#[test]
fn a_low_digit_alone_opens_nothing_and_a_late_complaint_opens_a_ticket_beside() {
    for text in ["1", "2 — плохо", "1!", "2, спасибо"] {
        let post = Post::asked();
        post.ann_answers(text);
        assert_eq!(post.stands().0, CLOSED, "{text}");
    }
    let post = Post::asked().at("2027-02-20T12:00:00Z");
    let fetched = post.ann_answers("1\n\nIt broke again, nobody answers.");
    assert_eq!(
        (&fetched["opened"], &fetched["rated"]),
        (&json!([2]), &json!([{ "ticket": 1, "score": 1 }])),
        "{fetched}"
    );
    assert_eq!((post.stands().0.as_str(), post.stands().2), (CLOSED, vec![1]), "what was asked about is rated");
    assert_eq!((post.stage.of(2, "status"), post.stage.of(2, "ratings")), (json!("new"), json!([])));
}

#[test]
fn neither_a_rating_nor_a_short_word_takes_a_ticket_out_of_its_topic() {
    let post = Post::new();
    let text = "The terminal declined my card";
    for n in 1..=7 {
        post.comes(&format!("C{n} <c{n}@x{n}.test>"), &format!("q{n}@x.test"), "Help", &[], text);
    }
    for (n, text) in ["Where is the menu?", "Is there a discount?", "Open on Sunday?"].iter().enumerate() {
        post.comes("Ann <ann@acme.test>", &format!("o{n}@x.test"), "Help", &[], text);
    }
    post.fetch();
    post.stage.ok("topic name 1 'Card declined' in:2026-11-20");
    let count = || post.stage.json("topic show 1 in:2026-11-20")["count"].clone();
    let listed = || post.stage.json("topics in:2026-11-20")["topics"][0]["count"].clone();
    assert_eq!((count(), listed()), (json!(7), json!(7)));
    post.stage.ok("close 1 --ask");
    let id = post.last().message_id.unwrap();
    let more = [&*format!("In-Reply-To: <{id}>")];
    post.comes("C1 <c1@x1.test>", "r1@x1.test", "Re: Help [#1]", &more, "2 — poor\n\nFriendly people, slow website.");
    for (n, word) in [(2, "Any news on this?"), (3, "ping"), (4, "Second day already, please hurry")] {
        let more = [&*format!("In-Reply-To: <q{n}@x.test>")];
        post.comes(&format!("C{n} <c{n}@x{n}.test>"), &format!("f{n}@x.test"), "Re: Help", &more, word);
    }
    post.fetch();
    assert_eq!(
        (post.stage.of(1, "status"), post.stage.of(4, "messages").as_array().unwrap().len()),
        (json!("open"), 2)
    );
    assert_eq!((count(), listed()), (json!(7), json!(7)));
    let later = post.at("2027-03-01T12:00:00Z");
    assert_eq!(later.stage.numbers("ls topic:1 status:all").len(), 7, "also where a year is read at once");
}

#[test]
fn what_only_looks_like_a_rating_is_a_message_that_opens_the_ticket() {
    for text in [
        "5 users cannot log in",
        "2 days later it broke again",
        "It fails again.",
        "1. It fails\n2. It is slow",
        "1 800 555 01 02",
    ] {
        let post = Post::asked();
        let fetched = post.ann_answers(text);
        let (status, _, scores) = post.stands();
        assert_eq!((status.as_str(), scores), ("open", Vec::new()), "{text}");
        assert_eq!((&fetched["answered"], &fetched["rated"]), (&json!([1]), &json!([])), "{text}");
    }
}

#[test]
fn only_who_was_asked_rates_and_machines_never() {
    let post = Post::asked();
    let id = post.last().message_id.unwrap();
    let reference = format!("In-Reply-To: <{id}>");
    let from = |from: &str, id: &str, more: &[&str]| {
        let more: Vec<&str> = std::iter::once(reference.as_str()).chain(more.iter().copied()).collect();
        post.comes(from, id, "Re: Cannot log in [#1]", &more, "1");
        post.fetch();
    };
    from("Eve <eve@evil.test>", "e1@evil.test", &[]);
    from("Ann Lee <ann@acme.test>", "e2@acme.test", &["Auto-Submitted: auto-replied"]);
    from("Ann Lee <ann@acme.test>", "e3@acme.test", &["List-Id: <l.acme.test>"]);
    from("Acme <support@desk.test>", "e4@desk.test", &[]);
    assert_eq!(post.stands().2, Vec::<i64>::new());
    assert_eq!(post.stands().0, CLOSED);
    post.comes("Eve <eve@evil.test>", "e5@evil.test", "Re: [#1] Cannot log in", &[], "1 — bad");
    post.fetch();
    assert_eq!(post.stands().2, Vec::<i64>::new(), "a stranger with the number opens a ticket of his own");
    post.stage.ok("contact edit ann@acme.test --add ann@home.test");
    from("Ann <ann@home.test>", "e6@home.test", &[]);
    let (_, _, scores) = post.stands();
    assert_eq!(scores, [1], "another address of hers is hers");
}

#[test]
fn where_nothing_was_asked_a_digit_is_a_message() {
    let post = Post::answered();
    post.stage.ok("close 1");
    post.ann_answers("5");
    assert_eq!((post.stands().0.as_str(), post.stands().2), ("open", Vec::new()));
    let post = Post::answered();
    post.stage.ok("reply 1 -m 'How many users are there?' --close --ask");
    let mails = post.server.mails();
    let id = crate::read(&mails[mails.len() - 2].bytes).message_id.unwrap();
    let reference = format!("In-Reply-To: <{id}>");
    post.comes("Ann Lee <ann@acme.test>", "n@acme.test", "Re: Cannot log in [#1]", &[&reference], "5");
    post.fetch();
    assert_eq!(
        (post.stands().0.as_str(), post.stands().2),
        ("open", Vec::new()),
        "it answers the question of a person"
    );
}

#[test]
fn a_rating_is_taken_long_after_the_close_and_the_same_mail_once() {
    let post = Post::asked().at("2027-02-20T12:00:00Z");
    let id = post.last().message_id.unwrap();
    let reference = format!("In-Reply-To: <{id}>");
    for _ in 0..2 {
        post.comes("Ann Lee <ann@acme.test>", "late@acme.test", "Re: Cannot log in [#1]", &[&reference], "5!");
        post.fetch();
    }
    assert_eq!(post.stands(), (CLOSED.to_owned(), Value::Null, vec![5]));
    assert_eq!(post.stage.json("ls status:all").as_array().unwrap().len(), 1);
}

#[test]
fn a_strict_mailbox_takes_a_rating_by_its_mark_alone() {
    let post = Post::asked();
    post.stage.ok("config set mailbox.support.threading strict");
    post.comes("ann@acme.test", "s1@acme.test", "Re: [#1] Cannot log in", &[], "5 — great\n");
    post.fetch();
    assert_eq!(post.stands().2, Vec::<i64>::new());
    post.ann_answers("5");
    assert_eq!(post.stands().2, [5]);
}
