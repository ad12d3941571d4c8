//! Full text: an index of finished terms, the same on both engines. Stems are made in Rust, so the engines only compare
//! them; whatever people type is quoted, so it is never syntax. The index is derived data and can be rebuilt.
//!
//! A document with a negative id is a ticket (subject; names, phones, tags), with a positive id a message.

use super::{Reader, Tx, vals};
use crate::error::Result;
use std::collections::BTreeMap;

/// The index on SQLite. Positions are never asked for.
pub(crate) const TABLE_SQLITE: &str = "CREATE VIRTUAL TABLE search USING fts5(subject, body, content='', contentless_delete=1, \
     detail=column, tokenize=ascii)";
/// The index on PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) const TABLE_POSTGRES: &str = "CREATE TABLE search (id BIGINT NOT NULL PRIMARY KEY, subject tsvector, body tsvector); \
     CREATE INDEX search_subject ON search USING gin (subject); CREATE INDEX search_body ON search USING gin ((subject || body))";

const PUT: (&str, &str) = (
    "INSERT INTO search (rowid, subject, body) VALUES (?1, ?2, ?3)",
    "INSERT INTO search (id, subject, body) VALUES (?1, array_to_tsvector(string_to_array(?2, ' ')), array_to_tsvector(string_to_array(?3, ' ')))",
);
const DROP: (&str, &str) = ("DELETE FROM search WHERE rowid = ?1", "DELETE FROM search WHERE id = ?1");
const CLEAR: (&str, &str) = ("INSERT INTO search (search) VALUES ('delete-all')", "DELETE FROM search");
const TICKETS: (&str, &str) = (
    "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid > ?2 AND rowid < 0 ORDER BY rowid LIMIT ?3",
    "SELECT id FROM search WHERE (subject || body) @@ CAST(?1 AS tsquery) AND id > ?2 AND id < 0 ORDER BY id + 0 LIMIT ?3",
);
const SUBJECTS: (&str, &str) = (
    "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid > ?2 AND rowid < 0 ORDER BY rowid LIMIT ?3",
    "SELECT id FROM search WHERE subject @@ CAST(?1 AS tsquery) AND id > ?2 AND id < 0 ORDER BY id + 0 LIMIT ?3",
);
const MESSAGES: (&str, &str) = (
    "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2 AND rowid > 0 ORDER BY rowid DESC LIMIT ?3",
    "SELECT id FROM search WHERE (subject || body) @@ CAST(?1 AS tsquery) AND id < ?2 AND id > 0 ORDER BY id + 0 DESC LIMIT ?3",
);

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// In the subjects of tickets; ids of tickets, newest first.
    Subject,
    /// In everything about tickets but their texts; ids of tickets, newest first.
    About,
    /// In messages; ids of messages, newest first.
    Text,
}

/// A term to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The finished term.
    pub term: String,
    /// Whatever begins with it will do.
    pub prefix: bool,
}

impl Reader<'_> {
    /// A page of ids of documents that hold every wanted term, newest first; `after` is the last id of the page before.
    pub fn hits(&mut self, field: Field, wanted: &[Wanted], after: Option<i64>, limit: i64) -> Result<Vec<i64>> {
        // What is no word was never indexed, and can so never be read as syntax.
        let is_term = |w: &Wanted| !w.term.is_empty() && w.term.chars().all(|c| c.is_alphanumeric() || !c.is_ascii());
        if wanted.is_empty() || !wanted.iter().all(is_term) {
            return Ok(Vec::new());
        }
        let texts = match field {
            Field::Subject => SUBJECTS,
            Field::About => TICKETS,
            Field::Text => MESSAGES,
        };
        let sql = self.engine.pick(texts.0, texts.1).to_owned();
        let query = if self.engine.is_file() { for_sqlite(field, wanted) } else { for_postgres(wanted) };
        let start = match (field, after) {
            (Field::Text, None) => i64::MAX,
            (Field::Text, Some(id)) => id,
            (_, None) => i64::MIN,
            (_, Some(id)) => -id,
        };
        self.all(&sql, vals![&query, start, limit], |r| Ok(r.int(0)?.abs()))
    }
}

/// Documents on their way into the index. It wants them in the order of their ids: each step back makes it write down what
/// it holds, as a part of its own that it has to merge with the others later.
#[derive(Debug, Default)]
pub(super) struct Documents {
    waiting: BTreeMap<i64, Document>,
    bytes: usize,
}

#[derive(Debug)]
struct Document {
    subject: String,
    body: String,
    replaces: bool,
}

/// No more bytes than these wait.
const MOST_WAITING: usize = 8 << 20;

impl Tx<'_> {
    /// Puts a document into the index, at the end of the write: distinct terms with a blank between, as many as an entry
    /// of the index holds.
    pub(crate) fn index(&mut self, id: i64, subject: &str, body: &str, replaces: bool) -> Result<()> {
        let before = self.documents.waiting.remove(&id);
        let replaces = before.map_or(replaces, |b| b.replaces);
        let (subject, body) = (held(subject), held(body));
        let document = Document { subject: subject.to_owned(), body: body.to_owned(), replaces };
        self.documents.bytes += subject.len() + body.len();
        self.documents.waiting.insert(id, document);
        if self.documents.bytes > MOST_WAITING { self.index_all() } else { Ok(()) }
    }

    /// Writes the line of a message in the search index from what is there now.
    pub(super) fn index_anew(&mut self, message: i64) -> Result<()> {
        let row = self.first(super::sql::TEXT_AND_SUBJECT, vals![message], |r| {
            Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.text_or(3)?))
        })?;
        let Some((author, email, text, subject)) = row else { return Ok(()) };
        let mut stemmer = crate::domain::words::Stemmer::new();
        let (mut about, mut body) = (String::new(), String::new());
        stemmer.distinct(&subject.unwrap_or_default(), &mut about);
        stemmer.distinct(&format!("{text}\n{author} {email}"), &mut body);
        self.index(message, &about, &body, true)
    }

    /// Puts the documents that wait into the index.
    pub(super) fn index_all(&mut self) -> Result<()> {
        let put = self.engine.pick(PUT.0, PUT.1).to_owned();
        for (id, document) in std::mem::take(&mut self.documents).waiting {
            if document.replaces {
                self.unindex(id)?;
            }
            self.run(&put, vals![id, held(&document.subject), held(&document.body)])?;
        }
        Ok(())
    }

    /// Takes a document out of the index.
    pub(crate) fn unindex(&mut self, id: i64) -> Result<()> {
        self.documents.waiting.remove(&id);
        let sql = self.engine.pick(DROP.0, DROP.1).to_owned();
        self.run(&sql, vals![id]).map(drop)
    }

    /// Empties the index, to build it anew.
    pub(crate) fn clear_index(&mut self) -> Result<()> {
        self.documents = Documents::default();
        let sql = self.engine.pick(CLEAR.0, CLEAR.1).to_owned();
        self.run(&sql, &[]).map(drop)
    }
}

/// An entry of PostgreSQL holds a megabyte, subject and body together. A text of more than that in distinct words is no
/// prose; both engines leave the rest of it out.
const MOST_OF_ENTRY: usize = 500_000;

/// The first of the terms, cut between two of them.
fn held(terms: &str) -> &str {
    if terms.len() <= MOST_OF_ENTRY {
        return terms;
    }
    let cut = terms.as_bytes().iter().take(MOST_OF_ENTRY + 1).rposition(|b| *b == b' ').unwrap_or(0);
    terms.get(..cut).unwrap_or_default()
}

/// Every term quoted: user text can never be syntax.
fn for_sqlite(field: Field, wanted: &[Wanted]) -> String {
    let terms: Vec<String> =
        wanted.iter().map(|w| format!("\"{}\"{}", w.term.replace('"', ""), if w.prefix { " *" } else { "" })).collect();
    let all = terms.join(" AND ");
    if field == Field::Subject { format!("{{subject}} : ({all})") } else { all }
}

fn for_postgres(wanted: &[Wanted]) -> String {
    let quoted = |t: &str| t.replace('\\', "").replace('\'', "''");
    wanted
        .iter()
        .map(|w| format!("'{}'{}", quoted(&w.term), if w.prefix { ":*" } else { "" }))
        .collect::<Vec<_>>()
        .join(" & ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Event, Noun, OperationKind};
    use crate::domain::time::Moment;
    use crate::store::{Deed, Fresh, Place, Store};

    #[test]
    fn what_a_write_puts_in_and_takes_out_is_found_or_not_when_it_ends() {
        let fresh = Fresh { now: Moment(0), uid: "u".into(), secret: vec![0; 32], analyser: 1, settings: Vec::new() };
        let mut store = Store::open(&Place::Memory, true, Some(&fresh)).unwrap().unwrap();
        let mut write = |key: &str, change: &dyn Fn(&mut Tx<'_>)| {
            let deed = Deed { agent: "ann", command: "", kind: OperationKind::Do, at: Moment(0), key: key.to_owned() };
            store
                .write(&deed, false, |tx| {
                    tx.apply([Event::about(Noun::Setting, 0, "name", &(), &key, Moment(0))])?;
                    change(tx);
                    Ok(())
                })
                .unwrap();
            let wanted = [Wanted { term: "print".into(), prefix: false }];
            store
                .read(|r| Ok((r.hits(Field::About, &wanted, None, 9)?, r.hits(Field::Text, &wanted, None, 9)?)))
                .unwrap()
        };
        let found = write("a", &|tx| {
            for (id, body) in [(7, "print"), (-1, "ann"), (3, "print x"), (-2, "print"), (5, "print")] {
                tx.index(id, "", body, false).unwrap();
            }
            tx.unindex(5).unwrap();
            tx.index(-1, "print", "", true).unwrap();
        });
        assert_eq!(found, (vec![2, 1], vec![7, 3]));
        let found = write("b", &|tx| {
            tx.index(-2, "", "none", true).unwrap();
            tx.unindex(7).unwrap();
        });
        assert_eq!(found, (vec![1], vec![3]));
    }
}
