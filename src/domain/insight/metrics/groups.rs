//! The same figures, apart for each agent, client, tag, channel, plan, week or hour. How a ticket is measured is in
//! `course`.

use super::course::{Course, Mark, Who};
use super::{Case, Figures, Period, Tally};
use crate::domain::time::Moment;
use std::collections::{BTreeMap, HashMap};

/// What tickets are grouped by. Those without the thing stand under `none`.
#[derive(Clone, Copy)]
pub enum By<'a> {
    /// The assignee at the moment of each deed, else its author; the function names an agent.
    Agent(&'a dyn Fn(i64) -> String),
    /// The client of the ticket.
    Client,
    /// Each of its tags: a ticket with two counts under both.
    Tag,
    /// The channel.
    Channel,
    /// The plan of its client.
    Plan,
    /// Label, beginning and end of each week, instead of the period; listed as given, empty ones too.
    Week(&'a [(String, Moment, Moment)]),
    /// The local hour of the deed, 0–23, which the function tells; the backlog by the hour it was opened.
    Hour(&'a dyn Fn(Moment) -> u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Text(Option<&'a str>),
    Who(Who<'a>),
    Hour(u8),
}

const NONE: &str = "none";

/// The figures of each group that has any: hours and weeks in order, all others the busiest first and `none` last.
/// Counts add up to those of the whole, but for tags and weeks.
#[must_use]
pub fn groups(cases: &[Case], period: Period, as_of: Moment, by: By<'_>) -> Vec<(String, Figures)> {
    if let By::Week(weeks) = by {
        return week_by_week(cases, as_of, weeks);
    }
    let mut tallies: HashMap<Key<'_>, Tally> = HashMap::new();
    let mut course = Course::default();
    for case in cases.iter().filter(|c| c.counts()) {
        course.follow(case, as_of);
        course.points(case, period, as_of, &mut |mark, point| match by {
            By::Tag if !case.tags.is_empty() => {
                for tag in &case.tags {
                    tallies.entry(Key::Text(Some(tag))).or_default().add(point);
                }
            }
            _ => tallies.entry(key(by, case, mark)).or_default().add(point),
        });
    }
    // An agent may be met by number and by name: one group.
    let mut named: BTreeMap<String, Tally> = BTreeMap::new();
    for (key, tally) in tallies {
        named.entry(label(by, key)).or_default().absorb(tally);
    }
    let mut rows: Vec<(String, Figures)> = named.into_iter().map(|(name, tally)| (name, tally.figures())).collect();
    if !matches!(by, By::Hour(_)) {
        rows.sort_by_key(|(name, f)| (name == NONE, -(f.opened + f.closed), -f.backlog));
    }
    rows
}

fn week_by_week(cases: &[Case], as_of: Moment, weeks: &[(String, Moment, Moment)]) -> Vec<(String, Figures)> {
    let mut tallies: Vec<Tally> = weeks.iter().map(|_| Tally::default()).collect();
    let mut course = Course::default();
    for case in cases.iter().filter(|c| c.counts()) {
        course.follow(case, as_of);
        for ((_, from, to), tally) in weeks.iter().zip(&mut tallies) {
            course.points(case, (*from, *to), as_of, &mut |_, point| tally.add(point));
        }
    }
    weeks.iter().zip(tallies).map(|((name, ..), tally)| (name.clone(), tally.figures())).collect()
}

fn key<'a>(by: By<'_>, case: &'a Case, mark: Mark<'a>) -> Key<'a> {
    match by {
        By::Agent(_) => Key::Who(mark.who),
        By::Client => Key::Text(case.client.as_deref()),
        By::Channel => Key::Text(Some(&case.channel).filter(|c| !c.is_empty()).map(String::as_str)),
        By::Plan => Key::Text(case.plan.as_deref()),
        By::Hour(hour) => Key::Hour(hour(mark.at)),
        By::Tag | By::Week(_) => Key::Text(None),
    }
}

fn label(by: By<'_>, key: Key<'_>) -> String {
    match (key, by) {
        (Key::Text(text), _) => text.unwrap_or(NONE).to_owned(),
        (Key::Hour(hour), _) => format!("{hour:02}:00"),
        (Key::Who(Who::Named(name)), _) => name.to_owned(),
        (Key::Who(Who::Agent(id)), By::Agent(name_of)) => name_of(id),
        (Key::Who(Who::Nobody | Who::Agent(_)), _) => NONE.to_owned(),
    }
}
