//! An mbox that mail is appended to while it is read. A mail is known by what it says: its place changes when a mail
//! program removes others, and `Status` fields come and go.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::limits::Limits;
use super::super::sniff::{self, Look};
use super::super::{fields, key, mbox};
use super::{Item, Place, too_large};

/// A file without a last line end that grew so lately is still being written.
const GROWING: Duration = Duration::from_secs(2);
/// A lock is left over, not held, after so long.
const STALE: Duration = Duration::from_secs(15 * 60);
/// Of the body of a mail over the limit so much makes its mark.
const TELLING: usize = 256 << 10;

#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    /// The limit under which the mails were listed: a mail over it is marked by its first bytes.
    limit: u64,
}

impl File {
    pub(super) fn open(path: &Path) -> Result<File, String> {
        let shown = path.display();
        let failed = |e: std::io::Error| match e.kind() {
            ErrorKind::NotFound => format!("there is no file {shown}"),
            _ => format!("{shown} cannot be read: {e}"),
        };
        let facts = fs::metadata(path).map_err(failed)?;
        if facts.is_dir() {
            return Err(format!("{shown} is a folder: is it a Maildir?"));
        }
        if !facts.is_file() {
            return Err(format!("{shown} is no file"));
        }
        let mut start = Vec::new();
        let sample = u64::try_from(sniff::SAMPLE).unwrap_or(u64::MAX);
        fs::File::open(path).and_then(|file| file.take(sample).read_to_end(&mut start)).map_err(failed)?;
        match sniff::look(&start) {
            Look::Empty | Look::Mbox => Ok(File { path: path.to_owned(), limit: Limits::default().mail_bytes }),
            Look::Other(what, _) => Err(format!("{shown} is {what}, no mbox")),
            Look::Mail | Look::Unknown => {
                Err(format!("{shown} is no mbox: it does not start with a line `From … date`"))
            }
        }
    }

    /// The mbox of that name in the same folder.
    pub(super) fn beside(&self, name: &str) -> Option<File> {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\0']);
        let path = self.path.parent().filter(|_| plain)?.join(name);
        File::open(&path).ok()
    }

    pub(super) fn stamp(&self) -> Option<String> {
        let facts = fs::metadata(&self.path).ok()?;
        let settled = age(&facts).is_none_or(|age| age >= GROWING) && !self.is_locked();
        settled.then(|| format!("{}.{}.{}.{}", facts.len(), facts.mtime(), facts.mtime_nsec(), facts.ino()))
    }

    /// Another program holds the lock that mail programs use.
    fn is_locked(&self) -> bool {
        let mut lock = self.path.clone().into_os_string();
        lock.push(".lock");
        fs::symlink_metadata(lock).is_ok_and(|facts| age(&facts).is_none_or(|age| age < STALE))
    }

    pub(super) fn list(&mut self, limits: &Limits) -> Result<Vec<Item>, String> {
        self.limit = limits.mail_bytes;
        let failed = |e: std::io::Error| format!("{} cannot be read: {e}", self.path.display());
        let locked = self.is_locked();
        let mut file = match fs::File::open(&self.path) {
            // Some programs remove an mbox that they have emptied.
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(failed)?,
        };
        let mut marks = Marks::default();
        let mut items: Vec<Item> = Vec::new();
        let mut end = 0;
        mbox::split(BufReader::with_capacity(256 << 10, &file), self.limit, |found| {
            end = found.offset + found.bytes;
            items.push(Item {
                mark: marks.next(&found, self.limit),
                bytes: found.length,
                arrived: mbox::arrived(found.from),
                place: Place::Stretch { offset: found.offset, bytes: found.bytes },
            });
            Ok::<(), std::io::Error>(())
        })
        .map_err(failed)?;
        if locked || self.is_locked() || is_growing(&mut file, end).map_err(failed)? {
            items.pop();
        }
        // A mail without a date keeps its place behind the one before it.
        let mut last = None;
        let mut order: Vec<_> = items
            .into_iter()
            .map(|item| {
                last = item.arrived.or(last);
                (last, item)
            })
            .collect();
        order.sort_by_key(|(at, _)| *at);
        Ok(order.into_iter().map(|(_, item)| item).collect())
    }

    /// The bytes of the file from where a mail was found, at most so many.
    pub(super) fn beginning(&self, offset: u64, most: u64) -> Result<Vec<u8>, String> {
        let failed = |e: std::io::Error| format!("{} cannot be read: {e}", self.path.display());
        let mut file = fs::File::open(&self.path).map_err(failed)?;
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    pub(super) fn read(&self, mark: &str, offset: u64, bytes: u64, cap: u64) -> Result<Vec<u8>, String> {
        let failed = |e: std::io::Error| format!("{} cannot be read: {e}", self.path.display());
        let mut file = fs::File::open(&self.path).map_err(failed)?;
        let kept = self.limit.max(cap);
        // Where it was; the number of a repeated mail is not known there, and does not matter.
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        let mut mail = None;
        let mut length = 0;
        let base = mark.split('.').next().unwrap_or_default();
        mbox::split(BufReader::new((&mut file).take(bytes)), kept, |found| {
            if mail.is_none() && Marks::default().next(&found, self.limit) == base {
                length = found.length;
                mail = Some(found.mail.to_vec());
            }
            Ok::<(), std::io::Error>(())
        })
        .map_err(failed)?;
        if mail.is_none() {
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            let mut marks = Marks::default();
            mbox::split(BufReader::with_capacity(256 << 10, &file), kept, |found| {
                if mail.is_none() && marks.next(&found, self.limit) == mark {
                    length = found.length;
                    mail = Some(found.mail.to_vec());
                }
                Ok::<(), std::io::Error>(())
            })
            .map_err(failed)?;
        }
        let mail = mail.ok_or_else(|| format!("the mail is no longer in {}", self.path.display()))?;
        if length > cap { Err(too_large(length, cap)) } else { Ok(mail) }
    }
}

/// The marks of the mails of an mbox, in their order.
#[derive(Default)]
struct Marks {
    seen: HashMap<[u8; 32], u32>,
}

impl Marks {
    /// The hash of the mail; of equal mails the second has `.2` behind it, and so on.
    fn next(&mut self, found: &mbox::Found<'_>, limit: u64) -> String {
        let raw = fields::with_line_feeds(found.mail);
        let start = fields::start(&raw);
        let block = fields::block(&raw, start, &Limits::default(), |_| false);
        let telling = block.body.saturating_add(TELLING).min(usize::try_from(limit).unwrap_or(usize::MAX));
        let telling = raw.get(..telling).filter(|_| found.length > limit);
        let hash = key::of_raw(telling.unwrap_or(&raw), start, &block);
        let count = self.seen.entry(hash).or_default();
        *count += 1;
        let mark: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        if *count == 1 { mark } else { format!("{mark}.{count}") }
    }
}

/// Whether the mail that ends at `end` is still being written: the file grew while it was read, or it ends in the middle of
/// a line and grew a moment ago.
fn is_growing(file: &mut fs::File, end: u64) -> std::io::Result<bool> {
    let facts = file.metadata()?;
    if facts.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(facts.len() - 1))?;
    file.read_exact(&mut last)?;
    let young = age(&facts).is_some_and(|age| age < GROWING);
    Ok(facts.len() > end || (last != [b'\n'] && young))
}

/// How long ago a file was changed, by the clock that dates files and not by the one of the desk; none when that lies
/// in the future.
fn age(facts: &Metadata) -> Option<Duration> {
    facts.modified().ok()?.elapsed().ok()
}
