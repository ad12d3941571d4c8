//! `desk stats`: the figures of a period.

use super::args::Answer;
use super::chosen::unfinished;
use super::counted::Counted;
use crate::actions::topics::look;
use crate::desk::Desk;
use crate::domain::insight::metrics::{By, Case, Count, Figures};
use crate::domain::period::Period;
use crate::domain::sla::attainment;
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::report::sla::kept::{Kept, promised};
use crate::report::stats::{Group, Groups, StatsFacts, stats};
use chrono::{Datelike, Days, Timelike};
use std::collections::HashMap;

/// The figures of a period: volume, response and resolution times, one-touch, reopened, promises kept, satisfaction
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without in:PERIOD, the last 4 complete weeks. Beside each figure stands that of the period before. A query chooses
tickets as they are today; the words are those of desk ls. Spam, muted, merged and automatic tickets are in no figure.
Times are calendar time, with --business those of the working hours of each ticket's promise, else of the desk's calendar; a figure
belongs to the period of the deed that stops its clock, a promise to that in which it was due. How a figure came about: desk why.

Examples:
  desk stats
  desk stats in:last-month client:acme
  desk stats in:2026-W46 --by agent
  desk stats --by week --format csv -o weeks.csv
  desk stats --by hour --format html -o hours.html   # when tickets come in, as a picture
  desk stats plan:pro --business --mean
  desk stats in:2026-10 --as-of 2026-11-01   # as it was known at the end of that day")]
pub struct Stats {
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Apart for each of these
    #[arg(long, value_name = "WHAT")]
    by: Option<Split>,
    /// Times in business time
    #[arg(long)]
    business: bool,
    /// The mean beside median and p90
    #[arg(long)]
    mean: bool,
    /// As the figures were known at the end of this day
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
}

/// What figures are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Split {
    /// Who had the ticket at the moment of the deed
    Agent,
    /// The client
    Client,
    /// Each tag; a ticket with two is in both
    Tag,
    /// The issues that the tickets of the period share
    Topic,
    /// How it came
    Channel,
    /// The client's plan
    Plan,
    /// The weeks of the period
    Week,
    /// The hour of the day
    Hour,
}

impl Split {
    fn word(self) -> &'static str {
        match self {
            Split::Agent => "agent",
            Split::Client => "client",
            Split::Tag => "tag",
            Split::Topic => "topic",
            Split::Channel => "channel",
            Split::Plan => "plan",
            Split::Week => "week",
            Split::Hour => "hour",
        }
    }
}

impl Stats {
    /// Counts.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let mut counted = Counted::read(desk, &self.query, self.as_of.as_deref(), self.business)?;
        let topics = match self.by {
            Some(Split::Topic) => Some(topics(desk, &counted)?),
            _ => None,
        };
        let periods = counted.periods();
        let timing = |case: &Case| counted.timing(case);
        let count = counted.count(&periods, &timing);
        let mut figures = count.figures().into_iter();
        let (now, before) = (figures.next().unwrap_or_default(), figures.next().unwrap_or_default());
        let by = self.by.map(|split| groups(&counted, &count, split, topics.as_ref()));
        // Groups and figures need no more than is there; clocks are counted from the beginning of each ticket.
        let kept = kept(desk, &mut counted)?;
        let report = stats(&StatsFacts {
            period_label: counted.label(),
            before_label: counted.before.label(),
            unfinished: unfinished(&counted.period, counted.as_of, &counted.zone),
            from: counted.period.first,
            to: counted.period.last,
            figures: now,
            before,
            by,
            kept,
            business: self.business,
            hours: counted.whose_hours(),
            mean: self.mean,
        });
        Ok(report.into())
    }
}

/// What came of promises; none where there are none.
pub(super) fn kept(desk: &mut Desk, counted: &mut Counted) -> Result<Option<Kept>> {
    if counted.promises.is_empty() {
        return Ok(None);
    }
    desk.read(|r| r.complete(&mut counted.cases))?;
    let promises = &counted.promises;
    let attained = |span| attainment(&counted.cases, span, counted.as_of, &|case, at| promises.to(case, at));
    let [period, before] = counted.periods().map(attained);
    Ok(Some(Kept { kinds: promised(promises.policies()), period, before }))
}

/// The issues of the period: the names of those of each ticket, and how many tickets each had before.
struct Topics {
    of: HashMap<i64, Vec<String>>,
    before: HashMap<String, i64>,
}

fn topics(desk: &mut Desk, counted: &Counted) -> Result<Topics> {
    let known = Period { to: counted.period.to.min(counted.as_of.plus(1)), ..counted.period };
    let seen = desk.read(|r| look(r, &known, &counted.before, |ticket| counted.chosen.has(ticket)))?;
    let mut topics = Topics { of: HashMap::new(), before: HashMap::new() };
    for row in seen.facts.rows {
        for ticket in &row.tickets {
            topics.of.entry(*ticket).or_default().push(row.name.clone());
        }
        topics.before.insert(row.name, i64::try_from(row.previous).unwrap_or_default());
    }
    Ok(topics)
}

/// The figures of each group, beside those of the period before.
fn groups(counted: &Counted, count: &Count<'_>, split: Split, topics: Option<&Topics>) -> Groups {
    let zone = &counted.zone;
    let agent = |id: i64| counted.agent(id);
    let hour = |at: Moment| u8::try_from(zone.local(at).hour()).unwrap_or_default();
    let weeks = weeks(&counted.period, zone);
    let nothing = HashMap::new();
    let by = match split {
        Split::Agent => By::Agent(&agent),
        Split::Client => By::Client,
        Split::Tag => By::Tag,
        Split::Topic => By::Topic(topics.map_or(&nothing, |topics| &topics.of)),
        Split::Channel => By::Channel,
        Split::Plan => By::Plan,
        Split::Week => By::Week(&weeks),
        Split::Hour => By::Hour(&hour),
    };
    let opened_before = |name: &str, before: Option<&Figures>| match topics {
        Some(topics) => topics.before.get(name).copied(),
        None => before.map(|f| f.opened),
    };
    let rows = count.groups(by).into_iter().map(|(name, figures)| Group {
        opened_before: opened_before(&name, figures.get(1)),
        closed_before: figures.get(1).filter(|_| topics.is_none()).map(|f| f.closed),
        figures: figures.first().copied().unwrap_or_default(),
        name,
    });
    let rows = rows.collect();
    let week = (split == Split::Hour).then(|| {
        let place = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let local = |at: Moment| zone.local(at);
        Box::new(count.opened_by_hour(&|at| (place(local(at).weekday().num_days_from_monday()), place(local(at).hour()))))
    });
    Groups { by: split.word(), rows, week }
}

/// The ISO weeks that a period touches, each as far as it is inside.
pub(super) fn weeks(period: &Period, zone: &Zone) -> Vec<(String, Moment, Moment)> {
    let mut weeks = Vec::new();
    let mut first = crate::domain::time::monday(period.first);
    while first <= period.last {
        let next = first.checked_add_days(Days::new(7)).unwrap_or(period.last);
        let (from, to) = (zone.start_of_day(first).max(period.from), zone.start_of_day(next).min(period.to));
        weeks.push((first.format("%G-W%V").to_string(), from, to));
        if next <= first {
            break;
        }
        first = next;
    }
    weeks
}
