//! What a mailbox does over time: numbered anew, the same mail in several places, the folder of sent mail, what is moved
//! away, and what goes wrong with it.

use crate::dovecot::USER;
use crate::mailboxes::Mailboxes;
use crate::post::{Post, arrives, deliver_all, letter, numbered};
use serde_json::{Value, json};
use std::fs;

const ANN: &str = "Ann Lee <ann@x.test>";

#[test]
fn a_mailbox_that_is_numbered_anew_brings_nothing_twice_and_loses_nothing() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    deliver_all(&dovecot, 0..10);
    assert_eq!(post.fetch()["read"], 10);
    assert_eq!(post.fetch()["read"], 0);
    dovecot.new_epoch("INBOX");
    deliver_all(&dovecot, 10..13);
    let fetched = post.fetch();
    assert_eq!(
        (fetched["duplicates"].as_i64(), fetched["opened"].as_array().unwrap().len()),
        (Some(10), 3),
        "{fetched}"
    );
    post.holds_each_once(0..13);
    assert_eq!(post.fetch()["read"], 0);
    assert_eq!(dovecot.count(USER, "INBOX"), (13, 0), "no mail may be marked as seen");
}

#[test]
fn a_mail_in_two_mailboxes_and_in_an_archive_is_one() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    let second = dovecot.url("sales@acme.test");
    post.stage.all(&[&format!("config set mailbox.sales.imap {second}"), "config set passwords.sales.env SESAME"]);
    deliver_all(&dovecot, 0..4);
    (2..6).for_each(|n| dovecot.deliver_to("sales@acme.test", "INBOX", numbered(n)));
    fs::write(post.stage.path("one.eml"), numbered(0).replace('\n', "\r\n")).unwrap();
    fs::write(
        post.stage.path("some.mbox"),
        format!(
            "From a@b Fri Nov 20 12:00:00 2026\n{}\nFrom a@b Fri Nov 20 12:00:00 2026\n{}",
            numbered(1),
            numbered(6)
        ),
    )
    .unwrap();
    post.stage.ok(&format!("import {}", post.stage.path("one.eml").display()));
    let all = post.stage.json("fetch");
    let of = |n: usize, key: &str| all["mailboxes"][n][key].clone();
    assert_eq!(
        (of(0, "read"), of(0, "duplicates"), of(1, "read"), of(1, "duplicates")),
        (json!(4), json!(1), json!(4), json!(2))
    );
    let imported = post.stage.json(&format!("import {}", post.stage.path("some.mbox").display()));
    assert_eq!((&imported["duplicates"], &imported["messages"]), (&json!(1), &json!(1)), "{imported}");
    post.holds_each_once(0..7);
}

#[test]
fn an_import_that_is_taken_back_gives_its_mails_to_the_next_fetch() {
    let post = Post::new();
    let archive = post.stage.path("some.mbox");
    fs::write(
        &archive,
        format!(
            "From a@b Fri Nov 20 12:00:00 2026\n{}\nFrom a@b Fri Nov 20 12:00:00 2026\n{}",
            numbered(0),
            numbered(1)
        ),
    )
    .unwrap();
    post.stage.ok(&format!("import {}", archive.display()));
    post.deliver(numbered(0));
    post.deliver(numbered(1));
    post.deliver(numbered(2));
    assert_eq!(post.fetch()["duplicates"], 2);
    post.stage.ok("undo");
    let check = post.stage.desk("fetch --check");
    assert!(check.exit == 4 && check.out.contains("2 unaccounted"), "{check:?}");
    assert_eq!(post.fetch()["opened"].as_array().unwrap().len(), 2);
    post.holds_each_once(0..3);
}

#[test]
fn answers_written_elsewhere_are_ours_and_stop_the_clock() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    dovecot.deliver("INBOX", letter(ANN, "1@x.test", "Cannot log in", &[], "It says no."));
    let ticket = post.opened();
    assert!(post.stage.of(ticket, "waiting_since").is_string());
    dovecot.deliver("Sent", "From: Mila <support@acme.test>\nTo: ann@x.test\nMessage-ID: <2@acme.test>\nIn-Reply-To: <1@x.test>\nSubject: Re: Cannot log in\n\nTry again.\n");
    let fetched = post.fetch();
    assert_eq!((fetched["sent"].as_i64(), &fetched["answered"]), (Some(1), &json!([])), "{fetched}");
    let last = post.last(ticket);
    assert_eq!((last["direction"].as_str(), post.status(ticket).as_str()), (Some("out"), "pending"));
    assert_eq!(post.stage.of(ticket, "waiting_since"), Value::Null);
    // Our own mail, sent by the desk and filed by the server: the same one, and nothing happens.
    let signed = post.answers(ticket, "ann@x.test", "And again.");
    let filed = format!(
        "From: support@acme.test\nTo: ann@x.test\nMessage-ID: <{signed}>\nIn-Reply-To: <1@x.test>\nSubject: Re: Cannot log in\n\nAnd again.\n"
    );
    dovecot.deliver("Sent", &filed);
    dovecot.deliver("INBOX", filed.replace("And again.", "And again.\n--\nsent to the list"));
    let fetched = post.fetch();
    assert_eq!((fetched["duplicates"].as_i64(), post.count(ticket)), (Some(2), 3), "{fetched}");
    // A mail to somebody new is a ticket that waits for him.
    dovecot.deliver("Sent", "From: Mila <support@acme.test>\nTo: bob@x.test\nMessage-ID: <3@acme.test>\nSubject: Your order\n\nIt has left.\n");
    post.fetch();
    let new = post.stage.numbers("ls status:pending from:bob@x.test");
    assert_eq!(new.len(), 1);
    // He who wrote to nobody of us before takes part now.
    dovecot.deliver(
        "INBOX",
        letter("bob@x.test", "4@x.test", "Re: Your order", &["In-Reply-To: <3@acme.test>"], "Thanks, but when?"),
    );
    assert_eq!((post.fetch()["answered"].clone(), post.status(new[0])), (json!(new), "open".to_owned()));
    post.is_sound();
    assert_eq!((dovecot.count(USER, "INBOX").1, dovecot.count(USER, "Sent").1), (0, 0));
}

#[test]
fn mails_move_once_they_are_kept_and_a_crash_in_between_moves_them_later() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    deliver_all(&dovecot, 0..5);
    // Kept, and the program ends before it moves anything: as if it had not been told to.
    assert_eq!((post.fetch()["read"].as_i64(), dovecot.count(USER, "INBOX").0), (Some(5), 5));
    post.stage.ok("config set mailbox.support.done Done");
    deliver_all(&dovecot, 5..7);
    let fetched = post.fetch();
    assert_eq!((fetched["read"].as_i64(), fetched["moved"].as_i64()), (Some(2), Some(7)), "{fetched}");
    assert_eq!((dovecot.count(USER, "INBOX").0, dovecot.count(USER, "Done").0), (0, 7));
    post.holds_each_once(0..7);
    assert_eq!(post.fetch()["moved"], 0);
}

#[test]
fn a_maildir_moves_what_is_done_too() {
    let post = Post::new();
    post.stage.ok("config set mailbox.support.done Done");
    post.deliver(numbered(0));
    post.deliver(numbered(1));
    assert_eq!(post.fetch()["moved"], 2);
    let there = |folder: &str| fs::read_dir(post.stage.path(folder)).map_or(0, Iterator::count);
    assert_eq!((there("mail/new") + there("mail/cur"), there("mail/.Done/cur")), (0, 2));
    post.holds_each_once(0..2);
}

#[test]
fn one_mailbox_that_fails_does_not_hold_up_the_other() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    deliver_all(&dovecot, 0..2);
    let (tls, starttls) = (dovecot.tls_url(USER), dovecot.starttls_url(USER));
    let settings = |url: &str, password: &str| {
        post.stage.all(&[
            &format!("config set mailbox.a-first.imap {url}"),
            &format!("config set passwords.a-first.command \"printf {password}\""),
        ]);
    };
    let mut taken = 2;
    for (url, password, exit, says) in [
        (dovecot.url("a@acme.test"), "hunter2", 1, "does not accept the name or the password"),
        (
            "imaps://a%40acme.test@no-such-host.invalid/INBOX".to_owned(),
            "hunter2",
            75,
            "no connection to no-such-host.invalid",
        ),
        (format!("imap://a%40acme.test@127.0.0.1:{}/INBOX", 1), "hunter2", 75, "no connection to 127.0.0.1:1"),
        (tls, "sesame", 1, "is not believed"),
        (starttls, "sesame", 1, "is not believed"),
        (
            format!("{}/Nowhere", dovecot.url("a@acme.test").trim_end_matches("/INBOX")),
            "sesame",
            1,
            "does not open the folder",
        ),
        ("maildir:/nowhere/at/all".to_owned(), "sesame", 1, "there is no folder"),
    ] {
        settings(&url, password);
        deliver_all(&dovecot, taken..taken + 1);
        taken += 1;
        let said = post.stage.desk("fetch");
        let all = format!("{}{}", said.out, said.talk);
        assert!(said.exit == exit && all.contains(says) && all.contains("hint: "), "{url}: {said:?}");
        assert!(!all.contains("hunter2") && !all.contains("sesame"), "{said:?}");
        let json: Value = serde_json::from_str(&post.stage.desk("fetch --json").out).unwrap();
        let trouble = |name: &str| {
            json["mailboxes"].as_array().unwrap().iter().find(|m| m["mailbox"] == name).unwrap()["trouble"].clone()
        };
        assert!(trouble("a-first").is_string() && trouble("support").is_null(), "{json}");
    }
    post.stage.ok("config set mailbox.a-first --default");
    post.holds_each_once(0..taken);
    post.stage.refused("fetch suport", 3);
}

#[test]
fn the_certificate_of_an_authority_of_our_own_is_believed_once_it_is_named() {
    let Some(dovecot) = Mailboxes::start() else { return };
    let post = Post::on(&dovecot.tls_url(USER));
    deliver_all(&dovecot, 0..2);
    post.stage.ok(&format!("config set mailbox.support.ca {}", dovecot.ca().display()));
    assert_eq!(post.fetch()["read"], 2);
    post.stage.ok(&format!("config set mailbox.support.imap {}", dovecot.starttls_url(USER)));
    deliver_all(&dovecot, 2..3);
    post.fetch();
    post.holds_each_once(0..3);
}

#[test]
fn what_was_over_before_the_first_look_comes_in_closed() {
    let post = Post::new();
    let old = post.at("2023-05-01T09:00:00Z");
    for n in 0..40 {
        old.deliver(numbered(n));
    }
    let answer =
        letter("ann0@x0.test", "late@x.test", "Re: Question 0", &["In-Reply-To: <m0@x.test>"], "Still nothing.");
    // He came back to it after the time in which a ticket opens again, but then there was none.
    post.at("2023-07-01T09:00:00Z").deliver(answer);
    let fresh = post.at("2026-11-19T09:00:00Z");
    fresh.deliver(numbered(40));
    let said = post.stage.desk("fetch");
    assert_eq!(said.exit, 0, "{said:?}");
    assert!(said.talk.contains("40 of the new tickets were over long before this first look"), "{said:?}");
    assert!(said.out.contains("Question 40") && said.out.lines().count() < 6, "{said:?}");
    assert_eq!(post.stage.json("ls").as_array().unwrap().len(), 1, "{said:?}");
    assert_eq!(post.stage.json("ls status:all").as_array().unwrap().len(), 41);
    assert_eq!(post.fetch()["read"], 0);
    // Later, an old date is only what its author claims.
    post.opens(letter(ANN, "x@x.test", "Hello", &["Date: Mon, 01 May 2023 09:00:00 +0000"], "It says no"));
    assert_eq!(post.stage.json("ls").as_array().unwrap().len(), 2);
}

#[test]
fn mail_from_before_a_day_is_left_alone() {
    let post = Post::new();
    post.stage.ok("config set mailbox.support.since 2026-11-20");
    post.at("2026-11-19T23:59:59Z").deliver(numbered(0));
    post.at("2026-11-20T00:00:00Z").deliver(numbered(1));
    let fetched = post.fetch();
    assert_eq!((fetched["skipped"].as_i64(), fetched["opened"].as_array().unwrap().len()), (Some(1), 1));
    assert_eq!(post.fetch()["skipped"], 0);
    post.holds_each_once(1..2);
}

#[test]
fn a_dry_run_says_what_would_come_and_keeps_nothing() {
    let post = Post::new();
    post.deliver(numbered(0));
    post.deliver(letter(ANN, "m1@x.test", "Re: Question 0", &["In-Reply-To: <m0@x.test>"], "Text"));
    let said = post.stage.desk("fetch -n");
    assert!(said.exit == 0 && said.out.contains("would bring") && said.talk.contains("dry run"), "{said:?}");
    assert_eq!(post.mails().len(), 0);
    assert_eq!(post.stage.desk("fetch --check").exit, 4);
    post.fetch();
    post.holds_each_once(0..2);
}

#[test]
fn an_mbox_that_grows_and_shrinks_brings_each_mail_once() {
    let post = Post::today();
    let mbox = post.stage.path("support.mbox");
    let entry = |n: usize| format!("From ann{n}@x{n}.test Fri Nov 20 12:00:00 2026\n{}\n", numbered(n));
    let write = |numbers: &[usize]| fs::write(&mbox, numbers.iter().map(|n| entry(*n)).collect::<String>()).unwrap();
    write(&[0, 1, 2]);
    post.stage.ok(&format!("config set mailbox.support.imap mbox:{}", mbox.display()));
    post.fetch();
    let half = entry(3);
    for (part, numbers) in [(20, 0..3), (60, 0..3), (half.len(), 0..4)] {
        fs::write(&mbox, [0, 1, 2].map(entry).concat() + &half[..part]).unwrap();
        arrives(&mbox, post.now().plus(if part == half.len() { -3600 } else { 0 }));
        post.fetch();
        let found = post.mails();
        assert!(
            numbers.clone().all(|n| found.get(&format!("m{n}@x.test")) == Some(&1)) && found.len() == numbers.len(),
            "{part}: {found:?}"
        );
    }
    write(&[2, 3, 4]);
    post.fetch();
    write(&[]);
    post.fetch();
    write(&[1, 5]);
    post.fetch();
    post.fetch();
    post.holds_each_once(0..6);
}
