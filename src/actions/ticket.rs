//! What people do to tickets. Each deed is the events it makes; what follows from them is the store's affair.

use super::people;
use crate::domain::contact::Point;
use crate::domain::entry::Entry;
use crate::domain::event::{Event, Noun};
use crate::domain::mail::Part;
use crate::domain::message::Direction;
use crate::domain::rating::Rating;
use crate::domain::ticket::{Priority, Reason, Standing, Status, Ticket};
use crate::domain::time::Moment;
use crate::domain::words;
use crate::error::{Error, Result};
use crate::store::message::NewMessage;
use crate::store::{Shown, Tx};

/// A ticket to be opened.
#[derive(Debug, Clone, Default)]
pub struct NewTicket {
    /// The subject.
    pub subject: String,
    /// Who asked, as typed.
    pub from: Option<String>,
    /// The customer's text.
    pub text: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// To whom it is given, as typed.
    pub assignee: Option<String>,
    /// How much it hurts.
    pub priority: Option<Priority>,
    /// Whose it is, as typed.
    pub client: Option<String>,
    /// How it came.
    pub channel: Option<String>,
    /// What was promised.
    pub due_at: Option<Moment>,
    /// When it came, where that was not now.
    pub at: Option<Moment>,
    /// Opens nothing twice.
    pub once: Option<String>,
}

/// Opens a ticket; with a `once` key that is known already, gives that ticket and opens nothing.
pub fn open(tx: &mut Tx<'_>, new: &NewTicket) -> Result<(i64, bool)> {
    if let Some(key) = &new.once
        && let Some(known) = tx.ticket_by_once(key)?
    {
        return Ok((known, false));
    }
    let client = new.client.as_deref().map(|w| people::client(tx, w)).transpose()?;
    let assignee = new.assignee.as_deref().map(|w| people::agent(tx, w)).transpose()?;
    let requester = new.from.as_deref().map(|f| people::requester(tx, f, client.as_ref().map(|c| c.id))).transpose()?;
    let at = new.at.unwrap_or(tx.at);
    let ticket = Ticket {
        id: tx.next_ticket()?,
        subject: new.subject.clone(),
        standing: Standing::of(Status::New),
        priority: new.priority.unwrap_or(Priority::Normal),
        assignee: None,
        requester: requester.as_ref().map(|c| c.id),
        client: client.map(|c| c.id).or_else(|| requester.as_ref().and_then(|c| c.client)),
        channel: new.channel.clone().unwrap_or_else(|| channel_of(new.from.as_deref()).to_owned()),
        opened_at: at,
        opened_by: None,
        due_at: new.due_at,
        snoozed_until: None,
        merged_into: None,
        once: new.once.clone(),
    };
    let begin = Event::about(Noun::Ticket, ticket.id, "", &(), &ticket, tx.at).in_history_of(Some(ticket.id));
    let tags = new.tags.iter().map(|t| Event::ticket(ticket.id, &format!("tag:{t}"), &false, &true, tx.at));
    let events: Vec<Event> = std::iter::once(begin).chain(tags).collect();
    tx.apply(events)?;
    if let Some(agent) = assignee {
        assign(tx, &ticket, Some(agent.id))?;
    }
    if let Some(text) = &new.text {
        let email = requester.as_ref().map(|c| tx.points(c.id)).transpose()?.and_then(|p| p.into_iter().next());
        let author = requester.as_ref().map_or("", |c| c.name.as_str());
        let email = email.map(|p| p.value).unwrap_or_default();
        let from = Author { agent: None, contact: requester.as_ref().map(|c| c.id), name: author, email: &email };
        write(tx, &ticket, Direction::In, &from, text, at)?;
    }
    Ok((ticket.id, true))
}

fn channel_of(from: Option<&str>) -> &'static str {
    use crate::domain::contact::{PointKind, read_person};
    match from.and_then(|f| read_person(f).1) {
        Some(Point { kind: PointKind::Email, .. }) => "email",
        Some(Point { kind: PointKind::Phone, .. }) => "phone",
        Some(Point { kind: PointKind::Handle, .. }) => "chat",
        None => "other",
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Author<'a> {
    /// One of us.
    pub agent: Option<i64>,
    /// A contact.
    pub contact: Option<i64>,
    /// His name.
    pub name: &'a str,
    /// His address.
    pub email: &'a str,
}

/// Writes a message into a ticket.
pub fn write(
    tx: &mut Tx<'_>,
    ticket: &Ticket,
    direction: Direction,
    author: &Author<'_>,
    text: &str,
    at: Moment,
) -> Result<i64> {
    write_with(tx, ticket, direction, author, text, at, &[])
}

/// Writes a message into a ticket, with files.
fn write_with(
    tx: &mut Tx<'_>,
    ticket: &Ticket,
    direction: Direction,
    author: &Author<'_>,
    text: &str,
    at: Moment,
    attachments: &[Part],
) -> Result<i64> {
    let message = NewMessage {
        id: tx.next_ids(1)?,
        direction: Some(direction),
        agent: author.agent,
        contact: author.contact,
        author: author.name,
        email: author.email,
        at,
        counts: direction != Direction::Note,
        text,
        attachments,
        ..NewMessage::default()
    };
    put(tx, ticket, &message)
}

/// Keeps a message whose words are not found yet, and shows it in a ticket.
pub(super) fn put(tx: &mut Tx<'_>, ticket: &Ticket, message: &NewMessage<'_>) -> Result<i64> {
    let distinct = |text: &str| {
        let mut out = String::new();
        words::Stemmer::new().distinct(text, &mut out);
        out
    };
    let subject_terms = distinct(&ticket.subject);
    let text_terms = distinct(&format!("{}\n{} {}", message.text, message.author, message.email));
    tx.put_message(&NewMessage { subject_terms: &subject_terms, text_terms: &text_terms, ..message.clone() })?;
    let shown = Shown { ticket: ticket.id, joined: None };
    let event = Event::about(Noun::Message, message.id, "ticket", &(), &shown, tx.at).in_history_of(Some(ticket.id));
    tx.apply([event])?;
    Ok(message.id)
}

/// Writes an internal note by the agent who runs the command.
pub fn note(tx: &mut Tx<'_>, ticket: &Ticket, text: &str) -> Result<i64> {
    note_with(tx, ticket, text, &[])
}

/// Writes an internal note with files.
pub fn note_with(tx: &mut Tx<'_>, ticket: &Ticket, text: &str, attachments: &[Part]) -> Result<i64> {
    not_merged(ticket)?;
    let me = tx.agent;
    let agent = tx.agent(me)?.ok_or_else(|| Error::bug("the agent who writes is not there"))?;
    let author = Author {
        agent: Some(agent.id),
        name: &agent.name,
        email: agent.email.as_deref().unwrap_or_default(),
        contact: None,
    };
    let at = tx.at;
    write_with(tx, ticket, Direction::Note, &author, text, at, attachments)
}

/// Refuses deeds on a ticket that was merged into another.
pub fn not_merged(ticket: &Ticket) -> Result<()> {
    match ticket.merged_into {
        Some(into) => {
            Err(Error::refused(format!("ticket {} was merged into {into}", ticket.id)).hint(format!("work on {into}")))
        }
        None => Ok(()),
    }
}

/// Sets the status. Whether anything changed.
pub fn stand(tx: &mut Tx<'_>, ticket: &Ticket, standing: Standing) -> Result<bool> {
    not_merged(ticket)?;
    let mut events = vec![Event::ticket(ticket.id, "status", &ticket.standing, &standing, tx.at)];
    if standing.status == Status::Closed && ticket.snoozed_until.is_some() {
        events.push(Event::ticket(ticket.id, "snoozed_until", &ticket.snoozed_until, &(), tx.at));
    }
    let changed = !events.iter().all(Event::is_void);
    tx.apply(events)?;
    Ok(changed)
}

/// Closes a ticket. A closed one is not closed again.
pub fn close(tx: &mut Tx<'_>, ticket: &Ticket, reason: Reason) -> Result<bool> {
    not_merged(ticket)?;
    if ticket.standing.status == Status::Closed {
        return Ok(false);
    }
    stand(tx, ticket, Standing { reason: Some(reason), ..Standing::of(Status::Closed) })
}

/// Opens a closed, pending, held or snoozed ticket again. Whether anything changed.
pub fn reopen(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<bool> {
    not_merged(ticket)?;
    let mut events = Vec::new();
    if !matches!(ticket.standing.status, Status::New | Status::Open) {
        events.push(Event::ticket(ticket.id, "status", &ticket.standing, &Standing::of(Status::Open), tx.at));
    }
    events.push(Event::ticket(ticket.id, "snoozed_until", &ticket.snoozed_until, &(), tx.at));
    let changed = !events.iter().all(Event::is_void);
    tx.apply(events)?;
    Ok(changed)
}

/// Gives a ticket to an agent, or to nobody. A new ticket that is given to somebody is open.
pub fn assign(tx: &mut Tx<'_>, ticket: &Ticket, agent: Option<i64>) -> Result<bool> {
    not_merged(ticket)?;
    let mut events = vec![Event::ticket(ticket.id, "assignee", &ticket.assignee, &agent, tx.at)];
    if agent.is_some() && ticket.standing.status == Status::New {
        events.push(Event::ticket(ticket.id, "status", &ticket.standing, &Standing::of(Status::Open), tx.at));
    }
    let changed = !events.iter().all(Event::is_void);
    tx.apply(events)?;
    Ok(changed)
}

/// Adds or takes a tag. Whether anything changed.
pub fn set_tag(tx: &mut Tx<'_>, ticket: &Ticket, tag: &str, on: bool) -> Result<bool> {
    not_merged(ticket)?;
    let has = tx.tags(ticket.id)?.iter().any(|t| t == tag);
    let at = tx.at;
    tx.apply([Event::ticket(ticket.id, &format!("tag:{tag}"), &has, &on, at)])?;
    Ok(has != on)
}

/// Notes that a ticket is worked on elsewhere, too, or no longer. Whether anything changed.
pub fn set_url(tx: &mut Tx<'_>, ticket: &Ticket, url: &str, on: bool) -> Result<bool> {
    not_merged(ticket)?;
    let has = tx.urls(ticket.id)?.iter().any(|known| known == url);
    let at = tx.at;
    tx.apply([Event::ticket(ticket.id, &format!("url:{url}"), &has, &on, at)])?;
    Ok(has != on)
}

/// Sets one plain field: `subject`, `priority`, `requester`, `client`, `channel`, `due_at`, `snoozed_until`.
pub fn set<T: serde::Serialize + PartialEq>(
    tx: &mut Tx<'_>,
    ticket: &Ticket,
    field: &str,
    from: &T,
    to: &T,
) -> Result<bool> {
    not_merged(ticket)?;
    let at = tx.at;
    tx.apply([Event::ticket(ticket.id, field, from, to, at)])?;
    Ok(from != to)
}

/// Gives a ticket to a client, or to none, and the hours on it that were the old client's.
pub fn set_client(tx: &mut Tx<'_>, ticket: &Ticket, client: Option<i64>) -> Result<bool> {
    let changed = set(tx, ticket, "client", &ticket.client, &client)?;
    let hours = hours_follow(tx, ticket, client)?;
    tx.apply(hours)?;
    Ok(changed)
}

/// The events by which hours on a ticket that are its client's go to another client. What is on an invoice stays.
pub fn hours_follow(tx: &mut Tx<'_>, ticket: &Ticket, client: Option<i64>) -> Result<Vec<Event>> {
    let at = tx.at;
    let mut events = Vec::new();
    for entry in tx.entries_of_ticket(ticket.id)?.into_iter().filter(|e| e.client == ticket.client) {
        if tx.invoice_of_entry(entry.id)?.is_none() {
            events.push(Event::about(Noun::Entry, entry.id, "entry", &entry, &entry.clone().for_client(client), at));
        }
    }
    Ok(events)
}

/// Merges a ticket into another: its messages and hours go there and count from now on; it is closed as a duplicate. Where the
/// other one was closed and this was not, the other one goes on from where this stands. The status that it gets thereby.
pub fn merge(tx: &mut Tx<'_>, ticket: &Ticket, into: &Ticket) -> Result<Option<Status>> {
    not_merged(ticket)?;
    not_merged(into)?;
    if ticket.id == into.id {
        return Err(Error::refused(format!("ticket {} cannot be merged into itself", ticket.id)));
    }
    let at = tx.at;
    let mut events = vec![Event::ticket(ticket.id, "merged_into", &(), &into.id, at)];
    if ticket.standing.status != Status::Closed {
        let closed = Standing { reason: Some(Reason::Duplicate), ..Standing::of(Status::Closed) };
        events.push(Event::ticket(ticket.id, "status", &ticket.standing, &closed, at));
    }
    for id in tx.message_ids(ticket.id)? {
        let was = tx.shown(id)?;
        let shown = Shown { ticket: into.id, joined: Some(at) };
        events.push(Event::about(Noun::Message, id, "ticket", &was, &shown, at).in_history_of(Some(into.id)));
    }
    for entry in tx.entries_of_ticket(ticket.id)? {
        // What is on an invoice stays with whom it was invoiced to.
        let client = if tx.invoice_of_entry(entry.id)?.is_some() { entry.client } else { into.client };
        let moved = Entry { ticket: Some(into.id), ..entry.clone().for_client(client) };
        events.push(Event::about(Noun::Entry, entry.id, "entry", &entry, &moved, at).in_history_of(Some(into.id)));
    }
    for rating in tx.ratings(ticket.id)? {
        let moved = Rating { ticket: Some(into.id), ..rating.clone() };
        events.push(Event::about(Noun::Rating, rating.id, "", &rating, &moved, at).in_history_of(Some(into.id)));
    }
    let goes_on = match (into.standing.status, ticket.standing.status) {
        (_, Status::Closed) => None,
        // What is not done yet is not done there either, and what waits for somebody goes on waiting.
        (Status::Closed, Status::New | Status::Open) => Some(Standing::of(Status::Open)),
        (Status::Closed, Status::Pending | Status::Hold) => Some(ticket.standing),
        (Status::Pending, _) => {
            let waits = tx.timeline(ticket)?.0.projection().waiting_since.is_some();
            waits.then_some(Standing::of(Status::Open))
        }
        _ => None,
    };
    if let Some(standing) = goes_on {
        events.push(Event::ticket(into.id, "status", &into.standing, &standing, at));
    }
    tx.apply(events)?;
    Ok(goes_on.map(|standing| standing.status))
}

/// Makes a new ticket of one message.
pub fn split(tx: &mut Tx<'_>, ticket: &Ticket, message: i64) -> Result<i64> {
    let m = tx.message(message)?.filter(|m| m.ticket == Some(ticket.id));
    let m = m.ok_or_else(|| {
        Error::missing(format!("ticket {} shows no message m{message}", ticket.id))
            .hint(format!("desk show {}", ticket.id))
    })?;
    if tx.message_ids(ticket.id)?.len() < 2 {
        return Err(Error::refused(format!("m{message} is the only message of ticket {}", ticket.id))
            .hint("there is nothing to split off"));
    }
    let new = Ticket {
        id: tx.next_ticket()?,
        standing: Standing::of(Status::New),
        assignee: None,
        requester: m.contact.or(ticket.requester),
        opened_at: m.at,
        opened_by: None,
        due_at: None,
        snoozed_until: None,
        merged_into: None,
        once: None,
        ..ticket.clone()
    };
    let at = tx.at;
    let was = tx.shown(message)?;
    let shown = Shown { ticket: new.id, joined: None };
    tx.apply([
        Event::about(Noun::Ticket, new.id, "", &(), &new, at).in_history_of(Some(new.id)),
        Event::about(Noun::Message, message, "ticket", &was, &shown, at).in_history_of(Some(ticket.id)),
        Event::about(Noun::Link, ticket.id, &new.id.to_string(), &false, &true, at).in_history_of(Some(ticket.id)),
    ])?;
    Ok(new.id)
}
