//! What customers said of how they were served; places elsewhere where a ticket is worked on; who was told of a remedy.

use super::{Reader, Row, Tx, sql, vals};
use crate::domain::insight::satisfaction::credited;
use crate::domain::rating::{Rated, Rating, Scale};
use crate::domain::time::Moment;
use crate::error::{Error, Result};

/// Of scale, score, comment, instant and contact, in the columns from 0 on.
fn rating_of(r: &Row<'_>, ticket: Option<i64>) -> Result<Rating> {
    Ok(Rating {
        id: r.int(5)?,
        ticket,
        contact: r.int_or(4)?,
        message: r.int_or(6)?,
        scale: scale(&r.text(0)?)?,
        score: r.int(1)?,
        comment: r.text(2)?,
        at: r.at(3)?,
    })
}

fn scale(word: &str) -> Result<Scale> {
    Scale::of(word).ok_or_else(|| Error::bug(format!("no rating is on a scale {word}")))
}

impl Reader<'_> {
    /// What customers said of how they were served in a ticket, oldest first.
    pub fn ratings(&mut self, ticket: i64) -> Result<Vec<Rating>> {
        self.all(sql::RATINGS_OF, vals![ticket], |r| rating_of(r, Some(ticket)))
    }

    /// The rating with this id.
    pub fn rating(&mut self, id: i64) -> Result<Option<Rating>> {
        self.first(sql::RATING_GET, vals![id], |r| {
            let ticket = r.int_or(7)?;
            rating_of(r, ticket)
        })
    }

    /// What a contact said of everything, oldest first.
    pub fn ratings_of_all(&mut self, contact: i64) -> Result<Vec<Rating>> {
        self.all(sql::RATINGS_OF_ALL, vals![contact], |r| rating_of(r, None))
    }

    /// What a contact said, of tickets and of everything.
    pub fn said_by(&mut self, contact: i64) -> Result<Vec<Rating>> {
        self.all(sql::RATINGS_BY, vals![contact], |r| {
            let ticket = r.int_or(7)?;
            rating_of(r, ticket)
        })
    }

    /// The ratings of 1 and 2 that came in operations from a number on: the operation, and what was said.
    pub fn bad_ratings_since(&mut self, first: i64) -> Result<Vec<(i64, Rating)>> {
        self.all(sql::NEWS_RATINGS, vals![first], |r| {
            let rating = Rating {
                id: r.int(6)?,
                ticket: r.int_or(8)?,
                contact: r.int_or(5)?,
                message: r.int_or(7)?,
                scale: scale(&r.text(1)?)?,
                score: r.int(2)?,
                comment: r.text(3)?,
                at: r.at(4)?,
            };
            Ok((r.int(0)?, rating))
        })
    }

    /// Who is credited with what was said of a ticket at an instant.
    pub fn credited(&mut self, ticket: i64, at: Moment) -> Result<Option<i64>> {
        let Some(ticket) = self.ticket(ticket)? else { return Ok(None) };
        let (life, _) = self.timeline(&ticket)?;
        Ok(credited(&life, ticket.assignee, at))
    }

    /// What was said from an instant on and before another, by its date; tickets that are in no figure left out.
    pub fn ratings_in(&mut self, from: Moment, to: Moment) -> Result<Vec<Rated>> {
        self.all(sql::RATED, vals![from, to], |r| {
            let ticket = r.int_or(7)?;
            Ok(Rated {
                rating: rating_of(r, ticket)?,
                client: r.text_or(8)?,
                name: r.text_or(9)?,
                subject: r.text_or(10)?,
            })
        })
    }

    /// Where else a ticket is worked on.
    pub fn urls(&mut self, ticket: i64) -> Result<Vec<String>> {
        self.all(sql::TICKET_URLS, vals![ticket], |r| r.text(0))
    }

    /// The tickets that are worked on at a place, by number.
    pub fn tickets_of_url(&mut self, url: &str) -> Result<Vec<i64>> {
        self.all(sql::TICKETS_OF_URL, vals![url], |r| r.int(0))
    }

    /// Of the tickets that were opened between two instants: number, and where else it is worked on.
    pub fn urls_opened(&mut self, from: Moment, to: Moment) -> Result<Vec<(i64, String)>> {
        self.all(sql::URLS_OPENED, vals![from, to], |r| Ok((r.int(0)?, r.text(1)?)))
    }

    /// Who was told that a topic is fixed since an instant: contact, and the message that told him.
    pub fn announced(&mut self, topic: i64, fixed_at: Moment) -> Result<Vec<(i64, i64)>> {
        self.all(sql::ANNOUNCED, vals![topic, fixed_at], |r| Ok((r.int(0)?, r.int(1)?)))
    }
}

impl Tx<'_> {
    /// Keeps what a customer said as a fact of an import or of a mail: it goes with the operation.
    pub fn put_rating(&mut self, rating: &Rating) -> Result<()> {
        let operation = self.origin;
        let (scale, score, comment) = (rating.scale.word(), rating.score, &rating.comment);
        let vals = vals![
            rating.id,
            operation,
            rating.ticket,
            rating.contact,
            rating.message,
            scale,
            score,
            comment,
            rating.at
        ];
        self.run(sql::RATING_PUT, vals).map(drop)
    }

    pub(super) fn rating_becomes(&mut self, id: i64, rating: Option<&Rating>) -> Result<()> {
        match rating {
            Some(rating) => self.put_rating(rating),
            None => self.run(sql::RATING_DROP, vals![id]).map(drop),
        }
    }

    pub(super) fn announced_becomes(&mut self, topic: i64, field: &str, message: Option<i64>) -> Result<()> {
        let told = field.split_once('@').and_then(|(contact, at)| Some((contact.parse().ok()?, at.parse().ok()?)));
        let (contact, at): (i64, i64) = told.ok_or_else(|| Error::bug(format!("a topic has no field {field}")))?;
        match message {
            Some(message) => self.run(sql::ANNOUNCED_ADD, vals![topic, at, contact, message]).map(drop),
            None => self.run(sql::ANNOUNCED_DROP, vals![topic, at, contact]).map(drop),
        }
    }
}
