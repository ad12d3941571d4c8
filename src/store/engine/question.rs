//! Questions that a user asks in SQL: what may be asked, and the answer. How each engine keeps to reading the views is in
//! `question/sqlite.rs` and `question/postgres.rs`.

#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use super::Engine;
use crate::error::{Error, Result};
use crate::store::views::names;

/// A question is ended after so many seconds.
pub const LONGEST: u32 = 30;
/// An answer holds so many bytes at most.
const LARGEST: usize = 256 << 20;
/// What a value takes besides its text.
const VALUE: usize = 48;

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answered {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// A value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Whole(i64),
    /// Another number, as it is written.
    Number(String),
    /// Yes or no.
    Flag(bool),
    /// A text.
    Text(String),
}

impl Value {
    /// A number with a fraction, written as short as it can be, by whichever engine it was counted.
    fn of_real(x: f64) -> Value {
        if x.is_finite() { Value::Number(format!("{x:?}")) } else { Value::Text(x.to_string()) }
    }
}

/// Rows as they come, up to the limit.
#[derive(Default)]
struct Gathered {
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl Gathered {
    fn push(&mut self, row: Vec<Value>) -> Result<()> {
        let long = |v: &Value| if let Value::Text(t) | Value::Number(t) = v { t.len() } else { 0 };
        self.bytes += row.iter().map(|v| VALUE + long(v)).sum::<usize>();
        if self.bytes > LARGEST {
            return Err(
                Error::refused("the answer is larger than 256 MiB").hint("ask for less: fewer columns, or LIMIT")
            );
        }
        self.rows.push(row);
        Ok(())
    }
}

/// Answers a question.
pub(crate) fn ask(engine: &mut Engine, text: &str, seconds: u32) -> Result<Answered> {
    let text = &question_of(text)?;
    match engine {
        Engine::Sqlite(c) => {
            let path = c.path().filter(|p| !p.is_empty()).map(std::path::PathBuf::from);
            let path = path.ok_or_else(|| Error::missing("there is no desk yet to ask"))?;
            sqlite::ask(&path, text, seconds)
        }
        #[cfg(feature = "postgres")]
        Engine::Postgres(c) => postgres::ask(c, text, seconds),
    }
}

/// The text without what ends it; refused where it does not begin as a question.
fn question_of(text: &str) -> Result<String> {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || c == ';');
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        rest = match (rest.strip_prefix("--"), rest.strip_prefix("/*")) {
            (Some(comment), _) => comment.split_once('\n').map_or("", |(_, after)| after),
            (_, Some(comment)) => comment.split_once("*/").map_or("", |(_, after)| after),
            _ => break,
        };
    }
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_uppercase();
    if text.contains('\0') || !matches!(word.as_str(), "SELECT" | "WITH" | "VALUES") {
        return Err(only_reads());
    }
    Ok(text.to_owned())
}

/// The engine found a mistake at a byte of the text.
fn mistaken(text: &str, offset: Option<usize>, said: &str) -> Error {
    let place = offset.and_then(|at| text.get(..at)).map(|before| {
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        if text.contains('\n') { format!("line {line}, column {column}: ") } else { format!("at {column}: ") }
    });
    Error::usage(format!("{}{said}", place.unwrap_or_default()))
        .hint(format!("there are: {}; their columns: desk sql --help", names()))
}

fn only_reads() -> Error {
    Error::usage("desk sql only reads: one query that begins with SELECT, WITH or VALUES")
        .hint(format!("there are: {}; their columns: desk sql --help", names()))
}

fn forbidden(what: &str) -> Error {
    Error::usage(format!("desk sql reads its views only, and not {what}"))
        .hint(format!("there are: {}; their columns: desk sql --help", names()))
}

fn too_long(seconds: u32) -> Error {
    Error::refused(format!("the query was ended after {seconds} seconds")).hint("narrow it down")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_known_by_its_first_word() {
        for fine in ["select 1;", " -- why\n/* so */ (WITH x AS (SELECT 1) SELECT * FROM x", "values (1) ; \n"] {
            assert!(question_of(fine).is_ok(), "{fine}");
        }
        for bad in
            ["", "-- select", "DELETE FROM x", "selection", "EXPLAIN SELECT 1", "PRAGMA x", "/* select", "s\0elect"]
        {
            assert!(question_of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mistake_is_said_with_its_place() {
        assert_eq!(mistaken("SELECT счёт, nme FROM x", Some(17), "no nme").what, "at 14: no nme");
        assert_eq!(mistaken("SELECT\n a, nme", Some(11), "no nme").what, "line 2, column 5: no nme");
    }
}
