//! Whether the log beside a file is the file's own. SQLite applies whatever whole log it finds there, also that of another
//! desk or of another time, and does not miss one that was taken away: so this is looked at before SQLite opens the file, and
//! only while no program has it open. Where nothing is certain, nothing is said.

use super::sqlite::as_it_lies;
use crate::error::{Error, Result};
use rusqlite::{Connection, OpenFlags};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Files by device and number.
type Files = HashSet<(u64, u64)>;
/// What this process has looked at. Never twice: to close a file gives up every lock that the process has on it.
static LOOKED: Mutex<Option<Files>> = Mutex::new(None);

/// Bytes of a log before its first page, and before each page.
const HEAD: usize = 32;
const FRAME: usize = 24;
/// The form of log and index that SQLite writes.
const FORM: u32 = 3_007_000;
/// The byte of the index on which every program that has the file open holds a lock.
const IN_USE: u64 = 128;

/// Refuses a file whose log is missing or of another file or time.
pub(super) fn is_its_own(path: &Path) -> Result<()> {
    let Ok(meta) = fs::metadata(path) else { return Ok(()) };
    let file = (meta.dev(), meta.ino());
    let looked = || LOOKED.lock().unwrap_or_else(PoisonError::into_inner);
    if looked().as_ref().is_some_and(|files| files.contains(&file)) {
        return Ok(());
    }
    let mut wrong = wrong_with(path);
    for look in 1..3 {
        if wrong.is_none() {
            break;
        }
        // Somebody may have come and gone meanwhile.
        std::thread::sleep(Duration::from_millis(look * 20));
        wrong = wrong_with(path);
    }
    match wrong {
        Some(e) => Err(e),
        None => {
            looked().get_or_insert_default().insert(file);
            Ok(())
        }
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn wrong_with(path: &Path) -> Option<Error> {
    let (index, log) = (beside(path, "-shm"), beside(path, "-wal"));
    if let Ok(file) = File::open(&index) {
        if is_in_use(&file) {
            return None;
        }
        let wanted = Index::read(&file).filter(|_| since_the_machine_began(&file));
        if wanted.is_some_and(|index| !index.has(&log)) {
            return Some(gone(path, &log, &index));
        }
    }
    let span = Span::read(&log, path)?;
    let file = Kept::in_file(path)?;
    if span.goes_on_from(&file) || was_restored(path, &file) {
        return None;
    }
    let known = [&span.first, &span.last].iter().any(|kept| kept.uid == file.uid);
    let whose = if known { "of another time" } else { "of another desk" };
    Some(Error::refused(format!("{}: the log beside it, {}, is {whose}", path.display(), log.display())).hint(format!(
        "nothing was changed; put its own log back, or move this one away: mv {0} {0}.old",
        log.display()
    )))
}

fn gone(path: &Path, log: &Path, index: &Path) -> Error {
    let (path, log, index) = (path.display(), log.display(), index.display());
    Error::refused(format!(
        "{path}: its log, {log}, was taken away or replaced, and what was written last is only in it"
    ))
    .hint(format!(
        "nothing was changed; put the log back; where it is lost: desk restore BACKUP, or rm {index} and go on without"
    ))
}

/// Whether a program has the desk open just now, on this machine; also where that cannot be found out.
fn is_in_use(index: &File) -> bool {
    use rustix::process::{Flock, FlockType, fcntl_getlk};
    let mut lock = Flock::from(FlockType::WriteLock);
    (lock.start, lock.length) = (IN_USE, 1);
    !matches!(fcntl_getlk(index, &lock), Ok(None))
}

/// The index is never waited for: after a power cut it may be older than the log.
fn since_the_machine_began(index: &File) -> bool {
    let up = u64::try_from(rustix::system::sysinfo().uptime).map(Duration::from_secs);
    let written = index.metadata().and_then(|m| m.modified());
    let age = written.ok().and_then(|at| at.elapsed().ok());
    up.is_ok_and(|up| age.is_some_and(|age| age < up))
}

/// What the index says that the log must hold.
#[derive(Debug, PartialEq, Eq)]
struct Index {
    /// Bytes of the log.
    bytes: u64,
    /// What a new round in the log begins with.
    salt: [u8; 8],
}

impl Index {
    /// None where everything in the log has been moved into the file, too.
    fn read(index: &File) -> Option<Index> {
        let mut bytes = Vec::with_capacity(136);
        index.take(136).read_to_end(&mut bytes).ok()?;
        let number = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_ne_bytes);
        let twice = bytes.get(..48)? == bytes.get(48..96)?;
        let (frames, moved) = (number(16)?, number(96)?);
        let page = u16::from_ne_bytes(bytes.get(14..16)?.try_into().ok()?);
        let page = u64::from(page & 0xfe00) + (u64::from(page & 1) << 16);
        let known = twice && number(0)? == FORM && bytes.get(12) == Some(&1) && frames > moved;
        let salt = bytes.get(32..40)?.try_into().ok()?;
        known.then_some(Index { bytes: 32 + u64::from(frames) * (24 + page), salt })
    }

    fn has(&self, log: &Path) -> bool {
        let mut head = [0; HEAD];
        let Ok(mut file) = File::open(log) else { return false };
        let long = file.metadata().is_ok_and(|m| m.len() >= self.bytes);
        long && file.read_exact(&mut head).is_ok() && head.get(16..24) == Some(&self.salt[..])
    }
}

/// Which desk, after how many writes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    uid: String,
    change: i64,
}

impl Kept {
    /// What the file alone says, without its log.
    fn in_file(path: &Path) -> Option<Kept> {
        let c = alone(path)?;
        let uid = c.query_row(crate::store::sql::DESK_UID, [], |r| r.get(0)).ok()?;
        let change = c.query_row(crate::store::sql::DESK_CHANGE, [], |r| r.get(0)).ok()?;
        Some(Kept { uid, change })
    }

    /// What the only row of the table `desk` says, on the page that holds it.
    fn on_page(page: &[u8]) -> Option<Kept> {
        const A_LEAF: u8 = 13;
        let two = |at: usize| Some(usize::from(u16::from_be_bytes(page.get(at..at + 2)?.try_into().ok()?)));
        if page.first() != Some(&A_LEAF) || two(3)? != 1 {
            return None;
        }
        let mut row = page.get(two(8)?..)?;
        let (_length, _number) = (varint(&mut row)?, varint(&mut row)?);
        let whole = row;
        let length = usize::try_from(varint(&mut row)?).ok()?;
        let mut kinds = whole.get(whole.len() - row.len()..length)?;
        let mut values = whole.get(length..)?;
        let mut cells = Vec::new();
        while let Some(kind) = varint(&mut kinds) {
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind,
                5 => 6,
                6 | 7 => 8,
                _ => kind.checked_sub(12)? / 2,
            };
            let (value, rest) = values.split_at_checked(usize::try_from(length).ok()?)?;
            values = rest;
            cells.push((kind, value));
        }
        let change = match cells.get(2)? {
            (8, _) => 0,
            (9, _) => 1,
            (1..=6, value) => value.iter().fold(0, |n, b| n << 8 | i64::from(*b)),
            _ => return None,
        };
        let (kind, uid) = cells.get(6)?;
        let is_text = *kind >= 13 && kind % 2 == 1;
        is_text.then(|| Some(Kept { uid: String::from_utf8(uid.to_vec()).ok()?, change }))?
    }
}

/// A number of SQLite's: seven bits a byte, the highest first.
fn varint(from: &mut &[u8]) -> Option<u64> {
    let mut n = 0_u64;
    for _ in 0..8 {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        n = n << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

/// The file as it lies there, read by nobody else.
fn alone(path: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(as_it_lies(path).ok()?, flags).ok()
}

/// The first and the last state of the desk in a log.
#[derive(Debug, PartialEq, Eq)]
struct Span {
    first: Kept,
    last: Kept,
}

impl Span {
    /// Whether it is the log of a file that says this: of the state before its first, of its last, or of one between. Where a
    /// power cut broke off while pages went from the log into the file, each page of the file may be of the one or the other.
    fn goes_on_from(&self, file: &Kept) -> bool {
        let no_gap = self.first.uid == file.uid && self.first.change <= file.change.saturating_add(1);
        let not_older = self.last.uid != file.uid || self.last.change >= file.change;
        no_gap && not_older || self.last == *file
    }

    /// None where there is no log, or nothing of the desk in what SQLite would apply of it.
    fn read(log: &Path, path: &Path) -> Option<Span> {
        let file = File::open(log).ok().filter(|f| f.metadata().is_ok_and(|m| m.len() > 0))?;
        let root = "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = 'desk'";
        let root: u32 = alone(path)?.query_row(root, [], |r| r.get(0)).ok()?;
        Span::of(BufReader::with_capacity(1 << 16, file), root)
    }

    fn of(mut log: impl Read, root: u32) -> Option<Span> {
        let mut head = [0; HEAD];
        log.read_exact(&mut head).ok()?;
        let big = match four(&head, 0)? {
            0x377f_0682 => false,
            0x377f_0683 => true,
            _ => return None,
        };
        let salt = head.get(16..24)?;
        let mut sum = add((0, 0), head.get(..24)?, big);
        let size =
            usize::try_from(four(&head, 8)?).ok().filter(|n| n.is_power_of_two() && (512..=65_536).contains(n))?;
        if four(&head, 4)? != FORM || sum != (four(&head, 24)?, four(&head, 28)?) {
            return None;
        }
        let (mut first, mut last, mut waiting) = (None, None, None);
        let mut frame = vec![0; FRAME + size];
        while log.read_exact(&mut frame).is_ok() {
            let (head, page) = frame.split_at_checked(FRAME)?;
            sum = add(add(sum, head.get(..8)?, big), page, big);
            if head.get(8..16)? != salt || sum != (four(head, 16)?, four(head, 20)?) {
                break;
            }
            if four(head, 0)? == root {
                waiting = Kept::on_page(page).or(waiting);
            }
            // A transaction counts once its last page is there.
            if four(head, 4)? != 0
                && let Some(kept) = waiting.take()
            {
                first.get_or_insert_with(|| kept.clone());
                last = Some(kept);
            }
        }
        Some(Span { first: first?, last: last? })
    }
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes)
}

/// The sum that a log carries from frame to frame.
fn add(sum: (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    let word = |b: [u8; 4]| if big { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) };
    let (pairs, _) = bytes.as_chunks::<8>();
    pairs.iter().fold(sum, |(a, b), &[p, q, r, s, t, u, v, w]| {
        let a = a.wrapping_add(word([p, q, r, s])).wrapping_add(b);
        (a, b.wrapping_add(word([t, u, v, w])).wrapping_add(a))
    })
}

/// Whether the log may hold a backup that has just taken the place of this desk: what was there is then kept beside it, and is
/// no older than the file.
fn was_restored(path: &Path, file: &Kept) -> bool {
    let (Some(name), Some(Ok(entries))) = (path.file_name(), path.parent().map(fs::read_dir)) else { return false };
    let kept = format!("{}.before-restore.", name.to_string_lossy());
    let copies = entries.flatten().filter(|e| e.file_name().to_string_lossy().starts_with(&kept));
    copies.filter_map(|e| Kept::in_file(&e.path())).any(|copy| copy.uid == file.uid && copy.change >= file.change)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(change: i64, uid: &str) -> (tempfile::TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let c = Connection::open(&path).unwrap();
        c.execute_batch(
            "PRAGMA journal_mode=WAL; CREATE TABLE ticket (id INTEGER PRIMARY KEY);
             CREATE TABLE desk (id INTEGER NOT NULL PRIMARY KEY, schema INTEGER, change_no INTEGER, a, b, c, uid TEXT, made_at, secret);
             INSERT INTO ticket VALUES (1); PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .unwrap();
        let secret = [7_u8; 32];
        c.execute("INSERT INTO desk VALUES (1, 4, ?1, 1, 1, 1, ?2, 9, ?3)", (change, uid, secret)).unwrap();
        (folder, path, c)
    }

    fn span(path: &Path, root: u32) -> Option<Span> {
        Span::of(File::open(beside(path, "-wal")).unwrap(), root)
    }

    #[test]
    fn the_row_of_a_desk_is_read_as_sqlite_wrote_it() {
        for change in [0, 1, 2, 127, 128, 255, 256, 70_000, 1 << 40, i64::MAX] {
            let (_folder, path, _c) = row(change, "0123456789abcdef");
            let kept = Kept { uid: "0123456789abcdef".to_owned(), change };
            assert_eq!(span(&path, 3), Some(Span { first: kept.clone(), last: kept }), "{change}");
            assert_eq!(span(&path, 2), None, "another table is none");
        }
    }

    #[test]
    fn a_log_counts_as_far_as_sqlite_would_apply_it() {
        let (_folder, path, c) = row(1, "a");
        for change in 2..=4 {
            c.execute("UPDATE desk SET change_no = ?1", [change]).unwrap();
        }
        let whole = fs::read(beside(&path, "-wal")).unwrap();
        let of = |log: &[u8]| Span::of(log, 3).map(|s| (s.first.change, s.last.change));
        assert_eq!(of(&whole), Some((1, 4)));
        assert_eq!(of(&whole[..whole.len() - 1]), Some((1, 3)));
        let mut flipped = whole.clone();
        let at = flipped.len() - 2 * (FRAME + 4096) - 1;
        flipped[at] ^= 1;
        assert_eq!(of(&flipped), Some((1, 1)), "nothing counts from a broken page on");
        for end in 0..whole.len().min(HEAD + FRAME + 4096) {
            assert_eq!(of(&whole[..end]), None);
        }
    }

    #[test]
    fn a_log_is_of_the_file_that_it_goes_on_from() {
        let kept = |uid: &str, change| Kept { uid: uid.to_owned(), change };
        let span = |first, last| Span { first, last };
        let own = span(kept("a", 4), kept("a", 9));
        let fits = |span: &Span, changes: &[i64]| {
            changes.iter().map(|n| span.goes_on_from(&kept("a", *n))).collect::<Vec<_>>()
        };
        assert_eq!(fits(&own, &[2, 3, 4, 9, 10]), [false, true, true, true, false]);
        assert!(!own.goes_on_from(&kept("b", 4)));
        // A whole desk came into an empty one.
        let came = span(kept("new", 1), kept("a", 77));
        assert!(came.goes_on_from(&kept("new", 0)) && came.goes_on_from(&kept("new", 1)));
        assert_eq!(fits(&came, &[0, 1, 76, 77]), [false, false, false, true]);
    }

    #[test]
    fn any_page_is_a_row_or_none() {
        for byte in 0..=255_u8 {
            for length in [0, 1, 9, 10, 64, 512] {
                let mut page = vec![byte; length];
                assert_eq!(Kept::on_page(&page), None);
                page.splice(..page.len().min(5), [13, 0, 0, 0, 1]);
                drop(Kept::on_page(&page));
            }
        }
    }
}
