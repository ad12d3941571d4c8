//! The one road from a test to the commands, in process. When `tests/engines/main.rs` runs the tests, what they say to a desk
//! in a file is said to a desk of PostgreSQL as well, which has a schema and a home of its own: output, talk, exit code and
//! the files that the command leaves must be alike, and so must what it did outside: which mails it sent and moved
//! ([`Outside`]). What a test does to the file by another road the server is not told; from then on the file is on its own.
//! How often it was the one or the other goes into a tally.

use frontdesk::host::Host;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::rc::Weak;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a command came to: exit code, output, talk.
pub type Said = (u8, String, String);

/// A command as a test says it.
#[derive(Clone)]
pub struct Line {
    /// The words after `desk`.
    pub words: Vec<String>,
    /// All variables that it sees.
    pub environment: BTreeMap<String, String>,
    /// What it can read.
    pub input: Vec<u8>,
    /// Whether its output is read on a terminal.
    pub terminal: bool,
}

impl Line {
    /// The machine around it.
    pub fn host(&self) -> Host {
        let mut host = Host::staged(self.environment.clone(), &self.input);
        host.stdout_is_terminal = self.terminal;
        host
    }

    /// The command.
    fn command(&self) -> &str {
        self.words.iter().map(String::as_str).find(|word| !word.starts_with('-')).unwrap_or_default()
    }

    /// Whether it is of a kind that a file and a server answer alike. A folder of a chance name is told by one only.
    fn is_for_any_engine(&self) -> bool {
        !OF_THE_FILE.contains(&self.command())
            && !self.words.iter().any(|word| word.starts_with("--desk"))
            && !self.words.starts_with(&["attachment".to_owned(), "open".to_owned()])
    }

    /// One that has nothing to read and no terminal.
    pub fn new(words: Vec<String>, environment: BTreeMap<String, String>) -> Line {
        Line { words, environment, input: Vec::new(), terminal: false }
    }
}

/// Commands about the file itself, or that never ask a server: there is nothing to compare.
const OF_THE_FILE: [&str; 6] = ["__complete", "backup", "completions", "help", "man", "restore"];

/// How lines begin that say what a server alone has, or what each engine has of its own: its name, the size of the file, the
/// words with which it refuses what does not fit.
const OF_ONE: [&str; 6] = [
    "cause: the store refused a statement: ",
    "the server's own log (WAL), backups and replicas keep older pages",
    "engine      ",
    "size        ",
    "\"engine\": \"",
    "\"bytes\": ",
];

thread_local! {
    /// The second desk of each file that this test speaks to.
    pub static MIRRORS: RefCell<BTreeMap<PathBuf, Mirror>> = const { RefCell::new(BTreeMap::new()) };
    /// What this test has set up outside of the homes, and how it is called; it is gone when the test lets go of it, and its
    /// names may still be said.
    pub static OUTSIDE: RefCell<Vec<(Pairs, Weak<dyn Outside>)>> = const { RefCell::new(Vec::new()) };
}

/// Something outside of the homes of which the second desk has its own, so that neither takes from the other: a server that
/// mails are sent to, mailboxes that they are read from.
pub trait Outside {
    /// Makes theirs what ours is, before a command.
    fn furnish(&self);
    /// What the command made of both, as something to be compared.
    fn done(&self) -> [String; 2];
}

/// Words that name something of the first desk, each with that of the second.
pub type Pairs = Vec<(String, String)>;

/// A desk of PostgreSQL beside a file.
pub struct Mirror {
    /// Where it is.
    pub address: String,
    home: tempfile::TempDir,
    /// The file as the last command left it that both were told; none where the file goes on alone.
    pub file: Option<Stamps>,
    said: u32,
}

/// What tells whether a desk's file and the journal beside it were touched.
pub type Stamps = [Option<[i64; 5]>; 2];

/// What is in a folder, by the path in it: kind and rights, and bytes; of a large file its length.
type Things = BTreeMap<PathBuf, (u32, Content)>;

#[derive(PartialEq)]
enum Content {
    Bytes(Vec<u8>),
    Large(u64),
}

/// Files of more bytes are not looked into.
const LARGE: u64 = 8 << 20;

/// Bits of a file's mode: the kind of the file, and two kinds.
const KIND: u32 = 0o170_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;

/// Runs a command, on both engines where that is asked for.
pub fn run(mut line: Line) -> Said {
    let (Some(server), Some((home, file))) = (asked("DESK_TEST_ENGINES"), place(&line)) else { return say(line) };
    let known = MIRRORS.with_borrow_mut(|all| all.remove(&file));
    // Where the file is gone, a new desk begins.
    let nothing = stamps_of(&file) == [None; 2];
    let known = known.filter(|mirror| !nothing || mirror.file == Some([None; 2]));
    let mut mirror = known.unwrap_or_else(|| Mirror::new(&server, &home));
    if line.environment["DESK_NOW"].is_empty() {
        let now = line.host().now().unwrap().rfc3339();
        line.environment.insert("DESK_NOW".to_owned(), now);
    }
    mirror.said += 1;
    // Chance has to be the same for both, and who says which desk it is.
    line.environment.entry("DESK_SEED".to_owned()).or_insert_with(|| mirror.said.to_string());
    line.environment.entry("DESK_FILE".to_owned()).or_insert_with(|| file.display().to_string());
    mirror.file = mirror.file.filter(|stamps| *stamps == stamps_of(&file));
    let alone = mirror.file.is_none() || !line.is_for_any_engine();
    tally(if alone { "alone" } else { "both" });
    // What is in the desk stays, but the journal may go.
    let only_copies = line.command() == "backup" && mirror.file.is_some();
    let here = if alone { say(line) } else { mirror.run(line, &home, &file) };
    if only_copies {
        mirror.file = Some(stamps_of(&file));
    }
    MIRRORS.with_borrow_mut(|all| all.insert(file, mirror));
    here
}

fn say(line: Line) -> Said {
    let mut host = line.host();
    let exit = frontdesk::run(line.words, &mut host);
    let (out, talk) = host.said();
    (exit, out, talk)
}

impl Mirror {
    /// A desk that is still to be made, its home beside the other and called by as long a name, so that lines break alike.
    fn new(server: &str, home: &Path) -> Mirror {
        let name = home.file_name().unwrap().to_str().unwrap();
        let twin = tempfile::Builder::new().prefix(&name[..name.len() - 6]).tempdir_in(home.parent().unwrap()).unwrap();
        Mirror { address: schema(server), home: twin, file: Some([None; 2]), said: 0 }
    }

    fn run(&mut self, line: Line, home: &Path, file: &Path) -> Said {
        let named = line.words.join(" ");
        let twin = self.home.path().to_owned();
        let (called, outside): (Vec<Pairs>, Vec<_>) = OUTSIDE.with_borrow(|all| all.iter().cloned().unzip());
        let outside: Vec<_> = outside.iter().filter_map(Weak::upgrade).collect();
        let mut names = vec![(home.to_str().unwrap().to_owned(), twin.to_str().unwrap().to_owned())];
        names.extend(called.into_iter().flatten());
        furnish(&twin, home, &names);
        outside.iter().for_each(|it| it.furnish());
        let mut other = line.clone();
        other.words.iter_mut().chain(other.environment.values_mut()).for_each(|w| *w = replaced(w, &names));
        other.input = replaced_in(other.input, &names);
        other.environment.insert("DESK_FILE".to_owned(), self.address.clone());
        let here = say(line);
        self.file = Some(stamps_of(file));
        let (exit, out, talk) = say(other);
        names.iter_mut().for_each(|(ours, theirs)| std::mem::swap(ours, theirs));
        let file = file.to_str().unwrap();
        let bare = self.address.split('?').next().unwrap();
        let plain = |text: &str| {
            let lines =
                text.split_inclusive('\n').filter(|said| !OF_ONE.iter().any(|it| said.trim_start().starts_with(it)));
            let text: String = lines.collect();
            without_chance(&replaced(&text.replace(&self.address, file).replace(bare, file), &names))
        };
        let there = (exit, plain(&out), plain(&talk));
        let (out, talk) = (plain(&here.1), plain(&here.2));
        // The address is longer than the path: where a table shows it, its columns are wider.
        let loose = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let same = if out.contains(file) { loose(&out) == loose(&there.1) } else { out == there.1 };
        let alike = same && (here.0, &talk) == (there.0, &there.2);
        assert!(alike, "PostgreSQL answers otherwise to `desk {named}`:\n{}", beside(&here, &there));
        let files = |folder: &Path| {
            let mut all = things(folder, &names);
            all.retain(|_, (kind, _)| *kind & KIND != FOLDER);
            for (_, content) in all.values_mut() {
                if let Content::Bytes(bytes) = content
                    && let Ok(text) = std::str::from_utf8(bytes)
                {
                    *bytes = without_chance(text).into_bytes();
                }
            }
            all
        };
        let (left, right) = (files(home), files(&twin));
        for path in left.keys().chain(right.keys()) {
            assert!(left.get(path) == right.get(path), "with PostgreSQL `desk {named}` leaves another {path:?}");
        }
        for [left, right] in outside.iter().map(|it| it.done()) {
            assert!(
                left == right,
                "with PostgreSQL `desk {named}` does another thing:\n{left}\n--- PostgreSQL:\n{right}"
            );
        }
        here
    }
}

/// Two answers, one below the other; of long ones the lines that differ, from a little before where they do.
fn beside(here: &Said, there: &Said) -> String {
    let one = |(exit, out, talk): &Said| format!("exit {exit}\n{out}{talk}");
    let (left, right) = (one(here), one(there));
    if left.len().max(right.len()) < 3000 {
        return format!("--- file: {left}--- PostgreSQL: {right}");
    }
    let mut all = format!("{} and {} lines\n", left.lines().count(), right.lines().count());
    for (n, (a, b)) in left.lines().zip(right.lines()).enumerate().filter(|(_, (a, b))| a != b).take(5) {
        let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count().saturating_sub(60);
        let part = |line: &str| line.chars().skip(same).take(300).collect::<String>();
        all.push_str(&format!("{n} file:       {}\n{n} PostgreSQL: {}\n", part(a), part(b)));
    }
    all
}

/// The home of a line, which is a temporary folder, and the desk's file in it; none where the file is another, or now is not
/// fixed.
fn place(line: &Line) -> Option<(PathBuf, PathBuf)> {
    line.environment.get("DESK_NOW")?;
    let home = Path::new(line.environment.get("HOME")?);
    let below = home.strip_prefix(std::env::temp_dir()).ok()?;
    let top = std::env::temp_dir().join(below.components().next()?);
    let data = line.environment.get("XDG_DATA_HOME").map_or(home, |set| Path::new(set)).join("desk/desk.db");
    let file = line.environment.get("DESK_FILE").map_or(data, PathBuf::from);
    (file.starts_with(&top) && file.extension() == Some("db".as_ref())).then_some((top, file))
}

/// The touch of a file as it is now.
pub fn stamps_of(file: &Path) -> Stamps {
    let journal = format!("{}-wal", file.display());
    [file, Path::new(&journal)].map(|path| {
        let found = fs::metadata(path).ok().filter(|found| found.len() > 0)?;
        let (ino, len, links) = (found.ino().cast_signed(), found.len().cast_signed(), found.nlink().cast_signed());
        Some([ino, len, links, found.mtime(), found.mtime_nsec()])
    })
}

/// What is in a folder, without desks; each name in it becomes its other one.
fn things(folder: &Path, names: &Pairs) -> Things {
    let mut all = Things::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for path in fs::read_dir(&inner).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let Ok(found) = fs::symlink_metadata(&path) else { continue };
            let content = if found.is_dir() {
                folders.push(path.clone());
                Content::Bytes(Vec::new())
            } else if found.is_symlink() {
                Content::Bytes(replaced_in(fs::read_link(&path).unwrap().into_os_string().into_vec(), names))
            } else if !found.is_file()
                || path.extension().is_some_and(|of| of == "db" || of == "db-wal" || of == "db-shm")
            {
                continue;
            } else if found.len() > LARGE {
                Content::Large(found.len())
            } else {
                Content::Bytes(replaced_in(fs::read(&path).unwrap_or_default(), names))
            };
            all.insert(path.strip_prefix(folder).unwrap().to_owned(), (found.mode(), content));
        }
    }
    all
}

/// Makes the second home what the first is.
fn furnish(twin: &Path, home: &Path, names: &Pairs) {
    let wanted = things(home, names);
    if wanted == things(twin, &Pairs::new()) {
        return;
    }
    fs::remove_dir_all(twin).unwrap();
    fs::create_dir(twin).unwrap();
    for (path, (mode, content)) in wanted {
        let (here, there) = (home.join(&path), twin.join(&path));
        let modified = fs::symlink_metadata(&here).unwrap().modified().unwrap();
        match (mode & KIND, content) {
            (FOLDER, _) => fs::create_dir(&there).unwrap(),
            (LINK, Content::Bytes(bytes)) => symlink(OsString::from_vec(bytes), &there).unwrap(),
            (_, content) => {
                match content {
                    Content::Bytes(bytes) => fs::write(&there, bytes).unwrap(),
                    Content::Large(_) => drop(fs::copy(here, &there).unwrap()),
                }
                fs::set_permissions(&there, fs::Permissions::from_mode(mode)).unwrap();
                fs::File::open(&there).unwrap().set_modified(modified).unwrap();
            }
        }
    }
}

/// Text with other names in it.
fn replaced(text: &str, names: &Pairs) -> String {
    names.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The same of bytes; what is no text stays as it is.
fn replaced_in(bytes: Vec<u8>, names: &Pairs) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => sealed_anew(&text, replaced(&text, names)).into_bytes(),
        Err(odd) => odd.into_bytes(),
    }
}

/// A whole desk that left as lines ends with their sum: where they were as they had been written, they are so again.
fn sealed_anew(text: &str, changed: String) -> String {
    let lines = |text: &str| text.rfind("{\"kind\":\"end\",\"lines\":");
    let (Some(was), Some(is)) = (lines(text), lines(&changed)) else { return changed };
    let sum = |lines: &str| Sha256::digest(lines).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    changed[..is].to_owned() + &changed[is..].replace(&sum(&text[..was]), &sum(&changed[..is]))
}

/// A text without what chance alone made, whatever `DESK_SEED` says: the keys of operations, the seal over them, how long a
/// mail server says that it took.
fn without_chance(text: &str) -> String {
    let is_time = |piece: &str| piece.bytes().all(|b| b.is_ascii_digit() || b". +".contains(&b));
    let mut untimed = text.to_owned();
    while let Some(end) = untimed.find(" secs)")
        && let Some(start) = untimed[..end].rfind(" (").filter(|start| is_time(&untimed[start + 2..end]))
    {
        untimed.replace_range(start..end + 6, "");
    }
    let marks = [("\"key\":\"", 24), ("\"sha256\":\"", 64)];
    marks.iter().fold(untimed, |text, (mark, digits)| {
        let mut pieces = text.split(mark);
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |all, piece| {
            let word = piece.bytes().take_while(u8::is_ascii_hexdigit).count();
            all + mark + if word == *digits { &piece[word..] } else { piece }
        })
    })
}

#[expect(clippy::disallowed_methods, reason = "the tests are told by the environment what to try")]
pub fn asked(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// One more that was said to both, or to the file alone.
fn tally(to: &str) {
    let Some(path) = asked("DESK_TEST_TALLY") else { return };
    let mut file = fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(format!("{to}\n").as_bytes()).unwrap();
}

/// The address of a new, empty schema.
#[cfg(feature = "postgres")]
fn schema(server: &str) -> String {
    static SCHEMAS: AtomicU32 = AtomicU32::new(1);
    let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
    let name = format!("desk{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
    client.batch_execute(&format!("CREATE SCHEMA {name}")).unwrap();
    format!("{server}?options=-c%20search_path%3D{name}")
}

#[cfg(not(feature = "postgres"))]
fn schema(_: &str) -> String {
    unreachable!("nobody asks for PostgreSQL where it is left out")
}
