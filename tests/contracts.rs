//! Contracts as people use them: `contract`, what `client`, `desk` and a merge say of them. In process, on a desk of its own
//! each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "contracts/added.rs"]
mod added;
#[path = "contracts/changed.rs"]
mod changed;
#[path = "contracts/shown.rs"]
mod shown;
#[path = "contracts/tried.rs"]
mod tried;

#[path = "engines/mirror.rs"]
mod mirror;

use mirror::Line;
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;

/// A desk in an empty home, and a clock that the test sets.
struct Desk {
    home: tempfile::TempDir,
    now: Cell<&'static str>,
}

/// What a command line came to.
struct Said {
    exit: u8,
    out: String,
    talk: String,
}

impl Desk {
    /// A desk in Moscow in September, with the clients acme (ticket 1) and рога (ticket 2); its currency is the ruble.
    fn new() -> Desk {
        let desk = Desk { home: tempfile::tempdir().unwrap(), now: Cell::new("2026-09-01T09:00:00Z") };
        desk.ok("client add acme Acme --domain acme.test");
        desk.ok("client add рога 'Рога и копыта' --domain horns.test --lang ru");
        desk.ok("open 'Cannot log in' -f ann@acme.test");
        desk.ok("open 'Не печатает' -f ivan@horns.test");
        desk.ok("config set currency RUB");
        desk
    }

    fn at(&self, now: &'static str) -> &Desk {
        self.now.set(now);
        self
    }

    fn run(&self, line: &str) -> Said {
        let home = self.home.path().to_str().unwrap();
        let set =
            [("HOME", home), ("DESK_AGENT", "mila"), ("DESK_NOW", self.now.get()), ("DESK_ZONE", "Europe/Moscow")];
        let environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let (exit, out, talk) = mirror::run(Line::new(words(line), environment));
        Said { exit, out: out.replace('\u{a0}', " "), talk }
    }

    fn ok(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.exit, 0, "desk {line}: {}", said.talk);
        said.out
    }

    /// The command fails with this exit, and says this in its error or its way out.
    fn no(&self, exit: u8, line: &str, says: &str) {
        let said = self.run(line);
        assert_eq!(said.exit, exit, "desk {line}: {}{}", said.out, said.talk);
        assert!(said.talk.contains(says), "desk {line}: {}", said.talk);
        assert!(said.out.is_empty(), "desk {line}: {}", said.out);
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --json"))).unwrap()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Everything that can be seen of contracts and clients.
    fn seen(&self) -> String {
        ["contract ls --all", "client ls", "client show рога", "time --by client in:2026"]
            .map(|line| self.ok(&format!("{line} --json")))
            .join("\n")
    }
}

/// A line as a shell reads it, with simple quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}
