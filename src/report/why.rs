//! `desk why 42`: why a clock is due when it is due, in sentences that a customer could read. The steps are those of
//! `domain::sla`; times are those of the clock on the wall where the calendar hangs.

pub mod figure;

use super::sla::{length, name};
use super::{Cell, Fact, Facts, Part, Report};
use crate::domain::calendar;
use crate::domain::sla::{Beginning, End, Kind, State, Step, Target, Why};
use crate::domain::ticket::Status;
use crate::domain::time::{Date, Moment, elapsed, minutes};
use crate::domain::zone::Zone;
use chrono::Datelike;

/// The explanation of one clock of a ticket.
#[must_use]
pub fn clock(ticket: i64, why: &Why<'_>, calendar: &calendar::Calendar) -> Report {
    let teller = Teller { zone: calendar.zone(), target: why.clock.target, kind: why.clock.kind, last: None };
    let steps = teller.tell(&why.steps);
    let clock = &why.clock;
    let time = match clock.target {
        Target::Wall(_) => "counted by the clock on the wall".to_owned(),
        _ => format!("in the working time of {}, {}", calendar.name(), calendar.zone().name()),
    };
    let heading = format!(
        "{ticket}  {} within {}, promised by {}, {time}: {}",
        name(clock.kind),
        clock.target,
        clock.policy.name,
        outcome(clock.state)
    );
    let prose = steps.iter().map(|step| format!("  {step}")).collect::<Vec<_>>().join("\n");
    let rows = vec![
        Fact::data("ticket", Cell::Ticket(ticket)),
        Fact::data("kind", Cell::Text(clock.kind.word().to_owned())),
        Fact::data("policy", Cell::Text(clock.policy.name.clone())),
        Fact::data("target", Cell::Text(clock.target.to_string())),
        Fact::data("calendar", Cell::Text(calendar.name().to_owned())),
        Fact::data("due_at", Cell::At(clock.due_at)),
        Fact::data("state", Cell::Text(clock.state.word().to_owned())),
        Fact::data("elapsed_minutes", Cell::Count(minutes(clock.elapsed))),
        Fact::data("left_minutes", Cell::Count(minutes(clock.left))),
        Fact::data("steps", Cell::List(steps.into_iter().map(Cell::Text).collect())),
    ];
    Report {
        title: heading,
        parts: vec![Part::Prose(prose), Part::Facts(Facts { rows, ..Facts::default() })],
        ..Report::default()
    }
}

fn outcome(state: State) -> &'static str {
    match state {
        State::Running => "in time so far",
        State::Warning => "in time so far, soon due",
        State::Breached => "late",
        State::Paused => "standing still",
        State::Met => "kept",
        State::Missed => "missed",
        State::Void => "closed before it was due, so neither kept nor missed",
    }
}

/// Tells steps; a day that was named just before is not named again.
struct Teller<'a> {
    zone: &'a Zone,
    target: Target,
    kind: Kind,
    last: Option<Date>,
}

impl Teller<'_> {
    fn tell(mut self, steps: &[Step]) -> Vec<String> {
        let of_one_day =
            |a: &Step, b: &Step| matches!((a, b), (Step::Worked { day: a, .. }, Step::Worked { day: b, .. }) if a == b);
        steps.chunk_by(of_one_day).map(|together| self.together(together)).collect()
    }

    /// The stretches of a day between its breaks stand on one line: `Mon 09:00–13:00 and 14:00–18:00: 8h`.
    fn together(&mut self, steps: &[Step]) -> String {
        let [others @ .., Step::Worked { day, from, to, seconds, closing, why }] = steps else {
            return steps.first().map(|step| self.step(step)).unwrap_or_default();
        };
        let span = |teller: &Self, from, to| format!("{}–{}", teller.time(from), teller.end(to));
        let (mut spans, mut sum) = (Vec::new(), *seconds);
        for step in others {
            if let Step::Worked { from, to, seconds, .. } = *step {
                spans.push(span(self, from, to));
                sum += seconds;
            }
        }
        spans.push(span(self, *from, *to));
        let until = if *closing { ", until closing" } else { "" };
        let why = because(*why).map(|why| format!(", {why}")).unwrap_or_default();
        format!("{} {}: {}{until}{why}", self.on(*day), spans.join(" and "), length(sum))
    }

    fn step(&mut self, step: &Step) -> String {
        match *step {
            Step::Began { at, by } => {
                let what = match by {
                    Beginning::Opened => "the request was opened",
                    Beginning::Asked => "your message came in",
                };
                format!("{} {what}", self.at(at))
            }
            Step::Worked { .. } => self.together(std::slice::from_ref(step)),
            Step::AndSoOn { from, to, seconds } => {
                format!("and so on from {} to {}: {} of working time", self.full(from), self.full(to), length(seconds))
            }
            Step::Day { day, n, why } => {
                let why = because(why).map(|why| format!(", {why}")).unwrap_or_default();
                format!("{}: working day {n}{why}", self.on(day))
            }
            Step::Elapsed { from, to, seconds } => {
                format!("{} to {}: {}, nights and days off too", self.at(from), self.at(to), elapsed(minutes(seconds)))
            }
            Step::Off { from, to, why } => {
                let why = because(why).unwrap_or_else(|| if from == to { "a day off" } else { "days off" }.to_owned());
                let days = if from == to { self.on(from) } else { format!("{} – {}", self.on(from), self.on(to)) };
                format!("{days}: {why}")
            }
            Step::Paused { status, from, to, seconds } => {
                let (from, to) = (self.at(from), self.at(to));
                format!(
                    "{from} to {to}: {}; {} of it would have counted and do not",
                    waits(status),
                    self.counted(seconds)
                )
            }
            Step::Quiet { status, from, to } => {
                let (from, to) = (self.at(from), self.at(to));
                format!("{from} to {to}: {}; no alarm, but the time counts", waits(status))
            }
            Step::Due { at } => format!("due {}", self.full(at)),
            Step::Ended { at, by, elapsed, left } => self.ended(at, by, elapsed, left),
        }
    }

    fn ended(&mut self, at: Moment, by: End, used: i64, left: i64) -> String {
        let what = match (by, self.kind.is_response()) {
            (End::Answered, _) => "answered",
            (End::Closed, true) => "closed without an answer",
            (End::Closed, false) => "closed",
            (End::Now, _) => "now",
        };
        let rest = match left {
            0.. => format!("{} left", self.counted(left)),
            _ => format!("{} too much", self.counted(-left)),
        };
        format!("{what} {}: {} used, {rest}", self.full(at), self.counted(used))
    }

    fn counted(&self, seconds: i64) -> String {
        if matches!(self.target, Target::Wall(_)) { elapsed(minutes(seconds)) } else { length(seconds) }
    }

    /// An instant; its day only where another was named last.
    fn at(&mut self, at: Moment) -> String {
        let day = self.zone.date(at);
        if self.last == Some(day) { self.time(at) } else { format!("{} {}", self.on(day), self.time(at)) }
    }

    /// An instant with its day.
    fn full(&mut self, at: Moment) -> String {
        let day = self.zone.date(at);
        format!("{} {}", self.on(day), self.time(at))
    }

    fn time(&self, at: Moment) -> String {
        self.zone.local(at).format("%H:%M").to_string()
    }

    /// The end of a stretch of hours: midnight is the end of the day before.
    fn end(&self, at: Moment) -> String {
        let time = self.time(at);
        if time == "00:00" { "24:00".to_owned() } else { time }
    }

    /// A day; with its year where that was not named last.
    fn on(&mut self, day: Date) -> String {
        let same_year = self.last.is_some_and(|last| last.year() == day.year());
        self.last = Some(day);
        day.format(if same_year { "%a %-d %b" } else { "%a %-d %b %Y" }).to_string()
    }
}

fn waits(status: Status) -> &'static str {
    match status {
        Status::Pending => "waiting for you",
        Status::Hold => "waiting for a third party",
        Status::Closed => "closed",
        Status::New | Status::Open => "open",
    }
}

fn because(why: Option<calendar::Why>) -> Option<String> {
    why.map(|why| match why {
        calendar::Why::Named => "hours of its own".to_owned(),
        calendar::Why::Holiday => "holiday".to_owned(),
        calendar::Why::Country(kind) => kind.to_string(),
    })
}
