//! `desk outbox`: mails that have not left yet.

use super::args::Answer;
use super::deed::Outcome;
use crate::actions::outbox::{self, Tried};
use crate::desk::Desk;
use crate::domain::event::{Event, Noun};
use crate::domain::time::Moment;
use crate::error::{Error, Kind, Result};
use crate::report::{Report, outbox as report};
use crate::store::outbox::{Posting, State};
use std::collections::BTreeMap;

/// Mails of the latest ones that `--all` shows.
const LATELY: i64 = 200;

/// Mails that have not left: look at them, send them now, leave them
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(
    after_help = "A mail is waiting (it leaves with the next desk fetch or desk outbox send), sending, sent,
held (it did not leave and is not tried again by itself), unknown (the line broke while it
was sent: it may have left) or discarded. A mail that asks how it was is discarded when its
turn comes, where the ticket was reopened, merged, muted or marked as spam meanwhile.

Examples:
  desk outbox                  # what has not left
  desk outbox --all            # the latest ones, whatever became of them
  desk outbox send             # all that are due
  desk outbox send o318        # this one, also where it is held
  desk outbox discard o318     # it does not leave; desk undo brings it back
  desk outbox resume           # automatic mail may leave again after too much of it"
)]
pub struct Outbox {
    #[command(subcommand)]
    word: Option<Word>,
    /// The latest ones, whatever became of them
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// List them
    Ls(Ls),
    /// Send what is due, or the named ones
    Send(Send),
    /// Leave them: they are not sent
    Discard(Discard),
    /// Let automatic mail leave again
    Resume,
}

#[derive(Debug, Clone, clap::Args)]
struct Ls {
    /// The latest ones, whatever became of them
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk outbox send
  desk outbox send o318
  desk outbox send o318 --force    # it may have left already: the same mail again, with the same Message-ID")]
struct Send {
    /// Mails: o318 · o318,o320
    #[arg(value_name = "oID")]
    ids: Vec<String>,
    /// Also what may have left already
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk outbox discard o318\n  desk undo              # brings it back, held")]
struct Discard {
    /// Mails: o318 · o318,o320
    #[arg(required = true, value_name = "oID")]
    ids: Vec<String>,
}

impl Outbox {
    /// Lists, or does what its second word says.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.word {
            Some(Word::Send(send)) => send.run(desk),
            Some(Word::Discard(discard)) => discard.run(desk),
            Some(Word::Resume) => resume(desk),
            Some(Word::Ls(ls)) => list(desk, ls.all || self.all),
            None => list(desk, self.all),
        }
    }
}

fn list(desk: &mut Desk, all: bool) -> Result<Answer> {
    let (mut postings, holders) =
        desk.read(|r| Ok((if all { r.postings_lately(LATELY)? } else { r.unsent()? }, r.being_sent()?)))?;
    if !all {
        let bounced = desk.read(|r| r.bounced())?;
        postings.extend(bounced);
    }
    let holders: BTreeMap<i64, String> = holders.into_iter().map(|(id, holder, _)| (id, holder)).collect();
    for p in postings.iter_mut().filter(|p| p.state == State::Sending) {
        let holder = holders.get(&p.id).map_or("", String::as_str);
        if outbox::is_lost(desk, holder, p.changed_at, desk.now) {
            p.state = State::Unknown;
        }
    }
    let lines: Vec<report::Line> = postings.into_iter().map(line).collect();
    Ok(Answer::from(report::list(&lines, "the outbox is empty")).paged())
}

fn line(p: Posting) -> report::Line {
    report::Line {
        id: p.id,
        ticket: p.ticket,
        subject: p.subject.unwrap_or_default(),
        state: p.state.word(),
        recipients: p.recipients,
        made_at: p.made_at,
        next_at: (p.state == State::Waiting).then_some(p.next_at),
        attempts: p.attempts,
        // Whom it did not reach says more than that it was taken for the others.
        said: p.refused.map(|r| format!("not to {}", r.replace('\n', "; "))).or(p.said).filter(|s| !s.is_empty()),
        bounced: p.bounced.map(|(why, _)| why),
    }
}

impl Send {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        outbox::can_send(desk)?;
        if !desk.dry {
            let lost = outbox::note_lost(desk)?;
            desk.notes.extend(lost);
        }
        let postings = if self.ids.is_empty() { due(desk)? } else { self.named(desk)? };
        if postings.is_empty() {
            return Ok(Report { notes: vec!["nothing is due".to_owned()], ..report::list(&[], "") }.into());
        }
        if desk.dry {
            let lines: Vec<report::Line> = postings.into_iter().map(line).collect();
            return Ok(report::list(&lines, "").into());
        }
        let tried = outbox::send(desk, postings)?;
        let answer = told(&tried, desk.now);
        let refused = !self.ids.is_empty() && tried.iter().any(|t| t.state == State::Discarded);
        Ok(if refused { answer.ending(Kind::Refused) } else { answer })
    }

    /// The mails that were named, as far as they may be sent.
    fn named(&self, desk: &mut Desk) -> Result<Vec<Posting>> {
        let postings = postings(desk, &self.ids)?;
        for p in &postings {
            let to = p.recipients.join(", ");
            match p.state {
                State::Waiting | State::Held => {}
                State::Unknown if self.force || desk.yes || desk.dry => {}
                State::Unknown => {
                    if !desk.host.can_ask() {
                        let why =
                            format!("o{} to {to} may have left already: {}", p.id, p.said.clone().unwrap_or_default());
                        return Err(
                            Error::usage(why).hint(format!("to send it again: desk outbox send o{} --force", p.id))
                        );
                    }
                    if !desk.host.confirm(&format!("o{} to {to} may have left already. Send it again?", p.id))? {
                        return Err(Error::refused("nothing was sent"));
                    }
                }
                State::Sent => {
                    return Err(Error::refused(format!("o{} to {to} has left already", p.id)).hint("desk outbox --all"));
                }
                State::Sending => {
                    return Err(Error::refused(format!("somebody is sending o{} just now", p.id)).hint("desk outbox"));
                }
                State::Discarded => {
                    return Err(Error::refused(format!("o{} was discarded", p.id))
                        .hint(format!("desk reply {} sends another", p.ticket)));
                }
            }
        }
        Ok(postings)
    }
}

fn due(desk: &mut Desk) -> Result<Vec<Posting>> {
    let now = desk.now;
    let unsent = desk.read(|r| r.unsent())?;
    Ok(unsent.into_iter().filter(|p| p.state == State::Waiting && p.next_at <= now).collect())
}

/// What became of mails, one line each.
fn told(tried: &[Tried], now: Moment) -> Answer {
    let lines: Vec<report::Line> = tried
        .iter()
        .map(|t| {
            let (state, said) = (t.state, Some(t.said.clone()).filter(|s| !s.is_empty()));
            let attempts = t.posting.attempts + i64::from(state != State::Discarded);
            line(Posting { state, said, next_at: t.next_at, attempts, ..t.posting.clone() })
        })
        .collect();
    let mut report = report::list(&lines, "");
    report.notes = tried.iter().flat_map(|t| t.trouble(now)).collect();
    let answer = Answer::from(report);
    match ends(tried) {
        Some(kind) => answer.ending(kind),
        None => answer,
    }
}

/// How a command ends that tried these mails: not well where one did not reach all.
pub(super) fn ends(tried: &[Tried]) -> Option<Kind> {
    let stuck = |t: &Tried| matches!(t.state, State::Held | State::Unknown) || !t.refused.is_empty();
    if tried.iter().any(stuck) {
        return Some(Kind::Refused);
    }
    // What is not to be sent any more is done with.
    tried.iter().any(|t| !matches!(t.state, State::Sent | State::Discarded)).then_some(Kind::Temporary)
}

impl Discard {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        if !desk.dry {
            outbox::note_lost(desk)?;
        }
        let postings = postings(desk, &self.ids)?;
        let written = desk.write(|tx| {
            let mut said = Vec::new();
            for p in &postings {
                said.push((p.ticket, discard(tx, p)?));
            }
            Ok(said)
        })?;
        let (mut lines, mut nothing) = (Vec::new(), Vec::new());
        for (ticket, outcome) in written.value {
            match outcome {
                Outcome::Done(line) | Outcome::Logged(line, _) => lines.push((ticket, line)),
                Outcome::Nothing(why) => nothing.push(why),
                Outcome::Closed(why) => nothing.push(why.to_owned()),
            }
        }
        if lines.is_empty() {
            return Err(Error::refused(nothing.join("; ")).hint("desk outbox"));
        }
        let mut report = crate::report::ticket::done(&lines, written.operation);
        let partly = !nothing.is_empty();
        report.notes.extend(nothing);
        let answer = Answer::from(report);
        Ok(if partly { answer.ending(Kind::Refused) } else { answer })
    }
}

fn discard(tx: &mut crate::store::Tx<'_>, p: &Posting) -> Result<Outcome> {
    let p = tx.posting(p.id)?.ok_or_else(|| Error::missing(format!("mail o{} is gone", p.id)))?;
    let (to, at) = (p.recipients.join(", "), tx.at);
    match p.state {
        State::Discarded => return Ok(Outcome::Nothing(format!("o{} to {to} was discarded already", p.id))),
        State::Sent => return Ok(Outcome::Nothing(format!("o{} to {to} has left: it cannot be called back", p.id))),
        State::Sending => return Ok(Outcome::Nothing(format!("somebody is sending o{} to {to} just now", p.id))),
        State::Waiting | State::Held | State::Unknown => {}
    }
    // What may have left is brought back as that, so that it is never sent again unasked.
    let was = if p.state == State::Unknown { State::Unknown } else { State::Waiting };
    let (was, is) = (was.word(), State::Discarded.word());
    tx.apply([Event::about(Noun::Posting, p.id, "state", &was, &is, at).in_history_of(Some(p.ticket))])?;
    let may = if p.state == State::Unknown { ", which may have left," } else { "" };
    Ok(Outcome::Done(format!("not sent: the answer to {}  {}{may} for {to}", p.ticket, p.subject.unwrap_or_default())))
}

fn resume(desk: &mut Desk) -> Result<Answer> {
    let now = desk.now;
    if !desk.dry {
        desk.store_of_existing()?.bookkeep(now, |tx| tx.put_bookmark(0, outbox::RESUMED, now.0))?;
    }
    Ok(Report::of_deed(&["automatic mail may leave again".to_owned()], None).into())
}

/// The mails that words like `o318` or `318` name.
fn postings(desk: &mut Desk, words: &[String]) -> Result<Vec<Posting>> {
    let mut named: Vec<Posting> = Vec::new();
    for word in words.iter().flat_map(|w| w.split(',')).map(str::trim).filter(|w| !w.is_empty()) {
        let id = word.strip_prefix('o').unwrap_or(word).parse::<i64>().ok().filter(|id| *id > 0);
        let id = id.ok_or_else(|| {
            Error::usage(format!("{word:?} is no mail of the outbox")).hint("a number like o318: desk outbox")
        })?;
        let found = desk.read(|r| Ok((r.posting(id)?, r.postings_of_ticket(id)?)))?;
        match found {
            (Some(p), _) if named.iter().all(|n| n.id != p.id) => named.push(p),
            (Some(_), _) => {}
            (None, of_ticket) => {
                let unsent = of_ticket.iter().filter(|p| !matches!(p.state, State::Sent | State::Discarded));
                let ids: Vec<String> = unsent.map(|p| format!("o{}", p.id)).collect();
                let hint = if ids.is_empty() {
                    "desk outbox".to_owned()
                } else {
                    format!("of ticket {id} there is {}", ids.join(", "))
                };
                return Err(Error::missing(format!("there is no mail o{id} in the outbox")).hint(hint));
            }
        }
    }
    Ok(named)
}
