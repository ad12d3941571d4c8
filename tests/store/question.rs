//! Questions in SQL: every view answers, nothing is written, nothing else is in reach.

use super::list::furnished;
use super::stand::{Stand, opened};
use frontdesk::store::views::{Answered, VIEWS, Value};
use std::time::{Duration, Instant};

fn ask(stand: &mut Stand, text: &str) -> Result<Answered, String> {
    stand.store.question(text, 20).map_err(|e| e.what)
}

fn says(stand: &mut Stand, text: &str) -> Answered {
    ask(stand, text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

both! {
    fn every_view_has_the_columns_it_is_said_to_have(stand) {
        furnished(stand);
        for view in VIEWS {
            let columns: Vec<&str> = view.columns.split_whitespace().collect();
            let answer = says(stand, &format!("SELECT * FROM {}", view.name));
            assert_eq!(answer.columns, columns, "{}", view.name);
            let picked = says(stand, &format!("SELECT {} FROM {} AS x ORDER BY 1", columns.join(", "), view.name));
            assert_eq!(picked.rows.len(), answer.rows.len(), "{}", view.name);
            let count = says(stand, &format!("SELECT count(*) FROM {}", view.name));
            let rows = i64::try_from(answer.rows.len()).unwrap();
            assert_eq!(count.rows, [[Value::Whole(rows)]], "{}", view.name);
        }
        assert!(says(stand, "SELECT number FROM tickets").rows.len() > 5);
    }

    fn instants_are_texts_and_averages_numbers(stand) {
        opened(stand, 1);
        let at = says(stand, "SELECT opened_at, closed_at, 3 / 2.0 AS half FROM tickets");
        assert!(matches!(&at.rows[0][0], Value::Text(t) if t.starts_with("2026-11-20T12:") && t.ends_with('Z')), "{at:?}");
        assert_eq!(at.rows[0][1], Value::Null);
        assert!(matches!(&at.rows[0][2], Value::Number(n) if n.starts_with("1.5")), "{at:?}");
    }

    fn means_and_fractions_are_written_alike(stand) {
        opened(stand, 1);
        let ask = "SELECT avg(x) AS mean, avg(0 * x) AS zero, sum(x) AS total, round(avg(x), 1) AS short, avg(7.5 * x / x) AS half
            FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 2) AS n";
        let number = |text: &str| Value::Number(text.to_owned());
        let row = vec![number("1.6666666666666667"), number("0.0"), Value::Whole(5), number("1.7"), number("7.5")];
        assert_eq!(says(stand, ask).rows, [row]);
    }

    fn questions_of_all_kinds_are_answered(stand) {
        furnished(stand);
        for text in [
            "WITH open AS (SELECT number, client FROM tickets WHERE status <> 'closed') SELECT client, count(*) FROM open GROUP BY client;",
            "SELECT t.number, (SELECT count(*) FROM messages AS m WHERE m.ticket = t.number) AS n FROM tickets AS t JOIN tags AS g ON g.ticket = t.number",
            "SELECT name FROM agents UNION SELECT handle FROM clients ORDER BY 1 -- and so on",
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT count(*) FROM n",
            "SELECT agent, sum(minutes) OVER (PARTITION BY agent) FROM time",
            "VALUES (1, 'a'), (2, 'b')",
            "SELECT ticket FROM messages WHERE text LIKE '%pg_dump; DELETE%'",
            "SELECT count(*) FROM (SELECT * FROM tickets) AS inside",
        ] {
            says(stand, text);
        }
    }

    fn nothing_is_written(stand) {
        furnished(stand);
        let before = stand.state();
        for text in [
            "INSERT INTO tags VALUES ('x', 1)",
            "UPDATE ticket SET subject = 'x'",
            "DELETE FROM ticket",
            "DROP TABLE ticket",
            "DROP VIEW tickets",
            "ATTACH 'x.db' AS x",
            "PRAGMA writable_schema = 1",
            "VACUUM INTO 'copy.db'",
            "COMMIT",
            "BEGIN",
            "SET TRANSACTION READ WRITE",
            "EXPLAIN SELECT 1",
            "SELECT 1; DELETE FROM ticket",
            "SELECT 1) AS a; DELETE FROM ticket; SELECT * FROM (SELECT 1",
            "WITH x AS (DELETE FROM ticket RETURNING id) SELECT * FROM x",
            "WITH x AS (SELECT 1) DELETE FROM ticket",
            "WITH x AS (SELECT 1) INSERT INTO ticket_tag SELECT 'x', 1",
            "SELECT * INTO copy FROM tickets",
            "SELECT load_extension('x')",
            "SELECT set_config('transaction_read_only', 'off', false)",
            "SELECT nextval('x')",
        ] {
            let no = stand.store.question(text, 20).unwrap_err();
            assert!(matches!(no.kind, frontdesk::error::Kind::Usage), "{text}: {no:?}");
        }
        assert_eq!(stand.state(), before);
        says(stand, "SELECT 1");
    }

    fn nothing_but_the_views_is_in_reach(stand) {
        furnished(stand);
        for text in [
            "SELECT secret FROM desk",
            "SELECT * FROM desk",
            "SELECT count(*) FROM desk",
            "SELECT * FROM setting",
            "SELECT data FROM raw",
            "SELECT uid FROM (SELECT * FROM desk) AS tickets",
            "WITH tickets AS (SELECT secret FROM desk) SELECT * FROM tickets",
            "WITH agents AS (SELECT secret AS name FROM desk) SELECT name FROM agents",
            "SELECT (SELECT secret FROM desk) FROM tickets",
            "SELECT number FROM tickets WHERE EXISTS (SELECT 1 FROM desk WHERE secret IS NOT NULL)",
            "SELECT number FROM tickets ORDER BY (SELECT uid FROM desk)",
            "SELECT * FROM sqlite_master",
            "SELECT * FROM pragma_table_info('desk')",
            "SELECT * FROM pragma_database_list",
            "SELECT * FROM search",
            "SELECT rolname FROM pg_roles",
            "SELECT table_name FROM information_schema.tables",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT query_to_xml('SELECT secret FROM desk', true, true, '')",
        ] {
            let no = stand.store.question(text, 20).expect_err(text);
            assert!(matches!(no.kind, frontdesk::error::Kind::Usage), "{text}: {no:?}");
            assert!(no.hint.unwrap_or_default().contains("tickets messages"), "{text}");
        }
    }

    fn a_mistake_is_named_with_its_place(stand) {
        opened(stand, 1);
        let no = ask(stand, "SELECT счёт, nmber FROM tickets").unwrap_err();
        assert!(no.starts_with("at 8: "), "{no}");
        let no = ask(stand, "SELECT number,\n  nmber FROM tickets").unwrap_err();
        assert!(no.starts_with("line 2, column 3: ") && no.contains("nmber"), "{no}");
        let no = ask(stand, "SELECT number FROM tickts").unwrap_err();
        assert!(no.contains("tickts"), "{no}");
        let no = ask(stand, "SELECT * FROM tickets WHERE").unwrap_err();
        assert!(!no.is_empty());
    }

    fn a_question_without_an_end_is_ended(stand) {
        opened(stand, 1);
        let began = Instant::now();
        let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n WHERE x < 0";
        let no = stand.store.question(endless, 1).unwrap_err();
        assert_eq!(no.what, "the query was ended after 1 seconds");
        assert!(began.elapsed() < Duration::from_secs(15));
        says(stand, "SELECT 1");
        stand.has_not_drifted();
    }
}
