//! The page for the meeting and the note for whoever has duty next, as a team reads them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "engines/past.rs"]
mod past;
#[path = "cli/stage.rs"]
#[expect(dead_code, reason = "not every test of commands needs every part of the stage")]
mod stage;

use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::rating::{Rating, Scale};
use frontdesk::domain::time::Moment;
use frontdesk::store::Deed;
use serde_json::{Value, json};
use stage::Stage;
use stage::mirror;

const CARD: [&str; 7] = [
    "My card was declined in the shop",
    "Card declined again",
    "Why was my card declined?",
    "The terminal declined my card",
    "card got declined, twice",
    "Declined card at the counter",
    "They declined the card",
];

/// Opens tickets of a client at an instant; gives their numbers.
fn open(stage: &Stage, at: &str, client: &str, texts: &[&str]) -> Vec<i64> {
    let desk = stage.at(at);
    let number =
        |text: &&str| desk.ok(&format!("open 'Help' -m '{text}' -f ann@{client}.test")).trim().parse().unwrap();
    texts.iter().map(number).collect()
}

/// A rating that somebody gave.
fn rated(stage: &Stage, at: &str, ticket: i64, score: i64, comment: &str) {
    let at = Moment::parse_rfc3339(at).unwrap();
    let key = format!("rated {ticket} {at:?}");
    past::past(&stage.path("desk.db"), |store| {
        let deed = Deed { agent: "mila", command: "rated", kind: OperationKind::Do, at, key: key.clone() };
        let written = store.write(&deed, false, |tx| {
            let (id, contact) = (tx.next_ids(1)?, tx.ticket(ticket)?.and_then(|t| t.requester));
            let (scale, comment) = (Scale::Csat, comment.to_owned());
            let rating = Rating { id, ticket: Some(ticket), contact, message: None, scale, score, comment, at };
            tx.apply([Event::about(Noun::Rating, id, "", &(), &rating, at).in_history_of(Some(ticket))])
        });
        assert!(written.unwrap().operation.is_some());
    });
}

/// Four weeks of a small team: cards are declined, the bank is asked, and it gets better; one client falls silent, one is
/// not content.
fn weeks() -> Stage {
    let stage = Stage::new();
    // Quiet writes in five weeks of autumn, and never again.
    for day in ["09-07", "09-14", "09-21", "09-28", "10-05"] {
        open(&stage, &format!("2026-{day}T09:00:00Z"), "quiet", &["A small question about the weather"]);
    }
    open(&stage, "2026-11-10T09:00:00Z", "acme", &CARD);
    let weeks = stage.at("2026-11-16T08:00:00Z");
    weeks.ok("topic name 1 'Card declined' in:2026-W46");
    weeks.ok("topic plan 1 'ask the bank' --who mila --by 2026-11-18");
    let cards = open(&stage, "2026-11-18T09:00:00Z", "acme", &CARD[..3]);
    open(
        &stage,
        "2026-11-19T09:00:00Z",
        "zeta",
        &["How long does a parcel take?", "Is there a discount?", "Open on Sunday?"],
    );
    let thursday = stage.at("2026-11-19T15:00:00Z");
    thursday.ok(&format!("log {} 30m 'called the bank' --on 2026-11-19", cards[0]));
    thursday.ok(&format!("close {} --reason workaround", cards[0]));
    rated(&stage, "2026-11-20T10:00:00Z", cards[0], 2, "Third time this month!");
    stage.at("2026-11-23T08:00:00Z")
}

fn row<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|row| row[key] == value).unwrap()
}

#[test]
fn the_page_begins_with_what_was_decided_and_whether_it_worked() {
    let desk = weeks();
    let page = desk.ok("recap");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
    let order = [
        "What was decided",
        "The issues of the week",
        "★ our figure",
        "Whom to call",
        "Workaround debt",
        "More came in",
    ];
    let places: Vec<usize> = order.iter().map(|text| at(text)).collect();
    assert!(places.is_sorted(), "{places:?}: {page}");
    assert!(page.contains("it works: fewer; was to be done by 2026-11-18"), "{page}");
    let decision = desk.json("recap")["decisions"][0].clone();
    assert_eq!((&decision["topic"], &decision["count"], &decision["before"]), (&json!(1), &json!(3), &json!(7)));
    desk.ok("topic fixed 1 --in 2.4");
    let decision = desk.json("recap")["decisions"][0].clone();
    assert_eq!(decision["decided"], "fixed in 2.4; ask the bank (mila, by 2026-11-18)");
    assert_eq!(decision["outcome"], "it works: fewer", "what is done is not overdue");
    // Before the meeting there was nothing to decide about.
    assert_eq!(desk.json("recap in:2026-W46")["decisions"], json!([]));
}

#[test]
fn whom_to_call_comes_with_the_reason() {
    let desk = weeks();
    let calls = desk.json("recap")["calls"].clone();
    let why = |client: &str| row(&calls, "client", client)["why"].as_str().unwrap().to_owned();
    assert!(why("acme.test").starts_with("said 2/5 (#13): Third time this month!"), "{}", why("acme.test"));
    assert_eq!(why("quiet.test"), "silent for 6 weeks; wrote in 5 of the 9 before");
    assert_eq!(calls[0]["client"], "acme.test", "who is not content comes first");
    assert!(
        calls.as_array().unwrap().iter().all(|call| call["client"] != "zeta.test"),
        "of somebody new nothing is usual"
    );
    assert_eq!(desk.json("recap client:zeta.test")["calls"], json!([]));
}

#[test]
fn workarounds_are_a_debt_that_is_counted() {
    let desk = weeks();
    assert_eq!(desk.json("recap")["workarounds"], json!({"closed": 1, "standing": 1, "minutes": 30}));
    let page = desk.ok("recap");
    assert!(page.contains("Workaround debt: 1 ticket of 90 days closed with a workaround (1 that week), 30m worked. Most: Card declined (1)."), "{page}");
    desk.ok("reopen 13");
    assert_eq!(desk.json("recap")["workarounds"]["standing"], 0);
}

#[test]
fn the_star_is_the_figure_that_was_chosen() {
    let desk = weeks();
    let star = desk.json("recap")["star"].clone();
    assert_eq!((&star["figure"], &star["value"], &star["before"]), (&json!("waiting"), &json!(17), &json!(12)));
    assert_eq!(star["weeks"].as_array().unwrap().len(), 8);
    desk.ok("config set star csat");
    let star = desk.json("recap")["star"].clone();
    assert_eq!((&star["value"], &star["n"], &star["before"]), (&json!(0.0), &json!(1), &Value::Null));
    assert!(desk.ok("recap").contains("n = 1, too few to judge"));
    desk.ok("config set star hours");
    assert_eq!(desk.json("recap")["star"]["value"], 30);
    assert!(desk.refused("config set star luck", 2).contains("star should be one of waiting hours opened"));
}

#[test]
fn figures_lists_and_charts_are_behind_all_and_in_html() {
    let desk = weeks();
    let (short, long) = (desk.ok("recap"), desk.ok("recap --all"));
    for text in ["Longest waiting now", "Busiest clients", "Hours", "first response", "week by week"] {
        assert!(!short.contains(&format!("{text}\n")) && long.contains(text), "{text}: {long}");
    }
    assert!(short.trim_end().ends_with("Times, clients, tags, hours: desk recap --all"));
    let html = desk.ok("recap --format html");
    assert!(html.contains("<svg") && html.contains("Busiest clients"));
    let outside = ["src=", "href=\"http", "@import", "url("];
    assert!(outside.iter().all(|word| !html.contains(word)), "a page of its own");
    let (one, all) = (desk.json("recap"), desk.json("recap --all"));
    assert_eq!(one, all, "programs are told everything either way");
}

#[test]
fn it_is_told_in_russian() {
    let desk = weeks();
    let page = desk.ok("recap --lang ru --all");
    for text in [
        "Итоги: 2026-11-16 … 2026-11-22 (неделя 47), UTC",
        "Что решили",
        "помогает: меньше; срок был 2026-11-18",
        "Главные проблемы недели",
        "★ наш показатель",
        "Кому позвонить",
        "оценка 2/5 (#13)",
        "Долг обходных решений: 1 заявка за 90 дней закрыто обходным путём (1 за неделю), потрачено 30 мин.",
        "Пришло больше, чем ушло: пришло 6, закрыто 1",
        "Дольше всех ждут сейчас",
        "30 мин",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(desk.json("recap --lang ru")["calls"], desk.json("recap")["calls"], "programs are told the same");
    desk.ok("config set lang ru");
    assert!(desk.ok("recap").starts_with("Итоги: ") && desk.ok("recap --lang en").starts_with("Recap: "));
    assert!(desk.refused("recap --lang de", 2).contains("en or ru"));
}

#[test]
fn the_handover_says_what_presses_what_is_new_and_what_wakes() {
    let stage = Stage::new();
    let desk = stage.at("2026-11-20T17:00:00Z");
    desk.all(&[
        "open 'The shop is down' -f ann@acme.test -m 'Down since noon'",
        "open 'A parcel' -f bob@zeta.test -m 'Where is it?'",
        "open 'An invoice' -f carl@acme.test -m 'Please send it again'",
        "open 'Later' -f dora@acme.test -m 'When you have time'",
        "due 1 2026-11-21T10:00:00Z",
        "take 2",
        "note 2 'Asked the carrier, they call back'",
        "pending 3 --until 2026-11-21T09:00:00Z",
        "snooze 4 2026-12-01",
        "start 2",
    ]);
    let note = desk.json("recap --handover");
    let numbers = |key: &str| -> Vec<i64> {
        note[key].as_array().unwrap().iter().map(|row| row["number"].as_i64().unwrap()).collect()
    };
    assert_eq!((numbers("presses"), numbers("new")), (vec![1], vec![]));
    assert_eq!((numbers("waiting"), numbers("wakes")), (vec![2], vec![3]));
    assert_eq!(note["notes"][0]["text"], "Asked the carrier, they call back");
    assert_eq!((&note["timers"][0]["agent"], &note["timers"][0]["ticket"]), (&json!("mila"), &json!(2)));
    let page = desk.ok("recap --handover");
    assert!(page.contains("1 due until the end of the next day or late, 0 new, 1 more wait for us."), "{page}");
    let russian = desk.ok("recap --handover --lang ru");
    assert!(russian.contains("Передача дежурства") && russian.contains("Заметки за день"), "{russian}");
    assert!(!desk.ok("recap --handover client:zeta.test").contains("The shop is down"));
    let mailed = Stage::new();
    let mail = |n: u32, more: &str| {
        let head = format!(
            "From: Robot <r{n}@acme.test>\nTo: support@desk.test\nMessage-ID: <{n}@acme.test>\n{more}Subject: Report {n}\n"
        );
        std::fs::write(mailed.path(&format!("{n}.eml")), format!("{head}\nDisk full\n")).unwrap();
        mailed.ok(&format!("import {} --own support@desk.test", mailed.path(&format!("{n}.eml")).display()));
    };
    mail(1, "Auto-Submitted: auto-generated\n");
    mail(2, "");
    mail(3, "");
    mailed.ok("mute r2@acme.test");
    let new = mailed.json("recap --handover")["new"].clone();
    assert_eq!((new.as_array().unwrap().len(), &new[0]["subject"]), (1, &json!("Report 3")), "{new}");
    let promised = Stage::new();
    promised.all(&["open 'x' -f a@b.test -m x", "pending 1", "config set sla.all.full_resolution '5 days'"]);
    assert_eq!(promised.json("recap --handover")["presses"], json!([]), "the clock stands still");
    let empty = Stage::new();
    empty.all(&["open 'x' -f a@b.test", "close 1"]);
    assert!(empty.ok("recap --handover").contains("Nobody waits for us."));
}

#[test]
fn a_decision_is_judged_by_what_came_after_it_and_not_too_early() {
    let stage = Stage::new();
    open(&stage, "2026-11-09T09:00:00Z", "acme", &CARD[..3]);
    open(&stage, "2026-11-16T09:00:00Z", "acme", &CARD);
    let decided = stage.at("2026-11-17T09:00:00Z");
    decided.ok("topic name 1 'Card declined' in:2026-W47");
    decided.ok("topic plan 1 'ask the bank'");
    let first = |desk: &Stage, line: &str| desk.json(line)["decisions"][0].clone();
    let early = first(&stage.at("2026-11-19T12:00:00Z"), "recap in:2026-W47");
    assert_eq!((&early["count"], &early["before"], &early["outcome"]), (&json!(0), &json!(7), &json!("too early")));
    let monday = stage.at("2026-11-23T09:00:00Z");
    let judged = first(&monday, "recap");
    assert_eq!((&judged["count"], &judged["outcome"]), (&json!(0), &json!("it works: none")), "{judged}");
    // A week later it is measured against the week before the decision, not against a week after it.
    open(&stage, "2026-11-25T09:00:00Z", "acme", &CARD[..2]);
    let later = first(&stage.at("2026-11-30T09:00:00Z"), "recap");
    assert_eq!((&later["count"], &later["before"]), (&json!(2), &json!(7)), "{later}");
    assert_eq!(later["outcome"], "it works: fewer");
    let again = stage.at("2026-11-30T10:00:00Z");
    again.ok("topic plan 1 'ask another bank'");
    let dropped = first(&again, "recap in:2026-W49");
    assert_eq!(dropped["outcome"], "too early", "{dropped}");
}

#[test]
fn days_that_have_not_come_are_not_silent() {
    let stage = Stage::new();
    for day in ["09-14", "09-21", "09-28", "10-05", "10-12", "10-26"] {
        open(&stage, &format!("2026-{day}T09:00:00Z"), "quiet", &["A small question about the weather"]);
    }
    // Four weeks are over on the 23rd; the week ends on the 22nd, the month on the 30th.
    let calls = |now: &str, line: &str| stage.at(now).json(line)["calls"].clone();
    assert_eq!(calls("2026-11-20T12:00:00Z", "recap in:2026-11"), json!([]));
    let called = calls("2026-11-24T12:00:00Z", "recap in:2026-11");
    assert_eq!(called[0]["why"], "silent for 4 weeks; wrote in 6 of the 9 before", "{called}");
}

#[test]
fn who_has_no_name_is_called_by_his_address_and_the_muted_count_nowhere() {
    let stage = Stage::new();
    open(&stage, "2026-11-18T09:00:00Z", "acme", &CARD[..1]);
    let desk = stage.at("2026-11-20T12:00:00Z");
    desk.all(&["csat 1 2 -m 'slow again'", "nps ann@acme.test 3 -m 'not really'", "contact add loud@zeta.test"]);
    desk.all(&["nps loud@zeta.test 10", "nps ann@acme.test 4 -m 'no' --at 2026-11-17"]);
    let page = desk.ok("recap in:this-week");
    assert!(page.contains("ann@acme.test"), "{page}");
    let why = desk.json("why nps in:this-week");
    assert_eq!(why["items"][0]["contact"], "loud@zeta.test", "{why}");
    let scores = |line: &str, key: &str| desk.json(line)[key].clone();
    let all = || {
        let why = desk.json("why nps in:28d");
        let (n, score) = (why["n"].clone(), why["score"].clone());
        let of = [scores("nps", "nps"), scores("stats in:28d", "nps"), scores("recap in:28d", "nps")];
        assert!(of.iter().all(|nps| nps["n"] == n && nps["score"] == score), "{of:?} {why}");
        n
    };
    assert_eq!(all(), json!(2));
    desk.ok("mute loud@zeta.test");
    assert_eq!(all(), json!(1));
    let why = desk.json("why csat in:28d");
    assert_eq!((&why["n"], &why["percent"]), (&desk.json("csat")["csat"]["n"], &desk.json("csat")["csat"]["percent"]));
}

#[test]
fn in_russian_numbers_have_a_comma_and_decisions_no_english() {
    let desk = weeks();
    desk.at("2026-11-21T08:00:00Z").all(&["csat 13 4", "csat 14 5", "csat 15 1 -m 'Долго'", "config set star csat"]);
    desk.at("2026-11-22T08:00:00Z").ok("topic fixed 1 --in 2.4");
    let page = desk.ok("recap --lang ru --all");
    assert!(page.contains("66,7 %") && !page.contains("66.7"), "{page}");
    assert!(page.contains("исправлено в 2.4; ask the bank (mila, до 2026-11-18)"), "{page}");
    for english in ["fixed in", "(by ", ", by ", "too few", " of ", "n = 1, too"] {
        assert!(!page.contains(english), "{english}: {page}");
    }
}

#[test]
fn a_clients_page_has_every_rating_the_clocks_and_no_empty_columns() {
    let stage = Stage::new();
    let numbers = open(&stage, "2026-11-18T09:00:00Z", "acme", &CARD[..2]);
    let desk = stage.at("2026-11-20T12:00:00Z");
    desk.all(&["config set sla.all.first_response '1h wall'", "client edit acme.test --handle acme --vip"]);
    desk.all(&[&format!("close {}", numbers[0]), &format!("csat {} 4", numbers[0]), "nps ann@acme.test 9 -m 'quick'"]);
    desk.all(&["client note acme 'pays late'", "client note acme 'calls first'"]);
    let page = desk.json("client show acme");
    let said: Vec<&Value> = page["ratings"].as_array().unwrap().iter().map(|r| &r["score"]).collect();
    assert_eq!(said, [&json!(9), &json!(4)], "also what was said without a word: {page}");
    assert_eq!(page["open_tickets"][0]["sla"]["state"], "breached", "{page}");
    let text = desk.on_terminal(80).ok("client show acme");
    assert!(text.contains("9 of 10") && text.contains("4 of 5") && text.contains("too few to judge"), "{text}");
    assert!(text.contains("pays late") && text.contains("calls first") && text.contains("VIP"), "{text}");
    assert!(!text.contains("phones") && !text.contains("handles") && !text.contains('★'), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}
