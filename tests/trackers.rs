//! Files of Okdesk, GitHub, Telegram, Toggl and Harvest, with invented people, read to their end: every field, and what is
//! easily read wrong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::path::Path;

use frontdesk::domain::incoming::{Incoming, IncomingMessage, IncomingTicket, IncomingTime, Way, What};
use frontdesk::domain::mapping::{Dates, priority_of, status_of};
use frontdesk::domain::record::Record;
use frontdesk::domain::ticket::{Priority, Reason, Status};
use frontdesk::domain::zone::Zone;
use frontdesk::formats::foreign::{PROGRAMS, Reader, Sample, Tells, called, sniff};
use frontdesk::formats::records::{Form, open};
use proptest::prelude::*;
use serde_json::{Map, Value};

const FILES: [(&str, Option<&str>); 12] = [
    ("okdesk-issues.json", Some("okdesk")),
    ("okdesk-companies.ndjson", Some("okdesk")),
    ("okdesk-contacts.ndjson", Some("okdesk")),
    ("okdesk-employees.ndjson", Some("okdesk")),
    ("github-gh.json", Some("github")),
    ("github-rest.json", Some("github")),
    ("telegram-chat.json", Some("telegram")),
    ("telegram-all.json", Some("telegram")),
    ("toggl.csv", Some("toggl")),
    ("toggl-new.csv", Some("toggl")),
    ("harvest.csv", Some("harvest")),
    ("plain-hours.csv", None),
];

fn dates() -> Dates {
    Dates { zone: Zone::bundled("Europe/Moscow").unwrap(), order: None, serials: false }
}

fn path(name: &str) -> String {
    format!("{}/tests/foreign/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What these files bring, read one after the other; faults as they are told.
fn read(program: &str, names: &[&str]) -> (Vec<Incoming>, Vec<String>) {
    let mut reader = Reader::new(called(program).unwrap(), dates());
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for name in names {
        for record in open(Path::new(&path(name)), None).unwrap() {
            match reader.read(&record.unwrap()) {
                Ok(more) => found.extend(more),
                Err(why) => faults.push(why),
            }
        }
    }
    found.extend(reader.end());
    (found, faults)
}

fn tickets(found: &[Incoming]) -> Vec<&IncomingTicket> {
    let ticket = |one: &'_ Incoming| matches!(one.what, What::Ticket(_));
    found
        .iter()
        .filter(|one| ticket(one))
        .map(|one| if let What::Ticket(t) = &one.what { &**t } else { unreachable!() })
        .collect()
}

fn times(found: &[Incoming]) -> Vec<&IncomingTime> {
    found.iter().filter_map(|one| if let What::Time(time) = &one.what { Some(time) } else { None }).collect()
}

/// A message in short: way, who, when, what.
fn short(message: &IncomingMessage) -> (Way, String, String, String) {
    let author = message.author.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    (message.way, author, message.at.map(|at| at.rfc3339()).unwrap_or_default(), message.text.clone())
}

fn told(way: Way, who: &str, at: &str, text: &str) -> (Way, String, String, String) {
    (way, who.to_owned(), at.to_owned(), text.to_owned())
}

#[test]
fn each_file_is_known_by_its_look_and_a_plain_one_is_nobodys() {
    for (name, expected) in FILES {
        let mut records = open(Path::new(&path(name)), None).unwrap();
        let first = records.next().unwrap().unwrap();
        let json = matches!(records.form(), Form::Json | Form::Ndjson);
        let columns = if json { first.columns.clone() } else { records.columns().to_vec() };
        let sample = Sample { columns: &columns, first: &first, holder: records.holder(), json };
        assert_eq!(sniff(&sample).map(|program| program.word), expected, "{name}");
        let tells = match name {
            "okdesk-companies.ndjson" => Tells::Companies,
            "okdesk-contacts.ndjson" | "okdesk-employees.ndjson" => Tells::People,
            _ => Tells::Rest,
        };
        assert_eq!(sample.tells(), tells, "{name}");
    }
}

#[test]
fn an_issue_of_okdesk_is_read_with_its_people_by_number() {
    let people = ["okdesk-companies.ndjson", "okdesk-contacts.ndjson", "okdesk-employees.ndjson"];
    let (found, faults) = read("okdesk", &[&people[..], &["okdesk-issues.json"]].concat());
    assert_eq!(faults, [""; 0]);
    let found_tickets = tickets(&found);
    let ticket = found_tickets[0];
    assert_eq!(ticket.external.as_deref(), Some("153"));
    assert_eq!(ticket.subject, "Не печатается счёт");
    assert_eq!(status_of(ticket.status.as_deref().unwrap()), Some((Status::Closed, Some(Reason::Solved))));
    assert_eq!(priority_of(ticket.priority.as_deref().unwrap()), Some(Priority::High));
    assert_eq!(ticket.assignee.as_deref(), Some("oleg@example.com"));
    assert_eq!(ticket.client.as_deref(), Some("ООО «Ромашка»"));
    assert_eq!(ticket.tags, ["Обслуживание"]);
    assert_eq!(ticket.channel.as_deref(), Some("email"));
    assert_eq!(ticket.opened_at.unwrap().rfc3339(), "2026-11-16T07:15:17Z");
    assert_eq!(ticket.updated_at.unwrap().rfc3339(), "2026-11-17T09:39:35Z");
    assert_eq!(ticket.closed_at.unwrap().rfc3339(), "2026-11-17T06:00:00Z");
    assert_eq!(ticket.due_at.unwrap().rfc3339(), "2026-11-18T15:00:00Z");
    assert_eq!((ticket.minutes, ticket.outbound), (Some(3), false));
    assert_eq!(ticket.url.as_deref(), Some("https://acme.okdesk.test/issues/153"));
    assert_eq!(ticket.links, ["150", "154", "155"]);
    assert_eq!(ticket.ratings.iter().map(|rating| rating.score).collect::<Vec<_>>(), [5]);
    // Contact 7 and employee 7 are two people.
    let requester = ticket.requester.as_ref().unwrap();
    assert_eq!((requester.name.as_str(), requester.agent), ("Анна Серова", false));
    assert_eq!(
        (requester.emails.as_slice(), requester.phones.as_slice()),
        (&["anna@acme.test".to_owned()][..], &["+7 921 555-01-02".to_owned()][..])
    );
    let said: Vec<_> = ticket.messages.iter().map(short).collect();
    assert_eq!(
        said,
        [
            told(Way::In, "Анна Серова", "2026-11-16T07:15:17Z", "Здравствуйте!\n\nСчёт № 12 не печатается: 1 < 2"),
            told(Way::Note, "Mila Stone", "2026-11-16T07:30:00Z", "обновить шрифты"),
            told(Way::Out, "Олег Мирный", "2026-11-16T08:00:00Z", "Проверьте,\nпожалуйста"),
            told(Way::In, "Анна Серова", "2026-11-17T05:59:00Z", "Спасибо, печатается"),
        ]
    );
    assert_eq!(ticket.messages[0].files, [("счёт.pdf".to_owned(), Some(4149))]);
    assert_eq!(ticket.messages[2].files, [("photo.jpg".to_owned(), None)]);
    assert_eq!(ticket.messages[2].external.as_deref(), Some("11"));
    assert!(found.last().unwrap().origin.place.ends_with("okdesk-issues.json: record 3"));
}

#[test]
fn an_issue_of_okdesk_that_is_put_off_is_on_hold_and_its_hours_come_one_by_one() {
    let (found, faults) = read("okdesk", &["okdesk-employees.ndjson", "okdesk-issues.json"]);
    assert_eq!(faults, [""; 0]);
    let found_tickets = tickets(&found);
    let ticket = found_tickets[1];
    assert_eq!((ticket.status.as_deref(), ticket.priority.as_deref()), (Some("hold"), Some("normal")));
    assert_eq!((ticket.channel.as_deref(), ticket.client.as_deref()), (None, Some("Oak Ltd")));
    // A mere count of comments, no description, no contact: nothing is made up.
    assert!(ticket.messages.is_empty() && ticket.requester.is_none());
    assert_eq!(ticket.minutes, None);
    let time: Vec<_> = times(&found)
        .into_iter()
        .map(|t| {
            (
                t.external.clone().unwrap(),
                t.ticket.clone().unwrap(),
                t.agent.clone().unwrap(),
                t.day.to_string(),
                t.minutes,
                t.text.clone(),
            )
        })
        .collect();
    let entry = |id: &str, agent: &str, day: &str, minutes, text: &str| {
        (id.to_owned(), "154".to_owned(), agent.to_owned(), day.to_owned(), minutes, text.to_owned())
    };
    assert_eq!(
        time,
        [
            entry("1", "oleg@example.com", "2026-11-16", 60, "Упаковка"),
            entry("2", "kim@example.com", "2026-11-17", 90, "")
        ]
    );
}

#[test]
fn an_issue_of_okdesk_alone_tells_what_it_can() {
    let (found, faults) = read("okdesk", &["okdesk-issues.json"]);
    assert_eq!(faults, [""; 0]);
    let found_tickets = tickets(&found);
    let ticket = found_tickets[2];
    // No float has rounded it.
    assert_eq!(ticket.external.as_deref(), Some("9007199254740993"));
    // A name nobody knows, by its code; a priority nobody knows stays as it is written.
    assert_eq!(ticket.status.as_deref(), Some("in_work"));
    assert_eq!(ticket.priority.as_deref(), Some("Вчера"));
    assert_eq!((ticket.channel.as_deref(), ticket.minutes, ticket.client.as_deref()), (Some("portal"), None, None));
    // It was closed once and is open again.
    assert_eq!(ticket.closed_at, None);
    let requester = ticket.requester.as_ref().unwrap();
    assert_eq!(
        (requester.external.as_deref(), requester.name.as_str(), requester.agent),
        (Some("321"), "Егор Егоров", false)
    );
    assert_eq!(
        short(&ticket.messages[0]),
        told(Way::In, "Егор Егоров", "2026-11-17T09:00:00Z", "нужен мастер\nна выезд")
    );
}

#[test]
fn companies_and_people_of_okdesk_are_records_of_their_own() {
    let (found, _) = read("okdesk", &["okdesk-companies.ndjson", "okdesk-contacts.ndjson", "okdesk-employees.ndjson"]);
    let What::Client(first) = &found[0].what else { unreachable!() };
    assert_eq!((first.external.as_deref(), first.name.as_str()), (Some("40"), "ООО «Ромашка»"));
    assert_eq!(
        (first.domains.as_slice(), first.note.as_str()),
        (&["acme.test".to_owned()][..], "Обслуживание по договору")
    );
    let What::Client(second) = &found[1].what else { unreachable!() };
    assert_eq!(second.domains, ["birch.example.com"]);
    let people: Vec<_> = found[2..]
        .iter()
        .map(|one| if let What::Contact(person) = &one.what { person } else { unreachable!() })
        .map(|person| (person.name.as_str(), person.client.as_deref(), person.agent))
        .collect();
    assert_eq!(
        people,
        [
            ("Анна Серова", Some("ООО «Ромашка»"), false),
            ("Tom Birch", Some("Birch & Sons"), false),
            ("Олег Мирный", None, true),
            ("Mila Stone", None, true),
        ]
    );
}

#[test]
fn an_issue_that_gh_wrote_is_read_with_its_comments() {
    let (found, faults) = read("github", &["github-gh.json"]);
    assert_eq!(faults, [""; 0]);
    let found = tickets(&found);
    let ticket = found[0];
    assert_eq!((ticket.external.as_deref(), ticket.subject.as_str()), (Some("41"), "Crash on empty mbox"));
    assert_eq!(status_of(ticket.status.as_deref().unwrap()), Some((Status::Closed, Some(Reason::Wontfix))));
    assert_eq!((ticket.assignee.as_deref(), ticket.channel.as_deref()), (Some("mila"), Some("github")));
    assert_eq!(ticket.tags, ["bug", "good first issue"]);
    assert_eq!(ticket.url.as_deref(), Some("https://github.com/acme/desk/issues/41"));
    assert_eq!(ticket.opened_at.unwrap().rfc3339(), "2026-11-16T08:00:00Z");
    assert_eq!(ticket.updated_at.unwrap().rfc3339(), "2026-12-16T10:00:01Z");
    assert_eq!(ticket.closed_at.unwrap().rfc3339(), "2026-12-16T10:00:00Z");
    let requester = ticket.requester.as_ref().unwrap();
    assert_eq!((requester.name.as_str(), requester.handles.as_slice()), ("Tom Birch", &["github:tomb".to_owned()][..]));
    let said: Vec<_> = ticket.messages.iter().map(short).collect();
    assert_eq!(
        said,
        [
            told(Way::In, "Tom Birch", "2026-11-16T08:00:00Z", "Steps:\n\n1. `desk import empty.mbox`"),
            told(Way::Out, "mila", "2026-11-16T09:00:00Z", "Which version?"),
            told(Way::In, "tomb", "2026-11-16T10:00:00Z", "0.1"),
            told(Way::Note, "stale[bot]", "2026-12-16T10:00:00Z", "Closing"),
        ]
    );
    assert_eq!(ticket.messages[1].external.as_deref(), Some("IC_1"));
    // An empty body is no message; who answers as a member is one of us, also as the one who asked.
    let ticket = found[1];
    assert_eq!((ticket.status.as_deref(), ticket.messages.len()), (Some("open"), 1));
    assert!(ticket.requester.as_ref().unwrap().agent);
}

#[test]
fn of_the_rest_interface_a_pull_request_is_no_ticket() {
    let (found, faults) = read("github", &["github-rest.json"]);
    assert_eq!(faults, [""; 0]);
    assert_eq!(found.len(), 1);
    let found = tickets(&found);
    let ticket = found[0];
    assert_eq!(ticket.external.as_deref(), Some("51"));
    assert_eq!((ticket.status.as_deref(), ticket.assignee.as_deref()), (Some("solved"), Some("oleg")));
    assert_eq!(ticket.tags, ["docs", "ready"]);
    assert_eq!(ticket.url.as_deref(), Some("https://github.com/acme/desk/issues/51"));
    assert_eq!(ticket.closed_at.unwrap().rfc3339(), "2026-11-19T08:00:00Z");
    // One of us wrote it down; `comments` is a number.
    let said: Vec<_> = ticket.messages.iter().map(short).collect();
    assert_eq!(said, [told(Way::Note, "oleg", "2026-11-18T08:00:00Z", "Write the page on hours")]);
}

#[test]
fn a_chat_is_a_ticket_and_another_one_after_a_long_silence() {
    let (found, faults) = read("telegram", &["telegram-chat.json"]);
    assert_eq!(faults, [""; 0]);
    let found_tickets = tickets(&found);
    let [first, second] = found_tickets.as_slice() else { unreachable!() };
    assert_eq!((first.external.as_deref(), first.subject.as_str()), (Some("123456789"), "Добрый день!"));
    assert_eq!((first.channel.as_deref(), first.outbound), (Some("telegram"), false));
    let requester = first.requester.as_ref().unwrap();
    assert_eq!(
        (requester.name.as_str(), requester.handles.as_slice()),
        ("Анна Серова", &["telegram:user123456789".to_owned()][..])
    );
    assert_eq!(requester.external.as_deref(), Some("user123456789"));
    let said: Vec<_> = first.messages.iter().map(short).collect();
    assert_eq!(
        said,
        [
            told(Way::In, "Анна Серова", "2026-11-16T07:00:00Z", "Добрый день!\nНе открывается кабинет"),
            told(
                Way::Out,
                "Мила",
                "2026-11-16T07:01:00Z",
                "Посмотрите инструкцию <https://example.com/login> и пароль."
            ),
            told(Way::In, "Анна Серова", "2026-11-16T07:05:00Z", ""),
            told(Way::In, "Анна Серова", "2026-11-16T07:06:00Z", "и акт"),
            // Seven days to the second are not more than seven days.
            told(Way::In, "Анна Серова", "2026-11-23T07:06:00Z", ""),
        ]
    );
    let files: Vec<_> = first.messages.iter().flat_map(|message| message.files.clone()).collect();
    let file = |name: &str, size| (name.to_owned(), size);
    assert_eq!(
        files,
        [
            file("photo_1@16-11-2026_10-05-00.jpg", Some(52817)),
            file("акт.pdf", Some(1024)),
            file("voice_message", None)
        ]
    );
    assert_eq!(first.messages[0].external.as_deref(), Some("2"));
    assert_eq!(first.opened_at.unwrap().rfc3339(), "2026-11-16T07:00:00Z");
    assert_eq!(first.updated_at.unwrap().rfc3339(), "2026-11-23T07:06:00Z");
    // The next one we began; its subject is the customer's all the same.
    assert_eq!((second.external.as_deref(), second.subject.as_str()), (Some("123456789/7"), "@mila да"));
    assert!(second.outbound && second.messages[0].author.as_ref().unwrap().agent);
    // Each keeps its own messages as they stood.
    let raw: Value = serde_json::from_str(&found[1].origin.raw).unwrap();
    assert_eq!((raw["name"].as_str(), raw["messages"].as_array().map(Vec::len)), (Some("Анна Серова"), Some(2)));
}

#[test]
fn of_all_chats_those_with_people_are_tickets() {
    let (found, faults) = read("telegram", &["telegram-all.json"]);
    assert_eq!(faults, [""; 0]);
    let found = tickets(&found);
    let [two, group] = found.as_slice() else { unreachable!() };
    let ways = |ticket: &IncomingTicket| ticket.messages.iter().map(|message| message.way).collect::<Vec<_>>();
    // Old exports: bare numbers, and only the reading of a clock.
    assert_eq!((two.external.as_deref(), ways(two)), (Some("77"), vec![Way::In, Way::Out]));
    assert_eq!(two.opened_at.unwrap().rfc3339(), "2020-11-16T07:00:00Z");
    assert_eq!(two.requester.as_ref().unwrap().handles, ["telegram:user77"]);
    assert_eq!((group.external.as_deref(), ways(group)), (Some("1500"), vec![Way::In, Way::In]));
    assert_eq!(group.requester.as_ref().unwrap().name, "Mila");
    assert_eq!(group.subject, "Hello all");
}

#[test]
fn the_hours_of_toggl_are_read_with_a_key_that_stays() {
    let (found, faults) = read("toggl", &["toggl.csv", "toggl-new.csv"]);
    assert_eq!(faults, [""; 0], "what comes to no minute is nothing to keep");
    let time = times(&found);
    let [first, second, third] = time.as_slice() else { unreachable!() };
    assert_eq!((first.ticket.as_deref(), first.client.as_deref()), (Some("42"), Some("Acme")));
    assert_eq!((first.agent.as_deref(), first.day.to_string()), (Some("mila@example.com"), "2026-11-16".to_owned()));
    assert_eq!((first.minutes, first.billable, first.text.as_str()), (91, Some(true), "Fonts, again (#42)"));
    // Less than a minute is one; it began before midnight; the task is the number of a ticket.
    assert_eq!((second.minutes, second.day.to_string()), (1, "2026-11-16".to_owned()));
    assert_eq!((second.ticket.as_deref(), second.billable, second.client.as_deref()), (Some("17"), Some(false), None));
    assert_eq!((third.agent.as_deref(), third.ticket.as_deref(), third.minutes), (Some("Mila Stone"), Some("42"), 60));
    let again = read("toggl", &["toggl.csv", "toggl-new.csv"]).0;
    assert_eq!(times(&again), time);
    assert!(first.external.is_some() && first.external != second.external);
}

#[test]
fn rows_of_harvest_that_say_the_same_stay_apart() {
    let (found, faults) = read("harvest", &["harvest.csv"]);
    assert_eq!(faults, [""; 0], "what comes to no minute is nothing to keep");
    let time = times(&found);
    let [first, second, third] = time.as_slice() else { unreachable!() };
    assert_eq!(
        (first.ticket.as_deref(), first.client.as_deref(), first.agent.as_deref()),
        (Some("42"), Some("Acme"), Some("Mila Stone"))
    );
    assert_eq!((first.minutes, first.billable, first.text.as_str()), (90, Some(true), "kick-off, see #42"));
    assert_eq!(
        (first.day.to_string(), second.minutes, second.text.as_str()),
        ("2026-11-16".to_owned(), 15, "Поддержка")
    );
    assert_eq!(third.external, second.external.as_ref().map(|key| format!("{key}-2")));
    assert_eq!(times(&read("harvest", &["harvest.csv"]).0), time);
}

#[test]
fn what_is_of_the_wrong_kind_is_told_with_its_name() {
    let fault = |program: &str, text: &str| {
        let Value::Object(members) = serde_json::from_str(text).unwrap() else { unreachable!() };
        let columns = members.keys().cloned().collect();
        let record = Record { place: "x:1".to_owned(), members, columns, raw: text.to_owned() };
        Reader::new(called(program).unwrap(), dates()).read(&record).map(|found| found.len())
    };
    for (program, text, why) in [
        ("okdesk", r#"{"id":1,"title":{"a":1}}"#, "title: a text was expected, here is an object"),
        ("okdesk", r#"{"id":1,"title":"x","created_at":"yesterday"}"#, "created_at: \"yesterday\" is no date"),
        ("okdesk", r#"{"id":1,"title":"x","comments":[{"id":1,"published_at":"x1"}]}"#, "comments: published_at: "),
        ("okdesk", r#"{"id":1,"title":"x","spent_time_total":-1}"#, "spent_time_total: "),
        ("okdesk", r#"{"id":1}"#, "neither an issue"),
        ("github", r#"{"number":1,"title":"x","body":true}"#, "body: a text was expected, here is yes or no"),
        (
            "telegram",
            r#"{"type":"personal_chat","id":1,"messages":[{"id":1,"date_unixtime":"x"}]}"#,
            "messages: date_unixtime: ",
        ),
        ("toggl", r#"{"Start date":"2026-02-30"}"#, "Start date: "),
        ("harvest", r#"{"Date":"2026-02-03","Hours":"soon"}"#, "Hours: "),
        (
            "harvest",
            r#"{"Date":"2026-02-03","Hours":"1","Billable?":"maybe"}"#,
            "Billable?: \"maybe\" is neither yes nor no",
        ),
    ] {
        let said = fault(program, text).unwrap_err();
        assert!(said.starts_with(why), "{program} {text}: {said}");
    }
    for (program, text) in [("okdesk", r#"{"title":null}"#), ("github", "{}"), ("telegram", "{}")] {
        assert!(fault(program, text).is_ok_and(|found| found < 2), "{program}");
    }
}

/// Names that the readers ask for, so that many are met.
const NAMES: &[&str] = &[
    "id",
    "title",
    "name",
    "type",
    "messages",
    "text",
    "from_id",
    "date",
    "date_unixtime",
    "status",
    "code",
    "comments",
    "content",
    "author",
    "user",
    "login",
    "body",
    "state",
    "number",
    "labels",
    "contact",
    "client",
    "company",
    "assignee",
    "time_entries",
    "spent_time",
    "logged_at",
    "spent_time_total",
    "delayed_to",
    "first_name",
    "Start date",
    "Duration",
    "Date",
    "Hours",
    "Notes",
    "created_at",
    "child_ids",
    "rate",
    "public",
    "photo",
    "file",
    "attachments",
    "employee",
    "poll",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop_oneof![
            Just("2026-11-16"),
            Just("1:30"),
            Just("message"),
            Just("personal_chat"),
            Just("#42 <p>"),
            Just("9999999999999")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            members(inner).prop_map(Value::Object),
        ]
    })
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((prop::sample::select(NAMES), value), 0..8)
        .prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

proptest! {
    #[test]
    fn no_record_makes_any_reader_panic(records in prop::collection::vec(members(any_json()), 1..4)) {
        for program in PROGRAMS {
            let mut reader = Reader::new(program, dates());
            for members in &records {
                let columns: Vec<String> = members.keys().cloned().collect();
                let record = Record { place: String::new(), members: members.clone(), columns: columns.clone(), raw: String::new() };
                let _ = sniff(&Sample { columns: &columns, first: &record, holder: None, json: true });
                if let Ok(found) = reader.read(&record) {
                    for time in times(&found) {
                        prop_assert!(time.minutes >= 1);
                    }
                }
            }
            let _ = reader.end();
        }
    }
}
