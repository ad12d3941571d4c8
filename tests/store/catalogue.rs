//! Both engines hold the same tables: columns in the same order, of the same kinds, with the same keys and indexes.

use super::stand::{Stand, of, opened};
use frontdesk::actions::ticket;
#[cfg(feature = "postgres")]
use frontdesk::domain::event::OperationKind;
use frontdesk::domain::ticket::Reason;
use frontdesk::error::Kind;

/// What is asked of each engine about its tables, so that both answer in the same words.
#[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "one engine only"))]
struct Question {
    about: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const QUESTIONS: [Question; 5] = [
    Question {
        about: "tables",
        sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'search!_%' ESCAPE '!' ORDER BY name",
        postgres: "SELECT CAST(c.relname AS text) FROM pg_class AS c WHERE c.relnamespace = CAST(current_schema AS regnamespace) AND c.relkind = 'r' \
            ORDER BY c.relname COLLATE \"C\"",
    },
    Question {
        about: "columns: name, kind, whether it may be empty, order of texts",
        sqlite: "SELECT m.name, p.cid + 1, p.name, CASE p.type WHEN 'INTEGER' THEN 'bigint' WHEN 'BLOB' THEN 'bytea' ELSE lower(p.type) END, p.\"notnull\", \
            CASE p.type WHEN 'TEXT' THEN 'C' ELSE '' END \
            FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' AND m.name NOT LIKE 'search%' ORDER BY m.name, p.cid",
        postgres: "SELECT CAST(c.relname AS text), CAST(a.attnum AS bigint), CAST(a.attname AS text), format_type(a.atttypid, a.atttypmod), \
            CASE WHEN a.attnotnull THEN 1 ELSE 0 END, COALESCE((SELECT CAST(l.collname AS text) FROM pg_collation AS l WHERE l.oid = a.attcollation), '') \
            FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid WHERE c.relnamespace = CAST(current_schema AS regnamespace) AND c.relkind = 'r' \
            AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'search' ORDER BY c.relname COLLATE \"C\", a.attnum",
    },
    Question {
        about: "primary keys and what is unique",
        sqlite: "SELECT m.name, l.origin, (SELECT string_agg(i.name, ',' ORDER BY i.seqno) FROM pragma_index_info(l.name) AS i) AS columns \
            FROM sqlite_schema AS m JOIN pragma_index_list(m.name) AS l WHERE m.type = 'table' AND m.name NOT LIKE 'search%' AND l.\"unique\" = 1 \
            UNION ALL SELECT m.name, 'pk', p.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' \
            AND m.name NOT LIKE 'search%' AND p.pk = 1 AND p.type = 'INTEGER' \
            AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) AS l WHERE l.origin = 'pk') ORDER BY 1, 2, 3",
        postgres: "SELECT CAST(c.relname AS text) COLLATE \"C\", CASE WHEN x.indisprimary THEN 'pk' ELSE 'u' END COLLATE \"C\", \
            (SELECT string_agg(CAST(a.attname AS text), ',' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY AS k(attnum, n) \
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum) COLLATE \"C\" \
            FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indrelid WHERE c.relnamespace = CAST(current_schema AS regnamespace) \
            AND c.relname <> 'search' AND x.indisunique ORDER BY 1, 2, 3",
    },
    Question {
        about: "indexes: columns, and whether only some rows are in them",
        sqlite: "SELECT m.name, l.name, (SELECT string_agg(i.name, ',' ORDER BY i.seqno) FROM pragma_index_info(l.name) AS i), l.partial \
            FROM sqlite_schema AS m JOIN pragma_index_list(m.name) AS l WHERE m.type = 'table' AND m.name NOT LIKE 'search%' AND l.origin = 'c' ORDER BY 1, 2",
        postgres: "SELECT CAST(c.relname AS text) COLLATE \"C\", CAST(n.relname AS text) COLLATE \"C\", \
            (SELECT string_agg(CAST(a.attname AS text), ',' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY AS k(attnum, n) \
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum), CASE WHEN x.indpred IS NULL THEN 0 ELSE 1 END \
            FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indrelid JOIN pg_class AS n ON n.oid = x.indexrelid \
            WHERE c.relnamespace = CAST(current_schema AS regnamespace) AND c.relname <> 'search' AND NOT x.indisunique ORDER BY 1, 2",
    },
    Question {
        about: "references",
        sqlite: "SELECT m.name, f.\"from\", f.\"table\", f.\"to\" FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' ORDER BY 1, 2",
        postgres: "SELECT CAST(c.relname AS text) COLLATE \"C\", CAST(a.attname AS text) COLLATE \"C\", CAST(d.relname AS text), CAST(b.attname AS text) \
            FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_class AS d ON d.oid = k.confrelid \
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] JOIN pg_attribute AS b ON b.attrelid = d.oid AND b.attnum = k.confkey[1] \
            WHERE k.contype = 'f' AND c.relnamespace = CAST(current_schema AS regnamespace) ORDER BY 1, 2",
    },
];

/// Everything there is to be said about the tables of a desk.
pub(crate) fn catalogue(stand: &mut Stand) -> Vec<String> {
    let file = stand.store.is_file();
    let said = |q: &Question| stand.rows(if file { q.sqlite } else { q.postgres });
    QUESTIONS.iter().flat_map(said).collect()
}

#[cfg(feature = "postgres")]
#[test]
fn the_tables_are_the_same_on_both_engines() {
    let (mut file, Some(mut server)) = (Stand::on_file(), Stand::on_server()) else { return };
    for q in QUESTIONS {
        let (here, there) = (file.rows(q.sqlite), server.rows(q.postgres));
        assert!(here.len() > 10, "{}: {here:?}", q.about);
        let only = |a: &[String], b: &[String]| {
            a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>().join("\n  ")
        };
        assert!(
            here == there,
            "{}\nonly SQLite:\n  {}\nonly PostgreSQL:\n  {}\n",
            q.about,
            only(&here, &there),
            only(&there, &here)
        );
    }
}

#[test]
fn what_desk_did_not_put_into_a_file_is_named_and_never_runs() {
    let mut stand = Stand::on_file();
    opened(&mut stand, 2);
    assert_eq!(stand.store.foreign().unwrap(), [""; 0]);
    stand.meddle(
        "CREATE TRIGGER evil AFTER UPDATE ON ticket BEGIN DELETE FROM body; END; CREATE VIEW look AS SELECT * FROM ticket; \
         CREATE INDEX slow ON ticket (abs(id)); ALTER TABLE entry ADD COLUMN more TEXT AS (hex(zeroblob(1000000))); \
         DROP INDEX entry_ticket; CREATE TABLE mine (x)",
    );
    let found = stand.store.foreign().unwrap();
    let should = [
        "the index slow was not made by desk",
        "the table entry is not as desk made it",
        "the table mine was not made by desk",
        "the trigger evil was not made by desk",
        "the view look was not made by desk",
        "the index entry_ticket is missing",
    ];
    assert_eq!(found, should);
    stand.does(|tx| {
        let t = of(tx, 1)?;
        ticket::close(tx, &t, Reason::Solved)
    });
    assert_eq!(stand.rows("SELECT count(*) FROM body"), ["2"], "the trigger ran");
    stand.meddle("ALTER TABLE ticket RENAME TO elsewhere; CREATE VIEW ticket AS SELECT * FROM elsewhere");
    let no = stand.second().read(|r| r.ticket(1)).unwrap_err();
    assert_eq!((no.kind, no.hint.as_deref()), (Kind::Refused, Some("desk doctor names what is wrong")), "{no}");
}

#[cfg(feature = "postgres")]
#[test]
fn what_others_put_beside_a_desk_on_a_server_is_named() {
    let Some(mut stand) = Stand::on_server() else { return };
    opened(&mut stand, 1);
    assert_eq!(stand.store.foreign().unwrap(), [""; 0]);
    stand.meddle(
        "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; \
         CREATE TRIGGER evil BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION evil(); \
         CREATE RULE quiet AS ON DELETE TO mute DO INSTEAD NOTHING; \
         CREATE POLICY hidden ON timer USING (false); \
         ALTER TABLE message ALTER COLUMN author SET DEFAULT current_user; \
         CREATE TABLE more () INHERITS (contact); \
         CREATE FUNCTION checked(BIGINT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS 'SELECT true'; \
         ALTER TABLE ticket ADD CONSTRAINT looked CHECK (checked(id)); \
         CREATE INDEX slow ON rating ((checked(id))); \
         CREATE FUNCTION count(BIGINT) RETURNS BIGINT LANGUAGE sql AS 'SELECT 0::bigint'; \
         CREATE FUNCTION same(BIGINT, TEXT) RETURNS BOOLEAN LANGUAGE sql AS 'SELECT true'; \
         CREATE OPERATOR = (LEFTARG = BIGINT, RIGHTARG = TEXT, FUNCTION = same); \
         DO $$ BEGIN EXECUTE format('GRANT CREATE ON SCHEMA %I TO PUBLIC', current_schema()); END $$; \
         ALTER TABLE search RENAME TO found; CREATE VIEW search AS SELECT * FROM found",
    );
    let found = stand.store.foreign().unwrap();
    for what in [
        "a column of message is computed by the server",
        "everybody in the database may put functions beside the desk: REVOKE CREATE ON SCHEMA ",
        "the function checked runs when rating changes",
        "the function checked runs when ticket changes",
        "the function count has the name of one of the server's",
        "the operator = has the name of one of the server's",
        "the policy hidden hides rows of timer",
        "the rule quiet changes what is written to mute",
        "the table more adds rows to contact",
        "the table search is none: something else stands in its place",
        "the trigger evil runs when entry changes",
    ] {
        assert!(found.iter().any(|line| line.starts_with(what)), "{what} is not among {found:#?}");
    }
    assert_eq!(found.len(), 11, "{found:#?}");
}

#[cfg(feature = "postgres")]
#[test]
fn what_stands_in_another_schema_on_the_way_is_not_taken_for_the_desk() {
    use frontdesk::store::{Place, Store};
    let Some(mut stand) = Stand::on_server() else { return };
    opened(&mut stand, 2);
    let Place::Server { url, password } = stand.place.clone() else { unreachable!() };
    let (before, schema) = url.rsplit_once("%3D").unwrap();
    stand.meddle(&format!(
        "CREATE SCHEMA before_{schema}; CREATE TABLE before_{schema}.ticket (LIKE ticket); CREATE TABLE before_{schema}.event (LIKE event)"
    ));
    let url = format!("{before}%3Dbefore_{schema}%2C{schema}");
    let mut other = Store::open(&Place::Server { url, password }, true, None).unwrap().unwrap();
    assert!(other.read(|r| r.ticket(2)).unwrap().is_some(), "somebody else's table was read");
    let deed = super::stand::deed("boris", OperationKind::Do, stand.now);
    other.write(&deed, false, |tx| ticket::open(tx, &super::stand::anna("three"))).unwrap();
    assert_eq!(stand.ticket(3).id, 3);
    assert_eq!(stand.rows(&format!("SELECT count(*) FROM before_{schema}.ticket")), ["0"]);
}
