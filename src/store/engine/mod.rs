//! The seam between the desk and its two engines: the statement. The only place that knows which engine runs.
//! One SQL text serves both (`?1 ?2`, integers, text, blobs); only opening and full-text search differ.

mod file;
mod foreign;
mod log;
#[cfg(feature = "postgres")]
mod postgres;
pub(crate) mod question;
mod restore;
mod salvage;
mod sqlite;

use crate::domain::time::{Date, Moment};
use crate::error::{Error, Result};
pub use restore::Seen;
pub(crate) use restore::{draw, is_sound, put_in_place, replace, seen};
pub use salvage::Salvaged;
pub(crate) use salvage::salvage;
pub(crate) use sqlite::{Care, check_copy, library_version, uid_of};

/// A value on its way into a statement. A missing value still has a type: PostgreSQL wants to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Val<'a> {
    /// A whole number, a flag or an instant.
    Int(Option<i64>),
    /// A text; a NUL in it, which a server cannot hold, is dropped on the way.
    Text(Option<&'a str>),
    /// Bytes.
    Blob(Option<&'a [u8]>),
}

/// NUL is the one character that a server cannot hold.
fn without_nul(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "").into() } else { text.into() }
}

macro_rules! into_val {
    ($($kind:ty => |$x:ident| $val:expr),+ $(,)?) => {
        $(impl<'a> From<$kind> for Val<'a> { fn from($x: $kind) -> Val<'a> { $val } })+
    };
}
into_val! {
    i64 => |x| Val::Int(Some(x)),
    Option<i64> => |x| Val::Int(x),
    bool => |x| Val::Int(Some(i64::from(x))),
    Moment => |x| Val::Int(Some(x.0)),
    Option<Moment> => |x| Val::Int(x.map(|m| m.0)),
    &'a str => |x| Val::Text(Some(x)),
    &'a String => |x| Val::Text(Some(x)),
    Option<&'a str> => |x| Val::Text(x),
    Option<&'a String> => |x| Val::Text(x.map(String::as_str)),
    &'a Option<String> => |x| Val::Text(x.as_deref()),
    &'a [u8] => |x| Val::Blob(Some(x)),
    &'a [u8; 32] => |x| Val::Blob(Some(x)),
    &'a [u8; 16] => |x| Val::Blob(Some(x)),
    Option<&'a [u8]> => |x| Val::Blob(x),
}

/// The values of a statement, in the order of `?1 ?2 …`.
macro_rules! vals {
    ($($x:expr),* $(,)?) => { &[$($crate::store::engine::Val::from($x)),*][..] };
}
pub(crate) use vals;

/// A row on its way out.
pub(crate) enum Row<'a> {
    /// Of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// Of PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(&'a ::postgres::Row),
}

macro_rules! getter {
    ($(#[$doc:meta])* $name:ident -> $kind:ty) => {
        $(#[$doc])*
        pub(crate) fn $name(&self, column: usize) -> Result<$kind> {
            match self {
                Row::Sqlite(row) => row.get(column).map_err(sqlite::error),
                #[cfg(feature = "postgres")]
                Row::Postgres(row) => row.try_get(column).map_err(|e| postgres::error(&e)),
            }
        }
    };
}

impl Row<'_> {
    getter!(/// A text.
        text -> String);
    getter!(/// A text or nothing.
        text_or -> Option<String>);
    getter!(/// Bytes.
        blob -> Vec<u8>);
    getter!(/// Bytes or nothing.
        blob_or -> Option<Vec<u8>>);

    /// A whole number.
    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(sqlite::error),
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => row.try_get(column).map(|postgres::Whole(n)| n).map_err(|e| postgres::error(&e)),
        }
    }

    /// A whole number or nothing.
    pub(crate) fn int_or(&self, column: usize) -> Result<Option<i64>> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(sqlite::error),
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => {
                let n: Option<postgres::Whole> = row.try_get(column).map_err(|e| postgres::error(&e))?;
                Ok(n.map(|n| n.0))
            }
        }
    }

    /// An instant.
    pub(crate) fn at(&self, column: usize) -> Result<Moment> {
        self.int(column).map(Moment)
    }

    /// An instant or nothing.
    pub(crate) fn at_or(&self, column: usize) -> Result<Option<Moment>> {
        Ok(self.int_or(column)?.map(Moment))
    }

    /// A calendar day.
    pub(crate) fn day(&self, column: usize) -> Result<Date> {
        day(&self.text(column)?)
    }

    /// A calendar day or nothing.
    pub(crate) fn day_or(&self, column: usize) -> Result<Option<Date>> {
        self.text_or(column)?.as_deref().map(day).transpose()
    }

    /// A flag.
    pub(crate) fn flag(&self, column: usize) -> Result<bool> {
        self.int(column).map(|n| n != 0)
    }
}

/// A calendar day as its column holds it, read without a detour: there are tens of thousands.
fn day(text: &str) -> Result<Date> {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    let whole = text.len() == 10 && text.is_ascii();
    let parts = number(0, 4).zip(number(5, 7)).zip(number(8, 10)).filter(|_| whole);
    let date = parts.and_then(|((y, m), d)| Date::from_ymd_opt(i32::try_from(y).ok()?, m, d));
    date.ok_or_else(|| Error::bug(format!("there is the day {text}")))
}

/// One of the two engines.
pub(crate) enum Engine {
    /// A local file.
    Sqlite(file::File),
    /// A shared server.
    #[cfg(feature = "postgres")]
    Postgres(Box<::postgres::Client>),
}

impl Engine {
    /// Opens the file; with `fresh`, an absent one is made and published whole. A desk of an older edition is brought up: its
    /// copy is given.
    pub(crate) fn open_file(
        path: &std::path::Path,
        care: Care,
        fresh: Option<&crate::store::Fresh>,
    ) -> Result<Option<(Engine, Option<std::path::PathBuf>)>> {
        Ok(sqlite::open(path, care, fresh)?.map(|(c, copy)| (Engine::Sqlite(file::File::new(c)), copy)))
    }

    /// A desk that lives in memory: for trying a command without a desk.
    pub(crate) fn open_memory(fresh: &crate::store::Fresh) -> Result<Engine> {
        sqlite::memory(fresh).map(file::File::new).map(Engine::Sqlite)
    }

    /// Opens the database of a server; with `fresh`, an empty one is furnished.
    #[cfg(feature = "postgres")]
    pub(crate) fn open_server(
        url: &str,
        password: Option<&str>,
        fresh: Option<&crate::store::Fresh>,
    ) -> Result<Option<Engine>> {
        Ok(postgres::open(url, password, fresh)?.map(|c| Engine::Postgres(Box::new(c))))
    }

    /// This program was built without the server engine.
    #[cfg(not(feature = "postgres"))]
    pub(crate) fn open_server(
        _url: &str,
        _password: Option<&str>,
        _fresh: Option<&crate::store::Fresh>,
    ) -> Result<Option<Engine>> {
        Err(Error::refused("this desk was built without PostgreSQL").hint("build it with the feature `postgres`"))
    }

    /// Runs a query; `each` sees every row.
    pub(crate) fn rows(
        &mut self,
        sql: &str,
        vals: &[Val<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        match self {
            Engine::Sqlite(c) => sqlite::rows(c, sql, vals, each),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => postgres::rows(c, sql, vals, each),
        }
    }

    /// Runs a statement; the number of rows it changed.
    pub(crate) fn run(&mut self, sql: &str, vals: &[Val<'_>]) -> Result<u64> {
        match self {
            Engine::Sqlite(c) => sqlite::run(c, sql, vals),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => postgres::run(c, sql, vals),
        }
    }

    /// Begins a transaction that reads one state of the desk.
    pub(crate) fn begin_read(&mut self) -> Result<()> {
        match self {
            Engine::Sqlite(c) => sqlite::batch(c, "BEGIN"),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => postgres::begin_read(c),
        }
    }

    /// Begins a transaction that writes: on a file it holds the only pen from here on.
    pub(crate) fn begin_write(&mut self) -> Result<()> {
        match self {
            Engine::Sqlite(c) => sqlite::batch(c, "BEGIN IMMEDIATE"),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => {
                let limits = "SET LOCAL lock_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '10s'; SET LOCAL statement_timeout = '120s'";
                postgres::batch(c, &format!("BEGIN; {limits}; {}", foreign::PINNED))
            }
        }
    }

    /// Makes the transaction last.
    pub(crate) fn commit(&mut self) -> Result<()> {
        match self {
            Engine::Sqlite(c) => c.commit(),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => postgres::batch(c, "COMMIT"),
        }
    }

    /// Drops the transaction. A failure here changes nothing any more.
    pub(crate) fn rollback(&mut self) {
        drop(match self {
            Engine::Sqlite(c) => sqlite::batch(c, "ROLLBACK"),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => postgres::batch(c, "ROLLBACK"),
        });
    }

    /// The one of two texts that this engine understands: full-text search only.
    #[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "there is one engine only"))]
    pub(crate) fn pick<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self {
            Engine::Sqlite(_) => sqlite,
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => postgres,
        }
    }

    /// Whether this is a file of SQLite.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Engine::Sqlite(_))
    }

    /// What lies among the tables that no program of ours put there.
    pub(crate) fn foreign(&mut self) -> Result<Vec<String>> {
        match self {
            Engine::Sqlite(c) => foreign::in_file(c),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => foreign::on_server(c),
        }
    }

    /// Gives a long import more memory and moves the log into the file from time to time.
    pub(crate) fn prepare_for_bulk(&mut self) -> Result<()> {
        match self {
            Engine::Sqlite(c) => sqlite::batch(c, "PRAGMA cache_size=-49152"),
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Writes everything anew, so that freed places hold nothing: tables and the search index, outside of any transaction.
    pub(crate) fn scrub(&mut self) -> Result<()> {
        match self {
            Engine::Sqlite(c) => sqlite::scrub(c),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => postgres::scrub(c),
        }
    }

    /// Moves the whole log into the file and leaves it empty; on a server there is none of ours.
    pub(crate) fn empty_log(&mut self) -> Result<()> {
        match self {
            Engine::Sqlite(c) => sqlite::empty_log(c),
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Writes a compact copy of the whole desk into a new file.
    pub(crate) fn copy_into(&mut self, path: &std::path::Path) -> Result<()> {
        match self {
            Engine::Sqlite(c) => sqlite::vacuum_into(c, path),
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => {
                Err(Error::refused("this desk lives on a PostgreSQL server").hint("back it up there: pg_dump"))
            }
        }
    }
}

/// The schema text as the server understands it: the same tables, columns, keys and order of texts.
#[cfg(feature = "postgres")]
pub(crate) fn ddl_for_server(text: &str) -> String {
    let plain: String = text.lines().filter(|l| !l.trim_start().starts_with("--")).map(|l| format!("{l}\n")).collect();
    plain
        .replace(") STRICT", ")")
        .replace(" INTEGER", " BIGINT")
        .replace(" TEXT", " TEXT COLLATE \"C\"")
        .replace(" BLOB", " BYTEA")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_a_column_is_read_as_it_was_written() {
        assert_eq!(day("2026-02-28").unwrap().to_string(), "2026-02-28");
        for odd in ["2026-02-30", "2026-2-28", "2026-02-28 ", "дата", "20260228xx", ""] {
            assert!(day(odd).is_err(), "{odd}");
        }
    }
}
