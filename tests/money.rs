//! Statements, invoices, payments, margin and the client's page, as people use them. In process, on a desk of its own each.
#![cfg_attr(feature = "postgres", expect(clippy::expect_used, reason = "a test that cannot go on fails there"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[cfg(feature = "postgres")]
#[path = "store/cluster.rs"]
mod cluster;
#[cfg(feature = "postgres")]
#[path = "money/engines.rs"]
mod engines;
#[path = "money/histories.rs"]
mod histories;
#[path = "money/kept.rs"]
mod kept;
#[path = "money/life.rs"]
mod life;
#[path = "money/year.rs"]
mod year;

#[path = "engines/mirror.rs"]
mod mirror;

use mirror::Line;
use serde_json::Value;
use std::collections::BTreeMap;

/// A desk in an empty home, and a clock that the test sets.
struct Desk {
    home: tempfile::TempDir,
    now: String,
    /// Its place; none: a file in its home.
    place: Option<String>,
}

/// What a command line came to.
#[derive(Debug)]
struct Said {
    exit: u8,
    out: String,
    talk: String,
}

impl Desk {
    /// No desk yet.
    fn empty(place: Option<String>) -> Desk {
        let mut desk = Desk { home: tempfile::tempdir().unwrap(), now: String::new(), place };
        desk.at("2026-11-10");
        desk
    }

    /// A desk in roubles with a Russian client, who has no contract yet, and a ticket of his.
    fn new() -> Desk {
        let desk = Desk::empty(None);
        desk.ok("client add acme 'ООО «Акме»' --lang ru");
        desk.ok("config set currency RUB");
        desk.ok("open 'Не печатает счёт' -c acme -f ann@acme.test");
        desk
    }

    /// The same with ten prepaid hours a month.
    fn prepaid() -> Desk {
        let desk = Desk::new();
        desk.ok("contract add acme --prepaid 10h --every month --price 30000 --overage 4000 --round '15m up per entry' --start 2026-09-01 --name care");
        desk
    }

    fn at(&mut self, day: &str) {
        self.now = format!("{day}T12:00:00+03:00");
    }

    fn run(&self, line: &str) -> Said {
        let home = self.home.path().to_str().unwrap();
        let set = [("HOME", home), ("DESK_AGENT", "mila"), ("DESK_NOW", &self.now), ("DESK_ZONE", "Europe/Moscow")];
        let mut environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        environment.extend(self.place.iter().map(|place| ("DESK_FILE".to_owned(), place.clone())));
        let (exit, out, talk) = mirror::run(Line::new(words(line), environment));
        Said { exit, out, talk }
    }

    fn ok(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.exit, 0, "desk {line}: {}", said.talk);
        said.out
    }

    /// The command is refused with this exit, and says all this in its error or its way out.
    fn no(&self, exit: u8, line: &str, says: &[&str]) {
        let said = self.run(line);
        assert_eq!(said.exit, exit, "desk {line}: {said:?}");
        for part in says {
            assert!(said.talk.contains(part), "desk {line}: no {part:?} in {}", said.talk);
        }
        assert!(said.out.is_empty(), "desk {line}: {}", said.out);
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --json"))).unwrap()
    }

    /// The draft of a period, as it is called.
    fn draft(&self, line: &str) -> String {
        let made = self.json(line);
        made["invoices"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Issues an invoice of a client and a period.
    fn issue(&self, of: &str) {
        let draft = self.draft(&format!("invoice {of}"));
        self.ok(&format!("invoice issue {draft}"));
    }

    /// A number of an invoice's list: what is open of it.
    fn open(&self, id: &str) -> i64 {
        let all = self.json("invoice ls");
        let own = all.as_array().unwrap().iter().find(|i| i["id"] == id).unwrap();
        own["open"]["minor"].as_i64().unwrap_or_default()
    }
}

/// The words of a line; what stands between single quotes is one.
fn words(line: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let (mut word, mut quoted, mut begun) = (String::new(), false, false);
    for c in line.chars() {
        match c {
            '\'' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if begun || !word.is_empty() {
                    all.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        all.push(word);
    }
    all
}

/// Money of a value, in minor units.
fn minor(money: &Value) -> i64 {
    money["minor"].as_i64().unwrap_or_else(|| panic!("{money} is no money"))
}
