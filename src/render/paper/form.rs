//! The forms of a paper, their built-in templates, and how a value is written into each without meaning anything there.

use crate::render::guard::{body, line};
use crate::render::{html, markdown};
use minijinja::value::Value;
use minijinja::{Error, Output};

/// What a paper is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain text, 78 cells wide.
    Text,
    /// GitHub-flavoured Markdown.
    Markdown,
    /// A page that needs nothing else and prints on A4.
    Html,
}

macro_rules! built_in {
    ($($name:literal),+) => { &[$(($name, include_str!(concat!($name, ".j2")))),+] };
}

impl Form {
    /// The end of its templates' names.
    pub(super) fn end(self) -> &'static str {
        match self {
            Form::Text => "txt",
            Form::Markdown => "md",
            Form::Html => "html",
        }
    }

    /// Its built-in templates, and what those take in.
    pub(super) fn built_in(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Form::Text => {
                built_in!["common.any", "parts.txt", "statement.txt", "invoice.txt", "credit.txt", "act.txt"]
            }
            Form::Markdown => built_in!["common.any", "parts.md", "statement.md", "invoice.md", "credit.md", "act.md"],
            Form::Html => built_in![
                "common.any",
                "page.css",
                "page.html",
                "parts.html",
                "statement.html",
                "invoice.html",
                "credit.html",
                "act.html",
                "client.html"
            ],
        }
    }

    /// Writes a value; nothing for nothing. What a template has captured was written so before.
    pub(super) fn write(self, out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
        if value.is_none() {
            return Ok(());
        }
        let text = value.to_string();
        let harmless = match self {
            _ if value.is_safe() => text,
            Form::Text => line(&text).into_owned(),
            Form::Markdown => markdown::escape(&line(&text)),
            Form::Html => html::escape(&body(&text)),
        };
        Ok(out.write_str(&harmless)?)
    }
}
