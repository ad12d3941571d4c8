//! What a customer said of how he was served, written down by hand. What he says by mail is kept where mail is fetched.

use super::{contact, ticket as tickets};
use crate::domain::event::{Event, Noun};
use crate::domain::rating::{Rating, Scale};
use crate::domain::ticket::{Reason, Ticket};
use crate::domain::time::Moment;
use crate::error::{Error, Result};
use crate::store::Tx;

/// A rating to be written down.
#[derive(Debug, Clone)]
pub struct New {
    /// On which scale.
    pub scale: Scale,
    /// The score on it.
    pub score: i64,
    /// Of which ticket; none: of everything.
    pub ticket: Option<i64>,
    /// Who said it, as typed; none: the requester of the ticket.
    pub by: Option<String>,
    /// What he said with it.
    pub comment: String,
    /// When; none: now.
    pub at: Option<Moment>,
}

/// What was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The rating.
    pub rating: Rating,
    /// The ticket it is of.
    pub ticket: Option<Ticket>,
    /// Who said it, in a sentence.
    pub who: Option<String>,
    /// What was said of the same before, or with a later date: of all of them the latest counts.
    pub other: Option<Rating>,
}

/// Writes a rating down.
///
/// # Errors
/// There is no such ticket or contact; the ticket is spam, or was merged into another.
pub fn add(tx: &mut Tx<'_>, new: &New) -> Result<Kept> {
    let ticket = new.ticket.map(|id| ratable(tx, id)).transpose()?;
    let by = new.by.as_deref().map(|word| contact::find(tx, word)).transpose()?.map(|c| c.id);
    let by = by.or(ticket.as_ref().and_then(|t| t.requester));
    let there = match (&ticket, by) {
        (Some(ticket), _) => tx.ratings(ticket.id)?,
        (None, Some(contact)) => tx.ratings_of_all(contact)?,
        (None, None) => Vec::new(),
    };
    let other = there.into_iter().rfind(|rating| rating.scale == new.scale);
    let now = tx.at;
    let rating = Rating {
        id: tx.next_ids(1)?,
        ticket: new.ticket,
        contact: by,
        message: None,
        scale: new.scale,
        score: new.score,
        comment: new.comment.trim().to_owned(),
        at: new.at.unwrap_or(now),
    };
    tx.apply([Event::about(Noun::Rating, rating.id, "", &(), &rating, now).in_history_of(new.ticket)])?;
    let who = by.map(|id| tx.contact(id)).transpose()?.flatten().map(|c| contact::shown(tx, &c)).transpose()?;
    Ok(Kept { rating, ticket, who, other })
}

/// The ticket, where it can be rated.
fn ratable(tx: &mut Tx<'_>, id: i64) -> Result<Ticket> {
    let ticket = tx.ticket(id)?.ok_or_else(|| Error::missing(format!("ticket {id} is gone")))?;
    tickets::not_merged(&ticket)?;
    if ticket.standing.reason == Some(Reason::Spam) {
        return Err(Error::refused(format!("ticket {id} is spam: nobody rates it")).hint(format!("desk reopen {id}")));
    }
    Ok(ticket)
}
