//! Okdesk: issues, companies, contacts and employees as its REST interface gives them; comments and worked time within their
//! issue.

use serde_json::{Map, Value};

use super::facts::{moment, origin, said, worked};
use super::page::{id, list, object, text};
use super::shelf::Shelf;
use super::talk::written;
use super::{Program, Sample};
use crate::domain::amount::Unit;
use crate::domain::incoming::{
    Incoming, IncomingClient, IncomingMessage, IncomingPerson, IncomingRating, IncomingTicket, IncomingTime, Scale,
    Way, What,
};
use crate::domain::mapping::{priority_of, status_of};
use crate::domain::record::Record;
use crate::domain::ticket::Status;
use crate::domain::time::Moment;

pub(super) const PROGRAM: Program =
    Program { word: "okdesk", files: "issues, companies, contacts and employees as JSON", looks, read };

const CONTACT: &str = "contact";
const EMPLOYEE: &str = "employee";

fn looks(sample: &Sample<'_>) -> bool {
    const OWN: [&str; 6] = [
        "status_times",
        "planned_reaction_at",
        "planned_execution_in_hours",
        "delayed_to",
        "service_object_id",
        "spent_time_total",
    ];
    let members = &sample.first.members;
    let worded =
        |name: &str| object(members, name).is_some_and(|of| of.contains_key("code") && of.contains_key("name"));
    let issue =
        sample.has(&["id", "title", "created_at"]) && worded("status") && OWN.iter().any(|name| sample.has(&[name]));
    let person = sample.has(&["id", "first_name", "last_name", "patronymic", "login"]);
    let company = sample.has(&["id", "name", "additional_name", "crm_1c_id"]);
    sample.json && (issue || person || company)
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    let has = |name: &str| members.contains_key(name);
    let what = match text(members, "type").as_deref() {
        Some(EMPLOYEE) => someone(shelf, EMPLOYEE, members)?,
        Some(CONTACT) => someone(shelf, CONTACT, members)?,
        Some("company") => company(shelf, members)?,
        _ if has("title") || has("status") || has("description") => return issue(shelf, record),
        _ if has("first_name") || has("last_name") => {
            let team = !has("company_id") && (has("roles") || has("groups"));
            someone(shelf, if team { EMPLOYEE } else { CONTACT }, members)?
        }
        _ if has("name") => company(shelf, members)?,
        _ => return Err("neither an issue nor a company, a contact or an employee".to_owned()),
    };
    Ok(vec![Incoming { origin: origin(record), what }])
}

fn company(shelf: &mut Shelf, members: &Map<String, Value>) -> Result<What, String> {
    let external = id(members, "id");
    let name = said(members, "name")?.unwrap_or_default();
    if let Some(id) = &external {
        shelf.companies.insert(id.clone(), name.clone());
    }
    let several = members.get("domains").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let domains = text(members, "domain").into_iter().chain(several.map(|domain| domain.trim().to_owned()));
    Ok(What::Client(IncomingClient {
        external,
        name,
        domains: domains.filter(|domain| !domain.is_empty()).collect(),
        note: said(members, "comment")?.map(|text| written(&text)).unwrap_or_default(),
        ..IncomingClient::default()
    }))
}

/// A person by his own record.
fn someone(shelf: &mut Shelf, kind: &str, members: &Map<String, Value>) -> Result<What, String> {
    let phones = ["phone", "mobile_phone"].into_iter().filter_map(|name| text(members, name));
    let person = IncomingPerson {
        external: id(members, "id"),
        name: name_of(members),
        emails: said(members, "email")?.into_iter().collect(),
        phones: phones.collect(),
        client: client(shelf, members),
        agent: kind == EMPLOYEE,
        ..IncomingPerson::default()
    };
    if let Some(id) = &person.external {
        shelf.people.insert(key(kind, id), person.clone());
    }
    Ok(What::Contact(person))
}

/// Contacts and employees are numbered apart.
fn key(kind: &str, id: &str) -> String {
    format!("{kind} {id}")
}

fn name_of(members: &Map<String, Value>) -> String {
    let parts = ["first_name", "last_name"].into_iter().filter_map(|name| text(members, name)).collect::<Vec<_>>();
    text(members, "name").unwrap_or_else(|| parts.join(" "))
}

/// The company by its number, else as it is named.
fn client(shelf: &Shelf, members: &Map<String, Value>) -> Option<String> {
    let company = object(members, "company");
    let id = text(members, "company_id").or_else(|| text(company?, "id"));
    let known = id.and_then(|id| shelf.companies.get(&id).cloned()).filter(|name| !name.is_empty());
    known.or_else(|| text(company?, "name"))
}

/// A person by his number, else as he is named here.
fn person(shelf: &Shelf, kind: &str, members: &Map<String, Value>) -> Option<IncomingPerson> {
    let external = text(members, "id");
    if let Some(known) = external.as_ref().and_then(|id| shelf.people.get(&key(kind, id))) {
        return Some(known.clone());
    }
    let (name, agent) = (name_of(members), kind == EMPLOYEE);
    let emails = text(members, "email").or_else(|| text(members, "login").filter(|login| login.contains('@')));
    let nobody = external.is_none() && name.is_empty() && emails.is_none();
    let emails = emails.into_iter().collect();
    (!nobody).then(|| IncomingPerson { external, name, emails, agent, ..IncomingPerson::default() })
}

/// What an agent is found by.
fn agent(shelf: &Shelf, members: &Map<String, Value>) -> Option<String> {
    let person = person(shelf, EMPLOYEE, object(members, EMPLOYEE).unwrap_or(members))?;
    person.emails.into_iter().next().or(Some(person.name).filter(|name| !name.is_empty()))
}

/// Whether somebody is a contact or an employee: as it is written, else as the issue tells.
fn kind(shelf: &Shelf, author: &Map<String, Value>, requester: Option<&IncomingPerson>) -> &'static str {
    let id = text(author, "id");
    let known = |kind: &str| id.as_ref().is_some_and(|id| shelf.people.contains_key(&key(kind, id)));
    let asked = requester.is_some_and(|person| id.is_some() && person.external == id);
    match text(author, "type").as_deref() {
        Some(EMPLOYEE) => EMPLOYEE,
        Some(CONTACT) => CONTACT,
        _ if (asked || known(CONTACT)) && !known(EMPLOYEE) => CONTACT,
        _ if asked && requester.is_some_and(|person| person.name == name_of(author)) => CONTACT,
        _ => EMPLOYEE,
    }
}

fn issue(shelf: &Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    let external = id(members, "id");
    let inner = object(members, "client");
    let asks = object(members, CONTACT).or_else(|| object(inner?, CONTACT)).and_then(|of| person(shelf, CONTACT, of));
    let author = object(members, "author").and_then(|of| person(shelf, kind(shelf, of, asks.as_ref()), of));
    let requester = asks.or_else(|| author.clone().filter(|person| !person.agent));
    let client = client(shelf, members).or_else(|| client(shelf, inner?)).or_else(|| requester.clone()?.client);
    let opened_at = moment(&shelf.dates, members, "created_at")?;
    let status = status(members);
    let closed = status.as_deref().and_then(status_of).is_none_or(|(status, _)| status == Status::Closed);
    let times = times(shelf, record, external.as_deref(), client.as_deref())?;
    let total = said(members, "spent_time_total")?.filter(|_| times.is_empty());
    let total = total.map(|text| worked("spent_time_total", &text, Unit::Hour)).transpose()?;
    let completed = moment(&shelf.dates, members, "completed_at")?;
    let ticket = IncomingTicket {
        external,
        subject: said(members, "title")?.unwrap_or_default(),
        status,
        priority: word(members, "priority", |text| priority_of(text).is_some()),
        assignee: object(members, "assignee").and_then(|of| agent(shelf, of)),
        client,
        tags: word(members, "type", |_| true).into_iter().collect(),
        channel: text(members, "source").and_then(|source| channel(&source)),
        opened_at,
        updated_at: moment(&shelf.dates, members, "updated_at")?,
        closed_at: completed.filter(|_| closed),
        due_at: moment(&shelf.dates, members, "deadline_at")?,
        messages: messages(shelf, members, author, requester.as_ref(), opened_at)?,
        requester,
        minutes: total.flatten(),
        url: text(members, "url"),
        ratings: rating(members, completed).into_iter().collect(),
        links: links(members),
        ..IncomingTicket::default()
    };
    let ticket = Incoming { origin: origin(record), what: What::Ticket(Box::new(ticket)) };
    Ok([ticket].into_iter().chain(times).collect())
}

/// Of the name and the code of a thing the one that is known, else the name.
fn word(members: &Map<String, Value>, name: &str, known: fn(&str) -> bool) -> Option<String> {
    let Some(thing) = object(members, name) else { return text(members, name) };
    let words = ["name", "code"].map(|part| text(thing, part));
    let mut words = words.into_iter().flatten();
    let first = words.next()?;
    if known(&first) { Some(first) } else { words.find(|word| known(word)).or(Some(first)) }
}

fn status(members: &Map<String, Value>) -> Option<String> {
    let code = object(members, "status").and_then(|status| text(status, "code"));
    if code.as_deref() == Some("delayed") && text(members, "delayed_to").is_some() {
        return Some("hold".to_owned());
    }
    word(members, "status", |text| status_of(text).is_some())
}

/// How an issue came, in a word of the desk; that an employee wrote it down does not tell.
fn channel(source: &str) -> Option<String> {
    let source = source.strip_prefix("from_").unwrap_or(source);
    let word = match source {
        "employee" => return None,
        "contact" | "client" | "client_portal" | "mobile_app" => "portal",
        "call" | "telephony" => "phone",
        "site" | "web_form" | "site_form" | "widget" => "web",
        "telegram_bot" => "telegram",
        other => other,
    };
    Some(word.to_owned())
}

fn rating(members: &Map<String, Value>, at: Option<Moment>) -> Option<IncomingRating> {
    let said = object(members, "rate").and_then(|rate| text(rate, "value")).or_else(|| text(members, "rate"))?;
    let score = match said.as_str() {
        "good" => 5,
        "normal" => 3,
        "bad" => 1,
        _ => return None,
    };
    Some(IncomingRating { scale: Scale::Csat, score, comment: String::new(), at })
}

fn links(members: &Map<String, Value>) -> Vec<String> {
    let children = members.get("child_ids").and_then(Value::as_array).into_iter().flatten();
    let children = children.filter_map(|id| match id {
        Value::Number(id) => Some(id.to_string()),
        Value::String(id) => Some(id.clone()),
        _ => None,
    });
    text(members, "parent_id").into_iter().chain(children).collect()
}

/// The description and the comments. What an employee wrote down for a contact is what the contact asked.
fn messages(
    shelf: &Shelf,
    members: &Map<String, Value>,
    author: Option<IncomingPerson>,
    requester: Option<&IncomingPerson>,
    opened_at: Option<Moment>,
) -> Result<Vec<IncomingMessage>, String> {
    let mut messages = Vec::new();
    let text = said(members, "description")?.map(|text| written(&text)).unwrap_or_default();
    let files = files(members);
    if !text.is_empty() || !files.is_empty() {
        let among_us = requester.is_none() && author.is_some();
        let way = if among_us { Way::Note } else { Way::In };
        let author = requester.cloned().or(author);
        messages.push(IncomingMessage { external: None, way, author, at: opened_at, text, files });
    }
    for comment in list(members, "comments") {
        messages.push(message(shelf, comment, requester).map_err(|why| format!("comments: {why}"))?);
    }
    if messages.iter().all(|message| message.at.is_some()) {
        messages.sort_by_key(|message| message.at);
    }
    Ok(messages)
}

fn message(
    shelf: &Shelf,
    comment: &Map<String, Value>,
    requester: Option<&IncomingPerson>,
) -> Result<IncomingMessage, String> {
    let author = object(comment, "author").and_then(|of| person(shelf, kind(shelf, of, requester), of));
    let way = match &author {
        _ if comment.get("public") == Some(&Value::Bool(false)) => Way::Note,
        Some(author) if !author.agent => Way::In,
        _ => Way::Out,
    };
    let published = moment(&shelf.dates, comment, "published_at")?;
    Ok(IncomingMessage {
        external: id(comment, "id"),
        way,
        author,
        at: published.map_or_else(|| moment(&shelf.dates, comment, "created_at"), |at| Ok(Some(at)))?,
        text: said(comment, "content")?.map(|text| written(&text)).unwrap_or_default(),
        files: files(comment),
    })
}

fn files(members: &Map<String, Value>) -> Vec<(String, Option<i64>)> {
    let file = |file: &Map<String, Value>| {
        let size = file.get("attachment_file_size").and_then(Value::as_i64).filter(|size| *size >= 0);
        text(file, "attachment_file_name").or_else(|| text(file, "name")).map(|name| (name, size))
    };
    list(members, "attachments").filter_map(file).collect()
}

/// The worked time that is told entry by entry, where each has its day.
fn times(shelf: &Shelf, record: &Record, ticket: Option<&str>, client: Option<&str>) -> Result<Vec<Incoming>, String> {
    let mut times = Vec::new();
    let inner = object(&record.members, "time_entries").unwrap_or(&record.members);
    for entry in list(inner, "time_entries") {
        let told = |why: String| format!("time_entries: {why}");
        let (Some(on), Some(spent)) = (text(entry, "logged_at"), text(entry, "spent_time")) else { continue };
        let Some(minutes) = worked("spent_time", &spent, Unit::Hour).map_err(told)? else { continue };
        let time = IncomingTime {
            external: id(entry, "id"),
            ticket: ticket.map(str::to_owned),
            client: client.map(str::to_owned),
            agent: object(entry, EMPLOYEE).and_then(|of| agent(shelf, of)),
            day: shelf.dates.day(&on).map_err(|why| told(format!("logged_at: {why}")))?,
            minutes,
            billable: None,
            text: text(entry, "comment").map(|text| written(&text)).unwrap_or_default(),
        };
        times.push(Incoming { origin: origin(record), what: What::Time(time) });
    }
    Ok(times)
}
