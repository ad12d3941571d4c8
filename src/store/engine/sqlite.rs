//! SQLite: opening with care, publishing a new file whole, running statements, saying what went wrong.

use super::{Row, Val};
use crate::error::{Error, Kind, Result};
use crate::store::{Fresh, SCHEMA, surroundings};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi};
use std::borrow::Cow;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Marks the file as a desk: "DESK".
const APPLICATION_ID: i64 = 0x4445_534B;

/// How SQLite opens a file of ours.
const WRITING: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// So long a person waits for others who write; the manual says it, too.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// For a person who waits.
    Usual,
    /// For completion under the finger: never waits for a lock.
    Hasty,
}

/// The version of the SQLite library inside this program.
pub(crate) fn library_version() -> &'static str {
    rusqlite::version()
}

/// Opens the desk at `path`, and the copy of an older edition that it was brought up from; none where there is no file and
/// nothing may be made.
pub(super) fn open(path: &Path, care: Care, fresh: Option<&Fresh>) -> Result<Option<(Connection, Option<PathBuf>)>> {
    let path = &resolve(path)?;
    if fs::symlink_metadata(path).is_err() {
        match fresh {
            None => return Ok(None),
            Some(fresh) => make(path, fresh)?,
        }
    }
    surroundings::is_of_this_machine(path.parent().unwrap_or(path))?;
    inspect(path)?;
    has_one_name(path)?;
    make_writable_beside(path);
    let c = connect(path, care, "").or_else(|e| match has_no_room(path) {
        // Without room for what readers and writers share, one who is alone with the file needs none of it.
        true => connect(path, care, "PRAGMA locking_mode=EXCLUSIVE"),
        false => Err(e),
    })?;
    let brought = || verify(&c).and_then(|edition| bring(&c, path, edition, care));
    let kept = brought().map_err(|e| e.doing(format!("the desk {}", path.display())))?;
    Ok(Some((c, kept)))
}

fn connect(path: &Path, care: Care, first: &str) -> Result<Connection> {
    let c = Connection::open_with_flags(path, WRITING).map_err(error).map_err(|e| e.doing(path.display()))?;
    let furnished = batch(&c, first).and_then(|()| furnish(&c, care));
    furnished.map_err(|e| e.doing(format!("the desk {}", path.display()))).map(|()| c)
}

/// Who read a desk that nobody could write left a log and its index that nobody can write either: with the desk, they become
/// writable again. Where that is not allowed, the first write says so.
fn make_writable_beside(path: &Path) {
    let Ok(file) = fs::metadata(path) else { return };
    let owner_writes = |meta: &fs::Metadata| meta.mode() & 0o200 != 0;
    for suffix in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        if owner_writes(&file) && fs::symlink_metadata(&beside).is_ok_and(|m| m.is_file() && !owner_writes(&m)) {
            drop(fs::set_permissions(&beside, file.permissions()));
        }
    }
}

/// Whether the disk is so full that not even the index of the log finds room beside the file.
fn has_no_room(path: &Path) -> bool {
    let read = |c: Connection| c.query_row("PRAGMA application_id", [], |r| r.get::<_, i64>(0));
    let failed = Connection::open_with_flags(path, WRITING).and_then(read).err();
    let code = failed.and_then(|e| e.sqlite_error().map(|e| e.extended_code));
    code.is_some_and(|code| [ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMOPEN].contains(&code))
}

/// Brings a desk of an older edition up to this program's: first a verified copy of the old one, then every step in one
/// transaction. Gives the copy.
fn bring(c: &Connection, path: &Path, edition: i64, care: Care) -> Result<Option<PathBuf>> {
    if edition == SCHEMA {
        return Ok(None);
    }
    if care == Care::Hasty {
        return Err(Error::new(Kind::Temporary, "this desk is of an older edition").hint("any command brings it up"));
    }
    let Some(copy) = keep_copy(c, path, edition)? else { return Ok(None) };
    // Tables are made anew under their old names: references are checked as a whole at the end.
    batch(c, "PRAGMA foreign_keys=OFF")?;
    let brought = batch(c, "BEGIN IMMEDIATE").and_then(|()| {
        let done = bring_inside(c);
        batch(c, if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).and(done)
    });
    batch(c, "PRAGMA foreign_keys=ON")?;
    brought.map(|anew| anew.then_some(copy))
}

/// A verified copy of the desk as it is, beside it. A file that is there already stays; where it is this very copy, it
/// will do. None where somebody else has just brought the desk up.
fn keep_copy(c: &Connection, path: &Path, edition: i64) -> Result<Option<PathBuf>> {
    if state(c)?.0 != edition {
        return Ok(None);
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names = std::iter::once(String::new()).chain((2..).map(|n| format!(".{n}"))).map(|more| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".edition-{edition}{more}.bak"));
        PathBuf::from(name)
    });
    let taken = |copy: &PathBuf| fs::symlink_metadata(copy).is_ok() && !is_copy(c, copy);
    let copy = names.find(|copy| !taken(copy)).unwrap_or_default();
    if copy.exists() {
        return Ok(Some(copy));
    }
    let draft = crate::draft::file("edition", folder)?;
    vacuum_into(c, draft.path())?;
    check_copy(draft.path())?;
    if state_of(draft.path())?.0 != edition {
        return Ok(None);
    }
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(&copy) {
        Ok(_) => fs::File::open(folder)?.sync_all()?,
        Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => return keep_copy(c, path, edition),
        Err(e) => return Err(e.error.into()),
    }
    Ok(Some(copy))
}

/// Whether the file holds this desk as it is.
fn is_copy(c: &Connection, copy: &Path) -> bool {
    state(c).is_ok_and(|now| state_of(copy).is_ok_and(|then| then == now))
}

fn state_of(path: &Path) -> Result<(i64, String, i64)> {
    state(&Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(error)?)
}

/// Which edition of which desk, after how many writes.
fn state(c: &Connection) -> Result<(i64, String, i64)> {
    let edition = c.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(error)?;
    let uid = c.query_row(crate::store::sql::DESK_UID, [], |r| r.get(0)).map_err(error)?;
    Ok((edition, uid, c.query_row(crate::store::sql::DESK_CHANGE, [], |r| r.get(0)).map_err(error)?))
}

/// Takes the steps; false where somebody was faster.
pub(super) fn bring_inside(c: &Connection) -> Result<bool> {
    let edition: i64 = c.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(error)?;
    if edition == SCHEMA {
        return Ok(false);
    }
    for text in crate::store::SCHEMA_TEXTS.iter().skip(usize::try_from(edition).unwrap_or(usize::MAX)) {
        batch(c, text)?;
    }
    run(c, crate::store::sql::DESK_EDITION, super::vals![SCHEMA])?;
    if c.prepare("PRAGMA foreign_key_check").and_then(|mut s| s.exists([])).map_err(error)? {
        return Err(Error::refused("the desk holds rows that point nowhere").hint("nothing was changed; desk doctor"));
    }
    batch(c, &format!("PRAGMA user_version={SCHEMA}")).map(|()| true)
}

/// A desk in memory.
pub(super) fn memory(fresh: &Fresh) -> Result<Connection> {
    let c = Connection::open_in_memory().map_err(error)?;
    furnish(&c, Care::Usual)?;
    build(&c, fresh)?;
    Ok(c)
}

/// The real path: links are followed once, so that log and file lie side by side under every name.
pub(super) fn resolve(path: &Path) -> Result<PathBuf> {
    match fs::canonicalize(path) {
        Ok(real) => Ok(real),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            // A link to a desk that is not there yet: it is made where the link points.
            if let Ok(target) = fs::read_link(path) {
                return resolve(&folder.join(target));
            }
            match (fs::canonicalize(folder), path.file_name()) {
                (Ok(folder), Some(name)) => Ok(folder.join(name)),
                _ => Ok(path.to_owned()),
            }
        }
        Err(e) => Err(Error::from(e).doing(path.display())),
    }
}

/// Refuses a file that two programs could write to under two names, each with a log of its own.
pub(super) fn has_one_name(path: &Path) -> Result<()> {
    if fs::metadata(path).map_err(|e| Error::from(e).doing(path.display()))?.nlink() == 1 {
        return Ok(());
    }
    let why = "has a second name (a hard link): two programs could write to it without seeing each other";
    Err(Error::refused(format!("{}: {why}", path.display())).hint("remove the other name, or use a symbolic link"))
}

/// Refuses what is no plain file of our own before SQLite touches it.
pub(super) fn inspect(path: &Path) -> Result<()> {
    let say = |why: &str, hint: &str| Err(Error::refused(format!("{}: {why}", path.display())).hint(hint));
    let meta = fs::metadata(path).map_err(|e| Error::from(e).doing(path.display()))?;
    let kind = meta.file_type();
    if kind.is_dir() {
        return say("is a folder", "name a file in it, for example desk.db");
    }
    if kind.is_fifo() || kind.is_socket() || kind.is_char_device() || kind.is_block_device() {
        return say("is no plain file", "name a file on a local disk");
    }
    if meta.len() == 0 {
        return say("is an empty file, not a desk", "remove it, and the first write makes a desk there");
    }
    super::log::is_its_own(path)?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // While there is a log, the newest pages are in it: the file alone says nothing about its size. A writer may be
    // between log and file just now, so a file that looks too short is looked at again.
    for look in 0..3 {
        if fs::metadata(&log).is_ok_and(|m| m.len() > 0) {
            return Ok(());
        }
        let Some(whole) = size_by_its_head(path)? else {
            return say("is not a desk", "nothing was changed; name another file with --desk");
        };
        if fs::metadata(path).map_err(|e| Error::from(e).doing(path.display()))?.len() >= whole {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(look * 20));
    }
    say("has been cut off: its end is missing", "nothing was changed; go back to your last backup: desk restore")
}

/// How many bytes an SQLite file has by its own account; none where it is not one.
fn size_by_its_head(path: &Path) -> Result<Option<u64>> {
    let mut head = Vec::with_capacity(100);
    let read = fs::File::open(path).and_then(|f| f.take(100).read_to_end(&mut head));
    read.map_err(|e| Error::from(e).doing(path.display()).hint("look at the rights of the file and its folder"))?;
    if !head.starts_with(b"SQLite format 3\0") || head.len() < 100 {
        return Ok(None);
    }
    let number = |at: usize, bytes: usize| head.iter().skip(at).take(bytes).fold(0_u64, |n, b| n << 8 | u64::from(*b));
    // 1 stands for 65536, which two bytes cannot hold.
    let page = if number(16, 2) == 1 { 65_536 } else { number(16, 2) };
    // Old programs do not keep the number of pages: it holds where it was written with the last change.
    let pages = if number(24, 4) == number(92, 4) { number(28, 4) } else { 0 };
    Ok(Some(page * pages))
}

/// Makes a whole desk in a temporary file beside `path` and gives it its name in one step: whoever comes second finds
/// the first one's desk.
fn make(path: &Path, fresh: &Fresh) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    surroundings::is_of_this_machine(folder)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = folder.join(format!(".{name}.new.{}.{}", std::process::id(), fresh.uid));
    let made = draft_of(&draft, fresh).and_then(|()| publish(&draft, path));
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut rest = draft.clone().into_os_string();
        rest.push(suffix);
        drop(fs::remove_file(rest));
    }
    made.map_err(|e| e.doing(format!("making the desk {}", path.display())))
}

fn make_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|e| Error::from(e).doing(format!("making the folder {}", folder.display())))
}

fn draft_of(draft: &Path, fresh: &Fresh) -> Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    let c = Connection::open_with_flags(draft, WRITING).map_err(error)?;
    // Nobody else knows the draft yet, and it is synced whole before it gets its name.
    batch(&c, "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF")?;
    build(&c, fresh)?;
    batch(&c, "PRAGMA journal_mode=WAL")?;
    c.close().map_err(|(_, e)| error(e))?;
    fs::File::open(draft)?.sync_all()?;
    Ok(())
}

fn build(c: &Connection, fresh: &Fresh) -> Result<()> {
    batch(c, "BEGIN IMMEDIATE")?;
    build_tables(c, SCHEMA)?;
    run(
        c,
        crate::store::sql::DESK_ADD,
        super::vals![SCHEMA, fresh.uid.as_str(), fresh.now, fresh.secret.as_slice(), fresh.analyser],
    )?;
    for (key, value) in &fresh.settings {
        run(c, crate::store::sql::SETTING_PUT, super::vals![key, value])?;
    }
    batch(c, "COMMIT")
}

/// The tables of an edition, empty, in a file that has none yet.
pub(super) fn build_tables(c: &Connection, edition: i64) -> Result<()> {
    batch(c, &format!("PRAGMA application_id={APPLICATION_ID}"))?;
    for text in crate::store::SCHEMA_TEXTS.iter().take(usize::try_from(edition).unwrap_or(usize::MAX)) {
        batch(c, text)?;
    }
    batch(c, crate::store::search::TABLE_SQLITE)?;
    batch(c, &format!("PRAGMA user_version={edition}"))
}

/// Gives the finished draft its name unless somebody was faster.
pub(super) fn publish(draft: &Path, path: &Path) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let moved = match renameat_with(CWD, draft, CWD, path, RenameFlags::NOREPLACE) {
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::INVAL) => fs::hard_link(draft, path),
        other => other.map_err(std::io::Error::from),
    };
    match moved {
        Ok(()) => {
            if let Some(folder) = path.parent() {
                fs::File::open(folder)?.sync_all()?;
            }
            Ok(())
        }
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e.into()),
    }
}

pub(super) fn furnish(c: &Connection, care: Care) -> Result<()> {
    let wait = if care == Care::Hasty { Duration::from_millis(50) } else { PATIENCE };
    c.busy_timeout(wait).map_err(error)?;
    c.set_prepared_statement_cache_capacity(128);
    for (option, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        // A plan does not depend on the values: else most statements of the cache would be parsed again at every use.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        c.set_db_config(option, on).map_err(error)?;
    }
    c.set_limit(Limit::SQLITE_LIMIT_LENGTH, 128 << 20).map_err(error)?;
    c.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1).map_err(error)?;
    batch(
        c,
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;
         PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; PRAGMA cache_size=-4096; PRAGMA journal_size_limit=67108864",
    )
}

/// Only a desk that this program knows is used; the journal is the one that survives a crash. Gives its edition.
fn verify(c: &Connection) -> Result<i64> {
    let found = known_edition(c)?;
    let mode = |sql: &str| -> Result<String> { c.query_row(sql, [], |r| r.get(0)).map_err(error) };
    if mode("PRAGMA journal_mode")? != "wal" {
        for _ in 0..200 {
            match mode("PRAGMA journal_mode=WAL") {
                Ok(m) if m == "wal" => return Ok(found),
                Err(e) if e.kind != Kind::Temporary => return Err(e),
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        return Err(
            Error::refused("the write-ahead log cannot be switched on here").hint("put the file on a local disk")
        );
    }
    Ok(found)
}

impl ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Val::Int(Some(n)) => ValueRef::Integer(*n),
            Val::Text(Some(t)) => match super::without_nul(t) {
                Cow::Borrowed(t) => ValueRef::Text(t.as_bytes()),
                Cow::Owned(t) => return Ok(t.into()),
            },
            Val::Blob(Some(b)) => ValueRef::Blob(b),
            Val::Int(None) | Val::Text(None) | Val::Blob(None) => ValueRef::Null,
        }))
    }
}

pub(super) fn rows(
    c: &Connection,
    sql: &str,
    vals: &[Val<'_>],
    each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = c.prepare_cached(sql).map_err(|e| in_text(e, sql))?;
    let mut rows = statement.query(rusqlite::params_from_iter(vals)).map_err(|e| in_text(e, sql))?;
    while let Some(row) = rows.next().map_err(error)? {
        each(&Row::Sqlite(row))?;
    }
    Ok(())
}

pub(super) fn run(c: &Connection, sql: &str, vals: &[Val<'_>]) -> Result<u64> {
    let mut statement = c.prepare_cached(sql).map_err(|e| in_text(e, sql))?;
    let changed = statement.execute(rusqlite::params_from_iter(vals)).map_err(|e| in_text(e, sql))?;
    Ok(u64::try_from(changed).unwrap_or(0))
}

pub(super) fn batch(c: &Connection, sql: &str) -> Result<()> {
    c.execute_batch(sql).map_err(error)
}

pub(super) fn vacuum_into(c: &Connection, path: &Path) -> Result<()> {
    let name = path.to_str().ok_or_else(|| Error::usage("the name of a backup must be readable text"))?;
    c.execute("VACUUM INTO ?1", [name]).map_err(error).map(drop)
}

/// Up to so many bytes are written anew in memory; more by way of a file that has no name.
const IN_MEMORY: i64 = 1 << 30;

/// Writes the file anew page by page. The search index first: what was taken out of it stands in its segments until they are
/// merged.
pub(super) fn scrub(c: &Connection) -> Result<()> {
    c.flush_prepared_statement_cache();
    batch(c, "INSERT INTO search (search) VALUES ('optimize')")?;
    let number = |sql: &str| -> Result<i64> { c.query_row(sql, [], |r| r.get(0)).map_err(error) };
    let bytes = number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?);
    let large = bytes > IN_MEMORY;
    if large {
        batch(c, "PRAGMA temp_store=FILE")?;
    }
    let done = batch(c, "VACUUM");
    if large {
        batch(c, "PRAGMA temp_store=MEMORY")?;
    }
    done.and_then(|()| empty_log(c))
}

/// Moves the log into the file and cuts it to nothing. Who still reads an older state is waited for.
pub(super) fn empty_log(c: &Connection) -> Result<()> {
    let busy: i64 = c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0)).map_err(error)?;
    if busy == 0 {
        return Ok(());
    }
    Err(Error::new(Kind::Temporary, "another program still reads an older state of this desk"))
}

/// Opens a finished copy read-only and checks it page by page: how many tickets, messages and operations it holds.
pub(crate) fn check_copy(path: &Path) -> Result<(i64, i64, i64)> {
    let c = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(error)?;
    let said: String = c.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0)).map_err(error)?;
    if said != "ok" {
        return Err(Error::refused(format!("{}: the copy is damaged", path.display())).because(said));
    }
    if c.prepare("PRAGMA foreign_key_check").and_then(|mut s| s.exists([])).map_err(error)? {
        return Err(
            Error::refused(format!("{}: the copy holds rows that point nowhere", path.display())).hint("desk doctor")
        );
    }
    let count = |sql: &str| c.query_row(sql, [], |r| r.get(0)).map_err(error);
    Ok((
        count("SELECT count(*) FROM ticket")?,
        count("SELECT count(*) FROM message")?,
        count("SELECT count(*) FROM operation")?,
    ))
}

/// Refuses files of others and of newer programs; gives the edition.
pub(super) fn known_edition(c: &Connection) -> Result<i64> {
    let number = |sql: &str| -> Result<i64> { c.query_row(sql, [], |r| r.get(0)).map_err(error) };
    if number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(Error::refused("this is an SQLite file of another program")
            .hint("nothing was changed in it; name another file with --desk"));
    }
    let found = number("PRAGMA user_version")?;
    if found > SCHEMA {
        return Err(Error::refused(format!(
            "this desk was written by a newer program (edition {found}, this one knows {SCHEMA})"
        ))
        .hint("update desk; nothing was changed"));
    }
    if found < 1 {
        return Err(Error::refused(format!("the file is damaged: its head names the edition {found}"))
            .hint("nothing was changed; desk restore BACKUP puts your last backup in its place"));
    }
    Ok(found)
}

/// Opens a file to read it and nothing else: with its log where it has one of its own, and otherwise as it lies there, with nothing put
/// beside it.
pub(super) fn look_into(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let has_one = fs::metadata(&log).is_ok_and(|m| m.len() > 0);
    let opened = if has_one && super::log::is_its_own(path).is_ok() {
        Connection::open_with_flags(path, flags)
    } else {
        Connection::open_with_flags(as_it_lies(path)?, flags | OpenFlags::SQLITE_OPEN_URI)
    };
    opened.map_err(error)
}

/// The name under which a file that nobody writes to is read without a log beside it.
pub(super) fn as_it_lies(path: &Path) -> Result<String> {
    let name = path.to_str().ok_or_else(|| Error::usage("the name of a backup must be readable text"))?;
    Ok(format!("file:{}?immutable=1", name.replace('%', "%25").replace('?', "%3f").replace('#', "%23")))
}

/// The id of the desk in a file; none where there is none that can be read.
pub(crate) fn uid_of(path: &Path) -> Option<String> {
    // Nobody writes to it: it is read as it lies there, and nothing is put beside it.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let c = Connection::open_with_flags(as_it_lies(path).ok()?, flags).ok()?;
    let id: i64 = c.query_row("PRAGMA application_id", [], |r| r.get(0)).ok()?;
    let uid = || c.query_row(crate::store::sql::DESK_UID, [], |r| r.get(0)).ok();
    if id == APPLICATION_ID { uid() } else { None }
}

fn in_text(e: rusqlite::Error, sql: &str) -> Error {
    let mut e = error(e);
    if e.kind == Kind::Bug {
        e.cause = Some(format!("{} in: {sql}", e.cause.unwrap_or_default()));
    }
    e
}

/// What SQLite says of tables that somebody has taken away, or put something else in their place.
const STRANGE: [&str; 3] = ["no such table", "no such column", "access to view"];

/// What SQLite said, in words that help.
pub(super) fn error(e: rusqlite::Error) -> Error {
    let Some(code) = e.sqlite_error_code() else { return Error::bug("a statement does not fit its table").because(e) };
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            let seconds = PATIENCE.as_secs();
            let what = format!("another program has been writing to this desk for more than {seconds} seconds");
            Error::new(Kind::Temporary, what).hint("try again; nothing was changed")
        }
        ErrorCode::DiskFull => {
            Error::refused("the disk is full").hint("free some space and run the command again: nothing was half done")
        }
        ErrorCode::SystemIoFailure => Error::refused("the disk failed to read or write")
            .hint("look at the disk, and whether your share of it (quota) is full; then run desk doctor")
            .because(e),
        ErrorCode::ReadOnly => Error::refused("the file or its folder may not be written by you")
            .hint("grant yourself write rights on both, or work on a copy"),
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            Error::refused("the file cannot be opened").hint("look at the rights of the file and its folder").because(e)
        }
        ErrorCode::NotADatabase => {
            Error::refused("this is not a desk").hint("nothing was changed; name another file with --desk")
        }
        ErrorCode::DatabaseCorrupt => Error::refused("the file is damaged")
            .hint("desk restore BACKUP puts your last backup in its place; desk doctor says more")
            .because(e),
        // What SQLite says of a head that names a form of files to come.
        ErrorCode::Unknown if e.to_string() == "unsupported file format" => Error::refused("the file is damaged")
            .hint("desk restore BACKUP puts your last backup in its place; desk doctor says more")
            .because(e),
        ErrorCode::Unknown if STRANGE.iter().any(|what| e.to_string().starts_with(what)) => {
            Error::refused("the tables of this desk are not as it was made")
                .hint("desk doctor names what is wrong")
                .because(e)
        }
        ErrorCode::FileLockingProtocolFailed => Error::new(Kind::Temporary, "the file cannot be locked")
            .hint("try again; on a network or shared folder, move the desk to a local disk")
            .because(e),
        ErrorCode::TooBig => Error::refused("a text or file is too large for the store").because(e),
        _ => Error::bug("the store refused a statement").because(e),
    }
}
