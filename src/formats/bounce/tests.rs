//! Delivery reports of many servers, made up after what they write.

use super::super::limits::Limits;
use super::super::mail::mail;
use super::words::status;
use super::*;

fn read(raw: &str) -> Option<Bounce> {
    let read = mail(raw.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(read.class, crate::domain::mail::Class::Bounce);
    read.bounce
}

/// A standard report with these fields of the recipient, then `more`.
fn report(fields: &str, copy: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.test\nTo: support@desk.test\nSubject: Undelivered Mail Returned to Sender\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n\
         This is the mail system at host mx.test.\n\n<joe@x.test>: user unknown\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.test\nArrival-Date: Fri, 20 Nov 2026 12:00:00 +0300\n\n{fields}\n--b\n{copy}\n--b--\n"
    )
}

const COPY: &str = "Content-Type: message/rfc822\n\nFrom: support@desk.test\nTo: Joe <Joe@X.test>\nMessage-ID: <42.k3@desk.test>\n\
    Subject: Re: Lamp\n\nIt is green.\n";

/// Original, recipients, status, reason, delayed.
fn shown(bounce: &Bounce) -> (Option<&str>, Vec<&str>, Option<&str>, &str, bool) {
    let Bounce { original, recipients, status, reason, delayed } = bounce;
    (original.as_deref(), recipients.iter().map(String::as_str).collect(), status.as_deref(), reason.as_str(), *delayed)
}

#[test]
fn a_standard_report_names_the_mail_the_recipient_and_why() {
    let fields = "Original-Recipient: rfc822;Joe@X.test\nFinal-Recipient: rfc822; joe@inner.x.test\nAction: failed\n\
        Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <joe@x.test>: Recipient address\n    rejected: User unknown\n";
    let headers = COPY.replace("message/rfc822", "text/rfc822-headers").replace("It is green.\n", "");
    let packed = COPY.replacen("message/rfc822\n", "message/rfc822\nContent-Transfer-Encoding: 7bit\n", 1);
    for copy in [COPY, &headers, &packed] {
        let bounce = read(&report(fields, copy)).unwrap();
        let reason = "550 5.1.1 <joe@x.test>: Recipient address rejected: User unknown";
        assert_eq!(shown(&bounce), (Some("42.k3@desk.test"), vec!["joe@x.test"], Some("5.1.1"), reason, false));
    }
    assert_eq!(read(&report(fields, "").replace('\n', "\r\n")).unwrap().original, None);
}

#[test]
fn what_is_still_tried_is_delayed_and_what_arrived_is_no_bounce() {
    let fields = |action: &str, status: &str| format!("Final-Recipient: rfc822; a@x.test\n{action}Status: {status}\n");
    let delayed = |action: &str, status: &str| read(&report(&fields(action, status), COPY)).map(|b| b.delayed);
    assert_eq!(delayed("Action: delayed\n", "4.4.1"), Some(true));
    assert_eq!(delayed("Action: Failed (expired)\n", "4.4.7"), Some(false));
    assert_eq!(delayed("", "4.2.2"), Some(true));
    assert_eq!(delayed("", "5.2.2"), Some(false));
    assert_eq!(delayed("Action: delivered\n", "2.0.0"), None);
    assert_eq!(delayed("Action: relayed\n", "2.0.0"), None);
}

#[test]
fn of_many_recipients_the_failed_ones_count() {
    let fields = "Final-Recipient: rfc822; a@x.test\nAction: delivered\nStatus: 2.0.0\n\n\n\
        Final-Recipient: rfc822; b@x.test\nAction: delayed\nStatus: 4.0.0\n\n\
        Final-Recipient: rfc822;<C@X.test>\nAction: failed\nStatus: 5.0.0 (undefined)\nDiagnostic-Code: smtp;550-5.7.26 not allowed\n";
    let bounce = read(&report(fields, COPY)).unwrap();
    let expected =
        (Some("42.k3@desk.test"), vec!["b@x.test", "c@x.test"], Some("5.7.26"), "550-5.7.26 not allowed", false);
    assert_eq!(shown(&bounce), expected);
}

/// A report in words.
fn words(from: &str, subject: &str, more: &str, text: &str) -> Bounce {
    read(&format!("From: {from}\nTo: support@desk.test\nSubject: {subject}\n{more}\n{text}")).unwrap()
}

#[test]
fn qmail_writes_a_failure_notice() {
    let bounce = words(
        "MAILER-DAEMON@mx.test",
        "failure notice",
        "",
        "Hi. This is the qmail-send program at mx.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\
         This is a permanent error; I've given up. Sorry it didn't work out.\n\n<joe@x.test>:\n192.0.2.5 does not like recipient.\n\
         Remote host said: 550 no mailbox here by that name\nGiving up on 192.0.2.5.\n\n--- Below this line is a copy of the message.\n\n\
         Return-Path: <support@desk.test>\nReceived: (qmail 7 invoked)\nMessage-ID: <7.a@desk.test>\nTo: joe@x.test\n\nIt is green.\n",
    );
    let reason = "550 no mailbox here by that name Giving up on 192.0.2.5.";
    assert_eq!(shown(&bounce), (Some("7.a@desk.test"), vec!["joe@x.test"], None, reason, false));
}

#[test]
fn exim_says_who_failed_in_a_header() {
    let text = "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to \
        one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  joe@x.test\n    \
        host mx.x.test [192.0.2.5]\n    SMTP error from remote mail server after RCPT TO:<joe@x.test>:\n    \
        550 5.2.2 Mailbox is full\n\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <s@d>\n\
        Message-Id:\n <8.b@desk.test>\nFrom: s@d\n";
    let bounce =
        words("Mailer-Daemon@mx.test", "Mail delivery failed", "X-Failed-Recipients: Joe@x.test,\n Ann@x.test\n", text);
    let expected =
        (Some("8.b@desk.test"), vec!["joe@x.test", "ann@x.test"], Some("5.2.2"), "550 5.2.2 Mailbox is full", false);
    assert_eq!(shown(&bounce), expected);
    let odd =
        words("Mailer-Daemon@mx.test", "Mail delivery failed", "X-Failed-Recipients: <lamps.x.test>, A@b\n", text);
    assert_eq!(odd.recipients, ["a@b"]);
    let without = words("Mailer-Daemon@mx.test", "Mail delivery failed", "", text);
    assert_eq!(without.recipients, ["joe@x.test"]);
    let warning = "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours. No action \
        is required on your part. Delivery attempts will continue for\nsome time, and this warning may be repeated.\n\n  joe@x.test\n";
    let bounce = words("Mailer-Daemon@mx.test", "Warning: message delayed 24 hours", "", warning);
    assert!(bounce.delayed && bounce.recipients == ["joe@x.test"]);
}

#[test]
fn exchange_explains_in_prose() {
    let bounce = words(
        "postmaster@x.test",
        "Undeliverable: Re: Lamp",
        "In-Reply-To: <9.c@desk.test>\nReferences: <1@x> <9.c@desk.test>\n",
        "Delivery has failed to these recipients or groups:\n\nJoe Doe (joe@x.test)\nThe email address you entered couldn't be found. \
         Please check it.\n\nDiagnostic information for administrators:\n\nGenerating server: MX1.x.test\n\njoe@x.test\n\
         #550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup ##\n\nOriginal message headers:\n\n\
         Received: from a by b\nSubject: Re: Lamp\n",
    );
    let reason = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup ##";
    assert_eq!(shown(&bounce), (Some("9.c@desk.test"), vec!["joe@x.test"], Some("5.1.10"), reason, false));
}

#[test]
fn russian_reports_are_read_by_their_phrases() {
    let bounce = words(
        "mailer-daemon@mx.test",
        "=?utf-8?B?0J3QtdC00L7RgdGC0LDQstC70LXQvdC90L7QtSDRgdC+0L7QsdGJ0LXQvdC40LU=?=",
        "Content-Type: text/plain; charset=utf-8\n",
        "Это письмо создано автоматически.\n\nК сожалению, ваше письмо не может быть доставлено.\n\n<joe@x.test>:\nПочтовый ящик не существует.\n\n\
         > Message-ID: <10.d@desk.test>\n> Subject: x\n",
    );
    let expected = (Some("10.d@desk.test"), vec!["joe@x.test"], None, "Почтовый ящик не существует.", false);
    assert_eq!(shown(&bounce), expected);
    let bounce = words(
        "mailer-daemon@mx.test",
        "Mail failure",
        "",
        "Ваше письмо для joe@x.test не было доставлено, попробуйте позже.\n",
    );
    assert_eq!(bounce.recipients, ["joe@x.test"]);
}

#[test]
fn a_postmaster_who_writes_of_something_else_reports_nothing() {
    assert_eq!(read("From: postmaster@x.test\nTo: s@d\nSubject: Hello\n\nThe lamp will be off on Monday.\n"), None);
}

#[test]
fn a_status_is_no_part_of_an_address_or_a_version() {
    for (text, found) in [
        ("550 5.1.1 x", Some("5.1.1")),
        ("(#5.7.26)", Some("5.7.26")),
        ("4.2.2.", Some("4.2.2")),
        ("from 5.9.1.1 to", None),
        ("v5.1.1", None),
        ("15.1.1", None),
        ("5.1", None),
        ("5.1.1000", None),
    ] {
        assert_eq!(status(text).as_deref(), found, "{text}");
    }
}

#[test]
fn a_recipient_of_the_mail_that_came_back_has_a_domain_too() {
    let fields = "Final-Recipient: rfc822; x\nAction: failed\nStatus: 5.0.0\n";
    for (to, found) in [("Joe <Joe@X.test>", &["joe@x.test"][..]), ("a (or more)", &[])] {
        let copy = COPY.replace("Joe <Joe@X.test>", to);
        let raw = report(fields, &copy).replace("<joe@x.test>: user unknown", "Sorry.");
        assert_eq!(read(&raw).unwrap().recipients, found, "{to}");
    }
}

#[test]
fn a_long_reason_is_cut_wherever_its_words_end() {
    assert_eq!(line("  a\tb\u{1} c\n"), "a b c");
    for first in 295..=301 {
        let cut = line(&format!("{} bc d", "a".repeat(first)));
        assert_eq!((cut.chars().count() <= 300, cut.ends_with('…')), (true, first > 295), "{first}");
    }
}

#[test]
fn hostile_reports_are_read_within_bounds() {
    for piece in [
        "Final-Recipient: rfc822; a@x\n\n",
        "Status: 5.1.1\n",
        "\n",
        "x\n",
        "a@b\n",
        "550 x",
        "<a@b>:\n",
        ">",
        "message-id:\n",
        "Action: failed\n\n",
        "5.",
        "Diagnostic-Code: a\n ",
    ] {
        let many = piece.repeat((1 << 20) / piece.len());
        for raw in [report(&many, COPY), format!("From: mailer-daemon@x\n\n{many}")] {
            let Some(bounce) = read(&raw) else { continue };
            assert!(bounce.recipients.len() <= 100 && bounce.reason.chars().count() <= 300, "{piece}");
        }
    }
    let many: String = (0..5_000).map(|n| format!("Final-Recipient: rfc822; a{n}@x\nAction: failed\n\n")).collect();
    assert_eq!(read(&report(&many, COPY)).unwrap().recipients.len(), 100);
}
