//! What a mapping makes of records.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::domain::incoming::{Incoming, IncomingTicket, Way as Goes, What};
use crate::domain::record::Record;
use crate::domain::zone::Zone;

fn dates() -> Dates {
    Dates { zone: Zone::bundled("Europe/Moscow").unwrap(), order: None, serials: false }
}

fn row(cells: &[(&str, &str)]) -> Record {
    let columns = cells.iter().map(|(column, _)| (*column).to_owned()).collect();
    let members: Map<String, Value> = cells.iter().map(|(column, text)| ((*column).to_owned(), json!(text))).collect();
    Record { place: "t.csv:2".into(), raw: Value::Object(members.clone()).to_string(), members, columns }
}

fn object(value: Value) -> Record {
    let Value::Object(members) = value else { panic!("no object") };
    Record { place: "x.json: record 1".into(), columns: members.keys().cloned().collect(), members, raw: String::new() }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn applied(kind: Kind, map: &[&str], record: &Record) -> Result<What, String> {
    let mapping = Mapping::new(kind, &words(map), Some(&record.columns))?;
    mapping.apply(record, &dates()).map(|incoming| incoming.what)
}

fn ticket(map: &[&str], cells: &[(&str, &str)]) -> IncomingTicket {
    match applied(Kind::Tickets, map, &row(cells)) {
        Ok(What::Ticket(ticket)) => *ticket,
        other => panic!("{other:?}"),
    }
}

#[test]
fn columns_called_like_a_field_find_it_by_themselves() {
    for cells in [
        [
            ("Id", "#7"),
            ("Subject", "Login"),
            ("Status", "Solved"),
            ("Requester email", "Anna <anna@acme.test>"),
            ("Created at", "2026-11-20 14:30"),
            ("Description", "It fails"),
            ("Tags", "web vip"),
            ("Assignee", "Kim"),
        ],
        [
            ("ТИКЕТ №", "x"),
            ("Тема:", "Login"),
            ("Статус", "Solved"),
            ("Эл. почта", "anna@acme.test"),
            ("Дата создания", "20.11.2026 14:30"),
            ("Описание", "It fails"),
            ("Метки", "web, vip"),
            ("Исполнитель", "Kim"),
        ],
        [
            ("number", "7"),
            ("title", "Login"),
            ("STATE", "Solved"),
            ("contact_email", "anna@acme.test"),
            ("createdAt", "2026-11-20T11:30:00Z"),
            ("body", "It fails"),
            ("labels [list]", "web;vip"),
            ("assigned-to", "Kim"),
        ],
    ] {
        let ticket = ticket(&[], &cells);
        assert!(ticket.external.is_none_or(|id| id == "7"));
        assert_eq!((ticket.subject.as_str(), ticket.status.as_deref()), ("Login", Some("Solved")), "{cells:?}");
        assert_eq!(ticket.requester.unwrap().emails, ["anna@acme.test"]);
        assert_eq!(ticket.opened_at.unwrap().rfc3339(), "2026-11-20T11:30:00Z");
        assert_eq!((ticket.messages[0].way, ticket.messages[0].text.as_str()), (Goes::In, "It fails"));
        assert_eq!((ticket.tags, ticket.assignee.as_deref()), (words(&["web", "vip"]), Some("Kim")));
    }
}

#[test]
fn what_is_said_goes_before_what_is_found() {
    let cells = [("Id", "7"), ("Title", "Login"), ("Status", "open"), ("Who", "Anna"), ("Tags", "web"), ("a=b", "x")];
    let read = ticket(&["Who=requester", "subject={Title} ({Id})", "tag=migrated", "-Status", "status=closed"], &cells);
    assert_eq!(
        (read.subject.as_str(), read.external.as_deref(), read.status.as_deref()),
        ("Login (7)", Some("7"), Some("closed"))
    );
    assert_eq!(read.requester.unwrap().name, "Anna");
    assert_eq!(read.tags, ["migrated", "web"]);
    assert_eq!(ticket(&["a=b=note"], &cells).messages[0].text, "x");
    assert_eq!(ticket(&["subject={{x}} {id}"], &cells).subject, "{x} 7");
    let columns: Vec<String> = cells.iter().map(|(c, _)| (*c).to_owned()).collect();
    let mapping = Mapping::new(Kind::Tickets, &words(&["subject={Title}", "-a=b"]), Some(&columns));
    assert!(mapping.is_err());
    let mapping = Mapping::new(Kind::Tickets, &words(&["subject={Title}", "-Tags"]), Some(&columns)).unwrap();
    assert_eq!(mapping.unused(&columns), ["Who", "a=b"]);
    assert_eq!(mapping.guesses(&columns), [("Id".to_owned(), "number"), ("Status".to_owned(), "status")]);
}

#[test]
fn a_word_that_says_nothing_is_refused_with_the_nearest() {
    let columns = words(&["Id", "Title", "Status"]);
    let no = |map: &[&str]| Mapping::new(Kind::Tickets, &words(map), Some(&columns)).unwrap_err();
    assert_eq!(no(&["Title=subjct"]), "tickets have no field \"subjct\"; did you mean subject?");
    assert!(no(&["Title=xyzzy"]).contains("the fields are number, subject, status"));
    assert_eq!(no(&["Titel=subject"]), "there is no column \"Titel\"; did you mean \"Title\"?");
    assert!(no(&["Xyzzy=subject"]).contains("the columns are Id, Title, Status"));
    assert_eq!(no(&["-Stats"]), "there is no column \"Stats\"; did you mean \"Status\"?");
    assert!(no(&["subject={Titel}"]).contains("did you mean \"Title\""));
    assert!(no(&["subject={Title"]).contains("not closed"));
    assert!(no(&["Title"]).contains("COLUMN=FIELD"));
    assert_eq!(no(&["Title=subject", "Id=subject"]), "--map Id=subject: subject is already given by Title=subject");
    assert!(no(&["Status=open"]).contains("no field \"open\""));
}

#[test]
fn a_value_that_cannot_be_read_is_named_by_its_column() {
    let no = |cells: &[(&str, &str)]| applied(Kind::Tickets, &[], &row(cells)).unwrap_err();
    assert_eq!(
        no(&[("Id", "1"), ("Created", "11/20/2026")]),
        "Created: \"11/20/2026\" is no date: say which comes first, --dates mdy or --dates dmy"
    );
    assert_eq!(no(&[("Id", "1"), ("Email", "nobody")]), "Email: \"nobody\" is no address");
    assert_eq!(
        no(&[("Id", "1"), ("Time spent", "90")]),
        "Time spent: 90 what? Say the unit: --map Time spent=minutes or Time spent=hours"
    );
    assert!(no(&[("Status", "open")]).starts_with("subject: nothing in it"));
    let hours = ticket(&["Time spent=hours"], &[("Id", "1"), ("Time spent", "1,5")]);
    assert_eq!(hours.minutes, Some(90));
    let empty = ticket(&[], &[("Id", "1"), ("Created", "-"), ("Email", "—"), ("Due", "NULL"), ("Minutes", "0")]);
    assert_eq!((empty.opened_at, empty.requester, empty.due_at, empty.minutes), (None, None, None, None));
}

#[test]
fn days_without_a_time_lie_within_the_life_of_the_ticket() {
    let cells = [("Id", "1"), ("Created", "2026-11-20 14:30"), ("Closed", "2026-11-20"), ("Due", "20.11.2026")];
    let read = ticket(&[], &cells);
    assert_eq!(read.closed_at, read.opened_at);
    assert_eq!(read.due_at.unwrap().rfc3339(), "2026-11-20T20:59:00Z");
}

#[test]
fn members_within_members_are_columns_of_json() {
    let record = object(json!({
        "id": 9007199254740993_i64, "title": "Login\u{0}", "status": {"id": 3, "name": "Решена"}, "labels": [{"name": "needs info"}, "vip"],
        "requester": {"name": "Anna", "email": "anna@acme.test", "phone": null}, "assignee": null, "spent": {"hours": 0.05},
    }));
    let mapping = Mapping::new(Kind::Tickets, &words(&["spent.hours=hours", "never seen=note"]), None).unwrap();
    let Incoming { what: What::Ticket(ticket), origin } = mapping.apply(&record, &dates()).unwrap() else { panic!() };
    assert_eq!((ticket.external.as_deref(), ticket.subject.as_str()), (Some("9007199254740993"), "Login"));
    assert_eq!((ticket.status.as_deref(), ticket.minutes), (Some("Решена"), Some(3)));
    assert_eq!(ticket.tags, ["needs info", "vip"]);
    let anna = ticket.requester.unwrap();
    assert_eq!(
        (anna.name.as_str(), anna.emails, origin.place.as_str()),
        ("Anna", words(&["anna@acme.test"]), "x.json: record 1")
    );
    assert!(columns(&record).contains(&"requester_email".to_owned()));
}

#[test]
fn clients_contacts_and_time_have_fields_of_their_own() {
    let Ok(What::Client(client)) = applied(
        Kind::Clients,
        &[],
        &row(&[("Name", "ACME"), ("Domains", "acme.test, acme.example"), ("Тариф", "pro")]),
    ) else {
        panic!()
    };
    assert_eq!(
        (client.name.as_str(), client.domains, client.plan.as_deref()),
        ("ACME", words(&["acme.test", "acme.example"]), Some("pro"))
    );
    let cells = [
        ("First Name", "Anna"),
        ("Last Name", "Petrova"),
        ("Email", "a@b.test"),
        ("Mobile", "+7 916 1234567"),
        ("Company", "ACME"),
    ];
    let Ok(What::Contact(person)) = applied(Kind::Contacts, &[], &row(&cells)) else { panic!() };
    assert_eq!(
        (person.name.as_str(), person.client.as_deref(), person.phones.len()),
        ("Anna Petrova", Some("ACME"), 1)
    );
    let cells = [("Дата", "20.11.2026"), ("Часы", "1,5"), ("Заявка", "#7"), ("Сотрудник", "Ким"), ("Billable", "Yes")];
    let Ok(What::Time(time)) = applied(Kind::Time, &[], &row(&cells)) else { panic!() };
    assert_eq!((time.day.to_string().as_str(), time.minutes, time.ticket.as_deref()), ("2026-11-20", 90, Some("7")));
    assert_eq!((time.agent.as_deref(), time.billable), (Some("Ким"), Some(true)));
    let no = |cells: &[(&str, &str)]| applied(Kind::Time, &[], &row(cells)).unwrap_err();
    assert_eq!(no(&[("Day", "2026-11-20"), ("Minutes", "0")]), "Minutes: it comes to no minute");
    assert!(no(&[("Minutes", "5")]).contains("--map COLUMN=day"));
    assert_eq!(
        no(&[("Day", "2026-11-20"), ("Minutes", "5"), ("Billable", "hm")]),
        "Billable: \"hm\" is neither yes nor no"
    );
    assert!(applied(Kind::Contacts, &[], &row(&[("Name", "")])).is_err());
}

#[test]
fn a_kept_mapping_counts_hours_by_the_name_of_their_column_again() {
    let columns = ["Id", "Часов"].map(str::to_owned);
    let mapping = Mapping::new(Kind::Tickets, &[], Some(&columns)).unwrap();
    let again = Mapping::of_kept(&mapping.kept(&columns), Some(&columns)).unwrap();
    let record = row(&[("Id", "7"), ("Часов", "1,5")]);
    assert_eq!(mapping.apply(&record, &dates()), again.apply(&record, &dates()));
    assert_eq!(ticket(&["Часов=spent"], &[("Id", "7"), ("Часов", "1,5")]).minutes, Some(90));
}

#[test]
fn a_kept_mapping_does_the_same_again() {
    let columns = words(&["Id", "Title", "Who", "Spent", "x"]);
    let map = words(&["subject={Title} {{{Id}", "Who=requester", "Spent=hours", "tag=old", "-x"]);
    let mapping = Mapping::new(Kind::Tickets, &map, Some(&columns)).unwrap();
    let kept = mapping.kept(&columns);
    assert_eq!(kept.map, ["-x", "subject={Title} {{{Id}", "Who=requester", "Spent=hours", "tag=old", "Id=number"]);
    let text = serde_json::to_string(&kept).unwrap();
    let again = Mapping::of_kept(&serde_json::from_str(&text).unwrap(), Some(&columns)).unwrap();
    let record = row(&[("Id", "7"), ("Title", "t"), ("Who", "Anna"), ("Spent", "2"), ("x", "y")]);
    assert_eq!(again.apply(&record, &dates()), mapping.apply(&record, &dates()));
}

#[test]
fn a_constant_is_kept_as_its_field_was_called_whatever_columns_there_are() {
    let columns = words(&["Id", "Title", "Priority"]);
    let map = words(&["prio=high", "-Priority"]);
    let mapping = Mapping::new(Kind::Tickets, &map, Some(&columns)).unwrap();
    let again = Mapping::of_kept(&mapping.kept(&columns), Some(&columns)).unwrap();
    let record = row(&[("Id", "7"), ("Title", "t"), ("Priority", "low")]);
    assert_eq!(again.apply(&record, &dates()), mapping.apply(&record, &dates()));
    let map = words(&["prio=high"]);
    let mapping = Mapping::new(Kind::Tickets, &map, Some(&columns)).unwrap();
    assert_eq!(mapping.kept(&columns).map, ["prio=high", "Id=number", "Title=subject"]);
    let again = Mapping::of_kept(&mapping.kept(&columns), Some(&columns)).unwrap();
    assert_eq!(again.apply(&record, &dates()), mapping.apply(&record, &dates()));
}

#[test]
fn a_column_with_a_brace_in_its_name_is_kept_as_it_was_called() {
    let columns = words(&["{Id", "Title"]);
    let record = row(&[("{Id", "7"), ("Title", "t")]);
    for subject in ["subject={Id}: {Title}", "subject={ {Id} {Title}"] {
        let mapping = Mapping::new(Kind::Tickets, &words(&[subject]), Some(&columns)).unwrap();
        let again = Mapping::of_kept(&mapping.kept(&columns), Some(&columns)).unwrap();
        assert_eq!(again.apply(&record, &dates()), mapping.apply(&record, &dates()), "{subject}");
    }
}

proptest! {
    #[test]
    fn no_record_panics(cells in proptest::collection::vec(("(Id|Тема|Email|Created|Due|Minutes|Tags|body|a=b|.{0,3})", any::<String>()), 0..6),
                        map in proptest::collection::vec("[-a-zA-Z={}_ ]{0,12}|\\PC{0,8}", 0..3)) {
        let cells: Vec<(&str, &str)> = cells.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let record = row(&cells);
        for kind in [Kind::Tickets, Kind::Clients, Kind::Contacts, Kind::Time] {
            for columns in [Some(record.columns.as_slice()), None] {
                let said = Mapping::new(kind, &map, columns);
                for mapping in [said, Mapping::new(kind, &[], columns)].into_iter().flatten() {
                    let _ = mapping.apply(&record, &dates());
                    let _ = (mapping.unused(&record.columns), mapping.kept(&record.columns));
                }
            }
        }
    }
}
