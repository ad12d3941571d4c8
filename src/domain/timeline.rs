//! What happened to one ticket, in order, and what follows from it: since when it waits, how often it was answered and
//! reopened. Figures over many tickets are in `insight`.

use super::message::Direction;
use super::ticket::{Reason, Standing, Status};
use super::time::{Minutes, Moment};

/// One thing that happened to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// When. A message that came by a merge has the instant of the merge here, unless it is later.
    pub at: Moment,
    /// What.
    pub what: What,
    /// The agent who did it; none for customers and machines.
    pub agent: Option<i64>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A message. `counts` is false for automatic mail and a bare thanks, which start and stop nothing.
    Message {
        /// Which way it went.
        direction: Direction,
        /// Whether it starts or stops a clock.
        counts: bool,
    },
    /// The status was set.
    Status(Standing),
    /// The ticket was given to an agent, or to nobody.
    Assigned(Option<i64>),
}

/// The life of one ticket so far: how it began, and what happened, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// When the problem reached us.
    pub opened_at: Moment,
    /// Opened by us towards a customer: nobody waits for a first response.
    pub outbound: bool,
    /// The status it began with (an imported conversation may begin pending or closed).
    pub first: Standing,
    /// When it was closed, where it began closed.
    pub first_closed_at: Option<Moment>,
    /// Sorted by instant.
    pub deeds: Vec<Deed>,
}

/// What follows from the timeline alone; kept beside the ticket so that lists need no arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Projection {
    /// The last time anything happened.
    pub updated_at: Moment,
    /// The last close, while it is closed.
    pub closed_at: Option<Moment>,
    /// Since when the customer waits for us; none while we wait for him, or after our answer.
    pub waiting_since: Option<Moment>,
    /// Messages by people of the team to the customer.
    pub replies: i64,
    /// How often it went from closed to anything else.
    pub reopens: i64,
    /// Worked minutes, raw.
    pub logged_minutes: Minutes,
}

impl Timeline {
    /// Everything that follows from the timeline, without the worked minutes and with `updated_at` from the deeds alone.
    ///
    /// ```
    /// use frontdesk::domain::{message::Direction::*, ticket::{Standing, Status}, time::Moment, timeline::*};
    /// let message = |at, direction| Deed { at: Moment(at), what: What::Message { direction, counts: true }, agent: None };
    /// let mut life = Timeline { opened_at: Moment(10), outbound: false, first: Standing::of(Status::New), first_closed_at: None,
    ///     deeds: vec![message(10, In), message(20, In)] };
    /// assert_eq!(life.projection().waiting_since, Some(Moment(10)));
    /// life.deeds.push(message(30, Out));
    /// assert_eq!((life.projection().waiting_since, life.projection().replies), (None, 1));
    /// ```
    #[must_use]
    pub fn projection(&self) -> Projection {
        let mut standing = self.first;
        let mut p = Projection {
            updated_at: self.first_closed_at.map_or(self.opened_at, |at| at.max(self.opened_at)),
            closed_at: self.first_closed_at.filter(|_| self.first.status == Status::Closed),
            waiting_since: (!self.outbound).then_some(self.opened_at),
            ..Projection::default()
        };
        for deed in &self.deeds {
            p.updated_at = p.updated_at.max(deed.at);
            match deed.what {
                What::Message { direction: Direction::In, counts: true } => {
                    p.waiting_since = p.waiting_since.or(Some(deed.at));
                }
                What::Message { direction: Direction::Out, counts: true } => {
                    p.waiting_since = None;
                    p.replies += 1;
                }
                What::Message { .. } | What::Assigned(_) => {}
                What::Status(next) => {
                    turn(&mut p, standing.status, next.status, deed.at);
                    standing = next;
                }
            }
        }
        if !matches!(standing.status, Status::New | Status::Open) {
            p.waiting_since = None;
        }
        p
    }
}

/// The effect of a change of status on the projection.
fn turn(p: &mut Projection, was: Status, is: Status, at: Moment) {
    if was == Status::Closed && is != Status::Closed {
        p.reopens += 1;
        p.closed_at = None;
    }
    match is {
        Status::Closed => {
            p.closed_at = Some(at);
            p.waiting_since = None;
        }
        Status::Pending | Status::Hold => p.waiting_since = None,
        Status::New | Status::Open if !matches!(was, Status::New | Status::Open) => {
            p.waiting_since = p.waiting_since.or(Some(at));
        }
        Status::New | Status::Open => {}
    }
}

/// Since when the customer waits, as seen at `now`: a pause whose end has come and a snooze that is over count from the
/// instant they ended.
///
/// ```
/// use frontdesk::domain::{ticket::{Standing, Status}, time::Moment, timeline::waiting_at};
/// let paused = Standing { until: Some(Moment(50)), ..Standing::of(Status::Pending) };
/// assert_eq!(waiting_at(paused, None, None, Moment(60)), Some(Moment(50)));
/// assert_eq!(waiting_at(Standing::of(Status::Open), Some(Moment(5)), Some(Moment(40)), Moment(60)), Some(Moment(40)));
/// assert_eq!(waiting_at(Standing::of(Status::Open), Some(Moment(5)), Some(Moment(70)), Moment(60)), Some(Moment(5)));
/// ```
#[must_use]
pub fn waiting_at(standing: Standing, kept: Option<Moment>, snoozed: Option<Moment>, now: Moment) -> Option<Moment> {
    let woke = standing.until.filter(|u| *u <= now && matches!(standing.status, Status::Pending | Status::Hold));
    let since = kept.or(woke)?;
    Some(snoozed.filter(|s| *s <= now).map_or(since, |s| s.max(since)))
}

/// The place of a ticket in the queue, smaller first: those that wait for us before those that do not, more urgent before
/// less, and among equals the longest waiting. A promise that is near or broken is put in front by the reader.
#[must_use]
pub fn rank(status: Status, priority: super::ticket::Priority) -> i64 {
    let group = if matches!(status, Status::New | Status::Open) { 0 } else { 4 };
    group + 3 - priority as i64
}

/// Reasons whose tickets leave every figure.
#[must_use]
pub fn leaves_figures(standing: Standing) -> bool {
    standing.reason == Some(Reason::Spam)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(first: Status, deeds: Vec<Deed>) -> Timeline {
        Timeline { opened_at: Moment(10), outbound: false, first: Standing::of(first), first_closed_at: None, deeds }
    }

    fn status(at: i64, status: Status) -> Deed {
        Deed { at: Moment(at), what: What::Status(Standing::of(status)), agent: Some(1) }
    }

    fn message(at: i64, direction: Direction, counts: bool) -> Deed {
        Deed { at: Moment(at), what: What::Message { direction, counts }, agent: None }
    }

    #[test]
    fn the_wait_starts_with_the_oldest_unanswered_message() {
        let p = life(
            Status::New,
            vec![
                message(10, Direction::In, true),
                message(20, Direction::Out, true),
                message(30, Direction::In, true),
                message(40, Direction::In, true),
            ],
        );
        assert_eq!(p.projection().waiting_since, Some(Moment(30)));
    }

    #[test]
    fn automatic_mail_starts_and_stops_nothing() {
        let p =
            life(Status::New, vec![message(10, Direction::In, true), message(20, Direction::Out, false)]).projection();
        assert_eq!((p.waiting_since, p.replies), (Some(Moment(10)), 0));
        let p =
            life(Status::New, vec![message(20, Direction::Out, true), message(30, Direction::In, false)]).projection();
        assert_eq!(p.waiting_since, None);
    }

    #[test]
    fn a_reopen_counts_and_the_wait_starts_with_the_message_that_reopens() {
        let p = life(
            Status::New,
            vec![status(20, Status::Closed), message(30, Direction::In, true), status(31, Status::Open)],
        );
        let p = p.projection();
        assert_eq!((p.reopens, p.closed_at, p.waiting_since), (1, None, Some(Moment(30))));
        let p = life(Status::New, vec![status(20, Status::Closed), status(31, Status::Open)]).projection();
        assert_eq!((p.reopens, p.waiting_since), (1, Some(Moment(31))));
    }

    #[test]
    fn nobody_waits_on_a_closed_or_pending_ticket() {
        for s in [Status::Closed, Status::Pending, Status::Hold] {
            assert_eq!(life(Status::New, vec![status(20, s)]).projection().waiting_since, None);
        }
        assert_eq!(life(Status::New, vec![status(20, Status::Closed)]).projection().closed_at, Some(Moment(20)));
    }
}
