//! Clients: made by hand, changed, merged. How mail makes one is in `people`.

use super::{contract, people};
use crate::domain::billing::invoice::{Invoice, Payment};
use crate::domain::client::{Client, domain_of};
use crate::domain::entry::Entry;
use crate::domain::event::{Event, Noun};
use crate::error::{Error, Result};
use crate::store::Tx;

/// What is to change about a client; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Another short word for it.
    pub handle: Option<String>,
    /// Another full name.
    pub name: Option<String>,
    /// Another plan, or none.
    pub plan: Option<Option<String>>,
    /// Another language, or the desk's.
    pub lang: Option<Option<String>>,
    /// Another note, or none.
    pub note: Option<String>,
    /// Further mail domains.
    pub domains: Vec<String>,
    /// Mail domains that are no longer its own.
    pub no_domains: Vec<String>,
    /// What stands on its papers, by key; an empty text takes a detail away.
    pub details: Vec<(String, String)>,
    /// Whether it goes before others at equal need.
    pub vip: Option<bool>,
}

/// A short word that a client may have.
///
/// ```
/// use frontdesk::actions::client::handle;
/// assert_eq!(handle("Acme").unwrap(), "Acme");
/// assert_eq!(handle("рога-и-копыта").unwrap(), "рога-и-копыта");
/// assert!(handle("two words").is_err() && handle("42").is_err() && handle("none").is_err());
/// ```
///
/// # Errors
/// For what could be read as something else on the command line.
pub fn handle(text: &str) -> Result<String> {
    let text = text.trim();
    let bad = |why: &str| Err(Error::usage(format!("{text:?} cannot be the handle of a client: {why}")).hint("acme"));
    if text.is_empty() || text.chars().count() > 64 {
        return bad("it has 1 to 64 characters");
    }
    if !text.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) || text.starts_with(['-', '.']) {
        return bad("it is made of letters, digits and - _ .");
    }
    if !text.chars().any(char::is_alphabetic) {
        return bad("a number is read as a ticket");
    }
    if matches!(text.to_lowercase().as_str(), "none" | "all") {
        return bad("the word has a meaning of its own");
    }
    Ok(text.to_owned())
}

/// A mail domain as it is kept: folded, without `@`.
///
/// ```
/// use frontdesk::actions::client::domain;
/// assert_eq!(domain("@Acme.TEST").unwrap(), "acme.test");
/// assert!(domain("gmail.com").is_err() && domain("acme").is_err());
/// ```
///
/// # Errors
/// For what is no domain, and for providers of free mail: everybody's mail would become this client's.
pub fn domain(text: &str) -> Result<String> {
    let name = text.trim().trim_start_matches('@').trim_end_matches('.').to_lowercase();
    let formed = name.contains('.') && !name.starts_with('.') && !name.contains(['@', ',', '/', '<', '>']);
    if !formed || name.contains(char::is_whitespace) || name.len() > 253 {
        return Err(Error::usage(format!("{text:?} is no mail domain")).hint("--domain acme.test"));
    }
    domain_of(&format!("x@{name}")).ok_or_else(|| {
        Error::refused(format!("{name} gives mail to everybody")).hint("a client is known by a domain of its own")
    })
}

/// A detail as it is typed: `inn=7701234567`.
///
/// ```
/// use frontdesk::actions::client::detail;
/// assert_eq!(detail("INN = 7701234567").unwrap(), ("inn".to_owned(), "7701234567".to_owned()));
/// assert_eq!(detail("inn=").unwrap().1, "");
/// assert!(detail("7701234567").is_err() && detail("=x").is_err());
/// ```
///
/// # Errors
/// For what has no key, and for a key that no template could name.
pub fn detail(text: &str) -> Result<(String, String)> {
    let bad = |why: &str| Error::usage(format!("{text:?} is no detail: {why}")).hint("--detail inn=7701234567");
    let (key, value) = text.split_once('=').ok_or_else(|| bad("it has no ="))?;
    let (key, value) = (key.trim().to_lowercase(), value.trim());
    let named = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.len() <= 40
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !named {
        return Err(bad("its key is made of latin letters, digits and _"));
    }
    if value.chars().count() > 500 || value.chars().any(|c| c.is_control() && c != '\n') {
        return Err(bad("it has 500 letters at most"));
    }
    Ok((key, value.to_owned()))
}

/// Makes a client as it was described.
pub fn add(tx: &mut Tx<'_>, handle: &str, change: &Change) -> Result<Client> {
    let name = change.name.clone().unwrap_or_else(|| handle.to_owned());
    for domain in &change.domains {
        if let Some(other) = tx.client_of_domain(domain)? {
            return Err(Error::refused(format!("mail from {domain} belongs to {}", other.handle)).hint(format!(
                "that client can be called so: desk client edit {} --handle {handle} --name {}",
                other.handle,
                people::shell_word(&name)
            )));
        }
    }
    let client = people::add_client(tx, handle, &name, &[])?;
    edit(tx, &client, &Change { handle: None, name: None, ..change.clone() })?;
    Ok(client)
}

/// Changes a client; what has changed, in words.
pub fn edit(tx: &mut Tx<'_>, client: &Client, change: &Change) -> Result<Vec<String>> {
    let at = tx.at;
    let mut said = Vec::new();
    let mut events = Vec::new();
    let mut field = |field: &str, from: Option<&str>, to: Option<&str>| {
        let event = Event::about(Noun::Client, client.id, field, &from, &to, at);
        if !event.is_void() {
            said.push(format!("{field} {}", to.filter(|t| !t.is_empty()).unwrap_or("none")));
            events.push(event);
        }
    };
    if let Some(handle) = &change.handle {
        field("handle", Some(&client.handle), Some(handle));
    }
    if let Some(name) = &change.name {
        field("name", Some(&client.name), Some(name));
    }
    if let Some(plan) = &change.plan {
        field("plan", client.plan.as_deref(), plan.as_deref());
    }
    if let Some(lang) = &change.lang {
        field("lang", client.lang.as_deref(), lang.as_deref());
    }
    if let Some(note) = &change.note {
        field("note", Some(&client.note), Some(note));
    }
    let mut details = client.details.clone();
    for (key, value) in &change.details {
        let was = if value.is_empty() { details.remove(key) } else { details.insert(key.clone(), value.clone()) };
        if was.as_deref().unwrap_or_default() != value {
            said.push(format!("{key} {}", if value.is_empty() { "none" } else { value }));
        }
    }
    events.push(Event::about(Noun::Client, client.id, "details", &client.details, &details, at));
    if let Some(vip) = change.vip.filter(|vip| *vip != client.vip) {
        events.push(Event::about(Noun::Client, client.id, "vip", &client.vip, &vip, at));
        said.push(if vip { "VIP" } else { "no VIP any more" }.to_owned());
    }
    if let Some(handle) = &change.handle
        && let Some(other) = tx.client_called(handle)?.filter(|c| c.id != client.id)
    {
        return Err(Error::refused(format!("{handle} means another client already: {}", other.name))
            .hint(format!("two clients become one with desk client merge {} --into {}", client.handle, other.handle)));
    }
    tx.apply(events)?;
    let known = tx.domains(client.id)?;
    for domain in &change.domains {
        people::add_domain(tx, client, domain)?;
        if !known.contains(domain) {
            said.push(format!("domain {domain}"));
        }
    }
    for domain in &change.no_domains {
        if !known.contains(domain) {
            let hint =
                if known.is_empty() { "it has no domain".to_owned() } else { format!("it has {}", known.join(", ")) };
            return Err(Error::missing(format!("{} does not have the domain {domain}", client.handle)).hint(hint));
        }
        tx.apply([Event::about(Noun::Client, client.id, &format!("domain:{domain}"), &true, &false, at)])?;
        said.push(format!("no longer domain {domain}"));
    }
    Ok(said)
}

/// What a merge moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    /// Contacts.
    pub contacts: usize,
    /// Tickets.
    pub tickets: usize,
    /// Time entries.
    pub entries: usize,
    /// Contracts.
    pub contracts: usize,
    /// Invoices, credit notes and drafts.
    pub invoices: usize,
    /// Payments.
    pub payments: usize,
}

/// Merges a client into another: contacts, tickets, hours, contracts, invoices, payments, domains and notes go there; plan,
/// language and details where it has none.
///
/// # Errors
/// A client and itself; contracts of both that hold at the same time in two currencies or under one name.
pub fn merge(tx: &mut Tx<'_>, from: &Client, into: &Client) -> Result<Moved> {
    if from.id == into.id {
        return Err(Error::refused(format!("{} cannot be merged into itself", from.handle)));
    }
    let at = tx.at;
    let mut moved = Moved { contracts: contract::hand_over(tx, from, into)?, ..Moved::default() };
    let mut events = Vec::new();
    for contact in tx.contacts_of(from.id)? {
        events.push(Event::about(Noun::Contact, contact.id, "client", &contact.client, &Some(into.id), at));
        moved.contacts += 1;
    }
    for ticket in tx.tickets_of_client(from.id)? {
        events.push(Event::ticket(ticket, "client", &Some(from.id), &Some(into.id), at).following());
        moved.tickets += 1;
    }
    for id in tx.entries_of_client(from.id)? {
        if let Some(entry) = tx.entry(id)? {
            let there = Entry { client: Some(into.id), ..entry.clone() };
            events.push(Event::about(Noun::Entry, id, "entry", &entry, &there, at));
            moved.entries += 1;
        }
    }
    for id in tx.invoices(Some(from.id))?.into_iter().map(|invoice| invoice.id) {
        if let Some(invoice) = tx.invoice(id)? {
            let there = Invoice { client: into.id, ..invoice.clone() };
            events.push(Event::about(Noun::Invoice, id, "", &invoice, &there, at));
            moved.invoices += 1;
        }
    }
    for payment in tx.payments(Some(from.id))? {
        let there = Payment { client: into.id, ..payment.clone() };
        events.push(Event::about(Noun::Payment, payment.id, "", &payment, &there, at));
        moved.payments += 1;
    }
    for domain in tx.domains(from.id)? {
        let field = format!("domain:{domain}");
        events.push(Event::about(Noun::Client, from.id, &field, &true, &false, at));
        events.push(Event::about(Noun::Client, into.id, &field, &false, &true, at));
    }
    let fill = |mine: &Option<String>, its: &Option<String>| mine.clone().or_else(|| its.clone());
    let mut details = from.details.clone();
    details.extend(into.details.clone());
    let note =
        [into.note.trim(), from.note.trim()].into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>().join("\n");
    events.extend([
        Event::about(Noun::Client, into.id, "plan", &into.plan, &fill(&into.plan, &from.plan), at),
        Event::about(Noun::Client, into.id, "lang", &into.lang, &fill(&into.lang, &from.lang), at),
        Event::about(Noun::Client, into.id, "note", &into.note, &note, at),
        Event::about(Noun::Client, into.id, "details", &into.details, &details, at),
        Event::about(Noun::Client, into.id, "vip", &into.vip, &(into.vip || from.vip), at),
    ]);
    tx.apply(events)?;
    let end = tx.end_of_client(from)?;
    tx.apply([end])?;
    Ok(moved)
}
