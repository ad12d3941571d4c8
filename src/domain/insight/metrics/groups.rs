//! The same figures, apart for each agent, client, tag, topic, channel, plan, week or hour. How a ticket is measured is in
//! `course`.

use super::count::{Count, Tally, plainly};
use super::course::{Told, Who};
use super::{Case, Figures, Period};
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
    /// The issues that are said of it, by its number; a ticket with two counts under both.
    Topic(&'a HashMap<i64, Vec<String>>),
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
    Topic(usize),
    Hour(u8),
}

const NONE: &str = "none";

/// The figures of each group that has any, in calendar time, without what customers said: [`Count::groups`] of one period.
#[must_use]
pub fn groups(cases: &[Case], period: Period, as_of: Moment, by: By<'_>) -> Vec<(String, Figures)> {
    let count = Count { cases, heard: &[], periods: &[period], as_of, timing: &plainly };
    count.groups(by).into_iter().filter_map(|(name, mut figures)| Some((name, figures.pop()?))).collect()
}

impl<'a> Count<'a> {
    /// The figures of each group that has any in the first period, one for each period: hours and weeks in order, all others
    /// the busiest first and `none` last. Weeks stand in the place of periods. Counts add up to those of the whole, but for
    /// tags, topics and weeks.
    #[must_use]
    pub fn groups(&self, by: By<'_>) -> Vec<(String, Vec<Figures>)> {
        if let By::Week(weeks) = by {
            let periods: Vec<Period> = weeks.iter().map(|(_, from, to)| (*from, *to)).collect();
            let figures = self.figures_of(&periods);
            return weeks.iter().zip(figures).map(|((name, ..), figures)| (name.clone(), vec![figures])).collect();
        }
        let fresh = || -> Vec<Tally> { self.periods.iter().map(|_| Tally::default()).collect() };
        let mut tallies: HashMap<Key<'a>, Vec<Tally>> = HashMap::new();
        // The keys of the topics are not those of the tickets: they are kept by place.
        let names: Vec<&str> = if let By::Topic(topics) = by { topic_names(topics) } else { Vec::new() };
        self.tell(self.periods, &mut |at, told| {
            let mut add = |key| {
                if let Some(tally) = tallies.entry(key).or_insert_with(fresh).get_mut(at) {
                    tally.add(told.point);
                }
            };
            match by {
                By::Tag => told.each(told.case.map_or(&[], |c| &c.tags), |tag| add(Key::Text(tag))),
                By::Topic(topics) => {
                    let of = told.case.and_then(|c| topics.get(&c.number)).map_or(&[][..], Vec::as_slice);
                    let places = of.iter().filter_map(|name| names.binary_search(&name.as_str()).ok());
                    places.for_each(|place| add(Key::Topic(place)));
                    if of.is_empty() {
                        add(Key::Text(None));
                    }
                }
                _ => add(key(by, &told)),
            }
        });
        // An agent may be met by number and by name: one group.
        let mut named: BTreeMap<String, Vec<Tally>> = BTreeMap::new();
        for (key, tally) in tallies {
            let group = named.entry(label(by, key, &names)).or_insert_with(fresh);
            group.iter_mut().zip(tally).for_each(|(whole, part)| whole.absorb(part));
        }
        let figures = |tallies: Vec<Tally>| tallies.into_iter().map(Tally::figures).collect::<Vec<Figures>>();
        let mut rows: Vec<(String, Vec<Figures>)> = named.into_iter().map(|(n, t)| (n, figures(t))).collect();
        rows.retain(|(_, figures)| figures.first().is_some_and(|f| *f != Figures::default()));
        if !matches!(by, By::Hour(_)) {
            let first = |figures: &[Figures]| figures.first().copied().unwrap_or_default();
            rows.sort_by_key(|(name, f)| (name == NONE, -(first(f).opened + first(f).closed), -first(f).backlog));
        }
        rows
    }
}

impl<'a> Told<'a> {
    /// Calls `add` with each of the words, or with none where there is none.
    fn each(&self, words: &'a [String], mut add: impl FnMut(Option<&'a str>)) {
        words.iter().for_each(|word| add(Some(word)));
        if words.is_empty() {
            add(None);
        }
    }
}

fn topic_names(topics: &HashMap<i64, Vec<String>>) -> Vec<&str> {
    let mut names: Vec<&str> = topics.values().flatten().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn key<'a>(by: By<'_>, told: &Told<'a>) -> Key<'a> {
    let client = || told.heard.filter(|_| told.case.is_none()).and_then(|heard| heard.client.as_deref());
    match by {
        By::Agent(_) => Key::Who(told.mark.who),
        By::Client => Key::Text(told.case.map_or_else(client, |case| case.client.as_deref())),
        By::Channel => Key::Text(told.case.map(|c| c.channel.as_str()).filter(|c| !c.is_empty())),
        By::Plan => Key::Text(told.case.and_then(|case| case.plan.as_deref())),
        By::Hour(hour) => Key::Hour(hour(told.mark.at)),
        By::Tag | By::Topic(_) | By::Week(_) => Key::Text(None),
    }
}

fn label(by: By<'_>, key: Key<'_>, topics: &[&str]) -> String {
    match (key, by) {
        (Key::Text(text), _) => text.unwrap_or(NONE).to_owned(),
        (Key::Topic(place), _) => topics.get(place).copied().unwrap_or(NONE).to_owned(),
        (Key::Hour(hour), _) => format!("{hour:02}:00"),
        (Key::Who(Who::Named(name)), _) => name.to_owned(),
        (Key::Who(Who::Agent(id)), By::Agent(name_of)) => name_of(id),
        (Key::Who(Who::Nobody | Who::Agent(_)), _) => NONE.to_owned(),
    }
}
