//! Every outcome of giving a mail to a server, and whom a password is told to.

use crate::smtp_server::{Accepted, Behaviour, Privacy, Setup, SmtpServer};
use frontdesk::domain::account::Security;
use frontdesk::error::{Error, Kind, Result};
use frontdesk::post::Login;
use frontdesk::post::smtp::{Envelope, Outcome, Smtp};
use std::time::{Duration, Instant};

const MAIL: &[u8] = b"Subject: Hi\r\n\r\nHello\r\n";

fn envelope(to: &[&str]) -> Envelope {
    Envelope { from: "support@acme.test".to_owned(), to: to.iter().map(|t| (*t).to_owned()).collect() }
}

fn connect(server: &SmtpServer) -> Result<Smtp> {
    Smtp::connect(&server.account(None), &Login::None, &server.bounds())
}

/// Sends one mail over a line of its own; also tells whether the caller was told that it is about to happen.
fn send_to(server: &SmtpServer, to: &[&str], mail: &[u8]) -> (Outcome, bool) {
    let mut told = false;
    let mut smtp = connect(server).unwrap();
    let outcome = smtp.send(&envelope(to), mail, &mut || {
        told = true;
        Ok(())
    });
    smtp.bye();
    (outcome.unwrap(), told)
}

fn send(server: &SmtpServer) -> (Outcome, bool) {
    send_to(server, &["joe@x.org"], MAIL)
}

fn refused(result: Result<Smtp>) -> Error {
    result.err().unwrap()
}

#[test]
fn a_mail_is_sent_and_the_next_one_over_the_same_line() {
    let server = SmtpServer::start();
    let mut smtp = connect(&server).unwrap();
    for n in 0..2 {
        let mail = format!("Subject: {n}\r\n\r\n.\r\n..two\r\n");
        let outcome = smtp.send(&envelope(&["joe@x.org", "Ann@x.org"]), mail.as_bytes(), &mut || Ok(())).unwrap();
        assert_eq!(outcome, Outcome::Sent { said: "250 2.0.0 queued as 1".to_owned(), refused: vec![] });
        let (from, to) = ("support@acme.test".to_owned(), vec!["joe@x.org".to_owned(), "Ann@x.org".to_owned()]);
        assert_eq!(server.mails()[n], Accepted { from, to, bytes: mail.into_bytes() });
    }
    smtp.bye();
    let heard = server.heard();
    assert_eq!(heard.last().unwrap(), "QUIT");
    assert_eq!(heard[..2], ["EHLO [127.0.0.1]", "MAIL FROM:<support@acme.test> SIZE=24"]);
}

#[test]
fn a_body_cannot_smuggle_a_second_mail() {
    let server = SmtpServer::start();
    for body in [
        "a\r.\rMAIL FROM:<q@q.q>\r",
        "a\n.\nMAIL FROM:<q@q.q>\n",
        "a\r\n.\r\nMAIL FROM:<q@q.q>\r\nRCPT TO:<q@q.q>\r\nDATA\r\n",
        "a\n.\r\nRSET\r\n",
        "a\r\n.\nRSET",
        ".\r\n",
        "..",
        "a\r\r\n.\r\r\n",
    ] {
        let before = server.mails().len();
        assert!(matches!(
            send_to(&server, &["joe@x.org"], format!("Subject: x\r\n\r\n{body}").as_bytes()).0,
            Outcome::Sent { .. }
        ));
        assert_eq!(server.mails().len(), before + 1, "{body:?}");
        let mail = String::from_utf8(server.mails().pop().unwrap().bytes).unwrap();
        assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "{mail:?}");
        let words = |t: &str| t.split(['\r', '\n']).filter(|l| !l.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&mail)[1..], words(body), "{body:?}");
    }
    assert!(!server.heard().iter().any(|c| c.contains("q@q.q")));
    assert!(matches!(send_to(&server, &["joe@x.org"], b"Subject: x\r\n\r\n\0"), (Outcome::Never(_), false)));
}

#[test]
fn a_recipient_that_is_refused_does_not_stop_the_others() {
    let server = SmtpServer::start();
    let list = |list: &[(&str, &str)]| {
        Behaviour::RefuseRecipients(list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    };
    server.behave(list(&[("b@x.org", "550 5.1.1 nobody"), ("c@x.org", "450 4.2.1 later")]));
    let (outcome, told) = send_to(&server, &["a@x.org", "b@x.org", "c@x.org", "no address"], MAIL);
    let Outcome::Sent { refused, .. } = outcome else { panic!("{outcome:?}") };
    let refused: Vec<_> = refused.iter().map(|(to, why)| (to.as_str(), why.as_str())).collect();
    assert_eq!(refused[..2], [("b@x.org", "550 5.1.1 nobody"), ("c@x.org", "450 4.2.1 later")]);
    assert_eq!((refused.len(), refused[2].0, told), (3, "no address", true));
    assert_eq!(server.mails()[0].to, ["a@x.org"]);
    for (to, later) in [(vec!["c@x.org"], true), (vec!["b@x.org", "c@x.org"], false), (vec!["b@x.org"], false)] {
        let (outcome, told) = send_to(&server, &to, MAIL);
        assert_eq!(
            (matches!(outcome, Outcome::Later(_)), matches!(outcome, Outcome::Never(_)), told),
            (later, !later, false)
        );
    }
    assert_eq!(send_to(&server, &[], MAIL).0, Outcome::Never("nobody to send it to".to_owned()));
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn a_refusal_is_for_now_or_for_ever() {
    let server = SmtpServer::start();
    for at in ["MAIL", "RCPT", "DATA", "."] {
        server.behave(Behaviour::Answer { at, with: "451 4.3.0 busy" });
        let (outcome, _) = send(&server);
        assert!(matches!(&outcome, Outcome::Later(why) if why.contains("451 4.3.0 busy")), "{at}: {outcome:?}");
        server.behave(Behaviour::Answer { at, with: "554 5.7.1 spam" });
        let (outcome, told) = send(&server);
        assert!(matches!(&outcome, Outcome::Never(why) if why.contains("554 5.7.1 spam")), "{at}: {outcome:?}");
        assert_eq!(told, ["DATA", "."].contains(&at));
        server.behave(Behaviour::Answer { at, with: "421 4.3.2 going down" });
        assert!(matches!(send(&server).0, Outcome::Later(_)), "{at}");
    }
    assert_eq!(server.mails(), []);
}

#[test]
fn after_a_refusal_the_line_is_good_for_the_next_mail() {
    let server = SmtpServer::start();
    let mut smtp = connect(&server).unwrap();
    for at in ["MAIL", "RCPT", "DATA", "."] {
        server.behave(Behaviour::Answer { at, with: "554 5.7.1 spam" });
        assert!(matches!(smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Ok(())).unwrap(), Outcome::Never(_)));
        server.behave(Behaviour::Good);
        assert!(
            matches!(smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Ok(())).unwrap(), Outcome::Sent { .. }),
            "{at}"
        );
    }
    assert_eq!(server.mails().len(), 4);
}

#[test]
fn a_line_that_breaks_before_the_mail_is_later_and_after_it_unknown() {
    let server = SmtpServer::start();
    for at in ["MAIL", "RCPT", "DATA"] {
        server.behave(Behaviour::HangUp { at });
        let (outcome, told) = send(&server);
        assert!(matches!(outcome, Outcome::Later(_)), "{at}: {outcome:?}");
        assert_eq!(told, at == "DATA");
    }
    for behaviour in [
        Behaviour::AnswerAndHangUp { at: "DATA" },
        Behaviour::HangUp { at: "." },
        Behaviour::Drip { at: "." },
        Behaviour::Answer { at: ".", with: "what?" },
        Behaviour::Answer { at: ".", with: "354 go on" },
        Behaviour::Flood { at: ".", bytes: 10 << 20 },
    ] {
        server.behave(behaviour.clone());
        let (outcome, told) = send(&server);
        assert!(told && matches!(outcome, Outcome::Unknown(_)), "{behaviour:?}: {outcome:?}");
    }
    let mut smtp = {
        server.behave(Behaviour::HangUp { at: "." });
        connect(&server).unwrap()
    };
    assert!(matches!(smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Ok(())).unwrap(), Outcome::Unknown(_)));
    server.behave(Behaviour::Good);
    assert!(matches!(smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Ok(())).unwrap(), Outcome::Later(_)));
}

#[test]
fn what_the_caller_says_at_the_last_moment_counts() {
    let server = SmtpServer::start();
    let mut smtp = connect(&server).unwrap();
    let stopped = smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Err(Error::refused("somebody else has it")));
    assert_eq!(stopped.unwrap_err().what, "somebody else has it");
    assert_eq!(server.heard().last().unwrap(), "RSET");
    assert!(matches!(smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Ok(())).unwrap(), Outcome::Sent { .. }));
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn a_server_that_drips_or_babbles_costs_little_time() {
    let server = SmtpServer::start();
    for at in ["", "EHLO", "MAIL", "RCPT", "DATA"] {
        for behaviour in [
            Behaviour::Drip { at },
            Behaviour::Flood { at, bytes: 50 << 20 },
            Behaviour::NeverDone { at },
            Behaviour::Answer { at, with: "* OK IMAP4rev1 \u{1b}[2J" },
        ] {
            server.behave(behaviour.clone());
            let start = Instant::now();
            let outcome =
                connect(&server).map(|mut smtp| smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Ok(())).unwrap());
            assert!(start.elapsed() < Duration::from_secs(12), "{behaviour:?}: {:?}", start.elapsed());
            match outcome {
                Err(e) => assert_eq!((e.kind, e.hint.is_some()), (Kind::Temporary, true), "{e:?}"),
                Ok(outcome) => assert!(matches!(outcome, Outcome::Later(_)), "{behaviour:?}: {outcome:?}"),
            }
        }
    }
    assert_eq!(server.mails(), []);
}

#[test]
fn a_server_that_is_not_there_is_a_matter_of_time() {
    let server = SmtpServer::start();
    let mut account = server.account(None);
    account.port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(refused(Smtp::connect(&account, &Login::None, &server.bounds())).kind, Kind::Temporary);
    account.host = "no-such-host.invalid".to_owned();
    assert_eq!(refused(Smtp::connect(&account, &Login::None, &server.bounds())).kind, Kind::Temporary);
    server.behave(Behaviour::Answer { at: "", with: "554 go away" });
    assert_eq!(refused(connect(&server)).kind, Kind::Refused);
    server.behave(Behaviour::Answer { at: "", with: "421 too many" });
    assert_eq!(refused(connect(&server)).kind, Kind::Temporary);
}

const SECRET: &str = "s3cret-Пароль";

fn private(privacy: Privacy, way: &'static str) -> SmtpServer {
    SmtpServer::start_as(Setup { privacy, login: Some((way, "support@acme.test", SECRET)), ..Setup::default() })
}

#[test]
fn one_logs_in_over_a_private_line_in_every_way() {
    for privacy in [Privacy::Tls, Privacy::StartTls] {
        for way in ["PLAIN", "LOGIN", "XOAUTH2"] {
            let server = private(privacy, way);
            let login = |secret: &str| match way {
                "XOAUTH2" => Login::Bearer(secret.to_owned()),
                _ => Login::Password(secret.to_owned()),
            };
            let account = server.account(Some("support@acme.test"));
            let mut smtp = Smtp::connect(&account, &login(SECRET), &server.bounds()).unwrap();
            assert!(matches!(
                smtp.send(&envelope(&["joe@x.org"]), MAIL, &mut || Ok(())).unwrap(),
                Outcome::Sent { .. }
            ));
            smtp.bye();
            assert_eq!(server.mails().len(), 1, "{privacy:?} {way}");
            let wrong = refused(Smtp::connect(&account, &login("wr0ng"), &server.bounds()));
            assert_eq!(wrong.kind, Kind::Refused);
            assert_eq!(wrong.cause.as_deref(), Some("535 5.7.8 no"));
            assert!(!format!("{wrong:?}").contains("wr0ng"));
            server.behave(Behaviour::Answer { at: "AUTH", with: "454 4.7.0 not now" });
            assert_eq!(refused(Smtp::connect(&account, &login(SECRET), &server.bounds())).kind, Kind::Temporary);
        }
    }
}

#[test]
fn a_login_that_the_server_or_the_address_lacks_is_refused() {
    let server = private(Privacy::Tls, "PLAIN");
    let (bearer, password) = (Login::Bearer("t".to_owned()), Login::Password(SECRET.to_owned()));
    let e = refused(Smtp::connect(&server.account(Some("support@acme.test")), &bearer, &server.bounds()));
    assert_eq!((e.kind, e.cause.as_deref()), (Kind::Refused, Some("it offers: PLAIN")));
    assert_eq!(refused(Smtp::connect(&server.account(None), &password, &server.bounds())).kind, Kind::Refused);
}

#[test]
fn a_certificate_that_is_not_the_servers_is_refused() {
    for privacy in [Privacy::Tls, Privacy::StartTls] {
        let setup = Setup { privacy, names: vec!["mail.elsewhere.test".to_owned()], ..Setup::default() };
        let server = SmtpServer::start_as(setup);
        let e = refused(connect(&server));
        assert_eq!(e.kind, Kind::Refused, "{e:?}");
        assert!(e.cause.unwrap().contains("certificate"));
        let server = private(privacy, "PLAIN");
        let mut bounds = server.bounds();
        bounds.ca = None;
        let login = Login::Password(SECRET.to_owned());
        let e = refused(Smtp::connect(&server.account(Some("support@acme.test")), &login, &bounds));
        assert_eq!((e.kind, e.hint.is_some()), (Kind::Refused, true), "{e:?}");
        assert!(!server.heard().iter().any(|c| c.starts_with("AUTH")));
        bounds.ca = Some("/nowhere/ca.pem".into());
        assert_eq!(refused(Smtp::connect(&server.account(None), &Login::None, &bounds)).kind, Kind::Refused);
    }
}

#[test]
fn nothing_is_sent_over_a_line_that_could_have_been_private() {
    let login = Login::Password(SECRET.to_owned());
    // A plain server where TLS was asked for.
    let plain = SmtpServer::start();
    let mut account = plain.account(Some("support@acme.test"));
    account.security = Security::Tls;
    assert!([Kind::Refused, Kind::Temporary].contains(&refused(Smtp::connect(&account, &login, &plain.bounds())).kind));
    // STARTTLS offered and then not done.
    let server = private(Privacy::StartTls, "PLAIN");
    let account = server.account(Some("support@acme.test"));
    server.behave(Behaviour::Answer { at: "STARTTLS", with: "502 not here" });
    assert_eq!(refused(Smtp::connect(&account, &login, &server.bounds())).kind, Kind::Refused);
    // Words put in before the line was private.
    server.behave(Behaviour::Inject);
    let e = refused(Smtp::connect(&account, &login, &server.bounds()));
    assert_eq!(e.cause.as_deref(), Some("the server spoke before the line was private"));
    // STARTTLS taken out of the offers, on a line that leaves this machine by its name.
    let stripped =
        SmtpServer::start_as(Setup { login: Some(("PLAIN", "support@acme.test", SECRET)), ..Setup::default() });
    let mut account = stripped.account(Some("support@acme.test"));
    account.host = "0.0.0.0".to_owned();
    let e = refused(Smtp::connect(&account, &login, &stripped.bounds()));
    assert!(e.kind == Kind::Refused && e.what.contains("STARTTLS"), "{e:?}");
    // This machine itself may be plain.
    assert!(Smtp::connect(&stripped.account(Some("support@acme.test")), &login, &stripped.bounds()).is_ok());
    for server in [&plain, &server] {
        assert!(!server.heard().iter().any(|c| c.starts_with("AUTH") || c.starts_with("MAIL")), "{:?}", server.heard());
    }
}

#[test]
fn addresses_beyond_ascii_go_where_they_are_taken() {
    let server = SmtpServer::start();
    let (outcome, _) = send_to(&server, &["иван@почта.рф", "joe@почта.рф"], MAIL);
    let Outcome::Sent { refused, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((refused.len(), refused[0].0.as_str()), (1, "иван@почта.рф"));
    assert_eq!(server.mails()[0].to, ["joe@xn--80a1acny.xn--p1ai"]);
    let server = SmtpServer::start_as(Setup { offers: vec!["SMTPUTF8", "8BITMIME"], ..Setup::default() });
    assert!(matches!(send_to(&server, &["иван@почта.рф"], MAIL).0, Outcome::Sent { .. }));
    assert_eq!(server.mails()[0].to, ["иван@xn--80a1acny.xn--p1ai"]);
    assert!(server.heard().contains(&"MAIL FROM:<support@acme.test> SMTPUTF8".to_owned()));
}

#[test]
fn a_mail_that_is_too_large_is_known_before() {
    let server = SmtpServer::start();
    let large = vec![b'x'; 2 << 20];
    assert!(matches!(send_to(&server, &["joe@x.org"], &large), (Outcome::Never(_), false)));
    let server = SmtpServer::start_as(Setup { offers: vec![], ..Setup::default() });
    let lines = b"0123456789abcdef\r\n".repeat(300_000);
    assert!(matches!(send_to(&server, &["joe@x.org"], &lines), (Outcome::Sent { .. }, true)));
    assert_eq!(server.mails()[0].bytes, lines);
}
