//! What `[hours]` and `[invoice]` may hold: rounding, tax, days to pay, the look of numbers.

use super::check::should_be;
use super::places::Wrong;
use crate::domain::billing::rounding::Rounding;
use crate::domain::nearest::nearest;
use crate::error::{Error, Result};
use serde_json::{Map, Value};

/// What `[hours]` may hold.
pub(super) const HOURS: &[&str] = &["round"];
/// What `[invoice]` may hold.
pub(super) const INVOICE: &[&str] = &["tax", "tax_note", "due", "prefix", "first", "note"];

/// How invoices look and what tax they bear.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Invoicing {
    /// The tax: its rate in thousandths of a percent, and whether prices hold it already; none: no tax.
    pub tax: Option<(i64, bool)>,
    /// What is said where there is no tax; none: the words of the language.
    pub tax_note: Option<String>,
    /// Days that a client has to pay; none: nothing is said.
    pub due: Option<u64>,
    /// What stands before the number.
    pub prefix: String,
    /// The first number there is.
    pub first: i64,
    /// What each invoice says below.
    pub note: String,
}

/// Whether a section has such a key.
pub(super) fn known(section: &str, key: &str, keys: &[&str]) -> Result<()> {
    if keys.contains(&key) {
        return Ok(());
    }
    let near = nearest(key, keys.iter().copied());
    Err(Error::usage(format!("there is no setting {section}.{key}")).hint(near.map_or_else(
        || format!("of {section} there are: {}", keys.join(" ")),
        |n| format!("did you mean {section}.{n}?"),
    )))
}

/// Reads the tax: `20%`, `20% included`, `none`.
///
/// ```
/// use frontdesk::settings::money::tax;
/// assert_eq!(tax("20%"), Some(Some((20_000, false))));
/// assert_eq!(tax("7,7 % included"), Some(Some((7_700, true))));
/// assert_eq!(tax("none"), Some(None));
/// assert_eq!([tax("20"), tax("-5%"), tax("120%"), tax("1.2345%")], [None; 4]);
/// ```
#[must_use]
pub fn tax(text: &str) -> Option<Option<(i64, bool)>> {
    let said = text.trim().to_lowercase();
    if said == "none" {
        return Some(None);
    }
    let (rate, included) = match said.strip_suffix("included") {
        Some(rate) => (rate.trim_end(), true),
        None => (said.as_str(), false),
    };
    let number = rate.strip_suffix('%')?.trim_end();
    let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let digits = |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 3) || !digits(decimals, 3) {
        return None;
    }
    let thousandths: i64 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (1..=100_000).contains(&thousandths).then_some(Some((thousandths, included)))
}

fn section<'a>(value: &'a Value, name: &str, keys: &[&str]) -> std::result::Result<&'a Map<String, Value>, Wrong> {
    let Some(table) = value.as_object() else {
        return Err(Wrong::value(should_be(name, &format!("a section [{name}]"), value)));
    };
    for key in table.keys() {
        known(name, key, keys).map_err(|e| Wrong::key(key, e))?;
    }
    Ok(table)
}

pub(super) fn check_hours(value: &Value) -> std::result::Result<(), Wrong> {
    for (key, round) in section(value, "hours", HOURS)? {
        let read = round.as_str().map(Rounding::parse);
        let wrong =
            || Wrong::value(should_be("hours.round", "like \"15m up per entry\", or \"none\"", round)).below(key);
        read.ok_or_else(wrong)?.map_err(|no| Wrong::value(no.into()).below(key))?;
    }
    Ok(())
}

pub(super) fn check_invoice(value: &Value) -> std::result::Result<(), Wrong> {
    for (key, value) in section(value, "invoice", INVOICE)? {
        let text = value.as_str();
        let whole = |most: u64| number(value).is_some_and(|n| n <= most);
        let (fits, should) = match key.as_str() {
            "tax" => (text.and_then(tax).is_some(), "\"20%\", \"20% included\" or \"none\""),
            "due" => (whole(3650), "a number of days from 0 to 3650"),
            "first" => (whole(1_000_000_000) && number(value) > Some(0), "the first number that an invoice gets"),
            _ => (text.is_some(), "a text"),
        };
        if !fits {
            return Err(Wrong::value(should_be(&format!("invoice.{key}"), should, value)).below(key));
        }
    }
    Ok(())
}

/// A whole number, also as the command line gives it.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// How the desk rounds where a contract says nothing.
#[must_use]
pub fn rounding(hours: &Value) -> Rounding {
    let said = hours.get("round").and_then(Value::as_str).and_then(|text| Rounding::parse(text).ok());
    said.unwrap_or(Rounding::NONE)
}

/// What the setting `invoice` holds.
#[must_use]
pub fn invoicing(invoice: &Value) -> Invoicing {
    let text = |key: &str| invoice.get(key).and_then(Value::as_str).map(str::to_owned);
    Invoicing {
        tax: text("tax").as_deref().and_then(tax).flatten(),
        tax_note: text("tax_note"),
        due: invoice.get("due").and_then(number),
        prefix: text("prefix").unwrap_or_default(),
        first: invoice.get("first").and_then(number).and_then(|n| i64::try_from(n).ok()).unwrap_or(1),
        note: text("note").unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sections_are_checked_by_the_names_of_their_keys() {
        let wrong = |value: Value| check_invoice(&value).unwrap_err().error.to_string();
        assert!(
            check_invoice(&json!({ "tax": "20% included", "due": 10, "prefix": "A-", "first": "118", "note": "" }))
                .is_ok()
        );
        assert!(wrong(json!({ "taks": "20%" })).contains("there is no setting invoice.taks"));
        assert!(wrong(json!({ "tax": "20" })).contains("invoice.tax should be"));
        assert!(wrong(json!({ "due": -1 })).contains("invoice.due should be"));
        assert!(check_hours(&json!({ "round": "15m up per entry" })).is_ok());
        assert!(check_hours(&json!({ "round": "90m up" })).is_err() && check_hours(&json!({ "round": 15 })).is_err());
    }

    #[test]
    fn what_is_checked_is_read() {
        let all = invoicing(&json!({ "tax": "20%", "due": "10", "first": 118 }));
        assert_eq!((all.tax, all.due, all.first), (Some((20_000, false)), Some(10), 118));
        assert_eq!(invoicing(&Value::Null), Invoicing { first: 1, ..Invoicing::default() });
        assert_eq!(rounding(&json!({ "round": "6m nearest" })).to_string(), "6m nearest per entry");
    }
}
