//! Intercom: conversations with their parts as its interface for programs writes them, and the table of messages, one on each
//! row, whose clock is UTC.

use super::page::{cell, deeper, first, id, instant, list, object, text, texts, whole};
use super::shelf::Shelf;
use super::{Program, Sample, page, talk, words};
use crate::domain::incoming::{
    Incoming, IncomingMessage, IncomingPerson, IncomingRating, IncomingTicket, Scale, Way, What,
};
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
use crate::domain::zone::Zone;
use serde_json::{Map, Value};

/// See [`super::PROGRAMS`].
pub(super) const PROGRAM: Program = Program {
    word: "intercom",
    files: "JSON of its API: conversations, contacts, admins, companies; messages as CSV",
    looks,
    read,
};

/// Columns of the table of messages.
const COLUMNS: [&str; 3] = ["conversation_id", "message_id", "message_author_type"];
/// Members of a conversation.
const CONVERSATION: [&str; 11] = [
    "conversation_parts",
    "conversation_message",
    "conversation_rating",
    "admin_assignee_id",
    "team_assignee_id",
    "teammates",
    "source",
    "contacts",
    "statistics",
    "waiting_since",
    "snoozed_until",
];
/// Members of a contact, an admin and a company.
const CONTACT: [&str; 4] = ["workspace_id", "external_id", "role", "custom_attributes"];
const ADMIN: [&str; 4] = ["has_inbox_seat", "away_mode_enabled", "team_ids", "job_title"];
const COMPANY: [&str; 5] = ["company_id", "app_id", "monthly_spend", "session_count", "user_count"];

/// What a record tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Conversation,
    Contact,
    Admin,
    Company,
}

fn looks(sample: &Sample<'_>) -> bool {
    if !sample.json {
        return sample.has(&COLUMNS);
    }
    let among = |names| page::among(sample.first.members.keys(), names);
    match kind(&sample.first.members) {
        Some(Kind::Conversation) => among(&CONVERSATION) >= 3,
        Some(Kind::Contact) => among(&CONTACT) >= 2,
        Some(Kind::Admin) => among(&ADMIN) >= 2,
        Some(Kind::Company) => among(&COMPANY) >= 2,
        None => false,
    }
}

fn kind(members: &Map<String, Value>) -> Option<Kind> {
    match text(members, "type").as_deref() {
        Some("conversation") => Some(Kind::Conversation),
        Some("contact" | "user" | "lead") => Some(Kind::Contact),
        Some("admin") => Some(Kind::Admin),
        Some("company") => Some(Kind::Company),
        _ if members.contains_key("conversation_parts") => Some(Kind::Conversation),
        _ => None,
    }
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    let what = match kind(members) {
        _ if members.contains_key("conversation_id") && members.contains_key("message_id") => {
            row(shelf, record)?;
            None
        }
        Some(Kind::Conversation) => Some(What::Ticket(Box::new(conversation(shelf, members)?))),
        Some(Kind::Contact) => {
            let company = object(members, "companies").and_then(|held| list(held, "data").next());
            let client = shelf.company(company.and_then(|company| id(company, "id")), company);
            shelf.meet(IncomingPerson { client, ..talk::person(members) })
        }
        Some(Kind::Admin) => shelf.meet(IncomingPerson { agent: true, ..talk::person(members) }),
        Some(Kind::Company) => shelf.found(members, "domains", &[]).map(What::Client),
        None => return Err("neither a conversation nor a contact, an admin or a company".to_owned()),
    };
    Ok(what.map(|what| talk::incoming(record, what)).into_iter().collect())
}

fn conversation(shelf: &Shelf, members: &Map<String, Value>) -> Result<IncomingTicket, String> {
    let instant = |name| instant(members, name, &shelf.dates);
    let source = object(members, "source").or_else(|| object(members, "conversation_message"));
    let messages = messages(shelf, members, source)?;
    let contact = deeper(members, "contacts").next().or_else(|| object(members, "user"));
    let asked = messages.iter().find(|message| message.way == Way::In).and_then(|message| message.author.clone());
    let requester = asked.or_else(|| shelf.who(None, contact));
    let open = flag_of(members);
    let title = first(members, &["title"]).or_else(|| text(source?, "subject")).map(|title| talk::written(&title));
    let closed = object(members, "statistics").map(|all| page::instant(all, "last_close_at", &shelf.dates));
    let mut ticket = IncomingTicket {
        external: id(members, "id"),
        subject: title.unwrap_or_default(),
        status: text(members, "state").or(open),
        priority: text(members, "priority").filter(|word| word != "not_priority").map(priority),
        assignee: assignee(shelf, members, &messages),
        client: requester.as_ref().and_then(|requester| requester.client.clone()),
        requester,
        tags: tags(members),
        channel: source.and_then(|source| text(source, "type")).map(|word| words::channel(&word)),
        opened_at: instant("created_at")?,
        updated_at: instant("updated_at")?,
        closed_at: closed.transpose()?.flatten(),
        url: source.and_then(|source| text(source, "url")).filter(|url| url.contains("intercom.com")),
        ratings: rating(shelf, members)?.into_iter().collect(),
        messages,
        ..Default::default()
    };
    talk::finish(&mut ticket);
    Ok(ticket)
}

/// The state where only `open` tells it.
fn flag_of(members: &Map<String, Value>) -> Option<String> {
    page::flag(members, "open").map(|open| if open { "open" } else { "closed" }.to_owned())
}

/// A conversation is marked or not; its mark is called `priority`.
fn priority(word: String) -> String {
    if word == "priority" { "high".to_owned() } else { word }
}

fn tags(members: &Map<String, Value>) -> Vec<String> {
    texts(object(members, "tags").unwrap_or(members), "tags", &["name"])
}

/// The agent by his own file, by what he wrote here, or by what stands here of him.
fn assignee(shelf: &Shelf, members: &Map<String, Value>, messages: &[IncomingMessage]) -> Option<String> {
    let here = object(members, "assignee").filter(|one| text(one, "type").is_none_or(|kind| kind == "admin"));
    let id = id(members, "admin_assignee_id").or_else(|| id(here?, "id"))?;
    let mut authors = messages.iter().filter_map(|message| message.author.as_ref());
    let wrote = authors.find(|author| author.agent && author.external.as_ref() == Some(&id));
    let called = shelf.agent(&id).or_else(|| wrote.and_then(talk::called));
    called.or_else(|| talk::called(&talk::person(here?)))
}

/// What opened the conversation, and its parts; parts without words only tell what was done.
fn messages(
    shelf: &Shelf,
    members: &Map<String, Value>,
    source: Option<&Map<String, Value>>,
) -> Result<Vec<IncomingMessage>, String> {
    let opened = instant(members, "created_at", &shelf.dates)?;
    let mut messages = Vec::new();
    if let Some(source) = source {
        let message = message(shelf, source).map_err(|why| format!("source.{why}"))?;
        messages.extend(message.map(|message| IncomingMessage { at: message.at.or(opened), ..message }));
    }
    for part in deeper(members, "conversation_parts") {
        messages.extend(message(shelf, part).map_err(|why| format!("conversation_parts.{why}"))?);
    }
    Ok(messages)
}

fn message(shelf: &Shelf, part: &Map<String, Value>) -> Result<Option<IncomingMessage>, String> {
    let words = talk::body(part, &["body"], &["text"]);
    let files = talk::files(list(part, "attachments"));
    if words.is_empty() && files.is_empty() {
        return Ok(None);
    }
    let by = object(part, "author");
    let way = way(&text(part, "part_type").unwrap_or_default(), by.and_then(|by| text(by, "type")).as_deref());
    let author = shelf.who(None, by).map(|author| IncomingPerson { agent: way != Way::In, ..author });
    let at = instant(part, "created_at", &shelf.dates)?;
    Ok(Some(IncomingMessage { external: id(part, "id"), way, author, at, text: words, files }))
}

/// Which way a message of this kind went that somebody of this kind wrote.
fn way(kind: &str, author: Option<&str>) -> Way {
    match author {
        _ if kind.eq_ignore_ascii_case("note") => Way::Note,
        Some("admin" | "team" | "bot" | "operator") => Way::Out,
        _ => Way::In,
    }
}

fn rating(shelf: &Shelf, members: &Map<String, Value>) -> Result<Option<IncomingRating>, String> {
    let Some(rating) = object(members, "conversation_rating") else { return Ok(None) };
    let at = instant(rating, "created_at", &shelf.dates).map_err(|why| format!("conversation_rating.{why}"))?;
    let score = whole(rating, "rating").filter(|score| Scale::Csat.holds(*score));
    let comment = text(rating, "remark").unwrap_or_default();
    Ok(score.map(|score| IncomingRating { scale: Scale::Csat, score, comment, at }))
}

/// A message of the table joins its conversation, which begins with the first of them.
fn row(shelf: &mut Shelf, record: &Record) -> Result<(), String> {
    let dates = Dates { zone: Zone::utc(), ..shelf.dates.clone() };
    let cell = |name| cell(record, name);
    let instant = |name| page::cell_instant(record, name, &dates);
    let Some(conversation) = cell("conversation_id") else { return Err("conversation_id: nothing in it".to_owned()) };
    let kind = cell("message_type").unwrap_or_default();
    let way = way(&kind, cell("message_author_type").map(|kind| kind.to_lowercase()).as_deref());
    let author = talk::in_cells(cell("message_author_id"), cell("message_author_name"), cell("message_author_email"));
    let message = IncomingMessage {
        external: cell("message_id"),
        way,
        author: author.map(|author| IncomingPerson { agent: way != Way::In, ..author }),
        at: instant("message_created_at")?,
        text: talk::body(&record.members, &["message_body"], &[]),
        files: Vec::new(),
    };
    let ticket = IncomingTicket {
        subject: cell("conversation_subject").unwrap_or_default(),
        status: cell("conversation_state"),
        tags: words::tags(cell("conversation_tags"), |c| c == ',' || c == ';'),
        channel: Some("chat".to_owned()),
        opened_at: instant("conversation_created_at")?,
        closed_at: instant("conversation_closed_at")?,
        ..Default::default()
    };
    let begin = |id| IncomingTicket { external: Some(id), ..ticket };
    if let Some(ticket) = shelf.gather(conversation, record, begin) {
        if way == Way::In && ticket.requester.is_none() {
            ticket.requester.clone_from(&message.author);
        }
        if !message.text.is_empty() {
            ticket.messages.push(message);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::foreign::tests::{brought, of_texts, tickets, when};

    #[test]
    fn a_conversation_is_what_opened_it_and_the_parts_that_say_something() {
        let all = brought("intercom", &["intercom.json"]);
        let a = tickets(&all)[0];
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("601"), "It says 500."));
        assert_eq!((a.status.as_deref(), a.priority.as_deref()), (Some("closed"), Some("high")));
        assert_eq!((a.assignee.as_deref(), a.client.as_deref()), (Some("kim@example.com"), None));
        let anna = IncomingPerson {
            external: Some("5f01".into()),
            name: "Anna Petrova".into(),
            emails: vec!["anna@acme.test".into()],
            ..Default::default()
        };
        assert_eq!(a.requester, Some(anna));
        assert_eq!((a.tags.join("|").as_str(), a.channel.as_deref()), ("vip", Some("chat")));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.updated_at).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!((a.ratings[0].score, a.ratings[0].comment.as_str()), (4, "Quick!"));
        assert_eq!((when(a.ratings[0].at).as_deref(), a.url.as_deref()), (Some("2026-03-02T09:33:20Z"), None));
        let said: Vec<_> =
            a.messages.iter().map(|m| (m.external.as_deref().unwrap(), m.way, m.text.as_str())).collect();
        assert_eq!(
            said,
            [
                ("1001", Way::In, "It says 500.\n\nHelp!"),
                ("1003", Way::Note, "Database was full"),
                ("1004", Way::Out, "Try again, please.")
            ]
        );
        assert_eq!(a.messages[0].at, a.opened_at, "what opened it has no time of its own");
        assert_eq!(a.messages[0].files, [("снимок.png".to_owned(), Some(2048))]);
        assert_eq!(
            a.messages[1].author.as_ref().map(|author| (author.name.as_str(), author.agent)),
            Some(("Олег", true))
        );
        assert!(!a.outbound);
    }

    #[test]
    fn an_admin_who_begins_writes_outwards_and_lists_may_stand_bare() {
        let all = brought("intercom", &["intercom.json"]);
        let b = tickets(&all)[1];
        assert_eq!((b.external.as_deref(), b.subject.as_str()), (Some("602"), "Your & our renewal"));
        assert_eq!((b.status.as_deref(), b.priority.as_deref(), b.outbound), (Some("snoozed"), None, true));
        assert_eq!(b.messages.iter().map(|m| m.way).collect::<Vec<_>>(), [Way::Out, Way::In, Way::Out]);
        let requester = b.requester.as_ref().unwrap();
        assert_eq!((requester.name.as_str(), requester.emails.len()), ("Пётр Иванов", 0));
        assert_eq!((b.channel.as_deref(), b.ratings.len(), b.assignee.as_deref()), (Some("email"), 0, None));
    }

    #[test]
    fn contacts_admins_and_companies_are_joined_by_their_ids() {
        let text = r#"[{"type":"company","id":"c1","company_id":"x","app_id":"y","name":"Acme"},
            {"type":"contact","id":"5f01","role":"user","name":"Anna","email":"anna@acme.test",
             "companies":{"type":"list","data":[{"id":"c1"}]}},
            {"type":"admin","id":66,"name":"Kim","email":"kim@example.com","team_ids":[]},
            {"type":"conversation","id":7,"open":false,"admin_assignee_id":66,"user":{"type":"user","id":"5f01"}}]"#;
        let all = of_texts("intercom", &[("t.json", text)]).unwrap();
        assert!(matches!(&all[0].what, What::Client(acme) if acme.name == "Acme"));
        assert!(matches!(&all[1].what, What::Contact(anna) if anna.client.as_deref() == Some("Acme") && !anna.agent));
        assert!(matches!(&all[2].what, What::Contact(kim) if kim.agent));
        let ticket = tickets(&all)[0];
        assert_eq!((ticket.assignee.as_deref(), ticket.client.as_deref()), (Some("kim@example.com"), Some("Acme")));
        assert_eq!((ticket.status.as_deref(), ticket.messages.len()), (Some("closed"), 0));
    }

    #[test]
    fn rows_are_gathered_by_conversation_in_utc() {
        let all = brought("intercom", &["intercom.csv"]);
        let tickets = tickets(&all);
        let [a, b] = tickets.as_slice() else { panic!("{all:?}") };
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("701"), "It says 500."));
        assert_eq!((a.status.as_deref(), a.tags.join("|").as_str()), (Some("closed"), "vip|web"));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!(a.requester.as_ref().unwrap().emails, ["anna@acme.test"]);
        let said: Vec<_> =
            a.messages.iter().map(|m| (m.external.as_deref().unwrap(), m.way, m.text.as_str())).collect();
        assert_eq!(
            said,
            [
                ("m1", Way::In, "It says 500.\nHelp!"),
                ("m2", Way::Out, "Try again"),
                ("m3", Way::In, "Works"),
                ("m4", Way::Note, "Was full")
            ]
        );
        assert!(a.messages[1].author.as_ref().unwrap().agent && !a.outbound);
        assert_eq!((all[0].origin.place.as_str(), all[1].origin.place.as_str()), ("intercom.csv:2", "intercom.csv:5"));
        assert_eq!((b.subject.as_str(), b.status.as_deref(), b.closed_at), ("Не приходит счёт", Some("open"), None));
        assert_eq!((b.channel.as_deref(), b.requester.as_ref().unwrap().name.as_str()), (Some("chat"), "Пётр"));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let why = |name: &str, text: &str| of_texts("intercom", &[(name, text)]).unwrap_err();
        let part = r#"[{"type":"conversation","conversation_parts":[{"body":"x","created_at":"soon"}]}]"#;
        assert!(why("t.json", part).starts_with("conversation_parts.created_at: "));
        let row = "conversation_id,message_id,message_author_type,message_created_at\n1,2,user,soon\n";
        assert!(why("t.csv", row).starts_with("message_created_at: "));
        let row = "conversation_id,message_id,message_author_type\n,2,user\n";
        assert_eq!(why("t.csv", row), "conversation_id: nothing in it");
    }
}
