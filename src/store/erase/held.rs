//! What is held of a person, to be given to him: where it stands, not what it says. Nothing is changed here.

use super::gather::PAGE;
use crate::domain::address::fold;
use crate::domain::contact::{Contact, Point, PointKind};
use crate::domain::message::{Addressed, Direction};
use crate::domain::rating::Rating;
use crate::domain::time::Moment;
use crate::error::Result;
use crate::store::bulk::Came;
use crate::store::mailbox::Parked;
use crate::store::{Reader, sql, vals};
use std::collections::{BTreeSet, HashSet};

/// A record of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `contact`, `ticket` or `time`.
    pub kind: &'static str,
    /// Where it came from.
    pub source: String,
    /// What it is called there.
    pub number: String,
    /// As it stood there; none where that was not kept.
    pub record: Option<String>,
}

/// What is held of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Every name that he had.
    pub names: Vec<String>,
    /// Ways by which he was reached once and is no longer.
    pub former: Vec<Point>,
    /// His tickets.
    pub tickets: Vec<i64>,
    /// Mails and messages that he wrote or that name him among those they are to: the message, its ticket, when.
    pub messages: Vec<(i64, Option<i64>, Moment)>,
    /// Parked mails of his.
    pub parked: Vec<Parked>,
    /// Records of imports of him, his tickets and the hours on them.
    pub records: Vec<Record>,
    /// What he said of how he was served.
    pub ratings: Vec<Rating>,
    /// Whether he is muted.
    pub muted: bool,
}

impl Reader<'_> {
    /// Where everything stands that is held of a contact. `own` are the desk's own addresses, which are nobody's.
    pub fn held_of(&mut self, contact: &Contact, own: &[String]) -> Result<Held> {
        let ids = self.merged_into_contact(contact.id)?;
        let (mut points, names) = self.told_of(&ids)?;
        let known = self.points(contact.id)?;
        points.extend(known.clone());
        let points = self.only_of(contact.id, points, own)?;
        let emails: HashSet<String> =
            points.iter().filter(|p| p.kind == PointKind::Email).map(|p| fold(&p.value)).collect();
        let mut names: BTreeSet<String> = names.into_iter().chain([contact.name.clone()]).collect();
        let mut messages = Vec::new();
        self.walk_messages(|r, m| {
            let wrote = match m.contact {
                Some(contact) => ids.contains(&contact),
                None => emails.contains(&fold(&m.email)),
            };
            let lists = |a: &Addressed| a.to.iter().chain(&a.cc).any(|a| emails.contains(&fold(&a.email)));
            if wrote || (m.direction != Direction::Note && m.addressed.as_ref().is_some_and(lists)) {
                if wrote {
                    names.insert(m.author);
                }
                let at = r.first(sql::MESSAGE_AT, vals![m.id], |r| r.at(0))?.unwrap_or(Moment(0));
                messages.push((m.id, m.ticket, at));
            }
            Ok(())
        })?;
        let tickets = self.tickets_of_contact(contact.id)?;
        Ok(Held {
            names: names.into_iter().filter(|n| !n.trim().is_empty()).collect(),
            former: points.into_iter().filter(|p| !known.contains(p)).collect(),
            records: self.records_of(&ids, &tickets)?,
            ratings: self.ratings_by(contact.id, &tickets)?,
            parked: self.parked_by(&emails)?,
            muted: self.is_muted(contact.id)?,
            tickets,
            messages,
        })
    }

    fn records_of(&mut self, ids: &BTreeSet<i64>, tickets: &[i64]) -> Result<Vec<Record>> {
        let mut things: Vec<(Came, i64)> = ids.iter().map(|id| (Came::Contact, *id)).collect();
        for ticket in tickets {
            things.push((Came::Ticket, *ticket));
            things.extend(
                self.all(sql::ERASE_ENTRY_IDS, vals![*ticket], |r| r.int(0))?.into_iter().map(|e| (Came::Time, e)),
            );
        }
        let mut records = Vec::new();
        for (kind, thing) in things {
            let kind = kind.word();
            records.extend(self.all(sql::ERASE_ORIGINS_OF, vals![kind, thing], |r| {
                Ok(Record { kind, source: r.text(0)?, number: r.text(1)?, record: r.text_or(2)? })
            })?);
        }
        Ok(records)
    }

    fn ratings_by(&mut self, contact: i64, tickets: &[i64]) -> Result<Vec<Rating>> {
        let mut of: BTreeSet<i64> = tickets.iter().copied().collect();
        of.extend(self.all(sql::RATED_BY, vals![contact], |r| r.int(0))?);
        let mut all = Vec::new();
        for ticket in of {
            all.append(&mut self.ratings(ticket)?);
        }
        all.append(&mut self.ratings_of_all(contact)?);
        Ok(all)
    }

    fn parked_by(&mut self, emails: &HashSet<String>) -> Result<Vec<Parked>> {
        let mut his = Vec::new();
        let mut after = i64::MIN;
        loop {
            let page = self.all(sql::PARKED_SENDERS, vals![after, PAGE], |r| Ok((r.int(0)?, r.text(1)?)))?;
            let Some(last) = page.last() else { return Ok(his) };
            after = last.0;
            for (id, _) in page.iter().filter(|(_, email)| emails.contains(&fold(email))) {
                his.extend(self.parked_mail(*id)?);
            }
        }
    }
}
