//! What lies among the tables of a desk that no program of ours put there: whoever may change the file, or owns tables on the
//! server, could have something run or read beside what is asked for. Nothing of it is looked into, only named.

use super::sqlite;
use crate::error::Result;
use crate::store::SCHEMA;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Kind and name of each part of a desk, and its text. SQLite makes the inner tables of the search index itself, and may
/// write them otherwise from version to version.
type Parts = BTreeMap<(String, String), String>;

fn parts(c: &Connection) -> Result<Parts> {
    let mut found = Parts::new();
    sqlite::rows(c, "SELECT type, name, COALESCE(sql, '') FROM sqlite_schema", &[], &mut |r| {
        let (kind, name, text) = (r.text(0)?, r.text(1)?, r.text(2)?);
        if !name.starts_with("sqlite_") {
            let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = if name.starts_with("search") { String::new() } else { plain };
            found.insert((kind, name), text);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The parts of a desk as this program makes it.
fn own() -> Result<Parts> {
    let desk = Connection::open_in_memory().map_err(sqlite::error)?;
    sqlite::build_tables(&desk, SCHEMA)?;
    parts(&desk)
}

/// What is in a file beside what belongs there, what was changed, what is missing.
pub(super) fn in_file(c: &Connection) -> Result<Vec<String>> {
    let (own, there) = (own()?, parts(c)?);
    let strange = there.iter().filter_map(|((kind, name), text)| match own.get(&(kind.clone(), name.clone())) {
        None => Some(format!("the {kind} {name} was not made by desk")),
        Some(should) if should != text => Some(format!("the {kind} {name} is not as desk made it")),
        Some(_) => None,
    });
    let gone = own.keys().filter(|part| !there.contains_key(part));
    Ok(strange.chain(gone.map(|(kind, name)| format!("the {kind} {name} is missing"))).collect())
}

/// Whatever on a server runs with the statements of a desk, or is read in the place of its tables.
#[cfg(feature = "postgres")]
const ON_SERVER: &str = "
WITH here AS (
  SELECT c.relnamespace AS id FROM pg_catalog.pg_class AS c WHERE c.relname = 'desk' AND pg_catalog.pg_table_is_visible(c.oid)
), own AS (
  SELECT c.oid AS id, CAST(c.relname AS TEXT) AS name, c.relkind AS kind
  FROM pg_catalog.pg_class AS c JOIN here ON c.relnamespace = here.id
  WHERE CAST(c.relname AS TEXT) = ANY (pg_catalog.string_to_array(?1, ' '))
), made AS (
  SELECT p.oid AS id, CAST(p.proname AS TEXT) AS name, p.pronamespace AS place FROM pg_catalog.pg_proc AS p
  WHERE p.pronamespace <> CAST('pg_catalog' AS pg_catalog.regnamespace)
)
SELECT 'the table ' || name || ' is none: something else stands in its place' AS what FROM own WHERE kind <> 'r'
UNION SELECT 'the trigger ' || t.tgname || ' runs when ' || own.name || ' changes'
  FROM pg_catalog.pg_trigger AS t JOIN own ON t.tgrelid = own.id WHERE NOT t.tgisinternal
UNION SELECT 'the rule ' || r.rulename || ' changes what is written to ' || own.name
  FROM pg_catalog.pg_rewrite AS r JOIN own ON r.ev_class = own.id WHERE own.kind = 'r'
UNION SELECT 'the policy ' || p.polname || ' hides rows of ' || own.name
  FROM pg_catalog.pg_policy AS p JOIN own ON p.polrelid = own.id
UNION SELECT 'a column of ' || own.name || ' is computed by the server' FROM pg_catalog.pg_attrdef AS d JOIN own ON d.adrelid = own.id
UNION SELECT 'the table ' || CAST(i.inhrelid AS pg_catalog.regclass) || ' adds rows to ' || own.name
  FROM pg_catalog.pg_inherits AS i JOIN own ON i.inhparent = own.id
UNION SELECT 'the function ' || made.name || ' runs when ' || own.name || ' changes'
  FROM pg_catalog.pg_depend AS d JOIN made ON d.refobjid = made.id
  JOIN pg_catalog.pg_constraint AS k ON d.objid = k.oid AND d.classid = CAST('pg_catalog.pg_constraint' AS pg_catalog.regclass)
  JOIN own ON k.conrelid = own.id
UNION SELECT 'the function ' || made.name || ' runs when ' || own.name || ' changes'
  FROM pg_catalog.pg_depend AS d JOIN made ON d.refobjid = made.id
  JOIN pg_catalog.pg_index AS x ON d.objid = x.indexrelid AND d.classid = CAST('pg_catalog.pg_class' AS pg_catalog.regclass)
  JOIN own ON x.indrelid = own.id
UNION SELECT 'the function ' || made.name || ' has the name of one of the server''s, and stands beside the desk'
  FROM made JOIN here ON made.place = here.id
  JOIN pg_catalog.pg_proc AS p ON p.proname = made.name AND p.pronamespace = CAST('pg_catalog' AS pg_catalog.regnamespace)
UNION SELECT 'the operator ' || o.oprname || ' has the name of one of the server''s, and stands beside the desk'
  FROM pg_catalog.pg_operator AS o JOIN here ON o.oprnamespace = here.id
  JOIN pg_catalog.pg_operator AS p ON p.oprname = o.oprname AND p.oprnamespace = CAST('pg_catalog' AS pg_catalog.regnamespace)
UNION SELECT 'everybody in the database may put functions beside the desk: REVOKE CREATE ON SCHEMA ' || pg_catalog.quote_ident(n.nspname) || ' FROM PUBLIC'
  FROM pg_catalog.pg_namespace AS n JOIN here ON n.oid = here.id WHERE pg_catalog.has_schema_privilege('public', n.oid, 'CREATE')
ORDER BY what";

/// The same on a server.
#[cfg(feature = "postgres")]
pub(super) fn on_server(c: &mut ::postgres::Client) -> Result<Vec<String>> {
    let own = own()?;
    let tables: Vec<&str> = own.keys().filter(|(kind, _)| kind == "table").map(|(_, name)| name.as_str()).collect();
    let mut found = Vec::new();
    super::postgres::rows(c, ON_SERVER, super::vals![tables.join(" ").as_str()], &mut |r| {
        found.push(r.text(0)?);
        Ok(())
    })?;
    Ok(found)
}

/// What every transaction on a server begins with: names mean what stands beside the desk or belongs to the server, and
/// nothing that somebody put into another schema on the way.
#[cfg(feature = "postgres")]
pub(in crate::store::engine) const PINNED: &str = "SELECT pg_catalog.set_config('search_path', COALESCE((
  SELECT pg_catalog.quote_ident(n.nspname) || ', pg_temp' FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relname = 'desk' AND pg_catalog.pg_table_is_visible(c.oid)
), pg_catalog.current_setting('search_path')), true)";
