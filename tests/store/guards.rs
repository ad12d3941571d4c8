//! What the engines are given to read: every fixed text is understood by both, and no text holds a word that only one of
//! them knows or that they read differently. Texts that are put together at run time are run by the other tests.

use super::stand::Stand;
use frontdesk::store::sql::ALL;
use std::path::{Path, PathBuf};
use std::{fs, io};

#[test]
fn every_text_is_understood_by_sqlite() {
    let stand = Stand::on_file();
    let frontdesk::store::Place::File(path) = &stand.place else { unreachable!() };
    let c = rusqlite::Connection::open(path).unwrap();
    for (name, text) in ALL {
        let statement = c.prepare(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(statement.parameter_count(), highest_parameter(text), "{name}");
    }
    assert!(ALL.len() > 100);
}

#[cfg(feature = "postgres")]
#[test]
fn every_text_is_understood_by_postgres_with_the_same_types() {
    use postgres::types::Type;
    let Some(stand) = Stand::on_server() else { return };
    let frontdesk::store::Place::Server { url, .. } = &stand.place else { unreachable!() };
    let mut c = super::cluster::connect(url).unwrap();
    for (name, text) in ALL {
        let statement = c.prepare(&text.replace('?', "$")).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(statement.params().len(), highest_parameter(text), "{name}");
        for kind in statement.params() {
            assert!([Type::INT8, Type::TEXT, Type::BYTEA].contains(kind), "{name} takes {kind}");
        }
        for column in statement.columns() {
            let kinds = [Type::INT4, Type::INT8, Type::TEXT, Type::BYTEA];
            assert!(kinds.contains(column.type_()), "{name} gives {} in {}", column.type_(), column.name());
        }
    }
}

/// The highest number of `?1 ?2 …`.
fn highest_parameter(text: &str) -> usize {
    let number = |rest: &str| rest.chars().map_while(|c| c.to_digit(10)).fold(0, |n, d| 10 * n + d as usize);
    text.match_indices('?').map(|(at, _)| number(&text[at + 1..])).max().unwrap_or(0)
}

#[test]
fn no_text_holds_a_word_that_bites() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let files = sources(&folder).unwrap();
    let mut faults = Vec::new();
    let mut texts = 0;
    for file in &files {
        let source = fs::read_to_string(file).unwrap();
        let name = file.strip_prefix(&folder).unwrap().display();
        let found = if file.extension().is_some_and(|e| e == "sql") { vec![(1, source)] } else { literals(&source) };
        for (line, text) in found.into_iter().filter(|(_, text)| is_sql(text)) {
            texts += 1;
            faults.extend(bites(&text).map(|word| format!("src/store/{name}:{line}: {word}: {text}")));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert!(texts > ALL.len(), "only {texts} texts were found in {} files", files.len());
}

/// The files of the store whose texts both engines read: all but the engines' own, and full text.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let own = path.ends_with("engine") || path.ends_with("engine.rs") || path.ends_with("search.rs");
        if own {
            continue;
        }
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The quoted texts of a Rust source before its tests, with their lines.
fn literals(source: &str) -> Vec<(usize, String)> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut line = 1;
    let mut chars = source.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            '/' if before == '/' => while chars.next_if(|c| *c != '\n').is_some() {},
            '"' if before == '\'' && chars.peek() == Some(&'\'') => {}
            '"' => {
                let begin = line;
                let mut text = String::new();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    line += usize::from(c == '\n');
                    match (c, chars.peek()) {
                        ('\\', Some('\n')) => {
                            while chars.next_if(|c| c.is_whitespace()).is_some_and(|c| {
                                line += usize::from(c == '\n');
                                true
                            }) {}
                        }
                        ('\\', Some(_)) => text.extend(chars.next()),
                        _ => text.push(c),
                    }
                }
                found.push((begin, text));
            }
            _ => {}
        }
        before = c;
    }
    found
}

/// Whether a text is SQL or a piece of it, rather than words for people.
fn is_sql(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "FROM", "WHERE", "ORDER", "LIMIT", "AND", "OR", "IN", "IS",
        "ASC", "DESC", "NULLS", "CASE", "NOT", "COALESCE", "JOIN", "UNION", "VALUES",
    ];
    let column =
        |word: &str| word.strip_prefix("t.").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '_').any(|word| WORDS.contains(&word) || column(word))
}

/// What bites in a text: words that only one engine knows, or that the two read differently.
fn bites(text: &str) -> Option<String> {
    let plain: String =
        text.lines().map(|l| l.split_once("--").map_or(l, |(code, _)| code)).collect::<Vec<_>>().join(" ");
    // What stands in single quotes is data.
    let code: String = plain.split('\'').step_by(2).collect::<Vec<_>>().join("''");
    let tokens = tokens(&code.to_lowercase());
    let word = |n: usize| tokens.get(n).map_or("", String::as_str);
    for (n, token) in tokens.iter().enumerate() {
        let (next, after) = (word(n + 1), word(n + 2));
        let alone = FORBIDDEN.contains(&token.as_str()) || token.starts_with("json_") || token == "?";
        let called = next == "(" && CALLS.contains(&token.as_str());
        let paired = PAIRS.contains(&(token, next))
            || token == "is" && next.starts_with('?')
            || token == "in" && next == "(" && after == ")";
        let of_two = next == "(" && ["min", "max"].contains(&token.as_str()) && has_comma(&tokens[n + 2..]);
        let skips = token == "limit" && (next == "-" || after == ",");
        if alone || called || paired || of_two || skips {
            return Some(format!("{token} {next}").trim().to_owned());
        }
    }
    None
}

/// Never right in a text that both engines read.
const FORBIDDEN: [&str; 27] = [
    "\"",
    "`",
    "==",
    "!=",
    "->",
    "->>",
    "::",
    "ifnull",
    "iif",
    "group_concat",
    "strftime",
    "julianday",
    "unixepoch",
    "glob",
    "like",
    "ilike",
    "nocase",
    "autoincrement",
    "serial",
    "last_insert_rowid",
    "rowid",
    "boolean",
    "jsonb",
    "timestamp",
    "timestamptz",
    "varchar",
    "regexp",
];
/// Functions that one engine lacks, or that the two compute differently.
const CALLS: [&str; 17] = [
    "datetime", "date", "time", "now", "printf", "format", "instr", "strpos", "lower", "upper", "round", "total",
    "random", "typeof", "changes", "char", "avg",
];
const PAIRS: [(&str, &str); 8] = [
    ("insert", "or"),
    ("replace", "into"),
    ("update", "or"),
    ("for", "update"),
    ("collate", "nocase"),
    ("create", "trigger"),
    ("create", "view"),
    ("without", "rowid"),
];

/// Whether a comma stands in the brackets that are open at the beginning.
fn has_comma(tokens: &[String]) -> bool {
    let mut depth = 0;
    for token in tokens {
        match token.as_str() {
            "(" => depth += 1,
            ")" if depth == 0 => return false,
            ")" => depth -= 1,
            "," if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// Words, numbers, parameters and signs.
fn tokens(code: &str) -> Vec<String> {
    const SIGNS: [&str; 9] = ["->>", "->", "==", "!=", "<>", "<=", ">=", "||", "::"];
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let parameter = || rest[1..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |n| n + 1);
        let length = match first {
            '?' if rest[1..].starts_with("{}") => 3,
            '?' => parameter(),
            _ if word > 0 => word,
            _ => SIGNS.iter().find(|s| rest.starts_with(**s)).map_or(first.len_utf8(), |s| s.len()),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

#[test]
fn the_list_of_words_bites() {
    for bad in [
        "SELECT IFNULL(a, 0) FROM t",
        "SELECT iif(a = 1, 2, 3)",
        "SELECT group_concat(tag) FROM t",
        "SELECT strftime('%s', at) FROM t",
        "SELECT datetime(at, 'unixepoch') FROM t",
        "SELECT julianday(at)",
        "SELECT printf('%d', a)",
        "INSERT OR IGNORE INTO t VALUES (1)",
        "REPLACE INTO t VALUES (1)",
        "SELECT last_insert_rowid()",
        "SELECT rowid FROM t",
        "SELECT t.rowid FROM t",
        "SELECT 1 FROM t WHERE a GLOB 'x*'",
        "SELECT 1 FROM t WHERE a LIKE ?1",
        "SELECT 1 FROM t WHERE a ilike ?1",
        "SELECT a FROM t ORDER BY a COLLATE NOCASE",
        "SELECT 1 FROM t WHERE a == 1",
        "SELECT 1 FROM t WHERE a != 1",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "SELECT a FROM t LIMIT -1",
        "SELECT a FROM t LIMIT 10, 20",
        "SELECT a FROM t LIMIT ?1, ?2",
        "SELECT json_extract(a, '$.x')",
        "SELECT a ->> 'x' FROM t",
        "SELECT a::bigint FROM t",
        "SELECT 1 FROM t WHERE a = ? AND b = 1",
        "SELECT 1 FROM t WHERE a = ?",
        "SELECT min(a, b) FROM t",
        "SELECT MAX(COALESCE(a, 0), (b)) FROM t",
        "SELECT 1 FROM t WHERE a = \"text\"",
        "SELECT 1 FROM t WHERE a IS ?1",
        "SELECT 1 FROM t WHERE a IN ()",
        "SELECT lower(name) FROM t",
        "SELECT round(a, 1) FROM t",
        "SELECT a FROM t FOR UPDATE",
        "t.name LIKE ?1",
        " AND x = ?",
    ] {
        assert!(is_sql(bad), "not seen as SQL: {bad}");
        assert!(bites(bad).is_some(), "passes: {bad}");
    }
    for good in [
        "SELECT max(a), min(b), count(*) FROM t WHERE a = ?1 AND b <> 'like \"that\"' ORDER BY a NULLS LAST LIMIT ?2",
        "SELECT COALESCE(max((a)), 0), b FROM t -- rowid is not used here",
        "INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO UPDATE SET a = excluded.a",
        "SELECT string_agg(tag, ' ' ORDER BY tag) FROM t WHERE a IS NULL OR a IN (?1, ?2) LIMIT 1",
        "t.id = ?{}",
    ] {
        assert!(is_sql(good) && bites(good).is_none(), "{good}: {:?}", bites(good));
    }
    assert!(!is_sql("the disk is full: free some space, or ask") && !is_sql("looks like \"that\""));
    let source = "//! \"no\"\nfn f(c: char) { if c == '\"' { g(\"one\\\n   two\", r\"three\") } } // \"no\"\n#[cfg(test)]\nconst X: &str = \"no\";";
    assert_eq!(literals(source), [(2, "onetwo".to_owned()), (3, "three".to_owned())]);
}
