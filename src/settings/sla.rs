//! The settings of promises: what may stand in `[[sla]]`, and the policies that its sections make. Whether a calendar that they
//! name is there is known once all settings are.

mod which;

use super::calendar;
use super::check::{should_be, typed};
use super::places::{Step, Wrong};
use crate::domain::nearest::nearest;
use crate::domain::refusal::Refusal;
use crate::domain::search::Query;
use crate::domain::sla::{Kind as Promised, Pause, Policy, Target, Targets};
use crate::domain::ticket::Priority;
use crate::error::{Error, Kind, Result};
use serde_json::{Map, Value, json};

pub use which::read_match;
use which::{allows, contradiction, covers};

/// Keys of a policy in their order.
pub(super) const KEYS: &[&str] = &[
    "name",
    "match",
    "calendar",
    "first_response",
    "next_response",
    "first_resolution",
    "full_resolution",
    "pause",
    "quiet",
    "warn",
];

/// The calendar that is there without being set.
const ALWAYS: &str = "24x7";

type Checked<T> = std::result::Result<T, Wrong>;

/// Whether these can be the promises of a desk, in their order.
pub(super) fn check_policies(value: &Value) -> Checked<()> {
    let sections = "sections that begin with [[sla]]";
    let Some(list) = value.as_array() else { return Err(Wrong::value(should_be("sla", sections, value))) };
    let mut read: Vec<Policy> = Vec::new();
    for (n, item) in list.iter().enumerate() {
        let inside = |w: Wrong| w.inside(Step::Item(n));
        let section = item.as_object().ok_or_else(|| inside(Wrong::value(should_be("sla", sections, item))))?;
        let policy = policy(section).and_then(|policy| reached(&read, &policy).map(|()| policy)).map_err(inside)?;
        read.push(policy);
    }
    Ok(())
}

/// Whether a policy can match where others stand before it.
fn reached(before: &[Policy], policy: &Policy) -> Checked<()> {
    let name = &policy.name;
    if before.iter().any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        let error = Error::usage(format!("two policies are called {name}")).hint("give each a name of its own");
        return Err(Wrong::value(error).below("name"));
    }
    if let Some(why) = contradiction(&policy.matches) {
        let error = Error::usage(format!("the policy {name} can never match: {why}"));
        let hint = "conditions all hold at once; any of several: prio:high,urgent";
        return Err(Wrong::value(error.hint(hint)).below("match"));
    }
    let Some(taker) = before.iter().find(|other| covers(&other.matches, &policy.matches)) else { return Ok(()) };
    let why = match taker.matches.is_empty() {
        true => format!("{} stands before it and takes every ticket", taker.name),
        false => format!("{} stands before it and takes all that it would", taker.name),
    };
    let hint = format!("put {name} before {}, or narrow the match of {}", taker.name, taker.name);
    let wrong = Wrong::value(Error::usage(format!("the policy {name} can never match: {why}")).hint(hint));
    Err(if policy.matches.is_empty() { wrong } else { wrong.below("match") })
}

fn policy(section: &Map<String, Value>) -> Checked<Policy> {
    let name = section.get("name").and_then(Value::as_str).unwrap_or_default();
    let called = if name.is_empty() { "a policy".to_owned() } else { format!("the policy {name}") };
    let key = format!("sla.{}", if name.is_empty() { "NAME" } else { name });
    if let Some(unknown) = section.keys().find(|k| !KEYS.contains(&k.as_str())) {
        return Err(Wrong::key(unknown, no_such(&called, unknown, KEYS)));
    }
    match section.get("name") {
        Some(name) if name.as_str().is_some_and(plain_name) => {}
        Some(name) => {
            return Err(
                Wrong::value(should_be("the name of a policy", "a plain word, like \"pro\"", name)).below("name")
            );
        }
        None => return Err(Wrong::value(Error::usage("a policy has no name").hint("name = \"pro\""))),
    }
    // What a key says, and where it is wrong.
    let said = |name: &'static str| section.get(name).map(|value| (format!("{key}.{name}"), value));
    let at = |name: &'static str| move |w: Wrong| w.below(name);
    let mut targets = Targets::default();
    for kind in Promised::ALL {
        if let Some((key, value)) = said(kind.word()) {
            set_targets(&mut targets, kind, &key, value).map_err(at(kind.word()))?;
        }
    }
    if targets.is_empty() {
        let hint = format!("desk config set {key}.first_response 4h, or first_response = \"4h\" in the file");
        return Err(Wrong::value(Error::usage(format!("{called} promises nothing")).hint(hint)));
    }
    let matches = said("match").map(|(key, value)| matched(&key, value)).transpose().map_err(at("match"))?;
    for kind in Promised::ALL {
        if let (Some((key, Value::Object(table))), Some(matches)) = (said(kind.word()), &matches) {
            applies(&called, &key, table, matches).map_err(at(kind.word()))?;
        }
    }
    let calendar = said("calendar").map(|(key, value)| word(&key, value)).transpose().map_err(at("calendar"))?;
    let warn = said("warn").map(|(key, value)| percent(&key, value)).transpose().map_err(at("warn"))?;
    let (pending, hold) = pauses(&key, section)?;
    Ok(Policy {
        name: name.to_owned(),
        matches: matches.unwrap_or_default(),
        calendar,
        targets,
        pending,
        hold,
        warn: warn.unwrap_or(Policy::WARN),
    })
}

fn no_such(called: &str, key: &str, keys: &[&str]) -> Error {
    let hint = nearest(key, keys.iter().copied())
        .map_or_else(|| format!("known are: {}", keys.join(" ")), |near| format!("did you mean {near}?"));
    Error::usage(format!("there is no key {key} in {called}")).hint(hint)
}

fn plain_name(text: &str) -> bool {
    let letters = |t: &str| t.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    !text.is_empty() && text.chars().count() <= 40 && !text.starts_with('-') && letters(text)
}

fn word(key: &str, value: &Value) -> Checked<String> {
    let text = value.as_str().filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| Wrong::value(should_be(key, "the name of a calendar, like \"office\"", value)))?;
    Ok(text.to_owned())
}

fn refused(key: &str, refusal: &Refusal) -> Wrong {
    let error = Error::usage(format!("{key}: {refusal}"));
    Wrong::value(match refusal.hint() {
        Some(hint) => error.hint(hint),
        None => error,
    })
}

/// One target for all, or one for each of some priorities.
fn set_targets(targets: &mut Targets, kind: Promised, key: &str, value: &Value) -> Checked<()> {
    let should = "a time, like \"4h\", or one for each priority: { urgent = \"4h\", high = \"1 day\" }";
    let read = |key: &str, text: &str| Target::read(text).map_err(|refusal| refused(key, &refusal));
    match value {
        Value::String(text) => targets.set(kind, read(key, text)?, Priority::ALL),
        Value::Object(table) if !table.is_empty() => {
            for (name, value) in table {
                let priority = Priority::of(name).ok_or_else(|| Wrong::key(name, no_such(key, name, PRIORITIES)))?;
                let key = format!("{key}.{name}");
                let text = value.as_str().ok_or_else(|| Wrong::value(should_be(&key, "a time, like \"4h\"", value)));
                let target = text.and_then(|text| read(&key, text)).map_err(|w| w.below(name))?;
                targets.set(kind, target, &[priority]);
            }
        }
        _ => return Err(Wrong::value(should_be(key, should, value))),
    }
    Ok(())
}

/// Whether each of the priorities that have a target of their own can be that of a ticket which the policy is for.
fn applies(called: &str, key: &str, table: &Map<String, Value>, matches: &Query) -> Checked<()> {
    // What can never match at all is told as that.
    if contradiction(matches).is_some() {
        return Ok(());
    }
    let never = |name: &&String| Priority::of(name).is_some_and(|priority| !allows(matches, priority));
    match table.keys().find(never) {
        Some(name) => {
            let error =
                Error::usage(format!("{key}.{name} can never apply: the match of {called} leaves out prio:{name}"));
            Err(Wrong::key(name, error.hint(format!("take {name} out here, or put it into the match"))))
        }
        None => Ok(()),
    }
}

const PRIORITIES: &[&str] = &["low", "normal", "high", "urgent"];

fn percent(key: &str, value: &Value) -> Checked<i64> {
    let number = value.as_str().and_then(|text| text.trim().strip_suffix('%')).map(str::trim_end);
    let plain = number.filter(|n| n.len() <= 3 && n.bytes().all(|b| b.is_ascii_digit()));
    let percent = plain.and_then(|n| n.parse().ok()).filter(|n| (1..=100).contains(n));
    percent.ok_or_else(|| Wrong::value(should_be(key, "a part of the target from \"1%\" to \"100%\"", value)))
}

/// What pending and hold do. Pending is left out where nothing else is said of it.
fn pauses(key: &str, section: &Map<String, Value>) -> Checked<(Pause, Pause)> {
    let mut found = [None; 2];
    for (name, pause) in [("pause", Pause::LeftOut), ("quiet", Pause::Quiet)] {
        let Some(value) = section.get(name) else { continue };
        let should = || should_be(&format!("{key}.{name}"), "a list of \"pending\" and \"hold\"", value);
        let list = value.as_array().ok_or_else(|| Wrong::value(should()).below(name))?;
        for (n, item) in list.iter().enumerate() {
            let wrong = |error: Error| Wrong::value(error).inside(Step::Item(n)).below(name);
            let place = ["pending", "hold"].iter().position(|status| item.as_str() == Some(status));
            let place = place.and_then(|place| found.get_mut(place)).ok_or_else(|| wrong(should()))?;
            if place.is_some_and(|other| other != pause) {
                let what = format!("{key}.{name}: {item} stands in pause already");
                let hint = "pause leaves the time out, quiet counts it without a warning: choose one";
                return Err(wrong(Error::usage(what).hint(hint)));
            }
            *place = Some(pause);
        }
    }
    let [pending, hold] = found;
    let unsaid = if section.contains_key("pause") { Pause::Counts } else { Pause::LeftOut };
    Ok((pending.unwrap_or(unsaid), hold.unwrap_or_default()))
}

fn matched(key: &str, value: &Value) -> Checked<Query> {
    let text = value
        .as_str()
        .ok_or_else(|| Wrong::value(should_be(key, "a query, like \"plan:pro prio:high,urgent\"", value)))?;
    read_match(text).map_err(|refusal| refused(key, &refusal))
}

/// The policies of a kept setting, in their order.
///
/// ```
/// use frontdesk::settings::sla::policies;
/// let set = serde_json::json!([{ "name": "pro", "match": "plan:pro", "first_response": "4h" }, { "name": "all", "first_response": "2 days" }]);
/// let names: Vec<String> = policies(&set).unwrap().into_iter().map(|policy| policy.name).collect();
/// assert_eq!(names, ["pro", "all"]);
/// ```
///
/// # Errors
/// Where a newer version has set what this one does not understand.
pub fn policies(value: &Value) -> Result<Vec<Policy>> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |section: &Value| {
        let section = section.as_object().ok_or_else(|| should_be("sla", "sections", section))?;
        policy(section).map_err(|wrong| wrong.error)
    };
    let odd = |e: Error| Error { kind: Kind::Refused, ..e };
    list.iter().map(|section| read(section).map_err(odd)).collect()
}

/// Whether every policy has a calendar, once what is wanted is set.
///
/// # Errors
/// Where one names a calendar that is not there, or names none and the desk has several of which none is its own.
pub fn agree(set: &[(String, Value)], wanted: &[(String, Value)]) -> Result<()> {
    agreed(set, wanted).map_err(|wrong| wrong.error)
}

/// The same, and on which step of the settings it fails.
pub(super) fn agreed(set: &[(String, Value)], wanted: &[(String, Value)]) -> Checked<()> {
    let held = |of: &[(String, Value)], key: &str| of.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
    let then = |key: &str| held(wanted, key).or_else(|| held(set, key)).unwrap_or_default();
    let (list, calendars, default) = (then("sla"), then("calendar"), then("default_calendar"));
    for (n, section) in list.as_array().into_iter().flatten().enumerate() {
        let name = section.get("name").and_then(Value::as_str).unwrap_or_default();
        let found = match section.get("calendar").and_then(Value::as_str) {
            Some(ALWAYS) => Ok(()),
            Some(named) => calendar::named(&calendars, named).map(drop),
            None => calendar::chosen(&calendars, default.as_str()).map(drop),
        };
        found.map_err(|e| {
            let error = Error { kind: Kind::Usage, ..e }.doing(format!("sla.{name}.calendar"));
            let wrong = match section.get("calendar") {
                Some(_) => Wrong::value(error).below("calendar"),
                None => Wrong::value(
                    error.hint(format!("desk config set sla.{name}.calendar NAME, or calendar = … in the file")),
                ),
            };
            wrong.inside(Step::Item(n)).below("sla")
        })?;
    }
    Ok(())
}

/// Whether a part of the setting can have this name: `pro`, `pro.match`, `pro.first_resolution.urgent`.
pub(super) fn known(rest: &str) -> Result<()> {
    let (name, field) = rest.split_once('.').map_or((rest, None), |(name, field)| (name, Some(field)));
    let Some(field) = field else { return Ok(()) };
    let (key, priority) = field.split_once('.').map_or((field, None), |(key, priority)| (key, Some(priority)));
    let of = format!("the policy {name}");
    match priority {
        _ if !KEYS.contains(&key) => Err(no_such(&of, key, KEYS)),
        Some(priority) if Promised::of(key).is_some() && PRIORITIES.contains(&priority) => Ok(()),
        Some(priority) if Promised::of(key).is_some() => {
            Err(no_such(&format!("sla.{name}.{key}"), priority, PRIORITIES))
        }
        Some(_) => Err(no_such(&of, field, KEYS)),
        None => Ok(()),
    }
}

/// The policies with a part changed, or taken out: `pro.first_response`, `pro.first_resolution.urgent`, the whole `pro`. One of a
/// new name is made, and stands last.
pub(super) fn change(whole: Value, rest: &str, text: Option<&str>) -> Result<Value> {
    let mut list = match whole {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    let (name, field) = rest.split_once('.').map_or((rest, None), |(name, field)| (name, Some(field)));
    let place = list.iter().position(|policy| is_called(policy, name));
    match (field, text, place) {
        (None, Some(_), _) => {
            let key = format!("sla.{name}");
            return Err(Error::usage(format!("{key} is a whole policy")).hint(format!(
                "desk config set {key}.first_response 4h; to take it out: desk config set {key} --default"
            )));
        }
        (_, None, None) => {
            return Err(Error::missing(format!("no policy is called {name}")).hint("desk config get sla"));
        }
        (None, None, Some(n)) => drop(list.remove(n)),
        (Some(field), text, place) => {
            let mut part = place.map_or_else(|| json!({ "name": name }), |n| list.remove(n));
            put(&mut part, field, text);
            list.insert(place.unwrap_or(list.len()), part);
        }
    }
    Ok(list.into())
}

fn put(section: &mut Value, field: &str, text: Option<&str>) {
    let Some(table) = section.as_object_mut() else { return };
    match (field.split_once('.'), text) {
        (None, Some(text)) => drop(table.insert(field.to_owned(), typed_field(field, text))),
        (None, None) => drop(table.remove(field)),
        (Some((key, priority)), text) => {
            // What held for all holds for each that the policy is for, before one of them gets its own.
            let matches = table.get("match").and_then(Value::as_str).and_then(|text| read_match(text).ok());
            let meant = |name: &&&str| match (&matches, Priority::of(name)) {
                (Some(matches), Some(priority)) => allows(matches, priority),
                _ => true,
            };
            let each = |all: Value| {
                PRIORITIES.iter().filter(meant).map(|p| ((*p).to_owned(), all.clone())).collect::<Map<_, _>>()
            };
            let mut some = match table.remove(key) {
                Some(Value::Object(some)) => some,
                Some(all) => each(all),
                None => Map::new(),
            };
            match text {
                Some(text) => drop(some.insert(priority.to_owned(), text.into())),
                None => drop(some.remove(priority)),
            }
            if !some.is_empty() {
                table.insert(key.to_owned(), some.into());
            }
        }
    }
}

/// A value that was typed for a key of a policy: TOML, or words for a list.
fn typed_field(key: &str, text: &str) -> Value {
    let list = || text.split([',', ' ']).filter(|word| !word.is_empty()).map(Value::from).collect::<Value>();
    match key {
        "pause" | "quiet" => typed(text).filter(Value::is_array).unwrap_or_else(list),
        "name" | "match" | "calendar" | "warn" => typed(text).filter(Value::is_string).unwrap_or_else(|| text.into()),
        _ => typed(text).filter(|v| v.is_string() || v.is_object()).unwrap_or_else(|| text.into()),
    }
}

/// Whether a policy has this name.
pub(super) fn is_called(policy: &Value, name: &str) -> bool {
    policy.get("name").and_then(Value::as_str).is_some_and(|n| n.eq_ignore_ascii_case(name))
}

/// What a part of the setting holds: `pro`, `pro.match`, `pro.first_resolution.urgent`.
pub(super) fn at<'a>(whole: &'a Value, rest: &str) -> Option<&'a Value> {
    let (name, field) = rest.split_once('.').map_or((rest, None), |(name, field)| (name, Some(field)));
    let policy = whole.as_array().into_iter().flatten().find(|policy| is_called(policy, name))?;
    field.map_or(Some(policy), |field| field.splitn(2, '.').try_fold(policy, |held, part| held.get(part)))
}

#[cfg(test)]
mod tests {
    use super::super::{agree, changed, differences, flat, read_shared, write_shared};
    use super::*;

    fn zones(_: &str) -> bool {
        true
    }

    const BOTH: &str = "[[sla]]\nname = \"pro\"\nmatch = \"plan:pro prio:high,urgent\"\ncalendar = \"office\"\n\
        first_response = \"4h\"\nnext_response = \"72h wall\"\nfirst_resolution = { urgent = \"8h\", high = \"3 days\" }\n\
        pause = [\"pending\", \"hold\"]\nwarn = \"75%\"\n\n[[sla]]\nname = \"all\"\nfull_resolution = \"5 days\"\n";

    fn both() -> Value {
        read_shared(BOTH, "x", &zones).unwrap().remove(0).1
    }

    #[test]
    fn sections_become_policies() {
        let made = policies(&both()).unwrap();
        let [pro, all] = made.as_slice() else { panic!("{made:?}") };
        let of = |policy: &Policy, kind, priority| policy.targets.of(kind, priority).map(|t| t.to_string());
        assert_eq!((pro.name.as_str(), pro.calendar.as_deref(), pro.warn), ("pro", Some("office"), 75));
        assert_eq!((pro.matches.terms.len(), all.matches.is_empty()), (2, true));
        assert_eq!(of(pro, Promised::FirstResponse, Priority::Low).as_deref(), Some("4h"));
        assert_eq!(of(pro, Promised::NextResponse, Priority::Low).as_deref(), Some("72h wall"));
        assert_eq!(of(pro, Promised::FirstResolution, Priority::High).as_deref(), Some("3 days"));
        assert_eq!(of(pro, Promised::FirstResolution, Priority::Low), None);
        assert_eq!((pro.pending, pro.hold), (Pause::LeftOut, Pause::LeftOut));
        assert_eq!((all.pending, all.hold, all.warn), (Pause::LeftOut, Pause::Counts, 80));
        assert_eq!(policies(&Value::Null).unwrap(), []);
        assert_eq!(policies(&json!([{ "name": "a", "newer": 1 }])).unwrap_err().kind, Kind::Refused);
    }

    #[test]
    fn each_status_is_left_out_counted_or_silent() {
        let of = |pause: Value, quiet: Value| {
            let policy = policies(&json!([{ "name": "a", "first_response": "4h", "pause": pause, "quiet": quiet }]));
            policy.map(|made| (made[0].pending, made[0].hold)).map_err(|e| e.what)
        };
        assert_eq!(of(json!([]), json!([])), Ok((Pause::Counts, Pause::Counts)));
        assert_eq!(of(json!(["hold"]), json!([])), Ok((Pause::Counts, Pause::LeftOut)));
        assert_eq!(of(json!(["pending"]), json!(["hold"])), Ok((Pause::LeftOut, Pause::Quiet)));
        assert!(of(json!(["hold"]), json!(["hold"])).unwrap_err().contains("\"hold\" stands in pause already"));
        let only = policies(&json!([{ "name": "a", "first_response": "4h", "quiet": ["pending"] }])).unwrap();
        assert_eq!((only[0].pending, only[0].hold), (Pause::Quiet, Pause::Counts));
    }

    #[test]
    fn a_mistake_is_named_where_it_stands() {
        let one = "[[sla]]\nname = \"pro\"\nfirst_response = \"4h\"\n";
        let two = format!("{one}\n[[sla]]\nname = \"all\"\n");
        for (text, what, hint) in [
            (
                format!("{one}macth = \"x\"\n"),
                "s.toml:4:1: there is no key macth in the policy pro",
                "did you mean match?",
            ),
            (
                format!("{one}next_response = \"4 parsecs\"\n"),
                "s.toml:4:17: sla.pro.next_response: \"parsecs\" is no unit of time",
                "write 4h, 90m, 3 days or 72h wall",
            ),
            (format!("{one}next_response = 4\n"), "s.toml:4:17: sla.pro.next_response should be a time", ""),
            (
                format!("{one}next_response = \"4\"\n"),
                "s.toml:4:17: sla.pro.next_response: cannot read",
                "4h or 4 days?",
            ),
            (
                format!("{one}full_resolution = {{ hihg = \"4h\" }}\n"),
                "s.toml:4:21: there is no key hihg in sla.pro.full_resolution",
                "did you mean high?",
            ),
            (
                format!("{one}full_resolution = {{ high = \"4x\" }}\n"),
                "s.toml:4:28: sla.pro.full_resolution.high: \"x\" is no unit of time",
                "write 4h, 90m, 3 days or 72h wall",
            ),
            (format!("{one}match = \"status:open\"\n"), "s.toml:4:9: sla.pro.match: \"status:open\" cannot choose", ""),
            (
                format!("{one}match = \"plan:pro sla:breached\"\n"),
                "s.toml:4:9: sla.pro.match: \"sla:breached\" cannot",
                "",
            ),
            (
                format!("{one}match = \"not:older:3d\"\n"),
                "s.toml:4:9: sla.pro.match: \"not:older:3d\" cannot choose",
                "",
            ),
            (
                format!("{one}match = \"pro\"\n"),
                "s.toml:4:9: sla.pro.match: \"pro\" cannot choose a policy: it is text",
                "",
            ),
            (format!("{one}match = \"@ana,me\"\n"), "s.toml:4:9: sla.pro.match: \"@ana,me\" cannot choose", ""),
            (
                format!("{one}match = \"clinet:acme\"\n"),
                "s.toml:4:9: sla.pro.match: unknown key \"clinet:\"",
                "client:acme? To look for it as text: desk find",
            ),
            (format!("{one}pause = [\"snoozed\"]\n"), "s.toml:4:10: sla.pro.pause should be a list of", ""),
            (format!("{one}pause = \"pending\"\n"), "s.toml:4:9: sla.pro.pause should be a list of", ""),
            (format!("{one}warn = \"120%\"\n"), "s.toml:4:8: sla.pro.warn should be a part of the target", ""),
            (format!("{one}warn = 80\n"), "s.toml:4:8: sla.pro.warn should be a part of the target", ""),
            (format!("{one}calendar = 3\n"), "s.toml:4:12: sla.pro.calendar should be the name", ""),
            (format!("{two}next_response = \"4h\"\n"), "s.toml:5:1: the policy all can never match: pro stands", ""),
            (two.clone(), "s.toml:5:1: the policy all promises nothing", ""),
            (format!("{one}\n{one}"), "s.toml:6:8: two policies are called pro", ""),
            ("[[sla]]\nfirst_response = \"4h\"\n".to_owned(), "s.toml:1:1: a policy has no name", "name = \"pro\""),
            ("[[sla]]\nname = \"a b\"\n".to_owned(), "s.toml:2:8: the name of a policy should be a plain word", ""),
            ("sla = [1]\n".to_owned(), "s.toml:1:8: sla should be sections that begin with [[sla]]", ""),
            ("[sla]\nname = \"pro\"\n".to_owned(), "s.toml:1:1: sla should be sections that begin with [[sla]]", ""),
        ] {
            let e = read_shared(&text, "s.toml", &zones).unwrap_err();
            assert!(e.what.starts_with(what), "{text}: {}", e.what);
            assert!(hint.is_empty() || e.hint.as_deref() == Some(hint), "{text}: {:?}", e.hint);
        }
    }

    #[test]
    fn a_policy_that_others_leave_nothing_to_can_never_match() {
        let never = |first: &str, second: &str| {
            let policy = |name: &str, query: &str| json!({ "name": name, "match": query, "first_response": "4h" });
            check_policies(&json!([policy("a", first), policy("b", second)])).is_err()
        };
        assert!(never("plan:pro", "plan:pro") && never("plan:pro", "prio:high plan:pro"));
        assert!(never("prio:high,urgent", "prio:urgent") && never("not:+vip", "not:+vip,slow"));
        assert!(!never("plan:pro prio:high", "plan:pro") && !never("prio:urgent", "prio:high,urgent"));
        assert!(!never("not:+vip,slow", "not:+vip") && !never("+vip", "not:+vip"));
    }

    #[test]
    fn a_policy_whose_conditions_exclude_each_other_can_never_match() {
        let never = |query: &str| {
            let text = format!("[[sla]]\nname = \"pro\"\nmatch = '{query}'\nfirst_response = \"4h\"\n");
            read_shared(&text, "s.toml", &zones).map_err(|e| e.what).err()
        };
        for (query, why) in [
            ("plan:pro plan:free", "a client has one plan"),
            ("prio:high prio:low,normal", "a ticket has one priority"),
            ("prio:high,urgent not:prio:urgent not:prio:high", "it asks for what it also leaves out"),
            ("not:prio:low,normal not:prio:high,urgent", "it leaves out every priority"),
            ("+vip not:+vip,slow", "it asks for what it also leaves out"),
            ("who:none who:ana", "a ticket has one assignee"),
            ("@ana @bob", "a ticket has one assignee"),
            ("client:acme client:none", "a ticket without a client is of none"),
            ("channel:phone channel:email", "a ticket came by one channel"),
            ("plan:pro,free plan:free,basic not:plan:free", "a client has one plan"),
        ] {
            let said = format!("s.toml:3:9: the policy pro can never match: {why}");
            assert_eq!(never(query), Some(said), "{query}");
        }
        for query in [
            "+vip +slow",
            "plan:pro,free plan:free",
            "client:acme client:acme.test",
            "who:Ana who:ana",
            "prio:high,urgent not:prio:high",
            "from:ann@acme.test from:Ann",
            "not:plan:pro not:plan:free",
        ] {
            assert_eq!(never(query), None, "{query}");
        }
    }

    #[test]
    fn a_calendar_that_is_not_there_is_named_where_it_stands() {
        let wanted = [("sla".to_owned(), both())];
        let office = |name: &str| ("calendar".to_owned(), json!({ name: { "mon": ["09:00-18:00"] } }));
        let e = agree(BOTH, "s.toml", &[office("ofice")], &wanted).unwrap_err();
        assert_eq!(e.what, "s.toml:4:12: sla.pro.calendar: no calendar is called office");
        assert_eq!((e.hint.as_deref(), e.kind), (Some("did you mean ofice?"), Kind::Usage));
        assert!(agree(BOTH, "s.toml", &[office("office")], &wanted).is_ok());
        let gone = [("calendar".to_owned(), Value::Null)];
        assert!(super::agree(&[wanted[0].clone(), office("office")], &gone).is_err());
        let several = ("calendar".to_owned(), json!({ "office": {}, "night": {} }));
        let e = agree(BOTH, "s.toml", std::slice::from_ref(&several), &wanted).unwrap_err();
        assert!(e.what.starts_with("s.toml:11:1: sla.all.calendar: there are several calendars"), "{}", e.what);
        let named = ("default_calendar".to_owned(), json!("office"));
        assert!(super::agree(&[several, named], &wanted).is_ok());
        let always = json!([{ "name": "a", "calendar": "24x7", "first_response": "4h" }]);
        assert!(super::agree(&[], &[("sla".to_owned(), always)]).is_ok());
    }

    #[test]
    fn a_part_is_changed_alone() {
        let set = [("sla".to_owned(), both())];
        let change = |key: &str, text: Option<&str>| changed(key, text, &set, &zones);
        let fresh = changed("sla.pro.first_response", Some("4h"), &[], &zones).unwrap();
        assert_eq!(fresh, ("sla".to_owned(), json!([{ "name": "pro", "first_response": "4h" }])));
        assert_eq!(change("sla.pro.match", Some("plan:pro +vip")).unwrap().1[0]["match"], "plan:pro +vip");
        assert_eq!(change("sla.pro.pause", Some("hold")).unwrap().1[0]["pause"], json!(["hold"]));
        assert_eq!(change("sla.pro.pause", Some("[]")).unwrap().1[0]["pause"], json!([]));
        assert_eq!(
            change("sla.pro.first_resolution.urgent", Some("2h")).unwrap().1[0]["first_resolution"]["urgent"],
            "2h"
        );
        let own = change("sla.all.full_resolution.low", Some("9 days")).unwrap().1;
        assert_eq!(
            own[1]["full_resolution"],
            json!({ "low": "9 days", "normal": "5 days", "high": "5 days", "urgent": "5 days" })
        );
        assert_eq!(change("sla.all", None).unwrap().1.as_array().unwrap().len(), 1);
        let what = |key: &str, text| change(key, text).unwrap_err().what;
        assert!(what("sla.new.first_response", Some("4h")).contains("new can never match: all stands before it"));
        assert!(what("sla.all.full_resolution", None).contains("the policy all promises nothing"));
        assert!(what("sla.gone", None).contains("no policy is called gone"));
        assert!(change("sla.pro", Some("x")).unwrap_err().hint.unwrap().contains("sla.pro.first_response"));
        assert_eq!(
            change("sla.pro.frist_response", Some("x")).unwrap_err().hint.as_deref(),
            Some("did you mean first_response?")
        );
        assert!(
            change("sla.pro.match.low", Some("x")).is_err() && change("sla.pro.next_response.now", Some("4h")).is_err()
        );
    }

    #[test]
    fn it_is_written_as_it_is_read_and_told_part_by_part() {
        let set = vec![
            ("hours".to_owned(), json!({ "round": "15m up per entry" })),
            ("calendar".to_owned(), json!({ "office": { "mon": ["09:00-18:00"] } })),
            ("sla".to_owned(), both()),
        ];
        let text = write_shared(&set);
        assert!(text.contains("\n[[sla]]\nname = \"pro\"\nmatch = \"plan:pro prio:high,urgent\"\n"), "{text}");
        assert_eq!(read_shared(&text, "x", &zones).unwrap(), set);
        let keys: Vec<String> = flat("sla", &both()).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys[..3], ["sla.pro.match", "sla.pro.calendar", "sla.pro.first_response"]);
        assert_eq!(super::super::at("sla", &both(), "pro.first_resolution.urgent"), "8h");
        assert_eq!(super::super::at("sla", &both(), "all")["full_resolution"], "5 days");
        let told = differences("sla", &both(), &Value::Null);
        assert_eq!((told[0].0.as_str(), told.len()), ("sla.pro.match", 8));
        let example = write_shared(&[]).replace("\n# ", "\n").replace("\n[", "\n# \n[");
        assert!(example.contains("[[sla]]\nname = \"pro\"\n"), "{example}");
    }
}
