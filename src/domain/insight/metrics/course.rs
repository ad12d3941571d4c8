//! One ticket's life followed from its opening: which clocks ran, what stopped them, who is credited. What periods and
//! groups make of it is not known here beyond [`Course::points`].

use super::figure::Figure;
use super::{Case, Period, Timing, closed_from, open_at};
use crate::domain::message::Direction;
use crate::domain::rating::Rated;
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Timeline, What};

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Took {
    /// Seconds of calendar time.
    pub seconds: i64,
    /// Seconds of the ticket's business time.
    pub business: i64,
}

impl Took {
    fn more(&mut self, other: Took) {
        self.seconds += other.seconds;
        self.business += other.business;
    }
}

/// What one ticket adds to the figures of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// It was opened.
    Opened,
    /// It was closed.
    Closed {
        /// With one reply, and it never came back.
        one_touch: bool,
        /// It was reopened at some time.
        came_back: bool,
    },
    /// It was reopened.
    Reopened,
    /// It was not closed at the end.
    Backlog,
    /// It was answered first.
    FirstResponse(Took),
    /// It was answered again.
    NextResponse(Took),
    /// It was closed first.
    FirstResolution(Took),
    /// It was closed last.
    FullResolution {
        /// The time that counts.
        served: Took,
        /// New, open and hold.
        waited: Took,
        /// New and open.
        worked: Took,
    },
    /// It was rated, 1 to 5.
    Rated(i64),
    /// Somebody said whether he would recommend us, 0 to 10.
    Recommends(i64),
}

/// Why a ticket is not in a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// What stops the clock has not happened yet.
    NotYet,
    /// It happened after the period, or before it: it counts there.
    Elsewhere,
    /// We opened it towards the customer: nobody waits for a first answer.
    Ours,
    /// Automatic mail opened it, and nobody has asked since.
    NobodyAsked,
    /// It was closed before it was answered.
    ClosedUnanswered,
    /// It was closed in the period and is open again.
    OpenAgain,
    /// It was closed in the period, and also in another, where it counts.
    ClosedElsewhere,
}

/// Who is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Who<'a> {
    /// Nobody.
    #[default]
    Nobody,
    /// The agent of this number.
    Agent(i64),
    /// The agent of this name.
    Named(&'a str),
}

/// When something happened, and to whose credit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mark<'a> {
    /// When; of the backlog, when it was opened.
    pub at: Moment,
    /// To whose credit.
    pub who: Who<'a>,
}

/// Something that adds to a figure.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The ticket; none for an answer without one.
    pub case: Option<&'a Case>,
    /// What a customer said.
    pub heard: Option<&'a Rated>,
    /// When, and to whose credit.
    pub mark: Mark<'a>,
    /// What.
    pub point: Point,
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
    served: Took,
    waited: Took,
    worked: Took,
}

/// What a life says, to be asked about any period. One is reused for many tickets.
#[derive(Debug, Default)]
pub(super) struct Course<'a> {
    // What came of it.
    opened_at: Moment,
    replies: i64,
    first_response: Option<(Mark<'a>, Took)>,
    next_responses: Vec<(Mark<'a>, Took)>,
    /// Closes that came before an answer: when, and whether it was the first that was waited for.
    unanswered: Vec<(Moment, bool)>,
    closes: Vec<Close<'a>>,
    reopens: Vec<Mark<'a>>,
    holders: Vec<Mark<'a>>,
    // Where it stands while it is followed.
    standing: Option<Standing>,
    since: Moment,
    timing: Timing<'a>,
    served: Took,
    waited: Took,
    worked: Took,
    first: First,
    asked: Option<Moment>,
}

impl<'a> Course<'a> {
    /// Follows the life of `case` up to `as_of`, that instant included. Of the deeds of one instant the messages come
    /// first: a reply that closes stops its clocks before the close makes them void.
    pub(super) fn follow(&mut self, case: &'a Case, as_of: Moment, timing: Timing<'a>) {
        let life = &case.life;
        let known = life.deeds.get(..life.deeds.partition_point(|d| d.at <= as_of)).unwrap_or_default();
        let mut arrival = arrival(life, known);
        self.begin(case, arrival.is_some());
        self.timing = timing;
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
        self.unanswered.clear();
        self.closes.clear();
        self.reopens.clear();
        self.holders.clear();
        self.holders.push(Mark { at: Moment::MIN, who: holder });
        self.opened_at = life.opened_at;
        self.standing = Some(if imported { Standing::of(Status::Open) } else { life.first });
        self.since = life.opened_at;
        self.replies = 0;
        (self.served, self.waited, self.worked) = (Took::default(), Took::default(), Took::default());
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
                    self.first_response = Some((mark, self.took(since, deed.at)));
                } else if let Some(since) = asked {
                    self.next_responses.push((mark, self.took(since, deed.at)));
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
            let first = matches!(self.first, First::Running(_));
            if first || self.asked.is_some() {
                self.unanswered.push((at, first));
            }
            self.first = First::Over;
            self.asked = None;
            let mark = self.credit(at, author);
            self.closes.push(Close { mark, served: self.served, waited: self.waited, worked: self.worked });
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
        self.spend(standing.status, self.since, woke);
        self.spend(Status::Open, woke.max(self.since), at);
    }

    fn spend(&mut self, status: Status, from: Moment, to: Moment) {
        let (serves, waits, works) = match status {
            Status::New | Status::Open => (true, true, true),
            Status::Hold => (!self.timing.hold_left_out, true, false),
            Status::Pending => (self.timing.pending_counts, false, false),
            Status::Closed => return,
        };
        if to <= from || !(serves || waits) {
            return;
        }
        let took = self.took(from, to);
        for (adds, sum) in [(serves, &mut self.served), (waits, &mut self.waited), (works, &mut self.worked)] {
            if adds {
                sum.more(took);
            }
        }
    }

    /// The time between two instants, in both kinds.
    fn took(&self, from: Moment, to: Moment) -> Took {
        let seconds = to.since(from).max(0);
        Took { seconds, business: self.timing.calendar.map_or(seconds, |calendar| calendar.between(from, to)) }
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
        if let Some((mark, took)) = self.first_response.filter(|(m, _)| inside(m.at)) {
            emit(mark, Point::FirstResponse(took));
        }
        for (mark, took) in self.next_responses.iter().filter(|(m, _)| inside(m.at)) {
            emit(*mark, Point::NextResponse(*took));
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
            let Close { mark, served, waited, worked } = *close;
            emit(mark, Point::FullResolution { served, waited, worked });
        }
    }

    /// Why the life that was followed is not in a figure of the period to which it belongs: by its opening, of first responses
    /// and of resolutions that have not come; by its close, of resolutions that count in another period.
    pub(super) fn absences(&self, figure: Figure, case: &Case, period: Period, emit: &mut impl FnMut(Absence)) {
        let inside = |at: Moment| period.0 <= at && at < period.1;
        match figure {
            Figure::FirstResponse if inside(self.opened_at) => {
                let closed = self.unanswered.iter().any(|(_, first)| *first);
                emit(match self.first_response {
                    Some((mark, _)) if inside(mark.at) => return,
                    Some(_) => Absence::Elsewhere,
                    None if case.life.outbound => Absence::Ours,
                    None if closed => Absence::ClosedUnanswered,
                    None if self.first == First::Idle => Absence::NobodyAsked,
                    None => Absence::NotYet,
                });
            }
            Figure::NextResponse => {
                let closed = self.unanswered.iter().filter(|(at, first)| !first && inside(*at));
                closed.for_each(|_| emit(Absence::ClosedUnanswered));
                if self.asked.is_some_and(inside) {
                    emit(Absence::NotYet);
                }
            }
            Figure::FirstResolution | Figure::FullResolution | Figure::RequesterWait | Figure::AgentWork => {
                let close = if figure == Figure::FirstResolution { self.closes.first() } else { self.closes.last() };
                let close = close.filter(|_| figure == Figure::FirstResolution || self.is_closed());
                let closed_here = self.closes.iter().any(|c| inside(c.mark.at));
                match close {
                    Some(close) if inside(close.mark.at) => {}
                    Some(_) if closed_here => emit(Absence::ClosedElsewhere),
                    None if closed_here => emit(Absence::OpenAgain),
                    Some(_) if inside(self.opened_at) => emit(Absence::Elsewhere),
                    None if inside(self.opened_at) => emit(Absence::NotYet),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    pub(super) fn holder_at(&self, at: Moment) -> Who<'a> {
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
