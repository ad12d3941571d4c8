//! Topics and what is decided about them, as people use them. In process, on a desk of its own each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "engines/mirror.rs"]
mod mirror;

use mirror::Line;
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
        let (exit, out, talk) = mirror::run(Line::new(words(line), environment));
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

#[test]
fn a_named_topic_keeps_its_number_and_name_from_week_to_week() {
    let desk = Desk::two_weeks();
    let first = desk.topics("in:2026-W45");
    assert_eq!(first.iter().map(|t| (t.0, t.2)).collect::<Vec<_>>(), [(1, 4), (2, 3)]);
    desk.no(3, "topic name 2 'Card declined' in:2026-W46", &["there is no topic 2 in these weeks"]);
    desk.says("topic name 2 'Card declined' in:2026-W45", &["topic 2: Card declined"]);
    desk.no(1, "topic name 2 'Card declined'", &["so already"]);
    assert_eq!(desk.topics("in:2026-W46"), [(2, "Card declined".to_owned(), 7, 3)]);
    let again = desk.topics("in:2026-W45");
    assert_eq!(again[0], first[0], "the others keep their numbers");
    assert_eq!(again[1], (2, "Card declined".to_owned(), 3, 0));
    desk.ok("undo");
    assert_eq!(desk.topics("in:2026-W45"), first);
    desk.ok("redo");
    assert_eq!(desk.json("topic ls")[0]["name"], "Card declined");
    desk.says("history", &["topic name 2"]);
}

#[test]
fn a_single_ticket_falls_into_a_known_topic() {
    let mut desk = Desk::two_weeks();
    desk.ok("topic name 1 'Card declined' in:2026-W46");
    desk.at("2026-11-17");
    desk.open(&["Card declined once more", "Where is the office?"]);
    let week = desk.json("topics in:2026-W47");
    assert_eq!((&week["topics"][0]["tickets"], &week["other"]), (&serde_json::json!([17]), &serde_json::json!([18])));
}

#[test]
fn a_fixed_topic_that_comes_back_is_said_and_decisions_stand_beside_it() {
    let mut desk = Desk::two_weeks();
    desk.at("2026-11-08");
    desk.ok("topic fixed 2 --in 2.4.1 in:2026-W45");
    desk.says("topics in:2026-W46", &["was fixed, and 7 tickets came since", "fixed in 2.4.1"]);
    assert!(!desk.ok("topics in:2026-W45").contains("came since"));
    desk.ok("topic fixed 2 --not");
    desk.says("topic plan 2 'ask the bank' --who me --by 2026-12-01", &["ask the bank (mila, by 2026-12-01)"]);
    desk.no(3, "topic plan 2 'ask' --who nobody", &["there is no agent nobody"]);
    desk.ok("log 10 4h20m");
    desk.says(
        "topics in:2026-W46",
        &["Without an answer: Card declined (4h 20m). To name one: desk topic answer 2 NAME."],
    );
    desk.ok("answer add bank -m 'Ask your bank'");
    desk.ok("topic answer 2 bank");
    desk.says("topics in:2026-W46", &["answer", "bank    ask the bank"]);
    assert!(!desk.ok("topics in:2026-W46").contains("Without an answer"));
    desk.ok("answer rm bank");
    desk.says("topics in:2026-W46", &["Without an answer: Card declined"]);
    desk.ok("undo");
    let known = desk.json("topic ls")[0].clone();
    assert_eq!(
        (&known["plan_who"], &known["plan_by"], &known["fixed_at"]),
        (&"mila".into(), &"2026-12-01".into(), &Value::Null)
    );
    desk.ok("topic plan 2 none");
    assert_eq!(desk.json("topic ls")[0]["plan"], Value::Null);
}

#[test]
fn pinned_topics_are_always_listed_and_merged_ones_are_one() {
    let desk = Desk::two_weeks();
    desk.ok("topic pin 1 in:2026-W45");
    assert_eq!(desk.topics("in:2026-W46").last().map(|t| (t.0, t.2, t.3)), Some((1, 0, 4)));
    desk.ok("topic unpin 1");
    assert_eq!(desk.topics("in:2026-W46").len(), 1);
    desk.no(2, "topic merge 1 --into 1", &["into itself"]);
    desk.says("topic merge 1 --into 2 --of in:2026-W45", &["topic 2:", "with "]);
    assert_eq!(desk.topics("in:2026-W45").iter().map(|t| (t.0, t.2)).collect::<Vec<_>>(), [(2, 7)]);
    desk.ok("topic forget 2");
    assert_eq!(desk.topics("in:2026-W45").len(), 2);
    desk.no(3, "topic forget 2", &["nobody has touched a topic 2"]);
}

#[test]
fn the_recap_leads_with_the_issues_of_the_week() {
    let desk = Desk::two_weeks();
    desk.ok("log 9 25m");
    desk.ok("topic name 1 'Card declined' in:2026-W46");
    desk.ok("topic plan 1 'ask the bank'");
    let page = desk.ok("recap");
    let (issues, lead) = (page.find("The issues of the week").unwrap(), page.find("More came in").unwrap());
    assert!(issues < lead, "{page}");
    desk.says("recap", &["Card declined", "rising", "25m", "ask the bank"]);
    let topics = desk.json("recap")["topics"].clone();
    assert_eq!(
        topics,
        serde_json::json!([{"topic": 1, "name": "Card declined", "count": 7, "before": 3, "minutes": 25}])
    );
    desk.says("recap in:2026-W40 --json", &["\"topics\": []"]);
}

#[test]
fn where_a_ticket_is_worked_on_is_kept_shown_and_counted() {
    let desk = Desk::two_weeks();
    let url = "https://tracker.test/shop/issues/7";
    desk.says("link 9,10 HTTPS://Tracker.test/shop/issues/7", &[url, "My card was declined"]);
    desk.no(1, &format!("link 9 {url}"), &["is linked to"]);
    desk.says("show 9", &[url]);
    assert_eq!(desk.json("show 9")["links"], serde_json::json!([url]));
    desk.says(&format!("link {url}"), &["Asked by 2 tickets of 1 client."]);
    assert_eq!(desk.json(&format!("link {url}")).as_array().unwrap().len(), 2);
    desk.says("topics in:2026-W46", &["2 linked to https://tracker.test/shop/issues/7"]);
    desk.says("history 9", &["linked"]);
    desk.ok("merge 10 --into 11");
    desk.says(&format!("link {url}"), &["11", "9"]);
    desk.says("show 11", &[url]);
    desk.ok(&format!("unlink 9 {url}"));
    desk.no(1, &format!("unlink 9 {url}"), &["is not linked"]);
    desk.ok("undo");
    assert_eq!(desk.json("show 9")["links"], serde_json::json!([url]));
    desk.no(2, "link 9 https://ann:secret@tracker.test/7", &["a password would be kept"]);
    assert!(!desk.run("link 9 https://ann:secret@tracker.test/7").talk.contains("secret@"));
    desk.no(2, "link 9 tracker.test/7", &["https://tracker.test/7"]);
    desk.no(2, "link 9", &["no link is given"]);
    desk.says("link https://tracker.test/8", &["no ticket is linked to it"]);
}

#[test]
fn tickets_of_a_topic_are_a_condition_of_a_query() {
    let mut desk = Desk::two_weeks();
    desk.ok("topic name 1 'Card declined' in:2026-W46");
    desk.no(3, "ls topic:2", &["nobody has touched a topic 2"]);
    desk.no(2, "ls topic:card", &["topic:3"]);
    let numbers = |desk: &Desk, query: &str| -> Vec<i64> {
        let all = desk.json(query);
        let mut all: Vec<i64> = all.as_array().unwrap().iter().map(|t| t["number"].as_i64().unwrap()).collect();
        all.sort_unstable();
        all
    };
    let cards = [1, 2, 3, 9, 10, 11, 12, 13, 14, 15];
    assert_eq!(numbers(&desk, "ls topic:1"), cards);
    assert_eq!(numbers(&desk, "ls topic:1 in:2026-W46"), cards[3..]);
    assert_eq!(numbers(&desk, "find declined topic:1 in:2026-W45"), cards[..3]);
    assert_eq!(numbers(&desk, "ls not:topic:1"), [4, 5, 6, 7, 8, 16]);
    desk.at("2027-09-01");
    desk.open(&["Card declined once more", "Where is the office?"]);
    assert_eq!(numbers(&desk, "ls topic:1"), [&cards[..], &[17]].concat(), "older ones by what they say");
    desk.ok("log 9 25m");
    desk.ok("log 16 40m");
    assert_eq!(desk.json("time topic:1")["total"]["actual_minutes"], 25, "work of this week on older tickets");
    assert_eq!(desk.json("topics topic:1 in:2026-W46")["tickets_total"], 7);
    assert_eq!(desk.json("stats topic:1 in:2026-W46")["tickets"]["opened"], 7);
    desk.at("2027-12-01");
    assert_eq!(numbers(&desk, "ls topic:1"), [17], "the last twelve months");
    assert_eq!(numbers(&desk, "ls topic:1 in:2026-11"), cards);
}

const SHOPS: [&str; 4] = [
    "My card was declined in the shop",
    "The shop declined my card",
    "Shop: card declined again",
    "card declined by the terminal of a shop",
];
const MACHINES: [&str; 4] = [
    "Card declined by the cash machine",
    "The cash machine declined my card",
    "cash machine: my card was declined",
    "Why was my card declined by a cash machine?",
];

impl Desk {
    /// Cards that were declined in shops (1 to 4) and by cash machines (5 to 8), a topic that is two.
    fn two_in_one() -> Desk {
        let mut desk = Desk::new();
        desk.at("2026-11-10");
        desk.open(&SHOPS);
        desk.open(&MACHINES);
        desk.open(&["How do I change the language of the app?", "Where is the office?"]);
        desk.at("2026-11-12");
        desk.ok("topic name 1 'Card declined' in:2026-W46");
        assert_eq!(desk.topics("in:2026-W46").first().map(|t| (t.0, t.2)), Some((1, 8)));
        desk
    }
}

#[test]
fn a_topic_that_is_two_is_split_and_merging_makes_it_one_again() {
    let mut desk = Desk::two_in_one();
    let before = desk.json("topic ls")[0].clone();
    desk.no(2, "topic split 1", &["topic 1 has 2 parts", "-n shows them"]);
    let shown = desk.json("topic split 1 -n");
    let parts: Vec<&Value> = shown["parts"].as_array().unwrap().iter().map(|part| &part["tickets"]).collect();
    assert_eq!(parts, [&serde_json::json!([1, 2, 3, 4]), &serde_json::json!([5, 6, 7, 8])]);
    assert_eq!(desk.json("topic ls").as_array().unwrap().len(), 1);
    desk.says("topic split 1 --into Shops 'Cash machines'", &["topic 1: Shops; topic 2: Cash machines"]);
    let both = |desk: &Desk| desk.topics("in:2026-W46").into_iter().map(|t| (t.0, t.1, t.2)).collect::<Vec<_>>();
    let split = [(1, "Shops".to_owned(), 4), (2, "Cash machines".to_owned(), 4)];
    assert_eq!(both(&desk), split);
    desk.at("2026-11-17");
    desk.open(&["declined: my card, at a cash machine", "The terminal of this shop declined a card"]);
    let next = desk.topics("in:2026-W47");
    assert_eq!(next.iter().map(|t| (t.0, t.2, t.3)).collect::<Vec<_>>(), [(2, 1, 4), (1, 1, 4)], "to the nearer one");
    desk.at("2026-11-12");
    desk.ok("topic merge 2 --into 1");
    assert_eq!(both(&desk).len(), 1);
    assert_eq!(desk.json("topic ls")[0]["words"], before["words"]);
    assert_eq!(both(&desk)[0].2, 8);
    desk.ok("undo");
    assert_eq!(both(&desk), split);
}

#[test]
fn tickets_named_by_hand_become_a_topic_of_their_own() {
    let desk = Desk::two_in_one();
    let before = desk.json("topic ls");
    desk.ok("topic split 1 --tickets 5-8 --name 'Cash machines'");
    let both: Vec<(i64, String, i64)> = desk.topics("in:2026-W46").into_iter().map(|t| (t.0, t.1, t.2)).collect();
    assert_eq!(both, [(1, "Card declined".to_owned(), 4), (2, "Cash machines".to_owned(), 4)]);
    desk.ok("undo");
    assert_eq!(desk.json("topic ls"), before);
    desk.no(1, "topic split 1 --tickets 9 --name Other", &["9 is not of topic 1"]);
    desk.no(1, "topic split 1 --tickets 1-8 --name Other", &["these are all tickets of topic 1"]);
    desk.no(1, "topic split 1 --tickets 1,5 --name Other", &["these tickets say what the others of topic 1 say"]);
    desk.no(2, "topic split 1 --into One", &["one name is no two parts"]);
    desk.no(2, "topic split 1 --tickets 5", &["--name"]);
}

#[test]
fn what_is_one_issue_cannot_be_split() {
    let desk = Desk::new();
    desk.open(&["Card declined again"; 7]);
    desk.ok("topic name 1 'Card declined' in:2026-W45");
    desk.no(1, "topic split 1", &["topic 1 is one issue, as far as its 7 tickets tell", "--tickets 42,45"]);
    desk.no(1, "topic split 1 --tickets 3 --name Other", &["these tickets say what the others"]);
    desk.no(3, "topic split 7", &["there is no topic 7"]);
}

#[test]
fn a_topic_has_a_page() {
    let mut desk = Desk::two_weeks();
    desk.ok("answer add bank -m 'Ask your bank'");
    desk.ok("topic name 1 'Card declined' in:2026-W46");
    desk.ok("topic plan 1 'ask the bank'");
    desk.ok("topic answer 1 bank");
    desk.ok("log 9 25m");
    desk.ok("link 9,10 https://tracker.test/7");
    let page = desk.json("topic show 1");
    assert_eq!((&page["topic"], &page["count"], &page["minutes"]), (&1.into(), &10.into(), &25.into()));
    let weeks: Vec<i64> = page["weeks"].as_array().unwrap().iter().map(|w| w["count"].as_i64().unwrap()).collect();
    assert_eq!(weeks, [0, 0, 0, 0, 0, 0, 3, 7, 0]);
    assert_eq!(page["clients"], serde_json::json!([{"client": "acme", "tickets": 10}]));
    assert_eq!(page["links"], serde_json::json!([{"url": "https://tracker.test/7", "tickets": 2}]));
    assert_eq!((page["plan"].as_str(), page["answer"].as_str()), (Some("ask the bank"), Some("bank")));
    assert_eq!(page["tickets"].as_array().unwrap().len(), 10);
    let expected = [
        "Card declined",
        "ask the bank",
        "10 of 1 client",
        "0 0 0 0 0 0 3 7 0",
        "2 linked to https://tracker.test/7",
        "Ask your bank",
    ];
    desk.says("topic show 1", &expected);
    let narrow = desk.json("topic show 1 in:2026-W46");
    assert_eq!((&narrow["count"], narrow["weeks"].as_array().unwrap().len()), (&7.into(), 8));
    desk.at("2026-11-08");
    desk.ok("topic fixed 1 --in 2.4");
    desk.at("2026-11-16");
    desk.says("topic show 1", &["7 tickets since it was fixed"]);
    desk.no(3, "topic show 9", &["there is no topic 9 in these weeks"]);
    assert_eq!(desk.json("topic show 2 in:2026-W45")["count"], 4, "also one that nobody has touched");
}

#[test]
fn a_clients_page_tells_his_last_ninety_days() {
    let desk = Desk::two_weeks();
    desk.ok("client add calm Calm");
    let quiet = desk.json("client show calm");
    assert_eq!(
        (&quiet["topics"], &quiet["ratings"], &quiet["last_90_days"]["sla"]),
        (&serde_json::json!([]), &serde_json::json!([]), &Value::Null)
    );
    assert!(!desk.ok("client show calm").contains("Last 90 days"));
    let policies = desk.home.path().join("sla.toml");
    std::fs::write(&policies, "[[sla]]\nname = \"all\"\nfirst_response = \"4h wall\"\n").unwrap();
    desk.ok(&format!("config apply {}", policies.display()));
    desk.ok("topic name 1 'Card declined' in:2026-W46");
    desk.ok("reply 9 --said -m Hello");
    desk.ok("csat 9 5 -m 'Well done'");
    desk.ok("client note acme pays late, calls first");
    let page = desk.json("client show acme");
    assert_eq!(page["topics"][0]["name"], "Card declined");
    assert_eq!((&page["topics"][0]["topic"], &page["topics"][0]["count"]), (&1.into(), &10.into()));
    assert_eq!((&page["last_90_days"]["csat"]["n"], &page["last_90_days"]["sla"]["met"]), (&1.into(), &0.into()));
    assert_eq!(
        (&page["last_90_days"]["sla"]["missed"], &page["last_90_days"]["sla"]["late"]),
        (&16.into(), &15.into())
    );
    assert_eq!(
        (&page["ratings"][0]["comment"], &page["note"]),
        (&"Well done".into(), &"pays late, calls first".into())
    );
    desk.says(
        "client show acme",
        &[
            "Last 90 days",
            "0 of 16 kept (0.0 %); 15 late now",
            "1 of 1 (100.0 %)",
            "Card declined",
            "Well done",
            "pays late",
        ],
    );
}
