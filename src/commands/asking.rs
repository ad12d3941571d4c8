//! `--ask` of a close: who is asked how it was is shown and confirmed before, and it is said what became of the mails.

use super::args::{Answer, Body};
use super::outbox::ends;
use crate::actions::outbox;
use crate::actions::reply::survey::{self, Asked, Surveys};
use crate::desk::Desk;
use crate::domain::ticket::{Reason, Ticket};
use crate::error::{Error, Result};
use crate::render::guard;
use crate::report::{Audience, Cell, Column, Part, Report, Table};
use crate::store::outbox::{Posting, State};
use std::collections::BTreeMap;

/// So many are listed before they are asked.
const LISTED: usize = 20;

/// Whether customers are asked how it was.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Asking {
    /// Ask the customer by mail how it was
    #[arg(long, overrides_with = "no_ask")]
    ask: bool,
    /// Do not, although ask_after_close is set
    #[arg(long, overrides_with = "ask")]
    no_ask: bool,
}

/// What became of a question for each ticket: who is asked, or why nobody is.
pub(super) type Written = BTreeMap<i64, std::result::Result<Asked, String>>;

impl Asking {
    /// Whether it was asked for.
    pub(super) fn is_wanted(&self) -> bool {
        self.ask
    }

    /// Who is asked when these tickets are closed for this reason; none where nobody is to be. On a terminal they are shown, and
    /// it is asked whether to go on.
    pub(super) fn planned(&self, desk: &mut Desk, tickets: &[Ticket], reason: Reason) -> Result<Option<Surveys>> {
        if self.ask && reason == Reason::Spam {
            return Err(Error::usage("who sent spam is not asked how it was").hint("desk spam, without --ask"));
        }
        let solved = matches!(reason, Reason::Solved | Reason::Workaround);
        if !self.ask && (self.no_ask || !solved || !desk.flag("ask_after_close")?) {
            return Ok(None);
        }
        let surveys = match survey::plan(desk, tickets) {
            Ok(surveys) => surveys,
            Err(e) if self.ask => return Err(e),
            // Nobody asked for it just now: what is wrong keeps no ticket open.
            Err(e) => {
                desk.notes.push(format!("nobody was asked how it was: {}", e.what));
                return Ok(None);
            }
        };
        let asked: Vec<(i64, &str)> = surveys.asked().collect();
        // By the setting the team has agreed to one mail for a close.
        let agreed = asked.is_empty() || (!self.ask && asked.len() == 1);
        if agreed || desk.dry || desk.yes || !desk.host.can_ask() {
            return Ok(Some(surveys));
        }
        let mails = if asked.len() == 1 { "1 mail asks".to_owned() } else { format!("{} mails ask", asked.len()) };
        desk.host.talk(&format!("{mails} how it was:"));
        for (id, to) in asked.iter().take(LISTED) {
            let subject = tickets.iter().find(|t| t.id == *id).map(|t| t.subject.as_str()).unwrap_or_default();
            desk.host.talk(&guard::line(&format!("{id:>6}  {to}  {subject}")));
        }
        if asked.len() > LISTED {
            desk.host.talk(&format!("        and {} more", asked.len() - LISTED));
        }
        for (id, why) in surveys.left_out() {
            desk.host.talk(&guard::line(&format!("! {id} is not asked about: {why}")));
        }
        if desk.host.confirm_yes("close and send?")? {
            Ok(Some(surveys))
        } else {
            Err(Error::refused("nothing was changed"))
        }
    }
}

/// Sends the questions that were written down, and says of each what became of it.
pub(super) fn sent(desk: &mut Desk, written: &Written, mut answer: Answer) -> Result<Answer> {
    if written.is_empty() {
        return Ok(answer);
    }
    let ids: Vec<i64> = written.values().filter_map(|w| w.as_ref().ok().map(|asked| asked.posting)).collect();
    let mut trouble = Vec::new();
    let tried = if desk.dry || ids.is_empty() {
        Vec::new()
    } else {
        // The close stands: whatever goes wrong from here on is said, and is no failure of the deed.
        let postings =
            desk.read(|r| ids.iter().filter_map(|id| r.posting(*id).transpose()).collect::<Result<Vec<Posting>>>());
        postings.and_then(|postings| outbox::send(desk, postings)).unwrap_or_else(|e| {
            trouble.push(format!("the mails wait in the outbox: {}", e.what));
            Vec::new()
        })
    };
    let state = |posting: i64| tried.iter().find(|t| t.posting.id == posting).map_or(State::Waiting, |t| t.state);
    let mut notes = Vec::new();
    let mut rows = Vec::new();
    for (ticket, asked) in written {
        let (to, word, why) = match asked {
            Ok(asked) => (Some(asked.to.as_str()), Some(state(asked.posting)), None),
            Err(why) => (None, None, Some(why.as_str())),
        };
        notes.push(match (to, word, why) {
            (Some(to), _, _) if desk.dry => format!("{ticket}: {to} would be asked how it was"),
            (Some(to), Some(State::Sent), _) => format!("{ticket}: {to} is asked how it was"),
            (Some(to), Some(State::Discarded), _) => format!("{ticket}: {to} is not asked how it was"),
            (Some(to), ..) => format!("{ticket}: {to} is to be asked how it was"),
            (None, ..) => format!("{ticket} is not asked about: {}", why.unwrap_or_default()),
        });
        let cells = [Cell::text(to), Cell::text(word.map(State::word)), Cell::text(why)];
        rows.push(std::iter::once(Cell::Ticket(*ticket)).chain(cells).collect());
    }
    notes.extend(tried.iter().flat_map(|t| t.trouble(desk.now)));
    notes.extend(trouble);
    if let Body::Report(report) = &mut answer.body {
        add(report, rows, notes);
    }
    Ok(match ends(&tried) {
        Some(kind) if answer.exit == 0 => answer.ending(kind),
        _ => answer,
    })
}

fn add(report: &mut Report, rows: Vec<Vec<Cell>>, notes: Vec<String>) {
    let columns = ["number", "to", "state", "reason"].map(Column::data).to_vec();
    report.parts.push(Part::Table(Table { key: "asked", audience: Audience::Data, columns, rows, ..Table::default() }));
    let rest = std::mem::replace(&mut report.notes, notes);
    report.notes.extend(rest);
}
