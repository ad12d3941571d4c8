//! One ticket's life followed from its opening: which clocks ran, what stopped them, who is credited. What periods and
//! groups make of it is not known here beyond [`Course::points`].

use super::{Case, Period, closed_from, open_at};
use crate::domain::message::Direction;
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Timeline, What};

/// What one ticket adds to the figures of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    Opened,
    Closed { one_touch: bool, came_back: bool },
    Reopened,
    Backlog,
    FirstResponse(i64),
    NextResponse(i64),
    FirstResolution(i64),
    FullResolution { served: i64, worked: i64 },
}

/// Who is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Who<'a> {
    #[default]
    Nobody,
    Agent(i64),
    Named(&'a str),
}

/// When something happened, and to whose credit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark<'a> {
    pub(super) at: Moment,
    pub(super) who: Who<'a>,
}

/// The clock of the first response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum First {
    /// Nobody waits yet: automatic mail opened the ticket.
    Idle,
    Running(Moment),
    /// Answered, closed before an answer, or never due because we wrote first.
    #[default]
    Over,
}

#[derive(Debug, Clone, Copy)]
struct Close<'a> {
    mark: Mark<'a>,
    served: i64,
    worked: i64,
}

/// What a life says, to be asked about any period. One is reused for many tickets.
#[derive(Debug, Default)]
pub(super) struct Course<'a> {
    // What came of it.
    opened_at: Moment,
    replies: i64,
    first_response: Option<(Mark<'a>, i64)>,
    next_responses: Vec<(Mark<'a>, i64)>,
    closes: Vec<Close<'a>>,
    reopens: Vec<Mark<'a>>,
    holders: Vec<Mark<'a>>,
    // Where it stands while it is followed.
    standing: Option<Standing>,
    since: Moment,
    served: i64,
    worked: i64,
    first: First,
    asked: Option<Moment>,
}

impl<'a> Course<'a> {
    /// Follows the life of `case` up to `as_of`, that instant included. Of the deeds of one instant the messages come
    /// first: a reply that closes stops its clocks before the close makes them void.
    pub(super) fn follow(&mut self, case: &'a Case, as_of: Moment) {
        let life = &case.life;
        let known = life.deeds.get(..life.deeds.partition_point(|d| d.at <= as_of)).unwrap_or_default();
        let mut arrival = arrival(life, known);
        self.begin(case, arrival.is_some());
        for together in known.chunk_by(|a, b| a.at == b.at) {
            let at = together.first().map_or(life.opened_at, |d| d.at);
            self.arrive(arrival.take_if(|(then, _)| *then < at));
            for deed in together {
                if let What::Message { direction, counts: true } = deed.what {
                    self.message(direction, deed);
                }
            }
            self.arrive(arrival.take_if(|(then, _)| *then <= at));
            for deed in together {
                match deed.what {
                    What::Status(next) => self.turn(next, deed.at, deed.agent),
                    What::Assigned(to) => {
                        self.holders.push(Mark { at: deed.at, who: to.map_or(Who::Nobody, Who::Agent) });
                    }
                    What::Message { .. } => {}
                }
            }
        }
        self.arrive(arrival.filter(|(then, _)| *then <= as_of));
    }

    fn begin(&mut self, case: &'a Case, imported: bool) {
        let life = &case.life;
        let assigned = life.deeds.iter().any(|d| matches!(d.what, What::Assigned(_)));
        let holder = case.assignee.as_deref().filter(|_| !assigned).map_or(Who::Nobody, Who::Named);
        self.next_responses.clear();
        self.closes.clear();
        self.reopens.clear();
        self.holders.clear();
        self.holders.push(Mark { at: Moment::MIN, who: holder });
        self.opened_at = life.opened_at;
        self.standing = Some(if imported { Standing::of(Status::Open) } else { life.first });
        self.since = life.opened_at;
        (self.replies, self.served, self.worked) = (0, 0, 0);
        (self.first_response, self.asked) = (None, None);
        self.first = if life.outbound {
            First::Over
        } else if opened_by_machine(life) {
            First::Idle
        } else {
            First::Running(life.opened_at)
        };
    }

    fn arrive(&mut self, arrival: Option<(Moment, Standing)>) {
        if let Some((at, standing)) = arrival {
            self.turn(standing, at, None);
        }
    }

    fn is_closed(&self) -> bool {
        self.standing.is_some_and(|s| s.status == Status::Closed)
    }

    /// The assignee at that moment, else the author.
    fn credit(&self, at: Moment, author: Option<i64>) -> Mark<'a> {
        let who = match self.holders.last().map(|h| h.who) {
            None | Some(Who::Nobody) => author.map_or(Who::Nobody, Who::Agent),
            Some(holder) => holder,
        };
        Mark { at, who }
    }

    fn message(&mut self, direction: Direction, deed: &Deed) {
        match direction {
            Direction::Note => {}
            Direction::In => match self.first {
                First::Idle => self.first = First::Running(deed.at),
                First::Running(_) => {}
                First::Over => self.asked = self.asked.or(Some(deed.at)),
            },
            Direction::Out => {
                self.replies += 1;
                let asked = self.asked.take().filter(|_| !self.is_closed());
                let mark = self.credit(deed.at, deed.agent);
                if let First::Running(since) = self.first {
                    self.first_response = Some((mark, deed.at.since(since).max(0)));
                } else if let Some(since) = asked {
                    self.next_responses.push((mark, deed.at.since(since)));
                }
                self.first = First::Over;
            }
        }
    }

    fn turn(&mut self, next: Standing, at: Moment, author: Option<i64>) {
        self.settle(at);
        let was_closed = self.is_closed();
        let closes = next.status == Status::Closed;
        if closes && !was_closed {
            self.first = First::Over;
            self.asked = None;
            let mark = self.credit(at, author);
            self.closes.push(Close { mark, served: self.served, worked: self.worked });
        } else if was_closed && !closes {
            self.reopens.push(self.credit(at, author));
        }
        self.standing = Some(next);
        self.since = self.since.max(at);
    }

    /// Adds the stretch since the last change of status; a pause whose end came counts as open from then on.
    fn settle(&mut self, at: Moment) {
        let Some(standing) = self.standing else { return };
        let until = standing.until.filter(|_| matches!(standing.status, Status::Pending | Status::Hold));
        let woke = until.map_or(at, |u| u.clamp(self.since.min(at), at));
        self.spend(standing.status, woke.since(self.since));
        self.spend(Status::Open, at.since(woke));
    }

    fn spend(&mut self, status: Status, seconds: i64) {
        let seconds = seconds.max(0);
        match status {
            Status::New | Status::Open => {
                self.served += seconds;
                self.worked += seconds;
            }
            Status::Hold => self.served += seconds,
            Status::Pending | Status::Closed => {}
        }
    }

    /// What the life that was followed adds to `period`. A deed is passed with its instant and who is credited; what
    /// stands in the backlog with the instant it was opened and who had it at the end.
    pub(super) fn points(&self, case: &Case, period: Period, as_of: Moment, emit: &mut impl FnMut(Mark<'a>, Point)) {
        let (from, to) = period;
        let inside = |at: Moment| from <= at && at < to;
        let end = to.plus(-1).min(as_of);
        let opened_at = self.opened_at;
        if inside(opened_at) && opened_at <= as_of {
            emit(Mark { at: opened_at, who: self.holder_at(opened_at) }, Point::Opened);
        }
        if from < to && open_at(&case.life, end) {
            emit(Mark { at: opened_at, who: self.holder_at(end) }, Point::Backlog);
        }
        if let Some((mark, seconds)) = self.first_response.filter(|(m, _)| inside(m.at)) {
            emit(mark, Point::FirstResponse(seconds));
        }
        for (mark, seconds) in self.next_responses.iter().filter(|(m, _)| inside(m.at)) {
            emit(*mark, Point::NextResponse(*seconds));
        }
        if let Some(mark) = self.reopens.iter().rfind(|m| inside(m.at)) {
            emit(*mark, Point::Reopened);
        }
        self.resolutions(inside, emit);
    }

    fn resolutions(&self, inside: impl Fn(Moment) -> bool, emit: &mut impl FnMut(Mark<'a>, Point)) {
        let came_back = !self.reopens.is_empty();
        if let Some(close) = self.closes.iter().rfind(|c| inside(c.mark.at)) {
            emit(close.mark, Point::Closed { one_touch: self.replies == 1 && !came_back, came_back });
        }
        if let Some(close) = self.closes.first().filter(|c| inside(c.mark.at)) {
            emit(close.mark, Point::FirstResolution(close.served));
        }
        if let Some(close) = self.closes.last().filter(|c| self.is_closed() && inside(c.mark.at)) {
            emit(close.mark, Point::FullResolution { served: close.served, worked: close.worked });
        }
    }

    fn holder_at(&self, at: Moment) -> Who<'a> {
        self.holders.iter().rfind(|h| h.at <= at).map_or(Who::Nobody, |h| h.who)
    }
}

/// The status an imported ticket came in with, and since when it had it. A live ticket begins new or open, so there is
/// none. A close has its date; a pause is held to have begun with our last reply before the first change that we know.
pub(in crate::domain) fn arrival(life: &Timeline, known: &[Deed]) -> Option<(Moment, Standing)> {
    if let Some(at) = closed_from(life) {
        return Some((at, life.first));
    }
    if matches!(life.first.status, Status::New | Status::Open) {
        return None;
    }
    let before = known.iter().take_while(|d| !matches!(d.what, What::Status(_)));
    let reply = before.filter(|d| matches!(d.what, What::Message { direction: Direction::Out, counts: true })).last();
    Some((reply.map_or(life.opened_at, |d| d.at), life.first))
}

/// Whether what opened it was an inbound message that starts nothing.
pub(in crate::domain) fn opened_by_machine(life: &Timeline) -> bool {
    let first = life.deeds.iter().find_map(|d| match d.what {
        What::Message { direction: Direction::In, counts } => Some((d.at, counts)),
        _ => None,
    });
    first.is_some_and(|(at, counts)| !counts && at <= life.opened_at)
}
