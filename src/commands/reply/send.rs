//! The answer is confirmed, written down, sent; and what became of it is said.

use super::{Reply, Words, agree, first_line, head_of, page};
use crate::actions::echo::Echo;
use crate::actions::looked::{self, Change};
use crate::actions::outbox::{self, Tried};
use crate::actions::reply::survey::Surveys;
use crate::actions::reply::{self, Kept, Plan};
use crate::commands::args::Answer;
use crate::commands::asking::{self, Written};
use crate::commands::deed::say_hours;
use crate::commands::outbox::ends;
use crate::desk::Desk;
use crate::domain::billing::duration::spoken;
use crate::domain::mail::Part;
use crate::domain::ticket::{Status, Ticket};
use crate::error::{Error, Kind, Result};
use crate::render::guard;
use crate::report::ticket::done;
use crate::report::{Audience, Cell, Fact, Facts, Part as Piece, Report};
use crate::store::outbox::State;

/// What came of the write: the answer stands, or somebody was faster.
enum Wrote {
    Down(Kept, Echo, Option<i64>, Written),
    Late(Vec<Change>, i64),
}

impl Reply {
    /// Answers, or records what was said.
    pub(super) fn answer(&self, desk: &mut Desk, ticket: &Ticket, words: Words, mut seen: i64) -> Result<Answer> {
        let draft = words.draft.as_ref().map(|(d, _)| d.clone());
        let answer = reply::Answer {
            files: self.files(words.draft.as_ref())?,
            then: self.then(draft.as_ref())?,
            worked: self.worked(desk)?,
            text: words.text,
            saved: words.saved,
            draft,
        };
        let mut notes = self.about_drafts(desk, ticket, &answer)?;
        let plan = if self.said { None } else { Some(self.plan(desk, ticket, answer.draft.as_ref())?) };
        if let Some(plan) = &plan {
            notes.extend(confirmed(desk, plan, &answer, self.send)?);
        }
        let surveys = match answer.then {
            reply::Then::Closes(reason) => self.asking.planned(desk, std::slice::from_ref(ticket), reason)?,
            _ if self.asking.is_wanted() => {
                return Err(Error::usage("--ask goes with a close").hint(format!("desk reply {} --send --close --ask", ticket.id)));
            }
            _ => None,
        };
        let (kept, echo, operation, asked) = loop {
            match self.write(desk, ticket, &answer, (plan.as_ref(), surveys.as_ref()), seen)? {
                Wrote::Down(kept, echo, operation, asked) => break (kept, echo, operation, asked),
                Wrote::Late(changes, now) => {
                    agree(desk, ticket, &changes)?;
                    seen = now;
                }
            }
        };
        desk.notes.extend(notes);
        match plan {
            Some(plan) if desk.dry => {
                let preview = preview(&plan, &kept, &answer.files).into();
                asking::sent(desk, &asked, preview)
            }
            plan => {
                let said = said(desk, ticket, &answer, plan.as_ref(), &kept, echo, operation)?;
                asking::sent(desk, &asked, said)
            }
        }
    }

    /// Writes, unless others have changed the ticket since it was looked at.
    fn write(
        &self,
        desk: &mut Desk,
        ticket: &Ticket,
        answer: &reply::Answer,
        (plan, surveys): (Option<&Plan>, Option<&Surveys>),
        seen: i64,
    ) -> Result<Wrote> {
        let (force, house) = (self.force, desk.house_for_hours().ok());
        let written = desk.write(|tx| {
            let me = tx.agent;
            let late = if force { Vec::new() } else { looked::after(tx, ticket.id, Some(me), seen)? };
            if late.is_empty() {
                let kept = reply::write(tx, ticket.id, answer, plan)?;
                let echo = Echo::of(tx, house.as_ref(), kept.entry.as_slice())?;
                let mut asked = Written::new();
                if let Some(surveys) = surveys {
                    asked.insert(ticket.id, surveys.write(tx, ticket.id)?);
                }
                return Ok(Ok((kept, echo, asked)));
            }
            Ok(Err((late, tx.operation)))
        })?;
        Ok(match written.value {
            Ok((kept, echo, asked)) => Wrote::Down(kept, echo, written.operation, asked),
            Err((late, now)) => Wrote::Late(late, now),
        })
    }

    /// Whose draft it was, or that a colleague's stays.
    fn about_drafts(&self, desk: &mut Desk, ticket: &Ticket, answer: &reply::Answer) -> Result<Vec<String>> {
        let me = desk.me.clone();
        let there = desk.read(|r| {
            let me = r.agent_named(&me)?.map(|a| a.id);
            let Some(d) = r.draft(ticket.id)?.filter(|d| Some(d.agent) != me) else { return Ok(None) };
            Ok(r.agent(d.agent)?.map(|a| a.name))
        })?;
        Ok(match (there, &answer.draft) {
            (Some(who), Some(_)) => vec![format!("the draft was {who}'s")],
            (Some(who), None) => {
                vec![format!("a draft by {who} stays on {0}: desk reply {0} --discard drops it", ticket.id)]
            }
            (None, _) => Vec::new(),
        })
    }
}

/// Shows on a terminal what is about to leave, and asks. Elsewhere what is to be known comes back as notes.
fn confirmed(desk: &mut Desk, plan: &Plan, answer: &reply::Answer, whole: bool) -> Result<Vec<String>> {
    if desk.dry || desk.yes || !desk.host.can_ask() {
        return Ok(plan.notes.clone());
    }
    for line in head_of(plan) {
        desk.host.talk(&line);
    }
    if !answer.files.is_empty() {
        let names: Vec<&str> = answer.files.iter().map(|f| f.name.as_str()).collect();
        desk.host.talk(&guard::line(&format!("Files: {}", names.join(", "))));
    }
    let text = if whole { answer.text.clone() } else { first_line(&answer.text) };
    for line in guard::body(&text).lines() {
        desk.host.talk(&format!("  {line}"));
    }
    for note in &plan.notes {
        desk.host.talk(&guard::line(&format!("! {note}")));
    }
    if desk.host.confirm_yes("send?")? { Ok(Vec::new()) } else { Err(Error::refused("nothing was sent")) }
}

/// What would leave.
fn preview(plan: &Plan, kept: &Kept, files: &[Part]) -> Report {
    let emails =
        |list: &[crate::domain::mail::Address]| Cell::List(list.iter().map(|a| Cell::Text(a.email.clone())).collect());
    let shown = |key, head, text: String| {
        let cell = if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
        Fact::new(key, head, cell)
    };
    let people = vec![
        shown("from", "From", page::listed(std::slice::from_ref(&plan.from))),
        shown("to", "To", page::listed(&plan.to)),
        shown("cc", "Cc", page::listed(&plan.cc)),
        shown("subject", "Subject", plan.subject.clone()),
        shown("files", "Files", files.iter().map(|f| f.name.clone()).collect::<Vec<_>>().join(", ")),
    ];
    let data = vec![
        Fact::data("to", emails(&plan.to)),
        Fact::data("cc", emails(&plan.cc)),
        Fact::data("subject", Cell::Text(plan.subject.clone())),
        Fact::data("mail", Cell::Text(kept.plain.clone())),
    ];
    let facts = |audience, rows| Piece::Facts(Facts { audience, rows, ..Facts::default() });
    Report {
        parts: vec![facts(Audience::People, people), facts(Audience::Data, data), Piece::Prose(kept.plain.clone())],
        ..Report::default()
    }
}

/// Sends what was written down, and says what became of it.
fn said(
    desk: &mut Desk,
    ticket: &Ticket,
    answer: &reply::Answer,
    plan: Option<&Plan>,
    kept: &Kept,
    mut echo: Echo,
    operation: Option<i64>,
) -> Result<Answer> {
    let Some((plan, posting)) = plan.zip(kept.posting) else {
        let line = format!("recorded an answer to {}  {}{}", ticket.id, ticket.subject, besides(answer, kept));
        return Ok(with_hours(ticket, line, echo, operation).into());
    };
    // The answer stands: whatever goes wrong from here on is said, and is no failure of the deed.
    let posting = desk.read(|r| r.posting(posting));
    let tried = posting.and_then(|p| outbox::send(desk, p.into_iter().collect()));
    let (tried, mut trouble) = match tried {
        Ok(tried) => (tried.into_iter().next(), Vec::new()),
        Err(e) => (None, vec![e.what]),
    };
    let (state, ending) = outcome(tried.as_ref(), plan);
    let line = format!("replied to {}  {} — {state}{}", ticket.id, ticket.subject, besides(answer, kept));
    let hours = std::mem::take(&mut echo.notes);
    let mut report = with_hours(ticket, line, echo, operation);
    if tried.as_ref().is_some_and(|t| matches!(t.state, State::Sent | State::Unknown)) {
        // What has left cannot be taken back.
        report.notes.clear();
    }
    trouble.extend(tried.as_ref().map(|t| told(t, desk)).unwrap_or_default());
    if ending == Some(Kind::Temporary) && tried.is_none() {
        trouble.push(
            "kept in the outbox, tried again by desk fetch or desk outbox send; do not repeat the command".to_owned(),
        );
    }
    trouble.append(&mut report.notes);
    trouble.extend(hours);
    report.notes = trouble;
    report.parts.push(data(plan, kept, tried.as_ref()));
    let answer = Answer::from(report);
    Ok(match ending {
        Some(kind) => answer.ending(kind),
        None => answer,
    })
}

/// The report of an answer, with what became of the time that was logged.
fn with_hours(ticket: &Ticket, line: String, echo: Echo, operation: Option<i64>) -> Report {
    let lines = [(ticket.id, line)];
    let mut report = done(&lines, operation);
    say_hours(&mut report, &lines, echo);
    report
}

/// What became of the mail in a word, and how the command ends.
fn outcome(tried: Option<&Tried>, plan: &Plan) -> (String, Option<Kind>) {
    let Some(t) = tried else { return ("not sent yet".to_owned(), Some(Kind::Temporary)) };
    let state = match t.state {
        State::Sent => {
            let refused: Vec<&str> = t.refused.iter().map(|(to, _)| to.as_str()).collect();
            let reached = plan.envelope().into_iter().filter(|to| !refused.contains(&to.as_str()));
            format!("sent to {}", reached.collect::<Vec<_>>().join(", "))
        }
        State::Waiting | State::Sending => "not sent yet".to_owned(),
        State::Held | State::Discarded => "not sent: held".to_owned(),
        State::Unknown => "it may have left".to_owned(),
    };
    (state, ends(std::slice::from_ref(t)))
}

fn told(t: &Tried, desk: &Desk) -> Vec<String> {
    if t.state != State::Waiting {
        return t.trouble(desk.now);
    }
    let until = outbox::until(t.next_at, desk.now);
    vec![
        t.said.clone(),
        format!(
            "kept in the outbox, tried again in {until} by desk fetch or desk outbox send; do not repeat the command"
        ),
    ]
}

/// What else the answer did: hours, status.
fn besides(answer: &reply::Answer, kept: &Kept) -> String {
    let mut more = Vec::new();
    more.extend(answer.worked.map(|w| format!("{} logged", spoken(w.minutes))));
    match answer.then {
        reply::Then::Pending => more.push("pending".to_owned()),
        reply::Then::Closes(_) if kept.status == Status::Closed => more.push("closed".to_owned()),
        _ => {}
    }
    if more.is_empty() { String::new() } else { format!("; {}", more.join(", ")) }
}

fn data(plan: &Plan, kept: &Kept, tried: Option<&Tried>) -> Piece {
    let emails =
        |list: &[crate::domain::mail::Address]| Cell::List(list.iter().map(|a| Cell::Text(a.email.clone())).collect());
    let rows = vec![
        Fact::data("message", Cell::Count(kept.message)),
        Fact::data("mail", kept.posting.map_or(Cell::Empty, Cell::Count)),
        Fact::data("to", emails(&plan.to)),
        Fact::data("cc", emails(&plan.cc)),
        Fact::data("state", Cell::Text(tried.map_or(State::Waiting, |t| t.state).word().to_owned())),
        Fact::data("said", Cell::text(tried.map(|t| t.said.clone()))),
    ];
    Piece::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() })
}
