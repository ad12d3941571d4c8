//! What may stand in a shared setting: its form, and the sentence for what does not fit.

use super::places::{Step, Wrong};
use super::{Form, SECRETS, secret, shared, unknown};
use super::{calendar, mail, money, plan, rota, sla};
use crate::domain::contact::is_address;
use crate::domain::insight::star::Star;
use crate::error::{Error, Result};
use serde_json::{Map, Value};

/// Whether the value can be that of the shared setting.
///
/// # Errors
/// Where it cannot: what it should be.
pub fn check(key: &str, value: Value, zones: &dyn Fn(&str) -> bool) -> Result<Value> {
    checked(key, value, zones).map_err(|wrong| wrong.error)
}

/// The same, and on which step of the value it fails.
pub(super) fn checked(key: &str, value: Value, zones: &dyn Fn(&str) -> bool) -> std::result::Result<Value, Wrong> {
    let Some(setting) = shared(key) else { return Err(Wrong::key(key, unknown(key))) };
    no_secret(&value).map_err(|w| w.below(key))?;
    let text = value.as_str();
    let texts = |table: &Map<String, Value>| table.values().all(Value::is_string);
    let address = |x: &Value| x.as_str().is_some_and(|x| is_address(x) || x.starts_with('@'));
    let fits = |fits: bool, should: &str| if fits { Ok(()) } else { Err(Wrong::value(should_be(key, should, &value))) };
    let found = match setting.form {
        Form::Text => fits(text.is_some_and(|t| !t.trim().is_empty()), "a text"),
        Form::Zone => fits(text.is_some_and(zones), "the name of a time zone, like \"Europe/Moscow\""),
        Form::Currency => {
            let letters = |c: &str| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase());
            fits(text.is_some_and(letters), "three capital letters, like \"EUR\"")
        }
        Form::Lang => fits(matches!(text, Some("en" | "ru")), "\"en\" or \"ru\""),
        Form::Star => {
            let should = format!("one of {}", Star::words().join(" "));
            fits(text.is_some_and(|t| Star::named(t).is_some()), &should)
        }
        Form::Days => fits(value.as_i64().is_some_and(|n| (0..=3650).contains(&n)), "a number of days from 0 to 3650"),
        Form::Flag => fits(value.is_boolean(), "true or false"),
        Form::Addresses => fits(
            value.as_array().is_some_and(|a| a.iter().all(address)),
            "a list of mail addresses, like [\"support@acme.test\"]",
        ),
        Form::Free => fits(value.as_object().is_some_and(texts), "a table of texts, like { name = \"Acme\" }"),
        Form::Hours => money::check_hours(&value),
        Form::Invoice => money::check_invoice(&value),
        Form::Signatures => mail::check_signatures(&value),
        Form::Maps => fits(
            value.as_object().is_some_and(|table| table.values().all(is_map)),
            "maps by name, each a text whose first line is tickets, clients, contacts or time",
        ),
        Form::Smtp => mail::check_smtp(&value),
        Form::Mailboxes => mail::check_mailboxes(&value),
        Form::Calendars => calendar::check_calendars(&value, zones),
        Form::Policies => sla::check_policies(&value),
        Form::Rota => rota::check_rota(&value),
        Form::Plans => plan::check_plans(&value),
    };
    found.map_err(|w| w.below(key))?;
    Ok(value)
}

/// The kind of the records, then what `--map` would say, a line each.
fn is_map(value: &Value) -> bool {
    let kind = value.as_str().and_then(|text| text.lines().next()).and_then(crate::domain::mapping::Kind::of);
    kind.is_some()
}

/// The error for a value that does not fit.
pub(super) fn should_be(key: &str, should: &str, value: &Value) -> Error {
    let said = without_passwords(value).to_string();
    let short =
        if said.chars().count() > 80 { format!("{}…", said.chars().take(79).collect::<String>()) } else { said };
    Error::usage(format!("{key} should be {should}, not {short}"))
}

/// What was typed is repeated to whoever typed it, and often to a log; a password in an address is not.
fn without_passwords(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(super::without_password(text)),
        Value::Array(items) => items.iter().map(without_passwords).collect(),
        Value::Object(table) => table.iter().map(|(key, inner)| (key.clone(), without_passwords(inner))).collect(),
        other => other.clone(),
    }
}

/// No key in the value, however deep, is one that no shared setting may hold.
fn no_secret(value: &Value) -> std::result::Result<(), Wrong> {
    match value {
        Value::Object(table) => table.iter().try_for_each(|(key, inner)| {
            if SECRETS.contains(&key.to_lowercase().as_str()) {
                return Err(Wrong::key(key, secret(key)));
            }
            no_secret(inner).map_err(|w| w.below(key))
        }),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(n, inner)| no_secret(inner).map_err(|w| w.inside(Step::Item(n))))
        }
        _ => Ok(()),
    }
}

/// Reads one value typed on the command line: TOML where it is, else a plain word.
///
/// # Errors
/// Where the key is unknown or the value cannot be.
pub fn read_value(key: &str, text: &str, zones: &dyn Fn(&str) -> bool) -> Result<Value> {
    let form = shared(key).ok_or_else(|| unknown(key))?.form;
    let words = matches!(form, Form::Text | Form::Zone | Form::Currency | Form::Lang | Form::Star);
    let fits = |v: &Value| v.is_string() || !words;
    let plain = || match form {
        Form::Addresses => text.split([',', ' ']).filter(|a| !a.is_empty()).map(Value::from).collect(),
        _ => Value::from(text),
    };
    check(key, typed(text).filter(fits).unwrap_or_else(plain), zones)
}

/// A text of the command line as TOML, where it is that.
pub(super) fn typed(text: &str) -> Option<Value> {
    let table: toml::Table = toml::from_str(&format!("x = {text}")).ok()?;
    if table.len() == 1 { table.into_iter().next().map(|(_, v)| plain_value(v)) } else { None }
}

/// A value of TOML in the form in which the desk keeps it: a day is its text.
pub(super) fn plain_value(value: toml::Value) -> Value {
    match value {
        toml::Value::String(s) => s.into(),
        toml::Value::Integer(n) => n.into(),
        toml::Value::Float(n) => n.into(),
        toml::Value::Boolean(b) => b.into(),
        toml::Value::Datetime(d) => d.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(plain_value).collect(),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(k, v)| (k, plain_value(v))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones(name: &str) -> bool {
        name == "UTC" || name == "Europe/Moscow"
    }

    #[test]
    fn what_does_not_fit_is_repeated_without_its_passwords() {
        for key in ["mailbox", "smtp", "invoice", "sla", "zone", "own", "details"] {
            for value in [
                serde_json::json!({"x": {"a": "b", "imap": "imaps://u:s3cret@mail.acme.test/INBOX"}}),
                serde_json::json!(["imaps://u:s3cret@mail.acme.test/INBOX", 1]),
                serde_json::json!("imaps://u:s3cret@mail.acme.test/INBOX"),
            ] {
                let said = check(key, value, &zones).map_or_else(|e| format!("{e:?}"), |_| String::new());
                assert!(!said.contains("s3cret"), "{key}: {said}");
            }
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
        assert_eq!(read("receipts", "true").unwrap(), true);
        assert!(read("reopen_days", "soon").is_err() && read("lang", "de").is_err() && read("zone", "Moscow").is_err());
        assert!(read("quote", "yes").unwrap_err().what.contains("quote should be true or false"));
    }

    #[test]
    fn a_long_value_is_not_repeated_whole() {
        assert!(read_value("reopen_days", &"x".repeat(9000), &zones).unwrap_err().what.chars().count() < 200);
    }
}
