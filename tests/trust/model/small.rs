//! A desk as small as it can be: tickets and entries in two lists, and what each command makes of them.

use serde_json::Value;
use std::collections::BTreeSet;

/// So many kinds of commands there are.
pub const KINDS: u8 = 18;

/// What an hour costs, in cents.
const RATE: i64 = 7_777;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Ticket {
    number: i64,
    subject: String,
    status: &'static str,
    priority: &'static str,
    assignee: Option<&'static str>,
    tags: BTreeSet<String>,
    snoozed: Option<&'static str>,
    merged: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    id: i64,
    ticket: i64,
    minutes: i64,
    free: bool,
    void: bool,
}

/// The desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desk {
    tickets: Vec<Ticket>,
    entries: Vec<Entry>,
}

/// The desk after each command that stands, and those that were taken back.
pub struct Told {
    desks: Vec<Desk>,
    /// Which of them it is now.
    pub at: usize,
    /// Numbers are given out once.
    tickets: i64,
    entries: i64,
}

impl Told {
    pub fn new(desk: Desk) -> Told {
        let tickets = desk.tickets.len();
        Told { desks: vec![desk], at: 0, tickets: i64::try_from(tickets).unwrap_or(0), entries: 0 }
    }

    /// What it is now.
    pub fn desk(&self) -> &Desk {
        &self.desks[self.at]
    }

    /// A command was done.
    pub fn goes_on(&mut self, next: Desk) {
        self.tickets = self.tickets.max(next.tickets.iter().map(|t| t.number).max().unwrap_or(0));
        self.entries = self.entries.max(next.entries.iter().map(|e| e.id).max().unwrap_or(0));
        self.at += 1;
        self.desks.truncate(self.at);
        self.desks.push(next);
    }

    /// The line of a command, and what becomes of it: another desk, or it is refused. None: it makes no sense here.
    pub fn meet(&self, (kind, a, b): (u8, u8, u8)) -> Option<(String, Option<Desk>)> {
        let desk = self.desk();
        match kind {
            0 => {
                let number = self.tickets + 1;
                let mut next = desk.clone();
                let tags = if b.is_multiple_of(2) { BTreeSet::from(["t0".to_owned()]) } else { BTreeSet::new() };
                let tag = if tags.is_empty() { "" } else { " +t0" };
                let (subject, status, priority) = (format!("Number {number}"), "new", "normal");
                let line = format!("open \"{subject}\" -c acme -f ann@acme.test -m text{tag}");
                next.tickets.push(Ticket {
                    number,
                    subject,
                    status,
                    priority,
                    assignee: None,
                    tags,
                    snoozed: None,
                    merged: None,
                });
                Some((line, Some(next)))
            }
            1 | 2 => {
                let minutes = 1 + i64::from(b % 200);
                let free = kind == 2 && b.is_multiple_of(3);
                let number = desk.pick(a);
                let line = format!("log {number} {minutes}m{}", if free { " --free" } else { "" });
                let id = self.entries + 1;
                let next = desk.stands(number).then(|| {
                    let mut next = desk.clone();
                    next.entries.push(Entry { id, ticket: number, minutes, free, void: false });
                    next
                });
                Some((line, next))
            }
            3 => (self.at > 0).then(|| ("undo".to_owned(), Some(self.desks[self.at - 1].clone()))),
            4 => self.desks.get(self.at + 1).map(|next| ("redo".to_owned(), Some(next.clone()))),
            5 | 6 => desk.entry(kind, a, b),
            7 => desk.merge(desk.pick(a), desk.pick(b)),
            _ => Some(desk.change(kind, a, b)),
        }
    }
}

impl Desk {
    /// What every sequence begins with.
    pub fn furnished() -> Desk {
        let ticket = |number: i64| Ticket {
            number,
            subject: format!("Number {number}"),
            status: "new",
            priority: "normal",
            assignee: None,
            tags: BTreeSet::new(),
            snoozed: None,
            merged: None,
        };
        Desk { tickets: vec![ticket(1), ticket(2)], entries: Vec::new() }
    }

    fn pick(&self, n: u8) -> i64 {
        self.tickets[usize::from(n) % self.tickets.len()].number
    }

    fn ticket(&self, number: i64) -> Option<&Ticket> {
        self.tickets.iter().find(|t| t.number == number)
    }

    /// It was merged into no other.
    fn stands(&self, number: i64) -> bool {
        self.ticket(number).is_some_and(|t| t.merged.is_none())
    }

    /// Changes one ticket.
    fn with(&self, number: i64, change: impl FnOnce(&mut Ticket)) -> Desk {
        let mut next = self.clone();
        if let Some(ticket) = next.tickets.iter_mut().find(|t| t.number == number) {
            change(ticket);
        }
        next
    }

    fn entry(&self, kind: u8, a: u8, b: u8) -> Option<(String, Option<Desk>)> {
        let place = usize::from(a).checked_rem(self.entries.len())?;
        let (entry, minutes) = (&self.entries[place], 1 + i64::from(b % 200));
        let mut next = self.clone();
        let line = if kind == 5 {
            next.entries[place].void = true;
            format!("time void t{}", entry.id)
        } else {
            next.entries[place].minutes = minutes;
            format!("time edit t{} {minutes}m", entry.id)
        };
        Some((line, (!entry.void && next != *self).then_some(next)))
    }

    fn merge(&self, from: i64, into: i64) -> Option<(String, Option<Desk>)> {
        let fine = from != into && self.stands(from) && self.stands(into);
        let (ticket, other) = (self.ticket(from)?, self.ticket(into)?);
        // What is not done yet goes on there.
        let goes_on = (other.status == "closed" && ticket.status != "closed").then_some(match ticket.status {
            "new" => "open",
            status => status,
        });
        let next = fine.then(|| {
            let mut next = self.with(from, |t| (t.status, t.merged) = ("closed", Some(into)));
            if let Some(status) = goes_on {
                next.tickets.iter_mut().filter(|t| t.number == into).for_each(|t| t.status = status);
            }
            next.entries.iter_mut().filter(|e| e.ticket == from).for_each(|e| e.ticket = into);
            next
        });
        Some((format!("merge {from} --into {into}"), next))
    }

    /// Commands that change one thing of one ticket; who says what is so already is refused.
    fn change(&self, kind: u8, a: u8, b: u8) -> (String, Option<Desk>) {
        let number = self.pick(a);
        let one = |n: usize| usize::from(b) % n;
        let line;
        let next = match kind {
            8 | 9 => {
                let who = ["mila", "boris"][one(2)];
                line = if who == "mila" { format!("take {number}") } else { format!("assign {number} {who}") };
                self.with(number, |t| {
                    t.assignee = Some(who);
                    t.status = if t.status == "new" { "open" } else { t.status };
                })
            }
            10 => {
                let tag = format!("t{}", one(3));
                line = format!("tag {number} {tag}");
                self.with(number, |t| t.tags.extend([tag]))
            }
            11 => {
                let tag = format!("t{}", one(3));
                line = format!("untag {number} {tag}");
                self.with(number, |t| t.tags.retain(|is| *is != tag))
            }
            12 => {
                line = format!("close {number}");
                self.with(number, |t| (t.status, t.snoozed) = ("closed", None))
            }
            13 => {
                line = format!("reopen {number}");
                self.with(number, |t| {
                    t.status = if t.status == "new" { "new" } else { "open" };
                    t.snoozed = None;
                })
            }
            14 => {
                line = format!("hold {number}");
                self.with(number, |t| t.status = if t.status == "closed" { t.status } else { "hold" })
            }
            15 => {
                let (word, at) = [("mon", "2026-11-23T09:00:00Z"), ("tue", "2026-11-24T09:00:00Z")][one(2)];
                line = format!("snooze {number} {word}");
                self.with(number, |t| t.snoozed = if t.status == "closed" { t.snoozed } else { Some(at) })
            }
            16 => {
                let word = ["low", "normal", "high", "urgent"][one(4)];
                line = format!("prio {number} {word}");
                self.with(number, |t| t.priority = word)
            }
            _ => {
                let subject = format!("Subject {}", one(3));
                line = format!("edit {number} --subject \"{subject}\"");
                self.with(number, |t| t.subject = subject)
            }
        };
        (line, (self.stands(number) && next != *self).then_some(next))
    }

    /// The tickets as [`shown`] gives those of the program.
    pub fn shown(&self) -> Vec<String> {
        let minutes = |number: i64| -> i64 {
            self.entries.iter().filter(|e| e.ticket == number && !e.void).map(|e| e.minutes).sum()
        };
        let one = |t: &Ticket| {
            let tags: Vec<&String> = t.tags.iter().collect();
            format!(
                "{} {:?} {} {} {:?} {tags:?} {:?} {:?} {}",
                t.number,
                t.subject,
                t.status,
                t.priority,
                t.assignee,
                t.snoozed,
                t.merged,
                minutes(t.number)
            )
        };
        self.tickets.iter().map(one).collect()
    }

    /// The entries that count, as [`entry_shown`] gives those of the program.
    pub fn entries_shown(&self) -> Vec<String> {
        let one = |e: &Entry| format!("t{} {} {} {} {}", e.id, e.ticket, e.minutes, e.free, e.amount());
        self.entries.iter().filter(|e| !e.void).map(one).collect()
    }

    /// All minutes and all money: the sum of the lines.
    pub fn sums(&self) -> (i64, i64) {
        let counted = || self.entries.iter().filter(|e| !e.void);
        (counted().map(|e| e.minutes).sum(), counted().map(Entry::amount).sum())
    }
}

impl Entry {
    /// Rounded where it is shown, half a cent upwards.
    fn amount(&self) -> i64 {
        if self.free { 0 } else { (self.minutes * RATE * 2 + 60) / 120 }
    }
}

/// A ticket as the program shows it.
pub fn shown(ticket: &Value) -> String {
    let text = |key: &str| ticket[key].as_str();
    let mut tags: Vec<&str> = ticket["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    tags.sort_unstable();
    format!(
        "{} {:?} {} {} {:?} {tags:?} {:?} {:?} {}",
        ticket["number"],
        text("subject").unwrap_or_default(),
        text("status").unwrap_or_default(),
        text("priority").unwrap_or_default(),
        text("assignee"),
        text("snoozed_until"),
        ticket["merged_into"].as_i64(),
        ticket["logged_minutes"]
    )
}

/// An entry as the program shows it.
pub fn entry_shown(entry: &Value) -> String {
    format!(
        "{} {} {} {} {}",
        entry["id"].as_str().unwrap_or_default(),
        entry["ticket"],
        entry["actual_minutes"],
        entry["billable"] == false,
        entry["amount"]["minor"]
    )
}
