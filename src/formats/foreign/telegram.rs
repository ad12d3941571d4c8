//! Telegram: chats as its desktop program exports them. A chat is a ticket, and another one after each long silence. In a
//! talk of two the messages of the other are the customer's; in a group nobody is known to be one of us.

use serde_json::{Map, Value};

use super::facts::{origin, said, subject_of};
use super::page::{id as id_of, text};
use super::shelf::Shelf;
use super::{Program, Sample};
use crate::domain::incoming::{Incoming, IncomingMessage, IncomingPerson, IncomingTicket, Origin, Way, What};
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
use crate::domain::time::Moment;

pub(super) const PROGRAM: Program =
    Program { word: "telegram", files: "result.json of a chat or of all chats, from Telegram Desktop", looks, read };

/// Seconds of silence after which a new ticket begins: seven days.
const SILENCE: i64 = 7 * 24 * 3_600;
/// A record is kept up to so many bytes.
const RAW: usize = 1 << 20;

/// Chats of two, and of several. Channels, talks with machines and notes to oneself are no tickets.
const TWO: &str = "personal_chat";
const GROUPS: [&str; 3] = ["private_group", "private_supergroup", "public_supergroup"];
const OTHERS: [&str; 4] = ["private_channel", "public_channel", "bot_chat", "saved_messages"];

fn looks(sample: &Sample<'_>) -> bool {
    let members = &sample.first.members;
    let kind = text(members, "type").unwrap_or_default();
    let chat = kind == TWO || GROUPS.iter().chain(&OTHERS).any(|known| *known == kind);
    let whole = sample.holder.is_none_or(|holder| holder == "chats.list");
    sample.json && whole && chat && sample.has(&["id"]) && members.get("messages").is_some_and(Value::is_array)
}

/// What a chat says of all its messages.
struct Chat {
    id: Option<String>,
    name: Option<String>,
    /// Who is the customer, where two talk.
    customer: Option<IncomingPerson>,
}

/// A message, and how it stood in the file.
struct Said<'a> {
    whole: &'a Value,
    id: Option<String>,
    message: IncomingMessage,
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    let kind = said(members, "type")?.unwrap_or_default();
    if OTHERS.contains(&kind.as_str()) {
        return Ok(Vec::new());
    }
    let (id, name) = (id_of(members, "id"), said(members, "name")?);
    let other = id.as_ref().filter(|_| kind == TWO).map(|id| format!("user{id}"));
    let customer = other.map(|other| person(&other, name.as_deref(), false));
    let chat = Chat { id, name, customer };
    let mut messages = Vec::new();
    for whole in members.get("messages").and_then(Value::as_array).into_iter().flatten() {
        let Some(message) = whole.as_object() else { continue };
        if text(message, "type").is_none_or(|kind| kind == "message") {
            messages.push(of_message(&shelf.dates, &chat, whole, message).map_err(|why| format!("messages: {why}"))?);
        }
    }
    let parts = cut(&messages);
    let several = parts.len() > 1;
    let parts = parts.into_iter().enumerate().map(|(n, part)| {
        let origin = if several { of_part(record, part) } else { origin(record) };
        Incoming { origin, what: What::Ticket(Box::new(ticket(&chat, part, n == 0))) }
    });
    Ok(parts.collect())
}

/// The messages in parts, cut where nobody wrote for long.
fn cut<'a, 'b>(messages: &'a [Said<'b>]) -> Vec<&'a [Said<'b>]> {
    let mut last: Option<Moment> = None;
    let mut parts = Vec::new();
    let mut begin = 0;
    for (n, one) in messages.iter().enumerate() {
        let silent = |last: Moment| one.message.at.is_some_and(|at| at.since(last) > SILENCE);
        if last.is_some_and(silent) {
            parts.extend(messages.get(begin..n));
            begin = n;
        }
        last = one.message.at.or(last);
    }
    parts.extend(messages.get(begin..).filter(|rest| !rest.is_empty()));
    parts
}

fn ticket(chat: &Chat, part: &[Said<'_>], first: bool) -> IncomingTicket {
    let begins = part.first();
    let external = match (&chat.id, begins.and_then(|one| one.id.as_ref())) {
        (Some(chat), _) if first => Some(chat.clone()),
        (Some(chat), Some(message)) => Some(format!("{chat}/{message}")),
        _ => None,
    };
    let of_customer = |one: &&Said<'_>| one.message.way == Way::In;
    let asked = part.iter().filter(of_customer).find_map(|one| subject_of(&one.message.text));
    let subject = asked.or_else(|| part.iter().find_map(|one| subject_of(&one.message.text)));
    let wrote = || part.iter().find(of_customer).and_then(|one| one.message.author.clone());
    IncomingTicket {
        external,
        subject: subject.or_else(|| chat.name.clone()).unwrap_or_default(),
        requester: chat.customer.clone().or_else(wrote),
        channel: Some("telegram".to_owned()),
        opened_at: part.iter().find_map(|one| one.message.at),
        updated_at: part.iter().rev().find_map(|one| one.message.at),
        outbound: begins.is_some_and(|one| one.message.way == Way::Out),
        messages: part.iter().map(|one| one.message.clone()).collect(),
        ..IncomingTicket::default()
    }
}

/// The chat with only the messages of one part of it.
fn of_part(record: &Record, part: &[Said<'_>]) -> Origin {
    let head = record.members.iter().filter(|(name, _)| *name != "messages");
    let mut members: Map<String, Value> = head.map(|(name, value)| (name.clone(), value.clone())).collect();
    let head = Value::Object(members.clone()).to_string();
    members.insert("messages".to_owned(), part.iter().map(|one| one.whole.clone()).collect());
    let raw = Value::Object(members).to_string();
    Origin { place: record.place.clone(), raw: if raw.len() > RAW { head } else { raw } }
}

fn of_message<'a>(
    dates: &Dates,
    chat: &Chat,
    whole: &'a Value,
    members: &Map<String, Value>,
) -> Result<Said<'a>, String> {
    // Older exports give a bare number.
    let from = text(members, "from_id");
    let from = from.map(|id| if id.bytes().all(|b| b.is_ascii_digit()) { format!("user{id}") } else { id });
    let name = text(members, "from");
    let customer = chat.customer.as_ref();
    let way = match (customer, &from) {
        (Some(customer), Some(_)) if customer.external != from => Way::Out,
        (Some(_), None) => Way::Out,
        _ => Way::In,
    };
    let author = match (customer, way) {
        (Some(customer), Way::In) => Some(customer.clone()),
        _ => from.map(|from| person(&from, name.as_deref(), way == Way::Out)),
    };
    let id = id_of(members, "id");
    let message = IncomingMessage {
        external: id.clone(),
        way,
        author,
        at: at(dates, members)?,
        text: words(members),
        files: files(members),
    };
    Ok(Said { whole, id, message })
}

fn person(id: &str, name: Option<&str>, agent: bool) -> IncomingPerson {
    IncomingPerson {
        external: Some(id.to_owned()),
        name: name.unwrap_or_default().to_owned(),
        handles: vec![format!("telegram:{id}")],
        agent,
        ..IncomingPerson::default()
    }
}

/// Seconds since 1970; older exports have only the reading of a clock.
fn at(dates: &Dates, members: &Map<String, Value>) -> Result<Option<Moment>, String> {
    if let Some(seconds) = said(members, "date_unixtime")? {
        let no =
            || format!("date_unixtime: \"{}\" is no number of seconds", seconds.chars().take(40).collect::<String>());
        let seconds: i64 = seconds.parse().map_err(|_| no())?;
        return Ok(Some(Moment(seconds).held()));
    }
    super::facts::moment(dates, members, "date")
}

/// The text: in one piece, or in pieces of which some are marked; else what stands in its place.
fn words(members: &Map<String, Value>) -> String {
    let piece = |piece: &Value| match piece {
        Value::String(text) => text.clone(),
        Value::Object(entity) => marked(entity),
        _ => String::new(),
    };
    let text: String = match members.get("text") {
        Some(Value::Array(pieces)) => pieces.iter().map(piece).collect(),
        Some(one) => piece(one),
        None => String::new(),
    };
    let text = text.replace('\0', "");
    if text.trim().is_empty() { stands_for(members) } else { text.trim().to_owned() }
}

/// A marked piece; where a link hides behind words it is told.
fn marked(entity: &Map<String, Value>) -> String {
    let text = entity.get("text").and_then(Value::as_str).unwrap_or_default();
    match entity.get("href").and_then(Value::as_str) {
        Some(href) if href != text => format!("{text} <{href}>"),
        _ => text.to_owned(),
    }
}

/// What a message without words is: a sticker, a person, a place, a question.
fn stands_for(members: &Map<String, Value>) -> String {
    let inner = |name: &str| members.get(name).and_then(Value::as_object);
    if let Some(who) = inner("contact_information") {
        let parts = ["first_name", "last_name", "phone_number"].into_iter().filter_map(|part| text(who, part));
        return parts.collect::<Vec<_>>().join(" ");
    }
    if let Some(spot) = inner("location_information") {
        let parts = ["latitude", "longitude"].into_iter().filter_map(|part| text(spot, part));
        return parts.collect::<Vec<_>>().join(", ");
    }
    let asked = inner("poll").and_then(|poll| text(poll, "question"));
    asked.or_else(|| text(members, "sticker_emoji")).unwrap_or_default()
}

/// The files that a message mentions. Of one that was not exported only the kind is known.
fn files(members: &Map<String, Value>) -> Vec<(String, Option<i64>)> {
    let file = |name: &str, size: &str, kind: &str| {
        let path = text(members, name)?;
        let named = text(members, "file_name").filter(|_| name == "file");
        let kind = text(members, "media_type").unwrap_or_else(|| kind.to_owned());
        let base = if path.starts_with('(') { None } else { path.rsplit(['/', '\\']).next().map(str::to_owned) };
        let size = members.get(size).and_then(Value::as_i64).filter(|size| *size >= 0);
        Some((named.or(base).filter(|name| !name.is_empty()).unwrap_or(kind), size))
    };
    [file("photo", "photo_file_size", "photo"), file("file", "file_size", "file")].into_iter().flatten().collect()
}
