//! Files of the programs as their fixtures show them, told apart and read to their end.

use std::io::Cursor;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::domain::incoming::{IncomingTicket, What};
use crate::domain::zone::Zone;
use crate::formats::records;

pub(super) fn dates() -> Dates {
    Dates { zone: Zone::bundled("Europe/Moscow").unwrap(), order: None, serials: false }
}

/// The program whose file a text looks like.
fn sniffed(name: &str, text: &str) -> Option<&'static str> {
    with_sample(name, text, |sample| sniff(sample).map(|program| program.word))
}

fn with_sample<T>(name: &str, text: &str, then: impl FnOnce(&Sample<'_>) -> T) -> T {
    let mut records = records::read(name, Box::new(Cursor::new(text.to_owned())), None).unwrap();
    let json = matches!(records.form(), records::Form::Json | records::Form::Ndjson);
    let holder = records.holder().map(str::to_owned);
    let first = records.next().unwrap().unwrap();
    then(&Sample { columns: &first.columns, first: &first, holder: holder.as_deref(), json })
}

pub(super) fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/foreign/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What fixtures of a program bring, read one after another.
pub(super) fn brought(word: &str, names: &[&str]) -> Vec<Incoming> {
    let files: Vec<(&str, String)> = names.iter().map(|name| (*name, fixture(name))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    of_texts(word, &files).unwrap()
}

/// What texts bring, or the first fault.
pub(super) fn of_texts(word: &str, files: &[(&str, &str)]) -> Result<Vec<Incoming>, String> {
    let mut reader = Reader::new(called(word).unwrap(), dates());
    let mut all = Vec::new();
    for (name, text) in files {
        for record in records::read(name, Box::new(Cursor::new((*text).to_owned())), None)? {
            all.extend(reader.read(&record.map_err(|bad| bad.why)?)?);
        }
    }
    all.extend(reader.end());
    Ok(all)
}

/// The tickets among what came in.
pub(super) fn tickets(all: &[Incoming]) -> Vec<&IncomingTicket> {
    let ticket = |one: &'_ Incoming| matches!(one.what, What::Ticket(_));
    let tickets = all.iter().filter(|one| ticket(one));
    tickets.filter_map(|one| if let What::Ticket(ticket) = &one.what { Some(&**ticket) } else { None }).collect()
}

/// An instant as it is written.
pub(super) fn when(at: Option<crate::domain::time::Moment>) -> Option<String> {
    at.map(crate::domain::time::Moment::rfc3339)
}

#[test]
fn each_file_is_known_as_that_of_its_program() {
    for entry in std::fs::read_dir(format!("{}/tests/foreign", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let program = name.split(['.', '-']).next().unwrap();
        if !["zendesk", "freshdesk", "helpscout", "intercom", "osticket"].contains(&program) {
            continue;
        }
        assert_eq!(sniffed(&name, &fixture(&name)), Some(program), "{name}");
    }
}

#[test]
fn each_record_on_its_own_is_known_too() {
    for name in ["zendesk-users.ndjson", "zendesk-organizations.ndjson", "zendesk.ndjson"] {
        for line in fixture(name).lines() {
            assert_eq!(sniffed(name, line), Some("zendesk"), "{line}");
        }
    }
}

#[test]
fn files_of_others_are_claimed_by_nobody() {
    for (name, text) in [
        ("t.csv", "Id,Subject,Status\n1,Login,Open\n"),
        ("t.csv", "Ticket ID,Subject,Status,Priority,Tags\n1,Login,Open,Low,x\n"),
        ("t.csv", "ID,Requester,Requester email,Subject,Status,Created at,Via\n1,a,b,c,d,e,f\n"),
        ("t.csv", "Ticket Number,Subject,From,Priority\n1,Login,Anna,Low\n"),
        ("t.csv", "conversation_id,message_id,text\n1,2,x\n"),
        ("t.csv", "Id;Тема;Статус\n1;Вход;Открыта\n"),
        ("t.json", r#"[{"id":1,"subject":"Login","status":"open","comments":[]}]"#),
        ("t.json", r#"[{"id":1,"subject":"Login","status":2,"requester_id":3}]"#),
        ("t.json", r#"[{"id":1,"name":"Anna","email":"anna@acme.test","role":"admin"}]"#),
        ("t.json", r#"[{"id":1,"name":"Acme","domains":["acme.test"]}]"#),
        ("t.json", r#"[{"type":"conversation","id":1,"text":"x"}]"#),
        ("t.json", r#"{"conversations":[{"id":1,"subject":"x","threads":[]}]}"#),
        ("t.ndjson", r#"{"ticket":{"id":1,"subject":"x"}}"#),
        ("t.json", r#"{"foo":{"bar":[1,2,3]}}"#),
    ] {
        assert_eq!(sniffed(name, text), None, "{text}");
    }
}

#[test]
fn files_of_companies_and_people_are_told_from_those_of_tickets() {
    let tells = |name: &str| with_sample(name, &fixture(name), |sample| sample.tells());
    for name in ["zendesk-organizations.ndjson", "freshdesk-companies.json"] {
        assert_eq!(tells(name), Tells::Companies, "{name}");
    }
    for name in ["zendesk-users.ndjson", "freshdesk-contacts.json", "freshdesk-agents.json"] {
        assert_eq!(tells(name), Tells::People, "{name}");
    }
    for name in ["zendesk.ndjson", "zendesk.csv", "freshdesk.json", "helpscout.json", "intercom.json", "intercom.csv"] {
        assert_eq!(tells(name), Tells::Rest, "{name}");
    }
    assert!(Tells::Companies < Tells::People && Tells::People < Tells::Rest);
}

#[test]
fn every_record_keeps_its_place_and_its_text() {
    for name in ["zendesk.csv", "zendesk.ndjson", "freshdesk.json", "helpscout.json", "intercom.csv", "osticket.csv"] {
        let word = name.split('.').next().unwrap();
        for one in brought(word, &[name]) {
            assert!(one.origin.place.starts_with(name), "{:?}", one.origin.place);
            let raw: Value = serde_json::from_str(&one.origin.raw).unwrap();
            assert!(if name == "intercom.csv" { raw.is_array() } else { raw.is_object() });
        }
    }
    let gathered = brought("intercom", &["intercom.csv"]);
    let rows: Vec<Vec<Value>> = gathered.iter().map(|one| serde_json::from_str(&one.origin.raw).unwrap()).collect();
    assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [5, 1], "each row, also that of a message without words");
    assert_eq!(rows[0][1]["message_id"], "m1");
    assert_eq!(brought("osticket", &["osticket.csv"])[1].origin.place, "osticket.csv:3");
}

#[test]
fn what_is_nothing_known_says_so() {
    for (word, why) in [
        ("zendesk", "neither a ticket nor a user nor an organization"),
        ("freshdesk", "neither a ticket nor a contact nor an agent nor a company"),
        ("helpscout", "neither a conversation nor a customer"),
        ("intercom", "neither a conversation nor a contact, an admin or a company"),
    ] {
        assert_eq!(of_texts(word, &[("t.json", r#"[{"foo":1}]"#)]).unwrap_err(), why);
    }
}

/// Names that the programs look at, so that a record is likely to mean something to them.
const NAMES: [&str; 60] = [
    "id",
    "number",
    "ticket",
    "user",
    "organization",
    "contact",
    "agent",
    "company",
    "subject",
    "status",
    "state",
    "type",
    "priority",
    "source",
    "comments",
    "conversations",
    "threads",
    "conversation_parts",
    "conversation_id",
    "message_id",
    "_embedded",
    "requester_id",
    "responder_id",
    "author_id",
    "author",
    "createdBy",
    "primaryCustomer",
    "created_at",
    "createdAt",
    "Created at",
    "due_at",
    "due_by",
    "tags",
    "body",
    "html_body",
    "description",
    "attachments",
    "size",
    "name",
    "email",
    "emails",
    "phones",
    "role",
    "public",
    "private",
    "incoming",
    "ratings",
    "rating",
    "satisfaction_rating",
    "score",
    "contacts",
    "via",
    "from",
    "stats",
    "statistics",
    "domain_names",
    "Satisfaction Score",
    "Time tracked",
    "links",
    "url",
];

fn value() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("open".to_owned()),
        Just("note".to_owned()),
        Just("conversation".to_owned()),
        Just("lineitem".to_owned()),
        Just("2026-03-01T06:02:00Z".to_owned()),
        Just("<p>x</p>".to_owned()),
        "\\PC{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (1_700_000_000i64..1_800_000_000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            object(inner).prop_map(Value::Object)
        ]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![9 => proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
    proptest::collection::btree_map(name, inner, 0..9).prop_map(|members| members.into_iter().collect())
}

proptest! {
    #[test]
    fn no_object_panics(members in object(value()), row in any::<bool>()) {
        let text = |value: Value| if row && !value.is_string() { json!(value.to_string()) } else { value };
        let members: Map<String, Value> = members.into_iter().map(|(name, value)| (name, text(value))).collect();
        let columns: Vec<String> = members.keys().cloned().collect();
        let record = Record { place: "x:1".into(), raw: Value::from(members.clone()).to_string(), members, columns };
        let sample = Sample { columns: &record.columns, first: &record, holder: None, json: !row };
        let _ = (sniff(&sample), sample.tells());
        for program in PROGRAMS {
            let mut reader = Reader::new(program, dates());
            let read = [reader.read(&record), reader.read(&record)];
            for one in read.into_iter().flatten().flatten().chain(reader.end()) {
                prop_assert_eq!(&one.origin.place, "x:1");
                if let What::Ticket(ticket) = one.what {
                    prop_assert!(ticket.ratings.iter().all(|rating| rating.scale.holds(rating.score)));
                    prop_assert!(ticket.external.is_none_or(|id| !id.is_empty()));
                }
            }
        }
    }
}

#[test]
fn what_a_record_had_brought_is_told_without_touching_what_is_known() {
    let record = |text: &str| {
        records::read("t.json", Box::new(Cursor::new(text.to_owned())), None).unwrap().next().unwrap().unwrap()
    };
    let mut reader = Reader::new(called("zendesk").unwrap(), dates());
    let (old, new) = (
        record(r#"{"user":{"id":7,"name":"Kim","role":"agent"}}"#),
        record(r#"{"user":{"id":7,"name":"Kim Lee","role":"agent"}}"#),
    );
    reader.read(&new).unwrap();
    let told = reader.aside(&[old], Some(&new));
    assert!(matches!(told.as_slice(), [What::Contact(kim)] if kim.name == "Kim"));
    let ticket = reader.read(&record(r#"{"ticket":{"id":1,"subject":"x","assignee_id":7}}"#)).unwrap();
    assert_eq!(tickets(&ticket)[0].assignee.as_deref(), Some("Kim Lee"), "as it reads now");

    let mut reader = Reader::new(called("intercom").unwrap(), dates());
    let rows: Vec<Record> = records::read("intercom.csv", Box::new(Cursor::new(fixture("intercom.csv"))), None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    reader.read(&rows[0]).unwrap();
    let told = reader.aside(&rows, None);
    assert_eq!(told.len(), 2);
    let gathered = reader.end();
    assert_eq!(tickets(&gathered)[0].messages.len(), 1, "only what was read for itself");
}
