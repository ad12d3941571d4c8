//! `desk recap`: the page for the weekly meeting.

mod figures;
mod handover;
mod meeting;

use super::args::Answer;
use super::counted::{Asked, Counted, Reach};
use super::stats::weeks;
use crate::actions::topics::{self, Looking};
use crate::desk::Desk;
use crate::domain::insight::metrics::{Case, Count};
use crate::domain::period::Period;
use crate::domain::search::Query;
use crate::domain::time::Moment;
use crate::domain::tongue::Tongue;
use crate::error::{Error, Result};
use crate::report::recap::{Depth, RecapFacts, Span, Week, recap};
use chrono::{Datelike, Days, Weekday};

/// The page for the weekly meeting: what was decided and whether it worked, the issues that hurt, whom to call
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without in:PERIOD, the last complete week (Monday to Sunday, in the desk's zone), beside the period before it. A query
chooses tickets as they are today; the words are those of desk ls.

It begins with the decisions of desk topic plan and desk topic fixed, and whether there were fewer tickets since: those of the period that
came after the decision, beside as long a time just before it. In the first five days it is too early to say. Then the issues, the figure of the setting star, and whom to call: who rated 3 of 5 or less, who has twice the trouble of his 12 weeks before, who
used to write and has been silent for 4 weeks. Times, tags, clients, hours and charts are behind --all, and in HTML.

Examples:
  desk recap
  desk recap in:2026-W46 client:acme
  desk recap in:last-month --all
  desk recap --lang ru --format html -o recap.html
  desk recap --format md | mail -s \"Support last week\" founders@acme.test
  desk config set star first_response
  desk recap --handover                       # the note for whoever has duty tomorrow")]
pub struct Recap {
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// The figures too, and every row of every list
    #[arg(long)]
    all: bool,
    /// The language: en or ru (the desk's, where none is said)
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// The note for whoever has duty next instead: what presses, is new, wakes, was noted today
    #[arg(long, conflicts_with = "all")]
    handover: bool,
}

/// How many weeks of volume and of the star are shown.
const WEEKS: u64 = 8;

impl Recap {
    /// Counts and tells.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let tongue = self.tongue(desk)?;
        if self.handover {
            return handover::run(desk, &self.query, tongue);
        }
        let reach = Reach { period: Period::last_week, since: first_monday };
        let asked = Asked::read(desk, &self.query, desk.now, reach)?;
        // Topics are looked for while everything else is counted.
        let looking = desk.read(|r| topics::begin(r, &asked.period, &asked.before, |ticket| asked.chosen.has(ticket)))?;
        let counted = Counted::of(desk, asked)?;
        let facts = facts(desk, counted, looking, tongue)?;
        let html = desk.format.as_deref() == Some("html");
        let depth = match (self.all, html) {
            (true, _) => Depth::All,
            (false, true) => Depth::Figures,
            (false, false) => Depth::Meeting,
        };
        Ok(Answer::from(recap(&facts, depth)).paged())
    }

    fn tongue(&self, desk: &mut Desk) -> Result<Tongue> {
        match &self.lang {
            Some(word) => Tongue::named(word)
                .ok_or_else(|| Error::usage(format!("--lang {word} is no language of the recap")).hint("en or ru")),
            None => Ok(desk.setting("lang")?.as_str().and_then(Tongue::named).unwrap_or_default()),
        }
    }
}

fn facts(desk: &mut Desk, mut counted: Counted, looking: Looking, tongue: Tongue) -> Result<RecapFacts> {
    let now = desk.now;
    let ask = super::ls::ask(desk, None)?;
    let star = meeting::star(desk)?;
    let (period, before) = (counted.period, counted.before);
    let volume = last_weeks(&period, &counted);
    let (mut entries, left_out, waits) = desk.read(|r| {
        let from = volume.first().map_or(before.first, |week| counted.zone.date(week.1)).min(before.first);
        let entries = r.worked(&Query::default(), &ask, from, period.last)?;
        Ok((entries, r.left_out(period.from, period.to)?, r.waiting(now)?))
    })?;
    entries.retain(|e| counted.chosen.has_work(&e.entry));
    let activity = desk.read(|r| meeting::activity(r, &counted))?;
    let voice = desk.read(|r| meeting::voice(r, &counted))?;
    let kept = super::stats::kept(desk, &mut counted)?;
    let periods = counted.periods();
    let timing = |case: &Case| counted.timing(case);
    let count: Count<'_> = counted.count(&periods, &timing);
    let spans: Vec<(Moment, Moment)> = volume.iter().map(|(_, from, to)| (*from, *to)).collect();
    let mut both = count.figures().into_iter();
    let (figures, before_figures) = (both.next().unwrap_or_default(), both.next().unwrap_or_default());
    let by_week = count.figures_of(&spans);
    let star = meeting::star_facts(star, &counted, &count, (&spans, &by_week), &entries, &kept);
    let in_period = |e: &&crate::domain::worked::Worked| period.first <= e.entry.day && e.entry.day <= period.last;
    let worked: Vec<_> = entries.iter().filter(in_period).cloned().collect();
    let calls = meeting::calls(&activity, &counted, &count);
    let tags = figures::tags(&counted.cases, &period, &before, &worked);
    let clients = figures::clients(&counted.cases, &period, &before, &worked);
    // Everything else is done: now the topics are waited for.
    let seen = desk.read(|r| looking.seen(r))?;
    let decisions = desk.read(|r| meeting::decisions(r, &seen, &counted, ask.now))?;
    let debt = desk.read(|r| meeting::debt(r, &counted, &seen))?;
    Ok(RecapFacts {
        tongue,
        now,
        label: labelled(&counted, tongue),
        before_label: named_in(before.label(), tongue),
        span: span(&period),
        counted_to: (now < period.to).then(|| counted.zone.local(now).format("%Y-%m-%d %H:%M").to_string()),
        from: period.first,
        to: period.last,
        ends: period.to,
        decisions,
        calls,
        debt,
        said: meeting::said(&counted),
        kept: kept.map(|kept| (kept.period.all.total().rate(), kept.before.all.total().rate())),
        voice,
        tags,
        clients,
        hours: figures::hours(&worked),
        waiting: waits.into_iter().filter(|w| counted.chosen.has(w.number)).map(figures::waiting).collect(),
        weeks: volume
            .iter()
            .zip(&by_week)
            .map(|((label, ..), f)| Week { label: label.clone(), opened: f.opened, closed: f.closed })
            .collect(),
        left_out: figures::count_left_out(
            left_out.iter().filter(|(id, _)| counted.chosen.has(*id)).map(|(_, why)| *why),
        ),
        topics: seen.facts.rows,
        star: Some(star),
        figures,
        before: before_figures,
    })
}

/// The Monday of the first of the weeks that are shown up to a period.
fn first_monday(period: &Period, zone: &crate::domain::zone::Zone) -> Moment {
    let last = crate::domain::time::monday(period.last);
    zone.start_of_day(last.checked_sub_days(Days::new(7 * (WEEKS - 1))).unwrap_or(last))
}

/// The whole weeks up to the end of the period.
fn last_weeks(period: &Period, counted: &Counted) -> Vec<(String, Moment, Moment)> {
    let last = crate::domain::time::monday(period.last);
    let first = last.checked_sub_days(Days::new(7 * (WEEKS - 1))).unwrap_or(last);
    let sunday = last.checked_add_days(Days::new(6)).unwrap_or(last);
    weeks(&Period::of(first, sunday, &counted.zone), &counted.zone)
}

fn labelled(counted: &Counted, tongue: Tongue) -> String {
    named_in(counted.label(), tongue)
}

/// `(W46)`, `(неделя 46)`; `(W43–W46)`, `(недели 43–46)`
fn named_in(label: String, tongue: Tongue) -> String {
    match tongue {
        Tongue::En => label,
        Tongue::Ru if label.contains("–W") => label.replacen("(W", "(недели ", 1).replacen("–W", "–", 1),
        Tongue::Ru => label.replacen("(W", "(неделя ", 1),
    }
}

/// What people call a period of this length.
fn span(period: &Period) -> Span {
    let after = period.last.succ_opt().unwrap_or(period.last);
    match period.days() {
        1 => Span::Day,
        7 if period.first.weekday() == Weekday::Mon => Span::Week,
        28..=31 if period.first.day() == 1 && after.day() == 1 => Span::Month,
        _ => Span::Period,
    }
}
