//! GitHub: issues as `gh issue list --json` writes them, and as its REST interface does. A pull request is no ticket.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::facts::{moment, origin, said};
use super::page::{id, list, object, text};
use super::shelf::Shelf;
use super::{Program, Sample};
use crate::domain::incoming::{Incoming, IncomingMessage, IncomingPerson, IncomingTicket, Way, What};
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
use crate::domain::time::Moment;

pub(super) const PROGRAM: Program =
    Program { word: "github", files: "issues as JSON: of `gh issue list --json`, of the REST interface", looks, read };

fn looks(sample: &Sample<'_>) -> bool {
    let own = |names: &[&str]| names.iter().any(|name| sample.has(&[name]));
    let state = text(&sample.first.members, "state");
    let told = state.is_some_and(|state| matches!(state.as_str(), "OPEN" | "CLOSED"));
    let printed = told && own(&["stateReason", "createdAt", "author"]);
    let asked = sample.has(&["node_id", "html_url"]) && own(&["author_association", "repository_url", "comments_url"]);
    sample.json && sample.has(&["number", "title", "state"]) && (printed || asked)
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    if members.get("pull_request").is_some_and(|of| !of.is_null()) {
        return Ok(Vec::new());
    }
    let team = team(members);
    let assignee = list(members, "assignees").chain(object(members, "assignee")).find_map(|one| text(one, "login"));
    let author = author(members, &team);
    let created = at(&shelf.dates, members, ["createdAt", "created_at"])?;
    let mut messages = Vec::new();
    if let Some(body) = said(members, "body")? {
        let ours = author.as_ref().is_some_and(|person| person.agent);
        let way = if ours || is_bot(members) { Way::Note } else { Way::In };
        messages.push(IncomingMessage {
            external: None,
            way,
            author: author.clone(),
            at: created,
            text: body,
            files: Vec::new(),
        });
    }
    for comment in list(members, "comments") {
        messages.push(message(&shelf.dates, comment, &team).map_err(|why| format!("comments: {why}"))?);
    }
    let ticket = IncomingTicket {
        external: id(members, "number"),
        subject: said(members, "title")?.unwrap_or_default(),
        status: status(members)?,
        assignee,
        requester: author.filter(|_| !is_bot(members)),
        tags: labels(members),
        channel: Some("github".to_owned()),
        opened_at: created,
        updated_at: at(&shelf.dates, members, ["updatedAt", "updated_at"])?,
        closed_at: at(&shelf.dates, members, ["closedAt", "closed_at"])?,
        messages,
        url: text(members, "html_url").or_else(|| text(members, "url")),
        ..IncomingTicket::default()
    };
    Ok(vec![Incoming { origin: origin(record), what: What::Ticket(Box::new(ticket)) }])
}

fn at(dates: &Dates, members: &Map<String, Value>, names: [&str; 2]) -> Result<Option<Moment>, String> {
    let [first, second] = names;
    moment(dates, members, first)?.map_or_else(|| moment(dates, members, second), |at| Ok(Some(at)))
}

/// A closed issue by its reason, in words of the desk.
fn status(members: &Map<String, Value>) -> Result<Option<String>, String> {
    let Some(state) = said(members, "state")? else { return Ok(None) };
    let reason = text(members, "stateReason").or_else(|| text(members, "state_reason")).unwrap_or_default();
    let word = match (state.to_lowercase().as_str(), reason.to_lowercase().as_str()) {
        ("open", _) => "open",
        ("closed", "completed") => "solved",
        ("closed", "not_planned") => "wontfix",
        ("closed", "duplicate") => "duplicate",
        ("closed", _) => "closed",
        _ => return Ok(Some(state)),
    };
    Ok(Some(word.to_owned()))
}

fn labels(members: &Map<String, Value>) -> Vec<String> {
    let labels = members.get("labels").and_then(Value::as_array).into_iter().flatten();
    let name = |label: &Value| match label {
        Value::String(name) => Some(name.trim().to_owned()),
        Value::Object(label) => text(label, "name"),
        _ => None,
    };
    labels.filter_map(name).filter(|name| !name.is_empty()).collect()
}

/// The person who wrote an issue or comment.
fn wrote(members: &Map<String, Value>) -> Option<&Map<String, Value>> {
    object(members, "author").or_else(|| object(members, "user"))
}

fn login(members: &Map<String, Value>) -> Option<String> {
    text(wrote(members)?, "login")
}

/// Whether it was written by a machine, as far as the file tells it.
fn is_bot(members: &Map<String, Value>) -> bool {
    let Some(who) = wrote(members) else { return false };
    let login = text(who, "login").unwrap_or_default();
    let told = who.get("is_bot") == Some(&Value::Bool(true)) || text(who, "type").as_deref() == Some("Bot");
    told || login.ends_with("[bot]") || login.starts_with("app/")
}

/// Whether the one who wrote it belongs to those who keep the repository.
fn is_ours(members: &Map<String, Value>) -> bool {
    let role = text(members, "authorAssociation").or_else(|| text(members, "author_association"));
    role.is_some_and(|role| matches!(role.as_str(), "OWNER" | "MEMBER" | "COLLABORATOR"))
}

/// Those who keep the repository, by the issue and its comments: `gh` does not tell it of who opened the issue.
fn team(members: &Map<String, Value>) -> HashSet<String> {
    list(members, "comments").chain([members]).filter(|one| is_ours(one)).filter_map(login).collect()
}

fn author(members: &Map<String, Value>, team: &HashSet<String>) -> Option<IncomingPerson> {
    let login = login(members)?;
    let name = wrote(members).and_then(|who| text(who, "name")).unwrap_or_else(|| login.clone());
    Some(IncomingPerson {
        name,
        handles: vec![format!("github:{login}")],
        agent: team.contains(&login),
        ..IncomingPerson::default()
    })
}

fn message(dates: &Dates, comment: &Map<String, Value>, team: &HashSet<String>) -> Result<IncomingMessage, String> {
    let author = author(comment, team);
    let ours = is_ours(comment) || author.as_ref().is_some_and(|person| person.agent);
    let way = match (is_bot(comment), ours) {
        (true, _) => Way::Note,
        (_, true) => Way::Out,
        _ => Way::In,
    };
    Ok(IncomingMessage {
        external: id(comment, "id"),
        way,
        author,
        at: at(dates, comment, ["createdAt", "created_at"])?,
        text: said(comment, "body")?.unwrap_or_default(),
        files: Vec::new(),
    })
}
