//! Contacts and the ways to reach them.

use super::apply::{self, Reached};
use super::{Reader, Row, Tx, Val, sql, vals};
use crate::domain::contact::{Contact, Point, PointKind, name_key};
use crate::domain::event::{Event, Noun, value};
use crate::domain::listed::ContactLine;
use crate::domain::time::Moment;
use crate::error::Result;
use std::collections::HashMap;

fn contact_of(r: &Row<'_>) -> Result<Contact> {
    Ok(Contact { id: r.int(0)?, name: r.text(1)?, client: r.int_or(2)? })
}

/// A contact as he may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactName {
    /// His id.
    pub id: i64,
    /// His name.
    pub name: String,
    /// His name folded.
    pub key: String,
    /// A way to reach him, folded and as written.
    pub point: Option<(String, String)>,
}

impl Reader<'_> {
    /// The contact with this id.
    pub fn contact(&mut self, id: i64) -> Result<Option<Contact>> {
        self.first(sql::CONTACT_BY_ID, vals![id], contact_of)
    }

    /// The contact who is reached there.
    pub fn contact_at(&mut self, point: &Point) -> Result<Option<Contact>> {
        self.first(sql::CONTACT_BY_POINT, vals![point.kind.word(), &point.key()], contact_of)
    }

    /// The contacts of this name, three at most.
    pub fn contacts_named(&mut self, name: &str) -> Result<Vec<Contact>> {
        self.all(sql::CONTACT_BY_NAME, vals![&name_key(name)], contact_of)
    }

    /// A page of contacts in the order of their ids, those after one.
    pub fn contact_ids(&mut self, after: i64, limit: i64) -> Result<Vec<i64>> {
        self.all(sql::CONTACT_IDS, vals![after, limit], |r| r.int(0))
    }

    /// The contacts of a client, oldest first.
    pub fn contacts_of(&mut self, client: i64) -> Result<Vec<Contact>> {
        self.all(sql::CONTACT_IDS_OF_CLIENT, vals![client], contact_of)
    }

    /// The contacts of a client with what hangs on them, by name.
    pub fn contact_lines_of(&mut self, client: i64) -> Result<Vec<ContactLine>> {
        self.contact_lines(sql::CONTACTS_OF_CLIENT, sql::CONTACT_COUNTS_OF_CLIENT, vals![client])
    }

    /// A contact with what hangs on him.
    pub fn contact_line(&mut self, id: i64) -> Result<Option<ContactLine>> {
        Ok(self.contact_lines(sql::CONTACT_LINE, sql::CONTACT_COUNT, vals![id])?.pop())
    }

    /// How a contact is reached, in the order it became known.
    pub fn points(&mut self, contact: i64) -> Result<Vec<Point>> {
        self.all(sql::POINTS, vals![contact], |r| {
            Ok(Point { kind: PointKind::of(&r.text(0)?).unwrap_or(PointKind::Handle), value: r.text(2)? })
        })
    }

    /// Every contact, by name.
    pub fn contacts(&mut self) -> Result<Vec<ContactLine>> {
        self.contact_lines(sql::CONTACTS, sql::CONTACT_COUNTS, &[])
    }

    /// Two walks: their tickets counted, then a row for each way to reach a contact, put together to one line each.
    /// Those without a name come last.
    fn contact_lines(&mut self, text: &str, counts: &str, vals: &[Val<'_>]) -> Result<Vec<ContactLine>> {
        let counts = self.all(counts, vals, |r| Ok((r.int(0)?, (r.int(1)?, r.at(2)?))))?;
        let counts: HashMap<i64, (i64, Moment)> = counts.into_iter().collect();
        let mut lines: Vec<ContactLine> = Vec::new();
        self.each(text, vals, |r| {
            let id = r.int(0)?;
            if lines.last().is_none_or(|l| l.id != id) {
                lines.push(ContactLine {
                    id,
                    name: r.text(1)?,
                    client: r.text_or(2)?,
                    tickets: counts.get(&id).map_or(0, |c| c.0),
                    last_at: counts.get(&id).map(|c| c.1),
                    points: Vec::new(),
                });
            }
            let point = r.text_or(3)?.as_deref().and_then(PointKind::of).zip(r.text_or(4)?);
            if let (Some(line), Some((kind, value))) = (lines.last_mut(), point) {
                line.points.push(Point { kind, value });
            }
            Ok(())
        })?;
        lines.sort_by_key(|l| l.name.is_empty());
        Ok(lines)
    }

    /// Every contact as he may be called: id, name, folded name, and a line for each folded and written way to reach him.
    pub fn contact_names(&mut self) -> Result<Vec<ContactName>> {
        self.all(sql::CONTACT_NAMES, &[], |r| {
            Ok(ContactName {
                id: r.int(0)?,
                name: r.text(1)?,
                key: r.text(2)?,
                point: r.text_or(3)?.zip(r.text_or(4)?),
            })
        })
    }

    /// The messages that a contact wrote.
    pub fn messages_of_contact(&mut self, contact: i64) -> Result<Vec<i64>> {
        self.all(sql::CONTACT_MESSAGES, vals![contact], |r| r.int(0))
    }

    /// The tickets of a contact, and whether his name stands anywhere else.
    pub fn tickets_of_contact(&mut self, contact: i64) -> Result<Vec<i64>> {
        self.all(sql::CONTACT_TICKETS, vals![contact], |r| r.int(0))
    }

    /// Addresses, for completion.
    pub fn addresses(&mut self, limit: i64) -> Result<Vec<String>> {
        self.all(sql::CONTACT_KEYS, vals![limit], |r| r.text(0))
    }
}

impl Tx<'_> {
    /// The events that take ways to reach a contact away, so that an undo puts each where it was.
    pub fn points_gone(&mut self, contact: i64, gone: &[Point]) -> Result<Vec<Event>> {
        let known = self.all(sql::POINTS, vals![contact], |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.int(3)?)))?;
        let wanted = |kind: &str, key: &str| gone.iter().any(|p| p.kind.word() == kind && p.key() == key);
        let at = self.at;
        let event = |(kind, key, value, n): (String, String, String, i64)| {
            let was = Reached::At { value, n };
            Event::about(Noun::Contact, contact, &format!("{kind}:{key}"), &was, &(), at)
        };
        Ok(known.into_iter().filter(|(kind, key, ..)| wanted(kind, key)).map(event).collect())
    }

    /// The event that ends a contact on whom nothing hangs any more.
    pub fn end_of_contact(&mut self, contact: &Contact) -> Result<Event> {
        let operation = self.number(sql::CONTACT_OPERATION, vals![contact.id])?;
        let mut was = value(contact);
        if let Some(members) = was.as_object_mut() {
            members.insert(apply::BEGAN_IN.to_owned(), operation.into());
        }
        Ok(Event::about(Noun::Contact, contact.id, "", &was, &(), self.at))
    }
}
