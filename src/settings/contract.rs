//! Contracts in a file: the keys of the flags, one table of them or several under `[[contract]]`. What the keys mean is in
//! `domain::billing::contract::words`.

use super::places::at;
use crate::domain::billing::contract::Terms;
use crate::domain::billing::contract::words::{KEYS, currency_said};
use crate::domain::billing::currency::Currency;
use crate::domain::nearest::nearest;
use crate::domain::refusal::Refusal;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use std::ops::Range;
use toml_edit::{Document, Item, TableLike, Value};

/// Bytes that a file of contracts may have.
pub const LARGEST: u64 = 1 << 20;

/// A key with its value, and where they stand.
struct Said {
    key: String,
    value: String,
    key_at: Option<Range<usize>>,
    value_at: Option<Range<usize>>,
}

/// Reads the contracts of a file. `start` is the first day where none is said; `currency` what sums are in where neither they
/// nor the key say it.
///
/// ```
/// use frontdesk::settings::contract::read_contracts;
/// let text = "prepaid = \"20h\"\nevery = \"month\"\nprice = 50000\ncurrency = \"RUB\"\nalert = [\"80%\"]\n";
/// let start = "2026-10-01".parse().unwrap();
/// let contracts = read_contracts(text, "plus.toml", start, None).unwrap();
/// assert_eq!((contracts[0].name.as_str(), contracts[0].start, contracts[0].price.unwrap().minor), ("prepaid", start, 5_000_000));
/// let no = read_contracts("prepaid = \"20h\"\nevry = \"month\"\n", "plus.toml", start, None).unwrap_err();
/// assert_eq!((no.what.as_str(), no.hint.unwrap().as_str()), ("plus.toml:2:1: no contract has the key evry", "did you mean every?"));
/// ```
///
/// # Errors
/// What is no TOML, a key that no contract has, a value that cannot be read, terms that make no sense: with file, line and
/// column. No currency anywhere.
pub fn read_contracts(text: &str, file: &str, start: Date, currency: Option<Currency>) -> Result<Vec<Terms>> {
    if text.len() as u64 > LARGEST {
        return Err(Error::usage(format!("{file}:1:1: contracts of more than 1 MiB are none")));
    }
    let document = Document::parse(text.to_owned()).map_err(|e| at(Error::usage(e.message()), text, e.span(), file))?;
    let root = document.as_table();
    let placed = |span: Option<Range<usize>>, error: Error| at(error, text, span, file);
    let mut contracts = Vec::new();
    match root.get("contract") {
        None => contracts.push((said(root).map_err(|(span, e)| placed(span, e))?, None)),
        Some(item) => {
            if let Some((key, _)) = root.iter().find(|(key, _)| *key != "contract") {
                let span = root.key(key).and_then(|key| key.span());
                let error = Error::usage(format!("{key} stands outside of the contracts"));
                return Err(placed(span, error.hint("put it below a [[contract]]")));
            }
            for (table, span) in tables(item).ok_or_else(|| {
                placed(item.span(), Error::usage("contract is no table").hint("write [[contract]] above its keys"))
            })? {
                contracts.push((said(table).map_err(|(span, e)| placed(span, e))?, span));
            }
        }
    }
    let terms = contracts
        .into_iter()
        .map(|(said, span)| terms(&said, start, currency).map_err(|(inner, error)| placed(inner.or(span), error)));
    terms.collect()
}

/// A table of keys, and where it stands.
type Table<'a> = (&'a dyn TableLike, Option<Range<usize>>);

fn tables(item: &Item) -> Option<Vec<Table<'_>>> {
    match item {
        Item::ArrayOfTables(list) => Some(list.iter().map(|t| (t as &dyn TableLike, t.span())).collect()),
        item => item.as_table_like().map(|table| vec![(table, item.span())]),
    }
}

type Placed = (Option<Range<usize>>, Error);

fn said(table: &dyn TableLike) -> std::result::Result<Vec<Said>, Placed> {
    let mut all = Vec::new();
    for (name, item) in table.iter() {
        let key_at = table.key(name).and_then(|key| key.span());
        if !KEYS.iter().any(|(known, _)| *known == name) {
            let near = nearest(name, KEYS.into_iter().map(|(known, _)| known));
            let hint =
                near.map_or_else(|| "desk contract add --help".to_owned(), |near| format!("did you mean {near}?"));
            return Err((key_at, Error::usage(format!("no contract has the key {name}")).hint(hint)));
        }
        let value_at = item.span();
        let value = item.as_value().and_then(words).ok_or_else(|| {
            (
                value_at.clone(),
                Error::usage(format!("{name} should be a text or a number")).hint("write \"10h\", 30000"),
            )
        })?;
        all.push(Said { key: name.to_owned(), value, key_at, value_at });
    }
    Ok(all)
}

/// A value as a flag has it.
fn words(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.value().clone(),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::Boolean(yes) => if *yes.value() { "yes" } else { "no" }.to_owned(),
        Value::Datetime(day) => day.value().to_string(),
        Value::Array(list) => list.iter().map(words).collect::<Option<Vec<_>>>()?.join(", "),
        Value::InlineTable(_) => return None,
    })
}

fn terms(said: &[Said], start: Date, currency: Option<Currency>) -> std::result::Result<Terms, Placed> {
    let mut pairs: Vec<(&str, String)> = said.iter().map(|s| (s.key.as_str(), s.value.clone())).collect();
    if !said.iter().any(|s| s.key == "start") {
        pairs.push(("start", start.to_string()));
    }
    let about = |no: Refusal| {
        let (about, on_key) = place(&no, said);
        (about.and_then(|s| if on_key { s.key_at.clone() } else { s.value_at.clone() }), Error::from(no))
    };
    let Some(currency) = currency_said(&pairs).map_err(about)?.or(currency) else {
        return Err((None, Error::usage("nothing says what its money is in").hint("add currency = \"RUB\"")));
    };
    Terms::read(&pairs, currency).map_err(about)
}

/// What a refusal is about, and whether its key is wrong.
fn place<'a>(no: &Refusal, said: &'a [Said]) -> (Option<&'a Said>, bool) {
    let keyed = |key: &str| said.iter().find(|s| s.key == key);
    match no {
        Refusal::UnknownValue { key, .. } => (keyed(key), false),
        Refusal::Impossible { text, .. } => {
            let flag = text.strip_prefix("--").and_then(|flag| flag.split_whitespace().next());
            match flag {
                Some(key) => (keyed(key), true),
                None => (said.iter().find(|s| s.value.trim() == text), false),
            }
        }
        Refusal::Unreadable { text, .. } => (said.iter().find(|s| s.value.trim() == text.trim()), false),
        _ => (None, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Terms>> {
        read_contracts(text, "x.toml", "2026-10-01".parse().unwrap(), Currency::of("RUB").ok())
    }

    #[test]
    fn numbers_days_and_lists_are_read_as_flags() {
        let text = "prepaid = \"10h\"\nevery = \"month\"\nprice = 30000.50\nstart = 2026-01-01\nalert-days = [30, 7]\nprorate = true\n";
        let terms = &read(text).unwrap()[0];
        assert_eq!((terms.price.unwrap().minor, terms.start.to_string()), (3_000_050, "2026-01-01".to_owned()));
        assert_eq!((terms.alerts.days.clone(), terms.prorate), (vec![30, 7], true));
    }

    #[test]
    fn several_contracts_stand_below_each_other() {
        let text = "[[contract]]\nblock = \"40h\"\n[[contract]]\nhourly = 3500\nname = \"rest\"\norder = 2\n";
        let names: Vec<String> = read(text).unwrap().into_iter().map(|terms| terms.name).collect();
        assert_eq!(names, ["block", "rest"]);
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (text, says) in [
            ("prepaid = ", "x.toml:1:"),
            ("prepaid = \"10h\"\nevery = \"fortnight\"\n", "x.toml:2:9: unknown value \"fortnight\""),
            ("prepaid = \"10h\"\nevery = \"month\"\nrate = 5\n", "x.toml:3:1: \"--rate 5\" is impossible"),
            ("prepaid = \"10\"\nevery = \"month\"\n", "x.toml:1:11: cannot read \"10\""),
            ("hourly = { a = 1 }\n", "x.toml:1:10: hourly should be a text or a number"),
            ("[[contract]]\nhourly = 5\n[[contract]]\nprice = 5\n", "x.toml:3:1: "),
            ("price = 5\n[[contract]]\nhourly = 5\n", "x.toml:1:1: price stands outside"),
            ("contract = 5\n", "x.toml:1:12: contract is no table"),
        ] {
            let no = read(text).unwrap_err();
            assert!(no.what.starts_with(says), "{text}: {no}");
        }
    }
}
