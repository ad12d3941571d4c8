//! Who is who in what comes in: contacts by their ids there, their addresses, phones, handles and names; clients by ids,
//! handles, domains and names; agents by addresses and names. Who is new is made, with this import.

use super::summary::{Fate, Summary};
use crate::actions::contact;
use crate::actions::people::add_point;
use crate::domain::agent::Agent;
use crate::domain::client::{Client, domain_of};
use crate::domain::contact::{Contact, Point, PointKind, name_key};
use crate::domain::event::{Event, Noun};
use crate::domain::incoming::{IncomingClient, IncomingPerson};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::bulk::Came;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A contact as he is needed here: id and client.
pub(super) type Known = (i64, Option<i64>);

/// Everybody who was named so far.
#[derive(Default)]
pub(super) struct People {
    /// What the source is called.
    source: String,
    contacts: HashMap<String, Known>,
    /// Those of them whose name was told.
    named: HashSet<i64>,
    /// How many who were here before got something more.
    changed: usize,
    clients: HashMap<String, Option<i64>>,
    called: HashMap<i64, String>,
    agents: HashMap<(String, Option<String>), Option<i64>>,
    /// Those of whom files told, by folded name and address.
    told: HashMap<String, Named>,
    team: Option<Vec<Agent>>,
    /// Agents that were said to be somebody here, or nobody where it is empty: by folded name or address.
    pub(super) said: BTreeMap<String, String>,
    /// Of those, whom the files named.
    pub(super) used: HashSet<String>,
    /// Agents who are new, as they are called here.
    new_agents: BTreeSet<String>,
    /// New contacts and clients.
    made: (usize, usize),
    /// New contacts of whom only a number is known.
    nameless: usize,
}

impl People {
    /// Nobody yet, of a source.
    pub(super) fn of(source: &str) -> People {
        People { source: source.to_owned(), ..People::default() }
    }

    /// Tells who was made.
    pub(super) fn tell(&self, summary: &mut Summary) {
        (summary.contacts, summary.clients) = self.made;
        summary.nameless = self.nameless;
        summary.new_agents = self.new_agents.iter().cloned().collect();
    }

    /// The contact that a person is, made where he is new; none where nothing is known of him.
    pub(super) fn contact(
        &mut self,
        tx: &mut Tx<'_>,
        p: &IncomingPerson,
        client: Option<i64>,
    ) -> Result<Option<Known>> {
        let Some((known, told)) = self.meet(tx, p, client)? else { return Ok(None) };
        if let (Some(id), false) = (&p.external, told)
            && tx.origin(Came::Contact, &self.source, id)?.is_none()
        {
            tx.put_origin(Came::Contact, &self.source, id, known.0, None)?;
        }
        Ok(Some(known))
    }

    /// The contact whom a record of his own tells of: what became of it, and who he is.
    pub(super) fn contact_told(&mut self, tx: &mut Tx<'_>, p: &IncomingPerson) -> Result<(Fate, Option<i64>)> {
        let (made, changed) = (self.made.0, self.changed);
        let Some((known, _)) = self.meet(tx, p, None)? else { return Ok((Fate::Told, None)) };
        if known.1.is_none() {
            self.give_client(tx, known.0, p)?;
        }
        let fate = match () {
            () if self.made.0 > made => Fate::Made,
            () if self.changed > changed => Fate::Changed,
            () => Fate::Known,
        };
        Ok((fate, Some(known.0)))
    }

    /// The client of somebody who has none: as it is told, else that of his mail domain.
    fn give_client(&mut self, tx: &mut Tx<'_>, id: i64, p: &IncomingPerson) -> Result<()> {
        let Some(contact) = tx.contact(id)?.filter(|contact| contact.client.is_none()) else { return Ok(()) };
        let client = match (&p.client, p.emails.iter().find_map(|email| domain_of(email))) {
            (Some(word), _) => self.client(tx, word)?,
            (None, Some(domain)) => self.client_of_domain(tx, &domain)?,
            (None, None) => None,
        };
        if client.is_some() {
            contact::move_to(tx, &contact, client)?;
            self.changed += 1;
            let external = p.external.as_deref().map(|id| format!("id {id}"));
            for key in external.into_iter().chain(points(p).iter().map(reached)) {
                self.contacts.insert(key, (id, client));
            }
        }
        Ok(())
    }

    /// The contact that a person is, and whether all that is told of him here was told before.
    fn meet(&mut self, tx: &mut Tx<'_>, p: &IncomingPerson, client: Option<i64>) -> Result<Option<(Known, bool)>> {
        let points = points(p);
        let external = p.external.as_deref().map(|id| format!("id {id}"));
        let unnamed = points.is_empty() && external.is_none();
        if unnamed && p.name.trim().is_empty() {
            return Ok(None);
        }
        let client = match (client, &p.client) {
            (None, Some(word)) => self.client(tx, word)?,
            (client, _) => client,
        };
        let by_name = unnamed.then(|| format!("name {} {}", name_key(&p.name), client.unwrap_or_default()));
        let keys: Vec<String> = external.into_iter().chain(points.iter().map(reached)).chain(by_name).collect();
        let before = keys.iter().filter_map(|key| self.contacts.get(key)).copied().collect::<Vec<_>>();
        let named = |known: &Known| p.name.trim().is_empty() || self.named.contains(&known.0);
        if let Some(known) = before.first()
            && before.len() == keys.len()
            && named(known)
        {
            return Ok(Some((*known, true)));
        }
        let there = match before.first() {
            Some(known) => Some(*known),
            None => self.there(tx, p, &points, client)?.map(|contact| (contact.id, contact.client)),
        };
        let known = match there {
            Some(known) => {
                self.changed += usize::from(complete(tx, known.0, p)?);
                known
            }
            None => self.add(tx, p, &points, client)?,
        };
        if !p.name.trim().is_empty() {
            self.named.insert(known.0);
        }
        for key in keys {
            self.contacts.entry(key).or_insert(known);
        }
        Ok(Some((known, false)))
    }

    /// The contact who is there already.
    fn there(
        &self,
        tx: &mut Tx<'_>,
        p: &IncomingPerson,
        points: &[Point],
        client: Option<i64>,
    ) -> Result<Option<Contact>> {
        if let Some(id) = &p.external
            && let Some(origin) = tx.origin(Came::Contact, &self.source, id)?
            && let Some(contact) = tx.contact(origin.thing)?
        {
            return Ok(Some(contact));
        }
        for point in points {
            if let Some(contact) = tx.contact_at(point)? {
                return Ok(Some(contact));
            }
        }
        if points.is_empty() && p.external.is_none() { called(tx, &p.name, client) } else { Ok(None) }
    }

    fn add(&mut self, tx: &mut Tx<'_>, p: &IncomingPerson, points: &[Point], client: Option<i64>) -> Result<Known> {
        let client = match (client, p.emails.iter().find_map(|email| domain_of(email))) {
            (None, Some(domain)) => self.client_of_domain(tx, &domain)?,
            (client, _) => client,
        };
        let contact = Contact { id: tx.next_ids(1)?, name: p.name.trim().to_owned(), client };
        tx.put_contact(&contact, points)?;
        self.made.0 += 1;
        self.nameless += usize::from(contact.name.is_empty() && points.is_empty());
        Ok((contact.id, client))
    }

    /// What a client is found by: handle and name.
    pub(super) fn called(&mut self, tx: &mut Tx<'_>, client: Option<i64>) -> Result<Option<&str>> {
        let Some(id) = client else { return Ok(None) };
        if !self.called.contains_key(&id)
            && let Some(client) = tx.client(id)?
        {
            self.called.insert(id, format!("{} {}", client.handle, client.name));
        }
        Ok(self.called.get(&id).map(String::as_str))
    }

    /// A client may be called otherwise from here on.
    pub(super) fn renamed(&mut self, client: i64) {
        self.called.remove(&client);
    }

    /// The client that a word means, made where it is new; none for an empty word.
    pub(super) fn client(&mut self, tx: &mut Tx<'_>, word: &str) -> Result<Option<i64>> {
        let word = word.trim();
        if word.is_empty() {
            return Ok(None);
        }
        let key = word.to_lowercase();
        if let Some(known) = self.clients.get(&key) {
            return Ok(*known);
        }
        let named = IncomingClient { name: word.to_owned(), ..IncomingClient::default() };
        let id = match self.client_there(tx, &named, None)? {
            Some(client) => client.id,
            None => {
                let handle = free_handle(tx, &named)?;
                self.add_client(tx, &handle, &named)?
            }
        };
        self.clients.insert(key, Some(id));
        Ok(Some(id))
    }

    fn client_of_domain(&mut self, tx: &mut Tx<'_>, domain: &str) -> Result<Option<i64>> {
        if let Some(known) = self.clients.get(domain) {
            return Ok(*known);
        }
        let id = match tx.client_called(domain)? {
            Some(client) => client.id,
            None => self.add_client(
                tx,
                domain,
                &IncomingClient {
                    name: domain.to_owned(),
                    domains: vec![domain.to_owned()],
                    ..IncomingClient::default()
                },
            )?,
        };
        self.clients.insert(domain.to_owned(), Some(id));
        Ok(Some(id))
    }

    /// The client whom a record of its own tells of: what became of it, and which it is.
    pub(super) fn client_told(&mut self, tx: &mut Tx<'_>, c: &IncomingClient, number: &str) -> Result<(Fate, i64)> {
        match self.client_there(tx, c, Some(number))? {
            Some(client) => {
                self.renamed(client.id);
                self.clients.insert(c.name.trim().to_lowercase(), Some(client.id));
                Ok((if complete_client(tx, &client, c)? { Fate::Changed } else { Fate::Known }, client.id))
            }
            None => {
                let handle = free_handle(tx, c)?;
                let id = self.add_client(tx, &handle, c)?;
                self.clients.insert(c.name.trim().to_lowercase(), Some(id));
                Ok((Fate::Made, id))
            }
        }
    }

    /// The client that a company is: by its id there, its handle, its name, its domains. Two companies that a source tells
    /// apart are not one because they share a domain.
    fn client_there(&self, tx: &mut Tx<'_>, c: &IncomingClient, number: Option<&str>) -> Result<Option<Client>> {
        if let Some(id) = &c.external
            && let Some(origin) = tx.origin(Came::Client, &self.source, id)?
            && let Some(client) = tx.client(origin.thing)?
        {
            return Ok(Some(client));
        }
        for word in c.handle.iter().chain([&c.name]).map(|word| word.trim()).filter(|word| !word.is_empty()) {
            if let Some(client) = tx.client_called(word)? {
                return Ok(Some(client));
            }
        }
        for domain in c.domains.iter().filter_map(|d| crate::actions::client::domain(d).ok()) {
            if let Some(client) = tx.client_of_domain(&domain)?
                && match number {
                    Some(number) => !tx.has_other_origin(Came::Client, &self.source, client.id, number)?,
                    None => true,
                }
            {
                return Ok(Some(client));
            }
        }
        Ok(None)
    }

    fn add_client(&mut self, tx: &mut Tx<'_>, handle: &str, c: &IncomingClient) -> Result<i64> {
        let client = Client {
            id: tx.next_ids(1)?,
            handle: handle.to_owned(),
            name: c.name.trim().to_owned(),
            lang: c.lang.as_deref().and_then(lang),
            plan: c.plan.clone(),
            note: c.note.clone(),
            details: Default::default(),
            vip: false,
        };
        let mut own = Vec::new();
        for domain in c.domains.iter().filter_map(|d| crate::actions::client::domain(d).ok()) {
            if tx.client_of_domain(&domain)?.is_none() && !own.contains(&domain) {
                own.push(domain);
            }
        }
        tx.put_client(&client, &own)?;
        for domain in own {
            self.clients.insert(domain, Some(client.id));
        }
        self.made.1 += 1;
        Ok(client.id)
    }

    /// An agent of the source: how he is called and reached where he is named later.
    pub(super) fn know_agent(&mut self, p: &IncomingPerson) {
        let folded = |text: &String| text.trim().to_lowercase();
        let address = p.emails.first().map(folded).filter(|email| !email.is_empty());
        let Some(name) = Some(&p.name).filter(|name| !name.trim().is_empty()).or(p.emails.first()) else { return };
        let one = Named { name: name.trim().to_owned(), address };
        for key in p.emails.iter().map(folded) {
            self.told.insert(key, one.clone());
        }
        // Of two who are called alike the first is meant where only the name stands.
        self.told.entry(folded(name)).or_insert(one);
    }

    /// The agent that a name or an address means; made where nobody is called so. None where that is said of him.
    pub(super) fn agent(&mut self, tx: &mut Tx<'_>, name: &str, email: Option<&str>) -> Result<Option<i64>> {
        let text = if name.trim().is_empty() { email.unwrap_or_default() } else { name }.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let address = email.or(Some(text)).filter(|t| t.contains('@')).map(str::to_lowercase);
        let key = (text.to_lowercase(), address);
        if let Some(id) = self.agents.get(&key) {
            return Ok(*id);
        }
        let named = Named { name: text.to_owned(), address: key.1.clone() };
        let told = key.1.as_ref().and_then(|address| self.told.get(address)).or_else(|| self.told.get(&key.0));
        let one = told.cloned().unwrap_or(named);
        let keys = [Some(&key.0), key.1.as_ref(), one.address.as_ref(), Some(&one.name.to_lowercase())]
            .map(Option::<&String>::cloned);
        let said = keys.into_iter().flatten().find_map(|key| Some((key.clone(), self.said.get(&key)?.clone())));
        let id = match said {
            Some((key, word)) => {
                self.used.insert(key);
                if word.is_empty() { None } else { Some(self.agent_said(tx, &word, one.address)?) }
            }
            None => Some(self.agent_called(tx, &agent_word(&one.name), one.address)?),
        };
        self.agents.insert(key, id);
        Ok(id)
    }

    /// The agent of exactly that name.
    fn agent_said(&mut self, tx: &mut Tx<'_>, name: &str, address: Option<String>) -> Result<i64> {
        let there = self.team(tx)?.iter().find(|a| a.name.to_lowercase() == name.to_lowercase()).map(|a| a.id);
        there.map_or_else(|| self.add_agent(tx, name.to_owned(), address), Ok)
    }

    /// The agent at that address, else of that name. Two of one name with an address each are two.
    fn agent_called(&mut self, tx: &mut Tx<'_>, word: &str, address: Option<String>) -> Result<i64> {
        let folded = |text: &str| text.to_lowercase();
        let team = self.team(tx)?;
        let there = address
            .as_deref()
            .and_then(|at| team.iter().find(|a| a.email.as_deref().map(folded).as_deref() == Some(at)));
        if let Some(there) = there {
            return Ok(there.id);
        }
        let more = (2..1000).map(|n| format!("{word}-{n}"));
        for name in std::iter::once(word.to_owned()).chain(more) {
            match team.iter().find(|a| folded(&a.name) == folded(&name)) {
                Some(there) if there.email.is_some() && address.is_some() => {}
                Some(there) => return Ok(there.id),
                None => return self.add_agent(tx, name, address),
            }
        }
        Err(Error::refused(format!("more than 1000 agents are called {word}")))
    }

    fn team(&mut self, tx: &mut Tx<'_>) -> Result<&mut Vec<Agent>> {
        Ok(match &mut self.team {
            Some(team) => team,
            none => none.insert(tx.agents()?),
        })
    }

    fn add_agent(&mut self, tx: &mut Tx<'_>, name: String, address: Option<String>) -> Result<i64> {
        let agent = Agent { id: tx.next_ids(1)?, name: name.clone(), email: address, active: true };
        let (at, id) = (tx.at, agent.id);
        tx.apply([Event::about(Noun::Agent, agent.id, "", &(), &agent, at)])?;
        self.new_agents.insert(name);
        self.team(tx)?.push(agent);
        Ok(id)
    }
}

/// How somebody of the team is called and reached there.
#[derive(Debug, Clone)]
struct Named {
    name: String,
    /// Folded.
    address: Option<String>,
}

/// The one contact of that name and client who could be meant; of several the one who has nothing but his name.
fn called(tx: &mut Tx<'_>, name: &str, client: Option<i64>) -> Result<Option<Contact>> {
    let mut named = tx.contacts_named(name)?;
    named.retain(|contact| client.is_none() || contact.client == client);
    if named.len() < 2 {
        return Ok(named.pop());
    }
    for contact in named {
        if contact.client == client && tx.points(contact.id)?.is_empty() {
            return Ok(Some(contact));
        }
    }
    Ok(None)
}

/// Gives a contact the addresses, phones and handles that nobody has yet, and a name where he has none.
pub(super) fn complete(tx: &mut Tx<'_>, id: i64, p: &IncomingPerson) -> Result<bool> {
    let mut changed = false;
    for point in points(p) {
        if tx.contact_at(&point)?.is_none() {
            add_point(tx, id, &point)?;
            changed = true;
        }
    }
    match tx.contact(id)? {
        Some(contact) if contact.name.is_empty() => Ok(rename(tx, &contact, &p.name)? | changed),
        _ => Ok(changed),
    }
}

pub(super) fn rename(tx: &mut Tx<'_>, contact: &Contact, name: &str) -> Result<bool> {
    let name = name.trim();
    if name.is_empty() || name == contact.name {
        return Ok(false);
    }
    let at = tx.at;
    tx.apply([Event::about(Noun::Contact, contact.id, "name", &contact.name, &name, at)])?;
    Ok(true)
}

/// Gives a client what is not known of it yet: plan, note, domains; a name where it was only called by a domain.
pub(super) fn complete_client(tx: &mut Tx<'_>, client: &Client, c: &IncomingClient) -> Result<bool> {
    let (at, id, name) = (tx.at, client.id, c.name.trim());
    let mut events = Vec::new();
    let by_domain = client.name == client.handle && tx.domains(id)?.contains(&client.name);
    if by_domain && !name.is_empty() {
        events.push(Event::about(Noun::Client, id, "name", &client.name, &name, at));
    }
    if client.note.is_empty() {
        events.push(Event::about(Noun::Client, id, "note", &client.note, &c.note, at));
    }
    if client.plan.is_none() {
        events.push(Event::about(Noun::Client, id, "plan", &client.plan, &c.plan, at));
    }
    events.retain(|event| !event.is_void());
    let changed = !events.is_empty();
    tx.apply(events)?;
    Ok(add_domains(tx, id, c)? | changed)
}

/// Gives a client the domains that nobody has yet.
pub(super) fn add_domains(tx: &mut Tx<'_>, id: i64, c: &IncomingClient) -> Result<bool> {
    let (at, mut changed) = (tx.at, false);
    for domain in c.domains.iter().filter_map(|d| crate::actions::client::domain(d).ok()) {
        if tx.client_of_domain(&domain)?.is_none() {
            tx.apply([Event::about(Noun::Client, id, &format!("domain:{domain}"), &false, &true, at)])?;
            changed = true;
        }
    }
    Ok(changed)
}

/// A way to reach somebody as one word.
fn reached(point: &Point) -> String {
    format!("{} {}", point.kind.word(), point.key())
}

/// The ways to reach a person, each once.
pub(super) fn points(p: &IncomingPerson) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    let emails = p.emails.iter().filter(|e| crate::domain::contact::is_address(e)).map(|e| (PointKind::Email, e));
    let phones = p.phones.iter().map(|e| (PointKind::Phone, e));
    let handles = p.handles.iter().map(|e| (PointKind::Handle, e));
    for (kind, value) in emails.chain(phones).chain(handles) {
        let point = Point { kind, value: value.trim().to_owned() };
        let empty = point.key().is_empty();
        if !empty && !points.iter().any(|known| known.kind == kind && known.key() == point.key()) {
            points.push(point);
        }
    }
    points
}

/// A language that the desk speaks.
fn lang(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    ["en", "ru"].into_iter().find(|lang| text.starts_with(lang)).map(str::to_owned)
}

/// A word by which an agent can be called on the command line: `Anna.Petrova`; of an address what stands before the `@`.
///
/// Letters, digits and `-_.`, 40 at most.
pub(super) fn agent_word(text: &str) -> String {
    let text = text.split_once('@').map_or(text, |(before, _)| if before.is_empty() { text } else { before });
    let words = text.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).filter(|word| !word.is_empty());
    let word: String = words.collect::<Vec<_>>().join(".").chars().take(40).collect();
    match word.trim_matches('.') {
        "" | "me" | "none" | "next" => format!("agent-{}", if word.is_empty() { "x" } else { word.as_str() }),
        fine => fine.to_owned(),
    }
}

/// A text as a handle: `Ромашка` of `ООО «Ромашка»`.
fn worded(text: &str) -> String {
    const FORMS: [&str; 16] =
        ["ооо", "оао", "зао", "пао", "ао", "ип", "тоо", "нко", "llc", "inc", "ltd", "gmbh", "corp", "co", "s.a", "plc"];
    let words =
        text.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).map(|w| w.trim_matches(['-', '.', '_']));
    let words: Vec<String> = words.filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let called: Vec<&str> = words.iter().map(String::as_str).filter(|w| !FORMS.contains(w)).collect();
    let word = if called.is_empty() { words.join("-") } else { called.join("-") };
    word.chars().take(50).collect()
}

/// A handle that nobody has: the one that was given, else the name as a word.
fn free_handle(tx: &mut Tx<'_>, c: &IncomingClient) -> Result<String> {
    let wanted = c
        .handle
        .iter()
        .map(|h| worded(h))
        .chain(std::iter::once(worded(&c.name)))
        .find(|h| crate::actions::client::handle(h).is_ok());
    let wanted = wanted.unwrap_or_else(|| format!("client-{}", worded(&c.name)));
    let more = (2..10_000).map(|n| format!("{wanted}-{n}"));
    for handle in std::iter::once(wanted.clone()).chain(more) {
        if tx.client_called(&handle)?.is_none() {
            return Ok(handle);
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_called_by_one_word() {
        let cases = [
            ("Anna Petrova", "Anna.Petrova"),
            ("anna@acme.test", "anna"),
            ("Анна  Петрова (поддержка)", "Анна.Петрова.поддержка"),
            ("me", "agent-me"),
            ("—", "agent-x"),
        ];
        for (text, word) in cases {
            assert_eq!(agent_word(text), word, "{text}");
        }
    }

    #[test]
    fn a_company_is_called_without_its_legal_form() {
        for (name, handle) in [
            ("ООО «Ромашка»", "ромашка"),
            ("Acme, Inc.", "acme"),
            ("ИП Иванов И.И.", "иванов-и.и"),
            ("Co", "co"),
            ("Birch & Sons", "birch-sons"),
            ("-x-", "x"),
        ] {
            assert_eq!(worded(name), handle, "{name}");
        }
    }

    #[test]
    fn an_address_that_is_none_reaches_nobody() {
        let p = IncomingPerson {
            emails: vec!["nobody".into(), "a@acme.test".into(), "A@ACME.TEST".into()],
            phones: vec!["+7 921 555-01-02".into(), "8 921 5550102".into()],
            ..IncomingPerson::default()
        };
        assert_eq!(points(&p).len(), 2);
    }
}
