//! Every ticket of a query, page by page in the order of the numbers, within one look at the desk: as rows, records or mails.
//! One ticket is in memory at a time.

use crate::commands::find;
use crate::commands::show::{every, page};
use crate::commands::told::Teller;
use crate::domain::listed::Listed;
use crate::domain::mail::{Address, Part};
use crate::domain::message::{Direction, Message};
use crate::domain::search::Query;
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::formats::leave::{Letter, append, letter};
use crate::host::Progress;
use crate::render::{Dress, Format, render};
use crate::report::Report;
use crate::report::leave::{self, Leaving};
use crate::store::Reader;
use crate::store::list::Ask;
use std::collections::BTreeSet;
use std::io::Write;

/// So many tickets are listed at once.
pub(super) const PAGE: usize = 400;

/// What is exported.
#[derive(Debug)]
pub(super) struct Scope {
    /// Which tickets.
    pub(super) query: Query,
    /// As seen now.
    pub(super) ask: Ask,
    /// Nothing is left out: also what hangs on no ticket.
    pub(super) whole: bool,
}

/// A walk over the tickets.
pub(super) struct Walk<'a> {
    pub(super) scope: &'a Scope,
    progress: &'a Progress,
    pub(super) teller: Teller,
    seen: Seen,
    /// How many there were so far.
    pub(super) tickets: i64,
}

/// Whom the tickets name.
#[derive(Default)]
struct Seen {
    clients: BTreeSet<i64>,
    contacts: BTreeSet<i64>,
    agents: BTreeSet<i64>,
}

/// How many tickets there are.
pub(super) fn count(r: &mut Reader<'_>, scope: &Scope) -> Result<i64> {
    if scope.query.words.is_empty() { r.count(&scope.query, &scope.ask) } else { found(r, scope).map(|ids| ids.len() as i64) }
}

/// The numbers that a full text search finds, in order.
fn found(r: &mut Reader<'_>, scope: &Scope) -> Result<Vec<i64>> {
    let found = find::search_in(r, &Query { sort: None, ..scope.query.clone() }, &scope.ask, None)?;
    let mut ids: Vec<i64> = found.rows.iter().map(|l| l.ticket.id).collect();
    ids.sort_unstable();
    Ok(ids)
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub(super) fn new(scope: &'a Scope, progress: &'a Progress) -> Walk<'a> {
        Walk { scope, progress, teller: Teller::new(&Zone::utc()), seen: Seen::default(), tickets: 0 }
    }

    /// Calls `each` for every page of numbers.
    fn pages(&mut self, r: &mut Reader<'_>, mut each: impl FnMut(&mut Self, &mut Reader<'_>, &[i64]) -> Result<()>) -> Result<()> {
        if !self.scope.query.words.is_empty() {
            return found(r, self.scope)?.chunks(PAGE).try_for_each(|ids| each(self, r, ids));
        }
        let mut after = 0;
        loop {
            let ids = r.numbers_after(&self.scope.query, &self.scope.ask, after, PAGE as i64)?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = *last;
            each(self, r, &ids)?;
        }
    }

    fn passed(&mut self, tickets: usize) {
        self.tickets += i64::try_from(tickets).unwrap_or(0);
        self.progress.at(self.tickets.unsigned_abs());
    }

    /// Rows of a table.
    pub(super) fn csv(&mut self, r: &mut Reader<'_>, out: &mut dyn Write) -> Result<()> {
        let ask = self.scope.ask;
        out.write_all(written(&leave::table(&[]), Format::Csv)?.as_bytes())?;
        self.pages(r, |walk, r, ids| {
            let rows = r.listed_among(ids, &every(), &ask)?;
            let text = written(&leave::table(&rows), Format::Csv)?;
            out.write_all(text.split_once('\n').map_or("", |(_, rows)| rows).as_bytes())?;
            walk.passed(rows.len());
            Ok(())
        })
    }

    /// Calls `each` for every ticket as it stands written: what only the clock changes is left out.
    pub(super) fn listed(&mut self, r: &mut Reader<'_>, mut each: impl FnMut(&mut Self, &mut Reader<'_>, Listed) -> Result<()>) -> Result<()> {
        let ask = Ask { now: Moment::MIN, ..self.scope.ask };
        self.pages(r, |walk, r, ids| {
            for listed in r.listed_among(ids, &every(), &ask)? {
                each(walk, r, listed)?;
                walk.passed(1);
            }
            Ok(())
        })
    }

    /// Calls `each` for every ticket with everything that hangs on it.
    pub(super) fn leaving(&mut self, r: &mut Reader<'_>, mut each: impl FnMut(&Leaving) -> Result<()>) -> Result<()> {
        self.listed(r, |walk, r, listed| each(&walk.whole_page(r, listed)?))
    }

    /// A ticket with everything that hangs on it.
    pub(super) fn whole_page(&mut self, r: &mut Reader<'_>, listed: Listed) -> Result<Leaving> {
        let ask = Ask { now: Moment::MIN, ..self.scope.ask };
        let externals = r.externals(listed.ticket.id)?;
        let opened_by = listed.ticket.opened_by.map(|a| self.teller.names.of(r, a)).transpose()?;
        let page = page(r, listed, &ask, true, &mut self.teller)?;
        self.note(&page);
        Ok(Leaving { page, externals, opened_by, kept: None })
    }

    fn note(&mut self, page: &crate::report::ticket::Page) {
        if self.scope.whole {
            return;
        }
        let t = &page.listed.ticket;
        self.seen.clients.extend(t.client);
        self.seen.contacts.extend(t.requester);
        self.seen.contacts.extend(page.messages.iter().filter_map(|(m, _)| m.contact));
        self.seen.agents.extend(t.assignee.into_iter().chain(t.opened_by));
        self.seen.agents.extend(page.messages.iter().filter_map(|(m, _)| m.agent));
        self.seen.agents.extend(page.time.iter().map(|(e, _)| e.agent));
    }

    /// Records, each on a line: tickets, then the clients, contacts and agents that they name.
    pub(super) fn ndjson(&mut self, r: &mut Reader<'_>, out: &mut dyn Write) -> Result<()> {
        self.leaving(r, |t| put(out, &leave::ticket(t)))?;
        let people = std::mem::take(&mut self.seen.contacts);
        // Whose contact he is leaves with him.
        for id in &people {
            self.seen.clients.extend(r.contact(*id)?.and_then(|c| c.client));
        }
        let mut clients = r.clients()?;
        clients.retain(|c| self.seen.clients.contains(&c.client.id));
        clients.sort_by_key(|c| c.client.id);
        for line in &clients {
            put(out, &leave::client(line, Vec::new()))?;
        }
        let handle = |id: Option<i64>| clients.iter().find(|c| Some(c.client.id) == id).map(|c| c.client.handle.as_str());
        for id in people {
            let Some(contact) = r.contact(id)? else { continue };
            put(out, &leave::contact(&contact, handle(contact.client), &r.points(id)?, Vec::new()))?;
        }
        let mut agents = r.agents()?;
        agents.sort_by_key(|a| a.id);
        agents.iter().filter(|a| self.seen.agents.contains(&a.id)).try_for_each(|agent| put(out, &leave::agent(agent)))
    }

    /// Mails, ticket by ticket.
    pub(super) fn mbox(&mut self, r: &mut Reader<'_>, out: &mut dyn Write) -> Result<()> {
        let uid = r.uid()?;
        self.listed(r, |walk, r, listed| {
            let messages = r.messages(listed.ticket.id)?;
            let ids: Vec<String> = messages.iter().map(|m| id_of(m, &uid)).collect();
            for (i, m) in messages.iter().enumerate() {
                let mail = match r.raw(m.id)? {
                    Some(mail) => mail,
                    None => walk.written_anew(r, &listed, m, &ids, i)?,
                };
                append(out, &m.email, m.at, &mail)?;
            }
            Ok(())
        })
    }

    /// What never was a mail, as one. It names the mails before it, so that whoever reads the mbox finds the thread.
    fn written_anew(&mut self, r: &mut Reader<'_>, l: &Listed, m: &Message, ids: &[String], at: usize) -> Result<Vec<u8>> {
        const NAMED: usize = 50;
        let from = match m.agent {
            Some(agent) => {
                let known = r.agent(agent)?;
                let email = known.as_ref().and_then(|a| a.email.clone()).unwrap_or_else(|| format!("agent-{agent}@desk.invalid"));
                Address { name: self.teller.names.of(r, agent)?, email }
            }
            None => {
                // Those who have no address must not become one person.
                let invented = m.contact.map_or_else(String::new, |id| format!("contact-{id}@desk.invalid"));
                let reached = l.requester.as_ref().filter(|_| m.contact == l.ticket.requester).and_then(|p| p.phone.clone());
                let name = if m.author.is_empty() { reached.unwrap_or_default() } else { m.author.clone() };
                Address { name, email: if m.email.contains('@') { m.email.clone() } else { invented } }
            }
        };
        let mut to = m.addressed.as_ref().map(|a| a.to.clone()).unwrap_or_default();
        if let (true, Direction::Out, Some(p)) = (to.is_empty(), m.direction, &l.requester) {
            to.extend(p.email.clone().map(|email| Address { name: p.name.clone(), email }));
        }
        let cc = m.addressed.as_ref().map(|a| a.cc.clone()).unwrap_or_default();
        let mut files: Vec<Part> = Vec::new();
        for n in 0..m.attachments.len() {
            files.extend(r.attachment(m.id, i64::try_from(n).unwrap_or(i64::MAX))?);
        }
        // The first of a conversation names nobody, though others may already have named it.
        let before = ids.get(..at).unwrap_or_default();
        let nearest = before.get(before.len().saturating_sub(NAMED)..).unwrap_or_default();
        let mut references: Vec<String> = ids.first().filter(|_| at > NAMED).cloned().into_iter().collect();
        references.extend(nearest.iter().cloned());
        let marks = [
            ("X-Desk-Ticket", l.ticket.id.to_string()),
            ("X-Desk-Message", format!("m{}", m.id)),
            ("X-Desk-Direction", m.direction.word().to_owned()),
            ("X-Desk-Channel", l.ticket.channel.clone()),
        ];
        let subject = if at == 0 { l.ticket.subject.clone() } else { format!("Re: {}", l.ticket.subject) };
        Ok(letter(&Letter {
            from,
            to: &to,
            cc: &cc,
            subject: &subject,
            at: m.at,
            message_id: ids.get(at).map_or("", String::as_str),
            references: &references,
            marks: &marks,
            text: &m.text,
            files: &files,
        }))
    }
}

/// The id under which a message is named: its own, else one that follows from the desk and its number.
fn id_of(m: &Message, uid: &str) -> String {
    let fine = |id: &&String| id.contains('@') && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
    m.message_id.as_ref().filter(fine).cloned().unwrap_or_else(|| format!("m{}.{uid}@desk.invalid", m.id))
}

fn put(out: &mut dyn Write, record: &Report) -> Result<()> {
    Ok(out.write_all(written(record, Format::Ndjson)?.as_bytes())?)
}

/// The report in a format that depends on nothing around.
pub(super) fn written(report: &Report, format: Format) -> Result<String> {
    render(report, format, None, &Dress::plain(Moment::MIN))
}
