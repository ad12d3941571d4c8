//! `desk time`: worked time summed, listed, corrected and struck out.

mod edit;

use super::args::Answer;
use super::find::{self, Looked};
use super::log::said;
use super::ls;
use crate::actions::echo::Echo;
use crate::actions::{hours, worth};
use crate::desk::Desk;
use crate::domain::billing::duration::spoken;
use crate::domain::entry::{Entry, number};
use crate::domain::nearest::nearest;
use crate::domain::period::Period;
use crate::domain::search::{Query, StatusTest, Term, Test};
use crate::domain::worked::{By, Time as Sum, Worked, sums};
use crate::error::{Error, Result};
use crate::report::time;
use crate::store::Tx;

/// Worked time of a period, summed; its entries: desk time ls
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(
    after_help = "Without in:… it is this week. In a query, who: is who worked and client: for whom; the other words
(desk ls --help) say which tickets, closed ones too.

Examples:
  desk time                                # this week, by ticket
  desk time in:last-month --by client      # worked, billed by the contracts, due
  desk time client:acme in:last-month
  desk time ls who:me in:today
  desk time ls in:last-month --unassigned  # what no client and no contract takes
  desk time edit t17 40m --on yesterday
  desk time void t17                       # struck out: kept for the record, in no figure"
)]
pub struct Time {
    #[command(subcommand)]
    word: Option<Word>,
    /// Which entries
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// ticket, client, agent, tag, activity or day
    #[arg(long, value_name = "WHAT", default_value = "ticket")]
    by: String,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// The entries themselves
    Ls(Ls),
    /// Correct an entry
    Edit(Box<edit::Edit>),
    /// Strike entries out
    Void(Void),
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk time ls\n  desk time ls client:acme in:2026-11\n  desk time ls who:me in:today --void\n  desk time ls in:last-month --unassigned"
)]
struct Ls {
    /// Which entries
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Those that were struck out, too
    #[arg(long)]
    void: bool,
    /// Only those that no client and no contract takes
    #[arg(long, conflicts_with = "void")]
    unassigned: bool,
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  desk time void t17\n  desk time void t17 t18\n  desk undo              # brings them back"
)]
struct Void {
    /// Entries: t17 · t17,t18
    #[arg(required = true, value_name = "tID")]
    ids: Vec<String>,
}

impl Time {
    /// Sums, or what its second word says.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.word {
            Some(Word::Ls(ls)) => ls.run(desk),
            Some(Word::Edit(edit)) => edit.run(desk),
            Some(Word::Void(void)) => void.run(desk),
            None => {
                let by = By::of(&self.by).ok_or_else(|| no_group(&self.by))?;
                let Asked { period, worked, contracts } = asked(desk, &self.query, false)?;
                let mut report = time::sums(&period, by, &sums(&worked, by), &Sum::total(&worked));
                let lost = worked.iter().filter_map(|w| w.counted.as_ref()).map(|c| c.unassigned).sum();
                if contracts && lost > 0 {
                    let words: Vec<String> = self.query.iter().map(|word| format!(" {}", quoted(word))).collect();
                    let way = format!("desk time ls --unassigned{}", words.concat());
                    report.notes.push(format!("no contract takes {} of it: {way}", spoken(lost)));
                }
                Ok(Answer::from(report).paged())
            }
        }
    }
}

impl Ls {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let Asked { period, mut worked, .. } = asked(desk, &self.query, false)?;
        if self.unassigned {
            worked.retain(|w| w.counted.as_ref().is_some_and(|c| c.unassigned > 0));
        }
        let void = if self.void { asked(desk, &self.query, true)?.worked } else { Vec::new() };
        Ok(Answer::from(time::list(&period, &worked, &void)).paged())
    }
}

impl Void {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let mut ids = Vec::new();
        for word in self.ids.iter().flat_map(|w| w.split(',')).filter(|w| !w.is_empty()) {
            let id = entry_number(word)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        mine_or_sure(desk, &ids, "Strike out what is not yours?")?;
        let house = desk.house_for_hours().ok();
        let written = desk.write(|tx| {
            for id in &ids {
                let entry = standing(tx, *id)?;
                hours::strike_out(tx, &entry)?;
            }
            Echo::of(tx, house.as_ref(), &ids)
        })?;
        Ok(said("struck out: ", written.value, written.operation).into())
    }
}

/// What a query asks for.
struct Asked {
    period: Period,
    /// By day; counted by the books of their clients unless they are struck out.
    worked: Vec<Worked>,
    /// Whether there is any contract.
    contracts: bool,
}

/// The period of a query and the entries that it asks for: this week's where it names no period.
fn asked(desk: &mut Desk, words: &[String], void: bool) -> Result<Asked> {
    let query = ls::query_for_deeds(desk, words)?;
    if query.sort.is_some() {
        return Err(Error::usage("worked time has an order of its own: sort: does not change it")
            .hint("--by client, or --format csv | sort"));
    }
    let period = match &query.period {
        Some((_, period)) => *period,
        None => Period::this_week(desk.now, &desk.zone()?),
    };
    let ask = ls::ask(desk, None)?;
    let house = desk.house_for_hours()?;
    let (mut worked, contracts) = desk.read(|r| {
        let mut worked = match void {
            false => r.worked(&query, &ask, period.first, period.last)?,
            true => r.struck_out(&query, &ask, period.first, period.last)?,
        };
        worth::count(r, &house, &mut worked)?;
        Ok((worked, !r.clients_with_contract()?.is_empty()))
    })?;
    if !query.words.is_empty() {
        let all = Term { negated: false, alternatives: vec![Test::Status(StatusTest::All)] };
        let about = Query { words: query.words.clone(), terms: vec![all], ..Query::default() };
        let tickets: std::collections::HashSet<i64> =
            find::search(desk, &about, None)?.rows.iter().map(|l| l.ticket.id).collect();
        let looked = Looked::of(&query.words);
        worked.retain(|w| w.entry.ticket.is_some_and(|t| tickets.contains(&t)) || looked.is_in(&w.entry.text));
    }
    Ok(Asked { period, worked, contracts })
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if word.contains(char::is_whitespace) { format!("\"{word}\"") } else { word.to_owned() }
}

fn no_group(word: &str) -> Error {
    let words = || By::ALL.iter().map(|by| by.word());
    let near = nearest(word, words());
    let all = words().collect::<Vec<_>>().join(", ");
    Error::usage(format!("time is not summed by {word}"))
        .hint(near.map_or_else(|| all.clone(), |n| format!("--by {n}? There are {all}")))
}

/// The entry that a word like `t17` names.
pub(super) fn entry_number(word: &str) -> Result<i64> {
    let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let hint =
        if plain { format!("entries are written t{word}: desk time ls") } else { "t17, from desk time ls".to_owned() };
    number(word).ok_or_else(|| Error::usage(format!("{word:?} is no time entry")).hint(hint))
}

/// The entry, unless it is struck out.
fn standing(tx: &mut Tx<'_>, id: i64) -> Result<Entry> {
    let entry = tx.entry(id)?.ok_or_else(|| no_entry(id))?;
    if entry.void {
        return Err(Error::refused(format!("t{id} is struck out"))
            .hint("what struck it out can be taken back: desk history, desk undo OP"));
    }
    Ok(entry)
}

fn no_entry(id: i64) -> Error {
    Error::missing(format!("there is no time entry t{id}")).hint("desk time ls")
}

/// Somebody else's entries are asked about.
fn mine_or_sure(desk: &mut Desk, ids: &[i64], question: &str) -> Result<()> {
    let me = desk.me.to_lowercase();
    let others = desk.read(|r| {
        let found = r.worked_in(ids)?;
        match ids.iter().find(|id| !found.iter().any(|w| w.entry.id == **id)) {
            Some(id) => Err(no_entry(*id)),
            None => Ok(found.into_iter().filter(|w| w.agent.to_lowercase() != me).collect::<Vec<_>>()),
        }
    })?;
    let Some(first) = others.first() else { return Ok(()) };
    if desk.sure(&format!("{}. {question}", time::said(first)))? {
        Ok(())
    } else {
        Err(Error::refused("nothing was changed"))
    }
}
