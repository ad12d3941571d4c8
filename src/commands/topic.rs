//! `desk topic`: what people make of a topic. Finding topics is `desk topics`.

mod announce;
mod page;
mod split;

use super::args::Answer;
use super::topics::seen;
use crate::actions::{answers, people, topics as actions};
use crate::desk::Desk;
use crate::domain::tongue::Tongue;
use crate::domain::topic::{Fixed, Known, Plan};
use crate::domain::when::{Lean, day};
use crate::error::{Error, Result};
use crate::report::things::done;
use crate::report::topics as report;
use crate::store::Written;

/// Topics by name: call one by its name, decide about it, say that it is fixed
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "A topic that you touch is known from then on: it keeps its number and its name from week to week, and new tickets that
say the same go to it. Numbers are those of desk topics; where you asked that for other weeks, say the same query here.

Examples:
  desk topic name 3 'Card declined'
  desk topic name 3 'Card declined' in:2026-W46
  desk topic plan 3 'ask the bank for the codes' --who mila --by fri
  desk topic show 3                        # its weeks, its tickets, its cost
  desk topic fixed 3 --in 2.4.1            # if it comes back, desk topics says so
  desk topic fixed 3 --in 2.4.1 --announce fixed   # and one mail to each who asked
  desk topic answer 3 refund               # the saved answer that helps
  desk topic pin 3                         # always listed, however few
  desk topic merge 5 7 --into 3
  desk topic split 3 --into 'Declined in shops' 'Declined at ATMs'
  desk topic ls
  desk topic forget 3

JSON of ls: topic name decided pinned fixed_at fixed_in plan plan_who plan_by plan_at answer words[]")]
pub struct TopicWord {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// List the known ones
    #[command(visible_alias = "list")]
    Ls,
    /// Everything about one on a page
    #[command(after_help = "Its tickets are those of the period: without in:PERIOD, the last four weeks and this one. Weeks are the last eight, and this one.

Examples:
  desk topic show 3
  desk topic show 3 in:2026-11 client:acme

JSON: topic name decided pinned fixed_at fixed_in plan plan_who plan_by plan_at answer words[] period{from,to} count weeks[{from count}]
clients[{client tickets}] minutes cost links[{url tickets}] told[{name ticket at}] untold[{name ticket mail state}]
returned tickets[] (as in desk ls)")]
    Show {
        /// Its number in desk topics
        #[arg(value_name = "ID")]
        id: i64,
        #[command(flatten)]
        list: List,
    },
    /// Give one a name
    #[command(after_help = "Examples:\n  desk topic name 3 'Card declined'\n  desk topic name 3 'Card declined' in:2026-W46")]
    Name {
        /// Its number in desk topics
        #[arg(value_name = "ID")]
        id: i64,
        /// The name
        #[arg(value_name = "NEW")]
        name: String,
        #[command(flatten)]
        list: List,
    },
    /// Always list it, however few tickets it has
    Pin {
        /// Its number in desk topics
        #[arg(value_name = "ID")]
        id: i64,
        #[command(flatten)]
        list: List,
    },
    /// List it only when it has tickets
    Unpin {
        /// Its number
        #[arg(value_name = "ID")]
        id: i64,
    },
    /// Decide what is to be done about it; none: nothing
    #[command(after_help = "Examples:
  desk topic plan 3 'ask the bank for the codes' --who mila --by fri
  desk topic plan 3 none")]
    Plan {
        /// Its number in desk topics
        #[arg(value_name = "ID")]
        id: i64,
        /// What is to be done
        #[arg(value_name = "TEXT")]
        text: String,
        /// Who does it
        #[arg(long, value_name = "AGENT")]
        who: Option<String>,
        /// By when
        #[arg(long, value_name = "DAY")]
        by: Option<String>,
        #[command(flatten)]
        list: List,
    },
    /// Say that it is fixed: if it comes back, you are told
    #[command(after_help = "With --announce, everybody who asked about it (in an open ticket, or in one closed in the last 90 days) gets one mail in his latest
ticket of the topic: the saved answer with its fields filled in, {{topic}} and {{release}} too. Who gets it is shown and asked first; without
a terminal it takes -y. Who asked in a ticket that was merged is written to in the one it was merged into. Nobody is written to twice of one
remedy; a new one has another --in, or comes after --not, and it is said how many were told before. Closed tickets stay closed.
The tickets are those of the last twelve months, or of the QUERY.

Examples:
  desk topic fixed 3
  desk topic fixed 3 --in 2.4.1
  desk topic fixed 3 --in 2.4.1 --announce fixed -n   # who would get what?
  desk topic fixed 3 --in 2.4.1 --announce fixed --close
  desk topic fixed 3 --not")]
    Fixed {
        /// Its number in desk topics
        #[arg(value_name = "ID")]
        id: i64,
        /// The release with the remedy
        #[arg(long = "in", value_name = "RELEASE")]
        release: Option<String>,
        /// It is not, after all
        #[arg(long, conflicts_with_all = ["release", "announce"])]
        not: bool,
        /// Write to everybody who asked, with this saved answer
        #[arg(long, value_name = "ANSWER")]
        announce: Option<String>,
        /// And close their open tickets
        #[arg(long, requires = "announce")]
        close: bool,
        #[command(flatten)]
        list: List,
    },
    /// Say which saved answer helps; none: no one does
    Answer {
        /// Its number in desk topics
        #[arg(value_name = "ID")]
        id: i64,
        /// The name of a saved answer
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        list: List,
    },
    /// Take several for one
    #[command(after_help = "Example:\n  desk topic merge 5 7 --into 3")]
    Merge {
        /// Their numbers in desk topics
        #[arg(required = true, value_name = "ID")]
        ids: Vec<i64>,
        /// The one that stays
        #[arg(long, value_name = "ID")]
        into: i64,
        /// The weeks that were listed
        #[arg(long = "of", value_name = "QUERY")]
        query: Vec<String>,
    },
    /// Make two of one, or more
    #[command(after_help = "Its parts are looked for in its tickets of the last twelve months, cut finer; on a terminal they are shown first. The biggest part
keeps the number and what was decided. New tickets go to the part whose words they say best. desk topic merge makes them one again.

Examples:
  desk topic split 3 -n                                        # which parts are there?
  desk topic split 3 --into 'Declined in shops' 'Declined at ATMs'
  desk topic split 3 --tickets 42,45 --name 'Declined at ATMs'   # by hand: the words of these tickets

JSON: operation parts[{topic name count terms[] tickets[]}]")]
    Split {
        /// Its number in desk topics
        #[arg(value_name = "ID")]
        id: i64,
        /// The names of the parts, the biggest first
        #[arg(long, value_name = "NAME", num_args = 1..)]
        into: Vec<String>,
        /// These tickets become a topic of their own
        #[arg(long, value_name = "IDS", requires = "name", conflicts_with = "into")]
        tickets: Option<String>,
        /// How that is called
        #[arg(long, value_name = "NAME", requires = "tickets")]
        name: Option<String>,
        /// The weeks that were listed
        #[arg(long = "of", value_name = "QUERY")]
        query: Vec<String>,
    },
    /// Forget one: it is found like any other again
    Forget {
        /// Its number
        #[arg(value_name = "ID")]
        id: i64,
    },
}

/// Which list the number is of.
#[derive(Debug, Clone, clap::Args)]
struct List {
    /// Which list the number is of, as for desk topics
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

impl TopicWord {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls) {
            Deed::Ls => Ok(Answer::from(report::known(&desk.read(|r| r.topics())?)).paged()),
            Deed::Name { id, name, list } => {
                let name = some_text(&name, "the name")?;
                change(desk, id, &list.query, |topic| topic.name = name)
            }
            Deed::Pin { id, list } => change(desk, id, &list.query, |topic| topic.pinned = true),
            Deed::Unpin { id } => {
                let known = desk.read(|r| actions::known(r, id))?;
                touch(desk, &known, |topic| topic.pinned = false)
            }
            Deed::Plan { id, text, who, by, list } => plan(desk, id, &text, who.as_deref(), by.as_deref(), &list),
            Deed::Show { id, list } => page::show(desk, id, &list.query),
            Deed::Fixed { id, release, not, announce, close, list } => {
                let at = desk.now;
                let release = release.map(|r| some_text(&r, "the release")).transpose()?;
                if let Some(answer) = announce {
                    return announce::fixed(desk, id, release.as_deref(), &answer, close, &list.query);
                }
                change(desk, id, &list.query, |topic| topic.fixed = (!not).then_some(Fixed { at, release }))
            }
            Deed::Answer { id, name, list } => {
                let answer = match name.as_str() {
                    "none" => None,
                    name => Some(desk.read(|r| answers::named(r, name))?.name),
                };
                change(desk, id, &list.query, |topic| topic.answer = answer)
            }
            Deed::Merge { ids, into, query } => merge(desk, &ids, into, &query),
            Deed::Split { id, into, tickets, name, query } => {
                let wanted = split::Wanted { into, by_hand: tickets.zip(name) };
                split::split(desk, id, &wanted, &query)
            }
            Deed::Forget { id } => {
                let known = desk.read(|r| actions::known(r, id))?;
                let written = desk.write(|tx| actions::forget(tx, &known))?;
                Ok(done(&[format!("forgot topic {id}: {}", known.name)], written.operation).into())
            }
        }
    }
}

/// The topics of these numbers; weeks are mined only where one is not known yet.
fn named(desk: &mut Desk, ids: &[i64], query: &[String]) -> Result<Vec<Known>> {
    let known = desk.read(|r| r.topics())?;
    let of = |id: &i64| known.iter().find(|topic| topic.id == *id).cloned();
    let seen = if ids.iter().all(|id| of(id).is_some()) { None } else { Some(seen(desk, query)?) };
    ids.iter().map(|id| actions::of_number(of(id), seen.as_ref(), *id)).collect()
}

fn change(desk: &mut Desk, id: i64, query: &[String], change: impl FnOnce(&mut Known)) -> Result<Answer> {
    let topic = one(desk, id, query)?;
    touch(desk, &topic, change)
}

fn one(desk: &mut Desk, id: i64, query: &[String]) -> Result<Known> {
    named(desk, &[id], query)?.pop().ok_or_else(|| Error::missing(format!("there is no topic {id}")))
}

fn touch(desk: &mut Desk, topic: &Known, change: impl FnOnce(&mut Known)) -> Result<Answer> {
    let written = desk.write(|tx| actions::touch(tx, topic, change))?;
    said(written)
}

fn said(written: Written<(Known, bool)>) -> Result<Answer> {
    let (now, changed) = written.value;
    if !changed {
        return Err(Error::refused(format!("topic {} is so already", now.id)).hint("desk topic ls"));
    }
    let told = report::standing(&now, Tongue::En);
    let line = format!("topic {}: {}{}{told}", now.id, now.name, if told.is_empty() { "" } else { "; " });
    Ok(done(&[line], written.operation).into())
}

fn plan(desk: &mut Desk, id: i64, text: &str, who: Option<&str>, by: Option<&str>, list: &List) -> Result<Answer> {
    let (at, zone) = (desk.now, desk.zone()?);
    let by = by.map(|text| day(text, Lean::Future, at, &zone)).transpose()?;
    let plan = match text {
        "none" if who.is_none() && by.is_none() => None,
        text => Some(Plan { text: some_text(text, "the plan")?, who: None, by, at }),
    };
    let topic = one(desk, id, &list.query)?;
    let written = desk.write(|tx| {
        let who = who.map(|word| people::agent(tx, word)).transpose()?.map(|agent| agent.name);
        actions::touch(tx, &topic, |topic| topic.plan = plan.map(|plan| Plan { who, ..plan }))
    })?;
    said(written)
}

fn merge(desk: &mut Desk, ids: &[i64], into: i64, query: &[String]) -> Result<Answer> {
    if ids.contains(&into) {
        return Err(Error::usage(format!("topic {into} cannot go into itself")).hint("desk topic merge 5 7 --into 3"));
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids.push(into);
    let mut others = named(desk, &ids, query)?;
    let Some(stays) = others.pop() else { return Err(Error::missing(format!("there is no topic {into}"))) };
    let written = desk.write(|tx| actions::merge(tx, &stays, &others))?;
    let names: Vec<&str> = others.iter().map(|topic| topic.name.as_str()).collect();
    let line = format!("topic {}: {}, with {}", into, written.value.name, names.join(", "));
    Ok(done(&[line], written.operation).into())
}

fn some_text(text: &str, what: &str) -> Result<String> {
    match text.trim() {
        "" => Err(Error::usage(format!("{what} is empty"))),
        text => Ok(text.to_owned()),
    }
}
