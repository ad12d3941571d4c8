//! Shared settings as the TOML that is applied, edited and shown; and one key of them changed.

use super::check::{check, checked, plain_value, read_value, typed};
use super::places::{Wrong, unreadable};
use super::{
    Form, SECRETS, SHARED, belongs_to_all, calendar, default_of, mail, plan, rota, secret, shared, sla, unknown,
};
use crate::domain::nearest::nearest;
use crate::error::{Error, Result};
use serde_json::{Map, Value};

/// Bytes that a file of shared settings may have.
pub const LARGEST: u64 = 1 << 20;

/// Reads a shared file: the settings it holds, checked. Sections that are absent stay as they are. `zones` knows whether
/// a time zone exists.
///
/// # Errors
/// Where it is not TOML, holds an unknown key or a value that cannot be: with line and column.
pub fn read_shared(text: &str, file: &str, zones: &dyn Fn(&str) -> bool) -> Result<Vec<(String, Value)>> {
    if text.len() as u64 > LARGEST {
        return Err(Error::usage(format!("{file}:1:1: settings of more than 1 MiB are none")));
    }
    let document = toml_edit::Document::parse(text.to_owned()).map_err(|e| unreadable(&e, text, file))?;
    let mut values: toml::Table = toml::from_str(text).map_err(|e| {
        let error = Error::usage(e.message());
        super::places::at(error, text, e.span(), file)
    })?;
    let mut found = Vec::new();
    for (key, _) in document.iter() {
        let value = values.remove(key).map(plain_value).unwrap_or_default();
        let read = belongs_to_all(key).map_err(|e| Wrong::key(key, e)).and_then(|()| checked(key, value, zones));
        found.push((key.to_owned(), read.map_err(|wrong| wrong.placed(&document, text, file))?));
    }
    Ok(found)
}

/// An error about what the keys of `path` lead to in a shared file, with line and column in front.
#[must_use]
pub fn placed(error: Error, path: &[&str], text: &str, file: &str) -> Error {
    match toml_edit::Document::parse(text.to_owned()) {
        Ok(document) => {
            path.iter().rev().fold(Wrong::value(error), |w, key| w.below(key)).placed(&document, text, file)
        }
        Err(e) => unreadable(&e, text, file),
    }
}

/// Whether what a file holds goes together with what is set: that there are the calendars which promises name.
///
/// # Errors
/// Where it does not: with line and column where the file says it.
pub fn agree(text: &str, file: &str, set: &[(String, Value)], wanted: &[(String, Value)]) -> Result<()> {
    let document = toml_edit::Document::parse(text.to_owned()).map_err(|e| unreadable(&e, text, file))?;
    let said = wanted.iter().any(|(key, _)| key == "sla");
    sla::agreed(set, wanted).map_err(|wrong| if said { wrong.placed(&document, text, file) } else { wrong.error })
}

/// Whether what a file wants names nobody for whom `stranger` has an error.
///
/// # Errors
/// The first of them, with line and column.
pub fn agree_with_team(
    text: &str,
    file: &str,
    wanted: &[(String, Value)],
    stranger: &dyn Fn(&str) -> Option<Error>,
) -> Result<()> {
    let Some((_, rota)) = wanted.iter().find(|(key, _)| key == "rota") else { return Ok(()) };
    let document = toml_edit::Document::parse(text.to_owned()).map_err(|e| unreadable(&e, text, file))?;
    rota::strangers(rota, stranger).map_err(|wrong| wrong.below("rota").placed(&document, text, file))
}

/// What a change of one key makes of the setting it belongs to: `details.name`, `smtp.from`, `mailbox.support.imap` are
/// parts of one. `set` is what is set; without a text the part goes, and with its last part the setting.
///
/// # Errors
/// Where the key is unknown or the value cannot be.
pub fn changed(
    key: &str,
    text: Option<&str>,
    set: &[(String, Value)],
    zones: &dyn Fn(&str) -> bool,
) -> Result<(String, Value)> {
    let Some((section, rest)) = key.split_once('.').filter(|(section, _)| shared(section).is_some()) else {
        belongs_to_all(key)?;
        let value = text.map(|t| read_value(key, t, zones)).transpose()?;
        return Ok((key.to_owned(), value.unwrap_or_default()));
    };
    known(key)?;
    let whole = set.iter().find(|(k, _)| k == section).map(|(_, v)| v.clone()).unwrap_or_default();
    let lines = |t: &str| typed(t).filter(Value::is_string).unwrap_or_else(|| t.into());
    let whole = match section {
        "mailbox" => change_mailboxes(whole, rest, text)?,
        "calendar" => calendar::change(whole, rest, text)?,
        "sla" => sla::change(whole, rest, text)?,
        "rota" => rota::change(whole, rest, text),
        "plan" => plan::change(whole, rest, text)?,
        "smtp" => put(whole, rest, text.map(|t| mail::typed_field(section, rest, t))),
        "signatures" | "maps" | "templates" => put(whole, rest, text.map(lines)),
        _ => put(whole, rest, text.map(Value::from)),
    };
    let empty = whole.as_object().is_some_and(Map::is_empty) || whole.as_array().is_some_and(Vec::is_empty);
    let whole = if empty { Value::Null } else { check(section, whole, zones)? };
    Ok((section.to_owned(), whole))
}

/// Changes `NAME.FIELD` of a mailbox, which is made where there is none of that name, or takes out the whole `NAME`.
fn change_mailboxes(whole: Value, rest: &str, text: Option<&str>) -> Result<Value> {
    let mut list = match whole {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    let (name, field) = rest.split_once('.').map_or((rest, None), |(name, field)| (name, Some(field)));
    let place = list.iter().position(|m| is_called(m, name));
    match (field, text, place) {
        (None, Some(_), _) => {
            let key = format!("mailbox.{name}");
            return Err(Error::usage(format!("{key} is a whole mailbox")).hint(format!(
                "desk config set {key}.imap imaps://…; to take it out: desk config set {key} --default"
            )));
        }
        (_, None, None) => {
            return Err(Error::missing(format!("no mailbox is called {name}")).hint("desk config get mailbox"));
        }
        (None, None, Some(n)) => drop(list.remove(n)),
        (Some(field), text, place) => {
            let part = place.map_or_else(|| serde_json::json!({ "name": name }), |n| list.remove(n));
            let part = put(part, field, text.map(|t| mail::typed_field("mailbox", field, t)));
            list.insert(place.unwrap_or(list.len()), part);
        }
    }
    Ok(list.into())
}

/// The section with a key set, or taken out.
fn put(section: Value, key: &str, value: Option<Value>) -> Value {
    let mut table = match section {
        Value::Object(table) => table,
        _ => Map::new(),
    };
    match value {
        Some(value) => drop(table.insert(key.to_owned(), value)),
        None => drop(table.remove(key)),
    }
    table.into()
}

fn is_called(mailbox: &Value, name: &str) -> bool {
    mailbox.get("name").and_then(Value::as_str).is_some_and(|n| n.eq_ignore_ascii_case(name))
}

/// Whether a key can be that of a shared setting or of a part of one.
///
/// # Errors
/// Where nobody knows it: with the nearest one.
pub fn known(key: &str) -> Result<()> {
    let Some((section, rest)) = key.split_once('.') else { return belongs_to_all(key) };
    let Some(setting) = shared(section).filter(|_| !rest.is_empty()) else { return Err(unknown(key)) };
    let (place, part) = match (setting.form, rest.split_once('.')) {
        (Form::Calendars, _) => return calendar::known(rest),
        (Form::Policies, _) => return sla::known(rest),
        (Form::Rota, _) => return rota::known(rest),
        (Form::Plans, _) => return plan::known(rest),
        (Form::Hours, _) => return super::money::known(section, rest, super::money::HOURS),
        (Form::Invoice, _) => return super::money::known(section, rest, super::money::INVOICE),
        (Form::Free | Form::Signatures | Form::Maps, _) | (Form::Mailboxes, None) => return Ok(()),
        (Form::Smtp, _) => (section.to_owned(), rest),
        (Form::Mailboxes, Some((name, part))) if !name.is_empty() => (format!("{section}.{name}"), part),
        _ => return Err(unknown(key)),
    };
    let parts = mail::keys_of(section).unwrap_or_default();
    if parts.contains(&part) {
        return Ok(());
    }
    if SECRETS.contains(&part) {
        return Err(secret(part));
    }
    let near = nearest(part, parts.iter().copied());
    Err(Error::usage(format!("there is no setting {key}")).hint(near.map_or_else(
        || format!("of {place} there are: {}", parts.join(" ")),
        |n| format!("did you mean {place}.{n}?"),
    )))
}

/// What a part of a setting holds; `null` where nothing does. `whole` is what the setting `section` holds.
#[must_use]
pub fn at(section: &str, whole: &Value, rest: &str) -> Value {
    let part = match (section, rest.split_once('.')) {
        ("mailbox", parts) => {
            let (name, field) = parts.map_or((rest, None), |(name, field)| (name, Some(field)));
            let mailbox = whole.as_array().into_iter().flatten().find(|m| is_called(m, name));
            mailbox.and_then(|m| field.map_or(Some(m), |f| m.get(f)))
        }
        ("sla", _) => sla::at(whole, rest),
        ("calendar", Some(_)) => rest.splitn(3, '.').try_fold(whole, |held, part| held.get(part)),
        ("rota" | "plan", Some(_)) => rest.splitn(2, '.').try_fold(whole, |held, part| held.get(part)),
        _ => whole.get(rest),
    };
    part.cloned().unwrap_or_default()
}

/// A setting with its parts one by one, in their order: `smtp.url`, `mailbox.support.imap`.
///
/// ```
/// use frontdesk::settings::flat;
/// let set = serde_json::json!([{ "name": "support", "imap": "maildir:/x", "sent": false }]);
/// let keys: Vec<String> = flat("mailbox", &set).into_iter().map(|(key, _)| key).collect();
/// assert_eq!(keys, ["mailbox.support.imap", "mailbox.support.sent"]);
/// ```
#[must_use]
pub fn flat(key: &str, value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Array(list) if matches!(key, "mailbox" | "sla") && !list.is_empty() => {
            list.iter().flat_map(|section| flat_named(key, section)).collect()
        }
        Value::Object(all) if matches!(key, "calendar" | "plan") && !all.is_empty() => {
            let sections = all.iter().filter_map(|(name, section)| Some((name, section.as_object()?)));
            let told = |(name, section): (&String, &Map<String, Value>)| -> Vec<_> {
                let parts = parts(key, section).into_iter();
                parts.map(|(part, value)| (format!("{key}.{name}.{part}"), value.clone())).collect()
            };
            sections.flat_map(told).collect()
        }
        Value::Object(table) if !table.is_empty() => {
            let part = |(name, value): (&str, &Value)| match (key, value) {
                // Absences and limits are told by agent.
                ("rota", Value::Object(_)) => flat(&format!("{key}.{name}"), value),
                _ => vec![(format!("{key}.{name}"), value.clone())],
            };
            parts(key, table).into_iter().flat_map(part).collect()
        }
        _ => vec![(key.to_owned(), value.clone())],
    }
}

/// A section of a list: its parts below its name.
fn flat_named(key: &str, section: &Value) -> Vec<(String, Value)> {
    let name = section.get("name").and_then(Value::as_str).unwrap_or_default();
    let Some(table) = section.as_object() else { return Vec::new() };
    let parts = parts(key, table).into_iter().filter(|(part, _)| *part != "name");
    parts.map(|(part, value)| (format!("{key}.{name}.{part}"), value.clone())).collect()
}

/// The parts of a section in the order in which they are told.
fn parts<'a>(section: &str, table: &'a Map<String, Value>) -> Vec<(&'a str, &'a Value)> {
    let order = match section {
        "calendar" => calendar::KEYS.to_vec(),
        "sla" => sla::KEYS.to_vec(),
        "rota" => rota::KEYS.to_vec(),
        "plan" => plan::KEYS.to_vec(),
        _ => mail::keys_of(section).unwrap_or_default(),
    };
    let mut parts: Vec<_> = table.iter().map(|(key, value)| (key.as_str(), value)).collect();
    parts.sort_by_key(|(key, _)| order.iter().position(|o| o == key).unwrap_or(order.len()));
    parts
}

/// What differs between two values of a setting, part by part: key, before, after.
#[must_use]
pub fn differences(key: &str, from: &Value, to: &Value) -> Vec<(String, Value, Value)> {
    let (before, after) = (flat(key, from), flat(key, to));
    if before.len() == 1 && after.len() == 1 && before.iter().chain(&after).all(|(k, _)| k == key) {
        return vec![(key.to_owned(), from.clone(), to.clone())];
    }
    let held = |list: &[(String, Value)], key: &str| list.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
    let whole = |k: &str| k == key;
    let mut changes: Vec<(String, Value, Value)> = Vec::new();
    for (part, _) in before.iter().chain(&after).filter(|(k, _)| !whole(k)) {
        let (was, is) = (held(&before, part).unwrap_or_default(), held(&after, part).unwrap_or_default());
        if was != is && !changes.iter().any(|(k, ..)| k == part) {
            changes.push((part.clone(), was, is));
        }
    }
    if changes.is_empty() { vec![(key.to_owned(), from.clone(), to.clone())] } else { changes }
}

/// The shared settings as a file that can be edited and applied: every key with what it is for; those that nobody set
/// stand behind a `#` with their default or an example.
#[must_use]
pub fn write_shared(settings: &[(String, Value)]) -> String {
    let mut text = String::from(
        "# Settings that everybody of this desk shares. What stands here is set; what is taken out stays as it was.\n# A section that stands here replaces the one of the desk; [[sla]] sections all together, and [[mailbox]] ones.\n",
    );
    for setting in SHARED {
        let set = settings.iter().find(|(k, _)| k == setting.key).map(|(_, v)| v);
        let proposal = example_of(setting.key);
        text.push_str(&format!("\n# {}\n", setting.about));
        match (set.unwrap_or(&proposal), setting.form) {
            (Value::Object(table), Form::Signatures | Form::Maps | Form::Smtp | Form::Rota) => {
                text.push_str(&section_text(&format!("[{}]", setting.key), setting.key, table, set.is_none()));
            }
            (Value::Object(all), Form::Calendars | Form::Plans) => {
                let sections = all.iter().filter_map(|(name, section)| Some((name, section.as_object()?)));
                let section = |(name, section): (&String, &Map<String, Value>)| {
                    let head = format!("[{}.{}]", setting.key, toml_edit::Key::new(name));
                    section_text(&head, setting.key, section, set.is_none())
                };
                text.push_str(&sections.map(section).collect::<Vec<_>>().join("\n"));
            }
            (Value::Array(list), Form::Mailboxes | Form::Policies) if !list.is_empty() => {
                let tables: Vec<_> = list.iter().filter_map(Value::as_object).collect();
                let texts =
                    tables.iter().map(|t| section_text(&format!("[[{}]]", setting.key), setting.key, t, set.is_none()));
                text.push_str(&texts.collect::<Vec<_>>().join("\n"));
            }
            (value, _) => {
                let mark = if set.is_some() { "" } else { "# " };
                text.push_str(&format!("{mark}{} = {}\n", setting.key, as_toml(value)));
            }
        }
    }
    text
}

fn section_text(head: &str, key: &str, table: &Map<String, Value>, asleep: bool) -> String {
    let mark = if asleep { "# " } else { "" };
    let name = |key: &str| toml_edit::Key::new(key).to_string();
    let lines = parts(key, table).into_iter().map(|(k, v)| format!("{} = {}\n", name(k), as_toml(v)));
    let text = format!("{head}\n{}", lines.collect::<String>());
    text.split_inclusive('\n').map(|line| format!("{mark}{line}")).collect()
}

fn example_of(key: &str) -> Value {
    let server = "support%40acme.test@mail.acme.test";
    match key {
        "currency" => "EUR".into(),
        "details" => serde_json::json!({ "name": "Acme Ltd" }),
        "signatures" => serde_json::json!({ "default": "{agent}, {desk}" }),
        "default_calendar" => "office".into(),
        "calendar" => serde_json::json!({ "office": {
            "zone": "Europe/Berlin", "mon": ["09:00-13:00", "14:00-18:00"], "fri": ["09:00-17:00"],
            "holidays": ["2026-01-01..2026-01-08", "05-09"], "days": { "2026-11-07": ["09:00-16:00"] },
        } }),
        "sla" => serde_json::json!([{
            "name": "pro", "match": "plan:pro prio:high,urgent", "calendar": "office", "first_response": "4h",
            "next_response": "8h", "first_resolution": { "urgent": "8h", "high": "3 days" }, "full_resolution": "5 days",
            "pause": ["pending"], "warn": "80%",
        }]),
        "rota" => serde_json::json!({
            "mon": ["mila"], "tue": ["oleg", "mila"], "away": { "mila": ["2026-12-01..2026-12-14"] }, "limit": 15,
        }),
        "plan" => {
            serde_json::json!({ "pro": { "agents": ["mila"], "channels": ["email", "phone"], "about": "4 h a month" } })
        }
        "maps" => serde_json::json!({ "old-desk": "tickets\nCase=number\nstatus:Waiting=pending" }),
        "smtp" => {
            serde_json::json!({ "url": format!("smtps://{server}"), "from": "Acme support <support@acme.test>" })
        }
        "mailbox" => {
            serde_json::json!([{ "name": "support", "imap": format!("imaps://{server}/INBOX"), "sent": "Sent" }])
        }
        key => default_of(key),
    }
}

/// A value as TOML writes it, on one line unless a text has several.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Own;
    use serde_json::json;

    fn zones(name: &str) -> bool {
        name == "UTC" || name == "Europe/Moscow"
    }

    fn wrong(text: &str) -> Error {
        read_shared(text, "s.toml", &zones).unwrap_err()
    }

    #[test]
    fn a_mistake_in_a_file_is_named_with_line_and_column() {
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
    }

    #[test]
    fn a_mistake_inside_a_section_is_named_where_it_stands() {
        let one = "[[mailbox]]\nname = \"a\"\nimap = \"maildir:/x\"\n";
        for (text, what) in [
            (format!("{one}imp = 1\n"), "s.toml:4:1: there is no key imp in the mailbox a"),
            (format!("{one}since = 2026\n"), "s.toml:4:9: mailbox.a.since should be a day"),
            (format!("{one}\n[[mailbox]]\nname = \"b\"\n"), "s.toml:5:1: the mailbox b has no imap"),
            (format!("{one}\n{one}"), "s.toml:6:8: two mailboxes are called a"),
            ("mailbox = [\n  { name = \"a\", imap = 3 },\n]\n".to_owned(), "s.toml:2:24: mailbox.a.imap should be"),
            ("mailbox = [1]\n".to_owned(), "s.toml:1:12: mailbox should be sections"),
            ("[smtp]\nfrom = \"a@b.test\"\nurl.x = 1\n".to_owned(), "s.toml:3:"),
            ("smtp.from = 3\n".to_owned(), "s.toml:1:13: smtp.from should be a name and an address"),
            ("receipts = \"on\"\n".to_owned(), "s.toml:1:12: receipts should be true or false"),
            ("[signatures]\nmila = 3\n".to_owned(), "s.toml:2:8: signatures.mila should be a text"),
            ("[details]\na = \"b\"\npassword = \"x\"\n".to_owned(), "s.toml:3:1: password is refused"),
            ("[[mailbox]]\nx = [{ y = { Command = \"rm\" } }]\n".to_owned(), "s.toml:2:14: Command is refused"),
        ] {
            let e = wrong(&text);
            assert!(e.what.starts_with(what), "{text}: {}", e.what);
        }
    }

    #[test]
    fn hostile_toml_is_refused_with_a_place_and_at_once() {
        let deep = |n: usize| format!("details = {}1{}", "[".repeat(n), "]".repeat(n));
        for text in [
            deep(100_000),
            format!("x{} = 1", ".x".repeat(100_000)),
            format!("[x{}]", ".x".repeat(100_000)),
            format!("details = {}1{}", "{ x = ".repeat(10_000), "}".repeat(10_000)),
            "name = \"a\"\nname = \"b\"".to_owned(),
            "name = \"\u{0}\"".to_owned(),
            "name = nan".to_owned(),
            "reopen_days = 99999999999999999999".to_owned(),
            "mailbox = { a = 1 }\n[[mailbox]]".to_owned(),
            "x".repeat(2 << 20),
        ] {
            let e = wrong(&text);
            assert!(e.what.starts_with("s.toml:1:") || e.what.starts_with("s.toml:2:"), "{}", e.what);
            assert!(e.what.chars().count() < 300, "{}", e.what.chars().count());
        }
    }

    #[test]
    fn own_settings_and_secrets_are_refused_in_a_shared_file() {
        assert_eq!(
            wrong("lang = \"en\"\nme = \"mila\"\n").what,
            "s.toml:2:1: me is a setting of your own, not one of all"
        );
        for text in [
            "sendmail = \"/bin/sh\"",
            "password = \"x\"",
            "[passwords]\na = 1",
            "[details]\ncommand = \"rm\"",
            "[details.deep]\npassword = \"x\"",
            "[smtp]\nsendmail = \"x\"",
        ] {
            assert!(wrong(text).what.contains("refused in shared settings"), "{text}: {}", wrong(text).what);
        }
        assert!(Own::read("zone = 3", "c").is_err());
    }

    #[test]
    fn a_part_of_a_setting_is_changed_alone() {
        let both = json!([{ "name": "a", "imap": "maildir:/x" }, { "name": "b", "imap": "maildir:/y" }]);
        let set = [("mailbox".to_owned(), both)];
        let change = |key: &str, text: Option<&str>| changed(key, text, &set, &zones);
        let (key, value) = change("mailbox.b.sent", Some("false")).unwrap();
        assert_eq!(
            (key.as_str(), &value[1]),
            ("mailbox", &json!({ "name": "b", "imap": "maildir:/y", "sent": false }))
        );
        assert_eq!(change("mailbox.c.imap", Some("mbox:/z")).unwrap().1.as_array().unwrap().len(), 3);
        assert_eq!(change("mailbox.a", None).unwrap().1, json!([{ "name": "b", "imap": "maildir:/y" }]));
        assert_eq!(change("mailbox.a.since", Some("2026-11-01")).unwrap().1[0]["since"], "2026-11-01");
        assert!(change("mailbox.a.imap", None).unwrap_err().what.contains("has no imap"));
        assert!(change("mailbox.c.sent", Some("Sent")).unwrap_err().what.contains("has no imap"));
        assert!(change("mailbox.a", Some("x")).unwrap_err().hint.unwrap().contains("mailbox.a.imap"));
        assert_eq!(
            change("mailbox.a.imp", Some("x")).unwrap_err().hint.as_deref(),
            Some("did you mean mailbox.a.imap?")
        );
        let smtp = |key: &str, text| changed(key, text, &[], &zones);
        assert_eq!(smtp("smtp.from", Some("a@b.test")).unwrap().1, json!({ "from": "a@b.test" }));
        assert!(smtp("smtp.url", Some("smtps://b.test")).unwrap_err().hint.unwrap().contains("smtp.from"));
        assert_eq!(smtp("signatures.mila", Some("\"a\\nb\"")).unwrap().1, json!({ "mila": "a\nb" }));
        assert_eq!(smtp("signatures.mila", Some("a \"b\"")).unwrap().1, json!({ "mila": "a \"b\"" }));
        assert_eq!(smtp("details.x", None).unwrap().1, Value::Null);
        assert!(known("smtp.").is_err() && known("mailbox..imap").is_err() && known("zone.x").is_err());
    }

    #[test]
    fn what_changed_is_told_part_by_part() {
        let (was, is) = (json!([{ "name": "a", "imap": "x" }]), json!([{ "name": "a", "imap": "y", "done": "D" }]));
        let told = |from: &Value, to: &Value| -> Vec<String> {
            differences("mailbox", from, to).into_iter().map(|(k, a, b)| format!("{k} {a} {b}")).collect()
        };
        assert_eq!(told(&was, &is), ["mailbox.a.imap \"x\" \"y\"", "mailbox.a.done null \"D\""]);
        assert_eq!(told(&was, &Value::Null), ["mailbox.a.imap \"x\" null"]);
        assert_eq!(differences("zone", &Value::Null, &json!("UTC")), [("zone".to_owned(), Value::Null, json!("UTC"))]);
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let settings = vec![
            ("name".to_owned(), Value::from("Acme \"x\"")),
            ("reopen_days".to_owned(), 14.into()),
            ("details".to_owned(), json!({ "name": "ООО «Акме»", "a b": "1\n2" })),
            ("receipts".to_owned(), true.into()),
            ("signatures".to_owned(), json!({ "мила": "С уважением,\n{agent}\n\"\"\"\\", "default": "x" })),
            ("smtp".to_owned(), json!({ "from": "Acme <a@b.test>", "url": "smtps://a%40b.test@b.test", "plus": true })),
            (
                "mailbox".to_owned(),
                json!([{ "name": "a", "imap": "maildir:/x", "sent": false }, { "name": "b", "imap": "mbox:/y" }]),
            ),
        ];
        let mut again = read_shared(&write_shared(&settings), "x", &zones).unwrap();
        again.sort_by_key(|(k, _)| settings.iter().position(|(s, _)| s == k));
        assert_eq!(again, settings);
        assert_eq!(read_shared(&write_shared(&[]), "x", &zones).unwrap(), []);
        let woken = write_shared(&[]).replace("\n# ", "\n").replace("\n[", "\n# \n[");
        assert!(woken.contains("[[mailbox]]\nname = \"support\"\nimap = \"imaps://"), "{woken}");
    }
}
