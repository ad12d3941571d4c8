//! The client against servers that follow a script: honest, clumsy and hostile ones, on a port of this machine.

use super::*;
use crate::domain::account::Security;
use crate::error::Kind;
use proptest::prelude::*;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a server does when it hears a certain word.
#[derive(Clone)]
enum Then {
    /// Says this; `$T` is the tag.
    Say(String),
    /// Says this and hangs up.
    Leave(String),
    /// Says this, a byte at a time.
    Drip(String),
    /// Says this over and over.
    Flood(&'static str),
}

/// A server that hears one client out.
struct Server {
    account: Account,
    heard: Arc<Mutex<String>>,
}

fn say(text: &str) -> Then {
    Then::Say(text.to_owned())
}

impl Server {
    fn new(greeting: Then, rules: &[(&'static str, Then)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(String::new()));
        let mut rules = rules.to_vec();
        rules.extend([
            ("CAPABILITY", say("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR IDLE\r\n$T OK\r\n")),
            (
                "EXAMINE",
                say("* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n$T OK [READ-ONLY] open\r\n"),
            ),
            ("", say("$T OK done\r\n")),
        ]);
        let ears = Arc::clone(&heard);
        std::thread::spawn(move || {
            let _ = listener.accept().map(|(stream, _)| talk(stream, &greeting, &rules, &ears));
        });
        let account = Account {
            user: Some("mila".to_owned()),
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::StartTls,
            folder: "INBOX".to_owned(),
        };
        Server { account, heard }
    }

    /// One that behaves but for these words.
    fn but(rules: &[(&'static str, Then)]) -> Server {
        Server::new(say("* OK ready\r\n"), rules)
    }

    fn connect(&self) -> Result<Imap> {
        Imap::connect(&self.account, &Login::Password("secret".to_owned()), &bounds())
    }

    fn opened(&self) -> Imap {
        let mut imap = self.connect().unwrap();
        assert_eq!(imap.open("INBOX", false).unwrap(), Opened { uidvalidity: 7, exists: 3 });
        imap
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }
}

fn talk(mut stream: TcpStream, greeting: &Then, rules: &[(&'static str, Then)], heard: &Mutex<String>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    act(&mut stream, greeting, "")?;
    let (mut line, mut tag) = (Vec::new(), String::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let said = String::from_utf8_lossy(&line).into_owned();
        heard.lock().unwrap().push_str(&said);
        if let Some((first, _)) = said.split_once(' ').filter(|(first, _)| first.starts_with('D')) {
            tag = first.to_owned();
        }
        let (_, then) = rules.iter().find(|(word, _)| said.contains(word))?;
        act(&mut stream, then, &tag)?;
    }
}

fn act(stream: &mut TcpStream, then: &Then, tag: &str) -> Option<()> {
    match then {
        Then::Say(text) => stream.write_all(text.replace("$T", tag).as_bytes()).ok(),
        Then::Leave(text) => {
            stream.write_all(text.replace("$T", tag).as_bytes()).ok()?;
            None
        }
        Then::Drip(text) => text.bytes().try_for_each(|byte| {
            std::thread::sleep(Duration::from_millis(50));
            stream.write_all(&[byte]).ok()
        }),
        Then::Flood(text) => {
            let block = text.repeat(1000);
            loop {
                stream.write_all(block.as_bytes()).ok()?;
            }
        }
    }
}

fn bounds() -> Bounds {
    Bounds { patience: Duration::from_secs(3), overall: Duration::from_secs(6), ca: None }
}

fn hasty() -> Bounds {
    Bounds { patience: Duration::from_millis(300), overall: Duration::from_millis(700), ca: None }
}

/// The error of something that must not work.
fn refused<T>(result: Result<T>) -> Error {
    result.err().expect("an error")
}

fn cause(e: &Error) -> &str {
    e.cause.as_deref().unwrap_or_default()
}

fn read_all(imap: &mut Imap, uids: &[u32]) -> (Vec<(u32, String)>, Result<()>) {
    let mut mails = Vec::new();
    let end = imap.read(uids, 100, &mut |uid, mail| {
        mails.push((uid, String::from_utf8_lossy(&mail).into_owned()));
        Ok(())
    });
    (mails, end)
}

// Login

#[test]
fn a_password_goes_with_the_command_where_the_server_takes_it() {
    let server = Server::but(&[]);
    server.connect().unwrap().bye();
    assert!(server.heard().contains("D2 AUTHENTICATE PLAIN AG1pbGEAc2VjcmV0\r\n"), "{}", server.heard());
}

#[test]
fn a_password_goes_when_it_is_asked_for_where_it_does_not() {
    let can = say("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n$T OK\r\n");
    let server = Server::but(&[
        ("CAPABILITY", can),
        ("AUTHENTICATE", say("+ \r\n")),
        ("AG1pbGEAc2VjcmV0", say("$T OK [CAPABILITY IMAP4rev1 MOVE] in\r\n")),
    ]);
    let imap = server.connect().unwrap();
    assert!(imap.talk.can("MOVE") && !imap.can_idle());
}

#[test]
fn the_old_login_quotes_what_is_ascii_and_sends_the_rest_as_literals() {
    let server =
        Server::but(&[("CAPABILITY", say("* CAPABILITY IMAP4rev1\r\n$T OK\r\n")), ("{10}", say("+ go on\r\n"))]);
    let login = Login::Password("a\"b".to_owned());
    Imap::connect(&server.account, &login, &bounds()).unwrap();
    assert!(server.heard().contains("D2 LOGIN \"mila\" \"a\\\"b\"\r\n"));
    let server =
        Server::but(&[("CAPABILITY", say("* CAPABILITY IMAP4rev1\r\n$T OK\r\n")), ("{10}", say("+ go on\r\n"))]);
    Imap::connect(&server.account, &Login::Password("пароль".chars().take(5).collect()), &bounds()).unwrap();
    assert!(server.heard().contains("D2 LOGIN \"mila\" {10}\r\nпарол\r\n"), "{}", server.heard());
}

#[test]
fn a_token_goes_as_the_server_knows_it() {
    let enter = |can: &str, rules: &[(&'static str, Then)]| {
        let mut all = vec![("CAPABILITY", say(&format!("* CAPABILITY IMAP4rev1 SASL-IR {can}\r\n$T OK\r\n")))];
        all.extend_from_slice(rules);
        let server = Server::but(&all);
        let result = Imap::connect(&server.account, &Login::Bearer("token".to_owned()), &bounds());
        (result.map(|_| ()), server.heard())
    };
    let (result, heard) = enter("AUTH=XOAUTH2 AUTH=OAUTHBEARER", &[]);
    assert!(result.is_ok());
    let proof = base64::padded(b"user=mila\x01auth=Bearer token\x01\x01");
    assert!(heard.contains(&format!("AUTHENTICATE XOAUTH2 {proof}\r\n")), "{heard}");
    let (result, heard) = enter("AUTH=OAUTHBEARER", &[]);
    assert!(result.is_ok() && heard.contains("AUTHENTICATE OAUTHBEARER bixhPW1pbGEs"), "{heard}");
    let refusal = [("XOAUTH2", say("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")), ("\r\n", say("$T NO token is expired\r\n"))];
    let (result, heard) = enter("AUTH=XOAUTH2", &refusal);
    let e = refused(result);
    assert_eq!((e.kind, cause(&e)), (Kind::Refused, "… is expired"));
    assert!(heard.ends_with(&format!("{proof}\r\n\r\n")), "{heard}");
    assert_eq!(refused(enter("AUTH=PLAIN", &[]).0).kind, Kind::Refused);
}

#[test]
fn a_rejected_login_is_told_in_the_words_of_the_server_without_the_secret() {
    let said = format!("$T NO [AUTHENTICATIONFAILED] no \u{7}secret for you {}\r\n", "x".repeat(500));
    let server = Server::but(&[("AUTHENTICATE", say(&said))]);
    let e = refused(server.connect());
    let port = server.account.port;
    assert_eq!(e.kind, Kind::Refused);
    assert_eq!(e.what, format!("the server does not accept the name or the password of mila at 127.0.0.1:{port}"));
    assert!(cause(&e).starts_with("[AUTHENTICATIONFAILED] no  … for you xxx") && cause(&e).chars().count() <= 200);
    assert!(e.hint.is_some());
    let server = Server::but(&[("AUTHENTICATE", say("$T NO [UNAVAILABLE] later\r\n"))]);
    assert_eq!(refused(server.connect()).kind, Kind::Temporary);
}

#[test]
fn without_a_way_to_log_in_nothing_is_said() {
    let disabled = say("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n$T OK\r\n");
    let server = Server::but(&[("CAPABILITY", disabled)]);
    assert_eq!(refused(server.connect()).kind, Kind::Refused);
    assert!(!server.heard().contains("LOGIN"));
    for login in [Login::None, Login::Password(String::new()), Login::Bearer(String::new())] {
        let server = Server::but(&[]);
        assert_eq!(refused(Imap::connect(&server.account, &login, &bounds())).kind, Kind::Refused);
    }
}

// The private line

#[test]
fn no_secret_leaves_over_a_plain_line_to_another_machine() {
    let mut server = Server::but(&[]);
    // This machine by a name that does not say so.
    server.account.host = "0.0.0.0".to_owned();
    let e = refused(server.connect());
    assert_eq!((e.kind, cause(&e)), (Kind::Refused, "the server offers no STARTTLS"));
    assert!(!server.heard().contains("AUTHENTICATE") && !server.heard().contains("LOGIN"));
}

#[test]
fn who_claims_to_know_us_on_a_plain_line_is_refused() {
    let server = Server::new(say("* PREAUTH welcome\r\n"), &[]);
    assert_eq!(refused(server.connect()).kind, Kind::Refused);
    assert_eq!(server.heard(), "");
}

#[test]
fn what_is_slipped_in_before_tls_is_refused() {
    let can = say("* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR\r\n$T OK\r\n");
    for injected in ["$T OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", "$T OK go\r\nD2 OK\r\nD3 OK\r\n"] {
        let server = Server::but(&[("CAPABILITY", can.clone()), ("STARTTLS", say(injected))]);
        let e = refused(server.connect());
        assert_eq!((e.kind, cause(&e)), (Kind::Refused, "something was slipped in before TLS began"));
        assert!(!server.heard().contains("AUTHENTICATE"), "{}", server.heard());
    }
    for rejected in ["$T NO not now\r\n", "$T BAD what\r\n"] {
        let server = Server::but(&[("CAPABILITY", can.clone()), ("STARTTLS", say(rejected))]);
        assert_eq!(refused(server.connect()).kind, Kind::Refused);
        assert!(!server.heard().contains("AUTHENTICATE"));
    }
}

#[test]
fn a_server_that_speaks_no_tls_is_refused() {
    let mut server = Server::but(&[]);
    server.account.security = Security::Tls;
    let e = refused(server.connect());
    assert!(e.kind == Kind::Refused && e.what.ends_with("does not speak TLS here"), "{e:?}");
}

// Opening and numbers

#[test]
fn a_folder_without_an_epoch_is_refused() {
    for said in [
        "* 3 EXISTS\r\n$T OK\r\n",
        "* OK [UIDVALIDITY 0] x\r\n$T OK\r\n",
        "* OK [UIDVALIDITY 4294967296] x\r\n$T OK\r\n",
    ] {
        let server = Server::but(&[("EXAMINE", say(said))]);
        assert_eq!(refused(server.connect().unwrap().open("INBOX", false)).kind, Kind::Refused, "{said}");
    }
}

#[test]
fn an_epoch_that_changes_while_the_folder_is_read_ends_the_reading() {
    let search = say("* OK [UIDVALIDITY 8] anew\r\n* SEARCH 1\r\n$T OK\r\n");
    let server = Server::but(&[("SEARCH", search)]);
    let mut imap = server.opened();
    assert_eq!(refused(imap.uids_after(0)).kind, Kind::Temporary);
    assert_eq!(refused(imap.uids_after(0)).kind, Kind::Temporary);
}

#[test]
fn numbers_are_sorted_each_once_and_only_new_ones() {
    let server = Server::but(&[
        ("UID 5:*", say("* SEARCH 9 5 5 7 3\r\n* 2 EXPUNGE\r\n* SEARCH 4294967295\r\n$T OK\r\n")),
        ("UID 10:*", say("* SEARCH 9\r\n$T OK\r\n")),
        ("UID 1:*", say("* SEARCH\r\n$T OK\r\n")),
    ]);
    let mut imap = server.opened();
    assert_eq!(imap.uids_after(4).unwrap(), [5, 7, 9, u32::MAX]);
    assert_eq!(imap.uids_after(9).unwrap(), [0; 0]);
    assert_eq!(imap.uids_after(0).unwrap(), [0; 0]);
    assert_eq!(imap.uids_after(u32::MAX).unwrap(), [0; 0]);
}

#[test]
fn numbers_that_no_mail_can_have_are_refused() {
    for (said, kind) in [("* SEARCH 4 0 5", Kind::Refused), ("* SEARCH 4294967296", Kind::Temporary)] {
        let server = Server::but(&[("SEARCH", say(&format!("{said}\r\n$T OK\r\n")))]);
        assert_eq!(refused(server.opened().uids_after(0)).kind, kind, "{said}");
    }
}

#[test]
fn a_long_list_of_numbers_is_read_whole() {
    let numbers: Vec<String> = (1..=200_000).map(|n| n.to_string()).collect();
    let server = Server::but(&[("SEARCH", say(&format!("* SEARCH {}\r\n$T OK\r\n", numbers.join(" "))))]);
    assert_eq!(server.opened().uids_after(0).unwrap().len(), 200_000);
}

// Reading

#[test]
fn only_asked_for_mails_are_heard_each_once() {
    let size = "* 4 FETCH (UID 5 RFC822.SIZE 3 INTERNALDATE \"20-Nov-2026 12:00:00 +0300\")\r\n";
    let server = Server::but(&[
        (
            "RFC822.SIZE",
            say(&format!(
                "* 1 FETCH (FLAGS (\\Seen) UID 9)\r\n{size}* 1 EXPUNGE\r\n* 7 FETCH (UID 8 RFC822.SIZE 1)\r\n* 2 FETCH (UID 9 RFC822.SIZE 70)\r\n{size}* 8 FETCH (UID 11 FLAGS ())\r\n$T OK\r\n"
            )),
        ),
        (
            "BODY.PEEK[]",
            say(
                "* 1 FETCH (FLAGS () UID 5)\r\n* 3 FETCH (BODY[] {3}\r\nnot UID 8)\r\n* 4 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n* 4 FETCH (UID 5 BODY[] {3}\r\nabd)\r\n* 5 EXISTS\r\n* 9 FETCH (BODY[] \"\" UID 9)\r\n$T OK\r\n",
            ),
        ),
    ]);
    let mut imap = server.opened();
    let noon = Moment::parse_rfc3339("2026-11-20T09:00:00Z");
    let listed = |uid, bytes, arrived| Listed { uid, bytes, arrived };
    assert_eq!(
        imap.list(&[9, 5, 10, 11]).unwrap(),
        [listed(9, 70, None), listed(5, 3, noon), listed(11, u64::MAX, None)]
    );
    let (mails, end) = read_all(&mut imap, &[5, 9, 10]);
    assert!(end.is_ok());
    assert_eq!(mails, [(5, "abc".to_owned()), (9, String::new())]);
    assert!(server.heard().contains("UID FETCH 5,9:11 (UID RFC822.SIZE INTERNALDATE)"));
    assert!(server.heard().contains("UID FETCH 5,9:10 (UID BODY.PEEK[])"));
    assert!(imap.talk.news, "mail that came in between is not forgotten");
}

#[test]
fn a_head_is_cut_by_the_server_and_no_longer_than_asked() {
    let server = Server::but(&[
        ("FETCH 5 ", say("* 1 FETCH (UID 5 BODY[HEADER]<0> {4}\r\nA: b)\r\n$T OK\r\n")),
        ("FETCH 6 ", say("* 1 FETCH (UID 6 BODY[HEADER]<0> {5}\r\nA: bc)\r\n$T OK\r\n")),
    ]);
    let mut imap = server.opened();
    assert_eq!(imap.head(5, 4).unwrap().as_deref(), Some(&b"A: b"[..]));
    assert_eq!(imap.head(7, 4).unwrap(), None);
    assert!(server.heard().contains("UID FETCH 5 (UID BODY.PEEK[HEADER]<0.4>)"));
    assert_eq!(refused(imap.head(6, 4)).kind, Kind::Temporary);
}

#[test]
fn lying_lengths_never_make_a_mail() {
    for body in [
        "{20}\r\nabc)",
        "{2}\r\nabc)",
        "{0}\r\nabc)",
        "{101}\r\nabc)",
        "{4294967296}\r\nabc)",
        "{99999999999999999999999}\r\nabc)",
        "{-1}\r\nabc)",
        "{3\r\nabc)",
        "{3}abc)",
    ] {
        let server =
            Server::but(&[("BODY.PEEK[]", Then::Leave(format!("* 1 FETCH (UID 5 BODY[] {body}\r\n$T OK\r\n")))]);
        let mut imap = server.opened();
        let (mails, end) = read_all(&mut imap, &[5, 6]);
        assert!(mails.is_empty(), "{body}");
        assert_eq!(refused(end).kind, Kind::Temporary, "{body}");
        assert_eq!(refused(imap.uids_after(0)).kind, Kind::Temporary, "{body}");
    }
}

#[test]
fn what_comes_without_end_is_given_up_soon() {
    for flood in [
        "x",
        "* OK still here\r\n",
        "* 1 FETCH (FLAGS ())\r\n",
        "* LIST () \"/\" a\r\n",
        "\r\n",
        "+ \r\n",
        "* 1 FETCH (UID 5 RFC822.SIZE 7)\r\n",
    ] {
        let server = Server::but(&[("FETCH", Then::Flood(flood))]);
        let begun = Instant::now();
        let e = refused(server.opened().list(&[5]));
        assert!(e.kind == Kind::Temporary && begun.elapsed() < Duration::from_secs(15), "{flood:?}: {e:?}");
    }
    for flood in ["+ \r\n", "* OK still here\r\n", "x"] {
        let server = Server::but(&[("IDLE", Then::Flood(flood))]);
        assert_eq!(refused(server.opened().wait(Duration::from_secs(60))).kind, Kind::Temporary, "{flood:?}");
    }
    let server = Server::new(Then::Flood("* "), &[]);
    assert_eq!(refused(server.connect()).kind, Kind::Temporary);
}

#[test]
fn a_mail_that_cannot_be_given_does_not_hide_the_others() {
    let mail = |uid: u32| say(&format!("* {uid} FETCH (UID {uid} BODY[] {{1}}\r\na)\r\n$T OK\r\n"));
    let server = Server::but(&[
        ("FETCH 5:7", say("$T NO some are broken\r\n")),
        ("FETCH 5", mail(5)),
        ("FETCH 6", say("$T NO this one\r\n")),
        ("FETCH 7", mail(7)),
    ]);
    let (mails, end) = read_all(&mut server.opened(), &[5, 6, 7]);
    assert!(end.is_ok());
    assert_eq!(mails.iter().map(|(uid, _)| *uid).collect::<Vec<_>>(), [5, 7]);
}

#[test]
fn what_the_reader_refuses_ends_the_reading() {
    let two = "* 1 FETCH (UID 5 BODY[] {1}\r\na)\r\n* 2 FETCH (UID 6 BODY[] {1}\r\na)\r\n$T OK\r\n";
    let server = Server::but(&[("BODY.PEEK[]", say(two))]);
    let mut imap = server.opened();
    let e = refused(imap.read(&[5, 6], 9, &mut |_, _| Err(Error::refused("the disk is full"))));
    assert_eq!(e.what, "the disk is full");
    assert_eq!(refused(imap.uids_after(0)).kind, Kind::Temporary);
    imap.bye();
}

// Misbehaviour at every step

/// A whole visit: all that reading a mailbox does.
fn visit(server: &Server, bounds: &Bounds) -> Result<usize> {
    let mut imap = Imap::connect(&server.account, &Login::Password("secret".to_owned()), bounds)?;
    imap.folders()?;
    imap.open("INBOX", false)?;
    let uids = imap.uids_after(0)?;
    imap.list(&uids)?;
    let mut mails = 0;
    imap.head(5, 100)?;
    imap.read(&uids, 100, &mut |_, _| {
        mails += 1;
        Ok(())
    })?;
    imap.wait(Duration::ZERO)?;
    imap.bye();
    Ok(mails)
}

fn honest() -> Vec<(&'static str, Then)> {
    vec![
        ("LIST", say("* LIST (\\HasNoChildren) \"/\" INBOX\r\n$T OK\r\n")),
        ("SEARCH", say("* SEARCH 5\r\n$T OK\r\n")),
        ("RFC822.SIZE", say("* 1 FETCH (UID 5 RFC822.SIZE 3)\r\n$T OK\r\n")),
        ("HEADER", say("* 1 FETCH (UID 5 BODY[HEADER]<0> {3}\r\nabc)\r\n$T OK\r\n")),
        ("BODY.PEEK[]", say("* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n$T OK\r\n")),
    ]
}

const STEPS: [&str; 8] =
    ["CAPABILITY", "AUTHENTICATE", "LIST", "EXAMINE", "SEARCH", "RFC822.SIZE", "HEADER", "BODY.PEEK[]"];

fn visit_with(step: &'static str, then: Then, bounds: &Bounds) -> Result<usize> {
    let mut rules = vec![(step, then)];
    rules.extend(honest());
    visit(&Server::but(&rules), bounds)
}

#[test]
fn what_passes_is_told_with_the_way_on() {
    for step in STEPS {
        let e = refused(visit_with(step, say("$T NO [UNAVAILABLE] not now\r\n"), &bounds()));
        assert!(e.kind == Kind::Temporary && e.hint.is_some(), "{step}: {e:?}");
    }
}

#[test]
fn an_honest_server_is_read() {
    assert_eq!(visit_with("nothing", say(""), &bounds()).unwrap(), 1);
}

#[test]
fn whatever_a_server_says_at_any_step_ends_in_a_clean_error() {
    for step in STEPS {
        for then in [
            say("* BYE going down\r\n"),
            Then::Leave(String::new()),
            Then::Leave("* 1 FET".to_owned()),
            say("\0\u{7f}\u{ff}garbage\r\n"),
            say("\r\n"),
            say("D99 OK not yours\r\n"),
            say("HTTP/1.1 400 Bad Request\r\n\r\n"),
        ] {
            let e = refused(visit_with(step, then, &bounds()));
            assert_eq!(e.kind, Kind::Temporary, "{step}: {e:?}");
        }
        let e = refused(visit_with(step, say("$T BAD what?\r\n"), &bounds()));
        assert_eq!(e.kind, Kind::Refused, "{step}: {e:?}");
        let no = visit_with(step, say("$T NO not you\r\n"), &bounds());
        match step {
            "RFC822.SIZE" | "HEADER" => assert!(no.is_ok(), "{step}: a mail that is not given is gone"),
            "BODY.PEEK[]" => assert_eq!(no.unwrap(), 0),
            _ => assert_eq!(refused(no).kind, Kind::Refused, "{step}"),
        }
    }
    for greeting in
        ["* BYE full\r\n", "* NO\r\n", "SSH-2.0-OpenSSH_9.6\r\n", "220 mail ESMTP\r\n", "* 1 EXISTS\r\n", "", "*"]
    {
        let server = Server::new(Then::Leave(greeting.to_owned()), &[]);
        let e = refused(server.connect());
        assert!(matches!(e.kind, Kind::Temporary | Kind::Refused), "{greeting}: {e:?}");
    }
}

#[test]
fn a_server_that_drips_is_given_up_on() {
    for step in STEPS {
        let begun = Instant::now();
        let then = Then::Drip(format!("* OK {}\r\n", "x".repeat(100)));
        assert_eq!(refused(visit_with(step, then, &hasty())).kind, Kind::Temporary, "{step}");
        assert!(begun.elapsed() < Duration::from_secs(15), "{step}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_server_that_falls_silent_is_given_up_on() {
    for step in STEPS {
        let begun = Instant::now();
        let e = refused(visit_with(step, say("* OK wait\r\n"), &hasty()));
        assert_eq!((e.kind, cause(&e)), (Kind::Temporary, "no whole answer in time"), "{step}");
        assert!(begun.elapsed() < Duration::from_secs(15), "{step}");
    }
    let server = Server::new(say(""), &[]);
    assert_eq!(refused(Imap::connect(&server.account, &Login::None, &hasty())).kind, Kind::Temporary);
}

#[test]
fn where_nobody_listens_the_network_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut account = Server::but(&[]).account;
    account.port = listener.local_addr().unwrap().port();
    drop(listener);
    let e = refused(Imap::connect(&account, &Login::None, &bounds()));
    assert_eq!((e.kind, e.what), (Kind::Temporary, format!("no connection to 127.0.0.1:{}", account.port)));
}

// Folders

#[test]
fn folders_are_read_with_their_marks() {
    let listed = "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\Noselect) \"/\" {3}\r\n\"a\\\r\n* LIST () NIL \"q\\\"\\\\\"\r\n* LIST (\\NonExistent) \"/\" &BB8EPgRHBEIEMA-\r\n* LIST () \"/\" \"Sent\"\r\n";
    let folder = |name: &str, sent, selectable| Folder { name: name.to_owned(), sent, selectable };
    let server = Server::but(&[("LIST", say(&format!("{listed}$T OK\r\n")))]);
    let mut by_name = [
        folder("INBOX", false, true),
        folder("\"a\\", false, false),
        folder("q\"\\", false, true),
        folder("Почта", false, false),
        folder("Sent", true, true),
    ];
    assert_eq!(server.connect().unwrap().folders().unwrap(), by_name);
    let marked = format!("{listed}* LIST (\\Sent) \"/\" Gone\r\n$T OK\r\n");
    let server = Server::but(&[("LIST", say(&marked))]);
    by_name[4].sent = false;
    let mut marked = by_name.to_vec();
    marked.push(folder("Gone", true, true));
    assert_eq!(server.connect().unwrap().folders().unwrap(), marked);
}

#[test]
fn a_mail_is_moved_with_what_the_server_can() {
    let moved = |can: &str, rules: &[(&'static str, Then)]| {
        let mut all =
            vec![("CAPABILITY", say(&format!("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR {can}\r\n$T OK\r\n")))];
        all.extend_from_slice(rules);
        let server = Server::but(&all);
        let mut imap = server.connect().unwrap();
        imap.writing = true;
        let result = imap.move_to(5, "Готово");
        let heard: Vec<String> =
            server.heard().lines().skip(2).map(|l| l.split_once(' ').unwrap().1.to_owned()).collect();
        (result, heard)
    };
    let name = "\"&BBMEPgRCBD4EMgQ+-\"";
    assert_eq!(moved("MOVE", &[]).1[1..], [format!("UID MOVE 5 {name}")]);
    assert_eq!(
        moved("UIDPLUS", &[]).1[1..],
        [format!("UID COPY 5 {name}"), "UID STORE 5 +FLAGS.SILENT (\\Deleted)".to_owned(), "UID EXPUNGE 5".to_owned()]
    );
    assert_eq!(moved("", &[]).1.len(), 3, "no EXPUNGE, which would take other mails along");
    let (result, heard) = moved("MOVE", &[("UID MOVE", say("$T NO [TRYCREATE] no such folder\r\n"))]);
    assert_eq!(refused(result).kind, Kind::Refused);
    let made = [
        format!("UID MOVE 5 {name}"),
        format!("CREATE {name}"),
        format!("SUBSCRIBE {name}"),
        format!("UID MOVE 5 {name}"),
    ];
    assert_eq!(heard[1..], made);
}

#[test]
fn a_copy_is_put_as_read_and_whole() {
    let server = Server::but(&[("{7}", say("+ go\r\n"))]);
    server.connect().unwrap().append("Sent", b"a: b\r\n\n").unwrap();
    let whole = " APPEND \"Sent\" (\\Seen) {7}\r\na: b\r\n\n\r\n";
    // The server may answer before it has written down the last line.
    let patience = Instant::now();
    while !server.heard().ends_with(whole) && patience.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(server.heard().ends_with(whole), "{:?}", server.heard());
    let server = Server::but(&[("APPEND", say("$T NO [LIMIT] not now\r\n"))]);
    assert_eq!(refused(server.connect().unwrap().append("Sent", b"a")).kind, Kind::Temporary);
}

// Waiting

#[test]
fn news_end_the_waiting() {
    let server = Server::but(&[
        ("IDLE", say("+ idling\r\n* OK still here\r\n* 3 EXISTS\r\n* 2 EXPUNGE\r\n* 3 EXISTS\r\n")),
        ("DONE", say("$T OK\r\n")),
    ]);
    let mut imap = server.opened();
    let begun = Instant::now();
    assert!(imap.wait(Duration::from_secs(60)).unwrap());
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert_eq!(imap.uids_after(0).unwrap(), [0; 0]);
}

#[test]
fn the_waiting_ends_in_time_and_the_connection_goes_on() {
    let server = Server::but(&[("IDLE", say("+ idling\r\n* 3 EXI")), ("DONE", say("STS\r\n$T OK\r\n"))]);
    let mut imap = server.opened();
    assert!(!imap.wait(Duration::from_millis(300)).unwrap());
    assert!(!imap.wait(Duration::ZERO).unwrap());
    assert!(imap.uids_after(0).is_ok());
}

#[test]
fn without_calls_a_look_is_taken() {
    for rules in [
        vec![("CAPABILITY", say("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n$T OK\r\n"))],
        vec![("IDLE", say("$T NO\r\n"))],
        vec![("IDLE", say("+ idling\r\n$T OK enough\r\n"))],
    ] {
        let server = Server::but(&rules);
        let mut imap = server.opened();
        assert!(!imap.wait(Duration::from_millis(200)).unwrap());
        assert!(!imap.can_idle() && server.heard().contains("NOOP"));
        imap.talk.exists = 0;
        let server = Server::but(&[rules[0].clone(), ("NOOP", say("* 4 EXISTS\r\n$T OK\r\n"))]);
        assert!(server.opened().wait(Duration::from_secs(60)).unwrap());
    }
}

// Anything at all

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_from_a_server_end_in_time(
        step in 0..STEPS.len(),
        said in proptest::collection::vec(prop_oneof![
            Just("* ".to_owned()), Just("\r\n".to_owned()), Just("$T OK".to_owned()), Just("FETCH (UID 5 ".to_owned()), Just("BODY[] {3}\r\n".to_owned()),
            Just("+ ".to_owned()), Just("1 ".to_owned()), Just(")".to_owned()), Just("SEARCH 5".to_owned()), "\\PC{0,9}", "[\\x00-\\x7f]{0,9}",
        ], 0..30),
    ) {
        let begun = Instant::now();
        let result = visit_with(STEPS[step], Then::Leave(said.concat()), &bounds());
        prop_assert!(begun.elapsed() < Duration::from_secs(20));
        if let Err(e) = result {
            prop_assert!(matches!(e.kind, Kind::Temporary | Kind::Refused), "{:?}", e);
        }
    }
}
