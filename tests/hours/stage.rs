//! A desk in an empty home, and a clock that the test sets.

use super::mirror::{self, Line};
use frontdesk::domain::billing::contract::{Contract, Kept, Terms};
use frontdesk::domain::billing::currency::Currency;
use frontdesk::domain::billing::invoice::Invoice;
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::time::Moment;
use frontdesk::error::Result;
use frontdesk::store::{Deed, Tx};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A desk in an empty home, and a clock that the test sets.
pub(crate) struct Desk {
    pub(crate) home: tempfile::TempDir,
    pub(crate) zone: &'static str,
    pub(crate) now: &'static str,
    pub(crate) agent: &'static str,
}

/// What a command line came to.
pub(crate) struct Said {
    pub(crate) exit: u8,
    pub(crate) out: String,
    pub(crate) talk: String,
}

impl Desk {
    /// A desk in Moscow on a Friday noon with two tickets: 1 of acme.test, tagged +billing +vip, and 2 of nobody.
    pub(crate) fn new() -> Desk {
        let desk = Desk {
            home: tempfile::tempdir().unwrap(),
            zone: "Europe/Moscow",
            now: "2026-11-20T12:00:00+03:00",
            agent: "mila",
        };
        desk.ok(&["open", "Cannot log in", "+billing", "+vip", "-f", "ann@acme.test"]);
        desk.ok(&["open", "Printer", "-f", "Bob"]);
        desk
    }

    pub(crate) fn at(zone: &'static str, now: &'static str) -> Desk {
        Desk { zone, now, ..Desk::new() }
    }

    pub(crate) fn run(&self, words: &[&str]) -> Said {
        let home = self.home.path().to_str().unwrap();
        let file = self.file().to_str().unwrap().to_owned();
        let set = [
            ("HOME", home),
            ("DESK_FILE", &file),
            ("DESK_AGENT", self.agent),
            ("DESK_NOW", self.now),
            ("DESK_ZONE", self.zone),
        ];
        let environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let (exit, out, talk) = mirror::run(Line::new(words.iter().map(|w| (*w).to_owned()).collect(), environment));
        Said { exit, out, talk }
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("desk.db")
    }

    /// Writes past the command line.
    pub(crate) fn writes<T>(&self, change: impl Fn(&mut Tx<'_>) -> Result<T>) -> T {
        let (kind, at) = (OperationKind::Do, Moment::parse_rfc3339(self.now).unwrap());
        let key = format!("{:?}", std::time::Instant::now());
        super::past::past(&self.file(), |store| {
            let deed = Deed { agent: "boss", command: "written past the command line", kind, at, key: key.clone() };
            store.write(&deed, false, &change).unwrap().value
        })
    }

    /// A contract of a client, in the keys of `desk contract add`.
    pub(crate) fn contract(&self, client: &str, terms: &[(&str, &str)]) {
        self.writes(|tx| {
            let client = tx.client_of_handle(client)?.unwrap();
            let terms = Terms::read(terms, Currency::of("RUB").unwrap()).unwrap();
            let id = tx.next_ids(1)?;
            let kept = Kept::of(client.id, &Contract::unchanged(id, terms).unwrap());
            let at = tx.at;
            tx.apply([Event::about(Noun::Contract, id, "", &(), &kept, at)])
        });
    }

    /// 10 hours a month of acme.test, 4 000 ₽ an hour beyond, rounded up to 15 minutes.
    pub(crate) fn care(&self) {
        self.contract(
            "acme.test",
            &[
                ("prepaid", "10h"),
                ("every", "month"),
                ("overage", "4000"),
                ("round", "15m up"),
                ("start", "2026-01-01"),
                ("name", "care"),
            ],
        );
    }

    /// An issued invoice of a client that holds entries.
    pub(crate) fn invoice(&self, client: &str, number: i64, days: (&str, &str), entries: &[i64]) {
        self.writes(|tx| {
            let client = tx.client_of_handle(client)?.unwrap().id;
            let (id, at) = (tx.next_ids(1)?, tx.at);
            let (first, last) = (days.0.parse().unwrap(), days.1.parse().unwrap());
            let invoice = Invoice {
                id,
                client,
                number: Some(number),
                credits: None,
                credited_by: None,
                first,
                last,
                issued_on: Some(last),
                due_on: None,
                currency: Currency::of("RUB").unwrap(),
                total: 0,
                note: String::new(),
                entries: entries.to_vec(),
                fees: Vec::new(),
                paper: None,
            };
            tx.apply([Event::about(Noun::Invoice, id, "", &(), &invoice, at)])
        });
    }

    /// What a command prints, with plain spaces, without its last line break.
    pub(crate) fn lines(&self, words: &[&str]) -> Vec<String> {
        self.ok(words).replace('\u{a0}', " ").lines().map(str::to_owned).collect()
    }

    pub(crate) fn ok(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.exit, 0, "desk {}: {}", words.join(" "), said.talk);
        said.out
    }

    /// The command fails with this exit, and says this in its error or its way out.
    pub(crate) fn no(&self, exit: u8, words: &[&str], says: &str) {
        let said = self.run(words);
        let (line, talk) = (words.join(" "), said.talk);
        assert_eq!(said.exit, exit, "desk {line}: {}{talk}", said.out);
        assert!(talk.contains(says), "desk {line}: {talk}");
        assert!(said.out.is_empty(), "desk {line}: {}", said.out);
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.ok(&words)).unwrap()
    }

    /// Every entry of the year: its id, day, ticket, minutes.
    pub(crate) fn entries(&self) -> Vec<(String, String, Option<i64>, i64)> {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let row =
            |e: &Value| (text(&e["id"]), text(&e["day"]), e["ticket"].as_i64(), e["actual_minutes"].as_i64().unwrap());
        self.json(&["time", "ls", "in:2026"]).as_array().unwrap().iter().map(row).collect()
    }

    pub(crate) fn total(&self, words: &[&str]) -> (i64, i64) {
        let total = &self.json(words)["total"];
        assert_eq!(total["amount"], Value::Null);
        (total["actual_minutes"].as_i64().unwrap(), total["billed_minutes"].as_i64().unwrap())
    }
}

pub(crate) fn entry(id: &str, day: &str, ticket: i64, minutes: i64) -> (String, String, Option<i64>, i64) {
    (id.to_owned(), day.to_owned(), Some(ticket), minutes)
}
