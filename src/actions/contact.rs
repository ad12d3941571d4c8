//! Contacts: found by what people type, changed, moved to a client, merged. How mail makes one is in `people`.

use super::people::{self, named, shell_word};
use super::ticket::hours_follow;
use crate::domain::contact::{Contact, Point, PointKind, name_key, read_person};
use crate::domain::event::{Event, Noun};
use crate::domain::nearest::nearest;
use crate::domain::rating::Rating;
use crate::error::{Error, Result};
use crate::store::contact::ContactName;
use crate::store::{Reader, Tx};

/// The contact that a word means: an address, a phone, a handle, `id:17`, his name, or words of a name that only he has.
///
/// # Errors
/// Missing, with the nearest one; refused where several are meant, with how to say which.
pub fn find(r: &mut Reader<'_>, word: &str) -> Result<Contact> {
    if let Some(id) = word.trim().strip_prefix("id:").and_then(|n| n.parse().ok()) {
        return r
            .contact(id)?
            .ok_or_else(|| Error::missing(format!("there is no contact {word}")).hint("desk contact ls"));
    }
    let (name, point) = read_person(word);
    if let Some(contact) = point.as_ref().map(|p| r.contact_at(p)).transpose()?.flatten() {
        return Ok(contact);
    }
    let mut same = if name.is_empty() { Vec::new() } else { r.contacts_named(&name)? };
    match (same.pop(), same.is_empty()) {
        (Some(one), true) => return Ok(one),
        (Some(last), false) => {
            same.push(last);
            return Err(several(r, word, &same)?);
        }
        (None, _) => {}
    }
    let names = r.contact_names()?;
    let mut ids: Vec<i64> = names.iter().filter(|n| has_words(n, &name)).map(|n| n.id).collect();
    ids.dedup();
    let mut meant = Vec::new();
    for id in ids.iter().take(6) {
        meant.extend(r.contact(*id)?);
    }
    match (meant.pop(), meant.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(last), false) => {
            meant.push(last);
            Err(several(r, word, &meant)?)
        }
        (None, _) => Err(nobody(word, point.as_ref(), &names)),
    }
}

fn has_words(contact: &ContactName, typed: &str) -> bool {
    let key = name_key(typed);
    !key.is_empty() && key.split(' ').all(|word| contact.key.split(' ').any(|known| known == word))
}

fn several(r: &mut Reader<'_>, word: &str, among: &[Contact]) -> Result<Error> {
    let mut ways = Vec::new();
    for contact in among.iter().take(5) {
        let way = r.points(contact.id)?.into_iter().next().map_or_else(|| format!("id:{}", contact.id), |p| p.value);
        ways.push(if contact.name.is_empty() { way } else { format!("{} ({way})", contact.name) });
    }
    Ok(Error::refused(format!("several contacts are called {word}"))
        .hint(format!("say which by his address or phone: {}", ways.join(", "))))
}

fn nobody(word: &str, point: Option<&Point>, names: &[ContactName]) -> Error {
    let key = point.map_or_else(|| name_key(word), Point::key);
    let mut known: Vec<(&str, &str)> = Vec::new();
    for n in names {
        if let Some((key, value)) = &n.point {
            known.push((key, value));
        }
        known.push((&n.key, &n.name));
        known.extend(n.key.split(' ').map(|part| (part, n.name.as_str())));
    }
    let near = nearest(&key, known.iter().map(|(key, _)| *key).filter(|k| !k.is_empty()));
    let shown = near.and_then(|near| known.iter().find(|(key, _)| *key == near)).map(|(_, shown)| *shown);
    Error::missing(format!("there is no contact {word}"))
        .hint(shown.map_or_else(|| "desk contact ls".to_owned(), |n| format!("did you mean {n}?")))
}

/// What is to change about a contact; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Another name.
    pub name: Option<String>,
    /// Another client, or none.
    pub client: Option<Option<i64>>,
    /// Further addresses, phones, handles.
    pub add: Vec<Point>,
    /// Those that are no longer his.
    pub remove: Vec<Point>,
}

/// Changes a contact; what has changed, in words.
pub fn edit(tx: &mut Tx<'_>, contact: &Contact, change: &Change) -> Result<Vec<String>> {
    let at = tx.at;
    let mut said = Vec::new();
    if let Some(name) = change.name.as_ref().filter(|n| **n != contact.name) {
        tx.apply([Event::about(Noun::Contact, contact.id, "name", &contact.name, name, at)])?;
        said.push(if name.is_empty() { "no name".to_owned() } else { format!("name {name}") });
    }
    let known = tx.points(contact.id)?;
    let has = |p: &Point| known.iter().any(|k| k.kind == p.kind && k.key() == p.key());
    for point in change.add.iter().filter(|p| !has(p)) {
        people::add_point(tx, contact.id, point)?;
        said.push(format!("{} {}", point.kind.word(), point.value));
    }
    for point in &change.remove {
        if !has(point) {
            let list: Vec<&str> = known.iter().map(|p| p.value.as_str()).collect();
            let hint = if list.is_empty() {
                "there is nothing to remove".to_owned()
            } else {
                format!("he has {}", list.join(", "))
            };
            return Err(Error::missing(format!("{} does not have {}", named(contact), point.value)).hint(hint));
        }
        let gone = tx.points_gone(contact.id, std::slice::from_ref(point))?;
        tx.apply(gone)?;
        said.push(format!("no longer {}", point.value));
    }
    let nameless = change.name.as_ref().unwrap_or(&contact.name).is_empty();
    if nameless && tx.points(contact.id)?.is_empty() {
        return Err(
            Error::refused("a contact needs a name, an address, a phone or a handle").hint("give him a name: --name")
        );
    }
    let client = match change.client {
        Some(client) => client,
        None if contact.client.is_none() => people::client_of_mail(tx, &change.add)?,
        None => contact.client,
    };
    if client != contact.client {
        let tickets = move_to(tx, contact, client)?;
        let handle =
            client.map(|id| tx.client(id)).transpose()?.flatten().map_or_else(|| "none".to_owned(), |c| c.handle);
        said.push(format!("client {handle}{}", along(tickets)));
    }
    Ok(said)
}

/// `, 3 tickets with him`, or nothing.
fn along(tickets: usize) -> String {
    match tickets {
        0 => String::new(),
        1 => ", 1 ticket with him".to_owned(),
        n => format!(", {n} tickets with him"),
    }
}

/// Moves a contact to a client, or to none. Those of his tickets that were his client's go along with their hours; a ticket
/// that was given to another client by hand stays there. How many went.
pub fn move_to(tx: &mut Tx<'_>, contact: &Contact, client: Option<i64>) -> Result<usize> {
    let at = tx.at;
    tx.apply([Event::about(Noun::Contact, contact.id, "client", &contact.client, &client, at)])?;
    tickets_follow(tx, contact, client)
}

fn tickets_follow(tx: &mut Tx<'_>, contact: &Contact, client: Option<i64>) -> Result<usize> {
    let at = tx.at;
    let mut went = 0;
    for id in tx.tickets_of_contact(contact.id)? {
        let Some(ticket) = tx.ticket(id)?.filter(|t| t.client == contact.client) else { continue };
        let hours = hours_follow(tx, &ticket, client)?;
        tx.apply(hours)?;
        tx.apply([Event::ticket(id, "client", &ticket.client, &client, at).following()])?;
        went += 1;
    }
    Ok(went)
}

/// Merges a contact into another: how he is reached, his tickets and messages go there; his name and client where the other
/// has none. How many tickets went.
pub fn merge(tx: &mut Tx<'_>, from: &Contact, into: &Contact) -> Result<usize> {
    if from.id == into.id {
        return Err(Error::refused(format!("{} cannot be merged into himself", named(from))));
    }
    let at = tx.at;
    match (from.client, into.client) {
        (Some(_), None) => drop(move_to(tx, into, from.client)?),
        (_, Some(_)) if from.client != into.client => drop(tickets_follow(tx, from, into.client)?),
        _ => {}
    }
    let tickets = tx.tickets_of_contact(from.id)?;
    let requester = |id: &i64| Event::ticket(*id, "requester", &Some(from.id), &Some(into.id), at).following();
    tx.apply(tickets.iter().map(requester).collect::<Vec<_>>())?;
    let messages = tx.messages_of_contact(from.id)?;
    let author = |id: &i64| Event::about(Noun::Message, *id, "contact", &Some(from.id), &Some(into.id), at);
    tx.apply(messages.iter().map(author).collect::<Vec<_>>())?;
    let ratings = tx.said_by(from.id)?.into_iter().map(|rating| {
        let his = Rating { contact: Some(into.id), ..rating.clone() };
        Event::about(Noun::Rating, rating.id, "", &rating, &his, at)
    });
    tx.apply(ratings.collect::<Vec<_>>())?;
    if into.name.is_empty() {
        tx.apply([Event::about(Noun::Contact, into.id, "name", &into.name, &from.name, at)])?;
    }
    let points = tx.points(from.id)?;
    let gone = tx.points_gone(from.id, &points)?;
    tx.apply(gone)?;
    for point in &points {
        people::add_point(tx, into.id, point)?;
    }
    let end = tx.end_of_contact(from)?;
    tx.apply([end])?;
    Ok(tickets.len())
}

/// A contact as words describe him: what is an address, a phone or a handle reaches him, the rest is his name.
///
/// ```
/// use frontdesk::actions::contact::described;
/// let words = ["Анна", "Петрова", "anna@acme.test", "+7 921 555-01-02", "@anna"].map(str::to_owned);
/// let (name, points) = described(&words).unwrap();
/// assert_eq!((name.as_str(), points.len()), ("Анна Петрова", 3));
/// assert!(described(&["Anna", "+7", "921", "555-01-02"].map(str::to_owned)).is_err());
/// ```
///
/// # Errors
/// Where there is nothing, or a word is neither: half of a phone, for example.
pub fn described(words: &[String]) -> Result<(String, Vec<Point>)> {
    let mut names = Vec::new();
    let mut points = Vec::new();
    for word in words.iter().map(|w| w.trim()).filter(|w| !w.is_empty()) {
        let (name, point) = read_person(word);
        if point.is_none() && !name.chars().any(char::is_alphabetic) {
            return Err(Error::usage(format!("{word:?} is neither a name nor an address, a phone or a handle"))
                .hint("a phone with blanks stands in quotes: \"+7 921 555-01-02\""));
        }
        names.extend(Some(name).filter(|n| !n.is_empty()));
        points.extend(point);
    }
    if names.is_empty() && points.is_empty() {
        return Err(Error::usage("nobody is named").hint("desk contact add \"Anna Petrova\" anna@acme.test"));
    }
    Ok((names.join(" "), points))
}

/// An address, a phone or a handle as typed.
///
/// # Errors
/// Where it is rather a name.
pub fn point(text: &str) -> Result<Point> {
    Point::read(text).ok_or_else(|| {
        Error::usage(format!("{text:?} is no address, phone or handle"))
            .hint("anna@acme.test, \"+7 921 555-01-02\" or @anna")
    })
}

/// How a contact is named in a command: his first way to be reached, else his name in quotes.
pub fn way_to(r: &mut Reader<'_>, contact: &Contact) -> Result<String> {
    let first = r.points(contact.id)?.into_iter().min_by_key(|p| p.kind != PointKind::Email);
    Ok(first.map_or_else(|| format!("id:{}", contact.id), |p| shell_word(&p.value)))
}

/// A contact in a sentence: name and his first way to be reached.
pub fn shown(r: &mut Reader<'_>, contact: &Contact) -> Result<String> {
    let first = r.points(contact.id)?.into_iter().next().map(|p| p.value);
    Ok(match (contact.name.is_empty(), first) {
        (false, Some(way)) => format!("{} ({way})", contact.name),
        (true, Some(way)) => way,
        (_, None) => named(contact),
    })
}
