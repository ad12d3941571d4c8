//! The figures and lists behind the meeting: times, shares, who waits, the busiest tags and clients, hours, the weeks.

use super::super::chart::{Chart, Plot, Series};
use super::super::figures::{TIMES, count, data, measures, named, rates, rates_table, tickets, times_table};
use super::super::{Audience, Cell, Column, Part, Style, Table};
use super::words::russian;
use super::{BusyClient, BusyTag, Hours, LeftOut, RecapFacts, Waiting, Week};
use crate::domain::insight::metrics::Figures;
use crate::domain::tongue::Tongue;

/// Everything behind the meeting.
pub(super) fn figures(facts: &RecapFacts, before: Option<&Figures>, most: usize) -> Vec<Part> {
    let (now, tongue) = (&facts.figures, facts.tongue);
    let mut parts = vec![
        Part::Table(in_words(times_table(now, before), tongue)),
        Part::Table(in_words(rates_table(now, before), tongue)),
    ];
    let waits = tongue.of("Longest waiting now", "Дольше всех ждут сейчас");
    listed(&mut parts, |_| waiting(&facts.waiting), waits, most, tongue);
    listed(&mut parts, |_| tags(&facts.tags), tongue.of("Busiest tags", "Самые частые метки"), most, tongue);
    let busiest = tongue.of("Busiest clients", "Кто писал больше всех");
    listed(&mut parts, |of| clients(&facts.clients, of), busiest, most, tongue);
    parts.push(Part::Table(hours(&facts.hours, most, tongue)));
    parts.push(Part::Table(hours_data(&facts.hours)));
    parts.extend(weeks(&facts.weeks, tongue));
    parts
}

/// A list: its beginning for people, where there is any, and all of it for scripts. Whoever is without a client is
/// `no client` for people, and null for scripts.
fn listed(parts: &mut Vec<Part>, table: impl Fn(&Cell) -> Table, title: &str, most: usize, tongue: Tongue) {
    let shown = in_words(table(&named(tongue.of("no client", "без клиента"))), tongue);
    let rows = shown.rows.len();
    if rows > 0 {
        let title =
            if rows > most { format!("{title} ({most} {} {rows})", tongue.of("of", "из")) } else { title.to_owned() };
        let rows = shown.rows.into_iter().take(most).collect();
        parts.push(Part::Table(Table { key: "", title, audience: Audience::People, rows, ..shown }));
    }
    parts.push(Part::Table(Table { audience: Audience::Data, ..table(&Cell::Empty) }));
}

/// What a spreadsheet gets: a line for each figure.
pub(super) fn sheet(now: &Figures, before: &Figures) -> Table {
    let mut rows: Vec<Vec<Cell>> = tickets(now)
        .into_iter()
        .zip(tickets(before))
        .map(|((key, cell), (_, then))| vec![named(key), cell, then, Cell::Empty])
        .collect();
    for (key, _, of) in TIMES {
        for ((measure, cell), (_, then)) in measures(of(now)).into_iter().zip(measures(of(before))).skip(1) {
            rows.push(vec![named(&format!("{key}_{measure}")), cell, then, Cell::Count(count(of(now).n))]);
        }
    }
    for ((key, cell), (_, then)) in rates(now).into_iter().zip(rates(before)) {
        rows.push(vec![named(key), cell, then, Cell::Count(now.closed)]);
    }
    let columns = ["figure", "now", "before", "n"].map(Column::data).to_vec();
    Table { audience: Audience::Data, columns, rows, ..Table::default() }
}

fn waiting(tickets: &[Waiting]) -> Table {
    let mut tickets: Vec<&Waiting> = tickets.iter().collect();
    tickets.sort_by_key(|t| (t.since, t.number));
    let rows = tickets.iter().map(|t| {
        let client = Cell::text(t.client.clone());
        vec![Cell::Ticket(t.number), named(&t.subject), client, Cell::Ago(t.since)]
    });
    Table {
        key: "waiting",
        columns: vec![
            Column::new("number", "№", Style::Right),
            Column::new("subject", "subject", Style::Flex),
            Column::new("client", "client", Style::Left),
            Column::new("waiting_since", "waits", Style::Right),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn tags(tags: &[BusyTag]) -> Table {
    let mut tags: Vec<&BusyTag> = tags.iter().collect();
    tags.sort_by(|a, b| (b.now, b.before, &a.tag).cmp(&(a.now, a.before, &b.tag)));
    let rows =
        tags.iter().map(|t| vec![named(&t.tag), Cell::Count(t.now), Cell::Count(t.before), Cell::Minutes(t.minutes)]);
    Table {
        key: "tags",
        columns: vec![
            Column::new("tag", "tag", Style::Flex),
            Column::new("count", "tickets", Style::Right),
            Column::new("before", "before", Style::Right),
            Column::new("minutes", "worked", Style::Right),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn clients(clients: &[BusyClient], nobody: &Cell) -> Table {
    let mut clients: Vec<&BusyClient> = clients.iter().collect();
    clients.sort_by_key(|c| (c.client.is_none(), -c.now, -c.minutes, -c.before, &c.client));
    let rows = clients.iter().map(|c| {
        let client = c.client.as_deref().map_or(nobody.clone(), named);
        vec![client, Cell::Count(c.now), Cell::Count(c.before), Cell::Minutes(c.minutes)]
    });
    Table {
        key: "clients",
        columns: vec![
            Column::new("client", "client", Style::Flex),
            Column::new("count", "tickets", Style::Right),
            Column::new("before", "before", Style::Right),
            Column::new("minutes", "worked", Style::Right),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// Hours for people: the first rows, what the others add up to, and the sum of it all.
fn hours(all: &[Hours], most: usize, tongue: Tongue) -> Table {
    let cells = |client: Cell, agent: Cell, rows: &[Hours]| {
        let (worked, billable) = (rows.iter().map(|h| h.minutes).sum(), rows.iter().map(|h| h.billable_minutes).sum());
        vec![client, agent, Cell::Minutes(worked), Cell::Minutes(billable)]
    };
    // One row more is shorter than a row that stands for one.
    let most = if all.len() <= most.saturating_add(1) { all.len() } else { most };
    let (shown, others) = all.split_at_checked(most).unwrap_or((all, &[]));
    let mut rows: Vec<Vec<Cell>> = shown
        .iter()
        .map(|h| {
            cells(
                named(h.client.as_deref().unwrap_or(tongue.of("no client", "без клиента"))),
                named(&h.agent),
                std::slice::from_ref(h),
            )
        })
        .collect();
    if !others.is_empty() {
        rows.push(cells(
            named(&tongue.of(format!("{} others", others.len()), format!("ещё {}", others.len()))),
            Cell::Empty,
            others,
        ));
    }
    let table = Table {
        title: tongue.of("Hours", "Часы").to_owned(),
        audience: Audience::People,
        columns: HOURS.to_vec(),
        total: (all.len() > 1).then(|| cells(named(tongue.of("total", "всего")), Cell::Empty, all)),
        rows,
        empty: tongue.of("No time was logged.", "Время не записано."),
        ..Table::default()
    };
    in_words(table, tongue)
}

fn hours_data(hours: &[Hours]) -> Table {
    let rows = hours.iter().map(|h| {
        vec![Cell::text(h.client.clone()), named(&h.agent), Cell::Minutes(h.minutes), Cell::Minutes(h.billable_minutes)]
    });
    Table { key: "hours", audience: Audience::Data, columns: HOURS.to_vec(), rows: rows.collect(), ..Table::default() }
}

const HOURS: [Column; 4] = [
    Column::new("client", "client", Style::Flex),
    Column::new("agent", "agent", Style::Left),
    Column::new("actual_minutes", "worked", Style::Right),
    Column::new("billable_minutes", "billable", Style::Right),
];

fn weeks(weeks: &[Week], tongue: Tongue) -> Vec<Part> {
    let rows = weeks.iter().map(|w| vec![named(&w.label), Cell::Count(w.opened), Cell::Count(w.closed)]);
    let table = Table {
        key: "weeks",
        audience: Audience::Data,
        columns: ["week", "opened", "closed"].map(Column::data).to_vec(),
        rows: rows.collect(),
        ..Table::default()
    };
    let mut parts = vec![Part::Table(table)];
    if weeks.len() > 1 {
        let series = |name: &str, of: fn(&Week) -> i64| Series {
            name: name.to_owned(),
            values: weeks.iter().map(|w| Cell::Count(of(w))).collect(),
        };
        parts.push(Part::Chart(Chart {
            title: tongue.of("In and out, week by week", "Пришло и закрыто по неделям").to_owned(),
            plot: Plot::Series {
                labels: weeks.iter().map(|w| short(&w.label, tongue)).collect(),
                series: vec![
                    series(tongue.of("in", "пришло"), |w| w.opened),
                    series(tongue.of("out", "закрыто"), |w| w.closed),
                ],
            },
        }));
    }
    parts
}

/// `2026-W46` beside its neighbours: `W46`, `46`.
fn short(week: &str, tongue: Tongue) -> String {
    let week = week.split_once('-').map_or(week, |(_, week)| week);
    tongue.of(week, week.trim_start_matches('W')).to_owned()
}

/// What is in no figure.
pub(super) fn left_out(facts: &RecapFacts) -> Vec<Part> {
    let LeftOut { spam, muted, automatic, merged } = facts.left_out;
    let kinds = [
        ("spam", "спам", spam),
        ("muted", "заглушено", muted),
        ("automatic", "автоматических", automatic),
        ("merged", "объединено", merged),
    ];
    let cells = kinds.map(|(key, _, n)| (key, Cell::Count(n))).to_vec();
    let mut parts = vec![data(vec![("left_out", Cell::Record(cells))])];
    let tongue = facts.tongue;
    let told =
        kinds.iter().filter(|(.., n)| *n > 0).map(|(en, ru, n)| tongue.of(format!("{n} {en}"), format!("{ru} {n}")));
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        let told = told.join(", ");
        parts.push(Part::Prose(tongue.of(format!("In no figure: {told}."), format!("Не посчитано: {told}."))));
    }
    parts
}

/// The table with the words of a language in heads and cells.
fn in_words(mut table: Table, tongue: Tongue) -> Table {
    if tongue == Tongue::Ru {
        table.columns.iter_mut().for_each(|c| c.head = russian(c.head).unwrap_or(c.head));
        for cell in table.rows.iter_mut().flatten() {
            if let Cell::Text(text) = cell {
                *text = russian(text).map_or_else(
                    || text.replace("too few to judge", "слишком мало").replace("before: ", "раньше: "),
                    str::to_owned,
                );
            }
        }
    }
    table
}
