//! Contacts and the ways to reach them.

use super::{Reader, Row, sql, vals};
use crate::domain::contact::{Contact, Point, PointKind, name_key};
use crate::domain::time::Moment;
use crate::error::Result;

fn contact_of(r: &Row<'_>) -> Result<Contact> {
    Ok(Contact { id: r.int(0)?, name: r.text(1)?, client: r.int_or(2)? })
}

/// A contact with what hangs on him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine {
    /// His id.
    pub id: i64,
    /// His name.
    pub name: String,
    /// The handle of his client.
    pub client: Option<String>,
    /// How many tickets he asked.
    pub tickets: i64,
    /// When anything last happened on one of them.
    pub last_at: Option<Moment>,
    /// How to reach him.
    pub points: Vec<Point>,
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

    /// The contacts of a client, by name.
    pub fn contacts_of(&mut self, client: i64) -> Result<Vec<Contact>> {
        self.all(sql::CONTACTS_OF_CLIENT, vals![client], contact_of)
    }

    /// How a contact is reached, in the order it became known.
    pub fn points(&mut self, contact: i64) -> Result<Vec<Point>> {
        self.all(sql::POINTS, vals![contact], |r| {
            Ok(Point { kind: PointKind::of(&r.text(0)?).unwrap_or(PointKind::Handle), value: r.text(2)? })
        })
    }

    /// Every contact, by name.
    pub fn contacts(&mut self) -> Result<Vec<ContactLine>> {
        let mut lines = self.all(sql::CONTACTS, &[], |r| {
            Ok(ContactLine {
                id: r.int(0)?,
                name: r.text(1)?,
                client: r.text_or(2)?,
                tickets: r.int(3)?,
                last_at: r.at_or(4)?,
                points: Vec::new(),
            })
        })?;
        for line in &mut lines {
            line.points = self.points(line.id)?;
        }
        Ok(lines)
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
