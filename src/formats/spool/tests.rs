//! Mailboxes that change while they are read.

use super::*;
use proptest::prelude::*;
use std::fs::{self, FileTimes};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const CAP: u64 = 1 << 20;
const FROM: &str = "From joe@x Mon Jan  1 00:00:00 2024\n";

/// A Maildir with these files.
fn maildir(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["cur", "new", "tmp"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn mbox(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("support");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn listed(spool: &mut Spool) -> Vec<Item> {
    spool.list(&Limits::default()).unwrap()
}

fn marks(spool: &mut Spool) -> Vec<String> {
    listed(spool).into_iter().map(|item| item.mark).collect()
}

fn text(spool: &mut Spool, item: &Item) -> String {
    String::from_utf8(spool.read(item, CAP).unwrap()).unwrap()
}

/// Sets the time of a file back so many seconds.
fn back(path: &Path, seconds: u64) {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 - seconds);
    fs::File::options().append(true).open(path).unwrap().set_times(FileTimes::new().set_modified(at)).unwrap();
}

#[test]
fn a_maildir_gives_its_mails_the_oldest_first() {
    let folder = maildir(&[
        ("cur/b:2,S", "A: 1\n\n"),
        ("new/a", "A: 22\n\n"),
        ("cur/c:2,", "A: 3\n\n"),
        ("tmp/d", "A: 4\n\n"),
        ("cur/.e", "x"),
    ]);
    for (name, seconds) in [("cur/b:2,S", 10), ("new/a", 10), ("cur/c:2,", 20)] {
        back(&folder.path().join(name), seconds);
    }
    fs::create_dir(folder.path().join("cur/f")).unwrap();
    let mut spool = Spool::maildir(folder.path()).unwrap();
    let items = listed(&mut spool);
    let shown: Vec<(&str, u64, i64)> = items.iter().map(|i| (i.mark.as_str(), i.bytes, i.arrived.unwrap().0)).collect();
    assert_eq!(shown, [("c", 6, 1_699_999_980), ("a", 7, 1_699_999_990), ("b", 6, 1_699_999_990)]);
    assert_eq!(text(&mut spool, &items[2]), "A: 1\n\n");
    assert_eq!((spool.epoch(), spool.stamp()), (1, None));
}

#[test]
fn a_mail_that_moved_or_was_flagged_is_found_again() {
    let folder = maildir(&[("new/a.x", "A: 1\n\n"), ("cur/b:2,", "A: 2\n\n")]);
    let at = |name: &str| folder.path().join(name);
    let mut spool = Spool::maildir(folder.path()).unwrap();
    let items = listed(&mut spool);
    fs::rename(at("new/a.x"), at("cur/a.x:2,S")).unwrap();
    fs::rename(at("cur/b:2,"), at("cur/b:2,RS")).unwrap();
    assert_eq!(marks(&mut spool), items.iter().map(|i| i.mark.as_str()).collect::<Vec<_>>());
    let texts: Vec<String> = items.iter().map(|item| text(&mut spool, item)).collect();
    assert!(texts.contains(&"A: 1\n\n".to_owned()) && texts.contains(&"A: 2\n\n".to_owned()));
    fs::remove_file(at("cur/a.x:2,S")).unwrap();
    let gone = items.iter().find(|item| item.mark == "a.x").unwrap();
    assert!(spool.read(gone, CAP).unwrap_err().contains("a.x is no longer in"));
    assert_eq!(spool.read(&items[0], 2).unwrap_err(), "larger than 0 MiB: 0 MiB");
}

#[test]
fn a_mail_over_the_cap_is_refused_even_when_it_grew_since() {
    let folder = maildir(&[("new/a", "A: 1\n\n")]);
    let mut spool = Spool::maildir(folder.path()).unwrap();
    let item = listed(&mut spool).remove(0);
    fs::write(folder.path().join("new/a"), vec![b'x'; 3 << 20]).unwrap();
    assert_eq!(spool.read(&item, CAP).unwrap_err(), "larger than 1 MiB: 1 MiB");
}

#[test]
fn mails_are_read_while_another_program_files_and_flags_them() {
    let names: Vec<String> = (0..150).map(|n| format!("new/m{n}")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "A: 1\n\n")).collect();
    let folder = maildir(&files);
    let mut spool = Spool::maildir(folder.path()).unwrap();
    let items = listed(&mut spool);
    let root = folder.path().to_owned();
    let program = std::thread::spawn(move || {
        for n in 0..150 {
            fs::rename(root.join(format!("new/m{n}")), root.join(format!("cur/m{n}:2,"))).unwrap();
            fs::rename(root.join(format!("cur/m{n}:2,")), root.join(format!("cur/m{n}:2,S"))).unwrap();
        }
    });
    for item in &items {
        assert_eq!(text(&mut spool, item), "A: 1\n\n");
    }
    program.join().unwrap();
    assert_eq!((items.len(), marks(&mut spool).len()), (150, 150));
}

#[test]
fn links_lead_nowhere() {
    let secret = maildir(&[("cur/s", "A: secret\n\n")]);
    let folder = maildir(&[("cur/a", "A: 1\n\n")]);
    let at = |name: &str| folder.path().join(name);
    symlink(secret.path().join("cur/s"), at("cur/linked")).unwrap();
    symlink("/nowhere", at("new/broken")).unwrap();
    symlink(secret.path(), at(".Sent")).unwrap();
    symlink(secret.path(), at(".Done")).unwrap();
    let mut spool = Spool::maildir(folder.path()).unwrap();
    let items = listed(&mut spool);
    assert_eq!(items.iter().map(|i| i.mark.as_str()).collect::<Vec<_>>(), ["a"]);
    assert!(spool.sent().is_none() && spool.folder("Done").is_none());
    fs::remove_file(at("cur/a")).unwrap();
    symlink(secret.path().join("cur/s"), at("cur/a")).unwrap();
    assert!(spool.read(&items[0], CAP).is_err());
    assert!(spool.move_to(&items[0], "Done").is_err());
    fs::remove_dir(at("new")).unwrap_or_default();
    fs::remove_file(at("new/broken")).unwrap();
    fs::remove_dir(at("new")).unwrap();
    symlink(secret.path().join("cur"), at("new")).unwrap();
    assert!(marks(&mut spool).is_empty());
}

#[test]
fn a_moved_mail_keeps_its_flags_and_its_name() {
    let folder = maildir(&[("new/a", "A: 1\n\n"), ("cur/b:2,RS", "A: 2\n\n"), ("cur/c", "A: 3\n\n")]);
    let mut spool = Spool::maildir(folder.path()).unwrap();
    let items = listed(&mut spool);
    for item in &items {
        spool.move_to(item, "Clients/Готово").unwrap();
        spool.move_to(item, "Clients/Готово").unwrap();
    }
    let done = folder.path().join(".Clients.&BBMEPgRCBD4EMgQ+-");
    for name in ["cur/a:2,", "cur/b:2,RS", "cur/c", "new", "tmp", "maildirfolder"] {
        assert!(done.join(name).exists(), "{name}");
    }
    assert!(marks(&mut spool).is_empty());
    let mut there = spool.folder("Clients/Готово").unwrap();
    assert_eq!(marks(&mut there).len(), 3);
    let back = listed(&mut there).remove(0);
    there.move_to(&back, "INBOX").unwrap();
    assert_eq!(marks(&mut spool), [back.mark.as_str()]);
    assert!(spool.move_to(&back, "../x").unwrap_err().contains("is no name for a mail folder"));
}

#[test]
fn a_move_takes_no_other_mail_away() {
    let folder = maildir(&[("cur/a:2,", "A: 1\n\n"), (".Done/cur/a:2,", "A: 2\n\n"), ("cur/b:2,", "A: 3\n\n")]);
    let mut spool = Spool::maildir(folder.path()).unwrap();
    let items = listed(&mut spool);
    let item = |mark: &str| items.iter().find(|i| i.mark == mark).unwrap();
    assert!(spool.move_to(item("a"), "Done").unwrap_err().ends_with("is there already"));
    fs::remove_file(folder.path().join("cur/b:2,")).unwrap();
    assert!(spool.move_to(item("b"), "Done").unwrap_err().contains("no longer"));
}

#[test]
fn folders_are_found_by_any_of_their_spellings() {
    let folder = maildir(&[
        (".Sent Items/cur/s", "A: 1\n\n"),
        ("Plain/cur/p", "A: 2\n\n"),
        (".INBOX.Old/cur/o", "A: 3\n\n"),
        (".Письма/new/u", "A: 4\n\n"),
        (".Empty/x", ""),
    ]);
    let spool = Spool::maildir(folder.path()).unwrap();
    assert_eq!(marks(&mut spool.sent().unwrap()), ["s"]);
    for (name, mark) in [("Plain", "p"), ("Old", "o"), ("Письма", "u"), ("Sent Items", "s")] {
        assert_eq!(marks(&mut spool.folder(name).unwrap()), [mark], "{name}");
    }
    assert!(spool.folder("Empty").is_none() && spool.folder("Nothing").is_none());
}

#[test]
fn what_is_no_mailbox_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("notes"), "some words\n").unwrap();
    fs::write(at("desk.db"), "SQLite format 3\0...").unwrap();
    let words = |spool: Result<Spool, String>| spool.unwrap_err().replace(&folder.path().display().to_string(), "");
    assert_eq!(words(Spool::maildir(&at("x"))), "there is no folder /x");
    assert_eq!(words(Spool::maildir(&at("notes"))), "/notes is no folder, and so no Maildir");
    assert!(words(Spool::maildir(folder.path())).contains("neither `cur` nor `new`"));
    assert_eq!(words(Spool::mbox(&at("x"))), "there is no file /x");
    assert!(words(Spool::mbox(folder.path())).contains("is it a Maildir?"));
    assert!(words(Spool::mbox(&at("notes"))).contains("is no mbox"));
    assert!(words(Spool::mbox(&at("desk.db"))).contains("is an SQLite database"));
}

#[test]
fn the_marks_of_an_mbox_outlive_what_mail_programs_do_to_it() {
    let two = format!("{FROM}A: 2\n\n>From y\n");
    let (_folder, path) = mbox(&format!("{FROM}A: 1\n\nx\n\n{two}\n{FROM}A: 1\n\nx\n"));
    let mut spool = Spool::mbox(&path).unwrap();
    let items = listed(&mut spool);
    assert_eq!(items.len(), 3);
    assert_eq!((items[0].mark.len(), items[2].mark.clone()), (64, format!("{}.2", items[0].mark)));
    assert_eq!(text(&mut spool, &items[1]), "A: 2\n\nFrom y\n");
    fs::write(&path, format!("{}\n", two.replace("A: 2", "Status: RO\nX-UID: 7\nA: 2")).replace('\n', "\r\n")).unwrap();
    let now = listed(&mut spool);
    assert_eq!(now.iter().map(|i| i.mark.as_str()).collect::<Vec<_>>(), [items[1].mark.as_str()]);
    assert!(text(&mut spool, &items[1]).contains("From y"));
    assert!(spool.read(&items[0], CAP).unwrap_err().contains("no longer"));
    fs::remove_file(&path).unwrap();
    assert!(marks(&mut spool).is_empty());
    assert!(spool.move_to(&items[0], "Done").unwrap_err().contains("out of an mbox"));
}

#[test]
fn the_last_mail_waits_while_it_is_being_written() {
    let (folder, path) = mbox(&format!("{FROM}A: 1\n\nx\n\n{FROM}A: 2\n\nhalf a li"));
    let lock = folder.path().join("support.lock");
    let mut spool = Spool::mbox(&path).unwrap();
    assert_eq!((marks(&mut spool).len(), spool.stamp()), (1, None));
    back(&path, 5);
    assert_eq!(marks(&mut spool).len(), 2);
    let stamp = spool.stamp();
    assert!(stamp.is_some() && spool.stamp() == stamp);
    fs::write(&lock, "").unwrap();
    assert_eq!((marks(&mut spool).len(), spool.stamp()), (1, None));
    back(&lock, 5);
    assert_eq!(marks(&mut spool).len(), 2, "a lock that nobody holds");
    fs::remove_file(&lock).unwrap();
    fs::write(&path, format!("{FROM}A: 1\n\nx\n\n{FROM}A: 2\n\nhalf a line\n")).unwrap();
    assert_eq!(marks(&mut spool).len(), 2, "a whole line is not waited for");
    back(&path, 5);
    assert_ne!(spool.stamp(), stamp);
}

#[test]
fn mails_over_the_limit_are_listed_and_told_apart() {
    let long = |tail: &str| format!("{FROM}A: 1\n\n{}{tail}\n\n", "x".repeat(300));
    let (_folder, path) = mbox(&format!("{}{}{FROM}A: 2\n\ny\n", long("a"), long("b")));
    let mut spool = Spool::mbox(&path).unwrap();
    let limits = Limits { mail_bytes: 200, ..Limits::default() };
    let items = spool.list(&limits).unwrap();
    assert_eq!(items.iter().map(|i| i.bytes).collect::<Vec<_>>(), [309, 309, 8]);
    assert_ne!(items[0].mark, items[1].mark);
    assert_eq!(spool.read(&items[0], 200).unwrap_err(), "larger than 0 MiB: 0 MiB");
    assert!(text(&mut spool, &items[1]).ends_with("b\n") && text(&mut spool, &items[2]) == "A: 2\n\ny\n");
}

#[test]
fn an_mbox_beside_it_is_a_folder() {
    let (folder, path) = mbox("");
    fs::write(folder.path().join("sent"), format!("{FROM}A: 1\n\nx\n")).unwrap();
    let spool = Spool::mbox(&path).unwrap();
    assert_eq!(marks(&mut spool.folder("sent").unwrap()).len(), 1);
    for name in ["", "..", "../support", "/etc/passwd", ".sent", "nothing"] {
        assert!(spool.folder(name).is_none(), "{name}");
    }
    assert!(spool.sent().is_none());
}

proptest! {
    #[test]
    fn each_listed_mail_of_an_mbox_is_read_and_marked_once(lines in prop::collection::vec(prop_oneof![
        Just(FROM.to_owned()), Just("\n".to_owned()), Just("A: 1\n".to_owned()), Just("Status: R\n".to_owned()), Just("From x\n".to_owned()),
        Just(">From x\n".to_owned()), Just("text\n".to_owned()), Just("\0".to_owned()),
    ], 0..40)) {
        let (_folder, path) = mbox(&format!("{FROM}{}", lines.concat()));
        back(&path, 5);
        let mut spool = Spool::mbox(&path).unwrap();
        let items = listed(&mut spool);
        let mut marks: Vec<&str> = items.iter().map(|item| item.mark.as_str()).collect();
        marks.sort_unstable();
        marks.dedup();
        prop_assert_eq!(marks.len(), items.len());
        for item in &items {
            prop_assert_eq!(u64::try_from(spool.read(item, CAP).unwrap().len()).unwrap(), item.bytes);
        }
    }
}
