//! Promises to customers: which policy holds for a ticket, when its clocks are due, and whether they were kept. Everything is
//! computed from the life of the ticket at the instant that is asked about; nothing of it is kept.
//!
//! | clock | starts | stops |
//! |---|---|---|
//! | first response | with the first message of the customer, or the opening | with the first answer of a person |
//! | next response | with the oldest unanswered message after that | with the next answer of a person |
//! | first resolution | with the opening | with the first close, for good |
//! | full resolution | with the opening | with the last close; after a reopen it goes on with what was used |
//!
//! | while the ticket is | response clocks | resolution clocks |
//! |---|---|---|
//! | snoozed | run | run |
//! | pending | run | stand still, unless the policy says otherwise |
//! | on hold | run | run, unless the policy says otherwise |
//! | closed | end: missed where they were late, else void | stopped |
//!
//! What stands still is due later by the time it stood still. Texts of the settings are in `settings`, who matches a query is
//! told by whoever asks, what a reader is shown is in `report`.

mod clock;
mod life;
mod score;
mod target;
mod voice;
mod why;

use super::calendar::Calendar;
use super::insight::metrics::Case;
use super::search::Query;
use super::ticket::{Priority, Status};
use super::time::Moment;
use clock::Run;
use life::Life;

pub use score::{Attainment, Score, Tally, Urgency, attainment, urgent};
pub use target::{Target, Targets};
pub use voice::{ByVoice, Spoken, Voice, by_voice};
pub use why::{Beginning, End, Step, Why, why};

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The first answer.
    FirstResponse,
    /// Every later answer.
    NextResponse,
    /// The first close.
    FirstResolution,
    /// The last close.
    FullResolution,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Kind; 4] = [Kind::FirstResponse, Kind::NextResponse, Kind::FirstResolution, Kind::FullResolution];

    /// The word that stands for it in settings and output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::FirstResponse => "first_response",
            Kind::NextResponse => "next_response",
            Kind::FirstResolution => "first_resolution",
            Kind::FullResolution => "full_resolution",
        }
    }

    /// The kind that a word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it is an answer that is promised, not a solution.
    #[must_use]
    pub fn is_response(self) -> bool {
        matches!(self, Kind::FirstResponse | Kind::NextResponse)
    }
}

/// What a status does to resolution clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pause {
    /// Nothing.
    #[default]
    Counts,
    /// The clock stands still: the time is left out, and the due time moves.
    LeftOut,
    /// The clock is silent, and yet its time counts: the due time stays. What comes due meanwhile is late once it is over.
    Quiet,
}

/// A promise to some tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// Which tickets; an empty query: all.
    pub matches: Query,
    /// In whose hours; none: the calendar of the desk.
    pub calendar: Option<String>,
    /// How soon.
    pub targets: Targets,
    /// What waiting for the customer does.
    pub pending: Pause,
    /// What waiting for a third party does.
    pub hold: Pause,
    /// From so many percent of the target on it warns.
    pub warn: i64,
}

impl Policy {
    /// Where nothing else is said, it warns at so many percent.
    pub const WARN: i64 = 80;

    /// What a status does to resolution clocks.
    #[must_use]
    pub fn pause(&self, status: Status) -> Pause {
        match status {
            Status::New | Status::Open => Pause::Counts,
            Status::Pending => self.pending,
            Status::Hold => self.hold,
            Status::Closed => Pause::LeftOut,
        }
    }
}

/// The policy that holds for a ticket: the first that matches. `matches` tells whether the ticket is among those of a query,
/// and is not asked about the empty one.
///
/// ```
/// use frontdesk::domain::{search, sla::{Pause, Policy, Targets, first_match}, time::Moment, zone::Zone};
/// let policy = |name: &str, query: &[&str]| Policy { name: name.into(), calendar: None, targets: Targets::default(),
///     matches: search::parse(&query.iter().map(|w| w.to_string()).collect::<Vec<_>>(), false, Moment(0), &Zone::utc()).unwrap(),
///     pending: Pause::LeftOut, hold: Pause::Counts, warn: 80 };
/// let policies = [policy("pro", &["plan:pro"]), policy("all", &[])];
/// assert_eq!(first_match(&policies, |_| true).unwrap().name, "pro");
/// assert_eq!(first_match(&policies, |_| false).unwrap().name, "all");
/// assert!(first_match(&policies[..1], |_| false).is_none());
/// ```
pub fn first_match(policies: &[Policy], mut matches: impl FnMut(&Policy) -> bool) -> Option<&Policy> {
    policies.iter().find(|policy| policy.matches.is_empty() || matches(policy))
}

/// What is promised to one ticket at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Promise<'a> {
    /// The policy that holds for it.
    pub policy: &'a Policy,
    /// The calendar of that policy.
    pub calendar: &'a Calendar,
    /// The priority of the ticket.
    pub priority: Priority,
}

impl Promise<'_> {
    fn target(&self, kind: Kind) -> Option<Target> {
        self.policy.targets.of(kind, self.priority)
    }
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It runs, with time enough.
    Running,
    /// It runs, and most of the time is used.
    Warning,
    /// It was due and nothing came; also where it stands still since.
    Breached,
    /// It stands still, or is silent.
    Paused,
    /// It was stopped in time.
    Met,
    /// It was stopped too late.
    Missed,
    /// The ticket was closed before the answer was due: neither met nor missed.
    Void,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Warning => "warning",
            State::Breached => "breached",
            State::Paused => "paused",
            State::Met => "met",
            State::Missed => "missed",
            State::Void => "void",
        }
    }

    /// Whether the clock goes on.
    #[must_use]
    pub fn goes_on(self) -> bool {
        matches!(self, State::Running | State::Warning | State::Breached | State::Paused)
    }
}

/// A clock at an instant. Seconds are of the kind of time that the target is in: working time, or real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock<'a> {
    /// What it measures.
    pub kind: Kind,
    /// Whose promise it is.
    pub policy: &'a Policy,
    /// What was promised.
    pub target: Target,
    /// When it started.
    pub started_at: Moment,
    /// The last instant at which it is kept. While the clock stands still: what it would be if it went on now, or when its
    /// pause is to end.
    pub due_at: Moment,
    /// How it stands.
    pub state: State,
    /// Seconds used, pauses left out; never negative.
    pub elapsed: i64,
    /// The target less what is used: negative where it is late by working time.
    pub left: i64,
    /// Since when it stands still.
    pub paused_since: Option<Moment>,
    /// When it was stopped.
    pub stopped_at: Option<Moment>,
}

/// The clocks of a ticket at `now`, in the order of their kinds and then of time: one of each kind, but of next response one
/// for every time that the customer waited. Spam, muted, merged and automatic tickets have none.
///
/// `promised` says what is promised to the ticket as it was at an instant: when the clock stopped, or now.
///
/// ```
/// use frontdesk::domain::{calendar::{Calendar, Rules, Span}, insight::metrics::Case, message::Direction::In, sla::*};
/// use frontdesk::domain::{ticket::*, time::Moment, timeline::*, zone::Zone};
/// let mut rules = Rules::default();
/// rules.week[..5].fill(vec![Span::read("09:00-18:00").unwrap()]);
/// let calendar = Calendar::new("office", Zone::bundled("Europe/Moscow").unwrap(), &rules).unwrap();
/// let mut targets = Targets::default();
/// targets.set(Kind::FirstResponse, Target::read("4h").unwrap(), Priority::ALL);
/// let policy = Policy { name: "pro".into(), matches: Default::default(), calendar: None, targets,
///     pending: Pause::LeftOut, hold: Pause::Counts, warn: 80 };
/// let at = |text: &str| Moment::parse_rfc3339(text).unwrap();
/// let friday = at("2026-11-20T17:00:00+03:00");
/// let came_in = Deed { at: friday, what: What::Message { direction: In, counts: true }, agent: None };
/// let life = Timeline { opened_at: friday, outbound: false, first: Standing::of(Status::New), first_closed_at: None, deeds: vec![came_in] };
/// let case = Case { number: 1, life, standing_now: Standing::of(Status::New), priority: Priority::Normal, client: None,
///     assignee: None, tags: vec![], channel: "email".into(), plan: None, out: false, changes: vec![] };
/// let promised = |_| Some(Promise { policy: &policy, calendar: &calendar, priority: Priority::Normal });
/// let clock = clocks(&case, at("2026-11-23T10:00:00+03:00"), &promised)[0];
/// assert_eq!((clock.due_at, clock.state), (at("2026-11-23T12:00:00+03:00"), State::Running));
/// assert_eq!((clock.elapsed, clock.left), (2 * 3600, 2 * 3600));
/// ```
#[must_use]
pub fn clocks<'a>(case: &Case, now: Moment, promised: &dyn Fn(Moment) -> Option<Promise<'a>>) -> Vec<Clock<'a>> {
    runs(case, now, promised).iter().map(Run::clock).collect()
}

/// The clocks that go on, the others left out: what the queue needs.
#[must_use]
pub fn running<'a>(case: &Case, now: Moment, promised: &dyn Fn(Moment) -> Option<Promise<'a>>) -> Vec<Clock<'a>> {
    runs_where(case, now, promised, true).iter().map(Run::clock).collect()
}

fn runs<'a>(case: &Case, now: Moment, promised: &dyn Fn(Moment) -> Option<Promise<'a>>) -> Vec<Run<'a>> {
    runs_where(case, now, promised, false)
}

fn runs_where<'a>(
    case: &Case,
    now: Moment,
    promised: &dyn Fn(Moment) -> Option<Promise<'a>>,
    running: bool,
) -> Vec<Run<'a>> {
    let opened = case.life.opened_at;
    if !case.counts_at(now) || now < opened {
        return Vec::new();
    }
    let life = Life::of(&case.life, now);
    let mut of_now = None;
    let mut at = |stop: Option<Moment>| match stop {
        Some(stop) => promised(stop),
        None => *of_now.get_or_insert_with(|| promised(now)),
    };
    let mut runs = Vec::new();
    for wait in life.waits.iter().filter(|wait| !running || wait.end.is_none()) {
        runs.extend(Run::of_wait(*wait, now, at(wait.end.map(|(at, _)| at))));
    }
    let closes = [(Kind::FirstResolution, life.first_close), (Kind::FullResolution, life.last_close)];
    for (kind, close) in closes.into_iter().filter(|(_, close)| !running || close.is_none()) {
        runs.extend(Run::of_resolution(kind, (opened, &life), close, now, at(close)));
    }
    runs
}

#[cfg(test)]
mod tests;
