//! A desk with a mailbox: letters are delivered, mail is fetched, and what is in the desk is compared with what was delivered.

use crate::dovecot::Dovecot;
use crate::past::past;
use crate::stage::{Said, Stage};
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::mail::Address;
use frontdesk::domain::message::{Addressed, Direction};
use frontdesk::domain::time::Moment;
use frontdesk::domain::token::{self, Token};
use frontdesk::store::message::NewMessage;
use frontdesk::store::outbox::State;
use frontdesk::store::{Deed, Place, Shown, Store};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

/// A mail to support@acme.test: from whom, its id, the subject, further header lines, the text.
pub(crate) fn letter(from: &str, id: &str, subject: &str, more: &[&str], text: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!("Message-ID: <{id}>\n") };
    let more: String = more.iter().map(|line| format!("{line}\n")).collect();
    format!("From: {from}\nTo: support@acme.test\n{id}Subject: {subject}\n{more}\n{text}\n")
}

/// One of many letters that differ, each by an author of its own.
pub(crate) fn numbered(n: usize) -> String {
    letter(&format!("ann{n}@x{n}.test"), &format!("m{n}@x.test"), &format!("Question {n}"), &[], &format!("Text {n}."))
}

/// A desk that reads one mailbox, called `support`.
pub(crate) struct Post {
    pub(crate) stage: Stage,
    letters: Rc<Cell<u32>>,
}

impl Post {
    /// With a Maildir, on a Friday noon.
    pub(crate) fn new() -> Post {
        let post = Post { stage: Stage::new(), letters: Rc::default() };
        post.make("mail");
        post.stage.all(&[
            &format!("config set mailbox.support.imap maildir:{}", post.stage.path("mail").display()),
            "config set addresses support@acme.test,help@acme.test",
        ]);
        post
    }

    /// With a mailbox of a server, in the time that it is.
    pub(crate) fn on(url: &str) -> Post {
        let post = Post { stage: Stage::new().with("DESK_NOW", "").with("SESAME", "sesame"), letters: Rc::default() };
        post.stage.all(&[
            &format!("config set mailbox.support.imap {url}"),
            "config set addresses support@acme.test",
            "config set passwords.support.env SESAME",
        ]);
        post
    }

    /// With a Maildir, in the time that it is.
    pub(crate) fn today() -> Post {
        let post = Post::new();
        let stage = post.stage.with("DESK_NOW", "");
        post.on_stage(stage)
    }

    /// The same desk at another time.
    pub(crate) fn at(&self, now: &str) -> Post {
        self.on_stage(self.stage.at(now))
    }

    /// The same mailbox for a desk on a PostgreSQL server, in the time that it is.
    #[cfg(feature = "postgres")]
    pub(crate) fn on_server(&self, url: &str) -> Post {
        let stage = self.stage.with("DESK_FILE", url).with("DESK_NOW", "");
        let maildir = stage.path("mail").display().to_string();
        stage.all(&[
            &format!("config set mailbox.support.imap maildir:{maildir}"),
            "config set addresses support@acme.test",
        ]);
        self.on_stage(stage)
    }

    /// The same letters on another stage.
    pub(crate) fn on_stage(&self, stage: Stage) -> Post {
        Post { stage, letters: Rc::clone(&self.letters) }
    }

    /// Makes a Maildir, or a folder of one.
    pub(crate) fn make(&self, folder: &str) {
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(self.stage.path(folder).join(part)).unwrap();
        }
    }

    /// Delivers a mail into the Maildir, now.
    pub(crate) fn deliver(&self, mail: impl AsRef<[u8]>) -> PathBuf {
        self.deliver_to("mail", mail)
    }

    /// Delivers into another Maildir.
    pub(crate) fn deliver_to(&self, folder: &str, mail: impl AsRef<[u8]>) -> PathBuf {
        let n = self.letters.get() + 1;
        self.letters.set(n);
        let path = self.stage.path(folder).join("new").join(format!("{:010}.M{n}.test", 1_700_000_000 + n));
        fs::write(&path, mail).unwrap();
        arrives(&path, self.now());
        path
    }

    /// The stage's now; the real one where it has none.
    pub(crate) fn now(&self) -> Moment {
        self.stage.line(&[]).host().now().unwrap()
    }

    /// Fetches, which must succeed; what came of the mailbox.
    pub(crate) fn fetch(&self) -> Value {
        let all = self.stage.json("fetch");
        let mailboxes = all["mailboxes"].as_array().unwrap();
        assert_eq!(mailboxes.len(), 1, "{all}");
        mailboxes[0].clone()
    }

    /// Fetches what makes one new ticket; its number.
    pub(crate) fn opened(&self) -> i64 {
        let fetched = self.fetch();
        assert_eq!(
            (fetched["read"].as_i64(), fetched["opened"].as_array().map(Vec::len)),
            (Some(1), Some(1)),
            "{fetched}"
        );
        fetched["opened"][0].as_i64().unwrap()
    }

    /// Delivers a mail that makes a new ticket; its number.
    pub(crate) fn opens(&self, mail: impl AsRef<[u8]>) -> i64 {
        self.deliver(mail);
        self.opened()
    }

    /// Delivers a mail that must join this ticket.
    pub(crate) fn joins(&self, ticket: i64, mail: impl AsRef<[u8]>) {
        let before = self.count(ticket);
        self.deliver(mail);
        let fetched = self.fetch();
        assert_eq!((fetched["read"].as_i64(), &fetched["opened"]), (Some(1), &Value::Array(Vec::new())), "{fetched}");
        assert_eq!(self.count(ticket), before + 1, "{fetched}");
    }

    /// How many messages a ticket shows.
    pub(crate) fn count(&self, ticket: i64) -> usize {
        self.stage.of(ticket, "messages").as_array().unwrap().len()
    }

    /// The status of a ticket.
    pub(crate) fn status(&self, ticket: i64) -> String {
        self.stage.of(ticket, "status").as_str().unwrap().to_owned()
    }

    /// The last message of a ticket.
    pub(crate) fn last(&self, ticket: i64) -> Value {
        self.stage.of(ticket, "messages").as_array().unwrap().last().unwrap().clone()
    }

    /// What is said of how far the author of the last message of a ticket may be trusted.
    pub(crate) fn trust(&self, ticket: i64) -> Option<String> {
        let mut store = self.store();
        let named = store.read(|r| r.named_in(ticket)).unwrap();
        named.into_iter().max_by_key(|m| m.id).unwrap().trust
    }

    /// Tickets that stand beside this one.
    pub(crate) fn beside(&self, ticket: i64) -> Vec<i64> {
        self.store().read(|r| r.links(ticket)).unwrap()
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(&Place::File(self.stage.path("desk.db")), true, None).unwrap().unwrap()
    }

    /// An answer of ours to a ticket that has left the desk: its signed Message-ID.
    pub(crate) fn answers(&self, ticket: i64, to: &str, text: &str) -> String {
        let key = self.stage.line(&[]).host().unique_word(8).unwrap();
        let deed = Deed { agent: "mila", command: "test", kind: OperationKind::Do, at: self.now(), key };
        past(&self.stage.path("desk.db"), |store| {
            let (uid, secret) = store.read(|r| Ok((r.uid()?, r.secret()?))).unwrap();
            let written = store.write(&deed, false, |tx| {
                let id = tx.next_ids(1)?;
                let signed = token::message_id(&secret, &uid, Token { ticket, message: id }, to, "acme.test");
                let to = Address { name: String::new(), email: to.to_owned() };
                let addressed = Addressed { to: vec![to.clone()], ..Addressed::default() };
                let message = NewMessage {
                    id,
                    direction: Some(Direction::Out),
                    agent: Some(tx.agent),
                    author: "Mila",
                    email: "support@acme.test",
                    at: tx.at,
                    counts: true,
                    message_id: Some(&signed),
                    text,
                    addressed: Some(&addressed),
                    ..NewMessage::default()
                };
                tx.put_message(&message)?;
                let at = tx.at;
                let shown = Event::about(Noun::Message, id, "ticket", &(), &Shown { ticket, joined: None }, at);
                let posting = tx.put_posting(id, ticket, false, "support@acme.test", &[to.email])?;
                let waits = Event::about(Noun::Posting, posting, "state", &(), &State::Waiting.word(), at);
                tx.apply([shown, waits].map(|e| e.in_history_of(Some(ticket))))?;
                Ok(signed)
            });
            written.unwrap().value
        })
    }

    /// Every mail of the desk: Message-ID and how often it stands in a ticket.
    pub(crate) fn mails(&self) -> BTreeMap<String, usize> {
        let mut mails = BTreeMap::new();
        let desk = rusqlite::Connection::open(self.stage.path("desk.db")).unwrap();
        let mut query = desk.prepare("SELECT message_id FROM message WHERE ticket_id IS NOT NULL").unwrap();
        let ids = query.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        ids.for_each(|id| *mails.entry(id.unwrap().unwrap_or_default()).or_insert(0) += 1);
        mails
    }

    /// Compares what is in the desk with the letters of these numbers: each must be there once, and nothing else.
    pub(crate) fn holds_each_once(&self, numbers: std::ops::Range<usize>) {
        let expected: BTreeMap<String, usize> = numbers.map(|n| (format!("m{n}@x.test"), 1)).collect();
        let found = self.mails();
        let lost: Vec<&String> = expected.keys().filter(|id| !found.contains_key(*id)).collect();
        let wrong: Vec<_> = found.iter().filter(|(id, n)| expected.get(*id) != Some(n)).collect();
        assert!(lost.is_empty() && wrong.is_empty(), "lost: {lost:?}; more than once or unknown: {wrong:?}");
        self.is_sound();
    }

    /// Every mail is accounted for, and the desk is sound.
    pub(crate) fn is_sound(&self) {
        let check = self.stage.desk("fetch --check");
        assert!(check.exit == 0 && check.out.lines().all(|l| l.ends_with(" 0 unaccounted")), "{check:?}");
        let doctor = self.stage.desk("doctor --deep");
        assert_eq!(doctor.exit, 0, "{doctor:?}");
    }

    /// A fetch that may fail, but only as a broken line may: it says so and asks to try again.
    pub(crate) fn tries(&self) -> Said {
        let said = self.stage.desk("fetch");
        assert!(said.exit == 0 || (said.exit == 75 && said.talk.contains("hint: ")), "{said:?}");
        said
    }
}

/// Sets when a mail arrived.
pub(crate) fn arrives(path: &Path, at: Moment) {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.0).unwrap());
    fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// Delivers letters of these numbers to the INBOX of a server.
pub(crate) fn deliver_all(dovecot: &Dovecot, numbers: std::ops::Range<usize>) {
    numbers.for_each(|n| dovecot.deliver("INBOX", numbered(n)));
}
