//! Settings in two scopes. Own ones (who I am, which desk, aliases, secrets) stand in `config.toml` of this user; shared
//! ones are kept in the desk, so that all see the same. Each key belongs to one scope. Here is what keys there are and how
//! their text is read; where they are kept is not known here.

use crate::domain::nearest::nearest;
use crate::error::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The own settings of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// The agent I am.
    pub me: Option<String>,
    /// The desk to open when none is named: a name of `desks`, a path or an address.
    pub desk: Option<String>,
    /// Desks by name.
    #[serde(default)]
    pub desks: BTreeMap<String, String>,
    /// Where passwords come from, by the name of what they open.
    #[serde(default)]
    pub passwords: BTreeMap<String, Secret>,
    /// Words that stand for a longer command.
    #[serde(default)]
    pub alias: BTreeMap<String, String>,
    /// `auto`, `always` or `never`.
    pub color: Option<String>,
}

/// Where a password comes from; never the password itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// A command whose first line of output it is.
    pub command: Option<String>,
    /// A variable of the environment that holds it.
    pub env: Option<String>,
}

/// Keys of the own file that hold one word each.
pub const OWN_KEYS: &[&str] = &["me", "desk", "color"];

/// A shared setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// Its key.
    pub key: &'static str,
    /// What it is for.
    pub about: &'static str,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Zone,
    Currency,
    Lang,
    Addresses,
    Days,
    Free,
}

/// Every shared setting there is.
pub const SHARED: &[Shared] = &[
    Shared { key: "name", about: "what the desk is called", form: Form::Text },
    Shared { key: "zone", about: "time zone of days, weeks and reports", form: Form::Zone },
    Shared { key: "addresses", about: "mail from these is ours: direction out", form: Form::Addresses },
    Shared { key: "reopen_days", about: "a mail to a ticket closed for longer opens a new one", form: Form::Days },
    Shared { key: "currency", about: "three letters: of rates and prices", form: Form::Currency },
    Shared { key: "lang", about: "language of what customers get: en or ru", form: Form::Lang },
    Shared { key: "details", about: "name, address, account… of the team, for documents", form: Form::Free },
];

/// Whether a key is own, shared or unknown.
#[must_use]
pub fn shared(key: &str) -> Option<&'static Shared> {
    SHARED.iter().find(|s| s.key == key)
}

/// The error for a key that nobody knows, with the nearest one.
#[must_use]
pub fn unknown(key: &str) -> Error {
    let known = SHARED.iter().map(|s| s.key).chain(OWN_KEYS.iter().copied()).chain(["desks", "alias", "passwords"]);
    let near = nearest(key, known.clone());
    Error::usage(format!("there is no setting {key}")).hint(near.map_or_else(
        || format!("the settings are: {}", known.collect::<Vec<_>>().join(" ")),
        |n| format!("did you mean {n}?"),
    ))
}

/// The default of a shared setting.
#[must_use]
pub fn default_of(key: &str) -> Value {
    match key {
        "name" => "desk".into(),
        "zone" => "UTC".into(),
        "addresses" => Value::Array(Vec::new()),
        "reopen_days" => 30.into(),
        "lang" => "en".into(),
        _ => Value::Null,
    }
}

impl Own {
    /// Reads the own file.
    ///
    /// # Errors
    /// Where it is not TOML or holds a key that is not an own one: with line and column.
    pub fn read(text: &str, file: &str) -> Result<Own> {
        toml::from_str(text).map_err(|e| placed(&e, text, file))
    }
}

/// Reads a shared file: the settings it holds, checked. Sections that are absent stay as they are.
///
/// # Errors
/// Where it is not TOML, holds an unknown key or a value that cannot be: with line and column.
pub fn read_shared(text: &str, file: &str) -> Result<Vec<(String, Value)>> {
    let document: toml_edit::Document<String> = toml_edit::Document::parse(text.to_owned()).map_err(|e| {
        let (line, column) = place(text, e.span().map_or(0, |s| s.start));
        Error::usage(format!("{file}:{line}:{column}: {}", e.message()))
    })?;
    let mut found = Vec::new();
    for (key, item) in document.iter() {
        let span = document.key(key).and_then(toml_edit::Key::span).or_else(|| item.span()).map_or(0, |s| s.start);
        let (line, column) = place(text, span);
        let at = |mut e: Error| {
            e.what = format!("{file}:{line}:{column}: {}", e.what);
            e
        };
        let value: toml::Table = toml::from_str(text).map_err(|e| placed(&e, text, file))?;
        let value = value.get(key).cloned().ok_or_else(|| at(unknown(key)))?;
        let json = serde_json::to_value(value).map_err(|e| at(Error::usage(e.to_string())))?;
        found.push((key.to_owned(), check(key, json).map_err(at)?));
    }
    Ok(found)
}

/// Reads one value typed on the command line: TOML where it is, else a plain word.
///
/// # Errors
/// Where the key is unknown or the value cannot be.
pub fn read_value(key: &str, text: &str) -> Result<Value> {
    let as_toml: Option<toml::Table> = toml::from_str(&format!("x = {text}")).ok();
    let typed = as_toml.and_then(|mut t| t.remove("x")).and_then(|v| serde_json::to_value(v).ok());
    let plain = || match shared(key).map(|s| s.form) {
        Some(Form::Addresses) => text.split([',', ' ']).filter(|a| !a.is_empty()).map(Value::from).collect(),
        _ => Value::from(text),
    };
    check(key, typed.unwrap_or_else(plain))
}

/// Whether the value can be that of the shared setting.
pub fn check(key: &str, value: Value) -> Result<Value> {
    let setting = shared(key).ok_or_else(|| unknown(key))?;
    let wrong = |should: &str| Err(Error::usage(format!("{key} should be {should}, not {value}")));
    let fits = match setting.form {
        Form::Text if !value.is_string() => return wrong("a text"),
        Form::Zone if !value.is_string() => return wrong("the name of a time zone, like \"Europe/Moscow\""),
        Form::Currency => value.as_str().is_some_and(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase())),
        Form::Lang => matches!(value.as_str(), Some("en" | "ru")),
        Form::Days => value.as_i64().is_some_and(|n| (0..=3650).contains(&n)),
        Form::Addresses => value.as_array().is_some_and(|a| {
            a.iter().all(|x| x.as_str().is_some_and(|x| crate::domain::contact::is_address(x) || x.starts_with('@')))
        }),
        Form::Free if !value.is_object() => return wrong("a table of texts"),
        Form::Text | Form::Zone | Form::Free => true,
    };
    if fits {
        return Ok(value);
    }
    wrong(match setting.form {
        Form::Currency => "three capital letters, like \"EUR\"",
        Form::Lang => "\"en\" or \"ru\"",
        Form::Days => "a number of days from 0 to 3650",
        _ => "a list of mail addresses, like [\"support@acme.test\"]",
    })
}

/// Puts a value into the text of the own file; comments and order stay.
///
/// # Errors
/// Where the text is not TOML.
pub fn put_own(text: &str, key: &str, value: &str, file: &str) -> Result<String> {
    let mut document: toml_edit::DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| {
        let (line, column) = place(text, e.span().map_or(0, |s| s.start));
        Error::usage(format!("{file}:{line}:{column}: {}", e.message()))
    })?;
    let (table, name) = key.split_once('.').map_or((None, key), |(t, n)| (Some(t), n));
    match table {
        Some(t) => document[t].or_insert(toml_edit::table())[name] = toml_edit::value(value),
        None => document[name] = toml_edit::value(value),
    }
    let text = document.to_string();
    Own::read(&text, file)?;
    Ok(text)
}

/// The shared settings as a file that can be edited and applied.
#[must_use]
pub fn write_shared(settings: &[(String, Value)]) -> String {
    let mut tops = toml::Table::new();
    for (key, value) in settings {
        if let Ok(value) = toml::Value::try_from(value) {
            tops.insert(key.clone(), value);
        }
    }
    toml::to_string(&tops).unwrap_or_default()
}

fn placed(e: &toml::de::Error, text: &str, file: &str) -> Error {
    let (line, column) = place(text, e.span().map_or(0, |s| s.start));
    let mut error = Error::usage(format!("{file}:{line}:{column}: {}", e.message()));
    let field = e.message().strip_prefix("unknown field `").and_then(|m| m.split('`').next());
    if let Some(field) = field {
        let known = OWN_KEYS.iter().copied().chain(["desks", "alias", "passwords"]);
        error.hint = nearest(field, known).map(|n| format!("did you mean {n}?"));
        if shared(field).is_some() {
            error.hint = Some(format!("{field} is a shared setting: desk config set {field} …"));
        }
    }
    error
}

/// Line and column of a byte, from 1.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_a_file_is_named_with_line_and_column() {
        let e = read_shared("name = \"Acme\"\nzoen = \"UTC\"\n", "s.toml").unwrap_err();
        assert_eq!(
            (e.what.as_str(), e.hint.as_deref()),
            ("s.toml:2:1: there is no setting zoen", Some("did you mean zone?"))
        );
        let e = read_shared("name = \n", "s.toml").unwrap_err();
        assert!(e.what.starts_with("s.toml:1:"), "{}", e.what);
        let e = Own::read("me = \"mila\"\nzone = \"UTC\"\n", "config.toml").unwrap_err();
        assert!(e.what.starts_with("config.toml:2:1"), "{}", e.what);
        assert_eq!(e.hint.as_deref(), Some("zone is a shared setting: desk config set zone …"));
    }

    #[test]
    fn a_value_on_the_command_line_needs_no_quotes() {
        assert_eq!(read_value("zone", "Europe/Moscow").unwrap(), "Europe/Moscow");
        assert_eq!(read_value("addresses", "a@x.test,b@x.test").unwrap().as_array().unwrap().len(), 2);
        assert_eq!(read_value("reopen_days", "14").unwrap(), 14);
        assert!(read_value("reopen_days", "soon").is_err() && read_value("lang", "de").is_err());
    }

    #[test]
    fn setting_an_own_key_keeps_comments() {
        let text = put_own("# mine\nme = \"mila\" # that is me\n", "desks.work", "/x/y.db", "c").unwrap();
        assert!(text.contains("# mine") && text.contains("# that is me") && text.contains("work = \"/x/y.db\""));
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let settings =
            vec![("name".to_owned(), Value::from("Acme \"x\"")), ("reopen_days".to_owned(), Value::from(14))];
        let mut again = read_shared(&write_shared(&settings), "x").unwrap();
        again.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(again, settings);
    }
}
