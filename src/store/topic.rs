//! Topics that somebody has touched, and what topics are made from: the tickets of a period with what their customers wrote,
//! and the work on them.

use super::engine::Val;
use super::{Reader, Row, Tx, sql, vals};
use crate::domain::event::value;
use crate::domain::insight::topics;
use crate::domain::quote::new_text;
use crate::domain::time::{Date, Minutes, Moment};
use crate::domain::topic::{Fixed, Known, Plan};
use crate::error::{Error, Result};

/// So many bytes of what a customer wrote are read; the issue has been named by then.
const READ: usize = 4_000;

/// A ticket, and its customer's messages as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its number.
    pub number: i64,
    /// When it was opened.
    pub opened_at: Moment,
    subject: String,
    client: Option<String>,
    /// The first kilobytes of each, in order.
    messages: Vec<String>,
}

impl Told {
    /// What is new in them. Telling it apart takes longer than reading them.
    #[must_use]
    pub fn said(&self) -> Said {
        self.said_by(new_text)
    }

    /// With what they repeat.
    fn whole(&self) -> Said {
        self.said_by(str::to_owned)
    }

    fn said_by(&self, new: impl Fn(&str) -> String) -> Said {
        let mut text = String::new();
        for message in &self.messages {
            if text.len() >= READ {
                break;
            }
            if !text.is_empty() {
                text.push(topics::LATER);
            }
            text.push_str(&new(message));
            text.push('\n');
            text.truncate(text.floor_char_boundary(READ));
        }
        let (subject, client) = (self.subject.clone(), self.client.clone());
        Said { number: self.number, opened_at: self.opened_at, subject, client, text }
    }
}

/// A ticket, and what its customer wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its number.
    pub number: i64,
    /// When it was opened.
    pub opened_at: Moment,
    /// Its subject.
    pub subject: String,
    /// The client's handle.
    pub client: Option<String>,
    /// What is new in the customer's messages, the first kilobytes; what he wrote later behind marks. Ratings are no text.
    pub text: String,
}

impl Said {
    /// As it is mined.
    #[must_use]
    pub fn mined(&self) -> topics::Ticket<'_> {
        topics::Ticket { id: self.number, subject: &self.subject, text: &self.text }
    }
}

/// Minutes of an agent on a ticket on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The ticket.
    pub ticket: i64,
    /// The agent.
    pub agent: i64,
    /// The day.
    pub day: Date,
    /// Actual minutes.
    pub minutes: Minutes,
}

fn known_of(r: &Row<'_>) -> Result<Known> {
    let unreadable = |e: serde_json::Error| Error::bug("the words of a topic are unreadable").because(e);
    let fixed = r.at_or(4)?.map(|at| -> Result<Fixed> { Ok(Fixed { at, release: r.text_or(5)? }) }).transpose()?;
    let plan = match (r.text_or(6)?, r.at_or(9)?) {
        (Some(text), Some(at)) => {
            let by = r.day_or(8)?;
            Some(Plan { text, who: r.text_or(7)?, by, at })
        }
        _ => None,
    };
    Ok(Known {
        id: r.int(0)?,
        name: r.text(1)?,
        signatures: serde_json::from_str(&r.text(2)?).map_err(unreadable)?,
        whole: r
            .text_or(11)?
            .map(|kept| serde_json::from_str(&kept))
            .transpose()
            .map_err(unreadable)?
            .unwrap_or_default(),
        pinned: r.flag(3)?,
        fixed,
        plan,
        answer: r.text_or(10)?,
    })
}

impl Reader<'_> {
    /// The topics that somebody has touched, by number.
    pub fn topics(&mut self) -> Result<Vec<Known>> {
        self.all(sql::TOPICS, &[], known_of)
    }

    /// The tickets that were opened between two instants and are in figures, with their texts; by number.
    pub fn told(&mut self, from: Moment, to: Moment) -> Result<Vec<Told>> {
        let mut all: Vec<Told> = Vec::new();
        self.tell(sql::TOPIC_TICKETS, vals![from, to], |told| all.push(told))?;
        all.sort_unstable_by_key(|told| told.number);
        Ok(all)
    }

    /// How many there are.
    pub fn said_count(&mut self, from: Moment, to: Moment) -> Result<i64> {
        self.number(sql::TOPIC_COUNT, vals![from, to])
    }

    /// Calls `each` with every one of them, in the order they were opened. The texts of those opened before `new_from` are
    /// whole, with what they repeat: telling that apart takes longer than all the rest.
    pub fn each_said(&mut self, from: Moment, to: Moment, new_from: Moment, mut each: impl FnMut(Said)) -> Result<()> {
        self.tell(sql::TOPIC_TICKETS, vals![from, to], |told| {
            each(if told.opened_at < new_from { told.whole() } else { told.said() });
        })
    }

    fn tell(&mut self, text: &str, vals: &[Val<'_>], mut each: impl FnMut(Told)) -> Result<()> {
        let mut one: Option<Told> = None;
        self.each(text, vals, |r| {
            let number = r.int(0)?;
            if one.as_ref().is_none_or(|last| last.number != number) {
                let (opened_at, subject, client) = (r.at(1)?, r.text(2)?, r.text_or(3)?);
                let next = Told { number, opened_at, subject, client, messages: Vec::new() };
                one.replace(next).into_iter().for_each(&mut each);
            }
            if let (Some(told), Some(message)) = (one.as_mut(), r.text_or(4)?) {
                told.messages.push(message);
            }
            Ok(())
        })?;
        one.into_iter().for_each(each);
        Ok(())
    }

    /// Of these tickets those that are in figures, with their texts, in the order of the numbers.
    pub fn said_of(&mut self, numbers: &[i64]) -> Result<Vec<Said>> {
        let mut all: Vec<Said> = Vec::with_capacity(numbers.len());
        for number in numbers {
            self.tell(sql::TOPIC_TICKET, vals![*number], |told| all.push(told.said()))?;
        }
        Ok(all)
    }

    /// The work on the tickets that were opened between two instants, whenever it was done; by ticket.
    pub fn spent(&mut self, from: Moment, to: Moment) -> Result<Vec<Spent>> {
        self.all(sql::TOPIC_WORK, vals![from, to], |r| {
            Ok(Spent { ticket: r.int(0)?, agent: r.int(1)?, day: r.day(2)?, minutes: r.int(3)? })
        })
    }
}

impl Tx<'_> {
    pub(super) fn topic_becomes(&mut self, id: i64, topic: Option<&Known>) -> Result<()> {
        let Some(t) = topic else { return self.run(sql::TOPIC_DROP, vals![id]).map(drop) };
        let (fixed, plan) = (t.fixed.as_ref(), t.plan.as_ref());
        let signatures = value(&t.signatures).to_string();
        let whole = (!t.whole.is_empty()).then(|| value(&t.whole).to_string());
        let release = fixed.and_then(|f| f.release.as_deref());
        let (text, who) = (plan.map(|p| p.text.as_str()), plan.and_then(|p| p.who.as_deref()));
        let by = plan.and_then(|p| p.by).map(|day| day.to_string());
        let (fixed_at, plan_at) = (fixed.map(|f| f.at), plan.map(|p| p.at));
        let vals =
            vals![id, &t.name, &signatures, t.pinned, fixed_at, release, text, who, &by, plan_at, &t.answer, &whole];
        self.run(sql::TOPIC_PUT, vals).map(drop)
    }
}
