//! `desk fetch`: what is new in the mailboxes comes in, and what waits in the outbox leaves.

use super::args::Answer;
use crate::actions::fetch::{self, Counted, Summary};
use crate::actions::outbox::{self, Sent};
use crate::desk::Desk;
use crate::domain::message::Direction;
use crate::domain::ticket::Status;
use crate::error::{Kind, Result};
use crate::render::guard;
use crate::store::Reader;
use crate::store::bulk::is_machine;
use crate::store::message::Named;
use told::{Line, What, checked, fetched, line};

mod told;

/// Fetch new mail from your mailboxes, and send what waits in the outbox
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Only what is new is taken, each mail once, whatever breaks; the mailbox stays as it is.
Answers written elsewhere come in from the Sent folder. Mail of machines is recorded, but
asks nobody; floods and mails too large are parked: desk parked. Conversations that were
over before the first look come in closed.

Examples:
  desk init mail                     # sets a mailbox up, with five questions
  desk fetch                         # from all mailboxes
  desk fetch support -n              # what would come in
  desk fetch --check                 # 214 mails = 198 in tickets + 16 automatic, 0 unaccounted
  desk fetch --watch                 # stays, and takes mail as it arrives
  */5 * * * * desk fetch -q          # a line for cron

Exit 4: --check found mails that are not accounted for. Exit 75: a server could not be reached, try again.")]
pub struct Fetch {
    /// Mailboxes; none: all of them
    #[arg(value_name = "MAILBOX")]
    mailboxes: Vec<String>,
    /// Compare the mailboxes with what is in the desk
    #[arg(long, conflicts_with = "watch")]
    check: bool,
    /// Stay, and take mail as it arrives
    #[arg(long)]
    watch: bool,
}

impl Fetch {
    /// Fetches.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if self.check {
            let counted = fetch::check(desk, &self.mailboxes)?;
            let found = counted.iter().any(|c: &Counted| c.unaccounted > 0);
            let answer = Answer::from(checked(&counted));
            return Ok(if found { answer.ending(Kind::Found) } else { answer });
        }
        if self.watch {
            return self.watch(desk);
        }
        let summary = fetch::fetch(desk, &self.mailboxes)?;
        let lines = lines(desk, &summary)?;
        let sent = outbox::send_due(desk)?;
        let ending = ending(&summary, &sent);
        let answer = Answer::from(fetched(&summary, &lines, &sent, desk.dry));
        Ok(match ending {
            Some(kind) => answer.ending(kind),
            None => answer,
        })
    }

    /// Stays, and says each ticket as it comes.
    fn watch(self, desk: &mut Desk) -> Result<Answer> {
        desk.host.talk("listening; Ctrl-C ends it, and nothing is lost");
        let mut told = Vec::new();
        fetch::watch(desk, &self.mailboxes, &mut |desk, summary| {
            let left = outbox::send_due(desk)?;
            for l in lines(desk, &summary)? {
                desk.host.say(format!("{}\n", guard::line(&line(&l))).as_bytes())?;
                l.note.iter().for_each(|note| desk.host.talk(&guard::line(note)));
            }
            let trouble: Vec<String> = summary
                .mailboxes
                .iter()
                .filter_map(|m| m.trouble.as_ref().map(|(what, ..)| format!("{}: {what}", m.mailbox)))
                .collect();
            let trouble: Vec<String> = trouble.into_iter().chain(left.notes).collect();
            for said in trouble.iter().filter(|t| !told.contains(*t)) {
                desk.host.talk(&guard::line(said));
            }
            told = trouble;
            Ok(true)
        })?;
        Ok(Answer::from(crate::report::Report::default()))
    }
}

/// How the command ends where a mailbox was not read to the end, or a mail has not left.
fn ending(summary: &Summary, sent: &Sent) -> Option<Kind> {
    let troubles = || summary.mailboxes.iter().filter_map(|m| m.trouble.as_ref());
    let refused = troubles().any(|(_, _, temporary)| !temporary) || sent.held + sent.unknown > 0;
    let later = troubles().next().is_some() || sent.later > 0;
    if refused { Some(Kind::Refused) } else { later.then_some(Kind::Temporary) }
}

/// The tickets of a summary with what is said of each, in the order they came.
fn lines(desk: &mut Desk, summary: &Summary) -> Result<Vec<Line>> {
    let wanted: Vec<(i64, What)> = summary
        .mailboxes
        .iter()
        .flat_map(|m| {
            let told = |id: &i64| m.answered.contains(id) || m.opened.contains(id);
            let opened = m.opened.iter().map(|id| (*id, What::New));
            let answered = m.answered.iter().map(|id| (*id, What::Answered));
            let rated = m.rated.iter().filter(move |(id, _)| !told(id)).map(|(id, score)| (*id, What::Rated(*score)));
            let strangers = m.strangers.iter().filter(move |id| !told(id)).map(|id| (*id, What::Stranger));
            opened.chain(answered).chain(rated).chain(strangers)
        })
        .collect();
    if wanted.is_empty() || desk.dry {
        return Ok(Vec::new());
    }
    desk.read(|r: &mut Reader<'_>| {
        let mut lines = Vec::new();
        for (id, what) in wanted {
            let new = what == What::New;
            let Some(ticket) = r.ticket(id)? else { continue };
            // What was over before the first look is counted, not listed.
            if new && ticket.standing.status == Status::Closed {
                continue;
            }
            let last = r.named_in(id)?.into_iter().rfind(|m| m.direction == Direction::In && !machine(m));
            let rests = !matches!(ticket.standing.status, Status::New | Status::Open);
            let note = last.as_ref().filter(|m| rests && m.trust.as_deref() == Some("third-party")).map(|m| {
                let is = ticket.standing.status.word();
                format!("{} takes no part in {id}, which stays {is}: desk show {id}", m.email)
            });
            let asked = ticket.requester.filter(|_| new).map(|asked| r.contact(asked)).transpose()?.flatten();
            let asked = asked.map(|c| c.name).filter(|name| !name.is_empty());
            let wrote = || last.map(|m| if m.author.is_empty() { m.email } else { m.author }).unwrap_or_default();
            let from = asked.unwrap_or_else(wrote);
            lines.push(Line { number: id, what, subject: ticket.subject, from, note });
        }
        Ok(lines)
    })
}

fn machine(m: &Named) -> bool {
    is_machine(m.automatic.as_deref())
}
