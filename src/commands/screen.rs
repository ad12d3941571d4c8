//! `desk` alone: what waits for us.

use super::args::Answer;
use super::ls;
use super::show::Names;
use crate::actions::books::Books;
use crate::desk::Desk;
use crate::domain::queue::Claim;
use crate::domain::search::Query;
use crate::domain::ticket::Status;
use crate::error::{Kind, Result};
use crate::report::contract::{self, Standing};
use crate::report::mailroom::{self, Fetched, Mail, Whose};
use crate::report::{Audience, Cell, Fact, Facts, Part, Report, ticket};
use crate::store::mailroom::Mailroom;
use crate::store::outbox::Posting;
use crate::store::{Place, Reader, surroundings};

/// Shows what waits for us; where there is no desk yet, how to begin.
pub fn run(desk: &mut Desk) -> Result<Answer> {
    match desk.exists() {
        Ok(true) => {}
        Ok(false) => return Ok(welcome(desk).into()),
        Err(e) if e.kind == Kind::Missing => return Ok(welcome(desk).into()),
        Err(e) => return Err(e),
    }
    let rows = if desk.host.stdout_is_terminal {
        i64::try_from(desk.host.height().saturating_sub(8).clamp(5, 40)).unwrap_or(15)
    } else {
        15
    };
    let ask = ls::ask(desk, Some(rows))?;
    let waits = |c: &Claim| matches!(c.status, Status::New | Status::Open);
    let queue = desk.queue(&Query::default(), &ask, &|c| waits(c) || c.is_late(ask.now))?;
    let (counts, timer, room, agreed) = desk.read(|r| {
        let counts = r.queue_counts(ask.me, ask.now)?;
        let timer = match ask.me {
            Some(me) => r.timer(me)?,
            None => None,
        };
        Ok((counts, timer, Room::of(r, ask.me)?, r.has_contracts()?))
    })?;
    let ours = queue.rows;
    let mut report = Report { notes: queue.untold.into_iter().collect(), ..Report::default() };
    if let Place::File(path) = &desk.place {
        let drifting = surroundings::drifting(path).into_iter();
        report.notes.extend(drifting.map(|found| format!("{}: {}; {}", found.place, found.what, found.mend)));
    }
    let count = |key, head, n: i64| Fact { shown: n > 0 || key == "waiting", ..Fact::new(key, head, Cell::Count(n)) };
    let today = desk.zone()?.date(ask.now);
    let duty = desk.on_duty(today).unwrap_or_else(|e| {
        report.notes.push(format!("duty cannot be told: {e}"));
        Vec::new()
    });
    let on_duty = Cell::List(duty.iter().map(|name| Cell::Text(name.clone())).collect());
    let facts = vec![
        count("waiting", "waiting", counts.waiting),
        count("late", "late", counts.late),
        count("breached", "breached", queue.breached),
        count("warning", "due soon", queue.warning),
        count("mine", "mine", counts.mine),
        count("unassigned", "nobody's", counts.unassigned),
        count("snoozed", "snoozed", counts.snoozed),
        count("paused", "waiting for others", counts.paused),
        count("automatic", "from machines", counts.automatic),
        Fact { shown: !duty.is_empty(), ..Fact::new("duty", "duty:", on_duty) },
    ];
    report.parts.push(Part::Facts(Facts { inline: true, rows: facts, ..Facts::default() }));
    report.parts.push(Part::Table(ticket::for_people(&ours, None, "nobody waits: well done")));
    report.parts.push(Part::Table(ticket::for_data(&ours, None)));
    let running = timer.map(|t| {
        vec![
            Fact::new("ticket", "timer on", t.ticket.map_or(Cell::Text("no ticket".into()), Cell::Ticket)),
            Fact::new("since", "since", Cell::Ago(t.since)),
        ]
    });
    match running {
        Some(rows) => report.parts.push(Part::Facts(Facts { key: "timer", inline: true, rows, ..Facts::default() })),
        None => report.parts.push(Part::Facts(Facts {
            audience: Audience::Data,
            rows: vec![Fact::data("timer", Cell::Empty)],
            ..Facts::default()
        })),
    }
    report.parts.extend(mailroom::parts(&room.told(desk), ask.now));
    match contracts(desk, agreed) {
        Ok(parts) => report.parts.extend(parts),
        // What waits is shown all the same.
        Err(e) => report.notes.push(format!("contracts cannot be told: {e}")),
    }
    let shown = i64::try_from(ours.iter().filter(|l| waits(&Claim::from(*l))).count()).unwrap_or(0);
    if shown < counts.waiting {
        report.notes.push(format!("{shown} of {}; all: desk ls", counts.waiting));
    }
    Ok(report.into())
}

/// The contracts that are nearly empty or end soon; nothing is counted where there is none.
fn contracts(desk: &mut Desk, agreed: bool) -> Result<Vec<Part>> {
    if !agreed {
        return Ok(contract::urgent(&[]));
    }
    let house = desk.house()?;
    let (books, handles) = desk.read(|r| {
        let books = Books::alerted(r, &house, house.today)?;
        let mut handles = Vec::with_capacity(books.len());
        for own in &books {
            handles.push(r.client(own.client)?.map(|client| client.handle).unwrap_or_default());
        }
        Ok((books, handles))
    })?;
    let standing: Vec<Standing<'_>> = books
        .iter()
        .zip(&handles)
        .flat_map(|(own, handle)| {
            own.contracts.iter().map(|contract| Standing::of(handle, contract, &own.ledger, house.today))
        })
        .collect();
    Ok(contract::urgent(&standing))
}

/// How mail stands, and the names of those who have drafts.
struct Room {
    mail: Mailroom,
    me: Option<i64>,
    names: Names,
}

impl Room {
    fn of(r: &mut Reader<'_>, me: Option<i64>) -> Result<Room> {
        let mail = r.mailroom()?;
        let mut names = Names::default();
        for (_, agent, ..) in &mail.drafts {
            names.of(r, *agent)?;
        }
        Ok(Room { mail, me, names })
    }

    /// In words of the desk. Of the mailboxes, those that are still set up, each as old as the oldest of its folders.
    fn told(self, desk: &mut Desk) -> Mail {
        let known: Option<Vec<String>> = if self.mail.sources.is_empty() {
            None
        } else {
            desk.mailboxes().ok().map(|all| all.into_iter().map(|m| m.name).collect())
        };
        let mut fetched: Vec<Fetched> = Vec::new();
        for s in self.mail.sources.into_iter().filter(|s| known.as_ref().is_none_or(|k| k.contains(&s.mailbox))) {
            match fetched.iter_mut().find(|f| f.mailbox == s.mailbox) {
                Some(f) => {
                    f.at = f.at.min(s.fetched_at);
                    f.trouble = f.trouble.take().or(s.trouble);
                }
                None => fetched.push(Fetched { mailbox: s.mailbox, at: s.fetched_at, trouble: s.trouble }),
            }
        }
        let back = |p: Posting| p.bounced.map(|(why, at)| (p.ticket, why, at));
        let whose = |agent: i64| {
            let name = self.names.known(agent);
            if self.me == Some(agent) { Whose::Mine(name) } else { Whose::Another(name) }
        };
        Mail {
            fetched,
            came_back: self.mail.bounced.into_iter().filter_map(back).collect(),
            waiting: self.mail.unsent.waiting,
            waits_since: self.mail.waits_since,
            unknown: self.mail.unsent.unknown,
            held: self.mail.unsent.held,
            parked: self.mail.parked,
            third_parties: self.mail.third_parties,
            drafts: self.mail.drafts.into_iter().map(|(ticket, agent, at, _)| (ticket, whose(agent), at)).collect(),
        }
    }
}

fn welcome(desk: &Desk) -> Report {
    let text = format!(
        "There is no desk yet. The first write makes one at {}:\n\n  desk import ~/Mail/support.mbox     a mailbox: mbox, Maildir, .eml files\n  \
         desk open \"Cannot log in\" -f ann@acme.test\n  desk help all",
        desk.where_it_is()
    );
    Report { parts: vec![Part::Prose(text)], ..Report::default() }
}
