//! Invoices, credit notes and payments, as they are kept. What a draft comes to is counted anew at every look; with its
//! number an invoice becomes a fact: its paper is kept, its entries and fees are on no other.

use super::currency::Currency;
use super::money::Money;
use super::paper::Paper;
use crate::domain::time::Date;
use serde::{Deserialize, Serialize};

/// An invoice or a credit note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invoice {
    /// The id in the store; a draft is called by it, `d3`.
    pub id: i64,
    /// Whom it is for.
    pub client: i64,
    /// Its number, one after the other without a gap; none: a draft.
    pub number: Option<i64>,
    /// A credit note: the id of the invoice that it takes back.
    pub credits: Option<i64>,
    /// The id of the credit note that took it back.
    pub credited_by: Option<i64>,
    /// The first day of its period.
    pub first: Date,
    /// The last day of its period.
    pub last: Date,
    /// The day it was issued on.
    pub issued_on: Option<Date>,
    /// The day it is to be paid by.
    pub due_on: Option<Date>,
    /// What it is in.
    pub currency: Currency,
    /// What it comes to, in minor units; of a credit note below zero. Nothing while it is a draft.
    pub total: i64,
    /// What else it says to the client.
    pub note: String,
    /// The time entries that it holds.
    pub entries: Vec<i64>,
    /// The fees that it holds: a contract and the number of its period.
    pub fees: Vec<(i64, u32)>,
    /// What the client got; none: a draft.
    pub paper: Option<Box<Paper>>,
}

impl Invoice {
    /// Whether it stands: it has a number, is no credit note, and none took it back. What stands holds its entries and fees.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.number.is_some() && self.credits.is_none() && self.credited_by.is_none()
    }

    /// What it comes to.
    #[must_use]
    pub fn total(&self) -> Money {
        Money::of(self.total, self.currency)
    }

    /// How people call it: `7`, a draft `d3`.
    #[must_use]
    pub fn called(&self) -> String {
        self.number.map_or_else(|| format!("d{}", self.id), |number| number.to_string())
    }
}

/// Days that an issued invoice of a client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// The invoice's id.
    pub invoice: i64,
    /// The invoice's number.
    pub number: i64,
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

/// The day on which an entry that no invoice holds is drawn, where its own day is on an invoice already: the first after it
/// that is on none. So nothing that comes late changes what a client was told. None: its own day.
///
/// ```
/// use frontdesk::domain::billing::invoice::{Covered, posted};
/// let day = |text: &str| text.parse().unwrap();
/// let covered = |first, last| Covered { invoice: 3, number: 7, first: day(first), last: day(last) };
/// let two = [covered("2026-09-01", "2026-09-30"), covered("2026-10-01", "2026-10-31")];
/// assert_eq!(posted(day("2026-09-20"), &two), Some(day("2026-11-01")));
/// assert_eq!(posted(day("2026-11-02"), &two), None);
/// ```
#[must_use]
pub fn posted(day: Date, covered: &[Covered]) -> Option<Date> {
    let mut free = day;
    while let Some(over) = covered.iter().find(|c| c.first <= free && free <= c.last) {
        free = over.last.succ_opt()?;
    }
    (free != day).then_some(free)
}

/// Money that came in from a client; below zero: it went back to him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The id in the store, shown as `p5`.
    pub id: i64,
    /// Whose it is.
    pub client: i64,
    /// The id of the invoice that it pays; none: on account.
    pub invoice: Option<i64>,
    /// The day it came.
    pub day: Date,
    /// How much.
    pub money: Money,
    /// What else is worth knowing.
    pub text: String,
}

/// How long a ticket will take, and what of it the client has agreed to.
///
/// ```
/// use frontdesk::domain::billing::invoice::Estimate;
/// assert!(Estimate { minutes: 180, approved: Some(180) }.is_approved());
/// assert!(!Estimate { minutes: 240, approved: Some(180) }.is_approved());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// Minutes of work.
    pub minutes: i64,
    /// So many of them the client has agreed to.
    pub approved: Option<i64>,
}

impl Estimate {
    /// Whether the client has agreed to all of it.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.approved.is_some_and(|approved| approved >= self.minutes)
    }
}
