//! Mailboxes of a server, each with a copy for the second desk, so that both see the same mails and neither takes any from the
//! other: where mails lie afterwards, and how they are marked, must be the same.

use super::dovecot::{Dovecot, USER};
use super::stage::mirror::{OUTSIDE, Outside, Pairs, asked};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

/// The domain of the users whose mailboxes tests write to, and that of those who have the copies.
const DOMAINS: [&str; 2] = ["acme.test", "acme.twin"];

/// A Dovecot whose users of the one domain have a copy each in the other.
pub(crate) struct Mailboxes(Rc<Copied>);

struct Copied(Dovecot);

/// The files of a user by their path, each with its length and time.
type Files = BTreeMap<PathBuf, (u64, SystemTime)>;

impl Mailboxes {
    /// Starts a server; none where none is installed.
    pub(crate) fn start() -> Option<Mailboxes> {
        let copied = Rc::new(Copied(Dovecot::start()?));
        if asked("DESK_TEST_ENGINES").is_some() {
            let known: Rc<dyn Outside> = copied.clone();
            OUTSIDE.with_borrow_mut(|all| all.push((copied.names(), Rc::downgrade(&known))));
        }
        Some(Mailboxes(copied))
    }
}

impl Deref for Mailboxes {
    type Target = Dovecot;

    fn deref(&self) -> &Dovecot {
        &self.0.0
    }
}

impl Copied {
    /// The addresses of the mailboxes.
    fn names(&self) -> Pairs {
        let [ours, theirs] = DOMAINS;
        let places = [
            format!("127.0.0.2:{}", self.0.port()),
            format!("localhost:{}", self.0.starttls_port()),
            format!("localhost:{}", self.0.tls_port()),
        ];
        let written = |at: &String| [format!("%40{{}}@{at}"), format!("@{{}} at {at}")];
        let names = places.iter().flat_map(written);
        names.map(|name| (name.replace("{}", ours), name.replace("{}", theirs))).collect()
    }

    /// The users of a domain: the name before it, and the folder.
    fn users(&self, domain: &str) -> BTreeMap<String, PathBuf> {
        let folders = fs::read_dir(self.0.home()).unwrap().map(|entry| entry.unwrap().path());
        let of = |path: PathBuf| {
            let name = path.file_name()?.to_str()?.strip_suffix(domain)?.to_owned();
            Some((name, path))
        };
        folders.filter_map(of).collect()
    }

    /// Every mail of a domain: whose, in which folder, its marks, what it is.
    fn mails(&self, domain: &str) -> String {
        let mut all = Vec::new();
        for (name, folder) in self.users(domain) {
            for path in files(&folder).into_keys().filter(|path| is_mail(path)) {
                let mut mail = DefaultHasher::new();
                mail.write(&fs::read(folder.join(&path)).unwrap());
                let (part, file) = (path.parent().unwrap().display(), path.file_name().unwrap().to_string_lossy());
                let marks = file.split_once(":2,").map_or("", |(_, marks)| marks);
                all.push(format!("{name} {part} {marks} {:x}", mail.finish()));
            }
        }
        all.sort();
        all.join("\n")
    }

    /// Numbers the folders that the server would number by the clock, so that both desks see the same numbers.
    fn number(&self, user: &str) {
        static NUMBERS: AtomicU32 = AtomicU32::new(1_700_000_001);
        for folder in ["INBOX", "Sent"].map(|name| self.0.maildir(user, name)) {
            let list = folder.join("dovecot-uidlist");
            if list.exists() {
                continue;
            }
            for part in ["tmp", "new", "cur"] {
                fs::create_dir_all(folder.join(part)).unwrap();
                self.0.give_below_home(&folder.join(part));
            }
            let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
            fs::write(&list, format!("3 V{number} N1 G{number:032x}\n")).unwrap();
            self.0.give_below_home(&list);
        }
    }
}

impl Outside for Copied {
    fn furnish(&self) {
        let [ours, theirs] = DOMAINS;
        self.number(USER);
        for (name, folder) in self.users(ours) {
            self.number(&format!("{name}{ours}"));
            let (wanted, copy) = (files(&folder), self.0.home().join(format!("{name}{theirs}")));
            if wanted == files(&copy) {
                continue;
            }
            let _ = fs::remove_dir_all(&copy);
            for (path, (_, modified)) in wanted {
                let there = copy.join(&path);
                fs::create_dir_all(there.parent().unwrap()).unwrap();
                fs::copy(folder.join(path), &there).unwrap();
                fs::File::open(&there).unwrap().set_modified(modified).unwrap();
                self.0.give_below_home(&there);
            }
        }
    }

    fn done(&self) -> [String; 2] {
        DOMAINS.map(|domain| self.mails(domain))
    }
}

/// Every file below a folder but what the server makes of the others for its own speed.
fn files(folder: &Path) -> Files {
    let mut all = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for path in fs::read_dir(&inner).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !["dovecot.index", "dovecot.list"].iter().any(|made| name.starts_with(made)) {
                let Ok(found) = fs::metadata(&path) else { continue };
                let path = path.strip_prefix(folder).unwrap().to_owned();
                all.insert(path, (found.len(), found.modified().unwrap()));
            }
        }
    }
    all
}

/// Whether it is a mail, and not what the server notes down.
fn is_mail(path: &Path) -> bool {
    let part = path.parent().and_then(Path::file_name);
    part.is_some_and(|part| part == "new" || part == "cur")
}
