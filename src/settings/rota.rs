//! The settings of duty: what may stand in `[rota]`, and the rota that it makes. Whether the team knows the names is told
//! elsewhere: a new desk has no team yet.

use super::calendar::WEEKDAYS;
use super::check::{should_be, typed};
use super::places::{Step, Wrong};
use crate::domain::agent::{is_name, same};
use crate::domain::calendar::read_day;
use crate::domain::nearest::nearest;
use crate::domain::refusal::Refusal;
use crate::domain::rota::{Days, Rota, Turns, joined};
use crate::domain::time::{Date, monday};
use crate::error::{Error, Kind, Result};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Keys of the section in their order.
pub(super) const KEYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun", "weeks", "from", "away", "limit"];

/// The key of the limit of all who have none of their own.
const OTHERS: &str = "default";

/// So many open tickets may be the most.
const HIGHEST: i64 = 100_000;

type Checked<T> = std::result::Result<T, Wrong>;

/// Whether this can be the rota of a desk.
pub(super) fn check_rota(value: &Value) -> Checked<()> {
    read(value).map(drop)
}

/// The rota of a kept setting; nobody's turn where none is set.
///
/// ```
/// use frontdesk::settings::rota::rota;
/// let set = serde_json::json!({ "mon": ["mila"], "away": { "mila": ["2026-11-23"] }, "limit": 15 });
/// let rota = rota(&set).unwrap();
/// assert_eq!(rota.duty("2026-11-16".parse().unwrap()).on, ["mila"]);
/// assert!(rota.duty("2026-11-23".parse().unwrap()).on.is_empty());
/// assert_eq!(rota.limit_of("mila"), Some(15));
/// ```
///
/// # Errors
/// Where a newer version has set what this one does not understand.
pub fn rota(value: &Value) -> Result<Rota> {
    let odd = |wrong: Wrong| Error { kind: Kind::Refused, ..wrong.error };
    if value.is_null() { Ok(Rota::default()) } else { read(value).map_err(odd) }
}

fn read(value: &Value) -> Checked<Rota> {
    let Some(table) = value.as_object() else {
        return Err(Wrong::value(should_be("rota", "a section that begins with [rota]", value)));
    };
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(Wrong::key(unknown, no_such(unknown)));
    }
    let part = |key: &str| table.get(key).map(|value| (format!("rota.{key}"), value));
    let at = |key: &'static str| move |w: Wrong| w.below(key);
    let (limits, limit) = match part("limit") {
        Some((key, value)) => limits(&key, value).map_err(at("limit"))?,
        None => (BTreeMap::new(), None),
    };
    let away = part("away").map(|(key, value)| absences(&key, value)).transpose().map_err(at("away"))?;
    Ok(Rota { turns: turns(table)?, away: away.unwrap_or_default(), limits, limit, left: Vec::new() })
}

fn turns(table: &Map<String, Value>) -> Checked<Turns> {
    let of = |key: &'static str| match table.get(key) {
        Some(value) => agents(&format!("rota.{key}"), value).map_err(|w| w.below(key)),
        None => Ok(Vec::new()),
    };
    let mut days: [Vec<String>; 7] = Default::default();
    for (key, names) in WEEKDAYS.into_iter().zip(&mut days) {
        *names = of(key)?;
        each_once(&format!("rota.{key}"), names).map_err(|w| w.below(key))?;
    }
    let from = table.get("from").map(first_monday).transpose().map_err(|w| w.below("from"))?;
    let names = of("weeks")?;
    if !table.contains_key("weeks") {
        return Ok(if days.iter().all(Vec::is_empty) { Turns::None } else { Turns::ByDay(days) });
    }
    if WEEKDAYS.iter().any(|day| table.contains_key(*day)) {
        let error = Error::usage("a rota goes by weekday or week by week, not both ways")
            .hint("leave out weeks and from, or mon … sun");
        return Err(Wrong::key("weeks", error));
    }
    if names.is_empty() {
        let error = Error::usage("rota.weeks names nobody").hint("weeks = [\"mila\", \"oleg\"], one after the other");
        return Err(Wrong::value(error).below("weeks"));
    }
    let Some(from) = from else {
        let error = Error::usage("rota.weeks: which week is that of the first name?")
            .hint("from = \"2026-11-02\", its Monday; typed, that goes first: desk config set rota.from 2026-11-02");
        return Err(Wrong::key("weeks", error));
    };
    Ok(Turns::ByWeek { names, from })
}

fn no_such(key: &str) -> Error {
    let hint = nearest(key, KEYS.iter().copied())
        .map_or_else(|| format!("known are: {}", KEYS.join(" ")), |near| format!("did you mean {near}?"));
    Error::usage(format!("there is no key {key} in the rota")).hint(hint)
}

/// A list of agents.
pub(super) fn agents(key: &str, value: &Value) -> Checked<Vec<String>> {
    let should = "a list of agents, like [\"mila\"]";
    let list = value.as_array().ok_or_else(|| Wrong::value(should_be(key, should, value)))?;
    let name = |(n, item): (usize, &Value)| {
        let named = item.as_str().filter(|name| is_name(name)).map(str::to_owned);
        named.ok_or_else(|| Wrong::value(should_be(key, should, item)).inside(Step::Item(n)))
    };
    list.iter().enumerate().map(name).collect()
}

/// Whether nobody stands in a list twice. In the turn of weeks somebody may: he has more of them.
pub(super) fn each_once(key: &str, names: &[String]) -> Checked<()> {
    let twice = |(n, name): &(usize, &String)| names.iter().take(*n).any(|before| same(before, name));
    match names.iter().enumerate().find(twice) {
        Some((n, name)) => {
            let error = Error::usage(format!("{key}: {name} stands there already")).hint("name each agent once");
            Err(Wrong::value(error).inside(Step::Item(n)))
        }
        None => Ok(()),
    }
}

/// Whether the rota names nobody for whom `stranger` has an error.
///
/// # Errors
/// The first of them.
pub fn team(value: &Value, stranger: &dyn Fn(&str) -> Option<Error>) -> Result<()> {
    strangers(value, stranger).map_err(|wrong| wrong.error)
}

/// The same, and on which step of the setting he stands.
pub(super) fn strangers(value: &Value, stranger: &dyn Fn(&str) -> Option<Error>) -> Checked<()> {
    for key in WEEKDAYS.into_iter().chain(["weeks"]) {
        for (n, name) in value.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
            if let Some(error) = name.as_str().and_then(stranger) {
                return Err(Wrong::value(error).inside(Step::Item(n)).below(key));
            }
        }
    }
    for key in ["away", "limit"] {
        for name in value.get(key).and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            if let Some(error) = stranger(name).filter(|_| name != OTHERS) {
                return Err(Wrong::key(name, error).below(key));
            }
        }
    }
    Ok(())
}

fn first_monday(value: &Value) -> Checked<Date> {
    let should =
        || Wrong::value(should_be("rota.from", "the Monday of the first name's week, like \"2026-11-02\"", value));
    let day = value.as_str().and_then(read_day).ok_or_else(should)?;
    if monday(day) == day {
        return Ok(day);
    }
    let error = Error::usage(format!("rota.from: {day} is a {}, and weeks begin on Monday", day.format("%A")));
    Err(Wrong::value(error.hint(format!("from = \"{}\"", monday(day)))))
}

fn absences(key: &str, value: &Value) -> Checked<BTreeMap<String, Vec<Days>>> {
    let should = "absences by agent, like { mila = [\"2026-12-01..2026-12-14\"] }";
    let table = value.as_object().ok_or_else(|| Wrong::value(should_be(key, should, value)))?;
    let mut away = BTreeMap::new();
    for (name, value) in table {
        known_once(key, name, table)?;
        let key = format!("{key}.{name}");
        let should = "a list of days, like [\"2026-12-01..2026-12-14\", \"2026-12-24\"]";
        let list = value.as_array().ok_or_else(|| Wrong::value(should_be(&key, should, value)).below(name))?;
        let mut days = Vec::with_capacity(list.len());
        for (n, item) in list.iter().enumerate() {
            let wrong = |error: Error| Wrong::value(error).inside(Step::Item(n)).below(name);
            let text = item.as_str().ok_or_else(|| wrong(should_be(&key, should, item)))?;
            days.push(Days::read(text).map_err(|refusal| wrong(refused(&key, &refusal)))?);
        }
        away.insert(name.clone(), joined(&days));
    }
    Ok(away)
}

fn refused(key: &str, refusal: &Refusal) -> Error {
    let error = Error::usage(format!("{key}: {refusal}"));
    match refusal.hint() {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Whether a key is the name of an agent, and names him alone.
fn known_once(key: &str, name: &str, table: &Map<String, Value>) -> Checked<()> {
    if !is_name(name) {
        let error =
            Error::usage(format!("{key}: {name:?} cannot be the name of an agent")).hint("letters, digits and - _ .");
        return Err(Wrong::key(name, error));
    }
    match table.keys().find(|other| same(other, name)).filter(|first| *first != name) {
        Some(first) => Err(Wrong::key(name, Error::usage(format!("{key}: {name} and {first} are the same agent")))),
        None => Ok(()),
    }
}

/// One for all, or by agent; `default` is for all others.
fn limits(key: &str, value: &Value) -> Checked<(BTreeMap<String, i64>, Option<i64>)> {
    let should = "how many open tickets he gets at most: 15, or by agent { mila = 10, default = 15 }";
    let number = |key: &str, value: &Value| {
        let fits = value.as_i64().filter(|n| (0..=HIGHEST).contains(n));
        fits.ok_or_else(|| Wrong::value(should_be(key, should, value)))
    };
    let Some(table) = value.as_object() else { return Ok((BTreeMap::new(), Some(number(key, value)?))) };
    let mut limits = BTreeMap::new();
    let mut others = None;
    for (name, value) in table {
        known_once(key, name, table)?;
        let most = number(&format!("{key}.{name}"), value).map_err(|w| w.below(name))?;
        if name == OTHERS {
            others = Some(most);
        } else {
            limits.insert(name.clone(), most);
        }
    }
    Ok((limits, others))
}

/// Whether a part of the setting can have this name: `mon`, `away.mila`, `limit.mila`.
pub(super) fn known(rest: &str) -> Result<()> {
    let (key, name) = rest.split_once('.').map_or((rest, None), |(key, name)| (key, Some(name)));
    match name {
        _ if !KEYS.contains(&key) => Err(no_such(key)),
        Some(name) if matches!(key, "away" | "limit") && is_name(name) => Ok(()),
        Some(_) => Err(no_such(rest)),
        None => Ok(()),
    }
}

/// The rota with a part changed, or taken out: `mon`, `away.mila`, `limit.mila`.
pub(super) fn change(whole: Value, rest: &str, text: Option<&str>) -> Value {
    let mut table = match whole {
        Value::Object(table) => table,
        _ => Map::new(),
    };
    let (key, name) = rest.split_once('.').map_or((rest, None), |(key, name)| (key, Some(name)));
    match (name, text) {
        (None, Some(text)) => drop(table.insert(key.to_owned(), typed_field(key, text))),
        (None, None) => drop(table.remove(key)),
        (Some(name), text) => {
            // What was the limit of all is that of all others, once somebody has his own.
            let mut some = match table.remove(key) {
                Some(Value::Object(some)) => some,
                Some(all) => json!({ OTHERS: all }).as_object().cloned().unwrap_or_default(),
                None => Map::new(),
            };
            let held = some.keys().find(|known| same(known, name)).cloned().unwrap_or_else(|| name.to_owned());
            match text {
                Some(text) => drop(some.insert(held, typed_field(if key == "away" { "mon" } else { key }, text))),
                None => drop(some.remove(&held)),
            }
            if !some.is_empty() {
                table.insert(key.to_owned(), some.into());
            }
        }
    }
    table.into()
}

/// A value that was typed for a key: TOML, or words for a list.
fn typed_field(key: &str, text: &str) -> Value {
    let list = || text.split([',', ' ']).filter(|word| !word.is_empty()).map(Value::from).collect::<Value>();
    match key {
        "from" => text.into(),
        "away" | "limit" => typed(text).unwrap_or_else(|| text.into()),
        _ => typed(text).filter(Value::is_array).unwrap_or_else(list),
    }
}

/// The setting with other absences of an agent; none takes him out.
///
/// ```
/// use frontdesk::domain::rota::Days;
/// use frontdesk::settings::rota::with_absences;
/// use serde_json::json;
/// let days = [Days::read("2026-12-01..2026-12-14").unwrap()];
/// let set = with_absences(&json!({ "mon": ["Mila"] }), "mila", &days);
/// assert_eq!(set, json!({ "mon": ["Mila"], "away": { "mila": ["2026-12-01..2026-12-14"] } }));
/// assert_eq!(with_absences(&set, "MILA", &[]), json!({ "mon": ["Mila"] }));
/// ```
#[must_use]
pub fn with_absences(whole: &Value, name: &str, days: &[Days]) -> Value {
    let list = Value::from(days.iter().map(Days::to_string).collect::<Vec<_>>()).to_string();
    let changed = change(whole.clone(), &format!("away.{name}"), Some(list.as_str()).filter(|_| !days.is_empty()));
    if changed.as_object().is_some_and(Map::is_empty) { Value::Null } else { changed }
}

#[cfg(test)]
mod tests {
    use super::super::{changed, differences, flat, known, read_shared, write_shared};
    use super::*;

    const TEAM: &str = "[rota]\nmon = [\"mila\"]\ntue = [\"oleg\", \"mila\"]\n\
        away = { mila = [\"2026-12-01..2026-12-14\", 2026-12-24] }\nlimit = { mila = 10, default = 15 }\n";

    fn team() -> Value {
        read_shared(TEAM, "x", &|_| true).unwrap().remove(0).1
    }

    #[test]
    fn a_section_becomes_a_rota() {
        let rota = rota(&team()).unwrap();
        assert_eq!(rota.duty("2026-11-17".parse().unwrap()).on, ["oleg", "mila"]);
        assert_eq!(rota.duty("2026-12-07".parse().unwrap()).on, ["oleg"]);
        assert_eq!([rota.limit_of("Mila"), rota.limit_of("oleg")], [Some(10), Some(15)]);
        let weeks = read_shared("[rota]\nweeks = [\"mila\", \"oleg\"]\nfrom = 2026-11-02\n", "x", &|_| true).unwrap();
        assert_eq!(super::rota(&weeks[0].1).unwrap().duty("2026-11-12".parse().unwrap()).on, ["oleg"]);
    }

    #[test]
    fn a_mistake_is_named_where_it_stands() {
        for (text, what) in [
            ("[rota]\nmonday = [\"mila\"]\n", "s.toml:2:1: there is no key monday in the rota"),
            ("[rota]\nmon = \"mila\"\n", "s.toml:2:7: rota.mon should be a list of agents"),
            ("[rota]\nmon = [\"mila\", \"two words\"]\n", "s.toml:2:16: rota.mon should be a list of agents"),
            ("[rota]\nmon = [\"mila\", \"oleg\", \"Mila\"]\n", "s.toml:2:24: rota.mon: Mila stands there already"),
            ("[rota]\nweeks = []\nfrom = 2026-11-02\n", "s.toml:2:9: rota.weeks names nobody"),
            ("[rota]\nmon = [\"me\"]\n", "s.toml:2:8: rota.mon should be a list of agents"),
            (
                "[rota]\naway = { mila = [\"2026-02-30\"] }\n",
                "s.toml:2:18: rota.away.mila: \"2026-02-30\" is impossible: there is no such day",
            ),
            (
                "[rota]\n[rota.away]\nmila = [\"2026-12-24\", \"2026-12-14..2026-12-01\"]\n",
                "s.toml:3:23: rota.away.mila: \"2026-12-14..2026-12-01\" is impossible: it ends before it begins",
            ),
            ("[rota]\naway = { mila = \"2026-12-24\" }\n", "s.toml:2:17: rota.away.mila should be a list of days"),
            ("[rota]\naway = [\"mila\"]\n", "s.toml:2:8: rota.away should be absences by agent"),
            ("[rota]\naway = { \"a b\" = [] }\n", "s.toml:2:10: rota.away: \"a b\" cannot be the name of an agent"),
            ("[rota]\naway = { Mila = [], mila = [] }\n", "s.toml:2:21: rota.away: mila and Mila are the same agent"),
            ("[rota]\nlimit = -1\n", "s.toml:2:9: rota.limit should be how many"),
            ("[rota]\nlimit = { mila = \"ten\" }\n", "s.toml:2:18: rota.limit.mila should be how many"),
            ("[rota]\nweeks = [\"mila\"]\n", "s.toml:2:1: rota.weeks: which week is that of the first name?"),
            ("[rota]\nweeks = [\"mila\"]\nfrom = \"2026-11-03\"\n", "s.toml:3:8: rota.from: 2026-11-03 is a Tuesday"),
            ("[rota]\nfrom = \"soon\"\n", "s.toml:2:8: rota.from should be the Monday"),
            (
                "[rota]\nmon = []\nweeks = [\"a\"]\nfrom = 2026-11-02\n",
                "s.toml:3:1: a rota goes by weekday or week by week",
            ),
            ("rota = 3\n", "s.toml:1:8: rota should be a section"),
        ] {
            let e = read_shared(text, "s.toml", &|_| true).unwrap_err();
            assert!(e.what.starts_with(what), "{text}: {}", e.what);
        }
        let hint = |text: &str| read_shared(text, "s.toml", &|_| true).unwrap_err().hint.unwrap();
        assert_eq!(hint("[rota]\nmno = []\n"), "did you mean mon?");
        assert_eq!(hint("[rota]\nweeks = [\"a\"]\nfrom = \"2026-11-03\"\n"), "from = \"2026-11-02\"");
    }

    #[test]
    fn a_part_is_changed_alone() {
        let set = [("rota".to_owned(), team())];
        let change = |key: &str, text: Option<&str>| changed(key, text, &set, &|_| true);
        assert_eq!(change("rota.wed", Some("mila,oleg")).unwrap().1["wed"], json!(["mila", "oleg"]));
        assert_eq!(
            change("rota.away.oleg", Some("2026-12-24 2026-12-31")).unwrap().1["away"]["oleg"],
            json!(["2026-12-24", "2026-12-31"])
        );
        assert_eq!(change("rota.away.mila", None).unwrap().1.get("away"), None);
        assert_eq!(
            change("rota.limit.oleg", Some("3")).unwrap().1["limit"],
            json!({ "mila": 10, "default": 15, "oleg": 3 })
        );
        assert_eq!(change("rota.limit", Some("7")).unwrap().1["limit"], 7);
        let all = [("rota".to_owned(), json!({ "limit": 7 }))];
        assert_eq!(
            changed("rota.limit.mila", Some("3"), &all, &|_| true).unwrap().1["limit"],
            json!({ "default": 7, "mila": 3 })
        );
        assert_eq!(changed("rota.limit", None, &all, &|_| true).unwrap().1, Value::Null);
        assert!(
            change("rota.away.mila", Some("2026-02-30")).is_err() && change("rota.limit.mila", Some("many")).is_err()
        );
        assert_eq!(change("rota.mnday", Some("mila")).unwrap_err().kind, Kind::Usage);
        assert!(known("rota.mon.mila").is_err() && known("rota.away.mila").is_ok() && known("rota.mon").is_ok());
    }

    #[test]
    fn it_is_written_as_it_is_read_and_told_part_by_part() {
        let set = vec![("rota".to_owned(), team())];
        let text = write_shared(&set);
        assert!(text.contains("\n[rota]\nmon = [\"mila\"]\ntue = [\"oleg\", \"mila\"]\n"), "{text}");
        assert_eq!(read_shared(&text, "x", &|_| true).unwrap(), set);
        let keys: Vec<String> = flat("rota", &team()).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["rota.mon", "rota.tue", "rota.away.mila", "rota.limit.default", "rota.limit.mila"]);
        let away = differences("rota", &team(), &with_absences(&team(), "mila", &[]));
        assert_eq!(away.iter().map(|(key, ..)| key.as_str()).collect::<Vec<_>>(), ["rota.away.mila"]);
    }
}
