//! Where any bytes enter the library, and what must hold for all of them: mails and mailboxes here, tables, what people
//! type and what leaves in `entries/`. The fuzz targets and `tests/fuzzed.rs` share it.

#[path = "entries/back.rs"]
pub mod back;
#[path = "entries/leaving.rs"]
pub mod leaving;
#[path = "entries/tables.rs"]
pub mod tables;
#[path = "entries/typed.rs"]
pub mod typed;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::time::{Duration, SystemTime};

use frontdesk::domain::copies::is_copy;
use frontdesk::domain::mail::{Class, Mail};
use frontdesk::domain::quote::{new_text, only_thanks, split};
use frontdesk::domain::thread::Threads;
use frontdesk::formats::head::head;
use frontdesk::formats::limits::Limits;
use frontdesk::formats::mail::mail;
use frontdesk::formats::mailbox::{Form, Item, Mailbox, Place};
use frontdesk::formats::spool::Spool;

/// A header: the first look and the whole mail say the same of it, within the limits.
pub fn header(data: &[u8]) {
    let first = head(data);
    let Some(read) = taken(data) else { return };
    assert_eq!((first.message_id, first.references, first.date), (read.message_id, read.references, read.date));
    assert_eq!((first.labels, first.delivered_to), (read.labels, read.delivered_to));
}

/// A mail of parts: the body stays within the limits.
pub fn mime(data: &[u8]) {
    let Some(read) = taken(data) else { return };
    let limits = Limits::default();
    assert!(read.attachments.len() <= limits.parts + limits.depth + 1);
    assert!(read.attachments.iter().all(|part| part.content.len() <= data.len()));
    assert_eq!(taken(data).map(|again| again.content_key), Some(read.content_key));
}

/// Conversations: what is joined is what a slow and simple search finds. A byte over 128 starts a mail with this id, a
/// smaller one is an id that it names.
pub fn thread(data: &[u8]) {
    let data = data.get(..300).unwrap_or(data);
    let mut mails: Vec<(Option<u8>, Vec<u8>)> = Vec::new();
    for &byte in data {
        match mails.last_mut() {
            Some((_, named)) if byte < 128 => named.push(byte % 64),
            _ => mails.push((Some(byte % 64).filter(|id| *id > 0), Vec::new())),
        }
    }
    let mut threads: Threads<u8> = Threads::default();
    let nodes: Vec<usize> = mails.iter().map(|(own, named)| threads.add(*own, named)).collect();
    let mut groups: Vec<usize> = (0..mails.len()).collect();
    loop {
        let mut least: HashMap<u8, usize> = HashMap::new();
        let mut changed = false;
        for _ in 0..2 {
            for (group, (own, named)) in groups.iter_mut().zip(&mails) {
                for id in own.iter().chain(named) {
                    let known = least.entry(*id).or_insert(*group);
                    changed |= known != group;
                    *known = (*known).min(*group);
                    *group = *known;
                }
            }
        }
        if !changed {
            break;
        }
    }
    for (a, first) in groups.iter().zip(&nodes) {
        for (b, second) in groups.iter().zip(&nodes) {
            assert_eq!(a == b, threads.conversation(*first) == threads.conversation(*second), "{mails:?}");
        }
    }
}

/// A text: its pieces cover it, and what is new stands in it.
pub fn quote(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut end = 0;
    for piece in split(&text) {
        assert!(piece.from == end && piece.to > piece.from && text.is_char_boundary(piece.to));
        end = piece.to;
    }
    assert_eq!(end, text.len());
    let new = new_text(&text);
    assert!(new.len() <= text.len());
    assert!(new.lines().map(str::trim).all(|line| text.contains(line)));
    let _ = only_thanks(&new);
    assert!(is_copy(&text, &text));
    let _ = (is_copy(&new, &text), is_copy(&text, &new));
}

/// A delivery report: as a whole, as the parts of one, and as its words.
pub fn bounce(data: &[u8]) {
    let report =
        b"From: mailer-daemon@x.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n";
    let status = b"From: mailer-daemon@x.test\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n";
    for before in [&b""[..], report, status, b"From: postmaster@x.test\n\n"] {
        taken(&[before, data].concat());
    }
}

/// A mailbox file: the archive and the spool find its mails where they stand, and mails that come behind change no mark.
pub fn spool(data: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("box");
    let limits = Limits::default();
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    let put = |data: &[u8]| {
        std::fs::write(&path, data).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
    };
    put(data);
    for form in [None, Some(Form::Mbox), Some(Form::Eml)] {
        let Ok(mut archive) = Mailbox::open(&path, form) else { continue };
        let mut found: Vec<(Place, Vec<u8>)> = Vec::new();
        let mut keep = |place: &Place, item: Item<'_>| {
            if let Item::Mail(mail) = item {
                found.push((*place, mail.to_vec()));
            }
            Ok(())
        };
        archive.scan(&limits, &mut keep, &mut |_, _| {}).unwrap();
        assert!(found.windows(2).all(|two| two[0].0.offset + two[0].0.bytes <= two[1].0.offset));
        for (place, mail) in found {
            assert_eq!(archive.read(&place).unwrap(), mail);
        }
    }
    let marks = || -> Option<Vec<(String, Vec<u8>)>> {
        let mut spool = Spool::mbox(&path).ok()?;
        let items = spool.list(&limits).unwrap();
        Some(items.into_iter().map(|item| (item.mark.clone(), spool.read(&item, u64::MAX).unwrap())).collect())
    };
    let Some(before) = marks() else { return };
    let different: HashSet<&String> = before.iter().map(|(mark, _)| mark).collect();
    assert_eq!(different.len(), before.len());
    put(&[data, b"\n\nFrom new@x.test Fri Nov 20 12:00:00 2026\nSubject: new\n\nnew\n"].concat());
    let after: HashSet<(String, Vec<u8>)> = marks().unwrap().into_iter().collect();
    // The last one may have gone on.
    assert!(before.iter().filter(|known| !after.contains(known)).count() <= 1);
}

/// The mail, when it is taken at all, and what must hold for every one.
fn taken(data: &[u8]) -> Option<Mail> {
    let read = mail(data, &Limits::default()).ok()?;
    assert!(!read.text.contains(['\0', '\r']) && !read.subject.contains('\0'));
    assert!(read.references.len() <= 50 && read.delivered_to.len() <= 20 && read.results.len() <= 20);
    assert!(read.thread_index.as_ref().is_none_or(|index| index.len() == 44));
    if let Some(bounce) = &read.bounce {
        assert_eq!(read.class, Class::Bounce);
        assert!(bounce.recipients.len() <= 100 && bounce.recipients.iter().all(|r| r.contains('@')), "{bounce:?}");
        assert!(bounce.reason.chars().count() <= 300 && !bounce.reason.contains(char::is_control));
    }
    Some(read)
}
