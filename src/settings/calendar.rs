//! The settings of working calendars: what may stand in `[calendar.NAME]`, which of them is the desk's, and the calendar that
//! a section makes. The file that `ics` names is read elsewhere; what is kept is its days.

use super::check::{should_be, typed};
use super::places::{Step, Wrong};
use crate::domain::calendar::{Calendar, Country, Holidays, Rules, Span, read_day, read_hours};
use crate::domain::nearest::nearest;
use crate::domain::refusal::Refusal;
use crate::domain::zone::Zone;
use crate::error::{Error, Kind, Result};
use serde_json::{Map, Value};

/// Keys of a calendar in their order.
pub(super) const KEYS: &[&str] =
    &["zone", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays", "days", "country", "ics"];

/// Keys of a calendar that hold hours, from Monday.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Days off and days of their own that a calendar may name.
const MOST_DAYS: usize = 20_000;

type Checked<T> = std::result::Result<T, Wrong>;

/// Whether these can be the calendars of a desk.
pub(super) fn check_calendars(value: &Value, zones: &dyn Fn(&str) -> bool) -> Checked<()> {
    let Some(all) = value.as_object() else {
        return Err(Wrong::value(should_be("calendar", "sections like [calendar.office]", value)));
    };
    all.iter().try_for_each(|(name, section)| check_one(name, section, zones).map_err(|w| w.below(name)))
}

fn check_one(name: &str, section: &Value, zones: &dyn Fn(&str) -> bool) -> Checked<()> {
    let letters = |t: &str| t.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    if name.is_empty() || name.chars().count() > 40 || name.starts_with('-') || !letters(name) {
        let error =
            Error::usage(format!("{name:?} cannot be the name of a calendar")).hint("a plain word, like office");
        return Err(Wrong::value(error));
    }
    let key = format!("calendar.{name}");
    let Some(table) = section.as_object() else {
        return Err(Wrong::value(should_be(&key, &format!("a section that begins with [{key}]"), section)));
    };
    if let Some(unknown) = table.keys().find(|k| !KEYS.contains(&k.as_str())) {
        return Err(Wrong::key(unknown, no_such(&format!("the calendar {name}"), unknown)));
    }
    if let Some(zone) = table.get("zone")
        && !zone.as_str().is_some_and(zones)
    {
        let error = should_be(&format!("{key}.zone"), "the name of a time zone, like \"Europe/Moscow\"", zone);
        return Err(Wrong::value(error).below("zone"));
    }
    let rules = rules(&key, table)?;
    match Calendar::new(name, Zone::utc(), &rules) {
        Some(_) => Ok(()),
        None => Err(Wrong::value(
            Error::usage(format!("the calendar {name} has no working time"))
                .hint(format!("desk config set {key}.mon 09:00-18:00, or mon = [\"09:00-18:00\"] in the file")),
        )),
    }
}

fn no_such(called: &str, key: &str) -> Error {
    let hint = nearest(key, KEYS.iter().copied())
        .map_or_else(|| format!("known are: {}", KEYS.join(" ")), |near| format!("did you mean {near}?"));
    Error::usage(format!("there is no key {key} in {called}")).hint(hint)
}

/// What the keys of a section say. A file that `ics` names counts as nothing: it has not been read.
fn rules(key: &str, section: &Map<String, Value>) -> Checked<Rules> {
    let mut rules = Rules::default();
    for (name, hours) in WEEKDAYS.iter().zip(&mut rules.week) {
        if let Some(value) = section.get(*name) {
            *hours = hours_of(&format!("{key}.{name}"), value).map_err(|w| w.below(name))?;
        }
    }
    if let Some(value) = section.get("holidays") {
        add_holidays(&mut rules.holidays, &format!("{key}.holidays"), value).map_err(|w| w.below("holidays"))?;
    }
    if let Some(value) = section.get("days") {
        let place = format!("{key}.days");
        let table = value.as_object().ok_or_else(|| {
            let should = "days with their hours, like { \"2026-11-07\" = [\"09:00-16:00\"] }";
            Wrong::value(should_be(&place, should, value)).below("days")
        })?;
        for (day, hours) in table {
            let date = read_day(day).ok_or_else(|| {
                let error = Error::usage(format!("{place}: {day:?} is no day")).hint("write 2026-11-07");
                Wrong::key(day, error).below("days")
            })?;
            let hours = hours_of(&format!("{place}.{day}"), hours).map_err(|w| w.below(day).below("days"))?;
            rules.days.insert(date, hours);
        }
    }
    if let Some(value) = section.get("country") {
        rules.country = Some(country(key, value).map_err(|w| w.below("country"))?);
    }
    match section.get("ics") {
        Some(Value::String(file)) if !file.trim().is_empty() => {}
        Some(days) => add_holidays(&mut rules.holidays, &format!("{key}.ics"), days).map_err(|w| w.below("ics"))?,
        None => {}
    }
    if rules.days.len() + rules.holidays.once.len() > MOST_DAYS {
        let error = Error::usage(format!("{key} names more than {MOST_DAYS} days"));
        return Err(Wrong::value(error));
    }
    Ok(rules)
}

fn hours_of(key: &str, value: &Value) -> Checked<Vec<Span>> {
    let should = "a list of hours, like [\"09:00-13:00\", \"14:00-18:00\"]";
    let texts = texts(key, should, value)?;
    read_hours(&texts).map_err(|(n, refusal)| refused(key, &refusal).inside(Step::Item(n)))
}

fn add_holidays(holidays: &mut Holidays, key: &str, value: &Value) -> Checked<()> {
    let should = "a list of days, like [\"2026-01-01..2026-01-08\", \"05-09\"]";
    for (n, text) in texts(key, should, value)?.into_iter().enumerate() {
        holidays.add(text).map_err(|refusal| refused(key, &refusal).inside(Step::Item(n)))?;
        if holidays.once.len() > MOST_DAYS {
            let error = Error::usage(format!("{key} names more than {MOST_DAYS} days"));
            return Err(Wrong::value(error).inside(Step::Item(n)));
        }
    }
    Ok(())
}

fn country(key: &str, value: &Value) -> Checked<Country> {
    let known = value.as_str().and_then(Country::of);
    known.ok_or_else(|| {
        let codes = Country::ALL.iter().map(|c| format!("\"{}\" ({})", c.code(), c.name()));
        let list = codes.collect::<Vec<_>>().join(", ");
        let error = should_be(&format!("{key}.country"), "a country whose production calendar is known", value);
        Wrong::value(
            error.hint(format!(
                "known: {list}; for another name its holidays, or a file of them: ics = \"holidays.ics\""
            )),
        )
    })
}

fn texts<'a>(key: &str, should: &str, value: &'a Value) -> Checked<Vec<&'a str>> {
    let list = value.as_array().ok_or_else(|| Wrong::value(should_be(key, should, value)))?;
    let text = |(n, item): (usize, &'a Value)| {
        item.as_str().ok_or_else(|| Wrong::value(should_be(key, should, item)).inside(Step::Item(n)))
    };
    list.iter().enumerate().map(text).collect()
}

fn refused(key: &str, refusal: &Refusal) -> Wrong {
    let error = Error::usage(format!("{key}: {refusal}"));
    Wrong::value(match refusal.hint() {
        Some(hint) => error.hint(hint),
        None => error,
    })
}

/// Whether a part of the setting can have this name: `office`, `office.mon`, `office.days.2026-11-07`.
pub(super) fn known(rest: &str) -> Result<()> {
    let (name, field) = rest.split_once('.').map_or((rest, None), |(name, field)| (name, Some(field)));
    match field.map(|field| field.split_once('.').unwrap_or((field, ""))) {
        None | Some(("days", _)) => Ok(()),
        Some((key, "")) if KEYS.contains(&key) => Ok(()),
        Some((key, _)) => Err(no_such(&format!("the calendar {name}"), key)),
    }
}

/// The calendars with a part changed, or taken out: `office.mon`, `office.days.2026-11-07`, the whole `office`.
pub(super) fn change(whole: Value, rest: &str, text: Option<&str>) -> Result<Value> {
    let mut all = match whole {
        Value::Object(all) => all,
        _ => Map::new(),
    };
    let (name, field) = rest.split_once('.').map_or((rest, None), |(name, field)| (name, Some(field)));
    let missing = || Error::missing(format!("no calendar is called {name}")).hint("desk config get calendar");
    match (field, text) {
        (None, Some(_)) => {
            let key = format!("calendar.{name}");
            return Err(Error::usage(format!("{key} is a whole calendar")).hint(format!(
                "desk config set {key}.mon 09:00-18:00; to take it out: desk config set {key} --default"
            )));
        }
        (None, None) => all.remove(name).map(drop).ok_or_else(missing)?,
        (Some(_), None) if !all.contains_key(name) => return Err(missing()),
        (Some(field), text) => {
            let section = all.entry(name).or_insert_with(|| Map::new().into());
            put(section, field, text);
        }
    }
    Ok(all.into())
}

fn put(section: &mut Value, field: &str, text: Option<&str>) {
    let Some(table) = section.as_object_mut() else { return };
    let (key, inner) = field.split_once('.').map_or((field, None), |(key, inner)| (key, Some(inner)));
    match (inner, text) {
        (Some(inner), text) => {
            let days = table.entry(key).or_insert_with(|| Map::new().into());
            if let (Some(days), Some(text)) = (days.as_object_mut(), text) {
                days.insert(inner.to_owned(), typed_field("mon", text));
            } else if let Some(days) = days.as_object_mut() {
                days.remove(inner);
            }
            if days.as_object().is_some_and(Map::is_empty) {
                table.remove(key);
            }
        }
        (None, Some(text)) => drop(table.insert(key.to_owned(), typed_field(key, text))),
        (None, None) => drop(table.remove(key)),
    }
}

/// A value that was typed for a key of a calendar: TOML, or words for a list.
fn typed_field(key: &str, text: &str) -> Value {
    let list = || text.split([',', ' ']).filter(|word| !word.is_empty()).map(Value::from).collect::<Value>();
    match key {
        "zone" | "country" => text.into(),
        "days" => typed(text).unwrap_or_else(|| text.into()),
        "ics" => typed(text).filter(Value::is_array).unwrap_or_else(|| text.into()),
        _ => typed(text).filter(Value::is_array).unwrap_or_else(list),
    }
}

/// What a file of settings makes of those of the desk: its calendars and plans stand beside the others there, whose sections are
/// absent.
///
/// ```
/// use frontdesk::settings::calendar::joined;
/// use serde_json::json;
/// let set = |value| [("calendar".to_owned(), value)];
/// let desk = set(json!({ "office": { "mon": ["09:00-18:00"], "ics": ["05-09"] }, "night": { "mon": ["00:00-06:00"] } }));
/// let both = joined(&desk, &set(json!({ "office": { "mon": ["10:00-18:00"] } })));
/// assert_eq!(both[0].1, json!({ "office": { "mon": ["10:00-18:00"] }, "night": { "mon": ["00:00-06:00"] } }));
/// ```
#[must_use]
pub fn joined(set: &[(String, Value)], wanted: &[(String, Value)]) -> Vec<(String, Value)> {
    let join = |(key, value): &(String, Value)| match (held(set, key).and_then(Value::as_object), value.as_object()) {
        (Some(there), Some(new)) if matches!(key.as_str(), "calendar" | "plan") => {
            let all = there.iter().chain(new).map(|(name, section)| (name.clone(), section.clone()));
            (key.clone(), Value::Object(all.collect()))
        }
        _ => (key.clone(), value.clone()),
    };
    wanted.iter().map(join).collect()
}

/// Whether `default_calendar` still names a calendar, once what is wanted is set.
///
/// # Errors
/// Where it does not.
pub fn agree(set: &[(String, Value)], wanted: &[(String, Value)]) -> Result<()> {
    let then = |key: &str| held(wanted, key).or_else(|| held(set, key)).cloned().unwrap_or_default();
    match then("default_calendar").as_str() {
        Some(name) => named(&then("calendar"), name)
            .map(drop)
            .map_err(|e| Error { kind: Kind::Usage, ..e }.doing("default_calendar")),
        None => Ok(()),
    }
}

fn held<'a>(settings: &'a [(String, Value)], key: &str) -> Option<&'a Value> {
    settings.iter().find(|(k, _)| k == key).map(|(_, value)| value)
}

/// Names of calendars, of which the desk's is one.
#[must_use]
pub fn names(calendars: &Value) -> Vec<&str> {
    calendars.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

/// The name of the desk's calendar among those that are set: the one that `default_calendar` names, that which is called
/// `default`, or the only one. None where no calendar is set: round the clock.
///
/// # Errors
/// Where there are several and none is said to be it, or the named one is not there.
pub fn chosen<'a>(calendars: &'a Value, default: Option<&str>) -> Result<Option<&'a str>> {
    let names = names(calendars);
    if let Some(default) = default {
        return named(calendars, default).map(Some);
    }
    match names.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several @ [first, ..] => several.iter().copied().find(|name| *name == "default").map(Some).ok_or_else(|| {
            Error::usage(format!("there are several calendars ({}), and none is the desk's", several.join(", ")))
                .hint(format!("--calendar {first}; or for all times: desk config set default_calendar {first}"))
        }),
    }
}

/// The calendar of this name as the settings write it.
///
/// # Errors
/// Where there is none: with the nearest name.
pub fn named<'a>(calendars: &'a Value, name: &str) -> Result<&'a str> {
    let names = names(calendars);
    names.iter().copied().find(|known| *known == name).ok_or_else(|| {
        let hint = match (nearest(name, names.iter().copied()), names.as_slice()) {
            (Some(near), _) => format!("did you mean {near}?"),
            (None, []) => "none is set: desk config set calendar.office.mon 09:00-18:00".to_owned(),
            (None, names) => format!("there are: {}", names.join(", ")),
        };
        Error::missing(format!("no calendar is called {name}")).hint(hint)
    })
}

/// The calendar of this name out of the settings, which were checked when they were set. `zone` is the one it has where it
/// names none, `zones` finds the one it names.
///
/// # Errors
/// Where there is none of that name, or a newer version has set what this one does not understand.
pub fn calendar(calendars: &Value, name: &str, zone: &Zone, zones: &dyn Fn(&str) -> Option<Zone>) -> Result<Calendar> {
    let name = named(calendars, name)?;
    let odd = |what: &str| {
        Error::refused(format!("the calendar {name} cannot be used: {what}"))
            .hint(format!("desk config get calendar.{name}"))
    };
    let section = calendars.get(name).and_then(Value::as_object).ok_or_else(|| odd("it is no section"))?;
    if section.get("ics").is_some_and(Value::is_string) {
        return Err(odd("its ics file was never read").hint(format!("desk config set calendar.{name}.ics FILE")));
    }
    let zone = match section.get("zone").and_then(Value::as_str) {
        Some(named) => zones(named).ok_or_else(|| {
            odd(&format!("the time zone {named} is not known on this machine"))
                .hint("install the zone database (tzdata)")
        })?,
        None => zone.clone(),
    };
    let rules = rules(&format!("calendar.{name}"), section).map_err(|wrong| odd(&wrong.error.what))?;
    Calendar::new(name, zone, &rules).ok_or_else(|| odd("it has no working time"))
}

#[cfg(test)]
mod tests {
    use super::super::{changed, flat, read_shared, write_shared};
    use super::*;
    use serde_json::json;

    fn zones(name: &str) -> bool {
        name == "UTC" || name == "Europe/Moscow"
    }

    const OFFICE: &str = "[calendar.office]\nzone = \"Europe/Moscow\"\nmon = [\"09:00-13:00\", \"14:00-18:00\"]\n\
        holidays = [\"2026-01-01..2026-01-08\", \"05-09\", 2026-06-12]\ncountry = \"ru\"\nics = [\"12-24\"]\n\
        days = { \"2026-11-07\" = [\"09:00-16:00\"], 2026-11-08 = [] }\n";

    fn office() -> Value {
        read_shared(OFFICE, "x", &zones).unwrap().remove(0).1
    }

    #[test]
    fn a_section_becomes_a_calendar() {
        let find = |name: &str| Zone::bundled(name);
        let made = calendar(&office(), "office", &Zone::utc(), &find).unwrap();
        let hours = |day: &str| made.day(day.parse().unwrap()).seconds() / 3600;
        let days = ["2026-11-16", "2026-05-09", "2026-11-07", "2026-11-08", "2026-01-05", "2026-03-09", "2026-12-24"];
        assert_eq!(days.map(hours), [8, 0, 7, 0, 0, 0, 0]);
        assert_eq!((made.zone().name(), made.name()), ("Europe/Moscow", "office"));
        assert_eq!(
            calendar(&office(), "ofice", &Zone::utc(), &find).unwrap_err().hint.as_deref(),
            Some("did you mean office?")
        );
        let unread = json!({ "a": { "mon": ["09:00-18:00"], "ics": "x.ics" } });
        assert!(calendar(&unread, "a", &Zone::utc(), &find).unwrap_err().what.contains("never read"));
    }

    #[test]
    fn a_mistake_is_named_where_it_stands() {
        let week = "[calendar.office]\nmon = [\"09:00-18:00\"]\n";
        for (text, what) in [
            (format!("{week}moon = []\n"), "s.toml:3:1: there is no key moon in the calendar office"),
            (
                format!("{week}tue = [\"09:00-13:00\", \"12:00-18:00\"]\n"),
                "s.toml:3:23: calendar.office.tue: \"12:00-18:00\" is impossible: it shares time with 09:00-13:00",
            ),
            (
                format!("{week}tue = [\"18:00-09:00\"]\n"),
                "s.toml:3:8: calendar.office.tue: \"18:00-09:00\" is impossible: it ends before it begins",
            ),
            (
                format!("{week}tue = [\"09:00-25:00\"]\n"),
                "s.toml:3:8: calendar.office.tue: \"09:00-25:00\" is impossible: a day goes from 00:00 to 24:00",
            ),
            (format!("{week}tue = \"09:00-18:00\"\n"), "s.toml:3:7: calendar.office.tue should be a list of hours"),
            (format!("{week}tue = [9]\n"), "s.toml:3:8: calendar.office.tue should be a list of hours"),
            (
                format!("{week}zone = \"Mars/Olympus\"\n"),
                "s.toml:3:8: calendar.office.zone should be the name of a time zone",
            ),
            (
                format!("{week}holidays = [\"05-09\", \"2026-02-30\"]\n"),
                "s.toml:3:22: calendar.office.holidays: \"2026-02-30\" is impossible: there is no such day",
            ),
            (
                format!("{week}days = {{ \"2026-02-30\" = [] }}\n"),
                "s.toml:3:10: calendar.office.days: \"2026-02-30\" is no day",
            ),
            (
                format!("{week}days = {{ \"2026-02-03\" = [\"x\"] }}\n"),
                "s.toml:3:26: calendar.office.days.2026-02-03: cannot read \"x\"",
            ),
            (format!("{week}country = \"xx\"\n"), "s.toml:3:11: calendar.office.country should be a country"),
            (
                "name = \"a\"\n\n[calendar.office]\nmon = []\n".to_owned(),
                "s.toml:3:1: the calendar office has no working time",
            ),
            (format!("{week}holidays = [\"01-01..12-31\"]\n"), "s.toml:1:1: the calendar office has no working time"),
            ("[calendar]\noffice = 3\n".to_owned(), "s.toml:2:10: calendar.office should be a section"),
            ("calendar = 3\n".to_owned(), "s.toml:1:12: calendar should be sections"),
            ("[calendar.\"a b\"]\n".to_owned(), "s.toml:1:1: \"a b\" cannot be the name of a calendar"),
            (format!("{week}ics = 3\n"), "s.toml:3:7: calendar.office.ics should be a list of days"),
        ] {
            let e = read_shared(&text, "s.toml", &zones).unwrap_err();
            assert!(e.what.starts_with(what), "{text}: {}", e.what);
        }
    }

    #[test]
    fn a_part_is_changed_alone() {
        let set = [("calendar".to_owned(), office())];
        let change = |key: &str, text: Option<&str>| changed(key, text, &set, &zones);
        let new = change("calendar.office.tue", Some("10:00-13:00, 14:00-19:00")).unwrap();
        assert_eq!((new.0.as_str(), &new.1["office"]["tue"]), ("calendar", &json!(["10:00-13:00", "14:00-19:00"])));
        assert_eq!(
            change("calendar.night.mon", Some("00:00-06:00")).unwrap().1["night"],
            json!({ "mon": ["00:00-06:00"] })
        );
        assert_eq!(
            change("calendar.office.days.2026-12-05", Some("[]")).unwrap().1["office"]["days"]["2026-12-05"],
            json!([])
        );
        assert_eq!(
            change("calendar.office.days.2026-11-07", None).unwrap().1["office"]["days"],
            json!({ "2026-11-08": [] })
        );
        assert_eq!(
            change("calendar.office.holidays", Some("05-09 2026-06-12")).unwrap().1["office"]["holidays"][1],
            "2026-06-12"
        );
        assert_eq!(change("calendar.office", None).unwrap().1, Value::Null);
        assert!(change("calendar.office.mon", None).unwrap_err().what.contains("no working time"));
        assert!(change("calendar.night.country", Some("ru")).unwrap_err().what.contains("no working time"));
        assert!(change("calendar.night", None).unwrap_err().what.contains("no calendar is called night"));
        assert_eq!(change("calendar.office.mno", Some("x")).unwrap_err().hint.as_deref(), Some("did you mean mon?"));
        assert!(change("calendar.office.mon.x", Some("x")).is_err() && change("calendar.office", Some("x")).is_err());
    }

    #[test]
    fn it_is_written_as_it_is_read_and_told_part_by_part() {
        let set = vec![("default_calendar".to_owned(), json!("office")), ("calendar".to_owned(), office())];
        let text = write_shared(&set);
        assert!(
            text.contains("\n[calendar.office]\nzone = \"Europe/Moscow\"\nmon = [\"09:00-13:00\", \"14:00-18:00\"]\n"),
            "{text}"
        );
        assert_eq!(read_shared(&text, "x", &zones).unwrap(), set);
        let keys: Vec<String> = flat("calendar", &office()).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys[..3], ["calendar.office.zone", "calendar.office.mon", "calendar.office.holidays"]);
    }

    #[test]
    fn the_desks_calendar_is_named_or_the_only_one() {
        let two = json!({ "a": {}, "b": {} });
        assert_eq!(chosen(&Value::Null, None).unwrap(), None);
        assert_eq!(chosen(&json!({ "a": {} }), None).unwrap(), Some("a"));
        assert_eq!(chosen(&json!({ "a": {}, "default": {} }), None).unwrap(), Some("default"));
        assert_eq!(chosen(&two, Some("b")).unwrap(), Some("b"));
        assert!(chosen(&two, None).unwrap_err().hint.unwrap().contains("default_calendar a"));
        assert!(chosen(&two, Some("c")).is_err());
    }
}
