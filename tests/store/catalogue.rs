//! Both engines hold the same tables: columns in the same order, of the same kinds, with the same keys and indexes.

use super::stand::Stand;

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
