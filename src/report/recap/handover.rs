//! `desk recap --handover`: the note for whoever has duty next. What presses, what is new, what wakes, what was noted today.
//!
//! JSON: `until on_duty[] presses[{number subject client assignee due_at late}] new[{number subject client waiting_since}]
//! waiting[{number subject client waiting_since}] wakes[{number subject client at}] notes[{number agent text at}]
//! drafts[{number agent at}] timers[{agent ticket since}]`.

use super::super::figures::{data, named};
use super::super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::listed::Listed;
use crate::domain::sla::State;
use crate::domain::time::Moment;
use crate::domain::tongue::Tongue;

/// What is handed over.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HandoverFacts {
    /// In which language.
    pub tongue: Tongue,
    /// Now.
    pub now: Moment,
    /// The day and time, as people read them.
    pub label: String,
    /// What is due or wakes until then is told: the end of the next day.
    pub until: Moment,
    /// Who has duty on the next day.
    pub on_duty: Vec<String>,
    /// Every ticket that is not closed, the most urgent first.
    pub tickets: Vec<Listed>,
    /// What was noted today: ticket, agent, text, when.
    pub notes: Vec<(i64, String, String, Moment)>,
    /// Drafts: ticket, agent, when.
    pub drafts: Vec<(i64, String, Moment)>,
    /// Running timers: agent, ticket, since when.
    pub timers: Vec<(String, Option<i64>, Moment)>,
}

/// Tickets of the longest waiting that are told.
const LONGEST: usize = 5;

/// What presses on a ticket until an instant: when it is due, and whether that is over.
fn pressing(l: &Listed, facts: &HandoverFacts) -> Option<(Moment, bool)> {
    let voice = l.ticket.due_at.filter(|due| *due <= facts.until).map(|due| (due, due < facts.now));
    let clock = l
        .sla
        .filter(|sla| match sla.state {
            // One that stands still waits for the customer.
            State::Paused => false,
            State::Running => sla.due_at <= facts.until,
            _ => true,
        })
        .map(|sla| (sla.due_at, sla.state == State::Breached));
    voice.into_iter().chain(clock).min()
}

/// When a ticket wakes until an instant.
fn wakes(l: &Listed, facts: &HandoverFacts) -> Option<Moment> {
    let later = |at: &Moment| facts.now < *at && *at <= facts.until;
    l.ticket.snoozed_until.into_iter().chain(l.ticket.standing.until).filter(later).min()
}

/// The report.
#[must_use]
pub fn handover(facts: &HandoverFacts) -> Report {
    let tongue = facts.tongue;
    let rest = |l: &&Listed| pressing(l, facts).is_none() && !snoozed(l, facts.now);
    let mut presses: Vec<(&Listed, Moment, bool)> =
        facts.tickets.iter().filter_map(|l| pressing(l, facts).map(|(due, late)| (l, due, late))).collect();
    presses.sort_by_key(|(l, due, _)| (*due, l.ticket.id));
    let new: Vec<&Listed> = facts.tickets.iter().filter(rest).filter(|l| is_new(l)).collect();
    let mut waiting: Vec<&Listed> =
        facts.tickets.iter().filter(rest).filter(|l| !is_new(l) && l.state.waiting_since.is_some()).collect();
    waiting.sort_by_key(|l| (l.state.waiting_since, l.ticket.id));
    let mut waking: Vec<(&Listed, Moment)> =
        facts.tickets.iter().filter_map(|l| wakes(l, facts).map(|at| (l, at))).collect();
    waking.sort_by_key(|(l, at)| (*at, l.ticket.id));
    let mut parts = vec![Part::Prose(lead(facts, presses.len(), new.len(), waiting.len()))];
    let pressing = |(l, due, late): &(&Listed, Moment, bool)| {
        let mut cells = about(l);
        cells.extend([Cell::text(l.assignee.clone()), Cell::Due(*due), Cell::Flag(*late)]);
        cells
    };
    let since = |l: &&Listed| {
        let mut cells = about(l);
        cells.push(Cell::ago(l.state.waiting_since));
        cells
    };
    let owner = Column::new("assignee", tongue.of("whose", "чья"), Style::Left);
    let due = Column::new("due_at", tongue.of("due", "срок"), Style::Right);
    let waits = Column::new("waiting_since", tongue.of("waits", "ждёт"), Style::Right);
    let at = |cell: fn(Moment) -> Cell| {
        move |(l, at): &(&Listed, Moment)| {
            let mut cells = about(l);
            cells.push(cell(*at));
            cells
        }
    };
    listed(
        &mut parts,
        facts,
        ("presses", tongue.of("Presses", "Горит")),
        &[owner, due, Column::data("late")],
        presses.iter().map(pressing),
        usize::MAX,
    );
    listed(
        &mut parts,
        facts,
        ("new", tongue.of("New, nobody has answered", "Новые, без ответа")),
        &[waits],
        new.iter().map(since),
        usize::MAX,
    );
    listed(
        &mut parts,
        facts,
        ("waiting", tongue.of("Longest waiting for us", "Дольше всех ждут нас")),
        &[waits],
        waiting.iter().map(since),
        LONGEST,
    );
    let wakes = Column::new("at", tongue.of("wakes", "проснётся"), Style::Right);
    listed(
        &mut parts,
        facts,
        ("wakes", tongue.of("Wakes until then", "Проснутся до конца дня")),
        &[wakes],
        waking.iter().map(at(Cell::At)),
        usize::MAX,
    );
    parts.extend(noted(facts));
    parts.push(data(vec![
        ("until", Cell::At(facts.until)),
        ("on_duty", Cell::List(facts.on_duty.iter().map(|name| named(name)).collect())),
    ]));
    if tongue == Tongue::Ru {
        parts.iter_mut().for_each(|part| super::in_russian(part, facts.now));
    }
    let title = tongue.of(format!("Handover: {}", facts.label), format!("Передача дежурства: {}", facts.label));
    Report { title, shape: Shape::Object, parts, notes: vec![] }
}

fn is_new(l: &Listed) -> bool {
    l.ticket.standing.status == crate::domain::ticket::Status::New
}

fn snoozed(l: &Listed, now: Moment) -> bool {
    l.ticket.snoozed_until.is_some_and(|until| until > now)
}

fn lead(facts: &HandoverFacts, presses: usize, new: usize, waiting: usize) -> String {
    let tongue = facts.tongue;
    let duty = match facts.on_duty.as_slice() {
        [] => String::new(),
        names => tongue
            .of(format!(" On duty next: {}.", names.join(", ")), format!(" Дальше дежурит: {}.", names.join(", "))),
    };
    if presses + new + waiting == 0 {
        return tongue.of("Nobody waits for us.", "Нас никто не ждёт.").to_owned() + &duty;
    }
    let text = tongue.of(
        format!("{presses} due until the end of the next day or late, {new} new, {waiting} more wait for us."),
        format!("Горит до конца следующего дня: {presses}, новых: {new}, ещё ждут нас: {waiting}."),
    );
    text + &duty
}

fn about(l: &Listed) -> Vec<Cell> {
    vec![Cell::Ticket(l.ticket.id), named(&l.ticket.subject), Cell::text(l.client.clone())]
}

/// A list for people where it has rows, and all of it for programs.
fn listed(
    parts: &mut Vec<Part>,
    facts: &HandoverFacts,
    (key, title): (&'static str, &str),
    more: &[Column],
    rows: impl Iterator<Item = Vec<Cell>>,
    most: usize,
) {
    let tongue = facts.tongue;
    let mut columns = vec![
        Column::new("number", "№", Style::Right),
        Column::new("subject", tongue.of("subject", "тема"), Style::Flex),
        Column::new("client", tongue.of("client", "клиент"), Style::Left),
    ];
    columns.extend(more);
    let rows: Vec<Vec<Cell>> = rows.collect();
    if !rows.is_empty() {
        let title = if rows.len() > most {
            format!("{title} ({most} {} {})", tongue.of("of", "из"), rows.len())
        } else {
            title.to_owned()
        };
        let rows = rows.iter().take(most).cloned().collect();
        let columns = columns.clone();
        parts.push(Part::Table(Table { title, audience: Audience::People, columns, rows, ..Table::default() }));
    }
    parts.push(Part::Table(Table { key, audience: Audience::Data, columns, rows, ..Table::default() }));
}

/// Notes of the day, drafts and timers.
fn noted(facts: &HandoverFacts) -> Vec<Part> {
    let tongue = facts.tongue;
    let mut parts = Vec::new();
    let tables = [
        (
            "notes",
            tongue.of("Noted today", "Заметки за день"),
            vec![
                Column::new("number", "№", Style::Right),
                Column::new("agent", tongue.of("who", "кто"), Style::Left),
                Column::new("text", "", Style::Flex),
                Column::data("at"),
            ],
            facts
                .notes
                .iter()
                .map(|(n, agent, text, at)| vec![Cell::Ticket(*n), named(agent), named(text), Cell::At(*at)])
                .collect::<Vec<_>>(),
        ),
        (
            "drafts",
            tongue.of("Answers not sent", "Неотправленные ответы"),
            vec![
                Column::new("number", "№", Style::Right),
                Column::new("agent", tongue.of("who", "кто"), Style::Left),
                Column::new("at", tongue.of("since", "с"), Style::Right),
            ],
            facts.drafts.iter().map(|(n, agent, at)| vec![Cell::Ticket(*n), named(agent), Cell::At(*at)]).collect(),
        ),
        (
            "timers",
            tongue.of("Timers that run", "Идут таймеры"),
            vec![
                Column::new("agent", tongue.of("who", "кто"), Style::Left),
                Column::new("ticket", "№", Style::Right),
                Column::new("since", tongue.of("since", "с"), Style::Right),
            ],
            facts
                .timers
                .iter()
                .map(|(agent, n, since)| vec![named(agent), n.map_or(Cell::Empty, Cell::Ticket), Cell::At(*since)])
                .collect(),
        ),
    ];
    for (key, title, columns, rows) in tables {
        if !rows.is_empty() {
            let (title, columns, rows) = (title.to_owned(), columns.clone(), rows.clone());
            parts.push(Part::Table(Table { title, audience: Audience::People, columns, rows, ..Table::default() }));
        }
        parts.push(Part::Table(Table { key, audience: Audience::Data, columns, rows, ..Table::default() }));
    }
    parts
}
