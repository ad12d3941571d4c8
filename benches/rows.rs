//! Tables of tickets, made up, as other programs export them: a narrow one and a usual one. Beside each the statements by
//! which the `sqlite3` shell takes the same rows in.

use super::author::Author;
use chrono::DateTime;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Tickets of one contact.
const PER_CONTACT: u64 = 5;
/// Contacts of one client.
const PER_CLIENT: u64 = 5;
/// Two years before the desks' now, 20 November 2026.
const BEGIN: i64 = 1_795_176_000 - SPAN;
const SPAN: i64 = 2 * 365 * 86_400;

/// What a table looks like.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// What it is called.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// Those that one filters by.
    pub indexed: &'static [&'static str],
    /// Bytes of a description.
    pub text: usize,
    /// One ticket in so many is open.
    pub open: u64,
}

/// The tables.
pub const SHAPES: [Shape; 2] = [
    Shape {
        name: "narrow",
        columns: &["Id", "Subject", "Status", "Email", "Created", "Description"],
        indexed: &["Status", "Email", "Created"],
        text: 60,
        open: 8,
    },
    Shape {
        name: "usual",
        columns: &[
            "Id",
            "Subject",
            "Status",
            "Priority",
            "Assignee",
            "Requester",
            "Email",
            "Client",
            "Tags",
            "Created",
            "Closed",
            "Description",
        ],
        indexed: &["Status", "Assignee", "Email", "Client", "Tags", "Created"],
        text: 400,
        open: 8,
    },
];

impl Shape {
    /// Writes so many rows; how many bytes they are.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path, rows: u64) -> io::Result<u64> {
        let mut out = BufWriter::new(File::create(path)?);
        let mut author = Author::new(7);
        writeln!(out, "{}", self.columns.join(","))?;
        for row in 0..rows {
            let cells: Vec<String> =
                self.columns.iter().map(|column| self.cell(column, row, rows, &mut author)).collect();
            writeln!(out, "{}", cells.join(","))?;
        }
        out.flush()?;
        drop(out);
        Ok(path.metadata()?.len())
    }

    fn cell(&self, column: &str, row: u64, rows: u64, author: &mut Author) -> String {
        let number = |n: u64| usize::try_from(n).unwrap_or(0);
        let one_of = |words: [&str; 8], n: u64| words[number(n % 8)].to_owned();
        let contact = row % (rows / PER_CONTACT).max(1);
        let client = contact % (rows / PER_CONTACT / PER_CLIENT).max(1);
        let language = number(contact % 2);
        let opened = BEGIN + SPAN * i64::try_from(row).unwrap_or(0) / i64::try_from(rows).unwrap_or(1);
        let date = |at: i64| DateTime::from_timestamp(at, 0).unwrap_or_default().format("%Y-%m-%d %H:%M").to_string();
        let closed = !row.is_multiple_of(self.open);
        match column {
            "Id" => (row + 1).to_string(),
            "Subject" => author.words(language, 40, usize::MAX),
            "Status" => if closed { "Closed" } else { "Open" }.to_owned(),
            "Priority" => one_of(["Normal", "Normal", "Low", "Normal", "High", "Normal", "Normal", "Urgent"], row),
            "Assignee" => one_of(["mila", "oleg", "ana", "", "mila", "oleg", "kim", ""], row / 3),
            "Requester" => format!("User {contact}"),
            "Email" => format!("u{contact}@c{client}.test"),
            "Client" => format!("Client {client}"),
            "Tags" => one_of(["login", "billing", "", "\"web, vip\"", "", "delivery", "printer", ""], row / 2),
            "Created" => date(opened),
            "Closed" if closed => date(opened + 86_400),
            "Description" => format!("\"{}\"", author.words(language, self.text, 72)),
            _ => String::new(),
        }
    }

    /// What the shell is told: a bare table with an index on each column that one filters by, its rows out of the file, and a
    /// full-text index over subject and description, built at once.
    pub fn script(&self, file: &Path) -> String {
        let indexes: String =
            self.indexed.iter().map(|column| format!("CREATE INDEX by_{column} ON ticket ({column});\n")).collect();
        format!(
            "CREATE TABLE ticket ({});\n{indexes}.import --csv --skip 1 {} ticket\n\
             CREATE VIRTUAL TABLE words USING fts5(Subject, Description, content='ticket');\n\
             INSERT INTO words (words) VALUES ('rebuild');\n",
            self.columns.join(", "),
            file.display()
        )
    }
}
