//! The settings as they hold now, each with its origin.

use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::setting::Setting;
use crate::settings::{self, Origin, SHARED, Secret};
use serde_json::Value;

/// Every setting: shared ones in their order, tables key by key, then the own ones.
pub(super) fn all(desk: &mut Desk) -> Result<Vec<Setting>> {
    let mut rows = Vec::new();
    for s in SHARED {
        let (value, origin) = shared_now(desk, s.key)?;
        match value.as_object() {
            Some(table) if !table.is_empty() => {
                for (name, value) in table {
                    rows.push(shared_row(&format!("{}.{name}", s.key), value.clone(), origin, s.about));
                }
            }
            _ => rows.push(shared_row(s.key, value, origin, s.about)),
        }
    }
    rows.extend(own(desk));
    Ok(rows)
}

/// The setting of one key.
pub(super) fn one(desk: &mut Desk, key: &str) -> Result<Setting> {
    if settings::shared(key).is_some() {
        let (value, origin) = shared_now(desk, key)?;
        return Ok(shared_row(key, value, origin, ""));
    }
    if let Some(found) = all(desk)?.into_iter().find(|s| s.key == key) {
        return Ok(found);
    }
    let known = settings::is_own(key)
        || key.split_once('.').is_some_and(|(table, name)| table == "details" && !name.is_empty());
    Err(if known { Error::missing(format!("{key} is not set")).hint("desk config ls") } else { settings::unknown(key) })
}

fn shared_row(key: &str, value: Value, origin: Origin, about: &'static str) -> Setting {
    Setting { key: key.to_owned(), value, scope: "shared", origin: origin.word(), about }
}

fn shared_now(desk: &mut Desk, key: &str) -> Result<(Value, Origin)> {
    let set = if desk.exists()? { desk.read(|r| r.settings())? } else { Vec::new() };
    let overriding = if key == "zone" { desk.host.variable("DESK_ZONE") } else { None };
    Ok(match (overriding, set.into_iter().find(|(k, _)| k == key)) {
        (Some(zone), _) => (zone.into(), Origin::Environment),
        (None, Some((_, value))) => (value, Origin::Desk),
        (None, None) => (settings::default_of(key), Origin::Default),
    })
}

fn own(desk: &Desk) -> Vec<Setting> {
    let mut rows = Vec::new();
    let mut say = |key: &str, value: Value, origin: Origin, about| {
        rows.push(Setting { key: key.to_owned(), value, scope: "own", origin: origin.word(), about });
    };
    say("me", desk.me.clone().into(), desk.me_from, "the agent you are");
    say("desk", desk.where_it_is().into(), desk.place_from, "the desk that commands work on");
    let (color, origin) = match (&desk.own.color, desk.host.variable("NO_COLOR")) {
        (None, Some(_)) => ("never".to_owned(), Origin::Environment),
        (None, None) => ("auto".to_owned(), Origin::Default),
        (Some(set), _) => (set.clone(), Origin::File),
    };
    say("color", color.into(), origin, "auto, always or never");
    for (name, place) in &desk.own.desks {
        say(&format!("desks.{name}"), settings::without_password(place).into(), Origin::File, "a desk by its name");
    }
    for (name, Secret { command, env }) in &desk.own.passwords {
        for (kind, value) in [("command", command), ("env", env)] {
            if let Some(value) = value {
                say(
                    &format!("passwords.{name}.{kind}"),
                    value.clone().into(),
                    Origin::File,
                    "where a password comes from",
                );
            }
        }
    }
    for (word, meaning) in &desk.own.alias {
        say(&format!("alias.{word}"), meaning.clone().into(), Origin::File, "a word of your own");
    }
    rows
}
