//! Topics and what is decided about them, as people use them. In process, on a desk of its own each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use frontdesk::host::Host;
use serde_json::Value;
use std::collections::BTreeMap;

/// A desk in an empty home, and a clock that the test sets.
struct Desk {
    home: tempfile::TempDir,
    now: String,
}

/// What a command line came to.
#[derive(Debug)]
struct Said {
    exit: u8,
    out: String,
    talk: String,
}

const CARD: [&str; 7] = [
    "My card was declined in the shop",
    "Card declined again",
    "Why was my card declined?",
    "The terminal declined my card",
    "card got declined, twice",
    "Declined card at the counter",
    "They declined the card",
];
const DOCUMENTS: [&str; 4] = [
    "Где скачать закрывающие документы?",
    "Не могу скачать документы за май",
    "Нужно скачать закрывающие документы",
    "Как скачать закрывающие документы за год",
];

impl Desk {
    fn new() -> Desk {
        let mut desk = Desk { home: tempfile::tempdir().unwrap(), now: String::new() };
        desk.at("2026-11-02");
        desk.ok("client add acme 'Acme GmbH'");
        desk
    }

    /// Two weeks: 3 and 7 cards that were declined, and 4 who look for documents in the first; a change of language in both.
    fn two_weeks() -> Desk {
        let mut desk = Desk::new();
        desk.at("2026-11-03");
        desk.open(&CARD[..3]);
        desk.open(&DOCUMENTS);
        desk.open(&["How do I change the language of the app?"]);
        desk.at("2026-11-10");
        desk.open(&CARD);
        desk.open(&["Can I have the app in another language?"]);
        desk.at("2026-11-16");
        desk
    }

    fn open(&self, texts: &[&str]) {
        for text in texts {
            self.ok(&format!("open '{text}' -c acme -f ann@acme.test -m 'Hello,\n{text}\nBest regards, Ann'"));
        }
    }

    fn at(&mut self, day: &str) {
        self.now = format!("{day}T12:00:00+03:00");
    }

    fn run(&self, line: &str) -> Said {
        let home = self.home.path().to_str().unwrap();
        let set = [("HOME", home), ("DESK_AGENT", "mila"), ("DESK_NOW", &self.now), ("DESK_ZONE", "Europe/Moscow")];
        let environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let mut host = Host::staged(environment, b"");
        let exit = frontdesk::run(words(line), &mut host);
        let (out, talk) = host.said();
        Said { exit, out, talk }
    }

    fn ok(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.exit, 0, "desk {line}: {}", said.talk);
        said.out
    }

    fn says(&self, line: &str, parts: &[&str]) {
        let out = self.ok(line);
        parts.iter().for_each(|part| assert!(out.contains(part), "desk {line}: no {part:?} in\n{out}"));
    }

    /// The command is refused with this exit, and says all this in its error or its way out.
    fn no(&self, exit: u8, line: &str, says: &[&str]) {
        let said = self.run(line);
        assert_eq!(said.exit, exit, "desk {line}: {said:?}");
        says.iter().for_each(|part| assert!(said.talk.contains(part), "desk {line}: no {part:?} in {}", said.talk));
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --json"))).unwrap()
    }

    /// Number, name, count and count before of each topic.
    fn topics(&self, query: &str) -> Vec<(i64, String, i64, i64)> {
        let all = self.json(&format!("topics {query}"));
        let int = |t: &Value, key: &str| t[key].as_i64().unwrap();
        let of =
            |t: &Value| (int(t, "topic"), t["name"].as_str().unwrap().to_owned(), int(t, "count"), int(t, "previous"));
        all["topics"].as_array().unwrap().iter().map(of).collect()
    }
}

/// The keys of an object, in the order of the alphabet.
fn keys(of: &Value) -> Vec<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
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

#[test]
fn the_issues_of_a_week_stand_beside_those_of_the_week_before() {
    let desk = Desk::two_weeks();
    let all = desk.json("topics in:2026-W46");
    assert_eq!(keys(&all), ["other", "period", "tickets_total", "topics"]);
    assert_eq!(all["period"], serde_json::json!({"from": "2026-11-09", "to": "2026-11-15"}));
    assert_eq!((&all["tickets_total"], &all["other"]), (&8.into(), &serde_json::json!([16])));
    let topic = &all["topics"][0];
    assert_eq!(keys(topic), ["cost", "count", "minutes", "name", "previous", "terms", "tickets", "topic"]);
    assert_eq!((&topic["topic"], &topic["count"], &topic["previous"]), (&1.into(), &7.into(), &3.into()));
    assert_eq!(topic["tickets"], serde_json::json!([9, 10, 11, 12, 13, 14, 15]));
    assert!(topic["name"].as_str().unwrap().to_lowercase().contains("declined"));
    desk.says(
        "topics in:2026-W46",
        &["7 of 8 tickets in 1 topic", "rising", "Gone since the period before:", "документы"],
    );
    desk.says("topics in:2026-W45", &["The period before has no tickets to compare with."]);
    assert_eq!(desk.topics("").len(), 2, "the last four weeks");
}

#[test]
fn few_tickets_none_and_nothing_in_common_are_said_honestly() {
    let desk = Desk::new();
    desk.says("topics in:2026-W45", &["No ticket was opened in this period."]);
    desk.open(&CARD[..5]);
    desk.says("topics in:2026-W45", &["5 tickets: too few to tell what they share."]);
    assert_eq!(desk.json("topics in:2026-W45")["other"], serde_json::json!([1, 2, 3, 4, 5]));
    let desk = Desk::new();
    desk.open(&[
        "Coffee machine leaks",
        "Payroll export hangs",
        "Где мой пропуск?",
        "New chair please",
        "Window broken",
        "VPN drops",
    ]);
    desk.says("topics in:2026-W45", &["6 tickets, and no three of them share an issue."]);
}

#[test]
fn what_is_in_no_figure_is_in_no_topic_and_a_query_chooses() {
    let desk = Desk::two_weeks();
    desk.ok("spam 9");
    desk.ok("merge 10 --into 11");
    assert_eq!(desk.json("topics in:2026-W46")["topics"][0]["tickets"], serde_json::json!([11, 12, 13, 14, 15]));
    assert_eq!(desk.json("topics in:2026-W46 client:none")["tickets_total"], 0);
    desk.no(2, "topics sort:-age", &["figures have an order of their own"]);
}

#[test]
fn time_and_cost_are_those_of_a_topics_tickets() {
    let desk = Desk::two_weeks();
    desk.ok("config set currency EUR");
    desk.ok("log 9 25m");
    desk.ok("log 10 20m");
    desk.ok("log 16 40m");
    assert_eq!(desk.json("topics in:2026-W46")["topics"][0]["cost"], Value::Null);
    desk.ok("agent cost mila 40");
    let topic = desk.json("topics in:2026-W46")["topics"][0].clone();
    assert_eq!((&topic["minutes"], &topic["cost"]["minor"]), (&45.into(), &3000.into()));
    desk.says("topics in:2026-W46", &["45m", "30.00"]);
}
