//! A source of mails on disk: an mbox, one mail, a Maildir, or a folder of any of them. Finding the files, reading the
//! mails one after the other with bounded memory, and reading one again. What a mail says is read in `mail`.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::limits::Limits;
use super::mbox;
use super::sniff::{self, Look};
use crate::error::{Error, Kind, Result};

/// What the user says the source is made of; without it the program looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Every file is an mbox.
    Mbox,
    /// Every file is one mail.
    Eml,
}

/// Where a mail stands in its mailbox. Small: a big archive has 100,000s of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The number of the file, in the order of reading.
    pub file: u32,
    /// Where in the file the mail starts, in bytes: in an mbox its `From ` line.
    pub offset: u64,
    /// How many bytes of the file it takes.
    pub bytes: u64,
    /// It stands in a folder of sent mail.
    pub folder_is_sent: bool,
}

/// What stands in a place.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A mail, without mbox quoting.
    Mail(&'a [u8]),
    /// A mail over the limit: what its header is in, and how long it is.
    Oversized {
        /// The first bytes, 1 MiB at most.
        head: &'a [u8],
        /// Its whole length.
        bytes: u64,
    },
    /// A file that cannot be read, and why.
    Unreadable(String),
}

/// An opened source of mails.
#[derive(Debug)]
pub struct Mailbox {
    files: Vec<Source>,
    total: u64,
    /// The file that was read last.
    open: Option<(u32, File)>,
}

/// One file of a mailbox.
#[derive(Debug)]
struct Source {
    path: PathBuf,
    form: Form,
    sent: bool,
}

impl Mailbox {
    /// Opens `path`: an mbox, one mail, a Maildir, or a folder that is read recursively for them. With [`Form::Eml`] every
    /// regular file of a folder is one mail. Links to folders are not followed.
    ///
    /// # Errors
    /// There is nothing at `path`, it cannot be read, it is no mail but something else, or a folder has no mails in it.
    pub fn open(path: &Path, form: Option<Form>) -> Result<Mailbox> {
        let shown = path.display();
        let facts = fs::metadata(path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Error::new(Kind::Missing, format!("there is no file or folder {shown}")),
            _ => Error::refused(format!("{shown} cannot be read")).because(e),
        })?;
        let mut mailbox = Mailbox { files: Vec::new(), total: 0, open: None };
        if facts.is_dir() {
            mailbox.gather(path, form)?;
            if mailbox.files.is_empty() {
                return Err(Error::refused(format!("there are no mails in {shown}")).hint(
                    "a folder may hold .eml files, mboxes and Maildirs; --from eml takes every file in it for a mail",
                ));
            }
        } else if facts.is_file() {
            let form = file_form(path, form)?;
            mailbox.push(path.to_owned(), form, facts.len(), is_sent(path));
        } else {
            return Err(Error::refused(format!("{shown} is neither a file nor a folder")));
        }
        Ok(mailbox)
    }

    /// How many bytes all its files have.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.total
    }

    /// The place in words: `box.mbox:10234` (file and byte) in an mbox, the path of any other file.
    #[must_use]
    pub fn describe(&self, place: &Place) -> String {
        match self.source(place.file) {
            Some(source) if source.form == Form::Mbox => format!("{}:{}", source.path.display(), place.offset),
            Some(source) => source.path.display().to_string(),
            None => String::new(),
        }
    }

    /// Calls `each` for every mail in order, and `progress` with the bytes done and the bytes in all.
    ///
    /// # Errors
    /// Only those of `each`; a file that cannot be read is an [`Item::Unreadable`].
    pub fn scan(
        &self,
        limits: &Limits,
        each: &mut dyn FnMut(&Place, Item<'_>) -> Result<()>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<()> {
        let mut done = 0;
        for (number, source) in self.files.iter().enumerate() {
            let file = u32::try_from(number).unwrap_or(u32::MAX);
            let mut at = Place { file, offset: 0, bytes: 0, folder_is_sent: source.sent };
            let scanned = match File::open(&source.path) {
                Err(e) => Err(Failed::Read(e)),
                Ok(opened) => {
                    at.bytes = opened.metadata().map_or(0, |m| m.len());
                    let mut step = |bytes: u64| progress((done + bytes).min(self.total), self.total);
                    match source.form {
                        Form::Eml => one(opened, &mut at, limits, each, &mut step),
                        Form::Mbox => many(opened, &mut at, limits, each, &mut step),
                    }
                }
            };
            match scanned {
                Ok(()) => {}
                Err(Failed::Said(error)) => return Err(error),
                Err(Failed::Read(e)) => each(&at, Item::Unreadable(format!("it cannot be read: {e}")))?,
            }
            done += at.offset + at.bytes;
            progress(done.min(self.total), self.total);
        }
        Ok(())
    }

    /// Reads the mail in `place` again: the same bytes that [`Mailbox::scan`] gave.
    ///
    /// # Errors
    /// The file is gone, shorter than before, or cannot be read.
    pub fn read(&mut self, place: &Place) -> Result<Vec<u8>> {
        let Some(source) = self.source(place.file) else {
            return Err(Error::bug("a place of another mailbox"));
        };
        let (path, form) = (source.path.clone(), source.form);
        let failed = |e: io::Error| Error::refused(format!("{} cannot be read again: {e}", path.display()));
        let mut file = match self.open.take() {
            Some((number, file)) if number == place.file => file,
            _ => File::open(&path).map_err(failed)?,
        };
        file.seek(SeekFrom::Start(place.offset)).map_err(failed)?;
        let mut bytes = Vec::with_capacity(usize::try_from(place.bytes).unwrap_or_default());
        (&mut file).take(place.bytes).read_to_end(&mut bytes).map_err(failed)?;
        self.open = Some((place.file, file));
        if form == Form::Eml {
            return Ok(bytes);
        }
        let mut mail = None;
        let first = |found: mbox::Found<'_>| {
            mail.get_or_insert_with(|| found.mail.to_vec());
            Ok::<(), io::Error>(())
        };
        mbox::split(bytes.as_slice(), place.bytes, first).map_err(failed)?;
        mail.ok_or_else(|| Error::refused(format!("{} has changed", self.describe(place))))
    }

    fn source(&self, file: u32) -> Option<&Source> {
        self.files.get(usize::try_from(file).ok()?)
    }

    fn push(&mut self, path: PathBuf, form: Form, bytes: u64, sent: bool) {
        self.total += bytes;
        self.files.push(Source { path, form, sent });
    }

    /// Adds the mails of a folder and of the folders in it, in the order of their paths.
    fn gather(&mut self, top: &Path, form: Option<Form>) -> Result<()> {
        let mut folders = vec![top.to_owned()];
        while let Some(folder) = folders.pop() {
            let mut entries: Vec<PathBuf> = match fs::read_dir(&folder) {
                Ok(entries) => entries.filter_map(|e| e.ok().map(|e| e.path())).collect(),
                Err(e) if folder == top => {
                    return Err(Error::refused(format!("{} cannot be read", folder.display())).because(e));
                }
                Err(_) => {
                    self.push(folder, Form::Eml, 0, false);
                    continue;
                }
            };
            entries.sort();
            let maildir = folder.join("cur").is_dir() || folder.join("new").is_dir();
            let inner = maildir_part(&folder);
            let mut below = Vec::new();
            for path in entries {
                let kind = fs::symlink_metadata(&path);
                if kind.as_ref().is_ok_and(fs::Metadata::is_dir) {
                    if !(maildir && form.is_none() && path.ends_with("tmp")) {
                        below.push(path);
                    }
                } else {
                    self.add(path, form, inner);
                }
            }
            folders.extend(below.into_iter().rev());
        }
        Ok(())
    }

    /// Adds a file of a folder when it is mail.
    fn add(&mut self, path: PathBuf, form: Option<Form>, inner: bool) {
        let facts = fs::metadata(&path);
        if facts.as_ref().is_ok_and(|f| !f.is_file()) {
            return;
        }
        let bytes = facts.map_or(0, |f| f.len());
        let ends = |with: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(with));
        let form = match form {
            Some(Form::Eml) => Some(Form::Eml),
            None if ends("eml") || inner => Some(Form::Eml),
            _ if ends("mbox") && bytes == 0 => Some(Form::Mbox),
            _ => (sample(&path).map(|start| sniff::look(&start)).ok() == Some(Look::Mbox)).then_some(Form::Mbox),
        };
        if let Some(form) = form {
            let sent = is_sent(&path);
            self.push(path, form, bytes, sent);
        }
    }
}

/// Why reading a file stopped.
enum Failed {
    Read(io::Error),
    Said(Error),
}

impl From<io::Error> for Failed {
    fn from(e: io::Error) -> Failed {
        Failed::Read(e)
    }
}

type Each<'a> = &'a mut dyn FnMut(&Place, Item<'_>) -> Result<()>;

/// Gives the one mail of a file.
fn one(
    file: File,
    at: &mut Place,
    limits: &Limits,
    each: Each<'_>,
    step: &mut dyn FnMut(u64),
) -> std::result::Result<(), Failed> {
    let mut bytes = Vec::with_capacity(usize::try_from(at.bytes.min(limits.mail_bytes)).unwrap_or_default() + 1);
    file.take(limits.mail_bytes + 1).read_to_end(&mut bytes)?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    at.bytes = at.bytes.max(read);
    let whole = *at;
    step(read);
    each(&whole, item(&bytes, whole.bytes, limits)).map_err(Failed::Said)
}

/// Gives the mails of an mbox. `at` is left where the reading stopped.
fn many(
    file: File,
    at: &mut Place,
    limits: &Limits,
    each: Each<'_>,
    step: &mut dyn FnMut(u64),
) -> std::result::Result<(), Failed> {
    at.bytes = 0;
    mbox::split(BufReader::with_capacity(256 << 10, file), limits.mail_bytes, |found| {
        (at.offset, at.bytes) = (found.offset, found.bytes);
        each(at, item(found.mail, found.length, limits)).map_err(Failed::Said)?;
        step(found.offset + found.bytes);
        Ok(())
    })
}

fn item<'a>(bytes: &'a [u8], length: u64, limits: &Limits) -> Item<'a> {
    if length > limits.mail_bytes {
        Item::Oversized { head: bytes.get(..limits.header_bytes).unwrap_or(bytes), bytes: length }
    } else {
        Item::Mail(bytes)
    }
}

/// The form of a file that was named by itself.
fn file_form(path: &Path, form: Option<Form>) -> Result<Form> {
    let shown = path.display();
    let start = sample(path).map_err(|e| Error::refused(format!("{shown} cannot be read")).because(e))?;
    let look = sniff::look(&start);
    match (look, form) {
        (Look::Other(what, out), _) => Err(Error::refused(format!("{shown} is {what}, not mail")).hint(out)),
        (Look::Unknown, _) if form.is_none() || start.contains(&0) => {
            Err(Error::refused(format!("{shown} does not look like mail"))
                .hint("a mail starts with a header field such as `From:`, an mbox with a line `From … date`"))
        }
        (_, Some(form)) => Ok(form),
        (Look::Mbox, None) => Ok(Form::Mbox),
        (Look::Mail, None) => Ok(Form::Eml),
        (Look::Empty, None) if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("eml")) => Ok(Form::Eml),
        (Look::Empty | Look::Unknown, None) => Ok(Form::Mbox),
    }
}

fn sample(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(sniff::SAMPLE as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// The folder is the `cur` or `new` of a Maildir.
fn maildir_part(folder: &Path) -> bool {
    folder.ends_with("cur") || folder.ends_with("new")
}

/// The file stands in a folder of sent mail, or is an mbox of it.
fn is_sent(path: &Path) -> bool {
    let folder = path.parent().filter(|f| maildir_part(f)).and_then(Path::parent).or(path.parent());
    let file = path.file_stem().into_iter();
    file.chain(folder.and_then(Path::file_name)).any(|name| is_sent_name(&name.to_string_lossy()))
}

/// A folder of this name (`.Sent`, `INBOX.Отправленные`) holds sent mail.
pub(super) fn is_sent_name(name: &str) -> bool {
    const SENT: [&str; 8] = [
        "sent",
        "sent items",
        "sent mail",
        "sent messages",
        "sent-mail",
        "отправленные",
        "отправленные письма",
        // The same as IMAP writes it (modified UTF-7).
        "&bb4eqgq,beaemaqybdsenqq9bd0eswq1-",
    ];
    let name = name.to_lowercase();
    let last = name.rsplit(['.', '/']).next().unwrap_or_default();
    SENT.contains(&last) || SENT.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const FROM: &str = "From joe@x Mon Jan  1 00:00:00 2024\n";

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    /// Every item: where it is, whether the folder is sent, and its text.
    fn read(path: &Path, form: Option<Form>, limits: &Limits) -> Vec<(String, bool, String)> {
        let mut mailbox = Mailbox::open(path, form).unwrap();
        let mut found = Vec::new();
        let mut places = Vec::new();
        let mut last = (0, 0);
        let mut each = |place: &Place, item: Item<'_>| {
            let text = match item {
                Item::Mail(bytes) => {
                    places.push((*place, bytes.to_vec()));
                    String::from_utf8_lossy(bytes).into_owned()
                }
                Item::Oversized { bytes, .. } => format!("oversized {bytes}"),
                Item::Unreadable(why) => format!("unreadable {why}"),
            };
            found.push((*place, text));
            Ok(())
        };
        mailbox.scan(limits, &mut each, &mut |done, total| last = (done, total)).unwrap();
        assert_eq!(last.1, mailbox.total_bytes());
        for (place, bytes) in places {
            assert_eq!(mailbox.read(&place).unwrap(), bytes);
        }
        let base = format!("{}/", path.display());
        let name = |place: &Place| mailbox.describe(place).replace(&base, "");
        found.into_iter().map(|(place, text)| (name(&place), place.folder_is_sent, text)).collect()
    }

    fn names(path: &Path, form: Option<Form>) -> Vec<String> {
        read(path, form, &Limits::default()).into_iter().map(|(name, ..)| name).collect()
    }

    #[test]
    fn an_mbox_gives_its_mails_with_their_offsets() {
        let mbox = format!("{FROM}A: 1\n\n>From x\n\n{FROM}A: 2\n\ny\n");
        let folder = folder(&[("box", &mbox)]);
        let path = folder.path().join("box");
        let shown = path.display();
        let found = read(&path, None, &Limits::default());
        let second = FROM.len() + "A: 1\n\n>From x\n\n".len();
        assert_eq!(found[0], (format!("{shown}:0"), false, "A: 1\n\nFrom x\n".into()));
        assert_eq!(found[1], (format!("{shown}:{second}"), false, "A: 2\n\ny\n".into()));
    }

    #[test]
    fn a_folder_is_read_recursively_in_order() {
        let mbox = format!("{FROM}A: 1\n\nx\n");
        let folder = folder(&[
            ("b/two.EML", "A: 2\n\n"),
            ("a.eml", "A: 1\n\n"),
            ("a/Inbox", &mbox),
            ("a/Inbox.msf", "junk"),
            ("notes.txt", "Hello: x\n"),
            ("z.mbox", ""),
            ("m/cur/1:2,S", "A: 3\n\n"),
            ("m/new/2", "A: 4\n\n"),
            ("m/tmp/3", "A: 5\n\n"),
            ("m/.Sent/cur/4", "A: 6\n\n"),
        ]);
        let found = read(folder.path(), None, &Limits::default());
        let shown: Vec<(&str, bool)> = found.iter().map(|(name, sent, _)| (name.as_str(), *sent)).collect();
        let expected = [
            ("a.eml", false),
            ("a/Inbox:0", false),
            ("b/two.EML", false),
            ("m/.Sent/cur/4", true),
            ("m/cur/1:2,S", false),
            ("m/new/2", false),
        ];
        assert_eq!(shown, expected);
        assert_eq!(names(folder.path(), Some(Form::Eml)).len(), 10);
        assert_eq!(names(folder.path(), Some(Form::Mbox)), ["a/Inbox:0"]);
    }

    #[test]
    fn folders_of_sent_mail_are_known_by_their_names() {
        for (path, sent) in [
            ("x/.Sent/cur/1", true),
            ("x/.INBOX.Sent/new/1", true),
            ("x/Sent Items/1.eml", true),
            ("x/Отправленные/cur/1", true),
            ("x/Отправленные.mbox", true),
            ("x/.&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-/cur/1", true),
            ("x/Sent", true),
            ("x/Presented/cur/1", false),
            ("sent/x/cur/1", false),
        ] {
            assert_eq!(is_sent(Path::new(path)), sent, "{path}");
        }
    }

    #[test]
    fn what_is_over_the_limit_is_told_by_its_head() {
        let mbox = format!("{FROM}A: 1\n\n{}\n\n{FROM}A: 2\n\ny\n", "x".repeat(300));
        let folder = folder(&[("a.mbox", &mbox), ("b.eml", &format!("A: 3\n\n{}", "x".repeat(300)))]);
        let limits = Limits { mail_bytes: 200, ..Limits::default() };
        let texts: Vec<String> = read(folder.path(), None, &limits).into_iter().map(|(_, _, text)| text).collect();
        assert_eq!(texts, ["oversized 308", "A: 2\n\ny\n", "oversized 306"]);
    }

    #[test]
    fn what_is_no_mail_is_refused_with_the_way_out() {
        let folder = folder(&[
            ("desk.db", "SQLite format 3\0..."),
            ("x.zip", "PK\u{3}\u{4}..."),
            ("notes", "some words\n"),
            ("empty/readme", "x"),
            ("empty.mbox", ""),
        ]);
        let refused = |name: &str, form| Mailbox::open(&folder.path().join(name), form).unwrap_err();
        assert_eq!(refused("nothing", None).kind, Kind::Missing);
        assert!(refused("desk.db", Some(Form::Mbox)).what.ends_with("is an SQLite database, not mail"));
        assert!(refused("x.zip", None).hint.unwrap().contains("unpack"));
        assert!(refused("notes", None).what.ends_with("does not look like mail"));
        assert!(refused("empty", None).what.contains("no mails in"));
        assert!(names(&folder.path().join("empty.mbox"), None).is_empty());
    }

    #[test]
    fn links_to_folders_are_not_followed_and_broken_links_are_told() {
        let folder = folder(&[("a.eml", "A: 1\n\n")]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("/nowhere", folder.path().join("broken.eml")).unwrap();
        let found: BTreeMap<String, String> =
            read(folder.path(), None, &Limits::default()).into_iter().map(|(name, _, text)| (name, text)).collect();
        assert_eq!(found.len(), 2);
        assert!(found["broken.eml"].starts_with("unreadable"));
    }
}
