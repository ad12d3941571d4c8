//! Who asked: contacts and clients found by what people type or mail says, and made where nobody knows them yet.

use crate::domain::client::{Client, domain_of};
use crate::domain::contact::{Contact, Point, PointKind, read_person};
use crate::domain::event::{Event, Noun};
use crate::error::{Error, Result};
use crate::store::list::no_client;
use crate::store::{Reader, Tx};

/// The contact that `Anna <anna@acme.test>`, an address, a phone, a handle or a name means; a new one where nobody does.
pub fn requester(tx: &mut Tx<'_>, from: &str, client: Option<i64>) -> Result<Contact> {
    let (name, point) = read_person(from);
    if let Some(point) = &point
        && let Some(known) = tx.contact_at(point)?
    {
        if known.name.is_empty() && !name.is_empty() {
            rename(tx, &known, &name)?;
        }
        return Ok(known);
    }
    if point.is_none() {
        if name.is_empty() {
            return Err(Error::usage("the sender is empty")
                .hint("-f anna@acme.test, -f \"+7 921 555-01-02\" or -f \"Anna Petrova\""));
        }
        let mut named = tx.contacts_named(&name)?;
        match (named.pop(), named.len()) {
            (Some(one), 0) => return Ok(one),
            (Some(_), _) => {
                return Err(Error::refused(format!("several contacts are called {name}"))
                    .hint("give an address or a phone: desk contact ls"));
            }
            (None, _) => {}
        }
    }
    add(tx, &name, point.as_slice(), client)
}

/// Makes a contact; his client is the given one, else that of his mail domain, which is made where it is new.
pub fn add(tx: &mut Tx<'_>, name: &str, points: &[Point], client: Option<i64>) -> Result<Contact> {
    let client = match client {
        Some(id) => Some(id),
        None => client_of_mail(tx, points)?,
    };
    add_to(tx, name, points, client)
}

/// Makes a contact of exactly this client, or of none.
pub fn add_to(tx: &mut Tx<'_>, name: &str, points: &[Point], client: Option<i64>) -> Result<Contact> {
    let contact = Contact { id: tx.next_ids(1)?, name: name.trim().to_owned(), client };
    let at = tx.at;
    tx.apply([Event::about(Noun::Contact, contact.id, "", &(), &contact, at)])?;
    for p in points {
        add_point(tx, contact.id, p)?;
    }
    Ok(contact)
}

/// Gives a contact a further address, phone or handle.
pub fn add_point(tx: &mut Tx<'_>, contact: i64, point: &Point) -> Result<()> {
    if let Some(other) = tx.contact_at(point)? {
        if other.id == contact {
            return Ok(());
        }
        let whose = if other.name.is_empty() { "another contact" } else { &other.name };
        return Err(Error::refused(format!("{} belongs to {whose}", point.value)).hint(format!(
            "to see him: desk contact show {0}; two contacts become one with desk contact merge {0} --into …",
            shell_word(&point.value)
        )));
    }
    let field = format!("{}:{}", point.kind.word(), point.key());
    let at = tx.at;
    tx.apply([Event::about(Noun::Contact, contact, &field, &(), &point.value, at)])
}

/// The name of a contact, else `id:` and his number.
#[must_use]
pub fn named(c: &Contact) -> String {
    if c.name.is_empty() { format!("id:{}", c.id) } else { c.name.clone() }
}

/// A word as it is typed at a shell: in quotes where there are blanks or brackets.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_./,:+@=".contains(c));
    if plain { text.to_owned() } else { format!("\"{text}\"") }
}

fn rename(tx: &mut Tx<'_>, contact: &Contact, name: &str) -> Result<()> {
    let at = tx.at;
    tx.apply([Event::about(Noun::Contact, contact.id, "name", &contact.name, &name, at)])
}

/// The client of the mail domain of the first address among the points, made where it is new; none for free mail.
pub fn client_of_mail(tx: &mut Tx<'_>, points: &[Point]) -> Result<Option<i64>> {
    let domain = points.iter().find(|p| p.kind == PointKind::Email).and_then(|p| domain_of(&p.value));
    let Some(domain) = domain else { return Ok(None) };
    if let Some(client) = tx.client_of_domain(&domain)? {
        return Ok(Some(client.id));
    }
    if tx.client_called(&domain)?.is_some() {
        return Ok(None);
    }
    add_client(tx, &domain, &domain, &[domain.as_str()]).map(|c| Some(c.id))
}

/// Makes a client with its domains.
pub fn add_client(tx: &mut Tx<'_>, handle: &str, name: &str, domains: &[&str]) -> Result<Client> {
    if let Some(other) = tx.client_called(handle)? {
        return Err(Error::refused(format!("{handle} is a client already: {}", other.name))
            .hint(format!("desk client show {}", other.handle)));
    }
    let client = Client {
        id: tx.next_ids(1)?,
        handle: handle.to_owned(),
        name: name.to_owned(),
        lang: None,
        plan: None,
        note: String::new(),
        details: Default::default(),
        vip: false,
    };
    let at = tx.at;
    tx.apply([Event::about(Noun::Client, client.id, "", &(), &client, at)])?;
    for domain in domains {
        add_domain(tx, &client, domain)?;
    }
    Ok(client)
}

/// Gives a client a mail domain; contacts whose address is there and who have no client yet do not move by themselves.
pub fn add_domain(tx: &mut Tx<'_>, client: &Client, domain: &str) -> Result<()> {
    let domain = domain.trim_start_matches('@').to_lowercase();
    if let Some(other) = tx.client_of_domain(&domain)?.filter(|c| c.id != client.id) {
        return Err(domain_taken(&domain, &other, &client.handle));
    }
    let at = tx.at;
    let known = tx.domains(client.id)?.contains(&domain);
    tx.apply([Event::about(Noun::Client, client.id, &format!("domain:{domain}"), &known, &true, at)])
}

/// The error of a domain that another client has, and the way out: a client that mail made gives everything it has away.
fn domain_taken(domain: &str, other: &Client, handle: &str) -> Error {
    let hint = if other.handle == domain {
        format!(
            "its first mail made it a client of its own; to move all it has: desk client merge {domain} --into {handle}"
        )
    } else {
        format!("two clients become one with desk client merge {} --into {handle}", other.handle)
    };
    Error::refused(format!("mail from {domain} belongs to {}", other.handle)).hint(hint)
}

/// The client that a word means, or the error that names the nearest one.
pub fn client(r: &mut Reader<'_>, word: &str) -> Result<Client> {
    match r.client_called(word)? {
        Some(client) => Ok(client),
        None => Err(no_client(word, &r.client_words()?)),
    }
}

/// The agent that a word means; `me` is the one who writes.
pub fn agent(tx: &mut Tx<'_>, word: &str) -> Result<crate::domain::agent::Agent> {
    let name = word.trim_start_matches('@');
    let me = tx.agent;
    let found = if name == "me" { tx.agent(me)? } else { tx.agent_named(name)? };
    match found {
        Some(agent) if agent.active => return Ok(agent),
        Some(agent) => {
            return Err(Error::refused(format!("{} has left the team", agent.name))
                .hint(format!("if not: desk agent on {}", agent.name)));
        }
        None => {}
    }
    let agents = tx.agents()?;
    let near = crate::domain::nearest::nearest(name, agents.iter().filter(|a| a.active).map(|a| a.name.as_str()));
    Err(Error::missing(format!("there is no agent {name}")).hint(near.map_or_else(
        || format!("desk agent add {name}, or his own first command makes him one"),
        |n| format!("did you mean {n}?"),
    )))
}
