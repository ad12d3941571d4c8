//! A question to a file: a connection of its own that can only read, with the views as its own temporary ones, and a guard
//! that lets a query through where it reads columns that a view reads, by way of a view.

use super::{Answered, Gathered, Value, forbidden, mistaken, only_reads, too_long};
use crate::error::Result;
use crate::store::engine::sqlite::{batch, error};
use crate::store::views::VIEWS;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tables and columns.
type Columns = HashSet<(String, String)>;
/// What was refused last.
type Refused = Arc<Mutex<Option<String>>>;

/// Answers a question.
pub(super) fn ask(path: &Path, text: &str, seconds: u32) -> Result<Answered> {
    let mut c = opened(path)?;
    let refused = guarded(&mut c)?;
    let ends = Instant::now() + Duration::from_secs(seconds.into());
    c.progress_handler(10_000, Some(move || Instant::now() >= ends)).map_err(error)?;
    let said = |e| in_words(e, text, seconds, &refused);
    let mut statement = c.prepare(text).map_err(said)?;
    if !statement.readonly() {
        return Err(only_reads());
    }
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut gathered = Gathered::default();
    let mut rows = statement.query([]).map_err(said)?;
    while let Some(row) = rows.next().map_err(said)? {
        let cells = (0..columns.len()).map(|n| row.get_ref(n).map(value)).collect::<rusqlite::Result<Vec<_>>>();
        gathered.push(cells.map_err(said)?)?;
    }
    Ok(Answered { columns, rows: gathered.rows })
}

fn opened(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let c = Connection::open_with_flags(path, flags).map_err(error)?;
    c.busy_timeout(Duration::from_secs(10)).map_err(error)?;
    for (option, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        c.set_db_config(option, on).map_err(error)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, 64 << 20),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
    ] {
        c.set_limit(limit, most).map_err(error)?;
    }
    batch(&c, "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON")?;
    for view in VIEWS {
        let instant = |column: &str| format!("strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch')");
        batch(&c, &format!("CREATE TEMP VIEW {} AS {}", view.name, view.text(instant)))?;
    }
    batch(&c, "PRAGMA query_only=ON")?;
    Ok(c)
}

/// First every view is looked at, to learn what stands behind them; from then on nothing else is readable. That a column was
/// asked for by a view is not enough: a query may give a part of itself any name.
fn guarded(c: &mut Connection) -> Result<Refused> {
    let learned = Arc::new(Mutex::new(Columns::new()));
    let book = Arc::clone(&learned);
    let learn = move |context: AuthContext<'_>| {
        if let (AuthAction::Read { table_name, column_name }, Some(_)) = (context.action, context.accessor) {
            let pair = (table_name.to_owned(), column_name.to_owned());
            book.lock().unwrap_or_else(PoisonError::into_inner).insert(pair);
        }
        Authorization::Allow
    };
    c.authorizer(Some(learn)).map_err(error)?;
    for view in VIEWS {
        c.prepare(&format!("SELECT * FROM {}", view.name)).map_err(error)?;
    }
    let tables = c.prepare("SELECT name FROM sqlite_schema").and_then(|mut s| {
        let names = s.query_map([], |r| r.get::<_, String>(0))?;
        names.collect::<rusqlite::Result<HashSet<String>>>()
    });
    let tables = tables.map_err(error)?;
    let behind = std::mem::take(&mut *learned.lock().unwrap_or_else(PoisonError::into_inner));
    let refused = Refused::default();
    let note = Arc::clone(&refused);
    let guard = move |context: AuthContext<'_>| match denied(&context, &behind, &tables) {
        None => Authorization::Allow,
        Some(what) => {
            note.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
            Authorization::Deny
        }
    };
    c.authorizer(Some(guard)).map_err(error)?;
    Ok(refused)
}

/// What a query may not read; empty where it would write or set something, none where it is fine.
fn denied(context: &AuthContext<'_>, behind: &Columns, tables: &HashSet<String>) -> Option<String> {
    let is_view = |name: &str| VIEWS.iter().any(|v| v.name == name);
    match context.action {
        AuthAction::Select | AuthAction::Recursive => None,
        AuthAction::Function { function_name } => {
            let harmful = ["load_extension", "fts3_tokenizer", "fts5"].contains(&function_name);
            harmful.then(|| function_name.to_owned())
        }
        AuthAction::Read { table_name, column_name } => {
            let by_view = context.accessor.is_some_and(is_view);
            let known = by_view && behind.contains(&(table_name.to_owned(), column_name.to_owned()));
            let own = context.database_name == Some("temp") && is_view(table_name);
            // Where rows are only counted no column is named, nor the view that they are counted for. Nothing is told of a table
            // behind a view but how many rows it has; of the other tables of the file, not even that.
            let internal =
                tables.contains(table_name) || ["sqlite_", "pragma_"].iter().any(|p| table_name.starts_with(p));
            let counted = column_name.is_empty() && (!internal || behind.iter().any(|(table, _)| table == table_name));
            let json = ["json_each", "json_tree"].contains(&table_name);
            (!(known || own || counted || json)).then(|| table_name.to_owned())
        }
        _ => Some(String::new()),
    }
}

fn value(of: ValueRef<'_>) -> Value {
    match of {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Whole(n),
        ValueRef::Real(x) => Value::of_real(x),
        ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
        ValueRef::Blob(b) => Value::Text(b.iter().map(|b| format!("{b:02x}")).collect()),
    }
}

fn in_words(e: rusqlite::Error, text: &str, seconds: u32, refused: &Refused) -> crate::error::Error {
    if let Some(what) = refused.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return if what.is_empty() { only_reads() } else { forbidden(&what) };
    }
    match (&e, e.sqlite_error_code()) {
        (_, Some(ErrorCode::OperationInterrupted)) => too_long(seconds),
        (rusqlite::Error::MultipleStatement, _) => mistaken(text, None, "one query at a time"),
        (rusqlite::Error::SqlInputError { msg, offset, .. }, _) => mistaken(text, usize::try_from(*offset).ok(), msg),
        (rusqlite::Error::SqliteFailure(_, Some(said)), Some(ErrorCode::Unknown)) => mistaken(text, None, said),
        _ => error(e),
    }
}
