//! Where in a file a mistake stands: from a path of keys to line and column.

use crate::error::Error;
use std::ops::Range;
use toml_edit::{Document, Item, TableLike, Value};

/// A step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into the value of a key.
    Key(String),
    /// Into the n-th of a list, from 0.
    Item(usize),
}

/// What is wrong with a value, and on which step.
#[derive(Debug)]
pub(super) struct Wrong {
    /// The way to it, from the outermost key.
    pub(super) path: Vec<Step>,
    /// Whether the key is wrong, not what it holds.
    pub(super) on_key: bool,
    /// What is wrong.
    pub(super) error: Error,
}

impl Wrong {
    /// A value is wrong.
    pub(super) fn value(error: Error) -> Wrong {
        Wrong { path: Vec::new(), on_key: false, error }
    }

    /// A key is wrong.
    pub(super) fn key(key: &str, error: Error) -> Wrong {
        Wrong { path: vec![Step::Key(key.to_owned())], on_key: true, error }
    }

    /// The same, seen from one step further out.
    pub(super) fn inside(mut self, step: Step) -> Wrong {
        self.path.insert(0, step);
        self
    }

    /// The same, below a key.
    pub(super) fn below(self, key: &str) -> Wrong {
        self.inside(Step::Key(key.to_owned()))
    }

    /// The error with its place in the file.
    pub(super) fn placed(self, document: &Document<String>, text: &str, file: &str) -> Error {
        let span = find(document, &self.path, self.on_key);
        at(self.error, text, span, file)
    }
}

/// The error with the place of these bytes in front.
pub(super) fn at(mut error: Error, text: &str, span: Option<Range<usize>>, file: &str) -> Error {
    let (line, column) = line_and_column(text, span.map_or(0, |s| s.start));
    error.what = format!("{file}:{line}:{column}: {}", error.what);
    error
}

/// What cannot even be read as TOML.
pub(super) fn unreadable(e: &toml_edit::TomlError, text: &str, file: &str) -> Error {
    at(Error::usage(e.message()), text, e.span(), file)
}

/// The bytes where the path ends, or as near to that as the file has something.
fn find(document: &Document<String>, path: &[Step], on_key: bool) -> Option<Range<usize>> {
    let mut here = Here::Table(document.as_table());
    let mut found = None;
    for (n, step) in path.iter().enumerate() {
        let only_key = on_key && n + 1 == path.len();
        let Some((inner, span)) = here.step(step, only_key) else { break };
        here = inner;
        found = span.or(found);
    }
    found
}

/// Where one stands in a file.
enum Here<'a> {
    Table(&'a dyn TableLike),
    Item(&'a Item),
}

impl<'a> Here<'a> {
    fn step(self, step: &Step, only_key: bool) -> Option<(Here<'a>, Option<Range<usize>>)> {
        match (step, self) {
            (Step::Key(name), here) => {
                let (key, inner) = here.table()?.get_key_value(name)?;
                let value = inner.span().filter(|_| !only_key);
                Some((Here::Item(inner), value.or_else(|| key.span())))
            }
            (Step::Item(n), Here::Item(Item::ArrayOfTables(list))) => {
                list.get(*n).map(|section| (Here::Table(section), section.span()))
            }
            (Step::Item(n), Here::Item(Item::Value(Value::Array(list)))) => match list.get(*n)? {
                Value::InlineTable(table) => Some((Here::Table(table), table.span())),
                value => Some((Here::Item(&Item::None), value.span())),
            },
            _ => None,
        }
    }

    fn table(self) -> Option<&'a dyn TableLike> {
        match self {
            Here::Table(table) => Some(table),
            Here::Item(item) => item.as_table_like(),
        }
    }
}

/// Line and column of a byte, from 1.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}
