//! Who is who in what comes in: contacts by their ids there, their addresses, phones, handles and names; clients by ids,
//! handles, domains and names; agents by addresses and names. Who is new is made, with this import.

use super::Summary;
use crate::domain::agent::Agent;
use crate::domain::client::{Client, domain_of};
use crate::domain::contact::{Contact, Point, PointKind, name_key};
use crate::domain::event::{Event, Noun};
use crate::domain::incoming::{IncomingClient, IncomingPerson};
use crate::error::Result;
use crate::store::Tx;
use crate::store::bulk::Came;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A contact as he is needed here: id and client.
pub(super) type Known = (i64, Option<i64>);

/// Everybody who was named so far.
#[derive(Default)]
pub(super) struct People {
    /// What the source is called.
    source: String,
    contacts: HashMap<String, Known>,
    clients: HashMap<String, Option<i64>>,
    agents: HashMap<String, i64>,
    team: Option<Vec<Agent>>,
    /// Agents that were said to be somebody: by folded name.
    pub(super) said: BTreeMap<String, String>,
    /// Agents who are new, as they are called here.
    new_agents: BTreeSet<String>,
    /// New contacts and clients.
    made: (usize, usize),
}

impl People {
    /// Nobody yet, of a source.
    pub(super) fn of(source: &str) -> People {
        People { source: source.to_owned(), ..People::default() }
    }

    /// Tells who was made.
    pub(super) fn tell(&self, summary: &mut Summary) {
        (summary.contacts, summary.clients) = self.made;
        summary.new_agents = self.new_agents.iter().cloned().collect();
    }

    /// The contact that a person is, made where he is new; none where nothing is known of him.
    pub(super) fn contact(
        &mut self,
        tx: &mut Tx<'_>,
        p: &IncomingPerson,
        client: Option<i64>,
    ) -> Result<Option<Known>> {
        let points = points(p);
        let external = p.external.as_deref().map(|id| format!("id {id}"));
        let by_name = (points.is_empty() && external.is_none() && !p.name.is_empty())
            .then(|| format!("name {}", name_key(&p.name)));
        let keys: Vec<String> = external
            .into_iter()
            .chain(points.iter().map(|x| format!("{} {}", x.kind.word(), x.key())))
            .chain(by_name)
            .collect();
        if let Some(known) = keys.iter().find_map(|key| self.contacts.get(key)) {
            return Ok(Some(*known));
        }
        if keys.is_empty() {
            return Ok(None);
        }
        let known = match self.there(tx, p, &points)? {
            Some(contact) => (contact.id, contact.client),
            None => self.add(tx, p, &points, client)?,
        };
        for key in keys {
            self.contacts.insert(key, known);
        }
        Ok(Some(known))
    }

    /// The contact who is there already.
    fn there(&self, tx: &mut Tx<'_>, p: &IncomingPerson, points: &[Point]) -> Result<Option<Contact>> {
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
        if points.is_empty() && p.external.is_none() {
            let mut named = tx.contacts_named(&p.name)?;
            return Ok(if named.len() == 1 { named.pop() } else { None });
        }
        Ok(None)
    }

    fn add(&mut self, tx: &mut Tx<'_>, p: &IncomingPerson, points: &[Point], client: Option<i64>) -> Result<Known> {
        let client = match (client, &p.client) {
            (Some(id), _) => Some(id),
            (None, Some(word)) => self.client(tx, word)?,
            (None, None) => match p.emails.iter().find_map(|email| domain_of(email)) {
                Some(domain) => self.client_of_domain(tx, &domain)?,
                None => None,
            },
        };
        let contact = Contact { id: tx.next_ids(1)?, name: p.name.trim().to_owned(), client };
        tx.put_contact(&contact, points)?;
        self.made.0 += 1;
        Ok((contact.id, client))
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
        let id = self.client_of(tx, &named)?;
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

    /// The client that a company is: by its id there, its handle, its domains, its name; made where it is new.
    pub(super) fn client_of(&mut self, tx: &mut Tx<'_>, c: &IncomingClient) -> Result<i64> {
        if let Some(id) = &c.external
            && let Some(origin) = tx.origin(Came::Client, &self.source, id)?
            && tx.client(origin.thing)?.is_some()
        {
            return Ok(origin.thing);
        }
        for word in
            c.handle.iter().chain(&c.domains).chain(std::iter::once(&c.name)).filter(|word| !word.trim().is_empty())
        {
            if let Some(client) = tx.client_called(word.trim())? {
                return Ok(client.id);
            }
        }
        let handle = free_handle(tx, c)?;
        self.add_client(tx, &handle, c)
    }

    fn add_client(&mut self, tx: &mut Tx<'_>, handle: &str, c: &IncomingClient) -> Result<i64> {
        let client = Client {
            id: tx.next_ids(1)?,
            handle: handle.to_owned(),
            name: c.name.trim().to_owned(),
            lang: c.lang.as_deref().and_then(lang),
            plan: c.plan.clone(),
            note: c.note.clone(),
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

    /// The agent that a name or an address means; made where nobody is called so.
    pub(super) fn agent(&mut self, tx: &mut Tx<'_>, name: &str, email: Option<&str>) -> Result<Option<i64>> {
        let text = if name.trim().is_empty() { email.unwrap_or_default() } else { name }.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let key = text.to_lowercase();
        if let Some(id) = self.agents.get(&key) {
            return Ok(Some(*id));
        }
        let address = email.or(Some(text)).filter(|t| t.contains('@')).map(str::to_owned);
        let called = self.said.get(&key).cloned().unwrap_or_else(|| agent_word(text));
        let team = match &mut self.team {
            Some(team) => team,
            none => none.insert(tx.agents()?),
        };
        let is = |a: &&Agent| {
            let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
            same(&a.name, &called) || a.email.as_deref().zip(address.as_deref()).is_some_and(|(a, b)| same(a, b))
        };
        let id = match team.iter().find(is) {
            Some(agent) => agent.id,
            None => {
                let agent = Agent { id: tx.next_ids(1)?, name: called.clone(), email: address, active: true };
                let at = tx.at;
                tx.apply([Event::about(Noun::Agent, agent.id, "", &(), &agent, at)])?;
                self.new_agents.insert(called);
                let id = agent.id;
                team.push(agent);
                id
            }
        };
        self.agents.insert(key, id);
        Ok(Some(id))
    }
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

/// A handle that nobody has: the one that was given, else the first domain, else the name as a word.
fn free_handle(tx: &mut Tx<'_>, c: &IncomingClient) -> Result<String> {
    let worded = |text: &str| {
        let words = text.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).filter(|w| !w.is_empty());
        let word: String = words.collect::<Vec<_>>().join("-").chars().take(50).collect();
        word.trim_start_matches(['-', '.', '_']).to_lowercase()
    };
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
    fn an_address_that_is_none_reaches_nobody() {
        let p = IncomingPerson {
            emails: vec!["nobody".into(), "a@acme.test".into(), "A@ACME.TEST".into()],
            phones: vec!["+7 921 555-01-02".into(), "8 921 5550102".into()],
            ..IncomingPerson::default()
        };
        assert_eq!(points(&p).len(), 2);
    }
}
