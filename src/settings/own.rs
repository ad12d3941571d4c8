//! The own file of a user, `config.toml`: read, and changed key by key with its comments kept. It names where passwords
//! come from; a password itself is refused, and never repeated in an error.

use super::places::{Step, Wrong, at, unreadable};
use super::{OWN_KEYS, OWN_TABLES, shared};
use crate::domain::nearest::nearest;
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Value;

/// The own settings of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// The agent I am.
    pub me: Option<String>,
    /// The desk to open when none is named: a name of `desks`, a path or an address.
    pub desk: Option<String>,
    /// Desks by name.
    pub desks: BTreeMap<String, String>,
    /// Where passwords come from, by the name of what they open: a desk, a mailbox, `smtp`.
    pub passwords: BTreeMap<String, Source>,
    /// Words that stand for a longer command.
    pub alias: BTreeMap<String, String>,
    /// `auto`, `always` or `never`.
    pub color: Option<String>,
    /// The program that mail is given to, instead of a server.
    pub sendmail: Option<String>,
}

/// Where a password comes from; never the password itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A command: the first line it prints.
    Command(String),
    /// A variable of the environment.
    Env(String),
    /// The keyring of the system.
    Keyring,
    /// A command that prints an access token (OAuth 2).
    Bearer(String),
}

impl Source {
    /// The word for it in the file, and what stands behind it.
    #[must_use]
    pub fn said(&self) -> (&'static str, &str) {
        match self {
            Source::Command(command) => ("command", command),
            Source::Env(variable) => ("env", variable),
            Source::Keyring => ("keyring", "true"),
            Source::Bearer(command) => ("bearer", command),
        }
    }
}

/// The keys of which an entry of `[passwords]` holds one.
const SOURCES: &[&str] = &["command", "env", "keyring", "bearer"];

/// The file as serde reads it; what might be a password is looked at by hand, lest an error repeats it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    me: Option<String>,
    desk: Option<String>,
    #[serde(default)]
    desks: BTreeMap<String, String>,
    passwords: Option<Value>,
    #[serde(default)]
    alias: BTreeMap<String, String>,
    color: Option<String>,
    sendmail: Option<String>,
}

impl Own {
    /// Reads the own file.
    ///
    /// # Errors
    /// Where it is not TOML or holds a key that is not an own one: with line and column.
    pub fn read(text: &str, file: &str) -> Result<Own> {
        let document = toml_edit::Document::parse(text.to_owned()).map_err(|e| unreadable(&e, text, file))?;
        let read: File = toml::from_str(text).map_err(|e| misread(&e, text, file))?;
        let passwords = match read.passwords {
            None => BTreeMap::new(),
            Some(value) => sources(value).map_err(|w| w.below("passwords").placed(&document, text, file))?,
        };
        let File { me, desk, desks, alias, color, sendmail, .. } = read;
        Ok(Own { me, desk, desks, passwords, alias, color, sendmail })
    }
}

fn sources(value: Value) -> std::result::Result<BTreeMap<String, Source>, Wrong> {
    let Value::Table(table) = value else { return Err(Wrong::value(no_password("passwords", "NAME"))) };
    let source = |(name, value): (String, Value)| match source(&name, &value) {
        Ok(source) => Ok((name, source)),
        Err(wrong) => Err(wrong.below(&name)),
    };
    table.into_iter().map(source).collect()
}

/// One entry of `[passwords]`.
fn source(name: &str, value: &Value) -> std::result::Result<Source, Wrong> {
    let key = format!("passwords.{name}");
    let Value::Table(entry) = value else { return Err(Wrong::value(no_password(&key, name))) };
    if let Some(odd) = entry.keys().find(|k| !SOURCES.contains(&k.as_str())) {
        let near = nearest(odd, SOURCES.iter().copied()).filter(|_| !odd.to_lowercase().contains("pass"));
        let error = Error::usage(format!("{key}: {odd} is no place that a password comes from"));
        return Err(Wrong::key(odd, error.hint(near.map_or_else(|| way_out(name), |n| format!("did you mean {n}?")))));
    }
    let mut kinds = entry.iter();
    let (Some((kind, value)), None) = (kinds.next(), kinds.next()) else {
        let error = Error::usage(format!("{key} should name one place: command, env, keyring or bearer"));
        return Err(Wrong::value(error.hint(way_out(name))));
    };
    let text = value.as_str().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let variable = |t: &String| t.chars().all(|c| c.is_alphanumeric() || c == '_');
    let read = match kind.as_str() {
        "command" => text.map(Source::Command),
        "bearer" => text.map(Source::Bearer),
        "env" => text.filter(variable).map(Source::Env),
        _ => (value.as_bool() == Some(true)).then_some(Source::Keyring),
    };
    read.ok_or_else(|| {
        let should = match kind.as_str() {
            "env" => "the name of a variable, like \"SMTP_PASSWORD\"",
            "keyring" => "true",
            _ => "a command, like \"pass show support\"",
        };
        let error = Error::usage(format!("{key}.{kind} should be {should}")).hint(way_out(name));
        Wrong { path: vec![Step::Key(kind.clone())], on_key: false, error }
    })
}

fn no_password(key: &str, name: &str) -> Error {
    Error::usage(format!("{key}: a password itself stands nowhere in a file; what stands here is where it comes from"))
        .hint(way_out(name))
}

/// How a password is told.
fn way_out(name: &str) -> String {
    let name = if name.contains(|c: char| c.is_whitespace() || c.is_control()) { "NAME" } else { name };
    format!(
        "desk config set passwords.{name}.command \"pass show {name}\", or passwords.{name}.env VARIABLE, or passwords.{name}.keyring true"
    )
}

/// Puts a value into the text of the own file, or takes it out; comments and order stay. Of the places of one password
/// the new one replaces the old.
///
/// # Errors
/// Where the text is not TOML, or the outcome would not be a file of own settings.
pub fn put_own(text: &str, key: &str, value: Option<&str>, file: &str) -> Result<String> {
    let mut document: toml_edit::DocumentMut = text.parse().map_err(|e| unreadable(&e, text, file))?;
    let mut path: Vec<&str> = match key.split_once('.') {
        Some(("passwords", rest)) => {
            let entry = rest.rsplit_once('.').map(|(name, kind)| vec!["passwords", name, kind]);
            entry.filter(|_| value.is_some() || ends_in_kind(rest)).unwrap_or_else(|| vec!["passwords", rest])
        }
        Some((table, name)) => vec![table, name],
        None => vec![key],
    };
    let name = path.pop().unwrap_or_default();
    if let (["passwords"], Some(_)) = (path.as_slice(), value) {
        return Err(no_password(key, name));
    }
    let value = value.map(|text| match (path.as_slice(), name, text) {
        (["passwords", _], "keyring", "true") => toml_edit::Value::from(true),
        _ => text.into(),
    });
    let mut table: &mut dyn toml_edit::TableLike = document.as_table_mut();
    let in_entry = path.len() == 2;
    for (depth, step) in path.into_iter().enumerate() {
        let entry = || toml_edit::value(toml_edit::InlineTable::new());
        let new = if depth == 0 { toml_edit::table } else { entry };
        let inner = table.entry(step).or_insert_with(new).as_table_like_mut();
        table = inner.ok_or_else(|| Error::usage(format!("{file}: {step} is no table")))?;
    }
    if in_entry && value.is_some() {
        SOURCES.iter().filter(|other| **other != name).for_each(|other| drop(table.remove(other)));
    }
    match (value, table.get_mut(name)) {
        (None, None) => {}
        (None, Some(_)) => drop(table.remove(name)),
        (Some(value), Some(toml_edit::Item::Value(old))) => {
            let around = old.decor().clone();
            *old = value;
            *old.decor_mut() = around;
        }
        (Some(value), _) => drop(table.insert(name, toml_edit::value(value))),
    }
    if let Some(("passwords", rest)) = key.split_once('.').filter(|_| ends_in_kind(key)) {
        forget_empty(&mut document, rest);
    }
    let text = document.to_string();
    Own::read(&text, file)?;
    Ok(text)
}

fn ends_in_kind(key: &str) -> bool {
    key.rsplit_once('.').is_some_and(|(_, kind)| SOURCES.contains(&kind))
}

/// An entry that names no place any more goes, too.
fn forget_empty(document: &mut toml_edit::DocumentMut, rest: &str) {
    let Some((name, _)) = rest.rsplit_once('.') else { return };
    let Some(passwords) = document.get_mut("passwords").and_then(|p| p.as_table_like_mut()) else { return };
    if passwords.get(name).and_then(|e| e.as_table_like()).is_some_and(|e| e.is_empty()) {
        passwords.remove(name);
    }
}

/// What serde says of the file, without the value: it may be a password in the wrong place.
fn misread(e: &toml::de::Error, text: &str, file: &str) -> Error {
    let message = e.message();
    let expected = message.starts_with("invalid ").then(|| message.rsplit_once(", expected ")).flatten();
    let what = match expected {
        Some((_, "a map")) => "this should be a table".to_owned(),
        Some((_, "a string")) => "this should be a text".to_owned(),
        Some((_, what)) => format!("this should be {what}"),
        None => message.to_owned(),
    };
    let mut error = at(Error::usage(what), text, e.span(), file);
    let field = message.strip_prefix("unknown field `").and_then(|m| m.split('`').next());
    if let Some(field) = field {
        error.hint = match field {
            f if f.to_lowercase().contains("pass") => Some(way_out("NAME")),
            f if shared(f).is_some() => Some(format!("{f} is a shared setting: desk config set {f} …")),
            f => nearest(f, OWN_KEYS.iter().chain(OWN_TABLES).copied()).map(|n| format!("did you mean {n}?")),
        };
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Error {
        Own::read(text, "c").unwrap_err()
    }

    #[test]
    fn a_password_comes_from_one_of_four_places() {
        let text = "sendmail = \"/usr/sbin/sendmail\"\n[passwords]\na = { command = \"pass show a\" }\nb = { env = \"B\" }\nc = { keyring = true }\n[passwords.d]\nbearer = \"token\"\n";
        let own = Own::read(text, "c").unwrap();
        let said: Vec<_> = own.passwords.values().map(Source::said).collect();
        assert_eq!(said, [("command", "pass show a"), ("env", "B"), ("keyring", "true"), ("bearer", "token")]);
        assert_eq!(own.sendmail.as_deref(), Some("/usr/sbin/sendmail"));
    }

    #[test]
    fn a_password_itself_is_refused_with_the_way_out_and_never_repeated() {
        for (text, place) in [
            ("[passwords]\nsupport = \"hunter2\"\n", "c:2:11: passwords.support: a password itself"),
            ("[passwords]\nsupport = 4711\n", "c:2:11: passwords.support: a password itself"),
            ("passwords = \"hunter2\"\n", "c:1:13: passwords: a password itself"),
            ("[passwords]\nsupport = { password = \"hunter2\" }\n", "c:2:13: passwords.support: password is no place"),
            ("[passwords.support]\nPass = \"hunter2\"\n", "c:2:1: passwords.support: Pass is no place"),
            ("me = \"mila\"\npassword = \"hunter2\"\n", "c:2:1: unknown field"),
            ("[passwords]\na = { command = \"x\", env = \"Y\" }\n", "c:2:5: passwords.a should name one place"),
            ("[passwords]\na = {}\n", "c:2:5: passwords.a should name one place"),
            ("[passwords]\na = { env = \"hunter2!\" }\n", "c:2:13: passwords.a.env should be the name"),
            ("[passwords]\na = { keyring = \"hunter2\" }\n", "c:2:17: passwords.a.keyring should be true"),
            ("[passwords]\na = { command = [\"hunter2\"] }\n", "c:2:17: passwords.a.command should be a command"),
        ] {
            let e = wrong(text);
            let (hint, debug) = (e.hint.clone().unwrap_or_default(), format!("{e:?}"));
            assert!(e.what.starts_with(place) && hint.contains("desk config set passwords."), "{text}: {e:?}");
            assert!(!debug.contains("hunter2") && !debug.contains("4711"), "{debug}");
        }
        assert!(!format!("{:?}", wrong("desks = \"postgres://mila:hunter2@db\"\n")).contains("hunter2"));
        assert!(!format!("{:?}", wrong("me = \"mila\"\n[alias]\nx = { y = \"hunter2\" }\n")).contains("hunter2"));
        assert_eq!(wrong("[passwords]\na = { comand = \"x\" }\n").hint.as_deref(), Some("did you mean command?"));
    }

    #[test]
    fn a_new_place_of_a_password_replaces_the_old() {
        let text = put_own("", "passwords.support.command", Some("pass show x"), "c").unwrap();
        let text = put_own(&text, "passwords.support.keyring", Some("true"), "c").unwrap();
        assert_eq!(Own::read(&text, "c").unwrap().passwords["support"], Source::Keyring);
        let text = put_own(&text, "passwords.support.env", Some("X"), "c").unwrap();
        assert_eq!(Own::read(&text, "c").unwrap().passwords["support"], Source::Env("X".into()));
        for gone in ["passwords.support.env", "passwords.support"] {
            assert!(Own::read(&put_own(&text, gone, None, "c").unwrap(), "c").unwrap().passwords.is_empty(), "{gone}");
        }
        for key in ["passwords.support", "passwords.support.password", "passwords.support.keyring"] {
            let e = put_own(&text, key, Some("hunter2"), "c").unwrap_err();
            assert!(!format!("{e:?}").contains("hunter2"), "{e:?}");
        }
    }

    #[test]
    fn setting_an_own_key_keeps_comments_and_taking_it_out_keeps_the_rest() {
        let mine = "# mine\nme = \"mila\" # that is me\n";
        let text = put_own(mine, "desks.work", Some("/x/y.db"), "c").unwrap();
        assert!(text.contains("# mine") && text.contains("# that is me") && text.contains("work = \"/x/y.db\""));
        let text = put_own(&text, "me", Some("oleg"), "c").unwrap();
        assert!(text.contains("me = \"oleg\" # that is me"), "{text}");
        let text = put_own(&text, "passwords.db.acme.command", Some("pass show x"), "c").unwrap();
        let own = Own::read(&text, "c").unwrap();
        assert_eq!(own.passwords["db.acme"], Source::Command("pass show x".into()));
        assert!(text.contains("[passwords]\n\"db.acme\" = { command = \"pass show x\" }\n"), "{text}");
        let text = put_own(&text, "me", None, "c").unwrap();
        assert!(!text.contains("oleg") && text.contains("work = "), "{text}");
        assert!(put_own("desks = 3\n", "desks.work", Some("x"), "c").is_err());
    }

    #[test]
    fn a_shared_key_in_the_own_file_is_told_where_it_belongs() {
        let e = wrong("me = \"mila\"\nzone = \"UTC\"\n");
        assert!(e.what.starts_with("c:2:1"), "{}", e.what);
        assert_eq!(e.hint.as_deref(), Some("zone is a shared setting: desk config set zone …"));
    }
}
