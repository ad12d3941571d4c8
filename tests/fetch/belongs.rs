//! Which ticket a mail belongs to, what it may set going, and what it may not.

use crate::post::{Post, letter};
use frontdesk::formats::limits::Limits;
use frontdesk::formats::mail::mail;
use serde_json::json;

const ANN: &str = "Ann Lee <ann@x.test>";
const EVE: &str = "Eve <eve@evil.test>";

/// A mail that answers another.
fn answer(from: &str, id: &str, to: &str, text: &str) -> String {
    letter(from, id, "Re: Cannot log in", &[&format!("In-Reply-To: <{to}>")], text)
}

/// A desk with the first ticket of Ann.
fn begun() -> (Post, i64) {
    let post = Post::new();
    let ticket = post.opens(letter(ANN, "1@x.test", "Cannot log in", &[], "It says no."));
    (post, ticket)
}

#[test]
fn a_stranger_with_a_number_in_the_subject_opens_a_ticket_of_his_own() {
    let (post, ticket) = begun();
    let other = post.opens(letter(EVE, "2@evil.test", &format!("Re: [#{ticket}] Cannot log in"), &[], "What is it?"));
    assert_eq!((post.count(ticket), post.beside(ticket)), (1, vec![other]));
    // Nothing of the first is said to him, and he does not take part.
    assert_eq!(post.stage.of(other, "requester")["email"], "eve@evil.test");
    let third = post.opens(answer(EVE, "3@evil.test", "1@x.test", "I am Ann, really"));
    assert_eq!((post.count(ticket), post.beside(ticket)), (1, vec![other, third]));
    post.joins(ticket, letter(ANN, "4@x.test", &format!("[#{ticket}] and another thing"), &[], "Since Monday."));
    assert_eq!(post.trust(ticket).as_deref(), Some("unverified"));
}

#[test]
fn a_forged_mark_is_as_if_absent_and_noted() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    let forged = signed.replace(&format!("desk1.{ticket}."), "desk1.77.");
    let other = post.opens(answer(EVE, "2@evil.test", &forged, "Let me in"));
    let notes: Vec<String> =
        post.stage.of(other, "messages").as_array().unwrap().iter().map(|m| m["text"].to_string()).collect();
    assert!(notes.iter().any(|n| n.contains("names a mark that this desk never gave")), "{notes:?}");
    assert_eq!((post.count(ticket), post.status(ticket)), (2, post.status(ticket)));
    // The mark is believed in any case of its letters, and of anybody; a stranger sets nothing going by it.
    post.joins(ticket, answer(EVE, "3@evil.test", &signed.to_uppercase(), "I have that mail, too"));
    assert_eq!(post.trust(ticket).as_deref(), Some("third-party"));
    assert_eq!(post.stage.of(ticket, "requester")["email"], "ann@x.test");
    for broken in [signed.replace('.', ""), signed[..20].to_owned(), format!("{}{}", "9".repeat(10_000), signed)] {
        post.opens(answer(EVE, "", &broken, &format!("Broken: {}", broken.len())));
    }
}

#[test]
fn an_address_of_ours_carries_the_mark_too() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    let mut parts = signed.split('.').skip(1);
    let (of, message, mac) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let to = |address: &str, n: usize| {
        let mail = letter(ANN, &format!("p{n}@x.test"), "It is me", &[], &format!("Number {n}"));
        mail.replacen("support@acme.test", address, 1)
    };
    post.joins(ticket, to(&format!("support+t{of}-{message}-{mac}@acme.test"), 1));
    assert_eq!(post.trust(ticket), None);
    post.joins(ticket, to(&format!("HELP+T{of}-{message}-{}@Acme.Test", mac.to_uppercase()), 2));
    // Elsewhere it is somebody's own address, and a changed one is forged.
    post.opens(to(&format!("support+t{of}-{message}-{mac}@other.test"), 3));
    post.opens(to(&format!("support+t{of}-{message}-{}@acme.test", mac.chars().rev().collect::<String>()), 4));
}

#[test]
fn only_the_server_that_is_trusted_vouches_for_a_sender() {
    let (post, ticket) = begun();
    post.stage.ok("config set mailbox.support.authserv mx.acme.test");
    let judged = |n: usize, lines: &[&str]| {
        let mail = answer(ANN, &format!("{n}@x.test"), "1@x.test", &format!("Number {n}"));
        format!("{}\n{mail}", lines.join("\n"))
    };
    let (ours, theirs) = (
        "Authentication-Results: mx.acme.test; dmarc=pass header.from=x.test",
        "Authentication-Results: mx.evil.test; dmarc=pass header.from=x.test",
    );
    let (failed, other) = (ours.replace("pass", "fail"), ours.replace("x.test", "evil.test"));
    for (n, lines, trust) in [
        (2, vec![ours], None),
        (3, vec![theirs], Some("unverified")),
        (4, vec![failed.as_str(), ours], Some("unverified")),
        (5, vec![other.as_str()], Some("unverified")),
    ] {
        post.joins(ticket, judged(n, &lines));
        assert_eq!(post.trust(ticket).as_deref(), trust, "{lines:?}");
    }
    post.stage.ok("config set mailbox.support.threading strict");
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    assert_ne!(post.opens(judged(6, &[ours])), ticket);
    post.joins(ticket, answer(ANN, "7@x.test", &signed, "With the mark."));
}

#[test]
fn another_desk_in_the_same_mailbox_is_noticed() {
    let (post, ticket) = begun();
    let id = "desk1.42.318.htmn963pb2kbdpt9.00c0ffee00c0ffee@acme.test";
    post.deliver(answer("Colleague <support@acme.test>", id, "1@x.test", "I am at it."));
    let said = post.stage.desk("fetch");
    assert!(said.talk.contains("another desk (00c0ffee00c0ffee) answers from support too"), "{said:?}");
    assert_eq!(post.last(ticket)["direction"], "out");
}

#[test]
fn who_takes_part_answers_and_opens_it_again() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    post.stage.ok(&format!("pending {ticket}"));
    post.joins(ticket, answer(ANN, "2@x.test", &signed, "It still says no."));
    assert_eq!((post.status(ticket).as_str(), post.trust(ticket)), ("open", None));
    post.stage.ok(&format!("pending {ticket}"));
    post.joins(ticket, answer(ANN, "3@x.test", "1@x.test", "Hello?"));
    assert_eq!((post.status(ticket).as_str(), post.trust(ticket).as_deref()), ("open", Some("unverified")));
    // Neither a changed subject nor the case of an address makes a difference.
    let changed = letter(
        "ANN@X.TEST",
        "4@x.test",
        "Quite another thing",
        &["References: <1@x.test> <3@x.test>"],
        "Also, the printer.",
    );
    post.joins(ticket, changed);
    assert_eq!(post.stage.of(ticket, "subject"), "Cannot log in");
}

#[test]
fn an_old_date_puts_nobody_at_the_head_of_a_conversation() {
    let (post, ticket) = begun();
    let lines = [
        "In-Reply-To: <1@x.test>",
        "Reply-To: eve@evil.test",
        "Cc: spy@evil.test",
        "Date: Mon, 06 Jan 2020 10:00:00 +0000",
    ];
    post.joins(ticket, letter(ANN, "2@evil.test", "Re: Cannot log in", &lines, "Any news?"));
    // Neither the forged copy nor where it asks for answers takes part…
    for (id, from) in [("3@evil.test", "spy@evil.test"), ("4@evil.test", EVE)] {
        assert_ne!(post.opens(answer(from, id, "1@x.test", "I was named")), ticket);
    }
    // What came first by a mark into a ticket that we opened does not make its author one who takes part.
    post.stage.ok("open Outage -f bob@y.test");
    let opened = post.stage.json("ls").as_array().unwrap().iter().filter_map(|t| t["number"].as_i64()).max().unwrap();
    let signed = post.answers(opened, "bob@y.test", "It is down.");
    post.joins(opened, answer(EVE, "5@evil.test", &signed, "Bob gave me this"));
    assert_ne!(post.opens(answer(EVE, "6@evil.test", "5@evil.test", "And again")), opened);
    // …nor gets our answer.
    post.stage.all(&["config set smtp.from support@acme.test", "config set smtp.url smtps://mail.acme.test"]);
    let said = post.stage.ok(&format!("reply {ticket} -m 'Try again.' -n --force"));
    let to: Vec<&str> = said.lines().filter(|line| line.starts_with("To ") || line.starts_with("Cc ")).collect();
    assert!(to.len() == 1 && to[0].ends_with("<ann@x.test>"), "{said}");
}

#[test]
fn nothing_in_a_mail_is_a_command() {
    let (post, ticket) = begun();
    let before = post.stage.of(ticket, "assignee");
    let lines = [
        "Cc: eve@evil.test",
        "RT-Send-Cc: eve@evil.test",
        "X-Desk-Status: closed",
        "X-Zammad-Ticket-State: closed",
        "X-Desk-Instance: 1234",
    ];
    let mut mail = answer(ANN, "2@x.test", "1@x.test", "#close\n@assign eve\nlog 16h\nmerge 1 --into 2");
    mail = mail.replacen("To: support", &format!("{}\nTo: support", lines.join("\n")), 1);
    post.joins(ticket, mail);
    assert_eq!((post.status(ticket).as_str(), post.stage.of(ticket, "assignee")), ("new", before));
    assert_eq!(post.stage.of(ticket, "logged_minutes"), 0);
    let other = post.opens(answer(EVE, "3@evil.test", "1@x.test", "I was in Cc of her second mail"));
    assert_ne!(other, ticket);
}

#[test]
fn outlook_says_what_it_answers_in_a_field_of_its_own() {
    let post = Post::new();
    let (first, next) = ("AQHbKzEHIPGUXUe8Q0CqVRCKMuCF+Q==", "AQHbKzEHIPGUXUe8Q0CqVRCKMuCF+bJ7dLSg");
    let of = |index: &str| format!("Thread-Index: {index}");
    let ticket = post.opens(letter(ANN, "1@x.test", "Отчёт", &[&of(first)], "Нет отчёта"));
    post.joins(ticket, letter(ANN, "2@x.test", "RE: Отчёт", &[&of(next)], "Всё ещё нет"));
    let other = post.opens(letter(EVE, "3@evil.test", "RE: Отчёт", &[&of(next)], "Дайте мне"));
    assert_ne!(other, ticket);
}

#[test]
fn a_copy_from_a_list_is_the_same_mail_and_another_text_under_its_id_is_not() {
    let post = Post::new();
    let text = "The printer of room 4 prints nothing but stars since Monday morning.\nWhat shall we do?";
    let ticket = post.opens(letter(ANN, "1@x.test", "Printer", &[], text));
    let list = ["List-Id: <support.acme.test>", "Precedence: list"];
    let footer = format!(
        "{text}\n\n_______________________________________________\nsupport mailing list\nsupport@lists.acme.test\nhttps://lists.acme.test/support"
    );
    post.deliver(letter(ANN, "1@x.test", "[support] Printer", &list, &footer));
    let fetched = post.fetch();
    assert_eq!((fetched["duplicates"].as_i64(), post.count(ticket)), (Some(1), 1), "{fetched}");
    // The same id, another content: kept, marked, and the id leads nowhere from now on.
    let other = post.opens(letter(EVE, "1@x.test", "Printer", &[], "Please pay this invoice to another account."));
    assert_eq!(post.trust(other).as_deref(), Some("id-reused"));
    post.joins(
        ticket,
        letter(ANN, "1@x.test", "Printer", &[], "By the way, it is the one with the blue lamp, not the old one."),
    );
    assert_eq!(post.trust(ticket).as_deref(), Some("id-reused"));
    let third = post.opens(answer(EVE, "5@evil.test", "1@x.test", "Is it paid?"));
    assert!(third != ticket && third != other);
    post.is_sound();
}

#[test]
fn mails_without_an_id_are_told_apart_by_their_bytes() {
    let post = Post::new();
    let alarm = |at: &str| {
        letter(
            "Monitor <ann@x.test>",
            "",
            "Disk full",
            &[&format!("Received: from a by b; {at}"), "Date: Fri, 20 Nov 2026 11:00:00 +0000"],
            "Disk full.",
        )
    };
    post.opens(alarm("Fri, 20 Nov 2026 11:00:01 +0000"));
    post.opens(alarm("Fri, 20 Nov 2026 11:00:02 +0000"));
    post.deliver(alarm("Fri, 20 Nov 2026 11:00:02 +0000"));
    assert_eq!(post.fetch()["duplicates"], 1);
    let two = letter(ANN, "1@x.test", "Two ids", &["Message-ID: <2@x.test>"], "One");
    post.opens(&two);
    post.opens(two.replace("One", "Two"));
    post.is_sound();
}

#[test]
fn a_closed_ticket_reopens_for_thirty_days_and_not_for_thanks() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    post.stage.ok(&format!("close {ticket}"));
    post.joins(ticket, answer(ANN, "2@x.test", &signed, "Thank you very much!"));
    assert_eq!(post.status(ticket), "closed");
    let soon = post.at("2026-12-20T11:59:00Z");
    soon.joins(ticket, answer(ANN, "3@x.test", &signed, "It says no again."));
    assert_eq!((soon.status(ticket).as_str(), soon.stage.of(ticket, "reopens")), ("open", 1.into()));
    soon.stage.ok(&format!("close {ticket}"));
    let late = post.at("2027-01-20T12:01:00Z");
    let next = late.opens(answer(ANN, "4@x.test", &signed, "And it says no once more."));
    assert_eq!((late.beside(ticket), late.status(ticket).as_str(), late.count(ticket)), (vec![next], "closed", 4));
    assert_eq!(late.stage.of(next, "requester")["email"], "ann@x.test");
    // Who answers the old mail again goes on in the newer ticket only if he names its mail.
    late.joins(next, answer(ANN, "5@x.test", "4@x.test", "Any news?"));
}

#[test]
fn a_mail_that_crossed_our_answer_or_our_close_is_not_lost() {
    let early = "Date: Fri, 20 Nov 2026 11:58:00 +0000";
    let crossing =
        |id: &str, text: &str| letter(ANN, id, "Re: Cannot log in", &["In-Reply-To: <1@x.test>", early], text);
    let waits = |post: &Post, ticket: i64| post.stage.of(ticket, "waiting_since").is_string();
    // Answered while it lay in the mailbox.
    let (post, ticket) = begun();
    post.answers(ticket, "ann@x.test", "Try again.");
    assert!(!waits(&post, ticket));
    post.at("2026-11-20T12:05:00Z").joins(ticket, crossing("2@x.test", "Stop, not yet!"));
    assert!(waits(&post, ticket));
    // Answered and closed.
    let (post, ticket) = begun();
    post.answers(ticket, "ann@x.test", "Try again.");
    post.stage.ok(&format!("close {ticket}"));
    post.at("2026-11-20T12:05:00Z").joins(ticket, crossing("2@x.test", "Stop, not yet!"));
    assert_eq!((post.status(ticket).as_str(), waits(&post, ticket)), ("open", true));
    assert_eq!(post.stage.of(ticket, "reopens"), 1);
    // Closed without a word.
    let (post, ticket) = begun();
    post.at("2026-11-20T12:02:00Z").stage.ok(&format!("close {ticket}"));
    post.at("2026-11-20T12:05:00Z").joins(ticket, crossing("2@x.test", "Stop, not yet!"));
    assert_eq!((post.status(ticket).as_str(), waits(&post, ticket)), ("open", true));
    post.is_sound();
}

#[test]
fn nobody_dates_himself_to_the_front_of_the_queue() {
    let (post, _) = begun();
    let dated =
        |id: &str, date: &str| letter(EVE, id, &format!("Dated {date}"), &[&format!("Date: {date}")], "Me first!");
    let old = post.opens(dated("2@evil.test", "Thu, 01 Jan 1970 00:00:00 +0000"));
    assert_eq!(post.stage.of(old, "opened_at"), "2026-11-20T12:00:00Z");
    let late = post.opens(dated("3@evil.test", "Fri, 20 Nov 2026 09:00:00 +0000"));
    assert_eq!(post.stage.of(late, "opened_at"), "2026-11-20T09:00:00Z", "it was long on its way");
}

#[test]
fn who_writes_again_is_put_off_no_longer() {
    let (post, ticket) = begun();
    post.stage.ok(&format!("snooze {ticket} 3d"));
    post.joins(ticket, answer(ANN, "2@x.test", "1@x.test", "Thank you very much!"));
    assert!(post.stage.of(ticket, "snoozed_until").is_string(), "a thanks wakes nobody");
    post.joins(ticket, answer(ANN, "3@x.test", "1@x.test", "It is on fire now."));
    assert!(post.stage.of(ticket, "snoozed_until").is_null());
    post.is_sound();
}

#[test]
fn a_third_party_on_what_is_closed_is_told_of() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    post.stage.ok(&format!("close {ticket}"));
    post.deliver(answer("Ann <ann@home.test>", "2@home.test", &signed, "From my other address: help!"));
    let said = post.stage.desk("fetch");
    assert!(said.talk.contains("ann@home.test takes no part in 1, which stays closed: desk show 1"), "{said:?}");
    assert!(said.out.contains("1 mail of somebody who takes no part") && !said.out.contains("answered"), "{said:?}");
    post.deliver(answer("Eve <eve@evil.test>", "3@evil.test", &signed, "And mine."));
    let fetched = post.stage.json("fetch")["mailboxes"][0].clone();
    assert_eq!((&fetched["answered"], &fetched["strangers"]), (&json!([]), &json!([ticket])), "{fetched}");
}

#[test]
fn machines_are_recorded_and_set_nothing_going() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    post.stage.ok(&format!("close {ticket}"));
    for (n, line) in ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply", "Return-Path: <>"]
        .iter()
        .enumerate()
    {
        for id in ["1@x.test", signed.as_str()] {
            let id_of_it = format!("auto{n}.{}@x.test", id.len());
            post.joins(
                ticket,
                letter(
                    ANN,
                    &id_of_it,
                    "Out of office",
                    &[line, &format!("In-Reply-To: <{id}>")],
                    &format!("I am away {n}."),
                ),
            );
            assert_eq!(
                (post.status(ticket).as_str(), post.stage.of(ticket, "reopens")),
                ("closed", 0.into()),
                "{line}"
            );
            assert_eq!(post.last(ticket)["automatic"], "auto-reply");
        }
    }
    // A list is no machine, but reopens nothing either.
    post.joins(
        ticket,
        letter(
            ANN,
            "l@x.test",
            "Re: Cannot log in",
            &["Precedence: bulk", "In-Reply-To: <1@x.test>"],
            "To all: it works for me.",
        ),
    );
    assert_eq!(post.status(ticket), "closed");
    // One that nobody answered: kept, accounted for, and nobody is asked.
    post.deliver(letter(
        "Robot <robot@x.test>",
        "r@x.test",
        "Weekly report",
        &["Auto-Submitted: auto-generated"],
        "All is well.",
    ));
    assert_eq!(post.fetch()["automatic"], 1);
    assert_eq!(post.stage.json("ls").as_array().unwrap().len(), 0);
    post.is_sound();
}

#[test]
fn spam_stays_closed_and_a_muted_address_asks_nobody() {
    let (post, ticket) = begun();
    post.stage.ok(&format!("spam {ticket}"));
    post.joins(ticket, answer(ANN, "2@x.test", "1@x.test", "Buy more!"));
    assert_eq!(post.status(ticket), "closed");
    post.stage.ok("mute @evil.test");
    post.deliver(letter(EVE, "3@evil.test", "Hello", &[], "Read this"));
    let fetched = post.fetch();
    assert_eq!(fetched["read"], 1, "{fetched}");
    assert_eq!(post.stage.json("ls").as_array().unwrap().len(), 0);
    post.is_sound();
}

#[test]
fn a_form_on_our_own_site_is_asked_by_whom_it_names() {
    let post = Post::new();
    let form = |n: usize, who: &str| {
        letter(
            "Site <support@acme.test>",
            &format!("f{n}@acme.test"),
            "Contact form",
            &[&format!("Reply-To: {who}")],
            &format!("A question by {who}"),
        )
    };
    let ticket = post.opens(form(1, "Bob <bob@x.test>"));
    assert_eq!(post.stage.of(ticket, "requester")["email"], "bob@x.test");
    let other = post.opens(form(2, "Carl <carl@x.test>"));
    assert_eq!(post.stage.of(other, "requester")["email"], "carl@x.test");
    // He takes part in it, and the others do not.
    post.joins(ticket, answer("bob@x.test", "3@x.test", "f1@acme.test", "I forgot to say: since Monday."));
    assert_ne!(post.opens(answer("carl@x.test", "4@x.test", "f1@acme.test", "Me, too")), ticket);
}

#[test]
fn an_agent_writes_from_elsewhere() {
    let (post, ticket) = begun();
    post.stage.ok("agent edit mila --email mila@acme.test");
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    // By his own word only: it is shown as ours, and stops no clock.
    post.joins(ticket, answer("Mila <mila@acme.test>", "2@acme.test", &signed, "I have looked at it."));
    let last = post.last(ticket);
    assert_eq!((last["direction"].as_str(), post.trust(ticket).as_deref()), (Some("out"), Some("unverified")));
    let new =
        post.opens(letter("Mila <mila@acme.test>", "3@acme.test", "The printer", &[], "Somebody called about it."));
    assert_eq!(post.status(new), "new");
}

#[test]
fn what_answers_a_merged_ticket_goes_where_it_went() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    let other = post.opens(letter(ANN, "2@x.test", "Printer", &[], "No paper."));
    post.stage.ok(&format!("merge {ticket} --into {other}"));
    post.joins(other, answer(ANN, "3@x.test", &signed, "It still says no."));
    post.joins(other, answer(ANN, "4@x.test", "1@x.test", "Do you read this?"));
    post.joins(other, letter(ANN, "5@x.test", &format!("[#{ticket}]"), &[], "Hello."));
}

#[test]
fn a_bounce_is_tied_to_what_came_back() {
    let (post, ticket) = begun();
    let signed = post.answers(ticket, "ann@x.test", "Try again.");
    post.stage.ok(&format!("pending {ticket}"));
    let report = format!(
        "Return-Path: <>\nFrom: Mail Delivery <MAILER-DAEMON@mx.test>\nTo: support@acme.test\nMessage-ID: <b1@mx.test>\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nI am sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; ann@x.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nFrom: support@acme.test\nTo: ann@x.test\nMessage-ID: <{signed}>\nSubject: Re: Cannot log in\n\n--b--\n"
    );
    post.joins(ticket, report);
    assert_eq!((post.status(ticket).as_str(), post.last(ticket)["automatic"].as_str()), ("pending", Some("bounce")));
    let postings = post.store().read(|r| r.postings_of_ticket(ticket)).unwrap();
    let (why, _) = postings[0].bounced.clone().unwrap();
    assert!(why.contains("no such user") || why.contains("550"), "{why}");
    post.is_sound();
}

#[test]
fn line_ends_in_a_name_stay_where_they_are() {
    let post = Post::new();
    let hostile = "=?utf-8?q?Eve=0D=0ABcc:_victim@x.test=1B[2J?= <eve@evil.test>";
    let ticket = post.opens(letter(hostile, "1@evil.test", "=?utf-8?q?a=0D=0Ab=E2=80=AE?=", &[], "Text"));
    for line in ["ls", &format!("show {ticket}"), "find Text", "contact ls", "news", "recap", "history"] {
        let said = post.stage.ok(line);
        assert!(!said.contains(['\u{1b}', '\r', '\u{202e}']) && !said.contains("\nBcc"), "{line}: {said:?}");
    }
    let message = post.last(ticket)["id"].as_i64().unwrap();
    let raw = post.stage.ok(&format!("show m{message} --raw"));
    assert_eq!(mail(raw.as_bytes(), &Limits::default()).unwrap().message_id.as_deref(), Some("1@evil.test"));
    // What is said of a deed is a line for each ticket, and none is made by its subject.
    post.stage.ok("client add acme Acme");
    for line in [
        "take 0",
        "release 0",
        "assign 0 mila",
        "note 0 x",
        "tag 0 x",
        "prio 0 high",
        "due 0 tomorrow",
        "pending 0",
        "hold 0",
        "snooze 0 2h",
        "close 0",
        "reopen 0",
        "log 0 5m",
        "start 0",
        "stop --keep 5m",
        "estimate 0 2h",
        "approve 0",
        "csat 0 5",
        "link 0 https://x.test/1",
        "reply 0 -m x --draft",
        "reply 0 --discard",
        "edit 0 --client acme",
        "spam 0",
        "undo",
    ] {
        let said = post.stage.desk(&line.replace('0', &ticket.to_string()));
        assert!(said.exit == 0 && !said.out.contains("\nb") && !said.out.contains("\nBcc"), "{line}: {said:?}");
    }
}
