//! Worked time as reports: what was logged, running timers, sums of a period, lists of entries.
//!
//! JSON of the sums: `period{from,to} by rows[{… actual_minutes billed_minutes amount amounts[]}] total{actual_minutes
//! billed_minutes amount amounts[]}`; the rows add up to the total. `amount` is what is due where that is in one currency,
//! `amounts` one sum for each. What a row is of stands under `ticket subject client`, `client`, `agent`, `tag`, `activity` or
//! `day`; by tag, the row whose `overlap` is true takes off what several others count.
//!
//! JSON of an entry: `id day ticket subject client agent text billable void actual_minutes billed_minutes activity began
//! contract corrects covered_minutes overage_minutes unassigned_minutes amount`, and of one just written `pool`.

use super::figures::{data, period};
use super::pool;
use super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::billing::duration::spoken;
use crate::domain::period::Period;
use crate::domain::ticket::TicketId;
use crate::domain::time::{Minutes, Moment, minutes};
use crate::domain::worked::{By, Counted, Group, Running, Time, Worked};

/// An entry in a line: `25m on 42  Cannot log in (mila, 2026-11-20), t17`.
#[must_use]
pub fn said(w: &Worked) -> String {
    let e = &w.entry;
    let home = match (e.ticket, &w.client) {
        (Some(number), _) => format!("on {number}  {}", w.subject.as_deref().unwrap_or_default()),
        (None, Some(client)) => format!("for {client}"),
        (None, None) => "without a ticket".to_owned(),
    };
    let activity = e.activity.as_ref().map_or_else(String::new, |word| format!(", {word}"));
    let free = if e.billable { "" } else { ", free" };
    format!("{} {home} ({}, {}{activity}{free}), t{}", spoken(e.minutes), w.agent, e.day, e.id)
}

/// An entry in a line after `deed`, and what became of it in a second one where there is something to say.
#[must_use]
pub fn told(deed: &str, w: &Worked) -> Vec<String> {
    std::iter::once(format!("{deed}{}", said(w))).chain(pool::became(w)).collect()
}

/// What a change did to entries: its lines for people, the entries as they are now for scripts.
#[must_use]
pub fn done(lines: &[String], entries: &[Worked], operation: Option<i64>) -> Report {
    let mut report = Report::of_deed(lines, operation);
    report.parts.push(written(entries));
    report
}

/// Entries as they are after a change, for scripts.
#[must_use]
pub fn written(entries: &[Worked]) -> Part {
    let mut table = for_data("entries", entries);
    table.columns.push(Column::data("pool"));
    for (row, w) in table.rows.iter_mut().zip(entries) {
        row.push(pool::data(w.counted.as_ref().and_then(|c| c.pool.as_ref())));
    }
    Part::Table(table)
}

/// What a start did: the timer that runs now, and the entries of the one that ran before.
#[must_use]
pub fn started(
    lines: &[String],
    entries: &[Worked],
    timer: (Option<TicketId>, Moment),
    operation: Option<i64>,
) -> Report {
    let mut report = done(lines, entries, operation);
    let ticket = timer.0.map_or(Cell::Empty, Cell::Ticket);
    report.parts.push(data(vec![("timer", Cell::Record(vec![("ticket", ticket), ("since", Cell::At(timer.1))]))]));
    report
}

/// Running timers, in the order given.
#[must_use]
pub fn timers(rows: &[Running], now: Moment) -> Report {
    let columns = vec![
        Column::new("agent", "who", Style::Left),
        Column::new("minutes", "time", Style::Right),
        Column::new("since", "since", Style::Left),
        Column::new("ticket", "№", Style::Right),
        Column::new("subject", "subject", Style::Flex),
    ];
    let cells = |r: &Running| {
        vec![
            Cell::Text(r.agent.clone()),
            Cell::Minutes(minutes(now.since(r.timer.since)).max(0)),
            Cell::At(r.timer.since),
            r.timer.ticket.map_or(Cell::Empty, Cell::Ticket),
            Cell::text(r.subject.as_deref()),
        ]
    };
    let table = Table {
        key: "timers",
        columns,
        rows: rows.iter().map(cells).collect(),
        empty: "no timer is running",
        ..Table::default()
    };
    Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() }
}

/// The sums of a period.
#[must_use]
pub fn sums(of: &Period, by: By, rows: &[(Group, Time)], total: &Time) -> Report {
    let parts = vec![
        data(vec![period(of.first, of.last), ("by", Cell::Text(by.word().to_owned()))]),
        Part::Table(sums_for_data(by, rows)),
        Part::Table(sums_for_people(by, rows, total)),
        data(vec![("total", Cell::Record(SUMS.iter().map(|key| (*key, sum(total, key))).collect()))]),
    ];
    Report { title: format!("Worked time, {}", of.label()), parts, ..Report::default() }
}

/// The keys of a sum.
const SUMS: [&str; 4] = ["actual_minutes", "billed_minutes", "amount", "amounts"];

fn sum(time: &Time, key: &str) -> Cell {
    match (key, time.amounts.as_slice()) {
        ("actual_minutes", _) => Cell::Minutes(time.actual),
        ("billed_minutes", _) => Cell::Minutes(time.billed),
        ("amount", [one]) => Cell::Money(*one),
        ("amounts", all) => Cell::List(all.iter().map(|money| Cell::Money(*money)).collect()),
        _ => Cell::Empty,
    }
}

/// What is due in a sum, for people: nothing where it is nothing.
fn due(time: &Time) -> Cell {
    let all: Vec<Cell> = time.amounts.iter().filter(|m| m.minor != 0).map(|m| Cell::Money(*m)).collect();
    if all.is_empty() { Cell::Empty } else { Cell::List(all) }
}

fn sums_for_people(by: By, rows: &[(Group, Time)], total: &Time) -> Table {
    let mut columns = match by {
        By::Ticket => vec![
            Column::new("ticket", "№", Style::Right),
            Column::new("subject", "subject", Style::Flex),
            Column::new("client", "client", Style::Flex),
        ],
        _ => vec![Column::new(by.word(), by.word(), Style::Flex)],
    };
    let priced = rows.iter().any(|(_, time)| due(time) != Cell::Empty);
    columns.extend([
        Column::new("actual_minutes", "actual", Style::Right),
        Column::new("billed_minutes", "billed", Style::Right),
    ]);
    columns.extend(priced.then_some(Column::new("amount", "due", Style::Right)));
    let text = |text: &str| Cell::Text(text.to_owned());
    let names = |group: &Group| match group {
        Group::Ticket(number, subject, client) => {
            vec![Cell::Ticket(*number), text(subject), Cell::text(client.as_deref())]
        }
        Group::NoTicket(client) => vec![Cell::Empty, text("(without a ticket)"), Cell::text(client.as_deref())],
        Group::Client(name) | Group::Agent(name) | Group::Activity(name) => vec![text(name)],
        Group::Tag(tag) => vec![Cell::Tags(vec![tag.clone()])],
        Group::Day(day) => vec![Cell::Day(*day)],
        Group::NoClient => vec![text("(no client)")],
        Group::NoTag => vec![text("(no tag)")],
        Group::NoActivity => vec![text("(no activity)")],
        Group::Overlap => vec![text("(counted under several tags)")],
    };
    let times = |time: &Time| {
        let both = [Cell::Minutes(time.actual), Cell::Minutes(time.billed)];
        both.into_iter().chain(priced.then(|| due(time))).collect::<Vec<_>>()
    };
    let named = if by == By::Ticket { vec![Cell::Empty, text("total"), Cell::Empty] } else { vec![text("total")] };
    Table {
        key: "rows",
        audience: Audience::People,
        columns,
        rows: rows.iter().map(|(group, time)| names(group).into_iter().chain(times(time)).collect()).collect(),
        total: Some(named.into_iter().chain(times(total)).collect()),
        empty: "nothing was logged",
        ..Table::default()
    }
}

fn sums_for_data(by: By, rows: &[(Group, Time)]) -> Table {
    let keys: &[&'static str] = match by {
        By::Ticket => &["ticket", "subject", "client"],
        By::Client => &["client"],
        By::Agent => &["agent"],
        By::Tag => &["tag", "overlap"],
        By::Activity => &["activity"],
        By::Day => &["day"],
    };
    let names = |group: &Group| match group {
        Group::Ticket(number, subject, client) => {
            vec![Cell::Ticket(*number), Cell::Text(subject.clone()), Cell::text(client.as_deref())]
        }
        Group::NoTicket(client) => vec![Cell::Empty, Cell::Empty, Cell::text(client.as_deref())],
        Group::Client(name) | Group::Agent(name) | Group::Activity(name) => vec![Cell::Text(name.clone())],
        Group::Tag(tag) => vec![Cell::Text(tag.clone()), Cell::Flag(false)],
        Group::Day(day) => vec![Cell::Day(*day)],
        Group::NoClient | Group::NoActivity => vec![Cell::Empty],
        Group::NoTag => vec![Cell::Empty, Cell::Flag(false)],
        Group::Overlap => vec![Cell::Empty, Cell::Flag(true)],
    };
    let sums = |time: &Time| SUMS.iter().map(|key| sum(time, key)).collect::<Vec<_>>();
    Table {
        key: "rows",
        audience: Audience::Data,
        columns: keys.iter().chain(&SUMS).map(|key| Column::data(key)).collect(),
        rows: rows.iter().map(|(group, time)| names(group).into_iter().chain(sums(time)).collect()).collect(),
        ..Table::default()
    }
}

/// The entries of a period, those that were struck out apart from the others and in no total.
#[must_use]
pub fn list(of: &Period, entries: &[Worked], struck_out: &[Worked]) -> Report {
    let times =
        [Column::new("actual_minutes", "actual", Style::Right), Column::new("billed_minutes", "billed", Style::Right)];
    let total = Time::total(entries);
    let priced = (due(&total) != Cell::Empty).then_some(Column::new("amount", "due", Style::Right));
    let mut counted = for_people(entries, &times.into_iter().chain(priced).collect::<Vec<_>>());
    let sum = counted.columns.iter().map(|c| match c.key {
        "id" => Cell::Text("total".to_owned()),
        "amount" => due(&total),
        key => sum(&total, key),
    });
    counted.total = Some(sum.collect());
    counted.empty = "nothing was logged";
    let mut void = for_people(struck_out, &[Column::new("minutes", "was", Style::Right)]);
    void.title = "Struck out".to_owned();
    let all: Vec<Worked> = entries.iter().chain(struck_out).cloned().collect();
    let parts = vec![Part::Table(counted), Part::Table(void), Part::Table(for_data("entries", &all))];
    Report { title: format!("Time entries, {}", of.label()), shape: Shape::List, parts, ..Report::default() }
}

/// Entries as people read them; the times stand where a narrow terminal still shows them.
fn for_people(entries: &[Worked], times: &[Column]) -> Table {
    let mut columns = vec![
        Column::new("id", "entry", Style::Left),
        Column::new("day", "day", Style::Left),
        Column::new("agent", "who", Style::Left),
    ];
    columns.extend(times);
    if entries.iter().any(|w| w.entry.activity.is_some()) {
        columns.push(Column::new("activity", "activity", Style::Left));
    }
    columns.extend([
        Column::new("ticket", "№", Style::Right),
        Column::new("subject", "subject", Style::Flex),
        Column::new("text", "what", Style::Flex),
        Column::new("client", "client", Style::Flex),
    ]);
    let shown = |w: &Worked, key| match key {
        "amount" => due(&Time::of(w)),
        key => cell(w, key),
    };
    let rows = entries.iter().map(|w| columns.iter().map(|c| shown(w, c.key)).collect()).collect();
    Table { audience: Audience::People, columns, rows, ..Table::default() }
}

/// Entries as scripts read them.
fn for_data(key: &'static str, entries: &[Worked]) -> Table {
    let columns = [
        "id",
        "day",
        "ticket",
        "subject",
        "client",
        "agent",
        "text",
        "billable",
        "void",
        "actual_minutes",
        "billed_minutes",
        "activity",
        "began",
        "contract",
        "corrects",
        "covered_minutes",
        "overage_minutes",
        "unassigned_minutes",
        "amount",
    ];
    let rows = entries.iter().map(|w| columns.iter().map(|key| cell(w, key)).collect()).collect();
    Table { key, audience: Audience::Data, columns: columns.map(Column::data).to_vec(), rows, ..Table::default() }
}

fn cell(w: &Worked, key: &str) -> Cell {
    let e = &w.entry;
    let counted = |pick: fn(&Counted) -> Minutes| w.counted.as_ref().map_or(Cell::Empty, |c| Cell::Minutes(pick(c)));
    match key {
        "id" => Cell::Text(format!("t{}", e.id)),
        "day" => Cell::Day(e.day),
        "ticket" => e.ticket.map_or(Cell::Empty, Cell::Ticket),
        "subject" => Cell::text(w.subject.as_deref()),
        "client" => Cell::text(w.client.as_deref()),
        "agent" => Cell::Text(w.agent.clone()),
        "text" => Cell::Text(e.text.clone()),
        "billable" => Cell::Flag(e.billable),
        "void" => Cell::Flag(e.void),
        "minutes" => Cell::Minutes(e.minutes),
        "actual_minutes" => Cell::Minutes(Time::of(w).actual),
        "billed_minutes" => Cell::Minutes(Time::of(w).billed),
        "activity" => Cell::text(e.activity.as_deref()),
        "began" => Cell::at(e.began),
        "contract" => Cell::text(w.counted.as_ref().and_then(|c| c.contract.as_deref())),
        "corrects" => e.corrects.map_or(Cell::Empty, |id| Cell::Text(format!("t{id}"))),
        "covered_minutes" => counted(|c| c.covered),
        "overage_minutes" => counted(|c| c.overage),
        "unassigned_minutes" => counted(|c| c.unassigned),
        "amount" => Cell::money(w.counted.as_ref().and_then(|c| c.amount)),
        _ => Cell::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Entry;
    use crate::domain::time::Date;

    fn worked(billable: bool, ticket: Option<i64>) -> Worked {
        let day = Date::from_ymd_opt(2026, 11, 20).unwrap();
        let entry = Entry { ticket, billable, ..Entry::of(17, 1, day, 25) };
        Worked {
            entry,
            subject: ticket.map(|_| "Cannot log in".to_owned()),
            client: Some("acme".to_owned()),
            agent: "mila".to_owned(),
            tags: vec![],
            counted: None,
        }
    }

    #[test]
    fn an_entry_is_said_in_one_line() {
        assert_eq!(said(&worked(true, Some(42))), "25m on 42  Cannot log in (mila, 2026-11-20), t17");
        assert_eq!(said(&worked(false, None)), "25m for acme (mila, 2026-11-20, free), t17");
    }

    #[test]
    fn every_row_has_a_cell_for_every_column() {
        let all = [
            worked(true, Some(42)),
            worked(true, None),
            Worked { tags: vec!["a".into(), "b".into()], ..worked(true, Some(7)) },
        ];
        let of = Period::of(all[0].entry.day, all[0].entry.day, &crate::domain::zone::Zone::utc());
        let reports =
            By::ALL.iter().map(|by| sums(&of, *by, &crate::domain::worked::sums(&all, *by), &Time::total(&all)));
        for report in reports.chain([list(&of, &all, &all)]) {
            for part in &report.parts {
                let Part::Table(table) = part else { continue };
                assert!(table.rows.iter().chain(&table.total).all(|row| row.len() == table.columns.len()), "{table:?}");
            }
        }
    }
}
