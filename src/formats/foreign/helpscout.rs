//! Help Scout: conversations with their threads, as its interface for programs writes them.

use super::page::{first, id, instant, list, object, text, texts, whole};
use super::shelf::Shelf;
use super::{Program, Sample, page, talk, words};
use crate::domain::incoming::{Incoming, IncomingMessage, IncomingPerson, IncomingRating, IncomingTicket, Way, What};
use crate::domain::record::Record;
use serde_json::{Map, Value};

/// See [`super::PROGRAMS`].
pub(super) const PROGRAM: Program =
    Program { word: "helpscout", files: "JSON of its API: conversations with threads, customers", looks, read };

/// Members of a conversation that others hardly have.
const CONVERSATION: [&str; 9] = [
    "primaryCustomer",
    "mailboxId",
    "folderId",
    "customerWaitingSince",
    "userUpdatedAt",
    "closedBy",
    "preview",
    "createdBy",
    "threads",
];

fn looks(sample: &Sample<'_>) -> bool {
    let among = |names| page::among(sample.first.members.keys(), names);
    match kind(&sample.first.members) {
        _ if !sample.json => false,
        Some(Kind::Conversation) => among(&CONVERSATION) >= 3,
        Some(Kind::Customer) => sample.holder == Some("_embedded.customers"),
        None => false,
    }
}

/// What a record tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Conversation,
    Customer,
}

fn kind(members: &Map<String, Value>) -> Option<Kind> {
    let has = |name: &str| members.contains_key(name);
    if ["subject", "primaryCustomer", "threads", "mailboxId"].into_iter().any(has) {
        Some(Kind::Conversation)
    } else if has("firstName") || has("lastName") {
        Some(Kind::Customer)
    } else {
        None
    }
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    let what = match kind(members) {
        Some(Kind::Conversation) => conversation(shelf, members)?.map(|ticket| What::Ticket(Box::new(ticket))),
        Some(Kind::Customer) => shelf.meet(customer(members)),
        None => return Err("neither a conversation nor a customer".to_owned()),
    };
    Ok(what.map(|what| talk::incoming(record, what)).into_iter().collect())
}

/// A conversation; none where it was deleted.
fn conversation(shelf: &Shelf, members: &Map<String, Value>) -> Result<Option<IncomingTicket>, String> {
    if text(members, "state").as_deref() == Some("deleted") {
        return Ok(None);
    }
    let instant = |name| instant(members, name, &shelf.dates);
    let customer = object(members, "primaryCustomer").or_else(|| object(members, "customer"));
    let requester = customer.map(|customer| IncomingPerson {
        client: first(customer, &["organization", "company"]),
        ..shelf.who(None, Some(customer)).unwrap_or_default()
    });
    let source = object(members, "source").and_then(|source| text(source, "type"));
    let way = text(members, "type").filter(|way| way != "email").or(source).or_else(|| text(members, "type"));
    let web = object(members, "_links").and_then(|links| object(links, "web")).and_then(|web| text(web, "href"));
    let mut ticket = IncomingTicket {
        external: id(members, "number").or_else(|| id(members, "id")),
        subject: text(members, "subject").unwrap_or_default(),
        status: text(members, "status"),
        priority: text(members, "priority"),
        assignee: object(members, "assignee").or_else(|| object(members, "owner")).and_then(assignee),
        client: requester.as_ref().and_then(|requester| requester.client.clone()),
        requester,
        tags: texts(members, "tags", &["tag", "name"]),
        channel: way.map(|way| words::channel(&way)),
        opened_at: instant("createdAt")?,
        updated_at: instant("userUpdatedAt")?.or(instant("updatedAt")?),
        closed_at: instant("closedAt")?,
        messages: messages(shelf, members)?,
        url: web,
        ratings: list(members, "ratings").filter_map(|one| rating(shelf, one).transpose()).collect::<Result<_, _>>()?,
        ..Default::default()
    };
    talk::finish(&mut ticket);
    Ok(Some(ticket))
}

/// A team is none of the agents; neither is who stands for nobody.
fn assignee(members: &Map<String, Value>) -> Option<String> {
    let person = talk::person(members);
    let nobody = text(members, "type").is_some_and(|kind| kind == "team")
        || person.emails.iter().any(|email| email == "none@nowhere.com");
    if nobody { None } else { talk::called(&person) }
}

/// Threads stand in the conversation itself or in what came along with it; of those the newest is the first.
fn messages(shelf: &Shelf, members: &Map<String, Value>) -> Result<Vec<IncomingMessage>, String> {
    let along = object(members, "_embedded").into_iter().flat_map(|along| list(along, "threads"));
    let mut messages = Vec::new();
    for thread in list(members, "threads").chain(along) {
        let message = message(shelf, thread).map_err(|why| format!("threads.{why}"))?;
        messages.extend(message);
    }
    Ok(messages)
}

/// A message; none of a line that only tells what was done, nor of what was never sent.
fn message(shelf: &Shelf, thread: &Map<String, Value>) -> Result<Option<IncomingMessage>, String> {
    let kind = text(thread, "type").unwrap_or_default();
    let unsent = text(thread, "state").is_some_and(|state| matches!(state.as_str(), "draft" | "underreview"));
    let along = object(thread, "_embedded");
    let text_of = talk::body(thread, &["body"], &["text"]);
    let attached = along.into_iter().flat_map(|along| list(along, "attachments"));
    let files = talk::files(list(thread, "attachments").chain(attached));
    if unsent || kind == "lineitem" || (text_of.is_empty() && files.is_empty()) {
        return Ok(None);
    }
    let by = object(thread, "createdBy");
    let team = by.and_then(|by| text(by, "type")).is_some_and(|kind| kind == "user");
    let way = match kind.as_str() {
        "customer" | "phone" => Way::In,
        "message" | "reply" => Way::Out,
        "note" | "forwardparent" | "forwardchild" => Way::Note,
        // A line of a workflow is told by what it did and by no kind of message.
        _ if done_by_rule(thread) => return Ok(None),
        _ if team => Way::Out,
        _ => Way::In,
    };
    // What an agent wrote down for a customer is the customer's.
    let customer = object(thread, "customer").filter(|_| way == Way::In);
    let author = by.filter(|_| !(team && way == Way::In)).or(customer);
    Ok(Some(IncomingMessage {
        external: id(thread, "id"),
        way,
        author: author.map(|author| IncomingPerson { agent: way != Way::In, ..talk::person(author) }),
        at: instant(thread, "createdAt", &shelf.dates)?,
        text: text_of,
        files,
    }))
}

fn done_by_rule(thread: &Map<String, Value>) -> bool {
    let action = object(thread, "action").and_then(|action| text(action, "type"));
    action.or_else(|| text(thread, "actionType")).is_some_and(|what| what.contains("workflow") || what == "imported")
}

/// In a word, or as the number that reports write: 1 is the best.
fn rating(shelf: &Shelf, members: &Map<String, Value>) -> Result<Option<IncomingRating>, String> {
    let number = whole(members, "ratingId").or_else(|| whole(members, "rating"));
    let word = match number {
        Some(1) => Some("great".to_owned()),
        Some(2) => Some("okay".to_owned()),
        Some(3) => Some("not good".to_owned()),
        _ => first(members, &["rating", "name", "score"]),
    };
    let instant = |name| instant(members, name, &shelf.dates).map_err(|why| format!("ratings.{why}"));
    let at = instant("createdAt")?.or(instant("ratingCreatedAt")?);
    Ok(word.and_then(|word| words::rating(&word, first(members, &["comments", "comment", "ratingComments"]), at)))
}

fn customer(members: &Map<String, Value>) -> IncomingPerson {
    let mut person = talk::person(members);
    if let Some(along) = object(members, "_embedded") {
        let more = talk::person(along);
        more.emails.into_iter().for_each(|email| talk::reach(&mut person, Some(email)));
        person.phones.extend(more.phones);
    }
    IncomingPerson { client: first(members, &["organization", "company"]), ..person }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::foreign::tests::{brought, of_texts, tickets, when};

    #[test]
    fn a_conversation_brings_what_was_said_and_no_lines_of_what_was_done() {
        let all = brought("helpscout", &["helpscout.json"]);
        let a = tickets(&all)[0];
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("501"), "Login fails"));
        assert_eq!((a.status.as_deref(), a.priority.as_deref()), (Some("closed"), None));
        assert_eq!((a.assignee.as_deref(), a.client.as_deref()), (Some("kim@example.com"), None));
        let anna = IncomingPerson {
            external: Some("500".into()),
            name: "Anna Petrova".into(),
            emails: vec!["anna@acme.test".into()],
            ..Default::default()
        };
        assert_eq!(a.requester, Some(anna.clone()));
        assert_eq!((a.tags.join("|").as_str(), a.channel.as_deref()), ("vip|web", Some("email")));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.updated_at).as_deref(), Some("2026-03-02T09:31:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!(a.url.as_deref(), Some("https://secure.helpscout.net/conversation/900501/501/"));
        assert_eq!((a.ratings[0].score, a.ratings[0].comment.as_str()), (5, "Quick!"));
        assert_eq!(when(a.ratings[0].at).as_deref(), Some("2026-03-02T10:00:00Z"));
        let said: Vec<_> =
            a.messages.iter().map(|m| (m.external.as_deref().unwrap(), m.way, m.text.as_str())).collect();
        assert_eq!(
            said,
            [
                ("3001", Way::In, "It says 500.\nHelp!"),
                ("3002", Way::Note, "Database was full"),
                ("3003", Way::Out, "Try again, please.")
            ],
            "oldest first, also within a second"
        );
        assert_eq!(a.messages[0].files, [("снимок.png".to_owned(), Some(2048))]);
        assert_eq!(a.messages[0].author, Some(anna));
        let kim = a.messages[2].author.as_ref().unwrap();
        assert_eq!((kim.emails[0].as_str(), kim.agent, a.outbound), ("kim@example.com", true, false));
    }

    #[test]
    fn spam_stays_spam_teams_are_nobody_and_deleted_ones_stay_away() {
        let all = brought("helpscout", &["helpscout.json"]);
        let all = tickets(&all);
        let [_, b, c] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(
            (b.external.as_deref(), b.status.as_deref(), b.assignee.as_deref()),
            (Some("502"), Some("spam"), None)
        );
        assert_eq!((b.subject.as_str(), b.channel.as_deref()), ("Купите", Some("chat")));
        assert_eq!((b.messages[0].way, b.messages[0].text.as_str()), (Way::In, "Купите\nслона"), "plain lines stay");
        assert_eq!((b.requester.as_ref().unwrap().name.as_str(), b.closed_at), ("Пётр Иванов", None));
        assert_eq!((c.outbound, c.channel.as_deref(), c.closed_at), (true, Some("web"), None));
    }

    #[test]
    fn customers_come_in_with_what_is_held_along_with_them() {
        let text = r#"{"_embedded":{"customers":[{"id":5,"firstName":"Anna","lastName":"Petrova","organization":"Acme",
            "_embedded":{"emails":[{"id":1,"value":"anna@acme.test"}],"phones":[{"id":2,"value":"12345"}]}}]}}"#;
        let all = of_texts("helpscout", &[("t.json", text)]).unwrap();
        let What::Contact(anna) = &all[0].what else { panic!("{all:?}") };
        assert_eq!((anna.name.as_str(), anna.client.as_deref()), ("Anna Petrova", Some("Acme")));
        assert_eq!((anna.emails.join(","), anna.phones.join(",")), ("anna@acme.test".into(), "12345".into()));
    }

    #[test]
    fn numbers_of_ratings_are_read_the_best_first_and_odd_dates_are_named() {
        let read = |rating: &str| {
            let text = format!(r#"[{{"id":1,"subject":"x","ratings":[{rating}]}}]"#);
            of_texts("helpscout", &[("t.json", &text)]).map(|all| tickets(&all)[0].ratings.first().map(|one| one.score))
        };
        assert_eq!(read(r#"{"ratingId":1}"#), Ok(Some(5)));
        assert_eq!(read(r#"{"rating":"not_good"}"#), Ok(Some(1)));
        assert_eq!(read(r#"{"rating":"okay"}"#), Ok(Some(3)));
        assert_eq!(read(r#"{"rating":"?"}"#), Ok(None));
        assert!(read(r#"{"rating":"great","createdAt":"soon"}"#).unwrap_err().starts_with("ratings.createdAt: "));
    }
}
