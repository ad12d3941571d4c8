//! Help Scout: conversations with their threads, as its interface for programs writes them.

use super::page::{first, id, instant, list, object, text, texts, whole};
use super::shelf::Shelf;
use super::{Program, Sample, page, talk, words};
use crate::domain::incoming::{
    Incoming, IncomingMessage, IncomingPerson, IncomingRating, IncomingTicket, Way, What,
};
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
    let customer = object(thread, "customer").filter(|_| way == Way::In);
    let author = if team && way == Way::In { customer } else { by.or(customer) };
    Ok(Some(IncomingMessage {
        external: id(thread, "id"),
        way,
        author: author.map(|author| IncomingPerson {
            agent: way != Way::In || team && customer.is_none(),
            ..talk::person(author)
        }),
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
    let at = ["createdAt", "ratingCreatedAt"].map(|name| instant(members, name, &shelf.dates));
    let [created, rated] = at;
    let at = created.map_err(|why| format!("ratings.{why}"))?.or(rated.map_err(|why| format!("ratings.{why}"))?);
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
