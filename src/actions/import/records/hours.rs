//! Worked time that comes in: on which ticket, for whom, by whom.

use super::keep::Keeper;
use super::summary::Fate;
use crate::actions::hours;
use crate::domain::entry::Entry;
use crate::domain::event::{Event, Noun};
use crate::domain::incoming::IncomingTime;
use crate::domain::ticket::Ticket;
use crate::domain::time::{Minutes, Moment};
use crate::error::Result;
use crate::store::Tx;

/// Where worked time belongs.
pub(super) struct Place {
    pub(super) ticket: Option<i64>,
    pub(super) client: Option<i64>,
    /// What was done; before it the number of a ticket that is not here.
    pub(super) text: String,
}

impl Keeper<'_> {
    /// The minutes that a source tells of a ticket as a whole.
    pub(super) fn put_minutes(
        &mut self,
        tx: &mut Tx<'_>,
        ticket: &Ticket,
        minutes: Minutes,
        last_at: Moment,
    ) -> Result<()> {
        let (agent, day) = (self.worker(tx, ticket.assignee), self.zone.date(last_at));
        let entry = Entry {
            ticket: Some(ticket.id),
            client: ticket.client,
            ..Entry::of(tx.next_entry()?, agent, day, minutes)
        };
        self.put_entry(tx, &entry, last_at)
    }

    /// Keeps worked time that is new; its id.
    pub(super) fn add_time(&mut self, tx: &mut Tx<'_>, t: &IncomingTime) -> Result<i64> {
        let Place { ticket, client, text } = self.place(tx, t)?;
        self.summary.strays += usize::from(t.ticket.is_some() && ticket.is_none());
        let named = self.agent_of(tx, t)?;
        let agent = self.worker(tx, named);
        let (day, minutes, billable) = (t.day, t.minutes, t.billable.unwrap_or(true));
        let entry = Entry { ticket, client, billable, text, ..Entry::of(tx.next_entry()?, agent, day, minutes) };
        self.put_entry(tx, &entry, self.zone.start_of_day(day))?;
        Ok(entry.id)
    }

    /// Puts worked time to its ticket, which was not here when it came in.
    pub(super) fn reunite(&mut self, tx: &mut Tx<'_>, id: i64, t: &IncomingTime) -> Result<Fate> {
        let Some(entry) = tx.entry(id)?.filter(|entry| entry.ticket.is_none()) else { return Ok(Fate::Known) };
        let Place { ticket: Some(ticket), client, text } = self.place(tx, t)? else { return Ok(Fate::Known) };
        self.begin(tx)?;
        let untouched = t.ticket.as_deref().is_some_and(|number| entry.text == astray(number, &t.text));
        let text = if untouched { text } else { entry.text.clone() };
        hours::revise(tx, &entry, &Entry { ticket: Some(ticket), client, text, ..entry.clone() })?;
        Ok(Fate::Changed)
    }

    /// Keeps an entry as of then, so that its ticket does not look as if something had just happened to it.
    fn put_entry(&mut self, tx: &mut Tx<'_>, entry: &Entry, at: Moment) -> Result<()> {
        let at = at.min(tx.at);
        tx.apply([Event::about(Noun::Entry, entry.id, "", &(), entry, at).in_history_of(entry.ticket)])?;
        self.summary.entries += 1;
        Ok(())
    }

    /// Who worked; where nobody is named, who imports.
    fn worker(&mut self, tx: &Tx<'_>, named: Option<i64>) -> i64 {
        self.summary.nobodys += usize::from(named.is_none());
        named.unwrap_or(tx.agent)
    }

    pub(super) fn agent_of(&mut self, tx: &mut Tx<'_>, t: &IncomingTime) -> Result<Option<i64>> {
        t.agent.as_deref().map_or(Ok(None), |name| self.people.agent(tx, name, None))
    }

    /// Where worked time belongs by what it tells.
    pub(super) fn place(&mut self, tx: &mut Tx<'_>, t: &IncomingTime) -> Result<Place> {
        let ticket = t.ticket.as_deref().map_or(Ok(None), |number| self.ticket_called(tx, number))?;
        let text = match (&t.ticket, &ticket) {
            (Some(number), None) => astray(number, &t.text),
            _ => t.text.clone(),
        };
        let client = match (&ticket, t.client.as_deref()) {
            (Some(ticket), _) => ticket.client,
            (None, Some(word)) => self.people.client(tx, word)?,
            (None, None) => None,
        };
        Ok(Place { ticket: ticket.map(|t| t.id), client, text })
    }

    /// The ticket that a timesheet calls so: by this source, by any other, or `zendesk:17`; by its number here where it came
    /// from nowhere else, since the timesheet would not call it so.
    fn ticket_called(&mut self, tx: &mut Tx<'_>, number: &str) -> Result<Option<Ticket>> {
        if let Some((source, number)) = number.split_once(':')
            && let Some(id) = tx.ticket_by_external(source, number)?
        {
            return tx.ticket(id);
        }
        if let Some(id) = tx.ticket_by_external(&self.source, number)? {
            return tx.ticket(id);
        }
        match (tx.tickets_by_number_elsewhere(number)?.as_slice(), number.parse()) {
            ([one], _) => tx.ticket(*one),
            ([], Ok(id)) if tx.externals(id)?.is_empty() => tx.ticket(id),
            _ => Ok(None),
        }
    }
}

/// What is told of work on a ticket that is not here.
fn astray(number: &str, text: &str) -> String {
    format!("[{number}] {text}").trim().to_owned()
}
