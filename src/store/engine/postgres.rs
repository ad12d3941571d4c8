//! PostgreSQL 13 or newer: taking the address apart, always-verified TLS, one round trip per statement.

use super::{Row, Val};
use crate::error::{Error, Kind, Result};
use crate::store::{Fresh, SCHEMA};
use postgres::config::Host;
use postgres::types::{FromSql, ToSql, Type, accepts};
use postgres::{Client, Config, NoTls};
use std::borrow::Cow;
use std::time::Duration;

/// Opens the database at `url`; none where it holds no desk and none may be made.
pub(super) fn open(url: &str, password: Option<&str>, fresh: Option<&Fresh>) -> Result<Option<Client>> {
    let mut client = connect(url, password)?;
    batch(&mut client, "SET client_min_messages = warning")?;
    if !furnished(&mut client)? {
        match fresh {
            None => return Ok(None),
            Some(fresh) => build(&mut client, fresh)?,
        }
    }
    let mut found = 0;
    rows(&mut client, "SELECT schema FROM desk WHERE id = 1", &[], &mut |r| {
        found = r.int(0)?;
        Ok(())
    })?;
    if found < SCHEMA {
        bring(&mut client)?;
    }
    if found > SCHEMA {
        return Err(Error::refused(format!(
            "this desk was written by a newer program (edition {found}, this one knows {SCHEMA})"
        ))
        .hint("update desk; nothing was changed"));
    }
    Ok(Some(client))
}

/// Takes the address apart: the driver knows neither `verify-full` nor `sslrootcert`, and both are what we always mean.
fn connect(url: &str, password: Option<&str>) -> Result<Client> {
    let bad = |e: &dyn std::fmt::Display| {
        Error::usage("the address of the server is not readable").because(e).hint("write postgres://user@host/database")
    };
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let mut plain = false;
    let mut kept = Vec::new();
    for option in options.split('&').filter(|o| !o.is_empty()) {
        match option.split_once('=') {
            Some(("sslmode", mode)) => plain = mode == "disable",
            Some(("sslrootcert", _)) => {}
            _ => kept.push(option),
        }
    }
    let mut config: Config = format!("{address}?{}", kept.join("&")).parse().map_err(|e: postgres::Error| bad(&e))?;
    config.connect_timeout(Duration::from_secs(10)).tcp_user_timeout(Duration::from_secs(60)).application_name("desk");
    if let Some(password) = password {
        config.password(password);
    }
    let local = config.get_hosts().iter().all(|h| match h {
        Host::Unix(_) => true,
        Host::Tcp(_) => false,
    });
    let connected = if local || plain { config.connect(NoTls) } else { config.connect(tls()?) };
    connected.map_err(|e| {
        let what = format!("no connection to {}", without_password(address));
        Error::new(Kind::Temporary, what)
            .because(chain(&e))
            .hint("look at the network and the address, then try again; nothing was changed")
    })
}

/// The address without its password, fit for messages.
fn without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(start), Some(at)) if at > start => {
            let who = address.get(start + 3..at).unwrap_or_default();
            let name = who.split(':').next().unwrap_or_default();
            format!("{}{name}{}", address.get(..start + 3).unwrap_or_default(), address.get(at..).unwrap_or_default())
        }
        _ => address.to_owned(),
    }
}

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect> {
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(crate::tls::client(None).map_err(Error::refused)?))
}

/// Whether there are tables of a desk. It reads the catalogue itself: what the server remembers of names (`to_regclass`) may
/// be older than a wait for a lock.
fn furnished(client: &mut Client) -> Result<bool> {
    let mut found = false;
    let desk = "SELECT count(*) FROM pg_catalog.pg_class AS c WHERE c.relname = 'desk' AND pg_catalog.pg_table_is_visible(c.oid)";
    rows(client, desk, &[], &mut |r| {
        found = r.flag(0)?;
        Ok(())
    })?;
    Ok(found)
}

/// Furnishes an empty database, once, however many come at the same time.
fn build(client: &mut Client, fresh: &Fresh) -> Result<()> {
    // The lock comes before the transaction: only one that begins after the wait is told of tables that others made.
    batch(client, "SELECT pg_advisory_lock(1145394006)")?;
    batch(client, "BEGIN")?;
    let built = build_inside(client, fresh);
    batch(client, if built.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    batch(client, "SELECT pg_advisory_unlock(1145394006)")?;
    built
}

fn build_inside(client: &mut Client, fresh: &Fresh) -> Result<()> {
    if furnished(client)? {
        return Ok(());
    }
    for text in crate::store::SCHEMA_TEXTS {
        batch(client, &super::ddl_for_server(text))?;
    }
    batch(client, crate::store::search::TABLE_POSTGRES)?;
    run(
        client,
        crate::store::sql::DESK_ADD,
        super::vals![SCHEMA, fresh.uid.as_str(), fresh.now, fresh.secret.as_slice(), fresh.analyser],
    )?;
    for (key, value) in &fresh.settings {
        run(client, crate::store::sql::SETTING_PUT, super::vals![key, value])?;
    }
    Ok(())
}

/// Begins to read one state of the desk, by names that mean its own tables.
pub(super) fn begin_read(client: &mut Client) -> Result<()> {
    batch(client, &format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", super::foreign::PINNED))
}

/// Brings a desk of an older edition up to this program's, in one transaction. Whoever works with an older program is told
/// to update by the door.
fn bring(client: &mut Client) -> Result<()> {
    batch(client, &format!("BEGIN; {}", super::foreign::PINNED))?;
    let brought = (|| {
        // The row of the desk is the door: nobody writes until the transaction ends, and who comes second finds it done.
        let mut edition = 0;
        rows(client, "SELECT schema FROM desk WHERE id = 1 FOR UPDATE", &[], &mut |r| {
            edition = r.int(0)?;
            Ok(())
        })?;
        for text in crate::store::SCHEMA_TEXTS.iter().skip(usize::try_from(edition).unwrap_or(usize::MAX)) {
            batch(client, &super::ddl_for_server(text))?;
        }
        run(client, crate::store::sql::DESK_EDITION, super::vals![SCHEMA]).map(drop)
    })();
    batch(client, if brought.is_ok() { "COMMIT" } else { "ROLLBACK" }).and(brought)
}

/// `?1` as the server writes it: `$1`, outside quoted text.
fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quoted = false;
    for c in sql.chars() {
        quoted ^= c == '\'';
        out.push(if c == '?' && !quoted { '$' } else { c });
    }
    out
}

/// A whole number of either width: a constant in a query is narrower than a column.
pub(super) struct Whole(pub(super) i64);

impl<'a> FromSql<'a> for Whole {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> std::result::Result<Whole, Box<dyn std::error::Error + Sync + Send>> {
        if *kind == Type::INT4 {
            i32::from_sql(kind, raw).map(|n| Whole(n.into()))
        } else {
            i64::from_sql(kind, raw).map(Whole)
        }
    }

    accepts!(INT4, INT8);
}

/// The texts among the values as the server can hold them, each in the place of its value.
fn texts<'a>(vals: &[Val<'a>]) -> Vec<Option<Cow<'a, str>>> {
    let text = |val: &Val<'a>| match val {
        Val::Text(text) => text.map(super::without_nul),
        Val::Int(_) | Val::Blob(_) => None,
    };
    vals.iter().map(text).collect()
}

fn typed<'a>(vals: &'a [Val<'a>], texts: &'a [Option<Cow<'a, str>>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    vals.iter()
        .zip(texts)
        .map(|(val, text)| match val {
            Val::Int(n) => (n as &(dyn ToSql + Sync), Type::INT8),
            Val::Text(_) => (text as &(dyn ToSql + Sync), Type::TEXT),
            Val::Blob(b) => (b as &(dyn ToSql + Sync), Type::BYTEA),
        })
        .collect()
}

pub(super) fn rows(
    c: &mut Client,
    sql: &str,
    vals: &[Val<'_>],
    each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    for row in c.query_typed(&numbered(sql), &typed(vals, &texts(vals))).map_err(|e| in_text(&e, sql))? {
        each(&Row::Postgres(&row))?;
    }
    Ok(())
}

pub(super) fn run(c: &mut Client, sql: &str, vals: &[Val<'_>]) -> Result<u64> {
    c.execute_typed(&numbered(sql), &typed(vals, &texts(vals))).map_err(|e| in_text(&e, sql))
}

pub(super) fn batch(c: &mut Client, sql: &str) -> Result<()> {
    c.batch_execute(sql).map_err(|e| in_text(&e, sql))
}

/// Tables that hold what people wrote or are called.
const PERSONAL: &str = "contact contact_point client ticket message body raw attachment blob thread entry rating origin mute operation \
                        event parked outbox draft draft_file answer source search desk";

/// Writes the tables and their indexes anew, and the server's samples of their columns.
pub(super) fn scrub(c: &mut Client) -> Result<()> {
    batch(c, "SET lock_timeout = '60s'")?;
    let done = PERSONAL.split_whitespace().try_for_each(|table| batch(c, &format!("VACUUM (FULL, ANALYZE) {table}")));
    batch(c, "RESET lock_timeout").and(done)
}

fn in_text(e: &postgres::Error, sql: &str) -> Error {
    let mut said = error(e);
    if said.kind == Kind::Bug {
        said.cause = Some(format!("{} in: {sql}", said.cause.unwrap_or_default()));
    }
    said
}

fn chain(e: &postgres::Error) -> String {
    match (e.as_db_error(), std::error::Error::source(e)) {
        (Some(db), _) => db.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => e.to_string(),
    }
}

/// What the server said, in words that help.
pub(super) fn error(e: &postgres::Error) -> Error {
    let code = e.code().map(|c| c.code().to_owned()).unwrap_or_default();
    match code.as_str() {
        "55P03" | "57014" | "40001" | "40P01" => {
            Error::new(Kind::Temporary, "another program has been writing to this desk for too long")
                .hint("try again; nothing was changed")
        }
        "53100" => Error::refused("the disk of the server is full").because(chain(e)),
        "42501" => Error::refused("the server does not let you do that")
            .because(chain(e))
            .hint("ask for rights on the desk's tables"),
        "" => Error::new(Kind::Temporary, "the connection to the server broke").because(chain(e)).hint("try again"),
        _ => Error::bug("the store refused a statement").because(chain(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_renamed_outside_quoted_text() {
        assert_eq!(numbered("SELECT '?' WHERE a = ?1 AND b = ?12"), "SELECT '?' WHERE a = $1 AND b = $12");
    }

    #[test]
    fn a_message_never_carries_the_password() {
        assert_eq!(without_password("postgres://mila:secret@db.test/desk"), "postgres://mila@db.test/desk");
        assert_eq!(without_password("postgres://db.test/desk"), "postgres://db.test/desk");
    }
}
