//! What a member says where it is there: a text, an instant, a length of time. What is absent is absent; what is of another
//! kind is told with the name of the member.

use serde_json::{Map, Value};

use super::page::text;
use crate::domain::amount::Unit;
use crate::domain::incoming::Origin;
use crate::domain::mapping::{Dates, spent};
use crate::domain::record::Record;
use crate::domain::time::{Minutes, Moment};

/// The text of a member; none where it is absent, empty or null.
pub(super) fn said(members: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    let what = match members.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(_) | Value::Number(_)) => return Ok(text(members, name)),
        Some(Value::Bool(_)) => "yes or no",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    };
    Err(format!("{name}: a text was expected, here is {what}"))
}

/// The instant that a member says.
pub(super) fn moment(dates: &Dates, members: &Map<String, Value>, name: &str) -> Result<Option<Moment>, String> {
    let read = |text: String| dates.stamp(&text).map(|stamp| stamp.at).map_err(|why| format!("{name}: {why}"));
    said(members, name)?.map(read).transpose()
}

/// The minutes that a member says; a bare number is of `unit`. Nothing is none, less than a minute is one.
pub(super) fn worked(name: &str, text: &str, unit: Unit) -> Result<Option<Minutes>, String> {
    let minutes = spent(text, Some(unit)).map_err(|why| format!("{name}: {why}"))?;
    let nothing = !text.contains(|c: char| ('1'..='9').contains(&c));
    Ok((!nothing).then_some(minutes.max(1)))
}

/// Where a record stands.
pub(super) fn origin(record: &Record) -> Origin {
    Origin { place: record.place.clone(), raw: record.raw.clone() }
}

/// The first number after a `#` in a text, as tickets are named in passing.
pub(super) fn ticket_in(text: &str) -> Option<String> {
    const MOST: usize = 12;
    text.match_indices('#').find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(at + 1..)?;
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (number, rest) = after.split_at_checked(end)?;
        let alone = !before.is_some_and(char::is_alphanumeric) && !rest.starts_with(char::is_alphanumeric);
        (alone && (1..=MOST).contains(&end)).then(|| number.to_owned())
    })
}

/// Yes or no in a table; none where it is empty.
pub(super) fn billable(name: &str, text: Option<String>) -> Result<Option<bool>, String> {
    let Some(text) = text else { return Ok(None) };
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "да" => Ok(Some(true)),
        "no" | "false" | "0" | "нет" => Ok(Some(false)),
        _ => Err(format!("{name}: \"{}\" is neither yes nor no", text.chars().take(40).collect::<String>())),
    }
}

/// The first line in which something stands, shortened to what a subject holds.
pub(super) fn subject_of(text: &str) -> Option<String> {
    const MOST: usize = 120;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    match line.char_indices().nth(MOST) {
        None => Some(line.to_owned()),
        Some((end, _)) => Some(format!("{}…", line.get(..end).unwrap_or(line).trim_end())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_named_by_its_number_after_a_hash() {
        for (text, found) in [
            ("#42", Some("42")),
            ("fonts (#7), see #8", Some("7")),
            ("шрифты №3 #0042", Some("0042")),
            ("color #a12 and #1a2", None),
            ("c#7", None),
            ("# 42", None),
            ("", None),
            ("#1234567890123", None),
        ] {
            assert_eq!(ticket_in(text).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn less_than_a_minute_is_one_and_nothing_is_none() {
        assert_eq!(worked("x", "00:00:20", Unit::Hour), Ok(Some(1)));
        assert_eq!(worked("x", "0:00:00", Unit::Hour), Ok(None));
        assert_eq!(worked("x", "1,5", Unit::Hour), Ok(Some(90)));
        assert!(worked("x", "soon", Unit::Hour).unwrap_err().starts_with("x: \"soon\""));
    }

    #[test]
    fn a_subject_is_one_line_and_not_endless() {
        assert_eq!(subject_of("\n  Добрый день! \nНе работает"), Some("Добрый день!".to_owned()));
        assert_eq!(subject_of(" \n "), None);
        assert_eq!(subject_of(&"ж".repeat(500)).map(|text| text.chars().count()), Some(121));
    }
}
