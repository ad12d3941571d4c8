//! The settings as they hold now, each with its origin.

use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::setting::Setting;
use crate::settings::{self, Origin, SHARED, Source};
use serde_json::Value;

/// Every setting: shared ones in their order, tables key by key, then the own ones.
pub(super) fn all(desk: &mut Desk) -> Result<Vec<Setting>> {
    let mut rows = Vec::new();
    for s in SHARED {
        let (value, origin) = shared_now(desk, s.key)?;
        for (key, value) in settings::flat(s.key, &value) {
            rows.push(shared_row(&key, value, origin, s.about));
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
    let not_set = || Error::missing(format!("{key} is not set")).hint("desk config ls");
    if let Some((section, rest)) = key.split_once('.').filter(|(section, _)| settings::shared(section).is_some()) {
        settings::known(key)?;
        let (whole, origin) = shared_now(desk, section)?;
        let value = settings::at(section, &whole, rest);
        return if value.is_null() { Err(not_set()) } else { Ok(shared_row(key, value, origin, "")) };
    }
    let found = own(desk).into_iter().find(|s| s.key == key);
    found.ok_or_else(|| if settings::is_own(key) { not_set() } else { settings::unknown(key) })
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
    if let Some(program) = &desk.own.sendmail {
        say("sendmail", program.clone().into(), Origin::File, "the program that mail is given to, instead of a server");
    }
    for (name, source) in &desk.own.passwords {
        let (kind, value) = source.said();
        let value = if *source == Source::Keyring { true.into() } else { value.into() };
        say(&format!("passwords.{name}.{kind}"), value, Origin::File, "where a password comes from");
    }
    for (word, meaning) in &desk.own.alias {
        say(&format!("alias.{word}"), meaning.clone().into(), Origin::File, "a word of your own");
    }
    rows
}
