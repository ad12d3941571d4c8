//! `desk init mail` against servers that the test plays itself. Who asks on a terminal is not played here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "engines/mirror.rs"]
mod mirror;
#[path = "mail/smtp_server.rs"]
mod smtp_server;

use mirror::Line;
use smtp_server::SmtpServer;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

/// A mailbox with two folders and one password, on a free port.
struct ImapServer {
    port: u16,
}

impl ImapServer {
    fn start() -> ImapServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || serve(&socket));
            }
        });
        ImapServer { port }
    }

    fn url(&self) -> String {
        format!("imap://support%40acme.test@127.0.0.1:{}/INBOX", self.port)
    }
}

fn serve(socket: &TcpStream) -> Option<()> {
    let mut out = socket;
    out.write_all(b"* OK [CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED] ready\r\n").ok()?;
    for line in BufReader::new(socket).lines() {
        let line = line.ok()?;
        let (tag, command) = line.split_once(' ')?;
        let verb = command.split(' ').next()?.to_uppercase();
        let (said, ending) = match verb.as_str() {
            "CAPABILITY" => ("* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED\r\n", "OK done"),
            "LOGIN" if command.contains("sesame") => ("", "OK in"),
            "LOGIN" => ("", "NO [AUTHENTICATIONFAILED] no"),
            "LIST" => ("* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" \"Gesendet\"\r\n", "OK done"),
            "EXAMINE" if command.contains("INBOX") => {
                ("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n", "OK [READ-ONLY] done")
            }
            "EXAMINE" if command.contains("Gesendet") => {
                ("* 2 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n", "OK [READ-ONLY] done")
            }
            "EXAMINE" => ("", "NO [NONEXISTENT] no such folder"),
            "UID" if command.to_uppercase().contains("SEARCH") => ("* SEARCH 4 5 9\r\n", "OK done"),
            "UID" => (
                "* 1 FETCH (UID 4 RFC822.SIZE 100 INTERNALDATE \"01-Jan-2026 10:00:00 +0000\")\r\n* 2 FETCH (UID 5 RFC822.SIZE 100 INTERNALDATE \"02-Nov-2026 10:00:00 +0000\")\r\n* 3 FETCH (UID 9 RFC822.SIZE 100 INTERNALDATE \"19-Nov-2026 10:00:00 +0000\")\r\n",
                "OK done",
            ),
            "LOGOUT" => ("* BYE\r\n", "OK done"),
            _ => ("", "BAD what"),
        };
        out.write_all(format!("{said}{tag} {ending}\r\n").as_bytes()).ok()?;
    }
    Some(())
}

fn run(home: &Path, arguments: &[&str]) -> (u8, String, String) {
    let path = home.display().to_string();
    let set = ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"].map(|k| (k, path.as_str()));
    let more = [
        ("USER", "mila"),
        ("DESK_NOW", "2026-11-20T12:00:00Z"),
        ("RIGHT", "sesame"),
        ("WRONG", "hunter2"),
        ("PATH", "/usr/bin:/bin"),
    ];
    let environment: BTreeMap<String, String> =
        set.into_iter().chain(more).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    mirror::run(Line::new(arguments.iter().map(|a| (*a).to_owned()).collect(), environment))
}

fn nothing_is_kept(home: &Path) {
    assert_eq!(std::fs::read_dir(home).unwrap().count(), 0);
}

#[test]
fn without_a_terminal_it_says_what_to_do_and_does_nothing() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["init", "mail"][..], &["init", "mail", "--address", "joe@gmail.com"], &["init", "mail", "-y"]] {
        let (code, out, talk) = run(home.path(), arguments);
        assert!(code == 2 && out.is_empty() && talk.contains("desk config apply FILE"), "{arguments:?}: {talk}");
    }
    let (code, _, talk) = run(home.path(), &["init", "mail", "--address", "joe", "--keyring"]);
    assert!(code == 2 && talk.contains("no mail address"), "{talk}");
    nothing_is_kept(home.path());
}

#[test]
fn flags_set_a_mailbox_up_in_one_operation_and_twice_changes_nothing() {
    let (home, imap, smtp) = (tempfile::tempdir().unwrap(), ImapServer::start(), SmtpServer::start());
    let (imap, smtp) = (imap.url(), format!("smtp://127.0.0.1:{}", smtp.port()));
    let line =
        ["init", "mail", "--address", "support@acme.test", "--imap", &imap, "--smtp", &smtp, "--from", "Acme support"];
    let with = |more: &[&'static str]| run(home.path(), &[&line[..], more].concat());
    let (code, out, talk) = with(&["--password-env", "RIGHT", "-n"]);
    assert!(code == 0 && out.contains("INBOX: 3 mails, 2 since 1 November; Gesendet: 2"), "{out}{talk}");
    nothing_is_kept(home.path());
    let (code, out, talk) = with(&["--password-command", "echo sesame", "-y"]);
    assert!(code == 0 && talk.contains("operation 1;") && out.contains("desk fetch"), "{out}{talk}");
    let get = |key: &str| run(home.path(), &["config", "get", key]).1;
    assert_eq!(
        (get("mailbox.support.imap"), get("mailbox.support.sent")),
        (format!("{imap}\n"), "Gesendet\n".to_owned())
    );
    assert_eq!(
        (get("smtp.from").as_str(), get("addresses").as_str()),
        ("Acme support <support@acme.test>\n", "support@acme.test\n")
    );
    assert_eq!((get("name").as_str(), get("smtp.sent_copy").as_str()), ("Acme support\n", "true\n"));
    let own = std::fs::read_to_string(home.path().join("desk/config.toml")).unwrap();
    assert!(own.contains("support = { command = \"echo sesame\" }") && !own.contains("smtp"), "{own}");
    let (code, _, talk) = with(&["-y"]);
    assert!(code == 0 && talk.contains("knew all of it already"), "{talk}");
    assert_eq!(run(home.path(), &["undo"]).0, 0);
    assert_eq!(get("mailbox"), "");
}

#[test]
fn who_is_not_let_in_keeps_nothing_and_no_password_is_shown() {
    let (home, imap, smtp) = (tempfile::tempdir().unwrap(), ImapServer::start(), SmtpServer::start());
    let (imap, smtp) = (imap.url(), format!("smtp://127.0.0.1:{}", smtp.port()));
    let servers = ["init", "mail", "--address", "support@acme.test", "-y", "--imap", &imap, "--smtp"];
    for (more, code) in [
        (&[smtp.as_str(), "--password-env", "WRONG"][..], 1),
        (&[smtp.as_str(), "--password-env", "ABSENT"], 1),
        (&["smtp://127.0.0.1:1", "--password-env", "RIGHT"], 75),
        (&[smtp.as_str(), "--password-env", "RIGHT", "--sent", "Nowhere"], 1),
        (&["imap://joe@127.0.0.1", "--password-env", "RIGHT"], 2),
        (&["smtp://joe:hunter2@127.0.0.1", "--password-env", "RIGHT"], 2),
    ] {
        let said = run(home.path(), &[&servers[..], more].concat());
        assert_eq!((said.0, said.1.as_str()), (code, ""), "{more:?}: {}", said.2);
        assert!(!said.2.contains("hunter2") && !said.2.contains("sesame"), "{}", said.2);
        nothing_is_kept(home.path());
    }
}

#[test]
fn a_mailbox_on_this_machine_needs_no_password() {
    let (home, smtp) = (tempfile::tempdir().unwrap(), SmtpServer::start());
    let smtp = format!("smtp://127.0.0.1:{}", smtp.port());
    let set_up = |place: &str| {
        run(home.path(), &["init", "mail", "--address", "help@acme.test", "--imap", place, "--smtp", &smtp, "-y"])
    };
    let (code, _, talk) = set_up("maildir:~/Mail");
    assert!(code == 3 && talk.contains("there is no mailbox at"), "{talk}");
    std::fs::create_dir_all(home.path().join("Mail/cur")).unwrap();
    let (code, out, talk) = set_up("maildir:~/Mail");
    assert!(code == 0 && out.contains("maildir:~/Mail"), "{out}{talk}");
    assert_eq!(run(home.path(), &["config", "get", "mailbox.help.sent"]).1, "false\n");
}
