//! Addresses in From, To, Cc and Reply-To, with the names people have.

use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, HeaderValue};

use super::charset;
use super::fields::Block;
use super::word;
use crate::domain::mail::Address;

/// The author: the first From (else Sender) that has an address, else the first that has a name.
pub(super) fn author(block: &Block<'_>, declared: Option<&str>) -> Option<Address> {
    let named = |name| block.all(name).take(4).flat_map(|v| list(v, declared, 4));
    let all: Vec<Address> = named("from").chain(named("sender")).collect();
    all.iter().find(|a| !a.email.is_empty()).or(all.first()).cloned()
}

/// The addresses of every field called `name`, `most` at most; what has no address is left out.
pub(super) fn all(block: &Block<'_>, name: &str, declared: Option<&str>, most: usize) -> Vec<Address> {
    let found = block.all(name).take(64).flat_map(|v| list(v, declared, most));
    found.filter(|a| !a.email.is_empty()).take(most).collect()
}

/// The addresses and names of one field.
fn list(value: &[u8], declared: Option<&str>, most: usize) -> Vec<Address> {
    let unfolded = word::unfold(value);
    let mut line = charset::header(&unfolded, declared).into_owned();
    if line.contains("=?") {
        line = word::recode(&line);
    }
    line.push('\n');
    let mut parsed = std::panic::catch_unwind(|| parse(&line)).unwrap_or_default();
    for glued in parsed.iter_mut().filter(|a| a.email.matches('@').count() > 1 && !a.email.contains('"')) {
        glued.email = words(&line).find(|w| glued.email.starts_with(w)).unwrap_or_default().to_owned();
    }
    let mut list: Vec<Address> = Vec::new();
    let mut surname: Option<String> = None;
    for mut address in parsed.into_iter().take(most) {
        if let Some(surname) = surname.take() {
            address.name = match address.name.as_str() {
                "" => surname,
                name => format!("{surname}, {name}"),
            };
        }
        if address.email.is_empty() && looks_like_address(&address.name) {
            address.email = address.name.clone();
        }
        if address.email.is_empty() && list.is_empty() {
            surname = Some(address.name);
        } else {
            list.push(address);
        }
    }
    list.extend(surname.map(|name| Address { name, email: String::new() }));
    if list.iter().all(|a| a.email.is_empty()) {
        list.extend(rescued(&line));
    }
    list
}

fn parse(line: &str) -> Vec<Address> {
    let HeaderValue::Address(found) = MessageStream::new(line.as_bytes()).parse_address() else { return Vec::new() };
    found.iter().map(address).filter(|a| !a.email.is_empty() || !a.name.is_empty()).collect()
}

fn address(found: &Addr<'_>) -> Address {
    let name = found.name.as_deref().unwrap_or_default().trim().replace('\0', "");
    let email = found.address.as_deref().unwrap_or_default();
    let email: String =
        email.trim().trim_matches('\'').chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    // A source route (`@relay:joe@x.org`) is no part of the address.
    let routed = email.starts_with('@').then(|| email.rsplit_once(':')).flatten();
    let email = routed.map_or(email.as_str(), |(_, email)| email);
    let whole = email.starts_with('"') || !email.contains([',', ';', '<', '>']);
    Address { name, email: if whole { email.to_owned() } else { String::new() } }
}

fn looks_like_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && !word.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
}

/// The first thing like an address in a line that no parser understands.
fn rescued(line: &str) -> Option<Address> {
    let email = words(line).next()?;
    Some(Address { name: String::new(), email: email.to_owned() })
}

/// The words of a line that look like addresses.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| c.is_whitespace() || "<>,;:\"()[]".contains(c));
    words.map(|w| w.trim_matches('\'')).filter(|w| looks_like_address(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Vec<(String, String)> {
        list(value.as_bytes(), None, 100).into_iter().map(|a| (a.name, a.email)).collect()
    }

    fn one(value: &str) -> (String, String) {
        let mut found = read(value);
        assert_eq!(found.len(), 1, "{value}: {found:?}");
        found.remove(0)
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        for (value, name, email) in [
            (" joe@x.org", "", "joe@x.org"),
            ("Joe <joe@x.org>", "Joe", "joe@x.org"),
            ("\"Doe, Joe\" <joe@x.org>", "Doe, Joe", "joe@x.org"),
            ("Петров, Иван <a@b>", "Петров, Иван", "a@b"),
            ("joe@x.org (Joe Doe)", "Joe Doe", "joe@x.org"),
            ("=?koi8-r?B?8NLJ18XU?= <a@b>", "Привет", "a@b"),
            ("\"=?koi8-r?B?8NLJ18XU?=\" <a@b>", "Привет", "a@b"),
            ("=?utf-8?Q?=D0?=\r\n =?utf-8?Q?=9F=2C_<x@y>?= <a@b>", "П, <x@y>", "a@b"),
            ("'joe@x.org' <joe@x.org>", "'joe@x.org'", "joe@x.org"),
            ("\"joe@x.org\"", "joe@x.org", "joe@x.org"),
            ("<joe@x.org>", "", "joe@x.org"),
            ("Joe", "Joe", ""),
            ("Joe <joe@x.org", "Joe", "joe@x.org"),
            ("Joe <@relay,@other:joe@x.org>", "Joe", "joe@x.org"),
            ("joe@x.org ann@x.org", "", "joe@x.org"),
        ] {
            assert_eq!(one(value), (name.into(), email.into()), "{value}");
        }
    }

    #[test]
    fn lists_and_groups_are_flat() {
        let emails = |value| read(value).into_iter().map(|(_, e)| e).collect::<Vec<_>>();
        assert_eq!(emails("a@x, B <b@x>,\r\n c@x"), ["a@x", "b@x", "c@x"]);
        assert_eq!(emails("Team: a@x, b@x; c@x"), ["a@x", "b@x", "c@x"]);
        assert!(emails("undisclosed-recipients:;").iter().all(String::is_empty));
    }

    #[test]
    fn a_raw_name_is_read_in_the_charset_of_the_body_or_guessed() {
        let raw = encoding_rs::WINDOWS_1251.encode("Иван Петров <a@b>").0;
        for declared in [Some("windows-1251"), None] {
            let found = list(&raw, declared, 10);
            assert_eq!((found[0].name.as_str(), found[0].email.as_str()), ("Иван Петров", "a@b"));
        }
    }

    #[test]
    fn an_encoded_line_break_stays_in_the_name_alone() {
        let (name, email) = one("=?utf-8?q?E=0D=0ABcc:_q@q.q?= <a@b.c>");
        assert_eq!((name.as_str(), email.as_str()), ("E\r\nBcc: q@q.q", "a@b.c"));
    }

    #[test]
    fn hostile_lines_are_only_lines() {
        for piece in ["(", ";", "<", "\"", ",", ":", "=?", "a@b,", "<a@b>", "\\", ")", ">", "=?a?Q?a?="] {
            let found = list(piece.repeat(60_000 / piece.len()).as_bytes(), None, 1000);
            assert!(found.len() <= 1001);
        }
    }
}
