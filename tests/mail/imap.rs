//! Reading, filing and waiting with a real server.

use crate::dovecot::{Dovecot, PASSWORD, USER};
use crate::proxy::Proxy;
use frontdesk::domain::account::{Account, Spot};
use frontdesk::error::{Kind, Result};
use frontdesk::post::imap::Imap;
use frontdesk::post::{Bounds, Login};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn account(url: &str) -> Account {
    match Spot::read(url).unwrap() {
        Spot::Imap(account) => account,
        other => panic!("{other:?}"),
    }
}

fn bounds(ca: Option<PathBuf>) -> Bounds {
    Bounds { patience: Duration::from_secs(20), overall: Duration::from_secs(60), ca }
}

fn connect(url: &str) -> Result<Imap> {
    Imap::connect(&account(url), &Login::Password(PASSWORD.to_owned()), &bounds(None))
}

fn mail(n: usize) -> String {
    format!("From: ann@acme.test\nSubject: number {n}\n\nBody of {n}.\n")
}

/// Numbers and texts of these mails.
fn read(imap: &mut Imap, uids: &[u32]) -> Vec<(u32, String)> {
    let mut mails = Vec::new();
    imap.read(uids, 1 << 20, &mut |uid, mail| {
        mails.push((uid, String::from_utf8(mail).unwrap()));
        Ok(())
    })
    .unwrap();
    mails
}

#[test]
fn every_kind_of_line_logs_in() {
    let Some(dovecot) = Dovecot::start() else { return };
    let ca = Some(dovecot.ca());
    for (url, ca) in
        [(dovecot.url(USER), None), (dovecot.starttls_url(USER), ca.clone()), (dovecot.tls_url("oleg"), ca.clone())]
    {
        let login = |password: &str| Login::Password(password.to_owned());
        let mut imap = Imap::connect(&account(&url), &login(PASSWORD), &bounds(ca.clone())).unwrap();
        assert_eq!(imap.open("INBOX", false).unwrap().exists, 0);
        assert!(imap.can_idle());
        imap.bye();
        let e = Imap::connect(&account(&url), &login("wrong"), &bounds(ca)).err().unwrap();
        assert_eq!(e.kind, Kind::Refused);
        assert!(e.what.starts_with("the server does not accept the name or the password of "), "{e:?}");
        assert!(e.cause.unwrap().contains("AUTHENTICATIONFAILED"));
    }
    for url in [dovecot.starttls_url(USER), dovecot.tls_url(USER)] {
        let e = connect(&url).err().unwrap();
        assert!(e.kind == Kind::Refused && e.what.ends_with("is not believed"), "{e:?}");
    }
}

#[test]
fn mails_are_listed_and_read_and_stay_unread() {
    let Some(dovecot) = Dovecot::start() else { return };
    (1..=30).for_each(|n| dovecot.deliver("INBOX", mail(n)));
    let mut imap = connect(&dovecot.url(USER)).unwrap();
    let opened = imap.open("INBOX", false).unwrap();
    assert!(opened.uidvalidity > 0 && opened.exists == 30);
    let uids = imap.uids_after(0).unwrap();
    assert_eq!(uids, (1..=30).collect::<Vec<u32>>());
    assert_eq!(imap.uids_after(28).unwrap(), [29, 30]);
    assert_eq!(imap.uids_after(30).unwrap(), [0; 0]);
    let listed = imap.list(&[1, 2, 400]).unwrap();
    assert_eq!(listed.iter().map(|l| l.uid).collect::<Vec<_>>(), [1, 2]);
    let crlf = mail(1).replace('\n', "\r\n");
    assert_eq!(listed[0].bytes, u64::try_from(crlf.len()).unwrap());
    assert!(listed[0].arrived.unwrap().0 > 1_600_000_000);
    let head = String::from_utf8(imap.head(2, 1000).unwrap().unwrap()).unwrap();
    assert_eq!(head, "From: ann@acme.test\r\nSubject: number 2\r\n\r\n");
    assert_eq!(imap.head(2, 10).unwrap().unwrap(), b"From: ann@");
    assert_eq!(imap.head(400, 10).unwrap(), None);
    let mails = read(&mut imap, &uids);
    assert_eq!(mails.len(), 30);
    assert!(mails.iter().all(|(uid, text)| *text == mail(usize::try_from(*uid).unwrap()).replace('\n', "\r\n")));
    let too_large = imap.read(&[3], 20, &mut |_, _| Ok(())).unwrap_err();
    assert_eq!(too_large.kind, Kind::Temporary);
    assert_eq!(dovecot.count(USER, "INBOX"), (30, 0), "{}", dovecot.log());
    let e = connect(&dovecot.url(USER)).unwrap().open("Nowhere", false).unwrap_err();
    assert!(e.kind == Kind::Refused && e.what.ends_with("does not open the folder Nowhere"), "{e:?}");
}

#[test]
fn a_new_epoch_is_another_number() {
    let Some(dovecot) = Dovecot::start() else { return };
    (1..=3).for_each(|n| dovecot.deliver("INBOX", mail(n)));
    let open = || connect(&dovecot.url(USER)).unwrap().open("INBOX", false).unwrap();
    let before = open();
    assert_eq!(open(), before);
    dovecot.new_epoch("INBOX");
    let after = open();
    assert!(after.uidvalidity != before.uidvalidity && after.exists == 3, "{before:?} {after:?}");
}

#[test]
fn folders_have_the_names_that_people_gave_them() {
    let Some(dovecot) = Dovecot::start() else { return };
    dovecot.deliver("Обращения/От Ё & К°", mail(1));
    let mut imap = connect(&dovecot.url(USER)).unwrap();
    let folders = imap.folders().unwrap();
    let named = |name: &str| folders.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("{name}: {folders:?}"));
    assert!(named("Sent").sent && named("Sent").selectable);
    assert!(!named("INBOX").sent && !named("Обращения").selectable);
    assert_eq!(imap.open(&named("Обращения/От Ё & К°").name, false).unwrap().exists, 1);
    assert_eq!(read(&mut imap, &[1]).len(), 1);
}

#[test]
fn mails_move_to_a_folder_that_is_made_for_them() {
    let Some(dovecot) = Dovecot::start() else { return };
    (1..=3).for_each(|n| dovecot.deliver("INBOX", mail(n)));
    let mut imap = connect(&dovecot.url(USER)).unwrap();
    imap.open("INBOX", true).unwrap();
    imap.move_to(2, "Готово").unwrap();
    imap.move_to(3, "Готово").unwrap();
    imap.move_to(3, "Готово").unwrap();
    assert_eq!(imap.uids_after(0).unwrap(), [1]);
    assert_eq!(dovecot.count(USER, "Готово"), (2, 0));
    imap.open("INBOX", false).unwrap();
    assert!(imap.move_to(1, "Готово").is_err(), "opened for reading only");
    assert_eq!((dovecot.count(USER, "INBOX").0, dovecot.count(USER, "Готово").0), (1, 2));
}

#[test]
fn a_copy_of_what_was_sent_is_put_as_read() {
    let Some(dovecot) = Dovecot::start() else { return };
    let mut imap = connect(&dovecot.url(USER)).unwrap();
    let large = format!("Subject: large\r\n\r\n{}", "Письмо.\r\n".repeat(100_000));
    imap.append("Sent", large.as_bytes()).unwrap();
    imap.append("Копии", mail(1).as_bytes()).unwrap();
    assert_eq!((dovecot.count(USER, "Sent"), dovecot.count(USER, "Копии")), ((1, 1), (1, 1)));
    imap.open("Sent", false).unwrap();
    imap.read(&[1], 5 << 20, &mut |_, read| {
        assert!(read == large.as_bytes());
        Ok(())
    })
    .unwrap();
}

#[test]
fn new_mail_ends_the_waiting_within_a_second() {
    let Some(dovecot) = Dovecot::start() else { return };
    dovecot.deliver("INBOX", mail(1));
    let mut imap = connect(&dovecot.url(USER)).unwrap();
    imap.open("INBOX", false).unwrap();
    assert_eq!(imap.uids_after(0).unwrap(), [1]);
    assert!(!imap.wait(Duration::from_millis(300)).unwrap());
    let waiting = std::thread::spawn(move || {
        let news = imap.wait(Duration::from_secs(20)).unwrap();
        (news, Instant::now(), imap.uids_after(1).unwrap())
    });
    std::thread::sleep(Duration::from_millis(500));
    let delivered = Instant::now();
    dovecot.deliver("INBOX", mail(2));
    let (news, woken, uids) = waiting.join().unwrap();
    let took = woken.saturating_duration_since(delivered);
    assert!(news && uids == [2]);
    // Half a second is the server's own; the rest is room for a busy machine.
    assert!(took < Duration::from_secs(15), "{took:?}");
    println!("woken after {took:?}");
}

/// Reads what is new and remembers it as a desk does: each mail is kept before the next one comes.
fn fetch(url: &str, kept: &mut Vec<(u32, String)>) -> Result<()> {
    let mut imap = connect(url)?;
    imap.open("INBOX", false)?;
    let uids = imap.uids_after(kept.last().map_or(0, |(uid, _)| *uid))?;
    let uids: Vec<u32> = imap.list(&uids)?.iter().map(|l| l.uid).collect();
    imap.read(&uids, 1 << 20, &mut |uid, mail| {
        kept.push((uid, String::from_utf8(mail).unwrap()));
        Ok(())
    })?;
    imap.bye();
    Ok(())
}

#[test]
fn a_connection_that_is_cut_at_every_line_still_gives_each_mail_once() {
    let Some(dovecot) = Dovecot::start() else { return };
    (1..=10).for_each(|n| dovecot.deliver("INBOX", mail(n)));
    let all = |kept: &[(u32, String)]| {
        let texts: Vec<String> = (1..=10).map(|n| mail(n).replace('\n', "\r\n")).collect();
        kept.iter().map(|(_, text)| text).eq(&texts)
    };
    let (mut together, mut cuts) = (Vec::new(), 0);
    for cut in 1.. {
        let proxy = Proxy::before(dovecot.plain_address(), move |at, _| at < cut);
        match fetch(&proxy.url(USER), &mut together) {
            Ok(()) => break,
            Err(e) => assert_eq!(e.kind, Kind::Temporary, "{cut}: {e:?}"),
        }
        // Cut at the same line, and read to the end from there.
        let mut once = Vec::new();
        let _ = fetch(&proxy.url(USER), &mut once);
        fetch(&dovecot.url(USER), &mut once).unwrap();
        assert!(all(&once), "{cut}: {once:?}");
        cuts += 1;
    }
    assert!(all(&together) && cuts > 15, "{cuts}: {together:?}");
}

#[test]
fn a_line_that_is_garbled_never_makes_another_mail() {
    let Some(dovecot) = Dovecot::start() else { return };
    (1..=3).for_each(|n| dovecot.deliver("INBOX", mail(n)));
    let mut whole = Vec::new();
    fetch(&dovecot.url(USER), &mut whole).unwrap();
    for garbled in 1..60 {
        let proxy = Proxy::before(dovecot.plain_address(), move |at, line| {
            if at == garbled && (line.starts_with(b"*") || line.starts_with(b"D")) {
                line.truncate(line.len() / 2);
                line.extend_from_slice(b"\x00\xff{9\r\n");
            }
            true
        });
        let mut kept = Vec::new();
        match fetch(&proxy.url(USER), &mut kept) {
            Ok(()) => {}
            Err(e) => assert!(matches!(e.kind, Kind::Temporary | Kind::Refused), "{garbled}: {e:?}"),
        }
        assert!(kept.iter().all(|mail| whole.contains(mail)), "{garbled}: {kept:?}");
    }
}
