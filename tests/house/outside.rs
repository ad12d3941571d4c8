//! What comes from outside keeps to `deny.toml`: licences, sources, one edition of each crate. As far as that needs no network.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

#[test]
fn what_comes_from_outside_keeps_to_its_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules: toml::Value = toml::from_str(&std::fs::read_to_string(root.join("deny.toml")).unwrap()).unwrap();
    let words = |table: &str, key: &str, member: &str| -> BTreeSet<String> {
        let all = rules[table][key].as_array().unwrap();
        all.iter().map(|x| x.get(member).unwrap_or(x).as_str().unwrap().to_owned()).collect()
    };
    let (allowed, twice, never) =
        (words("licenses", "allow", "-"), words("bans", "skip", "crate"), words("bans", "deny", "crate"));
    let (mut faults, mut editions) = (Vec::new(), BTreeMap::<String, BTreeSet<String>>::new());
    for package in packages(root) {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let name = format!("{} {}", text("name"), text("version"));
        editions.entry(text("name")).or_default().insert(text("version"));
        if !may(&text("license"), &allowed) {
            faults.push(format!("{name} is under {:?}", text("license")));
        }
        if text("name") != "frontdesk" && text("source") != "registry+https://github.com/rust-lang/crates.io-index" {
            faults.push(format!("{name} comes from {:?}", text("source")));
        }
        if never.contains(&text("name")) {
            faults.push(format!("{name} is not wanted here"));
        }
    }
    for (name, found) in &editions {
        if found.len() > 1 && !twice.contains(name) {
            faults.push(format!("{name} comes in several editions: {found:?}"));
        }
    }
    for name in twice.iter().filter(|name| editions.get(*name).is_none_or(|found| found.len() < 2)) {
        faults.push(format!("{name} comes once by now: it need not stand in deny.toml"));
    }
    assert!(editions.len() > 100, "the crates were not read: {editions:?}");
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The crates that are built for this machine.
fn packages(root: &Path) -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|l| l.strip_prefix("host: ")).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform"]);
    let said = command.arg(host).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let graph: Value = serde_json::from_slice(&said.stdout).unwrap();
    graph["packages"].as_array().unwrap().clone()
}

/// Whether an SPDX expression can be met with these licences: of `OR` one is enough, of `AND` all are needed.
fn may(expression: &str, allowed: &BTreeSet<String>) -> bool {
    fn any(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>, allowed: &BTreeSet<String>) -> bool {
        let mut is = all(words, allowed);
        while words.next_if(|w| w == "OR").is_some() {
            is |= all(words, allowed);
        }
        is
    }
    fn all(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>, allowed: &BTreeSet<String>) -> bool {
        let mut is = one(words, allowed);
        while words.next_if(|w| w == "AND").is_some() {
            is &= one(words, allowed);
        }
        is
    }
    fn one(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>, allowed: &BTreeSet<String>) -> bool {
        let Some(mut word) = words.next() else { return false };
        if word == "(" {
            let is = any(words, allowed);
            return words.next().is_some_and(|w| w == ")") && is;
        }
        if words.next_if(|w| w == "WITH").is_some() {
            word = format!("{word} WITH {}", words.next().unwrap_or_default());
        }
        allowed.contains(&word)
    }
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
    let mut words = words.into_iter().peekable();
    any(&mut words, allowed) && words.next().is_none()
}

#[test]
fn a_licence_is_met_by_one_of_several_or_by_all_together() {
    let allowed: BTreeSet<String> = ["MIT", "ISC", "A WITH e"].iter().map(|s| (*s).to_owned()).collect();
    for yes in ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "MIT AND ISC", "(GPL-3.0 OR MIT) AND ISC", "A WITH e OR B"] {
        assert!(may(yes, &allowed), "{yes}");
    }
    for no in ["", "GPL-3.0", "MIT AND GPL-3.0", "A", "(MIT", "MIT ISC"] {
        assert!(!may(no, &allowed), "{no}");
    }
}
