//! A damaged file, read row by row: what can still be read goes into a new desk. Around a page that cannot be read the next row
//! that can be is looked for, in steps that double and then halve.

use super::sqlite::{Care, batch, bring_inside, build_tables, error, furnish, known_edition, look_into, resolve};
use crate::error::{Error, Result};
use crate::store::Fresh;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::path::Path;

/// What came out of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// The table.
    pub table: String,
    /// Rows that were read.
    pub rows: u64,
    /// Stretches that could not be read.
    pub gaps: u64,
    /// Rows that were left out, because what they belong to is lost.
    pub loose: u64,
}

/// Reads what can be read of the desk in `from` into the empty file `draft`, as a desk of today's edition. `from` is only read.
///
/// # Errors
/// Where not even the list of tables can be read.
pub(crate) fn salvage(from: &Path, draft: &Path, fresh: &Fresh) -> Result<Vec<Salvaged>> {
    let from = &resolve(from)?;
    let old = look_into(from)?;
    let edition = furnish(&old, Care::Usual).and_then(|()| known_edition(&old)).map_err(|e| {
        Error::refused("not even the head of the file can be read").because(e.what).hint("desk restore BACKUP")
    })?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let new = Connection::open_with_flags(draft, flags).map_err(error)?;
    furnish(&new, Care::Usual)?;
    batch(&new, "PRAGMA foreign_keys=OFF; PRAGMA journal_mode=MEMORY; BEGIN IMMEDIATE")?;
    build_tables(&new, edition)?;
    let mut found = Vec::new();
    for table in
        names(&new, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' ORDER BY name")?
    {
        found.push(read_table(&old, &new, &table)?);
    }
    bring_inside(&new)?;
    make_whole(&new, fresh, &mut found)?;
    batch(&new, "COMMIT; PRAGMA journal_mode=WAL")?;
    Ok(found)
}

fn names(c: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = c.prepare(sql).map_err(error)?;
    let rows = statement.query_map([], |r| r.get(0)).map_err(error)?;
    rows.collect::<rusqlite::Result<_>>().map_err(error)
}

/// Rows of a table, as far as they can be read, from one to the other file.
fn read_table(old: &Connection, new: &Connection, table: &str) -> Result<Salvaged> {
    let mut done = Salvaged { table: table.to_owned(), rows: 0, gaps: 0, loose: 0 };
    let columns = names(new, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"))?;
    let there = names(old, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid")).unwrap_or_default();
    let columns: Vec<String> = columns.into_iter().filter(|c| there.contains(c)).collect();
    if columns.is_empty() {
        return Ok(Salvaged { gaps: 1, ..done });
    }
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let list = columns.join(", ");
    let put = format!("INSERT OR IGNORE INTO {table} ({list}) VALUES ({})", marks.join(", "));
    let mut put = new.prepare(&put).map_err(error)?;
    let select = format!("SELECT rowid, {list} FROM {table} WHERE rowid >= ?1 ORDER BY rowid");
    let mut next = i64::MIN;
    loop {
        let Ok(mut rows) = old.prepare(&select) else {
            done.gaps += 1;
            return Ok(done);
        };
        let whole = match rows.query([next]) {
            Err(_) => false,
            Ok(mut rows) => loop {
                match rows.next() {
                    Err(_) => break false,
                    Ok(None) => break true,
                    Ok(Some(row)) => {
                        let Ok(id) = row.get::<_, i64>(0) else { break false };
                        next = id.saturating_add(1);
                        let read: rusqlite::Result<Vec<Value>> = (1..=columns.len()).map(|at| row.get(at)).collect();
                        // Bytes of another page may look like a row: what no table takes is none.
                        match read.map(|vals| put.execute(params_from_iter(vals))) {
                            Ok(Ok(n)) => done.rows += u64::try_from(n).unwrap_or(0),
                            _ => done.gaps += 1,
                        }
                    }
                }
            },
        };
        if whole {
            return Ok(done);
        }
        done.gaps += 1;
        match readable(old, table, next) {
            Some(further) => next = further,
            None => return Ok(done),
        }
    }
}

/// The first number from `from` on at which the table can be read again; none where nothing more comes.
fn readable(c: &Connection, table: &str, from: i64) -> Option<i64> {
    let text = format!("SELECT rowid FROM {table} WHERE rowid >= ?1 ORDER BY rowid LIMIT 1");
    let probe = |at: i64| -> Option<Option<i64>> {
        let mut statement = c.prepare_cached(&text).ok()?;
        let mut rows = statement.query([at]).ok()?;
        rows.next().ok()?.map(|r| r.get(0)).transpose().ok()
    };
    let (mut bad, mut step) = (from.max(0), 1_i64);
    let mut good = loop {
        let at = bad.saturating_add(step);
        match probe(at) {
            Some(_) => break at,
            None if step > 1 << 40 => return None,
            None => (bad, step) = (at, step * 2),
        }
    };
    while good - bad > 1 {
        let middle = bad + (good - bad) / 2;
        if probe(middle).is_some() { good = middle } else { bad = middle }
    }
    probe(good).flatten()
}

/// What the rows need to be a desk again: its own row, numbers that were not given out, nothing that points nowhere.
fn make_whole(c: &Connection, fresh: &Fresh, found: &mut [Salvaged]) -> Result<()> {
    use crate::store::sql;
    let there: i64 = c.query_row("SELECT count(*) FROM desk", [], |r| r.get(0)).map_err(error)?;
    if there == 0 {
        let vals =
            super::vals![super::super::SCHEMA, fresh.uid.as_str(), fresh.now, fresh.secret.as_slice(), fresh.analyser];
        super::sqlite::run(c, sql::DESK_ADD, vals)?;
    }
    // A message whose ticket is lost is shown in one of the same number; its subject says so.
    batch(
        c,
        "INSERT INTO ticket (id, subject, status, priority, channel, opened_at, automatic, muted, operation_id, first_status,
           updated_at, replies, reopens, logged_minutes, queued, rank, queue_at)
         SELECT m.ticket_id, '(lost in the damage)', 'open', 1, 'other', min(m.at), 0, 0, min(m.operation_id), 'open', max(m.at), 0,
           0, 0, 0, 0, min(m.at)
         FROM message AS m WHERE m.ticket_id IS NOT NULL AND m.ticket_id NOT IN (SELECT id FROM ticket) GROUP BY m.ticket_id;
         INSERT INTO body (message_id, text) SELECT id, '(lost in the damage)' FROM message WHERE id NOT IN (SELECT message_id FROM body)",
    )?;
    // What points at something lost lets go of it; where it cannot, it goes itself. Each round may set others loose.
    loop {
        let mut loose = c
            .prepare(
                "SELECT k.\"table\", k.rowid, f.\"from\", t.\"notnull\" FROM pragma_foreign_key_check AS k
                 JOIN pragma_foreign_key_list(k.\"table\") AS f ON f.id = k.fkid
                 JOIN pragma_table_info(k.\"table\") AS t ON t.name = f.\"from\"",
            )
            .map_err(error)?;
        let rows = loose.query_map([], |r| {
            Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?, r.get::<_, String>(2)?, r.get::<_, bool>(3)?))
        });
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(error)?;
        if rows.is_empty() {
            break;
        }
        for (table, row, column, needed) in rows {
            if needed {
                c.execute(&format!("DELETE FROM {table} WHERE rowid = ?1"), [row]).map_err(error)?;
                found.iter_mut().filter(|s| s.table == table).for_each(|s| s.loose += 1);
            } else {
                c.execute(&format!("UPDATE {table} SET {column} = NULL WHERE rowid = ?1"), [row]).map_err(error)?;
            }
        }
    }
    batch(
        c,
        "UPDATE desk SET
           change_no = max(change_no, (SELECT coalesce(max(id), 0) FROM operation), (SELECT coalesce(max(operation_id), 0) FROM event)),
           next_no = max(next_no, (SELECT coalesce(max(id), 0) + 1 FROM ticket)),
           next_entry = max(next_entry, (SELECT coalesce(max(id), 0) + 1 FROM entry)),
           next_id = max(next_id, (SELECT coalesce(max(id), 0) + 1 FROM message), (SELECT coalesce(max(id), 0) + 1 FROM contact),
             (SELECT coalesce(max(id), 0) + 1 FROM client), (SELECT coalesce(max(id), 0) + 1 FROM agent),
             (SELECT coalesce(max(id), 0) + 1 FROM outbox), (SELECT coalesce(max(id), 0) + 1 FROM invoice),
             (SELECT coalesce(max(id), 0) + 1 FROM contract), (SELECT coalesce(max(id), 0) + 1 FROM rating),
             (SELECT coalesce(max(id), 0) + 1 FROM topic), (SELECT coalesce(max(id), 0) + 1 FROM answer))",
    )
}
