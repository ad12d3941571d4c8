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

/// Tables of the own file: their keys are chosen by the user, `desks.work`.
pub const OWN_TABLES: &[&str] = &["desks", "passwords", "alias"];

/// Words that no shared setting may hold: a colleague must not run a command on my machine.
const SECRETS: &[&str] = &["command", "password", "passwords", "sendmail"];

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag,
    /// A variable of the environment.
    Environment,
    /// The own file.
    File,
    /// The desk, where all see it.
    Desk,
    /// Nobody set it.
    Default,
}

impl Origin {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::File => "file",
            Origin::Desk => "desk",
            Origin::Default => "default",
        }
    }
}

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

/// The shared setting of this key.
#[must_use]
pub fn shared(key: &str) -> Option<&'static Shared> {
    SHARED.iter().find(|s| s.key == key)
}

/// Whether the key belongs to the own file.
///
/// ```
/// use frontdesk::settings::is_own;
/// assert!(is_own("me") && is_own("desks.work") && is_own("passwords.work.command"));
/// assert!(!is_own("zone") && !is_own("desks.") && !is_own("me.name"));
/// ```
#[must_use]
pub fn is_own(key: &str) -> bool {
    let in_table = |(table, name): (&str, &str)| OWN_TABLES.contains(&table) && !name.is_empty();
    OWN_KEYS.contains(&key) || key.split_once('.').is_some_and(in_table)
}

/// The error for a key that nobody knows, with the nearest one.
#[must_use]
pub fn unknown(key: &str) -> Error {
    let known = SHARED.iter().map(|s| s.key).chain(OWN_KEYS.iter().copied()).chain(OWN_TABLES.iter().copied());
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

/// Reads a shared file: the settings it holds, checked. Sections that are absent stay as they are. `zones` knows whether
/// a time zone exists.
///
/// # Errors
/// Where it is not TOML, holds an unknown key or a value that cannot be: with line and column.
pub fn read_shared(text: &str, file: &str, zones: &dyn Fn(&str) -> bool) -> Result<Vec<(String, Value)>> {
    let document: toml_edit::Document<String> =
        toml_edit::Document::parse(text.to_owned()).map_err(|e| unreadable(&e, text, file))?;
    let values: toml::Table = toml::from_str(text).map_err(|e| placed(&e, text, file))?;
    let mut found = Vec::new();
    for (key, item) in document.iter() {
        let key_at = document.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
        let at = |span: Option<std::ops::Range<usize>>, mut e: Error| {
            let (line, column) = place(text, span.map_or(0, |s| s.start));
            e.what = format!("{file}:{line}:{column}: {}", e.what);
            e
        };
        belongs_to_all(key).map_err(|e| at(key_at.clone(), e))?;
        let value = values.get(key).and_then(|v| serde_json::to_value(v).ok()).unwrap_or_default();
        let value = check(key, value, zones).map_err(|e| at(item.span().or(key_at), e))?;
        found.push((key.to_owned(), value));
    }
    Ok(found)
}

/// Whether the key is that of a shared setting; else why not.
///
/// # Errors
/// Where it is an own one, a secret, or nobody knows it.
pub fn belongs_to_all(key: &str) -> Result<()> {
    if SECRETS.contains(&key) {
        return Err(secret(key));
    }
    if OWN_KEYS.contains(&key) || OWN_TABLES.contains(&key) {
        return Err(Error::usage(format!("{key} is a setting of your own, not one of all"))
            .hint(format!("desk config set {key} …, or desk config edit")));
    }
    shared(key).map(drop).ok_or_else(|| unknown(key))
}

fn secret(key: &str) -> Error {
    Error::usage(format!("{key} is refused in shared settings: nobody runs a command on a colleague's machine"))
        .hint("it belongs into your own file: desk config edit")
}

/// Reads one value typed on the command line: TOML where it is, else a plain word.
///
/// # Errors
/// Where the key is unknown or the value cannot be.
pub fn read_value(key: &str, text: &str, zones: &dyn Fn(&str) -> bool) -> Result<Value> {
    let form = shared(key).ok_or_else(|| unknown(key))?.form;
    let as_toml: Option<toml::Table> =
        toml::from_str(&format!("x = {text}")).ok().filter(|t: &toml::Table| t.len() == 1);
    let typed = as_toml.and_then(|mut t| t.remove("x")).and_then(|v| serde_json::to_value(v).ok());
    let fits = |v: &Value| v.is_string() || !matches!(form, Form::Text | Form::Zone | Form::Currency | Form::Lang);
    let plain = || match form {
        Form::Addresses => text.split([',', ' ']).filter(|a| !a.is_empty()).map(Value::from).collect(),
        _ => Value::from(text),
    };
    check(key, typed.filter(fits).unwrap_or_else(plain), zones)
}

/// Whether the value can be that of the shared setting.
///
/// # Errors
/// Where it cannot: what it should be.
pub fn check(key: &str, value: Value, zones: &dyn Fn(&str) -> bool) -> Result<Value> {
    let setting = shared(key).ok_or_else(|| unknown(key))?;
    if let Some(word) = holds_secret(&value) {
        return Err(secret(word));
    }
    let text = value.as_str();
    let texts = |table: &serde_json::Map<String, Value>| table.values().all(Value::is_string);
    let address = |x: &Value| x.as_str().is_some_and(|x| crate::domain::contact::is_address(x) || x.starts_with('@'));
    let (fits, should) = match setting.form {
        Form::Text => (text.is_some_and(|t| !t.trim().is_empty()), "a text"),
        Form::Zone => (text.is_some_and(zones), "the name of a time zone, like \"Europe/Moscow\""),
        Form::Currency => (
            text.is_some_and(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase())),
            "three capital letters, like \"EUR\"",
        ),
        Form::Lang => (matches!(text, Some("en" | "ru")), "\"en\" or \"ru\""),
        Form::Days => (value.as_i64().is_some_and(|n| (0..=3650).contains(&n)), "a number of days from 0 to 3650"),
        Form::Addresses => (
            value.as_array().is_some_and(|a| a.iter().all(address)),
            "a list of mail addresses, like [\"support@acme.test\"]",
        ),
        Form::Free => (value.as_object().is_some_and(texts), "a table of texts, like { name = \"Acme\" }"),
    };
    if fits { Ok(value) } else { Err(Error::usage(format!("{key} should be {should}, not {value}"))) }
}

/// A word among the keys of a value that no shared setting may hold.
fn holds_secret(value: &Value) -> Option<&'static str> {
    match value {
        Value::Object(table) => table
            .iter()
            .find_map(|(key, inner)| SECRETS.iter().copied().find(|s| s == key).or_else(|| holds_secret(inner))),
        Value::Array(items) => items.iter().find_map(holds_secret),
        _ => None,
    }
}

/// Puts a value into the text of the own file, or takes it out; comments and order stay.
///
/// # Errors
/// Where the text is not TOML, or the outcome would not be a file of own settings.
pub fn put_own(text: &str, key: &str, value: Option<&str>, file: &str) -> Result<String> {
    let mut document: toml_edit::DocumentMut = text.parse().map_err(|e| unreadable(&e, text, file))?;
    let mut path: Vec<&str> = match key.split_once('.') {
        Some(("passwords", rest)) => {
            std::iter::once("passwords").chain(rest.rsplitn(2, '.').collect::<Vec<_>>().into_iter().rev()).collect()
        }
        Some((table, name)) => vec![table, name],
        None => vec![key],
    };
    let name = path.pop().unwrap_or_default();
    let mut table: &mut dyn toml_edit::TableLike = document.as_table_mut();
    for step in path {
        let inner = table.entry(step).or_insert_with(toml_edit::table).as_table_like_mut();
        table = inner.ok_or_else(|| Error::usage(format!("{file}: {step} is no table")))?;
    }
    match (value, table.get_mut(name)) {
        (None, None) => {}
        (None, Some(_)) => drop(table.remove(name)),
        (Some(value), Some(toml_edit::Item::Value(old))) => {
            let around = old.decor().clone();
            *old = value.into();
            *old.decor_mut() = around;
        }
        (Some(value), _) => drop(table.insert(name, toml_edit::value(value))),
    }
    let text = document.to_string();
    Own::read(&text, file)?;
    Ok(text)
}

/// The shared settings as a file that can be edited and applied: every key with what it is for; those that nobody set
/// stand behind a `#` with their default or an example.
#[must_use]
pub fn write_shared(settings: &[(String, Value)]) -> String {
    let mut text = String::from(
        "# Settings that everybody of this desk shares. What stands here is set; what is taken out stays as it was.\n",
    );
    for setting in SHARED {
        let set = settings.iter().find(|(k, _)| k == setting.key).map(|(_, v)| v);
        let proposal = match setting.key {
            "currency" => "EUR".into(),
            "details" => serde_json::json!({ "name": "Acme Ltd" }),
            key => default_of(key),
        };
        let (mark, value) = set.map_or(("# ", &proposal), |v| ("", v));
        text.push_str(&format!("\n# {}\n{mark}{} = {}\n", setting.about, setting.key, as_toml(value)));
    }
    text
}

/// A value as TOML writes it, on one line.
///
/// ```
/// use frontdesk::settings::as_toml;
/// assert_eq!(as_toml(&serde_json::json!({ "name": "ООО «Акме»" })), "{ name = \"ООО «Акме»\" }");
/// assert_eq!(as_toml(&serde_json::json!(["a@x.io", 3])), "[\"a@x.io\", 3]");
/// ```
#[must_use]
pub fn as_toml(value: &Value) -> String {
    fn convert(value: &Value) -> toml_edit::Value {
        match value {
            Value::Null => "".into(),
            Value::Bool(b) => (*b).into(),
            Value::Number(n) => n.as_i64().map_or_else(|| n.as_f64().unwrap_or(0.0).into(), Into::into),
            Value::String(s) => s.as_str().into(),
            Value::Array(items) => items.iter().map(convert).collect(),
            Value::Object(table) => table.iter().map(|(k, v)| (k.as_str(), convert(v))).collect(),
        }
    }
    convert(value).to_string()
}

/// An address without the password that somebody may have put into it.
///
/// ```
/// use frontdesk::settings::without_password;
/// assert_eq!(without_password("postgres://mila:s@cr:et@db/desk"), "postgres://mila:…@db/desk");
/// assert_eq!(without_password("postgres://mila@db/desk"), "postgres://mila@db/desk");
/// assert_eq!(without_password("~/a:b@c.db"), "~/a:b@c.db");
/// ```
#[must_use]
pub fn without_password(place: &str) -> String {
    let shown = || {
        let (scheme, rest) = place.split_once("://")?;
        let (who, host) = rest.rsplit_once('@')?;
        let (name, _) = who.split_once(':')?;
        Some(format!("{scheme}://{name}:…@{host}"))
    };
    shown().unwrap_or_else(|| place.to_owned())
}

fn unreadable(e: &toml_edit::TomlError, text: &str, file: &str) -> Error {
    let (line, column) = place(text, e.span().map_or(0, |s| s.start));
    Error::usage(format!("{file}:{line}:{column}: {}", e.message()))
}

fn placed(e: &toml::de::Error, text: &str, file: &str) -> Error {
    let (line, column) = place(text, e.span().map_or(0, |s| s.start));
    let mut error = Error::usage(format!("{file}:{line}:{column}: {}", e.message()));
    let field = e.message().strip_prefix("unknown field `").and_then(|m| m.split('`').next());
    if let Some(field) = field {
        let known = OWN_KEYS.iter().chain(OWN_TABLES).copied();
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

    fn zones(name: &str) -> bool {
        name == "UTC" || name == "Europe/Moscow"
    }

    #[test]
    fn a_mistake_in_a_file_is_named_with_line_and_column() {
        let wrong = |text: &str| read_shared(text, "s.toml", &zones).unwrap_err();
        let e = wrong("name = \"Acme\"\nzoen = \"UTC\"\n");
        assert_eq!(
            (e.what.as_str(), e.hint.as_deref()),
            ("s.toml:2:1: there is no setting zoen", Some("did you mean zone?"))
        );
        assert!(wrong("name = \n").what.starts_with("s.toml:1:"));
        assert!(
            wrong("\nzone = \"Mars/Olympus\"").what.starts_with("s.toml:2:8: zone should be the name of a time zone")
        );
        assert!(wrong("name = \"a\"\nreopen_days = -1\n").what.starts_with("s.toml:2:15: reopen_days should be"));
        let e = Own::read("me = \"mila\"\nzone = \"UTC\"\n", "config.toml").unwrap_err();
        assert!(e.what.starts_with("config.toml:2:1"), "{}", e.what);
        assert_eq!(e.hint.as_deref(), Some("zone is a shared setting: desk config set zone …"));
    }

    #[test]
    fn own_settings_and_secrets_are_refused_in_a_shared_file() {
        let wrong = |text: &str| read_shared(text, "s.toml", &zones).unwrap_err();
        assert_eq!(
            wrong("lang = \"en\"\nme = \"mila\"\n").what,
            "s.toml:2:1: me is a setting of your own, not one of all"
        );
        for text in [
            "sendmail = \"/bin/sh\"",
            "password = \"x\"",
            "[details]\ncommand = \"rm\"",
            "[details.deep]\npassword = \"x\"",
        ] {
            assert!(wrong(text).what.contains("refused in shared settings"), "{text}: {}", wrong(text).what);
        }
    }

    #[test]
    fn a_value_on_the_command_line_needs_no_quotes() {
        let read = |key: &str, text: &str| read_value(key, text, &zones);
        assert_eq!(read("zone", "Europe/Moscow").unwrap(), "Europe/Moscow");
        assert_eq!(read("name", "24").unwrap(), "24");
        assert_eq!(read("name", "\"Acme\"").unwrap(), "Acme");
        assert_eq!(read("name", "a\"\ny = 1").unwrap(), "a\"\ny = 1");
        assert_eq!(read("addresses", "a@x.test,b@x.test").unwrap().as_array().unwrap().len(), 2);
        assert_eq!(read("reopen_days", "14").unwrap(), 14);
        assert!(read("reopen_days", "soon").is_err() && read("lang", "de").is_err() && read("zone", "Moscow").is_err());
    }

    #[test]
    fn setting_an_own_key_keeps_comments_and_taking_it_out_keeps_the_rest() {
        let mine = "# mine\nme = \"mila\" # that is me\n";
        let text = put_own(mine, "desks.work", Some("/x/y.db"), "c").unwrap();
        assert!(text.contains("# mine") && text.contains("# that is me") && text.contains("work = \"/x/y.db\""));
        let text = put_own(&text, "me", Some("oleg"), "c").unwrap();
        assert!(text.contains("me = \"oleg\" # that is me"), "{text}");
        let text = put_own(&text, "passwords.db.acme.command", Some("pass show x"), "c").unwrap();
        assert_eq!(Own::read(&text, "c").unwrap().passwords["db.acme"].command.as_deref(), Some("pass show x"));
        let text = put_own(&text, "me", None, "c").unwrap();
        assert!(!text.contains("oleg") && text.contains("work = "), "{text}");
        assert!(put_own("desks = 3\n", "desks.work", Some("x"), "c").is_err());
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let details = serde_json::json!({ "name": "ООО «Акме»", "a b": "1\n2" });
        let settings = vec![
            ("name".to_owned(), Value::from("Acme \"x\"")),
            ("reopen_days".to_owned(), 14.into()),
            ("details".to_owned(), details),
        ];
        let mut again = read_shared(&write_shared(&settings), "x", &zones).unwrap();
        again.sort_by_key(|(k, _)| settings.iter().position(|(s, _)| s == k));
        assert_eq!(again, settings);
    }
}
