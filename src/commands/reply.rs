//! `desk reply`: an answer to the customer, by mail.

mod page;
mod send;

use super::args::{self, Answer, TextFrom};
use super::asking::Asking;
use super::deed::say_hours;
use crate::actions::answer::{Fields, fill};
use crate::actions::echo::Echo;
use crate::actions::looked::{self, Change};
use crate::actions::reply::{self, Plan, Then, Worked};
use crate::actions::{hours, outbox, similar};
use crate::desk::Desk;
use crate::domain::answer::{Draft, addresses, pairs};
use crate::domain::billing::duration;
use crate::domain::contact::{Point, PointKind, read_person};
use crate::domain::mail::{Address, Part};
use crate::domain::recipients::Wishes;
use crate::domain::ticket::{Reason, Status, Ticket};
use crate::error::{Error, Result};
use crate::render::guard;

/// So many messages stand below the text in the editor.
const SHOWN: usize = 3;
/// So many lines of each.
const LINES: usize = 40;

/// Answer the customer: the mail leaves at once
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Bare, it opens your editor. On a terminal the recipients and the first line are shown before
it leaves. What cannot leave now is kept and tried again: see desk outbox.

Examples:
  desk reply 42
  desk reply 42 -m \"It is fixed: please try again.\" --close -t 15m
  desk reply 42 --answer password -e     # a saved answer, to be edited
  desk reply 42 --file answer.md --attach invoice.pdf --cc bob@acme.test
  desk reply 42 -m \"It is on again.\" --close --ask   # and a mail asks how it was
  desk reply 42 -m \"Is it on now?\" --pending
  desk reply 42 -m \"We refund it.\" --draft # for another's eye
  desk reply 42 --send                   # what was drafted
  desk reply 42 --said -m \"Told her by phone\" -t 5m"
)]
pub struct Reply {
    /// A number
    #[arg(value_name = "ID")]
    id: String,
    /// - reads the text from standard input
    #[arg(value_name = "-")]
    dash: Vec<String>,
    /// The text
    #[arg(short, long = "message", value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// The text from a file
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Write it in your editor
    #[arg(short, long)]
    edit: bool,
    /// A saved answer, its fields filled in
    #[arg(long, value_name = "NAME")]
    answer: Option<String>,
    /// Worked time to log on it
    #[arg(short, long, value_name = "DUR")]
    time: Option<String>,
    /// A file to send with it; may be given several times
    #[arg(long, value_name = "FILE")]
    attach: Vec<String>,
    /// To these instead of the requester; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    to: Vec<String>,
    /// A copy to these, too; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    cc: Vec<String>,
    /// To nobody else of the conversation
    #[arg(long)]
    only: bool,
    /// Quote the mail that is answered
    #[arg(long, overrides_with = "no_quote")]
    quote: bool,
    /// Quote nothing
    #[arg(long, overrides_with = "quote")]
    no_quote: bool,
    /// Then wait for the customer
    #[arg(long, conflicts_with = "close")]
    pending: bool,
    /// Then close it
    #[arg(long)]
    close: bool,
    /// solved, duplicate, spam, wontfix, workaround or no-reply
    #[arg(long, value_name = "REASON", requires = "close")]
    reason: Option<String>,
    #[command(flatten)]
    asking: Asking,
    /// Keep it for another's eye; nothing is sent
    #[arg(long, conflicts_with_all = ["send", "said", "discard"])]
    draft: bool,
    /// Send what was drafted
    #[arg(long, conflicts_with_all = ["said", "discard", "message", "file", "answer", "dash"])]
    send: bool,
    /// Drop what was drafted
    #[arg(long, conflicts_with_all = ["said", "message", "file", "answer", "dash", "edit"])]
    discard: bool,
    /// Record an answer given by phone, in a chat or in person: nothing is sent
    #[arg(long)]
    said: bool,
    /// Although the ticket has changed since you looked
    #[arg(long)]
    force: bool,
}

/// The words of an answer, and where they come from.
struct Words {
    text: String,
    /// Typed in an editor: kept when the command fails.
    typed: bool,
    /// The saved answer that they were made of.
    saved: Option<i64>,
    /// The draft that they were.
    draft: Option<(Draft, Vec<Part>)>,
}

impl Reply {
    /// Answers.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if !self.dash.is_empty() && self.dash != ["-"] {
            let words: String = self.dash.join(" ").chars().take(30).collect();
            return Err(Error::usage("the text of an answer is given with -m")
                .hint(format!("desk reply {} -m \"{words}…\"", self.id)));
        }
        let ticket = args::ticket(desk, &self.id)?;
        crate::actions::ticket::not_merged(&ticket)?;
        if self.discard {
            return self.drop_draft(desk, &ticket);
        }
        if self.asking.is_wanted() && (self.draft || !(self.close || self.send)) {
            return Err(Error::usage("--ask goes with a close").hint(format!("desk reply {} -m \"…\" --close --ask", self.id)));
        }
        if !self.draft && !self.said {
            outbox::can_send(desk)?;
        }
        if self.pending && ticket.standing.status == Status::Closed {
            return Err(
                Error::refused(format!("ticket {} is closed", ticket.id)).hint(format!("desk reopen {}", ticket.id))
            );
        }
        let seen = self.look(desk, &ticket)?;
        let words = self.words(desk, &ticket)?;
        let (text, typed) = (words.text.clone(), words.typed);
        let done = if self.draft { self.keep(desk, &ticket, words) } else { self.answer(desk, &ticket, words, seen) };
        done.map_err(|e| if typed { args::keep_draft(desk, &text, e) } else { e })
    }

    /// What others did since this agent looked is shown, and confirmed. The number of the change up to which that is.
    fn look(&self, desk: &mut Desk, ticket: &Ticket) -> Result<i64> {
        let (me, now) = (desk.me.clone(), desk.now);
        let (changes, seen) = desk.read(|r| {
            let me = r.agent_named(&me)?.map(|a| a.id);
            Ok((looked::unseen(r, ticket.id, me, now)?, r.change_no()?))
        })?;
        if !self.draft && !self.force {
            agree(desk, ticket, &changes)?;
        }
        Ok(seen)
    }

    fn words(&self, desk: &mut Desk, ticket: &Ticket) -> Result<Words> {
        let stdin = !self.dash.is_empty();
        let answer = self.answer.as_deref().map(|name| saved(desk, ticket, name)).transpose()?;
        if answer.is_some() && (self.message.is_some() || self.file.is_some() || stdin) {
            return Err(Error::usage("a text comes from one place").hint("--answer NAME -e to edit it"));
        }
        let given = self.message.is_some() || self.file.is_some() || stdin || answer.is_some();
        let wanted = self.send || !given;
        let draft = if wanted { draft_of(desk, ticket.id)? } else { None };
        if self.send && draft.is_none() {
            return Err(Error::missing(format!("there is no draft on {}", ticket.id))
                .hint(format!("desk reply {} -m \"…\" --draft", ticket.id)));
        }
        let bare = !given && !self.send;
        let text = match (&answer, &draft) {
            (Some((_, text)), _) => Some(text.clone()),
            (None, Some((draft, _))) => Some(draft.text.clone()),
            (None, None) => {
                let flag = self.message.as_deref();
                TextFrom { flag, file: self.file.as_deref(), editor: false, stdin }.read(desk, "the answer")?
            }
        };
        let typed = self.edit || bare;
        let text = if typed {
            self.edited(desk, ticket, &text.unwrap_or_default(), draft.as_ref())?
        } else {
            text.unwrap_or_default()
        };
        if text.trim().is_empty() {
            return Err(Error::usage("the answer is empty: nothing was sent")
                .hint(format!("desk reply {} -m \"…\"", ticket.id)));
        }
        let saved = answer.map(|(id, _)| id);
        Ok(Words { text: text.trim_end().to_owned(), typed, saved, draft })
    }

    /// The text after the editor.
    fn edited(
        &self,
        desk: &mut Desk,
        ticket: &Ticket,
        text: &str,
        draft: Option<&(Draft, Vec<Part>)>,
    ) -> Result<String> {
        let mut below = Vec::new();
        if text.is_empty() {
            below.extend(fitting(desk, ticket.id)?);
        }
        if !self.said && !self.draft {
            let plan = self.plan(desk, ticket, draft.map(|d| &d.0))?;
            below.extend(head_of(&plan));
            below.extend(plan.notes.iter().map(|note| format!("! {note}")));
            below.push("\n".to_owned());
        }
        let zone = desk.zone()?;
        for m in desk.read(|r| reply::lately(r, ticket.id, SHOWN))?.into_iter().rev() {
            let who = if m.author.is_empty() { &m.email } else { &m.author };
            let at = zone.local(m.at).format("%a %Y-%m-%d %H:%M");
            below.push(format!("{who}, {at}, {}:", m.direction.word()));
            let said = guard::body(&m.text);
            below.extend(said.lines().take(LINES).map(|line| format!("  {line}\n")));
            below.push("\n".to_owned());
        }
        let edited = desk.host.edit_and_save(&page::page(text, &below), ".md")?;
        let edited = edited.ok_or_else(|| Error::refused("the text was not saved: nothing was sent"))?;
        // Writing takes its time: the answer is written now.
        desk.now = desk.host.now()?;
        page::words(&edited).map_err(|e| args::keep_draft(desk, &edited, e))
    }

    fn plan(&self, desk: &mut Desk, ticket: &Ticket, draft: Option<&Draft>) -> Result<Plan> {
        let (wishes, quote) = self.wishes(draft)?;
        reply::plan(desk, ticket, &wishes, quote)
    }

    /// What was asked for about the recipients and the quote; what a draft says counts where nothing was said now.
    fn wishes(&self, draft: Option<&Draft>) -> Result<(Wishes, Option<bool>)> {
        let or = |given: Vec<Address>, kept: Option<&Vec<(String, String)>>| {
            if given.is_empty() { kept.map(|k| addresses(k)).unwrap_or_default() } else { given }
        };
        let wishes = Wishes {
            to: or(named(&self.to)?, draft.map(|d| &d.to)),
            cc: or(named(&self.cc)?, draft.map(|d| &d.cc)),
            only: self.only || draft.is_some_and(|d| d.only),
        };
        let quote = if self.quote { Some(true) } else { self.no_quote.then_some(false) };
        Ok((wishes, quote.or(draft.and_then(|d| d.quote))))
    }

    fn then(&self, draft: Option<&Draft>) -> Result<Then> {
        let reason = self.reason.as_deref().map(|word| {
            let known = || Reason::ALL.iter().map(|r| r.word()).collect::<Vec<_>>().join(", ");
            Reason::of(word).ok_or_else(|| Error::usage(format!("there is no reason {word}")).hint(known()))
        });
        let reason = reason.transpose()?.unwrap_or(Reason::Solved);
        Ok(match draft.and_then(|d| d.then.as_deref()) {
            _ if self.close => Then::Closes(reason),
            _ if self.pending => Then::Pending,
            Some("pending") => Then::Pending,
            Some("closed") => Then::Closes(Reason::Solved),
            _ => Then::Stays,
        })
    }

    fn worked(&self, desk: &mut Desk) -> Result<Option<Worked>> {
        let minutes = self.time.as_deref().map(duration::worked).transpose()?;
        hours::within_a_day(desk.yes, minutes)?;
        let day = desk.zone()?.date(desk.now);
        Ok(minutes.map(|minutes| Worked { minutes, day, sure: desk.yes }))
    }

    /// The files of a draft, and those that are named now.
    fn files(&self, draft: Option<&(Draft, Vec<Part>)>) -> Result<Vec<Part>> {
        let mut files = draft.map(|(_, files)| files.clone()).unwrap_or_default();
        for path in &self.attach {
            files.push(args::attached(path)?);
        }
        Ok(files)
    }

    /// Keeps a draft.
    fn keep(&self, desk: &mut Desk, ticket: &Ticket, words: Words) -> Result<Answer> {
        if self.reason.is_some() {
            return Err(Error::usage("a draft keeps no reason of a close").hint("give --close --reason with --send"));
        }
        let (files, worked) = (self.files(words.draft.as_ref())?, self.worked(desk)?);
        self.may_replace(desk, ticket, words.draft.as_ref().map(|(d, _)| d.id))?;
        let (wishes, quote) = self.wishes(words.draft.as_ref().map(|(d, _)| d))?;
        let then = match self.then(words.draft.as_ref().map(|(d, _)| d))? {
            Then::Stays => None,
            Then::Pending => Some(Status::Pending.word().to_owned()),
            Then::Closes(_) => Some(Status::Closed.word().to_owned()),
        };
        let (to, cc) = (pairs(&wishes.to), pairs(&wishes.cc));
        let (id, agent, at) = (0, 0, desk.now);
        let before = words.draft.as_ref().and_then(|(d, _)| d.answer);
        let answer = words.saved.or(before);
        let draft = Draft { id, agent, at, text: words.text, to, cc, only: wishes.only, quote, then, answer };
        let house = desk.house_for_hours().ok();
        let written = desk.write(|tx| {
            reply::draft(tx, ticket.id, &draft, &files)?;
            let entry = reply::log(tx, ticket, worked)?;
            Echo::of(tx, house.as_ref(), entry.as_slice())
        })?;
        let lines = [(ticket.id, format!("draft kept on {}  {}", ticket.id, ticket.subject))];
        let mut report = crate::report::ticket::done(&lines, written.operation);
        say_hours(&mut report, &lines, written.value);
        report.notes.insert(0, format!("nothing was sent; to send it: desk reply {} --send", ticket.id));
        Ok(report.into())
    }

    /// A colleague's draft is not replaced without a word; one's own, and the one that was edited, are.
    fn may_replace(&self, desk: &mut Desk, ticket: &Ticket, edited: Option<i64>) -> Result<()> {
        let me = desk.me.clone();
        let others = desk.read(|r| {
            let me = r.agent_named(&me)?.map(|a| a.id);
            let Some(d) = r.draft(ticket.id)?.filter(|d| Some(d.agent) != me && Some(d.id) != edited) else {
                return Ok(None);
            };
            Ok(r.agent(d.agent)?.map(|a| (a.name, d.text)))
        })?;
        let Some((who, text)) = others.filter(|_| !self.force) else { return Ok(()) };
        let line = first_line(&text);
        if !desk.host.can_ask() && !desk.yes {
            return Err(Error::refused(format!("{who} has left a draft on {}: {line}", ticket.id))
                .hint(format!("desk reply {} -e edits it; to replace it: --force", ticket.id)));
        }
        let sure = desk.sure(&format!("{who} has left a draft on {}: {line} Replace it?", ticket.id))?;
        if sure { Ok(()) } else { Err(Error::refused("nothing was changed")) }
    }

    fn drop_draft(&self, desk: &mut Desk, ticket: &Ticket) -> Result<Answer> {
        let written = desk.write(|tx| reply::discard(tx, ticket.id))?;
        let line = format!("draft discarded on {}  {}", ticket.id, ticket.subject);
        Ok(crate::report::ticket::done(&[(ticket.id, line)], written.operation).into())
    }
}

/// Asks whether to go on although others have changed the ticket.
fn agree(desk: &mut Desk, ticket: &Ticket, changes: &[Change]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let zone = desk.zone()?;
    let day = zone.date(desk.now);
    let told: Vec<String> = changes
        .iter()
        .map(|c| {
            let local = zone.local(c.at);
            let at = if local.date() == day { local.format("%H:%M") } else { local.format("%Y-%m-%d %H:%M") };
            let line = if c.line.is_empty() { String::new() } else { format!(": {}", c.line) };
            format!("{at} {} {}{line}", c.who, c.deed)
        })
        .collect();
    let what = format!("ticket {} has changed since you looked", ticket.id);
    if !desk.host.can_ask() {
        let hint = format!("desk show {0}; to answer all the same: desk reply {0} … --force", ticket.id);
        return Err(Error::refused(what).because(told.join("; ")).hint(hint));
    }
    for line in std::iter::once(&what).chain(&told) {
        desk.host.talk(&guard::line(line));
    }
    if desk.yes || desk.host.confirm("answer all the same?")? {
        return Ok(());
    }
    Err(Error::refused("nothing was sent").hint(format!("desk show {}", ticket.id)))
}

/// Addresses as typed: `ann@acme.test`, `Ann <ann@acme.test>`, several with commas.
fn named(words: &[String]) -> Result<Vec<Address>> {
    let mut all = Vec::new();
    for word in words.iter().flat_map(|w| w.split(',')).map(str::trim).filter(|w| !w.is_empty()) {
        match read_person(word) {
            (name, Some(Point { kind: PointKind::Email, value })) => all.push(Address { name, email: value }),
            _ => {
                return Err(Error::usage(format!("{word:?} is no mail address"))
                    .hint("ann@acme.test, or \"Ann <ann@acme.test>\""));
            }
        }
    }
    Ok(all)
}

fn draft_of(desk: &mut Desk, ticket: i64) -> Result<Option<(Draft, Vec<Part>)>> {
    desk.read(|r| {
        let Some(draft) = r.draft(ticket)? else { return Ok(None) };
        let files = r.draft_files(draft.id)?;
        Ok(Some((draft, files)))
    })
}

/// Says which saved answers fit, and gives the lines that say it below the text in the editor.
fn fitting(desk: &mut Desk, ticket: i64) -> Result<Vec<String>> {
    let names = desk.read(|r| similar::advice(r, ticket))?.answers;
    if names.is_empty() {
        return Ok(names);
    }
    let line = guard::line(&format!("answers that fit: {}", names.join(", "))).into_owned();
    desk.host.talk(&line);
    let how = names.first().map(|best| format!("to use one: leave this empty, then desk reply {ticket} --answer {best} -e"));
    Ok([Some(line), how, Some("\n".to_owned())].into_iter().flatten().collect())
}

/// A saved answer: its id, and its text with the fields filled in.
fn saved(desk: &mut Desk, ticket: &Ticket, name: &str) -> Result<(i64, String)> {
    let called = desk.setting("name")?.as_str().unwrap_or_default().to_owned();
    let me = desk.me.clone();
    let (id, text, fields) = desk.read(|r| {
        let Some(answer) = r.answer(name)? else {
            let known: Vec<String> = r.answers()?.into_iter().map(|a| a.name).collect();
            let near = crate::domain::nearest::nearest(name, known.iter().map(String::as_str));
            let hint = near.map_or_else(|| "desk answer ls".to_owned(), |n| format!("did you mean {n}?"));
            return Err(Error::missing(format!("there is no saved answer {name}")).hint(hint));
        };
        let fields = Fields::of(r, ticket, &me, &called)?;
        Ok((answer.id, answer.text, fields))
    })?;
    let text = fill(&text, &fields).map_err(|e| e.doing(format!("the saved answer {name}")))?;
    Ok((id, text))
}

/// The head of the letter as people read it.
fn head_of(plan: &Plan) -> Vec<String> {
    let mut lines = vec![format!("To: {}", page::listed(&plan.to))];
    if !plan.cc.is_empty() {
        lines.push(format!("Cc: {}", page::listed(&plan.cc)));
    }
    lines.push(format!("Subject: {}", plan.subject));
    lines.iter().map(|line| guard::line(line).into_owned()).collect()
}

fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    line.chars().take(70).collect()
}
