//! `desk ls`: lists of tickets.

use super::args::Answer;
use super::chosen::number_as_word;
use crate::desk::{Desk, Queue};
use crate::domain::listed::Listed;
use crate::domain::search::{self, Query};
use crate::domain::time::{Moment, monday};
use crate::error::{Error, Kind, Result};
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Shape, Table, ticket};
use crate::store::list::Ask;

/// List tickets: those not closed, most urgent first
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "A query is made of words, all of which hold; commas mean or:
  +tag  @ana  who:me|none|ana  from:joe@x.io  client:acme  status:new|open|pending|hold|closed|all
  prio:high,urgent  channel:phone  due:today|week|late  waiting:4h  older:3d  reason:spam  plan:pro  vip:yes|no
  opened:last-week  updated:today  closed:2026-11  in:this-week  draft:any|me  sla:breached|warning  ext:1834  sort:-age  not:+spam
Other words are looked for in subjects and texts.

Most urgent first: past a promise, by voice (desk due) or of a policy, by the instant it was due, the longest ago first; then what is due
soon, the next first (most of the time of a policy is used, or promised by voice within a day); then who waits for us, by priority, VIPs
before others, the longest first: in working time where a calendar is set, so that those who wrote in one night have waited equally
long, new ones before old ones; then who was answered, and who we wait for.

Marks: ★ under VIP is a client of whom that was said (desk client edit acme --vip); outside under plan is a ticket that came by a
channel, or is an agent's, that the client's plan does not pay for (desk show says which).

Examples:
  desk ls who:none waiting:4h
  desk ls +billing client:acme status:all sort:-opened
  desk ls -i older:30d status:pending | desk close - --reason no-reply
  desk ls due:late --exit-empty || notify   # exit 4 when there is none")]
pub struct Ls {
    /// What to list
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Rows at most (50 on a terminal, all in a pipe)
    #[arg(short, long, value_name = "N")]
    limit: Option<i64>,
    /// Order: urgency, age, opened, updated, closed, due, priority, waiting, number, client, replies; -age turns it round
    #[arg(short, long, value_name = "KEY", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Which columns, by their JSON keys
    #[arg(short, long, value_name = "COLS", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Numbers only
    #[arg(short, long)]
    ids: bool,
    /// Only how many
    #[arg(long)]
    count: bool,
    /// Exit with 4 when nothing matches
    #[arg(long)]
    exit_empty: bool,
}

impl Ls {
    /// Lists.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let mut words = self.query;
        words.extend(self.sort.map(|s| format!("sort:{s}")));
        let query = query(desk, &words, false)?;
        if let Some(unknown) = self.columns.iter().flatten().find(|c| !ticket::KEYS.contains(&c.as_str())) {
            return Err(Error::usage(format!("there is no column {unknown}")).hint(ticket::KEYS.join(", ")));
        }
        if self.limit.is_some_and(|n| n < 1) {
            return Err(Error::usage("-l takes a number of rows from 1"));
        }
        let limit = self.limit.or_else(|| desk.host.stdout_is_terminal.then_some(50)).filter(|_| !self.count);
        let ask = ask(desk, limit)?;
        let mut more = false;
        let listing = if query.words.is_empty() {
            if self.count {
                let total = desk.read(|r| r.count(&query, &ask))?;
                Queue { total, ..Queue::default() }
            } else {
                desk.queue(&query, &ask, &|_| true)?
            }
        } else {
            let mut found = super::find::search(desk, &query, limit)?;
            more = found.more;
            let untold = if self.count || self.ids { None } else { pressed(desk, &mut found.rows) };
            Queue { total: found.total, rows: found.rows, untold, ..Queue::default() }
        };
        let mut answer = Answer::from(if self.count {
            counted(listing.total)
        } else if self.ids {
            numbers(&listing)
        } else {
            let empty = if query.is_empty() { "nobody waits: well done" } else { "nothing found" };
            ticket::list(&listing.rows, None, self.columns.as_deref(), empty)
        });
        if let super::args::Body::Report(report) = &mut answer.body {
            report.notes.extend(more.then(|| format!("the first {}; more with -l", listing.rows.len())));
            report.notes.extend(listing.untold.clone());
            report.notes.extend(left_out(desk, &query, &listing)?);
            report.notes.extend((listing.total == 0).then(|| number_as_word(&words, "show")).flatten());
        }
        Ok(if self.exit_empty && listing.total == 0 { answer.ending(Kind::Found) } else { answer })
    }
}

/// Fills in what presses most on each ticket; where that cannot be told, the list is shown all the same, and why is said.
pub(super) fn pressed(desk: &mut Desk, rows: &mut [Listed]) -> Option<String> {
    let untold = desk.press(rows).err().map(|e| format!("promises cannot be told: {e}"));
    untold.or(desk.mark_outside(rows).err().map(|e| format!("plans cannot be told: {e}")))
}

/// What a list does not show, said to people.
fn left_out(desk: &mut Desk, query: &Query, listing: &Queue) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    let shown = i64::try_from(listing.rows.len()).unwrap_or(i64::MAX);
    if shown > 0 && shown < listing.total && desk.host.stdout_is_terminal {
        notes.push(format!("{shown} of {}; all of them: -l {}", listing.total, listing.total));
    }
    if query.is_empty() && desk.host.stdout_is_terminal {
        let now = desk.now;
        let counts = desk.read(|r| r.queue_counts(None, now))?;
        if counts.snoozed > 0 {
            notes.push(format!("{} snoozed: desk ls status:new,open,pending,hold", counts.snoozed));
        }
        if counts.automatic > 0 {
            notes.push(format!("{} from machines only: desk ls status:all", counts.automatic));
        }
    }
    Ok(notes)
}

fn counted(total: i64) -> Report {
    let rows = vec![Fact::data("count", Cell::Count(total))];
    let facts = Facts { audience: Audience::Data, rows, ..Facts::default() };
    Report { parts: vec![Part::Facts(facts), Part::Prose(total.to_string())], ..Report::default() }
}

fn numbers(listing: &Queue) -> Report {
    let rows: Vec<Vec<Cell>> = listing.rows.iter().map(|l| vec![Cell::Ticket(l.ticket.id)]).collect();
    let lines: Vec<String> = listing.rows.iter().map(|l| l.ticket.id.to_string()).collect();
    let table = Table { key: "tickets", audience: Audience::Data, columns: vec![Column::data("number")], rows, ..Table::default() };
    let mut report = Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() };
    if !lines.is_empty() {
        report.parts.push(Part::Prose(lines.join("\n")));
    }
    report
}

/// Reads the words of a query.
pub(super) fn query(desk: &mut Desk, words: &[String], free: bool) -> Result<Query> {
    let zone = desk.zone()?;
    let mut query = search::parse(words, free, desk.now, &zone)?;
    desk.resolve(&mut query)?;
    Ok(query)
}

/// Reads the words of a query whose period is that of work or money, not of tickets.
pub(super) fn query_for_deeds(desk: &mut Desk, words: &[String]) -> Result<Query> {
    let zone = desk.zone()?;
    let mut query = search::parse(words, false, desk.now, &zone)?;
    desk.resolve_for_deeds(&mut query)?;
    Ok(query)
}

/// What a list looks at besides its query.
pub(super) fn ask(desk: &mut Desk, limit: Option<i64>) -> Result<Ask> {
    let zone = desk.zone()?;
    let (now, name) = (desk.now, desk.me.clone());
    let today = zone.date(now);
    let after = |day: crate::domain::time::Date, days: u64| -> Moment {
        day.checked_add_days(chrono::Days::new(days)).map_or(Moment::MAX, |d| zone.start_of_day(d))
    };
    let me = desk.read(|r| r.agent_named(&name))?.map(|a| a.id);
    Ok(Ask { now, me, today_ends: after(today, 1), week_ends: after(monday(today), 7), limit })
}
