//! The settings of plans: what may stand in `[plan.NAME]`, and the terms that it makes.

use super::check::{should_be, typed};
use super::places::{Step, Wrong};
use super::rota::agents;
use crate::domain::nearest::nearest;
use crate::domain::plan::Plan;
use crate::error::{Error, Kind, Result};
use serde_json::{Map, Value};

/// Keys of a plan in their order.
pub(super) const KEYS: &[&str] = &["agents", "channels", "about"];

type Checked<T> = std::result::Result<T, Wrong>;

/// Whether these can be the plans of a desk.
pub(super) fn check_plans(value: &Value) -> Checked<()> {
    let sections = || Wrong::value(should_be("plan", "sections like [plan.pro]", value));
    let all = value.as_object().ok_or_else(sections)?;
    all.iter().try_for_each(|(name, section)| read(name, section).map(drop).map_err(|w| w.below(name)))
}

/// The plans of a kept setting, by name.
///
/// ```
/// use frontdesk::settings::plan::plans;
/// let plans = plans(&serde_json::json!({ "pro": { "agents": ["mila"], "channels": ["email"] } })).unwrap();
/// assert_eq!(plans[0].outside("phone", Some("mila")).as_deref(), Some("channel phone"));
/// ```
///
/// # Errors
/// Where a newer version has set what this one does not understand.
pub fn plans(value: &Value) -> Result<Vec<Plan>> {
    let odd = |wrong: Wrong| Error { kind: Kind::Refused, ..wrong.error };
    let all = value.as_object().into_iter().flatten();
    all.map(|(name, section)| read(name, section).map_err(odd)).collect()
}

fn read(name: &str, section: &Value) -> Checked<Plan> {
    let fits = !name.trim().is_empty() && name.chars().count() <= 64 && !name.contains(char::is_control);
    if !fits {
        return Err(Wrong::value(
            Error::usage(format!("{name:?} cannot be the name of a plan")).hint("a short word, like pro"),
        ));
    }
    let key = format!("plan.{name}");
    let should = || Wrong::value(should_be(&key, &format!("a section that begins with [{key}]"), section));
    let table = section.as_object().ok_or_else(should)?;
    if let Some(unknown) = table.keys().find(|k| !KEYS.contains(&k.as_str())) {
        return Err(Wrong::key(unknown, no_such(name, unknown)));
    }
    let mut plan = Plan { name: name.to_owned(), ..Plan::default() };
    if let Some(value) = table.get("agents") {
        plan.agents = agents(&format!("{key}.agents"), value).map_err(|w| w.below("agents"))?;
    }
    if let Some(value) = table.get("channels") {
        plan.channels = channels(&format!("{key}.channels"), value).map_err(|w| w.below("channels"))?;
    }
    if let Some(value) = table.get("about") {
        let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
        let wrong = || Wrong::value(should_be(&format!("{key}.about"), "a text", value)).below("about");
        plan.about = Some(text.ok_or_else(wrong)?.to_owned());
    }
    Ok(plan)
}

fn channels(key: &str, value: &Value) -> Checked<Vec<String>> {
    let should = "a list of channels, like [\"email\", \"phone\"]";
    let list = value.as_array().ok_or_else(|| Wrong::value(should_be(key, should, value)))?;
    let word = |(n, item): (usize, &Value)| {
        let word = item.as_str().filter(|word| !word.is_empty() && !word.contains([' ', ',']));
        word.map(str::to_lowercase).ok_or_else(|| Wrong::value(should_be(key, should, item)).inside(Step::Item(n)))
    };
    list.iter().enumerate().map(word).collect()
}

fn no_such(name: &str, key: &str) -> Error {
    let hint = nearest(key, KEYS.iter().copied())
        .map_or_else(|| format!("known are: {}", KEYS.join(" ")), |near| format!("did you mean {near}?"));
    Error::usage(format!("there is no key {key} in the plan {name}")).hint(hint)
}

/// Whether a part of the setting can have this name: `pro`, `pro.agents`.
pub(super) fn known(rest: &str) -> Result<()> {
    match rest.split_once('.') {
        Some((name, key)) if !KEYS.contains(&key) => Err(no_such(name, key)),
        _ => Ok(()),
    }
}

/// The plans with a part changed, or taken out: `pro.agents`, the whole `pro`.
pub(super) fn change(whole: Value, rest: &str, text: Option<&str>) -> Result<Value> {
    let mut all = match whole {
        Value::Object(all) => all,
        _ => Map::new(),
    };
    let (name, field) = rest.split_once('.').map_or((rest, None), |(name, field)| (name, Some(field)));
    let missing = || Error::missing(format!("no plan is called {name}")).hint("desk config get plan");
    match (field, text) {
        (None, Some(_)) => {
            let key = format!("plan.{name}");
            return Err(Error::usage(format!("{key} is a whole plan")).hint(format!(
                "desk config set {key}.channels email,phone; to take it out: desk config set {key} --default"
            )));
        }
        (None, None) => all.remove(name).map(drop).ok_or_else(missing)?,
        (Some(_), None) if !all.contains_key(name) => return Err(missing()),
        (Some(field), text) => {
            let section = all.entry(name).or_insert_with(|| Map::new().into());
            if let Some(table) = section.as_object_mut() {
                match text {
                    Some(text) => drop(table.insert(field.to_owned(), typed_field(field, text))),
                    None => drop(table.remove(field)),
                }
            }
        }
    }
    Ok(all.into())
}

fn typed_field(key: &str, text: &str) -> Value {
    let list = || text.split([',', ' ']).filter(|word| !word.is_empty()).map(Value::from).collect::<Value>();
    match key {
        "about" => typed(text).filter(Value::is_string).unwrap_or_else(|| text.into()),
        _ => typed(text).filter(Value::is_array).unwrap_or_else(list),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{changed, flat, read_shared, write_shared};
    use super::*;
    use serde_json::json;

    const PRO: &str = "[plan.pro]\nagents = [\"mila\"]\nchannels = [\"Email\", \"phone\"]\nabout = \"4 h a month\"\n";

    fn pro() -> Value {
        read_shared(PRO, "x", &|_| true).unwrap().remove(0).1
    }

    #[test]
    fn a_section_becomes_the_terms_of_a_plan() {
        let plans = plans(&pro()).unwrap();
        assert_eq!(plans[0].told(), "by email or phone, mila answers, 4 h a month");
        assert_eq!(plans[0].outside("EMAIL", Some("Mila")), None);
    }

    #[test]
    fn a_mistake_is_named_where_it_stands() {
        for (text, what) in [
            ("[plan.pro]\nagent = [\"mila\"]\n", "s.toml:2:1: there is no key agent in the plan pro"),
            ("[plan.pro]\nagents = [3]\n", "s.toml:2:11: plan.pro.agents should be a list of agents"),
            (
                "[plan.pro]\nchannels = [\"email\", \"by phone\"]\n",
                "s.toml:2:22: plan.pro.channels should be a list of channels",
            ),
            ("[plan.pro]\nabout = 4\n", "s.toml:2:9: plan.pro.about should be a text"),
            ("[plan]\npro = 3\n", "s.toml:2:7: plan.pro should be a section"),
            ("plan = []\n", "s.toml:1:8: plan should be sections"),
            ("[plan.\" \"]\n", "s.toml:1:1: \" \" cannot be the name of a plan"),
        ] {
            let e = read_shared(text, "s.toml", &|_| true).unwrap_err();
            assert!(e.what.starts_with(what), "{text}: {}", e.what);
        }
    }

    #[test]
    fn a_part_is_changed_alone_and_told_alone() {
        let set = [("plan".to_owned(), pro())];
        let change = |key: &str, text: Option<&str>| changed(key, text, &set, &|_| true);
        assert_eq!(change("plan.pro.agents", Some("mila,oleg")).unwrap().1["pro"]["agents"], json!(["mila", "oleg"]));
        assert_eq!(change("plan.free.about", Some("no phone")).unwrap().1["free"], json!({ "about": "no phone" }));
        assert_eq!(change("plan.pro", None).unwrap().1, Value::Null);
        assert!(change("plan.pro", Some("x")).is_err() && change("plan.basic", None).is_err());
        assert_eq!(change("plan.pro.agnts", Some("x")).unwrap_err().hint.as_deref(), Some("did you mean agents?"));
        let keys: Vec<String> = flat("plan", &pro()).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["plan.pro.agents", "plan.pro.channels", "plan.pro.about"]);
        assert_eq!(
            read_shared(&write_shared(&set), "x", &|_| true).unwrap(),
            [(
                "plan".to_owned(),
                json!({ "pro": { "agents": ["mila"], "channels": ["Email", "phone"], "about": "4 h a month" } })
            )]
        );
    }
}
